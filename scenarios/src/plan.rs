//! The plan of a run: everything that will be true, written down before anything happens.
//!
//! A plan is JSON Lines: one [`Header`], then one line a [`Family`] with what every register holds
//! about it and how each of its people and officials will behave. The plan, not the seed, is what is
//! archived, reviewed, replayed and shrunk; one of three families can be written by hand. This module
//! owns its types, its reading with checks ([`PlanReader`]) and its writing; it draws nothing.

mod acts;
mod changes;
mod checks;
mod conduct;
mod error;
mod faults;
mod law;
mod one_of;
mod people;
mod place;
mod reader;
mod strict;
mod task_name;

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::sync::Arc;

use chrono::NaiveDate;
use proaktiv_messages::identity::{DocumentNumber, FullName, Iin};
use proaktiv_messages::{
    BankCode, Clear, Conclusion, Disability, District, Ending, Enrolment, LawChange, LiveApplication, Moment,
    Registration, Status, TokenKey,
};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use acts::{Act, ClosingAccount, Does, NewNumber, Opening, When, Withdrawing, Writing};
pub use changes::{AdultChange, AdultFact, ChildChange, ChildFact};
pub use checks::PlanChecks;
pub use conduct::{
    ByHand, ConsentConduct, DecisionConduct, HandEnd, LaterConsent, OfficialConduct, OfficialDoes, OfficialWhen,
    ReplyConduct, Says, SmsConduct,
};
pub use error::PlanError;
pub use faults::{FaultKind, FaultWindow, ListFault, ListFaultKind};
pub use law::{Law, LawHeader, Mci, Rate, RateUnit, Stated};
pub use people::{Adult, Guardian, Parent};
pub use reader::PlanReader;
pub use task_name::TaskName;

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
    /// When which party does not work.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<FaultWindow>,
    /// Days on which the list does not come as it should, each once, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lists: Vec<ListFault>,
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
    /// Who acts for the children in place of their parents, as NOBD knows it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guardians: Vec<Guardian>,
    /// What the family does when it is asked for the consent of a child.
    pub consent_for_child: ConsentConduct,
    /// What the family does when a form comes. Not followed by a family with acts.
    pub reply: ReplyConduct,
    /// What the family does by itself. A household carries out what is due at one instant in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acts: Vec<Act>,
    /// What becomes of forms on their way, by rising number; those without a line go straight through.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sms: Vec<SmsConduct>,
}

impl Family {
    /// Returns the grown-ups: parents in the order of record, then guardians. A plan counts them from 1.
    pub fn adults(&self) -> impl Iterator<Item = Adult<'_>> {
        self.parents.iter().map(Parent::adult).chain(self.guardians.iter().map(Guardian::adult))
    }

    /// Returns the grown-up with this number, from 1.
    pub fn adult(&self, number: u8) -> Option<Adult<'_>> {
        self.adults().nth(usize::from(number).checked_sub(1)?)
    }
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
    /// What changes of it in the registers, in the order of time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChildChange>,
    /// What the counter does with applications that the family lodges for it; absent: they stay pending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_hand: Option<ByHand>,
    /// What officials decide for it in place of the machine (S-51).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub officials: Vec<OfficialConduct>,
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
    /// A guardian whom NOBD knows of already (S-11).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guardian: Option<Iin>,
}

impl EnrolmentRow {
    /// Returns it as NOBD and schools send it for a child.
    pub fn of(&self, child: Iin) -> Arc<Enrolment<Clear>> {
        Arc::new(Enrolment {
            row: self.row,
            child,
            school: self.school,
            district: self.district,
            order_number: self.order_number.as_deref().map(Into::into),
            order_date: self.order_date,
            from: self.from,
            to: self.to,
            conclusions: self.conclusions.iter().cloned().collect(),
            ended: self.ended,
            guardian: self.guardian,
        })
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
