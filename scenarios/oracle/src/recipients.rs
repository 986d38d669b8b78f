//! Paragraphs 7 to 9 for the representative whose turn it is (S-02, S-03, S-15, S-20, S-38): what is asked
//! about him, and when his children are ready.

use proaktiv_messages::{
    Account, Clear, Closing, Consent, Finding, Hold, MessageId, Moment, NumberRecord, Outcome, PersonRecord, Span,
};

use crate::calendar::{at, day_of};
use crate::child::{Came, Stage, Step};
use crate::due::{What, Who};
use crate::law::{ON_ITS_WAY, PROMPT};
use crate::timers::Timer;
use crate::will::Wanted;
use crate::world::World;

impl World {
    /// Looks how far the representative of a child is, and asks what is missing.
    pub(crate) fn assess(&mut self, place: u32, now: Moment) {
        let child = &self.children[place as usize];
        if child.stage != Stage::Checking(Step::Recipient) {
            return;
        }
        let Some(&rep) = child.reps.get(usize::from(child.turn)) else { return };
        let (attempt, first) = (child.attempt, child.first_attempt);
        if self.person(rep).muddled {
            return self.give_up(place, "shares_a_representative");
        }
        if self.person(rep).lost {
            return self.representative_out(place, Came::Flagged, now);
        }
        let who = Who::Person(rep);
        let person = &self.people[rep as usize];
        // Reading S-46: what was read is kept as it was judged then; it is read again where it stopped him.
        let out = person.record_out(day_of(person.record.as_ref().map_or(now, |record| record.asked)));
        // S-03d: what was asked under a consent counts, though it has run out when the answer comes.
        let fresh = person.record.as_ref().is_some_and(|record| record.asked >= attempt);
        let wanted = person.will.wanted(now, &self.law);
        let ran_out = matches!(wanted, Wanted::Ask | Wanted::NotYet);
        if let Some(came) = out.filter(|_| fresh && ran_out) {
            let heard_earlier = person.record.as_ref().is_some_and(|record| record.asked + Span::minutes(30) < now);
            if heard_earlier && wanted == Wanted::Ask && person.children.len() > 1 {
                // Reading S-15, S-03d: whether a no that another child's chain heard since this one began counts
                // for it, or his consent is asked for to hear it again, is not said.
                return self.give_up(place, "consent_ran_out_between_siblings");
            }
            return self.representative_out(place, came, now);
        }
        if !self.consent_is_there(place, rep, now) {
            return;
        }
        let person = &self.people[rep as usize];
        match &person.record {
            Some(record) if out.is_none() || record.asked >= attempt => {}
            Some(_) | None => return self.ask_once(who, What::Person, now),
        }
        if let Some(came) = out {
            self.allow_no_again(rep, What::Person, attempt, now);
            return self.representative_out(place, came, now);
        }
        // Each representative whose record is accepted is an observation of its own.
        let turn = self.child(place).turn;
        self.child(place).observe_of(now, 7, Outcome::Passed, turn);
        if first {
            self.allow_afresh(rep, attempt, now);
        }
        let person = &self.people[rep as usize];
        let chosen = match &person.numbers {
            Some(numbers) if numbers.asked >= attempt => {
                let chosen = numbers.chosen;
                if self.number_in_doubt(place, rep) {
                    // Reading S-37: the answer that took the number away names another; BMG may be asked once more.
                    self.allow(who, What::Number, now, now + PROMPT);
                }
                chosen
            }
            Some(numbers) if numbers.chosen.is_some() && !self.number_in_doubt(place, rep) => numbers.chosen,
            Some(_) | None => return self.ask_once(who, What::Number, now),
        };
        let lost_meanwhile = self.people[rep as usize].number_lost.is_some_and(|lost| attempt <= lost);
        if lost_meanwhile
            || matches!(self.child(place).counted, Some(Stage::Held(Hold::NumberChanged | Hold::Undelivered)))
        {
            // Reading S-37, S-46: it is looked at from 8, also where BMG has answered for another purpose since.
            self.allow(who, What::Number, now, now + PROMPT);
        }
        let Some(number) = chosen else {
            self.allow_no_again(rep, What::Number, attempt, now);
            return self.representative_out(place, Came::NoNumber, now);
        };
        self.child(place).observe_of(now, 8, Outcome::Passed, turn);
        if let Some((unreached, on)) = self.child(place).unreached {
            // S-18: to the same number only after a term.
            let waited = i64::from(day_of(now) - on) >= self.law.terms.undelivered_again_days;
            if number == unreached && !waited {
                // Reading S-18, S-20: whether a bank that never answered is asked before he is held is not said.
                for bank in self.never_answered(rep) {
                    self.allow(who, What::Accounts(bank), now, now + PROMPT);
                }
                return self.hold(place, Hold::Undelivered, now);
            }
        }
        if !self.banks_are_known(rep, now) {
            return;
        }
        if let Some(hold) = self.bar_of_the_list(place) {
            return self.hold(place, hold, now);
        }
        self.ready(place, number, now);
    }

