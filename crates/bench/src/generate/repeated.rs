//! One thing again and again.
//!
//! All but what needs YAML is JSON: its tree costs so little that judging and telling are most of what
//! a check costs.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

/// A template of `size` keys, each with a finding and its fix.
pub fn keys(size: usize) -> String {
    template(size, Map::new(), |index| vec![key(&format!("Key{index}"), false)])
}

/// The same keys, the finding of each of which is suppressed.
pub fn suppressed_keys(size: usize) -> String {
    let mut text = "Resources:\n".to_owned();
    for index in 0..size {
        // Writing to a string does not fail.
        let _ = write!(
            text,
            "  Key{index}:\n    Type: AWS::KMS::Key\n    Properties:\n      \
             EnableKeyRotation: false # stackseal: ignore[kms-key-rotation] rotated by hand\n"
        );
    }
    text
}

/// A template of `size` databases, each with a key of its own and a name that is put together.
pub fn references(size: usize) -> String {
    template(size, Map::new(), |index| {
        let (key_id, id) = (format!("Key{index}"), format!("Database{index}"));
        let database = json!({"Type": "AWS::RDS::DBInstance", "Properties": {
            "Engine": "mysql", "StorageEncrypted": true, "ManageMasterUserPassword": true,
            "DBInstanceIdentifier": {"Fn::Sub": format!("${{AWS::StackName}}-${{{key_id}}}")},
            "KmsKeyId": {"Fn::GetAtt": [key_id, "Arn"]},
        }});
        vec![key(&key_id, true), (id, database)]
    })
}

/// A template of `size` keys, what each of which is hangs on a condition of its own.
pub fn conditions(size: usize) -> String {
    let condition = |index| {
        (format!("Is{index}"), json!({"Fn::Equals": [{"Ref": format!("P{index}")}, "yes"]}))
    };
    let parameter = |index| (format!("P{index}"), json!({"Type": "String"}));
    let sections = Map::from_iter([
        ("Parameters".to_owned(), Value::Object((0..size).map(parameter).collect())),
        ("Conditions".to_owned(), Value::Object((0..size).map(condition).collect())),
    ]);
    template(size, sections, |index| {
        let rotates = json!({"Fn::If": [format!("Is{index}"), true, false]});
        let key = json!({"Type": "AWS::KMS::Key", "Properties": {"EnableKeyRotation": rotates}});
        vec![(format!("Key{index}"), key)]
    })
}

/// A template whose only resource has a policy of `size` statements.
pub fn statements(size: usize) -> String {
    let statement = |index| {
        json!({
            "Sid": format!("Use{index}"), "Effect": "Allow", "Resource": "*",
            "Principal": {"AWS": format!("arn:aws:iam::111122223333:role/user-{index}")},
            "Action": ["kms:Encrypt", "kms:Decrypt"],
        })
    };
    let statements: Vec<Value> = (0..size).map(statement).collect();
    template(1, Map::new(), |_| {
        let key = json!({"Type": "AWS::KMS::Key", "Properties": {
            "EnableKeyRotation": true,
            "KeyPolicy": {"Version": "2012-10-17", "Statement": statements.clone()},
        }});
        vec![("Key".to_owned(), key)]
    })
}

/// `size` templates, each of which exports a key and takes that of the one before.
pub fn stacks(size: usize) -> Vec<String> {
    let stack = |index: usize| {
        let database = json!({"Type": "AWS::RDS::DBInstance", "Properties": {
            "Engine": "mysql", "StorageEncrypted": true, "ManageMasterUserPassword": true,
            "KmsKeyId": {"Fn::ImportValue": format!("key-{}", index.saturating_sub(1))},
        }});
        let output = json!({
            "Value": {"Fn::GetAtt": ["Key", "Arn"]}, "Export": {"Name": format!("key-{index}")},
        });
        let sections = Map::from_iter([("Outputs".to_owned(), json!({"Key": output}))]);
        template(1, sections, |_| vec![key("Key", true), ("Database".to_owned(), database.clone())])
    };
    (0..size).map(stack).collect()
}

