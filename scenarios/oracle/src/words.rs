//! Names of the words of the messages, as they are written on the wire.

use serde::Serialize;

/// Returns the name under which a word of the messages is written.
pub(crate) fn name(word: &impl Serialize) -> String {
    serde_json::to_string(word).unwrap_or_default().trim_matches('"').to_owned()
}
