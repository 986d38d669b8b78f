//! Where each child's case stands when the run is over (`outcomes` in the design): every child in the
//! first class that fits, so that the sum is the number of children listed.

use std::collections::BTreeMap;

use proaktiv_core::home_schooling::{Case, PaymentState, Stage, State};
use proaktiv_messages::Closing;

/// How many children ended in each class.
pub type Outcomes = BTreeMap<String, u64>;

/// Counts the cases among the states of an engine.
pub fn outcomes<'a>(states: impl Iterator<Item = &'a State>) -> Outcomes {
    let mut counts = Outcomes::new();
    for state in states {
        if let State::Case(case) = state {
            *counts.entry(class(case)).or_default() += 1;
        }
    }
    counts
}

/// Returns whether a payment of the case was confirmed, under an earlier order of the child as well.
pub fn is_paid(case: &Case) -> bool {
    case.payments.iter().any(|payment| payment.state == PaymentState::Confirmed) || case.former().iter().any(is_paid)
}

fn class(case: &Case) -> String {
    if is_paid(case) {
        return "paid".to_owned();
    }
    match case.stage {
        Stage::Closed(reason) => format!("closed:{}", name(&reason)),
        Stage::Excluded(ground) => format!("excluded:{}", name(&ground)),
        Stage::Held(reason) => format!("held:{}", name(&reason)),
        // A row that had ended before it was ever listed begins nothing, and is over (S-12b).
        Stage::New => format!("closed:{}", name(&Closing::Refuted)),
        Stage::Asked(question) => format!("pending:{}", name(&question)),
        Stage::Assessing => "pending:assessing".to_owned(),
        Stage::Ready => "pending:ready".to_owned(),
        Stage::Offered => "pending:offered".to_owned(),
        Stage::Applied => "pending:applied".to_owned(),
        // S-48: no month is paid until the local executive body gives its word, which it need not do.
        Stage::Granted if case.waits_for_word() => "held:waits_for_word".to_owned(),
        Stage::Granted => "pending:granted".to_owned(),
        Stage::Ended => "closed:ended".to_owned(),
        Stage::Stopped => "closed:stopped".to_owned(),
    }
}

/// Returns the word that a plain enum is written as.
fn name<T: serde::Serialize>(word: &T) -> String {
    match serde_json::to_value(word) {
        Ok(serde_json::Value::String(name)) => name,
        Ok(_) | Err(_) => "unnamed".to_owned(),
    }
}
