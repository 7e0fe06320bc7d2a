//! Inputs that have more and more of the same, and what is done with them: what shows whether cost grows
//! by more than bytes do.

use std::hint::black_box;

use stackseal_engine::Settings;
use stackseal_report::Format;

use crate::generate::{Form, repeated, small_documents};
use crate::set::{Set, report};

/// What there is more and more of.
pub struct Series {
    /// How it is called.
    pub name: &'static str,
    /// What is done with it.
    pub work: Work,
    /// How many there are: few, and many.
    pub sizes: [usize; 2],
    texts: Texts,
}

/// What is done with an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// A check.
    Check,
    /// A report of what a check found, in each of the main formats.
    Report,
    /// A check, its fixes, and the checks that show what they did.
    Fix,
}

/// The files of a size.
enum Texts {
    Json(fn(usize) -> String),
    JsonFiles(fn(usize) -> Vec<String>),
    Yaml(fn(usize) -> String),
}

/// Those that are watched. A template has as many resources as CloudFormation takes, and the policy of a
/// key as many statements as KMS does.
pub const SERIES: &[Series] = &[
    check("resources", [60, 480], Texts::Json(|size| Form::JsonTemplate.text(size, 0))),
    check("objects", [100, 800], Texts::Json(|size| Form::JsonManifests.text(size, 0))),
    check("documents", [100, 800], Texts::Yaml(|size| small_documents(size, 0))),
    check(
        "files",
        [100, 800],
        Texts::JsonFiles(|size| {
            (0..).take(size).map(|seed| Form::JsonManifests.text(2, seed)).collect()
        }),
    ),
    check("stacks", [100, 800], Texts::JsonFiles(repeated::stacks)),
    check("sites", [50, 400], Texts::JsonFiles(repeated::sites)),
    check("claims", [100, 800], Texts::Json(repeated::claims)),
    check("references", [60, 480], Texts::Json(repeated::references)),
    check("conditions", [60, 480], Texts::Json(repeated::conditions)),
    check("statements", [20, 100], Texts::Json(repeated::statements)),
    check("one-name", [50, 400], Texts::Json(repeated::classes_of_one_name)),
    check("commands", [250, 2_000], Texts::Yaml(repeated::commands)),
    check("suppressions", [60, 480], Texts::Yaml(repeated::suppressed_keys)),
    Series { work: Work::Report, ..check("findings", [50, 400], Texts::Json(repeated::keys)) },
    Series { work: Work::Fix, ..check("fixes", [60, 480], Texts::Json(repeated::keys)) },
];

const fn check(name: &'static str, sizes: [usize; 2], texts: Texts) -> Series {
    Series { name, work: Work::Check, sizes, texts }
}

impl Series {
    /// The input that has `size` of it, and is called that.
    pub fn set(&self, size: usize) -> Set {
        let (ending, texts) = match &self.texts {
            Texts::Json(text) => ("json", vec![text(size)]),
            Texts::JsonFiles(texts) => ("json", texts(size)),
            Texts::Yaml(text) => ("yaml", vec![text(size)]),
        };
        let files = texts.into_iter().enumerate();
        Set::new(
            &size.to_string(),
            files.map(|(index, it)| (format!("{index}.{ending}"), it)).collect(),
        )
    }

    /// What is done with `set`, ready to be measured.
    pub fn work<'s>(&self, set: &'s Set, settings: &'s Settings) -> Box<dyn Fn() + 's> {
        match self.work {
            Work::Check => Box::new(|| drop(black_box(set.check(settings)))),
            Work::Report => {
                let outcome = set.check(settings);
                Box::new(move || {
                    for format in [Format::Text, Format::Json, Format::Sarif] {
                        black_box(report(&outcome, format));
                    }
                })
            }
            Work::Fix => Box::new(|| drop(black_box(set.fix(settings)))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings;

    fn set(name: &str, size: usize) -> Set {
        SERIES.iter().find(|it| it.name == name).unwrap().set(size)
    }

    #[test]
    fn a_series_has_as_many_as_it_says_of_what_it_is_called() {
        let settings = settings();
        let rotation = |outcome: &[stackseal_engine::Finding]| {
            outcome.iter().filter(|it| it.rule.id.as_str() == "kms-key-rotation").count()
        };
        assert_eq!(rotation(&set("findings", 5).check(&settings).findings), 5);
        assert_eq!(rotation(&set("suppressions", 5).check(&settings).suppressed), 5);
        assert_eq!(rotation(&set("conditions", 5).check(&settings).findings), 5);
        assert_eq!(set("fixes", 5).fix(&settings).unwrap().applied.len(), 5);
        for name in ["references", "stacks"] {
            let outcome = set(name, 5).check(&settings);
            assert!(outcome.errors.is_empty());
            assert_eq!(outcome.resources, 10, "{name}");
        }
    }
}
