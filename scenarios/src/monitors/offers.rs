//! I-3, I-4, I-6, I-11: offers and forms, as the SMS centre sees them.

use chrono::NaiveDate;
use proaktiv_core::calendar::astana;
use proaktiv_messages::{BankCode, Body, Clear, Envelope, FormNumber, MessageId, Moment, Span};
use rustc_hash::FxHashMap;

use super::{Findings, Window};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Stand {
    /// The form is on its way to the SMS centre.
    Sending(MessageId, FormNumber),
    /// The form is out; its window ends then.
    Open(FormNumber, Moment),
    /// A reply that accepts came in time.
    Accepted,
    /// The window is over and App.4 has left.
    Closed,
}

/// The offer of each number.
#[derive(Debug)]
pub struct Offers {
    in_force: (NaiveDate, NaiveDate),
    integrated_banks: usize,
    window: Window,
    stands: FxHashMap<u64, Stand>,
    numbers: FxHashMap<MessageId, u64>,
    margins: Vec<u32>,
}

impl Offers {
    /// Returns monitors of offers under a law in force from the first to the last day.
    pub fn new(in_force: (NaiveDate, NaiveDate), integrated_banks: usize, window: Window) -> Self {
        Self {
            in_force,
            integrated_banks,
            window,
            stands: FxHashMap::default(),
            numbers: FxHashMap::default(),
            margins: Vec::new(),
        }
    }

    /// Returns what was left of the window at each effective reply, in minutes.
    pub fn margins(&self) -> &[u32] {
        &self.margins
    }

    /// Sees a message.
    pub fn see(&mut self, message: &Envelope<Clear>, at: Moment, findings: &mut Findings) {
        if let Body::SendSms(sms) = &message.body {
            let number = sms.number.number();
            match sms.form {
                FormNumber::One | FormNumber::Two | FormNumber::Three => {
                    self.offer(message.id, sms.form, &sms.banks, number, message.sent, at, findings);
                }
                FormNumber::Four => {
                    let silent = match self.stands.get(&number) {
                        Some(Stand::Open(_, ends)) => *ends <= message.sent,
                        Some(Stand::Sending(..) | Stand::Accepted | Stand::Closed) | None => false,
                    };
                    if !silent {
                        findings.report("I-6", at, "App.4 without an offer that ended in silence");
                    }
                    self.stands.insert(number, Stand::Closed);
                }
                FormNumber::Five => {}
            }
        } else if let (Body::SmsAccepted(accepted), Some(sms)) = (&message.body, message.answers) {
            if let Some(number) = self.numbers.remove(&sms)
                && let Some(Stand::Sending(id, form)) = self.stands.get(&number).copied()
                && id == sms
            {
                self.stands.insert(number, Stand::Open(form, self.window.ends(accepted.last_part)));
            }
        } else if let Body::SmsReply(reply) = &message.body {
            // Reading S-07b: a link that gives no time is judged by the arrival of what it brings.
            let received = reply.received.unwrap_or(message.sent);
            let number = reply.number.number();
            if let Some(Stand::Open(form, ends)) = self.stands.get(&number).copied()
                && form != FormNumber::Three
                && received < ends
                && reply.wording.contains("#3#1")
            {
                self.margins.push(((ends - received).as_millis() / Span::minutes(1).as_millis()) as u32);
                self.stands.insert(number, Stand::Accepted);
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the facts of one form, read off one message")]
    fn offer(
        &mut self,
        id: MessageId,
        form: FormNumber,
        banks: &[BankCode],
        number: u64,
        sent: Moment,
        at: Moment,
        findings: &mut Findings,
    ) {
        match self.stands.get(&number) {
            Some(Stand::Sending(..) | Stand::Open(..)) => {
                findings.report("I-3", at, "a second form while an offer is open on the number");
            }
            Some(Stand::Accepted | Stand::Closed) | None => {}
        }
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
        let day = astana::civil_day(sent);
        if day < self.in_force.0 || self.in_force.1 < day {
            findings.report("I-11", at, "an offer outside the act's validity");
        }
        self.stands.insert(number, Stand::Sending(id, form));
        self.numbers.insert(id, number);
    }

    /// Looks once more when the run is over: no offer may be left open beyond its window.
    pub fn finish(&mut self, at: Moment, findings: &mut Findings) {
        let open =
            self.stands.values().filter(|stand| matches!(stand, Stand::Open(_, ends) if *ends + Span::days(2) < at));
        for _ in 0..open.count() {
            findings.report("I-6", at, "an offer whose window is over was never closed");
        }
    }
}
