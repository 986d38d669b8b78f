//! Stories told by hand-fed messages: the paths that must be agreed with, and the faults that must be seen.

mod after_grant;
mod coverage;
mod law_changes;
mod lists;
mod rechecks;
mod replies;
mod states;
mod story;
mod straight;
