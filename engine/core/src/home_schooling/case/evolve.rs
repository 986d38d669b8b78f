//! How events change a case. Total; the only thing that replay calls.

use std::sync::Arc;

use chrono::NaiveDate;
use proaktiv_messages::{Closing, Enrolment, Hold, Sealed, Tiyn};

use super::{
    Case, CaseDeadline, CaseEvent, Circumstances, FailedNumber, Missing, Next, Payment, PaymentState, Question,
    Refutation, Stage, Step,
};
use crate::calendar::astana;
use crate::home_schooling::Unfit;
use crate::home_schooling::provisions::rows_are_versions::are_one_order;

impl Case {
    /// Takes an event into the state.
    pub(super) fn take_in(&mut self, event: &CaseEvent) {
        match event {
            CaseEvent::Listed { enrolment, day } => {
                self.enrolment = Some(Arc::clone(enrolment));
                self.row_day = Some(*day);
                self.stage = Stage::Asked(Question::Disability);
            }
            CaseEvent::VersionLinked { enrolment, day } => {
                let ended = self.enrolment.as_ref().and_then(|own| own.ended);
                if ended.is_some() && enrolment.ended.is_none() {
                    self.beyond_mut().end_taken_back = ended;
                }
                self.enrolment = Some(Arc::clone(enrolment));
                self.row_day = Some(*day);
                // A stop is annulled by an event of its own; before a grant a row that runs again is enough.
                let stops = matches!(self.stage, Stage::Granted | Stage::Stopped);
                if let Some(beyond) = self.circumstances.as_mut().filter(|_| enrolment.ended.is_none() && !stops) {
                    beyond.refutation = None;
                }
            }
            CaseEvent::OtherRowKnown { enrolment } => {
                let others = &mut self.beyond_mut().others;
                others.retain(|other| !are_one_order(other, enrolment));
                others.push(Arc::clone(enrolment));
            }
            CaseEvent::OtherRowEnded { enrolment } => {
                self.beyond_mut().others.retain(|other| !are_one_order(other, enrolment));
            }
            CaseEvent::OrderBegun { enrolment, day } => self.begin_order(enrolment, *day),
            CaseEvent::Refuted { on } => {
                self.beyond_mut().refutation = Some(Refutation { on: *on, corrected: false });
            }
            CaseEvent::CorrectedBack => {
                if let Some(refutation) = &mut self.beyond_mut().refutation {
                    refutation.corrected = true;
                }
            }
            CaseEvent::FoundMissing { day, days, .. } => {
                let beyond = self.beyond_mut();
                let runs = beyond.missing.is_some_and(|spell| spell.runs);
                beyond.missing = Some(Missing { last: *day, days: *days, runs });
            }
            CaseEvent::FoundAgain => self.beyond_mut().missing = None,
            CaseEvent::FoundRunning => {
                if let Some(spell) = &mut self.beyond_mut().missing {
                    spell.runs = true;
                }
            }
            CaseEvent::DisabilityConfirmed { fact, .. } => {
                self.disability = Some(*fact);
                self.times_unsaid = 0;
                self.take_step(Step::Asked(Question::Applications));
            }
            CaseEvent::DisabilityChanged { fact, warn_at } => {
                self.disability = Some(*fact);
                let waits_for_notice = self.timer.is_some_and(|(_, due)| due == CaseDeadline::NoticeOfGrant);
                if self.stage == Stage::Granted && !waits_for_notice {
                    self.timer = warn_at.map(|at| (at, CaseDeadline::DisabilityEnding));
                }
            }
            CaseEvent::NoApplicationFound { at, next, .. } => {
                self.unclaimed = true;
                self.times_unsaid = 0;
                match next {
                    Next::AskConsent => self.begin_consent(astana::civil_day(*at)),
                    Next::ReadRecord => self.take_step(Step::Asked(Question::ChildRecord)),
                    Next::TryRepresentatives => self.take_step(Step::Assessing),
                    Next::AwaitConsent => {
                        self.take_step(Step::Asked(Question::Consent));
                        let open = self.beyond_mut().open_request.take();
                        let overdue = open.and_then(|request| request.overdue);
                        self.timer = overdue.map(|overdue| (overdue, CaseDeadline::ConsentUnanswered));
                    }
                    // The stop lies in the child's record, whichever hold the wait goes by (S-03d).
                    Next::Wait => self.beyond_mut().record_outdated = true,
                }
            }
            CaseEvent::ConsentRequested { overdue } => {
                match self.circumstances.as_mut().and_then(|beyond| beyond.open_request.as_mut()) {
                    Some(open) => open.overdue = Some(*overdue),
                    None => self.timer = Some((*overdue, CaseDeadline::ConsentUnanswered)),
                }
            }
            CaseEvent::ConsentGiven { consent } => {
                self.consent = Some(*consent);
                self.take_step(Step::Asked(Question::ChildRecord));
            }
            CaseEvent::ConsentCameLate { consent } => {
                self.consent = Some(*consent);
                if let Some(beyond) = &mut self.circumstances {
                    beyond.open_request = None;
                }
            }
            CaseEvent::ConsentRenewed { day } => self.begin_consent(*day),
            CaseEvent::ChildRecordTaken { facts, .. } => {
                // Reading S-15: a parent out by a record of paragraph 7 is one who was tried and failed.
                self.furthest = facts.flagged.then_some(Unfit::Flagged);
                self.facts = Some(facts.clone());
                self.times_unsaid = 0;
                if let Some(beyond) = &mut self.circumstances {
                    (beyond.record_outdated, beyond.unusable, beyond.preferred) = (false, 0, None);
                }
                self.take_step(Step::Assessing);
            }
            CaseEvent::RecordOutdated => self.beyond_mut().record_outdated = true,
            CaseEvent::RepresentativesAsked => self.take_step(Step::Asked(Question::Representatives)),
            CaseEvent::RepresentativesNamed { persons } => {
                self.times_unsaid = 0;
                let kin = self.facts.as_ref().map_or(0, |facts| facts.kin.len());
                let beyond = self.beyond_mut();
                beyond.appointed.clone_from(persons);
                beyond.unusable = kin as u8;
                self.tried = kin as u8;
            }
            CaseEvent::RepresentativeTried { .. } => {
                self.tried += 1;
                self.take_step(Step::Assessing);
            }
            CaseEvent::RepresentativePreferred { person } => self.beyond_mut().preferred = Some(*person),
            CaseEvent::RepresentativeUnfit { person, why } => {
                // Reading S-15: of those who came equally far, the earlier in order.
                if self.furthest.is_none_or(|furthest| furthest < *why) {
                    self.furthest = Some(*why);
                }
                let is_parent = self.facts.as_ref().is_some_and(|facts| facts.kin.contains(person));
                if is_parent && *why == Unfit::Flagged {
                    self.beyond_mut().unusable += 1;
                }
            }
            CaseEvent::RepresentativeFound { contact } => {
                self.contact = Some(contact.clone());
                self.come_to(Stage::Ready);
            }
            CaseEvent::RegisterCouldNotSay { ask_again, .. } => {
                self.timer = Some((*ask_again, CaseDeadline::AskAgain));
                self.times_unsaid = self.times_unsaid.saturating_add(1);
            }
            // The count stays, so that the next wait is longer.
            CaseEvent::AskedAgain { .. } => self.timer = None,
            CaseEvent::LookedAtAgain => {
                (self.tried, self.furthest, self.look, self.times_unsaid) = (0, None, None, 0);
                let beyond = self.beyond_mut();
                (beyond.unusable, beyond.looked_again) = (0, true);
                self.take_step(Step::Asked(Question::Disability));
            }
            CaseEvent::Excluded { ground, .. } => {
                self.leave_request_open();
                self.come_to(Stage::Excluded(*ground));
            }
            CaseEvent::Held { reason, .. } => {
                if *reason != Hold::ConsentTimeout {
                    self.leave_request_open();
                }
                self.come_to(Stage::Held(*reason));
                let read = self.facts.is_some();
                let beyond = self.beyond_mut();
                // S-03d: that nobody acts lies in what C1-child brought, whatever holds the case besides.
                beyond.record_outdated |= read && *reason == Hold::NoRep;
                let held_for = &mut beyond.held_for;
                if !held_for.contains(reason) {
                    held_for.push(*reason);
                }
            }
            CaseEvent::HoldResolved { hold, representative } => {
                let beyond = self.beyond_mut();
                beyond.chosen = representative.or(beyond.chosen);
                if !super::recheck::has_register(*hold) {
                    beyond.settled.push(*hold);
                }
            }
            CaseEvent::LeftLine { .. } if self.stage == Stage::Offered => self.beyond_mut().form_left = true,
            CaseEvent::LookBegun { look } => {
                self.look = Some(*look);
                (self.timer, self.times_unsaid) = (None, 0);
            }
            CaseEvent::LookEnded { .. } | CaseEvent::NotTaken => {
                (self.look, self.timer, self.times_unsaid) = (None, None, 0);
            }
            CaseEvent::Offered { first, .. } => {
                self.come_to(Stage::Offered);
                if let Some(beyond) = self.circumstances.as_mut().filter(|beyond| *first && beyond.form_left) {
                    beyond.one_more_made = true;
                }
            }
            CaseEvent::Reopened => {
                self.come_to(Stage::Offered);
                if let Some(beyond) = &mut self.circumstances {
                    (beyond.one_more_after, beyond.failed_number) = (None, None);
                }
            }
            CaseEvent::Closed { reason } => self.take_in_closing(*reason),
            CaseEvent::NumberFailed { number, on } => {
                self.beyond_mut().failed_number = Some(FailedNumber { number: *number, on: *on });
            }
            CaseEvent::ApplicationFormed { application, decision_due } => {
                self.application = Some(application.clone());
                self.come_to(Stage::Applied);
                self.timer = decision_due.map(|due| (due, CaseDeadline::DecisionLate));
            }
            CaseEvent::DuplicateReported => self.beyond_mut().duplicate = true,
            CaseEvent::DecisionIsLate => self.timer = None,
            CaseEvent::Granted { notify_at, next_payment, .. } => {
                self.next_payment = *next_payment;
                self.stage = Stage::Granted;
                self.timer = Some((*notify_at, CaseDeadline::NoticeOfGrant));
            }
            CaseEvent::NoticePrepared { warn_at } => {
                self.notice_waits = true;
                self.timer = warn_at.map(|at| (at, CaseDeadline::DisabilityEnding));
            }
            CaseEvent::Notified { .. } | CaseEvent::NoticeHandedOver { .. } => self.notice_waits = false,
            CaseEvent::DisabilityEnds => self.forget_the_disability(),
            CaseEvent::EventAfterGrant { .. } => {
                self.beyond_mut().waits_for_word = true;
                self.next_payment = None;
            }
            CaseEvent::PaymentsGoOn { next_payment } => {
                self.beyond_mut().waits_for_word = false;
                self.next_payment = *next_payment;
            }
            CaseEvent::AccountChanged { account } => self.beyond_mut().account = Some(*account),
            CaseEvent::Moved { district, from } => self.beyond_mut().moves.push((*from, *district)),
            CaseEvent::PaymentStopped => {
                self.stage = Stage::Stopped;
                self.forget_the_disability();
            }
            CaseEvent::StopAnnulled { next_payment } => {
                self.beyond_mut().refutation = None;
                self.stage = Stage::Granted;
                self.next_payment = *next_payment;
            }
            CaseEvent::PaymentOrdered { period, amount } => {
                self.payments.push(Payment { period: *period, amount: *amount, state: PaymentState::Ordered });
            }
            CaseEvent::PaymentOrderedAgain { period } => self.settle(*period, PaymentState::Ordered),
            CaseEvent::NoRateKnown { period } => {
                self.payments.push(Payment { period: *period, amount: Tiyn(0), state: PaymentState::WithoutRate });
            }
            CaseEvent::PaymentsArranged { next_payment } | CaseEvent::PaymentsReckoned { next_payment } => {
                self.next_payment = *next_payment;
            }
            CaseEvent::PaymentConfirmed { period } => self.settle(*period, PaymentState::Confirmed),
            CaseEvent::PaymentReturned { period } => self.settle(*period, PaymentState::Returned),
            CaseEvent::Ended => {
                self.stage = Stage::Ended;
                self.forget_the_disability();
            }
            CaseEvent::RepresentativeLetGo { .. }
            | CaseEvent::LeftLine { .. }
            | CaseEvent::NotReopened { .. }
            | CaseEvent::RowIsConfirmed
            | CaseEvent::NoListAwaited
            | CaseEvent::TurnedEighteen
            | CaseEvent::Amended { .. }
            | CaseEvent::WishReported
            | CaseEvent::TaskNeeded { .. }
            | CaseEvent::Overpaid => {}
            CaseEvent::OfFormer { nth, event } => {
                let former = self.beyond_mut().former.iter_mut().find(|former| former.nth() == *nth);
                if let Some(former) = former {
                    former.take_in(event);
                }
            }
        }
    }

