//! The oldest TLS that a load balancer may speak.

use stackseal_engine::{Choice, RuleOption};
use stackseal_model::aws::ssl_policy::TlsVersion;

/// Older versions than these are broken, whoever asks for them.
pub(super) static MINIMUM_VERSION: Choice<TlsVersion> = Choice {
    name: "minimum-version",
    doc: "The oldest version of TLS that clients may speak.",
    words: &[("TLSv1.2", TlsVersion::Tls12), ("TLSv1.3", TlsVersion::Tls13)],
    default: ("TLSv1.2", TlsVersion::Tls12),
};

pub(super) static OPTIONS: &[&dyn RuleOption] = &[&MINIMUM_VERSION];

/// A policy under which nothing older is spoken than `version`, and which is of FIPS and of RFC 9151
/// where `policy`, the one it stands in for, is.
pub(super) fn policy_for(version: TlsVersion, policy: &str) -> &'static str {
    let is_fips = policy.contains("-FIPS-");
    let is_post_quantum = policy.contains("-PQ-");
    match version {
        TlsVersion::Ssl3 | TlsVersion::Tls10 | TlsVersion::Tls11 | TlsVersion::Tls12 => {
            match (is_fips, is_post_quantum) {
                (true, true) => "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09",
                (true, false) => "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04",
                (false, _) => "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
            }
        }
        TlsVersion::Tls13 if policy.contains("-RFC9151-") => {
            "ELBSecurityPolicy-TLS13-1-3-RFC9151-FIPS-2023-07"
        }
        TlsVersion::Tls13 => match (is_fips, is_post_quantum) {
            (true, true) => "ELBSecurityPolicy-TLS13-1-3-FIPS-PQ-2025-09",
            (true, false) => "ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04",
            (false, true) => "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09",
            (false, false) => "ELBSecurityPolicy-TLS13-1-3-2021-06",
        },
    }
}

/// What is wrong with speaking `version` where `minimum` is asked for.
pub(super) fn because(version: TlsVersion, minimum: TlsVersion) -> String {
    if version < TlsVersion::Tls12 {
        "outdated protocols can be read or forged".to_owned()
    } else {
        format!("the configuration asks for {minimum}")
    }
}

#[cfg(test)]
mod tests {
    use stackseal_model::aws::ssl_policy::min_tls;

    use super::*;

    #[test]
    fn a_policy_stands_in_for_one_of_its_kind() {
        let (tls12, tls13) = (TlsVersion::Tls12, TlsVersion::Tls13);
        let cases = [
            (tls12, "2016-08", "TLS13-1-2-Res-PQ-2025-09"),
            (tls12, "TLS13-1-0-PQ-2025-09", "TLS13-1-2-Res-PQ-2025-09"),
            (tls12, "TLS13-1-0-FIPS-2023-04", "TLS13-1-2-Res-FIPS-2023-04"),
            (tls12, "TLS13-1-1-FIPS-2023-04", "TLS13-1-2-Res-FIPS-2023-04"),
            (tls12, "TLS13-1-0-FIPS-PQ-2025-09", "TLS13-1-2-Res-FIPS-PQ-2025-09"),
            (tls13, "2016-08", "TLS13-1-3-2021-06"),
            (tls13, "TLS13-1-2-Res-PQ-2025-09", "TLS13-1-3-PQ-2025-09"),
            (tls13, "TLS13-1-2-Res-FIPS-2023-04", "TLS13-1-3-FIPS-2023-04"),
            (tls13, "TLS13-1-2-FIPS-PQ-2025-09", "TLS13-1-3-FIPS-PQ-2025-09"),
            (tls13, "TLS13-1-2-RFC9151-FIPS-2023-07", "TLS13-1-3-RFC9151-FIPS-2023-07"),
        ];
        for (version, policy, expected) in cases {
            let found = policy_for(version, &format!("ELBSecurityPolicy-{policy}"));
            assert_eq!(found.strip_prefix("ELBSecurityPolicy-"), Some(expected), "{policy}");
            assert_eq!(min_tls(found), Some(version), "{policy}");
        }
    }
}
