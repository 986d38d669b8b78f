//! Order 42, p. 7 (A-14…A-17, S-03, S-03d): the consent to read the child's record, and the record.

use chrono::NaiveDate;
use proaktiv_messages::{
    Amended, ChildRecord, Closing, Consent, ConsentDecided, ConsentOutcome, ConsentWithdrawn, Finding, Hold, Moment,
    Purpose, Registration, Sealed, Token,
};
use smallvec::SmallVec;

use super::recheck::days_after;
use super::{Case, CaseEvent, CaseRefusal, ChildFacts, Decided, Next, Question, Stage, Step};
use crate::calendar::astana;
use crate::home_schooling::Condition;
use crate::home_schooling::Leave;
use crate::home_schooling::provisions::kin_are_usable::{Stop, is_usable, stop_at_the_record};

impl Case {
    /// Returns what follows when nothing bars the case at 5 and 6.
    ///
    /// Reading S-03d: what C1-child brought is kept after it expires; it is asked for anew only where
    /// the stop lies in it.
    pub(super) fn next_after_applications(&self, now: Moment, law: &Condition) -> Next {
        let outdated = self.beyond().is_some_and(|beyond| beyond.record_outdated);
        if self.facts.is_some() && !outdated {
            Next::TryRepresentatives
        } else if self.consent_is_valid(now) {
            Next::ReadRecord
        } else if self.beyond().is_some_and(|beyond| beyond.open_request.is_some()) {
            Next::AwaitConsent
        } else if self.consent_may_be_asked(astana::civil_day(now), law) {
            Next::AskConsent
        } else {
            Next::Wait
        }
    }

    /// Returns whether the consent opens the child's record now.
    pub(super) fn consent_is_valid(&self, now: Moment) -> bool {
        self.consent.is_some_and(|consent| consent.allows(Purpose::ChildRecord, now))
    }

    /// S-03, S-03d: a consent is asked for at most once in the set number of days; after a request that
    /// nobody answered once more, and no more for the order.
    pub(super) fn consent_may_be_asked(&self, today: NaiveDate, law: &Condition) -> bool {
        let Some(asked) = self.consent_asked else { return true };
        if self.nobody_answered() {
            let repeated = self.beyond().is_some_and(|beyond| beyond.consent_repeated);
            return !repeated && days_after(asked, law.law.consent_repeat_days()) <= today;
        }
        days_after(asked, law.law.consent_renew_days()) <= today
    }

    /// The stop of a case that needs a consent which may not be asked for yet.
    ///
    /// Reading S-46, S-03d: a definite fact stands until it can be read again, so that an excluded case stays
    /// excluded.
    pub(super) fn held_for_consent(&self) -> CaseEvent {
        if let Stage::Excluded(ground) = self.stage {
            return self.excluded(ground);
        }
        self.held(if self.nobody_answered() { Hold::ConsentTimeout } else { Hold::ConsentExpired })
    }

    /// S-03: returns whether the case waits since nobody has ever answered for the child's consent; one that came
    /// late and has run out is another stop (S-03d).
    fn nobody_answered(&self) -> bool {
        self.stage == Stage::Held(Hold::ConsentTimeout) && self.consent.is_none()
    }

    /// S-03d: what C1-child brought before says nothing of the stop: the next look reads the record anew.
    pub(super) fn outdate_record(&self, events: &mut Vec<CaseEvent>) {
        if self.facts.is_some() {
            events.push(CaseEvent::RecordOutdated);
        }
    }

    /// S-03d: a consent that ran out is asked for anew, or the case waits for the day.
    pub(super) fn renew_consent(&self, now: Moment, law: &Condition, events: &mut Vec<CaseEvent>) {
        let today = astana::civil_day(now);
        if self.consent_may_be_asked(today, law) {
            events.push(CaseEvent::ConsentRenewed { day: today });
        } else {
            // What was to be read anew is read anew once the consent may be asked for again.
            self.outdate_record(events);
            events.push(self.held_for_consent());
        }
    }

    /// S-03: KDP has the request; from now the time for an answer runs.
    pub(super) fn take_request_receipt(&self, now: Moment, law: &Condition, events: &mut Vec<CaseEvent>) -> Decided {
        let is_open = self.beyond().is_some_and(|beyond| beyond.open_request.is_some());
        if self.is_asking(Question::Consent).is_err() && !is_open {
            return Ok(());
        }
        // A term beyond the calendar's data has no end: the engine refuses to run that near to it.
        let unanswered = law.law.consent_unanswered_working_days();
        if let Ok(overdue) = law.law.end_of_working_day_after(now, unanswered) {
            events.push(CaseEvent::ConsentRequested { overdue });
        }
        Ok(())
    }

    /// S-03: nobody answered in time.
    pub(super) fn miss_consent(&self, events: &mut Vec<CaseEvent>) {
        events.push(self.held(Hold::ConsentTimeout));
    }

