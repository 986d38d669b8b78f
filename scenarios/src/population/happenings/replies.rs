//! What families write to 1414, other than the code in good time (11, 12; S-03c, S-06 to S-07c, S-22, S-23, S-40).

use super::super::happening::{Claims, Entry};
use super::super::identity;
use super::fate::{Fate, after, clock};
use super::slips::{Slip, To, slips};
use crate::plan::{Does, When, Writing};

const OFFER: Claims = Claims::OFFER;
/// The times of these hit only where the first form leaves on the day of the list.
const TIMED: Claims = Claims::OFFER.and(Claims::CHECKS);
const TO_THE_END: Claims = Claims::FROM_OFFER;
const TIMED_TO_THE_END: Claims = Claims::FROM_OFFER.and(Claims::CHECKS);

pub(in super::super) const ALL: &[Entry] = &[
    Entry::new("types_wrong_then_right", OFFER, &["S-06"], types_wrong_then_right),
    Entry::new("types_wrong_twice_then_right", OFFER, &["S-06"], types_wrong_twice_then_right),
    Entry::new("types_wrong_and_gives_up", TO_THE_END, &["S-06", "S-07c"], types_wrong_and_gives_up),
    Entry::new("types_oddly", OFFER, &["S-06"], types_oddly),
    Entry::new("types_wrong_on_the_last_evening", TIMED, &["S-06", "S-23c"], types_wrong_on_the_last_evening),
    Entry::new("says_no", TO_THE_END, &["S-03c", "S-06"], says_no),
    Entry::new("says_no_then_accepts", OFFER, &["S-03c", "S-06"], says_no_then_accepts),
    Entry::new("writes_for_another_service", OFFER, &["S-06b"], writes_for_another_service),
    Entry::new("writes_before_the_form", TIMED, &["S-06b"], writes_before_the_form),
    Entry::new("writes_after_the_end", TO_THE_END, &["S-06b", "S-07"], writes_after_the_end),
    Entry::new("writes_two_codes", OFFER, &["S-06"], writes_two_codes),
    Entry::new("leaves_the_bank_out", OFFER, &["S-06"], leaves_the_bank_out),
    Entry::new("chooses_a_bank_that_is_not_listed", OFFER, &["S-06"], chooses_a_bank_that_is_not_listed),
    Entry::new("adds_a_number_to_the_only_bank", OFFER, &["S-06"], adds_a_number_to_the_only_bank),
    Entry::new("replies_at_the_last_second", TIMED, &["S-07", "S-07b", "S-19"], replies_at_the_last_second),
    Entry::new("replies_a_second_late", TIMED_TO_THE_END, &["S-07", "S-07b", "S-19"], replies_a_second_late),
    Entry::new("reply_stored_over_midnight", TIMED, &["S-07b", "S-07c"], reply_stored_over_midnight),
    Entry::new("reply_stored_for_days", TIMED, &["S-07b", "S-07c"], reply_stored_for_days),
    Entry::new("reply_without_a_stamp", OFFER, &["S-07b"], reply_without_a_stamp),
    Entry::new(
        "reply_without_a_stamp_over_midnight",
        TIMED_TO_THE_END,
        &["S-07", "S-07b"],
        reply_without_a_stamp_over_midnight,
    ),
    Entry::new("replies_from_another_telephone", TO_THE_END, &["S-22"], replies_from_another_telephone),
    Entry::new("replies_from_both_telephones", OFFER, &["S-22"], replies_from_both_telephones),
    Entry::new("accepts_twice", OFFER, &["S-23"], accepts_twice),
    Entry::new("accepts_then_asks_for_another_bank", OFFER, &["S-23"], accepts_then_asks_for_another_bank),
    Entry::new(
        "asks_for_another_bank_then_accepts_at_once",
        OFFER,
        &["S-23", "S-23c"],
        asks_for_another_bank_then_accepts_at_once,
    ),
    Entry::new("accepts_without_an_account", TO_THE_END, &["S-40"], accepts_without_an_account),
];

/// Draws which form comes first, App.1 or App.2, and gives the family the accounts for it.
fn first_form(fate: &mut Fate<'_>) -> To {
    let to = if fate.draw.below(3) == 0 { To::Two } else { To::One };
    fate.has_banks(if to == To::Two { 2 } else { 1 });
    to
}

/// Lets the family slip in reply to the n-th form, and returns how.
fn slips_at(fate: &mut Fate<'_>, nth: u16, minutes: u32, list: &[&'static Slip]) -> &'static Slip {
    let slip = *fate.draw.pick(list);
    let does = fate.writes(&slip.text);
    fate.on_form(nth, minutes, does);
    slip
}