    /// Reading: whether a first chain asks again what a sibling's chain has shown is not said; it may.
    fn allow_afresh(&mut self, rep: u32, attempt: Moment, now: Moment) {
        let person = &self.people[rep as usize];
        let old = |asked: Option<Moment>| asked.is_some_and(|asked| asked < attempt);
        let record = old(person.record.as_ref().map(|record| record.asked));
        let numbers = old(person.numbers.as_ref().map(|numbers| numbers.asked));
        let banks: Vec<u8> = person.banks.iter().filter(|said| said.asked < attempt).map(|said| said.place).collect();
        let questions = [(record, What::Person), (numbers, What::Number)];
        let again = questions.into_iter().filter(|(old, _)| *old).map(|(_, what)| what);
        for what in again.chain(banks.into_iter().map(What::Accounts)) {
            self.allow(Who::Person(rep), what, now, now + PROMPT);
        }
    }

    /// Reading S-15: whether a no that came during a chain, to the chain of another child, is asked for again is
    /// not said; it may.
    fn allow_no_again(&mut self, rep: u32, what: What, attempt: Moment, now: Moment) {
        if attempt < now && self.people[rep as usize].children.len() > 1 {
            self.allow(Who::Person(rep), what, now, now + PROMPT);
        }
    }

    /// Returns whether BMG is asked anew for the number that it named: an offer to it did not reach him (S-18),
    /// or it was his no longer, and a number is chosen at the next look (S-37).
    fn number_in_doubt(&self, place: u32, rep: u32) -> bool {
        let (child, person) = (&self.children[place as usize], &self.people[rep as usize]);
        let Some(numbers) = &person.numbers else { return true };
        let unreached = child.unreached.map(|(number, _)| number);
        let stopped = child.counted == Some(Stage::Held(Hold::Undelivered)) && numbers.chosen == unreached;
        stopped || person.number_lost.is_some_and(|lost| numbers.asked < lost)
    }

    /// Expects a question unless it is expected or under way.
    fn ask_once(&mut self, who: Who, what: What, now: Moment) {
        if self.dues(who).owes_by(what, now) {
            return;
        }
        if self.is_under_way(who, what) || self.dues(who).comes_again(what) {
            // Reading S-46: whether a question that nobody has answered yet is put once more by a further look
            // at the child, or for a sibling, is not said; it may be.
            return self.allow(who, what, now, now + PROMPT);
        }
        if now < self.law.last_offer {
            self.owe_now(who, what, now);
        } else {
            self.allow(who, what, now, now + PROMPT);
        }
    }

    /// Returns whether a question left and has no answer.
    fn is_under_way(&mut self, who: Who, what: What) -> bool {
        match who {
            Who::Person(place) => self.person(place).under_way.contains(&what),
            Who::Child(_) | Who::Line(_) => false,
        }
    }

