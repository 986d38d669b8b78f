//! Civil days, hours and working days of the oracle (S-19, 2c): the zone of Astana and a list of
//! working days that is counted one by one.
//!
//! Owns its copy of the days off (`data/kz_holidays.csv`). Knows 2021 to 2027 and nothing beyond.

use chrono::{Datelike, NaiveDate, Weekday};
use proaktiv_messages::Moment;

/// A civil day, counted from 1970-01-01.
pub(crate) type Day = i32;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// 2024-02-29T18:00:00Z: Astana left UTC+6 for UTC+5 (2c, tzdata).
const SWITCH: i64 = 1_709_229_600_000;
/// First and last year of the copy of the days off.
const YEARS: (i32, i32) = (2021, 2027);

/// Returns the civil day of `date`.
pub(crate) fn day(date: NaiveDate) -> Day {
    date.num_days_from_ce() - 719_163
}

/// Returns the date of a civil day.
pub(crate) fn date(day: Day) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(day + 719_163).unwrap_or_default()
}

/// Returns the civil day in Astana at `moment`, and the milliseconds of that day.
pub(crate) fn civil(moment: Moment) -> (Day, i64) {
    let offset = if moment.millis() < SWITCH { 6 } else { 5 };
    let local = moment.millis() + offset * HOUR;
    (local.div_euclid(DAY) as Day, local.rem_euclid(DAY))
}

/// Returns the civil day in Astana at `moment`.
pub(crate) fn day_of(moment: Moment) -> Day {
    civil(moment).0
}

/// Returns the instant of an hour of a civil day in Astana.
pub(crate) fn at(day: Day, hour: u32) -> Moment {
    let local = i64::from(day) * DAY + i64::from(hour) * HOUR;
    let new = local - 5 * HOUR;
    Moment::from_millis(if new >= SWITCH { new } else { local - 6 * HOUR })
}

/// Returns the months since year 0 of a civil day.
pub(crate) fn month_of(day: Day) -> i32 {
    let date = date(day);
    date.year() * 12 + date.month0() as i32
}

/// Returns the first day of a month.
pub(crate) fn first_of(month: i32) -> Day {
    let first = NaiveDate::from_ymd_opt(month.div_euclid(12), month.rem_euclid(12) as u32 + 1, 1);
    day(first.unwrap_or_default())
}

/// Returns the eighteenth birthday of a person born on `born`.
///
/// Reading S-27: born on 29 February, the birthday of a common year is 1 March.
pub(crate) fn eighteenth_birthday(born: NaiveDate) -> Day {
    let year = born.year() + 18;
    let birthday = NaiveDate::from_ymd_opt(year, born.month(), born.day());
    day(birthday.or(NaiveDate::from_ymd_opt(year, 3, 1)).unwrap_or_default())
}

/// Returns whether a day is a Saturday or a Sunday, whatever a decree makes of it.
pub(crate) fn is_weekend(day: Day) -> bool {
    matches!(date(day).weekday(), Weekday::Sat | Weekday::Sun)
}

/// The working days of Kazakhstan, in order.
#[derive(Clone)]
pub(crate) struct WorkingDays(Vec<Day>);

impl WorkingDays {
    /// Reads the oracle's copy of the days off.
    pub(crate) fn read() -> Result<Self, String> {
        let mut off = Vec::new();
        let mut worked = Vec::new();
        for line in include_str!("../data/kz_holidays.csv").lines().skip(1) {
            let mut cells = line.split(',');
            let date = cells.next().unwrap_or_default();
            let kind = cells.nth(2).unwrap_or_default();
            let date: NaiveDate = date.parse().map_err(|_| format!("kz_holidays.csv: {date:?} is no date"))?;
            match kind {
                "dayoff" => off.push(day(date)),
                "working" => worked.push(day(date)),
                other => return Err(format!("kz_holidays.csv: {other:?} is neither dayoff nor working")),
            }
        }
        let first = first_of(YEARS.0 * 12);
        let end = first_of((YEARS.1 + 1) * 12);
        let works = |day: &Day| worked.contains(day) || !is_weekend(*day) && !off.contains(day);
        Ok(Self((first..end).filter(works).collect()))
    }

