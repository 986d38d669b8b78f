//! S-36, S-16, P6: a first form is taken up at the offer hour; questions are asked before any form leaves.

use proaktiv_messages::identity::Msisdn;
use proaktiv_messages::{Closing, Exclusion, FormNumber, Hold, Language, Moment, Party, Span, TaskReason};
use smallvec::SmallVec;

use super::{Offer, Phase, Plan, Search, Waiting};
use crate::calendar::{Day, at, day_of};
use crate::child::{Stage, Step};
use crate::due::{What, Who};
use crate::law::PROMPT;
use crate::timers::Timer;
use crate::world::World;

impl World {
    /// A child is ready and waits in the line of its recipient's number.
    pub(crate) fn ready(&mut self, place: u32, number: Msisdn, now: Moment) {
        let line = self.line_of(number);
        if self.line(line).muddled {
            return self.give_up(place, "shares_a_number");
        }
        let child = self.child(place);
        child.line = Some(line);
        child.first_attempt = false;
        let Some(&person) = child.reps.get(usize::from(child.turn)) else { return };
        self.go(place, Stage::Ready, now);
        self.settled_of(place, person);
        self.child(place).counted = None;
        let slack = self.law.slack;
        let waits = self.line(line);
        waits.waiting.push(Waiting { child: place, person, since: now });
        if let Some(active) = waits.active() {
            let offer = &waits.offers[active];
            if offer.person != person {
                self.met(place, "S-16b");
            } else if offer.forms.is_empty() && now <= offer.taken_up + slack {
                // Ready in the very instant of the offer hour: either group is right.
                self.allow(Who::Child(place), What::Applications, now, now + PROMPT);
            }
        }
        let hour = self.law.offer_hour_from(now);
        self.timers.set(hour, Timer::OfferHour(line));
        if !self.law.room(self.by_accounts(person).0, day_of(hour)).1 {
            self.allow_pilot_end(place, now);
        }
        self.pilot_may_end(place, now);
    }

    /// Notes what of a recipient a row settles: several numbers, a language that nobody knows, accounts that do
    /// not count, two in one bank.
    fn settled_of(&mut self, place: u32, person: u32) {
        let one = &self.people[person as usize];
        let numbers = one.numbers.as_ref();
        let counting = one.known_accounts().count();
        let settled = [
            (numbers.is_some_and(|said| said.all.len() > 1), "S-01b"),
            (numbers.is_some_and(|said| said.by_default), "S-24"),
            (counting < one.accounts.len(), "S-21"),
            (one.counting().len() < counting, "S-21b"),
        ];
        for (_, point) in settled.into_iter().filter(|(is, _)| *is) {
            self.met(place, point);
        }
    }

    /// The offer hour of a line: the first waiting recipient's group is frozen.
    pub(crate) fn offer_hour(&mut self, line: u32, now: Moment) {
        let children = &self.children;
        let waits = &mut self.lines[line as usize];
        waits.waiting.retain(|one| children[one.child as usize].stage == Stage::Ready);
        // S-16: an offer has ended when its applications are formed.
        let accepted = waits.offers.iter().any(|offer| matches!(offer.phase, Phase::Accepted(_)));
        if accepted || waits.active().is_some() || now > self.law.last_offer {
            return;
        }
        let Some(&first) = self.lines[line as usize].waiting.first() else { return };
        let just_now = now - self.law.slack;
        let (mut group, mut perhaps) = (SmallVec::<[u32; 2]>::new(), Vec::new());
        for one in self.lines[line as usize].waiting.iter().filter(|one| one.person == first.person) {
            if one.since < just_now {
                group.push(one.child);
            } else {
                perhaps.push(one.child);
            }
        }
        if !group.is_empty() {
            self.others_wait(line, first.person);
            self.take_up(line, first.person, group, now);
        } else if !perhaps.is_empty() {
            // Reading P16: of the questions of one instant any may leave first.
            self.allow_registers(first.person, now);
        }
        for child in perhaps {
            self.allow(Who::Child(child), What::Applications, now, now + PROMPT);
        }
    }

