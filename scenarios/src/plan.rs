//! The plan of a run: everything that will be true, written down before anything happens.
//!
//! A plan is JSON Lines: one [`Header`], then one line a [`Family`] with what every register holds
//! about it and how each of its people and officials will behave. The plan, not the seed, is what is
//! archived, reviewed, replayed and shrunk; one of three families can be written by hand. This module
//! owns its types, its reading with checks ([`PlanReader`]) and its writing; it draws nothing.

mod error;
mod place;
mod reader;
mod strict;

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::sync::Arc;

use chrono::NaiveDate;
use proaktiv_messages::identity::{DocumentNumber, FullName, Iin};
use proaktiv_messages::{
    Account, BankCode, Clear, Conclusion, Disability, District, Ending, IdentityDocument, Language, LawChange,
    LiveApplication, Moment, Registration, Relation, Status, SubscriberNumber, Tiyn, TokenKey,
};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

pub use error::PlanError;
pub use reader::{PlanChecks, PlanReader};

/// What the first line of a plan calls itself.
pub const PLAN: &str = "proaktiv.plan";

/// The version of the format that this module reads and writes.
pub const VERSION: u32 = 1;

/// The codes of the second-tier banks that a plan may name, sorted. A dated list: see the file.
pub fn known_banks() -> &'static [BankCode] {
    static BANKS: std::sync::LazyLock<Vec<BankCode>> = std::sync::LazyLock::new(|| {
        let lines = include_str!("../data/banks.txt").lines();
        let codes = lines.filter(|line| !line.starts_with('#')).filter_map(|line| line.get(..3)?.parse().ok());
        let mut codes: Vec<BankCode> = codes.collect();
        codes.sort_unstable();
        codes
    });
    &BANKS
}

/// Bytes that are written as hexadecimal digits in lower case, two a byte. They are not shown by
/// `Debug`: one of the two uses is the key of the tokens.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Hex<const N: usize>(pub [u8; N]);

impl<const N: usize> fmt::Debug for Hex<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hex({N} bytes withheld)")
    }
}

impl<const N: usize> Serialize for Hex<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or_default();
        let text: String = self.0.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect();
        serializer.serialize_str(&text)
    }
}

impl<'de, const N: usize> Deserialize<'de> for Hex<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'_, str>::deserialize(deserializer)?;
        let wrong = || D::Error::custom(format_args!("expected {} hexadecimal digits in lower case", 2 * N));
        let digits = text.as_bytes();
        if digits.len() != 2 * N {
            return Err(wrong());
        }
        let value = |digit: u8| match digit {
            b'0'..=b'9' => Ok(digit - b'0'),
            b'a'..=b'f' => Ok(digit - b'a' + 10),
            _ => Err(wrong()),
        };
        let mut bytes = [0; N];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = value(pair[0])? << 4 | value(pair[1])?;
        }
        Ok(Self(bytes))
    }
}

/// The first line of a plan: what holds for everybody.
#[derive(Clone, Debug, Serialize)]
pub struct Header {
    /// Always [`PLAN`].
    pub plan: Cow<'static, str>,
    /// Always [`VERSION`].
    pub version: u32,
    /// The scenario that the plan was expanded from, or a word of who wrote it by hand.
    pub scenario: String,
    /// The seed that it was expanded with.
    pub seed: u64,
    /// How many families follow.
    pub families: u32,
    /// How many children they have.
    pub children: u64,
    /// The first day of the run (Astana).
    pub starts: NaiveDate,
    /// The last day of the run (Astana); the run may end earlier, when nothing is due.
    pub horizon: NaiveDate,
    /// What breaks ties between messages of one instant.
    pub salt: Hex<16>,
    /// The key of tokens and digests.
    pub key: Hex<32>,
    /// Whether an observer listens (T-01).
    pub observer: bool,
    /// The length of one tick of the post, in milliseconds, from 1.
    pub tick_ms: u32,
    /// The law of the run.
    pub law: Law,
    /// What changes in it during the run, the earliest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub law_changes: Vec<StatedChange>,
}

