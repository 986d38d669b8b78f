//! The summary of a run, as a person reads it: outcomes, verdicts, speed.

use std::fmt::Write as _;

use indicatif::HumanCount;
use proaktiv_core::calendar::astana;

use crate::result::{RunResult, Verdict};
use crate::run::Finished;

/// Returns the summary of a run.
pub fn summary(finished: &Finished) -> String {
    let result = &finished.result;
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write_summary(&mut text, result, finished);
    text
}

fn write_summary(text: &mut String, result: &RunResult, finished: &Finished) -> std::fmt::Result {
    let measured = &result.measured;
    writeln!(text, "{}  seed {}  {} children", result.scenario, result.seed, HumanCount(result.children))?;
    writeln!(
        text,
        "  ended {}, {:.1} s: {} messages, {}/s, {:.1} a child, {:.1} a paid child",
        astana::civil_day(result.ended),
        measured.seconds,
        HumanCount(result.messages),
        HumanCount(result.rates.messages_per_second),
        measured.messages_a_child,
        measured.messages_a_paid_child,
    )?;
    if let (Some(rate), Some(part)) = (measured.skeleton_messages_per_second, measured.of_skeleton) {
        writeln!(text, "  bare skeleton {}/s: this run is {part:.2} of it", HumanCount(rate))?;
    }
    let memory =
        measured.peak_memory_mib.map_or_else(String::new, |mib| format!(", peak memory {} MiB", HumanCount(mib)));
    writeln!(
        text,
        "  {} records in {} groups, {} MiB{memory}",
        HumanCount(result.records),
        HumanCount(result.groups),
        HumanCount(measured.record_mib),
    )?;
    writeln!(
        text,
        "\nOutcomes ({} listed, {} rows sent back)",
        HumanCount(result.listed),
        HumanCount(result.rejected_rows)
    )?;
    let mut outcomes: Vec<_> = result.outcomes.iter().collect();
    outcomes.sort_by_key(|(class, count)| (std::cmp::Reverse(**count), *class));
    for (class, count) in outcomes {
        let share = *count * 1000 / result.listed.max(1);
        writeln!(text, "  {:>9}  {:>3}.{} %  {class}", HumanCount(*count).to_string(), share / 10, share % 10)?;
    }
    let forms: Vec<String> =
        result.sent.iter().map(|(form, count)| format!("App.{form} {}", HumanCount(*count))).collect();
    writeln!(text, "\nForms sent: {}", forms.join(", "))?;
    for (kind, deadline) in &result.deadlines {
        let least = deadline.least_margin_minutes.map_or_else(|| "-".to_owned(), |minutes| format!("{minutes} min"));
        let count = HumanCount(deadline.count);
        writeln!(text, "Deadline {kind}: {count} met, {} missed, least left {least}", deadline.breaches)?;
    }
    for (party, kinds) in &result.misbehaviours {
        let kinds: Vec<String> = kinds.iter().map(|(kind, count)| format!("{kind} {}", HumanCount(*count))).collect();
        writeln!(text, "Misbehaviour of {party}: {}", kinds.join(", "))?;
    }
    writeln!(text, "\nVerdicts")?;
    for (name, verdict) in &result.verdicts {
        let word = match verdict {
            Verdict::Held => "held",
            Verdict::Failed => "FAILED",
        };
        writeln!(text, "  {word:<7} {name}")?;
    }
    writeln!(
        text,
        "Oracle: {} children, {} outputs compared, {} disagreements, {} undecided",
        HumanCount(result.oracle.children),
        HumanCount(result.oracle.outputs_compared),
        HumanCount(result.oracle.disagreements),
        HumanCount(result.oracle.undecided.values().sum()),
    )?;
    for (name, count) in &result.oracle.undecided {
        writeln!(text, "  undecided: {name} {}", HumanCount(*count))?;
    }
    for violation in finished.violations.iter().take(10) {
        writeln!(text, "  {} at {}: {}", violation.property, astana::to_rfc3339_local(violation.at), violation.what)?;
    }
    for one in finished.disagreements.iter().take(10) {
        writeln!(
            text,
            "  {} child {}.{} at {}: expected {}; found {}",
            one.point,
            one.family,
            one.child,
            astana::to_rfc3339_local(one.at),
            one.expected,
            one.found
        )?;
    }
    writeln!(text, "Digest {}", result.digest)
}
