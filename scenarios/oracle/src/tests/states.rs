//! The smaller rows, and what hangs together: sending, waiting siblings, a second school, a lost representative,
//! planned faults, unknown fields of a plan.

use proaktiv_messages::*;

use super::story::*;
use crate::child::Child;
use crate::line::{Line, Offer, Sent};
use crate::person::Person;

#[test]
fn a_child_is_a_few_hundred_bytes() {
    let (child, person) = (size_of::<Child>(), size_of::<Person>());
    assert!(child <= 900 && person <= 700, "{child} {person}");
    assert!(size_of::<Line>() <= 200 && size_of::<Offer>() <= 250 && size_of::<Sent>() <= 200);
}

#[test]
fn a_form_that_is_not_accepted_within_two_hours_is_told_of() {
    let sending = || {
        let mut world = world();
        world.until_form(&["601"]);
        world.now = hour("2024-03-11", 9);
        world.before_form();
        let sms = world.sms(FormNumber::One, &["601"]);
        let id = world.out(Party::SmsCentre, Body::SendSms(Box::new(sms)));
        world.now = hour("2024-03-11", 13);
        (world, id)
    };
    let (mut world, _) = sending();
    world.task(TaskReason::SendingTakesLong);
    agreed(world, "pending:offered");
    let (world, _) = sending();
    broken(world, &["S-17"]);
}

#[test]
fn a_reply_between_two_parts_counts_and_one_before_the_first_does_not() {
    for (minutes, outcome) in [(59, "closed:no_reply"), (60, "closed:refused")] {
        let mut world = world();
        world.until_form(&["601"]);
        world.now = hour("2024-03-11", 9);
        world.before_form();
        let sms = world.sms(FormNumber::One, &["601"]);
        let id = world.out(Party::SmsCentre, Body::SendSms(Box::new(sms)));
        world.now = hour("2024-03-11", 9) + Span::minutes(minutes);
        let received = world.reply("123 #3#1");
        world.now = hour("2024-03-11", 10) + Span::minutes(30);
        let accepted = SmsAccepted { first_part: hour("2024-03-11", 10), last_part: world.now };
        world.answer(id, Party::SmsCentre, Body::SmsAccepted(accepted));
        if minutes == 60 {
            world.apply(id, FormNumber::One, "601", received);
            world.refused();
        } else {
            world.now = hour("2024-03-15", 9);
            world.four();
        }
        agreed(world, outcome);
    }
}

/// The first twin's form is open; the second is ready since noon.
fn later_twin() -> World {
    let mut world = twins();
    world.until_form(&["601"]);
    world.now = hour("2024-03-11", 9);
    world.form(FormNumber::One, &["601"]);
    world.now = hour("2024-03-11", 12);
    world.nth = 1;
    world.until_kdp();
    let consent = world.child_consent(true);
    let record = world.record();
    world.child_record(consent, record);
    world.nth = 0;
    world
}

#[test]
fn a_sibling_that_is_ready_later_waits_and_is_looked_at_again_from_5() {
    let over = || {
        let mut world = later_twin();
        world.now = hour("2024-03-15", 9);
        world.four();
        world.nth = 1;
        world
    };
    let verdict = over().finish();
    assert_eq!(verdict.disagreements[0].point, "A-11", "{:?}", verdict.disagreements);
    let mut world = over();
    world.disability(Finding::No);
    let verdict = world.finish();
    assert_eq!(verdict.disagreements, []);
    assert_eq!(verdict.outcomes.get("closed:no_reply"), Some(&1));

    let mut world = later_twin();
    world.now = hour("2024-03-12", 9);
    world.nth = 1;
    world.text(FormNumber::One, &["601"]);
    assert_eq!(world.finish().disagreements[0].point, "I-3");
}

