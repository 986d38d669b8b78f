//! The desk where lists are taken in: collects the parts of a batch, compares each row's
//! content with what is known, and keeps only what is new or changed, with its keyed digest.
//!
//! Parts are acknowledged when the whole batch is: a part lost with the process is sent again. A full
//! list also tells which children of known rows it does not have (S-13b). What is judged of it, the
//! intake judges, by rules that the desk asks too where it has to know what to keep.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use proaktiv_core::home_schooling::provisions::a_row_is_complete::fault_of;
use proaktiv_core::home_schooling::provisions::rows_are_versions::replaces;
use proaktiv_core::home_schooling::{ListCounts, RowDigest, RowKey};
use proaktiv_messages::identity::Iin;
use proaktiv_messages::{Clear, Enrolment, ListChunk, MessageId, Party, TokenKey};
use rustc_hash::{FxHashMap, FxHashSet};

/// A batch that is complete.
pub(crate) struct Batch {
    pub(crate) number: u64,
    pub(crate) day: NaiveDate,
    pub(crate) counts: ListCounts,
    /// Rows new or changed, in the order of the list.
    pub(crate) rows: Vec<ChangedRow>,
    /// Children of known rows that the list does not have, if it is full.
    pub(crate) missing: Vec<Iin>,
    /// Whom to answer once the batch can no longer be lost.
    pub(crate) parts: Vec<(Party, MessageId)>,
}

/// A row that is new or differs from the version that is known.
pub(crate) struct ChangedRow {
    pub(crate) digest: RowDigest,
    pub(crate) row: Arc<Enrolment<Clear>>,
    /// The day of the list that brought the known version.
    pub(crate) known: Option<NaiveDate>,
    /// The child that the known version named, if it is another one.
    pub(crate) former_child: Option<Iin>,
}

/// What came of a part.
pub(crate) enum Part {
    /// The batch lacks others still.
    Kept,
    /// The batch was taken before: it is answered and changes nothing (I-15).
    Repeated,
    /// It was the last one.
    Last(Batch),
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
    child: Iin,
    start: usize,
    length: u32,
    /// The how manieth list had it last.
    seen: u32,
    /// The day of the list that brought the version.
    day: NaiveDate,
    /// The last day of the last sound version; none if there is none, or it says that all is over: the
    /// absence of the row then means nothing.
    runs_to: Option<NaiveDate>,
}

impl Known {
    /// Takes a version: an unsound one leaves the last sound one in force (S-33).
    fn take(&mut self, row: &Enrolment<Clear>, day: NaiveDate) {
        self.child = row.child;
        self.day = self.day.max(day);
        if fault_of(row).is_none() {
            self.runs_to = row.to.filter(|_| row.ended.is_none());
        }
    }
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
    /// Digests of unsound rows that the intake sent back before the engine came back.
    sent_back: FxHashMap<RowKey, RowDigest>,
    /// Batches taken.
    taken: BTreeSet<u64>,
    /// Lists compared so far.
    lists: u32,
}

impl ListDesk {
    /// Takes a part; gives the batch when it is the last one missing. `key` makes the keyed digest of a
    /// row's content.
    pub(crate) fn take(&mut self, from: Party, id: MessageId, chunk: &ListChunk<Clear>, key: &TokenKey) -> Part {
        if self.taken.contains(&chunk.batch) {
            return Part::Repeated;
        }
        let collected = self.batches.entry((from, chunk.batch)).or_default();
        if !collected.parts.contains(&(from, id)) {
            collected.parts.push((from, id));
        }
        collected.chunks.entry(chunk.part).or_insert_with(|| chunk.clone());
        if collected.chunks.len() < chunk.parts as usize {
            return Part::Kept;
        }
        let collected = self.batches.remove(&(from, chunk.batch)).unwrap_or_default();
        self.taken.insert(chunk.batch);
        self.lists += 1;
        let mut counts = ListCounts::default();
        let mut rows = Vec::new();
        let mut next = 0;
        for row in collected.chunks.values().flat_map(|chunk| chunk.rows.iter()) {
            counts.rows += 1;
            let content = Packed::of(row, key);
            match self.compare(row, &content, chunk.day, &mut next, &mut counts) {
                None => counts.unchanged += 1,
                Some(changed) => rows.push(changed),
            }
        }
        // Reading S-13: an empty list is never full, whatever it declares.
        counts.full = chunk.declared_rows == Some(counts.rows) && counts.rows > 0;
        let missing = if counts.full { self.missing(chunk.day) } else { Vec::new() };
        Part::Last(Batch { number: chunk.batch, day: chunk.day, counts, rows, missing, parts: collected.parts })
    }

