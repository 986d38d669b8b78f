//! NOBD's list day by day, whole and spoilt; children who are missing from it; what NOBD answers.

use super::*;
use crate::Sending;
use crate::stories::{asked, bad_consents, day, enrolment, iin, message, moment, said, sealed, seals, tell, wake};
use proaktiv_messages::{
    AskRepresentatives, AskRow, Ending, EndingKind, Finding, ListChunk, MessageId, Party, Purposes,
};

fn list_of(nobd: &mut Nobd, date: &str) -> Vec<ListChunk<Clear>> {
    let out = wake(nobd, (Moment::default(), astana::number_of(day(date))));
    assert!(out.sendings.iter().all(|sending| sending.until_answered && sending.to == Party::Esobes));
    let chunk = |sending: Sending| if let Body::ReportEnrolments(chunk) = sending.body { Some(chunk) } else { None };
    out.sendings.into_iter().map(chunk).collect::<Option<_>>().expect("parts of a list and nothing else")
}

fn ids(chunks: &[ListChunk<Clear>]) -> Vec<u64> {
    chunks.iter().flat_map(|chunk| chunk.rows.iter()).filter_map(|row| row.row).collect()
}

#[test]
fn a_row_is_listed_from_its_first_to_its_last_day() {
    let mut nobd = Nobd::new(100, day("2024-12-31"), seals());
    nobd.enrol(day("2024-03-12"), Arc::new(enrolment(2, "2024-03-13")));
    nobd.enrol(day("2024-03-11"), Arc::new(enrolment(1, "2025-05-25")));
    assert_eq!(ids(&list_of(&mut nobd, "2024-03-11")), [1]);
    assert_eq!(ids(&list_of(&mut nobd, "2024-03-12")), [1, 2]);
    assert_eq!(ids(&list_of(&mut nobd, "2024-03-13")), [1, 2]);
    let last = list_of(&mut nobd, "2024-03-14");
    assert_eq!(ids(&last), [1]);
    assert_eq!((last[0].batch, last[0].declared_rows), (4, Some(1)));
    // When the last row is over, the list is empty and not that of the day before.
    let empty = list_of(&mut nobd, "2025-05-26");
    assert_eq!((ids(&empty), empty.len(), empty[0].declared_rows), (vec![], 1, Some(0)));
}

#[test]
fn a_list_comes_in_parts_that_share_their_rows() {
    let mut nobd = Nobd::new(2, day("2024-12-31"), seals());
    let rows: Vec<_> = (1..=5).map(|row| Arc::new(enrolment(row, "2025-05-25"))).collect();
    rows.iter().for_each(|row| nobd.enrol(day("2024-03-11"), row.clone()));
    let list = list_of(&mut nobd, "2024-03-11");
    let shape: Vec<_> = list.iter().map(|chunk| (chunk.part, chunk.parts, chunk.rows.len())).collect();
    assert_eq!(shape, [(0, 3, 2), (1, 3, 2), (2, 3, 1)]);
    assert!(list.iter().all(|chunk| chunk.batch == 1 && chunk.declared_rows == Some(5)));
    assert!(list.iter().flat_map(|chunk| chunk.rows.iter()).eq(&rows));
    // A list that did not change is the same object the next day.
    let next = list_of(&mut nobd, "2024-03-12");
    assert!(list.iter().zip(&next).all(|(today, tomorrow)| Arc::ptr_eq(&today.rows, &tomorrow.rows)));
}

#[test]
fn a_day_without_rows_has_an_empty_list() {
    let list = list_of(&mut Nobd::new(2, day("2024-12-31"), seals()), "2024-03-11");
    assert_eq!((list.len(), list[0].parts, list[0].declared_rows), (1, 1, Some(0)));
}

