//! Replies, further forms, paragraph 10, silence that was none (S-03c to S-10, S-18, S-22, S-23c, S-37, S-40).

use proaktiv_messages::*;

use super::story::*;

/// Appendix 1 left on Monday 11 March at nine.
fn one() -> (World, MessageId) {
    let mut world = world();
    world.until_form(&["601"]);
    world.now = hour("2024-03-11", 9);
    let sms = world.form(FormNumber::One, &["601"]);
    (world, sms)
}

/// Appendix 3 left on Monday 11 March at nine.
fn three() -> World {
    let mut world = world();
    world.until_form(&[]);
    world.now = hour("2024-03-11", 9);
    world.form(FormNumber::Three, &BANKS);
    world
}

fn accept(mut world: World, sms: MessageId) {
    let received = world.reply("123 #3#1");
    world.apply(sms, FormNumber::One, "601", received);
    world.refused();
    agreed(world, "closed:refused");
}

#[test]
fn a_typo_brings_the_form_once_more_with_a_window_of_its_own() {
    let (mut world, _) = one();
    world.now = hour("2024-03-14", 12);
    world.reply("123 №3#1");
    let again = world.form(FormNumber::One, &["601"]);
    world.reply("qwerty");
    // The third working day after 14 March is 19 March.
    world.now = hour("2024-03-19", 20);
    accept(world, again);
}

#[test]
fn a_form_again_for_a_no_or_for_the_second_typo_is_seen() {
    let (mut world, _) = one();
    world.reply("жоқ");
    world.reply("124 #3#1");
    world.text(FormNumber::One, &["601"]);
    assert_eq!(world.finish().disagreements[0].point, "I-3");

    let (mut world, _) = one();
    world.reply("нет");
    world.now = hour("2024-03-15", 9);
    world.four();
    agreed(world, "closed:no_reply");

    let (mut world, _) = one();
    world.reply("typo");
    world.form(FormNumber::One, &["601"]);
    world.reply("typo");
    world.text(FormNumber::One, &["601"]);
    assert_eq!(world.finish().disagreements[0].point, "I-3");
}

#[test]
fn a_typo_without_a_further_form_is_seen() {
    let (mut world, _) = one();
    world.reply("typo");
    let verdict = world.finish();
    let mut points: Vec<_> = verdict.disagreements.iter().map(|one| one.point).take(2).collect();
    points.sort_unstable();
    assert_eq!(points, ["A-12", "A-21"], "{:?}", verdict.disagreements);
}

#[test]
fn another_bank_brings_form_3_and_an_acceptance_brings_form_1_back() {
    let (mut world, mut sms) = one();
    for _ in 0..3 {
        world.reply("123 #3#0");
        world.form(FormNumber::Three, &BANKS);
        world.reply("123 #3#0");
        world.wait(60);
        world.reply("123 #3#1");
        sms = world.form(FormNumber::One, &["601"]);
    }
    // S-05b: the fourth has no effect, and the form stays open.
    world.reply("123 #3#0");
    accept(world, sms);
}

#[test]
fn a_fourth_form_3_is_seen() {
    let (mut world, _) = one();
    for _ in 0..3 {
        world.reply("123 #3#0");
        world.form(FormNumber::Three, &BANKS);
        world.reply("123 #3#1");
        world.form(FormNumber::One, &["601"]);
    }
    world.reply("123 #3#0");
    world.text(FormNumber::Three, &BANKS);
    assert_eq!(world.finish().disagreements[0].point, "I-3");
}

#[test]
fn until_the_further_form_leaves_the_form_before_takes_an_acceptance() {
    let (mut world, sms) = one();
    world.now = hour("2024-03-11", 21);
    world.reply("123 #3#0");
    world.wait(60);
    accept(world, sms);
}

#[test]
fn form_3_outside_the_hours_is_seen() {
    let (mut world, _) = one();
    world.now = hour("2024-03-11", 21);
    world.reply("123 #3#0");
    world.text(FormNumber::Three, &BANKS);
    assert_eq!(world.finish().disagreements[0].point, "S-37");
}

#[test]
fn an_account_opened_in_the_window_brings_form_1_ten_minutes_later() {
    for (minutes, sound) in [(9, false), (10, true)] {
        let mut world = three();
        world.polls(&["2024-03-11"]);
        world.now = hour("2024-03-12", 9);
        world.with = vec![("722", 4)];
        world.open_account("722", 4);
        world.wait(minutes * 60);
        let sms = world.form(FormNumber::One, &["722"]);
        if !sound {
            let verdict = world.finish();
            assert_eq!(verdict.disagreements[0].point, "A-12", "{:?}", verdict.disagreements);
            continue;
        }
        let received = world.reply("123 #3#1");
        world.applications(Finding::No);
        world.owner();
        world.bank("722");
        world.register_at(sms, FormNumber::One, "722", 4, received);
        world.refused();
        agreed(world, "closed:refused");
    }
}

#[test]
fn an_acceptance_to_form_3_has_no_effect() {
    let mut world = three();
    world.reply("123 #3#1");
    world.polls(&["2024-03-11", "2024-03-12", "2024-03-13", "2024-03-14"]);
    world.now = hour("2024-03-15", 9);
    world.search();
    world.four();
    agreed(world, "closed:no_reply");
}

