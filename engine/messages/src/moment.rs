//! Instants and spans of time. Owns their arithmetic and their text; knows no zone and no calendar.

use std::fmt;
use std::ops::{Add, Sub};

use chrono::{DateTime, Utc};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Milliseconds of one day of 24 hours.
pub const MILLIS_PER_DAY: i64 = 86_400_000;

/// An instant: whole milliseconds since 1970-01-01T00:00:00Z. Written as RFC 3339 in UTC.
///
/// Its range is the years 0 to 9999; no message of the act lies outside.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Moment(i64);

impl Moment {
    /// The latest instant that can be written.
    pub const LATEST: Moment = Moment(253_402_300_799_999);

    /// Returns the instant that lies `millis` milliseconds after the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Returns the milliseconds since the epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Returns the instant as chrono knows it, for zones and civil dates.
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or_default()
    }

    /// Writes the RFC 3339 text without allocating; returns its length in `buffer`.
    fn write(self, buffer: &mut [u8; 24]) -> usize {
        let days = self.0.div_euclid(MILLIS_PER_DAY);
        let of_day = self.0.rem_euclid(MILLIS_PER_DAY);
        let (year, month, day) = civil_from_days(days);
        let seconds = of_day / 1000;
        put(&mut buffer[0..4], year);
        buffer[4] = b'-';
        put(&mut buffer[5..7], month);
        buffer[7] = b'-';
        put(&mut buffer[8..10], day);
        buffer[10] = b'T';
        put(&mut buffer[11..13], seconds / 3600);
        buffer[13] = b':';
        put(&mut buffer[14..16], seconds / 60 % 60);
        buffer[16] = b':';
        put(&mut buffer[17..19], seconds % 60);
        let millis = of_day % 1000;
        if millis == 0 {
            buffer[19] = b'Z';
            return 20;
        }
        buffer[19] = b'.';
        put(&mut buffer[20..23], millis);
        buffer[23] = b'Z';
        24
    }
}

/// Writes `value` as decimal digits, right-aligned, with leading zeros.
fn put(digits: &mut [u8], mut value: i64) {
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (value % 10) as u8;
        value /= 10;
    }
}

/// Turns days since the epoch into (year, month, day) of the proleptic Gregorian calendar
/// (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut buffer = [0; 24];
        let length = self.write(&mut buffer);
        f.pad(std::str::from_utf8(&buffer[..length]).unwrap_or_default())
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return serializer.serialize_i64(self.0);
        }
        let mut buffer = [0; 24];
        let length = self.write(&mut buffer);
        serializer.serialize_str(std::str::from_utf8(&buffer[..length]).unwrap_or_default())
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return i64::deserialize(deserializer).map(Self);
        }
        let text = std::borrow::Cow::<'_, str>::deserialize(deserializer)?;
        DateTime::parse_from_rfc3339(&text)
            .map(|instant| Self(instant.timestamp_millis()))
            .map_err(|reason| D::Error::custom(format_args!("{text:?} is not an RFC 3339 instant: {reason}")))
    }
}

/// A length of time in whole milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span(i64);

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);

    /// Returns a span of milliseconds.
    pub const fn millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Returns a span of seconds.
    pub const fn seconds(seconds: i64) -> Self {
        Self(seconds * 1000)
    }

    /// Returns a span of minutes.
    pub const fn minutes(minutes: i64) -> Self {
        Self::seconds(minutes * 60)
    }

    /// Returns a span of hours.
    pub const fn hours(hours: i64) -> Self {
        Self::minutes(hours * 60)
    }

    /// Returns a span of days of 24 hours each; a civil day may be longer (see the calendar).
    pub const fn days(days: i64) -> Self {
        Self::hours(days * 24)
    }

    /// Returns the whole milliseconds of the span.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Returns the span `times` over.
    pub const fn times(self, times: i64) -> Self {
        Self(self.0 * times)
    }
}

impl Add<Span> for Moment {
    type Output = Moment;
    fn add(self, span: Span) -> Moment {
        Moment(self.0 + span.0)
    }
}

impl Sub<Span> for Moment {
    type Output = Moment;
    fn sub(self, span: Span) -> Moment {
        Moment(self.0 - span.0)
    }
}

impl Sub for Moment {
    type Output = Span;
    fn sub(self, earlier: Moment) -> Span {
        Span(self.0 - earlier.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_instant_reads_as_rfc_3339() {
        assert_eq!(Moment::from_millis(0).to_string(), "1970-01-01T00:00:00Z");
        assert_eq!(Moment::from_millis(1_709_229_599_999).to_string(), "2024-02-29T17:59:59.999Z");
        assert_eq!(Moment::from_millis(1_709_229_600_000).to_string(), "2024-02-29T18:00:00Z");
    }

    proptest! {
        #[test]
        fn the_text_agrees_with_chrono_and_comes_back(millis in 0_i64..=Moment::LATEST.millis()) {
            let moment = Moment::from_millis(millis);
            let text = serde_json::to_string(&moment).expect("a moment can be written");
            prop_assert_eq!(serde_json::from_str::<Moment>(&text).expect("and read"), moment);
            let chrono = moment.utc().to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
            prop_assert_eq!(moment.to_string(), chrono);
        }
    }
}
