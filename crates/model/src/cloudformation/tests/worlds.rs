//! The evaluator agrees with brute force: for every choice of parameters exactly one world fits,
//! and it has the value that deploying with that choice would have.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::cloudformation::{Deployment, Described, Resource, Stacks, Template, each_world};
use crate::setting::Setting;
use proptest::prelude::*;
use stackseal_syntax::{FileId, Limits, Source, parse};

const VALUES: &[&str] = &["a", "b", "c"];

/// A parameter: the values it allows (none for any), and its default among them.
#[derive(Clone, Debug)]
struct Parameter {
    allowed: Vec<&'static str>,
    default: Option<&'static str>,
}

/// A condition over parameters and the conditions before it.
#[derive(Clone, Debug)]
enum Condition {
    Is(usize, &'static str),
    Same(usize, usize),
    Named(usize),
    Not(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
}

/// A value under branches.
#[derive(Clone, Debug)]
enum Tree {
    Text(&'static str),
    Parameter(usize),
    Lookup(usize),
    If(usize, Box<Self>, Box<Self>),
}

#[derive(Clone, Debug)]
struct Case {
    parameters: Vec<Parameter>,
    conditions: Vec<Condition>,
    value: Tree,
}

fn value() -> impl Strategy<Value = &'static str> {
    prop::sample::select(VALUES)
}

fn parameter() -> impl Strategy<Value = Parameter> {
    let allowed = prop::sample::subsequence(VALUES, 1..=3);
    prop_oneof![
        3 => (allowed, any::<prop::sample::Index>(), any::<bool>()).prop_map(|(allowed, index, has_default)| {
            let default = has_default.then(|| *index.get(&allowed));
            Parameter { allowed, default }
        }),
        1 => Just(Parameter { allowed: Vec::new(), default: None }),
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    let leaf = prop_oneof![
        (0..3usize, value()).prop_map(|(parameter, value)| Condition::Is(parameter, value)),
        (0..3usize, 0..3usize).prop_map(|(a, b)| Condition::Same(a, b)),
        (0..4usize).prop_map(Condition::Named),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        let inner = inner.prop_map(Box::new);
        prop_oneof![
            inner.clone().prop_map(Condition::Not),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Condition::And(a, b)),
            (inner.clone(), inner).prop_map(|(a, b)| Condition::Or(a, b)),
        ]
    })
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        value().prop_map(Tree::Text),
        (0..3usize).prop_map(Tree::Parameter),
        (0..3usize).prop_map(Tree::Lookup),
    ];
    leaf.prop_recursive(3, 12, 2, |inner| {
        let inner = inner.prop_map(Box::new);
        (0..4usize, inner.clone(), inner)
            .prop_map(|(condition, yes, no)| Tree::If(condition, yes, no))
    })
}

fn case() -> impl Strategy<Value = Case> {
    let parameters = prop::collection::vec(parameter(), 3);
    let conditions = prop::collection::vec(condition(), 4);
    (parameters, conditions, tree()).prop_map(|(parameters, conditions, value)| Case {
        parameters,
        conditions,
        value,
    })
}

impl Condition {
    /// A name refers back only, so that no condition is its own cause.
    fn write(&self, index: usize) -> String {
        match self {
            Self::Is(parameter, value) => format!("!Equals [!Ref P{parameter}, {value}]"),
            Self::Same(a, b) => format!("!Equals [!Ref P{a}, !Ref P{b}]"),
            Self::Named(other) if *other < index => format!("!Condition C{other}"),
            Self::Named(_) => "!Equals [x, x]".to_owned(),
            Self::Not(inner) => format!("!Not [{}]", inner.write(index)),
            Self::And(a, b) => format!("!And [{}, {}]", a.write(index), b.write(index)),
            Self::Or(a, b) => format!("!Or [{}, {}]", a.write(index), b.write(index)),
        }
    }

    fn holds(&self, index: usize, case: &Case, choice: &[&str]) -> bool {
        let holds = |it: &Self| it.holds(index, case, choice);
        match self {
            Self::Is(parameter, value) => choice[*parameter] == *value,
            Self::Same(a, b) => choice[*a] == choice[*b],
            Self::Named(other) if *other < index => {
                case.conditions[*other].holds(*other, case, choice)
            }
            Self::Named(_) => true,
            Self::Not(inner) => !holds(inner),
            Self::And(a, b) => holds(a) && holds(b),
            Self::Or(a, b) => holds(a) || holds(b),
        }
    }
}

impl Tree {
    fn write(&self) -> String {
        match self {
            Self::Text(text) => (*text).to_owned(),
            Self::Parameter(parameter) => format!("!Ref P{parameter}"),
            Self::Lookup(parameter) => format!("!FindInMap [M, !Ref P{parameter}, x]"),
            Self::If(condition, yes, no) => {
                format!("!If [C{condition}, {}, {}]", yes.write(), no.write())
            }
        }
    }

    /// What it is under a choice, and whether that hangs on a parameter nothing limits.
    fn value<'c>(&self, case: &Case, choice: &[&'c str]) -> (&'c str, bool) {
        match self {
            Self::Text(text) => (text, false),
            Self::Parameter(parameter) => {
                (choice[*parameter], case.parameters[*parameter].allowed.is_empty())
            }
            Self::Lookup(parameter) => {
                let row = match choice[*parameter] {
                    "a" => "b",
                    "b" => "a",
                    other => other,
                };
                (row, case.parameters[*parameter].allowed.is_empty())
            }
            Self::If(condition, yes, no) => {
                let holds = case.conditions[*condition].holds(*condition, case, choice);
                if holds { yes.value(case, choice) } else { no.value(case, choice) }
            }
        }
    }
}

