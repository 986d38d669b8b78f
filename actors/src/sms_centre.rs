//! The SMS centre behind the short number 1414 (A-40, S-07b, S-17, S-18): sends what the engine
//! orders, part by part, and passes on what people write.
//!
//! Unless its plan says otherwise it is truthful and quick: all parts are accepted in the instant in
//! which the order comes, a handset that exists gets the text, and what people write is passed on at
//! once with the moment of receipt.

use std::sync::Arc;

use proaktiv_messages::identity::Msisdn;
use proaktiv_messages::{
    Body, Clear, DeliverSms, Envelope, FormNumber, MessageId, Moment, Party, SendSms, SmsAccepted, SmsOutcome,
    SmsReply, Span, SubmitSms,
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{Behaviour, Out};

/// Units of UTF-16 that one message holds by itself, and that each part of a longer one holds beside
/// its heading (GSM 03.40, UCS-2).
const UNITS_ALONE: usize = 70;
const UNITS_OF_A_PART: usize = 67;

/// How long after the last part the outcome of delivery is known.
const OUTCOME_AFTER: Span = Span::seconds(5);

/// What becomes of one form on its way to a household.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnTheWay {
    /// How long after the first part the last one is accepted (S-17).
    pub parts: Span,
    /// What the receipt says; none: no receipt comes (S-18).
    pub delivered: Option<bool>,
    /// Whether enough of it arrives to be read, although the receipt says that it was not delivered.
    pub read: bool,
}

impl OnTheWay {
    const STRAIGHT: OnTheWay = OnTheWay { parts: Span::ZERO, delivered: Some(true), read: true };
}

/// A text that a household will write, and what happens to it in the centre.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToBeWritten {
    /// The text.
    pub text: Arc<str>,
    /// How long the centre keeps it before it passes it on (S-07b).
    pub stored: Span,
    /// Whether the moment of receipt gets lost (S-07b).
    pub unstamped: bool,
}

/// What a plan says of the forms to a household and of its texts.
#[derive(Default)]
struct Planned {
    /// How many of the forms 1 to 3 were sent to it.
    forms: u16,
    on_the_way: FxHashMap<u16, OnTheWay>,
    to_be_written: Vec<ToBeWritten>,
}

/// The SMS centre.
#[derive(Default)]
pub struct SmsCentre {
    subscribers: FxHashMap<u64, u32>,
    accepted: FxHashMap<MessageId, SmsAccepted>,
    /// Messages of people that were passed on.
    passed_on: FxHashSet<(Party, MessageId)>,
    parts: u64,
    /// By household; of those alone of which a plan says anything.
    planned: FxHashMap<u32, Planned>,
    /// When everything that people have written will have been passed on.
    stored_until: Moment,
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

    /// Sets what becomes of the n-th (from 1) of the forms 1 to 3 to `household`.
    pub fn expect_form(&mut self, household: u32, nth: u16, on_the_way: OnTheWay) {
        self.planned.entry(household).or_default().on_the_way.insert(nth, on_the_way);
    }

    /// Sets what happens to the next text of `household` that reads so. Of several that read the same the
    /// one named first is the one that comes first.
    pub fn expect_text(&mut self, household: u32, text: ToBeWritten) {
        self.planned.entry(household).or_default().to_be_written.push(text);
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
            // The engine asks again when an answer was lost: nothing is sent twice (S-17). While parts are
            // still being accepted the answer to the first order is yet to come.
            if before.last_part <= now {
                out.answer(message, Body::SmsAccepted(*before));
            }
            return;
        }
        let subscriber = self.subscribers.get(&order.number.number()).copied();
        let on_the_way = self.on_the_way(subscriber, order.form);
        let accepted = SmsAccepted { first_part: now, last_part: now + on_the_way.parts };
        self.accepted.insert(message.id, accepted);
        self.parts += parts_of(&order.text);
        out.answer_after(message, on_the_way.parts, Body::SmsAccepted(accepted));
        if on_the_way.parts > Span::ZERO {
            out.misbehave("parts_took_long");
        }

