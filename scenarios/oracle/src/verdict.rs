//! What the oracle hands back: counts, and every place where the engine did something else.
//!
//! Nothing here names a person: children go by their numbers in the plan.

use std::collections::BTreeMap;

use proaktiv_messages::Moment;

/// How many disagreements are kept, of all children and of one; all are counted.
const KEPT: usize = 1000;
const KEPT_OF_A_CHILD: usize = 8;

/// One output that is not the one the act asks for, or is missing.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Disagreement {
    /// The family's number in the plan; 0 where it concerns no family.
    pub family: u32,
    /// The child's number in the plan; 0 where it concerns no child.
    pub child: u32,
    /// When the output left, or when it was last to leave.
    pub at: Moment,
    /// The row that is broken, such as `A-24`.
    pub point: &'static str,
    /// What the act asks for.
    pub expected: String,
    /// What there was.
    pub found: String,
}

/// The judgement of one run.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// Children of the plan.
    pub children: u64,
    /// Outputs that were compared with a prediction.
    pub outputs_compared: u64,
    /// Outputs that repeated an id.
    pub repeats: u64,
    /// Children that the oracle does not judge, by why.
    pub undecided: BTreeMap<String, u64>,
    /// The first disagreements: at most 1,000, of one child eight.
    pub disagreements: Vec<Disagreement>,
    /// All disagreements.
    pub disagreements_total: u64,
    /// Children by the state in which they are predicted to end.
    pub outcomes: BTreeMap<String, u64>,
    /// Forms that left, by number.
    pub sent: BTreeMap<String, u64>,
    /// How many children met each row (`S-16`), ground (`excluded:death`), hold (`held:no_bmg`), kind of
    /// reply (`reply:said_no`), closing and outcome (`outcome:paid`); how often a party was seen to fail
    /// (`party:cbdi:unknown`).
    pub coverage: BTreeMap<String, u32>,
}

impl Verdict {
    /// Notes a disagreement.
    pub(crate) fn disagree(&mut self, disagreement: Disagreement) {
        self.disagreements_total += 1;
        // After the first one what follows of the same child is mostly its consequence.
        let same = |one: &&Disagreement| (one.family, one.child) == (disagreement.family, disagreement.child);
        if self.disagreements.len() < KEPT && self.disagreements.iter().filter(same).count() < KEPT_OF_A_CHILD {
            self.disagreements.push(disagreement);
        }
    }
}

/// Adds one to a count.
pub(crate) fn count(counts: &mut BTreeMap<String, u64>, name: String) {
    *counts.entry(name).or_insert(0) += 1;
}
