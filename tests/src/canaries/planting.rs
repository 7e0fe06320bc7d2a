//! Texts with credentials that nobody else would write, so that they can be sought in what is printed.

use std::path::Path;

use stackseal_syntax::{FileId, Kind, Limits, Node, Source, Style, parse};

/// Stands for a credential in the texts of `planted/`.
const MARK: &str = "@@";

/// What all credentials planted here have in them.
pub(super) const CANARY: &str = "canary";

/// Texts that go into templates and manifests.
const RESOURCES: &str = include_str!("planted/resources.yaml");
const MANIFESTS: &str = include_str!("planted/manifests.yaml");

/// What goes into a template in JSON, or in flow style.
const MEMBERS: &str = r##"
    "CanaryOrders": {"Type": "AWS::RDS::DBInstance", "Properties": {"StorageEncrypted": false, "MasterUserPassword": "@@"}},
    "CanaryFunction": {"Type": "AWS::Lambda::Function", "Properties": {"Environment": {"Variables": {"DB_PASSWORD": "@@", "API_TOKEN": "@@"}}}},
    "CanaryProject": {"Type": "AWS::CodeBuild::Project", "Properties": {
        "Environment": {"EnvironmentVariables": [{"Name": "NPM_TOKEN", "Value": "@@"}]},
        "Source": {"BuildSpec": "version: 0.2\nenv: {variables: {DB_PASSWORD: \"@@\"}}\nphases: {build: {commands: [mysql -u root -p@@]}}"}}},
    "CanarySecret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"SecretString": "{\"password\": \"@@\"}"}},
    "CanarySetting": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/orders/db/password", "Type": "String", "Value": "@@"}},
    "CanaryUser": {"Type": "AWS::IAM::User", "Properties": {"LoginProfile": {"Password": "@@"}}},
    "CanaryCache": {"Type": "AWS::ElastiCache::ReplicationGroup", "Properties": {"AuthToken": {"Fn::Sub": "@@"}, "TransitEncryptionEnabled": false}},
    "CanaryInstance": {"Type": "AWS::EC2::Instance", "Properties": {"UserData": {"Fn::Base64": "#!/bin/bash\nexport DB_PASSWORD=@@\n"}}},
"##;

/// What goes into a wp-config.
const CONSTANTS: &str = "define('DB_PASSWORD', '@@'); define(\"LOGGED_IN_SALT\", \"@@\");\n";

/// Names whose values are credentials wherever they stand.
const NAMES: &[&str] = &[
    "API_KEY",
    "AuthToken",
    "AWS_SECRET_ACCESS_KEY",
    "DB_PASSWORD",
    "GITHUB_TOKEN",
    "MasterUserPassword",
    "MYSQL_PASSWORD",
    "MYSQL_ROOT_PASSWORD",
    "OAuthToken",
    "Password",
    "POSTGRES_PASSWORD",
    "WORDPRESS_DB_PASSWORD",
];

/// Makes credentials, each another one.
#[derive(Default)]
pub(super) struct Planter {
    count: usize,
}

impl Planter {
    /// How many there are by now.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    fn canary(&mut self) -> String {
        self.count += 1;
        let count = self.count;
        match count % 3 {
            0 => format!("{CANARY}{count:05}"),
            1 => format!("Kx9{CANARY}{count:05}Qz7Lw"),
            _ => format!("s3+{CANARY}{count:05}.Rt=="),
        }
    }

    /// `text` with a credential for each mark.
    pub(super) fn fill(&mut self, text: &str) -> String {
        let mut parts = text.split(MARK);
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            filled.push_str(&self.canary());
            filled.push_str(part);
        }
        filled
    }

    /// The file `name` with its own credentials replaced, and with more of them.
    pub(super) fn plant(&mut self, name: &str, text: &str) -> String {
        if Path::new(name).extension().is_some_and(|it| it == "php") {
            return text.replacen("<?php\n", &format!("<?php\n{}", self.fill(CONSTANTS)), 1);
        }
        let text = self.replace_own(name, text);
        if let Some((before, after)) = split_behind(&text, "\"Resources\": {") {
            return format!("{before}{}{after}", self.fill(MEMBERS));
        }
        if let Some((before, after)) = split_behind(&text, "\nResources:\n") {
            let indent = after.len() - after.trim_start_matches(' ').len();
            return format!("{before}{}{after}", self.block(indent));
        }
        if text.contains("apiVersion: ") && !name.starts_with("kustomization") {
            return format!("{}\n---\n{}", text.trim_end(), self.fill(MANIFESTS));
        }
        text
    }

    /// The resources of [`RESOURCES`], with the first column of their names at `indent`.
    fn block(&mut self, indent: usize) -> String {
        let (_, resources) = split_behind(RESOURCES, "\nResources:\n").unwrap();
        let resources = resources.split("Outputs:").next().unwrap();
        let pad = " ".repeat(indent);
        let lines = resources.lines().map(|it| {
            let line = it.strip_prefix("  ").unwrap_or(it);
            if line.is_empty() { "\n".to_owned() } else { format!("{pad}{line}\n") }
        });
        self.fill(&lines.collect::<String>())
    }

    /// `text` with the literal values under [`NAMES`] replaced.
    fn replace_own(&mut self, name: &str, text: &str) -> String {
        let source = Source { id: FileId(0), path: name.to_owned(), text: text.to_owned() };
        let tree = parse(source.into(), &Limits::default());
        let mut places = Vec::new();
        for root in tree.documents() {
            collect(root, &mut places);
        }
        places.sort_by_key(|it: &std::ops::Range<usize>| it.start);
        places.dedup();
        let mut replaced = text.to_owned();
        for place in places.into_iter().rev() {
            replaced.replace_range(place, &self.canary());
        }
        replaced
    }
}

fn split_behind<'t>(text: &'t str, mark: &str) -> Option<(&'t str, &'t str)> {
    text.find(mark).map(|it| text.split_at(it + mark.len()))
}

fn collect(node: Node<'_>, places: &mut Vec<std::ops::Range<usize>>) {
    for entry in node.entries() {
        if entry.key.text().is_some_and(|it| NAMES.contains(&it)) {
            places.extend(literal(entry.value));
        }
        collect(entry.value, places);
    }
    // `{name: DB_PASSWORD, value: …}`
    let of = |keys: [&str; 2]| keys.into_iter().find_map(|it| node.get(it));
    if let (Some(name), Some(value)) = (of(["Name", "name"]), of(["Value", "value"]))
        && name.text().is_some_and(|it| NAMES.contains(&it))
    {
        places.extend(literal(value));
    }
    for item in node.items() {
        collect(item, places);
    }
}

/// The bytes of a value that is written as it is.
fn literal(node: Node<'_>) -> Option<std::ops::Range<usize>> {
    let text = node.text()?;
    let is_name = ["{{resolve:", "arn:", "$", "/"].iter().any(|it| text.starts_with(it));
    let is_literal = node.kind() == Kind::Scalar && node.tag().is_none() && text.len() > 3;
    if !is_literal || is_name {
        return None;
    }
    let range = node.span().range();
    match node.style() {
        Style::Plain if text.parse::<f64>().is_err() => Some(range),
        Style::SingleQuoted | Style::DoubleQuoted => Some(range.start + 1..range.end - 1),
        _ => None,
    }
}
