//! Of each property a story that breaks it and is reported, and one beside it that keeps it and is not.

use chrono::{NaiveDate, NaiveTime};
use proaktiv_core::calendar::astana;
use proaktiv_messages::identity::{FullName, Iban, Iin, Msisdn, check_digit};
use proaktiv_messages::{
    Account, AccountKind, ApplicationId, AskAccounts, AskApplications, AskChild, AskDisability, AskNumber, AskPerson,
    BankCode, Body, ChildRecord, Clear, Consent, ConsentDecided, ConsentOutcome, Credit, CreditOutcome, Credited,
    District, Envelope, Evidence, Finding, FormNumber, Key, Kin, Language, MessageId, Moment, NumberRecord, Party, Pay,
    PaymentId, PaymentMade, PaymentOutcome, Person, PersonChange, Purposes, RefusedQuery, RegisterApplication,
    Registration, Relation, ReportPerson, RequestConsent, Role, SendSms, SmsAccepted, SmsReply, Span, SubscriberNumber,
    Tiyn, Token,
};
use smallvec::SmallVec;

use super::Monitors;

const CASE: Key = Key::case(Token::from_bits(1));
const DISTRICT: District = District(710_000_000);
const CHILD: u32 = 1;
const MOTHER: u32 = 2;
const FATHER: u32 = 3;
const STRANGER: u32 = 4;
const MOTHERS_NUMBER: &str = "77010000002";

/// I-1: the consent is one that KDP gave, of that person, for that purpose, and valid.
#[test]
fn a_question_needs_a_consent_of_that_person_for_that_purpose() {
    let asked = |purposes: Purposes, changed: fn(&mut Consent<Clear>), after: Span| {
        let mut story = Story::new();
        let mut consent = story.until_the_mother_consents(purposes);
        changed(&mut consent);
        story.now = story.now + after;
        story.engine(Party::Gbdfl, Body::AskPerson(AskPerson { person: iin(MOTHER), consent }));
        story.found()
    };
    let (untouched, days_30) = (|_: &mut Consent<Clear>| {}, Span::days(30));
    let just_before = Span::millis(days_30.as_millis() - 1);
    assert_eq!(asked(Purposes::OF_REPRESENTATIVE, untouched, just_before), NOTHING);
    assert_eq!(asked(Purposes::OF_REPRESENTATIVE, untouched, days_30), ["I-1"], "no longer valid");
    assert_eq!(asked(Purposes::OF_CHILD, untouched, Span::ZERO), ["I-1"], "for another purpose");
    assert_eq!(asked(Purposes::OF_REPRESENTATIVE, |shown| shown.id += 1, Span::ZERO), ["I-1"], "never given");
    let longer = |shown: &mut Consent<Clear>| shown.until = shown.until + Span::days(1);
    assert_eq!(asked(Purposes::OF_REPRESENTATIVE, longer, Span::ZERO), ["I-1"], "not as it was given");
}

/// I-1, S-03d: from a reply on, the reply is the consent for BMG and the banks, though the one shown ran out.
#[test]
fn after_a_reply_bmg_and_banks_may_be_asked_past_the_term_of_the_consent() {
    let told = |replies: bool, ask: fn(Consent<Clear>) -> (Party, Body<Clear>)| {
        let mut story = Story::new();
        let consent = story.until_the_mother_consents(Purposes::OF_REPRESENTATIVE);
        story.form_out(FormNumber::One, &["601"]);
        if replies {
            story.reply("123 #3#1");
        }
        story.now = story.now + Span::days(40);
        let (to, question) = ask(consent);
        story.engine(to, question);
        story.found().into_iter().filter(|found| *found == "I-1").count()
    };
    let number = |consent| (Party::Bmg, Body::AskNumber(AskNumber { person: iin(MOTHER), consent }));
    let record = |consent| (Party::Gbdfl, Body::AskPerson(AskPerson { person: iin(MOTHER), consent }));
    assert_eq!((told(true, number), told(false, number)), (0, 1));
    assert_eq!(told(true, record), 1, "a reply opens no record");
}

