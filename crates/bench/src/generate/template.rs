//! Templates, as a document.

use serde_json::{Map, Value, json};

use super::random::Random;

/// A template of `size` resources, most of which some rule judges.
pub(super) fn template(size: usize, mut random: Random) -> Value {
    let resources: Map<String, Value> = (0..size)
        .map(|index| {
            let value = resource(index, &mut random);
            (format!("Resource{index}"), value)
        })
        .collect();
    json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Generated for measuring",
        "Parameters": {
            "Environment": {"Type": "String", "Default": "dev", "AllowedValues": ["dev", "prod"]},
            "VpcId": {"Type": "AWS::EC2::VPC::Id"},
            "Password": {"Type": "String", "NoEcho": true},
        },
        "Conditions": {"IsProd": {"Fn::Equals": [{"Ref": "Environment"}, "prod"]}},
        "Resources": resources,
        "Outputs": {
            "First": {"Value": {"Ref": "Resource0"}, "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-first"}}},
        },
    })
}

fn resource(index: usize, random: &mut Random) -> Value {
    let tags = json!([
        {"Key": "Name", "Value": {"Fn::Sub": format!("${{AWS::StackName}}-resource-{index}")}},
        {"Key": "Environment", "Value": {"Ref": "Environment"}},
    ]);
    match random.below(8) {
        0 => json!({
            "Type": "AWS::RDS::DBInstance",
            "DeletionPolicy": "Snapshot",
            "Properties": {
                "Engine": "mysql",
                "EngineVersion": "8.0.36",
                "DBInstanceClass": {"Fn::If": ["IsProd", "db.r6g.large", "db.t4g.micro"]},
                "AllocatedStorage": "100",
                "StorageEncrypted": random.is_true(),
                "ManageMasterUserPassword": true,
                "MasterUsername": "admin",
                "Tags": tags,
            },
        }),
        1 => json!({
            "Type": "AWS::S3::Bucket",
            "Properties": {
                "BucketEncryption": {"ServerSideEncryptionConfiguration": [
                    {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}},
                ]},
                "PublicAccessBlockConfiguration": {
                    "BlockPublicAcls": true, "BlockPublicPolicy": true,
                    "IgnorePublicAcls": true, "RestrictPublicBuckets": true,
                },
                "Tags": tags,
            },
        }),
        2 => json!({
            "Type": "AWS::KMS::Key",
            "Properties": {
                "EnableKeyRotation": random.is_true(),
                "KeyPolicy": {"Version": "2012-10-17", "Statement": [{
                    "Sid": "Root", "Effect": "Allow", "Action": "kms:*", "Resource": "*",
                    "Principal": {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}},
                }]},
                "Tags": tags,
            },
        }),
        3 => json!({
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.12", "Handler": "index.handler", "MemorySize": 256,
                "Role": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/worker"},
                "Environment": {"Variables": {
                    "STAGE": {"Ref": "Environment"},
                    "SECRET_ARN": {"Fn::Sub": "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:x"},
                }},
                "Code": {"S3Bucket": "artifacts", "S3Key": format!("code-{index}.zip")},
                "Tags": tags,
            },
        }),
        4 => json!({
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{
                    "Effect": "Allow", "Action": "sts:AssumeRole",
                    "Principal": {"Service": "lambda.amazonaws.com"},
                }]},
                "Policies": [{"PolicyName": "logs", "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [{
                        "Effect": "Allow", "Resource": "*",
                        "Action": ["logs:CreateLogStream", "logs:PutLogEvents", "kms:Decrypt"],
                    }],
                }}],
                "Tags": tags,
            },
        }),
        5 => json!({
            "Type": "AWS::ElasticLoadBalancingV2::Listener",
            "Properties": {
                "LoadBalancerArn": {"Fn::Sub": "arn:${AWS::Partition}:elasticloadbalancing:x"},
                "Port": 443, "Protocol": "HTTPS", "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
                "Certificates": [{"CertificateArn": {"Fn::Sub": "arn:${AWS::Partition}:acm:x"}}],
                "DefaultActions": [{"Type": "forward", "TargetGroupArn": "arn:aws:x"}],
            },
        }),
        6 => json!({
            "Type": "AWS::EC2::SecurityGroup",
            "Properties": {
                "GroupDescription": "Between the tiers",
                "VpcId": {"Ref": "VpcId"},
                "SecurityGroupIngress": [
                    {"IpProtocol": "tcp", "FromPort": 3306, "ToPort": 3306, "CidrIp": "10.0.0.0/16"},
                    {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/16"},
                ],
                "Tags": tags,
            },
        }),
        _ => json!({
            "Type": "AWS::SecretsManager::Secret",
            "Properties": {
                "Description": "The credentials of a service",
                "GenerateSecretString": {
                    "SecretStringTemplate": "{\"username\": \"admin\"}",
                    "GenerateStringKey": "password", "PasswordLength": 32,
                },
                "Tags": tags,
            },
        }),
    }
}
