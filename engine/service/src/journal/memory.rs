//! The journal in memory: for simulations and tests. Keeps the records since its snapshot and
//! forgets what lies before; the chain of hashes goes on.

use std::cell::RefCell;
use std::collections::VecDeque;

use super::chain::{self, Hash, NO_HASH};
use super::{Journal, Position};
use crate::{Follower, VaultEntry};

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

impl Block {
    /// Links its records, one after another.
    fn link(&mut self, mut prev: Hash) -> Hash {
        let mut start = 0;
        for end in self.ends.iter().map(|end| *end as usize) {
            prev = chain::link(&mut self.bytes[start..end], &prev);
            start = end;
        }
        prev
    }

    /// Returns the hash of its last record.
    fn head(&self) -> Option<Hash> {
        chain::stored(&self.bytes)
    }
}

/// Records that are linked.
struct Linked {
    blocks: VecDeque<Block>,
    head: Hash,
    /// The hash of the last record that was forgotten.
    forgotten: Hash,
}

impl Linked {
    /// Links a block, the next one.
    fn take(&mut self, mut block: Block) {
        self.head = block.link(self.head);
        self.blocks.push_back(block);
    }

    /// Lets go of all records after `position`.
    fn lose_after(&mut self, position: Position) {
        while let Some(block) = self.blocks.pop_back_if(|block| position < block.first) {
            drop(block);
        }
        if let Some(block) = self.blocks.back_mut() {
            block.ends.truncate((position + 1 - block.first) as usize);
            block.bytes.truncate(block.ends.last().map_or(0, |end| *end as usize));
        }
        self.head = self.blocks.back().and_then(Block::head).unwrap_or(self.forgotten);
    }

    /// Whole blocks up to `position` go; what is left of a block goes with its block. Returns them.
    fn forget_up_to(&mut self, position: Position) -> Vec<Block> {
        let mut forgotten = Vec::new();
        let is_before = |block: &mut Block| block.first + block.ends.len() as u64 <= position + 1;
        while let Some(block) = self.blocks.pop_front_if(is_before) {
            self.forgotten = block.head().unwrap_or(self.forgotten);
            forgotten.push(block);
        }
        forgotten
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
}

/// A journal that lives and dies with its process. What it is given is linked by a follower, a block at a time.
pub struct MemoryJournal {
    /// The block that is being filled; none of its records is linked.
    open: RefCell<Block>,
    linked: RefCell<Follower<Block, Linked>>,
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
        let linked = Linked { blocks: VecDeque::new(), head: NO_HASH, forgotten: NO_HASH };
        Self {
            open: RefCell::default(),
            linked: RefCell::new(Follower::new(linked, Linked::take)),
            spare: Vec::new(),
            last: 0,
            committed: 0,
            keep: keep.max(1),
            snapshot: None,
            vault: Vec::new(),
            groups: 0,
        }
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
        let committed = self.committed;
        self.look(|linked| linked.lose_after(committed));
        self.last = committed;
        self.vault.retain(|(position, _)| *position <= committed);
    }

    /// Waits until every record is linked.
    fn look<R>(&self, at: impl FnOnce(&mut Linked) -> R) -> R {
        let mut linked = self.linked.borrow_mut();
        let open = self.open.take();
        if open.ends.is_empty() {
            self.open.replace(open);
        } else {
            linked.give(open);
        }
        at(linked.look())
    }

    /// Returns the block that takes the record at `position` with so many bytes, its link among them.
    fn block_for(&mut self, position: Position, length: usize) -> &mut Block {
        let open = self.open.get_mut();
        if !open.ends.is_empty() && open.bytes.len() + length > BLOCK {
            self.linked.get_mut().give(std::mem::take(open));
        }
        if open.ends.is_empty() {
            *open = self.spare.pop().unwrap_or_default();
            open.bytes.clear();
            open.ends.clear();
            open.bytes.reserve(BLOCK.max(length));
            open.first = position;
        }
        open
    }
}

impl Journal for MemoryJournal {
    fn append(&mut self, position: Position, record: &[u8], vault: Vec<VaultEntry>) {
        let block = self.block_for(position, record.len() + chain::LINK);
        chain::append(&mut block.bytes, record);
        block.ends.push(block.bytes.len() as u32);
        self.vault.extend(vault.into_iter().map(|entry| (position, entry)));
        self.last = position;
    }

    fn head(&self) -> Hash {
        self.look(|linked| linked.head)
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
        let forgotten = self.look(|linked| linked.forget_up_to(position));
        self.spare.extend(forgotten);
        self.snapshot = Some((position, snapshot));
    }

