//! ElastiCache: what a cluster without a replication group needs before it can speak TLS.
//!
//! <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption.html>

use crate::cloudformation::Resource;

/// Engines that speak TLS in replication groups only.
const OF_GROUPS: &[&str] = &["redis", "valkey"];

/// The first version of Memcached that speaks TLS.
const FIRST_MEMCACHED: [u32; 3] = [1, 6, 12];

/// What stands between an `AWS::ElastiCache::CacheCluster` and TLS, beside its switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheClusterTls {
    /// Nothing that is known.
    BySwitch,
    /// Its engine speaks TLS in replication groups only.
    OfGroups,
    /// Its version of Memcached is too old.
    TooOld,
}

impl CacheClusterTls {
    /// That of `cluster`, by its engine and version.
    pub fn of(cluster: &Resource<'_>) -> Self {
        let Some(engine) = cluster.text("Engine").known() else { return Self::BySwitch };
        if OF_GROUPS.iter().any(|it| it.eq_ignore_ascii_case(&engine)) {
            return Self::OfGroups;
        }
        let is_memcached = engine.eq_ignore_ascii_case("memcached");
        let version = cluster.text("EngineVersion").known().filter(|_| is_memcached);
        if version.is_some_and(|it| is_too_old(&it)) { Self::TooOld } else { Self::BySwitch }
    }
}

/// Whether `version` (`1.5.16`, `1.6`) comes before the first that speaks TLS, as far as it goes.
fn is_too_old(version: &str) -> bool {
    let numbers: Vec<u32> = version.split('.').map_while(|it| it.parse().ok()).collect();
    numbers.iter().lt(FIRST_MEMCACHED.iter().take(numbers.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_number_by_number() {
        for version in ["1.4.34", "1.5", "1.5.16", "1.6.6", "0"] {
            assert!(is_too_old(version), "{version}");
        }
        for version in ["1.6.12", "1.6.22", "1.6", "1", "1.10.1", "2.0", "1.6.12.1", "", "latest"] {
            assert!(!is_too_old(version), "{version}");
        }
    }
}
