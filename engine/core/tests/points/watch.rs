//! Order 42, p. 10 (A-26…A-28, S-09, S-17b, S-40, S-41): accounts that appear while App.3 is out.

use proaktiv_core::home_schooling::Stage;
use proaktiv_messages::{Account, AccountKind, Body, Closing, Finding, Party};

use super::world::{World, account, accounts_answer, at, bank, token};

/// App.3 is out since Tuesday 12 March 2024, 09:00; its window ends on 16 March, 00:00.
fn at_app_3() -> World {
    let mut world = World::new();
    world.offered(1, &[]);
    world
}

/// each integrated bank is asked at 10:00 and 17:00 of each working day, and never after the window.
#[test]
fn banks_are_asked_twice_a_working_day_while_app_3_is_out() {
    let mut world = at_app_3();
    let before = world.count("ask_accounts");
    for (moment, polls) in [
        ("2024-03-12 09:59:59.999", 0),
        ("2024-03-12 10:00", 1),
        ("2024-03-12 16:59:59.999", 1),
        ("2024-03-12 17:00", 2),
        ("2024-03-13 17:00", 4),
        ("2024-03-15 23:59:59.999", 8),
        // The last search of S-07c, and none after it.
        ("2024-03-16 09:00", 9),
        ("2024-03-25 12:00", 9),
    ] {
        world.until(at(moment));
        assert_eq!(world.count("ask_accounts") - before, 3 * polls, "{moment}");
    }
}

/// a day off has no poll hours.
#[test]
fn a_day_off_has_no_poll_hours() {
    let mut world = World::new();
    world.now = at("2024-03-14 10:00");
    world.ready(1, &[]);
    world.until(at("2024-03-15 09:00"));
    world.accepted();
    let before = world.count("ask_accounts");
    // Friday the 15th has two, the weekend none.
    world.until(at("2024-03-18 09:59:59.999"));
    assert_eq!(world.count("ask_accounts") - before, 6);
}

/// what a bank reports while it is being asked, its answer to that question does not know; the next does.
#[test]
fn a_report_outlives_the_answer_to_an_earlier_question() {
    let mut world = at_app_3();
    let has = |world: &World| world.recipient(2).accounts.iter().any(|held| held.account.token == token(60));
    world.until(at("2024-03-12 10:00"));
    world.also_asked = true;
    world.opens(2, account("722", 60), at("2024-03-12 10:05"));
    world.also_asked = false;
    world.accounts("722", vec![]);
    assert!(has(&world));
    world.accounts("722", vec![]);
    assert!(!has(&world));
}

/// an account is found by the search as well as by the bank's own report.
#[test]
fn an_account_is_found_by_search_and_by_report() {
    let mut world = at_app_3();
    let found = Account { opened: Some(at("2024-03-12 09:30")), ..account("722", 60) };
    world.says(Party::Bank(bank("722")), "ask_accounts", accounts_answer(vec![found]));
    world.until(at("2024-03-12 10:09:59.999"));
    assert_eq!(world.forms(), [3]);
    world.until(at("2024-03-12 10:10"));
    assert_eq!(world.forms(), [3, 1]);

    let mut world = at_app_3();
    world.until(at("2024-03-13 15:00"));
    world.opens(2, account("722", 60), at("2024-03-13 15:00"));
    world.until(at("2024-03-13 15:10"));
    assert_eq!(world.forms(), [3, 1]);
    world.until(at("2024-03-13 16:00"));
    world.accepted();
    let polls = world.count("ask_accounts");
    world.until(at("2024-03-18 12:00"));
    assert_eq!(world.count("ask_accounts"), polls, "the watch ends with App.3");
}