    fn read_snapshot(&self, reader: &mut dyn FnMut(&[u8])) {
        if let Some((_, bytes)) = &self.snapshot {
            reader(bytes);
        }
    }

    fn read_after(&self, position: Position, most: u64, each: &mut dyn FnMut(&[u8])) {
        self.look(|linked| linked.read_after(position, most, each));
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

    /// A record that says one thing, linked or not.
    fn record(says: &str) -> String {
        format!(r#"{{"says":"{says}"}}"#)
    }

    fn append(journal: &mut MemoryJournal, position: Position, says: &str) {
        journal.append(position, record(says).as_bytes(), Vec::new());
    }

    /// What the records after a position say, with so many of them at most.
    fn says(journal: &MemoryJournal, after: Position, most: u64) -> Vec<String> {
        let mut says = Vec::new();
        journal.read_after(after, most, &mut |record| {
            assert!(chain::checked(record).is_some(), "linked");
            let text = String::from_utf8_lossy(record);
            says.push(text.split('"').nth(3).unwrap_or_default().to_owned());
        });
        says
    }

    fn snapshot(journal: &MemoryJournal) -> Option<Vec<u8>> {
        let mut snapshot = None;
        journal.read_snapshot(&mut |bytes| snapshot = Some(bytes.to_vec()));
        snapshot
    }

    #[test]
    fn records_are_read_in_bites() {
        let mut journal = MemoryJournal::new(100);
        for (position, letter) in (1..).zip(["a", "b", "c", "d"]) {
            append(&mut journal, position, &letter.repeat(BLOCK / 2 + 1));
        }
        journal.commit();
        let letters = |after, most| -> Vec<String> {
            says(&journal, after, most).into_iter().map(|says| says[..1].to_owned()).collect()
        };
        assert_eq!(letters(0, 3), ["a", "b", "c"]);
        assert_eq!(letters(1, 2), ["b", "c"]);
        assert_eq!(letters(3, 9), ["d"]);
        assert!(letters(4, 9).is_empty());
    }

    /// One chain, wherever a block ends and whenever somebody looks.
    #[test]
    fn every_record_names_the_hash_of_the_one_before_it() {
        let chain = |looks: bool| {
            let mut journal = MemoryJournal::new(100);
            for position in 1..=5 {
                append(&mut journal, position, &"x".repeat(BLOCK / 3));
                if looks {
                    journal.head();
                }
            }
            let mut prev = NO_HASH;
            journal.read_after(0, u64::MAX, &mut |record| {
                let text = String::from_utf8_lossy(record);
                assert!(text.contains(&format!(r#""prev":"{}""#, String::from_utf8_lossy(&prev))));
                prev = chain::checked(record).expect("a hash that fits");
            });
            assert_eq!(journal.head(), prev);
            prev
        };
        assert_eq!(MemoryJournal::new(1).head(), NO_HASH);
        assert_eq!(chain(true), chain(false));
    }

    #[test]
    fn what_is_not_committed_is_lost_and_what_is_committed_stays() {
        let mut journal = MemoryJournal::new(100);
        append(&mut journal, 1, "one");
        append(&mut journal, 2, "two");
        assert_eq!(journal.commit(), 2);
        let head = journal.head();
        append(&mut journal, 3, "three");
        assert_eq!(says(&journal, 0, 9).len(), 3, "the engine that lives sees it");
        journal.lose_uncommitted();
        assert_eq!((says(&journal, 0, 9).len(), journal.head()), (2, head));
        assert_eq!(journal.commit(), 2);
        append(&mut journal, 3, "drei");
        journal.commit();
        assert_eq!(says(&journal, 1, 9), ["two", "drei"]);
    }

    #[test]
    fn a_snapshot_is_wanted_of_what_is_committed_and_lets_it_forget() {
        let mut journal = MemoryJournal::new(2);
        append(&mut journal, 1, &"x".repeat(BLOCK));
        append(&mut journal, 2, &"x".repeat(BLOCK));
        assert!(!journal.wants_snapshot());
        journal.commit();
        assert!(journal.wants_snapshot());
        journal.take_snapshot(2, b"state".to_vec());
        assert!(!journal.wants_snapshot());
        assert_eq!(snapshot(&journal), Some(b"state".to_vec()));
        let head = journal.head();
        append(&mut journal, 3, "three");
        assert_ne!(journal.head(), head);
        journal.lose_uncommitted();
        assert_eq!(journal.head(), head, "that of a record which is forgotten");
        append(&mut journal, 3, "three");
        journal.commit();
        assert_eq!(says(&journal, 2, 9), ["three"]);
        assert_eq!(journal.look(|linked| linked.blocks.len()), 1);
    }
}
