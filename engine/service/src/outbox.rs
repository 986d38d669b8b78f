//! The outbox: what has been decided and recorded, and not yet answered.
//!
//! Keeps order per key and receiver, holds a message until it may leave, repeats it until it is
//! answered, and keeps only so many under way to one receiver. Knows no clock: moments come in.
//! A check of the link keeps nothing back, neither of its own key nor of others: its answer comes behind
//! everything that the SMS centre has stored, and may take days, while forms are due (S-07c).

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use proaktiv_messages::{Body, Consent, MessageId, Moment, Party, Sealed, Span};
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
    /// When the consent that the question was decided under runs out; from then on it leaves no more (I-1).
    lapses: Option<Moment>,
    progress: Progress,
}

/// What is to be done about the next message.
#[derive(Debug, PartialEq)]
pub(crate) enum Leaving<'a> {
    /// It leaves.
    Message(&'a Pending),
    /// It leaves no more, and nobody has answered it: whoever asked has to know.
    Lapsed {
        /// Its key's cell.
        cell: u32,
        /// Which.
        id: MessageId,
        /// Its receiver.
        to: Party,
    },
}

impl Pending {
    /// Returns a message that was decided on at `decided`.
    pub(crate) fn new(
        id: MessageId,
        to: Party,
        body: Body<Sealed>,
        not_before: Option<Moment>,
        decided: Moment,
    ) -> Self {
        // Reading S-03d: what had run out by then stands for C2, which has no end.
        let lapses = consent_of(&body).map(|consent| consent.until).filter(|until| decided < *until);
        Self { id, to, body, not_before, lapses, progress: Progress::Behind }
    }

    /// Returns the message as one that has not left.
    pub(crate) fn anew(self) -> Self {
        Self { progress: Progress::Behind, ..self }
    }

    /// S-03b: it leaves no more if it asks under a consent that is taken back.
    pub(crate) fn withdraw(&mut self, consent: u64, now: Moment) {
        if consent_of(&self.body).is_some_and(|shown| shown.id == consent) {
            self.lapses = Some(now);
        }
    }

    /// Returns whether the consent that it was decided under has run out for `patience` at `now`.
    fn has_lapsed(&self, patience: Span, now: Moment) -> bool {
        self.lapses.is_some_and(|until| until + patience <= now)
    }

    /// Returns whether others wait for its answer: what its key sends to the same receiver after it, and
    /// those for whom it takes a place under way.
    const fn keeps_others_back(&self) -> bool {
        !matches!(self.body, Body::CheckLink)
    }
}