impl Header {
    /// Returns the key of tokens and digests.
    pub fn token_key(&self) -> TokenKey {
        TokenKey::new(self.key.0)
    }
}

/// A change of the law that the operator states during the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedChange {
    /// When it is stated: from then on it is known.
    pub at: Moment,
    /// What changes.
    #[serde(deserialize_with = "strict::law_change")]
    pub change: LawChange,
}

/// The law of a run: read, and as the text that engine and oracle each read for themselves.
#[derive(Clone, Debug)]
pub struct Law {
    text: Box<RawValue>,
    parameters: LawHeader,
}

impl Law {
    /// Returns the law with these parameters.
    pub fn new(parameters: LawHeader) -> Self {
        let text = serde_json::value::to_raw_value(&parameters).expect("dates, numbers and words can be written");
        Self { text, parameters }
    }

    /// Returns the law as the plan's JSON text has it.
    pub fn text(&self) -> &str {
        self.text.get()
    }

    /// Returns the law as read.
    pub fn parameters(&self) -> &LawHeader {
        &self.parameters
    }
}

impl Serialize for Law {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.text.serialize(serializer)
    }
}

/// A value that the act leaves open, with the word of who stated it: `assumed`, or a source (S-25, S-45).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stated<T> {
    /// The value.
    pub value: T,
    /// On what ground it is stated.
    pub basis: String,
}

/// The parameters of the law, as a plan states them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LawHeader {
    /// Day of first publication: in force ten calendar days after it (S-45).
    pub published: Stated<NaiveDate>,
    /// The last day of force, inclusive (S-14).
    pub last_day: NaiveDate,
    /// The service's number in the reply code, digits only (S-25).
    pub service_code: Stated<String>,
    /// The banks integrated with the ministry's system, sorted, each once.
    pub integrated_banks: Vec<BankCode>,
    /// The window for a reply, in working days (S-19).
    pub reply_window_working_days: u32,
    /// The hour at which forms leave, Astana time, 0 to 23 (S-36).
    pub offer_hour: u8,
    /// The first hour at which a message may leave, Astana time, 0 to 23 (S-36).
    pub permitted_from: u8,
    /// The hour from which on no message may leave, Astana time, 1 to 24 (S-36).
    pub permitted_to: u8,
    /// The working day of the month on which the period before is paid, from 1 (S-49).
    pub payment_working_day: u8,
    /// The hour of payment, Astana time, 0 to 23.
    pub payment_hour: u8,
    /// What each district pays, sorted by district and first day.
    pub rates: Vec<Rate>,
    /// The monthly calculation index, sorted by first day.
    pub mci: Vec<Mci>,
}

/// What a rate is paid for (S-49).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateUnit {
    /// A calendar month.
    Monthly,
    /// A calendar quarter.
    Quarterly,
}

/// The rate that the maslikhat of a district set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// The district.
    pub district: District,
    /// The first day on which it is valid; it ends where the next of the district begins.
    pub from: NaiveDate,
    /// What it is paid for.
    pub unit: RateUnit,
    /// How many times the index.
    pub mci: u32,
    /// Who says so, or `assumed`.
    pub source: String,
}

/// The monthly calculation index (МРП) from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mci {
    /// The first day on which it is valid.
    pub from: NaiveDate,
    /// Its amount.
    pub tiyn: Tiyn,
    /// Who says so, or `assumed`.
    pub source: String,
}

/// One family: its people, what registers hold of them, and how it will behave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// Its number, from 1, without gaps; the number of its household.
    pub family: u32,
    /// A label of the generator, for reports. Nothing may depend on it.
    pub kind: Cow<'static, str>,
    /// Its children.
    pub children: Vec<Child>,
    /// The parents whom the birth acts name, in the order of record.
    pub parents: Vec<Parent>,
    /// What the family does when it is asked for the consent of a child.
    pub consent_for_child: ConsentConduct,
    /// What the family does when a form comes.
    pub reply: ReplyConduct,
}

