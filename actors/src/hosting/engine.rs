//! The engine in a world: its ports are the post, its journal asks the post for its flushes.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use proaktiv_engine::{Hash, Journal, MemoryJournal, Ports, Position, VaultEntry};
use proaktiv_messages::{Clear, Envelope, Moment, Span};

use crate::post::Post;

/// What the engine sends goes to the post.
pub struct EngineHost {
    post: Rc<RefCell<Post>>,
    sent: u64,
}

impl EngineHost {
    /// Returns the ports of an engine in the world of `post`.
    pub const fn new(post: Rc<RefCell<Post>>) -> Self {
        Self { post, sent: 0 }
    }
}

impl Ports for EngineHost {
    fn send(&mut self, message: Envelope<Clear>) {
        self.sent += 1;
        self.post.borrow_mut().send(Arc::new(message), Span::ZERO, self.sent);
    }

    fn wake_at(&mut self, at: Moment) {
        self.post.borrow_mut().wake_engine(at);
    }
}

/// A journal that the engine appends to and the world flushes: a flush begins a while after the first
/// append, commits in-line, and is told to the engine another while later.
#[derive(Clone)]
pub struct SharedJournal {
    journal: Rc<RefCell<MemoryJournal>>,
    post: Rc<RefCell<Post>>,
    flush_after: Span,
    told_after: Span,
    flushing: Rc<RefCell<bool>>,
}

impl SharedJournal {
    /// Returns a journal in the world of `post`, with the delays of its flushes.
    pub fn new(journal: MemoryJournal, post: Rc<RefCell<Post>>, flush_after: Span, told_after: Span) -> Self {
        Self {
            journal: Rc::new(RefCell::new(journal)),
            post,
            flush_after,
            told_after,
            flushing: Rc::new(RefCell::new(false)),
        }
    }

    /// Commits what was appended; the engine is told later.
    pub(super) fn flush(&self) {
        self.flushing.replace(false);
        let position = self.journal.borrow_mut().commit();
        self.post.borrow_mut().flushed(position, self.told_after);
    }

    /// Lets somebody read the journal.
    pub fn read<T>(&self, reader: impl FnOnce(&MemoryJournal) -> T) -> T {
        reader(&self.journal.borrow())
    }
}

impl Journal for SharedJournal {
    fn append(&mut self, position: Position, record: &[u8], vault: Vec<VaultEntry>) {
        self.journal.borrow_mut().append(position, record, vault);
        if !self.flushing.replace(true) {
            self.post.borrow_mut().flush(self.flush_after);
        }
    }

    fn head(&self) -> Hash {
        self.journal.borrow().head()
    }

    fn wants_snapshot(&self) -> bool {
        self.journal.borrow().wants_snapshot()
    }

    fn room_for_snapshot(&mut self) -> Vec<u8> {
        self.journal.borrow_mut().room_for_snapshot()
    }

    fn take_snapshot(&mut self, position: Position, snapshot: Vec<u8>) {
        self.journal.borrow_mut().take_snapshot(position, snapshot);
    }

    fn read_snapshot(&self, reader: &mut dyn FnMut(&[u8])) {
        self.journal.borrow().read_snapshot(reader);
    }

    fn read_after(&self, position: Position, most: u64, each: &mut dyn FnMut(&[u8])) {
        self.journal.borrow().read_after(position, most, each);
    }

    fn read_vault(&self, each: &mut dyn FnMut(&VaultEntry)) {
        self.journal.borrow().read_vault(each);
    }
}
