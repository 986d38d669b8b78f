//! Questions, requests and rows that left: to whom, about whom, under which consent (A-06, I-1, S-03d).

use proaktiv_messages::{Body, Clear, Consent, Envelope, Hold, Moment, Party, Purpose, Purposes};

use super::receiver;
use crate::child::{Stage, Step};
use crate::due::Who;
use crate::world::{Judged, World, broken, judge};

/// Judges a question or request, and moves whoever it is about on.
pub(super) fn judged(
    world: &mut World,
    who: Who,
    body: &Body<Clear>,
    message: &Envelope<Clear>,
    to: Party,
    sent: Moment,
) -> Judged {
    match (body, who) {
        (Body::ReturnRow(row), Who::Child(place)) => {
            let child = &world.children[place as usize];
            let order = child.order.as_ref().map(|order| (order.row.school, order.row.row));
            let (school, id) = order.unwrap_or((child.returned_by, child.returned_row));
            receiver(to, Party::School(school), "A-09")?;
            judge(row.row == id, "A-09", "the id of the row", "another one")?;
            let missing = crate::words::name(&row.fault) == "missing_from_lists";
            judge(
                missing || child.faults.contains(&row.fault),
                "A-08",
                "a fault that the row has",
                "one that it has not",
            )
        }
        (Body::AskRow(ask), Who::Child(place)) => {
            receiver(to, Party::Nobd, "S-13b")?;
            let Some(order) = &world.children[place as usize].order else { return Ok(()) };
            let same = ask.row == order.row.row && ask.school == order.row.school;
            judge(same, "S-13b", "the row and the school that are known", "others")
        }
        (Body::AskDisability(_), Who::Child(place)) => {
            let astray = world.child(place).astray.take().is_some_and(|until| sent <= until);
            if !astray && matches!(world.child(place).stage, Stage::Held(_) | Stage::Excluded(_)) {
                world.chain_begun(place, sent);
            } else if world.child(place).stage == Stage::Ready {
                world.wait_ends(place, sent);
            } else if matches!(world.child(place).stage, Stage::Checking(Step::Recipient)) {
                // S-48: the next representative is looked for; 5 and 6 are asked before.
                world.chain_begun(place, sent);
            }
            receiver(to, Party::Cbdi, "A-11")
        }
        (Body::AskApplications(_), Who::Child(place)) => {
            world.joins(place, sent);
            world.allow_counter_meanwhile(place, sent);
            receiver(to, Party::Counter, "A-12")
        }
        (Body::RequestConsent(request), who) => {
            requested(world, who, message, sent);
            let of_child = matches!(who, Who::Child(_));
            let terms = &world.law.terms;
            let (purposes, days) = if of_child {
                (Purposes::OF_CHILD, terms.consent_child_days)
            } else {
                (Purposes::OF_REPRESENTATIVE, terms.consent_representative_days)
            };
            receiver(to, Party::Kdp, "S-03d")?;
            judge(request.purposes == purposes, "S-03d", "all purposes of the step and no other", "other purposes")?;
            judge(request.days == days, "S-03d", "the term of its kind of consent", "another term")
        }
        (Body::AskRepresentatives(ask), who) => {
            receiver(to, Party::Nobd, "A-19")?;
            consented(world, who, &ask.consent, Purpose::Representatives, sent)
        }
        (Body::AskChild(ask), who) => {
            consented(world, who, &ask.consent, Purpose::ChildRecord, sent)?;
            receiver(to, Party::Gbdfl, "A-14")
        }
        (Body::AskPerson(ask), who) => {
            under_way(world, who, crate::due::What::Person);
            consented(world, who, &ask.consent, Purpose::PersonRecord, sent)?;
            receiver(to, Party::Gbdfl, "A-15")
        }
        (Body::AskNumber(ask), who) => {
            under_way(world, who, crate::due::What::Number);
            consented(world, who, &ask.consent, Purpose::Number, sent)?;
            receiver(to, Party::Bmg, "A-21")
        }
        (Body::AskAccounts(ask), who) => {
            if let Party::Bank(bank) = to
                && let Some(place) = world.law.place(bank)
            {
                under_way(world, who, crate::due::What::Accounts(place as u8));
            }
            consented(world, who, &ask.consent, Purpose::Accounts, sent)
        }
        (Body::CheckLink, _) => receiver(to, Party::SmsCentre, "S-07c"),
        _ => Ok(()),
    }
}

