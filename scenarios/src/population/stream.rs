//! Random streams: one for each entity and purpose, each a ChaCha8 generator whose seed is the
//! BLAKE3 hash of (root seed, entity, purpose). Draws are whole numbers only, so that a plan is the
//! same on every machine.

use chrono::{Days, NaiveDate};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::scenario::{Share, Spread, WHOLE};

/// Whose stream it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entity {
    /// A family, by number.
    Family(u32),
    /// A child, by the number of its family and its own.
    Child(u32, u8),
    /// A parent, by the number of the family and the place in the record, from 0.
    Parent(u32, u8),
}

/// What a stream is for. The text is part of the seed: to change one is to change every plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// What becomes of the family, and who belongs to it.
    Shape,
    /// Names.
    Names,
    /// Where people live and are registered.
    Residence,
    /// Birth dates and statuses.
    Life,
    /// The row in the list.
    Enrolment,
    /// Disability and applications by hand.
    Standing,
    /// What the local executive body does.
    Decision,
    /// Identity documents.
    Documents,
    /// Subscriber numbers and language.
    Numbers,
    /// Accounts.
    Accounts,
    /// What is answered to KDP.
    Consent,
    /// What is answered to a form.
    Reply,
    /// How many children there are, and how they differ in age and first list.
    Children,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Purpose::Shape => "shape",
            Purpose::Names => "names",
            Purpose::Residence => "residence",
            Purpose::Life => "life",
            Purpose::Enrolment => "enrolment",
            Purpose::Standing => "standing",
            Purpose::Decision => "decision",
            Purpose::Documents => "documents",
            Purpose::Numbers => "numbers",
            Purpose::Accounts => "accounts",
            Purpose::Consent => "consent",
            Purpose::Reply => "reply",
            Purpose::Children => "children",
        }
    }
}

/// A stream of draws.
pub(super) struct Stream(ChaCha8Rng);

impl Stream {
    /// Returns the stream of `entity` for `purpose`.
    pub(super) fn of(seed: u64, entity: Entity, purpose: Purpose) -> Self {
        let (kind, family, member) = match entity {
            Entity::Family(family) => (1, family, 0),
            Entity::Child(family, child) => (2, family, child),
            Entity::Parent(family, place) => (3, family, place),
        };
        // Fixed width and at most one block of BLAKE3: two entities or purposes never look alike.
        let mut text = [0; 32];
        text[..8].copy_from_slice(&seed.to_le_bytes());
        text[8] = kind;
        text[9..13].copy_from_slice(&family.to_le_bytes());
        text[13] = member;
        let name = purpose.name().as_bytes();
        text[14..14 + name.len()].copy_from_slice(name);
        Self(ChaCha8Rng::from_seed(*blake3::hash(&text).as_bytes()))
    }

    /// Returns the stream of a family for the happening with this name. One family and one name have one
    /// stream, whatever else happens.
    pub(super) fn of_happening(seed: u64, family: u32, name: &str) -> Self {
        let mut text = Vec::with_capacity(64);
        text.extend_from_slice(&seed.to_le_bytes());
        // No entity has this kind.
        text.push(4);
        text.extend_from_slice(&family.to_le_bytes());
        text.extend_from_slice(name.as_bytes());
        Self(ChaCha8Rng::from_seed(*blake3::hash(&text).as_bytes()))
    }

    /// Draws a number below `bound`, at least 1. All are alike up to one part in 2^32.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        ((u128::from(self.0.next_u64()) * u128::from(bound)) >> 64) as u32
    }

    /// Draws a number from `from` to `to`, both included.
    pub(super) fn between(&mut self, from: u32, to: u32) -> u32 {
        from + self.below(to - from + 1)
    }

    /// Draws a day from `from` to `to`, both included.
    pub(super) fn day(&mut self, from: NaiveDate, to: NaiveDate) -> NaiveDate {
        let days = (to - from).num_days().max(0) as u32;
        from + Days::new(u64::from(self.below(days + 1)))
    }

    /// Draws whether what has this share is so.
    pub(super) fn is(&mut self, share: &Share) -> bool {
        self.below(WHOLE) < share.parts
    }

    /// Draws and passes over so many numbers, then draws whether what has this share is so.
    pub(super) fn nth_is(&mut self, passed_over: u32, share: &Share) -> bool {
        for _ in 0..passed_over {
            self.below(WHOLE);
        }
        self.is(share)
    }

    /// Draws one of a list that is not empty.
    pub(super) fn pick<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        &list[self.below(list.len() as u32) as usize]
    }

    /// Draws one of a list whose parts sum to the whole.
    pub(super) fn weighted<'l, T>(&mut self, list: &'l [T], parts: impl Fn(&T) -> u32) -> &'l T {
        let mut rest = self.below(WHOLE);
        for one in list {
            match rest.checked_sub(parts(one)) {
                Some(left) => rest = left,
                None => return one,
            }
        }
        &list[list.len() - 1]
    }

    /// Draws a number of a spread.
    pub(super) fn number(&mut self, spread: &Spread<u32>) -> u32 {
        let band = self.weighted(&spread.bands, |band| band.parts);
        self.between(band.from, band.to)
    }

    /// Draws a day of a spread.
    pub(super) fn date(&mut self, spread: &Spread<NaiveDate>) -> NaiveDate {
        let band = self.weighted(&spread.bands, |band| band.parts);
        self.day(band.from, band.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_keep_the_values_that_every_archived_seed_hangs_on() {
        let draws = |entity, purpose| -> [u32; 4] {
            let mut stream = Stream::of(1, entity, purpose);
            [(); 4].map(|()| stream.below(1_000_000))
        };
        assert_eq!(draws(Entity::Family(1), Purpose::Shape), [883_299, 242_678, 870_248, 35_490]);
        assert_eq!(draws(Entity::Child(17, 1), Purpose::Life), [313_702, 543_318, 188_374, 816_759]);
    }

    #[test]
    fn every_happening_has_a_stream_of_its_own() {
        let first = |family, name| Stream::of_happening(1, family, name).below(1_000_000);
        assert_eq!(first(1, "moves"), first(1, "moves"));
        assert_ne!(first(1, "moves"), first(2, "moves"));
        assert_ne!(first(1, "moves"), first(1, "moved"));
    }

    #[test]
    fn draws_stay_in_their_bounds() {
        let mut stream = Stream::of(7, Entity::Parent(3, 1), Purpose::Accounts);
        for _ in 0..1000 {
            assert!(stream.below(3) < 3);
            assert!((5..=9).contains(&stream.between(5, 9)));
        }
        assert_eq!(stream.below(1), 0);
    }
}
