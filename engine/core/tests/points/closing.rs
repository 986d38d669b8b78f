//! Order 42, p. 11 with S-07…S-07c, S-18, S-37: how an offer ends in silence, and how it opens again.

use proaktiv_core::home_schooling::{OfferState, Stage, forms};
use proaktiv_messages::{
    Body, Closing, Finding, Hold, Key, LiveApplication, Moment, Party, SmsOutcome, SmsReply, TaskReason, Token,
};

use super::world::{World, account, accounts_answer, at, bank, number_record, token};

/// App.1 (or App.3 without accounts) is out since 12 March 2024, 09:00; its window ends on 16 March, 00:00.
fn offered(accounts: &[(&str, u128)]) -> World {
    let mut world = World::new();
    world.offered(1, accounts);
    world
}

fn reply_of(world: &mut World, text: &str, received: Moment) {
    let reply = SmsReply { number: token(7_002), wording: forms::read(text), received: Some(received) };
    world.receive(Party::SmsCentre, None, Body::SmsReply(reply)).expect("a reply is never refused");
}

fn answer_link(world: &mut World) {
    world.answer(Party::SmsCentre, "check_link", Body::Received);
}

fn delivery(world: &mut World, delivered: bool) {
    let sms = world.last(Party::SmsCentre, "send_sms").id;
    let outcome = Body::SmsOutcome(SmsOutcome { sms, delivered });
    world.receive(Party::SmsCentre, None, outcome).expect("an outcome");
}

/// S-07c: the offer is closed at the first sending hour after the end, once the link has been up.
#[test]
fn an_offer_is_closed_once_the_link_has_been_up() {
    let mut world = offered(&[("601", 31)]);
    world.silence(Party::SmsCentre);
    world.until(at("2024-03-16 08:59:59.999"));
    assert_eq!(world.count("check_link"), 0);
    world.until(at("2024-03-16 11:00"));
    assert_eq!((world.count("check_link"), world.forms()), (1, vec![1]));
    assert_eq!(world.case(1).stage, Stage::Offered);
    answer_link(&mut world);
    assert_eq!(world.forms(), [1, 4]);
    assert_eq!(world.case(1).stage, Stage::Closed(Closing::NoReply));
}

/// S-07c: a link that comes back in the night closes nothing before the next sending hour.
#[test]
fn a_link_that_comes_back_in_the_night_closes_nothing_before_the_morning() {
    let mut world = offered(&[("601", 31)]);
    world.silence(Party::SmsCentre);
    world.until(at("2024-03-16 22:00"));
    answer_link(&mut world);
    assert_eq!(world.forms(), [1]);
    world.until(at("2024-03-17 09:00"));
    assert_eq!(world.forms(), [1, 4]);
}

/// S-07c: after three more working days the offer is closed without what was waited for, and says so.
#[test]
fn what_never_comes_is_waited_for_three_working_days() {
    let mut world = offered(&[("601", 31)]);
    world.silence(Party::SmsCentre);
    // The window ends on Friday 15 March; the third working day after it is 20 March.
    world.until(at("2024-03-21 08:59:59.999"));
    assert_eq!(world.forms(), [1]);
    world.until(at("2024-03-21 09:00"));
    assert_eq!(world.forms(), [1, 4]);
}

/// S-07b, S-07c: a reply that lay two hours at the SMS centre over midnight is in time.
#[test]
fn a_reply_that_lay_over_midnight_is_in_time() {
    let mut world = offered(&[("601", 31)]);
    world.until(at("2024-03-16 01:30"));
    reply_of(&mut world, "123 #3#1", at("2024-03-15 23:30"));
    assert_eq!(world.count("register_application"), 1);
    world.until(at("2024-03-30 12:00"));
    assert_eq!(world.forms(), [1]);
}

/// S-07b: where the link gives no time, the arrival counts.
#[test]
fn a_reply_without_a_time_counts_as_it_arrives() {
    for (moment, formed) in [("2024-03-15 23:59:59.999", 1), ("2024-03-16 00:00", 0)] {
        let mut world = offered(&[("601", 31)]);
        world.until(at(moment));
        let reply = SmsReply { number: token(7_002), wording: forms::read("123 #3#1"), received: None };
        world.receive(Party::SmsCentre, None, Body::SmsReply(reply)).expect("a reply is never refused");
        assert_eq!(world.count("register_application"), formed, "{moment}");
    }
}

