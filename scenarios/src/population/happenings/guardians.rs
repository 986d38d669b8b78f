//! Families in which a guardian acts, or is said to act, in place of the parents (7(2), S-11).

use chrono::{Months, NaiveDate};
use proaktiv_messages::identity::Iin;
use proaktiv_messages::{Account, AccountKind, Hold, IdentityDocument, Registration, StatusKind, SubscriberNumber};

use super::super::happening::{Claims, Entry};
use super::super::identity;
use super::super::names::{FamilyNames, Sex};
use super::fate::{Fate, after, clock, lasting};
use crate::plan::{ConsentConduct, Guardian, OfficialDoes};

const INSTEAD: Claims = Claims::ANOTHER_RECIPIENT;

pub(in super::super) const ALL: &[Entry] = &[
    Entry::new("orphans_with_a_guardian", INSTEAD, &["S-11", "S-03d"], orphans_with_a_guardian),
    Entry::new("guardian_after_deprivation", INSTEAD, &["S-11"], guardian_after_deprivation),
    Entry::new("guardian_where_nobody_is_recorded", INSTEAD, &["S-11"], guardian_where_nobody_is_recorded),
    Entry::new("guardian_appointed_later", INSTEAD, &["S-11", "S-46"], guardian_appointed_later),
    Entry::new("guardian_without_a_number", Claims::ALL, &["S-11", "S-01"], guardian_without_a_number),
    Entry::new("guardian_beside_a_parent", Claims::ALL, &["S-11"], guardian_beside_a_parent),
    Entry::new("officials_choose_the_guardian", INSTEAD, &["S-11", "S-51"], officials_choose_the_guardian),
    Entry::new("officials_choose_the_parent", INSTEAD, &["S-11", "S-51"], officials_choose_the_parent),
];

/// Draws a guardian, appointed on that day. NOBD names him for every child of the family.
fn gets_a_guardian(fate: &mut Fate<'_>, appointed: NaiveDate) -> Iin {
    let family = fate.family.family;
    let serial = identity::parent_serial(family, 2);
    let kazakh = fate.draw.below(10) < 7;
    let names = FamilyNames::drawn(&mut fate.draw, kazakh);
    let sex = if fate.draw.below(3) == 0 { Sex::Male } else { Sex::Female };
    let bank = *fate.draw.pick(&fate.scenario.law.integrated_banks);
    let opened = Some(clock(fate.scenario.starts - Months::new(8), 10, 0));
    let parent = &fate.family.parents[0];
    let guardian = Guardian {
        iin: identity::iin(serial),
        name: names.parent(&mut fate.draw, sex),
        appointed,
        born: parent.born - Months::new(60),
        registration: match fate.family.children[0].registration {
            Registration::Permanent(district) | Registration::Temporary(district) => Registration::Permanent(district),
            Registration::Removed | Registration::NotGiven => parent.registration,
        },
        statuses: Vec::new(),
        documents: vec![IdentityDocument {
            number: identity::document(b'C', serial),
            valid_to: fate.scenario.horizon + Months::new(24),
            invalidated: false,
        }],
        numbers: vec![SubscriberNumber {
            number: identity::later_number(family, 1),
            main: true,
            confirmed: fate.scenario.starts - Months::new(8),
        }],
        language: parent.language,
        accounts: vec![Account {
            account: identity::account(family, 1, 12, bank),
            kind: AccountKind::Special,
            opened,
            usable: true,
        }],
        consent: ConsentConduct { agrees: true, after_minutes: fate.draw.between(5, 900), answers: true, then: None },
        changes: Vec::new(),
    };
    let iin = guardian.iin;
    fate.family.guardians.push(guardian);
    iin
}

fn appointed_before(fate: &mut Fate<'_>) -> NaiveDate {
    fate.listed() - chrono::Days::new(fate.draw.between(30, 900).into())
}

fn parents_are(fate: &mut Fate<'_>, kind: StatusKind) {
    let since = fate.listed() - chrono::Days::new(fate.draw.between(40, 1_500).into());
    for parent in &mut fate.family.parents {
        parent.statuses.push(lasting(kind, since));
    }
}

/// Every parent is dead; the guardian whom NOBD names is written to (S-11).
fn orphans_with_a_guardian(fate: &mut Fate<'_>) {
    parents_are(fate, StatusKind::Dead);
    let day = appointed_before(fate);
    gets_a_guardian(fate, day);
}

/// Every parent was deprived of his rights (S-11).
fn guardian_after_deprivation(fate: &mut Fate<'_>) {
    parents_are(fate, StatusKind::DeprivedOfRights);
    let day = appointed_before(fate);
    gets_a_guardian(fate, day);
}

/// The birth act names nobody (7(2)).
fn guardian_where_nobody_is_recorded(fate: &mut Fate<'_>) {
    let day = appointed_before(fate);
    gets_a_guardian(fate, day);
    fate.family.parents.clear();
}

/// Every parent is dead, and a guardian is appointed weeks after the first list (S-11, S-46).
fn guardian_appointed_later(fate: &mut Fate<'_>) {
    parents_are(fate, StatusKind::Dead);
    let day = after(fate.listed(), fate.draw.between(10, 50));
    gets_a_guardian(fate, day);
}

/// The guardian has no number in BMG (S-01).
fn guardian_without_a_number(fate: &mut Fate<'_>) {
    orphans_with_a_guardian(fate);
    for guardian in &mut fate.family.guardians {
        guardian.numbers.clear();
    }
}

/// The row names a guardian though a parent is usable: held, and nobody decides (S-11).
fn guardian_beside_a_parent(fate: &mut Fate<'_>) {
    let day = appointed_before(fate);
    let guardian = gets_a_guardian(fate, day);
    for child in &mut fate.family.children {
        child.enrolment.guardian = Some(guardian);
    }
}

fn conflict_is_resolved(fate: &mut Fate<'_>, person: u8) {
    guardian_beside_a_parent(fate);
    let minutes = fate.draw.between(600, 8_000);
    let does = OfficialDoes::ResolveHold { hold: Hold::RepConflict, person: Some(person) };
    fate.official_on("rep_conflict", minutes, does);
}

/// The same, and officials say that the guardian acts (S-11, S-51).
fn officials_choose_the_guardian(fate: &mut Fate<'_>) {
    let guardian = fate.family.parents.len() as u8 + 1;
    conflict_is_resolved(fate, guardian);
}

/// The same, and officials say that the first parent acts (S-11, S-51).
fn officials_choose_the_parent(fate: &mut Fate<'_>) {
    conflict_is_resolved(fate, 1);
}
