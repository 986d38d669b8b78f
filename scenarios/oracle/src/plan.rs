//! What the oracle reads of a plan, by types of its own: the law of the run, and of a family only who
//! is in it. Everything else it takes from the answers that the engine had.
//!
//! An error names the field; it repeats the value of a header, never one of a family.

use chrono::NaiveDate;
use proaktiv_messages::identity::Iin;
use proaktiv_messages::{BankCode, District, Moment, Party};
use serde::Deserialize;

/// First line of a plan.
#[derive(Deserialize)]
pub(crate) struct Header {
    plan: String,
    version: u32,
    /// The day of the first list.
    pub starts: NaiveDate,
    /// The day on which a run ends at the latest.
    pub horizon: NaiveDate,
    /// Whether the observer is switched on (T-01).
    #[serde(default)]
    pub observer: bool,
    #[serde(default)]
    pub tick_ms: Option<i64>,
    /// When which party fails, and how.
    #[serde(default)]
    pub faults: Vec<Fault>,
    /// The parameters of the law.
    pub law: Law,
    /// What the operator will state; only the banks are read ahead, since each keeps its place for good.
    #[serde(default)]
    pub law_changes: Vec<Stated>,
}

/// A change of the law that will be stated.
#[derive(Deserialize)]
pub(crate) struct Stated {
    /// What changes.
    pub change: OfBanks,
}

/// The banks of a change.
#[derive(Deserialize)]
pub(crate) struct OfBanks {
    /// The integrated banks, where they change (A-22).
    #[serde(default)]
    pub integrated_banks: Option<Vec<BankCode>>,
}

/// A time during which a party fails.
#[derive(Deserialize, Clone)]
pub(crate) struct Fault {
    /// Which party, by its address.
    pub party: Party,
    /// From when.
    pub from: Moment,
    /// Until when.
    pub to: Moment,
    /// How: one of `silent`, `unknown`, `slow`; other words are counted and change nothing.
    pub kind: String,
}

/// A value that says what it rests on.
#[derive(Deserialize)]
pub(crate) struct Based<T> {
    /// The value.
    pub value: T,
}

/// The parameters of the law in a header.
#[derive(Deserialize)]
pub(crate) struct Law {
    /// Day of the first official publication (A-O6).
    pub published: Based<NaiveDate>,
    /// Last day of force, inclusive (S-14).
    pub last_day: NaiveDate,
    /// The service code (S-25).
    pub service_code: Based<String>,
    /// Banks integrated with the ministry's system (A-22).
    pub integrated_banks: Vec<BankCode>,
    /// Working days of a window.
    pub reply_window_working_days: u32,
    /// Hour at which first forms are taken up (S-36).
    pub offer_hour: u32,
    /// First permitted hour (S-36).
    pub permitted_from: u32,
    /// End of the permitted hours.
    pub permitted_to: u32,
    /// Which working day of a month is the day of payment (S-49).
    pub payment_working_day: u32,
    /// The hour of payment.
    pub payment_hour: u32,
    /// Rates by district.
    pub rates: Vec<Rate>,
    /// The monthly calculation index by date.
    pub mci: Vec<Mci>,
    /// What the contract of the pilot leaves to parameters.
    #[serde(flatten)]
    pub terms: Terms,
}

/// The parameters that a plan may leave out. Every number is a reading with low confidence or a term
/// that the act does not give.
#[derive(Deserialize, Clone)]
#[serde(default)]
pub(crate) struct Terms {
    /// Working days after which a request for consent is unanswered (S-03).
    pub consent_answer_working_days: u32,
    /// Days after which an unanswered person is asked once more (S-03).
    pub consent_again_days: i64,
    /// Days within which a consent of a kind is renewed once at most (S-03d).
    pub consent_renew_days: i64,
    /// Days for which C1-child is asked (S-03d).
    pub consent_child_days: u16,
    /// Days for which C1-rep is asked (S-03d).
    pub consent_representative_days: u16,
    /// Days for which a row rests confirmed (S-13).
    pub row_confirmed_days: i32,
    /// On which day of missing a task is opened (S-13b).
    pub missing_task_days: i32,
    /// Days between two looks at an excluded case (S-46).
    pub excluded_recheck_days: i32,
    /// Age in hours at which a bank's answer is stale (S-36).
    pub banks_stale_hours: i64,
    /// Hour until which silent banks are waited for (S-36).
    pub banks_asked_until_hour: u32,
    /// How often another bank may be asked for in an offer (S-05b).
    pub other_bank_limit: u8,
    /// Minutes between the first account and the choice (S-09).
    pub account_choice_minutes: i64,
    /// Working days for which silence waits for what is silent (S-07c).
    pub closing_waits_working_days: u32,
    /// Days after which an undelivered number is tried again (S-18).
    pub undelivered_again_days: i64,
    /// Hours at which banks are asked while appendix 3 is open (A-26).
    pub poll_hours: Vec<u32>,
    /// Working days for a decision (S-43).
    pub decision_working_days: u32,
    /// Days before the end of a term of disability (S-28).
    pub disability_notice_days: i32,
    /// Hours after which sending takes too long (S-17).
    pub sending_alert_hours: i64,
    /// Minutes after the first Unknown (S-46).
    pub retry_first_minutes: i64,
    /// Minutes between two questions at most (S-46).
    pub retry_most_minutes: i64,
    /// Whether a record of statelessness excludes (T-32).
    pub stateless_excludes: bool,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            consent_answer_working_days: 3,
            consent_again_days: 30,
            consent_renew_days: 30,
            consent_child_days: 2,
            consent_representative_days: 30,
            row_confirmed_days: 3,
            missing_task_days: 3,
            excluded_recheck_days: 7,
            banks_stale_hours: 24,
            banks_asked_until_hour: 12,
            other_bank_limit: 3,
            account_choice_minutes: 10,
            closing_waits_working_days: 3,
            undelivered_again_days: 30,
            poll_hours: vec![10, 17],
            decision_working_days: 8,
            disability_notice_days: 30,
            sending_alert_hours: 2,
            retry_first_minutes: 60,
            retry_most_minutes: 1440,
            stateless_excludes: true,
        }
    }
}

