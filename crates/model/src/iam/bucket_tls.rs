//! Whether the policy of a bucket or a file system turns away requests without TLS.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html>,
//! <https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html>

use std::borrow::Cow;

use stackseal_syntax::Span;

use super::actions::Sense;
use super::answer::Answer;
use super::condition::{Comparison, Condition, Quantifier, Test};
use super::home::Home;
use super::policy::Policy;
use super::principal::Principal;
use super::resources::Resources;
use super::statement::{Effect, Statement};
use super::text::{Piece, Reading, Text};
use crate::cloudformation::{Data, Reference, Resource};
use crate::setting::{Reason, Setting, Unknown};

/// What a policy says of requests without TLS.
#[derive(Clone, Debug)]
pub enum TlsDemand<'r> {
    /// It turns them away, all of them.
    Yes,
    /// It does not; the key under which the statement is missing.
    No(Span),
    /// Only the deployment tells.
    Open(Unknown<'r>),
}

/// What `policy`, an `AWS::S3::BucketPolicy` of `bucket`, says of requests without TLS.
pub fn demands_tls<'r>(policy: &Resource<'r>, bucket: &Resource<'r>) -> TlsDemand<'r> {
    let home = Home::of(policy);
    let document = policy.structure("PolicyDocument");
    let statements = match Policy::read(&document, &home) {
        Setting::Known(policy, _) => policy.statements,
        Setting::Absent(span) => return TlsDemand::No(span),
        Setting::Unknown(unknown) => return TlsDemand::Open(unknown),
    };
    let arn = arn_of(bucket);
    let objects = [arn.as_slice(), &[Piece::Literal(Cow::Borrowed("/*"))]].concat();
    // Several statements may share the job.
    let answers = [arn, objects].map(|target| {
        let target = Text::from_pieces(target);
        let answers = statements.iter().map(|it| (denies(it, &target, bucket, &home), it));
        answers.max_by_key(|it| it.0)
    });
    match Answer::all(answers.iter().map(|it| it.map_or(Answer::No, |it| it.0))) {
        Answer::Yes => TlsDemand::Yes,
        Answer::No => TlsDemand::No(match &document.data {
            Data::Map(map) => map.key_of("Statement").unwrap_or(map.key()),
            _ => document.span(),
        }),
        Answer::Maybe => {
            let open = answers.iter().flatten().find(|it| it.0 == Answer::Maybe);
            let doubt = open.and_then(|(_, statement)| statement.doubt());
            TlsDemand::Open(doubt.unwrap_or(Unknown {
                span: document.span(),
                reason: Reason::Outside("what the policy denies cannot be told from the template"),
            }))
        }
    }
}

/// What `policy`, an `AWS::S3::BucketPolicy` of a bucket outside the run, says of requests without
/// TLS. Whatever it is about is that bucket, or S3 refuses it.
pub fn policy_demands_tls<'r>(policy: &Resource<'r>) -> TlsDemand<'r> {
    let document = policy.structure("PolicyDocument");
    let statements = match Policy::read(&document, &Home::of(policy)) {
        Setting::Known(policy, _) => policy.statements,
        Setting::Absent(span) => return TlsDemand::No(span),
        Setting::Unknown(unknown) => return TlsDemand::Open(unknown),
    };
    match Answer::any(statements.iter().map(denies_plain)) {
        Answer::Yes => TlsDemand::Yes,
        Answer::No => TlsDemand::No(match &document.data {
            Data::Map(map) => map.key_of("Statement").unwrap_or(map.key()),
            _ => document.span(),
        }),
        Answer::Maybe => {
            TlsDemand::Open(statements.iter().find_map(Statement::doubt).unwrap_or(Unknown {
                span: document.span(),
                reason: Reason::Outside("what the policy denies cannot be told from the template"),
            }))
        }
    }
}

/// What the policy of `file_system`, an `AWS::EFS::FileSystem`, says of clients without TLS: it denies
/// them, or lets in none.
pub fn file_system_demands_tls<'r>(file_system: &Resource<'r>) -> TlsDemand<'r> {
    let document = file_system.structure("FileSystemPolicy");
    let statements = match Policy::read(&document, &Home::of(file_system)) {
        Setting::Known(policy, _) => policy.statements,
        Setting::Absent(span) => return TlsDemand::No(span),
        Setting::Unknown(unknown) => return TlsDemand::Open(unknown),
    };
    let is_denied = Answer::any(statements.iter().map(|statement| {
        // A statement without `Resource` is about the file system.
        let hits = statement.principals.as_ref().map(|it| it.hit(&Principal::Everyone));
        let mounts = statement.actions.as_ref().map(|it| it.includes("elasticfilesystem:*"));
        has(statement, Effect::Deny)
            .and(hits.unwrap_or(Answer::No))
            .and(mounts.unwrap_or(Answer::No))
            .and(is_without_tls(&statement.condition))
    }));
    let lets_in_only_tls = Answer::all(statements.iter().map(|statement| {
        let asks = statement.condition.tests.iter().any(|it| {
            it.is_about("aws:SecureTransport")
                && !it.operator.passes_without_key
                && it.boolean() == Some(true)
        });
        let open = statement.condition.unknown.as_ref().map(|_| Answer::Maybe);
        (!has(statement, Effect::Allow)).or(asks.into()).or(open.unwrap_or(Answer::No))
    }));
    match is_denied.or(lets_in_only_tls) {
        Answer::Yes => TlsDemand::Yes,
        Answer::No => TlsDemand::No(match &document.data {
            Data::Map(map) => map.key_of("Statement").unwrap_or(map.key()),
            _ => document.span(),
        }),
        Answer::Maybe => {
            let doubt = statements.iter().find_map(Statement::doubt);
            TlsDemand::Open(doubt.unwrap_or(Unknown {
                span: document.span(),
                reason: Reason::Outside("whom the policy lets in cannot be told from the template"),
            }))
        }
    }
}

