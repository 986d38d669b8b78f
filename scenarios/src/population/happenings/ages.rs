//! Children who turn eighteen on the way, and disabilities that end (S-27, S-28).

use chrono::{Days, Months, NaiveDate};

use super::super::happening::{Claims, Entry};
use super::fate::{Fate, after};
use crate::plan::Does;

const TIMED_TO_THE_END: Claims = Claims::FROM_OFFER.and(Claims::CHECKS);
const TIMED: Claims = Claims::OFFER.and(Claims::CHECKS).and(Claims::DECISION).and(Claims::PAY);

pub(in super::super) const ALL: &[Entry] = &[
    Entry::new("turns_18_while_checked", TIMED_TO_THE_END, &["S-27"], turns_18_while_checked),
    Entry::new("turns_18_on_the_last_day", TIMED_TO_THE_END, &["S-27"], turns_18_on_the_last_day),
    Entry::new("turns_18_the_day_after_the_window", TIMED, &["S-27"], turns_18_the_day_after_the_window),
    Entry::new("turns_18_during_the_offer", TIMED_TO_THE_END, &["S-27"], turns_18_during_the_offer),
    Entry::new("turns_18_when_paid", Claims::PAY, &["S-27", "S-49"], turns_18_when_paid),
    Entry::new("disability_ends_when_paid", Claims::PAY, &["S-28"], disability_ends_when_paid),
];

fn eighteen_on(fate: &mut Fate<'_>, birthday: NaiveDate) {
    fate.family.children[0].born = birthday - Months::new(18 * 12);
}

/// The birthday lies between the first list and the form (S-27).
fn turns_18_while_checked(fate: &mut Fate<'_>) {
    fate.slow_checks();
    let day = after(fate.listed(), 1);
    eighteen_on(fate, day);
}

/// The birthday is the last day of the window: no form leaves (S-27).
fn turns_18_on_the_last_day(fate: &mut Fate<'_>) {
    let form = fate.hurried();
    let last = fate.last_day_of_window(form);
    eighteen_on(fate, last);
}

/// The birthday is the day after the window: offered, and paid where the month began before it (S-27).
fn turns_18_the_day_after_the_window(fate: &mut Fate<'_>) {
    let form = fate.hurried();
    let next = after(fate.last_day_of_window(form), 1);
    eighteen_on(fate, next);
    fate.accepts_after(1, 60);
}

/// The birthday lies in the window that asking for another bank would open: the child leaves the group (S-27).
fn turns_18_during_the_offer(fate: &mut Fate<'_>) {
    let form = fate.hurried();
    let next = after(fate.last_day_of_window(form), 1);
    eighteen_on(fate, next);
    fate.has_banks(1);
    fate.on_form(1, 1_500, Does::OtherBank);
}

/// The birthday lies some paid months later, now and then on the first of a month (S-27, S-49).
fn turns_18_when_paid(fate: &mut Fate<'_>) {
    let day = fate.day_when_paid(1, 5);
    let birthday =
        if fate.draw.below(2) == 0 { day + Days::new(fate.draw.between(0, 20).into()) } else { first_after(day) };
    eighteen_on(fate, birthday);
}

fn first_after(day: NaiveDate) -> NaiveDate {
    use chrono::Datelike;
    day.with_day(1).unwrap_or(day) + Months::new(1)
}

/// The disability's term ends while months are paid: officials are told thirty days before (S-28).
fn disability_ends_when_paid(fate: &mut Fate<'_>) {
    let until = fate.day_when_paid(2, 8);
    if let Some(disability) = &mut fate.family.children[0].disability {
        disability.until = Some(until);
    }
}
