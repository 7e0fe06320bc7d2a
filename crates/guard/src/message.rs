//! What authors of rules write for people: message blocks and comments.

use stackseal_engine::Severity;

/// A message block, or a comment, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Message {
    /// What is wrong.
    pub(crate) violation: Option<String>,
    /// What to do.
    pub(crate) fix: Option<String>,
    /// A page about it.
    pub(crate) url: Option<String>,
    /// How bad it is.
    pub(crate) severity: Option<Severity>,
}

/// What a labelled line is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Label {
    Violation,
    Fix,
    Severity,
    Other,
}

/// Takes a message block apart. Without labels, all of it is what is wrong.
pub(crate) fn read(text: &str) -> Message {
    let mut message = Message { url: url(text), ..Message::default() };
    let mut current = Label::Violation;
    for line in text.lines().map(str::trim).filter(|it| !it.is_empty()) {
        let (label, rest) = labelled(line);
        current = label.unwrap_or(current);
        let to = match current {
            Label::Violation => &mut message.violation,
            Label::Fix => &mut message.fix,
            Label::Severity => {
                message.severity = message.severity.or_else(|| level(rest));
                continue;
            }
            Label::Other => continue,
        };
        if rest.is_empty() {
            continue;
        }
        match to {
            Some(text) => {
                text.push(' ');
                text.push_str(rest);
            }
            None => *to = Some(rest.to_owned()),
        }
    }
    message.violation = message.violation.as_deref().map(sentence);
    message.fix = message.fix.as_deref().map(sentence);
    message
}

/// What a comment says of a rule: its description, and the tags an author may put there.
pub(crate) fn read_comment(text: &str) -> Message {
    let lines: Vec<&str> = text.lines().map(|it| it.trim_start_matches('#').trim()).collect();
    let mut message = Message { url: url(text), ..Message::default() };
    for (position, line) in lines.iter().enumerate() {
        let Some((label, rest)) = line.split_once(':') else { continue };
        let below = || lines.iter().skip(position + 1).copied().take_while(|it| !it.is_empty());
        match label.trim().to_ascii_lowercase().as_str() {
            "description" => {
                let words: Vec<&str> = std::iter::once(rest.trim())
                    .chain(below())
                    .filter(|it| !it.is_empty())
                    .collect();
                message.violation = Some(sentence(&words.join(" ")));
            }
            "severity" => message.severity = message.severity.or_else(|| level(rest)),
            _ => (),
        }
    }
    message
}

/// `Violation: …`, `[FIX]: …`, `Severity: …`.
fn labelled(line: &str) -> (Option<Label>, &str) {
    let Some((word, rest)) = line.split_once(':') else { return (None, line) };
    let word = word.trim().trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    let label = match word.as_str() {
        "violation" | "message" | "error" => Label::Violation,
        "fix" | "remediation" | "resolution" => Label::Fix,
        "severity" => Label::Severity,
        "guidance" | "docs" | "url" | "link" | "reference" | "documentation" => Label::Other,
        // `[CT.RDS.PR.1]: …` names a control and belongs to the sentence.
        _ => return (None, line),
    };
    (Some(label), rest.trim())
}

fn level(text: &str) -> Option<Severity> {
    let word = text.trim().trim_end_matches('.').to_ascii_lowercase();
    match word.as_str() {
        "info" => Some(Severity::Informational),
        word => word.parse().ok(),
    }
}

/// One line, without a full stop.
fn sentence(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").trim_end_matches('.').to_owned()
}

fn url(text: &str) -> Option<String> {
    let start = text.find("https://")?;
    let rest = text.get(start..)?;
    let end = rest.find(|it: char| it.is_whitespace() || "<>\"'`)]".contains(it));
    Some(rest.get(..end.unwrap_or(rest.len()))?.trim_end_matches(['.', ',', ';']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_block_is_taken_apart() {
        let message = read("\n  Violation: No logs.\n  Fix: Turn\n   them on.\n  Severity: HIGH\n");
        assert_eq!(message.violation.as_deref(), Some("No logs"));
        assert_eq!(message.fix.as_deref(), Some("Turn them on"));
        assert_eq!(message.severity, Some(Severity::High));
        let message = read("[CT.X.PR.7]: Require it\n[FIX]: Do it, see https://example.com/a.");
        assert_eq!(message.violation.as_deref(), Some("[CT.X.PR.7]: Require it"));
        assert_eq!(message.fix.as_deref(), Some("Do it, see https://example.com/a"));
        assert_eq!(message.url.as_deref(), Some("https://example.com/a"));
        assert_eq!(read("just words").violation.as_deref(), Some("just words"));
        assert_eq!(read("  "), Message::default());
    }

    #[test]
    fn a_comment_may_tell_description_and_severity() {
        let message = read_comment(
            "# Rule Identifier:\n#   X\n#\n# Description:\n#   Sealed.\n#\n# Severity: low",
        );
        assert_eq!(message.violation.as_deref(), Some("Sealed"));
        assert_eq!(message.severity, Some(Severity::Low));
    }
}
