//! What of the folder of the configuration a run has in view: how paths as shown become paths in
//! that folder, and which of it was walked as a whole.

/// A run as seen from the folder of its configuration.
///
/// Without one, as in a hook, paths are taken as they are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// The folder to which shown paths are relative: absolute, with `/`.
    pub folder: String,
    /// The folder of the configuration, in the same form.
    pub root: String,
    /// The folders that were walked, as shown.
    pub walked: Vec<String>,
}

impl View {
    /// The path of the file or folder `shown`, from the folder of the configuration; absolute if it
    /// lies outside, and empty for the folder itself.
    pub fn path(&self, shown: &str) -> String {
        // Mostly the run is in the folder of the configuration.
        if self.folder == self.root && is_plain(shown) {
            return shown.to_owned();
        }
        let full = if is_absolute(shown) || self.folder.is_empty() {
            normal(shown)
        } else {
            normal(&format!("{}/{shown}", self.folder))
        };
        let root = normal(&self.root);
        if root.is_empty() {
            return full;
        }
        if full == root {
            return String::new();
        }
        match full.strip_prefix(root.trim_end_matches('/')).and_then(|it| it.strip_prefix('/')) {
            Some(inside) => inside.to_owned(),
            None => full,
        }
    }

    /// Whether all of `path`, from the folder of the configuration, was walked.
    pub(crate) fn has_walked(&self, path: &str) -> bool {
        self.walked.iter().map(|it| self.path(it)).any(|folder| {
            let is_above = is_absolute(&folder) && normal(&self.root).starts_with(&folder);
            let rest = path.strip_prefix(&*folder);
            folder.is_empty()
                || is_above
                || rest.is_some_and(|it| it.is_empty() || it.starts_with('/'))
        })
    }
}

fn is_absolute(path: &str) -> bool {
    // `C:/` of Windows.
    path.starts_with('/') || path.as_bytes().get(1..3).is_some_and(|it| it == b":/")
}

/// Whether a path is relative, and as short as it can be.
fn is_plain(path: &str) -> bool {
    !is_absolute(path) && is_normal(path)
}

/// Whether a path is as short as it can be.
fn is_normal(path: &str) -> bool {
    let relative = path.strip_prefix('/').unwrap_or(path);
    !relative.split('/').any(|it| matches!(it, "" | "." | ".."))
}

/// `path` without `.` and, where that can be told, without `..`.
pub(crate) fn normal(path: &str) -> String {
    if is_normal(path) {
        return path.to_owned();
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => (),
            ".." if parts.last().is_some_and(|it| *it != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if path.starts_with('/') { format!("/{joined}") } else { joined }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(folder: &str, root: &str, walked: &[&str]) -> View {
        let walked = walked.iter().map(|&it| it.to_owned()).collect();
        View { folder: folder.to_owned(), root: root.to_owned(), walked }
    }

    #[test]
    fn paths_are_seen_from_the_folder_of_the_configuration() {
        let cases = [
            ("/w/repo", "/w/repo", "infra/db.yaml", "infra/db.yaml"),
            ("/w/repo", "/w/repo", "./infra//db.yaml", "infra/db.yaml"),
            ("/w/repo/infra", "/w/repo", "db.yaml", "infra/db.yaml"),
            ("/w/repo/infra", "/w/repo", "../k8s/a.yaml", "k8s/a.yaml"),
            ("/w/repo", "/w/repo", "/w/repo/a.yaml", "a.yaml"),
            ("/w/repo", "/w/repo", "/tmp/a.yaml", "/tmp/a.yaml"),
            ("/w/repo", "/w/repo", "../other/a.yaml", "/w/other/a.yaml"),
            ("/w/repo", "/w/repo", "../repository/a.yaml", "/w/repository/a.yaml"),
            ("/w/repo", "/w/repo", ".", ""),
            ("/w/repo", "/", "a.yaml", "w/repo/a.yaml"),
            ("C:/w/repo", "C:/w", "a.yaml", "repo/a.yaml"),
            ("", "", "./a.yaml", "a.yaml"),
        ];
        for (folder, root, shown, expected) in cases {
            assert_eq!(view(folder, root, &[]).path(shown), expected, "{folder} {root} {shown}");
        }
    }

    #[test]
    fn a_walk_covers_what_lies_below() {
        let cases: &[(&str, &[&str], &str, bool)] = &[
            ("/w/repo", &["."], "", true),
            ("/w/repo", &["."], "infra/db.yaml", true),
            ("/w/repo", &["infra"], "infra/db.yaml", true),
            ("/w/repo", &["infra"], "infra", true),
            ("/w/repo", &["infra"], "infrared", false),
            ("/w/repo", &["infra"], "", false),
            ("/w/repo", &["k8s", "infra/"], "infra/a", true),
            ("/w/repo/infra", &["."], "infra/a", true),
            ("/w/repo/infra", &["."], "k8s/a", false),
            ("/w/repo", &[".."], "k8s/a", true),
            ("/w/repo", &[], "a", false),
        ];
        for (folder, walked, path, expected) in cases {
            let view = view(folder, "/w/repo", walked);
            assert_eq!(view.has_walked(path), *expected, "{folder} {walked:?} {path}");
        }
    }
}
