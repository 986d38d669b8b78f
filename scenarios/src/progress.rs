//! Progress of a run, on standard error: a bar on a terminal, plain lines without one.

use std::io::IsTerminal;
use std::time::Duration;

use chrono::NaiveDate;
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use proaktiv_core::calendar::astana;
use proaktiv_messages::Moment;

use crate::stopwatch::Stopwatch;

/// How progress is shown.
pub struct Progress {
    kind: Kind,
    children: u64,
    begins: NaiveDate,
    shown: NaiveDate,
    stopwatch: Stopwatch,
    next_line: Duration,
}

enum Kind {
    Silent,
    Lines,
    Bar(ProgressBar),
}

impl Progress {
    /// The time between two plain lines.
    const BETWEEN: Duration = Duration::from_secs(5);

    /// Shows nothing.
    pub fn silent() -> Self {
        Self::new(Kind::Silent, 0)
    }

    /// Shows a bar on a terminal, plain lines without one.
    pub fn on_standard_error(children: u64) -> Self {
        let terminal = std::io::stderr().is_terminal();
        Self::new(if terminal { Kind::Bar(ProgressBar::no_length()) } else { Kind::Lines }, children)
    }

    fn new(kind: Kind, children: u64) -> Self {
        let day = NaiveDate::MIN;
        Self { kind, children, begins: day, shown: day, stopwatch: Stopwatch::start(), next_line: Self::BETWEEN }
    }

    /// The run begins.
    pub(crate) fn begin(&mut self, from: NaiveDate, to: NaiveDate) {
        self.begins = from;
        self.stopwatch = Stopwatch::start();
        if let Kind::Bar(bar) = &self.kind {
            bar.set_length((to - from).num_days().unsigned_abs());
            let style = ProgressStyle::with_template("{wide_bar:.cyan} {msg}  {elapsed}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        }
    }

    /// An instant is over.
    pub(crate) fn moved(&mut self, at: Moment, messages: u64) {
        if matches!(self.kind, Kind::Silent) {
            return;
        }
        let day = astana::civil_day(at);
        if day == self.shown {
            return;
        }
        self.shown = day;
        let elapsed = self.stopwatch.elapsed();
        let rate = (messages * 1000).checked_div(elapsed.as_millis() as u64).unwrap_or(0);
        let text = || {
            format!(
                "{day}  {} children  {} messages  {}/s",
                HumanCount(self.children),
                HumanCount(messages),
                HumanCount(rate)
            )
        };
        match &self.kind {
            Kind::Silent => {}
            Kind::Bar(bar) => {
                bar.set_position((day - self.begins).num_days().unsigned_abs());
                bar.set_message(text());
            }
            Kind::Lines if elapsed >= self.next_line => {
                eprintln!("{}", text());
                self.next_line = elapsed + Self::BETWEEN;
            }
            Kind::Lines => {}
        }
    }

    /// The run is over.
    pub(crate) fn end(&mut self) {
        if let Kind::Bar(bar) = &self.kind {
            bar.finish_and_clear();
        }
    }
}
