//! Order 42, p. 9 to 13, as one child meets them: the offer and its end, the application, the decision.

use proaktiv_messages::{
    ApplicationId, ApplicationState, Closing, DecideApplication, Decision, Disability, Evidence, Exclusion, Finding,
    FormNumber, Hold, LiveApplication, Moment, Sealed, SealedAccount, Token,
};

use super::{Application, Case, CaseEvent, CaseRefusal, Contact, Decided, Question, Stage, Step};
use crate::calendar::astana;
use crate::home_schooling::{Condition, Unfit};

impl Case {
    /// P. 9: the line has sent a form.
    pub(super) fn take_offer(&self, form: FormNumber, events: &mut Vec<CaseEvent>) -> Decided {
        if !matches!(self.stage, Stage::Ready | Stage::Offered) {
            return Err(CaseRefusal::NoOfferIsOpen);
        }
        events.push(CaseEvent::Offered { form, first: self.stage == Stage::Ready });
        Ok(())
    }

    /// P. 12: consent and choice of an account form the application, without an operator.
    pub(super) fn take_acceptance(
        &self,
        account: &SealedAccount,
        evidence: &Evidence<Sealed>,
        now: Moment,
        law: &Condition,
        events: &mut Vec<CaseEvent>,
    ) -> Decided {
        let Some(contact) = self.contact.as_ref().filter(|_| self.stage == Stage::Offered) else {
            return Err(CaseRefusal::NoOfferIsOpen);
        };
        let application = Application {
            nth: self.former().iter().map(|former| former.nth()).max().unwrap_or(0) + 1,
            recipient: contact.recipient,
            account: *account,
            formed: astana::civil_day(now),
            evidence: *evidence,
        };
        let decision_due = law.law.end_of_working_day_after(now, law.law.decision_working_days()).ok();
        events.push(CaseEvent::ApplicationFormed { application, decision_due });
        Ok(())
    }

    /// P. 9 and 11: the offer ended without acceptance. What allows one more keeps the case going (S-08).
    pub(super) fn take_closing(&self, reason: Closing, now: Moment, events: &mut Vec<CaseEvent>) -> Decided {
        if !matches!(self.stage, Stage::Ready | Stage::Offered) {
            return Err(CaseRefusal::NoOfferIsOpen);
        }
        let form_left = self.stage == Stage::Offered;
        let one_more = self.may_be_offered_after(reason);
        match reason {
            // Before a form has left nothing was offered that could be closed.
            Closing::NumberChanged if !form_left => events.push(self.held(Hold::NumberChanged)),
            Closing::RepLost if !form_left => events.push(CaseEvent::LookedAtAgain),
            // Reading S-03, S-15: a consent that ran out in line and is refused: the next representative.
            Closing::ConsentRefused if !form_left => self.pass_over(Unfit::ConsentRefused, now, events),
            Closing::NumberChanged => {
                events.push(CaseEvent::Closed { reason });
                events.extend(self.number_failed(now));
                events.extend(one_more.then(|| self.held(Hold::NumberChanged)));
            }
            Closing::Unreached => {
                events.push(CaseEvent::Closed { reason });
                events.extend(self.number_failed(now));
                events.push(self.held(Hold::Undelivered));
            }
            Closing::RepLost => {
                events.push(CaseEvent::Closed { reason });
                // Reading S-48: the next representative is looked for from 7; this one is known to be out.
                if one_more {
                    self.pass_over(Unfit::Flagged, now, events);
                }
            }
            Closing::NoReply
            | Closing::Superseded
            | Closing::Refuted
            | Closing::ConsentWithdrawn
            | Closing::ConsentRefused
            | Closing::PilotEnded
            | Closing::Refused
            | Closing::Stopped
            | Closing::Ended => events.push(CaseEvent::Closed { reason }),
        }
        Ok(())
    }

    /// S-07c: what came in time opens the offer again, and the child comes back to it, unless its case has
    /// gone on: to a new order, to another number, or out of the list.
    pub(super) fn take_reopening(&self, number: Token, events: &mut Vec<CaseEvent>) -> Decided {
        let is_its_number = self.contact.as_ref().is_some_and(|contact| contact.number == number);
        let was_not_reached = self.beyond().is_some_and(|beyond| beyond.one_more_after == Some(Closing::Unreached));
        match self.stage {
            // What came in time waited for the end of another offer.
            Stage::Offered if is_its_number => {}
            Stage::Closed(Closing::NoReply) if is_its_number => events.push(CaseEvent::Reopened),
            Stage::Held(_) | Stage::Ready if is_its_number && was_not_reached => events.push(CaseEvent::Reopened),
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
            | Stage::Closed(_) => events.push(CaseEvent::NotReopened { number }),
        }
        Ok(())
    }

    /// S-16: who waited for the end of an offer is looked at again from 5, and offered next.
    pub(super) fn take_end_of_wait(&self, events: &mut Vec<CaseEvent>) -> Decided {
        if self.stage == Stage::Ready {
            self.look_again(events);
        }
        Ok(())
    }

    fn number_failed(&self, now: Moment) -> Option<CaseEvent> {
        let number = self.contact.as_ref()?.number;
        Some(CaseEvent::NumberFailed { number, on: astana::civil_day(now) })
    }

