//! What registers, KDP, counters and officials say by themselves (S-03, S-03b, S-26b, S-46, S-48, S-51).

use proaktiv_messages::{
    Amended, ApplicationState, Clear, Closing, ConsentWithdrawn, Exclusion, Finding, Hold, Instruct, Moment,
    OfficialDecision, PersonChange, Purpose, ReportApplication, ReportDisability, ReportPerson, Role, Status,
    StatusKind, TaskReason,
};

use crate::calendar::{date, day, day_of};
use crate::checks::ground;
use crate::child::{Came, Stage, Step};
use crate::due::{What, Who};
use crate::law::PROMPT;
use crate::lists::is_final;
use crate::world::World;

impl World {
    /// CBDI: what is recorded of a child has changed (S-46).
    pub(crate) fn disability_reported(&mut self, report: &ReportDisability<Clear>, now: Moment) {
        let Some(&place) = self.by_child.get(&report.child.number()) else { return };
        if let Finding::Yes(found) = &report.finding {
            self.child(place).disability_until = found.until.map(day);
            if self.child(place).stage == Stage::Granted {
                let notice = What::Task(TaskReason::DisabilityEnding);
                self.drop_due(Who::Child(place), |what| what == notice, now);
                self.disability_ends(place, now);
            }
        }
        let (changed, gone) = (matches!(report.finding, Finding::Yes(_)), matches!(report.finding, Finding::No));
        match self.child(place).stage {
            // The chain asks CBDI itself, or has just done so.
            Stage::Checking(Step::Disability) => {}
            // Reading A-11, S-46: a definite no excludes whenever CBDI says it before a form is out.
            Stage::Checking(_) | Stage::Ready | Stage::Held(_) if gone => {
                self.forget_chain(place, now);
                self.exclude(place, Exclusion::NoDisability, now);
                self.leave(place, Closing::Superseded, now);
            }
            Stage::Excluded(Exclusion::NoDisability) => self.look_again(place, now, changed),
            Stage::Held(_) => self.look_again(place, now, false),
            Stage::Unlisted
            | Stage::Returned
            | Stage::Checking(_)
            | Stage::Ready
            | Stage::Offered
            | Stage::Accepted
            | Stage::Applied
            | Stage::Granted
            | Stage::Excluded(_)
            | Stage::Closed(_)
            | Stage::Undecided(_) => {}
        }
    }

    /// The counter: what became of an application by hand (S-26b).
    pub(crate) fn application_reported(&mut self, report: &ReportApplication<Clear>, now: Moment) {
        let Some(&place) = self.by_child.get(&report.child.number()) else { return };
        if report.application.ours.is_some() || !self.stands_in_the_way(place, &report.application) {
            return;
        }
        self.met(place, "S-26b");
        match report.state {
            ApplicationState::Lodged | ApplicationState::Granted => self.lodged(place, now),
            ApplicationState::Refused | ApplicationState::Withdrawn => {
                let child = self.child(place);
                child.counter = None;
                match child.stage {
                    Stage::Excluded(Exclusion::Application) => self.look_again(place, now, true),
                    Stage::Closed(Closing::Superseded) if child.offers < 2 => {
                        child.once_more = true;
                        child.resume = Step::Recipient;
                        child.observed_loosely = true;
                        self.begin_chain(place, now);
                    }
                    Stage::Unlisted
                    | Stage::Returned
                    | Stage::Checking(_)
                    | Stage::Ready
                    | Stage::Offered
                    | Stage::Accepted
                    | Stage::Applied
                    | Stage::Granted
                    | Stage::Excluded(_)
                    | Stage::Held(_)
                    | Stage::Closed(_)
                    | Stage::Undecided(_) => {}
                }
            }
        }
    }

    fn lodged(&mut self, place: u32, now: Moment) {
        match self.child(place).stage {
            Stage::Ready => self.superseded(place, true, now),
            Stage::Held(_) => self.exclude(place, Exclusion::Application, now),
            // The chain asks the counter itself, or has just done so.
            Stage::Checking(Step::Disability | Step::Applications) => {}
            Stage::Checking(_) => {
                self.forget_chain(place, now);
                self.exclude(place, Exclusion::Application, now);
            }
            Stage::Offered => {
                let no_form = self.children[place as usize].offers == 0;
                self.superseded(place, no_form, now);
            }
            Stage::Accepted => self.superseded(place, false, now),
            Stage::Applied | Stage::Granted => {
                let again = self.child(place).last().is_none_or(|one| std::mem::replace(&mut one.duplicate, true));
                if !again {
                    self.task(place, TaskReason::Duplicate, now);
                }
            }
            Stage::Unlisted | Stage::Returned | Stage::Excluded(_) | Stage::Closed(_) | Stage::Undecided(_) => {}
        }
    }

