//! The one heap of due deadlines (design: one heap, one wake-up).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use proaktiv_messages::Moment;

/// Deadlines by (due, cell). An entry that its cell no longer waits for is passed over when it
/// comes up.
#[derive(Default)]
pub(crate) struct DueHeap {
    heap: BinaryHeap<Reverse<(Moment, u32)>>,
}

impl DueHeap {
    /// Adds a deadline of a cell.
    pub(crate) fn push(&mut self, due: Moment, cell: u32) {
        self.heap.push(Reverse((due, cell)));
    }

    /// Returns the earliest instant at which something may be due.
    pub(crate) fn earliest(&self) -> Option<Moment> {
        self.heap.peek().map(|Reverse((due, _))| *due)
    }

    /// Takes the next deadline that is due at `now`, cells of one instant in their own order.
    pub(crate) fn pop_due(&mut self, now: Moment) -> Option<(Moment, u32)> {
        if self.earliest()? > now {
            return None;
        }
        self.heap.pop().map(|Reverse(entry)| entry)
    }
}
