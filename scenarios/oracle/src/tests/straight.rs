//! The straight path: one child, registers that know, nothing fails.

use proaktiv_messages::*;

use super::story::*;
use crate::Oracle;
use crate::law::tests::HEADER;

/// READY at about 03:02 on 11 March; March to May are owed.
fn paid() -> World {
    let mut world = world();
    world.until_grant();
    world.pay_on("2024-04-12", "2024-03-01");
    world.pay_on("2024-05-17", "2024-04-01");
    world.pay_on("2024-06-14", "2024-05-01");
    world
}

#[test]
fn a_family_that_accepts_is_paid() {
    let world = paid();
    assert_eq!(world.oracle.world.verdict.sent.get("1"), Some(&1));
    assert_eq!(world.oracle.world.verdict.sent.get("5"), Some(&1));
    agreed(world, "paid");
}

#[test]
fn a_choice_from_the_list_takes_the_account_of_that_bank() {
    let mut world = world();
    world.until_form(&["601", "965"]);
    world.now = hour("2024-03-11", 9);
    let sms = world.form(FormNumber::Two, &["601", "965"]);
    world.wait(60);
    let received = world.reply("123#3#12");
    world.apply(sms, FormNumber::Two, "965", received);
    world.refused();
    agreed(world, "closed:refused");
}

#[test]
fn silence_ends_with_form_4_on_the_morning_after_the_window() {
    // Sent on Monday 11 March: the third working day is Thursday 14 March.
    let mut one = world();
    one.until_form(&["722"]);
    one.now = hour("2024-03-11", 9);
    one.form(FormNumber::One, &["722"]);
    one.now = hour("2024-03-15", 9);
    one.four();
    agreed(one, "closed:no_reply");

    let mut three = world();
    three.until_form(&[]);
    three.now = hour("2024-03-11", 9);
    three.form(FormNumber::Three, &BANKS);
    three.polls(&["2024-03-11", "2024-03-12", "2024-03-13", "2024-03-14"]);
    three.now = hour("2024-03-15", 9);
    three.search();
    three.four();
    agreed(three, "closed:no_reply");
}

#[test]
fn a_reply_just_before_and_at_the_end_of_the_window() {
    for (before, outcome) in [(1, "closed:refused"), (0, "closed:no_reply")] {
        let mut world = world();
        world.until_form(&["601"]);
        world.now = hour("2024-03-11", 9);
        let sms = world.form(FormNumber::One, &["601"]);
        world.now = hour("2024-03-15", 0) - Span::millis(before);
        let received = world.reply("123 #3#1");
        if before > 0 {
            world.apply(sms, FormNumber::One, "601", received);
            world.refused();
        } else {
            world.now = hour("2024-03-15", 9);
            world.four();
        }
        agreed(world, outcome);
    }
}

#[test]
fn a_refused_application_brings_a_task_and_no_text() {
    let mut world = world();
    world.until_form(&["601"]);
    world.now = hour("2024-03-11", 9);
    let sms = world.form(FormNumber::One, &["601"]);
    let received = world.reply("123 #3#1");
    world.apply(sms, FormNumber::One, "601", received);
    world.refused();
    agreed(world, "closed:refused");
}

#[test]
fn a_live_application_excludes() {
    let mut world = world();
    world.listed();
    world.disability(Finding::Yes(Disability { since: date("2020-01-01"), until: None }));
    world.applications(Finding::Yes(LiveApplication { number: 5, granted: false, ours: None, from: None, to: None }));
    agreed(world, "excluded:application");
}

#[test]
fn no_disability_excludes_and_a_refused_consent_closes() {
    // The second family is the one that `finish` excludes.
    for outcome in ["closed:consent_refused", "excluded:no_disability"] {
        let mut world = world();
        world.until_kdp();
        world.child_consent(false);
        agreed(world, outcome);
    }
}

