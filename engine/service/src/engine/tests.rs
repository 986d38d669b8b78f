//! Stories of the shell: keys that are set aside and taken back, lists across a restart.

use chrono::NaiveDate;
use proaktiv_core::home_schooling::parameters::Law;
use proaktiv_core::home_schooling::{Condition, Question, Stage};
use proaktiv_messages::identity::Iin;
use proaktiv_messages::{Conclusion, Disability, District, Enrolment, Finding, Instruct, ListChunk, Span};

use super::*;
use crate::MemoryJournal;

const LAW: &str = r#"{
    "published": {"value": "2024-02-28", "basis": "assumed"},
    "last_day": "2024-12-31",
    "service_code": {"value": "123", "basis": "assumed"},
    "integrated_banks": ["601", "722"],
    "reply_window_working_days": 3,
    "offer_hour": 9,
    "permitted_from": 9,
    "permitted_to": 21,
    "payment_working_day": 10,
    "payment_hour": 9,
    "rates": [{"district": 710000000, "from": "2024-01-01", "unit": "monthly", "mci": 3, "source": "assumed"}],
    "mci": [{"from": "2024-01-01", "tiyn": 369200, "source": "assumed"}]
}"#;

const DISTRICT: District = District(710_000_000);

/// Keeps what leaves.
#[derive(Default)]
struct Sent(Vec<Envelope<Clear>>);

impl Ports for Sent {
    fn send(&mut self, message: Envelope<Clear>) {
        self.0.push(message);
    }

    fn wake_at(&mut self, _at: Moment) {}
}

/// An engine, what left it, and the clock.
struct World {
    engine: Engine<MemoryJournal>,
    sent: Sent,
    now: Moment,
    count: u64,
}

fn config() -> Config {
    let law = Law::from_json(LAW).expect("the law of the tests is sound");
    let condition = Condition { law, observed: false };
    Config { condition, key: TokenKey::new([7; 32]), limits: crate::config::Limits::default() }
}

fn iin(text: &str) -> Iin {
    text.parse().expect("a made-up IIN")
}

fn first() -> Iin {
    iin("159901500005")
}

fn second() -> Iin {
    iin("009901500005")
}

fn day(of_march: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 3, of_march).expect("a date")
}

fn row(id: u64, child: Iin) -> Enrolment<Clear> {
    Enrolment {
        row: Some(id),
        child,
        school: 3,
        district: DISTRICT,
        order_number: Some("12-3".into()),
        order_date: NaiveDate::from_ymd_opt(2024, 1, 10),
        from: NaiveDate::from_ymd_opt(2024, 1, 15),
        to: NaiveDate::from_ymd_opt(2025, 5, 25),
        conclusions: smallvec::smallvec![Conclusion { number: "44".into(), date: day(1) }],
        ended: None,
        guardian: None,
    }
}

impl World {
    fn new() -> Self {
        let engine = Engine::new(config(), MemoryJournal::new(1_000));
        let now = astana::at_hour(day(12), 2);
        Self { engine, sent: Sent::default(), now, count: 0 }
    }

    fn receive(&mut self, from: Party, answers: Option<MessageId>, body: Body<Clear>) {
        self.count += 1;
        let id = MessageId::Numbered(self.count);
        let message = Envelope { id, answers, from, to: Party::Esobes, sent: self.now, body };
        self.engine.deliver(&message, self.now, &mut self.sent);
        self.flush();
    }

    fn flush(&mut self) {
        let up_to = self.engine.journal.commit();
        self.engine.flushed(up_to, self.now, &mut self.sent);
    }

    /// A full list of a day comes at two in the morning.
    fn list(&mut self, batch: u64, of_march: u32, rows: &[Enrolment<Clear>]) {
        self.now = astana::at_hour(day(of_march), 2);
        let rows: Arc<[_]> = rows.iter().cloned().map(Arc::new).collect();
        let declared_rows = Some(rows.len() as u32);
        let chunk = ListChunk { batch, day: day(of_march), part: 0, parts: 1, declared_rows, rows };
        self.receive(Party::Nobd, None, Body::ReportEnrolments(chunk));
    }

    fn kinds(&mut self) -> Vec<&'static str> {
        let kinds = self.sent.0.iter().map(|message| message.body.kind()).collect();
        self.sent.0.clear();
        kinds
    }

    fn cell_of(&mut self, child: Iin) -> u32 {
        let key = Key::case(self.engine.vault.person(child));
        self.engine.cell(key)
    }

    fn stage(&mut self, child: Iin) -> Stage {
        let cell = self.cell_of(child);
        let State::Case(case) = &self.engine.cells[cell as usize].state else { panic!("a case") };
        case.stage
    }

    /// CBDI says yes to the last question that it was asked.
    fn disabled(&mut self) {
        let asked = self.sent.0.iter().rfind(|message| message.to == Party::Cbdi).expect("a question").id;
        let found = Disability { since: day(1), until: None };
        self.receive(Party::Cbdi, Some(asked), Body::DisabilityAnswer(Finding::Yes(found)));
    }

    fn take_back(&mut self, child: Iin) {
        let (role, document, reason) = ("head".into(), "17".into(), "checked".into());
        let instruct = Instruct { child, decision: OfficialDecision::TakeBack, role, document, reason };
        self.receive(Party::LocalExecutiveBody(DISTRICT), None, Body::Instruct(Box::new(instruct)));
    }

    /// The process dies and comes back from its journal.
    fn restart(&mut self) {
        let journal = std::mem::replace(&mut self.engine.journal, MemoryJournal::new(1));
        self.engine = Engine::open(config(), journal, self.now).expect("the journal reads");
        self.flush();
    }
}

