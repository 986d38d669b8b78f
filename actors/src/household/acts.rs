//! What a family does by itself, each thing once and at its moment.

use std::sync::Arc;

use proaktiv_messages::identity::{Iin, Msisdn};
use proaktiv_messages::{
    BankCode, Body, ChangeNumber, CloseAccount, LodgeApplication, Moment, OpenAccount, Party, Span, WithdrawConsent,
};

use super::Household;
use crate::Out;

/// One thing that a family does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// When.
    pub when: When,
    /// What.
    pub deed: Deed,
}

/// When a family does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// At this moment.
    At(Moment),
    /// So long after it has read the n-th SMS, from 1, that wants something of it.
    OnForm(u16, Span),
}

/// What a family does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Writes this to 1414.
    Write {
        /// What it writes.
        text: Arc<str>,
        /// From which other number.
        from: Option<Msisdn>,
    },
    /// Accepts as the form at hand asks for, with this bank where there is a choice, from 1; beyond the end
    /// it is counted on from the beginning.
    Accept(u32),
    /// Asks for another bank as the form at hand offers.
    OtherBank,
    /// Opens an account for this person at this bank.
    Open(Iin, BankCode),
    /// Closes the account of this person at this bank.
    Close(Iin, BankCode),
    /// Lodges an application for this child at the counter.
    Lodge(Iin),
    /// Takes back the consent to the record of this person or child.
    Withdraw(Iin),
    /// This person has another number now, or none.
    ChangeNumber(Iin, Option<Msisdn>),
}

impl Household {
    /// Asks for the wake-ups of what has its moment. What lies before `now` is made up for at once.
    pub(super) fn arms_acts(&self, now: Moment, out: &mut Out) {
        for (place, act) in self.conduct.acts.iter().enumerate() {
            if let When::At(at) = act.when {
                out.wake_at(at.max(now), place as u64);
            }
        }
    }

    /// Asks for the wake-ups of what follows the form that it has just read.
    pub(super) fn reads_form(&mut self, now: Moment, out: &mut Out) {
        self.forms = self.forms.saturating_add(1);
        for (place, act) in self.conduct.acts.iter().enumerate() {
            if let When::OnForm(nth, after) = act.when
                && nth == self.forms
            {
                out.wake_at(now + after, place as u64);
            }
        }
    }

    /// Does the act at this place, if it is not done.
    pub(super) fn acts(&mut self, place: u64, out: &mut Out) {
        let place = usize::try_from(place).unwrap_or(usize::MAX);
        let Some(done) = self.done.get_mut(place) else { return };
        if std::mem::replace(done, true) {
            return;
        }
        self.does(&self.conduct.acts[place].deed, out);
    }

    fn does(&self, deed: &Deed, out: &mut Out) {
        match deed {
            Deed::Write { text, from } => {
                out.misbehave(if from.is_some() { "wrote_from_another_number" } else { "wrote_freely" });
                self.writes(text.clone(), *from, Span::ZERO, out);
            }
            Deed::Accept(bank) => {
                // Without a form at hand there is nothing to accept.
                if let Some(wording) = self.acceptance(*bank) {
                    self.writes(wording, None, Span::ZERO, out);
                }
            }
            Deed::OtherBank => {
                if let Some(wording) = self.wish_for_another_bank() {
                    out.misbehave("asked_for_another_bank");
                    self.writes(wording, None, Span::ZERO, out);
                }
            }
            &Deed::Open(person, bank) => {
                out.report(Party::Bank(bank), Body::OpenAccount(OpenAccount { person }));
            }
            &Deed::Close(person, bank) => {
                out.misbehave("closed_account");
                out.report(Party::Bank(bank), Body::CloseAccount(CloseAccount { person }));
            }
            &Deed::Lodge(child) => {
                out.misbehave("lodged_by_hand");
                out.report(Party::Counter, Body::LodgeApplication(LodgeApplication { child }));
            }
            &Deed::Withdraw(subject) => {
                out.misbehave("withdrew_consent");
                out.report(Party::Kdp, Body::WithdrawConsent(WithdrawConsent { subject }));
            }
            &Deed::ChangeNumber(person, number) => {
                out.misbehave("changed_number");
                out.report(Party::Bmg, Body::ChangeNumber(ChangeNumber { person, number }));
            }
        }
    }

