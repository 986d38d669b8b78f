//! The check as a person reads it: what was run, and what occurred where.

use std::fmt::Write as _;

use indicatif::HumanCount;

use super::{Check, Covered, Group, LEAST_CHILDREN, LEAST_MISBEHAVIOURS, LEAST_SCENARIOS};

/// How many scenarios are named behind one thing; the rest are counted.
const NAMED: usize = 4;

/// Returns the check as a table.
pub fn table(check: &Check) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write_table(&mut text, check);
    text
}

fn write_table(text: &mut String, check: &Check) -> std::fmt::Result {
    writeln!(text, "{:<24} {:>8} {:>8} {:>9}  verdicts", "scenario", "children", "paid", "undecided")?;
    for ran in &check.ran {
        let failed =
            if ran.failed.is_empty() { "held".to_owned() } else { format!("FAILED {}", ran.failed.join(", ")) };
        let (children, paid) = (HumanCount(ran.children).to_string(), HumanCount(ran.paid).to_string());
        writeln!(text, "{:<24} {children:>8} {paid:>8} {:>9}  {failed}", ran.scenario, ran.undecided)?;
    }
    for one_group in check.covered.chunk_by(|one, next| one.group == next.group) {
        let group = one_group[0].group;
        writeln!(text, "\n{}", group.title())?;
        for covered in one_group {
            write_covered(text, covered, check.whole)?;
        }
        for one in check.not_in_a_run.iter().filter(|_| group == Group::Row) {
            writeln!(text, "  -    {:<32} {}: {}", one.row, one.why, one.test)?;
        }
    }
    if !check.trouble.is_empty() {
        writeln!(text, "\nParties in pilot (at least {LEAST_MISBEHAVIOURS} times)")?;
    }
    for trouble in &check.trouble {
        let mark = if trouble.is_enough() { "ok" } else { "FEW" };
        writeln!(text, "  {mark:<4} {:<32} {:>7}", trouble.party, HumanCount(trouble.times).to_string())?;
    }
    let few = check.covered.iter().filter(|covered| !covered.is_enough()).count();
    if check.whole {
        writeln!(
            text,
            "\n{few} of {} occur less often than {LEAST_CHILDREN} times in {LEAST_SCENARIOS} scenarios.",
            check.covered.len()
        )
    } else {
        writeln!(text, "\nA part of the catalogue: how often things must occur is judged of the whole.")
    }
}

fn write_covered(text: &mut String, covered: &Covered, judged: bool) -> std::fmt::Result {
    let mark = match (covered.is_enough(), judged) {
        (true, _) => "ok",
        (false, true) => "FEW",
        (false, false) => "",
    };
    let children: u64 = covered.scenarios.values().map(|&children| u64::from(children)).sum();
    let mut scenarios: Vec<_> = covered.scenarios.iter().collect();
    scenarios.sort_by_key(|(name, children)| (std::cmp::Reverse(**children), *name));
    let named: Vec<String> = scenarios
        .iter()
        .take(NAMED)
        .map(|(name, children)| format!("{name} {}", HumanCount(u64::from(**children))))
        .collect();
    let more = scenarios.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let children = HumanCount(children).to_string();
    writeln!(text, "  {mark:<4} {:<32} {children:>7}  {}{more}", covered.name, named.join(", "))
}
