//! `proaktiv-engine`: the engine of order 42 from the command line.

mod console;

use std::process::ExitCode;

fn main() -> ExitCode {
    let (stdout, stderr) = (std::io::stdout(), std::io::stderr());
    console::run(std::env::args_os(), &mut stdout.lock(), &mut stderr.lock())
}
