//! One child (order 42, p. 4–7 and 12–14): from the row of the list to the last payment.
//!
//! Owns the enrolment and its versions, what CBDI, the counter and GBDFL said of the child, which
//! representative is tried, the application, the decision and the payments. Asks the recipient
//! whether he can act, and hands a child that is ready to the line of his number. Decides alone
//! whether an application is formed.
//!
//! | file | subject |
//! |---|---|
//! | `inbound`, `event`, `standing`, `evolve`, `react` | what comes in, what happens, what is kept, what follows |
//! | `list` | rows, versions, ends, second rows, children missing from a list (4) |
//! | `checks` | disability and applications (5, 6) |
//! | `record`, `representatives` | consent, the child's record, who acts for it (7 to 9) |
//! | `recheck` | stops before an offer, and when a stopped case is looked at again |
//! | `look` | the last look before a form leaves and when a reply came |
//! | `application`, `payment` | the offer's end, the application, the decision, the payments (12 to 14) |
//! | `events_after_grant`, `officials` | what registers report by themselves, what officials decide |

mod application;
mod checks;
mod event;
mod events_after_grant;
mod evolve;
mod inbound;
mod list;
mod look;
mod officials;
mod payment;
mod react;
mod recheck;
mod record;
mod representatives;
mod standing;
#[cfg(test)]
pub(crate) mod tests;

use std::sync::Arc;

use chrono::NaiveDate;
use proaktiv_messages::{BankCode, Consent, Disability, Enrolment, Language, Moment, OfficialDecision, Sealed, Token};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

pub use event::{CaseEvent, Next};
pub use inbound::{CaseDeadline, CaseInbound, CaseRefusal, Occasion};
pub use standing::{
    Application, ChildFacts, Circumstances, FailedNumber, Look, Missing, Payment, PaymentState, Question, Refutation,
    Stage, Step,
};

use super::provisions::accounts_choose_the_form::Frozen;
use super::{Condition, Effect};
use crate::Aggregate;
use crate::fact::Fact;

/// How a recipient is reached, and with which accounts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    /// The recipient.
    pub recipient: Token,
    /// His name, for the forms that print it.
    pub name: Token,
    /// The number that is written to.
    pub number: Token,
    /// The language of the messages.
    pub language: Language,
    /// The accounts that count, one a bank.
    pub accounts: Frozen,
}

/// What a case decides: that events happened, or that it cannot take the inbound now.
type Decided = Result<(), CaseRefusal>;

/// One child.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// The child.
    pub child: Token,
    /// Where the case stands.
    pub stage: Stage,
    /// The newest version of the row.
    pub enrolment: Option<Arc<Enrolment<Sealed>>>,
    /// The day of the list that brought that version (S-44).
    pub row_day: Option<NaiveDate>,
    /// What CBDI said.
    pub disability: Option<Fact<Disability>>,
    /// The consent to read the child's record (C1-child).
    pub consent: Option<Consent<Sealed>>,
    /// The day on which it was last asked for.
    pub consent_asked: Option<NaiveDate>,
    /// What GBDFL said of the child.
    pub facts: Option<ChildFacts>,
    /// How many of those who may act for the child have been tried.
    pub tried: u8,
    /// The reason of the representative who came furthest.
    pub furthest: Option<super::Unfit>,
    /// The representative who acts for the child.
    pub contact: Option<Contact>,
    /// What the counter is asked for once more.
    pub look: Option<Look>,
    /// Whether paragraph 6 has been passed for the order.
    pub unclaimed: bool,
    /// Whether App.5 waits for the number to be asked for (S-37).
    pub notice_waits: bool,
    /// How often in a row a register could not say.
    pub times_unsaid: u8,
    /// The application.
    pub application: Option<Application>,
    /// Payments, by period.
    pub payments: SmallVec<[Payment; 0]>,
    /// The next payment day.
    pub next_payment: Option<Moment>,
    /// What else the case waits for.
    pub timer: Option<(Moment, CaseDeadline)>,
    /// What befell it beyond the straight path.
    pub circumstances: Option<Box<Circumstances>>,
}

