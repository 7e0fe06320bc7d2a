//! What the fixtures cannot show: the profile `strict`, and runs that see a part of the set.

use std::sync::Arc;

use stackseal_engine::{Configuration, Input, InputFile, Profile, Settings, check};
use stackseal_syntax::{FileId, Source};

use crate::PACK;

/// What rule `id` says of `text`: the findings as `severity: message`, and how much is undecided.
fn judge(id: &str, text: &str, profile: Profile, is_whole_set: bool) -> (Vec<String>, usize) {
    let source =
        Arc::new(Source { id: FileId(0), path: "audit.yaml".to_owned(), text: text.to_owned() });
    let settings = Settings {
        profile,
        select: vec![id.to_owned()],
        is_whole_set,
        ..Settings::of(&Configuration::default())
    };
    let input = Input { files: vec![InputFile { source, is_named: true }], ..Input::default() };
    let outcome = check(input, &PACK, &settings, &|_| ()).unwrap();
    let findings = outcome.findings.iter().map(|it| format!("{}: {}", it.severity, it.message));
    (findings.collect(), outcome.undecided.len())
}

#[test]
fn strict_asks_for_versions_of_the_log() {
    let bucket = |properties: &str| {
        let text = format!(
            r"
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties: {{{properties}}}
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties: {{S3BucketName: !Ref Bucket, IsLogging: true}}
"
        );
        let judge = |profile| judge("cloudtrail-bucket-protected", &text, profile, true);
        assert_eq!(judge(Profile::Recommended), (Vec::new(), 0), "{properties}");
        judge(Profile::Strict)
    };
    let finding = "low: `Bucket` keeps no versions of the log of `Trail`: what is deleted is gone";
    for properties in
        ["", "ObjectLockEnabled: false", "VersioningConfiguration: {Status: Suspended}"]
    {
        assert_eq!(bucket(properties), (vec![finding.to_owned()], 0), "{properties}");
    }
    for properties in ["ObjectLockEnabled: true", "VersioningConfiguration: {Status: Enabled}"] {
        assert_eq!(bucket(properties), (Vec::new(), 0), "{properties}");
    }
    let unknown = "VersioningConfiguration: {Status: !ImportValue Status}";
    assert_eq!(bucket(unknown), (Vec::new(), 1));
}

#[test]
fn a_trail_of_data_alone_is_undecided_where_others_may_be_out_of_view() {
    let text = r"
Resources:
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties:
      S3BucketName: trails
      EventSelectors:
        - IncludeManagementEvents: false
          DataResources: [{Type: 'AWS::S3::Object', Values: ['arn:aws:s3']}]
";
    for id in ["cloudtrail-management-events", "cloudtrail-multi-region"] {
        let (findings, undecided) = judge(id, text, Profile::Recommended, false);
        assert_eq!((findings.len(), undecided), (0, 1), "{id}");
        let (findings, undecided) = judge(id, text, Profile::Recommended, true);
        assert_eq!((findings.len(), undecided), (1, 0), "{id}");
    }
}

#[test]
fn a_bucket_out_of_view_is_undecided() {
    let text = r"
Resources:
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties: {S3BucketName: trails}
";
    let judge = |is_whole_set| {
        judge("cloudtrail-bucket-protected", text, Profile::Recommended, is_whole_set)
    };
    assert_eq!(judge(false), (Vec::new(), 1));
    assert_eq!(judge(true), (Vec::new(), 0));
}