/// A slip, then the right code: to the form that comes once more, or to the first one where none does (S-06).
fn types_wrong_then_right(fate: &mut Fate<'_>) {
    let to = first_form(fate);
    let minutes = fate.draw.between(10, 700);
    let slip = slips_at(fate, 1, minutes, &slips(to, |slip| !slip.is_tolerated()));
    if slip.brings_the_form_again() {
        fate.accepts(2);
    } else {
        fate.accepts_after(1, minutes + 120);
    }
}

/// Two slips, of which only the first brings the form once more, then the right code (S-06).
fn types_wrong_twice_then_right(fate: &mut Fate<'_>) {
    let to = first_form(fate);
    slips_at(fate, 1, 30, &slips(to, Slip::brings_the_form_again));
    let minutes = fate.draw.between(10, 300);
    slips_at(fate, 2, minutes, &slips(to, |slip| !slip.is_tolerated()));
    fate.accepts_after(2, minutes + 200);
}

/// A slip and nothing more: a whole window after the form that came once more (S-06).
fn types_wrong_and_gives_up(fate: &mut Fate<'_>) {
    let to = first_form(fate);
    let minutes = fate.draw.between(10, 2_500);
    slips_at(fate, 1, minutes, &slips(to, |slip| !slip.is_tolerated()));
}

/// A text that is near enough to the code (T-11).
fn types_oddly(fate: &mut Fate<'_>) {
    let to = first_form(fate);
    let minutes = fate.draw.between(10, 2_500);
    slips_at(fate, 1, minutes, &slips(to, Slip::is_tolerated));
}

/// A slip at half past nine of the third evening, the right code before or after the form comes once more
/// in the morning (S-23c).
fn types_wrong_on_the_last_evening(fate: &mut Fate<'_>) {
    let form = fate.hurried();
    let to = first_form(fate);
    let last = fate.last_day_of_window(form);
    let slip = *fate.draw.pick(&slips(to, Slip::brings_the_form_again));
    let does = fate.writes(&slip.text);
    fate.acts(When::At(clock(last, 21, 30)), does);
    let (hour, minute) = *fate.draw.pick(&[(8, 0), (9, 1)]);
    fate.accepts_at(clock(after(last, 1), hour, minute));
}

/// A plain no: logged, and the window ends as any other (S-03c).
fn says_no(fate: &mut Fate<'_>) {
    let minutes = fate.draw.between(10, 2_500);
    slips_at(fate, 1, minutes, &slips(To::Any, |slip| slip.reads == "said_no"));
}

/// A plain no, then a change of mind (S-03c).
fn says_no_then_accepts(fate: &mut Fate<'_>) {
    let minutes = fate.draw.between(10, 1_500);
    slips_at(fate, 1, minutes, &slips(To::Any, |slip| slip.reads == "said_no"));
    fate.accepts_after(1, minutes + 60);
}

/// The code of another service, then ours (S-06b).
fn writes_for_another_service(fate: &mut Fate<'_>) {
    slips_at(fate, 1, 20, &slips(To::Any, |slip| slip.reads == "other_service"));
    fate.accepts(1);
}

/// A code in the night before there is any form, then a reply in its time (S-06b).
fn writes_before_the_form(fate: &mut Fate<'_>) {
    let day = fate.hurried();
    let does = fate.writes("{code} #3#1");
    fate.acts(When::At(clock(day, 5, 0)), does);
    fate.accepts(1);
}

/// Silence, and the right code days after App.4 (S-07).
fn writes_after_the_end(fate: &mut Fate<'_>) {
    let minutes = fate.draw.between(9 * 1_440, 20 * 1_440);
    fate.accepts_after(1, minutes);
}

/// Two codes in one text, then one (S-06).
fn writes_two_codes(fate: &mut Fate<'_>) {
    slips_at(fate, 1, 40, &slips(To::Any, |slip| slip.reads == "ambiguous"));
    fate.accepts(2);
}

/// Acceptance of App.2 without a bank, then with one (T-17).
fn leaves_the_bank_out(fate: &mut Fate<'_>) {
    fate.has_banks(2);
    slips_at(fate, 1, 40, &slips(To::Two, |slip| slip.reads == "no_choice"));
    fate.accepts(2);
}

/// Acceptance of App.2 with a number beyond its list, then with one of it (T-16).
fn chooses_a_bank_that_is_not_listed(fate: &mut Fate<'_>) {
    fate.has_banks(2);
    slips_at(fate, 1, 40, &slips(To::Two, |slip| slip.reads == "no_such_bank"));
    fate.accepts(2);
}

/// Acceptance of App.1 with a number behind it, then without (T-17).
fn adds_a_number_to_the_only_bank(fate: &mut Fate<'_>) {
    fate.has_banks(1);
    slips_at(fate, 1, 40, &slips(To::One, |slip| slip.reads == "unexpected_number"));
    fate.accepts(2);
}