    /// Returns whether C1-rep is valid; where it is not, does what S-03 and S-03d say.
    fn consent_is_there(&mut self, place: u32, rep: u32, now: Moment) -> bool {
        let again = self.people[rep as usize].asked_by.contains(&place);
        if !again {
            self.person(rep).asked_by.push(place);
            self.refusal_may_be_over(rep, now);
        }
        match self.people[rep as usize].will.wanted(now, &self.law) {
            Wanted::Have => return true,
            Wanted::Pending => {}
            Wanted::Ask => {
                self.ask_once(Who::Person(rep), What::PersonConsent, now);
                self.allow_counter_meanwhile(place, now);
            }
            wanted @ (Wanted::NotYet | Wanted::TimedOut) => {
                if wanted == Wanted::TimedOut {
                    self.representative_out(place, Came::TimedOut, now);
                } else {
                    self.met(place, "S-03d");
                    self.hold(place, Hold::ConsentExpired, now);
                }
            }
            // Reading S-03: who took his consent back is asked no more for the same child.
            Wanted::Refused | Wanted::Withdrawn => self.representative_out(place, Came::Refused, now),
        }
        false
    }

    /// Reading S-03, S-03d: refusal is a will about one child: for another one he is asked once more, not sooner
    /// than a consent is renewed; who took it back likewise.
    fn refusal_may_be_over(&mut self, rep: u32, now: Moment) {
        let term = self.law.terms.consent_renew_days;
        let again = self.law.terms.consent_again_days;
        let will = &mut self.person(rep).will;
        let Some((last, _)) = will.request else { return };
        if !will.pending && i64::from(day_of(now) - day_of(last)) >= again {
            // S-03: "not more" than one more request is said of one order.
            will.unanswered = will.unanswered.min(1);
        }
        if (will.refused || will.withdrawn) && i64::from(day_of(now) - day_of(last)) >= term {
            (will.refused, will.withdrawn, will.given) = (false, false, None);
        }
    }

    /// Reading S-03d, S-36: whether one of whom everything is known is asked for a consent that ran out at once,
    /// or at the hour at which a form would be taken up, is not said; at that hour the counter is asked too.
    pub(crate) fn allow_counter_meanwhile(&mut self, place: u32, now: Moment) {
        let child = &self.children[place as usize];
        let Some(&rep) = child.reps.get(usize::from(child.turn)) else { return };
        let known = self.people[rep as usize].numbers.as_ref().is_some_and(|numbers| numbers.chosen.is_some());
        if known && child.stage == Stage::Checking(Step::Recipient) {
            // The observer hears of what is known on either day.
            self.child(place).observed_loosely = true;
            let hour = self.law.offer_hour_from(now + Span::millis(1));
            self.allow(Who::Child(place), What::Applications, now, hour + self.law.slack);
            if !self.law.room(self.by_accounts(rep).0, day_of(hour)).1 {
                self.allow_pilot_end(place, now);
            }
        }
    }

    /// Returns the banks that have said nothing of a person yet.
    fn never_answered(&self, rep: u32) -> Vec<u8> {
        self.law.integrated().filter(|&bank| self.people[rep as usize].has_answer_of(bank).is_none()).collect()
    }

    /// Returns whether para 9 is done with a person: every bank answered, or its day is over (S-20).
    fn banks_are_known(&mut self, rep: u32, now: Moment) -> bool {
        let person = &self.people[rep as usize];
        let unanswered = self.never_answered(rep);
        if unanswered.is_empty() || person.round_over && !self.counting(rep).is_empty() {
            // The day of a first search ends with its last answer.
            self.person(rep).round = None;
            for bank in unanswered {
                // Reading S-20: whether a bank that never answered is asked for a sibling is not said.
                self.allow(Who::Person(rep), What::Accounts(bank), now, now + PROMPT);
            }
            return true;
        }
        if person.round.is_none() {
            let person = self.person(rep);
            person.round = Some(now);
            person.round_over = false;
            self.timers.set(at(day_of(now) + 1, 0), Timer::BanksDay(rep));
            for bank in unanswered {
                self.ask_once(Who::Person(rep), What::Accounts(bank), now);
            }
        }
        false
    }

    /// The day of a first search is over (S-20).
    pub(crate) fn banks_day_over(&mut self, rep: u32, now: Moment) {
        // A bank may be asked late in the day: then its own day has not begun (patience of a day).
        if self.person(rep).round.take().is_none() {
            return;
        }
        let known = !self.counting(rep).is_empty();
        // Reading S-20, S-46: held for want of an answer, he is looked at again from 9, with a day of its own.
        self.person(rep).round_over = known;
        for bank in self.law.integrated() {
            self.let_go(Who::Person(rep), What::Accounts(bank), now);
        }
        for place in self.waiting_for(rep) {
            self.met(place, "S-20");
            if known {
                self.assess(place, now);
            } else {
                self.hold(place, Hold::BankUnknown, now);
            }
        }
    }

