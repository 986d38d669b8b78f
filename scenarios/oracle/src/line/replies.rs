//! S-03c to S-07b, S-22, S-23, S-40: what a reply does, judged against the form that was open when the
//! SMS centre received it.

use proaktiv_messages::{Closing, Exclusion, FormNumber, Hold, Moment, Party, TaskReason};

use super::{Phase, Plan};
use crate::calendar::day_of;
use crate::child::{Effective, Stage};
use crate::due::{What, Who};
use crate::law::PROMPT;
use crate::reply::Reply;
use crate::world::World;

impl World {
    /// A text from the number of a line.
    pub(crate) fn replied(&mut self, line: u32, reply: Reply, received: Moment, now: Moment) {
        let offers = &self.lines[line as usize].offers;
        for at in (0..offers.len()).rev() {
            for form in (0..offers[at].forms.len()).rev() {
                let sent = &offers[at].forms[form];
                match sent.first {
                    // P15: judged when the time of the first part is known.
                    None if received >= sent.left => {
                        return self.line(line).replies.push((reply, received));
                    }
                    Some(first) if received >= first => return self.answers(line, at, form, reply, received, now),
                    None | Some(_) => {}
                }
            }
        }
        let waiting: Vec<u32> = self.lines[line as usize].waiting.iter().map(|one| one.child).collect();
        self.met_all(&waiting, "reply:no_offer");
    }

    /// A reply belongs to a form of an offer.
    fn answers(&mut self, line: u32, at: usize, form: usize, reply: Reply, received: Moment, now: Moment) {
        let offer = &self.lines[line as usize].offers[at];
        let (sent, group) = (&offer.forms[form], offer.group.clone());
        let next = offer.forms.get(form + 1);
        // S-23c: until the first part of a further form was accepted, the form before takes replies.
        let further = next.is_some() || matches!(offer.phase, Phase::Asking { .. });
        let in_time = received < sent.ends || further;
        let effective = reply.chosen(sent.form == FormNumber::Two, sent.accounts.len());
        let effective = if sent.form == FormNumber::Three { None } else { effective };
        let leaving = matches!(offer.phase, Phase::Asking { due: true, .. });
        if leaving && effective.is_some() && self.law.patience(Party::SmsCentre, now) > now {
            // S-17, S-23c: whether the further form reached the SMS centre before the reply nobody can see.
            for child in group {
                self.give_up(child, "reply_while_a_form_is_lost");
            }
            return;
        }
        if received < sent.ends && sent.ends <= now {
            self.met_all(&group, "S-07b");
        }
        self.met_all(&group, &format!("reply:{}", self.class(line, at, form, reply, in_time)));
        let offer = &self.lines[line as usize].offers[at];
        match offer.phase {
            Phase::Accepted(_) | Phase::Formed | Phase::Asking { plan: Plan::ByAccounts, .. } => {
                self.wrote_again(line, at, reply, now);
            }
            Phase::Over(Closing::NoReply | Closing::Unreached) if in_time => match effective {
                Some(choice) => self.reopened_by_acceptance(line, at, form, choice, received, now),
                None if self.brings_a_form(line, at, form, reply) && self.reopen(line, at, now) => {
                    self.not_effective(line, at, form, reply, now);
                }
                None => {}
            },
            Phase::Over(_) => self.met_all(&group, "S-07"),
            Phase::Asking { .. } | Phase::Sending | Phase::Open | Phase::Closing(_) if !in_time => {
                self.met_all(&group, "S-07");
            }
            Phase::Asking { .. } | Phase::Sending | Phase::Open | Phase::Closing(_) => match effective {
                Some(choice) => self.accepted(line, at, form, choice, received, now),
                // Whatever else comes while a further form is on its way changes nothing.
                None if further => {}
                None => self.not_effective(line, at, form, reply, now),
            },
        }
    }

