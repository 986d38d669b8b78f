//! S-48: what registers report by themselves, by where the case stands.

use proaktiv_core::home_schooling::{CaseInbound, Stage};
use proaktiv_messages::{Amended, Exclusion, Hold, OfficialDecision, PersonChange, Status, StatusKind, TaskReason};

use super::alone::Alone;
use super::world::{child_record, date, enrolment, token};

fn recorded(kind: StatusKind) -> CaseInbound {
    CaseInbound::PersonReported(PersonChange::Recorded(Status { kind, from: date("2024-03-01"), to: None }))
}

/// S-48: a form out: a child that is dead or flagged leaves, without App.4; the rest changes nothing.
#[test]
fn a_flagged_child_leaves_its_offer() {
    let mut alone = Alone::offered();
    let said = alone.take(recorded(StatusKind::Dead));
    assert_eq!(said, "S-46 record_outdated\nS-16 left_line excluded\nA-20 excluded death\n  leaves its line: Excluded");
    let mut alone = Alone::offered();
    assert_eq!(alone.take(recorded(StatusKind::FullStateCare)), "");
    assert_eq!(alone.case.stage, Stage::Offered);
}

/// S-48: an application sent: forwarded, nothing withdrawn.
#[test]
fn an_event_before_the_decision_is_forwarded() {
    let mut alone = Alone::applied();
    alone.take(recorded(StatusKind::Dead));
    alone.take(CaseInbound::RepresentativeLost { person: token(2), why: StatusKind::DeprivedOfRights });
    let forwarded =
        [StatusKind::Dead, StatusKind::DeprivedOfRights].map(|kind| TaskReason::Amendment(Amended::Status(kind)));
    assert_eq!((alone.case.stage, alone.tasks), (Stage::Applied, forwarded.to_vec()));
}

/// S-48: after the grant the next payment waits for a word; the engine stops nothing by itself.
#[test]
fn after_the_grant_the_next_payment_waits_for_a_word() {
    let mut alone = Alone::granted();
    alone.take(CaseInbound::RepresentativeLost { person: token(3), why: StatusKind::Dead });
    assert!(alone.tasks.is_empty(), "the father receives nothing");
    alone.take(CaseInbound::RepresentativeLost { person: token(2), why: StatusKind::Dead });
    assert_eq!(alone.tasks, [TaskReason::EventAfterGrant(StatusKind::Dead)]);
    alone.until("2024-05-20 12:00");
    assert!(alone.paid.is_empty());
    let application = alone.case.application_id().expect("an application");
    alone.instruct(OfficialDecision::PaymentsGoOn(application)).expect("a word");
    assert_eq!(alone.case.stage, Stage::Granted);
    alone.until("2024-06-20 12:00");
    assert_eq!(alone.paid.len(), 3, "March to May, on the next such day");
    assert!(alone.instruct(OfficialDecision::PaymentsGoOn(application)).is_err(), "once");
}

/// S-46: a stopped case is looked at again at once on GBDFL's notice; a status that has ended is none.
#[test]
fn a_notice_brings_a_stopped_case_another_look() {
    let mut alone = Alone::new();
    alone.row(enrolment(1));
    alone.eligible();
    alone.consent();
    let mut record = child_record(1);
    record.birth = None;
    alone.record(record);
    let said = alone.take(CaseInbound::PersonReported(PersonChange::Other));
    assert_eq!(said, "S-46 looked_at_again\n  to cbdi: ask_disability");
    assert_eq!(alone.eligible(), "A-12 no_application_found\n  to gbdfl: ask_child");
    let past = Status { kind: StatusKind::Dead, from: date("2020-01-01"), to: Some(date("2024-03-11")) };
    let mut alone = Alone::offered();
    assert_eq!(alone.take(CaseInbound::PersonReported(PersonChange::Recorded(past))), "");
}

/// S-46, S-03d: what GBDFL reported while the child waited lies in its record: the next look reads it anew.
#[test]
fn a_stop_by_notice_is_looked_at_in_the_record() {
    for (kind, stage) in [
        (StatusKind::Missing, Stage::Excluded(Exclusion::Missing)),
        (StatusKind::Departed, Stage::Held(Hold::FullStateCare)),
    ] {
        let mut alone = Alone::ready();
        alone.take(recorded(kind));
        assert_eq!(alone.case.stage, stage);
        // The row is corrected, which brings either another look.
        let mut corrected = enrolment(1);
        corrected.order_number = Some("2-k".into());
        if kind == StatusKind::Missing {
            alone.until("2024-03-19 02:00");
            alone.list();
        } else {
            alone.row(corrected);
        }
        let said = alone.eligible();
        assert!(!said.contains("representative_tried"), "{said}");
    }
}

/// S-39, S-48: full state care, learnt while the child waits, holds it.
#[test]
fn state_care_learnt_while_waiting_holds() {
    let mut alone = Alone::ready();
    alone.take(recorded(StatusKind::FullStateCare));
    assert_eq!(alone.case.stage, Stage::Held(Hold::FullStateCare));
    let taken_back = Status { kind: StatusKind::FullStateCare, from: date("2024-03-01"), to: None };
    let said = alone.take(CaseInbound::PersonReported(PersonChange::TakenBack(taken_back)));
    assert!(said.contains("S-46 looked_at_again"), "{said}");
    assert_eq!(alone.case.stage, Stage::Held(Hold::FullStateCare));
    let mut alone = Alone::ready();
    alone.take(recorded(StatusKind::Incapable));
    assert_eq!(alone.case.stage, Stage::Excluded(Exclusion::Incapacity));
}
