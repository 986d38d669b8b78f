//! A set of months, a bit a month: what a payer or a bank remembers of an application for good.

use chrono::{Datelike, NaiveDate};

/// Months from January 2020 to August 2030; an earlier one counts as the first, a later one as the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Months(u128);

impl Months {
    fn bit(month: NaiveDate) -> u128 {
        let since = (month.year() - 2020) * 12 + month.month0() as i32;
        1 << since.clamp(0, 127)
    }

    /// Returns whether the month of a day is in the set.
    pub(crate) fn contains(self, month: NaiveDate) -> bool {
        self.0 & Self::bit(month) != 0
    }

    /// Adds the month of a day.
    pub(crate) fn insert(&mut self, month: NaiveDate) {
        self.0 |= Self::bit(month);
    }

    /// Returns how many months there are.
    pub(crate) fn count(self) -> usize {
        self.0.count_ones() as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_month_is_its_own() {
        let day = |year, month| NaiveDate::from_ymd_opt(year, month, 1).expect("a day");
        let mut months = Months::default();
        months.insert(day(2024, 3));
        months.insert(day(2030, 8));
        assert!(months.contains(day(2024, 3)) && months.contains(day(2030, 8)));
        assert!(!months.contains(day(2024, 4)) && !months.contains(day(2025, 3)));
        assert_eq!(months.count(), 2);
    }
}
