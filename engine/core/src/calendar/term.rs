//! Terms: from what instant, how many of what, to what instant.

use std::sync::Arc;

use chrono::{Months, NaiveDate};
use proaktiv_messages::Moment;
use serde::{Deserialize, Serialize};

use super::{BeyondTheData, Calendar, astana};

/// What a term is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermUnit {
    /// Working days: the day of the start is day 0, and the term ends at 24:00 of the last one.
    WorkingDays,
    /// Calendar days, counted likewise.
    CalendarDays,
    /// Months: the term ends at 24:00 of the day with the same number, or of the last day of a
    /// month that has none.
    Months,
    /// Clock hours, of which only those within the service hours of a working day count.
    ServiceHours,
}

/// Between which hours of a working day a service is open: from `opens`:00 to `closes`:00.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceHours {
    /// The first hour, 0 to 23.
    pub opens: u32,
    /// The hour at which it ends, 1 to 24, later than `opens`.
    pub closes: u32,
}

/// A term as data: enough to say why it ends when it does, and to compute it anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// The row of the act, or of its reading, that sets the term.
    pub basis: &'static str,
    /// The instant from which it runs.
    pub start: Moment,
    /// What it is counted in.
    pub unit: TermUnit,
    /// How many of these.
    pub count: u32,
    /// The version of the calendar that it was computed with.
    pub calendar: Arc<str>,
    /// The instant at which it has ended: the first one outside it.
    pub ends: Moment,
}

impl Deadline {
    /// Returns the term of `count` working days from `start`.
    ///
    /// Reading S-19: the day of the start is day 0 and the term ends at 24:00 Astana time of the last
    /// working day, since terms begin on the next day and a citizen is promised days, not hours.
    pub fn working_days(
        basis: &'static str,
        start: Moment,
        count: u32,
        calendar: &Calendar,
    ) -> Result<Deadline, BeyondTheData> {
        let last = calendar.working_day_after(astana::civil_day(start), count)?;
        Ok(Self::ending(basis, start, TermUnit::WorkingDays, count, calendar, astana::at_hour(last, 24)))
    }

    /// Returns the term of `count` calendar days from `start`, the day of the start being day 0. An
    /// end on a day off is not moved.
    pub fn calendar_days(
        basis: &'static str,
        start: Moment,
        count: u32,
        calendar: &Calendar,
    ) -> Result<Deadline, BeyondTheData> {
        let first = astana::civil_day(start);
        let last = first.checked_add_days(chrono::Days::new(u64::from(count))).unwrap_or(NaiveDate::MAX);
        let ends = astana::at_hour(known(last, calendar)?, 24);
        Ok(Self::ending(basis, start, TermUnit::CalendarDays, count, calendar, ends))
    }

    /// Returns the term of `count` months from `start`. An end on a day off is not moved.
    pub fn months(
        basis: &'static str,
        start: Moment,
        count: u32,
        calendar: &Calendar,
    ) -> Result<Deadline, BeyondTheData> {
        let last = astana::civil_day(start).checked_add_months(Months::new(count)).unwrap_or(NaiveDate::MAX);
        let ends = astana::at_hour(known(last, calendar)?, 24);
        Ok(Self::ending(basis, start, TermUnit::Months, count, calendar, ends))
    }

    /// Returns the term of `count` clock hours from `start`, counting only what lies within the
    /// service hours of working days. Hours that are never open make a term beyond the data.
    pub fn service_hours(
        basis: &'static str,
        start: Moment,
        count: u32,
        hours: ServiceHours,
        calendar: &Calendar,
    ) -> Result<Deadline, BeyondTheData> {
        const MILLIS_PER_HOUR: i64 = 3_600_000;
        let mut left = i64::from(count) * MILLIS_PER_HOUR;
        let mut day = astana::civil_day(start);
        loop {
            if calendar.is_working_day(day)? {
                let opens = astana::at_hour(day, hours.opens).max(start);
                let open = (astana::at_hour(day, hours.closes).millis() - opens.millis()).max(0);
                if left <= open {
                    let ends = Moment::from_millis(opens.millis() + left);
                    return Ok(Self::ending(basis, start, TermUnit::ServiceHours, count, calendar, ends));
                }
                left -= open;
            }
            // Ends at the latest with the data, beyond which no day is known.
            day = day.succ_opt().unwrap_or(day);
        }
    }