    /// GBDFL: what is recorded of somebody has changed (S-46, S-48).
    pub(crate) fn person_reported(&mut self, report: &ReportPerson<Clear>, now: Moment) {
        match report.role {
            Role::Child => {
                if let Some(&place) = self.by_child.get(&report.person.number()) {
                    self.change_of_child(place, report.change, now);
                }
            }
            Role::Representative => {
                if let Some(&person) = self.by_person.get(&report.person.number()) {
                    self.change_of_person(person, report.change, now);
                }
            }
        }
    }

    fn change_of_child(&mut self, place: u32, change: PersonChange, now: Moment) {
        match change {
            PersonChange::Recorded(status) if holds(&status, now) => self.status_of_child(place, status.kind, now),
            PersonChange::Recorded(_) => {}
            PersonChange::TakenBack(_) | PersonChange::Other => match self.child(place).stage {
                Stage::Excluded(ground) => self.look_again(place, now, !is_final(ground)),
                Stage::Held(Hold::FullStateCare) => self.look_again(place, now, true),
                Stage::Held(Hold::RepConflict) => {
                    self.child(place).resume = Step::ChildConsent;
                    self.look_again(place, now, false);
                }
                Stage::Held(_) => self.look_again(place, now, false),
                Stage::Granted | Stage::Applied => self.allow_event(place, change, now),
                Stage::Unlisted
                | Stage::Returned
                | Stage::Checking(_)
                | Stage::Ready
                | Stage::Offered
                | Stage::Accepted
                | Stage::Closed(_)
                | Stage::Undecided(_) => {}
            },
        }
    }

    /// Reading S-48: whether an event taken back is told as an event is not said; it may be.
    fn allow_event(&mut self, place: u32, change: PersonChange, now: Moment) {
        if let PersonChange::TakenBack(status) = change {
            let after = TaskReason::EventAfterGrant(status.kind);
            let before = TaskReason::Amendment(Amended::Status(status.kind));
            for reason in [after, before] {
                self.allow(Who::Child(place), What::Task(reason), now, now + PROMPT);
            }
        }
    }

    fn status_of_child(&mut self, place: u32, kind: StatusKind, now: Moment) {
        self.met(place, "S-48");
        match (self.child(place).stage, ground(kind)) {
            (Stage::Applied, _) => {
                self.task(place, TaskReason::Amendment(Amended::Status(kind)), now);
            }
            (Stage::Granted, _) => self.event_after_grant(place, kind, now),
            (Stage::Ready | Stage::Held(_) | Stage::Offered | Stage::Accepted, Some(ground)) => {
                self.child(place).resume = Step::ChildConsent;
                self.child(place).record_known = false;
                self.exclude(place, ground, now);
                self.leave(place, Closing::Superseded, now);
            }
            (Stage::Ready | Stage::Held(_) | Stage::Checking(Step::Recipient), None)
                if matches!(kind, StatusKind::FullStateCare | StatusKind::Departed) =>
            {
                self.forget_chain(place, now);
                self.child(place).resume = Step::ChildConsent;
                self.child(place).record_known = false;
                self.leave(place, Closing::Superseded, now);
                self.met(place, "S-39");
                self.hold(place, Hold::FullStateCare, now);
            }
            (Stage::Checking(_), Some(ground)) => {
                self.forget_chain(place, now);
                self.child(place).resume = Step::ChildConsent;
                self.child(place).record_known = false;
                self.exclude(place, ground, now);
            }
            (Stage::Excluded(_), _) => self.look_again(place, now, false),
            (
                Stage::Unlisted
                | Stage::Returned
                | Stage::Checking(_)
                | Stage::Ready
                | Stage::Offered
                | Stage::Accepted
                | Stage::Held(_)
                | Stage::Closed(_)
                | Stage::Undecided(_),
                _,
            ) => {}
        }
    }

