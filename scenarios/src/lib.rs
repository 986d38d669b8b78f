//! Populations, plans, worlds, verdicts.

pub mod cast;
pub mod plan;
pub mod population;
pub mod scenario;