fn has(statement: &Statement<'_>, wanted: Effect) -> Answer {
    match &statement.effect {
        Setting::Known(effect, _) => Answer::from(*effect == wanted),
        Setting::Absent(_) => Answer::No,
        Setting::Unknown(_) => Answer::Maybe,
    }
}

/// Whether `statement` denies everyone everything on `target` without TLS.
fn denies<'r>(
    statement: &Statement<'r>,
    target: &Text<'r>,
    bucket: &Resource<'r>,
    home: &Home<'r>,
) -> Answer {
    let Some(resources) = &statement.resources else { return Answer::No };
    denies_plain(statement).and(covers(resources, target, bucket, home))
}

/// Whether `statement` denies everyone everything without TLS, on whatever it is about.
fn denies_plain(statement: &Statement<'_>) -> Answer {
    let (Some(principals), Some(actions)) = (&statement.principals, &statement.actions) else {
        return Answer::No;
    };
    statement
        .denies()
        .and(principals.hit(&Principal::Everyone))
        .and(actions.includes("s3:*"))
        .and(is_without_tls(&statement.condition))
}

/// Whether a condition holds for every request without TLS; a version of TLS that is asked for is
/// taken to ask for TLS.
fn is_without_tls(condition: &Condition<'_>) -> Answer {
    let open = condition.unknown.as_ref().map(|_| Answer::Maybe);
    let is_one = Answer::from(condition.tests.len() == 1);
    is_one.and(Answer::all(condition.tests.iter().map(is_about_tls).chain(open)))
}

fn is_about_tls(test: &Test<'_>) -> Answer {
    let operator = test.operator;
    if operator.is_negated || operator.quantifier != Quantifier::One {
        return Answer::No;
    }
    let is_literal = |(text, _): &(Text<'_>, _)| text.as_literal().is_some();
    let is_open = test.unknown.is_some() || !test.values.iter().all(is_literal);
    let holds = match operator.comparison {
        Comparison::Bool if test.is_about("aws:SecureTransport") => test.boolean() == Some(false),
        // `NumericLessThan`.
        Comparison::Other if test.is_about("s3:TlsVersion") => {
            let version = |text: &Text<'_>| text.as_literal()?.parse::<f64>().ok();
            test.values.iter().all(|(text, _)| version(text).is_some_and(|it| it >= 1.2))
        }
        Comparison::Bool
        | Comparison::Text
        | Comparison::Pattern
        | Comparison::IpAddress
        | Comparison::Null
        | Comparison::Other => return Answer::No,
    };
    if is_open { Answer::Maybe } else { holds.into() }
}

fn covers<'r>(
    resources: &Resources<'r>,
    target: &Text<'r>,
    bucket: &Resource<'r>,
    home: &Home<'r>,
) -> Answer {
    let open = resources.unknown.as_ref().map(|_| Answer::Maybe);
    let listed = resources.listed.iter().map(|(pattern, _)| {
        let pattern = home.settle(&written_out(pattern, bucket));
        home.settle(target).matches(&pattern, Reading::Wildcards)
    });
    let is_listed = Answer::any(listed.chain(open));
    match resources.sense {
        Sense::Listed => is_listed,
        Sense::AllBut => !is_listed,
    }
}

/// A pattern with the name and ARN of `bucket` filled in.
fn written_out<'r>(pattern: &Text<'r>, bucket: &Resource<'r>) -> Text<'r> {
    let pieces = pattern.pieces().iter().flat_map(|piece| match piece {
        Piece::Reference(it) if is_of(it, bucket) => match it.attribute {
            None => Text::name_of(bucket, "BucketName").pieces().to_vec(),
            Some("Arn") => arn_of(bucket),
            Some(_) => vec![piece.clone()],
        },
        Piece::Reference(_) | Piece::Literal(_) | Piece::Generated(_) | Piece::Unknown(_) => {
            vec![piece.clone()]
        }
    });
    Text::from_pieces(pieces.collect())
}

fn is_of(reference: &Reference<'_>, bucket: &Resource<'_>) -> bool {
    std::ptr::eq(reference.template, bucket.template()) && reference.id == bucket.id()
}

fn arn_of<'r>(bucket: &Resource<'r>) -> Vec<Piece<'r>> {
    let mut pieces = vec![Piece::Literal(Cow::Borrowed("arn:aws:s3:::"))];
    pieces.extend_from_slice(Text::name_of(bucket, "BucketName").pieces());
    pieces
}
