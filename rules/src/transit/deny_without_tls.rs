//! What turns requests without TLS away: a statement for the policy of a bucket or a file system.

use stackseal_engine::Mend;
use stackseal_model::cloudformation::{Data, Resource};
use stackseal_syntax::{Change, Literal};

/// Denies everyone every action of `service` on `resources`, without TLS. What a policy is attached to
/// need not be named in it where the service allows that: then there are none.
pub(super) fn statement(service: &str, resources: Option<Literal>) -> Literal {
    let is_plain = Literal::map([("aws:SecureTransport", "false".into())]);
    let mut entries = vec![
        ("Sid".into(), "DenyRequestsWithoutTls".into()),
        ("Effect".into(), "Deny".into()),
        ("Principal".into(), "*".into()),
        ("Action".into(), format!("{service}:*").into()),
    ];
    entries.extend(resources.map(|it| ("Resource".into(), it)));
    entries.push(("Condition".into(), Literal::map([("Bool", is_plain)])));
    Literal::Map(entries)
}

/// A document with these statements.
pub(super) fn document(statements: Vec<Literal>) -> Literal {
    Literal::map([("Version", "2012-10-17".into()), ("Statement", Literal::List(statements))])
}

/// Adds `statement` to the policy document at `property` of `resource`. None where there is no list of
/// statements to add it to.
pub(super) fn add_to(
    mend: Mend,
    resource: &Resource<'_>,
    property: &str,
    statement: Literal,
) -> Option<Mend> {
    let Data::Map(document) = resource.structure(property).data else { return None };
    let statements = document.get("Statement");
    matches!(statements.data, Data::List(_))
        .then(|| mend.change(Change::Append { to: statements.span(), item: statement }))
}
