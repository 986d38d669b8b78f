//! Order 42, cl. 6 and p. 11 (A-O6, S-19): the law changes while a window is open.

use proaktiv_core::home_schooling::{Inbound, IntakeInbound, IntakeRefusal, LineInbound, OfferState, Refusal};
use proaktiv_messages::{Body, DayMoved, Key, LawChange, Moment, Party, SmsAccepted};

use super::world::{World, at, bank, date, token};

/// A change that moves one day.
fn moving(version: &str, valid_from: &str, day: &str, works: bool) -> LawChange {
    LawChange {
        version: version.to_owned(),
        valid_from: date(valid_from),
        days: vec![DayMoved { day: date(day), works, source: "assumed".to_owned() }],
        last_day: None,
        integrated_banks: None,
        source: "assumed".to_owned(),
    }
}

/// App.1 is out since nine in the morning of 30 April 2024: the window ends with Saturday 4 May, which is worked.
fn open_since_30_april() -> World {
    let mut world = World::new();
    world.now = at("2024-04-29 10:00");
    world.ready(1, &[("722", 31)]);
    world.until(at("2024-04-30 09:00"));
    world.accepted();
    world.read();
    assert_eq!(window(&world), (at("2024-05-05 00:00"), at("2024-05-05 09:00")));
    world
}

fn window(world: &World) -> (Moment, Moment) {
    let offer = world.line(2).offer.as_ref().expect("an offer");
    let OfferState::Open(window) = offer.state else { panic!("the form is not out") };
    (window.ends, window.closes)
}

/// The operator states a change; then the shell lets it be in force and tells the line.
fn change(world: &mut World, change: LawChange) -> Result<(), Refusal> {
    let law = world.condition.law.changed_by(&change, proaktiv_core::calendar::astana::civil_day(world.now));
    world.receive(Party::Operator, None, Body::ChangeLaw(Box::new(change)))?;
    world.condition.law = law.expect("what the intake takes can be applied");
    world.step(Key::line(token(7_002)), &Inbound::Line(LineInbound::LawChanged))
}

/// S-19: a worked Saturday is taken back while the window is open; the window ends with the Monday after.
#[test]
fn a_day_that_is_no_longer_worked_extends_an_open_window() {
    let mut world = open_since_30_april();
    world.until(at("2024-05-02 12:00"));
    change(&mut world, moving("d1", "2024-05-02", "2024-05-04", false)).expect("a sound change");
    assert_eq!(world.read(), "S-19 law_changed\nS-19 window_extended");
    assert_eq!(window(&world), (at("2024-05-07 00:00"), at("2024-05-07 09:00")));
    // The old end and the old close pass without consequence.
    world.until(at("2024-05-06 23:59:59.999"));
    assert_eq!(world.read(), "");
    world.reply(2, "123 #3#1");
    assert!(world.read().starts_with("A-31 accepted"));
}

/// S-19: nothing happens before the new close, and silence is established at it.
#[test]
fn silence_is_established_at_the_new_close() {
    let mut world = open_since_30_april();
    change(&mut world, moving("d1", "2024-04-30", "2024-05-04", false)).expect("a sound change");
    world.read();
    world.until(Moment::from_millis(at("2024-05-07 09:00").millis() - 1));
    assert_eq!(world.forms(), [1]);
    world.until(at("2024-05-07 09:00"));
    assert_eq!(world.forms(), [1, 4]);
}

/// S-19: a promise made to a citizen is not shortened; the next form has the new calendar.
#[test]
fn a_day_that_is_worked_after_all_shortens_no_open_window() {
    let mut world = open_since_30_april();
    change(&mut world, moving("d1", "2024-04-30", "2024-05-01", true)).expect("a sound change");
    assert_eq!(world.read(), "S-19 law_changed");
    assert_eq!(window(&world), (at("2024-05-05 00:00"), at("2024-05-05 09:00")));
    let next = world.condition.law.reply_window_ends(at("2024-04-30 09:00"));
    assert_eq!(next, Ok(at("2024-05-04 00:00")));
}

/// S-19: App.3 is watched to the end that its window has now, on the days that are worked now.
#[test]
fn the_watch_of_app_3_follows_its_window_and_its_days() {
    let mut world = World::new();
    world.now = at("2024-04-29 10:00");
    world.ready(1, &[]);
    world.until(at("2024-04-30 09:00"));
    world.accepted();
    let watch = |world: &World| {
        let watch = world.recipient(2).beside.as_ref().and_then(|beside| beside.watch).expect("a watch");
        (watch.until, watch.next_poll)
    };
    assert_eq!(watch(&world), (at("2024-05-05 00:00"), Some(at("2024-04-30 10:00"))));
    world.until(at("2024-04-30 17:30"));
    assert_eq!(watch(&world).1, Some(at("2024-05-02 10:00")));
    change(&mut world, moving("d1", "2024-04-30", "2024-05-04", false)).expect("a sound change");
    assert_eq!(watch(&world), (at("2024-05-07 00:00"), Some(at("2024-05-02 10:00"))));
    world.read();
    change(&mut world, moving("d2", "2024-04-30", "2024-05-01", true)).expect("a sound change");
    assert_eq!(world.read(), "S-19 law_changed\nA-26 watch_renewed\nA-26 watch_begun");
    assert_eq!(watch(&world), (at("2024-05-07 00:00"), Some(at("2024-05-01 10:00"))));
}

