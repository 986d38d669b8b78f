//! Words that several messages share: findings, grounds, tasks, observations.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{FormNumber, Renamed, StatusKind};
use crate::{District, Exchange, Naming, Token};

/// A register's answer in three values. `Unknown` is no `No`: it never excludes (I-12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding<T> {
    /// There is one, and this is it.
    Yes(T),
    /// There is definitely none.
    No,
    /// The register cannot say.
    Unknown,
}

impl<T> Finding<T> {
    /// Changes what was found, if something was.
    pub fn try_map<U, E>(&self, change: impl FnOnce(&T) -> Result<U, E>) -> Result<Finding<U>, E> {
        Ok(match self {
            Finding::Yes(found) => Finding::Yes(change(found)?),
            Finding::No => Finding::No,
            Finding::Unknown => Finding::Unknown,
        })
    }
}

/// Why a register refuses a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusedQuery {
    /// The consent is not one that KDP gave.
    ForgedConsent,
    /// The consent is of another person.
    ConsentOfAnother,
    /// The consent does not cover this purpose.
    PurposeNotCovered,
    /// The consent is not valid now.
    ConsentNotValid,
}

/// A definite fact, named by the act, that takes a child off the list (S-46).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exclusion {
    /// Paragraph 5: no disability in CBDI.
    NoDisability,
    /// Paragraph 6: a live application exists.
    Application,
    /// Paragraph 7: dead.
    Death,
    /// Paragraph 7: missing.
    Missing,
    /// Paragraph 7: incapable.
    Incapacity,
    /// Paragraph 7: recorded as stateless (T-32).
    NoCitizenship,
    /// Paragraph 7: a record that registration in the country ended or is absent.
    NoRegistration,
    /// Eighteen years old (S-27).
    #[serde(rename = "age_18")]
    Age18,
}

/// Everything else that keeps a first form from leaving; opens one task (S-46).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    /// No representative is recorded, or every one is flagged.
    NoRep,
    /// The identity document is not current (S-02).
    IdNotActual,
    /// Registration at permanent residence is not shown.
    RegNotPermanent,
    /// No birth certificate is recorded.
    NoBirthRecord,
    /// Nobody answered the request for consent (S-03).
    ConsentTimeout,
    /// A consent has run out and may not be asked for yet (S-03d).
    ConsentExpired,
    /// No subscriber number in BMG (S-01).
    NoBmg,
    /// No bank answered and no account is known (S-20).
    BankUnknown,
    /// The number is another person's now (S-37).
    NumberChanged,
    /// The form could not be delivered (S-18).
    Undelivered,
    /// A guardian beside a usable parent (S-11).
    RepConflict,
    /// The representative is under age (S-38).
    RepMinor,
    /// The child is in full state care (S-39).
    FullStateCare,
    /// The child is on two lists (S-34).
    DuplicateEnrolment,
    /// The child is missing from a full list (S-13b).
    MissingFromList,
}

/// Why an offer or a case is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closing {
    /// No reply within the window.
    NoReply,
    /// The form was never delivered (S-18).
    Unreached,
    /// An application by hand took its place (S-26b).
    Superseded,
    /// Home schooling was refuted (S-12b).
    Refuted,
    /// The number is another person's (S-37).
    NumberChanged,
    /// The consent was withdrawn (S-03).
    ConsentWithdrawn,
    /// The representative can no longer act (S-48).
    RepLost,
    /// The consent was refused (S-03).
    ConsentRefused,
    /// The pilot is over (S-14).
    PilotEnded,
    /// The application was refused (S-31).
    Refused,
    /// Payment was stopped before anything was paid.
    Stopped,
    /// The enrolment ended before anything was paid (S-29).
    Ended,
}

/// A task for a local executive body: what only a person can do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Task<N: Naming> {
    /// The child whose case it is.
    pub child: N::Person,
    /// Why a person is needed.
    pub reason: TaskReason,
}

/// Why a person is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskReason {
    /// The case is held: one task for each case and reason (S-46).
    Held(Hold),
    /// The application was refused: a reasoned notice is owed, by a form outside the act (S-31).
    NoticeOfRefusal,
    /// A payment came back (S-50).
    PaymentReturned,
    /// No rate is known for the district in an owed month (S-49).
    NoRate,
    /// The child left an offer because home schooling was refuted: a notice is owed (S-12b, S-31).
    NoticeOfRefutation,
    /// The payment was stopped: a reasoned notice is owed (A-34, S-31).
    NoticeOfStop,
    /// Something that an application rests on has changed; the engine withdraws nothing (S-12b, S-48, S-03b).
    Amendment(Amended),
    /// An application by hand stands beside the engine's own: one of them is to be kept (S-26b).
    Duplicate,
    /// After his acceptance the recipient wrote again: he may wish to change something (S-23).
    WishToChange,
    /// This form could not go to the recipient, whose number is another person's or whose consent is gone:
    /// he is to be told otherwise (S-37, S-03d).
    NoticeInPlaceOf(FormNumber),
    /// The account of the application is closed: its details are to be changed (S-10).
    AccountClosed,
    /// No form fits into the time that is left of the pilot (S-10, S-14).
    NoTimeLeft,
    /// The pilot ended before a form could leave (S-14).
    PilotEnded,
    /// Something happened after the grant; the next payment waits for a word (S-48).
    EventAfterGrant(StatusKind),
    /// Months after a stop were paid already (S-32).
    Overpaid,
    /// The child has been missing from full lists for days (S-13b).
    MissingFromLists,
    /// The child turned eighteen before an offer to its family was over (S-27).
    TurnedEighteen,
    /// The child waited for its sibling's offer over the end of a month (S-16).
    WaitCrossedMonth,
    /// The application has had no decision within the term of order 84 (S-43).
    DecisionLate,
    /// The term of the disability ends within thirty days (S-28).
    DisabilityEnding,
    /// A refuted row was corrected back: it is to be confirmed (S-12c).
    CorrectionToConfirm,
    /// Not every part of a form was accepted within two hours (S-17).
    SendingTakesLong,
}

/// What the operator must hear of and no case can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alert {
    /// A calendar day of Astana ended without a full list of that day (A-07, S-13).
    DayWithoutFullList {
        /// Which day.
        day: NaiveDate,
    },
}

/// What an application rests on that has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amended {
    /// The row of the list has a new version.
    Row,
    /// The row of the list says that home schooling is over.
    Ending,
    /// The recipient took his consent back.
    Consent,
    /// A status of the child or of the recipient.
    Status(StatusKind),
}

impl<N: Naming> Renamed<N> for Task<N> {
    type Under<M: Naming> = Task<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<Task<M>, X::Error> {
        Ok(Task { child: by.person(&self.child)?, reason: self.reason })
    }
}

/// A pseudonymous event for the observer: no list, no person, a token of its own (T-01).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// A token that is nobody's elsewhere and changes with the case.
    pub token: Token,
    /// The day, in Astana time.
    pub day: NaiveDate,
    /// The paragraph of the Algorithm.
    pub paragraph: u8,
    /// What came out there.
    pub outcome: Outcome,
    /// The district of the school.
    pub district: District,
}

/// What came out at a paragraph, for the observer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The child is on the list.
    Listed,
    /// The check was passed.
    Passed,
    /// The child is excluded or the offer closed.
    Stopped,
    /// The case waits for a person.
    Held,
    /// A form was sent.
    Offered,
    /// The recipient accepted and an application was formed.
    Applied,
    /// The application was granted.
    Granted,
    /// A sum was paid.
    Paid,
}
