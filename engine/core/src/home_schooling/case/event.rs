//! What can happen to a case, and what each event rests on.

use std::sync::Arc;

use chrono::NaiveDate;
use proaktiv_messages::{
    Amended, Closing, Consent, Disability, Enrolment, Exclusion, FormNumber, Hold, Moment, Sealed, SealedAccount,
    StatusKind, TaskReason, Tiyn, Token,
};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::{Application, ChildFacts, Contact, Look, Question};
use crate::fact::Fact;
use crate::ground::Ground;
use crate::home_schooling::{Leave, Unfit};

/// What follows when no live application was found (6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Next {
    /// KDP is asked for the consent to read the child's record.
    #[default]
    AskConsent,
    /// The child's record is read under a consent that is still valid.
    ReadRecord,
    /// The record is known; the representatives are looked at.
    TryRepresentatives,
    /// A request for that consent is open: its answer is waited for.
    AwaitConsent,
    /// The consent has run out and may not be asked for yet.
    Wait,
}

fn is_usual(next: &Next) -> bool {
    *next == Next::AskConsent
}

/// Returns whether a flag that is rarely set can be left out of a record.
fn is_unset(flag: &bool) -> bool {
    !flag
}

/// What can happen to a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseEvent {
    /// The child came onto the list.
    Listed {
        /// The row.
        enrolment: Arc<Enrolment<Sealed>>,
        /// The day of the list.
        day: NaiveDate,
    },
    /// A later version of the child's row came.
    VersionLinked {
        /// The row.
        enrolment: Arc<Enrolment<Sealed>>,
        /// The day of the list.
        day: NaiveDate,
    },
    /// Another row of the child came, or a later version of one (S-34).
    OtherRowKnown {
        /// The row.
        enrolment: Arc<Enrolment<Sealed>>,
    },
    /// Another row of the child ended.
    OtherRowEnded {
        /// The row.
        enrolment: Arc<Enrolment<Sealed>>,
    },
    /// A new order begins a new case of the child (S-12, T-23).
    OrderBegun {
        /// The row of the new order.
        enrolment: Arc<Enrolment<Sealed>>,
        /// The day on which it was taken up.
        day: NaiveDate,
    },
    /// The row says that home schooling is over.
    Refuted {
        /// The day from which it is over.
        on: NaiveDate,
    },
    /// A row that had ended runs again (S-12c).
    CorrectedBack,
    /// The child is missing from a full list.
    FoundMissing {
        /// The day of the list.
        day: NaiveDate,
        /// The how manieth day of the spell.
        days: u32,
        /// Whether the school and the local executive body are told.
        #[serde(skip_serializing_if = "is_unset", default)]
        told: bool,
    },
    /// The child is on a full list again.
    FoundAgain,
    /// NOBD says that the row runs, though its lists lack the child.
    FoundRunning,
    /// CBDI confirmed the disability.
    DisabilityConfirmed {
        /// What it said.
        fact: Fact<Disability>,
        /// Whether it had confirmed it before for this order.
        #[serde(skip_serializing_if = "is_unset", default)]
        again: bool,
    },
    /// CBDI reported another term of the disability.
    DisabilityChanged {
        /// What it said.
        fact: Fact<Disability>,
        /// When the end of the term is to be told (S-28).
        warn_at: Option<Moment>,
    },
    /// No live application was found.
    NoApplicationFound {
        /// When the counter said so.
        at: Moment,
        /// What follows.
        #[serde(skip_serializing_if = "is_usual", default)]
        next: Next,
        /// Whether none had been found before for this order.
        #[serde(skip_serializing_if = "is_unset", default)]
        again: bool,
    },
    /// KDP has the request for consent.
    ConsentRequested {
        /// When an answer is overdue.
        overdue: Moment,
    },
    /// Consent was given to read the child's record (C1-child).
    ConsentGiven {
        /// The consent.
        consent: Consent<Sealed>,
    },
    /// Consent was given when nothing waited for it: after the time, or while the case is stopped for another
    /// reason. It is kept.
    ConsentCameLate {
        /// The consent.
        consent: Consent<Sealed>,
    },
    /// The consent ran out while a register could not say; it is asked for anew.
    ConsentRenewed {
        /// The day.
        day: NaiveDate,
    },
    /// GBDFL's record of the child was taken.
    ChildRecordTaken {
        /// What is kept of it.
        facts: ChildFacts,
        /// Whether one had been taken before for this order.
        #[serde(skip_serializing_if = "is_unset", default)]
        again: bool,
    },
    /// What GBDFL said of the child is outdated: it is read anew when the case is looked at again.
    RecordOutdated,
    /// No parent is usable: NOBD is asked who may act for the child.
    RepresentativesAsked,
    /// NOBD named who may act for the child.
    RepresentativesNamed {
        /// Whom, in its order.
        persons: SmallVec<[Token; 1]>,
    },
    /// A representative is looked at.
    RepresentativeTried {
        /// Who.
        person: Token,
        /// The other parent, who is tried first if he serves a sibling already (S-15).
        or: Option<Token>,
    },
    /// Something else stops the case while a representative is looked at: nothing more is asked about him for it.
    RepresentativeLetGo {
        /// Who.
        person: Token,
    },
    /// The other parent is tried first, since he serves a sibling already (S-15).
    RepresentativePreferred {
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
    /// The case is looked at again from paragraph 5.
    LookedAtAgain,
    /// Excluded from the list.
    Excluded {
        /// On which ground.
        ground: Exclusion,
        /// Whether it was excluded on that ground before it was looked at again.
        #[serde(skip_serializing_if = "is_unset", default)]
        again: bool,
    },
    /// Held for a changed fact or for a person.
    Held {
        /// Why.
        reason: Hold,
        /// Whether a task was opened for that before.
        #[serde(skip_serializing_if = "is_unset", default)]
        again: bool,
        /// Whether each list brings it another look already, since it was held before.
        #[serde(skip_serializing_if = "is_unset", default)]
        each_list: bool,
    },
    /// A list came for a case that it can bring nothing.
    NoListAwaited,
    /// The child leaves the line, where it waited or was in an offer.
    LeftLine {
        /// Why.
        why: Leave,
    },
    /// The row is confirmed recently enough for a first form (S-13).
    RowIsConfirmed,
    /// An official resolved a hold (S-51).
    HoldResolved {
        /// Which.
        hold: Hold,
        /// Who acts for the child, where that was the question.
        representative: Option<Token>,
    },
    /// The line asks whether the child still stands.
    LookBegun {
        /// For what.
        look: Look,
    },
    /// The child still stands, or waits for the next offer hour.
    LookEnded {
        /// Whether it stands.
        stands: bool,
    },
    /// The child waits for the next offer hour.
    NotTaken,
    /// A form is out.
    Offered {
        /// Which.
        form: FormNumber,
        /// Whether the offer begins with it.
        first: bool,
    },
    /// The offer is open again, since something came in time (S-07c).
    Reopened,
    /// The child does not come back to an offer that is open again: its case has gone on.
    NotReopened {
        /// The number of the offer.
        number: Token,
    },
    /// Closed.
    Closed {
        /// Why.
        reason: Closing,
    },
    /// The offer failed on the number: not delivered to it, or another person's (S-18, S-37).
    NumberFailed {
        /// The number.
        number: Token,
        /// The day.
        on: NaiveDate,
    },
    /// The child left an offer because it turns eighteen before the end: the local executive body is told.
    TurnedEighteen,
    /// The application was formed.
    ApplicationFormed {
        /// The application.
        application: Application,
        /// When a decision on it is late.
        decision_due: Option<Moment>,
    },
    /// Something that the application rests on has changed; it is forwarded.
    Amended {
        /// What.
        what: Amended,
    },
    /// An application by hand stands beside the engine's own (S-26b).
    DuplicateReported,
    /// The recipient wrote again after his acceptance (S-23).
    WishReported,
    /// A form could not go to the recipient (S-37).
    NoticeHandedOver {
        /// Which.
        form: FormNumber,
    },
    /// The line needs a person for something.
    TaskNeeded {
        /// For what.
        reason: TaskReason,
    },
    /// The application has had no decision within its term.
    DecisionIsLate,
    /// The application was granted.
    Granted {
        /// When it was decided.
        decided: Moment,
        /// When App.5 may leave (S-36).
        notify_at: Moment,
        /// The next payment day.
        next_payment: Option<Moment>,
    },
    /// The number is asked for before App.5 leaves (S-37).
    NoticePrepared {
        /// When the end of the disability's term is to be told (S-28).
        warn_at: Option<Moment>,
    },
    /// App.5 leaves.
    Notified {
        /// How the recipient is reached.
        contact: Contact,
        /// When it may leave (S-36).
        not_before: Moment,
    },
    /// The end of the disability's term is near.
    DisabilityEnds,
    /// Something happened after the grant; the next payment waits for a word (S-48).
    EventAfterGrant {
        /// What.
        kind: StatusKind,
    },
    /// The payments go on by a word of the local executive body.
    PaymentsGoOn {
        /// The next payment day.
        next_payment: Option<Moment>,
    },
    /// The money goes to another account from now on (S-10).
    AccountChanged {
        /// Where.
        account: SealedAccount,
    },
    /// The payments are counted anew: the period, the district or a refutation changed.
    PaymentsReckoned {
        /// The next payment day.
        next_payment: Option<Moment>,
    },
    /// The child's registration moved to another district (S-30).
    Moved {
        /// The district.
        district: proaktiv_messages::District,
        /// The day from which it counts.
        from: NaiveDate,
    },
    /// The payment is stopped.
    PaymentStopped,
    /// Months after the stop were paid already (S-32).
    Overpaid,
    /// A stop, planned or made, is annulled from its own date (S-12c, S-47).
    StopAnnulled {
        /// The next payment day.
        next_payment: Option<Moment>,
    },
    /// A month is to be paid.
    PaymentOrdered {
        /// First day of the period.
        period: NaiveDate,
        /// How much.
        amount: Tiyn,
    },
    /// A returned payment is ordered again, to another account (S-10, S-50).
    PaymentOrderedAgain {
        /// First day of the period.
        period: NaiveDate,
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
    /// Something happened to an earlier order of the child.
    OfFormer {
        /// The application under it.
        nth: u16,
        /// What happened.
        event: Box<CaseEvent>,
    },
}

impl CaseEvent {
    /// Returns what the event rests on.
    pub fn ground(&self) -> Ground {
        match self {
            CaseEvent::Listed { .. } => Ground::new("A-07", "4"),
            CaseEvent::VersionLinked { .. } => Ground::new("A-10", "4"),
            CaseEvent::OtherRowKnown { .. } | CaseEvent::OtherRowEnded { .. } => Ground::new("S-34", "4"),
            CaseEvent::OrderBegun { .. } => Ground::new("S-12", "4"),
            CaseEvent::Refuted { .. } => Ground::new("S-12b", "4"),
            CaseEvent::CorrectedBack => Ground::new("S-12c", "4"),
            CaseEvent::FoundMissing { .. } | CaseEvent::FoundAgain | CaseEvent::FoundRunning => {
                Ground::new("S-13b", "4")
            }
            CaseEvent::DisabilityConfirmed { .. } => Ground::new("A-11", "5"),
            CaseEvent::DisabilityChanged { .. } | CaseEvent::DisabilityEnds => Ground::new("S-28", "5"),
            CaseEvent::NoApplicationFound { .. } => Ground::new("A-12", "6"),
            CaseEvent::ConsentGiven { .. } => Ground::new("A-14", "7"),
            CaseEvent::ConsentRequested { .. } | CaseEvent::ConsentCameLate { .. } => Ground::new("S-03", "7"),
            CaseEvent::ConsentRenewed { .. } => Ground::new("S-03d", "7"),
            CaseEvent::ChildRecordTaken { .. } => Ground::new("A-17", "7"),
            CaseEvent::RepresentativesAsked | CaseEvent::RepresentativesNamed { .. } => Ground::new("A-19", "7"),
            CaseEvent::RepresentativeTried { .. }
            | CaseEvent::RepresentativePreferred { .. }
            | CaseEvent::RepresentativeUnfit { .. } => Ground::new("S-15", "7"),
            CaseEvent::RepresentativeFound { .. } => Ground::new("A-22", "9"),
            CaseEvent::RepresentativeLetGo { .. }
            | CaseEvent::RecordOutdated
            | CaseEvent::LookedAtAgain
            | CaseEvent::NoListAwaited => Ground::new("S-46", "7"),
            CaseEvent::RegisterCouldNotSay { question, .. } | CaseEvent::AskedAgain { question } => match question {
                Question::Disability => Ground::new("A-11", "5"),
                Question::Applications => Ground::new("A-12", "6"),
                Question::Consent | Question::ChildRecord | Question::Representatives => Ground::new("S-46", "7"),
            },
            CaseEvent::Excluded { ground, .. } => ground_of_exclusion(*ground),
            CaseEvent::Held { reason, .. } => ground_of_hold(*reason),
            CaseEvent::LeftLine { .. } => Ground::new("S-16", "9"),
            CaseEvent::RowIsConfirmed => Ground::new("S-13", "9"),
            CaseEvent::LookBegun { .. } | CaseEvent::LookEnded { .. } => Ground::new("S-26b", "9"),
            CaseEvent::NotTaken => Ground::new("S-36", "9"),
            CaseEvent::Reopened | CaseEvent::NotReopened { .. } => Ground::new("S-07c", "11"),
            CaseEvent::Offered { form, .. } => match form {
                FormNumber::One => Ground::new("A-23", "9(1)"),
                FormNumber::Two => Ground::new("A-24", "9(2)"),
                FormNumber::Three | FormNumber::Four | FormNumber::Five => Ground::new("A-25", "9(3)"),
            },
            CaseEvent::Closed { reason } => ground_of_closing(*reason),
            CaseEvent::NumberFailed { .. } => Ground::new("S-08", "11"),
            CaseEvent::TurnedEighteen => Ground::new("S-27", "9"),
            CaseEvent::ApplicationFormed { .. } => Ground::new("A-31", "12"),
            CaseEvent::Amended { what } => match what {
                Amended::Row | Amended::Ending => Ground::new("S-12b", "12"),
                Amended::Consent => Ground::new("S-03b", "12"),
                Amended::Status(_) => Ground::new("S-48", "12"),
            },
            CaseEvent::DuplicateReported => Ground::new("S-26b", "12"),
            CaseEvent::WishReported => Ground::new("S-23", "12"),
            CaseEvent::NoticeHandedOver { .. } => Ground::new("S-37", "13"),
            CaseEvent::TaskNeeded { reason } => ground_of_task(*reason),
            CaseEvent::DecisionIsLate => Ground::new("S-43", "12"),
            CaseEvent::Granted { .. } | CaseEvent::NoticePrepared { .. } | CaseEvent::Notified { .. } => {
                Ground::new("A-33", "13")
            }
            CaseEvent::EventAfterGrant { .. } => Ground::new("S-48", "12"),
            CaseEvent::HoldResolved { .. } | CaseEvent::PaymentsGoOn { .. } => Ground::new("S-51", "12"),
            CaseEvent::AccountChanged { .. } => Ground::new("S-10", "12"),
            CaseEvent::Moved { .. } => Ground::new("S-30", "12"),
            CaseEvent::PaymentStopped => Ground::new("A-34", "14"),
            CaseEvent::Overpaid => Ground::new("S-32", "14"),
            CaseEvent::StopAnnulled { .. } => Ground::new("S-12c", "14"),
            CaseEvent::PaymentOrdered { .. }
            | CaseEvent::NoRateKnown { .. }
            | CaseEvent::PaymentsReckoned { .. }
            | CaseEvent::PaymentsArranged { .. } => Ground::new("S-49", "12"),
            CaseEvent::PaymentOrderedAgain { .. }
            | CaseEvent::PaymentConfirmed { .. }
            | CaseEvent::PaymentReturned { .. } => Ground::new("S-50", "12"),
            CaseEvent::Ended => Ground::new("S-29", "12"),
            CaseEvent::OfFormer { event, .. } => event.ground(),
        }
    }
}

fn ground_of_exclusion(ground: Exclusion) -> Ground {
    match ground {
        Exclusion::NoDisability => Ground::new("A-11", "5"),
        Exclusion::Application => Ground::new("A-13", "6"),
        Exclusion::Age18 => Ground::new("S-27", "7"),
        Exclusion::Death
        | Exclusion::Missing
        | Exclusion::Incapacity
        | Exclusion::NoCitizenship
        | Exclusion::NoRegistration => Ground::new("A-20", "7"),
    }
}

/// What a task of the line rests on; a case opens its own by events that say why.
fn ground_of_task(reason: TaskReason) -> Ground {
    match reason {
        TaskReason::WaitCrossedMonth => Ground::new("S-16", "9"),
        TaskReason::SendingTakesLong => Ground::new("S-17", "9"),
        TaskReason::NoTimeLeft => Ground::new("S-14", "9"),
        TaskReason::AccountClosed => Ground::new("S-10", "12"),
        TaskReason::Held(hold) => ground_of_hold(hold),
        TaskReason::NoticeOfRefusal
        | TaskReason::PaymentReturned
        | TaskReason::NoRate
        | TaskReason::NoticeOfRefutation
        | TaskReason::NoticeOfStop
        | TaskReason::Amendment(_)
        | TaskReason::Duplicate
        | TaskReason::WishToChange
        | TaskReason::NoticeInPlaceOf(_)
        | TaskReason::PilotEnded
        | TaskReason::EventAfterGrant(_)
        | TaskReason::Overpaid
        | TaskReason::MissingFromLists
        | TaskReason::TurnedEighteen
        | TaskReason::DecisionLate
        | TaskReason::DisabilityEnding
        | TaskReason::CorrectionToConfirm => Ground::new("S-37", "11"),
    }
}

fn ground_of_hold(reason: Hold) -> Ground {
    match reason {
        Hold::NoBmg => Ground::new("S-01", "8"),
        Hold::BankUnknown => Ground::new("S-20", "9"),
        Hold::IdNotActual => Ground::new("S-02", "7"),
        Hold::RegNotPermanent => Ground::new("A-15", "7"),
        Hold::NoBirthRecord => Ground::new("A-17", "7"),
        Hold::RepMinor => Ground::new("S-38", "7"),
        Hold::ConsentTimeout => Ground::new("S-03", "7"),
        Hold::ConsentExpired => Ground::new("S-03d", "7"),
        Hold::NumberChanged => Ground::new("S-37", "8"),
        Hold::Undelivered => Ground::new("S-18", "9"),
        Hold::RepConflict => Ground::new("S-11", "7"),
        Hold::FullStateCare => Ground::new("S-39", "7"),
        Hold::DuplicateEnrolment => Ground::new("S-34", "4"),
        Hold::MissingFromList => Ground::new("S-13b", "4"),
        Hold::NoRep => Ground::new("S-46", "7"),
    }
}

fn ground_of_closing(reason: Closing) -> Ground {
    match reason {
        Closing::NoReply => Ground::new("A-29", "11"),
        Closing::ConsentRefused | Closing::ConsentWithdrawn => Ground::new("S-03", "7"),
        Closing::PilotEnded => Ground::new("S-14", "9"),
        Closing::Refused => Ground::new("S-31", "13"),
        Closing::Unreached => Ground::new("S-18", "11"),
        Closing::Superseded => Ground::new("S-26b", "11"),
        Closing::Refuted => Ground::new("S-12b", "11"),
        Closing::NumberChanged => Ground::new("S-37", "11"),
        Closing::RepLost => Ground::new("S-48", "11"),
        Closing::Stopped => Ground::new("A-34", "14"),
        Closing::Ended => Ground::new("S-35", "9"),
    }
}
