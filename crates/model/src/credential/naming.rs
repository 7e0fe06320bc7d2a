//! Names that somebody knows better than our tables.

use super::{Confidence, NameClass, Verdict, classify_name, judge_class};

/// Says of a name whether it marks a credential; none to leave it to the tables.
pub trait Naming: Fn(&str) -> Option<bool> {
    /// As [`classify_name`].
    fn classify(&self, name: &str) -> Option<NameClass> {
        let known = || classify_name(name).filter(|it| it.confidence == Confidence::High);
        match self(name) {
            Some(true) => Some(known().unwrap_or(GIVEN)),
            Some(false) => None,
            None => classify_name(name),
        }
    }

    /// As [`judge`](super::judge).
    fn judge(&self, name: &str, value: &str) -> Verdict {
        judge_class(name, || self.classify(name), value)
    }

    /// Whether `name` is declared to be none of a credential.
    fn is_harmless(&self, name: &str) -> bool {
        self(name) == Some(false)
    }
}

impl<F: Fn(&str) -> Option<bool>> Naming for F {}

/// Leaves every name to the tables.
pub fn by_tables(_: &str) -> Option<bool> {
    None
}

/// What a name marks that only the configuration knows.
const GIVEN: NameClass = NameClass { id: "given", confidence: Confidence::High };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_be_known_better() {
        let naming = |name: &str| match name {
            "PIN" => Some(true),
            "DB_PASSWORD" => Some(false),
            _ => None,
        };
        let is_named =
            |name: &str, value: &str| matches!(naming.judge(name, value), Verdict::Named(_));
        assert!(is_named("PIN", "4711-0815"));
        assert!(!is_named("DB_PASSWORD", "hunter22"));
        assert!(is_named("API_TOKEN", "hunter22"));
        assert!(!is_named("COLOUR", "hunter22"));
        // What is no literal stays none.
        assert!(matches!(naming.judge("PIN", "${PIN}"), Verdict::Exempt(..)));
        // The format tells, whatever the name.
        assert!(matches!(naming.judge("DB_PASSWORD", "AKIAIOSFODNN7EXAMPLE"), Verdict::Token(_)));
    }
}
