//! The record of one step: how it is written and read.
//!
//! A record is one line of JSON. The engine writes it without its place in the chain: the journal links it.
//! Up-casting never rewrites a record.

use proaktiv_core::ground::Ground;
use proaktiv_core::home_schooling::{Broken, Effect, Event, Inbound, Refusal};
use proaktiv_messages::{Key, MessageId, Moment, Party};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Position;
use crate::journal::{Hash, chain};

/// The name of the schema, in every record.
pub(crate) const SCHEMA: &str = "proaktiv.record";
/// The version of the schema.
pub(crate) const VERSION: u32 = 1;

/// Who an inbound comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// A party.
    Party(Party),
    /// Another aggregate: the one whose effect the id names. Without an id the intake, whose change of law every
    /// line is told of, or, where it answers something, the engine's own outbox, in which that can leave no more.
    Aggregate,
    /// The clock: a deadline is due.
    Clock,
}

const AGGREGATE: &str = "aggregate";
const CLOCK: &str = "clock";

impl Serialize for Sender {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Sender::Party(party) => party.serialize(serializer),
            Sender::Aggregate => serializer.serialize_str(AGGREGATE),
            Sender::Clock => serializer.serialize_str(CLOCK),
        }
    }
}

impl<'de> Deserialize<'de> for Sender {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'_, str>::deserialize(deserializer)?;
        match &*text {
            AGGREGATE => Ok(Sender::Aggregate),
            CLOCK => Ok(Sender::Clock),
            party => party.parse().map(Sender::Party).map_err(serde::de::Error::custom),
        }
    }
}

/// The inbound of a step, as its record has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordedInbound<B> {
    /// Who it comes from.
    pub sender: Sender,
    /// Its id; a deadline has none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id: Option<MessageId>,
    /// The effect that it answers, and so acknowledges.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub answers: Option<MessageId>,
    /// What it says.
    pub body: B,
}

/// What became of an inbound.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Taken.
    Taken,
    /// Refused; nothing changed.
    Refused(Refusal),
    /// The step broke an invariant: the key is set aside, nothing changed.
    SetAside(SetAsideReason),
    /// The key is set aside: kept for later.
    Kept,
}

/// Why a key is set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetAsideReason {
    /// An invariant did not hold after the step.
    Broken(Broken),
    /// The step panicked.
    Panicked,
    /// A form could not be rendered.
    Unrenderable,
}

/// One event, with what it rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordedEvent<E> {
    /// What it rests on; read from the record by people, not by replay.
    #[serde(skip_deserializing, default = "no_ground")]
    pub ground: Ground,
    /// What happened.
    pub event: E,
}

fn no_ground() -> Ground {
    Ground::new("", "")
}

/// The record of one step, without its hash. Written it is without `prev` too.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record<B = Inbound, V = Vec<RecordedEvent<Event>>, F = Vec<Effect>, T = String> {
    /// The name of the schema.
    pub schema: T,
    /// Its version.
    pub version: u32,
    /// The place in the log, from 1.
    pub position: Position,
    /// When the step was taken.
    pub moment: Moment,
    /// Whose step.
    pub key: Key,
    /// The how manieth of this key, from 1.
    pub step: u32,
    /// What came in.
    pub inbound: RecordedInbound<B>,
    /// What became of it.
    pub answer: Answer,
    /// What happened.
    pub events: V,
    /// What followed. The id of an effect is not written: key, step and its place here, from 0.
    pub effects: F,
    /// The version of the law it was decided under.
    pub law: T,
    /// The hash of the record before it.
    #[serde(skip_serializing)]
    pub prev: T,
}

/// Why a record cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// It is no record of a known schema and version.
    #[error("record {0} cannot be read: {1}")]
    Unreadable(Position, String),
    /// Its hash is not that of its bytes.
    #[error("record {0}: the hash does not fit its bytes")]
    WrongHash(Position),
    /// It does not name the hash of the record before it.
    #[error("record {0} does not follow the one before it")]
    BrokenChain(Position),
}

impl Record {
    /// Reads a record and returns it with its hash.
    ///
    /// # Errors
    /// When it cannot be read or its hash does not fit; `position` is where it was expected.
    pub fn read(bytes: &[u8], position: Position) -> Result<(Self, Hash), RecordError> {
        let hash = chain::checked(bytes).ok_or(RecordError::WrongHash(position))?;
        let record: Self =
            serde_json::from_slice(bytes).map_err(|reason| RecordError::Unreadable(position, reason.to_string()))?;
        if record.schema != SCHEMA || record.version != VERSION {
            return Err(RecordError::Unreadable(position, "unknown schema or version".to_owned()));
        }
        Ok((record, hash))
    }
}
