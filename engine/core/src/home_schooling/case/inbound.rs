//! What can reach a case, why it may not take it, and what it can be waiting for.

use std::sync::Arc;

use chrono::NaiveDate;
use proaktiv_messages::{
    ApplicationState, ChildRecord, Closing, ConsentDecided, ConsentWithdrawn, DecideApplication, Disability, Enrolment,
    Evidence, Finding, FormNumber, Instruct, LiveApplication, Moment, PaymentMade, PersonChange, Representative,
    Sealed, SealedAccount, StatusKind, TaskReason, Token,
};
use serde::{Deserialize, Serialize};

use super::Contact;
use crate::home_schooling::Unfit;

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
    Reported {
        /// The row.
        enrolment: Arc<Enrolment<Sealed>>,
        /// The day of the list that brought it.
        day: NaiveDate,
    },
    /// The intake: the child is missing from a full list, though it was on one before (S-13b).
    Missing {
        /// The day of that list.
        day: NaiveDate,
    },
    /// The intake: a child that was missing is on a full list again.
    BackOnList {
        /// The day of that list.
        day: NaiveDate,
    },
    /// The intake: a full list was taken, and the case is one to be looked at again with it (S-46).
    ListAccepted {
        /// The day of that list.
        day: NaiveDate,
    },
    /// The intake: the day on which the child's row was last confirmed (S-13).
    RowConfirmed {
        /// The day; none if no list has confirmed it.
        day: Option<NaiveDate>,
    },
    /// NOBD: the row of a child that is missing from full lists (S-13b).
    RowAnswer(Finding<Arc<Enrolment<Sealed>>>),
    /// CBDI answers.
    Disability(Finding<Disability>),
    /// CBDI reports a change by itself.
    DisabilityReported(Finding<Disability>),
    /// The counter answers.
    Applications(Finding<LiveApplication>),
    /// The counter reports by itself what became of an application by hand (S-26b).
    ApplicationReported {
        /// The application.
        application: LiveApplication,
        /// What became of it.
        state: ApplicationState,
    },
    /// KDP has the request for consent: the time for an answer runs.
    RequestReceived,
    /// KDP: the consent for the child's record was decided.
    Consent(ConsentDecided<Sealed>),
    /// KDP: a consent was taken back (S-03, S-03b).
    ConsentWithdrawn(ConsentWithdrawn<Sealed>),
    /// GBDFL answers.
    Child(Finding<Box<ChildRecord<Sealed>>>),
    /// GBDFL reports by itself that the child's record changed (S-46, S-48).
    PersonReported(PersonChange),
    /// NOBD: who may act for the child in place of its parents.
    Representatives(Finding<Vec<Representative<Sealed>>>),
    /// The recipient can act.
    Fit(Contact),
    /// Who was asked first does not serve a sibling of the child, and this other parent does (S-15).
    OtherServes {
        /// The other parent.
        person: Token,
    },
    /// The recipient cannot act.
    Unfit {
        /// Who.
        person: Token,
        /// Why.
        why: Unfit,
    },
    /// The recipient: something befell him that ends or may end his acting for the child (S-48).
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
    /// The line: what came in time opens the offer again (S-07c).
    Reopened {
        /// The number of the line.
        number: Token,
    },
    /// The line: the offer that the child waited for is over (S-16).
    WaitEnded,
    /// The line: no form left this time; the child stays in line for the next offer hour.
    NotTaken,
    /// The line: after his acceptance the recipient wrote again (S-23).
    WroteAgain,
    /// The line or the recipient: this form could not go to the recipient (S-37, S-03d).
    NoticeFailed(FormNumber),
    /// The line: something that only a person can do.
    Task(TaskReason),
    /// The recipient: how he is reached now, for App.5; none if he is not.
    Notify(Option<Contact>),
    /// The local executive body decided.
    Decided(DecideApplication),
    /// The local executive body: an official's decision (S-51).
    Instructed(Instruct<Sealed>),
    /// The payer: paid or returned.
    PaymentMade(PaymentMade),
    /// A party has what it was sent.
    Acknowledged,
    /// A deadline is due.
    Due(CaseDeadline),
}

/// Why a case cannot take an inbound now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum CaseRefusal {
    /// The child is on no list.
    #[error("the child is on no list")]
    NotListed,
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
    /// The instruction is on something that the case has not: no such hold, exclusion, correction or wait.
    #[error("the case has nothing that the instruction is on")]
    NothingToInstructOn,
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
    /// When nobody has answered the request for consent in time (S-03).
    ConsentUnanswered,
    /// When the application has had no decision within the term of order 84 (S-43).
    DecisionLate,
    /// When App.5 may leave, the number being asked for first (S-36, S-37).
    NoticeOfGrant,
    /// When the end of the disability's term comes near (S-28).
    DisabilityEnding,
    /// When a planned stop of the payment comes (S-47).
    StopDay,
    /// When the next months are paid.
    PaymentDay,
    /// When an earlier order of the child waits for something.
    OfFormer,
}
