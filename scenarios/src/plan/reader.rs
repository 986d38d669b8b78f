//! Reads a plan line by line and checks what no single value can show.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use chrono::{Datelike, NaiveDate};
use proaktiv_core::calendar::astana;
use proaktiv_messages::identity::Iban;
use proaktiv_messages::{District, Registration, Status};
use rustc_hash::FxHashSet;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Family, Header, Hex, Law, LawHeader, PLAN, PlanError, RateUnit, StatedChange, VERSION, known_banks};

/// Reads a plan family by family: an iterator of each line's own text and the family that it says.
/// Ends after the first error.
#[derive(Debug)]
pub struct PlanReader<R> {
    source: R,
    header: Header,
    header_text: String,
    checks: PlanChecks,
    line: u64,
    over: bool,
}

impl PlanReader<BufReader<File>> {
    /// Opens the plan at `path` and reads its header.
    pub fn open(path: &Path) -> Result<Self, PlanError> {
        Self::new(BufReader::with_capacity(1 << 16, File::open(path)?))
    }
}

impl<R: BufRead> PlanReader<R> {
    /// Reads the header of the plan that `source` gives.
    pub fn new(mut source: R) -> Result<Self, PlanError> {
        let mut line = 0;
        let header_text = next_line(&mut source, &mut line)?.ok_or(PlanError::Empty)?;
        let header = Header::parse(&header_text)?;
        let checks = PlanChecks::new(&header);
        Ok(Self { source, header, header_text, checks, line, over: false })
    }

    /// Returns the header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Returns the header's own line, without its end.
    pub fn header_text(&self) -> &str {
        &self.header_text
    }

    fn read(&mut self) -> Result<Option<(String, Family)>, PlanError> {
        let Some(text) = next_line(&mut self.source, &mut self.line)? else {
            self.checks.finish()?;
            return Ok(None);
        };
        let family: Family =
            serde_json::from_str(&text).map_err(|reason| PlanError::of_json(self.line, "", &text, &reason))?;
        self.checks.take_at(self.line, &family)?;
        Ok(Some((text, family)))
    }
}

impl<R: BufRead> Iterator for PlanReader<R> {
    type Item = Result<(String, Family), PlanError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let next = self.read().transpose();
        self.over = !matches!(next, Some(Ok(_)));
        next
    }
}

