//! How long a party takes before it answers.
//!
//! The way of a message takes at least one tick whatever stands here. A delay is a pure function of
//! the message that is answered: no stream of chance, so a question more or less changes no other.

use std::hash::{Hash, Hasher};

use proaktiv_messages::{MessageId, Span};
use rustc_hash::FxHasher;

/// A range of delays, from which the id of a message picks one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Delay {
    least: Span,
    /// Whole seconds above the least that the id may add.
    spread: u32,
}

impl Delay {
    /// No delay: the answer leaves in the instant in which the question came.
    pub const NONE: Delay = Delay { least: Span::ZERO, spread: 0 };

    /// Returns a delay of `least` to `most` whole seconds, both included. `most` below `least` counts
    /// as `least`.
    pub const fn seconds(least: u32, most: u32) -> Self {
        Self { least: Span::seconds(least as i64), spread: most.saturating_sub(least) }
    }

    /// Returns how long the message `id` waits for its answer.
    pub fn of(self, id: &MessageId) -> Span {
        if self.spread == 0 {
            return self.least;
        }
        let mut hasher = FxHasher::default();
        id.hash(&mut hasher);
        // The upper half of the digest depends on every bit of the id, the lower one does not.
        let pick = (hasher.finish() >> 32) % (u64::from(self.spread) + 1);
        Span::millis(self.least.as_millis() + i64::try_from(pick).unwrap_or_default() * 1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stories::effect;

    #[test]
    fn a_delay_keeps_its_bounds_and_depends_on_the_id_alone() {
        let delay = Delay::seconds(1, 3);
        let mut seen = std::collections::BTreeSet::new();
        for step in 1..200 {
            let span = delay.of(&effect(step));
            assert_eq!(span, delay.of(&effect(step)));
            seen.insert(span.as_millis());
        }
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), [1000, 2000, 3000]);
        assert_eq!(Delay::NONE.of(&effect(1)), Span::ZERO);
        assert_eq!(Delay::seconds(2, 1).of(&effect(1)), Span::seconds(2));
    }
}
