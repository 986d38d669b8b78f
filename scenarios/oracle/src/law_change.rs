//! The law changes while the pilot runs (A-O6, A-22, S-10b, S-14, S-19): a decree moves days, the order is
//! prolonged, a bank leaves the list.

use proaktiv_messages::{FormNumber, LawChange, Moment};
use smallvec::SmallVec;

use crate::calendar::{at as hour_of, day, day_of, month_of};
use crate::due::{What, Who};
use crate::line::Phase;
use crate::person::Frozen;
use crate::timers::Timer;
use crate::world::World;

impl World {
    /// The operator states a change.
    ///
    /// Reading S-19, S-14: moved days and the last day of force carry their dates and count at once; the
    /// banks count from the day on which the change is valid.
    pub(crate) fn law_changed(&mut self, change: &LawChange, now: Moment) {
        self.law.change(change);
        if change.last_day.is_some() || !change.days.is_empty() {
            self.timers.set(self.law.last_offer.max(now), Timer::PilotOver);
            let payment = self.law.payment_from(self.law.payment_days(month_of(day_of(now))).0);
            if payment > now {
                self.timers.set(payment, Timer::PaymentDay);
            }
            self.windows_grow(now);
        }
        if let Some(banks) = &change.integrated_banks {
            let statement = self.stated_banks.len() as u32;
            self.stated_banks.push(banks.clone());
            if day(change.valid_from) <= day_of(now) {
                self.banks_changed(statement, now);
            } else {
                self.timers.set(hour_of(day(change.valid_from), 0), Timer::Banks(statement));
            }
        }
    }

    /// Every window that runs ends where the new calendar has its end, if that is later.
    ///
    /// Reading S-19: a promise made to a citizen is not shortened. A window runs until silence is looked at
    /// (S-07c), also while a further form is on its way.
    fn windows_grow(&mut self, now: Moment) {
        for line in 0..self.lines.len() as u32 {
            for at in 0..self.lines[line as usize].offers.len() {
                let offer = &self.lines[line as usize].offers[at];
                if !matches!(offer.phase, Phase::Open | Phase::Asking { .. }) {
                    continue;
                }
                let Some(sent) = offer.forms.last() else { continue };
                let (Some(last), sms) = (sent.last, sent.sms) else { continue };
                let (ended, is_three) = (sent.ends, sent.form == FormNumber::Three);
                let ends = self.law.window_ends(self.law.last_day_of_window(last)).max(ended);
                if ended < ends {
                    let group = offer.group.clone();
                    self.met_all(&group, "S-19");
                    if let Some(sent) = self.offer(line, at).forms.last_mut() {
                        sent.ends = ends;
                    }
                    self.timers.set(self.law.sending_hour_from(ends), Timer::WindowOver(line, sms));
                }
                if is_three && let Some(poll) = self.next_poll(now, ends) {
                    self.timers.set(poll, Timer::Poll(line, sms));
                }
            }
        }
    }

    /// The integrated banks are others from now on.
    pub(crate) fn banks_changed(&mut self, statement: u32, now: Moment) {
        let before = self.law.integrated();
        self.law.integrate(&self.stated_banks[statement as usize]);
        let now_integrated = self.law.all_banks();
        for bank in before.filter(|bank| now_integrated >> bank & 1 == 0) {
            for person in 0..self.people.len() as u32 {
                self.let_go(Who::Person(person), What::Accounts(bank), now);
            }
        }
    }

    /// Returns the account of each integrated bank that counts (S-10b, S-21b), in the order of the banks.
    pub(crate) fn counting(&self, person: u32) -> SmallVec<[Frozen; 2]> {
        let mut accounts = self.people[person as usize].counting();
        accounts.retain(|one| self.law.is_integrated(one.place));
        accounts
    }

    /// Returns whether an account is still there, counts, and its bank is integrated (S-10b).
    pub(crate) fn still_counts(&self, person: u32, one: &Frozen) -> bool {
        self.people[person as usize].still_has(one.account) && self.law.is_integrated(one.place)
    }
}
