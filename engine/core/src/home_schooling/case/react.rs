//! What follows from each event of a case: questions, orders, tasks, and what the observer is told.

use chrono::NaiveDate;
use proaktiv_messages::{
    AskApplications, AskChild, AskDisability, AskRepresentatives, AskRow, Body, Closing, District, FormNumber, Key,
    Moment, Outcome, Party, Pay, PaymentId, Purpose, Purposes, RegisterApplication, RequestConsent, ReturnRow,
    RowFault, SendSms, Task, TaskReason, Token,
};
use smallvec::smallvec;

use super::{Application, Case, CaseEvent, Contact, Look, Next, Question, Stage};
use crate::home_schooling::effect::observed;
use crate::home_schooling::{
    Condition, Effect, Inbound, IntakeInbound, Leave, LineInbound, LookedAtNext, Reaching, RecipientInbound, RowKey,
    Stands, Waiter, Waiting,
};

impl Case {
    /// Pushes what an event asks of the world.
    pub(super) fn answer_event(&self, event: &CaseEvent, law: &Condition, effects: &mut Vec<Effect>) {
        match event {
            CaseEvent::Listed { .. } | CaseEvent::OrderBegun { .. } | CaseEvent::LookedAtAgain => {
                self.ask(Question::Disability, law, effects);
            }
            CaseEvent::DisabilityConfirmed { .. } | CaseEvent::RowIsConfirmed => {
                self.ask(Question::Applications, law, effects);
            }
            CaseEvent::NoApplicationFound { next, .. } => match next {
                Next::AskConsent => self.ask(Question::Consent, law, effects),
                Next::ReadRecord => self.ask(Question::ChildRecord, law, effects),
                Next::TryRepresentatives | Next::AwaitConsent | Next::Wait => {}
            },
            CaseEvent::ConsentRenewed { .. } => self.ask(Question::Consent, law, effects),
            CaseEvent::ConsentGiven { .. } => self.ask(Question::ChildRecord, law, effects),
            CaseEvent::RepresentativesAsked => self.ask(Question::Representatives, law, effects),
            CaseEvent::AskedAgain { question } => self.ask(*question, law, effects),
            CaseEvent::RepresentativeTried { person, or } => self.assess(*person, *or, effects),
            CaseEvent::RepresentativePreferred { person } => self.assess(*person, None, effects),
            CaseEvent::RepresentativeLetGo { person } => effects.push(Effect::Pass {
                to: Key::recipient(*person),
                inbound: Inbound::Recipient(RecipientInbound::LetGo { child: self.child }),
            }),
            CaseEvent::RepresentativeFound { contact } => {
                let waiting = Waiting { child: self.child, contact: contact.clone() };
                self.pass_to_line(contact, LineInbound::Ready(waiting), effects);
            }
            CaseEvent::LeftLine { why } => self.leave(*why, effects),
            CaseEvent::LookBegun { look: Look::BeforeForm } => effects.push(Effect::Pass {
                to: Key::intake(),
                inbound: Inbound::Intake(IntakeInbound::AskConfirmed { child: self.child, row: self.row_key() }),
            }),
            CaseEvent::LookBegun { look: Look::OnReply } => self.ask(Question::Applications, law, effects),
            CaseEvent::LookEnded { stands } => {
                let stands = if *stands { Stands::Yes } else { Stands::NotYet };
                if let Some(contact) = &self.contact {
                    self.pass_to_line(contact, LineInbound::LookedAt { child: self.child, stands }, effects);
                }
            }
            CaseEvent::NotReopened { number } => effects.push(Effect::Pass {
                to: Key::line(*number),
                inbound: Inbound::Line(LineInbound::Leave { child: self.child, why: Leave::Held }),
            }),
            CaseEvent::FoundMissing { days, told, .. } => self.ask_for_the_row(*days, *told, effects),
            CaseEvent::Offered { first: true, .. } | CaseEvent::Reopened => {
                let by = self.contact.as_ref().map(|contact| contact.recipient);
                self.tell_who_serves(by, effects);
            }
            CaseEvent::Excluded { .. } => {
                self.tell_that_nobody_serves(effects);
                effects.extend(self.stopped(law));
            }
            CaseEvent::Held { reason, again, each_list } => {
                effects.extend(self.task(TaskReason::Held(*reason)).filter(|_| !again));
                let is_known = *each_list && self.looked_at_next(law) == Some(LookedAtNext::EachList);
                effects.extend(self.stopped(law).filter(|_| !is_known));
            }
            CaseEvent::NoListAwaited => effects.push(Effect::Pass {
                to: Key::intake(),
                inbound: Inbound::Intake(IntakeInbound::NoListAwaited { child: self.child }),
            }),
            CaseEvent::Notified { contact, not_before } => effects.extend(self.notice_of_grant(contact, *not_before)),
            CaseEvent::NoticePrepared { .. } => effects.extend(self.ask_for_the_number()),
            CaseEvent::ApplicationFormed { application, .. } => effects.extend(self.register(application)),
            CaseEvent::PaymentOrdered { period, .. } | CaseEvent::PaymentOrderedAgain { period } => {
                effects.extend(self.pay(*period));
            }
            CaseEvent::Closed { reason } => {
                self.tell_that_nobody_serves(effects);
                effects.extend(self.reason_on_closing(*reason).and_then(|reason| self.task(reason)));
            }
            CaseEvent::TurnedEighteen => effects.extend(self.task(TaskReason::TurnedEighteen)),
            CaseEvent::Amended { what } => effects.extend(self.task(TaskReason::Amendment(*what))),
            CaseEvent::DuplicateReported => effects.extend(self.task(TaskReason::Duplicate)),
            CaseEvent::WishReported => effects.extend(self.task(TaskReason::WishToChange)),
            CaseEvent::NoticeHandedOver { form } => effects.extend(self.task(TaskReason::NoticeInPlaceOf(*form))),
            CaseEvent::TaskNeeded { reason } => effects.extend(self.task(*reason)),
            CaseEvent::DecisionIsLate => effects.extend(self.task(TaskReason::DecisionLate)),
            CaseEvent::DisabilityEnds => effects.extend(self.task(TaskReason::DisabilityEnding)),
            CaseEvent::EventAfterGrant { kind } => effects.extend(self.task(TaskReason::EventAfterGrant(*kind))),
            CaseEvent::PaymentStopped => effects.extend(self.task(TaskReason::NoticeOfStop)),
            CaseEvent::Overpaid => effects.extend(self.task(TaskReason::Overpaid)),
            CaseEvent::CorrectedBack => effects.extend(self.task(TaskReason::CorrectionToConfirm)),
            CaseEvent::NoRateKnown { .. } => effects.extend(self.task(TaskReason::NoRate)),
            CaseEvent::PaymentReturned { .. } => effects.extend(self.task(TaskReason::PaymentReturned)),
            CaseEvent::VersionLinked { .. }
            | CaseEvent::OtherRowKnown { .. }
            | CaseEvent::OtherRowEnded { .. }
            | CaseEvent::Refuted { .. }
            | CaseEvent::FoundAgain
            | CaseEvent::FoundRunning
            | CaseEvent::DisabilityChanged { .. }
            | CaseEvent::ConsentRequested { .. }
            | CaseEvent::ConsentCameLate { .. }
            | CaseEvent::ChildRecordTaken { .. }
            | CaseEvent::RecordOutdated
            | CaseEvent::RepresentativesNamed { .. }
            | CaseEvent::RepresentativeUnfit { .. }
            | CaseEvent::RegisterCouldNotSay { .. }
            | CaseEvent::HoldResolved { .. }
            | CaseEvent::NotTaken
            | CaseEvent::Offered { first: false, .. }
            | CaseEvent::NumberFailed { .. }
            | CaseEvent::Granted { .. }
            | CaseEvent::PaymentsGoOn { .. }
            | CaseEvent::AccountChanged { .. }
            | CaseEvent::PaymentsReckoned { .. }
            | CaseEvent::Moved { .. }
            | CaseEvent::StopAnnulled { .. }
            | CaseEvent::PaymentsArranged { .. }
            | CaseEvent::PaymentConfirmed { .. }
            | CaseEvent::Ended
            | CaseEvent::OfFormer { .. } => {}
        }
    }