#[test]
fn a_bank_that_is_not_polled_or_not_searched_is_seen() {
    let mut world = three();
    world.polls(&["2024-03-11", "2024-03-12", "2024-03-13"]);
    world.now = hour("2024-03-15", 9);
    world.search();
    world.four();
    let verdict = world.finish();
    assert_eq!(verdict.disagreements.len(), 6, "{:?}", verdict.disagreements);
    assert!(verdict.disagreements.iter().all(|one| one.point == "A-22"));

    let mut world = three();
    world.polls(&["2024-03-11", "2024-03-12", "2024-03-13", "2024-03-14"]);
    world.now = hour("2024-03-15", 9);
    world.four();
    assert_eq!(world.finish().disagreements[0].point, "A-30");
}

#[test]
fn a_reply_in_time_that_comes_after_closing_reopens() {
    let (mut world, sms) = one();
    world.now = hour("2024-03-15", 9);
    world.four();
    world.now = hour("2024-03-18", 12);
    let received = hour("2024-03-14", 23);
    world.reply_of(received);
    world.apply(sms, FormNumber::One, "601", received);
    world.refused();
    agreed(world, "closed:refused");
}

#[test]
fn form_4_before_the_link_was_up_is_seen() {
    let (mut world, _) = one();
    world.now = hour("2024-03-15", 9);
    world.owner();
    world.text(FormNumber::Four, &[]);
    assert_eq!(world.finish().disagreements[0].point, "A-30");
}

#[test]
fn silence_is_incomplete_after_three_working_days_without_the_link() {
    let (mut world, _) = one();
    world.now = hour("2024-03-15", 9);
    world.out(Party::SmsCentre, Body::CheckLink);
    // 14 March, and three working days: 15, 18, 19.
    world.now = hour("2024-03-20", 9);
    world.owner();
    world.text(FormNumber::Four, &[]);
    agreed(world, "closed:no_reply");
}

#[test]
fn who_was_never_reached_is_held_and_gets_no_form_4() {
    for four in [false, true] {
        let mut world = world();
        world.until_form(&["601"]);
        world.now = hour("2024-03-11", 9);
        world.before_form();
        let sms = world.sms(FormNumber::One, &["601"]);
        world.send_undelivered(sms);
        world.now = hour("2024-03-15", 9);
        world.link();
        world.task(TaskReason::Held(Hold::Undelivered));
        if four {
            world.owner();
            world.text(FormNumber::Four, &[]);
            assert_eq!(world.finish().disagreements[0].point, "A-30");
        } else {
            agreed_in_force(world, "held:undelivered");
        }
    }
}

#[test]
fn an_account_gone_after_acceptance_brings_a_form_for_what_is_left() {
    let (mut world, _) = one();
    world.reply("123 #3#1");
    world.applications(Finding::No);
    world.owner();
    world.with = vec![("722", 2)];
    world.bank("601");
    // Paragraph 9 runs anew.
    world.search();
    let sms = world.form(FormNumber::One, &["722"]);
    let received = world.reply("123 #3#1");
    world.apply(sms, FormNumber::One, "722", received);
    world.refused();
    agreed(world, "closed:refused");
}

#[test]
fn an_application_for_an_account_that_is_gone_is_seen() {
    let (mut world, sms) = one();
    let received = world.reply("123 #3#1");
    world.with.clear();
    world.before_application("601");
    world.register(sms, FormNumber::One, "601", received);
    assert_eq!(world.finish().disagreements[0].point, "A-31");
}

#[test]
fn a_reply_from_a_number_that_is_another_persons_is_void() {
    let (mut world, _) = one();
    world.reply("123 #3#1");
    world.applications(Finding::No);
    let consent = world.given.expect("given");
    world.ask_number(consent, false);
    world.bank("601");
    world.task(TaskReason::Held(Hold::NumberChanged));
    agreed_in_force(world, "held:number_changed");
}

#[test]
fn a_reply_from_another_number_does_nothing() {
    let (mut world, sms) = one();
    world.reply_from("77019990000", "123 #3#1");
    let received = world.now;
    world.register(sms, FormNumber::One, "601", received);
    assert_eq!(world.finish().disagreements[0].point, "A-31");
}

#[test]
fn an_application_without_asking_counter_owner_or_bank_is_seen() {
    let (mut world, sms) = one();
    let received = world.reply("123 #3#1");
    world.applications(Finding::No);
    world.owner();
    world.register(sms, FormNumber::One, "601", received);
    assert_eq!(world.finish().disagreements[0].point, "A-31");
}

#[test]
fn who_writes_again_after_accepting_is_told_of() {
    let (mut world, sms) = one();
    let received = world.reply("123 #3#1");
    world.wait(1);
    world.reply("123 #3#0");
    world.apply(sms, FormNumber::One, "601", received);
    let quiet = world.now;
    world.task(TaskReason::WishToChange);
    world.now = quiet;
    world.refused();
    agreed(world, "closed:refused");
}
