//! `proaktiv-engine law`: the register of points, as it stands.

use std::fmt::Write as _;

use proaktiv_engine::law_register::{Point, Register};
use serde_json::Value;

use super::Answer;
use super::complaint::Complaint;

/// Returns every point of the register.
pub(super) fn answer(as_json: bool) -> Result<Answer, Complaint> {
    let register = Register::of_order_42()
        .map_err(|error| Complaint::about("law", &error.to_string(), "the register as it was built in"))?;
    let mut text = String::new();
    for point in &register.points {
        write_point(&mut text, point);
    }
    let json = serde_json::to_value(&register.points).unwrap_or(Value::Null);
    Ok(Answer::good(text, json, as_json))
}

fn write_point(text: &mut String, point: &Point) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{}  {}, {}", point.id, point.act, point.paragraph);
    let mut line = |name: &str, what: &str| {
        let _ = writeln!(text, "    {name:<8} {what}");
    };
    line("says", &point.says);
    for rule in point.rule.iter().chain(&point.also) {
        line("rule", rule);
    }
    for test in &point.tests {
        line("test", test);
    }
    let rest = [("reading", &point.reading), ("pending", &point.pending), ("nothing", &point.nothing_to_compute)];
    for (name, what) in rest {
        if let Some(what) = what {
            line(name, what);
        }
    }
    text.push('\n');
}