/// Returns the consent that a question is asked under.
const fn consent_of(body: &Body<Sealed>) -> Option<&Consent<Sealed>> {
    if let Body::AskChild(ask) = body {
        Some(&ask.consent)
    } else if let Body::AskRepresentatives(ask) = body {
        Some(&ask.consent)
    } else if let Body::AskPerson(ask) = body {
        Some(&ask.consent)
    } else if let Body::AskNumber(ask) = body {
        Some(&ask.consent)
    } else if let Body::AskAccounts(ask) = body {
        Some(&ask.consent)
    } else {
        None
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

    /// Returns whether a bank is asked for accounts by a message that it has not answered, beside the one given.
    pub(crate) fn asks_a_bank(&self, cell: u32, bank: Party, beside: Option<MessageId>) -> bool {
        let accounts = |pending: &&Pending| matches!(pending.body, Body::AskAccounts(_));
        self.of_cell(cell).filter(accounts).any(|pending| pending.to == bank && Some(pending.id) != beside)
    }

    /// S-03b: a consent is taken back: what a cell asks under it leaves no more.
    pub(crate) fn withdraw(&mut self, cell: u32, consent: u64, now: Moment) {
        for pending in self.of_cell.get_mut(cell as usize).into_iter().flatten() {
            pending.withdraw(consent, now);
        }
    }

    /// Takes a message out: it is answered. The next one of its key to the same receiver may go.
    pub(crate) fn answered(&mut self, cell: u32, id: MessageId, now: Moment) {
        let Some(pendings) = self.of_cell.get_mut(cell as usize) else { return };
        let Some(place) = pendings.iter().position(|pending| pending.id == id) else { return };
        let done = pendings.remove(place);
        self.waiting -= 1;
        if matches!(done.progress, Progress::UnderWay(_)) && done.keeps_others_back() {
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
    pub(crate) fn next_departure(&mut self, now: Moment) -> Option<Leaving<'_>> {
        let (lane, which) = loop {
            let lane = *self.stirred.front()?;
            let limit = self.limits.under_way;
            let lane = &mut self.lanes[lane as usize];
            if lane.under_way >= limit || lane.queue.is_empty() {
                self.stirred.pop_front();
                continue;
            }
            if let Some(which) = lane.queue.pop_front() {
                break (lane, which);
            }
        };
        self.first_tries.push_back((now + self.limits.answer_timeout, which));
        let pending = Self::find(&mut self.of_cell, which)?;
        lane.under_way += u32::from(pending.keeps_others_back());
        pending.progress = Progress::UnderWay(1);
        Some(if pending.has_lapsed(Span::default(), now) {
            Leaving::Lapsed { cell: which.cell, id: pending.id, to: pending.to }
        } else {
            Leaving::Message(pending)
        })
    }

    /// Returns the next message whose answer is overdue and that leaves once more.
    ///
    /// Reading I-1, S-46: a question does not leave under a consent that has run out, but what was asked
    /// before may be answered; after a while it counts as one that could not be answered.
    pub(crate) fn next_repeat(&mut self, now: Moment) -> Option<Leaving<'_>> {
        let patience = self.limits.lapsed_patience;
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
                Progress::UnderWay(_) if pending.has_lapsed(patience, now) => {
                    return Some(Leaving::Lapsed { cell: which.cell, id: pending.id, to: pending.to });
                }
                Progress::UnderWay(_) if pending.has_lapsed(Span::default(), now) => {
                    let until = pending.lapses.unwrap_or(now) + patience;
                    self.timers.push(Reverse((until, which)));
                }
                Progress::UnderWay(times) => {
                    pending.progress = Progress::UnderWay(times.saturating_add(1));
                    let wait = self.limits.answer_timeout.times(1 << times.min(10)).min(self.limits.longest_timeout);
                    self.timers.push(Reverse((now + wait, which)));
                    return Self::find(&mut self.of_cell, which).map(|pending| Leaving::Message(pending));
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
    use proaktiv_messages::{AskChild, AskDisability, Key, Purposes, Token};

    const NOW: Moment = Moment::from_millis(1_710_000_000_000);

    fn pending(step: u32, to: Party, not_before: Option<Moment>) -> Box<Pending> {
        let key = Key::case(Token::from_bits(7));
        let body = Body::AskDisability(AskDisability { child: key.token });
        Box::new(Pending::new(MessageId::Effect { key, step, n: 0 }, to, body, not_before, NOW))
    }

    fn id(leaving: Leaving<'_>) -> MessageId {
        match leaving {
            Leaving::Message(pending) => pending.id,
            Leaving::Lapsed { id, .. } => panic!("{id:?} has lapsed"),
        }
    }

    /// A question under a consent that runs out after so long.
    fn consented(step: u32, runs: Span) -> Box<Pending> {
        let key = Key::case(Token::from_bits(7));
        let purposes = Purposes::OF_CHILD;
        let consent = Consent { id: 1, subject: key.token, purposes, given: NOW, until: NOW + runs, seal: 0 };
        let body = Body::AskChild(AskChild { child: key.token, consent });
        Box::new(Pending::new(MessageId::Effect { key, step, n: 0 }, Party::Gbdfl, body, None, NOW))
    }

    fn outbox(under_way: u32) -> Outbox {
        Outbox::new(Limits { under_way, ..Limits::default() })
    }

    fn departures(outbox: &mut Outbox, now: Moment) -> Vec<MessageId> {
        std::iter::from_fn(|| outbox.next_departure(now).map(id)).collect()
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
        let expected = pending(1, Party::Cbdi, None).id;
        let mut now = NOW;
        let mut waits = Vec::new();
        for _ in 0..7 {
            let due = outbox.earliest().expect("a repeat is due");
            waits.push((due - now).as_millis() / 60_000);
            now = due;
            assert_eq!(outbox.next_repeat(now).map(id), Some(expected));
            assert!(outbox.next_repeat(now).is_none());
        }
        assert_eq!(waits, [10, 20, 40, 80, 160, 240, 240]);
        outbox.answered(0, expected, now);
        assert!(outbox.next_repeat(now + Span::days(1)).is_none());
        assert_eq!(outbox.earliest(), None);
    }

    #[test]
    fn checks_of_the_link_take_nobodys_place() {
        let mut outbox = outbox(1);
        for cell in [0, 1, 2] {
            let mut check = pending(1, Party::SmsCentre, None);
            check.body = Body::CheckLink;
            outbox.release(cell, check, NOW);
        }
        outbox.release(3, pending(1, Party::SmsCentre, None), NOW);
        assert_eq!(departures(&mut outbox, NOW).len(), 4);
        outbox.release(4, pending(1, Party::SmsCentre, None), NOW);
        assert!(departures(&mut outbox, NOW).is_empty());
        outbox.answered(0, pending(1, Party::SmsCentre, None).id, NOW);
        assert!(departures(&mut outbox, NOW).is_empty(), "the check gave no place back");
        outbox.answered(3, pending(1, Party::SmsCentre, None).id, NOW);
        assert_eq!(departures(&mut outbox, NOW).len(), 1);
    }

    #[test]
    fn a_question_leaves_no_more_when_its_consent_has_run_out() {
        let mut outbox = outbox(10);
        let asked = consented(1, Span::millis(10 * 60_000 + 1));
        let expected = asked.id;
        outbox.release(0, asked, NOW);
        departures(&mut outbox, NOW);
        let just_before = NOW + Span::minutes(10);
        assert_eq!(outbox.next_repeat(just_before).map(id), Some(expected));
        let after = just_before + Span::minutes(20);
        assert_eq!(outbox.next_repeat(after), None);
        let given_up = outbox.earliest().expect("looked at once more");
        assert_eq!(given_up, just_before + Span::millis(1) + Limits::default().lapsed_patience);
        assert_eq!(outbox.next_repeat(given_up), Some(Leaving::Lapsed { cell: 0, id: expected, to: Party::Gbdfl }));
    }

    #[test]
    fn a_question_that_stood_behind_does_not_leave_under_a_consent_that_has_run_out() {
        let mut outbox = outbox(10);
        outbox.release(0, consented(1, Span::days(30)), NOW);
        outbox.release(0, consented(2, Span::hours(1)), NOW);
        departures(&mut outbox, NOW);
        outbox.answered(0, consented(1, Span::days(30)).id, NOW);
        let lapsed = Leaving::Lapsed { cell: 0, id: consented(2, Span::hours(1)).id, to: Party::Gbdfl };
        assert_eq!(outbox.next_departure(NOW + Span::hours(1)), Some(lapsed));
    }

    #[test]
    fn a_consent_that_had_run_out_when_it_was_shown_stands_for_that_of_the_reply() {
        let mut outbox = outbox(10);
        let shown = consented(1, Span::default());
        let expected = shown.id;
        outbox.release(0, shown, NOW);
        assert_eq!(departures(&mut outbox, NOW + Span::days(1)), [expected]);
    }
}
