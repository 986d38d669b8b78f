//! What every party is to the world: messages in, messages out.

use proaktiv_messages::{Body, Clear, Envelope, MessageId, Moment, Party, Span};

/// A party without a runtime. Same messages at the same moments give the same answers.
pub trait Behaviour {
    /// Takes one message that is handed over at `now`.
    fn receive(&mut self, message: &Envelope<Clear>, now: Moment, out: &mut Out);

    /// Is woken at `now`, as it asked with this `note`.
    fn wake(&mut self, note: u64, now: Moment, out: &mut Out) {
        let _ = (note, now, out);
    }

    /// Asks for its first wake-ups when the world begins.
    fn begin(&mut self, now: Moment, out: &mut Out) {
        let _ = (now, out);
    }
}

/// One message that a party wants to send. The host numbers, dates and addresses it.
#[derive(Clone, Debug)]
pub struct Sending {
    /// To whom.
    pub to: Party,
    /// Which message it answers.
    pub answers: Option<MessageId>,
    /// How long after now it leaves; the way itself takes at least one tick more.
    pub after: Span,
    /// Whether it is repeated until somebody answers it.
    pub until_answered: bool,
    /// What it says.
    pub body: Body<Clear>,
}

/// What a party does in return for a message or a wake-up. Reused from call to call.
#[derive(Debug, Default)]
pub struct Out {
    /// Messages, in the order in which they leave.
    pub sendings: Vec<Sending>,
    /// Wake-ups: when, and with which note.
    pub wakes: Vec<(Moment, u64)>,
    /// Set by a party that will neither send nor wait any more: its host may let it go.
    pub over: bool,
    /// What it did that a run counts as misbehaviour, by kind.
    pub misbehaviours: Vec<&'static str>,
    /// How many messages the party has sent before this call: a message is known by this count.
    pub sent_before: u64,
}

impl Out {
    /// Answers `question` at once.
    pub fn answer(&mut self, question: &Envelope<Clear>, body: Body<Clear>) {
        self.answer_after(question, Span::ZERO, body);
    }

    /// Answers `question` after a while.
    pub fn answer_after(&mut self, question: &Envelope<Clear>, after: Span, body: Body<Clear>) {
        self.sendings.push(Sending {
            to: question.from,
            answers: Some(question.id),
            after,
            until_answered: false,
            body,
        });
    }

    /// Asks or tells `to` something that it answers by itself.
    pub fn send(&mut self, to: Party, body: Body<Clear>) {
        self.sendings.push(Sending { to, answers: None, after: Span::ZERO, until_answered: false, body });
    }

    /// Reports something to `to` and repeats it until it is answered.
    pub fn report(&mut self, to: Party, body: Body<Clear>) {
        self.report_after(to, Span::ZERO, body);
    }

    /// Reports something to `to` after a while and repeats it until it is answered.
    pub fn report_after(&mut self, to: Party, after: Span, body: Body<Clear>) {
        self.sendings.push(Sending { to, answers: None, after, until_answered: true, body });
    }

    /// Answers `question` after a while, and repeats the answer until it is answered itself.
    pub fn answer_until_answered(&mut self, question: &Envelope<Clear>, after: Span, body: Body<Clear>) {
        self.sendings.push(Sending {
            to: question.from,
            answers: Some(question.id),
            after,
            until_answered: true,
            body,
        });
    }

    /// Returns the id that the next message will have.
    pub fn next_id(&self) -> MessageId {
        MessageId::Numbered(self.sent_before + self.sendings.len() as u64 + 1)
    }

    /// Counts something that the party did or left undone against the rules, or that makes trouble for
    /// others.
    pub fn misbehave(&mut self, kind: &'static str) {
        self.misbehaviours.push(kind);
    }

    /// Asks to be woken at `at`, with a note to itself.
    pub fn wake_at(&mut self, at: Moment, note: u64) {
        self.wakes.push((at, note));
    }
}
