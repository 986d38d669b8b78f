//! The bare skeleton: the same post and the same actors with empty handlers. What a run is measured
//! against, since machines differ.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use actix::{Actor, Context, Handler, Recipient, System};
use proaktiv_engine::Deliver;
use proaktiv_messages::{Body, Envelope, MessageId, Moment, Party, Span};
use tokio::runtime::Builder;

use super::world::idle;
use crate::post::{Load, Post};

struct Empty;

impl Actor for Empty {
    type Context = Context<Self>;
}

impl Handler<Deliver> for Empty {
    type Result = ();
    fn handle(&mut self, _message: Deliver, _context: &mut Context<Self>) {}
}

/// Hands `messages` messages over between one engine and so many households, so many in each instant.
/// Does nothing else.
///
/// # Errors
/// When no runtime can be built.
pub fn bare(households: u32, messages: u64, an_instant: u64) -> std::io::Result<()> {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build()?;
    System::with_tokio_rt(move || runtime).block_on(async move {
        let post = Rc::new(RefCell::new(Post::new(Moment::default(), Span::seconds(1), 0)));
        let engine: Recipient<Deliver> = Empty.start().recipient();
        let doors: Vec<Recipient<Deliver>> = (0..households.max(1)).map(|_| Empty.start().recipient()).collect();
        let mut loads = Vec::new();
        let mut sent = 0;
        while sent < messages {
            for _ in 0..an_instant.max(1).min(messages - sent) {
                let household = Party::Household((sent / 2 % doors.len() as u64) as u32);
                let (from, to) =
                    if sent.is_multiple_of(2) { (household, Party::Esobes) } else { (Party::Esobes, household) };
                let envelope = Arc::new(Envelope {
                    id: MessageId::Numbered(sent),
                    answers: None,
                    from,
                    to,
                    sent: post.borrow().now(),
                    body: Body::Received,
                });
                post.borrow_mut().send(envelope, Span::ZERO, sent);
                sent += 1;
            }
            let Some(at) = post.borrow_mut().begin_next(&mut loads) else { break };
            for load in loads.drain(..) {
                let Load::Message(envelope) = load else { continue };
                match envelope.to {
                    Party::Household(number) => doors[number as usize].do_send(Deliver { envelope, at }),
                    Party::Esobes
                    | Party::Nobd
                    | Party::Cbdi
                    | Party::Gbdfl
                    | Party::Kdp
                    | Party::Bmg
                    | Party::SmsCentre
                    | Party::Payer
                    | Party::Counter
                    | Party::Observer
                    | Party::Operator
                    | Party::Bank(_)
                    | Party::School(_)
                    | Party::LocalExecutiveBody(_) => engine.do_send(Deliver { envelope, at }),
                }
            }
            idle().await;
        }
    });
    Ok(())
}
