//! Order 42, p. 11 and 12 (A-29, A-31, S-03c, S-04…S-07b, S-10, S-22…S-23c, S-40): what a reply does.
//!
//! A reply is judged against the form that was open when the SMS centre received it, by that centre's
//! time. The line is keyed by the number: a reply from another one never arrives here (S-22).

use proaktiv_messages::{Closing, Evidence, FormNumber, Moment, Said, SealedAccount, Token};
use smallvec::SmallVec;

use super::taking_up::choice_at;
use super::{
    Acceptance, Decided, Former, Line, LineEvent, NoEffect, Offer, OfferState, Owner, Refreshed, Shown, Why, Window,
};
use crate::Aggregate;
use crate::home_schooling::Condition;
use crate::home_schooling::forms::{Reply, Unrecognised, class};

impl Line {
    /// A message from the number: finds the form that it was written to, and judges it.
    pub(super) fn take_reply(
        &self,
        said: &Said,
        received: Moment,
        now: Moment,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) -> Decided {
        let Some(offer) = &self.offer else { return self.judge_by_the_past(said, received, now, law, events) };
        // Reading S-17: until the first part's time is known, nobody knows which form was read.
        let Some(window) = offer.window() else {
            events.push(LineEvent::ReplyWaits { said: said.clone(), received, nth: None });
            return Ok(());
        };
        if received < window.first {
            return match offer.former().filter(|former| former.window.first <= received) {
                Some(former) => self.judge_against_former(offer, former, said, received, now, law, events),
                None if offer.consented() => {
                    events.push(wrote_again(&offer.group, said, law));
                    Ok(())
                }
                None => self.judge_by_the_past(said, received, now, law, events),
            };
        }
        let anew = self.preparing.as_ref().is_some_and(|form| form.why == Why::Anew);
        match &offer.state {
            OfferState::Accepted { .. } => events.push(wrote_again(&offer.group, said, law)),
            OfferState::Open(_) if anew => events.push(wrote_again(&offer.group, said, law)),
            OfferState::Told { .. } => return self.judge_reopened(None, offer, said, received, now, law, events),
            OfferState::Open(_) | OfferState::Silent { .. } | OfferState::Sending { .. } => {
                return self.judge(offer, window, said, received, now, law, events);
            }
        }
        Ok(())
    }

    /// Judges a reply against the open form.
    #[expect(clippy::too_many_arguments, reason = "a reply, the form it is judged against, and the conditions")]
    fn judge(
        &self,
        offer: &Offer,
        window: Window,
        said: &Said,
        received: Moment,
        now: Moment,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) -> Decided {
        let further = self.preparing.as_ref().map(|form| form.why);
        // Reading S-23c: a form whose successor is on its way goes on taking replies past its own end.
        if window.ends <= received && further.is_none() {
            events.push(LineEvent::CameLate { received });
            return Ok(());
        }
        match (said_to(&offer.shown, offer.replaced(), said, law), offer.shown.form) {
            (Reply::Accept { bank }, FormNumber::One | FormNumber::Two) => {
                self.accept(&offer.shown, window, bank, received, now, law, events)
            }
            (Reply::Accept { .. }, _) => self.bring_back(offer, further, now, law, events),
            (Reply::AnotherBank, FormNumber::One | FormNumber::Two) => {
                self.offer_another_bank(offer, further, now, law, events)
            }
            (Reply::AnotherBank, _) => {
                events.push(LineEvent::HadNoEffect { why: NoEffect::AlreadyAsked });
                Ok(())
            }
            (Reply::Unrecognised(class), _) => self.repeat_once(offer, class, further, now, law, events),
        }
    }

    /// P. 12: an effective reply.
    #[expect(clippy::too_many_arguments, reason = "a reply, the form it is judged against, and the conditions")]
    fn accept(
        &self,
        shown: &Shown,
        window: Window,
        bank: Option<u8>,
        received: Moment,
        now: Moment,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) -> Decided {
        let Some(account) = accepted_account(shown, bank) else { return Ok(()) };
        // Reading S-10b: a bank that has left the list meanwhile; he chose, so paragraph 9 runs anew.
        if !law.law.integrated_banks().contains(&account.bank) {
            events.push(LineEvent::AccountIsGone);
            return self.begin_further_form(Why::Anew, now, now, law, events);
        }
        let evidence = Evidence { number: self.number, received, form: shown.form, sms: window.sms };
        events.push(LineEvent::Accepted { acceptance: Box::new(Acceptance { account, evidence }) });
        Ok(())
    }

