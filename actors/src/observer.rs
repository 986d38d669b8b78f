//! Smart Data Ukimet, the observer (A-O3, T-01): is told pseudonymous events and keeps daily totals.
//!
//! No list and no token is kept. Totals are read with cells under five merged, so that no line tells
//! of a child.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

use chrono::NaiveDate;
use proaktiv_messages::{Body, Clear, District, Envelope, MessageId, Moment, Outcome};
use rustc_hash::{FxHashSet, FxHasher};

use crate::{Behaviour, Out};

/// A cell below this is merged (A-O3).
const LEAST_SHOWN: u64 = 5;

/// One line of the daily totals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Total {
    /// The day, in Astana time.
    pub day: NaiveDate,
    /// Paragraph and outcome; none where those of the day are merged.
    pub what: Option<(u8, Outcome)>,
    /// The district; none where several are merged.
    pub district: Option<District>,
    /// How many events.
    pub events: u64,
}

/// The observer.
#[derive(Default)]
pub struct Observer {
    cells: BTreeMap<(NaiveDate, u8, Outcome, District), u64>,
    /// Digests of the ids of what was counted: a tenth of the ids' size, and events are many. Two
    /// equal digests among ten million ids are a matter of one in a hundred thousand.
    counted: FxHashSet<u64>,
    events: u64,
}

impl Observer {
    /// Returns an observer that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns how many events it was told.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// Returns the daily totals by day, paragraph, outcome and district.
    ///
    /// Reading of A-O3: cells under five are merged over districts into one line; if that line is
    /// under five still, over everything of the day; and if that is, the day says nothing of it.
    pub fn totals(&self) -> Vec<Total> {
        let mut totals = Vec::new();
        let mut of_day: BTreeMap<NaiveDate, u64> = BTreeMap::new();
        let mut of_outcome: BTreeMap<(NaiveDate, u8, Outcome), u64> = BTreeMap::new();
        for (&(day, paragraph, outcome, district), &events) in &self.cells {
            if events < LEAST_SHOWN {
                *of_outcome.entry((day, paragraph, outcome)).or_default() += events;
            } else {
                totals.push(Total { day, what: Some((paragraph, outcome)), district: Some(district), events });
            }
        }
        for ((day, paragraph, outcome), events) in of_outcome {
            if events < LEAST_SHOWN {
                *of_day.entry(day).or_default() += events;
            } else {
                totals.push(Total { day, what: Some((paragraph, outcome)), district: None, events });
            }
        }
        let rest = of_day.into_iter().filter(|&(_, events)| events >= LEAST_SHOWN);
        totals.extend(rest.map(|(day, events)| Total { day, what: None, district: None, events }));
        // Merged lines stand after those that they stand beside.
        totals.sort_by_key(|total| {
            (total.day, total.what.is_none(), total.what, total.district.is_none(), total.district)
        });
        totals
    }
}

fn digest(id: &MessageId) -> u64 {
    let mut hasher = FxHasher::default();
    id.hash(&mut hasher);
    hasher.finish()
}

impl Behaviour for Observer {
    fn receive(&mut self, message: &Envelope<Clear>, _now: Moment, out: &mut Out) {
        let Body::Observe(seen) = &message.body else { return };
        if self.counted.insert(digest(&message.id)) {
            *self.cells.entry((seen.day, seen.paragraph, seen.outcome, seen.district)).or_default() += 1;
            self.events += 1;
        }
        out.answer(message, Body::Received);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stories::{asked, day, said, tell};
    use proaktiv_messages::{Observation, Party, Token};

    const A: District = District(710_000_000);
    const B: District = District(750_000_000);

    fn told(cells: &[(&str, u8, District, u32)]) -> Observer {
        let mut observer = Observer::new();
        let mut step = 0;
        for &(date, paragraph, district, events) in cells {
            for _ in 0..events {
                step += 1;
                let (token, outcome) = (Token::from_bits(step.into()), Outcome::Passed);
                let seen = Observation { token, day: day(date), paragraph, outcome, district };
                let out = tell(&mut observer, &asked(step, Body::Observe(seen)), Moment::default());
                assert_eq!(said(&out), [(Party::Esobes, Body::Received)]);
            }
        }
        observer
    }

    fn lines(observer: &Observer) -> Vec<(Option<u8>, Option<District>, u64)> {
        let line = |total: Total| (total.what.map(|(paragraph, _)| paragraph), total.district, total.events);
        observer.totals().into_iter().map(line).collect()
    }

    #[test]
    fn no_cell_under_five_is_shown() {
        let day = "2024-03-11";
        for (cells, expected) in [
            (&[(day, 5, A, 5), (day, 5, B, 4)][..], vec![(Some(5), Some(A), 5)]),
            (&[(day, 5, A, 4), (day, 5, B, 1)], vec![(Some(5), None, 5)]),
            (&[(day, 5, A, 3), (day, 6, A, 2)], vec![(None, None, 5)]),
            (&[(day, 5, A, 3), ("2024-03-12", 5, A, 2)], vec![]),
            (
                &[(day, 6, B, 6), (day, 5, A, 2), (day, 5, B, 3), (day, 6, A, 5)],
                vec![(Some(5), None, 5), (Some(6), Some(A), 5), (Some(6), Some(B), 6)],
            ),
        ] {
            let observer = told(cells);
            assert_eq!(lines(&observer), expected);
            assert_eq!(observer.events(), cells.iter().map(|cell| u64::from(cell.3)).sum::<u64>());
        }
    }

    #[test]
    fn a_repeat_is_received_and_not_counted() {
        let mut observer = told(&[("2024-03-11", 5, A, 5)]);
        let seen = Observation {
            token: Token::from_bits(1),
            day: day("2024-03-11"),
            paragraph: 5,
            outcome: Outcome::Passed,
            district: A,
        };
        let out = tell(&mut observer, &asked(1, Body::Observe(seen)), Moment::default());
        assert_eq!((said(&out), observer.events()), (vec![(Party::Esobes, Body::Received)], 5));
    }
}