    /// Notes who waits behind another recipient of the number (S-16b).
    fn others_wait(&mut self, line: u32, person: u32) {
        let others = self.lines[line as usize].waiting.iter().filter(|one| one.person != person);
        let others: Vec<u32> = others.map(|one| one.child).collect();
        self.met_all(&others, "S-16b");
    }

    /// A child whose place was in doubt is asked about: it is in the group.
    pub(crate) fn joins(&mut self, place: u32, now: Moment) {
        let child = &self.children[place as usize];
        let (Stage::Ready, Some(line)) = (child.stage, child.line) else { return };
        let Some(&person) = child.reps.get(usize::from(child.turn)) else { return };
        match self.lines[line as usize].active() {
            Some(active) => {
                let offer = self.offer(line, active);
                if offer.forms.is_empty() && offer.person == person && !offer.group.contains(&place) {
                    offer.group.push(place);
                }
            }
            None => {
                // A question of an earlier hour, that nobody could answer, comes again after an hour or more.
                let hour = self.law.offer_hour_from(now - Span::minutes(30));
                if now < hour {
                    return;
                }
                self.take_up(line, person, SmallVec::from_slice(&[place]), hour);
                self.drop_due(Who::Child(place), |what| what == What::Applications, now);
            }
        }
    }

    /// Takes out of a group whose row no list has confirmed lately: no first form rests on it, and it waits for
    /// the next offer hour (S-13), unless its period is over or it comes of age first. Reading S-36: what else is
    /// asked before a form may be asked all the same.
    fn only_confirmed(&mut self, line: u32, person: u32, group: &mut SmallVec<[u32; 2]>, now: Moment) {
        let (last_full, today) = (self.lists.last_full, day_of(now));
        let is_sure = |child: &u32| self.children[*child as usize].confirmed(today, last_full, &self.law);
        let (sure, unsure): (SmallVec<[u32; 2]>, SmallVec<[u32; 2]>) = group.iter().copied().partition(is_sure);
        let (window, fits) = self.law.room(self.by_accounts(person).0, today);
        for &child in &unsure {
            self.met(child, "S-13");
            self.allow(Who::Child(child), What::Applications, now, now + PROMPT);
            self.timers.set(self.law.offer_hour_from(now + Span::millis(1)), Timer::OfferHour(line));
            if fits {
                self.outlasts(child, true, today, window, now);
            }
        }
        if sure.is_empty() {
            self.allow_registers(person, now);
        }
        *group = sure;
    }

    /// Permits what is asked of a person's registers before a form.
    fn allow_registers(&mut self, person: u32, now: Moment) {
        self.allow(Who::Person(person), What::Number, now, now + PROMPT);
        for bank in self.law.integrated() {
            self.allow(Who::Person(person), What::Accounts(bank), now, now + PROMPT);
        }
    }

    fn take_up(&mut self, line: u32, person: u32, mut group: SmallVec<[u32; 2]>, now: Moment) {
        // Reading S-14: what no form can follow need not be asked.
        let (form, _) = self.by_accounts(person);
        let (window, fits) = self.law.room(form, day_of(now));
        if !fits {
            for &child in &group {
                self.allow_pilot_end(child, now);
            }
        }
        // Reading S-03d: C2 is the consent to the offer that was answered; another offer begins on C1.
        if fits && !self.people[person as usize].will.valid(now) {
            // S-03d: asked for anew before anything else is asked about him. Reading S-36: the counter needs no
            // consent; whether it is asked before the consent is there is not said.
            for child in group {
                self.met(child, "S-03d");
                self.allow(Who::Child(child), What::Applications, now, now + PROMPT);
                self.leave(child, Closing::Superseded, now);
                self.go(child, Stage::Checking(Step::Recipient), now);
                self.assess(child, now);
            }
            return;
        }
        self.only_confirmed(line, person, &mut group, now);
        if group.is_empty() {
            return;
        }
        let noon = at(day_of(now), self.law.terms.banks_asked_until_hour);
        let patience = noon.max(now + Span::hours(1));
        let phase = Phase::Asking { plan: Plan::ByAccounts, since: now, search: Search::Stale, patience, due: false };
        let offers = &mut self.line(line).offers;
        // Most lines have one offer, or two: room for four would be the larger part of a line.
        offers.reserve_exact(1);
        offers.push(Offer {
            person,
            group,
            taken_up: now,
            language: Language::Kk,
            phase,
            forms: Vec::new(),
            replaced: None,
            others: 0,
            consented: false,
            repeated: false,
            known: SmallVec::new(),
            polled: Moment::default(),
            link_up: false,
            four: None,
            four_done: false,
        });
        let at = self.lines[line as usize].offers.len() - 1;
        if self.lines[line as usize].offers[at].group.len() > 1 {
            for child in self.lines[line as usize].offers[at].group.clone() {
                self.met(child, "S-16");
            }
        }
        self.ask_before(line, at, now, fits);
        // Reading S-36, P6: age and period are known without a question, and looked at when the group is frozen.
        if fits {
            for child in self.lines[line as usize].offers[at].group.clone() {
                self.outlasts(child, true, day_of(now), window, now);
            }
        }
        self.timers.set(patience, Timer::Look(line));
        // What left in the last moment is seen a little later.
        let evening = self.law.permitted_end(now) + self.law.slack.times(6);
        self.timers.set(evening, Timer::Evening(line));
    }

