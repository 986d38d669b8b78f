//! What the tests of behaviours are told with: made-up people, days and messages.

use chrono::{DateTime, NaiveDate};
use proaktiv_messages::identity::{Iban, Iin, Msisdn, check_digit};
use proaktiv_messages::{
    BankCode, Body, Clear, Consent, Enrolment, Envelope, Key, MessageId, Moment, Party, Purposes, Span, Token,
};

use crate::{Behaviour, Out, Seals};

/// Returns the seals of the consents in the tests.
pub fn seals() -> Seals {
    Seals::new([7; 32])
}

/// Returns a made-up IIN: month 99 belongs to nobody.
pub fn iin(which: u32) -> Iin {
    // Some rows of digits have no check digit; five spare digits per person leave one that has.
    (0..10)
        .find_map(|spare| {
            let text = format!("1599{which:06}{spare}");
            let mut digits = [0; 11];
            digits.iter_mut().zip(text.bytes()).for_each(|(digit, byte)| *digit = byte - b'0');
            check_digit(&digits).map(|check| format!("{text}{check}"))
        })
        .and_then(|text| text.parse().ok())
        .expect("a made-up IIN")
}

/// Returns a made-up subscriber number.
pub fn number(which: u32) -> Msisdn {
    format!("7701{which:07}").parse().expect("a made-up number")
}

/// Returns the code of a bank.
pub fn bank(code: &str) -> BankCode {
    code.parse().expect("a code")
}

/// Returns a made-up account at the bank `code`.
pub fn account(code: &str, which: u8) -> Iban {
    let mut number = *b"TEST000000000";
    number[12] = b'0' + which;
    Iban::of(bank(code), number).expect("a made-up account")
}

/// Returns the instant that reads so.
pub fn moment(text: &str) -> Moment {
    Moment::from_millis(DateTime::parse_from_rfc3339(text).expect("an instant").timestamp_millis())
}

/// Returns the day that reads so.
pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// Returns the id of an effect of the engine.
pub fn effect(step: u32) -> MessageId {
    MessageId::Effect { key: Key::case(Token::from_bits(0xABCD << 80 | 0x1234)), step, n: 0 }
}

/// Returns a message of the engine.
pub fn asked(step: u32, body: Body<Clear>) -> Envelope<Clear> {
    message(Party::Esobes, effect(step), body)
}

/// Returns a message of anyone.
pub fn message(from: Party, id: MessageId, body: Body<Clear>) -> Envelope<Clear> {
    // No behaviour looks at its own name or at the clock of the sender.
    Envelope { id, answers: None, from, to: Party::Esobes, sent: Moment::default(), body }
}

/// Hands `message` over at `now` and returns what comes of it.
pub fn tell(party: &mut impl Behaviour, message: &Envelope<Clear>, now: Moment) -> Out {
    let mut out = Out::default();
    party.receive(message, now, &mut out);
    out
}

/// Wakes `party` and returns what comes of it.
pub fn wake(party: &mut impl Behaviour, (now, note): (Moment, u64)) -> Out {
    let mut out = Out::default();
    party.wake(note, now, &mut out);
    out
}

/// Lets `party` begin at `now` and returns what comes of it.
pub fn begun(party: &mut impl Behaviour, now: &str) -> Out {
    let mut out = Out::default();
    party.begin(moment(now), &mut out);
    out
}

/// Returns to whom what was said.
pub fn said(out: &Out) -> Vec<(Party, Body<Clear>)> {
    out.sendings.iter().map(|sending| (sending.to, sending.body.clone())).collect()
}

/// Returns a consent that KDP sealed, valid on 11 and 12 March 2024 (UTC).
pub fn sealed(subject: Iin, purposes: Purposes) -> Consent<Clear> {
    let given = moment("2024-03-11T00:00:00Z");
    let mut consent = Consent { id: 1, subject, purposes, given, until: given + Span::days(2), seal: 0 };
    consent.seal = seals().seal(&consent);
    consent
}

/// Returns the four consents that must not open the record of `subject`, the last one for an instant
/// at which it is over, and how each is refused.
pub fn bad_consents(subject: Iin, right: Purposes, wrong: Purposes) -> Vec<(Consent<Clear>, Body<Clear>)> {
    use proaktiv_messages::RefusedQuery;
    let good = sealed(subject, right);
    let mut early = Consent { given: good.until - Span::seconds(1), ..good };
    early.seal = seals().seal(&early);
    vec![
        (Consent { seal: good.seal.wrapping_add(1), ..good }, Body::Refused(RefusedQuery::ForgedConsent)),
        (sealed(iin(999), right), Body::Refused(RefusedQuery::ConsentOfAnother)),
        (sealed(subject, wrong), Body::Refused(RefusedQuery::PurposeNotCovered)),
        (early, Body::Refused(RefusedQuery::ConsentNotValid)),
    ]
}

/// Returns a complete row of the list.
pub fn enrolment(row: u64, to: &str) -> Enrolment<Clear> {
    Enrolment {
        row: Some(row),
        child: iin(u32::try_from(row).expect("a small number")),
        school: 3,
        district: proaktiv_messages::District(710_000_000),
        order_number: Some("12-3".into()),
        order_date: Some(day("2024-01-10")),
        from: Some(day("2024-01-15")),
        to: Some(day(to)),
        conclusions: smallvec::smallvec![proaktiv_messages::Conclusion {
            number: "44".into(),
            date: day("2024-01-05")
        }],
        ended: None,
        guardian: None,
    }
}
