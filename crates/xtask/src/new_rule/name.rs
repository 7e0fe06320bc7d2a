//! What a rule is called, here and there.

use super::NewRuleError;

/// The groups of the policy pack, and their variants of `Group`. The engine's own group is not
/// among them: its rules do not look at documents.
pub(super) const GROUPS: &[(&str, &str)] = &[
    ("secrets", "Secrets"),
    ("encryption", "Encryption"),
    ("transit", "Transit"),
    ("audit", "Audit"),
    ("pipeline", "Pipeline"),
];

/// The names of one rule.
#[derive(Debug)]
pub(super) struct Name {
    group: &'static str,
    variant: &'static str,
    id: String,
    module: String,
}

impl Name {
    /// The names of rule `id` in `group`, if both are good ones.
    pub(super) fn new(group: &str, id: &str) -> Result<Self, NewRuleError> {
        let Some(&(group, variant)) = GROUPS.iter().find(|(it, _)| *it == group) else {
            let known = GROUPS.iter().map(|&(it, _)| it).collect();
            return Err(NewRuleError::Group { group: group.to_owned(), known });
        };
        if !is_id(id) {
            return Err(NewRuleError::Id { id: id.to_owned() });
        }
        Ok(Self { group, variant, id: id.to_owned(), module: id.replace('-', "_") })
    }

    /// The folder of the group.
    pub(super) fn group(&self) -> &'static str {
        self.group
    }

    /// The group in code.
    pub(super) fn variant(&self) -> &'static str {
        self.variant
    }

    /// The public name.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The module, and the stem of the files.
    pub(super) fn module(&self) -> &str {
        &self.module
    }
}

/// Whether `id` is kebab case, of two words or more: one word would say too little, and could be
/// a keyword.
fn is_id(id: &str) -> bool {
    let is_word = |it: &str| {
        !it.is_empty() && it.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
    };
    id.starts_with(|it: char| it.is_ascii_lowercase())
        && id.contains('-')
        && id.split('-').all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_kebab_case() {
        for (id, expected) in [
            ("kms-key-rotation", true),
            ("s3-cmk", true),
            ("rotation", false),
            ("Kms-key", false),
            ("kms_key", false),
            ("kms--key", false),
            ("-kms-key", false),
            ("kms-key-", false),
            ("3-tier", false),
            ("clé-kms", false),
            ("../kms-key", false),
            ("", false),
        ] {
            assert_eq!(Name::new("encryption", id).is_ok(), expected, "{id}");
        }
    }

    #[test]
    fn an_unknown_group_is_refused_with_those_there_are() {
        let error = Name::new("crypto", "kms-key-rotation").unwrap_err();
        assert_eq!(
            error.to_string(),
            "there is no group `crypto`, only secrets, encryption, transit, audit, pipeline"
        );
    }
}