    /// Returns the form that the accounts known now ask for, and the accounts.
    pub(crate) fn by_accounts(&self, person: u32) -> (FormNumber, SmallVec<[crate::person::Frozen; 1]>) {
        let accounts = self.counting(person);
        let form = match accounts.len() {
            0 => FormNumber::Three,
            1 => FormNumber::One,
            _ => FormNumber::Two,
        };
        (form, accounts.into_iter().collect())
    }

    /// Expects the questions before a form (S-26b, S-36, S-37), from `since` on.
    pub(crate) fn ask_before(&mut self, line: u32, at: usize, since: Moment, must: bool) {
        let offer = self.offer(line, at);
        let (person, group) = (offer.person, offer.group.clone());
        let Phase::Asking { plan, search, .. } = offer.phase else { return };
        // Reading S-04: "the accounts still there" may be asked for where the form comes back.
        let of_the_former: SmallVec<[u8; 2]> = match (plan, offer.replaced) {
            (Plan::Back, Some(form)) => offer.forms[usize::from(form)].accounts.iter().map(|one| one.place).collect(),
            (Plan::Back, None) | (Plan::ByAccounts | Plan::Three | Plan::Again | Plan::Opened, _) => SmallVec::new(),
        };
        // What is not answered by the evening is asked again at the next offer hour (P6); it must have been asked.
        let until = self.law.permitted_end(since) + self.law.slack.times(4);
        let expect = |world: &mut World, who, what, must: bool| {
            if must {
                world.owe(who, what, since, until);
            } else {
                world.allow(who, what, since, until);
            }
        };
        for child in group {
            expect(self, Who::Child(child), What::Applications, must);
        }
        expect(self, Who::Person(person), What::Number, must);
        let stale = Span::hours(self.law.terms.banks_stale_hours);
        for bank in self.law.integrated() {
            let said = self.people[person as usize].has_answer_of(bank);
            let old = said.is_none_or(|said| said.answered + stale < since + Span::minutes(5));
            let surely = said.is_some_and(|said| said.answered + stale + Span::minutes(5) < since);
            match search {
                Search::All => expect(self, Who::Person(person), What::Accounts(bank), must),
                Search::Stale if old => expect(self, Who::Person(person), What::Accounts(bank), must && surely),
                Search::None if old || of_the_former.contains(&bank) => {
                    expect(self, Who::Person(person), What::Accounts(bank), false);
                }
                Search::Stale | Search::None => {}
            }
        }
    }

