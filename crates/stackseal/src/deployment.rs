//! What the user says of the deployment, from options and parameter files.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_yaml::Value;
use stackseal_model::cloudformation::Deployment;
use stackseal_syntax::Limits;

use crate::arguments::CheckArguments;
use crate::configuration::Parameters;
use crate::read::bounded;

/// Why values of parameters could not be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum DeploymentError {
    /// A parameter file is not readable.
    #[error("cannot read parameters from {}", path.display())]
    Read { path: PathBuf, source: io::Error },
    /// A parameter file is neither JSON nor YAML, or not in a shape we know.
    #[error("cannot read parameters from {}: {because}", path.display())]
    Parse { path: PathBuf, because: String },
    /// A parameter file holds something else.
    #[error(
        "{} holds no parameters: expected a list of `ParameterKey` and `ParameterValue`, a list of `NAME=VALUE`, or an object with `Parameters`",
        path.display()
    )]
    Shape { path: PathBuf },
    /// An entry of a list has no `=`.
    #[error("entry {number} of {} is no parameter, expected `NAME=VALUE`", path.display())]
    Entry { path: PathBuf, number: usize },
    /// An option has no `=`. What it has instead may be a secret.
    #[error("a `--parameter` gives no value, expected `NAME=VALUE`")]
    Option,
}

/// The deployment that `configured` and, before it, `arguments` describe; files are relative to
/// `folder`.
pub(crate) fn deployment(
    arguments: &CheckArguments,
    configured: Vec<Parameters>,
    folder: &Path,
) -> Result<Deployment, DeploymentError> {
    let mut deployment = Deployment {
        region: arguments.region.clone(),
        account: arguments.account.clone(),
        partition: arguments.partition.clone(),
        ..Deployment::default()
    };
    let named = arguments.parameters.iter().cloned().map(Parameters::File);
    for parameters in configured.into_iter().chain(named) {
        match parameters {
            Parameters::File(path) => {
                let text = read(&folder.join(&path))
                    .map_err(|source| DeploymentError::Read { path: path.clone(), source })?;
                deployment.parameters.extend(parse(&path, &text)?);
            }
            Parameters::Value(name, value) => {
                deployment.parameters.insert(name, value);
            }
        }
    }
    for text in &arguments.parameter {
        let (name, value) = assignment(text).ok_or(DeploymentError::Option)?;
        deployment.expected.push(name.clone());
        deployment.parameters.insert(name, value);
    }
    Ok(deployment)
}

/// The text of the file at `path`, if it is one and no larger than what we read.
fn read(path: &Path) -> io::Result<String> {
    let limits = Limits::default();
    let bytes = bounded(&mut File::open(path)?, &limits)?;
    if bytes.len() > limits.bytes {
        return Err(ErrorKind::FileTooLarge.into());
    }
    String::from_utf8(bytes).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}

/// `{"Parameters": {"Env": "prod"}}`: the template configuration of CodePipeline.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/continuous-delivery-codepipeline-cfn-artifacts.html>
#[derive(Deserialize)]
struct Configuration {
    #[serde(rename = "Parameters")]
    parameters: BTreeMap<String, String>,
}

/// `{"ParameterKey": "Env", "ParameterValue": "prod"}`: an element of what the AWS CLI takes.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Parameter.html>
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Parameter {
    parameter_key: String,
    /// None with `UsePreviousValue`, which only the deployed stack knows.
    parameter_value: Option<String>,
}

