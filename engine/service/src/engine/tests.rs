//! Stories of the shell: keys that are set aside and taken back; lists, days without one and consents that
//! are taken back, across a restart.

use chrono::NaiveDate;
use proaktiv_core::home_schooling::parameters::Law;
use proaktiv_core::home_schooling::{Condition, Question, Stage};
use proaktiv_messages::identity::Iin;
use proaktiv_messages::{
    Conclusion, Consent, ConsentDecided, ConsentOutcome, ConsentWithdrawn, Disability, District, Enrolment, Finding,
    Instruct, ListChunk, Purposes, Span,
};

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
        Self::keeping(1_000)
    }

    /// Returns a world whose journal takes a snapshot every so many records.
    fn keeping(records: u64) -> Self {
        let engine = Engine::new(config(), MemoryJournal::new(records));
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

    /// Returns the id of the last message to a party.
    fn asked(&self, party: Party) -> MessageId {
        self.sent.0.iter().rfind(|message| message.to == party).expect("a question").id
    }

    /// CBDI says yes to the last question that it was asked.
    fn disabled(&mut self) {
        let asked = self.asked(Party::Cbdi);
        let found = Disability { since: day(1), until: None };
        self.receive(Party::Cbdi, Some(asked), Body::DisabilityAnswer(Finding::Yes(found)));
    }

    fn take_back(&mut self, child: Iin) {
        let (role, document, reason) = ("head".into(), "17".into(), "checked".into());
        let instruct = Instruct { child, decision: OfficialDecision::TakeBack, role, document, reason };
        self.receive(Party::LocalExecutiveBody(DISTRICT), None, Body::Instruct(Box::new(instruct)));
    }

    /// The engine is woken at an instant.
    fn wake(&mut self, at: Moment) {
        self.now = at;
        self.engine.wake(at, &mut self.sent);
        self.flush();
    }

    /// Returns the ids of the messages of this kind that left since they were last looked at.
    fn ids_of(&mut self, kind: &str) -> Vec<MessageId> {
        let left = std::mem::take(&mut self.sent.0);
        left.into_iter().filter(|message| message.body.kind() == kind).map(|message| message.id).collect()
    }

    /// The process dies and comes back from its journal.
    fn restart(&mut self) {
        let journal = std::mem::replace(&mut self.engine.journal, MemoryJournal::new(1));
        self.engine = Engine::open(config(), journal, self.now).expect("the journal reads");
        self.flush();
    }
}

/// A case that is set aside with its first question asked and answered, in a journal that takes a snapshot every
/// so many records.
fn set_aside_keeping(records: u64) -> World {
    let mut world = World::keeping(records);
    world.list(1, 12, &[row(1, first())]);
    let cell = world.cell_of(first());
    world.engine.cells[cell as usize].set_aside = true;
    world.disabled();
    assert_eq!(world.stage(first()), Stage::Asked(Question::Disability), "what arrives is kept");
    world
}

fn set_aside() -> World {
    set_aside_keeping(1_000)
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

/// S-51: what was kept survives a restart, before the key is taken back and after, in a snapshot as in records.
#[test]
fn what_was_kept_survives_a_restart() {
    for records in [1, 1_000] {
        let mut world = set_aside_keeping(records);
        world.restart();
        let cell = world.cell_of(first());
        assert!(world.engine.cells[cell as usize].set_aside, "a snapshot every {records} records");
        assert_eq!(world.engine.kept[&cell].len(), 1, "a snapshot every {records} records");
        world.take_back(first());
        assert_eq!(world.stage(first()), Stage::Asked(Question::Applications));
        world.restart();
        assert_eq!(world.stage(first()), Stage::Asked(Question::Applications));
        assert!(world.engine.kept.is_empty());
    }
}

/// A step that breaks undoes itself alone: the steps before it stand, flushed or not.
#[test]
fn a_step_that_breaks_undoes_no_step_before_it() {
    let mut world = World::new();
    world.list(1, 12, &[row(1, first())]);
    let asked = world.asked(Party::Cbdi);
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
    let asked = world.asked(Party::Counter);
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
        let mut world = World::keeping(keep);
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

/// S-13: the end of the day is waited for after a restart too; what the operator was told leaves again under the
/// id that it had, until he has it, and no second time.
#[test]
fn a_day_without_a_list_is_told_of_once_across_restarts() {
    for records in [1, 1_000] {
        let mut world = World::keeping(records);
        world.list(1, 12, &[row(1, first())]);
        world.restart();
        let midnight = astana::at_hour(day(13), 24);
        world.wake(midnight - Span::millis(1));
        assert_eq!(world.ids_of("alert"), []);
        world.wake(midnight);
        let told = world.ids_of("alert");
        assert_eq!(told.len(), 1, "a snapshot every {records} records");
        world.restart();
        assert_eq!(world.ids_of("alert"), told);
        world.receive(Party::Operator, Some(told[0]), Body::Received);
        world.restart();
        world.wake(midnight + Span::hours(23));
        assert_eq!(world.ids_of("alert"), []);
    }
}

/// S-03b: what was asked under a consent leaves again after a restart, and no more once it was taken back.
#[test]
fn what_was_asked_under_a_consent_that_is_taken_back_leaves_no_more_after_a_restart() {
    for records in [1, 1_000] {
        for taken_back in [false, true] {
            let mut world = World::keeping(records);
            world.list(1, 12, &[row(1, first())]);
            world.disabled();
            world.receive(Party::Counter, Some(world.asked(Party::Counter)), Body::ApplicationsAnswer(Finding::No));
            let (subject, purposes, given) = (first(), Purposes::OF_CHILD, world.now);
            let consent = Consent { id: 5, subject, purposes, given, until: given + Span::days(2), seal: 0 };
            let request = world.asked(Party::Kdp);
            let decided = ConsentDecided { request, outcome: ConsentOutcome::Given(consent) };
            world.receive(Party::Kdp, None, Body::ConsentDecided(decided));
            let asked = world.ids_of("ask_child");
            assert_eq!(asked.len(), 1);
            if taken_back {
                let withdrawn = ConsentWithdrawn { consent: 5, subject, purposes };
                world.receive(Party::Kdp, None, Body::ConsentWithdrawn(withdrawn));
            }
            world.restart();
            let again = if taken_back { Vec::new() } else { asked };
            assert_eq!(world.ids_of("ask_child"), again, "a snapshot every {records} records");
        }
    }
}