        if let Some(household) = subscriber.filter(|_| on_the_way.read) {
            // Who reads fast has read before the last part is accepted (S-17).
            let text = DeliverSms { number: order.number, text: order.text.clone() };
            out.send(Party::Household(household), Body::DeliverSms(text));
        }
        let Some(delivered) = on_the_way.delivered else { return out.misbehave("no_receipt") };
        if !delivered {
            out.misbehave("not_delivered");
        }
        let outcome = SmsOutcome { sms: message.id, delivered: delivered && subscriber.is_some() };
        let after = Span::millis(on_the_way.parts.as_millis() + OUTCOME_AFTER.as_millis());
        out.report_after(message.from, after, Body::SmsOutcome(outcome));
    }

    fn on_the_way(&mut self, household: Option<u32>, form: FormNumber) -> OnTheWay {
        let planned = household.and_then(|household| self.planned.get_mut(&household));
        let Some(planned) = planned.filter(|_| form <= FormNumber::Three) else { return OnTheWay::STRAIGHT };
        planned.forms = planned.forms.saturating_add(1);
        planned.on_the_way.get(&planned.forms).copied().unwrap_or(OnTheWay::STRAIGHT)
    }

    fn pass_on(&mut self, message: &Envelope<Clear>, written: &SubmitSms<Clear>, now: Moment, out: &mut Out) {
        out.answer(message, Body::Received);
        if !self.passed_on.insert((message.from, message.id)) {
            return;
        }
        let planned = self.planned_text(message.from, &written.wording);
        let (stored, unstamped) = planned.map_or((Span::ZERO, false), |text| (text.stored, text.unstamped));
        if stored > Span::ZERO {
            out.misbehave("stored");
        }
        if unstamped {
            out.misbehave("unstamped");
        }
        self.stored_until = self.stored_until.max(now + stored);
        let received = (!unstamped).then_some(now);
        let reply = SmsReply { number: written.number, wording: written.wording.clone(), received };
        out.report_after(Party::Esobes, stored, Body::SmsReply(reply));
    }

    fn planned_text(&mut self, from: Party, wording: &Arc<str>) -> Option<ToBeWritten> {
        let Party::Household(household) = from else { return None };
        let texts = &mut self.planned.get_mut(&household)?.to_be_written;
        let place = texts.iter().position(|text| text.text == *wording)?;
        Some(texts.remove(place))
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
        } else if let Body::CheckLink = &message.body {
            // The answer leaves behind everything that was stored before the question (S-07c).
            let after = (self.stored_until - now).as_millis().max(0);
            out.answer_after(message, Span::millis(after), Body::Received);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stories::{asked, effect, iin, message, moment, number, said, tell};
    use proaktiv_messages::Language;

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
        assert_eq!((out.sendings[2].until_answered, out.sendings[2].after), (true, OUTCOME_AFTER));
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
        let received = (Party::Household(17), Body::Received);
        let reply = SmsReply { number: number(1), wording: "123 #3#1".into(), received: Some(moment(NOON)) };
        assert_eq!(said(&out), [received.clone(), (Party::Esobes, Body::SmsReply(reply))]);
        assert!(out.sendings[1].until_answered);
        assert_eq!(said(&tell(&mut centre, &written, moment(NOON))), [received]);
    }

    #[test]
    fn parts_may_take_minutes_and_a_receipt_may_fail_or_never_come() {
        let mut centre = centre();
        let way = |minutes, delivered, read| OnTheWay { parts: Span::minutes(minutes), delivered, read };
        centre.expect_form(17, 1, way(3, Some(true), true));
        centre.expect_form(17, 2, way(0, Some(false), false));
        centre.expect_form(17, 3, way(0, None, true));
        let noon = moment(NOON);
        let first = tell(&mut centre, &order(1, 1), noon);
        let accepted = SmsAccepted { first_part: noon, last_part: noon + Span::minutes(3) };
        let leaves: Vec<_> = first.sendings.iter().map(|sending| sending.after).collect();
        assert_eq!(said(&first)[0], (Party::Esobes, Body::SmsAccepted(accepted)));
        assert_eq!(leaves, [Span::minutes(3), Span::ZERO, Span::seconds(185)]);
        // Asked again just before the last part, at it and after it: nothing is sent twice.
        for (seconds, answers) in [(179, 0), (180, 1), (181, 1)] {
            let again = tell(&mut centre, &order(1, 1), noon + Span::seconds(seconds));
            assert_eq!(said(&again), vec![(Party::Esobes, Body::SmsAccepted(accepted)); answers], "{seconds}");
        }
        let kinds = |out: &Out| out.sendings.iter().map(|sending| sending.body.kind()).collect::<Vec<_>>();
        let failed = tell(&mut centre, &order(2, 1), noon);
        assert_eq!(kinds(&failed), ["sms_accepted", "sms_outcome"]);
        let outcome = SmsOutcome { sms: effect(2), delivered: false };
        assert_eq!(failed.sendings[1].body, Body::SmsOutcome(outcome));
        let silent = tell(&mut centre, &order(3, 1), noon);
        assert_eq!((kinds(&silent), silent.misbehaviours), (vec!["sms_accepted", "deliver_sms"], vec!["no_receipt"]));
        assert_eq!(kinds(&tell(&mut centre, &order(4, 1), noon)).len(), 3, "of the fourth the plan says nothing");
    }

    #[test]
    fn a_stored_text_is_passed_on_late_and_the_link_is_up_only_behind_it() {
        let mut centre = centre();
        let stored = ToBeWritten { text: "123 #3#1".into(), stored: Span::hours(2), unstamped: true };
        centre.expect_text(17, stored);
        let write = |id, wording: &str| {
            let body = Body::SubmitSms(SubmitSms { number: number(1), wording: wording.into() });
            message(Party::Household(17), MessageId::Numbered(id), body)
        };
        let check = asked(9, Body::CheckLink);
        let link = |centre: &mut SmsCentre, at| tell(centre, &check, at).sendings[0].after;
        let noon = moment(NOON);
        assert_eq!(link(&mut centre, noon), Span::ZERO);
        assert_eq!(tell(&mut centre, &write(1, "no"), noon).sendings[1].after, Span::ZERO, "another text");
        let out = tell(&mut centre, &write(2, "123 #3#1"), noon);
        let reply = SmsReply { number: number(1), wording: "123 #3#1".into(), received: None };
        assert_eq!((out.sendings[1].after, &out.sendings[1].body), (Span::hours(2), &Body::SmsReply(reply)));
        assert_eq!(tell(&mut centre, &write(3, "123 #3#1"), noon).sendings[1].after, Span::ZERO, "once");
        for (minutes, waits) in [(0, 120), (119, 1), (120, 0), (121, 0)] {
            assert_eq!(link(&mut centre, noon + Span::minutes(minutes)), Span::minutes(waits), "{minutes}");
        }
    }

    #[test]
    fn a_text_is_cut_as_handsets_cut_it() {
        for (units, expected) in [(0, 1), (70, 1), (71, 2), (134, 2), (135, 3), (659, 10)] {
            assert_eq!(parts_of(&"ж".repeat(units)), expected, "{units}");
        }
        assert_eq!(parts_of(&"😀".repeat(36)), 2, "two units each");
    }
}
