//! A change of law through the whole engine (A-O6, S-19): in force from the moment at which it is known,
//! in every record after it, and after a restart.
//!
//! The world around the engine is one obliging country of made-up people: every question is answered at once
//! and well, and nobody replies to a form.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use proaktiv_core::calendar::astana;
use proaktiv_core::home_schooling::parameters::Law;
use proaktiv_core::home_schooling::{Condition, State};
use proaktiv_engine::{
    Config, Engine, Hash, Journal, Limits, MemoryJournal, Ports, Position, Record, StartError, VaultEntry,
};
use proaktiv_messages::identity::{Iban, Iin, check_digit};
use proaktiv_messages::{
    Account, AccountKind, BirthAct, Body, ChildRecord, Clear, Conclusion, Consent, ConsentDecided, ConsentOutcome,
    DayMoved, Disability, District, Enrolment, Envelope, Finding, IdentityDocument, Kin, LawChange, ListChunk,
    MessageId, Moment, NumberRecord, Party, Person, PersonRecord, Registration, Relation, SmsAccepted, Span,
    SubscriberNumber, TokenKey,
};
use smallvec::smallvec;

const ASTANA: District = District(710_000_000);

const LAW: &str = r#"{
    "published": {"value": "2024-02-28", "basis": "assumed"},
    "last_day": "2024-12-31",
    "service_code": {"value": "123", "basis": "assumed"},
    "integrated_banks": ["601"],
    "reply_window_working_days": 3,
    "offer_hour": 9,
    "permitted_from": 9,
    "permitted_to": 21,
    "payment_working_day": 10,
    "payment_hour": 9,
    "rates": [{"district": 710000000, "from": "2024-01-01", "unit": "monthly", "mci": 3, "source": "assumed"}],
    "mci": [{"from": "2024-01-01", "tiyn": 369200, "source": "assumed"}]
}"#;

/// By the clock of Astana: `2024-04-30 09:00`.
fn at(text: &str) -> Moment {
    let (day, time) = text.split_once(' ').expect("a day and a time");
    let time: chrono::NaiveTime = time.parse().expect("a time");
    let of_day = (time - chrono::NaiveTime::MIN).num_milliseconds();
    Moment::from_millis(astana::start_of(day.parse().expect("a date")).millis() + of_day)
}

/// A made-up IIN: month 99 belongs to nobody.
fn iin(which: u32) -> Iin {
    (0..10)
        .find_map(|spare| {
            let text = format!("1599{which:06}{spare}");
            let digits: Vec<u8> = text.bytes().map(|digit| digit - b'0').collect();
            let check = check_digit(digits.first_chunk().expect("eleven digits"))?;
            format!("{text}{check}").parse().ok()
        })
        .expect("a made-up IIN")
}

/// A journal that the test keeps hold of; it loses what comes after a position that the test names.
#[derive(Clone)]
struct Shared(Rc<RefCell<MemoryJournal>>, Rc<Cell<Option<Position>>>);

impl Journal for Shared {
    fn append(&mut self, position: Position, record: &[u8], vault: Vec<VaultEntry>) {
        if self.1.get().is_none_or(|last| position <= last) {
            self.0.borrow_mut().append(position, record, vault);
        }
    }
    fn head(&self) -> Hash {
        self.0.borrow().head()
    }
    fn wants_snapshot(&self) -> bool {
        self.0.borrow().wants_snapshot()
    }
    fn room_for_snapshot(&mut self) -> Vec<u8> {
        self.0.borrow_mut().room_for_snapshot()
    }

    fn take_snapshot(&mut self, position: Position, snapshot: Vec<u8>) {
        self.0.borrow_mut().take_snapshot(position, snapshot);
    }
    fn read_snapshot(&self, reader: &mut dyn FnMut(&[u8])) {
        self.0.borrow().read_snapshot(reader);
    }
    fn read_after(&self, position: Position, most: u64, each: &mut dyn FnMut(&[u8])) {
        self.0.borrow().read_after(position, most, each);
    }
    fn read_vault(&self, each: &mut dyn FnMut(&VaultEntry)) {
        self.0.borrow().read_vault(each);
    }
}

