//! Order 42, p. 9 with S-14, S-16, S-20, S-36, S-37: what is asked before the first form leaves.

use proaktiv_core::home_schooling::{Inbound, Leave, LineInbound, OfferState, Progress, Stage, Unfit};
use proaktiv_messages::{Body, Closing, Finding, Hold, Key, Language, Party, Purposes, SmsAccepted};

use super::world::{
    World, account, accounts_answer, at, bank, child_record, enrolment, number_record, person_record, token,
};

fn ready(accounts: &[(&str, u128)]) -> World {
    let mut world = World::new();
    world.ready(1, accounts);
    world.read();
    world
}

/// S-36: what is ready at 08:59 leaves at 09:00, once BMG has said whose the number is.
#[test]
fn the_first_form_leaves_at_the_offer_hour_once_the_owner_is_known() {
    let mut world = ready(&[("601", 31)]);
    world.silence(Party::Bmg);
    world.until(at("2024-03-12 08:59:59.999"));
    assert_eq!(world.read_left(), "");
    world.until(at("2024-03-12 09:00"));
    assert_eq!(world.read_left(), "to counter: ask_applications\nto bmg: ask_number");
    world.until(at("2024-03-12 15:00"));
    world.number(Finding::Yes(number_record(2, None)));
    assert_eq!(world.read_left(), "to sms_centre: send_sms App.1 kk 601");
}

/// S-36: BMG silent until 21:00: nothing leaves in the night, and all is asked again at the next offer hour.
#[test]
fn what_is_not_answered_by_the_end_of_the_permitted_hours_is_asked_again_next_day() {
    let mut world = ready(&[("601", 31)]);
    world.silence(Party::Bmg);
    world.until(at("2024-03-12 20:59:59.999"));
    assert!(world.line(2).preparing.is_some());
    world.until(at("2024-03-12 21:00"));
    assert!(world.line(2).preparing.is_none());
    assert_eq!(world.forms(), [0; 0]);
    world.says(Party::Bmg, "ask_number", Body::NumberAnswer(Finding::Yes(number_record(2, None))));
    world.until(at("2024-03-13 09:00"));
    assert_eq!((world.forms(), world.count("ask_number")), (vec![1], 3));
}

/// S-46: BMG cannot say: it is asked again after an hour, then after two.
#[test]
fn an_owner_that_bmg_cannot_say_is_asked_for_again() {
    let mut world = ready(&[("601", 31)]);
    world.says(Party::Bmg, "ask_number", Body::NumberAnswer(Finding::Unknown));
    world.until(at("2024-03-12 09:59:59.999"));
    assert_eq!(world.count("ask_number"), 2);
    world.until(at("2024-03-12 10:00"));
    assert_eq!(world.count("ask_number"), 3);
    world.until(at("2024-03-12 12:00"));
    assert_eq!(world.count("ask_number"), 4);
    assert_eq!(world.forms(), [0; 0]);
}

/// S-37: the number is another person's, or nobody's: nothing is sent there; the child is held until it is chosen anew.
#[test]
fn nothing_is_sent_to_a_number_that_is_no_longer_his() {
    for finding in [Finding::No, Finding::Yes(number_record(9, None))] {
        let mut world = ready(&[("601", 31)]);
        world.says(Party::Bmg, "ask_number", Body::NumberAnswer(finding));
        world.until(at("2024-03-12 09:00"));
        assert_eq!(world.forms(), [0; 0]);
        assert_eq!(world.case(1).stage, Stage::Held(Hold::NumberChanged));
        assert_eq!(world.recipient(2).progress, Progress::Unfit(Unfit::NoBmg));
        assert!(world.line(2).waiting.is_empty());
    }
}

/// S-01b: the number need only be among his numbers still; another main one changes nothing.
#[test]
fn another_main_number_changes_nothing_while_the_old_one_is_his() {
    let mut world = ready(&[("601", 31)]);
    let mut record = number_record(9, None);
    record.numbers.push(number_record(2, None).numbers[0]);
    record.numbers[1].main = false;
    world.says(Party::Bmg, "ask_number", Body::NumberAnswer(Finding::Yes(record)));
    world.until(at("2024-03-12 09:00"));
    assert_eq!(world.forms(), [1]);
}

