//! The JSON Schema of the configuration, made from what the reader and the rules declare.

use serde_json::{Map, Value, json};
use stackseal_engine::configuration::{
    ExemptKey, FailOn, HookKey, IgnoreKey, Key, PathsKey, SEVERITY_KEY,
};
use stackseal_engine::{Group, OptionKind, Pack, Profile, Rule, RuleOption, Severity};

/// Where it is published.
pub(super) const URL: &str =
    "https://github.com/stackseal/stackseal/raw/main/docs/schema/stackseal.schema.json";

/// Names of rules in the Guard language, which no schema can know: those with a capital letter or an
/// underscore, and default rules. The built-in rules and the groups have neither, so that a mistake in
/// one of their names is still one.
const OWN_RULE: &str = "^[A-Za-z0-9_]*[A-Z_][A-Za-z0-9_]*$|/default$";

/// The schema as text, with a line end.
pub(super) fn text(pack: &Pack) -> String {
    format!("{:#}\n", schema(pack))
}

fn schema(pack: &Pack) -> Value {
    let properties: Map<String, Value> = Key::ALL
        .iter()
        .map(|&key| {
            // A key whose lines are all commented out says nothing.
            let shape = json!({ "anyOf": [top(key, pack), { "type": "null" }] });
            (key.as_str().to_owned(), described(key.doc(), shape))
        })
        .collect();
    let rules = pack.rules.iter().map(|it| it.id.as_str());
    let groups = Group::ALL.iter().map(|it| it.as_str());
    let known = json!({ "enum": rules.chain(groups).collect::<Vec<_>>() });
    let own = json!({
        "description": "A rule in the Guard language.",
        "type": "string",
        "pattern": OWN_RULE,
    });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": URL,
        "title": "Configuration of stackseal",
        "description": "The file `stackseal.yaml`. Paths are relative to its folder.",
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": properties,
        "$defs": {
            "ruleOrGroup": { "anyOf": [known, own] },
            "severity": { "enum": words(Severity::ALL, Severity::as_str) },
            "text": { "type": "string", "pattern": "\\S" },
            "texts": { "type": "array", "items": { "$ref": "#/$defs/text" } },
            "scalar": { "type": ["string", "number", "boolean"] },
            "parameterSource": {
                "anyOf": [
                    { "description": "A file, as for `--parameters`.", "$ref": "#/$defs/text" },
                    {
                        "description": "Values by name.",
                        "type": "object",
                        "additionalProperties": { "$ref": "#/$defs/scalar" },
                    },
                ],
            },
            "ignoreEntry": ignore_entry(),
        },
    })
}

fn words<T: Copy>(all: &[T], as_str: fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|it| as_str(*it)).collect()
}

fn described(doc: &str, mut shape: Value) -> Value {
    if let Some(shape) = shape.as_object_mut() {
        shape.insert("description".to_owned(), Value::from(doc));
    }
    shape
}

fn top(key: Key, pack: &Pack) -> Value {
    match key {
        Key::Profile => json!({ "enum": words(Profile::ALL, Profile::as_str) }),
        Key::Select | Key::Mandatory => {
            json!({ "type": "array", "items": { "$ref": "#/$defs/ruleOrGroup" } })
        }
        Key::Ignore => json!({
            "type": "array",
            "items": {
                "anyOf": [{ "$ref": "#/$defs/ruleOrGroup" }, { "$ref": "#/$defs/ignoreEntry" }],
            },
        }),
        Key::FailOn => fail_on(),
        Key::Paths => {
            let properties: Map<String, Value> = PathsKey::ALL
                .iter()
                .map(|it| {
                    let shape = json!({ "$ref": "#/$defs/texts" });
                    (it.as_str().to_owned(), described(it.doc(), shape))
                })
                .collect();
            json!({ "type": "object", "additionalProperties": false, "properties": properties })
        }
        Key::Guard => json!({ "$ref": "#/$defs/texts" }),
        Key::Parameters => json!({
            "anyOf": [
                { "$ref": "#/$defs/parameterSource" },
                { "type": "array", "items": { "$ref": "#/$defs/parameterSource" } },
            ],
        }),
        Key::Rules => {
            let rules: Map<String, Value> =
                pack.rules.iter().map(|it| (it.id.as_str().to_owned(), rule(it))).collect();
            // They have no options.
            let own: Map<String, Value> =
                [(OWN_RULE.to_owned(), shape_of_rule("A rule in the Guard language.", &[]))]
                    .into_iter()
                    .collect();
            json!({
                "type": "object",
                "additionalProperties": false,
                "properties": rules,
                "patternProperties": own,
            })
        }
        Key::Hook => {
            let shape = |key: HookKey| match key {
                HookKey::FailOn => fail_on(),
                HookKey::OnlyNew => json!({ "type": "boolean" }),
                HookKey::Exempt => json!({ "type": "array", "items": exempt_entry() }),
            };
            let properties: Map<String, Value> = HookKey::ALL
                .iter()
                .map(|&it| (it.as_str().to_owned(), described(it.doc(), shape(it))))
                .collect();
            json!({ "type": "object", "additionalProperties": false, "properties": properties })
        }
    }
}

