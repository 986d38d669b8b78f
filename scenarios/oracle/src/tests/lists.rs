//! Lists, days without one, versions, ends, missing rows, groups of siblings, applications by hand (S-12b, S-13,
//! S-13b, S-16, S-26b, S-44).

use proaktiv_messages::*;

use super::story::*;

fn open() -> World {
    let mut world = world();
    world.until_form(&["601"]);
    world.now = hour("2024-03-11", 9);
    world.form(FormNumber::One, &["601"]);
    world
}

fn ended(world: &World, on: Option<&str>) -> Enrolment<Clear> {
    let mut row = world.row();
    row.ended = Some(Ending { kind: EndingKind::Left, on: on.map(date) });
    row
}

#[test]
fn an_end_while_a_form_is_open_takes_the_child_out_without_form_4() {
    let refuted = || {
        let mut world = open();
        world.now = hour("2024-03-12", 2);
        let row = ended(&world, None);
        world.list(row);
        world
    };
    let mut world = refuted();
    world.task(TaskReason::NoticeOfRefutation);
    agreed(world, "closed:refuted");
    broken(refuted(), &["S-12b"]);
    let mut world = refuted();
    world.task(TaskReason::NoticeOfRefutation);
    world.now = hour("2024-03-15", 9);
    world.text(FormNumber::Four, &[]);
    broken(world, &["A-30"]);
}

#[test]
fn the_newest_period_stands_in_the_application_and_an_old_list_changes_nothing() {
    for old in [false, true] {
        let mut world = world();
        world.until_form(&["601"]);
        world.now = hour("2024-03-11", 9);
        let sms = world.form(FormNumber::One, &["601"]);
        world.now = hour("2024-03-12", 2);
        let mut row = world.row();
        row.to = Some(date("2024-05-31"));
        world.list_of(if old { "2024-03-10" } else { "2024-03-12" }, row);
        world.to = if old { "2024-05-25" } else { "2024-05-31" };
        let received = world.reply("123 #3#1");
        world.apply(sms, FormNumber::One, "601", received);
        world.refused();
        agreed(world, "closed:refused");
    }
}

#[test]
fn a_child_missing_from_full_lists_is_asked_for_and_told_of_on_the_third_day() {
    let missing = |days: &[&str]| {
        let mut world = world();
        world.full_list();
        world.until_form(&["601"]);
        world.now = hour("2024-03-11", 9);
        world.form(FormNumber::One, &["601"]);
        for day in days {
            world.now = hour(day, 2);
            world.full_list_without();
        }
        world
    };
    let unasked = missing(&["2024-03-12"]).finish();
    assert!(unasked.disagreements.iter().any(|one| one.point == "S-13b"), "{:?}", unasked.disagreements);
    let told = |day: &str| {
        let mut world = missing(&["2024-03-12"]);
        world.ask_row(Finding::No);
        for listed in ["2024-03-13", "2024-03-14"] {
            world.now = hour(listed, 2);
            world.full_list_without();
            if listed == day {
                world.task(TaskReason::MissingFromLists);
            }
        }
        world.now = hour("2024-03-15", 9);
        world.four();
        world.finish().disagreements.iter().map(|one| one.point).collect::<Vec<_>>()
    };
    // The second day is too early; the row is also asked back from its school.
    assert_eq!(told("2024-03-13"), ["S-13b", "S-13b", "S-13b"]);
    assert_eq!(told("2024-03-14"), ["S-13b"]);
}

#[test]
fn one_form_serves_twins_and_each_gets_an_application() {
    let both = |second_applies: bool| {
        let mut world = twins();
        world.until_ready_twins();
        world.now = hour("2024-03-11", 9);
        for nth in [0, 1] {
            world.nth = nth;
            world.applications(Finding::No);
        }
        world.owner();
        let sms = world.text(FormNumber::One, &["601"]);
        let received = world.reply("123 #3#1");
        world.owner();
        world.bank("601");
        for nth in [0, 1] {
            world.nth = nth;
            world.applications(Finding::No);
            if nth == 0 || second_applies {
                world.register(sms, FormNumber::One, "601", received);
                world.refused();
            }
        }
        world.nth = 0;
        world
    };
    let verdict = both(true).finish();
    assert_eq!(verdict.disagreements, []);
    assert_eq!(verdict.outcomes.get("closed:refused"), Some(&2));
    assert_eq!(verdict.coverage.get("S-16"), Some(&2));
    broken(both(false), &["A-31"]);
}

#[test]
fn a_form_for_one_twin_alone_is_seen() {
    let mut world = twins();
    world.until_ready_twins();
    world.now = hour("2024-03-11", 9);
    world.applications(Finding::No);
    world.owner();
    world.text(FormNumber::One, &["601"]);
    assert_eq!(world.finish().disagreements[0].point, "S-26b");
}

