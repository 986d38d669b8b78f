//! What no single value of a plan can show: the header and its law here, families in [`PlanChecks`].

mod dated;
mod family;

use chrono::{Datelike, NaiveDate};
use proaktiv_core::calendar::astana;
use proaktiv_messages::Party;

use super::{Header, LawHeader, PLAN, PlanError, VERSION, known_banks};

pub use family::PlanChecks;

impl Header {
    /// Checks the first line by itself.
    pub(super) fn check(&self) -> Result<(), PlanError> {
        let says = Says { line: 1 };
        says.that(self.plan == PLAN, "plan", None, "\"proaktiv.plan\"")?;
        says.that(self.version == VERSION, "version", Some(self.version.to_string()), "1")?;
        says.that(self.starts <= self.horizon, "horizon", Some(self.horizon.to_string()), "a day not before starts")?;
        says.that(self.tick_ms > 0, "tick_ms", Some("0".to_owned()), "a whole number of milliseconds from 1")?;
        self.check_faults()?;
        self.check_law_changes()?;
        self.law.parameters.check(self.horizon)
    }

    /// Whether a change fits the law is the engine's to judge; here it has a place in the run.
    fn check_law_changes(&self) -> Result<(), PlanError> {
        let says = Says { line: 1 };
        for (place, stated) in self.law_changes.iter().enumerate() {
            let field = format!("law_changes[{place}].at");
            let day = astana::civil_day(stated.at);
            let value = Some(format!("\"{}\"", stated.at));
            let within = (self.starts..=self.horizon).contains(&day);
            says.that(within, &field, value.clone(), "an instant on a day from starts to horizon")?;
            let sorted = place == 0 || self.law_changes[place - 1].at <= stated.at;
            says.that(sorted, &field, value, "changes in the order of at")?;
        }
        Ok(())
    }

    fn check_faults(&self) -> Result<(), PlanError> {
        let says = Says { line: 1 };
        for (place, window) in self.faults.iter().enumerate() {
            let at = |field: &str| format!("faults[{place}].{field}");
            let party = !matches!(window.party, Party::Esobes | Party::Household(_));
            says.that(party, &at("party"), Some(window.party.to_string()), "a party around the engine, no household")?;
            says.that(window.from < window.to, &at("from"), Some(window.from.to_string()), "an instant before to")?;
        }
        let run = self.starts..=self.horizon;
        for (place, list) in self.lists.iter().enumerate() {
            let field = format!("lists[{place}].day");
            let day = Some(format!("\"{}\"", list.day));
            says.that(run.contains(&list.day), &field, day.clone(), "a day from starts to horizon")?;
            let later = place == 0 || self.lists[place - 1].day < list.day;
            says.that(later, &field, day, "days in rising order, each once")?;
        }
        Ok(())
    }
}

impl LawHeader {
    /// Checks the law by itself; `horizon` is the last day that it is needed for.
    fn check(&self, horizon: NaiveDate) -> Result<(), PlanError> {
        let says = Says { line: 1 };
        let published = self.published.value;
        says.that(
            published <= self.last_day,
            "law.last_day",
            Some(self.last_day.to_string()),
            "a day not before law.published",
        )?;
        let code = &self.service_code.value;
        let digits = (1..=8).contains(&code.len()) && code.bytes().all(|digit| digit.is_ascii_digit());
        says.that(digits, "law.service_code.value", Some(format!("{code:?}")), "one to eight digits, as text")?;
        for (field, basis) in
            [("law.published.basis", &self.published.basis), ("law.service_code.basis", &self.service_code.basis)]
        {
            says.that(!basis.trim().is_empty(), field, None, "a text: the word assumed, or a source")?;
        }
        self.check_banks()?;
        self.check_hours()?;
        self.check_optional()?;
        self.check_rates(horizon)
    }

    fn check_banks(&self) -> Result<(), PlanError> {
        let says = Says { line: 1 };
        let banks = &self.integrated_banks;
        says.that(!banks.is_empty(), "law.integrated_banks", Some("[]".to_owned()), "at least one bank")?;
        for (place, bank) in banks.iter().enumerate() {
            let field = format!("law.integrated_banks[{place}]");
            let known = known_banks().binary_search(bank).is_ok();
            let codes = known_banks().iter().map(|bank| bank.as_str()).collect::<Vec<_>>().join(", ");
            says.that(known, &field, Some(format!("\"{bank}\"")), &format!("one of {codes}"))?;
            let sorted = place == 0 || banks[place - 1] < *bank;
            says.that(sorted, &field, Some(format!("\"{bank}\"")), "codes in rising order, each once")?;
        }
        Ok(())
    }

