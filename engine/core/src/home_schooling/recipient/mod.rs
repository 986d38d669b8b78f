//! One representative (order 42, p. 7–12): his consent, his record, his number in BMG, his accounts.
//!
//! Asked once, however many of his children ask. Tells each of them either how he is reached and with
//! which accounts, or why he cannot act; tells the line of his number what his registers say when a form
//! is to leave, and which account appeared. No register is asked without a consent that allows it (I-1).

mod consent;
mod effects;
mod event;
mod questions;
mod refresh;
mod state;
mod watch;

use chrono::{Days, NaiveDate};
use proaktiv_messages::{
    Account, BankCode, Consent, ConsentDecided, ConsentWithdrawn, District, Finding, Language, Moment, NumberRecord,
    PersonChange, PersonRecord, Purpose, ReportAccount, Sealed, SealedAccount, Token,
};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

pub use event::RecipientEvent;

use super::provisions::accounts_choose_the_form::{Frozen, frozen};
use super::{Condition, Contact, Effect, Need, Owner};
use crate::Aggregate;
use crate::calendar::astana;

/// Why a representative cannot act, by how far he came (S-15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unfit {
    /// He refused consent to read his record, or took it back (S-03).
    ConsentRefused,
    /// He did not answer the request for consent (S-03).
    ConsentTimeout,
    /// His consent has run out and may not be asked for yet (S-03d).
    ConsentExpired,
    /// A record of paragraph 7 is on him, or he is deprived of rights (A-20, S-11).
    Flagged,
    /// Registration at permanent residence is not shown.
    RegNotPermanent,
    /// No document of his is current (S-02).
    IdNotActual,
    /// He is under age (S-38).
    Minor,
    /// He has no number in BMG (S-01), or not the one any more that was written to (S-37).
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

impl About {
    /// Returns what a consent must cover for it.
    const fn purpose(self) -> Purpose {
        match self {
            About::Record => Purpose::PersonRecord,
            About::Number => Purpose::Number,
            About::Accounts(_) => Purpose::Accounts,
        }
    }
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
    /// Every bank has answered, or was waited for long enough.
    Known,
    /// No child waits for the answers any more: nothing is asked until one does again (S-46).
    Paused,
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

/// What a case of his knows of him.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Knows {
    /// It waits for the outcome.
    Waits,
    /// It was told.
    Told,
    /// It was told; his consent is being asked for anew, and it is to hear of a no.
    HearsOfANo,
}

/// A child whom he is to act for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Served {
    /// The child.
    pub waiter: Waiter,
    /// What its case knows.
    pub knows: Knows,
    /// The last paragraph that the observer was told he passed, for the child's order; 0 if none.
    pub observed: u8,
}

/// The last request for his consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requested {
    /// When it was made.
    pub at: Moment,
    /// How many requests in a row nobody answered, this one included while it is open.
    pub unanswered: u8,
}

/// When a bank last answered. In seconds, since every recipient keeps one a bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The bank.
    pub bank: BankCode,
    /// Seconds since the epoch.
    second: u32,
}

impl Answered {
    fn new(bank: BankCode, at: Moment) -> Self {
        Self { bank, second: u32::try_from(at.millis() / 1000).unwrap_or_default() }
    }

    /// Returns whether the answer is older than this many hours.
    fn is_older(self, hours: u32, now: Moment) -> bool {
        now.millis() / 1000 - i64::from(self.second) > i64::from(hours) * 3600
    }
}

/// Which banks a line has asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Search {
    /// None.
    None,
    /// Each integrated bank whose answer is too old, or that has not answered (S-36).
    Stale,
    /// Each integrated bank.
    All,
    /// The banks of these accounts: which of them are there still?
    Still(Frozen),
}

/// What a line has asked for, while registers are waited for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refreshing {
    /// Which line.
    pub line: Token,
    /// What for.
    pub need: Need,
    /// Whether a reply was the consent to it (C2, S-03d).
    pub consented: bool,
    /// Whose the number is; none while BMG is waited for.
    pub owner: Option<Owner>,
    /// The language, once BMG has answered.
    pub language: Option<Language>,
    /// Banks that are waited for.
    pub banks: SmallVec<[BankCode; 4]>,
    /// Accounts that are asked about; none for all.
    pub still: Frozen,
    /// Until when banks are waited for; none for as long as it takes.
    pub until: Option<Moment>,
}

