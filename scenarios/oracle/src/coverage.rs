//! What a run showed: how many children met each row, ground, hold, kind of reply and outcome, and which
//! party misbehaved. Counted from what the oracle saw, never from the engine.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

/// The names that children met, each with a bit.
#[derive(Default)]
pub(crate) struct Names {
    bits: FxHashMap<Box<str>, u8>,
    names: Vec<Box<str>>,
}

impl Names {
    /// Returns the bit of a name; none once all 128 are given away.
    pub(crate) fn bit(&mut self, name: &str) -> Option<u8> {
        if let Some(&bit) = self.bits.get(name) {
            return Some(bit);
        }
        let bit = u8::try_from(self.names.len()).ok().filter(|&bit| bit < 128)?;
        self.bits.insert(name.into(), bit);
        self.names.push(name.into());
        Some(bit)
    }

    /// Adds one to the count of each name that `met` has.
    pub(crate) fn count(&self, met: u128, counts: &mut BTreeMap<String, u32>) {
        for (_, name) in self.names.iter().enumerate().filter(|(bit, _)| met >> bit & 1 == 1) {
            add(counts, name);
        }
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
        let (a, b) = (names.bit("S-16").expect("free"), names.bit("S-17").expect("free"));
        assert_eq!(names.bit("S-16"), Some(a));
        let mut counts = BTreeMap::new();
        names.count(1 << a | 1 << b, &mut counts);
        names.count(1 << a, &mut counts);
        assert_eq!((counts["S-16"], counts["S-17"]), (2, 1));
    }
}
