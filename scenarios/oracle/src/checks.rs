//! Paragraphs 5 to 7: the chain of questions about one child, first time or again (2a, S-46).
//!
//! A chain begins with CBDI, goes on with the counter, and then goes on where the last one stopped.

use proaktiv_messages::{
    ChildRecord, Clear, Closing, Disability, Exclusion, Finding, Hold, LiveApplication, Moment, Outcome, Registration,
    Representative, StatusKind, TaskReason,
};
use smallvec::SmallVec;

use crate::calendar::{Day, day, day_of, eighteenth_birthday};
use crate::child::{AtCounter, Came, Stage, Step};
use crate::due::{What, Who};
use crate::person::{flag, has_status};
use crate::will::Wanted;
use crate::words::name;
use crate::world::World;

impl World {
    /// Moves a child on.
    pub(crate) fn go(&mut self, place: u32, stage: Stage, now: Moment) {
        let child = self.child(place);
        if !child.decided() {
            return;
        }
        let asked = child.stage == Stage::Checking(Step::Recipient);
        child.stage = stage;
        child.since = now;
        if asked && matches!(stage, Stage::Held(_) | Stage::Excluded(_) | Stage::Closed(_)) {
            self.waits_no_longer(place, now);
        }
    }

    /// Expects a question of the chain at once. Reading S-14: once no form can leave any more, checks may
    /// stop where they are.
    fn ask(&mut self, who: Who, what: What, now: Moment) {
        if now < self.law.last_offer {
            self.owe_now(who, what, now);
        } else {
            self.allow(who, what, now, now + crate::law::PROMPT);
        }
    }

    /// Begins a chain: the question to CBDI is due.
    pub(crate) fn begin_chain(&mut self, place: u32, now: Moment) {
        self.chain_begun(place, now);
        self.drop_due(Who::Child(place), |what| what == What::Disability, now);
        self.ask(Who::Child(place), What::Disability, now);
    }

    /// Notes that a chain begins with a question to CBDI that is due or has just left.
    pub(crate) fn chain_begun(&mut self, place: u32, now: Moment) {
        let child = self.child(place);
        let standing = child.standing();
        child.counted = matches!(standing, Stage::Held(_) | Stage::Excluded(_)).then_some(standing);
        child.attempt = now;
        child.turn = 0;
        child.furthest = Came::Nowhere;
        child.looked = day_of(now);
        if child.decided() {
            child.stage = Stage::Checking(Step::Disability);
            child.since = now;
        }
    }

    /// Expects a held or excluded child to be looked at again, or permits it (S-46, P3).
    pub(crate) fn look_again(&mut self, place: u32, now: Moment, must: bool) {
        let child = self.child(place);
        if !matches!(child.stage, Stage::Held(_) | Stage::Excluded(_)) {
            return;
        }
        if !child.may_be_offered() {
            return self.met(place, "S-08");
        }
        if child.dues.owes(What::Disability) {
            return;
        }
        // Reading S-14: once no form can leave any more, nobody need be looked at again.
        if must && now < self.law.last_offer {
            self.owe_now(Who::Child(place), What::Disability, now);
        } else {
            self.allow(Who::Child(place), What::Disability, now, now + crate::law::PROMPT);
        }
    }

    /// CBDI answers.
    pub(crate) fn disability(&mut self, place: u32, answer: &Finding<Disability>, now: Moment) {
        if let Finding::Yes(found) = answer {
            self.child(place).disability_until = found.until.map(day);
        }
        if self.child(place).stage != Stage::Checking(Step::Disability) {
            return;
        }
        match answer {
            Finding::Yes(_) => {
                self.child(place).observe(now, 5, Outcome::Passed);
                self.go(place, Stage::Checking(Step::Applications), now);
                self.ask(Who::Child(place), What::Applications, now);
            }
            Finding::No => self.exclude(place, Exclusion::NoDisability, now),
            Finding::Unknown => {}
        }
    }

