//! What a party has sent and repeats until it is answered: so nothing is lost while somebody does not
//! work.

use std::collections::VecDeque;
use std::sync::Arc;

use proaktiv_messages::{Clear, Envelope, Moment, Span};

/// How long a sender waits before it repeats for the first time; then twice as long each time, up to
/// [`MOST`].
const FIRST: Span = Span::minutes(10);
const MOST: Span = Span::hours(4);

struct Waiting {
    number: u64,
    message: Arc<Envelope<Clear>>,
    repeat_at: Moment,
    pause: Span,
}

/// Messages of one party that wait for an answer, in the order of the party's own count, which is mostly that of
/// the answers too. A household has one or none: no room is kept for more.
#[derive(Default)]
pub(super) struct Unanswered {
    waiting: VecDeque<Waiting>,
    /// Whether a wake-up is under way.
    armed: bool,
}

impl Unanswered {
    /// Keeps a message that leaves at `leaves`.
    pub(super) fn keep(&mut self, number: u64, message: Arc<Envelope<Clear>>, leaves: Moment) {
        if self.waiting.is_empty() {
            self.waiting.reserve_exact(1);
        }
        self.waiting.push_back(Waiting { number, message, repeat_at: leaves + FIRST, pause: FIRST });
    }

    /// Takes the answer to a message.
    pub(super) fn answered(&mut self, number: u64) {
        if let Ok(place) = self.waiting.binary_search_by_key(&number, |waiting| waiting.number) {
            self.waiting.remove(place);
        }
        if self.waiting.is_empty() {
            self.waiting = VecDeque::new();
        }
    }

    /// Returns when to wake the party, unless that is known already or nothing waits.
    pub(super) fn arm(&mut self) -> Option<Moment> {
        if self.armed {
            return None;
        }
        let next = self.waiting.iter().map(|waiting| waiting.repeat_at).min();
        self.armed = next.is_some();
        next
    }

    /// Returns what is to be repeated at `now`, with the count of each.
    pub(super) fn due(&mut self, now: Moment) -> Vec<(u64, Arc<Envelope<Clear>>)> {
        self.armed = false;
        let mut due = Vec::new();
        for waiting in &mut self.waiting {
            if waiting.repeat_at <= now {
                waiting.pause = Span::millis((waiting.pause.as_millis() * 2).min(MOST.as_millis()));
                waiting.repeat_at = now + waiting.pause;
                due.push((waiting.number, Arc::clone(&waiting.message)));
            }
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stories::{message, moment};
    use proaktiv_messages::{Body, MessageId, Party};

    #[test]
    fn a_message_is_repeated_ever_more_rarely_until_it_is_answered() {
        let sent = moment("2024-03-11T06:00:00Z");
        let mut unanswered = Unanswered::default();
        assert_eq!(unanswered.arm(), None);
        unanswered.keep(1, Arc::new(message(Party::Cbdi, MessageId::Numbered(1), Body::Received)), sent);
        let mut times = Vec::new();
        let mut next = unanswered.arm();
        for _ in 0..8 {
            let now = next.expect("something waits");
            assert_eq!(unanswered.arm(), None, "one wake-up at a time");
            assert_eq!(unanswered.due(now).len(), 1);
            times.push((now - sent).as_millis() / 60_000);
            next = unanswered.arm();
        }
        assert_eq!(times, [10, 30, 70, 150, 310, 550, 790, 1030]);
        unanswered.answered(1);
        assert_eq!(unanswered.due(next.expect("a wake-up")).len(), 0);
        assert_eq!(unanswered.arm(), None);
    }
}
