//! Order 42, p. 4 (A-10, S-12, S-44): which rows are versions of one order, and which version holds.

use chrono::NaiveDate;
use proaktiv_messages::{Enrolment, Naming};

/// Returns whether two rows of one child are versions of one order.
///
/// Reading S-12: the same row id, whatever else changed; without ids the same school and an
/// overlapping period, since order numbers are what schools mistype.
pub fn are_one_order<N: Naming>(one: &Enrolment<N>, other: &Enrolment<N>) -> bool {
    match (one.row, other.row) {
        (Some(one), Some(other)) => one == other,
        (None, None) => one.school == other.school && overlap(one, other),
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// Returns whether the periods of two rows have a day in common.
pub fn overlap<N: Naming>(one: &Enrolment<N>, other: &Enrolment<N>) -> bool {
    match (one.from, one.to, other.from, other.to) {
        (Some(from), Some(to), Some(other_from), Some(other_to)) => from <= other_to && other_from <= to,
        // A row without a period is sent back before it reaches a case (S-33).
        (None, ..) | (_, None, ..) | (_, _, None, _) | (.., None) => false,
    }
}

/// Returns whether a version is a new order all the same: a conclusion of a later date and a new
/// period, wholly after the former one (S-08).
pub fn has_begun_anew<N: Naming>(former: &Enrolment<N>, row: &Enrolment<N>) -> bool {
    let newest = |row: &Enrolment<N>| row.conclusions.iter().map(|conclusion| conclusion.date).max();
    newest(former) < newest(row) && former.to < row.from && row.ended.is_none()
}

/// Returns whether a version that a list of `day` brings replaces the one that a list of `known` brought.
///
/// Reading S-44: an older version never replaces a newer one; an explicit end that is new is taken
/// from a late list too.
pub fn replaces(known: Option<NaiveDate>, day: NaiveDate, brings_an_end: bool) -> bool {
    brings_an_end || known.is_none_or(|known| known <= day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::home_schooling::case::tests::{date, enrolment};

    #[test]
    fn the_same_row_id_is_one_order_whatever_else_changed() {
        let mut other = enrolment(1);
        (other.school, other.order_number) = (9, Some("77".into()));
        (other.from, other.to) = (Some(date(2026, 1, 1)), Some(date(2026, 2, 1)));
        assert!(are_one_order(&enrolment(1), &other));
        other.row = Some(2);
        assert!(!are_one_order(&enrolment(1), &other));
    }

    #[test]
    fn without_an_id_school_and_overlap_decide() {
        let mut one = enrolment(1);
        one.row = None;
        let mut other = one.clone();
        other.order_number = Some("77".into());
        assert!(are_one_order(&one, &other));
        (other.from, other.to) = (one.to, Some(date(2026, 5, 25)));
        assert!(are_one_order(&one, &other), "one day in common");
        other.from = one.to.and_then(|last| last.succ_opt());
        assert!(!are_one_order(&one, &other), "the day after");
        other.from = one.from;
        other.school = 9;
        assert!(!are_one_order(&one, &other));
    }

    #[test]
    fn a_later_conclusion_with_a_later_period_is_a_new_order() {
        let former = enrolment(1);
        let mut row = former.clone();
        (row.from, row.to) = (Some(date(2025, 9, 1)), Some(date(2026, 5, 25)));
        assert!(!has_begun_anew(&former, &row), "the same conclusion");
        row.conclusions[0].date = date(2025, 8, 20);
        assert!(has_begun_anew(&former, &row));
        row.from = former.to;
        assert!(!has_begun_anew(&former, &row), "the period is only longer");
    }

    #[test]
    fn an_older_version_never_replaces_a_newer_one_but_an_end_is_taken() {
        let known = Some(date(2024, 3, 12));
        for (day, end, taken) in [(11, false, false), (12, false, true), (13, false, true), (11, true, true)] {
            assert_eq!(replaces(known, date(2024, 3, day), end), taken, "{day}");
        }
        assert!(replaces(None, date(2024, 3, 1), false));
    }
}