/// S-24: the language that comes with BMG's answer before the form is frozen for the offer.
#[test]
fn the_language_is_that_of_the_answer_before_the_form() {
    let mut world = ready(&[("601", 31)]);
    let record = number_record(2, Some(Language::Ru));
    world.says(Party::Bmg, "ask_number", Body::NumberAnswer(Finding::Yes(record)));
    world.until(at("2024-03-12 09:00"));
    assert_eq!(world.last_text(), "  to sms_centre: send_sms App.1 ru 601");
}

/// S-36: a bank's answer of up to 24 hours counts; an older one is asked for anew, and what is there at
/// that moment chooses the form.
#[test]
fn banks_are_asked_again_when_their_answer_is_older_than_a_day() {
    // Ready on 11 March at 10:00; on 12 March at 09:00 the answers are 23 hours old.
    let mut world = ready(&[("601", 31)]);
    world.until(at("2024-03-12 09:00"));
    assert_eq!(world.count("ask_accounts"), 3);

    // A day later they are 47 hours old, and an account at another bank is there as well.
    let mut world = ready(&[("601", 31)]);
    world.silence(Party::Bmg);
    world.until(at("2024-03-12 22:00"));
    world.says(Party::Bmg, "ask_number", Body::NumberAnswer(Finding::Yes(number_record(2, None))));
    world.says(Party::Bank(bank("722")), "ask_accounts", accounts_answer(vec![account("722", 40)]));
    world.until(at("2024-03-13 09:00"));
    assert_eq!(world.count("ask_accounts"), 6);
    assert_eq!(world.forms(), [2]);
}

/// S-36: a silent bank is waited for until 12:00; then it counts with its last answer.
#[test]
fn a_silent_bank_is_waited_for_until_noon_and_counts_with_its_last_answer() {
    let mut world = ready(&[("601", 31)]);
    world.silence(Party::Bmg);
    world.until(at("2024-03-12 22:00"));
    world.says(Party::Bmg, "ask_number", Body::NumberAnswer(Finding::Yes(number_record(2, None))));
    world.silence(Party::Bank(bank("601")));
    world.until(at("2024-03-13 11:59:59.999"));
    assert_eq!(world.forms(), [0; 0]);
    world.until(at("2024-03-13 12:00"));
    assert_eq!(world.last_text(), "  to sms_centre: send_sms App.1 kk 601");
}

/// S-20: a bank silent to the end of the day: the form rests on those that answered; none known ⇒ held.
#[test]
fn a_bank_that_is_silent_to_the_end_of_the_day_does_not_count() {
    for (held, forms) in [(vec![account("601", 31)], vec![1]), (vec![], vec![])] {
        let mut world = World::new();
        world.list(&[enrolment(1)]);
        world.eligible();
        world.consent(Some(Purposes::OF_CHILD));
        world.child(child_record(1));
        world.consent(Some(Purposes::OF_REPRESENTATIVE));
        world.person(person_record(2));
        world.number(Finding::Yes(number_record(2, None)));
        world.accounts("601", held);
        world.accounts("722", vec![]);
        world.until(at("2024-03-11 23:59:59.999"));
        assert_eq!(world.recipient(2).progress, Progress::Accounts);
        world.until(at("2024-03-12 00:00"));
        let unknown = world.case(1).stage == Stage::Held(Hold::BankUnknown);
        assert_eq!(unknown, forms.is_empty());
        world.until(at("2024-03-12 12:00"));
        assert_eq!(world.forms(), forms);
    }
}

/// S-16: the group is frozen at the offer hour; a twin ready at 09:20, while BMG is asked, has the next offer.
#[test]
fn a_twin_ready_after_the_offer_hour_waits_for_the_next_offer() {
    let mut world = ready(&[("601", 31)]);
    world.silence(Party::Bmg);
    world.until(at("2024-03-12 09:20"));
    world.ready(4, &[("601", 31)]);
    world.says(Party::Bmg, "ask_number", Body::NumberAnswer(Finding::Yes(number_record(2, None))));
    world.number(Finding::Yes(number_record(2, None)));
    world.accepted();
    assert_eq!(world.line(2).offer.as_ref().expect("an offer").group.as_slice(), [token(1)]);
    let asked = world.count("ask_disability");
    world.stays_disabled();
    world.reply(2, "123 #3#1");
    assert_eq!(world.count("ask_disability"), asked + 1, "looked at again from 5");
    world.until(at("2024-03-13 09:00"));
    assert_eq!(world.forms(), [1, 1]);
}

