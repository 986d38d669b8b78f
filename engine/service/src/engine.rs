//! The engine: one step for each inbound, one record for each step.
//!
//! Synchronous and without a clock. Owns the state of every aggregate, the vault, the outbox and the
//! due heap; gives what leaves to [`Ports`]. What it promises: a sender is acknowledged, and an effect
//! leaves, only once the record that says so can no longer be lost.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use proaktiv_core::Aggregate;
use proaktiv_core::calendar::astana;
use proaktiv_core::home_schooling::parameters::{Law, LawError};
use proaktiv_core::home_schooling::{
    CaseInbound, Condition, Effect, Event, Inbound, IntakeEvent, IntakeInbound, Line, LineInbound, OfferState,
    RecipientInbound, ReportedRow, State, broken, forms, route,
};
use proaktiv_messages::{
    BankCode, Body, Clear, Envelope, FormNumber, Key, Language, MessageId, Moment, OfficialDecision, Party,
    RefusedQuery, Sealed, SendSms, Token, TokenKey,
};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::due::DueHeap;
use crate::journal::chain;
use crate::law_in_force::LawInForce;
use crate::list_desk::{Batch, ListDesk, Part};
use crate::outbox::{Leaving, Outbox, Pending};
use crate::record::{self, Answer, Record, RecordedEvent, RecordedInbound, Sender, SetAsideReason};
use crate::vault::{Sealing, UnknownToken, Unsealing, Vault};
use crate::{Config, Hash, Journal, Position};

/// Where what leaves the engine goes.
pub trait Ports {
    /// Sends a message.
    fn send(&mut self, message: Envelope<Clear>);

    /// Asks to be woken at an instant; an earlier wish stays.
    fn wake_at(&mut self, at: Moment);
}

/// What the engine has done, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Messages that came in.
    pub messages: u64,
    /// Records made.
    pub records: u64,
    /// Bytes of records.
    pub record_bytes: u64,
    /// Repeats of a message that was known.
    pub repeats: u64,
    /// Messages that no sender should have sent here.
    pub misdirected: u64,
    /// Reports about somebody, or texts from a number, that the engine has nothing of (S-22): answered, and
    /// nothing changes.
    pub of_strangers: u64,
    /// Inbounds refused.
    pub refused: u64,
    /// Messages that left once more for want of an answer.
    pub sent_again: u64,
    /// Keys set aside.
    pub set_aside: u64,
    /// Rows of lists that were known with the same content.
    pub rows_unchanged: u64,
    /// Messages that could not leave: their token or text is unknown.
    pub unsendable: u64,
    /// Snapshots taken.
    pub snapshots: u64,
    /// Changes of law that were taken one by one and do not fit together: the law in force stayed as it was.
    pub law_unfit: u64,
}

/// One aggregate and what the shell knows of it.
pub(crate) struct Cell {
    pub(crate) key: Key,
    pub(crate) state: State,
    pub(crate) step: u32,
    /// The deadline that stands in the heap for it.
    pub(crate) armed: Option<Moment>,
    /// Set when a step of it broke an invariant: what arrives is kept, its deadlines sleep.
    pub(crate) set_aside: bool,
}

/// What waits for its record to be flushed.
pub(crate) struct Held {
    position: Position,
    acknowledge: SmallVec<[(Party, MessageId); 1]>,
    pub(crate) cell: u32,
    pub(crate) effects: SmallVec<[Box<Pending>; 1]>,
}

struct Pass {
    to: Key,
    inbound: Inbound,
    id: MessageId,
}

/// Where an inbound comes from, for its record.
struct Origin {
    sender: Sender,
    id: Option<MessageId>,
    answers: Option<MessageId>,
    acknowledge: SmallVec<[(Party, MessageId); 1]>,
}

impl Origin {
    fn of(sender: Sender) -> Self {
        Self { sender, id: None, answers: None, acknowledge: SmallVec::new() }
    }
}

/// What tells a report of a party from every other: the sender's rank and its own count.
pub(crate) type Repeat = (u64, u64);

type Rendered = FxHashMap<(FormNumber, Language, SmallVec<[BankCode; 12]>), (Arc<str>, Token)>;

