//! Order 42, p. 11 and 12: silence, replies, the application.

use proaktiv_core::home_schooling::{OfferState, Stage};
use proaktiv_messages::{Body, Closing, FormNumber, Party, RegisterApplication, Sealed, SmsAccepted};

use super::world::{ASTANA, World, at, bank, date, token};

fn application(world: &World) -> RegisterApplication<Sealed> {
    let sent = world.last(Party::LocalExecutiveBody(ASTANA), "register_application");
    let Body::RegisterApplication(made) = sent.body else { panic!("an application") };
    *made
}

/// without a reply the process ends, at the first sending hour after the third working day.
#[test]
fn silence_ends_the_process_after_the_third_working_day() {
    let mut world = World::new();
    world.offered(1, &[("601", 31)]);
    world.until(at("2024-03-16 08:59:59.999"));
    assert_eq!(world.read(), "");
    assert_eq!(world.case(1).stage, Stage::Offered);
    world.until(at("2024-03-16 09:00"));
    assert_eq!(
        world.read_left(),
        "to sms_centre: check_link\n\
         to bmg: ask_number\n\
         to sms_centre: send_sms App.4 kk"
    );
    assert_eq!(world.case(1).stage, Stage::Closed(Closing::NoReply));
}

/// T-20: the window is counted from the sending of the form, not from its being read or prepared.
#[test]
fn the_window_is_counted_from_the_sending() {
    let mut world = World::new();
    world.ready(1, &[("601", 31)]);
    world.until(at("2024-03-12 09:00"));
    // The last part is accepted only on the next day.
    world.until(at("2024-03-13 00:30"));
    let parts = SmsAccepted { first_part: at("2024-03-12 09:00"), last_part: world.now };
    world.answer(Party::SmsCentre, "send_sms", Body::SmsAccepted(parts));
    let offer = world.line(2).offer.as_ref().expect("an offer");
    let OfferState::Open(window) = offer.state else { panic!("an open form") };
    assert_eq!(
        (window.sent, window.ends, window.closes),
        (at("2024-03-13 00:30"), at("2024-03-19 00:00"), at("2024-03-19 09:00"))
    );
}

/// one App.4 an offer, however many children it covers.
#[test]
fn one_app_4_an_offer_however_many_children() {
    let mut world = World::new();
    world.ready(1, &[("601", 31)]);
    world.ready(4, &[("601", 31)]);
    world.until(at("2024-03-12 09:00"));
    world.accepted();
    world.until(at("2024-03-30 09:00"));
    assert_eq!(world.forms(), [1, 4]);
    for child in [1, 4] {
        assert_eq!(world.case(child).stage, Stage::Closed(Closing::NoReply));
    }
}

/// whoever replied in time gets no App.4.
#[test]
fn who_replied_in_time_gets_no_app_4() {
    let mut world = World::new();
    world.offered(1, &[("601", 31)]);
    world.until(at("2024-03-15 23:59:59.999"));
    world.reply(2, "123 #3#1");
    world.until(at("2024-03-30 09:00"));
    assert_eq!(world.forms(), [1]);
}

/// T-21: the end by silence is no success: nothing is applied for, then or later.
#[test]
fn the_end_by_silence_is_no_success() {
    let mut world = World::new();
    world.offered(1, &[("601", 31)]);
    world.until(at("2024-03-16 09:00"));
    world.reply(2, "123 #3#1");
    assert_eq!(world.count("register_application"), 0);
    assert_eq!(world.case(1).stage, Stage::Closed(Closing::NoReply));
}

/// A-29, S-07: a reply at the end of the window comes late, one just before is in time.
#[test]
fn a_reply_is_in_time_until_midnight_after_the_third_working_day() {
    for (moment, formed) in [("2024-03-15 23:59:59.999", 1), ("2024-03-16 00:00", 0)] {
        let mut world = World::new();
        world.offered(1, &[("601", 31)]);
        world.until(at(moment));
        world.reply(2, "123 #3#1");
        assert_eq!(world.count("register_application"), formed, "{moment}");
    }
}

/// acceptance forms the application at once, one a child, with the account frozen with the form.
#[test]
fn acceptance_forms_an_application_with_the_account_that_was_offered() {
    let mut world = World::new();
    world.offered(1, &[("722", 31), ("601", 32), ("965", 33)]);
    world.until(at("2024-03-13 12:00"));
    world.reply(2, "123 #3#12");
    assert_eq!(
        world.read_left(),
        "to counter: ask_applications\n\
         to bmg: ask_number\n\
         to bank/722: ask_accounts\n\
         to leb/710000000: register_application"
    );
    let made = application(&world);
    assert_eq!((made.child, made.recipient), (token(1), token(2)));
    assert_eq!((made.bank, made.account.token), (bank("722"), token(31)));
    assert_eq!((made.from, made.to), (date("2024-01-15"), date("2025-05-25")));
}

/// no reply but an effective one forms an application.
#[test]
fn nothing_but_an_effective_reply_forms_an_application() {
    for text in ["123 #3#0", "124 #3#1", "123#3#13", "нет", "да", "", "123 #3#1 123 #3#1"] {
        let mut world = World::new();
        world.offered(1, &[("601", 31), ("722", 32)]);
        world.reply(2, text);
        assert_eq!(world.count("register_application"), 0, "{text}");
    }
}

/// T-17: to App.2 a bare acceptance chooses nothing, to App.1 it is all that is asked.
#[test]
fn a_bare_acceptance_is_enough_for_one_bank_only() {
    for (accounts, lines) in
        [(&[("601", 31)][..], "A-31 accepted"), (&[("601", 31), ("722", 32)], "S-06 not_understood no_choice")]
    {
        let mut world = World::new();
        world.offered(1, accounts);
        world.reply(2, "123 #3#1");
        assert_eq!(world.read().lines().next(), Some(lines));
    }
}

/// T-12: whoever answers App.3 has consented to nothing.
#[test]
fn app_3_takes_no_consent() {
    let mut world = World::new();
    world.offered(1, &[]);
    assert_eq!(world.forms(), [3]);
    for text in ["123 #3#1", "123 #3#0", "123#3#11"] {
        world.reply(2, text);
        assert_eq!(world.read(), "S-06 not_understood no_account", "{text}");
    }
    assert_eq!(world.count("register_application"), 0);
}

/// the application carries the reply that it rests on.
#[test]
fn the_application_carries_the_reply_as_its_evidence() {
    let mut world = World::new();
    world.offered(1, &[("601", 31)]);
    let form = world.last(Party::SmsCentre, "send_sms").id;
    world.until(at("2024-03-14 20:15"));
    world.reply(2, "123#3#1.");
    let evidence = application(&world).evidence;
    assert_eq!((evidence.number, evidence.received), (token(7_002), at("2024-03-14 20:15")));
    assert_eq!((evidence.form, evidence.sms), (FormNumber::One, form));
}