/// S-07c: an in-time reply four days late opens the offer again; the App.4 already sent stands alone.
#[test]
fn an_in_time_reply_that_comes_days_later_opens_the_offer_again() {
    let mut world = offered(&[("601", 31)]);
    world.until(at("2024-03-19 12:00"));
    assert_eq!(world.forms(), [1, 4]);
    reply_of(&mut world, "123 #3#1", at("2024-03-15 23:59:59.999"));
    assert_eq!(world.count("register_application"), 1);
    world.until(at("2024-04-30 12:00"));
    assert_eq!(world.forms(), [1, 4]);
}

/// S-07c: opened again for another bank, and silent again: no second App.4.
#[test]
fn an_offer_has_one_app_4_however_often_it_is_closed() {
    let mut world = offered(&[("601", 31)]);
    world.until(at("2024-03-19 12:00"));
    reply_of(&mut world, "123 #3#0", at("2024-03-15 20:00"));
    assert_eq!(world.forms(), [1, 4, 3]);
    world.accepted();
    world.until(at("2024-04-30 12:00"));
    assert_eq!(world.forms(), [1, 4, 3]);
    assert_eq!(world.case(1).stage, Stage::Closed(Closing::NoReply));
}

/// S-07c: what has no effect opens nothing; what came late stays late.
#[test]
fn what_has_no_effect_opens_nothing() {
    for (text, received) in [("жоқ", "2024-03-15 20:00"), ("123 #3#1", "2024-03-16 00:00")] {
        let mut world = offered(&[("601", 31)]);
        world.until(at("2024-03-19 12:00"));
        reply_of(&mut world, text, at(received));
        assert!(world.line(2).offer.is_none(), "{text}");
        assert_eq!(world.count("register_application"), 0);
    }
}

/// The offer for child 1 ended in silence; App.1 for child 4 is out since 18 March 2024, 09:00.
fn with_another_offer() -> World {
    let mut world = offered(&[("601", 31)]);
    world.until(at("2024-03-17 12:00"));
    world.ready(4, &[("601", 31)]);
    world.until(at("2024-03-18 09:00"));
    world.accepted();
    assert_eq!(world.forms(), [1, 4, 1]);
    world
}

fn group(world: &World) -> Vec<Token> {
    world.line(2).offer.iter().flat_map(|offer| offer.group.iter().copied()).collect()
}

/// S-07c, I-3: an acceptance in time for a former offer is one at once, while another offer is open and stays so.
#[test]
fn an_in_time_acceptance_does_not_wait_for_the_end_of_another_offer() {
    let mut world = with_another_offer();
    reply_of(&mut world, "123 #3#1", at("2024-03-15 20:00"));
    assert_eq!((world.count("register_application"), world.case(1).stage), (1, Stage::Applied));
    assert_eq!((world.case(4).stage, group(&world)), (Stage::Offered, vec![token(4)]));
    world.until(at("2024-03-18 10:00"));
    world.reply(2, "123 #3#1");
    assert_eq!(world.count("register_application"), 2);
}

/// S-07c, S-23b: such an acceptance waits for BMG without keeping the open offer, which ends in silence by itself.
#[test]
fn a_late_acceptance_and_the_open_offer_do_not_wait_for_each_other() {
    let mut world = with_another_offer();
    world.silence(Party::Counter);
    reply_of(&mut world, "123 #3#1", at("2024-03-15 20:00"));
    world.reply(2, "123 #3#0");
    assert_eq!((world.forms(), world.case(1).stage), (vec![1, 4, 1], Stage::Offered));
    let none = Body::ApplicationsAnswer(Finding::No);
    let asked: Vec<_> = world.sent.iter().filter(|sent| sent.body.kind() == "ask_applications").cloned().collect();
    let of_child = |child| asked.iter().rev().find(|sent| sent.id.key() == Some(Key::case(token(child))));
    world.receive(Party::Counter, of_child(4), none.clone()).expect("an answer");
    assert_eq!((world.forms(), world.count("register_application")), (vec![1, 4, 1, 3], 0));
    world.receive(Party::Counter, of_child(1), none).expect("an answer");
    assert_eq!((world.count("register_application"), group(&world)), (1, vec![token(4)]));
}

