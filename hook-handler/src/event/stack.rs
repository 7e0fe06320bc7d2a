//! The stack an event is about, by its ARN.

/// A stack.
///
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html#awscloudformation-resources-for-iam-policies>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    /// Its name; the whole id, where that is no ARN of a stack.
    pub name: String,
    /// `aws`, `aws-cn`, …
    pub partition: Option<String>,
    /// `eu-west-1`
    pub region: Option<String>,
}

impl Stack {
    /// Reads `arn:aws:cloudformation:eu-west-1:111122223333:stack/orders/7c0f…`.
    pub fn of_id(id: &str) -> Self {
        let parts: Vec<&str> = id.splitn(6, ':').collect();
        let ["arn", partition, _, region, _, resource] = parts.as_slice() else {
            return Self { name: id.to_owned(), partition: None, region: None };
        };
        let name = resource.strip_prefix("stack/").and_then(|it| it.split('/').next());
        let given = |it: &str| (!it.is_empty()).then(|| it.to_owned());
        Self {
            name: name.unwrap_or(id).to_owned(),
            partition: given(partition),
            region: given(region),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arn_tells_name_partition_and_region() {
        let stack =
            Stack::of_id("arn:aws-cn:cloudformation:cn-north-1:111122223333:stack/orders/7c0f2f60");
        assert_eq!(
            (stack.name.as_str(), stack.partition.as_deref(), stack.region.as_deref()),
            ("orders", Some("aws-cn"), Some("cn-north-1"))
        );
    }

    #[test]
    fn what_is_no_arn_is_a_name() {
        for id in ["orders", "arn:aws", "::::::", "arn:aws:cloudformation:::x"] {
            let stack = Stack::of_id(id);
            assert_eq!(stack.name, id);
            assert_eq!(stack.region, None);
        }
    }
}
