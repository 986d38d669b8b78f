//! What left the engine, compared with what is due: receiver, kind, content, consent, time.
//!
//! Each kind has its judge. A judge returns the first thing that is broken; where the output was due at
//! all, whoever it is about moves on as if it had been right, so that one fault is one disagreement.

mod money;
mod questions;
mod texts;

use proaktiv_messages::identity::Iin;
use proaktiv_messages::{Body, Clear, Envelope, FormNumber, Moment, Observation, Party};

use crate::child::Stage;
use crate::coverage::add;
use crate::due::{Found, What, Who};
use crate::observer::observation;
use crate::verdict::count;
use crate::words::name;
use crate::world::{Asked, Broken, Judged, World, broken, key};

/// Takes one message of the engine.
pub(crate) fn left(world: &mut World, message: &Envelope<Clear>) {
    if message.from != Party::Esobes {
        return;
    }
    if matches!(message.body, Body::Received) {
        // An acknowledgement of what needs none any more repeats one.
        let known = message.answers.and_then(|id| world.unacknowledged.remove(&(message.to.rank(), id)));
        world.verdict.repeats += u64::from(known.is_none());
        return;
    }
    let id = key(&message.id);
    if world.asked.contains_key(&id) || world.answered.knows(id) {
        world.verdict.repeats += 1;
        return add(&mut world.verdict.coverage, &format!("party:{}:asked_twice", message.to.kind()));
    }
    if let Body::SendSms(sms) = &message.body {
        count(&mut world.verdict.sent, u8::from(sms.form).to_string());
    }
    let (at, mut asked) =
        (message.sent, Asked { who: None, what: What::Link, at: message.sent, nth: 0, answered: true });
    if let Body::Observe(said) = &message.body {
        world.asked.insert(id, asked);
        return observe(world, message, said);
    }
    if let Body::Alert(alert) = message.body {
        world.asked.insert(id, asked);
        world.verdict.outputs_compared += 1;
        if let Err(broken) = world.alerted(alert, message.to, at) {
            world.disagree(None, at, broken);
        }
        return;
    }
    let Some((who, what)) = about(world, message) else {
        world.asked.insert(id, asked);
        if may_be_of_the_undecided(world, &message.body) {
            return;
        }
        let expected = "nothing about a person outside the plan, and nothing of another kind";
        let outside = Broken { point: "A-03", expected: expected.to_owned(), found: message.body.kind().to_owned() };
        return world.disagree(None, at, outside);
    };
    (asked.what, asked.answered) = (what, false);
    if !world.judged(who) {
        world.asked.insert(id, asked);
        if let Body::RegisterApplication(formed) = &message.body {
            world.unjudged_applications.insert(formed.application);
        }
        return;
    }
    asked.who = Some(who);
    world.verdict.outputs_compared += 1;
    let timing = timing(world, who, what, at, &mut asked.nth);
    world.asked.insert(id, asked);
    let judged = match timing {
        Ok(timing) => {
            let content = content(world, who, message);
            timing.and(content)
        }
        // A form without its questions: told once, then taken as the one that was planned.
        Err(untimely) if what == What::Form && texts::unanswered(world, who).is_some() => {
            let point = texts::unanswered(world, who).unwrap_or(untimely.point);
            let _ = content(world, who, message);
            broken(point, "a form after the answers to its questions", "one before them")
        }
        // What is asked before its turn is also asked without consent: that is the graver fault.
        Err(untimely) => questions::consented_at_all(world, who, &message.body, at).and(Err(untimely)),
    };
    if let Err(broken) = judged {
        world.disagree(Some(who), at, broken);
    }
}

/// Returns whether an output may be for a child that is not judged: what the oracle would know it by, a
/// number or an application, it has not followed. Nobody else's is excused.
fn may_be_of_the_undecided(world: &World, body: &Body<Clear>) -> bool {
    let is_muddled = |person: &u32| world.people[*person as usize].muddled;
    let some_are = || world.children.iter().any(|one| !one.decided());
    if let Body::Pay(pay) = body {
        world.unjudged_applications.contains(&pay.payment.application)
    } else if let Body::SendSms(sms) = body {
        world.by_person.get(&sms.recipient.number()).is_none_or(is_muddled) && some_are()
    } else {
        matches!(body, Body::CheckLink) && some_are()
    }
}