    /// Looks whether all questions before a form are answered, and makes the form due.
    pub(crate) fn asking_moves(&mut self, line: u32, at: usize, now: Moment) {
        let offer = &self.lines[line as usize].offers[at];
        let Phase::Asking { plan, since, search, patience, due } = offer.phase else { return };
        let (first, person) = (offer.forms.is_empty(), offer.person);
        for child in offer.group.clone() {
            if self.children[child as usize].counter.is_some_and(|said| said.asked >= since && said.live) {
                self.superseded(child, first, now);
            }
        }
        if !first && !due && now >= since {
            self.outlast_all(line, at, now);
        }
        // The group may be empty now, and the offer over.
        let Some(offer) = self.lines[line as usize].offers.get(at) else { return };
        if !matches!(offer.phase, Phase::Asking { .. }) {
            return;
        }
        let asked = |child: &u32| self.children[*child as usize].counter.is_some_and(|said| said.asked >= since);
        let all_asked = offer.group.iter().all(asked);
        let number = self.lines[line as usize].number;
        let Some(numbers) = self.people[person as usize].numbers.as_ref().filter(|said| said.asked >= since) else {
            return;
        };
        if !numbers.all.contains(&number) {
            return self.number_changed(line, at, now);
        }
        let language = numbers.language;
        if first {
            self.offer(line, at).language = language;
        }
        let too_late = first && now >= self.law.permitted_end(since);
        if due || !all_asked || now < since || too_late {
            return;
        }
        if now < patience && !self.banks_are_fresh(person, since, search) {
            return;
        }
        self.form_is_due(line, at, plan, now);
    }

    /// Reading S-36, S-27: whoever turns 18 before a further form's window is over leaves before it is asked for.
    fn outlast_all(&mut self, line: u32, at: usize, now: Moment) {
        let Some((form, _)) = self.planned(line, at) else { return };
        let (window, fits) = self.law.room(form, day_of(now));
        for child in self.lines[line as usize].offers[at].group.clone() {
            if fits {
                self.outlasts(child, false, day_of(now), window, now);
            }
        }
    }

    fn banks_are_fresh(&self, person: u32, since: Moment, search: Search) -> bool {
        let person = &self.people[person as usize];
        let stale = Span::minutes(self.law.terms.banks_stale_hours * 60 + 5);
        match search {
            Search::None => true,
            Search::All => person.all_banks_since(since, &self.law),
            Search::Stale => {
                let mut banks = self.law.integrated();
                banks.all(|bank| person.has_answer_of(bank).is_some_and(|said| said.answered + stale >= since))
            }
        }
    }

    /// Everything is answered: who fails leaves the group, and the form is due (S-14, S-27, S-35).
    fn form_is_due(&mut self, line: u32, at: usize, plan: Plan, now: Moment) {
        let slot = self.law.permitted_slot(now);
        let leaves_on = day_of(slot.from);
        let first = self.lines[line as usize].offers[at].forms.is_empty();
        if plan == Plan::ByAccounts && self.cannot_say_none(self.lines[line as usize].offers[at].person) {
            return self.put_off(line, at, now);
        }
        if !first && now < slot.from {
            // Reading S-36, S-37: what was answered in the evening is not asked just before a form of the morning.
            return self.plan_form(line, at, plan, slot.from, now);
        }
        let Some((form, _)) = self.planned(line, at) else { return self.form_falls(line, at, plan, now) };
        let (window, fits) = self.law.room(form, leaves_on);
        if !fits {
            return self.form_falls(line, at, plan, now);
        }
        for child in self.lines[line as usize].offers[at].group.clone() {
            self.still_fits(child, first, leaves_on, window, now);
        }
        let Some(offer) = self.lines[line as usize].offers.get_mut(at) else { return };
        if offer.group.is_empty() {
            return;
        }
        if let Phase::Asking { due, .. } = &mut offer.phase {
            *due = true;
            let until = self.law.patience(Party::SmsCentre, slot.until);
            self.owe(Who::Line(line), What::Form, slot.from, until);
            if until > slot.until {
                // Reading S-17: whether the hours of the alert run before the SMS centre can be reached is not said.
                let alert = slot.from + Span::hours(self.law.terms.sending_alert_hours);
                for child in self.lines[line as usize].offers[at].group.clone() {
                    self.allow(Who::Child(child), What::Task(TaskReason::SendingTakesLong), alert, until);
                }
            }
            self.timers.set(until + self.law.slack.times(6), Timer::Evening(line));
        }
    }

