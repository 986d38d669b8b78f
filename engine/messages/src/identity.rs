//! Identifiers of persons, firms, numbers and accounts, as values that cannot be built wrong.
//!
//! None of them prints what it holds: `Debug` and `Display` mask, only [`Iin::digits`] and its like
//! and serialisation give the clear value. Birth date and sex are never read off an IIN: since
//! decree 853 of 26.08.2013 its digits are not tied to them.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::BankCode;

/// Why a text is no identifier. Never repeats the text: it may be a person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// The length is wrong.
    #[error("must have {expected} characters, has {found}")]
    Length {
        /// Characters asked for.
        expected: usize,
        /// Characters found.
        found: usize,
    },
    /// A character that does not belong at its place.
    #[error("character {0} does not belong there")]
    Character(usize),
    /// The check digit does not fit the digits before it.
    #[error("the check digit does not fit")]
    CheckDigit,
    /// The first eleven digits have no check digit at all: such a number is never issued.
    #[error("these digits have no check digit; such a number is never issued")]
    NeverIssued,
    /// The country or the prefix is not one of Kazakhstan.
    #[error("is not of Kazakhstan")]
    NotOfKazakhstan,
}

/// Returns the check digit of the first eleven digits of an IIN or BIN: two passes of weights
/// modulo 11; none where both give 10.
pub fn check_digit(digits: &[u8; 11]) -> Option<u8> {
    const FIRST: [u32; 11] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
    const SECOND: [u32; 11] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2];
    let pass = |weights: [u32; 11]| -> u32 {
        digits.iter().zip(weights).map(|(&digit, weight)| u32::from(digit) * weight).sum::<u32>() % 11
    };
    match pass(FIRST) {
        10 => match pass(SECOND) {
            10 => None,
            digit => Some(digit as u8),
        },
        digit => Some(digit as u8),
    }
}

/// Reads twelve digits whose last is the check digit of the others.
fn twelve_digits(text: &str) -> Result<u64, Invalid> {
    let found = text.chars().count();
    if found != 12 {
        return Err(Invalid::Length { expected: 12, found });
    }
    let mut digits = [0_u8; 12];
    for (place, character) in text.chars().enumerate() {
        // Full-width and other digits are not digits of an IIN.
        if !character.is_ascii_digit() {
            return Err(Invalid::Character(place + 1));
        }
        digits[place] = character as u8 - b'0';
    }
    let mut first = [0; 11];
    first.copy_from_slice(&digits[..11]);
    match check_digit(&first) {
        None => Err(Invalid::NeverIssued),
        Some(digit) if digit != digits[11] => Err(Invalid::CheckDigit),
        Some(_) => Ok(digits.iter().fold(0, |number, &digit| number * 10 + u64::from(digit))),
    }
}

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $digits:expr, $masked:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u64);

        impl $name {
            /// Returns the clear digits: for the wire and the vault, never for a log.
            pub fn digits(self) -> String {
                format!("{:0width$}", self.0, width = $digits)
            }

            /// Returns the clear value as a number: for keyed digests and look-ups at the edge.
            pub const fn number(self) -> u64 {
                self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($masked)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($masked)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.digits())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'_, str>::deserialize(deserializer)?;
                text.parse().map_err(|reason: Invalid| {
                    D::Error::custom(format_args!("{}: {reason}", stringify!($name)))
                })
            }
        }
    };
}

identifier! {
    /// Individual identification number: twelve digits, the last a check digit.
    Iin, 12, "IIN ************"
}

identifier! {
    /// Business identification number: twelve digits, the last a check digit.
    Bin, 12, "BIN ************"
}

identifier! {
    /// Subscriber number of a mobile line of Kazakhstan: eleven digits, `77…`.
    Msisdn, 11, "+77*********"
}

impl FromStr for Iin {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        twelve_digits(text).map(Self)
    }
}

impl FromStr for Bin {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        twelve_digits(text).map(Self)
    }
}

impl FromStr for Msisdn {
    type Err = Invalid;

