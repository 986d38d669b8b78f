//! S-12, S-12b, S-12c, S-34: corrections, ends, and other rows of the child, by where the case stands.

use proaktiv_core::home_schooling::{CaseInbound, Stage};
use proaktiv_messages::{
    Amended, Closing, Decision, Ending, EndingKind, Enrolment, FormNumber, Hold, Sealed, TaskReason,
};

use super::alone::Alone;
use super::world::{World, at, date, enrolment, token};

fn ended(on: Option<&str>) -> Enrolment<Sealed> {
    Enrolment { ended: Some(Ending { kind: EndingKind::ReturnedToSchool, on: on.map(date) }), ..enrolment(1) }
}

/// Another school's row of the same child, over the same time.
fn second() -> Enrolment<Sealed> {
    Enrolment { row: Some(99), school: 8, ..enrolment(1) }
}

/// S-12b: an explicit end, in each state.
#[test]
fn an_explicit_end_is_taken_by_where_the_case_stands() {
    let mut alone = Alone::ready();
    let said = alone.row(ended(None));
    assert_eq!(
        said,
        "A-10 version_linked\nS-12b refuted\nS-16 left_line refuted\nS-12b closed refuted\n  leaves its line: Refuted"
    );
    assert!(alone.tasks.is_empty(), "nobody was written to");

    let mut alone = Alone::offered();
    alone.row(ended(None));
    assert_eq!(alone.case.stage, Stage::Closed(Closing::Refuted));
    assert_eq!(alone.tasks, [TaskReason::NoticeOfRefutation]);

    let mut alone = Alone::applied();
    alone.row(ended(None));
    assert_eq!(
        (alone.case.stage, alone.tasks.as_slice()),
        (Stage::Applied, &[TaskReason::Amendment(Amended::Ending)][..])
    );

    let mut alone = Alone::granted();
    alone.row(ended(None));
    assert_eq!((alone.case.stage, alone.tasks.as_slice()), (Stage::Stopped, &[TaskReason::NoticeOfStop][..]));
}

/// S-12b: a corrected number or period, in each state.
#[test]
fn a_correction_is_taken_by_where_the_case_stands() {
    let corrected = || Enrolment { order_number: Some("12-4".into()), ..enrolment(1) };
    let mut alone = Alone::ready();
    let said = alone.row(corrected());
    assert_eq!(
        said,
        "A-10 version_linked\nS-16 left_line held\nS-46 looked_at_again\n  leaves its line: Held\n  to cbdi: ask_disability"
    );
    let mut alone = Alone::offered();
    assert_eq!(alone.row(corrected()), "A-10 version_linked");
    let mut alone = Alone::applied();
    alone.row(corrected());
    assert_eq!(alone.tasks, [TaskReason::Amendment(Amended::Row)]);
    let mut alone = Alone::offered();
    alone.row(Enrolment { to: Some(date("2024-03-11")), ..corrected() });
    assert_eq!(alone.case.stage, Stage::Closed(Closing::Refuted), "the period no longer runs");
    let mut alone = Alone::offered();
    alone.row(Enrolment { to: Some(date("2024-03-12")), ..corrected() });
    assert_eq!(alone.case.stage, Stage::Offered, "its last day is today");
}

/// I-15: a version that comes again changes nothing.
#[test]
fn the_same_version_again_changes_nothing() {
    let mut alone = Alone::granted();
    assert_eq!(alone.row(enrolment(1)), "");
}

/// S-12c, S-08: a row corrected back before a grant brings one more offer, and no third.
#[test]
fn a_row_corrected_back_brings_one_more_offer() {
    let mut alone = Alone::offered();
    alone.row(ended(None));
    assert!(alone.row(enrolment(1)).ends_with("S-46 looked_at_again\n  to cbdi: ask_disability"));
    alone.eligible();
    alone.fit(2);
    alone.take(CaseInbound::Offered { form: FormNumber::One });
    alone.row(ended(None));
    assert_eq!(alone.row(enrolment(1)), "A-10 version_linked");
}

/// S-14, S-12c: before the last offer hour at which a form fits a row corrected back is looked at again; from then
/// on no register is asked for an offer that cannot leave.
#[test]
fn a_row_corrected_back_at_the_last_offer_hour_asks_nobody() {
    let looked_at_again = "A-10 version_linked\nS-46 looked_at_again\n  to cbdi: ask_disability";
    for (now, said) in [
        ("2024-12-26 08:59:59.999", looked_at_again),
        ("2024-12-26 09:00", "A-10 version_linked"),
        ("2024-12-31 12:00", "A-10 version_linked"),
    ] {
        let mut alone = Alone::offered();
        alone.row(ended(None));
        alone.now = at(now);
        assert_eq!(alone.row(enrolment(1)), said, "{now}");
    }
}