    /// Returns whether an application at the counter stands in the way (S-26): live, not ours, for an
    /// overlapping period.
    pub(crate) fn stands_in_the_way(&self, place: u32, application: &LiveApplication) -> bool {
        let order = self.children[place as usize].order.as_ref();
        let (from, to) = order.map_or((Day::MIN, Day::MAX), |order| (order.from(), order.to()));
        let begins = application.from.map_or(Day::MIN, day);
        let ends = application.to.map_or(Day::MAX, day);
        begins <= to && from <= ends
    }

    /// The counter answers (A-12, A-13, S-26b).
    pub(crate) fn applications(&mut self, place: u32, answer: &Finding<LiveApplication>, asked: Moment, now: Moment) {
        let live = match answer {
            Finding::Yes(found) => {
                self.met(place, "S-26");
                self.stands_in_the_way(place, found)
            }
            Finding::No => false,
            Finding::Unknown => return,
        };
        let child = self.child(place);
        child.counter = Some(AtCounter { asked, live });
        if child.stage == Stage::Checking(Step::Applications) {
            if live {
                self.exclude(place, Exclusion::Application, now);
            } else {
                self.child(place).observe(now, 6, Outcome::Passed);
                self.after_counter(place, now);
            }
        } else if let Some(line) = self.child(place).line {
            self.line_moves(line, now);
        }
    }

    /// Goes on after 6, from the paragraph that stopped the last chain.
    fn after_counter(&mut self, place: u32, now: Moment) {
        match self.child(place).resume {
            Step::Recipient => self.begin_with_the_first(place, now),
            Step::Representatives => self.ask_nobd(place, now),
            Step::Child => self.kin_or_guardian(place, now),
            Step::Disability | Step::Applications | Step::ChildConsent => self.ask_record(place, now),
        }
    }

    /// Asks GBDFL for the child, or KDP before.
    pub(crate) fn ask_record(&mut self, place: u32, now: Moment) {
        if self.child_consent_is_there(place, now) {
            self.go(place, Stage::Checking(Step::Child), now);
            self.ask(Who::Child(place), What::Child, now);
        }
    }

    /// Asks NOBD for representatives, or KDP before (A-19, S-11).
    pub(crate) fn ask_nobd(&mut self, place: u32, now: Moment) {
        self.child(place).resume = Step::Representatives;
        if self.child_consent_is_there(place, now) {
            self.child(place).nobd_asked = true;
            self.go(place, Stage::Checking(Step::Representatives), now);
            self.met(place, "S-11");
            self.ask(Who::Child(place), What::Representatives, now);
        }
    }

    /// Returns whether C1-child is valid; where it is not, does what S-03 and S-03d say.
    fn child_consent_is_there(&mut self, place: u32, now: Moment) -> bool {
        match self.children[place as usize].will.wanted(now, &self.law) {
            Wanted::Have => return true,
            Wanted::Pending => self.go(place, Stage::Checking(Step::ChildConsent), now),
            Wanted::Ask => {
                self.go(place, Stage::Checking(Step::ChildConsent), now);
                if !self.child(place).dues.owes(What::ChildConsent) {
                    self.child(place).will.due = now;
                    self.ask(Who::Child(place), What::ChildConsent, now);
                }
            }
            wanted @ (Wanted::NotYet | Wanted::TimedOut) => {
                if wanted == Wanted::NotYet && self.children[place as usize].will.may_be_asked(now, &self.law) {
                    // Reading S-03d: whether the days are counted from the request or from its leaving, to a KDP
                    // that could not be reached, is not said.
                    self.allow(Who::Child(place), What::ChildConsent, now, now + crate::law::PROMPT);
                }
                if let Some(excluded @ Stage::Excluded(_)) = self.child(place).counted {
                    // Reading S-03d, S-46: whether an excluded case that needs a consent which may not be asked
                    // for yet stays excluded or is held is not said; its task tells.
                    let task = What::Task(TaskReason::Held(Hold::ConsentExpired));
                    self.allow(Who::Child(place), task, now, now + crate::law::PROMPT);
                    self.child(place).counted = None;
                    return self.stays(place, excluded, now);
                }
                let hold = if wanted == Wanted::NotYet { Hold::ConsentExpired } else { Hold::ConsentTimeout };
                if hold == Hold::ConsentExpired {
                    self.met(place, "S-03d");
                }
                self.hold(place, hold, now);
            }
            Wanted::Refused => self.close(place, Closing::ConsentRefused, 7, now),
            Wanted::Withdrawn => self.close(place, Closing::ConsentWithdrawn, 7, now),
        }
        false
    }

