//! Stores of data by the keys that seal them: a row a property that names a key.
//!
//! From the public resource schemas of October 2026; the pages are those of each type under
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/>.

use rustc_hash::FxHashMap;
use stackseal_syntax::{Kind, Node};

use crate::aws::data_stores::key_in_use;
use crate::aws::types_of::types_of;
use crate::cloudformation::{
    Key, KeyName, Reference, Resource, Stacks, Template, call, core_of, word,
};
use crate::setting::{Setting, Site, Unknown};

/// A class of data: what deserves a key of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Results of queries and what they are computed from.
    Analytics,
    /// Volumes of machines.
    Block,
    /// Copies kept close.
    Cache,
    /// Databases.
    Database,
    /// Shared file systems.
    File,
    /// Container images.
    Registry,
    /// Search indices.
    Search,
    /// Credentials.
    Secret,
}

impl Class {
    /// As people call it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Analytics => "a data warehouse",
            Self::Block => "volumes",
            Self::Cache => "a cache",
            Self::Database => "a database",
            Self::File => "a file system",
            Self::Registry => "an image repository",
            Self::Search => "a search domain",
            Self::Secret => "a secret",
        }
    }
}

/// A store, and the customer managed key that seals it.
#[derive(Clone)]
pub struct SealedStore<'r> {
    /// The resource.
    pub resource: Resource<'r>,
    /// Its class.
    pub class: Class,
    /// The key.
    pub key: KeyName<'r>,
    /// Where the key is named.
    pub site: Site,
    /// The path of the property that names it.
    pub path: &'static str,
}

struct Row {
    type_name: &'static str,
    path: &'static str,
    class: Class,
}

const fn row(type_name: &'static str, path: &'static str, class: Class) -> Row {
    Row { type_name, path, class }
}

const ROWS: &[Row] = &[
    row("AWS::Cassandra::Table", "EncryptionSpecification.KmsKeyIdentifier", Class::Database),
    row("AWS::DSQL::Cluster", "KmsEncryptionKey", Class::Database),
    row("AWS::DocDB::DBCluster", "KmsKeyId", Class::Database),
    row("AWS::DocDB::DBCluster", "MasterUserSecretKmsKeyId", Class::Secret),
    row("AWS::DocDBElastic::Cluster", "KmsKeyId", Class::Database),
    row("AWS::DynamoDB::Table", "SSESpecification.KMSMasterKeyId", Class::Database),
    row("AWS::EC2::Instance", "BlockDeviceMappings[].Ebs.KmsKeyId", Class::Block),
    row(
        "AWS::EC2::LaunchTemplate",
        "LaunchTemplateData.BlockDeviceMappings[].Ebs.KmsKeyId",
        Class::Block,
    ),
    row("AWS::EC2::Volume", "KmsKeyId", Class::Block),
    row("AWS::ECR::Repository", "EncryptionConfiguration.KmsKey", Class::Registry),
    row("AWS::ECR::RepositoryCreationTemplate", "EncryptionConfiguration.KmsKey", Class::Registry),
    row("AWS::EFS::FileSystem", "KmsKeyId", Class::File),
    row("AWS::ElastiCache::ReplicationGroup", "KmsKeyId", Class::Cache),
    row("AWS::ElastiCache::ServerlessCache", "KmsKeyId", Class::Cache),
    row("AWS::Elasticsearch::Domain", "EncryptionAtRestOptions.KmsKeyId", Class::Search),
    row("AWS::FSx::FileSystem", "KmsKeyId", Class::File),
    row("AWS::MemoryDB::Cluster", "KmsKeyId", Class::Cache),
    row("AWS::Neptune::DBCluster", "KmsKeyId", Class::Database),
    row("AWS::NeptuneGraph::Graph", "KmsKeyIdentifier", Class::Database),
    row("AWS::OpenSearchService::Domain", "EncryptionAtRestOptions.KmsKeyId", Class::Search),
    row("AWS::RDS::DBCluster", "KmsKeyId", Class::Database),
    row("AWS::RDS::DBCluster", "MasterUserSecret.KmsKeyId", Class::Secret),
    row("AWS::RDS::DBInstance", "KmsKeyId", Class::Database),
    row("AWS::RDS::DBInstance", "MasterUserSecret.KmsKeyId", Class::Secret),
    row("AWS::Redshift::Cluster", "KmsKeyId", Class::Analytics),
    row("AWS::Redshift::Cluster", "MasterPasswordSecretKmsKeyId", Class::Secret),
    row("AWS::RedshiftServerless::Namespace", "AdminPasswordSecretKmsKeyId", Class::Secret),
    row("AWS::RedshiftServerless::Namespace", "KmsKeyId", Class::Analytics),
    row("AWS::SecretsManager::Secret", "KmsKeyId", Class::Secret),
    row("AWS::Serverless::SimpleTable", "SSESpecification.KMSMasterKeyId", Class::Database),
    row("AWS::Timestream::Database", "KmsKeyId", Class::Database),
];

