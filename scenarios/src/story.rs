//! What happened to one child, in plain words: its messages from the trace of a run, in order.
//!
//! People are named by what they are to the child; a plan tells whose token is whose. Nothing is
//! explained a second time here: why the engine did something stands in its journal.

mod words;

use std::io::BufRead;

use chrono::NaiveDate;
use proaktiv_core::calendar::astana;
use proaktiv_messages::{Body, Envelope, Key, KeyKind, MessageId, Moment, Party, Relation, Sealed, Token, TokenKey};
use rustc_hash::FxHashMap;
use serde_json::Value;

use crate::plan::{Family, Header};

/// Which child of a plan: family and child in it, each from 1. Written `17.1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChildId {
    /// The family.
    pub family: u32,
    /// The child in the family.
    pub child: u8,
}

impl std::fmt::Display for ChildId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.family, self.child)
    }
}

impl std::str::FromStr for ChildId {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (family, child) = text.split_once('.').unwrap_or((text, "1"));
        match (family.parse(), child.parse()) {
            (Ok(family), Ok(child)) if family > 0 && child > 0 => Ok(Self { family, child }),
            _ => Err(format!("{text:?}: expected FAMILY or FAMILY.CHILD, both from 1, as in 17 or 17.2")),
        }
    }
}

/// Why a story cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum StoryError {
    /// The plan has no such child.
    #[error("the plan has no child {0}: `proaktiv-sim plan` prints its families")]
    NoSuchChild(ChildId),
    /// The trace does not name the child.
    #[error("the trace does not name child {0}: run with --trace all, or name the plan of the run with --plan")]
    NotInTheTrace(ChildId),
    /// A line of the trace cannot be read.
    #[error("trace.ndjson, line {line}: {reason}")]
    Line {
        /// Which line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// The trace cannot be read.
    #[error("trace.ndjson: {0}")]
    File(#[from] std::io::Error),
}

/// Those whom a story is about, by their tokens.
pub(crate) struct People {
    child: Token,
    siblings: Vec<Token>,
    names: FxHashMap<Token, String>,
}

impl People {
    fn of(header: &Header, family: &Family, id: ChildId) -> Option<Self> {
        let key = header.token_key();
        let mut names = FxHashMap::default();
        let (mut own, mut siblings) = (None, Vec::new());
        for child in &family.children {
            let token = person(&key, child.iin.number());
            if child.child == id.child {
                own = Some(token);
                names.insert(token, "the child".to_owned());
            } else {
                siblings.push(token);
                names.insert(token, format!("child {}", child.child));
            }
        }
        for parent in &family.parents {
            let name = match parent.relation {
                Relation::Mother => "the mother",
                Relation::Father => "the father",
            };
            names.insert(person(&key, parent.iin.number()), name.to_owned());
        }
        own.map(|child| Self { child, siblings, names })
    }

    /// Returns what a person is to the child.
    pub(crate) fn name(&self, token: Token) -> &str {
        self.names.get(&token).map_or("somebody else", String::as_str)
    }

    /// Returns whether somebody is known to act for the child; what happens to a sibling is its own story.
    fn acts(&self, token: Token) -> bool {
        self.names.contains_key(&token) && token != self.child && !self.siblings.contains(&token)
    }
}

fn person(key: &TokenKey, iin: u64) -> Token {
    key.token("person", &iin.to_be_bytes())
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Happening {
    /// When, in Astana time.
    pub at: String,
    /// The paragraph of the Algorithm, where one speaks of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<&'static str>,
    /// What, in a sentence.
    pub what: String,
}

/// Tells the story of one child from a trace.
///
/// # Errors
/// When the family has no such child, the trace cannot be read or does not name the child.
pub fn story(header: &Header, family: &Family, id: ChildId, trace: impl BufRead) -> Result<Vec<Happening>, StoryError> {
    let people = People::of(header, family, id).ok_or(StoryError::NoSuchChild(id))?;
    let mut told = Told::new(people, family.family);
    for (at, line) in trace.lines().enumerate() {
        let line = line?;
        let broken = |reason: String| StoryError::Line { line: at + 1, reason };
        let Some((at, message)) = read(&line).map_err(broken)? else { continue };
        told.tell(at, &message);
    }
    if told.happenings.is_empty() { Err(StoryError::NotInTheTrace(id)) } else { Ok(told.happenings) }
}

/// Reads a line; a part of the day's list is counted only and tells nothing of one child.
fn read(line: &str) -> Result<Option<(Moment, Envelope<Sealed>)>, String> {
    let mut value: Value = serde_json::from_str(line).map_err(|reason| reason.to_string())?;
    if value.get("kind").and_then(Value::as_str) == Some("report_enrolments") {
        return Ok(None);
    }
    let at = value.as_object_mut().and_then(|fields| fields.remove("at")).ok_or("no field `at`")?;
    let at = serde_json::from_value(at).map_err(|reason| format!("at: {reason}"))?;
    let message = serde_json::from_value(value).map_err(|reason| reason.to_string())?;
    Ok(Some((at, message)))
}

/// A story while it is told.
struct Told {
    people: People,
    household: Party,
    /// What was asked under an id, so that its answer can be told.
    asked: FxHashMap<MessageId, Body<Sealed>>,
    happenings: Vec<Happening>,
}

impl Told {
    fn new(people: People, family: u32) -> Self {
        Self { people, household: Party::Household(family), asked: FxHashMap::default(), happenings: Vec::new() }
    }

    fn tell(&mut self, at: Moment, message: &Envelope<Sealed>) {
        if !self.concerns(message) {
            return;
        }
        if message.from == Party::Esobes {
            self.asked.insert(message.id, message.body.clone());
        }
        let question = message.answers.and_then(|id| self.asked.get(&id));
        if let Some(words::Said { paragraph, what }) = words::said(message, question, &self.people) {
            self.happenings.push(Happening { at: clock(at), paragraph, what });
        }
    }

    /// Returns whether the message is about this child, or about somebody who acts for it.
    fn concerns(&mut self, message: &Envelope<Sealed>) -> bool {
        let under_its_key = message.id.key() == Some(Key::case(self.people.child));
        if under_its_key || message.from == self.household || message.to == self.household {
            return true;
        }
        let about = words::about(&message.body);
        if let Body::RepresentativesAnswer(proaktiv_messages::Finding::Yes(found)) = &message.body
            && self.answers_one_of_ours(message)
        {
            for one in found {
                self.people.names.entry(one.person).or_insert_with(|| "the guardian".to_owned());
            }
        }
        match about {
            Some(token) => token == self.people.child || (self.people.acts(token) && !self.of_a_sibling(message)),
            None => self.answers_one_of_ours(message),
        }
    }

    fn answers_one_of_ours(&self, message: &Envelope<Sealed>) -> bool {
        message.answers.is_some_and(|id| self.asked.contains_key(&id))
            || matches!(&message.body, Body::SmsOutcome(outcome) if self.asked.contains_key(&outcome.sms))
    }

    /// A message under the key of another child's case is that child's story.
    fn of_a_sibling(&self, message: &Envelope<Sealed>) -> bool {
        let key = message.id.key().or_else(|| message.answers.and_then(|id| id.key()));
        key.is_some_and(|key| key.kind == KeyKind::Case && key.token != self.people.child)
    }
}

/// Returns an instant as people in Astana write it.
fn clock(at: Moment) -> String {
    let day = astana::civil_day(at);
    let millis = at.millis() - astana::start_of(day).millis();
    let minutes = millis / 60_000;
    format!("{} {:02}:{:02}", written(day), minutes / 60, minutes % 60)
}

/// Returns a day as people write it.
pub(crate) fn written(day: NaiveDate) -> String {
    day.format("%d.%m.%Y").to_string()
}
