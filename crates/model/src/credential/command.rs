//! Credentials in the text of shell commands: assigned, passed to a program, or printed.
//!
//! A value with a variable or a substitution in it is no literal. Formats of tokens are searched
//! elsewhere, in any text.

use std::fmt;
use std::ops::Range;

use super::program::{Manner, manners};
use super::shell::{self, Command};
use super::sql;
use super::value::{exemption, exemption_of_names};
use super::{Confidence, NameClass, Naming};

/// The shortest literal taken for a credential.
const SHORTEST: usize = 3;

/// Words before a command that are not its name.
const KEYWORDS: &[&str] = &[
    "!", "do", "elif", "else", "exec", "if", "nohup", "sudo", "then", "time", "until", "while", "{",
];

/// Words before `NAME=value` that set a variable.
const SETTERS: &[&str] =
    &["declare", "env", "export", "local", "readonly", "set", "setx", "typeset"];

/// Programs that take `NAME=value` for a pattern, a text or an expression.
const READERS: &[&str] = &[
    "[", "[[", "ag", "awk", "cut", "egrep", "expr", "fgrep", "find", "gawk", "grep", "jq", "rg",
    "sed", "test", "tr", "yq",
];

/// Options that take a credential, their hyphens taken off.
const OPTIONS: &[&str] = &[
    "access-token",
    "accesstoken",
    "api-key",
    "apikey",
    "auth-token",
    "authtoken",
    "client-secret",
    "clientsecret",
    "dbpass",
    "keypass",
    "masterauth",
    "pass",
    "passin",
    "passout",
    "passwd",
    "password",
    "requirepass",
    "secret",
    "storepass",
    "token",
];

/// Options behind which no value of theirs stands, among those of programs that take a credential as an
/// argument.
const FLAGS: &[&str] =
    &["-asplaintext", "-force", "-no-print", "-no-store", "-tls-skip-verify", "-token-only"];

/// The shortest `sonar.login` taken for a token: the setting may name a user as well.
const SHORTEST_LOGIN: usize = 20;

/// Beginnings of an option's value that say where the credential is.
const SOURCES: &[&str] = &["@", "env:", "fd:", "file:", "fileb:", "id=", "stdin"];

/// A credential that a command carries or shows.
#[derive(Clone, PartialEq, Eq)]
pub struct CommandCredential<'t> {
    /// What the command does with it.
    pub form: CommandForm,
    /// The variable or option, as written; for an argument without one, the program.
    pub name: &'t str,
    /// Where it stands, name and value: bytes of the text searched, on character boundaries.
    pub range: Range<usize>,
    /// The same from the word on that makes it a statement, where that stands right before it:
    /// `export NAME=literal`.
    pub statement: Range<usize>,
}

/// What a command does with a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandForm {
    /// `NAME=literal`: assigned, exported, or an argument of that shape.
    Assignment(NameClass),
    /// A literal passed to a program: `--password literal`, `mysql -pliteral`.
    Argument,
    /// A variable whose name is a credential's is printed, to nowhere but the log.
    Echo(NameClass),
    /// All variables are printed.
    Dump,
}

impl fmt::Debug for CommandCredential<'_> {
    /// Shape and place only: the text holds a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}@{:?}", self.form, self.name, self.range)
    }
}

/// The credentials that the commands of `text` carry or show, in the order of the text.
///
/// `naming` knows names that our tables do not, or knows them better.
pub fn credentials_in_command(text: &str, naming: impl Naming) -> Vec<CommandCredential<'_>> {
    let mut found = Vec::new();
    let mut piped: Option<Typed<'_>> = None;
    for command in shell::commands(text) {
        let mut reader = Reader::new(text, &command, &naming, &mut found);
        reader.read();
        let typed = piped.take().filter(|it| reader.is_typed(text.get(it.literal.clone())));
        piped = reader.printed();
        if let Some(Typed { program, literal }) = typed {
            reader.push(CommandForm::Argument, program, literal);
        }
    }
    let passwords = sql::passwords(text).filter(|it| !naming.is_harmless(it.keyword));
    found.extend(passwords.map(|it| CommandCredential {
        form: CommandForm::Argument,
        name: it.keyword,
        statement: it.range.clone(),
        range: it.range,
    }));
    found.sort_by_key(|it| (it.range.start, it.range.end));
    found.dedup_by(|after, before| after.range.start < before.range.end);
    found
}

