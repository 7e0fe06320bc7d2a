//! The bare parse: the events of the parsers underneath our tree, asked for and dropped.

use std::hint::black_box;
use std::path::Path;

use jiter::{Jiter, JiterResult, Peek};
use saphyr_parser::Parser;

/// Drives a parser through a text and counts what it finds.
pub(crate) type Events = fn(&str) -> usize;

/// The parser of the file `path`.
pub(crate) fn of(path: &str) -> Events {
    if Path::new(path).extension().is_some_and(|it| it == "json") { json } else { yaml }
}

/// The number of events in a YAML text.
fn yaml(text: &str) -> usize {
    Parser::new_from_str(text).map(black_box).count()
}

/// The number of values in a JSON text; 0 where it turns out to be none.
fn json(text: &str) -> usize {
    let mut jiter = Jiter::new(text.as_bytes());
    let first = jiter.peek();
    first.and_then(|it| values(&mut jiter, it)).unwrap_or_default()
}

fn values(jiter: &mut Jiter<'_>, peek: Peek) -> JiterResult<usize> {
    let mut count = 1;
    match peek {
        Peek::Object => {
            let mut key = jiter.known_object()?.map(black_box).is_some();
            while key {
                let peek = jiter.peek()?;
                count += values(jiter, peek)?;
                key = jiter.next_key()?.map(black_box).is_some();
            }
        }
        Peek::Array => {
            let mut element = jiter.known_array()?;
            while let Some(peek) = element {
                count += values(jiter, peek)?;
                element = jiter.array_step()?;
            }
        }
        Peek::String => {
            black_box(jiter.known_str()?);
        }
        Peek::Null => jiter.known_null()?,
        Peek::True | Peek::False => {
            black_box(jiter.known_bool(peek)?);
        }
        _ => {
            black_box(jiter.known_number_bytes(peek)?);
        }
    }
    Ok(count)
}