impl SealedStore<'_> {
    /// The types that have a row.
    pub const TYPES: &'static [&'static str] = types_of!(ROWS);
}

/// What one resource keeps under keys of its owner's, its data before its credentials.
///
/// A member of a cluster keeps its data in the cluster's volume.
#[derive(Default)]
pub struct Stores<'r> {
    /// What is under customer managed keys.
    pub sealed: Vec<SealedStore<'r>>,
    /// What is under keys that are not known, and why they are not.
    pub open: Vec<(Class, Unknown<'r>)>,
}

impl<'r> Stores<'r> {
    /// Those of `resource`.
    pub fn of(resource: &Resource<'r>) -> Self {
        let mut stores = Self::default();
        for (row, key) in keys(resource) {
            match key {
                Setting::Known(Key::Customer(key), site) => stores.sealed.push(SealedStore {
                    resource: resource.clone(),
                    class: row.class,
                    key,
                    site,
                    path: row.path,
                }),
                Setting::Unknown(unknown) => stores.open.push((row.class, unknown)),
                Setting::Known(..) | Setting::Absent(_) => (),
            }
        }
        stores
    }
}

/// The settings of `resource` that name a key.
fn keys<'a, 'r>(
    resource: &'a Resource<'r>,
) -> impl Iterator<Item = (&'static Row, Setting<'r, Key<'r>>)> + use<'a, 'r> {
    let is_member = resource.is("AWS::RDS::DBInstance") && resource.has("DBClusterIdentifier");
    let rows = ROWS.iter().filter(move |it| !is_member && resource.is(it.type_name));
    rows.flat_map(move |row| {
        let values = resource.properties().all(row.path);
        values.into_iter().map(move |it| {
            let named = it.key(resource.scope());
            (row, key_in_use(resource, row.path, named))
        })
    })
}

/// Stores of one class that are looked at for one key: the first conflict lies among the first.
const MAX_OF_A_CLASS: usize = 8;
/// The same where it has to be found out first which key it is.
const MAX_OPEN: usize = 64;

/// A first look at the stores of a run: which of them may share a key. Taken once, from the key
/// properties as they are written; what is not plainly a key of the template counts for all.
#[derive(Debug, Default)]
pub(crate) struct StoreSketches {
    by_key: FxHashMap<(u32, Box<str>), Vec<Place>>,
    by_text: FxHashMap<Box<str>, Vec<Place>>,
    open: Vec<Place>,
    /// Of each class the first two stores that may lie under any key.
    under_any: Vec<Place>,
    /// Of each class the first two templates with a store under a key of that template.
    under_own: Vec<Place>,
}

/// A store: its template, its place in [`Template::entries`], and the class of a key property.
type Place = (u32, usize, Class);

impl StoreSketches {
    fn of(stacks: &Stacks<'_>) -> Self {
        let mut sketches = Self::default();
        for template in stacks.templates() {
            for (place, entry) in template.entries().iter().enumerate() {
                let Some(ty) = entry.type_name else { continue };
                for row in ROWS.iter().filter(|it| it.type_name == ty) {
                    let at = (template.index(), place, row.class);
                    let written = written(template, entry.body(), row.path);
                    match written {
                        Written::Nothing => (),
                        Written::Key(_) => {
                            if sketches.under_own.iter().all(|it| (it.0, it.2) != (at.0, at.2)) {
                                add(&mut sketches.under_own, at, 2);
                            }
                        }
                        Written::Text(_) | Written::Open => add(&mut sketches.under_any, at, 2),
                    }
                    match written {
                        Written::Nothing => (),
                        Written::Key(id) => {
                            add(
                                sketches.by_key.entry((at.0, id.into())).or_default(),
                                at,
                                MAX_OF_A_CLASS,
                            );
                        }
                        Written::Text(text) => add(
                            sketches.by_text.entry(text.into()).or_default(),
                            at,
                            MAX_OF_A_CLASS,
                        ),
                        Written::Open => add(&mut sketches.open, at, MAX_OPEN),
                    }
                }
            }
        }
        sketches
    }
}

fn add(places: &mut Vec<Place>, place: Place, most: usize) {
    if places.iter().filter(|it| it.2 == place.2).count() < most {
        places.push(place);
    }
}

