//! What a check costs beside the bare parse of the same bytes.
//!
//! The bare parse asks the parsers underneath our tree for their events and drops them. The check is
//! everything but reading files and printing: parse, model, every rule of the default profile, on one
//! thread. The inputs are generated, the same ones every time; a folder of real ones is measured too
//! where `STACKSEAL_CORPUS` names it.
//!
//! Run it with `cargo bench --package stackseal`; the ratios stand at the end.

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
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

/// Alternating rounds from which a ratio is taken, unless they take too long.
const ROUNDS: usize = 40;
const LONGEST: Duration = Duration::from_secs(10);

/// Names a folder of templates and manifests.
const CORPUS: &str = "STACKSEAL_CORPUS";

fn main() {
    let mut sets = generated();
    if let Some(folder) = std::env::var_os(CORPUS) {
        sets.extend(corpus(Path::new(&folder)));
    }
    let mut criterion = Criterion::default().configure_from_args();
    measure(&mut criterion, &sets);
    criterion.final_summary();
    // `cargo test --benches` only wants to see that everything runs.
    if !std::env::args().any(|it| it == "--test") {
        print_ratios(&sets);
    }
}

/// A way to make texts of any size, and to parse them.
struct Kind {
    what: &'static str,
    extension: &'static str,
    generate: fn(usize) -> String,
    events: Events,
}

/// Drives a parser through a text and counts what it finds.
type Events = fn(&str) -> usize;

#[rustfmt::skip]
const KINDS: &[Kind] = &[
    Kind { what: "template", extension: "yaml", generate: generate::yaml_template, events: yaml_events },
    Kind { what: "template", extension: "json", generate: generate::json_template, events: json_events },
    Kind { what: "manifests", extension: "yaml", generate: generate::yaml_manifests, events: yaml_events },
    Kind { what: "manifests", extension: "json", generate: generate::json_manifests, events: json_events },
];

/// What is parsed and checked in one go.
struct Set {
    name: String,
    files: Vec<(Arc<Source>, Events)>,
}

impl Set {
    fn new(name: &str, texts: Vec<(String, String, Events)>) -> Self {
        let files = (0..).zip(texts).map(|(id, (path, text, events))| {
            (Arc::new(Source { id: FileId(id), path, text }), events)
        });
        Self { name: name.to_owned(), files: files.collect() }
    }

    fn bytes(&self) -> usize {
        self.files.iter().map(|(it, _)| it.text.len()).sum()
    }

    /// The bare parse.
    fn parse(&self) -> usize {
        self.files.iter().map(|(it, events)| events(black_box(&it.text))).sum()
    }

    /// The part of a check that is our own parse.
    fn parse_trees(&self) -> usize {
        let parse = |it: &Arc<Source>| stackseal_syntax::parse(Arc::clone(it), &Limits::default());
        // As in a check, all trees are there at once.
        let trees: Vec<_> = self.files.iter().map(|(it, _)| parse(it)).collect();
        trees.iter().map(stackseal_syntax::Tree::len).sum()
    }

    fn check(&self, settings: &Settings) -> usize {
        let file =
            |(it, _): &(Arc<Source>, Events)| InputFile { source: Arc::clone(it), is_named: false };
        let files = self.files.iter().map(file).collect();
        let input = Input { files, ..Input::default() };
        let outcome = stackseal_engine::check(input, &PACK, settings, &|_| ());
        outcome.map_or(0, |it| it.findings.len() + it.undecided.len())
    }
}

fn generated() -> Vec<Set> {
    let set = |size: usize, kind: &Kind| {
        let Kind { what, extension, generate, events } = kind;
        let name = format!("{what}-{size}.{extension}");
        Set::new(&name, vec![(name.clone(), generate(size), *events)])
    };
    KINDS.iter().flat_map(|kind| SIZES.iter().map(|&size| set(size, kind))).collect()
}

/// The YAML of a folder, its JSON, and both.
fn corpus(folder: &Path) -> Vec<Set> {
    let mut paths = Vec::new();
    collect(folder, &mut paths);
    paths.sort();
    let texts: Vec<(String, String, Events)> = paths
        .iter()
        .filter_map(|path| {
            let events = match path.extension()?.to_str()? {
                "yaml" | "yml" => yaml_events,
                "json" => json_events,
                _ => return None,
            };
            Some((path.display().to_string(), fs::read_to_string(path).ok()?, events as Events))
        })
        .collect();
    let of = |wanted: &dyn Fn(&str) -> bool| -> Vec<_> {
        texts.iter().filter(|(path, ..)| wanted(path)).cloned().collect()
    };
    let is_json = |path: &str| Path::new(path).extension().is_some_and(|it| it == "json");
    vec![
        Set::new("corpus, yaml", of(&|it| !is_json(it))),
        Set::new("corpus, json", of(&is_json)),
        Set::new("corpus", of(&|_| true)),
    ]
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, paths);
        } else {
            paths.push(path);
        }
    }
}

fn measure(criterion: &mut Criterion, sets: &[Set]) {
    let pool = one_thread();
    let settings = settings();
    for set in sets {
        let mut group = criterion.benchmark_group(&set.name);
        group.throughput(Throughput::Bytes(set.bytes() as u64));
        group.bench_function(BenchmarkId::from_parameter("parse"), |it| it.iter(|| set.parse()));
        group.bench_function(BenchmarkId::from_parameter("check"), |it| {
            pool.install(|| it.iter(|| set.check(&settings)));
        });
        group.finish();
    }
}

#[expect(clippy::print_stdout, reason = "a bench speaks to whoever started it")]
fn print_ratios(sets: &[Set]) {
    let pool = one_thread();
    let settings = settings();
    println!(
        "{:<20} {:>9} {:>10} {:>10} {:>10} {:>6}  budget {BUDGET}",
        "input", "bytes", "parse", "tree", "check", "ratio"
    );
    for set in sets {
        let (mut parse, mut tree, mut check) = (Duration::MAX, Duration::MAX, Duration::MAX);
        let started = Instant::now();
        for _ in 0..ROUNDS {
            // The quickest of many rounds is the one that was least disturbed.
            parse = parse.min(time(|| set.parse()));
            tree = tree.min(time(|| set.parse_trees()));
            check = check.min(pool.install(|| time(|| set.check(&settings))));
            if started.elapsed() > LONGEST {
                break;
            }
        }
        let ratio = check.as_secs_f64() / parse.as_secs_f64();
        let verdict = if ratio <= BUDGET { "within" } else { "over" };
        println!(
            "{:<20} {:>9} {parse:>10.1?} {tree:>10.1?} {check:>10.1?} {ratio:>6.2}  {verdict}",
            set.name,
            set.bytes()
        );
    }
}

fn time<T>(work: impl FnOnce() -> T) -> Duration {
    let started = Instant::now();
    black_box(work());
    started.elapsed()
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

/// The number of values in a JSON text; 0 where it turns out to be none.
fn json_events(text: &str) -> usize {
    let mut jiter = Jiter::new(text.as_bytes());
    let first = jiter.peek();
    first.and_then(|it| values(&mut jiter, it)).unwrap_or_default()
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
