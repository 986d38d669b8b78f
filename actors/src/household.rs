//! A family: answers when it is asked for consent, reads what comes by SMS, and replies as it is
//! minded to (S-03d, A-35, A-36).
//!
//! It knows no type of the engine and no form by number: it reads the text as a person does, and
//! writes what the text asks for.

mod reading;

use std::sync::Arc;

use proaktiv_messages::identity::Iin;
use proaktiv_messages::{AnswerConsent, Body, Clear, DeliverSms, Envelope, MessageId, Moment, Party, Span, SubmitSms};
use smallvec::SmallVec;

use crate::household::reading::{Wanted, wanted};
use crate::{Behaviour, Out, Sending};

/// Whether a person consents, and how long he thinks about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Will {
    /// Whether he consents.
    pub agrees: bool,
    /// How long after the question he answers.
    pub after: Span,
}

/// What a family does when an SMS asks for a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// Sends the code of acceptance.
    Accept {
        /// The bank that it takes where there is a choice, by its number in the list, from 1. Beyond
        /// the end it is counted on from the beginning.
        bank: u32,
        /// How long after the SMS.
        after: Span,
    },
    /// Does nothing.
    Silence,
}

/// How a family will behave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conduct {
    /// How many children it has on the list: after as many last messages nothing more can come.
    pub children: u16,
    /// When the record of one of its children is to be read.
    pub for_child: Will,
    /// When the record of this parent is to be read.
    pub for_parents: SmallVec<[(Iin, Will); 2]>,
    /// When an SMS asks for a code.
    pub reply: Habit,
}

/// A family.
pub struct Household {
    conduct: Conduct,
    /// SMS read so far, since one handed over twice is one SMS. A family gets a handful.
    read: SmallVec<[MessageId; 2]>,
    last_words: u16,
}

impl Household {
    /// Returns a family that has heard nothing yet.
    pub fn new(conduct: Conduct) -> Self {
        Self { conduct, read: SmallVec::new(), last_words: 0 }
    }

    fn will_of(&self, subject: Iin) -> Will {
        let parent = self.conduct.for_parents.iter().find(|(parent, _)| *parent == subject);
        parent.map_or(self.conduct.for_child, |&(_, will)| will)
    }

    fn reads(&mut self, id: MessageId, sms: &DeliverSms<Clear>, out: &mut Out) {
        if self.read.contains(&id) {
            return;
        }
        self.read.push(id);
        match wanted(&sms.text) {
            // Each form that asks for a code opens an offer or goes on with one: one reply to each.
            Wanted::Code { code, banks } => self.replies(sms, code, banks, out),
            Wanted::Account => {}
            Wanted::Nothing => {
                self.last_words = self.last_words.saturating_add(1);
                out.over = self.last_words >= self.conduct.children;
            }
        }
    }

    fn replies(&self, sms: &DeliverSms<Clear>, code: &str, banks: u32, out: &mut Out) {
        let Habit::Accept { bank, after } = self.conduct.reply else { return };
        let wording: Arc<str> = match bank.saturating_sub(1).checked_rem(banks) {
            Some(place) => format!("{code}{}", place + 1).into(),
            // No list, no choice: the code alone.
            None => code.into(),
        };
        let body = Body::SubmitSms(SubmitSms { number: sms.number, wording });
        out.sendings.push(Sending { to: Party::SmsCentre, answers: None, after, until_received: false, body });
    }
}

