//! Order 42, p. 11 and 12 (S-07c, I-3): an acceptance in time for an offer that ended in silence, known while
//! another is open on the number. It takes no form, so that it goes straight on beside the open one.

use proaktiv_messages::{Closing, Evidence, FormNumber, Moment, Said, SealedAccount, Token};
use smallvec::SmallVec;

use super::replies::{accepted_account, said_to};
use super::{Acceptance, Decided, Line, LineEvent, Need, Offer, OfferState, Owner, Refreshed, Stands};
use crate::home_schooling::Condition;
use crate::home_schooling::forms::Reply;

impl Line {
    /// Returns the offer that was accepted beside the open one.
    pub(super) fn late(&self) -> Option<&Offer> {
        self.past.as_ref()?.late.as_deref()
    }

    /// Returns the children of it whose case has not yet said whether they stand.
    fn late_unlooked(&self) -> &[Token] {
        match self.late().map(|offer| &offer.state) {
            Some(OfferState::Accepted { unlooked, .. }) => unlooked,
            Some(
                OfferState::Sending { .. } | OfferState::Open(_) | OfferState::Silent { .. } | OfferState::Told { .. },
            )
            | None => &[],
        }
    }

    /// S-07c: a reply in time for a former offer, while another is open: what is effective goes on at once,
    /// what needs a form waits for the end of the other.
    pub(super) fn take_late_reply(
        &self,
        nth: u8,
        offer: &Offer,
        said: &Said,
        received: Moment,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) {
        let accepted = self.late_acceptance(offer, said, received, law);
        let said = said.clone();
        events.push(match accepted {
            Some(acceptance) => LineEvent::AcceptedLate { nth, acceptance: Box::new(acceptance), said },
            None => LineEvent::ReplyWaits { said, received, nth: Some(nth) },
        });
    }

    fn late_acceptance(&self, offer: &Offer, said: &Said, received: Moment, law: &Condition) -> Option<Acceptance> {
        let takes = matches!(offer.shown.form, FormNumber::One | FormNumber::Two);
        if !takes || offer.group.is_empty() || self.late().is_some() {
            return None;
        }
        let window = offer.window()?;
        let Reply::Accept { bank } = said_to(&offer.shown, None, said, law) else { return None };
        let account: SealedAccount = accepted_account(&offer.shown, bank)?;
        let evidence = Evidence { number: self.number, received, form: offer.shown.form, sms: window.sms };
        law.law.integrated_banks().contains(&account.bank).then_some(Acceptance { account, evidence })
    }

    /// S-26b: a case says whether its child stands; returns whether it is one of the offer beside.
    pub(super) fn take_late_look(
        &self,
        child: Token,
        stands: Stands,
        now: Moment,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) -> Option<Decided> {
        if !self.late_unlooked().contains(&child) {
            return None;
        }
        Some(match stands {
            Stands::No(why) => self.take_leave(child, why, now, law, events),
            Stands::Yes | Stands::NotYet => {
                events.push(LineEvent::ChildStands { child });
                self.complete_late(Some(child), None, now, law, events)
            }
        })
    }

    /// S-10, S-37: the recipient's registers have answered for the acceptance beside.
    pub(super) fn take_late_answer(
        &self,
        refreshed: &Refreshed,
        now: Moment,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) -> Decided {
        if self.late().is_none() {
            return Ok(());
        }
        if !self.late_unlooked().is_empty() {
            events.push(LineEvent::RecipientAnswered { refreshed: refreshed.clone() });
            return Ok(());
        }
        self.complete_late(None, Some(refreshed), now, law, events)
    }

    /// Goes on after a child has left the offer beside: with the others, or not at all.
    pub(super) fn go_on_late(&self, now: Moment, law: &Condition, events: &mut Vec<LineEvent>) -> Decided {
        match self.late() {
            Some(offer) if offer.group.is_empty() => {
                events.push(LineEvent::LateEmptied { recipient: offer.recipient });
                Ok(())
            }
            Some(_) => self.complete_late(None, None, now, law, events),
            None => Ok(()),
        }
    }

    /// P. 12: the applications are formed once all have answered. `looked` and `refreshed` are what has
    /// come just now.
    fn complete_late(
        &self,
        looked: Option<Token>,
        refreshed: Option<&Refreshed>,
        now: Moment,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) -> Decided {
        let Some(offer) = self.late() else { return Ok(()) };
        let OfferState::Accepted { acceptance, unlooked, refreshed: kept, .. } = &offer.state else { return Ok(()) };
        let Some(said) = refreshed.or(kept.as_deref()) else { return Ok(()) };
        if unlooked.iter().any(|child| Some(*child) != looked) {
            return Ok(());
        }
        match said.owner {
            // Reading S-37: the reply of another owner is void.
            Owner::NotHis => return self.lose_recipient(offer.recipient, Closing::NumberChanged, now, law, events),
            // Reading S-07c, S-10: what needs a form waits until the other offer has ended.
            Owner::His if !said.accounts.contains(&acceptance.account) => events.push(LineEvent::LateWaits),
            Owner::His | Owner::NotAsked => {
                let children = offer.group.clone();
                events.push(LineEvent::LateHolds { children, acceptance: acceptance.clone() });
            }
        }
        Ok(())
    }
}

