//! What a property is, in every form a template can give it.

use std::sync::Arc;

use crate::cloudformation::{
    Data, Deployment, Described, Key, KeyName, Resource, Stacks, Template, Value, each_world,
};
use crate::setting::Setting;
use stackseal_syntax::{FileId, Limits, Source, parse};

/// The worlds of property `P` of resource `R`, sorted: `true`, `false unless Prod`, `unknown: …`.
fn worlds(
    text: &str,
    deployment: Deployment,
    read: impl Fn(&Resource<'_>) -> String,
) -> Vec<String> {
    let source = Source { id: FileId(0), path: "t.yaml".into(), text: text.into() };
    let tree = parse(Arc::new(source), &Limits::default());
    assert!(tree.errors().is_empty(), "{:?}", tree.errors());
    let deployment = Arc::new(deployment);
    let templates =
        (0..).zip(tree.documents()).map(|(index, root)| Template::read(index, root, &deployment));
    let stacks = Stacks::new(templates.collect());
    let mut all = Vec::new();
    for template in stacks.templates() {
        for entry in template.entries().iter().filter(|it| it.id.starts_with('R')) {
            let complete = each_world(64, |replay| {
                let Some(resource) = Resource::new(template, entry, &stacks, replay) else {
                    all.push("never".to_owned());
                    return;
                };
                let mut line = read(&resource);
                if replay.world.is_impossible() {
                    line.push_str(" IMPOSSIBLE");
                }
                for it in replay.world.assumptions() {
                    let words = match stacks.describe(it) {
                        Some(Described::Condition { name, holds: true }) => format!(" when {name}"),
                        Some(Described::Condition { name, holds: false }) => {
                            format!(" unless {name}")
                        }
                        Some(Described::Value { parameter, value }) => {
                            format!(" when {parameter} is {value}")
                        }
                        Some(Described::SomeKey) => format!(" by key {}", it.outcome),
                        None => " ?".to_owned(),
                    };
                    line.push_str(&words);
                }
                all.push(line);
            });
            assert!(complete);
        }
    }
    all.sort();
    all
}

fn bool_of(resource: &Resource<'_>) -> String {
    match resource.bool("P") {
        Setting::Known(value, _) => value.to_string(),
        Setting::Absent(_) => "absent".to_owned(),
        Setting::Unknown(it) => format!("unknown: {}", it.reason),
    }
}

fn text_of(resource: &Resource<'_>) -> String {
    text_of_value(&resource.at("P"))
}

fn text_of_value(value: &Value<'_>) -> String {
    match value.text() {
        Setting::Known(value, _) => value.into_owned(),
        Setting::Absent(_) => "absent".to_owned(),
        Setting::Unknown(it) => format!("unknown: {}", it.reason),
    }
}

const HEAD: &str = "
Parameters:
  Free: {Type: String}
  DefaultTrue: {Type: String, Default: true}
  DefaultFalse: {Type: String, Default: 'false'}
  AllTrue: {Type: String, AllowedValues: [true, 'true']}
  Mixed: {Type: String, AllowedValues: [true, false]}
  MixedDefaultTrue: {Type: String, Default: true, AllowedValues: [true, false]}
  Env: {Type: String, AllowedValues: [dev, prod, test]}
  Size: {Type: String, Default: dev, AllowedValues: [dev, prod]}
  Names: {Type: CommaDelimitedList, Default: 'a, b'}
  Stored: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /x}
Mappings:
  M:
    dev: {enc: false, on: true}
    prod: {enc: true, on: true}
    test: {enc: false, on: true}
Conditions:
  C: !Equals [!Ref Free, prod]
  NotC: !Not [!Condition C]
  D: !Equals [!Ref Free, dev]
  Always: !Equals [x, x]
  Never: !Not [{Condition: Always}]
  Prod: !Equals [!Ref Env, prod]
  Dev: !Equals [!Ref Env, dev]
  Known: !Or [!Condition Prod, !Condition Dev, !Equals [test, !Ref Env]]
  Given: !Not [!Equals [!Ref Free, '']]
  Imported: !Equals [!ImportValue X, yes]
  ImportedAgain: !Equals [{'Fn::ImportValue': X}, yes]
  Joined: !Equals [!Join ['', !Ref Names], '']
";

fn check(value: &str, expected: &[&str]) {
    let text =
        format!("{HEAD}Resources:\n  R:\n    Type: A::B::C\n    Properties:\n      P: {value}\n");
    assert_eq!(worlds(&text, Deployment::default(), bool_of), expected, "{value}");
}

