//! Paragraphs 12 to 14: decisions, appendix 5, what is owed and when, stops and what follows (S-26b, S-28 to
//! S-32, S-43, S-47 to S-50).

use proaktiv_messages::{
    ApplicationId, Closing, Decision, FormNumber, Moment, Outcome, Party, PaymentMade, PaymentOutcome, StatusKind,
    TaskReason,
};

use crate::calendar::{Day, at, day, day_of, first_of, month_of};
use crate::child::{Application, Child, Stage, Stop};
use crate::due::{What, Who};
use crate::law::{Law, PROMPT};
use crate::plan::Unit;
use crate::timers::Timer;
use crate::world::World;

/// A period that is owed: its first month, and the first owed month in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Owed {
    /// Its first month: of the calendar month or quarter.
    pub period: i32,
    /// The month on whose first day rate and unit are looked up.
    pub first: i32,
    /// The month in which it is paid.
    pub paid_in: i32,
    /// How many months its unit has.
    unit: i32,
}

impl Owed {
    /// Returns whether a month lies in it, or before it.
    pub(crate) fn reaches(&self, month: i32) -> bool {
        month < self.period + self.unit
    }

    /// Returns whether `month` has a day on which it is paid: its own, or a later one of its unit.
    ///
    /// Reading S-49: "the next such day" of a quarter whose day has passed is that after the next quarter,
    /// unless something else is paid to the family before.
    fn is_paid_in(&self, month: i32) -> bool {
        self.paid_in <= month && (month - self.paid_in).rem_euclid(self.unit) == 0
    }
}

impl Application {
    /// Returns the month of the application (S-49).
    pub(crate) fn first_month(&self) -> i32 {
        month_of(day_of(self.formed))
    }

    /// Returns the bit of a period.
    pub(crate) fn bit(&self, period: i32) -> u64 {
        let after = period - self.first_month() + 2;
        if (0..64).contains(&after) { 1 << after } else { 0 }
    }
}

impl Child {
    /// Returns whether a month is owed: from that of the application to that in which the enrolment
    /// ends, not before its first day, the child under 18 on the first, not after a stop (S-27, S-35, S-49).
    fn owes_month(&self, application: &Application, month: i32) -> bool {
        application.first_month().max(month_of(application.order.from())) <= month
            && month <= month_of(application.order.to())
            && first_of(month) < self.birthday_18
            && application.stop.is_none_or(|stop| month < stop.from)
    }

    /// Returns the periods owed under an application, in order.
    pub(crate) fn owed(&self, application: &Application, law: &Law) -> Vec<Owed> {
        let (Some(district), Some(_)) = (self.district, application.granted) else { return Vec::new() };
        let mut owed = Vec::new();
        let mut month = application.first_month();
        let last = month_of(application.order.to()).min(month + 60);
        while month <= last {
            if !self.owes_month(application, month) {
                month += 1;
                continue;
            }
            let (period, unit) = match law.unit(district, first_of(month)) {
                Some(Unit::Monthly) => (month, 1),
                Some(Unit::Quarterly) => (month - month.rem_euclid(3), 3),
                None => {
                    month += 1;
                    continue;
                }
            };
            let next = period + unit;
            owed.push(Owed { period, first: month, paid_in: next, unit });
            month = next;
        }
        owed
    }
}

impl World {
    /// The local executive body decided (A-33, S-31, S-43).
    pub(crate) fn decided(&mut self, id: ApplicationId, decision: Decision, now: Moment) {
        let Some(&(place, nth)) = self.by_application.get(&id) else { return };
        let child = self.child(place);
        let one = &mut child.applications[usize::from(nth)];
        if one.granted.is_some() || one.refused || child.stage != Stage::Applied {
            return;
        }
        self.drop_due(Who::Child(place), |what| what == What::Task(TaskReason::DecisionLate), now);
        match decision {
            Decision::Grant => self.granted(place, nth, now),
            Decision::Refusal => {
                self.child(place).applications[usize::from(nth)].refused = true;
                self.task(place, TaskReason::NoticeOfRefusal, now);
                self.close(place, Closing::Refused, 13, now);
            }
        }
    }

