//! S-26, S-26b: an application by hand, at any moment.

use proaktiv_core::home_schooling::{CaseInbound, Occasion, Stage};
use proaktiv_messages::{ApplicationState, Closing, Exclusion, Finding, LiveApplication, TaskReason};

use super::alone::Alone;
use super::world::{date, enrolment};

const LIVE: LiveApplication = LiveApplication { number: 7, granted: false, ours: None, from: None, to: None };

fn reported(state: ApplicationState) -> CaseInbound {
    CaseInbound::ApplicationReported { application: LIVE, state }
}

/// S-26b: lodged in each state.
#[test]
fn an_application_by_hand_is_taken_by_where_the_case_stands() {
    let lodged = reported(ApplicationState::Lodged);
    let mut alone = Alone::ready();
    alone.take(lodged.clone());
    assert_eq!(alone.case.stage, Stage::Excluded(Exclusion::Application));
    let mut alone = Alone::offered();
    let said = alone.take(lodged.clone());
    assert_eq!(said, "S-16 left_line superseded\nS-26b closed superseded\n  leaves its line: Superseded");
    for mut alone in [Alone::applied(), Alone::granted()] {
        let stage = alone.case.stage;
        alone.take(lodged.clone());
        alone.take(reported(ApplicationState::Granted));
        assert_eq!((alone.case.stage, alone.tasks), (stage, vec![TaskReason::Duplicate]));
    }
    let mut alone = Alone::offered();
    alone.closed(Closing::NoReply);
    assert_eq!(alone.take(lodged), "");
}

/// S-26b, S-08: refused or withdrawn later, it gives way to one more offer.
#[test]
fn a_failed_application_by_hand_gives_way() {
    for state in [ApplicationState::Refused, ApplicationState::Withdrawn] {
        let mut alone = Alone::offered();
        alone.take(reported(ApplicationState::Lodged));
        let said = alone.take(reported(state));
        assert_eq!(said, "S-46 looked_at_again\n  to cbdi: ask_disability");
        let mut alone = Alone::new();
        alone.row(enrolment(1));
        alone.take(CaseInbound::Disability(super::alone::DISABLED));
        alone.take(CaseInbound::Applications(Finding::Yes(LIVE)));
        assert!(alone.take(reported(state)).starts_with("S-46 looked_at_again"));
    }
}

/// S-26: an application for another period excludes nobody; the day of overlap decides.
#[test]
fn an_application_for_another_period_excludes_nobody() {
    for (to, excluded) in [("2024-01-14", false), ("2024-01-15", true)] {
        let mut alone = Alone::new();
        alone.row(enrolment(1));
        alone.take(CaseInbound::Disability(super::alone::DISABLED));
        let live = LiveApplication { from: Some(date("2023-09-01")), to: Some(date(to)), ..LIVE };
        alone.take(CaseInbound::Applications(Finding::Yes(live)));
        assert_eq!(alone.case.stage == Stage::Excluded(Exclusion::Application), excluded, "{to}");
    }
}

/// I-7, S-26b: the counter is asked once more when the recipient has accepted; Unknown waits.
#[test]
fn the_counter_is_asked_once_more_on_a_reply() {
    let mut alone = Alone::offered();
    let said = alone.take(CaseInbound::LookAgain { occasion: Occasion::OnReply });
    assert_eq!(said, "S-26b look_begun\n  to counter: ask_applications");
    alone.take(CaseInbound::Applications(Finding::Unknown));
    alone.until("2024-03-12 10:00");
    assert_eq!(alone.case.stage, Stage::Offered);
    alone.take(CaseInbound::Applications(Finding::Yes(LIVE)));
    assert_eq!(alone.case.stage, Stage::Closed(Closing::Superseded));
}
