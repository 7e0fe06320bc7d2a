//! From files to texts. What cannot be read is an error of the run; the rest is read nevertheless.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use stackseal_engine::{Input, InputFile, RunError, Skipped, is_worth_reading};
use stackseal_model::kubernetes::chart_folders;
use stackseal_model::share::map;
use stackseal_syntax::{FileId, Limits, Source, SourceError};

use crate::walk::{Found, because};

/// What standard input gave.
pub(crate) struct Stdin {
    /// The path as shown.
    pub(crate) shown: String,
    pub(crate) bytes: io::Result<Vec<u8>>,
}

/// What reading gave.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    pub(crate) input: Input,
    /// Where each of its files was read from; none for standard input.
    pub(crate) paths: Vec<Option<PathBuf>>,
    /// Files too large to find out what they are.
    pub(crate) skipped: Vec<Skipped>,
}

enum Text {
    Read(Source, bool),
    Skipped(Skipped),
    Error(RunError),
    /// In an encoding we do not read, and nothing in it is ours.
    Nothing,
}

/// Reads `files`, and takes what standard input gave, if it was asked for. The files get their ids by their order.
pub(crate) fn read(files: &[Found], stdin: Option<Stdin>, folder: &Path, limits: &Limits) -> Texts {
    let mut texts: Vec<Text> = map(files, |it| read_file(it, limits));
    if let Some(Stdin { shown, bytes }) = stdin {
        texts.push(match bytes {
            Ok(bytes) => text(shown, bytes, true, None, limits),
            Err(error) => {
                Text::Error(RunError { file: shown, span: None, message: because(&error) })
            }
        });
    }
    let mut read = Texts::default();
    let paths = files.iter().map(|it| Some(it.path.clone())).chain([None]);
    for (text, path) in texts.into_iter().zip(paths) {
        match text {
            Text::Read(mut source, is_named) => {
                source.id = FileId(u32::try_from(read.input.files.len()).unwrap_or(u32::MAX));
                read.input.files.push(InputFile { source: Arc::new(source), is_named });
                read.paths.push(path);
            }
            Text::Skipped(skipped) => read.skipped.push(skipped),
            Text::Error(error) => read.input.errors.push(error),
            Text::Nothing => (),
        }
    }
    let paths = read.input.files.iter().map(|it| it.source.path.as_str());
    let folders: BTreeSet<&str> = paths.flat_map(chart_folders).collect();
    let has_chart = |it: &&str| folder.join(it).join("Chart.yaml").is_file();
    read.input.chart_folders = folders.into_iter().filter(has_chart).map(str::to_owned).collect();
    read
}

fn read_file(found: &Found, limits: &Limits) -> Text {
    let Found { shown, path, is_named } = found;
    let read = || -> io::Result<(Vec<u8>, Option<u64>)> {
        let mut file = File::open(path)?;
        let size = file.metadata().ok().filter(std::fs::Metadata::is_file).map(|it| it.len());
        Ok((sized(&mut file, size, limits)?, size))
    };
    match read() {
        Ok((bytes, size)) => text(shown.clone(), bytes, *is_named, size, limits),
        Err(error) => {
            Text::Error(RunError { file: shown.clone(), span: None, message: because(&error) })
        }
    }
}

/// All of `stream`, or one byte more than is allowed.
pub(crate) fn bounded(stream: &mut dyn Read, limits: &Limits) -> io::Result<Vec<u8>> {
    sized(stream, None, limits)
}

/// As [`bounded`], with room for as many bytes as the stream is said to have.
fn sized(stream: &mut dyn Read, size: Option<u64>, limits: &Limits) -> io::Result<Vec<u8>> {
    let most = limits.bytes as u64 + 1;
    // In room for one byte more, the end shows at once.
    let room = size.map_or(0, |it| it.saturating_add(1).min(most));
    let mut bytes = Vec::with_capacity(usize::try_from(room).unwrap_or(0));
    stream.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn text(shown: String, bytes: Vec<u8>, is_named: bool, size: Option<u64>, limits: &Limits) -> Text {
    // The bytes are gone once they are refused. That they are ASCII is seen soonest.
    let is_text = || bytes.is_ascii() || std::str::from_utf8(&bytes).is_ok();
    let is_ours = is_named || is_text() || looks_like_ours(&bytes);
    let id = FileId(0);
    match Source::from_bytes_within(id, shown.clone(), bytes, limits) {
        Ok(mut source) => {
            // Of what nobody looks at, a run keeps the path alone.
            if !is_worth_reading(&source.path, &source.text, is_named) {
                source.text = String::new();
            }
            Text::Read(source, is_named)
        }
        Err(SourceError::TooLarge { limit, .. }) if !is_named => Text::Skipped(Skipped {
            file: shown,
            reason: format!("larger than {limit} bytes, not read"),
        }),
        Err(SourceError::TooLarge { limit, .. }) => {
            let size = size.map_or_else(|| "more".to_owned(), |it| it.to_string());
            let message = format!("the file has {size} bytes, at most {limit} are read, split it");
            Text::Error(RunError { file: shown, span: None, message })
        }
        Err(error) if is_ours => {
            Text::Error(RunError { file: shown, span: None, message: error.to_string() })
        }
        Err(_) => Text::Nothing,
    }
}

/// Whether bytes in another encoding were meant for us: UTF-16 is ASCII with zeros in between.
fn looks_like_ours(bytes: &[u8]) -> bool {
    let bytes: Vec<u8> = bytes.iter().copied().filter(|&it| it != 0).collect();
    let has = |needle: &[u8]| bytes.windows(needle.len()).any(|it| it == needle);
    has(b"AWSTemplateFormatVersion") || has(b"AWS::") && has(b"Resources") || has(b"apiVersion:")
}
