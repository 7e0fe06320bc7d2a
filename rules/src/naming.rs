//! Which names mark a credential, by our tables and by what the configuration adds.

use stackseal_engine::{Cx, Names, RuleOption};
use stackseal_model::credential::Naming;

/// Names of a house's own that our tables do not know.
static CREDENTIAL_NAMES: Names = Names {
    name: "credential-names",
    doc: "Names that mark a credential, beside those that do anyway, with `*` for any text.",
};

/// Names that our tables take for those of credentials.
static HARMLESS_NAMES: Names = Names {
    name: "harmless-names",
    doc: "Names that mark none, whatever they look like; the format of a value still does.",
};

/// The options of rules that judge by names.
pub(crate) static OPTIONS: &[&dyn RuleOption] = &[&CREDENTIAL_NAMES, &HARMLESS_NAMES];

/// How names are judged in `cx`.
pub(crate) fn naming<'r>(cx: &Cx<'r>) -> impl Naming + Copy + 'r {
    let (credential, harmless) = (cx.names(&CREDENTIAL_NAMES), cx.names(&HARMLESS_NAMES));
    move |name: &str| {
        if harmless.matches(name) { Some(false) } else { credential.matches(name).then_some(true) }
    }
}