/// The SMS centre has the reply in the last second of the window (S-07b). It takes a tick to get there.
fn replies_at_the_last_second(fate: &mut Fate<'_>) {
    let form = fate.hurried();
    let at = fate.end_of_window(form) - fate.tick().times(2);
    fate.accepts_at(at);
}

/// The SMS centre has the reply in the instant in which the window ends, or a second after (S-07).
fn replies_a_second_late(fate: &mut Fate<'_>) {
    let form = fate.hurried();
    let ticks = fate.draw.below(2);
    let at = fate.end_of_window(form) - fate.tick().times(1 - i64::from(ticks));
    fate.accepts_at(at);
}

/// Returns an acceptance of App.1 that the SMS centre keeps for so many minutes.
fn kept_for(fate: &mut Fate<'_>, minutes: u32, unstamped: bool) -> Does {
    fate.has_banks(1);
    Does::Writes(Writing { stored_minutes: minutes, unstamped, ..fate.writing("{code} #3#1") })
}

/// The reply comes in time, and the SMS centre keeps it for two hours over the end (S-07c).
fn reply_stored_over_midnight(fate: &mut Fate<'_>) {
    let form = fate.hurried();
    let last = fate.last_day_of_window(form);
    let (minute, kept) = (fate.draw.between(0, 55), fate.draw.between(65, 300));
    let does = kept_for(fate, kept, false);
    fate.acts(When::At(clock(last, 23, minute.into())), does);
}

/// The reply comes in time, and the SMS centre keeps it until App.4 is out: reopened (S-07c).
fn reply_stored_for_days(fate: &mut Fate<'_>) {
    let form = fate.hurried();
    let last = fate.last_day_of_window(form);
    let kept = fate.draw.between(4 * 1_440, 6 * 1_440);
    let does = kept_for(fate, kept, false);
    fate.acts(When::At(clock(last, 20, 0)), does);
}

/// The link does not say when the reply was received: its arrival counts (S-07b).
fn reply_without_a_stamp(fate: &mut Fate<'_>) {
    let minutes = fate.draw.between(10, 2_000);
    let does = kept_for(fate, 30, true);
    fate.on_form(1, minutes, does);
}

/// The same, written in time and arriving after the end: late (S-07b).
fn reply_without_a_stamp_over_midnight(fate: &mut Fate<'_>) {
    let form = fate.hurried();
    let last = fate.last_day_of_window(form);
    let does = kept_for(fate, 90, true);
    fate.acts(When::At(clock(last, 23, 0)), does);
}

fn from_another_telephone(fate: &mut Fate<'_>) -> Does {
    let from = Some(identity::number_outside(fate.family.family));
    Does::Writes(Writing { from, ..fate.writing("{code} #3#1") })
}

/// The right code from a telephone that is not the number's: no effect (S-22).
fn replies_from_another_telephone(fate: &mut Fate<'_>) {
    let minutes = fate.draw.between(10, 2_500);
    let does = from_another_telephone(fate);
    fate.on_form(1, minutes, does);
}

/// The same, then from the right one (S-22).
fn replies_from_both_telephones(fate: &mut Fate<'_>) {
    let does = from_another_telephone(fate);
    fate.on_form(1, 15, does);
    fate.accepts(1);
}

/// The same acceptance twice, at once or minutes later (S-23).
fn accepts_twice(fate: &mut Fate<'_>) {
    let (minutes, later) = (fate.draw.between(10, 2_000), fate.draw.below(3));
    fate.accepts_after(1, minutes);
    fate.accepts_after(1, minutes + later);
}

/// Acceptance, then the wish for another bank: passed to officials (S-23).
fn accepts_then_asks_for_another_bank(fate: &mut Fate<'_>) {
    let (minutes, later) = (fate.draw.between(10, 2_000), fate.draw.below(3));
    fate.accepts_after(1, minutes);
    fate.on_form(1, minutes + later, Does::OtherBank);
}

/// The wish for another bank and acceptance in one second (S-23).
fn asks_for_another_bank_then_accepts_at_once(fate: &mut Fate<'_>) {
    let minutes = fate.draw.between(10, 2_000);
    fate.on_form(1, minutes, Does::OtherBank);
    fate.accepts_after(1, minutes);
}

/// Acceptance of App.3 as the first form: nothing to accept (S-40). Half of them open an account then.
fn accepts_without_an_account(fate: &mut Fate<'_>) {
    fate.has_banks(0);
    let (digit, minutes) = (fate.draw.below(2), fate.draw.between(10, 1_500));
    let does = fate.writes(if digit == 0 { "{code} #3#1" } else { "{code} #3#0" });
    fate.on_form(1, minutes, does);
    if fate.draw.below(2) == 0 {
        let bank = fate.another_bank();
        fate.on_form(1, minutes + 300, Fate::opens(bank, Some(5)));
        fate.accepts(2);
    }
}
