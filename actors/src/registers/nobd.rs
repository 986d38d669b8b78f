//! NOBD, the education database: reports the full list of the day at 02:00 Astana
//! time, every calendar day.
//!
//! The list has one order, that in which rows joined it, so a row that nobody changed costs one
//! shared pointer a day. A later version of a row takes the place of the earlier one (S-12). A child may
//! be missing from the list for a while (S-13b), and a whole list may come wrong or not at all (S-13,
//! S-44). Asked, it says what it knows of a row, and who acts for a child.

mod answers;
mod fault;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use proaktiv_messages::identity::Iin;
use proaktiv_messages::{Body, Clear, Enrolment, Envelope, Moment, Representative, Span};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::agenda::{AGENDA, Agenda};
use crate::{Behaviour, Out, Seals, astana};

pub use fault::ListFault;

/// The list of a day is made at 02:00.
const MINUTE_OF_LIST: i64 = 2 * 60;

/// The rows of a child that is missing from the list.
struct Missing {
    rows: Vec<Listed>,
    /// Whether NOBD knows them when it is asked.
    known: bool,
}

/// A child goes missing from the list, or is on it again.
struct Spell {
    child: Iin,
    missing: bool,
    known: bool,
}

/// A row on the list. The day is kept beside the row so that nothing needs to follow the pointer.
struct Listed {
    last_day: NaiveDate,
    row: Arc<Enrolment<Clear>>,
}

/// The education database.
pub struct Nobd {
    chunk_rows: usize,
    last_day: NaiveDate,
    /// Batches so far.
    batches: u64,
    listed: Vec<Listed>,
    /// The list in parts, as it was sent last, and the place from which it has changed since.
    parts: Vec<Arc<[Arc<Enrolment<Clear>>]>>,
    changed_from: usize,
    /// How many listed rows `first_end` knows of.
    known_end: usize,
    /// The earliest last day of a listed row.
    first_end: NaiveDate,
    to_be_listed: BTreeMap<NaiveDate, Vec<Arc<Enrolment<Clear>>>>,
    /// Ids of all rows ever taken, and IINs of all children: what is in neither is new.
    known_rows: FxHashSet<u64>,
    known_children: FxHashSet<u64>,
    seals: Seals,
    representatives: FxHashMap<u64, Vec<Representative<Clear>>>,
    faults: BTreeMap<NaiveDate, ListFault>,
    spells: Agenda<Spell>,
    missing: FxHashMap<u64, Missing>,
}

impl Nobd {
    /// Returns a database without rows, which reports in parts of `chunk_rows` rows (at least 1) up
    /// to and with `last_day`, and checks consents by their `seals`.
    pub fn new(chunk_rows: usize, last_day: NaiveDate, seals: Seals) -> Self {
        Self {
            seals,
            representatives: FxHashMap::default(),
            faults: BTreeMap::new(),
            spells: Agenda::default(),
            missing: FxHashMap::default(),
            chunk_rows: chunk_rows.max(1),
            last_day,
            batches: 0,
            listed: Vec::new(),
            parts: Vec::new(),
            changed_from: 0,
            known_end: 0,
            first_end: NaiveDate::MAX,
            to_be_listed: BTreeMap::new(),
            known_rows: FxHashSet::default(),
            known_children: FxHashSet::default(),
        }
    }

    /// Lets `row` be listed from `first_listed` on. For worlds without schools; a row that a school
    /// enters needs no word here.
    pub fn enrol(&mut self, first_listed: NaiveDate, row: Arc<Enrolment<Clear>>) {
        self.keep(row, |nobd, row| nobd.to_be_listed.entry(first_listed).or_default().push(row));
    }

    /// Lets the list of `day` come wrong. The fault named last counts.
    pub fn spoil(&mut self, day: NaiveDate, fault: ListFault) {
        self.faults.insert(day, fault);
    }

