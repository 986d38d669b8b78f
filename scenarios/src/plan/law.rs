//! The law of a run as its plan states it: what the act leaves open, each value with its ground.

use chrono::NaiveDate;
use proaktiv_messages::{BankCode, District, Tiyn};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

/// The law of a run: read, and as the text that engine and oracle each read for themselves.
#[derive(Clone, Debug)]
pub struct Law {
    pub(super) text: Box<RawValue>,
    pub(super) parameters: LawHeader,
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

/// The parameters of the law, as a plan states them. One that may be absent is then as the table of
/// parameters of the engine has it.
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
    /// Working days after KDP took a request within which a person answers (S-03).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent_answer_working_days: Option<u32>,
    /// Days after a request without an answer until the one that follows it (S-03).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent_again_days: Option<u32>,
    /// The least number of days between two requests of one kind (S-03d).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent_renew_days: Option<u32>,
    /// For how many days C1-child is asked (S-03d).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent_child_days: Option<u32>,
    /// For how many days C1-rep is asked (S-03d).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent_representative_days: Option<u32>,
    /// How many days old the word of the list may be on which a first form rests (S-13).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row_confirmed_days: Option<u32>,
    /// On which day of missing from full lists school and officials are told, from 1 (S-13b).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_task_days: Option<u32>,
    /// Days between two looks at an excluded case (S-46).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excluded_recheck_days: Option<u32>,
    /// Hours after which a bank's answer is asked for anew before a form leaves (S-36).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub banks_stale_hours: Option<u32>,
    /// The hour of the day until which a silent bank is waited for before a form leaves, 1 to 24 (S-36).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub banks_asked_until_hour: Option<u32>,
    /// How many times another bank may be asked for in one offer (S-05b).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_bank_limit: Option<u32>,
    /// Minutes between the first account that became known and the choice (S-09).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_choice_minutes: Option<u32>,
    /// Working days that a closing waits at most for what may have come in time (S-07c).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closing_waits_working_days: Option<u32>,
    /// Days after a form that was not delivered until the next to the same number (S-18).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undelivered_again_days: Option<u32>,
    /// Working days within which officials decide (S-43).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision_working_days: Option<u32>,
    /// Days before the end of a disability's term at which officials are told (S-28).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disability_notice_days: Option<u32>,
    /// Hours after which the sending of one form is too long (S-17).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sending_alert_hours: Option<u32>,
    /// Minutes before a register is asked again for the first time (S-46).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_first_minutes: Option<u32>,
    /// The most minutes between two questions to a register (S-46).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_most_minutes: Option<u32>,
    /// The hours of a working day at which banks are asked for new accounts, rising, 0 to 23.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poll_hours: Option<Vec<u8>>,
    /// Whether a record of statelessness excludes (T-32).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stateless_excludes: Option<bool>,
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

impl LawHeader {
    /// The names of the whole numbers that may be absent.
    pub(super) const OPTIONAL_NUMBERS: [&'static str; 19] = [
        "consent_answer_working_days",
        "consent_again_days",
        "consent_renew_days",
        "consent_child_days",
        "consent_representative_days",
        "row_confirmed_days",
        "missing_task_days",
        "excluded_recheck_days",
        "banks_stale_hours",
        "banks_asked_until_hour",
        "other_bank_limit",
        "account_choice_minutes",
        "closing_waits_working_days",
        "undelivered_again_days",
        "decision_working_days",
        "disability_notice_days",
        "sending_alert_hours",
        "retry_first_minutes",
        "retry_most_minutes",
    ];

    /// Returns the whole numbers that may be absent, each with its name and the range that it must lie in.
    pub(super) fn optional_numbers(&self) -> [(&'static str, Option<u32>, std::ops::RangeInclusive<u32>); 19] {
        [
            ("law.consent_answer_working_days", self.consent_answer_working_days, 1..=15),
            ("law.consent_again_days", self.consent_again_days, 1..=366),
            ("law.consent_renew_days", self.consent_renew_days, 1..=366),
            ("law.consent_child_days", self.consent_child_days, 1..=366),
            ("law.consent_representative_days", self.consent_representative_days, 1..=366),
            ("law.row_confirmed_days", self.row_confirmed_days, 1..=366),
            ("law.missing_task_days", self.missing_task_days, 1..=366),
            ("law.excluded_recheck_days", self.excluded_recheck_days, 1..=366),
            ("law.banks_stale_hours", self.banks_stale_hours, 1..=8784),
            ("law.banks_asked_until_hour", self.banks_asked_until_hour, 1..=24),
            ("law.other_bank_limit", self.other_bank_limit, 0..=100),
            ("law.account_choice_minutes", self.account_choice_minutes, 0..=1440),
            ("law.closing_waits_working_days", self.closing_waits_working_days, 1..=15),
            ("law.undelivered_again_days", self.undelivered_again_days, 1..=366),
            ("law.decision_working_days", self.decision_working_days, 1..=60),
            ("law.disability_notice_days", self.disability_notice_days, 1..=366),
            ("law.sending_alert_hours", self.sending_alert_hours, 1..=168),
            ("law.retry_first_minutes", self.retry_first_minutes, 1..=1440),
            ("law.retry_most_minutes", self.retry_most_minutes, 1..=10080),
        ]
    }
}
