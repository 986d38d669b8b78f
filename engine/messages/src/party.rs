//! The parties of the act, by the names of its register of participants, and what names them.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Code of a bank inside an account number: three digits, kept as text since it may start with 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BankCode([u8; 3]);

impl BankCode {
    /// Returns the code with these digits; what is no digit becomes 0.
    pub(crate) const fn from_digits(digits: [u8; 3]) -> Self {
        Self(digits)
    }

    /// Returns the three digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for BankCode {
    type Err = ParseParty;
    fn from_str(text: &str) -> Result<Self, ParseParty> {
        match text.as_bytes() {
            &[a, b, c] if [a, b, c].iter().all(u8::is_ascii_digit) => Ok(Self([a, b, c])),
            _ => Err(ParseParty("a bank code has three digits")),
        }
    }
}

impl fmt::Display for BankCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for BankCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for BankCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for BankCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'_, str>::deserialize(deserializer)?;
        text.parse().map_err(|reason| D::Error::custom(format_args!("{text:?}: {reason}")))
    }
}

/// District or city whose local executive body decides and whose maslikhat sets the rate: its code
/// in the classifier of administrative-territorial objects (KATO), nine digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct District(pub u32);

impl fmt::Display for District {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:09}", self.0)
    }
}

/// A party of the act, or of the world around it. Its text is its address: `bank/601`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Party {
    /// АИС Е-Собес: the engine.
    Esobes,
    /// ИС НОБД, the education database.
    Nobd,
    /// АИС ЦБДИ, the central bank of persons with disability.
    Cbdi,
    /// ГБД ФЛ, the register of natural persons.
    Gbdfl,
    /// The state service of access control to personal data.
    Kdp,
    /// БМГ, the mobile citizens base.
    Bmg,
    /// The SMS centre behind the short number 1414.
    SmsCentre,
    /// The State corporation that carries out payments (code 009).
    Payer,
    /// The counters of the State corporation and egov: applications lodged by hand.
    Counter,
    /// Smart Data Ukimet, which sees pseudonymous events (T-01).
    Observer,
    /// A second-tier bank.
    Bank(BankCode),
    /// A school.
    School(u32),
    /// The local executive body of a district (МИО): decides under order 84.
    LocalExecutiveBody(District),
    /// A family, with the number that a plan gives it. The engine never writes to one.
    Household(u32),
    /// Who runs the engine: states changes of the law.
    Operator,
}

impl Party {
    /// Returns a number that orders parties and tells them apart: the kind above, which one below.
    pub fn rank(self) -> u64 {
        let (kind, which) = match self {
            Party::Esobes => (0, 0),
            Party::Nobd => (1, 0),
            Party::Cbdi => (2, 0),
            Party::Gbdfl => (3, 0),
            Party::Kdp => (4, 0),
            Party::Bmg => (5, 0),
            Party::SmsCentre => (6, 0),
            Party::Payer => (7, 0),
            Party::Counter => (8, 0),
            Party::Observer => (9, 0),
            Party::Bank(BankCode([a, b, c])) => (10, u32::from_be_bytes([0, a, b, c])),
            Party::School(number) => (11, number),
            Party::LocalExecutiveBody(District(code)) => (12, code),
            Party::Household(number) => (13, number),
            Party::Operator => (14, 0),
        };
        kind << 32 | u64::from(which)
    }

