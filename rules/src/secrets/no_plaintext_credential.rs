//! `no-plaintext-credential`: no property that carries a credential shows it, and no text anywhere
//! has the format of one.

use stackseal_engine::{Check, Cx, Draft, Group, Mend, Profile, Rule, RuleId, Scope, Severity};
use stackseal_model::Slot;
use stackseal_model::aws::{
    Carried, CredentialProperty, Init, InitFile, Script, SecretSource, carried, scripts,
};
use stackseal_model::cloudformation::{Data, Part, Resource, Value, Written};
use stackseal_model::credential::{
    self, CommandForm, Confidence, Evidence, Exemption, NameClass, Naming as _, Token, Verdict,
    credentials_in_cloud_config, credentials_in_command, credentials_in_setting, exemption,
    find_tokens,
};
use stackseal_model::setting::{Provenance, Reason, Unknown};
use stackseal_syntax::Span;

use super::masked_parameter::mask;
use crate::naming::{OPTIONS, naming};

pub(super) static RULE: Rule = Rule {
    id: RuleId::new("no-plaintext-credential"),
    group: Group::Secrets,
    severity: Severity::Critical,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Credential in plain text",
    remediation: "Take the credential from Secrets Manager by a dynamic reference, and replace the one that was shown",
    url: "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html#creds",
    docs: include_str!("no_plaintext_credential.md"),
    options: OPTIONS,
    checks: &[Check::Resource { types: &[], run: check }],
};

/// Values of one resource in which tokens are looked for.
const MAX_VALUES: usize = 100_000;

fn check(cx: &mut Cx<'_>, resource: &Resource<'_>) {
    // One value, one finding: what a property is for says more than the format of its value.
    let mut said: Vec<Span> = Vec::new();
    for property in CredentialProperty::of(resource.type_name()) {
        for value in property.values(resource) {
            let place = Place { resource, name: property.name(), value: &value };
            let what = property.kind.describe();
            if place.check_source(cx, what, Some(property)) {
                said.push(value.span());
            }
        }
    }
    let init = Init::of(resource);
    for Carried { name, value, is_certain } in carried(resource, &init, naming(cx)) {
        let place = Place { resource, name: &name, value: &value };
        let class = naming(cx).classify(&name);
        let is_shown = if is_certain {
            place.check_source(cx, class.map_or("a credential", NameClass::describe), None)
        } else {
            class.is_some_and(|class| place.check_named(cx, class))
        };
        if is_shown {
            said.push(value.span());
        }
    }
    for script in scripts(resource, &init) {
        check_script(cx, resource, &script);
    }
    for file in init.into_files() {
        check_file(cx, resource, &file);
    }
    if resource.template().holds_tokens() {
        check_tokens(cx, resource, &said);
    }
}

/// A value that is, or may be, a credential.
struct Place<'a, 'r> {
    resource: &'a Resource<'r>,
    name: &'a str,
    value: &'a Value<'r>,
}

impl Place<'_, '_> {
    /// Judges where the value of something that is a credential comes from. Answers whether it is a
    /// finding.
    fn check_source(
        &self,
        cx: &mut Cx<'_>,
        what: &str,
        property: Option<&CredentialProperty>,
    ) -> bool {
        let (name, id) = (self.name, self.resource.id());
        let span = self.value.span();
        match SecretSource::of(self.value, self.resource.template()) {
            SecretSource::Text(text) => match exemption(&text) {
                Some(
                    Exemption::Empty
                    | Exemption::Arn
                    | Exemption::DynamicReference
                    | Exemption::Reference,
                ) => false,
                Some(it) if it.is_unknown() => {
                    cx.undecided(&Unknown { span, reason: Reason::Placeholder });
                    false
                }
                Some(_) | None => {
                    self.report_text(cx, what, &text, property.is_some());
                    true
                }
            },
            SecretSource::ShownParameter(parameter) => {
                self.report_parameter(cx, what, parameter);
                true
            }
            SecretSource::PlainParameter => {
                let message = format!(
                    "`{name}` of `{id}` takes {what} from an SSM parameter that is kept in plain text"
                );
                cx.report(self.value.site, message);
                true
            }
            // Of master passwords the rule about those says more.
            SecretSource::SecureParameter
                if property
                    .is_some_and(|it| !it.takes_secure_parameter && !it.is_master_password) =>
            {
                let message = format!(
                    "`{name}` of `{id}` takes {what} from a secure SSM parameter, which CloudFormation refuses here"
                );
                cx.report(self.value.site, message)
                    .severity(Severity::Medium)
                    .remediation("Take the credential from Secrets Manager by a dynamic reference");
                true
            }
            SecretSource::Unknown(unknown) => {
                // A text of which only the origin is not known.
                let resolved = match &self.value.data {
                    Data::Scalar(scalar) => Some(exemption(&scalar.text)),
                    _ => None,
                };
                let is_exempt = |it: &Exemption| !it.is_unknown();
                if !resolved.as_ref().is_some_and(|it| it.as_ref().is_some_and(is_exempt)) {
                    open(cx, &unknown);
                }
                resolved.is_some()
            }
            SecretSource::Absent
            | SecretSource::MaskedParameter(_)
            | SecretSource::SecureParameter
            | SecretSource::Secret
            | SecretSource::Reference(_) => false,
        }
    }