#[test]
fn booleans_in_every_form() {
    for value in [
        "true",
        "'true'",
        "True",
        "\"TRUE\"",
        "yes",
        "on",
        "!Ref DefaultTrue",
        "!Sub '${DefaultTrue}'",
    ] {
        check(value, &["true"]);
    }
    for value in ["false", "'false'", "no", "off", "!Ref DefaultFalse", "{Ref: DefaultFalse}"] {
        check(value, &["false"]);
    }
    check("!Ref Free", &["unknown: depends on parameter `Free`"]);
    check("!Ref Stored", &["unknown: depends on parameter `Stored`"]);
    check("!Ref AllTrue", &["true when AllTrue is true", "true when AllTrue is true"]);
    check("!Ref Mixed", &["false when Mixed is false", "true when Mixed is true"]);
    check("!Ref MixedDefaultTrue", &["true"]);
    check("!Ref AWS::NoValue", &["absent"]);
    check("", &["absent"]);
    check("!ImportValue X", &["unknown: imported from another stack"]);
    check("'{{resolve:ssm:/x}}'", &["unknown: resolved from an SSM parameter at deployment"]);
    check("!Select [0, [true, false]]", &["true"]);
    check("!Select [1, !Split [',', 'true,false']]", &["false"]);
    check("!FindInMap [M, prod, enc]", &["true"]);
    check("!FindInMap [M, !Ref Size, enc]", &["false"]);
    check("!FindInMap [M, !Ref Free, on]", &["true"]);
    check("!FindInMap [M, !Ref Free, enc]", &["false by key 0", "true by key 1"]);
    check("1", &["unknown: cannot be read: a boolean is expected"]);
    check("!Rain::Module x", &["unknown: written by `!Rain::Module` at deployment"]);
}

#[test]
fn a_function_in_place_of_arguments_is_not_read_for_them() {
    let check =
        |value: &str, why: &str| check(value, &[&format!("unknown: cannot be read: {why}")]);
    check("{'Fn::If': !If [C, true, false]}", "`Fn::If` takes a condition and two values");
    check("!If [!Ref C, true, false]", "`Fn::If` takes the name of a condition");
    check("{'Fn::FindInMap': !If [M, prod, enc]}", "`Fn::FindInMap` takes a map and two keys");
    check("{'Fn::Select': !Split [0, [true]]}", "`Fn::Select` takes an index and a list");
    check("{Ref: !Ref DefaultTrue}", "`Ref` takes a name");
    check("{'Fn::Sub': !Ref DefaultTrue}", "`Fn::Sub` takes a text");
    check("!Sub [!Ref DefaultTrue, {}]", "`Fn::Sub` takes a text");
}

#[test]
fn branches_are_worlds_and_contradictions_are_none() {
    check("!If [C, true, true]", &["true unless C", "true when C"]);
    check("!If [C, true, false]", &["false unless C", "true when C"]);
    check("!If [Always, true, false]", &["true"]);
    check("!If [Never, true, false]", &["false"]);
    check("!If [Known, true, false]", &["true"]);
    check("{'Fn::If': [C, !If [NotC, false, true], true]}", &["true unless C", "true when C"]);
    check(
        "!If [C, !If [D, false, true], !If [D, true, false]]",
        &["false unless C unless D", "true unless C when D", "true when C"],
    );
    check(
        "!If [Prod, !FindInMap [M, !Ref Env, enc], false]",
        &["false unless Prod", "true when Prod"],
    );
    check(
        "!If [Imported, !If [ImportedAgain, true, false], true]",
        &["true unless Imported", "true when Imported"],
    );
    check("!If [Joined, true, false]", &["false unless Joined", "true when Joined"]);
    check("!If [Nowhere, true, false]", &["unknown: cannot be read: the condition does not exist"]);
}

#[test]
fn a_text_of_one_attribute_is_that_attribute() {
    let check = |value: &str, expected: &str| {
        let text = format!(
            "Parameters:\n  A.B: {{Type: String}}\nResources:\n  Key: {{Type: AWS::IAM::AccessKey}}\n  R:\n    Type: A::B::C\n    Properties:\n      P: {value}\n"
        );
        let read = |resource: &Resource<'_>| match resource.structure("P").data {
            Data::Map(map) => text_of_value(&map.get("a")),
            _ => text_of(resource),
        };
        assert_eq!(worlds(&text, Deployment::default(), read), [expected], "{value}");
    };
    let known = "unknown: `Key.SecretAccessKey` is known only after deployment";
    let parts = "unknown: has parts that are known only at deployment";
    check("!GetAtt Key.SecretAccessKey", known);
    check("!Sub '${Key.SecretAccessKey}'", known);
    check("!Sub ['${Key.SecretAccessKey}', {}]", known);
    check("!Sub '{\"a\": \"${Key.SecretAccessKey}\"}'", known);
    check("!Sub ['${Key.X}', {Key.X: b}]", "b");
    check("!Sub '${Key.SecretAccessKey}/'", parts);
}

