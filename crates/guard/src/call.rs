//! Calling the interpreter: rules and documents in, records out.
//!
//! Its console reporter and some ninety other places of it may panic, so every call is caught. One
//! document it cannot read would cost all others their verdicts, so what fails together is tried
//! one by one. Its exit codes and texts are not looked at: the records tell all there is.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use cfn_guard::commands::Executable as _;
use cfn_guard::commands::validate::{OutputFormatType, ShowSummaryType};
use cfn_guard::utils::reader::{ReadBuffer, Reader};
use cfn_guard::utils::writer::{WriteBuffer, Writer};
use cfn_guard::{CommandBuilder as _, Error, ValidateBuilder, ValidateInput, run_checks};
use serde::Serialize;

use crate::record::Record;

/// The exit code for rules that do not parse.
const BROKEN_RULES: i32 = 5;

/// Why a rules file cannot be run at all.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RulesError {
    /// It does not parse.
    #[error("the rules cannot be read from here on: {hint}")]
    Syntax {
        /// From 1.
        line: usize,
        /// From 1, in characters.
        column: usize,
        /// What may be wrong.
        hint: String,
    },
}

/// Why a document could not be judged by a rules file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    /// The interpreter gave up in the middle.
    #[error("the Guard interpreter failed on this document: simplify the rule, or report it")]
    Panicked,
    /// A rule asks for something that is not there.
    #[error("the rules cannot be evaluated: {0}")]
    Undefined(String),
    /// The rules cannot be evaluated on this document, for a reason that may quote its values.
    #[error(
        "the rules cannot be evaluated on this document: a clause compares or converts what it cannot"
    )]
    Evaluation,
    /// The record is none we know.
    #[error("the Guard interpreter answered in a form that is not known")]
    Record(#[source] serde_json::Error),
}

/// Evaluates `rules` on each of `documents` (JSON texts), parsing the rules once.
pub(crate) fn evaluate(
    rules: &str,
    documents: &[&str],
) -> Result<Vec<Result<Record, CallError>>, RulesError> {
    let rules = rules.strip_prefix('\u{feff}').unwrap_or(rules);
    match together(rules, documents) {
        Some(Ok(records)) => Ok(records.into_iter().map(Ok).collect()),
        Some(Err(error)) => Err(error),
        None => Ok(documents.iter().map(|it| alone(rules, it)).collect()),
    }
}

#[derive(Serialize)]
struct Payload<'p> {
    rules: [&'p str; 1],
    data: &'p [&'p str],
}

/// All documents in one call; none if that did not work out.
fn together(rules: &str, documents: &[&str]) -> Option<Result<Vec<Record>, RulesError>> {
    let payload = serde_json::to_vec(&Payload { rules: [rules], data: documents }).ok()?;
    let called = catch_unwind(AssertUnwindSafe(|| {
        // The JSON format, since the console reporter panics.
        let command = ValidateBuilder::default()
            .payload(true)
            .print_json(true)
            .output_format(OutputFormatType::JSON)
            .show_summary(vec![ShowSummaryType::None])
            .try_build()
            .ok()?;
        let mut reader = Reader::new(ReadBuffer::Cursor(Cursor::new(payload)));
        let (out, err) = (WriteBuffer::Vec(Vec::new()), WriteBuffer::Vec(Vec::new()));
        let mut writer = Writer::new_with_err(out, err).ok()?;
        match command.execute(&mut writer, &mut reader) {
            Ok(BROKEN_RULES) => Some(Err(syntax_error(&writer.err_to_stripped().ok()?))),
            Ok(_) => Some(Ok(writer.into_string().ok()?)),
            Err(_) => None,
        }
    }));
    let output = match called.ok()?? {
        Ok(output) => output,
        Err(error) => return Some(Err(error)),
    };
    let records = records(&output).ok()?;
    (records.len() == documents.len()).then_some(Ok(records))
}

/// The records in `output`, where each follows a report that is not looked at.
fn records(output: &str) -> Result<Vec<Record>, serde_json::Error> {
    let values = serde_json::Deserializer::from_str(output).into_iter::<Record>();
    values.filter(|it| it.as_ref().map_or(true, |it| it.container.is_some())).collect()
}

/// One document by itself, through the interface without a reporter.
fn alone(rules: &str, document: &str) -> Result<Record, CallError> {
    let called = catch_unwind(|| {
        let data = ValidateInput { content: document, file_name: "" };
        let rules = ValidateInput { content: rules, file_name: "RULES_STDIN[1]" };
        // Without `verbose`, all but the last 8 KiB of the answer are lost.
        run_checks(data, rules, true)
    });
    match called {
        Err(_) => Err(CallError::Panicked),
        Ok(Err(error)) => Err(evaluation_error(error)),
        Ok(Ok(text)) => serde_json::from_str(&text).map_err(CallError::Record),
    }
}

/// The interpreter's own words where they name what stands in the rules; else they may quote the
/// document.
fn evaluation_error(error: Error) -> CallError {
    match error {
        Error::MissingVariable(text) | Error::MissingValue(text) => {
            let line = text.lines().next().unwrap_or_default();
            // The names that there are follow in no order.
            let (said, _) = line.split_once(", Rule Names").unwrap_or((line, ""));
            CallError::Undefined(said.trim().to_owned())
        }
        _ => CallError::Evaluation,
    }
}

/// Reads `… at line 2 at column 7, when handling …, fragment …`.
fn syntax_error(text: &str) -> RulesError {
    let number = |marker: &str| {
        let (_, rest) = text.split_once(marker)?;
        let digits = rest.find(|it: char| !it.is_ascii_digit()).unwrap_or(rest.len());
        rest.get(..digits)?.parse::<usize>().ok()
    };
    let expected = text
        .split_once("when handling ")
        .and_then(|(_, rest)| {
            rest.split_once(", fragment").or_else(|| rest.split_once(" fragment"))
        })
        .map(|it| it.0.trim().trim_end_matches(','))
        .filter(|it| !it.is_empty());
    let hint = match expected {
        Some(expected) => expected.split_whitespace().collect::<Vec<_>>().join(" "),
        None => "each clause ends with its line, and a rule reads `rule NAME when CONDITION { … }`"
            .to_owned(),
    };
    RulesError::Syntax {
        line: number(" at line ").unwrap_or(1),
        column: number(" at column ").unwrap_or(1),
        hint,
    }
}
