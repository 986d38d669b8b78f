//! What a plan or a configuration states of the law, as it is written there.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use proaktiv_messages::{BankCode, District};
use serde::Deserialize;

use super::{LawError, Stated};
use crate::home_schooling::forms::reply::SERVICE_DIGITS_MAX;

/// For what a rate is due once (S-49).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateUnit {
    /// Each owed calendar month.
    Monthly,
    /// Each calendar quarter with at least one owed month.
    Quarterly,
}

/// What a district pays, from a day on (p. 12(2); set by its maslikhat).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// The district.
    pub district: District,
    /// The day from which the rate holds.
    pub from: NaiveDate,
    /// For what it is due once.
    pub unit: RateUnit,
    /// How many monthly calculation indices it is.
    pub mci: u32,
    /// Who says so.
    pub source: String,
}

/// The monthly calculation index (МРП), from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mci {
    /// The day from which it holds.
    pub from: NaiveDate,
    /// How much it is, in tiyn.
    pub tiyn: i64,
    /// Who says so.
    pub source: String,
}

/// The object that states the law. No other field is accepted; those that may be left out are readings,
/// and have the value of `data/parameters.csv` then.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StatedLaw {
    /// The day of the first official publication (A-O6).
    pub published: Stated<NaiveDate>,
    /// The last day of force.
    pub last_day: NaiveDate,
    /// The value of {код услуги} (S-25).
    pub service_code: Stated<String>,
    /// The banks whose systems are integrated with the ministry's.
    pub integrated_banks: Vec<BankCode>,
    /// Length of a window, in working days (p. 10 and 11).
    pub reply_window_working_days: u32,
    /// The hour at which first forms are taken up (S-36).
    pub offer_hour: u32,
    /// The first hour at which a text may leave.
    pub permitted_from: u32,
    /// The hour from which no text may leave.
    pub permitted_to: u32,
    /// Which working day of the following month is the day of payment (S-49).
    pub payment_working_day: u32,
    /// The hour of payment.
    pub payment_hour: u32,
    /// Rates by district.
    pub rates: Vec<Rate>,
    /// The index by day.
    pub mci: Vec<Mci>,
    /// After how many working days a request for consent counts as unanswered (S-03).
    #[serde(default)]
    pub consent_answer_working_days: Option<u32>,
    /// After how many days an unanswered request may be made once more (S-03).
    #[serde(default)]
    pub consent_again_days: Option<u32>,
    /// How many days lie at least between two requests for an expired consent (S-03d).
    #[serde(default)]
    pub consent_renew_days: Option<u32>,
    /// For how many days consent is asked for the child's record (S-03d).
    #[serde(default)]
    pub consent_child_days: Option<u16>,
    /// For how many days consent is asked for a representative's own record (S-03d).
    #[serde(default)]
    pub consent_representative_days: Option<u16>,
    /// How many days old the last full list with a row may be for a first form to rest on it (S-13).
    #[serde(default)]
    pub row_confirmed_days: Option<u32>,
    /// After how many days a missing row becomes a task (S-13b).
    #[serde(default)]
    pub missing_task_days: Option<u32>,
    /// Every how many days an excluded case is looked at again (S-46).
    #[serde(default)]
    pub excluded_recheck_days: Option<u32>,
    /// How many hours old a bank's answer may be when a form leaves (S-36).
    #[serde(default)]
    pub banks_stale_hours: Option<u32>,
    /// Until which hour banks are waited for when a form is to leave (S-36).
    #[serde(default)]
    pub banks_asked_until_hour: Option<u32>,
    /// How often `#3#0` leads to App.3 in one offer (S-05b).
    #[serde(default)]
    pub other_bank_limit: Option<u32>,
    /// How many minutes after the first account became known the choice is made (S-09).
    #[serde(default)]
    pub account_choice_minutes: Option<u32>,
    /// For how many working days a close may wait for what came in time (S-07c).
    #[serde(default)]
    pub closing_waits_working_days: Option<u32>,
    /// After how many days one more offer may go to a number that was not reached (S-18).
    #[serde(default)]
    pub undelivered_again_days: Option<u32>,
    /// At which hours of a working day accounts are searched for.
    #[serde(default)]
    pub poll_hours: Option<Vec<u32>>,
    /// The term of the decision in working days (S-43, order 84).
    #[serde(default)]
    pub decision_working_days: Option<u32>,
    /// How many days before its end the term of a disability is announced (S-28).
    #[serde(default)]
    pub disability_notice_days: Option<u32>,
    /// After how many hours a sending that is not complete raises an alert (S-17).
    #[serde(default)]
    pub sending_alert_hours: Option<u32>,
    /// After how many minutes a register that could not say is asked again the first time (S-46).
    #[serde(default)]
    pub retry_first_minutes: Option<u32>,
    /// How many minutes lie at most between two such questions (S-46).
    #[serde(default)]
    pub retry_most_minutes: Option<u32>,
    /// Whether a record of statelessness excludes (T-32).
    #[serde(default)]
    pub stateless_excludes: Option<bool>,
}

