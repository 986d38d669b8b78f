//! A hand-written world of two families, driven through the public interface by hand-made messages:
//! the paths that must be agreed with, and the faults that must be seen.

use proaktiv_messages::identity::{FullName, Iban, Iin, Msisdn, check_digit};
use proaktiv_messages::*;

use crate::calendar::{at, day};
use crate::law::tests::HEADER;
use crate::{Oracle, Verdict};

const CASE: Key = Key::case(Token::from_bits(1));
const HOME: District = District(710_000_000);
const SCHOOL: District = District(710_000_000);

/// The `n`-th made-up person.
fn iin(n: u32) -> Iin {
    let mut spare = 0;
    loop {
        let text = format!("1599{n:05}{spare:02}");
        let mut digits = [0; 11];
        for (digit, byte) in digits.iter_mut().zip(text.bytes()) {
            *digit = byte - b'0';
        }
        if let Some(check) = check_digit(&digits) {
            return format!("{text}{check}").parse().expect("digits and their check digit");
        }
        spare += 1;
    }
}

fn bank(code: &str) -> BankCode {
    code.parse().expect("a code")
}

fn iban(code: &str, last: u8) -> Iban {
    let mut number = *b"TEST000000000";
    number[12] = b'0' + last;
    Iban::of(bank(code), number).expect("letters and digits")
}

fn hour(date: &str, hour: u32) -> Moment {
    at(day(date.parse().expect("a date")), hour)
}

fn date(text: &str) -> chrono::NaiveDate {
    text.parse().expect("a date")
}

/// Family `n` has child `10 n`, mother `10 n + 1`, father `10 n + 2`.
struct World {
    oracle: Oracle,
    now: Moment,
    family: u32,
    step: u32,
    count: u64,
    first_consent: u64,
    /// Last day of home schooling.
    to: &'static str,
    /// The child's date of birth.
    born: &'static str,
}

fn world() -> World {
    world_of(2, false)
}

fn world_of(families: u32, observer: bool) -> World {
    let header = HEADER.replace('\n', " ").replace("\"observer\":false", &format!("\"observer\":{observer}"));
    let mut oracle = Oracle::new(&header).expect("a header");
    for n in 1..=families {
        let line = format!(
            r#"{{"family":{n},"kind":"x","children":[{{"child":{n},"iin":"{}","name":"x","born":"2014-05-01",
            "first_listed":"2024-03-11","enrolment":{{"row":{n},"school":3,"district":710000000,"to":"2024-05-25"}}}}],
            "parents":[{{"iin":"{}"}},{{"iin":"{}"}}]}}"#,
            iin(10 * n).digits(),
            iin(10 * n + 1).digits(),
            iin(10 * n + 2).digits()
        );
        oracle.family(&line.replace('\n', " ")).expect("a family");
    }
    World {
        oracle,
        now: hour("2024-03-11", 2),
        family: 1,
        step: 0,
        count: 0,
        first_consent: 100,
        to: "2024-05-25",
        born: "2014-05-01",
    }
}

fn consent(id: u64, subject: Iin, purposes: Purposes, given: Moment, days: i64) -> Consent<Clear> {
    Consent { id, subject, purposes, given, until: given + Span::days(days), seal: 7 }
}

fn person(who: Iin) -> Person<Clear> {
    let name = "Made Up Name".parse::<FullName>().expect("a name");
    Person { person: who, name, registration: Registration::Permanent(HOME), statuses: [].into_iter().collect() }
}

impl World {
    fn child(&self) -> Iin {
        iin(10 * self.family)
    }

    fn mother(&self) -> Iin {
        iin(10 * self.family + 1)
    }

    fn father(&self) -> Iin {
        iin(10 * self.family + 2)
    }

    fn number(&self) -> Msisdn {
        format!("7701000{:04}", self.family).parse().expect("a number")
    }

    fn wait(&mut self, seconds: i64) {
        self.now = self.now + Span::seconds(seconds);
    }

    /// The engine sends.
    fn out(&mut self, to: Party, body: Body<Clear>) -> MessageId {
        self.wait(1);
        self.step += 1;
        let id = MessageId::Effect { key: CASE, step: self.step, n: 0 };
        self.leave(&Envelope { id, answers: None, from: Party::Esobes, to, sent: self.now, body });
        id
    }

    fn leave(&mut self, message: &Envelope<Clear>) {
        self.oracle.left(message);
    }