/// The variables that the commands of `text` set, whatever to.
pub fn assigned_names(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('=').filter_map(|(at, _)| {
        let before = text.get(..at)?;
        let start = before.rfind(|it: char| !is_name_character(it)).map_or(0, |it| it + 1);
        let name = before.get(start..)?;
        let is_word = before.get(..start).is_none_or(|it| {
            it.is_empty() || it.ends_with([' ', '\t', '\n', ';', '&', '|', '(', '"', '\'', ':'])
        });
        (is_word && is_name(name)).then_some(name)
    })
}

/// A word of a command, or a part of one.
#[derive(Clone, Copy)]
struct Piece<'t> {
    text: &'t str,
    start: usize,
}

impl<'t> Piece<'t> {
    /// What follows its first `length` bytes.
    fn after(self, length: usize) -> Self {
        Self { text: self.text.get(length..).unwrap_or_default(), start: self.start + length }
    }

    /// The parts of `a=1,b=2`; itself, where no comma has another assignment behind it.
    fn parts(self) -> Vec<Self> {
        let inner = self.text.trim_matches(['"', '\'']);
        // A comma in quotes belongs to a value.
        if inner.contains(['"', '\'']) {
            return vec![self];
        }
        let is_start = |(at, _): &(usize, &str)| {
            let (name, value) = self.after(at + 1).text.split_once('=').unwrap_or_default();
            is_setting_name(name) && !value.is_empty()
        };
        let commas = self.text.match_indices(',').filter(is_start).map(|it| it.0);
        let mut parts = Vec::new();
        let mut start = 0;
        for end in commas.chain([self.text.len()]) {
            let text = self.text.get(start..end).unwrap_or_default();
            parts.push(Self { text, start: self.start + start });
            start = end + 1;
        }
        parts
    }

    /// What stands before and behind the first equals sign.
    fn split(self) -> Option<(&'t str, Self)> {
        let (before, _) = self.text.split_once('=')?;
        Some((before, self.after(before.len() + 1)))
    }
}

/// A literal without its quotes, and the end of it with them.
struct Literal<'t> {
    text: &'t str,
    end: usize,
}

/// What a program writes into a pipe.
struct Typed<'t> {
    program: &'t str,
    literal: Range<usize>,
}

/// One command, taken apart.
struct Reader<'t, 'f> {
    /// The words from the first one on that is no keyword: assignments, the program, its arguments.
    words: Vec<Piece<'t>>,
    /// Index of the word that names the program.
    program: usize,
    is_captured: bool,
    naming: &'f dyn Fn(&str) -> Option<bool>,
    found: &'f mut Vec<CommandCredential<'t>>,
}

impl<'t, 'f> Reader<'t, 'f> {
    fn new(
        text: &'t str,
        command: &Command,
        naming: &'f dyn Fn(&str) -> Option<bool>,
        found: &'f mut Vec<CommandCredential<'t>>,
    ) -> Self {
        let words: Vec<_> = command
            .words
            .iter()
            .filter_map(|it| Some(Piece { text: text.get(it.clone())?, start: it.start }))
            .skip_while(|it| KEYWORDS.contains(&it.text))
            .collect();
        // `$password = ConvertTo-SecureString …`
        let program = match words.as_slice() {
            [name, equals, ..] if name.text.starts_with('$') && equals.text == "=" => 2,
            _ => words.iter().take_while(|it| assignment(**it).is_some()).count(),
        };
        Self { words, program, is_captured: command.is_captured, naming, found }
    }

