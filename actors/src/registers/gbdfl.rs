//! GBDFL, the register of natural persons: says what is recorded of a child, its birth
//! and its parents, and of a representative and his documents.
//!
//! It decides nothing: statuses that are over and documents that ran out are shown with their dates.

use chrono::NaiveDate;
use proaktiv_messages::identity::Iin;
use proaktiv_messages::{
    Body, ChildRecord, Clear, Consent, Envelope, Finding, Moment, PersonRecord, Purpose, RefusedQuery,
};
use rustc_hash::FxHashMap;

use crate::{Behaviour, Delay, Out, astana, check_consent};

/// The register of natural persons.
pub struct Gbdfl {
    key: [u8; 32],
    delay: Delay,
    // Boxed: a table is half empty, and its places are as large as what it holds.
    children: FxHashMap<u64, Box<ChildRecord<Clear>>>,
    persons: FxHashMap<u64, Box<PersonRecord<Clear>>>,
}

impl Gbdfl {
    /// Returns an empty register that checks consents by the `key` of their seal and takes `delay`
    /// for an answer.
    pub fn new(key: [u8; 32], delay: Delay) -> Self {
        Self { key, delay, children: FxHashMap::default(), persons: FxHashMap::default() }
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

    fn child(
        &self,
        child: Iin,
        consent: &Consent<Clear>,
        now: Moment,
    ) -> Result<Finding<Box<ChildRecord<Clear>>>, RefusedQuery> {
        check_consent(&self.key, consent, child, Purpose::ChildRecord, now)?;
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
        check_consent(&self.key, consent, person, Purpose::PersonRecord, now)?;
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

impl Behaviour for Gbdfl {
    fn receive(&mut self, message: &Envelope<Clear>, now: Moment, out: &mut Out) {
        let answer = if let Body::AskChild(question) = &message.body {
            self.child(question.child, &question.consent, now).map(Body::ChildAnswer)
        } else if let Body::AskPerson(question) = &message.body {
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
    use crate::stories::{KEY, asked, bad_consents, day, iin, moment, said, sealed, tell};
    use proaktiv_messages::{
        AskChild, AskPerson, District, Kin, Party, Person, Purposes, Registration, Relation, Status, StatusKind,
    };

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
        let mut gbdfl = Gbdfl::new(KEY, Delay::NONE);
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
        let mut gbdfl = Gbdfl::new(KEY, Delay::NONE);
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
}
