//! Paragraph 4: daily lists, and what a full one means for every case (A-07, S-13, S-44, S-46).
//!
//! Rows are taken one by one; what a list as a whole says is taken when it is full.

use std::sync::Arc;

use proaktiv_messages::{Clear, Enrolment, Hold, ListChunk, Moment};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::calendar::{Day, day, day_of};
use crate::child::{Stage, Step};
use crate::will::Wanted;
use crate::world::World;

type Part = Arc<[Arc<Enrolment<Clear>>]>;

/// The batches of NOBD.
#[derive(Default)]
pub(crate) struct Lists {
    /// The day of the last full list.
    pub last_full: Day,
    /// The parts of the last full list, and of batches that are not complete yet.
    full: Vec<Part>,
    open: FxHashMap<u64, Batch>,
    done: Vec<u64>,
    stamp: u64,
    /// The child of each row id (S-12).
    pub rows: FxHashMap<u64, u32>,
}

#[derive(Default)]
struct Batch {
    parts: Vec<Option<Part>>,
    declared: Option<u32>,
}

impl World {
    /// Takes a part of a list.
    pub(crate) fn listed(&mut self, chunk: &ListChunk<Clear>, now: Moment) {
        if self.lists.done.contains(&chunk.batch) {
            return;
        }
        let batch = self.lists.open.entry(chunk.batch).or_default();
        let (part, parts) = (chunk.part as usize, chunk.parts.max(1) as usize);
        batch.parts.resize_with(batch.parts.len().max(parts).max(part + 1), || None);
        if batch.parts[part].is_some() {
            return;
        }
        batch.parts[part] = Some(Arc::clone(&chunk.rows));
        batch.declared = batch.declared.or(chunk.declared_rows);
        let complete = batch.parts.iter().all(Option::is_some);
        // A part that is the very object of the last full list holds nothing new.
        let known = self.lists.full.get(part).is_some_and(|last| Arc::ptr_eq(last, &chunk.rows));
        if !known {
            let of = day(chunk.day);
            for row in chunk.rows.iter() {
                if let Some(&place) = self.by_child.get(&row.child.number()) {
                    self.row(place, row, of, now);
                }
            }
        }
        if complete {
            self.batch_is_complete(chunk.batch, day(chunk.day), now);
        }
    }

    fn batch_is_complete(&mut self, batch: u64, of: Day, now: Moment) {
        self.lists.done.push(batch);
        let Some(batch) = self.lists.open.remove(&batch) else { return };
        let parts: Vec<Part> = batch.parts.into_iter().flatten().collect();
        let rows: usize = parts.iter().map(|part| part.len()).sum();
        // Reading S-13: an empty list is never full, whatever it declares: nothing is inferred from it.
        let full = rows != 0 && batch.declared.is_some_and(|declared| declared as usize == rows);
        self.list_of_day(of, full, now);
        if !full {
            self.lacked_by_a_part(&parts, of);
            return crate::coverage::add(&mut self.verdict.coverage, "list:partial");
        }
        // A late list of a day before says nothing of today.
        if of < self.lists.last_full {
            return crate::coverage::add(&mut self.verdict.coverage, "list:late");
        }
        let same = parts.len() == self.lists.full.len()
            && parts.iter().zip(&self.lists.full).all(|(new, old)| Arc::ptr_eq(new, old));
        if !same {
            self.mark_present(&parts, of);
        }
        if self.lists.last_full != 0 && self.lists.last_full + 1 < of {
            self.days_without_a_list();
        }
        self.lists.last_full = of;
        self.lists.full = parts;
        for place in 0..self.children.len() as u32 {
            self.list_accepted(place, of, now);
        }
    }