impl Case {
    /// Returns a case that nothing has happened to.
    pub fn new(child: Token) -> Self {
        Self {
            child,
            stage: Stage::New,
            enrolment: None,
            row_day: None,
            disability: None,
            consent: None,
            consent_asked: None,
            facts: None,
            tried: 0,
            furthest: None,
            contact: None,
            look: None,
            unclaimed: false,
            notice_waits: false,
            times_unsaid: 0,
            application: None,
            payments: SmallVec::new(),
            next_payment: None,
            timer: None,
            circumstances: None,
        }
    }

    /// Returns the bank of the application, if there is one.
    pub fn bank(&self) -> Option<BankCode> {
        self.application.as_ref().map(|application| application.account.bank)
    }

    /// Returns the earlier orders of the child under which an application was formed (T-23).
    pub fn former(&self) -> &[Case] {
        self.beyond().map_or(&[], |beyond| &beyond.former)
    }

    /// Returns every row of the child that the case keeps, each with the day of the list that brought it.
    pub fn rows(&self) -> impl Iterator<Item = (&Arc<Enrolment<Sealed>>, NaiveDate)> {
        let own = self.enrolment.iter();
        let others = self.beyond().into_iter().flat_map(|beyond| &beyond.others);
        let former = self.former().iter().filter_map(|former| former.enrolment.as_ref());
        own.chain(others).chain(former).zip(std::iter::repeat(self.row_day.unwrap_or_default()))
    }

    /// Returns which application of the child the case has, from 1; 0 if none.
    fn nth(&self) -> u16 {
        self.application.as_ref().map_or(0, |application| application.nth)
    }

    /// Returns the earlier order that an inbound is for, if it is for one.
    fn former_for(&self, inbound: &CaseInbound) -> Option<&Case> {
        let of_application = |nth: u16| self.former().iter().find(|former| former.nth() == nth);
        match inbound {
            CaseInbound::Decided(decided) => of_application(decided.application.nth),
            CaseInbound::PaymentMade(made) => of_application(made.payment.application.nth),
            CaseInbound::Instructed(instruct) => match &instruct.decision {
                OfficialDecision::PaymentsGoOn(application) | OfficialDecision::ChangeAccount { application, .. } => {
                    of_application(application.nth)
                }
                OfficialDecision::ConfirmCorrection if !self.waits_for_confirmation() => {
                    self.former().iter().find(|former| former.waits_for_confirmation())
                }
                OfficialDecision::ResolveHold { .. }
                | OfficialDecision::ReviewExclusion
                | OfficialDecision::TakeBack
                | OfficialDecision::ConfirmCorrection => None,
            },
            CaseInbound::WroteAgain if self.application.is_none() && self.stage != Stage::Offered => {
                self.former().last()
            }
            CaseInbound::Notify(_) if !self.notice_waits => self.former().iter().find(|former| former.notice_waits),
            CaseInbound::Reported { enrolment, .. } if !self.follows(enrolment) => {
                self.former().iter().find(|former| former.follows(enrolment))
            }
            CaseInbound::Due(CaseDeadline::OfFormer) => {
                let due = self.former().iter().filter_map(|former| Some((former.next_deadline()?.0, former)));
                due.min_by_key(|(due, _)| *due).map(|(_, former)| former)
            }
            _ if self.former().is_empty() => None,
            CaseInbound::Reported { .. }
            | CaseInbound::Missing { .. }
            | CaseInbound::BackOnList { .. }
            | CaseInbound::ListAccepted { .. }
            | CaseInbound::RowConfirmed { .. }
            | CaseInbound::RowAnswer(_)
            | CaseInbound::Disability(_)
            | CaseInbound::DisabilityReported(_)
            | CaseInbound::Applications(_)
            | CaseInbound::ApplicationReported { .. }
            | CaseInbound::RequestReceived
            | CaseInbound::Consent(_)
            | CaseInbound::ConsentWithdrawn(_)
            | CaseInbound::Child(_)
            | CaseInbound::PersonReported(_)
            | CaseInbound::Representatives(_)
            | CaseInbound::Fit(_)
            | CaseInbound::OtherServes { .. }
            | CaseInbound::Unfit { .. }
            | CaseInbound::RepresentativeLost { .. }
            | CaseInbound::LookAgain { .. }
            | CaseInbound::Offered { .. }
            | CaseInbound::Accepted { .. }
            | CaseInbound::OfferClosed(_)
            | CaseInbound::Reopened { .. }
            | CaseInbound::WaitEnded
            | CaseInbound::NotTaken
            | CaseInbound::WroteAgain
            | CaseInbound::NoticeFailed(_)
            | CaseInbound::Task(_)
            | CaseInbound::Notify(_)
            | CaseInbound::Acknowledged
            | CaseInbound::Due(_) => None,
        }
    }

