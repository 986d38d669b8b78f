//! Order 42, p. 7 with S-03…S-03d, S-11, S-46, S-48: the representative's consent and his record over time.

use proaktiv_core::home_schooling::{
    CaseEvent, CaseInbound, Event, Inbound, Progress, Reaching, RecipientEvent, RecipientInbound, Stage, Unfit, Waiter,
};
use proaktiv_messages::{
    Body, Closing, ConsentWithdrawn, Finding, Key, Party, PersonChange, Purposes, ReportPerson, Role, Status,
    StatusKind,
};

use super::world::{SCHOOL_DISTRICT, World, at, child_record, date, enrolment, number_record, person_record, token};

/// A child whose mother (2) is asked for her consent.
fn at_her_consent() -> World {
    let mut world = World::new();
    world.list(&[enrolment(1)]);
    world.eligible();
    world.consent(Some(Purposes::OF_CHILD));
    world.child(child_record(1));
    world
}

/// KDP has the request.
fn received(world: &mut World) {
    world.answer(Party::Kdp, "request_consent", Body::Received);
}

/// The child asks for the person again, as it does when its case is looked at again (S-46).
fn asks_again(world: &mut World, person: u128) {
    let waiter = Waiter { child: token(1), district: SCHOOL_DISTRICT };
    let inbound = Inbound::Recipient(RecipientInbound::Assess { waiter, or: None, doubted: None, again: true });
    // The case has not asked by itself here and takes no answer; what the recipient does is the story.
    world.alone = true;
    world.step(Key::recipient(token(person)), &inbound).expect("a child that asks");
}

fn withdraws(world: &mut World) {
    let consent = world.recipient(2).consent.expect("a consent");
    let withdrawn = ConsentWithdrawn { consent: consent.id, subject: token(2), purposes: consent.purposes };
    world.receive(Party::Kdp, None, Body::ConsentWithdrawn(withdrawn)).expect("a consent that is used");
}

fn status(kind: StatusKind) -> Status {
    Status { kind, from: date("2024-03-01"), to: None }
}

fn reported(world: &mut World, kind: StatusKind) {
    changed(world, PersonChange::Recorded(status(kind)));
}

fn changed(world: &mut World, change: PersonChange) {
    let report = ReportPerson { person: token(2), role: Role::Representative, change };
    world.receive(Party::Gbdfl, None, Body::ReportPerson(report)).expect("a person that was asked about");
}

/// S-03: three working days from KDP's word of receipt; then the next representative is tried.
#[test]
fn an_unanswered_request_counts_after_three_working_days() {
    let mut world = at_her_consent();
    world.until(at("2024-03-13 15:00"));
    received(&mut world);
    world.until(at("2024-03-18 23:59:59.999"));
    assert_eq!(world.recipient(2).progress, Progress::Consent);
    world.until(at("2024-03-19 00:00"));
    assert_eq!(world.recipient(2).progress, Progress::Unfit(Unfit::ConsentTimeout));
    assert_eq!(world.recipient(3).progress, Progress::Consent);
}

/// S-03: KDP out of reach is no silence of the person.
#[test]
fn without_kdps_word_of_receipt_no_time_runs() {
    let mut world = at_her_consent();
    world.until(at("2024-05-30 12:00"));
    assert_eq!(world.recipient(2).progress, Progress::Consent);
}

/// S-03: one more request after thirty days, and not more.
#[test]
fn one_more_request_after_thirty_days_and_not_more() {
    let mut world = at_her_consent();
    received(&mut world);
    let requests = |world: &World| {
        let to_her =
            |sent: &&super::world::Sent| matches!(&sent.body, Body::RequestConsent(asked) if asked.subject == token(2));
        world.sent.iter().filter(to_her).count()
    };
    world.until(at("2024-04-09 02:00"));
    asks_again(&mut world, 2);
    assert_eq!(requests(&world), 1, "the twenty-ninth day");
    world.until(at("2024-04-10 02:00"));
    asks_again(&mut world, 2);
    assert_eq!(requests(&world), 2, "the thirtieth day");
    received(&mut world);
    world.until(at("2024-07-01 02:00"));
    asks_again(&mut world, 2);
    assert_eq!(requests(&world), 2);
}

/// S-03: refusal is a will: nothing is read, and the same child does not ask again.
#[test]
fn after_a_refusal_nothing_is_read() {
    let mut world = at_her_consent();
    world.consent(None);
    assert_eq!(world.recipient(2).progress, Progress::Unfit(Unfit::ConsentRefused));
    world.until(at("2024-06-01 02:00"));
    asks_again(&mut world, 2);
    assert_eq!((world.recipient(2).progress, world.count("ask_person")), (Progress::Unfit(Unfit::ConsentRefused), 0));
}

