//! CodeBuild: what a build leaves in S3, and what seals it.

use crate::Slot;
use crate::cloudformation::{Map, Resource};
use crate::setting::{Setting, Unknown};

/// Something a project or a report group writes.
#[derive(Clone, Debug)]
pub struct BuildOutput<'r> {
    /// In a word: artifacts, logs, …
    pub what: &'static str,
    /// What seals it.
    pub seal: Setting<'r, Seal>,
    /// Whether encryption of it is turned off; absent where there is no switch as well.
    pub is_unencrypted: Setting<'r, bool>,
    /// Where the switch is written, or would be.
    pub switch: Option<Slot>,
}

/// What seals an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seal {
    /// Nothing is written to a bucket.
    Nothing,
    /// The key that the project or report group names, else `aws/s3`.
    OwnKey,
    /// A key that is named elsewhere: the pipeline's.
    AnotherKey,
}

const REPORT_SWITCH: &str = "ExportConfig.S3Destination.EncryptionDisabled";
const LOG_SWITCH: &str = "LogsConfig.S3Logs.EncryptionDisabled";

impl<'r> BuildOutput<'r> {
    /// The types that write something.
    pub const TYPES: &'static [&'static str] =
        &["AWS::CodeBuild::Project", "AWS::CodeBuild::ReportGroup"];

    /// What `resource` writes; what is not known is named in `open`.
    pub fn all_of(resource: &Resource<'r>, open: &mut Vec<Unknown<'r>>) -> Vec<Self> {
        let properties = resource.properties();
        match resource.type_name() {
            "AWS::CodeBuild::Project" => of_project(&properties, open),
            "AWS::CodeBuild::ReportGroup" => {
                vec![Self {
                    what: "reports",
                    seal: when(&properties, "ExportConfig.ExportConfigType", "S3"),
                    is_unencrypted: properties.bool(REPORT_SWITCH),
                    switch: properties.slot(REPORT_SWITCH),
                }]
            }
            _ => Vec::new(),
        }
    }

    /// The property that names the key of what `resource` writes.
    pub fn key_property(resource: &Resource<'r>) -> &'static str {
        if resource.is("AWS::CodeBuild::ReportGroup") {
            "ExportConfig.S3Destination.EncryptionKey"
        } else {
            "EncryptionKey"
        }
    }
}

/// <https://docs.aws.amazon.com/codebuild/latest/userguide/security-encryption.html>
fn of_project<'r>(project: &Map<'r>, open: &mut Vec<Unknown<'r>>) -> Vec<BuildOutput<'r>> {
    let mut outputs = Vec::new();
    let mut push = |block: Setting<'r, Map<'r>>, what| match block {
        Setting::Known(artifacts, _) => outputs.push(BuildOutput {
            what,
            seal: seal_of_artifacts(&artifacts),
            is_unencrypted: artifacts.bool("EncryptionDisabled"),
            switch: artifacts.slot("EncryptionDisabled"),
        }),
        Setting::Absent(_) => (),
        Setting::Unknown(unknown) => open.push(unknown),
    };
    push(project.block("Artifacts"), "artifacts");
    match project.items("SecondaryArtifacts") {
        Setting::Known(items, _) => {
            for item in items {
                push(item.block(), "secondary artifacts");
            }
        }
        Setting::Absent(_) => (),
        Setting::Unknown(unknown) => push(Setting::Unknown(unknown), "secondary artifacts"),
    }
    let cache = when(project, "Cache.Type", "S3");
    outputs.push(BuildOutput {
        what: "cache",
        seal: cache,
        is_unencrypted: Setting::Absent(project.key()),
        switch: None,
    });
    outputs.push(BuildOutput {
        what: "logs",
        seal: when(project, "LogsConfig.S3Logs.Status", "ENABLED"),
        is_unencrypted: project.bool(LOG_SWITCH),
        switch: project.slot(LOG_SWITCH),
    });
    outputs
}

/// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectArtifacts.html>
fn seal_of_artifacts<'r>(artifacts: &Map<'r>) -> Setting<'r, Seal> {
    match artifacts.text("Type") {
        Setting::Known(ty, site) => {
            let seal = match &*ty {
                "S3" => Seal::OwnKey,
                "NO_ARTIFACTS" => Seal::Nothing,
                _ => Seal::AnotherKey,
            };
            Setting::Known(seal, site)
        }
        // The type is required: without it, no bucket is known.
        Setting::Absent(span) => Setting::Known(Seal::AnotherKey, span.into()),
        Setting::Unknown(unknown) => Setting::Unknown(unknown),
    }
}

/// Written to a bucket where the word at `path` is `word`.
fn when<'r>(map: &Map<'r>, path: &str, word: &str) -> Setting<'r, Seal> {
    match map.text(path) {
        Setting::Known(text, site) => {
            Setting::Known(if text == word { Seal::OwnKey } else { Seal::Nothing }, site)
        }
        Setting::Absent(span) => Setting::Known(Seal::Nothing, span.into()),
        Setting::Unknown(unknown) => Setting::Unknown(unknown),
    }
}
