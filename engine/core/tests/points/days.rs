//! A-07, S-13: a full list of every calendar day, and what the operator is told where there is none.

use chrono::NaiveDate;
use proaktiv_core::home_schooling::{Inbound, IntakeInbound, ListCounts};
use proaktiv_messages::{Alert, Body, Key, LawChange, Party};

use super::world::{World, at, date};

const TOLD: &str = "S-13 day_without_full_list\n  to operator: alert";

/// A list of `day` with so many rows comes now.
fn comes(world: &mut World, day: &str, rows: u32, full: bool) {
    let counts = ListCounts { rows, full, ..ListCounts::default() };
    let ended = IntakeInbound::Ended { batch: 1, day: date(day), counts, missing: Vec::new() };
    world.step(Key::intake(), &Inbound::Intake(ended)).expect("the intake refuses no list");
    world.read();
}

/// The full list of 11 March has come.
fn begun() -> World {
    let mut world = World::new();
    comes(&mut world, "2024-03-11", 1, true);
    world
}

/// Returns the days of which the operator was told, in order.
fn told_of(world: &World) -> Vec<NaiveDate> {
    let alerts = world.sent.iter().filter_map(|sent| {
        let Body::Alert(Alert::DayWithoutFullList { day }) = &sent.body else { return None };
        assert_eq!(sent.to, Party::Operator);
        Some(*day)
    });
    alerts.collect()
}

/// just before midnight, at midnight and just after; and at the end of each further day.
#[test]
fn a_day_that_ends_without_a_list_is_told_of_once() {
    let mut world = begun();
    world.until(at("2024-03-12 23:59:59.999"));
    assert_eq!(world.read(), "");
    world.until(at("2024-03-13 00:00"));
    assert_eq!(world.read(), TOLD);
    world.until(at("2024-03-13 23:59:59.999"));
    assert_eq!(world.read(), "");
    world.until(at("2024-03-15 00:00"));
    assert_eq!(told_of(&world), ["2024-03-12", "2024-03-13", "2024-03-14"].map(date));
}

/// S-13: a list counts for its own day, and until the end of it.
#[test]
fn a_list_counts_if_it_comes_before_its_day_ends() {
    let mut world = begun();
    world.until(at("2024-03-12 23:59:59.999"));
    comes(&mut world, "2024-03-12", 1, true);
    world.until(at("2024-03-13 23:59:59.999"));
    assert_eq!(world.read(), "", "just before midnight");

    let mut late = begun();
    late.now = at("2024-03-13 00:00");
    comes(&mut late, "2024-03-12", 1, true);
    late.until(at("2024-03-13 00:00"));
    assert_eq!(late.read(), TOLD, "at midnight");

    let mut later = begun();
    later.until(at("2024-03-13 02:00"));
    comes(&mut later, "2024-03-12", 1, true);
    later.until(at("2024-03-14 00:00"));
    assert_eq!(told_of(&later), ["2024-03-12", "2024-03-13"].map(date), "the list of the day before is none of today");
}

/// S-13: a part of a list and an empty one are no full list; one that comes later that day is.
#[test]
fn a_partial_and_an_empty_list_do_not_count() {
    for rows in [0, 1] {
        let mut world = begun();
        world.until(at("2024-03-12 02:00"));
        comes(&mut world, "2024-03-12", rows, false);
        world.until(at("2024-03-13 00:00"));
        assert_eq!(world.read(), TOLD, "{rows} rows");
    }
    let mut world = begun();
    world.until(at("2024-03-12 02:00"));
    comes(&mut world, "2024-03-12", 1, false);
    world.until(at("2024-03-12 06:00"));
    comes(&mut world, "2024-03-12", 1, true);
    world.until(at("2024-03-13 23:59:59.999"));
    assert_eq!(world.read(), "");
}

/// what is awaited begins with the first list, whatever it is.
#[test]
fn nothing_is_awaited_before_the_first_list() {
    let mut world = World::new();
    world.until(at("2024-03-15 10:00"));
    assert!(!world.has_intake());
    comes(&mut world, "2024-03-15", 1, false);
    world.until(at("2024-03-16 00:00"));
    assert_eq!(told_of(&world), [date("2024-03-15")]);
}

/// S-13: a list of today that comes before the end of yesterday is looked at counts for today.
#[test]
fn a_day_whose_end_is_looked_at_late_is_told_of_alone() {
    let mut world = begun();
    world.now = at("2024-03-13 02:00");
    comes(&mut world, "2024-03-13", 1, true);
    world.until(at("2024-03-14 23:59:59.999"));
    assert_eq!(told_of(&world), [date("2024-03-12")]);
}

/// A-O6, S-14: of the last day of force a list is awaited, of the day after none.
#[test]
fn nothing_is_awaited_after_the_last_day_of_force() {
    for (listed, told) in [("2024-12-30", vec![date("2024-12-31")]), ("2024-12-31", Vec::new())] {
        let mut world = World::new();
        world.now = at(&format!("{listed} 02:00"));
        comes(&mut world, listed, 1, true);
        world.until(at("2025-01-10 00:00"));
        assert_eq!(told_of(&world), told, "{listed}");
        comes(&mut world, "2025-01-10", 1, false);
        world.until(at("2025-01-20 00:00"));
        assert_eq!(told_of(&world), told, "payments alone go on");
    }
}

/// The operator states on this day that the force ends with that one.
fn ends_otherwise(world: &mut World, today: &str, last_day: &str) {
    let change = LawChange {
        version: "d1".to_owned(),
        valid_from: date(today),
        days: Vec::new(),
        last_day: Some(date(last_day)),
        integrated_banks: None,
        source: "assumed".to_owned(),
    };
    let law = world.condition.law.changed_by(&change, date(today)).expect("a law");
    world.receive(Party::Operator, None, Body::ChangeLaw(Box::new(change))).expect("a sound change");
    world.condition.law = law;
}

/// S-14: the force is prolonged on its last day, or ends sooner; the waiting follows it.
#[test]
fn the_waiting_ends_with_the_force_as_it_stands() {
    let mut prolonged = World::new();
    prolonged.now = at("2024-12-31 02:00");
    comes(&mut prolonged, "2024-12-31", 1, true);
    ends_otherwise(&mut prolonged, "2024-12-31", "2025-01-02");
    prolonged.until(at("2025-01-10 00:00"));
    assert_eq!(told_of(&prolonged), ["2025-01-01", "2025-01-02"].map(date));

    let mut shortened = begun();
    ends_otherwise(&mut shortened, "2024-03-11", "2024-03-11");
    shortened.until(at("2024-03-20 00:00"));
    assert!(told_of(&shortened).is_empty());
}
