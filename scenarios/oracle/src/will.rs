//! Consents through KDP (S-03, S-03d): what one person's consent of one kind stands at.

use proaktiv_messages::{Clear, Consent, MessageId, Moment};

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
    /// When the last request was due: it leaves later where KDP is silent.
    pub due: Moment,
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
        // Reading S-03, S-03d: civil days of Astana, as everything that a list brings.
        let over = i64::from(day_of(now) - day_of(last)) >= self.term(law);
        match (self.is_unanswered(), over) {
            (true, true) if self.unanswered < 2 => Wanted::Ask,
            (true, _) => Wanted::TimedOut,
            (false, true) => Wanted::Ask,
            (false, false) => Wanted::NotYet,
        }
    }

    /// Reading S-03d: whether the days to the next request count from when the last was due or from when it left,
    /// where KDP was silent, is not said; returns whether they are over by the former.
    pub(crate) fn may_be_asked(&self, now: Moment, law: &Law) -> bool {
        i64::from(day_of(now) - day_of(self.due)) >= self.term(law)
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
