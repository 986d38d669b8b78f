//! Everything the oracle knows at a moment, and the few verbs that all subjects share: owe, allow, drop,
//! disagree, stop judging, note for the coverage.

use proaktiv_messages::identity::Msisdn;
use proaktiv_messages::{ApplicationId, BankCode, Key, MessageId, Moment, Party, Span, TaskReason, Token};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::child::{Child, Stage};
use crate::coverage::Names;
use crate::days::Days;
use crate::due::{Due, Dues, What, Who};
use crate::forms::Forms;
use crate::law::{Law, ON_ITS_WAY, PROMPT};
use crate::line::Line;
use crate::lists::Lists;
use crate::person::Person;
use crate::timers::{Timer, Timers};
use crate::verdict::{Disagreement, Verdict};

/// What is broken, where, and how.
#[derive(Debug)]
pub(crate) struct Broken {
    /// The row.
    pub point: &'static str,
    /// What the act asks for.
    pub expected: String,
    /// What there was.
    pub found: String,
}

/// A judgement on one output.
pub(crate) type Judged = Result<(), Broken>;

/// Returns what is broken.
pub(crate) fn broken<T>(
    point: &'static str,
    expected: impl Into<String>,
    found: impl Into<String>,
) -> Result<T, Broken> {
    Err(Broken { point, expected: expected.into(), found: found.into() })
}

/// Returns what is broken unless it holds.
pub(crate) fn judge(holds: bool, point: &'static str, expected: &str, found: &str) -> Judged {
    if holds { Ok(()) } else { broken(point, expected, found) }
}

/// A question or order that left.
#[derive(Clone, Copy)]
pub(crate) struct Asked {
    /// About whom; none where it is not judged.
    pub who: Option<Who>,
    /// What kind.
    pub what: What,
    /// When.
    pub at: Moment,
    /// How often the same was answered by Unknown before.
    pub nth: u8,
    /// Whether its answer has been used.
    pub answered: bool,
}

/// Ids of today and of the day before that something happened.
#[derive(Default)]
pub(crate) struct Lately {
    day: i32,
    today: FxHashSet<(u64, u64)>,
    before: FxHashSet<(u64, u64)>,
}

impl Lately {
    /// Remembers an id.
    pub(crate) fn remember(&mut self, id: (u64, u64), day: i32) {
        if self.day < day {
            self.day = day;
            std::mem::swap(&mut self.today, &mut self.before);
            self.today.clear();
        }
        self.today.insert(id);
    }

    /// Returns whether an id was remembered lately.
    pub(crate) fn knows(&self, id: (u64, u64)) -> bool {
        self.today.contains(&id) || self.before.contains(&id)
    }
}

/// The state of the fold.
pub(crate) struct World {
    /// The law of the run.
    pub law: Law,
    /// The forms.
    pub forms: Forms,
    /// Every child of the plan.
    pub children: Vec<Child>,
    /// Every parent and guardian of the plan.
    pub people: Vec<Person>,
    /// Every subscriber number that an answer named as the one to use.
    pub lines: Vec<Line>,
    /// Child by the number of its IIN.
    pub by_child: FxHashMap<u64, u32>,
    /// Person by the number of his IIN.
    pub by_person: FxHashMap<u64, u32>,
    /// Line by its number.
    pub by_number: FxHashMap<u64, u32>,
    /// Line by the key under which its forms leave.
    pub by_key: FxHashMap<Key, u32>,
    /// Child and place of the application.
    pub by_application: FxHashMap<ApplicationId, (u32, u8)>,
    /// The applications of children that are not judged: a payment under one of them is not judged either.
    pub unjudged_applications: FxHashSet<ApplicationId>,
    /// Every question and order that left, by its id.
    pub asked: FxHashMap<(u64, u64), Asked>,
    /// Questions and orders that were answered lately: a repeat of one is still recognised.
    pub answered: Lately,
    /// Reports that were taken lately: a repeat changes nothing (I-15).
    pub reported: Lately,
    /// Reports that the engine took and has not acknowledged yet.
    pub unacknowledged: FxHashMap<(u64, MessageId), Moment>,
    /// Digests of what the observer was told, by its tokens.
    pub observed: FxHashMap<Token, u64>,
    /// Lists of NOBD.
    pub lists: Lists,
    /// Days that had a list, and days that had none.
    pub days: Days,
    /// What comes at an instant.
    pub timers: Timers,
    /// The lists of integrated banks that the operator stated, in order.
    pub stated_banks: Vec<Vec<BankCode>>,
    /// Names of what the coverage counts.
    pub names: Names,
    /// The judgement.
    pub verdict: Verdict,
}

