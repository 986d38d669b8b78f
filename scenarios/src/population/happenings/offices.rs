//! What officials do late, twice or against the family, and families that move between districts (13; S-30,
//! S-31, S-43).

use proaktiv_messages::Registration;

use super::super::happening::{Claims, Entry};
use super::fate::Fate;
use crate::plan::ChildFact;

pub(in super::super) const ALL: &[Entry] = &[
    Entry::new("decided_late", Claims::DECISION, &["S-43"], decided_late),
    Entry::new("decided_twice", Claims::DECISION, &["S-43"], decided_twice),
    Entry::new("refused", Claims::DECISION.and(Claims::PAY), &["S-31", "S-43"], refused),
    Entry::new("moves", Claims::PAY, &["S-30", "S-49"], moves),
    Entry::new("moves_on_the_first", Claims::PAY, &["S-30", "S-49"], moves_on_the_first),
];

/// The decision takes two to five weeks; the term is eight working days (S-43).
fn decided_late(fate: &mut Fate<'_>) {
    for child in &mut fate.family.children {
        child.decision.after_minutes = fate.draw.between(14 * 1_440, 35 * 1_440);
    }
}

/// The decision is sent twice: a double click (S-43).
fn decided_twice(fate: &mut Fate<'_>) {
    for child in &mut fate.family.children {
        child.decision.twice = true;
    }
}

/// The application is refused (S-31).
fn refused(fate: &mut Fate<'_>) {
    for child in &mut fate.family.children {
        child.decision.grants = false;
    }
}

fn moves_to(fate: &mut Fate<'_>, day: chrono::NaiveDate, hour: u32) {
    let district = fate.draw.pick(&fate.scenario.districts.list).district;
    fate.child_changes(0, day, hour, true, ChildFact::Registration(Registration::Permanent(district)));
}

/// The child is registered in another district while months are paid: its rate counts from the next period
/// (S-30).
fn moves(fate: &mut Fate<'_>) {
    let day = fate.day_when_paid(1, 8);
    moves_to(fate, day, 12);
}

/// The same in the first hour of a month (S-49).
fn moves_on_the_first(fate: &mut Fate<'_>) {
    use chrono::Datelike;
    let day = fate.day_when_paid(1, 8);
    let first = day.with_day(1).unwrap_or(day);
    moves_to(fate, first, 0);
}
