//! Order 42, p. 7, last sentence (A-20, T-05, T-06, T-07, T-32, T-33): a record of death, of being
//! missing, of incapacity, of the absence of citizenship or of registration excludes that person.

use chrono::NaiveDate;
use proaktiv_messages::{Exclusion, Registration, Status, StatusKind};

use crate::home_schooling::parameters::Law;

/// Returns whether a status holds today (T-33): from its first day to the day before its end.
pub fn holds(status: &Status, today: NaiveDate) -> bool {
    status.from <= today && status.to.is_none_or(|end| today < end)
}

/// Returns the ground on which a person with these statuses is excluded today, the gravest first.
///
/// Reading T-06: any one ground suffices; nobody is dead and incapable at once.
/// Reading T-32: absence of citizenship is a record of statelessness, unless a parameter says that it
/// excludes nobody; citizens of other states go on.
/// Reading T-33: a status holds from its first day to the day before its end; one not given is no record.
pub fn ground_of_statuses(statuses: &[Status], today: NaiveDate, law: &Law) -> Option<Exclusion> {
    statuses
        .iter()
        .filter(|status| holds(status, today))
        .filter_map(|status| match status.kind {
            StatusKind::Dead => Some(Exclusion::Death),
            StatusKind::Missing => Some(Exclusion::Missing),
            StatusKind::Incapable => Some(Exclusion::Incapacity),
            StatusKind::Stateless => law.stateless_excludes().then_some(Exclusion::NoCitizenship),
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
pub fn ground_of(statuses: &[Status], registration: Registration, today: NaiveDate, law: &Law) -> Option<Exclusion> {
    ground_of_statuses(statuses, today, law).or(match registration {
        Registration::Removed => Some(Exclusion::NoRegistration),
        Registration::Permanent(_) | Registration::Temporary(_) | Registration::NotGiven => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::home_schooling::case::tests::date;
    use crate::home_schooling::parameters::example::{law, law_with};
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
            assert_eq!(ground_of_statuses(&[status(kind)], date(2024, 3, 15), &law()), Some(ground));
        }
    }

    #[test]
    fn statelessness_excludes_unless_the_parameter_says_otherwise() {
        let otherwise = law_with("\"payment_hour\": 9,", "\"payment_hour\": 9, \"stateless_excludes\": false,");
        let stateless = status(StatusKind::Stateless);
        assert_eq!(ground_of_statuses(&[stateless], date(2024, 3, 15), &otherwise), None);
        // Beside it every other ground stands.
        let both = [stateless, status(StatusKind::Incapable)];
        assert_eq!(ground_of_statuses(&both, date(2024, 3, 15), &otherwise), Some(Exclusion::Incapacity));
    }

    #[test]
    fn a_status_holds_from_its_first_day_to_the_day_before_its_end() {
        let missing = [status(StatusKind::Missing)];
        for (today, excluded) in [(9, false), (10, true), (19, true), (20, false)] {
            assert_eq!(ground_of_statuses(&missing, date(2024, 3, today), &law()).is_some(), excluded, "{today}");
        }
    }

    #[test]
    fn registered_people_stay_and_removed_people_go() {
        let today = date(2024, 3, 15);
        let district = District(710_000_000);
        assert_eq!(ground_of(&[], Registration::Permanent(district), today, &law()), None);
        assert_eq!(ground_of(&[], Registration::Temporary(district), today, &law()), None);
        assert_eq!(ground_of(&[], Registration::NotGiven, today, &law()), None);
        assert_eq!(ground_of(&[], Registration::Removed, today, &law()), Some(Exclusion::NoRegistration));
    }
}
