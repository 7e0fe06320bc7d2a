//! The names of the formats.

use std::fmt;
use std::str::FromStr;

/// A form in which a run can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// For people: each finding with the lines it is about.
    Text,
    /// For people and line tools: one line a finding.
    Concise,
    /// For programs: one JSON object.
    Json,
}

/// A word that names no format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFormat {
    /// What was given.
    pub text: String,
}

impl Format {
    /// All of them, those for people first.
    pub const ALL: &[Self] = &[Self::Text, Self::Concise, Self::Json];

    /// As written on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Concise => "concise",
            Self::Json => "json",
        }
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        let is_named = |it: &Self| it.as_str() == text;
        Self::ALL
            .iter()
            .copied()
            .find(is_named)
            .ok_or_else(|| UnknownFormat { text: text.to_owned() })
    }
}

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no format", self.text)
    }
}

impl std::error::Error for UnknownFormat {}
