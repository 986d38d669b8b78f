//! One representative (order 42, p. 7–9): his consent, his record, his number in BMG, his accounts.
//!
//! Asked once, however many of his children ask. Tells each of them either how he is reached and
//! with which accounts, or why he cannot act.

use proaktiv_messages::{
    Account, AskAccounts, AskNumber, AskPerson, BankCode, Body, Consent, ConsentDecided, ConsentOutcome,
    ConsentWithdrawn, District, Finding, Key, Language, Moment, NumberRecord, Outcome, Party, PersonChange,
    PersonRecord, Purpose, Purposes, ReportAccount, RequestConsent, Sealed, Token,
};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::provisions::a_register_is_asked_again::asked_again_at;
use super::provisions::accounts_choose_the_form::frozen;
use super::provisions::the_number_is_chosen::chosen;
use super::provisions::the_representative_qualifies::unfit;
use super::{CaseInbound, Condition, Contact, Effect, Inbound};
use crate::Aggregate;
use crate::calendar::astana;
use crate::ground::Ground;

/// Why a representative cannot act, by how far he came (S-15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unfit {
    /// He refused consent to read his record (S-03).
    ConsentRefused,
    /// He did not answer the request for consent (S-03).
    ConsentTimeout,
    /// His consent has run out and may not be asked for yet (S-03d).
    ConsentExpired,
    /// A record of paragraph 7 is on him.
    Flagged,
    /// Registration at permanent residence is not shown.
    RegNotPermanent,
    /// No document of his is current (S-02).
    IdNotActual,
    /// He is under age (S-38).
    Minor,
    /// He has no number in BMG (S-01).
    NoBmg,
    /// No account of his is known, and a bank has not answered (S-20).
    BankUnknown,
}

/// What a recipient is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// GBDFL: his record (7).
    Record,
    /// BMG: his number (8).
    Number,
    /// A bank: his accounts there (9).
    Accounts(BankCode),
}

/// How far the questions are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// Nobody has asked for him.
    #[default]
    New,
    /// KDP is asked.
    Consent,
    /// GBDFL is asked.
    Record,
    /// BMG is asked.
    Number,
    /// The banks are asked.
    Accounts,
    /// Every bank has answered.
    Known,
    /// He cannot act.
    Unfit(Unfit),
}

/// A child whose case asks for the recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiter {
    /// The child.
    pub child: Token,
    /// The district of its school, for the observer.
    pub district: District,
}

/// What can reach a recipient.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecipientInbound {
    /// A case: can he act for this child?
    Assess(Waiter),
    /// KDP has the request for consent: the time for an answer runs.
    RequestReceived,
    /// KDP: he decided on consent.
    Consent(ConsentDecided<Sealed>),
    /// GBDFL answers.
    Record(Finding<Box<PersonRecord<Sealed>>>),
    /// BMG answers.
    Number(Finding<NumberRecord<Sealed>>),
    /// A bank answers.
    Accounts {
        /// Which bank.
        bank: BankCode,
        /// What it says.
        finding: Finding<Vec<Account<Sealed>>>,
    },
    /// KDP: he took his consent back (S-03).
    ConsentWithdrawn(ConsentWithdrawn<Sealed>),
    /// GBDFL reports by itself that his record changed (S-48).
    PersonReported(PersonChange),
    /// A case: how is he reached, if this number is still his (S-37)?
    Reach {
        /// The child.
        child: Token,
        /// The number that was written to.
        number: Token,
    },
    /// A bank reports an account by itself.
    AccountReported(ReportAccount<Sealed>),
    /// A party has what it was sent.
    Acknowledged,
    /// A deadline is due.
    Due(RecipientDeadline),
}

/// What can happen to a recipient.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecipientEvent {
    /// A child asks for him; the first one begins the questions.
    AskedFor {
        /// The child.
        waiter: Waiter,
        /// Whether the questions begin with it.
        first: bool,
    },
    /// He consented.
    ConsentGiven {
        /// The consent.
        consent: Consent<Sealed>,
    },
    /// His record shows nothing against him.
    RecordAccepted {
        /// His name.
        name: Token,
    },
    /// BMG has a number of his.
    NumberFound {
        /// The number that is written to.
        number: Token,
        /// The language of the messages.
        language: Language,
    },
    /// A bank has answered.
    BankAnswered {
        /// Which bank.
        bank: BankCode,
        /// His accounts there.
        accounts: Vec<Account<Sealed>>,
        /// Whether it was the last one to answer.
        last: bool,
    },
    /// A register or bank could not say; it is asked again.
    CouldNotSay {
        /// About what.
        about: About,
        /// When it is asked again.
        ask_again: Moment,
    },
    /// What could not be said is asked again.
    AskedAgain {
        /// About what.
        about: SmallVec<[About; 1]>,
    },
    /// He cannot act.
    FoundUnfit {
        /// Why.
        why: Unfit,
    },
    /// A case asks how he is reached.
    ReachAsked {
        /// The child.
        child: Token,
    },
}

