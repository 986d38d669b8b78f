//! The register of points: every row of the act, what carries it out, what tests it, how it is read.
//!
//! Owns the reading of `law/order_42.toml`, which is data of the program and read once. That rules and
//! tests named there exist is proved by the tidy test; nothing here looks at sources.

use serde::{Deserialize, Serialize};

const ORDER_42: &str = include_str!("../../../law/order_42.toml");

/// One point of an act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// The row: `A-29`, `T-05`.
    pub id: String,
    /// The act, as the project calls it.
    #[serde(default)]
    pub act: String,
    /// The paragraph: `9(1)`, `cl. 6`, `app. 2`.
    pub paragraph: String,
    /// What the point demands, in one sentence of our own.
    pub says: String,
    /// Where it is carried out: a source file from the root of the project, after `::` a name in it.
    #[serde(default)]
    pub rule: Option<String>,
    /// Where else a part of it is carried out, written likewise.
    #[serde(default)]
    pub also: Vec<String>,
    /// The tests that fail when the rule is broken, as the test runner names them.
    #[serde(default)]
    pub tests: Vec<String>,
    /// How it is read, where it can be read in more than one way.
    #[serde(default)]
    pub reading: Option<String>,
    /// What of it is not carried out yet.
    #[serde(default)]
    pub pending: Option<String>,
    /// Why there is nothing to compute.
    #[serde(default)]
    pub nothing_to_compute: Option<String>,
}

/// The points of one act.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// The act.
    pub act: String,
    /// Its points, in order.
    #[serde(rename = "point")]
    pub points: Vec<Point>,
}

impl Register {
    /// Returns the register of order 42 as embedded.
    ///
    /// # Errors
    /// Where the data cannot be read: the tests of the project rule it out.
    pub fn of_order_42() -> Result<Register, toml::de::Error> {
        let mut register: Register = toml::from_str(ORDER_42)?;
        for point in &mut register.points {
            point.act.clone_from(&register.act);
        }
        Ok(register)
    }
}