/// Returns the next line that is not blank, without its end, and counts in `line` how many were read.
fn next_line<R: BufRead>(source: &mut R, line: &mut u64) -> Result<Option<String>, PlanError> {
    let mut text = String::new();
    while source.read_line(&mut text)? > 0 {
        *line += 1;
        text.truncate(text.trim_end().len());
        if !text.is_empty() {
            return Ok(Some(text));
        }
    }
    Ok(None)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HeaderLine {
    plan: String,
    version: u32,
    scenario: String,
    seed: u64,
    families: u32,
    children: u64,
    starts: NaiveDate,
    horizon: NaiveDate,
    salt: Hex<16>,
    key: Hex<32>,
    observer: bool,
    tick_ms: u32,
    law: Box<RawValue>,
    #[serde(default)]
    law_changes: Vec<StatedChange>,
}

impl Header {
    /// Reads and checks the first line of a plan.
    pub fn parse(text: &str) -> Result<Self, PlanError> {
        let line: HeaderLine = serde_json::from_str(text).map_err(|reason| PlanError::of_json(1, "", text, &reason))?;
        let parameters = serde_json::from_str(line.law.get())
            .map_err(|reason| PlanError::of_json(1, "law", line.law.get(), &reason))?;
        let header = Self {
            plan: line.plan.into(),
            version: line.version,
            scenario: line.scenario,
            seed: line.seed,
            families: line.families,
            children: line.children,
            starts: line.starts,
            horizon: line.horizon,
            salt: line.salt,
            key: line.key,
            observer: line.observer,
            tick_ms: line.tick_ms,
            law: Law { text: line.law, parameters },
            law_changes: line.law_changes,
        };
        header.check()?;
        Ok(header)
    }

    fn check(&self) -> Result<(), PlanError> {
        let says = Says { line: 1 };
        says.that(self.plan == PLAN, "plan", None, "\"proaktiv.plan\"")?;
        says.that(self.version == VERSION, "version", Some(self.version.to_string()), "1")?;
        says.that(self.starts <= self.horizon, "horizon", Some(self.horizon.to_string()), "a day not before starts")?;
        says.that(self.tick_ms > 0, "tick_ms", Some("0".to_owned()), "a whole number of milliseconds from 1")?;
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

    fn check_rates(&self, horizon: NaiveDate) -> Result<(), PlanError> {
        let says = Says { line: 1 };
        says.that(!self.rates.is_empty(), "law.rates", Some("[]".to_owned()), "at least one rate")?;
        for (place, pair) in self.rates.windows(2).enumerate() {
            let sorted = (pair[0].district, pair[0].from) < (pair[1].district, pair[1].from);
            let field = format!("law.rates[{}]", place + 1);
            says.that(sorted, &field, None, "rates in the order of district and from, no two equal in both")?;
        }
        for (place, rate) in self.rates.iter().enumerate() {
            let field = format!("law.rates[{place}].unit");
            // Reading S-49: both units exist; no run of this version pays by the quarter.
            says.that(rate.unit == RateUnit::Monthly, &field, Some("\"quarterly\"".to_owned()), "\"monthly\"")?;
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
struct Says {
    line: u64,
}

impl Says {
    fn that(self, holds: bool, field: &str, value: Option<String>, accepted: &str) -> Result<(), PlanError> {
        if holds {
            return Ok(());
        }
        Err(PlanError::Value { line: self.line, field: field.to_owned(), value, accepted: accepted.to_owned() })
    }

    /// Like `that`, for what is asked of every person: names the field only where it fails.
    fn person(
        self,
        holds: bool,
        field: impl FnOnce() -> String,
        value: impl FnOnce() -> Option<String>,
        accepted: &str,
    ) -> Result<(), PlanError> {
        if holds { Ok(()) } else { self.that(false, &field(), value(), accepted) }
    }
}

/// The checks that span lines: numbering, counts, what must be unique. Costs eight bytes and the
/// place in a table for each person, number and account.
#[derive(Debug)]
pub struct PlanChecks {
    declared_families: u32,
    declared_children: u64,
    starts: NaiveDate,
    horizon: NaiveDate,
    districts: FxHashSet<District>,
    families: u32,
    children: u64,
    people: FxHashSet<u64>,
    numbers: FxHashSet<u64>,
    accounts: FxHashSet<u64>,
}

impl PlanChecks {
    /// Returns the checks of a plan with this header.
    pub fn new(header: &Header) -> Self {
        // A rate must be valid when the first month can be owed.
        let first_owed = header.starts.with_day(1).unwrap_or(header.starts);
        let rates = header.law.parameters.rates.iter();
        Self {
            declared_families: header.families,
            declared_children: header.children,
            starts: header.starts,
            horizon: header.horizon,
            districts: rates.filter(|rate| rate.from <= first_owed).map(|rate| rate.district).collect(),
            families: 0,
            children: 0,
            people: FxHashSet::default(),
            numbers: FxHashSet::default(),
            accounts: FxHashSet::default(),
        }
    }

    /// Checks the next family of a plan that has one line a family.
    pub fn take(&mut self, family: &Family) -> Result<(), PlanError> {
        self.take_at(u64::from(self.families) + 2, family)
    }

    /// Checks the next family, which stands in this line.
    pub fn take_at(&mut self, line: u64, family: &Family) -> Result<(), PlanError> {
        let says = Says { line };
        let expected = self.families + 1;
        says.person(
            family.family == expected,
            || "family".to_owned(),
            || Some(family.family.to_string()),
            &format_args_number(expected, family.family),
        )?;
        says.person(
            !family.children.is_empty(),
            || "children".to_owned(),
            || Some("[]".to_owned()),
            "at least one child",
        )?;
        self.families = expected;
        self.children += family.children.len() as u64;
        self.take_children(says, family)?;
        self.take_parents(says, family)
    }

    /// Checks, at the end of the plan, that as many came as the header declares.
    pub fn finish(&self) -> Result<(), PlanError> {
        let count = |what, declared: u64, found: u64| {
            if declared == found { Ok(()) } else { Err(PlanError::Count { what, declared, found }) }
        };
        count("families", self.declared_families.into(), self.families.into())?;
        count("children", self.declared_children, self.children)
    }

    fn take_children(&mut self, says: Says, family: &Family) -> Result<(), PlanError> {
        for (place, child) in family.children.iter().enumerate() {
            let at = |field: &str| format!("children[{place}].{field}");
            let day = |day: NaiveDate| move || Some(format!("\"{day}\""));
            let expected = usize::from(child.child) == place + 1;
            says.person(expected, || at("child"), || Some(child.child.to_string()), "children numbered 1, 2, …")?;
            let run = self.starts..=self.horizon;
            let listed = run.contains(&child.first_listed);
            says.person(listed, || at("first_listed"), day(child.first_listed), "a day from starts to horizon")?;
            let born = child.born < child.first_listed;
            says.person(born, || at("born"), day(child.born), "a day before first_listed")?;
            if let Some(disability) = &child.disability {
                let ordered = disability.until.is_none_or(|until| disability.since <= until);
                says.person(ordered, || at("disability.since"), day(disability.since), "a day not after until")?;
            }
            check_statuses(says, &child.statuses, || at("statuses"))?;
            self.check_district(says, child.enrolment.district, || at("enrolment.district"))?;
            self.check_registration(says, child.registration, || at("registration"))?;
            once(&mut self.people, child.iin.number(), says, || at("iin"), "IIN")?;
        }
        Ok(())
    }

    fn take_parents(&mut self, says: Says, family: &Family) -> Result<(), PlanError> {
        for (place, parent) in family.parents.iter().enumerate() {
            let at = |field: &str| format!("parents[{place}].{field}");
            check_statuses(says, &parent.statuses, || at("statuses"))?;
            self.check_registration(says, parent.registration, || at("registration"))?;
            let born = parent.born <= self.horizon;
            says.person(born, || at("born"), || Some(format!("\"{}\"", parent.born)), "a day not after horizon")?;
            once(&mut self.people, parent.iin.number(), says, || at("iin"), "IIN")?;
            for (nth, number) in parent.numbers.iter().enumerate() {
                let field = || at(&format!("numbers[{nth}].number"));
                once(&mut self.numbers, number.number.number(), says, field, "subscriber number")?;
            }
            for (nth, account) in parent.accounts.iter().enumerate() {
                let field = || at(&format!("accounts[{nth}].account"));
                let known = known_banks().binary_search(&account.account.bank()).is_ok();
                says.person(known, field, || None, "an account at a second-tier bank of data/banks.txt")?;
                once(&mut self.accounts, account_number(&account.account), says, field, "account")?;
            }
        }
        Ok(())
    }

    fn check_registration(
        &self,
        says: Says,
        registration: Registration,
        field: impl Fn() -> String,
    ) -> Result<(), PlanError> {
        match registration {
            Registration::Permanent(district) | Registration::Temporary(district) => {
                self.check_district(says, district, field)
            }
            Registration::Removed | Registration::NotGiven => Ok(()),
        }
    }

    fn check_district(&self, says: Says, district: District, field: impl Fn() -> String) -> Result<(), PlanError> {
        let known = self.districts.contains(&district);
        let accepted = "a district with a rate in law.rates that is valid on the first day of the run's first month";
        says.person(known, field, || Some(district.0.to_string()), accepted)
    }
}

/// Words the number that a family must have, only where it has another one.
fn format_args_number(expected: u32, found: u32) -> String {
    if expected == found { String::new() } else { format!("{expected}: families are numbered 1, 2, … without gaps") }
}

fn check_statuses(says: Says, statuses: &[Status], field: impl Fn() -> String) -> Result<(), PlanError> {
    for (nth, status) in statuses.iter().enumerate() {
        let ordered = status.to.is_none_or(|to| status.from < to);
        let at = || format!("{}[{nth}].from", field());
        says.person(ordered, at, || Some(format!("\"{}\"", status.from)), "a day before to")?;
    }
    Ok(())
}

fn once(
    seen: &mut FxHashSet<u64>,
    value: u64,
    says: Says,
    field: impl FnOnce() -> String,
    what: &'static str,
) -> Result<(), PlanError> {
    if seen.insert(value) {
        return Ok(());
    }
    Err(PlanError::Repeated { line: says.line, field: field(), what })
}

/// Returns what tells accounts apart in eight bytes. Two of three million accounts share it by
/// chance once in ten million plans.
fn account_number(account: &Iban) -> u64 {
    let digest = blake3::hash(account.as_str().as_bytes());
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest.as_bytes()[..8]);
    u64::from_le_bytes(bytes)
}