    /// A party answers.
    fn answer(&mut self, answers: MessageId, from: Party, body: Body<Clear>) {
        self.take(from, Some(answers), body);
    }

    fn take(&mut self, from: Party, answers: Option<MessageId>, body: Body<Clear>) -> MessageId {
        self.wait(1);
        self.count += 1;
        let id = MessageId::Numbered(self.count);
        let message = Envelope { id, answers, from, to: Party::Esobes, sent: self.now, body };
        self.oracle.taken(&message, self.now);
        id
    }

    /// A party reports by itself, twice, and the engine acknowledges.
    fn report(&mut self, from: Party, body: Body<Clear>) {
        let id = self.take(from, None, body.clone());
        let again = Envelope { id, answers: None, from, to: Party::Esobes, sent: self.now, body };
        self.oracle.taken(&again, self.now);
        self.step += 1;
        self.leave(&Envelope {
            id: MessageId::Effect { key: CASE, step: self.step, n: 9 },
            answers: Some(id),
            from: Party::Esobes,
            to: from,
            sent: self.now,
            body: Body::Received,
        });
    }

    fn row(&self) -> Enrolment<Clear> {
        Enrolment {
            row: Some(u64::from(self.family)),
            child: self.child(),
            school: 3,
            district: SCHOOL,
            order_number: Some("12-3".into()),
            order_date: Some(date("2024-01-10")),
            from: Some(date("2024-01-15")),
            to: Some(date(self.to)),
            conclusions: smallvec::smallvec![Conclusion { number: "44".into(), date: date("2024-01-05") }],
            ended: None,
            guardian: None,
        }
    }

    fn list(&mut self, row: Enrolment<Clear>) {
        let rows = vec![row.into()];
        let day = date("2024-03-11");
        let chunk = ListChunk { batch: 1, day, part: 0, parts: 1, declared_rows: Some(1), rows: rows.into() };
        self.report(Party::Nobd, Body::ReportEnrolments(chunk));
    }

    fn listed(&mut self) {
        self.list(self.row());
    }

    fn disability(&mut self, answer: Finding<Disability>) {
        let id = self.out(Party::Cbdi, Body::AskDisability(AskDisability { child: self.child() }));
        self.answer(id, Party::Cbdi, Body::DisabilityAnswer(answer));
    }

    fn applications(&mut self, answer: Finding<LiveApplication>) {
        let id = self.out(Party::Counter, Body::AskApplications(AskApplications { child: self.child() }));
        self.answer(id, Party::Counter, Body::ApplicationsAnswer(answer));
    }

    /// KDP is asked and the person decides; returns the consent.
    fn kdp(&mut self, subject: Iin, purposes: Purposes, days: u16, agrees: bool) -> Consent<Clear> {
        let id = self.out(Party::Kdp, Body::RequestConsent(RequestConsent { subject, purposes, days }));
        self.answer(id, Party::Kdp, Body::Received);
        self.wait(1800);
        self.first_consent += 1;
        let consent = consent(self.first_consent, subject, purposes, self.now, i64::from(days));
        let outcome = if agrees { ConsentOutcome::Given(consent) } else { ConsentOutcome::Refused };
        self.report(Party::Kdp, Body::ConsentDecided(ConsentDecided { request: id, outcome }));
        consent
    }

    fn child_consent(&mut self, agrees: bool) -> Consent<Clear> {
        self.kdp(self.child(), Purposes::OF_CHILD, 2, agrees)
    }

    fn person_consent(&mut self, who: Iin, agrees: bool) -> Consent<Clear> {
        self.kdp(who, Purposes::OF_REPRESENTATIVE, 30, agrees)
    }

    fn record(&self) -> ChildRecord<Clear> {
        let kin = |person, relation| Kin { person, relation, statuses: [].into_iter().collect() };
        ChildRecord {
            child: person(self.child()),
            birth: Some(BirthAct { number: "1-2".parse().expect("a number"), born: date(self.born) }),
            kin: [kin(self.mother(), Relation::Mother), kin(self.father(), Relation::Father)].into_iter().collect(),
        }
    }

    fn child_record(&mut self, consent: Consent<Clear>, record: ChildRecord<Clear>) {
        let id = self.out(Party::Gbdfl, Body::AskChild(AskChild { child: self.child(), consent }));
        self.answer(id, Party::Gbdfl, Body::ChildAnswer(Finding::Yes(Box::new(record))));
    }

