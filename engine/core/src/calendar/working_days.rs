//! Working days: read once from the embedded data, answered from a table.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::Deserialize;

const HOLIDAYS: &str = include_str!("../../data/kz_holidays.csv");
const CALENDARS: &str = include_str!("../../data/calendars.csv");

/// What a day is where it differs from its place in the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum DayKind {
    /// Nobody works: a holiday, or a day off moved here from another day.
    #[serde(rename = "dayoff")]
    DayOff,
    /// Worked, though it may be a Saturday or a Sunday.
    #[serde(rename = "working")]
    Working,
}

/// A question about a day that the calendar does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{asked} lies outside the calendar's data; the last day known is {last_day_known}")]
pub struct BeyondTheData {
    /// The day asked for. For a term that runs out of the data, the first day that is missing.
    pub asked: NaiveDate,
    /// The last day of the data.
    pub last_day_known: NaiveDate,
}

/// Which days are worked, within a known span of days. A clone shares its table.
#[derive(Clone)]
pub struct Calendar {
    table: Arc<Table>,
}

struct Table {
    version: String,
    first: NaiveDate,
    last: NaiveDate,
    /// What differs from the week, kept so that changes can be laid over it.
    exceptions: BTreeMap<NaiveDate, DayKind>,
    /// For each day of the span, how many working days the span has up to it, itself counted.
    worked_until: Vec<u32>,
    /// The working days of the span, in order.
    working: Vec<NaiveDate>,
}

impl Table {
    fn of(version: String, first: NaiveDate, last: NaiveDate, exceptions: BTreeMap<NaiveDate, DayKind>) -> Self {
        let (mut worked_until, mut working) = (Vec::new(), Vec::new());
        for day in first.iter_days().take_while(|&day| day <= last) {
            let worked = match exceptions.get(&day) {
                Some(DayKind::Working) => true,
                Some(DayKind::DayOff) => false,
                None => !matches!(day.weekday(), Weekday::Sat | Weekday::Sun),
            };
            if worked {
                working.push(day);
            }
            worked_until.push(working.len() as u32);
        }
        Self { version, first, last, exceptions, worked_until, working }
    }
}

impl Calendar {
    /// Returns the calendar of Kazakhstan as embedded (S-19): 2021 to 2027.
    pub fn of_kazakhstan() -> Calendar {
        static EMBEDDED: OnceLock<Calendar> = OnceLock::new();
        EMBEDDED.get_or_init(embedded).clone()
    }

    /// Returns the name of this state of the data, for the records.
    pub fn version(&self) -> &str {
        &self.table.version
    }

    /// Returns the first day of the data.
    pub fn first_day(&self) -> NaiveDate {
        self.table.first
    }

    /// Returns the last day of the data.
    pub fn last_day(&self) -> NaiveDate {
        self.table.last
    }

    /// Returns this calendar with `changes` laid over it: what a decree moves. A later entry for the
    /// same day wins; a day outside the data stays unknown. The span does not change.
    pub fn with_changes(&self, version: &str, changes: &[(NaiveDate, DayKind)]) -> Calendar {
        let mut exceptions = self.table.exceptions.clone();
        exceptions.extend(changes.iter().copied());
        let table = Table::of(version.to_owned(), self.table.first, self.table.last, exceptions);
        Calendar { table: Arc::new(table) }
    }

    /// Returns whether `day` is worked.
    pub fn is_working_day(&self, day: NaiveDate) -> Result<bool, BeyondTheData> {
        let place = self.place(day)?;
        let before = place.checked_sub(1).map_or(0, |yesterday| self.table.worked_until[yesterday]);
        Ok(self.table.worked_until[place] > before)
    }

    /// Returns the `n`-th working day after `day`, which itself is not counted; with `n` = 0, `day`.
    pub fn working_day_after(&self, day: NaiveDate, n: u32) -> Result<NaiveDate, BeyondTheData> {
        let worked = self.table.worked_until[self.place(day)?];
        let Some(nth_after) = n.checked_sub(1) else { return Ok(day) };
        let found = (worked as usize).checked_add(nth_after as usize).and_then(|place| self.table.working.get(place));
        found.copied().ok_or_else(|| self.beyond(self.first_day_missing()))
    }