/// The rate of a district from a date on.
#[derive(Deserialize)]
pub(crate) struct Rate {
    /// Of which district.
    pub district: District,
    /// From when.
    pub from: NaiveDate,
    /// Once a what.
    pub unit: Unit,
    /// How many indices.
    pub mci: i64,
}

/// What a rate is due once for (S-49).
#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unit {
    /// A calendar month.
    Monthly,
    /// A calendar quarter.
    Quarterly,
}

/// The monthly calculation index from a date on.
#[derive(Deserialize)]
pub(crate) struct Mci {
    /// From when.
    pub from: NaiveDate,
    /// How much, in tiyn.
    pub tiyn: i64,
}

/// A family's line.
#[derive(Deserialize)]
pub(crate) struct Family {
    /// Its number.
    pub family: u32,
    /// Its children.
    pub children: Vec<Listed>,
    /// Its parents.
    #[serde(default)]
    pub parents: Vec<Parent>,
    /// Those whom NOBD may name in place of the parents.
    #[serde(default)]
    pub guardians: Vec<Parent>,
}

/// A child of the plan.
#[derive(Deserialize)]
pub(crate) struct Listed {
    /// Its number.
    pub child: u32,
    /// Who it is.
    pub iin: Iin,
    /// From which day on the list has it.
    pub first_listed: NaiveDate,
    /// Its enrolment.
    pub enrolment: Period,
}

/// What of the enrolment says how long the list has the child.
#[derive(Deserialize)]
pub(crate) struct Period {
    /// Last day of home schooling.
    #[serde(default)]
    pub to: Option<NaiveDate>,
}

/// A parent or a guardian of the plan.
#[derive(Deserialize)]
pub(crate) struct Parent {
    /// Who it is.
    pub iin: Iin,
}

/// Reads the first line of a plan.
pub(crate) fn header(line: &str) -> Result<Header, String> {
    let header: Header = serde_json::from_str(line).map_err(|error| format!("header of the plan: {error}"))?;
    let wrong =
        |field: &str, value: String, asked: &str| Err(format!("header of the plan: {field} is {value}, {asked}"));
    if header.plan != "proaktiv.plan" {
        return wrong("plan", format!("{:?}", header.plan), "must be \"proaktiv.plan\"");
    }
    if header.version != 1 {
        return wrong("version", header.version.to_string(), "must be 1");
    }
    let law = &header.law;
    let code = &law.service_code.value;
    if code.is_empty() || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return wrong("law.service_code", format!("{code:?}"), "must be digits only (S-25)");
    }
    if law.integrated_banks.is_empty() || law.integrated_banks.len() > 64 {
        return wrong("law.integrated_banks", format!("a list of {}", law.integrated_banks.len()), "must name 1 to 64");
    }
    for (field, hour) in [
        ("law.offer_hour", law.offer_hour),
        ("law.permitted_from", law.permitted_from),
        ("law.permitted_to", law.permitted_to),
        ("law.payment_hour", law.payment_hour),
    ] {
        if hour > 24 {
            return wrong(field, hour.to_string(), "must be an hour from 0 to 24");
        }
    }
    for (field, days) in [
        ("law.reply_window_working_days", law.reply_window_working_days),
        ("law.payment_working_day", law.payment_working_day),
    ] {
        if !(1..=15).contains(&days) {
            return wrong(field, days.to_string(), "must be a count of working days from 1 to 15");
        }
    }
    Ok(header)
}

/// Reads one family's line.
pub(crate) fn family(line: &str) -> Result<Family, String> {
    // The text of serde may repeat a value of a person: only the name of a missing field is safe.
    serde_json::from_str(line).map_err(|error| {
        let text = error.to_string();
        if text.starts_with("missing field") {
            format!("family of the plan: {text}")
        } else {
            format!("family of the plan: what ends at column {} cannot be read", error.column())
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_a_family_repeats_no_value() {
        let line = r#"{"family":1,"children":[{"child":1,"iin":159901500005,"first_listed":"2024-03-11"}]}"#;
        let error = family(line).err().expect("an IIN is a text");
        assert!(!error.contains("1599"), "{error}");
        let error = family(r#"{"family":1}"#).err().expect("children are missing");
        assert!(error.contains("children"), "{error}");
    }
}
