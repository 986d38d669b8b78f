//! A second-tier bank (A-22, A-26, S-21, S-50): says which accounts a person has with it, opens
//! accounts, and puts money on them once a payment.

use proaktiv_messages::identity::{Iban, Iin};
use proaktiv_messages::{
    Account, AccountKind, ApplicationId, AskAccounts, BankCode, Body, Clear, Credit, CreditOutcome, Credited, Envelope,
    Finding, MessageId, Moment, OpenAccount, Party, PaymentId, Purpose, ReportAccount, Tiyn,
};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use crate::months::Months;
use crate::{Behaviour, Delay, Out, check_consent};

/// An account and what was put on it.
struct Holding {
    account: Account<Clear>,
    credited: i64,
}

/// A bank.
pub struct Bank {
    code: BankCode,
    key: [u8; 32],
    delay: Delay,
    holdings: Vec<Holding>,
    /// Places among the holdings, by owner and by account.
    by_person: FxHashMap<u64, SmallVec<[u32; 2]>>,
    by_account: FxHashMap<Iban, u32>,
    /// The months of each application that were put on an account, and those that were refused.
    payments: FxHashMap<ApplicationId, (Months, Months)>,
    /// Orders to open an account that were carried out.
    opened_by: FxHashSet<(Party, MessageId)>,
    credited: i64,
}

impl Bank {
    /// Returns the bank `code` without accounts, which checks consents by the `key` of their seal and
    /// takes `delay` for an answer.
    pub fn new(code: BankCode, key: [u8; 32], delay: Delay) -> Self {
        Self {
            code,
            key,
            delay,
            holdings: Vec::new(),
            by_person: FxHashMap::default(),
            by_account: FxHashMap::default(),
            payments: FxHashMap::default(),
            opened_by: FxHashSet::default(),
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
        self.payments.values().map(|(credited, _)| credited.count()).sum()
    }

    fn holding(&self, account: &Iban) -> Option<&Holding> {
        self.by_account.get(account).and_then(|&place| self.holdings.get(place as usize))
    }

    fn accounts(&self, question: &AskAccounts<Clear>, now: Moment) -> Body<Clear> {
        let checked = check_consent(&self.key, &question.consent, question.person, Purpose::Accounts, now);
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

    /// Puts the money on the account, once a payment (S-50).
    fn credit(&mut self, credit: &Credit<Clear>, now: Moment) -> CreditOutcome {
        let PaymentId { application, period } = credit.payment;
        let (credited, refused) = self.payments.entry(application).or_default();
        if credited.contains(period) {
            return CreditOutcome::Credited;
        }
        if refused.contains(period) {
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
                refused.insert(period);
                CreditOutcome::NoSuchAccount
            }
        }
    }

    /// Opens a special account and tells the engine.
    fn open(&mut self, order: &OpenAccount<Clear>, now: Moment, out: &mut Out) {
        let Some(number) = self.free_number() else { return };
        let account = Account { account: number, kind: AccountKind::Special, opened: Some(now), usable: true };
        self.hold(order.person, account);
        out.report(Party::Esobes, Body::ReportAccount(ReportAccount { person: order.person, account }));
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
            let outcome = self.credit(credit, now);
            out.answer(message, Body::Credited(Credited { payment: credit.payment, outcome }));
        } else if let Body::OpenAccount(order) = &message.body {
            out.answer(message, Body::Received);
            if self.opened_by.insert((message.from, message.id)) {
                self.open(order, now, out);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stories::{KEY, account, asked, bad_consents, bank, day, iin, message, moment, said, sealed, tell};
    use proaktiv_messages::{ApplicationId, Purposes, Token};

    const NOON: &str = "2024-03-11T12:00:00Z";

    fn held(which: u8, kind: AccountKind, opened: &str, usable: bool) -> Account<Clear> {
        Account { account: account("601", which), kind, opened: Some(moment(opened)), usable }
    }

    fn house() -> Bank {
        let mut bank = Bank::new(bank("601"), KEY, Delay::NONE);
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
        assert!(out.sendings[1].until_received && out.sendings[1].to == Party::Esobes);
        assert_eq!(said(&tell(&mut bank, &order, moment(NOON))), [(Party::Household(17), Body::Received)]);
        let asked = said(&tell(&mut bank, &ask(iin(2)), moment(NOON)));
        let [(_, Body::AccountsAnswer(Finding::Yes(accounts)))] = asked.as_slice() else { panic!("{asked:?}") };
        assert_eq!((accounts.len(), accounts[0].kind), (1, AccountKind::Special));
        assert_eq!(accounts[0].opened, Some(moment(NOON)));
    }
}