/// S-16: whoever waits for the end of an offer is looked at again from 5 when it ends, and offered next.
#[test]
fn who_waited_is_looked_at_again_when_the_offer_ends() {
    let mut world = World::new();
    world.offered(1, &[("601", 31)]);
    world.ready(4, &[("601", 31)]);
    assert_eq!(world.count("ask_disability"), 2);
    world.stays_disabled();
    world.reply(2, "123 #3#1");
    assert_eq!(world.count("ask_disability"), 3);
    world.until(at("2024-03-13 09:00"));
    assert_eq!(world.forms(), [1, 1]);
}

/// S-16: a child that leaves leaves at once, the offer goes on for the rest; nobody left, no App.4.
#[test]
fn the_offer_goes_on_for_those_who_are_left() {
    let mut world = World::new();
    world.ready(1, &[("601", 31)]);
    world.ready(4, &[("601", 31)]);
    world.until(at("2024-03-12 09:00"));
    world.accepted();
    let leave = |child| Inbound::Line(LineInbound::Leave { child: token(child), why: Leave::Refuted });
    world.step(Key::line(token(7_002)), &leave(1)).expect("a child of the offer");
    world.reply(2, "123 #3#1");
    assert_eq!(world.count("register_application"), 1);

    let mut world = World::new();
    world.offered(1, &[("601", 31)]);
    world.step(Key::line(token(7_002)), &leave(1)).expect("a child of the offer");
    assert!(world.line(2).offer.is_none());
    world.until(at("2024-03-30 12:00"));
    assert_eq!(world.forms(), [1]);
}

/// S-16: a group emptied while its form is being prepared has none.
#[test]
fn a_group_that_is_emptied_before_its_form_has_none() {
    let mut world = ready(&[("601", 31)]);
    world.silence(Party::Bmg);
    world.until(at("2024-03-12 09:10"));
    let leave = Inbound::Line(LineInbound::Leave { child: token(1), why: Leave::Superseded });
    world.step(Key::line(token(7_002)), &leave).expect("a child in line");
    let asked = (world.last(Party::Bmg, "ask_number"), world.count("ask_number"));
    let unknown = world.receive(Party::Bmg, Some(&asked.0), Body::NumberAnswer(Finding::Unknown));
    assert!(unknown.is_err(), "nobody waits for it any more");
    world.until(at("2024-03-20 12:00"));
    assert_eq!((world.forms(), world.count("ask_number")), (vec![], asked.1));
}

/// S-17: parts that take hours raise one alert; sending goes on, and the window runs from the last part.
#[test]
fn a_sending_that_takes_long_raises_one_alert() {
    let mut world = ready(&[("601", 31)]);
    world.until(at("2024-03-12 10:59:59.999"));
    assert_eq!(world.count("open_task"), 0);
    world.until(at("2024-03-12 11:00"));
    assert_eq!(world.last_lines(1), "  to leb/710000000: open_task \"sending_takes_long\"");
    world.until(at("2024-03-13 08:00"));
    assert_eq!(world.count("open_task"), 1);
    let parts = SmsAccepted { first_part: at("2024-03-12 09:00"), last_part: world.now };
    world.answer(Party::SmsCentre, "send_sms", Body::SmsAccepted(parts));
    let window = world.line(2).offer.as_ref().and_then(|offer| offer.window()).expect("an open form");
    assert_eq!((window.first, window.ends), (at("2024-03-12 09:00"), at("2024-03-19 00:00")));
}

/// S-17: a reply from within the sending is taken as if the form were open, once that is known.
#[test]
fn a_reply_while_the_form_is_being_sent_waits_and_counts() {
    let mut world = ready(&[("601", 31)]);
    world.until(at("2024-03-12 09:00:30"));
    world.reply(2, "123 #3#1");
    assert_eq!(world.count("register_application"), 0);
    world.until(at("2024-03-12 09:01"));
    let parts = SmsAccepted { first_part: at("2024-03-12 09:00:10"), last_part: world.now };
    world.answer(Party::SmsCentre, "send_sms", Body::SmsAccepted(parts));
    assert_eq!(world.count("register_application"), 1);
    assert!(world.line(2).offer.is_none());
}