    /// Returns the children whose representative this one is just now, in their chain.
    pub(crate) fn waiting_for(&self, rep: u32) -> Vec<u32> {
        let waits = |&place: &u32| {
            let child = &self.children[place as usize];
            child.stage == Stage::Checking(Step::Recipient) && child.reps.get(usize::from(child.turn)) == Some(&rep)
        };
        self.people[rep as usize].children.iter().copied().filter(waits).collect()
    }

    /// A child is stopped while its representative was asked about: where no other child waits for the answers,
    /// no register is asked about him for nothing (S-46); what KDP was asked is answered all the same.
    pub(crate) fn waits_no_longer(&mut self, place: u32, now: Moment) {
        let child = &self.children[place as usize];
        let Some(&rep) = child.reps.get(usize::from(child.turn)) else { return };
        if !self.waiting_for(rep).is_empty() {
            return;
        }
        let banks = self.law.integrated().map(What::Accounts);
        for what in [What::Person, What::Number].into_iter().chain(banks) {
            let who = Who::Person(rep);
            let soon = self.until_reached(who, what, now + ON_ITS_WAY + self.wait_behind(who, what));
            self.dues(who).release_repeats(what, now, soon);
        }
        // Reading S-20: whoever asks for him next begins paragraph 9 with a day of its own.
        self.person(rep).round = None;
    }

    /// Moves on whatever waits for an answer about a person.
    pub(crate) fn person_moved(&mut self, rep: u32, now: Moment) {
        for place in self.waiting_for(rep) {
            self.assess(place, now);
        }
        let lines: Vec<u32> = self.lines_of(rep);
        for line in lines {
            self.line_moves(line, now);
        }
        self.notices_move(rep, now);
    }

    fn lines_of(&self, rep: u32) -> Vec<u32> {
        let mut lines: Vec<u32> =
            self.people[rep as usize].children.iter().filter_map(|&one| self.children[one as usize].line).collect();
        lines.sort_unstable();
        lines.dedup();
        lines
    }

    /// KDP says what became of C1-child (S-03).
    pub(crate) fn child_consent(&mut self, place: u32, given: Option<Consent<Clear>>, now: Moment) {
        let will = &mut self.child(place).will;
        let late = !std::mem::replace(&mut will.pending, false);
        match given {
            Some(consent) => will.given = Some(consent),
            None => will.refused = true,
        }
        if self.child(place).stage == Stage::Checking(Step::ChildConsent) {
            if given.is_none() {
                self.met(place, "S-03");
                return self.close(place, Closing::ConsentRefused, 7, now);
            }
            // Reading S-03d: whoever waited for this consent at 7 begins with what it opens first.
            return self.ask_record(place, now);
        }
        if given.is_none() && matches!(self.child(place).standing(), Stage::Held(_) | Stage::Excluded(_)) {
            // Reading S-03: a refusal ends the order, whatever the case is stopped for meanwhile.
            self.forget_chain(place, now);
            self.close(place, Closing::ConsentRefused, 7, now);
        } else if late && matches!(self.child(place).stage, Stage::Held(Hold::ConsentTimeout)) {
            // Reading S-46, P3: its own fact has changed; at once, or with the next list.
            self.look_again(place, now, false);
        }
    }

    /// KDP says what became of C1-rep (S-03, S-15).
    pub(crate) fn person_consent(&mut self, rep: u32, given: Option<Consent<Clear>>, now: Moment) {
        let will = &mut self.person(rep).will;
        let late = !std::mem::replace(&mut will.pending, false);
        match given {
            Some(consent) => will.given = Some(consent),
            None => will.refused = true,
        }
        let waiting = self.waiting_for(rep);
        for place in waiting {
            if given.is_none() {
                self.met(place, "S-03");
            }
            self.assess(place, now);
        }
        if late {
            for place in self.people[rep as usize].children.clone() {
                if matches!(self.child(place).stage, Stage::Held(Hold::ConsentTimeout)) {
                    self.look_again(place, now, false);
                }
            }
        }
    }