impl RecipientEvent {
    /// Returns what the event rests on.
    pub const fn ground(&self) -> Ground {
        match self {
            RecipientEvent::AskedFor { .. } => Ground::new("S-15", "7"),
            RecipientEvent::ConsentGiven { .. } => Ground::new("S-03d", "7"),
            RecipientEvent::RecordAccepted { .. } => Ground::new("A-18", "7"),
            RecipientEvent::NumberFound { .. } => Ground::new("A-21", "8"),
            RecipientEvent::BankAnswered { .. } => Ground::new("A-22", "9"),
            RecipientEvent::ReachAsked { .. } => Ground::new("S-37", "13"),
            RecipientEvent::CouldNotSay { .. } | RecipientEvent::AskedAgain { .. } => Ground::new("S-46", "7"),
            RecipientEvent::FoundUnfit { why } => match why {
                Unfit::ConsentRefused | Unfit::ConsentTimeout => Ground::new("S-03", "7"),
                Unfit::ConsentExpired => Ground::new("S-03d", "7"),
                Unfit::BankUnknown => Ground::new("S-20", "9"),
                Unfit::Flagged => Ground::new("A-20", "7"),
                Unfit::RegNotPermanent => Ground::new("A-15", "7"),
                Unfit::IdNotActual => Ground::new("S-02", "7"),
                Unfit::Minor => Ground::new("S-38", "7"),
                Unfit::NoBmg => Ground::new("S-01", "8"),
            },
        }
    }
}

/// Why a recipient cannot take an inbound now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum RecipientRefusal {
    /// The answer is to a question that is not being asked.
    #[error("nobody asked that question")]
    NobodyAsked,
    /// No watch of accounts is on for this recipient.
    #[error("nobody watches the accounts of this recipient")]
    NobodyWatches,
    /// The deadline is not due.
    #[error("the deadline is not due")]
    NotDue,
}

/// What a recipient can be waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecipientDeadline {
    /// When registers or banks that could not say are asked again.
    AskAgain,
}

/// One representative.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recipient {
    /// Who.
    pub person: Token,
    /// How far the questions are.
    pub progress: Progress,
    /// His consent (C1-rep).
    pub consent: Option<Consent<Sealed>>,
    /// His name.
    pub name: Option<Token>,
    /// The number that is written to, and in which language.
    pub number: Option<(Token, Language)>,
    /// His accounts, of every bank that answered.
    pub accounts: SmallVec<[Account<Sealed>; 2]>,
    /// The banks that answered.
    pub answered: SmallVec<[BankCode; 8]>,
    /// The children that wait for the outcome.
    pub waiting: SmallVec<[Waiter; 1]>,
    /// What could not be said, when it is asked again, and how often it could not be said.
    pub unsaid: SmallVec<[About; 1]>,
    /// When it is asked again.
    pub ask_again: Option<Moment>,
    /// How often in a row something could not be said.
    pub times_unsaid: u8,
}

impl Recipient {
    /// Returns a recipient whom nobody has asked for.
    pub fn new(person: Token) -> Self {
        Self {
            person,
            progress: Progress::New,
            consent: None,
            name: None,
            number: None,
            accounts: SmallVec::new(),
            answered: SmallVec::new(),
            waiting: SmallVec::new(),
            unsaid: SmallVec::new(),
            ask_again: None,
            times_unsaid: 0,
        }
    }

    /// Returns how he is reached, once everything is known.
    pub fn contact(&self) -> Option<Contact> {
        let (number, language) = self.number.filter(|_| self.progress == Progress::Known)?;
        Some(Contact { recipient: self.person, name: self.name?, number, language, accounts: frozen(&self.accounts) })
    }

    fn is_at(&self, progress: Progress) -> Result<(), RecipientRefusal> {
        if self.progress == progress { Ok(()) } else { Err(RecipientRefusal::NobodyAsked) }
    }

    /// A-11, I-12, S-20: what cannot be said is asked again, all of it at one time.
    fn could_not_say(&self, about: About, now: Moment, law: &Condition) -> RecipientEvent {
        let ask_again = self.ask_again.unwrap_or_else(|| asked_again_at(now, self.times_unsaid, &law.law));
        RecipientEvent::CouldNotSay { about, ask_again }
    }

