//! `result.json`: what a run found. All but `rates` and `measured` is the same for one plan.

use std::collections::BTreeMap;

use proaktiv_messages::Moment;
use serde::{Deserialize, Serialize};

/// Whether a property held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It held.
    Held,
    /// It did not.
    Failed,
}

impl Verdict {
    /// Returns the verdict of whether something held.
    pub const fn held(held: bool) -> Self {
        if held { Verdict::Held } else { Verdict::Failed }
    }
}

/// One kind of deadline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// How often it was met or missed.
    pub count: u64,
    /// How often it was missed.
    pub breaches: u64,
    /// The least time that was left, in minutes; none without a sample.
    pub least_margin_minutes: Option<u32>,
}

/// What the oracle did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OracleResult {
    /// Children that it followed.
    pub children: u64,
    /// Messages of the engine that it compared.
    pub outputs_compared: u64,
    /// What it left undecided, by name.
    pub undecided: BTreeMap<String, u64>,
    /// Where it disagreed.
    pub disagreements: u64,
    /// How many children met each row, ground, hold, kind of reply, closing and outcome.
    #[serde(default)]
    pub coverage: BTreeMap<String, u32>,
}

/// How fast a run was, by the wall clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rates {
    /// Children a second.
    pub children_per_second: u64,
    /// Messages handed over by the post a second.
    pub messages_per_second: u64,
}

impl Rates {
    /// Returns the rates of so many children and messages in so many seconds.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "rates for people: whole, positive, far below 2^52"
    )]
    pub fn of(children: u64, messages: u64, seconds: f64) -> Self {
        let rate = |count: u64| (count as f64 / seconds.max(1e-9)) as u64;
        Self { children_per_second: rate(children), messages_per_second: rate(messages) }
    }
}

/// What was read from the clock and the machine, and what follows from it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Seconds of the run, without the building of its plan.
    pub seconds: f64,
    /// Messages a child, in the mean.
    pub messages_a_child: f64,
    /// Messages that concern a child that was paid, in the mean.
    pub messages_a_paid_child: f64,
    /// Records written, in MiB.
    pub record_mib: u64,
    /// Rows of lists that were known with the same content.
    pub rows_unchanged: u64,
    /// Snapshots taken.
    pub snapshots: u64,
    /// The most memory held, in MiB.
    pub peak_memory_mib: Option<u64>,
    /// Messages a second of the bare skeleton, where it was measured in the same run.
    pub skeleton_messages_per_second: Option<u64>,
    /// This run's messages a second as a part of the bare skeleton's.
    pub of_skeleton: Option<f64>,
}

/// What a run found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunResult {
    /// The name of the schema.
    pub schema: String,
    /// Its version.
    pub version: u32,
    /// The scenario.
    pub scenario: String,
    /// The seed.
    pub seed: u64,
    /// Children in the plan.
    pub children: u64,
    /// BLAKE3 over the lines of the trace.
    pub digest: String,
    /// What held and what failed.
    pub verdicts: BTreeMap<String, Verdict>,
    /// Children whose case was opened: the sum of `outcomes`.
    pub listed: u64,
    /// Children by where their case stands.
    pub outcomes: BTreeMap<String, u64>,
    /// Rows sent back to their schools.
    pub rejected_rows: u64,
    /// Messages sent, by form.
    pub sent: BTreeMap<String, u64>,
    /// Deadlines, by kind.
    pub deadlines: BTreeMap<String, Deadline>,
    /// What the oracle did.
    pub oracle: OracleResult,
    /// Messages handed over by the post.
    pub messages: u64,
    /// Records of the engine.
    pub records: u64,
    /// Groups of records that were flushed together.
    pub groups: u64,
    /// Kills of the engine.
    pub kills: u64,
    /// Households whose actor was started.
    pub households: u64,
    /// What parties did against the rules or to the trouble of others: by kind of party, then by kind.
    pub misbehaviours: BTreeMap<String, BTreeMap<String, u64>>,
    /// The last instant of the run.
    pub ended: Moment,
    /// How fast it was.
    pub rates: Rates,
    /// What was measured.
    pub measured: Measured,
}