/// S-17, S-06b: what was written before the first part belongs to no form.
#[test]
fn a_reply_from_before_the_first_part_belongs_to_no_form() {
    let mut world = ready(&[("601", 31)]);
    world.until(at("2024-03-12 09:00:05"));
    world.reply(2, "123 #3#1");
    world.until(at("2024-03-12 09:01"));
    let parts = SmsAccepted { first_part: at("2024-03-12 09:00:10"), last_part: world.now };
    world.answer(Party::SmsCentre, "send_sms", Body::SmsAccepted(parts));
    assert_eq!(world.count("register_application"), 0);
    assert!(matches!(world.line(2).offer.as_ref().expect("an offer").state, OfferState::Open(_)));
}

/// S-14: at the computed last send a form leaves, a day later none does; App.3 needs two windows.
#[test]
fn the_last_sends_are_those_of_the_act() {
    for (accounts, day, leaves) in [
        (&[("601", 31)][..], "2024-12-26 09:00", true),
        (&[("601", 31)], "2024-12-27 09:00", false),
        (&[], "2024-12-22 09:00", true),
        (&[], "2024-12-23 09:00", false),
    ] {
        let mut world = World::new();
        let hour = at(day);
        world.now = proaktiv_messages::Moment::from_millis(hour.millis() - 3_600_000);
        world.ready(1, accounts);
        world.until(hour);
        assert_eq!(!world.forms().is_empty(), leaves, "{day}");
        assert_eq!(world.case(1).stage == Stage::Closed(Closing::PilotEnded), !leaves, "{day}");
    }
}

/// S-16: a child that waits for its sibling's offer over the end of a month is told of.
#[test]
fn a_wait_over_the_end_of_a_month_is_told() {
    let mut world = World::new();
    world.now = at("2024-03-28 10:00");
    world.ready(1, &[("601", 31)]);
    world.until(at("2024-03-29 09:00"));
    world.accepted();
    world.ready(4, &[("601", 31)]);
    world.until(at("2024-03-31 23:59:59.999"));
    assert_eq!(world.count("open_task"), 0);
    world.until(at("2024-04-01 00:00"));
    let task = world.last(Party::LocalExecutiveBody(super::world::ASTANA), "open_task");
    let Body::OpenTask(task) = task.body else { panic!("a task") };
    assert_eq!((task.child, task.reason), (token(4), proaktiv_messages::TaskReason::WaitCrossedMonth));
    world.until(at("2024-04-04 09:00"));
    assert_eq!(world.count("open_task"), 1);
}

/// S-16b: two persons have the same number: the second's offer is taken up once the first's has ended.
#[test]
fn two_persons_under_one_number_have_their_offers_in_turn() {
    let mut world = ready(&[("601", 31)]);
    world.list(&[enrolment(4)]);
    world.eligible();
    world.consent(Some(Purposes::OF_CHILD));
    let mut record = child_record(4);
    record.kin.remove(0);
    world.child(record);
    world.consent(Some(Purposes::OF_REPRESENTATIVE));
    // BMG and the banks say of the father what they said of the mother.
    world.person(person_record(3));
    assert_eq!(world.case(4).contact.as_ref().map(|contact| contact.number), Some(token(7_002)));
    world.until(at("2024-03-12 09:00"));
    world.accepted();
    world.until(at("2024-03-12 12:00"));
    assert_eq!((world.forms(), world.case(4).stage), (vec![1], Stage::Ready));
    world.stays_disabled();
    world.reply(2, "123 #3#1");
    world.until(at("2024-03-13 09:00"));
    world.accepted();
    let offer = world.line(2).offer.as_ref().expect("the father's offer");
    assert_eq!((offer.recipient, offer.group.as_slice()), (token(3), [token(4)].as_slice()));
}

/// S-22: what another number writes has no effect.
#[test]
fn what_another_number_writes_has_no_effect() {
    let mut world = World::new();
    world.offered(1, &[("601", 31)]);
    world.reply(9, "123 #3#1");
    assert_eq!(world.read(), "S-06b nothing_is_open");
    assert_eq!(world.count("register_application"), 0);
}