#[test]
fn what_is_given_decides() {
    let text = format!(
        "{HEAD}Resources:\n  R:\n    Type: A::B::C\n    Properties:\n      P: !If [C, true, false]\n"
    );
    let mut deployment = Deployment::default();
    deployment.parameters.insert("Free".into(), "prod".into());
    assert_eq!(worlds(&text, deployment, bool_of), ["true"]);
}

#[test]
fn what_is_given_for_a_masked_parameter_stays_out_of_texts() {
    let check = |value: &str, given: &str, expected: &[&str]| {
        let text = format!(
            "Parameters:\n  Masked: {{Type: String, NoEcho: true, Default: old}}\n  Masks: {{Type: CommaDelimitedList, NoEcho: true}}\n  Shown: {{Type: String}}\n\
             Conditions: {{IsNew: !Equals [!Ref Masked, new]}}\nMappings: {{M: {{new: {{a: found}}}}}}\n\
             Resources:\n  R:\n    Type: A::B::C\n    Properties:\n      P: {value}\n"
        );
        let mut deployment = Deployment::default();
        for name in ["Masked", "Masks", "Shown"] {
            deployment.parameters.insert(name.into(), given.into());
        }
        assert_eq!(worlds(&text, deployment, text_of), expected, "{value}");
    };
    let masked = &["unknown: depends on parameter `Masked`"][..];
    let parts = &["unknown: has parts that are known only at deployment"][..];
    check("!Ref Masked", "new", &["new"]);
    check("!Sub '${Masked}'", "new", masked);
    check("!Sub 'a-${Masked}'", "new", parts);
    check("!Sub ['a-${X}', {X: !Ref Masked}]", "new", parts);
    check("!Join ['', [a, !Ref Masked]]", "new", parts);
    check("!Join ['', [!Ref Masked]]", "new", masked);
    check("!Join ['-', !Ref Masks]", "new,old", parts);
    check("!Sub 'a-${Shown}'", "new", &["a-new"]);
    // It decides what it decided before.
    check("!If [IsNew, a, b]", "new", &["a"]);
    check("!FindInMap [M, !Ref Masked, a]", "new", &["found"]);
    check("!Select [1, !Ref Masks]", "old,new", &["new"]);
    // A dynamic reference says where the value is.
    check(
        "!Sub 'a-${Masked}'",
        "{{resolve:secretsmanager:x}}",
        &["unknown: has parts that are known only at deployment"],
    );
    check(
        "!Sub '${Masked}'",
        "{{resolve:ssm:/x}}",
        &["unknown: resolved from an SSM parameter at deployment"],
    );
}

#[test]
fn a_resource_is_judged_where_it_exists() {
    let text = |condition: &str| {
        format!(
            "{HEAD}Resources:\n  R:\n    Type: A::B::C\n    Condition: {condition}\n    Properties:\n      P: !If [C, true, false]\n"
        )
    };
    assert_eq!(worlds(&text("C"), Deployment::default(), bool_of), ["true"]);
    assert_eq!(worlds(&text("NotC"), Deployment::default(), bool_of), ["false"]);
    assert_eq!(worlds(&text("D"), Deployment::default(), bool_of), ["false"]);
    assert_eq!(worlds(&text("Never"), Deployment::default(), bool_of), ["never"]);
}

#[test]
fn properties_as_a_whole_may_branch() {
    let text = format!(
        "{HEAD}Resources:\n  R:\n    Type: A::B::C\n    Properties: !If [C, {{P: true}}, {{Q: 1}}]\n"
    );
    assert_eq!(worlds(&text, Deployment::default(), bool_of), ["absent unless C", "true when C"]);
}

