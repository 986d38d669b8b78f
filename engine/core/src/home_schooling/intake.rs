//! Order 42, p. 4: the daily list.
//!
//! Owns which rows are known and with which content. A row that is known with the same content never
//! reaches this aggregate: the shell compares keyed digests and passes on what is new or changed, in
//! parts, and at the end the counts. Judges each row by itself: one bad row never blocks a list.
//! Knows which children a full list did not have, which stopped cases are looked at again with one, and of
//! which day a full list has yet to come ([`days`]).
//!
//! Owns as well what has changed in the law since the start (A-O6, S-14, S-19): the shell makes the law in
//! force of these changes, after a restart too.

mod days;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;
use proaktiv_messages::{
    Alert, Body, Ending, EndingKind, Enrolment, Key, LawChange, Moment, Party, ReturnRow, RowFault, Sealed, Token,
};
use serde::{Deserialize, Serialize};

use super::provisions::a_change_of_law_is_sound;
use super::provisions::a_row_is_complete::fault_of;
use super::provisions::rows_are_versions::replaces;
use super::{CaseInbound, Condition, Effect, Inbound};
use crate::Aggregate;
use crate::calendar::astana;
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

/// A row of a list that is new or differs from the version that is known.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportedRow {
    /// The digest of its content.
    pub digest: RowDigest,
    /// The row.
    pub enrolment: Arc<Enrolment<Sealed>>,
    /// The day of the list that brought the known version; none if no version is known.
    pub known: Option<NaiveDate>,
    /// The child that the known version named, if it is another one (S-12).
    pub former_child: Option<Token>,
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
    ///
    /// Reading S-13: an empty list is never full, whatever it declares; nothing is inferred from it.
    pub full: bool,
}

/// With which list a stopped case is to be looked at again (S-46).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LookedAtNext {
    /// With each, until it says otherwise: it is held.
    EachList,
    /// With the first one after the time that an exclusion rests.
    AfterExclusion,
    /// With the first one on or after this day.
    On(NaiveDate),
    /// With the first one after which no form can leave any more (S-14): no list can end its hold.
    AtTheEnd,
}

/// What the intake tells a case after a full list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// Its child is missing.
    Missing,
    /// Its child is there again.
    BackOnList,
    /// A full list was taken.
    ListAccepted,
}

/// How many cases are told in one step: an effect is numbered within its step.
const TOLD_A_STEP: usize = 1_000;

/// What can reach the intake.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntakeInbound {
    /// Some rows of a complete list that are new or changed.
    Rows {
        /// Which batch.
        batch: u64,
        /// The day that the list is of.
        day: NaiveDate,
        /// The rows with the digests of their content. Not written again in the record of the step,
        /// whose effects hold them.
        #[serde(skip)]
        rows: Vec<ReportedRow>,
    },
    /// The list is at its end.
    Ended {
        /// Which batch.
        batch: u64,
        /// The day that it is of.
        day: NaiveDate,
        /// What it held.
        counts: ListCounts,
        /// Children of known rows that a full list does not have. Not written again in the record of the
        /// step, whose event holds them.
        #[serde(skip)]
        missing: Vec<Token>,
    },
    /// The intake itself: more cases are to be told of the list.
    TellOn,
    /// A case: it is stopped, and to be looked at again with a list.
    Stopped {
        /// The child.
        child: Token,
        /// With which list.
        next: LookedAtNext,
    },
    /// A case that was told of a list: it is not held, and no list brings it anything.
    NoListAwaited {
        /// The child.
        child: Token,
    },
    /// A case: when was the child's row last confirmed?
    AskConfirmed {
        /// The child.
        child: Token,
        /// Its row.
        row: Option<RowKey>,
    },
    /// A school has the row that was sent back, or the operator an alert.
    Acknowledged,
    /// The clock: something that was waited for has come.
    Due(IntakeDeadline),
    /// The operator: the law changes.
    ChangeLaw {
        /// What changes.
        change: Box<LawChange>,
        /// When it was stated.
        known_at: Moment,
    },
}

/// What the intake waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntakeDeadline {
    /// The end of the day whose full list is awaited (A-07, S-13).
    DayEnds,
}