    /// A chain ends where it began. Reading S-46: the days to the next look run from the end of this one.
    fn stays(&mut self, place: u32, excluded: Stage, now: Moment) -> bool {
        let child = self.child(place);
        child.observed_loosely = true;
        child.looked = day_of(now);
        self.go(place, excluded, now);
        false
    }

    /// GBDFL says what is recorded of the child (A-15…, S-11, S-27, S-39).
    pub(crate) fn record(&mut self, place: u32, record: &ChildRecord<Clear>, now: Moment) {
        if self.child(place).stage != Stage::Checking(Step::Child) {
            return;
        }
        self.child(place).resume = Step::ChildConsent;
        let today = day_of(now);
        if let Some(kind) = flag(&record.child.statuses, today, &self.law) {
            return match ground(kind) {
                Some(ground) => self.exclude(place, ground, now),
                None => self.give_up(place, "child_deprived_of_rights"),
            };
        }
        if record.child.registration == Registration::Removed {
            return self.exclude(place, Exclusion::NoRegistration, now);
        }
        let born = record.birth.as_ref().map(|birth| eighteenth_birthday(birth.born));
        if let Some(birthday) = born {
            self.child(place).birthday_18 = birthday;
            if birthday <= today {
                return self.exclude(place, Exclusion::Age18, now);
            }
        }
        let in_care = has_status(&record.child.statuses, &[StatusKind::FullStateCare, StatusKind::Departed], today);
        let resolved = |hold: Hold, child: &crate::child::Child| child.resolved >> hold as u32 & 1 == 1;
        let in_care = in_care && !resolved(Hold::FullStateCare, self.child(place));
        let permanent = matches!(record.child.registration, Registration::Permanent(_));
        let holds = [
            (born.is_none(), Hold::NoBirthRecord),
            (!permanent, Hold::RegNotPermanent),
            (in_care, Hold::FullStateCare),
        ];
        // Reading S-46: of several the first as the order of checks has it.
        if let Some(&(_, hold)) = holds.iter().find(|(is, _)| *is) {
            if hold == Hold::FullStateCare {
                self.met(place, "S-39");
            }
            return self.hold(place, hold, now);
        }
        if let Registration::Permanent(district) = record.child.registration {
            let former = self.child(place).district.replace(district);
            if former.is_some_and(|former| former != district) {
                self.met(place, "S-30");
            }
        }
        self.kin(place, record, now);
    }

    /// The parents that the birth act names, in the order of record (S-03d, S-11, S-15).
    fn kin(&mut self, place: u32, record: &ChildRecord<Clear>, now: Moment) {
        let today = day_of(now);
        let mut usable: SmallVec<[u32; 2]> = SmallVec::new();
        for kin in &record.kin {
            let Some(&person) = self.by_person.get(&kin.person.number()) else {
                return self.give_up(place, "kin_outside_the_plan");
            };
            // S-03d: whom the child's own answer shows flagged is never asked.
            if flag(&kin.statuses, today, &self.law).is_none() && !self.person(person).lost {
                usable.push(person);
            }
        }
        let flagged = usable.len() < record.kin.len();
        if flagged {
            self.met(place, "S-03d");
        }
        self.order_by_siblings(&mut usable);
        let child = self.child(place);
        child.record_known = true;
        child.nobd_asked = false;
        child.kin_flagged = flagged;
        child.reps = usable;
        child.furthest = if flagged { Came::FlaggedByKin } else { Came::Nowhere };
        self.kin_or_guardian(place, now);
    }

    /// The parents are asked, unless the row names a guardian beside them (S-11).
    fn kin_or_guardian(&mut self, place: u32, now: Moment) {
        let child = self.child(place);
        let guardian = child.order.as_ref().is_some_and(|order| order.row.guardian.is_some());
        // Reading S-11: the conflict shows with the child's record, before any parent is asked.
        let resolved = child.resolved >> Hold::RepConflict as u32 & 1 == 1;
        if guardian && !child.reps.is_empty() && child.named.is_none() && !resolved {
            return self.hold(place, Hold::RepConflict, now);
        }
        self.begin_with_the_first(place, now);
    }

