//! The configuration of WordPress: which constants a `wp-config.php` defines, and as what.
//!
//! PHP is read as far as settings go, and broken PHP as far as it can be. What a constant comes to is
//! a literal, a combination of flags, or open; nothing is run. Rules get ranges of the text, and
//! [`WpConfig::span`] says where those stand in the file, also when the text is the value of a
//! ConfigMap.

mod expression;
mod lexer;
mod reader;
mod text;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use stackseal_syntax::{FileId, Node, OffsetMap, Source, Span};

pub use expression::{Expression, Fallback, Flags, Literal, Value};

/// A `wp-config.php`, or statements that are added to one.
pub struct WpConfig {
    text: WpText,
    kind: WpConfigKind,
    statements: reader::Statements,
}

/// What part of the configuration a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WpConfigKind {
    /// A `wp-config.php`.
    Whole,
    /// The sample that comes with WordPress: full of placeholders, and never used as it is.
    Sample,
    /// `WORDPRESS_CONFIG_EXTRA` of the official image: statements behind the image's own defines of
    /// the database, keys and salts, which therefore have no effect here.
    ///
    /// <https://hub.docker.com/_/wordpress>
    Extra,
}

/// The text, and where it stands.
enum WpText {
    File(Arc<Source>),
    Scalar { file: FileId, text: String, map: OffsetMap },
}

/// A constant as one statement defines it.
#[derive(Clone, Debug)]
pub struct Constant {
    /// Its name, in the case it is written: constants are case sensitive.
    pub name: Box<str>,
    /// Where the name stands, without its quotes.
    pub name_range: Range<usize>,
    /// What it is defined as.
    pub expression: Expression,
    /// Whether the statement runs only sometimes: in a branch, a loop or a function. The guard
    /// `if (!defined('NAME'))` around the definition of the same name is none.
    pub is_conditional: bool,
    /// Whether it is a `const`, whose value PHP wants to know before it runs anything: without calls.
    pub is_const: bool,
}

/// `'key' => 'value'` in an array: how plugins take their settings.
#[derive(Clone, Debug)]
pub struct ArrayEntry {
    /// The key.
    pub key: Box<str>,
    /// The literal behind it, and where it stands.
    pub value: Fallback,
}

/// `$_SERVER['HTTPS'] = …`: WordPress takes the request for an encrypted one.
#[derive(Clone, Debug)]
pub struct HttpsAssignment {
    /// The whole assignment.
    pub range: Range<usize>,
    /// Whether it runs only sometimes.
    pub is_conditional: bool,
}

/// Whether a file or key called `name` is a `wp-config.php` by its name: `wp-config*.php`.
pub fn is_wp_config_name(name: &str) -> bool {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_ascii_lowercase();
    name.strip_prefix("wp-config")
        .and_then(|it| it.rsplit_once('.'))
        .is_some_and(|it| it.1 == "php")
}

/// Whether `text` is a `wp-config.php` by its content: it defines `DB_NAME` or `ABSPATH`.
pub fn looks_like_wp_config(text: &str) -> bool {
    let names = ["ABSPATH", "DB_NAME"];
    names.iter().any(|it| text.contains(it))
        && reader::read(text).constants.iter().any(|it| names.contains(&&*it.name))
}

impl WpConfig {
    /// Reads a file.
    pub fn of_source(source: &Arc<Source>) -> Self {
        let name = source.path.rsplit('/').next().unwrap_or_default();
        let kind = if name.eq_ignore_ascii_case("wp-config-sample.php") {
            WpConfigKind::Sample
        } else {
            WpConfigKind::Whole
        };
        let statements = reader::read(&source.text);
        Self { text: WpText::File(Arc::clone(source)), kind, statements }
    }

    /// Reads the value of a scalar, such as a key of a ConfigMap.
    pub fn of_scalar(node: Node<'_>) -> Self {
        Self::in_scalar(node, WpConfigKind::Whole)
    }

    /// Reads the value of a scalar that is the `WORDPRESS_CONFIG_EXTRA` of a container.
    pub fn of_extra(node: Node<'_>) -> Self {
        Self::in_scalar(node, WpConfigKind::Extra)
    }

