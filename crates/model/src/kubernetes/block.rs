//! A mapping of a manifest, and the settings in it: typed as the API server types them.

use stackseal_syntax::{Entry, Kind, Node, Span};

use crate::kubernetes::placeholder::{has_placeholder, has_vault_placeholder};
use crate::kubernetes::scalar::{Scalar, local_tag, resolve};
use crate::setting::{Reason, Setting, Site, Unknown};

/// A mapping, with the key it stands under: where something that is missing in it goes.
///
/// Paths are lists of keys. A null counts as absent. What the API server would refuse, say a
/// boolean where a text belongs, is unknown; so is a placeholder. In an object that is a patch,
/// what is not there is unknown too: the rest of the object stands elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct Block<'t> {
    node: Node<'t>,
    key: Span,
    reading: Reading,
}

/// The reason of what a patch does not show.
pub(super) const PARTIAL: Reason<'static> =
    Reason::Outside("a patch shows only a part of the object");

/// What has to be known of an object to read any value in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    /// It is a patch: what it does not say stands elsewhere.
    pub(super) is_partial: bool,
    /// argocd-vault-plugin replaces `<name>` in it.
    pub(super) has_vault_plugin: bool,
}

impl<'t> Block<'t> {
    pub(super) fn new(node: Node<'t>, key: Span, reading: Reading) -> Self {
        Self { node, key, reading }
    }

    /// The root of a document that is a whole and holds no object of the cluster, such as a list
    /// embedded in a text.
    pub fn root(node: Node<'t>) -> Self {
        Self::new(node, first_key(node), Reading { is_partial: false, has_vault_plugin: false })
    }

