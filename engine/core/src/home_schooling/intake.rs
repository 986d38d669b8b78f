//! Order 42, p. 4: the daily list.
//!
//! Owns which rows are known and with which content. A row that is known with the same content never
//! reaches this aggregate: the shell compares keyed digests and passes on what is new or changed, in
//! parts, and at the end the counts. Judges each row by itself: one bad row never blocks a list.

use std::sync::Arc;

use chrono::NaiveDate;
use proaktiv_messages::{Body, Enrolment, Key, Moment, Party, ReturnRow, RowFault, Sealed, Token};
use serde::{Deserialize, Serialize};

use super::provisions::a_row_is_complete::fault_of;
use super::{CaseInbound, Condition, Effect, Inbound};
use crate::Aggregate;
use crate::ground::Ground;

/// What makes two rows versions of one (S-12): NOBD's id of the row, else child and school.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowKey {
    /// NOBD's own id.
    Numbered(u64),
    /// NOBD gives no id.
    Unnumbered {
        /// The child.
        child: Token,
        /// The school.
        school: u32,
    },
}

impl RowKey {
    /// Returns the key of a row.
    pub const fn of(row: &Enrolment<Sealed>) -> Self {
        match row.row {
            Some(id) => RowKey::Numbered(id),
            None => RowKey::Unnumbered { child: row.child, school: row.school },
        }
    }
}

/// Keyed digest of a row's content.
pub type RowDigest = Token;

/// A row that is new or changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnownRow {
    /// Which row.
    pub key: RowKey,
    /// The digest of its content.
    pub digest: RowDigest,
}

/// What a list held, counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ListCounts {
    /// Rows in it.
    pub rows: u32,
    /// Rows known with the same content.
    pub unchanged: u32,
    /// Rows never seen before.
    pub new: u32,
    /// Rows seen before with other content.
    pub changed: u32,
    /// Whether the list is full: it declared its row count and had it (S-13).
    pub full: bool,
}

/// What can reach the intake.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntakeInbound {
    /// Some rows of a complete list that are new or changed.
    Rows {
        /// Which batch.
        batch: u64,
        /// The rows with the digests of their content. Not written again in the record of the step,
        /// whose effects hold them.
        #[serde(skip)]
        rows: Vec<(RowDigest, Arc<Enrolment<Sealed>>)>,
    },
    /// The list is at its end.
    Ended {
        /// Which batch.
        batch: u64,
        /// The day that it is of.
        day: NaiveDate,
        /// What it held.
        counts: ListCounts,
    },
    /// A school has the row that was sent back.
    Acknowledged,
}

/// What can happen to the intake.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntakeEvent {
    /// A sound row, new or in a new version.
    RowTaken {
        /// Which, and its content's digest.
        row: KnownRow,
        /// The row, for the case; left out of the record's event: its effect holds it.
        #[serde(skip)]
        enrolment: Option<Arc<Enrolment<Sealed>>>,
    },
    /// A row that lacks what A-08 demands.
    RowSentBack {
        /// Which, and its content's digest.
        row: KnownRow,
        /// What is wrong.
        fault: RowFault,
        /// The row; left out of the record's event: its effect names it.
        #[serde(skip)]
        enrolment: Option<Arc<Enrolment<Sealed>>>,
    },
    /// A list was taken.
    ListTaken {
        /// Which batch.
        batch: u64,
        /// The day that it is of.
        day: NaiveDate,
        /// What it held.
        counts: ListCounts,
    },
}

impl IntakeEvent {
    /// Returns what the event rests on.
    pub const fn ground(&self) -> Ground {
        match self {
            IntakeEvent::RowTaken { .. } => Ground::new("A-08", "4"),
            IntakeEvent::RowSentBack { .. } => Ground::new("S-33", "4"),
            IntakeEvent::ListTaken { .. } => Ground::new("A-07", "4"),
        }
    }
}

/// The daily lists of one source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Intake {
    /// The last list taken.
    pub last_list: Option<NaiveDate>,
    /// Lists taken so far.
    pub lists: u32,
    /// Sound rows and versions of rows taken so far.
    pub rows_taken: u64,
    /// Rows sent back so far.
    pub rows_sent_back: u64,
}

impl Aggregate for Intake {
    type Inbound = IntakeInbound;
    type Event = IntakeEvent;
    type Effect = Effect;
    type Refusal = std::convert::Infallible;
    type Deadline = std::convert::Infallible;
    type Law = Condition;

    fn decide(
        &self,
        inbound: &IntakeInbound,
        _now: Moment,
        _law: &Condition,
        events: &mut Vec<IntakeEvent>,
    ) -> Result<(), Self::Refusal> {
        match inbound {
            IntakeInbound::Rows { rows, .. } => {
                events.extend(rows.iter().map(|(digest, enrolment)| {
                    let row = KnownRow { key: RowKey::of(enrolment), digest: *digest };
                    let enrolment_kept = Some(Arc::clone(enrolment));
                    match fault_of(enrolment) {
                        None => IntakeEvent::RowTaken { row, enrolment: enrolment_kept },
                        Some(fault) => IntakeEvent::RowSentBack { row, fault, enrolment: enrolment_kept },
                    }
                }));
            }
            IntakeInbound::Acknowledged => {}
            IntakeInbound::Ended { batch, day, counts } => {
                events.push(IntakeEvent::ListTaken { batch: *batch, day: *day, counts: *counts });
            }
        }
        Ok(())
    }

    fn evolve(&mut self, event: &IntakeEvent) {
        match event {
            IntakeEvent::RowTaken { .. } => self.rows_taken += 1,
            IntakeEvent::RowSentBack { .. } => self.rows_sent_back += 1,
            IntakeEvent::ListTaken { day, .. } => {
                self.lists += 1;
                self.last_list = self.last_list.max(Some(*day));
            }
        }
    }

    fn react(&self, event: &IntakeEvent, _law: &Condition, effects: &mut Vec<Effect>) {
        match event {
            IntakeEvent::RowTaken { enrolment: Some(enrolment), .. } => effects.push(Effect::Pass {
                to: Key::case(enrolment.child),
                inbound: Inbound::Case(CaseInbound::Reported(Arc::clone(enrolment))),
            }),
            IntakeEvent::RowSentBack { enrolment: Some(enrolment), fault, .. } => effects.push(Effect::tell(
                Party::School(enrolment.school),
                Body::ReturnRow(ReturnRow { row: enrolment.row, child: enrolment.child, fault: *fault }),
            )),
            // Without its row an event was read from a journal; replay does not react.
            IntakeEvent::RowTaken { enrolment: None, .. }
            | IntakeEvent::RowSentBack { enrolment: None, .. }
            | IntakeEvent::ListTaken { .. } => {}
        }
    }

    fn next_deadline(&self) -> Option<(Moment, Self::Deadline)> {
        None
    }
}
