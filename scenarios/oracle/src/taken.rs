//! What the engine took: each answer moves on whoever it is about, each report asks for an
//! acknowledgement. Everything here is idempotent: a repeat finds its question answered.

use proaktiv_messages::{Body, Clear, ConsentOutcome, Envelope, Finding, Moment, Party, Span};

use crate::calendar::{at, day_of};
use crate::child::{Stage, Step};
use crate::coverage::add;
use crate::due::{Due, What, Who};
use crate::law::PROMPT;
use crate::reply;
use crate::timers::Timer;
use crate::world::{Asked, Broken, World, key};

/// Takes one message to the engine.
pub(crate) fn taken(world: &mut World, message: &Envelope<Clear>, now: Moment) {
    if message.to != Party::Esobes {
        return;
    }
    if is_report(&message.body) {
        world.unacknowledged.entry((message.from.rank(), message.id)).or_insert(now);
        let (high, low) = key(&message.id);
        let id = (high ^ message.from.rank().rotate_left(32), low);
        if world.reported.knows(id) {
            return add(&mut world.verdict.coverage, &format!("party:{}:told_twice", message.from.kind()));
        }
        world.reported.remember(id, day_of(now));
    }
    move_on(world, message, now);
    forget(world, message);
}

/// Returns whether a message is a party's own report, which is acknowledged.
fn is_report(body: &Body<Clear>) -> bool {
    matches!(
        body,
        Body::ReportEnrolments(_)
            | Body::ReportDisability(_)
            | Body::ReportApplication(_)
            | Body::ConsentDecided(_)
            | Body::ConsentWithdrawn(_)
            | Body::ReportPerson(_)
            | Body::SmsOutcome(_)
            | Body::SmsReply(_)
            | Body::ReportAccount(_)
            | Body::DecideApplication(_)
            | Body::PaymentMade(_)
            | Body::Instruct(_)
            | Body::ChangeLaw(_)
    )
}

/// Forgets what has its answer: whatever answers it again changes nothing.
fn forget(world: &mut World, message: &Envelope<Clear>) {
    // What the person decides and what becomes of a message are told later, under the same id.
    let over = if let Body::ConsentDecided(decided) = &message.body {
        Some(decided.request)
    } else if let Body::SmsOutcome(outcome) = &message.body {
        Some(outcome.sms)
    } else if is_report(&message.body) || matches!(message.body, Body::SmsAccepted(_)) {
        None
    } else {
        message.answers.filter(|id| {
            let what = world.asked.get(&key(id)).map(|asked| asked.what);
            let late = matches!(what, Some(What::ChildConsent | What::PersonConsent));
            !(late && matches!(message.body, Body::Received))
        })
    };
    if let Some(id) = over
        && world.asked.remove(&key(&id)).is_some()
    {
        world.answered.remember(key(&id), day_of(message.sent));
    }
}