/// S-03: the first parent refuses, the second consents.
#[test]
fn the_second_parent_acts_where_the_first_refuses() {
    let mut world = at_her_consent();
    world.consent(None);
    world.consent(Some(Purposes::OF_REPRESENTATIVE));
    world.person(person_record(3));
    world.number(Finding::Yes(number_record(3, None)));
    world.all_accounts(&[("601", 31)]);
    assert_eq!(world.case(1).stage, Stage::Ready);
}

/// S-46: looked at again, the questions begin at the paragraph that stopped him.
#[test]
fn questions_begin_again_at_the_paragraph_that_stopped_him() {
    let mut world = at_her_consent();
    world.consent(Some(Purposes::OF_REPRESENTATIVE));
    world.person(person_record(2));
    world.number(Finding::No);
    let read = world.count("ask_person");
    world.until(at("2024-03-16 02:00"));
    world.says(Party::Bmg, "ask_number", Body::NumberAnswer(Finding::Yes(number_record(2, None))));
    world.silence(Party::Bmg);
    asks_again(&mut world, 2);
    assert_eq!((world.count("ask_person"), world.recipient(2).progress), (read, Progress::Number));
}

/// S-03d: held for ninety days: a consent that has run out is asked for anew, at most every thirty days.
#[test]
fn a_consent_that_has_run_out_is_asked_for_at_most_every_thirty_days() {
    let mut world = at_her_consent();
    world.consent(Some(Purposes::OF_REPRESENTATIVE));
    world.person(person_record(2));
    world.number(Finding::No);
    world.silence(Party::Kdp);
    let before = world.count("request_consent");
    for day in 1..=90 {
        let now = proaktiv_messages::Moment::from_millis(at("2024-03-12 02:00").millis() + day * 86_400_000);
        world.until(now);
        asks_again(&mut world, 2);
        if world.recipient(2).progress == Progress::Consent {
            world.consent(Some(Purposes::OF_REPRESENTATIVE));
        }
    }
    // The father was asked once, when the mother had no number.
    assert!(world.count("request_consent") - before <= 3, "{}", world.count("request_consent") - before);
}

/// S-03d: a consent that ran out while the child waited: no register is asked, it is asked for anew, and
/// the form leaves at the offer hour after that.
#[test]
fn a_consent_that_ran_out_in_line_is_asked_for_anew() {
    let mut world = World::new();
    world.ready(1, &[("601", 31)]);
    world.silence(Party::Bmg);
    world.until(at("2024-04-10 22:00"));
    let asked = world.count("ask_number");
    world.until(at("2024-04-11 09:00"));
    assert_eq!(world.count("ask_number"), asked);
    world.consent(Some(Purposes::OF_REPRESENTATIVE));
    world.says(Party::Bmg, "ask_number", Body::NumberAnswer(Finding::Yes(number_record(2, None))));
    for code in ["601", "722", "965"] {
        world.says(Party::Bank(super::world::bank(code)), "ask_accounts", super::world::accounts_answer(vec![]));
    }
    world.full_list("2024-04-12", &[enrolment(1)]);
    world.until(at("2024-04-12 09:00"));
    assert_eq!(world.forms(), [3]);
}

/// S-03, S-15: the consent that ran out in line is asked for anew and refused, or not answered: the next
/// representative is tried.
#[test]
fn a_consent_that_is_not_given_anew_passes_to_the_next_representative() {
    for refused in [true, false] {
        let mut world = World::new();
        world.ready(1, &[("601", 31)]);
        world.silence(Party::Bmg);
        world.until(at("2024-04-11 09:00"));
        if refused {
            world.consent(None);
        } else {
            received(&mut world);
            world.until(at("2024-04-17 00:00"));
        }
        assert_eq!((world.case(1).stage, world.recipient(3).progress), (Stage::Assessing, Progress::Consent));
        assert!(world.line(2).waiting.is_empty());
    }
}

/// S-03: withdrawn on the second day of the window: no further question, closed without App.4.
#[test]
fn a_withdrawal_in_the_window_closes_the_offer() {
    let mut world = World::new();
    world.offered(1, &[]);
    world.until(at("2024-03-13 12:00"));
    withdraws(&mut world);
    let asked = world.count("ask_accounts");
    world.until(at("2024-03-30 12:00"));
    assert_eq!((world.count("ask_accounts"), world.forms()), (asked, vec![3]));
    assert_eq!(world.case(1).stage, Stage::Closed(Closing::ConsentWithdrawn));
}