    /// S-04: he accepts after all, and the form comes back in whose place App.3 stands.
    fn bring_back(
        &self,
        offer: &Offer,
        further: Option<Why>,
        now: Moment,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) -> Decided {
        match further {
            // Reading S-23c: App.3 takes none while App.1 is on its way.
            Some(Why::Account | Why::Back | Why::Anew | Why::First | Why::OtherBank) => {
                events.push(LineEvent::HadNoEffect { why: NoEffect::FormIsOnItsWay });
                Ok(())
            }
            Some(Why::Again) | None => {
                let replaced = offer.replaced().map_or(&[][..], |shown| &shown.banks);
                // Reading S-04, S-10b: an account at a bank that has left the list is no account still there.
                if !replaced.iter().any(|bank| law.law.integrated_banks().contains(bank)) {
                    events.push(LineEvent::HadNoEffect { why: NoEffect::NoAccountLeft });
                    return Ok(());
                }
                if !law.law.form_fits(FormNumber::One, law.law.first_sending_moment(now))? {
                    events.push(LineEvent::HadNoEffect { why: NoEffect::NoTime });
                    return Ok(());
                }
                events.push(LineEvent::AskedBack);
                self.begin_further_form(Why::Back, now, now, law, events)
            }
        }
    }

    /// S-04, S-05, S-05b, S-14: `#3#0` leads to App.3.
    fn offer_another_bank(
        &self,
        offer: &Offer,
        further: Option<Why>,
        now: Moment,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) -> Decided {
        let times = offer.history.as_ref().map_or(0, |history| history.other_bank);
        let leaves = law.law.first_sending_moment(now);
        let without_effect = if further.is_some_and(|why| why != Why::Again) {
            Some(NoEffect::AlreadyAsked)
        } else if times >= law.law.other_bank_limit() {
            Some(NoEffect::OtherBankLimit)
        } else if !law.law.form_fits(FormNumber::Three, leaves)? {
            Some(NoEffect::NoTime)
        } else {
            None
        };
        if let Some(why) = without_effect {
            events.push(LineEvent::HadNoEffect { why });
            return Ok(());
        }
        events.push(LineEvent::AnotherBankAsked);
        self.begin_further_form(Why::OtherBank, now, now, law, events)
    }

    /// S-06: the first text that nobody understands brings the open form once more.
    fn repeat_once(
        &self,
        offer: &Offer,
        class: Unrecognised,
        further: Option<Why>,
        now: Moment,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) -> Decided {
        events.push(LineEvent::NotUnderstood { class });
        let repeated = offer.history.as_ref().is_some_and(|history| history.repeated);
        let leaves = law.law.first_sending_moment(now);
        if !class.brings_the_form_again() || repeated || further.is_some() {
            return Ok(());
        }
        if !law.law.form_fits(offer.shown.form, leaves)? {
            return Ok(());
        }
        self.begin_further_form(Why::Again, now, now, law, events)
    }

    /// S-23c: a reply from before the first part of the present form; an acceptance of the form before it
    /// is effective, everything else has had its effect.
    #[expect(clippy::too_many_arguments, reason = "a reply, the form it is judged against, and the conditions")]
    fn judge_against_former(
        &self,
        offer: &Offer,
        former: &Former,
        said: &Said,
        received: Moment,
        now: Moment,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) -> Decided {
        if matches!(offer.state, OfferState::Accepted { .. }) {
            events.push(wrote_again(&offer.group, said, law));
            return Ok(());
        }
        let takes = matches!(former.shown.form, FormNumber::One | FormNumber::Two);
        match said_to(&former.shown, None, said, law) {
            Reply::Accept { bank } if takes => {
                self.accept(&former.shown, former.window, bank, received, now, law, events)?;
            }
            Reply::Accept { .. } | Reply::AnotherBank => {
                events.push(LineEvent::HadNoEffect { why: NoEffect::FormIsOnItsWay });
            }
            Reply::Unrecognised(class) => events.push(LineEvent::NotUnderstood { class }),
        }
        Ok(())
    }

    /// S-06b, S-07, S-07c, S-23: no form was open that is open now.
    fn judge_by_the_past(
        &self,
        said: &Said,
        received: Moment,
        now: Moment,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) -> Decided {
        let in_its_window =
            |offer: &&Offer| offer.window().is_some_and(|window| window.first <= received && received < window.ends);
        if let Some(late) = self.late().filter(in_its_window) {
            events.push(wrote_again(&late.group, said, law));
            return Ok(());
        }
        let silent = self.past.iter().flat_map(|past| past.silent.iter().enumerate());
        let written_to = silent.rev().find(|(_, offer)| offer.window().is_some_and(|window| window.first <= received));
        if let Some((nth, offer)) = written_to
            && offer.window().is_some_and(|window| received < window.ends)
        {
            let nth = u8::try_from(nth).unwrap_or(u8::MAX);
            if self.offer.is_some() || self.preparing.is_some() {
                self.take_late_reply(nth, offer, said, received, law, events);
                return Ok(());
            }
            return self.judge_reopened(Some(nth), offer, said, received, now, law, events);
        }
        events.push(match &self.past {
            Some(past) if !past.accepted.is_empty() => wrote_again(&past.accepted, said, law),
            Some(_) if written_to.is_some() => LineEvent::CameLate { received },
            Some(_) | None => LineEvent::NothingIsOpen,
        });
        Ok(())
    }