    /// Returns whether no account is known while a bank has never answered: then appendix 3 would say what
    /// nobody knows (A-25, I-12).
    fn cannot_say_none(&self, person: u32) -> bool {
        let silent = |bank| self.people[person as usize].has_answer_of(bank).is_none();
        self.counting(person).is_empty() && self.law.integrated().any(silent)
    }

    /// No form can be chosen today: everything is asked again on the next day.
    fn put_off(&mut self, line: u32, at: usize, now: Moment) {
        let offer = &self.lines[line as usize].offers[at];
        if offer.forms.is_empty() {
            for child in offer.group.clone() {
                self.back_to_line(child, now);
            }
        } else {
            let tomorrow = crate::calendar::at(day_of(now) + 1, 0);
            self.plan_form(line, at, Plan::ByAccounts, tomorrow, now);
        }
    }

    /// Whether a child stays in the group of a form that leaves on a day and whose window ends on another.
    fn still_fits(&mut self, place: u32, first: bool, leaves_on: Day, window: Day, now: Moment) {
        if self.outlasts(place, first, leaves_on, window, now)
            && first
            && !self.children[place as usize].confirmed(leaves_on, self.lists.last_full, &self.law)
        {
            self.met(place, "S-13");
            self.back_to_line(place, now);
        }
    }

    /// Whether the child is under age and its order runs until the window is over; otherwise it leaves.
    fn outlasts(&mut self, place: u32, first: bool, leaves_on: Day, window: Day, now: Moment) -> bool {
        let child = &self.children[place as usize];
        let Some(order) = &child.order else { return false };
        let (birthday, from, to) = (child.birthday_18, order.from(), order.to());
        // Reading S-27, S-35: both are counted in days: the birthday lies after the window's last day, and
        // the period's last day too, or its first day is still to come.
        if birthday <= window {
            self.allow(Who::Child(place), What::Task(TaskReason::TurnedEighteen), now, now + PROMPT);
            if !first {
                self.task(place, TaskReason::TurnedEighteen, now);
            }
            self.met(place, "S-27");
            self.exclude(place, Exclusion::Age18, now);
            self.leave(place, Closing::Superseded, now);
            false
        } else if to <= window && from <= leaves_on {
            if first {
                self.met(place, "S-35");
                self.close(place, Closing::Ended, 4, now);
                self.child(place).observed_loosely = true;
                self.leave(place, Closing::Ended, now);
            } else {
                // Whether a further form rests on the period, the rows leave open.
                self.give_up(place, "ends_with_the_window");
            }
            false
        } else {
            true
        }
    }

    /// A form of the plan cannot leave any more (S-14), or there is none.
    fn form_falls(&mut self, line: u32, at: usize, plan: Plan, now: Moment) {
        let group = self.lines[line as usize].offers[at].group.clone();
        if self.lines[line as usize].offers[at].forms.is_empty() {
            for &child in &group {
                self.met(child, "S-14");
                self.back_to_line(child, now);
                self.allow_pilot_end(child, now);
            }
            return;
        }
        match plan {
            Plan::ByAccounts => {
                for &child in &group {
                    self.task(child, TaskReason::NoTimeLeft, now);
                    self.close(child, Closing::PilotEnded, 9, now);
                    // Reading S-10, S-14: the task says it; the list of those whom the pilot left may say it too.
                    self.allow(Who::Child(child), What::Task(TaskReason::PilotEnded), now, now + PROMPT);
                }
                self.over(line, at, Closing::PilotEnded, now);
            }
            Plan::Opened => {
                for &child in &group {
                    self.task(child, TaskReason::PilotEnded, now);
                    self.close(child, Closing::PilotEnded, 9, now);
                }
                self.over(line, at, Closing::PilotEnded, now);
            }
            Plan::Three | Plan::Back | Plan::Again => {
                // S-23c: the end of the form before stands; past already, silence is looked at next.
                let offer = self.offer(line, at);
                offer.phase = Phase::Open;
                if let Some(last) = offer.forms.last() {
                    let (sms, ends) = (last.sms, last.ends);
                    let hour = self.law.sending_hour_from(ends.max(now));
                    self.timers.set(hour, Timer::WindowOver(line, sms));
                }
            }
        }
    }