impl Behaviour for Household {
    fn receive(&mut self, message: &Envelope<Clear>, _now: Moment, out: &mut Out) {
        if let Body::AskConsent(question) = &message.body {
            let will = self.will_of(question.subject);
            out.answer_after(message, will.after, Body::AnswerConsent(AnswerConsent { agrees: will.agrees }));
        } else if let Body::DeliverSms(sms) = &message.body {
            self.reads(message.id, sms, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stories::{iin, message, number, said, tell};
    use proaktiv_messages::{AskConsent, Purposes};

    const ONE: &str = "Made up.\nTo accept send 123 #3#1\nFor another bank send 123 #3#0";
    const TWO_RU: &str = "Made up: 1. Bank A\n2. Bank B\n3. Bank C\nSend 123#3#1n\nFor another bank send 123 #3#0.";
    const TWO_KK: &str = "Made up:\n1. Bank A\n2. Bank B\nSend 123 #3#1N to accept\nFor another bank send 123 #3#0.";
    const THREE: &str = "Made up: 1. Bank A\n2. Bank B\nThe bank will tell us.";
    const LAST: &str = "Made Up!\nGranted.";

    fn family(children: u16, reply: Habit) -> Household {
        let will = |agrees, minutes| Will { agrees, after: Span::minutes(minutes) };
        let for_parents = [(iin(2), will(false, 90)), (iin(3), will(true, 5))].into_iter().collect();
        Household::new(Conduct { children, for_child: will(true, 30), for_parents, reply })
    }

    fn accepts(bank: u32) -> Household {
        family(1, Habit::Accept { bank, after: Span::minutes(600) })
    }

    fn sms(id: u64, text: &str) -> Envelope<Clear> {
        let body = Body::DeliverSms(DeliverSms { number: number(1), text: text.into() });
        message(Party::SmsCentre, MessageId::Numbered(id), body)
    }

    fn written(wording: &str) -> Vec<(Party, Body<Clear>)> {
        vec![(Party::SmsCentre, Body::SubmitSms(SubmitSms { number: number(1), wording: wording.into() }))]
    }

    #[test]
    fn each_person_answers_for_his_own_record_and_somebody_for_the_child() {
        let mut family = accepts(1);
        for (subject, agrees, minutes) in [(1, true, 30), (2, false, 90), (3, true, 5)] {
            let question = Body::AskConsent(AskConsent { subject: iin(subject), purposes: Purposes::OF_CHILD });
            let out = tell(&mut family, &message(Party::Kdp, MessageId::Numbered(7), question), Moment::default());
            assert_eq!(said(&out), [(Party::Kdp, Body::AnswerConsent(AnswerConsent { agrees }))]);
            let answer = &out.sendings[0];
            assert_eq!((answer.after, answer.answers), (Span::minutes(minutes), Some(MessageId::Numbered(7))));
        }
    }

    #[test]
    fn the_reply_is_what_the_form_asks_for() {
        for (bank, text, expected) in [
            (1, ONE, "123 #3#1"),
            (2, ONE, "123 #3#1"),
            (1, TWO_RU, "123#3#11"),
            (3, TWO_RU, "123#3#13"),
            (4, TWO_RU, "123#3#11"),
            (2, TWO_KK, "123 #3#12"),
            (5, TWO_KK, "123 #3#11"),
        ] {
            let out = tell(&mut accepts(bank), &sms(1, text), Moment::default());
            assert_eq!(said(&out), written(expected), "{bank} of {text}");
            assert_eq!((out.sendings[0].after, out.over), (Span::minutes(600), false));
        }
    }

    #[test]
    fn an_sms_handed_over_twice_is_answered_once() {
        let mut family = accepts(1);
        assert_eq!(said(&tell(&mut family, &sms(1, ONE), Moment::default())), written("123 #3#1"));
        assert_eq!(said(&tell(&mut family, &sms(1, ONE), Moment::default())), []);
        // Another offer, weeks later.
        assert_eq!(said(&tell(&mut family, &sms(2, TWO_RU), Moment::default())), written("123#3#11"));
    }

    #[test]
    fn a_silent_family_does_nothing() {
        for text in [ONE, TWO_RU, TWO_KK, THREE, LAST] {
            assert_eq!(said(&tell(&mut family(1, Habit::Silence), &sms(1, text), Moment::default())), []);
        }
    }

    #[test]
    fn where_no_code_is_asked_for_none_is_sent() {
        for text in [THREE, LAST, "", "#3#1"] {
            assert_eq!(said(&tell(&mut accepts(1), &sms(1, text), Moment::default())), [], "{text}");
        }
    }

    #[test]
    fn it_is_over_after_one_last_message_a_child() {
        let mut twins = family(2, Habit::Silence);
        for (id, text, over) in
            [(1, ONE, false), (2, THREE, false), (3, LAST, false), (3, LAST, false), (4, LAST, true)]
        {
            assert_eq!(tell(&mut twins, &sms(id, text), Moment::default()).over, over, "{id}");
        }
    }
}
