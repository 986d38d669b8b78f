//! Room on the stack for a short text that is written letter by letter.

/// Room for the text of a token, a key, an id or an instant: none has more than 64 letters, all of them ASCII.
///
/// Aligned, and checked as a whole: so the check that every text needs goes by words, where it would go by
/// bytes along a text of any length at any place.
#[repr(align(16))]
pub(crate) struct Room(pub(crate) [u8; Room::LETTERS]);

impl Room {
    const LETTERS: usize = 64;

    /// Returns empty room.
    pub(crate) const fn new() -> Self {
        Self([0; Self::LETTERS])
    }

    /// Returns the first `length` letters.
    pub(crate) fn text(&self, length: usize) -> &str {
        std::str::from_utf8(&self.0).ok().and_then(|text| text.get(..length)).unwrap_or_default()
    }
}