/// The engine.
pub struct Engine<J> {
    /// What the engine was told at its start; the law in it is the one in force.
    pub(crate) config: Config,
    pub(crate) law: LawInForce,
    pub(crate) journal: J,
    pub(crate) vault: Vault,
    pub(crate) desk: ListDesk,
    pub(crate) row_key: TokenKey,
    pub(crate) cells: Vec<Cell>,
    pub(crate) index: FxHashMap<Key, u32>,
    /// What arrived for keys that are set aside, by cell and in order, until they are taken back (S-51).
    pub(crate) kept: FxHashMap<u32, Vec<RecordedInbound<Inbound>>>,
    pub(crate) due: DueHeap,
    pub(crate) outbox: Outbox,
    /// Messages that parties sent by themselves, by sender and id.
    pub(crate) repeats: FxHashMap<Repeat, Position>,
    repeats_by_age: VecDeque<(Moment, Repeat)>,
    /// Set at a start with a past: lines may not have been told of the last change of law.
    pub(crate) lines_untold: bool,
    pub(crate) position: Position,
    flushed: Position,
    pub(crate) held: VecDeque<Held>,
    passes: VecDeque<Pass>,
    armed: Option<Moment>,
    rendered: Rendered,
    rendered_on: Moment,
    events: Vec<Event>,
    effects: Vec<Effect>,
    line: Vec<u8>,
    stats: Stats,
}

impl<J: Journal> Engine<J> {
    /// Returns an engine without a past, on an empty journal.
    pub fn new(config: Config, journal: J) -> Self {
        let row_key = config.key.of_kind("row");
        Self {
            vault: Vault::new(config.key.clone()),
            outbox: Outbox::new(config.limits),
            law: LawInForce::new(config.condition.law.clone()),
            config,
            journal,
            desk: ListDesk::default(),
            row_key,
            cells: Vec::new(),
            index: FxHashMap::default(),
            kept: FxHashMap::default(),
            due: DueHeap::default(),
            repeats: FxHashMap::default(),
            repeats_by_age: VecDeque::new(),
            lines_untold: false,
            position: 0,
            flushed: 0,
            held: VecDeque::new(),
            passes: VecDeque::new(),
            armed: None,
            rendered: Rendered::default(),
            rendered_on: Moment::default(),
            events: Vec::new(),
            effects: Vec::new(),
            line: Vec::with_capacity(4096),
            stats: Stats::default(),
        }
    }

    /// Returns what has been done so far.
    pub const fn stats(&self) -> Stats {
        self.stats
    }

    /// Returns what the engine was told at its start: with the law that it was told, not with what has changed
    /// in it since.
    pub fn config(&self) -> Config {
        let mut config = self.config.clone();
        config.condition.law = self.law.stated().clone();
        config
    }

    /// Returns the law in force.
    pub const fn law(&self) -> &Law {
        &self.config.condition.law
    }

    /// Returns the journal.
    pub const fn journal(&self) -> &J {
        &self.journal
    }

    /// Returns the last position and the hash of its record; waits until the journal has linked it.
    pub fn head(&self) -> (Position, Hash) {
        (self.position, self.journal.head())
    }

    /// Returns the state of every aggregate, in the order of first sight.
    pub fn states(&self) -> impl Iterator<Item = (Key, &State)> {
        self.cells.iter().map(|cell| (cell.key, &cell.state))
    }

    /// Returns how many messages of the engine are not answered yet.
    pub const fn unanswered(&self) -> u64 {
        self.outbox.waiting()
    }

    /// Takes a message that is handed over at `now`.
    pub fn deliver<P: Ports>(&mut self, message: &Envelope<Clear>, now: Moment, ports: &mut P) {
        self.stats.messages += 1;
        self.turn_law(now);
        if let Some(answered) = message.answers {
            self.take_answer(message, answered, now);
        } else {
            self.take_report(message, now, ports);
        }
        self.work(now, ports);
    }