impl Refreshing {
    /// Returns whether it is what this line asked for; an acceptance beside the open offer asks apart.
    fn is_for(&self, line: Token, late: bool) -> bool {
        self.line == line && self.need.is_late() == late
    }
}

/// The watch of paragraph 10: accounts that appear are told to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    /// Which line.
    pub line: Token,
    /// The end of the window; what banks report later by themselves is told too.
    pub until: Moment,
    /// Whether a reply was the consent to it (C2, S-03d).
    pub consented: bool,
    /// When the banks are searched next.
    pub next_poll: Option<Moment>,
}

/// A case that asks how he is reached, for App.5 (S-37).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaching {
    /// The child.
    pub child: Token,
    /// The number that was written to.
    pub number: Token,
    /// His name, as it stood with the application.
    pub name: Token,
}

/// What is kept while more than the first questions is asked: apart, so that most recipients stay small.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Beside {
    /// What lines wait for.
    pub refreshing: Vec<Refreshing>,
    /// The watch of paragraph 10.
    pub watch: Option<Watch>,
    /// Cases that wait for the number.
    pub reaching: Vec<Reaching>,
    /// Children of his whom another representative serves, and who it is (S-15).
    pub served: Vec<(Token, Token)>,
    /// Whether GBDFL reported by itself that he can act no longer, and has not taken it back (S-48).
    pub lost: bool,
    /// Accounts first seen since the line was last told of accounts.
    pub fresh: Vec<SealedAccount>,
    /// Accounts reported while their bank was being asked: its answer to that question says nothing of them.
    pub reported_since: Vec<SealedAccount>,
}

/// What can reach a recipient.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecipientInbound {
    /// A case: can he act for this child?
    Assess {
        /// The child.
        waiter: Waiter,
        /// The other parent, who comes first if he serves a sibling already (S-15).
        or: Option<Token>,
        /// The number that the child's last offer failed on, if that is what stopped the case: BMG is to
        /// say whether there is another (S-18).
        doubted: Option<Token>,
        /// Whether the case may have asked for him before, under the same order.
        again: bool,
    },
    /// A case that asked for him is stopped by something else: it waits for his answers no longer (S-46).
    LetGo {
        /// The child.
        child: Token,
    },
    /// The case of a child of his: another representative serves it, or nobody does any more (S-15).
    ChildServed {
        /// The child.
        child: Token,
        /// Who has an offer or an application for it.
        by: Option<Token>,
    },
    /// KDP has the request for consent: the time for an answer runs.
    RequestReceived,
    /// KDP: he decided on consent.
    Consent(ConsentDecided<Sealed>),
    /// KDP: he took his consent back.
    ConsentWithdrawn(ConsentWithdrawn<Sealed>),
    /// GBDFL answers.
    Record(Finding<Box<PersonRecord<Sealed>>>),
    /// GBDFL reports by itself that his record changed.
    PersonReported(PersonChange),
    /// BMG answers.
    Number(Finding<NumberRecord<Sealed>>),
    /// A bank answers.
    Accounts {
        /// Which bank.
        bank: BankCode,
        /// What it says.
        finding: Finding<Vec<Account<Sealed>>>,
        /// Whether it has been asked the same anew since that question, and has not answered that yet.
        asked_again: bool,
    },
    /// A bank reports an account by itself.
    AccountReported {
        /// What it reports.
        report: ReportAccount<Sealed>,
        /// Whether it has a question about him that it has not answered yet.
        while_asked: bool,
    },
    /// A line: what do his registers say now?
    Refresh {
        /// The line.
        line: Token,
        /// What for.
        need: Need,
        /// Which banks are asked.
        search: Search,
        /// Whether a reply was the consent to it.
        consented: bool,
    },
    /// A line: what it asked for is waited for no longer.
    RefreshOver {
        /// The line.
        line: Token,
        /// Whether it was for an acceptance beside the open offer.
        late: bool,
    },
    /// A line: accounts that appear are to be told, or no longer.
    Watch {
        /// The line.
        line: Token,
        /// The end of the window; none ends the watch.
        until: Option<Moment>,
        /// Whether a reply was the consent to it.
        consented: bool,
    },
    /// A case: how is he reached now, for App.5 (S-37)?
    Reach(Reaching),
    /// A party has what it was sent.
    Acknowledged,
    /// A deadline is due.
    Due(RecipientDeadline),
}