/// S-17b: App.1 after App.3 has a full window of its own; silent, it ends with App.4 (S-41).
#[test]
fn world_after_an_account_has_a_window_of_its_own() {
    let mut world = at_app_3();
    world.until(at("2024-03-15 23:50"));
    world.opens(2, account("722", 60), at("2024-03-15 23:50"));
    world.until(at("2024-03-16 08:59:59.999"));
    assert_eq!(world.forms(), [3]);
    world.until(at("2024-03-16 09:00"));
    assert_eq!(world.forms(), [3, 1]);
    world.accepted();
    let window = world.line(2).offer.as_ref().and_then(|offer| offer.window()).expect("an open form");
    assert_eq!(window.ends, at("2024-03-21 00:00"));
    world.until(at("2024-03-21 09:00"));
    assert_eq!(world.forms(), [3, 1, 4]);
    assert_eq!(world.count("register_application"), 0);
    assert_eq!(world.case(1).stage, Stage::Closed(Closing::NoReply));
}

/// S-09: of accounts known within ten minutes the earliest opened is chosen, in whatever order they came.
#[test]
fn the_order_of_arrival_does_not_matter() {
    let opened = [("722", 60, "2024-03-13 11:00"), ("601", 61, "2024-03-13 11:00"), ("965", 62, "2024-03-13 11:01")];
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let mut world = at_app_3();
        world.until(at("2024-03-13 11:05"));
        for place in order {
            let (code, number, moment) = opened[place];
            world.opens(2, account(code, number), at(moment));
        }
        world.until(at("2024-03-13 11:15"));
        let accounts = &world.line(2).offer.as_ref().expect("an offer").shown.accounts;
        assert_eq!(accounts[0].token, token(61), "{order:?}");
    }
}

/// S-09: opened earlier, but reported after App.1 has left: no change.
#[test]
fn what_is_reported_after_world_has_left_changes_nothing() {
    let mut world = at_app_3();
    world.until(at("2024-03-13 11:05"));
    world.opens(2, account("722", 60), at("2024-03-13 11:00"));
    world.until(at("2024-03-13 11:15"));
    world.accepted();
    world.opens(2, account("601", 61), at("2024-03-13 10:00"));
    assert_eq!(world.line(2).offer.as_ref().expect("an offer").shown.accounts[0].token, token(60));
    assert_eq!(world.forms(), [3, 1]);
}

/// A-22, S-21: an ordinary account, or one that takes no money, is none.
#[test]
fn only_accounts_that_count_bring_world() {
    let mut world = at_app_3();
    world.until(at("2024-03-13 11:00"));
    world.opens(2, Account { kind: AccountKind::Ordinary, ..account("722", 60) }, at("2024-03-13 11:00"));
    world.opens(2, Account { usable: false, ..account("722", 61) }, at("2024-03-13 11:00"));
    world.until(at("2024-03-13 12:00"));
    assert_eq!(world.forms(), [3]);
}

/// opened while App.3 is on its way: it counts, and App.1 follows.
#[test]
fn an_account_opened_while_app_3_is_being_sent_counts() {
    let mut world = World::new();
    world.ready(1, &[]);
    world.until(at("2024-03-12 09:00:20"));
    world.opens(2, account("722", 60), at("2024-03-12 09:00:20"));
    world.until(at("2024-03-12 09:01"));
    world.accepted();
    world.until(at("2024-03-12 09:11"));
    assert_eq!(world.forms(), [3, 1]);
}

/// an account known when App.3 was prepared is none that appeared.
#[test]
fn the_account_that_he_did_not_want_is_not_chosen_for_him() {
    let mut world = World::new();
    world.offered(1, &[("601", 31)]);
    world.reply(2, "123 #3#0");
    world.accepted();
    world.until(at("2024-03-15 18:00"));
    assert_eq!(world.forms(), [1, 3]);
}

/// S-40: while App.3 is the first form a code has no effect; no consent is recorded.
#[test]
fn codes_to_a_first_app_3_have_no_effect() {
    let mut world = at_app_3();
    world.reply(2, "123 #3#1");
    assert_eq!(world.read(), "S-06 not_understood no_account");
    assert!(!world.line(2).offer.as_ref().expect("an offer").consented());
}

