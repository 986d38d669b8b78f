//! GBDFL, the register of natural persons: says what is recorded of a child, its birth
//! and its parents, and of a representative and his documents.
//!
//! It decides nothing: statuses that are over and documents that ran out are shown with their dates.
//! What changes it tells by itself where it is said to, and only of whom it was asked about (S-48).

use chrono::NaiveDate;
use proaktiv_messages::identity::Iin;
use proaktiv_messages::{
    BirthAct, Body, ChildRecord, Clear, Consent, Envelope, Finding, IdentityDocument, Moment, Party, Person,
    PersonChange, PersonRecord, Purpose, RefusedQuery, Registration, ReportPerson, Role, Status,
};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use crate::agenda::{AGENDA, Agenda};
use crate::{Behaviour, Delay, Out, Seals, astana};

/// What changes of a person in the register.
#[derive(Clone, Debug, PartialEq)]
pub enum RecordChange {
    /// He is registered elsewhere, or no longer.
    Registration(Registration),
    /// A status is recorded.
    Status(Status),
    /// A status was recorded in error and is taken back.
    StatusTakenBack(Status),
    /// A document of a grown-up is issued, or the one with its number is recorded anew.
    Document(IdentityDocument<Clear>),
    /// A birth act of a child is recorded.
    Birth(BirthAct<Clear>),
}

impl RecordChange {
    /// Returns what is told of it.
    const fn told_as(&self) -> PersonChange {
        match self {
            RecordChange::Status(status) => PersonChange::Recorded(*status),
            RecordChange::StatusTakenBack(status) => PersonChange::TakenBack(*status),
            RecordChange::Registration(_) | RecordChange::Document(_) | RecordChange::Birth(_) => PersonChange::Other,
        }
    }
}

/// Something that changes at its moment.
struct Change {
    person: Iin,
    /// The children whose record names him as a parent; of a child itself none.
    children: SmallVec<[Iin; 2]>,
    what: RecordChange,
    told: bool,
}

/// The register of natural persons.
pub struct Gbdfl {
    seals: Seals,
    delay: Delay,
    // Boxed: a table is half empty, and its places are as large as what it holds.
    children: FxHashMap<u64, Box<ChildRecord<Clear>>>,
    persons: FxHashMap<u64, Box<PersonRecord<Clear>>>,
    changes: Agenda<Change>,
    /// The children and the grown-ups whom the engine has asked about.
    asked: (FxHashSet<u64>, FxHashSet<u64>),
}

impl Gbdfl {
    /// Returns an empty register that checks consents by their `seals` and takes `delay` for an answer.
    pub fn new(seals: Seals, delay: Delay) -> Self {
        Self {
            seals,
            delay,
            children: FxHashMap::default(),
            persons: FxHashMap::default(),
            changes: Agenda::default(),
            asked: (FxHashSet::default(), FxHashSet::default()),
        }
    }

    /// Records a child, under its own IIN. Its kin stand in the order of record. A later record
    /// replaces an earlier one.
    pub fn record_child(&mut self, record: ChildRecord<Clear>) {
        self.children.insert(record.child.person.number(), Box::new(record));
    }

    /// Records a grown-up, under his own IIN. A later record replaces an earlier one.
    pub fn record_person(&mut self, record: PersonRecord<Clear>) {
        self.persons.insert(record.person.person.number(), Box::new(record));
    }

    /// Lets something of a child change at `at`. If it is `told`, the register reports it by itself,
    /// should it have been asked about the child by then.
    pub fn change_child(&mut self, at: Moment, child: Iin, what: RecordChange, told: bool) {
        self.changes.put(at, Change { person: child, children: SmallVec::new(), what, told });
    }

    /// Lets something of a grown-up change at `at`, whom the records of `children` name as a parent. If
    /// it is `told`, the register reports it by itself: of him, should it have been asked about him by
    /// then, otherwise of each child that it was asked about, whose kin has changed.
    pub fn change_person(&mut self, at: Moment, person: Iin, children: &[Iin], what: RecordChange, told: bool) {
        self.changes.put(at, Change { person, children: children.iter().copied().collect(), what, told });
    }

