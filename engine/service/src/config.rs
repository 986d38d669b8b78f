//! What the engine is told at its start.

use proaktiv_core::home_schooling::Condition;
use proaktiv_messages::{Span, TokenKey};

/// Configuration of an engine.
#[derive(Clone, Debug)]
pub struct Config {
    /// The law in force, and whether the observer is told.
    pub condition: Condition,
    /// The key of tokens and digests.
    pub key: TokenKey,
    /// Limits of the shell.
    pub limits: Limits,
}

/// Limits of the shell: none of them changes what comes out, only when.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For how long a repeat is recognised by its id; afterwards the state refuses it.
    pub repeat_horizon: Span,
    /// Questions and orders under way to one receiver at once: partners must not be flooded, and a
    /// child's checks follow each other while its state is warm.
    pub under_way: u32,
    /// How long an answer is waited for before the same message leaves again; doubled each time.
    pub answer_timeout: Span,
    /// The longest wait between two repeats.
    pub longest_timeout: Span,
    /// How long the answer to a question is still waited for after the consent that it was asked under has
    /// run out; it does not leave again meanwhile.
    pub lapsed_patience: Span,
    /// How many due deadlines are taken at once, so that a crowd at one midnight lets inbounds through.
    pub bite: usize,
    /// New or changed rows that go into one step of the intake.
    pub rows_a_step: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            repeat_horizon: Span::days(40),
            under_way: 128,
            answer_timeout: Span::minutes(10),
            longest_timeout: Span::hours(4),
            lapsed_patience: Span::days(1),
            bite: 1_000,
            rows_a_step: 1_000,
        }
    }
}
