//! The parties around the engine: how they behave, and how they are hosted.
//!
//! A [`Behaviour`] is a party without a runtime: it takes a message and the moment, and says what it
//! sends and when it wants to be woken. `hosting` puts behaviours into actix actors and carries
//! their messages by the one post; nothing outside `hosting` knows a runtime, a clock or a mailbox.

mod agenda;
mod astana;
mod bank;
mod behaviour;
mod consent_seal;
mod counter;
mod delays;
pub mod hosting;
mod household;
mod local_executive_body;
mod months;
mod observer;
mod payer;
pub mod post;
mod registers;
mod school;
mod sms_centre;
#[cfg(test)]
mod stories;
mod task_kind;

pub use bank::Bank;
pub use behaviour::{Behaviour, Out, Sending};
pub use consent_seal::Seals;
pub use counter::{Counter, HandEnd};
pub use delays::Delay;
pub use household::{Act, Conduct, Deed, Habit, Household, When, Will};
pub use local_executive_body::{Intent, LocalExecutiveBody, OfficialAct};
pub use observer::{Observer, Total};
pub use payer::Payer;
pub use registers::{Bmg, Cbdi, Gbdfl, Kdp, ListFault, Nobd, NumberChange, RecordChange};
pub use school::School;
pub use sms_centre::{OnTheWay, SmsCentre, ToBeWritten};
pub use task_kind::TaskKind;
