//! The table of actions, and patterns over it.

use proptest::prelude::{any, prop, prop_assert_eq, proptest};
use regex::Regex;
use serde::Deserialize;

use super::super::Answer;
use super::super::actions::{Actions, Sense};
use super::super::kms_actions::KmsActions;
use super::super::kms_table::TABLE;
use super::super::text::{Reading, Text};
use crate::setting::Site;
use stackseal_syntax::{FileId, Span};

#[derive(Deserialize)]
struct Facts {
    actions: Vec<Fact>,
    wildcards: std::collections::BTreeMap<String, Wildcard>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fact {
    action: String,
    class: String,
    weight: String,
    in_key_policy: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wildcard {
    expands_to: serde_json::Value,
}

fn facts() -> Facts {
    serde_json::from_str(include_str!("../../../tests/data/kms-actions.json"))
        .expect("the table is JSON")
}

fn actions(patterns: &[&str], sense: Sense) -> Actions<'static> {
    let site = Site::at(Span::start_of(FileId(0)));
    let listed = patterns.iter().map(|it| (Text::literal((*it).to_owned()), site)).collect();
    Actions::new(listed, sense, site, None)
}

fn named(patterns: &[&str]) -> Vec<&'static str> {
    let bounds = actions(patterns, Sense::Listed).kms();
    assert_eq!(bounds.certain, bounds.possible);
    bounds.certain.names().collect()
}

#[test]
fn the_table_holds_the_facts() {
    let facts = facts();
    let class = |it: &str| match it {
        "admin" => "Administration".to_owned(),
        "grant" => "Grant".to_owned(),
        "use" => "Use".to_owned(),
        _ => "Metadata".to_owned(),
    };
    let rows: Vec<_> = TABLE
        .iter()
        .map(|it| {
            (
                it.action,
                format!("{:?}", it.class),
                format!("{:?}", it.weight).to_lowercase(),
                format!("{:?}", it.place),
            )
        })
        .collect();
    let expected: Vec<_> = facts
        .actions
        .iter()
        .map(|it| {
            let place = if it.in_key_policy { "Anywhere" } else { "IdentityPolicy" };
            (&*it.action, class(&it.class), it.weight.clone(), place.to_owned())
        })
        .collect();
    assert_eq!(rows, expected);
    assert!(TABLE.is_sorted_by_key(|it| it.action));
}

#[test]
fn wildcards_expand_as_the_facts_say() {
    for (pattern, wildcard) in facts().wildcards {
        let found = named(&[&pattern]);
        match wildcard.expands_to {
            serde_json::Value::Array(expected) => assert_eq!(found, expected, "{pattern}"),
            _ => assert_eq!(found.len(), TABLE.len(), "{pattern}"),
        }
    }
}

#[test]
fn the_classes_are_those_of_the_separation_of_duties() {
    let names = |set: KmsActions| set.names().collect::<Vec<_>>().join(" ").replace("kms:", "");
    assert_eq!(
        names(KmsActions::ADMINISTRATION),
        "DeleteImportedKeyMaterial DisableKey DisableKeyRotation ImportKeyMaterial PutKeyPolicy ReplicateKey \
         ScheduleKeyDeletion UpdatePrimaryRegion"
    );
    assert_eq!(names(KmsActions::GRANTING), "CreateGrant RevokeGrant");
    assert_eq!(
        names(KmsActions::USE),
        "Decapsulate Decrypt DeriveSharedSecret Encapsulate Encrypt GenerateDataKey GenerateDataKeyPair \
         GenerateDataKeyPairWithoutPlaintext GenerateDataKeyWithoutPlaintext GenerateMac ReEncryptFrom ReEncryptTo \
         Sign Verify VerifyMac"
    );
    assert_eq!(
        names(KmsActions::FULL_ACCESS),
        "CreateGrant Decrypt PutKeyPolicy ScheduleKeyDeletion"
    );
    assert_eq!(names(KmsActions::DECRYPTION), "Decrypt ReEncryptFrom");
    assert_eq!(KmsActions::ALL.len(), 58);
}

#[test]
fn action_patterns() {
    assert_eq!(named(&["kms:decrypt"]), ["kms:Decrypt"]);
    assert_eq!(named(&["KMS:DECRYPT"]), ["kms:Decrypt"]);
    assert_eq!(named(&["kms:?ecrypt"]), ["kms:Decrypt"]);
    assert_eq!(named(&["kms:ReEncrypt"]), [""; 0]);
    assert_eq!(named(&["*"]).len(), 58);
    assert_eq!(named(&["kms:*"]).len(), 58);
    assert_eq!(named(&["k*:De*pt"]), ["kms:Decrypt"]);
    assert_eq!(named(&["s3:*", "kms"]), [""; 0]);
    assert_eq!(named(&[""]), [""; 0]);
    assert_eq!(named(&["kms:Sign", "kms:Verify"]), ["kms:Sign", "kms:Verify"]);
    let all_but = actions(&["kms:*Key*", "s3:*"], Sense::AllBut).kms();
    assert_eq!(
        all_but.certain,
        KmsActions::ALL.without(actions(&["kms:*Key*"], Sense::Listed).kms().certain)
    );
    assert_eq!(
        actions(&["secretsmanager:Get*"], Sense::Listed).includes("secretsmanager:GetSecretValue"),
        Answer::Yes
    );
    assert_eq!(
        actions(&["secretsmanager:Get*"], Sense::AllBut).includes("secretsmanager:GetSecretValue"),
        Answer::No
    );
}

proptest! {
    #[test]
    fn patterns_match_as_regular_expressions_do(pattern in "[ab*?]{0,8}", text in "[ab*?]{0,8}") {
        let regex = regex::escape(&pattern).replace("\\*", ".*").replace("\\?", ".");
        let expected = Regex::new(&format!("^{regex}$")).expect("the pattern is escaped").is_match(&text);
        let found = Text::literal(text).matches(&Text::literal(pattern), Reading::Wildcards);
        prop_assert_eq!(found, Answer::from(expected));
    }

    #[test]
    fn action_patterns_agree_with_regular_expressions(
        index in 0..TABLE.len(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), "[*?]"), 0..4),
    ) {
        // A pattern that has something to do with some action.
        let mut pattern = TABLE[index].action.to_owned();
        for (at, wildcard) in cuts {
            let at = at.index(pattern.len());
            pattern.replace_range(at..=at, &wildcard);
        }
        let regex = regex::escape(&pattern).replace("\\*", ".*").replace("\\?", ".");
        let regex = Regex::new(&format!("^{}$", regex.to_lowercase())).expect("the pattern is escaped");
        let expected: Vec<_> = TABLE.iter().map(|it| it.action).filter(|it| regex.is_match(&it.to_lowercase())).collect();
        prop_assert_eq!(named(&[&pattern]), expected);
    }
}
