//! S-17, S-19: how long a form can be replied to.

use chrono::Days;
use proaktiv_core::calendar::{Calendar, astana};
use proaktiv_messages::Moment;

/// The window for a reply, as the plan's law has it.
#[derive(Clone, Debug)]
pub struct Window {
    calendar: Calendar,
    working_days: u32,
}

impl Window {
    /// Returns a window of so many working days.
    pub fn new(working_days: u32) -> Self {
        Self { calendar: Calendar::of_kazakhstan(), working_days }
    }

    /// Returns when the window of a form ends whose last part was accepted then: this instant is not
    /// in it any more. The day of sending is day 0.
    pub fn ends(&self, last_part: Moment) -> Moment {
        let sent_on = astana::civil_day(last_part);
        // Beyond the calendar's data, where no run reaches, the window is the day of sending alone.
        let last = self.calendar.working_day_after(sent_on, self.working_days).unwrap_or(sent_on);
        astana::start_of(last.checked_add_days(Days::new(1)).unwrap_or(last))
    }
}