    /// Returns the children of known rows that the last list had not, though their period runs on.
    fn missing(&self, day: NaiveDate) -> Vec<Iin> {
        let is_gone = |known: &&Known| known.seen != self.lists && known.runs_to.is_some_and(|last| day <= last);
        let gone: Vec<Iin> = self.known.iter().filter(is_gone).map(|known| known.child).collect();
        if gone.is_empty() {
            return gone;
        }
        // A child on two lists is missing only if it is on neither.
        let mut there: FxHashSet<u64> = gone.iter().map(|child| child.number()).collect();
        let seen = self.known.iter().filter(|known| known.seen == self.lists);
        for known in seen {
            there.remove(&known.child.number());
        }
        gone.into_iter().filter(|child| there.contains(&child.number())).collect()
    }

    /// Compares a row with what is known and remembers it; `next` is where it is expected. None if it is
    /// known with the same content.
    fn compare(
        &mut self,
        row: &Arc<Enrolment<Clear>>,
        content: &Packed<'_>,
        day: NaiveDate,
        next: &mut usize,
        counts: &mut ListCounts,
    ) -> Option<ChangedRow> {
        let key = ClearKey::of(row);
        let place = match self.known.get(*next) {
            Some(known) if known.key == key => Some(*next),
            Some(_) | None => self.index.get(&key).map(|place| *place as usize),
        };
        let Some(place) = place else {
            *next = self.known.len() + 1;
            self.add(row, content, day);
            if self.was_sent_back(row, content) {
                return None;
            }
            counts.new += 1;
            let row = Arc::clone(row);
            return Some(ChangedRow { digest: content.digest(), row, known: None, former_child: None });
        };
        *next = place + 1;
        let known = &mut self.known[place];
        known.seen = self.lists;
        if self.contents[known.start..known.start + known.length as usize] == *content.bytes() {
            return None;
        }
        let (brought, former) = (known.day, known.child);
        if self.was_sent_back(row, content) {
            return None;
        }
        counts.changed += 1;
        if replaces(Some(brought), day, row.ended.is_some()) {
            let (start, length) = self.keep(content);
            let known = &mut self.known[place];
            (known.start, known.length) = (start, length);
            known.take(row, day);
        }
        let former_child = Some(former).filter(|child| *child != row.child);
        Some(ChangedRow { digest: content.digest(), row: Arc::clone(row), known: Some(brought), former_child })
    }

    /// Adds a row that is seen for the first time.
    fn add(&mut self, row: &Enrolment<Clear>, content: &Packed<'_>, day: NaiveDate) {
        let key = ClearKey::of(row);
        self.index.insert(key, self.known.len() as u32);
        let (start, length) = self.keep(content);
        let mut known = Known { key, child: row.child, start, length, seen: self.lists, day, runs_to: None };
        known.take(row, day);
        self.known.push(known);
    }

    /// After a restart an unsound row is known by its digest alone.
    fn was_sent_back(&mut self, row: &Enrolment<Clear>, content: &Packed<'_>) -> bool {
        if self.sent_back.is_empty() {
            return false;
        }
        let digest = row.row.and_then(|id| self.sent_back.remove(&RowKey::Numbered(id)));
        digest.is_some_and(|digest| digest == content.digest())
    }

