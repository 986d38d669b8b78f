//! `ask sms`: the text of a form and its length (A-35 to A-39, T-10 to T-15).

use chrono::NaiveDate;
use clap::Args;
use proaktiv_core::calendar::Calendar;
use proaktiv_core::home_schooling::forms::{RenderError, render, segments, units};
use proaktiv_core::home_schooling::parameters::Law;
use proaktiv_messages::{BankCode, FormNumber, Language};
use serde_json::json;

use super::super::Answer;
use super::super::complaint::Complaint;

/// The form and what is put into it.
#[derive(Args)]
#[command(after_help = "Examples:
  proaktiv-engine ask sms --form 1 --lang ru --code 123 --bank 601
  proaktiv-engine ask sms --form 2 --lang kk --code 123 --bank 601 --bank 722 --json
  proaktiv-engine ask sms --form 5 --lang ru --code 123 --bank 998 --name 'Сынаков Сынақ' --on 2024-06-01

Banks are listed in the order given. App.1 and App.5 name one bank, App.2 at least two, App.3 at least
one, App.4 none. App.4 and App.5 address a person by name; the others have no place for it.")]
pub(crate) struct Asked {
    /// The form: 1 to 5.
    #[arg(long, value_name = "1..5", allow_hyphen_values = true)]
    form: String,
    /// The language of the text.
    #[arg(long, value_name = "ru|kk", allow_hyphen_values = true)]
    lang: String,
    /// The service code.
    #[arg(long, value_name = "CODE", allow_hyphen_values = true)]
    code: String,
    /// Code of a bank, three digits; may be given again.
    #[arg(long = "bank", value_name = "BANK", allow_hyphen_values = true)]
    banks: Vec<String>,
    /// Full name of the recipient.
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    name: Option<String>,
    /// Day of the message, by which banks have their names; the newest names known if not given.
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    on: Option<String>,
    /// Prints one JSON document and nothing else on standard output.
    #[arg(long)]
    json: bool,
}

impl Asked {
    pub(super) fn answer(&self) -> Result<Answer, Complaint> {
        let form = self.form.parse().ok().filter(|_| self.form.len() == 1);
        let form = form.and_then(|number: u8| FormNumber::try_from(number).ok());
        let form = form.ok_or_else(|| Complaint::about("--form", &self.form, "1, 2, 3, 4, 5"))?;
        let language = match self.lang.as_str() {
            "ru" => Language::Ru,
            "kk" => Language::Kk,
            other => return Err(Complaint::about("--lang", other, "ru, kk")),
        };
        let law = law_to_render_with(super::reply::service_code(&self.code)?)?;
        let bank = |text: &String| text.parse().map_err(|_| Complaint::about("--bank", text, "three digits"));
        let banks: Vec<BankCode> = self.banks.iter().map(bank).collect::<Result<_, _>>()?;
        let day = self.day()?;
        let text = render(&law, form, language, &banks, self.name.as_deref(), day)
            .map_err(|error| complaint(&error, banks.len()))?;
        let (units, segments) = (units(&text), segments(&text));
        let json = json!({ "text": text, "units": units, "segments": segments, "on": day.to_string() });
        Ok(Answer::good(format!("{text}\n\n{units} units, {segments} segments"), json, self.json))
    }

    fn day(&self) -> Result<NaiveDate, Complaint> {
        let newest = Calendar::of_kazakhstan().last_day();
        let Some(text) = &self.on else { return Ok(newest) };
        let day = text.parse().ok().filter(|_| text.len() == "2024-06-01".len());
        day.ok_or_else(|| Complaint::about("--on", text, "a day that exists, such as 2024-06-01"))
    }
}

/// Returns a law whose service code is `code`: nothing else of what is stated here shows in a text. The
/// other values are assumed, and only fill the places that a law must have.
fn law_to_render_with(code: &str) -> Result<Law, Complaint> {
    let stated = json!({
        "published": { "value": "2024-02-28", "basis": "assumed" },
        "last_day": "2024-12-31",
        "service_code": { "value": code, "basis": "stated on the command line" },
        "integrated_banks": ["601"],
        "reply_window_working_days": 3,
        "offer_hour": 9,
        "permitted_from": 9,
        "permitted_to": 21,
        "payment_working_day": 10,
        "payment_hour": 9,
        "rates": [],
        "mci": [{ "from": "2024-01-01", "tiyn": 369_200, "source": "assumed" }],
    });
    Law::from_json(&stated.to_string()).map_err(|error| Complaint::about("--code", code, &error.accepted))
}

/// Returns what keeps a text from being rendered, by the option that gave it.
fn complaint(error: &RenderError, given: usize) -> Complaint {
    match error {
        RenderError::WrongBanks { form, wanted, .. } => {
            let accepted = format!("{wanted} with App.{}", u8::from(*form));
            if given == 0 {
                Complaint::missing("--bank", &accepted)
            } else {
                Complaint::about("--bank", &format!("{given} in number"), &accepted)
            }
        }
        RenderError::BankTwice { bank } => Complaint::about("--bank", bank.as_str(), "each bank once"),
        RenderError::BankWithoutName { bank, day, .. } => {
            let accepted = format!("banks of the register that have a name on {day}");
            Complaint::about("--bank", bank.as_str(), &accepted)
        }
        RenderError::NoName { form } => {
            Complaint::missing("--name", &format!("a full name, which App.{} prints", u8::from(*form)))
        }
        RenderError::BrokenValue { .. } => {
            Complaint::about_a_person("--name", "a text that is not blank, without braces and control characters")
        }
        RenderError::UnknownPlaceholder { .. } => {
            Complaint::about("--form", "its stored text", "a text without unknown placeholders")
        }
    }
}
