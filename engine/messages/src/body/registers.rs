//! Paragraphs 5 to 9: questions to registers, their answers, and the consents behind them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::{ApplicationId, Language, Renamed};
use crate::{District, Exchange, MessageId, Moment, Naming};

/// What a consent is asked for and a question needs it for (S-03d).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The child's own record, birth act and kin (7).
    ChildRecord = 0,
    /// The child's representatives as NOBD knows them (7).
    Representatives = 1,
    /// The representative's own record and document (7).
    PersonRecord = 2,
    /// The representative's subscriber number (8).
    Number = 3,
    /// The representative's accounts (9).
    Accounts = 4,
}

/// A set of purposes.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(into = "Vec<Purpose>", from = "Vec<Purpose>")]
pub struct Purposes(u8);

impl Purposes {
    /// Every purpose, in the order of definition.
    pub const ALL: [Purpose; 5] =
        [Purpose::ChildRecord, Purpose::Representatives, Purpose::PersonRecord, Purpose::Number, Purpose::Accounts];
    /// What C1-child covers: the child's record and the question to NOBD.
    pub const OF_CHILD: Purposes = Purposes(1 << Purpose::ChildRecord as u8 | 1 << Purpose::Representatives as u8);
    /// What C1-rep covers: the rest of the representative's record, BMG and the banks.
    pub const OF_REPRESENTATIVE: Purposes =
        Purposes(1 << Purpose::PersonRecord as u8 | 1 << Purpose::Number as u8 | 1 << Purpose::Accounts as u8);

    /// Returns whether `purpose` is among them.
    pub const fn cover(self, purpose: Purpose) -> bool {
        self.0 & 1 << purpose as u8 != 0
    }

    /// Returns the set as bits, for digests.
    pub const fn bits(self) -> u8 {
        self.0
    }
}

impl From<Vec<Purpose>> for Purposes {
    fn from(list: Vec<Purpose>) -> Self {
        Self(list.into_iter().fold(0, |bits, purpose| bits | 1 << purpose as u8))
    }
}

impl From<Purposes> for Vec<Purpose> {
    fn from(set: Purposes) -> Self {
        Purposes::ALL.into_iter().filter(|&purpose| set.cover(purpose)).collect()
    }
}

impl std::fmt::Debug for Purposes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(Vec::<Purpose>::from(*self)).finish()
    }
}

/// A consent that a person gave through KDP. Goes with each question that it allows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Consent<N: Naming> {
    /// Its number at KDP.
    pub id: u64,
    /// Whose record it opens.
    pub subject: N::Person,
    /// What for.
    pub purposes: Purposes,
    /// Since when.
    pub given: Moment,
    /// Until when, this instant not included.
    pub until: Moment,
    /// KDP's seal over the above, which every register can check.
    pub seal: u64,
}

impl<N: Naming> Consent<N> {
    /// Returns whether it is valid at `now` for `purpose`.
    pub fn allows(&self, purpose: Purpose, now: Moment) -> bool {
        self.purposes.cover(purpose) && self.given <= now && now < self.until
    }
}

impl<N: Naming> Renamed<N> for Consent<N> {
    type Under<M: Naming> = Consent<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<Consent<M>, X::Error> {
        Ok(Consent {
            id: self.id,
            subject: by.person(&self.subject)?,
            purposes: self.purposes,
            given: self.given,
            until: self.until,
            seal: self.seal,
        })
    }
}