#[test]
fn what_is_recorded_of_the_child_excludes_or_holds() {
    let status = |kind, from: &str, to: Option<&str>| Status { kind, from: date(from), to: to.map(date) };
    let dead = status(StatusKind::Dead, "2024-03-11", None);
    type Change = Box<dyn Fn(&mut ChildRecord<Clear>)>;
    let with = |one: Status| -> Change { Box::new(move |record| record.child.statuses.push(one)) };
    let born = |text: &'static str| -> Change {
        Box::new(move |record| record.birth.as_mut().expect("a birth").born = date(text))
    };
    let cases: Vec<(Change, &str, Option<Hold>)> = vec![
        (with(dead), "excluded:death", None),
        (with(status(StatusKind::Missing, "2020-01-01", None)), "excluded:missing", None),
        (with(status(StatusKind::Incapable, "2020-01-01", Some("2024-03-12"))), "excluded:incapacity", None),
        (with(status(StatusKind::Stateless, "2020-01-01", None)), "excluded:no_citizenship", None),
        (Box::new(|record| record.child.registration = Registration::Removed), "excluded:no_registration", None),
        (born("2006-03-11"), "excluded:age_18", None),
        (Box::new(|record| record.birth = None), "held:no_birth_record", Some(Hold::NoBirthRecord)),
        (
            Box::new(|record| record.child.registration = Registration::Temporary(HOME)),
            "held:reg_not_permanent",
            Some(Hold::RegNotPermanent),
        ),
        (
            Box::new(|record| record.child.registration = Registration::NotGiven),
            "held:reg_not_permanent",
            Some(Hold::RegNotPermanent),
        ),
        (Box::new(|record| record.kin.clear()), "held:no_rep", Some(Hold::NoRep)),
        (
            Box::new(move |record| record.kin.iter_mut().for_each(|kin| kin.statuses.push(dead))),
            "held:no_rep",
            Some(Hold::NoRep),
        ),
    ];
    for (change, outcome, held) in cases {
        let mut world = world();
        world.until_kdp();
        let consent = world.child_consent(true);
        let mut record = world.record();
        change(&mut record);
        world.child_record(consent, record);
        if held == Some(Hold::NoRep) {
            world.guardians(consent, Finding::No);
        }
        if let Some(reason) = held {
            world.task(TaskReason::Held(reason));
        }
        agreed_in_force(world, outcome);
    }
    // A status that has ended, and one that begins tomorrow, exclude nobody.
    for one in
        [status(StatusKind::Incapable, "2020-01-01", Some("2024-03-11")), status(StatusKind::Dead, "2024-03-12", None)]
    {
        let mut world = world();
        world.until_kdp();
        let consent = world.child_consent(true);
        let mut record = world.record();
        record.child.statuses.push(one);
        world.child_record(consent, record);
        world.person_consent(world.mother(), false);
        world.person_consent(world.father(), false);
        agreed(world, "closed:consent_refused");
    }
}

#[test]
fn the_next_representative_is_tried_and_the_furthest_gives_the_reason() {
    // The mother's document is not current; the father refuses.
    let mut world1 = world();
    world1.until_representative();
    let consent = world1.person_consent(world1.mother(), true);
    let mut record = world1.person_record(world1.mother());
    record.documents[0].valid_to = date("2024-03-10");
    world1.ask_person(consent, record);
    world1.person_consent(world1.father(), false);
    world1.task(TaskReason::Held(Hold::IdNotActual));
    agreed_in_force(world1, "held:id_not_actual");

    // The mother has no number; the father is under age.
    let mut world2 = world();
    world2.until_representative();
    let consent = world2.person_consent(world2.mother(), true);
    let record = world2.person_record(world2.mother());
    world2.ask_person(consent, record);
    world2.ask_number(consent, false);
    let consent = world2.person_consent(world2.father(), true);
    let mut record = world2.person_record(world2.father());
    record.born = date("2006-03-12");
    world2.ask_person(consent, record);
    world2.task(TaskReason::Held(Hold::NoBmg));
    agreed_in_force(world2, "held:no_bmg");
}

#[test]
fn a_refusal_beside_a_flag_is_no_refusal_of_all() {
    let mut world = world();
    world.until_kdp();
    let consent = world.child_consent(true);
    let mut record = world.record();
    let dead = Status { kind: StatusKind::Dead, from: date("2020-01-01"), to: None };
    record.kin[0].statuses.push(dead);
    world.child_record(consent, record);
    world.person_consent(world.father(), false);
    world.task(TaskReason::Held(Hold::NoRep));
    agreed_in_force(world, "held:no_rep");
}

