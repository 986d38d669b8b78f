//! The SMS centre behind the short number 1414 (A-40, S-07b, S-17, S-18): sends what the engine
//! orders, part by part, and passes on what people write.
//!
//! It is truthful and quick: all parts are accepted in the instant in which the order comes, and a
//! handset that exists gets the text.

use proaktiv_messages::identity::Msisdn;
use proaktiv_messages::{
    Body, Clear, DeliverSms, Envelope, MessageId, Moment, Party, SendSms, SmsAccepted, SmsOutcome, SmsReply, Span,
    SubmitSms,
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{Behaviour, Out};

/// Units of UTF-16 that one message holds by itself, and that each part of a longer one holds beside
/// its heading (GSM 03.40, UCS-2).
const UNITS_ALONE: usize = 70;
const UNITS_OF_A_PART: usize = 67;

/// How long after the last part the outcome of delivery is known.
const OUTCOME_AFTER: Span = Span::seconds(5);

/// The SMS centre.
#[derive(Default)]
pub struct SmsCentre {
    subscribers: FxHashMap<u64, u32>,
    accepted: FxHashMap<MessageId, SmsAccepted>,
    /// Messages of people that were passed on.
    passed_on: FxHashSet<(Party, MessageId)>,
    parts: u64,
}

impl SmsCentre {
    /// Returns a centre without subscribers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts the handset with `number` into `household` (its number in the plan).
    pub fn connect(&mut self, number: Msisdn, household: u32) {
        self.subscribers.insert(number.number(), household);
    }

    /// Returns how many messages were accepted for sending.
    pub fn messages(&self) -> usize {
        self.accepted.len()
    }

    /// Returns how many parts were accepted for sending.
    pub fn parts(&self) -> u64 {
        self.parts
    }

    fn send(&mut self, message: &Envelope<Clear>, order: &SendSms<Clear>, now: Moment, out: &mut Out) {
        if let Some(before) = self.accepted.get(&message.id) {
            // The engine asks again when an answer was lost: nothing is sent twice (S-17).
            out.answer(message, Body::SmsAccepted(*before));
            return;
        }
        let accepted = SmsAccepted { first_part: now, last_part: now };
        self.accepted.insert(message.id, accepted);
        self.parts += parts_of(&order.text);
        out.answer(message, Body::SmsAccepted(accepted));

        let subscriber = self.subscribers.get(&order.number.number());
        if let Some(&household) = subscriber {
            let text = DeliverSms { number: order.number, text: order.text.clone() };
            out.send(Party::Household(household), Body::DeliverSms(text));
        }
        let outcome = SmsOutcome { sms: message.id, delivered: subscriber.is_some() };
        out.report_after(message.from, OUTCOME_AFTER, Body::SmsOutcome(outcome));
    }

    fn pass_on(&mut self, message: &Envelope<Clear>, written: &SubmitSms<Clear>, now: Moment, out: &mut Out) {
        if self.passed_on.insert((message.from, message.id)) {
            let reply = SmsReply { number: written.number, wording: written.wording.clone(), received: Some(now) };
            out.report(Party::Esobes, Body::SmsReply(reply));
        }
    }
}

/// Returns in how many parts a text travels.
fn parts_of(text: &str) -> u64 {
    let units = text.encode_utf16().count();
    if units <= UNITS_ALONE { 1 } else { units.div_ceil(UNITS_OF_A_PART) as u64 }
}

impl Behaviour for SmsCentre {
    fn receive(&mut self, message: &Envelope<Clear>, now: Moment, out: &mut Out) {
        if let Body::SendSms(order) = &message.body {
            self.send(message, order, now, out);
        } else if let Body::SubmitSms(written) = &message.body {
            self.pass_on(message, written, now, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stories::{asked, effect, iin, message, moment, number, said, tell};
    use proaktiv_messages::{FormNumber, Language};

    const NOON: &str = "2024-03-11T12:00:00Z";

    fn order(step: u32, to: u32) -> Envelope<Clear> {
        asked(
            step,
            Body::SendSms(Box::new(SendSms {
                number: number(to),
                recipient: iin(1),
                form: FormNumber::One,
                language: Language::Ru,
                banks: std::iter::empty().collect(),
                name: None,
                text: "ж".repeat(135).into(),
            })),
        )
    }

    fn centre() -> SmsCentre {
        let mut centre = SmsCentre::new();
        centre.connect(number(1), 17);
        centre
    }

    fn at_noon() -> SmsAccepted {
        SmsAccepted { first_part: moment(NOON), last_part: moment(NOON) }
    }

    #[test]
    fn a_message_is_accepted_delivered_and_reported() {
        let mut centre = centre();
        let out = tell(&mut centre, &order(1, 1), moment(NOON));
        let text = DeliverSms { number: number(1), text: "ж".repeat(135).into() };
        assert_eq!(
            said(&out),
            [
                (Party::Esobes, Body::SmsAccepted(at_noon())),
                (Party::Household(17), Body::DeliverSms(text)),
                (Party::Esobes, Body::SmsOutcome(SmsOutcome { sms: effect(1), delivered: true })),
            ]
        );
        assert_eq!(out.sendings[0].answers, Some(effect(1)));
        assert_eq!((out.sendings[2].until_received, out.sendings[2].after), (true, OUTCOME_AFTER));
        assert_eq!((centre.messages(), centre.parts()), (1, 3));
    }

    #[test]
    fn the_same_order_again_gets_the_same_answer_and_sends_nothing() {
        let mut centre = centre();
        tell(&mut centre, &order(1, 1), moment(NOON));
        let again = tell(&mut centre, &order(1, 1), moment("2024-03-11T13:00:00Z"));
        assert_eq!(said(&again), [(Party::Esobes, Body::SmsAccepted(at_noon()))]);
        assert_eq!(centre.messages(), 1);
    }

    #[test]
    fn to_a_number_that_nobody_has_nothing_is_delivered() {
        let out = tell(&mut centre(), &order(1, 2), moment(NOON));
        assert_eq!(
            said(&out),
            [
                (Party::Esobes, Body::SmsAccepted(at_noon())),
                (Party::Esobes, Body::SmsOutcome(SmsOutcome { sms: effect(1), delivered: false })),
            ]
        );
    }

    #[test]
    fn what_people_write_is_passed_on_once_with_the_moment_of_receipt() {
        let mut centre = centre();
        let body = Body::SubmitSms(SubmitSms { number: number(1), wording: "123 #3#1".into() });
        let written = message(Party::Household(17), MessageId::Numbered(4), body);
        let out = tell(&mut centre, &written, moment(NOON));
        let reply = SmsReply { number: number(1), wording: "123 #3#1".into(), received: moment(NOON) };
        assert_eq!(said(&out), [(Party::Esobes, Body::SmsReply(reply))]);
        assert!(out.sendings[0].until_received);
        assert_eq!(said(&tell(&mut centre, &written, moment(NOON))), []);
    }

    #[test]
    fn a_text_is_cut_as_handsets_cut_it() {
        for (units, expected) in [(0, 1), (70, 1), (71, 2), (134, 2), (135, 3), (659, 10)] {
            assert_eq!(parts_of(&"ж".repeat(units)), expected, "{units}");
        }
        assert_eq!(parts_of(&"😀".repeat(36)), 2, "two units each");
    }
}
