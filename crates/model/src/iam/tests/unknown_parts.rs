//! What is said of a policy with unknown parts, against what is said once they are given.

use std::collections::BTreeSet;

use proptest::prelude::{Strategy, prop, prop_assert, proptest};
use serde_json::{Value, json};

use super::brute_force::{ARNS, Line, PATTERNS, line};
use super::{here, verdicts};

/// A part of a statement that is a parameter, and the value it is given in the end.
#[derive(Clone, Debug)]
enum Hole {
    Effect(&'static str),
    Action(&'static str),
    /// A part of the name of an action.
    Verb(&'static str),
    /// The principal of a Deny; whom an Allow names is an identity, whoever it is.
    Denied(&'static str),
    /// A value of `aws:PrincipalArn` in a Deny; it is taken to name someone, as values that are not
    /// known are.
    Arn(&'static str),
    Resource(&'static str),
}

fn hole() -> impl Strategy<Value = Hole> {
    let principals = &[
        "*",
        "111122223333",
        "arn:aws:iam::111122223333:role/A",
        "arn:aws:iam::111122223333:role/B",
    ];
    let select = |values: &'static [&'static str]| prop::sample::select(values);
    proptest::prop_oneof![
        select(&["Allow", "Deny"]).prop_map(Hole::Effect),
        select(PATTERNS).prop_map(Hole::Action),
        select(&["Decrypt", "Put", "*", ""]).prop_map(Hole::Verb),
        select(principals).prop_map(Hole::Denied),
        select(&ARNS[..2]).prop_map(Hole::Arn),
        select(&["*", "arn:aws:s3:::bucket"]).prop_map(Hole::Resource),
    ]
}

/// Puts the parameter `name` into the statement; the value it is to be given.
fn cut(statement: &mut Value, line: &Line, hole: &Hole, name: &str) -> Option<&'static str> {
    let reference = json!({ "Ref": name });
    let list = if statement.get("Action").is_some() { "Action" } else { "NotAction" };
    let (place, value, given) = match *hole {
        Hole::Effect(given) => (&mut statement["Effect"], reference, given),
        Hole::Action(given) => (&mut statement[list][0], reference, given),
        Hole::Verb(given) => {
            (&mut statement[list][0], json!({ "Fn::Sub": format!("kms:${{{name}}}*") }), given)
        }
        Hole::Denied(given) if !line.allows && !line.all_but => {
            (&mut statement["Principal"], json!({ "AWS": reference }), given)
        }
        Hole::Arn(given) if !line.allows => {
            let condition = &mut statement["Condition"]["ArnNotLike"]["aws:PrincipalArn"];
            (condition, reference, given)
        }
        Hole::Resource(given) => (&mut statement["Resource"], reference, given),
        Hole::Denied(_) | Hole::Arn(_) => return None,
    };
    *place = value;
    Some(given)
}

proptest! {
    #[test]
    fn what_is_given_changes_nothing_that_was_said(
        lines in prop::collection::vec((line(), proptest::option::weighted(0.6, hole())), 1..5),
    ) {
        let mut deployment = here();
        let mut parameters = json!({});
        let mut statements = Vec::new();
        for (position, (line, hole)) in lines.iter().enumerate() {
            let mut statement = line.json();
            let name = format!("P{position}");
            if let Some(given) = hole.as_ref().and_then(|it| cut(&mut statement, line, it, &name)) {
                parameters[&name] = json!({ "Type": "String" });
                deployment.parameters.insert(name, given.to_owned());
            }
            statements.push(statement);
        }
        let key = json!({ "Type": "AWS::KMS::Key", "Properties": { "KeyPolicy": { "Statement": statements } } });
        let template = json!({ "Parameters": parameters, "Resources": { "Key": key } }).to_string();

        let before: BTreeSet<_> = verdicts(&template, here()).into_iter().collect();
        let after: BTreeSet<_> = verdicts(&template, deployment).into_iter().collect();
        let (open, certain): (BTreeSet<_>, BTreeSet<_>) = before.into_iter().partition(|it| it.0.starts_with('?'));
        prop_assert!(certain.is_subset(&after), "{certain:?} of {template} became {after:?}");
        for verdict in after.difference(&certain) {
            let is_left_open = open.iter().any(|it| it.0.get(1..) == Some(&*verdict.0));
            prop_assert!(is_left_open, "{verdict:?} of {template} came from nowhere");
        }
        prop_assert!(after.iter().all(|it| !it.0.starts_with('?')), "{template} is given all, but {after:?}");
    }
}
