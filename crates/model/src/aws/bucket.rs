//! S3: buckets, as other resources name them.

use crate::cloudformation::{Data, Resource, Value};

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
        let name = holder.at(property);
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
