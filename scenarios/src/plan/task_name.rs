//! The names of tasks, by which a plan says on what an official acts.

use std::borrow::Cow;

use proaktiv_actors::TaskKind;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The kind of a task: the reason of the task without what it names, a hold by the hold's own name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskName(pub TaskKind);

impl Serialize for TaskName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.name())
    }
}

impl<'de> Deserialize<'de> for TaskName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'_, str>::deserialize(deserializer)?;
        let named = TaskKind::ALL.into_iter().find(|kind| kind.name() == text);
        named.map(Self).ok_or_else(|| D::Error::custom("expected the name of a task"))
    }
}
