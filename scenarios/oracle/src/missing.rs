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
        if known.ended.is_some() || matches!(child.stage, Stage::Closed(_) | Stage::Unlisted | Stage::Returned) {
            return;
        }
        // A row whose period is over leaves the list as a matter of course (S-29).
        let natural = known.to() < of;
        let must = !natural && !matches!(child.stage, Stage::Excluded(_));
        if child.missing.is_none() {
            child.missing = Some(Missing { since: of, told: false });
            if must {
                self.met(place, "S-13b");
                self.owe_now(Who::Child(place), What::Row, now);
            } else {
                self.allow(Who::Child(place), What::Row, now, now + PROMPT);
            }
            if must && self.child(place).stage == Stage::Ready {
                self.leave(place, Closing::Superseded, now);
                self.hold(place, Hold::MissingFromList, now);
            } else if must && matches!(self.child(place).stage, Stage::Checking(_) | Stage::Held(_)) {
                self.held_for_missing(place, now);
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

    /// A chain runs, or another hold stands, while the child is missing: its task may leave at once.
    fn held_for_missing(&mut self, place: u32, now: Moment) {
        // Whether the chain stops at once, or the hold shows when it is done, the rows leave open.
        if matches!(self.child(place).stage, Stage::Checking(_)) {
            return self.give_up(place, "missing_during_checks");
        }
        self.allow(Who::Child(place), What::Task(TaskReason::Held(Hold::MissingFromList)), now, now + PROMPT);
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
        self.version(place, row, of, now);
        if matches!(self.child(place).stage, Stage::Held(Hold::MissingFromList)) {
            self.resume_after_row(place, now);
        }
    }
}
