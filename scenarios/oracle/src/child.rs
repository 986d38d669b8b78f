//! What the oracle knows of one child: how far its case is, on which order it rests, what is owed.
//!
//! Facts only; the rules that move them stand with their subject: `checks`, `rechecks`, `lists`,
//! `line`, `money`.

use std::sync::Arc;

use proaktiv_messages::identity::{Iban, Msisdn};
use proaktiv_messages::{
    Clear, Closing, District, Ending, Enrolment, Exclusion, FormNumber, Hold, MessageId, Moment, Outcome, RowFault,
};
use smallvec::SmallVec;

use crate::calendar::{Day, date, day, day_of};
use crate::coverage::Met;
use crate::due::Dues;
use crate::law::Law;
use crate::observer::observation;
use crate::will::Will;

/// Which question of the chain is next or under way (2a).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// CBDI (5).
    Disability,
    /// The counter (6).
    Applications,
    /// C1-child (7).
    ChildConsent,
    /// The child's record (7).
    Child,
    /// NOBD's representatives (7(2)).
    Representatives,
    /// The representative whose turn it is (7 to 9).
    Recipient,
}

/// How far a child has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// No list has had the child.
    Unlisted,
    /// Its only row went back to the school, or is to.
    Returned,
    /// A chain of questions runs.
    Checking(Step),
    /// It waits in a line for its first form.
    Ready,
    /// A form for it left.
    Offered,
    /// Its recipient accepted; the application is not formed yet.
    Accepted,
    /// The application is with the local executive body.
    Applied,
    /// Granted.
    Granted,
    /// Off the list (S-46).
    Excluded(Exclusion),
    /// Waits (S-46).
    Held(Hold),
    /// Over.
    Closed(Closing),
    /// Not judged, and why.
    Undecided(&'static str),
}

/// How far a representative came, in the order of the checks (S-15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Came {
    /// No representative was tried.
    Nowhere,
    /// The child's own answer shows him flagged.
    FlaggedByKin,
    /// He refused his consent.
    Refused,
    /// He did not answer.
    TimedOut,
    /// His record shows him dead, missing, incapable, stateless or not registered.
    Flagged,
    /// His registration is not permanent.
    NotPermanent,
    /// His document is not current.
    NotActual,
    /// He is under age.
    Minor,
    /// He has no number.
    NoNumber,
}

impl Came {
    /// Returns the row that says what follows, where it is one of the silent points.
    pub(crate) fn point(self) -> Option<&'static str> {
        match self {
            Came::NotActual => Some("S-02"),
            Came::Minor => Some("S-38"),
            Came::NoNumber => Some("S-01"),
            Came::Nowhere
            | Came::FlaggedByKin
            | Came::Refused
            | Came::TimedOut
            | Came::Flagged
            | Came::NotPermanent => None,
        }
    }
}

/// The order that a case rests on: the newest sound version of its row (S-12).
#[derive(Clone)]
pub(crate) struct Order {
    /// The row.
    pub row: Arc<Enrolment<Clear>>,
    /// The day of the list that brought this version (S-44).
    pub of: Day,
    /// The last day on which the row was new or changed.
    pub changed: Day,
    /// The day on which it ended by an explicit record: the record's own, else the day it was received.
    pub ended: Option<Day>,
    /// The explicit end that a newer version took back.
    pub taken_back: Option<Ending>,
}

impl Order {
    /// Returns the first day of home schooling.
    pub(crate) fn from(&self) -> Day {
        self.row.from.map_or(Day::MIN, day)
    }

    /// Returns the last day of home schooling.
    pub(crate) fn to(&self) -> Day {
        self.row.to.map_or(Day::MAX, day)
    }

    /// Returns whether the periods of two rows overlap.
    pub(crate) fn overlaps(&self, row: &Enrolment<Clear>) -> bool {
        self.from() <= row.to.map_or(Day::MAX, day) && row.from.map_or(Day::MIN, day) <= self.to()
    }
}

/// A time during which full lists lack the child (S-13b).
#[derive(Clone, Copy)]
pub(crate) struct Missing {
    /// The day of the first such list.
    pub since: Day,
    /// Whether the task is due or done.
    pub told: bool,
    /// Whether NOBD has said that the row runs all the same.
    pub runs: bool,
}

/// Why and from when payment stopped (A-34, S-47).
#[derive(Clone, Copy)]
pub(crate) struct Stop {
    /// The first month that is not paid, as months since year 0.
    pub from: i32,
    /// The day of the event; one to come is a plan.
    pub on: Day,
    /// Whether NOBD took the refutation back and the local executive body is to confirm (S-12c).
    pub to_confirm: bool,
}

