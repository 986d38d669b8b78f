//! How the engine comes back from its journal: the newest snapshot, then the records after it,
//! through `evolve` alone. Effects that nobody answered go out again.

use std::sync::Arc;

use proaktiv_core::Aggregate;
use proaktiv_core::calendar::astana;
use proaktiv_core::home_schooling::parameters::{CalendarEndsTooSoon, LawError};
use proaktiv_core::home_schooling::{Effect, State};
use proaktiv_messages::{Body, Key, MessageId, Moment};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::engine::{Cell, Each, Repeat, takes_back, withdrawn_consent};
use crate::journal::chain::NO_HASH;
use crate::outbox::Pending;
use crate::record::{Answer, Record, RecordError, Sender};
use crate::vault::Unsealing;
use crate::{Config, Engine, Hash, Journal, Position};

/// Why an engine does not start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// The calendar does not reach far enough beyond the day of the start (S-19).
    #[error(transparent)]
    CalendarEndsTooSoon(#[from] CalendarEndsTooSoon),
    /// The journal cannot be read.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// What has changed in the law since does not fit the law that this start states.
    #[error("the changes of law in the journal do not fit the law of this start: {0}")]
    LawDoesNotFit(#[from] LawError),
}

/// The version of the snapshot: a snapshot of another one is thrown away.
const VERSION: u32 = 4;

/// How many records are taken from the journal at once, to be folded.
const RECORDS_A_BITE: u64 = 10_000;

#[derive(Serialize, Deserialize)]
struct SavedCell<S, P> {
    key: Key,
    step: u32,
    set_aside: bool,
    state: S,
    pending: Vec<P>,
    /// What was kept while the key is set aside, as records have it: where a record leaves a field out, the compact
    /// form would lose its place. Empty where nothing was.
    kept: String,
}

#[derive(Serialize, Deserialize)]
struct Snapshot<C> {
    version: u32,
    position: Position,
    head: String,
    cells: C,
    repeats: Vec<(Repeat, Position)>,
}

impl<J: Journal> Engine<J> {
    /// Writes the state after the last record into `room`, in a compact form.
    pub(crate) fn snapshot(&self, mut room: Vec<u8>) -> Vec<u8> {
        let mut unflushed: Vec<(u32, &Pending)> = Vec::new();
        for held in &self.held {
            unflushed.extend(held.effects.iter().map(|pending| (held.cell, &**pending)));
        }
        unflushed.sort_by_key(|(cell, _)| *cell);
        let cells = Each(self.cells.iter().zip(0..).map(|(cell, n)| {
            let first = unflushed.partition_point(|(cell, _)| *cell < n);
            let of_cell = unflushed[first..].iter().take_while(|(cell, _)| *cell == n).map(|(_, pending)| *pending);
            let pending: Vec<&Pending> = self.outbox.of_cell(n).chain(of_cell).collect();
            let kept = self.kept.get(&n).and_then(|kept| serde_json::to_string(kept).ok()).unwrap_or_default();
            let Cell { key, step, set_aside, ref state, .. } = *cell;
            SavedCell { key, step, set_aside, state, pending, kept }
        }));
        let mut repeats: Vec<(Repeat, Position)> =
            self.repeats.iter().map(|(repeat, position)| (*repeat, *position)).collect();
        repeats.sort_unstable_by_key(|(repeat, position)| (*position, *repeat));
        let head = String::from_utf8_lossy(&self.journal.head()).into_owned();
        let snapshot = Snapshot { version: VERSION, position: self.position, head, cells, repeats };
        // Writing to memory cannot fail; an empty snapshot would be thrown away on reading.
        match rmp_serde::encode::write(&mut room, &snapshot) {
            Ok(()) => room,
            Err(_) => Vec::new(),
        }
    }

    /// Comes back from a journal at `now`. What was sent and not answered leaves again.
    ///
    /// # Errors
    /// When the calendar ends too soon, for the first record that cannot be read or does not follow, and when the
    /// changes of law in the journal do not fit the law of `config`.
    pub fn open(config: Config, journal: J, now: Moment) -> Result<Self, StartError> {
        config.condition.law.may_run_on(astana::civil_day(now))?;
        let mut engine = Self::new(config, journal);
        let Self { journal, vault, .. } = &mut engine;
        journal.read_vault(&mut |entry| vault.restore(entry));
        let mut fold = Fold::new();
        if let Some(snapshot) = engine.newest_snapshot() {
            engine.take_snapshot(snapshot, &mut fold);
        }
        while engine.fold_a_bite(&mut fold)? {}
        if fold.head != engine.journal.head() {
            return Err(RecordError::BrokenChain(engine.position).into());
        }
        engine.restore_desk();
        engine.law_from_changes(now)?;
        engine.lines_untold = engine.law.has_changed();
        for cell in 0..engine.cells.len() as u32 {
            engine.arm(cell);
        }
        for (cell, pending) in fold.unanswered() {
            engine.outbox.release(cell, Box::new(pending.anew()), now);
        }
        let taken_back = std::mem::take(&mut fold.taken_back);
        engine.resume(fold.untaken());
        for cell in taken_back {
            engine.carry_out_kept(cell, now);
        }
        Ok(engine)
    }

    /// Returns the newest snapshot, if the journal has one that can be read.
    fn newest_snapshot(&self) -> Option<Snapshot<Vec<SavedCell<State, Pending>>>> {
        let mut snapshot = None;
        self.journal.read_snapshot(&mut |bytes| snapshot = rmp_serde::from_slice(bytes).ok());
        snapshot.filter(|snapshot: &Snapshot<_>| snapshot.version == VERSION)
    }

    /// Takes the next records after the position into the state; returns whether there were any.
    fn fold_a_bite(&mut self, fold: &mut Fold) -> Result<bool, RecordError> {
        let mut records = Vec::new();
        self.journal.read_after(self.position, RECORDS_A_BITE, &mut |record| records.push(record.to_vec()));
        for bytes in &records {
            let position = self.position + 1;
            let (record, hash) = Record::read(bytes, position)?;
            if record.prev.as_bytes() != fold.head || record.position != position {
                return Err(RecordError::BrokenChain(position));
            }
            fold.head = hash;
            self.position = position;
            self.fold(record, fold);
        }
        Ok(!records.is_empty())
    }

    /// Fills the desk with the rows that cases keep, and with what the intake knows of lists.
    fn restore_desk(&mut self) {
        for cell in &self.cells {
            match &cell.state {
                State::Case(case) => {
                    for (row, day) in case.rows() {
                        let mut unsealing = Unsealing { vault: &self.vault, text: None };
                        if let Ok(Body::Enrol(row)) = Body::Enrol(Arc::clone(row)).renamed(&mut unsealing) {
                            self.desk.restore(&row, day, &self.row_key);
                        }
                    }
                }
                State::Intake(intake) => self.desk.restore_lists(&intake.batches, &intake.sent_back),
                State::Recipient(_) | State::Line(_) => {}
            }
        }
    }

    fn take_snapshot(&mut self, snapshot: Snapshot<Vec<SavedCell<State, Pending>>>, fold: &mut Fold) {
        self.position = snapshot.position;
        if let Some(head) = snapshot.head.as_bytes().first_chunk::<64>() {
            fold.head = *head;
        }
        for saved in snapshot.cells {
            let cell = self.cell(saved.key);
            for pending in saved.pending {
                fold.ask(cell, pending);
            }
            if let Ok(kept) = serde_json::from_str(&saved.kept) {
                self.kept.insert(cell, kept);
            }
            let place = &mut self.cells[cell as usize];
            (place.state, place.step, place.set_aside) = (saved.state, saved.step, saved.set_aside);
        }
        self.repeats.extend(snapshot.repeats);
    }

    /// Takes one record into the state: events through `evolve`, effects into the outbox.
    fn fold(&mut self, record: Record, fold: &mut Fold) {
        let cell = self.cell(record.key);
        let place = &mut self.cells[cell as usize];
        place.step = record.step;
        for recorded in &record.events {
            place.state.evolve(&recorded.event);
        }
        self.fold_setting_aside(cell, &record, fold);
        if let Some(consent) = withdrawn_consent(&record.inbound.body) {
            fold.withdraw(cell, consent, record.moment);
        }
        match (record.inbound.sender, record.inbound.id, record.inbound.answers) {
            (_, _, Some(answered)) => {
                fold.pending.remove(&answered);
            }
            (Sender::Party(party), Some(MessageId::Numbered(count)), None) => {
                self.repeats.insert((party.rank(), count), record.position);
            }
            (Sender::Aggregate, Some(id), None) => {
                fold.passes.remove(&id);
            }
            (Sender::Party(_) | Sender::Aggregate | Sender::Clock, None, None)
            | (Sender::Party(_), Some(MessageId::Effect { .. }), None)
            | (Sender::Clock, Some(_), None) => {}
        }
        let (key, step, moment) = (record.key, record.step, record.moment);
        for (effect, n) in record.effects.into_iter().zip(0..) {
            let id = MessageId::Effect { key, step, n };
            match effect {
                Effect::Tell { to, body, not_before } => {
                    fold.ask(cell, Pending::new(id, to, body, not_before, moment));
                }
                pass @ Effect::Pass { .. } => fold.pass(id, pass),
            }
        }
    }

    /// Takes into account what a record says of setting its key aside and of taking it back (S-51).
    fn fold_setting_aside(&mut self, cell: u32, record: &Record, fold: &mut Fold) {
        // What was kept is carried out right after the key is taken back, each in a record of its own.
        if fold.taken_back.contains(&cell)
            && let Some(kept) = self.kept.get_mut(&cell)
        {
            if kept.first() == Some(&record.inbound) {
                kept.remove(0);
            }
            if kept.is_empty() {
                self.kept.remove(&cell);
                fold.taken_back.retain(|one| *one != cell);
            }
        }
        let place = &mut self.cells[cell as usize];
        match record.answer {
            Answer::SetAside(_) | Answer::Kept => {
                place.set_aside = true;
                if record.inbound.sender != Sender::Clock {
                    self.kept.entry(cell).or_default().push(record.inbound.clone());
                }
            }
            Answer::Taken if place.set_aside && takes_back(&record.inbound.body) => {
                place.set_aside = false;
                fold.taken_back.push(cell);
            }
            Answer::Taken | Answer::Refused(_) => {}
        }
    }

    /// Folds one key again from snapshot and records, as if its last step had not been.
    pub(crate) fn refold(&mut self, cell: u32) {
        let key = self.cells[cell as usize].key;
        let mut state = State::new(key);
        let mut after = 0;
        if let Some(snapshot) = self.newest_snapshot() {
            after = snapshot.position;
            if let Some(saved) = snapshot.cells.into_iter().find(|saved| saved.key == key) {
                state = saved.state;
            }
        }
        let mut position = after;
        self.journal.read_after(after, u64::MAX, &mut |bytes| {
            position += 1;
            if let Ok((record, _)) = Record::read(bytes, position)
                && record.key == key
            {
                for recorded in &record.events {
                    state.evolve(&recorded.event);
                }
            }
        });
        self.cells[cell as usize].state = state;
    }
}

/// What the records so far have asked for and nobody has answered or taken, in the order of asking.
struct Fold {
    /// The hash of the last record.
    head: Hash,
    pending: FxHashMap<MessageId, (u64, u32, Pending)>,
    passes: FxHashMap<MessageId, (u64, Effect)>,
    asked: u64,
    /// Keys that were taken back, while what was kept of them is still to be carried out.
    taken_back: Vec<u32>,
}

impl Fold {
    /// Returns what there is before the first record.
    fn new() -> Self {
        let (pending, passes) = (FxHashMap::default(), FxHashMap::default());
        Self { head: NO_HASH, pending, passes, asked: 0, taken_back: Vec::new() }
    }

    fn ask(&mut self, cell: u32, pending: Pending) {
        self.asked += 1;
        self.pending.insert(pending.id, (self.asked, cell, pending));
    }

    /// S-03b: what a cell asked under a consent that is taken back leaves no more.
    fn withdraw(&mut self, cell: u32, consent: u64, now: Moment) {
        #[expect(clippy::iter_over_hash_type, reason = "each is marked by itself")]
        for (_, of, pending) in self.pending.values_mut() {
            if *of == cell {
                pending.withdraw(consent, now);
            }
        }
    }

    fn pass(&mut self, id: MessageId, effect: Effect) {
        self.asked += 1;
        self.passes.insert(id, (self.asked, effect));
    }

    /// Returns the messages that nobody has answered, in the order of asking.
    fn unanswered(&mut self) -> Vec<(u32, Pending)> {
        let mut pending: Vec<_> = self.pending.drain().map(|(_, pending)| pending).collect();
        pending.sort_unstable_by_key(|(asked, ..)| *asked);
        pending.into_iter().map(|(_, cell, pending)| (cell, pending)).collect()
    }

    /// Returns what was passed to another aggregate and not taken, in the order of passing.
    fn untaken(self) -> Vec<(Effect, MessageId)> {
        let mut passes: Vec<_> = self.passes.into_iter().collect();
        passes.sort_unstable_by_key(|(_, (asked, _))| *asked);
        passes.into_iter().map(|(id, (_, effect))| (effect, id)).collect()
    }
}
