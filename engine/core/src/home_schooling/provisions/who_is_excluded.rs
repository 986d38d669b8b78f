//! Order 42, p. 7, last sentence (A-20, T-05, T-06, T-07, T-32, T-33): a record of death, of being
//! missing, of incapacity, of the absence of citizenship or of registration excludes that person.

use chrono::NaiveDate;
use proaktiv_messages::{Exclusion, Registration, Status, StatusKind};

/// Returns whether a status holds today (T-33): from its first day to the day before its end.
pub fn holds(status: &Status, today: NaiveDate) -> bool {
    status.from <= today && status.to.is_none_or(|end| today < end)
}

/// Returns the ground on which a person with these statuses is excluded today, the gravest first.
///
/// Reading T-06: any one ground suffices; nobody is dead and incapable at once.
/// Reading T-33: a status holds from its first day to the day before its end; one not given is no record.
pub fn ground_of_statuses(statuses: &[Status], today: NaiveDate) -> Option<Exclusion> {
    statuses
        .iter()
        .filter(|status| holds(status, today))
        .filter_map(|status| match status.kind {
            StatusKind::Dead => Some(Exclusion::Death),
            StatusKind::Missing => Some(Exclusion::Missing),
            StatusKind::Incapable => Some(Exclusion::Incapacity),
            StatusKind::Stateless => Some(Exclusion::NoCitizenship),
            // The list of paragraph 7 is closed (S-02): these exclude nobody.
            StatusKind::DeprivedOfRights | StatusKind::FullStateCare | StatusKind::Departed => None,
        })
        .min()
}

/// Returns the ground on which a person is excluded today, registration included.
///
/// Reading T-05: the Russian text, *absence* of registration; the Kazakh text taken literally would
/// exclude everybody whom the same paragraph demands to be registered.
/// Reading T-32: a record is needed; registration that is not given excludes nobody.
pub fn ground_of(statuses: &[Status], registration: Registration, today: NaiveDate) -> Option<Exclusion> {
    ground_of_statuses(statuses, today).or(match registration {
        Registration::Removed => Some(Exclusion::NoRegistration),
        Registration::Permanent(_) | Registration::Temporary(_) | Registration::NotGiven => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::home_schooling::case::tests::date;
    use proaktiv_messages::District;

    fn status(kind: StatusKind) -> Status {
        Status { kind, from: date(2024, 3, 10), to: Some(date(2024, 3, 20)) }
    }

    #[test]
    fn each_record_excludes_by_itself() {
        for (kind, ground) in [
            (StatusKind::Dead, Exclusion::Death),
            (StatusKind::Missing, Exclusion::Missing),
            (StatusKind::Incapable, Exclusion::Incapacity),
            (StatusKind::Stateless, Exclusion::NoCitizenship),
        ] {
            assert_eq!(ground_of_statuses(&[status(kind)], date(2024, 3, 15)), Some(ground));
        }
    }

    #[test]
    fn a_status_holds_from_its_first_day_to_the_day_before_its_end() {
        let missing = [status(StatusKind::Missing)];
        for (today, excluded) in [(9, false), (10, true), (19, true), (20, false)] {
            assert_eq!(ground_of_statuses(&missing, date(2024, 3, today)).is_some(), excluded, "{today}");
        }
    }

    #[test]
    fn registered_people_stay_and_removed_people_go() {
        let today = date(2024, 3, 15);
        let district = District(710_000_000);
        assert_eq!(ground_of(&[], Registration::Permanent(district), today), None);
        assert_eq!(ground_of(&[], Registration::Temporary(district), today), None);
        assert_eq!(ground_of(&[], Registration::NotGiven, today), None);
        assert_eq!(ground_of(&[], Registration::Removed, today), Some(Exclusion::NoRegistration));
    }
}
