//! What a check costs beside the bare parse of the same bytes.
//!
//! The bare parse asks the parsers underneath our tree for their events and drops them. The check is
//! everything but reading files: parse, model, every rule of the default profile, on one thread. The
//! inputs are generated, the same ones every time.
//!
//! Run it with `cargo bench --package stackseal`; the ratios stand at the end.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput};
use jiter::{Jiter, JiterResult, Peek};
use saphyr_parser::Parser;
use stackseal_engine::{Configuration, Input, InputFile, Settings};
use stackseal_rules::PACK;
use stackseal_syntax::{FileId, Limits, Source};

mod generate;

/// A check may take this many times as long as the bare parse.
const BUDGET: f64 = 1.5;

/// Resources or objects in an input.
const SIZES: &[usize] = &[5, 50, 500];

/// Alternating rounds from which a ratio is taken.
const ROUNDS: usize = 40;

fn main() {
    let inputs = inputs();
    let mut criterion = Criterion::default().configure_from_args();
    measure(&mut criterion, &inputs);
    criterion.final_summary();
    // `cargo test --benches` only wants to see that everything runs.
    if !std::env::args().any(|it| it == "--test") {
        print_ratios(&inputs);
    }
}

/// A way to make texts of any size, and to parse them.
struct Kind {
    what: &'static str,
    extension: &'static str,
    generate: fn(usize) -> String,
    events: fn(&str) -> usize,
}

#[rustfmt::skip]
const KINDS: &[Kind] = &[
    Kind { what: "template", extension: "yaml", generate: generate::yaml_template, events: yaml_events },
    Kind { what: "template", extension: "json", generate: generate::json_template, events: json_events },
    Kind { what: "manifests", extension: "yaml", generate: generate::yaml_manifests, events: yaml_events },
    Kind { what: "manifests", extension: "json", generate: generate::json_manifests, events: json_events },
];

/// One text to parse and to check.
struct Text {
    name: String,
    source: Arc<Source>,
    events: fn(&str) -> usize,
}

fn inputs() -> Vec<Text> {
    let text = |size: usize, kind: &Kind| {
        let Kind { what, extension, generate, events } = kind;
        let name = format!("{what}-{size}.{extension}");
        let source = Source { id: FileId(0), path: name.clone(), text: generate(size) };
        Text { name, source: Arc::new(source), events: *events }
    };
    KINDS.iter().flat_map(|kind| SIZES.iter().map(|&size| text(size, kind))).collect()
}

fn measure(criterion: &mut Criterion, inputs: &[Text]) {
    let pool = one_thread();
    let settings = settings();
    for text in inputs {
        let mut group = criterion.benchmark_group(&text.name);
        group.throughput(Throughput::Bytes(text.source.text.len() as u64));
        group.bench_function(BenchmarkId::from_parameter("parse"), |it| {
            it.iter(|| (text.events)(black_box(&text.source.text)));
        });
        group.bench_function(BenchmarkId::from_parameter("check"), |it| {
            pool.install(|| it.iter(|| check(text, &settings)));
        });
        group.finish();
    }
}

#[expect(clippy::print_stdout, reason = "a bench speaks to whoever started it")]
fn print_ratios(inputs: &[Text]) {
    let pool = one_thread();
    let settings = settings();
    println!(
        "{:<20} {:>9} {:>10} {:>10} {:>10} {:>6}  budget {BUDGET}",
        "input", "bytes", "parse", "tree", "check", "ratio"
    );
    for text in inputs {
        let (mut parse, mut tree, mut checked) = (Duration::MAX, Duration::MAX, Duration::MAX);
        for _ in 0..ROUNDS {
            // The quickest of many rounds is the one that was least disturbed.
            parse = parse.min(time(|| (text.events)(black_box(&text.source.text))));
            tree = tree.min(time(|| parse_tree(text)));
            checked = checked.min(pool.install(|| time(|| check(text, &settings))));
        }
        let ratio = checked.as_secs_f64() / parse.as_secs_f64();
        let verdict = if ratio <= BUDGET { "within" } else { "over" };
        let bytes = text.source.text.len();
        println!(
            "{:<20} {bytes:>9} {parse:>10.1?} {tree:>10.1?} {checked:>10.1?} {ratio:>6.2}  {verdict}",
            text.name
        );
    }
}

/// The part of a check that is our own parse.
fn parse_tree(text: &Text) -> usize {
    stackseal_syntax::parse(Arc::clone(&text.source), &Limits::default()).len()
}

fn time<T>(work: impl FnOnce() -> T) -> Duration {
    let started = Instant::now();
    black_box(work());
    started.elapsed()
}

fn check(text: &Text, settings: &Settings) -> usize {
    let file = InputFile { source: Arc::clone(&text.source), is_named: true };
    let input = Input { files: vec![file], ..Input::default() };
    let outcome = stackseal_engine::check(input, &PACK, settings, &|_| ());
    outcome.map_or(0, |it| it.findings.len() + it.undecided.len())
}

fn settings() -> Settings {
    Settings::of(&Configuration::default())
}

#[expect(clippy::expect_used, reason = "a bench that cannot start a thread has nothing to tell")]
fn one_thread() -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread can be started")
}

/// The number of events in a YAML text.
fn yaml_events(text: &str) -> usize {
    Parser::new_from_str(text).map(black_box).count()
}

/// The number of values in a JSON text.
#[expect(clippy::expect_used, reason = "the text is generated")]
fn json_events(text: &str) -> usize {
    let mut jiter = Jiter::new(text.as_bytes());
    let first = jiter.peek().expect("the text starts with a value");
    values(&mut jiter, first).expect("the text is JSON")
}

fn values(jiter: &mut Jiter<'_>, peek: Peek) -> JiterResult<usize> {
    let mut count = 1;
    match peek {
        Peek::Object => {
            let mut key = jiter.known_object()?.map(black_box).is_some();
            while key {
                let peek = jiter.peek()?;
                count += values(jiter, peek)?;
                key = jiter.next_key()?.map(black_box).is_some();
            }
        }
        Peek::Array => {
            let mut element = jiter.known_array()?;
            while let Some(peek) = element {
                count += values(jiter, peek)?;
                element = jiter.array_step()?;
            }
        }
        Peek::String => {
            black_box(jiter.known_str()?);
        }
        Peek::Null => jiter.known_null()?,
        Peek::True | Peek::False => {
            black_box(jiter.known_bool(peek)?);
        }
        _ => {
            black_box(jiter.known_number_bytes(peek)?);
        }
    }
    Ok(count)
}
