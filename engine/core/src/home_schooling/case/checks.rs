//! Order 42, p. 4–9, as one child meets them: row, disability, application, consent, record, representative.

use std::sync::Arc;

use proaktiv_messages::{
    ChildRecord, Consent, ConsentDecided, ConsentOutcome, Disability, Enrolment, Exclusion, Finding, FormNumber, Hold,
    LiveApplication, Moment, Party, Purpose, Registration, Sealed, Token,
};

use super::{Case, CaseEvent, CaseRefusal, ChildFacts, Contact, Question, Stage};
use crate::calendar::astana;
use crate::fact::Fact;
use crate::home_schooling::provisions::a_register_is_asked_again::asked_again_at;
use crate::home_schooling::provisions::kin_are_usable::{Stop, stop_at_the_record};
use crate::home_schooling::provisions::who_is_excluded::ground_of_statuses;
use crate::home_schooling::{Condition, Unfit};

type Decided = Result<(), CaseRefusal>;

impl Case {
    /// P. 4: a row begins the case; a later version of it is linked.
    pub(super) fn take_row(&self, enrolment: &Arc<Enrolment<Sealed>>, events: &mut Vec<CaseEvent>) -> Decided {
        let enrolment = Arc::clone(enrolment);
        events.push(match self.stage {
            Stage::New => CaseEvent::Listed { enrolment },
            Stage::Asked(_)
            | Stage::Assessing
            | Stage::Ready
            | Stage::Offered
            | Stage::Applied
            | Stage::Granted
            | Stage::Ended
            | Stage::Excluded(_)
            | Stage::Held(_)
            | Stage::Closed(_) => CaseEvent::VersionLinked { enrolment },
        });
        Ok(())
    }