/// S-03b: withdrawn between the acceptance and the application: nothing more is asked, the application stands.
#[test]
fn a_withdrawal_after_the_acceptance_withdraws_no_application() {
    let mut world = World::new();
    world.offered(1, &[("601", 31)]);
    world.silence(Party::Bmg);
    world.reply(2, "123 #3#1");
    let asked = world.count("ask_number");
    withdraws(&mut world);
    assert_eq!((world.count("register_application"), world.count("ask_number")), (1, asked));
}

/// S-03d, T-12: C1 run out with App.3 out and no reply: nothing is asked, and App.4 is the local executive body's.
#[test]
fn without_any_consent_nothing_is_asked_and_the_notice_is_the_leb_s() {
    let mut world = World::new();
    world.ready(1, &[]);
    world.silence(Party::Bmg);
    world.until(at("2024-04-09 22:00"));
    world.says(Party::Bmg, "ask_number", Body::NumberAnswer(Finding::Yes(number_record(2, None))));
    world.full_list("2024-04-10", &[enrolment(1)]);
    // The consent of 11 March, 10:00 runs out on 10 April, 10:00, an hour after App.3.
    world.until(at("2024-04-10 09:00"));
    world.accepted();
    let (numbers, accounts) = (world.count("ask_number"), world.count("ask_accounts"));
    world.until(at("2024-04-30 12:00"));
    assert_eq!((world.count("ask_number"), world.count("ask_accounts")), (numbers, accounts));
    assert_eq!(world.forms(), [3]);
    assert_eq!(world.case(1).stage, Stage::Closed(Closing::NoReply));
}

/// S-03d: after `#3#0` the reply is the consent (C2), also when C1 has run out.
#[test]
fn a_reply_is_a_consent_that_does_not_run_out() {
    let mut world = World::new();
    world.ready(1, &[("601", 31)]);
    world.silence(Party::Bmg);
    world.until(at("2024-04-09 22:00"));
    world.says(Party::Bmg, "ask_number", Body::NumberAnswer(Finding::Yes(number_record(2, None))));
    world.full_list("2024-04-10", &[enrolment(1)]);
    world.until(at("2024-04-10 09:00"));
    world.accepted();
    world.until(at("2024-04-11 11:00"));
    world.reply(2, "123 #3#0");
    assert_eq!(world.forms(), [1, 3]);
    world.accepted();
    let before = world.count("ask_accounts");
    world.until(at("2024-04-11 17:00"));
    assert_eq!(world.count("ask_accounts"), before + 3);
}

/// S-48: the representative dies in the window: closed without App.4, her reply is void; the next one is tried.
#[test]
fn the_death_of_the_representative_closes_the_offer() {
    for kind in [StatusKind::Dead, StatusKind::Incapable, StatusKind::DeprivedOfRights] {
        let mut world = World::new();
        world.offered(1, &[("601", 31)]);
        reported(&mut world, kind);
        world.reply(2, "123 #3#1");
        world.until(at("2024-03-30 12:00"));
        assert_eq!((world.forms(), world.count("register_application")), (vec![1], 0), "{kind:?}");
        let closed = |event: &Event| matches!(event, Event::Case(CaseEvent::Closed { reason: Closing::RepLost }));
        assert_eq!(world.events.iter().filter(|event| closed(event)).count(), 1);
        // The father's turn: he is asked for his consent, and she for nothing more.
        assert_eq!(world.recipient(3).progress, Progress::Consent);
        assert_eq!(world.count("ask_person"), 1);
        assert_eq!(world.recipient(2).progress, Progress::Unfit(Unfit::Flagged));
    }
}

/// S-48: departure changes nothing for the representative.
#[test]
fn departure_changes_nothing() {
    let mut world = World::new();
    world.offered(1, &[("601", 31)]);
    reported(&mut world, StatusKind::Departed);
    world.reply(2, "123 #3#1");
    assert_eq!(world.count("register_application"), 1);
}

