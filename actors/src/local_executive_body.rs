//! A local executive body (A-33, S-43, S-51): decides applications under order 84, takes the tasks that
//! only a person can do, and decides in place of the machine where its officials do.
//!
//! What it decides and when is the plan's; the moment of the decision is the one at which it is made. Of
//! the applications on its desk it tells the counter, whose feed shows them (T-03).

use std::collections::BTreeMap;

use proaktiv_messages::identity::{Iban, Iin};
use proaktiv_messages::{
    ApplicationId, ApplicationState, Body, Clear, DecideApplication, Decision, Envelope, Hold, Instruct,
    LiveApplication, MessageId, Moment, OfficialDecision, Party, RegisterApplication, ReportApplication, Span,
    TaskReason,
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::agenda::{AGENDA, Agenda};
use crate::{Behaviour, Out, TaskKind};

/// How long after a decision it is sent a second time.
const AGAIN_AFTER: Span = Span::minutes(10);

/// A decision that took longer is counted as slow: no eight working days last so long.
const SLOW: Span = Span::days(14);

/// What the officials will decide for a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Intent {
    /// Grant or refusal.
    pub decision: Decision,
    /// How long after the application has come.
    pub after: Span,
    /// Whether the decision is sent twice.
    pub twice: bool,
}

/// What an official decides in place of the machine. The newest application of the child is meant where
/// one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfficialAct {
    /// A hold is resolved; perhaps it is said who acts for the child.
    ResolveHold(Hold, Option<Iin>),
    /// An exclusion is looked at again.
    ReviewExclusion,
    /// A case that was set aside is taken back.
    TakeBack,
    /// The corrected row is right.
    ConfirmCorrection,
    /// The payments go on.
    PaymentsGoOn,
    /// The payments go to this account.
    ChangeAccount(Iban),
}

/// An application that waits for its decision.
struct OnTheDesk {
    said: RegisteredApplication,
    intent: Intent,
    answer_to: Party,
}

/// What of an application the counter is told.
#[derive(Clone, Copy)]
struct RegisteredApplication {
    child: Iin,
    application: LiveApplication,
    id: ApplicationId,
}

/// An instruction that waits for its moment.
struct Instruction {
    child: Iin,
    act: OfficialAct,
    reason: &'static str,
}

/// The local executive body of one district.
#[derive(Default)]
pub struct LocalExecutiveBody {
    intents: FxHashMap<u64, Intent>,
    applications: FxHashSet<ApplicationId>,
    /// The newest application of each child.
    newest: FxHashMap<u64, ApplicationId>,
    /// By the note of the wake-up at which each is decided.
    desk: FxHashMap<u64, OnTheDesk>,
    notes: u64,
    task_ids: FxHashSet<MessageId>,
    tasks: BTreeMap<TaskReason, u64>,
    /// What officials do on tasks of a child, in their order; the first of a kind answers the next task.
    on_tasks: FxHashMap<u64, Vec<(TaskKind, Span, OfficialAct)>>,
    instructions: Agenda<Instruction>,
    instructed: u64,
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

    /// Lets an official do something `after` a while on a task of this kind. The n-th call with one child
    /// and kind is about the n-th such task.
    pub fn act_on(&mut self, child: Iin, task: TaskKind, after: Span, act: OfficialAct) {
        self.on_tasks.entry(child.number()).or_default().push((task, after, act));
    }

    /// Lets an official do something at a moment, whatever was asked.
    pub fn act_at(&mut self, child: Iin, at: Moment, act: OfficialAct) {
        self.instructions.put(at, Instruction { child, act, reason: "own_motion" });
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
        self.newest.insert(said.child.number(), said.application);
        let (from_day, to_day) = (Some(said.from), Some(said.to));
        let ours = Some(said.application);
        // Reading T-03: the feed has no number for what was not lodged at a counter.
        let application = LiveApplication { number: 0, granted: false, ours, from: from_day, to: to_day };
        let said = RegisteredApplication { child: said.child, application, id: said.application };
        tell_counter(said, ApplicationState::Lodged, out);
        let Some(&intent) = self.intents.get(&said.child.number()) else { return };
        self.desk.insert(self.notes, OnTheDesk { said, intent, answer_to: from });
        out.wake_at(now + intent.after, self.notes);
        self.notes += 1;
    }

    fn task(&mut self, child: Iin, reason: TaskReason, now: Moment, out: &mut Out) {
        *self.tasks.entry(reason).or_default() += 1;
        let kind = TaskKind::of(reason);
        let Some(acts) = self.on_tasks.get_mut(&child.number()) else { return };
        let Some(place) = acts.iter().position(|(on, ..)| *on == kind) else { return };
        let (_, after, act) = acts.remove(place);
        self.instructions.put(now + after, Instruction { child, act, reason: kind.name() });
        self.instructions.arm(now, out);
    }