    /// Keeps a content; returns where. That of an earlier version stays: corrections are few.
    fn keep(&mut self, content: &Packed<'_>) -> (usize, u32) {
        let start = self.contents.len();
        self.contents.extend_from_slice(content.bytes());
        (start, content.bytes().len() as u32)
    }

    /// Takes a row that a case keeps, with the day of the list that brought it.
    pub(crate) fn restore(&mut self, row: &Enrolment<Clear>, day: NaiveDate, key: &TokenKey) {
        let content = Packed::of(row, key);
        match self.index.get(&ClearKey::of(row)) {
            Some(_) => {}
            None => self.add(row, &content, day),
        }
    }

    /// Takes what the intake knows of lists before the engine came back.
    pub(crate) fn restore_lists(&mut self, taken: &BTreeSet<u64>, sent_back: &BTreeMap<RowKey, RowDigest>) {
        self.taken.extend(taken);
        self.sent_back.extend(sent_back.iter().map(|(key, digest)| (*key, *digest)));
    }
}

/// Returns the keyed digest of a row's content, as records have it: for who compares a list with them.
/// `key` is that of rows.
pub fn row_digest(row: &Enrolment<Clear>, key: &TokenKey) -> RowDigest {
    Packed::of(row, key).digest()
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
        if let Some(guardian) = row.guardian {
            // The mark tells it from a conclusion, whose day never is the first of the calendar.
            packed.day(None);
            packed.put(guardian.number().to_le_bytes());
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
            guardian: None,
        }
    }

    fn list(batch: u64, part: u32, parts: u32, rows: Vec<Enrolment<Clear>>) -> ListChunk<Clear> {
        let declared_rows = Some(rows.len() as u32 * parts);
        let day = NaiveDate::from_ymd_opt(2024, 3, 11).expect("a date");
        ListChunk { batch, day, part, parts, declared_rows, rows: rows.into_iter().map(Arc::new).collect() }
    }

    fn take(desk: &mut ListDesk, chunk: &ListChunk<Clear>) -> Option<Batch> {
        let id = MessageId::Numbered(chunk.batch * 100 + u64::from(chunk.part));
        match desk.take(Party::Nobd, id, chunk, &TokenKey::new([1; 32])) {
            Part::Last(batch) => Some(batch),
            Part::Kept | Part::Repeated => None,
        }
    }

    fn on(day: u32, batch: u64, rows: Vec<Enrolment<Clear>>) -> ListChunk<Clear> {
        ListChunk { day: NaiveDate::from_ymd_opt(2024, 3, day).expect("a date"), ..list(batch, 0, 1, rows) }
    }

    /// A row of a child of its own.
    fn row_of(id: u64, child: &str) -> Enrolment<Clear> {
        Enrolment { child: child.parse().expect("a made-up IIN"), ..row(id) }
    }

    /// S-13b: missing is who was there before and is not on a full list now, on whatever row.
    #[test]
    fn a_full_list_tells_who_is_missing() {
        let (one, two) = (row_of(1, "159901500005"), row_of(2, "009901500005"));
        let mut desk = ListDesk::default();
        let first = take(&mut desk, &on(11, 1, vec![one.clone(), two.clone()])).expect("complete");
        assert!(first.missing.is_empty());
        let mut truncated = on(12, 2, vec![one.clone()]);
        truncated.declared_rows = Some(2);
        assert!(take(&mut desk, &truncated).expect("complete").missing.is_empty(), "a partial list");
        assert!(take(&mut desk, &on(12, 3, vec![])).expect("complete").missing.is_empty(), "an empty list");
        let full = take(&mut desk, &on(13, 4, vec![one.clone()])).expect("complete");
        assert_eq!(full.missing, [two.child]);
        let other_row = Enrolment { row: Some(9), school: 7, ..two.clone() };
        let full = take(&mut desk, &on(14, 5, vec![one.clone(), other_row])).expect("complete");
        assert!(full.missing.is_empty(), "the child is there, on another row");
    }

    /// S-29, A-34: who ended, and whose period is over, is not missing.
    #[test]
    fn who_ended_is_not_missing() {
        let (one, two) = (row_of(1, "159901500005"), row_of(2, "009901500005"));
        let ended = Enrolment { ended: Some(Ending { kind: EndingKind::Left, on: None }), ..two };
        let mut desk = ListDesk::default();
        take(&mut desk, &on(11, 1, vec![one.clone(), ended]));
        assert!(take(&mut desk, &on(12, 2, vec![one.clone()])).expect("complete").missing.is_empty());
        let last = one.to.expect("a period");
        let mut after = on(12, 3, vec![row_of(3, "009901500005")]);
        after.day = last;
        assert_eq!(take(&mut desk, &after).expect("complete").missing, [one.child], "its last day");
        (after.batch, after.day) = (4, last.succ_opt().expect("a day"));
        assert!(take(&mut desk, &after).expect("complete").missing.is_empty(), "the day after");
    }

    /// I-15: a batch that comes again changes nothing, under whatever id its parts come.
    #[test]
    fn a_batch_that_comes_again_is_repeated() {
        let mut desk = ListDesk::default();
        take(&mut desk, &list(1, 0, 1, vec![row(1)]));
        let again =
            desk.take(Party::Nobd, MessageId::Numbered(77), &list(1, 0, 1, vec![row(2)]), &TokenKey::new([1; 32]));
        assert!(matches!(again, Part::Repeated));
    }

    /// S-44: an older version comes with the day of the one that is known, and is not kept; an end is.
    #[test]
    fn an_older_version_is_not_kept() {
        let mut desk = ListDesk::default();
        let newer = Enrolment { order_number: Some("12-4".into()), ..row(1) };
        take(&mut desk, &on(12, 1, vec![newer.clone()]));
        let late = take(&mut desk, &on(11, 2, vec![row(1)])).expect("complete");
        assert_eq!(late.rows[0].known, NaiveDate::from_ymd_opt(2024, 3, 12));
        assert_eq!(take(&mut desk, &on(13, 3, vec![newer.clone()])).expect("complete").counts.unchanged, 1);
        let ended = Enrolment { ended: Some(Ending { kind: EndingKind::Left, on: None }), ..newer };
        take(&mut desk, &on(11, 4, vec![ended.clone()]));
        assert_eq!(take(&mut desk, &on(14, 5, vec![ended])).expect("complete").counts.unchanged, 1);
    }

    /// S-12: another child under the same row id is told with the one before.
    #[test]
    fn another_child_under_the_same_row_is_told() {
        let mut desk = ListDesk::default();
        take(&mut desk, &on(11, 1, vec![row_of(1, "159901500005")]));
        let batch = take(&mut desk, &on(12, 2, vec![row_of(1, "009901500005")])).expect("complete");
        assert_eq!(batch.rows[0].former_child, "159901500005".parse().ok());
    }

    /// A row that a case keeps is known after a restart, and its absence shows.
    #[test]
    fn a_restored_row_is_known() {
        let (one, two) = (row_of(1, "159901500005"), row_of(2, "009901500005"));
        let mut desk = ListDesk::default();
        let day = NaiveDate::from_ymd_opt(2024, 3, 11).expect("a date");
        desk.restore(&one, day, &TokenKey::new([1; 32]));
        desk.restore(&two, day, &TokenKey::new([1; 32]));
        let batch = take(&mut desk, &on(12, 2, vec![one])).expect("complete");
        assert_eq!((batch.counts.unchanged, batch.missing), (1, vec![two.child]));
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
        let mut rows = vec![row(1); 13];
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
        rows[12].guardian = "009901500005".parse().ok();
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