#[derive(Default)]
struct Sent {
    messages: Vec<Envelope<Clear>>,
    wakes: Vec<Moment>,
}

impl Ports for Sent {
    fn send(&mut self, message: Envelope<Clear>) {
        self.messages.push(message);
    }
    fn wake_at(&mut self, at: Moment) {
        self.wakes.push(at);
    }
}

struct World {
    engine: Engine<Shared>,
    journal: Shared,
    ports: Sent,
    now: Moment,
    count: u64,
    /// How many times the engine has acknowledged the operator.
    acknowledged: usize,
}

fn config() -> Config {
    let law = Law::from_json(LAW).expect("the law of the tests is sound");
    Config { condition: Condition { law, observed: false }, key: TokenKey::new([7; 32]), limits: Limits::default() }
}

impl World {
    /// Two children of one mother each are listed on 29 April 2024; their forms leave the next morning.
    /// The journal takes a snapshot every `keep` records.
    fn open_since_30_april(keep: u64) -> Self {
        let journal = Shared(Rc::new(RefCell::new(MemoryJournal::new(keep))), Rc::default());
        let engine = Engine::new(config(), journal.clone());
        let mut world =
            Self { engine, journal, ports: Sent::default(), now: at("2024-04-29 10:00"), count: 0, acknowledged: 0 };
        world.report(Party::Nobd, Body::ReportEnrolments(list()));
        world.until(at("2024-04-30 10:00"));
        assert_eq!(world.windows(), [at("2024-05-05 00:00"); 2]);
        world
    }

    fn report(&mut self, from: Party, body: Body<Clear>) {
        self.count += 1;
        self.deliver(MessageId::Numbered(self.count), None, from, body);
        self.settle();
    }

    fn deliver(&mut self, id: MessageId, answers: Option<MessageId>, from: Party, body: Body<Clear>) {
        let message = Envelope { id, answers, from, to: Party::Esobes, sent: self.now, body };
        self.engine.deliver(&message, self.now, &mut self.ports);
    }

    /// Flushes, and lets every party answer, until nobody has anything to say.
    fn settle(&mut self) {
        loop {
            let flushed = self.journal.0.borrow_mut().commit();
            self.engine.flushed(flushed, self.now, &mut self.ports);
            let messages = std::mem::take(&mut self.ports.messages);
            if messages.is_empty() {
                return;
            }
            for message in messages {
                self.answer(&message);
            }
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "everything else asks for no other answer")]
    fn answer(&mut self, asked: &Envelope<Clear>) {
        let mut decided = None;
        let body = match &asked.body {
            Body::AskDisability(_) => {
                let since = "2020-01-01".parse().expect("a date");
                Body::DisabilityAnswer(Finding::Yes(Disability { since, until: None }))
            }
            Body::AskApplications(_) => Body::ApplicationsAnswer(Finding::No),
            Body::RequestConsent(request) => {
                let (subject, purposes) = (request.subject, request.purposes);
                let until = self.now + Span::days(i64::from(request.days));
                let consent = Consent { id: 1, subject, purposes, given: self.now, until, seal: 0 };
                decided = Some(ConsentDecided { request: asked.id, outcome: ConsentOutcome::Given(consent) });
                Body::Received
            }
            Body::AskChild(question) => Body::ChildAnswer(Finding::Yes(Box::new(child_record(question.child)))),
            Body::AskPerson(question) => Body::PersonAnswer(Finding::Yes(Box::new(person_record(question.person)))),
            Body::AskNumber(question) => Body::NumberAnswer(Finding::Yes(number_record(question.person))),
            Body::AskAccounts(question) => Body::AccountsAnswer(Finding::Yes(vec![account(question.person)])),
            Body::SendSms(_) => Body::SmsAccepted(SmsAccepted { first_part: self.now, last_part: self.now }),
            Body::Received => {
                self.acknowledged += usize::from(asked.to == Party::Operator);
                return;
            }
            _ => Body::Received,
        };
        self.count += 1;
        self.deliver(MessageId::Numbered(self.count), Some(asked.id), asked.to, body);
        if let Some(decided) = decided {
            self.count += 1;
            self.deliver(MessageId::Numbered(self.count), None, asked.to, Body::ConsentDecided(decided));
        }
    }

