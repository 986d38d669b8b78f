//! What must occur somewhere in the catalogue.

use std::collections::BTreeMap;

use proaktiv_core::home_schooling::forms::reply::Unrecognised;
use proaktiv_messages::{Closing, Exclusion, Hold};
use serde::Serialize;

/// The rows that code may cite, those of section 4 among them.
const KNOWN: &str = include_str!("../../../law/known.csv");

/// A kind of thing that must occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// A row of section 4: where the order is silent.
    Row,
    /// A ground of exclusion (S-46).
    Ground,
    /// A reason for a hold (S-46).
    Hold,
    /// What a reply is read as.
    Reply,
    /// Why an offer or a case closed.
    Closing,
    /// What became of a child.
    Outcome,
}

impl Group {
    /// Returns what a reader calls the group.
    pub const fn title(self) -> &'static str {
        match self {
            Group::Row => "Rows where the order is silent",
            Group::Ground => "Grounds of exclusion",
            Group::Hold => "Holds",
            Group::Reply => "Replies",
            Group::Closing => "Closings",
            Group::Outcome => "Outcomes",
        }
    }

    /// Returns how many children met the thing with this name, as the oracle counted.
    pub(super) fn children(self, name: &str, coverage: &BTreeMap<String, u32>) -> u32 {
        match self {
            Group::Row | Group::Ground | Group::Hold | Group::Reply | Group::Closing => {
                coverage.get(name).copied().unwrap_or(0)
            }
            // Outcomes are finer in the count: `outcome:closed:no_reply` is one of `outcome:closed`.
            Group::Outcome => {
                let is_of = |counted: &str| {
                    counted.strip_prefix(name).is_some_and(|rest| matches!(rest.get(..1), None | Some(":")))
                };
                coverage.iter().filter(|(counted, _)| is_of(counted)).map(|(_, children)| children).sum()
            }
        }
    }
}

/// A row that no run can exercise, and the test that stands for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NotInARun {
    /// The row.
    pub row: &'static str,
    /// Why no run can.
    pub why: &'static str,
    /// The test, as its runner names it.
    pub test: &'static str,
}

/// The rows of section 4 that no run can exercise.
pub const NOT_IN_A_RUN: &[NotInARun] = &[
    NotInARun {
        row: "S-25",
        why: "without a service code nothing starts",
        test: "home_schooling::parameters::law::tests::what_cannot_be_is_refused_and_named",
    },
    NotInARun {
        row: "S-42",
        why: "retention ends after every run; what a run leaves is searched",
        test: "personal_data::a_run_leaves_no_iin_number_account_or_name_of_its_plan",
    },
    NotInARun {
        row: "S-45",
        why: "without a day of publication nothing starts",
        test: "home_schooling::parameters::law::tests::what_cannot_be_is_refused_and_named",
    },
];

/// Kinds of parties that must misbehave in `pilot`, as `misbehaviours` of a result names them. The observer
/// only listens.
pub(super) const PARTIES: [&str; 12] =
    ["nobd", "school", "cbdi", "counter", "kdp", "gbdfl", "bmg", "bank", "sms_centre", "household", "leb", "payer"];

pub(super) const GROUNDS: [Exclusion; 8] = [
    Exclusion::NoDisability,
    Exclusion::Application,
    Exclusion::Death,
    Exclusion::Missing,
    Exclusion::Incapacity,
    Exclusion::NoCitizenship,
    Exclusion::NoRegistration,
    Exclusion::Age18,
];

pub(super) const HOLDS: [Hold; 15] = [
    Hold::NoRep,
    Hold::IdNotActual,
    Hold::RegNotPermanent,
    Hold::NoBirthRecord,
    Hold::ConsentTimeout,
    Hold::ConsentExpired,
    Hold::NoBmg,
    Hold::BankUnknown,
    Hold::NumberChanged,
    Hold::Undelivered,
    Hold::RepConflict,
    Hold::RepMinor,
    Hold::FullStateCare,
    Hold::DuplicateEnrolment,
    Hold::MissingFromList,
];

pub(super) const CLOSINGS: [Closing; 12] = [
    Closing::NoReply,
    Closing::Unreached,
    Closing::Superseded,
    Closing::Refuted,
    Closing::NumberChanged,
    Closing::ConsentWithdrawn,
    Closing::RepLost,
    Closing::ConsentRefused,
    Closing::PilotEnded,
    Closing::Refused,
    Closing::Stopped,
    Closing::Ended,
];

/// Returns everything that must occur, by group.
pub fn wanted() -> Vec<(Group, String)> {
    let rows = KNOWN.lines().filter_map(|line| line.split(',').next()).filter(|row| row.starts_with("S-"));
    let in_a_run = rows.filter(|row| NOT_IN_A_RUN.iter().all(|one| one.row != *row));
    let mut wanted: Vec<_> = in_a_run.map(|row| (Group::Row, row.to_owned())).collect();
    wanted.extend(GROUNDS.iter().map(|ground| (Group::Ground, format!("excluded:{}", word(ground)))));
    wanted.extend(HOLDS.iter().map(|hold| (Group::Hold, format!("held:{}", word(hold)))));
    let classes = Unrecognised::ALL.iter().map(|class| class.name());
    wanted.extend(
        ["accept", "another_bank"].into_iter().chain(classes).map(|class| (Group::Reply, format!("reply:{class}"))),
    );
    wanted.extend(CLOSINGS.iter().map(|closing| (Group::Closing, format!("closed:{}", word(closing)))));
    wanted.extend(["paid", "closed", "excluded", "held"].map(|class| (Group::Outcome, format!("outcome:{class}"))));
    wanted
}

/// Returns the word that a plain enum is written as.
fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(_) | Err(_) => String::new(),
    }
}
