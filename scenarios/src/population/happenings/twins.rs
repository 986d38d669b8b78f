//! What befalls one child of a family with several (S-16).

use proaktiv_messages::{Ending, EndingKind, StatusKind};

use super::super::happening::{Claims, Entry, Needs};
use super::fate::{Fate, after, lasting};
use crate::plan::{ByHand, ChildFact, Does, EnrolmentRow, HandEnd};

const ALL_OF_IT: Claims = Claims::ALL;

pub(in super::super) const ALL: &[Entry] = &[
    Entry::new("row_is_the_siblings", ALL_OF_IT, &["S-12", "S-12b"], row_is_the_siblings).needs(Needs::Siblings),
    Entry::new("sibling_certified_days_later", Claims::CHECKS, &["S-16"], sibling_certified_days_later)
        .needs(Needs::Siblings),
    Entry::new("sibling_certified_over_a_month_end", ALL_OF_IT, &["S-16"], sibling_certified_over_a_month_end)
        .needs(Needs::Siblings),
    Entry::new("sibling_refuted_in_the_window", ALL_OF_IT, &["S-12b", "S-16"], sibling_refuted_in_the_window)
        .needs(Needs::Siblings),
    Entry::new("sibling_applied_for_by_hand", ALL_OF_IT, &["S-16", "S-26b"], sibling_applied_for_by_hand)
        .needs(Needs::Siblings),
    Entry::new("sibling_dies_in_the_window", ALL_OF_IT, &["S-16", "S-48"], sibling_dies_in_the_window)
        .needs(Needs::Siblings),
    Entry::new("sibling_refused", Claims::DECISION.and(Claims::PAY), &["S-16", "S-31"], sibling_refused)
        .needs(Needs::Siblings),
];

/// The row of the first child is the second one's: the school enters it anew with the other IIN under the same
/// id, which ends it for the first (S-12).
fn row_is_the_siblings(fate: &mut Fate<'_>) {
    let day = after(fate.listed(), fate.draw.between(1, 40));
    let row = fate.family.children[0].enrolment.clone();
    let sibling = &mut fate.family.children[1];
    (sibling.enrolment, sibling.first_listed) = (row, day);
}

/// The second child's disability is recorded hours or days after the first one's offer is out: it waits (S-16).
fn sibling_certified_days_later(fate: &mut Fate<'_>) {
    let disability = fate.family.children[1].disability.take();
    let day = after(fate.family.children[1].first_listed, fate.draw.between(0, 3));
    fate.child_changes(1, day, 10, true, ChildFact::Disability(disability));
}

/// The same, while the first one's offer drags on with another bank: the wait crosses a month end, where one
/// is near (S-16).
fn sibling_certified_over_a_month_end(fate: &mut Fate<'_>) {
    let form = fate.hurried();
    let disability = fate.family.children[1].disability.take();
    fate.child_changes(1, form, 10, true, ChildFact::Disability(disability));
    fate.has_banks(1);
    fate.on_form(1, 2_400, Does::OtherBank);
    for nth in 3..=5 {
        fate.accepts_after(nth, 200);
    }
}

/// The second child's row ends while the form for both is out (S-16, S-12b).
fn sibling_refuted_in_the_window(fate: &mut Fate<'_>) {
    let day = after(fate.hurried(), 1);
    fate.family.children[1].first_listed = fate.listed();
    let ended = Some(Ending { kind: EndingKind::ReturnedToSchool, on: Some(day) });
    let row = EnrolmentRow { ended, ..fate.family.children[1].enrolment.clone() };
    fate.child_changes(1, day, 0, false, ChildFact::Row(Box::new(row)));
    fate.accepts_after(1, 1_800);
}

/// An application by hand is lodged for the second child while the form for both is out (S-16, S-26b).
fn sibling_applied_for_by_hand(fate: &mut Fate<'_>) {
    fate.hurried();
    fate.family.children[1].first_listed = fate.listed();
    fate.family.children[1].by_hand = Some(ByHand { ends: HandEnd::Granted, after_minutes: 8_000 });
    let minutes = fate.draw.between(10, 900);
    fate.on_form(1, minutes, Does::Lodges(2));
    fate.accepts_after(1, minutes + 200);
}

/// The second child dies while the form for both is out: the offer goes on for the first (S-16, S-48).
fn sibling_dies_in_the_window(fate: &mut Fate<'_>) {
    let day = fate.hurried();
    fate.family.children[1].first_listed = fate.listed();
    fate.child_changes(1, day, 14, true, ChildFact::Status(lasting(StatusKind::Dead, day)));
    fate.accepts_after(1, 900);
}

/// One application is granted, the other refused (S-16, S-31).
fn sibling_refused(fate: &mut Fate<'_>) {
    fate.family.children[1].decision.grants = false;
}
