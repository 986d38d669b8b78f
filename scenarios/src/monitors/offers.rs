//! I-3, I-4, I-6, I-11: offers and forms, as the SMS centre sees them.
//!
//! An offer can end, or another form of it go out, for reasons that no message to the number shows: an
//! application by hand, a refuted row, a lost representative, an account opened. The monitor counts such
//! news as a reason for the offers of whom it concerns; the oracle judges each by itself.

use chrono::NaiveDate;
use proaktiv_core::calendar::astana;
use proaktiv_messages::{BankCode, Body, Clear, Envelope, FormNumber, Moment, Span};
use rustc_hash::{FxHashMap, FxHashSet};

use super::conversation::{Conversations, Form};
use super::news::News;
use super::{Findings, WAITS};

/// How long before a form news may have come that counts only once the form is out: what is asked before it
/// leaves is answered within a day (S-36, A-27).
const BEFORE_THE_FORM: Span = Span::days(1);

/// The offers of all numbers.
#[derive(Debug)]
pub struct Offers {
    in_force: (NaiveDate, NaiveDate),
    integrated_banks: usize,
    /// Changes of the list of banks that are stated and not valid yet: from which day, and how many then.
    coming_banks: Vec<(NaiveDate, usize)>,
    /// When the number's last App.4 left.
    last_app_4: FxHashMap<u64, Moment>,
    /// Numbers whose last form was accepted.
    accepted: FxHashSet<u64>,
    news: News,
    margins: Vec<u32>,
}

impl Offers {
    /// Returns monitors of offers under a law in force from the first to the last day.
    pub fn new(in_force: (NaiveDate, NaiveDate), integrated_banks: usize) -> Self {
        Self {
            in_force,
            integrated_banks,
            coming_banks: Vec::new(),
            last_app_4: FxHashMap::default(),
            accepted: FxHashSet::default(),
            news: News::default(),
            margins: Vec::new(),
        }
    }

    /// A-O6, A-22: the operator states another last day, or other banks, which count from the day on which
    /// the change is valid.
    fn take_law(&mut self, message: &Envelope<Clear>, at: Moment) {
        if let Body::ChangeLaw(change) = &message.body {
            self.in_force.1 = change.last_day.unwrap_or(self.in_force.1);
            self.coming_banks.extend(change.integrated_banks.iter().map(|banks| (change.valid_from, banks.len())));
        }
        let today = astana::civil_day(at);
        while let Some(place) = self.coming_banks.iter().position(|(from, _)| *from <= today) {
            self.integrated_banks = self.coming_banks.remove(place).1;
        }
    }

    /// Returns what was left of the window at each effective reply, in minutes.
    pub fn margins(&self) -> &[u32] {
        &self.margins
    }

    /// Sees a message, before it becomes part of its conversation.
    pub(super) fn see(
        &mut self,
        message: &Envelope<Clear>,
        before: &Conversations,
        at: Moment,
        findings: &mut Findings,
    ) {
        self.news.see(message, at);
        self.take_law(message, at);
        if let Body::SendSms(sms) = &message.body {
            let number = sms.number.number();
            let with = before.with(number);
            if with.is_some_and(|with| with.forms.iter().any(|form| form.id == message.id)) {
                return;
            }
            match sms.form {
                FormNumber::One | FormNumber::Two | FormNumber::Three => {
                    let recipient = sms.recipient.number();
                    if !self.may_another_form_leave(number, recipient, before, message.sent) {
                        findings.report("I-3", at, "a second form while an offer is open on the number");
                    }
                    self.does_the_form_fit(sms.form, &sms.banks, at, findings);
                    let day = astana::civil_day(message.sent);
                    if day < self.in_force.0 || self.in_force.1 < day {
                        findings.report("I-11", at, "an offer outside the act's validity");
                    }
                    self.accepted.remove(&number);
                }
                FormNumber::Four => {
                    if !self.may_app_4_leave(number, before, message.sent) {
                        findings.report("I-6", at, "App.4 without an offer that ended in silence");
                    }
                    self.last_app_4.insert(number, message.sent);
                }
                FormNumber::Five => {}
            }
        }
    }

