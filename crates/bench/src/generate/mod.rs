//! Templates and manifests of any size, the same ones for the same size and seed.
//!
//! They are denser than real ones: nearly every resource is one that some rule judges.

use serde_json::json;

use self::random::Random;

mod cdk;
mod manifests;
mod random;
pub mod repeated;
mod template;
mod yaml;

/// A form in which inputs are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A template as people write it, with short tags and comments.
    YamlTemplate,
    /// The same template as tools write it.
    JsonTemplate,
    /// The same resources as the CDK writes them.
    CdkTemplate,
    /// A stream of objects.
    YamlManifests,
    /// The same objects in a list.
    JsonManifests,
}

impl Form {
    /// Every form.
    pub const ALL: [Self; 5] = [
        Self::YamlTemplate,
        Self::JsonTemplate,
        Self::CdkTemplate,
        Self::YamlManifests,
        Self::JsonManifests,
    ];

    /// What a file with `size` resources or objects is called.
    pub fn file_name(self, size: usize) -> String {
        match self {
            Self::YamlTemplate => format!("template-{size}.yaml"),
            Self::JsonTemplate => format!("template-{size}.json"),
            Self::CdkTemplate => format!("cdk-{size}.template.json"),
            Self::YamlManifests => format!("manifests-{size}.yaml"),
            Self::JsonManifests => format!("manifests-{size}.json"),
        }
    }

    /// The text with `size` resources or objects.
    pub fn text(self, size: usize, seed: u64) -> String {
        let random = Random::new(size, seed);
        match self {
            Self::YamlTemplate => {
                let mut text = String::from("# Generated for measuring.\n");
                yaml::write(&template::template(size, random), 0, &mut text);
                text
            }
            Self::JsonTemplate => format!("{:#}", template::template(size, random)),
            Self::CdkTemplate => {
                cdk::text(&cdk::synthesized(template::template(size, random.clone()), random))
            }
            Self::YamlManifests => {
                let mut text = String::new();
                for object in manifests::manifests(size, random) {
                    text.push_str("---\n");
                    yaml::write(&object, 0, &mut text);
                }
                text
            }
            Self::JsonManifests => {
                let items = manifests::manifests(size, random);
                format!("{:#}", json!({"apiVersion": "v1", "kind": "List", "items": items}))
            }
        }
    }

    /// The text whose size is nearest to `bytes`, as far as the average of a resource tells.
    pub fn text_of_bytes(self, bytes: usize, seed: u64) -> String {
        const SAMPLE: usize = 1_000;
        let sample = self.text(SAMPLE, seed).len();
        self.text(bytes * SAMPLE / sample.max(1), seed)
    }
}

/// A stream of `size` documents that are as small as objects get.
pub fn small_documents(size: usize, seed: u64) -> String {
    let mut random = Random::new(size, seed);
    let mut text = String::new();
    for index in 0..size {
        let object = manifests::config_map(index, &mut random);
        text.push_str("---\n");
        yaml::write(&object, 0, &mut text);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Set, settings};

    #[test]
    fn every_form_has_as_many_resources_as_asked_for() {
        for form in Form::ALL {
            let trees = Set::generated(form, 20).parse();
            let own = usize::from(form == Form::CdkTemplate);
            assert_eq!(Set::evaluate(&trees), 20 + own, "{form:?}");
        }
    }

    #[test]
    fn the_same_seed_makes_the_same_text() {
        for form in Form::ALL {
            assert_eq!(form.text(20, 7), form.text(20, 7));
            assert_ne!(form.text(20, 7), form.text(20, 8));
        }
    }

    #[test]
    fn a_template_is_judged_alike_in_every_form() {
        let rules = |form| -> Vec<_> {
            let outcome = Set::generated(form, 50).check(&settings());
            assert!(outcome.errors.is_empty());
            outcome.findings.iter().map(|it| it.rule.id.as_str()).collect()
        };
        let yaml = rules(Form::YamlTemplate);
        assert!(!yaml.is_empty());
        assert_eq!(rules(Form::JsonTemplate), yaml);
        assert_eq!(rules(Form::CdkTemplate), yaml);
    }
}
