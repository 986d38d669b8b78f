//! A-19, S-11, S-15, S-39: who acts for the child where its parents cannot.

use proaktiv_core::home_schooling::{CaseInbound, Progress, Stage, Unfit};
use proaktiv_messages::{
    ChildRecord, Enrolment, Finding, Hold, OfficialDecision, Purposes, Representative, Sealed, Status, StatusKind,
};

use super::alone::Alone;
use super::world::{World, at, child_record, date, enrolment, token};

fn status(kind: StatusKind) -> Status {
    Status { kind, from: date("2024-01-10"), to: None }
}

/// The record of a child both of whose parents have a status.
fn record_with(kinds: [StatusKind; 2]) -> ChildRecord<Sealed> {
    let mut record = child_record(1);
    for (kin, kind) in record.kin.iter_mut().zip(kinds) {
        kin.statuses.push(status(kind));
    }
    record
}

fn named(person: u128) -> CaseInbound {
    let one = Representative { person: token(person), appointed: date("2024-02-01") };
    CaseInbound::Representatives(Finding::Yes(vec![one]))
}

fn at_the_record() -> Alone {
    let mut alone = Alone::new();
    alone.row(enrolment(1));
    alone.eligible();
    alone.consent();
    alone
}

/// NOBD is asked after GBDFL answered and left no usable parent, with the consent to the child's record.
#[test]
fn nobd_is_asked_when_no_parent_is_usable() {
    for kinds in [
        [StatusKind::Dead, StatusKind::Missing],
        [StatusKind::Incapable, StatusKind::Stateless],
        [StatusKind::Dead, StatusKind::DeprivedOfRights],
    ] {
        let mut alone = at_the_record();
        let said = alone.record(record_with(kinds));
        assert_eq!(said, "A-17 child_record_taken\nA-19 representatives_asked\n  to nobd: ask_representatives");
        assert_eq!(alone.take(named(5)), "A-19 representatives_named\nS-15 representative_tried");
        assert_eq!(alone.fit(5), "A-22 representative_found");
    }
    let mut alone = at_the_record();
    let mut nobody = child_record(1);
    nobody.kin.clear();
    assert!(alone.record(nobody).contains("to nobd: ask_representatives"));
}

/// S-11: one usable parent is enough; NOBD is not asked, nor while GBDFL cannot say.
#[test]
fn nobd_is_not_asked_beside_a_usable_parent() {
    let mut alone = at_the_record();
    let mut record = child_record(1);
    record.kin[0].statuses.push(status(StatusKind::Dead));
    assert_eq!(alone.record(record), "A-17 child_record_taken\nS-15 representative_tried");
    assert_eq!(
        alone.unfit(3, Unfit::IdNotActual),
        "S-15 representative_unfit id_not_actual\nS-02 held id_not_actual\n  to leb/110000000: open_task {\"held\":\"id_not_actual\"}"
    );
    let mut alone = at_the_record();
    assert_eq!(alone.take(CaseInbound::Child(Finding::Unknown)), "S-46 register_could_not_say");
}

/// S-11: parents whose own records flag them leave the question to NOBD; one whose document is old does not.
#[test]
fn parents_flagged_by_their_own_records_are_unusable_too() {
    let mut alone = Alone::assessing();
    alone.unfit(2, Unfit::Flagged);
    assert!(alone.unfit(3, Unfit::Flagged).ends_with("A-19 representatives_asked\n  to nobd: ask_representatives"));
    alone.take(named(5));
    alone.unfit(5, Unfit::NoBmg);
    assert_eq!(alone.case.stage, Stage::Held(Hold::NoBmg));
    // With the next list the parents come first again, and NOBD is not asked a second time.
    alone.until("2024-03-20 02:00");
    alone.list();
    alone.eligible();
    alone.unfit(2, Unfit::Flagged);
    assert_eq!(alone.unfit(3, Unfit::Flagged), "S-15 representative_unfit flagged\nS-15 representative_tried");
    alone.fit(5);
    assert_eq!(alone.case.stage, Stage::Ready);
}

/// NOBD names nobody: held, and read anew with the next list (S-03d: under a consent that is valid).
#[test]
fn nobody_named_holds() {
    let mut alone = at_the_record();
    alone.record(record_with([StatusKind::Dead, StatusKind::Dead]));
    alone.take(CaseInbound::Representatives(Finding::Unknown));
    assert!(!matches!(alone.case.stage, Stage::Held(_)), "Unknown is no nobody");
    alone.take(CaseInbound::Representatives(Finding::No));
    assert_eq!(alone.case.stage, Stage::Held(Hold::NoRep));
    alone.until("2024-03-12 02:00");
    alone.list();
    assert_eq!(alone.eligible(), "A-12 no_application_found\n  to gbdfl: ask_child");
}

