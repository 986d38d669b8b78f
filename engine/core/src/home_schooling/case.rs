//! One child (order 42, p. 4–7 and 12–14): from the row of the list to the last payment.
//!
//! Owns the enrolment and its versions, what CBDI, the counter and GBDFL said of the child, which
//! representative is tried, the application, the decision and the payments. Asks the recipient
//! whether he can act, and hands a child that is ready to the line of his number. Decides alone
//! whether an application is formed.

mod application;
mod checks;
mod payment;
#[cfg(test)]
pub(crate) mod tests;

use std::sync::Arc;

use chrono::NaiveDate;
use proaktiv_messages::{
    BankCode, ChildRecord, Closing, Consent, ConsentDecided, ConsentWithdrawn, DecideApplication, Disability, District,
    Enrolment, Evidence, Exclusion, Finding, FormNumber, Hold, Language, LiveApplication, Moment, PaymentMade, Sealed,
    SealedAccount, StatusKind, TaskReason, Tiyn, Token,
};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::provisions::accounts_choose_the_form::Frozen;
use super::{Condition, Effect, Unfit};
use crate::Aggregate;
use crate::fact::Fact;
use crate::ground::Ground;

/// How a recipient is reached, and with which accounts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    /// The recipient.
    pub recipient: Token,
    /// His name, for the forms that print it.
    pub name: Token,
    /// The number that is written to.
    pub number: Token,
    /// The language of the messages.
    pub language: Language,
    /// The accounts that count, one a bank.
    pub accounts: Frozen,
}

/// What a case asks a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// CBDI: has the child a disability (5)?
    Disability,
    /// The counter: is there a live application (6)?
    Applications,
    /// KDP: may the child's record be read (7)?
    Consent,
    /// GBDFL: what is recorded of the child (7)?
    ChildRecord,
}

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nothing has happened.
    #[default]
    New,
    /// A register is asked.
    Asked(Question),
    /// A representative is looked at.
    Assessing,
    /// Handed to the line; waits for its offer.
    Ready,
    /// A form is out.
    Offered,
    /// The application is with the local executive body.
    Applied,
    /// Granted; months are paid as they fall due.
    Granted,
    /// Every owed month is paid.
    Ended,
    /// Excluded from the list.
    Excluded(Exclusion),
    /// Waits for a changed fact or for a person.
    Held(Hold),
    /// Closed.
    Closed(Closing),
}

/// What the case keeps of the child's own record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChildFacts {
    /// Number of the birth act.
    pub birth_act: Token,
    /// Date of birth by that act.
    pub born: NaiveDate,
    /// District of permanent registration.
    pub district: District,
    /// Parents whom nothing excludes, in the order of record.
    pub kin: SmallVec<[Token; 2]>,
    /// Whether the record names a parent beside them whom a record of paragraph 7 excludes.
    pub flagged: bool,
    /// When GBDFL said so.
    pub at: Moment,
}

/// An application that the engine formed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Application {
    /// The how manieth of the case, from 1.
    pub nth: u16,
    /// The recipient.
    pub recipient: Token,
    /// The account, as it was frozen with the form.
    pub account: SealedAccount,
    /// The day on which it was formed, in Astana.
    pub formed: NaiveDate,
    /// The reply that it rests on.
    pub evidence: Evidence<Sealed>,
}

/// How far a payment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// The payer has been told.
    Ordered,
    /// The money is on the account.
    Confirmed,
    /// The money came back.
    Returned,
    /// No rate is known for the district in that month: a person must see to it.
    WithoutRate,
}

/// One payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// First day of the month that is paid for.
    pub period: NaiveDate,
    /// How much.
    pub amount: Tiyn,
    /// How far it is.
    pub state: PaymentState,
}

/// Why a line asks a case to look at its child again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// A form is about to leave (S-36).
    BeforeForm {
        /// When the window would end that the form opens, this instant not included.
        ends: Moment,
    },
    /// An effective reply came in time (S-26b, S-27).
    OnReply,
}