/// I-1: a consent opens the record of him who gave it, and of nobody else.
#[test]
fn a_consent_of_another_person_opens_nothing() {
    let mut story = Story::new();
    let consent = story.until_the_mother_consents(Purposes::OF_REPRESENTATIVE);
    story.request_consent(FATHER, Purposes::OF_REPRESENTATIVE);
    story.engine(Party::Gbdfl, Body::AskPerson(AskPerson { person: iin(FATHER), consent }));
    assert_eq!(story.found(), ["I-1"]);

    let mut story = Story::new();
    story.party(Party::Gbdfl, None, Body::Refused(RefusedQuery::ConsentOfAnother));
    assert_eq!(story.found(), ["I-1"]);
}

/// I-2: disability, applications, consent, the child; then the representative's consent, record,
/// number and accounts.
#[test]
fn questions_come_in_the_order_of_the_paragraphs() {
    let told = |skipped: Option<usize>| {
        let mut story = Story::new();
        let consent = story.until_the_mother_consents(Purposes::OF_REPRESENTATIVE);
        let person = iin(MOTHER);
        let questions = [
            (Party::Gbdfl, Body::AskPerson(AskPerson { person, consent })),
            (Party::Bmg, Body::AskNumber(AskNumber { person, consent })),
            (Party::Bank(bank("601")), Body::AskAccounts(AskAccounts { person, consent })),
            // What was asked is asked again where a register could not say.
            (Party::Bmg, Body::AskNumber(AskNumber { person, consent })),
        ];
        for (place, (to, question)) in questions.into_iter().enumerate() {
            if skipped != Some(place) {
                story.engine(to, question);
            }
        }
        story.found()
    };
    assert_eq!(told(None), NOTHING);
    assert_eq!(told(Some(0)), ["I-2"]);
    assert_eq!(told(Some(1)), ["I-2"]);

    let mut story = Story::new();
    story.engine(Party::Counter, Body::AskApplications(AskApplications { child: iin(CHILD) }));
    assert_eq!(story.found(), ["I-2"]);
}

/// I-3: the next form to a number waits until the offer before it has ended.
#[test]
fn a_number_has_one_open_offer() {
    let second = |ended: fn(&mut Story)| {
        let mut story = Story::new();
        story.form_out(FormNumber::One, &["601"]);
        ended(&mut story);
        story.form(FormNumber::One, &["601"]);
        story.found()
    };
    assert_eq!(second(|_| {}), ["I-3"]);
    assert_eq!(second(|story| story.reply("123 #3#1")), NOTHING);
    let silence = |story: &mut Story| {
        story.now = at("2024-03-16 09:00");
        story.form(FormNumber::Four, &[]);
    };
    assert_eq!(second(silence), NOTHING);

    let mut story = Story::new();
    story.form(FormNumber::One, &["601"]);
    story.form(FormNumber::One, &["601"]);
    assert_eq!(story.found(), ["I-3"], "while the first is on its way");
}

/// I-3: news may have ended an offer if it is of the recipient or of a child that he acts for, and of nobody else.
#[test]
fn news_of_others_ends_no_offer() {
    let second = |of: u32, role: Role| {
        let mut story = Story::new();
        story.until_the_mother_consents(Purposes::OF_REPRESENTATIVE);
        story.form_out(FormNumber::One, &["601"]);
        story.now = story.now + Span::hours(1);
        let report = ReportPerson { person: iin(of), role, change: PersonChange::Other };
        story.party(Party::Gbdfl, None, Body::ReportPerson(report));
        story.form(FormNumber::One, &["601"]);
        story.found()
    };
    assert_eq!(second(MOTHER, Role::Representative), NOTHING);
    assert_eq!(second(CHILD, Role::Child), NOTHING);
    assert_eq!(second(FATHER, Role::Representative), ["I-3"]);
    assert_eq!(second(STRANGER, Role::Child), ["I-3"]);
}

