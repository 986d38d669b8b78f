//! Paragraph 11 (A-29, A-30, S-07c, S-18, S-37): silence is made sure of, then the offer is closed.

use proaktiv_messages::{Closing, FormNumber, Hold, MessageId, Moment, Span, TaskReason};

use super::Phase;
use crate::calendar::{at as hour_of, day_of};
use crate::child::Stage;
use crate::due::{What, Who};
use crate::law::PROMPT;
use crate::timers::Timer;
use crate::world::World;

impl World {
    /// The first sending hour after a window: the link is checked and, for appendix 3, each bank is asked
    /// once more.
    pub(crate) fn window_over(&mut self, line: u32, sms: MessageId, now: Moment) {
        let Some((at, form)) = self.lines[line as usize].find(sms) else { return };
        let offer = &self.lines[line as usize].offers[at];
        if offer.phase != Phase::Open || form + 1 != offer.forms.len() {
            return;
        }
        let (person, sent) = (offer.person, &offer.forms[form]);
        let (ends, is_three) = (sent.ends, sent.form == FormNumber::Three);
        if now < ends {
            // A decree has made the window longer (S-19).
            return;
        }
        self.offer(line, at).phase = Phase::Closing(now);
        self.offer(line, at).link_up = false;
        self.owe(Who::Line(line), What::Link, now, self.law.permitted_end(now) + self.law.slack);
        if self.may_ask_for(line, at, now) {
            self.allow(Who::Person(person), What::Number, now, now + PROMPT);
            if is_three {
                for bank in self.law.integrated() {
                    self.owe(Who::Person(person), What::Accounts(bank), now, now + PROMPT);
                }
            }
        }
        // Reading P7: the days are counted from the civil day on which the window ended.
        let from = day_of(ends - Span::millis(1));
        let last = self.law.days.after(from, self.law.terms.closing_waits_working_days);
        let incomplete = self.law.sending_hour_from(hour_of(last + 1, 0));
        self.timers.set(incomplete, Timer::Incomplete(line, sms));
    }

    /// The SMS centre has handed over everything that it had.
    pub(crate) fn link_is_up(&mut self, line: u32, asked: Moment, now: Moment) {
        let Some(at) = self.lines[line as usize].active() else { return };
        let offer = self.offer(line, at);
        if let Phase::Closing(since) = offer.phase
            && asked >= since
        {
            offer.link_up = true;
            self.line_moves(line, now);
        }
    }

    /// Looks whether silence is certain.
    pub(crate) fn closing_moves(&mut self, line: u32, at: usize, now: Moment) {
        let offer = &self.lines[line as usize].offers[at];
        let (Phase::Closing(since), Some(sent)) = (offer.phase, offer.forms.last()) else { return };
        let person = &self.people[offer.person as usize];
        let searched = sent.form != FormNumber::Three
            || !self.may_ask_for(line, at, now)
            || person.all_banks_since(since, &self.law);
        if !offer.link_up || !searched {
            return;
        }
        let hour = self.law.sending_hour_from(now);
        if hour > now {
            return self.timers.set(hour, Timer::Look(line));
        }
        self.silent(line, at, since, now);
    }

    /// Silence has been waited for long enough (S-07c).
    pub(crate) fn incomplete(&mut self, line: u32, sms: MessageId, now: Moment) {
        let Some((at, form)) = self.lines[line as usize].find(sms) else { return };
        let offer = &self.lines[line as usize].offers[at];
        if let Phase::Closing(since) = offer.phase
            && form + 1 == offer.forms.len()
        {
            self.met_all(&offer.group.clone(), "S-07c");
            self.silent(line, at, since, now);
        }
    }

