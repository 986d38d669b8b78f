//! Paragraph 4: what NOBD sends every day.

use std::sync::Arc;

use chrono::NaiveDate;
use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::Renamed;
use crate::{District, Exchange, Naming};

/// A conclusion of a medical advisory commission (ВКК).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conclusion {
    /// Its number.
    pub number: CompactString,
    /// Its date.
    pub date: NaiveDate,
}

/// How an enrolment ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndingKind {
    /// The child went back to school.
    ReturnedToSchool,
    /// The child was expelled or left.
    Left,
    /// The row was entered in error.
    EnteredInError,
}

/// An explicit record that refutes home schooling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// How it ended.
    pub kind: EndingKind,
    /// Since when; a row may leave it out (S-47).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub on: Option<NaiveDate>,
}

/// One row of the list, laid out in one piece: a list of a hundred thousand is read every day. A child enrolled in individual free home schooling. What A-08 demands may be
/// missing here; a row that lacks it is sent back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Enrolment<N: Naming> {
    /// NOBD's own id of the row, where it gives one (S-12).
    #[serde(default)]
    pub row: Option<u64>,
    /// The child.
    pub child: N::Person,
    /// The school, by its number in NOBD.
    pub school: u32,
    /// The district of the school.
    pub district: District,
    /// Number of the order on home schooling.
    #[serde(default)]
    pub order_number: Option<CompactString>,
    /// Date of the order.
    #[serde(default)]
    pub order_date: Option<NaiveDate>,
    /// First day of home schooling.
    #[serde(default)]
    pub from: Option<NaiveDate>,
    /// Last day of home schooling.
    #[serde(default)]
    pub to: Option<NaiveDate>,
    /// Conclusions of the commission; A-08 demands at least one.
    pub conclusions: SmallVec<[Conclusion; 1]>,
    /// Set when the row says that home schooling is over.
    #[serde(default)]
    pub ended: Option<Ending>,
    /// A guardian whom NOBD knows of (S-11).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub guardian: Option<N::Person>,
}

impl<N: Naming> Renamed<N> for Enrolment<N> {
    type Under<M: Naming> = Enrolment<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<Enrolment<M>, X::Error> {
        Ok(Enrolment {
            row: self.row,
            child: by.person(&self.child)?,
            school: self.school,
            district: self.district,
            order_number: self.order_number.clone(),
            order_date: self.order_date,
            from: self.from,
            to: self.to,
            conclusions: self.conclusions.clone(),
            ended: self.ended,
            guardian: match &self.guardian {
                Some(person) => Some(by.person(person)?),
                None => None,
            },
        })
    }
}

/// A part of the day's list. Parts of a batch may come in any order and more than once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct ListChunk<N: Naming> {
    /// Which batch, by NOBD's count.
    pub batch: u64,
    /// The day that the list is of.
    pub day: NaiveDate,
    /// Which part, from 0.
    pub part: u32,
    /// How many parts the batch has.
    pub parts: u32,
    /// How many rows the batch declares; none makes the list partial (S-13).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub declared_rows: Option<u32>,
    /// The rows of this part, shared: a list that did not change is sent again without a copy.
    pub rows: Arc<[Arc<Enrolment<N>>]>,
}

impl<N: Naming> Renamed<N> for ListChunk<N> {
    type Under<M: Naming> = ListChunk<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<ListChunk<M>, X::Error> {
        Ok(ListChunk {
            batch: self.batch,
            day: self.day,
            part: self.part,
            parts: self.parts,
            declared_rows: self.declared_rows,
            rows: self.rows.iter().map(|row| row.renamed(by).map(Arc::new)).collect::<Result<_, _>>()?,
        })
    }
}

/// What is wrong with a row (A-08, S-33).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowFault {
    /// The number of the order is missing.
    NoOrderNumber,
    /// The date of the order is missing.
    NoOrderDate,
    /// The period of home schooling is missing.
    NoPeriod,
    /// The period ends before it begins.
    PeriodBackwards,
    /// No conclusion of the commission is given.
    NoConclusion,
    /// The row was sound, but the child has been missing from full lists for days (S-13b).
    MissingFromLists,
}

/// Engine to school: a row was not taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct ReturnRow<N: Naming> {
    /// NOBD's id of the row.
    #[serde(default)]
    pub row: Option<u64>,
    /// The child of the row.
    pub child: N::Person,
    /// What is wrong.
    pub fault: RowFault,
}

impl<N: Naming> Renamed<N> for ReturnRow<N> {
    type Under<M: Naming> = ReturnRow<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<ReturnRow<M>, X::Error> {
        Ok(ReturnRow { row: self.row, child: by.person(&self.child)?, fault: self.fault })
    }
}