    fn until_kdp(&mut self) {
        self.listed();
        self.disability(Finding::Yes(Disability { since: date("2020-01-01"), until: None }));
        self.applications(Finding::No);
    }

    fn until_representative(&mut self) {
        self.until_kdp();
        let consent = self.child_consent(true);
        let record = self.record();
        self.child_record(consent, record);
    }

    fn person_record(&self, who: Iin) -> PersonRecord<Clear> {
        let valid_to = date("2030-01-01");
        let document = IdentityDocument { number: "9".parse().expect("a number"), valid_to, invalidated: false };
        PersonRecord { person: person(who), born: date("1985-02-03"), documents: [document].into_iter().collect() }
    }

    fn ask_person(&mut self, consent: Consent<Clear>, record: PersonRecord<Clear>) {
        let id = self.out(Party::Gbdfl, Body::AskPerson(AskPerson { person: consent.subject, consent }));
        self.answer(id, Party::Gbdfl, Body::PersonAnswer(Finding::Yes(Box::new(record))));
    }

    fn ask_number(&mut self, consent: Consent<Clear>, known: bool) {
        let id = self.out(Party::Bmg, Body::AskNumber(AskNumber { person: consent.subject, consent }));
        let number = SubscriberNumber { number: self.number(), main: true, confirmed: date("2024-01-01") };
        let record = NumberRecord { numbers: [number].into_iter().collect(), language: Some(Language::Ru) };
        let answer = if known { Finding::Yes(record) } else { Finding::No };
        self.answer(id, Party::Bmg, Body::NumberAnswer(answer));
    }

    fn until_banks(&mut self) -> Consent<Clear> {
        self.until_representative();
        let consent = self.person_consent(self.mother(), true);
        let record = self.person_record(self.mother());
        self.ask_person(consent, record);
        self.ask_number(consent, true);
        consent
    }

    fn ask_bank(&mut self, consent: Consent<Clear>, code: &str, accounts: Vec<Account<Clear>>) {
        let to = Party::Bank(bank(code));
        let id = self.out(to, Body::AskAccounts(AskAccounts { person: consent.subject, consent }));
        let answer = if accounts.is_empty() { Finding::No } else { Finding::Yes(accounts) };
        self.answer(id, to, Body::AccountsAnswer(answer));
    }

    /// Everything up to READY, with an account at each of these banks.
    fn until_form(&mut self, with: &[&str]) {
        let consent = self.until_banks();
        for code in ["601", "722", "965"] {
            let account = |last, opened, kind| Account {
                account: iban(code, last),
                kind,
                opened: Some(hour(opened, 12)),
                usable: true,
            };
            let accounts = if with.contains(&code) {
                vec![
                    account(1, "2023-05-06", AccountKind::Special),
                    account(2, "2023-05-05", AccountKind::Special),
                    account(3, "2020-05-05", AccountKind::Ordinary),
                ]
            } else {
                vec![]
            };
            self.ask_bank(consent, code, accounts);
        }
    }

    fn sms(&mut self, form: FormNumber, banks: &[&str]) -> SendSms<Clear> {
        let set = banks.iter().fold(0, |set, code| {
            set | 1 << ["601", "722", "965"].iter().position(|one| one == code).expect("integrated")
        });
        let name = matches!(form, FormNumber::Four | FormNumber::Five);
        let text = match form {
            FormNumber::One | FormNumber::Two | FormNumber::Three => {
                self.oracle.forms.offer(form, Language::Ru, set).to_string()
            }
            FormNumber::Four => include_str!("../forms/4_ru.txt").trim().replace("{name}", "Made Up Name"),
            FormNumber::Five => include_str!("../forms/5_ru.txt")
                .trim()
                .replace("{name}", "Made Up Name")
                .replace("{service}", "выплата по возмещению затрат на обучение на дому детей с инвалидностью")
                .replace("{bank}", "Народный Банк Казахстана"),
        };
        SendSms {
            number: self.number(),
            recipient: self.mother(),
            form,
            language: Language::Ru,
            banks: banks.iter().map(|code| bank(code)).collect(),
            name: name.then(|| "Made Up Name".parse().expect("a name")),
            text: text.into(),
        }
    }

    /// A text leaves now and is accepted and delivered.
    fn text(&mut self, form: FormNumber, banks: &[&str]) -> MessageId {
        let sms = self.sms(form, banks);
        self.send(sms)
    }

