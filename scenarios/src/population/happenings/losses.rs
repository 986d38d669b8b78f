//! Death, loss of rights, departure, learnt after a form has left (S-48).

use chrono::NaiveDate;
use proaktiv_messages::{Status, StatusKind};

use super::super::happening::{Claims, Entry, Needs};
use super::fate::{Fate, after, lasting};
use crate::plan::{AdultFact, ChildFact, OfficialDoes};

const TIMED: Claims = Claims::OFFER.and(Claims::CHECKS);
const TIMED_TO_THE_END: Claims = Claims::FROM_OFFER.and(Claims::CHECKS);
const BEFORE_THE_DECISION: Claims = Claims::OFFER.and(Claims::CHECKS).and(Claims::DECISION);
const PAY: Claims = Claims::PAY;

pub(in super::super) const ALL: &[Entry] = &[
    Entry::new("recipient_lost_in_the_window", TIMED, &["S-08", "S-48"], recipient_lost_in_the_window)
        .needs(Needs::TwoParents),
    Entry::new("only_recipient_lost_in_the_window", TIMED_TO_THE_END, &["S-48"], only_recipient_lost_in_the_window),
    Entry::new("child_lost_in_the_window", TIMED_TO_THE_END, &["S-48"], child_lost_in_the_window),
    Entry::new("child_departs_in_the_window", TIMED, &["S-39", "S-48"], child_departs_in_the_window),
    Entry::new(
        "recipient_dies_before_the_decision",
        BEFORE_THE_DECISION,
        &["S-48"],
        recipient_dies_before_the_decision,
    ),
    Entry::new("child_dies_before_the_decision", BEFORE_THE_DECISION, &["S-48"], child_dies_before_the_decision),
    Entry::new("recipient_lost_when_paid", PAY, &["S-48", "S-51"], recipient_lost_when_paid),
    Entry::new("child_lost_when_paid", PAY, &["S-48"], child_lost_when_paid),
    Entry::new("child_in_care_when_paid", PAY, &["S-39", "S-48", "S-51"], child_in_care_when_paid),
    Entry::new("wrong_death_record_when_paid", PAY, &["S-48", "S-51"], wrong_death_record_when_paid),
];

fn of_representative(fate: &mut Fate<'_>, day: NaiveDate) -> Status {
    let kinds = [StatusKind::Dead, StatusKind::DeprivedOfRights, StatusKind::Missing, StatusKind::Incapable];
    lasting(*fate.draw.pick(&kinds), day)
}

/// The recipient dies, is missing or loses his rights on the second day of the window, before any reply: the
/// other parent gets an offer of his own (S-48, S-08).
fn recipient_lost_in_the_window(fate: &mut Fate<'_>) {
    let day = after(fate.hurried(), 1);
    let status = of_representative(fate, day);
    fate.parent_changes(0, day, 12, true, AdultFact::Status(status));
    fate.accepts(2);
}

/// The same where there is no other parent; a reply that follows is void (S-48).
fn only_recipient_lost_in_the_window(fate: &mut Fate<'_>) {
    fate.family.parents.truncate(1);
    let day = after(fate.hurried(), 1);
    let status = of_representative(fate, day);
    fate.parent_changes(0, day, 12, true, AdultFact::Status(status));
    fate.accepts_after(1, 1_800);
}

/// The child dies or is flagged while the form is out: no App.4 to a bereaved family (S-48).
fn child_lost_in_the_window(fate: &mut Fate<'_>) {
    let day = after(fate.hurried(), 1);
    let kinds = [StatusKind::Dead, StatusKind::Dead, StatusKind::Missing, StatusKind::Incapable, StatusKind::Stateless];
    let status = lasting(*fate.draw.pick(&kinds), day);
    fate.child_changes(0, day, 12, true, ChildFact::Status(status));
    fate.family.reply.after_minutes = 2_600;
}

/// The child leaves the country while the form is out: nothing changes (S-48).
fn child_departs_in_the_window(fate: &mut Fate<'_>) {
    let day = fate.hurried();
    fate.child_changes(0, day, 12, true, ChildFact::Status(lasting(StatusKind::Departed, day)));
    fate.accepts_after(1, 600);
}

/// The recipient dies between application and decision: forwarded, nothing withdrawn (S-48).
fn recipient_dies_before_the_decision(fate: &mut Fate<'_>) {
    let day = fate.hurried();
    fate.decided_slowly();
    fate.accepts_after(1, 30);
    let status = lasting(StatusKind::Dead, day);
    fate.parent_changes(0, day, 18, true, AdultFact::Status(status));
}

/// The child dies between application and decision (S-48).
fn child_dies_before_the_decision(fate: &mut Fate<'_>) {
    let day = fate.hurried();
    fate.decided_slowly();
    fate.accepts_after(1, 30);
    fate.child_changes(0, day, 18, true, ChildFact::Status(lasting(StatusKind::Dead, day)));
}

fn payments_go_on(fate: &mut Fate<'_>) {
    let minutes = fate.draw.between(600, 60_000);
    fate.official_on("event_after_grant", minutes, OfficialDoes::PaymentsGoOn);
}

/// The recipient dies or loses his rights while months are paid; officials let the payments go on (S-48).
fn recipient_lost_when_paid(fate: &mut Fate<'_>) {
    let day = fate.day_when_paid(1, 4);
    let status = of_representative(fate, day);
    fate.parent_changes(0, day, 12, true, AdultFact::Status(status));
    payments_go_on(fate);
}

/// The child dies while months are paid; officials say nothing, and no further month is paid (S-48).
fn child_lost_when_paid(fate: &mut Fate<'_>) {
    let day = fate.day_when_paid(1, 4);
    fate.child_changes(0, day, 12, true, ChildFact::Status(lasting(StatusKind::Dead, day)));
}

/// The child is taken into an institution, or leaves the country, while months are paid (S-48, S-39).
fn child_in_care_when_paid(fate: &mut Fate<'_>) {
    let day = fate.day_when_paid(1, 4);
    let kind = if fate.draw.below(2) == 0 { StatusKind::FullStateCare } else { StatusKind::Departed };
    fate.child_changes(0, day, 12, true, ChildFact::Status(lasting(kind, day)));
    payments_go_on(fate);
}

/// The child is recorded as dead in error while months are paid, and the record is taken back (S-48).
fn wrong_death_record_when_paid(fate: &mut Fate<'_>) {
    let day = fate.day_when_paid(1, 4);
    let status = lasting(StatusKind::Dead, day);
    fate.child_changes(0, day, 12, true, ChildFact::Status(status));
    let days = fate.draw.between(2, 30);
    fate.child_changes(0, after(day, days), 12, true, ChildFact::StatusTakenBack(status));
    payments_go_on(fate);
}
