//! S-17, S-19: how long a form can be replied to.

use chrono::Days;
use proaktiv_core::calendar::{Calendar, DayKind, astana};
use proaktiv_messages::{Body, Clear, Envelope, Moment};

/// The window for a reply, as the plan's law has it, and as it has become since.
#[derive(Clone, Debug)]
pub struct Window {
    /// Each calendar with the instant since which it is known, the first one always.
    calendars: Vec<(Moment, Calendar)>,
    working_days: u32,
}

impl Window {
    /// Returns a window of so many working days.
    pub fn new(working_days: u32) -> Self {
        Self { calendars: vec![(Moment::from_millis(i64::MIN), Calendar::of_kazakhstan())], working_days }
    }

    /// Sees a message that is handed over at `at`: a change of law may move days.
    pub fn see(&mut self, message: &Envelope<Clear>, at: Moment) {
        let Body::ChangeLaw(change) = &message.body else { return };
        let kind = |works| if works { DayKind::Working } else { DayKind::DayOff };
        let days: Vec<_> = change.days.iter().map(|moved| (moved.day, kind(moved.works))).collect();
        // A repeat moves the same days to where they are.
        let changed = self.calendars.last().map(|(_, calendar)| calendar.with_changes(&change.version, &days));
        self.calendars.extend(changed.map(|calendar| (at, calendar)));
    }

    /// Returns when the window of a form ends whose last part was accepted then: this instant is not
    /// in it any more. The day of sending is day 0. Of all calendars since then the latest end counts: a
    /// promise is not shortened.
    pub fn ends(&self, last_part: Moment) -> Moment {
        let replaced = self.calendars.partition_point(|(since, _)| *since <= last_part);
        let ends = self.calendars[replaced.saturating_sub(1)..].iter().map(|(_, calendar)| {
            let sent_on = astana::civil_day(last_part);
            // Beyond the calendar's data, where no run reaches, the window is the day of sending alone.
            let last = calendar.working_day_after(sent_on, self.working_days).unwrap_or(sent_on);
            astana::start_of(last.checked_add_days(Days::new(1)).unwrap_or(last))
        });
        ends.max().unwrap_or(last_part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proaktiv_messages::{DayMoved, LawChange, MessageId, Party};

    fn at(text: &str) -> Moment {
        Moment::from_millis(text.parse::<chrono::DateTime<chrono::Utc>>().expect("an instant").timestamp_millis())
    }

    fn change(version: &str, day: &str, works: bool) -> Envelope<Clear> {
        let moved = DayMoved { day: day.parse().expect("a date"), works, source: "assumed".to_owned() };
        let change = LawChange {
            version: version.to_owned(),
            valid_from: "2024-05-01".parse().expect("a date"),
            days: vec![moved],
            last_day: None,
            integrated_banks: None,
            source: "assumed".to_owned(),
        };
        let (id, body) = (MessageId::Numbered(1), Body::ChangeLaw(Box::new(change)));
        Envelope { id, answers: None, from: Party::Operator, to: Party::Esobes, sent: Moment::default(), body }
    }

    #[test]
    fn a_moved_day_makes_a_window_longer_and_never_shorter() {
        let mut window = Window::new(3);
        let before = at("2024-04-30T09:00:00+05:00");
        assert_eq!(window.ends(before), at("2024-05-05T00:00:00+05:00"));
        window.see(&change("a", "2024-05-04", false), at("2024-05-02T12:00:00+05:00"));
        assert_eq!(window.ends(before), at("2024-05-07T00:00:00+05:00"));
        // Taken back: those sent before keep the longer end, a later one has the shorter.
        window.see(&change("b", "2024-05-04", true), at("2024-05-02T18:00:00+05:00"));
        assert_eq!(window.ends(before), at("2024-05-07T00:00:00+05:00"));
        assert_eq!(window.ends(at("2024-05-02T18:00:00+05:00")), at("2024-05-07T00:00:00+05:00"));
        assert_eq!(window.ends(at("2024-05-02T17:59:59+05:00")), at("2024-05-11T00:00:00+05:00"));
    }
}
