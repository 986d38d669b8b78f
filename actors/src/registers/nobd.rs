//! NOBD, the education database: reports the full list of the day at 02:00 Astana
//! time, every calendar day.
//!
//! The list has one order, that in which rows joined it, so a row that nobody changed costs one
//! shared pointer a day. A later version of a row takes the place of the earlier one (S-12).

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use proaktiv_messages::{Body, Clear, Enrolment, Envelope, ListChunk, Moment, Party};
use rustc_hash::FxHashSet;

use crate::{Behaviour, Out, astana};

/// The list of a day is made at 02:00.
const MINUTE_OF_LIST: i64 = 2 * 60;

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
}

impl Nobd {
    /// Returns a database without rows, which reports in parts of `chunk_rows` rows (at least 1) up
    /// to and with `last_day`.
    pub fn new(chunk_rows: usize, last_day: NaiveDate) -> Self {
        Self {
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

    /// Puts `row` where its earlier version stands, or where `add` puts it if there is none.
    fn keep(&mut self, row: Arc<Enrolment<Clear>>, add: impl FnOnce(&mut Self, Arc<Enrolment<Clear>>)) {
        // A copy of its own: the rows of a list lie side by side, as in a database, and are read in order.
        let row = Arc::new(Enrolment::clone(&row));
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

        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        out.sendings.reserve(self.parts.len());
        for (part, rows) in self.parts.iter().enumerate() {
            let chunk = ListChunk {
                batch: self.batches,
                day,
                part: count(part),
                parts: count(self.parts.len()),
                declared_rows: Some(count(self.listed.len())),
                rows: Arc::clone(rows),
            };
            out.report(Party::Esobes, Body::ReportEnrolments(chunk));
        }
    }

    /// Makes the parts anew from the first one that has changed.
    fn renew_parts(&mut self) {
        if !self.listed.is_empty() && self.changed_from >= self.listed.len() {
            return;
        }
        let first = self.changed_from / self.chunk_rows;
        self.parts.truncate(first);
        let rest = self.listed.get(first * self.chunk_rows..).unwrap_or_default();
        let part = |listed: &[Listed]| listed.iter().map(|listed| Arc::clone(&listed.row)).collect();
        self.parts.extend(rest.chunks(self.chunk_rows).map(part));
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
        let made = now > astana::instant(today, MINUTE_OF_LIST);
        self.arm(if made { today.succ_opt().unwrap_or(today) } else { today }, out);
    }

    fn wake(&mut self, note: u64, _now: Moment, out: &mut Out) {
        let day = astana::day_numbered(note);
        self.report(day, out);
        if let Some(next) = day.succ_opt() {
            self.arm(next, out);
        }
    }

    fn receive(&mut self, message: &Envelope<Clear>, _now: Moment, out: &mut Out) {
        let Body::Enrol(row) = &message.body else { return };
        self.keep(row.clone(), |nobd, row| nobd.listed.push(Listed::of(row)));
        out.answer(message, Body::Received);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Sending;
    use crate::stories::{day, enrolment, message, moment, said, tell, wake};
    use proaktiv_messages::MessageId;

    fn list_of(nobd: &mut Nobd, date: &str) -> Vec<ListChunk<Clear>> {
        let out = wake(nobd, (Moment::default(), astana::number_of(day(date))));
        assert!(out.sendings.iter().all(|sending| sending.until_received && sending.to == Party::Esobes));
        let chunk =
            |sending: Sending| if let Body::ReportEnrolments(chunk) = sending.body { Some(chunk) } else { None };
        out.sendings.into_iter().map(chunk).collect::<Option<_>>().expect("parts of a list and nothing else")
    }

    fn ids(chunks: &[ListChunk<Clear>]) -> Vec<u64> {
        chunks.iter().flat_map(|chunk| chunk.rows.iter()).filter_map(|row| row.row).collect()
    }

    #[test]
    fn a_row_is_listed_from_its_first_to_its_last_day() {
        let mut nobd = Nobd::new(100, day("2024-12-31"));
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
        let mut nobd = Nobd::new(2, day("2024-12-31"));
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
        let list = list_of(&mut Nobd::new(2, day("2024-12-31")), "2024-03-11");
        assert_eq!((list.len(), list[0].parts, list[0].declared_rows), (1, 1, Some(0)));
    }

    #[test]
    fn what_a_school_enters_joins_the_list_and_a_correction_keeps_its_place() {
        let mut nobd = Nobd::new(100, day("2024-12-31"));
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
        let mut nobd = Nobd::new(100, day("2024-03-12"));
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
}