    /// Returns what a closing needs a person for.
    fn reason_on_closing(&self, reason: Closing) -> Option<TaskReason> {
        match reason {
            Closing::Refused => Some(TaskReason::NoticeOfRefusal),
            Closing::PilotEnded => Some(TaskReason::PilotEnded),
            // Who was never written to needs no notice (S-12b).
            Closing::Refuted => self.beyond().filter(|beyond| beyond.form_left).map(|_| TaskReason::NoticeOfRefutation),
            Closing::NoReply
            | Closing::Unreached
            | Closing::Superseded
            | Closing::NumberChanged
            | Closing::ConsentWithdrawn
            | Closing::RepLost
            | Closing::ConsentRefused
            | Closing::Stopped
            | Closing::Ended => None,
        }
    }

    fn row_key(&self) -> Option<RowKey> {
        self.enrolment.as_deref().map(RowKey::of)
    }

    fn waiter(&self) -> Waiter {
        let district = self.enrolment.as_ref().map_or(District(0), |enrolment| enrolment.district);
        Waiter { child: self.child, district }
    }

    /// S-15: asks a representative whether he can act; or whether the other one serves a sibling.
    fn assess(&self, person: Token, or: Option<Token>, effects: &mut Vec<Effect>) {
        let again = self.beyond().is_some_and(|beyond| beyond.looked_again || beyond.form_left);
        let doubted = self.doubted_number();
        let inbound = RecipientInbound::Assess { waiter: self.waiter(), or, doubted, again };
        effects.push(Effect::Pass { to: Key::recipient(person), inbound: Inbound::Recipient(inbound) });
    }