    /// Lets an earlier order decide.
    fn decide_former(
        former: &Case,
        inbound: &CaseInbound,
        now: Moment,
        law: &Condition,
        events: &mut Vec<CaseEvent>,
    ) -> Decided {
        let own = match (inbound, former.next_deadline()) {
            (CaseInbound::Due(CaseDeadline::OfFormer), Some((_, deadline))) => &CaseInbound::Due(deadline),
            (inbound, _) => inbound,
        };
        let mut happened = Vec::new();
        former.decide(own, now, law, &mut happened)?;
        let nth = former.nth();
        events.extend(happened.into_iter().map(|event| CaseEvent::OfFormer { nth, event: Box::new(event) }));
        Ok(())
    }

    /// Lets the order that the case follows decide.
    fn decide_own(&self, inbound: &CaseInbound, now: Moment, law: &Condition, events: &mut Vec<CaseEvent>) -> Decided {
        match inbound {
            CaseInbound::Reported { enrolment, day } => self.take_row(enrolment, *day, now, law, events),
            CaseInbound::Missing { day } => self.take_missing(*day, law, events),
            CaseInbound::BackOnList { .. } => self.take_back_on_list(events),
            CaseInbound::ListAccepted { .. } => self.take_list(now, law, events),
            CaseInbound::RowConfirmed { day } => self.take_confirmation(*day, now, law, events),
            CaseInbound::RowAnswer(finding) => self.take_row_answer(finding, now, law, events),
            CaseInbound::Disability(finding) => self.take_disability(finding, now, law, events),
            CaseInbound::DisabilityReported(finding) => self.take_disability_report(finding, now, law, events),
            CaseInbound::Applications(finding) => self.take_applications(finding, now, law, events),
            CaseInbound::ApplicationReported { application, state } => {
                self.take_application_report(application, *state, events)
            }
            CaseInbound::RequestReceived => self.take_request_receipt(now, law, events),
            CaseInbound::Consent(decided) => self.take_consent(decided, now, events),
            CaseInbound::ConsentWithdrawn(withdrawn) => self.take_withdrawal(withdrawn, events),
            CaseInbound::Child(finding) => self.take_child(finding, now, law, events),
            CaseInbound::PersonReported(change) => self.take_person_report(*change, now, law, events),
            CaseInbound::Representatives(finding) => self.take_representatives(finding, now, law, events),
            CaseInbound::Fit(contact) => self.take_contact(contact, now, law, events),
            CaseInbound::OtherServes { person } => self.prefer(*person, events),
            CaseInbound::Unfit { person, why } => self.take_unfit(*person, *why, now, events),
            CaseInbound::RepresentativeLost { person, why } => self.take_loss(*person, *why, events),
            CaseInbound::LookAgain { occasion } => self.take_look(*occasion, now, events),
            CaseInbound::Offered { form } => self.take_offer(*form, events),
            CaseInbound::Accepted { account, evidence } => self.take_acceptance(account, evidence, now, law, events),
            CaseInbound::OfferClosed(reason) => self.take_closing(*reason, now, events),
            CaseInbound::Reopened { number } => self.take_reopening(*number, events),
            CaseInbound::WaitEnded => self.take_end_of_wait(events),
            CaseInbound::NotTaken => self.take_wait(events),
            CaseInbound::WroteAgain => self.take_wish(events),
            CaseInbound::Task(reason) => {
                events.push(CaseEvent::TaskNeeded { reason: *reason });
                Ok(())
            }
            CaseInbound::NoticeFailed(form) => {
                events.push(CaseEvent::NoticeHandedOver { form: *form });
                Ok(())
            }
            CaseInbound::Notify(contact) => self.take_notify(contact.as_ref(), now, law, events),
            CaseInbound::Decided(decided) => self.take_decision(decided, now, law, events),
            CaseInbound::Instructed(instruct) => self.take_instruction(&instruct.decision, now, law, events),
            CaseInbound::PaymentMade(made) => self.take_payment(made, law, events),
            CaseInbound::Acknowledged => Ok(()),
            CaseInbound::Due(deadline) => self.take_due(*deadline, now, law, events),
        }
    }