/// S-48: of whoever is reported lost no register is asked, until GBDFL takes it back; no App.5 goes to his name.
#[test]
fn the_lost_are_not_asked_about() {
    let mut world = World::new();
    world.ready(1, &[("601", 31)]);
    let asked = world.count("ask_person");
    reported(&mut world, StatusKind::Dead);
    asks_again(&mut world, 2);
    let reach = RecipientInbound::Reach(Reaching { child: token(1), number: token(7_002), name: token(8_001) });
    let numbers = world.count("ask_number");
    world.step(Key::recipient(token(2)), &Inbound::Recipient(reach)).expect("a case that asks");
    assert_eq!((world.count("ask_person"), world.count("ask_number")), (asked, numbers));
    let last = world.events.last().expect("an answer");
    assert!(matches!(last, Event::Recipient(RecipientEvent::Reached { contact: None, .. })), "{last:?}");
    changed(&mut world, PersonChange::TakenBack(status(StatusKind::Dead)));
    assert_eq!(world.count("ask_person"), asked);
    asks_again(&mut world, 2);
    assert_eq!(world.count("ask_person"), asked + 1);
}

/// S-18: where an offer to his number failed, BMG is asked whether there is another.
#[test]
fn a_number_in_doubt_is_asked_for_anew() {
    for (doubted, asked) in [(7_002, 1), (7_009, 0)] {
        let mut world = World::new();
        world.ready(1, &[("601", 31)]);
        let before = world.count("ask_number");
        let waiter = Waiter { child: token(1), district: SCHOOL_DISTRICT };
        let inbound = RecipientInbound::Assess { waiter, or: None, doubted: Some(token(doubted)), again: true };
        world.alone = true;
        world.silence(Party::Bmg);
        world.step(Key::recipient(token(2)), &Inbound::Recipient(inbound)).expect("a child that asks");
        assert_eq!(world.count("ask_number") - before, asked, "{doubted}");
    }
}

/// P9, S-37: before App.5 BMG says how he is reached: by the same number, another one, or none.
#[test]
fn before_app_5_bmg_says_how_he_is_reached() {
    for (finding, number) in [
        (Finding::Yes(number_record(2, None)), Some(token(7_002))),
        (Finding::Yes(number_record(9, None)), Some(token(7_009))),
        (Finding::No, None),
    ] {
        let mut world = World::new();
        world.offered(1, &[("601", 31)]);
        world.reply(2, "123 #3#1");
        world.says(Party::Bmg, "ask_number", Body::NumberAnswer(finding));
        let reach = RecipientInbound::Reach(Reaching { child: token(1), number: token(7_002), name: token(8_001) });
        let asked = world.count("ask_number");
        world.step(Key::recipient(token(2)), &Inbound::Recipient(reach)).expect("a case that asks");
        world.until(at("2024-03-12 09:30"));
        world.opens(2, super::world::account("601", 31), at("2024-01-01 10:00"));
        assert_eq!(world.count("ask_number"), asked + 1);
        let reached = world.events.iter().rev().find_map(|event| {
            let Event::Recipient(RecipientEvent::Reached { contact, .. }) = event else { return None };
            Some(contact.as_ref().map(|contact| contact.number))
        });
        assert_eq!(reached, Some(number));
        // What BMG has said is known to the next child that asks.
        assert_eq!(world.recipient(2).contact().map(|contact| contact.number), number);
    }
}

/// S-46: its child dies while the mother is asked about: nothing more is asked about her for it. What she and the
/// registers still say is kept, and a sibling that asks goes on from there.
#[test]
fn no_register_is_asked_about_whom_nobody_waits_for() {
    let dies = |world: &mut World| {
        let report = CaseInbound::PersonReported(PersonChange::Recorded(status(StatusKind::Dead)));
        world.step(Key::case(token(1)), &Inbound::Case(report)).expect("a listed child");
    };
    for before_the_consent in [true, false] {
        let mut world = at_her_consent();
        if before_the_consent {
            dies(&mut world);
            world.consent(Some(Purposes::OF_REPRESENTATIVE));
            assert_eq!(world.count("ask_person"), 0);
        } else {
            world.consent(Some(Purposes::OF_REPRESENTATIVE));
            dies(&mut world);
            world.person(person_record(2));
            assert_eq!((world.count("ask_person"), world.count("ask_number")), (1, 0));
        }
        assert_eq!(world.recipient(2).progress, Progress::Paused);
        world.alone = true;
        let sibling = Waiter { child: token(4), district: SCHOOL_DISTRICT };
        let asks = RecipientInbound::Assess { waiter: sibling, or: None, doubted: None, again: false };
        world.step(Key::recipient(token(2)), &Inbound::Recipient(asks)).expect("a child that asks");
        let next = if before_the_consent { Progress::Record } else { Progress::Number };
        assert_eq!(world.recipient(2).progress, next);
    }
}
