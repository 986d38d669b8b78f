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

impl LawError {
    fn new(field: impl Into<String>, value: impl ToString, accepted: impl Into<String>) -> Self {
        Self { field: field.into(), value: value.to_string(), accepted: accepted.into() }
    }
}