    /// The offer is closed for silence, or since nobody was reached.
    fn silent(&mut self, line: u32, at: usize, since: Moment, now: Moment) {
        let offer = &self.lines[line as usize].offers[at];
        let (person, group) = (offer.person, offer.group.clone());
        let failed = offer.forms.last().is_some_and(|sent| sent.failed);
        let four_done = offer.four_done;
        let number = self.lines[line as usize].number;
        let selected = offer.forms.len().checked_sub(1).is_some_and(|last| offer.is_selected(last));
        if selected {
            self.met_all(&group, "S-41");
        }
        let why = if failed { Closing::Unreached } else { Closing::NoReply };
        for &child in &group {
            if failed {
                self.met(child, "closed:unreached");
                let one = self.child(child);
                one.once_more = one.offers < 2;
                one.unreached = Some((number, day_of(now)));
                self.hold(child, Hold::Undelivered, now);
            } else {
                self.close(child, Closing::NoReply, 11, now);
            }
        }
        self.over(line, at, why, now);
        if !failed && !four_done {
            if self.may_ask_for(line, at, now) {
                self.offer(line, at).four = Some(since);
                let asked = self.people[person as usize].numbers.as_ref().is_some_and(|said| said.asked >= since);
                if !asked && !self.people[person as usize].under_way.contains(&What::Number) {
                    self.owe(Who::Person(person), What::Number, now, now + PROMPT);
                } else {
                    // Reading S-37: whether an answer to another question since the window ended does is not said.
                    self.allow(Who::Person(person), What::Number, now, now + PROMPT);
                }
                self.four_moves(line, at, now);
            } else {
                let reason = TaskReason::NoticeInPlaceOf(FormNumber::Four);
                self.offer(line, at).four_done = true;
                self.task_of_one(line, &group, reason, now, PROMPT);
            }
        }
    }

    /// Appendix 4 leaves when BMG names the owner of the number (S-37).
    pub(crate) fn four_moves(&mut self, line: u32, at: usize, now: Moment) {
        let Some(offer) = self.lines[line as usize].offers.get(at) else { return };
        let Some(since) = offer.four else { return };
        let number = self.lines[line as usize].number;
        let Some(numbers) = &self.people[offer.person as usize].numbers else { return };
        if numbers.asked < since {
            return;
        }
        let (his, group) = (numbers.all.contains(&number), offer.group.clone());
        let (person, slot) = (offer.person, self.law.permitted_slot(now));
        if his && now < slot.from {
            // Reading S-37: an answer of the night is not asked just before appendix 4 of the morning.
            self.offer(line, at).four = Some(slot.from);
            return self.owe(Who::Person(person), What::Number, slot.from, slot.from + PROMPT);
        }
        self.offer(line, at).four = None;
        self.offer(line, at).four_done = true;
        if his {
            let until = self.law.patience(proaktiv_messages::Party::SmsCentre, slot.until);
            self.owe(Who::Line(line), What::Silence, slot.from, until);
        } else {
            self.met_all(&group, "S-37");
            self.task_of_one(line, &group, TaskReason::NoticeInPlaceOf(FormNumber::Four), now, PROMPT);
        }
    }

    /// In-time news reopens an offer that was closed for silence (S-07c). Returns whether it is open again.
    pub(crate) fn reopen(&mut self, line: u32, at: usize, now: Moment) -> bool {
        let group = self.lines[line as usize].offers[at].group.clone();
        if self.lines[line as usize].active().is_some() {
            for child in group {
                self.give_up(child, "reopened_behind_another_offer");
            }
            return false;
        }
        let offer = self.offer(line, at);
        // Reading S-07c: "an App.4 already sent stands"; one that is only due need not leave any more.
        offer.four = None;
        offer.phase = Phase::Open;
        self.reopened(line, at, now);
        true
    }

    /// The children of an offer that was closed come back to it.
    pub(crate) fn reopened(&mut self, line: u32, at: usize, now: Moment) {
        let group = self.lines[line as usize].offers[at].group.clone();
        let pending = self.lines[line as usize].dues.has(What::Silence);
        self.drop_due(Who::Line(line), |what| what == What::Silence, now);
        if pending {
            self.offer(line, at).four_done = false;
            self.allow(Who::Line(line), What::Silence, now, now + Span::hours(1));
        }
        for child in group {
            self.met(child, "S-07c");
            let one = self.child(child);
            one.once_more = false;
            one.observed_loosely = true;
            self.drop_due(Who::Child(child), |what| what == What::Disability, now);
            self.go(child, Stage::Offered, now);
        }
    }
}
