//! What must come out of the pilot, written from the act (order 42) by a stranger to the engine.
//!
//! The oracle is told who is in the plan, then sees what the engine took and what left it. From each
//! answer it predicts what must leave next: to whom, what it says, on which civil day and not before
//! which hour. Whatever leaves and was not predicted is a disagreement, and whatever was predicted and
//! did not leave. It is a fold: it keeps a few facts a child and no message.
//!
//! It carries out the straight path: one child a recipient, registers that know, one offer a number.
//! What lies beyond is counted as undecided, by name, and not judged. It has its own calendar, zone,
//! reader of replies, forms and names of banks, and never sees the engine's.

mod calendar;
mod child;
mod finish;
mod forms;
mod law;
mod left;
mod plan;
mod reply;
mod taken;
mod tasks;
mod verdict;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use proaktiv_messages::{ApplicationId, Clear, Enrolment, Envelope, MessageId, Moment, Token};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::child::Child;
use crate::forms::Forms;
use crate::law::Law;
pub use crate::verdict::{Disagreement, Verdict};

/// Predicts what must leave the engine and compares it with what does.
pub struct Oracle {
    law: Law,
    forms: Forms,
    children: Vec<Child>,
    /// Child by the number of its IIN.
    by_child: FxHashMap<u64, u32>,
    /// Child by the number of a parent's IIN.
    by_parent: FxHashMap<u64, u32>,
    /// Child by the subscriber number that its offer goes to.
    by_number: FxHashMap<u64, u32>,
    by_application: FxHashMap<ApplicationId, u32>,
    /// Every question and order that left, by its id.
    asked: FxHashMap<(u64, u64), Asked>,
    /// Reports that the engine took and has not acknowledged yet.
    unacknowledged: FxHashMap<(u64, MessageId), Moment>,
    /// Digests of what the observer was told, by its tokens.
    observed: FxHashMap<Token, u64>,
    /// Questions and orders that were answered lately: a repeat of one is still recognised.
    answered: Lately,
    /// The parts of the last list.
    parts: Vec<Arc<[Arc<Enrolment<Clear>>]>>,
    verdict: Verdict,
}

/// Ids of today and of the day before that something happened.
#[derive(Default)]
struct Lately {
    day: i32,
    today: FxHashSet<(u64, u64)>,
    before: FxHashSet<(u64, u64)>,
}

impl Lately {
    fn remember(&mut self, id: (u64, u64), day: i32) {
        if self.day < day {
            self.day = day;
            std::mem::swap(&mut self.today, &mut self.before);
            self.today.clear();
        }
        self.today.insert(id);
    }

    fn knows(&self, id: (u64, u64)) -> bool {
        self.today.contains(&id) || self.before.contains(&id)
    }
}

/// A question or order that left.
#[derive(Clone, Copy)]
struct Asked {
    child: u32,
    what: What,
    answered: bool,
}

/// What an answer is the answer to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum What {
    Disability,
    Applications,
    ChildConsent,
    RepresentativeConsent,
    Child,
    Person,
    Number,
    /// Accounts at the bank at this place.
    Accounts(u8),
    /// One of the forms 1 to 3.
    Offer,
    /// Anything whose answer moves nothing on.
    Nothing,
}

impl Oracle {
    /// Takes the first line of a plan.
    ///
    /// # Errors
    /// A sentence that names the field and the value that the oracle cannot take.
    pub fn new(header_line: &str) -> Result<Self, String> {
        let law = Law::new(plan::header(header_line)?)?;
        let forms = Forms::new(law.code.clone(), &law.banks)?;
        Ok(Self {
            law,
            forms,
            children: Vec::new(),
            by_child: FxHashMap::default(),
            by_parent: FxHashMap::default(),
            by_number: FxHashMap::default(),
            by_application: FxHashMap::default(),
            asked: FxHashMap::default(),
            answered: Lately::default(),
            parts: Vec::new(),
            unacknowledged: FxHashMap::default(),
            observed: FxHashMap::default(),
            verdict: Verdict::default(),
        })
    }

    /// Takes one family's line; all families come before the run begins.
    ///
    /// # Errors
    /// A sentence that names the field that cannot be read; it repeats no value of a person.
    pub fn family(&mut self, line: &str) -> Result<(), String> {
        let family = plan::family(line)?;
        let siblings = family.children.len() > 1;
        let mut first = None;
        for listed in family.children {
            let until = listed.enrolment.to.map_or(calendar::Day::MAX, calendar::day);
            let from = calendar::day(listed.first_listed);
            let mut child = Child::new(family.family, listed.child, listed.iin, from, until);
            if siblings {
                child.give_up("siblings");
            }
            let place = self.children.len() as u32;
            if self.by_child.insert(listed.iin.number(), place).is_some() {
                return Err(format!("family {}: children[].iin is that of a child before", family.family));
            }
            first.get_or_insert(place);
            self.children.push(child);
        }
        let Some(first) = first else { return Ok(()) };
        for parent in family.parents {
            if let Some(other) = self.by_parent.insert(parent.iin.number(), first) {
                // A parent of two families makes siblings of their children (S-16).
                for place in [first, other] {
                    self.children[place as usize].give_up("shared_parent");
                }
            }
        }
        Ok(())
    }

    /// Takes a message that the engine took (`to` is `Party::Esobes`), at the moment it was handed over,
    /// in order. A repeat (same sender and id) changes nothing.
    pub fn taken(&mut self, message: &Envelope<Clear>, at: Moment) {
        taken::taken(self, message, at);
    }

    /// Takes a message that left the engine (`from` is `Party::Esobes`); `sent` is when. Acknowledgements
    /// are fed too. A repeat of an effect id is counted, not compared again.
    pub fn left(&mut self, message: &Envelope<Clear>) {
        left::left(self, message);
    }

    /// Ends the run at `end`: what is still expected and was due a day before is missing.
    pub fn finish(self, end: Moment) -> Verdict {
        finish::finish(self, end)
    }
}

/// Returns the key by which an id is remembered.
fn key(id: &MessageId) -> (u64, u64) {
    match *id {
        MessageId::Effect { key, step, n } => {
            (key.token.bits() as u64, (key.kind as u64) << 60 | u64::from(step) << 16 | u64::from(n))
        }
        MessageId::Numbered(count) => (u64::MAX, count),
    }
}
