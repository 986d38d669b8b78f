//! S-46, S-08, S-03: when a stopped case is looked at again, and from where.

use proaktiv_core::home_schooling::{CaseInbound, CaseRefusal, Stage, Unfit};
use proaktiv_messages::{
    Body, Closing, ConsentOutcome, Exclusion, Finding, Hold, LiveApplication, Party, Purposes, Registration, Status,
    StatusKind, TaskReason,
};

use super::alone::{Alone, DISABLED};
use super::world::{ASTANA, World, at, child_record, date, enrolment, token};

/// S-01, S-46: with each list CBDI, then the counter, then the first representative; the task leaves once.
#[test]
fn a_held_case_is_looked_at_again_with_each_list() {
    let mut alone = Alone::assessing();
    alone.unfit(2, Unfit::ConsentRefused);
    alone.unfit(3, Unfit::NoBmg);
    assert_eq!(alone.case.stage, Stage::Held(Hold::NoBmg));
    for day in ["2024-03-12 02:00", "2024-03-13 02:00"] {
        alone.until(day);
        assert_eq!(alone.list(), "S-46 looked_at_again\n  to cbdi: ask_disability");
        assert_eq!(alone.case.stage, Stage::Held(Hold::NoBmg), "counted under its hold meanwhile");
        assert_eq!(alone.list(), "", "one recheck at a time");
        assert_eq!(alone.eligible(), "A-12 no_application_found\nS-15 representative_tried");
        alone.unfit(2, Unfit::ConsentRefused);
        assert_eq!(alone.unfit(3, Unfit::NoBmg), "S-15 representative_unfit no_bmg\nS-01 held no_bmg");
    }
    assert_eq!(alone.tasks, [TaskReason::Held(Hold::NoBmg)]);
    alone.until("2024-03-14 02:00");
    alone.list();
    alone.eligible();
    assert_eq!(alone.fit(2), "A-22 representative_found");
    assert_eq!(alone.case.stage, Stage::Ready);
}

/// S-46: the intake is told once that a case is held, and once that no list brings it anything any more.
#[test]
fn the_intake_is_told_once_that_a_case_is_held() {
    let mut world = World::new();
    world.full_list("2024-03-12", &[enrolment(1)]);
    world.eligible();
    world.consent(Some(Purposes::OF_CHILD));
    let mut record = child_record(1);
    record.child.registration = Registration::NotGiven;
    world.child(record.clone());
    assert!(world.read().ends_with("S-46 case_held"));
    world.full_list("2024-03-13", &[enrolment(1)]);
    world.disability(DISABLED);
    world.child(record);
    assert!(world.read().ends_with("A-15 held reg_not_permanent"));
    let withdrawn = proaktiv_messages::ConsentWithdrawn { consent: 1, subject: token(1), purposes: Purposes::OF_CHILD };
    world.receive(Party::Kdp, None, Body::ConsentWithdrawn(withdrawn)).expect("a withdrawal");
    world.read();
    world.full_list("2024-03-15", &[enrolment(1)]);
    assert!(world.read().ends_with("S-46 no_list_awaited\nS-46 case_moved_on"));
    world.full_list("2024-03-16", &[enrolment(1)]);
    assert_eq!(world.read(), "A-07 list_taken", "no list says anything to it");
}

/// S-46: an excluded case rests seven days, and is looked at again at once on the register's own notice.
#[test]
fn an_exclusion_rests_seven_days() {
    let mut world = World::new();
    world.full_list("2024-03-12", &[enrolment(1)]);
    world.disability(Finding::No);
    let asked = world.count("ask_disability");
    for day in ["2024-03-13", "2024-03-18"] {
        world.full_list(day, &[enrolment(1)]);
        assert_eq!(world.count("ask_disability"), asked, "{day}");
    }
    world.full_list("2024-03-19", &[enrolment(1)]);
    assert_eq!(world.count("ask_disability"), asked + 1);
    world.disability(Finding::No);
    world.full_list("2024-03-25", &[enrolment(1)]);
    assert_eq!(world.count("ask_disability"), asked + 1, "the last look counts");
    world.full_list("2024-03-26", &[enrolment(1)]);
    world.disability(DISABLED);
    assert_eq!(world.count("ask_applications"), 1);

    let mut alone = Alone::new();
    alone.row(enrolment(1));
    alone.take(CaseInbound::Disability(Finding::No));
    let again = alone.take(CaseInbound::DisabilityReported(DISABLED));
    assert_eq!(again, "S-46 looked_at_again\n  to cbdi: ask_disability");
}