/// Notes that a question about a person is out.
fn under_way(world: &mut World, who: Who, what: crate::due::What) {
    if let Who::Person(place) = who {
        world.person(place).under_way.push(what);
    }
}

/// KDP is asked: a held child whose consent was waited for is under way again.
fn requested(world: &mut World, who: Who, message: &Envelope<Clear>, sent: Moment) {
    let waits = |stage| matches!(stage, Stage::Held(Hold::ConsentExpired | Hold::ConsentTimeout));
    match who {
        Who::Child(place) => {
            let will = &mut world.child(place).will;
            will.request = Some((sent, message.id));
            will.pending = true;
            if waits(world.child(place).stage) || matches!(world.child(place).stage, Stage::Excluded(_)) {
                world.chain_begun(place, sent);
                world.go(place, Stage::Checking(Step::ChildConsent), sent);
            }
        }
        Who::Person(rep) => {
            let will = &mut world.person(rep).will;
            will.request = Some((sent, message.id));
            will.pending = true;
            if !world.waiting_for(rep).is_empty() {
                // Another child's chain asked: who is held is looked at again in its own turn.
                return;
            }
            for place in world.people[rep as usize].children.clone() {
                let child = &world.children[place as usize];
                let turn = child.reps.iter().position(|one| *one == rep);
                if let (true, Some(turn)) = (waits(child.stage), turn) {
                    world.chain_begun(place, sent);
                    world.child(place).turn = turn as u8;
                    world.go(place, Stage::Checking(Step::Recipient), sent);
                }
            }
        }
        Who::Line(_) => {}
    }
}

/// Whether the consent passed along is the one that KDP gave, and allows this now (A-14, I-1, S-03d).
fn consented(world: &World, who: Who, consent: &Consent<Clear>, purpose: Purpose, now: Moment) -> Judged {
    let (will, c2) = match who {
        Who::Child(place) => (&world.children[place as usize].will, false),
        Who::Person(place) => {
            let person = &world.people[place as usize];
            (&person.will, person.c2.is_some())
        }
        Who::Line(_) => return Ok(()),
    };
    let Some(given) = &will.given else { return broken("I-1", "no question: KDP gave no consent", "a question") };
    judge(!will.withdrawn, "I-1", "no question after a withdrawal", "a question")?;
    judge(consent == given, "I-1", "the consent that KDP gave for this step", "another one")?;
    // S-03d: from a reply on, C2 is the consent; it has no object of its own.
    let allows = given.allows(purpose, now) || c2 && given.purposes.cover(purpose);
    judge(allows, "I-1", "a consent that covers the purpose and is valid", "one that does not")
}

/// Whether a question that is not due was at least asked under a consent.
pub(super) fn consented_at_all(world: &World, who: Who, body: &Body<Clear>, now: Moment) -> Judged {
    if let Body::AskChild(ask) = body {
        consented(world, who, &ask.consent, Purpose::ChildRecord, now)
    } else if let Body::AskRepresentatives(ask) = body {
        consented(world, who, &ask.consent, Purpose::Representatives, now)
    } else if let Body::AskPerson(ask) = body {
        consented(world, who, &ask.consent, Purpose::PersonRecord, now)
    } else if let Body::AskNumber(ask) = body {
        consented(world, who, &ask.consent, Purpose::Number, now)
    } else if let Body::AskAccounts(ask) = body {
        consented(world, who, &ask.consent, Purpose::Accounts, now)
    } else {
        Ok(())
    }
}
