//! The `stackseal` binary: the streams of the process around the library.

use std::io::{self, BufWriter, IsTerminal as _};
use std::process::ExitCode;

use stackseal::Io;

fn main() -> ExitCode {
    let (stdin, stdout, stderr) = (io::stdin(), io::stdout(), io::stderr());
    let io = &mut Io {
        stdout_is_terminal: stdout.is_terminal(),
        stderr_is_terminal: stderr.is_terminal(),
        stdin: &mut stdin.lock(),
        stdout: &mut BufWriter::new(stdout.lock()),
        stderr: &mut stderr.lock(),
        folder: std::env::current_dir().unwrap_or_default(),
        variable: &|name| std::env::var_os(name),
    };
    ExitCode::from(stackseal::run(std::env::args_os(), io).code())
}
