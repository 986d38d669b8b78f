//! What registers report by themselves (S-48, S-46, S-28): of the child, of its representative, of the
//! disability. By where the case stands; never is a register asked for it.

use proaktiv_messages::{
    Amended, Disability, Exclusion, Finding, Hold, Moment, Party, PersonChange, Status, StatusKind, Token,
};

use super::application::warn_at;
use super::recheck::is_final;
use super::{Case, CaseEvent, CaseRefusal, Decided, Question, Stage, Step};
use crate::calendar::astana;
use crate::fact::Fact;
use crate::home_schooling::provisions::who_is_excluded::{ground_of_statuses, holds};
use crate::home_schooling::{Condition, Leave};

impl Case {
    /// GBDFL reports that the child's record changed.
    pub(super) fn take_person_report(
        &self,
        change: PersonChange,
        now: Moment,
        law: &Condition,
        events: &mut Vec<CaseEvent>,
    ) -> Decided {
        if self.stage == Stage::New {
            return Err(CaseRefusal::NotListed);
        }
        match change {
            PersonChange::Recorded(status) if holds(&status, astana::civil_day(now)) => {
                self.take_status(&status, now, law, events);
            }
            PersonChange::Recorded(_) | PersonChange::TakenBack(_) | PersonChange::Other => {
                self.read_anew(events);
            }
        }
        Ok(())
    }

    /// S-48: a status was recorded of the child.
    fn take_status(&self, status: &Status, now: Moment, law: &Condition, events: &mut Vec<CaseEvent>) {
        let ground = ground_of_statuses(std::slice::from_ref(status), astana::civil_day(now), &law.law);
        match (self.stage, ground) {
            (Stage::Asked(_) | Stage::Assessing | Stage::Ready | Stage::Offered | Stage::Held(_), Some(ground)) => {
                self.outdate_record(events);
                self.exclude(ground, Leave::Excluded, events);
            }
            (Stage::Assessing | Stage::Ready | Stage::Held(_), None) if is_away(status.kind) => {
                self.outdate_record(events);
                self.leave_line(Leave::Held, events);
                events.push(self.held(Hold::FullStateCare));
            }
            (Stage::Applied, _) => events.push(CaseEvent::Amended { what: Amended::Status(status.kind) }),
            (Stage::Granted | Stage::Stopped, _) => events.push(CaseEvent::EventAfterGrant { kind: status.kind }),
            (
                Stage::New
                | Stage::Asked(_)
                | Stage::Assessing
                | Stage::Ready
                | Stage::Offered
                | Stage::Ended
                | Stage::Excluded(_)
                | Stage::Held(_)
                | Stage::Closed(_),
                _,
            ) => {}
        }
    }

    /// S-46: a stopped case is looked at again at once on the register's own notice; its record is read
    /// anew where the stop lies in it (S-03d).
    fn read_anew(&self, events: &mut Vec<CaseEvent>) {
        let lies_in_the_record = match self.stage {
            Stage::Excluded(Exclusion::Death | Exclusion::Age18) => return,
            Stage::Excluded(Exclusion::NoDisability | Exclusion::Application) => false,
            Stage::Excluded(
                Exclusion::Missing | Exclusion::Incapacity | Exclusion::NoCitizenship | Exclusion::NoRegistration,
            ) => true,
            Stage::Held(hold) => matches!(hold, Hold::NoRep | Hold::FullStateCare | Hold::RepConflict),
            Stage::New
            | Stage::Asked(_)
            | Stage::Assessing
            | Stage::Ready
            | Stage::Offered
            | Stage::Applied
            | Stage::Granted
            | Stage::Ended
            | Stage::Stopped
            | Stage::Closed(_) => return,
        };
        if lies_in_the_record {
            self.outdate_record(events);
        }
        self.look_again(events);
    }

    /// S-48: something befell the representative. Before an acceptance his line and he himself see to it.
    pub(super) fn take_loss(&self, person: Token, why: StatusKind, events: &mut Vec<CaseEvent>) -> Decided {
        let acts = self.application.as_ref().is_some_and(|application| application.recipient == person);
        match self.stage {
            Stage::Applied if acts => events.push(CaseEvent::Amended { what: Amended::Status(why) }),
            Stage::Granted | Stage::Stopped if acts => events.push(CaseEvent::EventAfterGrant { kind: why }),
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

    /// CBDI reports a change by itself (S-46, S-28).
    pub(super) fn take_disability_report(
        &self,
        finding: &Finding<Disability>,
        now: Moment,
        law: &Condition,
        events: &mut Vec<CaseEvent>,
    ) -> Decided {
        match (finding, self.stage) {
            (_, Stage::New) => return Err(CaseRefusal::NotListed),
            (Finding::Unknown, _) => {}
            (Finding::Yes(_), Stage::Excluded(ground)) if !is_final(ground) => self.look_again(events),
            (Finding::Yes(_), Stage::Applied | Stage::Granted) => {
                let fact = Fact { finding: *finding, source: Party::Cbdi, at: now };
                let warn_at = warn_at(finding, law).filter(|_| self.stage == Stage::Granted);
                events.push(CaseEvent::DisabilityChanged { fact, warn_at });
            }
            // Reading S-11, A-11: a definite no excludes whenever it is known before a form is out.
            // While CBDI is asked, its answer says so.
            (Finding::No, Stage::Asked(_) | Stage::Assessing | Stage::Ready | Stage::Held(_) | Stage::Excluded(_))
                if self.step() != Some(Step::Asked(Question::Disability)) && !self.rests_excluded() =>
            {
                self.exclude(Exclusion::NoDisability, Leave::Excluded, events);
            }
            (Finding::No, Stage::Granted) => events.push(CaseEvent::DisabilityEnds),
            (Finding::Yes(_) | Finding::No, _) => {}
        }
        Ok(())
    }
}

fn is_away(kind: StatusKind) -> bool {
    matches!(kind, StatusKind::FullStateCare | StatusKind::Departed)
}