/// Why a recipient cannot take an inbound now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum RecipientRefusal {
    /// The answer is to a question that is not being asked.
    #[error("nobody asked that question")]
    NobodyAsked,
    /// The consent is not one that he gave to the engine.
    #[error("the consent is not one that is used")]
    NoSuchConsent,
    /// The term leaves the data of the calendar.
    #[error("the term leaves the data of the calendar")]
    BeyondTheCalendar,
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
    /// When a request for consent counts as unanswered, or silent banks are waited for no longer (S-03, S-20).
    GiveUp,
    /// When banks are waited for no longer that a line had asked (S-36).
    Banks,
    /// When accounts are searched for.
    Poll,
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
    /// The last request for it.
    pub requested: Option<Requested>,
    /// His name.
    pub name: Option<Token>,
    /// The number that is written to, and in which language.
    pub number: Option<(Token, Language)>,
    /// His accounts, of every bank that answered.
    pub accounts: SmallVec<[Account<Sealed>; 2]>,
    /// The banks that answered, and when.
    pub answered: Vec<Answered>,
    /// The children that have asked for him.
    pub children: SmallVec<[Served; 1]>,
    /// What could not be said.
    pub unsaid: SmallVec<[About; 1]>,
    /// When it is asked again.
    pub ask_again: Option<Moment>,
    /// How often in a row something could not be said.
    pub times_unsaid: u8,
    /// Until when an answer to the request for consent, or of silent banks, is waited for.
    pub gives_up: Option<Moment>,
    /// What is asked beside the first questions.
    pub beside: Option<Box<Beside>>,
}

/// What deciding comes to.
type Decided = Result<(), RecipientRefusal>;

impl Recipient {
    /// Returns a recipient whom nobody has asked for.
    pub fn new(person: Token) -> Self {
        Self {
            person,
            progress: Progress::New,
            consent: None,
            requested: None,
            name: None,
            number: None,
            accounts: SmallVec::new(),
            answered: Vec::new(),
            children: SmallVec::new(),
            unsaid: SmallVec::new(),
            ask_again: None,
            times_unsaid: 0,
            gives_up: None,
            beside: None,
        }
    }

    /// Returns how he is reached, once everything is known.
    pub fn contact(&self) -> Option<Contact> {
        let (number, language) = self.number.filter(|_| self.progress == Progress::Known)?;
        Some(Contact { recipient: self.person, name: self.name?, number, language, accounts: frozen(&self.accounts) })
    }

    /// Returns which other representative serves a child of his.
    fn who_serves(&self, child: Token) -> Option<Token> {
        self.beside().served.iter().find(|(served, _)| *served == child).map(|(_, by)| *by)
    }

    /// S-15: returns whether another parent serves a sibling of the child, while he himself serves none.
    fn gives_way_to(&self, other: Token, child: Token) -> bool {
        let serves = self.progress == Progress::Known && !self.children.is_empty();
        !serves && self.beside().served.iter().any(|(sibling, by)| *sibling != child && *by == other)
    }

    /// Returns whether no case and no form waits for what his registers say of him at first.
    fn nobody_waits(&self) -> bool {
        self.children.iter().all(|served| served.knows == Knows::Told)
    }

    fn is_at(&self, progress: Progress) -> Decided {
        if self.progress == progress { Ok(()) } else { Err(RecipientRefusal::NobodyAsked) }
    }

    /// I-1, S-03d: returns whether his consent allows a question now: C1 while it is valid, and from his
    /// reply on (C2) until he takes it back.
    fn allows(&self, about: About, consented: bool, now: Moment) -> bool {
        let covers = |consent: &Consent<Sealed>| {
            consent.allows(about.purpose(), now) || (consented && consent.purposes.cover(about.purpose()))
        };
        self.consent.as_ref().is_some_and(covers)
    }

    fn beside(&self) -> &Beside {
        static NOTHING: Beside = Beside {
            refreshing: Vec::new(),
            watch: None,
            reaching: Vec::new(),
            served: Vec::new(),
            lost: false,
            fresh: Vec::new(),
            reported_since: Vec::new(),
        };
        self.beside.as_deref().unwrap_or(&NOTHING)
    }
}

