//! Rows of the list that are mistyped, corrected, missing, doubled, or whose period does not fit (4; S-12,
//! S-13b, S-33 to S-35).

use chrono::{Datelike, Days, Months, NaiveDate};
use proaktiv_messages::{Conclusion, Ending, EndingKind};

use super::super::happening::{Claims, Entry};
use super::fate::{Fate, after};
use crate::plan::{ChildFact, EnrolmentRow};

const ROW: Claims = Claims::ROW;
const ROW_AND_CHECKS: Claims = Claims::ROW.and(Claims::CHECKS);
const ROW_AND_PAY: Claims = Claims::ROW.and(Claims::PAY);

pub(in super::super) const ALL: &[Entry] = &[
    Entry::new("row_incomplete_at_first", ROW, &["S-33"], row_incomplete_at_first),
    Entry::new("row_comes_back_incomplete", ROW, &["S-13", "S-33"], row_comes_back_incomplete),
    Entry::new("row_corrected", ROW, &["S-12", "S-12b"], row_corrected),
    Entry::new("row_corrected_while_checked", ROW_AND_CHECKS, &["S-12", "S-12b"], row_corrected_while_checked),
    Entry::new("row_corrected_in_the_window", ROW, &["S-12", "S-12b"], row_corrected_in_the_window),
    Entry::new("row_without_an_id_corrected", ROW, &["S-12", "S-12b"], row_without_an_id_corrected),
    Entry::new("period_corrected_in_the_window", ROW, &["S-12b"], period_corrected_in_the_window),
    Entry::new("period_corrected_when_paid", ROW_AND_PAY, &["S-12b", "S-29"], period_corrected_when_paid),
    Entry::new("row_missing_while_checked", ROW_AND_CHECKS, &["S-13b"], row_missing_while_checked),
    Entry::new("row_missing_in_the_window", ROW, &["S-13b"], row_missing_in_the_window),
    Entry::new("row_missing_when_paid", ROW_AND_PAY, &["S-13b"], row_missing_when_paid),
    Entry::new("row_missing_for_good", Claims::ALL, &["S-13b"], row_missing_for_good),
    Entry::new("two_schools_at_first", ROW_AND_CHECKS, &["S-34"], two_schools_at_first),
    Entry::new("two_schools_for_good", Claims::ALL, &["S-34"], two_schools_for_good),
    Entry::new("two_schools_when_paid", ROW_AND_PAY, &["S-34"], two_schools_when_paid),
    Entry::new("transferred_when_paid", ROW_AND_PAY, &["S-12", "S-34", "S-47"], transferred_when_paid),
    Entry::new("new_school_year", ROW_AND_PAY, &["S-08", "S-12", "S-29"], new_school_year),
    Entry::new("period_yet_to_begin", ROW, &["S-35", "S-49"], period_yet_to_begin),
    Entry::new("period_ends_before_the_form", Claims::ALL, &["S-35"], period_ends_before_the_form),
    Entry::new("period_ends_in_the_window", Claims::ALL, &["S-35"], period_ends_in_the_window),
    Entry::new("period_ends_when_paid", ROW_AND_PAY, &["S-29", "S-49"], period_ends_when_paid),
];

/// How far above the ids of first rows those of second rows lie.
const SECOND_ROWS: u64 = 100_000_000_000;

fn row(fate: &Fate<'_>) -> EnrolmentRow {
    fate.family.children[0].enrolment.clone()
}

/// Changes what schools mistype: the number or the date of the order, a conclusion.
fn mistyped(fate: &mut Fate<'_>, row: &mut EnrolmentRow) {
    match fate.draw.below(3) {
        0 => row.order_number = Some(format!("{}-{}/1", row.school % 1000, fate.draw.between(1, 99)).into()),
        1 => row.order_date = row.order_date.map(|day| day - Days::new(fate.draw.between(1, 5).into())),
        _ => {
            let date = row.conclusions.first().map_or(fate.listed(), |conclusion| conclusion.date);
            row.conclusions = vec![Conclusion { number: fate.draw.between(10_000, 99_999).to_string().into(), date }];
        }
    }
}

/// Takes from a row one thing that A-08 demands.
fn incomplete(fate: &mut Fate<'_>, row: &mut EnrolmentRow) {
    match fate.draw.below(3) {
        0 => row.order_number = None,
        1 => row.order_date = None,
        _ => row.conclusions.clear(),
    }
}

