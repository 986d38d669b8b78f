//! How events change a line, and what it waits for.

use proaktiv_messages::{Closing, FormNumber, Moment, Token};
use smallvec::SmallVec;

use super::late::has_any;
use super::{Former, Line, LineDeadline, LineEvent, Offer, OfferState, Past, Preparing, Shown, Why, Window};

impl Offer {
    /// Returns whether the child is one of its children.
    pub fn is_for(&self, child: Token) -> bool {
        self.group.contains(&child)
    }

    /// Takes what a further form shows; the form before it goes on taking replies until it is out.
    fn take_further_form(&mut self, why: Why, shown: &Shown, alert: Moment) {
        let before = std::mem::replace(&mut self.shown, shown.clone());
        let window = self.window();
        let history = self.history_mut();
        history.found.clear();
        history.replaced = match (why, shown.form) {
            (Why::OtherBank, _) => Some(before.clone()),
            (Why::Again, FormNumber::Three) => history.replaced.take(),
            (Why::First | Why::Again | Why::Back | Why::Account | Why::Anew, _) => None,
        };
        // Reading S-23: the application of an account that is gone is not formed, so that the form which
        // showed it takes nothing more.
        let stands = window.filter(|_| why != Why::Anew);
        history.former = stands.map(|window| Former { shown: before, window });
        self.state = OfferState::Sending { alert: Some(alert) };
    }

    fn come_back_to(&mut self, closes: Option<Moment>) {
        if let Some(window) = self.window() {
            self.state = OfferState::Open(Window { closes: closes.unwrap_or(window.closes), ..window });
        }
    }
}