fn move_on(world: &mut World, message: &Envelope<Clear>, now: Moment) {
    match &message.body {
        Body::Received => received(world, message, now),
        Body::Refused(_) => refused(world, message, now),
        Body::ReportEnrolments(chunk) => world.listed(chunk, now),
        Body::RowAnswer(answer) => {
            if let Some((Who::Child(place), _)) = answers(world, message, &[What::Row], unknown(answer), now) {
                world.row_answered(place, answer, now);
            }
        }
        Body::RepresentativesAnswer(answer) => {
            let what = [What::Representatives];
            if let Some((Who::Child(place), _)) = answers(world, message, &what, unknown(answer), now) {
                world.representatives(place, answer, now);
            }
        }
        Body::DisabilityAnswer(answer) => {
            if let Some((Who::Child(place), _)) = answers(world, message, &[What::Disability], unknown(answer), now) {
                world.disability(place, answer, now);
            }
        }
        Body::ReportDisability(report) => world.disability_reported(report, now),
        Body::ApplicationsAnswer(answer) => {
            let what = [What::Applications];
            if let Some((Who::Child(place), asked)) = answers(world, message, &what, unknown(answer), now) {
                world.applications(place, answer, asked.at, now);
            }
        }
        Body::ReportApplication(report) => world.application_reported(report, now),
        Body::ConsentDecided(decided) => {
            let given = match decided.outcome {
                ConsentOutcome::Given(consent) => Some(consent),
                ConsentOutcome::Refused => None,
            };
            let Some(asked) = world.asked.get_mut(&key(&decided.request)) else { return };
            if !matches!(asked.what, What::ChildConsent | What::PersonConsent)
                || std::mem::replace(&mut asked.answered, true)
            {
                return;
            }
            match asked.who {
                Some(Who::Child(place)) => world.child_consent(place, given, now),
                Some(Who::Person(place)) => world.person_consent(place, given, now),
                Some(Who::Line(_)) | None => {}
            }
        }
        Body::ConsentWithdrawn(withdrawn) => world.consent_withdrawn(withdrawn, now),
        Body::ChildAnswer(answer) => {
            if let Some((Who::Child(place), _)) = answers(world, message, &[What::Child], unknown(answer), now) {
                match answer {
                    Finding::Yes(record) => world.record(place, record, now),
                    Finding::No => world.give_up(place, "no_record"),
                    Finding::Unknown => {}
                }
            }
        }
        Body::PersonAnswer(answer) => {
            if let Some((Who::Person(place), asked)) = answers(world, message, &[What::Person], unknown(answer), now) {
                world.person_recorded(place, answer, asked.at, now);
            }
        }
        Body::ReportPerson(report) => world.person_reported(report, now),
        Body::NumberAnswer(answer) => {
            if let Some((Who::Person(place), asked)) = answers(world, message, &[What::Number], unknown(answer), now) {
                world.numbers(place, answer, asked.at, now);
            }
        }
        Body::AccountsAnswer(answer) => {
            let Some(asked) = message.answers.and_then(|id| world.asked.get(&key(&id))).copied() else { return };
            let What::Accounts(bank) = asked.what else { return };
            if let Some((Who::Person(place), asked)) = answers(world, message, &[asked.what], unknown(answer), now) {
                world.accounts(place, bank, answer, asked.at, now);
            }
        }
        Body::SmsAccepted(accepted) => {
            let Some(id) = message.answers else { return };
            let Some(asked) = world.asked.get_mut(&key(&id)) else { return };
            if !std::mem::replace(&mut asked.answered, true)
                && let (What::Form, Some(Who::Line(line))) = (asked.what, asked.who)
            {
                world.form_accepted(line, id, accepted, now);
            }
        }
        Body::SmsOutcome(outcome) => {
            if let Some(asked) = world.asked.get(&key(&outcome.sms))
                && let (What::Form, Some(Who::Line(line))) = (asked.what, asked.who)
            {
                world.form_outcome(line, outcome.sms, outcome.delivered);
            }
        }
        Body::SmsReply(text) => {
            let reply = reply::read(&text.wording, &world.law.code);
            // Reading S-07b, P15: where the link gives no time, the message's own.
            let received = text.received.unwrap_or(message.sent);
            match world.by_number.get(&text.number.number()) {
                Some(&line) => {
                    let offer = world.lines[line as usize].offers.last();
                    if let (None, Some(group)) = (text.received, offer.map(|offer| offer.group.clone())) {
                        world.met_all(&group, "S-07b");
                    }
                    world.replied(line, reply, received, now);
                }
                // Only the number written to counts; such a reply is of nobody's case, and counted by itself.
                None => add(&mut world.verdict.coverage, "S-22"),
            }
        }
        Body::ReportAccount(report) => {
            let Some(&person) = world.by_person.get(&report.person.number()) else { return };
            let Some(bank) = world.law.place(report.account.account.bank()) else { return };
            world.person(person).notified(bank as u8, &report.account, now);
            if !report.account.usable {
                world.account_closed(person, report.account.account, now);
            }
            world.accounts_changed(person, now);
            world.person_moved(person, now);
        }
        Body::DecideApplication(decision) => world.decided(decision.application, decision.decision, now),
        Body::PaymentMade(made) => world.payment_made(made, now),
        Body::Instruct(instruct) => world.instructed(instruct, now),
        Body::ChangeLaw(change) => world.law_changed(change, now),
        Body::Enrol(_)
        | Body::ReturnRow(_)
        | Body::AskRow(_)
        | Body::AskRepresentatives(_)
        | Body::AskDisability(_)
        | Body::AskApplications(_)
        | Body::LodgeApplication(_)
        | Body::RequestConsent(_)
        | Body::AskConsent(_)
        | Body::AnswerConsent(_)
        | Body::WithdrawConsent(_)
        | Body::AskChild(_)
        | Body::AskPerson(_)
        | Body::AskNumber(_)
        | Body::ChangeNumber(_)
        | Body::AskAccounts(_)
        | Body::SendSms(_)
        | Body::DeliverSms(_)
        | Body::SubmitSms(_)
        | Body::CheckLink
        | Body::OpenAccount(_)
        | Body::CloseAccount(_)
        | Body::RegisterApplication(_)
        | Body::Pay(_)
        | Body::Credit(_)
        | Body::Credited(_)
        | Body::OpenTask(_)
        | Body::Alert(_)
        | Body::Observe(_) => {}
    }
}

fn unknown<T>(answer: &Finding<T>) -> bool {
    matches!(answer, Finding::Unknown)
}

/// Returns whom a question that is answered for the first time was about. An Unknown brings the question
/// again (S-46).
fn answers(
    world: &mut World,
    message: &Envelope<Clear>,
    what: &[What],
    unknown: bool,
    now: Moment,
) -> Option<(Who, Asked)> {
    let asked = world.asked.get_mut(&key(&message.answers?))?;
    if !what.contains(&asked.what) || std::mem::replace(&mut asked.answered, true) {
        return None;
    }
    let asked = *asked;
    let who = asked.who?;
    if let Who::Person(place) = who {
        let under_way = &mut world.person(place).under_way;
        if let Some(at) = under_way.iter().position(|one| *one == asked.what) {
            under_way.swap_remove(at);
        }
    }
    if unknown {
        add(&mut world.verdict.coverage, &format!("party:{}:unknown", message.from.kind()));
        ask_again(world, who, &asked, now);
    }
    Some((who, asked))
}