    /// Records who acts for `child` in place of its parents.
    pub fn appoint(&mut self, child: Iin, representative: Representative<Clear>) {
        self.representatives.entry(child.number()).or_default().push(representative);
    }

    /// Lets the rows of `child` be missing from the lists from `at` on. Asked for a row, NOBD has it if
    /// it is `known`, or has ended; otherwise there is none.
    pub fn lose(&mut self, at: Moment, child: Iin, known: bool) {
        self.spells.put(at, Spell { child, missing: true, known });
    }

    /// Lets the rows of `child` stand in the lists again from `at` on.
    pub fn find(&mut self, at: Moment, child: Iin) {
        self.spells.put(at, Spell { child, missing: false, known: true });
    }

    fn begin_or_end(&mut self, spell: &Spell, out: &mut Out) {
        if !spell.missing {
            return self.list_again(spell.child);
        }
        out.misbehave("row_missing");
        if let Some(place) = self.listed.iter().position(|listed| listed.row.child == spell.child) {
            let is_lost = |listed: &mut Listed| listed.row.child == spell.child;
            let rows: Vec<_> = self.listed.extract_if(place.., is_lost).collect();
            self.changed_from = self.changed_from.min(place);
            self.known_end = self.known_end.min(place);
            self.missing.insert(spell.child.number(), Missing { rows, known: spell.known });
        }
    }

    fn list_again(&mut self, child: Iin) {
        if let Some(missing) = self.missing.remove(&child.number()) {
            self.listed.extend(missing.rows);
        }
    }

    /// Takes a version of a row that is missing from the list. Returns whether it was one; if it has not
    /// ended, the child stands on the list again.
    fn keep_missing(&mut self, row: &Arc<Enrolment<Clear>>) -> bool {
        let missing = self.missing.get_mut(&row.child.number());
        let held = missing.and_then(|missing| missing.rows.iter_mut().find(|held| same_order(&held.row, row)));
        let Some(held) = held else { return false };
        *held = Listed::of(row.clone());
        if row.ended.is_none() {
            self.list_again(row.child);
        }
        true
    }

    /// Puts `row` where its earlier version stands, or where `add` puts it if there is none.
    fn keep(&mut self, row: Arc<Enrolment<Clear>>, add: impl FnOnce(&mut Self, Arc<Enrolment<Clear>>)) {
        // A copy of its own: the rows of a list lie side by side, as in a database, and are read in order.
        let row = Arc::new(Enrolment::clone(&row));
        if self.keep_missing(&row) {
            return;
        }
        let new_row = row.row.is_none_or(|id| self.known_rows.insert(id));
        let new_child = self.known_children.insert(row.child.number());
        // Corrections are few: only they pay for a walk through the list.
        if (new_row && new_child) || !self.replaced(&row) {
            add(self, row);
        }
    }

    fn replaced(&mut self, row: &Arc<Enrolment<Clear>>) -> bool {
        if let Some(place) = self.listed.iter().position(|listed| same_order(&listed.row, row)) {
            self.listed[place] = Listed::of(row.clone());
            self.changed_from = self.changed_from.min(place);
            self.first_end = self.first_end.min(self.listed[place].last_day);
            return true;
        }
        let place = self.to_be_listed.values_mut().flatten().find(|waiting| same_order(waiting, row));
        if let Some(place) = place {
            *place = row.clone();
            return true;
        }
        false
    }

    /// Reports the list of `day`.
    fn report(&mut self, day: NaiveDate, out: &mut Out) {
        while let Some(entry) = self.to_be_listed.first_entry()
            && *entry.key() <= day
        {
            self.listed.extend(entry.remove().into_iter().map(Listed::of));
        }
        let new_end = self.listed[self.known_end..].iter().map(|listed| listed.last_day).min();
        self.first_end = new_end.map_or(self.first_end, |end| end.min(self.first_end));
        if self.first_end < day {
            self.listed.retain(|listed| day <= listed.last_day);
            self.first_end = self.listed.iter().map(|listed| listed.last_day).min().unwrap_or(NaiveDate::MAX);
            self.changed_from = 0;
        }
        self.known_end = self.listed.len();
        self.batches += 1;
        self.renew_parts();

        match self.faults.get(&day).copied() {
            None => self.send_list(day, &self.parts, Some(self.listed.len()), &[Span::ZERO], out),
            Some(fault) => self.send_spoilt(day, fault, out),
        }
    }