/// What can happen to the intake.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntakeEvent {
    /// A sound row, new or in a new version.
    RowTaken {
        /// Which, and its content's digest.
        row: KnownRow,
        /// The day of the list that brought it.
        day: NaiveDate,
        /// Its child, unless the row has ended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        child: Option<Token>,
        /// The row, for the case; left out of the record's event: its effect holds it.
        #[serde(skip)]
        enrolment: Option<Arc<Enrolment<Sealed>>>,
    },
    /// A row names another child now: that of the child before is ended (S-12).
    RowHandedOver {
        /// Which.
        key: RowKey,
        /// The day of the list.
        day: NaiveDate,
        /// The ended row of the child before; left out of the record's event: its effect holds it.
        #[serde(skip)]
        ended: Option<Arc<Enrolment<Sealed>>>,
    },
    /// A version that is older than the one known, and is not taken (S-44).
    RowOutdated {
        /// Which, and its content's digest.
        row: KnownRow,
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
        /// The day on which it was taken.
        today: NaiveDate,
        /// What it held.
        counts: ListCounts,
        /// Whether it is one that cases are told of: full, and not older than the last full one.
        follows: bool,
        /// Whether no first form can leave any more, so that every stopped case is told (S-14).
        #[serde(skip_serializing_if = "std::ops::Not::not", default)]
        offers_are_over: bool,
        /// Children of known rows that it does not have.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        missing: Vec<Token>,
        /// The day of which a full list is awaited after it; none once the force of the order ends before.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        awaits: Option<NaiveDate>,
    },
    /// A day ended without a full list of that day.
    DayWithoutFullList {
        /// Which day.
        day: NaiveDate,
        /// The day of which a full list is awaited next; none once the force of the order ends before.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        awaits: Option<NaiveDate>,
    },
    /// Cases are told of the list.
    CasesTold {
        /// How many.
        count: usize,
        /// Which; left out of the record's event: its effects name them.
        #[serde(skip)]
        told: Vec<(Token, Told)>,
    },
    /// A stopped case is to be looked at again.
    CaseStopped {
        /// The child.
        child: Token,
        /// From which day on, with a list.
        from: NaiveDate,
    },
    /// A case is held: it is looked at again with each list.
    CaseHeld {
        /// The child.
        child: Token,
    },
    /// A case that was held is so no more.
    CaseMovedOn {
        /// The child.
        child: Token,
    },
    /// A case asked when its row was confirmed.
    ConfirmationAsked {
        /// The child.
        child: Token,
        /// When it was.
        day: Option<NaiveDate>,
    },
    /// The law has changed.
    LawChanged(KnownChange),
}