    /// A child stays in the line for the next offer hour.
    fn back_to_line(&mut self, place: u32, now: Moment) {
        let Some(line) = self.child(place).line else { return };
        let lines = &mut self.lines[line as usize];
        for offer in lines.offers.iter_mut().filter(|offer| offer.is_active()) {
            offer.group.retain(|one| *one != place);
        }
        lines.offers.retain(|offer| !offer.group.is_empty() || !offer.forms.is_empty());
        self.timers.set(self.law.offer_hour_from(now + Span::millis(1)), Timer::OfferHour(line));
    }

    /// The permitted hours are over and a first form has not left: everything again at the next offer hour.
    pub(crate) fn evening(&mut self, line: u32, now: Moment) {
        let Some(at) = self.lines[line as usize].active() else { return };
        let offer = &self.lines[line as usize].offers[at];
        let (person, group) = (offer.person, offer.group.clone());
        if !offer.forms.is_empty() {
            if let Phase::Asking { plan, since, due: false, .. } = offer.phase
                && self.law.permitted_end(since) <= now
                && !self.questions_are_owed(person, &group, now)
            {
                // Reading P6, S-36: what was asked and not answered before a further form is asked again too.
                self.forget_questions(person, &group, now);
                self.plan_form(line, at, plan, self.law.offer_hour_from(now), now);
            }
            return;
        }
        if let Phase::Asking { due: true, .. } = offer.phase {
            if let Some(due) = self.lines[line as usize].dues.overdue(What::Form, now) {
                // That it did not leave is missing; the days that follow are not judged.
                self.missing(Who::Line(line), due, now);
                for child in group {
                    self.give_up(child, "form_did_not_leave");
                }
            }
            return;
        }
        self.met_all(&group, "S-36");
        self.forget_questions(person, &group, now);
        for child in group {
            self.back_to_line(child, now);
        }
    }

    /// Returns whether a question before a form has not left at all: that is not the registers' doing.
    fn questions_are_owed(&self, person: u32, group: &[u32], now: Moment) -> bool {
        let not_left = |child: &u32| self.children[*child as usize].dues.has_not_left(What::Applications, now);
        self.people[person as usize].dues.has_not_left(What::Number, now) || group.iter().any(not_left)
    }

    /// The questions before a form need not leave any more.
    fn forget_questions(&mut self, person: u32, group: &[u32], now: Moment) {
        self.drop_due(Who::Person(person), |what| what == What::Number, now);
        self.allow_on_its_way(Who::Person(person), What::Number, now);
        // What a silent bank was asked leaves when it is back.
        for bank in self.law.integrated() {
            self.let_go(Who::Person(person), What::Accounts(bank), now);
        }
        for &child in group {
            self.drop_due(Who::Child(child), |what| what == What::Applications, now);
            self.allow_on_its_way(Who::Child(child), What::Applications, now);
        }
    }

    /// The counter shows an application by hand before ours is formed (A-13, S-26b).
    pub(crate) fn superseded(&mut self, place: u32, no_form_out: bool, now: Moment) {
        self.met(place, "S-26b");
        if no_form_out {
            self.exclude(place, Exclusion::Application, now);
        } else {
            self.close(place, Closing::Superseded, 11, now);
        }
        self.leave(place, Closing::Superseded, now);
    }

    /// The number is no longer the recipient's (S-37).
    pub(crate) fn number_changed(&mut self, line: u32, at: usize, now: Moment) {
        let offer = &self.lines[line as usize].offers[at];
        let (form_out, person, group) = (!offer.forms.is_empty(), offer.person, offer.group.clone());
        self.person(person).number_lost = Some(now);
        for child in group {
            self.met(child, "S-37");
            if form_out {
                self.met(child, "closed:number_changed");
            }
            let one = self.child(child);
            one.once_more |= form_out && one.offers < 2;
            one.effective = None;
            self.hold(child, Hold::NumberChanged, now);
            if !form_out {
                self.leave(child, Closing::NumberChanged, now);
            }
        }
        if form_out {
            self.over(line, at, Closing::NumberChanged, now);
        }
    }
}
