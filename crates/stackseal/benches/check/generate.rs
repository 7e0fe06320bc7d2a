//! Templates and manifests of any size, the same ones for the same size.

use std::fmt::Write as _;

use serde_json::{Value, json};

/// A template as people write it, with short tags and comments.
pub(crate) fn yaml_template(resources: usize) -> String {
    let mut text = String::from("# Generated for measuring.\n");
    write_yaml(&template(resources), 0, &mut text);
    text
}

/// The same template as tools write it.
pub(crate) fn json_template(resources: usize) -> String {
    format!("{:#}", template(resources))
}

/// A stream of objects.
pub(crate) fn yaml_manifests(objects: usize) -> String {
    let mut text = String::new();
    for object in manifests(objects) {
        text.push_str("---\n");
        write_yaml(&object, 0, &mut text);
    }
    text
}

/// The same objects in a list.
pub(crate) fn json_manifests(objects: usize) -> String {
    format!("{:#}", json!({"apiVersion": "v1", "kind": "List", "items": manifests(objects)}))
}

/// Xorshift, seeded by the size: enough of a mixture, and no dependency.
///
/// <https://www.jstatsoft.org/article/view/v008i14>
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    fn is_true(&mut self) -> bool {
        self.below(2) == 0
    }
}

fn seeded(size: usize) -> Random {
    Random(0x9e37_79b9_7f4a_7c15 ^ size as u64)
}

fn template(size: usize) -> Value {
    let mut random = seeded(size);
    let resources: serde_json::Map<String, Value> = (0..size)
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

fn manifests(size: usize) -> Vec<Value> {
    let mut random = seeded(size);
    (0..size).map(|index| manifest(index, &mut random)).collect()
}

fn manifest(index: usize, random: &mut Random) -> Value {
    let name = format!("app-{index}");
    let metadata = json!({
        "name": name, "namespace": "shop",
        "labels": {"app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "shop"},
    });
    match random.below(5) {
        0 | 1 => json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata,
            "spec": {
                "replicas": 3,
                "selector": {"matchLabels": {"app.kubernetes.io/name": name}},
                "template": {
                    "metadata": {"labels": {"app.kubernetes.io/name": name}},
                    "spec": {
                        "serviceAccountName": "shop",
                        "containers": [{
                            "name": "app", "image": format!("registry.example/app:{index}"),
                            "ports": [{"containerPort": 8443, "name": "https"}],
                            "env": [
                                {"name": "STAGE", "value": "prod"},
                                {"name": "DB_HOST", "value": "db.shop.svc"},
                            ],
                            "resources": {"limits": {"memory": "256Mi"}, "requests": {"cpu": "100m"}},
                            "volumeMounts": [{"name": "secrets", "mountPath": "/run/secrets", "readOnly": true}],
                        }],
                        "volumes": [{"name": "secrets", "csi": {
                            "driver": "secrets-store.csi.k8s.io", "readOnly": true,
                            "volumeAttributes": {"secretProviderClass": "shop"},
                        }}],
                    },
                },
            },
        }),
        2 => json!({
            "apiVersion": "v1", "kind": "Service", "metadata": metadata,
            "spec": {
                "type": "ClusterIP", "selector": {"app.kubernetes.io/name": name},
                "ports": [{"name": "https", "port": 443, "targetPort": "https"}],
            },
        }),
        3 => json!({
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata,
            "data": {"stage": "prod", "log-level": "info", "endpoint": "https://shop.example"},
        }),
        _ => json!({
            "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata,
            "spec": {
                "ingressClassName": "nginx",
                "tls": [{"hosts": ["shop.example"], "secretName": "shop-tls"}],
                "rules": [{"host": "shop.example", "http": {"paths": [{
                    "path": "/", "pathType": "Prefix",
                    "backend": {"service": {"name": name, "port": {"number": 443}}},
                }]}}],
            },
        }),
    }
}

/// Writes `value` in block style, with intrinsics as short tags.
fn write_yaml(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                let _ = write!(out, "{:indent$}{key}:", "");
                write_value(value, indent + 2, out);
            }
        }
        Value::Array(items) => {
            for item in items {
                let mut nested = String::new();
                match item {
                    Value::Object(entries) if short(item).is_none() && !entries.is_empty() => {
                        write_yaml(item, indent + 2, &mut nested);
                        let _ = writeln!(out, "{:indent$}- {}", "", nested.trim());
                    }
                    _ => {
                        let _ = write!(out, "{:indent$}-", "");
                        write_value(item, indent + 2, out);
                    }
                }
            }
        }
        scalar => {
            let _ = writeln!(out, "{:indent$}{scalar}", "");
        }
    }
}

fn write_value(value: &Value, indent: usize, out: &mut String) {
    if let Some(short) = short(value) {
        let _ = writeln!(out, " {short}");
        return;
    }
    match value {
        Value::Object(_) | Value::Array(_) => {
            out.push('\n');
            write_yaml(value, indent, out);
        }
        scalar => {
            let _ = writeln!(out, " {}", plain(scalar));
        }
    }
}

/// An intrinsic as people write it.
fn short(value: &Value) -> Option<String> {
    let entries = value.as_object().filter(|it| it.len() == 1)?;
    let (key, argument) = entries.iter().next()?;
    let tag = key.strip_prefix("Fn::").unwrap_or(key);
    match (key.as_str(), argument) {
        ("Ref", Value::String(text)) => Some(format!("!Ref {text}")),
        (key, Value::String(_)) if key.starts_with("Fn::") => Some(format!("!{tag} {argument}")),
        (key, Value::Array(_)) if key.starts_with("Fn::") => Some(format!("!{tag} {argument}")),
        _ => None,
    }
}

/// A scalar without quotes where none are needed.
fn plain(value: &Value) -> String {
    let is_plain = |text: &&str| {
        text.starts_with(|it: char| it.is_ascii_alphabetic())
            && text.chars().all(|it| it.is_ascii_alphanumeric() || " -_./".contains(it))
    };
    match value.as_str().filter(is_plain) {
        Some(text) => text.to_owned(),
        None => value.to_string(),
    }
}
