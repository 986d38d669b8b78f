//! I-7, S-50: every tenge paid is owed under exactly one application, once; and the books agree:
//! what the engine ordered, what the payer credited, what the banks took, what was reported.

use chrono::{Datelike, NaiveDate};
use proaktiv_messages::{
    ApplicationId, Body, Clear, CreditOutcome, Envelope, MessageId, Moment, Party, PaymentId, PaymentMade,
    PaymentOutcome, Tiyn,
};
use rustc_hash::FxHashMap;

use super::Findings;

#[derive(Debug)]
struct Book {
    order: MessageId,
    amount: Tiyn,
    /// The order to the bank; the payer repeats it, as it is, until the bank answers.
    credit: Option<MessageId>,
    credited: bool,
}

/// The book of every payment under way, and the months that are settled.
#[derive(Debug, Default)]
pub struct Payments {
    under_way: FxHashMap<(ApplicationId, NaiveDate), Book>,
    /// Settled months of each application, a bit a month from January 2024.
    settled: FxHashMap<ApplicationId, u64>,
    /// Months of each application whose money came back: they may be ordered again (S-10, S-50).
    came_back: FxHashMap<ApplicationId, u64>,
}

/// Returns the bit of a month.
fn bit(period: NaiveDate) -> u64 {
    let months = (period.year() - 2024) * 12 + period.month0() as i32;
    1 << months.clamp(0, 63)
}

impl Payments {
    /// Sees a message.
    pub fn see(&mut self, message: &Envelope<Clear>, at: Moment, findings: &mut Findings) {
        if let Body::Pay(pay) = &message.body {
            let PaymentId { application, period } = pay.payment;
            let settled = self.settled.get(&application).is_some_and(|months| months & bit(period) != 0);
            let new = Book { order: message.id, amount: pay.amount, credit: None, credited: false };
            let known = self.under_way.entry((application, period)).or_insert(new);
            if settled || known.order != message.id {
                findings.report("I-7", at, "a month is ordered to be paid twice");
            }
        } else if let Body::Credit(credit) = &message.body {
            match self.under_way.get_mut(&(credit.payment.application, credit.payment.period)) {
                Some(book) if book.amount == credit.amount && message.from == Party::Payer => {
                    if *book.credit.get_or_insert(message.id) != message.id {
                        findings.report("S-50", at, "a payment is credited twice");
                    }
                }
                Some(_) | None => findings.report("S-50", at, "a credit that nobody ordered"),
            }
        } else if let Body::Credited(credited) = &message.body {
            if let Some(book) = self.under_way.get_mut(&(credited.payment.application, credited.payment.period)) {
                book.credited |= credited.outcome == CreditOutcome::Credited;
            }
        } else if let Body::PaymentMade(made) = &message.body {
            self.settle(made, at, findings);
        }
    }

    fn settle(&mut self, made: &PaymentMade, at: Moment, findings: &mut Findings) {
        let PaymentId { application, period } = made.payment;
        let months = match made.outcome {
            PaymentOutcome::Paid => self.settled.entry(application).or_default(),
            PaymentOutcome::Returned => self.came_back.entry(application).or_default(),
        };
        match self.under_way.remove(&(application, period)) {
            Some(book) if book.credited == (made.outcome == PaymentOutcome::Paid) => *months |= bit(period),
            Some(_) => findings.report("S-50", at, "an outcome that the bank did not give"),
            // The same outcome told again changes nothing (I-15).
            None if *months & bit(period) != 0 => {}
            None => findings.report("S-50", at, "an outcome of a payment that nobody ordered"),
        }
    }

    /// Looks once more when the run is over: no payment may be left without its outcome.
    pub fn finish(&mut self, at: Moment, findings: &mut Findings) {
        for _ in 0..self.under_way.len() {
            findings.report("S-50", at, "a payment without an outcome");
        }
    }
}
