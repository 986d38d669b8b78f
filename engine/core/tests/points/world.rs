//! A small world around the aggregates: messages in, events and messages out, as lines to read.
//!
//! It does what the shell does, without journal and edge: routes a message to its aggregate, takes the
//! events into the state, hands on what one aggregate passes to another, and keeps what leaves. Every
//! party is a few lines here and answers only when a test says so; a question that it has answered
//! before it answers again in the same way, unless a test has silenced it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;
use proaktiv_core::Aggregate;
use proaktiv_core::calendar::astana;
use proaktiv_core::home_schooling::forms;
use proaktiv_core::home_schooling::parameters::Law;
use proaktiv_core::home_schooling::provisions::rows_are_versions::replaces;
use proaktiv_core::home_schooling::{
    Case, Condition, Effect, Event, Inbound, Intake, IntakeInbound, Line, ListCounts, Recipient, Refusal, ReportedRow,
    RowKey, State, broken, route,
};
use proaktiv_messages::{
    Account, AccountKind, BankCode, BirthAct, Body, ChildRecord, Conclusion, Consent, ConsentDecided, ConsentOutcome,
    DecideApplication, Decision, Disability, District, Enrolment, Envelope, Finding, IdentityDocument, Key, Kin,
    Language, MessageId, Moment, NumberRecord, Party, Person, PersonRecord, Purposes, Registration, Relation,
    ReportAccount, Sealed, SealedAccount, SmsAccepted, SmsReply, SubscriberNumber, TaskReason, Token,
};
use smallvec::smallvec;

/// The law of the tests: publication on 28 February 2024 and a short list of banks, both assumed.
pub const LAW: &str = r#"{
    "published": {"value": "2024-02-28", "basis": "assumed"},
    "last_day": "2024-12-31",
    "service_code": {"value": "123", "basis": "assumed"},
    "integrated_banks": ["722", "601", "965"],
    "reply_window_working_days": 3,
    "offer_hour": 9,
    "permitted_from": 9,
    "permitted_to": 21,
    "payment_working_day": 10,
    "payment_hour": 9,
    "rates": [{"district": 710000000, "from": "2024-01-01", "unit": "monthly", "mci": 3, "source": "assumed"}],
    "mci": [{"from": "2024-01-01", "tiyn": 369200, "source": "assumed"}]
}"#;

pub const ASTANA: District = District(710_000_000);
/// The district of the school, where it is not that of the child's registration.
pub const SCHOOL_DISTRICT: District = District(110_000_000);

pub fn law() -> Law {
    Law::from_json(LAW).expect("the law of the tests is sound")
}

pub fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// An instant by the clock of Astana: `2024-03-11 10:00`.
pub fn at(text: &str) -> Moment {
    let (day, time) = text.split_once(' ').expect("a day and a time");
    let time: chrono::NaiveTime = time.parse().expect("a time");
    let of_day = (time - chrono::NaiveTime::MIN).num_milliseconds();
    Moment::from_millis(astana::start_of(date(day)).millis() + of_day)
}

pub fn bank(code: &str) -> BankCode {
    code.parse().expect("a bank")
}

pub fn token(number: u128) -> Token {
    Token::from_bits(number)
}

/// A child's row: school 3, one conclusion, from 15 January 2024 to 25 May 2025.
pub fn enrolment(child: u128) -> Enrolment<Sealed> {
    Enrolment {
        row: Some(child as u64),
        child: token(child),
        school: 3,
        district: SCHOOL_DISTRICT,
        order_number: Some("12-3".into()),
        order_date: Some(date("2024-01-10")),
        from: Some(date("2024-01-15")),
        to: Some(date("2025-05-25")),
        conclusions: smallvec::smallvec![Conclusion { number: "44".into(), date: date("2024-01-05") }],
        ended: None,
        guardian: None,
    }
}

pub fn person(number: u128) -> Person<Sealed> {
    Person {
        person: token(number),
        name: token(number + 1_000),
        registration: Registration::Permanent(ASTANA),
        statuses: smallvec![],
    }
}

