//! Order 42, p. 11 (A-29, A-30, S-07c, S-18, S-37): silence ends the offer, once it is certain.

use proaktiv_messages::{Closing, FormNumber, Moment};

use super::{Decided, Line, LineEvent, LineRefusal, OfferState, Owner};
use crate::home_schooling::Condition;

impl Line {
    /// S-07c: at the first sending hour after the end what came in time is waited for; then the offer is
    /// closed.
    pub(super) fn take_silence(&self, now: Moment, law: &Condition, events: &mut Vec<LineEvent>) -> Decided {
        let Some(offer) = &self.offer else { return Err(LineRefusal::NotDue) };
        match &offer.state {
            OfferState::Open(window) if window.closes <= now => {
                let last_instant = Moment::from_millis(window.ends.millis() - 1);
                let waits = law.law.closing_wait_working_days();
                let latest = law.law.end_of_working_day_after(last_instant, waits)?;
                let closes = law.law.first_sending_hour_at_or_after(latest.max(now));
                events.push(LineEvent::SilenceLookedAt { search: offer.shown.form == FormNumber::Three, closes });
                Ok(())
            }
            OfferState::Silent { link_is_up, searched, closes, .. } if *closes <= now => {
                self.close_in_silence(!(*link_is_up && *searched), now, law, events);
                Ok(())
            }
            OfferState::Open(_)
            | OfferState::Silent { .. }
            | OfferState::Sending { .. }
            | OfferState::Told { .. }
            | OfferState::Accepted { .. } => Err(LineRefusal::NotDue),
        }
    }

    /// The SMS centre has handed over everything that it had.
    pub(super) fn take_link(&self, now: Moment, law: &Condition, events: &mut Vec<LineEvent>) -> Decided {
        match self.offer.as_ref().map(|offer| &offer.state) {
            Some(OfferState::Silent { link_is_up: false, searched: true, .. }) => {
                self.be_certain(now, law, events);
            }
            Some(OfferState::Silent { link_is_up: false, searched: false, .. }) => {
                events.push(LineEvent::LinkWasUp);
            }
            // Something that came in time has overtaken the answer, or the wait is over.
            Some(
                OfferState::Silent { .. }
                | OfferState::Sending { .. }
                | OfferState::Open(_)
                | OfferState::Told { .. }
                | OfferState::Accepted { .. },
            )
            | None => {}
        }
        Ok(())
    }

    /// Every bank has answered the last search, and no account was opened in time.
    pub(super) fn take_search(&self, now: Moment, law: &Condition, events: &mut Vec<LineEvent>) -> Decided {
        match self.offer.as_ref().map(|offer| &offer.state) {
            Some(OfferState::Silent { searched: false, link_is_up: true, .. }) => self.be_certain(now, law, events),
            Some(OfferState::Silent { searched: false, link_is_up: false, .. }) => {
                events.push(LineEvent::BanksWereSearched);
            }
            Some(
                OfferState::Silent { .. }
                | OfferState::Sending { .. }
                | OfferState::Open(_)
                | OfferState::Told { .. }
                | OfferState::Accepted { .. },
            )
            | None => {}
        }
        Ok(())
    }

    fn be_certain(&self, now: Moment, law: &Condition, events: &mut Vec<LineEvent>) {
        let closes = law.law.first_sending_moment(now);
        if closes == now {
            self.close_in_silence(false, now, law, events);
        } else {
            events.push(LineEvent::SilenceCertain { closes });
        }
    }

    /// P. 11 (A-29, S-18): who was never reached is not closed for silence, and gets no App.4.
    fn close_in_silence(&self, incomplete: bool, now: Moment, law: &Condition, events: &mut Vec<LineEvent>) {
        let Some(offer) = &self.offer else { return };
        let unreached = offer.is_undelivered();
        let reason = if unreached { Closing::Unreached } else { Closing::NoReply };
        events.push(LineEvent::Closed { reason, incomplete });
        // Reading S-07c: an App.4 already sent stands, a second one never follows.
        let told = offer.history.as_ref().is_some_and(|history| history.told);
        if unreached || told {
            events.push(self.ended(now, law));
        }
    }

    /// S-37: App.4 prints a name, and goes only to a number that is the recipient's.
    pub(super) fn take_owner_for_notice(
        &self,
        owner: Owner,
        now: Moment,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) {
        let asks = law.law.first_sending_moment(now);
        match owner {
            Owner::His if asks == now => events.extend([LineEvent::NoticeSent, self.ended(now, law)]),
            Owner::His => events.push(LineEvent::NoticePutOff { asks }),
            Owner::NotHis | Owner::NotAsked => events.extend([LineEvent::NoticeFailed, self.ended(now, law)]),
        }
    }

    /// A permitted hour has begun: BMG is asked once more.
    pub(super) fn ask_before_notice(&self, now: Moment, events: &mut Vec<LineEvent>) -> Decided {
        match self.offer.as_ref().map(|offer| &offer.state) {
            Some(OfferState::Told { asks: Some(due), .. }) if *due <= now => {
                events.push(LineEvent::NoticeAskedFor);
                Ok(())
            }
            Some(
                OfferState::Told { .. }
                | OfferState::Sending { .. }
                | OfferState::Open(_)
                | OfferState::Silent { .. }
                | OfferState::Accepted { .. },
            )
            | None => Err(LineRefusal::NotDue),
        }
    }
}
