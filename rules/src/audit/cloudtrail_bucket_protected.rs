//! `cloudtrail-bucket-protected`

use stackseal_engine::{Check, Cx, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::aws::BucketName;
use stackseal_model::cloudformation::Resource;
use stackseal_model::iam::ResourcePolicy;
use stackseal_model::setting::{Reason, Setting, Site, Unknown};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("cloudtrail-bucket-protected"),
    group: Group::Audit,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Set,
    since: "0.1.0",
    title: "Bucket of a trail is open",
    remediation: "Block public access to the bucket, and let nobody but `cloudtrail.amazonaws.com` write to it",
    url: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html",
    docs: include_str!("cloudtrail_bucket_protected.md"),
    options: &[],
    checks: &[
        Check::Resource { types: &["AWS::S3::Bucket"], run: bucket },
        Check::Resource { types: &["AWS::S3::BucketPolicy"], run: bucket_policy },
        Check::Resource { types: &["AWS::CloudTrail::Trail"], run: trail },
    ],
};

/// Once the block is written, what is left out of it is off.
const BLOCKS: &[&str] =
    &["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];

/// Actions by which a log is lost: at once, or as soon as somebody wants it to be.
const DELETING: &[&str] = &[
    "s3:DeleteBucket",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:PutBucketPolicy",
    "s3:PutLifecycleConfiguration",
];

fn bucket(cx: &mut Cx<'_>, bucket: &Resource<'_>) {
    let Some(trail) = trail_into(&BucketName::of_bucket(bucket)) else { return };
    let (id, trail) = (bucket.id(), trail.id());
    public_access_block(cx, bucket, trail);
    match bucket.text("AccessControl") {
        Setting::Known(acl, at) => {
            let may = match &*acl {
                "PublicRead" => "everyone may read",
                "PublicReadWrite" => "everyone may read and overwrite",
                "AuthenticatedRead" => "everyone with an account of AWS may read",
                _ => return,
            };
            cx.report(at, format!("`{id}` keeps the log of `{trail}` under the ACL `{acl}`: {may} what the account does"))
                .remediation("Leave `AccessControl` out");
        }
        Setting::Absent(_) => (),
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
    if cx.is_strict() {
        versions(cx, bucket, trail);
    }
}

fn public_access_block(cx: &mut Cx<'_>, bucket: &Resource<'_>, trail: &str) {
    let block = match bucket.block("PublicAccessBlockConfiguration") {
        Setting::Known(block, _) => block,
        // Buckets made since April 2023 block public access unless told otherwise.
        Setting::Absent(_) => return,
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    let mut names = Vec::new();
    let (mut off, mut missing): (Option<Site>, Option<Site>) = (None, None);
    for &name in BLOCKS {
        match block.bool(name) {
            Setting::Known(true, _) => continue,
            Setting::Known(false, at) => off = off.or(Some(at)),
            Setting::Absent(under) => missing = missing.or(Some(under.into())),
            Setting::Unknown(unknown) => {
                cx.undecided(&unknown);
                continue;
            }
        }
        names.push(format!("`{name}`"));
    }
    // One block, one finding: where it is turned off, else where something is left out of it.
    let Some(at) = off.or(missing) else { return };
    let id = bucket.id();
    cx.report(
        at,
        format!(
            "`{id}` keeps the log of `{trail}` and does not set {} to true: one policy or ACL makes the log public",
            list(&names),
        ),
    )
    .remediation("Set all four settings of `PublicAccessBlockConfiguration` to true")
    .fix(all_blocked(bucket));
}

/// What is not on yet, switched on.
fn all_blocked(bucket: &Resource<'_>) -> Mend {
    let title = "Set all four settings of `PublicAccessBlockConfiguration` to `true`";
    BLOCKS.iter().fold(Mend::safe(title), |mend, name| {
        let path = format!("PublicAccessBlockConfiguration.{name}");
        match bucket.bool(&path) {
            Setting::Known(true, _) | Setting::Unknown(_) => mend,
            Setting::Known(false, _) | Setting::Absent(_) => mend.set_property(bucket, &path, true),
        }
    })
}

/// A log that can be deleted or overwritten for good; asked for in strict only.
fn versions(cx: &mut Cx<'_>, bucket: &Resource<'_>, trail: &str) {
    let at = match bucket.text("VersioningConfiguration.Status") {
        Setting::Known(status, _) if status == "Enabled" => return,
        Setting::Known(_, at) => at,
        Setting::Absent(under) => under.into(),
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    match bucket.bool("ObjectLockEnabled") {
        Setting::Known(true, _) => (),
        Setting::Known(false, _) | Setting::Absent(_) => {
            let id = bucket.id();
            cx.report(
                at,
                format!(
                    "`{id}` keeps no versions of the log of `{trail}`: what is deleted is gone"
                ),
            )
            .severity(Severity::Low)
            .remediation(
                "Set `ObjectLockEnabled: true`, or `Status: Enabled` in `VersioningConfiguration`",
            );
        }
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}

fn bucket_policy(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    let Some(trail) = trail_into(&BucketName::of(resource, "Bucket")) else { return };
    let policy = match ResourcePolicy::of(resource, "PolicyDocument", "s3") {
        Setting::Known(policy, _) => policy,
        Setting::Absent(_) => return,
        Setting::Unknown(unknown) => return cx.undecided(&unknown),
    };
    let (id, trail) = (resource.id(), trail.id());
    let everyone = policy.open_to_everyone();
    for at in everyone.certain {
        cx.report(
            at,
            format!(
                "`{id}` lets everyone at the log of `{trail}`, and so at all that the account does"
            ),
        );
    }
    let crowds = policy.open_to_crowds(DELETING);
    for at in crowds.certain {
        cx.report(at, format!("`{id}` lets every identity around it delete the log of `{trail}`, or have it deleted: an intruder removes the traces"))
            .remediation("Let named administrators delete, or nobody");
    }
    for unknown in everyone.open.iter().chain(&crowds.open) {
        cx.undecided(unknown);
    }
}

/// A trail whose bucket may be any bucket.
fn trail(cx: &mut Cx<'_>, trail: &Resource<'_>) {
    let name = BucketName::of(trail, "S3BucketName");
    if name.is_in_run() {
        return;
    }
    match trail.text("S3BucketName") {
        // A bucket outside of the run is judged where it is made.
        Setting::Known(..) if cx.is_whole_set() => (),
        Setting::Known(_, at) => {
            let reason = Reason::Outside("the bucket of the trail is not in view");
            cx.undecided(&Unknown { span: at.span, reason });
        }
        Setting::Absent(_) => (),
        Setting::Unknown(unknown) => cx.undecided(&unknown),
    }
}

/// The first trail that is delivered to the bucket `name`.
fn trail_into<'r>(name: &BucketName<'r>) -> Option<Resource<'r>> {
    let mut trails = name.peers("AWS::CloudTrail::Trail");
    trails.find(|it| BucketName::of(it, "S3BucketName").is_same(name))
}

/// `a`, `b` and `c`.
fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
