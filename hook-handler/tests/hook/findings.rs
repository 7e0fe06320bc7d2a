//! Whatever rules find, and in whatever words, the answer is one the service takes.

use proptest::prelude::*;
use serde_json::{Value, json};
use stackseal_engine::{
    Case, Group, Judgement, Language, Pack, Profile, Rule, RuleId, RunError, Said, Scope, Severity,
    Subject, Verdict,
};
use stackseal_hook::{Settings, Step, begin};

use crate::limits::check_answer;
use crate::samples::today;

/// A language whose rules say what they are told to.
#[derive(Debug)]
struct Parrot {
    rules: Vec<&'static Rule>,
    sayings: Vec<Saying>,
    errors: Vec<String>,
}

/// What one rule says, once.
#[derive(Clone, Debug)]
struct Saying {
    /// Which rule; those past the last begin anew.
    rule: usize,
    subject: Option<String>,
    severity: Severity,
    message: String,
    remediation: Option<String>,
    /// It is not decided.
    is_open: bool,
}

impl Language for Parrot {
    fn rules(&self) -> &[&'static Rule] {
        &self.rules
    }

    fn judge(&self, case: &Case<'_>) -> Judgement {
        let Some(template) = case.estate.stacks.templates().first() else {
            return Judgement::default();
        };
        let at = template.root().span();
        let verdicts = self.sayings.iter().map(|it| {
            let Saying { rule, subject, severity, message, remediation, is_open } = it.clone();
            let rule = self.rules[rule % self.rules.len()];
            let mut said = Said::new(Vec::new());
            if is_open {
                said.undecided(at, message);
            } else {
                let draft = said.report(rule, at, message);
                draft.severity(severity);
                if let Some(remediation) = remediation {
                    draft.remediation(remediation);
                }
            }
            let type_name = "AWS::RDS::DBInstance".to_owned();
            let subject = subject.map(|id| Subject { id, type_name });
            Verdict { rule, subject, worlds: vec![said], unseen: None }
        });
        let errors = self.errors.iter().map(|message| RunError {
            file: "template".to_owned(),
            span: Some(at),
            message: message.clone(),
        });
        Judgement {
            verdicts: verdicts.collect(),
            applicable: self.rules.clone(),
            errors: errors.collect(),
            sources: Vec::new(),
        }
    }
}

/// Short or long, of letters or of anything.
fn text() -> impl Strategy<Value = String> {
    let word =
        prop_oneof!["[a-z ]{1,12}", "\\PC{1,8}", "[\u{0}-\u{20}]{1,4}", "😀{1,3}", "\u{202e}x"];
    prop_oneof![
        4 => word.clone(),
        1 => Just(String::new()),
        2 => (word, 1usize..4000).prop_map(|(word, times)| word.repeat(times)),
    ]
}

fn severity() -> impl Strategy<Value = Severity> {
    prop::sample::select(vec![
        Severity::Informational,
        Severity::Low,
        Severity::Medium,
        Severity::High,
        Severity::Critical,
    ])
}

/// A rule that lives as long as the process, as all do.
fn rule() -> impl Strategy<Value = &'static Rule> {
    let url = prop_oneof![text(), text().prop_map(|it| format!("https://{it}"))];
    (text(), url, text(), severity()).prop_map(|(id, url, remediation, severity)| {
        let forever = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
        &*Box::leak(Box::new(Rule {
            id: RuleId::new(forever(format!("r{id}"))),
            group: Group::Guard,
            severity,
            profile: Profile::Recommended,
            scope: Scope::ResourceAndSet,
            since: "",
            title: "",
            remediation: forever(remediation),
            url: forever(url),
            docs: "",
            options: &[],
            checks: &[],
        }))
    })
}

fn saying() -> impl Strategy<Value = Saying> {
    let subject = prop::option::of(text());
    let remediation = prop::option::of(text());
    (any::<usize>(), subject, severity(), text(), remediation, any::<bool>()).prop_map(
        |(rule, subject, severity, message, remediation, is_open)| Saying {
            rule,
            subject,
            severity,
            message,
            remediation,
            is_open,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_findings_fit_into_an_answer(
        rules in prop::collection::vec(rule(), 1..130),
        sayings in prop::collection::vec(saying(), 0..200),
        errors in prop::collection::vec(text(), 0..3),
        target in prop::sample::select(vec!["STACK", "CHANGE_SET", "AWS::RDS::DBInstance"]),
        has_stack in any::<bool>(),
    ) {
        let language = Box::leak(Box::new(Parrot { rules, sayings, errors }));
        let pack = Pack { rules: &language.rules, language: Some(language) };
        let settings = Settings { pack, ..Settings::default() };
        let is_resource = target.contains("::");
        let mut data = json!({ "targetName": target });
        if is_resource {
            data["targetModel"] = json!({ "resourceProperties": {} });
        } else {
            data["payload"] = "https://x".into();
        }
        let mut event = json!({ "requestData": data, "clientRequestToken": "token" });
        // Without a stack, only a resource can be asked about: by the Cloud Control API.
        if has_stack || !is_resource {
            event["stackId"] = "arn:aws:cloudformation:eu-west-1:111122223333:stack/a/b".into();
        }
        let template = "Resources: {A: {Type: 'AWS::RDS::DBInstance'}}";
        let answer = match begin(&event, &settings, today()) {
            Step::Answer(answer) => answer,
            Step::Fetch(pending) => {
                pending.finish(json!({ "template": template }).to_string().as_bytes())
            }
        };
        let answer: Value = serde_json::to_value(answer).unwrap();
        check_answer(&answer, if event["stackId"].is_null() { 1024 } else { 4096 });
        // What blocks is said in the head, the worst of it first.
        let counts = |it: &Saying| !it.is_open && (it.subject.is_some() || !is_resource);
        let worst = language.sayings.iter().filter(|it| counts(it)).map(|it| it.severity).max();
        let head: String = answer["message"].as_str().unwrap().chars().take(400).collect();
        if let Some(worst) = worst.filter(|it| *it >= Severity::High) {
            prop_assert_eq!(&answer["errorCode"], "NonCompliant");
            let expected = format!("[{worst}] ");
            prop_assert!(head.contains(&expected), "{}", head);
        } else if !language.errors.is_empty() {
            prop_assert_eq!(&answer["errorCode"], "InternalFailure");
        } else {
            prop_assert_eq!(&answer["hookStatus"], "SUCCESS");
        }
    }
}