    /// Returns whether the data hold a full `margin` of calendar days after `day`, or where they end
    /// too early. Whoever runs on the calendar asks this each day, so that no term is cut short.
    pub fn reaches(&self, day: NaiveDate, margin_days: u32) -> Result<(), BeyondTheData> {
        let needed = day.checked_add_days(Days::new(u64::from(margin_days))).unwrap_or(NaiveDate::MAX);
        self.place(day)?;
        self.place(needed).map(|_| ())
    }

    /// Returns what differs from the plain week, in order.
    pub fn exceptions(&self) -> impl Iterator<Item = (NaiveDate, DayKind)> {
        self.table.exceptions.iter().map(|(&day, &kind)| (day, kind))
    }

    fn place(&self, day: NaiveDate) -> Result<usize, BeyondTheData> {
        let place = i64::from(day.num_days_from_ce()) - i64::from(self.table.first.num_days_from_ce());
        match usize::try_from(place) {
            Ok(place) if place < self.table.worked_until.len() => Ok(place),
            Ok(_) | Err(_) => Err(self.beyond(day)),
        }
    }

    fn first_day_missing(&self) -> NaiveDate {
        self.table.last.succ_opt().unwrap_or(self.table.last)
    }

    fn beyond(&self, asked: NaiveDate) -> BeyondTheData {
        BeyondTheData { asked, last_day_known: self.table.last }
    }
}

impl PartialEq for Calendar {
    fn eq(&self, other: &Self) -> bool {
        self.table.version == other.table.version && self.table.working == other.table.working
    }
}

impl std::fmt::Debug for Calendar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Calendar({}, {} to {})", self.table.version, self.table.first, self.table.last)
    }
}

#[derive(Deserialize)]
struct SpanRow {
    calendar: String,
    version: String,
    first_day: NaiveDate,
    last_day: NaiveDate,
}

#[derive(Deserialize)]
struct DayRow {
    date: NaiveDate,
    kind: DayKind,
}

