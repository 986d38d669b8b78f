//! Order 42, p. 9 to 12 with S-04…S-06, S-10, S-23…S-23c: what a reply brings beside an application.

use proaktiv_core::home_schooling::parameters::Law;
use proaktiv_core::home_schooling::{Stage, forms};
use proaktiv_messages::{Body, Finding, Hold, Moment, Party, SmsReply};

use super::world::{LAW, World, account, accounts_answer, at, bank, number_record, sms_of, token};

/// App.1 for bank 601 is out since nine in the morning of 12 March 2024.
fn at_app_1() -> World {
    let mut world = World::new();
    world.offered(1, &[("601", 31)]);
    world
}

/// A message whose time at the SMS centre lies before its arrival.
fn reply_of(world: &mut World, text: &str, received: Moment) {
    let reply = SmsReply { number: token(7_002), wording: forms::read(text), received: Some(received) };
    world.receive(Party::SmsCentre, None, Body::SmsReply(reply)).expect("a reply is never refused");
}

fn applications(world: &World) -> usize {
    world.count("register_application")
}

/// S-04: `#3#0` brings App.3 with a new window, an account appears, App.1 follows and is accepted.
#[test]
fn another_bank_then_an_account_then_acceptance() {
    let mut world = at_app_1();
    world.until(at("2024-03-13 10:00"));
    world.reply(2, "123 #3#0");
    assert_eq!(world.last_text(), "  to sms_centre: send_sms App.3 kk 601 722 965");
    world.accepted();
    world.until(at("2024-03-14 11:00"));
    world.opens(2, account("722", 50), at("2024-03-14 11:00"));
    world.until(at("2024-03-14 11:09:59.999"));
    assert_eq!(world.forms(), [1, 3]);
    world.until(at("2024-03-14 11:10"));
    assert_eq!(world.forms(), [1, 3, 1]);
    world.accepted();
    world.says(Party::Bank(bank("722")), "ask_accounts", accounts_answer(vec![account("722", 50)]));
    world.reply(2, "123 #3#1");
    assert_eq!(applications(&world), 1);
    assert_eq!(world.case(1).application.as_ref().expect("an application").account.token, token(50));
}

/// S-04: acceptance after all: the form that App.3 replaced comes back, with a full window.
#[test]
fn acceptance_after_all_brings_the_replaced_form_back() {
    let mut world = at_app_1();
    world.reply(2, "123 #3#0");
    world.accepted();
    world.until(at("2024-03-13 10:00"));
    world.reply(2, "123 #3#1");
    assert_eq!((world.forms(), applications(&world)), (vec![1, 3, 1], 0));
    world.accepted();
    let window = world.line(2).offer.as_ref().and_then(|offer| offer.window()).expect("an open form");
    assert_eq!(window.ends, at("2024-03-19 00:00"));
    world.reply(2, "123 #3#1");
    assert_eq!(applications(&world), 1);
    world.until(at("2024-04-01 12:00"));
    assert_eq!(world.forms(), [1, 3, 1], "no App.4");
}

/// S-04: none of the shown accounts is there any more: App.3 stays as it was.
#[test]
fn a_form_without_any_account_left_does_not_come_back() {
    let mut world = at_app_1();
    world.reply(2, "123 #3#0");
    world.accepted();
    world.says(Party::Bank(bank("601")), "ask_accounts", accounts_answer(vec![]));
    world.reply(2, "123 #3#1");
    assert_eq!(world.forms(), [1, 3]);
    world.until(at("2024-03-16 09:00"));
    assert_eq!(world.forms(), [1, 3, 4]);
}

/// S-05: the same after App.2, where the number of a bank brings the list back as well.
#[test]
fn after_app_2_the_list_comes_back() {
    for text in ["123 #3#1", "123 #3#12"] {
        let mut world = World::new();
        world.offered(1, &[("601", 31), ("722", 32)]);
        world.reply(2, "123 #3#0");
        world.accepted();
        world.reply(2, text);
        assert_eq!(world.forms(), [2, 3, 2], "{text}");
    }
}

