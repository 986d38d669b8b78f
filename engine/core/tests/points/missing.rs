//! S-13, S-13b: children missing from full lists; nothing is inferred but that no first form may leave.

use std::sync::Arc;

use proaktiv_core::home_schooling::{CaseInbound, Stage};
use proaktiv_messages::{Closing, Ending, EndingKind, Enrolment, Finding, Hold, TaskReason};

use super::alone::Alone;
use super::world::{World, date, enrolment};

/// S-13b: NOBD is asked once in a spell; on the third day school and local executive body are told.
#[test]
fn a_missing_child_is_asked_for_once_and_told_of_on_the_third_day() {
    let mut alone = Alone::ready();
    let missing = |day: &str| CaseInbound::Missing { day: date(day) };
    let said = alone.take(missing("2024-03-12"));
    assert!(said.contains("S-13b held missing_from_list") && said.contains("to nobd: ask_row"), "{said}");
    assert_eq!(alone.take(missing("2024-03-12")), "", "one day counts once");
    assert_eq!(alone.take(missing("2024-03-13")), "S-13b found_missing");
    let told = alone.take(missing("2024-03-14"));
    assert!(told.contains("open_task \"missing_from_lists\"") && told.contains("to school/3: return_row"), "{told}");
    assert_eq!(alone.tasks, [TaskReason::Held(Hold::MissingFromList), TaskReason::MissingFromLists]);
    let back = alone.take(CaseInbound::BackOnList { day: date("2024-03-15") });
    assert_eq!(back, "S-13b found_again\nS-46 looked_at_again\n  to cbdi: ask_disability");
}

/// I-8: an offer, an application and payments go on; silence is never a refutation.
#[test]
fn what_is_past_a_first_form_goes_on() {
    for mut alone in [Alone::offered(), Alone::applied(), Alone::granted()] {
        let stage = alone.case.stage;
        for day in ["2024-03-15", "2024-03-16", "2024-03-17", "2024-03-18"] {
            alone.take(CaseInbound::Missing { day: date(day) });
        }
        assert_eq!((alone.case.stage, alone.tasks), (stage, vec![TaskReason::MissingFromLists]));
    }
}

/// S-13b: what NOBD answers: an end, a row that runs, nothing.
#[test]
fn nobd_answers_for_the_row() {
    let held = || {
        let mut alone = Alone::ready();
        alone.take(CaseInbound::Missing { day: date("2024-03-12") });
        alone
    };
    let ended = Enrolment { ended: Some(Ending { kind: EndingKind::Left, on: None }), ..enrolment(1) };
    let mut alone = held();
    alone.take(CaseInbound::RowAnswer(Finding::Yes(Arc::new(ended))));
    assert_eq!(alone.case.stage, Stage::Closed(Closing::Refuted));
    let mut alone = held();
    let said = alone.take(CaseInbound::RowAnswer(Finding::Yes(Arc::new(enrolment(1)))));
    assert_eq!(said, "S-13b found_running\nS-46 looked_at_again\n  to cbdi: ask_disability");
    let next = alone.take(CaseInbound::Missing { day: date("2024-03-13") });
    assert_eq!(next, "S-13b found_missing", "asked once in a spell, and no longer held");
    for finding in [Finding::No, Finding::Unknown] {
        let mut alone = held();
        alone.take(CaseInbound::RowAnswer(finding));
        assert_eq!(alone.case.stage, Stage::Held(Hold::MissingFromList));
    }
}

/// S-46: one recheck at a time: who is back on the list while NOBD's word is being followed is not asked about anew.
#[test]
fn a_child_that_is_back_while_it_is_looked_at_is_not_asked_about_again() {
    let mut alone = Alone::ready();
    alone.take(CaseInbound::Missing { day: date("2024-03-12") });
    alone.take(CaseInbound::RowAnswer(Finding::Yes(Arc::new(enrolment(1)))));
    assert_eq!(alone.take(CaseInbound::BackOnList { day: date("2024-03-13") }), "S-13b found_again");
}

/// S-13b: the intake tells who is missing from a full list, each day, and who is back.
#[test]
fn the_intake_tells_who_is_missing_and_who_is_back() {
    let mut world = World::new();
    world.full_list("2024-03-12", &[enrolment(1), enrolment(4)]);
    world.full_list("2024-03-13", &[enrolment(1)]);
    assert_eq!(world.case(4).stage, Stage::Held(Hold::MissingFromList));
    assert_eq!(world.intake().missing.len(), 1);
    world.full_list("2024-03-14", &[enrolment(1)]);
    assert_eq!(world.count("ask_row"), 1);
    world.full_list("2024-03-15", &[enrolment(1), enrolment(4)]);
    assert!(world.intake().missing.is_empty());
    assert_eq!(world.count("ask_disability"), 3, "looked at again");
}
