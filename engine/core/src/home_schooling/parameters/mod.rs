//! What the act leaves to be stated, and every value that holds beside it: dated and sourced.
//!
//! A [`Law`] is all that the rules ask for that is not a rule: validity, windows, hours, banks, rates.
//! What a plan or a configuration states comes as one JSON object; what it does not state stands in
//! `data/parameters.csv`. The day of publication and the service code have no default (S-25, S-45). A
//! `Law` that exists has been checked: every form can be rendered with it, in both languages.

mod banks;
#[cfg(test)]
pub(crate) mod example;
mod json;
mod law;
mod sourced;
mod stated;

use chrono::NaiveDate;

pub use banks::{BankName, Banks};
pub use law::Law;
pub use sourced::{Sourced, Stated, in_force, parameters};
pub use stated::{Mci, Rate, RateUnit};

/// Why no law can be made of what is stated: names the field, what stands there and what is accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {value} is not accepted; accepted: {accepted}")]
pub struct LawError {
    /// The field, as a path in what was read.
    pub field: String,
    /// What stands there.
    pub value: String,
    /// What may stand there.
    pub accepted: String,
}

/// Why an engine may not run on a day: the calendar does not know enough of the days after it (S-19).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the calendar does not hold {day} and the {margin_days} days after it: it knows {first_day_known} to \
     {last_day_known}. To go on, add the official days off of the following year to data/kz_holidays.csv, the new \
     last day and version to data/calendars.csv, and build again"
)]
pub struct CalendarEndsTooSoon {
    /// The day of the run.
    pub day: NaiveDate,
    /// How many days after it the calendar must know.
    pub margin_days: u32,
    /// The first day of the calendar's data.
    pub first_day_known: NaiveDate,
    /// The last day of the calendar's data.
    pub last_day_known: NaiveDate,
}

impl LawError {
    fn new(field: impl Into<String>, value: impl ToString, accepted: impl Into<String>) -> Self {
        Self { field: field.into(), value: value.to_string(), accepted: accepted.into() }
    }
}