/// `size` templates, each a site of its own: a distribution in front of a load balancer that it knows
/// by name alone, and a trail with its bucket.
pub fn sites(size: usize) -> Vec<String> {
    let site = |index: usize| {
        let resource = |ty: &str, properties: Value| json!({"Type": ty, "Properties": properties});
        let origin = json!({
            "Id": "site", "DomainName": format!("origin-{index}.example.com"),
            "CustomOriginConfig": {"OriginProtocolPolicy": "https-only", "OriginSSLProtocols": ["TLSv1.2"]},
        });
        let distribution = json!({"DistributionConfig": {
            "Enabled": true, "Origins": [origin],
            "DefaultCacheBehavior": {"TargetOriginId": "site", "ViewerProtocolPolicy": "redirect-to-https"},
        }});
        let listener = json!({
            "LoadBalancerArn": {"Ref": "Balancer"}, "Port": 80, "Protocol": "HTTP",
            "DefaultActions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}],
        });
        let to_https = json!({"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "StatusCode": "HTTP_301"}});
        let rule = json!({
            "ListenerArn": {"Ref": "Listener"}, "Priority": 1, "Actions": [to_https],
            "Conditions": [{"Field": "path-pattern", "Values": ["*"]}],
        });
        let trail =
            json!({"S3BucketName": {"Ref": "Log"}, "IsLogging": true, "IsMultiRegionTrail": true});
        let resources = [
            ("Site", resource("AWS::CloudFront::Distribution", distribution)),
            ("Balancer", resource("AWS::ElasticLoadBalancingV2::LoadBalancer", json!({}))),
            ("Listener", resource("AWS::ElasticLoadBalancingV2::Listener", listener)),
            ("Rule", resource("AWS::ElasticLoadBalancingV2::ListenerRule", rule)),
            ("Log", resource("AWS::S3::Bucket", json!({}))),
            ("Trail", resource("AWS::CloudTrail::Trail", trail)),
        ];
        let resources = resources.map(|(id, it)| (id.to_owned(), it)).to_vec();
        template(1, Map::new(), |_| resources.clone())
    };
    (0..size).map(site).collect()
}

/// `size` claims of a class that encrypts nothing or of none, and as many classes of which none encrypts
/// and none is the default.
pub fn claims(size: usize) -> String {
    let objects = (0..size).flat_map(|index| {
        let class = (index % 2 == 0).then_some("gp2");
        [
            json!({
                "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
                "metadata": {"name": format!("class-{index}")},
                "provisioner": "ebs.csi.aws.com", "parameters": {"type": "gp3"},
            }),
            json!({
                "apiVersion": "v1", "kind": "PersistentVolumeClaim",
                "metadata": {"name": format!("claim-{index}")},
                "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": class},
            }),
        ]
    });
    list(objects)
}

/// `size` Ingresses of one class, and as many classes and parameters that share its name.
pub fn classes_of_one_name(size: usize) -> String {
    let objects = (0..size).flat_map(|index| {
        let parameters = json!({"apiGroup": "elbv2.k8s.aws", "kind": "IngressClassParams", "name": "alb"});
        [
            json!({
                "apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "alb"},
                "spec": {"controller": "ingress.k8s.aws/alb", "parameters": parameters},
            }),
            json!({
                "apiVersion": "elbv2.k8s.aws/v1beta1", "kind": "IngressClassParams",
                "metadata": {"name": "alb"}, "spec": {"sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06"},
            }),
            json!({
                "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
                "metadata": {"name": format!("shop-{index}"), "namespace": "shop"},
                "spec": {"ingressClassName": "alb", "rules": [{"host": "shop.example"}]},
            }),
        ]
    });
    list(objects)
}

/// A ConfigMap with a script of `size` commands.
pub fn commands(size: usize) -> String {
    let mut text =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: setup}\ndata:\n  setup.sh: |\n"
            .to_owned();
    for index in 0..size {
        let _ = writeln!(
            text,
            "    mysql --host=db-{index} --password=\"$PASSWORD\" --execute='select {index}'"
        );
    }
    text
}

fn key(id: &str, rotates: bool) -> (String, Value) {
    let key = json!({"Type": "AWS::KMS::Key", "Properties": {"EnableKeyRotation": rotates}});
    (id.to_owned(), key)
}

/// A list of `objects`, as `kubectl` prints it.
fn list(objects: impl Iterator<Item = Value>) -> String {
    let items: Vec<Value> = objects.collect();
    json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string()
}

/// A template of `sections`, with the resources that `make` makes `size` times.
fn template(
    size: usize,
    mut sections: Map<String, Value>,
    make: impl Fn(usize) -> Vec<(String, Value)>,
) -> String {
    let resources: Map<String, Value> = (0..size).flat_map(make).collect();
    sections.insert("Resources".to_owned(), Value::Object(resources));
    Value::Object(sections).to_string()
}