    fn in_scalar(node: Node<'_>, kind: WpConfigKind) -> Self {
        let text = node.text().unwrap_or_default().to_owned();
        let statements = reader::read(&text);
        let text =
            WpText::Scalar { file: node.tree().file(), text, map: OffsetMap::of_scalar(node) };
        Self { text, kind, statements }
    }

    /// The file it stands in.
    pub fn file(&self) -> FileId {
        match &self.text {
            WpText::File(source) => source.id,
            WpText::Scalar { file, .. } => *file,
        }
    }

    /// The text that was read.
    pub fn text(&self) -> &str {
        match &self.text {
            WpText::File(source) => &source.text,
            WpText::Scalar { text, .. } => text,
        }
    }

    /// What part of the configuration it is.
    pub fn kind(&self) -> WpConfigKind {
        self.kind
    }

    /// Where a range of [`Self::text`] stands in the file.
    pub fn span(&self, range: &Range<usize>) -> Span {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let (start, end) = (offset(range.start), offset(range.end));
        match &self.text {
            WpText::File(source) => Span::new(source.id, start, end),
            WpText::Scalar { file, map, .. } => map.span(*file, start, end),
        }
    }

    /// Every definition of a constant, in the order of the text.
    pub fn constants(&self) -> &[Constant] {
        &self.statements.constants
    }

    /// Where strings stand, without their quotes: all but those in comments.
    pub fn strings(&self) -> &[Range<usize>] {
        &self.statements.strings
    }

    /// The entries of arrays that are literals.
    pub fn array_entries(&self) -> &[ArrayEntry] {
        &self.statements.entries
    }

    /// The definitions of `name` that may be the one that holds.
    ///
    /// PHP keeps the first definition; those behind one that always runs have no effect.
    pub fn definitions(&self, name: &str) -> impl Iterator<Item = &Constant> {
        let mut is_over = false;
        self.constants().iter().filter(move |it| *it.name == *name).take_while(move |it| {
            let holds = !is_over;
            is_over |= !it.is_conditional;
            holds
        })
    }

    /// The first definition of `name`: the one that holds, if it always runs.
    pub fn constant(&self, name: &str) -> Option<&Constant> {
        self.definitions(name).next()
    }

    /// Whether `range` stands in the value of a `const`, where PHP takes no calls.
    pub fn is_in_const(&self, range: &Range<usize>) -> bool {
        // In the order of the text, and none within another.
        let behind =
            self.constants().partition_point(|it| it.expression.range.start <= range.start);
        let before = behind.checked_sub(1).and_then(|it| self.constants().get(it));
        before.is_some_and(|it| it.is_const && range.end <= it.expression.range.end)
    }

    /// Whether `name` is defined whatever happens.
    pub fn is_always_defined(&self, name: &str) -> bool {
        self.constants().iter().any(|it| *it.name == *name && !it.is_conditional)
    }

    /// Where the protocol that a proxy forwards is read (`HTTP_X_FORWARDED_PROTO` and its like), if
    /// anything may come of it: PHP is told how the request came, or a constant is.
    pub fn forwarded_protocol(&self) -> Option<&Range<usize>> {
        let read = self.statements.forwarded_protocol.as_ref()?;
        let is_within = |it: &Constant| {
            it.expression.range.start <= read.start && read.end <= it.expression.range.end
        };
        let has_effect = self.statements.sets_protocol || self.constants().iter().any(is_within);
        has_effect.then_some(read)
    }

    /// The assignments that make WordPress take a request for an encrypted one, as far as they stand
    /// before WordPress is loaded.
    pub fn https_assignments(&self) -> impl Iterator<Item = &HttpsAssignment> {
        let end = self.statements.settings.as_ref().map_or(usize::MAX, |it| it.start);
        self.statements.https.iter().filter(move |it| it.range.start < end)
    }

    /// Where another file is included that may define constants too; not `wp-settings.php`, nor an
    /// autoloader.
    pub fn other_include(&self) -> Option<&Range<usize>> {
        self.statements.other_include.as_ref()
    }
}

impl fmt::Debug for WpConfig {
    /// Names only: the text holds secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.constants().iter().map(|it| &it.name).collect();
        f.debug_struct("WpConfig").field("file", &self.file()).field("constants", &names).finish()
    }
}

#[cfg(test)]
mod tests;