impl Line {
    /// Takes an event of the offer that was accepted beside the open one.
    pub(super) fn take_late_event(&mut self, event: &LineEvent) {
        match event {
            LineEvent::AcceptedLate { nth, acceptance, said } => {
                let silent = &mut self.past_mut().silent;
                if usize::from(*nth) >= silent.len() {
                    return;
                }
                let mut offer = silent.remove(usize::from(*nth));
                // A child that was not reached may wait for one more offer already (S-18).
                offer.group.iter().for_each(|child| self.forget_who_waited(*child));
                offer.accept(acceptance);
                // Kept for the time after the other offer, should a form be needed.
                offer.history_mut().unjudged.push((said.clone(), acceptance.evidence.received));
                self.past_mut().late = Some(offer);
            }
            LineEvent::LateHolds { children, .. } => {
                let past = self.past_mut();
                (past.late, past.accepted) = (None, children.clone());
            }
            LineEvent::LateWaits => {
                if let Some(mut offer) = self.past_mut().late.take()
                    && let Some(window) = offer.window()
                {
                    offer.state = OfferState::Told { window, asks: None };
                    self.past_mut().keep(offer);
                }
            }
            LineEvent::LateEmptied { .. } => self.past_mut().late = None,
            LineEvent::ChildReady { .. }
            | LineEvent::TakenUp { .. }
            | LineEvent::FormDue { .. }
            | LineEvent::FormPutOff { .. }
            | LineEvent::WaitEnded { .. }
            | LineEvent::WaitCrossedMonth { .. }
            | LineEvent::FormAskedFor { .. }
            | LineEvent::ChildStands { .. }
            | LineEvent::ChildPutOff { .. }
            | LineEvent::ChildLeft { .. }
            | LineEvent::RecipientAnswered { .. }
            | LineEvent::NotTaken { .. }
            | LineEvent::FormPrepared { .. }
            | LineEvent::FurtherFormPrepared { .. }
            | LineEvent::FurtherFormDropped { .. }
            | LineEvent::NoTimeLeft { .. }
            | LineEvent::FormSent { .. }
            | LineEvent::WindowExtended { .. }
            | LineEvent::WatchRenewed { .. }
            | LineEvent::SendingTakesLong
            | LineEvent::ReplyWaits { .. }
            | LineEvent::RepliesJudged { .. }
            | LineEvent::Accepted { .. }
            | LineEvent::AcceptanceHolds
            | LineEvent::AccountIsGone
            | LineEvent::WroteAgain { .. }
            | LineEvent::NotUnderstood { .. }
            | LineEvent::HadNoEffect { .. }
            | LineEvent::AnotherBankAsked
            | LineEvent::AskedBack
            | LineEvent::CameLate { .. }
            | LineEvent::NothingIsOpen
            | LineEvent::DeliveryFailed { .. }
            | LineEvent::AccountAppeared { .. }
            | LineEvent::SilenceLookedAt { .. }
            | LineEvent::LinkWasUp
            | LineEvent::BanksWereSearched
            | LineEvent::SilenceCertain { .. }
            | LineEvent::Closed { .. }
            | LineEvent::Reopened { .. }
            | LineEvent::NoticePutOff { .. }
            | LineEvent::NoticeAskedFor
            | LineEvent::NoticeSent
            | LineEvent::NoticeFailed
            | LineEvent::Emptied
            | LineEvent::RecipientGone { .. }
            | LineEvent::OfferEnded { .. } => {}
        }
    }

    fn forget_who_waited(&mut self, child: Token) {
        self.waiting.retain(|waiting| waiting.child != child);
        if self.waiting.is_empty() {
            self.offer_at = None;
        }
        self.forget_in_preparation(child);
    }
}

/// Returns whether any of the children is of the group.
pub(super) fn has_any(group: &SmallVec<[Token; 1]>, children: &[Token]) -> bool {
    group.iter().any(|child| children.contains(child))
}

impl Need {
    /// Returns whether it is for an acceptance beside the open offer: asked for apart from what that one needs.
    pub fn is_late(self) -> bool {
        match self {
            Need::LateApplication => true,
            Need::FirstForm | Need::LaterForm | Need::Application | Need::LastSearch | Need::Notice => false,
        }
    }
}