    fn apply(&mut self, change: &Change) {
        if let Some(record) = self.children.get_mut(&change.person.number()) {
            change_person(&mut record.child, &change.what);
            if let RecordChange::Birth(act) = &change.what {
                record.birth = Some(act.clone());
            }
        }
        if let Some(record) = self.persons.get_mut(&change.person.number()) {
            change_person(&mut record.person, &change.what);
            if let RecordChange::Document(document) = &change.what {
                record.documents.retain(|held| held.number != document.number);
                record.documents.push(document.clone());
            }
        }
        for child in &change.children {
            let kin = self.children.get_mut(&child.number()).map(|record| &mut record.kin);
            for kin in kin.into_iter().flatten().filter(|kin| kin.person == change.person) {
                change_statuses(&mut kin.statuses, &change.what);
            }
        }
    }

    fn tell(&self, change: &Change, out: &mut Out) {
        let report = |out: &mut Out, person, role, change| {
            out.report(Party::Esobes, Body::ReportPerson(ReportPerson { person, role, change }));
        };
        let number = change.person.number();
        if self.asked.0.contains(&number) {
            report(out, change.person, Role::Child, change.what.told_as());
        }
        if self.asked.1.contains(&number) {
            report(out, change.person, Role::Representative, change.what.told_as());
            return;
        }
        for child in change.children.iter().filter(|child| self.asked.0.contains(&child.number())) {
            report(out, *child, Role::Child, PersonChange::Other);
        }
    }

    fn child(
        &self,
        child: Iin,
        consent: &Consent<Clear>,
        now: Moment,
    ) -> Result<Finding<Box<ChildRecord<Clear>>>, RefusedQuery> {
        self.seals.check(consent, child, Purpose::ChildRecord, now)?;
        let Some(held) = self.children.get(&child.number()) else { return Ok(Finding::No) };
        let today = astana::day_of(now);
        let mut record = held.clone();
        record.child.statuses.retain(|status| known(status.from, today));
        for kin in &mut record.kin {
            kin.statuses.retain(|status| known(status.from, today));
        }
        Ok(Finding::Yes(record))
    }

    fn person(
        &self,
        person: Iin,
        consent: &Consent<Clear>,
        now: Moment,
    ) -> Result<Finding<Box<PersonRecord<Clear>>>, RefusedQuery> {
        self.seals.check(consent, person, Purpose::PersonRecord, now)?;
        let Some(held) = self.persons.get(&person.number()) else { return Ok(Finding::No) };
        let today = astana::day_of(now);
        let mut record = held.clone();
        record.person.statuses.retain(|status| known(status.from, today));
        Ok(Finding::Yes(record))
    }
}

/// Returns whether a status that begins on `from` can be on record `today`. A plan knows what is yet
/// to happen; a register does not.
fn known(from: NaiveDate, today: NaiveDate) -> bool {
    from <= today
}

fn change_person(person: &mut Person<Clear>, what: &RecordChange) {
    change_statuses(&mut person.statuses, what);
    if let RecordChange::Registration(registration) = what {
        person.registration = *registration;
    }
}

fn change_statuses(statuses: &mut SmallVec<[Status; 1]>, what: &RecordChange) {
    if let RecordChange::Status(status) = what {
        statuses.push(*status);
    } else if let RecordChange::StatusTakenBack(status) = what {
        statuses.retain(|held| (held.kind, held.from) != (status.kind, status.from));
    }
}

impl Behaviour for Gbdfl {
    fn begin(&mut self, now: Moment, out: &mut Out) {
        self.changes.arm(now, out);
    }

    fn wake(&mut self, note: u64, now: Moment, out: &mut Out) {
        if note != AGENDA {
            return;
        }
        for change in self.changes.due(now, out) {
            self.apply(&change);
            out.misbehave(if change.told { "changed" } else { "changed_untold" });
            if change.told {
                self.tell(&change, out);
            }
        }
    }

