//! Families that ask for another bank, and what they do then (9, 10; S-04, S-05, S-05b, S-23c).

use super::super::happening::{Claims, Entry};
use super::fate::{Fate, clock};
use crate::plan::{Does, When};

const OFFER: Claims = Claims::OFFER;
const TIMED: Claims = Claims::OFFER.and(Claims::CHECKS);
const TO_THE_END: Claims = Claims::FROM_OFFER;

pub(in super::super) const ALL: &[Entry] = &[
    Entry::new("asks_for_another_bank_and_opens", OFFER, &["S-04", "S-17b"], asks_for_another_bank_and_opens),
    Entry::new("asks_for_another_bank_and_repents", OFFER, &["S-04", "S-40"], asks_for_another_bank_and_repents),
    Entry::new(
        "asks_for_another_bank_and_falls_silent",
        TO_THE_END,
        &["S-04", "S-07c"],
        asks_for_another_bank_and_falls_silent,
    ),
    Entry::new("asks_for_another_bank_twice", TO_THE_END, &["S-04"], asks_for_another_bank_twice),
    Entry::new("leaves_a_list_of_banks_and_opens", OFFER, &["S-05", "S-17b"], leaves_a_list_of_banks_and_opens),
    Entry::new("leaves_a_list_of_banks_and_repents", OFFER, &["S-05", "S-40"], leaves_a_list_of_banks_and_repents),
    Entry::new(
        "asks_for_another_bank_four_times_then_accepts",
        OFFER,
        &["S-04", "S-05b"],
        asks_for_another_bank_four_times_then_accepts,
    ),
    Entry::new("asks_for_another_bank_four_times", TO_THE_END, &["S-05b"], asks_for_another_bank_four_times),
    Entry::new("asks_at_night_and_repents", TIMED, &["S-23c", "S-36"], asks_at_night_and_repents),
];

/// Asks for another bank; App.3 comes; opens an account there; App.1 comes; accepts.
fn moves_to_another_bank(fate: &mut Fate<'_>, banks: usize) {
    fate.has_banks(banks);
    let (asks, opens) = (fate.draw.between(10, 1_500), fate.draw.between(60, 2_000));
    fate.on_form(1, asks, Does::OtherBank);
    let bank = fate.another_bank();
    fate.on_form(2, opens, Fate::opens(bank, Some(5)));
    fate.accepts(3);
}

/// Asks for another bank; App.3 comes; writes `#3#1`; the form comes back; accepts.
fn repents(fate: &mut Fate<'_>, banks: usize) {
    fate.has_banks(banks);
    let (asks, repents) = (fate.draw.between(10, 1_500), fate.draw.between(30, 1_500));
    fate.on_form(1, asks, Does::OtherBank);
    let does = fate.writes("{code} #3#1");
    fate.on_form(2, repents, does);
    fate.accepts(3);
}

/// `#3#0` to App.1, and an account at another bank (S-04).
fn asks_for_another_bank_and_opens(fate: &mut Fate<'_>) {
    moves_to_another_bank(fate, 1);
}

/// `#3#0` to App.1, then `#3#1` to App.3: App.1 comes back (S-04).
fn asks_for_another_bank_and_repents(fate: &mut Fate<'_>) {
    repents(fate, 1);
}

/// `#3#0` to App.1 and nothing more (S-04).
fn asks_for_another_bank_and_falls_silent(fate: &mut Fate<'_>) {
    fate.has_banks(1);
    let asks = fate.draw.between(10, 2_000);
    fate.on_form(1, asks, Does::OtherBank);
}

/// `#3#0` twice in one second: one App.3 (S-04).
fn asks_for_another_bank_twice(fate: &mut Fate<'_>) {
    asks_for_another_bank_and_falls_silent(fate);
    fate.family.acts.extend_from_within(..);
}

/// `#3#0` to App.2, and an account at another bank (S-05).
fn leaves_a_list_of_banks_and_opens(fate: &mut Fate<'_>) {
    moves_to_another_bank(fate, 2);
}

/// `#3#0` to App.2, then `#3#1` to App.3: App.2 comes back (S-05).
fn leaves_a_list_of_banks_and_repents(fate: &mut Fate<'_>) {
    repents(fate, 2);
}

/// Asks and repents three times, which is as often as it is heard, and asks once more (S-05b). Returns which
/// form is open then.
fn asks_four_times(fate: &mut Fate<'_>) -> u16 {
    fate.has_banks(1);
    for nth in [1, 3, 5] {
        fate.on_form(nth, 20, Does::OtherBank);
        let does = fate.writes("{code} #3#1");
        fate.on_form(nth + 1, 20, does);
    }
    fate.on_form(7, 20, Does::OtherBank);
    7
}

/// `#3#0` a fourth time has no effect; the open form still takes an acceptance (S-05b).
fn asks_for_another_bank_four_times_then_accepts(fate: &mut Fate<'_>) {
    let open = asks_four_times(fate);
    fate.accepts(open);
}

/// `#3#0` a fourth time, then silence: one App.4 (S-05b).
fn asks_for_another_bank_four_times(fate: &mut Fate<'_>) {
    asks_four_times(fate);
}

/// `#3#0` at 21:05, when no form may leave any more, and `#3#1` a minute later (S-23c).
fn asks_at_night_and_repents(fate: &mut Fate<'_>) {
    let form = fate.hurried();
    fate.has_banks(1);
    fate.acts(When::At(clock(form, 21, 5)), Does::OtherBank);
    fate.accepts_at(clock(form, 21, 6));
}
