//! Which addresses a payload may have: S3 of the partition we run in, by HTTPS, and nothing else.
//!
//! An event says where its payload is. Whoever can make up an event must not be able to have the
//! function call what only the function can reach.

use http::Uri;

/// An address that may be fetched.
#[derive(Clone)]
pub(super) struct Location {
    pub(super) host: String,
    /// With its signature: shown nowhere.
    pub(super) path_and_query: String,
}

/// Why an address is not fetched. None of these says what stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum LocationError {
    #[error("its address is no URL")]
    NoUrl,
    #[error("its address is not `https`")]
    NoHttps,
    #[error("its address names a user or a port, and S3 has neither")]
    Authority,
    #[error("its address is not one of S3 in this partition")]
    NoS3,
}

/// The longest address looked at. Signatures of temporary credentials take about two thousand bytes.
const MAX_LENGTH: usize = 16 << 10;

impl Location {
    /// Takes `url`, if it leads to S3 in the partition of `region`.
    pub(super) fn of(url: &str, region: Option<&str>) -> Result<Self, LocationError> {
        if url.len() > MAX_LENGTH {
            return Err(LocationError::NoUrl);
        }
        let uri: Uri = url.parse().map_err(|_| LocationError::NoUrl)?;
        if uri.scheme_str() != Some("https") {
            return Err(LocationError::NoHttps);
        }
        let authority = uri.authority().ok_or(LocationError::NoUrl)?.as_str();
        let host = match authority.rsplit_once(':') {
            Some((host, "443")) => host,
            Some(_) => return Err(LocationError::Authority),
            None => authority,
        };
        if host.contains(['@', ':']) {
            return Err(LocationError::Authority);
        }
        let host = host.to_ascii_lowercase();
        if !is_s3(&host, domain(region)) {
            return Err(LocationError::NoS3);
        }
        let path_and_query = uri.path_and_query().map_or("/", |it| it.as_str()).to_owned();
        Ok(Self { host, path_and_query })
    }
}

/// The domain of the services in the partition of `region`.
///
/// <https://docs.aws.amazon.com/general/latest/gr/rande.html>, and for the partitions apart the
/// `partitions.json` of the SDKs.
pub(super) fn domain(region: Option<&str>) -> &'static str {
    let region = region.unwrap_or_default();
    let domains = [
        ("cn-", "amazonaws.com.cn"),
        ("us-iso-", "c2s.ic.gov"),
        ("us-isob-", "sc2s.sgov.gov"),
        ("us-isof-", "csp.hci.ic.gov"),
        ("eu-isoe-", "cloud.adc-e.uk"),
        ("eusc-", "amazonaws.eu"),
    ];
    domains.iter().find(|it| region.starts_with(it.0)).map_or("amazonaws.com", |it| it.1)
}

/// Whether `host` is an endpoint of S3 under `domain`: by path or by bucket, with or without a
/// Region, dual-stack and FIPS as well.
///
/// <https://docs.aws.amazon.com/general/latest/gr/s3.html>
fn is_s3(host: &str, domain: &str) -> bool {
    let Some(rest) = host.strip_suffix(domain).and_then(|it| it.strip_suffix('.')) else {
        return false;
    };
    let labels: Vec<&str> = rest.split('.').collect();
    let is_label = |it: &&str| {
        !it.is_empty()
            && it.len() <= 63
            && it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
    };
    if !labels.iter().all(is_label) {
        return false;
    }
    let is_service = |it: &str| matches!(it, "s3" | "s3-fips");
    match labels.as_slice() {
        [.., "s3"] => true,
        [.., service, "dualstack", region] if is_service(service) => is_region(region),
        [.., service, region] if is_service(service) => is_region(region),
        // The form before 2019.
        [.., old] => old.strip_prefix("s3-").is_some_and(is_region),
        [] => false,
    }
}