    /// KDP keeps a request: from now the person has his working days (S-03, P5).
    pub(crate) fn request_kept(&mut self, who: Who, request: MessageId, now: Moment) {
        let last = self.law.days.after(day_of(now), self.law.terms.consent_answer_working_days);
        let timer = match who {
            Who::Child(place) => Timer::ChildConsent(place, request),
            Who::Person(place) => Timer::PersonConsent(place, request),
            Who::Line(_) => return,
        };
        self.timers.set(at(last + 1, 0), timer);
    }

    /// The term for an answer is over.
    pub(crate) fn consent_unanswered(&mut self, who: Who, request: MessageId, now: Moment) {
        let will = match who {
            Who::Child(place) => &mut self.child(place).will,
            Who::Person(place) => &mut self.person(place).will,
            Who::Line(_) => return,
        };
        if !will.pending || will.request.map(|(_, id)| id) != Some(request) {
            return;
        }
        will.pending = false;
        will.unanswered += 1;
        match who {
            Who::Child(place) => {
                if self.child(place).stage == Stage::Checking(Step::ChildConsent) {
                    self.met(place, "S-03");
                    self.hold(place, Hold::ConsentTimeout, now);
                }
            }
            Who::Person(rep) => {
                for place in self.waiting_for(rep) {
                    self.met(place, "S-03");
                    self.assess(place, now);
                }
            }
            Who::Line(_) => {}
        }
    }

    /// GBDFL says what is recorded of a representative.
    pub(crate) fn person_recorded(
        &mut self,
        rep: u32,
        answer: &Finding<Box<PersonRecord<Clear>>>,
        asked: Moment,
        now: Moment,
    ) {
        match answer {
            Finding::Yes(record) => {
                let World { people, law, .. } = self;
                people[rep as usize].recorded(record, asked, now, law);
                self.person_moved(rep, now);
            }
            Finding::No => {
                for place in self.waiting_for(rep) {
                    self.give_up(place, "no_record");
                }
            }
            Finding::Unknown => {}
        }
    }

    /// BMG says which numbers a representative has (A-21, S-01, S-01b, S-24, S-37).
    pub(crate) fn numbers(&mut self, rep: u32, answer: &Finding<NumberRecord<Clear>>, asked: Moment, now: Moment) {
        let record = match answer {
            Finding::Yes(record) => Some(record),
            Finding::No => None,
            Finding::Unknown => return,
        };
        // Reading S-01b: the number that was chosen stays the one while it is still among his, until it is
        // in doubt: another one that becomes the main one changes nothing for a sibling who comes later.
        let doubted = self.waiting_for(rep).iter().any(|&place| self.number_in_doubt(place, rep));
        let former = self.people[rep as usize].numbers.as_ref().and_then(|numbers| numbers.chosen);
        let person = self.person(rep);
        // Reading S-20: with a number that is chosen anew paragraph 9 begins anew, for the banks that never answered.
        person.round_over &= !doubted;
        person.numbered(record, asked);
        if let Some(numbers) = person.numbers.as_mut().filter(|_| !doubted) {
            let still = former.filter(|former| numbers.all.contains(former));
            numbers.chosen = still.or(numbers.chosen);
        }
        self.person(rep).dues.ease(What::Number, asked, now + Span::hours(1));
        self.person_moved(rep, now);
    }

    /// A bank says which accounts a representative has.
    pub(crate) fn accounts(
        &mut self,
        rep: u32,
        bank: u8,
        answer: &Finding<Vec<Account<Clear>>>,
        asked: Moment,
        now: Moment,
    ) {
        let accounts: &[Account<Clear>] = match answer {
            Finding::Yes(accounts) => accounts,
            Finding::No => &[],
            Finding::Unknown => return,
        };
        let person = self.person(rep);
        person.banked(bank, accounts, asked, now);
        // Reading P16: what was to be asked of a slow bank meanwhile leaves one question after the other.
        let slow = asked + Span::hours(1) < now;
        person.dues.ease(What::Accounts(bank), asked, now + if slow { PROMPT } else { Span::hours(1) });
        self.accounts_changed(rep, now);
        self.person_moved(rep, now);
    }
}