    /// S-07c: a reply in time, known after the end, opens the offer again if it has an effect.
    #[expect(clippy::too_many_arguments, reason = "a reply, the offer it is judged against, and the conditions")]
    fn judge_reopened(
        &self,
        nth: Option<u8>,
        offer: &Offer,
        said: &Said,
        received: Moment,
        now: Moment,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) -> Decided {
        // Its children may have left since.
        let Some(window) = offer.window().filter(|_| !offer.group.is_empty()) else {
            events.push(LineEvent::NothingIsOpen);
            return Ok(());
        };
        let mut more = Vec::new();
        let line = self.after(LineEvent::Reopened { nth }, &mut more);
        line.judge(offer, window, said, received, now, law, &mut more)?;
        let has_effect =
            more.iter().any(|event| matches!(event, LineEvent::Accepted { .. } | LineEvent::FormDue { .. }));
        events.extend(more.into_iter().skip(usize::from(!has_effect)));
        Ok(())
    }

    /// S-07c, S-16: what is in time for an offer that ended in silence has waited for the end of another.
    pub(super) fn judge_what_waited(
        &self,
        begun: usize,
        now: Moment,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) -> Decided {
        if !self.past.iter().flat_map(|past| &past.silent).any(|offer| offer.has_waiting_news()) {
            return Ok(());
        }
        let mut line = self.clone();
        events[begun..].iter().for_each(|event| line.evolve(event));
        if line.offer.is_some() || line.preparing.is_some() {
            return Ok(());
        }
        let silent = line.past.iter().flat_map(|past| &past.silent);
        let Some((place, offer)) = silent.enumerate().find(|(_, offer)| offer.has_waiting_news()) else {
            return Ok(());
        };
        let nth = Some(u8::try_from(place).unwrap_or(u8::MAX));
        let replies = offer.history.as_ref().map(|history| history.unjudged.clone()).unwrap_or_default();
        if replies.is_empty() {
            events.push(LineEvent::Reopened { nth });
            return line.begin_further_form(Why::Account, choice_at(now, law), now, law, events);
        }
        let line = line.after(LineEvent::RepliesJudged { nth }, events);
        line.judge_all(replies, now, law, events).map(|_| ())
    }

    /// Judges replies in the order in which the SMS centre received them; returns the line after that.
    pub(super) fn judge_all(
        mut self,
        mut replies: Vec<(Said, Moment)>,
        now: Moment,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) -> Result<Line, super::LineRefusal> {
        // Reading S-23: by the SMS centre's time among those not yet processed.
        replies.sort_by_key(|(_, received)| *received);
        for (said, received) in replies {
            let from = events.len();
            self.take_reply(&said, received, now, law, events)?;
            events[from..].iter().for_each(|event| self.evolve(event));
        }
        Ok(self)
    }

    /// P. 12 (S-10, S-26b, S-37): owner, account and children have been asked for; the application is
    /// formed if they stand.
    pub(super) fn let_acceptance_hold(
        &self,
        refreshed: &Refreshed,
        now: Moment,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) -> Decided {
        let Some(offer) = &self.offer else { return Ok(()) };
        let OfferState::Accepted { acceptance, .. } = &offer.state else { return Ok(()) };
        let there = refreshed.accounts.contains(&acceptance.account);
        match refreshed.owner {
            // Reading S-37: the reply of another owner is void.
            Owner::NotHis => self.lose_recipient(offer.recipient, Closing::NumberChanged, now, law, events),
            Owner::His if !there => {
                events.push(LineEvent::AccountIsGone);
                self.begin_further_form(Why::Anew, now, now, law, events)
            }
            // Reading S-03b: consent withdrawn after the acceptance: nothing is asked, the application stands.
            Owner::His | Owner::NotAsked => {
                events.extend([LineEvent::AcceptanceHolds, self.ended(now, law)]);
                Ok(())
            }
        }
    }
}

/// Returns the account of the bank that a reply accepts, if the form showed one.
pub(super) fn accepted_account(shown: &Shown, bank: Option<u8>) -> Option<SealedAccount> {
    let place = usize::from(bank.unwrap_or(1)).saturating_sub(1);
    shown.accounts.get(place).copied()
}

/// Returns what was said to a form.
pub(super) fn said_to(shown: &Shown, replaced: Option<&Shown>, said: &Said, law: &Condition) -> Reply {
    let banks = replaced.map_or(&shown.banks, |replaced| &replaced.banks).len();
    class(said, law.law.service_code(), shown.form, banks, replaced.map(|replaced| replaced.form))
}

/// S-23: every further reply is a wish to change something, except what is said to another service (S-06b).
fn wrote_again(children: &SmallVec<[Token; 1]>, said: &Said, law: &Condition) -> LineEvent {
    match class(said, law.law.service_code(), FormNumber::One, 1, None) {
        Reply::Unrecognised(class @ Unrecognised::OtherService) => LineEvent::NotUnderstood { class },
        Reply::Accept { .. } | Reply::AnotherBank | Reply::Unrecognised(_) => {
            LineEvent::WroteAgain { children: children.clone() }
        }
    }
}
