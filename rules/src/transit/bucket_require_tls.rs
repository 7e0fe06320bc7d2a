//! `bucket-require-tls`

use std::borrow::Cow;

use stackseal_engine::{Check, Cx, Group, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::BucketName;
use stackseal_model::cloudformation::{Data, Resource};
use stackseal_model::iam::{TlsDemand, demands_tls, policy_demands_tls};
use stackseal_model::setting::{Reason, Unknown};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("bucket-require-tls"),
    group: Group::Transit,
    severity: Severity::Medium,
    profile: Profile::Strict,
    scope: Scope::Set,
    since: "0.1.0",
    title: "Bucket accepts requests without TLS",
    remediation: "Add a bucket policy that denies `s3:*` to everyone where `aws:SecureTransport` is false, on the bucket and on its objects",
    url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
    docs: include_str!("bucket_require_tls.md"),
    options: &[],
    checks: &[
        Check::Resource { types: &["AWS::S3::Bucket"], run: check },
        Check::Resource { types: &["AWS::S3::BucketPolicy"], run: policy_alone },
    ],
};

fn check(cx: &mut Cx<'_>, bucket: &Resource<'_>) {
    let id = bucket.id();
    let consequence = "what is written and read may travel in plain text";
    let name = BucketName::of_bucket(bucket);
    let mut missing = None;
    // A macro may add the policy.
    let mut open = bucket.template().macro_name().map(|it| Unknown {
        span: bucket.id_span(),
        reason: Reason::MayBeAdded(Cow::Borrowed(it)),
    });
    let ty = "AWS::S3::BucketPolicy";
    for policy in bucket.siblings_of(ty).chain(bucket.elsewhere(ty)) {
        if !BucketName::of(&policy, "Bucket").is_same(&name) {
            open = open.or_else(|| may_be_of(&policy, bucket));
            continue;
        }
        match demands_tls(&policy, bucket) {
            TlsDemand::Yes => return,
            TlsDemand::No(under) => missing = missing.or(Some((under, policy))),
            TlsDemand::Open(unknown) => open = Some(unknown),
        }
    }
    match (missing, open) {
        // S3 keeps one policy a bucket.
        (Some((under, policy)), _) => {
            let policy = policy.id();
            cx.report(
                under,
                format!("`{policy}` does not deny requests to `{id}` without TLS: {consequence}"),
            )
            .relate(bucket.id_span(), "the bucket of the policy");
        }
        (None, Some(unknown)) => cx.undecided(&unknown),
        (None, None) if cx.is_whole_set() => {
            cx.report(
                bucket.id_span(),
                format!("`{id}` has no policy that denies requests without TLS: {consequence}"),
            );
        }
        (None, None) => {
            let reason = Reason::Outside("the policy of the bucket is not in view");
            cx.undecided(&Unknown { span: bucket.id_span(), reason });
        }
    }
}

/// A policy in a template without buckets: its bucket is elsewhere, and has no other policy.
fn policy_alone(cx: &mut Cx<'_>, policy: &Resource<'_>) {
    let ty = "AWS::S3::Bucket";
    let name = BucketName::of(policy, "Bucket");
    if policy.template().entries_of(ty).next().is_some()
        || policy.elsewhere(ty).any(|it| BucketName::of_bucket(&it).is_same(&name))
    {
        return;
    }
    match policy_demands_tls(policy) {
        TlsDemand::Yes => (),
        TlsDemand::No(under) => {
            let id = policy.id();
            cx.report(
                under,
                format!("`{id}` does not deny requests without TLS: what is written to its bucket and read from there may travel in plain text"),
            );
        }
        TlsDemand::Open(unknown) => cx.undecided(&unknown),
    }
}

/// Why a policy may be that of `bucket`, if it may: the bucket it is of is known only at deployment.
///
/// A name made up at deployment is referred to, and what other templates name by a parameter is
/// taken to be something else.
fn may_be_of<'r>(policy: &Resource<'r>, bucket: &Resource<'r>) -> Option<Unknown<'r>> {
    if !std::ptr::eq(policy.template(), bucket.template()) || !bucket.has("BucketName") {
        return None;
    }
    let name = policy.at("Bucket");
    let reason = match &name.data {
        Data::Unknown(reason) => reason.clone(),
        Data::Pattern(_) => Reason::Pattern,
        Data::Reference(_) | Data::Absent | Data::Scalar(_) | Data::List(_) | Data::Map(_) => {
            return None;
        }
    };
    Some(Unknown { span: name.span(), reason })
}
