//! `ask reply`: what a text says to an open form (T-11, T-16, T-17, S-06, S-40).

use std::ffi::OsString;

use clap::Args;
use proaktiv_core::home_schooling::forms::{Reply, class, read, reply::SERVICE_DIGITS_MAX};
use proaktiv_messages::FormNumber;
use serde_json::json;

use super::super::Answer;
use super::super::complaint::Complaint;

/// The least that App.2 can list.
const LEAST_LIST: u8 = 2;

/// The open form and the text.
#[derive(Args)]
#[command(after_help = "Examples:
  proaktiv-engine ask reply --form 1 --code 123 '123 #3#1'
  proaktiv-engine ask reply --form 2 --banks 5 --code 123 '123#3#12' --json
  proaktiv-engine ask reply --form 3 --code 123 -- '-'

App.3 is judged as the first form of its offer. The exit code is 0 whatever the reply says.")]
pub(crate) struct Asked {
    /// The open form: 1, 2 or 3.
    #[arg(long, value_name = "1|2|3", allow_hyphen_values = true)]
    form: String,
    /// How many banks App.2 lists; the least that it can if not given.
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    banks: Option<String>,
    /// The service code that the form asked to write.
    #[arg(long, value_name = "CODE", allow_hyphen_values = true)]
    code: String,
    /// The text of the reply; any text, the empty one and those that begin with a hyphen too.
    #[arg(allow_hyphen_values = true)]
    text: OsString,
    /// Prints one JSON document and nothing else on standard output.
    #[arg(long)]
    json: bool,
}

impl Asked {
    pub(super) fn answer(&self) -> Result<Answer, Complaint> {
        let form = match self.form.as_str() {
            "1" => FormNumber::One,
            "2" => FormNumber::Two,
            "3" => FormNumber::Three,
            other => return Err(Complaint::about("--form", other, "1, 2, 3")),
        };
        let code = service_code(&self.code)?;
        let banks = self.banks(form)?;
        let reply = class(&read(&self.text.to_string_lossy()), code, form, usize::from(banks), None);
        let (text, json) = match reply {
            Reply::Accept { bank: Some(bank) } => {
                (format!("accept, bank {bank} of the list"), json!({ "reply": "accept", "bank": bank }))
            }
            Reply::Accept { bank: None } => ("accept".to_owned(), json!({ "reply": "accept" })),
            Reply::AnotherBank => ("another bank".to_owned(), json!({ "reply": "another_bank" })),
            Reply::Unrecognised(class) => {
                (format!("unrecognised: {}", class.name()), json!({ "reply": "unrecognised", "class": class.name() }))
            }
        };
        Ok(Answer::good(text, json, self.json))
    }

    fn banks(&self, form: FormNumber) -> Result<u8, Complaint> {
        let least = if form == FormNumber::Two { LEAST_LIST } else { 1 };
        let Some(text) = &self.banks else { return Ok(least) };
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let banks = text.parse().ok().filter(|banks| digits && (least..).contains(banks));
        banks.ok_or_else(|| Complaint::about("--banks", text, &format!("a whole number from {least} to {}", u8::MAX)))
    }
}

/// Returns the service code if it can be one (S-25).
pub(super) fn service_code(code: &str) -> Result<&str, Complaint> {
    let digits = (1..=SERVICE_DIGITS_MAX).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit());
    if digits { Ok(code) } else { Err(Complaint::about("--code", code, &format!("1 to {SERVICE_DIGITS_MAX} digits"))) }
}