impl Case {
    fn write(&self) -> String {
        let mut text = String::from("Parameters:\n");
        for (index, it) in self.parameters.iter().enumerate() {
            writeln!(text, "  P{index}:\n    Type: String").unwrap();
            if !it.allowed.is_empty() {
                writeln!(text, "    AllowedValues: [{}]", it.allowed.join(", ")).unwrap();
            }
            if let Some(default) = it.default {
                writeln!(text, "    Default: {default}").unwrap();
            }
        }
        text += "Mappings: {M: {a: {x: b}, b: {x: a}, c: {x: c}}}\nConditions:\n";
        for (index, it) in self.conditions.iter().enumerate() {
            writeln!(text, "  C{index}: {}", it.write(index)).unwrap();
        }
        text + &format!(
            "Resources:\n  R:\n    Type: A::B::C\n    Properties:\n      P: {}\n",
            self.value.write()
        )
    }

    /// Every choice of parameters; a free one may also be something else.
    fn choices(&self) -> Vec<Vec<&'static str>> {
        let mut choices = vec![Vec::new()];
        for it in &self.parameters {
            let values = if it.allowed.is_empty() {
                vec!["a", "b", "c", "other"]
            } else {
                it.allowed.clone()
            };
            choices = choices
                .into_iter()
                .flat_map(|choice: Vec<&'static str>| {
                    values.iter().map(move |it| choice.iter().copied().chain([*it]).collect())
                })
                .collect();
        }
        choices
    }
}

/// A world as seen from outside: what it assumes, and its value; none if that is not known.
struct Seen {
    conditions: BTreeMap<String, bool>,
    values: BTreeMap<String, String>,
    value: Option<String>,
}

fn see(case: &Case) -> Vec<Seen> {
    let source = Source { id: FileId(0), path: "t.yaml".into(), text: case.write() };
    let tree = parse(Arc::new(source), &Limits::default());
    assert!(tree.errors().is_empty(), "{:?}", tree.errors());
    let deployment = Arc::new(Deployment { all_alternatives: true, ..Deployment::default() });
    let templates =
        (0..).zip(tree.documents()).map(|(index, root)| Template::read(index, root, &deployment));
    let stacks = Stacks::new(templates.collect());
    let template = &stacks.templates()[0];
    let mut seen = Vec::new();
    let complete = each_world(10_000, |replay| {
        let resource = Resource::new(template, &template.entries()[0], &stacks, replay)
            .expect("it always exists");
        let value = match resource.text("P") {
            Setting::Known(text, _) => Some(text.into_owned()),
            Setting::Absent(_) | Setting::Unknown(_) => None,
        };
        let mut it = Seen { conditions: BTreeMap::new(), values: BTreeMap::new(), value };
        for assumption in replay.world.assumptions() {
            match stacks.describe(assumption) {
                Some(Described::Condition { name, holds }) => {
                    it.conditions.insert(name.to_owned(), holds);
                }
                Some(Described::Value { parameter, value }) => {
                    it.values.insert(parameter.to_owned(), value.to_owned());
                }
                Some(Described::SomeKey) => {
                    // Which row of the mapping is read, by its value.
                    it.values.insert("M".to_owned(), it.value.clone().unwrap_or_default());
                }
                None => panic!("an assumption of no template"),
            }
        }
        assert!(!replay.world.is_impossible());
        seen.push(it);
    });
    assert!(complete);
    seen
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_choice_has_its_world_and_every_world_a_choice(case in case()) {
        let worlds = see(&case);
        let mut is_met = vec![false; worlds.len()];
        for choice in case.choices() {
            let (expected, is_free) = case.value.value(&case, &choice);
            let fits = |it: &Seen| {
                let conditions = it.conditions.iter().all(|(name, holds)| {
                    let index: usize = name.trim_start_matches('C').parse().expect("C and a number");
                    case.conditions[index].holds(index, &case, &choice) == *holds
                });
                let values = it.values.iter().all(|(name, value)| match name.as_str() {
                    "M" => expected == value || is_free && expected == "other",
                    name => choice[name.trim_start_matches('P').parse::<usize>().expect("P and a number")] == value,
                });
                conditions && values
            };
            let fitting: Vec<usize> = (0..worlds.len()).filter(|&it| fits(&worlds[it])).collect();
            for &it in &fitting {
                is_met[it] = true;
                match &worlds[it].value {
                    Some(value) => prop_assert!(
                        value == expected || is_free && expected == "other",
                        "{} under {:?}: {} is not {}", case.write(), choice, value, expected
                    ),
                    // Only what nothing limits is unknown.
                    None => prop_assert!(is_free, "{} under {:?}: unknown", case.write(), choice),
                }
            }
            if is_free {
                prop_assert!(!fitting.is_empty(), "{} under {:?}: no world", case.write(), choice);
            } else {
                prop_assert_eq!(fitting.len(), 1, "{} under {:?}", case.write(), choice);
            }
        }
        prop_assert!(is_met.iter().all(|it| *it), "a world nobody can bring about: {}", case.write());
    }
}
