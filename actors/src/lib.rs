//! The parties around the engine: how they behave, and how they are hosted.
//!
//! A [`Behaviour`] is a party without a runtime: it takes a message and the moment, and says what it
//! sends and when it wants to be woken. `hosting` puts behaviours into actix actors and carries
//! their messages by the one post; nothing outside `hosting` knows a runtime, a clock or a mailbox.

mod behaviour;

pub use behaviour::{Behaviour, Out, Sending};
