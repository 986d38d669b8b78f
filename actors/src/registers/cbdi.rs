//! CBDI, the central bank of persons with disability: says whether a child has a disability.

use proaktiv_messages::identity::Iin;
use proaktiv_messages::{Body, Clear, Disability, Envelope, Finding, Moment};
use rustc_hash::FxHashMap;

use crate::{Behaviour, Delay, Out, astana};

/// The register of persons with disability.
#[derive(Default)]
pub struct Cbdi {
    disabilities: FxHashMap<u64, Disability>,
    delay: Delay,
}

impl Cbdi {
    /// Returns an empty register that takes `delay` for an answer.
    pub fn new(delay: Delay) -> Self {
        Self { disabilities: FxHashMap::default(), delay }
    }

    /// Records the disability of `child`. A later record replaces an earlier one.
    pub fn record(&mut self, child: Iin, disability: Disability) {
        self.disabilities.insert(child.number(), disability);
    }
}

impl Behaviour for Cbdi {
    fn receive(&mut self, message: &Envelope<Clear>, now: Moment, out: &mut Out) {
        let Body::AskDisability(question) = &message.body else { return };
        let today = astana::day_of(now);
        // Reading: the question is whether there is one today. A term that is over, or has not
        // begun, is a definite no; its last day still counts.
        let finding = match self.disabilities.get(&question.child.number()) {
            Some(held) if held.since <= today && held.until.is_none_or(|until| today <= until) => Finding::Yes(*held),
            Some(_) | None => Finding::No,
        };
        out.answer_after(message, self.delay.of(&message.id), Body::DisabilityAnswer(finding));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stories::{asked, day, effect, iin, moment, tell};
    use proaktiv_messages::{AskDisability, Party};

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
}
