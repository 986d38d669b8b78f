//! The quota, on counts made up for it.

use proaktiv_actors::TaskKind;
use proaktiv_messages::{Closing, Exclusion, TaskReason};

use super::wanted::{CLOSINGS, GROUNDS, HOLDS};
use super::*;

/// Covers in so many scenarios everything that is wanted, each met by so many children.
fn covered(scenarios: usize, children: u32) -> Check {
    let mut check = Check::new(true);
    for one in &mut check.covered {
        one.scenarios = (0..scenarios).map(|number| (format!("scenario {number}"), children)).collect();
    }
    check.trouble = vec![Trouble { party: "cbdi", times: LEAST_MISBEHAVIOURS }];
    check
}

#[test]
fn five_children_in_two_scenarios_are_enough_and_four_or_one_are_not() {
    assert!(covered(2, 5).is_enough());
    assert!(!covered(2, 4).is_enough());
    assert!(!covered(1, 500).is_enough());
    let mut one_is_missing = covered(3, 9);
    one_is_missing.covered[7].scenarios.clear();
    assert!(!one_is_missing.is_enough());
    assert!(table(&one_is_missing).contains("1 of"));
}

#[test]
fn every_party_must_give_trouble_in_pilot() {
    let mut check = covered(2, 5);
    check.trouble[0].times = LEAST_MISBEHAVIOURS - 1;
    assert!(!check.is_enough());
    check.trouble.clear();
    assert!(!check.is_enough(), "without pilot the whole catalogue was not run");
}

#[test]
fn of_a_part_of_the_catalogue_no_quota_is_asked() {
    let mut check = covered(0, 0);
    check.whole = false;
    assert!(check.is_enough());
    assert!(!table(&check).contains("FEW"));
}

#[test]
fn outcomes_are_counted_with_what_is_finer() {
    let coverage = BTreeMap::from([
        ("outcome:closed:no_reply".to_owned(), 3),
        ("outcome:closed:refuted".to_owned(), 4),
        ("outcome:closedly".to_owned(), 100),
        ("outcome:paid".to_owned(), 2),
    ]);
    assert_eq!(Group::Outcome.children("outcome:closed", &coverage), 7);
    assert_eq!(Group::Outcome.children("outcome:paid", &coverage), 2);
    assert_eq!(Group::Closing.children("closed:no_reply", &coverage), 0);
}

#[test]
fn everything_wanted_has_a_name_of_its_own() {
    let wanted = wanted();
    let names: std::collections::BTreeSet<_> = wanted.iter().map(|(_, name)| name).collect();
    assert_eq!(names.len(), wanted.len());
    assert!(names.iter().all(|name| !name.ends_with(':')));
    for name in ["S-16b", "excluded:age_18", "held:no_bmg", "reply:no_choice", "closed:rep_lost", "outcome:paid"] {
        assert!(names.contains(&name.to_owned()), "{name}");
    }
    for one in NOT_IN_A_RUN {
        assert!(!names.contains(&one.row.to_owned()));
    }
}

/// A new variant does not compile here before it is added to the lists.
#[test]
fn no_ground_hold_or_closing_is_left_out() {
    for hold in HOLDS {
        assert!(TaskKind::ALL.contains(&TaskKind::of(TaskReason::Held(hold))));
    }
    let place = |ground: Exclusion| match ground {
        Exclusion::NoDisability => 0,
        Exclusion::Application => 1,
        Exclusion::Death => 2,
        Exclusion::Missing => 3,
        Exclusion::Incapacity => 4,
        Exclusion::NoCitizenship => 5,
        Exclusion::NoRegistration => 6,
        Exclusion::Age18 => 7,
    };
    assert!(GROUNDS.iter().enumerate().all(|(nth, ground)| place(*ground) == nth));
    let place = |closing: Closing| match closing {
        Closing::NoReply => 0,
        Closing::Unreached => 1,
        Closing::Superseded => 2,
        Closing::Refuted => 3,
        Closing::NumberChanged => 4,
        Closing::ConsentWithdrawn => 5,
        Closing::RepLost => 6,
        Closing::ConsentRefused => 7,
        Closing::PilotEnded => 8,
        Closing::Refused => 9,
        Closing::Stopped => 10,
        Closing::Ended => 11,
    };
    assert!(CLOSINGS.iter().enumerate().all(|(nth, closing)| place(*closing) == nth));
}

/// The tests that stand for rows are tests of the project.
#[test]
fn the_tests_of_rows_that_no_run_exercises_exist() {
    let sources = [
        include_str!("../../../engine/core/src/home_schooling/parameters/law.rs"),
        include_str!("../../tests/runs/personal_data.rs"),
    ];
    for one in NOT_IN_A_RUN {
        let name = one.test.rsplit("::").next().unwrap_or_default();
        assert!(
            sources.iter().any(|source| source.contains(&format!("#[test]\n    fn {name}()"))
                || source.contains(&format!("#[test]\nfn {name}()"))),
            "{name}"
        );
    }
}
