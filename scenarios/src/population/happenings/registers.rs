//! What registers hold too late, in error, or not at all (5, 6, 7; S-46).

use proaktiv_messages::{IdentityDocument, Registration, StatusKind};

use super::super::happening::{Claims, Entry};
use super::super::identity;
use super::fate::{Fate, after, lasting};
use crate::plan::{AdultFact, ChildFact, OfficialDoes};

const CHECKS: Claims = Claims::CHECKS;
const ALL_OF_IT: Claims = Claims::ALL;

pub(in super::super) const ALL: &[Entry] = &[
    Entry::new("certified_later", CHECKS, &["S-46"], certified_later),
    Entry::new("certified_unnoticed", CHECKS, &["S-46"], certified_unnoticed),
    Entry::new("certificate_taken_away_before_the_form", ALL_OF_IT, &["S-46"], certificate_taken_away_before_the_form),
    Entry::new("exclusion_reviewed", CHECKS, &["S-46", "S-51"], exclusion_reviewed),
    Entry::new("document_renewed", CHECKS, &["S-02", "S-46"], document_renewed),
    Entry::new("birth_act_appears", CHECKS, &["S-03d", "S-46"], birth_act_appears),
    Entry::new("child_registered_for_good", CHECKS, &["S-03d", "S-46"], child_registered_for_good),
    Entry::new("child_registered_again", CHECKS, &["S-46"], child_registered_again),
    Entry::new("parents_registered_for_good", CHECKS, &["S-46"], parents_registered_for_good),
    Entry::new("child_missing_and_found", CHECKS, &["S-46"], child_missing_and_found),
    Entry::new("child_recorded_dead_in_error", CHECKS, &["S-46", "S-51"], child_recorded_dead_in_error),
    Entry::new("parents_recorded_dead_in_error", CHECKS, &["S-11", "S-46"], parents_recorded_dead_in_error),
    Entry::new("child_dies_before_the_form", ALL_OF_IT, &["S-46"], child_dies_before_the_form),
    Entry::new("child_leaves_state_care", CHECKS, &["S-39", "S-46"], child_leaves_state_care),
    Entry::new("child_stays_in_state_care", ALL_OF_IT, &["S-39", "S-46"], child_stays_in_state_care),
    Entry::new("state_care_resolved_by_officials", CHECKS, &["S-39", "S-51"], state_care_resolved_by_officials),
    Entry::new("parents_come_of_age", CHECKS, &["S-38", "S-46"], parents_come_of_age),
    Entry::new("moves_while_nobody_can_act", CHECKS, &["S-30", "S-46"], moves_while_nobody_can_act),
];

/// CBDI records the disability weeks or months later, and tells (S-46).
fn certified_later(fate: &mut Fate<'_>) {
    becomes_certified(fate, 20, 100, true);
}

/// CBDI records it within days, and tells nobody: the weekly look finds it (S-46).
fn certified_unnoticed(fate: &mut Fate<'_>) {
    becomes_certified(fate, 1, 12, false);
}

fn becomes_certified(fate: &mut Fate<'_>, from: u32, to: u32, told: bool) {
    let disability = fate.family.children[0].disability.take();
    let day = after(fate.listed(), fate.draw.between(from, to));
    fate.child_changes(0, day, 14, told, ChildFact::Disability(disability));
}

/// CBDI takes the disability back while the parents are being asked, and tells (S-46).
fn certificate_taken_away_before_the_form(fate: &mut Fate<'_>) {
    fate.slow_checks();
    let day = fate.listed();
    fate.child_changes(0, day, 15, true, ChildFact::Disability(None));
}

/// CBDI records the disability the day after and tells nobody; an official has the exclusion looked at
/// again, sooner than the engine would by itself (S-51).
fn exclusion_reviewed(fate: &mut Fate<'_>) {
    let disability = fate.family.children[0].disability.take();
    let listed = fate.listed();
    fate.child_changes(0, after(listed, 1), 10, false, ChildFact::Disability(disability));
    let days = fate.draw.between(2, 5);
    fate.official_at(after(listed, days), OfficialDoes::ReviewExclusion);
}

/// The identity documents of all parents have run out; the first one's is renewed within weeks (S-02).
fn document_renewed(fate: &mut Fate<'_>) {
    let listed = fate.listed();
    let family = fate.family.family;
    let ran_out = listed - chrono::Days::new(fate.draw.between(1, 200).into());
    for parent in &mut fate.family.parents {
        for document in &mut parent.documents {
            document.valid_to = document.valid_to.min(ran_out);
        }
    }
    let day = after(listed, fate.draw.between(1, 25));
    let document = IdentityDocument {
        number: identity::document(b'D', identity::parent_serial(family, 0)),
        valid_to: after(day, 3_650),
        invalidated: false,
    };
    let told = fate.draw.below(2) == 0;
    fate.parent_changes(0, day, 11, told, AdultFact::Document(document));
}

/// The birth act is recorded later: the hold lies in the child's record, whose consent has run out by
/// then and may not be asked for yet (S-03d).
fn birth_act_appears(fate: &mut Fate<'_>) {
    let Some(act) = fate.family.children[0].birth_act.take() else { return };
    let day = after(fate.listed(), fate.draw.between(1, 20));
    let told = fate.draw.below(2) == 0;
    fate.child_changes(0, day, 12, told, ChildFact::BirthAct(act));
}

/// The child is registered temporarily, or nothing is given; later permanently.
fn child_registered_for_good(fate: &mut Fate<'_>) {
    let place = fate.family.children[0].registration;
    let temporary = fate.draw.below(2) == 0;
    fate.family.children[0].registration = if temporary { as_temporary(place) } else { Registration::NotGiven };
    let day = after(fate.listed(), fate.draw.between(1, 40));
    fate.child_changes(0, day, 13, true, ChildFact::Registration(place));
}

