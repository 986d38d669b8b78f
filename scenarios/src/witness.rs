//! Whoever looks at a run from outside: trace, monitors, oracle and counts, over the same messages in the order
//! in which they are handed over.
//!
//! Nobody in the world hears of what they find before it is over, so they follow it on a thread of their own.

use std::collections::BTreeMap;
use std::sync::Arc;

use proaktiv_actors::hosting::Watch;
use proaktiv_engine::Follower;
use proaktiv_messages::{Body, Clear, Envelope, Moment, Party};
use proaktiv_oracle::Oracle;

use crate::monitors::Monitors;
use crate::progress::Progress;
use crate::tally::Tally;
use crate::trace::Trace;

/// Messages that go to the onlookers at once.
const BATCH: usize = 1 << 10;

/// A message, and when it was handed over.
type Seen = (Arc<Envelope<Clear>>, Moment);

/// Those who look at every message.
pub(crate) struct Onlookers {
    pub(crate) trace: Trace,
    pub(crate) monitors: Monitors,
    pub(crate) oracle: Oracle,
    pub(crate) tally: Tally,
    /// SMS that left, by the number of their form.
    pub(crate) sent: BTreeMap<String, u64>,
}

impl Onlookers {
    /// Looks at a batch, and gives it back.
    fn see_all(&mut self, batch: Vec<Seen>) -> Vec<Seen> {
        for (message, at) in &batch {
            self.see(message, *at);
        }
        batch
    }

    fn see(&mut self, message: &Envelope<Clear>, at: Moment) {
        self.trace.write(message, at);
        self.monitors.see(message, at);
        self.tally.count(message);
        if message.to == Party::Esobes {
            self.oracle.taken(message, at);
        } else if message.from == Party::Esobes {
            if let Body::SendSms(sms) = &message.body {
                *self.sent.entry(u8::from(sms.form).to_string()).or_default() += 1;
            }
            self.oracle.left(message);
        }
    }
}

/// Shows every message to the onlookers, and the progress to people.
pub(crate) struct Witness {
    onlookers: Follower<Vec<Seen>, Onlookers, Vec<Seen>>,
    batch: Vec<Seen>,
    messages: u64,
    progress: Progress,
}

impl Witness {
    pub(crate) fn new(onlookers: Onlookers, progress: Progress) -> Self {
        let onlookers = Follower::new(onlookers, Onlookers::see_all);
        Self { onlookers, batch: Vec::with_capacity(BATCH), messages: 0, progress }
    }

    /// Waits until everything is seen; returns the onlookers and how many messages they saw.
    pub(crate) fn finish(mut self) -> (Onlookers, u64) {
        self.progress.end();
        self.onlookers.give(self.batch);
        (self.onlookers.finish(), self.messages)
    }
}

impl Watch for Witness {
    fn handed_over(&mut self, message: &Arc<Envelope<Clear>>, at: Moment) {
        self.messages += 1;
        self.batch.push((Arc::clone(message), at));
        if self.batch.len() == BATCH {
            self.onlookers.give(std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH)));
        }
    }

    fn instant_over(&mut self, at: Moment) -> bool {
        self.progress.moved(at, self.messages);
        true
    }
}
