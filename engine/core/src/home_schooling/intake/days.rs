//! Order 42, p. 4(1) (A-07, S-13): a full list of every calendar day.
//!
//! From the first list to the last day of force a full list is due of each day, and a day that ends without
//! one is told to the operator, once. A day whose list came makes no event: it moves the end that is
//! waited for.

use chrono::NaiveDate;
use proaktiv_messages::Moment;

use super::{Intake, IntakeEvent, IntakeRefusal, KnownChange};
use crate::calendar::astana;
use crate::home_schooling::Condition;

/// Returns the end of a day in Astana.
pub(super) fn end_of(day: NaiveDate) -> Moment {
    astana::at_hour(day, 24)
}

fn day_after(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap_or(NaiveDate::MAX)
}

impl Intake {
    /// Returns the day of which a full list is awaited once a list of `day` was taken `today`.
    ///
    /// Reading S-13: a full list counts for the day that it is of, and must come by the end of that day.
    pub(super) fn awaited_after_a_list(
        &self,
        day: NaiveDate,
        full: bool,
        today: NaiveDate,
        law: &Condition,
    ) -> Option<NaiveDate> {
        let awaited = self.awaited.unwrap_or(today);
        let came = full && day == awaited && today <= awaited;
        within_force(if came { day_after(awaited) } else { awaited }, law)
    }

    /// S-13: the day that ends has had no full list.
    pub(super) fn end_day(
        &self,
        now: Moment,
        law: &Condition,
        events: &mut Vec<IntakeEvent>,
    ) -> Result<(), IntakeRefusal> {
        let day = self.awaited.filter(|day| end_of(*day) <= now).ok_or(IntakeRefusal::NotDue)?;
        let awaits = within_force(self.awaited_from(day_after(day)), law);
        events.push(IntakeEvent::DayWithoutFullList { day, awaits });
        Ok(())
    }

    /// S-14: another last day of force ends the waiting sooner, or lets it go on.
    pub(super) fn force_ends_otherwise(&mut self, known: &KnownChange) {
        if let Some(last) = known.change.last_day.filter(|_| self.lists > 0) {
            let today = astana::civil_day(known.known_at);
            let awaited = self.awaited.unwrap_or_else(|| self.awaited_from(today));
            self.awaited = (awaited <= last).then_some(awaited);
        }
    }

    /// Returns the first day from `day` on whose full list has not come.
    fn awaited_from(&self, day: NaiveDate) -> NaiveDate {
        if self.last_full == Some(day) { day_after(day) } else { day }
    }
}

fn within_force(day: NaiveDate, law: &Condition) -> Option<NaiveDate> {
    (end_of(day) <= law.law.force_ends()).then_some(day)
}
