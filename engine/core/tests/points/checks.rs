//! Order 42, p. 5 to 8: disability, applications, consent, records, the number.

use proaktiv_core::home_schooling::{Broken, Progress, Stage, State, Unfit, broken};
use proaktiv_messages::{
    Body, Disability, District, Exclusion, Finding, Hold, Key, Language, LiveApplication, Party, Purposes,
    Registration, Status, StatusKind,
};

use super::world::{ASTANA, World, at, child_record, date, enrolment, number_record, person_record, token};

const DISABLED: Finding<Disability> = Finding::Yes(Disability { since: date_of(2020), until: None });

const fn date_of(year: i32) -> chrono::NaiveDate {
    match chrono::NaiveDate::from_ymd_opt(year, 1, 1) {
        Some(day) => day,
        None => panic!("a day"),
    }
}

fn status(kind: StatusKind) -> Status {
    Status { kind, from: date("2024-01-10"), to: None }
}

/// A child up to the question to GBDFL.
fn at_the_record() -> World {
    let mut world = World::new();
    world.list(&[enrolment(1)]);
    world.eligible();
    world.consent(Some(Purposes::OF_CHILD));
    world.read();
    world
}

/// A child whose mother (2) has consented to the reading of her record.
fn at_the_mother() -> World {
    let mut world = at_the_record();
    world.child(child_record(1));
    world.consent(Some(Purposes::OF_REPRESENTATIVE));
    world.read();
    world
}

/// of three answers only a definite yes goes on, and only a definite no stops.
#[test]
fn only_a_definite_answer_on_disability_moves_the_child() {
    for (finding, stage) in [
        (DISABLED, "A-11 disability_confirmed\n  to counter: ask_applications"),
        (Finding::No, "A-11 excluded no_disability\nS-46 case_stopped"),
        (Finding::Unknown, "A-11 register_could_not_say"),
    ] {
        let mut world = World::new();
        world.list(&[enrolment(1)]);
        world.read();
        world.disability(finding);
        assert_eq!(world.read(), stage);
    }
}

/// a register that cannot say is asked again.
#[test]
fn a_register_that_cannot_say_is_asked_again() {
    let mut world = World::new();
    world.list(&[enrolment(1)]);
    world.disability(Finding::Unknown);
    world.read();
    world.until(at("2024-03-11 10:59:59.999"));
    assert_eq!(world.read(), "");
    world.until(at("2024-03-11 11:00"));
    assert_eq!(world.read(), "A-11 asked_again\n  to cbdi: ask_disability");
}

/// the question on applications comes after the disability is confirmed, never before.
#[test]
fn applications_are_asked_for_once_the_disability_is_confirmed() {
    let mut world = World::new();
    world.list(&[enrolment(1)]);
    assert_eq!(world.count("ask_applications"), 0);
    world.disability(DISABLED);
    assert_eq!(world.count("ask_applications"), 1);
    world.read();
    world.answer(Party::Counter, "ask_applications", Body::ApplicationsAnswer(Finding::Unknown));
    assert_eq!(world.read(), "A-12 register_could_not_say");
}

/// a live application takes the child off the list; none lets it go on.
#[test]
fn a_live_application_takes_the_child_off_the_list() {
    let live = LiveApplication { number: 7, granted: false, ours: None, from: None, to: None };
    for (finding, lines) in [
        (Finding::Yes(live), "A-13 excluded application\nS-46 case_stopped"),
        (Finding::Yes(LiveApplication { granted: true, ..live }), "A-13 excluded application\nS-46 case_stopped"),
        (Finding::No, "A-12 no_application_found\n  to kdp: request_consent"),
    ] {
        let mut world = World::new();
        world.list(&[enrolment(1)]);
        world.disability(DISABLED);
        world.read();
        world.answer(Party::Counter, "ask_applications", Body::ApplicationsAnswer(finding));
        assert_eq!(world.read(), lines);
    }
}

/// T-03: applications lodged elsewhere are asked for where they are lodged.
#[test]
fn applications_lodged_elsewhere_are_asked_for_at_the_counter() {
    let mut world = World::new();
    world.list(&[enrolment(1)]);
    world.disability(DISABLED);
    let asked = world.sent.last().expect("a question");
    assert_eq!((asked.to, asked.body.kind()), (Party::Counter, "ask_applications"));
}

/// a record is asked for with the consent of the person whose record it is, for that purpose.
#[test]
fn no_record_is_read_without_the_consent_of_its_person() {
    let mut world = World::new();
    world.list(&[enrolment(1)]);
    world.eligible();
    assert_eq!(world.count("ask_child"), 0);
    // A consent for other purposes opens nothing.
    world.consent(Some(Purposes::OF_REPRESENTATIVE));
    assert_eq!(world.count("ask_child"), 0);

    let mut world = at_the_record();
    let Body::AskChild(asked) = world.last(Party::Gbdfl, "ask_child").body else { panic!("a question") };
    assert_eq!((asked.child, asked.consent.subject), (token(1), token(1)));
    world.child(child_record(1));
    assert_eq!(world.count("ask_person"), 0);
    world.consent(Some(Purposes::OF_REPRESENTATIVE));
    let Body::AskPerson(asked) = world.last(Party::Gbdfl, "ask_person").body else { panic!("a question") };
    assert_eq!((asked.person, asked.consent.subject), (token(2), token(2)));
}

