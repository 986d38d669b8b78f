//! The outbox: what has been decided and recorded, and not yet answered.
//!
//! Keeps order per key and receiver, holds a message until it may leave, repeats it until it is
//! answered, and keeps only so many under way to one receiver. Knows no clock: moments come in.
//! A check of the link keeps nothing back: its answer comes behind everything that the SMS centre has
//! stored, and may take days, while App.4 is due (S-07c).

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use proaktiv_messages::{Body, MessageId, Moment, Party, Sealed};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use crate::Limits;

/// How far a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Progress {
    /// Behind another message of the same key to the same receiver.
    Behind,
    /// In the receiver's queue, or waiting for its hour.
    Queued,
    /// Left, not answered; so many times.
    UnderWay(u8),
}

/// A message that is not answered yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Pending {
    pub(crate) id: MessageId,
    pub(crate) to: Party,
    pub(crate) body: Body<Sealed>,
    pub(crate) not_before: Option<Moment>,
    progress: Progress,
}

impl Pending {
    pub(crate) const fn new(id: MessageId, to: Party, body: Body<Sealed>, not_before: Option<Moment>) -> Self {
        Self { id, to, body, not_before, progress: Progress::Behind }
    }

    /// Returns whether what its key sends to the same receiver after it waits for its answer.
    const fn keeps_others_back(&self) -> bool {
        !matches!(self.body, Body::CheckLink)
    }
}

/// Which message: its key's cell, step and place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ref {
    cell: u32,
    step: u32,
    n: u16,
}

impl Ref {
    fn of(cell: u32, id: MessageId) -> Self {
        match id {
            MessageId::Effect { step, n, .. } => Self { cell, step, n },
            // Effects alone are sent by the engine.
            MessageId::Numbered(_) => Self { cell, step: 0, n: 0 },
        }
    }

    pub(crate) const fn cell(self) -> u32 {
        self.cell
    }

    const fn fits(self, id: MessageId) -> bool {
        matches!(id, MessageId::Effect { step, n, .. } if step == self.step && n == self.n)
    }
}

#[derive(Default)]
struct Lane {
    queue: VecDeque<Ref>,
    under_way: u32,
}

/// Every message that is not answered yet, by its key's cell and by its receiver.
pub(crate) struct Outbox {
    limits: Limits,
    of_cell: Vec<SmallVec<[Box<Pending>; 1]>>,
    lanes: Vec<Lane>,
    lane_of: FxHashMap<u64, u32>,
    /// Lanes that may have something to send now.
    stirred: VecDeque<u32>,
    /// When a first try is repeated: one wait for all, so that the queue is in order.
    first_tries: VecDeque<(Moment, Ref)>,
    /// Later repeats, and messages that wait for their hour.
    timers: BinaryHeap<Reverse<(Moment, Ref)>>,
    waiting: u64,
}