    /// Reads `+7 7xx xxx xx xx`, `77xxxxxxxxx` or `87xxxxxxxxx`; spaces, hyphens and round brackets
    /// between digits do not count.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let mut number: u64 = 0;
        let mut count = 0;
        for (place, character) in text.chars().enumerate() {
            match character {
                '0'..='9' => {
                    count += 1;
                    if count > 11 {
                        return Err(Invalid::Length { expected: 11, found: count });
                    }
                    number = number * 10 + u64::from(character as u8 - b'0');
                }
                '+' if place == 0 => {}
                ' ' | '-' | '(' | ')' if place > 0 => {}
                _ => return Err(Invalid::Character(place + 1)),
            }
        }
        if count != 11 {
            return Err(Invalid::Length { expected: 11, found: count });
        }
        // Inside the country the trunk prefix 8 stands for the country code 7.
        let national = number % 10_000_000_000;
        let prefix = number / 10_000_000_000;
        let local_prefix = prefix == 8 && !text.starts_with('+');
        if !(prefix == 7 || local_prefix) || national / 1_000_000_000 != 7 {
            return Err(Invalid::NotOfKazakhstan);
        }
        Ok(Self(70_000_000_000 + national))
    }
}

/// Bank account of Kazakhstan (IBAN, in the country: ИИК): `KZ`, two check digits, three digits of
/// the bank, thirteen letters or digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Iban([u8; 20]);

impl Iban {
    /// Builds the account `number` (thirteen of `0-9A-Z`) at `bank` with its check digits.
    pub fn of(bank: BankCode, number: [u8; 13]) -> Result<Self, Invalid> {
        let mut text = *b"KZ000000000000000000";
        text[4..7].copy_from_slice(bank.as_str().as_bytes());
        text[7..].copy_from_slice(&number);
        let check = 98 - remainder(&text)?;
        text[2] = b'0' + (check / 10) as u8;
        text[3] = b'0' + (check % 10) as u8;
        Ok(Self(text))
    }

    /// Returns the clear account number: for the wire and the vault, never for a log.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Returns the bank that keeps the account.
    pub fn bank(&self) -> BankCode {
        BankCode::from_digits([self.0[4], self.0[5], self.0[6]])
    }
}

/// Returns the account number modulo 97, its first four characters moved to the end (ISO 13616).
fn remainder(text: &[u8; 20]) -> Result<u32, Invalid> {
    let mut rest: u32 = 0;
    for place in (4..20).chain(0..4) {
        let byte = text[place];
        rest = match byte {
            b'0'..=b'9' => rest * 10 + u32::from(byte - b'0'),
            b'A'..=b'Z' => rest * 100 + u32::from(byte - b'A') + 10,
            _ => return Err(Invalid::Character(place + 1)),
        } % 97;
    }
    Ok(rest)
}

impl FromStr for Iban {
    type Err = Invalid;

    /// Reads the twenty characters, in either case; spaces between them do not count.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let mut iban = [0_u8; 20];
        let mut found = 0;
        for (place, character) in text.chars().enumerate() {
            if character == ' ' {
                continue;
            }
            if !character.is_ascii_alphanumeric() {
                return Err(Invalid::Character(place + 1));
            }
            if found < 20 {
                iban[found] = character.to_ascii_uppercase() as u8;
            }
            found += 1;
        }
        if found != 20 {
            return Err(Invalid::Length { expected: 20, found });
        }
        if &iban[..2] != b"KZ" {
            return Err(Invalid::NotOfKazakhstan);
        }
        if let Some(place) = (2..7).find(|&place| !iban[place].is_ascii_digit()) {
            return Err(Invalid::Character(place + 1));
        }
        // Check digits 00, 01 and 99 are never issued; 98 − rest lies between 02 and 98.
        if !(2..=98).contains(&((iban[2] - b'0') * 10 + (iban[3] - b'0'))) || remainder(&iban)? != 1 {
            return Err(Invalid::CheckDigit);
        }
        Ok(Self(iban))
    }
}

impl fmt::Debug for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KZ**{}*************", self.bank())
    }
}

impl fmt::Display for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Serialize for Iban {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Iban {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'_, str>::deserialize(deserializer)?;
        text.parse().map_err(|reason: Invalid| D::Error::custom(format_args!("account: {reason}")))
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $masked:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(std::sync::Arc<str>);

        impl $name {
            /// Returns the clear text: for the wire and the vault, never for a log.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = Invalid;
            fn from_str(text: &str) -> Result<Self, Invalid> {
                let trimmed = text.trim();
                if trimmed.is_empty() {
                    return Err(Invalid::Length { expected: 1, found: 0 });
                }
                if let Some(place) = trimmed.chars().position(char::is_control) {
                    return Err(Invalid::Character(place + 1));
                }
                Ok(Self(trimmed.into()))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($masked)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'_, str>::deserialize(deserializer)?;
                text.parse().map_err(|reason: Invalid| {
                    D::Error::custom(format_args!("{}: {reason}", stringify!($name)))
                })
            }
        }
    };
}