/// S-07c, S-16: another bank asked for in time needs a form, which waits until the other offer has ended.
#[test]
fn an_in_time_wish_waits_for_the_end_of_another_offer() {
    let mut world = with_another_offer();
    reply_of(&mut world, "123 #3#0", at("2024-03-15 20:00"));
    assert_eq!(world.forms(), [1, 4, 1]);
    world.until(at("2024-03-18 10:00"));
    world.reply(2, "123 #3#1");
    assert_eq!((world.count("register_application"), world.forms()), (1, vec![1, 4, 1, 3]));
    assert_eq!((world.case(4).stage, group(&world)), (Stage::Applied, vec![token(1)]));
}

/// S-07c, S-10: accepted in time, but the account is gone: the form that this needs waits for the other offer.
#[test]
fn a_late_acceptance_whose_account_is_gone_waits_for_the_end_of_another_offer() {
    let mut world = with_another_offer();
    world.says(Party::Bank(bank("601")), "ask_accounts", accounts_answer(vec![account("601", 77)]));
    reply_of(&mut world, "123 #3#1", at("2024-03-15 20:00"));
    assert_eq!((world.count("register_application"), world.forms()), (0, vec![1, 4, 1]));
    // 21, 22 and 25 March are days off.
    world.until(at("2024-03-27 09:00"));
    // The open offer ends in silence, with its own App.4; then the account that is there is shown (I-13).
    assert_eq!((world.count("register_application"), world.forms()), (0, vec![1, 4, 1, 4, 1]));
    world.accepted();
    world.reply(2, "123 #3#1");
    assert_eq!(world.case(1).application.as_ref().expect("an application").account.token, token(77));
    assert_eq!(world.case(4).stage, Stage::Closed(Closing::NoReply));
}

/// S-18: a final failure of delivery: the form still takes a reply; then the child is held, with a task.
#[test]
fn who_was_never_reached_is_not_closed_for_silence() {
    let mut world = offered(&[("601", 31)]);
    delivery(&mut world, false);
    world.until(at("2024-03-30 12:00"));
    assert_eq!(world.forms(), [1]);
    assert_eq!(world.case(1).stage, Stage::Held(Hold::Undelivered));
    assert_eq!(world.tasks(), [TaskReason::Held(Hold::Undelivered)]);

    let mut world = offered(&[("601", 31)]);
    delivery(&mut world, false);
    world.reply(2, "123 #3#1");
    assert_eq!(world.count("register_application"), 1);
}

/// S-18, S-07c: held as not reached, and his reply in time comes days later: the offer goes on.
#[test]
fn who_was_not_reached_may_have_replied_in_time() {
    let mut world = offered(&[("601", 31)]);
    delivery(&mut world, false);
    world.until(at("2024-03-19 12:00"));
    assert_eq!(world.case(1).stage, Stage::Held(Hold::Undelivered));
    reply_of(&mut world, "123 #3#1", at("2024-03-15 20:00"));
    assert_eq!((world.count("register_application"), world.case(1).stage), (1, Stage::Applied));
}

/// S-07c, S-26: opened again, a child with a live application by hand stays out, and the offer goes without it.
#[test]
fn an_offer_opens_again_only_for_who_has_no_other_application() {
    let mut world = offered(&[("601", 31)]);
    world.until(at("2024-03-19 12:00"));
    let by_hand = LiveApplication { number: 7, granted: false, ours: None, from: None, to: None };
    world.says(Party::Counter, "ask_applications", Body::ApplicationsAnswer(Finding::Yes(by_hand)));
    // What BMG and the bank answer then, nobody waits for.
    world.alone = true;
    reply_of(&mut world, "123 #3#1", at("2024-03-15 20:00"));
    assert_eq!(world.count("register_application"), 0);
    assert_eq!(world.case(1).stage, Stage::Closed(Closing::Superseded));
    assert!(world.line(2).offer.is_none());
}

