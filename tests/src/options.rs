//! Options of rules: what each changes, and that every page tells them as the rule declares them.

use std::fs;

use stackseal_engine::Rule;
use stackseal_rules::PACK;

use crate::harness::{Folder, repository, updates_expectations};
use crate::pages::{HEADINGS, section};

/// Where the options of a rule are explained further.
const MORE: &str = "Set in the [configuration](https://github.com/stackseal/stackseal/blob/main/docs/configuration.md), under `rules`, like the severity.";

/// What the page of `rule` says of its options.
fn told(rule: &Rule) -> String {
    if rule.options.is_empty() {
        return "None.".to_owned();
    }
    let option = |it: &&dyn stackseal_engine::RuleOption| {
        format!("- `{}`: {} {}", it.name(), it.doc(), it.kind().describe())
    };
    let options: Vec<String> = rule.options.iter().map(option).collect();
    format!("{}\n\n{MORE}", options.join("\n"))
}

#[test]
fn every_page_tells_the_options_of_its_rule() {
    let mut wrong = Vec::new();
    for rule in PACK.rules {
        let expected = told(rule);
        let lines: Vec<&str> = expected.lines().filter(|it| !it.is_empty()).collect();
        if section(rule.docs, "Options") == lines {
            continue;
        }
        wrong.push(rule.id.as_str());
        if updates_expectations() {
            let module = rule.id.as_str().replace('-', "_");
            let path = repository().join(format!("rules/src/{}/{module}.md", rule.group));
            let text = fs::read_to_string(&path).unwrap();
            let next = HEADINGS.iter().skip_while(|it| **it != "Options").nth(1).unwrap();
            let (before, rest) = text.split_once("\n## Options\n").unwrap();
            let (_, after) = rest.split_once(&format!("\n## {next}\n")).unwrap();
            let text = format!("{before}\n## Options\n\n{expected}\n\n## {next}\n{after}");
            fs::write(path, text).unwrap();
        }
    }
    assert!(wrong.is_empty() || updates_expectations(), "set UPDATE_EXPECT=1 to mend {wrong:?}");
}

#[test]
fn options_are_named_and_explained_alike() {
    for option in PACK.rules.iter().flat_map(|it| it.options) {
        let name = option.name();
        assert!(name.bytes().all(|it| it.is_ascii_lowercase() || it == b'-'), "{name}");
        assert!(option.doc().ends_with('.') && !option.doc().contains('\n'), "{name}");
        if let stackseal_engine::OptionKind::Word { words, default } = option.kind() {
            assert!(words.contains(&default), "{name}");
        }
    }
}

/// What `rule` finds in `text` with `options`: how many findings, and how many it could not decide.
#[track_caller]
fn check(rule: &str, options: &str, file: (&str, &str), expected: (usize, u64)) {
    let configuration = format!("select: [{rule}]\nrules:\n  {rule}: {{{options}}}\n");
    let folder = Folder::new(&[("stackseal.yaml", &configuration), file]);
    let run = folder.run("check --format json");
    let report: serde_json::Value = serde_json::from_str(&run.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", run.stdout, run.stderr));
    let found = (
        report["findings"].as_array().unwrap().len(),
        report["summary"]["unresolved"].as_u64().unwrap(),
    );
    assert_eq!(found, expected, "{options}: {}", run.stdout);
    assert_ne!(run.status, 2, "{}", run.stdout);
}

#[test]
fn load_balancers_may_have_to_speak_tls_1_3() {
    let listener = |policy: &str| {
        format!(
            "Resources:\n  L:\n    Type: AWS::ElasticLoadBalancingV2::Listener\n    Properties: {{Protocol: HTTPS, SslPolicy: ELBSecurityPolicy-{policy}}}\n"
        )
    };
    let newer = "minimum-version: TLSv1.3";
    let with = |options, policy, count| {
        check("alb-tls-policy", options, ("t.yaml", &listener(policy)), (count, 0));
    };
    with("", "TLS13-1-2-2021-06", 0);
    with("minimum-version: TLSv1.2", "TLS13-1-2-2021-06", 0);
    with(newer, "TLS13-1-2-2021-06", 1);
    with(newer, "TLS13-1-3-2021-06", 0);

    let classic = "Resources:\n  B:\n    Type: AWS::ElasticLoadBalancing::LoadBalancer\n    Properties:\n      Listeners: [{LoadBalancerPort: '443', InstancePort: '80', Protocol: HTTPS, PolicyNames: [own]}]\n      Policies:\n      - PolicyName: own\n        PolicyType: SSLNegotiationPolicyType\n        Attributes: [{Name: Protocol-TLSv1.2, Value: true}]\n";
    check("alb-tls-policy", "", ("t.yaml", classic), (0, 0));
    check("alb-tls-policy", newer, ("t.yaml", classic), (1, 0));

    let ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\n  annotations:\n    alb.ingress.kubernetes.io/listen-ports: '[{\"HTTPS\": 443}]'\n    alb.ingress.kubernetes.io/ssl-policy: ELBSecurityPolicy-TLS13-1-2-2021-06\nspec: {ingressClassName: alb}\n---\napiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: alb}\nspec: {controller: ingress.k8s.aws/alb}\n";
    check("ingress-tls-policy", "", ("i.yaml", ingress), (0, 0));
    check("ingress-tls-policy", newer, ("i.yaml", ingress), (1, 0));
}

