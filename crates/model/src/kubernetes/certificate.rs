//! Certificates as load balancers of AWS take them: by ARN.

/// Whether `text` is the ARN of a certificate, of ACM or among the server certificates of IAM.
///
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscertificatemanager.html>,
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns>
pub fn is_certificate_arn(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, service, region, account, resource] = parts.as_slice() else {
        return false;
    };
    let names = |kind: &str| resource.strip_prefix(kind).is_some_and(|it| !it.is_empty());
    partition.starts_with("aws")
        && !account.is_empty()
        && match *service {
            "acm" => !region.is_empty() && names("certificate/"),
            "iam" => region.is_empty() && names("server-certificate/"),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_are_of_acm_or_iam() {
        let cases = [
            ("arn:aws:acm:eu-west-1:111122223333:certificate/0b7c5e1d", true),
            ("arn:aws-us-gov:acm:us-gov-west-1:111122223333:certificate/0b7c5e1d", true),
            ("arn:aws:iam::111122223333:server-certificate/shop", true),
            ("arn:aws:iam::111122223333:server-certificate/path/shop", true),
            ("arn:aws:acm::111122223333:certificate/0b7c5e1d", false),
            ("arn:aws:acm:eu-west-1::certificate/0b7c5e1d", false),
            ("arn:aws:acm:eu-west-1:111122223333:certificate/", false),
            ("arn:aws:iam:eu-west-1:111122223333:server-certificate/shop", false),
            ("arn:aws:iam::111122223333:role/shop", false),
            ("arn:aws:acm:eu-west-1", false),
            ("shop.example.com", false),
            ("", false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_certificate_arn(text), expected, "{text}");
        }
    }
}
