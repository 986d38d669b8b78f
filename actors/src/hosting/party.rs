//! A behaviour in an actor: takes what is handed over, numbers and posts what it sends, and repeats
//! what is not answered.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use actix::{Actor, ActorContext, Context, Handler, Message, Recipient};
use proaktiv_engine::Deliver;
use proaktiv_messages::{Envelope, MessageId, Moment, Party, Span};

use super::faults::{FaultWindow, Faults};
use super::unanswered::Unanswered;
use crate::post::Post;
use crate::{Behaviour, Out};

/// Everybody in a world but the engine. Parties are there from the beginning; households are made at
/// their first message.
pub struct Cast {
    /// The parties that are there from the beginning, by address.
    pub parties: Vec<(Party, Box<dyn Behaviour>)>,
    /// Makes the household with this number; none if there is no such family.
    pub household: Box<dyn FnMut(u32) -> Option<Box<dyn Behaviour>>>,
    /// Households that do something by themselves, and when they are to be there for it.
    pub by_themselves: Vec<(Moment, u32)>,
}

/// What was counted as misbehaviour: by kind of party and kind of misbehaviour.
pub type Misbehaviours = BTreeMap<(&'static str, &'static str), u64>;

/// The note of the wake-up at which a host repeats what is not answered. No behaviour uses it.
const REPEAT: u64 = u64::MAX;

/// A wake-up that a party asked for.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct WakeUp {
    pub(super) note: u64,
    pub(super) at: Moment,
}

/// What hosts share: the post, and the parties that have ended.
pub(super) struct Street {
    pub(super) post: Rc<RefCell<Post>>,
    pub(super) over: RefCell<Vec<Party>>,
    pub(super) faults: Vec<FaultWindow>,
    pub(super) misbehaviours: RefCell<Misbehaviours>,
}

/// The address of a hosted party.
#[derive(Clone)]
pub(super) struct Door {
    pub(super) deliver: Recipient<Deliver>,
    pub(super) wake: Recipient<WakeUp>,
}

/// A behaviour behind a mailbox.
pub(super) struct Host {
    party: Party,
    behaviour: Box<dyn Behaviour>,
    street: Rc<Street>,
    out: Out,
    sent: u64,
    faults: Faults,
    unanswered: Unanswered,
}

impl Host {
    /// Starts an actor around a behaviour.
    pub(super) fn open(party: Party, behaviour: Box<dyn Behaviour>, street: &Rc<Street>) -> Door {
        let host = Self {
            party,
            behaviour,
            street: Rc::clone(street),
            out: Out::default(),
            sent: 0,
            faults: Faults::of(party, &street.faults),
            unanswered: Unanswered::default(),
        };
        let address = host.start();
        Door { deliver: address.clone().recipient(), wake: address.recipient() }
    }

    /// Posts what the behaviour sends, in its order.
    fn post(&mut self, now: Moment) {
        self.faults.bend(now, &mut self.out);
        let mut post = self.street.post.borrow_mut();
        for sending in self.out.sendings.drain(..) {
            self.sent += 1;
            let leaves = now + sending.after;
            let envelope = Arc::new(Envelope {
                id: MessageId::Numbered(self.sent),
                answers: sending.answers,
                from: self.party,
                to: sending.to,
                sent: leaves,
                body: sending.body,
            });
            if sending.until_answered {
                self.unanswered.keep(self.sent, Arc::clone(&envelope), leaves);
            }
            post.send(envelope, sending.after, self.sent);
        }
        self.out.sent_before = self.sent;
        for (at, note) in self.out.wakes.drain(..) {
            post.wake(self.party, at, note);
        }
        if let Some(at) = self.unanswered.arm() {
            post.wake(self.party, at, REPEAT);
        }
        for kind in self.out.misbehaviours.drain(..) {
            *self.street.misbehaviours.borrow_mut().entry((self.party.kind(), kind)).or_default() += 1;
        }
    }

    /// Posts anew what has not been answered.
    fn repeat(&mut self, now: Moment) {
        let mut post = self.street.post.borrow_mut();
        for (number, message) in self.unanswered.due(now) {
            post.send(message, Span::ZERO, number);
        }
    }
}

impl Actor for Host {
    type Context = Context<Self>;

    fn started(&mut self, _context: &mut Context<Self>) {
        let now = self.street.post.borrow().now();
        self.behaviour.begin(now, &mut self.out);
        self.post(now);
    }
}

impl Handler<Deliver> for Host {
    type Result = ();
    fn handle(&mut self, message: Deliver, context: &mut Context<Self>) {
        if !self.faults.loses(&message.envelope, message.at, &mut self.out) {
            if let Some(MessageId::Numbered(number)) = message.envelope.answers {
                self.unanswered.answered(number);
            }
            self.behaviour.receive(&message.envelope, message.at, &mut self.out);
        }
        self.post(message.at);
        if self.out.over {
            self.street.over.borrow_mut().push(self.party);
            context.stop();
        }
    }
}

impl Handler<WakeUp> for Host {
    type Result = ();
    fn handle(&mut self, message: WakeUp, _context: &mut Context<Self>) {
        if message.note == REPEAT {
            self.repeat(message.at);
        } else {
            self.behaviour.wake(message.note, message.at, &mut self.out);
        }
        self.post(message.at);
    }
}
