//! Whether colours are wanted.

use std::ffi::OsString;

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;

/// What the user says about colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Choice {
    /// In a terminal that can show them
    Auto,
    /// Also into files and pipes
    Always,
    /// Not at all
    Never,
}

/// Whether text for a stream is coloured: as said, else by the environment, else in terminals.
///
/// <https://no-color.org/>, <https://bixense.com/clicolors/>
pub(crate) fn is_wanted(
    choice: Choice,
    is_terminal: bool,
    variable: &dyn Fn(&str) -> Option<OsString>,
) -> bool {
    let is_set = |name: &str| variable(name).is_some_and(|it| !it.is_empty());
    let is = |name: &str, value: &str| variable(name).is_some_and(|it| it == value);
    match choice {
        Choice::Always => true,
        Choice::Never => false,
        Choice::Auto if is_set("NO_COLOR") => false,
        Choice::Auto if is_set("CLICOLOR_FORCE") && !is("CLICOLOR_FORCE", "0") => true,
        Choice::Auto => is_terminal && !is("CLICOLOR", "0") && !is("TERM", "dumb"),
    }
}

/// How the word `error` is written.
pub(crate) fn error(is_coloured: bool) -> Style {
    styled(is_coloured, AnsiColor::BrightRed.on_default().bold())
}

/// How headings are written.
pub(crate) fn heading(is_coloured: bool) -> Style {
    styled(is_coloured, Style::new().bold())
}

/// How what is less important is written.
pub(crate) fn aside(is_coloured: bool) -> Style {
    styled(is_coloured, Style::new().dimmed())
}

fn styled(is_coloured: bool, style: Style) -> Style {
    if is_coloured { style } else { Style::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(choice: Choice, is_terminal: bool, variables: &[(&str, &str)], expected: bool) {
        let variable =
            |name: &str| variables.iter().find(|it| it.0 == name).map(|it| OsString::from(it.1));
        assert_eq!(is_wanted(choice, is_terminal, &variable), expected, "{variables:?}");
    }

    #[test]
    fn what_is_said_wins() {
        check(Choice::Always, false, &[("NO_COLOR", "1")], true);
        check(Choice::Never, true, &[("CLICOLOR_FORCE", "1")], false);
    }

    #[test]
    fn the_environment_is_heard() {
        check(Choice::Auto, true, &[("NO_COLOR", "1")], false);
        check(Choice::Auto, true, &[("NO_COLOR", "")], true);
        check(Choice::Auto, false, &[("CLICOLOR_FORCE", "1")], true);
        check(Choice::Auto, false, &[("CLICOLOR_FORCE", "0")], false);
        check(Choice::Auto, false, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false);
        check(Choice::Auto, true, &[("CLICOLOR", "0")], false);
        check(Choice::Auto, true, &[("TERM", "dumb")], false);
    }

    #[test]
    fn terminals_are_coloured_and_pipes_are_not() {
        check(Choice::Auto, true, &[("TERM", "xterm-256color")], true);
        check(Choice::Auto, false, &[("TERM", "xterm-256color")], false);
    }
}
