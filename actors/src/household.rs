//! A family: answers when it is asked for consent, reads what comes by SMS, replies as it is minded to
//! (S-03d, A-35, A-36), and does what its plan has it do: writes whatever it likes, opens and closes
//! accounts, changes its number, lodges applications, takes consents back.
//!
//! It knows no type of the engine and no form by number: it reads the text as a person does, and
//! writes what the text asks for.

mod acts;
mod reading;

use std::sync::Arc;

use proaktiv_messages::identity::{Iin, Msisdn};
use proaktiv_messages::{AnswerConsent, Body, Clear, DeliverSms, Envelope, MessageId, Moment, Party, Span, SubmitSms};
use smallvec::SmallVec;

use crate::household::reading::{Wanted, wanted};
use crate::{Behaviour, Out};

pub use acts::{Act, Deed, When};

/// Whether a person consents, and how long he thinks about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Will {
    /// Whether he consents.
    pub agrees: bool,
    /// How long after the question he answers.
    pub after: Span,
    /// Whether he answers the first question at all.
    pub answers: bool,
    /// Whether he consents to a later question, and how long after it; none: as to the first.
    pub then: Option<(bool, Span)>,
}

impl Will {
    /// Returns the will of somebody who answers each question alike.
    pub const fn steady(agrees: bool, after: Span) -> Self {
        Self { agrees, after, answers: true, then: None }
    }

    /// Returns what he says to the question that follows `before` others, and when; none: nothing.
    fn answer(self, before: u8) -> Option<(bool, Span)> {
        match self.then {
            Some(then) if before > 0 => Some(then),
            Some(_) | None => self.answers.then_some((self.agrees, self.after)),
        }
    }
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
    /// When the record of this grown-up is to be read.
    pub for_adults: SmallVec<[(Iin, Will); 2]>,
    /// When an SMS asks for a code. A family with acts does not follow it.
    pub reply: Habit,
    /// What it does by itself.
    pub acts: Vec<Act>,
    /// A number of the family, from which it writes before any SMS has come.
    pub number: Option<Msisdn>,
}

impl Conduct {
    /// Returns whether the family ends with its last message, since it does nothing of its own and answers
    /// alike whenever it is asked.
    fn ends(&self) -> bool {
        let steady = |will: &Will| will.answers && will.then.is_none();
        self.acts.is_empty() && steady(&self.for_child) && self.for_adults.iter().all(|(_, will)| steady(will))
    }
}

/// The form at hand: the last SMS that asked for a code.
struct AtHand {
    code: String,
    banks: u32,
}

/// A family.
pub struct Household {
    conduct: Conduct,
    /// SMS read so far, since one handed over twice is one SMS. A family gets a handful.
    read: SmallVec<[MessageId; 2]>,
    last_words: u16,
    /// How often each was asked for consent, where it matters.
    asked: SmallVec<[(Iin, u8); 1]>,
    /// SMS read so far that wanted something: the forms 1 to 3.
    forms: u16,
    /// The number that the last SMS came to.
    number: Option<Msisdn>,
    at_hand: Option<AtHand>,
    /// Acts done, by their place.
    done: Vec<bool>,
}

impl Household {
    /// Returns a family that has heard nothing yet.
    pub fn new(conduct: Conduct) -> Self {
        let done = vec![false; conduct.acts.len()];
        Self {
            number: conduct.number,
            conduct,
            read: SmallVec::new(),
            last_words: 0,
            asked: SmallVec::new(),
            forms: 0,
            at_hand: None,
            done,
        }
    }

    fn will_of(&self, subject: Iin) -> Will {
        let adult = self.conduct.for_adults.iter().find(|(adult, _)| *adult == subject);
        adult.map_or(self.conduct.for_child, |&(_, will)| will)
    }

    fn consents(&mut self, message: &Envelope<Clear>, subject: Iin, out: &mut Out) {
        let will = self.will_of(subject);
        let mut before = 0;
        if !will.answers || will.then.is_some() {
            let place = self.asked.iter().position(|(who, _)| *who == subject).unwrap_or_else(|| {
                self.asked.push((subject, 0));
                self.asked.len() - 1
            });
            before = self.asked[place].1;
            self.asked[place].1 = before.saturating_add(1);
        }
        match will.answer(before) {
            Some((agrees, after)) => {
                let body = Body::AnswerConsent(AnswerConsent { agrees });
                out.answer_until_answered(message, after, body);
            }
            None => out.misbehave("consent_not_answered"),
        }
    }