macro_rules! question {
    ($(#[$doc:meta])* $name:ident { $(#[$field_doc:meta])* $field:ident } $(with $consent:ident)?) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(bound = "")]
        pub struct $name<N: Naming> {
            $(#[$field_doc])*
            pub $field: N::Person,
            $(
                /// The consent that allows the question.
                pub $consent: Consent<N>,
            )?
        }

        impl<N: Naming> Renamed<N> for $name<N> {
            type Under<M: Naming> = $name<M>;
            fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<$name<M>, X::Error> {
                Ok($name {
                    $field: by.person(&self.$field)?,
                    $($consent: self.$consent.renamed(by)?,)?
                })
            }
        }
    };
}

question! {
    /// Has this child a disability?
    AskDisability {
        /// The child.
        child
    }
}
question! {
    /// Is there a live application for this child, by anyone, through any channel (S-26)?
    AskApplications {
        /// The child.
        child
    }
}
question! {
    /// What is recorded of this child, its birth and its parents?
    AskChild {
        /// The child.
        child
    } with consent
}
question! {
    /// What is recorded of this representative?
    AskPerson {
        /// The representative.
        person
    } with consent
}
question! {
    /// Which subscriber numbers has this representative?
    AskNumber {
        /// The representative.
        person
    } with consent
}
question! {
    /// Which accounts has this representative with you?
    AskAccounts {
        /// The representative.
        person
    } with consent
}

/// A disability on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disability {
    /// Since when.
    pub since: NaiveDate,
    /// Last day of its term; none for one without term.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<NaiveDate>,
}

/// An application that is pending or granted (S-26).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveApplication {
    /// Its number at the counter.
    pub number: u64,
    /// Whether it is granted already.
    pub granted: bool,
    /// The application that the engine formed, where it is that one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ours: Option<ApplicationId>,
    /// The first day of the period that it is for, where known (S-26).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from: Option<NaiveDate>,
    /// The last day of that period, where known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub to: Option<NaiveDate>,
}

/// Engine to KDP: ask for one consent that names all purposes of a step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct RequestConsent<N: Naming> {
    /// Whose record is to be read.
    pub subject: N::Person,
    /// What for.
    pub purposes: Purposes,
    /// For how many days of 24 hours.
    pub days: u16,
}

impl<N: Naming> Renamed<N> for RequestConsent<N> {
    type Under<M: Naming> = RequestConsent<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<RequestConsent<M>, X::Error> {
        Ok(RequestConsent { subject: by.person(&self.subject)?, purposes: self.purposes, days: self.days })
    }
}

/// KDP to household: the question that the person sees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct AskConsent<N: Naming> {
    /// Whose record is to be read.
    pub subject: N::Person,
    /// What for.
    pub purposes: Purposes,
}

impl<N: Naming> Renamed<N> for AskConsent<N> {
    type Under<M: Naming> = AskConsent<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<AskConsent<M>, X::Error> {
        Ok(AskConsent { subject: by.person(&self.subject)?, purposes: self.purposes })
    }
}

/// Household to KDP: the person's will.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerConsent {
    /// Whether he consents.
    pub agrees: bool,
}

/// What came of a request for consent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "snake_case")]
pub enum ConsentOutcome<N: Naming> {
    /// Consent was given.
    Given(Consent<N>),
    /// Consent was refused.
    Refused,
}

/// KDP to the engine: the person has decided.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct ConsentDecided<N: Naming> {
    /// Which request it was.
    pub request: MessageId,
    /// What the person decided.
    pub outcome: ConsentOutcome<N>,
}

impl<N: Naming> Renamed<N> for ConsentDecided<N> {
    type Under<M: Naming> = ConsentDecided<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<ConsentDecided<M>, X::Error> {
        let outcome = match &self.outcome {
            ConsentOutcome::Given(consent) => ConsentOutcome::Given(consent.renamed(by)?),
            ConsentOutcome::Refused => ConsentOutcome::Refused,
        };
        Ok(ConsentDecided { request: self.request, outcome })
    }
}

/// Where a person is registered, as GBDFL has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Registration {
    /// At permanent residence in the country, in this district.
    Permanent(District),
    /// Temporarily only.
    Temporary(District),
    /// A record that registration ended or is absent: the ground of paragraph 7.
    Removed,
    /// Not given: no record, neither yes nor no (T-32).
    NotGiven,
}

/// A status of a person. The first four are those that paragraph 7 excludes for (T-33).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusKind {
    /// Dead.
    Dead,
    /// Missing.
    Missing,
    /// Incapable by a court's decision.
    Incapable,
    /// Recorded as stateless (T-32).
    Stateless,
    /// Deprived of parental rights: of a representative only (S-11, S-48).
    DeprivedOfRights,
    /// In full care of the state, or living in an institution: of a child only (S-39).
    FullStateCare,
    /// Left the country for good (S-39, S-48).
    Departed,
}

/// A status with its dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Which.
    pub kind: StatusKind,
    /// Since when.
    pub from: NaiveDate,
    /// The first day on which it no longer holds; none while it lasts.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub to: Option<NaiveDate>,
}

