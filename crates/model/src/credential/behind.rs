//! What has to stand behind the needle of a format: a look that spares compiling and asking its
//! expression.
//!
//! Each answer is yes wherever the expression matches, however the text goes on. A text that is
//! longer than the one meant, such as a whole file, is only ever answered yes once more.

/// Whether what stands behind a needle lets its format match.
pub(super) type Behind = fn(&[u8]) -> bool;

/// Whatever follows.
pub(super) fn anything(_: &[u8]) -> bool {
    true
}

/// At least `N` characters of those that tokens are made of.
pub(super) fn token<const N: usize>(text: &[u8]) -> bool {
    run(text, |it| it.is_ascii_alphanumeric() || b"_-.+/=~%".contains(&it)) >= N
}

/// At least `N` letters or digits.
pub(super) fn alphanumeric<const N: usize>(text: &[u8]) -> bool {
    run(text, |it| it.is_ascii_alphanumeric()) >= N
}

/// At least `N` hexadecimal digits.
pub(super) fn hex<const N: usize>(text: &[u8]) -> bool {
    run(text, |it| it.is_ascii_hexdigit()) >= N
}

/// At least `N` digits.
pub(super) fn digits<const N: usize>(text: &[u8]) -> bool {
    run(text, |it| it.is_ascii_digit()) >= N
}

/// `user:password@`
pub(super) fn user_with_password(text: &[u8]) -> bool {
    let ends = |it: u8| is_space(it) || b"/?#@\"'<>".contains(&it);
    let user = run(text, |it| !ends(it) && it != b':');
    let Some(rest) = text.get(user..).and_then(|it| it.strip_prefix(b":")) else { return false };
    let password = run(rest, |it| !ends(it));
    password > 0 && rest.get(password) == Some(&b'@')
}

/// `token@`
pub(super) fn user_alone(text: &[u8]) -> bool {
    let user = run(text, |it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-'));
    user >= 20 && text.get(user) == Some(&b'@')
}

/// The parameters of a URL, further on in the same word.
pub(super) fn parameters(text: &[u8]) -> bool {
    let word = run(text, |it| !is_space(it) && !matches!(it, b'"' | b'\''));
    text.iter().take(word).any(|it| matches!(it, b'?' | b';' | b'&'))
}

/// `= value`
pub(super) fn value(text: &[u8]) -> bool {
    trimmed(text).strip_prefix(b"=").map(trimmed).is_some_and(|it| {
        let it = without_quote(it);
        run(it, |it| !is_space(it) && !matches!(it, b';' | b'"' | b'\'')) >= 3
    })
}

/// `: basic credentials` or `: bearer token`, the colon perhaps behind a quote.
pub(super) fn authorization(text: &[u8]) -> bool {
    let Some((b':' | b'=', rest)) = trimmed(without_quote(text)).split_first() else {
        return false;
    };
    let rest = without_quote(trimmed(rest));
    ["basic", "bearer"].iter().any(|scheme| {
        rest.get(..scheme.len()).is_some_and(|it| it.eq_ignore_ascii_case(scheme.as_bytes()))
            && rest.get(scheme.len()).is_some_and(|&it| is_space(it))
    })
}

/// `= key`, perhaps with `_id` before, the sign perhaps a colon or an arrow.
pub(super) fn aws_key(text: &[u8]) -> bool {
    let is_id = text.get(..3).is_some_and(|it| it.eq_ignore_ascii_case(b"_id"));
    let text = if is_id { text.get(3..).unwrap_or_default() } else { text };
    let text = trimmed(without_quote(text));
    let rest = text.strip_prefix(b"=>").or_else(|| text.strip_prefix(b"="));
    let Some(rest) = rest.or_else(|| text.strip_prefix(b":")) else { return false };
    let key = without_quote(trimmed(rest));
    run(key, |it| it.is_ascii_alphanumeric() || matches!(it, b'/' | b'+')) >= 40
}

/// How many bytes from the start of `text` on are all `wanted`.
fn run(text: &[u8], wanted: impl Fn(u8) -> bool) -> usize {
    text.iter().take_while(|it| wanted(**it)).count()
}

/// White space as expressions without Unicode know it.
fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | b' ')
}

fn trimmed(text: &[u8]) -> &[u8] {
    text.get(run(text, is_space)..).unwrap_or_default()
}

fn without_quote(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\"").or_else(|| text.strip_prefix(b"'")).unwrap_or(text)
}