    /// Looks at a reply once it is part of its conversation.
    pub(super) fn hear(&mut self, message: &Envelope<Clear>, now: &Conversations) {
        let Body::SmsReply(reply) = &message.body else { return };
        let number = reply.number.number();
        let Some(with) = now.with(number) else { return };
        let (Some(form), Some(written)) = (with.forms.last(), with.replies.last()) else { return };
        let Some(ends) = now.ends(form) else { return };
        if now.accepted(number, form.id, written).is_some() && self.accepted.insert(number) {
            let left = (ends - written.received).as_millis() / Span::minutes(1).as_millis();
            self.margins.push(u32::try_from(left).unwrap_or(0));
        }
    }

    fn is_news_of(&self, number: u64, form: &Form) -> bool {
        let since = form.sent - BEFORE_THE_FORM;
        let of_accounts = form.number == FormNumber::Three && self.news.is_of_accounts_since(form.recipient, since);
        of_accounts || self.news.is_since(form.recipient, number, since)
    }

    /// I-3: a form leaves while another is out only as the next form of the same offer, or after news that
    /// ended it.
    fn may_another_form_leave(&self, number: u64, recipient: u64, before: &Conversations, sent: Moment) -> bool {
        let Some(with) = before.with(number) else { return true };
        let Some(last) = with.forms.last() else { return true };
        let over = before.ends(last).is_some_and(|ends| ends <= sent);
        let ended = over || self.accepted.contains(&number) || self.app_4_followed(number, last);
        let replied = with.replies.iter().any(|reply| last.sent <= reply.received);
        let further = last.recipient == recipient && replied;
        ended || further || self.is_news_of(number, last)
    }

    fn app_4_followed(&self, number: u64, form: &Form) -> bool {
        self.last_app_4.get(&number).is_some_and(|left| form.sent <= *left)
    }

    /// I-4: one bank App.1, several App.2, none App.3 with every integrated bank.
    fn does_the_form_fit(&self, form: FormNumber, banks: &[BankCode], at: Moment, findings: &mut Findings) {
        let distinct = banks.iter().enumerate().filter(|(place, bank)| !banks[..*place].contains(bank)).count();
        let fits = match form {
            FormNumber::One => distinct == 1,
            FormNumber::Two => distinct >= 2,
            FormNumber::Three => distinct == self.integrated_banks,
            FormNumber::Four | FormNumber::Five => true,
        };
        // A bank that is named twice would be two choices for one account.
        if !fits || distinct != banks.len() {
            findings.report("I-4", at, "the form does not fit the number of its banks");
        }
    }

    /// I-6: App.4 follows a window that is over without an effective reply, never a failed delivery
    /// (S-18), once an offer.
    fn may_app_4_leave(&self, number: u64, before: &Conversations, sent: Moment) -> bool {
        let Some(form) = before.with(number).and_then(|with| with.forms.last()) else { return false };
        let over = before.ends(form).is_some_and(|ends| ends <= sent);
        over && !form.undelivered && !self.accepted.contains(&number) && !self.app_4_followed(number, form)
    }

    /// Looks once more when the run is over: an offer that ended in silence has its App.4.
    pub(super) fn finish(&self, conversations: &Conversations, at: Moment, findings: &mut Findings) {
        let unclosed = conversations.all().filter(|(number, with)| {
            with.forms.last().is_some_and(|form| {
                let over = conversations.ends(form).is_some_and(|ends| ends + WAITS < at);
                let silent = !form.undelivered && !self.accepted.contains(number);
                over && silent && !self.app_4_followed(**number, form) && !self.is_news_of(**number, form)
            })
        });
        for _ in 0..unclosed.count() {
            findings.report("I-6", at, "an offer whose window is over was never closed");
        }
    }
}