    fn is_asking(&self, question: Question) -> Decided {
        if self.stage == Stage::Asked(question) { Ok(()) } else { Err(CaseRefusal::NobodyAsked) }
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
            Finding::Yes(_) => {
                CaseEvent::DisabilityConfirmed { fact: Fact { finding: *finding, source: Party::Cbdi, at: now } }
            }
            Finding::No => CaseEvent::Excluded { ground: Exclusion::NoDisability },
            Finding::Unknown => self.could_not_say(Question::Disability, now, law),
        });
        Ok(())
    }

    /// P. 6 (A-12, A-13, S-26): a live application excludes.
    pub(super) fn take_applications(
        &self,
        finding: &Finding<LiveApplication>,
        now: Moment,
        law: &Condition,
        events: &mut Vec<CaseEvent>,
    ) -> Decided {
        self.is_asking(Question::Applications)?;
        events.push(match finding {
            Finding::Yes(_) => CaseEvent::Excluded { ground: Exclusion::Application },
            Finding::No => CaseEvent::NoApplicationFound { at: now },
            Finding::Unknown => self.could_not_say(Question::Applications, now, law),
        });
        Ok(())
    }

    /// P. 7 (A-14, S-03): refused for the child's record, the case is closed; refusal is a will.
    pub(super) fn take_consent(&self, decided: &ConsentDecided<Sealed>, events: &mut Vec<CaseEvent>) -> Decided {
        self.is_asking(Question::Consent)?;
        events.push(match decided.outcome {
            ConsentOutcome::Given(consent) => CaseEvent::ConsentGiven { consent },
            ConsentOutcome::Refused => CaseEvent::Closed { reason: proaktiv_messages::Closing::ConsentRefused },
        });
        Ok(())
    }

    /// P. 7 (A-15… ): the child's own record, and the first of its kin who may act.
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
        match stop_at_the_record(record, today) {
            Some(Stop::Excluded(ground)) => events.push(CaseEvent::Excluded { ground }),
            Some(Stop::Held(reason)) => events.push(CaseEvent::Held { reason }),
            None => {
                let Some(birth) = &record.birth else { return Ok(()) };
                let Registration::Permanent(district) = record.child.registration else { return Ok(()) };
                let usable = record.kin.iter().filter(|kin| ground_of_statuses(&kin.statuses, today).is_none());
                let kin: smallvec::SmallVec<[Token; 2]> = usable.map(|kin| kin.person).collect();
                let first = kin.first().copied();
                let flagged = kin.len() < record.kin.len();
                let facts = ChildFacts { birth_act: birth.number, born: birth.born, district, kin, flagged, at: now };
                events.push(CaseEvent::ChildRecordTaken { facts });
                events.extend(first.map(|person| CaseEvent::RepresentativeTried { person }));
            }
        }
        Ok(())
    }

    /// Returns the representative who is being looked at.
    fn on_trial(&self) -> Option<Token> {
        let facts = self.facts.as_ref().filter(|_| self.stage == Stage::Assessing)?;
        facts.kin.get(usize::from(self.tried).checked_sub(1)?).copied()
    }

    /// P. 8 and 9: the representative can act and the banks have answered.
    pub(super) fn take_contact(&self, contact: &Contact, events: &mut Vec<CaseEvent>) -> Decided {
        if self.on_trial() != Some(contact.recipient) {
            return Err(CaseRefusal::NobodyAsked);
        }
        events.push(CaseEvent::RepresentativeFound { contact: contact.clone() });
        Ok(())
    }

    /// P. 7 and 8 (S-15): the next representative is tried on a definite no of the former.
    pub(super) fn take_unfit(&self, person: Token, why: Unfit, events: &mut Vec<CaseEvent>) -> Decided {
        if self.on_trial() != Some(person) {
            return Err(CaseRefusal::NobodyAsked);
        }
        events.push(CaseEvent::RepresentativeUnfit { person, why });
        let next = self.facts.as_ref().and_then(|facts| facts.kin.get(usize::from(self.tried)));
        // Reading S-15: what is not known is no definite no, and the next is not tried for it.
        let definite = !matches!(why, Unfit::BankUnknown | Unfit::ConsentExpired);
        if let Some(&person) = next.filter(|_| definite) {
            events.push(CaseEvent::RepresentativeTried { person });
            return Ok(());
        }
        let furthest = self.furthest.map_or(why, |furthest| furthest.max(why));
        events.push(match furthest {
            Unfit::ConsentRefused => CaseEvent::Closed { reason: proaktiv_messages::Closing::ConsentRefused },
            Unfit::ConsentTimeout => CaseEvent::Held { reason: Hold::ConsentTimeout },
            Unfit::ConsentExpired => CaseEvent::Held { reason: Hold::ConsentExpired },
            Unfit::BankUnknown => CaseEvent::Held { reason: Hold::BankUnknown },
            Unfit::Flagged => CaseEvent::Held { reason: Hold::NoRep },
            Unfit::RegNotPermanent => CaseEvent::Held { reason: Hold::RegNotPermanent },
            Unfit::IdNotActual => CaseEvent::Held { reason: Hold::IdNotActual },
            Unfit::Minor => CaseEvent::Held { reason: Hold::RepMinor },
            Unfit::NoBmg => CaseEvent::Held { reason: Hold::NoBmg },
        });
        Ok(())
    }

    /// P. 9: the line has sent the form.
    pub(super) fn take_offer(&self, form: FormNumber, events: &mut Vec<CaseEvent>) -> Decided {
        if !self.takes_an_offer() {
            return Err(CaseRefusal::NoOfferIsOpen);
        }
        events.push(CaseEvent::Offered { form });
        Ok(())
    }

    /// A-11, I-12: a register that cannot say is asked again.
    fn could_not_say(&self, question: Question, now: Moment, law: &Condition) -> CaseEvent {
        let times = self.ask_again.map_or(0, |(_, times)| times);
        CaseEvent::RegisterCouldNotSay { question, ask_again: asked_again_at(now, times, &law.law) }
    }

    /// A-11, I-12: the wait is over.
    pub(super) fn ask_again(&self, now: Moment, events: &mut Vec<CaseEvent>) -> Decided {
        let Stage::Asked(question) = self.stage else { return Err(CaseRefusal::NotDue) };
        match self.ask_again {
            Some((due, _)) if due <= now => {
                events.push(CaseEvent::AskedAgain { question });
                Ok(())
            }
            Some(_) | None => Err(CaseRefusal::NotDue),
        }
    }

    /// Returns the consent that allows reading the child's record; I-1 is checked on what leaves.
    pub(super) fn consent_for_record(&self) -> Option<Consent<Sealed>> {
        self.consent.filter(|consent| consent.purposes.cover(Purpose::ChildRecord))
    }
}
