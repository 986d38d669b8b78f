//! What NOBD answers: how a row stands, and who acts for a child.

use std::sync::Arc;

use proaktiv_messages::{AskRepresentatives, AskRow, Body, Clear, Enrolment, Finding, Moment, Purpose};

use super::{Listed, Nobd};
use crate::astana;

impl Nobd {
    /// Says what is known of a row now (S-13b).
    pub(super) fn row(&self, question: &AskRow<Clear>) -> Finding<Arc<Enrolment<Clear>>> {
        let missing = self.missing.get(&question.child.number());
        let asked_for = |listed: &&Listed| {
            let row = &listed.row;
            let same = match (question.row, row.row) {
                (Some(asked), Some(held)) => asked == held,
                (None, _) | (_, None) => question.school == row.school,
            };
            row.child == question.child && same
        };
        let held = match missing {
            Some(missing) => {
                missing.rows.iter().find(asked_for).filter(|listed| missing.known || listed.row.ended.is_some())
            }
            None => self.listed.iter().find(asked_for),
        };
        held.map_or(Finding::No, |listed| Finding::Yes(Arc::clone(&listed.row)))
    }

    /// Says who acts for a child: on C1-child alone.
    pub(super) fn representatives_of(&self, question: &AskRepresentatives<Clear>, now: Moment) -> Body<Clear> {
        let checked = self.seals.check(&question.consent, question.child, Purpose::Representatives, now);
        if let Err(reason) = checked {
            return Body::Refused(reason);
        }
        let today = astana::day_of(now);
        let all = self.representatives.get(&question.child.number()).map_or(&[][..], Vec::as_slice);
        let found: Vec<_> = all.iter().filter(|one| one.appointed <= today).copied().collect();
        Body::RepresentativesAnswer(if found.is_empty() { Finding::No } else { Finding::Yes(found) })
    }
}
