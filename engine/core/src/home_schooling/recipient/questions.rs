//! Order 42, p. 7 to 9 (A-18, A-21, A-22, S-20, S-46, S-48): the first questions, and what registers
//! report by themselves.

use proaktiv_messages::{Account, BankCode, Finding, Moment, NumberRecord, PersonChange, PersonRecord, Sealed};
use smallvec::SmallVec;

use super::consent::end_of_day;
use super::{About, Decided, Progress, Recipient, RecipientEvent, RecipientRefusal, Unfit};
use crate::calendar::astana;
use crate::home_schooling::Condition;
use crate::home_schooling::provisions::a_register_is_asked_again::asked_again_at;
use crate::home_schooling::provisions::accounts_choose_the_form::{Frozen, frozen};
use crate::home_schooling::provisions::the_number_is_chosen::chosen;
use crate::home_schooling::provisions::the_representative_qualifies::{ends_his_acting, unfit};

impl Recipient {
    /// P. 7: his record.
    pub(super) fn take_record(
        &self,
        finding: &Finding<Box<PersonRecord<Sealed>>>,
        now: Moment,
        law: &Condition,
        events: &mut Vec<RecipientEvent>,
    ) -> Decided {
        let paused = self.progress == Progress::Paused;
        if !paused {
            self.is_at(Progress::Record)?;
        }
        let Finding::Yes(record) = finding else {
            if !paused {
                events.push(self.could_not_say(About::Record, now, law));
            }
            return Ok(());
        };
        if let Some(why) = unfit(record, astana::civil_day(now), &law.law) {
            events.push(RecipientEvent::FoundUnfit { why });
            return Ok(());
        }
        let goes_on = !paused && self.allows(About::Number, false, now);
        events.push(RecipientEvent::RecordAccepted { name: record.person.name, goes_on });
        if !goes_on && !paused {
            self.renew(now, law, events);
        }
        Ok(())
    }

    /// P. 8 (A-21, S-01): his number, for whoever waits for it.
    pub(super) fn take_number(
        &self,
        finding: &Finding<NumberRecord<Sealed>>,
        now: Moment,
        law: &Condition,
        events: &mut Vec<RecipientEvent>,
    ) -> Decided {
        let paused = self.progress == Progress::Paused && self.number.is_none();
        let is_first = self.progress == Progress::Number;
        let beside = self.beside();
        let asked_beside = beside.refreshing.iter().any(|one| one.owner.is_none()) || !beside.reaching.is_empty();
        if !is_first && !asked_beside && !paused {
            return Err(RecipientRefusal::NobodyAsked);
        }
        let record = match finding {
            Finding::Unknown if !is_first && !asked_beside => return Ok(()),
            Finding::Unknown => {
                events.push(self.could_not_say(About::Number, now, law));
                return Ok(());
            }
            Finding::Yes(record) => Some(record),
            Finding::No => None,
        };
        if is_first || paused {
            self.take_first_number(record, now, law, events);
        }
        self.take_owner(record, law, events);
        Ok(())
    }

    fn take_first_number(
        &self,
        record: Option<&NumberRecord<Sealed>>,
        now: Moment,
        law: &Condition,
        events: &mut Vec<RecipientEvent>,
    ) {
        let Some((number, record)) = record.and_then(|record| Some((chosen(record)?, record))) else {
            events.push(RecipientEvent::FoundUnfit { why: Unfit::NoBmg });
            return;
        };
        // Reading S-24: the portal's language if known, else the default.
        let language = record.language.unwrap_or(law.law.language_default());
        let paused = self.progress == Progress::Paused;
        let goes_on = !paused && self.silent_banks(law).all(|bank| self.allows(About::Accounts(bank), false, now));
        events.push(RecipientEvent::NumberFound { number, language, until: end_of_day(now), goes_on });
        if paused {
            // The next child that asks finds it known.
            return;
        }
        if !goes_on {
            self.renew(now, law, events);
        } else if self.silent_banks(law).next().is_none() {
            // His banks have answered before: the number was all that was missing.
            events.push(RecipientEvent::Resumed { next: Progress::Known, until: now });
        }
    }

    /// P. 9: a bank's answer, for whoever waits for it.
    ///
    /// Reading S-10, S-36: what was asked before a line asked is known from now on, but is no answer to the
    /// line: the account may have been opened or closed between the two questions.
    pub(super) fn take_accounts(
        &self,
        bank: BankCode,
        finding: &Finding<Vec<Account<Sealed>>>,
        asked_again: bool,
        now: Moment,
        law: &Condition,
        events: &mut Vec<RecipientEvent>,
    ) -> Decided {
        let waits = self.progress == Progress::Accounts && !self.has_answered(bank);
        let asked_beside = self.beside().refreshing.iter().any(|one| one.banks.contains(&bank));
        let accounts = match finding {
            Finding::Yes(accounts) => accounts.clone(),
            Finding::No => Vec::new(),
            Finding::Unknown => {
                // A search of paragraph 10 is repeated at the next poll hour.
                if !asked_again && (waits || asked_beside) {
                    events.push(self.could_not_say(About::Accounts(bank), now, law));
                }
                return Ok(());
            }
        };
        let never_asked = self.answered.is_empty() && !waits && self.progress != Progress::Paused;
        if never_asked || (self.progress == Progress::Accounts && !waits) {
            return Err(RecipientRefusal::NobodyAsked);
        }
        let last = waits && self.silent_banks(law).all(|silent| silent == bank);
        if self.beside.is_none() {
            events.push(RecipientEvent::BankAnswered { bank, at: now, accounts, last, asked_again });
            return Ok(());
        }
        let known = self.with_answer(bank, &accounts);
        events.push(RecipientEvent::BankAnswered { bank, at: now, accounts, last, asked_again });
        self.tell_of_new_accounts(&known, now, law, events);
        if !asked_again {
            self.take_bank_for_lines(bank, &known, law, events);
        }
        Ok(())
    }

