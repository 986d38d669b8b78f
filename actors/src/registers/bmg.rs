//! BMG, the mobile citizens base: says which subscriber numbers a person has.

use proaktiv_messages::identity::Iin;
use proaktiv_messages::{Body, Clear, Envelope, Finding, Moment, NumberRecord, Purpose};
use rustc_hash::FxHashMap;

use crate::{Behaviour, Delay, Out, check_consent};

/// The base of subscriber numbers.
pub struct Bmg {
    key: [u8; 32],
    delay: Delay,
    numbers: FxHashMap<u64, NumberRecord<Clear>>,
}

impl Bmg {
    /// Returns an empty base that checks consents by the `key` of their seal and takes `delay` for an
    /// answer.
    pub fn new(key: [u8; 32], delay: Delay) -> Self {
        Self { key, delay, numbers: FxHashMap::default() }
    }

    /// Records the numbers and the language of `person`. A later record replaces an earlier one; one
    /// without numbers is no record.
    pub fn record(&mut self, person: Iin, record: NumberRecord<Clear>) {
        if record.numbers.is_empty() {
            self.numbers.remove(&person.number());
        } else {
            self.numbers.insert(person.number(), record);
        }
    }
}

impl Behaviour for Bmg {
    fn receive(&mut self, message: &Envelope<Clear>, now: Moment, out: &mut Out) {
        let Body::AskNumber(question) = &message.body else { return };
        let body = match check_consent(&self.key, &question.consent, question.person, Purpose::Number, now) {
            Err(reason) => Body::Refused(reason),
            Ok(()) => Body::NumberAnswer(match self.numbers.get(&question.person.number()) {
                Some(record) => Finding::Yes(record.clone()),
                None => Finding::No,
            }),
        };
        out.answer_after(message, self.delay.of(&message.id), body);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stories::{KEY, asked, bad_consents, day, iin, moment, number, said, sealed, tell};
    use proaktiv_messages::{AskNumber, Language, Party, Purposes, SubscriberNumber};

    const NOON: &str = "2024-03-11T12:00:00Z";

    fn base() -> (Bmg, NumberRecord<Clear>) {
        let one = SubscriberNumber { number: number(1), main: true, confirmed: day("2024-01-01") };
        let record = NumberRecord { numbers: [one].into_iter().collect(), language: Some(Language::Kk) };
        let mut bmg = Bmg::new(KEY, Delay::NONE);
        bmg.record(iin(1), record.clone());
        bmg.record(iin(2), NumberRecord { numbers: [].into_iter().collect(), language: None });
        (bmg, record)
    }

    #[test]
    fn numbers_are_given_to_who_has_consent() {
        let (mut bmg, record) = base();
        for (person, expected) in [(iin(1), Finding::Yes(record)), (iin(2), Finding::No), (iin(3), Finding::No)] {
            let consent = sealed(person, Purposes::OF_REPRESENTATIVE);
            let out = tell(&mut bmg, &asked(1, Body::AskNumber(AskNumber { person, consent })), moment(NOON));
            assert_eq!(said(&out), [(Party::Esobes, Body::NumberAnswer(expected))]);
        }
    }

    #[test]
    fn without_consent_nothing_is_said() {
        let (mut bmg, _) = base();
        for (consent, expected) in bad_consents(iin(1), Purposes::OF_REPRESENTATIVE, Purposes::OF_CHILD) {
            let question = asked(1, Body::AskNumber(AskNumber { person: iin(1), consent }));
            assert_eq!(said(&tell(&mut bmg, &question, moment(NOON))), [(Party::Esobes, expected)]);
        }
    }
}