    /// S-15: the one who already has an offer or an application for a sibling comes first.
    fn order_by_siblings(&mut self, reps: &mut SmallVec<[u32; 2]>) {
        let serves = |person: &u32| {
            let children = &self.people[*person as usize].children;
            children.iter().any(|&sibling| {
                let sibling = &self.children[sibling as usize];
                let acts = matches!(sibling.stage, Stage::Offered | Stage::Accepted | Stage::Applied | Stage::Granted);
                acts && sibling.reps.get(usize::from(sibling.turn)) == Some(person)
            })
        };
        let first: Vec<bool> = reps.iter().map(serves).collect();
        let mut order: Vec<usize> = (0..reps.len()).collect();
        order.sort_by_key(|&at| !first[at]);
        *reps = order.into_iter().map(|at| reps[at]).collect();
    }

    /// NOBD says who may act in place of the parents (A-19, S-11).
    pub(crate) fn representatives(&mut self, place: u32, answer: &Finding<Vec<Representative<Clear>>>, now: Moment) {
        if self.child(place).stage != Stage::Checking(Step::Representatives) {
            return;
        }
        match answer {
            Finding::Unknown => {}
            Finding::No => self.exhausted(place, now),
            Finding::Yes(named) => {
                let known: Option<SmallVec<[u32; 2]>> =
                    named.iter().map(|one| self.by_person.get(&one.person.number()).copied()).collect();
                let Some(guardians) = known else { return self.give_up(place, "guardian_outside_the_plan") };
                let child = self.child(place);
                child.turn = child.reps.len() as u8;
                child.reps.extend(guardians);
                // S-46, S-03d: whom NOBD named is kept; a stop that lies in him is looked at again there.
                child.resume = Step::Recipient;
                self.next_representative(place, now);
            }
        }
    }

    /// Begins with the first representative.
    pub(crate) fn begin_with_the_first(&mut self, place: u32, now: Moment) {
        let child = self.child(place);
        child.resume = Step::Recipient;
        if let Some(named) = child.named {
            child.reps = SmallVec::from_slice(&[named]);
            child.nobd_asked = true;
        }
        child.turn = 0;
        child.furthest = child.furthest.min(Came::FlaggedByKin);
        self.next_representative(place, now);
    }

    /// The representative whose turn it was is out (S-15).
    pub(crate) fn representative_out(&mut self, place: u32, came: Came, now: Moment) {
        if let Some(point) = came.point() {
            self.met(place, point);
        }
        let child = &self.children[place as usize];
        let rep = child.reps.get(usize::from(child.turn));
        let shared = rep.is_some_and(|&rep| self.people[rep as usize].children.len() > 1);
        let child = self.child(place);
        // Reading T-01: whether what a sibling's chain has shown of him is said once more is not said.
        child.observed_loosely |= shared;
        child.furthest = child.furthest.max(came);
        child.turn += 1;
        self.next_representative(place, now);
    }

    /// Turns to the next representative, or to what follows the last.
    pub(crate) fn next_representative(&mut self, place: u32, now: Moment) {
        let child = self.child(place);
        if usize::from(child.turn) < child.reps.len() {
            self.go(place, Stage::Checking(Step::Recipient), now);
            return self.assess(place, now);
        }
        let definitely_out = child.furthest <= Came::FlaggedByKin || self.all_flagged(place, now);
        if definitely_out && !self.child(place).nobd_asked {
            return self.ask_nobd(place, now);
        }
        self.exhausted(place, now);
    }

    /// Returns whether every representative tried is out for a ground of 7(3) (S-11).
    fn all_flagged(&self, place: u32, now: Moment) -> bool {
        let child = &self.children[place as usize];
        child.reps.iter().all(|&rep| {
            let person = &self.people[rep as usize];
            person.lost || person.record_out(day_of(now)) == Some(Came::Flagged)
        })
    }

