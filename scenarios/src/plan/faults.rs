//! Faults that strike everybody at once: parties that do not work for a while, lists that come wrong.

use chrono::NaiveDate;
use proaktiv_messages::{Moment, Party};
use serde::{Deserialize, Serialize};

/// A time during which a party does not work as it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultWindow {
    /// Which party; neither the engine nor a household.
    pub party: Party,
    /// The first instant.
    pub from: Moment,
    /// The instant from which on it works again.
    pub to: Moment,
    /// How it does not work.
    pub kind: FaultKind,
}

/// How a party does not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// What is sent to it is lost, what it would send waits for the end. The SMS centre keeps what
    /// people write.
    Silent,
    /// Its answers are `Unknown`.
    Unknown,
    /// Its answers take six hours.
    Slow,
    /// What it says leaves twice, ten minutes apart, each time as a message of its own.
    Twice,
}

/// A day on which the list of NOBD does not come as it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListFault {
    /// The day of the list.
    pub day: NaiveDate,
    /// What is wrong with it.
    pub kind: ListFaultKind,
}

/// What is wrong with a list (S-13, S-44).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListFaultKind {
    /// None comes.
    None,
    /// It has no row and declares none.
    Empty,
    /// Only the first half of its rows comes, all are declared.
    Partial,
    /// It does not declare how many rows it has.
    Undeclared,
    /// It comes again an hour later, as the same batch.
    Twice,
    /// It comes 26 hours late, after the list of the next day.
    Late,
}
