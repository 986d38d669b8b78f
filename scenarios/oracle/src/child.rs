//! What the oracle knows of one child, and how each answer that the engine had moves it on (2a).
//!
//! A fold: every answer is used when it is taken and then forgotten, but for the few facts that a later
//! output shows. Says what is due; whether what left is that, is judged in `left`.

mod checks;
mod offer;

use chrono::NaiveDate;
use proaktiv_messages::identity::{FullName, Iban, Iin, Msisdn};
use proaktiv_messages::{
    ApplicationId, Clear, Closing, Consent, District, Exclusion, FormNumber, Hold, Language, MessageId, Moment,
    Outcome, RowFault, TaskReason,
};

use crate::calendar::{Day, date, day, day_of};

/// How far a child has come. `…Due`: the engine owes an output; `…Asked`: a party owes an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// No list has had the child.
    Unlisted,
    /// Its row is to go back to the school.
    ReturnDue,
    /// Its row went back.
    Returned,
    /// CBDI is to be asked.
    DisabilityDue,
    /// CBDI was asked.
    DisabilityAsked,
    /// The counter is to be asked.
    ApplicationsDue,
    /// The counter was asked.
    ApplicationsAsked,
    /// KDP is to be asked for C1-child (A-14, S-03d).
    ChildConsentDue,
    /// KDP was asked.
    ChildConsentAsked,
    /// GBDFL is to be asked for the child.
    ChildDue,
    /// GBDFL was asked.
    ChildAsked,
    /// KDP is to be asked for C1-rep of the representative whose turn it is (S-15).
    RepConsentDue,
    /// KDP was asked.
    RepConsentAsked,
    /// GBDFL is to be asked for him.
    PersonDue,
    /// GBDFL was asked.
    PersonAsked,
    /// BMG is to be asked.
    NumberDue,
    /// BMG was asked.
    NumberAsked,
    /// The integrated banks are to be asked and have to answer.
    Banks,
    /// The first form is to leave on its offer day (S-36).
    FormDue,
    /// The form left; its last part is not accepted yet (S-17).
    FormSent,
    /// The window runs, or its end waits for appendix 4.
    Open,
    /// An application is to be formed.
    ApplicationDue,
    /// The application is with the local executive body.
    ApplicationSent,
    /// Granted: appendix 5 and payments are due.
    Granted,
    /// Off the list for good in this step (S-46).
    Excluded(Exclusion),
    /// Waits for a person (S-46).
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
    /// He refused his consent.
    Refused,
    /// He is dead, missing, incapable, stateless or not registered.
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

/// The account frozen for a bank (S-21b).
#[derive(Clone, Copy)]
pub(crate) struct Frozen {
    /// The bank's place among the integrated ones.
    pub place: u8,
    /// The account.
    pub account: Iban,
    opened: Moment,
}

/// One child.
pub(crate) struct Child {
    /// Number of the family.
    pub family: u32,
    /// Number of the child.
    pub number: u32,
    /// Who it is.
    pub iin: Iin,
    /// From which day on the plan has it listed.
    pub first_listed: Day,
    /// Until which day.
    pub listed_until: Day,
    /// How far it has come.
    pub stage: Stage,
    /// When the last thing happened that moved it on: the cause of what is due.
    pub since: Moment,
    /// Number of its school.
    pub school: u32,
    /// District of its school.
    pub school_district: District,
    /// NOBD's id of its row.
    pub row: Option<u64>,
    /// First day of home schooling.
    pub from: Day,
    /// Last day of home schooling.
    pub to: Day,
    /// District of its registration.
    pub district: District,
    /// Its eighteenth birthday.
    pub birthday_18: Day,
    /// The representative whose turn it is.
    pub representative: Iin,
    /// The representatives after him.
    others: Vec<Iin>,
    /// How far the one who came furthest did.
    furthest: Came,
    /// The consent in use.
    pub consent: Option<Consent<Clear>>,
    /// The representative's name.
    pub name: Option<FullName>,
    /// His number.
    pub msisdn: Option<Msisdn>,
    /// His language.
    pub language: Language,
    /// Banks asked, by place.
    pub banks_asked: u64,
    /// Banks that answered, by place.
    pub banks_answered: u64,
    /// The accounts that count, one a bank, in the order of the banks.
    pub accounts: Vec<Frozen>,
    /// The form that is due or left.
    pub form: FormNumber,
    /// Its offer day.
    pub form_day: Day,
    /// The order to send it, and when it left.
    pub form_sms: Option<(MessageId, Moment)>,
    /// The last day of its window.
    pub window_last: Day,
    /// When the SMS centre had the effective reply, and which of the accounts it accepts.
    pub reply: Option<(Moment, usize)>,
    /// When the application was formed.
    pub formed: Moment,
    /// Its id.
    pub application: Option<ApplicationId>,
    /// When it was granted.
    pub granted: Moment,
    /// Since when appendix 5 is due.
    pub notice_due: Option<Moment>,
    /// Which months were ordered to be paid, from the month of the application.
    pub months_ordered: u64,
    /// Which were paid.
    pub months_paid: u64,
    /// Which came back.
    pub months_returned: u64,
    /// Tasks that are due: why, since when, and how many.
    pub task: Option<(TaskReason, Moment, u8)>,
    /// The observations that are due, as a sum of their digests (T-01).
    pub observed: u64,
    /// Set where the observations of the case are not predicted to the day.
    pub observed_loosely: bool,
    /// What was wrong with the row, as the faults that it truly has.
    pub faults: Vec<RowFault>,
    accepted_before: bool,
}

