//! Facts: what a register said, which one, and when. Three-valued (I-12).

use proaktiv_messages::{Finding, Moment, Party};
use serde::{Deserialize, Serialize};

/// What a register said at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact<T> {
    /// What it said.
    pub finding: Finding<T>,
    /// Which register.
    pub source: Party,
    /// When the engine took the answer.
    pub at: Moment,
}
