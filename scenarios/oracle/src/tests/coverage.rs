//! A silent row is counted where it decides, and not where it passes by.

use proaktiv_messages::{FormNumber, Hold, TaskReason};

use super::story::*;

/// How many children met a row.
fn met(world: World, row: &str) -> u32 {
    world.finish().coverage.get(row).copied().unwrap_or(0)
}

/// Appendix 1 for one bank left at nine on this day, and nobody replies.
fn silent_from(day: &str) -> World {
    let mut world = world();
    world.now = hour(day, 2);
    world.until_form(&["601"]);
    world.now = hour(day, 9);
    world.form(FormNumber::One, &["601"]);
    world
}

#[test]
fn a_window_is_counted_by_the_calendar_where_a_holiday_or_a_worked_saturday_lies_in_it() {
    // Monday to Thursday; over Nauryz; over the worked Saturday of 4 May.
    for (day, children) in [("2024-03-11", 0), ("2024-03-20", 1), ("2024-05-02", 1)] {
        assert_eq!(met(silent_from(day), "S-19"), children, "{day}");
    }
}

#[test]
fn an_account_that_para_10_selected_brings_a_window_and_its_silence_a_count() {
    let mut world = world();
    world.until_form(&[]);
    world.now = hour("2024-03-11", 9);
    world.form(FormNumber::Three, &BANKS);
    world.polls(&["2024-03-11"]);
    world.now = hour("2024-03-12", 9);
    world.with = vec![("722", 4)];
    world.open_account("722", 4);
    world.wait(10 * 60);
    world.form(FormNumber::One, &["722"]);
    world.now = hour("2024-03-16", 9);
    world.four();
    let coverage = world.finish().coverage;
    for row in ["S-17b", "S-41"] {
        assert_eq!(coverage.get(row), Some(&1), "{row}");
    }
    assert_eq!(coverage.get("S-09"), None, "one bank alone");

    let mut known_before = silent_from("2024-03-11");
    known_before.now = hour("2024-03-15", 9);
    known_before.four();
    assert_eq!(met(known_before, "S-41"), 0);
}

#[test]
fn the_closing_of_an_offer_is_counted_where_the_case_ends_in_a_hold() {
    let mut world = world();
    world.until_form(&["601"]);
    world.now = hour("2024-03-11", 9);
    world.before_form();
    let sms = world.sms(FormNumber::One, &["601"]);
    world.send_undelivered(sms);
    world.now = hour("2024-03-15", 9);
    world.link();
    world.task(TaskReason::Held(Hold::Undelivered));
    assert_eq!(met(world, "closed:unreached"), 1);
}

#[test]
fn a_reply_from_a_number_of_nobody_is_counted_by_itself() {
    let mut world = silent_from("2024-03-11");
    world.reply_from("77019990000", "123 #3#1");
    assert_eq!(met(world, "S-22"), 1);
    assert_eq!(met(silent_from("2024-03-11"), "S-22"), 0);
}

#[test]
fn a_list_of_a_day_before_is_counted_where_it_brings_an_older_version() {
    for (day, children) in [("2024-03-12", 0), ("2024-03-10", 1)] {
        let mut world = silent_from("2024-03-11");
        world.now = hour("2024-03-12", 2);
        let mut row = world.row();
        row.to = Some(date("2024-05-31"));
        world.list_of(day, row);
        assert_eq!(met(world, "S-44"), children, "{day}");
    }
}