    /// S-15: the parents beside the recipient learn that he serves the child, or that nobody does any more.
    fn tell_who_serves(&self, by: Option<Token>, effects: &mut Vec<Effect>) {
        let (Some(facts), Some(contact)) = (&self.facts, &self.contact) else { return };
        let others = facts.kin.iter().filter(|person| **person != contact.recipient);
        effects.extend(others.map(|person| Effect::Pass {
            to: Key::recipient(*person),
            inbound: Inbound::Recipient(RecipientInbound::ChildServed { child: self.child, by }),
        }));
    }

    /// Only where they were told that somebody does.
    fn tell_that_nobody_serves(&self, effects: &mut Vec<Effect>) {
        let in_silence = self.stage == Stage::Closed(Closing::NoReply);
        if in_silence || self.application.is_some() || self.beyond().is_some_and(|beyond| beyond.form_left) {
            self.tell_who_serves(None, effects);
        }
    }

    fn pass_to_line(&self, contact: &Contact, inbound: LineInbound, effects: &mut Vec<Effect>) {
        effects.push(Effect::Pass { to: Key::line(contact.number), inbound: Inbound::Line(inbound) });
    }

    fn leave(&self, why: Leave, effects: &mut Vec<Effect>) {
        if let Some(contact) = &self.contact {
            self.pass_to_line(contact, LineInbound::Leave { child: self.child, why }, effects);
        }
    }

    /// S-46: tells the intake with which list the stopped case is to be looked at again.
    fn stopped(&self, law: &Condition) -> Option<Effect> {
        let next = self.looked_at_next(law)?;
        let inbound = Inbound::Intake(IntakeInbound::Stopped { child: self.child, next });
        Some(Effect::Pass { to: Key::intake(), inbound })
    }

