//! Long reports, printed in pieces by several threads.

use std::io::{self, Write};

use stackseal_model::share::map;

/// Items of a piece.
const PIECE: usize = 16;

/// Bytes that an item takes, more or less.
const ROOM: usize = 1024;

/// Pieces that are printed before any is written: of a report, no more is kept at a time.
const PIECES_KEPT: usize = 256;

/// Writes to `out` what `print` makes of each of `items`, in their order. `print` is given the position
/// of an item with it.
///
/// # Errors
///
/// Those of `print` and of `out`.
pub(crate) fn print_each<'i, T: Sync>(
    items: &'i [T],
    out: &mut dyn Write,
    print: impl Fn(usize, &'i T, &mut Vec<u8>) -> io::Result<()> + Sync + Send,
) -> io::Result<()> {
    let starts = (0..items.len()).step_by(PIECE);
    let pieces: Vec<(usize, &'i [T])> = starts.zip(items.chunks(PIECE)).collect();
    let print = |&(start, items): &(usize, &'i [T])| {
        let mut text = Vec::with_capacity(items.len() * ROOM);
        let printed = (start..).zip(items).try_for_each(|(at, it)| print(at, it, &mut text));
        printed.map(|()| text)
    };
    for pieces in pieces.chunks(PIECES_KEPT) {
        for text in map(pieces, print) {
            out.write_all(&text?)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_keep_their_order_and_know_their_position() {
        for count in [0, 1, PIECE, PIECE + 1, PIECE * PIECES_KEPT * 2 + 7] {
            let items: Vec<usize> = (0..count).map(|it| it * 3).collect();
            let mut out = Vec::new();
            print_each(&items, &mut out, |at, it, out| write!(out, "{at}:{it} ")).unwrap();
            let expected: Vec<String> = (0..count).map(|it| format!("{it}:{} ", it * 3)).collect();
            assert_eq!(String::from_utf8(out).unwrap(), expected.concat());
        }
    }

    #[test]
    fn what_cannot_be_printed_ends_the_report() {
        let items: Vec<usize> = (0..1000).collect();
        let mut out = Vec::new();
        let printed = print_each(&items, &mut out, |_, &it, out| match it {
            700 => Err(io::Error::other("no 700")),
            it => writeln!(out, "{it}"),
        });
        assert_eq!(printed.unwrap_err().to_string(), "no 700");
        assert!(out.ends_with(b"\n687\n"), "the pieces before it are there");
    }
}