/// The record of a child of two parents, 2 and 3.
pub fn child_record(child: u128) -> ChildRecord<Sealed> {
    ChildRecord {
        child: person(child),
        birth: Some(BirthAct { number: token(5_000 + child), born: date("2014-05-01") }),
        kin: smallvec![
            Kin { person: token(2), relation: Relation::Mother, statuses: smallvec![] },
            Kin { person: token(3), relation: Relation::Father, statuses: smallvec![] },
        ],
    }
}

pub fn person_record(number: u128) -> PersonRecord<Sealed> {
    PersonRecord {
        person: person(number),
        born: date("1985-02-03"),
        documents: smallvec![IdentityDocument {
            number: token(6_000 + number),
            valid_to: date("2030-01-01"),
            invalidated: false,
        }],
    }
}

/// The number record of a person: one number, 7000 and his own.
pub fn number_record(of: u128, language: Option<Language>) -> NumberRecord<Sealed> {
    let number = SubscriberNumber { number: token(7_000 + of), main: true, confirmed: date("2024-01-01") };
    NumberRecord { numbers: smallvec![number], language }
}

pub fn account(bank_code: &str, number: u128) -> Account<Sealed> {
    Account {
        account: SealedAccount { bank: bank(bank_code), token: token(number) },
        kind: AccountKind::Special,
        opened: Some(at("2024-01-01 10:00")),
        usable: true,
    }
}

/// What a bank answers that keeps these accounts.
pub fn accounts_answer(accounts: Vec<Account<Sealed>>) -> Body<Sealed> {
    Body::AccountsAnswer(if accounts.is_empty() { Finding::No } else { Finding::Yes(accounts) })
}

/// A message that left.
#[derive(Clone, Debug)]
pub struct Sent {
    pub id: MessageId,
    pub to: Party,
    pub body: Body<Sealed>,
    pub not_before: Option<Moment>,
}

/// The aggregates, and what they said.
pub struct World {
    pub condition: Condition,
    pub now: Moment,
    states: BTreeMap<Key, (State, u32)>,
    /// Everything that left, in order.
    pub sent: Vec<Sent>,
    /// Everything that happened, in order.
    pub events: Vec<Event>,
    /// What happened and what left, a line each, since it was last read.
    lines: Vec<String>,
    count: u64,
    batch: u64,
    /// The rows that lists have brought, as the shell keeps them.
    known: BTreeMap<RowKey, (NaiveDate, Enrolment<Sealed>)>,
    /// What parties say when they are asked again, by party and kind of question.
    said: BTreeMap<(Party, &'static str), Body<Sealed>>,
    /// Whether the party that sends next is being asked for the same person's accounts otherwise.
    pub also_asked: bool,
    /// Parties that say nothing by themselves.
    silent: BTreeSet<Party>,
    /// How many of the messages that left have been looked at for an answer.
    looked_at: usize,
    /// Whether what one aggregate refuses of another is passed over: for stories of one of them alone.
    pub alone: bool,
}

impl World {
    /// Returns an empty world on 11 March 2024, ten in the morning.
    pub fn new() -> Self {
        Self::under(law())
    }

    pub fn under(law: Law) -> Self {
        Self {
            condition: Condition { law, observed: false },
            now: at("2024-03-11 10:00"),
            states: BTreeMap::new(),
            sent: Vec::new(),
            events: Vec::new(),
            lines: Vec::new(),
            count: 0,
            batch: 0,
            known: BTreeMap::new(),
            said: BTreeMap::from([((Party::SmsCentre, "check_link"), Body::Received)]),
            also_asked: false,
            silent: BTreeSet::new(),
            looked_at: 0,
            alone: false,
        }
    }

    /// Returns the lines since they were last read.
    pub fn read(&mut self) -> String {
        std::mem::take(&mut self.lines).join("\n")
    }

    /// Returns what has left since the lines were last read, a line each.
    pub fn read_left(&mut self) -> String {
        let left: Vec<String> =
            self.lines.drain(..).filter_map(|line| line.strip_prefix("  ").map(str::to_owned)).collect();
        left.join("\n")
    }

    /// Returns the last lines.
    pub fn last_lines(&self, count: usize) -> String {
        self.lines[self.lines.len().saturating_sub(count)..].join("\n")
    }

