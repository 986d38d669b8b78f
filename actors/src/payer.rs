//! The State corporation that carries out payments (S-49, S-50): takes the engine's order, sends the
//! money to the bank of the account, and says what became of it.
//!
//! A payment is known by application and period, whatever the number of the order: it is never paid
//! twice. One that came back may be ordered for another account.

use proaktiv_messages::identity::Iban;
use proaktiv_messages::{
    ApplicationId, Body, Clear, Credit, CreditOutcome, Credited, Envelope, Moment, Party, Pay, PaymentId, PaymentMade,
    PaymentOutcome, Tiyn,
};
use rustc_hash::FxHashMap;

use crate::months::Months;
use crate::{Behaviour, Out};

/// A payment as it was first ordered, until the bank has answered.
struct Ordered {
    by: Party,
    credit: Credit<Clear>,
}

/// The payer.
#[derive(Default)]
pub struct Payer {
    under_way: FxHashMap<PaymentId, Ordered>,
    /// The months of each application that were paid.
    settled: FxHashMap<ApplicationId, Months>,
    /// Payments that came back, with the account that took none.
    came_back: FxHashMap<PaymentId, Iban>,
    paid: i64,
    returned: i64,
}

impl Payer {
    /// Returns a payer that has paid nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the sum of all payments that a bank took.
    pub fn paid_total(&self) -> Tiyn {
        Tiyn(self.paid)
    }

    /// Returns the sum of all payments that a bank sent back.
    pub fn returned_total(&self) -> Tiyn {
        Tiyn(self.returned)
    }

    fn outcome(&self, order: &Pay<Clear>) -> Option<PaymentOutcome> {
        let PaymentId { application, period } = order.payment;
        if self.settled.get(&application).is_some_and(|paid| paid.contains(period)) {
            return Some(PaymentOutcome::Paid);
        }
        let refused = self.came_back.get(&order.payment) == Some(&order.account);
        refused.then_some(PaymentOutcome::Returned)
    }

    fn pay(&mut self, by: Party, order: &Pay<Clear>, out: &mut Out) {
        let payment = order.payment;
        if let Some(outcome) = self.outcome(order) {
            // A repeat is answered as before.
            return out.report(by, made(payment, outcome));
        }
        let credit = Credit { payment, account: order.account, amount: order.amount };
        let known = self.under_way.entry(payment).or_insert(Ordered { by, credit });
        // The bank knows a payment by its id as well: asking it again puts nothing on twice.
        out.report(Party::Bank(known.credit.account.bank()), Body::Credit(known.credit));
    }

    fn credited(&mut self, credited: &Credited, out: &mut Out) {
        let Some(known) = self.under_way.remove(&credited.payment) else { return };
        let outcome = match credited.outcome {
            CreditOutcome::Credited => {
                self.paid += known.credit.amount.0;
                self.settled.entry(credited.payment.application).or_default().insert(credited.payment.period);
                PaymentOutcome::Paid
            }
            CreditOutcome::NoSuchAccount => {
                self.returned += known.credit.amount.0;
                self.came_back.insert(credited.payment, known.credit.account);
                out.misbehave("returned");
                PaymentOutcome::Returned
            }
        };
        out.report(known.by, made(credited.payment, outcome));
    }
}

fn made(payment: PaymentId, outcome: PaymentOutcome) -> Body<Clear> {
    Body::PaymentMade(PaymentMade { payment, outcome })
}

