//! Populations: made-up families, drawn from a scenario and a seed.
//!
//! Every entity has one random stream for each purpose (`stream`), so that a further draw in one
//! moves nothing else and child 18 does not depend on child 17. IINs, subscriber numbers and accounts
//! follow from the family's number alone (`identity`): they are unique without a memory and cannot
//! be a real person's. What becomes of a family is its [`Kind`], and what goes wrong on the way its
//! [`Happening`]s; whoever reads the plan sees the people, and kind and happenings as a mere label.

mod family;
mod happening;
mod happenings;
mod identity;
mod kind;
mod names;
mod person;
mod stream;

use proaktiv_messages::identity::Iin;

use crate::plan::{Family, Header, Hex, Law, PLAN, VERSION};
use crate::scenario::Scenario;

pub use happening::Happening;
pub use kind::Kind;

/// The most children that a plan can be expanded to: beyond them made-up numbers would repeat.
pub const MOST_CHILDREN: u64 = identity::MOST_FAMILIES as u64;

/// Returns the header of the plan of `scenario` with so many children and this seed.
pub fn header(scenario: &Scenario, children: u64, seed: u64) -> Header {
    let derived = |purpose: &str| blake3::derive_key(purpose, &seed.to_le_bytes());
    let mut salt = [0; 16];
    salt.copy_from_slice(&derived("proaktiv plan: salt of ties")[..16]);
    Header {
        plan: PLAN.into(),
        version: VERSION,
        scenario: scenario.name.clone(),
        seed,
        families: u32::try_from(family::sizes(scenario, children, seed).count()).unwrap_or(u32::MAX),
        children,
        starts: scenario.starts,
        horizon: scenario.horizon,
        salt: Hex(salt),
        key: Hex(derived("proaktiv plan: key of tokens")),
        observer: scenario.observer,
        tick_ms: scenario.tick_ms,
        faults: scenario.faults.clone(),
        lists: scenario.lists.clone(),
        law: Law::new(scenario.law.clone()),
        law_changes: scenario.law_changes.clone(),
    }
}

/// Returns the families of `scenario` with so many children and this seed, in the order of their
/// numbers. More children only add families: the first ones stay as they are, but for the last, which
/// may have been cut short to make the number full.
///
/// # Panics
/// While it is drawn, beyond [`MOST_CHILDREN`].
pub fn families(scenario: &Scenario, children: u64, seed: u64) -> impl Iterator<Item = Family> {
    let draw = family::Drawing::new(scenario, seed);
    let sizes = family::sizes(scenario, children, seed);
    (1..).zip(sizes).map(move |(number, size)| draw.family(number, size))
}

/// Returns whether an IIN is one that this module makes: month 99, which no person is born in.
pub fn is_made_up(iin: Iin) -> bool {
    iin.number() / 100_000_000 % 100 == 99
}

#[cfg(test)]
mod tests;