    /// The mapping itself.
    pub fn node(self) -> Node<'t> {
        self.node
    }

    /// The key it stands under; for an element of a list, its first key.
    pub fn key(self) -> Span {
        self.key
    }

    /// Whether it belongs to a patch, in which nothing can be said to be missing.
    pub fn is_partial(self) -> bool {
        self.reading.is_partial
    }

    /// What stands at `path`, whatever its type.
    pub fn value(self, path: &[&str]) -> Setting<'t, Node<'t>> {
        let mut node = self.node;
        let mut key = self.key;
        for name in path {
            if node.kind() != Kind::Mapping {
                return self.unreadable(node, "not a mapping");
            }
            match node.entry(name) {
                // A patch takes a field away by setting it to null, so this holds for patches too.
                Some(entry) if entry.value.is_null() => return Setting::Absent(entry.key.span()),
                Some(entry) => {
                    key = entry.key.span();
                    node = entry.value;
                }
                None if self.reading.is_partial => {
                    return Setting::Unknown(Unknown { span: key, reason: PARTIAL });
                }
                None => return Setting::Absent(key),
            }
        }
        Setting::Known(node, Site::at(node.span()))
    }

    /// The text at `path` as it is written, placeholders and all, whatever type it has.
    pub fn written(self, path: &[&str]) -> Option<&'t str> {
        self.value(path).known().and_then(Node::text)
    }

    /// The text at `path`, a field of type string.
    pub fn text(self, path: &[&str]) -> Setting<'t, &'t str> {
        self.read(path, Self::read_text)
    }

    /// The truth at `path`, a field of type boolean.
    pub fn boolean(self, path: &[&str]) -> Setting<'t, bool> {
        self.read(path, |block, node| match resolve(node) {
            Scalar::Boolean(value) if node.kind() == Kind::Scalar => {
                Setting::Known(value, Site::at(node.span()))
            }
            Scalar::Boolean(_)
            | Scalar::Null
            | Scalar::Integer(_)
            | Scalar::Float
            | Scalar::Text => block.unreadable(node, "not a boolean"),
        })
    }

    /// The whole number at `path`.
    pub fn integer(self, path: &[&str]) -> Setting<'t, i64> {
        self.read(path, |block, node| match resolve(node) {
            Scalar::Integer(Some(value)) if node.kind() == Kind::Scalar => {
                Setting::Known(value, Site::at(node.span()))
            }
            Scalar::Integer(_)
            | Scalar::Boolean(_)
            | Scalar::Null
            | Scalar::Float
            | Scalar::Text => block.unreadable(node, "not a whole number"),
        })
    }

    /// The text or whole number at `path`, as written: a field of type `IntOrString`.
    pub fn text_or_integer(self, path: &[&str]) -> Setting<'t, &'t str> {
        self.read(path, |block, node| match (resolve(node), node.text()) {
            (Scalar::Integer(_), Some(text)) => Setting::Known(text, Site::at(node.span())),
            (
                Scalar::Integer(_)
                | Scalar::Boolean(_)
                | Scalar::Null
                | Scalar::Float
                | Scalar::Text,
                _,
            ) => block.read_text(node),
        })
    }

    /// The elements of the list at `path`.
    pub fn items(self, path: &[&str]) -> Setting<'t, Vec<Node<'t>>> {
        self.read(path, |block, node| match node.kind() {
            Kind::Sequence => Setting::Known(node.items().collect(), Site::at(node.span())),
            Kind::Mapping | Kind::Scalar => block.unreadable(node, "not a list"),
        })
    }

    /// The mapping at `path`.
    pub fn block(self, path: &[&str]) -> Setting<'t, Self> {
        let mut block = self;
        for name in path {
            let node = match block.value(&[name]) {
                Setting::Known(node, _) => node,
                Setting::Absent(span) => return Setting::Absent(span),
                Setting::Unknown(unknown) => return Setting::Unknown(unknown),
            };
            if node.kind() != Kind::Mapping {
                return self.unreadable(node, "not a mapping");
            }
            let key = block.node.entry(name).map_or(block.key, |it| it.key.span());
            block = Self::new(node, key, self.reading);
        }
        Setting::Known(block, Site::at(block.node.span()))
    }

    /// The mappings in the list at `path`; nothing where there is no list, and elements that are no
    /// mappings are passed over.
    pub fn blocks(self, path: &[&str]) -> Vec<Self> {
        let items = self.items(path).known().unwrap_or_default();
        items.into_iter().filter_map(|it| self.element(it)).collect()
    }

    /// Every key with what is known of its text: a field that maps strings to strings.
    pub fn text_entries(self) -> impl Iterator<Item = (Node<'t>, Setting<'t, &'t str>)> {
        self.node.entries().map(move |it| (it.key, self.read_text_or_null(it.value, it.key.span())))
    }

    /// The value of `entry`, an entry of this block, as a block under its key.
    pub(super) fn child(self, entry: Entry<'t>) -> Option<Self> {
        let Entry { key, value } = entry;
        (value.kind() == Kind::Mapping).then(|| Self::new(value, key.span(), self.reading))
    }

    /// `node`, an element of a list in this block, as a block of its own.
    pub fn element(self, node: Node<'t>) -> Option<Self> {
        (node.kind() == Kind::Mapping).then(|| Self::new(node, first_key(node), self.reading))
    }

    /// What `node`, a value somewhere in this block, says as a text.
    pub fn read_text(self, node: Node<'t>) -> Setting<'t, &'t str> {
        self.read_text_or_null(node, node.span())
    }

    fn read_text_or_null(self, node: Node<'t>, null: Span) -> Setting<'t, &'t str> {
        let Some(text) = node.text() else {
            return self.unreadable(node, "not a text");
        };
        match resolve(node) {
            Scalar::Null => Setting::Absent(null),
            Scalar::Boolean(_) => self.unreadable(node, "a boolean, where only a text is accepted"),
            Scalar::Integer(_) | Scalar::Float => {
                self.unreadable(node, "a number, where only a text is accepted")
            }
            Scalar::Text => match self.obstacle(node) {
                Some(reason) => Setting::Unknown(Unknown { span: node.span(), reason }),
                None => Setting::Known(text, Site::at(node.span())),
            },
        }
    }

    fn read<T>(
        self,
        path: &[&str],
        read: impl FnOnce(Self, Node<'t>) -> Setting<'t, T>,
    ) -> Setting<'t, T> {
        match self.value(path) {
            Setting::Known(node, _) => read(self, node),
            Setting::Absent(span) => Setting::Absent(span),
            Setting::Unknown(unknown) => Setting::Unknown(unknown),
        }
    }

    /// Why `node` cannot be taken as it is written, though its type is right.
    fn obstacle(self, node: Node<'t>) -> Option<Reason<'t>> {
        if let Some(tag) = local_tag(node) {
            return Some(Reason::Macro(tag.into()));
        }
        let text = node.text()?;
        let is_placeholder =
            has_placeholder(text) || self.reading.has_vault_plugin && has_vault_placeholder(text);
        is_placeholder.then_some(Reason::Placeholder)
    }

    fn unreadable<T>(self, node: Node<'t>, what: &'static str) -> Setting<'t, T> {
        let reason = self.obstacle(node).unwrap_or(Reason::Malformed(what));
        Setting::Unknown(Unknown { span: node.span(), reason })
    }
}

