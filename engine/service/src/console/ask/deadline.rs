//! `ask deadline`: when a term ends (S-17, S-19).

use chrono::{DateTime, NaiveDateTime, Timelike};
use clap::Args;
use proaktiv_core::calendar::{BeyondTheData, Calendar, Deadline, astana};
use proaktiv_messages::Moment;
use serde_json::json;

use super::super::Answer;
use super::super::complaint::Complaint;

const TIMES: &str = "a time that exists, such as 2024-04-30T10:00 (Astana time) or 2024-04-30T10:00:00+05:00";
/// A term longer than this leaves every calendar; the limit keeps the arithmetic in sight.
const LONGEST: u32 = 100_000;

/// The moment of sending and the length of the term.
#[derive(Args)]
#[command(after_help = "Examples:
  proaktiv-engine ask deadline --sent 2024-04-30T10:00 --working-days 3
  proaktiv-engine ask deadline --sent 2024-02-28T23:30:00+06:00 --calendar-days 10 --json
  proaktiv-engine ask deadline --sent 2024-01-31T09:00 --months 1

The day of sending is day 0. A term that leaves the calendar's data has no answer: exit code 2.")]
pub(crate) struct Asked {
    /// The moment of sending: Astana time, or with an offset of its own.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    sent: String,
    /// Length of the term in working days.
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    working_days: Option<String>,
    /// Length of the term in calendar days.
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    calendar_days: Option<String>,
    /// Length of the term in months.
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    months: Option<String>,
    /// Prints one JSON document and nothing else on standard output.
    #[arg(long)]
    json: bool,
}

/// Makes a term of a basis, a start and a length.
type Count = fn(&'static str, Moment, u32, &Calendar) -> Result<Deadline, BeyondTheData>;

impl Asked {
    pub(super) fn answer(&self) -> Result<Answer, Complaint> {
        let sent = moment(&self.sent).ok_or_else(|| Complaint::about("--sent", &self.sent, TIMES))?;
        let calendar = Calendar::of_kazakhstan();
        let terms: [(&str, &Option<String>, Count); 3] = [
            ("--working-days", &self.working_days, Deadline::working_days),
            ("--calendar-days", &self.calendar_days, Deadline::calendar_days),
            ("--months", &self.months, Deadline::months),
        ];
        let mut given = terms.into_iter().filter_map(|(field, count, term)| Some((field, count.as_deref()?, term)));
        let Some((field, count, term)) = given.next() else {
            return Err(Complaint::missing("--working-days", "one of --working-days, --calendar-days and --months"));
        };
        if let Some((other, count, _)) = given.next() {
            return Err(Complaint::about(other, count, &format!("one term, and {field} is given")));
        }
        let count = number(field, count)?;
        // A term may begin and end in the data only: what lies before the first day is unknown as well.
        let ends =
            calendar.working_day_after(astana::civil_day(sent), 0).and_then(|_| term("S-19", sent, count, &calendar));
        let ends = ends.map_err(|beyond| leaves_the_data(field, count, &beyond, &calendar))?.ends;
        let last_day = astana::civil_day(Moment::from_millis(ends.millis() - 1));
        let ends_at = astana::to_rfc3339_local(ends);
        let text = format!("last day {last_day}, ends at {ends_at}");
        let json = json!({
            "last_day": last_day.to_string(),
            "ends_at": ends_at,
            "sent": astana::to_rfc3339_local(sent),
            "calendar": calendar.version(),
        });
        Ok(Answer::good(text, json, self.json))
    }
}

fn leaves_the_data(field: &str, count: u32, beyond: &BeyondTheData, calendar: &Calendar) -> Complaint {
    Complaint::that(format!(
        "{field}: {count} leads to {}, outside the calendar's data; accepted: a term from {} to {}, the last day known (later days: the official days off of the following year belong into data/kz_holidays.csv, its last day into data/calendars.csv)",
        beyond.asked,
        calendar.first_day(),
        beyond.last_day_known
    ))
}

fn number(field: &str, text: &str) -> Result<u32, Complaint> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|number| digits && *number <= LONGEST);
    number.ok_or_else(|| Complaint::about(field, text, &format!("a whole number from 0 to {LONGEST}")))
}

/// Reads an instant with an offset, or what a clock in Astana shows: its first instant where it shows so
/// twice (29 February 2024, 23:00 to 24:00).
fn moment(text: &str) -> Option<Moment> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(Moment::from_millis(instant.timestamp_millis()));
    }
    // chrono would let years of any length and single digits pass.
    const SHAPE: &[u8] = b"0000-00-00T00:00:00";
    let fits = |(found, wanted): (u8, &u8)| match wanted {
        b'0' => found.is_ascii_digit(),
        b'T' => matches!(found, b'T' | b' '),
        _ => found == *wanted,
    };
    if !matches!(text.len(), 16 | 19) || !text.bytes().zip(SHAPE).all(fits) {
        return None;
    }
    let formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];
    let text = text.replace(' ', "T");
    let shown = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(&text, format).ok())?;
    let in_the_hour = i64::from(shown.minute()) * 60_000 + i64::from(shown.second()) * 1_000;
    Some(Moment::from_millis(astana::at_hour(shown.date(), shown.hour()).millis() + in_the_hour))
}
