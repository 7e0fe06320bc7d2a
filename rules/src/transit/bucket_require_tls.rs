//! `bucket-require-tls`

use std::borrow::Cow;

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::{BucketName, get_att, reference, sub, unused_id};
use stackseal_model::cloudformation::{Data, Resource};
use stackseal_model::iam::{TlsDemand, demands_tls, policy_demands_tls};
use stackseal_model::setting::{Reason, Unknown};
use stackseal_syntax::Literal;

use super::deny_without_tls::{add_to, document, statement};

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
            let policy_id = policy.id();
            cx.report(
                under,
                format!(
                    "`{policy_id}` does not deny requests to `{id}` without TLS: {consequence}"
                ),
            )
            .relate(bucket.id_span(), "the bucket of the policy")
            .fix(one_more_statement(&policy));
        }
        (None, Some(unknown)) => cx.undecided(&unknown),
        (None, None) if cx.is_whole_set() => {
            // A policy under a condition may be this bucket's, and S3 refuses a second one.
            let in_every_world = bucket.template().entries_of(ty).count();
            let is_sure = bucket.siblings_of(ty).count() == in_every_world;
            cx.report(
                bucket.id_span(),
                format!("`{id}` has no policy that denies requests without TLS: {consequence}"),
            )
            .fix(is_sure.then(|| new_policy(bucket)));
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
            )
            .fix(one_more_statement(policy));
        }
        TlsDemand::Open(unknown) => cx.undecided(&unknown),
    }
}

/// Who is cut off by a fix.
const CUTS_OFF: &str = "clients that speak plain HTTP to the bucket are cut off";

/// A statement for a policy that is there.
fn one_more_statement(policy: &Resource<'_>) -> Option<Mend> {
    let id = policy.id();
    let title = format!("Deny requests without TLS, by one more statement of `{id}`");
    let statement = statement("s3", Some(everything_in(policy)?));
    add_to(Mend::with_care(title, CUTS_OFF), policy, "PolicyDocument", statement)
}

/// A policy for a bucket that has none.
fn new_policy(bucket: &Resource<'_>) -> Mend {
    let id = unused_id(bucket.template(), &format!("{}Policy", bucket.id()));
    let properties = Literal::map([
        ("Bucket", reference(bucket.id().to_owned())),
        ("PolicyDocument", document(vec![statement("s3", Some(arns_of(bucket)))])),
    ]);
    let body = Literal::map([("Type", "AWS::S3::BucketPolicy".into()), ("Properties", properties)]);
    let title = format!("Add the policy `{id}`, which denies requests without TLS");
    Mend::with_care(title, CUTS_OFF).add_resource(bucket, id, body)
}

/// The bucket that `policy` names, and the objects in it; none where only the deployment tells.
fn everything_in(policy: &Resource<'_>) -> Option<Literal> {
    let name = policy.at("Bucket");
    let own = |it: &Resource<'_>| it.is("AWS::S3::Bucket");
    match (&name.data, name.parameter) {
        (Data::Reference(it), _) => policy.follow(it).filter(own).map(|it| arns_of(&it)),
        (_, Some(parameter)) => Some(arns(&format!("${{{}}}", parameter.name))),
        (Data::Scalar(name), None) if !name.text.contains('$') => Some(arns(&name.text)),
        _ => None,
    }
}

fn arns_of(bucket: &Resource<'_>) -> Literal {
    let id = bucket.id();
    Literal::List(vec![get_att(id, "Arn"), sub(format!("${{{id}.Arn}}/*"))])
}

/// The same by the name of the bucket, as `Fn::Sub` takes it.
fn arns(name: &str) -> Literal {
    let arn = format!("arn:${{AWS::Partition}}:s3:::{name}");
    Literal::List(vec![sub(arn.clone()), sub(format!("{arn}/*"))])
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
