//! What a party is to do at moments that its plan names.

use std::collections::BTreeMap;

use proaktiv_messages::Moment;

use crate::Out;

/// The note of the wake-up for an agenda. No other note of a party is as great.
pub(crate) const AGENDA: u64 = u64::MAX - 1;

/// Things to do, by their moment; those of one moment in the order in which they were put down. Asks
/// for one wake-up at a time.
pub(crate) struct Agenda<T> {
    entries: BTreeMap<Moment, Vec<T>>,
}

impl<T> Default for Agenda<T> {
    fn default() -> Self {
        Self { entries: BTreeMap::new() }
    }
}

impl<T> Agenda<T> {
    /// Puts something down.
    pub(crate) fn put(&mut self, at: Moment, what: T) {
        self.entries.entry(at).or_default().push(what);
    }

    /// Asks for the wake-up at the next moment; what lies before `now` is made up for at once.
    pub(crate) fn arm(&self, now: Moment, out: &mut Out) {
        if let Some((&at, _)) = self.entries.first_key_value() {
            out.wake_at(at.max(now), AGENDA);
        }
    }

    /// Takes what is due at `now`, and asks for the next wake-up.
    pub(crate) fn due(&mut self, now: Moment, out: &mut Out) -> Vec<T> {
        let mut due = Vec::new();
        while let Some(entry) = self.entries.first_entry()
            && *entry.key() <= now
        {
            due.extend(entry.remove());
        }
        self.arm(now, out);
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stories::moment;

    #[test]
    fn each_thing_is_due_at_its_moment_and_once() {
        let mut agenda = Agenda::default();
        for (at, what) in [("2024-03-12T06:00:00Z", 3), ("2024-03-11T06:00:00Z", 1), ("2024-03-11T06:00:00Z", 2)] {
            agenda.put(moment(at), what);
        }
        let mut due = |now: &str| {
            let mut out = Out::default();
            (agenda.due(moment(now), &mut out), out.wakes)
        };
        let next = |at| vec![(moment(at), AGENDA)];
        assert_eq!(due("2024-03-11T05:59:59Z"), (vec![], next("2024-03-11T06:00:00Z")));
        assert_eq!(due("2024-03-11T06:00:00Z"), (vec![1, 2], next("2024-03-12T06:00:00Z")));
        assert_eq!(due("2024-03-12T06:00:01Z"), (vec![3], vec![]));
    }
}
