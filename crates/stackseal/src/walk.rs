//! From paths to files: folders walked, what cannot be ours left out, each file once.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::OsStr;
use std::io;
use std::num::NonZeroUsize;
use std::path::{Component, Path, PathBuf};
use std::sync::mpsc;

use ignore::{WalkBuilder, WalkState};
use stackseal_engine::configuration::Paths;
use stackseal_engine::{RunError, Skipped, View};

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Found {
    /// The path as shown, with `/`.
    pub(crate) shown: String,
    /// The path to open.
    pub(crate) path: PathBuf,
    /// It stands on the command line.
    pub(crate) is_named: bool,
}

/// What the paths of a command line lead to.
#[derive(Debug, Default)]
pub(crate) struct Walked {
    /// By the path as shown, whatever the order of the arguments.
    pub(crate) files: Vec<Found>,
    /// What could not be entered.
    pub(crate) errors: Vec<RunError>,
    /// What is named and left out by the configuration.
    pub(crate) skipped: Vec<Skipped>,
    /// The folders that were looked through.
    pub(crate) folders: Vec<String>,
}

/// Which files the configuration wants judged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Choice<'c> {
    pub(crate) paths: &'c Paths,
    pub(crate) view: &'c View,
}

const LEFT_OUT: &str = "left out by `paths` of the configuration";

impl Choice<'_> {
    fn has_file(self, shown: &str) -> bool {
        self.paths.is_everything() || self.paths.has(&self.view.path(shown))
    }

    fn skips_folder(self, shown: &str) -> bool {
        !self.paths.exclude.is_empty() && self.paths.exclude.matches_folder(&self.view.path(shown))
    }
}

/// Follows `paths`, relative to `folder`, on at most `jobs` threads.
///
/// Folders are walked as git sees them: what is ignored or hidden is not entered, links are
/// followed. A file that two paths lead to is found once, by its own name if it has been given.
///
/// What `choice` leaves out is not entered; a path that is named and left out is told.
pub(crate) fn walk(
    paths: &[&Path],
    folder: &Path,
    jobs: Option<NonZeroUsize>,
    choice: Choice<'_>,
) -> Walked {
    let mut walked = Walked::default();
    let mut roots = Roots::default();
    for path in paths {
        let shown = with_slashes(path);
        let full = folder.join(path);
        match full.metadata() {
            Ok(it) if it.is_dir() && choice.skips_folder(&shown) => {
                walked.skipped.push(Skipped { file: shown, reason: LEFT_OUT.to_owned() });
            }
            Ok(it) if it.is_dir() => {
                walked.folders.push(shown.clone());
                roots.add(full, shown);
            }
            Ok(_) if !choice.has_file(&shown) => {
                walked.skipped.push(Skipped { file: shown, reason: LEFT_OUT.to_owned() });
            }
            Ok(_) => walked.files.push(Found { shown, path: full, is_named: true }),
            Err(error) => {
                walked.errors.push(RunError { file: shown, span: None, message: because(&error) });
            }
        }
    }
    let has_links = walk_folders(&roots, jobs, choice, &mut walked);
    if paths.len() > 1 || has_links {
        keep_one_of_each(&mut walked.files);
    }
    walked.files.sort_unstable();
    walked
}

