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

/// The object that states the law. Every field is required, no other is accepted.
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
        self.check_money()
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