/// What can reach a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseInbound {
    /// The intake: a row of the child, new or in a new version.
    Reported(Arc<Enrolment<Sealed>>),
    /// CBDI answers.
    Disability(Finding<Disability>),
    /// The counter answers.
    Applications(Finding<LiveApplication>),
    /// KDP: the consent for the child's record was decided.
    Consent(ConsentDecided<Sealed>),
    /// GBDFL answers.
    Child(Finding<Box<ChildRecord<Sealed>>>),
    /// The recipient can act.
    Fit(Contact),
    /// The recipient cannot act.
    Unfit {
        /// Who.
        person: Token,
        /// Why.
        why: Unfit,
    },
    /// KDP: a consent was taken back (S-03, S-03b).
    ConsentWithdrawn(ConsentWithdrawn<Sealed>),
    /// The recipient: something befell him that ends his acting for the child (S-48).
    RepresentativeLost {
        /// Who.
        person: Token,
        /// What befell him.
        why: StatusKind,
    },
    /// The line: does the child still stand?
    LookAgain {
        /// For what.
        occasion: Occasion,
    },
    /// The line: no form left this time; the child stays in line for the next offer hour.
    NotTaken,
    /// The line: after his acceptance the recipient wrote again (S-23).
    WroteAgain,
    /// The line or the recipient: this form could not go to the recipient (S-37, S-03d).
    NoticeFailed(FormNumber),
    /// The recipient: how he is reached now, for App.5; none if he is not.
    Notify(Option<Contact>),
    /// The line: something that only a person can do.
    Task(TaskReason),
    /// The line: a form is out.
    Offered {
        /// Which.
        form: FormNumber,
    },
    /// The line: the recipient accepted.
    Accepted {
        /// The account of the bank that he accepted.
        account: SealedAccount,
        /// His reply.
        evidence: Evidence<Sealed>,
    },
    /// The line: the offer ended without acceptance.
    OfferClosed(Closing),
    /// The local executive body decided.
    Decided(DecideApplication),
    /// The payer: paid or returned.
    PaymentMade(PaymentMade),
    /// A party has what it was sent.
    Acknowledged,
    /// A deadline is due.
    Due(CaseDeadline),
}

/// What can happen to a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseEvent {
    /// The child came onto the list.
    Listed {
        /// The row.
        enrolment: Arc<Enrolment<Sealed>>,
    },
    /// A later version of the child's row came.
    VersionLinked {
        /// The row.
        enrolment: Arc<Enrolment<Sealed>>,
    },
    /// CBDI confirmed the disability.
    DisabilityConfirmed {
        /// What it said.
        fact: Fact<Disability>,
    },
    /// No live application is known.
    NoApplicationFound {
        /// When the counter said so.
        at: Moment,
    },
    /// Consent to read the child's record was given.
    ConsentGiven {
        /// The consent.
        consent: Consent<Sealed>,
    },
    /// The child's record was taken, and nothing in it stops the child.
    ChildRecordTaken {
        /// What the case keeps of it.
        facts: ChildFacts,
    },
    /// A representative is looked at.
    RepresentativeTried {
        /// Who.
        person: Token,
    },
    /// That representative cannot act.
    RepresentativeUnfit {
        /// Who.
        person: Token,
        /// Why.
        why: Unfit,
    },
    /// A representative can act, has a number, and every bank has answered.
    RepresentativeFound {
        /// How he is reached.
        contact: Contact,
    },
    /// A register could not say; it is asked again.
    RegisterCouldNotSay {
        /// What was asked.
        question: Question,
        /// When it is asked again.
        ask_again: Moment,
    },
    /// A register is asked again.
    AskedAgain {
        /// What.
        question: Question,
    },
    /// Excluded from the list.
    Excluded {
        /// On which ground.
        ground: Exclusion,
    },
    /// Held for a changed fact or for a person.
    Held {
        /// Why.
        reason: Hold,
    },
    /// The line was told that the child stands.
    LookedAgain,
    /// A person is needed.
    TaskOpened {
        /// Why.
        reason: TaskReason,
    },
    /// A form is out.
    Offered {
        /// Which.
        form: FormNumber,
    },
    /// Closed.
    Closed {
        /// Why.
        reason: Closing,
    },
    /// The application was formed.
    ApplicationFormed {
        /// The application.
        application: Application,
    },
    /// The application was granted.
    Granted {
        /// When it was decided.
        decided: Moment,
        /// When App.5 may leave (S-36).
        notify_at: Moment,
        /// The next payment day.
        next_payment: Option<Moment>,
    },
    /// A month is to be paid.
    PaymentOrdered {
        /// First day of the month.
        period: NaiveDate,
        /// How much.
        amount: Tiyn,
    },
    /// A month is owed, and no rate is known for the district in it.
    NoRateKnown {
        /// First day of the month.
        period: NaiveDate,
    },
    /// What was due on a payment day is ordered.
    PaymentsArranged {
        /// The next payment day, if any month is left.
        next_payment: Option<Moment>,
    },
    /// A month is paid.
    PaymentConfirmed {
        /// First day of the month.
        period: NaiveDate,
    },
    /// A payment came back.
    PaymentReturned {
        /// First day of the month.
        period: NaiveDate,
    },
    /// Every owed month is paid.
    Ended,
}