/// A case that is set aside with its first question asked and answered.
fn set_aside() -> World {
    let mut world = World::new();
    world.list(1, 12, &[row(1, first())]);
    let cell = world.cell_of(first());
    world.engine.cells[cell as usize].set_aside = true;
    world.disabled();
    assert_eq!(world.stage(first()), Stage::Asked(Question::Disability), "what arrives is kept");
    world
}

/// S-51: what a key that is set aside was sent is carried out, in order, when an official takes it back.
#[test]
fn a_key_that_was_set_aside_is_taken_back_with_what_was_kept() {
    let mut world = set_aside();
    world.kinds();
    world.take_back(first());
    assert_eq!(world.stage(first()), Stage::Asked(Question::Applications));
    assert!(world.kinds().contains(&"ask_applications"));
    assert!(world.engine.kept.is_empty());
}

/// S-51: what was kept survives a restart, before the key is taken back and after.
#[test]
fn what_was_kept_survives_a_restart() {
    let mut world = set_aside();
    world.restart();
    world.take_back(first());
    assert_eq!(world.stage(first()), Stage::Asked(Question::Applications));
    world.restart();
    assert_eq!(world.stage(first()), Stage::Asked(Question::Applications));
    assert!(world.engine.kept.is_empty());
}

/// A step that breaks undoes itself alone: the steps before it stand, flushed or not.
#[test]
fn a_step_that_breaks_undoes_no_step_before_it() {
    let mut world = World::new();
    world.list(1, 12, &[row(1, first())]);
    let asked = world.sent.0.iter().rfind(|message| message.to == Party::Cbdi).expect("a question").id;
    let found = Disability { since: day(1), until: None };
    let answer = Body::DisabilityAnswer(Finding::Yes(found));
    let id = MessageId::Numbered(7);
    let message =
        Envelope { id, answers: Some(asked), from: Party::Cbdi, to: Party::Esobes, sent: world.now, body: answer };
    world.engine.deliver(&message, world.now, &mut world.sent);
    assert_eq!(world.stage(first()), Stage::Asked(Question::Applications));
    let cell = world.cell_of(first());
    world.engine.refold(cell);
    assert_eq!(world.stage(first()), Stage::Asked(Question::Applications), "nothing was flushed since the list");
}

/// S-51: who is taken back and breaks again is set aside again, with what follows.
#[test]
fn nothing_is_lost_of_a_key_that_is_set_aside_again() {
    let mut world = set_aside();
    let cell = world.cell_of(first());
    world.take_back(first());
    world.engine.cells[cell as usize].set_aside = true;
    let asked = world.sent.0.iter().rfind(|message| message.to == Party::Counter).expect("a question").id;
    world.receive(Party::Counter, Some(asked), Body::ApplicationsAnswer(Finding::No));
    assert_eq!(world.engine.kept[&cell].len(), 1);
    world.take_back(first());
    assert_eq!(world.stage(first()), Stage::Asked(Question::Consent));
}

/// I-15: a batch that comes again, under new ids and after a restart, is answered and changes nothing.
#[test]
fn a_batch_that_comes_again_is_answered_and_changes_nothing() {
    let mut world = World::new();
    world.list(1, 12, &[row(1, first())]);
    let records = world.engine.stats().records;
    world.kinds();
    world.list(1, 12, &[row(1, first()), row(2, second())]);
    assert_eq!((world.kinds(), world.engine.stats().records), (vec!["received"], records));
    world.restart();
    world.kinds();
    world.list(1, 12, &[row(1, first()), row(2, second())]);
    assert_eq!(world.kinds(), ["received"]);
    assert_eq!(world.engine.stats().records, 0);
}

/// S-13b: who is missing is found after a restart too, from a snapshot as from records.
#[test]
fn who_is_missing_is_found_after_a_restart() {
    for keep in [1, 1_000] {
        let mut world = World::new();
        world.engine.journal = MemoryJournal::new(keep);
        world.list(1, 12, &[row(1, first()), row(2, second())]);
        world.now = world.now + Span::hours(1);
        world.restart();
        world.kinds();
        world.list(2, 13, &[row(1, first())]);
        assert!(world.kinds().contains(&"ask_row"), "a snapshot every {keep} records");
        assert_eq!(world.stage(second()), Stage::Held(proaktiv_messages::Hold::MissingFromList));
        assert_eq!(world.stage(first()), Stage::Asked(Question::Disability));
    }
}