/// An application that the engine formed, and what became of it.
pub(crate) struct Application {
    /// When it was formed.
    pub formed: Moment,
    /// The recipient, by place.
    pub person: u32,
    /// The number that accepted.
    pub number: Msisdn,
    /// The bank's place.
    pub place: u8,
    /// The account.
    pub account: Iban,
    /// When it was granted.
    pub granted: Option<Moment>,
    /// Whether it was refused.
    pub refused: bool,
    /// The order that it rests on.
    pub order: Order,
    /// The stop, if any.
    pub stop: Option<Stop>,
    /// Periods ordered, paid and returned: bits by month, from two months before that of the application.
    pub ordered: u64,
    /// Periods paid.
    pub paid: u64,
    /// Periods that came back.
    pub returned: u64,
    /// Whether payment waits for a person (S-48, S-10).
    pub waits: bool,
    /// Since when appendix 5 is prepared; none once it left or its duty passed on.
    pub notice: Option<Moment>,
    /// Where appendix 5 goes.
    pub notice_to: Option<Msisdn>,
    /// Whether another application was reported beside it (S-26b).
    pub duplicate: bool,
}

/// The reply that an application is formed on.
#[derive(Clone, Copy)]
pub(crate) struct Effective {
    /// When the SMS centre received it.
    pub received: Moment,
    /// The number that it came from.
    pub number: Msisdn,
    /// The form.
    pub form: FormNumber,
    /// The order to send the form.
    pub sms: MessageId,
    /// The account frozen with it.
    pub account: Iban,
    /// Its bank's place.
    pub place: u8,
    /// The recipient.
    pub person: u32,
}

/// What the counter last said of the child.
#[derive(Clone, Copy)]
pub(crate) struct AtCounter {
    /// When it was asked.
    pub asked: Moment,
    /// Whether a live application of an overlapping period stands there that is not ours.
    pub live: bool,
}

/// One child.
pub(crate) struct Child {
    /// Number of the family.
    pub family: u32,
    /// Number of the child.
    pub number: u32,
    /// From which day on the plan has it listed.
    pub first_listed: Day,
    /// Until which day.
    pub listed_until: Day,
    /// How far it has come.
    pub stage: Stage,
    /// When it came there.
    pub since: Moment,
    /// What it is counted under while a recheck runs (S-46).
    pub counted: Option<Stage>,
    /// Where a chain goes on after 6.
    pub resume: Step,
    /// When the chain that runs began.
    pub attempt: Moment,
    /// Whether the chain that runs is the first.
    pub first_attempt: bool,
    /// The order.
    pub order: Option<Order>,
    /// The order that was over last, before this one or beside it.
    pub former: Option<Box<Order>>,
    /// A second order at another school (S-34).
    pub second: Option<Box<Order>>,
    /// Whether the last full list has it.
    pub present: bool,
    /// The last full list that had it.
    pub present_on: Day,
    /// By which list it was last marked as there.
    pub stamp: u64,
    /// Set while full lists lack it.
    pub missing: Option<Missing>,
    /// School and id of a row that went back before any sound one came.
    pub returned_by: u32,
    /// Its id.
    pub returned_row: Option<u64>,
    /// What its last row that went back lacks.
    pub faults: SmallVec<[RowFault; 1]>,
    /// District of its permanent registration.
    pub district: Option<District>,
    /// Its eighteenth birthday.
    pub birthday_18: Day,
    /// Whether its record was found in order.
    pub record_known: bool,
    /// Last day of its disability's term.
    pub disability_until: Option<Day>,
    /// C1-child.
    pub will: Will,
    /// Its usable representatives, in order, by place.
    pub reps: SmallVec<[u32; 2]>,
    /// Whose turn it is among them.
    pub turn: u8,
    /// Until when a question to CBDI may leave that begins nothing: it was on its way when its chain was stopped.
    pub astray: Option<Moment>,
    /// Whether NOBD has been asked for representatives in this chain.
    pub nobd_asked: bool,
    /// Whom an official named (S-11).
    pub named: Option<u32>,
    /// How far the one who came furthest did.
    pub furthest: Came,
    /// Whether its own answer shows a parent flagged.
    pub kin_flagged: bool,
    /// What the counter said.
    pub counter: Option<AtCounter>,
    /// The line of its offer or its waiting.
    pub line: Option<u32>,
    /// How many offers went out for the order.
    pub offers: u8,
    /// Whether one more offer is allowed (S-08).
    pub once_more: bool,
    /// The number and day of the offer that did not reach him (S-18).
    pub unreached: Option<(Msisdn, Day)>,
    /// The day of its exclusion or of the last look at it.
    pub looked: Day,
    /// The reply that its application is to be formed on.
    pub effective: Option<Effective>,
    /// Its applications.
    pub applications: Vec<Application>,
    /// Holds that an official resolved, as bits (S-51).
    pub resolved: u32,
    /// Holds for which a task was due already, as bits.
    pub told: u32,
    /// What it met of the coverage's names.
    pub met: Met,
    /// What the observer is to be told, as a sum of digests (T-01), and what was said once.
    pub observed: u64,
    said: Vec<(u8, u8, u8)>,
    /// Set where the observations are not predicted to the day.
    pub observed_loosely: bool,
    /// What is owed about it.
    pub dues: Dues,
}

