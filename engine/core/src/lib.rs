//! The rules of the act.

pub mod calendar;
pub mod home_schooling;
