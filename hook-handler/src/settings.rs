//! What an operator decides: from which severity on a finding blocks, which rules run, which stacks
//! are left alone. `stackseal.yaml` first, and variables of the environment over it.

use std::sync::Arc;

use stackseal_engine::configuration::{self, Configuration, Exemption, FailOn, Mistake, Word};
use stackseal_engine::{Date, Input, NoDate, Pack, Profile, Severity};
use stackseal_rules::PACK;
use stackseal_syntax::{Limits, LineIndex, Source};

use crate::event::Event;
use crate::text::error_line;

/// What an operator decides.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The rules there are: those of the pack, and perhaps the operator's own beside them.
    pub pack: Pack,
    /// What the file says; its paths and parameters mean nothing here.
    pub configuration: Configuration,
    /// Which selection of rules.
    pub profile: Profile,
    /// From which severity on a finding blocks.
    pub fail_on: FailOn,
    /// Rules and groups left out, beside those of the file.
    pub ignore: Vec<String>,
    /// What was there before a change does not block it.
    pub only_new: bool,
    /// Stacks that are left alone.
    pub exemptions: Vec<Exemption>,
}

/// Names of the variables that are read.
pub mod variables {
    /// `recommended` or `strict`.
    pub const PROFILE: &str = "STACKSEAL_PROFILE";
    /// A severity, or `never`.
    pub const FAIL_ON: &str = "STACKSEAL_FAIL_ON";
    /// Rules and groups, with commas.
    pub const IGNORE: &str = "STACKSEAL_IGNORE";
    /// `true` or `false`.
    pub const ONLY_NEW: &str = "STACKSEAL_ONLY_NEW";
    /// `NAME until DATE: REASON`, with semicolons.
    pub const EXEMPT_STACKS: &str = "STACKSEAL_EXEMPT_STACKS";
}

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// A mistake in the file.
    #[error("{place}: {mistake}")]
    File {
        /// The file, line and column.
        place: String,
        /// What is wrong.
        mistake: Box<Mistake>,
    },
    /// The file cannot be read.
    #[error("cannot read {path}: {because}")]
    Read {
        /// Which.
        path: String,
        /// What the system said.
        because: String,
    },
    /// A word that is none of those expected.
    #[error("{place}: `{text}` is not {expected}")]
    Word {
        /// The variable or property.
        place: &'static str,
        /// What may stand there.
        expected: &'static str,
        /// What does.
        text: String,
    },
    /// An exemption in another form.
    #[error("{place}: `{text}` is not of the form `NAME until DATE: REASON`")]
    Exemption {
        /// The variable.
        place: &'static str,
        /// What stands there.
        text: String,
    },
    /// An exemption until a day that does not exist.
    #[error("{place}: `{text}`: {source}")]
    Date {
        /// The variable.
        place: &'static str,
        /// What stands there.
        text: String,
        /// What is wrong with it.
        source: NoDate,
    },
    /// Rules that cannot be selected so.
    #[error("{place}: {source}")]
    Rules {
        /// The variable, property or file.
        place: &'static str,
        /// Which.
        source: stackseal_engine::SettingsError,
    },
    /// Rules of the operator's own that cannot be run.
    #[error("{0}")]
    OwnRules(String),
    /// Something else in the environment.
    #[error("{0}")]
    Environment(String),
}

/// Puts rules of the operator's own beside a pack, from where the configuration says, and tells what of
/// them cannot be read.
pub type OwnRules<'r> = dyn Fn(&Pack, &[Word]) -> (Pack, Vec<SettingsError>) + 'r;

const PROFILES: &str = "`recommended` or `strict`";
const SEVERITIES: &str = "`critical`, `high`, `medium`, `low`, `informational` or `never`";

impl Default for Settings {
    /// The profile `recommended`; what is high or critical blocks.
    fn default() -> Self {
        Self {
            pack: PACK,
            configuration: Configuration::default(),
            profile: Profile::Recommended,
            fail_on: FailOn::Severity(Severity::High),
            ignore: Vec::new(),
            only_new: false,
            exemptions: Vec::new(),
        }
    }
}

