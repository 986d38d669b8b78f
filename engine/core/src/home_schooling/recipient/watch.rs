//! Order 42, p. 10 (A-26, A-27, S-07b): while App.3 is out, accounts that appear are looked for by search
//! and taken from the banks' own reports.

use proaktiv_messages::{Account, AccountKind, Moment, ReportAccount, Sealed, Token};

use super::{About, Decided, Recipient, RecipientEvent, RecipientRefusal, Watch};
use crate::home_schooling::Condition;

fn counts(held: &Account<Sealed>) -> bool {
    held.kind == AccountKind::Special && held.usable
}

/// Reading S-07b: an account is in time if it was opened before the end; where the bank gives no moment, if
/// it became known before it.
fn appeared(held: &Account<Sealed>, line: Token, until: Moment, now: Moment) -> Option<RecipientEvent> {
    let opened = held.opened.unwrap_or(now);
    (opened < until).then_some(RecipientEvent::AccountAppeared { line, account: held.account, opened })
}

impl Recipient {
    /// the watch begins when App.3 is out, and ends with it.
    pub(super) fn take_watch(
        &self,
        line: Token,
        until: Option<Moment>,
        consented: bool,
        now: Moment,
        law: &Condition,
        events: &mut Vec<RecipientEvent>,
    ) -> Decided {
        let beside = self.beside();
        let Some(until) = until else {
            if beside.watch.is_some_and(|watch| watch.line == line) {
                events.push(RecipientEvent::WatchEnded);
            }
            return Ok(());
        };
        let next_poll = self.next_poll(now, until, law)?;
        events.push(RecipientEvent::WatchBegun { watch: Watch { line, until, consented, next_poll } });
        // Reading A-27: one first seen between the bank query and the sending counts.
        for held in self.integrated(&self.accounts, law) {
            if counts(held) && beside.fresh.contains(&held.account) {
                events.extend(appeared(held, line, until, now));
            }
        }
        Ok(())
    }

    fn next_poll(&self, now: Moment, until: Moment, law: &Condition) -> Result<Option<Moment>, RecipientRefusal> {
        let next = law.law.next_account_poll(now).map_err(|_| RecipientRefusal::BeyondTheCalendar)?;
        Ok((next < until).then_some(next))
    }

    /// at each poll hour of a working day every integrated bank is asked.
    pub(super) fn poll(&self, now: Moment, law: &Condition, events: &mut Vec<RecipientEvent>) -> Decided {
        let due = self.beside().watch.filter(|watch| watch.next_poll.is_some_and(|poll| poll <= now));
        let Some(watch) = due else { return Err(RecipientRefusal::NotDue) };
        let any_bank = law.law.integrated_banks().first().copied();
        let asked = any_bank.is_some_and(|bank| self.allows(About::Accounts(bank), watch.consented, now));
        // Reading S-03d: without consent paragraph 10 rests on the banks' own reports.
        let next_poll = if asked { self.next_poll(now, watch.until, law)? } else { None };
        events.push(RecipientEvent::PollHourCame { asked, next_poll });
        Ok(())
    }

    /// a bank reports by itself.
    pub(super) fn take_report(
        &self,
        report: &ReportAccount<Sealed>,
        while_asked: bool,
        now: Moment,
        law: &Condition,
        events: &mut Vec<RecipientEvent>,
    ) -> Decided {
        if self.answered.is_empty() {
            return Err(RecipientRefusal::NobodyAsked);
        }
        events.push(RecipientEvent::AccountReported { account: report.account, while_asked });
        self.tell_of_new_accounts(std::slice::from_ref(&report.account), now, law, events);
        Ok(())
    }

    /// tells the line of accounts that count now and were not known when App.3 was prepared.
    pub(super) fn tell_of_new_accounts(
        &self,
        said: &[Account<Sealed>],
        now: Moment,
        law: &Condition,
        events: &mut Vec<RecipientEvent>,
    ) {
        let beside = self.beside();
        let Some(watch) = beside.watch else { return };
        for held in self.integrated(said, law).filter(|held| counts(held)) {
            let before = self.accounts.iter().find(|known| known.account == held.account);
            let is_new = before.is_none_or(|known| beside.fresh.contains(&known.account) && !counts(known));
            if is_new {
                events.extend(appeared(held, watch.line, watch.until, now));
            }
        }
    }
}
