//! S-16: who is in a group, who leaves it, and what follows when an offer is over.

use proaktiv_messages::{Closing, Moment, Span};

use super::Phase;
use crate::child::{Stage, Step};
use crate::due::{What, Who};
use crate::law::ON_ITS_WAY;
use crate::law::PROMPT;
use crate::timers::Timer;
use crate::world::World;

impl World {
    /// Notes for the coverage that every child of a group met something.
    pub(crate) fn met_all(&mut self, group: &[u32], name: &str) {
        for &child in group {
            self.met(child, name);
        }
    }

    /// Notes it of those that are accepted and have no application yet.
    pub(crate) fn met_accepted(&mut self, children: &[u32], name: &str) {
        for &child in children {
            if self.child(child).stage == Stage::Accepted {
                self.met(child, name);
            }
        }
    }

    /// A child leaves its group at once; nobody left ends the offer, without appendix 4.
    pub(crate) fn leave(&mut self, place: u32, why: Closing, now: Moment) {
        let Some(line) = self.child(place).line else { return };
        if self.lines[line as usize].dues.leaves_just_now(What::Form, now) {
            // What is told in the very instant in which a form leaves comes before it or after it.
            return self.give_up(place, "news_in_the_instant_of_a_form");
        }
        let lines = &mut self.lines[line as usize];
        lines.waiting.retain(|one| one.child != place);
        let member = |offer: &super::Offer| {
            offer.group.contains(&place) && (offer.is_active() || matches!(offer.phase, Phase::Accepted(_)))
        };
        let Some(at) = lines.offers.iter().position(member) else { return };
        lines.offers[at].group.retain(|one| *one != place);
        self.relax_child(place, now);
        if !self.lines[line as usize].offers[at].group.is_empty() {
            self.met(place, "S-16");
            return;
        }
        let offer = &self.lines[line as usize].offers[at];
        if offer.forms.is_empty() {
            let person = offer.person;
            self.relax(person, &[], now);
            self.drop_due(Who::Line(line), |what| what == What::Form, now);
            self.line(line).offers.remove(at);
            self.timers.set(self.law.offer_hour_from(now + Span::millis(1)), Timer::OfferHour(line));
        } else {
            self.over(line, at, why, now);
        }
    }

    /// An offer is over: who waited is looked at again from 5 (S-16, S-16b).
    pub(crate) fn over(&mut self, line: u32, at: usize, why: Closing, now: Moment) {
        let offer = self.offer(line, at);
        let (person, group) = (offer.person, offer.group.clone());
        offer.phase = Phase::Over(why);
        self.relax(person, &group, now);
        self.drop_due(Who::Line(line), |what| matches!(what, What::Form | What::Link), now);
        self.line_is_free(line, now);
    }

    /// A child that waits for an offer's end is looked at again: its question to CBDI has left in the very
    /// instant in which the offer ends.
    pub(crate) fn wait_ends(&mut self, place: u32, now: Moment) {
        self.met(place, "S-16");
        if let Some(line) = self.child(place).line {
            self.line(line).waiting.retain(|one| one.child != place);
        }
        self.child(place).resume = Step::Recipient;
        self.chain_begun(place, now);
    }

    /// Whoever waits is looked at again from 5 and offered next.
    pub(crate) fn line_is_free(&mut self, line: u32, now: Moment) {
        let waiting = std::mem::take(&mut self.line(line).waiting);
        for one in waiting {
            if self.child(one.child).stage == Stage::Ready {
                self.met(one.child, "S-16");
                self.child(one.child).resume = Step::Recipient;
                self.begin_chain(one.child, now);
            }
        }
    }

    /// Questions about a group that were due need not leave any more; what is on its way still may.
    pub(crate) fn relax(&mut self, person: u32, group: &[u32], now: Moment) {
        let banks = (0..self.law.banks.len() as u8).map(What::Accounts);
        for what in banks.chain([What::Number]) {
            self.let_go(Who::Person(person), what, now);
        }
        for &child in group {
            self.relax_child(child, now);
        }
        self.notices_still_ask(person, now);
    }

    /// Appendix 5 of another child has its own question to BMG (S-37), at its own hour.
    pub(crate) fn notices_still_ask(&mut self, person: u32, now: Moment) {
        let children = self.people[person as usize].children.iter();
        let applications = children.flat_map(|&child| &self.children[child as usize].applications);
        let ahead = |since: &Moment| *since > now;
        let hours: Vec<Moment> =
            applications.filter(|one| one.person == person).filter_map(|one| one.notice.filter(ahead)).collect();
        for hour in hours {
            self.owe(Who::Person(person), What::Number, hour, hour + PROMPT);
        }
    }

    /// The same for a child's question to the counter.
    pub(crate) fn relax_child(&mut self, place: u32, now: Moment) {
        for what in [What::Applications, What::Application] {
            self.let_go(Who::Child(place), what, now);
        }
    }

    /// What was due need not leave any more; what is on its way still may, to a silent party for long.
    pub(crate) fn let_go(&mut self, who: Who, what: What, now: Moment) {
        let soon = self.until_reached(who, what, now + ON_ITS_WAY + self.wait_behind(who, what));
        self.dues(who).release(what, now, soon);
    }
}
