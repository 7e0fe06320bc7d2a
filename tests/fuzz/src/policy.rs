//! A text as the policy of a key, of a role and of a secret.

use crate::check::check;
use crate::{Target, seeds};

pub(crate) const TARGET: Target =
    Target { name: "policy", run, is_named: false, seeds: seeds::policies };

fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let template = format!(
        r#"{{"Resources": {{
            "Key": {{"Type": "AWS::KMS::Key", "Properties": {{"KeyPolicy": {text}}}}},
            "Role": {{"Type": "AWS::IAM::Role", "Properties": {{
                "AssumeRolePolicyDocument": {text},
                "Policies": [{{"PolicyName": "all", "PolicyDocument": {text}}}]}}}},
            "Secret": {{"Type": "AWS::SecretsManager::Secret", "Properties": {{"KmsKeyId": {{"Ref": "Key"}}}}}},
            "SecretPolicy": {{"Type": "AWS::SecretsManager::ResourcePolicy", "Properties": {{
                "SecretId": {{"Ref": "Secret"}}, "ResourcePolicy": {text}}}}}
        }}}}"#
    );
    check("template.json", &template);
}