/// S-04: `#3#0` twice in one second brings one App.3.
#[test]
fn twice_the_same_wish_is_one_wish() {
    let mut world = at_app_1();
    world.silence(Party::Bmg);
    world.reply(2, "123 #3#0");
    world.reply(2, "123 #3#0");
    assert_eq!(world.last_lines(1), "S-04 had_no_effect already_asked");
    world.number(Finding::Yes(number_record(2, None)));
    world.reply(2, "123 #3#0");
    world.accepted();
    assert_eq!(world.forms(), [1, 3]);
}

/// S-05b: the fourth `#3#0` has no effect; the open form still takes an acceptance, or ends with App.4.
#[test]
fn the_fourth_wish_has_no_effect() {
    for (then, forms, formed) in [("123 #3#1", vec![1, 3, 1, 3, 1, 3, 1], 1), ("нет", vec![1, 3, 1, 3, 1, 3, 1, 4], 0)]
    {
        let mut world = at_app_1();
        for _ in 0..3 {
            world.reply(2, "123 #3#0");
            world.accepted();
            world.reply(2, "123 #3#1");
            world.accepted();
        }
        world.reply(2, "123 #3#0");
        assert_eq!(world.last_lines(1), "S-05b had_no_effect other_bank_limit");
        world.reply(2, then);
        world.until(at("2024-03-30 12:00"));
        assert_eq!((world.forms(), applications(&world)), (forms, formed));
    }
}

/// S-06: the first text that nobody understands brings the form once more with a full window; a no does not.
#[test]
fn a_typo_brings_the_form_once_more() {
    for (text, forms) in [("123 #3#", vec![1, 1]), ("жоқ", vec![1]), ("777 #3#1", vec![1])] {
        let mut world = at_app_1();
        world.until(at("2024-03-15 12:00"));
        world.reply(2, text);
        assert_eq!(world.forms(), forms, "{text}");
        if forms.len() == 2 {
            world.accepted();
            world.reply(2, "again nobody understands");
            assert_eq!(world.forms(), [1, 1], "once an offer");
            world.until(at("2024-03-19 12:00"));
            world.reply(2, "123 #3#1");
            assert_eq!(applications(&world), 1);
        }
    }
}

/// S-23c: `#3#0` at 21:05, acceptance at 21:06: the acceptance stands and App.3 never leaves.
#[test]
fn an_acceptance_withdraws_the_form_that_has_not_left() {
    let mut world = at_app_1();
    world.until(at("2024-03-13 21:05"));
    world.reply(2, "123 #3#0");
    world.until(at("2024-03-13 21:06"));
    world.reply(2, "123 #3#1");
    assert_eq!(applications(&world), 1);
    world.until(at("2024-03-30 12:00"));
    assert_eq!(world.forms(), [1]);
}

/// S-23c: a typo at 21:30 of the third day; the right answer counts past midnight, until the form is out.
#[test]
fn until_the_further_form_is_out_the_form_before_it_takes_replies() {
    for (moment, forms, formed) in [
        ("2024-03-16 08:00", vec![1], 1),
        ("2024-03-16 09:01", vec![1, 1], 1),
        ("2024-03-20 23:59:59.999", vec![1, 1], 1),
    ] {
        let mut world = at_app_1();
        world.until(at("2024-03-15 21:30"));
        world.reply(2, "123 #3#");
        world.until(at(moment).min(at("2024-03-16 09:00")));
        if at(moment) > at("2024-03-16 09:00") {
            world.accepted();
        }
        world.until(at(moment));
        world.reply(2, "123 #3#1");
        assert_eq!((world.forms(), applications(&world)), (forms, formed), "{moment}");
    }
}