/// I-3, S-36, S-37: BMG and the banks are asked before each form; what they say once more has ended no offer.
#[test]
fn what_a_register_says_once_more_is_no_news() {
    let second = |form: FormNumber, banks: &[&str], after: fn(&mut Story, Consent<Clear>)| {
        let mut story = Story::new();
        let consent = story.until_the_mother_consents(Purposes::OF_REPRESENTATIVE);
        story.engine(Party::Gbdfl, Body::AskPerson(AskPerson { person: iin(MOTHER), consent }));
        story.bmg_says(&[MOTHERS_NUMBER], consent);
        story.bank_says((form != FormNumber::Three).then_some("601"), consent);
        story.form_out(form, banks);
        story.now = story.now + Span::hours(24);
        after(&mut story, consent);
        story.form(FormNumber::One, &["601"]);
        story.found()
    };
    let (app_1, app_3) = ((FormNumber::One, &["601"][..]), (FormNumber::Three, &["601", "722", "965"][..]));
    let the_same = |story: &mut Story, consent: Consent<Clear>| {
        story.bmg_says(&[MOTHERS_NUMBER], consent);
        story.bank_says(Some("601"), consent);
    };
    assert_eq!(second(app_1.0, app_1.1, the_same), ["I-3"]);
    let number_is_gone = |story: &mut Story, consent: Consent<Clear>| story.bmg_says(&["77010000009"], consent);
    assert_eq!(second(app_1.0, app_1.1, number_is_gone), NOTHING);
    let another_number_too =
        |story: &mut Story, consent: Consent<Clear>| story.bmg_says(&[MOTHERS_NUMBER, "77010000009"], consent);
    assert_eq!(second(app_1.0, app_1.1, another_number_too), ["I-3"]);

    let opens = |story: &mut Story, consent: Consent<Clear>| story.bank_says(Some("601"), consent);
    assert_eq!(second(app_3.0, app_3.1, opens), NOTHING, "A-27: App.1 follows an account opened after App.3");
    assert_eq!(second(app_3.0, app_3.1, |story, consent| story.bank_says(None, consent)), ["I-3"]);
    let opens_another = |story: &mut Story, consent: Consent<Clear>| story.bank_says(Some("722"), consent);
    assert_eq!(second(app_1.0, app_1.1, opens_another), ["I-3"], "nothing follows an account opened after App.1");
}

/// I-4: one bank App.1, several App.2, none App.3 with every integrated bank.
#[test]
fn the_form_is_the_one_that_the_accounts_call_for() {
    for (form, banks, found) in [
        (FormNumber::One, &["601"][..], NOTHING),
        (FormNumber::One, &[], &["I-4"]),
        (FormNumber::One, &["601", "722"], &["I-4"]),
        (FormNumber::One, &["601", "601"], &["I-4"]),
        (FormNumber::Two, &["601", "722"], NOTHING),
        (FormNumber::Two, &["601"], &["I-4"]),
        (FormNumber::Two, &["601", "601"], &["I-4"]),
        (FormNumber::Three, &["601", "722", "965"], NOTHING),
        (FormNumber::Three, &["601", "722"], &["I-4"]),
        (FormNumber::Three, &["601", "722", "722"], &["I-4"]),
    ] {
        let mut story = Story::new();
        story.form(form, banks);
        assert_eq!(story.found(), found, "{form:?} {banks:?}");
    }
}

/// I-5: what an application rests on came in time, begins with the service code and accepts.
#[test]
fn an_application_rests_on_an_effective_reply() {
    for (received, text, effective) in [
        ("2024-03-12 09:00", "123 #3#1", true),
        ("2024-03-15 23:59:59.999", " 123#3#1 ", true),
        ("2024-03-16 00:00", "123 #3#1", false),
        ("2024-03-13 12:00", "124 #3#1", false),
        ("2024-03-13 12:00", "yes: 123 #3#1", false),
        ("2024-03-13 12:00", "#3#1", false),
        ("2024-03-13 12:00", "123 #3#0", false),
        ("2024-03-13 12:00", "123 #3#12", false),
    ] {
        let mut story = Story::new();
        let sms = story.form_out(FormNumber::One, &["601"]);
        story.now = at(received);
        story.reply(text);
        story.apply("601", sms);
        let found = story.found();
        assert_eq!(!found.contains(&"I-5"), effective, "{received} {text}: {found:?}");
        assert_eq!(found.is_empty(), effective, "{received} {text}: {found:?}");
    }
}

