//! The function by the `cfn-guard` crate.

use cfn_guard::{ValidateInput, run_checks};
use serde_json::{Value, json};

/// As many rules as the pack had for resources when they were written.
const RULES: &str = include_str!("../rules.guard");

/// Whether the resource of `event` passes: as a template of it alone, which is what Guard takes.
pub fn judge_event(event: &Value) -> bool {
    let at = |pointer: &str| event.pointer(pointer).cloned().unwrap_or_default();
    let id = at("/requestData/targetLogicalId");
    let template = json!({
        "Resources": {
            id.as_str().unwrap_or("Resource"): {
                "Type": at("/requestData/targetName"),
                "Properties": at("/requestData/targetModel/resourceProperties"),
            }
        }
    });
    judge(&template.to_string())
}

/// Whether `template` passes. The crate keeps no rules from one call to the next, so they are read anew.
pub fn judge(template: &str) -> bool {
    let data = ValidateInput { content: template, file_name: "template" };
    let rules = ValidateInput { content: RULES, file_name: "rules.guard" };
    // Only the long form is whole.
    run_checks(data, rules, true).is_ok_and(|report| passes(&report))
}

/// Whether the outermost record of a long report has not failed.
fn passes(report: &str) -> bool {
    let record = serde_json::from_str::<Value>(report).unwrap_or_default();
    record.pointer("/container/FileCheck/status").is_some_and(|it| it != "FAIL")
}
