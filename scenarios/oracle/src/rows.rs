//! Rows of the list by their own right: new orders, versions, ends, a second school (S-12 to S-12c, S-33,
//! S-34, S-44).

use std::sync::Arc;

use proaktiv_messages::{Amended, Clear, Closing, Enrolment, Hold, Moment, Outcome, RowFault, TaskReason};
use smallvec::SmallVec;

use crate::calendar::{Day, day, day_of};
use crate::child::{Child, Order, Stage, Step};
use crate::due::{What, Who};
use crate::law::{ON_ITS_WAY, PROMPT};
use crate::lists::is_final;
use crate::world::World;

impl World {
    /// Takes one row, by its own right (S-44).
    pub(crate) fn row(&mut self, place: u32, row: &Arc<Enrolment<Clear>>, of: Day, now: Moment) {
        if let Some(id) = row.row {
            match self.lists.rows.insert(id, place) {
                // S-12: another child under the same row id ends the first child's row.
                Some(other) if other != place => {
                    self.met(other, "S-12");
                    self.ended(other, None, now);
                }
                Some(_) | None => {}
            }
        }
        let faults = faults(row);
        let child = self.child(place);
        if row.ended.is_none() && !faults.is_empty() {
            // S-44: what a late list says of a row that came sound since asks the school for nothing.
            let late = child.order.as_ref().is_some_and(|known| of < known.of && known.row.row == row.row);
            if !late {
                self.incomplete_row(place, row, faults, now);
            }
            return;
        }
        // S-44: an older version of an order that is over says nothing of this one.
        let of_former = |former: &Order| former.row.row.is_some() && former.row.row == row.row && of < former.of;
        if child.former.as_deref().is_some_and(of_former) {
            return;
        }
        match relation(child, row) {
            Relation::First if row.ended.is_some() => {
                // A row that is ended when it first comes asks for nothing.
                child.order = Some(order(row, of, of, end_of(row, now)));
                child.observed_loosely = true;
                self.close(place, Closing::Refuted, 4, now);
            }
            Relation::First => self.new_order(place, row, of, now),
            Relation::Version => self.version(place, row, of, now),
            Relation::OfSecond => self.version_of_second(place, row, of, now),
            Relation::Second => self.second_school(place, row, of, now),
            Relation::New => self.new_order(place, row, of, now),
        }
    }

    /// A row that lacks something goes back to its school; the last sound version stays (S-13, S-33).
    fn incomplete_row(
        &mut self,
        place: u32,
        row: &Arc<Enrolment<Clear>>,
        faults: SmallVec<[RowFault; 1]>,
        now: Moment,
    ) {
        let child = self.child(place);
        if child.faults == faults {
            return;
        }
        child.faults = faults;
        if child.stage == Stage::Unlisted {
            child.stage = Stage::Returned;
            child.since = now;
        }
        if child.order.is_none() {
            child.returned_by = row.school;
            child.returned_row = row.row;
        } else {
            self.met(place, "S-13");
        }
        self.met(place, "S-33");
        self.owe_now(Who::Child(place), What::ReturnRow, now);
    }

    /// A new order is a new case (S-12, T-23).
    fn new_order(&mut self, place: u32, row: &Arc<Enrolment<Clear>>, of: Day, now: Moment) {
        let child = self.child(place);
        let again = child.order.is_some();
        let former = child.order.take();
        if again && !matches!(child.stage, Stage::Closed(_) | Stage::Excluded(_) | Stage::Held(_) | Stage::Granted) {
            child.order = former;
            return self.give_up(place, "new_order_in_flight");
        }
        child.former = former.map(Box::new);
        child.order = Some(order(row, of, of, None));
        child.faults.clear();
        child.missing = None;
        if again {
            child.observed_loosely = true;
            child.offers = 0;
            child.once_more = false;
            child.unreached = None;
            child.told = 0;
            child.counted = None;
            // Reading S-03d, T-23: what C1-child brought is kept, also where a new order begins a new case.
            child.stage = Stage::Unlisted;
            self.met(place, "S-12");
        }
        self.child(place).observe(now, 4, Outcome::Listed);
        let child = self.child(place);
        // Reading S-03d, S-34: what C1-child brought is the child's, not the order's: it is kept for a new one.
        child.resume = if child.record_known { Step::Recipient } else { Step::ChildConsent };
        child.first_attempt = true;
        if now >= self.law.last_offer {
            self.pilot_may_end(place, now);
        }
        self.begin_chain(place, now);
        self.pilot_may_end(place, now);
    }