impl Line {
    /// Takes an event into the state.
    pub(super) fn take_event(&mut self, event: &LineEvent) {
        match event {
            LineEvent::ChildReady { waiting, offer_at, month_ends } => {
                self.waiting.push(Box::new(waiting.clone()));
                if let (Some(month_ends), Some(offer)) = (month_ends, &mut self.offer) {
                    offer.history_mut().month_ends.get_or_insert(*month_ends);
                }
                self.offer_at = Some(self.offer_at.unwrap_or(*offer_at));
            }
            LineEvent::TakenUp { group, recipient, until, .. } => {
                self.preparing = Some(Box::new(Preparing {
                    why: Why::First,
                    group: group.clone(),
                    recipient: Some(*recipient),
                    asked: true,
                    due: *until,
                    unlooked: group.clone(),
                    refreshed: None,
                }));
            }
            LineEvent::FormDue { why, at } => {
                if let Some(offer) = &mut self.offer {
                    offer.come_back_to(None);
                    offer.history_mut().repeated |= *why == Why::Again;
                }
                self.preparing = Some(Box::new(Preparing {
                    why: *why,
                    group: SmallVec::new(),
                    recipient: None,
                    asked: false,
                    due: *at,
                    unlooked: SmallVec::new(),
                    refreshed: None,
                }));
            }
            LineEvent::FormPutOff { at } => {
                if let Some(preparing) = &mut self.preparing {
                    preparing.asked = false;
                    preparing.due = *at;
                }
            }
            LineEvent::WaitCrossedMonth { month_ends, .. } => {
                if let Some(offer) = &mut self.offer {
                    offer.history_mut().month_ends = Some(*month_ends);
                }
            }
            LineEvent::FormAskedFor { until, .. } => {
                if let (Some(preparing), Some(offer)) = (&mut self.preparing, &self.offer) {
                    preparing.asked = true;
                    preparing.due = *until;
                    preparing.unlooked = offer.group.clone();
                    preparing.refreshed = None;
                }
            }
            LineEvent::ChildStands { child } => self.look_is_over(*child),
            LineEvent::ChildPutOff { child, next_offer_at } => {
                self.forget_in_preparation(*child);
                self.offer_at = Some(*next_offer_at);
            }
            LineEvent::ChildLeft { child, .. } => {
                self.waiting.retain(|waiting| waiting.child != *child);
                if self.waiting.is_empty() {
                    self.offer_at = None;
                }
                self.forget_in_preparation(*child);
                let late = self.past.as_mut().and_then(|past| past.late.as_mut());
                for offer in self.offer.as_mut().into_iter().chain(late) {
                    offer.group.retain(|one| one != child);
                }
            }
            LineEvent::RecipientAnswered { refreshed } => self.keep_refreshed(refreshed),
            LineEvent::NotTaken { next_offer_at, .. } => {
                self.preparing = None;
                self.offer_at = *next_offer_at;
            }
            LineEvent::FormPrepared { offer, next_offer_at } => {
                self.waiting.retain(|waiting| !offer.is_for(waiting.child));
                // Whoever is offered again is no longer in a former offer.
                if let Some(past) = &mut self.past {
                    past.silent.iter_mut().for_each(|former| former.group.retain(|child| !offer.is_for(*child)));
                }
                self.preparing = None;
                self.offer = Some(offer.clone());
                self.offer_at = *next_offer_at;
            }
            LineEvent::FurtherFormPrepared { why, shown, alert } => {
                self.preparing = None;
                if let Some(offer) = &mut self.offer {
                    offer.take_further_form(*why, shown, *alert);
                }
            }
            LineEvent::FurtherFormDropped { closes } => {
                self.preparing = None;
                if let Some(offer) = &mut self.offer {
                    offer.come_back_to(Some(*closes));
                    // The form for what was found cannot leave: nothing waits for it any more.
                    offer.history_mut().found.clear();
                }
            }
            LineEvent::NoTimeLeft { children, next_offer_at } => {
                self.waiting.retain(|waiting| !children.contains(&waiting.child));
                self.preparing = None;
                self.offer_at = *next_offer_at;
            }
            LineEvent::OfferEnded { next_offer_at } => self.end(*next_offer_at),
            LineEvent::RecipientGone { children, next_offer_at, .. } => {
                self.waiting.retain(|waiting| !children.contains(&waiting.child));
                // An acceptance outlives the withdrawal of consent (S-03b): its children stay.
                let is_lost =
                    |offer: &Option<Box<Offer>>| offer.as_ref().is_some_and(|one| has_any(&one.group, children));
                if self.preparing.as_ref().is_some_and(|form| has_any(&form.group, children)) {
                    self.preparing = None;
                }
                if is_lost(&self.offer) {
                    (self.offer, self.preparing) = (None, None);
                }
                if let Some(past) = self.past.as_mut().filter(|past| is_lost(&past.late)) {
                    past.late = None;
                }
                self.offer_at = *next_offer_at;
            }
            LineEvent::AcceptanceHolds => {
                let group = self.offer.as_ref().map(|offer| offer.group.clone()).unwrap_or_default();
                self.past_mut().accepted = group;
            }
            LineEvent::Reopened { nth } => self.reopen(*nth),
            LineEvent::ReplyWaits { nth, .. }
            | LineEvent::RepliesJudged { nth }
            | LineEvent::AccountAppeared { nth, .. } => {
                let offer = match nth {
                    None => self.offer.as_mut(),
                    Some(nth) => self.past_mut().silent.get_mut(usize::from(*nth)),
                };
                if let Some(offer) = offer {
                    offer.take_event(event);
                }
            }
            LineEvent::AcceptedLate { .. }
            | LineEvent::LateHolds { .. }
            | LineEvent::LateWaits
            | LineEvent::LateEmptied { .. } => self.take_late_event(event),
            LineEvent::FormSent { .. }
            | LineEvent::WaitEnded { .. }
            | LineEvent::WindowExtended { .. }
            | LineEvent::WatchRenewed { .. }
            | LineEvent::SendingTakesLong
            | LineEvent::Accepted { .. }
            | LineEvent::AccountIsGone
            | LineEvent::WroteAgain { .. }
            | LineEvent::NotUnderstood { .. }
            | LineEvent::HadNoEffect { .. }
            | LineEvent::AnotherBankAsked
            | LineEvent::AskedBack
            | LineEvent::CameLate { .. }
            | LineEvent::NothingIsOpen
            | LineEvent::DeliveryFailed { .. }
            | LineEvent::SilenceLookedAt { .. }
            | LineEvent::LinkWasUp
            | LineEvent::BanksWereSearched
            | LineEvent::SilenceCertain { .. }
            | LineEvent::Closed { .. }
            | LineEvent::NoticePutOff { .. }
            | LineEvent::NoticeAskedFor
            | LineEvent::NoticeSent
            | LineEvent::NoticeFailed
            | LineEvent::Emptied => {
                if matches!(event, LineEvent::Accepted { .. }) {
                    self.preparing = None;
                }
                if let Some(offer) = &mut self.offer {
                    offer.take_event(event);
                }
            }
        }
    }

