//! Any text as rules in the Guard language, and as their tests: they are run or refused, at a place in
//! the text, and twice alike.
//!
//! Rules live as long as the process, so each input leaves some memory behind.

use std::panic;
use std::sync::Once;

use stackseal_engine::{Outcome, Pack, Profile};
use stackseal_guard::{GuardRules, RulesFile, read_cases, run_cases};
use stackseal_syntax::{Limits, parse};

use crate::Target;
use crate::check::write;
use crate::estate::BREAK;
use crate::judging::{input, settings, source};
use crate::seeds;
use crate::spans::{outcome_stands, stands_in};

pub(crate) const TARGET: Target =
    Target { name: "guard", run, is_named: false, seeds: seeds::guard_rules };

/// The longest text of rules; a user's own are not hostile, and the interpreter is slow.
const LONGEST: usize = 4096;

/// What rules are run on if an input brings nothing.
const TEMPLATE: &str = "\
Parameters: {Encrypt: {Type: String}, Name: {Type: String, Default: orders}}
Conditions: {IsProd: !Equals [!Ref AWS::AccountId, '1']}
Resources:
  Key: {Type: AWS::KMS::Key}
  Orders:
    Type: AWS::RDS::DBInstance
    Properties:
      StorageEncrypted: !Ref Encrypt
      KmsKeyId: !If [IsProd, !GetAtt Key.Arn, !Ref AWS::NoValue]
      BackupRetentionPeriod: 7
      Tags: [{Key: Name, Value: !Ref Name}]
  Logs:
    Type: AWS::S3::Bucket
    Properties: {BucketName: !Sub '${AWS::StackName}-logs'}
";

fn run(data: &[u8]) {
    let mut parts = data.splitn(2, |it| *it == BREAK);
    let rules = std::str::from_utf8(parts.next().unwrap_or_default());
    let document = std::str::from_utf8(parts.next().unwrap_or_default());
    let (Ok(rules), Ok(document)) = (rules, document) else { return };
    if rules.len() > LONGEST || document.len() > LONGEST {
        return;
    }
    let document = if document.is_empty() { TEMPLATE } else { document };
    leave_the_interpreter_alone();
    let load = || RulesFile::load("own.guard".to_owned(), rules.to_owned());
    let pack = pack(load());
    let outcome = judge(pack, document);
    outcome_stands(&outcome);
    assert!(write(&outcome) == write(&judge(pack, document)), "another run says something else");
    test(&load(), rules, document);
}

/// Rules of the user's own, and no others.
fn pack(file: RulesFile) -> Pack {
    GuardRules::beside(&Pack { rules: &[], language: None }, vec![file])
}

fn judge(pack: Pack, document: &str) -> Outcome {
    let input = input([("template.yaml", document)]);
    stackseal_engine::check(input, &pack, &settings(Profile::Strict), &|_| ())
        .unwrap_or_else(|error| panic!("no rule is named, yet: {error}"))
}

/// `document` as tests of the rules.
fn test(file: &RulesFile, rules: &str, document: &str) {
    let tree = parse(source("tests.yaml", document), &Limits::default());
    match read_cases(&tree) {
        Err(error) => stands_in(document, error.span),
        Ok(cases) => match run_cases(file, &cases) {
            Err(broken) => assert!(rules.get(broken.offset..).is_some(), "{}", broken.message),
            Ok(results) => assert_eq!(results.len(), cases.len(), "each case has a result"),
        },
    }
}

/// The interpreter panics on some rules, which is caught. The fuzzer would take it for a find.
fn leave_the_interpreter_alone() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let tell = panic::take_hook();
        panic::set_hook(Box::new(move |it| {
            if it.location().is_none_or(|it| !it.file().contains("/cfn-guard-")) {
                tell(it);
            }
        }));
    });
}
