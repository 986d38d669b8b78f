//! How people and officials answer what they are asked, as a plan says it.

use proaktiv_messages::identity::Iban;
use proaktiv_messages::{Hold, Moment};
use serde::{Deserialize, Serialize};

use super::one_of::OneOf;
use super::task_name::TaskName;

/// What somebody does when KDP asks for the first time, and afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentConduct {
    /// Whether he agrees.
    pub agrees: bool,
    /// Minutes between the question and the answer.
    pub after_minutes: u32,
    /// Whether he answers at all.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub answers: bool,
    /// What he does when the consent is asked for again; absent: the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub then: Option<LaterConsent>,
}

/// What somebody does when KDP asks again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaterConsent {
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
    /// Whether the decision is sent twice, ten minutes apart.
    #[serde(default, skip_serializing_if = "is_no")]
    pub twice: bool,
}

/// How an application that was lodged by hand ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandEnd {
    /// It does not end.
    Pending,
    /// It is refused.
    Refused,
    /// The family takes it back.
    Withdrawn,
    /// It is granted.
    Granted,
}

/// What the counter does with an application that the family lodges by hand (S-26b).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByHand {
    /// How it ends.
    pub ends: HandEnd,
    /// Minutes after it was lodged.
    pub after_minutes: u32,
}

/// When an official decides in place of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfficialWhen {
    /// So many minutes after a task of this name. The n-th conduct with one name answers the n-th task.
    OnTask(TaskName, u32),
    /// At this instant, whatever was asked.
    At(Moment),
}

/// What an official decides for a child (S-51), and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "OfficialLine", into = "OfficialLine")]
pub struct OfficialConduct {
    /// When.
    pub when: OfficialWhen,
    /// What.
    pub does: OfficialDoes,
}

/// What an official decides. He knows the newest application of the child by himself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum OfficialDoes {
    /// A hold is resolved.
    ResolveHold {
        /// Which hold.
        hold: Hold,
        /// Who acts for the child, where that was the question (S-11): parents, then guardians, from 1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<u8>,
    },
    /// An exclusion is looked at again.
    ReviewExclusion,
    /// A case that was set aside is taken back.
    TakeBack,
    /// The corrected row is right (S-12c).
    ConfirmCorrection,
    /// The payments go on (S-48).
    PaymentsGoOn,
    /// The payments go to another account (S-10).
    ChangeAccount {
        /// Which one.
        account: Iban,
    },
}

/// An [`OfficialConduct`] as it is written.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfficialLine {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    on: Option<TaskName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after_minutes: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<Moment>,
    does: OfficialDoes,
}

impl TryFrom<OfficialLine> for OfficialConduct {
    type Error = OneOf;
    fn try_from(line: OfficialLine) -> Result<Self, OneOf> {
        let when = match (line.on, line.after_minutes, line.at) {
            (Some(task), Some(minutes), None) => OfficialWhen::OnTask(task, minutes),
            (None, None, Some(at)) => OfficialWhen::At(at),
            (_, _, _) => return Err(OneOf(&["on with after_minutes", "at"])),
        };
        Ok(Self { when, does: line.does })
    }
}

impl From<OfficialConduct> for OfficialLine {
    fn from(conduct: OfficialConduct) -> Self {
        let (on, after_minutes, at) = match conduct.when {
            OfficialWhen::OnTask(task, minutes) => (Some(task), Some(minutes), None),
            OfficialWhen::At(at) => (None, None, Some(at)),
        };
        Self { on, after_minutes, at, does: conduct.does }
    }
}

/// What becomes of one form on its way to the household.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmsConduct {
    /// Which of the forms 1 to 3 to this household, from 1.
    pub nth: u16,
    /// Minutes between the acceptance of its first part and of its last (S-17).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub parts_minutes: u32,
    /// Whether the receipt says that it was delivered; none: no receipt comes (S-18).
    #[serde(default = "some_yes")]
    pub delivered: Option<bool>,
}

/// For serde: what holds unless a line says otherwise.
const fn yes() -> bool {
    true
}

const fn some_yes() -> Option<bool> {
    Some(true)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
const fn is_yes(value: &bool) -> bool {
    *value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
pub(super) const fn is_no(value: &bool) -> bool {
    !*value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
const fn is_zero(value: &u32) -> bool {
    *value == 0
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