    /// Returns the last order to send a text.
    pub fn last_text(&self) -> &str {
        self.lines.iter().rev().find(|line| line.contains("send_sms")).map_or("", String::as_str)
    }

    pub fn case(&self, child: u128) -> &Case {
        let Some((State::Case(case), _)) = self.states.get(&Key::case(token(child))) else {
            panic!("child {child} has no case");
        };
        case
    }

    pub fn intake(&self) -> &Intake {
        let Some((State::Intake(intake), _)) = self.states.get(&Key::intake()) else { panic!("no list came") };
        intake
    }

    pub fn has_intake(&self) -> bool {
        self.states.contains_key(&Key::intake())
    }

    pub fn has_case(&self, child: u128) -> bool {
        self.states.contains_key(&Key::case(token(child)))
    }

    pub fn recipient(&self, person: u128) -> &Recipient {
        let Some((State::Recipient(recipient), _)) = self.states.get(&Key::recipient(token(person))) else {
            panic!("person {person} is no recipient");
        };
        recipient
    }

    pub fn line(&self, of: u128) -> &Line {
        let Some((State::Line(line), _)) = self.states.get(&Key::line(token(7_000 + of))) else {
            panic!("the number of {of} has no line");
        };
        line
    }

    /// Lets an aggregate decide, and everything that follows at once.
    pub fn step(&mut self, key: Key, inbound: &Inbound) -> Result<(), Refusal> {
        let (state, step) = self.states.entry(key).or_insert_with(|| (State::new(key), 0));
        let mut events = Vec::new();
        state.decide(inbound, self.now, &self.condition, &mut events)?;
        *step += 1;
        let step = *step;
        let mut effects = Vec::new();
        for event in events {
            state.evolve(&event);
            self.lines.push(format!("{} {}", event.ground().row, name_of(&event)));
            state.react(&event, &self.condition, &mut effects);
            self.events.push(event);
        }
        assert_eq!(broken(state), None, "an invariant is broken");
        let mut passed = Vec::new();
        for (n, effect) in effects.into_iter().enumerate() {
            match effect {
                Effect::Tell { to, body, not_before } => {
                    let id = MessageId::Effect { key, step, n: n as u16 };
                    self.lines.push(format!("  to {to}: {}", told(&body)));
                    self.sent.push(Sent { id, to, body, not_before });
                }
                Effect::Pass { to, inbound } => passed.push((to, inbound)),
            }
        }
        for (to, inbound) in passed {
            if let Err(refusal) = self.step(to, &inbound)
                && !self.alone
            {
                self.lines.push(format!("  refused: {refusal}"));
            }
        }
        Ok(())
    }

    /// Lets parties answer what they have answered before.
    fn answer_again(&mut self) {
        while let Some(asked) = self.sent.get(self.looked_at).cloned() {
            self.looked_at += 1;
            let known = self.said.get(&(asked.to, asked.body.kind())).cloned();
            if let Some(body) = known.filter(|_| !self.silent.contains(&asked.to)) {
                let taken = self.receive(asked.to, Some(&asked), body);
                assert!(taken.is_ok() || self.alone, "an answer to what was asked: {taken:?}");
            }
        }
    }

    /// A party says nothing by itself any more.
    pub fn silence(&mut self, party: Party) {
        self.silent.insert(party);
    }

    /// A party says this whenever it is asked from now on.
    pub fn says(&mut self, party: Party, kind: &'static str, body: Body<Sealed>) {
        self.silent.remove(&party);
        self.said.insert((party, kind), body);
    }

    /// Returns what a party says whenever it is asked.
    pub fn said(&self, party: Party, kind: &'static str) -> Option<Body<Sealed>> {
        self.said.get(&(party, kind)).cloned()
    }

    /// A party sends a message.
    pub fn receive(&mut self, from: Party, answers: Option<&Sent>, body: Body<Sealed>) -> Result<(), Refusal> {
        self.count += 1;
        let id = MessageId::Numbered(self.count);
        let answered = answers.map(|sent| sent.id);
        let message = Envelope { id, answers: answered, from, to: Party::Esobes, sent: self.now, body };
        let (key, inbound) =
            route(&message, answers.map(|sent| &sent.body), self.also_asked).expect("a message for an aggregate");
        self.step(key, &inbound)?;
        self.answer_again();
        Ok(())
    }