    /// Takes notice that everything up to a position can no longer be lost.
    pub fn flushed<P: Ports>(&mut self, up_to: Position, now: Moment, ports: &mut P) {
        self.flushed = self.flushed.max(up_to);
        while let Some(held) = self.held.pop_front_if(|held| held.position <= up_to) {
            for (party, id) in held.acknowledge {
                acknowledge(party, id, held.position, now, ports);
            }
            for pending in held.effects {
                self.outbox.release(held.cell, pending, now);
            }
        }
        if self.journal.wants_snapshot() {
            let room = self.journal.room_for_snapshot();
            let snapshot = self.snapshot(room);
            self.journal.take_snapshot(self.position, snapshot);
            self.stats.snapshots += 1;
        }
        self.work(now, ports);
    }

    /// Takes a wake-up: something may be due.
    pub fn wake<P: Ports>(&mut self, now: Moment, ports: &mut P) {
        if self.armed.is_some_and(|at| at <= now) {
            self.armed = None;
        }
        self.work(now, ports);
    }

    /// An answer to something that the engine sent.
    fn take_answer(&mut self, message: &Envelope<Clear>, answered: MessageId, now: Moment) {
        let cell = answered.key().and_then(|key| self.index.get(&key).copied());
        let Some((cell, asked)) = cell.and_then(|cell| Some((cell, self.outbox.asked(cell, answered)?))) else {
            self.stats.repeats += 1;
            return;
        };
        let sealed = sealed(message, &mut self.vault);
        let also_asked = self.outbox.asks_a_bank(cell, message.from, Some(answered));
        match route(&sealed, Some(asked), also_asked) {
            Ok((key, inbound)) => {
                debug_assert_eq!(key, self.cells[cell as usize].key);
                self.outbox.answered(cell, answered, now);
                let origin = Origin {
                    sender: Sender::Party(message.from),
                    id: Some(message.id),
                    answers: Some(answered),
                    acknowledge: SmallVec::new(),
                };
                self.step(cell, &inbound, origin, now);
            }
            Err(_) => self.stats.misdirected += 1,
        }
    }

    /// Returns whether a bank that reports an account has a question about the person that it has not answered.
    fn asks_of_accounts(&self, message: &Envelope<Sealed>) -> bool {
        let Body::ReportAccount(report) = &message.body else { return false };
        self.index
            .get(&Key::recipient(report.person))
            .is_some_and(|cell| self.outbox.asks_a_bank(*cell, message.from, None))
    }

    /// Something that a party reports by itself.
    fn take_report<P: Ports>(&mut self, message: &Envelope<Clear>, now: Moment, ports: &mut P) {
        let MessageId::Numbered(count) = message.id else {
            // Ids of effects are the engine's own: what a party sends under one is for nobody.
            self.stats.misdirected += 1;
            return;
        };
        let repeat = (message.from.rank(), count);
        if let Some(position) = self.repeats.get(&repeat).copied() {
            self.stats.repeats += 1;
            // Not flushed yet: the flush will answer.
            if position <= self.flushed {
                acknowledge(message.from, message.id, position, now, ports);
            }
            return;
        }
        if let Body::ReportEnrolments(chunk) = &message.body {
            match self.desk.take(message.from, message.id, chunk, &self.row_key) {
                Part::Kept => {}
                Part::Last(batch) => self.take_list(&batch, message.from, now),
                Part::Repeated => self.answer_repeated_batch(message, now, ports),
            }
            return;
        }
        let sealed = sealed(message, &mut self.vault);
        let asked = self.asks_of_accounts(&sealed);
        let Ok((key, inbound)) = route(&sealed, None, asked) else {
            self.stats.misdirected += 1;
            return acknowledge(message.from, message.id, self.position, now, ports);
        };
        // The intake is there before its first list: the law may change before that.
        if key != Key::intake() && !self.index.contains_key(&key) {
            self.stats.of_strangers += 1;
            return acknowledge(message.from, message.id, self.position, now, ports);
        }
        let cell = self.cell(key);
        let origin = Origin {
            sender: Sender::Party(message.from),
            id: Some(message.id),
            answers: None,
            acknowledge: SmallVec::from_buf([(message.from, message.id)]),
        };
        self.step(cell, &inbound, origin, now);
        self.remember(repeat, now);
        if matches!(inbound, Inbound::Intake(IntakeInbound::ChangeLaw { .. })) {
            self.take_law_change(now);
        }
    }