    /// Comes to an instant, woken whenever the engine asked for it.
    fn until(&mut self, moment: Moment) {
        while let Some(at) = self.ports.wakes.iter().copied().min().filter(|at| *at <= moment) {
            self.ports.wakes.retain(|wake| *wake != at);
            self.now = self.now.max(at);
            self.engine.wake(self.now, &mut self.ports);
            self.settle();
        }
        self.now = moment;
    }

    /// The process dies and comes back from what was committed.
    fn restart(&mut self) {
        self.journal.0.borrow_mut().lose_uncommitted();
        self.ports = Sent::default();
        self.engine = Engine::open(config(), self.journal.clone(), self.now).expect("a sound journal");
        self.engine.wake(self.now, &mut self.ports);
        self.settle();
    }

    /// The ends of all open windows, in the order of first sight.
    fn windows(&self) -> Vec<Moment> {
        let ends = self.engine.states().filter_map(|(_, state)| match state {
            State::Line(line) => line.offer.as_ref()?.window().map(|window| window.ends),
            State::Intake(_) | State::Case(_) | State::Recipient(_) => None,
        });
        ends.collect()
    }

    fn records(&self) -> Vec<Record> {
        let mut records = Vec::new();
        let mut position = 0;
        self.journal.read_after(0, u64::MAX, &mut |bytes| {
            position += 1;
            records.push(Record::read(bytes, position).expect("a sound record").0);
        });
        records
    }
}

fn list() -> ListChunk<Clear> {
    let row = |which: u32| {
        Arc::new(Enrolment {
            row: Some(u64::from(which)),
            child: iin(which),
            school: 3,
            district: ASTANA,
            order_number: Some("12-3".into()),
            order_date: "2024-01-10".parse().ok(),
            from: "2024-01-15".parse().ok(),
            to: "2025-05-25".parse().ok(),
            conclusions: smallvec![Conclusion { number: "44".into(), date: "2024-01-05".parse().expect("a date") }],
            ended: None,
            guardian: None,
        })
    };
    let day = "2024-04-29".parse().expect("a date");
    ListChunk { batch: 1, day, part: 0, parts: 1, declared_rows: Some(2), rows: [row(1), row(2)].into() }
}

fn person(iin: Iin) -> Person<Clear> {
    let name = "Придуманная Мама".parse().expect("a name");
    Person { person: iin, name, registration: Registration::Permanent(ASTANA), statuses: smallvec![] }
}

/// The mother of the first child is 101, of the second 102.
fn child_record(child: Iin) -> ChildRecord<Clear> {
    let which = if child == iin(1) { 1 } else { 2 };
    ChildRecord {
        child: person(child),
        birth: Some(BirthAct {
            number: format!("A{which}").parse().expect("a number"),
            born: "2014-05-01".parse().expect("a date"),
        }),
        kin: smallvec![Kin { person: iin(100 + which), relation: Relation::Mother, statuses: smallvec![] }],
    }
}

fn person_record(mother: Iin) -> PersonRecord<Clear> {
    PersonRecord {
        person: person(mother),
        born: "1985-02-03".parse().expect("a date"),
        documents: smallvec![IdentityDocument {
            number: "N1".parse().expect("a number"),
            valid_to: "2030-01-01".parse().expect("a date"),
            invalidated: false,
        }],
    }
}

fn number_record(mother: Iin) -> NumberRecord<Clear> {
    let number = if mother == iin(101) { "77010000101" } else { "77010000102" };
    let number = number.parse().expect("a number");
    let confirmed = "2024-01-01".parse().expect("a date");
    NumberRecord { numbers: smallvec![SubscriberNumber { number, main: true, confirmed }], language: None }
}

fn account(mother: Iin) -> Account<Clear> {
    let number = if mother == iin(101) { *b"TEST000000001" } else { *b"TEST000000002" };
    Account {
        account: Iban::of("601".parse().expect("a code"), number).expect("a made-up account"),
        kind: AccountKind::Special,
        opened: Some(at("2024-01-01 10:00")),
        usable: true,
    }
}

