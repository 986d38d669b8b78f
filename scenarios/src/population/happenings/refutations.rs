//! NOBD says that home schooling is over, rightly or in error (14; S-12b, S-12c, S-32, S-47).

use chrono::{Datelike, Days, Months, NaiveDate};
use proaktiv_messages::{Ending, EndingKind};

use super::super::happening::{Claims, Entry};
use super::fate::{Fate, after};
use crate::plan::{EnrolmentRow, OfficialDoes};

const ROW_AND_OFFER: Claims = Claims::ALL;
const ROW_AND_PAY: Claims = Claims::ROW.and(Claims::PAY).and(Claims::DECISION);

pub(in super::super) const ALL: &[Entry] = &[
    Entry::new("refuted_while_checked", Claims::ALL, &["S-12b"], refuted_while_checked),
    Entry::new("refuted_in_the_window", ROW_AND_OFFER, &["S-12b", "S-31"], refuted_in_the_window),
    Entry::new("refuted_before_the_decision", ROW_AND_OFFER, &["S-12b"], refuted_before_the_decision),
    Entry::new("refuted_before_any_payment", ROW_AND_OFFER, &["S-31", "S-47"], refuted_before_any_payment),
    Entry::new("refuted_today", ROW_AND_PAY, &["S-31", "S-47"], refuted_today),
    Entry::new("refuted_without_a_date", ROW_AND_PAY, &["S-31", "S-47"], refuted_without_a_date),
    Entry::new("refuted_since_two_months", ROW_AND_PAY, &["S-31", "S-32", "S-47"], refuted_since_two_months),
    Entry::new("refuted_from_next_month", ROW_AND_PAY, &["S-31", "S-47"], refuted_from_next_month),
    Entry::new("planned_stop_taken_back", ROW_AND_PAY, &["S-12c", "S-47"], planned_stop_taken_back),
    Entry::new("ended_in_error_before_the_grant", ROW_AND_OFFER, &["S-08", "S-12c"], ended_in_error_before_the_grant),
    Entry::new("ended_in_error_for_days", ROW_AND_PAY, &["S-12c", "S-49", "S-51"], ended_in_error_for_days),
    Entry::new("ended_in_error_for_months", ROW_AND_PAY, &["S-12c", "S-49", "S-51"], ended_in_error_for_months),
    Entry::new("correction_never_confirmed", ROW_AND_PAY, &["S-12c"], correction_never_confirmed),
];

fn row(fate: &Fate<'_>) -> EnrolmentRow {
    fate.family.children[0].enrolment.clone()
}

fn ends(fate: &mut Fate<'_>, day: NaiveDate, kind: EndingKind, on: Option<NaiveDate>) {
    let version = EnrolmentRow { ended: Some(Ending { kind, on }), ..row(fate) };
    fate.row_becomes(day, version);
}

fn rightly(fate: &mut Fate<'_>) -> EndingKind {
    if fate.draw.below(2) == 0 { EndingKind::ReturnedToSchool } else { EndingKind::Left }
}

fn refuted(fate: &mut Fate<'_>, day: NaiveDate, on: Option<NaiveDate>) {
    let kind = rightly(fate);
    ends(fate, day, kind, on);
}

/// The row ends while the parents are being asked (S-12b).
fn refuted_while_checked(fate: &mut Fate<'_>) {
    fate.slow_checks();
    let day = after(fate.listed(), 1);
    refuted(fate, day, Some(day));
}

/// The row ends on the second day of the window, before the family has replied (S-12b).
fn refuted_in_the_window(fate: &mut Fate<'_>) {
    let day = after(fate.hurried(), 1);
    fate.family.reply.after_minutes = fate.draw.between(1_300, 2_800);
    refuted(fate, day, Some(day));
}