/// What GBDFL records of any person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Person<N: Naming> {
    /// Who.
    pub person: N::Person,
    /// His full name.
    pub name: N::Name,
    /// Where registered.
    pub registration: Registration,
    /// Statuses, past ones too.
    pub statuses: SmallVec<[Status; 1]>,
}

impl<N: Naming> Renamed<N> for Person<N> {
    type Under<M: Naming> = Person<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<Person<M>, X::Error> {
        Ok(Person {
            person: by.person(&self.person)?,
            name: by.name(&self.name)?,
            registration: self.registration,
            statuses: self.statuses.clone(),
        })
    }
}

/// A birth on record. The birth date of the child is this one, never the digits of its IIN.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct BirthAct<N: Naming> {
    /// Number of the act record.
    pub number: N::Document,
    /// Date of birth.
    pub born: NaiveDate,
}

/// How a parent is related.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// Mother.
    Mother,
    /// Father.
    Father,
}

/// A parent that the birth act names, with what C1-child covers of him (S-03d).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Kin<N: Naming> {
    /// Who.
    pub person: N::Person,
    /// How related.
    pub relation: Relation,
    /// Statuses, past ones too.
    pub statuses: SmallVec<[Status; 1]>,
}

/// What GBDFL records of a child: itself, its birth and its parents in the order of record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct ChildRecord<N: Naming> {
    /// The child.
    pub child: Person<N>,
    /// Its birth certificate.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub birth: Option<BirthAct<N>>,
    /// Its parents.
    pub kin: SmallVec<[Kin<N>; 2]>,
}

impl<N: Naming> Renamed<N> for ChildRecord<N> {
    type Under<M: Naming> = ChildRecord<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<ChildRecord<M>, X::Error> {
        let birth = match &self.birth {
            Some(act) => Some(BirthAct { number: by.document(&act.number)?, born: act.born }),
            None => None,
        };
        let mut kin = SmallVec::new();
        for one in &self.kin {
            kin.push(Kin { person: by.person(&one.person)?, relation: one.relation, statuses: one.statuses.clone() });
        }
        Ok(ChildRecord { child: self.child.renamed(by)?, birth, kin })
    }
}

/// An identity document, outdated ones included.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct IdentityDocument<N: Naming> {
    /// Its number.
    pub number: N::Document,
    /// Last day of validity.
    pub valid_to: NaiveDate,
    /// Set when it was declared invalid before that.
    pub invalidated: bool,
}

/// What GBDFL records of a representative.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct PersonRecord<N: Naming> {
    /// The representative.
    pub person: Person<N>,
    /// His date of birth.
    pub born: NaiveDate,
    /// His identity documents.
    pub documents: SmallVec<[IdentityDocument<N>; 1]>,
}

impl<N: Naming> Renamed<N> for PersonRecord<N> {
    type Under<M: Naming> = PersonRecord<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<PersonRecord<M>, X::Error> {
        let mut documents = SmallVec::new();
        for one in &self.documents {
            documents.push(IdentityDocument {
                number: by.document(&one.number)?,
                valid_to: one.valid_to,
                invalidated: one.invalidated,
            });
        }
        Ok(PersonRecord { person: self.person.renamed(by)?, born: self.born, documents })
    }
}

/// One subscriber number of a person.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct SubscriberNumber<N: Naming> {
    /// The number.
    pub number: N::Number,
    /// Whether the person marked it as his main one.
    pub main: bool,
    /// When it was last confirmed.
    pub confirmed: NaiveDate,
}

/// What BMG holds of a person. At least one number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct NumberRecord<N: Naming> {
    /// His numbers.
    pub numbers: SmallVec<[SubscriberNumber<N>; 1]>,
    /// The language that he uses the portal in, where known (S-24).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub language: Option<Language>,
}

impl<N: Naming> Renamed<N> for NumberRecord<N> {
    type Under<M: Naming> = NumberRecord<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<NumberRecord<M>, X::Error> {
        let mut numbers = SmallVec::new();
        for one in &self.numbers {
            numbers.push(SubscriberNumber {
                number: by.number(&one.number)?,
                main: one.main,
                confirmed: one.confirmed,
            });
        }
        Ok(NumberRecord { numbers, language: self.language })
    }
}