/// S-23c: accepted between two parts of App.3: what came before its first part is effective on App.1, what
/// came after belongs to App.3.
#[test]
fn the_first_accepted_part_parts_the_replies() {
    for (received, formed, forms) in
        [("2024-03-13 10:00:04.999", 1, vec![1, 3]), ("2024-03-13 10:00:05", 0, vec![1, 3, 1])]
    {
        let mut world = at_app_1();
        world.until(at("2024-03-13 10:00"));
        world.reply(2, "123 #3#0");
        world.until(at("2024-03-13 10:00:30"));
        reply_of(&mut world, "123 #3#1", at(received));
        assert_eq!(applications(&world), 0);
        let parts = proaktiv_messages::SmsAccepted {
            first_part: at("2024-03-13 10:00:05"),
            last_part: at("2024-03-13 10:00:20"),
        };
        world.answer(Party::SmsCentre, "send_sms", Body::SmsAccepted(parts));
        assert_eq!((applications(&world), world.forms()), (formed, forms), "{received}");
    }
}

/// S-23: `#3#1` and `#3#0` a millisecond apart: an acceptance stands in either order.
#[test]
fn no_race_costs_a_family_its_application() {
    for (first, second) in [("123 #3#1", "123 #3#0"), ("123 #3#0", "123 #3#1")] {
        let mut world = at_app_1();
        world.until(at("2024-03-13 22:00"));
        world.reply(2, first);
        world.until(at("2024-03-13 22:00:00.001"));
        world.reply(2, second);
        assert_eq!(applications(&world), 1, "{first}");
    }
}

/// S-23: after the acceptance every further reply is a wish to change something, before the application
/// is formed and after.
#[test]
fn whoever_writes_again_after_his_acceptance_wishes_to_change_something() {
    let mut world = at_app_1();
    world.silence(Party::Bmg);
    world.reply(2, "123 #3#1");
    world.reply(2, "123 #3#0");
    assert_eq!(world.last_lines(1), "  to leb/710000000: open_task \"wish_to_change\"");
    world.number(Finding::Yes(number_record(2, None)));
    assert_eq!(applications(&world), 1);
    world.reply(2, "123 #3#0");
    world.reply(2, "777 #3#1");
    assert_eq!(world.count("open_task"), 2);
    assert_eq!(world.forms(), [1]);
}

/// S-23b, S-37: BMG silent: the acceptance waits and keeps its time; the window's end and the pilot's do not matter.
#[test]
fn an_acceptance_waits_for_bmg_and_keeps_its_time() {
    let mut world = at_app_1();
    world.until(at("2024-03-15 23:59"));
    world.silence(Party::Bmg);
    world.reply(2, "123 #3#1");
    world.until(at("2025-01-10 12:00"));
    assert_eq!((applications(&world), world.forms()), (0, vec![1]));
    world.number(Finding::Yes(number_record(2, None)));
    let evidence = world.case(1).application.as_ref().expect("an application").evidence;
    assert_eq!(evidence.received, at("2024-03-15 23:59"));
}

/// S-37: the reply of another owner is void; the offer closes without App.4, and the child is held.
#[test]
fn the_reply_of_another_owner_is_void() {
    let mut world = at_app_1();
    world.says(Party::Bmg, "ask_number", Body::NumberAnswer(Finding::No));
    world.reply(2, "123 #3#1");
    world.until(at("2024-03-30 12:00"));
    assert_eq!((applications(&world), world.forms()), (0, vec![1]));
    assert_eq!(world.case(1).stage, Stage::Held(Hold::NumberChanged));
}

/// S-10: the account is gone when the application is to be formed: paragraph 9 runs anew (I-13).
#[test]
fn an_account_that_is_gone_makes_paragraph_9_run_anew() {
    for (left, forms) in [(vec![], vec![1, 3]), (vec![account("601", 77)], vec![1, 1])] {
        let mut world = at_app_1();
        world.says(Party::Bank(bank("601")), "ask_accounts", accounts_answer(left.clone()));
        world.reply(2, "123 #3#1");
        assert_eq!((applications(&world), world.forms()), (0, forms));
        if !left.is_empty() {
            world.accepted();
            world.reply(2, "123 #3#1");
            assert_eq!(world.case(1).application.as_ref().expect("an application").account.token, token(77));
        }
    }
}

