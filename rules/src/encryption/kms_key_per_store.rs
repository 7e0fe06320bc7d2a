//! `kms-key-per-store`

use stackseal_engine::{
    Check, Choice, Cx, Group, Mend, Names, Profile, Rule, RuleId, Scope, Severity,
};
use stackseal_model::aws::{
    Class, KeyUser, SealedStore, Stores, classes_beside, stores_sealed_with,
};
use stackseal_model::cloudformation::{Data, Resource};
use stackseal_model::setting::Unknown;

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("kms-key-per-store"),
    group: Group::Encryption,
    severity: Severity::Medium,
    profile: Profile::Recommended,
    scope: Scope::Set,
    since: "0.1.0",
    title: "One key seals several stores",
    remediation: "Give each class of data a key of its own, with a policy for those who use that data",
    url: "https://docs.aws.amazon.com/prescriptive-guidance/latest/encryption-best-practices/kms.html",
    docs: include_str!("kms_key_per_store.md"),
    options: &[&GRANULARITY, &SHARED_KEYS],
    checks: &[Check::Resource { types: SealedStore::TYPES, run: check }],
};

/// How finely keys are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Granularity {
    Kind,
    Owner,
    Store,
}

static GRANULARITY: Choice<Granularity> = Choice {
    name: "granularity",
    doc: "What has a key of its own: each `kind` of store, beside that each database and repository, which may hold data of several owners (`owner`), or every `store`.",
    words: &[
        ("kind", Granularity::Kind),
        ("owner", Granularity::Owner),
        ("store", Granularity::Store),
    ],
    default: ("owner", Granularity::Owner),
};

static SHARED_KEYS: Names = Names {
    name: "shared-keys",
    doc: "Keys that may seal several stores: logical ids, aliases or ARNs, with `*` for any text.",
};

/// What stores of which classes a run takes apart.
#[derive(Clone, Copy)]
struct Demand {
    granularity: Granularity,
    is_strict: bool,
}

impl Demand {
    fn of(cx: &Cx<'_>) -> Self {
        Self { granularity: cx.choice(&GRANULARITY), is_strict: cx.is_strict() }
    }
}

fn check(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    let Stores { sealed, open } = Stores::of(resource);
    for store in sealed {
        if cx.names(&SHARED_KEYS).matches(store.key.as_str()) {
            continue;
        }
        let uses = stores_sealed_with(&cx.estate().stacks, &store.key, resource);
        // One finding a key: where the second store comes to share it.
        let Some((first, second)) = first_conflict(cx, &uses) else { continue };
        if second.site != store.site || !is_same(&second.resource, resource) {
            continue;
        }
        let message = format!(
            "`{}` seals {} with key `{}`, which already seals {} of `{}`: who may read the one may read the other",
            resource.id(),
            second.class.as_str(),
            second.key.as_str(),
            first.class.as_str(),
            first.resource.id(),
        );
        cx.report(second.site, message)
            .relate(first.site.span, "the key is used here first")
            .fix(own_key(second));
    }
    leave_open(cx, resource, &open);
}

/// A key for `store` alone. Volumes of one machine share theirs, and would each get another.
fn own_key(store: &SealedStore<'_>) -> Option<Mend> {
    let SealedStore { resource, class, key: _, site, path } = store;
    if site.source.is_some() || *class == Class::Block {
        return None;
    }
    let (user, purpose) = match class {
        Class::Secret if resource.is("AWS::SecretsManager::Secret") => {
            (KeyUser::of(resource.type_name()), "")
        }
        // What the service manages for a database or a warehouse.
        Class::Secret => (Some(KeyUser::Via("secretsmanager")), "Secret"),
        _ => (KeyUser::of(resource.type_name()), ""),
    };
    Mend::own_key(resource, user, purpose, |mend, arn| mend.set_property(resource, path, arn))
}

/// A key that only the deployment knows is left open where it may turn out to be that of a store
/// that should have another.
fn leave_open(cx: &mut Cx<'_>, resource: &Resource<'_>, open: &[(Class, Unknown<'_>)]) {
    if open.is_empty() || SOURCES.iter().any(|it| resource.has(it)) {
        return;
    }
    for (position, (class, unknown)) in open.iter().enumerate() {
        let demand = Demand::of(cx);
        let mut own = open.iter().take(position).map(|it| it.0);
        let is_open = own.any(|it| is_other_than_its_credentials(it, *class))
            || classes_beside(&cx.estate().stacks, resource)
                .any(|it| is_conflict_of_classes(it, *class, demand));
        if is_open {
            cx.undecided(unknown);
        }
    }
}

/// Whether two stores of one resource are its data and its credentials. Several volumes of one
/// machine are one store.
fn is_other_than_its_credentials(first: Class, second: Class) -> bool {
    (first == Class::Secret) != (second == Class::Secret)
}

/// Whether stores of these classes should not share a key, where they are of different resources.
fn is_conflict_of_classes(first: Class, second: Class, demand: Demand) -> bool {
    let Demand { granularity, is_strict } = demand;
    if first == second {
        return match granularity {
            Granularity::Kind => false,
            // Several databases or repositories hold data of several owners; volumes, secrets and
            // caches of one application do not.
            Granularity::Owner => matches!(first, Class::Database | Class::Registry),
            Granularity::Store => true,
        };
    }
    let is_separate =
        |class| matches!(class, Class::Block | Class::Database | Class::Registry | Class::Secret);
    is_strict || granularity == Granularity::Store || is_separate(first) && is_separate(second)
}

/// The first store that shares its key with one before it that it should not share with.
fn first_conflict<'u, 'r>(
    cx: &Cx<'_>,
    uses: &'u [SealedStore<'r>],
) -> Option<(&'u SealedStore<'r>, &'u SealedStore<'r>)> {
    uses.iter().enumerate().find_map(|(position, second)| {
        let before = uses.get(..position)?;
        let first = before.iter().find(|first| is_conflict(first, second, Demand::of(cx)))?;
        Some((first, second))
    })
}

fn is_conflict(first: &SealedStore<'_>, second: &SealedStore<'_>, demand: Demand) -> bool {
    if is_same(&first.resource, &second.resource) {
        return is_other_than_its_credentials(first.class, second.class);
    }
    !is_copy(first, second)
        && !is_copy(second, first)
        && is_conflict_of_classes(first.class, second.class, demand)
}

/// What names the database that another one is a replica or clone of.
const SOURCES: &[&str] =
    &["ReplicationSourceIdentifier", "SourceDBClusterIdentifier", "SourceDBInstanceIdentifier"];

/// Whether `copy` is a replica or clone of the database `source`: the same data, which in one Region
/// can only be under the same key.
fn is_copy(copy: &SealedStore<'_>, source: &SealedStore<'_>) -> bool {
    let names_source = |path: &&str| {
        matches!(copy.resource.at(path).data, Data::Reference(it)
            if std::ptr::eq(it.template, source.resource.template()) && it.id == source.resource.id())
    };
    copy.class == Class::Database
        && source.class == Class::Database
        && SOURCES.iter().any(names_source)
}

fn is_same(a: &Resource<'_>, b: &Resource<'_>) -> bool {
    std::ptr::eq(a.template(), b.template()) && a.id() == b.id()
}