/// Reads the embedded data. They are part of the program and tested with it; a row that cannot be
/// read would leave a calendar without days, which answers every question with an error.
fn embedded() -> Calendar {
    let span = csv::Reader::from_reader(CALENDARS.as_bytes())
        .into_deserialize::<SpanRow>()
        .filter_map(Result::ok)
        .find(|row| row.calendar == "kz_holidays");
    let days: Result<BTreeMap<_, _>, _> = csv::Reader::from_reader(HOLIDAYS.as_bytes())
        .into_deserialize::<DayRow>()
        .map(|row| row.map(|row| (row.date, row.kind)))
        .collect();
    let table = match (span, days) {
        (Some(span), Ok(days)) => Table::of(span.version, span.first_day, span.last_day, days),
        (_, _) => {
            // An empty span: first day after the last one.
            Table::of("unreadable".to_owned(), NaiveDate::MAX, NaiveDate::MIN, BTreeMap::new())
        }
    };
    Calendar { table: Arc::new(table) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn the_third_working_day_is_that_of_the_other_tool() {
        let calendar = Calendar::of_kazakhstan();
        let mut rows = 0;
        for row in include_str!("../../data/third_working_day.csv").lines().skip(1) {
            let (sent, third) = row.split_once(',').expect("two columns");
            assert_eq!(calendar.working_day_after(date(sent), 3), Ok(date(third)), "sent {sent}");
            rows += 1;
        }
        // 2021-01-01 to 2027-12-28.
        assert_eq!(rows, 2553);
    }

    #[test]
    fn the_terms_worked_out_by_hand_hold() {
        let calendar = Calendar::of_kazakhstan();
        for (sent, last) in [
            ("2024-04-30", "2024-05-04"),
            ("2024-12-12", "2024-12-18"),
            ("2024-12-26", "2024-12-31"),
            ("2024-12-27", "2025-01-05"),
        ] {
            assert_eq!(calendar.working_day_after(date(sent), 3), Ok(date(last)), "sent {sent}");
        }
    }

    #[test]
    fn years_have_as_many_working_days_as_published() {
        let calendar = Calendar::of_kazakhstan();
        for (year, expected) in
            [(2021, 245), (2022, 246), (2023, 246), (2024, 249), (2025, 246), (2026, 247), (2027, 247)]
        {
            let working = date(&format!("{year}-01-01")).iter_days().take_while(|day| day.year() == year);
            let count = working.filter(|&day| calendar.is_working_day(day) == Ok(true)).count();
            assert_eq!(count, expected, "{year}");
        }
    }

    #[test]
    fn worked_weekend_days_and_moved_days_off_are_known() {
        let calendar = Calendar::of_kazakhstan();
        for (day, worked) in [
            ("2024-05-04", true),
            ("2024-05-08", false),
            ("2025-01-05", true),
            ("2025-01-03", false),
            ("2024-02-29", true),
            ("2024-03-02", false),
            ("2027-12-31", true),
        ] {
            assert_eq!(calendar.is_working_day(date(day)), Ok(worked), "{day}");
        }
    }

    #[test]
    fn a_question_beyond_the_data_names_the_last_day_known() {
        let calendar = Calendar::of_kazakhstan();
        let last_day_known = date("2027-12-31");
        let beyond = |asked: &str| BeyondTheData { asked: date(asked), last_day_known };
        assert_eq!((calendar.first_day(), calendar.last_day()), (date("2021-01-01"), last_day_known));
        assert_eq!(calendar.working_day_after(date("2027-12-28"), 3), Ok(last_day_known));
        assert_eq!(calendar.working_day_after(date("2027-12-29"), 3), Err(beyond("2028-01-01")));
        assert_eq!(calendar.is_working_day(date("2028-01-01")), Err(beyond("2028-01-01")));
        assert_eq!(calendar.is_working_day(date("2020-12-31")), Err(beyond("2020-12-31")));
        assert!(beyond("2028-01-01").to_string().contains("2027-12-31"));
        assert_eq!(calendar.reaches(date("2027-11-01"), 60), Ok(()));
        assert_eq!(calendar.reaches(date("2027-11-02"), 60), Err(beyond("2028-01-01")));
    }

    #[test]
    fn a_day_moved_by_decree_makes_another_calendar() {
        let calendar = Calendar::of_kazakhstan();
        let changes = [(date("2024-06-14"), DayKind::DayOff), (date("2024-06-15"), DayKind::Working)];
        let moved = calendar.with_changes("kz-2021-2027/2", &changes);
        assert_eq!(moved.version(), "kz-2021-2027/2");
        assert_eq!(moved.is_working_day(date("2024-06-14")), Ok(false));
        assert_eq!(moved.is_working_day(date("2024-06-15")), Ok(true));
        assert_eq!(moved.working_day_after(date("2024-06-12"), 2), Ok(date("2024-06-15")));
        assert_eq!(calendar.working_day_after(date("2024-06-12"), 2), Ok(date("2024-06-14")));
        assert_ne!(moved, calendar);
        let outside = calendar.with_changes("x", &[(date("2030-01-01"), DayKind::Working)]);
        assert!(outside.is_working_day(date("2030-01-01")).is_err());
    }

    proptest! {
        #[test]
        fn the_nth_working_day_is_found_by_walking_too(start in 0_u64..2500, n in 0_u32..300) {
            let calendar = Calendar::of_kazakhstan();
            let from = calendar.first_day() + Days::new(start);
            let mut left = n;
            let mut day = from;
            while left > 0 && day < calendar.last_day() {
                day = day + Days::new(1);
                left -= u32::from(calendar.is_working_day(day) == Ok(true));
            }
            let found = calendar.working_day_after(from, n);
            prop_assert_eq!(found.ok(), (left == 0).then_some(day));
        }

        #[test]
        fn no_question_makes_it_panic(days: i32, n: u32) {
            let calendar = Calendar::of_kazakhstan();
            if let Some(day) = NaiveDate::from_epoch_days(days) {
                let _ = (calendar.is_working_day(day), calendar.working_day_after(day, n), calendar.reaches(day, n));
            }
        }
    }
}
