//! Order 84, as one child meets it (S-29, S-30, S-32, S-47, S-49, S-50): which periods are paid, when,
//! and from when no longer.

use chrono::NaiveDate;
use proaktiv_messages::{District, Enrolment, Moment, PaymentMade, PaymentOutcome, Sealed};

use super::{Case, CaseDeadline, CaseEvent, CaseRefusal, Decided, PaymentState, Refutation, Stage};
use crate::calendar::astana;
use crate::home_schooling::Condition;
use crate::home_schooling::parameters::RateUnit;
use crate::home_schooling::provisions::months_are_owed::{Period, next_month, owed, periods};

/// What the periods of an application are reckoned from.
#[derive(Clone, Copy)]
struct Terms {
    applied: NaiveDate,
    from: NaiveDate,
    to: NaiveDate,
    born: NaiveDate,
}

impl Case {
    fn refutation(&self) -> Option<Refutation> {
        self.beyond()?.refutation
    }

    /// Returns the terms under a version of the row and a refutation.
    fn terms_under(&self, row: &Enrolment<Sealed>, refuted: Option<NaiveDate>) -> Option<Terms> {
        let (from, to) = (row.from?, row.to?);
        // Reading S-47: the month of the refutation is the last one owed.
        let to = refuted.map_or(to, |on| to.min(on));
        Some(Terms { applied: self.application.as_ref()?.formed, from, to, born: self.facts.as_ref()?.born })
    }

    fn terms(&self) -> Option<Terms> {
        self.terms_under(self.enrolment.as_deref()?, self.refutation().map(|refutation| refutation.on))
    }

    /// S-30: returns the district whose rate counts on a day.
    pub(super) fn district_on(&self, day: NaiveDate) -> Option<District> {
        let moves = self.beyond().map_or(&[][..], |beyond| &beyond.moves);
        let moved = moves.iter().rev().find(|(from, _)| *from <= day).map(|(_, district)| *district);
        moved.or(self.facts.as_ref().map(|facts| facts.district))
    }

    /// Returns the owed periods under these terms, in order.
    fn periods<'a>(&'a self, terms: Option<Terms>, law: &'a Condition) -> impl Iterator<Item = Period> + 'a {
        let months = terms.map(|terms| owed(terms.applied, terms.from, terms.to, terms.born));
        periods(months.into_iter().flatten(), |month| {
            self.district_on(month).and_then(|district| law.law.rate_unit(district, month)).unwrap_or(RateUnit::Monthly)
        })
    }

    fn is_unpaid(&self, period: &Period) -> bool {
        self.payments.iter().all(|payment| payment.period != period.id)
    }

    /// S-49: returns the first payment day after `now` on which something is to be paid.
    pub(super) fn next_payment_after(&self, now: Moment, law: &Condition) -> Option<Moment> {
        self.next_payment_under(self.terms(), now, law)
    }

    fn next_payment_under(&self, terms: Option<Terms>, now: Moment, law: &Condition) -> Option<Moment> {
        let waits = self.waits_for_word();
        if waits { None } else { self.first_day_after(now, terms, law) }
    }

    /// S-48: returns the next payment day once the word has come that payments waited for.
    pub(super) fn next_payment_once_free(&self, now: Moment, law: &Condition) -> Option<Moment> {
        self.first_day_after(now, self.terms(), law)
    }

    /// A period whose day has passed is paid on the next such day.
    ///
    /// Reading S-49: the next day on which anything of the application is paid; where nothing else is, the
    /// day after a further month or quarter, as its own unit is.
    fn first_day_after(&self, now: Moment, terms: Option<Terms>, law: &Condition) -> Option<Moment> {
        let mut first = None;
        for period in self.periods(terms, law).filter(|period| self.is_unpaid(period)) {
            let (day, has_passed) = day_of_payment_after(&period, now, law)?;
            first = Some(first.map_or(day, |first: Moment| first.min(day)));
            if !has_passed {
                break;
            }
        }
        first
    }

    /// S-49: on a payment day, every owed period whose day has come is ordered, each as a payment of its own.
    pub(super) fn pay_what_is_due(&self, now: Moment, law: &Condition, events: &mut Vec<CaseEvent>) {
        let mut left = None;
        for period in self.periods(self.terms(), law).filter(|period| self.is_unpaid(period)) {
            let day = law.law.payment_moment(period.last).ok();
            if day.is_none_or(|day| now < day) {
                left = day;
                break;
            }
            let district = self.district_on(period.first);
            let amount = district.and_then(|district| law.law.amount(district, period.first));
            events.push(match amount {
                Some(amount) => CaseEvent::PaymentOrdered { period: period.id, amount },
                None => CaseEvent::NoRateKnown { period: period.id },
            });
        }
        events.push(CaseEvent::PaymentsArranged { next_payment: left });
    }