/// A-14, S-03: refused for the child's record, the case is closed and nothing is read.
#[test]
fn a_refused_consent_closes_the_case() {
    let mut world = World::new();
    world.list(&[enrolment(1)]);
    world.eligible();
    world.read();
    world.consent(None);
    assert_eq!(world.read(), "S-03 closed consent_refused");
    assert_eq!(world.count("ask_child"), 0);
}

/// T-18: the consent of KDP comes before paragraph 7, the consent by reply is another one.
#[test]
fn the_consent_to_be_read_about_accepts_nothing() {
    let mut world = World::new();
    world.offered(1, &[("601", 31)]);
    // Both consents of KDP are there, and still nothing is applied for.
    assert_eq!((world.count("request_consent"), world.count("register_application")), (2, 0));
    world.reply(2, "123 #3#1");
    assert_eq!(world.count("register_application"), 1);
}

/// T-19: disability is asked by statute, before any consent is asked for.
#[test]
fn disability_is_asked_before_any_consent() {
    let mut world = World::new();
    world.list(&[enrolment(1)]);
    let left: Vec<&str> = world.sent.iter().map(|sent| sent.body.kind()).collect();
    assert_eq!(left, ["ask_disability"]);
}

/// registration of the child and of the representative; permanent goes on, anything less holds.
#[test]
fn registration_at_permanent_residence_is_needed_of_both() {
    for (registration, held) in [
        (Registration::Permanent(District(750_000_000)), false),
        (Registration::Temporary(ASTANA), true),
        (Registration::NotGiven, true),
    ] {
        let stage = Stage::Held(Hold::RegNotPermanent);
        let mut world = at_the_record();
        let mut record = child_record(1);
        record.child.registration = registration;
        world.child(record);
        assert_eq!(world.case(1).stage == stage, held, "{registration:?}");

        let mut world = at_the_mother();
        let mut record = person_record(2);
        record.person.registration = registration;
        world.person(record);
        let unfit = Progress::Unfit(Unfit::RegNotPermanent);
        assert_eq!(world.recipient(2).progress == unfit, held, "{registration:?}");
    }
}

/// whether the child lives, and whether the representative does.
#[test]
fn life_status_is_looked_at_for_both() {
    for (kind, ground) in [(StatusKind::Dead, Exclusion::Death), (StatusKind::Missing, Exclusion::Missing)] {
        let mut world = at_the_record();
        let mut record = child_record(1);
        record.child.statuses.push(status(kind));
        world.child(record);
        assert_eq!(world.case(1).stage, Stage::Excluded(ground));

        let mut world = at_the_mother();
        let mut record = person_record(2);
        record.person.statuses.push(status(kind));
        world.person(record);
        assert_eq!(world.recipient(2).progress, Progress::Unfit(Unfit::Flagged));
    }
}

/// the birth act is kept with its number; without one the child waits.
#[test]
fn the_birth_act_is_kept_and_its_lack_holds() {
    let mut world = at_the_record();
    world.child(child_record(1));
    let facts = world.case(1).facts.as_ref().expect("what GBDFL said");
    assert_eq!((facts.birth_act, facts.born), (token(5_001), date("2014-05-01")));
    assert_eq!(facts.kin.as_slice(), [token(2), token(3)]);

    let mut world = at_the_record();
    let mut record = child_record(1);
    record.birth = None;
    world.child(record);
    assert_eq!(world.case(1).stage, Stage::Held(Hold::NoBirthRecord));
}

/// a representative without a current document does not act.
#[test]
fn a_representative_needs_a_current_document() {
    for (valid_to, progress) in [("2024-03-10", Progress::Unfit(Unfit::IdNotActual)), ("2024-03-11", Progress::Number)]
    {
        let mut world = at_the_mother();
        let mut record = person_record(2);
        record.documents[0].valid_to = date(valid_to);
        world.person(record);
        assert_eq!(world.recipient(2).progress, progress, "valid to {valid_to}");
    }
}

/// each of five records takes its person off the list, by a reason of its own.
#[test]
fn each_of_five_records_takes_the_child_off_the_list() {
    let mut grounds = Vec::new();
    for kind in [StatusKind::Dead, StatusKind::Missing, StatusKind::Incapable, StatusKind::Stateless] {
        let mut world = at_the_record();
        let mut record = child_record(1);
        record.child.statuses.push(status(kind));
        world.child(record);
        grounds.push(world.case(1).stage);
    }
    let mut world = at_the_record();
    let mut record = child_record(1);
    record.child.registration = Registration::Removed;
    world.child(record);
    grounds.push(world.case(1).stage);
    let expected = [
        Exclusion::Death,
        Exclusion::Missing,
        Exclusion::Incapacity,
        Exclusion::NoCitizenship,
        Exclusion::NoRegistration,
    ];
    assert_eq!(grounds, expected.map(Stage::Excluded));
}