    fn word(&self, index: usize) -> Option<Piece<'t>> {
        self.words.get(index).copied()
    }

    /// The arguments of the program, each with the word behind it.
    fn arguments(&self) -> Vec<(Piece<'t>, Option<Piece<'t>>)> {
        let words = self.words.iter().copied().enumerate().skip(self.program + 1);
        words.map(|(index, it)| (it, self.word(index + 1))).collect()
    }

    fn has_argument(&self, expected: &str) -> bool {
        let mut arguments = self.words.iter().skip(self.program + 1);
        arguments.any(|it| it.text.eq_ignore_ascii_case(expected))
    }

    /// The program's name, without its folder.
    fn program_name(&self) -> &'t str {
        let word = self.word(self.program).map_or("", |it| it.text);
        let program = word.rsplit(['/', '\\']).next().unwrap_or(word);
        program.strip_suffix(".exe").unwrap_or(program)
    }

    fn read(&mut self) {
        let program = self.program_name();
        if READERS.contains(&program) {
            self.words.truncate(self.program);
        }
        self.assignments();
        self.options();
        let manners: Vec<_> = manners(program, |it| self.has_argument(it)).collect();
        for manner in manners {
            match manner {
                Manner::Option(option) => self.option(option, true),
                Manner::GluedOption(option) => self.option(option, false),
                Manner::SpacedOption(option) => self.spaced_option(option),
                Manner::Argument(place) => self.argument(program, place),
                Manner::LastArgument(flag) => self.last_argument(program, flag),
                Manner::User => self.user_option(),
                Manner::Header => self.header_option(),
                Manner::Pairs(shortest) => self.pairs(shortest),
            }
        }
        match program {
            "Write-Host" | "Write-Output" | "echo" | "printf" => self.echo(),
            "env" | "export" | "printenv" | "set" => self.dump(program),
            _ => (),
        }
    }

    /// The only argument of `echo` or `printf`, if it is a literal and goes elsewhere.
    fn printed(&self) -> Option<Typed<'t>> {
        let program = self.program_name();
        if !self.is_captured || !matches!(program, "echo" | "printf") {
            return None;
        }
        let mut arguments = self.words.iter().skip(self.program + 1);
        let mut last = *arguments.find(|it| !it.text.starts_with('-'))?;
        // `printf '%s' literal`
        if last.text.contains('%') {
            last = *arguments.next()?;
        }
        let literal = literal(last).filter(|it| exemption(it.text).is_none())?;
        let is_alone = arguments.next().is_none();
        is_alone.then_some(Typed { program, literal: last.start..literal.end })
    }

    /// Whether the program reads `typed`, the literal that is piped into it, for a credential.
    fn is_typed(&self, typed: Option<&str>) -> bool {
        match self.program_name() {
            // `echo user:literal | chpasswd`
            "chpasswd" => {
                let pair = typed.and_then(|it| it.trim_matches(['"', '\'']).split_once(':'));
                !self.has_argument("-e")
                    && !self.has_argument("--encrypted")
                    && pair.is_some_and(|(_, password)| {
                        password.len() >= SHORTEST && exemption(password).is_none()
                    })
            }
            // `echo literal | passwd --stdin user`
            "passwd" => self.has_argument("--stdin"),
            // `echo literal | docker login --password-stdin`
            _ => self.has_argument("--password-stdin"),
        }
    }

    /// `NAME=value`, before the program and among its arguments.
    fn assignments(&mut self) {
        for index in 0..self.words.len() {
            let Some(word) = self.word(index) else { continue };
            if let Some(rest) = powershell_variable(word) {
                // `$env:NAME = "literal"`, in one word or three. Without quotes, it is a command.
                let (name, value) =
                    rest.split().unwrap_or((rest.text, rest.after(rest.text.len())));
                let is_spaced =
                    value.text.is_empty() && self.word(index + 1).is_some_and(|it| it.text == "=");
                let value = if is_spaced { self.word(index + 2) } else { Some(value) };
                let quoted = value.filter(|it| it.text.starts_with(['"', '\'']));
                self.assigned(name, quoted, word.start);
                continue;
            }
            if !word.text.contains('=') {
                continue;
            }
            // `--parameters ParameterKey=NAME,ParameterValue=literal`
            if let Some((name, value)) = parameter_pair(word) {
                self.assigned(name, Some(value), word.start);
                continue;
            }
            // `--set image.tag=1,db.password=literal`
            for word in word.parts() {
                if let Some((name, value)) = assignment(word).or_else(|| argument_assignment(word))
                {
                    self.assigned(name, Some(value), value.start - 1 - name.len());
                }
            }
        }
    }

    /// `--password literal`, `--password=literal`.
    fn options(&mut self) {
        for index in 0..self.words.len() {
            let Some(word) = self.word(index).filter(|it| it.text.starts_with('-')) else {
                continue;
            };
            let (option, value) = match word.split() {
                Some((option, value)) => (option, Some(value)),
                None => (word.text, self.word(index + 1)),
            };
            if self.is_credential_option(option) {
                self.passed(option, value, word.start);
            }
        }
    }

    /// `-pliteral`, and `-p literal` where the program takes that.
    fn option(&mut self, option: &str, takes_next: bool) {
        for (word, following) in self.arguments() {
            let Some((name, rest)) =
                word.text.split_at_checked(option.len()).filter(|it| it.0 == option)
            else {
                continue;
            };
            let is_long = name.starts_with("--");
            if !rest.is_empty() && (!is_long || rest.starts_with('=')) {
                let value = word.after(option.len() + usize::from(is_long));
                self.passed(name, Some(value), word.start);
            } else if rest.is_empty() && takes_next {
                self.passed(name, following, word.start);
            }
        }
    }

    /// `openssl enc -k literal`.
    fn spaced_option(&mut self, option: &str) {
        for (word, following) in self.arguments() {
            // `-k` and `-K` are two; PowerShell takes any case of a long one.
            let is_long = option.len() > 2;
            if word.text == option || is_long && word.text.eq_ignore_ascii_case(option) {
                self.passed(word.text, following, word.start);
            }
        }
    }

    /// `vault login literal`.
    fn argument(&mut self, program: &'t str, place: usize) {
        let mut is_value = false;
        let mut arguments = self.words.iter().copied().skip(self.program + 1).filter(|it| {
            let is_option = it.text.starts_with(['-', '/']);
            let is_flag = FLAGS.iter().any(|flag| flag.eq_ignore_ascii_case(it.text));
            let is_own_value = std::mem::replace(
                &mut is_value,
                it.text.starts_with('-') && !is_flag && !it.text.contains(['=', ':']),
            );
            !is_option && !is_own_value
        });
        let argument = arguments.nth(place).filter(|it| it.split().is_none());
        if let (Some(word), Some(start)) = (argument, self.word(self.program).map(|it| it.start)) {
            self.passed(program, Some(word), start);
        }
    }

    /// `htpasswd -bc file user literal`.
    fn last_argument(&mut self, program: &'t str, flag: char) {
        let arguments = self.arguments();
        let has_flag = arguments.iter().any(|(it, _)| {
            it.text.strip_prefix('-').is_some_and(|it| !it.starts_with('-') && it.contains(flag))
        });
        if let (true, Some((last, _)), Some(start)) =
            (has_flag, arguments.last(), self.word(self.program).map(|it| it.start))
        {
            self.passed(program, Some(*last), start);
        }
    }

    /// `curl -u user:literal`.
    fn user_option(&mut self) {
        for (word, following) in self.arguments() {
            let (option, value) = match word.split() {
                Some((option @ ("--proxy-user" | "--user"), value)) => (option, Some(value)),
                _ if matches!(word.text, "--proxy-user" | "--user" | "-u") => {
                    (word.text, following)
                }
                _ if word.text.starts_with("-u") => ("-u", Some(word.after(2))),
                _ => continue,
            };
            if let Some(literal) = value.and_then(literal)
                && let Some((user, password)) = literal.text.split_once(':')
                && !user.is_empty()
                && password.len() >= SHORTEST
                && exemption(password).is_none()
            {
                self.push(CommandForm::Argument, option, word.start..literal.end);
            }
        }
    }

    /// `curl -H 'Authorization: Bearer literal'`.
    fn header_option(&mut self) {
        for (word, following) in self.arguments() {
            let value = match word.text {
                "--header" | "-H" => following,
                text if text.starts_with("--header=") => Some(word.after("--header=".len())),
                text if text.starts_with("-H") => Some(word.after(2)),
                _ => continue,
            };
            let Some(value) = value else { continue };
            if let Some(literal) = literal(value)
                && let Some((name, content)) = literal.text.split_once(':')
                && self.credential_class(name).is_some()
                && let Some(credential) = content.split_ascii_whitespace().last()
                && credential.len() >= SHORTEST
                && exemption(credential).is_none()
            {
                self.push(CommandForm::Argument, name, value.start..literal.end);
            }
        }
    }

    /// `aws configure set aws_secret_access_key literal`, `setx NAME literal`.
    fn pairs(&mut self, shortest: usize) {
        for (word, following) in self.arguments() {
            if following.and_then(literal).is_some_and(|it| it.text.len() >= shortest) {
                self.assigned(last_part(word.text), following, word.start);
            }
        }
    }

    /// `echo $NAME`, unless the output goes elsewhere.
    fn echo(&mut self) {
        if self.is_captured {
            return;
        }
        for (word, _) in self.arguments() {
            if word.text.starts_with('\'') {
                continue;
            }
            for variable in variables(word.text) {
                if let Some(class) = self.credential_class(variable.name) {
                    let range = word.start + variable.range.start..word.start + variable.range.end;
                    self.push(CommandForm::Echo(class), variable.name, range);
                }
            }
        }
    }

    /// `printenv`, `env`, `set` and `export -p` alone print all there is; `printenv NAME` one.
    fn dump(&mut self, program: &str) {
        let Some(word) = self.word(self.program).filter(|_| !self.is_captured) else {
            return;
        };
        let argument = self.word(self.program + 1);
        let end = argument.unwrap_or(word);
        let range = word.start..end.start + end.text.len();
        match (program, argument.map(|it| it.text)) {
            ("env" | "printenv" | "set", None) | ("export", Some("-p")) if self.program == 0 => {
                self.push(CommandForm::Dump, word.text, range);
            }
            ("printenv", Some(name)) => {
                if let Some(class) = self.credential_class(name) {
                    self.push(CommandForm::Echo(class), name, range);
                }
            }
            _ => (),
        }
    }

    /// A value given to a variable.
    fn assigned(&mut self, name: &'t str, value: Option<Piece<'t>>, start: usize) {
        let Some(literal) = value.and_then(literal) else { return };
        let is_token = name == "sonar.login" && literal.text.len() >= SHORTEST_LOGIN;
        if let Some(class) = self.credential_class(if is_token { "sonar.token" } else { name })
            && exemption(literal.text)
                .or_else(|| exemption_of_names(name, class, literal.text))
                .is_none()
        {
            self.push(CommandForm::Assignment(class), name, start..literal.end);
        }
    }

    /// A value given to an option that takes a credential.
    fn passed(&mut self, option: &'t str, value: Option<Piece<'t>>, start: usize) {
        if let Some(literal) = value.filter(|it| !it.text.starts_with('-')).and_then(literal)
            && !SOURCES.iter().any(|it| literal.text.starts_with(it))
            && exemption(literal.text).is_none()
        {
            self.push(CommandForm::Argument, option, start..literal.end);
        }
    }

    fn push(&mut self, form: CommandForm, name: &'t str, range: Range<usize>) {
        if self.naming.is_harmless(name) {
            return;
        }
        // `aws configure set` has a `set` of its own.
        let setter = self.word(self.program).filter(|it| SETTERS.contains(&it.text));
        let is_next = self.word(self.program + 1).is_some_and(|it| it.start == range.start);
        let start = setter.filter(|_| is_next).map_or(range.start, |it| it.start);
        let statement = start..range.end;
        self.found.push(CommandCredential { form, name, range, statement });
    }

    /// The class of a name that, with a literal behind it, is a finding.
    fn credential_class(&self, name: &str) -> Option<NameClass> {
        let class = self.naming.classify(name);
        class.filter(|it| matches!(it.confidence, Confidence::High | Confidence::Medium))
    }

    fn is_credential_option(&self, option: &str) -> bool {
        let name = option.trim_start_matches('-');
        let is_definition = option.starts_with("-D") || option.starts_with("-P");
        let is_high =
            || self.naming.classify(name).is_some_and(|it| it.confidence == Confidence::High);
        option.len() > name.len()
            && !is_definition
            && (OPTIONS.iter().any(|it| name.eq_ignore_ascii_case(it))
                || name.len() > 1 && is_high())
    }
}

