//! Paragraph 4(1): a full list of every calendar day, and the alert where a day ends without one (A-07, S-13).
//!
//! "Daily": of each day from that of the first list to the last day of force. Reading S-13: a full list counts
//! for the day that it is of, if all of it has come by the end of that day; a part of one, an empty one and one
//! that comes later do not.

use std::collections::{BTreeMap, BTreeSet};

use proaktiv_messages::{Alert, Moment, Party};

use crate::calendar::{Day, at, date, day, day_of};
use crate::coverage::add;
use crate::law::PROMPT;
use crate::timers::Timer;
use crate::world::{Broken, Judged, World, broken};

/// What is known of the lists of each day.
#[derive(Default)]
pub(crate) struct Days {
    begun: bool,
    /// Days whose full list came in time, until they end.
    full: BTreeSet<Day>,
    /// Days that ended without one and that the operator has not been told of, with their end.
    pub untold: BTreeMap<Day, Moment>,
}

impl World {
    /// All of a list has come.
    pub(crate) fn list_of_day(&mut self, of: Day, full: bool, now: Moment) {
        let today = day_of(now);
        if !std::mem::replace(&mut self.days.begun, true) {
            self.timers.set(at(today + 1, 0), Timer::DayOver);
        }
        if full && today <= of {
            self.days.full.insert(of);
        }
    }

    /// A day is over at `now`.
    pub(crate) fn day_over(&mut self, now: Moment) {
        let ended = day_of(now) - 1;
        if !self.days.full.remove(&ended) && self.law.is_within_force(ended) {
            self.days.untold.insert(ended, now);
            add(&mut self.verdict.coverage, "list:none_of_the_day");
        }
        self.timers.set(at(ended + 2, 0), Timer::DayOver);
    }

    /// Judges what the operator is told.
    pub(crate) fn alerted(&mut self, alert: Alert, to: Party, sent: Moment) -> Judged {
        let Alert::DayWithoutFullList { day: of } = alert;
        let Some(ended) = self.days.untold.remove(&day(of)) else {
            let expected = "no alert of a day that has not ended, that had its list or was told of";
            return broken("S-13", expected, format!("an alert of {of}"));
        };
        if sent > self.told_of_by(ended) {
            return broken("S-13", format!("an alert of {of} until {}", ended + PROMPT), "too late");
        }
        if to == Party::Operator { Ok(()) } else { broken("A-07", "to the operator", format!("to {to}")) }
    }

    /// The run is over: days that the operator should have been told of.
    pub(crate) fn untold_days(&mut self, end: Moment) {
        let untold = std::mem::take(&mut self.days.untold);
        for (of, ended) in untold.into_iter().filter(|(_, ended)| *ended + PROMPT < end) {
            let expected = format!("an alert of {}, which ended without a full list", date(of));
            if self.told_of_by(ended) < end {
                let missing = Broken { point: "A-07", expected, found: "it did not leave".to_owned() };
                self.disagree(None, ended + PROMPT, missing);
            }
        }
    }

    fn told_of_by(&self, ended: Moment) -> Moment {
        self.law.patience(Party::Operator, ended + PROMPT)
    }
}
