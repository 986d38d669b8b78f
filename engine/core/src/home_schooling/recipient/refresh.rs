//! Order 42, p. 9 to 13 (S-10, S-36, S-37): what a line or a case asks of his registers before something
//! leaves for him: whose the number is, and which accounts are there.

use proaktiv_messages::{Account, AccountKind, BankCode, Moment, NumberRecord, Sealed, Token};
use smallvec::SmallVec;

use super::{
    About, Decided, Progress, Reaching, Recipient, RecipientEvent, RecipientRefusal, Refreshing, Search,
    days_have_gone_by,
};
use crate::home_schooling::provisions::accounts_choose_the_form::{Frozen, frozen};
use crate::home_schooling::provisions::the_number_is_chosen::chosen;
use crate::home_schooling::{Condition, Contact, Need, Owner, Refreshed};

impl Recipient {
    /// S-36: a line asks what his registers say now.
    #[expect(clippy::too_many_arguments, reason = "a question of four parts, and the conditions")]
    pub(super) fn begin_refresh(
        &self,
        line: Token,
        need: Need,
        search: &Search,
        consented: bool,
        now: Moment,
        law: &Condition,
        events: &mut Vec<RecipientEvent>,
    ) {
        let asks_owner = need != Need::LastSearch;
        let mut refreshing = Refreshing {
            line,
            need,
            consented,
            owner: (!asks_owner).then_some(Owner::NotAsked),
            language: None,
            banks: SmallVec::new(),
            still: match search {
                Search::Still(accounts) => accounts.clone(),
                Search::None | Search::Stale | Search::All => Frozen::new(),
            },
            until: None,
        };
        if !self.allows(About::Number, consented, now) {
            let refreshed = self.answer(&refreshing, Owner::NotAsked, None, &self.accounts, None, law);
            events.push(RecipientEvent::RefreshAnswered { line, refreshed });
            // Reading S-03d: a consent that ran out while the child waited is asked for anew.
            let renewed = |days| self.requested.is_none_or(|last| days_have_gone_by(last.at, days, now));
            let waits_for_it = need == Need::FirstForm && self.progress == Progress::Known;
            if waits_for_it && renewed(law.law.consent_renew_days()) {
                events.push(RecipientEvent::ConsentAskedFor { at: now, anew: true });
            }
            return;
        }
        refreshing.banks = self.banks_to_ask(search, now, law);
        refreshing.until = match need {
            // Reading S-10, S-36: before any form silent banks are awaited for the same time, where paragraph 9
            // runs anew as well: S-20 is not begun again.
            Need::FirstForm | Need::LaterForm => Some(law.law.banks_are_awaited_until(now)),
            // Reading S-23b, S-07c: for as long as it takes.
            Need::Application | Need::LateApplication | Need::LastSearch | Need::Notice => None,
        }
        .filter(|_| !refreshing.banks.is_empty());
        events.push(RecipientEvent::RefreshBegun { refreshing });
    }

    fn banks_to_ask(&self, search: &Search, now: Moment, law: &Condition) -> SmallVec<[BankCode; 4]> {
        let integrated = law.law.integrated_banks().iter().copied();
        match search {
            Search::None => SmallVec::new(),
            Search::All => integrated.collect(),
            Search::Still(accounts) => {
                integrated.filter(|bank| accounts.iter().any(|account| account.bank == *bank)).collect()
            }
            Search::Stale => {
                let hours = law.law.bank_answer_age_hours();
                let fresh = |bank: &BankCode| {
                    self.answered.iter().any(|answered| answered.bank == *bank && !answered.is_older(hours, now))
                };
                integrated.filter(|bank| !fresh(bank)).collect()
            }
        }
    }

    /// Returns what a line is told. `answering` is the bank whose answer has come just now.
    fn answer(
        &self,
        asked: &Refreshing,
        owner: Owner,
        language: Option<proaktiv_messages::Language>,
        accounts: &[Account<Sealed>],
        answering: Option<BankCode>,
        law: &Condition,
    ) -> Refreshed {
        let counts = |held: &Account<Sealed>| held.kind == AccountKind::Special && held.usable;
        let accounts = if asked.still.is_empty() {
            frozen(self.integrated(accounts, law))
        } else {
            // Reading S-21b: it is the very account that was shown, not another one of the same bank (I-13).
            let there = |shown: &proaktiv_messages::SealedAccount| {
                self.integrated(accounts, law).any(|held| held.account == *shown && counts(held))
            };
            asked.still.iter().copied().filter(there).collect()
        };
        let silent = self.silent_banks(law).any(|bank| Some(bank) != answering);
        Refreshed { need: asked.need, owner, language, accounts, silent }
    }

