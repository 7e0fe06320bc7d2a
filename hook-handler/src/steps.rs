//! From an event to its answer, in one step or in two.

use serde_json::Value;
use stackseal_engine::Date;
use stackseal_engine::configuration::Exemption;

use crate::answer::{Answer, Limit, Subject};
use crate::event::Carried;
use crate::event::{
    Document, DocumentError, Event, EventError, Operation, PayloadUrl, ResourceTarget, State,
    Target, token,
};
use crate::judge::{judge_document, judge_resource};
use crate::settings::Settings;

/// How it goes on.
pub enum Step {
    /// All is said.
    Answer(Answer),
    /// The document behind [`Pending::url`] is needed.
    Fetch(Box<Pending>),
}

/// An event whose state is yet to be fetched.
pub struct Pending {
    event: Event,
    settings: Settings,
    today: Date,
    url: PayloadUrl,
}

/// Reads an event from its text and answers it, or says what it takes.
///
/// A text that is no JSON is answered as well: only without the token that the answer should echo.
pub fn begin_text(text: &str, settings: &Settings, today: Date) -> Step {
    match serde_json::from_str(text) {
        Ok(value) => begin(&value, settings, today),
        Err(it) => {
            let error = EventError::NoJson { line: it.line(), column: it.column() };
            Step::Answer(refuse(None, &error))
        }
    }
}

/// Answers an event, or says what it takes.
pub fn begin(event: &Value, settings: &Settings, today: Date) -> Step {
    let event = match Event::read(event) {
        Ok(event) => event,
        Err(error) => return Step::Answer(refuse(token(event), &error)),
    };
    let settings = match settings.for_event(&event) {
        Ok(settings) => settings,
        Err(error) => {
            let reason = format!("the configuration of the hook type is wrong: {error}");
            return Step::Answer(failure(&event, &reason));
        }
    };
    if event.operation == Operation::Delete {
        return Step::Answer(Answer::deletion(subject(&event), event.token.clone()));
    }
    if let Some(answer) = exempt(&event, &settings, today) {
        return Step::Answer(answer);
    }
    if let Some(url) = event.payload() {
        let url = url.clone();
        return Step::Fetch(Box::new(Pending { event, settings, today, url }));
    }
    let answer = match &event.target {
        Target::Stack { .. } | Target::ChangeSet { .. } => {
            failure(&event, "the event has no `requestData.payload`")
        }
        Target::Resource(target) => match &target.state {
            Some(Carried::Inline(state)) => {
                answer_resource(&event, target, state, &settings, today)
            }
            Some(Carried::Behind(_)) | None => {
                failure(&event, "the event has no `requestData.targetModel`")
            }
        },
    };
    Step::Answer(answer)
}

/// The answer where nothing of an event is judged, for `reason`.
#[cfg(feature = "lambda")]
pub(crate) fn refuse_all(event: &str, reason: &str) -> Answer {
    let token = serde_json::from_str(event).ok().and_then(|it| token(&it));
    Answer::failure(Subject::Unknown, reason, token)
}

/// The answer to something that is no event we know.
pub fn refuse(token: Option<String>, reason: &dyn std::error::Error) -> Answer {
    Answer::failure(Subject::Unknown, &reason.to_string(), token)
}

impl Pending {
    /// Where the document is.
    pub fn url(&self) -> &PayloadUrl {
        &self.url
    }

    /// The event, for its Region and partition.
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// Answers with the document in hand.
    pub fn finish(&self, document: &[u8]) -> Answer {
        let Self { event, settings, today, url: _ } = self;
        match &event.target {
            Target::Resource(target) => match State::read_document(document) {
                Ok(state) => answer_resource(event, target, &state, settings, *today),
                Err(error) => unreadable(event, error),
            },
            Target::Stack { .. } | Target::ChangeSet { .. } => match Document::read(document) {
                Ok(document) => match judge_document(event, &document, settings, *today) {
                    Ok(verdict) => Answer::of(
                        subject(event),
                        &verdict,
                        settings,
                        limit(event),
                        event.token.clone(),
                    ),
                    Err(error) => failure(event, &error.to_string()),
                },
                Err(error) => unreadable(event, error),
            },
        }
    }

    /// Answers that the document cannot be had: never a pass.
    pub fn fail(&self, reason: &str) -> Answer {
        failure(&self.event, reason)
    }
}

/// The answer where the stack is left alone.
fn exempt(event: &Event, settings: &Settings, today: Date) -> Option<Answer> {
    let Exemption { reason, until, .. } = settings.exemption(&event.stack.as_ref()?.name, today)?;
    let until = until.map_or_else(String::new, |it| format!(" until {it}"));
    let message = format!("stackseal: {} is not judged{until}: {reason}", subject(event).words());
    Some(Answer::waved_through(&message, event.token.clone()))
}

fn answer_resource(
    event: &Event,
    target: &ResourceTarget,
    state: &State,
    settings: &Settings,
    today: Date,
) -> Answer {
    let logical_id = target.logical_id.as_deref().unwrap_or(&target.type_name);
    match judge_resource(event, &target.type_name, logical_id, state, settings, today) {
        Ok(verdict) => {
            Answer::of(subject(event), &verdict, settings, limit(event), event.token.clone())
        }
        Err(error) => failure(event, &error.to_string()),
    }
}

fn unreadable(event: &Event, error: DocumentError) -> Answer {
    failure(event, &error.to_string())
}

fn failure(event: &Event, reason: &str) -> Answer {
    Answer::failure(subject(event), reason, event.token.clone())
}

fn subject(event: &Event) -> Subject<'_> {
    let stack = event.stack.as_ref().map_or("", |it| it.name.as_str());
    match &event.target {
        Target::Stack { .. } => Subject::Stack(stack),
        Target::ChangeSet { .. } => Subject::ChangeSet(stack),
        Target::Resource(ResourceTarget { type_name, logical_id, .. }) => {
            Subject::Resource { type_name, logical_id: logical_id.as_deref() }
        }
    }
}

/// How long a message may be.
fn limit(event: &Event) -> Limit {
    if event.stack.is_some() { Limit::CloudFormation } else { Limit::CloudControl }
}