    /// Judges a value by the class of its name. Answers whether it is a finding.
    fn check_named(&self, cx: &mut Cx<'_>, class: NameClass) -> bool {
        let span = self.value.span();
        if self.value.is_name_by_type(self.resource.template()) {
            return false;
        }
        match SecretSource::of(self.value, self.resource.template()) {
            SecretSource::Text(text) => match naming(cx).judge(self.name, &text) {
                Verdict::Named(class) => {
                    self.report_text(cx, class.describe(), &text, false);
                    true
                }
                Verdict::Suspected(class) if cx.is_strict() => {
                    self.report_text(cx, class.describe(), &text, false);
                    true
                }
                Verdict::Exempt(_, exemption) if exemption.is_unknown() => {
                    cx.undecided(&Unknown { span, reason: Reason::Placeholder });
                    false
                }
                // Tokens are looked for everywhere.
                Verdict::Token(_)
                | Verdict::Suspected(_)
                | Verdict::Exempt(..)
                | Verdict::Harmless => false,
            },
            SecretSource::ShownParameter(parameter) => match class.confidence {
                Confidence::High => {
                    self.report_parameter(cx, class.describe(), parameter);
                    true
                }
                // The name of a secret is a value as likely.
                Confidence::Medium => {
                    let reason = Reason::Parameter(parameter.into());
                    cx.undecided(&Unknown { span, reason });
                    false
                }
                Confidence::Low | Confidence::Value => false,
            },
            SecretSource::Unknown(unknown) => {
                // Of a text of which only the origin is not known, enough is known to pass it.
                let may_be_secret = match &self.value.data {
                    Data::Scalar(scalar) => {
                        matches!(
                            naming(cx).judge(self.name, &scalar.text),
                            Verdict::Named(_) | Verdict::Suspected(_)
                        )
                    }
                    _ => true,
                };
                if may_be_secret
                    && matches!(class.confidence, Confidence::High | Confidence::Medium)
                {
                    open(cx, &unknown);
                }
                false
            }
            // An SSM parameter of that name is read as often for the name of a secret.
            SecretSource::PlainParameter
            | SecretSource::Absent
            | SecretSource::MaskedParameter(_)
            | SecretSource::SecureParameter
            | SecretSource::Secret
            | SecretSource::Reference(_) => false,
        }
    }

    /// A dynamic reference to a secret that is yet to be made.
    fn take_from_secrets_manager(&self) -> Mend {
        let secret = format!("{}/{}", self.resource.id(), self.name);
        let because = format!(
            "the secret `{secret}` has to be made first, and the value that was here changed"
        );
        Mend::with_care("Take the value from Secrets Manager by a dynamic reference", because).set(
            Some(Slot::at(self.value.span())),
            format!("{{{{resolve:secretsmanager:{secret}}}}}"),
        )
    }