/// The values in a parameter file. JSON is read as the YAML it is.
///
/// Scalars are asked for as strings, which gives them as they are written: `012` and `1.10` too.
fn parse(path: &Path, text: &str) -> Result<Vec<(String, String)>, DeploymentError> {
    let text = text.trim_start_matches('\u{feff}');
    let refused = |error: serde_yaml::Error| DeploymentError::Parse {
        path: path.to_owned(),
        because: without_value(&error.to_string()),
    };
    let shape: Value = serde_yaml::from_str(text).map_err(refused)?;
    match &shape {
        Value::Mapping(mapping) if mapping.contains_key("Parameters") => {
            let it: Configuration = serde_yaml::from_str(text).map_err(refused)?;
            Ok(it.parameters.into_iter().collect())
        }
        Value::Sequence(items) if items.iter().all(Value::is_string) => {
            let texts: Vec<String> = serde_yaml::from_str(text).map_err(refused)?;
            let entry = |(number, text): (usize, &String)| {
                assignment(text)
                    .ok_or_else(|| DeploymentError::Entry { path: path.to_owned(), number })
            };
            (1..).zip(&texts).map(entry).collect()
        }
        Value::Sequence(_) => {
            let list: Vec<Parameter> = serde_yaml::from_str(text).map_err(refused)?;
            let given =
                list.into_iter().filter_map(|it| Some((it.parameter_key, it.parameter_value?)));
            Ok(given.collect())
        }
        Value::Mapping(_)
        | Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Tagged(_) => Err(DeploymentError::Shape { path: path.to_owned() }),
    }
}

/// What is wrong, without the value that is: `invalid type: string "…", expected a map`.
fn without_value(message: &str) -> String {
    let parts = message.split_once("invalid type: ").and_then(|(before, rest)| {
        let (found, expected) = rest.rsplit_once(", expected ")?;
        let kind = found.split(['"', '`']).next()?.trim_end();
        Some(format!("{before}invalid type: {kind}, expected {expected}"))
    });
    parts.unwrap_or_else(|| message.to_owned())
}

fn assignment(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once('=')?;
    (!name.is_empty()).then(|| (name.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str)]) {
        let given = parse(Path::new("p"), text).unwrap();
        let given: Vec<(&str, &str)> = given.iter().map(|it| (&*it.0, &*it.1)).collect();
        assert_eq!(given, expected);
    }

    #[track_caller]
    fn refuse(text: &str, expected: &str) {
        let error = parse(Path::new("p.json"), text).unwrap_err();
        assert_eq!(crate::with_causes(&error), expected);
    }

    #[test]
    fn each_shape_is_read() {
        let pairs = r#"[{"ParameterKey": "Env", "ParameterValue": "prod"},
            {"ParameterKey": "Old", "UsePreviousValue": true}]"#;
        check(pairs, &[("Env", "prod")]);
        check(r#"{"Parameters": {"Env": "prod"}, "Tags": {"a": "b"}}"#, &[("Env", "prod")]);
        check(r#"["Env=prod", "Query=a=b"]"#, &[("Env", "prod"), ("Query", "a=b")]);
        check("Parameters:\n  Env: prod\n", &[("Env", "prod")]);
        check("- ParameterKey: Env\n  ParameterValue: prod\n", &[("Env", "prod")]);
        check("[]", &[]);
    }

    #[test]
    fn scalars_are_taken_as_written() {
        check(
            "Parameters: {A: 1.10, B: 0123, C: true, D: \"x\"}",
            &[("A", "1.10"), ("B", "0123"), ("C", "true"), ("D", "x")],
        );
        check("{\n\t\"Parameters\": {\n\t\t\"A\": 1.10\n\t}\n}", &[("A", "1.10")]);
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        refuse(
            r#"{"Parameters": {"Env": ["a"]}}"#,
            "cannot read parameters from p.json: Parameters.Env: invalid type: sequence, expected a string at line 1 column 24",
        );
        refuse(
            "Parameters: hunter2",
            "cannot read parameters from p.json: Parameters: invalid type: string, expected a map at line 1 column 13",
        );
        refuse(
            "[{\"ParameterKey\": \"A\"},\n {\"Key\": \"B\"}]",
            "cannot read parameters from p.json: .[1]: missing field `ParameterKey` at line 2 column 2",
        );
        refuse(
            "{\"Env\": \"prod\"}",
            "p.json holds no parameters: expected a list of `ParameterKey` and `ParameterValue`, a list of `NAME=VALUE`, or an object with `Parameters`",
        );
        refuse(r#"["Env"]"#, "entry 1 of p.json is no parameter, expected `NAME=VALUE`");
    }
}