/// What went wrong with a file or folder, in our words where the system's are long.
pub(crate) fn because(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "no permission to read".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

/// A step of a walk.
enum Step {
    File(Found),
    Link,
    Error(RunError),
}

/// The folders of a walk, and how they were given.
#[derive(Default)]
struct Roots(BTreeMap<PathBuf, String>);

impl Roots {
    /// Adds `folder`, given as `shown`. Of two names for one, the first in order is shown.
    fn add(&mut self, folder: PathBuf, shown: String) {
        let known = self.0.entry(folder).or_insert_with(|| shown.clone());
        if shown < *known {
            *known = shown;
        }
    }

    /// `path`, which lies in one of the folders, as shown: below the nearest.
    fn shown(&self, path: &Path) -> String {
        let nearest = path.ancestors().find_map(|it| self.0.get_key_value(it));
        match nearest {
            Some((root, shown)) => below(shown, root, path),
            None => with_slashes(path),
        }
    }
}

/// Walks all folders at once, since to end a walk takes time; tells whether there were links.
fn walk_folders(
    roots: &Roots,
    jobs: Option<NonZeroUsize>,
    choice: Choice<'_>,
    walked: &mut Walked,
) -> bool {
    let mut folders = roots.0.keys();
    let Some(first) = folders.next() else { return false };
    let mut builder = WalkBuilder::new(first);
    for folder in folders {
        builder.add(folder);
    }
    builder.require_git(false).follow_links(true).threads(jobs.map_or(0, NonZeroUsize::get));
    let (sender, receiver) = mpsc::channel();
    builder.build_parallel().run(|| {
        let sender = sender.clone();
        Box::new(move |entry| {
            let steps = match entry {
                Ok(entry) => {
                    let kind = entry.file_type();
                    // A pipe may never come to an end, and neither may a device.
                    let is_file = kind.is_some_and(|it| it.is_file());
                    let is_folder = kind.is_some_and(|it| it.is_dir());
                    let shown = || roots.shown(entry.path());
                    if is_folder && entry.depth() > 0 && choice.skips_folder(&shown()) {
                        return WalkState::Skip;
                    }
                    let found = (is_file && is_candidate(entry.file_name())).then(shown);
                    let file = found.filter(|it| choice.has_file(it)).map(|shown| {
                        Step::File(Found { shown, path: entry.path().to_owned(), is_named: false })
                    });
                    [entry.path_is_symlink().then_some(Step::Link), file]
                        .into_iter()
                        .flatten()
                        .collect()
                }
                Err(error) => {
                    let errors = explain(&error, None, roots);
                    errors.into_iter().map(Step::Error).collect::<Vec<_>>()
                }
            };
            for step in steps {
                // The receiver lives as long as the walk.
                let _ = sender.send(step);
            }
            WalkState::Continue
        })
    });
    drop(sender);
    let mut has_links = false;
    for step in receiver {
        match step {
            Step::File(found) => walked.files.push(found),
            Step::Link => has_links = true,
            Step::Error(error) => walked.errors.push(error),
        }
    }
    has_links
}

/// What the walk could not do, with the path it speaks of. Nothing for a link that leads nowhere and
/// would not have been read anyway.
fn explain(error: &ignore::Error, path: Option<&Path>, roots: &Roots) -> Vec<RunError> {
    let (path, message) = match error {
        ignore::Error::Partial(errors) => {
            return errors.iter().flat_map(|it| explain(it, path, roots)).collect();
        }
        ignore::Error::WithPath { path, err } => return explain(err, Some(path), roots),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            return explain(err, path, roots);
        }
        ignore::Error::Loop { ancestor, child } => {
            let to = roots.shown(ancestor);
            let to = if to.is_empty() { "." } else { &to };
            (Some(child.as_path()), format!("this link leads back to {to}"))
        }
        ignore::Error::Io(_) if path.is_some_and(leads_nowhere) => {
            let name = path.and_then(Path::file_name).unwrap_or_default();
            if !is_candidate(name) || name.as_encoded_bytes().starts_with(b".") {
                return Vec::new();
            }
            (path, "this link leads to no file".to_owned())
        }
        // It was there when its folder was read.
        ignore::Error::Io(error) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
        ignore::Error::Io(error) => (path, because(error)),
        other => (path, other.to_string()),
    };
    let file = path.map(|it| roots.shown(it)).unwrap_or_default();
    vec![RunError { file, span: None, message }]
}

/// Whether `path` is a link to what is not there, or to itself.
fn leads_nowhere(path: &Path) -> bool {
    path.is_symlink() && path.metadata().is_err()
}

/// Whether a file found on the way may be ours, by its name.
fn is_candidate(name: &OsStr) -> bool {
    // The rest of a name need not be text.
    let name = name.to_string_lossy();
    let Some((stem, extension)) = name.rsplit_once('.') else { return false };
    let is = |it: &str| extension.eq_ignore_ascii_case(it);
    is("yaml")
        || is("yml")
        || is("json")
        || is("template")
        || is("php") && stem.to_ascii_lowercase().starts_with("wp-config")
}