    fn report_text(&self, cx: &mut Cx<'_>, what: &str, text: &str, is_property: bool) {
        let tokens = find_tokens(text);
        let is_example = tokens.iter().any(|it| it.is_documentation_example);
        let message = format!(
            "`{}` of `{}` holds {what} in plain text{}",
            self.name,
            self.resource.id(),
            if is_example { EXAMPLE } else { "" },
        );
        let finding = cx.report(self.value.site, message);
        match (self.value.site.source, self.value.parameter) {
            (None, _) if is_property => {
                finding.fix(self.take_from_secrets_manager());
            }
            (Some(Provenance::Default(_)), Some(parameter)) => {
                finding.fix(mask(self.resource.template(), parameter.name));
            }
            _ => (),
        }
        // Whatever else the parameter may be is shown as well.
        if self.value.site.source.is_some_and(|it| matches!(it, Provenance::AllowedValue(_))) {
            for other in self.value.parameter.into_iter().flat_map(|it| &it.allowed).skip(1) {
                finding.relate(other.span(), "another one of the allowed values");
            }
        }
    }

    fn report_parameter(&self, cx: &mut Cx<'_>, what: &str, parameter: &str) {
        let message = format!(
            "`{}` of `{}` takes {what} from parameter `{parameter}`, which is shown wherever the stack is described",
            self.name,
            self.resource.id(),
        );
        let finding = cx.report(self.value.site, message);
        finding.remediation(format!(
            "Set `NoEcho: true` on `{parameter}`, or take the credential from Secrets Manager by a dynamic reference"
        ));
        finding.fix(mask(self.resource.template(), parameter));
        if let Some(parameter) = self.resource.template().parameter(parameter) {
            finding.relate(parameter.span, "the parameter");
        }
    }
}

/// Leaves a value open that is there: of everything a macro may add nobody can say anything.
fn open(cx: &mut Cx<'_>, unknown: &Unknown<'_>) {
    if !matches!(unknown.reason, Reason::MayBeAdded(_)) {
        cx.undecided(unknown);
    }
}

/// Said of values that vendors print in their documentation.
const EXAMPLE: &str = ", the example of the documentation";

/// Credentials that a script sets or passes on.
fn check_script(cx: &mut Cx<'_>, resource: &Resource<'_>, script: &Script<'_>) {
    let Script { text, value, is_encoded } = script;
    let tokens = find_tokens(text);
    // The search for tokens sees what is written.
    if *is_encoded {
        for token in &tokens {
            let message = format!(
                "a script of `{}` holds a credential, in base64 only: {}{}",
                resource.id(),
                token.title,
                if token.is_documentation_example { EXAMPLE } else { "" },
            );
            cx.report(value.site, message).severity(severity_of(token));
        }
    }
    let mut written = resource.written(value);
    for credential in credentials_in_command(text, naming(cx)) {
        let is_token = |it: &Token| {
            it.range.start < credential.range.end && credential.range.start < it.range.end
        };
        if tokens.iter().any(is_token) {
            continue;
        }
        let name = credential.name;
        let message = match credential.form {
            CommandForm::Assignment(class) => {
                format!(
                    "a script of `{}` sets `{name}` to {} in plain text",
                    resource.id(),
                    class.describe()
                )
            }
            CommandForm::Argument => {
                format!("a script of `{}` gives `{name}` a credential in plain text", resource.id())
            }
            // Nothing is shown that is not written elsewhere.
            CommandForm::Echo(_) | CommandForm::Dump => continue,
        };
        let place = written.place(text, credential.range);
        report_part(cx, place.unwrap_or(value.span()), message);
    }
    for credential in credentials_in_cloud_config(text, naming(cx)) {
        if let (Evidence::Named(class), Some(key)) = (credential.evidence, &credential.key) {
            let id = resource.id();
            let message = format!(
                "the user data of `{id}` sets `{key}` to {} in plain text",
                class.describe()
            );
            let place = written.place(text, credential.range);
            report_part(cx, place.unwrap_or(value.span()), message);
        }
    }
}

