//! Order 42, p. 12 to 14 and cl. 2 and 3: the decision, the payments, the grounds, the observer.

use proaktiv_core::home_schooling::{PaymentState, Stage};
use proaktiv_messages::{Body, Closing, Decision, Outcome, Party, Tiyn};

use super::world::{ASTANA, SCHOOL_DISTRICT, World, at, bank, date, enrolment, sms_of, token};

/// A child with an application, on 13 March 2024 at noon.
fn applied() -> World {
    let mut world = World::new();
    world.offered(1, &[("601", 31)]);
    world.until(at("2024-03-13 12:00"));
    world.reply(2, "123 #3#1");
    world.read();
    world
}

/// a grant is told by App.5, once.
#[test]
fn a_grant_is_told_once_by_app_5() {
    let mut world = applied();
    world.decide(1, Decision::Grant);
    assert!(world.read().ends_with("A-33 notified\n  to sms_centre: send_sms App.5 kk 601"));
    let sent = world.last(Party::SmsCentre, "send_sms");
    assert_eq!((sms_of(&sent).name, sms_of(&sent).number), (Some(token(1_002)), token(7_002)));
    let application = world.case(1).application_id().expect("an application");
    let again = proaktiv_messages::DecideApplication { application, decision: Decision::Grant, decided: world.now };
    let repeat = world.receive(Party::LocalExecutiveBody(ASTANA), None, Body::DecideApplication(again));
    assert!(repeat.is_err());
    assert_eq!(world.forms(), [1, 5]);
}

/// A-33, S-31: a refusal has no form; a person tells it.
#[test]
fn a_refusal_has_no_form() {
    let mut world = applied();
    world.decide(1, Decision::Refusal);
    assert_eq!(world.read_left(), "to leb/710000000: open_task \"notice_of_refusal\"");
    assert_eq!(world.case(1).stage, Stage::Closed(Closing::Refused));
    assert_eq!(world.forms(), [1]);
}

/// S-36: App.5 waits for the permitted hours.
#[test]
fn app_5_waits_for_the_permitted_hours() {
    for (decided, leaves) in [("2024-03-14 20:59", "2024-03-14 20:59"), ("2024-03-14 21:00", "2024-03-15 09:00")] {
        let mut world = applied();
        world.until(at(decided));
        world.decide(1, Decision::Grant);
        assert_eq!(world.forms(), if decided == leaves { vec![1, 5] } else { vec![1] });
        world.until(at(leaves));
        assert_eq!(world.last(Party::SmsCentre, "send_sms").not_before, Some(at(leaves)));
    }
}

/// what is paid is the rate and index of the law's data, month by month.
#[test]
fn what_is_paid_is_the_rate_of_the_district_times_the_index() {
    let mut world = applied();
    world.decide(1, Decision::Grant);
    world.until(at("2024-04-12 08:59:59.999"));
    assert_eq!(world.count("pay"), 0);
    world.until(at("2024-04-12 09:00"));
    let Body::Pay(pay) = world.last(Party::Payer, "pay").body else { panic!("an order to pay") };
    assert_eq!((pay.payment.period, pay.amount), (date("2024-03-01"), Tiyn(3 * 369_200)));
    assert_eq!((pay.recipient, pay.account.bank, pay.account.token), (token(2), bank("601"), token(31)));
    assert_eq!(world.case(1).payments[0].state, PaymentState::Ordered);
}

/// A-O2: every transition cites its row and its paragraph.
#[test]
fn every_event_cites_its_row_and_its_paragraph() {
    let mut world = applied();
    world.decide(1, Decision::Grant);
    world.until(at("2024-06-30 12:00"));
    world.list(&[enrolment(4)]);
    world.disability(proaktiv_messages::Finding::No);
    let mut kinds = std::collections::BTreeSet::new();
    for event in &world.events {
        let ground = event.ground();
        let (letter, number) = ground.row.split_once('-').expect("a row has a letter and a number");
        assert!(
            ["A", "T", "S"].contains(&letter) && number.starts_with(|digit: char| digit.is_ascii_digit()),
            "{}",
            ground.row
        );
        assert!((4..=14).contains(&ground.paragraph_number()), "{} {}", ground.row, ground.paragraph);
        kinds.insert(ground.row);
    }
    assert!(kinds.len() >= 15, "{kinds:?}");
}

/// every message goes to a participant of the register, whose address reads back as it is written.
#[test]
fn every_message_goes_to_a_participant_of_the_register() {
    let mut world = applied();
    world.decide(1, Decision::Grant);
    world.until(at("2024-06-30 12:00"));
    let to: std::collections::BTreeSet<String> = world.sent.iter().map(|sent| sent.to.to_string()).collect();
    let expected = [
        "bank/601",
        "bank/722",
        "bank/965",
        "bmg",
        "cbdi",
        "counter",
        "gbdfl",
        "kdp",
        "leb/710000000",
        "payer",
        "sms_centre",
    ];
    assert_eq!(to.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    for sent in &world.sent {
        assert_eq!(sent.to.to_string().parse(), Ok(sent.to));
    }
}

/// A-O3: the observer sees paragraph, outcome and district of each step, and a token, nothing else.
#[test]
fn the_observer_sees_paragraph_outcome_and_district() {
    let mut world = World::new();
    world.condition.observed = true;
    world.list(&[enrolment(1)]);
    world.disability(proaktiv_messages::Finding::No);
    let seen: Vec<_> = world
        .sent
        .iter()
        .filter_map(|sent| {
            let Body::Observe(seen) = &sent.body else { return None };
            Some((sent.to, seen.paragraph, seen.outcome, seen.district))
        })
        .collect();
    assert_eq!(
        seen,
        [
            (Party::Observer, 4, Outcome::Listed, SCHOOL_DISTRICT),
            (Party::Observer, 5, Outcome::Stopped, SCHOOL_DISTRICT)
        ]
    );
}

/// T-01: unless it is switched on, the observer is told nothing.
#[test]
fn the_observer_is_told_nothing_unless_it_is_switched_on() {
    let mut world = applied();
    world.decide(1, Decision::Grant);
    assert_eq!(world.count("observe"), 0);
    world.condition.observed = true;
    world.list(&[enrolment(4)]);
    assert_eq!(world.count("observe"), 1);
}

/// S-43: who decides is the local executive body; the engine only forms and waits.
#[test]
fn the_engine_decides_nothing_by_itself() {
    let mut world = applied();
    world.until(at("2024-12-31 12:00"));
    assert_eq!(world.case(1).stage, Stage::Applied);
    assert_eq!(world.read(), "S-43 decision_is_late\n  to leb/710000000: open_task \"decision_late\"");
}
