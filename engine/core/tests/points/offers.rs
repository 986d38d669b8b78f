//! Order 42, p. 9: the banks are asked, and the accounts choose the form.

use proaktiv_core::home_schooling::parameters::Law;
use proaktiv_core::home_schooling::{Stage, forms};
use proaktiv_messages::{AccountKind, Body, FormNumber, Party};

use super::world::{LAW, World, account, at, bank, enrolment, sms_of, token};

/// A child whose mother's banks are being asked.
fn at_the_banks() -> World {
    let mut world = World::new();
    world.ready(1, &[]);
    world
}

/// each integrated bank is asked once, with the consent of the person, and no other bank.
#[test]
fn each_integrated_bank_is_asked_once_and_no_other() {
    let world = at_the_banks();
    let mut asked = Vec::new();
    for sent in &world.sent {
        if let Body::AskAccounts(question) = &sent.body {
            assert_eq!((question.person, question.consent.subject), (token(2), token(2)));
            asked.push(sent.to.to_string());
        }
    }
    assert_eq!(asked, ["bank/601", "bank/722", "bank/965"]);
}

/// an account of another kind, or one that takes no money, does not count.
#[test]
fn only_special_accounts_that_take_money_count() {
    let mut ordinary = account("601", 31);
    ordinary.kind = AccountKind::Ordinary;
    let mut frozen = account("601", 32);
    frozen.usable = false;
    for (held, forms) in [(ordinary, [3]), (frozen, [3]), (account("601", 33), [1])] {
        let mut world = World::new();
        world.list(&[enrolment(1)]);
        world.eligible();
        world.consent(Some(proaktiv_messages::Purposes::OF_CHILD));
        world.child(super::world::child_record(1));
        world.consent(Some(proaktiv_messages::Purposes::OF_REPRESENTATIVE));
        world.person(super::world::person_record(2));
        world.number(proaktiv_messages::Finding::Yes(super::world::number_record(2, None)));
        world.accounts("601", vec![held]);
        world.accounts("722", vec![]);
        world.accounts("965", vec![]);
        world.until(at("2024-03-12 09:00"));
        assert_eq!(world.forms(), forms);
    }
}

/// accounts in one bank call for App.1, which names that bank.
#[test]
fn accounts_in_one_bank_call_for_app_1() {
    for accounts in [&[("722", 31)][..], &[("722", 31), ("722", 32)]] {
        let mut world = World::new();
        world.ready(1, accounts);
        world.read();
        world.until(at("2024-03-12 09:00"));
        assert!(world.read().contains("A-23 form_prepared\n  to sms_centre: send_sms App.1 kk 722"));
    }
}

/// accounts in several banks call for App.2, which lists them by their codes.
#[test]
fn accounts_in_several_banks_call_for_app_2_listed_by_code() {
    let mut world = World::new();
    world.ready(1, &[("965", 31), ("601", 32), ("722", 33)]);
    world.read();
    world.until(at("2024-03-12 09:00"));
    assert!(world.read().contains("A-24 form_prepared\n  to sms_centre: send_sms App.2 kk 601 722 965"));
    let offer = world.line(2).offer.as_ref().expect("an offer");
    assert_eq!(offer.shown.banks.as_slice(), ["601", "722", "965"].map(bank));
}

/// no account calls for App.3, once the last bank has said so and not before.
#[test]
fn no_account_calls_for_app_3_once_every_bank_has_answered() {
    let mut world = World::new();
    world.list(&[enrolment(1)]);
    world.eligible();
    world.consent(Some(proaktiv_messages::Purposes::OF_CHILD));
    world.child(super::world::child_record(1));
    world.consent(Some(proaktiv_messages::Purposes::OF_REPRESENTATIVE));
    world.person(super::world::person_record(2));
    world.number(proaktiv_messages::Finding::Yes(super::world::number_record(2, None)));
    world.accounts("601", vec![]);
    world.accounts("965", vec![]);
    let unknown = Body::AccountsAnswer(proaktiv_messages::Finding::Unknown);
    world.answer(Party::Bank(bank("722")), "ask_accounts", unknown);
    world.until(at("2024-03-11 20:00"));
    assert_eq!(world.case(1).stage, Stage::Assessing, "one bank has not answered");
    world.accounts("722", vec![]);
    world.until(at("2024-03-12 09:00"));
    assert_eq!(world.forms(), [3]);
    let sent = world.last(Party::SmsCentre, "send_sms");
    assert_eq!(sms_of(&sent).banks.as_slice(), ["601", "722", "965"].map(bank));
}