/// Whether `text` is written as a Region is: `eu-west-1`, `us-gov-east-1`, `eusc-de-east-1`.
pub(super) fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let is_word = |it: &&str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_lowercase());
    match parts.as_slice() {
        [area, words @ .., number] => {
            (area.len() == 2 || *area == "eusc")
                && is_word(area)
                && !words.is_empty()
                && words.iter().all(is_word)
                && !number.is_empty()
                && number.len() <= 2
                && number.bytes().all(|it| it.is_ascii_digit())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(region: &str, host: &str) -> Option<String> {
        let url = format!("https://{host}/payload?X-Amz-Signature=abc");
        Location::of(&url, Some(region)).ok().map(|it| it.host)
    }

    #[test]
    fn s3_is_taken_in_each_of_its_forms() {
        for (region, host) in [
            ("eu-west-1", "bucket.s3.eu-west-1.amazonaws.com"),
            ("eu-west-1", "bucket.s3.amazonaws.com"),
            ("eu-west-1", "s3.amazonaws.com"),
            ("eu-west-1", "s3.us-east-1.amazonaws.com"),
            ("eu-west-1", "a.dotted.bucket.s3.eu-west-1.amazonaws.com"),
            ("eu-west-1", "bucket.s3-eu-west-1.amazonaws.com"),
            ("eu-west-1", "bucket.s3.dualstack.eu-west-1.amazonaws.com"),
            ("us-gov-west-1", "bucket.s3-fips.us-gov-west-1.amazonaws.com"),
            ("us-gov-west-1", "bucket.s3-fips.dualstack.us-gov-west-1.amazonaws.com"),
            ("cn-north-1", "bucket.s3.cn-north-1.amazonaws.com.cn"),
            ("eusc-de-east-1", "bucket.s3.eusc-de-east-1.amazonaws.eu"),
            ("us-iso-east-1", "bucket.s3.us-iso-east-1.c2s.ic.gov"),
        ] {
            assert_eq!(check(region, host).as_deref(), Some(host), "{host}");
        }
        let upper = check("eu-west-1", "Bucket.S3.EU-West-1.AmazonAWS.com");
        assert_eq!(upper.as_deref(), Some("bucket.s3.eu-west-1.amazonaws.com"));
    }

    #[test]
    fn nothing_else_is_taken() {
        for host in [
            "example.org",
            "s3.amazonaws.com.example.org",
            "s3.example.org",
            "xs3.amazonaws.com",
            "bucket.s3.eu-west-1.amazonaws.com.",
            "bucket.s3.eu-west-1.amazonaws.com.cn",
            "bucket.s3.eu-west-1.amazonaws.comx",
            "amazonaws.com",
            ".amazonaws.com",
            "..s3.amazonaws.com",
            "sts.eu-west-1.amazonaws.com",
            "bucket.s3.execute-api.amazonaws.com",
            "x.execute-api.eu-west-1.amazonaws.com",
            "bucket.s3-website-eu-west-1.amazonaws.com",
            "bucket.s3-control.eu-west-1.amazonaws.com",
            "bucket.s3.evil.eu-west-1.amazonaws.com",
            "169.254.169.254",
            "[fd00:ec2::254]",
            "localhost",
            "bucket_x.s3.amazonaws.com",
        ] {
            assert_eq!(check("eu-west-1", host), None, "{host}");
        }
    }

    #[test]
    fn an_address_is_https_without_user_or_port() {
        let refused = |url: &str| Location::of(url, Some("eu-west-1")).err();
        for (url, expected) in [
            ("http://bucket.s3.amazonaws.com/x", LocationError::NoHttps),
            ("file:///etc/passwd", LocationError::NoUrl),
            ("bucket.s3.amazonaws.com", LocationError::NoHttps),
            ("", LocationError::NoUrl),
            ("https://user@bucket.s3.amazonaws.com/x", LocationError::Authority),
            ("https://bucket.s3.amazonaws.com:8443/x", LocationError::Authority),
            ("https://user:443@evil.example/x", LocationError::Authority),
            ("https://bucket.s3.amazonaws.com\n.evil.example/x", LocationError::NoUrl),
            ("https://evil.example#.s3.amazonaws.com/", LocationError::NoS3),
            ("https://evil.example/.s3.amazonaws.com", LocationError::NoS3),
            ("https://evil.example\\.s3.amazonaws.com/", LocationError::NoUrl),
        ] {
            assert_eq!(refused(url), Some(expected), "{url:?}");
        }
        assert!(Location::of("https://bucket.s3.amazonaws.com:443/x", None).is_ok());
        let long = format!("https://bucket.s3.amazonaws.com/{}", "x".repeat(MAX_LENGTH));
        assert_eq!(refused(&long), Some(LocationError::NoUrl));
    }
}