/// I-5, S-23c: a text in time that asks for a further form leaves the form before it open past its end.
#[test]
fn an_acceptance_withdraws_the_form_that_was_asked_for_before_it() {
    for (before, effective) in [("2024-03-15 21:30", true), ("2024-03-16 00:00", false)] {
        let mut story = Story::new();
        let sms = story.form_out(FormNumber::One, &["601"]);
        story.now = at(before);
        story.reply("yes");
        story.now = at("2024-03-16 08:00");
        story.reply("123 #3#1");
        story.apply("601", sms);
        assert_eq!(!story.found().contains(&"I-5"), effective, "{before}");
    }
}

/// I-5: the reply is to the form that the application names, from the number that was written to.
#[test]
fn a_reply_counts_for_the_form_and_number_it_belongs_to() {
    let mut story = Story::new();
    let sms = story.form(FormNumber::One, &["601"]);
    story.reply("123 #3#1");
    story.apply("601", sms);
    assert!(story.found().contains(&"I-5"), "the form has not been sent yet");

    let mut story = Story::new();
    let sms = story.form_out(FormNumber::One, &["601"]);
    story.reply_from("77010000003", "123 #3#1");
    story.apply("601", sms);
    assert!(story.found().contains(&"I-5"), "from another number");

    let mut story = Story::new();
    story.form_out(FormNumber::One, &["601"]);
    story.reply("123 #3#1");
    story.apply("601", MessageId::Effect { key: CASE, step: 99, n: 0 });
    assert_eq!(story.found(), ["I-5"], "to another form");
}

/// I-6: App.4 follows a window that is over without an effective reply, once and always.
#[test]
fn app_4_follows_silence_alone_and_once() {
    let ended = |said: fn(&mut Story), moments: &[&str], over: &str| {
        let mut story = Story::new();
        story.form_out(FormNumber::One, &["601"]);
        said(&mut story);
        for moment in moments {
            story.now = at(moment);
            story.form(FormNumber::Four, &[]);
        }
        story.now = at(over);
        story.found()
    };
    let (nothing, accepts) = (|_: &mut Story| {}, |story: &mut Story| story.reply("123 #3#1"));
    assert_eq!(ended(nothing, &["2024-03-16 09:00"], "2024-04-01 09:00"), NOTHING);
    assert_eq!(ended(accepts, &[], "2024-04-01 09:00"), NOTHING);
    assert_eq!(ended(nothing, &["2024-03-15 23:59:59.999"], "2024-04-01 09:00"), ["I-6"], "too early");
    assert_eq!(ended(accepts, &["2024-03-16 09:00"], "2024-04-01 09:00"), ["I-6"], "no silence");
    assert_eq!(ended(nothing, &["2024-03-16 09:00", "2024-03-17 09:00"], "2024-04-01 09:00"), ["I-6"], "twice");
    assert_eq!(ended(nothing, &[], "2024-04-01 09:00"), ["I-6"], "never");
}

/// I-7: a child is applied for once.
#[test]
fn a_child_has_one_application() {
    for (applications, found) in [(1, NOTHING), (2, &["I-7"])] {
        let mut story = Story::new();
        let sms = story.form_out(FormNumber::One, &["601"]);
        story.reply("123 #3#1");
        for _ in 0..applications {
            story.apply("601", sms);
        }
        assert_eq!(story.found(), found);
    }
}

/// I-7: a month is paid once, also after its payment is settled.
#[test]
fn a_month_is_paid_once() {
    for (periods, found) in [(["2024-03-01", "2024-04-01"], NOTHING), (["2024-03-01", "2024-03-01"], &["I-7"])] {
        let mut story = Story::new();
        for period in periods {
            let payment = payment(period);
            story.pay(payment);
            story.credit(payment, AMOUNT);
            story.settle(payment, CreditOutcome::Credited, PaymentOutcome::Paid);
        }
        assert!(found.iter().all(|property| story.found().contains(property)), "{periods:?}");
        assert_eq!(story.found().is_empty(), found.is_empty(), "{periods:?}");
    }
    let mut story = Story::new();
    story.pay(payment("2024-03-01"));
    story.pay(payment("2024-03-01"));
    assert!(story.found().contains(&"I-7"), "before the first is settled");
}

