//! A school: enters its children in NOBD on the first day on which they are to be
//! listed, before NOBD makes the day's list, and takes rows back that were sent to it.
//!
//! It owns nothing but the rows that it has yet to enter.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use proaktiv_messages::{Body, Clear, Enrolment, Envelope, MessageId, Moment, Party};
use rustc_hash::FxHashSet;

use crate::{Behaviour, Out, astana};

/// Schools spread their entries over the first hour of the day.
const MINUTES_OF_ENTRY: u32 = 60;

/// A school.
pub struct School {
    number: u32,
    to_enter: BTreeMap<NaiveDate, Vec<Arc<Enrolment<Clear>>>>,
    returned: FxHashSet<MessageId>,
}

impl School {
    /// Returns the school with this `number` in NOBD, without children.
    pub fn new(number: u32) -> Self {
        Self { number, to_enter: BTreeMap::new(), returned: FxHashSet::default() }
    }

    /// Lets the school enter `row` on `first_listed`. Rows of one day are entered in the order in
    /// which they are given here.
    pub fn enrol(&mut self, first_listed: NaiveDate, row: Arc<Enrolment<Clear>>) {
        self.to_enter.entry(first_listed).or_default().push(row);
    }

    /// Returns how many rows were sent back to the school.
    pub fn returned(&self) -> usize {
        self.returned.len()
    }

    /// Arms the wake-up for the next day on which there is something to enter.
    fn arm(&self, now: Moment, out: &mut Out) {
        if let Some((&day, _)) = self.to_enter.first_key_value() {
            let at = astana::instant(day, i64::from(self.number % MINUTES_OF_ENTRY));
            // A day that lies before the beginning of the world is made up for at once.
            out.wake_at(at.max(now), 0);
        }
    }
}

impl Behaviour for School {
    fn begin(&mut self, now: Moment, out: &mut Out) {
        self.arm(now, out);
    }

    fn wake(&mut self, _note: u64, now: Moment, out: &mut Out) {
        let today = astana::day_of(now);
        while let Some(entry) = self.to_enter.first_entry()
            && *entry.key() <= today
        {
            for row in entry.remove() {
                out.report(Party::Nobd, Body::Enrol(row));
            }
        }
        self.arm(now, out);
    }

    fn receive(&mut self, message: &Envelope<Clear>, _now: Moment, out: &mut Out) {
        let Body::ReturnRow(_) = &message.body else { return };
        self.returned.insert(message.id);
        out.answer(message, Body::Received);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stories::{asked, day, enrolment, iin, moment, said, tell, wake};
    use proaktiv_messages::{ReturnRow, RowFault};

    fn begun(school: &mut School, now: &str) -> Out {
        let mut out = Out::default();
        school.begin(moment(now), &mut out);
        out
    }

    #[test]
    fn each_child_is_entered_on_its_first_day_before_the_list_is_made() {
        let mut school = School::new(63);
        let rows = [1, 2, 3].map(|row| Arc::new(enrolment(row, "2025-05-25")));
        school.enrol(day("2024-03-13"), rows[2].clone());
        school.enrol(day("2024-03-11"), rows[0].clone());
        school.enrol(day("2024-03-11"), rows[1].clone());

        let first = begun(&mut school, "2024-03-10T19:00:00Z");
        assert_eq!(first.wakes, [(moment("2024-03-10T19:03:00Z"), 0)]);
        let entered = wake(&mut school, first.wakes[0]);
        assert_eq!(
            said(&entered),
            [(Party::Nobd, Body::Enrol(rows[0].clone())), (Party::Nobd, Body::Enrol(rows[1].clone()))]
        );
        assert!(entered.sendings.iter().all(|sending| sending.until_received));
        assert_eq!(entered.wakes, [(moment("2024-03-12T19:03:00Z"), 0)]);

        let last = wake(&mut school, entered.wakes[0]);
        assert_eq!(said(&last), [(Party::Nobd, Body::Enrol(rows[2].clone()))]);
        assert!(last.wakes.is_empty());
    }

    #[test]
    fn what_lies_before_the_beginning_is_made_up_for() {
        let mut school = School::new(1);
        school.enrol(day("2024-01-01"), Arc::new(enrolment(1, "2025-05-25")));
        let first = begun(&mut school, "2024-03-10T19:00:00Z");
        assert_eq!(first.wakes, [(moment("2024-03-10T19:00:00Z"), 0)]);
        assert_eq!(wake(&mut school, first.wakes[0]).sendings.len(), 1);
    }

    #[test]
    fn a_row_that_is_sent_back_is_taken() {
        let mut school = School::new(1);
        let back = Body::ReturnRow(ReturnRow { row: Some(1), child: iin(1), fault: RowFault::NoConclusion });
        for _ in 0..2 {
            let out = tell(&mut school, &asked(1, back.clone()), Moment::default());
            assert_eq!(said(&out), [(Party::Esobes, Body::Received)]);
        }
        assert_eq!(school.returned(), 1);
    }
}
