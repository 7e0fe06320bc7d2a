//! For people: each finding with the line it is about, as rustc and ruff print theirs.

use std::io::{self, Write};

use annotate_snippets::{Annotation, Element, Group, Level, Renderer, Snippet};
use stackseal_engine::{Finding, Outcome, Related, RunError, Severity};
use stackseal_syntax::Span;

use crate::excerpt::{Mark, Shown, snippet};
use crate::mask::Masks;
use crate::paint::Paint;
use crate::pieces::print_each;
use crate::places::Places;
use crate::summary::{fixable, summary, unjudged};
use crate::wording::{self, message, one_line, suppression};
use crate::{Detail, Options, concise};

/// The longest line, in bytes, of a file that could not be read from which a piece is shown: it has
/// to be searched for what may be a credential.
const LONGEST: usize = 2000;

pub(crate) fn write(outcome: &Outcome, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::new(outcome);
    let paint = Paint::new(options.is_coloured);
    let renderer = if options.is_coloured { Renderer::styled() } else { Renderer::plain() };
    let masks = Masks::new(outcome, &places);
    let page = Page { places: &places, masks: &masks, paint: &paint, renderer: &renderer };
    print_each(&options.shown(outcome), out, |_, finding, out| {
        page.write_finding(finding, out)?;
        writeln!(out)
    })?;
    if options.lists_undecided && !outcome.undecided.is_empty() {
        for undecided in &outcome.undecided {
            concise::write_undecided(undecided, &places, &paint, out)?;
        }
        writeln!(out)?;
    }
    for error in &outcome.errors {
        page.write_error(error, out)?;
        writeln!(out)?;
    }
    if options.detail == Detail::Quiet {
        return Ok(());
    }
    let unjudged = unjudged(outcome, options);
    if !unjudged.is_empty() {
        writeln!(out, "{unjudged}")?;
    }
    let bold = paint.bold();
    writeln!(out, "{bold}{}{bold:#}", summary(outcome, options))?;
    match fixable(outcome) {
        None => Ok(()),
        Some(line) => writeln!(out, "{line}"),
    }
}

/// What every block of a report needs.
pub(crate) struct Page<'p> {
    pub(crate) places: &'p Places<'p>,
    pub(crate) masks: &'p Masks,
    pub(crate) paint: &'p Paint,
    pub(crate) renderer: &'p Renderer,
}

/// A title with the place it speaks of.
pub(crate) struct Block<'a> {
    pub(crate) level: Level<'a>,
    pub(crate) id: Option<&'a str>,
    pub(crate) title: &'a str,
    /// `path:line:column`, or the path alone.
    pub(crate) place: String,
    /// The last line number shown, for the width of the margin.
    pub(crate) last_line: u32,
    pub(crate) snippet: Option<Snippet<'a, Annotation<'a>>>,
    pub(crate) footnotes: Vec<Element<'a>>,
}

impl Page<'_> {
    fn write_finding(&self, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        let line = |span: Span| self.places.line(span.file, span.start).0;
        let is_near = |it: &&Related| {
            // Of a finding about a credential, no line but its own is shown with it.
            let distance = line(it.span).abs_diff(line(finding.span));
            let reach = u32::from(!finding.rule.is_about_credentials());
            it.span.file == finding.span.file && distance <= reach
        };
        let (near, far): (Vec<&Related>, Vec<&Related>) = finding.related.iter().partition(is_near);
        let mut marks = vec![Mark { span: finding.span, label: None }];
        marks.extend(near.iter().map(|it| Mark { span: it.span, label: Some(&it.message) }));

        let mut footnotes: Vec<Element<'_>> = Vec::new();
        if !finding.remediation.is_empty() {
            footnotes.push(Level::HELP.message(finding.remediation.as_str()).into());
        }
        if let Some(fix) = &finding.fix {
            footnotes.push(Level::HELP.with_name("fix").message(wording::fix(fix)).into());
        }
        if let Some(suppressed) = &finding.suppressed {
            footnotes.push(Level::NOTE.message(suppression(suppressed)).into());
        }
        let more = format!("stackseal explain {}\n{}", finding.rule.id, finding.rule.url);
        footnotes.push(Level::NOTE.with_name("see").message(more).into());
        let block = Block {
            level: level(finding.severity),
            id: Some(finding.rule.id.as_str()),
            title: &message(finding),
            place: self.place(finding.span),
            last_line: marks.iter().map(|it| line(it.span)).max().unwrap_or(1),
            snippet: Some(snippet(
                &marks,
                finding.span.file,
                self.places,
                Shown::Lines(self.masks),
            )),
            footnotes,
        };
        self.write_block(block, out)?;
        far.into_iter().try_for_each(|it| self.write_related(it, out))
    }

    fn write_related(&self, related: &Related, out: &mut dyn Write) -> io::Result<()> {
        let marks = [Mark { span: related.span, label: None }];
        let block = Block {
            level: Level::NOTE,
            id: None,
            title: &related.message,
            place: self.place(related.span),
            last_line: self.places.line(related.span.file, related.span.start).0,
            snippet: Some(snippet(
                &marks,
                related.span.file,
                self.places,
                Shown::Lines(self.masks),
            )),
            footnotes: Vec::new(),
        };
        self.write_block(block, out)
    }

    fn write_error(&self, error: &RunError, out: &mut dyn Write) -> io::Result<()> {
        let line = error.span.map(|it| self.places.line(it.file, it.start).0);
        let block = Block {
            level: Level::ERROR,
            id: None,
            title: &error.message,
            place: error
                .span
                .map_or_else(|| one_line(&error.file).into_owned(), |it| self.place(it)),
            last_line: line.unwrap_or(1),
            snippet: error.span.and_then(|it| {
                // Rules of the user's own are no place for secrets.
                let is_rules =
                    [".guard", ".ruleset"].iter().any(|ending| error.file.ends_with(ending));
                let shown = if is_rules { Shown::Lines(self.masks) } else { Shown::Keys };
                self.unread_snippet(it, shown)
            }),
            footnotes: Vec::new(),
        };
        self.write_block(block, out)
    }

    /// The line of `span` in a file at which no rule has looked, if it can be shown.
    pub(crate) fn unread_snippet<'a>(
        &self,
        span: Span,
        shown: Shown<'_>,
    ) -> Option<Snippet<'a, Annotation<'a>>> {
        let (_, range) = self.places.line(span.file, span.start);
        let line = self.places.text(span.file).get(range).unwrap_or_default();
        let mark = Mark { span, label: None };
        let is_shown = !line.trim().is_empty() && line.len() <= LONGEST;
        is_shown.then(|| snippet(&[mark], span.file, self.places, shown))
    }

    /// The title, the place and the lines. The renderer would tell line and column itself, but
    /// from the text it is given, which is not the file's once something is cut or masked.
    pub(crate) fn write_block(&self, block: Block<'_>, out: &mut dyn Write) -> io::Result<()> {
        let Block { level, id, title, place, last_line, snippet, footnotes } = block;
        let heading = level.clone().primary_title(title);
        let heading = match id {
            None => heading,
            Some(id) => heading.id(id),
        };
        writeln!(out, "{}", self.renderer.render(&[Group::with_title(heading)]))?;
        let margin = last_line.to_string().len();
        let gutter = self.paint.gutter();
        writeln!(out, "{:margin$}{gutter}-->{gutter:#} {place}", "")?;
        let body = Group::with_level(level).elements(snippet).elements(footnotes);
        if !body.is_empty() {
            writeln!(out, "{}", self.renderer.render(&[body]))?;
        }
        Ok(())
    }

    pub(crate) fn place(&self, span: Span) -> String {
        let location = self.places.location(span);
        let file = one_line(location.file);
        format!("{file}:{}:{}", location.start.line, location.start.column)
    }
}