    /// Returns the code by which the form at hand offers another bank: that of acceptance, with 0 at its end.
    fn wish_for_another_bank(&self) -> Option<Arc<str>> {
        let code = &self.at_hand.as_ref()?.code;
        Some(format!("{}0", code.strip_suffix('1')?).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::household::{Conduct, Habit, Will};
    use crate::stories::{bank, begun, iin, message, moment, number, said, tell, wake};
    use proaktiv_messages::{Clear, DeliverSms, MessageId, SubmitSms};

    const ONE: &str = "Made up.\nTo accept send 123 #3#1\nFor another bank send 123 #3#0";
    const TWO: &str = "Made up: 1. Bank A\n2. Bank B\n3. Bank C\nSend 123#3#1n\nFor another bank send 123#3#0.";
    const THREE: &str = "Made up: 1. Bank A\n2. Bank B\nThe bank will tell us.";
    const LAST: &str = "Made Up!\nGranted.";
    const NOON: &str = "2024-03-11T12:00:00Z";

    fn family(acts: Vec<Act>) -> Household {
        Household::new(Conduct {
            children: 1,
            for_child: Will::steady(true, Span::ZERO),
            for_adults: std::iter::empty().collect(),
            reply: Habit::Accept { bank: 1, after: Span::ZERO },
            acts,
            number: Some(number(1)),
        })
    }

    fn on(nth: u16, minutes: i64, deed: Deed) -> Act {
        Act { when: When::OnForm(nth, Span::minutes(minutes)), deed }
    }

    fn reads(family: &mut Household, id: u64, text: &str) -> Out {
        let body = Body::DeliverSms(DeliverSms { number: number(2), text: text.into() });
        tell(family, &message(Party::SmsCentre, MessageId::Numbered(id), body), moment(NOON))
    }

    fn written(from: u32, wording: &str) -> (Party, Body<Clear>) {
        (Party::SmsCentre, Body::SubmitSms(SubmitSms { number: number(from), wording: wording.into() }))
    }

    #[test]
    fn what_follows_the_second_form_is_done_after_the_second_form_and_once() {
        let free = Deed::Write { text: "жоқ".into(), from: None };
        let other = Deed::Write { text: "123 #3#1".into(), from: Some(number(7)) };
        let mut family = family(vec![on(1, 5, free), on(2, 0, other), on(2, 60, Deed::Accept(5))]);
        let first = reads(&mut family, 1, ONE);
        // A family with acts leaves nothing to habit.
        assert_eq!((said(&first), first.wakes.as_slice()), (vec![], &[(moment("2024-03-11T12:05:00Z"), 0)][..]));
        let out = wake(&mut family, first.wakes[0]);
        assert_eq!(said(&out), [written(2, "жоқ")]);
        assert!(out.sendings[0].until_answered);
        assert_eq!(said(&wake(&mut family, first.wakes[0])), [], "once");
        assert_eq!(reads(&mut family, 1, ONE).wakes, [], "the same SMS");
        let second = reads(&mut family, 2, TWO).wakes;
        assert_eq!(second, [(moment(NOON), 1), (moment("2024-03-11T13:00:00Z"), 2)]);
        assert_eq!(said(&wake(&mut family, second[0])), [written(7, "123 #3#1")]);
        assert_eq!(said(&wake(&mut family, second[1])), [written(2, "123#3#12")]);
    }

    #[test]
    fn another_bank_is_asked_for_and_a_repentant_family_accepts_what_was_replaced() {
        for (text, wish, acceptance) in [(ONE, "123 #3#0", "123 #3#1"), (TWO, "123#3#0", "123#3#12")] {
            let mut family = family(vec![on(1, 0, Deed::OtherBank), on(2, 0, Deed::Accept(2))]);
            let wakes = reads(&mut family, 1, text).wakes;
            assert_eq!(said(&wake(&mut family, wakes[0])), [written(2, wish)]);
            let wakes = reads(&mut family, 2, THREE).wakes;
            assert_eq!(said(&wake(&mut family, wakes[0])), [written(2, acceptance)]);
        }
    }

    #[test]
    fn without_a_form_at_hand_there_is_nothing_to_accept() {
        let mut family = family(vec![on(1, 0, Deed::Accept(1)), on(1, 0, Deed::OtherBank)]);
        for wakes in reads(&mut family, 1, THREE).wakes {
            assert_eq!(said(&wake(&mut family, wakes)), []);
        }
    }

    #[test]
    fn what_has_its_moment_is_done_then_whether_anybody_wrote_or_not() {
        let bank = bank("601");
        let deeds = [
            Deed::Open(iin(2), bank),
            Deed::Close(iin(2), bank),
            Deed::Lodge(iin(1)),
            Deed::Withdraw(iin(2)),
            Deed::ChangeNumber(iin(2), Some(number(9))),
            Deed::Write { text: "123 #3#1".into(), from: None },
        ];
        let expected = [
            (Party::Bank(bank), Body::OpenAccount(OpenAccount { person: iin(2) })),
            (Party::Bank(bank), Body::CloseAccount(CloseAccount { person: iin(2) })),
            (Party::Counter, Body::LodgeApplication(LodgeApplication { child: iin(1) })),
            (Party::Kdp, Body::WithdrawConsent(WithdrawConsent { subject: iin(2) })),
            (Party::Bmg, Body::ChangeNumber(ChangeNumber { person: iin(2), number: Some(number(9)) })),
            written(1, "123 #3#1"),
        ];
        let at = |hour: usize| moment(NOON) + Span::hours(hour as i64);
        let acts = deeds.into_iter().enumerate().map(|(hour, deed)| Act { when: When::At(at(hour)), deed }).collect();
        let mut family = family(acts);
        // What lies before the beginning is made up for.
        let wakes = begun(&mut family, "2024-03-11T13:00:00Z").wakes;
        let moments: Vec<_> = wakes.iter().map(|(at, _)| *at).collect();
        assert_eq!(moments, [1, 1, 2, 3, 4, 5].map(at));
        for (one, expected) in wakes.into_iter().zip(expected) {
            let out = wake(&mut family, one);
            assert_eq!(said(&out), [expected]);
            assert!(out.sendings[0].until_answered);
        }
    }

    #[test]
    fn a_family_that_acts_does_not_end_with_its_last_message() {
        for (acts, over) in [(vec![on(3, 0, Deed::Accept(1))], false), (vec![], true)] {
            assert_eq!(reads(&mut family(acts), 1, LAST).over, over);
        }
    }
}
