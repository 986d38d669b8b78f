//! What each event of a recipient asks of the registers, of the cases and of the line.

use proaktiv_messages::{
    AskAccounts, AskNumber, AskPerson, BankCode, Body, Closing, Key, Outcome, Party, Purposes, RequestConsent, Token,
};

use super::{About, Knows, Progress, Recipient, RecipientEvent, Unfit, Waiter};
use crate::home_schooling::effect::observed;
use crate::home_schooling::{CaseInbound, Condition, Effect, Inbound, LineInbound};

impl Recipient {
    /// Pushes what an event asks of others.
    pub(super) fn answer_event(&self, event: &RecipientEvent, law: &Condition, effects: &mut Vec<Effect>) {
        match event {
            RecipientEvent::AskedFor { waiter, at_once, .. } => {
                self.observe(waiter.child, self.passed(), law, effects);
                if *at_once {
                    self.tell_case(waiter.child, effects);
                }
            }
            RecipientEvent::ConsentAskedFor { .. } => effects.push(Effect::tell(
                Party::Kdp,
                Body::RequestConsent(RequestConsent {
                    subject: self.person,
                    purposes: Purposes::OF_REPRESENTATIVE,
                    days: law.law.consent_days_representative(),
                }),
            )),
            RecipientEvent::ConsentGiven { next, .. } | RecipientEvent::Resumed { next, .. } => {
                self.go_on_at(*next, law, effects);
            }
            RecipientEvent::RecordAccepted { goes_on, .. } => {
                self.who_hears().for_each(|waiter| self.observe(waiter.child, &[7], law, effects));
                if *goes_on {
                    self.ask(About::Number, effects);
                }
            }
            RecipientEvent::NumberFound { goes_on, .. } => {
                self.who_hears().for_each(|waiter| self.observe(waiter.child, &[8], law, effects));
                if *goes_on {
                    self.ask_banks(self.silent_banks(law), effects);
                }
            }
            RecipientEvent::BankAnswered { last: true, .. } | RecipientEvent::BanksGivenUp => self.tell_cases(effects),
            RecipientEvent::FoundUnfit { why } => {
                self.tell_cases(effects);
                if *why == Unfit::ConsentRefused {
                    self.tell_line_of_loss(Closing::ConsentRefused, effects);
                }
            }
            RecipientEvent::ConsentWithdrawn { withdrawn } => {
                self.tell_line_of_loss(Closing::ConsentWithdrawn, effects);
                self.tell_all_cases(&CaseInbound::ConsentWithdrawn(*withdrawn), effects);
                self.tell_cases(effects);
            }
            RecipientEvent::Lost { why } => {
                self.tell_line_of_loss(Closing::RepLost, effects);
                self.tell_all_cases(&CaseInbound::RepresentativeLost { person: self.person, why: *why }, effects);
                self.tell_cases(effects);
            }
            RecipientEvent::AskedAgain { about } => about.iter().for_each(|one| self.ask(*one, effects)),
            RecipientEvent::RefreshBegun { refreshing } => {
                if refreshing.owner.is_none() {
                    self.ask(About::Number, effects);
                }
                self.ask_banks(refreshing.banks.iter().copied(), effects);
            }
            RecipientEvent::RefreshAnswered { line, refreshed } => {
                effects.push(to_line(*line, LineInbound::Refreshed(refreshed.clone())));
            }
            RecipientEvent::AccountAppeared { line, account, opened } => {
                effects.push(to_line(*line, LineInbound::AccountOpened { account: *account, opened: *opened }));
            }
            RecipientEvent::PollHourCame { asked: true, .. } => {
                self.ask_banks(law.law.integrated_banks().iter().copied(), effects);
            }
            RecipientEvent::GaveWay { child, other } => {
                effects.push(to_case(*child, CaseInbound::OtherServes { person: *other }));
            }
            // One answer does for all notices that wait for it.
            RecipientEvent::ReachBegun { .. } if self.beside().reaching.len() > 1 => {}
            RecipientEvent::ReachBegun { .. } => self.ask(About::Number, effects),
            RecipientEvent::Reached { child, contact } => {
                effects.push(to_case(*child, CaseInbound::Notify(contact.clone())));
            }
            RecipientEvent::BankAnswered { last: false, .. }
            | RecipientEvent::RequestReceived { .. }
            | RecipientEvent::ConsentCameLate { .. }
            | RecipientEvent::AccountReported { .. }
            | RecipientEvent::CouldNotSay { .. }
            | RecipientEvent::RecordChanged
            | RecipientEvent::ChildServed { .. }
            | RecipientEvent::LossTakenBack
            | RecipientEvent::LetGo { .. }
            | RecipientEvent::NumberDoubted
            | RecipientEvent::NumberGone
            | RecipientEvent::OwnerKnown { .. }
            | RecipientEvent::BanksWaitedFor { .. }
            | RecipientEvent::RefreshOver { .. }
            | RecipientEvent::WatchBegun { .. }
            | RecipientEvent::WatchEnded
            | RecipientEvent::PollHourCame { asked: false, .. } => {}
        }
    }

