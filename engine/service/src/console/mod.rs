//! The commands of `proaktiv-engine`: arguments in, text and an exit code out.
//!
//! Exit codes: 0 done; 1 judged and found bad; 2 a bad argument or value, told in one line on standard
//! error. With `--json` a command prints one JSON document on standard output and nothing else there.
//! No message repeats what may be an IIN, a number, an account or a name.

mod ask;
mod complaint;
mod law;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};
use complaint::Complaint;
use serde_json::Value;

/// Judged and found bad.
const BAD: u8 = 1;
/// A bad argument or value.
const USAGE: u8 = 2;

/// The engine of order 42: reimbursement of the costs of teaching children with disability at home,
/// offered without an application.
#[derive(Parser)]
#[command(
    name = "proaktiv-engine",
    version,
    disable_help_subcommand = true,
    after_help = "Examples:
  proaktiv-engine ask deadline --sent 2024-04-30T10:00 --working-days 3
  proaktiv-engine ask reply --form 2 --banks 5 --code 123 '123#3#12'
  proaktiv-engine law --json                      every point of the act

Exit codes: 0 done, 1 judged and found bad, 2 usage."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Puts a question to the act's data and rules, without a case.
    Ask {
        #[command(subcommand)]
        question: ask::Question,
    },
    /// Prints every point of the act: what carries it out, what tests it, how it is read.
    #[command(after_help = "Examples:
  proaktiv-engine law
  proaktiv-engine law --json | jq '.[] | select(.id == \"A-29\")'")]
    Law {
        /// Prints one JSON document and nothing else on standard output.
        #[arg(long)]
        json: bool,
    },
}

/// What a command has to say.
pub(crate) struct Answer {
    /// For people.
    text: String,
    /// For programs.
    json: Value,
    /// Whether programs are answered.
    as_json: bool,
    /// 0, or 1 for what was judged and found bad.
    code: u8,
}

impl Answer {
    /// Returns an answer that means no harm.
    fn good(text: String, json: Value, as_json: bool) -> Self {
        Self { text, json, as_json, code: 0 }
    }
}

/// Runs one command line; everything that it says goes to `out` and `err`.
pub(crate) fn run(arguments: impl Iterator<Item = OsString>, out: &mut dyn Write, err: &mut dyn Write) -> ExitCode {
    let answer = match Cli::try_parse_from(arguments) {
        Ok(cli) => match cli.command {
            Command::Ask { question } => question.answer(),
            Command::Law { json } => law::answer(json),
        },
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            // Nobody is there to hear that nobody listens.
            let _ = write!(out, "{error}");
            return ExitCode::SUCCESS;
        }
        Err(error) => Err(Complaint::of(&error)),
    };
    match answer {
        Ok(answer) => {
            let said = if answer.as_json { answer.json.to_string() } else { answer.text };
            let _ = writeln!(out, "{}", said.trim_end_matches('\n'));
            ExitCode::from(answer.code)
        }
        Err(complaint) => {
            let _ = writeln!(err, "{complaint}");
            ExitCode::from(USAGE)
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        super::Cli::command().debug_assert();
    }
}
