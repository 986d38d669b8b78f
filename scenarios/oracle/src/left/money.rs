//! Applications, payments and tasks that left (12 to 14, S-46, S-49, S-50).

use proaktiv_messages::{Clear, Closing, Hold, Moment, Party, Pay, RegisterApplication, Task, TaskReason};

use super::receiver;
use crate::calendar::{at, date, day, day_of, first_of, month_of};
use crate::child::{Application, Stage};
use crate::due::{What, Who};
use crate::law::PROMPT;
use crate::line::Phase;
use crate::tasks;
use crate::world::{Judged, World, broken, judge};

/// An application (A-31, A-41, S-21b).
pub(super) fn register(
    world: &mut World,
    place: u32,
    formed: &RegisterApplication<Clear>,
    to: Party,
    sent: Moment,
) -> Judged {
    let child = &mut world.children[place as usize];
    let (Some(effective), Some(order), Some(district)) = (child.effective, child.order.clone(), child.district) else {
        return Ok(());
    };
    let nth = child.applications.len() as u16 + 1;
    let (from, until) = (order.from(), order.to());
    // Hardly a child has two.
    child.applications.reserve_exact(1);
    child.applications.push(Application {
        formed: sent,
        person: effective.person,
        number: effective.number,
        place: effective.place,
        account: effective.account,
        granted: None,
        refused: false,
        order,
        stop: None,
        ordered: 0,
        paid: 0,
        returned: 0,
        waits: false,
        notice: None,
        notice_to: None,
        duplicate: false,
    });
    child.effective = None;
    child.observe(sent, 12, proaktiv_messages::Outcome::Applied);
    // It was formed when it was accepted; the body may have been out of reach for days.
    child.observed_loosely |= day_of(child.since) != day_of(sent);
    if effective.received + PROMPT < sent {
        world.met(place, "S-23b");
    }
    let owner = *world.by_application.entry(formed.application).or_insert((place, nth as u8 - 1));
    world.go(place, Stage::Applied, sent);
    decision_is_awaited(world, place, sent);
    group_is_formed(world, place, sent);
    judge(owner == (place, nth as u8 - 1), "A-31", "an id of its own", "the id of another application")?;
    receiver(to, Party::LocalExecutiveBody(district), "S-43")?;
    judge(formed.application.nth == nth, "A-31", "the next application of the case", "another number")?;
    let recipient = world.people[effective.person as usize].iin;
    judge(formed.recipient == recipient, "A-03", "the recipient of the offer", "another person")?;
    judge(formed.account == effective.account, "I-13", "the account frozen with the form", "another account")?;
    judge(formed.bank == formed.account.bank(), "A-31", "the bank of the account", "another bank")?;
    judge(formed.district == district, "S-30", "the district of the child's registration", "another district")?;
    judge((day(formed.from), day(formed.to)) == (from, until), "S-12b", "the newest period of the order", "another")?;
    let evidence = &formed.evidence;
    let rests = evidence.number == effective.number
        && evidence.received == effective.received
        && evidence.form == effective.form
        && evidence.sms == effective.sms;
    judge(rests, "A-41", "the reply that was effective", "other evidence")
}

/// A decision that does not come is told (S-43, P13).
fn decision_is_awaited(world: &mut World, place: u32, sent: Moment) {
    let last = world.law.days.after(day_of(sent), world.law.terms.decision_working_days);
    let late = at(last + 1, 0);
    world.owe(Who::Child(place), What::Task(TaskReason::DecisionLate), late, late + PROMPT);
}

/// The last application of a group ends its offer (S-16).
fn group_is_formed(world: &mut World, place: u32, sent: Moment) {
    let Some(line) = world.child(place).line else { return };
    let member = |offer: &crate::line::Offer| matches!(offer.phase, Phase::Accepted(_)) && offer.group.contains(&place);
    let Some(at) = world.lines[line as usize].offers.iter().position(member) else { return };
    let group = world.lines[line as usize].offers[at].group.clone();
    if group.iter().any(|&child| world.children[child as usize].stage == Stage::Accepted) {
        return;
    }
    world.offer(line, at).phase = Phase::Formed;
    if world.lines[line as usize].active().is_none() {
        world.line_is_free(line, sent);
    }
}

/// A payment (S-49, S-50).
pub(super) fn payment(world: &mut World, place: u32, pay: &Pay<Clear>, to: Party, sent: Moment) -> Judged {
    let first = day(pay.payment.period);
    let month = month_of(first);
    let Some(&(_, nth)) = world.by_application.get(&pay.payment.application) else { return Ok(()) };
    let child = &world.children[place as usize];
    let one = &child.applications[usize::from(nth)];
    let owed = child.owed(one, &world.law).into_iter().find(|owed| owed.period == month);
    let (account, person, district) = (one.account, one.person, child.district);
    let ends = one.stop.is_none().then(|| month_of(one.order.to()));
    let bit = one.bit(month);
    let again = one.ordered & bit != 0;
    world.child(place).applications[usize::from(nth)].ordered |= bit;
    judge(!again, "S-50", "one payment of a period", "a second one")?;
    judge(first == first_of(month), "S-49", "the first day of a period", "another day")?;
    receiver(to, Party::Payer, "S-49")?;
    judge(pay.recipient == world.people[person as usize].iin, "S-49", "the recipient", "another person")?;
    judge(pay.account == account, "I-13", "the account of the application", "another")?;
    let Some(owed) = owed else {
        return broken("S-49", "payments of owed periods alone", format!("one of {}", date(first)));
    };
    if owed.period != owed.first || owed.paid_in != month + 1 || owed.paid_in < month_of(day_of(sent)) {
        world.met(place, "S-49");
    }
    if ends.is_some_and(|ends| owed.reaches(ends)) {
        world.met(place, "S-29");
    }
    match district.and_then(|district| world.law.amount(district, first_of(owed.first))) {
        Some(amount) if amount == pay.amount => Ok(()),
        Some(amount) => broken("S-49", format!("{} tiyn", amount.0), format!("{} tiyn", pay.amount.0)),
        None => broken("S-49", "no payment where no rate is known", "a payment"),
    }
}

/// A task for the local executive body (S-31, S-46, S-50).
pub(super) fn task(world: &mut World, place: u32, task: &Task<Clear>, to: Party, sent: Moment) -> Judged {
    let point = tasks::point(task.reason);
    let child = &world.children[place as usize];
    let school = child.school_district();
    // Reading P12: a held case is of its school's district, whatever is known of its registration.
    let district = match (task.reason, child.district) {
        (TaskReason::Held(_) | TaskReason::MissingFromLists, _) | (_, None) => school,
        (_, Some(district)) => district,
    };
    if task.reason == TaskReason::Held(Hold::ConsentExpired) && matches!(child.stage, Stage::Excluded(_)) {
        world.child(place).told |= 1 << Hold::ConsentExpired as u32;
        world.go(place, Stage::Held(Hold::ConsentExpired), sent);
    }
    if task.reason == TaskReason::DecisionLate {
        world.met(place, point);
    }
    let child = &world.children[place as usize];
    if task.reason == TaskReason::PilotEnded && child.before_offer() {
        world.close(place, Closing::PilotEnded, 9, sent);
        world.child(place).observed_loosely = true;
        world.forget_chain(place, sent);
        world.leave(place, Closing::PilotEnded, sent);
    }
    receiver(to, Party::LocalExecutiveBody(district), point)
}
