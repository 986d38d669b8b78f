//! The civil time of Astana: which day and hour an instant is, and when a day begins.
//!
//! One zone is pinned by rule, Asia/Almaty, the time of the capital. Reading S-19: the order names
//! no zone; the sister act 004 (pp. 15 and 16) counts its own terms by the time of Astana. The
//! offsets come from chrono-tz once, at the first question; afterwards every answer is a few
//! operations on whole numbers. On 1 March 2024 the clocks went back from +06:00 to +05:00: the hour
//! from 23:00 of 29 February came twice, while every midnight came once.

use std::sync::OnceLock;

use chrono::{DateTime, NaiveDate, Offset, TimeZone};
use proaktiv_messages::{MILLIS_PER_DAY, Moment};

const MILLIS_PER_HOUR: i64 = MILLIS_PER_DAY / 24;

/// From this instant on the clock is `offset` milliseconds ahead of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Transition {
    from: i64,
    offset: i64,
}

/// Every change of the clock that chrono-tz knows from 1900 to 2100, the latest first: what is asked
/// for most is then found first. The last entry holds for all that lies before.
fn transitions() -> &'static [Transition] {
    static TRANSITIONS: OnceLock<Vec<Transition>> = OnceLock::new();
    TRANSITIONS.get_or_init(derive_transitions)
}

/// Asks chrono-tz for the offset at an instant, in milliseconds.
fn offset_in_the_database(millis: i64) -> i64 {
    let utc = DateTime::from_timestamp_millis(millis).unwrap_or_default().naive_utc();
    i64::from(chrono_tz::Asia::Almaty.offset_from_utc_datetime(&utc).fix().local_minus_utc()) * 1000
}

/// Walks through two centuries day by day and halves every day in which the offset changes.
fn derive_transitions() -> Vec<Transition> {
    const FIRST_DAY: i64 = -25_567; // 1900-01-01
    const LAST_DAY: i64 = 47_482; // 2100-01-01
    let mut found = vec![Transition { from: i64::MIN, offset: offset_in_the_database(FIRST_DAY * MILLIS_PER_DAY) }];
    let mut before = found[0].offset;
    for day in FIRST_DAY..LAST_DAY {
        let (mut low, mut high) = (day * MILLIS_PER_DAY, (day + 1) * MILLIS_PER_DAY);
        let after = offset_in_the_database(high);
        if after == before {
            continue;
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if offset_in_the_database(middle) == before {
                low = middle;
            } else {
                high = middle;
            }
        }
        found.push(Transition { from: high, offset: after });
        before = after;
    }
    found.reverse();
    found
}

/// Returns how far the clock is ahead of UTC at an instant, both in milliseconds.
fn offset(utc: i64) -> i64 {
    transitions().iter().find(|transition| transition.from <= utc).map_or(0, |transition| transition.offset)
}

/// Returns the first instant at which the clock shows `local`, in milliseconds as if it were UTC; where
/// the clock jumps over it, the instant of the jump.
fn first_instant_showing(local: i64) -> Moment {
    let (before, after) = (offset(local.saturating_sub(MILLIS_PER_DAY)), offset(local.saturating_add(MILLIS_PER_DAY)));
    let (early, late) = (local.saturating_sub(before), local.saturating_sub(after));
    if offset(early) == before {
        Moment::from_millis(early)
    } else if offset(late) == after {
        Moment::from_millis(late)
    } else {
        let jump = transitions().iter().find(|transition| transition.from <= early.max(late));
        Moment::from_millis(jump.map_or(early, |transition| transition.from))
    }
}

/// Returns what the clock shows at an instant, in milliseconds as if it were UTC.
fn shown(at: Moment) -> i64 {
    at.millis().saturating_add(offset(at.millis()))
}

/// Returns the civil day that an instant falls on. An instant outside the years that can be written
/// ([`Moment::LATEST`]) counts as the nearest day that chrono knows.
pub fn civil_day(at: Moment) -> NaiveDate {
    let days = shown(at).div_euclid(MILLIS_PER_DAY);
    let nearest = if days < 0 { NaiveDate::MIN } else { NaiveDate::MAX };
    i32::try_from(days).ok().and_then(NaiveDate::from_epoch_days).unwrap_or(nearest)
}

/// Returns the hour of the civil day, 0 to 23.
pub fn hour(at: Moment) -> u32 {
    (shown(at).rem_euclid(MILLIS_PER_DAY) / MILLIS_PER_HOUR) as u32
}

/// Returns the instant at which a civil day begins: its first midnight. The end of a day is the
/// beginning of the next one, never 23:59:59, which came twice on 29 February 2024.
pub fn start_of(day: NaiveDate) -> Moment {
    at_hour(day, 0)
}

/// Returns the instant at which the clock shows `hour`:00 on a civil day, the first one where it does
/// so twice. Hour 24 is the midnight after it.
pub fn at_hour(day: NaiveDate, hour: u32) -> Moment {
    first_instant_showing(i64::from(day.to_epoch_days()) * MILLIS_PER_DAY + i64::from(hour) * MILLIS_PER_HOUR)
}

