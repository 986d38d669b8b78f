//! Accounts that are opened or closed at the wrong moment (9, 10; S-09, S-10, S-20, S-41).

use proaktiv_messages::BankCode;

use super::super::happening::{Claims, Entry};
use super::fate::{Fate, clock};
use crate::plan::{ClosingAccount, Does, OfficialDoes, When};

const OFFER: Claims = Claims::OFFER;
const TIMED: Claims = Claims::OFFER.and(Claims::CHECKS);
const TIMED_TO_THE_END: Claims = Claims::FROM_OFFER.and(Claims::CHECKS);
const OFFER_AND_PAY: Claims = Claims::OFFER.and(Claims::PAY);

pub(in super::super) const ALL: &[Entry] = &[
    Entry::new("opens_in_the_window", OFFER, &["S-17b"], opens_in_the_window),
    Entry::new("opens_and_nobody_tells", OFFER, &["S-17b"], opens_and_nobody_tells),
    Entry::new("opens_and_falls_silent", Claims::FROM_OFFER, &["S-17b", "S-41"], opens_and_falls_silent),
    Entry::new("opens_at_two_banks", OFFER, &["S-09"], opens_at_two_banks),
    Entry::new("opens_at_two_banks_at_once", OFFER, &["S-09"], opens_at_two_banks_at_once),
    Entry::new("opens_on_the_last_evening", TIMED, &["S-07b", "S-07c", "S-17b"], opens_on_the_last_evening),
    Entry::new(
        "opens_on_the_last_evening_untold",
        TIMED,
        &["S-07b", "S-07c", "S-17b"],
        opens_on_the_last_evening_untold,
    ),
    Entry::new("opens_after_the_window", TIMED_TO_THE_END, &["S-07", "S-07b"], opens_after_the_window),
    Entry::new("opens_just_before_the_form", TIMED, &["S-09", "S-36"], opens_just_before_the_form),
    Entry::new("closes_before_the_reply", OFFER, &["S-10"], closes_before_the_reply),
    Entry::new("closes_the_chosen_one_of_two", OFFER, &["S-10"], closes_the_chosen_one_of_two),
    Entry::new(
        "closes_and_account_is_changed",
        OFFER_AND_PAY,
        &["S-10", "S-50", "S-51"],
        closes_and_account_is_changed,
    ),
    Entry::new("closes_and_nobody_acts", OFFER_AND_PAY, &["S-10", "S-50"], closes_and_nobody_acts),
];

/// Gets App.3, opens an account so many minutes after it, and accepts the App.1 that follows.
fn opens(fate: &mut Fate<'_>, minutes: u32, told: Option<u32>) {
    fate.has_banks(0);
    let bank = fate.another_bank();
    fate.on_form(1, minutes, Fate::opens(bank, told));
}

/// An account is opened in the window, and the bank tells.
fn opens_in_the_window(fate: &mut Fate<'_>) {
    let (minutes, told) = (fate.draw.between(60, 3_000), fate.draw.between(1, 90));
    opens(fate, minutes, Some(told));
    fate.accepts(2);
}

/// The same, and the bank does not tell: the engine asks.
fn opens_and_nobody_tells(fate: &mut Fate<'_>) {
    let minutes = fate.draw.between(60, 3_000);
    opens(fate, minutes, None);
    fate.accepts(2);
}

/// An account is opened, App.1 comes, nobody replies: no application (S-41).
fn opens_and_falls_silent(fate: &mut Fate<'_>) {
    let minutes = fate.draw.between(60, 3_000);
    opens(fate, minutes, Some(10));
}

fn opens_two(fate: &mut Fate<'_>, apart: u32) {
    let minutes = fate.draw.between(60, 2_500);
    let told = fate.draw.between(1, 8);
    opens(fate, minutes, Some(told));
    let first = fate.family.acts.iter().find_map(|act| match &act.does {
        Does::Opens(opening) => Some(opening.bank),
        Does::Writes(_)
        | Does::Accepts(_)
        | Does::OtherBank
        | Does::Closes(_)
        | Does::Lodges(_)
        | Does::Withdraws(_)
        | Does::ChangesNumber(_) => None,
    });
    let others: Vec<BankCode> =
        fate.scenario.law.integrated_banks.iter().filter(|bank| Some(**bank) != first).copied().collect();
    if let Some(&second) = others.get(fate.draw.below(others.len().max(1) as u32) as usize) {
        fate.on_form(1, minutes + apart, Fate::opens(second, Some(told)));
    }
    fate.accepts(2);
}