    /// P. 9: a bank's answer; the last one makes him known.
    fn take_accounts(
        &self,
        bank: BankCode,
        finding: &Finding<Vec<Account<Sealed>>>,
        now: Moment,
        law: &Condition,
        events: &mut Vec<RecipientEvent>,
    ) -> Result<(), RecipientRefusal> {
        self.is_at(Progress::Accounts)?;
        if self.answered.contains(&bank) {
            return Err(RecipientRefusal::NobodyAsked);
        }
        let accounts = match finding {
            Finding::Yes(accounts) => accounts.clone(),
            Finding::No => Vec::new(),
            Finding::Unknown => {
                events.push(self.could_not_say(About::Accounts(bank), now, law));
                return Ok(());
            }
        };
        let last = law
            .law
            .integrated_banks()
            .iter()
            .all(|integrated| *integrated == bank || self.answered.contains(integrated));
        events.push(RecipientEvent::BankAnswered { bank, accounts, last });
        Ok(())
    }

    /// I-1: asks a register or a bank, if the consent covers what it is asked about.
    fn ask(&self, about: About, effects: &mut Vec<Effect>) {
        let purpose = match about {
            About::Record => Purpose::PersonRecord,
            About::Number => Purpose::Number,
            About::Accounts(_) => Purpose::Accounts,
        };
        let covering = self.consent.filter(|consent| consent.purposes.cover(purpose));
        let (person, Some(consent)) = (self.person, covering) else { return };
        let (to, body) = match about {
            About::Record => (Party::Gbdfl, Body::AskPerson(AskPerson { person, consent })),
            About::Number => (Party::Bmg, Body::AskNumber(AskNumber { person, consent })),
            About::Accounts(bank) => (Party::Bank(bank), Body::AskAccounts(AskAccounts { person, consent })),
        };
        effects.push(Effect::tell(to, body));
    }

    /// Returns the paragraphs that he has passed.
    fn passed(&self) -> &'static [u8] {
        match self.progress {
            Progress::New | Progress::Consent | Progress::Record => &[],
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

    fn tell_case(&self, child: Token, effects: &mut Vec<Effect>) {
        let said = match (self.progress, self.contact()) {
            (Progress::Unfit(why), _) => CaseInbound::Unfit { person: self.person, why },
            (_, Some(contact)) => CaseInbound::Fit(contact),
            (_, None) => return,
        };
        effects.push(Effect::Pass { to: Key::case(child), inbound: Inbound::Case(said) });
    }
}

/// A-O3, T-01: returns what the observer is told of a child whose representative passed a paragraph.
fn observed(waiter: &Waiter, paragraph: u8, law: &Condition) -> Option<Effect> {
    law.observed.then(|| super::effect::observed(waiter.child, paragraph, Outcome::Passed, waiter.district))
}

impl Aggregate for Recipient {
    type Inbound = RecipientInbound;
    type Event = RecipientEvent;
    type Effect = Effect;
    type Refusal = RecipientRefusal;
    type Deadline = RecipientDeadline;
    type Law = Condition;

    fn decide(
        &self,
        inbound: &RecipientInbound,
        now: Moment,
        law: &Condition,
        events: &mut Vec<RecipientEvent>,
    ) -> Result<(), RecipientRefusal> {
        match inbound {
            RecipientInbound::Assess(waiter) => {
                events.push(RecipientEvent::AskedFor { waiter: *waiter, first: self.progress == Progress::New });
            }
            RecipientInbound::Consent(decided) => {
                self.is_at(Progress::Consent)?;
                events.push(match decided.outcome {
                    ConsentOutcome::Given(consent) => RecipientEvent::ConsentGiven { consent },
                    ConsentOutcome::Refused => RecipientEvent::FoundUnfit { why: Unfit::ConsentRefused },
                });
            }
            RecipientInbound::Record(finding) => {
                self.is_at(Progress::Record)?;
                events.push(match finding {
                    Finding::Yes(record) => match unfit(record, astana::civil_day(now)) {
                        Some(why) => RecipientEvent::FoundUnfit { why },
                        None => RecipientEvent::RecordAccepted { name: record.person.name },
                    },
                    Finding::No | Finding::Unknown => self.could_not_say(About::Record, now, law),
                });
            }
            RecipientInbound::Number(finding) => {
                self.is_at(Progress::Number)?;
                events.push(match finding {
                    Finding::Yes(record) => match chosen(record) {
                        Some(number) => RecipientEvent::NumberFound {
                            number,
                            // Reading S-24: the portal's language if known, else the default.
                            language: record.language.unwrap_or(law.law.language_default()),
                        },
                        None => RecipientEvent::FoundUnfit { why: Unfit::NoBmg },
                    },
                    Finding::No => RecipientEvent::FoundUnfit { why: Unfit::NoBmg },
                    Finding::Unknown => self.could_not_say(About::Number, now, law),
                });
            }
            RecipientInbound::Accounts { bank, finding } => self.take_accounts(*bank, finding, now, law, events)?,
            RecipientInbound::Reach { child, .. } => events.push(RecipientEvent::ReachAsked { child: *child }),
            RecipientInbound::ConsentWithdrawn(_) | RecipientInbound::PersonReported(_) => {
                return Err(RecipientRefusal::NobodyAsked);
            }
            RecipientInbound::AccountReported(_) => return Err(RecipientRefusal::NobodyWatches),
            RecipientInbound::Acknowledged | RecipientInbound::RequestReceived => {}
            RecipientInbound::Due(RecipientDeadline::AskAgain) => {
                if self.ask_again.is_none_or(|due| now < due) {
                    return Err(RecipientRefusal::NotDue);
                }
                events.push(RecipientEvent::AskedAgain { about: self.unsaid.clone() });
            }
        }
        Ok(())
    }