#[test]
fn viewers_may_be_served_under_another_policy() {
    let distribution = |policy: &str| {
        format!(
            "Resources:\n  D:\n    Type: AWS::CloudFront::Distribution\n    Properties:\n      DistributionConfig:\n        Enabled: true\n        ViewerCertificate: {{AcmCertificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/a', MinimumProtocolVersion: {policy}}}\n"
        )
    };
    let with = |options, policy, count| {
        check("cloudfront-minimum-tls", options, ("t.yaml", &distribution(policy)), (count, 0));
    };
    with("", "TLSv1.2_2019", 1);
    with("minimum-policy: TLSv1.2_2019", "TLSv1.2_2019", 0);
    with("minimum-policy: TLSv1.2_2019", "TLSv1.2_2018", 1);
    with("", "TLSv1.2_2021", 0);
    with("minimum-policy: TLSv1.3_2025", "TLSv1.2_2021", 1);
}

#[test]
fn an_origin_may_be_older() {
    let origin = |protocol: &str| {
        format!(
            "Resources:\n  D:\n    Type: AWS::CloudFront::Distribution\n    Properties:\n      DistributionConfig:\n        Enabled: true\n        Origins:\n        - Id: old\n          DomainName: old.example.com\n          CustomOriginConfig: {{OriginProtocolPolicy: https-only, OriginSSLProtocols: [{protocol}]}}\n"
        )
    };
    let with = |options, protocol, count| {
        check("cloudfront-origin-tls", options, ("t.yaml", &origin(protocol)), (count, 0));
    };
    with("", "TLSv1.1", 1);
    with("minimum-version: TLSv1.1", "TLSv1.1", 0);
    with("minimum-version: TLSv1.1", "TLSv1", 1);
    with("minimum-version: TLSv1", "TLSv1", 0);
    with("minimum-version: TLSv1", "SSLv3", 1);
    with("minimum-version: TLSv1", "TLSv1.3", 1);
}

#[test]
fn keys_are_told_apart_as_finely_as_wanted() {
    let stores = |a: &str, b: &str| {
        format!(
            "Resources:\n  Key: {{Type: AWS::KMS::Key}}\n  A: {{Type: '{a}', Properties: {{KmsKeyId: !Ref Key}}}}\n  B: {{Type: '{b}', Properties: {{KmsKeyId: !Ref Key}}}}\n"
        )
    };
    let (database, volume) = ("AWS::RDS::DBInstance", "AWS::EC2::Volume");
    let with = |options, a, b, count| {
        check("kms-key-per-store", options, ("t.yaml", &stores(a, b)), (count, 0));
    };
    with("", database, database, 1);
    with("granularity: kind", database, database, 0);
    with("granularity: kind", database, volume, 1);
    with("", volume, volume, 0);
    with("granularity: store", volume, volume, 1);
    with("shared-keys: [Key]", database, database, 0);
    with("shared-keys: ['K*']", database, volume, 0);
    with("shared-keys: [Other]", database, database, 1);
}

#[test]
fn principals_may_be_accepted() {
    let key = |action: &str| {
        format!(
            "Resources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties:\n      KeyPolicy:\n        Statement:\n        - {{Effect: Allow, Principal: {{AWS: !GetAtt BreakGlass.Arn}}, Action: {action}, Resource: '*'}}\n  BreakGlass: {{Type: AWS::IAM::Role, Properties: {{AssumeRolePolicyDocument: {{}}}}}}\n"
        )
    };
    let both = key("['kms:PutKeyPolicy', 'kms:Decrypt']");
    let duties = "kms-key-separation-of-duties";
    check(duties, "", ("t.yaml", &both), (1, 0));
    check(duties, "accepted-principals: [BreakGlass]", ("t.yaml", &both), (0, 0));
    check(duties, "accepted-principals: [Other*]", ("t.yaml", &both), (1, 0));
    let all = key("'kms:*'");
    check("kms-key-no-full-access", "", ("t.yaml", &all), (1, 0));
    check("kms-key-no-full-access", "accepted-principals: ['Break*']", ("t.yaml", &all), (0, 0));
}

#[test]
fn keys_may_have_to_rotate_sooner() {
    let key = |more: &str| {
        format!(
            "Resources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties: {{EnableKeyRotation: true{more}}}\n"
        )
    };
    let with = |options, more, expected| {
        check("kms-key-rotation", options, ("t.yaml", &key(more)), expected);
    };
    with("", "", (0, 0));
    with("", ", RotationPeriodInDays: 2560", (0, 0));
    with("longest-period-days: 365", "", (0, 0));
    with("longest-period-days: 180", "", (1, 0));
    with("longest-period-days: 180", ", RotationPeriodInDays: 180", (0, 0));
    with("longest-period-days: 180", ", RotationPeriodInDays: 181", (1, 0));
    with("longest-period-days: 180", ", RotationPeriodInDays: !ImportValue days", (0, 1));
    with("", ", RotationPeriodInDays: !ImportValue days", (0, 0));
}

