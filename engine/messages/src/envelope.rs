//! The envelope that carries every message, and the ids that tell messages apart.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Body, Exchange, Moment, Naming, Party, Token};

/// What an aggregate's key is the key of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// The daily lists of one source.
    Intake,
    /// One child.
    Case,
    /// One representative.
    Recipient,
    /// One subscriber number.
    Line,
}

impl KeyKind {
    const ALL: [KeyKind; 4] = [KeyKind::Intake, KeyKind::Case, KeyKind::Recipient, KeyKind::Line];

    const fn name(self) -> &'static str {
        match self {
            KeyKind::Intake => "intake",
            KeyKind::Case => "case",
            KeyKind::Recipient => "recipient",
            KeyKind::Line => "line",
        }
    }
}

/// The key of one aggregate: what it is and which one. Written `case/0f3…`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// What it is the key of.
    pub kind: KeyKind,
    /// Which one.
    pub token: Token,
}

impl Key {
    /// Returns the key of the case of `child`.
    pub const fn case(child: Token) -> Self {
        Self { kind: KeyKind::Case, token: child }
    }

    /// Returns the key of the recipient who is `person`.
    pub const fn recipient(person: Token) -> Self {
        Self { kind: KeyKind::Recipient, token: person }
    }

    /// Returns the key of the line of `number`.
    pub const fn line(number: Token) -> Self {
        Self { kind: KeyKind::Line, token: number }
    }

    /// Returns the key of the intake of lists from NOBD.
    pub const fn intake() -> Self {
        Self { kind: KeyKind::Intake, token: Token::from_bits(0) }
    }
}

/// Why a text is no key or no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected <kind>/<token> with kind one of intake, case, recipient, line")]
pub struct ParseKey;

impl FromStr for Key {
    type Err = ParseKey;
    fn from_str(text: &str) -> Result<Self, ParseKey> {
        let (name, token) = text.split_once('/').ok_or(ParseKey)?;
        let kind = KeyKind::ALL.into_iter().find(|kind| kind.name() == name).ok_or(ParseKey)?;
        Ok(Self { kind, token: token.parse().map_err(|_| ParseKey)? })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut buffer = [0; 64];
        f.pad(self.write(&mut buffer))
    }
}

impl Key {
    fn write(self, buffer: &mut [u8; 64]) -> &str {
        let name = self.kind.name().as_bytes();
        buffer[..name.len()].copy_from_slice(name);
        buffer[name.len()] = b'/';
        let mut token = [0; 26];
        self.token.write(&mut token);
        let end = name.len() + 27;
        buffer[name.len() + 1..end].copy_from_slice(&token);
        std::str::from_utf8(&buffer[..end]).unwrap_or_default()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return (self.kind, self.token).serialize(serializer);
        }
        let mut buffer = [0; 64];
        serializer.serialize_str(self.write(&mut buffer))
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            let (kind, token) = Deserialize::deserialize(deserializer)?;
            return Ok(Self { kind, token });
        }
        let text = std::borrow::Cow::<'_, str>::deserialize(deserializer)?;
        text.parse().map_err(|reason| D::Error::custom(format_args!("{text:?}: {reason}")))
    }
}

/// The id of a message, unique per sender.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageId {
    /// The n-th effect of a step of an aggregate: the same after every restart, so that a receiver
    /// can drop a repeat. Written `case/0f3…/12/0`.
    Effect {
        /// Whose step.
        key: Key,
        /// Which step of it, from 1.
        step: u32,
        /// Which effect of the step, from 0.
        n: u16,
    },
    /// The sender's own count. Written as a number.
    Numbered(u64),
}

impl MessageId {
    /// Returns the aggregate whose effect this is, if it is one.
    pub const fn key(&self) -> Option<Key> {
        match self {
            MessageId::Effect { key, .. } => Some(*key),
            MessageId::Numbered(_) => None,
        }
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut buffer = [0; 64];
        f.pad(self.write(&mut buffer))
    }
}

impl MessageId {
    fn write(self, buffer: &mut [u8; 64]) -> &str {
        let end = match self {
            MessageId::Effect { key, step, n } => {
                let end = key.write(buffer).len();
                let end = number(buffer, end, Some(b'/'), u64::from(step));
                number(buffer, end, Some(b'/'), u64::from(n))
            }
            MessageId::Numbered(count) => number(buffer, 0, None, count),
        };
        std::str::from_utf8(&buffer[..end]).unwrap_or_default()
    }
}

