//! Lists, versions, ends, missing rows, groups of siblings, applications by hand (S-12b, S-13b, S-16, S-26b, S-44).

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
