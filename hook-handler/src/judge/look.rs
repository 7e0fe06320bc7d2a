//! One run of the engine over one text.

use std::sync::Arc;

use stackseal_engine::{Date, Input, InputFile, Outcome, Rule, SettingsError, UNUSED_SUPPRESSION};
use stackseal_model::cloudformation::{Deployment, Stage};
use stackseal_syntax::{FileId, Source};

use crate::event::Event;
use crate::settings::Settings;

use super::judges_alone;

/// The name under which every text is judged: fingerprints of two states then tell the same thing.
const NAME: &str = "template";

/// How a text is looked at.
pub(super) struct Look<'l> {
    pub(super) event: &'l Event,
    pub(super) settings: &'l Settings,
    pub(super) today: Date,
    /// It is a template as a whole.
    pub(super) is_whole_set: bool,
    /// CloudFormation has put values in place of intrinsics.
    pub(super) is_resolved: bool,
}

pub(super) fn look(text: &str, look: &Look<'_>) -> Result<Outcome, SettingsError> {
    let Look { event, settings, today, is_whole_set, is_resolved } = look;
    let stack = event.stack.as_ref();
    let stage = match (is_resolved, is_whole_set) {
        (true, _) => Stage::Resolved,
        (false, true) => Stage::Submitted,
        (false, false) => Stage::Written,
    };
    let mut run = settings.run(*today);
    run.deployment = Deployment {
        region: stack.and_then(|it| it.region.clone()),
        account: event.account.clone(),
        partition: stack.and_then(|it| it.partition.clone()),
        stage,
        ..Deployment::default()
    };
    run.is_whole_set = *is_whole_set;
    let may_speak = |rule: &&'static Rule| {
        // What is open here is decided elsewhere, and then there is something to suppress.
        rule.id != UNUSED_SUPPRESSION.id && (*is_whole_set || judges_alone(rule.scope))
    };
    let rules = run.rules(&settings.pack)?.into_iter().filter(may_speak);
    run.select = rules.map(|it| it.id.as_str().to_owned()).collect();
    run.ignore = Vec::new();
    if run.select.is_empty() {
        // Nothing selected would mean all of the profile.
        return Ok(Outcome { templates: 1, ..Outcome::default() });
    }
    let source = Source { id: FileId(0), path: NAME.to_owned(), text: text.to_owned() };
    let input = Input {
        files: vec![InputFile { source: Arc::new(source), is_named: true }],
        ..Input::default()
    };
    stackseal_engine::check(input, &settings.pack, &run, &|_| ())
}
