//! Order 42, p. 4: the daily list.
//!
//! Owns which rows are known and with which content. A row that is known with the same content never
//! reaches this aggregate: the shell compares keyed digests and passes on what is new or changed, in
//! parts, and at the end the counts. Judges each row by itself: one bad row never blocks a list.
//!
//! Owns as well what has changed in the law since the start (A-O6, S-14, S-19): the shell makes the law in
//! force of these changes, after a restart too.

use std::sync::Arc;

use chrono::NaiveDate;
use proaktiv_messages::{Body, Enrolment, Key, LawChange, Moment, Party, ReturnRow, RowFault, Sealed, Token};
use serde::{Deserialize, Serialize};

use super::provisions::a_change_of_law_is_sound;
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
    /// The operator: the law changes.
    ChangeLaw {
        /// What changes.
        change: Box<LawChange>,
        /// When it was stated.
        known_at: Moment,
    },
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
    /// The law has changed.
    LawChanged(KnownChange),
}

impl IntakeEvent {
    /// Returns what the event rests on.
    pub fn ground(&self) -> Ground {
        match self {
            IntakeEvent::RowTaken { .. } => Ground::new("A-08", "4"),
            IntakeEvent::RowSentBack { .. } => Ground::new("S-33", "4"),
            IntakeEvent::ListTaken { .. } => Ground::new("A-07", "4"),
            IntakeEvent::LawChanged(known) => a_change_of_law_is_sound::ground_of(&known.change),
        }
    }
}

/// A change of the law, and since when it is known. Valid time and known time are two dates (S-14).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownChange {
    /// What changes.
    pub change: Box<LawChange>,
    /// When it was stated.
    pub known_at: Moment,
}

/// Why the intake cannot take a change of the law. A row is never refused: it is sent back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum IntakeRefusal {
    /// The records know another change of this name.
    #[error("a change of law with this version is known already")]
    LawVersionIsKnown,
    /// The version cannot stand in a record.
    #[error("the version is not 1 to 40 letters, digits, dots, hyphens and underscores")]
    LawVersionIsNoName,
    /// Nobody is named who says so.
    #[error("the change of law, or one of its days, names no source")]
    SourceIsMissing,
    /// Neither days nor last day nor banks.
    #[error("the change of law changes nothing")]
    NothingChanges,
    /// One day stands in it twice.
    #[error("the change of law contradicts itself: it moves one day twice")]
    DayIsMovedTwice,
    /// What it changes lies before it is valid.
    #[error("the change of law contradicts itself: it changes what lies before its first day")]
    ChangesThePast,
    /// A day that the calendar does not know.
    #[error("the change of law moves a day that lies outside the calendar's data")]
    DayIsBeyondTheCalendar,
    /// The law that would be in force cannot be applied.
    #[error("the law would be unfit: its last day or its banks are not acceptable")]
    LawWouldBeUnfit,
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
    /// What has changed in the law since the start, in the order in which it became known.
    pub law_changes: Vec<KnownChange>,
}

impl Aggregate for Intake {
    type Inbound = IntakeInbound;
    type Event = IntakeEvent;
    type Effect = Effect;
    type Refusal = IntakeRefusal;
    type Deadline = std::convert::Infallible;
    type Law = Condition;

    fn decide(
        &self,
        inbound: &IntakeInbound,
        now: Moment,
        law: &Condition,
        events: &mut Vec<IntakeEvent>,
    ) -> Result<(), IntakeRefusal> {
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
            IntakeInbound::ChangeLaw { change, known_at } => {
                a_change_of_law_is_sound::check(change, &self.law_changes, &law.law, now)?;
                let known = KnownChange { change: change.clone(), known_at: *known_at };
                events.push(IntakeEvent::LawChanged(known));
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
            IntakeEvent::LawChanged(known) => self.law_changes.push(known.clone()),
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
            | IntakeEvent::ListTaken { .. }
            // The shell tells the lines, which alone it can list.
            | IntakeEvent::LawChanged(_) => {}
        }
    }

    fn next_deadline(&self) -> Option<(Moment, Self::Deadline)> {
        None
    }
}