    /// BMG has answered: whose the number is (S-37), for every line and case that waits for it.
    pub(super) fn take_owner(
        &self,
        record: Option<&NumberRecord<Sealed>>,
        law: &Condition,
        events: &mut Vec<RecipientEvent>,
    ) {
        let is_his = |number: Token| record.is_some_and(|record| record.numbers.iter().any(|one| one.number == number));
        let language = record.map(|record| record.language.unwrap_or(law.law.language_default()));
        for asked in self.beside().refreshing.iter().filter(|asked| asked.owner.is_none()) {
            let line = asked.line;
            let owner = if is_his(line) { Owner::His } else { Owner::NotHis };
            // Whom the number is not, no bank is waited for any more.
            events.push(if asked.banks.is_empty() || owner == Owner::NotHis {
                let refreshed = self.answer(asked, owner, language, &self.accounts, None, law);
                RecipientEvent::RefreshAnswered { line, refreshed }
            } else {
                RecipientEvent::OwnerKnown { line, need: asked.need, owner, language }
            });
        }
        for asked in &self.beside().reaching {
            let number = if is_his(asked.number) { Some(asked.number) } else { record.and_then(chosen) };
            let contact = number.zip(language).map(|(number, language)| Contact {
                recipient: self.person,
                name: asked.name,
                number,
                language,
                accounts: self.counting(law),
            });
            events.push(RecipientEvent::Reached { child: asked.child, contact });
        }
        // While banks are searched the form's own question to BMG finds it.
        let known = self.number.is_some() && self.progress != Progress::Accounts;
        if known && !self.beside().reaching.is_empty() && record.and_then(chosen).is_none() {
            events.push(RecipientEvent::NumberGone);
        }
    }

    /// A bank has answered: for every line that waited for it alone.
    pub(super) fn take_bank_for_lines(
        &self,
        bank: BankCode,
        known: &[Account<Sealed>],
        law: &Condition,
        events: &mut Vec<RecipientEvent>,
    ) {
        for asked in &self.beside().refreshing {
            let waited_for_it_alone = asked.banks.as_slice() == [bank];
            if let Some(owner) = asked.owner.filter(|_| waited_for_it_alone) {
                let refreshed = self.answer(asked, owner, asked.language, known, Some(bank), law);
                events.push(RecipientEvent::RefreshAnswered { line: asked.line, refreshed });
            }
        }
    }

    /// S-36: silent banks count with their last answer, or with none.
    pub(super) fn wait_no_longer(&self, now: Moment, law: &Condition, events: &mut Vec<RecipientEvent>) -> Decided {
        let begun = events.len();
        for asked in self.beside().refreshing.iter().filter(|asked| asked.until.is_some_and(|until| until <= now)) {
            let line = asked.line;
            events.push(match asked.owner {
                Some(owner) => {
                    let refreshed = self.answer(asked, owner, asked.language, &self.accounts, None, law);
                    RecipientEvent::RefreshAnswered { line, refreshed }
                }
                None => RecipientEvent::BanksWaitedFor { line, need: asked.need },
            });
        }
        if events.len() == begun { Err(RecipientRefusal::NotDue) } else { Ok(()) }
    }

    /// S-03b, S-03d: nothing may be asked any more; whoever waits hears it.
    pub(super) fn answer_without_asking(&self, law: &Condition, events: &mut Vec<RecipientEvent>) {
        for asked in &self.beside().refreshing {
            let refreshed = self.answer(asked, Owner::NotAsked, None, &self.accounts, None, law);
            events.push(RecipientEvent::RefreshAnswered { line: asked.line, refreshed });
        }
        self.hand_notices_over(events);
    }

    /// App.5 goes to him no longer: the notice is the local executive body's.
    pub(super) fn hand_notices_over(&self, events: &mut Vec<RecipientEvent>) {
        for asked in &self.beside().reaching {
            events.push(RecipientEvent::Reached { child: asked.child, contact: None });
        }
    }

    /// S-37: before App.5 BMG is asked; without consent the notice is the local executive body's.
    ///
    /// Reading S-48, A-33: so it is where he is dead, flagged or deprived of rights: no text goes to his name.
    pub(super) fn begin_reaching(&self, reaching: Reaching, events: &mut Vec<RecipientEvent>) {
        events.push(if self.consent.is_some() && !self.beside().lost {
            RecipientEvent::ReachBegun { reaching }
        } else {
            RecipientEvent::Reached { child: reaching.child, contact: None }
        });
    }
}
