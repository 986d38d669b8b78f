//! One world: the engine and everybody around it, from its beginning to the day when nothing is due.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix::{Actor, Addr, System};
use proaktiv_engine::{Deliver, Engine, EngineActor, Flushed, Wake};
use proaktiv_messages::{Clear, Envelope, Moment, Party, Span};
use rustc_hash::FxHashMap;
use tokio::runtime::Builder;

use super::engine::{EngineHost, SharedJournal};
use super::faults::FaultWindow;
use super::party::{Cast, Door, Host, Misbehaviours, Street, WakeUp};
use crate::post::{Load, Post};

/// Somebody who sees each message as it is handed over, before its receiver.
pub trait Watch {
    /// A message is handed over at `at`. Who looks at it later keeps it, its receiver does not wait.
    fn handed_over(&mut self, message: &Arc<Envelope<Clear>>, at: Moment);

    /// An instant is over. Returns whether the world goes on.
    fn instant_over(&mut self, at: Moment) -> bool;
}

/// What a world begins with.
pub struct World {
    /// Everybody but the engine.
    pub cast: Cast,
    /// When it begins.
    pub begin: Moment,
    /// When it ends at the latest.
    pub horizon: Moment,
    /// The least time of a message.
    pub tick: Span,
    /// What mixes senders within an instant.
    pub salt: u64,
    /// How long after the first append a flush begins, and how long after it the engine is told.
    pub flush: (Span, Span),
    /// Starts the parties in reverse order; nothing may depend on it.
    pub reversed: bool,
    /// When which party does not work.
    pub faults: Vec<FaultWindow>,
}

/// How a world ended.
pub struct Ended {
    /// The last instant handed over.
    pub at: Moment,
    /// Instants handed over.
    pub instants: u64,
    /// Households whose actor was started, and how many of them had ended before the world did.
    pub households: (u64, u64),
    /// What parties did against the rules.
    pub misbehaviours: Misbehaviours,
    /// The engine, as it was left.
    pub engine: Engine<SharedJournal>,
}

/// Runs a world to its end in virtual time, in this thread. `engine` makes the engine on the journal
/// that the world flushes.
///
/// # Errors
/// When no runtime can be built, or the engine's actor is gone before the world is over.
pub fn run<W: Watch + 'static>(
    world: World,
    journal: proaktiv_engine::MemoryJournal,
    engine: impl FnOnce(SharedJournal) -> Engine<SharedJournal> + 'static,
    watch: Rc<RefCell<W>>,
) -> std::io::Result<Ended> {
    // Time only: with the I/O driver on, every advance of the clock would make system calls.
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build()?;
    let system = System::with_tokio_rt(move || runtime);
    system.block_on(live(world, journal, engine, watch))
}

async fn live<W: Watch + 'static>(
    world: World,
    journal: proaktiv_engine::MemoryJournal,
    engine: impl FnOnce(SharedJournal) -> Engine<SharedJournal>,
    watch: Rc<RefCell<W>>,
) -> std::io::Result<Ended> {
    let World { mut cast, begin, horizon, tick, salt, flush, reversed, faults } = world;
    let post = Rc::new(RefCell::new(Post::new(begin, tick, salt)));
    let journal = SharedJournal::new(journal, Rc::clone(&post), flush.0, flush.1);
    let left: Rc<RefCell<Option<Engine<SharedJournal>>>> = Rc::default();
    let leave = Rc::clone(&left);
    let ports = EngineHost::new(Rc::clone(&post));
    let actor = EngineActor::new(engine(journal.clone()), ports, move |engine| {
        leave.replace(Some(engine));
    });
    for (at, household) in cast.by_themselves.drain(..) {
        post.borrow_mut().begin(Party::Household(household), at);
    }
    let street =
        Rc::new(Street { post: Rc::clone(&post), over: RefCell::default(), faults, misbehaviours: RefCell::default() });
    let counted = Rc::clone(&street);
    if reversed {
        cast.parties.reverse();
    }
    let doors = cast.parties.drain(..).map(|(party, behaviour)| (party.rank(), Host::open(party, behaviour, &street)));
    let mut round = Round {
        doors: doors.collect(),
        engine: actor.start(),
        journal,
        street,
        household: cast.household,
        households: (0, 0),
        watch,
    };
    // Parties ask for their first wake-ups when they start.
    idle().await;
    let mut loads = Vec::new();
    let mut instants = 0;
    let mut at = begin;
    loop {
        let next = post.borrow().next_instant();
        let Some(instant) = next.filter(|next| *next < horizon) else { break };
        at = instant;
        post.borrow_mut().begin_next(&mut loads);
        for load in loads.drain(..) {
            round.hand_over(load, at);
        }
        instants += 1;
        // The instant is over when every actor is idle; only then is the next one known.
        idle().await;
        round.let_go();
        if !round.watch.borrow_mut().instant_over(at) {
            break;
        }
    }
    let households = round.households;
    drop(round);
    idle().await;
    let engine = left.take().ok_or_else(|| std::io::Error::other("the engine's actor did not end"))?;
    let misbehaviours = counted.misbehaviours.take();
    Ok(Ended { at, instants, households, misbehaviours, engine })
}

/// Waits until every actor has taken what lies in its mailbox. The paused clock moves only then, and
/// tells nothing else: the moment of a world is the post's, which owns its only timer.
#[expect(clippy::disallowed_methods, reason = "the loop of a world is what moves its paused clock")]
pub(super) async fn idle() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

struct Round<W> {
    doors: FxHashMap<u64, Door>,
    engine: Addr<EngineActor<SharedJournal, EngineHost>>,
    journal: SharedJournal,
    street: Rc<Street>,
    household: Box<dyn FnMut(u32) -> Option<Box<dyn crate::Behaviour>>>,
    households: (u64, u64),
    watch: Rc<RefCell<W>>,
}

impl<W: Watch> Round<W> {
    fn hand_over(&mut self, load: Load, at: Moment) {
        match load {
            Load::Message(envelope) => {
                self.watch.borrow_mut().handed_over(&envelope, at);
                if envelope.to == Party::Esobes {
                    self.engine.do_send(Deliver { envelope, at });
                } else if let Some(door) = self.door(envelope.to) {
                    door.deliver.do_send(Deliver { envelope, at });
                }
            }
            // A household that has ended is not opened again by what it once wished.
            Load::Wake(party, note) => {
                if let Some(door) = self.doors.get(&party.rank()) {
                    door.wake.do_send(WakeUp { note, at });
                }
            }
            Load::Begin(party) => {
                self.door(party);
            }
            Load::EngineDue => self.engine.do_send(Wake { at }),
            Load::Flush => self.journal.flush(),
            Load::Flushed(up_to) => self.engine.do_send(Flushed { up_to, at }),
        }
    }

    /// Returns the address of a party; a household opens at its first message, or when it is to begin.
    fn door(&mut self, party: Party) -> Option<&Door> {
        if let (Party::Household(number), false) = (party, self.doors.contains_key(&party.rank())) {
            let behaviour = (self.household)(number)?;
            self.households.0 += 1;
            self.doors.insert(party.rank(), Host::open(party, behaviour, &self.street));
        }
        self.doors.get(&party.rank())
    }

    /// Lets go of the parties that have ended.
    fn let_go(&mut self) {
        for party in self.street.over.borrow_mut().drain(..) {
            self.doors.remove(&party.rank());
            self.households.1 += 1;
        }
    }
}