/// A-11, S-46: CBDI's own notice that nothing is recorded excludes while another ground is looked at again.
#[test]
fn a_definite_no_of_cbdi_excludes_during_a_recheck() {
    let mut alone = Alone::new();
    alone.row(enrolment(1));
    alone.take(CaseInbound::Disability(DISABLED));
    let live = LiveApplication { number: 7, granted: false, ours: None, from: None, to: None };
    alone.take(CaseInbound::Applications(Finding::Yes(live)));
    assert_eq!(alone.take(CaseInbound::DisabilityReported(Finding::No)), "", "it rests");
    alone.until("2024-03-18 02:00");
    alone.list();
    alone.take(CaseInbound::Disability(DISABLED));
    alone.take(CaseInbound::DisabilityReported(Finding::No));
    assert_eq!(alone.case.stage, Stage::Excluded(Exclusion::NoDisability));
}

/// S-46: death and the eighteenth birthday are final.
#[test]
fn age_is_final() {
    let mut alone = Alone::new();
    alone.row(enrolment(1));
    alone.eligible();
    alone.consent();
    let mut record = child_record(1);
    record.birth.as_mut().expect("an act").born = date("2006-03-11");
    alone.record(record);
    assert_eq!(alone.case.stage, Stage::Excluded(Exclusion::Age18));
    assert_eq!(alone.list(), "S-46 no_list_awaited");
}

/// S-03: KDP's receipt starts three working days; silence holds; one more request after thirty days, no third.
#[test]
fn silence_to_the_request_for_consent_holds() {
    let mut alone = Alone::new();
    alone.row(enrolment(1));
    alone.eligible();
    alone.until("2024-03-13 12:00");
    assert!(alone.tasks.is_empty(), "no term runs before KDP has the request");
    alone.take(CaseInbound::RequestReceived);
    alone.until("2024-03-18 23:59:59.999");
    assert_eq!(alone.case.stage, Stage::Asked(proaktiv_core::home_schooling::Question::Consent));
    alone.until("2024-03-19 00:00");
    assert_eq!(alone.case.stage, Stage::Held(Hold::ConsentTimeout));
    alone.until("2024-04-09 02:00");
    assert_eq!(alone.list(), "", "a day too early");
    alone.until("2024-04-10 02:00");
    assert_eq!(alone.list(), "S-46 looked_at_again\n  to cbdi: ask_disability");
    assert_eq!(alone.eligible(), "A-12 no_application_found\n  to kdp: request_consent");
    alone.take(CaseInbound::RequestReceived);
    alone.until("2024-07-01 02:00");
    assert_eq!(alone.list(), "", "not more for the same order");
    assert_eq!(alone.tasks, [TaskReason::Held(Hold::ConsentTimeout)]);
}

/// S-03: a yes that comes late is one all the same; the case is looked at again first.
#[test]
fn a_late_consent_counts() {
    let mut alone = Alone::new();
    alone.row(enrolment(1));
    alone.eligible();
    alone.take(CaseInbound::RequestReceived);
    alone.until("2024-03-20 12:00");
    assert_eq!(alone.consent(), "S-03 consent_came_late\nS-46 looked_at_again\n  to cbdi: ask_disability");
    assert_eq!(alone.eligible(), "A-12 no_application_found\n  to gbdfl: ask_child");

    let mut alone = Alone::new();
    alone.row(enrolment(1));
    alone.eligible();
    alone.decided(ConsentOutcome::Refused);
    assert_eq!(alone.case.stage, Stage::Closed(Closing::ConsentRefused));
}

/// S-03: consent withdrawn before acceptance ends the case; nothing more is asked.
#[test]
fn a_withdrawn_consent_ends_an_offer() {
    let withdrawn = proaktiv_messages::ConsentWithdrawn { consent: 1, subject: token(1), purposes: Purposes::OF_CHILD };
    let mut alone = Alone::offered();
    let said = alone.take(CaseInbound::ConsentWithdrawn(withdrawn));
    assert_eq!(said, "S-16 left_line held\nS-03 closed consent_withdrawn\n  leaves its line: Held");
    assert_eq!(alone.list(), "S-46 no_list_awaited");

    let mut alone = Alone::applied();
    let said = alone.take(CaseInbound::ConsentWithdrawn(withdrawn));
    assert!(said.starts_with("S-03b amended"), "{said}");
}