    /// A further version of the order's row (S-12, S-12b, S-44).
    pub(crate) fn version(&mut self, place: u32, row: &Arc<Enrolment<Clear>>, of: Day, now: Moment) {
        let child = self.child(place);
        let Some(known) = &mut child.order else { return };
        if of < known.of || Arc::ptr_eq(&known.row, row) {
            // S-44: a late list replaces no newer version; an explicit end not seen before counts.
            let older = known.row != *row;
            let unseen = row.ended.is_some() && known.ended.is_none() && row.ended != known.taken_back;
            if older {
                self.met(place, "S-44");
            }
            if unseen {
                self.ended(place, Some(row), now);
            }
            return;
        }
        let was_ended = known.ended.is_some();
        let same = known.row == *row;
        let period = (known.row.from, known.row.to) != (row.from, row.to);
        if row.ended.is_none() {
            known.taken_back = known.row.ended.or(known.taken_back);
        }
        known.row = Arc::clone(row);
        known.of = of;
        if same {
            return;
        }
        known.changed = of;
        known.ended = end_of(row, now);
        child.faults.clear();
        self.met(place, "S-12");
        if row.ended.is_some() {
            if !was_ended {
                self.ended(place, Some(row), now);
            }
        } else if was_ended {
            self.taken_back(place, now);
        } else {
            self.corrected(place, period, now);
        }
    }

    /// A correction, by state (S-12b).
    fn corrected(&mut self, place: u32, period: bool, now: Moment) {
        self.met(place, "S-12b");
        self.met_accepted(&[place], "S-23b");
        let child = &self.children[place as usize];
        let over = period && child.order.as_ref().is_some_and(|order| order.to() < day_of(now));
        match child.stage {
            // S-46: a list that arrives during a chain only updates the row.
            Stage::Unlisted | Stage::Returned | Stage::Checking(_) | Stage::Closed(_) | Stage::Undecided(_) => {}
            Stage::Held(hold) => {
                if hold == Hold::RepConflict && child.record_known {
                    // Reading S-03d, S-11: the correction may end the conflict; the child's record is known.
                    self.child(place).resume = Step::Child;
                }
                // Reading S-12b: looked at again from 5; where no register is behind the hold, if its fact changed.
                let must = !matches!(hold, Hold::RepConflict | Hold::FullStateCare | Hold::DuplicateEnrolment);
                self.look_again(place, now, must && self.is_rechecked(place, hold, now));
            }
            Stage::Excluded(ground) if is_final(ground) => {}
            Stage::Excluded(_) => self.look_again(place, now, false),
            Stage::Ready => {
                self.leave(place, Closing::Superseded, now);
                self.child(place).resume = Step::Recipient;
                self.child(place).observed_loosely = true;
                self.begin_chain(place, now);
            }
            Stage::Offered | Stage::Accepted if over => self.refuted(place, now),
            Stage::Offered | Stage::Accepted => {}
            Stage::Applied => self.task(place, TaskReason::Amendment(Amended::Row), now),
            Stage::Granted => self.order_changed(place),
        }
    }

    /// An explicit end, by state (S-12b, A-34).
    pub(crate) fn ended(&mut self, place: u32, row: Option<&Arc<Enrolment<Clear>>>, now: Moment) {
        let child = self.child(place);
        let on = row.and_then(|row| end_of(row, now)).unwrap_or(day_of(now));
        if let Some(order) = &mut child.order {
            order.ended = Some(on);
        }
        let second = child.second.take();
        let stage = child.stage;
        self.met(place, "S-12b");
        self.met_accepted(&[place], "S-23b");
        match stage {
            Stage::Offered | Stage::Accepted => self.refuted(place, now),
            Stage::Applied => self.task(place, TaskReason::Amendment(Amended::Ending), now),
            Stage::Granted => self.stopped(place, on, now),
            Stage::Unlisted | Stage::Closed(_) | Stage::Undecided(_) => {}
            Stage::Returned | Stage::Checking(_) | Stage::Ready | Stage::Held(_) | Stage::Excluded(_) => {
                // Reading S-12b: nothing is left to offer; whether a notice is owed where no form was out,
                // the rows do not say.
                self.allow(Who::Child(place), What::Task(TaskReason::NoticeOfRefutation), now, now + PROMPT);
                self.child(place).observed_loosely = true;
                self.forget_chain(place, now);
                self.leave(place, Closing::Refuted, now);
                self.close(place, Closing::Refuted, 4, now);
            }
        }
        // S-34: the second order's case begins when the first ends and the second runs on.
        if let Some(second) = second
            && second.to() >= day_of(now)
        {
            let (row, of) = (Arc::clone(&second.row), second.of);
            self.met(place, "S-34");
            self.new_order(place, &row, of, now);
        }
    }

    /// The child leaves the group REFUTED: no appendix 4, a notice by the local executive body (S-12b).
    fn refuted(&mut self, place: u32, now: Moment) {
        self.task(place, TaskReason::NoticeOfRefutation, now);
        self.close(place, Closing::Refuted, 11, now);
        self.leave(place, Closing::Refuted, now);
    }

