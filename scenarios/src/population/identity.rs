//! Made-up IINs, subscriber numbers and accounts. Each follows from a serial number by a one-to-one
//! map, so that none occurs twice and nothing needs to be remembered. Fits 12 million families.

use proaktiv_messages::BankCode;
use proaktiv_messages::identity::{DocumentNumber, Iban, Iin, Msisdn, check_digit};

/// Places for people in a family: children from 0, parents from 7, a guardian behind them.
const PEOPLE: u64 = 10;
const FIRST_PARENT: u64 = 7;
const NUMBERS: u64 = 4;
/// Of the hundred million numbers of the prefix, so many lie behind the last family's.
const NUMBERS_OUTSIDE: u64 = 3_999_000;
const ACCOUNTS: u64 = 16;

/// The most families whose people can be told apart.
pub(super) const MOST_FAMILIES: u32 = 12_000_000;

/// Returns the serial number of a child (from 1) of a family.
pub(super) fn child_serial(family: u32, child: u8) -> u64 {
    u64::from(family) * PEOPLE + u64::from(child) - 1
}

/// Returns the serial number of a parent (from 0) of a family; place 2 is the guardian's.
pub(super) fn parent_serial(family: u32, place: u8) -> u64 {
    u64::from(family) * PEOPLE + FIRST_PARENT + u64::from(place)
}

/// Returns the IIN of a person. Its month is 99, which no real person has.
pub(super) fn iin(serial: u64) -> Iin {
    // Multiplying by a number without the factors 2 and 5 is one-to-one modulo 5·10^8: neighbours
    // look different, nobody looks alike.
    let spread = serial * 123_456_789 % 500_000_000;
    // The eleventh digit has weight 11 in the first pass and 2 in the second. So of two neighbours
    // at most one is without check digit, and the pair is this person's alone.
    (0..2).find_map(|try_| made_up(spread * 2 + try_)).expect("of two neighbours one has a check digit")
}

/// Returns the IIN with month 99 whose other nine digits these are, if they have a check digit.
fn made_up(nine: u64) -> Option<Iin> {
    let mut digits = [9_u8; 11];
    let mut rest = nine;
    for place in [10, 9, 8, 7, 6, 5, 4, 1, 0] {
        digits[place] = (rest % 10) as u8;
        rest /= 10;
    }
    let check = check_digit(&digits)?;
    let mut text = [0; 12];
    for (byte, digit) in text.iter_mut().zip(digits.into_iter().chain([check])) {
        *byte = b'0' + digit;
    }
    std::str::from_utf8(&text).ok()?.parse().ok()
}

/// Returns the subscriber number of a parent that is its `nth`, from 0 to 3. The prefix 779 belongs
/// to no operator.
pub(super) fn subscriber_number(family: u32, place: u8, nth: u8) -> Msisdn {
    made_up_number((u64::from(family) * 2 + u64::from(place)) * NUMBERS + u64::from(nth))
}

/// Returns the number with this serial, below a hundred million.
fn made_up_number(serial: u64) -> Msisdn {
    let mut text = *b"77900000000";
    put(&mut text[3..], serial * 12_345_677 % 100_000_000);
    let text = std::str::from_utf8(&text).expect("digits are text");
    text.parse().expect("eleven digits that begin with 77")
}

/// Returns the last of a parent's numbers, which no draw gives out: one that he gets later. The guardian's
/// number is the one that the second parent would get.
pub(super) fn later_number(family: u32, place: u8) -> Msisdn {
    subscriber_number(family, place, NUMBERS as u8 - 1)
}

/// Returns a number of somebody outside the plan, from whose telephone a family may write.
pub(super) fn number_outside(family: u32) -> Msisdn {
    let first = (u64::from(MOST_FAMILIES) + 1) * 2 * NUMBERS;
    made_up_number(first + u64::from(family) % NUMBERS_OUTSIDE)
}

/// Returns the account of a parent at `bank` that is its `nth`, from 0 to 15.
pub(super) fn account(family: u32, place: u8, nth: u8, bank: BankCode) -> Iban {
    let serial = (u64::from(family) * 2 + u64::from(place)) * ACCOUNTS + u64::from(nth);
    let mut number = *b"TEST000000000";
    put(&mut number[4..], serial);
    Iban::of(bank, number).expect("letters and digits")
}

/// Returns the number of an act record or document: a letter that none begins with, and `serial`.
pub(super) fn document(letter: u8, serial: u64) -> DocumentNumber {
    let mut text = [b'0'; 11];
    text[0] = letter;
    put(&mut text[1..], serial);
    let text = std::str::from_utf8(&text).expect("a letter and digits are text");
    text.parse().expect("a visible text")
}

/// Writes `value` in decimal digits, right-aligned, with leading zeros.
fn put(digits: &mut [u8], mut value: u64) {
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (value % 10) as u8;
        value /= 10;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn nobody_looks_alike_and_nobody_is_real() {
        let mut people = BTreeSet::new();
        let mut numbers = BTreeSet::new();
        for family in (1..=2_000).chain(2_999_000..=3_000_000).chain(MOST_FAMILIES - 1_000..=MOST_FAMILIES) {
            for serial in
                (1..=7).map(|child| child_serial(family, child)).chain([0, 1].map(|at| parent_serial(family, at)))
            {
                let iin = iin(serial);
                assert!(super::super::is_made_up(iin));
                assert!(people.insert(iin.number()), "{serial}");
            }
            for (place, nth) in [(0, 0), (0, 3), (1, 0), (1, 3)] {
                assert!(numbers.insert(subscriber_number(family, place, nth).number()), "{family} {place} {nth}");
            }
        }
    }

    #[test]
    fn who_would_have_no_check_digit_takes_the_neighbour() {
        let without = (0..1_000_000_u64).step_by(2).find(|&nine| made_up(nine).is_none()).expect("0.8 % have none");
        assert!(made_up(without + 1).is_some());
        assert!((0..100_000_u64).step_by(2).all(|nine| made_up(nine).or(made_up(nine + 1)).is_some()));
    }

    #[test]
    fn accounts_tell_their_owner_and_bank_apart() {
        let bank: BankCode = "601".parse().expect("a code");
        let made: BTreeSet<_> = [(1, 0, 0), (1, 0, 15), (1, 1, 0), (2, 0, 0), (MOST_FAMILIES, 1, 15)]
            .map(|(family, place, nth)| account(family, place, nth, bank))
            .into();
        assert_eq!(made.len(), 5);
        assert!(made.iter().all(|account| account.bank() == bank));
    }
}
