//! Rules, findings, suppressions, and the run: sources in, an [`Outcome`] out.
//!
//! The engine knows no single rule and no output format. [`check`] reads the texts into an estate,
//! runs every selected check over it — a check of a template once for each consistent world of the
//! conditions it reads — merges what is equal, and takes out what is suppressed.

mod accepted;
mod baseline;
mod condition_text;
pub mod configuration;
mod cx;
mod date;
mod finding;
mod fingerprint;
mod fixing;
mod index;
mod judge;
mod language;
mod mend;
mod option;
mod outcome;
mod parameters;
mod parts;
mod reading;
mod rule;
mod run;
mod settings;
mod silence;
mod suppression;
mod view;
mod wildcard;
mod worlds;

pub use baseline::{BASELINE_SCHEMA, Baseline, BaselineEntry};
pub use configuration::{Configuration, FailOn, Policy};
pub use cx::{Cx, Draft};
pub use date::{Date, NoDate};
pub use finding::{Finding, Fix, Related, Subject, Suppressed, SuppressedBy, Undecided};
pub use fixing::{Applicability, Applied, Fixed, fix};
pub use language::{Case, Judgement, Language, Said, Verdict};
pub use mend::Mend;
pub use option::{Choice, Names, Number, OptionKind, OptionValue, OptionValues, RuleOption};
pub use outcome::{Outcome, RunError, Skipped, Unasked};
pub use reading::{Input, InputFile, is_worth_reading};
pub use rule::{Check, Group, Profile, Rule, RuleId, Scope, Severity, UnknownWord};
pub use run::{Progress, check};
pub use settings::{Pack, Settings, SettingsError};
pub use suppression::UNUSED_SUPPRESSION;
pub use view::View;
pub use wildcard::Wildcards;
