//! Texts that are slow, stuck or lost on their way to the handset (S-17, S-18).

use super::super::happening::{Claims, Entry};
use super::fate::{Fate, clock};
use crate::plan::{SmsConduct, When};

const TEXT: Claims = Claims::TEXT;
const TIMED: Claims = Claims::TEXT.and(Claims::OFFER).and(Claims::CHECKS);
/// Acts would count the forms that were read, so the family of a text that was not replies by habit alone.
const BY_HABIT: Claims = Claims::TEXT.and(Claims::OFFER).and(Claims::PAY);

pub(in super::super) const ALL: &[Entry] = &[
    Entry::new("text_goes_out_slowly", TEXT, &["S-17"], text_goes_out_slowly),
    Entry::new("text_takes_hours", TEXT, &["S-17"], text_takes_hours),
    Entry::new("text_without_a_receipt", TEXT, &["S-18"], text_without_a_receipt),
    Entry::new("text_not_delivered_once", BY_HABIT, &["S-08", "S-18"], text_not_delivered_once),
    Entry::new("text_never_delivered", Claims::FROM_OFFER, &["S-18"], text_never_delivered),
    Entry::new("replies_between_two_parts", TIMED, &["S-17"], replies_between_two_parts),
    Entry::new("replies_in_spite_of_a_failure", TIMED, &["S-18"], replies_in_spite_of_a_failure),
];

fn on_its_way(fate: &mut Fate<'_>, nth: u16, parts_minutes: u32, delivered: Option<bool>) {
    fate.family.sms.push(SmsConduct { nth, parts_minutes, delivered });
}

/// Minutes pass between the first part and the last (S-17).
fn text_goes_out_slowly(fate: &mut Fate<'_>) {
    let minutes = fate.draw.between(2, 100);
    on_its_way(fate, 1, minutes, Some(true));
}

/// More than two hours pass: somebody is told (S-17).
fn text_takes_hours(fate: &mut Fate<'_>) {
    let minutes = fate.draw.between(121, 400);
    on_its_way(fate, 1, minutes, Some(true));
}

/// No receipt ever comes: counts as sent (S-18).
fn text_without_a_receipt(fate: &mut Fate<'_>) {
    on_its_way(fate, 1, 0, None);
}

/// The first text does not arrive; the one a month later does (S-18).
fn text_not_delivered_once(fate: &mut Fate<'_>) {
    on_its_way(fate, 1, 0, Some(false));
}

/// No text ever arrives: two offers at most (S-18).
fn text_never_delivered(fate: &mut Fate<'_>) {
    for nth in 1..=4 {
        on_its_way(fate, nth, 0, Some(false));
    }
}

fn accepts_blindly(fate: &mut Fate<'_>, hour: u32, minute: i64) {
    let day = fate.hurried();
    fate.has_banks(1);
    // Written before anything was read: from the first number of the family.
    fate.recipient().numbers.truncate(1);
    let does = fate.writes("{code} #3#1");
    fate.acts(When::At(clock(day, hour, minute)), does);
}

/// A fast reader replies while the last parts are still on their way (S-17).
fn replies_between_two_parts(fate: &mut Fate<'_>) {
    on_its_way(fate, 1, 90, Some(true));
    accepts_blindly(fate, 9, 40);
}

/// A receipt says that a part failed; the reply comes all the same (S-18).
fn replies_in_spite_of_a_failure(fate: &mut Fate<'_>) {
    on_its_way(fate, 1, 0, Some(false));
    accepts_blindly(fate, 15, 0);
}