impl World {
    pub(crate) fn new(law: Law, forms: Forms) -> Self {
        let mut timers = Timers::default();
        timers.set(law.last_offer, Timer::PilotOver);
        Self {
            law,
            forms,
            children: Vec::new(),
            people: Vec::new(),
            lines: Vec::new(),
            by_child: FxHashMap::default(),
            by_person: FxHashMap::default(),
            by_number: FxHashMap::default(),
            by_key: FxHashMap::default(),
            by_application: FxHashMap::default(),
            unjudged_applications: FxHashSet::default(),
            asked: FxHashMap::default(),
            answered: Lately::default(),
            reported: Lately::default(),
            unacknowledged: FxHashMap::default(),
            observed: FxHashMap::default(),
            lists: Lists::default(),
            days: Days::default(),
            timers,
            stated_banks: Vec::new(),
            names: Names::default(),
            verdict: Verdict::default(),
        }
    }

    /// Returns a child.
    pub(crate) fn child(&mut self, place: u32) -> &mut Child {
        &mut self.children[place as usize]
    }

    /// Returns a person.
    pub(crate) fn person(&mut self, place: u32) -> &mut Person {
        &mut self.people[place as usize]
    }

    /// Returns a line.
    pub(crate) fn line(&mut self, place: u32) -> &mut Line {
        &mut self.lines[place as usize]
    }

    /// Returns the line of a number, a new one where there is none.
    pub(crate) fn line_of(&mut self, number: Msisdn) -> u32 {
        let lines = &mut self.lines;
        *self.by_number.entry(number.number()).or_insert_with(|| {
            lines.push(Line::new(number));
            lines.len() as u32 - 1
        })
    }

    /// Returns what is owed about somebody.
    pub(crate) fn dues(&mut self, who: Who) -> &mut Dues {
        match who {
            Who::Child(place) => &mut self.child(place).dues,
            Who::Person(place) => &mut self.person(place).dues,
            Who::Line(place) => &mut self.line(place).dues,
        }
    }

    /// Expects an output between two instants.
    pub(crate) fn owe(&mut self, who: Who, what: What, from: Moment, until: Moment) {
        let until = self.until_reached(who, what, until);
        self.dues(who).add(Due { what, from, until, must: true, nth: 0 });
    }

    /// Permits an output between two instants.
    pub(crate) fn allow(&mut self, who: Who, what: What, from: Moment, until: Moment) {
        let until = self.until_reached(who, what, until + self.wait_behind(who, what));
        self.dues(who).add(Due { what, from, until, must: false, nth: 0 });
    }

    /// Reading P16: behind a question that a slow bank has not answered yet the next one leaves later.
    pub(crate) fn wait_behind(&self, who: Who, what: What) -> Span {
        let slow = match who {
            Who::Person(place) => self.people[place as usize].under_way.contains(&what),
            Who::Child(_) | Who::Line(_) => false,
        };
        if slow && matches!(what, What::Accounts(_)) { PROMPT } else { Span::millis(0) }
    }

    /// Returns until when an output may leave that was to leave by `until`: what is asked of a party that
    /// does not answer waits for the answer to what was asked before.
    pub(crate) fn until_reached(&self, who: Who, what: What, until: Moment) -> Moment {
        self.receiver(who, what).map_or(until, |party| self.law.patience(party, until))
    }

    /// Expects an output at once.
    pub(crate) fn owe_now(&mut self, who: Who, what: What, now: Moment) {
        self.owe(who, what, now, now + PROMPT);
    }

    /// Permits what may have left before it was let go of.
    pub(crate) fn allow_on_its_way(&mut self, who: Who, what: What, now: Moment) {
        self.allow(who, what, now - ON_ITS_WAY, now + ON_ITS_WAY);
    }

    /// Expects it no longer; one that should have left before is missing.
    pub(crate) fn drop_due(&mut self, who: Who, of: impl Fn(What) -> bool, now: Moment) {
        for due in self.dues(who).cancel(of, now) {
            self.missing(who, due, now);
        }
    }

    /// Notes that an output is missing at `end`, unless its receiver could not be reached.
    pub(crate) fn missing(&mut self, who: Who, due: Due, end: Moment) {
        if self.until_reached(who, due.what, due.until) < end && self.judged(who) {
            let expected = format!("{}, between {} and {}", due.what.words(), due.from, due.until);
            let broken = Broken { point: due.what.point(), expected, found: "it did not leave".to_owned() };
            self.disagree(Some(who), due.until, broken);
        }
    }