    fn decide(&self, waiting: &OnTheDesk, now: Moment, out: &mut Out) {
        let OnTheDesk { said, intent, answer_to } = waiting;
        let decided = DecideApplication { application: said.id, decision: intent.decision, decided: now };
        out.report(*answer_to, Body::DecideApplication(decided));
        if intent.after > SLOW {
            out.misbehave("decided_slowly");
        }
        if intent.twice {
            out.misbehave("decided_twice");
            out.report_after(*answer_to, AGAIN_AFTER, Body::DecideApplication(decided));
        }
        let state = match intent.decision {
            Decision::Grant => ApplicationState::Granted,
            Decision::Refusal => ApplicationState::Refused,
        };
        tell_counter(*said, state, out);
    }

    /// Sends an instruction; one about an application that never came has no meaning and is left out.
    fn instruct(&mut self, instruction: &Instruction, out: &mut Out) {
        let newest = self.newest.get(&instruction.child.number()).copied();
        let decision = match (instruction.act, newest) {
            (OfficialAct::ResolveHold(hold, representative), _) => {
                OfficialDecision::ResolveHold { hold, representative }
            }
            (OfficialAct::ReviewExclusion, _) => OfficialDecision::ReviewExclusion,
            (OfficialAct::TakeBack, _) => OfficialDecision::TakeBack,
            (OfficialAct::ConfirmCorrection, _) => OfficialDecision::ConfirmCorrection,
            (OfficialAct::PaymentsGoOn, Some(application)) => OfficialDecision::PaymentsGoOn(application),
            (OfficialAct::ChangeAccount(account), Some(application)) => {
                OfficialDecision::ChangeAccount { application, account }
            }
            (OfficialAct::PaymentsGoOn | OfficialAct::ChangeAccount(_), None) => return,
        };
        self.instructed += 1;
        out.misbehave("instructed");
        let instruct = Instruct {
            child: instruction.child,
            decision,
            role: "head_of_department".into(),
            document: format!("D-{}", self.instructed).into(),
            reason: instruction.reason.into(),
        };
        out.report(Party::Esobes, Body::Instruct(Box::new(instruct)));
    }
}

/// Tells the counter what became of an application that the engine formed.
fn tell_counter(said: RegisteredApplication, state: ApplicationState, out: &mut Out) {
    let application = LiveApplication { granted: state == ApplicationState::Granted, ..said.application };
    out.report(Party::Counter, Body::ReportApplication(ReportApplication { child: said.child, application, state }));
}

impl Behaviour for LocalExecutiveBody {
    fn begin(&mut self, now: Moment, out: &mut Out) {
        self.instructions.arm(now, out);
    }

    fn receive(&mut self, message: &Envelope<Clear>, now: Moment, out: &mut Out) {
        if let Body::RegisterApplication(application) = &message.body {
            out.answer(message, Body::Received);
            self.register(message.from, application, now, out);
        } else if let Body::OpenTask(task) = &message.body {
            out.answer(message, Body::Received);
            if self.task_ids.insert(message.id) {
                self.task(task.child, task.reason, now, out);
            }
        }
    }

