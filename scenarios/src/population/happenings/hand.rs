//! Applications that a family lodges by hand (6; S-26, S-26b).

use chrono::{Days, Months};
use proaktiv_messages::LiveApplication;

use super::super::happening::{Claims, Entry};
use super::fate::{Fate, clock};
use crate::plan::{ByHand, Does, HandEnd, When};

const CHECKS: Claims = Claims::CHECKS;
const TIMED: Claims = Claims::OFFER.and(Claims::CHECKS);
const TO_THE_END: Claims = Claims::FROM_OFFER;
const TIMED_TO_THE_END: Claims = Claims::FROM_OFFER.and(Claims::CHECKS);
const AFTER_APPLYING: Claims = Claims::OFFER.and(Claims::DECISION);

pub(in super::super) const ALL: &[Entry] = &[
    Entry::new("applied_for_another_period", CHECKS, &["S-26"], applied_for_another_period),
    Entry::new("application_excludes", Claims::ALL, &["S-26"], application_excludes),
    Entry::new("application_refused_later", TIMED, &["S-26", "S-46"], application_refused_later),
    Entry::new("lodges_before_the_form", TIMED_TO_THE_END, &["S-26b", "S-36"], lodges_before_the_form),
    Entry::new("lodges_in_the_window", TO_THE_END, &["S-26b"], lodges_in_the_window),
    Entry::new("lodges_and_is_refused", Claims::OFFER, &["S-08", "S-26b"], lodges_and_is_refused),
    Entry::new("lodges_and_takes_back", Claims::OFFER, &["S-08", "S-26b"], lodges_and_takes_back),
    Entry::new("lodges_and_is_granted", TO_THE_END, &["S-26b"], lodges_and_is_granted),
    Entry::new("lodges_and_accepts_at_once", AFTER_APPLYING, &["S-26b"], lodges_and_accepts_at_once),
    Entry::new("lodges_after_accepting", AFTER_APPLYING, &["S-26b"], lodges_after_accepting),
    Entry::new("lodges_after_silence", TO_THE_END, &["S-26b"], lodges_after_silence),
];

fn counter(fate: &mut Fate<'_>, ends: HandEnd, days: u32) {
    fate.family.children[0].by_hand = Some(ByHand { ends, after_minutes: days * 1_440 });
}

/// An application of last year was granted for a period that is over: it excludes nobody (S-26).
fn applied_for_another_period(fate: &mut Fate<'_>) {
    let from = fate.family.children[0].enrolment.from.unwrap_or(fate.listed());
    let number = u64::from(fate.family.family);
    let (first, last) = (from - Months::new(9), from - Days::new(1));
    fate.family.children[0].live_application =
        Some(LiveApplication { number, granted: true, ours: None, from: Some(first), to: Some(last) });
}

/// An application for this very period is pending or granted (S-26).
fn application_excludes(fate: &mut Fate<'_>) {
    let (number, granted) = (u64::from(fate.family.family), fate.draw.below(2) == 0);
    let row = &fate.family.children[0].enrolment;
    let (from, to) = (row.from, row.to);
    fate.family.children[0].live_application = Some(LiveApplication { number, granted, ours: None, from, to });
}

/// An application is lodged before the first list: excluded. It is refused days later, and an offer follows (S-26).
fn application_refused_later(fate: &mut Fate<'_>) {
    let listed = fate.listed();
    fate.acts(When::At(clock(listed, 0, 10)), Does::Lodges(1));
    let days = fate.draw.between(1, 12);
    let ends = if fate.draw.below(2) == 0 { HandEnd::Refused } else { HandEnd::Withdrawn };
    counter(fate, ends, days);
    fate.accepts(1);
}

/// An application is lodged between the checks and the form: found when the form is taken up (S-26b).
fn lodges_before_the_form(fate: &mut Fate<'_>) {
    let day = fate.hurried();
    let minute = fate.draw.between(0, 50);
    fate.acts(When::At(clock(day, 8, minute.into())), Does::Lodges(1));
    counter(fate, HandEnd::Granted, 6);
}

fn lodges_after_the_form(fate: &mut Fate<'_>) {
    let minutes = fate.draw.between(10, 2_000);
    fate.on_form(1, minutes, Does::Lodges(1));
}

/// An application is lodged while the form is open, and stays pending: superseded (S-26b).
fn lodges_in_the_window(fate: &mut Fate<'_>) {
    lodges_after_the_form(fate);
    counter(fate, HandEnd::Pending, 0);
}

/// The same, and it is refused: one more offer, which is accepted (S-26b, S-08).
fn lodges_and_is_refused(fate: &mut Fate<'_>) {
    lodges_after_the_form(fate);
    let days = fate.draw.between(2, 9);
    counter(fate, HandEnd::Refused, days);
    fate.accepts(2);
}

/// The same, and it is taken back (S-26b, S-08).
fn lodges_and_takes_back(fate: &mut Fate<'_>) {
    lodges_after_the_form(fate);
    let days = fate.draw.between(1, 5);
    counter(fate, HandEnd::Withdrawn, days);
    fate.accepts(2);
}

/// The same, and it is granted (S-26b).
fn lodges_and_is_granted(fate: &mut Fate<'_>) {
    lodges_after_the_form(fate);
    let days = fate.draw.between(2, 9);
    counter(fate, HandEnd::Granted, days);
}

/// An application is lodged in the minute of the acceptance (S-26b).
fn lodges_and_accepts_at_once(fate: &mut Fate<'_>) {
    let minutes = fate.draw.between(10, 2_000);
    fate.on_form(1, minutes, Does::Lodges(1));
    fate.accepts_after(1, minutes);
    counter(fate, HandEnd::Pending, 0);
}

/// An application is lodged after ours was formed: both go to officials (S-26b).
fn lodges_after_accepting(fate: &mut Fate<'_>) {
    fate.decided_slowly();
    let minutes = fate.draw.between(10, 900);
    fate.accepts_after(1, minutes);
    fate.on_form(1, minutes + 300, Does::Lodges(1));
    let ends = *fate.draw.pick(&[HandEnd::Pending, HandEnd::Refused, HandEnd::Withdrawn]);
    counter(fate, ends, 4);
}

/// An application is lodged after App.4, as it advises: the engine does nothing more (S-26b).
fn lodges_after_silence(fate: &mut Fate<'_>) {
    let minutes = fate.draw.between(9 * 1_440, 15 * 1_440);
    fate.on_form(1, minutes, Does::Lodges(1));
    counter(fate, HandEnd::Granted, 6);
}