/// Returns whether `days` civil days have gone by since `from`.
fn days_have_gone_by(from: Moment, days: u32, now: Moment) -> bool {
    let due: Option<NaiveDate> = astana::civil_day(from).checked_add_days(Days::new(u64::from(days)));
    due.is_some_and(|due| due <= astana::civil_day(now))
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
    ) -> Decided {
        match inbound {
            RecipientInbound::Assess { waiter, or, doubted, again } => {
                match or.filter(|other| self.gives_way_to(*other, waiter.child)) {
                    Some(other) => events.push(RecipientEvent::GaveWay { child: waiter.child, other }),
                    None => self.assess(*waiter, *doubted, *again, now, law, events),
                }
                Ok(())
            }
            RecipientInbound::LetGo { child } => {
                let waits = |served: &Served| served.waiter.child == *child && served.knows == Knows::Waits;
                if self.children.iter().any(waits) {
                    events.push(RecipientEvent::LetGo { child: *child });
                }
                Ok(())
            }
            RecipientInbound::ChildServed { child, by } => {
                if self.who_serves(*child) != *by {
                    events.push(RecipientEvent::ChildServed { child: *child, by: *by });
                }
                Ok(())
            }
            RecipientInbound::RequestReceived => self.take_request_received(now, law, events),
            RecipientInbound::Consent(decided) => self.take_consent(decided, now, law, events),
            RecipientInbound::ConsentWithdrawn(withdrawn) => self.take_withdrawal(withdrawn, law, events),
            RecipientInbound::Record(finding) => self.take_record(finding, now, law, events),
            RecipientInbound::PersonReported(change) => self.take_change(change, now, law, events),
            RecipientInbound::Number(finding) => self.take_number(finding, now, law, events),
            RecipientInbound::Accounts { bank, finding, asked_again } => {
                self.take_accounts(*bank, finding, *asked_again, now, law, events)
            }
            RecipientInbound::AccountReported { report, while_asked } => {
                self.take_report(report, *while_asked, now, law, events)
            }
            RecipientInbound::Refresh { line, need, search, consented } => {
                self.begin_refresh(*line, *need, search, *consented, now, law, events);
                Ok(())
            }
            RecipientInbound::RefreshOver { line, late } => {
                if self.beside().refreshing.iter().any(|one| one.is_for(*line, *late)) {
                    events.push(RecipientEvent::RefreshOver { line: *line, late: *late });
                }
                Ok(())
            }
            RecipientInbound::Watch { line, until, consented } => {
                self.take_watch(*line, *until, *consented, now, law, events)
            }
            RecipientInbound::Reach(reaching) => {
                self.begin_reaching(*reaching, events);
                Ok(())
            }
            RecipientInbound::Acknowledged => Ok(()),
            RecipientInbound::Due(RecipientDeadline::AskAgain) => self.ask_again(now, law, events),
            RecipientInbound::Due(RecipientDeadline::GiveUp) => self.give_up(now, law, events),
            RecipientInbound::Due(RecipientDeadline::Banks) => self.wait_no_longer(now, law, events),
            RecipientInbound::Due(RecipientDeadline::Poll) => self.poll(now, law, events),
        }
    }

    fn evolve(&mut self, event: &RecipientEvent) {
        self.take_event(event);
    }

    fn react(&self, event: &RecipientEvent, law: &Condition, effects: &mut Vec<Effect>) {
        self.answer_event(event, law, effects);
    }

    fn next_deadline(&self) -> Option<(Moment, RecipientDeadline)> {
        let beside = self.beside();
        let banks = beside.refreshing.iter().filter_map(|one| one.until).min();
        let poll = beside.watch.and_then(|watch| watch.next_poll);
        let due = [
            self.ask_again.map(|due| (due, RecipientDeadline::AskAgain)),
            self.gives_up.map(|due| (due, RecipientDeadline::GiveUp)),
            banks.map(|due| (due, RecipientDeadline::Banks)),
            poll.map(|due| (due, RecipientDeadline::Poll)),
        ];
        due.into_iter().flatten().min_by_key(|(due, _)| *due)
    }
}
