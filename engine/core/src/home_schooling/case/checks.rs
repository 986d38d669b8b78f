//! Order 42, p. 5 and 6 (A-11…A-13, S-26): disability and applications, asked in this order.

use proaktiv_messages::{Disability, Exclusion, Finding, LiveApplication, Moment, Party};

use super::{Case, CaseEvent, CaseRefusal, Decided, Next, Question, Stage, Step};
use crate::fact::Fact;
use crate::home_schooling::Condition;
use crate::home_schooling::provisions::a_register_is_asked_again::asked_again_at;

impl Case {
    pub(super) fn is_asking(&self, question: Question) -> Decided {
        if self.step() == Some(Step::Asked(question)) { Ok(()) } else { Err(CaseRefusal::NobodyAsked) }
    }

    /// P. 5: only a definite yes goes on, only a definite no excludes.
    pub(super) fn take_disability(
        &self,
        finding: &Finding<Disability>,
        now: Moment,
        law: &Condition,
        events: &mut Vec<CaseEvent>,
    ) -> Decided {
        self.is_asking(Question::Disability)?;
        events.push(match finding {
            Finding::Yes(_) => CaseEvent::DisabilityConfirmed {
                fact: Fact { finding: *finding, source: Party::Cbdi, at: now },
                again: self.disability.is_some(),
            },
            Finding::No => self.excluded(Exclusion::NoDisability),
            Finding::Unknown => self.could_not_say(Question::Disability, now, law),
        });
        Ok(())
    }

    /// P. 6 (A-12, A-13, S-26): a live application for an overlapping period excludes.
    pub(super) fn take_applications(
        &self,
        finding: &Finding<LiveApplication>,
        now: Moment,
        law: &Condition,
        events: &mut Vec<CaseEvent>,
    ) -> Decided {
        if self.look.is_some() && matches!(self.stage, Stage::Ready | Stage::Offered) {
            self.end_look(finding, now, law, events);
            return Ok(());
        }
        self.is_asking(Question::Applications)?;
        match finding {
            Finding::Yes(application) if self.is_concerned_by(application) => {
                events.push(self.excluded(Exclusion::Application));
            }
            Finding::Yes(_) | Finding::No => {
                let next = self.next_after_applications(now, law);
                events.push(CaseEvent::NoApplicationFound { at: now, next, again: self.unclaimed });
                match next {
                    Next::AskConsent | Next::ReadRecord | Next::AwaitConsent => {}
                    Next::TryRepresentatives => self.try_representatives(now, events),
                    Next::Wait => events.push(self.held_for_consent()),
                }
            }
            Finding::Unknown => events.push(self.could_not_say(Question::Applications, now, law)),
        }
        Ok(())
    }

    /// S-26: an application concerns the case if it is for an overlapping period; one of unknown period may be.
    pub(super) fn is_concerned_by(&self, application: &LiveApplication) -> bool {
        let Some(row) = &self.enrolment else { return true };
        let ends_before = application.to.is_some_and(|to| row.from.is_some_and(|from| to < from));
        let begins_after = application.from.is_some_and(|from| row.to.is_some_and(|to| to < from));
        !ends_before && !begins_after
    }

    /// A-11, I-12: a register that cannot say is asked again.
    pub(super) fn could_not_say(&self, question: Question, now: Moment, law: &Condition) -> CaseEvent {
        CaseEvent::RegisterCouldNotSay { question, ask_again: asked_again_at(now, self.times_unsaid, &law.law) }
    }

    /// A-11, I-12: the wait is over. A question that needs a consent waits for a valid one (S-03d).
    pub(super) fn ask_again(&self, now: Moment, law: &Condition, events: &mut Vec<CaseEvent>) {
        let question = match (self.look, self.step()) {
            (Some(_), _) => Question::Applications,
            (None, Some(Step::Asked(question))) => question,
            (None, Some(Step::Assessing) | None) => return,
        };
        let needs_consent = matches!(question, Question::ChildRecord | Question::Representatives);
        if !needs_consent || self.consent_is_valid(now) {
            events.push(CaseEvent::AskedAgain { question });
        } else {
            self.renew_consent(now, law, events);
        }
    }
}
