//! Order 42, cl. 6 and p. 11 (A-O6, S-14, S-19): which changes of the law are taken.
//!
//! A change is data that a person wrote while the engine runs. One that is known, that contradicts itself,
//! or that leaves a law which cannot be applied is refused whole; half a change is never in force.

use std::collections::BTreeSet;

use proaktiv_messages::{LawChange, Moment};

use crate::calendar::astana;
use crate::ground::Ground;
use crate::home_schooling::parameters::Law;
use crate::home_schooling::{IntakeRefusal, KnownChange};

/// The longest name of a change.
const VERSION_LETTERS_MAX: usize = 40;

/// Checks a change against those that are known and the law in force at `now`.
///
/// Reading A-O6: a change may be valid from a day that is past already (act 004 was changed so). It counts
/// from the moment at which it is known; what was decided before stands.
///
/// # Errors
/// The first reason to refuse it.
pub fn check(change: &LawChange, known: &[KnownChange], law: &Law, now: Moment) -> Result<(), IntakeRefusal> {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    if !(1..=VERSION_LETTERS_MAX).contains(&change.version.len()) || !change.version.bytes().all(is_letter) {
        return Err(IntakeRefusal::LawVersionIsNoName);
    }
    if known.iter().any(|known| known.change.version == change.version) {
        return Err(IntakeRefusal::LawVersionIsKnown);
    }
    let sources = change.days.iter().map(|moved| &moved.source).chain([&change.source]);
    if sources.into_iter().any(|source| source.trim().is_empty()) {
        return Err(IntakeRefusal::SourceIsMissing);
    }
    if change.days.is_empty() && change.last_day.is_none() && change.integrated_banks.is_none() {
        return Err(IntakeRefusal::NothingChanges);
    }
    check_days(change, law)?;
    // The banks count from the day on which the change is valid: they are judged as on that day.
    let day = change.valid_from.max(astana::civil_day(now));
    law.changed_by(change, day).map(drop).map_err(|_| IntakeRefusal::LawWouldBeUnfit)
}

fn check_days(change: &LawChange, law: &Law) -> Result<(), IntakeRefusal> {
    let mut seen = BTreeSet::new();
    if !change.days.iter().all(|moved| seen.insert(moved.day)) {
        return Err(IntakeRefusal::DayIsMovedTwice);
    }
    let of_days = change.days.iter().map(|moved| moved.day);
    if of_days.clone().chain(change.last_day).any(|day| day < change.valid_from) {
        return Err(IntakeRefusal::ChangesThePast);
    }
    if of_days.into_iter().any(|day| law.calendar().is_working_day(day).is_err()) {
        return Err(IntakeRefusal::DayIsBeyondTheCalendar);
    }
    Ok(())
}

/// Returns what a change rests on: moved days, else another last day, else other banks.
pub fn ground_of(change: &LawChange) -> Ground {
    if !change.days.is_empty() {
        Ground::new("S-19", "11")
    } else if change.last_day.is_some() {
        Ground::new("S-14", "cl. 6")
    } else {
        Ground::new("A-22", "9")
    }
}

#[cfg(test)]
mod tests {
    use proaktiv_messages::DayMoved;

    use super::*;
    use crate::home_schooling::parameters::example::law;

    fn moved(day: &str, works: bool) -> DayMoved {
        DayMoved { day: day.parse().expect("a date"), works, source: "assumed".to_owned() }
    }

    /// A decree of 2 May 2024: Saturday 4 May is not worked after all.
    fn decree() -> LawChange {
        LawChange {
            version: "decree-2024-05-02".to_owned(),
            valid_from: "2024-05-02".parse().expect("a date"),
            days: vec![moved("2024-05-04", false)],
            last_day: None,
            integrated_banks: None,
            source: "assumed".to_owned(),
        }
    }

    fn judged(change: &LawChange) -> Result<(), IntakeRefusal> {
        check(change, &[], &law(), astana::start_of("2024-05-02".parse().expect("a date")))
    }

    fn judged_with(change: impl FnOnce(&mut LawChange)) -> Result<(), IntakeRefusal> {
        let mut changed = decree();
        change(&mut changed);
        judged(&changed)
    }

    #[test]
    fn a_sound_change_is_taken_once() {
        assert_eq!(judged(&decree()), Ok(()));
        let known = [KnownChange { change: Box::new(decree()), known_at: Moment::default() }];
        let again = check(&decree(), &known, &law(), Moment::default());
        assert_eq!(again, Err(IntakeRefusal::LawVersionIsKnown));
        let other = LawChange { version: "decree-2024-05-03".to_owned(), ..decree() };
        assert_eq!(check(&other, &known, &law(), Moment::default()), Ok(()));
    }

    #[test]
    fn a_change_that_contradicts_itself_is_refused_with_the_reason() {
        let twice = judged_with(|change| change.days.push(moved("2024-05-04", true)));
        assert_eq!(twice, Err(IntakeRefusal::DayIsMovedTwice));
        // Just before its first day, and at it.
        let before = judged_with(|change| change.days[0] = moved("2024-05-01", true));
        assert_eq!(before, Err(IntakeRefusal::ChangesThePast));
        assert_eq!(judged_with(|change| change.days[0] = moved("2024-05-02", false)), Ok(()));
        let ended = judged_with(|change| change.last_day = "2024-05-01".parse().ok());
        assert_eq!(ended, Err(IntakeRefusal::ChangesThePast));
        assert_eq!(judged_with(|change| change.days.clear()), Err(IntakeRefusal::NothingChanges));
    }

    #[test]
    fn a_change_without_a_name_or_a_source_is_refused() {
        for name in ["", "a b", "постановление", &"x".repeat(41)] {
            let refused = judged_with(|change| change.version = name.to_owned());
            assert_eq!(refused, Err(IntakeRefusal::LawVersionIsNoName), "{name}");
        }
        assert_eq!(judged_with(|change| change.version = "x".repeat(40)), Ok(()));
        assert_eq!(judged_with(|change| change.source = " ".to_owned()), Err(IntakeRefusal::SourceIsMissing));
        assert_eq!(judged_with(|change| change.days[0].source.clear()), Err(IntakeRefusal::SourceIsMissing));
    }

    #[test]
    fn a_change_that_leaves_no_law_to_apply_is_refused() {
        // The last day of the data is known; the day after it is not.
        assert_eq!(judged_with(|change| change.days.push(moved("2027-12-31", false))), Ok(()));
        let beyond = judged_with(|change| change.days.push(moved("2028-01-01", false)));
        assert_eq!(beyond, Err(IntakeRefusal::DayIsBeyondTheCalendar));
        let unknown = judged_with(|change| change.integrated_banks = Some(vec!["999".parse().expect("a code")]));
        assert_eq!(unknown, Err(IntakeRefusal::LawWouldBeUnfit));
        // Fewer than 60 days of data after the last day of force.
        let late = judged_with(|change| change.last_day = "2027-12-01".parse().ok());
        assert_eq!(late, Err(IntakeRefusal::LawWouldBeUnfit));
    }
}
