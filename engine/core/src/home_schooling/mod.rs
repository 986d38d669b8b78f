//! The pilot of order 42.

pub mod forms;
pub mod parameters;
