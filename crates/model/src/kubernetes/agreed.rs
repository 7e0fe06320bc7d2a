//! What objects of one name say, when they are asked the same.
//!
//! A set may hold several of one name: those of several clusters, of a base and its variants. Which of
//! them a reference means cannot be told, and must not hang on the order of files. So they have to agree.

use rustc_hash::FxHashMap;

use crate::kubernetes::object::{GroupKind, Object};
use crate::kubernetes::objects::Objects;
use crate::setting::{Reason, Setting, Unknown};

const DISAGREEMENT: Reason<'static> =
    Reason::Outside("several objects of this name say different things");

/// What objects say, by their names.
#[derive(Debug)]
pub(super) struct Agreed<'t, T>(FxHashMap<&'t str, Said<'t, T>>);

/// What the objects of one name say.
#[derive(Debug)]
struct Said<'t, T> {
    /// All of them.
    anywhere: Setting<'t, T>,
    /// Those that name no namespace.
    nowhere: Option<Setting<'t, T>>,
    by_namespace: FxHashMap<&'t str, Setting<'t, T>>,
}

impl<T> Default for Agreed<'_, T> {
    fn default() -> Self {
        Self(FxHashMap::default())
    }
}

impl<'t, T: Clone> Agreed<'t, T> {
    /// What those of `objects` that are of `kinds` answer to `ask`, by name and namespace. Patches, and
    /// objects whose names are made up, are never meant.
    pub(super) fn of(
        objects: &Objects<'t>,
        kinds: &[GroupKind<'_>],
        is_same: impl Fn(&T, &T) -> bool,
        ask: impl Fn(&Object<'t>) -> Setting<'t, T>,
    ) -> Self {
        let mut by_name: FxHashMap<&'t str, Said<'t, T>> = FxHashMap::default();
        for object in objects.of_kind(kinds) {
            let Some(name) = object.name().filter(|it| !it.is_generated) else { continue };
            let own = ask(object);
            let join = |said: Option<Setting<'t, T>>| match said {
                Some(said) => both(said, &own, &is_same),
                None => own.clone(),
            };
            let said = by_name.remove(name.text);
            let (anywhere, mut nowhere, mut by_namespace) = match said {
                Some(it) => (Some(it.anywhere), it.nowhere, it.by_namespace),
                None => (None, None, FxHashMap::default()),
            };
            match object.namespace() {
                None => nowhere = Some(join(nowhere)),
                Some(namespace) => {
                    let said = join(by_namespace.remove(namespace));
                    by_namespace.insert(namespace, said);
                }
            }
            by_name.insert(name.text, Said { anywhere: join(anywhere), nowhere, by_namespace });
        }
        Self(by_name)
    }

    /// What those say that a reference from `namespace` to `name` can mean: those of the very namespace
    /// before those that name none. None where there are none.
    pub(super) fn get(&self, name: &str, namespace: Option<&str>) -> Option<&Setting<'t, T>> {
        let Said { anywhere, nowhere, by_namespace } = self.0.get(name)?;
        match namespace {
            Some(namespace) => by_namespace.get(namespace).or(nowhere.as_ref()),
            None => nowhere.as_ref().or(Some(anywhere)),
        }
    }
}

/// What all of `said` say.
pub(super) fn all<'t, T: Clone>(
    said: impl Iterator<Item = Setting<'t, T>>,
    is_same: impl Fn(&T, &T) -> bool,
) -> Option<Setting<'t, T>> {
    said.reduce(|first, other| both(first, &other, &is_same))
}

fn both<'t, T: Clone>(
    first: Setting<'t, T>,
    other: &Setting<'t, T>,
    is_same: &impl Fn(&T, &T) -> bool,
) -> Setting<'t, T> {
    let disagree = |span| Setting::Unknown(Unknown { span, reason: DISAGREEMENT });
    match (&first, other) {
        (Setting::Unknown(_), _) | (Setting::Absent(_), Setting::Absent(_)) => first,
        (_, Setting::Unknown(_)) => other.clone(),
        (Setting::Known(left, _), Setting::Known(right, _)) if is_same(left, right) => first,
        (Setting::Known(_, site), Setting::Known(..) | Setting::Absent(_)) => disagree(site.span),
        (Setting::Absent(span), Setting::Known(..)) => disagree(*span),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::testing::{document, objects};

    const CONFIG: &[GroupKind<'static>] = &[GroupKind { group: "", kind: "ConfigMap" }];

    /// What is said of the ConfigMap `a` to a reference from `namespace`, whatever the order is in which
    /// `maps` stand: pairs of a namespace and a value, either of which may be missing.
    #[track_caller]
    fn check(maps: &[(Option<&str>, Option<&str>)], namespace: Option<&str>, expected: &str) {
        let map = |(namespace, value): &(Option<&str>, Option<&str>)| {
            let line = |key: &str, value: Option<&str>| {
                value.map(|it| format!(", {key}: {it}")).unwrap_or_default()
            };
            let (namespace, value) = (line("namespace", *namespace), line("x", *value));
            format!(
                "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a{namespace}}}\ndata: {{y: z{value}}}\n"
            )
        };
        let documents: Vec<String> = maps.iter().map(map).collect();
        let reversed = documents.iter().rev().map(String::as_str).collect();
        for text in [documents.concat(), reversed] {
            let tree = document(&text);
            let agreed = Agreed::of(
                &Objects::new(objects(&tree)),
                CONFIG,
                |left: &&str, right| left == right,
                |it| it.root().text(&["data", "x"]),
            );
            let said = match agreed.get("a", namespace) {
                None => "none",
                Some(Setting::Known(value, _)) => value,
                Some(Setting::Absent(_)) => "absent",
                Some(Setting::Unknown(_)) => "unknown",
            };
            assert_eq!(said, expected, "{maps:?} {namespace:?}");
        }
    }

    #[test]
    fn objects_of_one_name_have_to_agree() {
        let (n, m) = (Some("n"), Some("m"));
        check(&[], None, "none");
        check(&[(n, Some("one"))], n, "one");
        check(&[(n, Some("one"))], None, "one");
        check(&[(n, Some("one"))], m, "none");
        check(&[(n, Some("one")), (n, Some("one"))], n, "one");
        check(&[(n, Some("one")), (n, Some("two"))], n, "unknown");
        check(&[(n, Some("one")), (n, None)], n, "unknown");
        check(&[(n, None), (n, None)], n, "absent");
        check(&[(n, Some("one")), (n, Some("one")), (n, Some("'${X}'"))], n, "unknown");
        check(&[(n, Some("one")), (m, Some("two"))], n, "one");
        check(&[(n, Some("one")), (m, Some("two"))], None, "unknown");
        check(&[(n, Some("one")), (m, Some("one"))], None, "one");
    }

    #[test]
    fn the_very_namespace_is_preferred() {
        let n = Some("n");
        check(&[(n, Some("one")), (None, Some("two"))], n, "one");
        check(&[(n, Some("one")), (None, Some("two"))], Some("m"), "two");
        check(&[(n, Some("one")), (None, Some("two"))], None, "two");
    }
}