    /// I-15: a batch that was taken is answered once its record can no longer be lost.
    fn answer_repeated_batch<P: Ports>(&mut self, message: &Envelope<Clear>, now: Moment, ports: &mut P) {
        self.stats.repeats += 1;
        if self.position <= self.flushed {
            acknowledge(message.from, message.id, self.position, now, ports);
            return;
        }
        let acknowledge = SmallVec::from_buf([(message.from, message.id)]);
        self.held.push_back(Held { position: self.position, acknowledge, cell: 0, effects: SmallVec::new() });
    }

    fn remember(&mut self, repeat: Repeat, now: Moment) {
        self.repeats.insert(repeat, self.position);
        self.repeats_by_age.push_back((now + self.config.limits.repeat_horizon, repeat));
        while let Some((_, old)) = self.repeats_by_age.pop_front_if(|(until, _)| *until <= now) {
            self.repeats.remove(&old);
        }
    }

    /// A complete list: its new and changed rows in steps of a bounded size, then its end.
    fn take_list(&mut self, batch: &Batch, from: Party, now: Moment) {
        self.stats.rows_unchanged += u64::from(batch.counts.unchanged);
        let intake = self.cell(Key::intake());
        let number = batch.number;
        for rows in batch.rows.chunks(self.config.limits.rows_a_step) {
            let rows = rows.iter().map(|changed| {
                let envelope = Envelope {
                    id: MessageId::Numbered(number),
                    answers: None,
                    from,
                    to: Party::Esobes,
                    sent: now,
                    body: Body::Enrol(Arc::clone(&changed.row)),
                };
                let Body::Enrol(enrolment) = sealed(&envelope, &mut self.vault).body else { return None };
                let former_child = changed.former_child.map(|child| self.vault.person(child));
                Some(ReportedRow { digest: changed.digest, enrolment, known: changed.known, former_child })
            });
            let rows = rows.flatten().collect();
            let inbound = Inbound::Intake(IntakeInbound::Rows { batch: number, day: batch.day, rows });
            let origin = Origin::of(Sender::Party(from));
            self.step(intake, &inbound, origin, now);
            // Not all of a long list at once: what the rows pass on need not wait for the last of them.
            self.carry_out_passes(now);
        }
        let missing = batch.missing.iter().map(|child| self.vault.person(*child)).collect();
        let (day, counts) = (batch.day, batch.counts);
        let inbound = Inbound::Intake(IntakeInbound::Ended { batch: number, day, counts, missing });
        let origin = Origin {
            sender: Sender::Party(from),
            id: batch.parts.last().map(|(_, id)| *id),
            answers: None,
            acknowledge: SmallVec::from_slice(&batch.parts),
        };
        self.step(intake, &inbound, origin, now);
        for (party, id) in &batch.parts {
            if let MessageId::Numbered(count) = id {
                self.remember((party.rank(), *count), now);
            }
        }
    }

    /// The step before this was a change of law: if it was taken, it is in force, and every line whose form is
    /// out is told, in the order of first sight. Each line's answer is a record of its own, under the new law.
    fn take_law_change(&mut self, now: Moment) {
        if !self.events.iter().any(|event| matches!(event, Event::Intake(IntakeEvent::LawChanged(_)))) {
            return;
        }
        if self.law_from_changes(now).is_err() {
            self.stats.law_unfit += 1;
        }
        self.tell_lines(now, |_, _| true);
    }

    /// Tells of the changed law those lines whose form is out and for which it `matters`.
    fn tell_lines(&mut self, now: Moment, matters: impl Fn(&Line, &Condition) -> bool) {
        let condition = &self.config.condition;
        let is_told = |state: &State| match state {
            State::Line(line) => {
                let open = line.offer.as_ref().is_some_and(|offer| matches!(offer.state, OfferState::Open { .. }));
                open && matters(line, condition)
            }
            State::Intake(_) | State::Case(_) | State::Recipient(_) => false,
        };
        let told: Vec<u32> =
            (0..).zip(&self.cells).filter(|(_, cell)| is_told(&cell.state)).map(|(cell, _)| cell).collect();
        for cell in told {
            let origin = Origin::of(Sender::Aggregate);
            self.step(cell, &Inbound::Line(LineInbound::LawChanged), origin, now);
        }
    }

