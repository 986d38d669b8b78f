//! Tasks for local executive bodies: the row that each rests on, and whose body it goes to.

use proaktiv_messages::TaskReason;

/// Returns the row that a task rests on.
pub(crate) fn point(reason: TaskReason) -> &'static str {
    match reason {
        TaskReason::Held(_) => "S-46",
        TaskReason::NoticeOfRefusal => "S-31",
        TaskReason::PaymentReturned => "S-50",
        TaskReason::NoRate => "S-49",
        TaskReason::NoticeOfRefutation | TaskReason::Amendment(_) => "S-12b",
        TaskReason::NoticeOfStop => "A-34",
        TaskReason::Duplicate => "S-26b",
        TaskReason::WishToChange => "S-23",
        TaskReason::NoticeInPlaceOf(_) => "S-37",
        TaskReason::AccountClosed => "S-10",
        TaskReason::NoTimeLeft | TaskReason::PilotEnded => "S-14",
        TaskReason::EventAfterGrant(_) => "S-48",
        TaskReason::Overpaid => "S-32",
        TaskReason::MissingFromLists => "S-13b",
        TaskReason::TurnedEighteen => "S-27",
        TaskReason::WaitCrossedMonth => "S-16",
        TaskReason::DecisionLate => "S-43",
        TaskReason::DisabilityEnding => "S-28",
        TaskReason::CorrectionToConfirm => "S-12c",
        TaskReason::SendingTakesLong => "S-17",
    }
}
