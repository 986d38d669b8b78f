//! Hosting: behaviours in actix actors, the engine beside them, in virtual time.
//!
//! One thread, one actix `System` on a paused runtime. The [`World`] owns the post and hands over
//! instant by instant; time moves only when every actor is idle. Households begin with their first
//! message and end with their last.

mod engine;
mod faults;
mod party;
mod skeleton;
mod unanswered;
mod world;

pub use engine::{EngineHost, SharedJournal};
pub use faults::{Fault, FaultWindow};
pub use party::{Cast, Misbehaviours};
pub use skeleton::bare;
pub use world::{Ended, Watch, World, run};
