//! S-17, S-19: a form leaves, its parts are accepted, its window runs.

use proaktiv_messages::identity::Iban;
use proaktiv_messages::{FormNumber, Key, MessageId, Moment, Outcome, SmsAccepted, Span, TaskReason};
use smallvec::SmallVec;

use super::{Phase, Plan, Search, Sent};
use crate::calendar::{at as hour_of, day_of};
use crate::child::Stage;
use crate::due::{What, Who};
use crate::law::PROMPT;
use crate::person::Frozen;
use crate::timers::Timer;
use crate::world::World;

impl World {
    /// Returns the form that the plan of an offer asks for now, with the accounts that it freezes.
    pub(crate) fn planned(&self, line: u32, at: usize) -> Option<(FormNumber, SmallVec<[Frozen; 1]>)> {
        let offer = &self.lines[line as usize].offers[at];
        let Phase::Asking { plan, .. } = offer.phase else { return None };
        match plan {
            Plan::ByAccounts => Some(self.by_accounts(offer.person)),
            Plan::Three => Some((FormNumber::Three, SmallVec::new())),
            Plan::Again => offer.forms.last().map(|sent| (sent.form, sent.accounts.clone())),
            Plan::Back => {
                let replaced = &offer.forms[usize::from(offer.replaced?)];
                let left: SmallVec<[Frozen; 1]> =
                    replaced.accounts.iter().filter(|one| self.still_counts(offer.person, one)).copied().collect();
                // Reading S-04, A-23: where one account of several is left, that is appendix 1.
                match left.len() {
                    0 => None,
                    1 => Some((FormNumber::One, left)),
                    _ => Some((FormNumber::Two, left)),
                }
            }
            Plan::Opened => {
                let chosen = self.opened(line, at)?;
                Some((FormNumber::One, SmallVec::from_slice(&[chosen])))
            }
        }
    }

    /// Plans a further form: the questions before it are asked at the next permitted moment (S-36), the
    /// form before it goes on taking replies (S-23c).
    pub(crate) fn plan_form(&mut self, line: u32, at: usize, plan: Plan, from: Moment, now: Moment) {
        let since = self.law.sending_hour_from(from);
        let noon = hour_of(day_of(since), self.law.terms.banks_asked_until_hour);
        let patience = noon.max(since + Span::hours(1));
        // Reading S-36: whether a further form that names no new account asks stale banks is not said; it may.
        let search = if plan == Plan::ByAccounts { Search::All } else { Search::None };
        let offer = self.offer(line, at);
        let (person, group) = (offer.person, offer.group.clone());
        offer.phase = Phase::Asking { plan, since, search, patience, due: false };
        self.drop_due(Who::Line(line), |what| what == What::Link, now);
        self.met_all(&group, "S-23c");
        if !self.may_ask_for(line, at, now) {
            // S-03d: nothing is asked, and no further form leaves.
            self.offer(line, at).phase = Phase::Open;
            self.met_all(&group, "S-03d");
            return;
        }
        if search == Search::All {
            for bank in self.law.integrated() {
                self.allow(Who::Person(person), What::Accounts(bank), now, since + PROMPT);
            }
        }
        self.ask_before(line, at, since, true);
        self.timers.set(since, Timer::Look(line));
        self.timers.set(patience, Timer::Look(line));
        let evening = self.law.permitted_end(since) + self.law.slack.times(6);
        self.timers.set(evening, Timer::Evening(line));
    }

