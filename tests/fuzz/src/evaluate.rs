//! Any template is evaluated, whatever is known of its deployment: in every world each part stands
//! in the text, and the JSON translation of a template is the same template.

use std::sync::Arc;

use stackseal_model::cloudformation::{
    Content, Deployment, Resolved, Stacks, Stage, Template, Wanted, each_world, is_template,
};
use stackseal_syntax::{Limits, Node, Tree, parse};

use crate::Target;
use crate::judging::{are_same, source};
use crate::seeds;
use crate::spans::stands_in;
use crate::translation::translated;

pub(crate) const TARGET: Target =
    Target { name: "evaluate", run, is_named: false, seeds: seeds::templates };

/// Worlds looked at.
const WORLDS: usize = 16;

fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let tree = parse(source("a.yaml", text), &Limits::default());
    let translated = translated(&tree).map(|it| parse(source("a.json", &it), &Limits::default()));
    for deployment in deployments(&tree) {
        let worlds = worlds(&tree, &deployment);
        if let Some(translated) = &translated {
            let others = self::worlds(translated, &deployment);
            are_same("the JSON translation is another template", &worlds, &others);
        }
    }
}

/// Ways to deploy the templates in `tree`.
fn deployments(tree: &Tree) -> Vec<Arc<Deployment>> {
    let names = tree.documents().filter_map(|it| it.get("Parameters"));
    let names = names.flat_map(|it| it.entries().collect::<Vec<_>>());
    let given = names.filter_map(|it| {
        let allowed = it.value.get("AllowedValues").and_then(|it| it.items().next());
        let value = allowed.and_then(Node::text).unwrap_or("true");
        Some((it.key.text()?.to_owned(), value.to_owned()))
    });
    let given = Deployment {
        parameters: given.collect(),
        region: Some("eu-west-1".to_owned()),
        account: Some("111122223333".to_owned()),
        partition: Some("aws".to_owned()),
        ..Deployment::default()
    };
    let strict = Deployment { all_alternatives: true, ..Deployment::default() };
    let at = |stage| Deployment { stage, ..Deployment::default() };
    [Deployment::default(), strict, given, at(Stage::Submitted), at(Stage::Resolved)]
        .map(Arc::new)
        .into()
}

/// A document of a tree in each of its worlds, as text without places.
fn worlds(tree: &Tree, deployment: &Arc<Deployment>) -> Vec<String> {
    let mut worlds = Vec::new();
    for root in tree.documents().filter(|it| is_template(*it)) {
        let stacks = Stacks::new(vec![Template::read(0, root, deployment)]);
        let Some(template) = stacks.templates().first() else { continue };
        each_world(WORLDS, |replay| {
            let resolved = Resolved::template(template, &stacks, replay, &Wanted::All);
            let mut world = String::new();
            write(&resolved, &tree.source().text, &mut world);
            worlds.push(world);
        });
    }
    worlds
}

fn write(part: &Resolved<'_>, text: &str, out: &mut String) {
    let Resolved { span, content, unknown } = part;
    stands_in(text, *span);
    if let Some(why) = unknown {
        out.extend(["?(", why, ")"]);
    }
    match content {
        Content::Null => out.push_str("null"),
        Content::Bool(it) => out.push_str(if *it { "true" } else { "false" }),
        Content::Integer(it) => out.push_str(&it.to_string()),
        Content::Float(it) => out.push_str(&it.to_string()),
        Content::Text(it) => out.extend(["\"", it, "\""]),
        Content::List(items) => {
            out.push('[');
            for item in items {
                write(item, text, out);
                out.push(',');
            }
            out.push(']');
        }
        Content::Map { entries, may_have_more } => {
            out.push('{');
            for entry in entries {
                stands_in(text, entry.key_span);
                out.extend([&*entry.key, ": "]);
                write(&entry.value, text, out);
                out.push(',');
            }
            out.extend(may_have_more.iter().map(|it| format!("+({it})")));
            out.push('}');
        }
    }
}
