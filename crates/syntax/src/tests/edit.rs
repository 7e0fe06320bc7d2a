//! Edits apply as if made by hand, or not at all.

use proptest::prelude::*;

use super::*;
use crate::{Edit, EditError, Span, apply};

fn edit(start: u32, end: u32, text: &str) -> Edit {
    Edit { span: Span::new(FILE, start, end), text: text.to_owned() }
}

#[test]
fn edits_come_in_any_order() {
    let edits = [edit(8, 8, "!"), edit(0, 1, "A"), edit(3, 5, "")];
    assert_eq!(apply("abcdefgh", &edits).unwrap(), "Abcfgh!");
    assert_eq!(apply("é\r\n", &[]).unwrap(), "é\r\n");
}

#[test]
fn insertions_at_one_place_keep_their_order_and_stand_before_a_replacement() {
    let edits = [edit(2, 4, "X"), edit(2, 2, "1"), edit(2, 2, "2"), edit(4, 4, "3")];
    assert_eq!(apply("abcdef", &edits).unwrap(), "ab12X3ef");
}

#[test]
fn edits_that_cannot_be_made_are_refused() {
    let span = |start, end| Span::new(FILE, start, end);
    for (edits, expected) in [
        (vec![edit(0, 9, "")], EditError::OutOfRange { span: span(0, 9), len: 5 }),
        (vec![edit(3, 2, "")], EditError::OutOfRange { span: span(3, 2), len: 5 }),
        (vec![edit(2, 3, "")], EditError::InsideCharacter { span: span(2, 3) }),
        (
            vec![edit(1, 3, ""), edit(0, 3, "")],
            EditError::Overlap { first: span(0, 3), second: span(1, 3) },
        ),
        (
            vec![edit(3, 3, "x"), edit(1, 4, "")],
            EditError::Overlap { first: span(1, 4), second: span(3, 3) },
        ),
    ] {
        assert_eq!(apply("aébc", &edits), Err(expected));
    }
}

#[test]
fn messages_name_the_bytes() {
    let error = apply("a", &[edit(0, 1, ""), edit(0, 1, "")]).unwrap_err();
    assert_eq!(error.to_string(), "cannot edit bytes 0..1 and 0..1, they overlap");
}

proptest! {
    /// Cutting a text into pieces and replacing some is the same as joining the new pieces.
    #[test]
    fn edits_are_what_joining_pieces_gives(
        pieces in prop::collection::vec(("\\PC{1,5}", prop::option::of("\\PC{0,5}")), 0..12),
        is_reversed: bool,
    ) {
        let (mut text, mut expected, mut edits) = (String::new(), String::new(), Vec::new());
        for (old, new) in &pieces {
            let start = u32::try_from(text.len()).unwrap();
            text += old;
            if let Some(new) = new {
                edits.push(edit(start, u32::try_from(text.len()).unwrap(), new));
            }
            expected += new.as_ref().unwrap_or(old);
        }
        if is_reversed {
            edits.reverse();
        }
        prop_assert_eq!(apply(&text, &edits).unwrap(), expected);
    }
}
