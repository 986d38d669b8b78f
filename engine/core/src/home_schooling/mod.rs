//! The pilot of order 42: reimbursement of the costs of teaching children with disability at home,
//! without an application.
//!
//! Four aggregates, each fact with one owner. They talk by [`Effect::Pass`], each under its own key:
//!
//! | aggregate | key | owns |
//! |---|---|---|
//! | [`Intake`] | source of the list | which rows are known, what was new, changed, sent back |
//! | [`Case`] | child | enrolment, disability, kin, who acts for the child, application, payments |
//! | [`Recipient`] | person | his consent, record, number in BMG, accounts |
//! | [`Line`] | subscriber number | who waits, the one open offer, its form and window |
//!
//! The case alone decides whether an application is formed; the line alone decides whether a reply
//! was in time. What two acts share stands above this module, and nothing there names the pilot.

mod case;
mod effect;
pub mod forms;
mod intake;
mod invariants;
mod line;
pub mod parameters;
pub mod provisions;
mod recipient;
mod route;
mod state;

pub use case::{
    Application, Case, CaseDeadline, CaseEvent, CaseInbound, CaseRefusal, ChildFacts, Circumstances, Contact,
    FailedNumber, Look, Missing, Next, Occasion, Payment, PaymentState, Question, Refutation, Stage, Step,
};
pub use effect::{Condition, Effect};
pub use intake::{
    Intake, IntakeDeadline, IntakeEvent, IntakeInbound, IntakeRefusal, KnownChange, KnownRow, ListCounts, LookedAtNext,
    ReportedRow, RowDigest, RowKey, Told,
};
pub use invariants::{Broken, broken};
pub use line::{
    Acceptance, Former, History, Leave, Line, LineDeadline, LineEvent, LineInbound, LineRefusal, Need, NoEffect, Offer,
    OfferState, Owner, Past, Preparing, Refreshed, Shown, Stands, Waiting, Why, Window,
};
pub use recipient::{
    About, Answered, Beside, Knows, Progress, Reaching, Recipient, RecipientDeadline, RecipientEvent, RecipientInbound,
    RecipientRefusal, Refreshing, Requested, Search, Served, Unfit, Waiter, Watch,
};
pub use route::{Misdirected, route};
pub use state::{Deadline, Event, Inbound, Refusal, State};