/// S-11, S-51: a guardian of the row beside a usable parent is for an official, whose word skips no check.
#[test]
fn a_guardian_beside_a_usable_parent_is_for_an_official() {
    let conflict = || {
        let mut alone = Alone::new();
        alone.row(Enrolment { guardian: Some(token(5)), ..enrolment(1) });
        alone.eligible();
        alone.consent();
        alone.record(child_record(1));
        assert_eq!(alone.case.stage, Stage::Held(Hold::RepConflict));
        alone
    };
    let resolve = |representative| OfficialDecision::ResolveHold { hold: Hold::RepConflict, representative };
    for (chosen, acts) in [(Some(token(5)), 5), (None, 2)] {
        let mut alone = conflict();
        assert_eq!(alone.list(), "S-46 no_list_awaited", "no register knows more");
        let said = alone.instruct(resolve(chosen)).expect("a decision");
        assert_eq!(said, "S-51 hold_resolved\nS-46 looked_at_again\n  to cbdi: ask_disability");
        alone.eligible();
        alone.fit(acts);
        assert_eq!(alone.case.stage, Stage::Ready);
    }
}

/// S-39: a child in full state care, or abroad for good, is held; the pack of order 84 decides.
#[test]
fn a_child_in_state_care_is_held() {
    for kind in [StatusKind::FullStateCare, StatusKind::Departed] {
        let mut alone = at_the_record();
        let mut record = child_record(1);
        record.child.statuses.push(status(kind));
        alone.record(record);
        assert_eq!(alone.case.stage, Stage::Held(Hold::FullStateCare));
    }
}

/// Child 4, a sibling of child 1, has both parents in the other order: its father stands first.
fn sibling_with_the_father_first(world: &mut World) {
    world.list(&[enrolment(4)]);
    world.eligible();
    world.consent(Some(Purposes::OF_CHILD));
    let mut record = child_record(4);
    record.kin.swap(0, 1);
    world.child(record);
}

/// S-15: the mother, who has an offer for a sibling, or an application, comes before the father of the record.
#[test]
fn who_serves_a_sibling_comes_first() {
    for applies in [false, true] {
        let mut world = World::new();
        world.offered(1, &[("601", 31)]);
        if applies {
            world.reply(2, "123 #3#1");
            assert_eq!(world.case(1).stage, Stage::Applied);
        }
        let requests = world.count("request_consent");
        sibling_with_the_father_first(&mut world);
        assert_eq!(world.case(4).contact.as_ref().map(|contact| contact.recipient), Some(token(2)));
        assert_eq!(world.count("request_consent"), requests + 1, "for the child alone");
    }
}

/// S-15: before the offer of a sibling and after its end the order of record holds.
#[test]
fn without_an_offer_for_a_sibling_the_order_of_record_holds() {
    for ends in ["2024-03-11 11:00", "2024-03-16 09:00"] {
        let mut world = World::new();
        world.ready(1, &[("601", 31)]);
        world.until(at("2024-03-12 09:00").min(at(ends)));
        if at(ends) > world.now {
            world.accepted();
        }
        world.until(at(ends));
        sibling_with_the_father_first(&mut world);
        assert_eq!((world.case(4).stage, world.recipient(3).progress), (Stage::Assessing, Progress::Consent), "{ends}");
    }
}

/// S-15: whoever comes first for a sibling's sake and cannot act gives way to the other in turn.
#[test]
fn who_comes_first_for_a_sibling_is_tried_like_any_other() {
    let mut alone = Alone::assessing();
    assert_eq!(alone.take(CaseInbound::OtherServes { person: token(3) }), "S-15 representative_preferred");
    assert_eq!(alone.unfit(3, Unfit::NoBmg), "S-15 representative_unfit no_bmg\nS-15 representative_tried");
    alone.fit(2);
    assert_eq!(alone.case.stage, Stage::Ready);
}

/// S-15, S-20: what is not known yet is no definite no: the next representative is not tried for it.
#[test]
fn what_is_not_known_yet_is_no_reason_to_try_the_next() {
    for (why, hold) in [(Unfit::BankUnknown, Hold::BankUnknown), (Unfit::ConsentExpired, Hold::ConsentExpired)] {
        let mut alone = Alone::assessing();
        alone.unfit(2, why);
        assert_eq!(alone.case.stage, Stage::Held(hold));
    }
    let mut alone = Alone::assessing();
    alone.unfit(2, Unfit::ConsentTimeout);
    alone.fit(3);
    assert_eq!(alone.case.stage, Stage::Ready, "silence to the request is a definite no");
}