    fn send(&mut self, sms: SendSms<Clear>) -> MessageId {
        let id = self.out(Party::SmsCentre, Body::SendSms(Box::new(sms)));
        let accepted = SmsAccepted { first_part: self.now, last_part: self.now };
        self.answer(id, Party::SmsCentre, Body::SmsAccepted(accepted));
        self.report(Party::SmsCentre, Body::SmsOutcome(SmsOutcome { sms: id, delivered: true }));
        id
    }

    fn reply(&mut self, wording: &str) -> Moment {
        let received = self.now;
        let reply = SmsReply { number: self.number(), wording: wording.into(), received: Some(received) };
        self.report(Party::SmsCentre, Body::SmsReply(reply));
        received
    }

    fn application(&self) -> ApplicationId {
        ApplicationId { case: Token::from_bits(u128::from(self.family)), nth: 1 }
    }

    fn register(&mut self, sms: MessageId, form: FormNumber, code: &str, received: Moment) {
        let application = RegisterApplication {
            application: self.application(),
            child: self.child(),
            recipient: self.mother(),
            account: iban(code, 2),
            bank: bank(code),
            district: HOME,
            from: date("2024-01-15"),
            to: date(self.to),
            evidence: Evidence { number: self.number(), received, form, sms },
        };
        let to = Party::LocalExecutiveBody(HOME);
        let id = self.out(to, Body::RegisterApplication(Box::new(application)));
        self.answer(id, to, Body::Received);
    }

    fn decide(&mut self, decision: Decision) {
        let body = DecideApplication { application: self.application(), decision, decided: self.now };
        self.report(Party::LocalExecutiveBody(HOME), Body::DecideApplication(body));
    }

    fn pay(&mut self, period: &str, code: &str) {
        let payment = PaymentId { application: self.application(), period: date(period) };
        let amount = Tiyn(3 * 369_200);
        let pay = Pay { payment, recipient: self.mother(), account: iban(code, 2), amount };
        let id = self.out(Party::Payer, Body::Pay(pay));
        self.answer(id, Party::Payer, Body::Received);
        self.report(Party::Payer, Body::PaymentMade(PaymentMade { payment, outcome: PaymentOutcome::Paid }));
    }

    fn task(&mut self, reason: TaskReason) {
        let to = Party::LocalExecutiveBody(SCHOOL);
        let id = self.out(to, Body::OpenTask(Task { child: self.child(), reason }));
        self.answer(id, to, Body::Received);
    }

    /// Form 1 on 12 March, accepted the same day, granted on 15 March.
    fn until_grant(&mut self) {
        self.until_form(&["601"]);
        self.now = hour("2024-03-11", 9);
        let sms = self.text(FormNumber::One, &["601"]);
        self.wait(36_000);
        let received = self.reply("123 #3#1");
        self.register(sms, FormNumber::One, "601", received);
        self.now = hour("2024-03-15", 22);
        self.decide(Decision::Grant);
        self.now = hour("2024-03-16", 9);
        self.text(FormNumber::Five, &["601"]);
    }

    fn pay_on(&mut self, day: &str, period: &str) {
        self.now = hour(day, 9);
        self.pay(period, "601");
    }

    /// Ends the run after the second family was excluded.
    fn finish(mut self) -> Verdict {
        self.family = 2;
        self.now = self.now.max(hour("2024-03-11", 12));
        self.listed();
        self.disability(Finding::No);
        self.oracle.finish(hour("2025-08-31", 0))
    }
}

fn agreed(world: World, outcome: &str) {
    let verdict = world.finish();
    assert_eq!(verdict.disagreements, [], "{outcome}");
    assert_eq!(verdict.undecided, Default::default(), "{outcome}");
    assert_eq!(verdict.outcomes.get(outcome), Some(&1), "{:?}", verdict.outcomes);
    assert_eq!(verdict.children, 2);
}

/// Exactly the points, in their order.
fn broken(world: World, points: &[&str]) {
    let verdict = world.finish();
    let found: Vec<_> = verdict.disagreements.iter().map(|one| one.point).collect();
    assert_eq!(found, points, "{:?}", verdict.disagreements);
    assert_eq!(verdict.disagreements_total, points.len() as u64);
    let shown = format!("{:?}", verdict.disagreements);
    assert!(!shown.contains("1599") && !shown.contains("7701") && !shown.contains("Made"), "{shown}");
}

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
    assert_eq!(world.oracle.verdict.sent.get("1"), Some(&1));
    assert_eq!(world.oracle.verdict.sent.get("5"), Some(&1));
    agreed(world, "paid");
}

