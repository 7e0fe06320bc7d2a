//! TLS on every hop: viewer, edge, load balancer, pod, database.

mod acm_dns_validation;
mod alb_listener_https;
mod alb_target_tls;
mod alb_tls_policy;
mod bucket_require_tls;
mod cloudfront_acm_certificate;
mod cloudfront_hsts;
mod cloudfront_minimum_tls;
mod cloudfront_origin_https_only;
mod cloudfront_origin_tls;
mod cloudfront_viewer_https;
mod cloudfront_waf;
mod data_store_tls;
mod deny_without_tls;
mod ingress_backend_tls;
mod ingress_certificate;
mod ingress_https;
mod ingress_source_restricted;
mod ingress_tls_hosts;
mod ingress_tls_policy;
mod rds_require_tls;
mod service_load_balancer_tls;
mod tls_version;
mod waf_managed_rules;
mod wordpress_database_tls;
mod wordpress_force_https;
mod wordpress_no_plaintext_credential;

use stackseal_engine::Rule;

/// The rules of this group, in the order of the catalogue.
pub(crate) static RULES: &[&Rule] = &[
    &acm_dns_validation::RULE,
    &cloudfront_minimum_tls::RULE,
    &cloudfront_acm_certificate::RULE,
    &cloudfront_origin_https_only::RULE,
    &cloudfront_origin_tls::RULE,
    &cloudfront_viewer_https::RULE,
    &cloudfront_hsts::RULE,
    &cloudfront_waf::RULE,
    &waf_managed_rules::RULE,
    &alb_listener_https::RULE,
    &alb_tls_policy::RULE,
    &alb_target_tls::RULE,
    &ingress_https::RULE,
    &ingress_certificate::RULE,
    &ingress_tls_hosts::RULE,
    &ingress_tls_policy::RULE,
    &ingress_backend_tls::RULE,
    &ingress_source_restricted::RULE,
    &service_load_balancer_tls::RULE,
    &rds_require_tls::RULE,
    &data_store_tls::RULE,
    &bucket_require_tls::RULE,
    &wordpress_database_tls::RULE,
    &wordpress_force_https::RULE,
    &wordpress_no_plaintext_credential::RULE,
];
