//! Rules of the operator's own in the Guard language, from files beside the configuration: in its layer,
//! or in the package.

use std::path::Path;

use stackseal_engine::Pack;
use stackseal_engine::configuration::Word;
#[cfg(feature = "guard")]
use stackseal_guard::{GuardRules, RulesFile};

use crate::settings::SettingsError;

#[cfg(feature = "guard")]
use super::{environment::read, rules_files};

/// The rules that `paths`, as seen from `folder`, lead to, beside those of `pack`; and what of them
/// cannot be read.
#[cfg(feature = "guard")]
pub(super) fn beside(pack: &Pack, paths: &[Word], folder: &Path) -> (Pack, Vec<SettingsError>) {
    let (mut files, mut errors) = (Vec::new(), Vec::new());
    for path in paths.iter().map(|it| folder.join(&it.text)) {
        match rules_files::below(&path) {
            Ok(found) => {
                for source in found.iter().map(|it| read(it)) {
                    match source {
                        Ok(source) => files.push(RulesFile::load(source.path, source.text)),
                        Err(error) => errors.push(error),
                    }
                }
            }
            Err(error) => errors.push(error),
        }
    }
    (GuardRules::beside(pack, files), errors)
}

/// Without an interpreter, rules that are asked for cannot be silently left out.
#[cfg(not(feature = "guard"))]
pub(super) fn beside(pack: &Pack, paths: &[Word], folder: &Path) -> (Pack, Vec<SettingsError>) {
    let refused = paths.iter().map(|it| SettingsError::Read {
        path: folder.join(&it.text).display().to_string(),
        because: "this build runs no rules in the Guard language".to_owned(),
    });
    (*pack, refused.collect())
}
