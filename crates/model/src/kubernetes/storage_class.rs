//! A StorageClass, and whether the volumes made by it are encrypted.
//!
//! <https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/parameters.md>

use stackseal_syntax::Node;

use crate::kubernetes::block::Block;
use crate::kubernetes::object::{GroupKind, Object};
use crate::setting::Setting;
use crate::slot::Slot;

/// StorageClass, in its one group.
pub const STORAGE_CLASS: GroupKind<'static> =
    GroupKind { group: "storage.k8s.io", kind: "StorageClass" };

/// Provisioners of EBS volumes: the driver, that of EKS Auto Mode, and the old one in Kubernetes
/// itself, whose parameters have been handed to the driver since EKS 1.23.
///
/// <https://docs.aws.amazon.com/eks/latest/userguide/create-storage-class.html>
const EBS: &[&str] = &["ebs.csi.aws.com", "ebs.csi.eks.amazonaws.com", "kubernetes.io/aws-ebs"];

/// A StorageClass.
#[derive(Clone, Copy, Debug)]
pub struct StorageClass<'t> {
    object: Object<'t>,
}

/// What makes the volumes of an EBS class encrypted, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EbsEncryption<'t> {
    /// `encrypted` is exactly `true`.
    On,
    /// A key is named: the driver then encrypts whatever `encrypted` says.
    ByKey,
    /// `encrypted` is another text, which the driver does not take for yes.
    Off(&'t str),
}

impl<'t> StorageClass<'t> {
    /// `object` as a StorageClass, if it is one.
    pub fn new(object: &Object<'t>) -> Option<Self> {
        object.is_any(&[STORAGE_CLASS]).then_some(Self { object: *object })
    }

    /// The object.
    pub fn object(&self) -> &Object<'t> {
        &self.object
    }

    /// Who makes its volumes.
    pub fn provisioner(&self) -> Setting<'t, &'t str> {
        self.object.root().text(&["provisioner"])
    }

    /// Whether its volumes are of EBS.
    pub fn is_ebs(&self) -> Setting<'t, bool> {
        self.provisioner().map(|it| EBS.contains(&it))
    }

    /// Whether claims without a class get it.
    pub fn is_default(&self) -> bool {
        [
            "storageclass.kubernetes.io/is-default-class",
            "storageclass.beta.kubernetes.io/is-default-class",
        ]
        .into_iter()
        .any(|it| self.object.annotation(it).known() == Some("true"))
    }

    /// What an EBS class says of encryption. Without a word of it, the volumes are not encrypted,
    /// unless the account encrypts by default, which no manifest shows.
    pub fn ebs_encryption(&self) -> Setting<'t, EbsEncryption<'t>> {
        let switch = match self.parameter("encrypted") {
            Setting::Known("true", site) => return Setting::Known(EbsEncryption::On, site),
            Setting::Known(text, site) => Setting::Known(EbsEncryption::Off(text), site),
            Setting::Absent(span) => Setting::Absent(span),
            Setting::Unknown(unknown) => Setting::Unknown(unknown),
        };
        match self.kms_key() {
            Setting::Known(_, site) => Setting::Known(EbsEncryption::ByKey, site),
            Setting::Absent(_) => switch,
            Setting::Unknown(unknown) => Setting::Unknown(unknown),
        }
    }

    /// The key of its volumes; an empty text counts as absent.
    pub fn kms_key(&self) -> Setting<'t, &'t str> {
        match self.parameter("kmsKeyId") {
            Setting::Known("", site) => Setting::Absent(site.span),
            key @ (Setting::Known(..) | Setting::Absent(_) | Setting::Unknown(_)) => key,
        }
    }

    /// Where `encrypted` is written, in whichever case, or would be.
    pub fn encrypted_slot(&self) -> Option<Slot> {
        let name = "encrypted";
        let parameters = self.object.root().block(&["parameters"]).known();
        let written = parameters.and_then(|it| entry_of(it, name)).and_then(|it| it.0.text());
        Slot::below(self.object.node(), &["parameters", written.unwrap_or(name)])
    }

    /// A parameter, its name compared as the driver does, regardless of case.
    fn parameter(&self, name: &str) -> Setting<'t, &'t str> {
        let parameters = match self.object.root().block(&["parameters"]) {
            Setting::Known(parameters, _) => parameters,
            Setting::Absent(span) => return Setting::Absent(span),
            Setting::Unknown(unknown) => return Setting::Unknown(unknown),
        };
        // Only to place what is missing, or to leave it open in a patch.
        entry_of(parameters, name).map_or_else(|| parameters.text(&[name]), |(_, value)| value)
    }
}