/// Returns how far the clock is ahead of UTC at an instant, as text: `+05:00`.
pub fn offset_text(at: Moment) -> String {
    let minutes = offset(at.millis()) / 60_000;
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

/// Returns the instant as RFC 3339 by the clock of Astana: `2024-03-01T00:00:00+05:00`.
pub fn to_rfc3339_local(at: Moment) -> String {
    let shown = Moment::from_millis(shown(at)).to_string();
    format!("{}{}", shown.trim_end_matches('Z'), offset_text(at))
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, Days, TimeDelta, Timelike};
    use proptest::prelude::*;

    use super::*;

    fn date(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a date that exists")
    }

    fn moment(text: &str) -> Moment {
        Moment::from_millis(DateTime::parse_from_rfc3339(text).expect("an instant").timestamp_millis())
    }

    #[test]
    fn the_last_two_changes_are_those_of_2004_and_2024() {
        let latest: Vec<_> =
            transitions().iter().take(2).map(|t| (Moment::from_millis(t.from).to_string(), t.offset)).collect();
        assert_eq!(
            latest,
            [
                ("2024-02-29T18:00:00Z".to_owned(), 5 * MILLIS_PER_HOUR),
                ("2004-10-30T20:00:00Z".to_owned(), 6 * MILLIS_PER_HOUR),
            ]
        );
    }

    #[test]
    fn every_hour_from_1990_to_2050_has_the_offset_of_the_database() {
        let (first, last) = (moment("1990-01-01T00:00:00Z").millis(), moment("2050-01-01T00:00:00Z").millis());
        for millis in (first..last).step_by(MILLIS_PER_HOUR as usize) {
            assert_eq!(offset(millis), offset_in_the_database(millis), "{}", Moment::from_millis(millis));
            assert_eq!(offset(millis - 1), offset_in_the_database(millis - 1), "just before {millis}");
        }
    }

    #[test]
    fn five_days_around_the_change_of_zone_are_right_to_the_minute() {
        let zone = chrono_tz::Asia::Almaty;
        let mut at = moment("2024-02-26T18:00:00Z");
        while at < moment("2024-03-02T19:00:00Z") {
            let local = zone.from_utc_datetime(&at.utc().naive_utc());
            assert_eq!(civil_day(at), local.date_naive(), "{at}");
            assert_eq!(hour(at), local.hour(), "{at}");
            assert_eq!(to_rfc3339_local(at), local.to_rfc3339(), "{at}");
            at = Moment::from_millis(at.millis() + 60_000);
        }
    }

    #[test]
    fn the_longest_day_has_25_hours_and_one_midnight_on_each_side() {
        assert_eq!(start_of(date(2024, 2, 29)), moment("2024-02-29T00:00:00+06:00"));
        assert_eq!(start_of(date(2024, 3, 1)), moment("2024-03-01T00:00:00+05:00"));
        assert_eq!((start_of(date(2024, 3, 1)) - start_of(date(2024, 2, 29))).as_millis(), 25 * MILLIS_PER_HOUR);
        assert_eq!(at_hour(date(2024, 2, 29), 24), start_of(date(2024, 3, 1)));
        // 23:00 of that day came twice: the first one is meant.
        assert_eq!(at_hour(date(2024, 2, 29), 23), moment("2024-02-29T23:00:00+06:00"));
        assert_eq!(civil_day(moment("2024-02-29T23:59:59+05:00")), date(2024, 2, 29));
        assert_eq!(at_hour(date(2024, 3, 1), 9), moment("2024-03-01T09:00:00+05:00"));
    }

    #[test]
    fn a_day_begins_where_its_first_instant_lies() {
        let mut day = date(1992, 1, 1);
        while day.year() < 2030 {
            let start = start_of(day);
            assert_eq!(civil_day(start), day);
            assert!(civil_day(Moment::from_millis(start.millis() - 1)) < day, "{day}");
            day = day + Days::new(1);
        }
    }

    #[test]
    fn an_instant_reads_by_the_clock_of_astana() {
        assert_eq!(to_rfc3339_local(moment("2024-02-29T17:59:59.5Z")), "2024-02-29T23:59:59.500+06:00");
        assert_eq!(to_rfc3339_local(moment("2024-02-29T18:00:00Z")), "2024-02-29T23:00:00+05:00");
    }

    proptest! {
        #[test]
        fn no_instant_makes_it_panic(millis: i64) {
            let at = Moment::from_millis(millis);
            let _ = (civil_day(at), hour(at), offset_text(at), start_of(civil_day(at)));
        }

        #[test]
        fn no_day_makes_it_panic(days: i32, hour: u32) {
            if let Some(day) = NaiveDate::from_epoch_days(days) {
                let _ = at_hour(day, hour);
            }
        }

        #[test]
        fn the_day_and_hour_agree_with_chrono(minutes in 0_i64..130 * 366 * 1440) {
            let at = Moment::from_millis(minutes * 60_000);
            let local = chrono_tz::Asia::Almaty.from_utc_datetime(&at.utc().naive_utc());
            prop_assert_eq!(civil_day(at), local.date_naive());
            prop_assert_eq!(hour(at), local.hour());
            let again = at_hour(civil_day(at), hour(at));
            prop_assert!(again <= at && at.utc() - again.utc() < TimeDelta::hours(2));
        }
    }
}