/// S-23c: App.1 is on its way: App.3 in place of another form takes no acceptance any more.
#[test]
fn app_3_takes_nothing_while_world_is_on_its_way() {
    let mut world = World::new();
    world.offered(1, &[("601", 31)]);
    world.reply(2, "123 #3#0");
    world.accepted();
    world.until(at("2024-03-13 11:00"));
    world.opens(2, account("722", 60), at("2024-03-13 11:00"));
    world.reply(2, "123 #3#1");
    assert_eq!(world.last_lines(1), "S-23c had_no_effect form_is_on_its_way");
    world.until(at("2024-03-13 11:10"));
    assert_eq!(world.forms(), [1, 3, 1]);
}

/// S-14: an account that became known too late for its App.1 ends the offer without App.4.
#[test]
fn an_account_too_late_for_its_world_ends_the_offer() {
    for (knows, forms) in [("2024-12-25 23:45", vec![3, 1]), ("2024-12-25 23:55", vec![3, 1])] {
        let mut world = World::new();
        world.now = at("2024-12-21 10:00");
        world.ready(1, &[]);
        world.until(at("2024-12-22 09:00"));
        world.accepted();
        world.until(at(knows));
        world.opens(2, account("722", 60), at(knows));
        world.until(at("2024-12-26 09:05"));
        assert_eq!(world.forms(), forms, "{knows}");
    }
    // BMG silent over 26 December: App.1 no longer fits.
    let mut world = World::new();
    world.now = at("2024-12-21 10:00");
    world.ready(1, &[]);
    world.until(at("2024-12-22 09:00"));
    world.accepted();
    world.until(at("2024-12-25 12:00"));
    world.silence(Party::Bmg);
    world.opens(2, account("722", 60), at("2024-12-25 12:00"));
    world.until(at("2024-12-27 10:00"));
    world.number(Finding::Yes(super::world::number_record(2, None)));
    world.until(at("2025-01-10 12:00"));
    assert_eq!(world.forms(), [3]);
    assert_eq!(world.case(1).stage, Stage::Closed(Closing::PilotEnded));
}

/// S-07c: an account opened in time and reported after the end opens the offer again.
#[test]
fn an_account_reported_after_the_end_opens_the_offer_again() {
    let mut world = at_app_3();
    world.until(at("2024-03-18 12:00"));
    assert_eq!(world.forms(), [3, 4]);
    world.opens(2, account("722", 60), at("2024-03-15 23:50"));
    world.until(at("2024-03-18 12:10"));
    assert_eq!(world.forms(), [3, 4, 1]);
    world.accepted();
    world.says(Party::Bank(bank("722")), "ask_accounts", accounts_answer(vec![account("722", 60)]));
    world.reply(2, "123 #3#1");
    assert_eq!(world.count("register_application"), 1);
    let Body::RegisterApplication(made) =
        world.last(Party::LocalExecutiveBody(super::world::ASTANA), "register_application").body
    else {
        panic!("an application");
    };
    assert_eq!(made.bank, bank("722"));
}

/// S-07c, S-16: an account in time for a former offer waits for the end of the one that is open.
#[test]
fn an_account_in_time_waits_for_the_end_of_another_offer() {
    // Opened in the first window, which has ended; the second offer is open with App.1.
    let found = Account { opened: Some(at("2024-03-15 20:00")), ..account("722", 60) };
    let line = proaktiv_core::home_schooling::LineInbound::AccountOpened {
        account: found.account,
        opened: at("2024-03-15 20:00"),
    };
    let mut world = World::new();
    world.offered(1, &[]);
    world.until(at("2024-03-17 12:00"));
    world.says(Party::Bank(bank("722")), "ask_accounts", accounts_answer(vec![account("722", 61)]));
    world.ready(4, &[]);
    world.until(at("2024-03-18 09:00"));
    world.accepted();
    assert_eq!(world.forms(), [3, 4, 1]);
    let key = proaktiv_messages::Key::line(token(7_002));
    world.step(key, &proaktiv_core::home_schooling::Inbound::Line(line)).expect("an offer that waits for it");
    assert_eq!(world.forms(), [3, 4, 1]);
    world.reply(2, "123 #3#1");
    world.until(at("2024-03-18 09:11"));
    assert_eq!(world.forms(), [3, 4, 1, 1]);
}
