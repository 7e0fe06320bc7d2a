//! The text of `Fn::Sub`: literal pieces and holes.
//!
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html>

/// A piece of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// Literal text; `${!Name}` arrives as `${Name}` in pieces.
    Text(&'a str),
    /// `${Name}` or `${Id.Attribute}`, blanks taken off.
    Hole(&'a str),
}

/// The pieces of `text`, in order.
pub(crate) fn parts(text: &str) -> Pieces<'_> {
    Pieces { rest: text }
}

/// The name in a text that is one hole.
pub(crate) fn only_hole(text: &str) -> Option<&str> {
    let mut pieces = parts(text).take_while(|_| text.starts_with("${"));
    match (pieces.next(), pieces.next()) {
        (Some(Piece::Hole(name)), None) => Some(name),
        _ => None,
    }
}

/// An iterator over the pieces of a text.
#[derive(Clone, Debug)]
pub(crate) struct Pieces<'a> {
    rest: &'a str,
}

impl Pieces<'_> {
    /// Where `byte` stands from `from` on.
    fn byte_at(&self, byte: u8, from: usize) -> Option<usize> {
        memchr::memchr(byte, self.rest.as_bytes().get(from..)?).map(|it| from + it)
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let mut from = 0;
        while let Some(start) = self.byte_at(b'$', from) {
            if self.rest.as_bytes().get(start + 1) != Some(&b'{') {
                from = start + 1;
                continue;
            }
            let Some(length) = self.byte_at(b'}', start).map(|it| it - start) else { break };
            let name = self.rest.get(start + 2..start + length).unwrap_or_default();
            if name.starts_with('!') {
                // `${!Name}` stands for the text `${Name}`: the piece before it ends behind `${`.
                let head = self.rest.get(..start + 2)?;
                self.rest = self.rest.get(start + 3..)?;
                return Some(Piece::Text(head));
            }
            let name = name.trim();
            if name.is_empty() || name.contains(['$', '{', ' ', '"']) {
                from = start + 2;
                continue;
            }
            if start > 0 {
                let (head, rest) = self.rest.split_at_checked(start)?;
                self.rest = rest;
                return Some(Piece::Text(head));
            }
            self.rest = self.rest.get(length + 1..)?;
            return Some(Piece::Hole(name));
        }
        let rest = self.rest;
        self.rest = "";
        Some(Piece::Text(rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[Piece<'_>]) {
        assert_eq!(parts(text).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn holes_literals_and_escapes() {
        use Piece::{Hole, Text};
        check("", &[]);
        check("plain", &[Text("plain")]);
        check("${A}", &[Hole("A")]);
        check("a-${ A.b }-c", &[Text("a-"), Hole("A.b"), Text("-c")]);
        check("${!A}${B}", &[Text("${"), Text("A}"), Hole("B")]);
        check("$A ${", &[Text("$A ${")]);
        check("${}x${A}", &[Text("${}x"), Hole("A")]);
    }

    #[test]
    fn one_hole_is_told_from_more() {
        let cases = [
            ("${A}", Some("A")),
            ("${ A.b }", Some("A.b")),
            ("${A}${B}", None),
            ("${A} ", None),
            ("a${B}", None),
            ("${!A}", None),
            ("${}", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(only_hole(text), expected, "{text}");
        }
    }
}