#[test]
fn loops_are_written_out() {
    let text = format!(
        "Transform: AWS::LanguageExtensions\n{HEAD}Resources:\n  Fn::ForEach::Dbs:\n    - N\n    - [a, b]\n    - R${{N}}:\n        Type: A::B::C\n        Properties:\n          P: !Sub '${{N}}-x'\n"
    );
    assert_eq!(worlds(&text, Deployment::default(), text_of), ["a-x", "b-x"]);
    let text = format!(
        "Transform: AWS::LanguageExtensions\n{HEAD}Resources:\n  Fn::ForEach::Dbs: [N, !Ref Names, {{'R${{N}}': {{Type: A::B::C, Properties: {{P: !Ref N}}}}}}]\n"
    );
    assert_eq!(worlds(&text, Deployment::default(), text_of), ["a", "b"]);
    let text = format!(
        "{HEAD}Resources:\n  R:\n    Type: A::B::C\n    Properties:\n      Fn::ForEach::Ps: [N, [P, Q], {{'${{N}}': 'is ${{N}}'}}]\n"
    );
    assert_eq!(worlds(&text, Deployment::default(), text_of), ["is P"]);
}

#[test]
fn imports_are_followed_only_so_often() {
    let first =
        "Outputs: {O: {Value: true, Export: {Name: X0}}}\nResources: {Q: {Type: A::B::C}}\n";
    let importing = (0..7).map(|it| {
        let import = format!("!ImportValue X{it}, ").repeat(20);
        format!(
            "---\nOutputs: {{O: {{Value: !Join [',', [{import}]], Export: {{Name: X{}}}}}}}\nResources: {{Q: {{Type: A::B::C}}}}\n",
            it + 1
        )
    });
    let text: String = std::iter::once(first.to_owned()).chain(importing).collect();
    let last = "---\nResources: {R: {Type: A::B::C, Properties: {P: !ImportValue X7}}}\n";
    assert_eq!(
        worlds(&(text + last), Deployment::default(), bool_of),
        ["unknown: has parts that are known only at deployment"]
    );
}

#[test]
fn a_mapping_holds_texts_and_no_look_at_itself() {
    for cell in ["!FindInMap [M, a, b]", "[!FindInMap [M, a, b]]", "{c: !FindInMap [M, a, b]}"] {
        let text = format!(
            "Mappings: {{M: {{a: {{b: {cell}}}}}}}\nResources: {{R: {{Type: A::B::C, Properties: {{P: !FindInMap [M, a, b]}}}}}}\n"
        );
        let expected = ["unknown: cannot be read: a mapping holds texts and lists of texts"];
        assert_eq!(worlds(&text, Deployment::default(), bool_of), expected, "{cell}");
    }
}

#[test]
fn a_condition_that_many_name_is_worked_out_once() {
    let naming =
        (0..40).map(|it| format!("  C{}: !And [!Condition C{it}, !Condition C{it}]\n", it + 1));
    let text = format!(
        "Parameters: {{Free: {{Type: String}}}}\nConditions:\n  C0: !Equals [!Ref Free, prod]\n{}Resources: {{R: {{Type: A::B::C, Properties: {{P: !If [C40, true, false]}}}}}}\n",
        naming.collect::<String>()
    );
    assert_eq!(
        worlds(&text, Deployment::default(), bool_of),
        ["false unless C40", "true when C40"]
    );
}

#[test]
fn conditions_may_be_written_by_loops() {
    let text = format!(
        "Transform: AWS::LanguageExtensions\n{HEAD}  Fn::ForEach::Cs: [E, [prod, dev], {{'Is${{E}}': !Equals [!Ref Free, !Ref E]}}]\nResources:\n  R:\n    Type: A::B::C\n    Properties:\n      P: !If [Isprod, !If [Isdev, false, true], !If [C, false, true]]\n"
    );
    assert_eq!(
        worlds(&text, Deployment::default(), bool_of),
        ["true unless Isprod", "true when Isprod"]
    );
}

#[test]
fn macros_make_absences_uncertain() {
    let text = "Transform: [AWS::Serverless-2016-10-31, Mine]\nResources:\n  R:\n    Type: A::B::C\n    Properties: {Q: 1}\n";
    assert_eq!(
        worlds(text, Deployment::default(), bool_of),
        ["unknown: may be added by `Mine` at deployment"]
    );
    let text = "Resources:\n  R:\n    Type: A::B::C\n    Properties:\n      Fn::Transform: {Name: AWS::Include}\n";
    assert_eq!(
        worlds(text, Deployment::default(), bool_of),
        ["unknown: may be added by `Fn::Transform` at deployment"]
    );
}

#[test]
fn globals_of_sam_are_merged() {
    let text = "Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {P: true}}\nResources:\n  R: {Type: AWS::Serverless::Function}\n  R2: {Type: AWS::Serverless::Function, Properties: {P: false}}\n";
    assert_eq!(worlds(text, Deployment::default(), bool_of), ["false", "true"]);
}