/// `NAME=value` as a whole word.
fn assignment(word: Piece<'_>) -> Option<(&str, Piece<'_>)> {
    word.split().filter(|(name, _)| is_name(name))
}

/// `NAME=value` inside a word: behind an option (`--from-literal=password=…`, `-Ddb.password=…`), in
/// quotes, with dots or hyphens in the name.
fn argument_assignment(word: Piece<'_>) -> Option<(&str, Piece<'_>)> {
    let unquoted = |it: Piece<'_>| usize::from(it.text.starts_with(['"', '\'']));
    let inner = word.after(unquoted(word));
    let inner = match inner.split() {
        _ if inner.text.starts_with("-D") || inner.text.starts_with("-P") => inner.after(2),
        // `dotnet sonarscanner begin /d:sonar.token=…`
        _ if inner.text.starts_with("/d:") => inner.after(3),
        Some((option, rest)) if option.starts_with('-') => rest,
        _ => inner,
    };
    let (before, value) = inner.after(unquoted(inner)).split()?;
    let name = last_part(before);
    is_setting_name(name).then_some((name, value))
}

/// A name, perhaps with dots or hyphens in it.
fn is_setting_name(name: &str) -> bool {
    name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_')
        && name.chars().all(|it| is_name_character(it) || matches!(it, '.' | '-'))
}