/// The first version lacks what A-08 demands and is sent back; the school corrects it within days (S-33).
fn row_incomplete_at_first(fate: &mut Fate<'_>) {
    let sound = row(fate);
    let mut first = sound.clone();
    incomplete(fate, &mut first);
    fate.family.children[0].enrolment = first;
    let day = after(fate.listed(), fate.draw.between(1, 6));
    fate.row_becomes(day, sound);
}

/// A sound row comes back incomplete: the last sound version stays in force (S-13).
fn row_comes_back_incomplete(fate: &mut Fate<'_>) {
    let mut version = row(fate);
    incomplete(fate, &mut version);
    let day = after(fate.listed(), fate.draw.between(1, 30));
    fate.row_becomes(day, version);
}

fn corrected_on(fate: &mut Fate<'_>, day: NaiveDate) {
    let mut version = row(fate);
    mistyped(fate, &mut version);
    fate.row_becomes(day, version);
}

/// The school corrects what it mistyped, at any time in the first three months (S-12, S-12b).
fn row_corrected(fate: &mut Fate<'_>) {
    let day = after(fate.listed(), fate.draw.between(1, 90));
    corrected_on(fate, day);
}

/// The same while the parents are being asked (S-12b).
fn row_corrected_while_checked(fate: &mut Fate<'_>) {
    fate.slow_checks();
    let day = after(fate.listed(), 1);
    corrected_on(fate, day);
}

/// The same on the day after the list, when a form is out as a rule (S-12b).
fn row_corrected_in_the_window(fate: &mut Fate<'_>) {
    let day = after(fate.listed(), fate.draw.between(1, 3));
    corrected_on(fate, day);
}

/// NOBD gives no id: child, school and period tell that it is the same order (S-12).
fn row_without_an_id_corrected(fate: &mut Fate<'_>) {
    fate.family.children[0].enrolment.row = None;
    row_corrected(fate);
}

/// Moves the last day by some weeks.
fn with_another_end(fate: &mut Fate<'_>) -> EnrolmentRow {
    let mut version = row(fate);
    let days = fate.draw.between(7, 60);
    let later = fate.draw.below(2) == 0;
    version.to = version.to.map(|to| if later { after(to, days) } else { to - Days::new(days.into()) });
    version
}

/// The period is corrected while the form is out: the newest version goes into the application (S-12b).
fn period_corrected_in_the_window(fate: &mut Fate<'_>) {
    let day = after(fate.listed(), fate.draw.between(1, 3));
    let version = with_another_end(fate);
    fate.row_becomes(day, version);
}

/// The period is corrected while months are paid: the end is computed anew (S-12b).
fn period_corrected_when_paid(fate: &mut Fate<'_>) {
    let day = fate.day_when_paid(1, 6);
    let version = with_another_end(fate);
    fate.row_becomes(day, version);
}

fn missing(fate: &mut Fate<'_>, from: NaiveDate, days: Option<u32>) {
    let known = fate.draw.below(2) == 0;
    fate.child_changes(0, from, 1, known, ChildFact::Missing(true));
    if let Some(days) = days {
        fate.child_changes(0, after(from, days), 1, known, ChildFact::Missing(false));
    }
}

/// The row is missing from the second list on, before a form is out, and comes back (S-13b).
fn row_missing_while_checked(fate: &mut Fate<'_>) {
    fate.slow_checks();
    let (day, days) = (after(fate.listed(), 1), fate.draw.between(1, 8));
    missing(fate, day, Some(days));
}

/// The row is missing for days while a form is out or an application runs (S-13b).
fn row_missing_in_the_window(fate: &mut Fate<'_>) {
    let (day, days) = (after(fate.listed(), fate.draw.between(1, 5)), fate.draw.between(1, 8));
    missing(fate, day, Some(days));
}

/// The row is missing for weeks while months are paid: they go on (S-13b).
fn row_missing_when_paid(fate: &mut Fate<'_>) {
    let (day, days) = (fate.day_when_paid(1, 4), fate.draw.between(4, 40));
    missing(fate, day, Some(days));
}

/// The row is missing from the second list on and never comes back (S-13b).
fn row_missing_for_good(fate: &mut Fate<'_>) {
    fate.slow_checks();
    let day = after(fate.listed(), 1);
    missing(fate, day, None);
}

/// Returns a row of another school for the same time.
fn of_another_school(fate: &mut Fate<'_>) -> EnrolmentRow {
    let mut second = row(fate);
    second.row = second.row.map(|id| id + SECOND_ROWS);
    let numbers = second.school / 1000 * 1000;
    let schools = fate.scenario.districts.list.iter().find(|place| place.district == second.district);
    let schools = schools.map_or(1, |place| place.schools).max(2);
    second.school = numbers + (second.school - numbers) % schools + 1;
    second.order_number = Some(format!("{}-{}", second.school % 1000, fate.draw.between(100, 199)).into());
    second
}

