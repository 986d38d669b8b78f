//! Order 42, p. 7 (S-03, S-03b, S-03d): his consent: asked for, given, refused, unanswered, run out,
//! taken back.

use proaktiv_messages::{ConsentDecided, ConsentOutcome, ConsentWithdrawn, Moment, Sealed, Token};

use super::{About, Decided, Progress, Recipient, RecipientEvent, RecipientRefusal, Unfit, Waiter, days_have_gone_by};
use crate::Aggregate;
use crate::calendar::astana;
use crate::home_schooling::Condition;

impl Recipient {
    /// P. 7 (S-15, S-46): a child asks for him. What is known answers it; a child that was told already
    /// asks for the paragraph that stopped him to be looked at again.
    pub(super) fn assess(
        &self,
        waiter: Waiter,
        doubted: Option<Token>,
        again: bool,
        now: Moment,
        law: &Condition,
        events: &mut Vec<RecipientEvent>,
    ) {
        if self.progress == Progress::Known && doubted.is_some() && doubted == self.number.map(|(number, _)| number) {
            events.push(RecipientEvent::NumberDoubted);
            let mut doubtful = self.clone();
            doubtful.evolve(&RecipientEvent::NumberDoubted);
            return doubtful.assess(waiter, None, again, now, law, events);
        }
        let asks_again = self.children.iter().any(|served| served.waiter.child == waiter.child);
        match self.progress {
            Progress::Consent | Progress::Record | Progress::Number | Progress::Accounts => {
                events.push(RecipientEvent::AskedFor { waiter, at_once: false, again });
            }
            Progress::Known => events.push(RecipientEvent::AskedFor { waiter, at_once: true, again }),
            Progress::New => {
                events.push(RecipientEvent::AskedFor { waiter, at_once: false, again });
                events.push(RecipientEvent::ConsentAskedFor { at: now, anew: false });
            }
            Progress::Paused => {
                events.push(RecipientEvent::AskedFor { waiter, at_once: false, again });
                events.push(self.resumed_or_renewed(now, law));
            }
            Progress::Unfit(why) => {
                let next = self.what_follows(why, asks_again, now, law);
                events.push(RecipientEvent::AskedFor { waiter, at_once: next.is_none(), again });
                events.extend(next);
            }
        }
    }

    /// Returns how the questions to somebody who could not act begin again; none if they do not yet.
    fn what_follows(&self, why: Unfit, asks_again: bool, now: Moment, law: &Condition) -> Option<RecipientEvent> {
        let request = RecipientEvent::ConsentAskedFor { at: now, anew: false };
        let after = |days| self.requested.is_none_or(|last| days_have_gone_by(last.at, days, now));
        match why {
            // Reading S-03: refusal is a will: it is not asked for again but for another child, much later.
            Unfit::ConsentRefused => (!asks_again && after(law.law.consent_renew_days())).then_some(request),
            Unfit::ConsentTimeout if self.allows(About::Record, false, now) => Some(self.resumed(now, law)),
            // Reading S-03: one more request, and not more for the same order.
            Unfit::ConsentTimeout => {
                let once_more = !asks_again || self.requested.is_none_or(|last| last.unanswered < 2);
                (once_more && after(law.law.consent_repeat_days())).then_some(request)
            }
            Unfit::ConsentExpired => after(law.law.consent_renew_days()).then_some(request),
            // S-48: no register is asked for it; GBDFL tells when it takes the record back.
            Unfit::Flagged if self.beside().lost => None,
            Unfit::Flagged
            | Unfit::RegNotPermanent
            | Unfit::IdNotActual
            | Unfit::Minor
            | Unfit::NoBmg
            | Unfit::BankUnknown => Some(self.resumed_or_renewed(now, law)),
        }
    }

    /// Reading S-15: it is a no of this moment that lets the next be tried; what another child's case heard of him
    /// earlier is asked again.
    ///
    /// Reading S-03d: a consent that has run out is asked for anew, at most once in so many days.
    fn resumed_or_renewed(&self, now: Moment, law: &Condition) -> RecipientEvent {
        if self.allows(About::Record, false, now) { self.resumed(now, law) } else { self.renewed(now, law) }
    }

