//! A light reading of a rules file: the names and texts of its rules, and which resources they can
//! see. Whether the file is right is for `cfn-guard` to say.

use std::ops::Range;

/// What a rules file declares.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Scanned<'t> {
    /// The named rules, in the order of the file; a name may stand twice.
    pub(crate) rules: Vec<ScannedRule<'t>>,
    /// There are clauses outside of any rule.
    pub(crate) has_default: bool,
    /// All comments in front of the first rule.
    pub(crate) header: String,
    /// The only resource types the rules can see, in order; none if that cannot be told.
    pub(crate) types: Option<Vec<String>>,
    /// The rules look at how intrinsics are written.
    pub(crate) speaks_of_forms: bool,
    /// Rules or variables that lead back to themselves, which would never end: the name of one, and
    /// where it is declared.
    pub(crate) circle: Option<(&'t str, usize)>,
}

/// A named rule.
#[derive(Debug, PartialEq)]
pub(crate) struct ScannedRule<'t> {
    pub(crate) name: &'t str,
    /// Bytes of the whole rule.
    pub(crate) range: Range<usize>,
    /// The comment directly in front of it.
    pub(crate) comment: String,
    /// What stands in its `<<…>>`.
    pub(crate) messages: Vec<&'t str>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Token<'t> {
    Word(&'t str),
    Text(&'t str),
    Regex,
    Message(&'t str),
    Comment(&'t str),
    Symbol(char),
    /// The bracket that opens the body of a rule, or what stands behind the conditions of a `when`.
    Body,
}

type Placed<'t> = (Token<'t>, Range<usize>);

/// Reads `text`.
pub(crate) fn scan(text: &str) -> Scanned<'_> {
    let all = tokens(text);
    let mut scanned = Scanned::default();
    let mut comment = String::new();
    let mut last_line_end = 0;
    let mut position = 0;
    while let Some((token, range)) = all.get(position) {
        match token {
            Token::Comment(line) => {
                // A blank line ends a comment that belongs to what follows.
                let gap = text.get(last_line_end..range.start).unwrap_or_default();
                if gap.matches('\n').count() > 1 {
                    comment.clear();
                }
                comment.push_str(line);
                comment.push('\n');
                if scanned.rules.is_empty() {
                    scanned.header.push_str(line);
                    scanned.header.push('\n');
                }
                last_line_end = range.end;
                position += 1;
                continue;
            }
            Token::Word("let") => position = after_let(&all, position),
            Token::Word("rule") => {
                let gap = text.get(last_line_end..range.start).unwrap_or_default();
                if gap.matches('\n').count() > 1 {
                    comment.clear();
                }
                position = rule(&all, position, std::mem::take(&mut comment), &mut scanned);
            }
            _ => {
                scanned.has_default = true;
                position += 1;
            }
        }
        comment.clear();
    }
    let code: Vec<Placed<'_>> = all.into_iter().filter(|it| is_code(it.0)).collect();
    let tokens: Vec<Token<'_>> = code.iter().map(|it| it.0).collect();
    scanned.types = types(&tokens);
    scanned.circle = circle(&code);
    scanned.speaks_of_forms = tokens.iter().any(|it| match it {
        Token::Word(word) => *word == "Ref",
        Token::Text(text) => {
            // The interpreter takes `'!Ref'` in a path for `Ref`.
            *text == "Ref" || text.starts_with("Fn::") || text.starts_with('!')
        }
        _ => false,
    });
    scanned
}

/// A rule or variable whose declaration in `code`, without comments and messages, leads back to itself.
fn circle<'t>(code: &[Placed<'t>]) -> Option<(&'t str, usize)> {
    let mut declared: Vec<Declared<'t, '_>> = Vec::new();
    let mut position = 0;
    while let Some((token, range)) = code.get(position) {
        let end = match token {
            Token::Word("let") => after_let(code, position),
            Token::Word("rule") => rule(code, position, String::new(), &mut Scanned::default()),
            _ => position + 1,
        };
        let is_variable = *token == Token::Word("let");
        if let Some((Token::Word(name), _)) = code.get(position + 1)
            && (is_variable || *token == Token::Word("rule"))
        {
            let body = code.get(position + 2..end).unwrap_or_default();
            declared.push(Declared { name, is_variable, start: range.start, body });
        }
        position = end.max(position + 1);
    }
    let inside =
        declared.iter().filter(|it| !it.is_variable).find_map(|it| variable_circle(it.body));
    inside.or_else(|| first_circle(&declared))
}

