//! Ids of other tools' checks, and which of our rules asks for the same.
//!
//! Only ids whose check is one of ours are here; an id may stand for a part of what a rule asks.
//! Facts of November 2026: <https://github.com/stelligent/cfn_nag/tree/master/lib/cfn-nag/custom_rules>,
//! <https://www.checkov.io/5.Policy%20Index/cloudformation.html>,
//! <https://github.com/aws-cloudformation/aws-guard-rules-registry>.

/// Ids, sorted, each with the rule.
const KNOWN: &[(&str, &str)] = &[
    ("ALB_HTTP_TO_HTTPS_REDIRECTION_CHECK", "alb-listener-https"),
    ("AMAZON_MQ_BROKER_USERS_NO_PLAINTEXT_PASSWORD", "no-plaintext-credential"),
    ("API_GW_CACHE_ENABLED_AND_ENCRYPTED", "data-store-encrypted"),
    ("CKV_AWS_103", "alb-tls-policy"),
    ("CKV_AWS_105", "data-store-tls"),
    ("CKV_AWS_119", "data-store-cmk"),
    ("CKV_AWS_136", "ecr-cmk"),
    ("CKV_AWS_149", "secret-cmk"),
    ("CKV_AWS_158", "data-store-cmk"),
    ("CKV_AWS_16", "rds-storage-encrypted"),
    ("CKV_AWS_174", "cloudfront-minimum-tls"),
    ("CKV_AWS_2", "alb-listener-https"),
    ("CKV_AWS_26", "data-store-encrypted"),
    ("CKV_AWS_27", "data-store-encrypted"),
    ("CKV_AWS_29", "data-store-encrypted"),
    ("CKV_AWS_3", "ebs-encrypted"),
    ("CKV_AWS_30", "data-store-tls"),
    ("CKV_AWS_33", "kms-key-no-wildcard-principal"),
    ("CKV_AWS_34", "cloudfront-viewer-https"),
    ("CKV_AWS_35", "cloudtrail-cmk"),
    ("CKV_AWS_36", "cloudtrail-log-validation"),
    ("CKV_AWS_42", "data-store-encrypted"),
    ("CKV_AWS_43", "data-store-encrypted"),
    ("CKV_AWS_44", "rds-storage-encrypted"),
    ("CKV_AWS_45", "no-plaintext-environment"),
    ("CKV_AWS_46", "no-plaintext-credential"),
    ("CKV_AWS_47", "data-store-encrypted"),
    ("CKV_AWS_5", "data-store-encrypted"),
    ("CKV_AWS_58", "eks-secrets-encrypted"),
    ("CKV_AWS_6", "data-store-tls"),
    ("CKV_AWS_64", "data-store-encrypted"),
    ("CKV_AWS_67", "cloudtrail-multi-region"),
    ("CKV_AWS_68", "cloudfront-waf"),
    ("CKV_AWS_7", "kms-key-rotation"),
    ("CKV_AWS_74", "rds-storage-encrypted"),
    ("CKV_AWS_78", "codebuild-artifact-cmk"),
    ("CKV_AWS_8", "ebs-encrypted"),
    ("CKV_AWS_83", "data-store-tls"),
    ("CKV_AWS_90", "data-store-tls"),
    ("CKV_AWS_96", "rds-storage-encrypted"),
    ("CLOUDWATCH_LOG_GROUP_ENCRYPTED", "data-store-cmk"),
    ("CLOUD_TRAIL_CLOUD_WATCH_LOGS_ENABLED", "cloudtrail-cloudwatch-logs"),
    ("CLOUD_TRAIL_ENCRYPTION_ENABLED", "cloudtrail-cmk"),
    ("CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED", "cloudtrail-log-validation"),
    ("CMK_BACKING_KEY_ROTATION_ENABLED", "kms-key-rotation"),
    ("CODEBUILD_ENCRYPTION_KEY_RULE", "codebuild-artifact-cmk"),
    ("CODEBUILD_PROJECT_ENVVAR_AWSCRED_CHECK", "codebuild-no-plaintext-environment"),
    ("CODEBUILD_PROJECT_SOURCE_REPO_URL_CHECK", "no-plaintext-credential"),
    ("DYNAMODB_TABLE_ENCRYPTED_KMS", "data-store-cmk"),
    ("EFS_ENCRYPTED_CHECK", "data-store-encrypted"),
    ("EKS_CLUSTER_ENCRYPTION_RULE", "eks-secrets-encrypted"),
    ("ELASTICSEARCH_ENCRYPTED_AT_REST", "data-store-encrypted"),
    ("ELASTICSEARCH_NODE_TO_NODE_ENCRYPTION_CHECK", "data-store-tls"),
    ("ELB_PREDEFINED_SECURITY_POLICY_SSL_CHECK", "alb-tls-policy"),
    ("ELB_TLS_HTTPS_LISTENERS_ONLY", "alb-listener-https"),
    ("ENCRYPTED_VOLUMES", "ebs-encrypted"),
    ("F1", "ebs-encrypted"),
    ("F19", "kms-key-rotation"),
    ("F23", "no-plaintext-credential"),
    ("F25", "data-store-encrypted"),
    ("F26", "rds-storage-encrypted"),
    ("F27", "rds-storage-encrypted"),
    ("F28", "data-store-encrypted"),
    ("F32", "data-store-encrypted"),
    ("F33", "data-store-tls"),
    ("F34", "no-plaintext-credential"),
    ("F35", "no-plaintext-credential"),
    ("F51", "no-plaintext-credential"),
    ("F76", "kms-key-no-wildcard-principal"),
    ("IAM_CUSTOMER_POLICY_BLOCKED_KMS_ACTIONS", "iam-kms-access-limited"),
    ("IAM_INLINE_POLICY_BLOCKED_KMS_ACTIONS", "iam-kms-access-limited"),
    ("IAM_USER_LOGIN_PROFILE_NO_PLAINTEXT_PASSWORD", "no-plaintext-credential"),
    ("MULTI_REGION_CLOUD_TRAIL_ENABLED", "cloudtrail-multi-region"),
    ("RDS_CLUSTER_MASTER_USER_PASSWORD_NO_PLAINTEXT_PASSWORD", "no-plaintext-credential"),
    ("RDS_MASTER_USER_PASSWORD_NO_PLAINTEXT_PASSWORD", "no-plaintext-credential"),
    ("RDS_STORAGE_ENCRYPTED", "rds-storage-encrypted"),
    ("REDSHIFT_CLUSTER_KMS_ENABLED", "data-store-cmk"),
    ("REDSHIFT_CLUSTER_MASTER_USER_PASSWORD_NO_PLAINTEXT_PASSWORD", "no-plaintext-credential"),
    ("REDSHIFT_REQUIRE_TLS_SSL", "data-store-tls"),
    ("S3_BUCKET_SSL_REQUESTS_ONLY", "bucket-require-tls"),
    ("SECRETSMANAGER_ROTATION_ENABLED_CHECK", "secret-rotation"),
    ("SECRETSMANAGER_USING_CMK", "secret-cmk"),
    ("SNS_ENCRYPTED_KMS", "data-store-encrypted"),
    ("W32", "codebuild-artifact-cmk"),
    ("W47", "data-store-encrypted"),
    ("W48", "data-store-encrypted"),
    ("W49", "data-store-encrypted"),
    ("W55", "alb-tls-policy"),
    ("W56", "alb-listener-https"),
    ("W70", "cloudfront-minimum-tls"),
    ("W77", "secret-cmk"),
    ("W82", "eks-secrets-encrypted"),
    ("W84", "data-store-cmk"),
    ("W87", "data-store-encrypted"),
];

/// The id of our rule that asks for what the check `id` asks for.
pub(super) fn rule_of(id: &str) -> Option<&'static str> {
    let position = KNOWN.binary_search_by(|it| it.0.cmp(id)).ok()?;
    KNOWN.get(position).map(|it| it.1)
}

#[cfg(test)]
mod tests {
    use stackseal_rules::PACK;

    use super::*;

    #[test]
    fn the_table_is_sorted_and_names_rules_of_ours() {
        assert!(KNOWN.is_sorted_by(|a, b| a.0 < b.0));
        for (id, rule) in KNOWN {
            assert!(PACK.rule(rule).is_some(), "{id}: {rule}");
            assert_eq!(rule_of(id), Some(*rule));
        }
        assert_eq!(rule_of("F9999"), None);
    }
}
