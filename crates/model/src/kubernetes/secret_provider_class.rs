//! A SecretProviderClass: what the Secrets Store CSI driver mounts.
//!
//! <https://secrets-store-csi-driver.sigs.k8s.io/concepts#secretproviderclass>,
//! <https://github.com/aws/secrets-store-csi-driver-provider-aws#secretproviderclass-options>

use stackseal_syntax::{Kind, Limits, Node, Span, Tree, parse_embedded};

use crate::kubernetes::block::Block;
use crate::kubernetes::object::{GroupKind, Object};
use crate::setting::{Setting, Site};

pub(super) const SECRET_PROVIDER_CLASS: &[GroupKind<'static>] =
    &[GroupKind { group: "secrets-store.csi.x-k8s.io", kind: "SecretProviderClass" }];

/// A SecretProviderClass.
#[derive(Clone, Copy, Debug)]
pub struct SecretProviderClass<'t> {
    object: Object<'t>,
}

/// Whether pods that mount `class`, a SecretProviderClass, need a role of AWS on their service account.
pub(super) fn needs_role<'t>(class: &Object<'t>) -> Setting<'t, bool> {
    let class = SecretProviderClass { object: *class };
    let no = Setting::Known(false, Site::at(class.object.site()));
    // Other providers have identities of other kinds.
    match class.provider() {
        Setting::Known("aws", _) => match class.uses_pod_identity() {
            Setting::Absent(span) => Setting::Known(true, Site::at(span)),
            uses_pod_identity => uses_pod_identity.map(|it| !it),
        },
        Setting::Known(..) | Setting::Absent(_) | Setting::Unknown(_) => no,
    }
}

/// What the text of `objects` says.
#[derive(Clone, Debug)]
pub enum ObjectList<'e> {
    /// No document at all, or an empty list.
    Empty,
    /// Something other than one list.
    NotAList(Span),
    /// Its elements: a block each, or the place of one that is no mapping.
    Entries(Vec<Result<ObjectEntry<'e>, Span>>),
}

/// One element of `objects`: a secret or parameter that becomes files.
#[derive(Clone, Copy, Debug)]
pub struct ObjectEntry<'e> {
    block: Block<'e>,
}

/// The service that keeps what an entry names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectService {
    /// Secrets Manager.
    SecretsManager,
    /// The Parameter Store of Systems Manager.
    ParameterStore,
}

impl<'t> SecretProviderClass<'t> {
    /// `object` as a SecretProviderClass, if it is one.
    pub fn new(object: &Object<'t>) -> Option<Self> {
        object.is_any(SECRET_PROVIDER_CLASS).then_some(Self { object: *object })
    }

    /// The object.
    pub fn object(&self) -> &Object<'t> {
        &self.object
    }

    /// The provider: `aws`, `azure`, ….
    pub fn provider(&self) -> Setting<'t, &'t str> {
        self.object.root().text(&["spec", "provider"])
    }

    /// A parameter of the provider; all of them are texts.
    pub fn parameter(&self, name: &str) -> Setting<'t, &'t str> {
        self.object.root().text(&["spec", "parameters", name])
    }

    /// The node that holds the text of `objects`, whatever it is.
    pub fn objects(&self) -> Setting<'t, Node<'t>> {
        self.object.root().value(&["spec", "parameters", "objects"])
    }

    /// The text of `objects` as YAML, if it is a text; places in it are places in the manifest.
    pub fn parse_objects(&self) -> Option<Tree> {
        let text = self.objects().known().filter(|it| it.kind() == Kind::Scalar)?;
        Some(parse_embedded(text, &Limits::default()))
    }

    /// What `tree`, made by [`Self::parse_objects`], lists.
    pub fn entries<'e>(&self, tree: &'e Tree) -> ObjectList<'e>
    where
        't: 'e,
    {
        let mut documents = tree.documents();
        let list = match (documents.next(), documents.next()) {
            (None, _) => return ObjectList::Empty,
            (Some(list), None) => list,
            (Some(_), Some(second)) => return ObjectList::NotAList(second.span()),
        };
        match list.kind() {
            Kind::Scalar if list.is_null() => ObjectList::Empty,
            Kind::Scalar | Kind::Mapping => ObjectList::NotAList(list.span()),
            Kind::Sequence if list.items().len() == 0 => ObjectList::Empty,
            Kind::Sequence => {
                let root = self.object.root();
                let entry = |it: Node<'e>| match root.element(it) {
                    Some(block) => Ok(ObjectEntry { block }),
                    None => Err(it.span()),
                };
                ObjectList::Entries(list.items().map(entry).collect())
            }
        }
    }

    /// Whether pods prove who they are by EKS Pod Identity rather than by a role annotated on their
    /// service account; absent means they do not.
    pub fn uses_pod_identity(&self) -> Setting<'t, bool> {
        self.parameter("usePodIdentity")
            .map(|it| matches!(it, "1" | "t" | "T" | "TRUE" | "true" | "True"))
    }

    /// The Secrets it makes while a pod mounts it: a block each, as written.
    pub fn secret_objects(&self) -> Vec<Block<'t>> {
        self.object.root().blocks(&["spec", "secretObjects"])
    }
}