#[test]
fn a_second_school_holds_the_child_until_one_row_ends() {
    let second = |world: &World| {
        let mut row = world.row();
        row.row = Some(777);
        row.school = 4;
        row
    };
    let mut world = world();
    world.until_form(&["601"]);
    let row = second(&world);
    world.list(row);
    world.task(TaskReason::Held(Hold::DuplicateEnrolment));
    let mut row = second(&world);
    row.ended = Some(Ending { kind: EndingKind::EnteredInError, on: None });
    world.list(row);
    world.disability(Finding::No);
    agreed(world, "excluded:no_disability");
}

#[test]
fn a_dead_representative_is_not_written_to_and_the_next_is_looked_for() {
    let dead = || {
        let mut world = world();
        world.until_form(&["601"]);
        world.now = hour("2024-03-11", 9);
        world.form(FormNumber::One, &["601"]);
        world.now = hour("2024-03-12", 10);
        let status = Status { kind: StatusKind::Dead, from: date("2024-03-12"), to: None };
        let change = PersonChange::Recorded(status);
        let report = ReportPerson { person: world.mother(), role: Role::Representative, change };
        world.report(Party::Gbdfl, Body::ReportPerson(report));
        world
    };
    let mut world = dead();
    world.person_consent(world.father(), false);
    // A refusal beside a flag is no refusal of all.
    world.task(TaskReason::Held(Hold::NoRep));
    agreed_in_force(world, "held:no_rep");
    broken(dead(), &["S-14", "S-03d"]);
    let mut world = dead();
    world.person_consent(world.father(), false);
    world.task(TaskReason::Held(Hold::NoRep));
    world.now = hour("2024-03-15", 9);
    world.text(FormNumber::Four, &[]);
    broken_in_force(world, &["A-30"]);
}

#[test]
fn a_planned_silence_of_a_party_excuses_what_it_could_not_get() {
    let fault = r#""faults":[{"party":"cbdi","from":"2024-03-11T00:00:00Z","to":"2024-03-20T00:00:00Z","kind":"silent"}],
        "lists":[{"day":"2024-05-03","kind":"none"}],"law""#;
    let run = |header: &str| {
        let mut world = world_with("\"law\"", header);
        world.listed();
        world.now = hour("2024-03-20", 6);
        world.disability(Finding::No);
        world.finish()
    };
    let verdict = run(&fault.replace('\n', " "));
    assert_eq!(verdict.disagreements, []);
    assert_eq!(verdict.coverage.get("party:cbdi:silent"), Some(&1));
    assert_eq!(run("\"law\"").disagreements[0].point, "A-11");
}

#[test]
fn a_family_with_everything_that_a_plan_may_say_is_read() {
    let mut world = world_of(0, false);
    let line = format!(
        r#"{{"family":1,"children":[{{"child":1,"iin":"{}","first_listed":"2024-03-11","enrolment":{{"guardian":"x"}},
        "changes":[{{"at":"2024-04-01T00:00:00Z","told":true,"missing":true}}],"by_hand":{{"ends":"pending"}},
        "officials":[{{"on":"no_rep","after_minutes":5}}]}}],"parents":[{{"iin":"{}","changes":[]}}],
        "guardians":[{{"iin":"{}","appointed":"2023-01-01"}}],"acts":[{{"when":{{"sms":1}}}}],"sms":[{{"nth":1}}]}}"#,
        iin(10).digits(),
        iin(11).digits(),
        iin(12).digits()
    );
    world.oracle.family(&line.replace('\n', " ")).expect("all fields are read or ignored");
}

#[test]
fn coverage_counts_what_was_seen() {
    let mut world = world();
    world.until_form(&["601"]);
    world.now = hour("2024-03-11", 9);
    world.form(FormNumber::One, &["601"]);
    world.reply("жоқ");
    world.now = hour("2024-03-15", 9);
    world.four();
    let verdict = world.finish();
    for name in ["S-03c", "reply:said_no", "form:1", "closed:no_reply", "outcome:closed:no_reply"] {
        assert_eq!(verdict.coverage.get(name), Some(&1), "{name} in {:?}", verdict.coverage);
    }
    // Every report of these stories comes twice.
    assert!(verdict.coverage.contains_key("party:sms_centre:told_twice"), "{:?}", verdict.coverage);
}
