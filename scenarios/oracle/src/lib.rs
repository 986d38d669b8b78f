//! What must come out of the pilot, written from the act (order 42) by a stranger to the engine.
//!
//! The oracle is told who is in the plan, then sees what the engine took and what left it. From each
//! answer it predicts what must leave next: to whom, what it says, on which civil day and not before
//! which hour. Whatever leaves and was not predicted is a disagreement, and whatever was predicted and
//! did not leave. It is a fold: it keeps a few facts a child and no message but the row that the case
//! rests on, which it shares with the list.
//!
//! What the rows leave open it allows both ways (`allow` beside `owe`), with a `Reading:` at the line;
//! where the two ways part for good, the child is counted as undecided, by name, and not judged. It has
//! its own calendar, zone, reader of replies, forms and names of banks, and never sees the engine's.
//!
//! | file | subject |
//! |---|---|
//! | `lists`, `days`, `rows`, `missing`, `pilot_end` | daily lists, days without one, versions, ends, missing rows (4), the end of force |
//! | `checks`, `recipients`, `will` | the chain of questions and its consents (5 to 9) |
//! | `line` and what is under it | groups, forms, replies, para 10, silence (8 to 11) |
//! | `law`, `law_change` | the law of the run, and what the operator changes in it |
//! | `money` | decisions, appendix 5, payments, stops (12 to 14) |
//! | `notices` | what registers, KDP, counters and officials say by themselves |
//! | `due`, `timers`, `world` | what is owed, what comes at an instant, what all share |
//! | `taken`, `left`, `finish` | the two sides of the wire, and the end |

mod calendar;
mod checks;
mod child;
mod clock;
mod coverage;
mod days;
mod due;
mod finish;
mod forms;
mod law;
mod law_change;
mod left;
mod line;
mod lists;
mod missing;
mod money;
mod notices;
mod observer;
mod person;
mod pilot_end;
mod plan;
mod recipients;
mod reply;
mod rows;
mod taken;
mod tasks;
mod timers;
mod verdict;
mod will;
mod words;
mod world;

#[cfg(test)]
mod tests;

use proaktiv_messages::{Clear, Envelope, Moment};

use crate::child::Child;
use crate::forms::Forms;
use crate::law::Law;
use crate::person::Person;
pub use crate::verdict::{Disagreement, Verdict};
use crate::world::World;

/// Predicts what must leave the engine and compares it with what does.
pub struct Oracle {
    world: World,
}

impl Oracle {
    /// Takes the first line of a plan.
    ///
    /// # Errors
    /// A sentence that names the field and the value that the oracle cannot take.
    pub fn new(header_line: &str) -> Result<Self, String> {
        let law = Law::new(plan::header(header_line)?)?;
        let forms = Forms::new(law.code.clone(), &law.banks)?;
        let mut world = World::new(law, forms);
        world.begin();
        Ok(Self { world })
    }

    /// Takes one family's line; all families come before the run begins.
    ///
    /// # Errors
    /// A sentence that names the field that cannot be read; it repeats no value of a person.
    pub fn family(&mut self, line: &str) -> Result<(), String> {
        let family = plan::family(line)?;
        let world = &mut self.world;
        let mut places = Vec::new();
        for listed in family.children {
            let until = listed.enrolment.to.map_or(calendar::Day::MAX, calendar::day);
            let from = calendar::day(listed.first_listed);
            let place = world.children.len() as u32;
            if world.by_child.insert(listed.iin.number(), place).is_some() {
                return Err(format!("family {}: children[].iin is that of a child before", family.family));
            }
            world.children.push(Child::new(family.family, listed.child, from, until));
            places.push(place);
        }
        for person in family.parents.into_iter().chain(family.guardians) {
            let place = *world.by_person.entry(person.iin.number()).or_insert(world.people.len() as u32);
            if place as usize == world.people.len() {
                world.people.push(Person::new(person.iin));
            }
            // A person of two families makes siblings of their children (S-16).
            for &child in &places {
                if !world.people[place as usize].children.contains(&child) {
                    world.people[place as usize].children.push(child);
                }
            }
        }
        Ok(())
    }

    /// Takes a message that the engine took (`to` is `Party::Esobes`), at the moment it was handed over,
    /// in order. A repeat (same sender and id) changes nothing.
    pub fn taken(&mut self, message: &Envelope<Clear>, at: Moment) {
        self.world.pass(at);
        taken::taken(&mut self.world, message, at);
    }

    /// Takes a message that left the engine (`from` is `Party::Esobes`); `sent` is when. Acknowledgements
    /// are fed too. A repeat of an effect id is counted, not compared again.
    pub fn left(&mut self, message: &Envelope<Clear>) {
        self.world.pass(message.sent);
        left::left(&mut self.world, message);
    }

    /// Ends the run at `end`: what is still expected and was due a day before is missing.
    pub fn finish(self, end: Moment) -> Verdict {
        finish::finish(self.world, end)
    }
}
