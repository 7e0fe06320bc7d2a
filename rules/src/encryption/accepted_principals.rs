//! Principals that a house trusts with all of a key, such as one for emergencies.

use stackseal_engine::{Cx, Names, RuleOption};
use stackseal_model::iam::Principal;

static ACCEPTED_PRINCIPALS: Names = Names {
    name: "accepted-principals",
    doc: "Principals that may, as findings name them: a role of the template by its id, others by their name or ARN, with `*` for any text.",
};

pub(super) static OPTIONS: &[&dyn RuleOption] = &[&ACCEPTED_PRINCIPALS];

/// Whether the configuration accepts `principal`.
pub(super) fn is_accepted(cx: &Cx<'_>, principal: &Principal<'_>) -> bool {
    let accepted = cx.names(&ACCEPTED_PRINCIPALS);
    !accepted.is_empty() && accepted.matches(&principal.to_string())
}