/// S-10, S-50: what came back may be ordered again, once.
#[test]
fn a_month_that_came_back_may_be_paid_again() {
    let mut story = Story::new();
    let march = payment("2024-03-01");
    story.pay(march);
    story.credit(march, AMOUNT);
    story.settle(march, CreditOutcome::NoSuchAccount, PaymentOutcome::Returned);
    story.pay(march);
    story.credit(march, AMOUNT);
    story.settle(march, CreditOutcome::Credited, PaymentOutcome::Paid);
    assert_eq!(story.found(), NOTHING);
    story.pay(march);
    assert!(story.found().contains(&"I-7"));
}

/// I-11: forms leave from the first to the last day of force.
#[test]
fn nothing_is_offered_outside_force() {
    for (sent, found) in [
        ("2024-03-09 23:59:59.999", &["I-11"][..]),
        ("2024-03-10 00:00", NOTHING),
        ("2024-12-31 23:59:59.999", NOTHING),
        ("2025-01-01 00:00", &["I-11"]),
    ] {
        let mut story = Story::new();
        story.now = at(sent);
        story.form(FormNumber::One, &["601"]);
        assert_eq!(story.found(), found, "{sent}");
    }
}

/// I-13: to App.2 the number that was written chooses the bank.
#[test]
fn the_account_is_of_the_bank_that_was_accepted() {
    for (applied, found) in [("722", NOTHING), ("601", &["I-13"])] {
        let mut story = Story::new();
        let sms = story.form_out(FormNumber::Two, &["601", "722"]);
        story.reply("123 #3#12");
        story.apply(applied, sms);
        assert_eq!(story.found(), found, "{applied}");
    }
}

/// S-50: ordered, credited with that sum, taken by the bank, reported: each once.
#[test]
fn every_payment_is_carried_out_once_and_reported() {
    let (paid, returned) = (PaymentOutcome::Paid, PaymentOutcome::Returned);
    let (credited, sent_back) = (CreditOutcome::Credited, CreditOutcome::NoSuchAccount);
    for (ordered, credits, settled, found) in [
        (true, &[AMOUNT][..], Some((credited, paid)), NOTHING),
        (true, &[AMOUNT], Some((sent_back, returned)), NOTHING),
        (true, &[AMOUNT], Some((sent_back, paid)), &["S-50"]),
        (true, &[AMOUNT], None, &["S-50"]),
        (true, &[], None, &["S-50"]),
        (true, &[AMOUNT, AMOUNT], Some((credited, paid)), &["S-50"]),
        (true, &[Tiyn(1)], Some((credited, paid)), &["S-50"]),
        (false, &[AMOUNT], None, &["S-50"]),
        (false, &[], Some((credited, paid)), &["S-50"]),
    ] {
        let mut story = Story::new();
        let payment = payment("2024-03-01");
        if ordered {
            story.pay(payment);
        }
        for amount in credits {
            story.credit(payment, *amount);
        }
        if let Some((by_bank, reported)) = settled {
            story.settle(payment, by_bank, reported);
        }
        assert_eq!(story.found(), found, "{ordered} {credits:?} {settled:?}");
    }
}

const NOTHING: &[&str] = &[];
const AMOUNT: Tiyn = Tiyn(1_107_600);

/// Hand-made messages under a law in force from 10 March to 31 December 2024, with three banks, three
/// working days and the service code 123.
struct Story {
    monitors: Monitors,
    now: Moment,
    count: u32,
    /// When the last reply was received.
    replied: Moment,
}

impl Story {
    /// Begins on Tuesday, 12 March 2024, at nine; a form sent then can be replied to until the 15th.
    fn new() -> Self {
        let now = at("2024-03-12 09:00");
        let in_force = (date("2024-03-10"), date("2024-12-31"));
        Self { monitors: Monitors::new(in_force, 3, 3, "123"), now, count: 0, replied: now }
    }

