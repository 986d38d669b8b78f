//! The desk where lists are taken in: collects the parts of a batch, compares each row's
//! content with what is known, and keeps only what is new or changed, with its keyed digest.
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

/// A known row: its content is kept packed, so that an unchanged one costs a comparison and no hash.
struct Known {
    key: ClearKey,
    start: usize,
    length: usize,
}

/// What is known of the rows, and the batches being collected.
#[derive(Default)]
pub(crate) struct ListDesk {
    batches: BTreeMap<(Party, u64), Collected>,
    /// Each known row, in the order of first sight: lists come in much the same order each day, so that
    /// the next row is usually the one after the last.
    known: Vec<Known>,
    /// The packed content of the known rows, side by side.
    contents: Vec<u8>,
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
        for row in collected.chunks.values().flat_map(|chunk| chunk.rows.iter()) {
            counts.rows += 1;
            let content = Packed::of(row, key);
            if self.is_known(row, &content, &mut next, &mut counts) {
                counts.unchanged += 1;
            } else {
                rows.push((content.digest(), Arc::clone(row)));
            }
        }
        counts.full = chunk.declared_rows == Some(counts.rows);
        Some(Batch { number: chunk.batch, day: chunk.day, counts, rows, parts: collected.parts })
    }

    /// Compares a row with what is known and remembers it; `next` is where it is expected.
    fn is_known(
        &mut self,
        row: &Enrolment<Clear>,
        content: &Packed<'_>,
        next: &mut usize,
        counts: &mut ListCounts,
    ) -> bool {
        let key = ClearKey::of(row);
        let place = match self.known.get(*next) {
            Some(known) if known.key == key => Some(*next),
            Some(_) | None => self.index.get(&key).map(|place| *place as usize),
        };
        let Some(place) = place else {
            *next = self.known.len() + 1;
            self.index.insert(key, self.known.len() as u32);
            let (start, length) = self.keep(content);
            self.known.push(Known { key, start, length });
            // After a restart only the digest is known.
            let restored = row.row.and_then(|id| self.restored.remove(&RowKey::Numbered(id)));
            if restored.is_some_and(|digest| digest == content.digest()) {
                return true;
            }
            *if restored.is_some() { &mut counts.changed } else { &mut counts.new } += 1;
            return false;
        };
        *next = place + 1;
        let Known { start, length, .. } = self.known[place];
        if self.contents[start..start + length] == *content.bytes() {
            return true;
        }
        (self.known[place].start, self.known[place].length) = self.keep(content);
        counts.changed += 1;
        false
    }

    /// Keeps a content; returns where. That of an earlier version stays: corrections are few.
    fn keep(&mut self, content: &Packed<'_>) -> (usize, usize) {
        let start = self.contents.len();
        self.contents.extend_from_slice(content.bytes());
        (start, content.bytes().len())
    }

    /// Takes a row that a journal kept.
    pub(crate) fn restore(&mut self, row: &KnownRow) {
        self.restored.insert(row.key, row.digest);
    }
}

/// Bytes that the content of a row is packed into before it is folded.
const PACKED: usize = 128;

/// The content of a row, packed tightly on the stack: an ordinary one fits into one block of the hash.
/// What no longer fits folds what is there into its digest.
struct Packed<'a> {
    bytes: [u8; PACKED],
    length: usize,
    key: &'a TokenKey,
}

impl<'a> Packed<'a> {
    fn of(row: &Enrolment<Clear>, key: &'a TokenKey) -> Self {
        let mut packed = Self { bytes: [0; PACKED], length: 0, key };
        packed.put(row.row.map_or(0, |id| id.wrapping_add(1)).to_le_bytes());
        let [a, b, c, d, e, ..] = row.child.number().to_le_bytes();
        packed.put([a, b, c, d, e]);
        packed.put(row.school.to_le_bytes());
        packed.put(row.district.0.to_le_bytes());
        packed.day(row.order_date);
        packed.day(row.from);
        packed.day(row.to);
        packed.put([row.ended.map_or(0, |ending| 1 + ending.kind as u8)]);
        if let Some(ending) = row.ended {
            packed.day(ending.on);
        }
        packed.put([u8::from(row.order_number.is_some())]);
        packed.text(row.order_number.as_deref().unwrap_or_default());
        for conclusion in &row.conclusions {
            packed.day(Some(conclusion.date));
            packed.text(&conclusion.number);
        }
        packed
    }

    fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// Returns the keyed digest of the content.
    fn digest(&self) -> RowDigest {
        self.key.digest(self.bytes())
    }

    fn room_for(&mut self, more: usize) {
        if self.length + more > PACKED {
            let folded = self.key.digest(&self.bytes[..self.length]).bits().to_le_bytes();
            self.bytes[..16].copy_from_slice(&folded);
            self.length = 16;
        }
    }

    fn put<const N: usize>(&mut self, bytes: [u8; N]) {
        self.room_for(N);
        self.bytes[self.length..self.length + N].copy_from_slice(&bytes);
        self.length += N;
    }

