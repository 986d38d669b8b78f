//! Subscriber numbers that are missing, change, or are shared (8; S-01, S-01b, S-16b, S-24, S-37).

use proaktiv_messages::{Language, SubscriberNumber};

use super::super::happening::{Claims, Entry, Needs};
use super::fate::{Fate, after, clock};
use crate::plan::{AdultFact, When};

const CHECKS: Claims = Claims::CHECKS;
const TIMED: Claims = Claims::OFFER.and(Claims::CHECKS);
const TIMED_TO_THE_END: Claims = Claims::FROM_OFFER.and(Claims::CHECKS);
const OFFER_AND_DECISION: Claims = Claims::OFFER.and(Claims::DECISION);

pub(in super::super) const ALL: &[Entry] = &[
    Entry::new("number_appears", CHECKS, &["S-01", "S-46"], number_appears),
    Entry::new("number_appears_after_months", CHECKS, &["S-01", "S-03d"], number_appears_after_months),
    Entry::new("number_sold_before_the_form", TIMED, &["S-37"], number_sold_before_the_form),
    Entry::new("number_lost_before_the_form", TIMED_TO_THE_END, &["S-01", "S-37"], number_lost_before_the_form),
    Entry::new("number_sold_in_the_window", Claims::OFFER, &["S-08", "S-37"], number_sold_in_the_window),
    Entry::new("number_lost_in_silence", Claims::FROM_OFFER, &["S-37"], number_lost_in_silence),
    Entry::new("number_sold_before_the_grant", OFFER_AND_DECISION, &["S-37"], number_sold_before_the_grant),
    Entry::new("number_lost_before_the_grant", OFFER_AND_DECISION, &["S-37"], number_lost_before_the_grant),
    Entry::new("another_number_becomes_the_main_one", CHECKS, &["S-01b"], another_number_becomes_the_main_one),
    Entry::new("language_changes", CHECKS, &["S-24"], language_changes),
    Entry::new("parents_share_a_number", Claims::ANOTHER_RECIPIENT, &["S-15", "S-16b"], parents_share_a_number)
        .needs(Needs::TwoParents),
    Entry::new("shares_a_number_with_another_family", CHECKS, &["S-16b"], shares_a_number_with_another_family),
];

/// Takes all numbers from the parents; the first one's appear so many days later.
fn appears_after(fate: &mut Fate<'_>, days: u32) {
    let numbers = std::mem::take(&mut fate.recipient().numbers);
    for parent in &mut fate.family.parents {
        parent.numbers.clear();
    }
    let day = after(fate.listed(), days);
    fate.parent_changes(0, day, 18, false, AdultFact::Numbers(numbers));
}

/// BMG has no number of any parent; one appears within days (S-01).
fn number_appears(fate: &mut Fate<'_>) {
    let days = fate.draw.between(1, 12);
    appears_after(fate, days);
}

/// The same after one to three months: consents have run out by then (S-03d).
fn number_appears_after_months(fate: &mut Fate<'_>) {
    let days = fate.draw.between(31, 95);
    appears_after(fate, days);
}

/// The number is another person's an hour before the form would leave: the recipient's new one is chosen with
/// the next list (S-37).
fn number_sold_before_the_form(fate: &mut Fate<'_>) {
    let day = fate.hurried();
    let new = fate.later_number();
    fate.acts(When::At(clock(day, 8, 30)), Fate::changes_number(Some(new)));
    fate.accepts(1);
}

/// The number is gone an hour before the form would leave, and there is no other (S-37).
fn number_lost_before_the_form(fate: &mut Fate<'_>) {
    let day = fate.hurried();
    fate.family.parents.truncate(1);
    fate.acts(When::At(clock(day, 8, 30)), Fate::changes_number(None));
}

/// The number is another person's on the first day: the reply from it is void, the new number gets an offer of
/// its own (S-37, S-08).
fn number_sold_in_the_window(fate: &mut Fate<'_>) {
    let (minutes, new) = (fate.draw.between(30, 600), fate.later_number());
    fate.on_form(1, minutes, Fate::changes_number(Some(new)));
    fate.accepts_after(1, minutes + 60);
    fate.accepts(2);
}

/// Nobody replies, and the number is gone on the second day: App.4 falls to officials (S-37).
fn number_lost_in_silence(fate: &mut Fate<'_>) {
    let minutes = fate.draw.between(1_440, 2_400);
    fate.on_form(1, minutes, Fate::changes_number(None));
}

/// The number is another person's between acceptance and grant: App.5 goes to the new one (S-37).
fn number_sold_before_the_grant(fate: &mut Fate<'_>) {
    fate.decided_slowly();
    fate.accepts_after(1, 60);
    let new = fate.later_number();
    fate.on_form(1, 300, Fate::changes_number(Some(new)));
}

/// The same without a new one: officials give notice in place of App.5 (S-37).
fn number_lost_before_the_grant(fate: &mut Fate<'_>) {
    fate.decided_slowly();
    fate.accepts_after(1, 60);
    fate.on_form(1, 300, Fate::changes_number(None));
}

/// A second number becomes the main one while a form is out: the offer stays with the first (S-01b).
fn another_number_becomes_the_main_one(fate: &mut Fate<'_>) {
    let day = fate.hurried();
    let new = fate.later_number();
    let mut numbers = fate.recipient().numbers.clone();
    for number in &mut numbers {
        number.main = false;
    }
    numbers.push(SubscriberNumber { number: new, main: true, confirmed: day });
    fate.parent_changes(0, day, 12, false, AdultFact::Numbers(numbers));
}

/// The recipient uses the portal in the other language from the first day of the window on: the offer keeps its
/// own (S-24).
fn language_changes(fate: &mut Fate<'_>) {
    let day = fate.hurried();
    let other = match fate.recipient().language {
        Some(Language::Ru) => Language::Kk,
        Some(Language::Kk) | None => Language::Ru,
    };
    fate.parent_changes(0, day, 12, false, AdultFact::Language(other));
}

/// Both parents have one number (S-16b); the first refuses, so the second is written to at it (S-15).
fn parents_share_a_number(fate: &mut Fate<'_>) {
    fate.family.parents[1].numbers = fate.family.parents[0].numbers.clone();
    fate.family.parents[0].consent.agrees = false;
}

/// The recipient has one number, and it is that of the recipient of the family before: two sisters with one
/// telephone, whose children are listed on one day where this one's order allows (S-16b).
fn shares_a_number_with_another_family(fate: &mut Fate<'_>) {
    fate.hurried();
    let Some((shared, listed)) = fate.number_of_the_family_before() else { return };
    fate.recipient().numbers = vec![shared];
    for child in &mut fate.family.children {
        if child.enrolment.from <= Some(listed) {
            child.first_listed = listed;
        }
    }
}
