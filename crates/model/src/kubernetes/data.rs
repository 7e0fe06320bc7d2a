//! What Secrets and ConfigMaps hold: their keys, and the values behind them, decoded.
//!
//! <https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1/>,
//! <https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/config-map-v1/>

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use stackseal_syntax::{Kind, Node, OffsetMap, Span, Style};

use crate::base64;
use crate::kubernetes::block::{Block, PARTIAL};
use crate::kubernetes::object::{GroupKind, Object};
use crate::setting::{Setting, Unknown};

const CONFIG_MAP: &[GroupKind<'static>] = &[GroupKind { group: "", kind: "ConfigMap" }];
const SECRET: &[GroupKind<'static>] = &[GroupKind { group: "", kind: "Secret" }];

/// Where objects that make Secrets keep a template of them, whose values are plain.
///
/// <https://github.com/bitnami-labs/sealed-secrets#sealedsecrets-as-templates-for-secrets>,
/// <https://external-secrets.io/latest/guides/templating/>
const TEMPLATES: &[(GroupKind<'static>, &[&str])] = &[
    (GroupKind { group: "bitnami.com", kind: "SealedSecret" }, &["spec", "template", "data"]),
    (
        GroupKind { group: "external-secrets.io", kind: "ClusterExternalSecret" },
        &["spec", "externalSecretSpec", "target", "template", "data"],
    ),
    (
        GroupKind { group: "external-secrets.io", kind: "ExternalSecret" },
        &["spec", "target", "template", "data"],
    ),
];

/// A value of a Secret or a ConfigMap, and its key.
#[derive(Clone)]
pub struct DataEntry<'t> {
    /// The key: often the name of a file.
    pub key: &'t str,
    /// Where it stands.
    pub key_span: Span,
    /// The value as it stands in the manifest.
    pub node: Node<'t>,
    /// What is written there, as the API server takes it.
    pub written: Setting<'t, &'t str>,
    /// What that comes to, placeholders and all.
    pub content: Content<'t>,
}

/// What a value comes to.
#[derive(Clone, PartialEq, Eq)]
pub enum Content<'t> {
    /// A text: as written, or decoded.
    Text(Cow<'t, str>),
    /// Bytes that are no text.
    Binary,
    /// Something that is not encoded as it should be.
    Malformed,
}

/// What an object holds.
#[derive(Clone, Debug, Default)]
pub struct Data<'t> {
    /// Its values, in the order of the manifest.
    pub entries: Vec<DataEntry<'t>>,
    /// Parts of it that cannot be read at all.
    pub unknown: Vec<Unknown<'t>>,
}

/// How values are written.
#[derive(Clone, Copy)]
enum Encoding {
    Plain,
    Base64,
}

impl<'t> Data<'t> {
    /// What `object` holds, if it is a ConfigMap.
    pub fn of_config_map(object: &Object<'t>) -> Option<Self> {
        let sections = [("data", Encoding::Plain), ("binaryData", Encoding::Base64)];
        object.is_any(CONFIG_MAP).then(|| Self::of(object, sections))
    }

    /// What `object` holds, if it is a Secret.
    pub fn of_secret(object: &Object<'t>) -> Option<Self> {
        let sections = [("data", Encoding::Base64), ("stringData", Encoding::Plain)];
        object.is_any(SECRET).then(|| Self::of(object, sections))
    }

    /// What `object`, which makes a Secret out of a store or a ciphertext, adds to it in plain text;
    /// none for other objects.
    pub fn of_secret_template(object: &Object<'t>) -> Option<Self> {
        let (_, path) = TEMPLATES.iter().find(|it| object.is_any(&[it.0]))?;
        let mut data = Self::default();
        data.read(object, path, Encoding::Plain);
        Some(data)
    }

    fn of(object: &Object<'t>, sections: [(&str, Encoding); 2]) -> Self {
        let mut data = Self::default();
        // SOPS encrypts the values, and says so beside them: https://getsops.io/docs/
        if object.node().get("sops").is_none_or(|it| it.kind() != Kind::Mapping) {
            for (section, encoding) in sections {
                data.read(object, &[section], encoding);
            }
        }
        data.entries.sort_by_key(|it| it.key_span);
        data
    }

    fn read(&mut self, object: &Object<'t>, path: &[&str], encoding: Encoding) {
        match object.root().block(path) {
            Setting::Known(block, _) => {
                self.entries.extend(block.node().entries().filter_map(|it| {
                    let key = it.key.text()?;
                    Some(DataEntry::new(block, key, it.key.span(), it.value, encoding))
                }));
            }
            Setting::Absent(_) => (),
            // What a patch does not show, it does not hold.
            Setting::Unknown(unknown) if unknown.reason == PARTIAL => (),
            Setting::Unknown(unknown) => self.unknown.push(unknown),
        }
    }
}

impl<'t> DataEntry<'t> {
    fn new(
        block: Block<'t>,
        key: &'t str,
        key_span: Span,
        node: Node<'t>,
        encoding: Encoding,
    ) -> Self {
        let content = match (node.text(), encoding) {
            (None, _) => Content::Malformed,
            (Some(text), Encoding::Plain) => Content::Text(Cow::Borrowed(text)),
            (Some(text), Encoding::Base64) => match base64::decode(text).map(String::from_utf8) {
                Some(Ok(text)) => Content::Text(Cow::Owned(text)),
                Some(Err(_)) => Content::Binary,
                None => Content::Malformed,
            },
        };
        Self { key, key_span, node, written: block.read_text(node), content }
    }

    /// Where `range`, bytes of its text, stands in the file. What is encoded has no places of its
    /// own, and a text in quotes is shown with them.
    pub fn place(&self, range: &Range<usize>) -> Span {
        let whole = self.node.span();
        let Content::Text(text) = &self.content else {
            return whole;
        };
        let is_encoded = self.node.text() != Some(text.as_ref());
        let has_lines = matches!(self.node.style(), Style::Literal | Style::Folded);
        let is_all = !has_lines && text.get(range.clone()) == Some(text.trim());
        match (u32::try_from(range.start), u32::try_from(range.end)) {
            (Ok(start), Ok(end)) if !is_encoded && !is_all => {
                OffsetMap::of_scalar(self.node).span(whole.file, start, end)
            }
            (Ok(_) | Err(_), Ok(_) | Err(_)) => whole,
        }
    }
}

impl fmt::Debug for DataEntry<'_> {
    /// Key and place only: the value may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, key_span: _, node, written: _, content } = self;
        write!(f, "{key}@{node:?} {content:?}")
    }
}

