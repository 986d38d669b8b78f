//! Grounds: which row of the specification, and which paragraph of the act, an event rests on.

use serde::{Serialize, Serializer};

/// What an event rests on (A-O2, I-9). Written as `["A-11", "5"]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ground {
    /// The row of the specification: `A-11`, `S-46`.
    pub row: &'static str,
    /// The paragraph of the Algorithm: `5`, `9(1)`.
    pub paragraph: &'static str,
}

impl Serialize for Ground {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.row, self.paragraph).serialize(serializer)
    }
}

impl Ground {
    /// Returns the ground with this row and paragraph.
    pub const fn new(row: &'static str, paragraph: &'static str) -> Self {
        Self { row, paragraph }
    }

    /// Returns the number of the paragraph without its sub-points; 0 for the order itself.
    pub fn paragraph_number(self) -> u8 {
        let digits = self.paragraph.split('(').next().unwrap_or_default();
        digits.parse().unwrap_or(0)
    }
}
