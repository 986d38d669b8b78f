//! The kinds of tasks by name: a reason without what it names, a hold by the hold's own name. By it a
//! plan says on what officials act.

use proaktiv_messages::{Hold, TaskReason};

/// The kind of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskKind(&'static str);

impl TaskKind {
    /// All kinds, holds first.
    pub const ALL: [TaskKind; 36] = [
        TaskKind("no_rep"),
        TaskKind("id_not_actual"),
        TaskKind("reg_not_permanent"),
        TaskKind("no_birth_record"),
        TaskKind("consent_timeout"),
        TaskKind("consent_expired"),
        TaskKind("no_bmg"),
        TaskKind("bank_unknown"),
        TaskKind("number_changed"),
        TaskKind("undelivered"),
        TaskKind("rep_conflict"),
        TaskKind("rep_minor"),
        TaskKind("full_state_care"),
        TaskKind("duplicate_enrolment"),
        TaskKind("missing_from_list"),
        TaskKind("notice_of_refusal"),
        TaskKind("payment_returned"),
        TaskKind("no_rate"),
        TaskKind("notice_of_refutation"),
        TaskKind("notice_of_stop"),
        TaskKind("amendment"),
        TaskKind("duplicate"),
        TaskKind("wish_to_change"),
        TaskKind("notice_in_place_of"),
        TaskKind("account_closed"),
        TaskKind("no_time_left"),
        TaskKind("pilot_ended"),
        TaskKind("event_after_grant"),
        TaskKind("overpaid"),
        TaskKind("missing_from_lists"),
        TaskKind("turned_eighteen"),
        TaskKind("wait_crossed_month"),
        TaskKind("decision_late"),
        TaskKind("disability_ending"),
        TaskKind("correction_to_confirm"),
        TaskKind("sending_takes_long"),
    ];

    /// Returns the name.
    pub const fn name(self) -> &'static str {
        self.0
    }

    /// Returns the kind of a task with this reason.
    pub const fn of(reason: TaskReason) -> Self {
        Self(match reason {
            TaskReason::Held(hold) => hold_name(hold),
            TaskReason::NoticeOfRefusal => "notice_of_refusal",
            TaskReason::PaymentReturned => "payment_returned",
            TaskReason::NoRate => "no_rate",
            TaskReason::NoticeOfRefutation => "notice_of_refutation",
            TaskReason::NoticeOfStop => "notice_of_stop",
            TaskReason::Amendment(_) => "amendment",
            TaskReason::Duplicate => "duplicate",
            TaskReason::WishToChange => "wish_to_change",
            TaskReason::NoticeInPlaceOf(_) => "notice_in_place_of",
            TaskReason::AccountClosed => "account_closed",
            TaskReason::NoTimeLeft => "no_time_left",
            TaskReason::PilotEnded => "pilot_ended",
            TaskReason::EventAfterGrant(_) => "event_after_grant",
            TaskReason::Overpaid => "overpaid",
            TaskReason::MissingFromLists => "missing_from_lists",
            TaskReason::TurnedEighteen => "turned_eighteen",
            TaskReason::WaitCrossedMonth => "wait_crossed_month",
            TaskReason::DecisionLate => "decision_late",
            TaskReason::DisabilityEnding => "disability_ending",
            TaskReason::CorrectionToConfirm => "correction_to_confirm",
            TaskReason::SendingTakesLong => "sending_takes_long",
        })
    }
}

const fn hold_name(hold: Hold) -> &'static str {
    match hold {
        Hold::NoRep => "no_rep",
        Hold::IdNotActual => "id_not_actual",
        Hold::RegNotPermanent => "reg_not_permanent",
        Hold::NoBirthRecord => "no_birth_record",
        Hold::ConsentTimeout => "consent_timeout",
        Hold::ConsentExpired => "consent_expired",
        Hold::NoBmg => "no_bmg",
        Hold::BankUnknown => "bank_unknown",
        Hold::NumberChanged => "number_changed",
        Hold::Undelivered => "undelivered",
        Hold::RepConflict => "rep_conflict",
        Hold::RepMinor => "rep_minor",
        Hold::FullStateCare => "full_state_care",
        Hold::DuplicateEnrolment => "duplicate_enrolment",
        Hold::MissingFromList => "missing_from_list",
    }
}
