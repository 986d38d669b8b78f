//! A-34, S-30, S-32, S-47, S-48, S-49, S-50: what is paid, and from when no longer.

use proaktiv_core::home_schooling::parameters::Law;
use proaktiv_core::home_schooling::{CaseDeadline, CaseInbound, PaymentState, Stage};
use proaktiv_messages::{
    Decision, Ending, EndingKind, Enrolment, Finding, OfficialDecision, PaymentOutcome, SealedAccount, TaskReason,
};

use super::alone::{Alone, DISABLED, contact};
use super::world::{LAW, bank, date, enrolment, token};

fn ended(on: Option<&str>) -> Enrolment<proaktiv_messages::Sealed> {
    Enrolment { ended: Some(Ending { kind: EndingKind::ReturnedToSchool, on: on.map(date) }), ..enrolment(1) }
}

fn months(alone: &Alone) -> Vec<String> {
    alone.paid.iter().map(|(period, _)| period.format("%m").to_string()).collect()
}

/// A-34, S-47: payment stops from the month after the refutation; what was owed before is still paid.
#[test]
fn a_refutation_stops_the_payment_from_the_next_month() {
    for (on, paid) in [
        (Some("2024-04-30"), vec!["03", "04"]),
        (Some("2024-05-01"), vec!["03", "04", "05"]),
        (None, vec!["03", "04", "05"]),
    ] {
        let mut alone = Alone::granted();
        alone.until("2024-05-02 02:00");
        alone.row(ended(on));
        assert_eq!((alone.case.stage, alone.tasks.as_slice()), (Stage::Stopped, &[TaskReason::NoticeOfStop][..]));
        alone.until("2024-12-31 12:00");
        assert_eq!(months(&alone), paid, "{on:?}");
    }
}

/// S-47: a refutation of a day to come is a plan, revocable until then.
#[test]
fn a_stop_to_come_is_planned_and_revocable() {
    let mut alone = Alone::granted();
    alone.row(ended(Some("2024-05-10")));
    assert_eq!(alone.case.stage, Stage::Granted);
    assert!(alone.row(enrolment(1)).contains("S-12c stop_annulled"));
    alone.until("2024-05-10 00:00");
    assert_eq!(alone.case.stage, Stage::Granted);

    let mut alone = Alone::granted();
    alone.row(ended(Some("2024-05-10")));
    alone.until("2024-05-09 23:59:59.999");
    assert_eq!(alone.case.stage, Stage::Granted);
    alone.until("2024-05-10 00:00");
    assert_eq!(alone.case.stage, Stage::Stopped);
}

/// S-32: months paid beyond a late refutation are flagged, and nothing is taken back.
#[test]
fn a_late_refutation_flags_what_was_paid_beyond() {
    let mut alone = Alone::granted();
    alone.until("2024-06-01 12:00");
    alone.row(ended(Some("2024-03-20")));
    assert_eq!(months(&alone), ["03", "04"]);
    assert_eq!(alone.tasks, [TaskReason::NoticeOfStop, TaskReason::Overpaid]);
    alone.until("2024-12-31 12:00");
    assert_eq!(months(&alone), ["03", "04"]);
}

/// S-12c: a correction back waits for a person; then the stop is annulled and missed months are paid.
#[test]
fn a_confirmed_correction_annuls_the_stop() {
    let mut alone = Alone::granted();
    alone.until("2024-04-20 02:00");
    alone.row(ended(Some("2024-03-20")));
    alone.until("2024-07-01 12:00");
    alone.row(enrolment(1));
    assert_eq!(alone.tasks.last(), Some(&TaskReason::CorrectionToConfirm));
    assert_eq!(alone.case.stage, Stage::Stopped, "until it is confirmed");
    alone.instruct(OfficialDecision::ConfirmCorrection).expect("a correction to confirm");
    assert_eq!(alone.case.stage, Stage::Granted);
    alone.until("2024-07-15 12:00");
    assert_eq!(months(&alone), ["03", "04", "05", "06"]);
    assert!(alone.instruct(OfficialDecision::ConfirmCorrection).is_err(), "once");
}

