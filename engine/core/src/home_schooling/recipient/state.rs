//! How events change a recipient.

use proaktiv_messages::{Account, Sealed};

use super::{
    About, Answered, Beside, Knows, Progress, Recipient, RecipientEvent, Refreshing, Requested, Served, Unfit,
};
use crate::home_schooling::{Need, Owner};

impl Recipient {
    /// Takes an event into the state.
    pub(super) fn take_event(&mut self, event: &RecipientEvent) {
        match event {
            RecipientEvent::AskedFor { waiter, at_once, again } => self.serve(*waiter, *at_once, *again),
            RecipientEvent::ConsentAskedFor { at, anew } => {
                let unanswered = self.requested.map_or(0, |last| last.unanswered) + 1;
                self.requested = Some(Requested { at: *at, unanswered });
                if *anew {
                    self.children.iter_mut().for_each(|served| served.knows = Knows::HearsOfANo);
                }
                self.come_to(Progress::Consent);
            }
            RecipientEvent::RequestReceived { until } => self.gives_up = Some(*until),
            RecipientEvent::ConsentGiven { consent, next, until } => {
                self.take_consent_given(consent);
                self.come_to(*next);
                self.gives_up = (*next == Progress::Accounts).then_some(*until);
            }
            RecipientEvent::ConsentCameLate { consent } => self.take_consent_given(consent),
            RecipientEvent::ConsentWithdrawn { .. } => {
                self.note_who_was_told();
                self.consent = None;
                self.come_to(Progress::Unfit(Unfit::ConsentRefused));
                self.beside_mut().watch = None;
            }
            RecipientEvent::Resumed { next, until } => {
                self.come_to(*next);
                self.gives_up = (*next == Progress::Accounts).then_some(*until);
            }
            RecipientEvent::LetGo { child } => self.let_go(*child),
            RecipientEvent::RecordAccepted { name, .. } => {
                self.name = Some(*name);
                if self.progress == Progress::Record {
                    self.come_to(Progress::Number);
                }
            }
            RecipientEvent::NumberFound { number, language, until, .. } => {
                self.number = Some((*number, *language));
                if self.progress == Progress::Number {
                    self.come_to(Progress::Accounts);
                    self.gives_up = Some(*until);
                }
            }
            RecipientEvent::BankAnswered { bank, at, accounts, last, asked_again } => {
                self.note_new(accounts);
                self.accounts = self.with_answer(*bank, accounts);
                self.answered.retain(|answered| answered.bank != *bank);
                self.answered.push(Answered::new(*bank, *at));
                if let Some(beside) = &mut self.beside {
                    beside.reported_since.retain(|account| account.bank != *bank);
                    if !asked_again {
                        beside.refreshing.iter_mut().for_each(|one| one.banks.retain(|waited| waited != bank));
                    }
                }
                if *last {
                    self.come_to(Progress::Known);
                }
            }
            RecipientEvent::AccountReported { account, while_asked } => {
                self.note_new(std::slice::from_ref(account));
                self.accounts.retain(|held| held.account != account.account);
                self.accounts.push(*account);
                if *while_asked {
                    self.beside.get_or_insert_default().reported_since.push(account.account);
                }
            }
            RecipientEvent::BanksGivenUp => self.come_to(Progress::Known),
            RecipientEvent::CouldNotSay { about, ask_again } => {
                if !self.unsaid.contains(about) {
                    self.unsaid.push(*about);
                }
                self.ask_again = Some(*ask_again);
            }
            RecipientEvent::AskedAgain { .. } => {
                self.unsaid.clear();
                self.ask_again = None;
                self.times_unsaid = self.times_unsaid.saturating_add(1);
            }
            RecipientEvent::FoundUnfit { why } => {
                // Only a consent that has run out stops a child at once that asks again.
                if *why != Unfit::ConsentExpired {
                    self.note_who_was_told();
                }
                self.find_unfit(*why);
            }
            RecipientEvent::Lost { .. } => {
                self.note_who_was_told();
                self.find_unfit(Unfit::Flagged);
                let beside = self.beside_mut();
                beside.watch = None;
                beside.refreshing.clear();
                beside.lost = true;
            }
            RecipientEvent::NumberDoubted => {
                self.note_who_was_told();
                self.number = None;
                self.come_to(Progress::Unfit(Unfit::NoBmg));
            }
            RecipientEvent::NumberGone => self.lose_number(),
            RecipientEvent::RefreshBegun { refreshing } => {
                let beside = self.beside_mut();
                beside.refreshing.retain(|one| !one.is_for(refreshing.line, refreshing.need.is_late()));
                beside.refreshing.push(refreshing.clone());
            }
            RecipientEvent::OwnerKnown { line, need, owner, language } => self.of_line(*line, *need, |one| {
                one.owner = Some(*owner);
                one.language = *language;
            }),
            RecipientEvent::BanksWaitedFor { line, need } => self.of_line(*line, *need, |one| {
                one.banks.clear();
                one.until = None;
            }),
            RecipientEvent::RefreshOver { line, late } => {
                self.beside_mut().refreshing.retain(|one| !one.is_for(*line, *late));
            }
            RecipientEvent::RefreshAnswered { line, refreshed } => {
                let for_a_form = matches!(refreshed.need, Need::FirstForm | Need::LaterForm);
                if let Some(beside) = &mut self.beside {
                    beside.refreshing.retain(|one| !one.is_for(*line, refreshed.need.is_late()));
                    if for_a_form {
                        beside.fresh.clear();
                    }
                }
                if refreshed.owner == Owner::NotHis && self.number.is_some_and(|(number, _)| number == *line) {
                    self.lose_number();
                }
            }
            RecipientEvent::WatchBegun { watch } => self.beside_mut().watch = Some(*watch),
            RecipientEvent::WatchEnded => self.beside_mut().watch = None,
            RecipientEvent::PollHourCame { next_poll, .. } => {
                if let Some(watch) = &mut self.beside_mut().watch {
                    watch.next_poll = *next_poll;
                }
            }
            RecipientEvent::ReachBegun { reaching } => {
                let beside = self.beside_mut();
                beside.reaching.retain(|one| one.child != reaching.child);
                beside.reaching.push(*reaching);
            }
            RecipientEvent::Reached { child, contact } => {
                let written_to = self.beside().reaching.iter().find(|one| one.child == *child).map(|one| one.number);
                // S-01b, S-37: BMG has said that the number is his no longer, and which one is.
                if let (Some(contact), Some((number, language))) = (contact, &mut self.number)
                    && written_to == Some(*number)
                    && contact.number != *number
                {
                    (*number, *language) = (contact.number, contact.language);
                }
                if let Some(beside) = &mut self.beside {
                    beside.reaching.retain(|one| one.child != *child);
                }
            }
            RecipientEvent::ChildServed { child, by } => {
                let served = &mut self.beside_mut().served;
                served.retain(|(one, _)| one != child);
                served.extend(by.map(|by| (*child, by)));
            }
            RecipientEvent::LossTakenBack => self.beside_mut().lost = false,
            RecipientEvent::AccountAppeared { .. } | RecipientEvent::RecordChanged | RecipientEvent::GaveWay { .. } => {
            }
        }
        if !matches!(event, RecipientEvent::CouldNotSay { .. } | RecipientEvent::AskedAgain { .. }) {
            self.forget_what_nobody_waits_for();
        }
        if self.beside.as_deref().is_some_and(|beside| *beside == Beside::default()) {
            self.beside = None;
        }
    }