/// A variable of one rule that leads back to itself.
fn variable_circle<'t>(body: &[Placed<'t>]) -> Option<(&'t str, usize)> {
    let lets = body.iter().enumerate().filter(|(_, it)| it.0 == Token::Word("let"));
    let declared = lets.filter_map(|(position, (_, range))| {
        let Some((Token::Word(name), _)) = body.get(position + 1) else { return None };
        let body = body.get(position + 2..after_let(body, position)).unwrap_or_default();
        Some(Declared { name, is_variable: true, start: range.start, body })
    });
    first_circle(&declared.collect::<Vec<_>>())
}

fn first_circle<'t>(declared: &[Declared<'t, '_>]) -> Option<(&'t str, usize)> {
    // Whatever leads nowhere but to what is settled is settled; what is left leads in circles.
    let mut left: Vec<&Declared<'t, '_>> = declared.iter().collect();
    loop {
        let waits = |it: &&Declared<'t, '_>| left.iter().any(|other| it.mentions(other));
        let still: Vec<&Declared<'t, '_>> = left.iter().copied().filter(waits).collect();
        if still.len() == left.len() {
            return still.first().map(|it| (it.name, it.start));
        }
        left = still;
    }
}

/// A rule, or a variable.
struct Declared<'t, 'a> {
    name: &'t str,
    is_variable: bool,
    start: usize,
    body: &'a [Placed<'t>],
}

impl Declared<'_, '_> {
    /// Whether evaluating this evaluates `other`.
    fn mentions(&self, other: &Declared<'_, '_>) -> bool {
        self.body.iter().enumerate().any(|(position, (token, _))| {
            if *token != Token::Word(other.name) {
                return false;
            }
            let before = position.checked_sub(1).and_then(|it| self.body.get(it)).map(|it| it.0);
            let after = self.body.get(position + 1..).unwrap_or_default();
            match (other.is_variable, before) {
                (true, before) => before == Some(Token::Symbol('%')),
                // A variable, a step of a path, an argument.
                (false, Some(Token::Symbol('%' | '.' | '(' | ','))) => false,
                // A property may be called like a rule: then something is asked of it.
                (false, _) => !is_asked_of(after),
            }
        })
    }
}