#[test]
fn an_application_by_hand_for_one_twin_leaves_the_other() {
    let mut world = twins();
    world.until_ready_twins();
    world.now = hour("2024-03-11", 9);
    for nth in [0, 1] {
        world.nth = nth;
        world.applications(Finding::No);
    }
    world.owner();
    let sms = world.text(FormNumber::One, &["601"]);
    world.lodged(ApplicationState::Lodged);
    world.nth = 0;
    let received = world.reply("123 #3#1");
    world.apply(sms, FormNumber::One, "601", received);
    world.refused();
    let verdict = world.finish();
    assert_eq!(verdict.disagreements, []);
    assert_eq!(verdict.outcomes.get("closed:superseded"), Some(&1));
}

#[test]
fn an_application_by_hand_while_a_form_is_open_ends_the_offer_and_its_refusal_brings_one_more() {
    let mut world = open();
    world.lodged(ApplicationState::Lodged);
    agreed(world, "closed:superseded");

    let mut world = open();
    world.lodged(ApplicationState::Lodged);
    world.now = hour("2024-03-12", 12);
    world.lodged(ApplicationState::Refused);
    world.disability(Finding::Yes(Disability { since: date("2020-01-01"), until: None }));
    world.applications(Finding::No);
    world.now = hour("2024-03-13", 9);
    for code in BANKS {
        world.bank(code);
    }
    world.full_list();
    let sms = world.form(FormNumber::One, &["601"]);
    let received = world.reply("123 #3#1");
    world.apply(sms, FormNumber::One, "601", received);
    world.refused();
    agreed(world, "closed:refused");
}

/// The full list came on 11 March and on the days given; the operator is told of these days at these moments.
/// Returns the points broken by 17 March.
fn told_of(listed: impl Fn(&mut World), alerts: &[(&str, Moment)]) -> Vec<&'static str> {
    let mut world = world();
    world.days_are_told = false;
    world.full_list();
    world.disability(Finding::No);
    listed(&mut world);
    for (day, sent) in alerts {
        world.alert(crate::calendar::day(date(day)), *sent);
    }
    world.end_on("2024-03-17").disagreements.iter().map(|one| one.point).collect()
}

#[test]
fn a_day_that_ends_without_a_full_list_is_told_of_once() {
    let full_on_13 = |world: &mut World| {
        world.now = hour("2024-03-13", 2);
        world.full_list();
    };
    let (midnight, late) = (hour("2024-03-13", 0), hour("2024-03-14", 0) + Span::seconds(1));
    assert_eq!(told_of(full_on_13, &[("2024-03-12", midnight)]), [""; 0]);
    assert_eq!(told_of(full_on_13, &[]), ["A-07"]);
    assert_eq!(told_of(full_on_13, &[("2024-03-12", midnight), ("2024-03-12", midnight)]), ["S-13"], "twice");
    assert_eq!(told_of(full_on_13, &[("2024-03-12", late)]), ["S-13"], "too late");
    let of_a_full_day = [("2024-03-12", midnight), ("2024-03-13", hour("2024-03-14", 0))];
    assert_eq!(told_of(full_on_13, &of_a_full_day), ["S-13"], "of a day that had its list");
}

#[test]
fn an_alert_before_the_day_has_ended_is_seen() {
    let before = hour("2024-03-13", 0) - Span::millis(1);
    let told = |sent| {
        let mut world = world();
        world.days_are_told = false;
        world.full_list();
        world.disability(Finding::No);
        world.alert(crate::calendar::day(date("2024-03-12")), sent);
        world.end_on("2024-03-13").disagreements.iter().map(|one| one.point).collect::<Vec<_>>()
    };
    assert_eq!((told(before), told(hour("2024-03-13", 0))), (vec!["S-13"], vec![]));
}

#[test]
fn what_is_no_full_list_of_the_day_counts_for_none() {
    let partial = |world: &mut World| {
        world.now = hour("2024-03-12", 2);
        world.listed();
    };
    let empty = |world: &mut World| {
        world.now = hour("2024-03-12", 2);
        world.batch(Vec::new(), Some(0));
    };
    let of_the_day_before = |world: &mut World| {
        world.now = hour("2024-03-13", 0);
        let row = world.row();
        world.full_list_of("2024-03-12", row);
    };
    let in_the_evening = |world: &mut World| {
        world.now = hour("2024-03-12", 23);
        world.full_list();
    };
    // The 12th and the 13th should have been told of by the end.
    assert_eq!(told_of(partial, &[]), ["A-07"; 2]);
    assert_eq!(told_of(empty, &[]), ["A-07"; 2]);
    assert_eq!(told_of(of_the_day_before, &[]), ["A-07"; 2]);
    assert_eq!(told_of(in_the_evening, &[]), ["A-07"; 1]);
}

#[test]
fn after_the_last_day_of_force_no_day_is_told_of() {
    let told = |alerts: &[&str]| {
        let mut world = world();
        world.days_are_told = false;
        world.now = hour("2024-12-31", 2);
        world.full_list();
        world.disability(Finding::No);
        for day in alerts {
            world.alert(crate::calendar::day(date(day)), hour("2025-01-02", 0));
        }
        world.end_on("2025-01-10").disagreements.iter().map(|one| one.point).collect::<Vec<_>>()
    };
    assert_eq!(told(&[]), [""; 0]);
    assert_eq!(told(&["2025-01-01"]), ["S-13"]);
}