    fn receive(&mut self, message: &Envelope<Clear>, now: Moment, out: &mut Out) {
        let answer = if let Body::AskChild(question) = &message.body {
            self.asked.0.insert(question.child.number());
            self.child(question.child, &question.consent, now).map(Body::ChildAnswer)
        } else if let Body::AskPerson(question) = &message.body {
            self.asked.1.insert(question.person.number());
            self.person(question.person, &question.consent, now).map(Body::PersonAnswer)
        } else {
            return;
        };
        out.answer_after(message, self.delay.of(&message.id), answer.unwrap_or_else(Body::Refused));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stories::{asked, bad_consents, begun, day, iin, moment, said, sealed, seals, tell, wake};
    use proaktiv_messages::{AskChild, AskPerson, District, Kin, Purposes, Relation, StatusKind};

    const NOON: &str = "2024-03-11T12:00:00Z";

    fn person(which: u32, statuses: &[Status]) -> Person<Clear> {
        Person {
            person: iin(which),
            name: "Made Up".parse().expect("a name"),
            registration: Registration::Permanent(District(710_000_000)),
            statuses: statuses.iter().copied().collect(),
        }
    }

    fn dead(from: &str) -> Status {
        Status { kind: StatusKind::Dead, from: day(from), to: None }
    }

    fn child(kin_statuses: &[Status]) -> ChildRecord<Clear> {
        let statuses = kin_statuses.iter().copied().collect();
        let kin = [Kin { person: iin(2), relation: Relation::Mother, statuses }].into_iter().collect();
        ChildRecord { child: person(1, &[]), birth: None, kin }
    }

    fn parent(statuses: &[Status]) -> PersonRecord<Clear> {
        PersonRecord { person: person(2, statuses), born: day("1985-02-03"), documents: std::iter::empty().collect() }
    }

    #[test]
    fn records_are_shown_as_they_stand_today() {
        let mut gbdfl = Gbdfl::new(seals(), Delay::NONE);
        gbdfl.record_child(child(&[dead("2024-03-11"), dead("2024-03-12")]));
        gbdfl.record_person(parent(&[dead("2024-03-12")]));

        let consent = sealed(iin(1), Purposes::OF_CHILD);
        let out = tell(&mut gbdfl, &asked(1, Body::AskChild(AskChild { child: iin(1), consent })), moment(NOON));
        let expected = Finding::Yes(Box::new(child(&[dead("2024-03-11")])));
        assert_eq!(said(&out), [(Party::Esobes, Body::ChildAnswer(expected))]);

        for (which, expected) in [(2, Finding::Yes(Box::new(parent(&[])))), (3, Finding::No)] {
            let consent = sealed(iin(which), Purposes::OF_REPRESENTATIVE);
            let question = AskPerson { person: iin(which), consent };
            let out = tell(&mut gbdfl, &asked(2, Body::AskPerson(question)), moment(NOON));
            assert_eq!(said(&out), [(Party::Esobes, Body::PersonAnswer(expected))]);
        }
    }

    #[test]
    fn without_consent_nothing_is_said() {
        let mut gbdfl = Gbdfl::new(seals(), Delay::NONE);
        gbdfl.record_child(child(&[]));
        gbdfl.record_person(parent(&[]));
        let (of_child, of_person) = (Purposes::OF_CHILD, Purposes::OF_REPRESENTATIVE);
        for (consent, expected) in bad_consents(iin(1), of_child, of_person) {
            let question = asked(1, Body::AskChild(AskChild { child: iin(1), consent }));
            assert_eq!(said(&tell(&mut gbdfl, &question, moment(NOON))), [(Party::Esobes, expected)]);
        }
        for (consent, expected) in bad_consents(iin(2), of_person, of_child) {
            let question = asked(1, Body::AskPerson(AskPerson { person: iin(2), consent }));
            assert_eq!(said(&tell(&mut gbdfl, &question, moment(NOON))), [(Party::Esobes, expected)]);
        }
    }

    fn ask_child(gbdfl: &mut Gbdfl, at: &str) -> ChildRecord<Clear> {
        let consent = sealed(iin(1), Purposes::OF_CHILD);
        let out = tell(gbdfl, &asked(1, Body::AskChild(AskChild { child: iin(1), consent })), moment(at));
        match said(&out).pop() {
            Some((_, Body::ChildAnswer(Finding::Yes(record)))) => *record,
            other => panic!("{other:?}"),
        }
    }

    fn ask_person(gbdfl: &mut Gbdfl, at: &str) -> PersonRecord<Clear> {
        let consent = sealed(iin(2), Purposes::OF_REPRESENTATIVE);
        let out = tell(gbdfl, &asked(1, Body::AskPerson(AskPerson { person: iin(2), consent })), moment(at));
        match said(&out).pop() {
            Some((_, Body::PersonAnswer(Finding::Yes(record)))) => *record,
            other => panic!("{other:?}"),
        }
    }

    fn report(which: u32, role: Role, change: PersonChange) -> (Party, Body<Clear>) {
        (Party::Esobes, Body::ReportPerson(ReportPerson { person: iin(which), role, change }))
    }

    fn household() -> Gbdfl {
        let mut gbdfl = Gbdfl::new(seals(), Delay::NONE);
        gbdfl.record_child(child(&[]));
        gbdfl.record_person(parent(&[]));
        gbdfl
    }

    #[test]
    fn the_death_of_a_mother_stands_in_both_records_from_its_moment_and_may_be_taken_back() {
        let died = Status { kind: StatusKind::Dead, from: day("2024-03-11"), to: None };
        let mut gbdfl = household();
        gbdfl.change_person(moment(NOON), iin(2), &[iin(1)], RecordChange::Status(died), true);
        let taken_back = RecordChange::StatusTakenBack(died);
        gbdfl.change_person(moment("2024-03-12T12:00:00Z"), iin(2), &[iin(1)], taken_back, true);
        assert!(ask_child(&mut gbdfl, "2024-03-11T11:59:59Z").kin[0].statuses.is_empty());
        // The engine has asked about the child alone: its kin has changed.
        let out = wake(&mut gbdfl, (moment(NOON), AGENDA));
        assert_eq!(said(&out), [report(1, Role::Child, PersonChange::Other)]);
        assert_eq!(ask_child(&mut gbdfl, NOON).kin[0].statuses.as_slice(), [died]);
        assert_eq!(ask_person(&mut gbdfl, NOON).person.statuses.as_slice(), [died]);
        let out = wake(&mut gbdfl, out.wakes[0]);
        assert_eq!(said(&out), [report(2, Role::Representative, PersonChange::TakenBack(died))]);
        assert!(out.sendings[0].until_answered);
        assert!(ask_child(&mut gbdfl, "2024-03-12T12:00:00Z").kin[0].statuses.is_empty());
    }

    #[test]
    fn registration_document_and_birth_act_change_and_nobody_unasked_is_told_of() {
        let mut gbdfl = household();
        let moved = Registration::Permanent(District(470_000_000));
        let document = IdentityDocument {
            number: "D1".parse().expect("a number"),
            valid_to: day("2034-01-01"),
            invalidated: false,
        };
        let act = BirthAct { number: "A1".parse().expect("a number"), born: day("2014-02-03") };
        let at = moment(NOON);
        gbdfl.change_child(at, iin(1), RecordChange::Registration(moved), true);
        gbdfl.change_child(at, iin(1), RecordChange::Birth(act.clone()), false);
        gbdfl.change_person(at, iin(2), &[iin(1)], RecordChange::Document(document.clone()), true);
        let invalid = IdentityDocument { invalidated: true, ..document };
        gbdfl.change_person(at, iin(2), &[iin(1)], RecordChange::Document(invalid.clone()), true);
        let first = begun(&mut gbdfl, "2024-03-10T19:00:00Z").wakes[0];
        let out = wake(&mut gbdfl, first);
        assert_eq!((said(&out), out.misbehaviours), (vec![], vec!["changed", "changed_untold", "changed", "changed"]));
        let record = ask_child(&mut gbdfl, NOON);
        assert_eq!((record.child.registration, record.birth), (moved, Some(act)));
        assert_eq!(ask_person(&mut gbdfl, NOON).documents.as_slice(), [invalid]);
    }
}
