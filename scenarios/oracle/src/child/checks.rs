//! Paragraphs 4 to 8: each answer of a register moves a child on, stops it or holds it (S-15, S-46).

use chrono::NaiveDate;
use proaktiv_messages::{
    ChildRecord, Clear, Closing, Consent, Enrolment, Exclusion, Finding, Hold, Language, Moment, NumberRecord, Outcome,
    PersonRecord, Registration, RowFault, Status, StatusKind,
};

use super::{Came, Child, Stage};
use crate::calendar::{Day, date, day, day_of, eighteenth_birthday};

impl Child {
    /// A row of the list (A-07, A-08, S-33).
    pub(crate) fn listed(&mut self, row: &Enrolment<Clear>, now: Moment) {
        if row.ended.is_some() {
            return self.give_up("ended_row");
        }
        if !matches!(self.stage, Stage::Unlisted | Stage::ReturnDue | Stage::Returned) {
            return;
        }
        let faults = faults(row);
        // A row that went back is looked at again only when it lacks something else or nothing.
        if self.stage != Stage::Unlisted && faults == self.faults {
            return;
        }
        self.school = row.school;
        self.school_district = row.district;
        self.row = row.row;
        self.faults = faults;
        if self.faults.is_empty() {
            self.from = row.from.map_or(Day::MIN, day);
            self.to = row.to.map_or(Day::MAX, day);
            self.observe(now, 4, Outcome::Listed);
            self.go(Stage::DisabilityDue, now);
        } else {
            self.go(Stage::ReturnDue, now);
        }
    }

    /// CBDI answers.
    pub(crate) fn disability<T>(&mut self, answer: &Finding<T>, now: Moment) {
        match answer {
            Finding::Yes(_) => {
                self.observe(now, 5, Outcome::Passed);
                self.go(Stage::ApplicationsDue, now);
            }
            Finding::No => self.exclude(Exclusion::NoDisability, now),
            Finding::Unknown => self.give_up("unknown_answer"),
        }
    }

    /// The counter answers.
    pub(crate) fn applications<T>(&mut self, answer: &Finding<T>, now: Moment) {
        match answer {
            Finding::Yes(_) => self.exclude(Exclusion::Application, now),
            Finding::No => {
                self.observe(now, 6, Outcome::Passed);
                self.go(Stage::ChildConsentDue, now);
            }
            Finding::Unknown => self.give_up("unknown_answer"),
        }
    }

    /// KDP says what became of C1-child (S-03).
    pub(crate) fn child_consent(&mut self, given: Option<Consent<Clear>>, now: Moment) {
        match given {
            Some(consent) => {
                self.consent = Some(consent);
                self.go(Stage::ChildDue, now);
            }
            None => self.close(Closing::ConsentRefused, 7, now),
        }
    }

    /// GBDFL says what is recorded of the child (A-15…, S-27).
    pub(crate) fn record(&mut self, record: &ChildRecord<Clear>, now: Moment) {
        let today = date(day_of(now));
        self.consent = None;
        if let Some(kind) = status(&record.child.statuses, today) {
            let ground = match kind {
                StatusKind::Dead => Exclusion::Death,
                StatusKind::Missing => Exclusion::Missing,
                StatusKind::Incapable => Exclusion::Incapacity,
                StatusKind::Stateless
                | StatusKind::DeprivedOfRights
                | StatusKind::FullStateCare
                | StatusKind::Departed => Exclusion::NoCitizenship,
            };
            return self.exclude(ground, now);
        }
        if record.child.registration == Registration::Removed {
            return self.exclude(Exclusion::NoRegistration, now);
        }
        let Some(birth) = &record.birth else { return self.hold(Hold::NoBirthRecord, now) };
        self.birthday_18 = eighteenth_birthday(birth.born);
        if self.birthday_18 <= day_of(now) {
            return self.exclude(Exclusion::Age18, now);
        }
        match record.child.registration {
            Registration::Permanent(district) => self.district = district,
            Registration::Temporary(_) | Registration::NotGiven | Registration::Removed => {
                return self.hold(Hold::RegNotPermanent, now);
            }
        }
        // S-03d: whom the child's own answer shows flagged is never asked.
        let usable = record.kin.iter().filter(|kin| status(&kin.statuses, today).is_none());
        self.others = usable.rev().map(|kin| kin.person).collect();
        if self.others.len() < record.kin.len() {
            self.furthest = Came::Flagged;
        }
        self.next_representative(now);
    }