/// Credentials among the settings of a file that an instance gets.
fn check_file(cx: &mut Cx<'_>, resource: &Resource<'_>, file: &InitFile<'_>) {
    let InitFile { path, text, value } = file;
    let mut written = resource.written(value);
    for credential in credentials_in_setting(path, text, naming(cx)) {
        let key = credential.key.as_deref().unwrap_or(path);
        let message = match credential.evidence {
            Evidence::Named(class) => format!(
                "file `{path}` of `{}` sets `{key}` to {} in plain text",
                resource.id(),
                class.describe()
            ),
            Evidence::Passed => format!(
                "file `{path}` of `{}` gives `{key}` a credential in plain text",
                resource.id()
            ),
            Evidence::Placeholder(_) => {
                cx.undecided(&Unknown { span: value.span(), reason: Reason::Pattern });
                continue;
            }
            // The search for tokens sees what is written.
            Evidence::Token(_) => continue,
        };
        let place = written.place(text, credential.range);
        report_part(cx, place.unwrap_or(value.span()), message);
    }
}

fn report_part(cx: &mut Cx<'_>, place: Span, message: String) {
    cx.report(place, message)
        .remediation("Let the instance read the credential from Secrets Manager when it starts");
}

/// Tokens in any value of the resource.
fn check_tokens(cx: &mut Cx<'_>, resource: &Resource<'_>, said: &[Span]) {
    let mut search = Search { resource, said, left: MAX_VALUES };
    for item in resource.properties().entries() {
        search.look_into(cx, &item.key, &item.value);
    }
    // Resource metadata is read on the instance; other tools write the rest.
    for key in ["AWS::CloudFormation::Init", "AWS::CloudFormation::Authentication"] {
        search.look_into(cx, key, &resource.metadata(key));
    }
    if search.left == 0 {
        let reason = Reason::Outside("more values than are looked at");
        cx.undecided(&Unknown { span: resource.id_span(), reason });
    }
}

struct Search<'a, 'r> {
    resource: &'a Resource<'r>,
    said: &'a [Span],
    /// Values that may still be looked at.
    left: usize,
}

impl Search<'_, '_> {
    fn look_into(&mut self, cx: &mut Cx<'_>, key: &str, value: &Value<'_>) {
        let Some(left) = self.left.checked_sub(1) else { return };
        self.left = left;
        let is_outside = value.given_unseen().is_some();
        if is_outside || self.is_elsewhere(key) || self.said.contains(&value.span()) {
            return;
        }
        let mut written = self.resource.written(value);
        match &value.data {
            Data::Scalar(scalar) => self.look_at(cx, key, &scalar.text, value, &mut written),
            Data::Pattern(parts) => {
                for part in parts {
                    match part {
                        Part::Text(text) => self.look_at(cx, key, text, value, &mut written),
                        Part::Reference(_) | Part::Unknown(_) => (),
                    }
                }
            }
            Data::Map(map) => {
                for item in map.entries() {
                    self.look_into(cx, &item.key, &item.value);
                }
            }
            Data::List(list) => {
                for item in list.items() {
                    self.look_into(cx, key, &item);
                }
            }
            Data::Absent | Data::Reference(_) | Data::Unknown(_) => (),
        }
    }

    /// Whether what stands under `key` is another rule's, or prose.
    fn is_elsewhere(&self, key: &str) -> bool {
        match key {
            "Description" => true,
            // `secret-no-literal-value`
            "SecretString" | "GenerateSecretString" => {
                self.resource.is("AWS::SecretsManager::Secret")
            }
            // `buildspec-no-plaintext-environment`
            "BuildSpec" => self.resource.is("AWS::CodeBuild::Project"),
            _ => false,
        }
    }

    fn look_at(
        &self,
        cx: &mut Cx<'_>,
        key: &str,
        text: &str,
        value: &Value<'_>,
        written: &mut Written<'_>,
    ) {
        for token in find_tokens(text) {
            let message = format!(
                "`{key}` of `{}` holds a credential in plain text: {}{}",
                self.resource.id(),
                token.title,
                if token.is_documentation_example { EXAMPLE } else { "" },
            );
            // A word of a longer text is narrower than the text.
            let finding: &mut Draft = match written.place(text, token.range.clone()) {
                Some(place) => cx.report(place, message),
                None => cx.report(value.site, message),
            };
            finding.severity(severity_of(&token));
        }
    }
}

fn severity_of(token: &Token) -> Severity {
    match token.severity {
        credential::Severity::High => Severity::High,
        credential::Severity::Critical => Severity::Critical,
    }
}
