//! The end of a run: what is still expected is missing, and every child is counted by its end.

use proaktiv_messages::{Closing, Moment};

use crate::calendar::at;
use crate::child::{Child, Stage, Step};
use crate::coverage::add;
use crate::due::Who;
use crate::law::PROMPT;
use crate::observer;
use crate::verdict::{Disagreement, Verdict, count};
use crate::words::name;
use crate::world::{Broken, World};

/// Ends the run at `end`.
pub(crate) fn finish(mut world: World, end: Moment) -> Verdict {
    world.pass(end);
    world.verdict.children = world.children.len() as u64;
    never_listed(&mut world, end);
    for place in 0..world.children.len() as u32 {
        owed(&mut world, Who::Child(place), end);
    }
    for place in 0..world.people.len() as u32 {
        owed(&mut world, Who::Person(place), end);
    }
    for place in 0..world.lines.len() as u32 {
        owed(&mut world, Who::Line(place), end);
    }
    world.untold_days(end - PROMPT);
    unacknowledged(&mut world, end);
    outcomes(&mut world);
    let World { law, children, observed, mut verdict, .. } = world;
    if law.observer {
        let mut sums: Vec<u64> = observed.into_values().collect();
        sums.sort_unstable();
        observer::compare(&children, sums, &law, end, &mut verdict);
    }
    for fault in law.faults() {
        add(&mut verdict.coverage, &format!("party:{}:{}", fault.party.kind(), fault.kind));
    }
    verdict
}

/// Everything that is still owed and was due before the end is missing.
fn owed(world: &mut World, who: Who, end: Moment) {
    let musts: Vec<_> = world.dues(who).musts().copied().collect();
    for due in musts {
        world.missing(who, due, end - PROMPT);
    }
}

/// A child of the plan that no list had.
fn never_listed(world: &mut World, end: Moment) {
    for place in 0..world.children.len() as u32 {
        let child = &world.children[place as usize];
        let listed = child.first_listed.max(world.law.starts);
        let due = at(listed + 1, 0) + PROMPT;
        if child.stage == Stage::Unlisted && child.listed_until >= listed && due + PROMPT < end {
            // Reading S-13: a list that is late or lost names its children later; NOBD's faults are its own.
            let due = world.law.patience(proaktiv_messages::Party::Nobd, due);
            if due + PROMPT < end && world.lists.last_full == 0 {
                let expected = "the child on a list of NOBD".to_owned();
                let broken = Broken { point: "A-07", expected, found: "it did not leave".to_owned() };
                world.disagree(Some(Who::Child(place)), due, broken);
            }
        }
    }
}

fn unacknowledged(world: &mut World, end: Moment) {
    let map = std::mem::take(&mut world.unacknowledged);
    let mut late: Vec<_> = map.into_iter().filter(|&(_, since)| since + PROMPT < end - PROMPT).collect();
    late.sort_unstable();
    for (_, since) in late {
        world.verdict.disagree(Disagreement {
            family: 0,
            child: 0,
            at: since,
            point: "A-01",
            expected: "an acknowledgement of a report".to_owned(),
            found: "none".to_owned(),
        });
    }
}

/// Counts every child by the state in which it ends, and by what it met.
fn outcomes(world: &mut World) {
    for place in 0..world.children.len() {
        let child = &world.children[place];
        world.names.count(&child.met, &mut world.verdict.coverage);
        if let Stage::Undecided(why) = child.stage {
            count(&mut world.verdict.undecided, why.to_owned());
            continue;
        }
        let listed = child.stage != Stage::Unlisted;
        let outcome = outcome(world, child);
        add(&mut world.verdict.coverage, &format!("outcome:{outcome}"));
        // Whom no list has had is no case.
        if listed {
            count(&mut world.verdict.outcomes, outcome);
        }
    }
}

/// Returns the name of the state in which a child ends, in the first class that fits.
fn outcome(world: &World, child: &Child) -> String {
    if child.applications.iter().any(|one| one.paid != 0) {
        return "paid".to_owned();
    }
    match child.standing() {
        Stage::Excluded(ground) => format!("excluded:{}", name(&ground)),
        Stage::Held(reason) => format!("held:{}", name(&reason)),
        Stage::Closed(why) => closed(why),
        Stage::Returned => "rejected".to_owned(),
        Stage::Unlisted => "pending:unlisted".to_owned(),
        // S-14: the pilot is over before the checks are.
        Stage::Checking(_) | Stage::Ready if child.since >= world.law.last_offer => closed(Closing::PilotEnded),
        Stage::Checking(step) => format!("pending:{}", step_name(step)),
        Stage::Ready => "pending:ready".to_owned(),
        Stage::Offered => "pending:offered".to_owned(),
        Stage::Accepted => "pending:accepted".to_owned(),
        Stage::Applied => "pending:applied".to_owned(),
        Stage::Granted => match child.applications.last() {
            Some(one) if one.stop.is_some() => closed(Closing::Stopped),
            Some(one) if one.waits => "held:waits_for_word".to_owned(),
            Some(one) if child.owed(one, &world.law).is_empty() => closed(Closing::Ended),
            Some(_) | None => "pending:granted".to_owned(),
        },
        Stage::Undecided(why) => format!("pending:{why}"),
    }
}

fn step_name(step: Step) -> &'static str {
    match step {
        Step::Disability => "disability",
        Step::Applications => "applications",
        Step::ChildConsent => "child_consent",
        Step::Child => "child_record",
        Step::Representatives => "representatives",
        Step::Recipient => "recipient",
    }
}

fn closed(why: Closing) -> String {
    format!("closed:{}", name(&why))
}