/// The row ends between application and decision: forwarded as an amendment (S-12b).
fn refuted_before_the_decision(fate: &mut Fate<'_>) {
    let day = after(fate.hurried(), fate.draw.between(1, 3));
    fate.family.reply.after_minutes = fate.draw.between(10, 600);
    fate.decided_slowly();
    refuted(fate, day, Some(day));
}

/// After the grant NOBD says that home schooling was over two months before the application: nothing is
/// ever paid (S-47).
fn refuted_before_any_payment(fate: &mut Fate<'_>) {
    let form = fate.hurried();
    fate.family.reply.after_minutes = fate.draw.between(10, 600);
    fate.decided_soon();
    let day = after(form, 5);
    refuted(fate, day, Some(form - Months::new(2)));
}

/// Some months are paid; the row ends with today's date (S-47).
fn refuted_today(fate: &mut Fate<'_>) {
    let day = fate.day_when_paid(1, 6);
    refuted(fate, day, Some(day));
}

/// The same without a date: the day on which it was received counts (S-47).
fn refuted_without_a_date(fate: &mut Fate<'_>) {
    let day = fate.day_when_paid(1, 6);
    refuted(fate, day, None);
}

/// The same with a date two months ago: a month that is paid was not owed (S-32).
fn refuted_since_two_months(fate: &mut Fate<'_>) {
    let day = fate.day_when_paid(3, 6);
    refuted(fate, day, Some(day - Months::new(2)));
}

/// The same with a date in the month that follows: a planned stop (S-47).
fn refuted_from_next_month(fate: &mut Fate<'_>) {
    let day = fate.day_when_paid(1, 5);
    refuted(fate, day, Some(in_the_next_month(day)));
}

fn in_the_next_month(day: NaiveDate) -> NaiveDate {
    (day + Months::new(1)).with_day(15).unwrap_or(day)
}

/// A planned stop is taken back before its day (S-47, S-12c).
fn planned_stop_taken_back(fate: &mut Fate<'_>) {
    let day = fate.day_when_paid(1, 5);
    refuted(fate, day, Some(in_the_next_month(day)));
    let sound = row(fate);
    fate.row_becomes(after(day, 6), sound);
    confirmed(fate);
}

fn confirmed(fate: &mut Fate<'_>) {
    let minutes = fate.draw.between(300, 6_000);
    fate.official_on("correction_to_confirm", minutes, OfficialDoes::ConfirmCorrection);
}

/// The row ends in error in the window and is corrected back within days: one more offer (S-12c, S-08).
fn ended_in_error_before_the_grant(fate: &mut Fate<'_>) {
    let day = after(fate.hurried(), 1);
    fate.family.reply.after_minutes = fate.draw.between(1_300, 2_800);
    let sound = row(fate);
    ends(fate, day, EndingKind::EnteredInError, Some(day));
    let days = fate.draw.between(2, 9);
    fate.row_becomes(after(day, days), sound);
    confirmed(fate);
}

/// Ends the row in error while months are paid, and corrects it back so many days later.
fn ended_in_error(fate: &mut Fate<'_>, days: u32) {
    fate.decided_soon();
    let sound = row(fate);
    let day = fate.day_when_paid(1, 3);
    ends(fate, day - Days::new(3), EndingKind::EnteredInError, Some(day - Days::new(3)));
    fate.row_becomes(after(day, days), sound);
}

/// A stop in error is corrected within days, and confirmed (S-12c).
fn ended_in_error_for_days(fate: &mut Fate<'_>) {
    let days = fate.draw.between(2, 9);
    ended_in_error(fate, days);
    confirmed(fate);
}

/// A stop in error is corrected after three months, and confirmed: missed months are paid (S-12c, S-49).
fn ended_in_error_for_months(fate: &mut Fate<'_>) {
    let days = fate.draw.between(80, 100);
    ended_in_error(fate, days);
    confirmed(fate);
}

/// A stop in error is corrected, and no official confirms it (S-12c).
fn correction_never_confirmed(fate: &mut Fate<'_>) {
    ended_in_error(fate, 5);
}
