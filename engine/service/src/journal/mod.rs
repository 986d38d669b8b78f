//! Where records are kept. `append` returns at once; that a record can no longer be lost is told to
//! the engine later, by the message `Flushed`.
//!
//! The journal, not the engine, links records into their chain: a thread of its own can do it.

pub(crate) mod chain;
mod memory;

pub use chain::Hash;
pub use memory::MemoryJournal;

use crate::VaultEntry;

/// The place of a record in the log, from 1.
pub type Position = u64;

/// A journal. What it appends is lost or kept in groups: a group is there whole or not at all.
pub trait Journal {
    /// Takes a record, one JSON object that is not linked yet, and the vault entries that it is the first to use.
    fn append(&mut self, position: Position, record: &[u8], vault: Vec<VaultEntry>);

    /// Returns the hash of the last record, flushed or not; 64 zeros where there is none.
    fn head(&self) -> Hash;

    /// Returns whether it is time for a snapshot: a cache that lets it forget what lies before.
    fn wants_snapshot(&self) -> bool;

    /// Returns room for the snapshot that it wants, empty. It may be that of the newest one, where nothing can be
    /// lost before the next is taken: two of them need not fit into memory.
    fn room_for_snapshot(&mut self) -> Vec<u8>;

    /// Takes a snapshot of the state after the record at `position`.
    fn take_snapshot(&mut self, position: Position, snapshot: Vec<u8>);

    /// Calls `reader` with the newest snapshot that is older than anything that can still be lost, if there is
    /// one. It may be large: nobody needs a copy.
    fn read_snapshot(&self, reader: &mut dyn FnMut(&[u8]));

    /// Calls `each` with the records after `position`, in order, with `most` of them at most: also with those that
    /// can still be lost, since a step that breaks is undone back to the last record, flushed or not. A journal
    /// that is opened anew holds only what was committed.
    fn read_after(&self, position: Position, most: u64, each: &mut dyn FnMut(&[u8]));

    /// Calls `each` with every entry of the vault, as far as its records go.
    fn read_vault(&self, each: &mut dyn FnMut(&VaultEntry));
}
