//! The tables of the book: time and memory, ours as it is, the others as multiples of it.

use std::fmt::Write as _;

use super::measure::Sample;
use super::programs::Program;
use super::rounds::Row;
use super::spread::{Number, Spread};

/// Milliseconds of processor.
pub(super) fn processor(sample: &Sample) -> f64 {
    sample.processor.as_secs_f64() * 1e3
}

/// Millions of bytes.
#[expect(clippy::cast_precision_loss, reason = "two digits of it are shown")]
pub(super) fn memory(sample: &Sample) -> f64 {
    sample.memory as f64 / 1e6
}

/// Both tables.
pub(super) fn of(rows: &[Row]) -> String {
    let mut text = String::from(
        "Processor time. The others are multiples of stackseal's: the median, and the smallest and largest \
         of all rounds.\n\n",
    );
    table(&mut text, rows, "ms", processor);
    text.push_str("\nThe most memory held at a time.\n\n");
    table(&mut text, rows, "MB", memory);
    text
}

fn table(text: &mut String, rows: &[Row], unit: &str, of: fn(&Sample) -> f64) {
    text.push_str("| input | kB |");
    for program in Program::ALL {
        let _ = match program {
            Program::Stackseal => write!(text, " {}, {unit} |", program.name()),
            _ => write!(text, " {} |", program.name()),
        };
    }
    text.push_str("\n|---|--:|--:|--:|--:|--:|\n");
    for row in rows {
        let kilobytes = row.bytes.div_ceil(1_000);
        let several = if row.files > 1 { format!(", {} files", row.files) } else { String::new() };
        let _ = write!(text, "| {}{several} | {kilobytes} |", row.name);
        for program in Program::ALL {
            let _ = match program {
                Program::Stackseal => write!(text, " {} |", shown(row.ours(of))),
                _ => write!(text, " {} |", theirs(row, program, of)),
            };
        }
        text.push('\n');
    }
}

fn shown(spread: Option<Spread>) -> String {
    spread.map_or_else(|| "–".to_owned(), |it| Number(it.median).to_string())
}

fn theirs(row: &Row, program: Program, of: fn(&Sample) -> f64) -> String {
    let ratio = row.ratio(program, of).map(|it| format!("× {it}"));
    let failed = row.failures(program).map(|(count, status)| match row.cells.len() {
        1 => format!("broke off, {status}"),
        inputs => format!("broke off over {count} of {inputs}"),
    });
    match (ratio, failed) {
        (Some(ratio), Some(failed)) => format!("{ratio}, {failed}"),
        (Some(text), None) | (None, Some(text)) => text,
        (None, None) => "–".to_owned(),
    }
}
