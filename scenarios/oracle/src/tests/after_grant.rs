//! After an application: decisions, appendix 5, stops, events, quarters, returned payments (S-10, S-12c, S-26b, S-43,
//! S-47 to S-50).

use proaktiv_messages::*;

use super::story::*;

fn granted() -> World {
    let mut world = world();
    world.until_grant();
    world
}

fn end_on(world: &mut World, on: Option<&str>) {
    let mut row = world.row();
    row.ended = Some(Ending { kind: EndingKind::ReturnedToSchool, on: on.map(date) });
    world.list(row);
}

#[test]
fn a_decision_that_does_not_come_is_told_after_eight_working_days() {
    let applied = || {
        let mut world = world();
        world.until_form(&["601"]);
        world.now = hour("2024-03-11", 9);
        let sms = world.form(FormNumber::One, &["601"]);
        let received = world.reply("123 #3#1");
        world.apply(sms, FormNumber::One, "601", received);
        world
    };
    // From 11 March, with 21, 22 and 25 March off: the eighth working day is 26 March.
    let mut late = applied();
    late.now = hour("2024-03-27", 0);
    late.task(TaskReason::DecisionLate);
    agreed(late, "pending:applied");
    broken(applied(), &["S-43"]);
    let mut early = applied();
    early.now = hour("2024-03-26", 23);
    early.task(TaskReason::DecisionLate);
    broken(early, &["S-43"]);
}

#[test]
fn a_stop_ends_payment_from_the_month_that_follows() {
    let stopped = |on: Option<&str>| {
        let mut world = granted();
        world.pay_on("2024-04-12", "2024-03-01");
        world.now = hour("2024-04-20", 2);
        end_on(&mut world, on);
        world.task(TaskReason::NoticeOfStop);
        world
    };
    let mut world = stopped(None);
    world.pay_on("2024-05-17", "2024-04-01");
    agreed(world, "paid");
    broken(stopped(None), &["S-49"]);
    agreed(stopped(Some("2024-03-31")), "paid");
    let mut beyond = stopped(Some("2024-03-31"));
    beyond.pay_on("2024-05-17", "2024-04-01");
    broken(beyond, &["S-49"]);
    // Paid for a month after the event: told as overpaid.
    broken(stopped(Some("2024-02-28")), &["S-32"]);
}

#[test]
fn a_stop_that_was_an_error_is_annulled_when_the_body_confirms() {
    let mut world = granted();
    world.pay_on("2024-04-12", "2024-03-01");
    world.now = hour("2024-04-13", 2);
    end_on(&mut world, Some("2024-03-20"));
    world.task(TaskReason::NoticeOfStop);
    world.now = hour("2024-05-20", 2);
    world.listed();
    world.task(TaskReason::CorrectionToConfirm);
    world.instruct(OfficialDecision::ConfirmCorrection);
    world.now = hour("2024-06-14", 9);
    world.pay("2024-04-01", "601");
    world.pay("2024-05-01", "601");
    agreed(world, "paid");
}

#[test]
fn after_a_death_the_next_payment_waits_for_a_word() {
    let dead = || {
        let mut world = granted();
        world.pay_on("2024-04-12", "2024-03-01");
        let status = Status { kind: StatusKind::Dead, from: date("2024-04-20"), to: None };
        world.now = hour("2024-04-21", 10);
        let change = PersonChange::Recorded(status);
        let report = ReportPerson { person: world.mother(), role: Role::Representative, change };
        world.report(Party::Gbdfl, Body::ReportPerson(report));
        world.task(TaskReason::EventAfterGrant(StatusKind::Dead));
        world
    };
    agreed(dead(), "paid");
    let mut world = dead();
    world.pay_on("2024-05-17", "2024-04-01");
    broken(world, &["S-49"]);
    let mut world = dead();
    let application = world.application();
    world.now = hour("2024-05-20", 10);
    world.instruct(OfficialDecision::PaymentsGoOn(application));
    world.now = hour("2024-06-14", 9);
    world.pay("2024-04-01", "601");
    world.pay("2024-05-01", "601");
    agreed(world, "paid");
}

#[test]
fn a_returned_payment_is_ordered_again_for_the_account_that_an_official_gives() {
    let mut world = granted();
    world.now = hour("2024-04-12", 9);
    world.pay_returned("2024-03-01", "601");
    world.task(TaskReason::PaymentReturned);
    let application = world.application();
    world.change_account(application, "722");
    world.pay("2024-03-01", "722");
    world.now = hour("2024-05-17", 9);
    world.pay("2024-04-01", "722");
    world.now = hour("2024-06-14", 9);
    world.pay("2024-05-01", "722");
    agreed(world, "paid");
}

#[test]
fn a_quarter_is_paid_once_after_it() {
    let mut world = world_with("monthly", "quarterly");
    world.until_grant();
    world.pay_on("2024-04-12", "2024-01-01");
    world.pay_on("2024-07-15", "2024-04-01");
    agreed(world, "paid");

    let mut world = world_with("monthly", "quarterly");
    world.until_grant();
    world.pay_on("2024-04-12", "2024-03-01");
    let verdict = world.finish();
    assert_eq!(verdict.disagreements[0].point, "S-49");
}

#[test]
fn another_application_beside_ours_is_told_of_once() {
    let mut world = granted();
    world.lodged(ApplicationState::Lodged);
    world.task(TaskReason::Duplicate);
    world.pay_on("2024-04-12", "2024-03-01");
    world.pay_on("2024-05-17", "2024-04-01");
    world.pay_on("2024-06-14", "2024-05-01");
    agreed(world, "paid");
}

#[test]
fn form_5_without_the_owner_or_to_the_old_number_is_seen() {
    let decided = || {
        let mut world = world();
        world.until_form(&["601"]);
        world.now = hour("2024-03-11", 9);
        let sms = world.form(FormNumber::One, &["601"]);
        let received = world.reply("123 #3#1");
        world.apply(sms, FormNumber::One, "601", received);
        world.decide(Decision::Grant);
        world
    };
    let mut unasked = decided();
    unasked.text(FormNumber::Five, &["601"]);
    assert_eq!(unasked.finish().disagreements[0].point, "A-33");
    // No number is his any more: the body tells him.
    let mut gone = decided();
    let consent = gone.given.expect("given");
    gone.ask_number(consent, false);
    gone.text(FormNumber::Five, &["601"]);
    assert_eq!(gone.finish().disagreements[0].point, "A-33");
    let mut told = decided();
    told.ask_number(consent, false);
    told.task(TaskReason::NoticeInPlaceOf(FormNumber::Five));
    told.pay_on("2024-04-12", "2024-03-01");
    told.pay_on("2024-05-17", "2024-04-01");
    told.pay_on("2024-06-14", "2024-05-01");
    agreed(told, "paid");
}
