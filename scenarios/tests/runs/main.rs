//! `proaktiv-sim` from outside: its runs, its digests, what it leaves, what it refuses.

mod command_line;
mod common;
mod determinism;
mod faults;
mod personal_data;
