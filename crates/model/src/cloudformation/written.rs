//! Where parts of a value are written: words of a script that functions put together, say.

use std::ops::Range;

use stackseal_syntax::{Node, OffsetMap, Span, Tree};

use super::value::Value;

/// Bytes on each side of a part that are compared with those around a place where it may stand.
const SURROUNDINGS: usize = 64;
/// Places that are looked at for one part.
const MAX_PLACES: usize = 256;

/// The scalars that a value is written with; they are looked for when a place is asked for.
pub struct Written<'r> {
    tree: &'r Tree,
    /// None for a value that is taken from elsewhere.
    within: Option<Span>,
    pieces: Option<Vec<Piece<'r>>>,
    /// Behind the part that was found last: which piece, and where in it.
    next: (usize, usize),
}

struct Piece<'r> {
    node: Node<'r>,
    text: &'r str,
    map: Option<OffsetMap>,
}

impl<'r> Written<'r> {
    /// Of a value in `tree`.
    pub(super) fn new(tree: &'r Tree, value: &Value<'_>) -> Self {
        let within = value.site.source.is_none().then_some(value.span());
        Self { tree, within, pieces: None, next: (0, 0) }
    }

    /// Where `range` of `text` stands, if it is written there as a whole. `text` is that of the value
    /// or of a part of it, with anything in its holes.
    ///
    /// A place has the same surroundings, as far as these are written beside it. Of several it is the
    /// one with the most, and of those alike the next one behind the place found last: of parts that
    /// are asked for in order each has its own.
    pub fn place(&mut self, text: &str, range: Range<usize>) -> Option<Span> {
        let (tree, within) = (self.tree, self.within?);
        let pieces = self.pieces.get_or_insert_with(|| {
            let inside = tree.scalars_within(within);
            inside.filter_map(|node| Some(Piece { node, text: node.text()?, map: None })).collect()
        });
        // A text that is taken as it is written has no other place.
        if let Some(own) = pieces.iter_mut().find(|it| std::ptr::eq(it.text, text)) {
            return own.span(range);
        }
        let part = text.get(range.clone()).filter(|it| !it.is_empty())?;
        let around = (text.get(..range.start)?, text.get(range.end..)?);
        let mut best: Option<(usize, (usize, usize))> = None;
        for (index, at) in places(pieces, part, self.next).take(MAX_PLACES) {
            let written = pieces.get(index).map(|it| it.around(at, part.len()));
            let Some(alike) = written.and_then(|it| likeness(around, it)) else { continue };
            if best.is_none_or(|it| it.0 < alike) {
                best = Some((alike, (index, at)));
            }
            // The line of a list that holds it, and nothing more to compare.
            let is_whole = alike > 0
                && pieces.get(index).is_some_and(|it| it.text.len() == alike + part.len());
            if is_whole || alike >= SURROUNDINGS {
                break;
            }
        }
        let (index, at) = best?.1;
        self.next = (index, at + part.len());
        pieces.get_mut(index)?.span(at..at + part.len())
    }
}

impl<'r> Piece<'r> {
    /// What stands before and behind `length` bytes at `at`.
    fn around(&self, at: usize, length: usize) -> (&'r str, &'r str) {
        let get = |it: Option<&'r str>| it.unwrap_or_default();
        (get(self.text.get(..at)), get(self.text.get(at + length..)))
    }

    fn span(&mut self, range: Range<usize>) -> Option<Span> {
        let node = self.node;
        let map = self.map.get_or_insert_with(|| OffsetMap::of_scalar(node));
        let (start, end) = (u32::try_from(range.start).ok()?, u32::try_from(range.end).ok()?);
        Some(map.span(node.span().file, start, end))
    }
}