    /// Questions of a chain that were due need not leave any more.
    pub(crate) fn forget_chain(&mut self, place: u32, now: Moment) {
        let of = |what| {
            matches!(
                what,
                What::Disability
                    | What::Applications
                    | What::ChildConsent
                    | What::Child
                    | What::Representatives
                    | What::Row
            )
        };
        if self.child(place).dues.owes(What::Disability) {
            self.child(place).astray = Some(now + ON_ITS_WAY);
        }
        let overdue = self.child(place).dues.cancel(of, now);
        for due in overdue {
            self.missing(Who::Child(place), due, now);
        }
        for what in [What::Disability, What::Applications, What::ChildConsent, What::Child] {
            self.allow_on_its_way(Who::Child(place), what, now);
        }
    }

    /// NOBD takes an end back (S-12c).
    fn taken_back(&mut self, place: u32, now: Moment) {
        self.met(place, "S-12c");
        let stage = self.child(place).stage;
        match stage {
            // Reading S-14: once no form can leave any more, nothing is asked for one.
            Stage::Closed(Closing::Refuted) if now < self.law.last_offer => {
                let child = self.child(place);
                child.once_more = child.offers > 0 && child.offers < 2;
                child.resume = if child.record_known { Step::Recipient } else { Step::ChildConsent };
                child.observed_loosely = true;
                if child.may_be_offered() {
                    self.begin_chain(place, now);
                }
            }
            Stage::Granted => self.stop_taken_back(place, now),
            Stage::Applied => self.task(place, TaskReason::Amendment(Amended::Row), now),
            Stage::Unlisted
            | Stage::Returned
            | Stage::Checking(_)
            | Stage::Ready
            | Stage::Offered
            | Stage::Accepted
            | Stage::Excluded(_)
            | Stage::Held(_)
            | Stage::Closed(_)
            | Stage::Undecided(_) => {}
        }
    }

    /// A row of another school for an overlapping period (S-34).
    fn second_school(&mut self, place: u32, row: &Arc<Enrolment<Clear>>, of: Day, now: Moment) {
        if row.ended.is_some() {
            return;
        }
        self.met(place, "S-34");
        let child = self.child(place);
        child.second = Some(Box::new(order(row, of, of, None)));
        self.held_for_the_list(place, Hold::DuplicateEnrolment, now);
    }

    /// A version of the second school's row.
    fn version_of_second(&mut self, place: u32, row: &Arc<Enrolment<Clear>>, of: Day, now: Moment) {
        let child = self.child(place);
        let Some(second) = &mut child.second else { return };
        if of < second.of && row.ended.is_none() {
            return self.met(place, "S-44");
        }
        second.row = Arc::clone(row);
        second.of = of;
        if row.ended.is_some() {
            child.former = child.second.take();
            if matches!(child.stage, Stage::Held(Hold::DuplicateEnrolment)) {
                child.resume = if child.record_known { Step::Recipient } else { Step::ChildConsent };
                self.look_again(place, now, true);
            }
        }
    }
}

/// Returns the day from which an explicit record ends an order (S-47: without a date, the day received).
fn end_of(row: &Enrolment<Clear>, now: Moment) -> Option<Day> {
    row.ended.map(|ending| ending.on.map_or(day_of(now), day))
}

fn order(row: &Arc<Enrolment<Clear>>, of: Day, changed: Day, ended: Option<Day>) -> Order {
    Order { row: Arc::clone(row), of, changed, ended, taken_back: None }
}

/// How a row stands to what is known of its child (S-12, S-34).
enum Relation {
    First,
    Version,
    OfSecond,
    Second,
    New,
}

fn relation(child: &Child, row: &Enrolment<Clear>) -> Relation {
    let Some(known) = &child.order else { return Relation::First };
    let same_row = |order: &Order| match (order.row.row, row.row) {
        (Some(known), Some(new)) => known == new,
        // Without a row id: same child, same school, overlapping period.
        (None, _) | (_, None) => order.row.school == row.school && order.overlaps(row),
    };
    if same_row(known) {
        Relation::Version
    } else if child.second.as_ref().is_some_and(|second| same_row(second)) {
        Relation::OfSecond
    } else if known.ended.is_some() || !known.overlaps(row) {
        Relation::New
    } else if known.row.school != row.school {
        Relation::Second
    } else {
        Relation::Version
    }
}

/// Returns all that A-08 demands and a row lacks.
fn faults(row: &Enrolment<Clear>) -> SmallVec<[RowFault; 1]> {
    let mut faults = SmallVec::new();
    if row.order_number.as_ref().is_none_or(|number| number.trim().is_empty()) {
        faults.push(RowFault::NoOrderNumber);
    }
    if row.order_date.is_none() {
        faults.push(RowFault::NoOrderDate);
    }
    match (row.from, row.to) {
        (Some(from), Some(to)) if to < from => faults.push(RowFault::PeriodBackwards),
        (Some(_), Some(_)) => {}
        (None, _) | (_, None) => faults.push(RowFault::NoPeriod),
    }
    if row.conclusions.is_empty() {
        faults.push(RowFault::NoConclusion);
    }
    faults
}
