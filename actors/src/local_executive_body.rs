//! A local executive body (A-33, S-43): decides applications under order 84 and takes the tasks that
//! only a person can do.
//!
//! What it decides and when is the plan's; the moment of the decision is the one at which it is made.

use std::collections::BTreeMap;

use proaktiv_messages::identity::Iin;
use proaktiv_messages::{
    ApplicationId, Body, Clear, DecideApplication, Decision, Envelope, MessageId, Moment, Party, RegisterApplication,
    Span, TaskReason,
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{Behaviour, Out};

/// What the officials will decide for a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Intent {
    /// Grant or refusal.
    pub decision: Decision,
    /// How long after the application has come.
    pub after: Span,
}

/// An application that waits for its decision.
struct OnTheDesk {
    application: ApplicationId,
    decision: Decision,
    answer_to: Party,
}

/// The local executive body of one district.
#[derive(Default)]
pub struct LocalExecutiveBody {
    intents: FxHashMap<u64, Intent>,
    applications: FxHashSet<ApplicationId>,
    /// By the note of the wake-up at which each is decided.
    desk: FxHashMap<u64, OnTheDesk>,
    notes: u64,
    task_ids: FxHashSet<MessageId>,
    tasks: BTreeMap<TaskReason, u64>,
}

impl LocalExecutiveBody {
    /// Returns a body that knows no child. An application for a child without an [`Intent`] is taken
    /// and never decided.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets what it will decide for `child`. A later intent replaces an earlier one.
    pub fn intend(&mut self, child: Iin, intent: Intent) {
        self.intents.insert(child.number(), intent);
    }

    /// Returns how many tasks came, by reason.
    pub fn tasks(&self) -> &BTreeMap<TaskReason, u64> {
        &self.tasks
    }

    /// Returns how many applications came.
    pub fn applications(&self) -> usize {
        self.applications.len()
    }

    fn register(&mut self, from: Party, said: &RegisterApplication<Clear>, now: Moment, out: &mut Out) {
        // Known by the id of the application, whatever the id of the message.
        if !self.applications.insert(said.application) {
            return;
        }
        let Some(intent) = self.intents.get(&said.child.number()) else { return };
        let waiting = OnTheDesk { application: said.application, decision: intent.decision, answer_to: from };
        self.desk.insert(self.notes, waiting);
        out.wake_at(now + intent.after, self.notes);
        self.notes += 1;
    }
}

impl Behaviour for LocalExecutiveBody {
    fn receive(&mut self, message: &Envelope<Clear>, now: Moment, out: &mut Out) {
        if let Body::RegisterApplication(application) = &message.body {
            out.answer(message, Body::Received);
            self.register(message.from, application, now, out);
        } else if let Body::OpenTask(task) = &message.body {
            out.answer(message, Body::Received);
            if self.task_ids.insert(message.id) {
                *self.tasks.entry(task.reason).or_default() += 1;
            }
        }
    }

    fn wake(&mut self, note: u64, now: Moment, out: &mut Out) {
        let Some(OnTheDesk { application, decision, answer_to }) = self.desk.remove(&note) else { return };
        let decided = DecideApplication { application, decision, decided: now };
        out.report(answer_to, Body::DecideApplication(decided));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stories::{account, asked, bank, day, effect, iin, moment, number, said, tell, wake};
    use proaktiv_messages::{District, Evidence, FormNumber, Hold, Task, Token};

    const RECEIVED: [(Party, Body<Clear>); 1] = [(Party::Esobes, Body::Received)];

    fn application(step: u32, child: u32) -> Envelope<Clear> {
        asked(
            step,
            Body::RegisterApplication(Box::new(RegisterApplication {
                application: ApplicationId { case: Token::from_bits(child.into()), nth: 1 },
                child: iin(child),
                recipient: iin(9),
                account: account("601", 1),
                bank: bank("601"),
                district: District(710_000_000),
                from: day("2024-01-15"),
                to: day("2025-05-25"),
                evidence: Evidence {
                    number: number(1),
                    received: Moment::default(),
                    form: FormNumber::One,
                    sms: effect(1),
                },
            })),
        )
    }

    #[test]
    fn an_application_is_decided_once_and_when_its_time_has_come() {
        let mut body = LocalExecutiveBody::new();
        body.intend(iin(1), Intent { decision: Decision::Grant, after: Span::minutes(90) });
        body.intend(iin(2), Intent { decision: Decision::Refusal, after: Span::minutes(30) });
        let now = moment("2024-03-15T06:00:00Z");
        let [first, second] = [1, 2].map(|child| tell(&mut body, &application(child, child), now));
        assert_eq!((said(&first), said(&second)), (RECEIVED.to_vec(), RECEIVED.to_vec()));
        let again = tell(&mut body, &application(7, 1), now);
        assert_eq!((said(&again), again.wakes.len()), (RECEIVED.to_vec(), 0));

        for (child, out, decision, at) in [
            (2, second, Decision::Refusal, "2024-03-15T06:30:00Z"),
            (1, first, Decision::Grant, "2024-03-15T07:30:00Z"),
        ] {
            assert_eq!(out.wakes[0].0, moment(at));
            let decided = wake(&mut body, out.wakes[0]);
            let application = ApplicationId { case: Token::from_bits(child), nth: 1 };
            let expected = DecideApplication { application, decision, decided: moment(at) };
            assert_eq!(said(&decided), [(Party::Esobes, Body::DecideApplication(expected))]);
            assert!(decided.sendings[0].until_received);
            assert!(wake(&mut body, out.wakes[0]).sendings.is_empty());
        }
        assert_eq!(body.applications(), 2);
    }

    #[test]
    fn without_an_intent_nothing_is_decided() {
        let out = tell(&mut LocalExecutiveBody::new(), &application(1, 1), Moment::default());
        assert_eq!((said(&out), out.wakes.len()), (RECEIVED.to_vec(), 0));
    }

    #[test]
    fn tasks_are_taken_and_counted_by_reason() {
        let mut body = LocalExecutiveBody::new();
        let held = TaskReason::Held(Hold::NoBmg);
        for (step, reason) in [(1, held), (1, held), (2, held), (3, TaskReason::NoticeOfRefusal)] {
            let task = asked(step, Body::OpenTask(Task { child: iin(1), reason }));
            assert_eq!(said(&tell(&mut body, &task, Moment::default())), RECEIVED);
        }
        assert_eq!(body.tasks().clone().into_iter().collect::<Vec<_>>(), [(held, 2), (TaskReason::NoticeOfRefusal, 1)]);
    }
}