impl StatedLaw {
    /// Brings what has no order of its own into one, so that equal laws are equal.
    pub fn sort(&mut self) {
        self.integrated_banks.sort_unstable();
        self.rates.sort_by_key(|rate| (rate.district, rate.from));
        self.mci.sort_by_key(|mci| mci.from);
    }

    /// Returns the first field that holds what cannot be.
    pub fn check(&self) -> Result<(), LawError> {
        says_something("published.basis", &self.published.basis)?;
        says_something("service_code.basis", &self.service_code.basis)?;
        let code = &self.service_code.value;
        if code.is_empty() || code.len() > SERVICE_DIGITS_MAX || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            let accepted = format!("1 to {SERVICE_DIGITS_MAX} digits");
            return Err(LawError::new("service_code.value", format_args!("{code:?}"), accepted));
        }
        if self.integrated_banks.is_empty() {
            return Err(LawError::new("integrated_banks", "an empty list", "at least one bank"));
        }
        let mut seen = BTreeSet::new();
        if let Some(twice) = self.integrated_banks.iter().find(|&&bank| !seen.insert(bank)) {
            return Err(LawError::new("integrated_banks", twice, "each bank once"));
        }
        self.check_hours()?;
        // A month of the calendar has never had fewer than 17 working days.
        within("reply_window_working_days", self.reply_window_working_days, 1, 30)?;
        within("payment_working_day", self.payment_working_day, 1, 15)?;
        self.check_readings()?;
        self.check_money()
    }

    fn check_readings(&self) -> Result<(), LawError> {
        for (field, value, least, most) in [
            ("consent_answer_working_days", self.consent_answer_working_days, 1, 30),
            ("consent_again_days", self.consent_again_days, 1, 365),
            ("consent_renew_days", self.consent_renew_days, 1, 365),
            ("consent_child_days", self.consent_child_days.map(u32::from), 1, 365),
            ("consent_representative_days", self.consent_representative_days.map(u32::from), 1, 365),
            ("row_confirmed_days", self.row_confirmed_days, 0, 365),
            ("missing_task_days", self.missing_task_days, 1, 365),
            ("excluded_recheck_days", self.excluded_recheck_days, 1, 365),
            ("banks_stale_hours", self.banks_stale_hours, 0, 8760),
            ("banks_asked_until_hour", self.banks_asked_until_hour, 0, 24),
            ("other_bank_limit", self.other_bank_limit, 0, 100),
            ("account_choice_minutes", self.account_choice_minutes, 0, 1440),
            ("closing_waits_working_days", self.closing_waits_working_days, 1, 30),
            ("undelivered_again_days", self.undelivered_again_days, 1, 365),
            ("decision_working_days", self.decision_working_days, 1, 30),
            ("disability_notice_days", self.disability_notice_days, 0, 365),
            ("sending_alert_hours", self.sending_alert_hours, 1, 168),
            ("retry_first_minutes", self.retry_first_minutes, 1, 1440),
            ("retry_most_minutes", self.retry_most_minutes, 1, 10080),
        ] {
            value.map_or(Ok(()), |value| within(field, value, least, most))?;
        }
        self.poll_hours.iter().flatten().try_for_each(|&hour| within("poll_hours", hour, 0, 23))
    }

    fn check_hours(&self) -> Result<(), LawError> {
        within("permitted_from", self.permitted_from, 0, 23)?;
        within("permitted_to", self.permitted_to, self.permitted_from + 1, 24)?;
        within("offer_hour", self.offer_hour, self.permitted_from, self.permitted_to - 1)?;
        within("payment_hour", self.payment_hour, 0, 23)
    }

    fn check_money(&self) -> Result<(), LawError> {
        let mut seen = BTreeSet::new();
        for (place, rate) in self.rates.iter().enumerate() {
            within(&format!("rates[{place}].mci"), rate.mci, 1, 1000)?;
            says_something(&format!("rates[{place}].source"), &rate.source)?;
            if !seen.insert((rate.district, rate.from)) {
                let field = format!("rates[{place}].from");
                return Err(LawError::new(field, rate.from, "one rate a district and day"));
            }
        }
        let mut seen = BTreeSet::new();
        for (place, mci) in self.mci.iter().enumerate() {
            if !(1..=100_000_000).contains(&mci.tiyn) {
                return Err(LawError::new(format!("mci[{place}].tiyn"), mci.tiyn, "1 to 100000000 tiyn"));
            }
            says_something(&format!("mci[{place}].source"), &mci.source)?;
            if !seen.insert(mci.from) {
                return Err(LawError::new(format!("mci[{place}].from"), mci.from, "one index a day"));
            }
        }
        if self.mci.is_empty() {
            return Err(LawError::new("mci", "an empty list", "at least one index"));
        }
        Ok(())
    }
}

fn within(field: &str, value: u32, least: u32, most: u32) -> Result<(), LawError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(LawError::new(field, value, format!("{least} to {most}")))
}

/// A value without a source is not taken; where there is none, that is said as well.
fn says_something(field: &str, source: &str) -> Result<(), LawError> {
    if source.trim().is_empty() {
        return Err(LawError::new(field, "a blank text", "a source, or the word assumed"));
    }
    Ok(())
}