    /// S-13b: NOBD is asked for the row once in a spell; after days the school and the local executive body are told.
    fn ask_for_the_row(&self, days: u32, told: bool, effects: &mut Vec<Effect>) {
        let Some(row) = &self.enrolment else { return };
        if days == 1 {
            let body = Body::AskRow(AskRow { child: self.child, row: row.row, school: row.school });
            effects.push(Effect::tell(Party::Nobd, body));
        }
        if told {
            effects.extend(self.task(TaskReason::MissingFromLists));
            let back = ReturnRow { row: row.row, child: self.child, fault: RowFault::MissingFromLists };
            effects.push(Effect::tell(Party::School(row.school), Body::ReturnRow(back)));
        }
    }

    /// Asks a register. NOBD is asked for representatives apart from its lists, GBDFL and NOBD
    /// under the consent to the child's record.
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
                let Some(consent) = self.consent_for(Purpose::ChildRecord) else { return };
                (Party::Gbdfl, Body::AskChild(AskChild { child, consent }))
            }
            Question::Representatives => {
                let Some(consent) = self.consent_for(Purpose::Representatives) else { return };
                (Party::Nobd, Body::AskRepresentatives(AskRepresentatives { child, consent }))
            }
        };
        effects.push(Effect::tell(to, body));
    }

    /// A task for a local executive body: that of the child's registration; where it goes to school, if
    /// the task is of the list or no registration is known.
    fn task(&self, reason: TaskReason) -> Option<Effect> {
        let of_the_school = self.enrolment.as_ref().map(|row| row.district);
        let of_the_child = self.facts.as_ref().map(|facts| facts.district);
        let district = match reason {
            TaskReason::Held(_) | TaskReason::MissingFromLists => of_the_school,
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
            | TaskReason::TurnedEighteen
            | TaskReason::WaitCrossedMonth
            | TaskReason::DecisionLate
            | TaskReason::DisabilityEnding
            | TaskReason::CorrectionToConfirm
            | TaskReason::SendingTakesLong => of_the_child.or(of_the_school),
        };
        let task = Task { child: self.child, reason };
        Some(Effect::tell(Party::LocalExecutiveBody(district?), Body::OpenTask(task)))
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

    /// P. 13 (S-37): the recipient asks BMG whose the number is.
    fn ask_for_the_number(&self) -> Option<Effect> {
        let contact = self.contact.as_ref()?;
        let reaching = Reaching { child: self.child, number: contact.number, name: contact.name };
        let inbound = RecipientInbound::Reach(reaching);
        Some(Effect::Pass { to: Key::recipient(contact.recipient), inbound: Inbound::Recipient(inbound) })
    }

    /// P. 13: App.5, inside the permitted hours (S-36).
    fn notice_of_grant(&self, contact: &Contact, not_before: Moment) -> Option<Effect> {
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

    /// S-49, S-50: the order to pay for a period, to the account that counts now.
    fn pay(&self, period: NaiveDate) -> Option<Effect> {
        let application = self.application.as_ref()?;
        let payment = self.payments.iter().find(|payment| payment.period == period)?;
        let changed = self.beyond().and_then(|beyond| beyond.account);
        let body = Body::Pay(Pay {
            payment: PaymentId { application: self.application_id()?, period },
            recipient: application.recipient,
            account: changed.unwrap_or(application.account),
            amount: payment.amount,
        });
        Some(Effect::tell(Party::Payer, body))
    }

    /// A-O3, T-01: what the observer is told of an event of the case. What a representative passes, he
    /// tells himself; what is said again is not told again.
    pub(super) fn observation(&self, event: &CaseEvent) -> Option<Effect> {
        let outcome = match event {
            CaseEvent::Listed { .. } | CaseEvent::OrderBegun { .. } => Outcome::Listed,
            CaseEvent::DisabilityConfirmed { again: false, .. }
            | CaseEvent::NoApplicationFound { again: false, .. } => Outcome::Passed,
            CaseEvent::Excluded { again: false, .. } | CaseEvent::Closed { .. } | CaseEvent::PaymentStopped => {
                Outcome::Stopped
            }
            CaseEvent::Held { again: false, .. } => Outcome::Held,
            CaseEvent::Offered { .. } => Outcome::Offered,
            CaseEvent::ApplicationFormed { .. } => Outcome::Applied,
            CaseEvent::Granted { .. } => Outcome::Granted,
            CaseEvent::PaymentConfirmed { .. } => Outcome::Paid,
            CaseEvent::DisabilityConfirmed { again: true, .. }
            | CaseEvent::NoApplicationFound { again: true, .. }
            | CaseEvent::Excluded { again: true, .. }
            | CaseEvent::Held { again: true, .. }
            | CaseEvent::VersionLinked { .. }
            | CaseEvent::OtherRowKnown { .. }
            | CaseEvent::OtherRowEnded { .. }
            | CaseEvent::Refuted { .. }
            | CaseEvent::CorrectedBack
            | CaseEvent::FoundMissing { .. }
            | CaseEvent::FoundAgain
            | CaseEvent::FoundRunning
            | CaseEvent::DisabilityChanged { .. }
            | CaseEvent::ConsentRequested { .. }
            | CaseEvent::ConsentGiven { .. }
            | CaseEvent::ConsentCameLate { .. }
            | CaseEvent::ConsentRenewed { .. }
            | CaseEvent::ChildRecordTaken { .. }
            | CaseEvent::RecordOutdated
            | CaseEvent::RepresentativesAsked
            | CaseEvent::RepresentativesNamed { .. }
            | CaseEvent::RepresentativeTried { .. }
            | CaseEvent::RepresentativeLetGo { .. }
            | CaseEvent::RepresentativePreferred { .. }
            | CaseEvent::RepresentativeUnfit { .. }
            | CaseEvent::RepresentativeFound { .. }
            | CaseEvent::RegisterCouldNotSay { .. }
            | CaseEvent::AskedAgain { .. }
            | CaseEvent::LookedAtAgain
            | CaseEvent::NoListAwaited
            | CaseEvent::LeftLine { .. }
            | CaseEvent::RowIsConfirmed
            | CaseEvent::HoldResolved { .. }
            | CaseEvent::LookBegun { .. }
            | CaseEvent::LookEnded { .. }
            | CaseEvent::NotTaken
            | CaseEvent::Reopened
            | CaseEvent::NotReopened { .. }
            | CaseEvent::NumberFailed { .. }
            | CaseEvent::TurnedEighteen
            | CaseEvent::Amended { .. }
            | CaseEvent::DuplicateReported
            | CaseEvent::WishReported
            | CaseEvent::NoticeHandedOver { .. }
            | CaseEvent::TaskNeeded { .. }
            | CaseEvent::DecisionIsLate
            | CaseEvent::NoticePrepared { .. }
            | CaseEvent::Notified { .. }
            | CaseEvent::DisabilityEnds
            | CaseEvent::EventAfterGrant { .. }
            | CaseEvent::PaymentsGoOn { .. }
            | CaseEvent::AccountChanged { .. }
            | CaseEvent::PaymentsReckoned { .. }
            | CaseEvent::Moved { .. }
            | CaseEvent::Overpaid
            | CaseEvent::StopAnnulled { .. }
            | CaseEvent::PaymentOrdered { .. }
            | CaseEvent::PaymentOrderedAgain { .. }
            | CaseEvent::NoRateKnown { .. }
            | CaseEvent::PaymentsArranged { .. }
            | CaseEvent::PaymentReturned { .. }
            | CaseEvent::Ended
            | CaseEvent::OfFormer { .. } => return None,
        };
        let district = self.enrolment.as_ref()?.district;
        Some(observed(self.child, event.ground().paragraph_number(), outcome, district))
    }
}
