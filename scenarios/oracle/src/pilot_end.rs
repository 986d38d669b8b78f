//! S-14: cases without a form are closed when none fits any more.

use proaktiv_messages::{Moment, Span, TaskReason};

use crate::child::Stage;
use crate::due::{What, Who};
use crate::law::PROMPT;
use crate::world::World;

/// Within which time a check that was under way comes to an end: three consents, none answered.
const CHECKED: Span = Span::days(30);

impl World {
    /// Permits or expects that a case without a form is closed for the end of the pilot (S-14).
    ///
    /// Reading S-14: the row names no hour. A check that runs may come to its own end first, but not without
    /// end; who is ready is closed by the next offer hour, who is held by the next list.
    pub(crate) fn pilot_may_end(&mut self, place: u32, now: Moment) {
        if now < self.law.last_offer {
            return;
        }
        let child = &self.children[place as usize];
        match child.stage {
            Stage::Ready | Stage::Held(_) if child.may_be_offered() => self.pilot_ends_by(place, now, PROMPT.times(2)),
            Stage::Checking(_) => self.pilot_ends_by(place, now, CHECKED),
            // Reading S-14: who was written to, and may not be once more, may be closed as well.
            Stage::Ready | Stage::Held(_) => self.allow_pilot_end(place, now),
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

    /// Expects it within a time, or sooner where that was expected before.
    fn pilot_ends_by(&mut self, place: u32, now: Moment, within: Span) {
        let (who, what) = (Who::Child(place), What::Task(TaskReason::PilotEnded));
        let until = now + within;
        if self.child(place).dues.musts().any(|due| due.what == what && due.until <= until) {
            return;
        }
        self.drop_due(who, |one| one == what, now);
        self.owe(who, what, now, until);
    }

    /// Permits it.
    pub(crate) fn allow_pilot_end(&mut self, place: u32, now: Moment) {
        let until = (self.law.last_offer + PROMPT + PROMPT).max(now + PROMPT);
        self.allow(Who::Child(place), What::Task(TaskReason::PilotEnded), now, until);
    }

    /// No form can leave any more.
    pub(crate) fn pilot_over(&mut self, now: Moment) {
        if now < self.law.last_offer {
            // The last day of force has been moved.
            return;
        }
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
