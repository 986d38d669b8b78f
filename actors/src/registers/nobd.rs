//! NOBD, the education database: reports the full list of the day at 02:00 Astana
//! time, every calendar day.
//!
//! The list has one order, that in which rows joined it, so a row that nobody changed costs one
//! shared pointer a day. A later version of a row takes the place of the earlier one (S-12). A child may
//! be missing from the list for a while (S-13b), and a whole list may come wrong or not at all (S-13,
//! S-44). Asked, it says what it knows of a row, and who acts for a child.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use proaktiv_messages::identity::Iin;
use proaktiv_messages::{
    AskRepresentatives, AskRow, Body, Clear, Enrolment, Envelope, Finding, ListChunk, Moment, Party, Purpose,
    Representative, Span,
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::agenda::{AGENDA, Agenda};
use crate::{Behaviour, Out, Seals, astana};

/// The list of a day is made at 02:00.
const MINUTE_OF_LIST: i64 = 2 * 60;

/// How long after the first time a list comes again, and how late one is that comes after the next.
const AGAIN_AFTER: Span = Span::hours(1);
const LATE_BY: Span = Span::hours(26);

/// What is wrong with the list of a day (S-13, S-44).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFault {
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

impl ListFault {
    /// Returns what a run counts it as.
    const fn name(self) -> &'static str {
        match self {
            ListFault::None => "no_list",
            ListFault::Empty => "list_empty",
            ListFault::Partial => "list_partial",
            ListFault::Undeclared => "list_undeclared",
            ListFault::Twice => "list_twice",
            ListFault::Late => "list_late",
        }
    }
}

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

    /// Says what is known of a row now (S-13b).
    fn row(&self, question: &AskRow<Clear>) -> Finding<Arc<Enrolment<Clear>>> {
        let missing = self.missing.get(&question.child.number());
        let asked_for = |listed: &&Listed| {
            let row = &listed.row;
            let same = match (question.row, row.row) {
                (Some(asked), Some(held)) => asked == held,
                (None, _) | (_, None) => question.school == row.school,
            };
            row.child == question.child && same
        };
        let held = match missing {
            Some(missing) => {
                missing.rows.iter().find(asked_for).filter(|listed| missing.known || listed.row.ended.is_some())
            }
            None => self.listed.iter().find(asked_for),
        };
        held.map_or(Finding::No, |listed| Finding::Yes(Arc::clone(&listed.row)))
    }

    /// Says who acts for a child: on C1-child alone.
    fn representatives_of(&self, question: &AskRepresentatives<Clear>, now: Moment) -> Body<Clear> {
        let checked = self.seals.check(&question.consent, question.child, Purpose::Representatives, now);
        if let Err(reason) = checked {
            return Body::Refused(reason);
        }
        let today = astana::day_of(now);
        let all = self.representatives.get(&question.child.number()).map_or(&[][..], Vec::as_slice);
        let found: Vec<_> = all.iter().filter(|one| one.appointed <= today).copied().collect();
        Body::RepresentativesAnswer(if found.is_empty() { Finding::No } else { Finding::Yes(found) })
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

    /// Sends the list of `day` with a fault.
    fn send_spoilt(&self, day: NaiveDate, fault: ListFault, out: &mut Out) {
        out.misbehave(fault.name());
        let (parts, rows) = (self.parts.as_slice(), Some(self.listed.len()));
        match fault {
            ListFault::None => {}
            ListFault::Empty => self.send_list(day, &[Arc::new([])], Some(0), &[Span::ZERO], out),
            ListFault::Partial => {
                let half = &self.listed[..self.listed.len() / 2];
                let mut parts = self.parts_of(half);
                if parts.is_empty() {
                    parts.push(Arc::new([]));
                }
                self.send_list(day, &parts, rows, &[Span::ZERO], out);
            }
            ListFault::Undeclared => self.send_list(day, parts, None, &[Span::ZERO], out),
            ListFault::Twice => self.send_list(day, parts, rows, &[Span::ZERO, AGAIN_AFTER], out),
            ListFault::Late => self.send_list(day, parts, rows, &[LATE_BY], out),
        }
    }

    fn send_list(
        &self,
        day: NaiveDate,
        parts: &[Arc<[Arc<Enrolment<Clear>>]>],
        declared: Option<usize>,
        after: &[Span],
        out: &mut Out,
    ) {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        out.sendings.reserve(parts.len() * after.len());
        for &after in after {
            for (part, rows) in parts.iter().enumerate() {
                let chunk = ListChunk {
                    batch: self.batches,
                    day,
                    part: count(part),
                    parts: count(parts.len()),
                    declared_rows: declared.map(count),
                    rows: Arc::clone(rows),
                };
                out.report_after(Party::Esobes, after, Body::ReportEnrolments(chunk));
            }
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
mod tests {
    use super::*;
    use crate::Sending;
    use crate::stories::{asked, bad_consents, day, enrolment, iin, message, moment, said, sealed, seals, tell, wake};
    use proaktiv_messages::{Ending, EndingKind, MessageId, Purposes};

    fn list_of(nobd: &mut Nobd, date: &str) -> Vec<ListChunk<Clear>> {
        let out = wake(nobd, (Moment::default(), astana::number_of(day(date))));
        assert!(out.sendings.iter().all(|sending| sending.until_answered && sending.to == Party::Esobes));
        let chunk =
            |sending: Sending| if let Body::ReportEnrolments(chunk) = sending.body { Some(chunk) } else { None };
        out.sendings.into_iter().map(chunk).collect::<Option<_>>().expect("parts of a list and nothing else")
    }

    fn ids(chunks: &[ListChunk<Clear>]) -> Vec<u64> {
        chunks.iter().flat_map(|chunk| chunk.rows.iter()).filter_map(|row| row.row).collect()
    }

    #[test]
    fn a_row_is_listed_from_its_first_to_its_last_day() {
        let mut nobd = Nobd::new(100, day("2024-12-31"), seals());
        nobd.enrol(day("2024-03-12"), Arc::new(enrolment(2, "2024-03-13")));
        nobd.enrol(day("2024-03-11"), Arc::new(enrolment(1, "2025-05-25")));
        assert_eq!(ids(&list_of(&mut nobd, "2024-03-11")), [1]);
        assert_eq!(ids(&list_of(&mut nobd, "2024-03-12")), [1, 2]);
        assert_eq!(ids(&list_of(&mut nobd, "2024-03-13")), [1, 2]);
        let last = list_of(&mut nobd, "2024-03-14");
        assert_eq!(ids(&last), [1]);
        assert_eq!((last[0].batch, last[0].declared_rows), (4, Some(1)));
        // When the last row is over, the list is empty and not that of the day before.
        let empty = list_of(&mut nobd, "2025-05-26");
        assert_eq!((ids(&empty), empty.len(), empty[0].declared_rows), (vec![], 1, Some(0)));
    }

    #[test]
    fn a_list_comes_in_parts_that_share_their_rows() {
        let mut nobd = Nobd::new(2, day("2024-12-31"), seals());
        let rows: Vec<_> = (1..=5).map(|row| Arc::new(enrolment(row, "2025-05-25"))).collect();
        rows.iter().for_each(|row| nobd.enrol(day("2024-03-11"), row.clone()));
        let list = list_of(&mut nobd, "2024-03-11");
        let shape: Vec<_> = list.iter().map(|chunk| (chunk.part, chunk.parts, chunk.rows.len())).collect();
        assert_eq!(shape, [(0, 3, 2), (1, 3, 2), (2, 3, 1)]);
        assert!(list.iter().all(|chunk| chunk.batch == 1 && chunk.declared_rows == Some(5)));
        assert!(list.iter().flat_map(|chunk| chunk.rows.iter()).eq(&rows));
        // A list that did not change is the same object the next day.
        let next = list_of(&mut nobd, "2024-03-12");
        assert!(list.iter().zip(&next).all(|(today, tomorrow)| Arc::ptr_eq(&today.rows, &tomorrow.rows)));
    }

    #[test]
    fn a_day_without_rows_has_an_empty_list() {
        let list = list_of(&mut Nobd::new(2, day("2024-12-31"), seals()), "2024-03-11");
        assert_eq!((list.len(), list[0].parts, list[0].declared_rows), (1, 1, Some(0)));
    }

    #[test]
    fn what_a_school_enters_joins_the_list_and_a_correction_keeps_its_place() {
        let mut nobd = Nobd::new(100, day("2024-12-31"), seals());
        let enter = |nobd: &mut Nobd, id, row| {
            let entry = message(Party::School(3), MessageId::Numbered(id), Body::Enrol(Arc::new(row)));
            assert_eq!(said(&tell(nobd, &entry, Moment::default())), [(Party::School(3), Body::Received)]);
        };
        enter(&mut nobd, 1, enrolment(1, "2025-05-25"));
        enter(&mut nobd, 2, enrolment(2, "2025-05-25"));
        enter(&mut nobd, 2, enrolment(2, "2025-05-25"));
        enter(&mut nobd, 3, Enrolment { order_number: Some("99".into()), ..enrolment(1, "2025-05-25") });
        let list = list_of(&mut nobd, "2024-03-11");
        assert_eq!(ids(&list), [1, 2]);
        assert_eq!(list[0].rows[0].order_number.as_deref(), Some("99"));

        // Without ids: the same child at the same school, first in the same period, then in a later one.
        let unnumbered = |from, to| Enrolment { row: None, from: Some(day(from)), ..enrolment(2, to) };
        enter(&mut nobd, 4, unnumbered("2024-02-01", "2024-05-25"));
        assert_eq!(list_of(&mut nobd, "2024-03-12")[0].rows.len(), 2);
        enter(&mut nobd, 5, unnumbered("2024-09-01", "2025-05-25"));
        assert_eq!(list_of(&mut nobd, "2024-03-13")[0].rows.len(), 3);
    }

    #[test]
    fn it_reports_at_two_in_the_morning_until_its_last_day() {
        let mut nobd = Nobd::new(100, day("2024-03-12"), seals());
        for (now, first) in [
            ("2024-03-10T19:00:00Z", "2024-03-10T21:00:00Z"),
            ("2024-03-10T21:00:00Z", "2024-03-10T21:00:00Z"),
            ("2024-03-10T21:00:01Z", "2024-03-11T21:00:00Z"),
        ] {
            let mut out = Out::default();
            nobd.begin(moment(now), &mut out);
            assert_eq!(out.wakes[0].0, moment(first), "{now}");
        }
        let first = wake(&mut nobd, (moment("2024-03-10T21:00:00Z"), astana::number_of(day("2024-03-11"))));
        assert_eq!(first.wakes, [(moment("2024-03-11T21:00:00Z"), astana::number_of(day("2024-03-12")))]);
        assert!(wake(&mut nobd, first.wakes[0]).wakes.is_empty());
    }

    fn with_rows(rows: u64) -> Nobd {
        let mut nobd = Nobd::new(2, day("2024-12-31"), seals());
        (1..=rows).for_each(|row| nobd.enrol(day("2024-03-11"), Arc::new(enrolment(row, "2025-05-25"))));
        nobd
    }

    /// Carries out what is on the agenda up to `now`.
    fn pass(nobd: &mut Nobd, now: &str) {
        wake(nobd, (moment(now), AGENDA));
    }

    fn row_of(nobd: &mut Nobd, child: u32) -> Finding<Arc<Enrolment<Clear>>> {
        let question = AskRow { child: iin(child), row: Some(child.into()), school: 3 };
        match said(&tell(nobd, &asked(1, Body::AskRow(question)), Moment::default())).pop() {
            Some((Party::Esobes, Body::RowAnswer(finding))) => finding,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_child_is_missing_from_its_moment_until_it_is_found() {
        let mut nobd = with_rows(5);
        nobd.lose(moment("2024-03-12T06:00:00Z"), iin(2), false);
        nobd.lose(moment("2024-03-12T06:00:00Z"), iin(3), true);
        nobd.find(moment("2024-03-14T06:00:00Z"), iin(2));
        assert_eq!(ids(&list_of(&mut nobd, "2024-03-11")), [1, 2, 3, 4, 5]);
        pass(&mut nobd, "2024-03-12T05:59:59Z");
        assert_eq!(ids(&list_of(&mut nobd, "2024-03-12")), [1, 2, 3, 4, 5]);
        pass(&mut nobd, "2024-03-12T06:00:00Z");
        let list = list_of(&mut nobd, "2024-03-13");
        assert_eq!((ids(&list), list[0].declared_rows), (vec![1, 4, 5], Some(3)));
        // Asked, NOBD knows the row that its list alone has lost.
        assert_eq!(row_of(&mut nobd, 2), Finding::No);
        assert_eq!(row_of(&mut nobd, 3), Finding::Yes(Arc::new(enrolment(3, "2025-05-25"))));
        assert_eq!(row_of(&mut nobd, 1), Finding::Yes(Arc::new(enrolment(1, "2025-05-25"))));
        assert_eq!(row_of(&mut nobd, 9), Finding::No);
        pass(&mut nobd, "2024-03-14T06:00:00Z");
        assert_eq!(ids(&list_of(&mut nobd, "2024-03-15")), [1, 4, 5, 2]);
    }

    #[test]
    fn a_missing_row_that_ended_is_known_and_one_that_runs_comes_back() {
        let mut nobd = with_rows(2);
        list_of(&mut nobd, "2024-03-11");
        nobd.lose(moment("2024-03-12T06:00:00Z"), iin(1), false);
        pass(&mut nobd, "2024-03-12T06:00:00Z");
        let enter = |nobd: &mut Nobd, row: Enrolment<Clear>| {
            tell(
                nobd,
                &message(Party::School(3), MessageId::Numbered(1), Body::Enrol(Arc::new(row))),
                Moment::default(),
            );
        };
        let ended = Some(Ending { kind: EndingKind::Left, on: None });
        enter(&mut nobd, Enrolment { ended, ..enrolment(1, "2025-05-25") });
        assert_eq!(ids(&list_of(&mut nobd, "2024-03-13")), [2]);
        assert!(matches!(row_of(&mut nobd, 1), Finding::Yes(row) if row.ended == ended));
        enter(&mut nobd, enrolment(1, "2025-05-25"));
        assert_eq!(ids(&list_of(&mut nobd, "2024-03-14")), [2, 1]);
    }

    #[test]
    fn a_list_may_come_wrong_in_six_ways() {
        use ListFault::{Empty, Late, None as NoList, Partial, Twice, Undeclared};
        let zero = vec![Span::ZERO];
        for (fault, expected, declared, after) in [
            (NoList, vec![], None, vec![]),
            (Empty, vec![], Some(0), zero.clone()),
            (Partial, vec![1, 2], Some(5), zero.clone()),
            (Undeclared, vec![1, 2, 3, 4, 5], None, vec![Span::ZERO; 3]),
            (Twice, vec![1, 2, 3, 4, 5, 1, 2, 3, 4, 5], Some(5), [[Span::ZERO; 3], [Span::hours(1); 3]].concat()),
            (Late, vec![1, 2, 3, 4, 5], Some(5), vec![Span::hours(26); 3]),
        ] {
            let mut nobd = with_rows(5);
            nobd.spoil(day("2024-03-11"), fault);
            let out = wake(&mut nobd, (Moment::default(), astana::number_of(day("2024-03-11"))));
            let leave: Vec<_> = out.sendings.iter().map(|sending| sending.after).collect();
            assert_eq!((leave, out.misbehaviours.len()), (after, 1), "{fault:?}");
            let chunks: Vec<_> = out
                .sendings
                .into_iter()
                .filter_map(|sending| if let Body::ReportEnrolments(chunk) = sending.body { Some(chunk) } else { None })
                .collect();
            assert_eq!(ids(&chunks), expected, "{fault:?}");
            assert!(chunks.iter().all(|chunk| chunk.batch == 1 && chunk.declared_rows == declared), "{fault:?}");
            // The list of the next day is sound.
            assert_eq!(ids(&list_of(&mut nobd, "2024-03-12")), [1, 2, 3, 4, 5], "{fault:?}");
        }
    }

    #[test]
    fn representatives_are_named_on_the_consent_of_the_child_alone() {
        let mut nobd = with_rows(1);
        let one = |which, appointed| Representative { person: iin(which), appointed: day(appointed) };
        nobd.appoint(iin(1), one(8, "2024-03-11"));
        nobd.appoint(iin(1), one(9, "2024-03-13"));
        let ask = |nobd: &mut Nobd, child, consent, at| {
            let question = Body::AskRepresentatives(AskRepresentatives { child: iin(child), consent });
            said(&tell(nobd, &asked(1, question), moment(at))).remove(0).1
        };
        let noon = "2024-03-12T12:00:00Z";
        let good = sealed(iin(1), Purposes::OF_CHILD);
        let answer = |found| Body::RepresentativesAnswer(found);
        assert_eq!(ask(&mut nobd, 1, good, noon), answer(Finding::Yes(vec![one(8, "2024-03-11")])));
        let of_two = sealed(iin(2), Purposes::OF_CHILD);
        assert_eq!(ask(&mut nobd, 2, of_two, noon), answer(Finding::No));
        for (consent, refused) in bad_consents(iin(1), Purposes::OF_CHILD, Purposes::OF_REPRESENTATIVE) {
            assert_eq!(ask(&mut nobd, 1, consent, noon), refused);
        }
    }
}
