//! TLS on every hop: viewer, edge, load balancer, pod, database.

mod acm_dns_validation;
mod cloudfront_minimum_tls;
mod cloudfront_origin_https_only;
mod cloudfront_origin_tls;
mod ingress_https;
mod rds_require_tls;
mod wordpress_database_tls;

use stackseal_engine::Rule;

/// The rules of this group, in the order of the catalogue.
pub(crate) static RULES: &[&Rule] = &[
    &acm_dns_validation::RULE,
    &cloudfront_minimum_tls::RULE,
    &cloudfront_origin_https_only::RULE,
    &cloudfront_origin_tls::RULE,
    &ingress_https::RULE,
    &rds_require_tls::RULE,
    &wordpress_database_tls::RULE,
];
