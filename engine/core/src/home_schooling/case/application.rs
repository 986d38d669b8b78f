//! Order 42, p. 9–13, as one child meets them: the offer's end, the application, the decision, and
//! what each event of a case asks of the world.

use proaktiv_messages::{
    ApplicationId, AskApplications, AskChild, AskDisability, Body, Closing, DecideApplication, Decision, District,
    Evidence, FormNumber, Key, Moment, Outcome, Party, Pay, PaymentId, Purposes, RegisterApplication, RequestConsent,
    Sealed, SealedAccount, SendSms, Task, TaskReason, Token,
};
use smallvec::smallvec;

use super::{Application, Case, CaseEvent, CaseRefusal, Question, Stage};
use crate::calendar::astana;
use crate::home_schooling::effect::observed;
use crate::home_schooling::{Condition, Effect, Inbound, LineInbound, RecipientInbound, Stands, Waiter, Waiting};

impl Case {
    /// P. 12: consent and choice of an account form the application, without an operator.
    pub(super) fn take_acceptance(
        &self,
        account: &SealedAccount,
        evidence: &Evidence<Sealed>,
        now: Moment,
        events: &mut Vec<CaseEvent>,
    ) -> Result<(), CaseRefusal> {
        let Some(contact) = self.contact.as_ref().filter(|_| self.takes_an_offer()) else {
            return Err(CaseRefusal::NoOfferIsOpen);
        };
        let application = Application {
            nth: self.application.as_ref().map_or(1, |former| former.nth + 1),
            recipient: contact.recipient,
            account: *account,
            formed: astana::civil_day(now),
            evidence: *evidence,
        };
        events.push(CaseEvent::ApplicationFormed { application });
        Ok(())
    }

    /// Returns whether the child is in line or offered; what came in time opens a closed offer again (S-07c).
    pub(super) fn takes_an_offer(&self) -> bool {
        let open = matches!(self.stage, Stage::Ready | Stage::Offered);
        open || matches!(self.stage, Stage::Closed(Closing::NoReply | Closing::Unreached))
    }

    /// P. 9 and 11: the offer ended without acceptance.
    pub(super) fn take_closing(&self, reason: Closing, events: &mut Vec<CaseEvent>) -> Result<(), CaseRefusal> {
        if !self.takes_an_offer() {
            return Err(CaseRefusal::NoOfferIsOpen);
        }
        events.push(CaseEvent::Closed { reason });
        Ok(())
    }

    /// P. 13 (A-33, S-43): the local executive body decides; the engine tells and pays.
    pub(super) fn take_decision(
        &self,
        decided: &DecideApplication,
        now: Moment,
        law: &Condition,
        events: &mut Vec<CaseEvent>,
    ) -> Result<(), CaseRefusal> {
        if self.application_id() != Some(decided.application) {
            return Err(CaseRefusal::NoSuchApplication);
        }
        if self.stage != Stage::Applied {
            return Err(CaseRefusal::IsDecidedAlready);
        }
        events.push(match decided.decision {
            Decision::Grant => CaseEvent::Granted {
                decided: decided.decided,
                notify_at: law.law.first_sending_moment(now),
                next_payment: self.next_payment_after(now, law),
            },
            Decision::Refusal => CaseEvent::Closed { reason: Closing::Refused },
        });
        Ok(())
    }

    /// Returns the id of the case's application.
    pub fn application_id(&self) -> Option<ApplicationId> {
        self.application.as_ref().map(|application| ApplicationId { case: self.child, nth: application.nth })
    }