    /// Returns the last message that left to a party, of this kind.
    pub fn last(&self, to: Party, kind: &str) -> Sent {
        let found = self.sent.iter().rev().find(|sent| sent.to == to && sent.body.kind() == kind);
        found.unwrap_or_else(|| panic!("no {kind} left to {to}")).clone()
    }

    /// Returns why tasks were opened, in order.
    pub fn tasks(&self) -> Vec<TaskReason> {
        let tasks = self.sent.iter().filter_map(|sent| {
            let Body::OpenTask(task) = &sent.body else { return None };
            Some(task.reason)
        });
        tasks.collect()
    }

    /// Returns how many messages of this kind have left.
    pub fn count(&self, kind: &str) -> usize {
        self.sent.iter().filter(|sent| sent.body.kind() == kind).count()
    }

    /// Returns the forms that have left, in order.
    pub fn forms(&self) -> Vec<u8> {
        let forms = self.sent.iter().filter_map(|sent| {
            let Body::SendSms(sms) = &sent.body else { return None };
            Some(u8::from(sms.form))
        });
        forms.collect()
    }

    /// A party answers the last message of this kind that it was sent; the answer must be taken.
    pub fn answer(&mut self, from: Party, kind: &str, body: Body<Sealed>) {
        let asked = self.last(from, kind);
        self.receive(from, Some(&asked), body).expect("an answer to what was asked");
    }

    /// Comes to an instant; every deadline on the way is taken when it is due.
    pub fn until(&mut self, moment: Moment) {
        // A deadline that is taken and stays due would be taken for ever.
        for _ in 0..1_000 {
            let due = self.states.iter().filter_map(|(key, (state, _))| Some((*key, state.next_deadline()?)));
            let next = due.min_by_key(|(key, (due, _))| (*due, *key)).filter(|(_, (due, _))| *due <= moment);
            let Some((key, (due, deadline))) = next else {
                self.now = moment;
                return;
            };
            self.now = self.now.max(due);
            self.step(key, &Inbound::due(deadline)).expect("a deadline that is due");
            self.answer_again();
        }
        panic!("a deadline is taken and stays due");
    }

    /// The list of this day brings rows; what it does not bring, nobody speaks of.
    pub fn list(&mut self, rows: &[Enrolment<Sealed>]) {
        let day = astana::civil_day(self.now);
        self.rows(day, rows);
    }

    /// Rows of a list of a day that are new or changed, as the shell would hand them over.
    pub fn rows(&mut self, day: NaiveDate, rows: &[Enrolment<Sealed>]) {
        let reported = rows.iter().filter_map(|row| {
            let known = self.known.get(&RowKey::of(row));
            if known.is_some_and(|(_, known)| known == row) {
                return None;
            }
            Some(ReportedRow {
                digest: token(9_000 + row.child.bits()),
                enrolment: Arc::new(row.clone()),
                known: known.map(|(day, _)| *day),
                former_child: known.map(|(_, known)| known.child).filter(|child| *child != row.child),
            })
        });
        let reported: Vec<ReportedRow> = reported.collect();
        for row in &reported {
            if replaces(row.known, day, row.enrolment.ended.is_some()) {
                self.known.insert(RowKey::of(&row.enrolment), (day, (*row.enrolment).clone()));
            }
        }
        let inbound = Inbound::Intake(IntakeInbound::Rows { batch: 1, day, rows: reported });
        self.step(Key::intake(), &inbound).expect("the intake refuses nothing");
    }