/// `path` as given, with `/` between its parts.
pub(crate) fn with_slashes(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}

/// `path`, which lies below `root`, as shown below `shown_root`.
fn below(shown_root: &str, root: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    let parts = relative.components().filter(|it| !matches!(it, Component::CurDir));
    let parts: Vec<_> = parts.map(|it| it.as_os_str().to_string_lossy()).collect();
    let parts = parts.join("/");
    match shown_root.trim_end_matches('/') {
        // The root of the file system, and nothing else, is all slashes.
        "" => format!("/{parts}"),
        "." => parts,
        root if parts.is_empty() => root.to_owned(),
        root => format!("{root}/{parts}"),
    }
}

/// Of paths that lead to one file, keeps the one that was named, or else the first.
fn keep_one_of_each(files: &mut Vec<Found>) {
    files.sort_unstable_by(|a, b| (!a.is_named, a).cmp(&(!b.is_named, b)));
    // To ask for a whole path costs a question for each of its parts: files of one folder share them.
    let mut folders: HashMap<PathBuf, Option<PathBuf>> = HashMap::new();
    let mut seen = HashSet::new();
    files.retain(|it| {
        // Who names a file may write its name otherwise, where case does not count.
        let real = if it.is_named {
            it.path.canonicalize().ok()
        } else {
            real_path(&it.path, &mut folders)
        };
        seen.insert(real.unwrap_or_else(|| it.path.clone()))
    });
}

/// Where `path` leads, no link left in it; `folders` are those asked for before.
fn real_path(path: &Path, folders: &mut HashMap<PathBuf, Option<PathBuf>>) -> Option<PathBuf> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return path.canonicalize().ok();
    };
    if path.is_symlink() {
        return path.canonicalize().ok();
    }
    let known = match folders.get(folder) {
        Some(known) => known,
        None => folders.entry(folder.to_owned()).or_insert_with(|| folder.canonicalize().ok()),
    };
    Some(known.as_ref()?.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_are_known_by_name() {
        for name in
            ["a.yaml", "A.YML", "b.json", "c.template", "wp-config.php", "wp-config-sample.php"]
        {
            assert!(is_candidate(OsStr::new(name)), "{name}");
        }
        for name in ["index.php", "template", "a.txt", "yaml", "wp-config"] {
            assert!(!is_candidate(OsStr::new(name)), "{name}");
        }
    }

    #[test]
    fn paths_are_shown_below_the_nearest_folder_that_was_given() {
        let mut roots = Roots::default();
        for (folder, shown) in
            [("/work/.", "."), ("/work/a/b", "./a/b"), ("/work/a/b", "a/b"), ("/else", "../else")]
        {
            roots.add(PathBuf::from(folder), shown.to_owned());
        }
        assert_eq!(roots.shown(Path::new("/work/./x.yaml")), "x.yaml");
        assert_eq!(roots.shown(Path::new("/work/./a/c/x.yaml")), "a/c/x.yaml");
        assert_eq!(roots.shown(Path::new("/work/a/b/x.yaml")), "./a/b/x.yaml");
        assert_eq!(roots.shown(Path::new("/else/x.yaml")), "../else/x.yaml");
        assert_eq!(roots.shown(Path::new("/nowhere/x.yaml")), "/nowhere/x.yaml");
    }

    #[test]
    fn paths_are_shown_as_given() {
        let root = Path::new("/work/x");
        let path = Path::new("/work/x/a/b.yaml");
        assert_eq!(below(".", root, path), "a/b.yaml");
        assert_eq!(below("x", root, path), "x/a/b.yaml");
        assert_eq!(below("./x/", root, path), "./x/a/b.yaml");
        assert_eq!(below("/work/x", root, path), "/work/x/a/b.yaml");
        assert_eq!(below("/", Path::new("/"), path), "/work/x/a/b.yaml");
        assert_eq!(below(".", root, root), "");
    }
}
