//! S-13b: a child that full lists lack: no first form, NOBD is asked, a task after some days; stop only on
//! an explicit end.

use std::sync::Arc;

use proaktiv_messages::{Clear, Closing, Enrolment, Finding, Hold, Moment, TaskReason};

use crate::calendar::Day;
use crate::child::{Missing, Stage, Step};
use crate::due::{What, Who};
use crate::law::PROMPT;
use crate::world::World;

impl World {
    /// A full list lacks a child that was there before (S-13b, P4).
    pub(crate) fn is_missing(&mut self, place: u32, of: Day, now: Moment) {
        let child = self.child(place);
        let Some(known) = &child.order else { return };
        if known.ended.is_some() || matches!(child.stage, Stage::Unlisted | Stage::Returned) {
            return;
        }
        // A row whose period is over leaves the list as a matter of course (S-29).
        if known.to() < of {
            if child.missing.is_some() {
                self.back_on_list(place, now);
            }
            return;
        }
        // Reading S-13b: whether the row of a child that is off the list or closed is asked for is not said.
        let must = !matches!(child.standing(), Stage::Excluded(_) | Stage::Closed(_));
        if child.missing.is_none() {
            child.missing = Some(Missing { since: of, told: false, runs: false });
            if must {
                self.met(place, "S-13b");
                self.held_for_the_list(place, Hold::MissingFromList, now);
                self.owe_now(Who::Child(place), What::Row, now);
            } else {
                self.allow(Who::Child(place), What::Row, now, now + PROMPT);
            }
        }
        self.missing_told(place, of, must, now);
    }

    /// The days of the spell pass: a task for the body and one for the school (S-13b).
    fn missing_told(&mut self, place: u32, of: Day, must: bool, now: Moment) {
        let term = self.law.terms.missing_task_days;
        let Some(spell) = &mut self.child(place).missing else { return };
        let nth = of - spell.since + 1;
        if spell.told || nth < term {
            return;
        }
        spell.told = true;
        // Reading S-13b: "after 3 days" is the third day of the spell, or the day after it.
        let until = now + PROMPT + PROMPT;
        for what in [What::Task(TaskReason::MissingFromLists), What::ReturnMissing] {
            if must {
                self.owe(Who::Child(place), what, now, until);
            } else {
                self.allow(Who::Child(place), what, now, until);
            }
        }
    }

    /// No first form may leave while the list stands against it (S-13b, S-34).
    ///
    /// Reading P4, S-46: whoever is not yet at a form is held at once, whatever is being asked or held for.
    pub(crate) fn held_for_the_list(&mut self, place: u32, hold: Hold, now: Moment) {
        match self.child(place).standing() {
            Stage::Ready => self.leave(place, Closing::Superseded, now),
            Stage::Checking(_) | Stage::Held(_) => self.forget_chain(place, now),
            Stage::Unlisted
            | Stage::Returned
            | Stage::Offered
            | Stage::Accepted
            | Stage::Applied
            | Stage::Granted
            | Stage::Excluded(_)
            | Stage::Closed(_)
            | Stage::Undecided(_) => return,
        }
        self.hold(place, hold, now);
    }

    /// Returns what the list has against a first form when all checks are passed.
    pub(crate) fn bar_of_the_list(&self, place: u32) -> Option<Hold> {
        let child = &self.children[place as usize];
        if child.missing.is_some_and(|spell| !spell.runs) {
            Some(Hold::MissingFromList)
        } else if child.second.is_some() {
            Some(Hold::DuplicateEnrolment)
        } else {
            None
        }
    }

    /// The child is there again (S-13b).
    pub(crate) fn back_on_list(&mut self, place: u32, now: Moment) {
        self.child(place).missing = None;
        self.drop_due(Who::Child(place), |what| what == What::ReturnMissing, now);
        self.drop_due(Who::Child(place), |what| what == What::Task(TaskReason::MissingFromLists), now);
        if matches!(self.child(place).stage, Stage::Held(Hold::MissingFromList)) {
            self.resume_after_row(place, now);
        }
    }

    fn resume_after_row(&mut self, place: u32, now: Moment) {
        let child = self.child(place);
        child.resume = if child.record_known { Step::Recipient } else { Step::ChildConsent };
        self.look_again(place, now, true);
    }

    /// NOBD says how the row stands (S-13b).
    pub(crate) fn row_answered(&mut self, place: u32, answer: &Finding<Arc<Enrolment<Clear>>>, now: Moment) {
        let Finding::Yes(row) = answer else { return };
        let of = self.lists.last_full;
        if row.ended.is_some() {
            if self.child(place).order.as_ref().is_some_and(|order| order.ended.is_none()) {
                self.version(place, row, of, now);
            }
            return;
        }
        if let Some(spell) = &mut self.child(place).missing {
            spell.runs = true;
        }
        self.version(place, row, of, now);
        if matches!(self.child(place).stage, Stage::Held(Hold::MissingFromList)) {
            self.resume_after_row(place, now);
        }
    }
}