    fn beside_mut(&mut self) -> &mut Beside {
        self.beside.get_or_insert_default()
    }

    fn of_line(&mut self, line: proaktiv_messages::Token, need: Need, change: impl FnOnce(&mut Refreshing)) {
        let asked = |one: &&mut Refreshing| one.is_for(line, need.is_late());
        if let Some(one) = self.beside_mut().refreshing.iter_mut().find(asked) {
            change(one);
        }
    }

    /// Takes a child that asks; whoever was told before is not told again.
    fn serve(&mut self, waiter: super::Waiter, at_once: bool, again: bool) {
        self.note_who_was_told();
        let knows = if at_once { Knows::Told } else { Knows::Waits };
        match self.children.iter_mut().find(|served| served.waiter.child == waiter.child) {
            Some(served) => {
                let observed = if again { served.observed } else { 0 };
                *served = Served { waiter, knows, observed };
            }
            None => self.children.push(Served { waiter, knows, observed: 0 }),
        }
    }

    /// S-46: a case waits no longer; what KDP was asked is answered all the same.
    fn let_go(&mut self, child: proaktiv_messages::Token) {
        let passed = self.passed().last().copied().unwrap_or_default();
        for served in self.children.iter_mut().filter(|served| served.waiter.child == child) {
            served.knows = Knows::Told;
            served.observed = served.observed.max(passed);
        }
        let is_asked = matches!(self.progress, Progress::Record | Progress::Number | Progress::Accounts);
        if is_asked && self.nobody_waits() {
            self.come_to(Progress::Paused);
        }
    }