    /// A-34, S-47: a record refutes home schooling after the grant. From a day to come it is only planned.
    pub(super) fn stop(
        &self,
        on: NaiveDate,
        row: &Enrolment<Sealed>,
        now: Moment,
        law: &Condition,
        events: &mut Vec<CaseEvent>,
    ) {
        if on <= astana::civil_day(now) {
            events.push(CaseEvent::PaymentStopped);
        }
        self.reckon_anew(Some(on), row, now, law, events);
    }

    /// S-12b, S-32: the payments are counted anew under another version of the row.
    pub(super) fn reckon_anew(
        &self,
        refuted: Option<NaiveDate>,
        row: &Enrolment<Sealed>,
        now: Moment,
        law: &Condition,
        events: &mut Vec<CaseEvent>,
    ) {
        let terms = self.terms_under(row, refuted);
        events.push(CaseEvent::PaymentsReckoned { next_payment: self.next_payment_under(terms, now, law) });
        let is_owed = |period: NaiveDate| self.periods(terms, law).any(|owed| owed.id == period);
        // Reading S-32: computed and flagged, never taken back by the engine.
        let paid = |state| matches!(state, PaymentState::Ordered | PaymentState::Confirmed);
        if self.payments.iter().any(|payment| paid(payment.state) && !is_owed(payment.period)) {
            events.push(CaseEvent::Overpaid);
        }
    }

    /// S-12c: a stop, planned or made, is annulled from its own date; missed periods are paid.
    pub(super) fn annulled(&self, row: &Enrolment<Sealed>, now: Moment, law: &Condition) -> CaseEvent {
        let terms = self.terms_under(row, None);
        CaseEvent::StopAnnulled { next_payment: self.next_payment_under(terms, now, law) }
    }

    /// S-47: returns when a planned stop comes.
    pub(super) fn stop_day(&self) -> Option<(Moment, CaseDeadline)> {
        let refutation = self.refutation().filter(|_| self.stage == Stage::Granted)?;
        Some((astana::start_of(refutation.on), CaseDeadline::StopDay))
    }

    /// S-50: a payment has one outcome; once every owed period is paid, the case ends (S-29).
    pub(super) fn take_payment(&self, made: &PaymentMade, law: &Condition, events: &mut Vec<CaseEvent>) -> Decided {
        if self.application_id() != Some(made.payment.application) {
            return Err(CaseRefusal::NoSuchPayment);
        }
        let period = made.payment.period;
        let Some(payment) = self.payments.iter().find(|payment| payment.period == period) else {
            return Err(CaseRefusal::NoSuchPayment);
        };
        if payment.state != PaymentState::Ordered {
            return Err(CaseRefusal::PaymentIsSettledAlready);
        }
        match made.outcome {
            PaymentOutcome::Returned => events.push(CaseEvent::PaymentReturned { period }),
            PaymentOutcome::Paid => {
                events.push(CaseEvent::PaymentConfirmed { period });
                if self.stage == Stage::Granted && self.is_the_last_unpaid(period, law) {
                    events.push(CaseEvent::Ended);
                }
            }
        }
        Ok(())
    }

    fn is_the_last_unpaid(&self, period: NaiveDate, law: &Condition) -> bool {
        let settled = |payment: &super::Payment| payment.period == period || payment.state == PaymentState::Confirmed;
        self.payments.iter().all(settled) && self.owes_nothing_more(law)
    }

    /// S-48: returns whether the next payment waits for the local executive body's word.
    pub fn waits_for_word(&self) -> bool {
        self.beyond().is_some_and(|beyond| beyond.waits_for_word)
    }

    /// Returns whether no further period will be ordered.
    pub(super) fn owes_nothing_more(&self, law: &Condition) -> bool {
        let waits = self.waits_for_word();
        !waits && self.next_payment.is_none() && !self.periods(self.terms(), law).any(|owed| self.is_unpaid(&owed))
    }

    /// Takes the outcome of a payment into the state.
    pub(super) fn settle(&mut self, period: NaiveDate, state: PaymentState) {
        for payment in self.payments.iter_mut().filter(|payment| payment.period == period) {
            payment.state = state;
        }
    }
}

/// Returns the first day of payment of a period's unit after `now`, and whether its own has passed; none
/// beyond the calendar's data, near whose end the engine refuses to run.
fn day_of_payment_after(period: &Period, now: Moment, law: &Condition) -> Option<(Moment, bool)> {
    let (mut last, mut has_passed) = (period.last, false);
    loop {
        let day = law.law.payment_moment(last).ok()?;
        if now < day {
            return Some((day, has_passed));
        }
        has_passed = true;
        last = match period.unit {
            RateUnit::Monthly => next_month(last),
            RateUnit::Quarterly => next_month(next_month(next_month(last))),
        };
    }
}
