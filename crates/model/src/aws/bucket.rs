//! S3: buckets, as other resources name them.

use crate::cloudformation::{Data, Resource, Value};
use crate::iam::{Home, Policy, Principal};

/// A bucket, by its name, its resource, or both.
#[derive(Clone)]
pub struct BucketName<'r> {
    name: Value<'r>,
    /// The resource that names it.
    holder: Resource<'r>,
    /// The bucket, where it is in the run.
    bucket: Option<Resource<'r>>,
}

impl<'r> BucketName<'r> {
    /// The bucket that property `property` of `holder` names.
    pub fn of(holder: &Resource<'r>, property: &str) -> Self {
        Self::named(holder, holder.at(property))
    }

    /// The bucket that `name`, a value of `holder`, names.
    fn named(holder: &Resource<'r>, name: Value<'r>) -> Self {
        let bucket = match &name.data {
            Data::Reference(reference) => {
                holder.follow(reference).filter(|it| it.is("AWS::S3::Bucket"))
            }
            Data::Absent
            | Data::Scalar(_)
            | Data::Pattern(_)
            | Data::List(_)
            | Data::Map(_)
            | Data::Unknown(_) => None,
        };
        match bucket {
            Some(bucket) => Self::of_bucket(&bucket),
            None => Self { name, holder: holder.clone(), bucket: None },
        }
    }

    /// `bucket` itself.
    pub fn of_bucket(bucket: &Resource<'r>) -> Self {
        Self { name: bucket.at("BucketName"), holder: bucket.clone(), bucket: Some(bucket.clone()) }
    }

    /// The resources of type `ty` of the run that may name it: any, if its name is known, else those
    /// that may refer to it.
    pub fn peers(&self, ty: &'r str) -> impl Iterator<Item = Resource<'r>> + use<'r> {
        let bucket = self.bucket.as_ref().unwrap_or(&self.holder);
        let is_known = matches!(self.name.data, Data::Scalar(_));
        let own = bucket.template();
        bucket.peers_in(ty, move |it| is_known || it.may_refer_to(own))
    }

    /// Whether it is a bucket of the run.
    pub fn is_in_run(&self) -> bool {
        let is_it = |it: &Resource<'r>| Self::of_bucket(it).is_same(self);
        self.bucket.is_some() || self.peers("AWS::S3::Bucket").any(|it| is_it(&it))
    }

    /// Whether both are certainly one bucket.
    ///
    /// A name is one bucket's all over the world; parameters mean the same only within a template.
    pub fn is_same(&self, other: &Self) -> bool {
        if let (Some(a), Some(b)) = (&self.bucket, &other.bucket)
            && a.is_same(b)
        {
            return true;
        }
        let is_comparable = std::ptr::eq(self.holder.template(), other.holder.template())
            || matches!((&self.name.data, &other.name.data), (Data::Scalar(_), Data::Scalar(_)));
        is_comparable && self.name.is_same_text(&other.name) == Some(true)
    }
}

/// Services that write access logs, and cannot write them under a key of KMS.
///
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html>,
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html>
const LOG_WRITERS: &[&str] =
    &["logdelivery.elasticloadbalancing.amazonaws.com", "logging.s3.amazonaws.com"];

/// Whether `bucket` certainly gets access logs of load balancers or other buckets of its template.
pub(super) fn receives_access_logs(bucket: &Resource<'_>) -> bool {
    if bucket.text("AccessControl").known().is_some_and(|it| it == "LogDeliveryWrite") {
        return true;
    }
    let name = BucketName::of_bucket(bucket);
    let is_target = |ty: &'static str, property: &str| {
        bucket.siblings_of(ty).any(|it| BucketName::of(&it, property).is_same(&name))
    };
    is_target("AWS::S3::Bucket", "LoggingConfiguration.DestinationBucketName")
        || is_target("AWS::ElasticLoadBalancing::LoadBalancer", "AccessLoggingPolicy.S3BucketName")
        || bucket.siblings_of("AWS::ElasticLoadBalancingV2::LoadBalancer").any(|balancer| {
            let attributes = balancer.at("LoadBalancerAttributes").blocks(&mut Vec::new());
            attributes.iter().any(|it| {
                it.text("Key").known().is_some_and(|it| it == "access_logs.s3.bucket")
                    && BucketName::named(&balancer, it.get("Value")).is_same(&name)
            })
        })
        || bucket.siblings_of("AWS::S3::BucketPolicy").any(|policy| {
            BucketName::of(&policy, "Bucket").is_same(&name) && lets_log_writers_in(&policy)
        })
}

fn lets_log_writers_in(policy: &Resource<'_>) -> bool {
    let document = Policy::read(&policy.structure("PolicyDocument"), &Home::of(policy)).known();
    document.is_some_and(|it| {
        let principals = it.statements.iter().filter_map(|it| it.principals.as_ref());
        principals.flat_map(|it| &it.named).any(|(principal, _)| {
            matches!(principal, Principal::Service(name)
                if name.as_literal().is_some_and(|it| LOG_WRITERS.contains(&&*it)))
        })
    })
}
