//! Order 42, p. 10 and 11 (S-17, S-17b, S-19, T-20, S-14): the moment of sending, and the window that
//! runs from it.

use proaktiv_messages::{FormNumber, MessageId, Moment, SmsAccepted};

use super::taking_up::choice_at;
use super::{Decided, Line, LineEvent, LineRefusal, OfferState, Why, Window};
use crate::home_schooling::Condition;

/// S-19: returns the end of the window of a form whose last part was accepted at `sent`.
///
/// Reading S-14: a form whose last part was late has its window cut at the end of force; none is extended
/// beyond it.
fn window_ends(sent: Moment, law: &Condition) -> Result<Moment, LineRefusal> {
    Ok(law.law.reply_window_ends(sent)?.min(law.law.force_ends()))
}

impl Line {
    /// S-17, S-19, T-20: the window runs from the moment of sending; replies that waited are judged.
    pub(super) fn open(
        &self,
        sms: MessageId,
        accepted: SmsAccepted,
        now: Moment,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) -> Decided {
        let sending = |offer: &super::Offer| matches!(offer.state, OfferState::Sending { .. });
        let Some(offer) = self.offer.as_deref().filter(|offer| sending(offer)) else {
            return Err(LineRefusal::NothingIsBeingSent);
        };
        let sent = accepted.last_part;
        let ends = window_ends(sent, law)?;
        let closes = law.law.first_sending_hour_at_or_after(ends.max(sent));
        let opened = LineEvent::FormSent { window: Window { sms, first: accepted.first_part, sent, ends, closes } };
        let Some(history) = offer.history.as_ref() else {
            events.push(opened);
            return Ok(());
        };
        let replies = history.unjudged.clone();
        let mut line = self.after(opened, events);
        if !replies.is_empty() {
            line = line.after(LineEvent::RepliesJudged { nth: None }, events);
            line = line.judge_all(replies, now, law, events)?;
        }
        line.choose_an_account_found_while_sending(now, law, events)
    }

    /// S-19: returns the window of the open form with the later end that the law in force gives it, if it gives
    /// any. A form that was closed, or is not out yet, has no window.
    ///
    /// Reading S-19: only ever later, since a promise made to a citizen is not shortened. A window counts as
    /// open until silence is looked at (S-07c); what came late in the meantime stays as it was judged.
    ///
    /// # Errors
    /// When the term leaves the data of the calendar.
    pub fn window_extended(&self, law: &Condition) -> Result<Option<Window>, LineRefusal> {
        let Some(OfferState::Open(window)) = self.offer.as_ref().map(|offer| &offer.state) else { return Ok(None) };
        let ends = window_ends(window.sent, law)?;
        let closes = law.law.first_sending_hour_at_or_after(ends);
        Ok((window.ends < ends).then_some(Window { ends, closes, ..*window }))
    }

    pub(super) fn extend_window(&self, law: &Condition, events: &mut Vec<LineEvent>) -> Decided {
        if let Some(window) = self.window_extended(law)? {
            events.push(LineEvent::WindowExtended { window });
        } else if let Some(offer) = self.offer.as_ref().filter(|offer| offer.shown.form == FormNumber::Three)
            && let OfferState::Open(window) = offer.state
        {
            events.push(LineEvent::WatchRenewed { until: window.ends });
        }
        Ok(())
    }

    /// an account that appeared while App.3 was on its way counts.
    fn choose_an_account_found_while_sending(
        &self,
        now: Moment,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) -> Decided {
        let Some(offer) = self.offer.as_ref().filter(|_| self.preparing.is_none()) else { return Ok(()) };
        let found = offer.history.as_ref().is_some_and(|history| !history.found.is_empty());
        if !found || offer.shown.form != FormNumber::Three || !matches!(offer.state, OfferState::Open(_)) {
            return Ok(());
        }
        self.begin_further_form(Why::Account, choice_at(now, law), now, law, events)
    }

    /// S-17: not every part was accepted in time; sending goes on.
    pub(super) fn raise_alert(&self, now: Moment, events: &mut Vec<LineEvent>) -> Decided {
        match self.offer.as_ref().map(|offer| &offer.state) {
            Some(OfferState::Sending { alert: Some(due) }) if *due <= now => {
                events.push(LineEvent::SendingTakesLong);
                Ok(())
            }
            Some(
                OfferState::Sending { .. }
                | OfferState::Open(_)
                | OfferState::Silent { .. }
                | OfferState::Told { .. }
                | OfferState::Accepted { .. },
            )
            | None => Err(LineRefusal::NotDue),
        }
    }
}
