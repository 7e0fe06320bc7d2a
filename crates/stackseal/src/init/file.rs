//! The text of a new configuration: every key with what it means, commented out.
//!
//! A line with one blank behind its `#` explains. Any other is a setting: take the `#` away, and it
//! holds.

use std::fmt::Write as _;

use stackseal_engine::configuration::Key;

use super::import::Imported;
use super::schema::URL;

/// The text, with what was imported as its entries of `ignore`.
pub(super) fn text(imported: &Imported) -> String {
    let mut text = format!(
        "# yaml-language-server: $schema={URL}\n\
         #\n\
         # What `stackseal` does here. Every key may be left out; the command line wins over this file.\n\
         # See https://github.com/stackseal/stackseal/blob/main/docs/configuration.md\n"
    );
    for key in Key::ALL {
        // Writing to a string does not fail.
        let _ = write!(text, "\n# {}\n", key.doc());
        if *key == Key::Ignore && !imported.entries.is_empty() {
            text.push_str(&imported.block());
            continue;
        }
        for line in example(*key).lines() {
            let _ = writeln!(text, "#{line}");
        }
    }
    text
}

/// What a key may say.
fn example(key: Key) -> &'static str {
    match key {
        Key::Profile => "profile: recommended",
        Key::Select => "select: [secrets, encryption, transit, audit, pipeline, engine]",
        Key::Ignore => {
            "\
ignore:
  - cloudfront-waf
  - rule: rds-storage-encrypted
    paths: [infra/scratch/]
    resources: [Scratch*]
    reason: holds public test data
    until: 2027-01-31"
        }
        Key::FailOn => "fail-on: low",
        Key::Paths => {
            "\
paths:
  include: [infra/, k8s/]
  exclude: ['**/examples/']"
        }
        Key::Guard => "guard: [guard/]",
        Key::Parameters => {
            "\
parameters:
  - parameters/prod.json
  - Env: prod"
        }
        Key::Mandatory => "mandatory: [kms-key-no-wildcard-principal]",
        Key::Rules => {
            "\
rules:
  alb-tls-policy:
    severity: critical
    minimum-version: TLSv1.3"
        }
        Key::Hook => {
            "\
hook:
  fail-on: high
  only-new: false
  exempt:
    - stacks: [legacy-*]
      reason: moves to the new account
      until: 2027-01-31"
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use stackseal_engine::configuration::read;
    use stackseal_rules::PACK;
    use stackseal_syntax::{FileId, Limits, Source};

    use super::*;

    fn mistakes(text: &str) -> Vec<String> {
        let path = "stackseal.yaml".to_owned();
        let source = Arc::new(Source { id: FileId(0), path, text: text.to_owned() });
        read(&source, &PACK, &Limits::default()).1.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_file_is_good_as_it_is_and_with_every_setting() {
        let text = text(&Imported::default());
        assert_eq!(mistakes(&text), [""; 0]);
        // `#  - deeper` is one, `# Words.` is none.
        let is_setting = |line: &&str| {
            let text = line.trim_start_matches(' ');
            !text.is_empty() && line.len() != text.len() + 1
        };
        let settings: Vec<&str> =
            text.lines().filter_map(|it| it.strip_prefix('#')).filter(is_setting).collect();
        assert!(settings.len() > 20);
        assert_eq!(mistakes(&settings.join("\n")), [""; 0]);
    }
}
