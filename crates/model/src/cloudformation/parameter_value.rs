//! The value of a parameter: given, else its default, else the values it allows, in agreement with
//! the conditions assumed.

use std::borrow::Cow;

use stackseal_syntax::{Node, Span};

use super::deployment::Stage;
use super::map::List;
use super::parameter::Parameter;
use super::scope::Scope;
use super::value::{Data, Value};
use super::world::{Assumption, Choice, ChoiceOf};
use crate::setting::{Provenance, Reason};

/// Allowed values of a parameter that are looked at one by one.
const MAX_ALLOWED: usize = 64;

impl<'r> Scope<'r> {
    /// Given, else the default, else the values allowed, else unknown; whatever it is, it agrees
    /// with the conditions assumed.
    pub(super) fn parameter(&self, parameter: &'r Parameter<'r>, span: Span) -> Value<'r> {
        let mut value = self.parameter_value(parameter, span);
        value.parameter = Some(parameter);
        value
    }

    fn parameter_value(&self, parameter: &'r Parameter<'r>, span: Span) -> Value<'r> {
        if let Some(given) = &parameter.given {
            if parameter.is_stored_in_ssm() {
                return Value::unknown_at(Reason::Parameter(Cow::Borrowed(parameter.name)), span);
            }
            return parameter_text(
                parameter,
                Cow::Borrowed(given),
                span,
                Provenance::Given(parameter.span),
            );
        }
        let default = if self.default_decides() { parameter.default_text() } else { None };
        let from_default = |text: Cow<'r, str>| {
            let at = parameter.default.map_or(parameter.span, Node::span);
            parameter_text(parameter, text, span, Provenance::Default(at))
        };
        let index = self.template.index();
        let candidates = if self.replay.world.has_facts(index) || self.is_open_choice(parameter) {
            self.candidates(parameter)
        } else {
            None
        };
        let Some((variable, candidates)) = candidates else {
            return match default {
                Some(text) if !self.is_open_choice(parameter) => from_default(text),
                _ => self.allowed(parameter, span),
            };
        };
        let conditions = self.template.conditions();
        let is_default = |it: &u32| {
            default.as_deref().is_some_and(|text| conditions.value(variable, *it) == Some(text))
        };
        let mut candidates = candidates;
        if let Some(position) = candidates.iter().position(is_default) {
            if !self.is_open_choice(parameter) {
                return default.map_or_else(|| self.allowed(parameter, span), from_default);
            }
            candidates.swap(0, position);
        }
        let outcome = match candidates.as_slice() {
            [] => None,
            [only] => Some(*only),
            // Conditions may leave a free parameter a few named values and no other.
            all if self.is_open_choice(parameter)
                || all.iter().all(|it| conditions.value(variable, *it).is_some()) =>
            {
                let choice = Choice { template: index, subject: ChoiceOf::Parameter(variable) };
                let known = self.replay.world.outcome(choice);
                Some(known.unwrap_or_else(|| self.replay.world.fork(choice, &candidates)))
            }
            _ => None,
        };
        match outcome.and_then(|it| conditions.value(variable, it).map(|text| (it, text))) {
            Some((it, text)) if is_default(&it) => from_default(Cow::Borrowed(text)),
            Some((_, text)) => allowed_text(parameter, text, span),
            None => Value::unknown_at(Reason::Parameter(Cow::Borrowed(parameter.name)), span),
        }
    }

    /// Whether a parameter that is not given has its default.
    fn default_decides(&self) -> bool {
        match self.template.deployment().stage {
            Stage::Written | Stage::Resolved => true,
            // Exports are known by the names they have by default.
            Stage::Submitted => self.is_by_default,
        }
    }

    /// Whether the values a parameter allows are looked at one by one: where no default decides, or
    /// where every alternative is asked for.
    fn is_open_choice(&self, parameter: &Parameter<'_>) -> bool {
        !parameter.allowed.is_empty()
            && !parameter.is_stored_in_ssm()
            && (parameter.default.is_none()
                || !self.default_decides()
                || self.template.deployment().all_alternatives && !self.is_by_default)
    }

    /// The values conditions leave to a parameter, if they read it.
    fn candidates(&self, parameter: &Parameter<'_>) -> Option<(u32, Vec<u32>)> {
        let conditions = self.template.conditions();
        let variable = conditions.variable(parameter.name)?;
        let facts: Vec<Assumption> = self.replay.world.facts(self.template.index());
        conditions.candidates(variable, &facts).map(|it| (variable, it))
    }

    /// A parameter no condition reads: its allowed values, one world each.
    fn allowed(&self, parameter: &'r Parameter<'r>, span: Span) -> Value<'r> {
        if !self.is_open_choice(parameter) {
            return Value::unknown_at(Reason::Parameter(Cow::Borrowed(parameter.name)), span);
        }
        let texts: Vec<&'r str> = parameter.allowed.iter().filter_map(|it| it.text()).collect();
        if texts.is_empty() || texts.len() > MAX_ALLOWED {
            return Value::unknown_at(Reason::Parameter(Cow::Borrowed(parameter.name)), span);
        }
        let choice = Choice {
            template: self.template.index(),
            subject: ChoiceOf::Lookup(parameter.span.start),
        };
        let outcomes: Vec<u32> = (0u32..).take(texts.len()).collect();
        let world = &self.replay.world;
        let outcome = if let [only] = outcomes.as_slice() {
            *only
        } else {
            world.outcome(choice).unwrap_or_else(|| world.fork(choice, &outcomes))
        };
        let text = texts.get(outcome as usize).copied().unwrap_or_default();
        allowed_text(parameter, text, span)
    }
}

/// One of the values `parameter` allows.
fn allowed_text<'r>(parameter: &'r Parameter<'r>, text: &'r str, span: Span) -> Value<'r> {
    let at = parameter
        .allowed
        .iter()
        .find(|it| it.text() == Some(text))
        .map_or(parameter.span, |it| it.span());
    parameter_text(parameter, Cow::Borrowed(text), span, Provenance::AllowedValue(at))
}

/// `text` as the value of `parameter`, at `span`: a list where it is one.
fn parameter_text<'r>(
    parameter: &'r Parameter<'r>,
    text: Cow<'r, str>,
    span: Span,
    source: Provenance,
) -> Value<'r> {
    let mut value = if parameter.is_list() {
        let items = text.split(',').map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
        let element = |it| Value {
            parameter: Some(parameter),
            ..Value::literal(Cow::Owned(it), false, span)
        };
        let values = items.map(element);
        Value::at(Data::List(List::of(values.collect())), span)
    } else {
        Value::literal(text, true, span)
    };
    value.site.source = Some(source);
    value
}