#[test]
fn a_section_may_hold_nothing_but_what_is_called_like_a_function() {
    let text = "Parameters: {Ref: {Type: String, Default: true}}\nResources: {R: {Type: A::B::C, Properties: {P: !Ref Ref}}}\n";
    assert_eq!(worlds(text, Deployment::default(), bool_of), ["true"]);
    let text = "Resources: {Ref: {Type: A::B::C, Properties: {P: true}}}\n";
    assert_eq!(worlds(text, Deployment::default(), bool_of), ["true"]);
    let text = "Resources: !Ref {R: {Type: A::B::C, Properties: {P: true}}}\n";
    assert_eq!(worlds(text, Deployment::default(), bool_of), [""; 0]);
}

#[test]
fn every_document_of_a_stream_is_a_template() {
    let text = "Resources: {R: {Type: A::B::C, Properties: {P: true}}}\n---\nResources: {R: {Type: A::B::C, Properties: {P: false}}}\n";
    assert_eq!(worlds(text, Deployment::default(), bool_of), ["false", "true"]);
}

#[test]
fn exports_of_the_run_are_imported() {
    for import in ["!ImportValue X", "!ImportValue {'Fn::Sub': X}", "{'Fn::ImportValue': !Sub X}"] {
        let text = format!(
            "Outputs: {{O: {{Value: true, Export: {{Name: X}}}}}}\nResources: {{Q: {{Type: A::B::C}}}}\n---\n\
             Resources: {{R: {{Type: A::B::C, Properties: {{P: {import}}}}}}}\n"
        );
        assert_eq!(worlds(&text, Deployment::default(), bool_of), ["true"], "{import}");
    }
}

fn key_of(resource: &Resource<'_>) -> String {
    match resource.at("P").key(resource.scope()) {
        Setting::Known(Key::Aws(text), _) => format!("aws {text}"),
        Setting::Known(Key::Customer(KeyName::Resource(it)), _) => format!("resource {}", it.id),
        Setting::Known(Key::Customer(KeyName::Text(it)), _) => format!("text {it}"),
        Setting::Absent(_) => "absent".to_owned(),
        Setting::Unknown(it) => format!("unknown: {}", it.reason),
    }
}

#[test]
fn keys_in_every_form() {
    let check = |value: &str, expected: &str| {
        let text = format!(
            "{HEAD}  HasKey: !Not [!Equals [!Ref Free, '']]\nResources:\n  Key: {{Type: AWS::KMS::Key}}\n  Alias: {{Type: AWS::KMS::Alias, Properties: {{AliasName: alias/db, TargetKeyId: !Ref Key}}}}\n  Topic: {{Type: AWS::SNS::Topic}}\n  R:\n    Type: A::B::C\n    Properties:\n      P: {value}\n"
        );
        assert_eq!(worlds(&text, Deployment::default(), key_of), [expected], "{value}");
    };
    check("!Ref Key", "resource Key");
    check("!GetAtt Key.Arn", "resource Key");
    check("{'Fn::GetAtt': [Key, KeyId]}", "resource Key");
    check("!Ref Alias", "resource Key");
    check("alias/db", "resource Key");
    check("alias/other", "text alias/other");
    check("alias/aws/rds", "aws alias/aws/rds");
    check("''", "aws ");
    check(
        "arn:aws:kms:eu-west-1:111122223333:alias/aws/rds",
        "aws arn:aws:kms:eu-west-1:111122223333:alias/aws/rds",
    );
    check(
        "!Sub 'arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:alias/aws/rds'",
        "aws alias/aws/…",
    );
    check(
        "!Sub 'arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${Key}'",
        "resource Key",
    );
    check(
        "!Join [':', [arn, !Ref AWS::Partition, kms, !Ref AWS::Region, !Ref AWS::AccountId, !Join ['/', [key, !Ref Key]]]]",
        "resource Key",
    );
    check("!Sub 'arn:aws:kms:${AWS::Region}:${AWS::AccountId}:key/1234'", "text key/1234");
    check("!Sub '${Key.Arn}'", "resource Key");
    check("!Sub 'alias/${Free}'", "unknown: has parts that are known only at deployment");
    check("!Ref Free", "unknown: depends on parameter `Free`");
    check("!Ref Topic", "unknown: `Topic` is known only after deployment");
    check("!Ref AWS::NoValue", "absent");
}
