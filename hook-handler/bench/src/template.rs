//! A template as large as CloudFormation takes one.

use serde_json::{Map, Value, json};

/// The most resources of a template.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
const RESOURCES: usize = 500;

/// The kinds of resources a real stack has, over and over, none of which depends on another.
pub fn template() -> Value {
    let kinds = [
        json!({ "Type": "AWS::RDS::DBInstance", "Properties": {
            "Engine": "postgres", "DBInstanceClass": "db.m7g.large", "StorageEncrypted": true,
            "ManageMasterUserPassword": true, "MasterUsername": "root" } }),
        json!({ "Type": "AWS::KMS::Key", "Properties": {
            "EnableKeyRotation": true, "KeyPolicy": { "Version": "2012-10-17", "Statement": [
                { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:root" },
                  "Action": "kms:*", "Resource": "*" },
                { "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::111122223333:role/app" },
                  "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": "*" } ] } } }),
        json!({ "Type": "AWS::SecretsManager::Secret", "Properties": {
            "GenerateSecretString": { "PasswordLength": 32 } } }),
        json!({ "Type": "AWS::Lambda::Function", "Properties": {
            "Runtime": "provided.al2023", "Handler": "bootstrap", "Role": "arn:aws:iam::111122223333:role/app",
            "Code": { "S3Bucket": "code", "S3Key": "function.zip" },
            "Environment": { "Variables": { "LOG_LEVEL": "info", "TABLE": "orders" } } } }),
        json!({ "Type": "AWS::IAM::Role", "Properties": {
            "AssumeRolePolicyDocument": { "Version": "2012-10-17", "Statement": [
                { "Effect": "Allow", "Principal": { "Service": "lambda.amazonaws.com" },
                  "Action": "sts:AssumeRole" } ] },
            "Policies": [ { "PolicyName": "app", "PolicyDocument": { "Version": "2012-10-17", "Statement": [
                { "Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": "*" } ] } } ] } }),
        json!({ "Type": "AWS::SQS::Queue", "Properties": { "VisibilityTimeout": 60 } }),
        json!({ "Type": "AWS::SNS::Topic", "Properties": { "DisplayName": "orders" } }),
        json!({ "Type": "AWS::ElasticLoadBalancingV2::Listener", "Properties": {
            "Protocol": "HTTPS", "Port": 443, "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
            "LoadBalancerArn": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/a/b",
            "DefaultActions": [ { "Type": "forward", "TargetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/a/b" } ] } }),
        json!({ "Type": "AWS::EC2::SecurityGroup", "Properties": { "GroupDescription": "app" } }),
        json!({ "Type": "AWS::S3::Bucket", "Properties": { "VersioningConfiguration": { "Status": "Enabled" } } }),
    ];
    let resources: Map<String, Value> = kinds
        .iter()
        .cycle()
        .take(RESOURCES)
        .enumerate()
        .map(|(index, it)| (format!("Resource{index}"), it.clone()))
        .collect();
    json!({ "AWSTemplateFormatVersion": "2010-09-09", "Resources": resources })
}