#[test]
fn a_row_without_its_order_goes_back_and_comes_again() {
    let mut world = world();
    let mut row = world.row();
    row.order_number = None;
    world.list(row.clone());
    let fault = RowFault::NoOrderNumber;
    let back = ReturnRow { row: row.row, child: row.child, fault };
    world.out(Party::School(3), Body::ReturnRow(back.clone()));
    world.list(row);
    let mut still = world;
    still.family = 1;
    agreed(still, "rejected");

    let mut world = world_of(2, false);
    let mut row = world.row();
    row.conclusions.clear();
    world.list(row);
    world.out(Party::School(3), Body::ReturnRow(back));
    broken(world, &["A-08"]);
}

#[test]
fn a_bank_asked_without_consent_is_seen() {
    let mut world = world();
    world.until_kdp();
    let forged = consent(1, world.mother(), Purposes::OF_REPRESENTATIVE, world.now, 30);
    world.out(Party::Bank(bank("601")), Body::AskAccounts(AskAccounts { person: world.mother(), consent: forged }));
    world.child_consent(false);
    broken(world, &["I-1"]);
}

#[test]
fn a_consent_of_another_step_is_seen() {
    let mut world = world();
    world.until_representative();
    let mut consent = world.person_consent(world.mother(), true);
    consent.id += 1;
    let mut record = world.person_record(world.mother());
    record.person.registration = Registration::Removed;
    world.ask_person(consent, record);
    world.person_consent(world.father(), false);
    world.task(TaskReason::Held(Hold::NoRep));
    broken_in_force(world, &["I-1"]);
}

#[test]
fn form_2_for_one_bank_is_seen() {
    let mut world = world();
    world.until_form(&["601"]);
    world.now = hour("2024-03-11", 9);
    world.form(FormNumber::Two, &["601"]);
    world.now = hour("2024-03-15", 9);
    world.four();
    broken(world, &["A-23"]);
}

#[test]
fn a_second_payment_of_a_month_is_seen() {
    let mut world = paid();
    world.pay_on("2024-06-14", "2024-05-01");
    broken(world, &["S-50"]);
}

#[test]
fn a_missing_payment_and_one_on_the_wrong_day_are_seen() {
    let mut world = world();
    world.until_grant();
    world.pay_on("2024-04-12", "2024-03-01");
    world.pay_on("2024-05-16", "2024-04-01");
    world.pay_on("2024-06-14", "2024-05-01");
    broken(world, &["S-49", "S-49"]);
}

#[test]
fn an_application_without_a_reply_is_seen() {
    let mut world = world();
    world.until_form(&["601"]);
    world.now = hour("2024-03-11", 9);
    let sms = world.form(FormNumber::One, &["601"]);
    let now = world.now;
    world.register(sms, FormNumber::One, "601", now);
    world.now = hour("2024-03-15", 9);
    world.four();
    broken(world, &["A-31"]);
}

#[test]
fn a_form_before_its_hour_or_one_day_late_is_seen() {
    let mut late = world();
    late.until_form(&["601"]);
    late.now = hour("2024-03-12", 9);
    BANKS.iter().for_each(|code| late.bank(code));
    late.form(FormNumber::One, &["601"]);
    late.now = hour("2024-03-16", 9);
    late.four();
    broken(late, &["A-21", "A-12"]);

    let mut early = world();
    early.until_form(&["601"]);
    early.now = hour("2024-03-11", 8);
    early.text(FormNumber::One, &["601"]);
    assert_eq!(early.finish().disagreements[0].point, "I-3");
}

#[test]
fn a_form_without_its_questions_is_seen_once() {
    for (asks, point) in [(0, "S-37"), (1, "S-37"), (2, "S-26b")] {
        let mut world = world();
        world.until_form(&["601"]);
        world.now = hour("2024-03-11", 9);
        if asks == 1 {
            world.applications(Finding::No);
        } else if asks == 2 {
            world.owner();
        }
        world.text(FormNumber::One, &["601"]);
        world.now = hour("2024-03-15", 9);
        world.four();
        let verdict = world.finish();
        assert_eq!(verdict.disagreements[0].point, point, "{:?}", verdict.disagreements);
    }
}