/// The classes of stores beside `own` that may turn out to lie under a key that `own` takes from
/// outside of its template. Stores under a key that the template itself makes are not among them.
pub fn classes_beside<'r>(
    stacks: &'r Stacks<'r>,
    own: &Resource<'r>,
) -> impl Iterator<Item = Class> + use<'r> {
    let sketches = stacks.store_sketches.get_or_init(|| StoreSketches::of(stacks));
    let template = own.template().index();
    let place = own.template().place(own.id());
    let under_any =
        sketches.under_any.iter().filter(move |it| it.0 != template || Some(it.1) != place);
    let under_own = sketches.under_own.iter().filter(move |it| it.0 != template);
    under_any.chain(under_own).map(|it| it.2)
}

/// What stands at the place of a key.
#[derive(Clone, Copy)]
enum Written<'n> {
    Nothing,
    /// `Ref` or `Fn::GetAtt` of a key of the template.
    Key(&'n str),
    /// A text that is no alias of the template.
    Text(&'n str),
    /// Anything else, or a list of them.
    Open,
}

fn written<'n>(template: &Template<'_>, body: Node<'n>, path: &str) -> Written<'n> {
    let is_plain = |kind, it: Node<'_>| it.kind() == kind && it.tag().is_none();
    let is_taken_away = |it: Node<'_>| {
        call(it).is_some_and(|it| it.0 == "Ref" && it.1.text() == Some("AWS::NoValue"))
    };
    let Some(mut node) = body.get("Properties") else { return Written::Nothing };
    for name in path.split('.') {
        if call(node).is_some() || !is_plain(Kind::Mapping, node) || name.ends_with("[]") {
            return Written::Open;
        }
        match node.get(name) {
            Some(inner) if is_taken_away(inner) => return Written::Nothing,
            Some(inner) => node = inner,
            // A function in the block may bring the key.
            None if node
                .entries()
                .any(|it| it.key.text().is_some_and(|it| it.starts_with("Fn::"))) =>
            {
                return Written::Open;
            }
            None => return Written::Nothing,
        }
    }
    let id = match call(node) {
        Some(("Ref", argument)) => argument.text(),
        Some(("Fn::GetAtt", argument)) => match argument.text() {
            Some(text) => text.split('.').next(),
            None => argument.items().next().and_then(word),
        },
        None if is_plain(Kind::Scalar, node) => {
            let text = node.text().unwrap_or_default();
            let is_whole = !text.contains("alias/") && !text.contains("{{");
            return if is_whole { Written::Text(core_of(text)) } else { Written::Open };
        }
        Some(_) | None => None,
    };
    let is_key = |id: &&str| {
        let ty = template.entry(id).and_then(|it| it.type_name);
        matches!(ty, Some("AWS::KMS::Key" | "AWS::KMS::ReplicaKey"))
    };
    id.filter(is_key).map_or(Written::Open, Written::Key)
}

/// The stores of the run that may be sealed with `key`, in its order: of each class at most the
/// first few, and `own` in any case.
pub fn stores_sealed_with<'r>(
    stacks: &'r Stacks<'r>,
    key: &KeyName<'r>,
    own: &Resource<'r>,
) -> Vec<SealedStore<'r>> {
    let sketches = stacks.store_sketches.get_or_init(|| StoreSketches::of(stacks));
    let same = match key {
        KeyName::Resource(it) => sketches.by_key.get(&(it.template.index(), Box::from(it.id))),
        KeyName::Text(text) => sketches.by_text.get(core_of(text)),
    };
    let mut places: Vec<Place> =
        same.into_iter().flatten().chain(&sketches.open).copied().collect();
    if let Some(place) = own.template().place(own.id()) {
        places.push((own.template().index(), place, Class::Secret));
    }
    places.sort_unstable_by_key(|it| (it.0, it.1));
    places.dedup_by_key(|it| (it.0, it.1));
    let mut stores = Vec::new();
    for (template, place, _) in places {
        let Some(template) = stacks.templates().get(template as usize) else { continue };
        let Some(entry) = template.entries().get(place) else { continue };
        // A store that may be left out shares nothing in the world in which it is.
        let scope = own.scope().in_template(template);
        if entry.condition.is_some_and(|it| scope.decide(it) == Some(false)) {
            continue;
        }
        let reference = Reference { template, id: &entry.id, attribute: None };
        let Some(resource) = reference.resource(own.scope()) else { continue };
        let mut of_resource = Stores::of(&resource).sealed;
        of_resource.retain(|it| it.key.is_same(key));
        // In the order in which they are read, so that the second use is the one further down.
        of_resource.sort_by_key(|it| it.site.span.start);
        stores.extend(of_resource);
    }
    stores
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted_by_type() {
        assert!(ROWS.is_sorted_by_key(|it| it.type_name));
    }
}