/// Returns whom an output is about, and what it is.
fn about(world: &World, message: &Envelope<Clear>) -> Option<(Who, What)> {
    let child = |iin: Iin| world.by_child.get(&iin.number()).map(|&place| Who::Child(place));
    let person = |iin: Iin| world.by_person.get(&iin.number()).map(|&place| Who::Person(place));
    Some(match &message.body {
        Body::ReturnRow(row) if name(&row.fault) == "missing_from_lists" => (child(row.child)?, What::ReturnMissing),
        Body::ReturnRow(row) => (child(row.child)?, What::ReturnRow),
        Body::AskRow(ask) => (child(ask.child)?, What::Row),
        Body::AskRepresentatives(ask) => (child(ask.child)?, What::Representatives),
        Body::AskDisability(ask) => (child(ask.child)?, What::Disability),
        Body::AskApplications(ask) => (child(ask.child)?, What::Applications),
        Body::RequestConsent(request) => match child(request.subject) {
            Some(child) => (child, What::ChildConsent),
            None => (person(request.subject)?, What::PersonConsent),
        },
        Body::AskChild(ask) => (child(ask.child)?, What::Child),
        Body::AskPerson(ask) => (person(ask.person)?, What::Person),
        Body::AskNumber(ask) => (person(ask.person)?, What::Number),
        Body::AskAccounts(ask) => {
            let bank = if let Party::Bank(bank) = message.to { world.law.place(bank) } else { None };
            // A bank that is not integrated has no place; none is ever due.
            (person(ask.person)?, What::Accounts(bank.map_or(u8::MAX, |bank| bank as u8)))
        }
        Body::CheckLink => {
            let proaktiv_messages::MessageId::Effect { key, .. } = message.id else { return None };
            (Who::Line(*world.by_key.get(&key)?), What::Link)
        }
        Body::SendSms(sms) => match sms.form {
            FormNumber::One | FormNumber::Two | FormNumber::Three => (texts::line_of(world, sms)?, What::Form),
            FormNumber::Four => (texts::line_of(world, sms)?, What::Silence),
            FormNumber::Five => (texts::child_of_notice(world, sms, message.sent)?, What::Notice),
        },
        Body::RegisterApplication(application) => (child(application.child)?, What::Application),
        Body::Pay(pay) => {
            let &(place, _) = world.by_application.get(&pay.payment.application)?;
            let month = crate::calendar::month_of(crate::calendar::day(pay.payment.period));
            (Who::Child(place), What::Payment(month))
        }
        Body::OpenTask(task) => (child(task.child)?, What::Task(task.reason)),
        Body::Received
        | Body::Refused(_)
        | Body::Enrol(_)
        | Body::ReportEnrolments(_)
        | Body::RowAnswer(_)
        | Body::RepresentativesAnswer(_)
        | Body::DisabilityAnswer(_)
        | Body::ReportDisability(_)
        | Body::ApplicationsAnswer(_)
        | Body::LodgeApplication(_)
        | Body::ReportApplication(_)
        | Body::AskConsent(_)
        | Body::AnswerConsent(_)
        | Body::ConsentDecided(_)
        | Body::WithdrawConsent(_)
        | Body::ConsentWithdrawn(_)
        | Body::ChildAnswer(_)
        | Body::PersonAnswer(_)
        | Body::ReportPerson(_)
        | Body::NumberAnswer(_)
        | Body::ChangeNumber(_)
        | Body::AccountsAnswer(_)
        | Body::SmsAccepted(_)
        | Body::DeliverSms(_)
        | Body::SmsOutcome(_)
        | Body::SubmitSms(_)
        | Body::SmsReply(_)
        | Body::OpenAccount(_)
        | Body::CloseAccount(_)
        | Body::ChangeLaw(_)
        | Body::ReportAccount(_)
        | Body::DecideApplication(_)
        | Body::Credit(_)
        | Body::Credited(_)
        | Body::PaymentMade(_)
        | Body::Instruct(_)
        | Body::Alert(_)
        | Body::Observe(_) => return None,
    })
}

