//! CBDI, the central bank of persons with disability: says whether a child has a disability,
//! and tells by itself what changes of one whom it was asked about (S-46).

use proaktiv_messages::identity::Iin;
use proaktiv_messages::{Body, Clear, Disability, Envelope, Finding, Moment, Party, ReportDisability};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::agenda::{AGENDA, Agenda};
use crate::{Behaviour, Delay, Out, astana};

/// A change of what is recorded of a child.
struct Change {
    child: Iin,
    disability: Option<Disability>,
    told: bool,
}

/// The register of persons with disability.
#[derive(Default)]
pub struct Cbdi {
    disabilities: FxHashMap<u64, Disability>,
    delay: Delay,
    changes: Agenda<Change>,
    /// Whom the engine has asked about.
    asked: FxHashSet<u64>,
}

impl Cbdi {
    /// Returns an empty register that takes `delay` for an answer.
    pub fn new(delay: Delay) -> Self {
        Self { delay, ..Self::default() }
    }

    /// Records the disability of `child`. A later record replaces an earlier one.
    pub fn record(&mut self, child: Iin, disability: Disability) {
        self.disabilities.insert(child.number(), disability);
    }

    /// Lets the record of `child` be `disability`, or none, from `at` on. If it is `told`, the register
    /// reports it by itself, should it have been asked about the child by then.
    pub fn change(&mut self, at: Moment, child: Iin, disability: Option<Disability>, told: bool) {
        self.changes.put(at, Change { child, disability, told });
    }

    fn finding(&self, child: Iin, now: Moment) -> Finding<Disability> {
        let today = astana::day_of(now);
        // Reading: the question is whether there is one today. A term that is over, or has not
        // begun, is a definite no; its last day still counts.
        match self.disabilities.get(&child.number()) {
            Some(held) if held.since <= today && held.until.is_none_or(|until| today <= until) => Finding::Yes(*held),
            Some(_) | None => Finding::No,
        }
    }
}

impl Behaviour for Cbdi {
    fn begin(&mut self, now: Moment, out: &mut Out) {
        self.changes.arm(now, out);
    }

    fn wake(&mut self, note: u64, now: Moment, out: &mut Out) {
        if note != AGENDA {
            return;
        }
        for Change { child, disability, told } in self.changes.due(now, out) {
            match disability {
                Some(disability) => self.disabilities.insert(child.number(), disability),
                None => self.disabilities.remove(&child.number()),
            };
            out.misbehave(if told { "changed" } else { "changed_untold" });
            if told && self.asked.contains(&child.number()) {
                let finding = self.finding(child, now);
                out.report(Party::Esobes, Body::ReportDisability(ReportDisability { child, finding }));
            }
        }
    }

    fn receive(&mut self, message: &Envelope<Clear>, now: Moment, out: &mut Out) {
        let Body::AskDisability(question) = &message.body else { return };
        self.asked.insert(question.child.number());
        let finding = self.finding(question.child, now);
        out.answer_after(message, self.delay.of(&message.id), Body::DisabilityAnswer(finding));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stories::{asked, begun, day, effect, iin, moment, said, tell, wake};
    use proaktiv_messages::AskDisability;

    #[test]
    fn a_disability_counts_from_its_first_to_its_last_day() {
        let held = Disability { since: day("2024-03-11"), until: Some(day("2024-03-12")) };
        let mut cbdi = Cbdi::default();
        cbdi.record(iin(1), held);
        for (child, at, expected) in [
            (iin(1), "2024-03-10T18:59:59Z", Finding::No),
            (iin(1), "2024-03-10T19:00:00Z", Finding::Yes(held)),
            (iin(1), "2024-03-12T18:59:59Z", Finding::Yes(held)),
            (iin(1), "2024-03-12T19:00:00Z", Finding::No),
            (iin(2), "2024-03-11T00:00:00Z", Finding::No),
        ] {
            let question = asked(1, Body::AskDisability(AskDisability { child }));
            let out = tell(&mut cbdi, &question, moment(at));
            assert_eq!(out.sendings.len(), 1);
            let answer = &out.sendings[0];
            assert_eq!((answer.to, answer.answers), (Party::Esobes, Some(effect(1))));
            assert_eq!(answer.body, Body::DisabilityAnswer(expected), "{at}");
        }
    }
    #[test]
    fn a_change_is_valid_from_its_moment_and_told_only_of_whom_was_asked_about() {
        let held = Disability { since: day("2024-03-12"), until: None };
        let ask = |cbdi: &mut Cbdi, child, at| {
            said(&tell(cbdi, &asked(1, Body::AskDisability(AskDisability { child: iin(child) })), moment(at)))
        };
        let answer = |finding| vec![(Party::Esobes, Body::DisabilityAnswer(finding))];
        let mut cbdi = Cbdi::default();
        for (child, told) in [(1, true), (2, true), (3, false)] {
            cbdi.change(moment("2024-03-12T06:00:00Z"), iin(child), Some(held), told);
        }
        cbdi.change(moment("2024-03-13T06:00:00Z"), iin(1), None, true);
        for child in [1, 3] {
            assert_eq!(ask(&mut cbdi, child, "2024-03-12T05:59:59Z"), answer(Finding::No));
        }
        let first = begun(&mut cbdi, "2024-03-10T19:00:00Z").wakes[0];
        assert_eq!(first.0, moment("2024-03-12T06:00:00Z"));
        let out = wake(&mut cbdi, first);
        let reported =
            |finding| vec![(Party::Esobes, Body::ReportDisability(ReportDisability { child: iin(1), finding }))];
        // Nobody asked about the second child, and of the third nothing is told.
        assert_eq!(said(&out), reported(Finding::Yes(held)));
        assert!(out.sendings[0].until_answered);
        assert_eq!(out.misbehaviours, ["changed", "changed", "changed_untold"]);
        assert_eq!(ask(&mut cbdi, 3, "2024-03-12T06:00:00Z"), answer(Finding::Yes(held)));
        assert_eq!(said(&wake(&mut cbdi, out.wakes[0])), reported(Finding::No));
    }
}
