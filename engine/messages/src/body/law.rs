//! A change of the law that the operator states while the engine runs: days moved by decree, another
//! last day of force, other integrated banks. Names nobody.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::BankCode;

/// A day that a decree moves: worked though it was not, or the other way round (S-19).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayMoved {
    /// The day.
    pub day: NaiveDate,
    /// Whether it is worked from now on.
    pub works: bool,
    /// Who says so: the decree, or the word `assumed`.
    pub source: String,
}

/// A change of the law (A-O6, S-14, S-19). It is known from the moment at which its message was sent.
///
/// Every field is always written: snapshots keep changes in a form without the names of fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LawChange {
    /// What this state of the law is called in the records: 1 to 40 letters, digits, dots, hyphens and
    /// underscores of ASCII; each name once.
    pub version: String,
    /// The first day on which the change is valid.
    pub valid_from: NaiveDate,
    /// Days that are moved, each once, none before `valid_from`; may be empty.
    #[serde(default)]
    pub days: Vec<DayMoved>,
    /// The last day of force of the order (S-14), where it changes.
    #[serde(default)]
    pub last_day: Option<NaiveDate>,
    /// The integrated banks, where they change: the whole list.
    #[serde(default)]
    pub integrated_banks: Option<Vec<BankCode>>,
    /// Who says so: the act, or the word `assumed`.
    pub source: String,
}
