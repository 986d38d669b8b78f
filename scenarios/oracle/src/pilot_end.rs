//! S-14: cases without a form are closed when none fits any more.

use proaktiv_messages::{Moment, TaskReason};

use crate::child::Stage;
use crate::due::{What, Who};
use crate::law::PROMPT;
use crate::world::World;

impl World {
    /// Permits or expects that a case without a form is closed for the end of the pilot (S-14).
    pub(crate) fn pilot_may_end(&mut self, place: u32, now: Moment) {
        let child = &self.children[place as usize];
        let held = matches!(child.stage, Stage::Held(_));
        if now < self.law.last_offer || !held && child.dues.has(What::Task(TaskReason::PilotEnded)) {
            return;
        }
        if held {
            // A hold of now is closed with a list to come, whatever was permitted to the check before it.
            self.drop_due(Who::Child(place), |what| what == What::Task(TaskReason::PilotEnded), now);
        }
        let child = &self.children[place as usize];
        match child.stage {
            Stage::Checking(_) | Stage::Ready if child.counted.is_none() => {
                self.owe(Who::Child(place), What::Task(TaskReason::PilotEnded), now, now + PROMPT);
            }
            Stage::Checking(_) | Stage::Ready | Stage::Held(_) => self.allow_pilot_end(place, now),
            Stage::Unlisted
            | Stage::Returned
            | Stage::Offered
            | Stage::Accepted
            | Stage::Applied
            | Stage::Granted
            | Stage::Excluded(_)
            | Stage::Closed(_)
            | Stage::Undecided(_) => {}
        }
    }

    /// Permits it.
    ///
    /// Reading S-14: whether HELD is among "cases with no form out" is not said: it may be closed.
    pub(crate) fn allow_pilot_end(&mut self, place: u32, now: Moment) {
        let until = (self.law.last_offer + PROMPT + PROMPT).max(now + PROMPT);
        self.allow(Who::Child(place), What::Task(TaskReason::PilotEnded), now, until);
    }

    /// No form can leave any more.
    pub(crate) fn pilot_over(&mut self, now: Moment) {
        for person in &mut self.people {
            for what in [What::PersonConsent, What::Person, What::Number] {
                person.dues.ease(what, now, now + PROMPT);
            }
        }
        for place in 0..self.children.len() as u32 {
            if self.children[place as usize].before_offer() {
                self.met(place, "S-14");
                self.drop_due(Who::Child(place), |what| what == What::Task(TaskReason::PilotEnded), now);
                self.forget_late(place, now);
                self.pilot_may_end(place, now);
            }
        }
    }

    /// Reading S-14: once no form can leave any more, checks may stop where they are.
    fn forget_late(&mut self, place: u32, now: Moment) {
        let recent = now - PROMPT;
        let child = &mut self.children[place as usize];
        let since = child.since;
        if since < recent {
            return;
        }
        for what in
            [What::Disability, What::Applications, What::ChildConsent, What::Child, What::Representatives, What::Row]
        {
            child.dues.ease(what, now, now + PROMPT);
        }
    }
}