impl Child {
    pub(crate) fn new(family: u32, number: u32, first_listed: Day, listed_until: Day) -> Self {
        Self {
            family,
            number,
            first_listed,
            listed_until,
            stage: Stage::Unlisted,
            since: Moment::default(),
            counted: None,
            resume: Step::ChildConsent,
            attempt: Moment::default(),
            first_attempt: true,
            order: None,
            former: None,
            second: None,
            present: false,
            present_on: Day::MIN,
            stamp: 0,
            missing: None,
            returned_by: 0,
            returned_row: None,
            faults: SmallVec::new(),
            district: None,
            birthday_18: Day::MAX,
            record_known: false,
            disability_until: None,
            will: Will::default(),
            reps: SmallVec::new(),
            turn: 0,
            astray: None,
            nobd_asked: false,
            named: None,
            furthest: Came::Nowhere,
            kin_flagged: false,
            counter: None,
            line: None,
            offers: 0,
            once_more: false,
            unreached: None,
            looked: 0,
            effective: None,
            applications: Vec::new(),
            resolved: 0,
            told: 0,
            met: Met::default(),
            observed: 0,
            said: Vec::new(),
            observed_loosely: false,
            dues: Dues::default(),
        }
    }

    /// Returns whether the oracle judges the child.
    pub(crate) fn decided(&self) -> bool {
        !matches!(self.stage, Stage::Undecided(_))
    }

    /// Returns the stage that it is counted under: a recheck keeps that of before.
    pub(crate) fn standing(&self) -> Stage {
        match self.stage {
            Stage::Checking(_) => self.counted.unwrap_or(self.stage),
            Stage::Unlisted
            | Stage::Returned
            | Stage::Ready
            | Stage::Offered
            | Stage::Accepted
            | Stage::Applied
            | Stage::Granted
            | Stage::Excluded(_)
            | Stage::Held(_)
            | Stage::Closed(_)
            | Stage::Undecided(_) => self.stage,
        }
    }

    /// Returns whether no form has left for it and none is over: the stages before an offer.
    pub(crate) fn before_offer(&self) -> bool {
        matches!(self.stage, Stage::Checking(_) | Stage::Ready | Stage::Held(_) | Stage::Excluded(_))
    }

    /// Returns whether a first form may still leave for the order (S-08).
    pub(crate) fn may_be_offered(&self) -> bool {
        self.offers == 0 || self.once_more
    }

    /// Returns the district of its school.
    pub(crate) fn school_district(&self) -> District {
        self.order.as_ref().map_or(District(0), |order| order.row.district)
    }

    /// Returns its last application.
    pub(crate) fn last(&mut self) -> Option<&mut Application> {
        self.applications.last_mut()
    }

    /// Returns whether its row rests confirmed on `today` (S-13).
    pub(crate) fn confirmed(&self, today: Day, last_full: Day, law: &Law) -> bool {
        let seen = if self.present { last_full } else { self.present_on };
        let changed = self.order.as_ref().map_or(Day::MIN, |order| order.changed);
        today.saturating_sub(seen.max(changed)) <= law.terms.row_confirmed_days
    }

    /// Notes what the observer is to be told (T-01): of each form and each month paid, and of all else
    /// the first time for an order.
    pub(crate) fn observe(&mut self, now: Moment, paragraph: u8, outcome: Outcome) {
        self.observe_of(now, paragraph, outcome, 0);
    }

    /// Notes it once for each `reason`.
    pub(crate) fn observe_of(&mut self, now: Moment, paragraph: u8, outcome: Outcome, reason: u8) {
        let what = (paragraph, outcome as u8, reason);
        if !matches!(outcome, Outcome::Offered | Outcome::Paid) {
            if self.said.contains(&what) {
                return;
            }
            self.said.push(what);
        }
        let digest = observation(date(day_of(now)), paragraph, outcome, self.school_district());
        self.observed = self.observed.wrapping_add(digest);
    }
}
