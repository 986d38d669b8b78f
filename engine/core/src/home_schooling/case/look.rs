//! Order 42, p. 9 and 12 (S-36, S-26b, S-27, S-35, S-13): the last look at a child before a form leaves,
//! and when its recipient has accepted.

use chrono::NaiveDate;
use proaktiv_messages::{Closing, Exclusion, Finding, LiveApplication, Moment};

use super::recheck::days_after;
use super::{Case, CaseEvent, CaseRefusal, Decided, Look, Occasion, Question, Stage};
use crate::calendar::astana;
use crate::home_schooling::provisions::kin_are_usable::is_adult;
use crate::home_schooling::{Condition, Leave};

impl Case {
    /// The line asks whether the child still stands. Who does not leaves before the form goes.
    pub(super) fn take_look(&self, occasion: Occasion, now: Moment, events: &mut Vec<CaseEvent>) -> Decided {
        if !matches!(self.stage, Stage::Ready | Stage::Offered) {
            return Err(CaseRefusal::NoOfferIsOpen);
        }
        match occasion {
            Occasion::BeforeForm { ends } => {
                let last = astana::civil_day(Moment::from_millis(ends.millis() - 1));
                self.look_before_form(astana::civil_day(now), last, events);
            }
            Occasion::OnReply if self.is_adult_on(astana::civil_day(now)) => self.leave_for_age(events),
            Occasion::OnReply => events.push(CaseEvent::LookBegun { look: Look::OnReply }),
        }
        Ok(())
    }

    /// S-35, S-27: the period must run beyond the window's last day, and the birthday lie after it.
    ///
    /// Reading S-36: a further form of an open offer rests on the row that the first one rested on.
    fn look_before_form(&self, today: NaiveDate, last: NaiveDate, events: &mut Vec<CaseEvent>) {
        let first_form = self.stage == Stage::Ready;
        if self.period_is_over_by(today, last) && first_form {
            self.close(Closing::Ended, Leave::Ended, events);
        } else if self.is_adult_on(last) {
            self.leave_for_age(events);
        } else {
            events.push(CaseEvent::LookBegun { look: if first_form { Look::BeforeForm } else { Look::OnReply } });
        }
    }

    /// Returns whether the period ends within the window; one that has yet to begin does not.
    fn period_is_over_by(&self, today: NaiveDate, last: NaiveDate) -> bool {
        let Some(row) = &self.enrolment else { return false };
        row.to.is_some_and(|to| to <= last) && row.from.is_some_and(|from| from <= today)
    }

    fn is_adult_on(&self, day: NaiveDate) -> bool {
        self.facts.as_ref().is_some_and(|facts| is_adult(facts.born, day))
    }

    fn leave_for_age(&self, events: &mut Vec<CaseEvent>) {
        self.exclude(Exclusion::Age18, Leave::TurnedEighteen, events);
        events.push(CaseEvent::TurnedEighteen);
    }

    /// S-13: a first form rests on a row that was confirmed lately.
    pub(super) fn take_confirmation(
        &self,
        day: Option<NaiveDate>,
        now: Moment,
        law: &Condition,
        events: &mut Vec<CaseEvent>,
    ) -> Decided {
        if self.look != Some(Look::BeforeForm) {
            return Err(CaseRefusal::NobodyAsked);
        }
        let lately = |day| astana::civil_day(now) <= days_after(day, law.law.row_confirmed_days());
        events.push(if day.is_some_and(lately) {
            CaseEvent::RowIsConfirmed
        } else {
            CaseEvent::LookEnded { stands: false }
        });
        Ok(())
    }

    /// S-26b: what the counter says when a form leaves or an application is about to be formed.
    pub(super) fn end_look(
        &self,
        finding: &Finding<LiveApplication>,
        now: Moment,
        law: &Condition,
        events: &mut Vec<CaseEvent>,
    ) {
        match finding {
            Finding::Yes(application) if self.is_concerned_by(application) => self.give_way(events),
            Finding::Yes(_) | Finding::No => events.push(CaseEvent::LookEnded { stands: true }),
            Finding::Unknown => events.push(self.could_not_say(Question::Applications, now, law)),
        }
    }

    /// S-26b: an application by hand takes the place of an offer; before any form it excludes.
    pub(super) fn give_way(&self, events: &mut Vec<CaseEvent>) {
        if self.stage == Stage::Offered {
            self.close(Closing::Superseded, Leave::Superseded, events);
        } else {
            self.exclude(Exclusion::Application, Leave::Superseded, events);
        }
    }

    /// S-36: no form left this time; the child stays in line.
    pub(super) fn take_wait(&self, events: &mut Vec<CaseEvent>) -> Decided {
        if self.look.is_none() {
            return Ok(());
        }
        events.push(CaseEvent::NotTaken);
        Ok(())
    }
}