/// S-10: the bank does not answer: the acceptance waits.
#[test]
fn a_silent_bank_keeps_an_acceptance_waiting() {
    let mut world = at_app_1();
    world.silence(Party::Bank(bank("601")));
    world.reply(2, "123 #3#1");
    world.until(at("2024-03-25 12:00"));
    assert_eq!(applications(&world), 0);
    world.accounts("601", vec![account("601", 31)]);
    assert_eq!((applications(&world), world.forms()), (1, vec![1]));
}

/// S-10: the slow answer to a search of before the account was opened is not taken for the one to the reply.
#[test]
fn an_answer_to_an_earlier_question_decides_nothing_about_an_acceptance() {
    let mut world = at_app_1();
    world.silence(Party::Bank(bank("601")));
    world.reply(2, "123 #3#1");
    world.also_asked = true;
    world.accounts("601", vec![]);
    assert_eq!((applications(&world), world.forms()), (0, vec![1]), "the question of the reply waits its turn");
    world.also_asked = false;
    world.accounts("601", vec![account("601", 31)]);
    assert_eq!((applications(&world), world.forms()), (1, vec![1]));
}

/// S-10b: a bank that has left the list: its number keeps its meaning, and paragraph 9 runs anew.
#[test]
fn a_bank_that_left_the_list_makes_paragraph_9_run_anew() {
    let mut world = World::new();
    world.offered(1, &[("601", 31), ("722", 32)]);
    world.condition.law = Law::from_json(&LAW.replace("\"722\", \"601\", \"965\"", "\"601\", \"965\"")).expect("a law");
    world.reply(2, "123 #3#12");
    assert_eq!(applications(&world), 0);
    assert_eq!(world.last_text(), "  to sms_centre: send_sms App.1 kk 601");
}

/// S-14: `#3#0` when App.3 no longer fits has no effect; the open form stays open to an acceptance.
#[test]
fn another_bank_without_time_for_it_has_no_effect() {
    let mut world = World::new();
    world.now = at("2024-12-23 10:00");
    world.ready(1, &[("601", 31)]);
    world.until(at("2024-12-24 09:00"));
    world.accepted();
    world.reply(2, "123 #3#0");
    assert_eq!(world.last_lines(1), "S-14 had_no_effect no_time");
    world.reply(2, "123 #3#1");
    assert_eq!((applications(&world), world.forms()), (1, vec![1]));
}

/// S-14: in the last window a reply counts to the last millisecond of the pilot; App.4 leaves after it.
#[test]
fn the_last_window_ends_with_the_pilot() {
    for (moment, formed) in [("2024-12-31 23:59:59.999", 1), ("2025-01-01 00:00", 0)] {
        let mut world = World::new();
        world.now = at("2024-12-25 10:00");
        world.ready(1, &[("601", 31)]);
        world.until(at("2024-12-26 09:00"));
        world.accepted();
        world.until(at(moment));
        world.reply(2, "123 #3#1");
        world.until(at("2025-01-01 09:00"));
        assert_eq!((applications(&world), world.forms().len()), (formed, 2 - formed), "{moment}");
    }
}

/// S-36: a further form that is prepared in the night leaves at the next permitted hour.
#[test]
fn a_further_form_waits_for_the_permitted_hours() {
    for (wish, leaves) in
        [("2024-03-12 20:59:59.999", "2024-03-12 20:59:59.999"), ("2024-03-12 21:00", "2024-03-13 09:00")]
    {
        let mut world = at_app_1();
        world.until(at(wish));
        world.reply(2, "123 #3#0");
        world.until(at(leaves));
        assert_eq!(world.forms(), [1, 3], "{wish}");
        let left = world.last(Party::SmsCentre, "send_sms");
        assert_eq!(sms_of(&left).recipient, token(2));
    }
}

/// S-37: the number is no longer his when the further form is to leave: the offer closes without App.4, the child is held.
#[test]
fn a_further_form_does_not_go_to_another_owner() {
    let mut world = at_app_1();
    world.says(Party::Bmg, "ask_number", Body::NumberAnswer(Finding::No));
    world.reply(2, "123 #3#0");
    world.until(at("2024-03-30 12:00"));
    assert_eq!(world.forms(), [1]);
    assert_eq!(world.case(1).stage, Stage::Held(Hold::NumberChanged));
}
