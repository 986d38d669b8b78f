//! Order 42, p. 4: the daily list.

use proaktiv_core::home_schooling::{Event, Inbound, IntakeEvent, IntakeInbound, ListCounts, RowKey, Stage};
use proaktiv_messages::{Key, Party};

use super::world::{World, date, enrolment, token};

/// a row of the list reaches the case of its child, and the list itself is on record.
#[test]
fn each_row_of_the_list_reaches_its_child() {
    let mut world = World::new();
    world.list(&[enrolment(1), enrolment(4)]);
    let counts = ListCounts { rows: 2, unchanged: 0, new: 2, changed: 0, full: true };
    let ended = IntakeInbound::Ended { batch: 1, day: date("2024-03-11"), counts, missing: Vec::new() };
    world.step(Key::intake(), &Inbound::Intake(ended)).expect("the intake refuses nothing");
    assert_eq!(
        world.read(),
        "A-08 row_taken\n\
         A-08 row_taken\n\
         A-07 listed\n  \
           to cbdi: ask_disability\n\
         A-07 listed\n  \
           to cbdi: ask_disability\n\
         A-07 list_taken"
    );
    assert_eq!(world.case(4).enrolment.as_deref(), Some(&enrolment(4)));
}

/// a row that lacks something does not keep the others from being taken.
#[test]
fn one_bad_row_does_not_block_the_others() {
    let mut world = World::new();
    let mut bad = enrolment(1);
    bad.conclusions.clear();
    world.list(&[bad, enrolment(4)]);
    assert_eq!(
        world.read(),
        "S-33 row_sent_back\n\
         A-08 row_taken\n  \
           to school/3: return_row\n\
         A-07 listed\n  \
           to cbdi: ask_disability"
    );
}

/// what is wrong with a row is told to the school that answers for it, not to NOBD.
#[test]
fn a_row_sent_back_goes_to_the_school_that_it_names() {
    let mut world = World::new();
    let mut bad = enrolment(1);
    (bad.school, bad.order_number) = (77, None);
    world.list(&[bad]);
    let sent: Vec<Party> = world.sent.iter().map(|sent| sent.to).collect();
    assert_eq!(sent, [Party::School(77)]);
}

/// A-10, T-25: a later row of the same order is a new version; what stands on the former goes on.
#[test]
fn a_later_version_is_linked_and_nothing_begins_anew() {
    let mut world = World::new();
    world.list(&[enrolment(1)]);
    world.eligible();
    world.read();
    let mut corrected = enrolment(1);
    corrected.order_number = Some("12-4".into());
    world.list(&[corrected.clone()]);
    assert_eq!(world.read(), "A-08 row_taken\nA-10 version_linked");
    assert_eq!(world.case(1).enrolment.as_deref(), Some(&corrected));
    assert!(matches!(world.case(1).stage, Stage::Asked(_)));
}

/// T-24: a row is on record with the digest of its content, by which any change of it shows.
#[test]
fn each_row_is_on_record_with_the_digest_of_its_content() {
    let mut world = World::new();
    let mut bad = enrolment(2);
    bad.conclusions.clear();
    world.list(&[enrolment(1), bad]);
    let rows: Vec<_> = world
        .events
        .iter()
        .filter_map(|event| {
            let Event::Intake(IntakeEvent::RowTaken { row, .. } | IntakeEvent::RowSentBack { row, .. }) = event else {
                return None;
            };
            Some((row.key, row.digest))
        })
        .collect();
    assert_eq!(rows, [(RowKey::Numbered(1), token(9_001)), (RowKey::Numbered(2), token(9_002))]);
}

/// S-13, S-44: a row that the last full list does not have is confirmed by the list that brought it, an older one or
/// a part of one, and stays so when the next full list lacks it.
#[test]
fn a_row_is_confirmed_by_the_list_that_brought_it() {
    for brought in ["2024-03-11", "2024-03-13"] {
        let mut world = World::new();
        world.full_list("2024-03-12", &[enrolment(2)]);
        world.rows(date(brought), &[enrolment(1)]);
        let confirmed = |world: &mut World| {
            let asks = IntakeInbound::AskConfirmed { child: token(1), row: Some(RowKey::of(&enrolment(1))) };
            world.alone = true;
            world.step(Key::intake(), &Inbound::Intake(asks)).expect("the intake refuses nothing");
            world.alone = false;
            world.events.iter().rev().find_map(|event| {
                let Event::Intake(IntakeEvent::ConfirmationAsked { day, .. }) = event else { return None };
                *day
            })
        };
        assert_eq!(confirmed(&mut world), Some(date(brought)));
        world.full_list("2024-03-14", &[enrolment(2)]);
        assert_eq!(confirmed(&mut world), Some(date(brought)), "the list of that day lacks it");
    }
}