impl IntakeEvent {
    /// Returns what the event rests on.
    pub fn ground(&self) -> Ground {
        match self {
            IntakeEvent::RowTaken { .. } => Ground::new("A-08", "4"),
            IntakeEvent::RowHandedOver { .. } => Ground::new("S-12", "4"),
            IntakeEvent::RowOutdated { .. } => Ground::new("S-44", "4"),
            IntakeEvent::RowSentBack { .. } => Ground::new("S-33", "4"),
            IntakeEvent::ListTaken { .. } => Ground::new("A-07", "4"),
            IntakeEvent::LawChanged(known) => a_change_of_law_is_sound::ground_of(&known.change),
            IntakeEvent::CasesTold { .. }
            | IntakeEvent::CaseStopped { .. }
            | IntakeEvent::CaseHeld { .. }
            | IntakeEvent::CaseMovedOn { .. } => Ground::new("S-46", "4"),
            IntakeEvent::ConfirmationAsked { .. } | IntakeEvent::DayWithoutFullList { .. } => Ground::new("S-13", "4"),
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

/// Why the intake cannot take a change of the law, or a day's end. A row is never refused: it is sent back.
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
    /// The day has not ended, or no list is awaited.
    #[error("no day whose list is awaited has ended")]
    NotDue,
}

/// The daily lists of one source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Intake {
    /// The last list taken.
    pub last_list: Option<NaiveDate>,
    /// The last full list taken.
    pub last_full: Option<NaiveDate>,
    /// The day of which a full list has yet to come: none before the first list and after the last day of force.
    pub awaited: Option<NaiveDate>,
    /// The batches taken: one that comes again changes nothing (I-15).
    pub batches: BTreeSet<u64>,
    /// Lists taken so far.
    pub lists: u32,
    /// Sound rows and versions of rows taken so far.
    pub rows_taken: u64,
    /// Rows sent back so far.
    pub rows_sent_back: u64,
    /// What has changed in the law since the start, in the order in which it became known.
    pub law_changes: Vec<KnownChange>,
    /// Rows that came new or changed after the last full list, with the day of their list.
    pub fresh: BTreeMap<RowKey, NaiveDate>,
    /// Children missing from the last full list, with the day of the last one that had them.
    pub missing: BTreeMap<Token, Option<NaiveDate>>,
    /// Children whose row came new or changed after the last full list, with the day of the list that brought it.
    pub brought: BTreeMap<Token, NaiveDate>,
    /// Stopped cases, with the day from which a list brings them another look.
    pub stopped: BTreeMap<Token, NaiveDate>,
    /// Held cases: every list brings them another look, until they say that they are held no more.
    pub held: BTreeSet<Token>,
    /// Cases still to be told of the last full list.
    pub to_tell: Vec<(Token, Told)>,
    /// The digests of rows that were sent back and have not come sound since.
    pub sent_back: BTreeMap<RowKey, RowDigest>,
}

impl Intake {
    /// P. 4 (A-08, S-12, S-33, S-44): judges one row.
    fn take_row(reported: &ReportedRow, day: NaiveDate, events: &mut Vec<IntakeEvent>) {
        let ReportedRow { digest, enrolment, known, former_child } = reported;
        let row = KnownRow { key: RowKey::of(enrolment), digest: *digest };
        if !replaces(*known, day, enrolment.ended.is_some()) {
            events.push(IntakeEvent::RowOutdated { row });
            return;
        }
        if let Some(fault) = fault_of(enrolment) {
            events.push(IntakeEvent::RowSentBack { row, fault, enrolment: Some(Arc::clone(enrolment)) });
            return;
        }
        if let Some(child) = former_child {
            let ended = Some(Ending { kind: EndingKind::EnteredInError, on: None });
            let ended = Some(Arc::new(Enrolment { child: *child, ended, guardian: None, ..(**enrolment).clone() }));
            events.push(IntakeEvent::RowHandedOver { key: row.key, day, ended });
        }
        let child = enrolment.ended.is_none().then_some(enrolment.child);
        events.push(IntakeEvent::RowTaken { row, day, child, enrolment: Some(Arc::clone(enrolment)) });
    }

    /// S-13: returns the day on which a child's row was last confirmed.
    fn confirmed(&self, child: Token, row: Option<RowKey>) -> Option<NaiveDate> {
        let by_a_late_list = || self.brought.get(&child).copied().filter(|day| Some(*day) < self.last_full);
        let on_a_full_list = self.missing.get(&child).copied().unwrap_or_else(|| by_a_late_list().or(self.last_full));
        on_a_full_list.max(row.and_then(|row| self.fresh.get(&row).copied()))
    }

    /// S-46: returns what it means for the lists to come that a case is stopped.
    fn stopped(child: Token, next: LookedAtNext, today: NaiveDate, law: &Condition) -> IntakeEvent {
        let from = match next {
            LookedAtNext::EachList => return IntakeEvent::CaseHeld { child },
            LookedAtNext::AfterExclusion => {
                let rests = chrono::Days::new(u64::from(law.law.recheck_excluded_days()));
                today.checked_add_days(rests).unwrap_or(NaiveDate::MAX)
            }
            LookedAtNext::On(day) => day,
            LookedAtNext::AtTheEnd => NaiveDate::MAX,
        };
        IntakeEvent::CaseStopped { child, from }
    }

