//! Checks that span families: numbering, counts, what must be unique, districts that have a rate.

use std::ops::Range;

use chrono::{Datelike, Days, NaiveDate};
use proaktiv_core::calendar::astana;
use proaktiv_messages::identity::{Iban, Msisdn};
use proaktiv_messages::{BankCode, District, Moment, Registration, Status};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Says;
use crate::plan::{Adult, Family, Header, PlanError, known_banks};

/// The checks that span lines: numbering, counts, what must be unique. Costs eight bytes and the
/// place in a table for each person, number and account.
#[derive(Debug)]
pub struct PlanChecks {
    declared_families: u32,
    declared_children: u64,
    starts: NaiveDate,
    horizon: NaiveDate,
    /// The instants of the run.
    run: Range<Moment>,
    districts: FxHashSet<District>,
    families: u32,
    children: u64,
    people: FxHashSet<u64>,
    /// Subscriber numbers, with the first family that has each.
    numbers: FxHashMap<u64, u32>,
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
            run: astana::start_of(header.starts)
                ..astana::start_of(header.horizon.checked_add_days(Days::new(1)).unwrap_or(header.horizon)),
            districts: rates.filter(|rate| rate.from <= first_owed).map(|rate| rate.district).collect(),
            families: 0,
            children: 0,
            people: FxHashSet::default(),
            numbers: FxHashMap::default(),
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
        for (place, parent) in family.parents.iter().enumerate() {
            self.take_adult(says, parent.adult(), &format!("parents[{place}]"))?;
        }
        for (place, guardian) in family.guardians.iter().enumerate() {
            self.take_adult(says, guardian.adult(), &format!("guardians[{place}]"))?;
        }
        self.take_acts(says, family)?;
        self.take_sms(says, family)
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
            self.check_registration(says, child.registration, || at("registration"))?;
            once(&mut self.people, child.iin.number(), says, || at("iin"), "IIN")?;
            self.take_child_changes(says, family, child, place)?;
        }
        Ok(())
    }

    fn take_adult(&mut self, says: Says, adult: Adult<'_>, who: &str) -> Result<(), PlanError> {
        let at = |field: &str| format!("{who}.{field}");
        check_statuses(says, adult.statuses, || at("statuses"))?;
        self.check_registration(says, adult.registration, || at("registration"))?;
        let born = adult.born <= self.horizon;
        says.person(born, || at("born"), || Some(format!("\"{}\"", adult.born)), "a day not after horizon")?;
        once(&mut self.people, adult.iin.number(), says, || at("iin"), "IIN")?;
        for (nth, number) in adult.numbers.iter().enumerate() {
            self.take_number(says, number.number, || at(&format!("numbers[{nth}].number")))?;
        }
        for (nth, account) in adult.accounts.iter().enumerate() {
            let field = || at(&format!("accounts[{nth}].account"));
            let bank = account.account.bank();
            says.person(is_known(bank), field, || None, "an account at a second-tier bank of data/banks.txt")?;
            once(&mut self.accounts, account_number(&account.account), says, field, "account")?;
        }
        self.take_adult_changes(says, adult, who)
    }

    /// People of one family may share a number, and so may two families that stand next to each other (S-16b):
    /// anywhere else it is a slip of the pen.
    pub(super) fn take_number(
        &mut self,
        says: Says,
        number: Msisdn,
        field: impl FnOnce() -> String,
    ) -> Result<(), PlanError> {
        let first = *self.numbers.entry(number.number()).or_insert(self.families);
        if self.families - first <= 1 {
            return Ok(());
        }
        Err(PlanError::Repeated { line: says.line, field: field(), what: "subscriber number" })
    }

    /// Checks that an instant lies in the run.
    pub(super) fn check_instant(
        &self,
        says: Says,
        at: Moment,
        field: impl FnOnce() -> String,
    ) -> Result<(), PlanError> {
        let value = || Some(format!("\"{at}\""));
        says.person(self.run.contains(&at), field, value, "an instant from the day starts to the day horizon")
    }

    /// Checks that a district where somebody is registered has a rate.
    pub(super) fn check_registration(
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

    /// Checks that a district has a rate when the first month can be owed.
    pub(super) fn check_district(
        &self,
        says: Says,
        district: District,
        field: impl Fn() -> String,
    ) -> Result<(), PlanError> {
        let known = self.districts.contains(&district);
        let accepted = "a district with a rate in law.rates that is valid on the first day of the run's first month";
        says.person(known, field, || Some(district.0.to_string()), accepted)
    }
}

/// Words the number that a family must have, only where it has another one.
fn format_args_number(expected: u32, found: u32) -> String {
    if expected == found { String::new() } else { format!("{expected}: families are numbered 1, 2, … without gaps") }
}

/// Checks that no status ends before it begins.
pub(super) fn check_statuses(says: Says, statuses: &[Status], field: impl Fn() -> String) -> Result<(), PlanError> {
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

/// Returns whether this is the code of a second-tier bank.
pub(super) fn is_known(bank: BankCode) -> bool {
    known_banks().binary_search(&bank).is_ok()
}

/// Returns what tells accounts apart in eight bytes. Two of three million accounts share it by
/// chance once in ten million plans.
fn account_number(account: &Iban) -> u64 {
    let digest = blake3::hash(account.as_str().as_bytes());
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest.as_bytes()[..8]);
    u64::from_le_bytes(bytes)
}
