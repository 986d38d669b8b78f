//! A hand-written world of two families, driven through the public interface by hand-made messages.

use std::sync::Arc;

use proaktiv_messages::identity::{FullName, Iban, Iin, Msisdn, check_digit};
use proaktiv_messages::*;

use crate::calendar::{Day, at, day};
use crate::law::tests::HEADER;
use crate::{Oracle, Verdict};

const CASE: Key = Key::case(Token::from_bits(1));
pub(super) const HOME: District = District(710_000_000);
pub(super) const SCHOOL: District = District(710_000_000);
/// The integrated banks.
pub(super) const BANKS: [&str; 3] = ["601", "722", "965"];

/// The `n`-th made-up person.
pub(super) fn iin(n: u32) -> Iin {
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

pub(super) fn bank(code: &str) -> BankCode {
    code.parse().expect("a code")
}

pub(super) fn iban(code: &str, last: u8) -> Iban {
    let mut number = *b"TEST000000000";
    number[12] = b'0' + last;
    Iban::of(bank(code), number).expect("letters and digits")
}

pub(super) fn hour(date: &str, hour: u32) -> Moment {
    at(day(date.parse().expect("a date")), hour)
}

pub(super) fn date(text: &str) -> chrono::NaiveDate {
    text.parse().expect("a date")
}

/// Family `n` has child `10 n`, mother `10 n + 1`, father `10 n + 2`.
pub(super) struct World {
    pub oracle: Oracle,
    pub now: Moment,
    pub family: u32,
    pub step: u32,
    count: u64,
    first_consent: u64,
    /// Which child of the family, from 0.
    pub nth: u32,
    /// C1-rep of the recipient.
    pub given: Option<Consent<Clear>>,
    /// Last day of home schooling.
    pub to: &'static str,
    /// The accounts at the banks.
    pub with: Vec<(&'static str, u8)>,
    /// The child's date of birth.
    pub born: &'static str,
    /// Whether the operator is told of each day without a full list, which few stories are about (A-07).
    pub days_are_told: bool,
    alerts: u32,
}

pub(super) fn world() -> World {
    world_of(2, false)
}

pub(super) fn world_of(families: u32, observer: bool) -> World {
    let header = HEADER.replace('\n', " ").replace("\"observer\":false", &format!("\"observer\":{observer}"));
    story(&header, families)
}

/// Two families under a header in which one word is another.
pub(super) fn world_with(word: &str, another: &str) -> World {
    story(&HEADER.replace('\n', " ").replace(word, another), 2)
}

fn story(header: &str, families: u32) -> World {
    let mut oracle = Oracle::new(header).expect("a header");
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
        nth: 0,
        given: None,
        with: Vec::new(),
        to: "2024-05-25",
        born: "2014-05-01",
        days_are_told: true,
        alerts: 0,
    }
}

/// As `world`, the first family with a second child.
pub(super) fn twins() -> World {
    let mut world = world_of(0, false);
    for (n, children) in [(1, vec![10, 15]), (2, vec![20])] {
        let child = |(nth, who): (usize, &u32)| {
            let iin = iin(*who).digits();
            format!(r#"{{"child":{nth},"iin":"{iin}","first_listed":"2024-03-11","enrolment":{{}}}}"#)
        };
        let children: Vec<String> = children.iter().enumerate().map(child).collect();
        let (mother, father) = (iin(10 * n + 1).digits(), iin(10 * n + 2).digits());
        let children = children.join(",");
        let line = format!(
            r#"{{"family":{n},"children":[{children}],"parents":[{{"iin":"{mother}"}},{{"iin":"{father}"}}]}}"#
        );
        world.oracle.family(&line).expect("a family");
    }
    world
}

pub(super) fn consent(id: u64, subject: Iin, purposes: Purposes, given: Moment, days: i64) -> Consent<Clear> {
    Consent { id, subject, purposes, given, until: given + Span::days(days), seal: 7 }
}

pub(super) fn person(who: Iin) -> Person<Clear> {
    let name = "Made Up Name".parse::<FullName>().expect("a name");
    Person { person: who, name, registration: Registration::Permanent(HOME), statuses: [].into_iter().collect() }
}

impl World {
    pub(super) fn child(&self) -> Iin {
        iin(10 * self.family + 5 * self.nth)
    }

    pub(super) fn mother(&self) -> Iin {
        iin(10 * self.family + 1)
    }

    pub(super) fn father(&self) -> Iin {
        iin(10 * self.family + 2)
    }

    pub(super) fn number(&self) -> Msisdn {
        format!("7701000{:04}", self.family).parse().expect("a number")
    }

    pub(super) fn wait(&mut self, seconds: i64) {
        self.now = self.now + Span::seconds(seconds);
    }

    /// The engine sends.
    pub(super) fn out(&mut self, to: Party, body: Body<Clear>) -> MessageId {
        self.wait(1);
        self.step += 1;
        let line = matches!(body, Body::SendSms(_) | Body::CheckLink);
        let key = if line { Key::line(Token::from_bits(u128::from(self.family))) } else { CASE };
        let id = MessageId::Effect { key, step: self.step, n: 0 };
        self.leave(&Envelope { id, answers: None, from: Party::Esobes, to, sent: self.now, body });
        id
    }

    pub(super) fn leave(&mut self, message: &Envelope<Clear>) {
        self.tell_of_days();
        self.oracle.left(message);
    }

    /// The operator is told of the days that have ended by now without a full list, each at its end.
    fn tell_of_days(&mut self) {
        self.oracle.world.pass(self.now);
        if self.days_are_told {
            for (of, ended) in self.oracle.world.days.untold.clone() {
                self.alert(of, ended);
            }
        }
    }

    /// The operator is told of a day.
    pub(super) fn alert(&mut self, of: Day, sent: Moment) {
        // An id of its own: the steps of the other keys go on as they were.
        self.alerts += 1;
        let id = MessageId::Effect { key: Key::intake(), step: self.alerts, n: 0 };
        let body = Body::Alert(Alert::DayWithoutFullList { day: crate::calendar::date(of) });
        self.oracle.left(&Envelope { id, answers: None, from: Party::Esobes, to: Party::Operator, sent, body });
    }

    /// A party answers.
    pub(super) fn answer(&mut self, answers: MessageId, from: Party, body: Body<Clear>) {
        self.take(from, Some(answers), body);
    }

    pub(super) fn take(&mut self, from: Party, answers: Option<MessageId>, body: Body<Clear>) -> MessageId {
        self.wait(1);
        self.count += 1;
        let id = MessageId::Numbered(self.count);
        let message = Envelope { id, answers, from, to: Party::Esobes, sent: self.now, body };
        self.tell_of_days();
        self.oracle.taken(&message, self.now);
        id
    }

    /// A party reports by itself, twice, and the engine acknowledges.
    pub(super) fn report(&mut self, from: Party, body: Body<Clear>) {
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

    pub(super) fn row(&self) -> Enrolment<Clear> {
        Enrolment {
            row: Some(u64::from(self.family + 100 * self.nth)),
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

    /// A partial list with one row: nothing follows from it for others.
    pub(super) fn list(&mut self, row: Enrolment<Clear>) {
        self.batch(vec![row], None);
    }

    /// A list, full if `declared` is the number of its rows.
    pub(super) fn batch(&mut self, rows: Vec<Enrolment<Clear>>, declared: Option<u32>) {
        let day = crate::calendar::date(crate::calendar::day_of(self.now));
        self.batch_of(day, rows, declared);
    }

    /// A partial list of another day with one row.
    pub(super) fn list_of(&mut self, day: &str, row: Enrolment<Clear>) {
        self.batch_of(date(day), vec![row], None);
    }

    /// A full list of another day with one row.
    pub(super) fn full_list_of(&mut self, day: &str, row: Enrolment<Clear>) {
        self.batch_of(date(day), vec![row], Some(1));
    }

    fn batch_of(&mut self, day: chrono::NaiveDate, rows: Vec<Enrolment<Clear>>, declared: Option<u32>) {
        let rows: Vec<Arc<Enrolment<Clear>>> = rows.into_iter().map(Arc::new).collect();
        self.count += 1;
        let batch = self.count;
        let chunk = ListChunk { batch, day, part: 0, parts: 1, declared_rows: declared, rows: rows.into() };
        self.report(Party::Nobd, Body::ReportEnrolments(chunk));
    }

    pub(super) fn listed(&mut self) {
        self.list(self.row());
    }

    pub(super) fn disability(&mut self, answer: Finding<Disability>) {
        let id = self.out(Party::Cbdi, Body::AskDisability(AskDisability { child: self.child() }));
        self.answer(id, Party::Cbdi, Body::DisabilityAnswer(answer));
    }

    pub(super) fn applications(&mut self, answer: Finding<LiveApplication>) {
        let id = self.out(Party::Counter, Body::AskApplications(AskApplications { child: self.child() }));
        self.answer(id, Party::Counter, Body::ApplicationsAnswer(answer));
    }

    /// KDP is asked and the person decides; returns the consent.
    pub(super) fn kdp(&mut self, subject: Iin, purposes: Purposes, days: u16, agrees: bool) -> Consent<Clear> {
        let id = self.out(Party::Kdp, Body::RequestConsent(RequestConsent { subject, purposes, days }));
        self.answer(id, Party::Kdp, Body::Received);
        self.wait(1800);
        self.first_consent += 1;
        let consent = consent(self.first_consent, subject, purposes, self.now, i64::from(days));
        let outcome = if agrees { ConsentOutcome::Given(consent) } else { ConsentOutcome::Refused };
        self.report(Party::Kdp, Body::ConsentDecided(ConsentDecided { request: id, outcome }));
        consent
    }

    /// KDP is asked and keeps the request; nobody answers.
    pub(super) fn request(&mut self, subject: Iin, purposes: Purposes, days: u16) {
        let id = self.request_lost(subject, purposes, days);
        self.answer(id, Party::Kdp, Body::Received);
    }

    /// KDP is asked and says nothing at all.
    pub(super) fn request_lost(&mut self, subject: Iin, purposes: Purposes, days: u16) -> MessageId {
        self.out(Party::Kdp, Body::RequestConsent(RequestConsent { subject, purposes, days }))
    }

    /// An official decides.
    pub(super) fn instruct(&mut self, decision: OfficialDecision<Clear>) {
        let instruct = Instruct {
            child: self.child(),
            decision,
            role: "head".into(),
            document: "1".into(),
            reason: "checked".into(),
        };
        self.report(Party::LocalExecutiveBody(HOME), Body::Instruct(Box::new(instruct)));
    }

    /// An official names another account for the payments.
    pub(super) fn change_account(&mut self, application: ApplicationId, code: &str) {
        self.instruct(OfficialDecision::ChangeAccount { application, account: iban(code, 2) });
    }

    /// The counter tells what became of an application by hand.
    pub(super) fn lodged(&mut self, state: ApplicationState) {
        let application = LiveApplication { number: 9, granted: false, ours: None, from: None, to: None };
        let report = ReportApplication { child: self.child(), application, state };
        self.report(Party::Counter, Body::ReportApplication(report));
    }

    /// NOBD is asked for the row.
    pub(super) fn ask_row(&mut self, answer: Finding<Arc<Enrolment<Clear>>>) {
        let ask = AskRow { child: self.child(), row: self.row().row, school: 3 };
        let id = self.out(Party::Nobd, Body::AskRow(ask));
        self.answer(id, Party::Nobd, Body::RowAnswer(answer));
    }

    /// A full list with the family's row alone.
    pub(super) fn full_list(&mut self) {
        let row = self.row();
        self.batch(vec![row], Some(1));
    }

    /// A full list without the family's row.
    pub(super) fn full_list_without(&mut self) {
        let mut other = self.row();
        other.child = iin(9_000);
        other.row = Some(9_000);
        self.batch(vec![other], Some(1));
    }

    /// The banks are asked and say nothing.
    pub(super) fn ask_banks(&mut self, codes: &[&str]) {
        let consent = self.given.expect("C1-rep is given");
        for code in codes {
            let ask = AskAccounts { person: consent.subject, consent };
            self.out(Party::Bank(bank(code)), Body::AskAccounts(ask));
        }
    }

    pub(super) fn ask_all_banks(&mut self) {
        self.ask_banks(&BANKS);
    }

    /// Both twins come to READY, the second with what the first has shown of the mother.
    pub(super) fn until_ready_twins(&mut self) {
        let found = Finding::Yes(Disability { since: date("2020-01-01"), until: None });
        self.until_form(&["601"]);
        self.nth = 1;
        self.listed();
        self.disability(found);
        self.applications(Finding::No);
        let consent = self.child_consent(true);
        let record = self.record();
        self.child_record(consent, record);
        self.nth = 0;
    }

    pub(super) fn child_consent(&mut self, agrees: bool) -> Consent<Clear> {
        self.kdp(self.child(), Purposes::OF_CHILD, 2, agrees)
    }

    pub(super) fn person_consent(&mut self, who: Iin, agrees: bool) -> Consent<Clear> {
        self.kdp(who, Purposes::OF_REPRESENTATIVE, 30, agrees)
    }

    pub(super) fn record(&self) -> ChildRecord<Clear> {
        let kin = |person, relation| Kin { person, relation, statuses: [].into_iter().collect() };
        ChildRecord {
            child: person(self.child()),
            birth: Some(BirthAct { number: "1-2".parse().expect("a number"), born: date(self.born) }),
            kin: [kin(self.mother(), Relation::Mother), kin(self.father(), Relation::Father)].into_iter().collect(),
        }
    }

    pub(super) fn child_record(&mut self, consent: Consent<Clear>, record: ChildRecord<Clear>) {
        let id = self.out(Party::Gbdfl, Body::AskChild(AskChild { child: self.child(), consent }));
        self.answer(id, Party::Gbdfl, Body::ChildAnswer(Finding::Yes(Box::new(record))));
    }

    pub(super) fn until_kdp(&mut self) {
        self.listed();
        self.disability(Finding::Yes(Disability { since: date("2020-01-01"), until: None }));
        self.applications(Finding::No);
    }

    pub(super) fn until_representative(&mut self) {
        self.until_kdp();
        let consent = self.child_consent(true);
        let record = self.record();
        self.child_record(consent, record);
    }

    pub(super) fn person_record(&self, who: Iin) -> PersonRecord<Clear> {
        let valid_to = date("2030-01-01");
        let document = IdentityDocument { number: "9".parse().expect("a number"), valid_to, invalidated: false };
        PersonRecord { person: person(who), born: date("1985-02-03"), documents: [document].into_iter().collect() }
    }

    pub(super) fn ask_person(&mut self, consent: Consent<Clear>, record: PersonRecord<Clear>) {
        let id = self.out(Party::Gbdfl, Body::AskPerson(AskPerson { person: consent.subject, consent }));
        self.answer(id, Party::Gbdfl, Body::PersonAnswer(Finding::Yes(Box::new(record))));
    }

    pub(super) fn ask_number(&mut self, consent: Consent<Clear>, known: bool) {
        let id = self.out(Party::Bmg, Body::AskNumber(AskNumber { person: consent.subject, consent }));
        let number = SubscriberNumber { number: self.number(), main: true, confirmed: date("2024-01-01") };
        let record = NumberRecord { numbers: [number].into_iter().collect(), language: Some(Language::Ru) };
        let answer = if known { Finding::Yes(record) } else { Finding::No };
        self.answer(id, Party::Bmg, Body::NumberAnswer(answer));
    }

    pub(super) fn until_banks(&mut self) -> Consent<Clear> {
        self.until_representative();
        let consent = self.person_consent(self.mother(), true);
        let record = self.person_record(self.mother());
        self.ask_person(consent, record);
        self.ask_number(consent, true);
        self.given = Some(consent);
        consent
    }

    pub(super) fn ask_bank(&mut self, consent: Consent<Clear>, code: &str, accounts: Vec<Account<Clear>>) {
        let to = Party::Bank(bank(code));
        let id = self.out(to, Body::AskAccounts(AskAccounts { person: consent.subject, consent }));
        let answer = if accounts.is_empty() { Finding::No } else { Finding::Yes(accounts) };
        self.answer(id, to, Body::AccountsAnswer(answer));
    }

    /// The accounts of the recipient at a bank, as the bank tells them now.
    fn accounts_at(&self, code: &str) -> Vec<Account<Clear>> {
        let account = |last, opened: &str, kind| Account {
            account: iban(code, last),
            kind,
            opened: Some(hour(opened, 12)),
            usable: true,
        };
        let special = self.with.iter().filter(|(at, _)| *at == code);
        special
            .flat_map(|&(_, last)| {
                [
                    account(last + 1, "2023-05-06", AccountKind::Special),
                    account(last, "2023-05-05", AccountKind::Special),
                    account(9, "2020-05-05", AccountKind::Ordinary),
                ]
            })
            .collect()
    }

    /// A bank is asked and answers with what `with` says.
    pub(super) fn bank(&mut self, code: &str) {
        let consent = self.given.expect("C1-rep is given");
        let accounts = self.accounts_at(code);
        self.ask_bank(consent, code, accounts);
    }

    /// Everything up to READY, with an account at each of these banks.
    pub(super) fn until_form(&mut self, with: &[&'static str]) {
        self.until_banks();
        self.with = with.iter().map(|&code| (code, 2)).collect();
        for code in BANKS {
            self.bank(code);
        }
    }

    /// The owner of the number is asked for.
    pub(super) fn owner(&mut self) {
        let consent = self.given.expect("C1-rep is given");
        self.ask_number(consent, true);
    }

    /// The questions before a form of appendix 1 to 3.
    pub(super) fn before_form(&mut self) {
        self.applications(Finding::No);
        self.owner();
    }

    /// The questions before a form, and the form.
    pub(super) fn form(&mut self, form: FormNumber, banks: &[&str]) -> MessageId {
        self.before_form();
        self.text(form, banks)
    }

    /// The link is checked.
    pub(super) fn link(&mut self) {
        let id = self.out(Party::SmsCentre, Body::CheckLink);
        self.answer(id, Party::SmsCentre, Body::Received);
    }

    /// The window is over: silence is made sure of, and appendix 4 leaves.
    pub(super) fn four(&mut self) -> MessageId {
        self.link();
        self.owner();
        self.text(FormNumber::Four, &[])
    }

    /// The banks are polled at each hour of these days.
    pub(super) fn polls(&mut self, days: &[&str]) {
        for day in days {
            for at in [10, 17] {
                self.now = hour(day, at);
                BANKS.iter().for_each(|code| self.bank(code));
            }
        }
    }

    /// Appendix 5 leaves, the owner asked before.
    pub(super) fn five(&mut self) {
        self.owner();
        self.text(FormNumber::Five, &["601"]);
    }

    /// The questions after an effective reply.
    pub(super) fn before_application(&mut self, code: &str) {
        self.applications(Finding::No);
        self.owner();
        self.bank(code);
    }

    pub(super) fn sms(&mut self, form: FormNumber, banks: &[&str]) -> SendSms<Clear> {
        let set = banks.iter().fold(0, |set, code| {
            set | 1 << ["601", "722", "965"].iter().position(|one| one == code).expect("integrated")
        });
        let name = matches!(form, FormNumber::Four | FormNumber::Five);
        let text = match form {
            FormNumber::One | FormNumber::Two | FormNumber::Three => {
                self.oracle.world.forms.offer(form, Language::Ru, set).to_string()
            }
            FormNumber::Four => include_str!("../../forms/4_ru.txt").trim().replace("{name}", "Made Up Name"),
            FormNumber::Five => include_str!("../../forms/5_ru.txt")
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
    pub(super) fn text(&mut self, form: FormNumber, banks: &[&str]) -> MessageId {
        let sms = self.sms(form, banks);
        self.send(sms)
    }

    pub(super) fn send(&mut self, sms: SendSms<Clear>) -> MessageId {
        let id = self.out(Party::SmsCentre, Body::SendSms(Box::new(sms)));
        let accepted = SmsAccepted { first_part: self.now, last_part: self.now };
        self.answer(id, Party::SmsCentre, Body::SmsAccepted(accepted));
        self.report(Party::SmsCentre, Body::SmsOutcome(SmsOutcome { sms: id, delivered: true }));
        id
    }

    pub(super) fn reply(&mut self, wording: &str) -> Moment {
        let received = self.now;
        self.replies(self.number(), wording, Some(received));
        received
    }

    /// An acceptance that the SMS centre had at `received` and hands over now.
    pub(super) fn reply_of(&mut self, received: Moment) {
        self.replies(self.number(), "123 #3#1", Some(received));
    }

    pub(super) fn reply_from(&mut self, number: &str, wording: &str) {
        let received = self.now;
        self.replies(number.parse().expect("a number"), wording, Some(received));
    }

    fn replies(&mut self, number: Msisdn, wording: &str, received: Option<Moment>) {
        let reply = SmsReply { number, wording: wording.into(), received };
        self.report(Party::SmsCentre, Body::SmsReply(reply));
    }

    /// A bank reports an account that was just opened.
    pub(super) fn open_account(&mut self, code: &str, last: u8) {
        let account =
            Account { account: iban(code, last), kind: AccountKind::Special, usable: true, opened: Some(self.now) };
        let report = ReportAccount { person: self.mother(), account };
        self.report(Party::Bank(bank(code)), Body::ReportAccount(report));
    }

    /// A text leaves, is accepted, and is never delivered.
    pub(super) fn send_undelivered(&mut self, sms: SendSms<Clear>) {
        let id = self.out(Party::SmsCentre, Body::SendSms(Box::new(sms)));
        let accepted = SmsAccepted { first_part: self.now, last_part: self.now };
        self.answer(id, Party::SmsCentre, Body::SmsAccepted(accepted));
        self.report(Party::SmsCentre, Body::SmsOutcome(SmsOutcome { sms: id, delivered: false }));
    }

    pub(super) fn application(&self) -> ApplicationId {
        ApplicationId { case: Token::from_bits(u128::from(self.family + 100 * self.nth)), nth: 1 }
    }

    /// The questions after an effective reply, and the application.
    pub(super) fn apply(&mut self, sms: MessageId, form: FormNumber, code: &str, received: Moment) {
        self.before_application(code);
        self.register(sms, form, code, received);
    }

    pub(super) fn register(&mut self, sms: MessageId, form: FormNumber, code: &str, received: Moment) {
        self.register_at(sms, form, code, 2, received);
    }

    /// An application for the account with this last digit.
    pub(super) fn register_at(&mut self, sms: MessageId, form: FormNumber, code: &str, last: u8, received: Moment) {
        let application = RegisterApplication {
            application: self.application(),
            child: self.child(),
            recipient: self.mother(),
            account: iban(code, last),
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

    pub(super) fn decide(&mut self, decision: Decision) {
        let body = DecideApplication { application: self.application(), decision, decided: self.now };
        self.report(Party::LocalExecutiveBody(HOME), Body::DecideApplication(body));
    }

    /// The application is refused, and the notice of it is left to the body.
    pub(super) fn refused(&mut self) {
        self.decide(Decision::Refusal);
        self.task(TaskReason::NoticeOfRefusal);
    }

    /// NOBD is asked who else may act.
    pub(super) fn guardians(&mut self, consent: Consent<Clear>, answer: Finding<Vec<Representative<Clear>>>) {
        let body = Body::AskRepresentatives(AskRepresentatives { child: self.child(), consent });
        let id = self.out(Party::Nobd, body);
        self.answer(id, Party::Nobd, Body::RepresentativesAnswer(answer));
    }

    /// Each bank is asked.
    pub(super) fn search(&mut self) {
        BANKS.iter().for_each(|code| self.bank(code));
    }

    fn order_payment(&mut self, period: &str, code: &str) -> PaymentId {
        let payment = PaymentId { application: self.application(), period: date(period) };
        let amount = Tiyn(3 * 369_200);
        let pay = Pay { payment, recipient: self.mother(), account: iban(code, 2), amount };
        let id = self.out(Party::Payer, Body::Pay(pay));
        self.answer(id, Party::Payer, Body::Received);
        payment
    }

    pub(super) fn pay(&mut self, period: &str, code: &str) {
        let payment = self.order_payment(period, code);
        self.report(Party::Payer, Body::PaymentMade(PaymentMade { payment, outcome: PaymentOutcome::Paid }));
    }

    /// A payment is ordered and comes back.
    pub(super) fn pay_returned(&mut self, period: &str, code: &str) {
        let payment = self.order_payment(period, code);
        self.report(Party::Payer, Body::PaymentMade(PaymentMade { payment, outcome: PaymentOutcome::Returned }));
    }

    pub(super) fn task(&mut self, reason: TaskReason) {
        let to = Party::LocalExecutiveBody(SCHOOL);
        let id = self.out(to, Body::OpenTask(Task { child: self.child(), reason }));
        self.answer(id, to, Body::Received);
    }

    /// Form 1 on 12 March, accepted the same day, granted on 15 March.
    pub(super) fn until_grant(&mut self) {
        self.until_form(&["601"]);
        self.now = hour("2024-03-11", 9);
        let sms = self.form(FormNumber::One, &["601"]);
        self.wait(36_000);
        let received = self.reply("123 #3#1");
        self.apply(sms, FormNumber::One, "601", received);
        self.now = hour("2024-03-15", 22);
        self.decide(Decision::Grant);
        self.now = hour("2024-03-16", 9);
        self.five();
    }

    pub(super) fn pay_on(&mut self, day: &str, period: &str) {
        self.now = hour(day, 9);
        self.pay(period, "601");
    }

    /// Ends the run after the second family was excluded.
    pub(super) fn finish(self) -> Verdict {
        self.finish_on("2025-08-31")
    }

    fn finish_on(mut self, day: &str) -> Verdict {
        (self.family, self.nth) = (2, 0);
        self.now = self.now.max(hour("2024-03-11", 12));
        self.listed();
        self.disability(Finding::No);
        self.end_on(day)
    }

    /// Ends the run when this day begins.
    pub(super) fn end_on(mut self, day: &str) -> Verdict {
        self.now = self.now.max(hour(day, 0));
        self.tell_of_days();
        self.oracle.finish(hour(day, 0))
    }
}

/// A day on which forms still leave: whoever is held then stays so (S-14).
const IN_FORCE: &str = "2024-12-01";

/// No disagreement, nobody undecided, and one child with this outcome while the pilot goes on.
pub(super) fn agreed_in_force(world: World, outcome: &str) {
    agrees(world.finish_on(IN_FORCE), outcome);
}

/// Exactly the points, in their order, while the pilot goes on.
pub(super) fn broken_in_force(world: World, points: &[&str]) {
    breaks(world.finish_on(IN_FORCE), points);
}

/// No disagreement, nobody undecided, and one child with this outcome.
pub(super) fn agreed(world: World, outcome: &str) {
    agrees(world.finish(), outcome);
}

fn agrees(verdict: Verdict, outcome: &str) {
    assert_eq!(verdict.disagreements, [], "{outcome}");
    assert_eq!(verdict.undecided, Default::default(), "{outcome}");
    assert!(verdict.outcomes.contains_key(outcome), "{:?}", verdict.outcomes);
}

/// Exactly the points, in their order.
pub(super) fn broken(world: World, points: &[&str]) {
    breaks(world.finish(), points);
}

fn breaks(verdict: Verdict, points: &[&str]) {
    let found: Vec<_> = verdict.disagreements.iter().map(|one| one.point).collect();
    assert_eq!(found, points, "{:?}", verdict.disagreements);
    assert_eq!(verdict.disagreements_total, points.len() as u64);
    let shown = format!("{:?}", verdict.disagreements);
    assert!(!shown.contains("1599") && !shown.contains("7701") && !shown.contains("Made"), "{shown}");
}