#[test]
fn a_choice_from_the_list_takes_the_account_of_that_bank() {
    let mut world = world();
    world.until_form(&["601", "965"]);
    world.now = hour("2024-03-11", 9);
    let sms = world.text(FormNumber::Two, &["601", "965"]);
    world.wait(60);
    let received = world.reply("123#3#12");
    world.register(sms, FormNumber::Two, "965", received);
    agreed(world, "pending:application");
}

#[test]
fn silence_ends_with_form_4_on_the_morning_after_the_window() {
    // Sent on Monday 11 March: the third working day is Thursday 14 March.
    for (with, form, named) in
        [(&["722"][..], FormNumber::One, &["722"][..]), (&[], FormNumber::Three, &["601", "722", "965"])]
    {
        let mut world = world();
        world.until_form(with);
        world.now = hour("2024-03-11", 9);
        world.text(form, named);
        world.now = hour("2024-03-15", 9);
        world.text(FormNumber::Four, &[]);
        agreed(world, "closed:no_reply");
    }
}

#[test]
fn a_reply_just_before_and_at_the_end_of_the_window() {
    for (before, outcome) in [(1, "pending:application"), (0, "closed:no_reply")] {
        let mut world = world();
        world.until_form(&["601"]);
        world.now = hour("2024-03-11", 9);
        let sms = world.text(FormNumber::One, &["601"]);
        world.now = hour("2024-03-15", 0) - Span::millis(before);
        let received = world.reply("123 #3#1");
        if before > 0 {
            world.register(sms, FormNumber::One, "601", received);
        } else {
            world.now = hour("2024-03-15", 9);
            world.text(FormNumber::Four, &[]);
        }
        agreed(world, outcome);
    }
}

#[test]
fn a_refused_application_brings_a_task_and_no_text() {
    let mut world = world();
    world.until_form(&["601"]);
    world.now = hour("2024-03-11", 9);
    let sms = world.text(FormNumber::One, &["601"]);
    let received = world.reply("123 #3#1");
    world.register(sms, FormNumber::One, "601", received);
    world.decide(Decision::Refusal);
    world.task(TaskReason::NoticeOfRefusal);
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
        if let Some(reason) = held {
            world.task(TaskReason::Held(reason));
        }
        agreed(world, outcome);
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
    agreed(world1, "held:id_not_actual");

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
    agreed(world2, "held:no_bmg");
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
    broken(world, &["I-1"]);
}

#[test]
fn form_2_for_one_bank_is_seen() {
    let mut world = world();
    world.until_form(&["601"]);
    world.now = hour("2024-03-11", 9);
    world.text(FormNumber::Two, &["601"]);
    world.now = hour("2024-03-15", 9);
    world.text(FormNumber::Four, &[]);
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
    world.pay_on("2024-04-11", "2024-03-01");
    world.pay_on("2024-06-14", "2024-05-01");
    broken(world, &["S-49", "S-49"]);
}

#[test]
fn an_application_without_a_reply_is_seen() {
    let mut world = world();
    world.until_form(&["601"]);
    world.now = hour("2024-03-11", 9);
    let sms = world.text(FormNumber::One, &["601"]);
    let now = world.now;
    world.register(sms, FormNumber::One, "601", now);
    world.now = hour("2024-03-15", 9);
    world.text(FormNumber::Four, &[]);
    broken(world, &["A-31"]);
}

#[test]
fn a_form_before_its_hour_or_one_day_late_is_seen() {
    for (left, silent) in [(hour("2024-03-12", 9), "2024-03-16"), (hour("2024-03-11", 8), "2024-03-15")] {
        let mut world = world();
        world.until_form(&["601"]);
        world.now = left;
        world.text(FormNumber::One, &["601"]);
        world.now = hour(silent, 9);
        world.text(FormNumber::Four, &[]);
        broken(world, &["S-36"]);
    }
}

