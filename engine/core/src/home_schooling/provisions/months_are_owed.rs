//! Order 42, p. 12 with order 84 (S-49, S-27): which months are owed.

use chrono::{Datelike, Months, NaiveDate};

use super::kin_are_usable::is_adult;
use crate::home_schooling::parameters::RateUnit;

/// Returns the first day of the month of `day`.
pub fn month_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// Returns the first day of the month after that of `day`.
pub fn next_month(day: NaiveDate) -> NaiveDate {
    month_of(day).checked_add_months(Months::new(1)).unwrap_or(NaiveDate::MAX)
}

/// Returns the owed months, each by its first day: from that of the application (not before home
/// schooling begins, S-35) to that in which home schooling ends, each only if the child is under
/// eighteen on its first day.
///
/// Reading S-49: a month begun is owed whole.
pub fn owed(applied: NaiveDate, from: NaiveDate, to: NaiveDate, born: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let first = month_of(applied.max(from));
    let last = month_of(to);
    std::iter::successors(Some(first), |&month| Some(next_month(month)))
        .take_while(move |&month| month <= last && !is_adult(born, month))
}

/// What a rate is due once for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// What names it in payments: its first day.
    pub id: NaiveDate,
    /// First day of its first owed month: rate and unit are those of that day.
    pub first: NaiveDate,
    /// First day of its last month, after which it is paid.
    pub last: NaiveDate,
    /// What it is.
    pub unit: RateUnit,
}

/// Returns the periods of owed months: months, or calendar quarters with at least one of them.
///
/// Reading S-49: the unit is that of the first owed month. A quarter in which the family came from a
/// district that pays by the month begins, as a period, after the months that were paid there.
pub fn periods(
    owed: impl Iterator<Item = NaiveDate>,
    unit: impl Fn(NaiveDate) -> RateUnit,
) -> impl Iterator<Item = Period> {
    let mut owed = owed.peekable();
    let mut free_from = NaiveDate::MIN;
    std::iter::from_fn(move || {
        let first = owed.next()?;
        let unit = unit(first);
        let (begins, last) = match unit {
            RateUnit::Monthly => (first, first),
            RateUnit::Quarterly => quarter_of(first),
        };
        while owed.next_if(|month| *month <= last).is_some() {}
        let id = begins.max(free_from);
        free_from = next_month(last);
        Some(Period { id, first, last, unit })
    })
}

/// Returns the first days of the first and of the last month of the quarter of `month`.
fn quarter_of(month: NaiveDate) -> (NaiveDate, NaiveDate) {
    let first = month_of(month).checked_sub_months(Months::new(month.month0() % 3)).unwrap_or(month);
    (first, first.checked_add_months(Months::new(2)).unwrap_or(NaiveDate::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the periods of the months from `first` to `last` of 2024, where `quarterly` says which are paid so.
    fn ids(first: u32, last: u32, quarterly: impl Fn(u32) -> bool) -> Vec<(u32, u32, u32)> {
        let unit = |month: NaiveDate| if quarterly(month.month()) { RateUnit::Quarterly } else { RateUnit::Monthly };
        let owed = (first..=last).map(|month| date(2024, month, 1));
        periods(owed, unit).map(|period| (period.id.month(), period.first.month(), period.last.month())).collect()
    }

    #[test]
    fn a_quarter_with_one_owed_month_is_one_period() {
        assert_eq!(ids(3, 7, |_| true), [(1, 3, 3), (4, 4, 6), (7, 7, 9)]);
        assert_eq!(ids(3, 5, |_| false), [(3, 3, 3), (4, 4, 4), (5, 5, 5)]);
    }

    #[test]
    fn a_move_counts_from_the_next_period() {
        // From quarterly to monthly in May: the quarter that began goes on under its own rate.
        assert_eq!(ids(4, 8, |month| month < 5), [(4, 4, 6), (7, 7, 7), (8, 8, 8)]);
        // From monthly to quarterly in May: April was paid as a month.
        assert_eq!(ids(4, 8, |month| month >= 5), [(4, 4, 4), (5, 5, 6), (7, 7, 9)]);
    }
    use crate::home_schooling::case::tests::date;

    fn months(applied: NaiveDate, to: NaiveDate, born: NaiveDate) -> Vec<(i32, u32)> {
        owed(applied, date(2024, 1, 15), to, born).map(|month| (month.year(), month.month())).collect()
    }

    #[test]
    fn from_the_month_of_the_application_to_that_of_the_end() {
        let young = date(2014, 1, 1);
        assert_eq!(months(date(2024, 3, 31), date(2024, 5, 25), young), [(2024, 3), (2024, 4), (2024, 5)]);
        assert_eq!(months(date(2024, 4, 1), date(2024, 4, 1), young), [(2024, 4)]);
        assert_eq!(months(date(2024, 6, 1), date(2024, 5, 25), young), []);
    }

    #[test]
    fn not_before_home_schooling_begins() {
        let owed: Vec<_> = owed(date(2024, 3, 1), date(2024, 9, 2), date(2024, 9, 30), date(2014, 1, 1)).collect();
        assert_eq!(owed, [date(2024, 9, 1)]);
    }

    #[test]
    fn a_month_is_owed_if_the_child_is_under_eighteen_on_its_first_day() {
        let end = date(2024, 6, 30);
        assert_eq!(months(date(2024, 4, 1), end, date(2006, 5, 2)), [(2024, 4), (2024, 5)]);
        assert_eq!(months(date(2024, 4, 1), end, date(2006, 5, 1)), [(2024, 4)]);
    }
}
