//! Order 42, p. 4 (A-08, A-09, S-33): what a row of the list must carry.

use proaktiv_messages::{Enrolment, Naming, RowFault};

/// Returns what a row lacks, the first in the order of the paragraph; none if it is sound.
///
/// Reading S-33: such a row goes back to its school; it neither counts as absence nor blocks the list.
pub fn fault_of<N: Naming>(row: &Enrolment<N>) -> Option<RowFault> {
    if row.order_number.is_none() {
        return Some(RowFault::NoOrderNumber);
    }
    if row.order_date.is_none() {
        return Some(RowFault::NoOrderDate);
    }
    let (Some(from), Some(to)) = (row.from, row.to) else {
        return Some(RowFault::NoPeriod);
    };
    if to < from {
        return Some(RowFault::PeriodBackwards);
    }
    row.conclusions.is_empty().then_some(RowFault::NoConclusion)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::home_schooling::case::tests::{date, enrolment};

    #[test]
    fn a_row_that_lacks_anything_goes_back_with_the_reason() {
        let sound = enrolment(1);
        assert_eq!(fault_of(&sound), None);
        let mut row = sound.clone();
        row.order_number = None;
        assert_eq!(fault_of(&row), Some(RowFault::NoOrderNumber));
        let mut row = sound.clone();
        row.order_date = None;
        assert_eq!(fault_of(&row), Some(RowFault::NoOrderDate));
        let mut row = sound.clone();
        row.to = None;
        assert_eq!(fault_of(&row), Some(RowFault::NoPeriod));
        let mut row = sound.clone();
        row.conclusions.clear();
        assert_eq!(fault_of(&row), Some(RowFault::NoConclusion));
    }

    #[test]
    fn a_period_of_one_day_is_a_period() {
        let mut row = enrolment(1);
        row.to = row.from;
        assert_eq!(fault_of(&row), None);
        row.to = Some(date(2024, 1, 14));
        assert_eq!(fault_of(&row), Some(RowFault::PeriodBackwards));
    }
}
