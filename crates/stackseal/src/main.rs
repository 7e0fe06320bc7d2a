//! The `stackseal` binary: the streams of the process around the library.

use std::io::{self, BufWriter, IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use stackseal::{Date, Io};
use terminal_size::{Width, terminal_size_of};

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        // The Guard interpreter panics on some rules: that is caught, and told as an error of the run.
        let is_caught = |it: &std::panic::Location<'_>| it.file().contains("/cfn-guard-");
        if panic.location().is_some_and(is_caught) {
            return;
        }
        // What a panic says may quote what it stumbled over, and that may be a secret.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(io::stderr(), "internal error at {place}, please report it");
    }));
    let (stdin, stdout, stderr) = (io::stdin(), io::stdout(), io::stderr());
    let io = &mut Io {
        stdout_is_terminal: stdout.is_terminal(),
        stdout_columns: terminal_size_of(&stdout).map(|(Width(columns), _)| columns.into()),
        stderr_is_terminal: stderr.is_terminal(),
        stdin: &mut stdin.lock(),
        // Not locked, either of them: reports and the progress bar are written from other threads.
        stdout: &mut BufWriter::new(stdout),
        stderr: &mut &stderr,
        folder: std::env::current_dir().unwrap_or_default(),
        today: today(),
        variable: &|name| std::env::var_os(name),
    };
    ExitCode::from(stackseal::run(std::env::args_os(), io).code())
}

/// Today in UTC, so that a suppression ends everywhere at once.
fn today() -> Date {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Date::from_unix_days(since.as_secs() / (24 * 60 * 60))
}
