//! News that can end an offer or bring a further form to it, by whom it concerns: what a text, a bank, a
//! register, a list, the counter or an official said, and what the engine handed over to a person.
//!
//! News of a child is news of everybody who may act for it. What a register says once more is no news: the
//! engine asks again before each form. Judges nothing.

use proaktiv_messages::identity::{Iban, Iin};
use proaktiv_messages::{
    Account, AccountKind, Body, Clear, Enrolment, Envelope, Finding, FormNumber, MessageId, Moment, NumberRecord,
    Party, TaskReason,
};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// The last news of each person and of each number.
#[derive(Debug, Default)]
pub(super) struct News {
    /// Whom a question is about that a register has not answered.
    asked: FxHashMap<MessageId, u64>,
    /// Who may act for each child, as GBDFL, NOBD and the lists say.
    kin: FxHashMap<u64, SmallVec<[u64; 2]>>,
    /// Whose each row of the lists is.
    rows: FxHashMap<u64, u64>,
    /// The numbers that BMG last gave of each person.
    numbers: FxHashMap<u64, SmallVec<[u64; 2]>>,
    /// The special accounts of each person that a bank has told of.
    accounts: FxHashMap<u64, SmallVec<[Iban; 1]>>,
    of_person: FxHashMap<u64, Moment>,
    of_number: FxHashMap<u64, Moment>,
    /// When an account of each person last became known.
    of_accounts: FxHashMap<u64, Moment>,
}

impl News {
    /// Sees a message.
    pub(super) fn see(&mut self, message: &Envelope<Clear>, at: Moment) {
        if message.from == Party::Esobes {
            self.see_of_engine(message, at);
        } else if let Some(about) = message.answers.and_then(|answered| self.asked.remove(&answered)) {
            self.see_answer(&message.body, about, at);
        } else if let Body::SmsReply(reply) = &message.body {
            self.of_number.insert(reply.number.number(), at);
        } else if let Body::ReportAccount(report) = &message.body {
            self.see_accounts(report.person.number(), std::slice::from_ref(&report.account), at);
        } else if let Body::ReportPerson(report) = &message.body {
            self.tell(report.person, at);
        } else if let Body::ConsentWithdrawn(withdrawn) = &message.body {
            self.tell(withdrawn.subject, at);
        } else if let Body::ReportApplication(report) = &message.body {
            self.tell(report.child, at);
        } else if let Body::Instruct(instruct) = &message.body {
            self.tell(instruct.child, at);
        } else if let Body::ReportEnrolments(chunk) = &message.body {
            for row in chunk.rows.iter() {
                self.see_row(row, row.to.is_some_and(|to| to < chunk.day), at);
            }
        }
    }

    /// Returns whether there was news of a person or of a number at or after `since`.
    pub(super) fn is_since(&self, person: u64, number: u64, since: Moment) -> bool {
        let of_person = self.of_person.get(&person);
        let of_number = self.of_number.get(&number);
        of_person.into_iter().chain(of_number).any(|at| since <= *at)
    }

    /// Returns whether an account of a person became known at or after `since`. It brings a form to App.3
    /// alone.
    pub(super) fn is_of_accounts_since(&self, person: u64, since: Moment) -> bool {
        self.of_accounts.get(&person).is_some_and(|at| since <= *at)
    }

    /// Remembers whom a question is about. A notice that a person gives in place of App.4 ends an offer as
    /// App.4 does.
    fn see_of_engine(&mut self, message: &Envelope<Clear>, at: Moment) {
        let about = if let Body::AskAccounts(ask) = &message.body {
            ask.person
        } else if let Body::AskNumber(ask) = &message.body {
            ask.person
        } else if let Body::AskApplications(ask) = &message.body {
            ask.child
        } else if let Body::AskRow(ask) = &message.body {
            ask.child
        } else if let Body::AskChild(ask) = &message.body {
            ask.child
        } else if let Body::AskRepresentatives(ask) = &message.body {
            ask.child
        } else {
            if let Body::OpenTask(task) = &message.body
                && task.reason == TaskReason::NoticeInPlaceOf(FormNumber::Four)
            {
                self.tell(task.child, at);
            }
            return;
        };
        self.asked.insert(message.id, about.number());
    }

    fn see_answer(&mut self, body: &Body<Clear>, about: u64, at: Moment) {
        if let Body::ChildAnswer(Finding::Yes(record)) = body {
            record.kin.iter().for_each(|kin| self.may_act(about, kin.person));
        } else if let Body::RepresentativesAnswer(Finding::Yes(named)) = body {
            named.iter().for_each(|one| self.may_act(about, one.person));
        } else if let Body::AccountsAnswer(Finding::Yes(accounts)) = body {
            self.see_accounts(about, accounts, at);
        } else if let Body::NumberAnswer(numbers) = body {
            self.see_numbers(about, numbers, at);
        } else if let Body::ApplicationsAnswer(Finding::Yes(_)) | Body::RowAnswer(_) = body {
            self.tell_all(about, at);
        }
    }

    /// S-37: a number that is his no longer is news; one that he has still is none.
    fn see_numbers(&mut self, person: u64, found: &Finding<NumberRecord<Clear>>, at: Moment) {
        let now = match found {
            Finding::Yes(record) => record.numbers.iter().map(|one| one.number.number()).collect(),
            Finding::No => SmallVec::new(),
            Finding::Unknown => return,
        };
        let before = self.numbers.insert(person, now.clone()).unwrap_or_default();
        if before.iter().any(|number| !now.contains(number)) {
            self.tell_all(person, at);
        }
    }

    /// A-27, S-21: a special account that can take money and was not known before.
    fn see_accounts(&mut self, person: u64, told: &[Account<Clear>], at: Moment) {
        let known = self.accounts.entry(person).or_default();
        let special = told.iter().filter(|account| account.usable && account.kind == AccountKind::Special);
        let fresh: SmallVec<[Iban; 1]> =
            special.map(|account| account.account).filter(|account| !known.contains(account)).collect();
        if !fresh.is_empty() {
            known.extend(fresh);
            self.of_accounts.insert(person, at);
        }
    }

    /// A row is news of its child where it is over, and of the child that it was of before.
    fn see_row(&mut self, row: &Enrolment<Clear>, is_over: bool, at: Moment) {
        let child = row.child.number();
        if let Some(guardian) = row.guardian {
            self.may_act(child, guardian);
        }
        if is_over || row.ended.is_some() {
            self.tell_all(child, at);
        }
        let former = row.row.and_then(|id| self.rows.insert(id, child)).filter(|former| *former != child);
        if let Some(former) = former {
            self.tell_all(former, at);
        }
    }

    fn may_act(&mut self, child: u64, person: Iin) {
        let kin = self.kin.entry(child).or_default();
        if !kin.contains(&person.number()) {
            kin.push(person.number());
        }
    }

    fn tell(&mut self, person: Iin, at: Moment) {
        self.tell_all(person.number(), at);
    }

    fn tell_all(&mut self, person: u64, at: Moment) {
        self.of_person.insert(person, at);
        if let Some(kin) = self.kin.get(&person) {
            self.of_person.extend(kin.iter().map(|kin| (*kin, at)));
        }
    }
}
