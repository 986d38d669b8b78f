//! The journal in memory: for simulations and tests. Keeps the records since its snapshot and
//! forgets what lies before; the chain of hashes goes on.

use std::collections::VecDeque;

use super::{Journal, Position};
use crate::VaultEntry;

/// Records are stored in blocks of this size, so that growing moves nothing.
const BLOCK: usize = 1 << 20;

#[derive(Default)]
struct Block {
    bytes: Vec<u8>,
    /// Position of its first record.
    first: Position,
    /// Where each record ends.
    ends: Vec<u32>,
}

/// A journal that lives and dies with its process.
#[derive(Default)]
pub struct MemoryJournal {
    blocks: VecDeque<Block>,
    /// Forgotten blocks, to be filled again: fresh memory costs more than old.
    spare: Vec<Block>,
    last: Position,
    committed: Position,
    keep: u64,
    snapshot: Option<(Position, Vec<u8>)>,
    vault: Vec<(Position, VaultEntry)>,
    groups: u64,
}

impl MemoryJournal {
    /// Returns an empty journal that takes a snapshot every `keep` records.
    pub fn new(keep: u64) -> Self {
        Self { keep: keep.max(1), ..Self::default() }
    }

    /// Commits what was appended, as one group; returns the last position.
    pub fn commit(&mut self) -> Position {
        if self.committed < self.last {
            self.committed = self.last;
            self.groups += 1;
        }
        self.committed
    }

    /// Returns how many groups were committed.
    pub fn groups(&self) -> u64 {
        self.groups
    }

    /// Returns the last committed position.
    pub fn committed(&self) -> Position {
        self.committed
    }

    /// Loses what was appended and not committed, as a process that dies does.
    pub fn lose_uncommitted(&mut self) {
        while let Some(block) = self.blocks.back_mut() {
            if self.committed < block.first {
                self.blocks.pop_back();
                continue;
            }
            let kept = (self.committed + 1 - block.first) as usize;
            block.ends.truncate(kept);
            let end = block.ends.last().map_or(0, |end| *end as usize);
            block.bytes.truncate(end);
            break;
        }
        self.last = self.committed;
        let committed = self.committed;
        self.vault.retain(|(position, _)| *position <= committed);
    }

    /// Whole blocks before `position` go; what is left of a block goes with its block.
    fn forget_up_to(&mut self, position: Position) {
        while let Some(block) = self.blocks.front() {
            if block.first + block.ends.len() as u64 > position + 1 {
                break;
            }
            self.spare.extend(self.blocks.pop_front());
        }
    }

    /// Begins a block whose first record is at `position` and has so many bytes.
    fn begin_block(&mut self, position: Position, length: usize) {
        let mut block = self.spare.pop().unwrap_or_default();
        block.bytes.clear();
        block.ends.clear();
        block.bytes.reserve(BLOCK.max(length));
        block.first = position;
        self.blocks.push_back(block);
    }
}

impl Journal for MemoryJournal {
    fn append(&mut self, position: Position, record: &[u8], vault: Vec<VaultEntry>) {
        let full = self.blocks.back().is_none_or(|block| block.bytes.len() + record.len() > BLOCK);
        if full {
            self.begin_block(position, record.len());
        }
        if let Some(block) = self.blocks.back_mut() {
            block.bytes.extend_from_slice(record);
            block.ends.push(block.bytes.len() as u32);
        }
        self.vault.extend(vault.into_iter().map(|entry| (position, entry)));
        self.last = position;
    }

    fn wants_snapshot(&self) -> bool {
        let since = self.snapshot.as_ref().map_or(0, |(position, _)| *position);
        // What is committed cannot be lost: its snapshot takes the place of the last at once.
        self.last == self.committed && self.last - since >= self.keep
    }

    fn room_for_snapshot(&mut self) -> Vec<u8> {
        let (_, mut room) = self.snapshot.take().unwrap_or_default();
        room.clear();
        room
    }

    fn take_snapshot(&mut self, position: Position, snapshot: Vec<u8>) {
        self.forget_up_to(position);
        self.snapshot = Some((position, snapshot));
    }

    fn read_snapshot(&self, reader: &mut dyn FnMut(&[u8])) {
        if let Some((_, bytes)) = &self.snapshot {
            reader(bytes);
        }
    }

    fn read_after(&self, position: Position, most: u64, each: &mut dyn FnMut(&[u8])) {
        let last = position.saturating_add(most);
        let is_before = |block: &&Block| block.first + block.ends.len() as u64 <= position + 1;
        for block in self.blocks.iter().skip_while(is_before).take_while(|block| block.first <= last) {
            let mut start = 0;
            for (n, end) in block.ends.iter().enumerate() {
                let at = block.first + n as u64;
                let end = *end as usize;
                if position < at && at <= last {
                    each(&block.bytes[start..end]);
                }
                start = end;
            }
        }
    }

    fn read_vault(&self, each: &mut dyn FnMut(&VaultEntry)) {
        for (_, entry) in &self.vault {
            each(entry);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(journal: &MemoryJournal, after: Position) -> Vec<Vec<u8>> {
        let mut records = Vec::new();
        journal.read_after(after, u64::MAX, &mut |record| records.push(record.to_vec()));
        records
    }

    fn snapshot(journal: &MemoryJournal) -> Option<Vec<u8>> {
        let mut snapshot = None;
        journal.read_snapshot(&mut |bytes| snapshot = Some(bytes.to_vec()));
        snapshot
    }

    #[test]
    fn records_are_read_in_bites() {
        let mut journal = MemoryJournal::new(100);
        let big = |letter| vec![letter; BLOCK / 2 + 1];
        for (position, letter) in (1..).zip(*b"abcd") {
            journal.append(position, &big(letter), Vec::new());
        }
        journal.commit();
        let letters = |after, most| {
            let mut letters = Vec::new();
            journal.read_after(after, most, &mut |record| letters.push(record[0]));
            letters
        };
        assert_eq!(letters(0, 3), b"abc");
        assert_eq!(letters(1, 2), b"bc");
        assert_eq!(letters(3, 9), b"d");
        assert_eq!(letters(4, 9), b"");
    }

    #[test]
    fn what_is_not_committed_is_lost_and_what_is_committed_stays() {
        let mut journal = MemoryJournal::new(100);
        journal.append(1, b"one", Vec::new());
        journal.append(2, b"two", Vec::new());
        assert_eq!(journal.commit(), 2);
        journal.append(3, b"three", Vec::new());
        assert_eq!(read(&journal, 0).len(), 3, "the engine that lives sees it");
        journal.lose_uncommitted();
        assert_eq!(read(&journal, 0).len(), 2);
        assert_eq!(journal.commit(), 2);
        journal.append(3, b"drei", Vec::new());
        journal.commit();
        assert_eq!(read(&journal, 1), [b"two".to_vec(), b"drei".to_vec()]);
    }

    #[test]
    fn a_snapshot_is_wanted_of_what_is_committed_and_lets_it_forget() {
        let mut journal = MemoryJournal::new(2);
        let big = vec![b'x'; BLOCK];
        journal.append(1, &big, Vec::new());
        journal.append(2, &big, Vec::new());
        assert!(!journal.wants_snapshot());
        journal.commit();
        assert!(journal.wants_snapshot());
        journal.take_snapshot(2, b"state".to_vec());
        assert!(!journal.wants_snapshot());
        assert_eq!(snapshot(&journal), Some(b"state".to_vec()));
        journal.append(3, b"three", Vec::new());
        journal.commit();
        assert_eq!(read(&journal, 2), [b"three".to_vec()]);
        assert_eq!(journal.blocks.len(), 1);
    }
}
