//! Paragraph 10 (A-26 to A-28, S-09): while appendix 3 is open, banks are polled and their notices taken;
//! the first account that counts ends its window.

use proaktiv_messages::{FormNumber, MessageId, Moment, Span};

use super::{Phase, Plan};
use crate::calendar::{at as hour_of, day_of};
use crate::due::{What, Who};
use crate::person::{Frozen, Held};
use crate::timers::Timer;
use crate::world::World;

/// How late a poll may follow its hour: well before the next one.
const POLLED: Span = Span::hours(5);

impl World {
    /// Returns the next hour at which banks are polled, after `now` and before the end of a window.
    pub(crate) fn next_poll(&self, now: Moment, ends: Moment) -> Option<Moment> {
        let mut day = day_of(now);
        loop {
            if self.law.days.works(day) {
                let hours = self.law.terms.poll_hours.iter().map(|&hour| hour_of(day, hour));
                if let Some(next) = hours.filter(|&at| at > now).min() {
                    return (next < ends).then_some(next);
                }
            }
            day += 1;
            if hour_of(day, 0) >= ends {
                return None;
            }
        }
    }

    /// An hour at which banks are polled.
    pub(crate) fn poll(&mut self, line: u32, sms: MessageId, now: Moment) {
        let Some((at, form)) = self.lines[line as usize].find(sms) else { return };
        let offer = &self.lines[line as usize].offers[at];
        // Reading A-27, S-09, S-23c: the window ends with the selection, and that is made when the next form leaves;
        // until then banks may be asked.
        let chooses = matches!(offer.phase, Phase::Asking { .. });
        if !(chooses || offer.phase == Phase::Open) || form + 1 != offer.forms.len() {
            return;
        }
        let (person, ends, group) = (offer.person, offer.forms[form].ends, offer.group.clone());
        if offer.polled == now {
            return;
        }
        self.offer(line, at).polled = now;
        self.met_all(&group, "A-26");
        if !self.law.days.works(day_of(now)) {
            // A decree has made it a day off.
        } else if self.may_ask_for(line, at, now) {
            for bank in self.law.integrated() {
                let (who, what) = (Who::Person(person), What::Accounts(bank));
                if chooses {
                    self.allow(who, what, now, now + POLLED);
                } else {
                    self.owe(who, what, now, now + POLLED);
                }
            }
        } else {
            // S-03d: para 10 rests on the banks' own notices.
            self.met_all(&group, "S-03d");
        }
        if let Some(next) = self.next_poll(now, ends) {
            self.timers.set(next, Timer::Poll(line, sms));
        }
    }

    /// Returns the account that para 10 selects now (A-27, S-09): of those that count, were not known when
    /// appendix 3 was prepared, and were opened before its end, the earliest opened, then the lowest bank.
    pub(crate) fn opened(&self, line: u32, at: usize) -> Option<Frozen> {
        self.openings(line, at).min_by_key(|&(opened, one)| (opened, one.place, one.account)).map(|(_, one)| one)
    }

    /// Returns whether para 10 has accounts at more than one bank to select from (S-09).
    pub(crate) fn opened_at_several(&self, line: u32, at: usize) -> bool {
        let mut places = self.openings(line, at).map(|(_, one)| one.place);
        places.next().is_some_and(|first| places.any(|place| place != first))
    }

    /// Returns the accounts from which para 10 selects, each with the moment that counts as that of its opening.
    fn openings(&self, line: u32, at: usize) -> impl Iterator<Item = (Moment, Frozen)> {
        let offer = &self.lines[line as usize].offers[at];
        let three = offer.forms.iter().rev().find(|sent| sent.form == FormNumber::Three);
        let ends = three.map_or(Moment::default(), |three| three.ends);
        let person = &self.people[offer.person as usize];
        let counts = |one: &&Held| one.counts && self.law.is_integrated(one.frozen.place);
        let fresh = person.accounts.iter().filter(counts).filter(|one| !offer.known.contains(&one.frozen.account));
        // Reading S-07b: where the bank gives no time of opening, the moment it became known.
        let timed = fresh.map(|one| (one.frozen.opened.unwrap_or(one.known), one.frozen));
        timed.filter(move |(opened, _)| *opened < ends)
    }

    /// Accounts of a person became known or changed: an open appendix 3 may have its account.
    pub(crate) fn accounts_changed(&mut self, person: u32, now: Moment) {
        let mut lines: Vec<u32> =
            self.people[person as usize].children.iter().filter_map(|&one| self.children[one as usize].line).collect();
        lines.sort_unstable();
        lines.dedup();
        for line in lines {
            for at in 0..self.lines[line as usize].offers.len() {
                if self.lines[line as usize].offers[at].person == person {
                    self.account_appeared(line, at, now);
                }
            }
        }
    }

    fn account_appeared(&mut self, line: u32, at: usize, now: Moment) {
        let offer = &self.lines[line as usize].offers[at];
        if offer.forms.last().is_none_or(|sent| sent.form != FormNumber::Three || sent.first.is_none()) {
            return;
        }
        let over = match offer.phase {
            Phase::Open | Phase::Closing(_) => false,
            // S-07c: what became known after closing reopens.
            Phase::Over(proaktiv_messages::Closing::NoReply | proaktiv_messages::Closing::Unreached) => true,
            Phase::Asking { .. } | Phase::Sending | Phase::Accepted(_) | Phase::Formed | Phase::Over(_) => return,
        };
        let Some(opened) = self.opened(line, at) else { return };
        let ended = offer.forms.last().is_some_and(|three| three.ends <= now);
        if over && !self.reopen(line, at, now) {
            return;
        }
        let group = self.lines[line as usize].offers[at].group.clone();
        if ended || opened.opened.is_none() {
            self.met_all(&group, "S-07b");
        }
        self.met_all(&group, "A-27");
        let from = now + Span::minutes(self.law.terms.account_choice_minutes);
        let person = self.lines[line as usize].offers[at].person;
        self.relax(person, &[], now);
        self.plan_form(line, at, Plan::Opened, from, now);
    }
}