    /// Tells the lines whose window is still shorter than the law in force gives it: the engine went down
    /// between the record of the change and theirs.
    fn tell_untold_lines(&mut self, now: Moment) {
        if std::mem::take(&mut self.lines_untold) {
            self.tell_lines(now, |line, condition| !matches!(line.window_extended(condition), Ok(None)));
        }
    }

    /// Makes the law in force of the changes that the intake knows.
    ///
    /// # Errors
    /// What makes that law unfit; the law in force stays as it is.
    pub(crate) fn law_from_changes(&mut self, now: Moment) -> Result<(), LawError> {
        let intake = self.index.get(&Key::intake()).map(|cell| &self.cells[*cell as usize].state);
        if let Some(State::Intake(intake)) = intake {
            self.config.condition.law = self.law.at(&intake.law_changes, now)?;
        }
        Ok(())
    }

    /// A change that is known may be valid from today on.
    fn turn_law(&mut self, now: Moment) {
        if self.law.turns_by(now) && self.law_from_changes(now).is_err() {
            self.stats.law_unfit += 1;
        }
    }

    /// Carries out what steps passed on, takes what is due, sends what may leave, arms the wake-up.
    fn work<P: Ports>(&mut self, now: Moment, ports: &mut P) {
        self.turn_law(now);
        self.tell_untold_lines(now);
        self.carry_out_passes(now);
        for _ in 0..self.config.limits.bite {
            let Some((due, cell)) = self.due.pop_due(now) else { break };
            self.take_due(due, cell, now);
            self.carry_out_passes(now);
        }
        let mut lapsed: SmallVec<[(u32, MessageId, Party); 1]> = SmallVec::new();
        while let Some(leaving) = self.outbox.next_repeat(now) {
            match leaving {
                Leaving::Message(pending) => {
                    self.stats.sent_again += 1;
                    depart(pending, &self.vault, &self.config, &mut self.stats, now, ports);
                }
                Leaving::Lapsed { cell, id, to } => lapsed.push((cell, id, to)),
            }
        }
        while let Some(leaving) = self.outbox.next_departure(now) {
            match leaving {
                Leaving::Message(pending) => {
                    depart(pending, &self.vault, &self.config, &mut self.stats, now, ports);
                }
                Leaving::Lapsed { cell, id, to } => lapsed.push((cell, id, to)),
            }
        }
        for (cell, id, party) in lapsed {
            self.refuse_lapsed(cell, id, party, now);
        }
        self.carry_out_passes(now);
        let earliest = [self.due.earliest(), self.outbox.earliest()].into_iter().flatten().min();
        if let Some(at) = earliest.filter(|at| self.armed.is_none_or(|armed| *at < armed)) {
            self.armed = Some(at);
            ports.wake_at(at);
        }
    }

    /// I-1: a question that may leave no more is answered as the register itself would: the consent has run out.
    fn refuse_lapsed(&mut self, cell: u32, id: MessageId, party: Party, now: Moment) {
        let Some(asked) = self.outbox.asked(cell, id) else { return };
        let refused = Envelope {
            id,
            answers: Some(id),
            from: party,
            to: Party::Esobes,
            sent: now,
            body: Body::Refused(RefusedQuery::ConsentNotValid),
        };
        let Ok((key, inbound)) = route(&refused, Some(asked), false) else { return };
        self.outbox.answered(cell, id, now);
        debug_assert_eq!(key, self.cells[cell as usize].key);
        let origin = Origin { answers: Some(id), ..Origin::of(Sender::Aggregate) };
        self.step(cell, &inbound, origin, now);
    }

    /// Takes up what steps had passed on and nobody had taken when the engine went down.
    pub(crate) fn resume(&mut self, passes: Vec<(Effect, MessageId)>) {
        for (effect, id) in passes {
            if let Effect::Pass { to, inbound } = effect {
                self.passes.push_back(Pass { to, inbound, id });
            }
        }
    }