    /// Once the questions have come out, every case that waited was told.
    fn note_who_was_told(&mut self) {
        if matches!(self.progress, Progress::Known | Progress::Unfit(_)) {
            let passed = self.passed().last().copied().unwrap_or_default();
            for served in &mut self.children {
                served.knows = Knows::Told;
                served.observed = served.observed.max(passed);
            }
        }
    }

    fn come_to(&mut self, progress: Progress) {
        self.progress = progress;
        self.gives_up = None;
    }

    fn take_consent_given(&mut self, consent: &proaktiv_messages::Consent<Sealed>) {
        self.consent = Some(*consent);
        if let Some(requested) = &mut self.requested {
            requested.unanswered = 0;
        }
    }

    /// What stopped him is forgotten, so that it is asked for when the questions begin again.
    fn find_unfit(&mut self, why: Unfit) {
        match why {
            Unfit::Flagged | Unfit::RegNotPermanent | Unfit::IdNotActual | Unfit::Minor => self.name = None,
            Unfit::NoBmg => self.number = None,
            Unfit::ConsentRefused | Unfit::ConsentTimeout | Unfit::ConsentExpired | Unfit::BankUnknown => {}
        }
        self.come_to(Progress::Unfit(why));
    }

    /// S-37: the number is another person's; the next child that asks has it chosen anew.
    fn lose_number(&mut self) {
        self.note_who_was_told();
        self.number = None;
        self.beside_mut().watch = None;
        if self.progress == Progress::Known {
            self.come_to(Progress::Unfit(Unfit::NoBmg));
        }
    }

    /// notes accounts that are seen for the first time after the first questions.
    fn note_new(&mut self, accounts: &[Account<Sealed>]) {
        if self.progress != Progress::Known {
            return;
        }
        for account in accounts {
            if !self.accounts.iter().any(|held| held.account == account.account) {
                self.beside_mut().fresh.push(account.account);
            }
        }
    }

    /// S-20, S-36: what nobody waits for any more is not asked again.
    fn forget_what_nobody_waits_for(&mut self) {
        if self.unsaid.is_empty() {
            return;
        }
        let mut unsaid = std::mem::take(&mut self.unsaid);
        unsaid.retain(|about| self.is_waited_for(*about));
        if unsaid.is_empty() {
            self.ask_again = None;
            self.times_unsaid = 0;
        }
        self.unsaid = unsaid;
    }

    fn is_waited_for(&self, about: About) -> bool {
        let beside = self.beside();
        match about {
            About::Record => self.progress == Progress::Record,
            About::Number => {
                let by_a_line = beside.refreshing.iter().any(|one| one.owner.is_none());
                self.progress == Progress::Number || by_a_line || !beside.reaching.is_empty()
            }
            About::Accounts(bank) => {
                let by_a_line = beside.refreshing.iter().any(|one| one.banks.contains(&bank));
                (self.progress == Progress::Accounts && !self.has_answered(bank)) || by_a_line
            }
        }
    }
}
