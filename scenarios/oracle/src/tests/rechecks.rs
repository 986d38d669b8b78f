//! Rechecks, Unknown, silent banks, consents that nobody gives, notices of registers (S-01, S-03, S-20, S-46).

use proaktiv_messages::*;

use super::story::*;

const YES: Finding<Disability> = Finding::Yes(Disability { since: chrono::NaiveDate::MIN, until: None });

/// Held for want of a number: each of the two representatives has none.
fn no_number() -> World {
    let mut world = world();
    world.until_representative();
    for who in [world.mother(), world.father()] {
        let consent = world.person_consent(who, true);
        let record = world.person_record(who);
        world.ask_person(consent, record);
        world.ask_number(consent, false);
        if who == world.mother() {
            world.given = Some(consent);
        }
    }
    world.task(TaskReason::Held(Hold::NoBmg));
    world
}

#[test]
fn a_number_on_the_second_day_brings_an_offer_on_the_second_day() {
    let mut world = no_number();
    world.now = hour("2024-03-12", 2);
    world.full_list();
    world.disability(YES);
    world.applications(Finding::No);
    world.owner();
    for code in BANKS {
        world.bank(code);
    }
    world.now = hour("2024-03-12", 9);
    world.form(FormNumber::Three, &BANKS);
    assert_eq!(world.finish().disagreements.iter().filter(|one| one.at < hour("2024-03-12", 10)).count(), 0);
}

#[test]
fn a_held_child_that_is_not_looked_at_again_is_seen() {
    let mut world = no_number();
    world.now = hour("2024-03-12", 2);
    world.full_list();
    broken_in_force(world, &["A-11"]);
    // A partial list asks for nothing.
    let mut world = no_number();
    world.now = hour("2024-03-12", 2);
    world.listed();
    agreed_in_force(world, "held:no_bmg");
}

#[test]
fn a_second_task_for_the_same_hold_is_seen() {
    let mut world = no_number();
    world.task(TaskReason::Held(Hold::NoBmg));
    broken_in_force(world, &["S-46"]);
}

#[test]
fn unknown_is_asked_again_after_an_hour_and_not_sooner() {
    for (minutes, sound) in [(58, false), (60, true)] {
        let mut world = world();
        world.listed();
        world.disability(Finding::Unknown);
        world.wait(minutes * 60);
        world.disability(Finding::No);
        if sound {
            agreed(world, "excluded:no_disability");
        } else {
            broken(world, &["A-11"]);
        }
    }
    let mut never = world();
    never.listed();
    never.disability(Finding::Unknown);
    assert_eq!(never.finish().disagreements[0].point, "A-11");
}

#[test]
fn an_excluded_child_is_looked_at_again_after_seven_days() {
    let excluded = |day: &str| {
        let mut world = world();
        world.listed();
        world.disability(Finding::No);
        world.now = hour(day, 2);
        world.full_list();
        world
    };
    agreed(excluded("2024-03-17"), "excluded:no_disability");
    let mut early = excluded("2024-03-17");
    early.disability(Finding::No);
    broken(early, &["A-11"]);
    broken(excluded("2024-03-18"), &["A-11"]);
    let mut week = excluded("2024-03-18");
    week.disability(Finding::No);
    agreed(week, "excluded:no_disability");
}

#[test]
fn cbdis_own_notice_brings_a_look_at_once() {
    let told = || {
        let mut world = world();
        world.listed();
        world.disability(Finding::No);
        world.now = hour("2024-03-13", 11);
        let report = ReportDisability { child: world.child(), finding: YES };
        world.report(Party::Cbdi, Body::ReportDisability(report));
        world
    };
    broken(told(), &["A-11"]);
    let mut world = told();
    world.disability(YES);
    world.applications(Finding::No);
    world.child_consent(false);
    agreed(world, "closed:consent_refused");
}

#[test]
fn silent_banks_are_waited_for_until_midnight() {
    // Nothing known: held.
    let mut none = world();
    none.until_banks();
    none.ask_all_banks();
    none.now = hour("2024-03-12", 0);
    none.task(TaskReason::Held(Hold::BankUnknown));
    agreed_in_force(none, "held:bank_unknown");

    let mut early = world();
    early.until_banks();
    early.ask_all_banks();
    early.now = hour("2024-03-11", 20);
    early.task(TaskReason::Held(Hold::BankUnknown));
    assert_eq!(early.finish().disagreements[0].point, "S-46");

    // One account known: appendix 1 at the next offer hour, and at noon with the silent banks' silence.
    let mut one = world();
    one.until_banks();
    one.with = vec![("601", 2)];
    one.bank("601");
    one.ask_banks(&["722", "965"]);
    one.now = hour("2024-03-12", 9);
    one.before_form();
    one.bank("601");
    one.now = hour("2024-03-12", 12);
    let sms = one.text(FormNumber::One, &["601"]);
    let received = one.reply("123 #3#1");
    one.apply(sms, FormNumber::One, "601", received);
    one.refused();
    agreed(one, "closed:refused");
}