/// S-49: where the district pays by the quarter, a quarter with one owed month is paid once, after it.
#[test]
fn a_quarter_is_paid_once_after_its_end() {
    let law = LAW.replace("\"monthly\"", "\"quarterly\"");
    let mut alone = Alone::applied();
    alone.condition.law = Law::from_json(&law).expect("a law");
    alone.decide(Decision::Grant);
    alone.take(CaseInbound::Notify(Some(contact(2))));
    alone.until("2024-04-12 08:59");
    assert_eq!(months(&alone), Vec::<String>::new());
    alone.until("2024-07-11 12:00");
    assert_eq!(months(&alone), ["01"], "March alone is owed of the first quarter");
    alone.until("2024-07-31 12:00");
    assert_eq!(months(&alone), ["01", "04"]);
}

/// S-49: a grant after the first payment day: the missed month is paid on the next such day, by itself.
#[test]
fn a_late_grant_pays_the_missed_month_on_the_next_day() {
    let mut alone = Alone::applied();
    alone.until("2024-04-20 12:00");
    alone.decide(Decision::Grant);
    alone.until("2024-05-31 12:00");
    assert_eq!(months(&alone), ["03", "04"]);
}

/// S-49: a quarter that was over before the grant is paid with the next one, as a payment of its own.
#[test]
fn a_late_grant_pays_the_missed_quarter_after_the_next() {
    let mut alone = Alone::applied();
    alone.condition.law = Law::from_json(&LAW.replace("\"monthly\"", "\"quarterly\"")).expect("a law");
    alone.until("2024-04-20 12:00");
    alone.decide(Decision::Grant);
    alone.until("2024-06-30 12:00");
    assert_eq!(months(&alone), Vec::<String>::new());
    alone.until("2024-07-31 12:00");
    assert_eq!(months(&alone), ["01", "04"]);
}

/// S-50, S-10: a returned payment waits for another account, and is ordered again under the same id.
#[test]
fn a_returned_payment_waits_for_another_account() {
    let mut alone = Alone::granted();
    alone.until("2024-04-12 09:00");
    alone.paid("2024-03-01", PaymentOutcome::Returned);
    assert_eq!(alone.tasks, [TaskReason::PaymentReturned]);
    let application = alone.case.application_id().expect("an application");
    let account = SealedAccount { bank: bank("722"), token: token(77) };
    let change = OfficialDecision::ChangeAccount { application, account };
    let said = alone.instruct(change).expect("a decision");
    assert_eq!(said, "S-10 account_changed\nS-50 payment_ordered_again\n  to payer: pay");
    assert_eq!(months(&alone), ["03", "03"]);
    assert_eq!(alone.case.payments[0].state, PaymentState::Ordered);
}

/// S-28: the end of a disability's term is told thirty days before, at nine, while payments run.
#[test]
fn the_end_of_a_disability_is_told_thirty_days_before() {
    let mut alone = Alone::granted();
    let until = proaktiv_messages::Disability { since: date("2020-01-01"), until: Some(date("2024-06-30")) };
    alone.take(CaseInbound::DisabilityReported(Finding::Yes(until)));
    alone.until("2024-05-31 08:59:59.999");
    assert!(alone.tasks.is_empty());
    alone.until("2024-05-31 09:00");
    assert_eq!(alone.tasks, [TaskReason::DisabilityEnding]);
    assert_eq!(alone.case.stage, Stage::Granted, "and nothing stops");
    alone.take(CaseInbound::DisabilityReported(DISABLED));
    assert!(!alone.case.timer.is_some_and(|(_, due)| due == CaseDeadline::DisabilityEnding));
}

/// S-43: a decision is late at the end of the eighth working day after the application's.
#[test]
fn a_decision_is_late_after_eight_working_days() {
    // 21, 22 and 25 March are holidays.
    let mut alone = Alone::applied();
    alone.until("2024-03-28 23:59:59.999");
    assert!(alone.tasks.is_empty());
    alone.until("2024-03-29 00:00");
    assert_eq!(alone.tasks, [TaskReason::DecisionLate]);
    alone.decide(Decision::Grant);
    assert_eq!(alone.case.stage, Stage::Granted);
}
