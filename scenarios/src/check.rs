//! What the whole catalogue must show: every row, ground, hold, kind of reply, closing and outcome occurs
//! often enough to mean something (the quota), and in `pilot` every party gives trouble.
//!
//! Counts come from the oracle, which counts from the trace; the engine is not asked. Owns the list of
//! what must occur and the judgement; the runs are made by whoever calls.

mod table;
mod wanted;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::result::{RunResult, Verdict};

pub use table::table;
pub use wanted::{Group, NOT_IN_A_RUN, NotInARun, wanted};

/// How many children must meet a thing in one scenario for it to count there.
pub const LEAST_CHILDREN: u32 = 5;

/// In how many scenarios it must count.
pub const LEAST_SCENARIOS: usize = 2;

/// How often each kind of party must misbehave in `pilot`.
pub const LEAST_MISBEHAVIOURS: u64 = 50;

/// The scenario in which every party must misbehave.
const PILOT: &str = "pilot";

/// One thing that must occur, and where it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Covered {
    /// What kind of thing it is.
    pub group: Group,
    /// Its name: `S-16`, `excluded:death`, `held:no_bmg`, `reply:said_no`.
    pub name: String,
    /// How many children met it, by scenario; those without any are left out.
    pub scenarios: BTreeMap<String, u32>,
}

impl Covered {
    /// Returns whether it occurs as often as it must.
    pub fn is_enough(&self) -> bool {
        self.scenarios.values().filter(|&&children| children >= LEAST_CHILDREN).count() >= LEAST_SCENARIOS
    }
}

/// How one scenario's run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ran {
    /// The scenario.
    pub scenario: String,
    /// Its children.
    pub children: u64,
    /// The verdicts that failed.
    pub failed: Vec<String>,
    /// Children that the oracle left undecided.
    pub undecided: u64,
    /// Children that were paid.
    pub paid: u64,
}

/// A kind of party and how often it misbehaved in `pilot`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trouble {
    /// The kind of party.
    pub party: &'static str,
    /// How often.
    pub times: u64,
}

impl Trouble {
    /// Returns whether it is as often as it must be.
    pub fn is_enough(&self) -> bool {
        self.times >= LEAST_MISBEHAVIOURS
    }
}

/// What the runs of the catalogue showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// The runs, in the order in which they were made.
    pub ran: Vec<Ran>,
    /// What must occur, by group and name.
    pub covered: Vec<Covered>,
    /// Kinds of parties, where `pilot` was run.
    pub trouble: Vec<Trouble>,
    /// Rows that no run can exercise, each with its test.
    pub not_in_a_run: &'static [NotInARun],
    /// Whether the whole catalogue was run; the quota is judged only then.
    pub whole: bool,
}

impl Check {
    /// Returns a check before the first run: of the `whole` catalogue, or of a part of it.
    pub fn new(whole: bool) -> Self {
        let covered =
            wanted().into_iter().map(|(group, name)| Covered { group, name, scenarios: BTreeMap::new() }).collect();
        Self { ran: Vec::new(), covered, trouble: Vec::new(), not_in_a_run: NOT_IN_A_RUN, whole }
    }

    /// Takes the result of a scenario.
    pub fn take(&mut self, result: &RunResult) {
        let failed = result.verdicts.iter().filter(|(_, verdict)| **verdict == Verdict::Failed);
        self.ran.push(Ran {
            scenario: result.scenario.clone(),
            children: result.children,
            failed: failed.map(|(name, _)| name.clone()).collect(),
            undecided: result.oracle.undecided.values().sum(),
            paid: result.outcomes.get("paid").copied().unwrap_or(0),
        });
        for covered in &mut self.covered {
            let children = covered.group.children(&covered.name, &result.oracle.coverage);
            if children > 0 {
                covered.scenarios.insert(result.scenario.clone(), children);
            }
        }
        if result.scenario == PILOT {
            let times = |party: &str| result.misbehaviours.get(party).map_or(0, |kinds| kinds.values().sum());
            self.trouble = wanted::PARTIES.iter().map(|party| Trouble { party, times: times(party) }).collect();
        }
    }

    /// Returns whether everything occurred as often as it must. Of a part of the catalogue nothing is asked.
    pub fn is_enough(&self) -> bool {
        let enough = self.covered.iter().all(Covered::is_enough) && self.trouble.iter().all(Trouble::is_enough);
        !self.whole || (enough && !self.trouble.is_empty())
    }
}

#[cfg(test)]
mod tests;
