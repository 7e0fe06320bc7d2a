//! From an event to a verdict: what is about to be becomes an estate, and the rules judge it.
//!
//! A resource is a template of one resource, and the rules that need the whole set are silent. The
//! template of a stack is judged as it was submitted: what a parameter gives is open. Of a change set,
//! both: what the template leaves open, the resolved state of a changed resource may decide.

mod look;
mod native;
mod resource;
mod verdict;

use std::collections::HashSet;

use stackseal_engine::{Date, Scope, SettingsError};

use crate::event::{Change, ChangeAction, Document, Event, State};
use crate::settings::Settings;

use self::look::{Look, look};
use self::resource::{Attributes, Form, template_of};

pub(crate) use self::verdict::{Found, RuleVerdict, Verdict};

/// Judges the state of a resource.
pub(crate) fn judge_resource(
    event: &Event,
    type_name: &str,
    logical_id: &str,
    state: &State,
    settings: &Settings,
    today: Date,
) -> Result<Verdict, SettingsError> {
    let look_at = |properties| {
        let attributes = Attributes { type_name, properties: Some(properties), rest: None };
        let text = template_of([(logical_id, attributes)], form(settings));
        let is_resolved = event.stack.is_some();
        look(&text, &Look { event, settings, today, is_whole_set: false, is_resolved })
    };
    let mut verdict = Verdict::of(look_at(&state.properties)?, Seen::Resource);
    if settings.only_new
        && let Some(previous) = &state.previous
    {
        verdict.excuse(&Verdict::of(look_at(previous)?, Seen::Resource).fingerprints());
    }
    Ok(verdict)
}

/// Judges the template of a stack, and the changes of a change set.
pub(crate) fn judge_document(
    event: &Event,
    document: &Document,
    settings: &Settings,
    today: Date,
) -> Result<Verdict, SettingsError> {
    let Document { template, previous, changes } = document;
    let mut verdict =
        judge_template(event, template, changes, |it| it.after.as_ref(), settings, today)?;
    if settings.only_new
        && let Some(previous) = previous
    {
        let before =
            judge_template(event, previous, changes, |it| it.before.as_ref(), settings, today)?;
        verdict.excuse(&before.fingerprints());
    }
    Ok(verdict)
}

fn judge_template<'c>(
    event: &Event,
    template: &str,
    changes: &'c [Change],
    side: impl Fn(&'c Change) -> Option<&'c serde_json::Value>,
    settings: &Settings,
    today: Date,
) -> Result<Verdict, SettingsError> {
    let whole = Look { event, settings, today, is_whole_set: true, is_resolved: false };
    let verdict = Verdict::of(look(template, &whole)?, Seen::Template);
    let changed = changes.iter().filter(|it| it.action != ChangeAction::Delete).filter_map(|it| {
        let context = side(it)?;
        Some((it.logical_id.as_str(), Attributes::of_context(&it.type_name, context)))
    });
    let mut ids = HashSet::new();
    let changed: Vec<_> = changed.filter(|(id, _)| ids.insert((*id).to_owned())).collect();
    if changed.is_empty() {
        return Ok(verdict);
    }
    let text = template_of(changed, form(settings));
    let alone = Look { event, settings, today, is_whole_set: false, is_resolved: true };
    let resolved = Verdict::of(look(&text, &alone)?, Seen::Changes);
    Ok(verdict.and(resolved, &ids))
}

/// In which form rules want to see the texts of an event.
fn form(settings: &Settings) -> Form {
    match settings.pack.language {
        Some(_) => Form::Native,
        None => Form::AsSent,
    }
}

/// What a run has before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    /// A template. What is open is decided by the event of the resource, which follows.
    Template,
    /// The resolved state of what a change set would change: as of a template, and without the rest.
    Changes,
    /// A resource. What is open, nobody decides.
    Resource,
}

/// Whether a rule may speak of a resource alone.
fn judges_alone(scope: Scope) -> bool {
    match scope {
        Scope::Resource | Scope::ResourceAndSet => true,
        Scope::Set => false,
    }
}