    pub(super) fn past_mut(&mut self) -> &mut Past {
        self.past.get_or_insert_default()
    }

    fn look_is_over(&mut self, child: Token) {
        if let Some(preparing) = &mut self.preparing {
            preparing.unlooked.retain(|one| *one != child);
        }
        let late = self.past.as_mut().and_then(|past| past.late.as_mut());
        for offer in self.offer.as_mut().into_iter().chain(late) {
            if let OfferState::Accepted { unlooked, .. } = &mut offer.state {
                unlooked.retain(|one| *one != child);
            }
        }
    }

    pub(super) fn forget_in_preparation(&mut self, child: Token) {
        self.look_is_over(child);
        if let Some(preparing) = &mut self.preparing {
            preparing.group.retain(|one| *one != child);
        }
    }

    fn keep_refreshed(&mut self, said: &super::Refreshed) {
        let late = self.past.as_mut().and_then(|past| past.late.as_mut());
        let (preparing, offer) =
            if said.need.is_late() { (None, late) } else { (self.preparing.as_mut(), self.offer.as_mut()) };
        if let Some(preparing) = preparing {
            preparing.refreshed = Some(Box::new(said.clone()));
        } else if let Some(OfferState::Accepted { refreshed, .. }) = offer.map(|offer| &mut offer.state) {
            *refreshed = Some(Box::new(said.clone()));
        }
    }

    /// S-07c: an offer that ended in silence is kept, since what came in time opens it again.
    fn end(&mut self, next_offer_at: Option<Moment>) {
        self.preparing = None;
        self.offer_at = next_offer_at;
        if let Some(offer) = self.offer.take()
            && matches!(offer.state, OfferState::Told { .. })
        {
            self.past_mut().keep(offer);
        }
    }

    fn reopen(&mut self, nth: Option<u8>) {
        if let (Some(nth), Some(past)) = (nth, &mut self.past)
            && usize::from(nth) < past.silent.len()
        {
            self.offer = Some(past.silent.remove(usize::from(nth)));
        }
        if let Some(offer) = &mut self.offer {
            offer.come_back_to(None);
            // A child that was not reached may wait for one more offer already (S-18).
            self.waiting.retain(|waiting| !offer.is_for(waiting.child));
        }
    }

    /// Returns what the line waits for.
    pub(super) fn deadline(&self) -> Option<(Moment, LineDeadline)> {
        let history = self.offer.as_ref().and_then(|offer| offer.history.as_ref());
        let month = history.and_then(|history| history.month_ends).filter(|_| !self.waiting.is_empty());
        let month = month.map(|due| (due, LineDeadline::MonthEnd));
        self.deadline_of_forms().into_iter().chain(month).min_by_key(|(due, _)| *due)
    }

    fn deadline_of_forms(&self) -> Option<(Moment, LineDeadline)> {
        if let Some(preparing) = &self.preparing {
            return Some((preparing.due, LineDeadline::Preparation));
        }
        match self.offer.as_ref().map(|offer| &offer.state) {
            Some(OfferState::Sending { alert }) => alert.map(|due| (due, LineDeadline::Sending)),
            Some(OfferState::Open(window)) => Some((window.closes, LineDeadline::Silence)),
            Some(OfferState::Silent { closes, .. }) => Some((*closes, LineDeadline::Silence)),
            Some(OfferState::Told { asks, .. }) => asks.map(|due| (due, LineDeadline::Notice)),
            Some(OfferState::Accepted { .. }) => None,
            None => self.offer_at.map(|due| (due, LineDeadline::OfferHour)),
        }
    }
}

