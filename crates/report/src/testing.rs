//! A small run to print.

use std::sync::Arc;

use stackseal_engine::{
    Check, Finding, Fix, Group, Outcome, Profile, Related, Rule, RuleId, RunError, Scope, Severity,
    Skipped, Subject, Suppressed, SuppressedBy, Unasked, Undecided,
};
use stackseal_syntax::{Edit, FileId, Source, Span};

use crate::{Detail, Format, Options};

static STORAGE: Rule = Rule {
    id: RuleId::new("rds-storage-encrypted"),
    group: Group::Encryption,
    severity: Severity::High,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "Database storage is not encrypted",
    remediation: "Set StorageEncrypted: true and name a KmsKeyId",
    url: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html",
    docs: "",
    options: &[],
    checks: NO_CHECKS,
};

static CREDENTIAL: Rule = Rule {
    id: RuleId::new("no-plaintext-credential"),
    group: Group::Secrets,
    severity: Severity::Critical,
    profile: Profile::Recommended,
    scope: Scope::Resource,
    since: "0.1.0",
    title: "A credential stands in the template",
    remediation: "Take it from Secrets Manager with a dynamic reference",
    url: "https://docs.aws.amazon.com/secretsmanager/",
    docs: "",
    options: &[],
    checks: NO_CHECKS,
};

const NO_CHECKS: &[Check] = &[];

pub(crate) const PLAIN: Options = Options {
    min_severity: Severity::Informational,
    shows_suppressed: false,
    lists_undecided: false,
    detail: Detail::Normal,
    is_coloured: false,
};

const DATABASE: &str = "\
Parameters:
  Encrypt:
    Default: false
Resources:
  Orders: # ünïcode
    Type: AWS::RDS::DBInstance
    Properties:
      Engine: mysql
      StorageEncrypted: !Ref Encrypt
      MasterUserPassword: !Ref Password
  Inline: {StorageEncrypted: false, MasterUserPassword: 'hunter2'}
";

const SECRET: &str = "\
{\"Parameters\": {\"Password\": {\"Default\": \"correct horse\"}}}
";

/// A finding with a related place near and one far, one of a credential, one suppressed, a
/// question, two errors and five files not judged.
pub(crate) fn outcome() -> Outcome {
    let sources = [("infra/db.yaml", DATABASE), ("infra/secret.json", SECRET)];
    let sources: Vec<Arc<Source>> = (0..)
        .zip(sources)
        .map(|(id, (path, text))| {
            Arc::new(Source { id: FileId(id), path: path.to_owned(), text: text.to_owned() })
        })
        .collect();
    let at = |file: usize, before: &str, text: &str| {
        let source = &sources[file];
        let start = source.text.find(&format!("{before}{text}")).unwrap() + before.len();
        let start = u32::try_from(start).unwrap();
        Span::new(source.id, start, start + u32::try_from(text.len()).unwrap())
    };
    let finding = |rule: &'static Rule, span: Span, message: &str| Finding {
        rule,
        severity: rule.severity,
        span,
        message: message.to_owned(),
        remediation: rule.remediation.to_owned(),
        condition: None,
        related: Vec::new(),
        subject: Some(Subject {
            id: "Orders".to_owned(),
            type_name: "AWS::RDS::DBInstance".to_owned(),
        }),
        home: None,
        path: vec!["Resources".to_owned(), "Orders".to_owned()],
        fix: None,
        suppressed: None,
        fingerprint: "0123456789abcdef".to_owned(),
    };
    let related = |span: Span, message: &str| Related { span, message: message.to_owned() };

    let mut by_default = finding(
        &STORAGE,
        at(0, "StorageEncrypted: ", "!Ref Encrypt"),
        "`Orders` turns storage encryption off",
    );
    by_default.condition = Some("unless IsProd".to_owned());
    by_default.related = vec![
        related(at(0, "  Engine: ", "mysql"), "this engine can encrypt"),
        related(at(0, "Default: ", "false"), "the default of the parameter"),
    ];
    by_default.fix = Some(Fix {
        title: "Set `StorageEncrypted: true`".to_owned(),
        unsafe_because: Some("it replaces the database".to_owned()),
        edits: vec![Edit { span: by_default.span, text: "true".to_owned() }],
    });
    let mut inline = finding(
        &STORAGE,
        at(0, "{StorageEncrypted: ", "false"),
        "`Inline` turns storage encryption off",
    );
    inline.fix = Some(Fix {
        title: "Set `StorageEncrypted: true`".to_owned(),
        unsafe_because: None,
        edits: vec![Edit { span: inline.span, text: "true".to_owned() }],
    });
    let mut literal = finding(
        &CREDENTIAL,
        at(0, "MasterUserPassword: ", "!Ref Password"),
        "`Orders` takes `MasterUserPassword` from a parameter with a default",
    );
    literal.related =
        vec![related(at(1, "\"Default\": ", "\"correct horse\""), "the default of the parameter")];
    let mut suppressed = finding(
        &CREDENTIAL,
        at(0, "MasterUserPassword: ", "'hunter2'"),
        "`Inline` carries a literal in `MasterUserPassword`",
    );
    suppressed.suppressed =
        Some(Suppressed { by: SuppressedBy::Comment, reason: "a test".to_owned() });
    let undecided = Undecided {
        rule: &STORAGE,
        span: at(0, "StorageEncrypted: ", "!Ref Encrypt"),
        reason: "depends on parameter `Encrypt`".to_owned(),
        subject: Some(Subject {
            id: "Orders".to_owned(),
            type_name: "AWS::RDS::DBInstance".to_owned(),
        }),
        home: None,
    };
    let error = |file: &str, span: Option<Span>, message: &str| RunError {
        file: file.to_owned(),
        span,
        message: message.to_owned(),
    };
    let errors = vec![
        error("infra/db.yaml", Some(at(0, "  ", "Engine")), "the key `Engine` stands twice"),
        error("infra/secret.json", Some(at(1, "", "{")), "not valid JSON: expected `,`"),
        error("latin1.yaml", None, "the byte at line 3, column 9 is not UTF-8"),
    ];
    let skipped = ["a", "b", "c", "d", "e"].map(|name| Skipped {
        file: format!("chart/templates/{name}.yaml"),
        reason: "Helm template, not rendered".to_owned(),
    });
    Outcome {
        findings: vec![by_default, literal, inline],
        unasked: Unasked::default(),
        stale: Vec::new(),
        suppressed: vec![suppressed],
        undecided: vec![undecided],
        errors,
        skipped: skipped.to_vec(),
        rules: vec![&STORAGE, &CREDENTIAL],
        judged: vec![FileId(0), FileId(1)],
        applicable: Vec::new(),
        files: 2,
        templates: 1,
        resources: 1,
        sources,
    }
}

/// `outcome` in `format`.
pub(crate) fn print(format: Format, outcome: &Outcome, options: Options) -> String {
    let mut out = Vec::new();
    crate::write(format, outcome, options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}