    fn carry_out_passes(&mut self, now: Moment) {
        while let Some(Pass { to, inbound, id }) = self.passes.pop_front() {
            let cell = self.cell(to);
            let origin = Origin { id: Some(id), ..Origin::of(Sender::Aggregate) };
            self.step(cell, &inbound, origin, now);
        }
    }

    fn take_due(&mut self, due: Moment, cell: u32, now: Moment) {
        let waiting = &mut self.cells[cell as usize];
        if waiting.armed != Some(due) {
            return;
        }
        waiting.armed = None;
        match waiting.state.next_deadline() {
            Some((at, deadline)) if at <= now && !waiting.set_aside => {
                self.step(cell, &Inbound::due(deadline), Origin::of(Sender::Clock), now);
            }
            Some(_) | None => self.arm(cell),
        }
    }

    /// Returns the cell of a key, a new one at first sight.
    pub(crate) fn cell(&mut self, key: Key) -> u32 {
        let next = self.cells.len() as u32;
        let cell = *self.index.entry(key).or_insert(next);
        if cell == next {
            self.cells.push(Cell { key, state: State::new(key), step: 0, armed: None, set_aside: false });
        }
        cell
    }

    pub(crate) fn arm(&mut self, cell: u32) {
        let waiting = &mut self.cells[cell as usize];
        if waiting.set_aside {
            return;
        }
        if let Some((due, _)) =
            waiting.state.next_deadline().filter(|(due, _)| waiting.armed.is_none_or(|at| *due < at))
        {
            waiting.armed = Some(due);
            self.due.push(due, cell);
        }
    }

    /// One step: decide, evolve, react, check, record.
    fn step(&mut self, cell: u32, inbound: &Inbound, origin: Origin, now: Moment) {
        self.events.clear();
        self.effects.clear();
        let is_taken_back = self.cells[cell as usize].set_aside && takes_back(inbound);
        let answer = if is_taken_back { self.take_back(cell) } else { self.advance(cell, inbound, now) };
        match answer {
            Answer::Taken => {}
            Answer::Kept => self.keep(cell, inbound, &origin),
            Answer::Refused(_) => self.stats.refused += 1,
            Answer::SetAside(_) => {
                self.keep(cell, inbound, &origin);
                self.stats.set_aside += 1;
                self.events.clear();
                self.effects.clear();
                self.refold(cell);
                self.cells[cell as usize].set_aside = true;
            }
        }
        self.write(cell, inbound, &origin, answer, now);
        self.release(cell, origin, now);
        if let Some(consent) = withdrawn_consent(inbound) {
            self.outbox.withdraw(cell, consent, now);
        }
        self.arm(cell);
        if is_taken_back {
            self.carry_out_kept(cell, now);
        }
    }

    /// S-51: what arrives for a key that is set aside waits for an official; what is due comes again by itself.
    fn keep(&mut self, cell: u32, inbound: &Inbound, origin: &Origin) {
        if origin.sender != Sender::Clock {
            let Origin { sender, id, answers, .. } = *origin;
            let kept = RecordedInbound { sender, id, answers, body: inbound.clone() };
            self.kept.entry(cell).or_default().push(kept);
        }
    }

    fn take_back(&mut self, cell: u32) -> Answer {
        let taken_back = &mut self.cells[cell as usize];
        taken_back.set_aside = false;
        taken_back.step += 1;
        Answer::Taken
    }

    /// S-51: carries out what was kept of a key that was taken back, in order. A step that breaks
    /// something again sets the key aside again, and what follows is kept again.
    pub(crate) fn carry_out_kept(&mut self, cell: u32, now: Moment) {
        for RecordedInbound { sender, id, answers, body } in self.kept.remove(&cell).unwrap_or_default() {
            self.step(cell, &body, Origin { sender, id, answers, acknowledge: SmallVec::new() }, now);
        }
    }