impl CaseEvent {
    /// Returns what the event rests on.
    pub const fn ground(&self) -> Ground {
        match self {
            CaseEvent::Listed { .. } => Ground::new("A-07", "4"),
            CaseEvent::VersionLinked { .. } => Ground::new("A-10", "4"),
            CaseEvent::DisabilityConfirmed { .. } => Ground::new("A-11", "5"),
            CaseEvent::NoApplicationFound { .. } => Ground::new("A-12", "6"),
            CaseEvent::ConsentGiven { .. } => Ground::new("A-14", "7"),
            CaseEvent::ChildRecordTaken { .. } => Ground::new("A-17", "7"),
            CaseEvent::RepresentativeTried { .. } | CaseEvent::RepresentativeUnfit { .. } => Ground::new("S-15", "7"),
            CaseEvent::RepresentativeFound { .. } => Ground::new("A-22", "9"),
            CaseEvent::RegisterCouldNotSay { question, .. } | CaseEvent::AskedAgain { question } => match question {
                Question::Disability => Ground::new("A-11", "5"),
                Question::Applications => Ground::new("A-12", "6"),
                Question::Consent | Question::ChildRecord => Ground::new("S-46", "7"),
            },
            CaseEvent::Excluded { ground } => match ground {
                Exclusion::NoDisability => Ground::new("A-11", "5"),
                Exclusion::Application => Ground::new("A-13", "6"),
                Exclusion::Age18 => Ground::new("S-27", "7"),
                Exclusion::Death
                | Exclusion::Missing
                | Exclusion::Incapacity
                | Exclusion::NoCitizenship
                | Exclusion::NoRegistration => Ground::new("A-20", "7"),
            },
            CaseEvent::Held { reason } => match reason {
                Hold::NoBmg => Ground::new("S-01", "8"),
                Hold::BankUnknown => Ground::new("S-20", "9"),
                Hold::IdNotActual => Ground::new("S-02", "7"),
                Hold::RegNotPermanent => Ground::new("A-15", "7"),
                Hold::NoBirthRecord => Ground::new("A-17", "7"),
                Hold::RepMinor => Ground::new("S-38", "7"),
                Hold::NoRep
                | Hold::ConsentTimeout
                | Hold::ConsentExpired
                | Hold::NumberChanged
                | Hold::Undelivered
                | Hold::RepConflict
                | Hold::FullStateCare
                | Hold::DuplicateEnrolment
                | Hold::MissingFromList => Ground::new("S-46", "7"),
            },
            CaseEvent::LookedAgain => Ground::new("S-36", "9"),
            CaseEvent::TaskOpened { .. } => Ground::new("S-37", "11"),
            CaseEvent::Offered { form } => match form {
                FormNumber::One => Ground::new("A-23", "9(1)"),
                FormNumber::Two => Ground::new("A-24", "9(2)"),
                FormNumber::Three | FormNumber::Four | FormNumber::Five => Ground::new("A-25", "9(3)"),
            },
            CaseEvent::Closed { reason } => match reason {
                Closing::NoReply => Ground::new("A-29", "11"),
                Closing::ConsentRefused => Ground::new("S-03", "7"),
                Closing::PilotEnded => Ground::new("S-14", "9"),
                Closing::Refused => Ground::new("S-31", "13"),
                Closing::Unreached
                | Closing::Superseded
                | Closing::Refuted
                | Closing::NumberChanged
                | Closing::ConsentWithdrawn
                | Closing::RepLost
                | Closing::Stopped
                | Closing::Ended => Ground::new("A-29", "11"),
            },
            CaseEvent::ApplicationFormed { .. } => Ground::new("A-31", "12"),
            CaseEvent::Granted { .. } => Ground::new("A-33", "13"),
            CaseEvent::PaymentOrdered { .. } | CaseEvent::NoRateKnown { .. } | CaseEvent::PaymentsArranged { .. } => {
                Ground::new("S-49", "12")
            }
            CaseEvent::PaymentConfirmed { .. } | CaseEvent::PaymentReturned { .. } => Ground::new("S-50", "12"),
            CaseEvent::Ended => Ground::new("S-29", "12"),
        }
    }
}

