//! The stages of a check, and what they cost beside the bare parse of the same bytes.
//!
//! The bare parse asks the parsers underneath our tree for their events and drops them. The check is
//! everything but reading files and printing: parse, evaluate, judge, on one thread. The inputs are
//! generated, the same ones every time; a folder of real ones is measured too where
//! `STACKSEAL_CORPUS` names it.
//!
//! Run it with `cargo bench --package stackseal-bench`; the ratios and the shares stand at the end.

use std::hint::black_box;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput};
use stackseal_bench::generate::Form;
use stackseal_bench::{Set, one_thread, report, settings};
use stackseal_engine::Settings;
use stackseal_report::Format;

/// A check may take this many times as long as the bare parse.
const BUDGET: f64 = 1.3;

/// Resources or objects in an input.
const SIZES: [usize; 3] = [5, 50, 500];

/// Alternating rounds from which a ratio is taken, unless they take too long.
const ROUNDS: usize = 40;
const LONGEST: Duration = Duration::from_secs(10);

/// Names a folder of templates and manifests.
const CORPUS: &str = "STACKSEAL_CORPUS";

fn main() -> io::Result<()> {
    one_thread()?;
    let of_form = |form| SIZES.map(|size| Set::generated(form, size));
    let mut sets: Vec<Set> = Form::ALL.into_iter().flat_map(of_form).collect();
    if let Some(folder) = std::env::var_os(CORPUS) {
        sets.extend(Set::below(Path::new(&folder)));
    }
    let mut criterion = Criterion::default().configure_from_args();
    let settings = settings();
    for set in &sets {
        let mut group = criterion.benchmark_group(&set.name);
        group.throughput(Throughput::Bytes(set.bytes() as u64));
        measure(&mut group, set, &settings);
        group.finish();
    }
    criterion.final_summary();
    // `cargo test --benches` only wants to see that everything runs.
    if !std::env::args().any(|it| it == "--test") {
        print_ratios(&sets, &settings);
    }
    Ok(())
}

fn measure(group: &mut BenchmarkGroup<'_, WallTime>, set: &Set, settings: &Settings) {
    let trees = set.parse();
    let outcome = set.check(settings);
    group.bench_function("events", |it| it.iter(|| set.events()));
    group.bench_function("parse", |it| it.iter(|| set.parse()));
    group.bench_function("evaluate", |it| it.iter(|| Set::evaluate(&trees)));
    group.bench_function("judge", |it| {
        it.iter_custom(|rounds| (0..rounds).map(|_| judging(set, settings)).sum());
    });
    group.bench_function("report", |it| it.iter(|| report(&outcome, Format::Text)));
    group.bench_function("check", |it| it.iter(|| set.check(settings)));
}

/// What the rules add to a check: values are evaluated when they are asked for, so neither can be had
/// without the other.
fn judging(set: &Set, settings: &Settings) -> Duration {
    let without = time(|| set.check_without_rules(settings));
    time(|| set.check(settings)).saturating_sub(without)
}

/// The quickest of many rounds, which is the one that was least disturbed.
#[derive(Clone, Copy)]
struct Quickest {
    events: Duration,
    parse: Duration,
    evaluate: Duration,
    without_rules: Duration,
    check: Duration,
    report: Duration,
}

impl Quickest {
    fn of(set: &Set, settings: &Settings) -> Self {
        let longest = Duration::MAX;
        let mut quickest = Self {
            events: longest,
            parse: longest,
            evaluate: longest,
            without_rules: longest,
            check: longest,
            report: longest,
        };
        let trees = set.parse();
        let outcome = set.check(settings);
        let started = Instant::now();
        for _ in 0..ROUNDS {
            let Self { events, parse, evaluate, without_rules, check, report: reporting } =
                &mut quickest;
            *events = time(|| set.events()).min(*events);
            *parse = time(|| set.parse()).min(*parse);
            *evaluate = time(|| Set::evaluate(&trees)).min(*evaluate);
            *without_rules = time(|| set.check_without_rules(settings)).min(*without_rules);
            *check = time(|| set.check(settings)).min(*check);
            *reporting = time(|| report(&outcome, Format::Text)).min(*reporting);
            if started.elapsed() > LONGEST {
                break;
            }
        }
        quickest
    }
}

#[expect(clippy::print_stdout, reason = "a bench speaks to whoever started it")]
fn print_ratios(sets: &[Set], settings: &Settings) {
    println!(
        "{:<24} {:>9} {:>10} {:>10} {:>6} (budget {BUDGET})  share of: {:>5} {:>8} {:>5} {:>6}",
        "input", "bytes", "events", "check", "ratio", "parse", "evaluate", "judge", "report"
    );
    for set in sets {
        let quickest = Quickest::of(set, settings);
        let Quickest { events, parse, evaluate, without_rules, check, report } = quickest;
        let ratio = check.as_secs_f64() / events.as_secs_f64();
        let verdict = if ratio <= BUDGET { "within" } else { "over" };
        let judge = check.saturating_sub(without_rules);
        let all = (parse + evaluate + judge + report).as_secs_f64();
        let [parse, evaluate, judge, report] =
            [parse, evaluate, judge, report].map(|it| 100.0 * it.as_secs_f64() / all);
        println!(
            "{:<24} {:>9} {events:>10.1?} {check:>10.1?} {ratio:>6.2} {verdict:<23} {parse:>5.0}% {evaluate:>7.0}% {judge:>4.0}% {report:>5.0}%",
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
