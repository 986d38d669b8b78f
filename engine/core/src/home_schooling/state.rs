//! The four aggregates as one: one enum of each kind over them, so that the shell carries them alike.

use proaktiv_messages::{Key, KeyKind, Moment};
use serde::{Deserialize, Serialize};

use super::{
    Case, CaseDeadline, CaseEvent, CaseInbound, CaseRefusal, Condition, Effect, Intake, IntakeDeadline, IntakeEvent,
    IntakeInbound, IntakeRefusal, Line, LineDeadline, LineEvent, LineInbound, LineRefusal, Recipient,
    RecipientDeadline, RecipientEvent, RecipientInbound, RecipientRefusal,
};
use crate::Aggregate;
use crate::ground::Ground;

/// What can reach an aggregate of the act.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inbound {
    /// For the intake.
    Intake(IntakeInbound),
    /// For a case.
    Case(CaseInbound),
    /// For a recipient.
    Recipient(RecipientInbound),
    /// For a line.
    Line(LineInbound),
}

impl Inbound {
    /// Returns the inbound that tells the aggregate of a key that its deadline is due.
    pub fn due(deadline: Deadline) -> Self {
        match deadline {
            Deadline::Intake(deadline) => Inbound::Intake(IntakeInbound::Due(deadline)),
            Deadline::Case(deadline) => Inbound::Case(CaseInbound::Due(deadline)),
            Deadline::Recipient(deadline) => Inbound::Recipient(RecipientInbound::Due(deadline)),
            Deadline::Line(deadline) => Inbound::Line(LineInbound::Due(deadline)),
        }
    }
}

/// What can happen to an aggregate of the act.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// To the intake.
    Intake(IntakeEvent),
    /// To a case.
    Case(CaseEvent),
    /// To a recipient.
    Recipient(RecipientEvent),
    /// To a line.
    Line(LineEvent),
}

impl Event {
    /// Returns what the event rests on.
    pub fn ground(&self) -> Ground {
        match self {
            Event::Intake(event) => event.ground(),
            Event::Case(event) => event.ground(),
            Event::Recipient(event) => event.ground(),
            Event::Line(event) => event.ground(),
        }
    }
}

/// Why an aggregate cannot take an inbound now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The inbound is not one for this kind of aggregate.
    #[error("the message is not one for this key")]
    NotForThisKey,
    /// The intake's.
    #[error(transparent)]
    Intake(IntakeRefusal),
    /// The case's.
    #[error(transparent)]
    Case(CaseRefusal),
    /// The recipient's.
    #[error(transparent)]
    Recipient(RecipientRefusal),
    /// The line's.
    #[error(transparent)]
    Line(LineRefusal),
}

/// What an aggregate can be waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deadline {
    /// The intake's.
    Intake(IntakeDeadline),
    /// A case's.
    Case(CaseDeadline),
    /// A recipient's.
    Recipient(RecipientDeadline),
    /// A line's.
    Line(LineDeadline),
}

/// The state of one aggregate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Of the intake.
    Intake(Box<Intake>),
    /// Of a case.
    Case(Box<Case>),
    /// Of a recipient.
    Recipient(Box<Recipient>),
    /// Of a line.
    Line(Box<Line>),
}

impl State {
    /// Returns the state of a key that nothing has happened to.
    pub fn new(key: Key) -> Self {
        match key.kind {
            KeyKind::Intake => State::Intake(Box::default()),
            KeyKind::Case => State::Case(Box::new(Case::new(key.token))),
            KeyKind::Recipient => State::Recipient(Box::new(Recipient::new(key.token))),
            KeyKind::Line => State::Line(Box::new(Line::new(key.token))),
        }
    }
}

/// Lets one aggregate decide and lifts its events into the enum over all of them.
fn lifted<A: Aggregate<Law = Condition>, R>(
    aggregate: &A,
    inbound: &A::Inbound,
    now: Moment,
    law: &Condition,
    events: &mut Vec<Event>,
    lift: impl Fn(A::Event) -> Event,
    refusal: impl Fn(A::Refusal) -> R,
) -> Result<(), R> {
    let mut own = Vec::new();
    aggregate.decide(inbound, now, law, &mut own).map_err(refusal)?;
    events.extend(own.into_iter().map(lift));
    Ok(())
}

impl Aggregate for State {
    type Inbound = Inbound;
    type Event = Event;
    type Effect = Effect;
    type Refusal = Refusal;
    type Deadline = Deadline;
    type Law = Condition;

    fn decide(&self, inbound: &Inbound, now: Moment, law: &Condition, events: &mut Vec<Event>) -> Result<(), Refusal> {
        match (self, inbound) {
            (State::Intake(intake), Inbound::Intake(inbound)) => {
                lifted(&**intake, inbound, now, law, events, Event::Intake, Refusal::Intake)
            }
            (State::Case(case), Inbound::Case(inbound)) => {
                lifted(&**case, inbound, now, law, events, Event::Case, Refusal::Case)
            }
            (State::Recipient(recipient), Inbound::Recipient(inbound)) => {
                lifted(&**recipient, inbound, now, law, events, Event::Recipient, Refusal::Recipient)
            }
            (State::Line(line), Inbound::Line(inbound)) => {
                lifted(&**line, inbound, now, law, events, Event::Line, Refusal::Line)
            }
            (State::Intake(_) | State::Case(_) | State::Recipient(_) | State::Line(_), _) => {
                Err(Refusal::NotForThisKey)
            }
        }
    }

    fn evolve(&mut self, event: &Event) {
        match (self, event) {
            (State::Intake(intake), Event::Intake(event)) => intake.evolve(event),
            (State::Case(case), Event::Case(event)) => case.evolve(event),
            (State::Recipient(recipient), Event::Recipient(event)) => recipient.evolve(event),
            (State::Line(line), Event::Line(event)) => line.evolve(event),
            // An event is only ever pushed by an aggregate of its own kind.
            (State::Intake(_) | State::Case(_) | State::Recipient(_) | State::Line(_), _) => {}
        }
    }

    fn react(&self, event: &Event, law: &Condition, effects: &mut Vec<Effect>) {
        match (self, event) {
            (State::Intake(intake), Event::Intake(event)) => intake.react(event, law, effects),
            (State::Case(case), Event::Case(event)) => case.react(event, law, effects),
            (State::Recipient(recipient), Event::Recipient(event)) => recipient.react(event, law, effects),
            (State::Line(line), Event::Line(event)) => line.react(event, law, effects),
            (State::Intake(_) | State::Case(_) | State::Recipient(_) | State::Line(_), _) => {}
        }
    }

    fn next_deadline(&self) -> Option<(Moment, Deadline)> {
        match self {
            State::Intake(intake) => intake.next_deadline().map(|(due, deadline)| (due, Deadline::Intake(deadline))),
            State::Case(case) => case.next_deadline().map(|(due, deadline)| (due, Deadline::Case(deadline))),
            State::Recipient(one) => one.next_deadline().map(|(due, deadline)| (due, Deadline::Recipient(deadline))),
            State::Line(line) => line.next_deadline().map(|(due, deadline)| (due, Deadline::Line(deadline))),
        }
    }
}
