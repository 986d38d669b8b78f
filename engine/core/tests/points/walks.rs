//! Order 42, p. 9 to 12: random walks of an offer. Whatever happens in whatever order, the invariants
//! hold after each step (the world checks them), every offer ends, and the events make the state.

use proaktiv_core::Aggregate;
use proaktiv_core::home_schooling::{Line, LineEvent, Offer, Progress, Recipient, Stage, State, forms};
use proaktiv_messages::{
    Body, ConsentWithdrawn, Ending, EndingKind, Enrolment, Finding, Key, Moment, Party, PersonChange, Purposes,
    ReportPerson, Role, SmsAccepted, SmsOutcome, SmsReply, Status, StatusKind,
};
use proptest::prelude::*;

use super::world::{World, account, accounts_answer, at, bank, date, enrolment, number_record, token};

/// What can happen next.
#[derive(Clone, Debug)]
enum Step {
    Wait { minutes: i64 },
    Reply { text: usize, late_by: i64 },
    SmsAccepted,
    Undelivered,
    Opens { bank: usize, ago: i64 },
    Closes { bank: usize },
    Bmg(usize),
    Link { up: bool },
    Leave { child: u128 },
    Ready { child: u128 },
    Withdraws,
    Dies,
}

const TEXTS: [&str; 6] = ["123 #3#1", "123 #3#0", "123#3#12", "жоқ", "что это", "777 #3#1"];
const BANKS: [&str; 3] = ["601", "722", "965"];

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (1_i64..2_000).prop_map(|minutes| Step::Wait { minutes }),
        4 => (0..TEXTS.len(), prop_oneof![3 => Just(0_i64), 1 => 0_i64..6_000])
            .prop_map(|(text, late_by)| Step::Reply { text, late_by }),
        5 => Just(Step::SmsAccepted),
        1 => Just(Step::Undelivered),
        2 => (0..BANKS.len(), 0_i64..3_000).prop_map(|(bank, ago)| Step::Opens { bank, ago }),
        1 => (0..BANKS.len()).prop_map(|bank| Step::Closes { bank }),
        2 => (0_usize..4).prop_map(Step::Bmg),
        1 => any::<bool>().prop_map(|up| Step::Link { up }),
        1 => prop_oneof![Just(1_u128), Just(4)].prop_map(|child| Step::Leave { child }),
        1 => Just(Step::Ready { child: 4 }),
        1 => prop_oneof![4 => Just(Step::Link { up: true }), 1 => Just(Step::Withdraws), 1 => Just(Step::Dies)],
    ]
}

fn earlier(now: Moment, minutes: i64) -> Moment {
    Moment::from_millis(now.millis() - minutes * 60_000)
}

fn take(world: &mut World, step: &Step) {
    let now = world.now;
    match step {
        Step::Wait { minutes } => world.until(earlier(now, -minutes)),
        Step::Reply { text, late_by } => {
            let received = Some(earlier(now, *late_by));
            let reply = SmsReply { number: token(7_002), wording: forms::read(TEXTS[*text]), received };
            let _ = world.receive(Party::SmsCentre, None, Body::SmsReply(reply));
        }
        Step::SmsAccepted => {
            let sent = world.sent.iter().rev().find(|sent| sent.body.kind() == "send_sms").cloned();
            let parts = Body::SmsAccepted(SmsAccepted { first_part: now, last_part: now });
            if let Some(sent) = sent {
                let _ = world.receive(Party::SmsCentre, Some(&sent), parts);
            }
        }
        Step::Undelivered => {
            let sent = world.sent.iter().rev().find(|sent| sent.body.kind() == "send_sms").map(|sent| sent.id);
            if let Some(sms) = sent {
                let _ = world.receive(Party::SmsCentre, None, Body::SmsOutcome(SmsOutcome { sms, delivered: false }));
            }
        }
        Step::Opens { bank: place, ago } => {
            let opened = proaktiv_messages::Account {
                opened: Some(earlier(now, *ago)),
                ..account(BANKS[*place], 100 + *place as u128)
            };
            world.says(Party::Bank(bank(BANKS[*place])), "ask_accounts", accounts_answer(vec![opened]));
            let report = proaktiv_messages::ReportAccount { person: token(2), account: opened };
            let _ = world.receive(Party::Bank(bank(BANKS[*place])), None, Body::ReportAccount(report));
        }
        Step::Closes { bank: place } => {
            world.says(Party::Bank(bank(BANKS[*place])), "ask_accounts", accounts_answer(vec![]));
        }
        Step::Bmg(answer) => match answer {
            0 => world.silence(Party::Bmg),
            1 => world.says(Party::Bmg, "ask_number", Body::NumberAnswer(Finding::Unknown)),
            2 | 3 => say_his(world),
            _ => {}
        },
        Step::Link { up: false } => world.silence(Party::SmsCentre),
        Step::Link { up: true } => world.says(Party::SmsCentre, "check_link", Body::Received),
        Step::Leave { child } => {
            if world.has_case(*child) {
                let ended = Some(Ending { kind: EndingKind::ReturnedToSchool, on: None });
                world.list(&[Enrolment { ended, ..enrolment(*child) }]);
            }
        }
        Step::Withdraws => withdraw(world),
        Step::Dies => die(world),
        Step::Ready { child } => {
            // A sibling whose case has all it needs but the offer.
            if world.recipient(2).contact().is_some() && !world.has_case(*child) {
                world.ready(*child, &[]);
            }
        }
    }
}

