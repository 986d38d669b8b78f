//! Civil time of Astana, as the parties around the engine read it off the wall.
//!
//! The country moved to one zone on 1 March 2024 (tzdata, Asia/Almaty): UTC+6 before, UTC+5 since.
//! Knows that one change and no other, so it holds from 2005 on. Parties need no calendar of working
//! days; the engine and the oracle have their own.

use chrono::{Datelike, NaiveDate};
use proaktiv_messages::{MILLIS_PER_DAY, Moment, Span};

/// The instant of the change: 2024-02-29T18:00:00Z, when midnight became 23 o'clock.
const ONE_ZONE_SINCE: Moment = Moment::from_millis(1_709_229_600_000);
/// 1970-01-01, counted as chrono counts days of the common era.
const EPOCH_FROM_CE: i64 = 719_163;
const BEFORE: Span = Span::hours(6);
const SINCE: Span = Span::hours(5);

/// Returns the day that the calendars of Astana show at `now`.
pub(crate) fn day_of(now: Moment) -> NaiveDate {
    let local = now + if now < ONE_ZONE_SINCE { BEFORE } else { SINCE };
    let days = local.millis().div_euclid(MILLIS_PER_DAY) + EPOCH_FROM_CE;
    day_numbered(u64::try_from(days).unwrap_or_default())
}

/// Returns the instant at which the clocks of Astana show `minute` (from 0) of `day`. In the hour
/// that came twice on 29 February 2024 it is the first of the two.
pub(crate) fn instant(day: NaiveDate, minute: i64) -> Moment {
    let days = i64::from(day.num_days_from_ce()) - EPOCH_FROM_CE;
    let local = Moment::from_millis(days * MILLIS_PER_DAY) + Span::minutes(minute);
    let in_old_zone = local - BEFORE;
    if in_old_zone < ONE_ZONE_SINCE { in_old_zone } else { local - SINCE }
}

/// Returns a number for `day` that [`day_numbered`] turns back: the note of a daily wake-up.
pub(crate) fn number_of(day: NaiveDate) -> u64 {
    u64::from(day.num_days_from_ce().unsigned_abs())
}

/// Returns the day with this number.
pub(crate) fn day_numbered(number: u64) -> NaiveDate {
    i32::try_from(number).ok().and_then(NaiveDate::from_num_days_from_ce_opt).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stories::{day, moment};

    #[test]
    fn the_country_has_one_zone_since_march_2024() {
        for (date, minute, expected) in [
            ("2024-02-28", 120, "2024-02-27T20:00:00Z"),
            ("2024-02-29", 22 * 60, "2024-02-29T16:00:00Z"),
            ("2024-03-01", 0, "2024-02-29T19:00:00Z"),
            ("2024-03-11", 120, "2024-03-10T21:00:00Z"),
            ("2025-08-31", 9 * 60, "2025-08-31T04:00:00Z"),
        ] {
            assert_eq!(instant(day(date), minute), moment(expected), "{date}");
            assert_eq!(day_of(moment(expected)), day(date), "{date}");
        }
        assert_eq!(day_of(moment("2024-02-29T18:30:00Z")), day("2024-02-29"), "the hour that came twice");
        assert_eq!(day_numbered(number_of(day("2024-02-29"))), day("2024-02-29"));
    }
}
