//! Populations, plans, worlds, verdicts.
