//! The parser's messages in our words: what to do rather than what the scanner missed.

/// What the parser's message is about.
pub(super) enum Cause {
    /// Its own bound on brackets was met.
    Depth,
    /// An alias without an anchor.
    UnknownAnchor,
    /// Everything else, as text for people.
    Grammar(String),
}

/// Reads a message; `is_in_brackets` says whether a `[` or `{` is open.
pub(super) fn cause(info: &str, is_in_brackets: bool) -> Cause {
    let message = match info {
        "recursion limit exceeded" => return Cause::Depth,
        "while parsing node, found unknown anchor" => return Cause::UnknownAnchor,
        "while parsing a node, did not find expected node content" if is_in_brackets => {
            "expected a value, or the bracket that closes this list or mapping"
        }
        "while parsing a node, did not find expected node content" => "expected a value",
        "mapping values are not allowed in this context" | "illegal placement of ':' indicator" => {
            "`:` is not allowed here, quote the text or check the indentation"
        }
        "simple key expected" | "simple key expected ':'" | "simple key expect ':'" => {
            "a key has no `:` behind it, add one or check the indentation"
        }
        "while parsing a block mapping, did not find expected key" => {
            "expected a key, check the indentation"
        }
        "while parsing a block collection, did not find expected '-' indicator" => {
            "expected `-`, check the indentation"
        }
        "while parsing a flow mapping, did not find expected ',' or '}'" => "expected `,` or `}`",
        "while parsing a flow sequence, expected ',' or ']'" => "expected `,` or `]`",
        "tabs disallowed within this context (block indentation)"
        | "tabs disallowed in this context"
        | "a block scalar content cannot start with a tab"
        | "while scanning a plain scalar, found a tab"
        | "tab cannot be used as indentation"
        | "'-' must be followed by a valid YAML whitespace"
        | "':' must be followed by a valid YAML whitespace" => {
            "a tab stands where YAML wants spaces, use spaces"
        }
        "while scanning a quoted scalar, found unexpected end of stream"
        | "while scanning a quoted scalar, found unexpected document indicator" => {
            "a quote is not closed, close it"
        }
        "invalid trailing content after double-quoted scalar" => {
            "there is text behind the closing quote, quote all of it"
        }
        "while parsing a quoted scalar, found unknown escape character" => {
            "a double-quoted text holds an escape YAML does not have, double the `\\`"
        }
        "did not find expected <document start>" => {
            "there is text behind the end of the document, check the indentation"
        }
        "invalid indentation"
        | "invalid indentation in quoted scalar"
        | "invalid indentation in flow construct"
        | "invalid indentation for anchor"
        | "wrongly indented line in block scalar" => {
            "the line does not line up with those before, check the indentation"
        }
        "missing explicit document end marker before directive" => {
            "a directive stands inside a document, end that with `...` before"
        }
        "the handle wasn't declared" => "the tag's handle is not declared, add a `%TAG` line",
        "misplaced bracket" => "a bracket closes nothing, take it out",
        "block sequence entries are not allowed in this context" => {
            "`-` is not allowed here, start the list on a line of its own"
        }
        "\"-\" is only valid inside a block" => "`-` starts no item inside brackets, take it out",
        "found unprintable character" => "the text holds a NUL character, take it out",
        "comment intercepting the multiline text" => {
            "a comment interrupts a text of several lines, take it out"
        }
        _ => return Cause::Grammar(unquoted_indicator(info).unwrap_or_else(|| info.to_owned())),
    };
    Cause::Grammar(message.to_owned())
}

/// The message for a character that no plain scalar starts with.
fn unquoted_indicator(info: &str) -> Option<String> {
    let character = info.strip_prefix("unexpected character: `")?.strip_suffix('\'')?;
    Some(format!("no plain text starts with `{character}`, quote the text"))
}
