//! Names in which `*` stands for any text: `arn:aws:iam::*:role/BreakGlass`.
//!
//! Not for paths, which have folders: see [`crate::configuration::Patterns`]. Brackets and question
//! marks mean nothing here, for ARNs and ids may hold them.

/// A list of names with wildcards. Letters are compared without regard to case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wildcards(Vec<String>);

impl Wildcards {
    /// An empty list, which matches nothing.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Whether there is no name in the list.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names as they are written.
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }

    /// Whether one of them is `text`.
    pub fn matches(&self, text: &str) -> bool {
        self.0.iter().any(|it| is_match(it.as_bytes(), text.as_bytes()))
    }
}

impl<T: Into<String>> FromIterator<T> for Wildcards {
    fn from_iter<I: IntoIterator<Item = T>>(names: I) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }
}

/// Whether `pattern` is `text`. Only the last star seen is ever tried again, so that no pattern takes
/// longer than the product of both lengths.
fn is_match(mut pattern: &[u8], mut text: &[u8]) -> bool {
    let mut retry: Option<(&[u8], &[u8])> = None;
    loop {
        match (pattern.split_first(), text.split_first()) {
            (Some((b'*', rest)), _) => {
                retry = Some((rest, text));
                pattern = rest;
            }
            (Some((a, pattern_rest)), Some((b, text_rest))) if a.eq_ignore_ascii_case(b) => {
                (pattern, text) = (pattern_rest, text_rest);
            }
            (None, None) => return true,
            _ => {
                let Some((after_star, from)) = retry else { return false };
                let Some((_, from)) = from.split_first() else { return false };
                retry = Some((after_star, from));
                (pattern, text) = (after_star, from);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        let cases = [
            ("Orders", "Orders", true),
            ("orders", "ORDERS", true),
            ("Orders", "OrdersReplica", false),
            ("Orders*", "OrdersReplica", true),
            ("*Replica", "OrdersReplica", true),
            ("*a*b", "xaxxb", true),
            ("*a*b", "xaxxbc", false),
            ("arn:aws:iam::*:role/BreakGlass", "arn:aws:iam::111122223333:role/BreakGlass", true),
            ("*", "", true),
            ("", "", true),
            ("", "x", false),
            ("a[b]?", "a[b]?", true),
            ("a[b]?", "abc", false),
        ];
        for (pattern, text, expected) in cases {
            let names: Wildcards = [pattern].into_iter().collect();
            assert_eq!(names.matches(text), expected, "{pattern}: {text}");
        }
        assert!(!Wildcards::none().matches(""));
    }

    #[test]
    fn many_stars_take_no_long_time() {
        let names: Wildcards = ["*a".repeat(2_000) + "b"].into_iter().collect();
        assert!(!names.matches(&"a".repeat(4_000)));
    }
}
