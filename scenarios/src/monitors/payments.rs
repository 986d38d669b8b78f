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
    credits: u8,
    credited: bool,
}

/// Months whose payment has its outcome, a bit a month from January 2024.
#[derive(Debug, Default)]
struct Months {
    paid: u64,
    /// Waiting for another account (S-50), or paid since.
    returned: u64,
}

/// The book of every payment under way, and the months of each application that are settled.
#[derive(Debug, Default)]
pub struct Payments {
    under_way: FxHashMap<(ApplicationId, NaiveDate), Book>,
    settled: FxHashMap<ApplicationId, Months>,
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
            let paid = self.settled.get(&application).is_some_and(|months| months.paid & bit(period) != 0);
            let new = Book { order: message.id, amount: pay.amount, credits: 0, credited: false };
            let known = self.under_way.entry((application, period)).or_insert(new);
            if paid || known.order != message.id {
                findings.report("I-7", at, "a month is ordered to be paid twice");
            }
        } else if let Body::Credit(credit) = &message.body {
            match self.under_way.get_mut(&(credit.payment.application, credit.payment.period)) {
                Some(book) if book.amount == credit.amount && message.from == Party::Payer => {
                    book.credits += 1;
                    if book.credits > 1 {
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
        let months = self.settled.entry(application).or_default();
        match self.under_way.remove(&(application, period)) {
            Some(book) if book.credited && made.outcome == PaymentOutcome::Paid => months.paid |= bit(period),
            Some(book) if !book.credited && made.outcome == PaymentOutcome::Returned => months.returned |= bit(period),
            Some(_) => findings.report("S-50", at, "an outcome that the bank did not give"),
            // The same outcome told again changes nothing (I-15).
            None if (months.paid | months.returned) & bit(period) != 0 => {}
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
