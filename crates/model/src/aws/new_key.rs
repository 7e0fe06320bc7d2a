//! A customer managed key that is yet to be: its policy parts who administers it from who uses it,
//! and lets in nobody but the service that keeps data under it.
//!
//! The account administers; the policies of its roles say who of it does. It uses the key in no other
//! way but through the service, as the keys that AWS manages are used:
//! <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service>.

use std::borrow::Cow;

use stackseal_syntax::Literal;

use crate::cloudformation::{Resource, Template};

/// Who uses a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyUser {
    /// Identities of the account, through the service of this name.
    Via(&'static str),
    /// CloudTrail, which encrypts, and identities of the account, which read trails.
    ///
    /// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html>
    Trails,
    /// Log groups.
    ///
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html>
    Logs,
}

/// A key to be added to a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKey {
    /// Its logical id, which nothing of the template has.
    pub id: String,
    /// Its type, policies and properties.
    pub body: Literal,
}

/// What administers a key, and never uses it.
pub const KEY_ADMINISTRATION: &[&str] = &[
    "kms:Create*",
    "kms:Describe*",
    "kms:Enable*",
    "kms:List*",
    "kms:Put*",
    "kms:Update*",
    "kms:Revoke*",
    "kms:Disable*",
    "kms:Get*",
    "kms:Delete*",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:ScheduleKeyDeletion",
    "kms:CancelKeyDeletion",
];

const USE: &[&str] = &[
    "kms:Encrypt",
    "kms:Decrypt",
    "kms:ReEncrypt*",
    "kms:GenerateDataKey*",
    "kms:CreateGrant",
    "kms:DescribeKey",
];

impl KeyUser {
    /// Who uses the key of a resource of this type; none where we do not know.
    pub fn of(type_name: &str) -> Option<Self> {
        Some(match type_name {
            "AWS::CloudTrail::Trail" => Self::Trails,
            "AWS::Logs::LogGroup" => Self::Logs,
            "AWS::Backup::BackupVault" => Self::Via("backup"),
            "AWS::CodeCommit::Repository" => Self::Via("codecommit"),
            "AWS::DynamoDB::Table" => Self::Via("dynamodb"),
            "AWS::EC2::Instance" | "AWS::EC2::LaunchTemplate" | "AWS::EC2::Volume" => {
                Self::Via("ec2")
            }
            "AWS::ECR::Repository" | "AWS::ECR::RepositoryCreationTemplate" => Self::Via("ecr"),
            "AWS::EFS::FileSystem" => Self::Via("elasticfilesystem"),
            "AWS::EKS::Cluster" => Self::Via("eks"),
            "AWS::ElastiCache::ReplicationGroup" => Self::Via("elasticache"),
            "AWS::Elasticsearch::Domain" | "AWS::OpenSearchService::Domain" => Self::Via("es"),
            "AWS::FSx::FileSystem" => Self::Via("fsx"),
            "AWS::Kinesis::Stream" => Self::Via("kinesis"),
            "AWS::RDS::DBInstance"
            | "AWS::RDS::DBCluster"
            | "AWS::DocDB::DBCluster"
            | "AWS::Neptune::DBCluster" => Self::Via("rds"),
            "AWS::Redshift::Cluster" => Self::Via("redshift"),
            "AWS::S3::Bucket" | "AWS::CodeBuild::Project" | "AWS::CodePipeline::Pipeline" => {
                Self::Via("s3")
            }
            "AWS::SNS::Topic" => Self::Via("sns"),
            "AWS::SQS::Queue" => Self::Via("sqs"),
            "AWS::SecretsManager::Secret" => Self::Via("secretsmanager"),
            _ => return None,
        })
    }
}

