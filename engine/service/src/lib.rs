//! The engine of the act: the shell around the pure core.
//!
//! ```text
//!   party ──► edge: seal ──► Engine::deliver ──► core: decide, evolve, react
//!                                                  │
//!              one record a step ◄─────────────────┤
//!              journal.append … Flushed            │
//!                   │ acknowledges the sender,     ▼ passed to another aggregate: its own step
//!                   ▼ lets effects leave
//!             outbox ──► edge: unseal ──► party
//! ```
//!
//! [`Engine`] is synchronous and knows neither clock nor socket: moments come in with messages, and
//! what leaves goes through [`Ports`]. [`EngineActor`] is its thin actix shell. The same two run in
//! production and in every simulation.

mod config;
mod due;
mod engine;
mod engine_actor;
mod follower;
pub mod journal;
mod law_in_force;
pub mod law_register;
mod list_desk;
mod outbox;
mod record;
mod recovery;
mod vault;

pub use config::{Config, Limits};
pub use engine::{Engine, Ports, Stats};
pub use engine_actor::{Deliver, EngineActor, Flushed, Wake};
pub use follower::Follower;
pub use journal::{Hash, Journal, MemoryJournal, Position};
pub use list_desk::row_digest;
pub use record::{Record, RecordError, Sender};
pub use recovery::StartError;
pub use vault::{Sealing, Vault, VaultEntry};
