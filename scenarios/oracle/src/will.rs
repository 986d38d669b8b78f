//! Consents through KDP (S-03, S-03d): what one person's consent of one kind stands at.

use proaktiv_messages::{Clear, Consent, MessageId, Moment, Span};

use crate::calendar::day_of;
use crate::law::Law;

/// What is to be done about a consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// It is there and valid.
    Have,
    /// KDP has been asked.
    Pending,
    /// KDP is to be asked.
    Ask,
    /// It has run out and is not asked for yet (S-03d).
    NotYet,
    /// Nobody answered (S-03).
    TimedOut,
    /// It was refused.
    Refused,
    /// It was taken back.
    Withdrawn,
}

/// A consent of one kind.
#[derive(Default)]
pub(crate) struct Will {
    /// The last that was given.
    pub given: Option<Consent<Clear>>,
    /// When KDP was last asked, and under which id.
    pub request: Option<(Moment, MessageId)>,
    /// Whether the last request has neither answer nor end.
    pub pending: bool,
    /// Requests that nobody answered.
    pub unanswered: u8,
    /// Whether it was refused.
    pub refused: bool,
    /// Whether it was taken back.
    pub withdrawn: bool,
}

impl Will {
    /// Returns what is to be done at `now`.
    pub(crate) fn wanted(&self, now: Moment, law: &Law) -> Wanted {
        if self.withdrawn {
            return Wanted::Withdrawn;
        }
        if self.refused {
            return Wanted::Refused;
        }
        if self.valid(now) {
            return Wanted::Have;
        }
        if self.pending {
            return Wanted::Pending;
        }
        let Some((last, _)) = self.request else { return Wanted::Ask };
        // Reading S-03, S-03d: 30 days may be civil days or days of 24 hours; between the two a request may
        // leave (`may_ask`), after both it must.
        let over = now >= last + Span::days(self.term(law));
        match (self.is_unanswered(), over) {
            (true, true) if self.unanswered < 2 => Wanted::Ask,
            (true, _) => Wanted::TimedOut,
            (false, true) => Wanted::Ask,
            (false, false) => Wanted::NotYet,
        }
    }

    /// Returns whether a request may leave on the very day.
    pub(crate) fn may_ask(&self, now: Moment, law: &Law) -> bool {
        let Some((last, _)) = self.request else { return false };
        let days = i64::from(day_of(now) - day_of(last));
        let spent = self.is_unanswered() && self.unanswered > 1;
        days >= self.term(law) && !spent && !self.pending && !self.refused && !self.withdrawn && !self.valid(now)
    }

    /// Returns whether nobody ever answered.
    fn is_unanswered(&self) -> bool {
        self.unanswered > 0 && self.given.is_none()
    }

    /// Returns the days between two requests.
    fn term(&self, law: &Law) -> i64 {
        if self.is_unanswered() { law.terms.consent_again_days } else { law.terms.consent_renew_days }
    }

    /// Returns whether a consent is valid at `now`.
    pub(crate) fn valid(&self, now: Moment) -> bool {
        !self.withdrawn && self.given.is_some_and(|consent| consent.given <= now && now < consent.until)
    }
}