    /// Takes a full list into the state: who is missing, who is back, who is to be told.
    fn follow(&mut self, day: NaiveDate, today: NaiveDate, offers_are_over: bool, missing: &[Token]) {
        let gone: BTreeSet<Token> = missing.iter().copied().collect();
        let back = self.missing.keys().filter(|child| !gone.contains(child)).copied();
        let back: Vec<Token> = back.collect();
        for child in &back {
            self.missing.remove(child);
        }
        for child in &gone {
            let last = self.brought.get(child).copied().or(self.last_full);
            self.missing.entry(*child).or_insert(last);
        }
        let due = self.stopped.iter().filter(|(_, from)| offers_are_over || **from <= today).map(|(child, _)| *child);
        let due: Vec<Token> = due.collect();
        for child in &due {
            self.stopped.remove(child);
        }
        self.to_tell.extend(gone.iter().map(|child| (*child, Told::Missing)));
        self.to_tell.extend(back.iter().map(|child| (*child, Told::BackOnList)));
        self.to_tell.extend(due.iter().chain(&self.held).map(|child| (*child, Told::ListAccepted)));
        self.last_full = Some(day);
        self.fresh.clear();
        self.brought.clear();
    }
}

impl Aggregate for Intake {
    type Inbound = IntakeInbound;
    type Event = IntakeEvent;
    type Effect = Effect;
    type Refusal = IntakeRefusal;
    type Deadline = IntakeDeadline;
    type Law = Condition;

    fn decide(
        &self,
        inbound: &IntakeInbound,
        now: Moment,
        law: &Condition,
        events: &mut Vec<IntakeEvent>,
    ) -> Result<(), IntakeRefusal> {
        let today = astana::civil_day(now);
        match inbound {
            IntakeInbound::Rows { rows, day, .. } => {
                for row in rows {
                    Self::take_row(row, *day, events);
                }
            }
            IntakeInbound::Acknowledged => {}
            IntakeInbound::Ended { batch, day, counts, missing } => {
                // Reading S-44: from a list that is older than the last full one nothing follows but its rows.
                let follows = counts.full && self.last_full.is_none_or(|last| last <= *day);
                let missing = if follows { missing.clone() } else { Vec::new() };
                let (batch, day, counts) = (*batch, *day, *counts);
                let offers_are_over = law.law.offers_are_over(now);
                let awaits = self.awaited_after_a_list(day, counts.full, today, law);
                events.push(IntakeEvent::ListTaken {
                    batch,
                    day,
                    today,
                    counts,
                    follows,
                    offers_are_over,
                    missing,
                    awaits,
                });
            }
            IntakeInbound::TellOn => {
                let count = self.to_tell.len().min(TOLD_A_STEP);
                events.push(IntakeEvent::CasesTold { count, told: self.to_tell[..count].to_vec() });
            }
            IntakeInbound::Stopped { child, next } => events.push(Self::stopped(*child, *next, today, law)),
            IntakeInbound::NoListAwaited { child } => events.push(IntakeEvent::CaseMovedOn { child: *child }),
            IntakeInbound::AskConfirmed { child, row } => {
                events.push(IntakeEvent::ConfirmationAsked { child: *child, day: self.confirmed(*child, *row) });
            }
            IntakeInbound::ChangeLaw { change, known_at } => {
                a_change_of_law_is_sound::check(change, &self.law_changes, &law.law, now)?;
                let known = KnownChange { change: change.clone(), known_at: *known_at };
                events.push(IntakeEvent::LawChanged(known));
            }
            IntakeInbound::Due(IntakeDeadline::DayEnds) => self.end_day(now, law, events)?,
        }
        Ok(())
    }