    /// The representative whose turn it was is out (S-15).
    fn representative_out(&mut self, came: Came, now: Moment) {
        self.furthest = self.furthest.max(came);
        self.next_representative(now);
    }

    fn next_representative(&mut self, now: Moment) {
        self.consent = None;
        self.name = None;
        if let Some(next) = self.others.pop() {
            self.representative = next;
            return self.go(Stage::RepConsentDue, now);
        }
        match self.furthest {
            // Reading S-03, S-15: a refusal beside a flag is no refusal of all.
            Came::Refused => self.close(Closing::ConsentRefused, 7, now),
            Came::Nowhere | Came::Flagged => self.hold(Hold::NoRep, now),
            Came::NotPermanent => self.hold(Hold::RegNotPermanent, now),
            Came::NotActual => self.hold(Hold::IdNotActual, now),
            Came::Minor => self.hold(Hold::RepMinor, now),
            Came::NoNumber => self.hold(Hold::NoBmg, now),
        }
    }

    /// KDP says what became of C1-rep (S-03, S-15).
    pub(crate) fn representative_consent(&mut self, given: Option<Consent<Clear>>, now: Moment) {
        match given {
            Some(consent) => {
                self.consent = Some(consent);
                self.go(Stage::PersonDue, now);
            }
            None => self.representative_out(Came::Refused, now),
        }
    }

    /// GBDFL says what is recorded of the representative (A-15, A-16, A-18, A-20, S-02, S-38).
    pub(crate) fn person(&mut self, record: &PersonRecord<Clear>, now: Moment) {
        let today = date(day_of(now));
        let registration = record.person.registration;
        if status(&record.person.statuses, today).is_some() || registration == Registration::Removed {
            return self.representative_out(Came::Flagged, now);
        }
        if !matches!(registration, Registration::Permanent(_)) {
            return self.representative_out(Came::NotPermanent, now);
        }
        if !record.documents.iter().any(|document| !document.invalidated && document.valid_to >= today) {
            return self.representative_out(Came::NotActual, now);
        }
        if day_of(now) < eighteenth_birthday(record.born) {
            return self.representative_out(Came::Minor, now);
        }
        self.name = Some(record.person.name.clone());
        // Whether a second accepted representative is observed again is not said.
        self.observed_loosely |= std::mem::replace(&mut self.accepted_before, true);
        self.observe(now, 7, Outcome::Passed);
        self.go(Stage::NumberDue, now);
    }

    /// BMG says which numbers the representative has (A-21, S-01, S-01b, S-24).
    pub(crate) fn numbers(&mut self, answer: &Finding<NumberRecord<Clear>>, now: Moment) {
        match answer {
            Finding::Yes(record) => {
                let chosen = record
                    .numbers
                    .iter()
                    .min_by_key(|one| (!one.main, std::cmp::Reverse(one.confirmed), one.number.number()));
                let Some(chosen) = chosen else { return self.give_up("unknown_answer") };
                self.msisdn = Some(chosen.number);
                self.language = record.language.unwrap_or(Language::Kk);
                self.observe(now, 8, Outcome::Passed);
                self.go(Stage::Banks, now);
            }
            Finding::No => self.representative_out(Came::NoNumber, now),
            Finding::Unknown => self.give_up("unknown_answer"),
        }
    }
}

/// Returns the first status of paragraph 7 that holds on `today`, in the order of the act.
fn status(statuses: &[Status], today: NaiveDate) -> Option<StatusKind> {
    let holds = |one: &&Status| one.from <= today && one.to.is_none_or(|to| today < to);
    statuses.iter().filter(holds).map(|one| one.kind).min()
}

/// Returns all that A-08 demands and a row lacks.
fn faults(row: &Enrolment<Clear>) -> Vec<RowFault> {
    let mut faults = Vec::new();
    if row.order_number.as_ref().is_none_or(|number| number.trim().is_empty()) {
        faults.push(RowFault::NoOrderNumber);
    }
    if row.order_date.is_none() {
        faults.push(RowFault::NoOrderDate);
    }
    match (row.from, row.to) {
        (Some(from), Some(to)) if to < from => faults.push(RowFault::PeriodBackwards),
        (Some(_), Some(_)) => {}
        (None, _) | (_, None) => faults.push(RowFault::NoPeriod),
    }
    if row.conclusions.is_empty() {
        faults.push(RowFault::NoConclusion);
    }
    faults
}
