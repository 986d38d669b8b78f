//! A second-tier bank (A-22, A-26, S-21, S-50): says which accounts a person has with it, opens
//! accounts and tells of them sooner, later or never, closes them, and puts money on them once a
//! payment.

use std::collections::VecDeque;

use proaktiv_messages::identity::{Iban, Iin};
use proaktiv_messages::{
    Account, AccountKind, ApplicationId, AskAccounts, BankCode, Body, Clear, Credit, CreditOutcome, Credited, Envelope,
    Finding, MessageId, Moment, OpenAccount, Party, PaymentId, Purpose, ReportAccount, Span, Tiyn,
};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use crate::months::Months;
use crate::{Behaviour, Delay, Out, Seals};

/// An account and what was put on it.
struct Holding {
    account: Account<Clear>,
    credited: i64,
}

/// A bank.
pub struct Bank {
    code: BankCode,
    seals: Seals,
    delay: Delay,
    holdings: Vec<Holding>,
    /// Places among the holdings, by owner and by account.
    by_person: FxHashMap<u64, SmallVec<[u32; 2]>>,
    by_account: FxHashMap<Iban, u32>,
    /// The months of each application that were put on an account.
    payments: FxHashMap<ApplicationId, Months>,
    /// Payments that were refused, with the account that took none.
    refused: FxHashMap<PaymentId, Iban>,
    /// Wishes to open or to close an account that were carried out.
    carried_out: FxHashSet<(Party, MessageId)>,
    /// How long after each opening the engine is told, by person, in their order; none: never.
    to_tell: FxHashMap<u64, VecDeque<Option<Span>>>,
    credited: i64,
}

impl Bank {
    /// Returns the bank `code` without accounts, which checks consents by their `seals` and takes `delay`
    /// for an answer.
    pub fn new(code: BankCode, seals: Seals, delay: Delay) -> Self {
        Self {
            code,
            seals,
            delay,
            holdings: Vec::new(),
            by_person: FxHashMap::default(),
            by_account: FxHashMap::default(),
            payments: FxHashMap::default(),
            refused: FxHashMap::default(),
            carried_out: FxHashSet::default(),
            to_tell: FxHashMap::default(),
            credited: 0,
        }
    }

    /// Gives `person` an account. Accounts of other banks are ignored, an account that exists already
    /// stays as it is. Returns whether it was taken.
    pub fn hold(&mut self, person: Iin, account: Account<Clear>) -> bool {
        if account.account.bank() != self.code || self.by_account.contains_key(&account.account) {
            return false;
        }
        let place = u32::try_from(self.holdings.len()).unwrap_or(u32::MAX);
        self.by_account.insert(account.account, place);
        self.by_person.entry(person.number()).or_default().push(place);
        self.holdings.push(Holding { account, credited: 0 });
        true
    }

    /// Lets the bank tell of the next account that `person` opens `after` a while, or never. Each call is
    /// about one opening, in their order; of others it tells at once.
    pub fn tell_of_opening(&mut self, person: Iin, after: Option<Span>) {
        self.to_tell.entry(person.number()).or_default().push_back(after);
    }

    /// Returns all the money that was put on accounts of the bank.
    pub fn credited_total(&self) -> Tiyn {
        Tiyn(self.credited)
    }

    /// Returns the money that was put on `account`; none for an account of nobody here.
    pub fn credited_to(&self, account: &Iban) -> Option<Tiyn> {
        self.holding(account).map(|holding| Tiyn(holding.credited))
    }

    /// Returns how many payments were put on accounts.
    pub fn payments_credited(&self) -> usize {
        self.payments.values().map(|credited| credited.count()).sum()
    }

    fn holding(&self, account: &Iban) -> Option<&Holding> {
        self.by_account.get(account).and_then(|&place| self.holdings.get(place as usize))
    }

    fn accounts(&self, question: &AskAccounts<Clear>, now: Moment) -> Body<Clear> {
        let checked = self.seals.check(&question.consent, question.person, Purpose::Accounts, now);
        if let Err(reason) = checked {
            return Body::Refused(reason);
        }
        let places = self.by_person.get(&question.person.number()).map_or(&[][..], SmallVec::as_slice);
        let accounts: Vec<_> = places
            .iter()
            .filter_map(|&place| self.holdings.get(place as usize))
            .map(|holding| holding.account)
            // A plan knows of accounts that are yet to be opened; the bank does not.
            .filter(|account| account.opened.is_none_or(|opened| opened <= now))
            .collect();
        Body::AccountsAnswer(if accounts.is_empty() { Finding::No } else { Finding::Yes(accounts) })
    }

