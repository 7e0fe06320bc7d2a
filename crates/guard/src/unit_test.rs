//! Unit tests of rules, in the form `cfn-guard test` reads: a list of cases, each with an input and
//! the verdicts expected of rules by name.
//!
//! Inputs are judged resolved, as documents are. What hangs on a value that is not known has the
//! verdict the written form gives, since inputs of tests are pieces of templates that refer to what
//! they leave out.
//!
//! <https://docs.aws.amazon.com/cfn-guard/latest/ug/testing-rules.html>

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use stackseal_model::cloudformation::{Deployment, Stacks, Template, Wanted, is_template};
use stackseal_syntax::{Kind, Node, Span, Tree};

use crate::call::{RulesError, evaluate};
use crate::judge::{Sheet, offset, plain_sheet, sheets};
use crate::record::{Container, Record, Status};
use crate::rules_file::{RulesFile, name_in_record};

/// Combinations of conditions looked at for one input.
const MAX_WORLDS: usize = 64;

/// A verdict, as tests state it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TestVerdict {
    /// The rule has nothing to say.
    Skip,
    /// The rule holds.
    Pass,
    /// The rule does not hold.
    Fail,
}

/// One case of a file of tests.
pub struct TestCase<'t> {
    /// Its name, if it has one.
    pub name: Option<&'t str>,
    /// Where it starts.
    pub span: Span,
    input: Node<'t>,
    expected: Vec<(&'t str, Span, TestVerdict)>,
}

/// Why a file of tests cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct TestError {
    /// Where.
    pub span: Span,
    /// What is wrong, and what is expected.
    pub what: &'static str,
}

/// Why rules cannot be tested.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct BrokenRules {
    /// The byte of the rules file where it goes wrong.
    pub offset: usize,
    /// What is wrong.
    pub message: String,
}

/// What came of one expectation.
#[derive(Debug, PartialEq, Eq)]
pub struct TestResult<'t> {
    /// The rule.
    pub rule: &'t str,
    /// Where the expectation stands.
    pub span: Span,
    /// What is expected.
    pub expected: TestVerdict,
    /// What came out; none if there is no such rule.
    pub verdict: Option<TestVerdict>,
}

impl TestResult<'_> {
    /// Whether it is as expected.
    pub fn is_met(&self) -> bool {
        self.verdict == Some(self.expected)
    }
}

impl fmt::Display for TestVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Skip => "SKIP",
            Self::Pass => "PASS",
            Self::Fail => "FAIL",
        })
    }
}

/// The cases of the file `tree` was read from.
pub fn read_cases(tree: &Tree) -> Result<Vec<TestCase<'_>>, TestError> {
    let mut cases = Vec::new();
    for root in tree.documents() {
        if root.kind() != Kind::Sequence {
            let what = "a list of cases is expected, each with `input` and `expectations`";
            return Err(TestError { span: root.span(), what });
        }
        for item in root.items() {
            cases.push(read_case(item)?);
        }
    }
    Ok(cases)
}

fn read_case(item: Node<'_>) -> Result<TestCase<'_>, TestError> {
    let missing = |what| TestError { span: item.span(), what };
    let input = item.get("input").ok_or_else(|| missing("the case has no `input`"))?;
    let rules = item.get("expectations").and_then(|it| it.get("rules"));
    let rules = rules.ok_or_else(|| missing("the case has no `expectations: { rules: … }`"))?;
    let expected = rules.entries().map(|entry| {
        let verdict = match entry.value.text() {
            Some("PASS") => TestVerdict::Pass,
            Some("FAIL") => TestVerdict::Fail,
            Some("SKIP") => TestVerdict::Skip,
            _ => {
                let what = "a verdict is `PASS`, `FAIL` or `SKIP`";
                return Err(TestError { span: entry.value.span(), what });
            }
        };
        Ok((entry.key.text().unwrap_or_default(), entry.key.span(), verdict))
    });
    Ok(TestCase {
        name: item.get("name").and_then(Node::text),
        span: item.span(),
        input,
        expected: expected.collect::<Result<_, _>>()?,
    })
}

/// Runs `cases` through the rules of `file`: for each case what came of its expectations, or what
/// went wrong with it.
pub fn run_cases<'t>(
    file: &RulesFile,
    cases: &[TestCase<'t>],
) -> Result<Vec<Result<Vec<TestResult<'t>>, String>>, BrokenRules> {
    if let Some((name, offset)) = &file.endless {
        let message = format!("`{name}` leads back to itself: evaluating it would never end");
        return Err(BrokenRules { offset: *offset, message });
    }
    let inputs: Vec<Vec<Sheet>> = cases.iter().map(|it| sheets_of(it.input)).collect();
    let texts: Vec<&str> = inputs.iter().flatten().map(|it| it.json.as_str()).collect();
    let records = match evaluate(&file.text, &texts) {
        Ok(records) => records,
        Err(error @ RulesError::Syntax { line, column, .. }) => {
            let message = error.to_string();
            return Err(BrokenRules { offset: offset(&file.text, line, column), message });
        }
    };
    let mut records = records.into_iter();
    let results = cases.iter().zip(&inputs).map(|(case, sheets)| {
        let mut verdicts: BTreeMap<String, TestVerdict> = BTreeMap::new();
        for record in records.by_ref().take(sheets.len()).collect::<Vec<_>>() {
            collect(&record.map_err(|it| it.to_string())?, &mut verdicts);
        }
        let results = case.expected.iter().map(|&(rule, span, expected)| {
            let verdict = verdicts.get(name_in_record(rule)).copied();
            TestResult { rule, span, expected, verdict }
        });
        Ok(results.collect())
    });
    Ok(results.collect())
}

/// The worst verdict of each rule.
fn collect(record: &Record, verdicts: &mut BTreeMap<String, TestVerdict>) {
    for child in &record.children {
        let Some(Container::RuleCheck(named)) = &child.container else { continue };
        let verdict = match named.status {
            Status::Skip => TestVerdict::Skip,
            Status::Pass => TestVerdict::Pass,
            Status::Fail => TestVerdict::Fail,
        };
        let entry = verdicts.entry(named.name.clone()).or_insert(verdict);
        *entry = verdict.max(*entry);
    }
}

fn sheets_of(input: Node<'_>) -> Vec<Sheet> {
    if !is_template(input) {
        return vec![plain_sheet(input)];
    }
    let template = Template::read(0, input, &Arc::new(Deployment::default()));
    let stacks = Stacks::new(vec![template]);
    let templates = stacks.templates().iter();
    templates.flat_map(|it| sheets(it, &stacks, MAX_WORLDS, &Wanted::All).all).collect()
}
