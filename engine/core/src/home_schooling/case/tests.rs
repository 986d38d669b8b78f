//! Stories of one child, and the made-up records that other tests use too.

use chrono::NaiveDate;
use proaktiv_messages::{
    BirthAct, ChildRecord, Conclusion, District, Enrolment, IdentityDocument, Kin, Person, PersonRecord, Registration,
    Relation, Sealed, Token,
};
use smallvec::smallvec;

pub(crate) fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a date of the test")
}

pub(crate) fn enrolment(child: u128) -> Enrolment<Sealed> {
    Enrolment {
        row: Some(1),
        child: Token::from_bits(child),
        school: 3,
        district: District(710_000_000),
        order_number: Some("12-3".into()),
        order_date: Some(date(2024, 1, 10)),
        from: Some(date(2024, 1, 15)),
        to: Some(date(2025, 5, 25)),
        conclusions: smallvec![Conclusion { number: "44".into(), date: date(2024, 1, 5) }],
        ended: None,
        guardian: None,
    }
}

fn person(token: u128) -> Person<Sealed> {
    Person {
        person: Token::from_bits(token),
        name: Token::from_bits(token + 1000),
        registration: Registration::Permanent(District(710_000_000)),
        statuses: smallvec![],
    }
}

pub(crate) fn child_record() -> ChildRecord<Sealed> {
    ChildRecord {
        child: person(1),
        birth: Some(BirthAct { number: Token::from_bits(50), born: date(2014, 5, 1) }),
        kin: smallvec![
            Kin { person: Token::from_bits(2), relation: Relation::Mother, statuses: smallvec![] },
            Kin { person: Token::from_bits(3), relation: Relation::Father, statuses: smallvec![] },
        ],
    }
}

pub(crate) fn person_record() -> PersonRecord<Sealed> {
    PersonRecord {
        person: person(2),
        born: date(1985, 2, 3),
        documents: smallvec![IdentityDocument {
            number: Token::from_bits(60),
            valid_to: date(2030, 1, 1),
            invalidated: false,
        }],
    }
}