    /// Lets the aggregate decide and takes what happened into its state.
    fn advance(&mut self, cell: u32, inbound: &Inbound, now: Moment) -> Answer {
        let (events, effects, condition) = (&mut self.events, &mut self.effects, &self.config.condition);
        let Cell { state, step, set_aside, .. } = &mut self.cells[cell as usize];
        *step += 1;
        if *set_aside {
            return Answer::Kept;
        }
        // A panic inside a step is a broken invariant of one key; the engine goes on for all others.
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            state.decide(inbound, now, condition, events)?;
            for event in &*events {
                state.evolve(event);
                state.react(event, condition, effects);
            }
            Ok(broken(state))
        }));
        match outcome {
            Err(_) => return Answer::SetAside(SetAsideReason::Panicked),
            Ok(Ok(Some(broken))) => return Answer::SetAside(SetAsideReason::Broken(broken)),
            Ok(Err(refusal)) => {
                self.events.clear();
                return Answer::Refused(refusal);
            }
            Ok(Ok(None)) => {}
        }
        if self.complete_effects(now).is_err() {
            return Answer::SetAside(SetAsideReason::Unrenderable);
        }
        Answer::Taken
    }

    /// Puts into effects what only the shell knows: the digest of a text, the observer's token and day.
    fn complete_effects(&mut self, now: Moment) -> Result<(), Unrenderable> {
        let mut effects = std::mem::take(&mut self.effects);
        let mut complete = || {
            for effect in &mut effects {
                if let Effect::Tell { body: Body::SendSms(sms), .. } = effect {
                    sms.text = self.render(sms, now)?.1;
                } else if let Effect::Tell { body: Body::Observe(observation), .. } = effect {
                    observation.day = astana::civil_day(now);
                    let child = observation.token.bits().to_be_bytes();
                    observation.token = self.vault.key().token("observer", &child);
                }
            }
            Ok(())
        };
        let completed = complete();
        self.effects = effects;
        completed
    }

    /// Renders a form; those without a name are rendered once a day for each language and list.
    fn render(&mut self, sms: &SendSms<Sealed>, now: Moment) -> Result<(Arc<str>, Token), Unrenderable> {
        let day = astana::start_of(astana::civil_day(now));
        if self.rendered_on != day {
            self.rendered_on = day;
            self.rendered.clear();
        }
        let which = (sms.form, sms.language, sms.banks.clone());
        if sms.name.is_none()
            && let Some(known) = self.rendered.get(&which)
        {
            return Ok(known.clone());
        }
        let text = rendered_text(sms, &self.vault, &self.config, now)?;
        let digest = self.vault.key().token("text", text.as_bytes());
        if sms.name.is_none() {
            self.rendered.insert(which, (Arc::clone(&text), digest));
        }
        Ok((text, digest))
    }

    /// Writes the record of the step and gives it to the journal.
    fn write(&mut self, cell: u32, inbound: &Inbound, origin: &Origin, answer: Answer, now: Moment) {
        self.position += 1;
        let Cell { key, step, .. } = self.cells[cell as usize];
        self.line.clear();
        let record = Record {
            schema: record::SCHEMA,
            version: record::VERSION,
            position: self.position,
            moment: now,
            key,
            step,
            inbound: RecordedInbound { sender: origin.sender, id: origin.id, answers: origin.answers, body: inbound },
            answer,
            events: Each(self.events.iter().map(|event| RecordedEvent { ground: event.ground(), event })),
            effects: &*self.effects,
            law: self.config.condition.law.version(),
            prev: "",
        };
        // Writing to memory cannot fail, and a record holds nothing that has no JSON form.
        let _ = serde_json::to_writer(&mut self.line, &record);
        self.stats.records += 1;
        self.stats.record_bytes += (self.line.len() + chain::LINK) as u64;
        self.journal.append(self.position, &self.line, self.vault.take_fresh());
    }

    /// Holds what leaves until the record is flushed; passes on what stays inside.
    fn release(&mut self, cell: u32, origin: Origin, now: Moment) {
        let Cell { key, step, .. } = self.cells[cell as usize];
        let mut held =
            Held { position: self.position, acknowledge: origin.acknowledge, cell, effects: SmallVec::new() };
        for (effect, n) in self.effects.drain(..).zip(0..) {
            let id = MessageId::Effect { key, step, n };
            match effect {
                Effect::Tell { to, body, not_before } => {
                    held.effects.push(Box::new(Pending::new(id, to, body, not_before, now)));
                }
                Effect::Pass { to, inbound } => self.passes.push_back(Pass { to, inbound, id }),
            }
        }
        if !held.acknowledge.is_empty() || !held.effects.is_empty() {
            self.held.push_back(held);
        }
    }
}

