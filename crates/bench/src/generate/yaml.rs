//! YAML as people write it.

use std::fmt::Write as _;

use serde_json::Value;

/// Writes `value` in block style, with intrinsics as short tags.
pub(super) fn write(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                let _ = write!(out, "{:indent$}{key}:", "");
                write_value(value, indent + 2, out);
            }
        }
        Value::Array(items) => {
            for item in items {
                let mut nested = String::new();
                match item {
                    Value::Object(entries) if short(item).is_none() && !entries.is_empty() => {
                        write(item, indent + 2, &mut nested);
                        let _ = writeln!(out, "{:indent$}- {}", "", nested.trim());
                    }
                    _ => {
                        let _ = write!(out, "{:indent$}-", "");
                        write_value(item, indent + 2, out);
                    }
                }
            }
        }
        scalar => {
            let _ = writeln!(out, "{:indent$}{scalar}", "");
        }
    }
}

fn write_value(value: &Value, indent: usize, out: &mut String) {
    if let Some(short) = short(value) {
        let _ = writeln!(out, " {short}");
        return;
    }
    match value {
        Value::Object(_) | Value::Array(_) => {
            out.push('\n');
            write(value, indent, out);
        }
        scalar => {
            let _ = writeln!(out, " {}", plain(scalar));
        }
    }
}

/// An intrinsic as people write it.
fn short(value: &Value) -> Option<String> {
    let entries = value.as_object().filter(|it| it.len() == 1)?;
    let (key, argument) = entries.iter().next()?;
    let tag = key.strip_prefix("Fn::").unwrap_or(key);
    match (key.as_str(), argument) {
        ("Ref", Value::String(text)) => Some(format!("!Ref {text}")),
        (key, Value::String(_)) if key.starts_with("Fn::") => Some(format!("!{tag} {argument}")),
        (key, Value::Array(_)) if key.starts_with("Fn::") => Some(format!("!{tag} {argument}")),
        _ => None,
    }
}

/// A scalar without quotes where none are needed.
fn plain(value: &Value) -> String {
    let is_plain = |text: &&str| {
        text.starts_with(|it: char| it.is_ascii_alphabetic())
            && text.chars().all(|it| it.is_ascii_alphanumeric() || " -_./".contains(it))
    };
    match value.as_str().filter(is_plain) {
        Some(text) => text.to_owned(),
        None => value.to_string(),
    }
}
