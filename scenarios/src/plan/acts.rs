//! What a household does by itself, and when: a plan with acts leaves nothing to habit.

use std::sync::Arc;

use proaktiv_messages::identity::Msisdn;
use proaktiv_messages::{BankCode, Moment};
use serde::{Deserialize, Serialize};

use super::conduct::is_no;
use super::one_of::OneOf;

/// One thing that a household does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// When.
    pub when: When,
    /// What.
    pub does: Does,
}

/// When a household acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WhenLine", into = "WhenLine")]
pub enum When {
    /// At this instant.
    At(Moment),
    /// So many minutes after the n-th form of the numbers 1 to 3 reached the household, from 1.
    OnSms(u16, u32),
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WhenLine {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<Moment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sms: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after_minutes: Option<u32>,
}

impl TryFrom<WhenLine> for When {
    type Error = OneOf;
    fn try_from(line: WhenLine) -> Result<Self, OneOf> {
        match (line.at, line.sms, line.after_minutes) {
            (Some(at), None, None) => Ok(When::At(at)),
            (None, Some(nth), Some(minutes)) => Ok(When::OnSms(nth, minutes)),
            (_, _, _) => Err(OneOf(&["at", "sms with after_minutes"])),
        }
    }
}

impl From<When> for WhenLine {
    fn from(when: When) -> Self {
        match when {
            When::At(at) => Self { at: Some(at), sms: None, after_minutes: None },
            When::OnSms(nth, minutes) => Self { at: None, sms: Some(nth), after_minutes: Some(minutes) },
        }
    }
}

/// What a household does. Persons are counted from 1, parents first, then guardians.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "DoesLine", into = "DoesLine")]
pub enum Does {
    /// It writes to 1414.
    Writes(Writing),
    /// It accepts as the form at hand asks for, with this bank where there is a list (from 1, modulo its length).
    Accepts(u16),
    /// It asks for another bank as the form at hand offers.
    OtherBank,
    /// A person opens an account for benefits.
    Opens(Opening),
    /// A person closes his account for benefits.
    Closes(ClosingAccount),
    /// It lodges an application for this child at the counter.
    Lodges(u8),
    /// A consent is taken back.
    Withdraws(Withdrawing),
    /// A person has another number, or none.
    ChangesNumber(NewNumber),
}

/// A text to 1414, and what happens to it on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writing {
    /// What is written.
    pub text: Arc<str>,
    /// From which other number; none: from that which the form came to, or the first of the family.
    pub from: Option<Msisdn>,
    /// How many minutes the SMS centre keeps it before it passes it on (S-07b).
    pub stored_minutes: u32,
    /// Whether the link does not say when the SMS centre received it (S-07b).
    pub unstamped: bool,
}

/// Where and for whom an account is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// For whom.
    pub person: u8,
    /// At which bank.
    pub bank: BankCode,
    /// Minutes until the bank tells the engine; absent: it never does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_after_minutes: Option<u32>,
}

/// Whose account is closed, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosingAccount {
    /// Whose.
    pub person: u8,
    /// At which bank.
    pub bank: BankCode,
}

/// The consent to whose record is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Withdrawing {
    /// That of this child.
    Child(u8),
    /// That of this person.
    Person(u8),
}

/// Whose number changes, and to which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewNumber {
    /// Whose.
    pub person: u8,
    /// The new one; none: he has none any more.
    pub number: Option<Msisdn>,
}

/// No more than that it is so.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DoesLine {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    writes: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<Msisdn>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stored_minutes: Option<u32>,
    #[serde(default, skip_serializing_if = "is_no")]
    unstamped: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    accepts: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    other_bank: Option<Nothing>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    opens: Option<Opening>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    closes: Option<ClosingAccount>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lodges: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    withdraws: Option<Withdrawing>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    changes_number: Option<NewNumber>,
}

const DEEDS: &[&str] = &["writes", "accepts", "other_bank", "opens", "closes", "lodges", "withdraws", "changes_number"];

impl TryFrom<DoesLine> for Does {
    type Error = OneOf;
    fn try_from(line: DoesLine) -> Result<Self, OneOf> {
        let of_writing = line.from.is_some() || line.stored_minutes.is_some() || line.unstamped;
        if of_writing && line.writes.is_none() {
            return Err(OneOf(&["writes with from, stored_minutes, unstamped"]));
        }
        let mut given = Vec::with_capacity(1);
        given.extend(line.writes.map(|text| {
            let stored_minutes = line.stored_minutes.unwrap_or(0);
            Does::Writes(Writing { text, from: line.from, stored_minutes, unstamped: line.unstamped })
        }));
        given.extend(line.accepts.map(Does::Accepts));
        given.extend(line.other_bank.map(|Nothing {}| Does::OtherBank));
        given.extend(line.opens.map(Does::Opens));
        given.extend(line.closes.map(Does::Closes));
        given.extend(line.lodges.map(Does::Lodges));
        given.extend(line.withdraws.map(Does::Withdraws));
        given.extend(line.changes_number.map(Does::ChangesNumber));
        match (given.pop(), given.pop()) {
            (Some(does), None) => Ok(does),
            (_, _) => Err(OneOf(DEEDS)),
        }
    }
}

impl From<Does> for DoesLine {
    fn from(does: Does) -> Self {
        let empty = Self::default();
        match does {
            Does::Writes(writing) => Self {
                writes: Some(writing.text),
                from: writing.from,
                stored_minutes: (writing.stored_minutes > 0).then_some(writing.stored_minutes),
                unstamped: writing.unstamped,
                ..empty
            },
            Does::Accepts(bank) => Self { accepts: Some(bank), ..empty },
            Does::OtherBank => Self { other_bank: Some(Nothing {}), ..empty },
            Does::Opens(opening) => Self { opens: Some(opening), ..empty },
            Does::Closes(closing) => Self { closes: Some(closing), ..empty },
            Does::Lodges(child) => Self { lodges: Some(child), ..empty },
            Does::Withdraws(withdrawing) => Self { withdraws: Some(withdrawing), ..empty },
            Does::ChangesNumber(new) => Self { changes_number: Some(new), ..empty },
        }
    }
}
