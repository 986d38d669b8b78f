//! `ask iin`, `bin`, `iban`, `phone`: whether a text can be one. Every text has an answer, and no answer
//! repeats the text.

use std::ffi::OsString;

use clap::Args;
use proaktiv_messages::identity::{Bin, Iban, Iin, Invalid, Msisdn};
use serde_json::json;

use super::super::{Answer, BAD};

/// The value that is judged.
#[derive(Args)]
pub(crate) struct Asked {
    /// The text to judge; any text, the empty one and those that begin with a hyphen too.
    #[arg(allow_hyphen_values = true)]
    value: OsString,
    /// Prints one JSON document and nothing else on standard output.
    #[arg(long)]
    json: bool,
}

/// What the text may be.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Iin,
    Bin,
    Iban,
    Phone,
}

impl Asked {
    pub(super) fn answer(&self, kind: Kind) -> Answer {
        // What is no UTF-8 becomes a character that belongs nowhere.
        let value = self.value.to_string_lossy();
        let judged = match kind {
            Kind::Iin => value.parse::<Iin>().map(|_| ()),
            Kind::Bin => value.parse::<Bin>().map(|_| ()),
            Kind::Iban => value.parse::<Iban>().map(|_| ()),
            Kind::Phone => value.parse::<Msisdn>().map(|_| ()),
        };
        self.judged(judged)
    }

    fn judged(&self, judged: Result<(), Invalid>) -> Answer {
        match judged {
            Ok(()) => Answer::good("valid".to_owned(), json!({ "valid": true }), self.json),
            Err(reason) => Answer {
                text: format!("not valid: {reason}"),
                json: json!({ "valid": false, "reason": reason.to_string() }),
                as_json: self.json,
                code: BAD,
            },
        }
    }
}