    /// Puts the money on the account, once a payment (S-50). A payment that one account refused may be
    /// ordered for another.
    fn credit(&mut self, credit: &Credit<Clear>, now: Moment, out: &mut Out) -> CreditOutcome {
        let PaymentId { application, period } = credit.payment;
        let credited = self.payments.entry(application).or_default();
        if credited.contains(period) {
            return CreditOutcome::Credited;
        }
        if self.refused.get(&credit.payment) == Some(&credit.account) {
            return CreditOutcome::NoSuchAccount;
        }
        let place = self.by_account.get(&credit.account);
        let holding = place.and_then(|&place| self.holdings.get_mut(place as usize));
        let takes_money =
            |account: &Account<Clear>| account.usable && account.opened.is_none_or(|opened| opened <= now);
        match holding.filter(|holding| takes_money(&holding.account)) {
            Some(holding) => {
                holding.credited += credit.amount.0;
                self.credited += credit.amount.0;
                credited.insert(period);
                CreditOutcome::Credited
            }
            None => {
                self.refused.insert(credit.payment, credit.account);
                out.misbehave("payment_refused");
                CreditOutcome::NoSuchAccount
            }
        }
    }

    /// Opens a special account, and tells the engine when it is to be told.
    fn open(&mut self, order: &OpenAccount<Clear>, now: Moment, out: &mut Out) {
        let Some(number) = self.free_number() else { return };
        let account = Account { account: number, kind: AccountKind::Special, opened: Some(now), usable: true };
        self.hold(order.person, account);
        let planned = self.to_tell.get_mut(&order.person.number()).and_then(VecDeque::pop_front);
        match planned.unwrap_or(Some(Span::ZERO)) {
            Some(after) => {
                if after > Span::ZERO {
                    out.misbehave("told_late");
                }
                let report = ReportAccount { person: order.person, account };
                out.report_after(Party::Esobes, after, Body::ReportAccount(report));
            }
            None => out.misbehave("not_told"),
        }
    }

    /// Closes the special account that the person opened first, then the lowest number.
    fn close(&mut self, person: Iin, now: Moment, out: &mut Out) {
        let places = self.by_person.get(&person.number()).map_or(&[][..], SmallVec::as_slice);
        let open = places.iter().copied().filter(|&place| {
            let account = &self.holdings[place as usize].account;
            let is_open = account.usable && account.opened.is_none_or(|opened| opened <= now);
            is_open && account.kind == AccountKind::Special
        });
        let first = open.min_by_key(|&place| {
            let account = &self.holdings[place as usize].account;
            (account.opened, account.account)
        });
        if let Some(place) = first {
            self.holdings[place as usize].account.usable = false;
            out.misbehave("account_closed");
        }
    }

    /// Returns a number that no account of the bank has.
    fn free_number(&self) -> Option<Iban> {
        let mut numbers = (self.holdings.len()..).map_while(|count| numbered(self.code, count));
        numbers.find(|number| !self.by_account.contains_key(number))
    }
}

/// Returns the account with this count among those that the bank opens. Letters and digits always make
/// an account, so there is one for every count.
fn numbered(bank: BankCode, count: usize) -> Option<Iban> {
    let mut number = *b"NEW0000000000";
    let mut rest = count;
    for digit in number[3..].iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    Iban::of(bank, number).ok()
}

