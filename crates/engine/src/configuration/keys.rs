//! The keys of a configuration, each with what it means: from here the reader knows them, and the
//! JSON Schema and the file of `stackseal init` describe them.

macro_rules! keys {
    ($(#[$about:meta])* $ty:ident, $($variant:ident => $word:literal, $doc:literal;)+) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $ty {
            $(#[doc = $doc] $variant),+
        }

        impl $ty {
            /// All of them, in the order in which they are explained.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// As written.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }

            /// What it means: one sentence, with its full stop.
            pub const fn doc(self) -> &'static str {
                match self {
                    $(Self::$variant => $doc),+
                }
            }

            /// The key written `word`.
            pub fn of(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.as_str() == word)
            }
        }
    };
}

keys! {
    /// A key at the top.
    Key,
    Profile => "profile", "Which selection of rules runs: `recommended` unless you say otherwise.";
    Select => "select", "Rules and groups that run instead of those of the profile.";
    Ignore => "ignore", "Rules and groups that do not run, and single findings that are accepted.";
    FailOn => "fail-on", "From which severity on a finding fails the run: `low` unless you say otherwise.";
    Paths => "paths", "Which files are judged, by patterns as in a `.gitignore`.";
    Guard => "guard", "Files and folders of rules in the Guard language.";
    Parameters => "parameters", "Values of template parameters, and files with such.";
    Mandatory => "mandatory", "Rules and groups that nothing may silence.";
    Rules => "rules", "Severity and options of single rules.";
    Hook => "hook", "What the CloudFormation Hook does otherwise.";
}

keys! {
    /// A key under `hook`.
    HookKey,
    FailOn => "fail-on", "From which severity on a finding blocks: `high` unless you say otherwise.";
    OnlyNew => "only-new", "Whether what was there before a change lets it pass.";
    Exempt => "exempt", "Stacks that are left alone.";
}

keys! {
    /// A key of an entry of `exempt`.
    ExemptKey,
    Stacks => "stacks", "Their names, with `*` for any text.";
    Reason => "reason", "Why they are left alone.";
    Until => "until", "The last day on which they are, as in `2027-01-31`.";
}

keys! {
    /// A key under `paths`.
    PathsKey,
    Include => "include", "Of the files that are found, these only.";
    Exclude => "exclude", "Files and folders that are passed over.";
}

keys! {
    /// A key of an entry of `ignore`.
    IgnoreKey,
    Rule => "rule", "The rule or group whose findings are accepted.";
    Paths => "paths", "In which files, by patterns as in a `.gitignore`; in all unless given.";
    Resources => "resources", "Of which resources, by id or type, with `*` for any text; of all unless given.";
    Reason => "reason", "Why the findings are accepted.";
    Until => "until", "The last day on which they are, as in `2027-01-31`.";
}

/// The key of a rule that is none of its options.
pub const SEVERITY_KEY: (&str, &str) =
    ("severity", "How bad a finding of this rule is, whatever the rule says itself.");