#[test]
fn what_a_school_enters_joins_the_list_and_a_correction_keeps_its_place() {
    let mut nobd = Nobd::new(100, day("2024-12-31"), seals());
    let enter = |nobd: &mut Nobd, id, row| {
        let entry = message(Party::School(3), MessageId::Numbered(id), Body::Enrol(Arc::new(row)));
        assert_eq!(said(&tell(nobd, &entry, Moment::default())), [(Party::School(3), Body::Received)]);
    };
    enter(&mut nobd, 1, enrolment(1, "2025-05-25"));
    enter(&mut nobd, 2, enrolment(2, "2025-05-25"));
    enter(&mut nobd, 2, enrolment(2, "2025-05-25"));
    enter(&mut nobd, 3, Enrolment { order_number: Some("99".into()), ..enrolment(1, "2025-05-25") });
    let list = list_of(&mut nobd, "2024-03-11");
    assert_eq!(ids(&list), [1, 2]);
    assert_eq!(list[0].rows[0].order_number.as_deref(), Some("99"));

    // Without ids: the same child at the same school, first in the same period, then in a later one.
    let unnumbered = |from, to| Enrolment { row: None, from: Some(day(from)), ..enrolment(2, to) };
    enter(&mut nobd, 4, unnumbered("2024-02-01", "2024-05-25"));
    assert_eq!(list_of(&mut nobd, "2024-03-12")[0].rows.len(), 2);
    enter(&mut nobd, 5, unnumbered("2024-09-01", "2025-05-25"));
    assert_eq!(list_of(&mut nobd, "2024-03-13")[0].rows.len(), 3);
}

#[test]
fn it_reports_at_two_in_the_morning_until_its_last_day() {
    let mut nobd = Nobd::new(100, day("2024-03-12"), seals());
    for (now, first) in [
        ("2024-03-10T19:00:00Z", "2024-03-10T21:00:00Z"),
        ("2024-03-10T21:00:00Z", "2024-03-10T21:00:00Z"),
        ("2024-03-10T21:00:01Z", "2024-03-11T21:00:00Z"),
    ] {
        let mut out = Out::default();
        nobd.begin(moment(now), &mut out);
        assert_eq!(out.wakes[0].0, moment(first), "{now}");
    }
    let first = wake(&mut nobd, (moment("2024-03-10T21:00:00Z"), astana::number_of(day("2024-03-11"))));
    assert_eq!(first.wakes, [(moment("2024-03-11T21:00:00Z"), astana::number_of(day("2024-03-12")))]);
    assert!(wake(&mut nobd, first.wakes[0]).wakes.is_empty());
}

fn with_rows(rows: u64) -> Nobd {
    let mut nobd = Nobd::new(2, day("2024-12-31"), seals());
    (1..=rows).for_each(|row| nobd.enrol(day("2024-03-11"), Arc::new(enrolment(row, "2025-05-25"))));
    nobd
}

/// Carries out what is on the agenda up to `now`.
fn pass(nobd: &mut Nobd, now: &str) {
    wake(nobd, (moment(now), AGENDA));
}

