//! The file of a baseline: read, and written in an order and form that make a good difference in a
//! review.

use std::path::Path;

use serde::Serialize;
use stackseal_engine::{BASELINE_SCHEMA, Baseline, BaselineEntry};
use stackseal_syntax::Limits;

use crate::Failure;
use crate::configuration::{ConfigurationError, read_text};
use crate::walk::with_slashes;
use crate::whole::write_whole;

/// Reads the baseline at `path`, relative to `folder`.
pub(crate) fn read(path: &Path, folder: &Path) -> Result<Baseline, ConfigurationError> {
    let text = read_text(&folder.join(path), with_slashes(path), "the baseline")?;
    let (baseline, mistakes) = Baseline::read(&text, &Limits::default());
    if mistakes.is_empty() {
        Ok(baseline)
    } else {
        Err(ConfigurationError::Mistakes { text, mistakes })
    }
}

/// Writes `entries` to `path`, relative to `folder`.
pub(crate) fn write(entries: &[BaselineEntry], path: &Path, folder: &Path) -> Result<(), Failure> {
    let failed = |source| Failure::Write { path: path.to_owned(), source };
    let text = print(entries).map_err(|it| failed(it.into()))?;
    write_whole(&folder.join(path), |out| out.write_all(text.as_bytes())).map_err(failed)
}

#[derive(Serialize)]
struct WireEntry<'e> {
    rule: &'e str,
    file: &'e str,
    resource: Option<&'e str>,
    fingerprint: &'e str,
    count: usize,
}

/// An entry a line, so that a review shows which findings came and went.
fn print(entries: &[BaselineEntry]) -> serde_json::Result<String> {
    let mut lines = Vec::new();
    for BaselineEntry { file, rule, resource, fingerprint, count, .. } in entries {
        let resource = resource.as_deref();
        let entry = WireEntry { rule, file, resource, fingerprint, count: *count };
        lines.push(format!("    {}", serde_json::to_string(&entry)?));
    }
    let list =
        if lines.is_empty() { String::new() } else { format!("\n{}\n  ", lines.join(",\n")) };
    Ok(format!("{{\n  \"schema\": {BASELINE_SCHEMA},\n  \"findings\": [{list}]\n}}\n"))
}