    /// Moves a day: from now on it is worked, or is not (S-19).
    pub(crate) fn set(&mut self, day: Day, works: bool) {
        match (self.0.binary_search(&day), works) {
            (Ok(place), false) => drop(self.0.remove(place)),
            (Err(place), true) => self.0.insert(place, day),
            (Ok(_), true) | (Err(_), false) => {}
        }
    }

    /// Returns whether a day is worked.
    pub(crate) fn works(&self, day: Day) -> bool {
        self.0.binary_search(&day).is_ok()
    }

    /// Returns whether every count that starts at `day` stays inside the data for a quarter.
    pub(crate) fn cover(&self, day: Day) -> bool {
        day >= first_of(YEARS.0 * 12) && day < first_of(YEARS.1 * 12 + 9)
    }

    /// Returns the `n`-th working day after `day`, which itself is day 0 (S-19).
    pub(crate) fn after(&self, day: Day, n: u32) -> Day {
        let next = self.0.partition_point(|&working| working <= day);
        self.0.get(next + n.saturating_sub(1) as usize).copied().unwrap_or(Day::MAX / 2)
    }

    /// Returns the `n`-th working day of a month, from 1 (S-49).
    pub(crate) fn of_month(&self, month: i32, n: u32) -> Day {
        self.after(first_of(month) - 1, n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> Day {
        day(text.parse().expect("a date"))
    }

    #[test]
    fn the_third_working_day_of_section_2c() {
        let days = WorkingDays::read().expect("the copy is sound");
        for (sent, last) in [
            ("2024-04-30", "2024-05-04"),
            ("2024-12-12", "2024-12-18"),
            ("2024-12-26", "2024-12-31"),
            ("2024-12-27", "2025-01-05"),
            ("2024-12-22", "2024-12-25"),
        ] {
            assert_eq!(date(days.after(on(sent), 3)).to_string(), last, "sent {sent}");
        }
    }

    #[test]
    fn the_tenth_working_day_of_a_month() {
        let days = WorkingDays::read().expect("the copy is sound");
        for (month, tenth) in [("2024-05-01", "2024-05-17"), ("2024-04-01", "2024-04-12"), ("2025-01-01", "2025-01-17")]
        {
            assert_eq!(date(days.of_month(month_of(on(month)), 10)).to_string(), tenth);
        }
    }

    #[test]
    fn the_zone_changed_at_the_end_of_february_2024() {
        assert_eq!(at(on("2024-02-29"), 9).to_string(), "2024-02-29T03:00:00Z");
        assert_eq!(at(on("2024-02-29"), 23).to_string(), "2024-02-29T18:00:00Z");
        assert_eq!(at(on("2024-03-01"), 0).to_string(), "2024-02-29T19:00:00Z");
        let before = Moment::from_millis(SWITCH - 1);
        assert_eq!(civil(before), (on("2024-02-29"), DAY - 1));
        // The clock went back by an hour at midnight: the day has 25 hours.
        assert_eq!(civil(Moment::from_millis(SWITCH)), (on("2024-02-29"), 23 * HOUR));
        assert_eq!(civil(Moment::from_millis(SWITCH + HOUR)), (on("2024-03-01"), 0));
    }

    #[test]
    fn eighteen_on_the_birthday() {
        let born = |text: &str| date(eighteenth_birthday(text.parse().expect("a date"))).to_string();
        assert_eq!(born("2006-05-01"), "2024-05-01");
        assert_eq!(born("2008-02-29"), "2026-03-01");
        assert_eq!(born("2004-02-29"), "2022-03-01");
    }

    #[test]
    fn a_month_is_known_by_its_days() {
        for text in ["2024-02-29", "2024-12-31", "2025-01-01"] {
            let month = month_of(on(text));
            assert!(first_of(month) <= on(text) && on(text) < first_of(month + 1), "{text}");
        }
    }
}
