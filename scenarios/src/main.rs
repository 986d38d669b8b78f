//! `proaktiv-sim`: the simulation on the command line.

mod command_line;

/// Millions of small messages are made and dropped; measured against the system's allocator, see
/// `CONTRIBUTING.md`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use std::process::ExitCode;

fn main() -> ExitCode {
    command_line::main()
}