    fn granted(&mut self, place: u32, nth: u8, now: Moment) {
        let since = self.law.sending_hour_from(now);
        let child = self.child(place);
        child.observe(now, 13, Outcome::Granted);
        let one = &mut child.applications[usize::from(nth)];
        one.granted = Some(now);
        let person = one.person;
        self.go(place, Stage::Granted, now);
        // S-12b: amended before the grant, the newest version counts.
        self.order_changed(place);
        // Reading S-49: what ended before the grant is owed to that end; the grant changes nothing about it.
        if let Some(on) = self.child(place).order.as_ref().and_then(|order| order.ended) {
            self.stopped(place, on, now);
        }
        // Reading S-48, A-33: no text goes to the name of one who is dead, flagged or deprived of rights; the
        // duty passes to the local executive body as where the number is not his (S-37).
        if self.people[person as usize].may_be_asked(now) && !self.people[person as usize].lost {
            self.child(place).applications[usize::from(nth)].notice = Some(since);
            self.owe(Who::Person(person), What::Number, since, since + PROMPT);
        } else {
            let notice = What::Task(TaskReason::NoticeInPlaceOf(FormNumber::Five));
            self.owe(Who::Child(place), notice, now, since + PROMPT);
        }
        self.disability_ends(place, now);
        let today = day_of(now);
        let (first, last) = self.law.payment_days(month_of(today));
        if (first..=last).contains(&today) && now >= self.law.payment_from(first) {
            // Reading S-49: granted on a day of payment after its hour, it may be served on that day or the next.
            self.expect_payments(place, month_of(today), now, false);
        }
    }

    /// The term of the disability ends while payments run (S-28).
    pub(crate) fn disability_ends(&mut self, place: u32, now: Moment) {
        let child = &self.children[place as usize];
        let (Some(until), Some(order)) = (child.disability_until, &child.order) else { return };
        let notice = at(until - self.law.terms.disability_notice_days, 9);
        let reason = What::Task(TaskReason::DisabilityEnding);
        if notice >= now && until < order.to() {
            self.met(place, "S-28");
            self.owe(Who::Child(place), reason, notice, notice + PROMPT);
        } else {
            // Reading S-28: what ends sooner than the notice, or after the payments, may be told.
            self.allow(Who::Child(place), reason, now, notice.max(now) + PROMPT);
        }
    }

    /// BMG named the owner of a number: appendix 5 may go (A-33, S-37, P9).
    pub(crate) fn notices_move(&mut self, person: u32, now: Moment) {
        let Some(numbers) = &self.people[person as usize].numbers else { return };
        let (asked, all, chosen) = (numbers.asked, numbers.all.clone(), numbers.chosen);
        for place in self.people[person as usize].children.clone() {
            for nth in 0..self.children[place as usize].applications.len() {
                let one = &mut self.children[place as usize].applications[nth];
                let due = one.person == person && one.notice.is_some_and(|since| asked >= since);
                if !due {
                    continue;
                }
                one.notice = None;
                one.notice_to = if all.contains(&one.number) { Some(one.number) } else { chosen };
                let changed = one.notice_to != Some(one.number);
                if one.notice_to.is_some() {
                    let slot = self.law.permitted_slot(now);
                    let until = self.law.patience(Party::SmsCentre, slot.until);
                    self.owe(Who::Child(place), What::Notice, slot.from, until);
                } else {
                    self.task(place, TaskReason::NoticeInPlaceOf(FormNumber::Five), now);
                }
                if changed {
                    self.met(place, "S-37");
                }
            }
        }
    }