#[test]
fn secrets_may_have_to_rotate_sooner() {
    let secret = |rules: &str| {
        format!(
            "Resources:\n  Secret:\n    Type: AWS::SecretsManager::Secret\n    Properties: {{KmsKeyId: alias/shop}}\n  Schedule:\n    Type: AWS::SecretsManager::RotationSchedule\n    Properties: {{SecretId: !Ref Secret{rules}}}\n"
        )
    };
    let with = |options, rules, expected| {
        check("secret-rotation", options, ("t.yaml", &secret(rules)), expected);
    };
    with("", ", RotationRules: {AutomaticallyAfterDays: 1000}", (0, 0));
    with("", "", (0, 0));
    with("longest-period-days: 90", ", RotationRules: {AutomaticallyAfterDays: 90}", (0, 0));
    with("longest-period-days: 90", ", RotationRules: {AutomaticallyAfterDays: '91'}", (1, 0));
    with("longest-period-days: 90", ", RotationRules: {ScheduleExpression: rate(10 days)}", (0, 0));
    with("longest-period-days: 90", ", RotationRules: {ScheduleExpression: rate(91 days)}", (1, 0));
    with(
        "longest-period-days: 90",
        ", RotationRules: {ScheduleExpression: cron(0 8 1 * ? *)}",
        (0, 1),
    );
    with("longest-period-days: 90", "", (0, 1));
}

/// A document around a value.
type Shape<'s> = &'s dyn Fn(&str) -> String;

#[test]
fn names_may_be_known_better() {
    let function = |name: &str| {
        format!(
            "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Environment: {{Variables: {{{name}: hunter22-7}}}}\n"
        )
    };
    let project = |name: &str| {
        format!(
            "Resources:\n  P:\n    Type: AWS::CodeBuild::Project\n    Properties:\n      Environment: {{EnvironmentVariables: [{{Name: {name}, Value: hunter22-7}}]}}\n"
        )
    };
    let buildspec = |name: &str| {
        format!(
            "version: 0.2\nenv: {{variables: {{{name}: hunter22-7}}}}\nphases: {{build: {{commands: [make]}}}}\n"
        )
    };
    let pod = |name: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{containers: [{{name: c, image: i, env: [{{name: {name}, value: hunter22-7}}]}}]}}\n"
        )
    };
    let config_map = |name: &str| {
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata: {{{name}: hunter22-7}}\n"
        )
    };
    let nested = |name: &str| {
        format!(
            "Resources:\n  S:\n    Type: AWS::CloudFormation::Stack\n    Properties: {{TemplateURL: a, Parameters: {{{name}: hunter22-7}}}}\n"
        )
    };
    let user_data = |name: &str| {
        format!(
            "Resources:\n  I:\n    Type: AWS::EC2::Instance\n    Properties: {{UserData: !Base64 'export {name}=hunter22-7'}}\n"
        )
    };
    let secret = |name: &str| {
        format!(
            "Resources:\n  S:\n    Type: AWS::SecretsManager::Secret\n    Properties: {{SecretString: '{{\"{name}\": \"hunter22-7\"}}'}}\n"
        )
    };
    let command = |name: &str| {
        format!("version: 0.2\nphases: {{build: {{commands: [export {name}=hunter22-7]}}}}\n")
    };
    let external_secret = |name: &str| {
        format!(
            "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {{name: e}}\nspec: {{target: {{template: {{data: {{{name}: hunter22-7}}}}}}}}\n"
        )
    };
    let wp_config = |name: &str| format!("<?php\ndefine('{name}', 'hunter22-7');\n");
    let cases: [(&str, &str, Shape<'_>); 11] = [
        ("no-plaintext-environment", "f.yaml", &function),
        ("codebuild-no-plaintext-environment", "p.yaml", &project),
        ("buildspec-no-plaintext-environment", "buildspec.yml", &buildspec),
        ("buildspec-no-plaintext-environment", "buildspec.yml", &command),
        ("no-plaintext-credential", "n.yaml", &nested),
        ("no-plaintext-credential", "u.yaml", &user_data),
        ("secret-no-literal-value", "s.yaml", &secret),
        ("manifest-no-inline-secret", "e.yaml", &external_secret),
        ("wordpress-no-plaintext-credential", "wp-config.php", &wp_config),
        ("workload-no-plaintext-env", "pod.yaml", &pod),
        ("configmap-no-credential", "c.yaml", &config_map),
    ];
    for (rule, file, text) in cases {
        let with = |options: &str, name: &str, count: usize| {
            check(rule, options, (file, &text(name)), (count, 0));
        };
        with("", "DB_PASSWORD", 1);
        with("harmless-names: [DB_PASSWORD]", "DB_PASSWORD", 0);
        with("harmless-names: ['*_TOKEN']", "DB_PASSWORD", 1);
        with("", "DB_PIN", 0);
        with("credential-names: ['*_pin']", "DB_PIN", 1);
        with("credential-names: ['*_pin'], harmless-names: [DB_PIN]", "DB_PIN", 0);
    }
}