/// A register cannot say: the question comes again, later and later (S-46, P1).
fn ask_again(world: &mut World, who: Who, asked: &Asked, now: Moment) {
    if !world.judged(who) {
        return;
    }
    match who {
        Who::Child(place) => {
            world.met(place, "S-46");
            world.met_accepted(&[place], "S-23b");
        }
        Who::Person(place) => world.met_accepted(&world.people[place as usize].children.clone(), "S-23b"),
        Who::Line(_) => {}
    }
    let later = now + world.law.backoff(asked.nth);
    // Reading S-46: "to the end of the day, then with the next list"; P1 gives hours alone. Either is right.
    let next_list = at(day_of(now) + 1, 2);
    let bank = matches!(asked.what, What::Accounts(_));
    let from = if bank { now } else { later.min(next_list.max(now + Span::minutes(30))) };
    let must = !bank && is_needed(world, who, asked.what) && now < world.law.last_offer;
    let due = Due { what: asked.what, from, until: later + PROMPT, must, nth: asked.nth.saturating_add(1) };
    world.dues(who).add(due);
    world.timers.set(later, Timer::AskedAgain(who, asked.what));
}

impl World {
    /// S-03d: a question whose consent has run out by the time at which it comes again does not leave; the
    /// consent is asked for anew, or its child waits for the day.
    pub(crate) fn asked_again(&mut self, who: Who, what: What, now: Moment) {
        if !self.judged(who) || !self.dues(who).has(what) {
            return;
        }
        match who {
            // Whom something else stopped meanwhile waits for no answer.
            Who::Child(place) if is_needed(self, who, what) && !self.children[place as usize].will.valid(now) => {
                if what == What::Child {
                    self.dues(who).cancel(|one| one == what, now);
                    self.ask_record(place, now);
                } else if what == What::Representatives {
                    self.dues(who).cancel(|one| one == what, now);
                    self.ask_nobd(place, now);
                }
            }
            Who::Person(rep) if !self.people[rep as usize].will.valid(now) => {
                let waiting = self.waiting_for(rep);
                if !waiting.is_empty() {
                    self.dues(who).cancel(|one| one == what, now);
                    self.person(rep).round = None;
                }
                for place in waiting {
                    self.assess(place, now);
                }
            }
            Who::Child(_) | Who::Person(_) | Who::Line(_) => {}
        }
    }
}

/// Returns whether somebody surely waits for the answer.
fn is_needed(world: &World, who: Who, what: What) -> bool {
    match who {
        Who::Child(place) => {
            let child = &world.children[place as usize];
            let asking = [
                (What::Disability, Step::Disability),
                (What::Applications, Step::Applications),
                (What::Child, Step::Child),
                (What::Representatives, Step::Representatives),
            ];
            let of_step = asking.iter().any(|&(asked, step)| asked == what && child.stage == Stage::Checking(step));
            of_step || what == What::Applications && child.stage == Stage::Accepted
        }
        Who::Person(place) => {
            let person = &world.people[place as usize];
            let accepted = person.children.iter().any(|&child| world.children[child as usize].stage == Stage::Accepted);
            let notice = person
                .children
                .iter()
                .any(|&child| world.children[child as usize].applications.iter().any(|one| one.notice.is_some()));
            !world.waiting_for(place).is_empty() || accepted || notice
        }
        Who::Line(_) => false,
    }
}

/// A party keeps what it was sent.
fn received(world: &mut World, message: &Envelope<Clear>, now: Moment) {
    let Some(id) = message.answers else { return };
    let Some(asked) = world.asked.get(&key(&id)).copied() else { return };
    match (asked.what, asked.who) {
        (What::ChildConsent | What::PersonConsent, Some(who)) => world.request_kept(who, id, now),
        (What::Link, Some(Who::Line(line))) => world.link_is_up(line, asked.at, now),
        _ => {}
    }
}

/// A register refuses a question only when it came without the consent that it needs (I-1).
fn refused(world: &mut World, message: &Envelope<Clear>, now: Moment) {
    let Some(asked) = message.answers.and_then(|id| world.asked.get(&key(&id))).copied() else { return };
    let Some(who) = asked.who.filter(|&who| world.judged(who)) else { return };
    let expected = "a question that the register may answer".to_owned();
    let found = format!("{} refused it", message.from.kind());
    world.disagree(Some(who), now, Broken { point: "I-1", expected, found });
    let children = match who {
        Who::Child(place) => vec![place],
        Who::Person(place) => world.people[place as usize].children.to_vec(),
        Who::Line(_) => Vec::new(),
    };
    for child in children {
        world.give_up(child, "refused_question");
    }
}