/// S-18: no receipt counts as sent; one that says delivered changes nothing.
#[test]
fn no_receipt_counts_as_sent() {
    for receipt in [None, Some(true)] {
        let mut world = offered(&[("601", 31)]);
        if let Some(delivered) = receipt {
            delivery(&mut world, delivered);
        }
        world.until(at("2024-03-30 12:00"));
        assert_eq!(world.forms(), [1, 4]);
    }
}

/// S-37, A-30: the number is another's when App.4 is to leave: the notice is the local executive body's.
#[test]
fn app_4_does_not_go_to_another_owner() {
    let mut world = offered(&[("601", 31)]);
    world.says(Party::Bmg, "ask_number", Body::NumberAnswer(Finding::No));
    world.until(at("2024-03-30 12:00"));
    assert_eq!(world.forms(), [1]);
    assert_eq!(world.case(1).stage, Stage::Closed(Closing::NoReply));
    let task = world.last(Party::LocalExecutiveBody(super::world::ASTANA), "open_task");
    let Body::OpenTask(task) = task.body else { panic!("a task") };
    assert_eq!(task.reason, TaskReason::NoticeInPlaceOf(proaktiv_messages::FormNumber::Four));
    assert_eq!(world.count("open_task"), 1);
}

/// S-37: BMG answers in the night: App.4 waits for the morning, and BMG is asked once more.
#[test]
fn app_4_waits_for_bmg_and_for_the_morning() {
    let mut world = offered(&[("601", 31)]);
    world.silence(Party::Bmg);
    world.until(at("2024-03-16 22:00"));
    assert_eq!(world.case(1).stage, Stage::Closed(Closing::NoReply));
    world.number(Finding::Yes(number_record(2, None)));
    assert_eq!(world.forms(), [1]);
    world.says(Party::Bmg, "ask_number", Body::NumberAnswer(Finding::Yes(number_record(2, None))));
    world.until(at("2024-03-17 09:00"));
    assert_eq!(world.forms(), [1, 4]);
}

/// S-07c: a reply in time while App.4 waits for BMG: App.4 never leaves.
#[test]
fn a_reply_in_time_keeps_app_4_back() {
    let mut world = offered(&[("601", 31)]);
    world.silence(Party::Bmg);
    world.until(at("2024-03-16 10:00"));
    assert!(matches!(world.line(2).offer.as_ref().expect("an offer").state, OfferState::Told { .. }));
    reply_of(&mut world, "123 #3#1", at("2024-03-15 22:00"));
    world.number(Finding::Yes(number_record(2, None)));
    assert_eq!((world.count("register_application"), world.forms()), (1, vec![1]));
}

/// S-07c: after App.3 each bank is searched once more; a silent one is waited for three working days.
#[test]
fn after_app_3_each_bank_is_searched_once_more() {
    let mut world = offered(&[]);
    world.silence(Party::Bank(bank("722")));
    let asked = |world: &World| world.count("ask_accounts");
    world.until(at("2024-03-15 23:59:59.999"));
    let before = asked(&world);
    world.until(at("2024-03-16 09:00"));
    assert_eq!((asked(&world), world.forms()), (before + 3, vec![3]));
    world.accounts("722", vec![]);
    assert_eq!(world.forms(), [3, 4]);
}

/// S-07c, A-27: the last search finds an account opened in time: App.1 follows and no App.4.
#[test]
fn the_last_search_finds_an_account_opened_in_time() {
    for (opened, forms) in [("2024-03-15 23:59:59.999", vec![3, 1]), ("2024-03-16 00:00", vec![3, 4])] {
        let mut world = offered(&[]);
        world.until(at("2024-03-15 18:00"));
        let found = proaktiv_messages::Account { opened: Some(at(opened)), ..account("722", 60) };
        world.says(Party::Bank(bank("722")), "ask_accounts", accounts_answer(vec![found]));
        world.until(at("2024-03-16 09:10"));
        assert_eq!(world.forms(), forms, "{opened}");
    }
}