words! {
    /// Full name of a person, as the act record has it. At least one character that is no white
    /// space, no control characters.
    FullName, "name ***"
}

words! {
    /// Number of an act record or of an identity document.
    DocumentNumber, "document ***"
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers with month 99: no person has them.
    #[test]
    fn check_digits_of_both_passes() {
        for (first, expected) in [
            ("15990150000", Some(5)),
            ("15990150060", Some(5)),
            ("15990150068", None),
            ("99994000000", Some(0)),
            ("99994000010", Some(4)),
            ("99994000013", None),
        ] {
            let mut digits = [0; 11];
            for (digit, byte) in digits.iter_mut().zip(first.bytes()) {
                *digit = byte - b'0';
            }
            assert_eq!(check_digit(&digits), expected, "{first}");
        }
    }

    #[test]
    fn an_iin_is_twelve_digits_with_its_check_digit() {
        assert!("159901500005".parse::<Iin>().is_ok());
        for (text, expected) in [
            ("159901500004", Invalid::CheckDigit),
            ("159901500680", Invalid::NeverIssued),
            ("15990150000", Invalid::Length { expected: 12, found: 11 }),
            ("1599015000055", Invalid::Length { expected: 12, found: 13 }),
            ("15990150000a", Invalid::Character(12)),
            ("１59901500005", Invalid::Character(1)),
            ("", Invalid::Length { expected: 12, found: 0 }),
        ] {
            assert_eq!(text.parse::<Iin>(), Err(expected), "{text}");
        }
    }

    #[test]
    fn a_leading_zero_of_an_iin_is_kept() {
        let iin: Iin = "009901500005".parse().expect("a made-up IIN");
        assert_eq!(iin.digits(), "009901500005");
    }

    #[test]
    fn accounts_of_the_country_with_their_check_digits() {
        for text in ["KZ68601TEST000000001", "kz82 722T EST0 0000 0001", "KZ46009TEST000000001"] {
            assert!(text.parse::<Iban>().is_ok(), "{text}");
        }
        for (text, expected) in [
            ("KZ69601TEST000000001", Invalid::CheckDigit),
            ("DE68601TEST000000001", Invalid::NotOfKazakhstan),
            ("KZ68601TEST00000001", Invalid::Length { expected: 20, found: 19 }),
            ("KZ686O1TEST000000001", Invalid::Character(6)),
        ] {
            assert_eq!(text.parse::<Iban>(), Err(expected), "{text}");
        }
    }

    #[test]
    fn an_account_can_be_built_from_bank_and_number() {
        let bank: BankCode = "601".parse().expect("a code");
        let iban = Iban::of(bank, *b"TEST000000001").expect("letters and digits");
        assert_eq!(iban.as_str(), "KZ68601TEST000000001");
        assert_eq!(iban.bank(), bank);
    }

    #[test]
    fn a_subscriber_number_is_read_as_people_write_it() {
        for text in ["+7 701 000 00 01", "77010000001", "8 (701) 000-00-01"] {
            assert_eq!(text.parse::<Msisdn>().map(Msisdn::digits), Ok("77010000001".to_owned()), "{text}");
        }
        for (text, expected) in [
            ("+79160000001", Invalid::NotOfKazakhstan),
            ("+87010000001", Invalid::NotOfKazakhstan),
            ("7701000000", Invalid::Length { expected: 11, found: 10 }),
            ("1414", Invalid::Length { expected: 11, found: 4 }),
            ("7701000000O", Invalid::Character(11)),
        ] {
            assert_eq!(text.parse::<Msisdn>(), Err(expected), "{text}");
        }
    }

    #[test]
    fn nothing_prints_itself() {
        let shown = format!(
            "{:?} {:?} {:?} {:?}",
            "159901500005".parse::<Iin>(),
            "77010000001".parse::<Msisdn>(),
            "KZ68601TEST000000001".parse::<Iban>(),
            "Made Up".parse::<FullName>(),
        );
        for clear in ["1599", "7701", "TEST", "Made"] {
            assert!(!shown.contains(clear), "{shown}");
        }
    }
}