/// T-07: who has the flag is out: a child ends its case, a representative gives way to the next.
#[test]
fn a_flagged_representative_gives_way_to_the_next() {
    let mut world = at_the_mother();
    let mut record = person_record(2);
    record.person.statuses.push(status(StatusKind::Incapable));
    world.person(record);
    assert_eq!(
        world.read(),
        "A-20 found_unfit flagged\n\
         S-15 representative_unfit flagged\n\
         S-15 representative_tried\n\
         S-15 asked_for\n\
         S-03d consent_asked_for\n  \
           to kdp: request_consent"
    );
    let Body::RequestConsent(asked) = world.last(Party::Kdp, "request_consent").body else { panic!("a request") };
    assert_eq!(asked.subject, token(3));
}

/// a parent whom the child's own record shows as flagged is never asked.
#[test]
fn a_flagged_parent_is_never_asked() {
    let mut world = at_the_record();
    let mut record = child_record(1);
    record.kin[0].statuses.push(status(StatusKind::Dead));
    world.child(record);
    let Body::RequestConsent(asked) = world.last(Party::Kdp, "request_consent").body else { panic!("a request") };
    assert_eq!(asked.subject, token(3));
}

/// T-32: a record is needed; what is not given excludes nobody.
#[test]
fn what_is_not_recorded_excludes_nobody() {
    let mut world = at_the_record();
    let mut record = child_record(1);
    record.child.registration = Registration::NotGiven;
    world.child(record);
    assert!(!matches!(world.case(1).stage, Stage::Excluded(_)));
    assert_eq!(
        world.read(),
        "A-15 held reg_not_permanent\n  to leb/110000000: open_task {\"held\":\"reg_not_permanent\"}\n\
         S-46 case_held"
    );
}

/// BMG is asked for a representative whose record passed, with his consent, and for no other.
#[test]
fn bmg_is_asked_for_who_passed_and_with_his_consent() {
    let mut world = at_the_mother();
    assert_eq!(world.count("ask_number"), 0);
    world.person(person_record(2));
    let Body::AskNumber(asked) = world.last(Party::Bmg, "ask_number").body else { panic!("a question") };
    assert_eq!((asked.person, asked.consent.subject), (token(2), token(2)));

    let mut world = at_the_mother();
    let mut record = person_record(2);
    record.person.registration = Registration::Removed;
    world.person(record);
    assert_eq!(world.count("ask_number"), 0);
}

/// what is written to is the number that BMG gave for that person.
#[test]
fn the_number_written_to_is_the_one_that_bmg_gave() {
    let mut world = World::new();
    world.offered(1, &[("601", 31)]);
    let sent = world.last(Party::SmsCentre, "send_sms");
    let sms = super::world::sms_of(&sent);
    assert_eq!((sms.recipient, sms.number), (token(2), token(7_002)));

    // Without a number nobody is written to.
    let mut world = at_the_mother();
    world.person(person_record(2));
    world.number(Finding::No);
    assert_eq!(world.recipient(2).progress, Progress::Unfit(Unfit::NoBmg));
    world.until(at("2024-03-12 09:00"));
    assert_eq!(world.count("send_sms"), 0);
}

/// a state in which the recipient is the child itself is broken.
#[test]
fn a_child_is_never_its_own_recipient() {
    let mut world = World::new();
    world.ready(1, &[("601", 31)]);
    let mut case = world.case(1).clone();
    assert_eq!(broken(&State::Case(Box::new(case.clone()))), None);
    case.contact.as_mut().expect("a contact").recipient = case.child;
    assert_eq!(broken(&State::Case(Box::new(case))), Some(Broken::RecipientIsTheChild));
}

/// T-29: the text goes to the representative, the service to the child.
#[test]
fn the_text_goes_to_the_representative_and_the_application_is_for_the_child() {
    let mut world = World::new();
    world.offered(1, &[("601", 31)]);
    world.reply(2, "123 #3#1");
    let Body::RegisterApplication(made) = world.last(Party::LocalExecutiveBody(ASTANA), "register_application").body
    else {
        panic!("an application");
    };
    assert_eq!((made.child, made.recipient), (token(1), token(2)));
    let key = Key::case(made.child);
    assert_eq!(made.application.case, key.token);
}

/// S-24 and A-04: the language comes with BMG's answer; without one the law's default is taken.
#[test]
fn the_language_comes_with_the_number() {
    for (language, taken) in [(None, Language::Kk), (Some(Language::Ru), Language::Ru)] {
        let mut world = at_the_mother();
        world.person(person_record(2));
        world.number(Finding::Yes(number_record(2, language)));
        assert_eq!(world.recipient(2).number, Some((token(7_002), taken)));
    }
}
