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
    /// For programs that read as a run writes: one JSON object a line.
    Jsonl,
    /// For code scanning and editors: SARIF 2.1.0.
    Sarif,
    /// For test reports of CI servers, such as CodeBuild's report groups: the XML of `JUnit`.
    Junit,
    /// For GitHub Actions: workflow commands that annotate the lines of a pull request.
    Github,
    /// For GitLab: a code quality report.
    Gitlab,
    /// For a comment on a pull request.
    Markdown,
}

/// A word that names no format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFormat {
    /// What was given.
    pub text: String,
}

impl Format {
    /// All of them, those for people first.
    pub const ALL: &[Self] = &[
        Self::Text,
        Self::Concise,
        Self::Json,
        Self::Jsonl,
        Self::Sarif,
        Self::Junit,
        Self::Github,
        Self::Gitlab,
        Self::Markdown,
    ];

    /// As written on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Markdown => "markdown",
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