impl NewKey {
    /// A key for `resource`, named after it and `purpose`.
    pub fn of(resource: &Resource<'_>, user: KeyUser, purpose: &str) -> Self {
        let id = unused_id(resource.template(), &format!("{}{purpose}Key", resource.id()));
        let mut statements =
            vec![statement("Allow administration of the key", account(), KEY_ADMINISTRATION, None)];
        match user {
            KeyUser::Via(service) => {
                let condition = equals([
                    ("kms:CallerAccount", account_id()),
                    ("kms:ViaService", sub(format!("{service}.${{AWS::Region}}.amazonaws.com"))),
                ]);
                let everyone = Literal::map([("AWS", "*".into())]);
                let sid = "Allow use of the key through the service";
                statements.push(statement(sid, everyone, USE, Some(condition)));
            }
            KeyUser::Trails => {
                let service = || Literal::map([("Service", "cloudtrail.amazonaws.com".into())]);
                let trail = "arn:${AWS::Partition}:cloudtrail:*:${AWS::AccountId}:trail/*";
                let of_trail =
                    like("StringLike", "kms:EncryptionContext:aws:cloudtrail:arn", trail);
                let encrypt = &["kms:GenerateDataKey*"];
                let sid = "Allow CloudTrail to encrypt logs";
                statements.push(statement(sid, service(), encrypt, Some(of_trail)));
                let describe = &["kms:DescribeKey"];
                let sid = "Allow CloudTrail to describe the key";
                statements.push(statement(sid, service(), describe, None));
                let everyone = Literal::map([("AWS", "*".into())]);
                let caller = equals([
                    ("kms:CallerAccount", account_id()),
                    ("kms:ViaService", sub("s3.${AWS::Region}.amazonaws.com")),
                ]);
                let sid = "Allow identities of the account to read logs";
                statements.push(statement(sid, everyone, &["kms:Decrypt"], Some(caller)));
            }
            KeyUser::Logs => {
                let service = sub("logs.${AWS::Region}.amazonaws.com");
                let group = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:*";
                let of_group = like("ArnLike", "kms:EncryptionContext:aws:logs:arn", group);
                let actions: Vec<&str> =
                    USE.iter().copied().filter(|it| *it != "kms:CreateGrant").collect();
                let sid = "Allow CloudWatch Logs to use the key";
                let service = Literal::map([("Service", service)]);
                statements.push(statement(sid, service, &actions, Some(of_group)));
            }
        }
        let what = if purpose.is_empty() { "Data" } else { purpose };
        let policy = Literal::map([
            ("Version", "2012-10-17".into()),
            ("Statement", Literal::List(statements)),
        ]);
        let properties = Literal::map([
            ("Description", format!("{what} of {}", resource.id()).into()),
            ("EnableKeyRotation", true.into()),
            ("KeyPolicy", policy),
        ]);
        let body = Literal::map([
            ("Type", "AWS::KMS::Key".into()),
            ("DeletionPolicy", "Retain".into()),
            ("UpdateReplacePolicy", "Retain".into()),
            ("Properties", properties),
        ]);
        Self { id, body }
    }

    /// What names it: every property that takes a key takes its ARN.
    pub fn arn(&self) -> Literal {
        get_att(&self.id, "Arn")
    }
}

/// `wanted`, or it with a number behind, whichever no resource and no parameter of `template` has.
pub fn unused_id(template: &Template<'_>, wanted: &str) -> String {
    let is_free = |id: &str| template.entry(id).is_none() && template.parameter(id).is_none();
    let numbered = (2..1000).map(|number| format!("{wanted}{number}"));
    let mut ids = [wanted.to_owned()].into_iter().chain(numbered);
    ids.find(|it| is_free(it)).unwrap_or_else(|| wanted.to_owned())
}

/// `!Ref id`
pub fn reference(id: impl Into<Cow<'static, str>>) -> Literal {
    let id = id.into();
    Literal::Call { short: ("!Ref", id.clone()), long: ("Ref", Box::new(Literal::Text(id))) }
}

/// `!GetAtt id.attribute`
pub fn get_att(id: &str, attribute: &'static str) -> Literal {
    let parts = [id.to_owned().into(), attribute.into()];
    Literal::Call {
        short: ("!GetAtt", format!("{id}.{attribute}").into()),
        long: ("Fn::GetAtt", Box::new(Literal::List(parts.into()))),
    }
}

/// `!Sub text`
pub fn sub(text: impl Into<Cow<'static, str>>) -> Literal {
    let text = text.into();
    let long = ("Fn::Sub", Box::new(Literal::Text(text.clone())));
    Literal::Call { short: ("!Sub", text), long }
}

fn account_id() -> Literal {
    reference("AWS::AccountId")
}

fn account() -> Literal {
    Literal::map([("AWS", sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root"))])
}

fn equals<const N: usize>(conditions: [(&'static str, Literal); N]) -> Literal {
    Literal::map([("StringEquals", Literal::map(conditions))])
}

fn like(operator: &'static str, key: &'static str, pattern: &'static str) -> Literal {
    Literal::map([(operator, Literal::map([(key, sub(pattern))]))])
}

/// A statement of a policy of a key.
fn statement(
    sid: &'static str,
    whom: Literal,
    actions: &[&'static str],
    condition: Option<Literal>,
) -> Literal {
    let actions = match actions {
        [only] => Literal::from(*only),
        several => Literal::list(several.iter().copied()),
    };
    let mut entries = vec![
        ("Sid".into(), sid.into()),
        ("Effect".into(), "Allow".into()),
        ("Principal".into(), whom),
        ("Action".into(), actions),
        ("Resource".into(), "*".into()),
    ];
    entries.extend(condition.map(|it| ("Condition".into(), it)));
    Literal::Map(entries)
}