impl fmt::Debug for Content<'_> {
    /// Shape only: the text may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "text",
            Self::Binary => "binary",
            Self::Malformed => "malformed",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::testing::{document, objects};

    fn check(text: &str, expected: &[(&str, &str)]) {
        let tree = document(text);
        let object = &objects(&tree)[0];
        let data = Data::of_secret(object)
            .or_else(|| Data::of_config_map(object))
            .or_else(|| Data::of_secret_template(object))
            .unwrap();
        let shown: Vec<(&str, String)> = data
            .entries
            .iter()
            .map(|it| {
                let content = match (&it.written, &it.content) {
                    (Setting::Absent(_), _) => "absent".to_owned(),
                    (Setting::Unknown(_), Content::Text(text)) => format!("? {text}"),
                    (Setting::Unknown(_), Content::Binary | Content::Malformed) => "?".to_owned(),
                    (Setting::Known(..), Content::Text(text)) => text.to_string(),
                    (Setting::Known(..), Content::Binary) => "binary".to_owned(),
                    (Setting::Known(..), Content::Malformed) => "malformed".to_owned(),
                };
                (it.key, content)
            })
            .collect();
        let shown: Vec<(&str, &str)> = shown.iter().map(|it| (it.0, &*it.1)).collect();
        assert_eq!(shown, expected, "{text}");
    }

    #[test]
    fn values_are_plain_or_encoded() {
        check(
            "apiVersion: v1\nkind: Secret\nstringData: {a: x, b: '', c: ~, d: 12, e: '${E}'}\n\
             data: {f: aHVudGVyMjI=, g: '/w==', h: hunter2!, i: '${I}', j: [x]}\n",
            &[
                ("a", "x"),
                ("b", ""),
                ("c", "absent"),
                ("d", "? 12"),
                ("e", "? ${E}"),
                ("f", "hunter22"),
                ("g", "binary"),
                ("h", "malformed"),
                ("i", "?"),
                ("j", "?"),
            ],
        );
        check(
            "apiVersion: v1\nkind: ConfigMap\nbinaryData:\n  a: |\n    aHVu\n    dGVy\ndata: {b: x}\n",
            &[("a", "hunter"), ("b", "x")],
        );
    }

    #[test]
    fn what_sops_encrypts_is_not_held() {
        check("apiVersion: v1\nkind: Secret\ndata: {a: 'ENC[x]'}\nsops: {version: 3}\n", &[]);
        check("apiVersion: v1\nkind: ConfigMap\ndata: {a: x}\nsops: no\n", &[("a", "x")]);
    }

    #[test]
    fn templates_of_secrets_are_plain() {
        check(
            "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nspec: {template: {data: {a: x}}, encryptedData: {b: y}}\n",
            &[("a", "x")],
        );
        check(
            "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nspec: {target: {template: {data: {a: '{{ .b }}'}}}}\n",
            &[("a", "? {{ .b }}")],
        );
    }
}