/// Why a case cannot take an inbound now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum CaseRefusal {
    /// The answer is to a question that the case is not asking.
    #[error("nobody asked that question")]
    NobodyAsked,
    /// The child's case takes no acceptance now.
    #[error("no offer is open for the child")]
    NoOfferIsOpen,
    /// The decision is on an application that the case does not have.
    #[error("the case has no such application")]
    NoSuchApplication,
    /// The application is decided already.
    #[error("the application is decided already")]
    IsDecidedAlready,
    /// The payment is not one of the case.
    #[error("the case has no such payment")]
    NoSuchPayment,
    /// The payment has its outcome already.
    #[error("the payment has its outcome already")]
    PaymentIsSettledAlready,
    /// The deadline is not due.
    #[error("the deadline is not due")]
    NotDue,
}

/// What a case can be waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseDeadline {
    /// When a register that could not say is asked again.
    AskAgain,
    /// When the next months are paid.
    PaymentDay,
}

/// One child.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// The child.
    pub child: Token,
    /// Where the case stands.
    pub stage: Stage,
    /// The newest version of the row.
    pub enrolment: Option<Arc<Enrolment<Sealed>>>,
    /// What CBDI said.
    pub disability: Option<Fact<Disability>>,
    /// The consent to read the child's record (C1-child).
    pub consent: Option<Consent<Sealed>>,
    /// What GBDFL said of the child.
    pub facts: Option<ChildFacts>,
    /// How many of the child's kin have been tried.
    pub tried: u8,
    /// The reason of the representative who came furthest.
    pub furthest: Option<Unfit>,
    /// The representative who acts for the child.
    pub contact: Option<Contact>,
    /// The application.
    pub application: Option<Application>,
    /// Payments, by period.
    pub payments: SmallVec<[Payment; 0]>,
    /// The next payment day.
    pub next_payment: Option<Moment>,
    /// When a register is asked again, and how often it could not say.
    pub ask_again: Option<(Moment, u8)>,
}

impl Case {
    /// Returns a case that nothing has happened to.
    pub fn new(child: Token) -> Self {
        Self {
            child,
            stage: Stage::New,
            enrolment: None,
            disability: None,
            consent: None,
            facts: None,
            tried: 0,
            furthest: None,
            contact: None,
            application: None,
            payments: SmallVec::new(),
            next_payment: None,
            ask_again: None,
        }
    }

    fn open_task(&self, reason: TaskReason, events: &mut Vec<CaseEvent>) -> Result<(), CaseRefusal> {
        events.push(CaseEvent::TaskOpened { reason });
        Ok(())
    }

    /// Returns the bank of the application, if there is one.
    pub fn bank(&self) -> Option<BankCode> {
        self.application.as_ref().map(|application| application.account.bank)
    }
}

impl Aggregate for Case {
    type Inbound = CaseInbound;
    type Event = CaseEvent;
    type Effect = Effect;
    type Refusal = CaseRefusal;
    type Deadline = CaseDeadline;
    type Law = Condition;

    fn decide(
        &self,
        inbound: &CaseInbound,
        now: Moment,
        law: &Condition,
        events: &mut Vec<CaseEvent>,
    ) -> Result<(), CaseRefusal> {
        match inbound {
            CaseInbound::Reported(enrolment) => self.take_row(enrolment, events),
            CaseInbound::Disability(finding) => self.take_disability(finding, now, law, events),
            CaseInbound::Applications(finding) => self.take_applications(finding, now, law, events),
            CaseInbound::Consent(decided) => self.take_consent(decided, events),
            CaseInbound::Child(finding) => self.take_child(finding, now, law, events),
            CaseInbound::Fit(contact) => self.take_contact(contact, events),
            CaseInbound::Unfit { person, why } => self.take_unfit(*person, *why, events),
            CaseInbound::Offered { form } => self.take_offer(*form, events),
            CaseInbound::Accepted { account, evidence } => self.take_acceptance(account, evidence, now, events),
            CaseInbound::OfferClosed(reason) => self.take_closing(*reason, events),
            CaseInbound::Decided(decided) => self.take_decision(decided, now, law, events),
            CaseInbound::PaymentMade(made) => self.take_payment(made, events),
            CaseInbound::LookAgain { .. } => {
                events.push(CaseEvent::LookedAgain);
                Ok(())
            }
            CaseInbound::WroteAgain => self.open_task(TaskReason::WishToChange, events),
            CaseInbound::NoticeFailed(form) => self.open_task(TaskReason::NoticeInPlaceOf(*form), events),
            CaseInbound::Task(reason) => self.open_task(*reason, events),
            CaseInbound::ConsentWithdrawn(_)
            | CaseInbound::RepresentativeLost { .. }
            | CaseInbound::NotTaken
            | CaseInbound::Notify(_)
            | CaseInbound::Acknowledged => Ok(()),
            CaseInbound::Due(CaseDeadline::AskAgain) => self.ask_again(now, events),
            CaseInbound::Due(CaseDeadline::PaymentDay) => self.pay_what_is_due(now, law, events),
        }
    }