/// A decree that moves one day.
fn decree(version: &str, valid_from: &str, day: &str, works: bool) -> Body<Clear> {
    let moved = DayMoved { day: day.parse().expect("a date"), works, source: "assumed".to_owned() };
    Body::ChangeLaw(Box::new(LawChange {
        version: version.to_owned(),
        valid_from: valid_from.parse().expect("a date"),
        days: vec![moved],
        last_day: None,
        integrated_banks: None,
        source: "assumed".to_owned(),
    }))
}

/// The worked Saturday of 4 May 2024 is taken back.
fn saturday_off() -> Body<Clear> {
    decree("decree-1", "2024-05-02", "2024-05-04", false)
}

#[test]
fn every_open_window_is_told_and_each_record_after_it_names_the_version() {
    let mut world = World::open_since_30_april(1_000);
    let before = world.engine.law().version().to_owned();
    world.until(at("2024-05-02 12:00"));
    world.report(Party::Operator, saturday_off());
    assert_eq!(world.acknowledged, 1);
    assert_eq!(world.windows(), [at("2024-05-07 00:00"); 2]);
    let records = world.records();
    let [.., change, first, second] = &records[..] else { panic!("three records") };
    // The change itself is decided under the law before it.
    assert_eq!(change.law, before);
    assert_eq!(change.events.len(), 1);
    for told in [first, second] {
        assert!(told.law.ends_with("+decree-1") && told.law != before, "{}", told.law);
        assert_eq!(told.events.len(), 1);
    }
    assert_ne!(first.key, second.key);
    world.until(at("2024-05-07 08:59"));
    assert_eq!(world.windows().len(), 2);
    world.until(at("2024-05-07 09:00"));
    assert_eq!(world.windows().len(), 0);
    assert_eq!(world.engine.stats().set_aside, 0);
}

#[test]
fn a_shorter_calendar_is_considered_and_keeps_the_promise() {
    let mut world = World::open_since_30_april(1_000);
    world.report(Party::Operator, decree("decree-1", "2024-04-30", "2024-05-01", true));
    assert_eq!(world.windows(), [at("2024-05-05 00:00"); 2]);
    let records = world.records();
    let told = records.iter().rev().take(2);
    assert!(told.clone().all(|record| record.events.is_empty() && record.law.ends_with("+decree-1")));
}

#[test]
fn a_restart_has_the_law_in_force_of_before() {
    // Once from records alone, once from a snapshot that was taken in between.
    for keep in [1_000, 3] {
        let mut world = World::open_since_30_april(keep);
        world.until(at("2024-05-02 12:00"));
        world.report(Party::Operator, saturday_off());
        let (law, head) = (world.engine.law().version().to_owned(), world.engine.head().0);
        world.restart();
        assert_eq!(world.engine.law().version(), law);
        assert_eq!(world.engine.config().condition.law.version(), config().condition.law.version());
        assert_eq!(world.windows(), [at("2024-05-07 00:00"); 2]);
        // Nobody has to be told twice.
        assert_eq!(world.engine.head().0, head);
        world.until(at("2024-05-07 09:00"));
        assert_eq!(world.windows().len(), 0);
    }
}

#[test]
fn lines_that_a_crash_left_untold_are_told_at_the_restart() {
    let mut world = World::open_since_30_april(1_000);
    world.until(at("2024-05-02 12:00"));
    // The journal keeps the record of the change and loses those of the lines.
    let up_to = world.engine.head().0 + 1;
    world.journal.1.set(Some(up_to));
    world.count += 1;
    world.deliver(MessageId::Numbered(world.count), None, Party::Operator, saturday_off());
    world.journal.0.borrow_mut().commit();
    assert_eq!(world.journal.0.borrow().committed(), up_to);
    world.journal.1.set(None);
    world.now = at("2024-05-02 12:05");
    world.restart();
    assert_eq!(world.windows(), [at("2024-05-07 00:00"); 2]);
}

