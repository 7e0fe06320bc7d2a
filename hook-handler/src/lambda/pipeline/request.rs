//! Signed requests: an object of S3, a call of CodePipeline.

use std::fmt::Write as _;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use http::{Method, Request};

use crate::lambda::client::ClientError;
use crate::lambda::location::domain;

/// Who signs, for what.
pub(super) struct Signer<'s> {
    pub(super) region: &'s str,
    pub(super) service: &'static str,
    pub(super) credentials: Credentials,
}

/// Credentials of the SDK from their parts.
pub(in crate::lambda) fn credentials(
    id: String,
    secret: String,
    token: Option<String>,
) -> Credentials {
    Credentials::new(id, secret, token, None, "stackseal")
}

/// `codepipeline.eu-west-1.amazonaws.com`
pub(super) fn service_host(service: &str, region: &str) -> String {
    format!("{service}.{region}.{}", domain(Some(region)))
}

/// Where the objects of `bucket` are; none if no bucket is called so.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
pub(super) fn object_host(bucket: &str, region: &str) -> Option<String> {
    let is_allowed = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || b"-.".contains(&it);
    let ends_well = |it: Option<u8>| it.is_some_and(|it| it.is_ascii_alphanumeric());
    let is_name = (3..=63).contains(&bucket.len())
        && bucket.bytes().all(is_allowed)
        && ends_well(bucket.bytes().next())
        && ends_well(bucket.bytes().last())
        && !bucket.contains("..");
    if !is_name {
        return None;
    }
    let s3 = service_host("s3", region);
    // A name with dots fits no certificate.
    Some(if bucket.contains('.') { s3 } else { format!("{bucket}.{s3}") })
}

/// The path of the object `key` at [`object_host`].
pub(super) fn object_path(bucket: &str, key: &str) -> String {
    let mut path = if bucket.contains('.') { format!("/{bucket}/") } else { "/".to_owned() };
    for byte in key.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            path.push(char::from(byte));
        } else {
            // A string takes all that is written to it.
            let _ = write!(path, "%{byte:02X}");
        }
    }
    path
}

impl Signer<'_> {
    /// A `GET` of `path`, which is encoded, from `host`.
    pub(super) fn get(
        &self,
        host: &str,
        path: &str,
        now: SystemTime,
    ) -> Result<Request<Bytes>, ClientError> {
        let request = Request::builder().method(Method::GET).uri(path).body(Bytes::new());
        self.sign(host, request.map_err(|_| ClientError::Request)?, now)
    }

    /// A call of the operation `target` in the JSON protocol of CodePipeline.
    pub(super) fn call(
        &self,
        host: &str,
        target: &str,
        body: Vec<u8>,
        now: SystemTime,
    ) -> Result<Request<Bytes>, ClientError> {
        let request = Request::builder()
            .method(Method::POST)
            .uri("/")
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", format!("CodePipeline_20150709.{target}"))
            .body(Bytes::from(body));
        self.sign(host, request.map_err(|_| ClientError::Request)?, now)
    }

    fn sign(
        &self,
        host: &str,
        mut request: Request<Bytes>,
        now: SystemTime,
    ) -> Result<Request<Bytes>, ClientError> {
        let mut settings = SigningSettings::default();
        if self.service == "s3" {
            // An object's key is taken as it stands.
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        }
        let identity = self.credentials.clone().into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(self.region)
            .name(self.service)
            .time(now)
            .settings(settings)
            .build()
            .map_err(|_| ClientError::Request)?
            .into();
        let uri = format!("https://{host}{}", request.uri());
        let headers = request.headers().iter();
        let headers =
            headers.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
        let body = SignableBody::Bytes(request.body());
        let signable = SignableRequest::new(request.method().as_str(), uri, headers, body)
            .map_err(|_| ClientError::Request)?;
        let (instructions, _) =
            sign(signable, &params).map_err(|_| ClientError::Request)?.into_parts();
        instructions.apply_to_request_http1x(&mut request);
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn signer(service: &'static str) -> Signer<'static> {
        let credentials = credentials(
            "AKIAIOSFODNN7EXAMPLE".to_owned(),
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
            None,
        );
        Signer { region: "us-east-1", service, credentials }
    }

    fn header<'r>(request: &'r Request<Bytes>, name: &str) -> &'r str {
        request.headers().get(name).and_then(|it| it.to_str().ok()).unwrap_or_default()
    }

    /// The hash of an empty body, as S3 documents it.
    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn an_object_is_asked_for_with_a_signature() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_369_353_600);
        let host = object_host("examplebucket", "us-east-1").unwrap();
        let request =
            signer("s3").get(&host, &object_path("examplebucket", "a b.zip"), now).unwrap();
        assert_eq!(request.uri(), "/a%20b.zip");
        assert_eq!(header(&request, "x-amz-date"), "20130524T000000Z");
        assert_eq!(header(&request, "x-amz-content-sha256"), EMPTY);
        let expected = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=";
        assert!(header(&request, "authorization").starts_with(expected));
    }

    #[test]
    fn a_token_is_sent_along() {
        let mut signer = signer("codepipeline");
        signer.credentials = credentials("A".to_owned(), "B".to_owned(), Some("C".to_owned()));
        let now = SystemTime::UNIX_EPOCH;
        let request = signer.call("h", "PutJobSuccessResult", b"{}".to_vec(), now).unwrap();
        assert_eq!(header(&request, "x-amz-security-token"), "C");
        assert_eq!(header(&request, "x-amz-target"), "CodePipeline_20150709.PutJobSuccessResult");
        let signed = "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target";
        assert!(header(&request, "authorization").contains(signed));
    }

    #[test]
    fn a_bucket_has_a_host() {
        for (bucket, region, expected) in [
            ("artifacts", "eu-west-1", Some("artifacts.s3.eu-west-1.amazonaws.com")),
            ("artifacts", "cn-north-1", Some("artifacts.s3.cn-north-1.amazonaws.com.cn")),
            ("a.b.c", "eu-west-1", Some("s3.eu-west-1.amazonaws.com")),
            ("evil.example/", "eu-west-1", None),
            ("a@b", "eu-west-1", None),
            ("x", "eu-west-1", None),
            ("a..b", "eu-west-1", None),
            ("-abc", "eu-west-1", None),
        ] {
            assert_eq!(object_host(bucket, region).as_deref(), expected, "{bucket}");
        }
        assert_eq!(object_path("a.b.c", "x/y+ü"), "/a.b.c/x/y%2B%C3%BC");
    }
}