    /// Adds a date in three bytes: the years of the act need no more.
    fn day(&mut self, day: Option<NaiveDate>) {
        let [a, b, c, _] = day.map_or(0, |day| day.num_days_from_ce()).to_le_bytes();
        self.put([a, b, c]);
    }

    /// Adds a text with its length before it, so that two texts never run into each other. A long one
    /// is added by its digest.
    fn text(&mut self, text: &str) {
        const LONG: usize = 60;
        let length = text.len().min(LONG + 1) as u8;
        self.put([length]);
        if text.len() > LONG {
            self.put(self.key.digest(text.as_bytes()).bits().to_le_bytes());
            return;
        }
        self.room_for(text.len());
        self.bytes[self.length..self.length + text.len()].copy_from_slice(text.as_bytes());
        self.length += text.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proaktiv_messages::{Conclusion, District, Ending, EndingKind, Moment};

    fn row(id: u64) -> Enrolment<Clear> {
        let date = |day| NaiveDate::from_ymd_opt(2024, 1, day);
        Enrolment {
            row: Some(id),
            child: "159901500005".parse().expect("a made-up IIN"),
            school: 3,
            district: District(710_000_000),
            order_number: Some("12-3".into()),
            order_date: date(10),
            from: date(15),
            to: NaiveDate::from_ymd_opt(2025, 5, 25),
            conclusions: smallvec::smallvec![Conclusion { number: "44".into(), date: date(5).expect("a date") }],
            ended: None,
        }
    }

    fn list(batch: u64, part: u32, parts: u32, rows: Vec<Enrolment<Clear>>) -> ListChunk<Clear> {
        let declared_rows = Some(rows.len() as u32 * parts);
        let day = NaiveDate::from_ymd_opt(2024, 3, 11).expect("a date");
        ListChunk { batch, day, part, parts, declared_rows, rows: rows.into_iter().map(Arc::new).collect() }
    }

    fn take(desk: &mut ListDesk, chunk: &ListChunk<Clear>) -> Option<Batch> {
        let id = MessageId::Numbered(chunk.batch * 100 + u64::from(chunk.part));
        desk.take(Party::Nobd, id, chunk, &TokenKey::new([1; 32]))
    }

    #[test]
    fn a_batch_is_taken_when_its_last_part_is_there_whatever_their_order() {
        let mut desk = ListDesk::default();
        assert!(take(&mut desk, &list(1, 1, 2, vec![row(2)])).is_none());
        assert!(take(&mut desk, &list(1, 1, 2, vec![row(2)])).is_none());
        let batch = take(&mut desk, &list(1, 0, 2, vec![row(1)])).expect("the batch is complete");
        assert_eq!((batch.counts.rows, batch.counts.new, batch.counts.full), (2, 2, true));
        assert_eq!(batch.parts.len(), 2);
    }

    #[test]
    fn a_known_row_makes_nothing_and_a_changed_one_comes_again() {
        let mut desk = ListDesk::default();
        take(&mut desk, &list(1, 0, 1, vec![row(1), row(2), row(3)]));
        let again = take(&mut desk, &list(2, 0, 1, vec![row(3), row(1), row(2)])).expect("complete");
        assert_eq!((again.counts.unchanged, again.rows.len()), (3, 0));
        let mut changed = row(2);
        changed.to = NaiveDate::from_ymd_opt(2025, 5, 26);
        let batch = take(&mut desk, &list(3, 0, 1, vec![row(1), changed, row(4)])).expect("complete");
        let counts = (batch.counts.unchanged, batch.counts.changed, batch.counts.new);
        assert_eq!((counts, batch.rows.len()), ((1, 1, 1), 2));
    }

    #[test]
    fn every_field_of_a_row_counts() {
        let key = TokenKey::new([1; 32]);
        let digest = |row: &Enrolment<Clear>| Packed::of(row, &key).digest();
        let mut rows = vec![row(1); 12];
        rows[1].row = None;
        rows[2].child = "009901500005".parse().expect("a made-up IIN");
        rows[3].school = 4;
        rows[4].district = District(750_000_000);
        rows[5].order_number = None;
        rows[6].order_date = None;
        rows[7].from = None;
        rows[8].to = None;
        rows[9].conclusions.clear();
        rows[10].ended = Some(Ending { kind: EndingKind::ReturnedToSchool, on: None });
        rows[11].ended = Some(Ending { kind: EndingKind::Left, on: Some(Moment::default().utc().date_naive()) });
        for long in ["x".repeat(60), "x".repeat(61), "x".repeat(62)] {
            let mut one = row(1);
            one.conclusions = smallvec::smallvec![Conclusion { number: long.into(), date: NaiveDate::MIN }; 9];
            rows.push(one);
        }
        let mut digests: Vec<RowDigest> = rows.iter().map(digest).collect();
        digests.sort_unstable();
        digests.dedup();
        assert_eq!(digests.len(), rows.len());
    }
}