fn withdraw(world: &mut World) {
    if let Some(consent) = world.recipient(2).consent {
        let withdrawn = ConsentWithdrawn { consent: consent.id, subject: token(2), purposes: consent.purposes };
        let _ = world.receive(Party::Kdp, None, Body::ConsentWithdrawn(withdrawn));
    }
}

fn die(world: &mut World) {
    let change = PersonChange::Recorded(Status { kind: StatusKind::Dead, from: date("2024-03-01"), to: None });
    let report = ReportPerson { person: token(2), role: Role::Representative, change };
    let _ = world.receive(Party::Gbdfl, None, Body::ReportPerson(report));
}

fn say_his(world: &mut World) {
    let body = Body::NumberAnswer(Finding::Yes(number_record(2, None)));
    world.says(Party::Bmg, "ask_number", body.clone());
    answer_open(world, Party::Bmg, "ask_number", &body);
}

/// A party that was silent answers its last question.
fn answer_open(world: &mut World, party: Party, kind: &str, body: &Body<proaktiv_messages::Sealed>) {
    let asked = world.sent.iter().rev().find(|sent| sent.to == party && sent.body.kind() == kind).cloned();
    if let Some(asked) = asked {
        let _ = world.receive(party, Some(&asked), body.clone());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(1500)))]

    /// I-3, I-4, I-6, I-13: hold after each step; every offer ends once parties answer again.
    #[test]
    fn every_offer_ends_and_keeps_the_invariants(
        held in prop_oneof![Just(vec![]), Just(vec![("601", 31)]), Just(vec![("601", 31), ("722", 32)])],
        steps in prop::collection::vec(step(), 0..40),
    ) {
        let mut world = World::new();
        world.ready(1, &held);
        world.alone = true;
        world.until(at("2024-03-12 09:00"));
        for step in &steps {
            take(&mut world, step);
        }
        // From here on everybody answers, and nobody writes.
        world.says(Party::SmsCentre, "check_link", Body::Received);
        say_his(&mut world);
        world.stays_disabled();
        let Some(disabled) = world.said(Party::Cbdi, "ask_disability") else { panic!("CBDI answers") };
        answer_open(&mut world, Party::Cbdi, "ask_disability", &disabled);
        for code in BANKS {
            world.says(Party::Bank(bank(code)), "ask_accounts", accounts_answer(vec![]));
            answer_open(&mut world, Party::Bank(bank(code)), "ask_accounts", &accounts_answer(vec![]));
        }
        for _ in 0..10 {
            take(&mut world, &Step::SmsAccepted);
            if world.recipient(2).progress == Progress::Consent {
                world.consent(Some(Purposes::OF_REPRESENTATIVE));
            }
            for days in [13, 1] {
                let later = earlier(world.now, -days * 1_440);
                world.until(later);
                world.same_list();
            }
        }
        let line = world.line(2).clone();
        prop_assert!(line.offer.is_none() && line.preparing.is_none(), "{:?}", line.offer);
        prop_assert!(line.waiting.is_empty());
        for child in [1, 4].into_iter().filter(|child| world.has_case(*child)) {
            let stage = world.case(child).stage;
            prop_assert!(!matches!(stage, Stage::Ready | Stage::Offered), "child {child} waits for nothing: {stage:?}");
        }
        // I-6: at most one App.4 for each offer that was closed in silence.
        let count = |wanted: fn(&LineEvent) -> bool| {
            world.events.iter().filter(|event| match event {
                proaktiv_core::home_schooling::Event::Line(event) => wanted(event),
                proaktiv_core::home_schooling::Event::Intake(_)
                | proaktiv_core::home_schooling::Event::Case(_)
                | proaktiv_core::home_schooling::Event::Recipient(_) => false,
            }).count()
        };
        let offers = count(|event| matches!(event, LineEvent::FormPrepared { .. }));
        let notices = count(|event| matches!(event, LineEvent::NoticeSent | LineEvent::NoticeFailed));
        prop_assert!(notices <= offers, "{notices} notices for {offers} offers");
        // The events alone make the state.
        let mut folded = State::new(Key::line(token(7_002)));
        for event in &world.events {
            if matches!(event, proaktiv_core::home_schooling::Event::Line(_)) {
                folded.evolve(event);
            }
        }
        prop_assert_eq!(folded, State::Line(Box::new(line)));
    }
}

/// A million children have a million lines and recipients: neither grows unnoticed.
#[test]
fn states_stay_small() {
    assert!(size_of::<Line>() <= 80, "{}", size_of::<Line>());
    assert!(size_of::<Offer>() <= 288, "{}", size_of::<Offer>());
    assert!(size_of::<Recipient>() <= 392, "{}", size_of::<Recipient>());
}
