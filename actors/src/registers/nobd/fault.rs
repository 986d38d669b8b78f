//! Lists that come wrong, and how a list leaves in general (S-13, S-44).

use std::sync::Arc;

use chrono::NaiveDate;
use proaktiv_messages::{Body, Clear, Enrolment, ListChunk, Party, Span};

use super::Nobd;
use crate::Out;

/// How long after the first time a list comes again, and how late one is that comes after the next.
const AGAIN_AFTER: Span = Span::hours(1);
const LATE_BY: Span = Span::hours(26);

/// What is wrong with the list of a day (S-13, S-44).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFault {
    /// None comes.
    None,
    /// It has no row and declares none.
    Empty,
    /// Only the first half of its rows comes, all are declared.
    Partial,
    /// It does not declare how many rows it has.
    Undeclared,
    /// It comes again an hour later, as the same batch.
    Twice,
    /// It comes 26 hours late, after the list of the next day.
    Late,
}

impl ListFault {
    /// Returns what a run counts it as.
    const fn name(self) -> &'static str {
        match self {
            ListFault::None => "no_list",
            ListFault::Empty => "list_empty",
            ListFault::Partial => "list_partial",
            ListFault::Undeclared => "list_undeclared",
            ListFault::Twice => "list_twice",
            ListFault::Late => "list_late",
        }
    }
}

impl Nobd {
    /// Sends the list of `day` with a fault.
    pub(super) fn send_spoilt(&self, day: NaiveDate, fault: ListFault, out: &mut Out) {
        out.misbehave(fault.name());
        let (parts, rows) = (self.parts.as_slice(), Some(self.listed.len()));
        match fault {
            ListFault::None => {}
            ListFault::Empty => self.send_list(day, &[Arc::new([])], Some(0), &[Span::ZERO], out),
            ListFault::Partial => {
                let half = &self.listed[..self.listed.len() / 2];
                let mut parts = self.parts_of(half);
                if parts.is_empty() {
                    parts.push(Arc::new([]));
                }
                self.send_list(day, &parts, rows, &[Span::ZERO], out);
            }
            ListFault::Undeclared => self.send_list(day, parts, None, &[Span::ZERO], out),
            ListFault::Twice => self.send_list(day, parts, rows, &[Span::ZERO, AGAIN_AFTER], out),
            ListFault::Late => self.send_list(day, parts, rows, &[LATE_BY], out),
        }
    }

    /// Sends the list of `day` in these parts, once after each of these times.
    pub(super) fn send_list(
        &self,
        day: NaiveDate,
        parts: &[Arc<[Arc<Enrolment<Clear>>]>],
        declared: Option<usize>,
        after: &[Span],
        out: &mut Out,
    ) {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        out.sendings.reserve(parts.len() * after.len());
        for &after in after {
            for (part, rows) in parts.iter().enumerate() {
                let chunk = ListChunk {
                    batch: self.batches,
                    day,
                    part: count(part),
                    parts: count(parts.len()),
                    declared_rows: declared.map(count),
                    rows: Arc::clone(rows),
                };
                out.report_after(Party::Esobes, after, Body::ReportEnrolments(chunk));
            }
        }
    }
}
