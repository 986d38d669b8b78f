//! A school: enters its children in NOBD on the first day on which they are to be
//! listed, before NOBD makes the day's list, corrects what it entered, and takes rows back that were
//! sent to it.
//!
//! It owns nothing but the rows that it has yet to enter.

use std::sync::Arc;

use chrono::NaiveDate;
use proaktiv_messages::{Body, Clear, Enrolment, Envelope, MessageId, Moment, Party};
use rustc_hash::FxHashSet;

use crate::agenda::Agenda;
use crate::{Behaviour, Out, astana};

/// Schools spread their entries over the first hour of the day.
const MINUTES_OF_ENTRY: u32 = 60;

/// A row to be entered, and what a run counts it as.
struct Entry {
    row: Arc<Enrolment<Clear>>,
    counts_as: Option<&'static str>,
}

/// A school.
pub struct School {
    number: u32,
    to_enter: Agenda<Entry>,
    returned: FxHashSet<MessageId>,
}

impl School {
    /// Returns the school with this `number` in NOBD, without children.
    pub fn new(number: u32) -> Self {
        Self { number, to_enter: Agenda::default(), returned: FxHashSet::default() }
    }

    /// Lets the school enter `row` on `first_listed`. Rows of one day are entered in the order in
    /// which they are given here.
    pub fn enrol(&mut self, first_listed: NaiveDate, row: Arc<Enrolment<Clear>>) {
        let at = astana::instant(first_listed, i64::from(self.number % MINUTES_OF_ENTRY));
        self.to_enter.put(at, Entry { row, counts_as: None });
    }

    /// Lets the school enter a version of a row that it entered before, or its end, at `at` (S-12).
    pub fn correct(&mut self, at: Moment, row: Arc<Enrolment<Clear>>) {
        let counts_as = Some(if row.ended.is_some() { "row_ended" } else { "row_corrected" });
        self.to_enter.put(at, Entry { row, counts_as });
    }

    /// Lets the school enter at `at` a row of a child that stands on a list already (S-34).
    pub fn enrol_again(&mut self, at: Moment, row: Arc<Enrolment<Clear>>) {
        self.to_enter.put(at, Entry { row, counts_as: Some("second_row") });
    }

    /// Returns how many rows were sent back to the school.
    pub fn returned(&self) -> usize {
        self.returned.len()
    }
}

impl Behaviour for School {
    fn begin(&mut self, now: Moment, out: &mut Out) {
        self.to_enter.arm(now, out);
    }

    fn wake(&mut self, _note: u64, now: Moment, out: &mut Out) {
        for Entry { row, counts_as } in self.to_enter.due(now, out) {
            out.misbehaviours.extend(counts_as);
            out.report(Party::Nobd, Body::Enrol(row));
        }
    }

    fn receive(&mut self, message: &Envelope<Clear>, _now: Moment, out: &mut Out) {
        let Body::ReturnRow(_) = &message.body else { return };
        if self.returned.insert(message.id) {
            out.misbehave("row_sent_back");
        }
        out.answer(message, Body::Received);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agenda::AGENDA;
    use crate::stories::{asked, begun, day, enrolment, iin, moment, said, tell, wake};
    use proaktiv_messages::{ReturnRow, RowFault};

    #[test]
    fn each_child_is_entered_on_its_first_day_before_the_list_is_made() {
        let mut school = School::new(63);
        let rows = [1, 2, 3].map(|row| Arc::new(enrolment(row, "2025-05-25")));
        school.enrol(day("2024-03-13"), rows[2].clone());
        school.enrol(day("2024-03-11"), rows[0].clone());
        school.enrol(day("2024-03-11"), rows[1].clone());

        let first = begun(&mut school, "2024-03-10T19:00:00Z");
        assert_eq!(first.wakes, [(moment("2024-03-10T19:03:00Z"), AGENDA)]);
        let entered = wake(&mut school, first.wakes[0]);
        assert_eq!(
            said(&entered),
            [(Party::Nobd, Body::Enrol(rows[0].clone())), (Party::Nobd, Body::Enrol(rows[1].clone()))]
        );
        assert!(entered.sendings.iter().all(|sending| sending.until_answered));
        assert_eq!(entered.wakes, [(moment("2024-03-12T19:03:00Z"), AGENDA)]);

        let last = wake(&mut school, entered.wakes[0]);
        assert_eq!(said(&last), [(Party::Nobd, Body::Enrol(rows[2].clone()))]);
        assert!(last.wakes.is_empty());
    }

    #[test]
    fn a_version_an_end_and_a_second_row_are_entered_at_their_moments() {
        let mut school = School::new(3);
        let row = enrolment(1, "2025-05-25");
        let ended = Some(proaktiv_messages::Ending { kind: proaktiv_messages::EndingKind::Left, on: None });
        let rows = [
            Enrolment { order_number: Some("99".into()), ..row.clone() },
            Enrolment { ended, ..row.clone() },
            Enrolment { row: Some(7), school: 3, ..row },
        ]
        .map(Arc::new);
        school.correct(moment("2024-03-12T06:30:00Z"), rows[0].clone());
        school.correct(moment("2024-03-13T06:30:00Z"), rows[1].clone());
        school.enrol_again(moment("2024-03-13T06:30:00Z"), rows[2].clone());
        let mut out = begun(&mut school, "2024-03-10T19:00:00Z");
        let mut entered = Vec::new();
        while let Some(&(at, note)) = out.wakes.first() {
            out = wake(&mut school, (at, note));
            let kinds = out.misbehaviours.iter().copied();
            entered.extend(said(&out).into_iter().zip(kinds).map(|((_, body), kind)| (at, body, kind)));
        }
        let (second, third) = (moment("2024-03-12T06:30:00Z"), moment("2024-03-13T06:30:00Z"));
        assert_eq!(
            entered,
            [
                (second, Body::Enrol(rows[0].clone()), "row_corrected"),
                (third, Body::Enrol(rows[1].clone()), "row_ended"),
                (third, Body::Enrol(rows[2].clone()), "second_row"),
            ]
        );
    }

    #[test]
    fn what_lies_before_the_beginning_is_made_up_for() {
        let mut school = School::new(1);
        school.enrol(day("2024-01-01"), Arc::new(enrolment(1, "2025-05-25")));
        let first = begun(&mut school, "2024-03-10T19:00:00Z");
        assert_eq!(first.wakes, [(moment("2024-03-10T19:00:00Z"), AGENDA)]);
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