    fn go_on_at(&self, next: Progress, law: &Condition, effects: &mut Vec<Effect>) {
        match next {
            Progress::Record => self.ask(About::Record, effects),
            Progress::Number => self.ask(About::Number, effects),
            Progress::Accounts => self.ask_banks(self.silent_banks(law), effects),
            Progress::Known => self.tell_cases(effects),
            Progress::New | Progress::Consent | Progress::Paused | Progress::Unfit(_) => {}
        }
    }

    fn ask_banks(&self, banks: impl Iterator<Item = BankCode>, effects: &mut Vec<Effect>) {
        banks.for_each(|bank| self.ask(About::Accounts(bank), effects));
    }

    /// I-1: asks a register or a bank, if his consent covers what it is asked about. Whether it is still
    /// valid has been decided before.
    fn ask(&self, about: About, effects: &mut Vec<Effect>) {
        let covering = self.consent.filter(|consent| consent.purposes.cover(about.purpose()));
        let (person, Some(consent)) = (self.person, covering) else { return };
        let (to, body) = match about {
            About::Record => (Party::Gbdfl, Body::AskPerson(AskPerson { person, consent })),
            About::Number => (Party::Bmg, Body::AskNumber(AskNumber { person, consent })),
            About::Accounts(bank) => (Party::Bank(bank), Body::AskAccounts(AskAccounts { person, consent })),
        };
        effects.push(Effect::tell(to, body));
    }

    /// A-O3, T-01: tells the observer, once for an order, that a child's representative passed paragraphs.
    fn observe(&self, child: Token, paragraphs: &[u8], law: &Condition, effects: &mut Vec<Effect>) {
        let served = self.children.iter().find(|served| served.waiter.child == child).filter(|_| law.observed);
        let Some(served) = served else { return };
        let fresh = paragraphs.iter().filter(|paragraph| served.observed < **paragraph);
        effects.extend(fresh.map(|paragraph| observed(child, *paragraph, Outcome::Passed, served.waiter.district)));
    }

    /// Returns the paragraphs that he has passed.
    pub(super) fn passed(&self) -> &'static [u8] {
        match self.progress {
            Progress::New | Progress::Consent | Progress::Record => &[],
            Progress::Paused if self.name.is_none() => &[],
            Progress::Paused if self.number.is_none() => &[7],
            Progress::Paused => &[7, 8],
            Progress::Number | Progress::Unfit(Unfit::NoBmg) => &[7],
            Progress::Accounts | Progress::Known | Progress::Unfit(Unfit::BankUnknown) => &[7, 8],
            Progress::Unfit(
                Unfit::ConsentRefused
                | Unfit::ConsentTimeout
                | Unfit::ConsentExpired
                | Unfit::Flagged
                | Unfit::RegNotPermanent
                | Unfit::IdNotActual
                | Unfit::Minor,
            ) => &[],
        }
    }

    /// Returns the children whose cases hear how the questions came out.
    fn who_hears(&self) -> impl Iterator<Item = &Waiter> {
        // Those whose form waits hear of a no; of a refusal the line tells them.
        let of_a_no = matches!(self.progress, Progress::Unfit(Unfit::ConsentTimeout | Unfit::ConsentExpired));
        let hears = move |knows: Knows| knows == Knows::Waits || (of_a_no && knows == Knows::HearsOfANo);
        self.children.iter().filter(move |served| hears(served.knows)).map(|served| &served.waiter)
    }

    fn tell_cases(&self, effects: &mut Vec<Effect>) {
        self.who_hears().for_each(|waiter| self.tell_case(waiter.child, effects));
    }

    fn tell_case(&self, child: Token, effects: &mut Vec<Effect>) {
        let said = match (self.progress, self.contact()) {
            (Progress::Unfit(why), _) => CaseInbound::Unfit { person: self.person, why },
            (_, Some(contact)) => CaseInbound::Fit(contact),
            (_, None) => return,
        };
        effects.push(to_case(child, said));
    }

    fn tell_all_cases(&self, said: &CaseInbound, effects: &mut Vec<Effect>) {
        effects.extend(self.children.iter().map(|served| to_case(served.waiter.child, said.clone())));
    }

    fn tell_line_of_loss(&self, reason: Closing, effects: &mut Vec<Effect>) {
        if let Some((number, _)) = self.number {
            effects.push(to_line(number, LineInbound::RecipientLost { recipient: self.person, reason }));
        }
    }
}

fn to_case(child: Token, inbound: CaseInbound) -> Effect {
    Effect::Pass { to: Key::case(child), inbound: Inbound::Case(inbound) }
}

fn to_line(line: Token, inbound: LineInbound) -> Effect {
    Effect::Pass { to: Key::line(line), inbound: Inbound::Line(inbound) }
}
