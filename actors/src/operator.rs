//! The operator of the engine (A-O6, S-14, S-19): states each change of the law at its moment, and takes the
//! alerts of the engine.
//!
//! It owns the changes that it has yet to state, and repeats each until the engine has it.

use std::collections::VecDeque;

use proaktiv_messages::{Body, Clear, Envelope, LawChange, Moment, Party};

use crate::{Behaviour, Out};

/// The operator.
pub struct Operator {
    /// When and what, the earliest first.
    to_state: VecDeque<(Moment, LawChange)>,
}

impl Operator {
    /// Returns an operator who states these changes, each at its moment. Those of one moment are stated in
    /// the order in which they are given here.
    pub fn new(changes: impl IntoIterator<Item = (Moment, LawChange)>) -> Self {
        let mut to_state: Vec<_> = changes.into_iter().collect();
        to_state.sort_by_key(|(at, _)| *at);
        Self { to_state: to_state.into() }
    }

    /// Arms the wake-up for the next change.
    fn arm(&self, now: Moment, out: &mut Out) {
        if let Some((at, _)) = self.to_state.front() {
            // A moment before the beginning of the world is made up for at once.
            out.wake_at((*at).max(now), 0);
        }
    }
}

impl Behaviour for Operator {
    fn begin(&mut self, now: Moment, out: &mut Out) {
        self.arm(now, out);
    }

    fn wake(&mut self, _note: u64, now: Moment, out: &mut Out) {
        while let Some((_, change)) = self.to_state.pop_front_if(|(at, _)| *at <= now) {
            out.report(Party::Esobes, Body::ChangeLaw(Box::new(change)));
        }
        self.arm(now, out);
    }

    fn receive(&mut self, message: &Envelope<Clear>, _now: Moment, out: &mut Out) {
        if let Body::Alert(_) = &message.body {
            out.answer(message, Body::Received);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stories::{asked, day, moment, said, tell, wake};
    use proaktiv_messages::Alert;

    fn change(version: &str) -> LawChange {
        LawChange {
            version: version.to_owned(),
            valid_from: day("2024-05-02"),
            days: Vec::new(),
            last_day: Some(day("2025-01-31")),
            integrated_banks: None,
            source: "assumed".to_owned(),
        }
    }

    #[test]
    fn each_change_is_stated_at_its_moment_and_until_it_is_received() {
        let (first, second) = (moment("2024-05-02T07:00:00Z"), moment("2024-05-03T07:00:00Z"));
        let mut operator = Operator::new([(second, change("b")), (first, change("a")), (second, change("c"))]);
        let mut begun = Out::default();
        operator.begin(moment("2024-03-11T00:00:00Z"), &mut begun);
        assert_eq!(begun.wakes, [(first, 0)]);
        let stated = wake(&mut operator, begun.wakes[0]);
        assert_eq!(said(&stated), [(Party::Esobes, Body::ChangeLaw(Box::new(change("a"))))]);
        assert!(stated.sendings[0].until_answered);
        assert_eq!(stated.wakes, [(second, 0)]);
        let last = wake(&mut operator, stated.wakes[0]);
        assert_eq!(last.sendings.len(), 2);
        assert!(last.wakes.is_empty());
    }

    #[test]
    fn an_alert_is_taken_each_time_that_it_comes() {
        let mut operator = Operator::new([]);
        let alert = Body::Alert(Alert::DayWithoutFullList { day: day("2024-03-19") });
        for _ in 0..2 {
            let out = tell(&mut operator, &asked(1, alert.clone()), Moment::default());
            assert_eq!(said(&out), [(Party::Esobes, Body::Received)]);
        }
    }

    #[test]
    fn what_lies_before_the_beginning_is_stated_at_once() {
        let begin = moment("2024-05-03T00:00:00Z");
        let mut operator = Operator::new([(moment("2024-05-02T07:00:00Z"), change("a"))]);
        let mut begun = Out::default();
        operator.begin(begin, &mut begun);
        assert_eq!(begun.wakes, [(begin, 0)]);
    }
}