/// Returns whether an inbound is the word of an official that takes a key back (S-51).
pub(crate) fn takes_back(inbound: &Inbound) -> bool {
    let Inbound::Case(CaseInbound::Instructed(instruct)) = inbound else { return false };
    matches!(instruct.decision, OfficialDecision::TakeBack)
}

/// Returns the consent that is taken back.
pub(crate) fn withdrawn_consent(inbound: &Inbound) -> Option<u64> {
    if let Inbound::Recipient(RecipientInbound::ConsentWithdrawn(withdrawn))
    | Inbound::Case(CaseInbound::ConsentWithdrawn(withdrawn)) = inbound
    {
        Some(withdrawn.consent)
    } else {
        None
    }
}

/// A sequence of what an iterator yields.
pub(crate) struct Each<I>(pub(crate) I);

impl<I: Iterator<Item: serde::Serialize> + Clone> serde::Serialize for Each<I> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone())
    }
}

/// Seals a message. Tokens have no order of their own: what the core chooses by number is put in order
/// before it is sealed.
fn sealed(message: &Envelope<Clear>, vault: &mut Vault) -> Envelope<Sealed> {
    let mut sorted = None;
    if matches!(message.body, Body::NumberAnswer(_) | Body::AccountsAnswer(_)) {
        sort(&mut sorted.insert(message.clone()).body);
    }
    match sorted.as_ref().unwrap_or(message).renamed(&mut Sealing(vault)) {
        Ok(sealed) => sealed,
        Err(never) => match never {},
    }
}

/// Puts numbers and accounts into ascending order (S-01b, S-21b).
fn sort(body: &mut Body<Clear>) {
    use proaktiv_messages::Finding;
    if let Body::NumberAnswer(Finding::Yes(record)) = body {
        record.numbers.sort_by_key(|number| number.number);
    } else if let Body::AccountsAnswer(Finding::Yes(accounts)) = body {
        accounts.sort_by_key(|account| account.account);
    }
}

fn acknowledge<P: Ports>(to: Party, id: MessageId, position: Position, now: Moment, ports: &mut P) {
    ports.send(Envelope {
        id: MessageId::Numbered(position),
        answers: Some(id),
        from: Party::Esobes,
        to,
        sent: now,
        body: Body::Received,
    });
}

struct Unrenderable;

impl From<UnknownToken> for Unrenderable {
    fn from(_: UnknownToken) -> Self {
        Self
    }
}

fn rendered_text(sms: &SendSms<Sealed>, vault: &Vault, config: &Config, now: Moment) -> Result<Arc<str>, Unrenderable> {
    let name = match &sms.name {
        Some(token) => Some(vault.name_of(token)?.as_str()),
        None => None,
    };
    let day = astana::civil_day(now);
    forms::render(&config.condition.law, sms.form, sms.language, &sms.banks, name, day)
        .map(Arc::from)
        .map_err(|_| Unrenderable)
}

/// Sends a message: its tokens are exchanged back and its text is rendered where it leaves.
fn depart<P: Ports>(pending: &Pending, vault: &Vault, config: &Config, stats: &mut Stats, now: Moment, ports: &mut P) {
    let text = if let Body::SendSms(sms) = &pending.body { rendered_text(sms, vault, config, now).ok() } else { None };
    match pending.body.renamed(&mut Unsealing { vault, text }) {
        Ok(body) => {
            ports.send(Envelope { id: pending.id, answers: None, from: Party::Esobes, to: pending.to, sent: now, body })
        }
        Err(UnknownToken) => stats.unsendable += 1,
    }
}

#[cfg(test)]
mod tests;
