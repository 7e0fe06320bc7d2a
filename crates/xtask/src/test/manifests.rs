//! Kubernetes fixtures through [kubernetes-validate], which brings the API server's schemas
//! along, so that what we lint is what a cluster takes.
//!
//! Kinds that do not come with Kubernetes have no schema there. They are counted, and only those
//! of groups named here may go unchecked: a misspelt built-in kind must not count as one of them.
//!
//! [kubernetes-validate]: https://github.com/willthames/kubernetes-validate

use std::io::Write;

use crate::files;
use crate::process;

use super::fixtures::{self, WORDPRESS};
use super::{StepError, Workspace};

/// The Kubernetes whose schemas are used.
const KUBERNETES: &str = "1.37";

/// API groups of controllers and tools, sorted.
const OTHER_GROUPS: &[&str] = &[
    "bitnami.com",                // Sealed Secrets
    "eks.amazonaws.com",          // EKS Auto Mode
    "elbv2.k8s.aws",              // AWS Load Balancer Controller
    "external-secrets.io",        // External Secrets Operator
    "kustomize.config.k8s.io",    // read by kubectl, never sent to a cluster
    "secrets-store.csi.x-k8s.io", // Secrets Store CSI Driver
];

pub(super) fn run(workspace: &Workspace, out: &mut dyn Write) -> Result<String, StepError> {
    let mut manifests = files::below(&workspace.root, WORDPRESS)?;
    manifests.retain(|it| {
        fixtures::has_extension(it, &["yaml", "yml"]) && fixtures::is_within(it, "kubernetes")
    });
    if manifests.is_empty() {
        return Err(StepError::Nothing { what: "Kubernetes manifest", folder: WORDPRESS.into() });
    }
    let mut command = workspace.venv.tool("kubernetes-validate");
    command.current_dir(&workspace.root);
    command.args(["--kubernetes-version", KUBERNETES, "--strict"]);
    command.args(&manifests);
    let output = process::capture(&mut command)?;
    let said = String::from_utf8_lossy(&output.stdout);
    let Said { passed, skipped, unknown, errors } = read(&said);
    for line in &errors {
        writeln!(out, "{line}").map_err(|source| StepError::Show { source })?;
    }
    if !output.status.success() || !errors.is_empty() {
        return Err(process::failed(&command, output.status).into());
    }
    if !unknown.is_empty() {
        return Err(StepError::UnknownKinds { kinds: unknown });
    }
    let files = manifests.len();
    Ok(format!("{files} files, {passed} objects valid, {skipped} of kinds without a schema"))
}

/// What kubernetes-validate printed.
#[derive(Debug, PartialEq)]
struct Said<'a> {
    /// Objects that match their schema.
    passed: usize,
    /// Objects without a schema, of a group that is known to have none.
    skipped: usize,
    /// `apiVersion/Kind` of the other objects without a schema.
    unknown: Vec<String>,
    /// Every line that is none of these.
    errors: Vec<&'a str>,
}

fn read(printed: &str) -> Said<'_> {
    let mut said = Said { passed: 0, skipped: 0, unknown: Vec::new(), errors: Vec::new() };
    for line in printed.lines() {
        if line.starts_with("INFO ") {
            said.passed += 1;
        } else if let Some((kind, version)) = without_schema(line) {
            match version.split_once('/') {
                Some((group, _)) if OTHER_GROUPS.contains(&group) => said.skipped += 1,
                _ => said.unknown.push(format!("{version}/{kind}")),
            }
        } else {
            said.errors.push(line);
        }
    }
    said
}

/// The kind and API version of `WARN FILE Couldn't find schema for kind KIND with api version …`.
fn without_schema(line: &str) -> Option<(&str, &str)> {
    let (_, rest) = line.split_once("Couldn't find schema for kind ")?;
    let (kind, rest) = rest.split_once(" with api version ")?;
    let (version, _) = rest.split_once(' ')?;
    Some((kind, version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_groups_are_sorted() {
        assert!(OTHER_GROUPS.is_sorted());
    }

    #[test]
    fn every_line_counts_as_something() {
        let printed = "\
INFO a.yaml passed for resource service/web against version 1.37
WARN a.yaml Couldn't find schema for kind SecretProviderClass with api version secrets-store.csi.x-k8s.io/v1 for kubernetes version 1.37
WARN a.yaml Couldn't find schema for kind Deploymnt with api version apps/v1 for kubernetes version 1.37
WARN a.yaml Couldn't find schema for kind Servce with api version v1 for kubernetes version 1.37
ERROR a.yaml did not validate for resource storageclass/gp3 against version 1.37: x
";
        let expected = Said {
            passed: 1,
            skipped: 1,
            unknown: vec!["apps/v1/Deploymnt".to_owned(), "v1/Servce".to_owned()],
            errors: vec![
                "ERROR a.yaml did not validate for resource storageclass/gp3 against version 1.37: x",
            ],
        };
        assert_eq!(read(printed), expected);
    }
}