impl Behaviour for Payer {
    fn receive(&mut self, message: &Envelope<Clear>, _now: Moment, out: &mut Out) {
        if let Body::Pay(order) = &message.body {
            out.answer(message, Body::Received);
            self.pay(message.from, order, out);
        } else if let Body::Credited(credited) = &message.body {
            self.credited(credited, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stories::{account, asked, bank, day, iin, message, said, tell};
    use proaktiv_messages::{MessageId, Token};

    const RECEIVED: (Party, Body<Clear>) = (Party::Esobes, Body::Received);

    fn payment() -> PaymentId {
        let application = ApplicationId { case: Token::from_bits(1), nth: 1 };
        PaymentId { application, period: day("2024-03-01") }
    }

    fn order(step: u32, amount: i64) -> Envelope<Clear> {
        let (recipient, account) = (iin(1), account("601", 1));
        asked(step, Body::Pay(Pay { payment: payment(), recipient, account, amount: Tiyn(amount) }))
    }

    fn credit() -> (Party, Body<Clear>) {
        let credit = Credit { payment: payment(), account: account("601", 1), amount: Tiyn(500) };
        (Party::Bank(bank("601")), Body::Credit(credit))
    }

    fn answer(outcome: CreditOutcome) -> Envelope<Clear> {
        let body = Body::Credited(Credited { payment: payment(), outcome });
        message(Party::Bank(bank("601")), MessageId::Numbered(1), body)
    }

    #[test]
    fn a_payment_goes_to_the_bank_of_the_account_and_is_reported() {
        for (credited, expected, totals) in [
            (CreditOutcome::Credited, PaymentOutcome::Paid, (500, 0)),
            (CreditOutcome::NoSuchAccount, PaymentOutcome::Returned, (0, 500)),
        ] {
            let mut payer = Payer::new();
            assert_eq!(said(&tell(&mut payer, &order(1, 500), Moment::default())), [RECEIVED, credit()]);
            let out = tell(&mut payer, &answer(credited), Moment::default());
            assert_eq!(said(&out), [(Party::Esobes, made(payment(), expected))]);
            assert!(out.sendings[0].until_answered);
            assert_eq!((payer.paid_total(), payer.returned_total()), (Tiyn(totals.0), Tiyn(totals.1)));
        }
    }

    #[test]
    fn whatever_the_order_is_called_a_payment_is_made_once() {
        let mut payer = Payer::new();
        tell(&mut payer, &order(1, 500), Moment::default());
        // Another order for the same payment, even of another sum, is the same payment.
        assert_eq!(said(&tell(&mut payer, &order(2, 900), Moment::default())), [RECEIVED, credit()]);
        tell(&mut payer, &answer(CreditOutcome::Credited), Moment::default());
        assert_eq!(said(&tell(&mut payer, &answer(CreditOutcome::Credited), Moment::default())), []);
        let again = said(&tell(&mut payer, &order(3, 500), Moment::default()));
        assert_eq!(again, [RECEIVED, (Party::Esobes, made(payment(), PaymentOutcome::Paid))]);
        assert_eq!(payer.paid_total(), Tiyn(500));
    }

    #[test]
    fn a_payment_that_came_back_goes_to_another_account_when_it_is_ordered_so() {
        let mut payer = Payer::new();
        tell(&mut payer, &order(1, 500), Moment::default());
        tell(&mut payer, &answer(CreditOutcome::NoSuchAccount), Moment::default());
        let again = said(&tell(&mut payer, &order(2, 500), Moment::default()));
        assert_eq!(again, [RECEIVED, (Party::Esobes, made(payment(), PaymentOutcome::Returned))]);
        let pay = Pay { payment: payment(), recipient: iin(1), account: account("722", 1), amount: Tiyn(500) };
        let out = tell(&mut payer, &asked(3, Body::Pay(pay)), Moment::default());
        let credit = Credit { payment: payment(), account: account("722", 1), amount: Tiyn(500) };
        assert_eq!(said(&out), [RECEIVED, (Party::Bank(bank("722")), Body::Credit(credit))]);
        assert!(out.sendings[1].until_answered);
        let out = tell(&mut payer, &answer(CreditOutcome::Credited), Moment::default());
        assert_eq!(said(&out), [(Party::Esobes, made(payment(), PaymentOutcome::Paid))]);
        assert_eq!((payer.paid_total(), payer.returned_total()), (Tiyn(500), Tiyn(500)));
    }
}