    fn check_hours(&self) -> Result<(), PlanError> {
        let says = Says { line: 1 };
        let hour = |field: &str, value: u8, range: std::ops::RangeInclusive<u8>| {
            let accepted = format!("a whole number from {} to {}", range.start(), range.end());
            says.that(range.contains(&value), field, Some(value.to_string()), &accepted)
        };
        hour("law.permitted_from", self.permitted_from, 0..=23)?;
        hour("law.permitted_to", self.permitted_to, self.permitted_from + 1..=24)?;
        hour("law.offer_hour", self.offer_hour, self.permitted_from..=self.permitted_to - 1)?;
        hour("law.payment_hour", self.payment_hour, 0..=23)?;
        // No month has fewer working days than fifteen.
        hour("law.payment_working_day", self.payment_working_day, 1..=15)?;
        let days = self.reply_window_working_days;
        says.that(
            (1..=15).contains(&days),
            "law.reply_window_working_days",
            Some(days.to_string()),
            "a whole number from 1 to 15",
        )
    }

    fn check_optional(&self) -> Result<(), PlanError> {
        let says = Says { line: 1 };
        for (field, number, range) in self.optional_numbers() {
            let Some(number) = number else { continue };
            let accepted = format!("a whole number from {} to {}", range.start(), range.end());
            says.that(range.contains(&number), field, Some(number.to_string()), &accepted)?;
        }
        if let Some(hours) = &self.poll_hours {
            let rising = hours.windows(2).all(|pair| pair[0] < pair[1]);
            let sound = rising && !hours.is_empty() && hours.iter().all(|&hour| hour < 24);
            says.that(
                sound,
                "law.poll_hours",
                Some(format!("{hours:?}")),
                "hours from 0 to 23 in rising order, at least one",
            )?;
        }
        if let (Some(first), Some(most)) = (self.retry_first_minutes, self.retry_most_minutes) {
            let value = Some(first.to_string());
            says.that(first <= most, "law.retry_first_minutes", value, "a number not above retry_most_minutes")?;
        }
        Ok(())
    }

    fn check_rates(&self, horizon: NaiveDate) -> Result<(), PlanError> {
        let says = Says { line: 1 };
        says.that(!self.rates.is_empty(), "law.rates", Some("[]".to_owned()), "at least one rate")?;
        for (place, pair) in self.rates.windows(2).enumerate() {
            let sorted = (pair[0].district, pair[0].from) < (pair[1].district, pair[1].from);
            let field = format!("law.rates[{}]", place + 1);
            says.that(sorted, &field, None, "rates in the order of district and from, no two equal in both")?;
        }
        for (place, rate) in self.rates.iter().enumerate() {
            let field = format!("law.rates[{place}].mci");
            let within = (1..=1000).contains(&rate.mci);
            says.that(within, &field, Some(rate.mci.to_string()), "a whole number from 1 to 1000")?;
        }
        let rates = self.rates.iter().map(|rate| ("rates", &rate.source)).enumerate();
        let indices = self.mci.iter().map(|index| ("mci", &index.source)).enumerate();
        for (place, (list, source)) in rates.chain(indices) {
            let field = format!("law.{list}[{place}].source");
            says.that(!source.trim().is_empty(), &field, None, "a text: the word assumed, or a source")?;
        }
        let first = self.mci.first().map(|first| first.from);
        let first_owed = self.published.value.with_day(1).unwrap_or(self.published.value);
        let covered = first.is_some_and(|first| first <= first_owed && first <= horizon);
        says.that(covered, "law.mci", None, "an index that is valid from the month of publication on")?;
        for (place, index) in self.mci.iter().enumerate() {
            let sorted = place == 0 || self.mci[place - 1].from < index.from;
            let field = format!("law.mci[{place}]");
            says.that(sorted && index.tiyn.0 > 0, &field, None, "indices of more than 0 tiyn in the order of from")?;
        }
        Ok(())
    }
}

/// Speaks for one line.
#[derive(Clone, Copy)]
pub(super) struct Says {
    pub(super) line: u64,
}

impl Says {
    pub(super) fn that(self, holds: bool, field: &str, value: Option<String>, accepted: &str) -> Result<(), PlanError> {
        if holds {
            return Ok(());
        }
        Err(PlanError::Value { line: self.line, field: field.to_owned(), value, accepted: accepted.to_owned() })
    }

    /// Like `that`, for what is asked of every person: names the field only where it fails.
    pub(super) fn person(
        self,
        holds: bool,
        field: impl FnOnce() -> String,
        value: impl FnOnce() -> Option<String>,
        accepted: &str,
    ) -> Result<(), PlanError> {
        if holds { Ok(()) } else { self.that(false, &field(), value(), accepted) }
    }
}
