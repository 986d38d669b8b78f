//! Happenings: what goes wrong in the life of a family, or in the offices that serve it.
//!
//! A happening changes a family that is drawn already, in place, and draws from a stream of its own: to
//! take one out of a scenario changes the families that had it and no others. Owns the list of them all
//! and the rule which may meet in one family; what each does stands in [`happenings`](super::happenings).

use std::borrow::Cow;
use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::family::Drawing;
use super::happenings::fate::Fate;
use super::happenings::{
    accounts, ages, consents, guardians, hand, losses, numbers, offices, other_banks, refutations, registers, replies,
    rows, texts, twins,
};
use super::stream::Stream;
use crate::plan::Family;
use crate::scenario::WHOLE;

/// The parts of a case's life that a happening claims. Two happenings meet in a family only where they
/// claim nothing in common, so that each does what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Claims(u8);

impl Claims {
    pub(super) const NONE: Claims = Claims(0);
    /// From the first list to the first form.
    pub(super) const CHECKS: Claims = Claims(1);
    /// From the first form to acceptance, or to the end of the offer.
    pub(super) const OFFER: Claims = Claims(2);
    /// From the application to the decision.
    pub(super) const DECISION: Claims = Claims(4);
    /// From the grant on.
    pub(super) const PAY: Claims = Claims(8);
    /// The row of the list.
    pub(super) const ROW: Claims = Claims(16);
    /// The way of a text to the handset.
    pub(super) const TEXT: Claims = Claims(32);
    /// What somebody else than the first parent is written to for: whatever follows names the recipient.
    pub(super) const ANOTHER_RECIPIENT: Claims = Claims::CHECKS.and(Claims::OFFER).and(Claims::PAY);
    /// The offer and everything after it: the family never gets as far, or not as usual.
    pub(super) const FROM_OFFER: Claims = Claims::OFFER.and(Claims::TEXT).and(Claims::DECISION).and(Claims::PAY);
    /// Everything that can befall a family.
    pub(super) const ALL: Claims = Claims::CHECKS.and(Claims::FROM_OFFER).and(Claims::ROW);

    /// Returns both together.
    pub(super) const fn and(self, other: Claims) -> Claims {
        Claims(self.0 | other.0)
    }

    /// Returns whether they have something in common.
    pub(super) const fn meet(self, other: Claims) -> bool {
        self.0 & other.0 != 0
    }
}

/// Which families a happening needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    /// Any.
    Any,
    /// One with two parents on record.
    TwoParents,
    /// One with two children or more.
    Siblings,
}

impl Needs {
    fn are_met(self, family: &Family) -> bool {
        match self {
            Needs::Any => true,
            Needs::TwoParents => family.parents.len() > 1,
            Needs::Siblings => family.children.len() > 1,
        }
    }
}

/// One happening.
pub(super) struct Entry {
    name: &'static str,
    claims: Claims,
    needs: Needs,
    /// The rows that it makes a run exercise.
    rows: &'static [&'static str],
    happen: fn(&mut Fate<'_>),
}

impl Entry {
    /// Returns a happening of any family.
    pub(super) const fn new(
        name: &'static str,
        claims: Claims,
        rows: &'static [&'static str],
        happen: fn(&mut Fate<'_>),
    ) -> Self {
        Self { name, claims, needs: Needs::Any, rows, happen }
    }

    /// Returns the same, of families that are so.
    pub(super) const fn needs(self, needs: Needs) -> Self {
        Self { needs, ..self }
    }
}

/// All happenings, by what they are about.
const GROUPS: [&[Entry]; 15] = [
    registers::ALL,
    consents::ALL,
    guardians::ALL,
    rows::ALL,
    refutations::ALL,
    replies::ALL,
    other_banks::ALL,
    accounts::ALL,
    texts::ALL,
    numbers::ALL,
    hand::ALL,
    ages::ALL,
    losses::ALL,
    offices::ALL,
    twins::ALL,
];

/// What goes wrong in a family's life, or in the offices that serve it.
#[derive(Clone, Copy)]
pub struct Happening(&'static Entry);

impl Happening {
    /// Returns all of them.
    pub fn all() -> impl Iterator<Item = Happening> {
        GROUPS.into_iter().flatten().map(Happening)
    }

    /// Returns the name, as scenarios have it.
    pub const fn name(self) -> &'static str {
        self.0.name
    }

    /// Returns the rows of the act that a run exercises where this happens.
    pub const fn rows(self) -> &'static [&'static str] {
        self.0.rows
    }
}

impl PartialEq for Happening {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Happening {}

impl fmt::Debug for Happening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Happening {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Happening {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Cow::<'_, str>::deserialize(deserializer)?;
        let named = Self::all().find(|happening| happening.name() == name);
        named.ok_or_else(|| D::Error::custom(format_args!("no happening is called {name:?}")))
    }
}

/// Lets happen to a family of the kind `accepts` what the scenario has for it, and adds the names to its
/// label: `accepts+moves`.
pub(super) fn happen(by: &Drawing<'_>, family: &mut Family) {
    let mut claimed = Claims::NONE;
    for share in &by.scenario.happenings {
        let entry = share.happening.0;
        let mut draw = Stream::of_happening(by.seed, family.family, entry.name);
        let fits = !claimed.meet(entry.claims) && entry.needs.are_met(family);
        if draw.below(WHOLE) >= share.parts || !fits {
            continue;
        }
        claimed = claimed.and(entry.claims);
        let label = format!("{}+{}", family.kind, entry.name);
        (entry.happen)(&mut Fate::new(by, family, draw));
        family.kind = label.into();
    }
    if claimed != Claims::NONE {
        set_in_order(family, claimed);
    }
}

/// Makes of what happened one plan: changes in the order of time, and a family that does something by
/// itself still replies as it would have, since acts take the place of its habit.
fn set_in_order(family: &mut Family, claimed: Claims) {
    for child in &mut family.children {
        child.changes.sort_by_key(|change| change.at);
    }
    let parents = family.parents.iter_mut().map(|parent| &mut parent.changes);
    for changes in parents.chain(family.guardians.iter_mut().map(|guardian| &mut guardian.changes)) {
        changes.sort_by_key(|change| change.at);
    }
    if !family.acts.is_empty() && !claimed.meet(Claims::OFFER) {
        super::happenings::fate::reply_by_acts(family);
    }
}