/// S-34: a second list holds a first form until one row ends; the first explicit end begins a new case.
#[test]
fn a_child_on_two_lists_waits_until_one_ends() {
    let mut alone = Alone::assessing();
    alone.row(second());
    assert_eq!(alone.case.stage, Stage::Held(Hold::DuplicateEnrolment));
    assert_eq!(alone.list(), "S-46 no_list_awaited", "no register knows more");
    let over = Enrolment { ended: Some(Ending { kind: EndingKind::Left, on: None }), ..second() };
    assert!(alone.row(over).contains("S-46 looked_at_again"));

    let mut alone = Alone::assessing();
    alone.row(second());
    let said = alone.row(ended(None));
    assert!(said.contains("S-12 order_begun\n  to cbdi: ask_disability"), "{said}");
    assert_eq!(alone.case.enrolment.as_deref(), Some(&second()));
}

/// S-34, T-23: after a grant the first order goes on beside the new one, with its own last payments.
#[test]
fn a_transfer_after_the_grant_begins_a_new_case_beside_the_old() {
    let mut alone = Alone::granted();
    alone.row(second());
    assert_eq!(alone.case.stage, Stage::Granted, "goes on under the first order");
    alone.row(ended(Some("2024-03-20")));
    assert_eq!(alone.case.stage, Stage::Asked(proaktiv_core::home_schooling::Question::Disability));
    assert_eq!(alone.case.former()[0].stage, Stage::Granted, "the stop is planned for the 20th");
    alone.until("2024-04-12 09:00");
    assert_eq!(alone.case.former()[0].stage, Stage::Stopped);
    assert_eq!(alone.paid, [(date("2024-03-01"), 3 * 369_200)]);
    alone.eligible();
    alone.fit(2);
    alone.take(CaseInbound::Offered { form: FormNumber::One });
    alone.accept();
    assert_eq!(alone.case.application_id().map(|id| id.nth), Some(2));
    alone.decide(Decision::Grant);
    assert_eq!(alone.case.stage, Stage::Granted);
}

/// S-12: another child under the same row id ends the first child's row and begins a case of the second.
#[test]
fn another_child_under_the_same_row_ends_the_first() {
    let mut world = World::new();
    world.list(&[enrolment(1)]);
    let other = Enrolment { child: token(4), ..enrolment(1) };
    world.list(&[other]);
    assert_eq!(world.case(1).stage, Stage::Closed(Closing::Refuted));
    assert!(matches!(world.case(4).stage, Stage::Asked(_)));
}

/// S-44: an older version never replaces a newer one; an end is taken from a late list too.
#[test]
fn an_older_version_from_a_late_list_is_not_taken() {
    let mut world = World::new();
    let newer = Enrolment { order_number: Some("12-4".into()), ..enrolment(1) };
    world.rows(date("2024-03-11"), std::slice::from_ref(&newer));
    world.read();
    world.rows(date("2024-03-10"), &[enrolment(1)]);
    assert_eq!(world.read(), "S-44 row_outdated");
    world.rows(date("2024-03-10"), &[Enrolment { ended: ended(None).ended, ..newer }]);
    assert_eq!(world.case(1).stage, Stage::Closed(Closing::Refuted));
}

/// S-44: an end that a newer list took back is not new when a late list repeats it.
#[test]
fn an_end_that_was_taken_back_does_not_end_the_order_again() {
    let mut world = World::new();
    world.rows(date("2024-03-10"), &[ended(Some("2024-03-10"))]);
    world.rows(date("2024-03-11"), &[enrolment(1)]);
    world.rows(date("2024-03-12"), &[ended(Some("2024-03-12"))]);
    assert_eq!(world.case(1).stage, Stage::Closed(Closing::Refuted));
    world.rows(date("2024-03-14"), &[enrolment(1)]);
    assert!(matches!(world.case(1).stage, Stage::Asked(_)));
    world.rows(date("2024-03-13"), &[ended(Some("2024-03-12"))]);
    assert!(matches!(world.case(1).stage, Stage::Asked(_)));
    world.rows(date("2024-03-13"), &[ended(Some("2024-03-13"))]);
    assert_eq!(world.case(1).stage, Stage::Closed(Closing::Refuted), "one that nobody had told");
}

/// S-33: a row that comes back incomplete leaves the last sound version in force.
#[test]
fn an_incomplete_version_leaves_the_last_sound_one_in_force() {
    let mut world = World::new();
    world.list(&[enrolment(1)]);
    world.until(at("2024-03-12 02:00"));
    world.list(&[Enrolment { order_number: None, ..enrolment(1) }]);
    assert_eq!(world.case(1).enrolment.as_deref(), Some(&enrolment(1)));
}
