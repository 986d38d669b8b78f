//! Order 42, p. 8 (A-21, S-01b): which of several subscriber numbers is written to.

use std::cmp::Reverse;

use proaktiv_messages::{Naming, NumberRecord, Sealed, SubscriberNumber, Token};

/// Returns the number that an offer goes to.
///
/// Reading S-01b: the one marked as main, else the latest confirmed, else the first in the record.
/// The shell hands numbers over in ascending order, so the first is the lowest.
pub fn chosen(record: &NumberRecord<Sealed>) -> Option<Token> {
    chosen_of(&record.numbers).map(|number| number.number)
}

fn chosen_of<N: Naming>(numbers: &[SubscriberNumber<N>]) -> Option<&SubscriberNumber<N>> {
    numbers.iter().min_by_key(|number| (!number.main, Reverse(number.confirmed)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::home_schooling::case::tests::date;
    use proaktiv_messages::Language;

    fn record(numbers: &[(u128, bool, u32)]) -> NumberRecord<Sealed> {
        NumberRecord {
            numbers: numbers
                .iter()
                .map(|&(number, main, day)| SubscriberNumber {
                    number: Token::from_bits(number),
                    main,
                    confirmed: date(2024, 1, day),
                })
                .collect(),
            language: Some(Language::Kk),
        }
    }

    #[test]
    fn the_main_number_then_the_latest_then_the_first() {
        for (numbers, expected) in [
            (&[(1, false, 9), (2, true, 1)][..], 2),
            (&[(1, false, 1), (2, false, 9)][..], 2),
            (&[(1, false, 9), (2, false, 9)][..], 1),
        ] {
            assert_eq!(chosen(&record(numbers)), Some(Token::from_bits(expected)));
        }
    }
}
