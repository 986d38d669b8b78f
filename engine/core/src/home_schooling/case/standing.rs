//! What a case keeps: where it stands, what it knows, and what befell it beyond the straight path.

use std::sync::Arc;

use chrono::NaiveDate;
use proaktiv_messages::{
    Closing, District, Ending, Enrolment, Evidence, Exclusion, Hold, Moment, Sealed, SealedAccount, Tiyn, Token,
};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::{Case, CaseDeadline};

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
    /// NOBD: who may act for the child in place of its parents (7)?
    Representatives,
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
    /// Payment was stopped; what was owed before the stop is still paid.
    Stopped,
    /// Excluded from the list.
    Excluded(Exclusion),
    /// Waits for a changed fact or for a person.
    Held(Hold),
    /// Closed.
    Closed(Closing),
}

/// What is under way: in the stage of a first run, beside the stage of a case that is looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A register is asked.
    Asked(Question),
    /// A representative is looked at.
    Assessing,
}

/// What the counter is asked for once more (S-26b).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// A form is about to leave.
    BeforeForm,
    /// The recipient accepted.
    OnReply,
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
    /// The how manieth of the child, from 1.
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
    /// No rate is known for the district in that period: a person must see to it.
    WithoutRate,
}

/// One payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// First day of the period that is paid for.
    pub period: NaiveDate,
    /// How much.
    pub amount: Tiyn,
    /// How far it is.
    pub state: PaymentState,
}

/// A spell of full lists on which the child is not (S-13b).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// The day of the last list that it was missing from.
    pub last: NaiveDate,
    /// How many days of lists the spell has.
    pub days: u32,
    /// Whether NOBD has said that the row runs all the same.
    pub runs: bool,
}

/// A request for the child's consent without an answer, while nothing waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenRequest {
    /// When it counts as unanswered; none before KDP has it.
    pub overdue: Option<Moment>,
}

/// A record that home schooling is over (A-34, S-47).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refutation {
    /// The day from which it is over; the month of it is the last one owed.
    pub on: NaiveDate,
    /// Whether the row was corrected back and a person is to confirm it (S-12c).
    pub corrected: bool,
}

/// A number that an offer failed on (S-18, S-37).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedNumber {
    /// The number.
    pub number: Token,
    /// The day on which the offer ended.
    pub on: NaiveDate,
}

/// What befell a case beyond the straight path: apart, so that the many others stay small.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Circumstances {
    /// Where a stopped case is being looked at again (S-46).
    pub recheck: Option<Step>,
    /// Whether the case was ever looked at again for its order.
    pub looked_again: bool,
    /// The holds that a task was opened for: one for each (S-46).
    pub held_for: SmallVec<[Hold; 4]>,
    /// Holds without a register behind them that an official resolved (S-51).
    pub settled: SmallVec<[Hold; 4]>,
    /// The spell of lists that the child is missing from.
    pub missing: Option<Missing>,
    /// Rows of the child beside the one that the case follows (S-34).
    pub others: SmallVec<[Arc<Enrolment<Sealed>>; 1]>,
    /// Whom NOBD named, in its order.
    pub appointed: SmallVec<[Token; 1]>,
    /// How many parents of the record turned out to be unusable when their own was read (S-11).
    pub unusable: u8,
    /// Who acts for the child by an official's decision (S-11).
    pub chosen: Option<Token>,
    /// The parent who is tried first, since he served a sibling when the record was read (S-15).
    pub preferred: Option<Token>,
    /// Whether the second request for the child's consent was made (S-03).
    pub consent_repeated: bool,
    /// The request for the child's consent that was open when the case was stopped for another reason.
    pub open_request: Option<OpenRequest>,
    /// Whether what GBDFL said of the child is outdated: the record is read anew.
    pub record_outdated: bool,
    /// Whether a form has left for the order.
    pub form_left: bool,
    /// How the last offer ended, if one more may follow (S-08).
    pub one_more_after: Option<Closing>,
    /// Whether that one more was made.
    pub one_more_made: bool,
    /// The number that the last offer failed on.
    pub failed_number: Option<FailedNumber>,
    /// The record that home schooling is over.
    pub refutation: Option<Refutation>,
    /// The explicit end that a newer version of the row took back.
    pub end_taken_back: Option<Ending>,
    /// Whether the next payment waits for a word of the local executive body (S-48).
    pub waits_for_word: bool,
    /// Whether an application by hand beside the engine's own was reported (S-26b).
    pub duplicate: bool,
    /// The account that money goes to by order 84, in place of the application's (S-10).
    pub account: Option<SealedAccount>,
    /// Districts that the child moved to, with the day from which each counts (S-30).
    pub moves: SmallVec<[(NaiveDate, District); 1]>,
    /// Earlier orders of the child under which an application was formed (T-23).
    pub former: Vec<Case>,
}

impl Case {
    /// Returns what befell the case beyond the straight path, if anything did.
    pub fn beyond(&self) -> Option<&Circumstances> {
        self.circumstances.as_deref()
    }

    pub(super) fn beyond_mut(&mut self) -> &mut Circumstances {
        self.circumstances.get_or_insert_default()
    }

    /// Returns what is under way.
    pub fn step(&self) -> Option<Step> {
        match self.stage {
            Stage::Asked(question) => Some(Step::Asked(question)),
            Stage::Assessing => Some(Step::Assessing),
            Stage::Held(_) | Stage::Excluded(_) => self.beyond()?.recheck,
            Stage::New
            | Stage::Ready
            | Stage::Offered
            | Stage::Applied
            | Stage::Granted
            | Stage::Ended
            | Stage::Stopped
            | Stage::Closed(_) => None,
        }
    }

    /// Returns whether the case is excluded and not being looked at again.
    pub(super) fn rests_excluded(&self) -> bool {
        matches!(self.stage, Stage::Excluded(_)) && self.step().is_none()
    }

    /// Returns whether the case is stopped before an offer.
    pub(super) fn is_stopped(&self) -> bool {
        matches!(self.stage, Stage::Held(_) | Stage::Excluded(_))
    }

    /// Takes a step: a stopped case keeps what it is counted under while it is looked at again (S-46).
    pub(super) fn take_step(&mut self, step: Step) {
        self.timer = None;
        if self.is_stopped() {
            self.beyond_mut().recheck = Some(step);
            return;
        }
        self.stage = match step {
            Step::Asked(question) => Stage::Asked(question),
            Step::Assessing => Stage::Assessing,
        };
    }

    /// Keeps the request for the child's consent that is under way, as what stops the case now is another reason:
    /// whoever is asked answers all the same.
    pub(super) fn leave_request_open(&mut self) {
        if self.step() == Some(Step::Asked(Question::Consent)) {
            let overdue = self.timer.filter(|(_, due)| *due == CaseDeadline::ConsentUnanswered).map(|(due, _)| due);
            self.beyond_mut().open_request = Some(OpenRequest { overdue });
        }
    }

    /// Takes a stage that ends whatever was under way.
    pub(super) fn come_to(&mut self, stage: Stage) {
        self.stage = stage;
        self.timer = None;
        self.times_unsaid = 0;
        self.look = None;
        if let Some(beyond) = &mut self.circumstances {
            beyond.recheck = None;
        }
    }
}