/// Takes an output off what is due. The inner result is whether it came in its time; the outer one
/// whether it is due at all.
fn timing(world: &mut World, who: Who, what: What, sent: Moment, nth: &mut u8) -> Result<Judged, Broken> {
    let found = world.dues(who).take(what, sent);
    if let (Who::Child(place), What::Task(_)) = (who, what) {
        // What is owed once for a group is settled by whichever child it names.
        if let Some(line) = world.child(place).line {
            world.line(line).dues.take(what, sent);
        }
    }
    let due = match found {
        Found::InTime(due) => {
            *nth = due.nth;
            return Ok(Ok(()));
        }
        Found::Untimely(due) => due,
        Found::Nothing => {
            let expected = format!("nothing of this kind in state {}", state(world, who));
            return broken(point(world, who, what), expected, format!("{} left", what.words()));
        }
    };
    *nth = due.nth;
    let patience = world.until_reached(who, what, due.until);
    if sent < due.from {
        let expected = format!("{} not before {}", what.words(), due.from);
        return Ok(broken(timed_point(what), expected, "too early"));
    }
    if sent > patience {
        return Ok(broken(timed_point(what), format!("{} until {}", what.words(), due.until), "too late"));
    }
    Ok(Ok(()))
}

/// Returns the row that an output which is not due breaks.
fn point(world: &World, who: Who, what: What) -> &'static str {
    use proaktiv_messages::{Closing, Exclusion};
    if let (Who::Child(place), What::Payment(period)) = (who, what)
        && world.children[place as usize].applications.iter().any(|one| one.ordered & one.bit(period) != 0)
    {
        return "S-50";
    }
    let (Who::Line(line), What::Form) = (who, what) else { return what.point() };
    let stage = world.children.iter().find(|child| child.line == Some(line)).map(|child| child.stage);
    match stage {
        Some(Stage::Closed(Closing::PilotEnded)) => "S-14",
        Some(Stage::Closed(Closing::Ended)) => "S-35",
        Some(Stage::Excluded(Exclusion::Age18)) => "S-27",
        Some(_) | None => "I-3",
    }
}

/// Returns the row that says when an output leaves.
fn timed_point(what: What) -> &'static str {
    if matches!(what, What::Form | What::Notice) { "S-36" } else { what.point() }
}

/// Returns in words how far somebody is.
fn state(world: &World, who: Who) -> String {
    match who {
        Who::Child(place) => format!("{:?}", world.children[place as usize].stage),
        Who::Person(place) => {
            let children = &world.people[place as usize].children;
            let stages: Vec<String> =
                children.iter().map(|&child| format!("{:?}", world.children[child as usize].stage)).collect();
            stages.join(", ")
        }
        Who::Line(place) => {
            let line = &world.lines[place as usize];
            match line.offers.last() {
                Some(offer) => format!("{:?}", offer.phase),
                None => format!("no offer, {} waiting", line.waiting.len()),
            }
        }
    }
}

/// Compares an output with what it must say, and moves on.
fn content(world: &mut World, who: Who, message: &Envelope<Clear>) -> Judged {
    let (to, sent) = (message.to, message.sent);
    match (&message.body, who) {
        (Body::SendSms(sms), Who::Line(line)) => {
            receiver(to, Party::SmsCentre, "A-40")?;
            if sms.form == FormNumber::Four {
                texts::silence(world, line, sms)
            } else {
                texts::offer(world, line, sms, message.id, sent)
            }
        }
        (Body::SendSms(sms), Who::Child(place)) => {
            receiver(to, Party::SmsCentre, "A-40")?;
            texts::notice(world, place, sms)
        }
        (Body::RegisterApplication(formed), Who::Child(place)) => money::register(world, place, formed, to, sent),
        (Body::Pay(pay), Who::Child(place)) => money::payment(world, place, pay, to, sent),
        (Body::OpenTask(task), Who::Child(place)) => money::task(world, place, task, to, sent),
        (body, who) => questions::judged(world, who, body, message, to, sent),
    }
}

/// Whether an output went to whom it must.
fn receiver(to: Party, expected: Party, point: &'static str) -> Judged {
    if to == expected { Ok(()) } else { broken(point, format!("to {expected}"), format!("to {to}")) }
}

/// An observation: compared by case at the end, since its token tells nobody whose it is (T-01).
fn observe(world: &mut World, message: &Envelope<Clear>, said: &Observation) {
    let judged = if world.law.observer {
        let sum = world.observed.entry(said.token).or_insert(0);
        *sum = sum.wrapping_add(observation(said.day, said.paragraph, said.outcome, said.district));
        world.verdict.outputs_compared += 1;
        receiver(message.to, Party::Observer, "T-01")
    } else {
        broken("T-01", "nothing to the observer, which is switched off", "an observation")
    };
    if let Err(broken) = judged {
        world.disagree(None, message.sent, broken);
    }
}
