//! The simulation of the pilot: populations, plans, worlds, verdicts.
//!
//! ```text
//!   scenario + seed ──► population ──► plan ──► cast ──► world (actors, post, engine)
//!                                       │                  │ each message
//!                                       └──► oracle ◄──────┤
//!                                            monitors ◄────┤
//!                                            trace ◄───────┘ ──► result, summary
//! ```
//!
//! A plan says everything that will be true before anything happens; a run is a function of its plan.

pub mod cast;
pub mod check;
pub mod monitors;
pub mod outcome;
pub mod plan;
pub mod population;
pub mod progress;
pub mod result;
pub mod run;
pub mod scenario;
mod stopwatch;
pub mod story;
pub mod summary;
mod tally;
pub mod trace;
mod witness;
