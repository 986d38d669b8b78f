//! The rules of the act. Pure: no I/O, no clock, no chance, no personal data.
//!
//! One step of the engine, as this crate sees it:
//!
//! ```text
//!   inbound ──► decide ──► events ──► evolve ──► react ──► effects
//!               pure       what       in place   once an    what is to leave,
//!               on state   happened   and total  event      or to another aggregate
//! ```
//!
//! The shell (`proaktiv-engine`) feeds inbounds, writes each step as one record, and lets effects
//! leave once the record can no longer be lost. Replay calls [`Aggregate::evolve`] alone.
//!
//! [`calendar`] and [`fact`] are shared by every act; an act is a module of its own:
//! [`home_schooling`] is the pilot of order 42.

pub mod calendar;
pub mod fact;
pub mod ground;
pub mod home_schooling;

use proaktiv_messages::Moment;

/// One aggregate of an act: the state of one thing that the act speaks of, and its rules.
pub trait Aggregate: Sized {
    /// What can reach it.
    type Inbound;
    /// What can happen to it.
    type Event;
    /// What it can ask of the world or pass to another aggregate.
    type Effect;
    /// Why it cannot take an inbound now.
    type Refusal;
    /// What it can be waiting for.
    type Deadline;
    /// The law that it decides under.
    type Law;

    /// Pushes what happens. On `Err` the caller throws away what was pushed.
    ///
    /// # Errors
    /// A refusal: the inbound cannot be taken now and changes nothing.
    fn decide(
        &self,
        inbound: &Self::Inbound,
        now: Moment,
        law: &Self::Law,
        events: &mut Vec<Self::Event>,
    ) -> Result<(), Self::Refusal>;

    /// Takes an event into the state. Total; the only thing that replay calls.
    fn evolve(&mut self, event: &Self::Event);

    /// Pushes what follows from an event, on the state right after it. Never called on replay.
    fn react(&self, event: &Self::Event, law: &Self::Law, effects: &mut Vec<Self::Effect>);

    /// Returns the earliest instant at which this aggregate wants to be asked, and why.
    fn next_deadline(&self) -> Option<(Moment, Self::Deadline)>;
}