    /// Nobody is left (S-03, S-15).
    fn exhausted(&mut self, place: u32, now: Moment) {
        let child = self.child(place);
        let hold = match child.furthest {
            // Reading S-03, S-15: a refusal beside a flag is no refusal of all.
            Came::Refused if !child.kin_flagged => return self.close(place, Closing::ConsentRefused, 7, now),
            Came::Refused | Came::Nowhere | Came::FlaggedByKin | Came::Flagged => Hold::NoRep,
            Came::TimedOut => Hold::ConsentTimeout,
            Came::NotPermanent => Hold::RegNotPermanent,
            Came::NotActual => Hold::IdNotActual,
            Came::Minor => Hold::RepMinor,
            Came::NoNumber => Hold::NoBmg,
        };
        if hold == Hold::NoRep {
            // S-03d: the stop lies in what C1-child brought, which is read anew whatever begins the next chain.
            child.resume = Step::ChildConsent;
            child.record_known = false;
        }
        self.met(place, "S-15");
        self.hold(place, hold, now);
    }

    /// Takes a child off the list (S-46).
    pub(crate) fn exclude(&mut self, place: u32, ground: Exclusion, now: Moment) {
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
        let child = self.child(place);
        child.observe_of(now, paragraph, Outcome::Stopped, ground as u8);
        child.counted = None;
        child.looked = day_of(now);
        self.met(place, &format!("excluded:{}", name(&ground)));
        self.drop_due(Who::Child(place), |what| what == What::Task(TaskReason::PilotEnded), now);
        self.go(place, Stage::Excluded(ground), now);
    }

    /// Holds a child; one task for each case and reason (S-46).
    pub(crate) fn hold(&mut self, place: u32, reason: Hold, now: Moment) {
        let (paragraph, certain) = paragraph_of(reason);
        let child = self.child(place);
        child.observed_loosely |= !certain;
        child.observe_of(now, paragraph, Outcome::Held, 1 + reason as u8);
        child.counted = None;
        let told = child.told >> reason as u32 & 1 == 1;
        child.told |= 1 << reason as u32;
        self.met(place, &format!("held:{}", name(&reason)));
        if !told {
            self.task(place, TaskReason::Held(reason), now);
        }
        self.go(place, Stage::Held(reason), now);
        self.pilot_may_end(place, now);
    }

    /// Closes a case.
    pub(crate) fn close(&mut self, place: u32, why: Closing, paragraph: u8, now: Moment) {
        let child = self.child(place);
        child.observe_of(now, paragraph, Outcome::Stopped, 64 + why as u8);
        child.counted = None;
        self.met(place, &format!("closed:{}", name(&why)));
        self.drop_due(Who::Child(place), |what| what == What::Task(TaskReason::PilotEnded), now);
        self.go(place, Stage::Closed(why), now);
    }
}

/// Returns the ground of 7(3) that a status of the child is.
pub(crate) fn ground(kind: StatusKind) -> Option<Exclusion> {
    match kind {
        StatusKind::Dead => Some(Exclusion::Death),
        StatusKind::Missing => Some(Exclusion::Missing),
        StatusKind::Incapable => Some(Exclusion::Incapacity),
        StatusKind::Stateless => Some(Exclusion::NoCitizenship),
        StatusKind::DeprivedOfRights | StatusKind::FullStateCare | StatusKind::Departed => None,
    }
}

/// Returns the paragraph that a hold belongs to, and whether the rows leave no doubt of it.
fn paragraph_of(reason: Hold) -> (u8, bool) {
    match reason {
        Hold::NoRep
        | Hold::IdNotActual
        | Hold::RegNotPermanent
        | Hold::NoBirthRecord
        | Hold::RepConflict
        | Hold::RepMinor
        | Hold::FullStateCare => (7, true),
        Hold::NoBmg => (8, true),
        Hold::ConsentTimeout | Hold::ConsentExpired => (7, false),
        Hold::BankUnknown => (9, false),
        Hold::NumberChanged => (8, false),
        Hold::Undelivered => (11, false),
        Hold::DuplicateEnrolment | Hold::MissingFromList => (4, false),
    }
}
