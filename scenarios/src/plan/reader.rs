//! Reads a plan line by line.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Family, FaultWindow, Header, Hex, Law, ListFault, PlanChecks, PlanError, StatedChange};

/// Reads a plan family by family: an iterator of each line's own text and the family that it says.
/// Ends after the first error.
#[derive(Debug)]
pub struct PlanReader<R> {
    source: R,
    header: Header,
    header_text: String,
    checks: PlanChecks,
    line: u64,
    over: bool,
}

impl PlanReader<BufReader<File>> {
    /// Opens the plan at `path` and reads its header.
    pub fn open(path: &Path) -> Result<Self, PlanError> {
        Self::new(BufReader::with_capacity(1 << 16, File::open(path)?))
    }
}

impl<R: BufRead> PlanReader<R> {
    /// Reads the header of the plan that `source` gives.
    pub fn new(mut source: R) -> Result<Self, PlanError> {
        let mut line = 0;
        let header_text = next_line(&mut source, &mut line)?.ok_or(PlanError::Empty)?;
        let header = Header::parse(&header_text)?;
        let checks = PlanChecks::new(&header);
        Ok(Self { source, header, header_text, checks, line, over: false })
    }

    /// Returns the header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Returns the header's own line, without its end.
    pub fn header_text(&self) -> &str {
        &self.header_text
    }

    fn read(&mut self) -> Result<Option<(String, Family)>, PlanError> {
        let Some(text) = next_line(&mut self.source, &mut self.line)? else {
            self.checks.finish()?;
            return Ok(None);
        };
        let family: Family =
            serde_json::from_str(&text).map_err(|reason| PlanError::of_json(self.line, "", &text, &reason))?;
        self.checks.take_at(self.line, &family)?;
        Ok(Some((text, family)))
    }
}

impl<R: BufRead> Iterator for PlanReader<R> {
    type Item = Result<(String, Family), PlanError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let next = self.read().transpose();
        self.over = !matches!(next, Some(Ok(_)));
        next
    }
}

/// Returns the next line that is not blank, without its end, and counts in `line` how many were read.
fn next_line<R: BufRead>(source: &mut R, line: &mut u64) -> Result<Option<String>, PlanError> {
    let mut text = String::new();
    while source.read_line(&mut text)? > 0 {
        *line += 1;
        text.truncate(text.trim_end().len());
        if !text.is_empty() {
            return Ok(Some(text));
        }
    }
    Ok(None)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HeaderLine {
    plan: String,
    version: u32,
    scenario: String,
    seed: u64,
    families: u32,
    children: u64,
    starts: NaiveDate,
    horizon: NaiveDate,
    salt: Hex<16>,
    key: Hex<32>,
    observer: bool,
    tick_ms: u32,
    #[serde(default)]
    faults: Vec<FaultWindow>,
    #[serde(default)]
    lists: Vec<ListFault>,
    law: Box<RawValue>,
    #[serde(default)]
    law_changes: Vec<StatedChange>,
}

impl Header {
    /// Reads and checks the first line of a plan.
    pub fn parse(text: &str) -> Result<Self, PlanError> {
        let line: HeaderLine = serde_json::from_str(text).map_err(|reason| PlanError::of_json(1, "", text, &reason))?;
        let parameters = serde_json::from_str(line.law.get())
            .map_err(|reason| PlanError::of_json(1, "law", line.law.get(), &reason))?;
        let header = Self {
            plan: line.plan.into(),
            version: line.version,
            scenario: line.scenario,
            seed: line.seed,
            families: line.families,
            children: line.children,
            starts: line.starts,
            horizon: line.horizon,
            salt: line.salt,
            key: line.key,
            observer: line.observer,
            tick_ms: line.tick_ms,
            faults: line.faults,
            lists: line.lists,
            law: Law { text: line.law, parameters },
            law_changes: line.law_changes,
        };
        header.check()?;
        Ok(header)
    }
}