    /// A day of payment and its hour: every period whose day has come is ordered (S-49).
    pub(crate) fn payment_day(&mut self, now: Moment) {
        let month = month_of(day_of(now));
        for place in 0..self.children.len() as u32 {
            if !self.children[place as usize].applications.is_empty() {
                self.expect_payments(place, month, now, true);
            }
        }
        self.timers.set(self.law.payment_from(self.law.payment_days(month + 1).0), Timer::PaymentDay);
    }

    fn expect_payments(&mut self, place: u32, month: i32, now: Moment, must: bool) {
        let child = &self.children[place as usize];
        let mut due = Vec::new();
        for one in child.applications.iter().filter(|one| !one.waits) {
            let mut owed = child.owed(one, &self.law);
            owed.retain(|owed| owed.paid_in <= month && one.ordered & one.bit(owed.period) == 0);
            if owed.iter().any(|owed| owed.is_paid_in(month)) {
                due.extend(owed);
            }
        }
        let last = self.law.payment_days(month).1.max(day_of(now));
        let until = self.law.patience(Party::Payer, at(last + 1, 0));
        for owed in due {
            let what = What::Payment(owed.period);
            if must && !self.child(place).dues.owes(what) {
                self.owe(Who::Child(place), what, now, until);
            } else {
                self.allow(Who::Child(place), what, now, until);
            }
        }
    }

    /// The payer says what became of a payment (S-50).
    pub(crate) fn payment_made(&mut self, made: &PaymentMade, now: Moment) {
        let Some(&(place, nth)) = self.by_application.get(&made.payment.application) else { return };
        let child = self.child(place);
        let one = &mut child.applications[usize::from(nth)];
        let bit = one.bit(month_of(day(made.payment.period)));
        match made.outcome {
            PaymentOutcome::Paid => {
                let again = one.paid & bit != 0;
                one.paid |= bit;
                one.returned &= !bit;
                if !again {
                    child.observe(now, 12, Outcome::Paid);
                }
            }
            PaymentOutcome::Returned => {
                if one.returned & bit == 0 && one.paid & bit == 0 {
                    one.returned |= bit;
                    self.task(place, TaskReason::PaymentReturned, now);
                }
            }
        }
    }

    /// NOBD refuted home schooling after the grant, or before it and the grant came all the same (A-34,
    /// S-32, S-47).
    pub(crate) fn stopped(&mut self, place: u32, on: Day, now: Moment) {
        self.met(place, "A-34");
        self.met(place, "S-47");
        let from = month_of(on) + 1;
        let Some(one) = self.child(place).last() else { return };
        one.stop = Some(Stop { from, on, to_confirm: false });
        let first = one.first_month();
        let overpaid = (from.max(first - 2)..first + 60).any(|month| (one.ordered | one.paid) & one.bit(month) != 0);
        if overpaid {
            self.task(place, TaskReason::Overpaid, now);
        }
        let gone = |what| matches!(what, What::Payment(month) if month >= from);
        self.drop_due(Who::Child(place), gone, now);
        if on > day_of(now) {
            self.timers.set(at(on, 0), Timer::StopDay(place));
        } else {
            self.stop_is_made(place, now);
        }
    }

    /// Reading S-47: a planned stop is made, and its notice owed, when its day comes; before, it may be
    /// revoked, and a notice of it would be untrue.
    pub(crate) fn stop_day(&mut self, place: u32, now: Moment) {
        let planned = self.child(place).last().and_then(|one| one.stop);
        if planned.is_some_and(|stop| stop.on == day_of(now)) {
            self.stop_is_made(place, now);
        }
    }

    fn stop_is_made(&mut self, place: u32, now: Moment) {
        self.met(place, "closed:stopped");
        self.child(place).observe(now, 14, Outcome::Stopped);
        self.task(place, TaskReason::NoticeOfStop, now);
        self.drop_due(Who::Child(place), |what| what == What::Task(TaskReason::DisabilityEnding), now);
    }