    /// At two in the morning of a day a full list brings these rows and no others.
    pub fn full_list(&mut self, day: &str, rows: &[Enrolment<Sealed>]) {
        self.until(at(&format!("{day} 02:00")));
        self.rows(date(day), rows);
        let there: Vec<Token> = rows.iter().map(|row| row.child).collect();
        let known = self.known.values().filter(|(_, row)| row.ended.is_none() && !there.contains(&row.child));
        let missing: Vec<Token> = known.map(|(_, row)| row.child).collect();
        let counts = ListCounts { rows: rows.len() as u32, full: true, ..ListCounts::default() };
        self.batch += 1;
        let ended = IntakeInbound::Ended { batch: self.batch, day: date(day), counts, missing };
        self.step(Key::intake(), &Inbound::Intake(ended)).expect("the intake refuses nothing");
    }

    pub fn disability(&mut self, finding: Finding<Disability>) {
        self.answer(Party::Cbdi, "ask_disability", Body::DisabilityAnswer(finding));
    }

    /// A full list of this day brings every row that has not ended once more.
    pub fn same_list(&mut self) {
        let day = astana::civil_day(self.now);
        let counts = ListCounts { rows: self.known.len() as u32, full: true, ..ListCounts::default() };
        self.batch += 1;
        let ended = IntakeInbound::Ended { batch: self.batch, day, counts, missing: Vec::new() };
        self.step(Key::intake(), &Inbound::Intake(ended)).expect("the intake refuses nothing");
    }

    /// CBDI says of every child that it asks for again that it is disabled.
    pub fn stays_disabled(&mut self) {
        let disabled = Disability { since: date("2020-01-01"), until: None };
        self.says(Party::Cbdi, "ask_disability", Body::DisabilityAnswer(Finding::Yes(disabled)));
    }

    /// A child is disabled, and nobody has applied for it.
    pub fn eligible(&mut self) {
        self.disability(Finding::Yes(Disability { since: date("2020-01-01"), until: None }));
        // The counter was asked as soon as CBDI had answered; it may have said its no already.
        let asked = (Party::Counter, "ask_applications");
        let none = Body::ApplicationsAnswer(Finding::No);
        if !self.said.contains_key(&asked) || self.silent.contains(&Party::Counter) {
            self.answer(asked.0, asked.1, none.clone());
        }
        self.said.insert(asked, none);
    }

    /// KDP: what was decided on the last request.
    pub fn consent(&mut self, outcome: Option<Purposes>) {
        let request = self.last(Party::Kdp, "request_consent");
        let Body::RequestConsent(asked) = &request.body else { panic!("a request") };
        let (subject, given) = (asked.subject, self.now);
        let outcome = match outcome {
            None => ConsentOutcome::Refused,
            Some(purposes) => {
                let until = Moment::from_millis(given.millis() + i64::from(asked.days) * 86_400_000);
                ConsentOutcome::Given(Consent { id: 1, subject, purposes, given, until, seal: 0 })
            }
        };
        let decided = ConsentDecided { request: request.id, outcome };
        self.receive(Party::Kdp, None, Body::ConsentDecided(decided)).expect("a decision that is waited for");
    }

    pub fn child(&mut self, record: ChildRecord<Sealed>) {
        self.answer(Party::Gbdfl, "ask_child", Body::ChildAnswer(Finding::Yes(Box::new(record))));
    }

    pub fn person(&mut self, record: PersonRecord<Sealed>) {
        self.answer(Party::Gbdfl, "ask_person", Body::PersonAnswer(Finding::Yes(Box::new(record))));
    }

    pub fn number(&mut self, finding: Finding<NumberRecord<Sealed>>) {
        let body = Body::NumberAnswer(finding);
        self.answer(Party::Bmg, "ask_number", body.clone());
        self.said.insert((Party::Bmg, "ask_number"), body);
    }

    /// A bank answers what it was asked last.
    pub fn accounts(&mut self, code: &str, accounts: Vec<Account<Sealed>>) {
        let body = accounts_answer(accounts);
        self.answer(Party::Bank(bank(code)), "ask_accounts", body.clone());
        self.said.insert((Party::Bank(bank(code)), "ask_accounts"), body);
    }

    /// Every bank answers: those named have one account each, numbered as given.
    pub fn all_accounts(&mut self, accounts: &[(&str, u128)]) {
        // In no order: what is listed by code must be put in order by the rule.
        for code in ["965", "601", "722"] {
            let of_bank =
                accounts.iter().filter(|(held, _)| *held == code).map(|(held, number)| account(held, *number));
            self.accounts(code, of_bank.collect());
        }
    }