    fn evolve(&mut self, event: &RecipientEvent) {
        match event {
            RecipientEvent::AskedFor { waiter, first } => {
                if *first {
                    self.progress = Progress::Consent;
                }
                if !matches!(self.progress, Progress::Known | Progress::Unfit(_)) {
                    self.waiting.push(*waiter);
                }
            }
            RecipientEvent::ConsentGiven { consent } => {
                self.consent = Some(*consent);
                self.progress = Progress::Record;
            }
            RecipientEvent::RecordAccepted { name } => {
                self.name = Some(*name);
                self.progress = Progress::Number;
                self.times_unsaid = 0;
            }
            RecipientEvent::NumberFound { number, language } => {
                self.number = Some((*number, *language));
                self.progress = Progress::Accounts;
                self.times_unsaid = 0;
            }
            RecipientEvent::BankAnswered { bank, accounts, last } => {
                self.answered.push(*bank);
                self.accounts.extend(accounts.iter().copied());
                if *last {
                    self.progress = Progress::Known;
                }
            }
            RecipientEvent::CouldNotSay { about, ask_again } => {
                self.unsaid.push(*about);
                self.ask_again = Some(*ask_again);
            }
            RecipientEvent::AskedAgain { .. } => {
                self.unsaid.clear();
                self.ask_again = None;
                self.times_unsaid = self.times_unsaid.saturating_add(1);
            }
            RecipientEvent::FoundUnfit { why } => self.progress = Progress::Unfit(*why),
            RecipientEvent::ReachAsked { .. } => {}
        }
    }

    fn react(&self, event: &RecipientEvent, law: &Condition, effects: &mut Vec<Effect>) {
        match event {
            RecipientEvent::AskedFor { first: true, .. } => effects.push(Effect::tell(
                Party::Kdp,
                Body::RequestConsent(RequestConsent {
                    subject: self.person,
                    purposes: Purposes::OF_REPRESENTATIVE,
                    days: law.law.consent_days_representative(),
                }),
            )),
            RecipientEvent::AskedFor { first: false, waiter } => {
                for paragraph in self.passed() {
                    effects.extend(observed(waiter, *paragraph, law));
                }
                self.tell_case(waiter.child, effects);
            }
            RecipientEvent::ConsentGiven { .. } => self.ask(About::Record, effects),
            RecipientEvent::RecordAccepted { .. } => {
                effects.extend(self.waiting.iter().filter_map(|waiter| observed(waiter, 7, law)));
                self.ask(About::Number, effects);
            }
            RecipientEvent::NumberFound { .. } => {
                effects.extend(self.waiting.iter().filter_map(|waiter| observed(waiter, 8, law)));
                for bank in law.law.integrated_banks() {
                    self.ask(About::Accounts(*bank), effects);
                }
            }
            RecipientEvent::BankAnswered { last: true, .. } | RecipientEvent::FoundUnfit { .. } => {
                for waiter in &self.waiting {
                    self.tell_case(waiter.child, effects);
                }
            }
            RecipientEvent::ReachAsked { child } => {
                let inbound = Inbound::Case(CaseInbound::Notify(self.contact()));
                effects.push(Effect::Pass { to: Key::case(*child), inbound });
            }
            RecipientEvent::AskedAgain { about } => {
                for one in about {
                    self.ask(*one, effects);
                }
            }
            RecipientEvent::BankAnswered { last: false, .. } | RecipientEvent::CouldNotSay { .. } => {}
        }
    }

    fn next_deadline(&self) -> Option<(Moment, RecipientDeadline)> {
        self.ask_again.map(|due| (due, RecipientDeadline::AskAgain))
    }
}