#[test]
fn a_repeat_changes_nothing() {
    let mut world = World::open_since_30_april(1_000);
    world.report(Party::Operator, saturday_off());
    let (head, windows) = (world.engine.head().0, world.windows());
    // The same message once more, before and after a restart: acknowledged, no record.
    for _ in 0..2 {
        let id = MessageId::Numbered(world.count);
        let acknowledged = world.acknowledged;
        world.deliver(id, None, Party::Operator, saturday_off());
        world.settle();
        assert_eq!((world.engine.head().0, world.acknowledged), (head, acknowledged + 1));
        world.restart();
    }
    // The same version in another message: refused in a record of its own, no line is told.
    world.report(Party::Operator, decree("decree-1", "2024-05-02", "2024-05-06", false));
    assert_eq!((world.engine.head().0, world.windows()), (head + 1, windows));
    assert_eq!(world.engine.stats().refused, 1);
}

/// S-19: the day of the start needs 60 known days after it.
#[test]
fn an_engine_does_not_start_within_60_days_of_the_end_of_the_calendar() {
    let start = |at: Moment| {
        let journal = Shared(Rc::new(RefCell::new(MemoryJournal::new(10))), Rc::default());
        Engine::open(config(), journal, at).map(|_| ())
    };
    assert_eq!(start(at("2027-10-31 12:00")), Ok(()));
    assert_eq!(start(Moment::from_millis(at("2027-11-02 00:00").millis() - 1)), Ok(()));
    let refused = start(at("2027-11-02 00:00")).expect_err("59 days are left");
    assert!(matches!(refused, StartError::CalendarEndsTooSoon(_)), "{refused}");
    assert!(refused.to_string().contains("2027-12-31"), "{refused}");
}

/// A-O6: a start that states a law which the known changes do not fit is refused, not run under another law.
#[test]
fn a_start_under_a_law_that_the_changes_do_not_fit_is_refused() {
    let mut world = World::open_since_30_april(1_000);
    let Body::ChangeLaw(mut change) = decree("end-1", "2024-06-01", "2024-06-03", true) else { unreachable!() };
    change.last_day = "2024-06-30".parse().ok();
    world.report(Party::Operator, Body::ChangeLaw(change));
    let mut config = config();
    // Published in July: in force only after the last day that the change names.
    let later = LAW.replace("2024-02-28", "2024-07-01");
    config.condition.law = Law::from_json(&later).expect("a sound law");
    let refused = Engine::open(config, world.journal.clone(), world.now).map(|_| ()).expect_err("no law");
    assert!(matches!(refused, StartError::LawDoesNotFit(_)), "{refused}");
}

#[test]
fn only_the_operator_changes_the_law() {
    let mut world = World::open_since_30_april(1_000);
    let (head, law) = (world.engine.head().0, world.engine.law().version().to_owned());
    world.report(Party::Nobd, saturday_off());
    assert_eq!((world.engine.head().0, world.engine.law().version()), (head, law.as_str()));
    assert_eq!(world.engine.stats().misdirected, 1);
}

#[test]
fn other_banks_are_in_force_from_their_day() {
    let mut world = World::open_since_30_april(1_000);
    let Body::ChangeLaw(mut change) = decree("banks-1", "2024-06-01", "2024-06-03", true) else { unreachable!() };
    change.integrated_banks = Some(vec!["601".parse().expect("a code"), "722".parse().expect("a code")]);
    world.report(Party::Operator, Body::ChangeLaw(change));
    let banks = |world: &World| world.engine.law().integrated_banks().len();
    world.until(Moment::from_millis(at("2024-06-01 00:00").millis() - 1));
    world.engine.wake(world.now, &mut world.ports);
    assert_eq!(banks(&world), 1);
    world.now = at("2024-06-01 00:00");
    world.engine.wake(world.now, &mut world.ports);
    assert_eq!(banks(&world), 2);
    // A start after that day sees it at once, one before it does not.
    world.restart();
    assert_eq!(banks(&world), 2);
    world.now = at("2024-05-31 23:59");
    world.restart();
    assert_eq!(banks(&world), 1);
}