    /// A form 1, 2 or 3 left: `form` with these accounts.
    pub(crate) fn form_left(
        &mut self,
        line: u32,
        at: usize,
        sent: (FormNumber, SmallVec<[Frozen; 1]>),
        sms: MessageId,
        now: Moment,
    ) {
        if let MessageId::Effect { key, .. } = sms {
            let key: Key = key;
            self.by_key.insert(key, line);
        }
        let (form, accounts) = sent;
        let offer = &self.lines[line as usize].offers[at];
        let (person, group, first) = (offer.person, offer.group.clone(), offer.forms.is_empty());
        let known: SmallVec<[Iban; 1]> = self.people[person as usize].known_accounts().collect();
        if matches!(offer.phase, Phase::Asking { plan: Plan::Opened, .. }) && self.opened_at_several(line, at) {
            self.met_all(&group, "S-09");
        }
        let offer = self.offer(line, at);
        offer.phase = Phase::Sending;
        if form == FormNumber::Three {
            offer.known = known;
        }
        offer.forms.reserve_exact(1);
        offer.forms.push(Sent {
            form,
            sms,
            left: now,
            first: None,
            last: None,
            ends: Moment::LATEST,
            accounts,
            failed: false,
        });
        self.line(line).waiting.retain(|one| !group.contains(&one.child));
        let name = format!("form:{}", u8::from(form));
        for &child in &group {
            self.met(child, &name);
            if first && self.child(child).offers > 0 {
                self.met(child, "S-08");
            }
            let one = self.child(child);
            if first {
                one.offers += 1;
                one.once_more = false;
                one.unreached = None;
                one.resume = crate::child::Step::Recipient;
                one.dues.cancel(|what| what == What::Task(TaskReason::PilotEnded), now);
            }
            one.observe(now, 9, Outcome::Offered);
            self.go(child, Stage::Offered, now);
        }
        // The engine counts from its decision, and what it decides for many may leave a little later.
        let alert = now + Span::hours(self.law.terms.sending_alert_hours) - self.law.slack.times(6);
        self.owe(Who::Line(line), What::Task(TaskReason::SendingTakesLong), alert, alert + PROMPT);
        for &child in &group {
            let until = alert + PROMPT + Span::days(7);
            self.allow(Who::Child(child), What::Task(TaskReason::SendingTakesLong), alert, until);
        }
    }

    /// Every part of a form was accepted (S-17).
    pub(crate) fn form_accepted(&mut self, line: u32, sms: MessageId, parts: &SmsAccepted, now: Moment) {
        let Some((at, form)) = self.lines[line as usize].find(sms) else { return };
        let sending = |what| what == What::Task(TaskReason::SendingTakesLong);
        let alert = parts.last_part - self.lines[line as usize].offers[at].forms[form].left;
        if alert >= Span::hours(self.law.terms.sending_alert_hours) {
            self.met_all(&self.lines[line as usize].offers[at].group.clone(), "S-17");
        }
        self.drop_due(Who::Line(line), sending, now.min(parts.last_part + PROMPT));
        let ends = self.law.window_ends(self.law.last_day_of_window(parts.last_part));
        let offer = &self.lines[line as usize].offers[at];
        let (selected, group) = (offer.is_selected(form), offer.group.clone());
        if selected {
            self.met_all(&group, "S-17b");
        }
        if self.law.counts_by_decree(day_of(parts.last_part), ends) {
            self.met_all(&group, "S-19");
        }
        let offer = self.offer(line, at);
        let sent = &mut offer.forms[form];
        (sent.first, sent.last) = (Some(parts.first_part), Some(parts.last_part));
        sent.ends = ends;
        let (is_three, open) = (sent.form == FormNumber::Three, offer.phase == Phase::Sending);
        if open {
            offer.phase = Phase::Open;
            self.timers.set(self.law.sending_hour_from(ends), Timer::WindowOver(line, sms));
            if is_three && let Some(poll) = self.next_poll(now, ends) {
                self.timers.set(poll, Timer::Poll(line, sms));
            }
        }
        for (reply, received) in std::mem::take(&mut self.line(line).replies) {
            self.replied(line, reply, received, now);
        }
        if open && is_three {
            let person = self.lines[line as usize].offers[at].person;
            self.accounts_changed(person, now);
        }
    }

    /// Delivery of a form ended (S-18).
    pub(crate) fn form_outcome(&mut self, line: u32, sms: MessageId, delivered: bool) {
        let Some((at, form)) = self.lines[line as usize].find(sms) else { return };
        if !delivered {
            let offer = self.offer(line, at);
            offer.forms[form].failed = true;
            let group = offer.group.clone();
            self.met_all(&group, "S-18");
        }
    }
}
