//! `proaktiv-engine ask`: questions to the data and rules of the act that need no case.

mod deadline;
mod identity;
mod reply;
mod sms;

use clap::Subcommand;

use super::Answer;
use super::complaint::Complaint;

/// A question.
#[derive(Subcommand)]
pub(super) enum Question {
    /// When a term ends that runs from a sending: at 24:00 Astana time of its last day.
    Deadline(deadline::Asked),
    /// Whether VALUE is an individual identification number.
    #[command(after_help = "Examples:
  proaktiv-engine ask iin 159901500005            valid, exit code 0
  proaktiv-engine ask iin 159901500004            not valid, exit code 1
  proaktiv-engine ask iin --json -- --json        a value that looks like an option")]
    Iin(identity::Asked),
    /// Whether VALUE is a business identification number.
    #[command(after_help = "Examples:
  proaktiv-engine ask bin 159901500005
  proaktiv-engine ask bin --json 159901500004")]
    Bin(identity::Asked),
    /// Whether VALUE is an account number of Kazakhstan.
    #[command(after_help = "Examples:
  proaktiv-engine ask iban KZ68601TEST000000001
  proaktiv-engine ask iban --json 'KZ82 722T EST0 0000 0001'")]
    Iban(identity::Asked),
    /// Whether VALUE is a subscriber number of a mobile line of Kazakhstan.
    #[command(after_help = "Examples:
  proaktiv-engine ask phone '+7 701 000 00 01'
  proaktiv-engine ask phone --json 87010000001")]
    Phone(identity::Asked),
    /// What TEXT says in reply to an open form.
    Reply(reply::Asked),
    /// The text of a form, with its length.
    Sms(sms::Asked),
}

impl Question {
    /// Answers the question.
    pub(super) fn answer(self) -> Result<Answer, Complaint> {
        match self {
            Question::Deadline(asked) => asked.answer(),
            Question::Iin(asked) => Ok(asked.answer(identity::Kind::Iin)),
            Question::Bin(asked) => Ok(asked.answer(identity::Kind::Bin)),
            Question::Iban(asked) => Ok(asked.answer(identity::Kind::Iban)),
            Question::Phone(asked) => Ok(asked.answer(identity::Kind::Phone)),
            Question::Reply(asked) => asked.answer(),
            Question::Sms(asked) => asked.answer(),
        }
    }
}