/// T-08: the bank's answer brings the account itself, by which the application names it later.
#[test]
fn what_a_bank_answers_is_the_account_and_not_only_that_there_is_one() {
    let mut world = World::new();
    world.ready(1, &[("722", 31), ("601", 32)]);
    let contact = world.recipient(2).contact().expect("everything is known");
    let accounts: Vec<_> = contact.accounts.iter().map(|one| (one.bank, one.token)).collect();
    assert_eq!(accounts, [(bank("601"), token(32)), (bank("722"), token(31))]);
}

/// T-09: several accounts in one bank are still one bank only.
#[test]
fn two_accounts_in_one_bank_are_in_one_bank_only() {
    let mut world = World::new();
    world.ready(1, &[("722", 31), ("722", 32)]);
    world.until(at("2024-03-12 09:00"));
    let sent = world.last(Party::SmsCentre, "send_sms");
    assert_eq!(sms_of(&sent).form, FormNumber::One);
}

/// A-O1: who is ready before the order is in force is offered on its first day, and not sooner.
#[test]
fn nothing_is_offered_before_the_order_is_in_force() {
    let law = Law::from_json(&LAW.replace("2024-02-28", "2024-03-05")).expect("a law");
    assert_eq!(law.in_force_from(), at("2024-03-16 00:00"));
    let mut world = World::under(law);
    world.ready(1, &[("601", 31)]);
    // Its row is on the lists meanwhile (S-13).
    world.full_list("2024-03-15", &[enrolment(1)]);
    world.until(at("2024-03-16 08:59:59.999"));
    assert_eq!(world.forms(), [0; 0]);
    world.until(at("2024-03-16 09:00"));
    assert_eq!(world.forms(), [1]);
}

/// A-O6, S-14: a form leaves only while its window ends within force; afterwards the case is closed.
#[test]
fn nothing_is_offered_that_would_outlast_the_order() {
    for (last_day, forms) in [("2024-03-15", vec![1]), ("2024-03-14", vec![])] {
        let law = Law::from_json(&LAW.replace("2024-12-31", last_day)).expect("a law");
        let mut world = World::under(law);
        world.ready(1, &[("601", 31)]);
        world.until(at("2024-03-12 09:00"));
        assert_eq!(world.forms(), forms, "in force until {last_day}");
    }
}

/// A-24, I-13: banks and accounts are frozen with the form; the list of the text is the list kept.
#[test]
fn the_list_of_the_text_is_the_list_that_is_kept() {
    let mut world = World::new();
    world.offered(1, &[("965", 31), ("601", 32)]);
    let sent = world.last(Party::SmsCentre, "send_sms");
    let sms = sms_of(&sent);
    let offer = world.line(2).offer.as_ref().expect("an offer");
    assert_eq!(sms.banks, offer.shown.banks);
    let text =
        forms::render(&world.condition.law, sms.form, sms.language, &sms.banks, None, super::world::date("2024-03-12"));
    let text = text.expect("it can be rendered");
    let name = |code: &str| {
        world
            .condition
            .law
            .bank_name(bank(code), sms.language, super::world::date("2024-03-12"))
            .expect("a name")
            .to_owned()
    };
    assert!(text.contains(&format!("1. {}\n2. {}", name("601"), name("965"))), "{text}");
}
