//! Dated values with their sources: what the act, order 84 or a reading sets and a plan does not state.
//!
//! The values stand in `data/parameters.csv`, each with the day from which it holds, its unit, its
//! source and the day on which a person last checked it. No other file holds one of them.

use std::sync::OnceLock;

use chrono::NaiveDate;
use serde::Deserialize;

/// The table as embedded: one row a value and day from which it holds.
pub(super) const TEXT: &str = include_str!("../../../data/parameters.csv");

/// One value, from one day on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sourced {
    /// What it is the value of.
    pub name: String,
    /// The value as written.
    pub value: String,
    /// The unit that it is counted in.
    pub unit: String,
    /// The day from which it holds.
    pub valid_from: NaiveDate,
    /// The row of the act, or of its reading, that it belongs to.
    pub row: String,
    /// Who says so.
    pub source: String,
    /// The day on which a person last held it against the source.
    pub checked: NaiveDate,
}

/// Returns every value of the embedded table, in its order. A table that cannot be read is empty, and
/// then no [`Law`](super::Law) can be made.
pub fn parameters() -> &'static [Sourced] {
    static TABLE: OnceLock<Vec<Sourced>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let rows: Result<Vec<Sourced>, _> = csv::Reader::from_reader(TEXT.as_bytes()).into_deserialize().collect();
        rows.unwrap_or_default()
    })
}

/// Returns the value in force on `day`: the one that holds from the latest day not after it.
pub fn in_force(name: &str, day: NaiveDate) -> Option<&'static Sourced> {
    parameters()
        .iter()
        .filter(|value| value.name == name && value.valid_from <= day)
        .max_by_key(|value| value.valid_from)
}

/// A value that a plan or a configuration states itself, with the word for what it rests on: a source,
/// or `assumed` where the fact is not public.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stated<T> {
    /// The value.
    pub value: T,
    /// What it rests on.
    pub basis: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_can_be_read_and_says_where_it_comes_from() {
        assert_eq!(parameters().len(), TEXT.lines().count() - 1);
        for value in parameters() {
            assert!(!value.unit.is_empty() && !value.source.is_empty() && !value.value.is_empty(), "{}", value.name);
            assert!(value.row.starts_with(['A', 'T', 'S']), "{}", value.name);
            assert!(value.checked > value.valid_from, "{}", value.name);
        }
    }

    #[test]
    fn no_value_is_in_force_before_its_first_day() {
        let day = |text: &str| text.parse().expect("a date");
        assert_eq!(in_force("consent_child_days", day("2024-02-15")), None);
        assert_eq!(in_force("consent_child_days", day("2024-02-16")).map(|found| found.value.as_str()), Some("2"));
    }
}