/// The child's registration was removed: excluded; it is registered again weeks later (7(3), S-46).
fn child_registered_again(fate: &mut Fate<'_>) {
    let place = fate.family.children[0].registration;
    fate.family.children[0].registration = Registration::Removed;
    let day = after(fate.listed(), fate.draw.between(8, 40));
    let told = fate.draw.below(2) == 0;
    fate.child_changes(0, day, 13, told, ChildFact::Registration(place));
}

/// No parent is registered permanently; the first one is, within weeks.
fn parents_registered_for_good(fate: &mut Fate<'_>) {
    let place = fate.family.parents[0].registration;
    for parent in &mut fate.family.parents {
        parent.registration = as_temporary(parent.registration);
    }
    let day = after(fate.listed(), fate.draw.between(1, 20));
    let told = fate.draw.below(2) == 0;
    fate.parent_changes(0, day, 10, told, AdultFact::Registration(place));
}

fn as_temporary(registration: Registration) -> Registration {
    match registration {
        Registration::Permanent(district) | Registration::Temporary(district) => Registration::Temporary(district),
        Registration::Removed | Registration::NotGiven => registration,
    }
}

/// The child is missing and is found again: the register tells, and the exclusion ends (S-46).
fn child_missing_and_found(fate: &mut Fate<'_>) {
    child_flag_is_taken_back(fate, StatusKind::Missing);
}

/// The child is recorded as dead in error. The record is taken back; since death is final for the engine,
/// an official has the exclusion looked at again (S-46, S-51).
fn child_recorded_dead_in_error(fate: &mut Fate<'_>) {
    let day = child_flag_is_taken_back(fate, StatusKind::Dead);
    fate.official_at(after(day, 1), OfficialDoes::ReviewExclusion);
}

fn child_flag_is_taken_back(fate: &mut Fate<'_>, kind: StatusKind) -> chrono::NaiveDate {
    let listed = fate.listed();
    let status = lasting(kind, listed - chrono::Days::new(fate.draw.between(1, 300).into()));
    fate.family.children[0].statuses.push(status);
    let day = after(listed, fate.draw.between(2, 30));
    fate.child_changes(0, day, 10, true, ChildFact::StatusTakenBack(status));
    day
}

/// Every parent is recorded as dead in error; the first one's record is taken back within days (S-11).
fn parents_recorded_dead_in_error(fate: &mut Fate<'_>) {
    let listed = fate.listed();
    let status = lasting(StatusKind::Dead, listed - chrono::Days::new(fate.draw.between(1, 300).into()));
    for parent in &mut fate.family.parents {
        parent.statuses.push(status);
    }
    let day = after(listed, fate.draw.between(2, 45));
    let told = fate.draw.below(2) == 0;
    fate.parent_changes(0, day, 10, told, AdultFact::StatusTakenBack(status));
}

/// The same, and meanwhile the child moves to another district: its record is read again, and the body of that
/// district serves it at its rate (S-30).
fn moves_while_nobody_can_act(fate: &mut Fate<'_>) {
    parents_recorded_dead_in_error(fate);
    let here = fate.family.children[0].registration;
    let places = fate.scenario.districts.list.iter().map(|place| Registration::Permanent(place.district));
    let others: Vec<Registration> = places.filter(|there| *there != here).collect();
    if others.is_empty() {
        return;
    }
    let there = *fate.draw.pick(&others);
    fate.child_changes(0, after(fate.listed(), 1), 12, false, ChildFact::Registration(there));
}

/// The child dies, or is recorded as missing, incapable or stateless, while the parents are being asked (7(3)).
fn child_dies_before_the_form(fate: &mut Fate<'_>) {
    fate.slow_checks();
    let day = fate.listed();
    let kinds = [StatusKind::Dead, StatusKind::Missing, StatusKind::Incapable, StatusKind::Stateless];
    let status = lasting(*fate.draw.pick(&kinds), day);
    fate.child_changes(0, day, 15, true, ChildFact::Status(status));
}

/// The child lives in an institution, or abroad, and comes home (S-39).
fn child_leaves_state_care(fate: &mut Fate<'_>) {
    let kind = if fate.draw.below(3) == 0 { StatusKind::Departed } else { StatusKind::FullStateCare };
    child_flag_is_taken_back(fate, kind);
}

/// The child lives in an institution and stays there (S-39).
fn child_stays_in_state_care(fate: &mut Fate<'_>) {
    let since = fate.listed() - chrono::Days::new(fate.draw.between(1, 900).into());
    fate.family.children[0].statuses.push(lasting(StatusKind::FullStateCare, since));
}

/// The child is recorded as living in an institution; the record is taken back unnoticed, and an official
/// resolves the hold (S-39, S-51).
fn state_care_resolved_by_officials(fate: &mut Fate<'_>) {
    let listed = fate.listed();
    let status = lasting(StatusKind::FullStateCare, listed - chrono::Days::new(fate.draw.between(1, 900).into()));
    fate.family.children[0].statuses.push(status);
    fate.child_changes(0, after(listed, 3), 10, false, ChildFact::StatusTakenBack(status));
    let minutes = fate.draw.between(5 * 1_440, 9 * 1_440);
    let does = OfficialDoes::ResolveHold { hold: proaktiv_messages::Hold::FullStateCare, person: None };
    fate.official_on("full_state_care", minutes, does);
}

/// Every parent on record is under 18, an error of the register or not, and comes of age within weeks (S-38).
fn parents_come_of_age(fate: &mut Fate<'_>) {
    let birthday = after(fate.listed(), fate.draw.between(2, 25));
    for parent in &mut fate.family.parents {
        parent.born = birthday - chrono::Months::new(18 * 12);
    }
}