    /// Notes whom a list that is not full lacks while their rows run: about them nothing is inferred (S-13).
    fn lacked_by_a_part(&mut self, parts: &[Part], of: Day) {
        let rows = parts.iter().flat_map(|part| part.iter());
        let there: FxHashSet<u32> = rows.filter_map(|row| self.by_child.get(&row.child.number()).copied()).collect();
        for place in 0..self.children.len() as u32 {
            let child = &self.children[place as usize];
            let runs = |order: &crate::child::Order| order.ended.is_none() && of <= order.to();
            if child.present && child.order.as_ref().is_some_and(runs) && !there.contains(&place) {
                self.met(place, "S-13");
            }
        }
    }

    /// Notes who was held on a day without a full list, and not looked at again on it (S-13).
    fn days_without_a_list(&mut self) {
        for place in 0..self.children.len() as u32 {
            if matches!(self.children[place as usize].stage, Stage::Held(_)) {
                self.met(place, "S-13");
            }
        }
    }

    /// Notes which children a full list has.
    fn mark_present(&mut self, parts: &[Part], of: Day) {
        self.lists.stamp += 1;
        let (stamp, last) = (self.lists.stamp, self.lists.last_full);
        for row in parts.iter().flat_map(|part| part.iter()) {
            if let Some(&place) = self.by_child.get(&row.child.number()) {
                self.children[place as usize].stamp = stamp;
            }
        }
        for child in &mut self.children {
            let present = child.stamp == stamp;
            if child.present && !present {
                child.present_on = last;
            } else if present {
                child.present_on = of;
            }
            child.present = present;
        }
    }

    /// What a full list means for a child (P2).
    fn list_accepted(&mut self, place: u32, of: Day, now: Moment) {
        let child = &self.children[place as usize];
        if !child.decided() || child.order.is_none() {
            return;
        }
        if child.present {
            if child.missing.is_some() {
                self.back_on_list(place, now);
            }
        } else {
            self.is_missing(place, of, now);
        }
        let child = &self.children[place as usize];
        match child.stage {
            Stage::Held(hold) => {
                let must = self.is_rechecked(place, hold, now);
                self.look_again(place, now, must);
            }
            Stage::Excluded(ground) if !is_final(ground) => {
                let waited = day_of(now) - child.looked >= self.law.terms.excluded_recheck_days;
                if waited {
                    self.look_again(place, now, true);
                }
            }
            Stage::Unlisted
            | Stage::Returned
            | Stage::Checking(_)
            | Stage::Ready
            | Stage::Offered
            | Stage::Accepted
            | Stage::Applied
            | Stage::Granted
            | Stage::Excluded(_)
            | Stage::Closed(_)
            | Stage::Undecided(_) => {}
        }
    }

    /// Returns whether a held child is surely looked at again with a list (S-46, P3).
    pub(crate) fn is_rechecked(&self, place: u32, hold: Hold, now: Moment) -> bool {
        let child = &self.children[place as usize];
        match hold {
            Hold::NoRep
            | Hold::IdNotActual
            | Hold::RegNotPermanent
            | Hold::NoBirthRecord
            | Hold::NoBmg
            | Hold::BankUnknown
            | Hold::NumberChanged
            | Hold::RepMinor => true,
            // Reading S-18, S-46: looked at daily for another number, like every hold.
            Hold::Undelivered => true,
            // Reading S-03, S-03d: until its day 5 and 6 may be asked; on its day they must.
            Hold::ConsentTimeout | Hold::ConsentExpired => {
                let ready = |wanted| matches!(wanted, Wanted::Ask | Wanted::Have);
                let of_child = child.resume != Step::Recipient;
                let mut reps = child.reps.iter();
                of_child && ready(child.will.wanted(now, &self.law))
                    || !of_child && reps.any(|&rep| ready(self.people[rep as usize].will.wanted(now, &self.law)))
            }
            // No register is behind it.
            Hold::RepConflict | Hold::FullStateCare | Hold::DuplicateEnrolment | Hold::MissingFromList => false,
        }
    }
}

/// Returns whether an exclusion is final (S-46).
pub(crate) fn is_final(ground: proaktiv_messages::Exclusion) -> bool {
    use proaktiv_messages::Exclusion;
    matches!(ground, Exclusion::Death | Exclusion::Age18)
}