fn row_of(nobd: &mut Nobd, child: u32) -> Finding<Arc<Enrolment<Clear>>> {
    let question = AskRow { child: iin(child), row: Some(child.into()), school: 3 };
    match said(&tell(nobd, &asked(1, Body::AskRow(question)), Moment::default())).pop() {
        Some((Party::Esobes, Body::RowAnswer(finding))) => finding,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_child_is_missing_from_its_moment_until_it_is_found() {
    let mut nobd = with_rows(5);
    nobd.lose(moment("2024-03-12T06:00:00Z"), iin(2), false);
    nobd.lose(moment("2024-03-12T06:00:00Z"), iin(3), true);
    nobd.find(moment("2024-03-14T06:00:00Z"), iin(2));
    assert_eq!(ids(&list_of(&mut nobd, "2024-03-11")), [1, 2, 3, 4, 5]);
    pass(&mut nobd, "2024-03-12T05:59:59Z");
    assert_eq!(ids(&list_of(&mut nobd, "2024-03-12")), [1, 2, 3, 4, 5]);
    pass(&mut nobd, "2024-03-12T06:00:00Z");
    let list = list_of(&mut nobd, "2024-03-13");
    assert_eq!((ids(&list), list[0].declared_rows), (vec![1, 4, 5], Some(3)));
    // Asked, NOBD knows the row that its list alone has lost.
    assert_eq!(row_of(&mut nobd, 2), Finding::No);
    assert_eq!(row_of(&mut nobd, 3), Finding::Yes(Arc::new(enrolment(3, "2025-05-25"))));
    assert_eq!(row_of(&mut nobd, 1), Finding::Yes(Arc::new(enrolment(1, "2025-05-25"))));
    assert_eq!(row_of(&mut nobd, 9), Finding::No);
    pass(&mut nobd, "2024-03-14T06:00:00Z");
    assert_eq!(ids(&list_of(&mut nobd, "2024-03-15")), [1, 4, 5, 2]);
}

#[test]
fn a_missing_row_that_ended_is_known_and_one_that_runs_comes_back() {
    let mut nobd = with_rows(2);
    list_of(&mut nobd, "2024-03-11");
    nobd.lose(moment("2024-03-12T06:00:00Z"), iin(1), false);
    pass(&mut nobd, "2024-03-12T06:00:00Z");
    let enter = |nobd: &mut Nobd, row: Enrolment<Clear>| {
        tell(nobd, &message(Party::School(3), MessageId::Numbered(1), Body::Enrol(Arc::new(row))), Moment::default());
    };
    let ended = Some(Ending { kind: EndingKind::Left, on: None });
    enter(&mut nobd, Enrolment { ended, ..enrolment(1, "2025-05-25") });
    assert_eq!(ids(&list_of(&mut nobd, "2024-03-13")), [2]);
    assert!(matches!(row_of(&mut nobd, 1), Finding::Yes(row) if row.ended == ended));
    enter(&mut nobd, enrolment(1, "2025-05-25"));
    assert_eq!(ids(&list_of(&mut nobd, "2024-03-14")), [2, 1]);
}

#[test]
fn a_list_may_come_wrong_in_six_ways() {
    use ListFault::{Empty, Late, None as NoList, Partial, Twice, Undeclared};
    let zero = vec![Span::ZERO];
    for (fault, expected, declared, after) in [
        (NoList, vec![], None, vec![]),
        (Empty, vec![], Some(0), zero.clone()),
        (Partial, vec![1, 2], Some(5), zero.clone()),
        (Undeclared, vec![1, 2, 3, 4, 5], None, vec![Span::ZERO; 3]),
        (Twice, vec![1, 2, 3, 4, 5, 1, 2, 3, 4, 5], Some(5), [[Span::ZERO; 3], [Span::hours(1); 3]].concat()),
        (Late, vec![1, 2, 3, 4, 5], Some(5), vec![Span::hours(26); 3]),
    ] {
        let mut nobd = with_rows(5);
        nobd.spoil(day("2024-03-11"), fault);
        let out = wake(&mut nobd, (Moment::default(), astana::number_of(day("2024-03-11"))));
        let leave: Vec<_> = out.sendings.iter().map(|sending| sending.after).collect();
        assert_eq!((leave, out.misbehaviours.len()), (after, 1), "{fault:?}");
        let chunks: Vec<_> = out
            .sendings
            .into_iter()
            .filter_map(|sending| if let Body::ReportEnrolments(chunk) = sending.body { Some(chunk) } else { None })
            .collect();
        assert_eq!(ids(&chunks), expected, "{fault:?}");
        assert!(chunks.iter().all(|chunk| chunk.batch == 1 && chunk.declared_rows == declared), "{fault:?}");
        // The list of the next day is sound.
        assert_eq!(ids(&list_of(&mut nobd, "2024-03-12")), [1, 2, 3, 4, 5], "{fault:?}");
    }
}

#[test]
fn representatives_are_named_on_the_consent_of_the_child_alone() {
    let mut nobd = with_rows(1);
    let one = |which, appointed| Representative { person: iin(which), appointed: day(appointed) };
    nobd.appoint(iin(1), one(8, "2024-03-11"));
    nobd.appoint(iin(1), one(9, "2024-03-13"));
    let ask = |nobd: &mut Nobd, child, consent, at| {
        let question = Body::AskRepresentatives(AskRepresentatives { child: iin(child), consent });
        said(&tell(nobd, &asked(1, question), moment(at))).remove(0).1
    };
    let noon = "2024-03-12T12:00:00Z";
    let good = sealed(iin(1), Purposes::OF_CHILD);
    let answer = |found| Body::RepresentativesAnswer(found);
    assert_eq!(ask(&mut nobd, 1, good, noon), answer(Finding::Yes(vec![one(8, "2024-03-11")])));
    let of_two = sealed(iin(2), Purposes::OF_CHILD);
    assert_eq!(ask(&mut nobd, 2, of_two, noon), answer(Finding::No));
    for (consent, refused) in bad_consents(iin(1), Purposes::OF_CHILD, Purposes::OF_REPRESENTATIVE) {
        assert_eq!(ask(&mut nobd, 1, consent, noon), refused);
    }
}