impl<'e> ObjectEntry<'e> {
    /// The entry as a block.
    pub fn block(self) -> Block<'e> {
        self.block
    }

    /// The node of a field, its name compared as Go does.
    pub fn field(self, name: &str) -> Setting<'e, Node<'e>> {
        field_of(self.block, name)
    }

    /// The text of a field, its name compared as Go does.
    pub fn text(self, name: &str) -> Setting<'e, &'e str> {
        text_of(self.block, name)
    }

    /// The name as written, placeholders and all; none where it is missing or empty.
    pub fn written_name(self) -> Option<&'e str> {
        self.field("objectName").known()?.text().filter(|it| !it.is_empty())
    }

    /// The service that the ARN in the name belongs to: none where the name is no ARN.
    pub fn service_of_arn(self) -> Option<Setting<'e, ObjectService>> {
        let node = self.field("objectName").known()?;
        let mut parts = node.text()?.split(':');
        if parts.next() != Some("arn") {
            return None;
        }
        let site = Site::at(node.span());
        Some(match parts.nth(1) {
            Some("secretsmanager") => Setting::Known(ObjectService::SecretsManager, site),
            Some("ssm") => Setting::Known(ObjectService::ParameterStore, site),
            Some(_) | None => match self.block.read_text(node) {
                Setting::Unknown(unknown) => Setting::Unknown(unknown),
                Setting::Known(..) | Setting::Absent(_) => Setting::Absent(node.span()),
            },
        })
    }

    /// The files that keys of a JSON secret become.
    pub fn json_paths(self) -> Vec<Self> {
        let items = self.field("jmesPath").known().filter(|it| it.kind() == Kind::Sequence);
        items
            .into_iter()
            .flat_map(Node::items)
            .filter_map(|it| Some(Self { block: self.block.element(it)? }))
            .collect()
    }

    /// What is read where the first region fails; one without a name counts for nothing.
    pub fn failover(self) -> Option<Self> {
        let node = self.field("failoverObject").known()?;
        let failover = self.block.element(node).map(|block| Self { block });
        failover.filter(|it| it.written_name().is_some())
    }
}

/// The node of a field, its name compared as Go's JSON does: the exact name first, then any case.
fn field_of<'e>(block: Block<'e>, name: &str) -> Setting<'e, Node<'e>> {
    match block.value(&[name]) {
        Setting::Known(node, site) => Setting::Known(node, site),
        other @ (Setting::Absent(_) | Setting::Unknown(_)) => {
            let is_field = |it: &str| it.eq_ignore_ascii_case(name);
            let mut named = block.node().entries().filter(|it| it.key.text().is_some_and(is_field));
            match named.find(|it| !it.value.is_null()) {
                Some(entry) => Setting::Known(entry.value, Site::at(entry.value.span())),
                None => other,
            }
        }
    }
}

fn text_of<'e>(block: Block<'e>, name: &str) -> Setting<'e, &'e str> {
    match field_of(block, name) {
        Setting::Known(node, _) => block.read_text(node),
        Setting::Absent(span) => Setting::Absent(span),
        Setting::Unknown(unknown) => Setting::Unknown(unknown),
    }
}