    fn change_of_person(&mut self, person: u32, change: PersonChange, now: Moment) {
        let children = self.people[person as usize].children.clone();
        match change {
            PersonChange::Recorded(status) if holds(&status, now) => {
                let lost = ground(status.kind).is_some() || status.kind == StatusKind::DeprivedOfRights;
                self.person(person).lost |= lost;
                if lost {
                    // Nobody waits for an answer about him any more.
                    let banks = self.law.integrated().map(What::Accounts);
                    for what in [What::PersonConsent, What::Person, What::Number].into_iter().chain(banks) {
                        self.let_go(Who::Person(person), what, now);
                    }
                }
                for place in children {
                    if self.is_of(place, person) {
                        self.status_of_person(place, status.kind, lost, now);
                        if lost {
                            self.notice_falls(place, now);
                        }
                    }
                }
            }
            PersonChange::Recorded(_) => {}
            PersonChange::TakenBack(_) | PersonChange::Other => {
                if matches!(change, PersonChange::TakenBack(_)) {
                    self.person(person).lost = false;
                }
                for place in children {
                    self.look_again(place, now, false);
                    if matches!(self.child(place).stage, Stage::Granted | Stage::Applied) {
                        self.allow_event(place, change, now);
                    }
                }
            }
        }
    }

    /// Returns whether a person is the representative of a child just now.
    fn is_of(&self, place: u32, person: u32) -> bool {
        let child = &self.children[place as usize];
        match child.stage {
            Stage::Applied | Stage::Granted => child.applications.last().is_some_and(|one| one.person == person),
            Stage::Unlisted
            | Stage::Returned
            | Stage::Checking(_)
            | Stage::Ready
            | Stage::Offered
            | Stage::Accepted
            | Stage::Excluded(_)
            | Stage::Held(_)
            | Stage::Closed(_)
            | Stage::Undecided(_) => child.reps.get(usize::from(child.turn)) == Some(&person),
        }
    }

    fn status_of_person(&mut self, place: u32, kind: StatusKind, lost: bool, now: Moment) {
        self.met(place, "S-48");
        match self.child(place).stage {
            Stage::Applied => self.task(place, TaskReason::Amendment(Amended::Status(kind)), now),
            Stage::Granted => self.event_after_grant(place, kind, now),
            Stage::Checking(Step::Recipient) if lost => self.representative_out(place, Came::Flagged, now),
            Stage::Ready if lost => {
                self.leave(place, Closing::RepLost, now);
                self.begin_chain(place, now);
            }
            Stage::Offered | Stage::Accepted if lost => {
                let child = self.child(place);
                child.effective = None;
                child.once_more |= child.offers < 2;
                child.observed_loosely = true;
                self.met(place, "closed:rep_lost");
                self.leave(place, Closing::RepLost, now);
                if !self.child(place).may_be_offered() {
                    return self.close(place, Closing::RepLost, 11, now);
                }
                let child = self.child(place);
                child.attempt = now;
                child.furthest = Came::Nowhere;
                // Reading S-48: from 7; whether 5 and 6 are asked before is not said; they may be.
                self.allow(Who::Child(place), What::Disability, now, now + PROMPT);
                // Reading S-15, S-48: looked for from 7 is from the first representative on.
                self.begin_with_the_first(place, now);
            }
            Stage::Unlisted
            | Stage::Returned
            | Stage::Checking(_)
            | Stage::Ready
            | Stage::Offered
            | Stage::Accepted
            | Stage::Excluded(_)
            | Stage::Held(_)
            | Stage::Closed(_)
            | Stage::Undecided(_) => {}
        }
    }

    /// KDP: a consent was taken back (S-03, S-03b).
    pub(crate) fn consent_withdrawn(&mut self, withdrawn: &ConsentWithdrawn<Clear>, now: Moment) {
        let subject = withdrawn.subject.number();
        let of_child = withdrawn.purposes.cover(Purpose::ChildRecord);
        let same =
            |given: Option<proaktiv_messages::Consent<Clear>>| given.is_some_and(|one| one.id == withdrawn.consent);
        if of_child {
            let Some(&place) = self.by_child.get(&subject) else { return };
            if same(self.child(place).will.given) {
                self.child(place).will.withdrawn = true;
                self.withdrawn_for(place, now);
            }
        } else if let Some(&person) = self.by_person.get(&subject)
            && same(self.person(person).will.given)
        {
            self.person(person).will.withdrawn = true;
            for place in self.people[person as usize].children.clone() {
                if self.child(place).stage == Stage::Checking(Step::Recipient) {
                    // Reading S-03, S-15: nothing was offered yet: as a refusal, the next representative.
                    self.assess(place, now);
                } else if self.is_of(place, person) {
                    self.withdrawn_for(place, now);
                }
            }
        }
    }

