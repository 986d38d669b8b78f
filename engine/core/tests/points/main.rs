//! Point tests: each stands for one point of order 42 and fails when the line that carries it is broken.
//!
//! They put a small world of made-up people around the four aggregates ([`world`]) and use the public
//! interface of the crate alone. Which test stands for which point is written in `law/order_42.toml`.

mod act;
mod alone;
mod by_hand;
mod checks;
mod closing;
mod consents;
mod corrections;
mod days;
mod decisions;
mod further_forms;
mod law_changes;
mod list;
mod missing;
mod offers;
mod officials;
mod payments;
mod rechecks;
mod replies;
mod reports;
mod representatives;
mod taking_up;
mod texts;
mod walks;
mod watch;
mod world;
