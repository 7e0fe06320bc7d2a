//! Reading JSON that others wrote, and documented with slips: fields are found by their exact name
//! first, then without regard to case, and what is null, empty or of another type counts as absent.

use serde_json::{Map, Value};

/// A field of an object, unless it is null.
pub(super) fn field<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let object = value.as_object()?;
    let exact = object.get(name);
    let found = exact.or_else(|| {
        let named = |it: &(&String, &Value)| it.0.eq_ignore_ascii_case(name);
        object.iter().find(named).map(|it| it.1)
    });
    found.filter(|it| !it.is_null())
}

/// A text that says something.
///
/// The text `None` is what a null becomes in libraries that print it.
pub(super) fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    field(value, name)?.as_str().filter(|it| !it.is_empty() && *it != "None")
}

/// An object.
pub(super) fn object<'v>(value: &'v Value, name: &str) -> Option<&'v Map<String, Value>> {
    field(value, name)?.as_object()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_exact_name_goes_before_its_like() {
        let value = json!({"STACKID": "a", "stackId": "b", "clientRequesttoken": "c"});
        assert_eq!(text(&value, "stackId"), Some("b"));
        assert_eq!(text(&value, "clientRequestToken"), Some("c"));
    }

    #[test]
    fn what_says_nothing_is_absent() {
        let value = json!({"a": null, "b": "", "c": "None", "d": 7, "e": {}, "f": []});
        for name in ["a", "b", "c", "d", "e", "f", "g"] {
            assert_eq!(text(&value, name), None, "{name}");
        }
        assert!(object(&value, "e").is_some());
        assert_eq!(object(&value, "f"), None);
        assert_eq!(field(&json!([1]), "a"), None);
    }
}
