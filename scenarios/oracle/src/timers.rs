//! Instants at which something begins or ends that no message tells of: an offer hour, the end of a
//! window, the end of a term. The oracle looks at them before each message.

use std::collections::BTreeMap;

use proaktiv_messages::{MessageId, Moment};

use crate::due::{What, Who};

/// What comes at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timer {
    /// The term for the answer to a request for C1-child is over (S-03).
    ChildConsent(u32, MessageId),
    /// The term for the answer to a request for C1-rep is over (S-03).
    PersonConsent(u32, MessageId),
    /// A question that a register could not answer comes again: its consent may have run out (S-03d).
    AskedAgain(Who, What),
    /// The day on which a person's banks are asked is over (S-20).
    BanksDay(u32),
    /// First forms of a line are taken up (S-36).
    OfferHour(u32),
    /// Something about a line's offer may be looked at again: silent banks, the choice of an account.
    Look(u32),
    /// The permitted hours are over (S-36).
    Evening(u32),
    /// The first sending hour after a window (S-07c): of this line, the form of this order.
    WindowOver(u32, MessageId),
    /// Silence has waited long enough for what is silent (S-07c).
    Incomplete(u32, MessageId),
    /// Banks are polled while appendix 3 is open.
    Poll(u32, MessageId),
    /// A day is over, and with it the time of its list.
    DayOver,
    /// A month begins (S-16).
    Month,
    /// The day of payment and its hour (S-49).
    PaymentDay,
    /// The day of a planned stop begins (S-47).
    StopDay(u32),
    /// No form can leave any more (S-14).
    PilotOver,
    /// Banks that the operator stated are the integrated ones from now on: the n-th statement.
    Banks(u32),
}

/// All that are still to come.
#[derive(Default)]
pub(crate) struct Timers {
    queue: BTreeMap<(Moment, u64), Timer>,
    count: u64,
}

impl Timers {
    /// Sets one.
    pub(crate) fn set(&mut self, at: Moment, timer: Timer) {
        self.count += 1;
        self.queue.insert((at, self.count), timer);
    }

    /// Takes the next that is due at `now`.
    pub(crate) fn next(&mut self, now: Moment) -> Option<(Moment, Timer)> {
        let (&(at, count), &timer) = self.queue.first_key_value()?;
        if at > now {
            return None;
        }
        self.queue.remove(&(at, count));
        Some((at, timer))
    }
}
