//! Time passes: whatever comes at an instant comes before the messages of that instant.

use proaktiv_messages::{Moment, TaskReason};

use crate::calendar::{at, day_of, first_of, month_of};
use crate::child::Stage;
use crate::due::{What, Who};
use crate::law::PROMPT;
use crate::timers::Timer;
use crate::world::World;

impl World {
    /// Sets what comes again and again, from the first list on.
    pub(crate) fn begin(&mut self) {
        let month = month_of(self.law.starts);
        self.timers.set(self.law.payment_from(self.law.payment_days(month).0), Timer::PaymentDay);
        self.timers.set(at(first_of(month + 1), 0), Timer::Month);
    }

    /// Lets time pass until `now`.
    pub(crate) fn pass(&mut self, now: Moment) {
        while let Some((at, timer)) = self.timers.next(now) {
            match timer {
                Timer::ChildConsent(place, request) => self.consent_unanswered(Who::Child(place), request, at),
                Timer::PersonConsent(place, request) => self.consent_unanswered(Who::Person(place), request, at),
                Timer::AskedAgain(who, what) => self.asked_again(who, what, at),
                Timer::BanksDay(person) => self.banks_day_over(person, at),
                Timer::OfferHour(line) => self.offer_hour(line, at),
                Timer::Look(line) => self.line_moves(line, at),
                Timer::Evening(line) => self.evening(line, at),
                Timer::WindowOver(line, sms) => self.window_over(line, sms, at),
                Timer::Incomplete(line, sms) => self.incomplete(line, sms, at),
                Timer::Poll(line, sms) => self.poll(line, sms, at),
                Timer::DayOver => self.day_over(at),
                Timer::Month => self.month_begins(at),
                Timer::PaymentDay => self.payment_day(at),
                Timer::StopDay(place) => self.stop_day(place, at),
                Timer::PilotOver => self.pilot_over(at),
                Timer::Banks(statement) => self.banks_changed(statement, at),
            }
        }
    }

    /// A month begins: whoever waits for a sibling's offer is told of (S-16).
    fn month_begins(&mut self, now: Moment) {
        let reason = What::Task(TaskReason::WaitCrossedMonth);
        for line in 0..self.lines.len() as u32 {
            let behind = self.lines[line as usize].active().is_some();
            let waiting: Vec<u32> = self.lines[line as usize].waiting.iter().map(|one| one.child).collect();
            for child in waiting {
                if self.children[child as usize].stage != Stage::Ready {
                    continue;
                }
                if behind {
                    self.met(child, "S-16");
                    self.owe(Who::Child(child), reason, now, now + PROMPT);
                } else {
                    // Reading S-16: who waits for the next offer hour alone waits for nobody.
                    self.allow(Who::Child(child), reason, now, now + PROMPT);
                }
            }
        }
        self.timers.set(at(first_of(month_of(day_of(now)) + 1), 0), Timer::Month);
    }
}
