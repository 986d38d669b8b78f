//! BMG, the mobile citizens base: says which subscriber numbers a person has, and takes
//! new ones from the people themselves. It tells nobody by itself.

use proaktiv_messages::identity::Iin;
use proaktiv_messages::{
    Body, ChangeNumber, Clear, Envelope, Finding, Language, Moment, NumberRecord, Purpose, SubscriberNumber,
};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::agenda::{AGENDA, Agenda};
use crate::{Behaviour, Delay, Out, Seals, astana};

/// What changes of a person in the base.
#[derive(Clone, Debug, PartialEq)]
pub enum NumberChange {
    /// He has these numbers now.
    Numbers(Vec<SubscriberNumber<Clear>>),
    /// He uses the portal in this language now.
    Language(Language),
}

/// The base of subscriber numbers.
pub struct Bmg {
    seals: Seals,
    delay: Delay,
    /// A record without numbers is kept for its language and shown to nobody.
    records: FxHashMap<u64, NumberRecord<Clear>>,
    changes: Agenda<(Iin, NumberChange)>,
}

impl Bmg {
    /// Returns an empty base that checks consents by their `seals` and takes `delay` for an answer.
    pub fn new(seals: Seals, delay: Delay) -> Self {
        Self { seals, delay, records: FxHashMap::default(), changes: Agenda::default() }
    }

    /// Records the numbers and the language of `person`. A later record replaces an earlier one; one
    /// without numbers is no record.
    pub fn record(&mut self, person: Iin, record: NumberRecord<Clear>) {
        self.records.insert(person.number(), record);
    }

    /// Lets something of `person` change at `at`.
    pub fn change(&mut self, at: Moment, person: Iin, change: NumberChange) {
        self.changes.put(at, (person, change));
    }

    fn record_of(&mut self, person: Iin) -> &mut NumberRecord<Clear> {
        let empty = || NumberRecord { numbers: SmallVec::new(), language: None };
        self.records.entry(person.number()).or_insert_with(empty)
    }

    fn change_number(&mut self, change: &ChangeNumber<Clear>, now: Moment, out: &mut Out) {
        let confirmed = astana::day_of(now);
        let number = change.number.map(|number| SubscriberNumber { number, main: true, confirmed });
        out.misbehave(if number.is_some() { "number_changed" } else { "number_gone" });
        self.record_of(change.person).numbers = number.into_iter().collect();
    }
}

impl Behaviour for Bmg {
    fn begin(&mut self, now: Moment, out: &mut Out) {
        self.changes.arm(now, out);
    }

    fn wake(&mut self, note: u64, now: Moment, out: &mut Out) {
        if note != AGENDA {
            return;
        }
        for (person, change) in self.changes.due(now, out) {
            let record = self.record_of(person);
            match change {
                NumberChange::Numbers(numbers) => {
                    out.misbehave(if numbers.is_empty() { "number_gone" } else { "number_changed" });
                    record.numbers = numbers.into_iter().collect();
                }
                NumberChange::Language(language) => {
                    out.misbehave("language_changed");
                    record.language = Some(language);
                }
            }
        }
    }

    fn receive(&mut self, message: &Envelope<Clear>, now: Moment, out: &mut Out) {
        if let Body::ChangeNumber(change) = &message.body {
            self.change_number(change, now, out);
            out.answer(message, Body::Received);
        }
        let Body::AskNumber(question) = &message.body else { return };
        let body = match self.seals.check(&question.consent, question.person, Purpose::Number, now) {
            Err(reason) => Body::Refused(reason),
            Ok(()) => Body::NumberAnswer(match self.records.get(&question.person.number()) {
                Some(record) if !record.numbers.is_empty() => Finding::Yes(record.clone()),
                Some(_) | None => Finding::No,
            }),
        };
        out.answer_after(message, self.delay.of(&message.id), body);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stories::{
        asked, bad_consents, begun, day, iin, message, moment, number, said, sealed, seals, tell, wake,
    };
    use proaktiv_messages::{AskNumber, MessageId, Party, Purposes};

    const NOON: &str = "2024-03-11T12:00:00Z";

    fn base() -> (Bmg, NumberRecord<Clear>) {
        let one = SubscriberNumber { number: number(1), main: true, confirmed: day("2024-01-01") };
        let record = NumberRecord { numbers: [one].into_iter().collect(), language: Some(Language::Kk) };
        let mut bmg = Bmg::new(seals(), Delay::NONE);
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

    fn ask(bmg: &mut Bmg, person: Iin, at: &str) -> Vec<(Party, Body<Clear>)> {
        let consent = sealed(person, Purposes::OF_REPRESENTATIVE);
        said(&tell(bmg, &asked(1, Body::AskNumber(AskNumber { person, consent })), moment(at)))
    }

    #[test]
    fn a_person_who_has_another_number_or_none_is_shown_with_it() {
        let (mut bmg, record) = base();
        let change = |bmg: &mut Bmg, new| {
            let body = Body::ChangeNumber(ChangeNumber { person: iin(1), number: new });
            let home = Party::Household(17);
            let out = tell(bmg, &message(home, MessageId::Numbered(1), body), moment(NOON));
            assert_eq!(said(&out), [(home, Body::Received)]);
        };
        change(&mut bmg, Some(number(2)));
        let new = SubscriberNumber { number: number(2), main: true, confirmed: day("2024-03-11") };
        let shown = NumberRecord { numbers: [new].into_iter().collect(), ..record };
        assert_eq!(ask(&mut bmg, iin(1), NOON), [(Party::Esobes, Body::NumberAnswer(Finding::Yes(shown)))]);
        change(&mut bmg, None);
        assert_eq!(ask(&mut bmg, iin(1), NOON), [(Party::Esobes, Body::NumberAnswer(Finding::No))]);
    }

    #[test]
    fn numbers_and_language_change_at_their_moments() {
        let (mut bmg, record) = base();
        let new = SubscriberNumber { number: number(5), main: false, confirmed: day("2024-03-11") };
        bmg.change(moment(NOON), iin(2), NumberChange::Numbers(vec![new]));
        bmg.change(moment(NOON), iin(1), NumberChange::Language(Language::Ru));
        let first = begun(&mut bmg, "2024-03-10T19:00:00Z").wakes[0];
        assert_eq!(ask(&mut bmg, iin(2), "2024-03-11T11:59:59Z"), [(Party::Esobes, Body::NumberAnswer(Finding::No))]);
        assert_eq!(said(&wake(&mut bmg, first)), [], "nobody is told");
        for (person, shown) in [
            (iin(2), NumberRecord { numbers: [new].into_iter().collect(), language: None }),
            (iin(1), NumberRecord { language: Some(Language::Ru), ..record }),
        ] {
            assert_eq!(ask(&mut bmg, person, NOON), [(Party::Esobes, Body::NumberAnswer(Finding::Yes(shown)))]);
        }
    }
}
