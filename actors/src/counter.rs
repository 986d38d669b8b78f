//! The counters of the State corporation and egov (A-12, T-03, S-26): know the applications that
//! people lodged by hand.

use proaktiv_messages::identity::Iin;
use proaktiv_messages::{Body, Clear, Envelope, Finding, LiveApplication, Moment};
use rustc_hash::FxHashMap;

use crate::{Behaviour, Delay, Out};

/// The counters, all of them as one party.
#[derive(Default)]
pub struct Counter {
    live: FxHashMap<u64, LiveApplication>,
    delay: Delay,
}

impl Counter {
    /// Returns counters without applications that take `delay` for an answer.
    pub fn new(delay: Delay) -> Self {
        Self { live: FxHashMap::default(), delay }
    }

    /// Records a live application for `child`. A later one replaces an earlier one.
    pub fn lodge(&mut self, child: Iin, application: LiveApplication) {
        self.live.insert(child.number(), application);
    }
}

impl Behaviour for Counter {
    fn receive(&mut self, message: &Envelope<Clear>, _now: Moment, out: &mut Out) {
        let Body::AskApplications(question) = &message.body else { return };
        let finding = match self.live.get(&question.child.number()) {
            Some(application) => Finding::Yes(*application),
            None => Finding::No,
        };
        out.answer_after(message, self.delay.of(&message.id), Body::ApplicationsAnswer(finding));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stories::{asked, iin, said, tell};
    use proaktiv_messages::{AskApplications, Party};

    #[test]
    fn a_live_application_is_shown_for_its_child_alone() {
        let live = LiveApplication { number: 5, granted: false, ours: None };
        let mut counter = Counter::default();
        counter.lodge(iin(1), live);
        for (which, expected) in [(1, Finding::Yes(live)), (2, Finding::No)] {
            let question = asked(1, Body::AskApplications(AskApplications { child: iin(which) }));
            let out = tell(&mut counter, &question, Moment::default());
            assert_eq!(said(&out), [(Party::Esobes, Body::ApplicationsAnswer(expected))]);
        }
    }
}