/// Whether the tokens behind a name make the name a property.
fn is_asked_of(after: &[Placed<'_>]) -> bool {
    const OPERATORS: &[&str] = &[
        "empty",
        "exists",
        "in",
        "is_bool",
        "is_float",
        "is_int",
        "is_list",
        "is_null",
        "is_string",
        "is_struct",
    ];
    let after = match after {
        [(Token::Symbol('!') | Token::Word("not" | "NOT"), _), rest @ ..] => rest,
        after => after,
    };
    match after.first().map(|it| it.0) {
        Some(Token::Symbol(it)) => matches!(it, '.' | '[' | '=' | '<' | '>' | '{'),
        Some(Token::Word(it)) => OPERATORS.contains(&it.to_ascii_lowercase().as_str()),
        _ => false,
    }
}

/// Tells the brackets around bodies, of rules and behind conditions, from those of values and blocks.
fn mark_bodies(all: &mut [Placed<'_>]) {
    // Brackets open since a `rule` or `when` whose body has not come yet.
    let mut open: Option<usize> = None;
    let mut before = None;
    for (token, _) in all.iter_mut().filter(|it| is_code(it.0)) {
        let is_name = matches!(before, Some(Token::Symbol('.' | '%')));
        let is_value =
            matches!(before, Some(Token::Symbol('=' | '<' | '>') | Token::Word("in" | "IN")));
        match (*token, &mut open) {
            (Token::Word("rule" | "when" | "WHEN"), _) if !is_name => open = Some(0),
            (Token::Symbol('{'), Some(0)) if !is_value => {
                open = None;
                *token = Token::Body;
            }
            (Token::Symbol('{' | '[' | '('), Some(open)) => *open += 1,
            (Token::Symbol('}' | ']' | ')'), Some(open)) => *open = open.saturating_sub(1),
            _ => (),
        }
        before = Some(*token);
    }
}

fn is_code(token: Token<'_>) -> bool {
    !matches!(token, Token::Comment(_) | Token::Message(_))
}

/// The position behind the rule at `position`; what it declares goes into `scanned`.
fn rule<'t>(
    all: &[Placed<'t>],
    position: usize,
    comment: String,
    scanned: &mut Scanned<'t>,
) -> usize {
    let start = all.get(position).map_or(0, |it| it.1.start);
    let Some((Token::Word(name), _)) = all.get(position + 1) else { return position + 1 };
    let is_parameterized = matches!(all.get(position + 2), Some((Token::Symbol('('), _)));
    let mut messages = Vec::new();
    let mut depth = 0usize;
    let mut end = start;
    let mut next = position + 2;
    for (token, range) in all.get(position + 2..).unwrap_or_default() {
        next += 1;
        end = range.end;
        match token {
            Token::Message(text) => messages.push(*text),
            Token::Body => depth += 1,
            // Brackets before the body are those of its conditions.
            Token::Symbol('{') if depth > 0 => depth += 1,
            Token::Symbol('}') if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            _ => (),
        }
    }
    if !is_parameterized {
        scanned.rules.push(ScannedRule { name, range: start..end, comment, messages });
    }
    next
}

/// The position behind the assignment at `position`.
fn after_let(all: &[Placed<'_>], position: usize) -> usize {
    let at = |position: usize| all.get(position).map(|it| it.0);
    let mut next = position + 2;
    while matches!(at(next), Some(Token::Symbol('=' | ':') | Token::Comment(_))) {
        next += 1;
    }
    if at(next) == Some(Token::Word("some")) {
        next += 1;
    }
    if at(next) == Some(Token::Symbol('%')) {
        next += 1;
    }
    next = if matches!(at(next), Some(Token::Symbol('[' | '{'))) {
        after_brackets(all, next)
    } else {
        next + 1
    };
    loop {
        match at(next) {
            Some(Token::Symbol('.')) => {
                next += if at(next + 1) == Some(Token::Symbol('%')) { 3 } else { 2 };
            }
            Some(Token::Symbol('[' | '(')) => next = after_brackets(all, next),
            _ => return next,
        }
    }
}

/// The position behind the bracket that closes the one at `position`.
fn after_brackets(all: &[Placed<'_>], position: usize) -> usize {
    let mut depth = 0usize;
    let mut next = position;
    for (token, _) in all.get(position..).unwrap_or_default() {
        next += 1;
        match token {
            Token::Symbol('[' | '{' | '(') | Token::Body => depth += 1,
            Token::Symbol(']' | '}' | ')') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    break;
                }
            }
            _ => (),
        }
    }
    next
}

/// The types of resources the rules can see, if every way into `Resources` asks for a type.
fn types(tokens: &[Token<'_>]) -> Option<Vec<String>> {
    let mut types = Vec::new();
    let mut sees_resources = false;
    for (position, token) in tokens.iter().enumerate() {
        let before = position.checked_sub(1).and_then(|it| tokens.get(it));
        let after = tokens.get(position + 1..).unwrap_or_default();
        match token {
            Token::Word("Resources") | Token::Text("Resources") => {
                sees_resources = true;
                if !asks_for_type(after) && !asks_for_existence(after) {
                    return None;
                }
            }
            // A way in that does not start with a name: `*.Properties`, `this.*`.
            Token::Symbol('*') if !matches!(before, Some(Token::Symbol('.' | '['))) => return None,
            // The whole document under a name: what is asked of it by a name is seen above.
            Token::Word("this") if is_wide(after) => return None,
            Token::Symbol('%') if is_document(tokens, after) => return None,
            Token::Text(text) if is_type(text) => types.push((*text).to_owned()),
            Token::Word(word) if is_type(word) => types.push((*word).to_owned()),
            _ => (),
        }
    }
    types.sort();
    types.dedup();
    (sees_resources && !types.is_empty()).then_some(types)
}

/// `.*[ Type == …`, but not by a pattern, which may mean any type.
fn asks_for_type(after: &[Token<'_>]) -> bool {
    use Token::{Regex, Symbol, Text, Word};
    let [Symbol('.'), Symbol('*'), Symbol('['), Word("Type") | Text("Type"), rest @ ..] = after
    else {
        return false;
    };
    match rest {
        [Symbol('='), Symbol('='), Regex, ..] => false,
        [Symbol('='), Symbol('='), ..] => true,
        [Word("IN" | "in"), list @ ..] => {
            let end = list.iter().position(|it| *it == Symbol(']')).unwrap_or(0);
            !list.get(..end).unwrap_or_default().contains(&Regex)
        }
        _ => false,
    }
}

fn asks_for_existence(after: &[Token<'_>]) -> bool {
    let after = match after {
        [Token::Symbol('!') | Token::Word("not" | "NOT"), rest @ ..] => rest,
        after => after,
    };
    matches!(after, [Token::Word("exists" | "EXISTS" | "empty" | "EMPTY"), ..])
}

/// A step that names nothing: `.*`, `[…]`.
fn is_wide(after: &[Token<'_>]) -> bool {
    matches!(after, [Token::Symbol('.'), Token::Symbol('*'), ..] | [Token::Symbol('['), ..])
}

/// Whether the variable in front of `after` is all of the document, and looked into widely.
fn is_document(tokens: &[Token<'_>], after: &[Token<'_>]) -> bool {
    let [Token::Word(name), rest @ ..] = after else { return false };
    is_wide(rest)
        && tokens.windows(4).any(|it| {
            matches!(it, [Token::Word("let"), Token::Word(known), Token::Symbol('='), Token::Word("this")]
                if known == name)
        })
}

fn is_type(text: &str) -> bool {
    text.contains("::")
        && text
            .split("::")
            .all(|part| !part.is_empty() && part.bytes().all(|it| it.is_ascii_alphanumeric()))
}

fn tokens(text: &str) -> Vec<Placed<'_>> {
    let bytes = text.as_bytes();
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        let rest = text.get(start..).unwrap_or_default();
        let token = match byte {
            b' ' | b'\t' | b'\r' | b'\n' => {
                at += 1;
                continue;
            }
            b'#' => {
                at += rest.find('\n').unwrap_or(rest.len());
                Token::Comment(text.get(start..at).unwrap_or_default().trim_end())
            }
            b'<' if rest.starts_with("<<") => {
                let length = rest.find(">>").map_or(rest.len(), |it| it + 2);
                at += length;
                let inner = rest.get(2..length).unwrap_or_default();
                Token::Message(inner.strip_suffix(">>").unwrap_or(inner))
            }
            b'"' | b'\'' | b'/' => {
                let length = quoted(rest.as_bytes(), byte);
                at += length;
                let inner = rest.get(1..length.saturating_sub(1).max(1)).unwrap_or_default();
                if byte == b'/' { Token::Regex } else { Token::Text(inner) }
            }
            byte if byte.is_ascii_alphanumeric() || byte == b'_' => {
                at += word(rest);
                Token::Word(text.get(start..at).unwrap_or_default())
            }
            _ => {
                let symbol = rest.chars().next().unwrap_or(' ');
                at += symbol.len_utf8();
                Token::Symbol(symbol)
            }
        };
        all.push((token, start..at));
    }
    mark_bodies(&mut all);
    all
}

/// The length of a quoted text at the start of `bytes`, with its quotes.
fn quoted(bytes: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            it if it == quote => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The length of a word at the start of `text`; the name of a type is one.
fn word(text: &str) -> usize {
    let is_part = |it: u8| it.is_ascii_alphanumeric() || it == b'_';
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        at += bytes.iter().skip(at).take_while(|it| is_part(**it)).count();
        let goes_on = bytes.get(at..at + 2) == Some(b"::")
            && bytes.get(at + 2).is_some_and(u8::is_ascii_alphanumeric);
        if !goes_on {
            return at;
        }
        at += 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_back_to_itself_is_found() {
        let circle = |text| scan(text).circle.map(|it| it.0);
        assert_eq!(circle("rule A {\n B\n}\nrule B {\n A\n}"), Some("A"));
        assert_eq!(
            circle("rule A {\n p(X)\n}\nrule p(x) {\n q(%x)\n}\nrule q(x) { p(%x)\n}"),
            Some("A")
        );
        assert_eq!(circle("let a = %b\nlet b = %a.X"), Some("a"));
        assert_eq!(
            circle("rule A when B {\n C\n}\nrule B {\n C\n}\nrule C {\n C exists\n x.A == 1\n}"),
            None
        );
        assert_eq!(circle("rule A {\n let x = %x.y\n %x exists\n}"), Some("x"));
        assert_eq!(circle("rule A {\n let x = %y\n}\nrule B {\n let y = %x\n}"), None);
        assert_eq!(circle("let a = X[ a == 1 ]\nrule a { %a !empty }"), None);
    }

    #[test]
    fn what_a_condition_leads_back_to_is_found() {
        let circle = |text| scan(text).circle.map(|it| it.0);
        assert_eq!(circle("rule A when A {\n B exists\n}"), Some("A"));
        assert_eq!(
            circle("rule A when B {\n X exists\n}\nrule B WHEN not A {\n X exists\n}"),
            Some("A")
        );
        assert_eq!(
            circle("rule A {\n X.* {\n when Y exists\n A {\n Z exists\n }\n }\n}"),
            Some("A")
        );
        assert_eq!(
            circle("rule A when X[ y == {'z': 1} ] == {'z': 1}\n A <<no>> {\n B exists\n}"),
            Some("A")
        );
        assert_eq!(circle("rule A {\n A\n not B\n}\nrule B { X exists }"), Some("A"));
        assert_eq!(circle("rule A {\n A\n is_B\n}\nrule is_B { X exists }"), Some("A"));
        assert_eq!(circle("rule A {\n p(A, A)\n}\nrule p(x, y) { %x exists }"), None);
        assert_eq!(circle("rule A when X in {'y': 1} {\n A {\n Z exists\n }\n}"), None);
        assert_eq!(circle("rule A when X[ A == 1 ] exists {\n A not exists\n A != 1\n}"), None);
    }

    fn check_types(text: &str, expected: Option<&[&str]>) {
        let types = scan(text).types;
        let types: Option<Vec<&str>> =
            types.as_ref().map(|it| it.iter().map(String::as_str).collect());
        assert_eq!(types.as_deref(), expected, "{text}");
    }

    #[test]
    fn rules_are_found_with_their_comments_and_messages() {
        let text = "\
# The file
let x = Resources.*[ Type == 'A::B::C' ]
let list = ['rule', \"a\"] # a remark

# Severity: high
rule FIRST when %x !empty {
  %x.P == /ru}le \\/ {/ << Violation: { no >>
}
rule helper(p) { %p exists }
rule SECOND { FIRST }
";
        let scanned = scan(text);
        assert_eq!(scanned.rules.iter().map(|it| it.name).collect::<Vec<_>>(), ["FIRST", "SECOND"]);
        assert_eq!(scanned.rules[0].comment, "# Severity: high\n");
        assert_eq!(scanned.rules[0].messages, [" Violation: { no "]);
        assert!(text.get(scanned.rules[0].range.clone()).unwrap().ends_with(">>\n}"));
        assert!(!scanned.has_default);
    }

    #[test]
    fn clauses_outside_of_rules_are_the_default_rule() {
        assert!(scan("Resources exists").has_default);
        assert!(scan("let a = Resources.X[ Y == 1 ]\n%a !empty").has_default);
        assert!(
            !scan("let a = Resources.X[ Y == 1 ]\nlet b = count(%a)\nlet c = %a.b.%d").has_default
        );
        assert!(scan("AWS::S3::Bucket { Properties exists }").has_default);
    }

    #[test]
    fn a_file_sees_the_types_it_asks_for() {
        check_types("let a = Resources.*[ Type == 'A::B::C' ]", Some(&["A::B::C"]));
        check_types("let t = 'A::B::C' let a = Resources.*[ Type == %t ]", Some(&["A::B::C"]));
        check_types(
            "let a = Resources.*[ Type IN ['A::B::C', 'A::B::D'] ] rule r { Resources exists }",
            Some(&["A::B::C", "A::B::D"]),
        );
        check_types("let a = Resources.*[ Type == /A::B/ ]\nlet b = 'A::B::C'", None);
        check_types("let a = Resources.* let b = Resources.*[ Type == 'A::B::C' ]", None);
        check_types("let a = Resources.*[ Type == 'A::B::C' ] let b = *.X", None);
        check_types(
            "let d = this let a = Resources.*[ Type == 'A::B::C' ] rule r { %d.* exists }",
            None,
        );
        check_types(
            "let d = this let a = Resources.*[ Type == 'A::B::C' ] rule r { %d.X exists }",
            Some(&["A::B::C"]),
        );
        check_types("rule r { spec exists }", None);
    }
}