impl ObjectService {
    /// As `objectType` names it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SecretsManager => "secretsmanager",
            Self::ParameterStore => "ssmparameter",
        }
    }

    /// The service that an `objectType` names; `ssm` names none.
    pub fn from_type(text: &str) -> Option<Self> {
        [Self::SecretsManager, Self::ParameterStore].into_iter().find(|it| it.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::testing::{document, objects, shown};

    fn class(objects: &str) -> String {
        format!(
            "apiVersion: secrets-store.csi.x-k8s.io/v1\nkind: SecretProviderClass\nmetadata: {{name: db}}\nspec:\n  provider: aws\n  \
             parameters:\n    objects: {objects}\n"
        )
    }

    #[test]
    fn entries_know_their_place_in_the_manifest() {
        let text = class(
            "|\n      - objectName: \"rds!db-1\"\n        ObjectAlias: db.json\n      - objectName: arn:aws:ssm:eu-west-1:1:parameter/x\n      - ~\n",
        );
        let tree = document(&text);
        let class = SecretProviderClass::new(&objects(&tree)[0]).unwrap();
        let embedded = class.parse_objects().unwrap();
        let ObjectList::Entries(entries) = class.entries(&embedded) else { panic!() };
        let entry = entries[0].as_ref().unwrap();
        assert_eq!(shown(&tree, &entry.text("objectName")), "rds!db-1 @ \"rds!db-1\"");
        assert_eq!(shown(&tree, &entry.text("objectAlias")), "db.json @ db.json");
        assert_eq!(shown(&tree, &entry.text("objectType")), "absent @ objectName");
        assert!(entry.service_of_arn().is_none());
        let arn = entries[1].as_ref().unwrap().service_of_arn().unwrap();
        assert_eq!(arn.known(), Some(ObjectService::ParameterStore));
        assert!(entries[2].is_err());
    }

    #[test]
    fn a_text_without_a_list_has_no_entries() {
        let cases = [
            ("''", "empty"),
            ("'[]'", "empty"),
            ("'~'", "empty"),
            ("\"# nothing\\n\"", "empty"),
            ("'a: b'", "no list"),
            ("|\n      array:\n        - |\n          objectName: x\n", "no list"),
            ("|\n      - objectName: x\n      ---\n      - objectName: y\n", "no list"),
            ("|\n      - objectName: x\n", "1"),
        ];
        for (objects_text, expected) in cases {
            let text = class(objects_text);
            let tree = document(&text);
            let class = SecretProviderClass::new(&objects(&tree)[0]).unwrap();
            let embedded = class.parse_objects().unwrap();
            let found = match class.entries(&embedded) {
                ObjectList::Empty => "empty".to_owned(),
                ObjectList::NotAList(_) => "no list".to_owned(),
                ObjectList::Entries(entries) => entries.len().to_string(),
            };
            assert_eq!(found, expected, "{objects_text}");
        }
        let tree = document(&class("[{objectName: x}]"));
        assert!(SecretProviderClass::new(&objects(&tree)[0]).unwrap().parse_objects().is_none());
    }

    #[test]
    fn an_arn_says_its_service() {
        let cases = [
            ("arn:aws:secretsmanager:eu-west-1:1:secret:x", Some("known")),
            ("arn:${PARTITION}:secretsmanager:${REGION}:1:secret:x", Some("known")),
            ("arn:aws:s3:::x", Some("absent")),
            ("arn:aws:${SERVICE}:x", Some("unknown")),
            ("arnold", None),
            ("x", None),
        ];
        for (name, expected) in cases {
            let tree = document(&class(&format!("|\n      - objectName: {name}\n")));
            let class = SecretProviderClass::new(&objects(&tree)[0]).unwrap();
            let embedded = class.parse_objects().unwrap();
            let ObjectList::Entries(entries) = class.entries(&embedded) else { panic!() };
            let found = entries[0].as_ref().unwrap().service_of_arn().map(|it| match it {
                Setting::Known(..) => "known",
                Setting::Absent(_) => "absent",
                Setting::Unknown(_) => "unknown",
            });
            assert_eq!(found, expected, "{name}");
        }
    }
}
