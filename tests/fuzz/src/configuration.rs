//! Any text as a configuration or a baseline: what is wrong with it stands in it, and a run can obey
//! the rest.

use stackseal_engine::configuration::{self, Mistake};
use stackseal_engine::{Baseline, Configuration, Settings};
use stackseal_rules::PACK;
use stackseal_syntax::Limits;

use crate::Target;
use crate::judging::{input, source};
use crate::seeds;
use crate::spans::stands_in;

pub(crate) const TARGET: Target =
    Target { name: "configuration", run, is_named: false, seeds: seeds::configurations };

fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let file = source("stackseal.yaml", text);
    let (configuration, mistakes) = configuration::read(&file, &PACK, &Limits::default());
    mistakes_stand_in(text, &mistakes);
    let (baseline, of_baseline) = Baseline::read(&file, &Limits::default());
    mistakes_stand_in(text, &of_baseline);
    if mistakes.is_empty() {
        obey(&configuration, None);
    }
    if of_baseline.is_empty() {
        obey(&Configuration::default(), Some(baseline));
    }
}

fn mistakes_stand_in(text: &str, mistakes: &[Mistake]) {
    for Mistake { span, kind } in mistakes {
        stands_in(text, *span);
        assert!(!kind.to_string().is_empty(), "a mistake says what it is");
    }
}

fn obey(configuration: &Configuration, baseline: Option<Baseline>) {
    let template = "Resources: {Key: {Type: AWS::KMS::Key}, Db: {Type: AWS::RDS::DBInstance}}";
    let settings = Settings { baseline, ..Settings::of(configuration) };
    let input = input([("a.yaml", template)]);
    stackseal_engine::check(input, &PACK, &settings, &|_| ()).unwrap_or_else(|error| {
        panic!("a configuration without mistakes cannot be obeyed: {error}")
    });
}
