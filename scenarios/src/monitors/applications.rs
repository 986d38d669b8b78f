//! I-5, I-7, I-13: an application rests on a reply that accepts the bank of its account.

use proaktiv_messages::{BankCode, Body, Clear, Envelope, FormNumber, MessageId, Moment, Party};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::{Findings, Window};

#[derive(Debug)]
struct Form {
    number: FormNumber,
    id: MessageId,
    banks: SmallVec<[BankCode; 12]>,
    /// When its window ends; none until the SMS centre has accepted it.
    ends: Option<Moment>,
}

/// The last form of each number, the bank accepted by its reply, and the children applied for.
#[derive(Debug)]
pub struct Applications {
    service_code: String,
    window: Window,
    forms: FxHashMap<u64, Form>,
    /// The number of each form that is on its way to the SMS centre.
    sending: FxHashMap<MessageId, u64>,
    accepted: FxHashMap<u64, (MessageId, BankCode, Moment)>,
    children: FxHashSet<u64>,
}

impl Applications {
    /// Returns a monitor of applications under this service code and window.
    pub fn new(service_code: &str, window: Window) -> Self {
        Self {
            service_code: service_code.to_owned(),
            window,
            forms: FxHashMap::default(),
            sending: FxHashMap::default(),
            accepted: FxHashMap::default(),
            children: FxHashSet::default(),
        }
    }

    /// Sees a message.
    pub fn see(&mut self, message: &Envelope<Clear>, at: Moment, findings: &mut Findings) {
        if let Body::SendSms(sms) = &message.body {
            if sms.form <= FormNumber::Three {
                let form = Form { number: sms.form, id: message.id, banks: sms.banks.clone(), ends: None };
                self.sending.insert(message.id, sms.number.number());
                self.forms.insert(sms.number.number(), form);
            }
        } else if let (Body::SmsAccepted(accepted), Some(sms)) = (&message.body, message.answers) {
            let number = self.sending.remove(&sms);
            if let Some(form) = number.and_then(|number| self.forms.get_mut(&number)).filter(|form| form.id == sms) {
                form.ends = Some(self.window.ends(accepted.last_part));
            }
        } else if let Body::SmsReply(reply) = &message.body {
            // Reading S-07b: a link that gives no time is judged by the arrival of what it brings.
            let received = reply.received.unwrap_or(message.sent);
            let number = reply.number.number();
            if let Some(form) = self.forms.get(&number)
                && form.ends.is_some_and(|ends| received < ends)
                && let Some(bank) = accepted_bank(&reply.wording, &self.service_code, form)
            {
                self.accepted.insert(number, (form.id, bank, received));
            }
        } else if let Body::RegisterApplication(application) = &message.body
            && message.from == Party::Esobes
        {
            let evidence = &application.evidence;
            let accepted = self.accepted.get(&evidence.number.number());
            let rests =
                accepted.is_some_and(|(form, _, received)| *form == evidence.sms && *received == evidence.received);
            if !rests {
                findings.report("I-5", at, "an application without an effective reply to the form it names");
            }
            if accepted.is_none_or(|(_, bank, _)| *bank != application.bank || *bank != application.account.bank()) {
                findings.report("I-13", at, "the account is not of the bank that was accepted");
            }
            // A repeat of the same message for want of an answer is not a second application.
            if application.application.nth == 1 && !self.children.insert(application.child.number()) {
                findings.report("I-7", at, "a second application for a child");
            }
        }
    }
}

/// Reads the bank off a reply as the form asks for it: the service code, `#3#1`, and what stands after
/// them is the number in the list.
fn accepted_bank(wording: &str, service_code: &str, form: &Form) -> Option<BankCode> {
    let text: String = wording.chars().filter(|character| !character.is_whitespace()).collect();
    let digits = text.strip_prefix(service_code)?.strip_prefix("#3#1")?;
    match form.number {
        FormNumber::One if digits.is_empty() => form.banks.first().copied(),
        FormNumber::Two => form.banks.get(digits.parse::<usize>().ok()?.checked_sub(1)?).copied(),
        FormNumber::One | FormNumber::Three | FormNumber::Four | FormNumber::Five => None,
    }
}
