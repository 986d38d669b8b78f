//! What the SMS centre carried between the engine and one number: the forms that went out and what was
//! written back. Several monitors read it; it judges nothing.

use proaktiv_messages::{BankCode, Body, Clear, Envelope, FormNumber, MessageId, Moment};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::Window;

/// One of the forms 1 to 3, as it went out.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) id: MessageId,
    pub(super) number: FormNumber,
    pub(super) banks: SmallVec<[BankCode; 12]>,
    pub(super) recipient: u64,
    pub(super) sent: Moment,
    /// When the SMS centre accepted its first and its last part; none until then.
    pub(super) parts: Option<(Moment, Moment)>,
    /// Set when it could not be delivered (S-18).
    pub(super) undelivered: bool,
}

/// A text that came from the number.
#[derive(Debug)]
pub(super) struct Reply {
    /// When the SMS centre received it, or sent it on where the link does not say (S-07b).
    pub(super) received: Moment,
    pub(super) wording: std::sync::Arc<str>,
}

/// All that went to and fro with one number.
#[derive(Debug, Default)]
pub(super) struct Conversation {
    pub(super) forms: SmallVec<[Form; 2]>,
    pub(super) replies: SmallVec<[Reply; 1]>,
}

/// The conversations with all numbers.
#[derive(Debug)]
pub(super) struct Conversations {
    service_code: String,
    window: Window,
    by_number: FxHashMap<u64, Conversation>,
    /// The number of each form.
    numbers: FxHashMap<MessageId, u64>,
}

impl Conversations {
    pub(super) fn new(service_code: &str, window: Window) -> Self {
        Self {
            service_code: service_code.to_owned(),
            window,
            by_number: FxHashMap::default(),
            numbers: FxHashMap::default(),
        }
    }

    /// Takes what a message adds. Called after the monitors have looked at what was there before.
    pub(super) fn see(&mut self, message: &Envelope<Clear>, at: Moment) {
        self.window.see(message, at);
        if let Body::SendSms(sms) = &message.body {
            if sms.form <= FormNumber::Three && self.form(message.id).is_none() {
                let form = Form {
                    id: message.id,
                    number: sms.form,
                    banks: sms.banks.clone(),
                    recipient: sms.recipient.number(),
                    sent: message.sent,
                    parts: None,
                    undelivered: false,
                };
                self.numbers.insert(message.id, sms.number.number());
                self.by_number.entry(sms.number.number()).or_default().forms.push(form);
            }
        } else if let (Body::SmsAccepted(accepted), Some(id)) = (&message.body, message.answers) {
            if let Some(form) = self.form_mut(id) {
                form.parts = Some((accepted.first_part, accepted.last_part));
            }
        } else if let Body::SmsOutcome(outcome) = &message.body {
            if let Some(form) = self.form_mut(outcome.sms) {
                form.undelivered |= !outcome.delivered;
            }
        } else if let Body::SmsReply(reply) = &message.body {
            let received = reply.received.unwrap_or(message.sent);
            let reply_seen = Reply { received, wording: std::sync::Arc::clone(&reply.wording) };
            self.by_number.entry(reply.number.number()).or_default().replies.push(reply_seen);
        }
    }

    fn form_mut(&mut self, id: MessageId) -> Option<&mut Form> {
        let number = self.numbers.get(&id)?;
        self.by_number.get_mut(number)?.forms.iter_mut().find(|form| form.id == id)
    }

    fn form(&self, id: MessageId) -> Option<&Form> {
        self.numbers
            .get(&id)
            .and_then(|number| self.with(*number))
            .and_then(|with| with.forms.iter().find(|form| form.id == id))
    }

    /// Returns the conversation with a number.
    pub(super) fn with(&self, number: u64) -> Option<&Conversation> {
        self.by_number.get(&number)
    }

    /// Returns when the window of a form ends, once it has one.
    pub(super) fn ends(&self, form: &Form) -> Option<Moment> {
        form.parts.map(|(_, last_part)| self.window.ends(last_part))
    }

    /// Returns every conversation, in no order.
    pub(super) fn all(&self) -> impl Iterator<Item = (&u64, &Conversation)> {
        self.by_number.iter()
    }

    /// Returns the bank that a text accepts, if it is an effective reply to the form with this id
    /// from the first accepted part on and before the end of its window, or until a further form
    /// has begun to go out (S-23c).
    pub(super) fn accepted(&self, number: u64, form: MessageId, reply: &Reply) -> Option<BankCode> {
        self.accepted_if(number, form, reply, |_, form, further| {
            further.is_some_and(|further| further.recipient == form.recipient)
        })
    }

    /// Returns the bank that an application may rest on: also past the end of the window, where a text
    /// before it came in time. The further form that it asked for is withdrawn by the acceptance (S-23c).
    pub(super) fn accepted_at_last(&self, number: u64, form: MessageId, reply: &Reply) -> Option<BankCode> {
        self.accepted_if(number, form, reply, |with, form, _| {
            let Some((first_part, ends)) = form.parts.map(|(first, _)| first).zip(self.ends(form)) else {
                return false;
            };
            with.replies.iter().any(|other| (first_part..ends).contains(&other.received))
        })
    }

    fn accepted_if(
        &self,
        number: u64,
        form: MessageId,
        reply: &Reply,
        may_be_late: impl Fn(&Conversation, &Form, Option<&Form>) -> bool,
    ) -> Option<BankCode> {
        let with = self.with(number)?;
        let place = with.forms.iter().position(|one| one.id == form)?;
        let (form, further) = (&with.forms[place], with.forms.get(place + 1));
        let ((first_part, _), ends) = (form.parts?, self.ends(form)?);
        let replaced = further.is_some_and(|further| further.parts.is_some_and(|(first, _)| first <= reply.received));
        let in_time = reply.received < ends || may_be_late(with, form, further);
        let counts = first_part <= reply.received && in_time && !replaced;
        accepted_bank(&reply.wording, &self.service_code, form).filter(|_| counts)
    }
}

/// Reads the bank off a reply as the form asks for it: the service code, `#3#1`, and what stands after
/// them is the number in the list. As tolerant as T-11 and no more.
fn accepted_bank(wording: &str, service_code: &str, form: &Form) -> Option<BankCode> {
    let bare: String = wording
        .chars()
        .filter(|character| !character.is_whitespace())
        .map(|character| if character == '＃' { '#' } else { character })
        .collect();
    let text = bare.trim_end_matches(|character: char| !character.is_alphanumeric() && character != '#');
    let digits = text.strip_prefix(service_code)?.strip_prefix("#3#1")?;
    match form.number {
        FormNumber::One if digits.is_empty() => form.banks.first().copied(),
        FormNumber::Two if !digits.starts_with('0') => {
            form.banks.get(digits.parse::<usize>().ok()?.checked_sub(1)?).copied()
        }
        FormNumber::One | FormNumber::Two | FormNumber::Three | FormNumber::Four | FormNumber::Five => None,
    }
}
