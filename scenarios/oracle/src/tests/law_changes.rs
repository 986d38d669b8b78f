//! The law changes while a form is out (A-22, S-10b, S-19): each time what must follow, and what must not.

use proaktiv_messages::{Body, DayMoved, FormNumber, LawChange, Party};

use super::story::*;

/// Form 1 for bank 601 left at nine on this day.
fn written_to_on(day: &str, with: &[&'static str]) -> World {
    let mut world = world();
    world.now = hour(day, 2);
    world.until_form(with);
    world.now = hour(day, 9);
    let form = if with.len() > 1 { FormNumber::Two } else { FormNumber::One };
    world.form(form, with);
    world
}

/// The operator states at noon of a day that another day is worked, or is not.
fn moved(world: &mut World, on: &str, day: &str, works: bool) {
    let days = vec![DayMoved { day: date(day), works, source: "assumed".to_owned() }];
    stated(world, on, LawChange { days, ..change(on) });
}

/// The operator states at noon of a day that these banks are integrated from another day on.
fn integrated(world: &mut World, on: &str, from: &str, banks: &[&str]) {
    let integrated_banks = Some(banks.iter().map(|code| bank(code)).collect());
    stated(world, on, LawChange { valid_from: date(from), integrated_banks, ..change(on) });
}

fn change(on: &str) -> LawChange {
    LawChange {
        version: format!("decree-{on}"),
        valid_from: date(on),
        days: Vec::new(),
        last_day: None,
        integrated_banks: None,
        source: "assumed".to_owned(),
    }
}

fn stated(world: &mut World, on: &str, change: LawChange) {
    world.now = hour(on, 12);
    world.report(Party::Operator, Body::ChangeLaw(Box::new(change)));
}

#[test]
fn a_day_off_makes_an_open_window_longer() {
    // Sent on Monday, 11 March: the window ended with Thursday the 14th, and now does with Friday.
    let run = |closed: &str| {
        let mut world = written_to_on("2024-03-11", &["601"]);
        moved(&mut world, "2024-03-12", "2024-03-14", false);
        world.now = hour(closed, 9);
        world.four();
        world
    };
    agreed(run("2024-03-16"), "closed:no_reply");
    let early = run("2024-03-15").finish();
    assert_eq!(early.disagreements.first().map(|one| one.point), Some("S-07c"), "{:?}", early.disagreements);
}

#[test]
fn a_day_worked_after_all_makes_no_open_window_shorter() {
    // Sent on Wednesday, 20 March, before five days off: the window ends with the 28th, whatever is worked.
    let run = |closed: &str| {
        let mut world = written_to_on("2024-03-20", &["601"]);
        moved(&mut world, "2024-03-20", "2024-03-21", true);
        world.now = hour(closed, 9);
        world.four();
        world
    };
    agreed(run("2024-03-29"), "closed:no_reply");
    let early = run("2024-03-28").finish();
    assert_eq!(early.disagreements.first().map(|one| one.point), Some("S-07c"), "{:?}", early.disagreements);
}

#[test]
fn a_bank_that_left_the_list_is_asked_no_more_and_takes_no_application() {
    // Of two banks he accepts the first, which left meanwhile: a form for the other one.
    let run = |from: &str| {
        let mut world = written_to_on("2024-03-11", &["601", "722"]);
        integrated(&mut world, "2024-03-11", from, &["722", "965"]);
        world.now = hour("2024-03-12", 10);
        world.reply("123 #3#11");
        world
    };
    let mut left = run("2024-03-12");
    left.before_form();
    left.bank("722");
    left.bank("965");
    left.text(FormNumber::One, &["722"]);
    left.now = hour("2024-03-16", 9);
    left.four();
    agreed(left, "closed:no_reply");

    let mut asked = run("2024-03-12");
    asked.before_form();
    asked.bank("601");
    assert_eq!(asked.finish().disagreements.first().map(|one| one.point), Some("A-22"));

    // A change that is valid from the day after counts from that day.
    let mut yet_to_leave = run("2024-03-13");
    yet_to_leave.before_application("601");
    assert!(yet_to_leave.finish().disagreements.iter().all(|one| one.point != "A-22"));
}
