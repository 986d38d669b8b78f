//! The engine as an actor: one mailbox, no logic.

use std::sync::Arc;

use actix::{Actor, Context, Handler, Message};
use proaktiv_messages::{Clear, Envelope, Moment};

use crate::{Engine, Journal, Ports, Position};

/// A message for the engine, handed over at a moment.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Deliver {
    /// The message; who looks on has it too.
    pub envelope: Arc<Envelope<Clear>>,
    /// When it is handed over.
    pub at: Moment,
}

/// The journal: everything up to a position can no longer be lost.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Flushed {
    /// The position.
    pub up_to: Position,
    /// When the notice is handed over.
    pub at: Moment,
}

/// The wake-up that the engine asked for.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Wake {
    /// When it is handed over.
    pub at: Moment,
}

/// The engine behind a mailbox. `finish` is called with the engine when the actor stops.
pub struct EngineActor<J: Journal + Unpin + 'static, P: Ports + Unpin + 'static> {
    engine: Option<Engine<J>>,
    ports: P,
    finish: Option<Box<dyn FnOnce(Engine<J>)>>,
}

impl<J: Journal + Unpin + 'static, P: Ports + Unpin + 'static> EngineActor<J, P> {
    /// Returns an actor around an engine.
    pub fn new(engine: Engine<J>, ports: P, finish: impl FnOnce(Engine<J>) + 'static) -> Self {
        Self { engine: Some(engine), ports, finish: Some(Box::new(finish)) }
    }
}

impl<J: Journal + Unpin + 'static, P: Ports + Unpin + 'static> Actor for EngineActor<J, P> {
    type Context = Context<Self>;

    fn stopped(&mut self, _context: &mut Context<Self>) {
        if let (Some(engine), Some(finish)) = (self.engine.take(), self.finish.take()) {
            finish(engine);
        }
    }
}

impl<J: Journal + Unpin + 'static, P: Ports + Unpin + 'static> Handler<Deliver> for EngineActor<J, P> {
    type Result = ();
    fn handle(&mut self, message: Deliver, _context: &mut Context<Self>) {
        if let Some(engine) = &mut self.engine {
            engine.deliver(&message.envelope, message.at, &mut self.ports);
        }
    }
}

impl<J: Journal + Unpin + 'static, P: Ports + Unpin + 'static> Handler<Flushed> for EngineActor<J, P> {
    type Result = ();
    fn handle(&mut self, message: Flushed, _context: &mut Context<Self>) {
        if let Some(engine) = &mut self.engine {
            engine.flushed(message.up_to, message.at, &mut self.ports);
        }
    }
}

impl<J: Journal + Unpin + 'static, P: Ports + Unpin + 'static> Handler<Wake> for EngineActor<J, P> {
    type Result = ();
    fn handle(&mut self, message: Wake, _context: &mut Context<Self>) {
        if let Some(engine) = &mut self.engine {
            engine.wake(message.at, &mut self.ports);
        }
    }
}
