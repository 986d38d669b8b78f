//! The calendar of Kazakhstan: which days are worked, and when a term ends.
//!
//! Working days are dated data with a version (`data/kz_holidays.csv`, its span and source in
//! `data/calendars.csv`): a day moved by decree makes another calendar, never other code. A question
//! beyond the data is an error that names the last day known. Nothing here names an act.

pub mod astana;
mod term;
mod working_days;

pub use term::{Deadline, ServiceHours, TermUnit};
pub use working_days::{BeyondTheData, Calendar, DayKind};
