//! Policies as a whole: written as templates, asked what the rules ask.

mod brute_force;
mod examples;
mod identities;
mod table;
mod unknown_parts;

use std::sync::Arc;

use serde_json::{Value, json};
use stackseal_syntax::{FileId, Limits, Source, parse};

use super::{Answer, IdentityPolicies, KeyPolicy};
use crate::cloudformation::{Deployment, Resource, Stacks, Template, each_world};
use crate::setting::Setting;

/// The account the templates are deployed to, where it is known.
const ACCOUNT: &str = "111122223333";

/// What is said of a key: the id of the rule and whom it names; `?` before what is left open.
type Verdict = (String, Option<String>);

/// A deployment to [`ACCOUNT`].
fn here() -> Deployment {
    Deployment { account: Some(ACCOUNT.to_owned()), ..Deployment::default() }
}

/// What the rules say of the resource `Key` of one of the templates, sorted, in all worlds together.
fn verdicts(template: &str, deployment: Deployment) -> Vec<Verdict> {
    let source = Source { id: FileId(0), path: "t.yaml".into(), text: template.into() };
    let tree = parse(Arc::new(source), &Limits::default());
    assert!(tree.errors().is_empty(), "{:?}", tree.errors());
    let deployment = Arc::new(deployment);
    let templates =
        (0..).zip(tree.documents()).map(|(index, root)| Template::read(index, root, &deployment));
    let stacks = Stacks::new(templates.collect());
    let mut verdicts = Vec::new();
    for template in stacks.templates() {
        let Some(entry) = template.entry("Key") else { continue };
        let complete = each_world(64, |replay| {
            if let Some(key) = Resource::new(template, entry, &stacks, replay)
                && !replay.world.is_impossible()
            {
                judge(&key, &stacks, &mut verdicts);
            }
        });
        assert!(complete);
    }
    verdicts.sort();
    verdicts.dedup();
    verdicts
}

fn judge<'r>(key: &Resource<'r>, stacks: &'r Stacks<'r>, verdicts: &mut Vec<Verdict>) {
    let mut say = |rule: &str, whom: Option<String>| verdicts.push((rule.to_owned(), whom));
    let policy = match KeyPolicy::of(key) {
        Setting::Known(policy, _) => policy,
        Setting::Absent(_) => KeyPolicy::default_of(key),
        Setting::Unknown(_) => return say("?", None),
    };
    let open = policy.open_to_everyone();
    open.certain.iter().for_each(|_| say("kms-key-no-wildcard-principal", Some("*".to_owned())));
    open.open.iter().for_each(|_| say("?kms-key-no-wildcard-principal", None));
    let full = policy.full_access();
    full.certain
        .iter()
        .for_each(|it| say("kms-key-no-full-access", Some(it.principal.to_string())));
    full.open.iter().for_each(|_| say("?kms-key-no-full-access", None));
    let conflicts = policy.conflicts(&IdentityPolicies::bearing_on(&policy, stacks));
    conflicts
        .certain
        .iter()
        .for_each(|it| say("kms-key-separation-of-duties", Some(it.principal.to_string())));
    conflicts.open.iter().for_each(|_| say("?kms-key-separation-of-duties", None));
    match policy.may_be_put().0 {
        Answer::Yes => (),
        Answer::Maybe => say("?kms-key-no-lockout", None),
        Answer::No => say("kms-key-no-lockout", None),
    }
}

/// A template with one key.
fn with_policy(policy: &Value) -> String {
    let key = json!({ "Type": "AWS::KMS::Key", "Properties": { "KeyPolicy": policy } });
    json!({ "Resources": { "Key": key } }).to_string()
}