    fn reads(&mut self, id: MessageId, sms: &DeliverSms<Clear>, now: Moment, out: &mut Out) {
        if self.read.contains(&id) {
            return;
        }
        self.read.push(id);
        self.number = Some(sms.number);
        match wanted(&sms.text) {
            // Each form that asks for a code opens an offer or goes on with one: one reply to each.
            Wanted::Code { code, banks } => {
                self.at_hand = Some(AtHand { code: code.to_owned(), banks });
                self.reads_form(now, out);
                if self.conduct.acts.is_empty() {
                    self.replies(out);
                }
            }
            Wanted::Account => self.reads_form(now, out),
            Wanted::Nothing => {
                self.last_words = self.last_words.saturating_add(1);
                out.over = self.conduct.ends() && self.last_words >= self.conduct.children;
            }
        }
    }

    fn replies(&self, out: &mut Out) {
        match self.conduct.reply {
            Habit::Accept { bank, after } => {
                if let Some(wording) = self.acceptance(bank) {
                    self.writes(wording, None, after, out);
                }
            }
            Habit::Silence => out.misbehave("silent"),
        }
    }

    /// Returns the code of acceptance that the form at hand asks for.
    fn acceptance(&self, bank: u32) -> Option<Arc<str>> {
        let AtHand { code, banks } = self.at_hand.as_ref()?;
        Some(match bank.saturating_sub(1).checked_rem(*banks) {
            Some(place) => format!("{code}{}", place + 1).into(),
            // No list, no choice: the code alone.
            None => code.as_str().into(),
        })
    }

    /// Writes to 1414, from another number than that of the last SMS if one is given.
    fn writes(&self, wording: Arc<str>, from: Option<Msisdn>, after: Span, out: &mut Out) {
        let Some(number) = from.or(self.number) else { return };
        out.report_after(Party::SmsCentre, after, Body::SubmitSms(SubmitSms { number, wording }));
    }
}

impl Behaviour for Household {
    fn begin(&mut self, now: Moment, out: &mut Out) {
        self.arms_acts(now, out);
    }

    fn wake(&mut self, note: u64, _now: Moment, out: &mut Out) {
        self.acts(note, out);
    }

    fn receive(&mut self, message: &Envelope<Clear>, now: Moment, out: &mut Out) {
        if let Body::AskConsent(question) = &message.body {
            self.consents(message, question.subject, out);
        } else if let Body::DeliverSms(sms) = &message.body {
            self.reads(message.id, sms, now, out);
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
        let will = |agrees, minutes| Will::steady(agrees, Span::minutes(minutes));
        let for_adults = [(iin(2), will(false, 90)), (iin(3), will(true, 5))].into_iter().collect();
        let for_child = will(true, 30);
        Household::new(Conduct { children, for_child, for_adults, reply, acts: Vec::new(), number: None })
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
            assert!(answer.until_answered);
        }
    }

    #[test]
    fn a_question_may_go_unanswered_and_the_next_be_answered_otherwise() {
        let silent = Will { answers: false, ..Will::steady(true, Span::ZERO) };
        let refuses_then = Will { then: Some((false, Span::minutes(9))), ..silent };
        for (will, expected) in [
            (silent, [None, None, None]),
            (refuses_then, [None, Some((false, Span::minutes(9))), Some((false, Span::minutes(9)))]),
            (Will { answers: true, ..refuses_then }, [Some((true, Span::ZERO)), Some((false, Span::minutes(9))), None]),
        ] {
            let mut family = accepts(1);
            family.conduct.for_child = will;
            for (which, expected) in expected.into_iter().enumerate().take(2) {
                let question = Body::AskConsent(AskConsent { subject: iin(1), purposes: Purposes::OF_CHILD });
                let id = MessageId::Numbered(which as u64);
                let out = tell(&mut family, &message(Party::Kdp, id, question), Moment::default());
                let said = out.sendings.first().map(|sending| {
                    let Body::AnswerConsent(answer) = &sending.body else { panic!("{:?}", sending.body) };
                    (answer.agrees, sending.after)
                });
                assert_eq!(said, expected, "question {which} of {will:?}");
                assert_eq!(out.misbehaviours.is_empty(), expected.is_some());
            }
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