fn ended_row(fate: &Fate<'_>, kind: EndingKind, on: Option<NaiveDate>) -> EnrolmentRow {
    EnrolmentRow { ended: Some(Ending { kind, on }), ..row(fate) }
}

/// Two schools list the child from the first day; one of the rows ends within weeks (S-34).
fn two_schools_at_first(fate: &mut Fate<'_>) {
    let listed = fate.listed();
    let second = of_another_school(fate);
    fate.child_changes(0, listed, 0, false, ChildFact::SecondRow(Box::new(second)));
    let day = after(listed, fate.draw.between(2, 20));
    let ended = ended_row(fate, EndingKind::EnteredInError, Some(listed));
    fate.row_becomes(day, ended);
}

/// Two schools list the child from the first day, and neither row ends (S-34).
fn two_schools_for_good(fate: &mut Fate<'_>) {
    let listed = fate.listed();
    let second = of_another_school(fate);
    fate.child_changes(0, listed, 0, false, ChildFact::SecondRow(Box::new(second)));
}

/// A second school lists the child while months are paid: they go on under the first order (S-34).
fn two_schools_when_paid(fate: &mut Fate<'_>) {
    let day = fate.day_when_paid(1, 3);
    let second = of_another_school(fate);
    fate.child_changes(0, day, 0, false, ChildFact::SecondRow(Box::new(second)));
}

/// The child changes school while months are paid: the first order ends, the second is a new case, offered
/// without waiting (S-34, T-23).
fn transferred_when_paid(fate: &mut Fate<'_>) {
    let day = fate.day_when_paid(1, 3);
    let mut second = of_another_school(fate);
    second.from = Some(day);
    second.order_date = Some(day - Days::new(2));
    fate.child_changes(0, day, 0, false, ChildFact::SecondRow(Box::new(second)));
    let ended = ended_row(fate, EndingKind::Left, Some(day));
    fate.row_becomes(day, ended);
}

/// The order ends with the school year; for the next one the school enters a new order, a new case (S-12,
/// S-08). Where the child is listed late, the year ends two months after that.
fn new_school_year(fate: &mut Fate<'_>) {
    let listed = fate.listed();
    let end_of_year = NaiveDate::from_ymd_opt(listed.year(), 5, 25).unwrap_or(listed);
    let ends = if end_of_year < after(listed, 30) { after(listed, 60) } else { end_of_year };
    fate.family.children[0].enrolment.to = Some(ends);
    let begins = after(ends, 99);
    let mut next = row(fate);
    next.row = next.row.map(|id| id + SECOND_ROWS);
    next.order_number = Some(format!("{}-{}", next.school % 1000, fate.draw.between(200, 299)).into());
    next.order_date = Some(begins - Days::new(5));
    next.conclusions =
        vec![Conclusion { number: fate.draw.between(10_000, 99_999).to_string().into(), date: begins - Days::new(20) }];
    (next.from, next.to) = (Some(begins), Some(fate.scenario.enrolment_ends.value));
    if next.from < next.to {
        fate.child_changes(0, begins - Days::new(4), 0, false, ChildFact::SecondRow(Box::new(next)));
    }
}

/// The period begins with the next month: offered at once, not paid before (S-35).
fn period_yet_to_begin(fate: &mut Fate<'_>) {
    let first = fate.listed().with_day(1).unwrap_or(fate.listed()) + Months::new(1);
    fate.family.children[0].enrolment.from = Some(first);
}

/// The period is over before the parents have answered: no form (S-35).
fn period_ends_before_the_form(fate: &mut Fate<'_>) {
    fate.slow_checks();
    fate.family.children[0].enrolment.to = Some(fate.listed());
}

/// The period ends on the second working day of the window: no form leaves (S-35).
fn period_ends_in_the_window(fate: &mut Fate<'_>) {
    let day = fate.hurried();
    let last = fate.last_day_of_window(day);
    fate.family.children[0].enrolment.to = Some(last - Days::new(fate.draw.below(2).into()));
}

/// The period ends after some paid months: a normal end, no stop (S-29).
fn period_ends_when_paid(fate: &mut Fate<'_>) {
    let day = fate.day_when_paid(1, 5);
    let end = day + Days::new(fate.draw.between(0, 20).into());
    fate.family.children[0].enrolment.to = Some(end.min(fate.scenario.enrolment_ends.value));
}
