//! Order 42, p. 4 (A-07, A-10, S-12…S-13b, S-34), as one child meets it: rows, their versions and
//! ends, second rows, and full lists that the child is missing from.

use std::sync::Arc;

use chrono::NaiveDate;
use proaktiv_messages::{Amended, Closing, Enrolment, Finding, Hold, Moment, Sealed};

use super::recheck::is_final;
use super::{Case, CaseEvent, CaseRefusal, Decided, Stage};
use crate::calendar::astana;
use crate::home_schooling::provisions::rows_are_versions::{are_one_order, has_begun_anew, overlap};
use crate::home_schooling::{Condition, Leave};

impl Case {
    /// Returns whether a row is a version of the order that the case follows (S-12).
    pub(super) fn follows(&self, row: &Enrolment<Sealed>) -> bool {
        self.enrolment.as_ref().is_some_and(|own| are_one_order(own, row))
    }

    /// P. 4 (A-07, A-10, S-12): a row begins the case, is a version of its row, or another row of the child.
    pub(super) fn take_row(
        &self,
        row: &Arc<Enrolment<Sealed>>,
        day: NaiveDate,
        now: Moment,
        law: &Condition,
        events: &mut Vec<CaseEvent>,
    ) -> Decided {
        let Some(own) = &self.enrolment else {
            // A row that is over before it was ever listed begins nothing.
            if row.ended.is_none() {
                events.push(CaseEvent::Listed { enrolment: Arc::clone(row), day });
            }
            return Ok(());
        };
        if are_one_order(own, row) {
            // Reading S-12: a conclusion of a later date with a new period is a new case, where the former one is over.
            if self.is_over() && has_begun_anew(own, row) {
                events.push(CaseEvent::OrderBegun { enrolment: Arc::clone(row), day });
            } else if own != row && !self.knew_that_end(row, day) {
                self.take_version(own, row, day, now, law, events);
            }
            return Ok(());
        }
        self.take_other_row(own, row, day, now, events);
        Ok(())
    }

    /// S-44: a late list repeats an end that a newer version has taken back: it is not new.
    fn knew_that_end(&self, row: &Enrolment<Sealed>, day: NaiveDate) -> bool {
        let taken_back = self.beyond().and_then(|beyond| beyond.end_taken_back);
        self.row_day.is_some_and(|known| day < known) && row.ended.is_some() && row.ended == taken_back
    }