    fn take_due(&self, deadline: CaseDeadline, now: Moment, law: &Condition, events: &mut Vec<CaseEvent>) -> Decided {
        if self.next_deadline().is_none_or(|(due, waited)| waited != deadline || now < due) {
            return Err(CaseRefusal::NotDue);
        }
        match deadline {
            CaseDeadline::AskAgain => self.ask_again(now, law, events),
            CaseDeadline::ConsentUnanswered => self.miss_consent(events),
            CaseDeadline::DecisionLate => events.push(CaseEvent::DecisionIsLate),
            CaseDeadline::NoticeOfGrant => events.push(self.prepare_notice(law)),
            CaseDeadline::DisabilityEnding => events.push(CaseEvent::DisabilityEnds),
            CaseDeadline::StopDay => events.push(CaseEvent::PaymentStopped),
            CaseDeadline::PaymentDay => self.pay_what_is_due(now, law, events),
            CaseDeadline::OfFormer => {}
        }
        Ok(())
    }
}

impl Aggregate for Case {
    type Inbound = CaseInbound;
    type Event = CaseEvent;
    type Effect = Effect;
    type Refusal = CaseRefusal;
    type Deadline = CaseDeadline;
    type Law = Condition;

    fn decide(&self, inbound: &CaseInbound, now: Moment, law: &Condition, events: &mut Vec<CaseEvent>) -> Decided {
        if let Some(former) = self.former_for(inbound) {
            return Self::decide_former(former, inbound, now, law, events);
        }
        let happened = events.len();
        self.decide_own(inbound, now, law, events)?;
        self.let_go(happened, inbound, events);
        self.take_up_other(now, events);
        // What befalls a person befalls every order under which money is or may be paid for him (S-48).
        if matches!(inbound, CaseInbound::PersonReported(_) | CaseInbound::RepresentativeLost { .. }) {
            for former in self.former() {
                Self::decide_former(former, inbound, now, law, events)?;
            }
        }
        Ok(())
    }

    fn evolve(&mut self, event: &CaseEvent) {
        self.take_in(event);
    }

    fn react(&self, event: &CaseEvent, law: &Condition, effects: &mut Vec<Effect>) {
        if let CaseEvent::OfFormer { nth, event } = event {
            if let Some(former) = self.former().iter().find(|former| former.nth() == *nth) {
                former.react(event, law, effects);
            }
            return;
        }
        self.answer_event(event, law, effects);
        if law.observed {
            effects.extend(self.observation(event));
        }
    }

    fn next_deadline(&self) -> Option<(Moment, CaseDeadline)> {
        let payment = self.next_payment.map(|due| (due, CaseDeadline::PaymentDay));
        let Some(beyond) = self.beyond() else { return earlier(self.timer, payment) };
        let former = beyond.former.iter().filter_map(|former| former.next_deadline()).map(|(due, _)| due).min();
        let former = former.map(|due| (due, CaseDeadline::OfFormer));
        earlier(earlier(self.timer, payment), earlier(self.stop_day(), former))
    }
}

type Due = Option<(Moment, CaseDeadline)>;

/// Returns the one that is due first; the former of two that are due at once.
fn earlier(one: Due, other: Due) -> Due {
    match (one, other) {
        (Some(one), Some(other)) => Some(if other.0 < one.0 { other } else { one }),
        (one, other) => one.or(other),
    }
}
