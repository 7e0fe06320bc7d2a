//! Security policies of Elastic Load Balancing: which TLS a client may speak.
//!
//! Facts of October 2026:
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html>,
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/elb-security-policy-table.html>

use std::fmt;

/// A version of TLS, the oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsVersion {
    /// SSL 3.
    Ssl3,
    /// TLS 1.0.
    Tls10,
    /// TLS 1.1.
    Tls11,
    /// TLS 1.2.
    Tls12,
    /// TLS 1.3.
    Tls13,
}

/// What listeners get that name no policy, except those made in the console.
pub const DEFAULT_SSL_POLICY: &str = "ELBSecurityPolicy-2016-08";

const PREFIX: &str = "ELBSecurityPolicy-";

/// Every policy that is documented, without the prefix all of them have, and the oldest version a
/// client may speak.
const POLICIES: &[(&str, TlsVersion)] = &[
    ("2011-08", TlsVersion::Ssl3),
    ("2014-01", TlsVersion::Ssl3),
    ("2014-10", TlsVersion::Tls10),
    ("2015-02", TlsVersion::Tls10),
    ("2015-03", TlsVersion::Tls10),
    ("2015-05", TlsVersion::Tls10),
    ("2016-08", TlsVersion::Tls10),
    ("FS-1-1-2019-08", TlsVersion::Tls11),
    ("FS-1-2-2019-08", TlsVersion::Tls12),
    ("FS-1-2-Res-2019-08", TlsVersion::Tls12),
    ("FS-1-2-Res-2020-10", TlsVersion::Tls12),
    ("FS-2018-06", TlsVersion::Tls10),
    ("TLS-1-1-2017-01", TlsVersion::Tls11),
    ("TLS-1-2-2017-01", TlsVersion::Tls12),
    ("TLS-1-2-Ext-2018-06", TlsVersion::Tls12),
    ("TLS13-1-0-2021-06", TlsVersion::Tls10),
    ("TLS13-1-0-FIPS-2023-04", TlsVersion::Tls10),
    ("TLS13-1-0-FIPS-PQ-2025-09", TlsVersion::Tls10),
    ("TLS13-1-0-PQ-2025-09", TlsVersion::Tls10),
    ("TLS13-1-1-2021-06", TlsVersion::Tls11),
    ("TLS13-1-1-FIPS-2023-04", TlsVersion::Tls11),
    ("TLS13-1-2-2021-06", TlsVersion::Tls12),
    ("TLS13-1-2-CNSA2-INTEROP2-FIPS-PQ-2026-07", TlsVersion::Tls12),
    ("TLS13-1-2-CNSA2-INTEROP3-FIPS-PQ-2026-07", TlsVersion::Tls12),
    ("TLS13-1-2-Ext0-FIPS-2023-04", TlsVersion::Tls12),
    ("TLS13-1-2-Ext0-FIPS-PQ-2025-09", TlsVersion::Tls12),
    ("TLS13-1-2-Ext0-RFC9151-FIPS-2023-07", TlsVersion::Tls12),
    ("TLS13-1-2-Ext1-2021-06", TlsVersion::Tls12),
    ("TLS13-1-2-Ext1-FIPS-2023-04", TlsVersion::Tls12),
    ("TLS13-1-2-Ext1-FIPS-PQ-2025-09", TlsVersion::Tls12),
    ("TLS13-1-2-Ext1-PQ-2025-09", TlsVersion::Tls12),
    ("TLS13-1-2-Ext2-2021-06", TlsVersion::Tls12),
    ("TLS13-1-2-Ext2-FIPS-2023-04", TlsVersion::Tls12),
    ("TLS13-1-2-Ext2-FIPS-PQ-2025-09", TlsVersion::Tls12),
    ("TLS13-1-2-Ext2-PQ-2025-09", TlsVersion::Tls12),
    ("TLS13-1-2-FIPS-2023-04", TlsVersion::Tls12),
    ("TLS13-1-2-FIPS-PQ-2025-09", TlsVersion::Tls12),
    ("TLS13-1-2-PQ-2025-09", TlsVersion::Tls12),
    ("TLS13-1-2-RFC9151-FIPS-2023-07", TlsVersion::Tls12),
    ("TLS13-1-2-RFC9151-INTEROP1-FIPS-2023-07", TlsVersion::Tls12),
    ("TLS13-1-2-RFC9151-INTEROP2-FIPS-2023-07", TlsVersion::Tls12),
    ("TLS13-1-2-RFC9151-INTEROP3-FIPS-2023-07", TlsVersion::Tls12),
    ("TLS13-1-2-RFC9151-INTEROP4-FIPS-2023-07", TlsVersion::Tls12),
    ("TLS13-1-2-Res-2021-06", TlsVersion::Tls12),
    ("TLS13-1-2-Res-FIPS-2023-04", TlsVersion::Tls12),
    ("TLS13-1-2-Res-FIPS-PQ-2025-09", TlsVersion::Tls12),
    ("TLS13-1-2-Res-PQ-2025-09", TlsVersion::Tls12),
    ("TLS13-1-3-2021-06", TlsVersion::Tls13),
    ("TLS13-1-3-CNSA2-INTEROP1-FIPS-PQ-2026-07", TlsVersion::Tls13),
    ("TLS13-1-3-FIPS-2023-04", TlsVersion::Tls13),
    ("TLS13-1-3-FIPS-PQ-2025-09", TlsVersion::Tls13),
    ("TLS13-1-3-PQ-2025-09", TlsVersion::Tls13),
    ("TLS13-1-3-RFC9151-FIPS-2023-07", TlsVersion::Tls13),
];