fn fail_on() -> Value {
    let mut all = words(Severity::ALL, Severity::as_str);
    all.push(FailOn::NEVER);
    json!({ "enum": all })
}

fn exempt_entry() -> Value {
    let shape = |key: ExemptKey| match key {
        ExemptKey::Stacks => json!({ "$ref": "#/$defs/texts" }),
        ExemptKey::Reason => json!({ "$ref": "#/$defs/text" }),
        ExemptKey::Until => date(),
    };
    let keys = ExemptKey::ALL.iter().map(|&it| (it.as_str(), it.doc(), shape(it)));
    entry(keys, [ExemptKey::Stacks.as_str(), ExemptKey::Reason.as_str()])
}

fn ignore_entry() -> Value {
    let shape = |key: IgnoreKey| match key {
        IgnoreKey::Rule => json!({ "$ref": "#/$defs/ruleOrGroup" }),
        IgnoreKey::Paths | IgnoreKey::Resources => json!({ "$ref": "#/$defs/texts" }),
        IgnoreKey::Reason => json!({ "$ref": "#/$defs/text" }),
        IgnoreKey::Until => date(),
    };
    let keys = IgnoreKey::ALL.iter().map(|&it| (it.as_str(), it.doc(), shape(it)));
    entry(keys, [IgnoreKey::Rule.as_str(), IgnoreKey::Reason.as_str()])
}

/// An object with the `keys`, each with its description and shape, and no others.
fn entry<'k>(keys: impl Iterator<Item = (&'k str, &'k str, Value)>, required: [&str; 2]) -> Value {
    let properties: Map<String, Value> =
        keys.map(|(name, doc, shape)| (name.to_owned(), described(doc, shape))).collect();
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": required,
        "properties": properties,
    })
}

fn date() -> Value {
    json!({ "type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" })
}

fn rule(rule: &Rule) -> Value {
    shape_of_rule(rule.title, rule.options)
}

fn shape_of_rule(doc: &str, options: &[&dyn RuleOption]) -> Value {
    let severity = (
        SEVERITY_KEY.0.to_owned(),
        described(SEVERITY_KEY.1, json!({ "$ref": "#/$defs/severity" })),
    );
    let options = options.iter().map(|it| (it.name().to_owned(), option(*it)));
    let properties: Map<String, Value> = [severity].into_iter().chain(options).collect();
    json!({
        "description": doc,
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": properties,
    })
}

fn option(option: &dyn RuleOption) -> Value {
    let shape = match option.kind() {
        OptionKind::Word { words, default } => json!({ "enum": words, "default": default }),
        OptionKind::Names => json!({ "$ref": "#/$defs/texts" }),
        OptionKind::Number { min, max, default } => {
            json!({ "type": "integer", "minimum": min, "maximum": max, "default": default })
        }
    };
    described(option.doc(), shape)
}

#[cfg(test)]
mod tests {
    use stackseal_rules::PACK;

    use super::*;

    /// Without the interpreter of Guard rules nothing else may ask for it.
    #[test]
    fn keys_stand_in_the_order_in_which_they_are_written() {
        let text = text(&PACK);
        let places = ["\"title\": \"Configuration", "\"additionalProperties\"", "\"$defs\""]
            .map(|it| text.find(it).unwrap());
        assert!(places.is_sorted(), "{places:?}");
    }
}
