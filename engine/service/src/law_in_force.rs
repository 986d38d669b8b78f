//! The law in force: what the engine was told at its start, and what has changed in it since (A-O6).
//!
//! Owns the law as stated and the instant at which the law in force has to be made anew, because a change
//! that is known becomes valid. The changes themselves are the intake's; a restart makes the same law of
//! them. Replay reads none of it.

use proaktiv_core::calendar::astana;
use proaktiv_core::home_schooling::KnownChange;
use proaktiv_core::home_schooling::parameters::{Law, LawError};
use proaktiv_messages::Moment;

/// The law as stated, and what the shell must know to keep up with its changes.
pub(crate) struct LawInForce {
    stated: Law,
    changes: usize,
    /// The beginning of the next day on which a known change becomes valid.
    turns: Option<Moment>,
}

impl LawInForce {
    /// Returns the law as stated, without changes.
    pub(crate) const fn new(stated: Law) -> Self {
        Self { stated, changes: 0, turns: None }
    }

    /// Returns the law as the engine was told it at its start.
    pub(crate) const fn stated(&self) -> &Law {
        &self.stated
    }

    /// Returns whether anything has changed since the start.
    pub(crate) const fn has_changed(&self) -> bool {
        self.changes > 0
    }

    /// Returns whether a known change has become valid by `now`.
    pub(crate) fn turns_by(&self, now: Moment) -> bool {
        self.turns.is_some_and(|turns| turns <= now)
    }

    /// Returns the law in force at `now` with these changes, laid over each other in the order in which they
    /// became known.
    ///
    /// # Errors
    /// What makes that law unfit. The intake takes no change that does not fit the law in force; a start that
    /// states another law than before may not fit what has changed since.
    pub(crate) fn at(&mut self, changes: &[KnownChange], now: Moment) -> Result<Law, LawError> {
        let day = astana::civil_day(now);
        let begins = |known: &KnownChange| astana::start_of(known.change.valid_from);
        self.changes = changes.len();
        self.turns = changes.iter().map(begins).filter(|begins| *begins > now).min();
        changes.iter().try_fold(self.stated.clone(), |law, known| law.changed_by(&known.change, day))
    }
}
