//! S-51, S-37, S-23: what officials decide, and what falls to the local executive body.

use proaktiv_core::home_schooling::{CaseInbound, CaseRefusal, Stage, Unfit};
use proaktiv_messages::{Decision, Exclusion, FormNumber, Hold, OfficialDecision, TaskReason};

use super::alone::{Alone, contact};
use super::world::{child_record, date, enrolment};

/// S-51: a resolved hold is looked at again at once; a hold that the case has not is refused.
#[test]
fn a_resolved_hold_is_looked_at_again() {
    let mut alone = Alone::assessing();
    alone.unfit(2, Unfit::NoBmg);
    alone.unfit(3, Unfit::NoBmg);
    let resolve = |hold| OfficialDecision::ResolveHold { hold, representative: None };
    assert_eq!(alone.instruct(resolve(Hold::NoRep)), Err(CaseRefusal::NothingToInstructOn));
    let said = alone.instruct(resolve(Hold::NoBmg)).expect("a decision");
    assert_eq!(said, "S-51 hold_resolved\nS-46 looked_at_again\n  to cbdi: ask_disability");
}

/// S-51: an exclusion is reviewed, a final one too; no check is skipped.
#[test]
fn a_reviewed_exclusion_is_looked_at_again() {
    let mut alone = Alone::new();
    alone.row(enrolment(1));
    alone.eligible();
    alone.consent();
    let mut record = child_record(1);
    record.birth.as_mut().expect("an act").born = date("2006-03-11");
    alone.record(record);
    assert_eq!(alone.case.stage, Stage::Excluded(Exclusion::Age18));
    let said = alone.instruct(OfficialDecision::ReviewExclusion).expect("a decision");
    assert_eq!(said, "S-46 looked_at_again\n  to cbdi: ask_disability");
    assert_eq!(alone.eligible(), "A-12 no_application_found\n  to gbdfl: ask_child");
    assert_eq!(Alone::ready().instruct(OfficialDecision::ReviewExclusion), Err(CaseRefusal::NothingToInstructOn));
}

/// S-51: a case that is not set aside has nothing to take back.
#[test]
fn nothing_is_taken_back_that_is_not_set_aside() {
    assert_eq!(Alone::ready().instruct(OfficialDecision::TakeBack), Err(CaseRefusal::NothingToInstructOn));
}

/// S-37: App.5 goes to the number that is the recipient's now, or falls to the local executive body; once.
#[test]
fn app_5_goes_to_the_number_that_is_his_or_falls_to_a_person() {
    let granted = || {
        let mut alone = Alone::applied();
        alone.decide(Decision::Grant);
        alone
    };
    let mut alone = granted();
    let said = alone.take(CaseInbound::Notify(Some(contact(2))));
    assert_eq!(said, "A-33 notified\n  to sms_centre: send_sms App.5 kk 601");
    assert_eq!(alone.try_take(CaseInbound::Notify(Some(contact(2)))), Err(CaseRefusal::NobodyAsked));
    let mut alone = granted();
    alone.take(CaseInbound::Notify(None));
    assert_eq!(alone.tasks, [TaskReason::NoticeInPlaceOf(FormNumber::Five)]);
    let mut alone = Alone::offered();
    alone.take(CaseInbound::NoticeFailed(FormNumber::Four));
    assert_eq!(alone.tasks, [TaskReason::NoticeInPlaceOf(FormNumber::Four)]);
}

/// S-23: after an acceptance every further reply is a wish for a person to hear.
#[test]
fn a_reply_after_the_acceptance_is_passed_on() {
    let mut alone = Alone::applied();
    alone.take(CaseInbound::WroteAgain);
    assert_eq!((alone.case.stage, alone.tasks.as_slice()), (Stage::Applied, &[TaskReason::WishToChange][..]));
}
