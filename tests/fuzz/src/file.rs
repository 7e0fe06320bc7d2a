//! An input as files: what a file is called decides how it is read.

/// A file of an input.
#[derive(Clone, Copy, Debug)]
pub(crate) struct File<'d> {
    pub(crate) name: &'static str,
    pub(crate) text: &'d str,
}

/// Names, each with the first byte that means it. Every other byte means one of them, too.
const NAMES: &[(u8, &str)] = &[
    (b't', "template.yaml"),
    (b'j', "template.json"),
    (b'b', "buildspec.yml"),
    (b'w', "wp-config.php"),
    (b'k', "kustomization.yaml"),
];

impl<'d> File<'d> {
    /// The file that `data` stands for: a byte for its name, then its text. None if that is no text.
    pub(crate) fn read(data: &'d [u8]) -> Option<Self> {
        let (&first, rest) = data.split_first()?;
        let text = std::str::from_utf8(rest).ok()?;
        let meant = NAMES.iter().find(|it| it.0 == first);
        let (_, name) = meant.or_else(|| NAMES.get(usize::from(first) % NAMES.len()))?;
        Some(Self { name, text })
    }
}

/// The input that stands for a file with the path `path`.
pub(crate) fn input(path: &str, bytes: &[u8]) -> Vec<u8> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is = |ending: &str| name.ends_with(ending);
    let first = match name {
        _ if is(".php") => b'w',
        _ if is(".json") => b'j',
        _ if name.starts_with("buildspec") => b'b',
        _ if name.starts_with("kustomization") => b'k',
        _ => b't',
    };
    [&[first], bytes].concat()
}