/// A severity as the renderer's level, under its own name.
fn level(severity: Severity) -> Level<'static> {
    let level = match severity {
        Severity::Critical | Severity::High => Level::ERROR,
        Severity::Medium => Level::WARNING,
        Severity::Low => Level::INFO,
        Severity::Informational => Level::NOTE,
    };
    level.with_name(severity.as_str())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use insta::assert_snapshot;
    use proptest::prelude::*;

    use crate::testing::{PLAIN, outcome, print};
    use crate::{Detail, Format, Options};

    #[test]
    fn a_run_is_shown_with_its_lines() {
        assert_snapshot!(print(Format::Text, &outcome(), PLAIN));
    }

    #[test]
    fn everything_is_shown_when_asked_for() {
        let options = Options {
            shows_suppressed: true,
            lists_undecided: true,
            detail: Detail::Verbose,
            ..PLAIN
        };
        assert_snapshot!(print(Format::Text, &outcome(), options));
    }

    #[test]
    fn colours_are_those_of_the_severity() {
        let options = Options { is_coloured: true, detail: Detail::Quiet, ..PLAIN };
        let text = print(Format::Text, &outcome(), options);
        assert_snapshot!(text.replace('\u{1b}', "␛"));
    }

    #[test]
    fn no_value_of_a_credential_is_shown() {
        let options = Options { shows_suppressed: true, detail: Detail::Verbose, ..PLAIN };
        for format in Format::ALL {
            let printed = print(*format, &outcome(), options);
            for secret in ["hunter2", "correct", "horse"] {
                assert!(!printed.contains(secret), "{}: {printed}", format.as_str());
            }
        }
    }

    #[test]
    fn a_long_line_is_cut_and_its_column_still_true() {
        let mut outcome = outcome();
        let source = Arc::make_mut(&mut outcome.sources[0]);
        let before = "\"ü\": 1, ".repeat(10_000);
        let text = format!("{{{before}\"StorageEncrypted\": false{}}}", ", \"b\": 2".repeat(1000));
        let start = text.find("false").unwrap();
        source.text = text;
        let span = &mut outcome.findings[0].span;
        (span.start, span.end) = (start.try_into().unwrap(), (start + 5).try_into().unwrap());
        outcome.findings.truncate(1);
        outcome.findings[0].related.clear();
        outcome.suppressed.clear();
        outcome.errors.clear();
        assert_snapshot!(print(Format::Text, &outcome, PLAIN));
    }

    proptest! {
        #[test]
        fn places_anywhere_in_any_text_are_shown(
            text in "(\\PC{0,30}[\\t\r\u{1b}ü\u{1f511}]?\n){0,3}[a-z\"' ]{0,300}",
            places in prop::collection::vec((0u32..400, 0u32..400), 4),
        ) {
            let mut outcome = outcome();
            for source in &mut outcome.sources {
                Arc::make_mut(source).text.clone_from(&text);
            }
            let findings = outcome.findings.iter_mut();
            let spans = findings.flat_map(|it| {
                std::iter::once(&mut it.span).chain(it.related.iter_mut().map(|it| &mut it.span))
            });
            for (span, place) in spans.zip(places.iter().cycle()) {
                (span.start, span.end) = *place;
            }
            for format in Format::ALL {
                let printed = print(*format, &outcome, PLAIN);
                let is_clean = !printed.contains('\u{1b}');
                prop_assert!(is_clean, "{printed:?}");
            }
        }
    }
}