    /// S-26b: what became of an application by hand.
    pub(super) fn take_application_report(
        &self,
        application: &LiveApplication,
        state: ApplicationState,
        events: &mut Vec<CaseEvent>,
    ) -> Decided {
        if application.ours.is_some() || !self.is_concerned_by(application) {
            return Ok(());
        }
        match state {
            ApplicationState::Lodged | ApplicationState::Granted => self.meet_another_application(events),
            ApplicationState::Refused | ApplicationState::Withdrawn => match self.stage {
                Stage::Excluded(Exclusion::Application) => self.look_again(events),
                Stage::Closed(Closing::Superseded) if self.may_be_offered_after(Closing::Superseded) => {
                    events.push(CaseEvent::LookedAtAgain);
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
            },
        }
        Ok(())
    }

    fn meet_another_application(&self, events: &mut Vec<CaseEvent>) {
        match self.stage {
            // Paragraph 6 is still to be asked.
            Stage::New | Stage::Asked(Question::Disability | Question::Applications) => {}
            Stage::Asked(Question::Consent | Question::ChildRecord | Question::Representatives)
            | Stage::Assessing
            | Stage::Ready
            | Stage::Offered
            | Stage::Held(_) => self.give_way(events),
            Stage::Excluded(_) if self.is_past_applications() => self.give_way(events),
            Stage::Applied | Stage::Granted if self.beyond().is_none_or(|beyond| !beyond.duplicate) => {
                events.push(CaseEvent::DuplicateReported);
            }
            Stage::Applied | Stage::Granted | Stage::Ended | Stage::Stopped | Stage::Excluded(_) | Stage::Closed(_) => {
            }
        }
    }

    /// Returns whether an excluded case that is looked at again has passed paragraph 6 in this run.
    fn is_past_applications(&self) -> bool {
        match self.step() {
            Some(Step::Assessing) => true,
            Some(Step::Asked(question)) => !matches!(question, Question::Disability | Question::Applications),
            None => false,
        }
    }

    /// S-23: the recipient wrote again after his acceptance, before the application is formed or after.
    pub(super) fn take_wish(&self, events: &mut Vec<CaseEvent>) -> Decided {
        if self.application.is_none() && self.stage != Stage::Offered {
            return Err(CaseRefusal::NoSuchApplication);
        }
        events.push(CaseEvent::WishReported);
        Ok(())
    }

    /// P. 13 (A-33, S-43): the local executive body decides; the engine tells and pays.
    pub(super) fn take_decision(
        &self,
        decided: &DecideApplication,
        now: Moment,
        law: &Condition,
        events: &mut Vec<CaseEvent>,
    ) -> Decided {
        if self.application_id() != Some(decided.application) {
            return Err(CaseRefusal::NoSuchApplication);
        }
        if self.stage != Stage::Applied {
            return Err(CaseRefusal::IsDecidedAlready);
        }
        match decided.decision {
            Decision::Refusal => events.push(CaseEvent::Closed { reason: Closing::Refused }),
            Decision::Grant => {
                let notify_at = law.law.first_sending_moment(now);
                let next_payment = self.next_payment_after(now, law);
                events.push(CaseEvent::Granted { decided: decided.decided, notify_at, next_payment });
                if notify_at <= now {
                    events.push(self.prepare_notice(law));
                }
            }
        }
        Ok(())
    }

    /// P. 13 (S-37): before App.5 leaves, BMG is asked whose the number is.
    pub(super) fn prepare_notice(&self, law: &Condition) -> CaseEvent {
        let warn_at = self.disability.and_then(|fact| warn_at(&fact.finding, law));
        CaseEvent::NoticePrepared { warn_at }
    }

    /// P. 13 (A-33, S-37): App.5 leaves to the number that is the recipient's now, or a person tells him.
    pub(super) fn take_notify(
        &self,
        contact: Option<&Contact>,
        now: Moment,
        law: &Condition,
        events: &mut Vec<CaseEvent>,
    ) -> Decided {
        if !self.notice_waits {
            return Err(CaseRefusal::NobodyAsked);
        }
        events.push(match contact {
            Some(contact) => {
                CaseEvent::Notified { contact: contact.clone(), not_before: law.law.first_sending_moment(now) }
            }
            None => CaseEvent::NoticeHandedOver { form: FormNumber::Five },
        });
        // S-27, S-29: granted, but of age before the order's period begins: nothing is ever owed.
        if self.stage == Stage::Granted && self.payments.is_empty() && self.owes_nothing_more(law) {
            events.push(CaseEvent::Ended);
        }
        Ok(())
    }

    /// Returns the id of the case's application.
    pub fn application_id(&self) -> Option<ApplicationId> {
        self.application.as_ref().map(|application| ApplicationId { case: self.child, nth: application.nth })
    }
}

/// Returns when the end of a disability's term is to be told (S-28): at nine in the morning, the set
/// number of days before its last day.
pub(super) fn warn_at(finding: &Finding<Disability>, law: &Condition) -> Option<Moment> {
    const HOUR: u32 = 9;
    let Finding::Yes(Disability { until: Some(until), .. }) = finding else { return None };
    let day = until.checked_sub_days(chrono::Days::new(u64::from(law.law.disability_ending_days())))?;
    Some(astana::at_hour(day, HOUR))
}