    /// Returns the event with which a consent that has run out is asked for anew, or is what stops him.
    pub(super) fn renewed(&self, now: Moment, law: &Condition) -> RecipientEvent {
        let renewed = self.requested.is_none_or(|last| days_have_gone_by(last.at, law.law.consent_renew_days(), now));
        if renewed {
            RecipientEvent::ConsentAskedFor { at: now, anew: false }
        } else {
            RecipientEvent::FoundUnfit { why: Unfit::ConsentExpired }
        }
    }

    /// Returns the event with which the questions go on at the paragraph that stopped him.
    fn resumed(&self, now: Moment, law: &Condition) -> RecipientEvent {
        RecipientEvent::Resumed { next: self.next_question(law), until: end_of_day(now) }
    }

    /// Returns what is not yet known of him.
    pub(super) fn next_question(&self, law: &Condition) -> Progress {
        if self.name.is_none() {
            return Progress::Record;
        }
        if self.number.is_none() {
            return Progress::Number;
        }
        if self.silent_banks(law).next().is_some() { Progress::Accounts } else { Progress::Known }
    }

    /// Reading S-03: KDP has the request; three working days are counted from this moment.
    pub(super) fn take_request_received(
        &self,
        now: Moment,
        law: &Condition,
        events: &mut Vec<RecipientEvent>,
    ) -> Decided {
        // The person may have answered before KDP's word of receipt arrived.
        if self.progress != Progress::Consent {
            return Ok(());
        }
        let until = law.law.end_of_working_day_after(now, law.law.consent_unanswered_working_days());
        let until = until.map_err(|_| RecipientRefusal::BeyondTheCalendar)?;
        events.push(RecipientEvent::RequestReceived { until });
        Ok(())
    }

    /// KDP: what he decided.
    pub(super) fn take_consent(
        &self,
        decided: &ConsentDecided<Sealed>,
        now: Moment,
        law: &Condition,
        events: &mut Vec<RecipientEvent>,
    ) -> Decided {
        let late = self.progress == Progress::Unfit(Unfit::ConsentTimeout);
        if self.progress != Progress::Consent && !late {
            return Err(RecipientRefusal::NobodyAsked);
        }
        events.push(match decided.outcome {
            ConsentOutcome::Given(consent) if late => RecipientEvent::ConsentCameLate { consent },
            ConsentOutcome::Given(consent) => {
                let next = if self.nobody_waits() { Progress::Paused } else { self.next_question(law) };
                RecipientEvent::ConsentGiven { consent, next, until: end_of_day(now) }
            }
            ConsentOutcome::Refused => RecipientEvent::FoundUnfit { why: Unfit::ConsentRefused },
        });
        Ok(())
    }

    /// S-03, S-03b: he took it back: nothing is asked any more.
    pub(super) fn take_withdrawal(
        &self,
        withdrawn: &ConsentWithdrawn<Sealed>,
        law: &Condition,
        events: &mut Vec<RecipientEvent>,
    ) -> Decided {
        if self.consent.as_ref().is_none_or(|consent| consent.id != withdrawn.consent) {
            return Err(RecipientRefusal::NoSuchConsent);
        }
        events.push(RecipientEvent::ConsentWithdrawn { withdrawn: *withdrawn });
        self.answer_without_asking(law, events);
        Ok(())
    }

    /// S-03, S-20: the request counts as unanswered; silent banks are waited for no longer.
    pub(super) fn give_up(&self, now: Moment, law: &Condition, events: &mut Vec<RecipientEvent>) -> Decided {
        if self.gives_up.is_none_or(|due| now < due) {
            return Err(RecipientRefusal::NotDue);
        }
        let known = !self.counting(law).is_empty();
        events.push(match self.progress {
            Progress::Consent => RecipientEvent::FoundUnfit { why: Unfit::ConsentTimeout },
            // Reading S-20: with an account known, the form rests on the banks that answered.
            Progress::Accounts if known => RecipientEvent::BanksGivenUp,
            Progress::Accounts
            | Progress::New
            | Progress::Record
            | Progress::Number
            | Progress::Known
            | Progress::Paused
            | Progress::Unfit(_) => RecipientEvent::FoundUnfit { why: Unfit::BankUnknown },
        });
        Ok(())
    }
}

/// Reading S-20: silent banks are asked until 24:00 of the day.
pub(super) fn end_of_day(now: Moment) -> Moment {
    astana::at_hour(astana::civil_day(now), 24)
}
