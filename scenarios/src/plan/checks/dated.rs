//! Checks of what changes and of what people do: instants within the run, in order, about people and
//! banks that there are.

use proaktiv_messages::Moment;

use super::Says;
use super::family::{PlanChecks, check_statuses, is_known};
use crate::plan::{
    Adult, AdultFact, Child, ChildFact, Does, EnrolmentRow, Family, OfficialDoes, OfficialWhen, PlanError, When,
    Withdrawing,
};

const IN_ORDER: &str = "an instant not before that of the line above";
const PERSON: &str = "the number of a parent or guardian of the family, parents first, from 1";
const CHILD: &str = "the number of a child of the family, from 1";

impl PlanChecks {
    pub(super) fn take_child_changes(
        &mut self,
        says: Says,
        family: &Family,
        child: &Child,
        place: usize,
    ) -> Result<(), PlanError> {
        self.check_row(says, family, &child.enrolment, || format!("children[{place}].enrolment"))?;
        let mut before = None;
        for (nth, change) in child.changes.iter().enumerate() {
            let at = |field: &str| format!("children[{place}].changes[{nth}].{field}");
            self.check_next(says, &mut before, change.at, || at("at"))?;
            match &change.what {
                ChildFact::Row(row) => self.check_row(says, family, row, || at("row"))?,
                ChildFact::SecondRow(row) => self.check_row(says, family, row, || at("second_row"))?,
                ChildFact::Registration(registration) => {
                    self.check_registration(says, *registration, || at("registration"))?;
                }
                ChildFact::Status(status) | ChildFact::StatusTakenBack(status) => {
                    check_statuses(says, &[*status], || at("status"))?;
                }
                ChildFact::Disability(_) | ChildFact::Missing(_) | ChildFact::BirthAct(_) => {}
            }
        }
        for (nth, official) in child.officials.iter().enumerate() {
            let at = |field: &str| format!("children[{place}].officials[{nth}].{field}");
            if let OfficialWhen::At(instant) = official.when {
                self.check_instant(says, instant, || at("at"))?;
            }
            match &official.does {
                OfficialDoes::ResolveHold { person: Some(person), .. } => {
                    check_person(says, family, *person, || at("does.resolve_hold.person"))?;
                }
                OfficialDoes::ResolveHold { person: None, .. }
                | OfficialDoes::ReviewExclusion
                | OfficialDoes::TakeBack
                | OfficialDoes::ConfirmCorrection
                | OfficialDoes::PaymentsGoOn
                | OfficialDoes::ChangeAccount { .. } => {}
            }
        }
        Ok(())
    }

    pub(super) fn take_adult_changes(&mut self, says: Says, adult: Adult<'_>, who: &str) -> Result<(), PlanError> {
        let mut before = None;
        for (nth, change) in adult.changes.iter().enumerate() {
            let at = |field: &str| format!("{who}.changes[{nth}].{field}");
            self.check_next(says, &mut before, change.at, || at("at"))?;
            match &change.what {
                AdultFact::Registration(registration) => {
                    self.check_registration(says, *registration, || at("registration"))?;
                }
                AdultFact::Status(status) | AdultFact::StatusTakenBack(status) => {
                    check_statuses(says, &[*status], || at("status"))?;
                }
                AdultFact::Numbers(numbers) => {
                    for (which, number) in numbers.iter().enumerate() {
                        self.take_number(says, number.number, || at(&format!("numbers[{which}].number")))?;
                    }
                }
                AdultFact::Document(_) | AdultFact::Language(_) => {}
            }
        }
        Ok(())
    }

    pub(super) fn take_acts(&mut self, says: Says, family: &Family) -> Result<(), PlanError> {
        for (nth, act) in family.acts.iter().enumerate() {
            let at = |field: &str| format!("acts[{nth}].{field}");
            match act.when {
                When::At(instant) => self.check_instant(says, instant, || at("when.at"))?,
                When::OnSms(sms, _) => {
                    says.person(sms > 0, || at("when.sms"), || Some("0".to_owned()), "a number from 1")?;
                }
            }
            let person = |person, field: &str| check_person(says, family, person, || at(&format!("does.{field}")));
            let bank = |bank, field: &str| {
                let field = || at(&format!("does.{field}"));
                says.person(is_known(bank), field, || Some(format!("\"{bank}\"")), "a bank of data/banks.txt")
            };
            match &act.does {
                Does::Opens(opening) => {
                    person(opening.person, "opens.person")?;
                    bank(opening.bank, "opens.bank")?;
                }
                Does::Closes(closing) => {
                    person(closing.person, "closes.person")?;
                    bank(closing.bank, "closes.bank")?;
                }
                Does::Lodges(child) => check_child(says, family, *child, || at("does.lodges"))?,
                Does::Withdraws(Withdrawing::Child(child)) => {
                    check_child(says, family, *child, || at("does.withdraws.child"))?;
                }
                Does::Withdraws(Withdrawing::Person(one)) => person(*one, "withdraws.person")?,
                Does::ChangesNumber(new) => {
                    person(new.person, "changes_number.person")?;
                    if let Some(number) = new.number {
                        self.take_number(says, number, || at("does.changes_number.number"))?;
                    }
                }
                Does::Writes(writing) => {
                    if let Some(number) = writing.from {
                        self.take_number(says, number, || at("does.from"))?;
                    }
                }
                Does::Accepts(_) | Does::OtherBank => {}
            }
        }
        Ok(())
    }

    pub(super) fn take_sms(&self, says: Says, family: &Family) -> Result<(), PlanError> {
        for (place, sms) in family.sms.iter().enumerate() {
            let rising = if place == 0 { sms.nth > 0 } else { family.sms[place - 1].nth < sms.nth };
            let field = || format!("sms[{place}].nth");
            says.person(rising, field, || Some(sms.nth.to_string()), "numbers from 1 in rising order, each once")?;
            let field = || format!("sms[{place}].parts_minutes");
            let value = || Some(sms.parts_minutes.to_string());
            says.person(sms.parts_minutes <= 1440, field, value, "a whole number of minutes up to 1440")?;
        }
        Ok(())
    }

    /// Checks an instant, and that it does not lie before the one that was checked last.
    fn check_next(
        &self,
        says: Says,
        before: &mut Option<Moment>,
        at: Moment,
        field: impl Fn() -> String,
    ) -> Result<(), PlanError> {
        self.check_instant(says, at, &field)?;
        let in_order = before.replace(at).is_none_or(|before| before <= at);
        says.person(in_order, field, || Some(format!("\"{at}\"")), IN_ORDER)
    }

    fn check_row(
        &self,
        says: Says,
        family: &Family,
        row: &EnrolmentRow,
        field: impl Fn() -> String,
    ) -> Result<(), PlanError> {
        self.check_district(says, row.district, || format!("{}.district", field()))?;
        let known = row.guardian.is_none_or(|iin| family.adults().any(|adult| adult.iin == iin));
        says.person(known, || format!("{}.guardian", field()), || None, "the IIN of a guardian of the family")
    }
}

fn check_person(says: Says, family: &Family, person: u8, field: impl FnOnce() -> String) -> Result<(), PlanError> {
    says.person(family.adult(person).is_some(), field, || Some(person.to_string()), PERSON)
}

fn check_child(says: Says, family: &Family, child: u8, field: impl FnOnce() -> String) -> Result<(), PlanError> {
    let known = (1..=family.children.len()).contains(&usize::from(child));
    says.person(known, field, || Some(child.to_string()), CHILD)
}