    /// Returns the class of a reply for the coverage, in the words of the contract; those that no form
    /// takes any more are late.
    fn class(&self, line: u32, at: usize, form: usize, reply: Reply, in_time: bool) -> &'static str {
        let offer = &self.lines[line as usize].offers[at];
        let sent = &offer.forms[form];
        let (two, three) = (sent.form == FormNumber::Two, sent.form == FormNumber::Three);
        match reply {
            _ if !in_time => "late",
            Reply::SaidNo => "said_no",
            Reply::Ambiguous => "ambiguous",
            Reply::OtherService => "other_service",
            Reply::NotUnderstood => "not_understood",
            Reply::Accept { .. } | Reply::AnotherBank if three && offer.replaced.is_none() => "no_account",
            Reply::AnotherBank => "another_bank",
            Reply::Accept { .. } if three && self.asks_back(line, at, reply) => "accept",
            Reply::Accept { .. } if three => "not_understood",
            Reply::Accept { .. } if reply.chosen(two, sent.accounts.len()).is_some() => "accept",
            Reply::Accept { bank: None } => "no_choice",
            Reply::Accept { bank: Some(_) } if two => "no_such_bank",
            Reply::Accept { bank: Some(_) } => "unexpected_number",
        }
    }

    /// Returns whether a reply that accepts nothing asks for a form.
    fn brings_a_form(&self, line: u32, at: usize, form: usize, reply: Reply) -> bool {
        let offer = &self.lines[line as usize].offers[at];
        let three = offer.forms[form].form == FormNumber::Three;
        let unread = !offer.repeated;
        match reply {
            Reply::SaidNo | Reply::OtherService => false,
            Reply::AnotherBank => !three && offer.others < self.law.terms.other_bank_limit,
            Reply::Accept { .. } if three && self.asks_back(line, at, reply) => self.may_be_brought_back(line, at),
            Reply::Accept { .. } if three && offer.replaced.is_none() => false,
            Reply::Accept { .. } | Reply::Ambiguous | Reply::NotUnderstood => unread,
        }
    }

    /// Returns whether a reply to appendix 3 asks for the form that it replaced (S-04, S-05): `#3#1`, or a
    /// bank of the list of that form.
    fn asks_back(&self, line: u32, at: usize, reply: Reply) -> bool {
        let offer = &self.lines[line as usize].offers[at];
        let Some(replaced) = offer.replaced.and_then(|form| offer.forms.get(usize::from(form))) else { return false };
        let listed = || reply.chosen(replaced.form == FormNumber::Two, replaced.accounts.len()).is_some();
        reply == Reply::Accept { bank: None } || listed()
    }

    /// Returns whether an account of the form that appendix 3 replaced is still there.
    fn may_be_brought_back(&self, line: u32, at: usize) -> bool {
        let offer = &self.lines[line as usize].offers[at];
        let replaced = offer.replaced.and_then(|form| offer.forms.get(usize::from(form)));
        let accounts = replaced.map_or(&[][..], |replaced| &replaced.accounts);
        accounts.iter().any(|one| self.still_counts(offer.person, one))
    }

    /// An in-time reply that accepts nothing, to the open form.
    fn not_effective(&mut self, line: u32, at: usize, form: usize, reply: Reply, now: Moment) {
        let offer = &self.lines[line as usize].offers[at];
        let (number, group) = (offer.forms[form].form, offer.group.clone());
        let leaves_on = day_of(self.law.sending_hour_from(now));
        let three = number == FormNumber::Three;
        match reply {
            // S-03c, S-06b: the window runs on.
            Reply::SaidNo => self.met_all(&group, "S-03c"),
            Reply::OtherService => self.met_all(&group, "S-06b"),
            Reply::AnotherBank if three => {}
            Reply::AnotherBank => {
                if offer.others >= self.law.terms.other_bank_limit {
                    return self.met_all(&group, "S-05b");
                }
                if !self.law.room(FormNumber::Three, leaves_on).1 {
                    return self.met_all(&group, "S-14");
                }
                self.met_all(&group, if number == FormNumber::Two { "S-05" } else { "S-04" });
                let offer = self.offer(line, at);
                offer.others += 1;
                offer.replaced = Some(form as u8);
                self.consents(line, at, now);
                self.plan_form(line, at, Plan::Three, now, now);
            }
            Reply::Accept { .. } if three && offer.replaced.is_none() => self.met_all(&group, "S-40"),
            Reply::Accept { .. } if three && self.asks_back(line, at, reply) => {
                if self.may_be_brought_back(line, at) && self.law.room(FormNumber::One, leaves_on).1 {
                    self.met_all(&group, "S-04");
                    self.consents(line, at, now);
                    self.plan_form(line, at, Plan::Back, now, now);
                }
            }
            // Reading S-06, T-17: what accepts nothing and is none of the three classes brings the form again.
            Reply::Accept { .. } | Reply::Ambiguous | Reply::NotUnderstood => {
                self.met_all(&group, "S-06");
                if self.offer(line, at).repeated || !self.law.room(number, leaves_on).1 {
                    return;
                }
                self.offer(line, at).repeated = true;
                self.plan_form(line, at, Plan::Again, now, now);
            }
        }
    }

    /// An effective reply reopens an offer, even while another is open on the number (S-07c).
    fn reopened_by_acceptance(
        &mut self,
        line: u32,
        at: usize,
        form: usize,
        choice: usize,
        received: Moment,
        now: Moment,
    ) {
        // Whose child was offered again meanwhile is in that offer.
        let group = self.lines[line as usize].offers[at].group.clone();
        for child in group {
            if !matches!(self.child(child).stage, Stage::Closed(Closing::NoReply) | Stage::Held(Hold::Undelivered)) {
                return self.give_up(child, "reopened_after_another_chain");
            }
        }
        self.reopened(line, at, now);
        self.offer(line, at).four = None;
        self.accepted(line, at, form, choice, received, now);
    }

    /// An effective reply: everything that the application needs is asked at once (P8).
    fn accepted(&mut self, line: u32, at: usize, form: usize, choice: usize, received: Moment, now: Moment) {
        let number = self.lines[line as usize].number;
        let offer = &self.lines[line as usize].offers[at];
        let (person, group) = (offer.person, offer.group.clone());
        let sent = &offer.forms[form];
        let Some(&account) = sent.accounts.get(choice) else { return };
        let effective = Effective {
            received,
            number,
            form: sent.form,
            sms: sent.sms,
            account: account.account,
            place: account.place,
            person,
        };
        self.relax(person, &group, now);
        self.drop_due(Who::Line(line), |what| matches!(what, What::Form | What::Link), now);
        self.consents(line, at, now);
        if !self.are_integrated(line, at, form) {
            // S-10b: a bank of the form has left the list; the others keep their numbers in it.
            self.met_all(&group, "S-10b");
        }
        if !self.law.is_integrated(account.place) {
            // It is the one that he chose: para 9 runs again.
            return self.plan_form(line, at, Plan::ByAccounts, now, now);
        }
        self.offer(line, at).phase = Phase::Accepted(now);
        for child in group {
            if self.children[child as usize].birthday_18 <= day_of(received) {
                self.task(child, TaskReason::TurnedEighteen, now);
                self.exclude(child, Exclusion::Age18, now);
                self.leave(child, Closing::Superseded, now);
                continue;
            }
            self.child(child).effective = Some(effective);
            self.go(child, Stage::Accepted, now);
            self.owe(Who::Child(child), What::Applications, now, now + PROMPT);
        }
        if !matches!(self.lines[line as usize].offers[at].phase, Phase::Accepted(_)) {
            return;
        }
        if self.people[person as usize].will.withdrawn {
            // S-03b: no new queries; whether the application can be formed without them is not said.
            for child in self.lines[line as usize].offers[at].group.clone() {
                self.give_up(child, "withdrawn_before_application");
            }
            return;
        }
        self.owe(Who::Person(person), What::Number, now, now + PROMPT);
        self.owe(Who::Person(person), What::Accounts(account.place), now, now + PROMPT);
    }

    /// Returns whether every bank that a form names is integrated still.
    fn are_integrated(&self, line: u32, at: usize, form: usize) -> bool {
        let mut shown = self.lines[line as usize].offers[at].forms[form].accounts.iter();
        shown.all(|one| self.law.is_integrated(one.place))
    }

    /// Looks whether applications can be formed (A-31, S-10, S-26b, S-37).
    pub(crate) fn accepted_moves(&mut self, line: u32, at: usize, since: Moment, now: Moment) {
        let number = self.lines[line as usize].number;
        let offer = &self.lines[line as usize].offers[at];
        let person = &self.people[offer.person as usize];
        let owner = person.numbers.as_ref().filter(|said| said.asked >= since).map(|said| said.all.contains(&number));
        if owner == Some(false) {
            return self.number_changed(line, at, now);
        }
        let Some(effective) = offer.group.iter().find_map(|&one| self.children[one as usize].effective) else { return };
        let answered = person.has_answer_of(effective.place).is_some_and(|said| said.asked >= since);
        let there = person.still_has(effective.account) && self.law.is_integrated(effective.place);
        for child in offer.group.clone() {
            let one = &self.children[child as usize];
            let counter = one.counter.filter(|said| said.asked >= since);
            if counter.is_some_and(|said| said.live) && one.stage == Stage::Accepted {
                self.superseded(child, false, now);
                continue;
            }
            let ready = counter.is_some() && owner == Some(true) && answered && there;
            if ready && one.stage == Stage::Accepted && !one.dues.owes(What::Application) {
                self.owe(Who::Child(child), What::Application, now, now + PROMPT);
                // With the applications the wait of others ends (S-16), in the same instant.
                for other in self.lines[line as usize].waiting.clone() {
                    self.allow(Who::Child(other.child), What::Disability, now, now + PROMPT);
                }
            }
        }
        if answered && !there {
            self.account_gone(line, at, now);
        }
    }

    /// The accepted account is gone: para 9 runs anew and a form goes out (S-10).
    fn account_gone(&mut self, line: u32, at: usize, now: Moment) {
        let offer = &self.lines[line as usize].offers[at];
        if !matches!(offer.phase, Phase::Accepted(_)) {
            return;
        }
        for child in offer.group.clone() {
            let left = self.children[child as usize].effective.is_some_and(|one| !self.law.is_integrated(one.place));
            self.met(child, if left { "S-10b" } else { "S-10" });
            self.drop_due(Who::Child(child), |what| what == What::Application, now);
            if self.child(child).stage == Stage::Accepted {
                self.go(child, Stage::Offered, now);
            }
        }
        self.plan_form(line, at, Plan::ByAccounts, now, now);
    }

    /// After his acceptance the recipient wrote again (S-23).
    fn wrote_again(&mut self, line: u32, at: usize, reply: Reply, now: Moment) {
        let group = self.lines[line as usize].offers[at].group.clone();
        if group.is_empty() {
            return;
        }
        self.met_accepted(&group, "S-23b");
        let ours = matches!(reply, Reply::Accept { .. } | Reply::AnotherBank);
        let reason = TaskReason::WishToChange;
        let first = !group.iter().any(|&child| self.children[child as usize].dues.has(What::Task(reason)));
        if ours && first {
            self.task_of_one(line, &group, reason, now, PROMPT);
        } else {
            // Reading S-23: each further reply may bring a task of its own; one is owed.
            for child in group {
                self.allow(Who::Child(child), What::Task(reason), now, now + PROMPT);
            }
        }
    }
}