/// Accounts are opened at two banks within minutes: the earlier one is chosen (S-09).
fn opens_at_two_banks(fate: &mut Fate<'_>) {
    let apart = fate.draw.between(1, 9);
    opens_two(fate, apart);
}

/// Accounts are opened at two banks in one second: the lower code is chosen (S-09).
fn opens_at_two_banks_at_once(fate: &mut Fate<'_>) {
    opens_two(fate, 0);
}

fn opens_at_ten_to_midnight(fate: &mut Fate<'_>, told: Option<u32>) {
    let form = fate.hurried();
    fate.has_banks(0);
    let last = fate.last_day_of_window(form);
    let bank = fate.another_bank();
    fate.acts(When::At(clock(last, 23, 50)), Fate::opens(bank, told));
    fate.accepts(2);
}

/// An account is opened ten minutes before the end and reported at two in the morning: in time (S-07b).
fn opens_on_the_last_evening(fate: &mut Fate<'_>) {
    opens_at_ten_to_midnight(fate, Some(130));
}

/// The same, and the bank does not tell: the last search finds it (S-07c).
fn opens_on_the_last_evening_untold(fate: &mut Fate<'_>) {
    opens_at_ten_to_midnight(fate, None);
}

/// An account is opened after the end: no effect (S-07b).
fn opens_after_the_window(fate: &mut Fate<'_>) {
    let form = fate.hurried();
    fate.has_banks(0);
    let last = fate.last_day_of_window(form);
    let bank = fate.another_bank();
    let minutes = fate.draw.between(1, 3_000);
    fate.acts(When::At(clock(last, 24, minutes.into())), Fate::opens(bank, Some(5)));
}

/// An account is opened after the banks were asked and before App.3 leaves, and reported afterwards: it counts
///
fn opens_just_before_the_form(fate: &mut Fate<'_>) {
    let form = fate.hurried();
    fate.has_banks(0);
    let bank = fate.another_bank();
    let told = fate.draw.between(10, 60);
    fate.acts(When::At(clock(form, 8, 55)), Fate::opens(bank, Some(told)));
    fate.accepts(2);
}

fn closes(bank: BankCode) -> Does {
    Does::Closes(ClosingAccount { person: 1, bank })
}

/// The only account is closed before the reply: para 9 runs again, App.3, another account, App.1 (S-10).
fn closes_before_the_reply(fate: &mut Fate<'_>) {
    let banks = fate.has_banks(1);
    let minutes = fate.draw.between(20, 900);
    fate.on_form(1, minutes, closes(banks[0]));
    fate.accepts_after(1, minutes + 30);
    let bank = fate.another_bank();
    fate.on_form(2, 300, Fate::opens(bank, Some(5)));
    fate.accepts(3);
    officials_change_the_account(fate);
}

/// One of two accounts is closed, and it is the one that is chosen: App.1 for the other (S-10).
fn closes_the_chosen_one_of_two(fate: &mut Fate<'_>) {
    let banks = fate.has_banks(2);
    // The list is in the order of codes: the first is the one that is closed.
    fate.family.reply.bank = 1;
    let minutes = fate.draw.between(20, 900);
    fate.on_form(1, minutes, closes(banks[0]));
    fate.accepts_after(1, minutes + 30);
    fate.accepts(2);
    officials_change_the_account(fate);
}

/// Where money comes back, officials change the account: a slow bank may have spoken before the closing, and
/// its answer come after it.
fn officials_change_the_account(fate: &mut Fate<'_>) {
    let account = fate.account_elsewhere();
    let minutes = fate.draw.between(300, 9_000);
    fate.official_on("payment_returned", minutes, OfficialDoes::ChangeAccount { account });
}

fn closes_when_paid(fate: &mut Fate<'_>) {
    let banks = fate.has_banks(1);
    fate.accepts(1);
    // Where the district pays by the quarter, the first payment takes four months (S-49).
    let day = fate.day_when_paid(4, 8);
    fate.acts(When::At(clock(day, 12, 0)), closes(banks[0]));
}

/// The account is closed while months are paid: a payment comes back, officials change the account (S-50).
fn closes_and_account_is_changed(fate: &mut Fate<'_>) {
    closes_when_paid(fate);
    officials_change_the_account(fate);
}

/// The same, and officials do nothing: what came back waits (S-50).
fn closes_and_nobody_acts(fate: &mut Fate<'_>) {
    closes_when_paid(fate);
}