    /// P. 7 (A-14, S-03): refused for the child's record, the case is closed; refusal is a will.
    pub(super) fn take_consent(
        &self,
        decided: &ConsentDecided<Sealed>,
        now: Moment,
        events: &mut Vec<CaseEvent>,
    ) -> Decided {
        let is_asked = self.step() == Some(Step::Asked(Question::Consent));
        let is_late = self.stage == Stage::Held(Hold::ConsentTimeout);
        let is_kept = self.is_stopped() || self.stage == Stage::Closed(Closing::Refuted);
        let is_open = is_kept && self.beyond().is_some_and(|beyond| beyond.open_request.is_some());
        if !is_asked && !is_late && !is_open {
            return Err(CaseRefusal::NobodyAsked);
        }
        match decided.outcome {
            // Reading S-03: a refusal ends the order, whatever the case is stopped for meanwhile.
            ConsentOutcome::Refused if self.stage != Stage::Closed(Closing::Refuted) => {
                events.push(CaseEvent::Closed { reason: Closing::ConsentRefused });
            }
            ConsentOutcome::Given(consent) if is_asked => events.push(CaseEvent::ConsentGiven { consent }),
            // Reading S-03: silence to one request is no refusal, so that a late yes is one all the same.
            ConsentOutcome::Given(consent) if now < consent.until => {
                events.push(CaseEvent::ConsentCameLate { consent });
                if is_late {
                    self.look_again(events);
                }
            }
            ConsentOutcome::Given(_) | ConsentOutcome::Refused => {}
        }
        Ok(())
    }

    /// S-03, S-03b: a consent was taken back. Before acceptance nothing more is asked under it; after it what
    /// the law requires is finished. Of a representative's own consent his line and he himself see to the rest.
    pub(super) fn take_withdrawal(&self, withdrawn: &ConsentWithdrawn<Sealed>, events: &mut Vec<CaseEvent>) -> Decided {
        let of_the_child = withdrawn.subject == self.child;
        let of_the_recipient =
            self.application.as_ref().is_some_and(|application| application.recipient == withdrawn.subject);
        match self.stage {
            Stage::Asked(_)
            | Stage::Assessing
            | Stage::Ready
            | Stage::Offered
            | Stage::Held(_)
            | Stage::Excluded(_)
                if of_the_child =>
            {
                self.close(Closing::ConsentWithdrawn, Leave::Held, events);
            }
            Stage::Applied if of_the_child || of_the_recipient => {
                events.push(CaseEvent::Amended { what: Amended::Consent });
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
        Ok(())
    }

    /// P. 7 (A-15… ): the child's own record, and the first of those who may act for it.
    pub(super) fn take_child(
        &self,
        finding: &Finding<Box<ChildRecord<Sealed>>>,
        now: Moment,
        law: &Condition,
        events: &mut Vec<CaseEvent>,
    ) -> Decided {
        self.is_asking(Question::ChildRecord)?;
        let record = match finding {
            Finding::Yes(record) => record,
            // A person on the list whom the register does not know is a gap of the register (I-12).
            Finding::No | Finding::Unknown => {
                events.push(self.could_not_say(Question::ChildRecord, now, law));
                return Ok(());
            }
        };
        let today = astana::civil_day(now);
        match stop_at_the_record(record, today, &law.law) {
            Some(Stop::Excluded(ground)) => events.push(self.excluded(ground)),
            Some(Stop::Held(reason)) if !self.is_settled(reason) => events.push(self.held(reason)),
            Some(Stop::Held(_)) | None => self.take_facts(record, now, law, events),
        }
        Ok(())
    }

    fn take_facts(&self, record: &ChildRecord<Sealed>, now: Moment, law: &Condition, events: &mut Vec<CaseEvent>) {
        let today = astana::civil_day(now);
        let (Some(birth), Registration::Permanent(district)) = (&record.birth, record.child.registration) else {
            return;
        };
        let usable = record.kin.iter().filter(|kin| is_usable(&kin.statuses, today, &law.law));
        let kin: SmallVec<[Token; 2]> = usable.map(|kin| kin.person).collect();
        let flagged = kin.len() < record.kin.len();
        let facts = ChildFacts { birth_act: birth.number, born: birth.born, district, kin, flagged, at: now };
        for former in self.former().iter().filter(|former| former.district_on(today) != Some(district)) {
            let moved = CaseEvent::Moved { district, from: today };
            events.push(CaseEvent::OfFormer { nth: former.nth(), event: Box::new(moved) });
        }
        let again = self.facts.is_some();
        events.push(CaseEvent::ChildRecordTaken { facts: facts.clone(), again });
        self.try_those_of_the_record(&facts, now, events);
    }

    /// Returns the consent that allows reading the child's record; I-1 is checked on what leaves.
    pub(super) fn consent_for(&self, purpose: Purpose) -> Option<Consent<Sealed>> {
        self.consent.filter(|consent| consent.purposes.cover(purpose))
    }
}
