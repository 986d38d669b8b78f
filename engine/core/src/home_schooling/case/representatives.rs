//! Order 42, p. 7 to 9 (A-19, S-11, S-15): who acts for the child.

use chrono::NaiveDate;
use proaktiv_messages::{Closing, Finding, Hold, Moment, Representative, Sealed, Token};
use smallvec::SmallVec;

use super::recheck::days_after;
use super::{Case, CaseEvent, CaseInbound, CaseRefusal, ChildFacts, Contact, Decided, Question, Stage, Step};
use crate::calendar::astana;
use crate::home_schooling::provisions::rows_are_versions::overlap;
use crate::home_schooling::{Condition, Leave, Unfit};

impl Case {
    /// Returns the n-th of those who may act for the child, from 0.
    ///
    /// Reading S-15: in the order of record, but whoever served a sibling when it was read comes first; whom NOBD named comes after the parents, and only where no
    /// parent is usable (S-11). Whom an official chose comes alone.
    fn candidate(&self, n: usize) -> Option<Token> {
        let beyond = self.beyond();
        if let Some(chosen) = beyond.and_then(|beyond| beyond.chosen) {
            return (n == 0).then_some(chosen);
        }
        let kin = &self.facts.as_ref()?.kin;
        let preferred = beyond.and_then(|beyond| beyond.preferred).filter(|person| kin.contains(person));
        let after = kin.iter().copied().filter(|person| Some(*person) != preferred);
        if let Some(parent) = preferred.into_iter().chain(after).nth(n) {
            return Some(parent);
        }
        let beyond = beyond.filter(|beyond| usize::from(beyond.unusable) >= kin.len())?;
        beyond.appointed.get(n - kin.len()).copied()
    }

    /// S-46: where something else has stopped the case while a representative is looked at, nobody waits for his
    /// answers any more: no register is asked about a person for nothing.
    pub(super) fn let_go(&self, happened: usize, inbound: &CaseInbound, events: &mut Vec<CaseEvent>) {
        let by_himself =
            matches!(inbound, CaseInbound::Fit(_) | CaseInbound::Unfit { .. } | CaseInbound::OtherServes { .. });
        let stops = |event: &CaseEvent| {
            matches!(event, CaseEvent::Held { .. } | CaseEvent::Excluded { .. } | CaseEvent::Closed { .. })
        };
        if !by_himself && events[happened..].iter().any(stops) {
            events.extend(self.on_trial().map(|person| CaseEvent::RepresentativeLetGo { person }));
        }
    }

    /// Returns the representative who is being looked at.
    fn on_trial(&self) -> Option<Token> {
        if self.step() != Some(Step::Assessing) {
            return None;
        }
        self.candidate(usize::from(self.tried).checked_sub(1)?)
    }

    /// S-46: the representatives are looked at again, from the first.
    pub(super) fn try_representatives(&self, now: Moment, events: &mut Vec<CaseEvent>) {
        if let Some(facts) = &self.facts {
            let first = self.candidate(0);
            self.try_first_of(facts, first, None, now, events);
        }
    }

    /// A-17, S-15: who may act is known from the child's record, the first of record is tried; the other
    /// one before him, if he serves a sibling.
    pub(super) fn try_those_of_the_record(&self, facts: &ChildFacts, now: Moment, events: &mut Vec<CaseEvent>) {
        self.try_first_of(facts, facts.kin.first().copied(), facts.kin.get(1).copied(), now, events);
    }

    /// Looks at the first who may act for the child: an official's choice, a parent, or whom NOBD names.
    fn try_first_of(
        &self,
        facts: &ChildFacts,
        first: Option<Token>,
        or: Option<Token>,
        now: Moment,
        events: &mut Vec<CaseEvent>,
    ) {
        let chosen = self.beyond().and_then(|beyond| beyond.chosen);
        if let Some(person) = chosen {
            events.push(CaseEvent::RepresentativeTried { person, or: None });
        } else if self.is_in_conflict(facts) {
            events.push(self.held(Hold::RepConflict));
        } else if let Some(person) = first {
            events.push(CaseEvent::RepresentativeTried { person, or });
        } else {
            self.ask_representatives(now, events);
        }
    }