    /// Returns his accounts, those at one bank as it answers now.
    ///
    /// Reading S-07b, A-27: what the bank reported after it was asked stands against its answer to that question.
    pub(super) fn with_answer(&self, bank: BankCode, accounts: &[Account<Sealed>]) -> SmallVec<[Account<Sealed>; 2]> {
        let since = |account| self.beside().reported_since.contains(account);
        let kept = self.accounts.iter().filter(|held| held.account.bank != bank || since(&held.account));
        kept.chain(accounts.iter().filter(|said| !since(&said.account))).copied().collect()
    }

    /// S-10b: accounts at banks that are not integrated do not count.
    pub(super) fn integrated<'a>(
        &self,
        accounts: &'a [Account<Sealed>],
        law: &'a Condition,
    ) -> impl Iterator<Item = &'a Account<Sealed>> {
        accounts.iter().filter(|held| law.law.integrated_banks().contains(&held.account.bank))
    }

    /// Returns the accounts that count now, one a bank.
    pub(super) fn counting(&self, law: &Condition) -> Frozen {
        frozen(self.integrated(&self.accounts, law))
    }

    pub(super) fn has_answered(&self, bank: BankCode) -> bool {
        self.answered.iter().any(|answered| answered.bank == bank)
    }

    /// Returns the integrated banks that have never answered.
    pub(super) fn silent_banks<'a>(&'a self, law: &'a Condition) -> impl Iterator<Item = BankCode> + 'a {
        law.law.integrated_banks().iter().copied().filter(|bank| !self.has_answered(*bank))
    }

    /// A-11, I-12, S-20: what cannot be said is asked again, all of it at one time.
    pub(super) fn could_not_say(&self, about: About, now: Moment, law: &Condition) -> RecipientEvent {
        let ask_again = self.ask_again.unwrap_or_else(|| asked_again_at(now, self.times_unsaid, &law.law));
        RecipientEvent::CouldNotSay { about, ask_again }
    }

    /// S-46: what could not be said is asked again, if his consent still allows it.
    pub(super) fn ask_again(&self, now: Moment, law: &Condition, events: &mut Vec<RecipientEvent>) -> Decided {
        if self.ask_again.is_none_or(|due| now < due) {
            return Err(RecipientRefusal::NotDue);
        }
        let beside = self.beside();
        let consented = beside.refreshing.iter().any(|one| one.consented) || !beside.reaching.is_empty();
        if self.unsaid.iter().all(|about| self.allows(*about, consented, now)) {
            events.push(RecipientEvent::AskedAgain { about: self.unsaid.clone() });
            return Ok(());
        }
        // Reading S-03d: a consent that has run out: nothing is asked; who waits hears it.
        if matches!(self.progress, Progress::Record | Progress::Number | Progress::Accounts) {
            self.renew(now, law, events);
        } else {
            events.push(RecipientEvent::AskedAgain { about: SmallVec::new() });
            self.answer_without_asking(law, events);
        }
        Ok(())
    }

    /// I-1, S-03d: his consent ran out between two questions: it is asked for anew, or he waits for the day.
    fn renew(&self, now: Moment, law: &Condition, events: &mut Vec<RecipientEvent>) {
        events.push(self.renewed(now, law));
        self.answer_without_asking(law, events);
    }

    /// S-46, S-48: GBDFL reports by itself that his record changed. No register is asked for it.
    pub(super) fn take_change(
        &self,
        change: &PersonChange,
        now: Moment,
        law: &Condition,
        events: &mut Vec<RecipientEvent>,
    ) -> Decided {
        if self.progress == Progress::New {
            return Err(RecipientRefusal::NobodyAsked);
        }
        let lost = match change {
            PersonChange::Recorded(status) => ends_his_acting(status, astana::civil_day(now), &law.law),
            PersonChange::TakenBack(_) | PersonChange::Other => None,
        };
        events.push(match lost {
            Some(why) => RecipientEvent::Lost { why },
            None if matches!(change, PersonChange::TakenBack(_)) => RecipientEvent::LossTakenBack,
            None => RecipientEvent::RecordChanged,
        });
        if lost.is_some() {
            self.hand_notices_over(events);
        }
        Ok(())
    }
}