    fn evolve(&mut self, event: &IntakeEvent) {
        match event {
            IntakeEvent::RowTaken { row, day, child, .. } => {
                self.rows_taken += 1;
                self.brought.extend(child.map(|child| (child, *day)));
                self.fresh.insert(row.key, *day);
                self.sent_back.remove(&row.key);
            }
            IntakeEvent::LawChanged(known) => {
                self.force_ends_otherwise(known);
                self.law_changes.push(known.clone());
            }
            IntakeEvent::DayWithoutFullList { awaits, .. } => self.awaited = *awaits,
            IntakeEvent::RowSentBack { row, .. } => {
                self.rows_sent_back += 1;
                self.sent_back.insert(row.key, row.digest);
            }
            IntakeEvent::ListTaken { batch, day, today, follows, offers_are_over, missing, awaits, .. } => {
                self.lists += 1;
                self.awaited = *awaits;
                self.batches.insert(*batch);
                self.last_list = self.last_list.max(Some(*day));
                if *follows {
                    self.follow(*day, *today, *offers_are_over, missing);
                }
            }
            IntakeEvent::CasesTold { count, .. } => drop(self.to_tell.drain(..*count)),
            IntakeEvent::CaseStopped { child, from } => {
                self.stopped.insert(*child, *from);
                self.held.remove(child);
            }
            IntakeEvent::CaseHeld { child } => {
                self.held.insert(*child);
                self.stopped.remove(child);
            }
            IntakeEvent::CaseMovedOn { child } => {
                self.held.remove(child);
            }
            IntakeEvent::RowHandedOver { .. }
            | IntakeEvent::RowOutdated { .. }
            | IntakeEvent::ConfirmationAsked { .. } => {}
        }
    }

    fn react(&self, event: &IntakeEvent, _law: &Condition, effects: &mut Vec<Effect>) {
        match event {
            IntakeEvent::RowTaken { enrolment: Some(enrolment), day, .. }
            | IntakeEvent::RowHandedOver { ended: Some(enrolment), day, .. } => {
                let reported = CaseInbound::Reported { enrolment: Arc::clone(enrolment), day: *day };
                effects.push(to_case(enrolment.child, reported));
            }
            IntakeEvent::RowSentBack { enrolment: Some(enrolment), fault, .. } => effects.push(Effect::tell(
                Party::School(enrolment.school),
                Body::ReturnRow(ReturnRow { row: enrolment.row, child: enrolment.child, fault: *fault }),
            )),
            IntakeEvent::ListTaken { follows: true, .. } => effects.extend(self.tell_on()),
            IntakeEvent::CasesTold { told, .. } => {
                if let Some(day) = self.last_full {
                    effects.extend(told.iter().map(|(child, what)| to_case(*child, inbound_of(*what, day))));
                }
                effects.extend(self.tell_on());
            }
            IntakeEvent::ConfirmationAsked { child, day } => {
                effects.push(to_case(*child, CaseInbound::RowConfirmed { day: *day }));
            }
            IntakeEvent::DayWithoutFullList { day, .. } => {
                let alert = Alert::DayWithoutFullList { day: *day };
                effects.push(Effect::tell(Party::Operator, Body::Alert(alert)));
            }
            // Without its row an event was read from a journal; replay does not react.
            IntakeEvent::RowTaken { enrolment: None, .. }
            | IntakeEvent::RowHandedOver { ended: None, .. }
            | IntakeEvent::RowSentBack { enrolment: None, .. }
            | IntakeEvent::RowOutdated { .. }
            | IntakeEvent::CaseStopped { .. }
            | IntakeEvent::CaseHeld { .. }
            | IntakeEvent::CaseMovedOn { .. }
            | IntakeEvent::ListTaken { follows: false, .. }
            // The shell tells the lines, which alone it can list.
            | IntakeEvent::LawChanged(_) => {}
        }
    }

    fn next_deadline(&self) -> Option<(Moment, IntakeDeadline)> {
        self.awaited.map(|day| (days::end_of(day), IntakeDeadline::DayEnds))
    }
}

impl Intake {
    fn tell_on(&self) -> Option<Effect> {
        let tell_on = || Effect::Pass { to: Key::intake(), inbound: Inbound::Intake(IntakeInbound::TellOn) };
        (!self.to_tell.is_empty()).then(tell_on)
    }
}

fn to_case(child: Token, inbound: CaseInbound) -> Effect {
    Effect::Pass { to: Key::case(child), inbound: Inbound::Case(inbound) }
}

fn inbound_of(told: Told, day: NaiveDate) -> CaseInbound {
    match told {
        Told::Missing => CaseInbound::Missing { day },
        Told::BackOnList => CaseInbound::BackOnList { day },
        Told::ListAccepted => CaseInbound::ListAccepted { day },
    }
}
