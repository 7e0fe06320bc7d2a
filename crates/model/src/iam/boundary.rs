//! Permissions boundaries: policies that take away, and grant nothing.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>

use crate::cloudformation::{Data, Resource};

/// Whether a managed policy hangs on nobody in its template, and only bounds what others give: a
/// permissions boundary grants nothing.
pub(super) fn is_only_boundary(policy: &Resource<'_>) -> bool {
    const BOUNDED: &[&str] = &["AWS::IAM::Role", "AWS::IAM::User", "AWS::Serverless::Function"];
    const HOLDERS: &[(&str, &str)] = &[
        ("AWS::IAM::Group", "ManagedPolicyArns"),
        ("AWS::IAM::Role", "ManagedPolicyArns"),
        ("AWS::IAM::User", "ManagedPolicyArns"),
        ("AWS::Serverless::Function", "Policies"),
        ("AWS::Serverless::StateMachine", "Policies"),
    ];
    if !policy.is("AWS::IAM::ManagedPolicy") {
        return false;
    }
    let bounds = BOUNDED.iter().any(|ty| {
        policy.siblings_of(ty).any(|it| policy.is_named_by(&it.at("PermissionsBoundary")))
    });
    let is_held = || {
        HOLDERS.iter().any(|(ty, path)| {
            policy.siblings_of(ty).any(|it| match it.at(path).data {
                Data::List(list) => list.items().iter().any(|it| policy.is_named_by(it)),
                Data::Reference(_) => policy.is_named_by(&it.at(path)),
                Data::Absent
                | Data::Scalar(_)
                | Data::Pattern(_)
                | Data::Map(_)
                | Data::Unknown(_) => false,
            })
        })
    };
    bounds && !["Groups", "Roles", "Users"].iter().any(|it| policy.has(it)) && !is_held()
}