impl Child {
    pub(crate) fn new(family: u32, number: u32, iin: Iin, first_listed: Day, listed_until: Day) -> Self {
        Self {
            family,
            number,
            iin,
            first_listed,
            listed_until,
            stage: Stage::Unlisted,
            since: Moment::default(),
            school: 0,
            school_district: District(0),
            row: None,
            from: 0,
            to: 0,
            district: District(0),
            birthday_18: Day::MAX,
            representative: iin,
            others: Vec::new(),
            furthest: Came::Nowhere,
            consent: None,
            name: None,
            msisdn: None,
            language: Language::Kk,
            banks_asked: 0,
            banks_answered: 0,
            accounts: Vec::new(),
            form: FormNumber::Three,
            form_day: 0,
            form_sms: None,
            window_last: 0,
            reply: None,
            formed: Moment::default(),
            application: None,
            granted: Moment::default(),
            notice_due: None,
            months_ordered: 0,
            months_paid: 0,
            months_returned: 0,
            task: None,
            observed: 0,
            observed_loosely: false,
            faults: Vec::new(),
            accepted_before: false,
        }
    }

    /// Returns whether the oracle judges the child.
    pub(crate) fn decided(&self) -> bool {
        !matches!(self.stage, Stage::Undecided(_))
    }

    /// Stops judging the child.
    pub(crate) fn give_up(&mut self, why: &'static str) {
        if self.decided() {
            self.stage = Stage::Undecided(why);
        }
    }

    fn go(&mut self, stage: Stage, now: Moment) {
        self.stage = stage;
        self.since = now;
    }

    fn observe(&mut self, now: Moment, paragraph: u8, outcome: Outcome) {
        self.observed =
            self.observed.wrapping_add(observation(date(day_of(now)), paragraph, outcome, self.school_district));
    }

    fn exclude(&mut self, ground: Exclusion, now: Moment) {
        let paragraph = match ground {
            Exclusion::NoDisability => 5,
            Exclusion::Application => 6,
            Exclusion::Death
            | Exclusion::Missing
            | Exclusion::Incapacity
            | Exclusion::NoCitizenship
            | Exclusion::NoRegistration
            | Exclusion::Age18 => 7,
        };
        self.observe(now, paragraph, Outcome::Stopped);
        self.go(Stage::Excluded(ground), now);
    }

    fn hold(&mut self, reason: Hold, now: Moment) {
        self.observe(now, if reason == Hold::NoBmg { 8 } else { 7 }, Outcome::Held);
        self.task = Some((TaskReason::Held(reason), now, 1));
        self.go(Stage::Held(reason), now);
    }

    fn close(&mut self, why: Closing, paragraph: u8, now: Moment) {
        self.observe(now, paragraph, Outcome::Stopped);
        self.go(Stage::Closed(why), now);
    }
}

/// Returns a digest of one observation; those of a case are added up, so that their order is free.
pub(crate) fn observation(day_: NaiveDate, paragraph: u8, outcome: Outcome, district: District) -> u64 {
    let what = u64::from(paragraph) << 8 | outcome as u64;
    let mut x = (day(day_) as u64) << 44 ^ what << 32 ^ u64::from(district.0);
    // splitmix64 (Steele, Lea and Flood, 2014).
    x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ x >> 31
}