/// S-14: a window that a moved day would carry beyond the end of force ends with the force.
#[test]
fn no_window_is_extended_beyond_the_end_of_force() {
    let mut world = World::new();
    world.now = at("2024-12-24 10:00");
    world.ready(1, &[("722", 31)]);
    world.until(at("2024-12-25 09:00"));
    world.accepted();
    assert_eq!(window(&world).0, at("2024-12-31 00:00"));
    world.read();
    let mut decree = moving("d1", "2024-12-26", "2024-12-30", false);
    decree.days.push(DayMoved { day: date("2024-12-31"), works: false, source: "assumed".to_owned() });
    change(&mut world, decree).expect("a sound change");
    assert_eq!(window(&world), (at("2025-01-01 00:00"), at("2025-01-01 09:00")));
}

/// S-17: a form that is being sent has no window yet; it gets one under the law in force when it is out.
#[test]
fn a_form_that_is_being_sent_opens_under_the_new_law() {
    let mut world = World::new();
    world.now = at("2024-04-29 10:00");
    world.ready(1, &[("722", 31)]);
    world.until(at("2024-04-30 09:00"));
    world.read();
    change(&mut world, moving("d1", "2024-04-30", "2024-05-04", false)).expect("a sound change");
    assert_eq!(world.read(), "S-19 law_changed");
    let accepted = SmsAccepted { first_part: world.now, last_part: world.now };
    world.answer(Party::SmsCentre, "send_sms", Body::SmsAccepted(accepted));
    assert_eq!(window(&world).0, at("2024-05-07 00:00"));
}

/// A-O6: a change whose version is known is refused and changes nothing, whatever it says.
#[test]
fn a_version_that_is_known_is_refused() {
    let mut world = open_since_30_april();
    let decree = moving("d1", "2024-04-30", "2024-05-04", false);
    change(&mut world, decree.clone()).expect("a sound change");
    let (events, before) = (world.events.len(), window(&world));
    for again in [decree, moving("d1", "2024-04-30", "2024-05-06", false)] {
        let refused = change(&mut world, again);
        assert_eq!(refused, Err(Refusal::Intake(IntakeRefusal::LawVersionIsKnown)));
    }
    assert_eq!((world.events.len(), window(&world)), (events, before));
    let inbound = IntakeInbound::ChangeLaw {
        change: Box::new(moving("d2", "2024-05-05", "2024-05-04", false)),
        known_at: world.now,
    };
    let refused = world.step(Key::intake(), &Inbound::Intake(inbound));
    assert_eq!(refused, Err(Refusal::Intake(IntakeRefusal::ChangesThePast)));
}

/// another list of integrated banks counts from the day on which it is valid; the last day of force at once.
#[test]
fn banks_count_from_their_day_and_the_last_day_at_once() {
    let law = World::new().condition.law;
    let mut amended = moving("d1", "2024-06-01", "2024-06-03", false);
    amended.integrated_banks = Some(vec![bank("722")]);
    amended.last_day = Some(date("2025-06-30"));
    let before = law.changed_by(&amended, date("2024-05-31")).expect("a sound change");
    assert_eq!(before.integrated_banks(), law.integrated_banks());
    assert_eq!(before.force_ends(), at("2025-07-01 00:00"));
    assert_eq!(before.calendar().is_working_day(date("2024-06-03")), Ok(false));
    let after = law.changed_by(&amended, date("2024-06-01")).expect("a sound change");
    assert_eq!(after.integrated_banks(), [bank("722")]);
    assert!(after.version().ends_with("+d1") && after.version() != before.version());
}

/// S-04, S-10b: the only bank of the form that App.3 replaced leaves the list: `#3#1` asks nobody and brings
/// nothing back.
#[test]
fn the_form_of_a_bank_that_left_the_list_does_not_come_back() {
    let mut world = open_since_30_april();
    world.reply(2, "123 #3#0");
    world.accepted();
    let integrated_banks = Some(vec![bank("601"), bank("965")]);
    let left = moving("d1", "2024-04-30", "2024-05-04", true);
    change(&mut world, LawChange { days: Vec::new(), integrated_banks, ..left }).expect("a sound change");
    let asked = world.count("ask_number");
    world.reply(2, "123 #3#1");
    assert_eq!((world.count("ask_number"), world.forms()), (asked, vec![1, 3]));
}
