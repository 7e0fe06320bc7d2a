//! Values that somebody gives to parameters which no template has: a misspelt name decides nothing.

use std::collections::BTreeSet;

use stackseal_model::Estate;
use stackseal_model::cloudformation::{Deployment, Template};

use crate::outcome::RunError;
use crate::settings::nearest;

/// The names listed in a message.
const NAMED: usize = 8;

/// One error for each parameter that `deployment` expects, and no template of `estate` declares.
pub(crate) fn undeclared_parameters(estate: &Estate<'_>, deployment: &Deployment) -> Vec<RunError> {
    let declared: BTreeSet<&str> = if deployment.expected.is_empty() {
        BTreeSet::new()
    } else {
        estate.stacks.templates().iter().flat_map(Template::parameter_names).collect()
    };
    let missing = deployment.expected.iter().filter(|it| !declared.contains(it.as_str()));
    let errors = missing.map(|it| RunError {
        file: "<parameters>".to_owned(),
        span: None,
        message: message(it, &declared),
    });
    errors.collect()
}

fn message(name: &str, declared: &BTreeSet<&str>) -> String {
    let hint = if let Some(nearest) = nearest(name, declared.iter().copied()) {
        format!("did you mean `{nearest}`?")
    } else if declared.is_empty() {
        "none declares any".to_owned()
    } else {
        let shown: Vec<String> = declared.iter().take(NAMED).map(|it| format!("`{it}`")).collect();
        let rest = declared.len().saturating_sub(NAMED);
        let more = if rest == 0 { String::new() } else { format!(" and {rest} more") };
        format!("declared are {}{more}", shown.join(", "))
    };
    format!("no template declares the parameter `{name}`, {hint}")
}
