//! JSON Lines: each finding, error, question and file not judged an object on a line of its own,
//! in the form it has in JSON and with its `kind` before it; the summary last.

use std::io::{self, Write};

use serde::Serialize;
use stackseal_engine::Outcome;

use crate::Options;
use crate::json::{WireError, WireFinding, WireRun, WireSkipped, WireUndecided};
use crate::pieces::print_each;

pub(crate) fn write(outcome: &Outcome, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let WireRun { schema, tool, places, findings, errors, unresolved, skipped, summary } =
        WireRun::new(outcome, options);
    lines("finding", &findings, |it| WireFinding::new(it, &places), out)?;
    lines("error", errors, |it| WireError::new(it, &places), out)?;
    lines("unresolved", unresolved, |it| WireUndecided::new(it, &places), out)?;
    lines("skipped", skipped, WireSkipped::from, out)?;
    line("summary", &End { schema, tool, summary }, out)
}

#[derive(Serialize)]
struct Line<'a, T> {
    kind: &'static str,
    #[serde(flatten)]
    it: &'a T,
}

#[derive(Serialize)]
struct End<T, S> {
    schema: u32,
    tool: T,
    #[serde(flatten)]
    summary: S,
}

fn lines<'o, T: Sync, W: Serialize>(
    kind: &'static str,
    items: &'o [T],
    wire: impl Fn(&'o T) -> W + Sync + Send,
    out: &mut dyn Write,
) -> io::Result<()> {
    print_each(items, out, |_, it, out| line(kind, &wire(it), out))
}

fn line<T: Serialize>(kind: &'static str, it: &T, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &Line { kind, it })?;
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::testing::{PLAIN, outcome, print};
    use crate::{Format, Options};

    #[test]
    fn everything_is_a_line() {
        let options = Options { shows_suppressed: true, lists_undecided: true, ..PLAIN };
        let printed = print(Format::Jsonl, &outcome(), options);
        assert_snapshot!(printed.replace(env!("CARGO_PKG_VERSION"), "<version>"));
    }
}