    /// S-11: a guardian whom the row or an earlier answer names stands beside a usable parent.
    ///
    /// Whom NOBD named because no parent was usable conflicts only with a parent who is usable since.
    fn is_in_conflict(&self, facts: &ChildFacts) -> bool {
        if facts.kin.is_empty() || self.is_settled(Hold::RepConflict) {
            return false;
        }
        let named = self.enrolment.as_ref().and_then(|row| row.guardian);
        let known = self.facts.as_ref().map_or(&[][..], |facts| &facts.kin);
        let is_new = facts.kin.iter().any(|parent| !known.contains(parent));
        let appointed = self.beyond().is_some_and(|beyond| !beyond.appointed.is_empty());
        named.is_some_and(|guardian| !facts.kin.contains(&guardian)) || (appointed && is_new)
    }

    /// S-15: the other parent serves a sibling already, and is tried first.
    pub(super) fn prefer(&self, person: Token, events: &mut Vec<CaseEvent>) -> Decided {
        let is_kin = self.facts.as_ref().is_some_and(|facts| facts.kin.contains(&person));
        if self.step() != Some(Step::Assessing) || self.tried != 1 || !is_kin {
            return Err(CaseRefusal::NobodyAsked);
        }
        events.push(CaseEvent::RepresentativePreferred { person });
        Ok(())
    }

    /// no parent is usable. GBDFL has answered, so that NOBD may be asked, under C1-child.
    fn ask_representatives(&self, now: Moment, events: &mut Vec<CaseEvent>) {
        if self.consent_is_valid(now) {
            events.push(CaseEvent::RepresentativesAsked);
        } else {
            // The case goes on from the child's record once its consent may be asked for again.
            events.extend([CaseEvent::RecordOutdated, self.held_for_consent()]);
        }
    }

    /// whom NOBD names is looked at as 7(1) demands.
    pub(super) fn take_representatives(
        &self,
        finding: &Finding<Vec<Representative<Sealed>>>,
        now: Moment,
        law: &Condition,
        events: &mut Vec<CaseEvent>,
    ) -> Decided {
        self.is_asking(Question::Representatives)?;
        let named: &[Representative<Sealed>] = match finding {
            Finding::Yes(named) => named,
            Finding::No => &[],
            Finding::Unknown => {
                events.push(self.could_not_say(Question::Representatives, now, law));
                return Ok(());
            }
        };
        let kin = self.facts.as_ref().map_or(&[][..], |facts| &facts.kin);
        let others = named.iter().map(|one| one.person).filter(|person| *person != self.child && !kin.contains(person));
        let persons: SmallVec<[Token; 1]> = others.collect();
        let first = persons.first().copied();
        events.push(CaseEvent::RepresentativesNamed { persons });
        events.push(match first {
            Some(person) => CaseEvent::RepresentativeTried { person, or: None },
            None => self.held(Hold::NoRep),
        });
        Ok(())
    }

    /// Returns the number that stopped the case, of which BMG is asked anew (S-18, S-37).
    pub(super) fn doubted_number(&self) -> Option<Token> {
        let stopped = matches!(self.stage, Stage::Held(Hold::Undelivered | Hold::NumberChanged));
        self.beyond().filter(|_| stopped)?.failed_number.map(|failed| failed.number)
    }

    /// P. 8 and 9: the representative can act and the banks have answered.
    pub(super) fn take_contact(
        &self,
        contact: &Contact,
        now: Moment,
        law: &Condition,
        events: &mut Vec<CaseEvent>,
    ) -> Decided {
        if self.on_trial() != Some(contact.recipient) {
            return Err(CaseRefusal::NobodyAsked);
        }
        events.push(match self.bar_to_a_form(contact.number, astana::civil_day(now), law) {
            Some(hold) => self.held(hold),
            None => CaseEvent::RepresentativeFound { contact: contact.clone() },
        });
        Ok(())
    }

    /// Returns what keeps a first form from leaving to this number, though every check is passed.
    fn bar_to_a_form(&self, number: Token, today: NaiveDate, law: &Condition) -> Option<Hold> {
        let beyond = self.beyond()?;
        if beyond.missing.is_some_and(|spell| !spell.runs) && !self.is_settled(Hold::MissingFromList) {
            return Some(Hold::MissingFromList);
        }
        let own = self.enrolment.as_ref()?;
        let beside = beyond.others.iter().any(|other| overlap(own, other));
        if beside && !self.is_settled(Hold::DuplicateEnrolment) {
            return Some(Hold::DuplicateEnrolment);
        }
        let failed = beyond.failed_number.filter(|failed| failed.number == number)?;
        match beyond.one_more_after? {
            // Reading S-08: after another owner of the number, BMG must give another number.
            Closing::NumberChanged => Some(Hold::NumberChanged),
            // Reading S-18: to the same number once more after a time, to another one at once.
            Closing::Unreached => {
                let again = days_after(failed.on, law.law.undelivered_repeat_days());
                (today < again).then_some(Hold::Undelivered)
            }
            Closing::NoReply
            | Closing::Superseded
            | Closing::Refuted
            | Closing::ConsentWithdrawn
            | Closing::RepLost
            | Closing::ConsentRefused
            | Closing::PilotEnded
            | Closing::Refused
            | Closing::Stopped
            | Closing::Ended => None,
        }
    }