/// The last entry of that name, regardless of case.
fn entry_of<'t>(parameters: Block<'t>, name: &str) -> Option<(Node<'t>, Setting<'t, &'t str>)> {
    let is_named = |key: Node<'_>| key.text().is_some_and(|it| it.eq_ignore_ascii_case(name));
    parameters.text_entries().filter(|(key, _)| is_named(*key)).last()
}

impl EbsEncryption<'_> {
    /// Whether the volumes are encrypted.
    pub fn is_encrypted(self) -> bool {
        match self {
            Self::On | Self::ByKey => true,
            Self::Off(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use stackseal_syntax::Span;

    use super::*;
    use crate::kubernetes::testing::{document, objects, shown};

    #[test]
    fn encryption_is_read_as_the_driver_reads_it() {
        let cases = [
            ("parameters: {encrypted: \"true\"}", "on @ \"true\""),
            ("parameters: {Encrypted: 'true'}", "on @ 'true'"),
            ("parameters: {encrypted: \"True\"}", "off @ \"True\""),
            ("parameters: {encrypted: \"1\"}", "off @ \"1\""),
            ("parameters: {encrypted: \"false\"}", "off @ \"false\""),
            ("parameters: {encrypted: true}", "? a boolean, where only a text is accepted"),
            ("parameters: {encrypted: '${ENCRYPTED}'}", "? placeholder"),
            ("parameters: {type: gp3}", "absent @ parameters"),
            ("parameters: {}", "absent @ parameters"),
            ("parameters:", "absent @ parameters"),
            ("reclaimPolicy: Delete", "absent @ StorageClass"),
            ("parameters: {kmsKeyId: arn:aws:kms:x}", "by key @ arn:aws:kms:x"),
            ("parameters: {KMSKEYID: arn:aws:kms:x, encrypted: 'false'}", "by key @ arn:aws:kms:x"),
            ("parameters: {kmsKeyId: '${KEY}'}", "? placeholder"),
            ("parameters: {kmsKeyId: '${KEY}', encrypted: 'true'}", "on @ 'true'"),
            ("parameters: {kmsKeyId: ''}", "absent @ parameters"),
            ("parameters: [a]", "? not a mapping"),
        ];
        for (body, expected) in cases {
            let tree = document(&format!(
                "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nprovisioner: ebs.csi.aws.com\n{body}\n"
            ));
            let class = StorageClass::new(&objects(&tree)[0]).unwrap();
            let found = class.ebs_encryption().map(|it| match it {
                EbsEncryption::On => "on",
                EbsEncryption::ByKey => "by key",
                EbsEncryption::Off(_) => "off",
            });
            assert_eq!(shown(&tree, &found), expected, "{body}");
        }
    }

    #[test]
    fn the_switch_is_written_where_it_stands() {
        let cases = [
            ("parameters: {Encrypted: \"TRUE\", type: gp3}", "\"TRUE\""),
            ("parameters: {encrypted: \"false\"}", "\"false\""),
            ("parameters: {type: gp3}", "{type: gp3} encrypted"),
            ("parameters:", "parameters encrypted"),
        ];
        for (body, expected) in cases {
            let tree = document(&format!(
                "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nprovisioner: ebs.csi.aws.com\n{body}\n"
            ));
            let class = StorageClass::new(&objects(&tree)[0]).unwrap();
            let text = |span: Span| tree.source().text.get(span.range()).unwrap();
            let found = match class.encrypted_slot().unwrap() {
                Slot::At(at, keys) | Slot::In(at, keys) | Slot::Under(at, keys) => {
                    [vec![text(at).to_owned()], keys].concat().join(" ")
                }
                Slot::Default { .. } => String::new(),
            };
            assert_eq!(found, expected, "{body}");
        }
    }
}
