//! Order 42, p. 12 with order 84 (S-49, S-27): which months are owed.

use chrono::{Datelike, Months, NaiveDate};

use super::kin_are_usable::is_adult;

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

#[cfg(test)]
mod tests {
    use super::*;
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