    /// Returns the name of the kind of party, as in its address before the `/`.
    pub const fn kind(self) -> &'static str {
        match self {
            Party::Esobes => "esobes",
            Party::Nobd => "nobd",
            Party::Cbdi => "cbdi",
            Party::Gbdfl => "gbdfl",
            Party::Kdp => "kdp",
            Party::Bmg => "bmg",
            Party::SmsCentre => "sms_centre",
            Party::Payer => "payer",
            Party::Counter => "counter",
            Party::Observer => "observer",
            Party::Bank(_) => "bank",
            Party::School(_) => "school",
            Party::LocalExecutiveBody(_) => "leb",
            Party::Household(_) => "household",
            Party::Operator => "operator",
        }
    }

    /// Writes the address into `buffer` and returns its length: kinds have at most ten letters.
    fn write(self, buffer: &mut [u8; 24]) -> usize {
        let kind = self.kind().as_bytes();
        buffer[..kind.len()].copy_from_slice(kind);
        let mut length = kind.len();
        let mut number = |value: u32, width: usize| {
            let mut digits = [b'0'; 10];
            let mut rest = value;
            let mut start = 10;
            while rest > 0 || 10 - start < width.max(1) {
                start -= 1;
                digits[start] = b'0' + (rest % 10) as u8;
                rest /= 10;
            }
            buffer[length] = b'/';
            buffer[length + 1..length + 11 - start].copy_from_slice(&digits[start..]);
            length += 11 - start;
        };
        match self {
            Party::Bank(code) => {
                buffer[length] = b'/';
                buffer[length + 1..length + 4].copy_from_slice(&code.0);
                length += 4;
            }
            Party::School(which) | Party::Household(which) => number(which, 1),
            Party::LocalExecutiveBody(District(code)) => number(code, 9),
            Party::Esobes
            | Party::Nobd
            | Party::Cbdi
            | Party::Gbdfl
            | Party::Kdp
            | Party::Bmg
            | Party::SmsCentre
            | Party::Payer
            | Party::Counter
            | Party::Observer
            | Party::Operator => {}
        }
        length
    }
}

/// Why a text is no address of a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ParseParty(&'static str);

impl FromStr for Party {
    type Err = ParseParty;
    fn from_str(text: &str) -> Result<Self, ParseParty> {
        const UNKNOWN: ParseParty = ParseParty("no such party");
        let (kind, which) = text.split_once('/').map_or((text, None), |(kind, which)| (kind, Some(which)));
        let number = |which: &str| which.parse::<u32>().map_err(|_| ParseParty("the part after the / is no number"));
        match (kind, which) {
            ("bank", Some(code)) => code.parse().map(Party::Bank),
            ("school", Some(which)) => number(which).map(Party::School),
            ("leb", Some(which)) => number(which).map(|code| Party::LocalExecutiveBody(District(code))),
            ("household", Some(which)) => number(which).map(Party::Household),
            (_, Some(_)) => Err(UNKNOWN),
            (kind, None) => [
                Party::Esobes,
                Party::Nobd,
                Party::Cbdi,
                Party::Gbdfl,
                Party::Kdp,
                Party::Bmg,
                Party::SmsCentre,
                Party::Payer,
                Party::Counter,
                Party::Observer,
                Party::Operator,
            ]
            .into_iter()
            .find(|party| party.kind() == kind)
            .ok_or(UNKNOWN),
        }
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut buffer = [0; 24];
        let length = self.write(&mut buffer);
        f.pad(std::str::from_utf8(&buffer[..length]).unwrap_or_default())
    }
}

impl Serialize for Party {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut buffer = [0; 24];
        let length = self.write(&mut buffer);
        serializer.serialize_str(std::str::from_utf8(&buffer[..length]).unwrap_or_default())
    }
}

impl<'de> Deserialize<'de> for Party {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'_, str>::deserialize(deserializer)?;
        text.parse().map_err(|reason| D::Error::custom(format_args!("{text:?}: {reason}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_as_it_is_written() {
        for text in [
            "esobes",
            "sms_centre",
            "bank/009",
            "school/0",
            "school/4294967295",
            "leb/010000000",
            "household/17",
            "operator",
        ] {
            assert_eq!(text.parse::<Party>().map(|party| party.to_string()).as_deref(), Ok(text));
        }
        for text in ["", "bank", "bank/60", "bank/60A", "nobd/1", "household/-1", "leb/x"] {
            assert!(text.parse::<Party>().is_err(), "{text}");
        }
    }
}