    /// Returns whether `at` lies within the term.
    pub fn includes(&self, at: Moment) -> bool {
        at < self.ends
    }

    fn ending(
        basis: &'static str,
        start: Moment,
        unit: TermUnit,
        count: u32,
        calendar: &Calendar,
        ends: Moment,
    ) -> Deadline {
        Deadline { basis, start, unit, count, calendar: calendar.version().into(), ends }
    }
}

/// Returns `day` if the calendar knows it: a term counted in plain days leaves the data as well.
fn known(day: NaiveDate, calendar: &Calendar) -> Result<NaiveDate, BeyondTheData> {
    calendar.working_day_after(day, 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BASIS: &str = "S-19";
    const OFFICE: ServiceHours = ServiceHours { opens: 9, closes: 18 };

    fn moment(text: &str) -> Moment {
        Moment::from_millis(chrono::DateTime::parse_from_rfc3339(text).expect("an instant").timestamp_millis())
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_term_in_working_days_ends_at_midnight_after_the_last() {
        let calendar = Calendar::of_kazakhstan();
        for (start, count, ends) in [
            ("2024-04-30T10:00:00+05:00", 3, "2024-05-05T00:00:00+05:00"),
            ("2024-04-30T23:59:59+05:00", 3, "2024-05-05T00:00:00+05:00"),
            ("2024-05-01T00:00:00+05:00", 3, "2024-05-05T00:00:00+05:00"),
            ("2024-12-27T10:00:00+05:00", 3, "2025-01-06T00:00:00+05:00"),
            ("2024-02-28T10:00:00+06:00", 1, "2024-03-01T00:00:00+05:00"),
            ("2024-02-29T23:30:00+06:00", 1, "2024-03-02T00:00:00+05:00"),
            ("2024-02-29T23:30:00+05:00", 1, "2024-03-02T00:00:00+05:00"),
            ("2024-03-04T10:00:00+05:00", 0, "2024-03-05T00:00:00+05:00"),
        ] {
            let term = Deadline::working_days(BASIS, moment(start), count, &calendar).expect("within the data");
            assert_eq!(term.ends, moment(ends), "{start} and {count}");
            assert_eq!((term.basis, term.unit, term.count), (BASIS, TermUnit::WorkingDays, count));
            assert_eq!(&*term.calendar, calendar.version());
            assert!(term.includes(Moment::from_millis(term.ends.millis() - 1)) && !term.includes(term.ends));
        }
    }

    #[test]
    fn around_the_change_of_zone_a_term_is_right_for_every_minute_of_sending() {
        let calendar = Calendar::of_kazakhstan();
        // Midnights by hand: the first three days are at +06:00.
        let sent_on = [
            ("2024-02-27", "2024-02-26T18:00:00Z", "2024-03-01T19:00:00Z"),
            ("2024-02-28", "2024-02-27T18:00:00Z", "2024-03-04T19:00:00Z"),
            ("2024-02-29", "2024-02-28T18:00:00Z", "2024-03-05T19:00:00Z"),
            ("2024-03-01", "2024-02-29T19:00:00Z", "2024-03-06T19:00:00Z"),
            ("2024-03-02", "2024-03-01T19:00:00Z", "2024-03-06T19:00:00Z"),
        ];
        let last = moment("2024-03-02T19:00:00Z");
        for (place, &(sent, begins, ends)) in sent_on.iter().enumerate() {
            let until = sent_on.get(place + 1).map_or(last, |next| moment(next.1));
            let mut at = moment(begins);
            while at < until {
                let term = Deadline::working_days(BASIS, at, 3, &calendar).expect("within the data");
                assert_eq!(term.ends, moment(ends), "sent on {sent}, {at}");
                at = Moment::from_millis(at.millis() + 60_000);
            }
        }
    }

    #[test]
    fn calendar_days_and_months_end_at_midnight_too() {
        let calendar = Calendar::of_kazakhstan();
        let start = moment("2024-01-31T10:00:00+06:00");
        let days = Deadline::calendar_days(BASIS, start, 30, &calendar).expect("within the data");
        assert_eq!(days.ends, astana::start_of(day("2024-03-02")));
        let month = Deadline::months(BASIS, start, 1, &calendar).expect("within the data");
        assert_eq!(month.ends, astana::start_of(day("2024-03-01")));
        let months = Deadline::months(BASIS, start, 2, &calendar).expect("within the data");
        assert_eq!(months.ends, astana::start_of(day("2024-04-01")));
    }

    #[test]
    fn clock_hours_count_only_while_the_service_is_open() {
        let calendar = Calendar::of_kazakhstan();
        for (start, count, ends) in [
            ("2024-03-11T10:00:00+05:00", 3, "2024-03-11T13:00:00+05:00"),
            ("2024-03-11T17:00:00+05:00", 3, "2024-03-12T11:00:00+05:00"),
            ("2024-03-11T15:00:00+05:00", 3, "2024-03-11T18:00:00+05:00"),
            ("2024-03-11T07:00:00+05:00", 3, "2024-03-11T12:00:00+05:00"),
            ("2024-03-15T20:00:00+05:00", 1, "2024-03-18T10:00:00+05:00"),
            ("2024-03-07T17:30:00+05:00", 1, "2024-03-11T09:30:00+05:00"),
            ("2024-05-03T17:00:00+05:00", 2, "2024-05-04T10:00:00+05:00"),
            ("2024-02-29T17:00:00+06:00", 2, "2024-03-01T10:00:00+05:00"),
        ] {
            let term =
                Deadline::service_hours(BASIS, moment(start), count, OFFICE, &calendar).expect("within the data");
            assert_eq!(term.ends, moment(ends), "{start} and {count}");
        }
        let never = ServiceHours { opens: 18, closes: 9 };
        assert!(Deadline::service_hours(BASIS, moment("2024-03-11T10:00:00+05:00"), 1, never, &calendar).is_err());
    }

    #[test]
    fn a_term_that_leaves_the_data_names_the_last_day_known() {
        let calendar = Calendar::of_kazakhstan();
        let start = moment("2027-12-30T10:00:00+05:00");
        for term in [
            Deadline::working_days(BASIS, start, 3, &calendar),
            Deadline::calendar_days(BASIS, start, 3, &calendar),
            Deadline::months(BASIS, start, 1, &calendar),
            Deadline::service_hours(BASIS, start, 30, OFFICE, &calendar),
        ] {
            assert_eq!(term.map_err(|beyond| beyond.last_day_known), Err(day("2027-12-31")));
        }
        assert!(Deadline::calendar_days(BASIS, start, 1, &calendar).is_ok());
    }

    proptest! {
        #[test]
        fn no_term_makes_it_panic(millis: i64, count: u32, opens: u32, closes: u32) {
            let (calendar, start) = (Calendar::of_kazakhstan(), Moment::from_millis(millis));
            let _ = Deadline::working_days(BASIS, start, count, &calendar);
            let _ = Deadline::calendar_days(BASIS, start, count, &calendar);
            let _ = Deadline::months(BASIS, start, count, &calendar);
            let _ = Deadline::service_hours(BASIS, start, count, ServiceHours { opens, closes }, &calendar);
        }

        #[test]
        fn a_later_start_never_ends_sooner(minutes in 0_i64..1_000_000, later in 0_i64..10_000, count in 0_u32..20) {
            let calendar = Calendar::of_kazakhstan();
            let start = moment("2024-01-01T00:00:00Z");
            let at = |minutes: i64| Moment::from_millis(start.millis() + minutes * 60_000);
            let ends = |start| Deadline::working_days(BASIS, start, count, &calendar).map(|term| term.ends).ok();
            let (sooner, later) = (ends(at(minutes)), ends(at(minutes + later)));
            prop_assert!(sooner.is_some() && sooner <= later);
        }
    }
}
