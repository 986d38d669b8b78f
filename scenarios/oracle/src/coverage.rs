//! What a run showed: how many children met each row, ground, hold, kind of reply and outcome, and which
//! party misbehaved. Counted from what the oracle saw, never from the engine.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// The names that children met, each with its place in the order of first sight. There is room for any number.
#[derive(Default)]
pub(crate) struct Names {
    places: FxHashMap<Box<str>, usize>,
    names: Vec<Box<str>>,
}

impl Names {
    /// Returns the place of a name.
    pub(crate) fn place(&mut self, name: &str) -> usize {
        if let Some(&place) = self.places.get(name) {
            return place;
        }
        let place = self.names.len();
        self.places.insert(name.into(), place);
        self.names.push(name.into());
        place
    }

    /// Adds one to the count of each name that `met` has.
    pub(crate) fn count(&self, met: &Met, counts: &mut BTreeMap<String, u32>) {
        for (_, name) in self.names.iter().enumerate().filter(|(place, _)| met.has(*place)) {
            add(counts, name);
        }
    }
}

/// Which names one child met: a bit each, by place, in as many words as the last of them needs. Most children
/// need two at most.
#[derive(Default)]
pub(crate) struct Met(SmallVec<[u64; 2]>);

impl Met {
    /// Takes in the name at a place.
    pub(crate) fn take(&mut self, place: usize) {
        let word = place / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (place % 64);
    }

    fn has(&self, place: usize) -> bool {
        self.0.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
    }
}

/// Adds one to a count.
pub(crate) fn add(counts: &mut BTreeMap<String, u32>, name: &str) {
    match counts.get_mut(name) {
        Some(count) => *count += 1,
        None => {
            counts.insert(name.to_owned(), 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_counts_once_for_each_name() {
        let mut names = Names::default();
        let (a, b) = (names.place("S-16"), names.place("S-17"));
        assert_eq!(names.place("S-16"), a);
        let (mut both, mut one) = (Met::default(), Met::default());
        both.take(a);
        both.take(b);
        both.take(a);
        one.take(a);
        let mut counts = BTreeMap::new();
        names.count(&both, &mut counts);
        names.count(&one, &mut counts);
        assert_eq!((counts["S-16"], counts["S-17"]), (2, 1));
    }

    #[test]
    fn no_name_is_lost_however_many_there_are() {
        let mut names = Names::default();
        let mut met = Met::default();
        let all: Vec<String> = (0..1_000).map(|n| format!("name {n}")).collect();
        for name in &all {
            let place = names.place(name);
            met.take(place);
        }
        let mut last_alone = Met::default();
        last_alone.take(names.place("name 999"));
        let mut counts = BTreeMap::new();
        names.count(&met, &mut counts);
        names.count(&last_alone, &mut counts);
        assert_eq!(counts.len(), all.len());
        assert_eq!((counts["name 127"], counts["name 128"], counts["name 999"]), (1, 1, 2));
    }
}
