//! Order 42, p. 7(1) (A-15, A-16, A-18, A-20, S-02, S-38): what a representative's record must show.

use chrono::NaiveDate;
use proaktiv_messages::{Naming, PersonRecord, Registration, Status, StatusKind};

use super::kin_are_usable::is_adult;
use super::who_is_excluded::{ground_of, ground_of_statuses};
use crate::home_schooling::Unfit;
use crate::home_schooling::parameters::Law;

/// Returns why the representative cannot act today, the first in the order of the paragraph; none if he can.
pub fn unfit<N: Naming>(record: &PersonRecord<N>, today: NaiveDate, law: &Law) -> Option<Unfit> {
    // Reading T-07: the person with the flag is out, and the next representative is tried.
    if ground_of(&record.person.statuses, record.person.registration, today, law).is_some() {
        return Some(Unfit::Flagged);
    }
    // Reading S-11: deprived of rights, where a source says so, is no parent who could act.
    if record.person.statuses.iter().any(|status| ends_his_acting(status, today, law).is_some()) {
        return Some(Unfit::Flagged);
    }
    match record.person.registration {
        Registration::Permanent(_) => {}
        Registration::Temporary(_) | Registration::NotGiven | Registration::Removed => {
            return Some(Unfit::RegNotPermanent);
        }
    }
    // Reading S-02: a document is current if one of them is, invalidated and outdated ones beside it do no harm.
    let current = record.documents.iter().any(|document| !document.invalidated && today <= document.valid_to);
    if !current {
        return Some(Unfit::IdNotActual);
    }
    (!is_adult(record.born, today)).then_some(Unfit::Minor)
}

/// Returns the status if it ends a representative's acting today (S-11, S-48): one that paragraph 7 names,
/// or the loss of rights. Departure changes nothing.
pub fn ends_his_acting(status: &Status, today: NaiveDate, law: &Law) -> Option<StatusKind> {
    let holds = status.from <= today && status.to.is_none_or(|end| today < end);
    let deprived = status.kind == StatusKind::DeprivedOfRights && holds;
    let flagged = ground_of_statuses(std::slice::from_ref(status), today, law).is_some();
    (deprived || flagged).then_some(status.kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::home_schooling::case::tests::{date, person_record};
    use crate::home_schooling::parameters::example::law;

    #[test]
    fn a_document_is_current_on_its_last_day_and_not_the_day_after() {
        let record = person_record();
        let last = record.documents[0].valid_to;
        assert_eq!(unfit(&record, last, &law()), None);
        assert_eq!(unfit(&record, last.succ_opt().expect("a day"), &law()), Some(Unfit::IdNotActual));
    }

    #[test]
    fn an_invalidated_document_does_not_count() {
        let mut record = person_record();
        record.documents[0].invalidated = true;
        assert_eq!(unfit(&record, date(2024, 3, 15), &law()), Some(Unfit::IdNotActual));
    }

    #[test]
    fn a_minor_parent_cannot_act() {
        let mut record = person_record();
        record.born = date(2006, 3, 16);
        assert_eq!(unfit(&record, date(2024, 3, 15), &law()), Some(Unfit::Minor));
        assert_eq!(unfit(&record, date(2024, 3, 16), &law()), None);
    }

    #[test]
    fn registration_removed_is_a_flag_and_temporary_is_a_lack() {
        let mut record = person_record();
        record.person.registration = Registration::Removed;
        assert_eq!(unfit(&record, date(2024, 3, 15), &law()), Some(Unfit::Flagged));
        record.person.registration = Registration::NotGiven;
        assert_eq!(unfit(&record, date(2024, 3, 15), &law()), Some(Unfit::RegNotPermanent));
    }
}