#[test]
fn an_unanswered_request_is_timed_out_after_three_working_days() {
    let asked = || {
        let mut world = world();
        world.until_kdp();
        world.request(world.child(), Purposes::OF_CHILD, 2);
        world
    };
    // Kept by KDP on Monday 11 March: the third working day ends with 14 March.
    let mut early = asked();
    early.now = hour("2024-03-14", 23);
    early.task(TaskReason::Held(Hold::ConsentTimeout));
    assert_eq!(early.finish().disagreements[0].point, "S-46");
    broken_in_force(asked(), &["S-46"]);
    let mut world = asked();
    world.now = hour("2024-03-15", 0);
    world.task(TaskReason::Held(Hold::ConsentTimeout));
    agreed_in_force(world, "held:consent_timeout");
}

#[test]
fn kdp_that_keeps_no_request_times_nobody_out() {
    let mut world = world();
    world.until_kdp();
    world.request_lost(world.child(), Purposes::OF_CHILD, 2);
    let verdict = world.finish();
    // Nothing is owed but that the case is closed when no form can leave any more.
    assert_eq!(verdict.disagreements.iter().map(|one| one.point).collect::<Vec<_>>(), ["S-14"]);
}

#[test]
fn a_withdrawal_closes_and_nothing_is_asked_or_sent() {
    let open = || {
        let mut world = world();
        world.until_form(&["601"]);
        world.now = hour("2024-03-11", 9);
        world.form(FormNumber::One, &["601"]);
        let consent = world.given.expect("given");
        let withdrawn =
            ConsentWithdrawn { consent: consent.id, subject: consent.subject, purposes: Purposes::OF_REPRESENTATIVE };
        world.report(Party::Kdp, Body::ConsentWithdrawn(withdrawn));
        world
    };
    agreed(open(), "closed:consent_withdrawn");
    let mut world = open();
    world.now = hour("2024-03-15", 9);
    world.owner();
    world.text(FormNumber::Four, &[]);
    broken(world, &["I-1", "A-30"]);
}

#[test]
fn a_guardian_serves_where_every_parent_is_dead() {
    let mut world = world();
    world.until_kdp();
    let consent = world.child_consent(true);
    let mut record = world.record();
    let dead = Status { kind: StatusKind::Dead, from: date("2020-01-01"), to: None };
    record.kin.iter_mut().for_each(|kin| kin.statuses.push(dead));
    world.child_record(consent, record);
    // The father of the story stands in as the guardian whom NOBD names.
    let named = Representative { person: world.father(), appointed: date("2021-01-01") };
    world.guardians(consent, Finding::Yes(vec![named]));
    world.person_consent(world.father(), false);
    // A refusal beside a flag is no refusal of all.
    world.task(TaskReason::Held(Hold::NoRep));
    agreed_in_force(world, "held:no_rep");
}

#[test]
fn nobd_asked_beside_a_usable_parent_is_seen() {
    let mut world = world();
    world.until_kdp();
    let consent = world.child_consent(true);
    let record = world.record();
    world.child_record(consent, record);
    world.guardians(consent, Finding::No);
    world.person_consent(world.mother(), false);
    world.person_consent(world.father(), false);
    broken(world, &["A-19"]);
}

#[test]
fn a_guardian_beside_a_usable_parent_is_for_an_official() {
    let conflict = || {
        let mut world = world();
        let mut row = world.row();
        row.guardian = Some(world.father());
        world.list(row);
        world.disability(YES);
        world.applications(Finding::No);
        let consent = world.child_consent(true);
        let mut record = world.record();
        record.kin.pop();
        world.child_record(consent, record);
        world.task(TaskReason::Held(Hold::RepConflict));
        world
    };
    agreed_in_force(conflict(), "held:rep_conflict");
    let mut world = conflict();
    let decision = OfficialDecision::ResolveHold { hold: Hold::RepConflict, representative: Some(world.father()) };
    world.instruct(decision);
    world.disability(YES);
    world.applications(Finding::No);
    world.person_consent(world.father(), false);
    agreed(world, "closed:consent_refused");
}