impl Offer {
    /// Takes an event that concerns the offer alone.
    fn take_event(&mut self, event: &LineEvent) {
        match event {
            LineEvent::FormSent { window } | LineEvent::WindowExtended { window } => {
                self.state = OfferState::Open(*window)
            }
            LineEvent::SendingTakesLong => self.state = OfferState::Sending { alert: None },
            LineEvent::ReplyWaits { said, received, .. } => self.history_mut().unjudged.push((said.clone(), *received)),
            LineEvent::RepliesJudged { .. } => self.history_mut().unjudged.clear(),
            LineEvent::Accepted { acceptance } => {
                self.accept(acceptance);
            }
            LineEvent::AnotherBankAsked => {
                let history = self.history_mut();
                history.other_bank += 1;
                history.consented = true;
            }
            LineEvent::AccountIsGone => {
                self.history_mut().consented = true;
                self.come_back_to(None);
            }
            LineEvent::DeliveryFailed { sms } => self.history_mut().undelivered.push(*sms),
            LineEvent::AccountAppeared { account, opened, .. } => self.history_mut().found.push((*account, *opened)),
            LineEvent::SilenceLookedAt { search, closes } => {
                if let Some(window) = self.window() {
                    let searched = !search;
                    self.state = OfferState::Silent { window, link_is_up: false, searched, closes: *closes };
                }
            }
            LineEvent::LinkWasUp => {
                if let OfferState::Silent { link_is_up, .. } = &mut self.state {
                    *link_is_up = true;
                }
            }
            LineEvent::BanksWereSearched => {
                if let OfferState::Silent { searched, .. } = &mut self.state {
                    *searched = true;
                }
            }
            LineEvent::SilenceCertain { closes: at } => {
                if let OfferState::Silent { link_is_up, searched, closes, .. } = &mut self.state {
                    (*link_is_up, *searched, *closes) = (true, true, *at);
                }
            }
            LineEvent::Closed { reason, .. } => {
                let in_silence = matches!(reason, Closing::NoReply | Closing::Unreached);
                if let Some(window) = self.window().filter(|_| in_silence) {
                    self.state = OfferState::Told { window, asks: None };
                }
            }
            LineEvent::NoticePutOff { asks: at } => {
                if let OfferState::Told { asks, .. } = &mut self.state {
                    *asks = Some(*at);
                }
            }
            LineEvent::NoticeAskedFor => {
                if let OfferState::Told { asks, .. } = &mut self.state {
                    *asks = None;
                }
            }
            LineEvent::NoticeSent | LineEvent::NoticeFailed => self.history_mut().told = true,
            LineEvent::WaitEnded { .. }
            | LineEvent::WatchRenewed { .. }
            | LineEvent::ChildReady { .. }
            | LineEvent::TakenUp { .. }
            | LineEvent::FormDue { .. }
            | LineEvent::FormPutOff { .. }
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
            | LineEvent::AcceptanceHolds
            | LineEvent::WroteAgain { .. }
            | LineEvent::HadNoEffect { .. }
            | LineEvent::NotUnderstood { .. }
            | LineEvent::AskedBack
            | LineEvent::CameLate { .. }
            | LineEvent::NothingIsOpen
            | LineEvent::Reopened { .. }
            | LineEvent::Emptied
            | LineEvent::AcceptedLate { .. }
            | LineEvent::LateHolds { .. }
            | LineEvent::LateWaits
            | LineEvent::LateEmptied { .. }
            | LineEvent::RecipientGone { .. }
            | LineEvent::OfferEnded { .. } => {}
        }
    }
}