#[test]
fn form_4_too_early_too_late_twice_or_never_is_seen() {
    let open = || {
        let mut world = world();
        world.until_form(&["601"]);
        world.now = hour("2024-03-11", 9);
        world.form(FormNumber::One, &["601"]);
        world
    };
    let mut early = open();
    early.now = hour("2024-03-14", 10);
    early.text(FormNumber::Four, &[]);
    early.now = hour("2024-03-15", 9);
    early.four();
    broken(early, &["A-30"]);

    let mut late = open();
    late.now = hour("2024-03-15", 9);
    late.link();
    late.owner();
    late.now = hour("2024-03-16", 9);
    late.text(FormNumber::Four, &[]);
    broken(late, &["A-30"]);

    let mut twice = open();
    twice.now = hour("2024-03-15", 9);
    twice.four();
    twice.text(FormNumber::Four, &[]);
    broken(twice, &["A-30"]);

    let mut never = open();
    never.now = hour("2024-03-15", 9);
    never.link();
    never.owner();
    broken(never, &["A-30"]);
    // Without the link, silence is given out for certain after three working days, and still no form 4.
    broken(open(), &["S-07c", "A-21"]);
}

#[test]
fn another_text_is_seen() {
    let mut world = world();
    world.until_form(&["601"]);
    world.now = hour("2024-03-11", 9);
    let mut sms = world.sms(FormNumber::One, &["601"]);
    sms.text = sms.text.replace("в течении", "в течение").into();
    world.before_form();
    world.send(sms);
    world.now = hour("2024-03-15", 9);
    world.four();
    broken(world, &["A-35"]);
}

#[test]
fn a_child_that_is_listed_and_never_asked_about_is_seen() {
    let mut world = world();
    world.listed();
    // Nothing is ever asked, so that the pilot ends over the case.
    broken(world, &["A-11", "S-14"]);
}

#[test]
fn a_repeat_of_an_effect_is_counted_and_not_compared() {
    let mut world = paid();
    world.step -= 2;
    let repeats = world.oracle.world.verdict.repeats;
    world.pay_on("2024-06-14", "2024-05-01");
    assert_eq!(world.oracle.world.verdict.repeats, repeats + 1);
    world.step += 2;
    agreed(world, "paid");
}

#[test]
fn the_observer_is_told_each_case_under_one_token() {
    let run = |says: &[(u8, Outcome)]| {
        let mut world = world_of(1, true);
        world.listed();
        world.disability(Finding::No);
        for &(paragraph, outcome) in says {
            let token = Token::from_bits(77);
            let day = date("2024-03-11");
            world.out(Party::Observer, Body::Observe(Observation { token, day, paragraph, outcome, district: SCHOOL }));
        }
        world.end_on("2025-08-31").disagreements_total
    };
    assert_eq!(run(&[(4, Outcome::Listed), (5, Outcome::Stopped)]), 0);
    assert_eq!(run(&[(4, Outcome::Listed)]), 1);
    assert_eq!(run(&[(4, Outcome::Listed), (5, Outcome::Passed)]), 1);
}

#[test]
fn a_header_that_cannot_be_computed_with_is_refused_by_field() {
    let header = HEADER.replace('\n', " ");
    for (from, to, field) in [
        ("\"123\"", "\"12a\"", "law.service_code"),
        ("2025-08-31", "2031-08-31", "horizon"),
        ("\"722\"", "\"999\"", "law.integrated_banks"),
        ("\"version\":1", "\"version\":2", "version"),
    ] {
        let error = Oracle::new(&header.replace(from, to)).err().expect("refused");
        assert!(error.contains(field), "{error}");
    }
}