    /// NOBD takes a refutation back (S-12c). A stop that is only planned is revoked by it; one that is made
    /// waits for a person's word.
    pub(crate) fn stop_taken_back(&mut self, place: u32, now: Moment) {
        let Some(one) = self.child(place).last() else { return };
        match &mut one.stop {
            Some(stop) if day_of(now) < stop.on => {
                one.stop = None;
                self.order_changed(place);
            }
            Some(stop) => {
                stop.to_confirm = true;
                self.task(place, TaskReason::CorrectionToConfirm, now);
            }
            None => {}
        }
    }

    /// The order of a granted application has a new version: its end is computed anew (S-12b).
    pub(crate) fn order_changed(&mut self, place: u32) {
        let child = self.child(place);
        let Some(order) = child.order.clone() else { return };
        if let Some(one) = child.last() {
            one.order = order;
        }
    }

    /// The local executive body confirms that a refutation was an error: the stop is annulled (S-12c).
    pub(crate) fn correction_confirmed(&mut self, place: u32) {
        let confirmed = match self.child(place).last() {
            Some(one) if one.stop.is_some_and(|stop| stop.to_confirm) => {
                one.stop = None;
                true
            }
            Some(_) | None => false,
        };
        if confirmed {
            self.met(place, "S-12c");
            self.order_changed(place);
        }
    }

    /// Something happened after the grant: the next payment waits for a word (S-48).
    pub(crate) fn event_after_grant(&mut self, place: u32, kind: StatusKind, now: Moment) {
        self.task(place, TaskReason::EventAfterGrant(kind), now);
        if let Some(one) = self.child(place).last() {
            one.waits = true;
        }
        self.drop_due(Who::Child(place), |what| matches!(what, What::Payment(_)), now);
    }

    /// The payments of an application go on (S-48).
    pub(crate) fn payments_go_on(&mut self, id: ApplicationId) {
        if let Some(&(place, nth)) = self.by_application.get(&id) {
            self.met(place, "S-51");
            self.child(place).applications[usize::from(nth)].waits = false;
        }
    }

    /// The payments of an application go to another account (S-10, S-50).
    pub(crate) fn account_changed(
        &mut self,
        id: ApplicationId,
        account: proaktiv_messages::identity::Iban,
        now: Moment,
    ) {
        let Some(&(place, nth)) = self.by_application.get(&id) else { return };
        self.met(place, "S-51");
        let next = self.next_payment_day(now);
        let one = &mut self.child(place).applications[usize::from(nth)];
        one.account = account;
        one.waits = false;
        let first = one.first_month();
        let returned: Vec<i32> = (first - 2..first + 60).filter(|&month| one.returned & one.bit(month) != 0).collect();
        for month in returned {
            let one = &mut self.child(place).applications[usize::from(nth)];
            let bit = one.bit(month);
            one.ordered &= !bit;
            one.returned &= !bit;
            // Reading S-49, S-50: at once, or on the next day of payment.
            self.owe(Who::Child(place), What::Payment(month), now, next);
        }
    }

    fn next_payment_day(&self, now: Moment) -> Moment {
        let month = month_of(day_of(now));
        let ends = |month| at(self.law.payment_days(month).1 + 1, 0);
        if now < self.law.payment_from(self.law.payment_days(month).0) { ends(month) } else { ends(month + 1) }
    }

    /// A bank says that an account of the recipient takes no money (S-10).
    pub(crate) fn account_closed(&mut self, person: u32, account: proaktiv_messages::identity::Iban, now: Moment) {
        for place in self.people[person as usize].children.clone() {
            for nth in 0..self.children[place as usize].applications.len() {
                let one = &mut self.children[place as usize].applications[nth];
                if one.account != account || one.refused || one.waits {
                    continue;
                }
                one.waits = true;
                self.task(place, TaskReason::AccountClosed, now);
            }
        }
    }
}
