//! Answers without the runtime around them, from the text of an event to that of its answer: to an event
//! about a resource, and to one about a stack of 500 resources whose payload is at hand.
//!
//! Prints a line a turn: what was judged, and how many microseconds it took the function that does
//! nothing, the hook, and the one by the `cfn-guard` crate.

use std::hint::black_box;
use std::io;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use stackseal_engine::Date;
use stackseal_hook::{Settings, Step, begin_text};
use stackseal_hook_bench::{answer, guard, template::template};

const RESOURCE: &str = include_str!("../../../events/resource-create.json");
const STACK: &str = include_str!("../../../events/stack-create.json");

/// For so long each event is measured, and at least so often.
const ENOUGH: Duration = Duration::from_secs(10);
const LEAST: usize = 5;
const MOST: usize = 200;

fn main() -> io::Result<()> {
    let mut out = io::stdout();
    let template = template().to_string();
    let document = json!({ "template": template, "previousTemplate": "" }).to_string();
    take_turns(
        &mut out,
        "resource",
        &[&|| answered(RESOURCE, |_| true), &|| hook(RESOURCE, ""), &|| {
            answered(RESOURCE, guard::judge_event)
        }],
    )?;
    take_turns(
        &mut out,
        "stack",
        &[
            &|| answered(STACK, |_| document_passes(&document, |_| true)),
            &|| hook(STACK, &document),
            &|| answered(STACK, |_| document_passes(&document, guard::judge)),
        ],
    )
}

/// What a function by `judge` answers to `event`.
fn answered(event: &str, judge: impl Fn(&Value) -> bool) -> String {
    let event: Value = serde_json::from_str(event).unwrap_or_default();
    answer(&event, judge(&event)).to_string()
}

/// Whether the template in `document`, the payload of a stack, passes `judge`.
fn document_passes(document: &str, judge: impl Fn(&str) -> bool) -> bool {
    let document: Value = serde_json::from_str(document).unwrap_or_default();
    document.get("template").and_then(Value::as_str).is_some_and(judge)
}

/// What the hook answers to `event`.
fn hook(event: &str, document: &str) -> String {
    let answer = match begin_text(event, &Settings::default(), Date::from_unix_days(20_000)) {
        Step::Answer(answer) => answer,
        Step::Fetch(pending) => pending.finish(document.as_bytes()),
    };
    serde_json::to_string(&answer).unwrap_or_default()
}

/// Has `functions` answer one after the other, again and again: whatever else the machine does slows
/// all of them.
fn take_turns(
    out: &mut dyn io::Write,
    what: &str,
    functions: &[&dyn Fn() -> String],
) -> io::Result<()> {
    let started = Instant::now();
    for turn in 0..MOST {
        if turn >= LEAST && started.elapsed() > ENOUGH {
            break;
        }
        write!(out, "{what}")?;
        for function in functions {
            let one = Instant::now();
            black_box(function());
            write!(out, " {:.1}", one.elapsed().as_secs_f64() * 1e6)?;
        }
        writeln!(out)?;
    }
    Ok(())
}
