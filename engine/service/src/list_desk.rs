//! The desk where lists are taken in: collects the parts of a batch, compares each row's
//! keyed digest with what is known, and keeps only what is new or changed.
//!
//! Parts are acknowledged when the whole batch is: a part lost with the process is sent again.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use proaktiv_core::home_schooling::{KnownRow, ListCounts, RowDigest, RowKey};
use proaktiv_messages::{Clear, Enrolment, ListChunk, MessageId, Party, TokenKey};
use rustc_hash::FxHashMap;

/// A batch that is complete.
pub(crate) struct Batch {
    pub(crate) number: u64,
    pub(crate) day: NaiveDate,
    pub(crate) counts: ListCounts,
    /// Rows new or changed, with their digests, in the order of the list.
    pub(crate) rows: Vec<(RowDigest, Arc<Enrolment<Clear>>)>,
    /// Whom to answer once the batch can no longer be lost.
    pub(crate) parts: Vec<(Party, MessageId)>,
}

#[derive(Default)]
struct Collected {
    chunks: BTreeMap<u32, ListChunk<Clear>>,
    parts: Vec<(Party, MessageId)>,
}

/// Keys of rows as lists have them: before a child is a token.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum ClearKey {
    Numbered(u64),
    Unnumbered(u64, u32),
}

impl ClearKey {
    fn of(row: &Enrolment<Clear>) -> Self {
        row.row.map_or(ClearKey::Unnumbered(row.child.number(), row.school), ClearKey::Numbered)
    }
}

/// What is known of the rows, and the batches being collected.
#[derive(Default)]
pub(crate) struct ListDesk {
    batches: BTreeMap<(Party, u64), Collected>,
    /// Digest of each known row, in the order of first sight: lists come in much the same order each
    /// day, so that the next row is usually the one after the last.
    known: Vec<(ClearKey, RowDigest)>,
    index: FxHashMap<ClearKey, u32>,
    /// Digests of rows that a journal kept without naming the child in the clear.
    restored: FxHashMap<RowKey, RowDigest>,
}

impl ListDesk {
    /// Takes a part; returns the batch when it is the last one missing. `digest` makes the keyed
    /// digest of a row's content.
    pub(crate) fn take(
        &mut self,
        from: Party,
        id: MessageId,
        chunk: &ListChunk<Clear>,
        key: &TokenKey,
    ) -> Option<Batch> {
        let collected = self.batches.entry((from, chunk.batch)).or_default();
        if !collected.parts.contains(&(from, id)) {
            collected.parts.push((from, id));
        }
        collected.chunks.entry(chunk.part).or_insert_with(|| chunk.clone());
        if collected.chunks.len() < chunk.parts as usize {
            return None;
        }
        let collected = self.batches.remove(&(from, chunk.batch))?;
        let mut counts = ListCounts::default();
        let mut rows = Vec::new();
        let mut next = 0;
        let mut content = Vec::with_capacity(256);
        for row in collected.chunks.values().flat_map(|chunk| &chunk.rows) {
            counts.rows += 1;
            let digest = digest_of(row, key, &mut content);
            if self.is_known(row, digest, &mut next, &mut counts) {
                counts.unchanged += 1;
            } else {
                rows.push((digest, Arc::clone(row)));
            }
        }
        counts.full = chunk.declared_rows == Some(counts.rows);
        Some(Batch { number: chunk.batch, day: chunk.day, counts, rows, parts: collected.parts })
    }

    /// Compares a row with what is known and remembers it; `next` is where it is expected.
    fn is_known(
        &mut self,
        row: &Enrolment<Clear>,
        digest: RowDigest,
        next: &mut usize,
        counts: &mut ListCounts,
    ) -> bool {
        let key = ClearKey::of(row);
        let place = match self.known.get(*next) {
            Some((known, _)) if *known == key => Some(*next),
            Some(_) | None => self.index.get(&key).map(|place| *place as usize),
        };
        let Some(place) = place else {
            *next = self.known.len() + 1;
            self.index.insert(key, self.known.len() as u32);
            self.known.push((key, digest));
            let restored = row.row.and_then(|id| self.restored.remove(&RowKey::Numbered(id)));
            if restored == Some(digest) {
                return true;
            }
            *if restored.is_some() { &mut counts.changed } else { &mut counts.new } += 1;
            return false;
        };
        *next = place + 1;
        let known = &mut self.known[place].1;
        if *known == digest {
            return true;
        }
        *known = digest;
        counts.changed += 1;
        false
    }

    /// Takes a row that a journal kept.
    pub(crate) fn restore(&mut self, row: &KnownRow) {
        self.restored.insert(row.key, row.digest);
    }
}

/// Makes the keyed digest of a row's content.
fn digest_of(row: &Enrolment<Clear>, key: &TokenKey, content: &mut Vec<u8>) -> RowDigest {
    content.clear();
    let mut number = |value: u64| content.extend_from_slice(&value.to_le_bytes());
    let day = |day: Option<NaiveDate>| day.map_or(0, |day| i64::from(day.num_days_from_ce()) as u64);
    number(row.row.map_or(0, |id| id + 1));
    number(row.child.number());
    number(u64::from(row.school) << 32 | u64::from(row.district.0));
    number(day(row.order_date) << 32 | day(row.from));
    let ended = row.ended.map_or(0, |ending| 1 + ending.kind as u64);
    number(day(row.to) << 32 | ended << 8 | u64::from(row.order_number.is_some()));
    number(day(row.ended.and_then(|ending| ending.on)));
    text(content, row.order_number.as_deref().unwrap_or_default());
    for conclusion in &row.conclusions {
        content.extend_from_slice(&conclusion.date.num_days_from_ce().to_le_bytes());
        text(content, &conclusion.number);
    }
    key.token("row", content)
}

/// Adds a text with its length before it, so that two texts never run into each other.
fn text(content: &mut Vec<u8>, text: &str) {
    content.extend_from_slice(&(text.len() as u32).to_le_bytes());
    content.extend_from_slice(text.as_bytes());
}
