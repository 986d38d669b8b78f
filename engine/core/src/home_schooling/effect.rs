//! What an aggregate asks of the world, and the conditions that it decides under.

use chrono::NaiveDate;
use proaktiv_messages::{Body, District, Key, Moment, Observation, Outcome, Party, Sealed, Token};
use serde::{Deserialize, Serialize};

use super::Inbound;
use super::parameters::Law;

/// What follows from an event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// A message to a party. It leaves once its record can no longer be lost.
    Tell {
        /// To whom.
        to: Party,
        /// What.
        body: Body<Sealed>,
        /// It may not leave before this instant (permitted hours, S-36).
        #[serde(skip_serializing_if = "Option::is_none", default)]
        not_before: Option<Moment>,
    },
    /// Something for another aggregate of the same journal. It need not wait: its record comes later
    /// in the same log.
    Pass {
        /// To which.
        to: Key,
        /// What.
        inbound: Inbound,
    },
}

impl Effect {
    /// Returns a message that may leave at once.
    pub const fn tell(to: Party, body: Body<Sealed>) -> Self {
        Effect::Tell { to, body, not_before: None }
    }
}

/// Returns the effect that tells the observer. The shell makes the token the observer's own and puts
/// in the day: it knows the key and the moment.
pub(crate) fn observed(child: Token, paragraph: u8, outcome: Outcome, district: District) -> Effect {
    let observation = Observation { token: child, day: NaiveDate::default(), paragraph, outcome, district };
    Effect::tell(Party::Observer, Body::Observe(observation))
}

/// What aggregates decide under: the law in force, and what the operator has switched on.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The law in force.
    pub law: Law,
    /// Whether the observer is told of events (A-O3; off by default, T-01).
    pub observed: bool,
}