    /// P. 7 and 8 (S-15): the next representative is tried on a definite no of the former.
    pub(super) fn take_unfit(&self, person: Token, why: Unfit, now: Moment, events: &mut Vec<CaseEvent>) -> Decided {
        // Reading S-03d: a consent that ran out while the child waits for its offer is asked for anew.
        let waits = self.stage == Stage::Ready && self.acting() == Some(person);
        if !waits && self.on_trial() != Some(person) {
            return Err(CaseRefusal::NobodyAsked);
        }
        self.leave_line(Leave::Held, events);
        self.pass_over_one(person, why, now, events);
        Ok(())
    }

    fn acting(&self) -> Option<Token> {
        self.contact.as_ref().map(|contact| contact.recipient)
    }

    /// S-15, S-48: whoever acts for the child can do so no longer.
    pub(super) fn pass_over(&self, why: Unfit, now: Moment, events: &mut Vec<CaseEvent>) {
        if let Some(person) = self.acting() {
            self.pass_over_one(person, why, now, events);
        }
    }

    fn pass_over_one(&self, person: Token, why: Unfit, now: Moment, events: &mut Vec<CaseEvent>) {
        events.push(CaseEvent::RepresentativeUnfit { person, why });
        if let Some(hold) = not_yet_a_no(why) {
            events.push(self.held(hold));
            return;
        }
        let no_parent = self.no_parent_is_usable(person, why);
        let appointed = self.beyond().and_then(|beyond| beyond.appointed.first());
        let next = self.candidate(usize::from(self.tried)).or(appointed.copied().filter(|_| no_parent));
        if let Some(person) = next {
            events.push(CaseEvent::RepresentativeTried { person, or: None });
        } else if no_parent {
            self.ask_representatives(now, events);
        } else {
            let furthest = self.furthest.map_or(why, |furthest| furthest.max(why));
            events.push(self.stopped_at(furthest));
        }
    }

    /// S-11: the last of the parents turned out to be unusable when his own record was read, like all before.
    fn no_parent_is_usable(&self, person: Token, why: Unfit) -> bool {
        let Some(facts) = &self.facts else { return false };
        let last = facts.kin.len().checked_sub(1).and_then(|last| self.candidate(last));
        if last != Some(person) {
            return false;
        }
        let (before, chosen) = self.beyond().map_or((0, None), |beyond| (beyond.unusable, beyond.chosen));
        why == Unfit::Flagged && chosen.is_none() && usize::from(before) + 1 >= facts.kin.len()
    }

    /// Returns what the case comes to when nobody can act, by the reason of who came furthest.
    fn stopped_at(&self, furthest: Unfit) -> CaseEvent {
        match furthest {
            Unfit::ConsentRefused => CaseEvent::Closed { reason: Closing::ConsentRefused },
            Unfit::ConsentTimeout => self.held(Hold::ConsentTimeout),
            Unfit::ConsentExpired => self.held(Hold::ConsentExpired),
            Unfit::Flagged => self.held(Hold::NoRep),
            Unfit::RegNotPermanent => self.held(Hold::RegNotPermanent),
            Unfit::IdNotActual => self.held(Hold::IdNotActual),
            Unfit::Minor => self.held(Hold::RepMinor),
            Unfit::NoBmg => self.held(Hold::NoBmg),
            Unfit::BankUnknown => self.held(Hold::BankUnknown),
        }
    }
}

/// Returns the hold that a representative brings who has not said no and of whom no register has (S-15).
///
/// Reading S-15: the next one is tried on a definite no; a consent that ran out and a bank that does not
/// answer are none.
fn not_yet_a_no(why: Unfit) -> Option<Hold> {
    match why {
        Unfit::ConsentExpired => Some(Hold::ConsentExpired),
        Unfit::BankUnknown => Some(Hold::BankUnknown),
        Unfit::ConsentRefused
        | Unfit::ConsentTimeout
        | Unfit::Flagged
        | Unfit::RegNotPermanent
        | Unfit::IdNotActual
        | Unfit::Minor
        | Unfit::NoBmg => None,
    }
}
