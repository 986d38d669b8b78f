//! The registers that the Algorithm asks (order 42, p. 4 to 8): each answers from what it holds, and
//! holds what a plan put into it.
//!
//! All of them tell the truth as of the moment of the question. Those that keep what paragraph 7 and
//! later protect refuse a question without a valid consent (A-14, I-1).

mod bmg;
mod cbdi;
mod gbdfl;
mod kdp;
mod nobd;

pub use bmg::{Bmg, NumberChange};
pub use cbdi::Cbdi;
pub use gbdfl::{Gbdfl, RecordChange};
pub use kdp::Kdp;
pub use nobd::{ListFault, Nobd};
