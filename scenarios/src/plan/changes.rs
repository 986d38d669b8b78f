//! What changes in the registers while a run goes on, each at its moment.

use proaktiv_messages::identity::DocumentNumber;
use proaktiv_messages::{
    Clear, Disability, IdentityDocument, Language, Moment, Registration, Status, SubscriberNumber,
};
use serde::{Deserialize, Serialize};

use super::conduct::is_no;
use super::one_of::{OneOf, dated_change};
use super::{EnrolmentRow, strict};

/// A change of what registers hold of a child, valid from its moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "ChildChangeLine", into = "ChildChangeLine")]
pub struct ChildChange {
    /// When.
    pub at: Moment,
    /// Whether the register tells the engine by itself, if it was asked about the child before. For
    /// [`Missing`](ChildFact::Missing): whether NOBD knows the row when it is asked (S-13b).
    pub told: bool,
    /// What.
    pub what: ChildFact,
}

/// What changes of a child.
#[derive(Clone, Debug, PartialEq)]
pub enum ChildFact {
    /// The school enters a new version of the row, or its end. A version that has not ended brings a
    /// missing row back.
    Row(Box<EnrolmentRow>),
    /// The rows of the child are missing from the lists, or stand in them again.
    Missing(bool),
    /// A school, another one or the same, enters a second row.
    SecondRow(Box<EnrolmentRow>),
    /// CBDI has this disability now, or none.
    Disability(Option<Disability>),
    /// It is registered elsewhere, or no longer.
    Registration(Registration),
    /// A status is recorded.
    Status(Status),
    /// A status was recorded in error and is taken back.
    StatusTakenBack(Status),
    /// A birth act is recorded.
    BirthAct(DocumentNumber),
}

dated_change!(ChildChange, ChildChangeLine, ChildFact {
    row: Box<EnrolmentRow> => Row,
    missing: bool => Missing,
    second_row: Box<EnrolmentRow> => SecondRow,
    disability: Option<Disability> => Disability by "strict::some_disability",
    registration: Registration => Registration,
    status: Status => Status by "strict::status",
    status_taken_back: Status => StatusTakenBack by "strict::status",
    birth_act: DocumentNumber => BirthAct,
});

/// A change of what registers hold of a parent or a guardian, valid from its moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "AdultChangeLine", into = "AdultChangeLine")]
pub struct AdultChange {
    /// When.
    pub at: Moment,
    /// Whether the register tells the engine by itself, if it was asked about the person before. BMG
    /// never does.
    pub told: bool,
    /// What.
    pub what: AdultFact,
}

/// What changes of a grown-up.
#[derive(Clone, Debug, PartialEq)]
pub enum AdultFact {
    /// He is registered elsewhere, or no longer.
    Registration(Registration),
    /// A status is recorded.
    Status(Status),
    /// A status was recorded in error and is taken back.
    StatusTakenBack(Status),
    /// A document is issued, or the one with its number is recorded anew.
    Document(IdentityDocument<Clear>),
    /// BMG has these numbers now.
    Numbers(Vec<SubscriberNumber<Clear>>),
    /// He uses the portal in this language now.
    Language(Language),
}

dated_change!(AdultChange, AdultChangeLine, AdultFact {
    registration: Registration => Registration,
    status: Status => Status by "strict::status",
    status_taken_back: Status => StatusTakenBack by "strict::status",
    document: IdentityDocument<Clear> => Document by "strict::document",
    numbers: Vec<SubscriberNumber<Clear>> => Numbers by "strict::some_numbers",
    language: Language => Language,
});