    fn wake(&mut self, note: u64, now: Moment, out: &mut Out) {
        if note == AGENDA {
            for instruction in self.instructions.due(now, out) {
                self.instruct(&instruction, out);
            }
        } else if let Some(waiting) = self.desk.remove(&note) {
            self.decide(&waiting, now, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stories::{account, asked, bank, begun, day, effect, iin, moment, number, said, tell, wake};
    use proaktiv_messages::{District, Evidence, FormNumber, Task, Token};

    const RECEIVED: [(Party, Body<Clear>); 1] = [(Party::Esobes, Body::Received)];
    const NOON: &str = "2024-03-15T06:00:00Z";

    fn grants(after: Span) -> Intent {
        Intent { decision: Decision::Grant, after, twice: false }
    }

    fn id_of(child: u32) -> ApplicationId {
        ApplicationId { case: Token::from_bits(child.into()), nth: 1 }
    }

    fn told(child: u32, state: ApplicationState) -> (Party, Body<Clear>) {
        let granted = state == ApplicationState::Granted;
        let (from, to) = (Some(day("2024-01-15")), Some(day("2025-05-25")));
        let application = LiveApplication { number: 0, granted, ours: Some(id_of(child)), from, to };
        (Party::Counter, Body::ReportApplication(ReportApplication { child: iin(child), application, state }))
    }

    fn application(step: u32, child: u32) -> Envelope<Clear> {
        asked(
            step,
            Body::RegisterApplication(Box::new(RegisterApplication {
                application: id_of(child),
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
        body.intend(iin(1), grants(Span::minutes(90)));
        body.intend(iin(2), Intent { decision: Decision::Refusal, ..grants(Span::minutes(30)) });
        let now = moment(NOON);
        let [first, second] = [1, 2].map(|child| tell(&mut body, &application(child, child), now));
        for (child, out) in [(1, &first), (2, &second)] {
            assert_eq!(said(out), [RECEIVED[0].clone(), told(child, ApplicationState::Lodged)]);
        }
        let again = tell(&mut body, &application(7, 1), now);
        assert_eq!((said(&again), again.wakes.len()), (RECEIVED.to_vec(), 0));

        for (child, out, decision, at) in [
            (2, second, Decision::Refusal, "2024-03-15T06:30:00Z"),
            (1, first, Decision::Grant, "2024-03-15T07:30:00Z"),
        ] {
            assert_eq!(out.wakes[0].0, moment(at));
            let decided = wake(&mut body, out.wakes[0]);
            let expected = DecideApplication { application: id_of(child), decision, decided: moment(at) };
            let state = if decision == Decision::Grant { ApplicationState::Granted } else { ApplicationState::Refused };
            assert_eq!(said(&decided), [(Party::Esobes, Body::DecideApplication(expected)), told(child, state)]);
            assert!(decided.sendings.iter().all(|sending| sending.until_answered));
            assert!(wake(&mut body, out.wakes[0]).sendings.is_empty());
        }
        assert_eq!(body.applications(), 2);
    }

    #[test]
    fn without_an_intent_nothing_is_decided() {
        let out = tell(&mut LocalExecutiveBody::new(), &application(1, 1), Moment::default());
        assert_eq!((said(&out).remove(0), out.wakes.len()), (RECEIVED[0].clone(), 0));
    }

    #[test]
    fn a_decision_may_come_late_and_twice() {
        let mut body = LocalExecutiveBody::new();
        body.intend(iin(1), Intent { twice: true, ..grants(Span::days(15)) });
        let out = tell(&mut body, &application(1, 1), moment(NOON));
        let decided = wake(&mut body, out.wakes[0]);
        let times: Vec<_> = decided
            .sendings
            .iter()
            .filter(|sending| matches!(sending.body, Body::DecideApplication(_)))
            .map(|sending| sending.after)
            .collect();
        assert_eq!(times, [Span::ZERO, Span::minutes(10)]);
        assert_eq!(decided.misbehaviours, ["decided_slowly", "decided_twice"]);
    }

    fn instructed(out: &Out) -> Vec<(OfficialDecision<Clear>, String)> {
        let instruct = |(to, body)| {
            let Body::Instruct(instruct) = body else { panic!("{body:?}") };
            assert_eq!(to, Party::Esobes);
            (instruct.decision, instruct.reason.to_string())
        };
        said(out).into_iter().map(instruct).collect()
    }

    fn task(step: u32, reason: TaskReason) -> Envelope<Clear> {
        asked(step, Body::OpenTask(Task { child: iin(1), reason }))
    }

    #[test]
    fn officials_answer_tasks_one_by_one_each_after_its_time() {
        let mut body = LocalExecutiveBody::new();
        let kind = TaskKind::of(TaskReason::PaymentReturned);
        let accounts = [account("601", 1), account("722", 2)];
        for account in accounts {
            body.act_on(iin(1), kind, Span::minutes(60), OfficialAct::ChangeAccount(account));
        }
        tell(&mut body, &application(1, 1), moment(NOON));
        for (step, expected) in [(2, Some(accounts[0])), (3, Some(accounts[1])), (4, None)] {
            let out = tell(&mut body, &task(step, TaskReason::PaymentReturned), moment(NOON));
            assert!(tell(&mut body, &task(step, TaskReason::PaymentReturned), moment(NOON)).wakes.is_empty());
            let Some(account) = expected else {
                assert!(out.wakes.is_empty(), "nobody acts on the third");
                continue;
            };
            assert_eq!(out.wakes, [(moment("2024-03-15T07:00:00Z"), AGENDA)]);
            let change = OfficialDecision::ChangeAccount { application: id_of(1), account };
            assert_eq!(instructed(&wake(&mut body, out.wakes[0])), [(change, "payment_returned".to_owned())]);
        }
    }

    #[test]
    fn an_official_may_act_by_himself_and_not_on_an_application_that_never_came() {
        let mut body = LocalExecutiveBody::new();
        body.act_at(iin(1), moment(NOON), OfficialAct::ReviewExclusion);
        body.act_at(iin(1), moment(NOON), OfficialAct::PaymentsGoOn);
        body.act_at(iin(1), moment(NOON), OfficialAct::ResolveHold(Hold::RepConflict, Some(iin(8))));
        let first = begun(&mut body, "2024-03-10T19:00:00Z").wakes[0];
        assert_eq!(first.0, moment(NOON));
        let resolved = OfficialDecision::ResolveHold { hold: Hold::RepConflict, representative: Some(iin(8)) };
        assert_eq!(
            instructed(&wake(&mut body, first)),
            [(OfficialDecision::ReviewExclusion, "own_motion".to_owned()), (resolved, "own_motion".to_owned()),]
        );
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