#[test]
fn form_4_too_early_too_late_twice_or_never_is_seen() {
    let open = || {
        let mut world = world();
        world.until_form(&["601"]);
        world.now = hour("2024-03-11", 9);
        world.text(FormNumber::One, &["601"]);
        world
    };
    let mut early = open();
    early.now = hour("2024-03-14", 10);
    early.text(FormNumber::Four, &[]);
    broken(early, &["A-29", "A-30"]);

    let mut late = open();
    late.now = hour("2024-03-16", 9);
    late.text(FormNumber::Four, &[]);
    broken(late, &["A-30"]);

    let mut twice = open();
    twice.now = hour("2024-03-15", 9);
    twice.text(FormNumber::Four, &[]);
    twice.text(FormNumber::Four, &[]);
    broken(twice, &["A-30"]);

    broken(open(), &["A-30"]);
}

#[test]
fn another_text_is_seen() {
    let mut world = world();
    world.until_form(&["601"]);
    world.now = hour("2024-03-11", 9);
    let mut sms = world.sms(FormNumber::One, &["601"]);
    sms.text = sms.text.replace("в течении", "в течение").into();
    world.send(sms);
    world.now = hour("2024-03-15", 9);
    world.text(FormNumber::Four, &[]);
    broken(world, &["A-35"]);
}

#[test]
fn a_child_that_is_listed_and_never_asked_about_is_seen() {
    let mut world = world();
    world.listed();
    broken(world, &["A-11"]);
    broken(world_of(2, false), &["A-07"]);
}

#[test]
fn a_repeat_of_an_effect_is_counted_and_not_compared() {
    let mut world = paid();
    world.step -= 2;
    let repeats = world.oracle.verdict.repeats;
    world.pay_on("2024-06-14", "2024-05-01");
    assert_eq!(world.oracle.verdict.repeats, repeats + 1);
    world.step += 2;
    agreed(world, "paid");
}

#[test]
fn siblings_are_counted_and_not_judged() {
    let mut oracle = Oracle::new(&HEADER.replace('\n', " ")).expect("a header");
    let child = |n: u32| {
        let iin = iin(n).digits();
        format!(r#"{{"child":{n},"iin":"{iin}","first_listed":"2024-03-11","enrolment":{{}}}}"#)
    };
    let line = format!(r#"{{"family":1,"children":[{},{}],"parents":[]}}"#, child(1), child(2));
    oracle.family(&line).expect("a family");
    let verdict = oracle.finish(hour("2025-08-31", 0));
    assert_eq!(verdict.undecided.get("siblings"), Some(&2));
    assert_eq!(verdict.disagreements_total, 0);
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
        world.oracle.finish(hour("2025-08-31", 0)).disagreements_total
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
            if sends && with.is_empty() {
                world.text(FormNumber::Three, &["601", "722", "965"]);
            } else if sends {
                world.text(FormNumber::One, with);
            }
            if sends && leaves {
                world.now = hour(if with.is_empty() { "2024-12-26" } else { "2025-01-01" }, 9);
                world.text(FormNumber::Four, &[]);
            }
            world
        };
        if leaves {
            agreed(run(true), "closed:no_reply");
            broken(run(false), &[if with.is_empty() { "A-25" } else { "A-23" }]);
        } else {
            agreed(run(false), "closed:pilot_ended");
            broken(run(true), &["S-14"]);
        }
    }
}

#[test]
fn a_birthday_and_a_period_must_end_after_the_window() {
    // Sent on 11 March, the window ends with 14 March.
    for (to, born, outcome, point) in
        [("2024-05-25", "2006-03-14", "excluded:age_18", "S-27"), ("2024-03-13", "2014-05-01", "closed:ended", "S-35")]
    {
        let run = || {
            let mut world = world();
            (world.to, world.born) = (to, born);
            world.until_form(&["601"]);
            world.now = hour("2024-03-11", 9);
            world
        };
        agreed(run(), outcome);
        let mut world = run();
        world.text(FormNumber::One, &["601"]);
        broken(world, &[point]);
    }
    for (to, born) in [("2024-03-14", "2014-05-01"), ("2024-05-25", "2006-03-15")] {
        let mut world = world();
        (world.to, world.born) = (to, born);
        world.until_form(&["601"]);
        let verdict = world.finish();
        assert_eq!(verdict.undecided.get("ends_with_the_window"), Some(&1));
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
        ] {
            let (token, day) = (Token::from_bits(77), date(day));
            let said = Observation { token, day, paragraph, outcome, district: SCHOOL };
            world.out(Party::Observer, Body::Observe(said));
        }
        world.oracle.finish(hour("2025-08-31", 0)).disagreements_total
    };
    assert_eq!(run("2024-03-15"), 0);
    assert_eq!(run("2024-03-16"), 1);
}