    /// A child whose mother (2) has these accounts and everything else in order is ready for its offer.
    pub fn ready(&mut self, child: u128, accounts: &[(&str, u128)]) {
        self.list(&[enrolment(child)]);
        self.eligible();
        self.consent(Some(Purposes::OF_CHILD));
        let asked = self.count("ask_accounts");
        self.child(child_record(child));
        if self.count("request_consent") > 0 && self.recipient(2).contact().is_none() {
            self.consent(Some(Purposes::OF_REPRESENTATIVE));
            self.person(person_record(2));
            self.number(Finding::Yes(number_record(2, None)));
        }
        if self.count("ask_accounts") > asked {
            self.all_accounts(accounts);
        }
    }

    /// The SMS centre has accepted every part of the last form at this instant.
    pub fn accepted(&mut self) {
        let accepted = SmsAccepted { first_part: self.now, last_part: self.now };
        self.answer(Party::SmsCentre, "send_sms", Body::SmsAccepted(accepted));
    }

    /// A child is ready, and its form is out since nine in the morning of 12 March 2024.
    pub fn offered(&mut self, child: u128, accounts: &[(&str, u128)]) {
        self.ready(child, accounts);
        self.until(at("2024-03-12 09:00"));
        self.accepted();
        self.lines.clear();
    }

    /// The number of a person writes this.
    pub fn reply(&mut self, of: u128, text: &str) {
        let reply = SmsReply { number: token(7_000 + of), wording: forms::read(text), received: Some(self.now) };
        self.receive(Party::SmsCentre, None, Body::SmsReply(reply)).expect("a reply is never refused");
    }

    /// A bank reports that an account was opened.
    pub fn opens(&mut self, of: u128, account: Account<Sealed>, opened: Moment) {
        let account = Account { opened: Some(opened), ..account };
        let report = ReportAccount { person: token(of), account };
        self.receive(Party::Bank(account.account.bank), None, Body::ReportAccount(report)).expect("a report");
    }

    /// The local executive body decides on a child's application.
    pub fn decide(&mut self, child: u128, decision: Decision) {
        let application = self.case(child).application_id().expect("an application");
        let decided = DecideApplication { application, decision, decided: self.now };
        self.receive(Party::LocalExecutiveBody(ASTANA), None, Body::DecideApplication(decided)).expect("a decision");
    }
}

/// Returns the name of an event, with what is said in one word of it.
pub fn name_of(event: &Event) -> String {
    let value = serde_json::to_value(event).expect("an event can be written");
    let of_aggregate = value.as_object().and_then(|object| object.values().next()).expect("an aggregate's event");
    let (name, body) = match of_aggregate.as_object().and_then(|object| object.iter().next()) {
        Some((name, body)) => (name.clone(), body.clone()),
        None => (of_aggregate.as_str().unwrap_or_default().to_owned(), serde_json::Value::Null),
    };
    let word = ["ground", "reason", "why", "class", "form"].iter().find_map(|field| body.get(field));
    match word {
        Some(serde_json::Value::String(word)) => format!("{name} {word}"),
        Some(word) => format!("{name} {word}"),
        None => name,
    }
}

/// Returns the kind of a message, with what is said in one word of it.
pub fn told(body: &Body<Sealed>) -> String {
    if let Body::SendSms(sms) = body {
        let banks: Vec<&str> = sms.banks.iter().map(BankCode::as_str).collect();
        let language = if sms.language == Language::Ru { "ru" } else { "kk" };
        return format!("send_sms App.{} {language} {}", u8::from(sms.form), banks.join(" ")).trim_end().to_owned();
    }
    if let Body::OpenTask(task) = body {
        return format!("open_task {}", serde_json::to_value(task.reason).expect("a reason"));
    }
    body.kind().to_owned()
}

/// Returns the order to send a message that this is.
pub fn sms_of(sent: &Sent) -> &proaktiv_messages::SendSms<Sealed> {
    let Body::SendSms(sms) = &sent.body else { panic!("no order to send a message") };
    sms
}