/// A child and what registers hold of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Child {
    /// Its number in the family, from 1.
    pub child: u8,
    /// Its IIN.
    pub iin: Iin,
    /// Its full name.
    pub name: FullName,
    /// When it was born.
    pub born: NaiveDate,
    /// Number of its birth act; none where GBDFL has no such record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_act: Option<DocumentNumber>,
    /// Where it is registered.
    pub registration: Registration,
    /// Its statuses, past ones too.
    #[serde(deserialize_with = "strict::statuses")]
    pub statuses: Vec<Status>,
    /// Its disability; none where CBDI has none.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "strict::disability")]
    pub disability: Option<Disability>,
    /// An application that somebody lodged for it by hand.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "strict::live_application")]
    pub live_application: Option<LiveApplication>,
    /// What NOBD reports of it.
    pub enrolment: EnrolmentRow,
    /// The first day on whose list it stands.
    pub first_listed: NaiveDate,
    /// What the local executive body decides on an application for it.
    pub decision: DecisionConduct,
}

/// The row of a child in the list of NOBD. What A-08 demands may be missing here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolmentRow {
    /// NOBD's own id of the row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u64>,
    /// The school, by its number in NOBD.
    pub school: u32,
    /// The district of the school.
    pub district: District,
    /// Number of the order on home schooling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_number: Option<Arc<str>>,
    /// Date of the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_date: Option<NaiveDate>,
    /// First day of home schooling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// Last day of home schooling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
    /// Conclusions of the commission.
    #[serde(deserialize_with = "strict::conclusions")]
    pub conclusions: Vec<Conclusion>,
    /// Set when the row says that home schooling is over.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "strict::ending")]
    pub ended: Option<Ending>,
}

/// A parent, what registers and banks hold of him, and what he does when his consent is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parent {
    /// His IIN.
    pub iin: Iin,
    /// His full name.
    pub name: FullName,
    /// How he is related to the children.
    pub relation: Relation,
    /// When he was born.
    pub born: NaiveDate,
    /// Where he is registered.
    pub registration: Registration,
    /// His statuses, past ones too.
    #[serde(deserialize_with = "strict::statuses")]
    pub statuses: Vec<Status>,
    /// His identity documents, outdated ones too.
    #[serde(deserialize_with = "strict::documents")]
    pub documents: Vec<IdentityDocument<Clear>>,
    /// His subscriber numbers; empty where BMG has none.
    #[serde(deserialize_with = "strict::numbers")]
    pub numbers: Vec<SubscriberNumber<Clear>>,
    /// The language that he uses the portal in, where known (S-24).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// His accounts, at any bank, of any kind.
    #[serde(deserialize_with = "strict::accounts")]
    pub accounts: Vec<Account<Clear>>,
    /// What he does when KDP asks for his own record.
    pub consent: ConsentConduct,
}

/// What somebody does when KDP asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentConduct {
    /// Whether he agrees.
    pub agrees: bool,
    /// Minutes between the question and the answer.
    pub after_minutes: u32,
}

/// What a local executive body decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionConduct {
    /// Whether it grants.
    pub grants: bool,
    /// Minutes between the application and the decision.
    pub after_minutes: u32,
}

/// What a family says to a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// It accepts, in the words that the form asks for.
    Accept,
    /// It stays silent.
    Nothing,
}

/// What a family does when a form comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplyConduct {
    /// What it says.
    pub says: Says,
    /// Which bank of the list of App.2 it chooses, from 1, taken modulo the list.
    pub bank: u16,
    /// Minutes between the message and the reply.
    pub after_minutes: u32,
}

impl ReplyConduct {
    /// Returns the number, from 1, of the bank that is chosen from a list of `banks`, at least one.
    pub fn choice(&self, banks: usize) -> usize {
        (usize::from(self.bank).max(1) - 1) % banks.max(1) + 1
    }
}

/// Writes the first line of a plan.
pub fn write_header<W: io::Write>(out: &mut W, header: &Header) -> io::Result<()> {
    serde_json::to_writer(&mut *out, header)?;
    out.write_all(b"\n")
}

/// Writes one line of a plan.
pub fn write_family<W: io::Write>(out: &mut W, family: &Family) -> io::Result<()> {
    serde_json::to_writer(&mut *out, family)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests;
