//! I-7, S-50: every tenge paid is owed under exactly one application, once; and the books agree:
//! what the engine ordered, what the payer credited, what the banks took, what was reported.

use chrono::NaiveDate;
use proaktiv_messages::{Body, Clear, CreditOutcome, Envelope, MessageId, Moment, Party, PaymentId, Tiyn};
use rustc_hash::FxHashMap;

use super::Findings;

#[derive(Debug)]
struct Book {
    order: MessageId,
    amount: Tiyn,
    credits: u8,
    credited: bool,
    reported: bool,
}

/// The book of every payment.
#[derive(Debug, Default)]
pub struct Payments {
    book: FxHashMap<(u128, u16, NaiveDate), Book>,
}

fn place(payment: PaymentId) -> (u128, u16, NaiveDate) {
    (payment.application.case.bits(), payment.application.nth, payment.period)
}

impl Payments {
    /// Sees a message.
    pub fn see(&mut self, message: &Envelope<Clear>, at: Moment, findings: &mut Findings) {
        if let Body::Pay(pay) = &message.body {
            let new = Book { order: message.id, amount: pay.amount, credits: 0, credited: false, reported: false };
            let known = self.book.entry(place(pay.payment)).or_insert(new);
            if known.order != message.id {
                findings.report("I-7", at, "a month is ordered to be paid twice");
            }
        } else if let Body::Credit(credit) = &message.body {
            match self.book.get_mut(&place(credit.payment)) {
                Some(book) if book.amount == credit.amount && message.from == Party::Payer => {
                    book.credits += 1;
                    if book.credits > 1 {
                        findings.report("S-50", at, "a payment is credited twice");
                    }
                }
                Some(_) | None => findings.report("S-50", at, "a credit that nobody ordered"),
            }
        } else if let Body::Credited(credited) = &message.body {
            if let Some(book) = self.book.get_mut(&place(credited.payment)) {
                book.credited |= credited.outcome == CreditOutcome::Credited;
            }
        } else if let Body::PaymentMade(made) = &message.body {
            match self.book.get_mut(&place(made.payment)) {
                Some(book) => book.reported = true,
                None => findings.report("S-50", at, "an outcome of a payment that nobody ordered"),
            }
        }
    }

    /// Looks once more when the run is over: no payment may be left without its outcome.
    pub fn finish(&mut self, at: Moment, findings: &mut Findings) {
        let left = self.book.values().filter(|book| !book.reported || !book.credited && book.credits == 0);
        for _ in 0..left.count() {
            findings.report("S-50", at, "a payment without an outcome");
        }
    }
}