/// The first key of a mapping; the node itself where there is none.
pub(super) fn first_key(node: Node<'_>) -> Span {
    node.entries().next().map_or_else(|| node.span(), |it| it.key.span())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::testing::{document, shown};

    const READING: Reading = Reading { is_partial: false, has_vault_plugin: false };

    const TEXT: &str = "\
spec:
  text: abc
  quoted: \"true\"
  truth: yes
  number: 12
  none: ~
  placeholder: ${X}
  secret: <name>
  tagged: !vault abc
  list: [a, 1]
  inner:
    deep: x
";

    #[test]
    fn settings_are_typed_as_the_api_server_types_them() {
        let tree = document(TEXT);
        let root = tree.documents().next().unwrap();
        let block = Block::new(root, first_key(root), READING);
        let cases = [
            ("text", "abc @ abc", "? not a boolean", "? not a whole number"),
            ("quoted", "true @ \"true\"", "? not a boolean", "? not a whole number"),
            (
                "truth",
                "? a boolean, where only a text is accepted",
                "true @ yes",
                "? not a whole number",
            ),
            ("number", "? a number, where only a text is accepted", "? not a boolean", "12 @ 12"),
            ("none", "absent @ none", "absent @ none", "absent @ none"),
            ("missing", "absent @ spec", "absent @ spec", "absent @ spec"),
            ("placeholder", "? placeholder", "? placeholder", "? placeholder"),
            ("secret", "<name> @ <name>", "? not a boolean", "? not a whole number"),
            ("tagged", "? macro", "? macro", "? macro"),
            ("list", "? not a text", "? not a boolean", "? not a whole number"),
        ];
        for (key, text, boolean, integer) in cases {
            let path = ["spec", key];
            assert_eq!(shown(&tree, &block.text(&path)), text, "{key}");
            assert_eq!(shown(&tree, &block.boolean(&path)), boolean, "{key}");
            assert_eq!(shown(&tree, &block.integer(&path)), integer, "{key}");
        }
        assert_eq!(shown(&tree, &block.text(&["spec", "text", "x"])), "? not a mapping");
        assert_eq!(shown(&tree, &block.text(&["spec", "inner", "x"])), "absent @ inner");
        assert_eq!(shown(&tree, &block.text(&["other", "inner", "x"])), "absent @ spec");
        assert_eq!(shown(&tree, &block.text_or_integer(&["spec", "number"])), "12 @ 12");
    }

    #[test]
    fn nothing_is_absent_in_a_patch() {
        let tree = document(TEXT);
        let root = tree.documents().next().unwrap();
        let block = Block::new(root, first_key(root), Reading { is_partial: true, ..READING });
        assert_eq!(shown(&tree, &block.text(&["spec", "missing"])), "? outside");
        assert_eq!(shown(&tree, &block.text(&["spec", "none"])), "absent @ none");
        assert_eq!(shown(&tree, &block.text(&["spec", "text"])), "abc @ abc");
    }

    #[test]
    fn the_vault_plugin_makes_names_in_angle_brackets_placeholders() {
        let tree = document(TEXT);
        let root = tree.documents().next().unwrap();
        let block =
            Block::new(root, first_key(root), Reading { has_vault_plugin: true, ..READING });
        assert_eq!(shown(&tree, &block.text(&["spec", "secret"])), "? placeholder");
    }

    #[test]
    fn a_block_knows_the_key_it_stands_under() {
        let tree = document(TEXT);
        let root = tree.documents().next().unwrap();
        let block = Block::new(root, first_key(root), READING);
        let inner = block.block(&["spec", "inner"]).known().unwrap();
        assert_eq!(tree.source().text.get(inner.key().range()), Some("inner"));
        assert_eq!(shown(&tree, &block.block(&["spec", "list"]).map(|_| "")), "? not a mapping");
        assert_eq!(shown(&tree, &block.block(&["spec", "none"]).map(|_| "")), "absent @ none");
    }
}
