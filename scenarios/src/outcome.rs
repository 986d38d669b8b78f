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

/// Returns whether what the oracle expects is what was counted: each class has at least as many cases as children
/// were judged to be in it, and what is over is no more than the children that are not judged.
pub fn agree(
    judged: &BTreeMap<String, u64>,
    undecided: &BTreeMap<String, u64>,
    counted: &BTreeMap<String, u64>,
) -> bool {
    let is_judged = |class: &str| {
        let why = class.strip_prefix("pending:");
        // Whoever only had rows sent back has no case.
        class != "rejected" && why.is_none_or(|why| !undecided.contains_key(why))
    };
    let mut expected = 0;
    for (class, &children) in judged.iter().filter(|(class, _)| is_judged(class)) {
        if counted.get(class).copied().unwrap_or_default() < children {
            return false;
        }
        expected += children;
    }
    counted.values().sum::<u64>() <= expected + undecided.values().sum::<u64>()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(of: &[(&str, u64)]) -> BTreeMap<String, u64> {
        of.iter().map(|&(class, count)| (class.to_owned(), count)).collect()
    }

    #[test]
    fn each_class_has_those_who_were_judged_and_no_others_but_the_undecided() {
        let judged = counts(&[("paid", 5), ("closed:no_reply", 2), ("pending:news", 1), ("rejected", 3)]);
        let undecided = counts(&[("news", 1)]);
        for (counted, agrees) in [
            (counts(&[("paid", 6), ("closed:no_reply", 2)]), true),
            (counts(&[("paid", 5), ("closed:no_reply", 2), ("held:no_rep", 1)]), true),
            (counts(&[("paid", 5), ("closed:no_reply", 2)]), true),
            (counts(&[("paid", 7), ("closed:no_reply", 2)]), false),
            (counts(&[("paid", 4), ("closed:no_reply", 3)]), false),
        ] {
            assert_eq!(agree(&judged, &undecided, &counted), agrees, "{counted:?}");
        }
        assert!(!agree(&judged, &BTreeMap::new(), &counts(&[("paid", 5), ("closed:no_reply", 2)])), "one is missing");
    }
}