    fn evolve(&mut self, event: &CaseEvent) {
        match event {
            CaseEvent::Listed { enrolment } => {
                self.enrolment = Some(Arc::clone(enrolment));
                self.stage = Stage::Asked(Question::Disability);
            }
            CaseEvent::VersionLinked { enrolment } => self.enrolment = Some(Arc::clone(enrolment)),
            CaseEvent::DisabilityConfirmed { fact } => {
                self.disability = Some(*fact);
                self.ask_again = None;
                self.stage = Stage::Asked(Question::Applications);
            }
            CaseEvent::NoApplicationFound { .. } => {
                self.ask_again = None;
                self.stage = Stage::Asked(Question::Consent);
            }
            CaseEvent::ConsentGiven { consent } => {
                self.consent = Some(*consent);
                self.stage = Stage::Asked(Question::ChildRecord);
            }
            CaseEvent::ChildRecordTaken { facts } => {
                // Reading S-15: a parent out by a record of paragraph 7 is one who was tried and failed.
                self.furthest = facts.flagged.then_some(Unfit::Flagged);
                self.facts = Some(facts.clone());
                self.ask_again = None;
                self.stage = Stage::Assessing;
            }
            CaseEvent::RepresentativeTried { .. } => self.tried += 1,
            CaseEvent::RepresentativeUnfit { why, .. } => {
                // Reading S-15: of those who came equally far, the earlier in order.
                if self.furthest.is_none_or(|furthest| furthest < *why) {
                    self.furthest = Some(*why);
                }
            }
            CaseEvent::RepresentativeFound { contact } => {
                self.contact = Some(contact.clone());
                self.stage = Stage::Ready;
            }
            CaseEvent::RegisterCouldNotSay { ask_again, .. } => {
                let times = self.ask_again.map_or(0, |(_, times)| times);
                self.ask_again = Some((*ask_again, times.saturating_add(1)));
            }
            CaseEvent::AskedAgain { .. } => {
                // The count stays, so that the next wait is longer; the moment goes.
                self.ask_again = self.ask_again.map(|(_, times)| (Moment::LATEST, times));
            }
            CaseEvent::Excluded { ground } => self.stage = Stage::Excluded(*ground),
            CaseEvent::Held { reason } => self.stage = Stage::Held(*reason),
            CaseEvent::LookedAgain | CaseEvent::TaskOpened { .. } => {}
            CaseEvent::Offered { .. } => self.stage = Stage::Offered,
            CaseEvent::Closed { reason } => self.stage = Stage::Closed(*reason),
            CaseEvent::ApplicationFormed { application } => {
                self.application = Some(application.clone());
                self.stage = Stage::Applied;
            }
            CaseEvent::Granted { next_payment, .. } => {
                self.next_payment = *next_payment;
                self.stage = Stage::Granted;
            }
            CaseEvent::PaymentOrdered { period, amount } => {
                self.payments.push(Payment { period: *period, amount: *amount, state: PaymentState::Ordered });
            }
            CaseEvent::NoRateKnown { period } => {
                self.payments.push(Payment { period: *period, amount: Tiyn(0), state: PaymentState::WithoutRate });
            }
            CaseEvent::PaymentsArranged { next_payment } => self.next_payment = *next_payment,
            CaseEvent::PaymentConfirmed { period } => self.settle(*period, PaymentState::Confirmed),
            CaseEvent::PaymentReturned { period } => self.settle(*period, PaymentState::Returned),
            CaseEvent::Ended => self.stage = Stage::Ended,
        }
    }

    fn react(&self, event: &CaseEvent, law: &Condition, effects: &mut Vec<Effect>) {
        self.answer_event(event, law, effects);
        if law.observed {
            effects.extend(self.observation(event));
        }
    }

    fn next_deadline(&self) -> Option<(Moment, CaseDeadline)> {
        let ask_again =
            self.ask_again.filter(|(due, _)| *due < Moment::LATEST).map(|(due, _)| (due, CaseDeadline::AskAgain));
        let payment = self.next_payment.map(|due| (due, CaseDeadline::PaymentDay));
        [ask_again, payment].into_iter().flatten().min_by_key(|(due, _)| *due)
    }
}