/// S-03d: what C1-child brought is kept; where the stop lies in it, an expired consent waits for its day.
#[test]
fn an_expired_consent_is_renewed_once_in_thirty_days() {
    let mut alone = Alone::new();
    alone.row(enrolment(1));
    alone.eligible();
    alone.consent();
    let mut record = child_record(1);
    record.child.registration = Registration::Temporary(ASTANA);
    alone.record(record);
    assert_eq!(alone.case.stage, Stage::Held(Hold::RegNotPermanent));
    alone.until("2024-03-12 02:00");
    alone.list();
    assert_eq!(alone.eligible(), "A-12 no_application_found\n  to gbdfl: ask_child", "still valid");
    let mut record = child_record(1);
    record.child.registration = Registration::Temporary(ASTANA);
    alone.record(record);
    alone.until("2024-04-09 02:00");
    alone.list();
    let said = alone.eligible();
    assert!(said.contains("S-03d held consent_expired"), "{said}");
    alone.until("2024-04-10 02:00");
    alone.list();
    assert_eq!(alone.eligible(), "A-12 no_application_found\n  to kdp: request_consent");
    alone.consent();
    alone.record(child_record(1));
    assert_eq!(alone.fit(2), "A-22 representative_found");
}

/// S-08: silence ends the order, however often the row comes.
#[test]
fn silence_ends_the_order() {
    let mut alone = Alone::offered();
    alone.closed(Closing::NoReply);
    alone.until("2024-04-20 02:00");
    assert_eq!(alone.list(), "S-46 no_list_awaited");
    assert_eq!(alone.row(enrolment(1)), "");
    assert_eq!(alone.case.stage, Stage::Closed(Closing::NoReply));
}

/// S-18, S-08: who was not reached gets one more offer, to the same number after thirty days.
#[test]
fn who_was_not_reached_gets_one_more_offer() {
    let mut alone = Alone::offered();
    alone.until("2024-03-15 09:00");
    alone.closed(Closing::Unreached);
    assert_eq!(alone.case.stage, Stage::Held(Hold::Undelivered));
    for (day, stage) in [("2024-04-13 02:00", Stage::Held(Hold::Undelivered)), ("2024-04-14 02:00", Stage::Ready)] {
        alone.until(day);
        alone.list();
        alone.eligible();
        alone.fit(2);
        assert_eq!(alone.case.stage, stage, "{day}");
    }
    alone.take(CaseInbound::Offered { form: proaktiv_messages::FormNumber::One });
    alone.closed(Closing::Unreached);
    alone.until("2024-06-20 02:00");
    assert_eq!(alone.list(), "S-46 no_list_awaited", "at most two");

    // Another number, at once.
    let mut alone = Alone::offered();
    alone.closed(Closing::Unreached);
    alone.until("2024-03-16 02:00");
    alone.list();
    alone.eligible();
    let other = proaktiv_core::home_schooling::Contact { number: token(7_099), ..super::alone::contact(2) };
    alone.take(CaseInbound::Fit(other));
    assert_eq!(alone.case.stage, Stage::Ready);
}

/// S-37, S-08: after another owner of the number BMG must give another one.
#[test]
fn another_owner_of_the_number_asks_for_another_number() {
    let mut alone = Alone::offered();
    assert!(alone.closed(Closing::NumberChanged).contains("S-37 held number_changed"));
    alone.until("2024-05-20 02:00");
    alone.list();
    alone.eligible();
    alone.fit(2);
    assert_eq!(alone.case.stage, Stage::Held(Hold::NumberChanged));
    // Before any form was out, any number will do.
    let mut alone = Alone::ready();
    alone.closed(Closing::NumberChanged);
    alone.list();
    alone.eligible();
    alone.fit(2);
    assert_eq!(alone.case.stage, Stage::Ready);
}

/// S-48: a lost representative's offer is followed by one more, looked for from paragraph 7.
#[test]
fn a_lost_representative_gives_way_to_the_next() {
    let mut alone = Alone::offered();
    assert_eq!(
        alone.closed(Closing::RepLost),
        "S-48 closed rep_lost\nS-15 representative_unfit flagged\nS-15 representative_tried"
    );
    alone.fit(3);
    assert_eq!(alone.case.stage, Stage::Ready);
}

