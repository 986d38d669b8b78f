//! Order 42, p. 7(1) and S-27: what the child's own record must show.

use chrono::{Datelike, NaiveDate};
use proaktiv_messages::{ChildRecord, Exclusion, Hold, Naming, Registration, Status, StatusKind};

use super::who_is_excluded::{ground_of, ground_of_statuses, holds};
use crate::home_schooling::parameters::Law;

/// What stops a child at its own record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Excluded for a fact that the act names.
    Excluded(Exclusion),
    /// Held for anything else.
    Held(Hold),
}

/// Returns what stops the child at its record today: first what excludes, then what holds.
pub fn stop_at_the_record<N: Naming>(record: &ChildRecord<N>, today: NaiveDate, law: &Law) -> Option<Stop> {
    if let Some(ground) = ground_of(&record.child.statuses, record.child.registration, today, law) {
        return Some(Stop::Excluded(ground));
    }
    let Some(birth) = &record.birth else {
        return Some(Stop::Held(Hold::NoBirthRecord));
    };
    // Reading S-27: the birth date is the act record's, never the digits of the IIN.
    if is_adult(birth.born, today) {
        return Some(Stop::Excluded(Exclusion::Age18));
    }
    match record.child.registration {
        Registration::Permanent(_) => {}
        // Reading A-15: an address that is temporary or not given holds, and never excludes.
        Registration::Temporary(_) | Registration::NotGiven | Registration::Removed => {
            return Some(Stop::Held(Hold::RegNotPermanent));
        }
    }
    // Reading S-39: full state care, an institution, or abroad for good: the pack of order 84 decides.
    let away = |status: &Status| matches!(status.kind, StatusKind::FullStateCare | StatusKind::Departed);
    let held = record.child.statuses.iter().any(|status| away(status) && holds(status, today));
    held.then_some(Stop::Held(Hold::FullStateCare))
}

/// Returns whether a parent with these statuses may act for the child today.
///
/// Reading S-11: deprivation of parental rights, where the record says so, makes a parent as unusable
/// as the records of paragraph 7 do.
pub fn is_usable(statuses: &[Status], today: NaiveDate, law: &Law) -> bool {
    let deprived = |status: &Status| status.kind == StatusKind::DeprivedOfRights && holds(status, today);
    ground_of_statuses(statuses, today, law).is_none() && !statuses.iter().any(deprived)
}

/// Returns the day on which someone born on `born` turns eighteen.
///
/// Reading S-27: born on 29 February, eighteen on 1 March of a common year.
pub fn eighteenth_birthday(born: NaiveDate) -> NaiveDate {
    let year = born.year() + 18;
    born.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 3, 1)).unwrap_or(NaiveDate::MAX)
}

/// Returns whether someone born on `born` is eighteen on `day`.
pub fn is_adult(born: NaiveDate, day: NaiveDate) -> bool {
    eighteenth_birthday(born) <= day
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::home_schooling::case::tests::{child_record, date};
    use crate::home_schooling::parameters::example::law;
    use proaktiv_messages::District;

    #[test]
    fn a_sound_record_stops_nobody() {
        assert_eq!(stop_at_the_record(&child_record(), date(2024, 3, 15), &law()), None);
    }

    #[test]
    fn each_lack_has_its_stop() {
        let today = date(2024, 3, 15);
        let mut record = child_record();
        record.birth = None;
        assert_eq!(stop_at_the_record(&record, today, &law()), Some(Stop::Held(Hold::NoBirthRecord)));
        let mut record = child_record();
        record.child.registration = Registration::Temporary(District(710_000_000));
        assert_eq!(stop_at_the_record(&record, today, &law()), Some(Stop::Held(Hold::RegNotPermanent)));
        let mut record = child_record();
        record.child.registration = Registration::Removed;
        assert_eq!(stop_at_the_record(&record, today, &law()), Some(Stop::Excluded(Exclusion::NoRegistration)));
        let mut record = child_record();
        record.child.statuses.push(Status { kind: StatusKind::FullStateCare, from: date(2020, 1, 1), to: None });
        assert_eq!(stop_at_the_record(&record, today, &law()), Some(Stop::Held(Hold::FullStateCare)));
    }

    #[test]
    fn a_parent_without_rights_is_unusable_from_the_first_day_of_it() {
        let deprived = [Status { kind: StatusKind::DeprivedOfRights, from: date(2024, 3, 15), to: None }];
        assert!(is_usable(&deprived, date(2024, 3, 14), &law()));
        assert!(!is_usable(&deprived, date(2024, 3, 15), &law()));
    }

    #[test]
    fn eighteen_on_the_birthday_and_not_the_day_before() {
        let born = date(2006, 3, 15);
        assert!(!is_adult(born, date(2024, 3, 14)));
        assert!(is_adult(born, date(2024, 3, 15)));
        assert!(is_adult(born, date(2024, 3, 16)));
    }

    #[test]
    fn born_on_a_leap_day_eighteen_on_the_first_of_march() {
        let born = date(2008, 2, 29);
        assert!(!is_adult(born, date(2026, 2, 28)));
        assert!(is_adult(born, date(2026, 3, 1)));
    }
}