    /// Pushes what an event asks of the world.
    pub(super) fn answer_event(&self, event: &CaseEvent, law: &Condition, effects: &mut Vec<Effect>) {
        match event {
            CaseEvent::Listed { .. } => self.ask(Question::Disability, law, effects),
            CaseEvent::DisabilityConfirmed { .. } => self.ask(Question::Applications, law, effects),
            CaseEvent::NoApplicationFound { .. } => self.ask(Question::Consent, law, effects),
            CaseEvent::ConsentGiven { .. } => self.ask(Question::ChildRecord, law, effects),
            CaseEvent::AskedAgain { question } => self.ask(*question, law, effects),
            CaseEvent::RepresentativeTried { person } => effects.push(Effect::Pass {
                to: Key::recipient(*person),
                inbound: Inbound::Recipient(RecipientInbound::Assess(self.waiter())),
            }),
            CaseEvent::RepresentativeFound { contact } => effects.push(Effect::Pass {
                to: Key::line(contact.number),
                inbound: Inbound::Line(LineInbound::Ready(Waiting { child: self.child, contact: contact.clone() })),
            }),
            CaseEvent::Held { reason } => effects.extend(self.task(TaskReason::Held(*reason))),
            CaseEvent::Closed { reason: Closing::Refused } => effects.extend(self.task(TaskReason::NoticeOfRefusal)),
            CaseEvent::ApplicationFormed { application } => effects.extend(self.register(application)),
            CaseEvent::Granted { notify_at, .. } => effects.extend(self.notice_of_grant(*notify_at)),
            CaseEvent::PaymentOrdered { period, amount } => {
                if let (Some(id), Some(application)) = (self.application_id(), &self.application) {
                    effects.push(Effect::tell(
                        Party::Payer,
                        Body::Pay(Pay {
                            payment: PaymentId { application: id, period: *period },
                            recipient: application.recipient,
                            account: application.account,
                            amount: *amount,
                        }),
                    ));
                }
            }
            CaseEvent::NoRateKnown { .. } => effects.extend(self.task(TaskReason::NoRate)),
            CaseEvent::PaymentReturned { .. } => effects.extend(self.task(TaskReason::PaymentReturned)),
            CaseEvent::LookedAgain => {
                if let Some(contact) = &self.contact {
                    let looked = LineInbound::LookedAt { child: self.child, stands: Stands::Yes };
                    effects.push(Effect::Pass { to: Key::line(contact.number), inbound: Inbound::Line(looked) });
                }
            }
            CaseEvent::TaskOpened { reason } => effects.extend(self.task(*reason)),
            CaseEvent::VersionLinked { .. }
            | CaseEvent::ChildRecordTaken { .. }
            | CaseEvent::RepresentativeUnfit { .. }
            | CaseEvent::RegisterCouldNotSay { .. }
            | CaseEvent::Excluded { .. }
            | CaseEvent::Offered { .. }
            | CaseEvent::Closed { .. }
            | CaseEvent::PaymentsArranged { .. }
            | CaseEvent::PaymentConfirmed { .. }
            | CaseEvent::Ended => {}
        }
    }

    fn waiter(&self) -> Waiter {
        let district = self.enrolment.as_ref().map_or(District(0), |enrolment| enrolment.district);
        Waiter { child: self.child, district }
    }

    fn ask(&self, question: Question, law: &Condition, effects: &mut Vec<Effect>) {
        let child = self.child;
        let (to, body) = match question {
            Question::Disability => (Party::Cbdi, Body::AskDisability(AskDisability { child })),
            Question::Applications => (Party::Counter, Body::AskApplications(AskApplications { child })),
            Question::Consent => (
                Party::Kdp,
                Body::RequestConsent(RequestConsent {
                    subject: child,
                    purposes: Purposes::OF_CHILD,
                    days: law.law.consent_days_child(),
                }),
            ),
            Question::ChildRecord => {
                let Some(consent) = self.consent_for_record() else { return };
                (Party::Gbdfl, Body::AskChild(AskChild { child, consent }))
            }
        };
        effects.push(Effect::tell(to, body));
    }

