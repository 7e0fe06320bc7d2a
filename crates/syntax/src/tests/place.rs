//! Bytes to lines and columns.

use proptest::prelude::*;

use super::*;
use crate::Place;

#[track_caller]
fn check(text: &str, expected: &[(u32, u32, u32)]) {
    let lines = LineIndex::new(text);
    for &(offset, line, column) in expected {
        assert_eq!(lines.place(text, offset), Place { line, column }, "{offset} of {text:?}");
    }
}

#[test]
fn places_count_characters_from_one() {
    check("ab\nc", &[(0, 1, 1), (1, 1, 2), (2, 1, 3), (3, 2, 1), (4, 2, 2), (99, 2, 2)]);
    check("", &[(0, 1, 1), (5, 1, 1)]);
    check("a\n", &[(1, 1, 2), (2, 2, 1)]);
}

#[test]
fn an_offset_inside_a_character_is_its_start() {
    check("é😀x", &[(0, 1, 1), (1, 1, 1), (2, 1, 2), (3, 1, 2), (5, 1, 2), (6, 1, 3), (7, 1, 4)]);
}

#[test]
fn only_line_feeds_end_lines() {
    check("a\r\nb\rc\nd", &[(1, 1, 2), (3, 2, 1), (5, 2, 3), (7, 3, 1)]);
}

#[test]
fn a_byte_order_mark_is_no_column() {
    check("\u{feff}ab\nc", &[(0, 1, 1), (1, 1, 1), (3, 1, 1), (4, 1, 2), (6, 2, 1)]);
    check("a\n\u{feff}b", &[(2, 2, 1), (5, 2, 2)]);
}

#[test]
fn lines_have_ranges() {
    let text = "a\r\nbc\n";
    let lines = LineIndex::new(text);
    assert_eq!(lines.line_count(), 3);
    let all: Vec<&str> = (1..=4).map(|line| &text[lines.line_range(line)]).collect();
    assert_eq!(all, ["a\r\n", "bc\n", "", ""]);
    assert_eq!(LineIndex::new("").line_count(), 1);
}

proptest! {
    #[test]
    fn places_are_what_counting_gives(
        text in "(\u{feff})?([a-z]{0,600}|[é\u{20ac}\u{1f600}a]{0,700}|\r?\n){0,6}",
        offset in 0usize..6000,
    ) {
        let lines = LineIndex::new(&text);
        let place = lines.place(&text, u32::try_from(offset).unwrap());
        let mut end = offset.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let line = before.matches('\n').count() + 1;
        let mut start = before.rfind('\n').map_or(0, |it| it + 1);
        if start == 0 && before.starts_with('\u{feff}') {
            start = 3;
        }
        let column = before[start..].chars().count() + 1;
        prop_assert_eq!((place.line as usize, place.column as usize), (line, column));
        prop_assert!(lines.line_range(place.line).contains(&end) || end == text.len());
    }

    #[test]
    fn places_grow_with_offsets(text in "\\PC{0,40}(\n\\PC{0,20}){0,4}", a in 0u32..200, b in 0u32..200) {
        let (low, high) = (a.min(b), a.max(b));
        let lines = LineIndex::new(&text);
        prop_assert!(lines.place(&text, low) <= lines.place(&text, high));
    }
}