/// Where `part` stands in `pieces`: from `next` on, and then what is before.
fn places(
    pieces: &[Piece<'_>],
    part: &str,
    next: (usize, usize),
) -> impl Iterator<Item = (usize, usize)> {
    let behind = pieces.iter().enumerate().skip(next.0).flat_map(move |(index, it)| {
        let from = if index == next.0 { next.1 } else { 0 };
        let rest = it.text.get(from..).unwrap_or_default();
        rest.match_indices(part).map(move |(at, _)| (index, from + at))
    });
    let before =
        pieces.iter().enumerate().take(next.0 + 1).flat_map(move |(index, it)| {
            it.text.match_indices(part).map(move |(at, _)| (index, at))
        });
    behind.chain(before.filter(move |it| *it < next))
}

/// The bytes around a place that are those of `text` around a part; none if it cannot be the part's
/// place.
fn likeness(text: (&str, &str), written: (&str, &str)) -> Option<usize> {
    let (before, behind) = (text.0.as_bytes(), text.1.as_bytes());
    let (head, tail) = (written.0.as_bytes(), written.1.as_bytes());
    let head = head.get(head.len().saturating_sub(SURROUNDINGS)..).unwrap_or_default();
    let tail = tail.get(..SURROUNDINGS).unwrap_or(tail);
    // What fills a hole is not written here: `${Name}`, `&{Name}`, `{{resolve:…}}`.
    let head = head.rsplit(|it| *it == b'}').next().unwrap_or_default();
    let tail = tail.split(|it| *it == b'{').next().unwrap_or_default();
    let tail = tail.strip_suffix(b"$").or(tail.strip_suffix(b"&")).unwrap_or(tail);
    let is_place = before.ends_with(head) && behind.starts_with(tail);
    is_place.then_some(head.len() + tail.len())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use stackseal_syntax::{FileId, Limits, Source, parse};

    use super::*;
    use crate::cloudformation::Data;

    /// Where the parts between angle brackets of `text` stand in `document`: what is before each on
    /// its line.
    #[track_caller]
    fn check(document: &str, text: &str, expected: &[Option<&str>]) {
        let source = Source { id: FileId(0), path: "t.yaml".into(), text: document.into() };
        let tree = parse(Arc::new(source), &Limits::default());
        let root = tree.documents().next().unwrap();
        let value = Value::at(Data::Absent, root.span());
        let mut written = Written::new(&tree, &value);
        let plain = text.replace(['<', '>'], "");
        let starts = text.match_indices('<').enumerate().map(|(nth, (at, _))| at - 2 * nth);
        let ends = text.match_indices('>').enumerate().map(|(nth, (at, _))| at - 2 * nth - 1);
        let found: Vec<Option<&str>> = starts
            .zip(ends)
            .map(|(start, end)| {
                let span = written.place(&plain, start..end)?;
                let before = document.get(..span.start as usize)?;
                let part = document.get(span.start as usize..span.end as usize)?;
                assert_eq!(Some(part), plain.get(start..end));
                before.rsplit('\n').next()
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn parts_are_found_by_what_is_around_them() {
        check("- a b\n", "a <x>", &[None]);
        check("- a x b\n", "<x>", &[None]);
        check("- pw=x\n- set pw=x\n", "pw=xset <pw=x>", &[Some("- set ")]);
        check("- x y\n- b:\n- x\n- '@h'\n", "x yb:<x>@h", &[Some("- ")]);
        // Holes are filled with anything.
        check("- '# x ${A}x: ${B}'\n", "# x $HOLE<x>: x", &[Some("- '# x ${A}")]);
        check("- '# x ${A}x: ${B}'\n", "# x $HOLEx: <x>", &[None]);
        check(
            "- 'x-{{resolve:ssm:a}}x${B}'\n",
            "x-${HOLE}<x>two",
            &[Some("- 'x-{{resolve:ssm:a}}")],
        );
        // What looks the same is found one after the other, and from the start again.
        check("- a=x\n- a=x\n", "<a=x><a=x>", &[Some("- "), Some("- ")]);
    }
}
