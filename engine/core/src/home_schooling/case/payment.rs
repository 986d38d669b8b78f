//! Order 84, as one child meets it (S-49, S-50, S-29): which months are paid, and when.

use chrono::NaiveDate;
use proaktiv_messages::{Moment, PaymentMade, PaymentOutcome};

use super::{Case, CaseEvent, CaseRefusal, PaymentState};
use crate::home_schooling::Condition;
use crate::home_schooling::provisions::months_are_owed::{next_month, owed};

impl Case {
    /// Returns the owed months that no payment is ordered for, in order.
    fn unpaid(&self) -> impl Iterator<Item = NaiveDate> + '_ {
        let terms = || {
            let application = self.application.as_ref()?;
            let enrolment = self.enrolment.as_ref()?;
            let facts = self.facts.as_ref()?;
            Some(owed(application.formed, enrolment.from?, enrolment.to?, facts.born))
        };
        terms().into_iter().flatten().filter(|month| self.payments.iter().all(|payment| payment.period != *month))
    }

    /// S-49: returns the first payment day after `now` on which something is to be paid.
    ///
    /// A month whose day has passed is paid on the next payment day, whichever month's day that is.
    pub(super) fn next_payment_after(&self, now: Moment, law: &Condition) -> Option<Moment> {
        let mut month = self.unpaid().next()?;
        loop {
            // A payment day beyond the calendar's data is none: the engine refuses to run that near its end.
            let day = law.law.payment_moment(month).ok()?;
            if now < day {
                return Some(day);
            }
            month = next_month(month);
        }
    }

    /// S-49: on a payment day, every owed month whose day has come is ordered, each as a payment of its own.
    pub(super) fn pay_what_is_due(
        &self,
        now: Moment,
        law: &Condition,
        events: &mut Vec<CaseEvent>,
    ) -> Result<(), CaseRefusal> {
        if self.next_payment.is_none_or(|due| now < due) {
            return Err(CaseRefusal::NotDue);
        }
        let district = self.facts.as_ref().map(|facts| facts.district);
        let mut left = None;
        for period in self.unpaid() {
            let day = law.law.payment_moment(period).ok();
            if day.is_none_or(|day| now < day) {
                left = day;
                break;
            }
            let amount = district.and_then(|district| law.law.amount(district, period));
            events.push(match amount {
                Some(amount) => CaseEvent::PaymentOrdered { period, amount },
                None => CaseEvent::NoRateKnown { period },
            });
        }
        events.push(CaseEvent::PaymentsArranged { next_payment: left });
        Ok(())
    }

    /// S-50: a payment has one outcome; once every owed month is paid, the case ends (S-29).
    pub(super) fn take_payment(&self, made: &PaymentMade, events: &mut Vec<CaseEvent>) -> Result<(), CaseRefusal> {
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
                let others_are_paid = self
                    .payments
                    .iter()
                    .all(|payment| payment.period == period || payment.state == PaymentState::Confirmed);
                if others_are_paid && self.next_payment.is_none() && self.unpaid().next().is_none() {
                    events.push(CaseEvent::Ended);
                }
            }
        }
        Ok(())
    }

    /// Takes the outcome of a payment into the state.
    pub(super) fn settle(&mut self, period: NaiveDate, state: PaymentState) {
        for payment in self.payments.iter_mut().filter(|payment| payment.period == period) {
            payment.state = state;
        }
    }
}