    fn withdrawn_for(&mut self, place: u32, now: Moment) {
        match self.child(place).stage {
            Stage::Checking(_) | Stage::Ready | Stage::Held(_) | Stage::Offered => {
                self.met(place, "S-03");
                // What was asked of a representative may still be answered, and told the observer.
                self.child(place).observed_loosely |= matches!(self.child(place).stage, Stage::Checking(_));
                self.forget_chain(place, now);
                self.close(place, Closing::ConsentWithdrawn, 7, now);
                self.leave(place, Closing::ConsentWithdrawn, now);
            }
            // S-03b: no new queries; whether the application can be formed without them is not said.
            Stage::Accepted => self.give_up(place, "withdrawn_before_application"),
            Stage::Applied => {
                self.met(place, "S-03b");
                self.task(place, TaskReason::Amendment(Amended::Consent), now);
            }
            Stage::Granted => {
                self.met(place, "S-03b");
                self.allow(Who::Child(place), What::Task(TaskReason::Amendment(Amended::Consent)), now, now + PROMPT);
                self.notice_falls(place, now);
            }
            Stage::Unlisted | Stage::Returned | Stage::Excluded(_) | Stage::Closed(_) | Stage::Undecided(_) => {}
        }
    }

    /// Appendix 5 was waiting for BMG, which is asked no more (S-03d, S-37), or whoever it names is lost.
    fn notice_falls(&mut self, place: u32, now: Moment) {
        let last = self.child(place).last().filter(|one| one.notice.is_some());
        let waiting = last.map(|one| {
            one.notice = None;
            one.person
        });
        if let Some(person) = waiting {
            // BMG, which was to be asked at the hour of sending, is asked for the notices of others alone.
            self.let_go(Who::Person(person), What::Number, now);
            self.notices_still_ask(person, now);
            let reason = TaskReason::NoticeInPlaceOf(proaktiv_messages::FormNumber::Five);
            self.task(place, reason, now);
        }
    }

    /// An official decided (S-51, S-12c, S-48).
    pub(crate) fn instructed(&mut self, instruct: &Instruct<Clear>, now: Moment) {
        let Some(&place) = self.by_child.get(&instruct.child.number()) else { return };
        match &instruct.decision {
            OfficialDecision::ResolveHold { hold, representative } => {
                if self.child(place).stage != Stage::Held(*hold) {
                    return;
                }
                self.met(place, "S-51");
                let named = representative.and_then(|one| self.by_person.get(&one.number()).copied());
                self.resolved(place, *hold, named, now);
            }
            OfficialDecision::ReviewExclusion => {
                if matches!(self.child(place).stage, Stage::Excluded(_)) {
                    self.met(place, "S-51");
                    self.look_again(place, now, true);
                }
            }
            OfficialDecision::TakeBack => {}
            OfficialDecision::ConfirmCorrection => self.correction_confirmed(place),
            OfficialDecision::PaymentsGoOn(application) => self.payments_go_on(*application),
            OfficialDecision::ChangeAccount { application, account } => {
                self.account_changed(*application, *account, now);
            }
        }
    }

    fn resolved(&mut self, place: u32, hold: Hold, named: Option<u32>, now: Moment) {
        if matches!(hold, Hold::MissingFromList | Hold::DuplicateEnrolment) {
            // Whether an official's word stands against the list, the rows leave open.
            return self.give_up(place, "official_against_the_list");
        }
        let child = self.child(place);
        child.resolved |= 1 << hold as u32;
        child.named = named.or(child.named);
        if hold == Hold::RepConflict {
            child.resume = Step::Recipient;
            child.observed_loosely = true;
        }
        self.look_again(place, now, true);
    }
}

/// Returns whether a status holds on the day of `now`.
fn holds(status: &Status, now: Moment) -> bool {
    let today = date(day_of(now));
    status.from <= today && status.to.is_none_or(|to| today < to)
}
