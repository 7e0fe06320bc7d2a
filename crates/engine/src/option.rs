//! Options of rules: declared once as static data, from which the configuration is checked, its JSON
//! Schema and the pages are written, and by which a rule asks for what it was given.

use std::fmt::Debug;

use crate::wildcard::Wildcards;

/// What an option says of itself.
pub trait RuleOption: Debug + Sync {
    /// As in the configuration, in kebab case.
    fn name(&self) -> &'static str;

    /// What it changes: one sentence, with its full stop.
    fn doc(&self) -> &'static str;

    /// What it takes, and what it is without a word from the user.
    fn kind(&self) -> OptionKind;
}

/// What an option takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OptionKind {
    /// One of some words.
    Word {
        /// All of them, in an order of their own.
        words: Vec<&'static str>,
        /// The one that holds if none is given.
        default: &'static str,
    },
    /// A list of names, in which `*` stands for any text.
    Names,
    /// A whole number.
    Number {
        /// The least.
        min: u32,
        /// The greatest.
        max: u32,
        /// What holds if none is given.
        default: u32,
    },
}

impl OptionKind {
    /// What it takes and what it is by default: sentences, for pages.
    pub fn describe(&self) -> String {
        match self {
            Self::Word { words, default } => {
                let quoted: Vec<String> = words.iter().map(|it| format!("`{it}`")).collect();
                format!("One of {}; `{default}` unless you say otherwise.", quoted.join(", "))
            }
            Self::Names => "A list; empty unless you say otherwise.".to_owned(),
            Self::Number { min, max, default } => {
                format!("A number from {min} to {max}; {default} unless you say otherwise.")
            }
        }
    }
}

/// An option that takes one of some words, each of which means a `T`.
#[derive(Debug)]
pub struct Choice<T: 'static> {
    /// As in the configuration.
    pub name: &'static str,
    /// What it changes.
    pub doc: &'static str,
    /// The words.
    pub words: &'static [(&'static str, T)],
    /// The word that holds if none is given.
    pub default: (&'static str, T),
}

/// An option that takes a list of names; none by default. Names are compared without regard to case.
#[derive(Debug)]
pub struct Names {
    /// As in the configuration.
    pub name: &'static str,
    /// What it changes.
    pub doc: &'static str,
}

/// An option that takes a whole number.
#[derive(Debug)]
pub struct Number {
    /// As in the configuration.
    pub name: &'static str,
    /// What it changes.
    pub doc: &'static str,
    /// The least that makes sense.
    pub min: u32,
    /// The greatest that makes sense.
    pub max: u32,
    /// What holds if none is given.
    pub default: u32,
}

impl<T: Debug + Sync> RuleOption for Choice<T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn doc(&self) -> &'static str {
        self.doc
    }

    fn kind(&self) -> OptionKind {
        let words = self.words.iter().map(|it| it.0).collect();
        OptionKind::Word { words, default: self.default.0 }
    }
}

impl RuleOption for Names {
    fn name(&self) -> &'static str {
        self.name
    }

    fn doc(&self) -> &'static str {
        self.doc
    }

    fn kind(&self) -> OptionKind {
        OptionKind::Names
    }
}

impl RuleOption for Number {
    fn name(&self) -> &'static str {
        self.name
    }

    fn doc(&self) -> &'static str {
        self.doc
    }

    fn kind(&self) -> OptionKind {
        let Self { min, max, default, .. } = *self;
        OptionKind::Number { min, max, default }
    }
}

/// What the configuration gives an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OptionValue {
    /// One of its words.
    Word(&'static str),
    /// Names.
    Names(Wildcards),
    /// A number within its bounds.
    Number(u32),
}

/// The options given to one rule, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OptionValues(Vec<(&'static str, OptionValue)>);

impl OptionValues {
    /// No option is given.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Gives the option `name` a value.
    pub fn set(&mut self, name: &'static str, value: OptionValue) {
        self.0.retain(|it| it.0 != name);
        self.0.push((name, value));
    }

    /// Whether none is given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What the option `name` is given.
    pub fn get(&self, name: &str) -> Option<&OptionValue> {
        self.0.iter().find(|it| it.0 == name).map(|it| &it.1)
    }

    /// What `option` is.
    pub fn choice<T: Copy>(&self, option: &Choice<T>) -> T {
        let word = match self.get(option.name) {
            Some(OptionValue::Word(word)) => *word,
            Some(OptionValue::Names(_) | OptionValue::Number(_)) | None => option.default.0,
        };
        option.words.iter().find(|it| it.0 == word).map_or(option.default.1, |it| it.1)
    }

    /// What `option` is.
    pub fn names(&self, option: &Names) -> &Wildcards {
        static NONE: Wildcards = Wildcards::none();
        match self.get(option.name) {
            Some(OptionValue::Names(names)) => names,
            Some(OptionValue::Word(_) | OptionValue::Number(_)) | None => &NONE,
        }
    }

    /// What `option` is.
    pub fn number(&self, option: &Number) -> u32 {
        match self.get(option.name) {
            Some(OptionValue::Number(number)) => *number,
            Some(OptionValue::Word(_) | OptionValue::Names(_)) | None => option.default,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERSION: Choice<u8> = Choice {
        name: "version",
        doc: "The version.",
        words: &[("one", 1), ("two", 2)],
        default: ("two", 2),
    };
    const DAYS: Number = Number { name: "days", doc: "Days.", min: 1, max: 9, default: 3 };
    const WHO: Names = Names { name: "who", doc: "Who." };

    #[test]
    fn what_is_not_given_is_the_default() {
        let values = OptionValues::default();
        assert_eq!((values.choice(&VERSION), values.number(&DAYS)), (2, 3));
        assert!(!values.names(&WHO).matches("x"));
    }

    #[test]
    fn the_last_value_given_holds() {
        let mut values = OptionValues::default();
        values.set("version", OptionValue::Word("two"));
        values.set("version", OptionValue::Word("one"));
        values.set("days", OptionValue::Number(7));
        values.set("who", OptionValue::Names(["x*"].into_iter().collect()));
        assert_eq!((values.choice(&VERSION), values.number(&DAYS)), (1, 7));
        assert!(values.names(&WHO).matches("xy"));
    }
}