    fn parts_of(&self, listed: &[Listed]) -> Vec<Arc<[Arc<Enrolment<Clear>>]>> {
        let part = |listed: &[Listed]| listed.iter().map(|listed| Arc::clone(&listed.row)).collect();
        listed.chunks(self.chunk_rows).map(part).collect()
    }

    /// Makes the parts anew from the first one that has changed.
    fn renew_parts(&mut self) {
        let shown: usize = self.parts.iter().map(|part| part.len()).sum();
        if !self.listed.is_empty() && self.changed_from >= self.listed.len() && shown == self.listed.len() {
            return;
        }
        let first = self.changed_from / self.chunk_rows;
        self.parts.truncate(first);
        let rest = self.listed.get(first * self.chunk_rows..).unwrap_or_default();
        let parts = self.parts_of(rest);
        self.parts.extend(parts);
        if self.parts.is_empty() {
            // An empty list is sent as such: A-07 asks for a list every day, and no list is an alert.
            self.parts.push(Arc::new([]));
        }
        self.changed_from = self.listed.len();
    }

    fn arm(&self, day: NaiveDate, out: &mut Out) {
        if day <= self.last_day {
            out.wake_at(astana::instant(day, MINUTE_OF_LIST), astana::number_of(day));
        }
    }
}

impl Listed {
    fn of(row: Arc<Enrolment<Clear>>) -> Self {
        // A row without an end (A-08 lacks it) stays on the list until somebody ends it.
        Self { last_day: row.to.unwrap_or(NaiveDate::MAX), row }
    }
}

/// Returns whether two rows are versions of one (S-12): by NOBD's id where both have one, otherwise
/// by child, school and overlapping period.
fn same_order(a: &Enrolment<Clear>, b: &Enrolment<Clear>) -> bool {
    if let (Some(a), Some(b)) = (a.row, b.row) {
        return a == b;
    }
    let begins = |row: &Enrolment<Clear>| row.from.unwrap_or(NaiveDate::MIN);
    let ends = |row: &Enrolment<Clear>| row.to.unwrap_or(NaiveDate::MAX);
    a.child == b.child && a.school == b.school && begins(a) <= ends(b) && begins(b) <= ends(a)
}

impl Behaviour for Nobd {
    fn begin(&mut self, now: Moment, out: &mut Out) {
        let today = astana::day_of(now);
        self.spells.arm(now, out);
        let made = now > astana::instant(today, MINUTE_OF_LIST);
        self.arm(if made { today.succ_opt().unwrap_or(today) } else { today }, out);
    }

    fn wake(&mut self, note: u64, now: Moment, out: &mut Out) {
        if note == AGENDA {
            for spell in self.spells.due(now, out) {
                self.begin_or_end(&spell, out);
            }
            return;
        }
        let day = astana::day_numbered(note);
        self.report(day, out);
        if let Some(next) = day.succ_opt() {
            self.arm(next, out);
        }
    }

    fn receive(&mut self, message: &Envelope<Clear>, now: Moment, out: &mut Out) {
        if let Body::Enrol(row) = &message.body {
            self.keep(row.clone(), |nobd, row| nobd.listed.push(Listed::of(row)));
            out.answer(message, Body::Received);
        } else if let Body::AskRow(question) = &message.body {
            out.answer(message, Body::RowAnswer(self.row(question)));
        } else if let Body::AskRepresentatives(question) = &message.body {
            out.answer(message, self.representatives_of(question, now));
        }
    }
}

#[cfg(test)]
mod tests;