    /// Returns whether nothing more can come of the order that the case follows.
    fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Closed(_) | Stage::Ended | Stage::Stopped)
    }

    /// S-12b: a correction or an explicit end, by where the case stands.
    fn take_version(
        &self,
        own: &Enrolment<Sealed>,
        row: &Arc<Enrolment<Sealed>>,
        day: NaiveDate,
        now: Moment,
        law: &Condition,
        events: &mut Vec<CaseEvent>,
    ) {
        events.push(CaseEvent::VersionLinked { enrolment: Arc::clone(row), day });
        match (own.ended, row.ended) {
            (None, Some(ending)) => {
                // Reading S-47: a record without a date refutes from the day on which it was received.
                let on = ending.on.unwrap_or(astana::civil_day(now));
                events.push(CaseEvent::Refuted { on });
                self.take_end(on, row, now, law, events);
            }
            (Some(_), None) => self.take_correction_back(row, now, law, events),
            (Some(_), Some(ending)) if own.ended != row.ended => {
                let received = self.beyond().and_then(|beyond| beyond.refutation).map(|refutation| refutation.on);
                let on = ending.on.or(received).unwrap_or(astana::civil_day(now));
                events.push(CaseEvent::Refuted { on });
                if matches!(self.stage, Stage::Granted | Stage::Stopped) {
                    self.reckon_anew(Some(on), row, now, law, events);
                }
            }
            (Some(_), Some(_)) => {}
            (None, None) => self.take_correction(row, now, law, events),
        }
    }

    /// A row that says that home schooling is over.
    fn take_end(
        &self,
        on: NaiveDate,
        row: &Enrolment<Sealed>,
        now: Moment,
        law: &Condition,
        events: &mut Vec<CaseEvent>,
    ) {
        match self.stage {
            Stage::Granted => self.stop(on, row, now, law, events),
            Stage::Applied => events.push(CaseEvent::Amended { what: Amended::Ending }),
            Stage::New
            | Stage::Asked(_)
            | Stage::Assessing
            | Stage::Ready
            | Stage::Offered
            | Stage::Excluded(_)
            | Stage::Held(_) => self.close(Closing::Refuted, Leave::Refuted, events),
            Stage::Ended | Stage::Stopped | Stage::Closed(_) => {}
        }
    }

    /// S-34, T-23: when the first row ended by an explicit record, another that runs on is a new order;
    /// when the order is over otherwise, another whose period is a later one.
    pub(super) fn take_up_other(&self, now: Moment, events: &mut Vec<CaseEvent>) {
        let Some(beyond) = self.beyond().filter(|beyond| !beyond.others.is_empty()) else { return };
        let refuted = events.iter().any(|event| matches!(event, CaseEvent::Refuted { .. }));
        let over = events.iter().any(|event| matches!(event, CaseEvent::Closed { .. } | CaseEvent::Ended));
        if !refuted && !over {
            return;
        }
        let today = astana::civil_day(now);
        let is_free = |row: &&Arc<Enrolment<Sealed>>| {
            let is_later = self.enrolment.as_ref().is_none_or(|own| !overlap(own, row));
            row.to.is_some_and(|to| today <= to) && (refuted || is_later)
        };
        let other = beyond.others.iter().find(is_free);
        events.extend(other.map(|other| CaseEvent::OrderBegun { enrolment: Arc::clone(other), day: today }));
    }

    /// Returns the row of a later order, if the period of the one that the case follows is over.
    pub(super) fn follower(&self, today: NaiveDate) -> Option<CaseEvent> {
        let over = self.enrolment.as_ref()?.to.is_some_and(|to| to < today);
        let other = self.beyond()?.others.iter().find(|row| over && row.to.is_some_and(|to| today <= to))?;
        Some(CaseEvent::OrderBegun { enrolment: Arc::clone(other), day: today })
    }

    /// S-12c: a row that had ended runs again.
    fn take_correction_back(&self, row: &Enrolment<Sealed>, now: Moment, law: &Condition, events: &mut Vec<CaseEvent>) {
        match self.stage {
            // Reading S-47: a stop that is planned is revocable until its day, without a person.
            Stage::Granted => events.push(self.annulled(row, now, law)),
            Stage::Stopped => events.push(CaseEvent::CorrectedBack),
            // Reading S-14: once no form can leave any more, no register is asked for one.
            Stage::Closed(Closing::Refuted)
                if self.may_be_offered_after(Closing::Refuted) && !law.law.offers_are_over(now) =>
            {
                events.push(CaseEvent::LookedAtAgain);
            }
            Stage::Applied => events.push(CaseEvent::Amended { what: Amended::Row }),
            Stage::New
            | Stage::Asked(_)
            | Stage::Assessing
            | Stage::Ready
            | Stage::Offered
            | Stage::Ended
            | Stage::Excluded(_)
            | Stage::Held(_)
            | Stage::Closed(_) => {}
        }
    }

    /// S-12b: number, date, conclusion or period were corrected.
    fn take_correction(&self, row: &Arc<Enrolment<Sealed>>, now: Moment, law: &Condition, events: &mut Vec<CaseEvent>) {
        let over = row.to.is_some_and(|to| to < astana::civil_day(now));
        match self.stage {
            // One chain of questions a case (S-46): what is being asked goes on under the newest version.
            Stage::New | Stage::Asked(_) | Stage::Assessing => {}
            Stage::Excluded(ground) if is_final(ground) => {}
            Stage::Excluded(_) | Stage::Held(_) | Stage::Ready => self.look_again(events),
            Stage::Offered if over => self.close(Closing::Refuted, Leave::Refuted, events),
            Stage::Applied => events.push(CaseEvent::Amended { what: Amended::Row }),
            Stage::Granted => self.reckon_anew(None, row, now, law, events),
            Stage::Offered | Stage::Ended | Stage::Stopped | Stage::Closed(_) => {}
        }
    }

    /// S-34, S-12: a row of another order of the child.
    fn take_other_row(
        &self,
        own: &Arc<Enrolment<Sealed>>,
        row: &Arc<Enrolment<Sealed>>,
        day: NaiveDate,
        now: Moment,
        events: &mut Vec<CaseEvent>,
    ) {
        let known = self.beyond().and_then(|beyond| beyond.others.iter().find(|other| are_one_order(other, row)));
        if row.ended.is_some() {
            if known.is_some() {
                events.push(CaseEvent::OtherRowEnded { enrolment: Arc::clone(row) });
                let left = self.beyond().map_or(0, |beyond| beyond.others.len());
                if self.stage == Stage::Held(Hold::DuplicateEnrolment) && left == 1 {
                    events.push(CaseEvent::LookedAtAgain);
                }
            }
            return;
        }
        if known.is_some_and(|known| known == row) {
            return;
        }
        // Reading S-12, S-34: what overlaps a row that has not ended waits for its end, and so does a later
        // order while a first form may leave for this one; anything else begins at once.
        let beside = own.ended.is_none() && overlap(own, row) && self.stage != Stage::Ended;
        let first_runs = own.to.is_some_and(|to| astana::civil_day(now) <= to);
        let has_application = matches!(self.stage, Stage::Applied | Stage::Granted);
        if beside || (first_runs && !has_application && !self.is_over()) {
            events.push(CaseEvent::OtherRowKnown { enrolment: Arc::clone(row) });
            if beside {
                self.hold_for_the_list(Hold::DuplicateEnrolment, events);
            }
        } else {
            self.leave_line(Leave::Ended, events);
            events.push(CaseEvent::OrderBegun { enrolment: Arc::clone(row), day });
        }
    }

    /// S-34, S-13b: keeps a first form from leaving; what is past that goes on.
    fn hold_for_the_list(&self, reason: Hold, events: &mut Vec<CaseEvent>) {
        match self.stage {
            Stage::Asked(_) | Stage::Assessing | Stage::Ready | Stage::Held(_) if self.stage != Stage::Held(reason) => {
                self.leave_line(Leave::Held, events);
                events.push(self.held(reason));
            }
            Stage::New
            | Stage::Asked(_)
            | Stage::Assessing
            | Stage::Ready
            | Stage::Offered
            | Stage::Applied
            | Stage::Granted
            | Stage::Ended
            | Stage::Stopped
            | Stage::Excluded(_)
            | Stage::Held(_)
            | Stage::Closed(_) => {}
        }
    }

    /// S-13b: the child is missing from a full list; nothing is inferred but that no first form may leave.
    pub(super) fn take_missing(&self, day: NaiveDate, law: &Condition, events: &mut Vec<CaseEvent>) -> Decided {
        if self.enrolment.is_none() {
            return Err(CaseRefusal::NotListed);
        }
        let spell = self.beyond().and_then(|beyond| beyond.missing);
        if spell.is_some_and(|spell| spell.last >= day) {
            return Ok(());
        }
        let days = spell.map_or(0, |spell| spell.days) + 1;
        events.push(CaseEvent::FoundMissing { day, days, told: days == law.law.row_missing_days() });
        if spell.is_none() {
            self.hold_for_the_list(Hold::MissingFromList, events);
        }
        Ok(())
    }

    /// S-13b: the child is on a full list again.
    pub(super) fn take_back_on_list(&self, events: &mut Vec<CaseEvent>) -> Decided {
        if self.beyond().is_none_or(|beyond| beyond.missing.is_none()) {
            return Err(CaseRefusal::NobodyAsked);
        }
        events.push(CaseEvent::FoundAgain);
        // S-46: one recheck at a time; NOBD's own word that the row runs may have begun it already.
        if self.stage == Stage::Held(Hold::MissingFromList) {
            self.look_again(events);
        }
        Ok(())
    }

    /// S-13b: what NOBD says of a row that is missing from its lists.
    pub(super) fn take_row_answer(
        &self,
        finding: &Finding<Arc<Enrolment<Sealed>>>,
        now: Moment,
        law: &Condition,
        events: &mut Vec<CaseEvent>,
    ) -> Decided {
        let missing = self.beyond().is_some_and(|beyond| beyond.missing.is_some());
        let Finding::Yes(row) = finding else { return Ok(()) };
        if !missing || !self.follows(row) {
            return Err(CaseRefusal::NobodyAsked);
        }
        if row.ended.is_none() {
            // Reading S-13b: the spell goes on until a list has the child, but bars no form any more.
            events.push(CaseEvent::FoundRunning);
        }
        self.take_row(row, astana::civil_day(now), now, law, events)?;
        let looked = events.iter().any(|event| matches!(event, CaseEvent::LookedAtAgain));
        if self.stage == Stage::Held(Hold::MissingFromList) && row.ended.is_none() && !looked {
            events.push(CaseEvent::LookedAtAgain);
        }
        Ok(())
    }
}