/// The name of a setting without what it is a setting of: `_authToken` of
/// `//registry.npmjs.org/:_authToken`.
fn last_part(name: &str) -> &str {
    if name.starts_with("//") { name.rsplit(':').next().unwrap_or(name) } else { name }
}

/// `ParameterKey=NAME,ParameterValue=value`.
fn parameter_pair(word: Piece<'_>) -> Option<(&str, Piece<'_>)> {
    let rest = word.text.trim_start_matches(['"', '\'']).strip_prefix("ParameterKey=")?;
    let (name, _) = rest.split_once(",ParameterValue=")?;
    let value = word.text.find(",ParameterValue=")? + ",ParameterValue=".len();
    Some((name, word.after(value)))
}

/// What stands behind `$env:`, in any case.
fn powershell_variable(word: Piece<'_>) -> Option<Piece<'_>> {
    const PREFIX: &str = "$env:";
    let prefix = word.text.get(..PREFIX.len())?;
    prefix.eq_ignore_ascii_case(PREFIX).then(|| word.after(PREFIX.len()))
}

/// The literal that `value` begins with: one pair of quotes, or text without any. None for what the
/// shell fills in, and for what is too short to be a credential.
fn literal(value: Piece<'_>) -> Option<Literal<'_>> {
    let quote = value.text.chars().next().filter(|it| matches!(it, '"' | '\''));
    let (text, length) = if let Some(quote) = quote {
        let inner = value.text.get(1..)?;
        let text = inner.split_once(quote).map_or(inner, |it| it.0);
        let glued = inner.get(text.len() + 1..).unwrap_or_default();
        if glued.contains(['$', '`']) {
            return None;
        }
        (text, (text.len() + 2).min(value.text.len()))
    } else {
        // A quote at the end closes one that was opened before the name.
        let text = value.text.trim_end_matches(['"', '\'']);
        (text, text.len())
    };
    let is_open = text.contains('{') || quote != Some('\'') && text.contains(['$', '`', '(']);
    (!is_open && text.len() >= SHORTEST).then_some(Literal { text, end: value.start + length })
}

/// A reference to a variable in a word.
struct Variable<'t> {
    name: &'t str,
    range: Range<usize>,
}

/// The variables whose values the shell puts into `word`: `$NAME`, `${NAME…}`, `$env:NAME`, `%NAME%`.
fn variables(word: &str) -> Vec<Variable<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = word.get(at..).and_then(|it| it.find(['$', '%'])).map(|it| at + it) {
        let rest = Piece { text: word, start: 0 }.after(start);
        let name = match (rest.text.starts_with('%'), powershell_variable(rest)) {
            (false, Some(name)) => name,
            _ if rest.text.starts_with("${") => rest.after(2),
            _ => rest.after(1),
        };
        let length = name.text.find(|it| !is_name_character(it)).unwrap_or(name.text.len());
        let after = name.after(length);
        let end = if rest.text.starts_with('%') {
            after.text.starts_with('%').then_some(after.start + 1)
        } else if rest.text.starts_with("${") {
            // `${NAME:+set}` says whether there is a value, not which.
            let is_shown = !after.text.starts_with(":+") && !after.text.starts_with('+');
            is_shown
                .then(|| after.start + after.text.find('}').map_or(after.text.len(), |it| it + 1))
        } else {
            Some(after.start)
        };
        if let (Some(end), Some(name)) = (end, name.text.get(..length).filter(|it| is_name(it))) {
            found.push(Variable { name, range: start..end });
        }
        at = end.unwrap_or(after.start).max(start + 1);
    }
    found
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|it: char| it.is_ascii_digit())
        && text.chars().all(is_name_character)
}

fn is_name_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}