impl Settings {
    /// Reads `file`, if there is one, and goes over it with what `variable` gives. `own_rules` is asked
    /// if it names rules of the operator's own.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, not only the first.
    pub fn read(
        file: Option<&Arc<Source>>,
        own_rules: &OwnRules<'_>,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, Vec<SettingsError>> {
        let mut errors = Vec::new();
        let mut settings = Self::default();
        if let Some(file) = file {
            let limits = Limits::default();
            let (mut configuration, mut mistakes) = configuration::read(file, &PACK, &limits);
            let mut pack = PACK;
            if !configuration.guard.is_empty() {
                let unread;
                (pack, unread) = own_rules(&PACK, &configuration.guard);
                errors.extend(unread);
                // It may speak of rules that it brings along itself.
                (configuration, mistakes) = configuration::read(file, &pack, &limits);
            }
            errors.extend(mistakes.into_iter().map(|it| mistake_in(file, it)));
            settings = Self { pack, ..Self::of(configuration) };
        }
        match settings.with_variables(variable) {
            Ok(settings) if errors.is_empty() => Ok(settings),
            Ok(_) => Err(errors),
            Err(more) => {
                errors.extend(more);
                Err(errors)
            }
        }
    }

    /// With what `variable` gives. An empty variable counts as none.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, not only the first.
    pub fn with_variables(
        mut self,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, Vec<SettingsError>> {
        let mut errors = Vec::new();
        for (name, set) in SETTERS {
            if let Some(text) = variable(name).filter(|it| !it.trim().is_empty()) {
                errors.extend(set(&mut self, name, text.trim()).err());
            }
        }
        if errors.is_empty() {
            errors.extend(self.check_rules("the configuration").err());
        }
        if errors.is_empty() {
            errors.extend(self.broken_rules());
        }
        if errors.is_empty() { Ok(self) } else { Err(errors) }
    }

    /// What `configuration` says, and the defaults of a hook for the rest.
    pub fn of(configuration: Configuration) -> Self {
        let default = Self::default();
        Self {
            profile: configuration.profile.unwrap_or(default.profile),
            fail_on: configuration
                .hook
                .fail_on
                .or(configuration.fail_on)
                .unwrap_or(default.fail_on),
            only_new: configuration.hook.only_new.unwrap_or(default.only_new),
            exemptions: configuration.hook.exemptions.clone(),
            configuration,
            ..default
        }
    }

    /// With what the configuration of a hook type says, where `event` carries one.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong.
    pub fn for_event(&self, event: &Event) -> Result<Self, SettingsError> {
        let properties: [(&'static str, Setter); 3] = [
            ("MinimumSeverity", Self::set_severity),
            ("Profile", Self::set_profile),
            ("IgnoredRules", Self::add_ignored),
        ];
        let mut settings = self.clone();
        for (name, set) in properties {
            if let Some(text) = event.property(name) {
                set(&mut settings, name, text.trim())?;
            }
        }
        Ok(settings)
    }

    /// The exemption of the stack `name`, if it has one that has not ended on `today`.
    pub fn exemption(&self, name: &str, today: Date) -> Option<&Exemption> {
        self.exemptions
            .iter()
            .find(|it| it.stacks.matches(name) && it.until.is_none_or(|until| today <= until))
    }

    /// What a run is asked to do.
    pub(crate) fn run(&self, today: Date) -> stackseal_engine::Settings {
        let mut run = stackseal_engine::Settings::of(&self.configuration);
        run.profile = self.profile;
        run.ignore.extend(self.ignore.iter().cloned());
        run.today = Some(today);
        run
    }

    fn check_rules(&self, place: &'static str) -> Result<(), SettingsError> {
        let run = self.run(Date::from_unix_days(0));
        run.rules(&self.pack).map(drop).map_err(|source| SettingsError::Rules { place, source })
    }

    /// What is wrong with rules of the operator's own, whatever they are to judge: a run over nothing
    /// reads them.
    fn broken_rules(&self) -> Vec<SettingsError> {
        if self.pack.language.is_none() {
            return Vec::new();
        }
        let run = self.run(Date::from_unix_days(0));
        match stackseal_engine::check(Input::default(), &self.pack, &run, &|_| ()) {
            Ok(outcome) => {
                let lines = outcome.errors.iter().map(|it| error_line(it, &outcome));
                lines.map(SettingsError::OwnRules).collect()
            }
            Err(source) => vec![SettingsError::Rules { place: "the configuration", source }],
        }
    }

    fn set_profile(&mut self, place: &'static str, text: &str) -> Result<(), SettingsError> {
        self.profile = text.parse().map_err(|_| word(place, PROFILES, text))?;
        Ok(())
    }

    pub(crate) fn set_severity(
        &mut self,
        place: &'static str,
        text: &str,
    ) -> Result<(), SettingsError> {
        self.fail_on = match text {
            FailOn::NEVER => FailOn::Never,
            text => FailOn::Severity(text.parse().map_err(|_| word(place, SEVERITIES, text))?),
        };
        Ok(())
    }

    fn add_ignored(&mut self, place: &'static str, text: &str) -> Result<(), SettingsError> {
        let words = text.split(',').map(str::trim).filter(|it| !it.is_empty());
        self.ignore.extend(words.map(str::to_owned));
        self.check_rules(place)
    }

    fn set_only_new(&mut self, place: &'static str, text: &str) -> Result<(), SettingsError> {
        self.only_new = text.parse().map_err(|_| word(place, "`true` or `false`", text))?;
        Ok(())
    }

    fn add_exemptions(&mut self, place: &'static str, text: &str) -> Result<(), SettingsError> {
        for text in text.split(';').map(str::trim).filter(|it| !it.is_empty()) {
            let wrong = || SettingsError::Exemption { place, text: text.to_owned() };
            let (head, reason) = text.split_once(':').ok_or_else(wrong)?;
            let mut words = head.split_whitespace();
            let (name, until) = match (words.next(), words.next(), words.next(), words.next()) {
                (Some(name), None, ..) => (name, None),
                (Some(name), Some("until"), Some(date), None) => (name, Some(date)),
                _ => return Err(wrong()),
            };
            let until = until
                .map(str::parse)
                .transpose()
                .map_err(|source| SettingsError::Date { place, text: text.to_owned(), source })?;
            let reason = reason.trim().to_owned();
            if reason.is_empty() {
                return Err(wrong());
            }
            let stacks = [name].into_iter().collect();
            self.exemptions.push(Exemption { stacks, reason, until });
        }
        Ok(())
    }
}

type Setter = fn(&mut Settings, &'static str, &str) -> Result<(), SettingsError>;

const SETTERS: [(&str, Setter); 5] = [
    (variables::PROFILE, Settings::set_profile),
    (variables::FAIL_ON, Settings::set_severity),
    (variables::IGNORE, Settings::add_ignored),
    (variables::ONLY_NEW, Settings::set_only_new),
    (variables::EXEMPT_STACKS, Settings::add_exemptions),
];

fn word(place: &'static str, expected: &'static str, text: &str) -> SettingsError {
    SettingsError::Word { place, expected, text: text.to_owned() }
}

fn mistake_in(file: &Source, mistake: Mistake) -> SettingsError {
    let place = LineIndex::new(&file.text).place(&file.text, mistake.span.start);
    let place = format!("{}:{}:{}", file.path, place.line, place.column);
    SettingsError::File { place, mistake: Box::new(mistake) }
}

#[cfg(test)]
mod tests {
    use stackseal_syntax::FileId;

    use super::*;

    fn read(file: &str, given: &[(&str, &str)]) -> Result<Settings, String> {
        let source =
            Source { id: FileId(0), path: "stackseal.yaml".to_owned(), text: file.to_owned() };
        let file = (!file.is_empty()).then(|| Arc::new(source));
        let find = |name: &str| given.iter().find(|it| it.0 == name).map(|it| it.1.to_owned());
        Settings::read(file.as_ref(), &|pack, _| (*pack, Vec::new()), &find)
            .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn the_environment_goes_over_the_file() {
        let file = "profile: strict\nfail-on: medium\nignore: [cloudfront-waf]\n";
        let settings = read(file, &[]).unwrap();
        assert_eq!(settings.profile, Profile::Strict);
        assert_eq!(settings.fail_on, FailOn::Severity(Severity::Medium));
        let given = [
            (variables::PROFILE, "recommended"),
            (variables::FAIL_ON, " never "),
            (variables::IGNORE, "audit, kms-key-rotation"),
            (variables::ONLY_NEW, "true"),
        ];
        let settings = read(file, &given).unwrap();
        assert_eq!(settings.profile, Profile::Recommended);
        assert_eq!(settings.fail_on, FailOn::Never);
        assert!(settings.only_new);
        let ran = settings.run(Date::from_unix_days(0)).rules(&PACK).unwrap();
        for id in ["cloudfront-waf", "kms-key-rotation", "cloudtrail-cmk"] {
            assert!(ran.iter().all(|it| it.id.as_str() != id), "{id}");
        }
    }

    #[test]
    fn without_either_what_is_high_blocks() {
        let settings = read("", &[(variables::PROFILE, ""), (variables::FAIL_ON, "  ")]).unwrap();
        assert_eq!(settings.profile, Profile::Recommended);
        assert_eq!(settings.fail_on, FailOn::Severity(Severity::High));
    }

    #[test]
    fn every_mistake_is_told() {
        let given = [
            (variables::PROFILE, "lax"),
            (variables::FAIL_ON, "High"),
            (variables::IGNORE, "no-such-rule"),
            (variables::ONLY_NEW, "yes"),
            (variables::EXEMPT_STACKS, "a: x; b until tomorrow: y"),
        ];
        insta::assert_snapshot!(read("profiles: strict\n", &given).unwrap_err(), @r"
        stackseal.yaml:1:1: unknown key `profiles` in the configuration
        STACKSEAL_PROFILE: `lax` is not `recommended` or `strict`
        STACKSEAL_FAIL_ON: `High` is not `critical`, `high`, `medium`, `low`, `informational` or `never`
        STACKSEAL_IGNORE: no rule or group is named `no-such-rule`
        STACKSEAL_ONLY_NEW: `yes` is not `true` or `false`
        STACKSEAL_EXEMPT_STACKS: `b until tomorrow: y`: a date is a day that exists, written as in `2027-01-31`
        ");
    }

    #[test]
    fn the_file_may_say_otherwise_for_the_hook() {
        let file = "fail-on: low\nhook:\n  fail-on: critical\n  only-new: true\n  exempt:\n    - stacks: ['legacy-*', orders]\n      reason: moves in spring\n      until: 2027-03-31\n";
        let settings = read(file, &[]).unwrap();
        assert_eq!(settings.fail_on, FailOn::Severity(Severity::Critical));
        assert!(settings.only_new);
        let today = Date::new(2027, 3, 31).unwrap();
        let exemption = settings.exemption("legacy-shop", today).unwrap();
        assert_eq!(exemption.reason, "moves in spring");
        let given = [(variables::FAIL_ON, "high"), (variables::EXEMPT_STACKS, "shop: x")];
        let settings = read(file, &given).unwrap();
        assert_eq!(settings.fail_on, FailOn::Severity(Severity::High));
        assert!(settings.exemption("shop", today).is_some());
        assert!(settings.exemption("orders", today).is_some());
        let wrong = "hook:\n  exempt:\n    - stacks: [a]\n    - reason: x\n      until: soon\n  only-new: maybe\n  block: high\n";
        insta::assert_snapshot!(read(wrong, &[]).unwrap_err(), @r"
        stackseal.yaml:3:7: this entry of `exempt` gives no `reason`
        stackseal.yaml:4:7: this entry of `exempt` gives no `stacks`
        stackseal.yaml:5:14: `soon` is no date: a date is a day that exists, written as in `2027-01-31`
        stackseal.yaml:6:13: `maybe` is no value of `only-new`
        stackseal.yaml:7:3: unknown key `block` in `hook`
        ");
    }

    #[test]
    fn what_is_mandatory_cannot_be_left_out() {
        let given = [(variables::IGNORE, "rds-storage-encrypted")];
        let error = read("mandatory: [rds-storage-encrypted]\n", &given).unwrap_err();
        assert!(error.contains("`rds-storage-encrypted` is mandatory"), "{error}");
    }

    #[test]
    fn an_exemption_ends_with_its_last_day() {
        let text = "legacy-*: moves in spring; orders until 2027-01-31: under repair";
        let settings = read("", &[(variables::EXEMPT_STACKS, text)]).unwrap();
        let date = |text: &str| text.parse::<Date>().unwrap();
        let reason = |name: &str, today: &str| {
            settings.exemption(name, date(today)).map(|it| it.reason.as_str())
        };
        assert_eq!(reason("legacy-shop", "2031-01-01"), Some("moves in spring"));
        assert_eq!(reason("orders", "2027-01-31"), Some("under repair"));
        assert_eq!(reason("orders", "2027-02-01"), None);
        assert_eq!(reason("orders-2", "2027-01-01"), None);
        for text in ["orders", "orders:", "orders until: x", "orders since 2027-01-31: x", ": x"] {
            assert!(read("", &[(variables::EXEMPT_STACKS, text)]).is_err(), "{text}");
        }
    }
}