impl Behaviour for Bank {
    fn receive(&mut self, message: &Envelope<Clear>, now: Moment, out: &mut Out) {
        if let Body::AskAccounts(question) = &message.body {
            out.answer_after(message, self.delay.of(&message.id), self.accounts(question, now));
        } else if let Body::Credit(credit) = &message.body {
            let outcome = self.credit(credit, now, out);
            out.answer(message, Body::Credited(Credited { payment: credit.payment, outcome }));
        } else if let Body::OpenAccount(order) = &message.body {
            out.answer(message, Body::Received);
            if self.carried_out.insert((message.from, message.id)) {
                self.open(order, now, out);
            }
        } else if let Body::CloseAccount(order) = &message.body {
            out.answer(message, Body::Received);
            if self.carried_out.insert((message.from, message.id)) {
                self.close(order.person, now, out);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stories::{account, asked, bad_consents, bank, day, iin, message, moment, said, sealed, seals, tell};
    use proaktiv_messages::{CloseAccount, Purposes, Token};

    const NOON: &str = "2024-03-11T12:00:00Z";

    fn held(which: u8, kind: AccountKind, opened: &str, usable: bool) -> Account<Clear> {
        Account { account: account("601", which), kind, opened: Some(moment(opened)), usable }
    }

    fn house() -> Bank {
        let mut bank = Bank::new(bank("601"), seals(), Delay::NONE);
        assert!(bank.hold(iin(1), held(1, AccountKind::Special, "2023-05-05T05:00:00Z", true)));
        assert!(bank.hold(iin(1), held(2, AccountKind::Ordinary, "2023-05-05T05:00:00Z", false)));
        assert!(bank.hold(iin(1), held(3, AccountKind::Special, "2024-03-11T12:00:01Z", true)));
        bank
    }

    fn ask(person: Iin) -> Envelope<Clear> {
        let consent = sealed(person, Purposes::OF_REPRESENTATIVE);
        asked(1, Body::AskAccounts(AskAccounts { person, consent }))
    }

    fn credit(period: &str, account: Iban) -> Envelope<Clear> {
        let application = ApplicationId { case: Token::from_bits(1), nth: 1 };
        let payment = PaymentId { application, period: day(period) };
        let body = Body::Credit(Credit { payment, account, amount: Tiyn(1_107_600) });
        message(Party::Payer, MessageId::Numbered(1), body)
    }

    fn credited(bank: &mut Bank, credit: &Envelope<Clear>) -> Option<CreditOutcome> {
        match said(&tell(bank, credit, moment(NOON))).as_slice() {
            [(Party::Payer, Body::Credited(credited))] => Some(credited.outcome),
            _ => None,
        }
    }

    #[test]
    fn every_kind_of_account_is_shown_once_it_is_open() {
        let mut bank = house();
        let shown = vec![
            held(1, AccountKind::Special, "2023-05-05T05:00:00Z", true),
            held(2, AccountKind::Ordinary, "2023-05-05T05:00:00Z", false),
        ];
        for (person, expected) in [(iin(1), Finding::Yes(shown)), (iin(2), Finding::No)] {
            let out = tell(&mut bank, &ask(person), moment(NOON));
            assert_eq!(said(&out), [(Party::Esobes, Body::AccountsAnswer(expected))]);
        }
    }

    #[test]
    fn without_consent_nothing_is_said() {
        for (consent, expected) in bad_consents(iin(1), Purposes::OF_REPRESENTATIVE, Purposes::OF_CHILD) {
            let question = asked(1, Body::AskAccounts(AskAccounts { person: iin(1), consent }));
            assert_eq!(said(&tell(&mut house(), &question, moment(NOON))), [(Party::Esobes, expected)]);
        }
    }

    #[test]
    fn a_payment_is_put_on_the_account_once() {
        let mut bank = house();
        for _ in 0..2 {
            let first = credited(&mut bank, &credit("2024-03-01", account("601", 1)));
            assert_eq!(first, Some(CreditOutcome::Credited));
        }
        assert_eq!(bank.credited_total(), Tiyn(1_107_600));
        assert_eq!(credited(&mut bank, &credit("2024-04-01", account("601", 1))), Some(CreditOutcome::Credited));
        assert_eq!(bank.credited_to(&account("601", 1)), Some(Tiyn(2_215_200)));
        assert_eq!((bank.credited_total(), bank.payments_credited()), (Tiyn(2_215_200), 2));
    }

    #[test]
    fn an_account_that_takes_no_money_or_is_elsewhere_gets_none() {
        let mut bank = house();
        let accounts = [account("601", 2), account("601", 3), account("601", 9), account("722", 1)];
        for (month, account) in (1..).zip(accounts) {
            let outcome = credited(&mut bank, &credit(&format!("2024-0{month}-01"), account));
            assert_eq!(outcome, Some(CreditOutcome::NoSuchAccount));
        }
        assert_eq!(bank.credited_total(), Tiyn(0));
        assert!(
            !bank.hold(iin(2), Account { account: account("722", 1), ..held(1, AccountKind::Special, NOON, true) })
        );
    }

    #[test]
    fn an_account_is_opened_once_an_order_and_reported() {
        let mut bank = house();
        let open = Body::OpenAccount(OpenAccount { person: iin(2) });
        let order = message(Party::Household(17), MessageId::Numbered(1), open);
        let out = tell(&mut bank, &order, moment(NOON));
        assert_eq!(out.sendings[0].body, Body::Received);
        assert!(out.sendings[1].until_answered && out.sendings[1].to == Party::Esobes);
        assert_eq!(said(&tell(&mut bank, &order, moment(NOON))), [(Party::Household(17), Body::Received)]);
        let asked = said(&tell(&mut bank, &ask(iin(2)), moment(NOON)));
        let [(_, Body::AccountsAnswer(Finding::Yes(accounts)))] = asked.as_slice() else { panic!("{asked:?}") };
        assert_eq!((accounts.len(), accounts[0].kind), (1, AccountKind::Special));
        assert_eq!(accounts[0].opened, Some(moment(NOON)));
    }

    fn of_household(id: u64, body: Body<Clear>) -> Envelope<Clear> {
        message(Party::Household(17), MessageId::Numbered(id), body)
    }

    #[test]
    fn the_engine_is_told_of_an_account_when_the_plan_says_or_never() {
        let mut bank = house();
        bank.tell_of_opening(iin(2), Some(Span::minutes(30)));
        bank.tell_of_opening(iin(2), None);
        for (id, told) in [(1, Some((Span::minutes(30), "told_late"))), (2, None), (3, Some((Span::ZERO, "")))] {
            let open = Body::OpenAccount(OpenAccount { person: iin(2) });
            let out = tell(&mut bank, &of_household(id, open), moment(NOON));
            let report = out.sendings.get(1).map(|sending| sending.after);
            assert_eq!(report, told.map(|(after, _)| after), "{id}");
        }
        let asked = said(&tell(&mut bank, &ask(iin(2)), moment(NOON)));
        assert!(matches!(asked.as_slice(), [(_, Body::AccountsAnswer(Finding::Yes(three)))] if three.len() == 3));
    }

    #[test]
    fn an_account_that_is_closed_takes_no_money_and_is_shown_as_such() {
        let mut bank = house();
        let close = of_household(1, Body::CloseAccount(CloseAccount { person: iin(1) }));
        for _ in 0..2 {
            assert_eq!(said(&tell(&mut bank, &close, moment(NOON))), [(Party::Household(17), Body::Received)]);
        }
        // Handed over twice it closes one account; the other one is not open yet.
        assert_eq!(credited(&mut bank, &credit("2024-03-01", account("601", 1))), Some(CreditOutcome::NoSuchAccount));
        let shown = said(&tell(&mut bank, &ask(iin(1)), moment("2024-03-11T12:00:01Z")));
        let [(_, Body::AccountsAnswer(Finding::Yes(accounts)))] = shown.as_slice() else { panic!("{shown:?}") };
        let usable: Vec<_> = accounts.iter().map(|account| account.usable).collect();
        assert_eq!(usable, [false, false, true]);
        // The same payment may be ordered for another account; for the same one it stays refused.
        let late = moment("2024-03-12T12:00:00Z");
        for (account, expected) in [
            (account("601", 1), CreditOutcome::NoSuchAccount),
            (account("601", 3), CreditOutcome::Credited),
            (account("601", 1), CreditOutcome::Credited),
        ] {
            let out = tell(&mut bank, &credit("2024-03-01", account), late);
            let body = Body::Credited(Credited { payment: payment_of("2024-03-01"), outcome: expected });
            assert_eq!(said(&out), [(Party::Payer, body)]);
        }
        assert_eq!(bank.credited_total(), Tiyn(1_107_600));
    }

    fn payment_of(period: &str) -> PaymentId {
        PaymentId { application: ApplicationId { case: Token::from_bits(1), nth: 1 }, period: day(period) }
    }
}
