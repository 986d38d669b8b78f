//! Order 42, p. 4 to 9 (S-46, S-08): what a stop before an offer is, and when a stopped case is looked
//! at again.

use chrono::{Days, NaiveDate};
use proaktiv_messages::{Closing, Exclusion, Hold, Moment};

use super::{Case, CaseEvent, Decided, Stage};
use crate::calendar::astana;
use crate::home_schooling::{Condition, Leave, LookedAtNext};

impl Case {
    /// A hold; the task for it leaves once for each reason.
    pub(super) fn held(&self, reason: Hold) -> CaseEvent {
        let again = self.beyond().is_some_and(|beyond| beyond.held_for.contains(&reason));
        CaseEvent::Held { reason, again, each_list: self.is_looked_at_with_each_list() }
    }

    /// An exclusion.
    pub(super) fn excluded(&self, ground: Exclusion) -> CaseEvent {
        CaseEvent::Excluded { ground, again: self.stage == Stage::Excluded(ground) }
    }

    /// Takes the child out of the line, if it waits there or is in an offer.
    pub(super) fn leave_line(&self, why: Leave, events: &mut Vec<CaseEvent>) {
        if matches!(self.stage, Stage::Ready | Stage::Offered) {
            events.push(CaseEvent::LeftLine { why });
        }
    }

    /// Closes the case by itself, not by its line.
    pub(super) fn close(&self, reason: Closing, why: Leave, events: &mut Vec<CaseEvent>) {
        self.leave_line(why, events);
        events.push(CaseEvent::Closed { reason });
    }

    /// Excludes the child, wherever it is before its application.
    pub(super) fn exclude(&self, ground: Exclusion, why: Leave, events: &mut Vec<CaseEvent>) {
        self.leave_line(why, events);
        events.push(self.excluded(ground));
    }

    /// Returns whether a first form may still leave for the order (S-08).
    pub(super) fn may_be_offered(&self) -> bool {
        self.beyond()
            .is_none_or(|beyond| !beyond.form_left || (beyond.one_more_after.is_some() && !beyond.one_more_made))
    }

    /// Returns whether an offer that ended like this may be followed by one more.
    ///
    /// Reading S-08: one more in all for an order, whichever of its reasons allows it.
    pub(super) fn may_be_offered_after(&self, reason: Closing) -> bool {
        let repeatable = match reason {
            Closing::Superseded | Closing::Unreached | Closing::NumberChanged | Closing::RepLost | Closing::Refuted => {
                true
            }
            Closing::NoReply
            | Closing::ConsentRefused
            | Closing::ConsentWithdrawn
            | Closing::PilotEnded
            | Closing::Refused
            | Closing::Stopped
            | Closing::Ended => false,
        };
        repeatable && self.beyond().is_none_or(|beyond| !beyond.form_left || !beyond.one_more_made)
    }

    /// S-46: a waiting or stopped case is looked at again from 5; one recheck at a time.
    pub(super) fn look_again(&self, events: &mut Vec<CaseEvent>) {
        if self.step().is_none() && self.may_be_offered() {
            self.leave_line(Leave::Held, events);
            events.push(CaseEvent::LookedAtAgain);
        }
    }

    /// S-46: a full list was taken. A held case is looked at again with each, an excluded one from time to time.
    pub(super) fn take_list(&self, now: Moment, law: &Condition, events: &mut Vec<CaseEvent>) -> Decided {
        if self.step().is_some() {
            return Ok(());
        }
        if let Some(begun) = self.follower(astana::civil_day(now)).filter(|_| self.is_stopped()) {
            events.push(begun);
            return Ok(());
        }
        match self.stage {
            // Reading S-14: a case that waits for a first form closes once none fits any more.
            Stage::Held(_) if law.law.offers_are_over(now) => {
                events.push(CaseEvent::Closed { reason: Closing::PilotEnded })
            }
            Stage::Held(Hold::ConsentTimeout)
                if self.waits_for_the_childs_consent() && !self.consent_may_be_asked(astana::civil_day(now), law) => {}
            Stage::Held(hold) if has_register(hold) && self.may_be_offered() => self.look_again(events),
            Stage::Excluded(ground) if !is_final(ground) && !law.law.offers_are_over(now) => self.look_again(events),
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
            | Stage::Closed(_) => events.push(CaseEvent::NoListAwaited),
        }
        Ok(())
    }

    /// Returns whether the intake knows that each list brings the case another look. Only what the last stop
    /// itself says: where that leaves it open, the intake is told once more.
    fn is_looked_at_with_each_list(&self) -> bool {
        let Stage::Held(hold) = self.stage else { return false };
        hold != Hold::ConsentTimeout && has_register(hold) && self.may_be_offered()
    }

    /// Returns with which list a stopped case is to be looked at next; none if with none.
    pub(super) fn looked_at_next(&self, law: &Condition) -> Option<LookedAtNext> {
        if !self.may_be_offered() {
            return None;
        }
        match self.stage {
            Stage::Excluded(ground) if !is_final(ground) => Some(LookedAtNext::AfterExclusion),
            Stage::Held(Hold::ConsentTimeout) if self.waits_for_the_childs_consent() => {
                let repeated = self.beyond().is_some_and(|beyond| beyond.consent_repeated);
                let again = self.consent_asked.filter(|_| !repeated);
                let on = |asked| LookedAtNext::On(days_after(asked, law.law.consent_repeat_days()));
                Some(again.map_or(LookedAtNext::AtTheEnd, on))
            }
            Stage::Held(hold) if has_register(hold) => Some(LookedAtNext::EachList),
            Stage::Held(_) => Some(LookedAtNext::AtTheEnd),
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
            | Stage::Closed(_) => None,
        }
    }

    /// Returns whether it is the request for the child's consent that nobody answered. Where a
    /// representative did not answer for himself, he alone knows when he may be asked again.
    fn waits_for_the_childs_consent(&self) -> bool {
        self.stage == Stage::Held(Hold::ConsentTimeout) && self.tried == 0
    }

    /// Returns whether an official resolved a hold that has no register behind it.
    pub(super) fn is_settled(&self, hold: Hold) -> bool {
        self.beyond().is_some_and(|beyond| beyond.settled.contains(&hold))
    }
}

/// Returns whether a register can say that a hold is over. The others end when their own fact changes.
pub(super) fn has_register(hold: Hold) -> bool {
    match hold {
        Hold::NoRep
        | Hold::IdNotActual
        | Hold::RegNotPermanent
        | Hold::NoBirthRecord
        | Hold::ConsentTimeout
        | Hold::ConsentExpired
        | Hold::NoBmg
        | Hold::BankUnknown
        | Hold::NumberChanged
        | Hold::Undelivered
        | Hold::RepMinor => true,
        Hold::RepConflict | Hold::FullStateCare | Hold::DuplicateEnrolment | Hold::MissingFromList => false,
    }
}

/// S-46: death and the eighteenth birthday are final.
pub(super) fn is_final(ground: Exclusion) -> bool {
    matches!(ground, Exclusion::Death | Exclusion::Age18)
}

/// Returns the day `count` days after another.
pub(super) fn days_after(day: NaiveDate, count: u32) -> NaiveDate {
    day.checked_add_days(Days::new(u64::from(count))).unwrap_or(NaiveDate::MAX)
}
