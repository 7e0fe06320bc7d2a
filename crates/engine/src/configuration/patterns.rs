//! Patterns of paths, as in a `.gitignore`, relative to the folder of the configuration.

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use stackseal_syntax::Span;

/// A list of patterns. What a folder matches, everything below it matches.
///
/// <https://git-scm.com/docs/gitignore#_pattern_format>
#[derive(Clone, Debug)]
pub struct Patterns {
    texts: Vec<(String, Span)>,
    matcher: Gitignore,
}

impl Default for Patterns {
    fn default() -> Self {
        Self { texts: Vec::new(), matcher: Gitignore::empty() }
    }
}

/// Collects patterns, one after the other.
pub(super) struct PatternsBuilder {
    texts: Vec<(String, Span)>,
    builder: GitignoreBuilder,
}

impl PatternsBuilder {
    pub(super) fn new() -> Self {
        Self { texts: Vec::new(), builder: GitignoreBuilder::new("") }
    }

    /// Adds `pattern`; says what is wrong with it, if anything is.
    pub(super) fn add(&mut self, pattern: &str, span: Span) -> Result<(), String> {
        // A line that git reads as a comment, as nothing, or as a way out of the folder.
        if pattern.trim().is_empty() {
            return Err("it is empty".to_owned());
        }
        if pattern.starts_with('#') {
            return Err("it starts like a comment, write `\\#` for the character".to_owned());
        }
        if pattern.split('/').any(|it| it == "..") {
            return Err("it leads out of the folder of the configuration".to_owned());
        }
        let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
        self.builder.add_line(None, pattern).map_err(|error| match error {
            ignore::Error::Glob { err, .. } => err,
            other => other.to_string(),
        })?;
        self.texts.push((pattern.to_owned(), span));
        Ok(())
    }

    pub(super) fn build(self) -> Result<Patterns, String> {
        let matcher = self.builder.build().map_err(|it| it.to_string())?;
        Ok(Patterns { texts: self.texts, matcher })
    }
}

impl Patterns {
    /// Whether there is no pattern.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Whether the file `path` matches: relative to the folder of the configuration, with `/`.
    pub fn matches_file(&self, path: &str) -> bool {
        self.matches(path, false)
    }

    /// Whether the folder `path` matches, and everything in it.
    pub fn matches_folder(&self, path: &str) -> bool {
        self.matches(path, true)
    }

    fn matches(&self, path: &str, is_folder: bool) -> bool {
        // The crate panics at paths from the root of the file system, and none of ours is below.
        let is_inside = !path.starts_with('/') && !path.starts_with("../") && !path.is_empty();
        is_inside && self.matcher.matched_path_or_any_parents(path, is_folder).is_ignore()
    }

    /// The folders, from that of the configuration, in which everything that can match lies: for
    /// each pattern its path up to the first wildcard.
    pub(crate) fn reaches(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().filter(|it| !it.0.starts_with('!')).map(|(text, _)| {
            let is_anchored = text.trim_end_matches('/').contains('/');
            let text = text.strip_prefix('/').unwrap_or(text).trim_end_matches('/');
            let literal = text.find(['*', '?', '[', '\\']);
            match literal {
                // Without a slash inside it matches at any depth.
                _ if !is_anchored => "",
                None => text,
                Some(wild) => {
                    let before = text.get(..wild).unwrap_or_default();
                    before.rsplit_once('/').map_or("", |it| it.0)
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use stackseal_syntax::FileId;

    use super::*;

    fn patterns(texts: &[&str]) -> Patterns {
        let mut builder = PatternsBuilder::new();
        for text in texts {
            builder.add(text, Span::new(FileId(0), 0, 0)).unwrap();
        }
        builder.build().unwrap()
    }

    #[track_caller]
    fn check(texts: &[&str], matching: &[&str], others: &[&str]) {
        let patterns = patterns(texts);
        for path in matching {
            assert!(patterns.matches_file(path), "{texts:?} does not match {path}");
        }
        for path in others {
            assert!(!patterns.matches_file(path), "{texts:?} matches {path}");
        }
    }

    #[test]
    fn patterns_are_those_of_git() {
        check(&["infra/db.yaml"], &["infra/db.yaml"], &["db.yaml", "x/infra/db.yaml"]);
        check(&["db.yaml"], &["db.yaml", "infra/db.yaml"], &["db.yml"]);
        check(&["/db.yaml"], &["db.yaml"], &["infra/db.yaml"]);
        check(&["legacy/"], &["legacy/a.yaml", "x/legacy/b/c.yaml"], &["legacy"]);
        check(&["infra/**/x.yaml"], &["infra/x.yaml", "infra/a/b/x.yaml"], &["x.yaml"]);
        check(&["*.yaml", "!keep.yaml"], &["a.yaml"], &["keep.yaml", "x/keep.yaml"]);
        check(&["./infra"], &["infra/a.yaml"], &["a.yaml"]);
        check(&[], &[], &["a.yaml"]);
    }

    #[test]
    fn paths_outside_match_nothing() {
        check(&["*"], &["a"], &["/a", "../a", ""]);
        assert!(patterns(&["legacy/"]).matches_folder("legacy"));
    }

    #[test]
    fn patterns_that_cannot_be_read_are_told() {
        let mut builder = PatternsBuilder::new();
        for (text, part) in
            [("{a", "unclosed"), (" ", "empty"), ("#a", "comment"), ("../a", "leads out")]
        {
            let because = builder.add(text, Span::new(FileId(0), 0, 0)).unwrap_err();
            assert!(because.contains(part), "{text}: {because}");
        }
    }

    #[test]
    fn a_pattern_reaches_as_far_as_its_first_wildcard() {
        let cases = [
            ("infra/db.yaml", "infra/db.yaml"),
            ("infra/*.yaml", "infra"),
            ("infra/d*/x", "infra"),
            ("/db.yaml", "db.yaml"),
            ("db.yaml", ""),
            ("legacy/", ""),
            ("**/x", ""),
            ("a/legacy/", "a/legacy"),
        ];
        for (text, expected) in cases {
            assert_eq!(patterns(&[text]).reaches().collect::<Vec<_>>(), [expected], "{text}");
        }
    }
}