#[test]
fn a_form_leaves_only_if_its_windows_end_within_force() {
    for (with, listed, leaves) in [
        (&["601"][..], "2024-12-26", true),
        (&["601"], "2024-12-27", false),
        (&[], "2024-12-22", true),
        (&[], "2024-12-23", false),
    ] {
        let run = |sends: bool| {
            let mut world = world();
            world.to = "2025-05-25";
            world.now = hour(listed, 2);
            world.until_form(with);
            world.now = hour(listed, 9);
            let form = if with.is_empty() { FormNumber::Three } else { FormNumber::One };
            let named = if with.is_empty() { &BANKS[..] } else { with };
            if sends {
                world.form(form, named);
            }
            if leaves && with.is_empty() {
                world.polls(&["2024-12-23", "2024-12-24", "2024-12-25"]);
                world.now = hour("2024-12-26", 9);
                world.search();
                world.four();
            } else if leaves {
                world.now = hour("2025-01-01", 9);
                world.four();
            } else {
                world.now = world.now.max(hour("2024-12-26", 21));
                world.task(TaskReason::PilotEnded);
            }
            world
        };
        if leaves {
            agreed(run(true), "closed:no_reply");
        } else {
            agreed(run(false), "closed:pilot_ended");
            let verdict = run(true).finish();
            assert!(verdict.disagreements_total > 0);
        }
    }
}

#[test]
fn a_birthday_and_a_period_must_end_after_the_window() {
    // Sent on 11 March, the window ends with 14 March.
    for (to, born, outcome, point) in [
        ("2024-05-25", "2006-03-14", "excluded:age_18", "S-27"),
        ("2024-03-13", "2014-05-01", "closed:ended", "S-35"),
        ("2024-03-14", "2014-05-01", "closed:ended", "S-35"),
    ] {
        let run = || {
            let mut world = world();
            (world.to, world.born) = (to, born);
            world.until_form(&["601"]);
            world.now = hour("2024-03-11", 9);
            world.before_form();
            world
        };
        agreed(run(), outcome);
        let mut world = run();
        world.text(FormNumber::One, &["601"]);
        assert_eq!(world.finish().disagreements[0].point, point);
    }
    for (to, born) in [("2024-03-15", "2014-05-01"), ("2024-05-25", "2006-03-15")] {
        let mut world = world();
        (world.to, world.born) = (to, born);
        world.until_form(&["601"]);
        world.now = hour("2024-03-11", 9);
        world.form(FormNumber::One, &["601"]);
        world.now = hour("2024-03-15", 9);
        world.four();
        agreed(world, "closed:no_reply");
    }
}

#[test]
fn a_child_that_turns_18_is_paid_while_under_age_on_the_first() {
    let mut world = world();
    world.born = "2006-04-30";
    world.until_grant();
    world.pay_on("2024-04-12", "2024-03-01");
    world.pay_on("2024-05-17", "2024-04-01");
    world.pay_on("2024-06-14", "2024-05-01");
    broken(world, &["S-49"]);
}

#[test]
fn a_row_that_comes_back_sound_goes_on() {
    let mut world = world();
    let mut row = world.row();
    row.to = Some(date("2024-01-14"));
    world.list(row.clone());
    let fault = RowFault::PeriodBackwards;
    world.out(Party::School(3), Body::ReturnRow(ReturnRow { row: row.row, child: row.child, fault }));
    world.until_kdp();
    world.child_consent(false);
    agreed(world, "closed:consent_refused");
}

#[test]
fn a_granted_case_is_observed_at_each_paragraph() {
    let run = |last: &str| {
        let mut world = world_of(1, true);
        world.until_grant();
        world.pay_on("2024-04-12", "2024-03-01");
        world.pay_on("2024-05-17", "2024-04-01");
        world.pay_on("2024-06-14", "2024-05-01");
        for (paragraph, outcome, day) in [
            (4, Outcome::Listed, "2024-03-11"),
            (5, Outcome::Passed, "2024-03-11"),
            (6, Outcome::Passed, "2024-03-11"),
            (7, Outcome::Passed, "2024-03-11"),
            (8, Outcome::Passed, "2024-03-11"),
            (9, Outcome::Offered, "2024-03-11"),
            (12, Outcome::Applied, "2024-03-11"),
            (13, Outcome::Granted, last),
            (12, Outcome::Paid, "2024-04-12"),
            (12, Outcome::Paid, "2024-05-17"),
            (12, Outcome::Paid, "2024-06-14"),
        ] {
            let (token, day) = (Token::from_bits(77), date(day));
            let said = Observation { token, day, paragraph, outcome, district: SCHOOL };
            world.out(Party::Observer, Body::Observe(said));
        }
        world.end_on("2025-08-31").disagreements_total
    };
    assert_eq!(run("2024-03-15"), 0);
    assert_eq!(run("2024-03-16"), 1);
}