/// Writes an optional mark and a decimal number at `at`; returns where it ends.
fn number(buffer: &mut [u8; 64], at: usize, mark: Option<u8>, value: u64) -> usize {
    let mut at = at;
    if let Some(mark) = mark {
        buffer[at] = mark;
        at += 1;
    }
    let digits = value.checked_ilog10().map_or(1, |log| log as usize + 1);
    let mut rest = value;
    for place in (at..at + digits).rev() {
        buffer[place] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    at + digits
}

impl FromStr for MessageId {
    type Err = ParseKey;
    fn from_str(text: &str) -> Result<Self, ParseKey> {
        if let Ok(count) = text.parse() {
            return Ok(MessageId::Numbered(count));
        }
        let (rest, n) = text.rsplit_once('/').ok_or(ParseKey)?;
        let (key, step) = rest.rsplit_once('/').ok_or(ParseKey)?;
        Ok(MessageId::Effect {
            key: key.parse()?,
            step: step.parse().map_err(|_| ParseKey)?,
            n: n.parse().map_err(|_| ParseKey)?,
        })
    }
}

impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for MessageId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return match *self {
                MessageId::Effect { key, step, n } => (Some((key, step, n)), 0_u64),
                MessageId::Numbered(count) => (None, count),
            }
            .serialize(serializer);
        }
        let mut buffer = [0; 64];
        serializer.serialize_str(self.write(&mut buffer))
    }
}

impl<'de> Deserialize<'de> for MessageId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            let (effect, count): (Option<(Key, u32, u16)>, u64) = Deserialize::deserialize(deserializer)?;
            return Ok(effect.map_or(MessageId::Numbered(count), |(key, step, n)| MessageId::Effect { key, step, n }));
        }
        let text = std::borrow::Cow::<'_, str>::deserialize(deserializer)?;
        text.parse().map_err(|reason: ParseKey| D::Error::custom(format_args!("{text:?}: {reason}")))
    }
}

/// One message on its way from a party to another.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(bound = "")]
pub struct Envelope<N: Naming> {
    /// Unique per sender; a repeat carries the same id.
    pub id: MessageId,
    /// The message that this one answers.
    #[serde(default)]
    pub answers: Option<MessageId>,
    /// Who sends it.
    pub from: Party,
    /// Who is to have it.
    pub to: Party,
    /// When it was sent, by the sender's clock.
    pub sent: Moment,
    /// What it says, by kind.
    #[serde(flatten)]
    pub body: Body<N>,
}

impl<N: Naming> Envelope<N> {
    /// Writes the fields of the message into what carries it.
    ///
    /// # Errors
    /// Those of the serialiser.
    pub fn write_fields<S: SerializeStruct>(&self, fields: &mut S) -> Result<(), S::Error> {
        fields.serialize_field("id", &self.id)?;
        if let Some(answers) = &self.answers {
            fields.serialize_field("answers", answers)?;
        }
        fields.serialize_field("from", &self.from)?;
        fields.serialize_field("to", &self.to)?;
        fields.serialize_field("sent", &self.sent)?;
        self.body.write_fields(fields)
    }

    /// Returns the same message under another naming.
    ///
    /// # Errors
    /// When `by` cannot exchange something that the body names.
    pub fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<Envelope<M>, X::Error> {
        Ok(Envelope {
            id: self.id,
            answers: self.answers,
            from: self.from,
            to: self.to,
            sent: self.sent,
            body: self.body.renamed(by)?,
        })
    }
}

impl<N: Naming> Serialize for Envelope<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Envelope", 7)?;
        self.write_fields(&mut fields)?;
        fields.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_as_it_is_written() {
        let key = Key::case(Token::from_bits(u128::MAX));
        for id in [
            MessageId::Numbered(0),
            MessageId::Numbered(u64::MAX),
            MessageId::Effect { key, step: u32::MAX, n: u16::MAX },
            MessageId::Effect { key: Key::intake(), step: 1, n: 0 },
        ] {
            assert_eq!(id.to_string().parse(), Ok(id));
        }
        for text in ["", "case", "case/1/2/3", "-1"] {
            assert!(text.parse::<MessageId>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_message_reads_as_it_is_written() {
        use crate::{AskDisability, BankCode, Clear};
        let child = "159901500005".parse().expect("a made-up IIN");
        let bank: BankCode = "601".parse().expect("a code");
        for (answers, body) in
            [(None, Body::AskDisability(AskDisability { child })), (Some(MessageId::Numbered(3)), Body::Received)]
        {
            let message: Envelope<Clear> = Envelope {
                id: MessageId::Numbered(1),
                answers,
                from: Party::Esobes,
                to: Party::Bank(bank),
                sent: Moment::from_millis(0),
                body,
            };
            let text = serde_json::to_string(&message).expect("a message can be written");
            assert_eq!(serde_json::from_str::<Envelope<Clear>>(&text).expect("and read"), message, "{text}");
        }
    }
}
