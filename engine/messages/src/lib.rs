//! What the parties of the act say to each other.
//!
//! One [`Envelope`] carries every message. Its [`Body`] is written once and read under two
//! [`Naming`]s: [`Clear`], in which a person is an IIN, and [`Sealed`], in which a person is a
//! [`Token`]. Parties speak in the clear; the core of the engine, the journal and every trace know
//! the sealed form alone. The types keep the two apart: no clear value fits where a sealed one is
//! asked for.
//!
//! This crate holds no rule of the act, no clock and no I/O.

mod body;
mod envelope;
pub mod identity;
mod moment;
mod naming;
mod party;
mod token;

pub use body::*;
pub use envelope::{Envelope, Key, KeyKind, MessageId, ParseKey};
pub use moment::{MILLIS_PER_DAY, Moment, Span};
pub use naming::{Clear, Exchange, Naming, Sealed, SealedAccount};
pub use party::{BankCode, District, ParseParty, Party};
pub use token::{ParseToken, Token, TokenKey};