    /// Returns the properties that are found broken when the story ends now.
    fn found(&mut self) -> Vec<&'static str> {
        self.monitors.finish(self.now);
        self.monitors.findings.counts.keys().copied().collect()
    }

    fn see(&mut self, id: MessageId, answers: Option<MessageId>, from: Party, to: Party, body: Body<Clear>) {
        self.monitors.see(&Envelope { id, answers, from, to, sent: self.now, body }, self.now);
    }

    /// The engine sends.
    fn engine(&mut self, to: Party, body: Body<Clear>) -> MessageId {
        self.count += 1;
        let id = MessageId::Effect { key: CASE, step: self.count, n: 0 };
        self.see(id, None, Party::Esobes, to, body);
        id
    }

    /// A party sends to the engine.
    fn party(&mut self, from: Party, answers: Option<MessageId>, body: Body<Clear>) {
        self.count += 1;
        self.see(MessageId::Numbered(u64::from(self.count)), answers, from, Party::Esobes, body);
    }

    fn request_consent(&mut self, of: u32, purposes: Purposes) -> Consent<Clear> {
        let subject = iin(of);
        let request = RequestConsent { subject, purposes, days: 30 };
        let request = self.engine(Party::Kdp, Body::RequestConsent(request));
        let until = self.now + Span::days(30);
        let consent = Consent { id: u64::from(of) * 10, subject, purposes, given: self.now, until, seal: 7 };
        let decided = ConsentDecided { request, outcome: ConsentOutcome::Given(consent) };
        self.party(Party::Kdp, None, Body::ConsentDecided(decided));
        consent
    }

    /// Everything up to the mother's consent, which is given for these purposes.
    fn until_the_mother_consents(&mut self, purposes: Purposes) -> Consent<Clear> {
        let child = iin(CHILD);
        self.engine(Party::Cbdi, Body::AskDisability(AskDisability { child }));
        self.engine(Party::Counter, Body::AskApplications(AskApplications { child }));
        let consent = self.request_consent(CHILD, Purposes::OF_CHILD);
        let asked = self.engine(Party::Gbdfl, Body::AskChild(AskChild { child, consent }));
        let kin = |who: u32, relation: Relation| Kin { person: iin(who), relation, statuses: SmallVec::new() };
        let record = ChildRecord {
            child: Person {
                person: child,
                name: "Made Up Name".parse::<FullName>().expect("a name"),
                registration: Registration::Permanent(DISTRICT),
                statuses: SmallVec::new(),
            },
            birth: None,
            kin: [kin(MOTHER, Relation::Mother), kin(FATHER, Relation::Father)].into_iter().collect(),
        };
        self.party(Party::Gbdfl, Some(asked), Body::ChildAnswer(Finding::Yes(Box::new(record))));
        self.request_consent(MOTHER, purposes)
    }

    /// BMG is asked for the mother's numbers, and has these.
    fn bmg_says(&mut self, numbers: &[&str], consent: Consent<Clear>) {
        let asked = self.engine(Party::Bmg, Body::AskNumber(AskNumber { person: iin(MOTHER), consent }));
        let confirmed = date("2024-01-15");
        let numbers = numbers.iter().map(|text| SubscriberNumber { number: number(text), main: false, confirmed });
        let record = NumberRecord { numbers: numbers.collect(), language: None };
        self.party(Party::Bmg, Some(asked), Body::NumberAnswer(Finding::Yes(record)));
    }

    /// A bank is asked for the mother's accounts; the first has none, or that of this code has one.
    fn bank_says(&mut self, code: Option<&str>, consent: Consent<Clear>) {
        let bank = Party::Bank(bank(code.unwrap_or("601")));
        let asked = self.engine(bank, Body::AskAccounts(AskAccounts { person: iin(MOTHER), consent }));
        let account = |code| Account { account: iban(code), kind: AccountKind::Special, usable: true, opened: None };
        let found = code.map_or(Finding::No, |code| Finding::Yes(vec![account(code)]));
        self.party(bank, Some(asked), Body::AccountsAnswer(found));
    }

    /// A form leaves to the mother's number.
    fn form(&mut self, form: FormNumber, banks: &[&str]) -> MessageId {
        let sms = SendSms {
            number: number(MOTHERS_NUMBER),
            recipient: iin(MOTHER),
            form,
            language: Language::Kk,
            banks: banks.iter().map(|code| bank(code)).collect(),
            name: None,
            text: "text".into(),
        };
        self.engine(Party::SmsCentre, Body::SendSms(Box::new(sms)))
    }

    /// A form leaves, and the SMS centre has accepted every part of it.
    fn form_out(&mut self, form: FormNumber, banks: &[&str]) -> MessageId {
        let sms = self.form(form, banks);
        let accepted = SmsAccepted { first_part: self.now, last_part: self.now };
        self.party(Party::SmsCentre, Some(sms), Body::SmsAccepted(accepted));
        sms
    }

    fn reply(&mut self, text: &str) {
        self.reply_from(MOTHERS_NUMBER, text);
    }

    fn reply_from(&mut self, from: &str, text: &str) {
        self.replied = self.now;
        let reply = SmsReply { number: number(from), wording: text.into(), received: Some(self.now) };
        self.party(Party::SmsCentre, None, Body::SmsReply(reply));
    }

    /// The engine applies for the child, with an account at this bank, after a reply to this form.
    fn apply(&mut self, code: &str, sms: MessageId) {
        let evidence = Evidence { number: number(MOTHERS_NUMBER), received: self.replied, form: FormNumber::One, sms };
        let application = RegisterApplication {
            application: ApplicationId { case: CASE.token, nth: 1 },
            child: iin(CHILD),
            recipient: iin(MOTHER),
            account: iban(code),
            bank: bank(code),
            district: DISTRICT,
            from: date("2024-01-15"),
            to: date("2025-05-25"),
            evidence,
        };
        let to = Party::LocalExecutiveBody(DISTRICT);
        self.engine(to, Body::RegisterApplication(Box::new(application)));
    }

    fn pay(&mut self, payment: PaymentId) {
        let pay = Pay { payment, recipient: iin(MOTHER), account: iban("601"), amount: AMOUNT };
        self.engine(Party::Payer, Body::Pay(pay));
    }

    fn credit(&mut self, payment: PaymentId, amount: Tiyn) {
        self.count += 1;
        let (id, to) = (MessageId::Numbered(u64::from(self.count)), Party::Bank(bank("601")));
        self.see(id, None, Party::Payer, to, Body::Credit(Credit { payment, account: iban("601"), amount }));
    }

    /// The bank answers the payer, and the payer reports to the engine.
    fn settle(&mut self, payment: PaymentId, by_bank: CreditOutcome, reported: PaymentOutcome) {
        self.count += 1;
        let (id, from) = (MessageId::Numbered(u64::from(self.count)), Party::Bank(bank("601")));
        self.see(id, None, from, Party::Payer, Body::Credited(Credited { payment, outcome: by_bank }));
        self.party(Party::Payer, None, Body::PaymentMade(PaymentMade { payment, outcome: reported }));
    }
}

fn payment(period: &str) -> PaymentId {
    PaymentId { application: ApplicationId { case: CASE.token, nth: 1 }, period: date(period) }
}

/// The `n`-th made-up person; no month is the 99th.
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

fn number(text: &str) -> Msisdn {
    text.parse().expect("a number")
}

fn bank(code: &str) -> BankCode {
    code.parse().expect("a code")
}

fn iban(code: &str) -> Iban {
    Iban::of(bank(code), *b"TEST000000001").expect("letters and digits")
}

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// Returns the moment of a day and a time by the clock of Astana.
fn at(text: &str) -> Moment {
    let (day, time) = text.split_once(' ').expect("a day and a time");
    let time: NaiveTime = time.parse().expect("a time");
    astana::start_of(date(day)) + Span::millis((time - NaiveTime::MIN).num_milliseconds())
}