impl TlsVersion {
    /// As people write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ssl3 => "SSL 3",
            Self::Tls10 => "TLS 1.0",
            Self::Tls11 => "TLS 1.1",
            Self::Tls12 => "TLS 1.2",
            Self::Tls13 => "TLS 1.3",
        }
    }
}

impl fmt::Display for TlsVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The oldest version a client may speak under the policy `name`; none if that is not known. Names
/// are compared letter by letter, as the service does.
///
/// New policies come about once a year, so that what is in no table is read from its name.
pub fn min_tls(name: &str) -> Option<TlsVersion> {
    let name = name.strip_prefix(PREFIX)?;
    match POLICIES.binary_search_by(|it| it.0.cmp(name)) {
        Ok(position) => POLICIES.get(position).map(|it| it.1),
        Err(_) => by_name(name),
    }
}

/// What a name says: `TLS13-1-2-…` is TLS 1.3 down to 1.2; the oldest policies are named by the
/// month in which they came.
fn by_name(name: &str) -> Option<TlsVersion> {
    let families = [("TLS13-1-", 0..=3), ("TLS-1-", 0..=2), ("FS-1-", 1..=2)];
    for (family, versions) in families {
        let Some((minor, _)) = name.strip_prefix(family).and_then(|it| it.split_once('-')) else {
            continue;
        };
        return match minor.parse::<u8>().ok().filter(|it| versions.contains(it))? {
            0 => Some(TlsVersion::Tls10),
            1 => Some(TlsVersion::Tls11),
            2 => Some(TlsVersion::Tls12),
            _ => Some(TlsVersion::Tls13),
        };
    }
    let (year, month) = name.split_once('-')?;
    let is_old = matches!(year, "2011" | "2014" | "2015" | "2016");
    (is_old && month.len() == 2 && month.parse::<u8>().is_ok()).then_some(TlsVersion::Tls10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_agrees_with_the_names() {
        assert!(POLICIES.is_sorted_by(|a, b| a.0 < b.0));
        for (name, version) in POLICIES {
            if !name.starts_with("20") && *name != "FS-2018-06" {
                assert_eq!(by_name(name), Some(*version), "{name}");
            }
        }
    }

    #[test]
    fn policies_are_known_by_table_or_by_name() {
        let min = |it: &str| min_tls(&format!("ELBSecurityPolicy-{it}")).map(TlsVersion::as_str);
        let cases = [
            ("2016-08", Some("TLS 1.0")),
            ("2011-08", Some("SSL 3")),
            ("FS-2018-06", Some("TLS 1.0")),
            ("TLS13-1-0-2021-06", Some("TLS 1.0")),
            ("TLS13-1-2-Res-PQ-2025-09", Some("TLS 1.2")),
            ("TLS13-1-3-2021-06", Some("TLS 1.3")),
            ("TLS13-1-2-Res-PQ-2031-01", Some("TLS 1.2")),
            ("TLS13-1-1-Ext9-2031-01", Some("TLS 1.1")),
            ("TLS-1-0-2031-01", Some("TLS 1.0")),
            ("2015-11", Some("TLS 1.0")),
            ("TLS-1-3-2031-01", None),
            ("FS-1-0-2031-01", None),
            ("TLS14-1-4-2031-01", None),
            ("TLS13-1-2", None),
            ("2031-01", None),
            ("2016-8", None),
            ("tls13-1-2-2021-06", None),
        ];
        for (name, expected) in cases {
            assert_eq!(min(name), expected, "{name}");
        }
        assert_eq!(min_tls("TLS13-1-2-2021-06"), None);
        assert_eq!(min_tls(DEFAULT_SSL_POLICY), Some(TlsVersion::Tls10));
    }
}