    /// Returns to whom an output goes, where that needs no content.
    pub(crate) fn receiver(&self, who: Who, what: What) -> Option<Party> {
        match what {
            What::Row | What::Representatives => Some(Party::Nobd),
            What::Disability => Some(Party::Cbdi),
            What::Applications => Some(Party::Counter),
            What::ChildConsent | What::PersonConsent => Some(Party::Kdp),
            What::Child | What::Person => Some(Party::Gbdfl),
            What::Number => Some(Party::Bmg),
            What::Accounts(place) => self.law.banks.get(usize::from(place)).map(|&bank| Party::Bank(bank)),
            What::Link | What::Form | What::Silence | What::Notice => Some(Party::SmsCentre),
            What::Payment(_) => Some(Party::Payer),
            What::ReturnRow | What::ReturnMissing => match who {
                Who::Child(place) => {
                    let order = self.children[place as usize].order.as_ref();
                    order.map(|order| Party::School(order.row.school))
                }
                Who::Person(_) | Who::Line(_) => None,
            },
            What::Application | What::Task(_) => {
                let child = &self.children[self.reported_as(who)? as usize];
                let district = child.district.unwrap_or(child.school_district());
                Some(Party::LocalExecutiveBody(district))
            }
        }
    }

    /// Returns whether outputs about somebody are judged.
    pub(crate) fn judged(&self, who: Who) -> bool {
        match who {
            Who::Child(place) => self.children[place as usize].decided(),
            Who::Person(place) => !self.people[place as usize].muddled,
            Who::Line(place) => !self.lines[place as usize].muddled,
        }
    }

    /// Returns the child whose family a thing is reported under.
    fn reported_as(&self, who: Who) -> Option<u32> {
        match who {
            Who::Child(place) => Some(place),
            Who::Person(place) => self.people[place as usize].children.first().copied(),
            Who::Line(place) => self.lines[place as usize].anybody(),
        }
    }

    /// Notes a disagreement.
    pub(crate) fn disagree(&mut self, who: Option<Who>, at: Moment, broken: Broken) {
        let named = who.and_then(|who| self.reported_as(who)).map(|place| &self.children[place as usize]);
        let (family, child) = named.map_or((0, 0), |child| (child.family, child.number));
        let Broken { point, expected, found } = broken;
        self.verdict.disagree(Disagreement { family, child, at, point, expected, found });
    }

    /// Stops judging a child, and with it everybody whose outputs hang together with its own: its
    /// representatives, their lines, their other children.
    pub(crate) fn give_up(&mut self, place: u32, why: &'static str) {
        let child = self.child(place);
        if !child.decided() {
            return;
        }
        child.stage = Stage::Undecided(why);
        let (reps, line, iin) = (child.reps.clone(), child.line, place);
        let mut others: Vec<u32> = Vec::new();
        for rep in reps {
            let person = self.person(rep);
            person.muddled = true;
            others.extend(person.children.iter().copied().filter(|&other| other != iin));
        }
        if let Some(line) = line {
            let line = self.line(line);
            line.muddled = true;
            others.extend(line.everybody());
        }
        for other in others {
            // Whose chain has not come to the shared person or line is judged on its own.
            let child = &self.children[other as usize];
            let apart =
                matches!(child.stage, Stage::Unlisted | Stage::Returned | Stage::Excluded(_) | Stage::Closed(_));
            if !apart {
                self.give_up(other, why);
            }
        }
    }

    /// Notes that a child met something that the coverage counts.
    pub(crate) fn met(&mut self, place: u32, name: &str) {
        let name = self.names.place(name);
        self.child(place).met.take(name);
    }

    /// Expects a task for the local executive body at once.
    pub(crate) fn task(&mut self, place: u32, reason: TaskReason, now: Moment) {
        self.met(place, crate::tasks::point(reason));
        self.owe_now(Who::Child(place), What::Task(reason), now);
    }

    /// Expects one task for any child of a group.
    pub(crate) fn task_of_one(&mut self, line: u32, group: &[u32], reason: TaskReason, from: Moment, span: Span) {
        self.owe(Who::Line(line), What::Task(reason), from, from + span);
        for &child in group {
            self.met(child, crate::tasks::point(reason));
            self.allow(Who::Child(child), What::Task(reason), from, from + span);
        }
    }
}

/// Returns the key by which an id is remembered.
pub(crate) fn key(id: &MessageId) -> (u64, u64) {
    match *id {
        MessageId::Effect { key, step, n } => {
            (key.token.bits() as u64, (key.kind as u64) << 60 | u64::from(step) << 16 | u64::from(n))
        }
        MessageId::Numbered(count) => (u64::MAX, count),
    }
}
