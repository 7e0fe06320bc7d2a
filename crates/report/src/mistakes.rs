//! What is wrong with a configuration, for people, as findings are shown.

use std::io::{self, Write};
use std::sync::Arc;

use annotate_snippets::{Level, Renderer};
use stackseal_engine::Outcome;
use stackseal_engine::configuration::Mistake;
use stackseal_syntax::{FileId, Source, Span};

use crate::excerpt::Shown;
use crate::line::is_suspicious;
use crate::mask::Masks;
use crate::paint::Paint;
use crate::places::Places;
use crate::text::{Block, Page};
use crate::wording::{count, one_line};

/// Writes each of the `mistakes` in `source` with its line, and how many there are.
///
/// # Errors
///
/// Those of `out`.
pub fn write_mistakes(
    source: &Arc<Source>,
    mistakes: &[Mistake],
    is_coloured: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    // Spans are looked up by file, and there is only this one.
    let only = Arc::new(Source { id: FileId(0), ..Source::clone(source) });
    let outcome = Outcome { sources: vec![only], ..Outcome::default() };
    let places = Places::new(&outcome);
    let paint = Paint::new(is_coloured);
    let renderer = if is_coloured { Renderer::styled() } else { Renderer::plain() };
    let masks = Masks::new(&outcome, &places);
    let page = Page { places: &places, masks: &masks, paint: &paint, renderer: &renderer };
    // Only values of parameters can be secret here. Our own rules have names that sound like it.
    let is_careful = source.text.contains("parameters");
    let line = |span: Span| {
        places.text(span.file).get(places.line(span.file, span.start).1).unwrap_or_default()
    };
    for mistake in mistakes {
        let span = Span { file: FileId(0), ..mistake.span };
        let title = mistake.to_string();
        let help = mistake.help();
        let footnotes = help.as_deref().map(|it| Level::HELP.message(it).into());
        page.write_block(
            Block {
                level: Level::ERROR,
                id: None,
                title: &title,
                place: page.place(span),
                last_line: places.line(span.file, span.start).0,
                snippet: if is_careful && is_suspicious(line(span)) {
                    None
                } else {
                    page.unread_snippet(span, Shown::Lines(&masks))
                },
                footnotes: footnotes.into_iter().collect(),
            },
            out,
        )?;
        writeln!(out)?;
    }
    let bold = paint.bold();
    let path = one_line(&source.path);
    writeln!(
        out,
        "{bold}{} in {path}{bold:#}: nothing was judged",
        count(mistakes.len(), "mistake")
    )
}
