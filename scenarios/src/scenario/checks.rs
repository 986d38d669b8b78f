//! What a scenario must be: shares that sum to a whole, nothing backwards, a ground for each number.

use std::fmt;
use std::ops::RangeInclusive;

use super::{Scenario, ScenarioError, Spread, WHOLE};

impl Scenario {
    /// Checks that shares sum to a whole, that nothing is backwards and that each number says its
    /// ground.
    pub fn check(&self) -> Result<(), ScenarioError> {
        that(self.starts <= self.horizon, "horizon", &self.horizon, "a day not before starts")?;
        that(self.tick_ms > 0, "tick_ms", &self.tick_ms, "a whole number of milliseconds from 1")?;
        that((1..=4_000_000).contains(&self.children), "children", &self.children, "a whole number from 1 to 4000000")?;
        check_ground("enrolment_ends.ground", &self.enrolment_ends.ground.source, &self.enrolment_ends.ground.basis)?;
        self.check_districts()?;
        check_sum("kinds.list", self.kinds.list.iter().map(|kind| kind.parts))?;
        check_ground("kinds.ground", &self.kinds.ground.source, &self.kinds.ground.basis)?;
        for (name, share) in self.shares.all() {
            let field = format!("shares.{name}");
            that(share.parts <= WHOLE, &format!("{field}.parts"), &share.parts, "a whole number from 0 to 10000")?;
            check_ground(&field, &share.source, &share.basis)?;
        }
        let spreads = &self.spreads;
        let run = self.starts..=self.horizon;
        check_spread("spreads.first_listed", &spreads.first_listed, run.clone())?;
        check_spread("spreads.listed_too_late", &spreads.listed_too_late, run)?;
        check_spread("spreads.consent_minutes", &spreads.consent_minutes, 0..=100_000)?;
        check_spread("spreads.reply_minutes", &spreads.reply_minutes, 0..=100_000)?;
        check_spread("spreads.decision_minutes", &spreads.decision_minutes, 0..=100_000)?;
        check_spread("spreads.banks", &spreads.banks, 1..=self.law.integrated_banks.len().min(5) as u32)?;
        self.check_composition()?;
        self.check_happenings()
    }

    fn check_composition(&self) -> Result<(), ScenarioError> {
        let Some(composition) = &self.composition else { return Ok(()) };
        let shares = [
            ("siblings", &composition.siblings),
            ("third_child", &composition.third_child),
            ("twins", &composition.twins),
        ];
        for (name, share) in shares {
            let field = format!("composition.{name}");
            that(share.parts <= WHOLE, &format!("{field}.parts"), &share.parts, "a whole number from 0 to 10000")?;
            check_ground(&field, &share.source, &share.basis)?;
        }
        check_spread("composition.listed_later_days", &composition.listed_later_days, 0..=366)
    }

    fn check_happenings(&self) -> Result<(), ScenarioError> {
        for (place, share) in self.happenings.iter().enumerate() {
            let field = format!("happenings[{place}]");
            that(share.parts <= WHOLE, &format!("{field}.parts"), &share.parts, "a whole number from 0 to 10000")?;
            check_ground(&field, &share.source, &share.basis)?;
            let again = self.happenings[..place].iter().any(|before| before.happening == share.happening);
            that(!again, &format!("{field}.happening"), &share.happening.name(), "each happening once")?;
        }
        Ok(())
    }

    fn check_districts(&self) -> Result<(), ScenarioError> {
        check_sum("districts.list", self.districts.list.iter().map(|place| place.parts))?;
        check_ground("districts.ground", &self.districts.ground.source, &self.districts.ground.basis)?;
        for place in &self.districts.list {
            let rated = self.law.rates.iter().any(|rate| rate.district == place.district && rate.from <= self.starts);
            that(rated, "districts.list.district", &place.district, "a district with a rate in law.rates")?;
            that(
                (1..=999).contains(&place.schools),
                "districts.list.schools",
                &place.schools,
                "a whole number from 1 to 999",
            )?;
        }
        Ok(())
    }
}

fn that(holds: bool, field: &str, value: &dyn fmt::Display, accepted: &'static str) -> Result<(), ScenarioError> {
    if holds {
        return Ok(());
    }
    Err(ScenarioError::Value { field: field.to_owned(), value: value.to_string(), accepted })
}

fn check_ground(field: &str, source: &Option<String>, basis: &Option<String>) -> Result<(), ScenarioError> {
    let given = match (source, basis) {
        (Some(source), None) => !source.trim().is_empty(),
        (None, Some(basis)) => basis == "assumed",
        (None, None) | (Some(_), Some(_)) => false,
    };
    that(given, field, &"its ground", "either a source, or basis = \"assumed\"")
}

fn check_sum(field: &str, parts: impl Iterator<Item = u32>) -> Result<(), ScenarioError> {
    let sum: u32 = parts.sum();
    that(sum == WHOLE, &format!("{field}, sum of parts"), &sum, "10000")
}

fn check_spread<T: PartialOrd + fmt::Display>(
    field: &str,
    spread: &Spread<T>,
    range: RangeInclusive<T>,
) -> Result<(), ScenarioError> {
    check_sum(field, spread.bands.iter().map(|band| band.parts))?;
    check_ground(&format!("{field}.ground"), &spread.ground.source, &spread.ground.basis)?;
    for band in &spread.bands {
        let within = range.contains(&band.from) && range.contains(&band.to);
        that(band.from <= band.to, &format!("{field}.from"), &band.from, "a value not after to")?;
        that(within, &format!("{field}.to"), &band.to, "a value that the run can take")?;
    }
    Ok(())
}