/// S-14: a held case closes once no form fits any more, with a task.
#[test]
fn a_held_case_closes_when_no_form_fits_any_more() {
    for (day, stage) in
        [("2024-12-26 02:00", Stage::Held(Hold::NoBmg)), ("2024-12-27 02:00", Stage::Closed(Closing::PilotEnded))]
    {
        let mut alone = Alone::assessing();
        alone.unfit(2, Unfit::NoBmg);
        alone.unfit(3, Unfit::NoBmg);
        alone.until(day);
        alone.list();
        assert_eq!(alone.case.stage, stage, "{day}");
    }
}

/// S-14: so does one whose hold no list can end, though no list before tells it anything.
#[test]
fn a_hold_without_a_register_closes_with_the_pilot() {
    let mut world = World::new();
    world.list(&[enrolment(1)]);
    world.eligible();
    world.consent(Some(Purposes::OF_CHILD));
    let mut record = child_record(1);
    record.child.statuses.push(Status { kind: StatusKind::FullStateCare, from: date("2024-03-01"), to: None });
    world.child(record);
    for (day, stage) in
        [("2024-12-26", Stage::Held(Hold::FullStateCare)), ("2024-12-27", Stage::Closed(Closing::PilotEnded))]
    {
        world.full_list(day, &[enrolment(1)]);
        assert_eq!(world.case(1).stage, stage, "{day}");
    }
    assert_eq!(world.tasks(), [TaskReason::Held(Hold::FullStateCare), TaskReason::PilotEnded]);
}

/// S-13, S-27, S-35: the last look before a form: row, age, period, live application.
#[test]
fn the_last_look_before_a_form() {
    // The window of a form on 12 March ends at midnight after the 15th.
    let ends = "2024-03-16 00:00";
    let mut alone = Alone::ready();
    assert_eq!(alone.look_before_form(ends), "S-26b look_begun");
    let confirmed = |day| CaseInbound::RowConfirmed { day: Some(date(day)) };
    let mut stale = Alone::ready();
    stale.until("2024-03-15 09:00");
    stale.look_before_form("2024-03-21 00:00");
    assert_eq!(stale.take(confirmed("2024-03-11")), "S-26b look_ended", "four days ago");
    assert_eq!(stale.case.stage, Stage::Ready);
    alone.until("2024-03-14 09:00");
    assert_eq!(alone.take(confirmed("2024-03-11")), "S-13 row_is_confirmed\n  to counter: ask_applications");
    assert_eq!(alone.take(CaseInbound::Applications(Finding::No)), "S-26b look_ended");

    for (to, over) in [("2024-03-15", true), ("2024-03-16", false)] {
        let mut alone = Alone::ready();
        let mut row = enrolment(1);
        row.to = Some(date(to));
        alone.case.enrolment = Some(std::sync::Arc::new(row));
        alone.look_before_form(ends);
        assert_eq!(alone.case.stage == Stage::Closed(Closing::Ended), over, "{to}");
    }
    for (born, out) in [("2006-03-15", true), ("2006-03-16", false)] {
        let mut alone = Alone::ready();
        alone.case.facts.as_mut().expect("facts").born = date(born);
        let said = alone.look_before_form(ends);
        assert_eq!(alone.case.stage == Stage::Excluded(Exclusion::Age18), out, "{born}: {said}");
        assert_eq!(alone.tasks.contains(&TaskReason::TurnedEighteen), out);
    }
}

/// I-12: an answer that nobody waits for changes nothing.
#[test]
fn an_answer_that_nobody_waits_for_is_refused() {
    let mut alone = Alone::ready();
    assert_eq!(alone.try_take(CaseInbound::Disability(Finding::No)), Err(CaseRefusal::NobodyAsked));
    assert_eq!(alone.case.stage, Stage::Ready);
}

/// a question refused is one that could not be answered: it is asked again and excludes nobody.
#[test]
fn a_refused_question_is_asked_again() {
    let mut world = World::new();
    world.list(&[enrolment(1)]);
    world.answer(Party::Cbdi, "ask_disability", Body::Refused(proaktiv_messages::RefusedQuery::ConsentNotValid));
    world.until(at("2024-03-11 11:00"));
    assert_eq!(world.count("ask_disability"), 2);
}