    /// A task for a local executive body. A held case (S-46) is looked into where the child goes to
    /// school; what follows a decision (S-31, S-50) concerns the body that decided.
    fn task(&self, reason: TaskReason) -> Option<Effect> {
        let district = match reason {
            TaskReason::Held(_) => self.enrolment.as_ref()?.district,
            TaskReason::NoticeOfRefusal
            | TaskReason::PaymentReturned
            | TaskReason::NoRate
            | TaskReason::NoticeOfRefutation
            | TaskReason::NoticeOfStop
            | TaskReason::Amendment(_)
            | TaskReason::Duplicate
            | TaskReason::WishToChange
            | TaskReason::NoticeInPlaceOf(_)
            | TaskReason::AccountClosed
            | TaskReason::NoTimeLeft
            | TaskReason::PilotEnded
            | TaskReason::EventAfterGrant(_)
            | TaskReason::Overpaid
            | TaskReason::MissingFromLists
            | TaskReason::TurnedEighteen
            | TaskReason::WaitCrossedMonth
            | TaskReason::DecisionLate
            | TaskReason::DisabilityEnding
            | TaskReason::CorrectionToConfirm
            | TaskReason::SendingTakesLong => self.facts.as_ref()?.district,
        };
        let task = Task { child: self.child, reason };
        Some(Effect::tell(Party::LocalExecutiveBody(district), Body::OpenTask(task)))
    }

    fn register(&self, application: &Application) -> Option<Effect> {
        let enrolment = self.enrolment.as_ref()?;
        let facts = self.facts.as_ref()?;
        let body = Body::RegisterApplication(Box::new(RegisterApplication {
            application: self.application_id()?,
            child: self.child,
            recipient: application.recipient,
            account: application.account,
            bank: application.account.bank,
            district: facts.district,
            from: enrolment.from?,
            to: enrolment.to?,
            evidence: application.evidence,
        }));
        Some(Effect::tell(Party::LocalExecutiveBody(facts.district), body))
    }

    /// P. 13: App.5, inside the permitted hours (S-36).
    fn notice_of_grant(&self, not_before: Moment) -> Option<Effect> {
        let contact = self.contact.as_ref()?;
        let sms = SendSms {
            number: contact.number,
            recipient: contact.recipient,
            form: FormNumber::Five,
            language: contact.language,
            banks: smallvec![self.bank()?],
            name: Some(contact.name),
            // The shell renders the text and puts its digest here.
            text: Token::default(),
        };
        Some(Effect::Tell { to: Party::SmsCentre, body: Body::SendSms(Box::new(sms)), not_before: Some(not_before) })
    }

    /// A-O3, T-01: what the observer is told of an event of the case. What a representative passes, he
    /// tells himself.
    pub(super) fn observation(&self, event: &CaseEvent) -> Option<Effect> {
        let outcome = match event {
            CaseEvent::Listed { .. } => Outcome::Listed,
            CaseEvent::DisabilityConfirmed { .. } | CaseEvent::NoApplicationFound { .. } => Outcome::Passed,
            CaseEvent::Excluded { .. } | CaseEvent::Closed { .. } => Outcome::Stopped,
            CaseEvent::Held { .. } => Outcome::Held,
            CaseEvent::Offered { .. } => Outcome::Offered,
            CaseEvent::ApplicationFormed { .. } => Outcome::Applied,
            CaseEvent::Granted { .. } => Outcome::Granted,
            CaseEvent::VersionLinked { .. }
            | CaseEvent::ConsentGiven { .. }
            | CaseEvent::ChildRecordTaken { .. }
            | CaseEvent::RepresentativeTried { .. }
            | CaseEvent::RepresentativeUnfit { .. }
            | CaseEvent::RepresentativeFound { .. }
            | CaseEvent::RegisterCouldNotSay { .. }
            | CaseEvent::AskedAgain { .. }
            | CaseEvent::LookedAgain
            | CaseEvent::TaskOpened { .. }
            | CaseEvent::PaymentOrdered { .. }
            | CaseEvent::NoRateKnown { .. }
            | CaseEvent::PaymentsArranged { .. }
            | CaseEvent::PaymentConfirmed { .. }
            | CaseEvent::PaymentReturned { .. }
            | CaseEvent::Ended => return None,
        };
        let district = self.enrolment.as_ref()?.district;
        Some(observed(self.child, event.ground().paragraph_number(), outcome, district))
    }
}