impl Outbox {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            of_cell: Vec::new(),
            lanes: Vec::new(),
            lane_of: FxHashMap::default(),
            stirred: VecDeque::new(),
            first_tries: VecDeque::new(),
            timers: BinaryHeap::new(),
            waiting: 0,
        }
    }

    /// Returns how many messages are not answered yet.
    pub(crate) const fn waiting(&self) -> u64 {
        self.waiting
    }

    /// Returns the messages of a cell that are not answered yet.
    pub(crate) fn of_cell(&self, cell: u32) -> impl Iterator<Item = &Pending> {
        self.of_cell.get(cell as usize).into_iter().flatten().map(|pending| &**pending)
    }

    /// Takes a message whose record can no longer be lost.
    pub(crate) fn release(&mut self, cell: u32, pending: Box<Pending>, now: Moment) {
        if self.of_cell.len() <= cell as usize {
            self.of_cell.resize_with(cell as usize + 1, SmallVec::new);
        }
        let (to, which) = (pending.to, Ref::of(cell, pending.id));
        let behind = self.of_cell(cell).any(|other| other.to == to && other.keeps_others_back());
        self.of_cell[cell as usize].push(pending);
        self.waiting += 1;
        if !behind {
            self.queue(which, now);
        }
    }

    /// Returns what is asked by a message that left and is not answered yet.
    pub(crate) fn asked(&self, cell: u32, id: MessageId) -> Option<&Body<Sealed>> {
        self.of_cell(cell)
            .find(|pending| pending.id == id && matches!(pending.progress, Progress::UnderWay(_)))
            .map(|pending| &pending.body)
    }

    /// Takes a message out: it is answered. The next one of its key to the same receiver may go.
    pub(crate) fn answered(&mut self, cell: u32, id: MessageId, now: Moment) {
        let Some(pendings) = self.of_cell.get_mut(cell as usize) else { return };
        let Some(place) = pendings.iter().position(|pending| pending.id == id) else { return };
        let done = pendings.remove(place);
        self.waiting -= 1;
        if matches!(done.progress, Progress::UnderWay(_)) {
            let lane = self.lane(done.to);
            self.lanes[lane as usize].under_way -= 1;
            self.stirred.push_back(lane);
        }
        self.queue_who_stood_behind(cell, done.to, now);
    }

    /// Queues the next message of a cell to a receiver, and those after it until one keeps the others back.
    fn queue_who_stood_behind(&mut self, cell: u32, to: Party, now: Moment) {
        let of_receiver = |pending: &&Pending| pending.to == to;
        let ahead = |pending: &Pending| pending.progress != Progress::Behind && pending.keeps_others_back();
        if self.of_cell(cell).filter(of_receiver).any(ahead) {
            return;
        }
        let mut next: SmallVec<[Ref; 1]> = SmallVec::new();
        for pending in self.of_cell(cell).filter(of_receiver).filter(|one| one.progress == Progress::Behind) {
            next.push(Ref::of(cell, pending.id));
            if pending.keeps_others_back() {
                break;
            }
        }
        next.into_iter().for_each(|which| self.queue(which, now));
    }

    /// Returns the next message that may leave now, and marks it as under way.
    pub(crate) fn next_departure(&mut self, now: Moment) -> Option<&Pending> {
        let which = loop {
            let lane = *self.stirred.front()?;
            let limit = self.limits.under_way;
            let lane = &mut self.lanes[lane as usize];
            if lane.under_way >= limit || lane.queue.is_empty() {
                self.stirred.pop_front();
                continue;
            }
            if let Some(which) = lane.queue.pop_front() {
                lane.under_way += 1;
                break which;
            }
        };
        self.first_tries.push_back((now + self.limits.answer_timeout, which));
        let pending = Self::find(&mut self.of_cell, which)?;
        pending.progress = Progress::UnderWay(1);
        Some(pending)
    }

    /// Returns the next message whose answer is overdue and that leaves once more.
    pub(crate) fn next_repeat(&mut self, now: Moment) -> Option<&Pending> {
        loop {
            let which = if self.first_tries.front().is_some_and(|(due, _)| *due <= now) {
                self.first_tries.pop_front()?.1
            } else if self.timers.peek().is_some_and(|Reverse((due, _))| *due <= now) {
                self.timers.pop()?.0.1
            } else {
                return None;
            };
            let Some(pending) = Self::find(&mut self.of_cell, which) else { continue };
            match pending.progress {
                Progress::Behind => {}
                Progress::Queued => {
                    let to = pending.to;
                    self.enter_lane(to, which);
                }
                Progress::UnderWay(times) => {
                    pending.progress = Progress::UnderWay(times.saturating_add(1));
                    let wait = self.limits.answer_timeout.times(1 << times.min(10)).min(self.limits.longest_timeout);
                    self.timers.push(Reverse((now + wait, which)));
                    return Self::find(&mut self.of_cell, which).map(|pending| &*pending);
                }
            }
        }
    }

    /// Returns the earliest instant at which something here wants to be looked at.
    pub(crate) fn earliest(&mut self) -> Option<Moment> {
        while let Some((_, which)) = self.first_tries.front() {
            if Self::find(&mut self.of_cell, *which).is_some() {
                break;
            }
            self.first_tries.pop_front();
        }
        let first = self.first_tries.front().map(|(due, _)| *due);
        let timer = self.timers.peek().map(|Reverse((due, _))| *due);
        [first, timer].into_iter().flatten().min()
    }

    fn find(of_cell: &mut [SmallVec<[Box<Pending>; 1]>], which: Ref) -> Option<&mut Pending> {
        let pendings = of_cell.get_mut(which.cell() as usize)?;
        pendings.iter_mut().map(|pending| &mut **pending).find(|pending| which.fits(pending.id))
    }

    fn lane(&mut self, to: Party) -> u32 {
        let next = self.lanes.len() as u32;
        let lane = *self.lane_of.entry(to.rank()).or_insert(next);
        if lane == next {
            self.lanes.push(Lane::default());
        }
        lane
    }

    fn queue(&mut self, which: Ref, now: Moment) {
        let Some(pending) = Self::find(&mut self.of_cell, which) else { return };
        pending.progress = Progress::Queued;
        let to = pending.to;
        match pending.not_before.filter(|hour| now < *hour) {
            Some(hour) => self.timers.push(Reverse((hour, which))),
            None => self.enter_lane(to, which),
        }
    }

    fn enter_lane(&mut self, to: Party, which: Ref) {
        let lane = self.lane(to);
        self.lanes[lane as usize].queue.push_back(which);
        self.stirred.push_back(lane);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proaktiv_messages::{AskDisability, Key, Span, Token};

    const NOW: Moment = Moment::from_millis(1_710_000_000_000);

    fn pending(step: u32, to: Party, not_before: Option<Moment>) -> Box<Pending> {
        let key = Key::case(Token::from_bits(7));
        let body = Body::AskDisability(AskDisability { child: key.token });
        Box::new(Pending::new(MessageId::Effect { key, step, n: 0 }, to, body, not_before))
    }

    fn outbox(under_way: u32) -> Outbox {
        Outbox::new(Limits { under_way, ..Limits::default() })
    }

    fn departures(outbox: &mut Outbox, now: Moment) -> Vec<MessageId> {
        std::iter::from_fn(|| outbox.next_departure(now).map(|pending| pending.id)).collect()
    }

    #[test]
    fn messages_of_one_key_to_one_receiver_leave_in_order() {
        let mut outbox = outbox(10);
        for step in [1, 2, 3] {
            outbox.release(0, pending(step, Party::Cbdi, None), NOW);
        }
        let first = pending(1, Party::Cbdi, None).id;
        assert_eq!(departures(&mut outbox, NOW), [first]);
        outbox.answered(0, first, NOW);
        assert_eq!(departures(&mut outbox, NOW), [pending(2, Party::Cbdi, None).id]);
        assert_eq!(outbox.waiting(), 2);
    }

    #[test]
    fn behind_a_check_of_the_link_nobody_waits() {
        let mut outbox = outbox(10);
        let mut check = pending(2, Party::SmsCentre, None);
        check.body = Body::CheckLink;
        let of = |step| pending(step, Party::SmsCentre, None).id;
        for one in [pending(1, Party::SmsCentre, None), check, pending(3, Party::SmsCentre, None)] {
            outbox.release(0, one, NOW);
        }
        assert_eq!(departures(&mut outbox, NOW), [of(1)]);
        outbox.answered(0, of(1), NOW);
        assert_eq!(departures(&mut outbox, NOW), [of(2), of(3)]);
        outbox.release(0, pending(4, Party::SmsCentre, None), NOW);
        outbox.answered(0, of(2), NOW);
        assert!(departures(&mut outbox, NOW).is_empty(), "the third is not answered yet");
        outbox.answered(0, of(3), NOW);
        assert_eq!(departures(&mut outbox, NOW), [of(4)]);
    }

    #[test]
    fn another_receiver_does_not_wait() {
        let mut outbox = outbox(10);
        outbox.release(0, pending(1, Party::Cbdi, None), NOW);
        outbox.release(0, pending(2, Party::Kdp, None), NOW);
        assert_eq!(departures(&mut outbox, NOW).len(), 2);
    }

    #[test]
    fn only_so_many_are_under_way_to_one_receiver() {
        let mut outbox = outbox(2);
        for cell in 0..5 {
            outbox.release(cell, pending(1, Party::Cbdi, None), NOW);
        }
        assert_eq!(departures(&mut outbox, NOW).len(), 2);
        outbox.answered(0, pending(1, Party::Cbdi, None).id, NOW);
        assert_eq!(departures(&mut outbox, NOW).len(), 1);
    }

    #[test]
    fn a_message_waits_for_its_hour() {
        let mut outbox = outbox(10);
        let hour = NOW + Span::hours(1);
        outbox.release(0, pending(1, Party::SmsCentre, Some(hour)), NOW);
        assert!(departures(&mut outbox, NOW).is_empty());
        assert_eq!(outbox.earliest(), Some(hour));
        assert!(outbox.next_repeat(hour - Span::millis(1)).is_none());
        assert!(outbox.next_repeat(hour).is_none());
        assert_eq!(departures(&mut outbox, hour).len(), 1);
    }

    #[test]
    fn a_message_is_repeated_until_answered_ever_more_slowly() {
        let mut outbox = outbox(10);
        outbox.release(0, pending(1, Party::Cbdi, None), NOW);
        departures(&mut outbox, NOW);
        let id = pending(1, Party::Cbdi, None).id;
        let mut now = NOW;
        let mut waits = Vec::new();
        for _ in 0..7 {
            let due = outbox.earliest().expect("a repeat is due");
            waits.push((due - now).as_millis() / 60_000);
            now = due;
            assert_eq!(outbox.next_repeat(now).map(|pending| pending.id), Some(id));
            assert!(outbox.next_repeat(now).is_none());
        }
        assert_eq!(waits, [10, 20, 40, 80, 160, 240, 240]);
        outbox.answered(0, id, now);
        assert!(outbox.next_repeat(now + Span::days(1)).is_none());
        assert_eq!(outbox.earliest(), None);
    }
}