    /// A new order begins: an application under the former one goes on beside it; what is known of the
    /// child and of its consent stays.
    fn begin_order(&mut self, enrolment: &Arc<Enrolment<Sealed>>, day: NaiveDate) {
        let mut begun = Case::new(self.child);
        begun.enrolment = Some(Arc::clone(enrolment));
        begun.row_day = Some(day);
        begun.stage = Stage::Asked(Question::Disability);
        begun.consent = self.consent;
        begun.consent_asked = self.consent_asked;
        begun.facts = self.facts.clone();
        self.leave_request_open();
        if let Some(old) = &mut self.circumstances {
            let mut others = std::mem::take(&mut old.others);
            others.retain(|other| !are_one_order(other, enrolment));
            let kept = Circumstances {
                others,
                former: std::mem::take(&mut old.former),
                appointed: old.appointed.clone(),
                chosen: old.chosen,
                preferred: old.preferred,
                record_outdated: old.record_outdated,
                open_request: old.open_request,
                ..Circumstances::default()
            };
            begun.circumstances = Some(Box::new(kept));
        }
        let former = std::mem::replace(self, begun);
        if former.application.is_some() {
            self.beyond_mut().former.push(former);
        }
    }

    fn begin_consent(&mut self, day: NaiveDate) {
        if self.stage == Stage::Held(Hold::ConsentTimeout) {
            self.beyond_mut().consent_repeated = true;
        }
        self.consent_asked = Some(day);
        self.take_step(Step::Asked(Question::Consent));
    }

    fn take_in_closing(&mut self, reason: Closing) {
        let form_left = self.stage == Stage::Offered;
        let one_more = self.may_be_offered_after(reason);
        if reason == Closing::Refuted {
            // S-12c: an end may be taken back; what KDP says meanwhile counts then.
            self.leave_request_open();
        }
        self.come_to(Stage::Closed(reason));
        // Where the representative is lost, those after him are tried next (S-48).
        if reason != Closing::RepLost {
            (self.tried, self.furthest) = (0, None);
        }
        if form_left && reason != Closing::NoReply {
            let beyond = self.beyond_mut();
            beyond.form_left = true;
            beyond.one_more_after = one_more.then_some(reason);
        }
    }

    /// The end of the disability's term concerns nobody once payments no longer run; App.5 stays owed.
    fn forget_the_disability(&mut self) {
        self.timer = self.timer.filter(|(_, due)| *due != CaseDeadline::DisabilityEnding);
    }
}
