//! Inputs made of inputs: parts of a document change places, where the fuzzer alone would mostly
//! break its syntax.

use stackseal_syntax::{Limits, Node, parse};

use crate::estate::BREAK;
use crate::judging::source;
use crate::{TARGETS, Target};

/// What may stand for any value.
const YAML_WORDS: &[&str] = &[
    "true",
    "'false'",
    "yes",
    "null",
    "''",
    "'*'",
    "[]",
    "{}",
    "0",
    "-1",
    "18446744073709551616",
    "2012-10-17",
    "!Ref AWS::NoValue",
    "!Ref AWS::Region",
    "!Ref Key",
    "!GetAtt Key.Arn",
    "!If [IsProd, true, false]",
    "!If [IsProd, !Ref Key, !Ref AWS::NoValue]",
    "!Sub '${AWS::StackName}-${Key.Arn}'",
    "!Sub ['${a}', {a: !Ref Key}]",
    "!Join ['', [a, !Ref Key]]",
    "!Select [0, [a, b]]",
    "!Split [',', !Ref Names]",
    "!FindInMap [Map, !Ref 'AWS::Region', Key]",
    "!ImportValue key",
    "!Base64 {'Fn::Sub': 'password=${Key}'}",
    "{'Fn::Transform': {Name: X}}",
    "'{{resolve:secretsmanager:orders:SecretString:password}}'",
    "'{{resolve:ssm:/orders}}'",
    "arn:aws:iam::111122223333:root",
    "&it x",
    "*it",
    "|\n  a\n  b",
];

/// The same for JSON.
const JSON_WORDS: &[&str] = &[
    "true",
    "\"false\"",
    "null",
    "\"\"",
    "\"*\"",
    "[]",
    "{}",
    "0",
    "-1.5e3",
    "{\"Ref\": \"AWS::NoValue\"}",
    "{\"Ref\": \"Key\"}",
    "{\"Fn::GetAtt\": [\"Key\", \"Arn\"]}",
    "{\"Fn::If\": [\"IsProd\", true, {\"Ref\": \"AWS::NoValue\"}]}",
    "{\"Fn::Sub\": \"${Key}\"}",
    "{\"Fn::ImportValue\": \"key\"}",
    "\"arn:aws:iam::111122223333:root\"",
    "{\"AWS\": \"*\"}",
    "[\"kms:Decrypt\", \"kms:*\"]",
    "{\"Bool\": {\"aws:SecureTransport\": \"false\"}}",
];

/// Nodes of which some are taken.
const NODES: usize = 2000;

/// Changes the first `size` bytes of `data`, which has room for all its bytes: the new size, or none
/// where nothing came of it and the fuzzer has to do it its own way.
pub fn mutate(name: &str, data: &mut [u8], size: usize, seed: u32) -> Option<usize> {
    let Target { is_named, .. } = TARGETS.iter().find(|it| it.name == name)?;
    let mut chance = Chance::new(seed);
    if chance.below(2) == 0 {
        return None;
    }
    let old = data.get(..size)?;
    let parts: Vec<&[u8]> = old.split(|it| *it == BREAK).collect();
    let chosen = chance.below(parts.len());
    let mut new = Vec::with_capacity(size + size / 4);
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            new.push(BREAK);
        }
        if index != chosen {
            new.extend_from_slice(part);
            continue;
        }
        let (head, text) = part.split_at_checked(usize::from(*is_named))?;
        new.extend_from_slice(head);
        new.extend(changed(std::str::from_utf8(text).ok()?, &mut chance)?.into_bytes());
    }
    if new == old {
        return None;
    }
    data.get_mut(..new.len())?.copy_from_slice(&new);
    Some(new.len())
}

fn changed(text: &str, chance: &mut Chance) -> Option<String> {
    let is_json = text.trim_start().starts_with('{');
    let mut text = text.to_owned();
    for _ in 0..=chance.below(3) {
        let places = places(&text, is_json);
        let range = places.get(chance.below(places.len()))?.clone();
        let words = if is_json { JSON_WORDS } else { YAML_WORDS };
        let new = match chance.below(8) {
            // Another part of the text.
            0..=3 => text.get(places.get(chance.below(places.len()))?.clone())?.to_owned(),
            4 | 5 => (*words.get(chance.below(words.len()))?).to_owned(),
            6 => String::new(),
            _ => {
                let part = text.get(range.clone())?;
                if is_json {
                    format!("[{part}, {part}]")
                } else {
                    format!("!If [IsProd, {part}, x]")
                }
            }
        };
        text.replace_range(range, &new);
    }
    Some(text)
}

/// The parts of a text that may change places: nodes, or words where it is no document.
fn places(text: &str, is_json: bool) -> Vec<std::ops::Range<usize>> {
    let name = if is_json { "a.json" } else { "a.yaml" };
    let tree = parse(source(name, text), &Limits::default());
    let mut places = Vec::new();
    for root in tree.documents() {
        collect(root, &mut places);
    }
    if places.len() < 3 {
        let start = |word: &str| word.as_ptr().addr() - text.as_ptr().addr();
        let words = text.split_whitespace();
        places = words.map(|it| start(it)..start(it) + it.len()).take(NODES).collect();
    }
    places.retain(|it| text.get(it.clone()).is_some());
    places
}

fn collect(node: Node<'_>, places: &mut Vec<std::ops::Range<usize>>) {
    if places.len() >= NODES {
        return;
    }
    places.push(node.span().range());
    for item in node.items() {
        collect(item, places);
    }
    for entry in node.entries() {
        places.push(entry.key.span().range());
        collect(entry.value, places);
    }
}

/// Numbers that follow from a seed.
struct Chance(u32);

impl Chance {
    fn new(seed: u32) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9) | 1)
    }

    /// A number below `end`; 0 if that is none.
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        (self.0 as usize).checked_rem(end).unwrap_or_default()
    }
}
