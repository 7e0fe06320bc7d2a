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

/// A policy under which nothing older is spoken than `version`.
pub(super) fn policy_for(version: TlsVersion) -> &'static str {
    match version {
        TlsVersion::Ssl3 | TlsVersion::Tls10 | TlsVersion::Tls11 | TlsVersion::Tls12 => {
            "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
        }
        TlsVersion::Tls13 => "ELBSecurityPolicy-TLS13-1-3-2021-06",
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
