//! What officials decide (S-51, S-12c, S-48, S-10). No decision skips a consent or a check: a resolved
//! hold and a reviewed exclusion are looked at again from 5.

use proaktiv_messages::{ApplicationId, Exclusion, Hold, Moment, OfficialDecision, Sealed, SealedAccount, Token};

use super::{Case, CaseEvent, CaseRefusal, Decided, PaymentState, Stage};
use crate::home_schooling::Condition;

impl Case {
    /// An official's decision. Who answers for it stands in the record of the inbound.
    pub(super) fn take_instruction(
        &self,
        decision: &OfficialDecision<Sealed>,
        now: Moment,
        law: &Condition,
        events: &mut Vec<CaseEvent>,
    ) -> Decided {
        match decision {
            OfficialDecision::ResolveHold { hold, representative } => self.resolve_hold(*hold, *representative, events),
            OfficialDecision::ReviewExclusion => self.review_exclusion(events),
            // A case that is set aside is taken back before a message reaches it; another has nothing to take back.
            OfficialDecision::TakeBack => Err(CaseRefusal::NothingToInstructOn),
            OfficialDecision::ConfirmCorrection => self.confirm_correction(now, law, events),
            OfficialDecision::PaymentsGoOn(application) => self.go_on_paying(*application, now, law, events),
            OfficialDecision::ChangeAccount { application, account } => {
                self.change_account(*application, *account, events)
            }
        }
    }

    fn resolve_hold(&self, hold: Hold, representative: Option<Token>, events: &mut Vec<CaseEvent>) -> Decided {
        if self.stage != Stage::Held(hold) || representative == Some(self.child) {
            return Err(CaseRefusal::NothingToInstructOn);
        }
        events.push(CaseEvent::HoldResolved { hold, representative });
        self.look_again(events);
        Ok(())
    }

    /// Death and the eighteenth birthday are final for the machine, not for a person who finds them wrong.
    fn review_exclusion(&self, events: &mut Vec<CaseEvent>) -> Decided {
        let Stage::Excluded(ground) = self.stage else { return Err(CaseRefusal::NothingToInstructOn) };
        let of_another_paragraph = matches!(ground, Exclusion::NoDisability | Exclusion::Application);
        if !of_another_paragraph {
            self.outdate_record(events);
        }
        self.look_again(events);
        Ok(())
    }

    /// Returns whether a correction waits for a person's word (S-12c).
    pub(super) fn waits_for_confirmation(&self) -> bool {
        let refutation = self.beyond().and_then(|beyond| beyond.refutation);
        self.stage == Stage::Stopped && refutation.is_some_and(|refutation| refutation.corrected)
    }

    fn confirm_correction(&self, now: Moment, law: &Condition, events: &mut Vec<CaseEvent>) -> Decided {
        let Some(row) = self.enrolment.as_ref().filter(|_| self.waits_for_confirmation()) else {
            return Err(CaseRefusal::NothingToInstructOn);
        };
        events.push(self.annulled(row, now, law));
        Ok(())
    }

    fn go_on_paying(
        &self,
        application: ApplicationId,
        now: Moment,
        law: &Condition,
        events: &mut Vec<CaseEvent>,
    ) -> Decided {
        let waits = self.waits_for_word();
        if self.application_id() != Some(application) || !waits {
            return Err(CaseRefusal::NothingToInstructOn);
        }
        events.push(CaseEvent::PaymentsGoOn { next_payment: self.next_payment_once_free(now, law) });
        Ok(())
    }

    /// S-10, S-50: the money goes elsewhere from now on; what came back is ordered again, under the same ids.
    fn change_account(
        &self,
        application: ApplicationId,
        account: SealedAccount,
        events: &mut Vec<CaseEvent>,
    ) -> Decided {
        let stands = matches!(self.stage, Stage::Applied | Stage::Granted | Stage::Stopped);
        if self.application_id() != Some(application) || !stands {
            return Err(CaseRefusal::NothingToInstructOn);
        }
        events.push(CaseEvent::AccountChanged { account });
        let returned = self.payments.iter().filter(|payment| payment.state == PaymentState::Returned);
        events.extend(returned.map(|payment| CaseEvent::PaymentOrderedAgain { period: payment.period }));
        Ok(())
    }
}
