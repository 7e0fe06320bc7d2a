//! The main paths, one after the other on one thread, each between two calls of [`between_paths`]:
//! there callgrind writes down what it has counted, and begins anew. Prints `PATH INPUT` for each.
//! `cargo xtask instructions` runs it.
//!
//! With `--growth`, and the name of one if it is only one, it measures series that grow instead, and prints
//! `SERIES SIZE BYTES`. Where a folder is named, the stages of a check are measured on what is in it, and nothing else.

use std::ffi::OsString;
use std::hint::black_box;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use stackseal::{Date, Io};
use stackseal_bench::generate::Form;
use stackseal_bench::growth::SERIES;
use stackseal_bench::{Set, one_thread, report, settings};
use stackseal_report::Format;

/// An event about a resource, as CloudFormation sends it.
const EVENT: &str = include_str!("../../../../hook-handler/events/resource-create.json");

/// What is parsed and checked: large enough that no start-up shows, and one that would show it if cost
/// grew with the square of the resources.
const INPUTS: [(Form, usize); 5] = [
    (Form::YamlTemplate, 50),
    (Form::YamlTemplate, 500),
    (Form::JsonTemplate, 50),
    (Form::YamlManifests, 50),
    (Form::JsonManifests, 50),
];

fn main() -> io::Result<()> {
    one_thread()?;
    let mut paths = Paths::default();
    match std::env::args_os().nth(1) {
        Some(option) if option == "--growth" => {
            grow(&mut paths, std::env::args().nth(2).as_deref());
        }
        Some(folder) => {
            for set in Set::below(Path::new(&folder)) {
                paths.stages(&set);
            }
        }
        None => measure(&mut paths),
    }
    let mut out = io::stdout();
    paths.0.iter().try_for_each(|it| writeln!(out, "{it}"))
}

fn measure(paths: &mut Paths) {
    // First, so that it makes everything that is made once.
    let small = Set::generated(Form::YamlTemplate, 1);
    paths.first("events", &small.name, || small.events());
    paths.first("start", &small.name, || start(&Form::YamlTemplate.text(1, 0)));

    for (form, size) in INPUTS {
        paths.stages(&Set::generated(form, size));
    }

    // What comes after a check, where there is something to tell.
    let settings = settings();
    let set = Set::generated(Form::YamlTemplate, 50);
    let outcome = set.check(&settings);
    for format in [Format::Text, Format::Json, Format::Sarif] {
        let path = format!("report-{}", format.as_str());
        paths.again(&path, &set.name, || report(&outcome, format));
    }
    paths.again("fix", &set.name, || set.fix(&settings));

    let event = Set::new("event", vec![("event.json".to_owned(), EVENT.to_owned())]);
    paths.again("events", &event.name, || event.events());
    let (hook, today) = (stackseal_hook::Settings::default(), Date::from_unix_days(20_000));
    paths.again("hook", &event.name, || stackseal_hook::begin_text(EVENT, &hook, today));
}

fn grow(paths: &mut Paths, only: Option<&str>) {
    let settings = settings();
    let input = |set: &Set| format!("{} {}", set.name, set.bytes());
    for series in SERIES.iter().filter(|it| only.is_none_or(|only| it.name == only)) {
        let [few, many] = series.sizes.map(|it| series.set(it));
        // What is made only once is made before anything is counted.
        paths.again(series.name, &input(&few), series.work(&few, &settings));
        paths.first(series.name, &input(&many), series.work(&many, &settings));
    }
}

/// What was measured, in order.
#[derive(Default)]
struct Paths(Vec<String>);

impl Paths {
    /// Measures `work` with all that it does only once.
    fn first<T>(&mut self, path: &str, input: &str, work: impl Fn() -> T) {
        self.0.push(format!("{path} {input}"));
        between_paths();
        black_box(work());
        between_paths();
    }

    /// Measures the bare parse of `set`, the stages of a check, and a check.
    fn stages(&mut self, set: &Set) {
        let (name, settings) = (&set.name, settings());
        let trees = set.parse();
        self.again("events", name, || set.events());
        self.again("parse", name, || set.parse());
        self.again("evaluate", name, || Set::evaluate(&trees));
        self.again("check", name, || set.check(&settings));
    }

    /// Measures `work` as it is when it is done again and again.
    fn again<T>(&mut self, path: &str, input: &str, work: impl Fn() -> T) {
        black_box(work());
        self.first(path, input, work);
    }
}

/// The name that callgrind waits for.
#[inline(never)]
fn between_paths() {
    black_box(());
}

/// The command line, from its arguments to its report.
fn start(template: &str) -> stackseal::Status {
    let arguments = ["stackseal", "check", "--no-progress", "-", "--stdin-filename", "one.yaml"];
    let mut io = Io {
        stdin: &mut template.as_bytes(),
        stdout: &mut io::sink(),
        stderr: &mut io::sink(),
        // Nobody's configuration is found here.
        folder: PathBuf::from("/"),
        today: Date::from_unix_days(20_000),
        variable: &|_| None,
        stdout_is_terminal: false,
        stdout_columns: None,
        stderr_is_terminal: false,
    };
    stackseal::run(arguments.map(OsString::from), &mut io)
}
