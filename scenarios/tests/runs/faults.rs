//! Parties that do not work for a while delay a run and change nothing of what becomes of the children;
//! whatever people and registers do, one plan gives one digest.

use crate::common::{Folder, held, sim};
use serde_json::{Value, json};

/// Runs a plan and returns its result, whatever the verdicts.
fn outcome(plan: &str, more: &[&str]) -> Value {
    let arguments: Vec<&str> = ["run", "--plan", plan, "--json"].iter().chain(more).copied().collect();
    let output = sim(&arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("no result: {said}"))
}

fn write(folder: &Folder, name: &str, lines: &[String]) -> String {
    let path = folder.path(name);
    std::fs::write(&path, lines.join("\n") + "\n").expect("the plan can be written");
    path.to_str().expect("a path in UTF-8").to_owned()
}

fn window(party: &str, from: &str, to: &str, kind: &str) -> Value {
    json!({ "party": party, "from": from, "to": to, "kind": kind })
}

#[test]
fn after_a_storm_every_child_is_where_it_would_have_been() {
    let folder = Folder::new("storm");
    let plan = held(&["plan", "quiet", "--children", "150", "--seed", "3"]);
    let mut lines: Vec<String> = plan.lines().map(str::to_owned).collect();
    let calm = outcome(&write(&folder, "calm.jsonl", &lines), &[]);
    let mut header: Value = serde_json::from_str(&lines[0]).expect("a header");
    header["faults"] = json!([
        window("cbdi", "2024-03-10T20:00:00Z", "2024-03-11T06:00:00Z", "silent"),
        window("kdp", "2024-03-11T00:00:00Z", "2024-04-10T06:00:00Z", "silent"),
        window("gbdfl", "2024-04-10T00:00:00Z", "2024-05-10T00:00:00Z", "slow"),
        window("counter", "2024-03-11T00:00:00Z", "2024-03-20T00:00:00Z", "silent"),
        window("nobd", "2024-05-05T00:00:00Z", "2024-05-09T00:00:00Z", "silent"),
        window("payer", "2024-05-01T00:00:00Z", "2024-08-01T00:00:00Z", "twice"),
    ]);
    header["lists"] = json!([{ "day": "2024-07-01", "kind": "twice" }, { "day": "2024-07-03", "kind": "late" }]);
    lines[0] = header.to_string();
    let storm = write(&folder, "storm.jsonl", &lines);
    let after = outcome(&storm, &[]);
    assert_eq!(after["outcomes"], calm["outcomes"]);
    for (party, kind) in [
        ("cbdi", "silent"),
        ("kdp", "silent"),
        ("gbdfl", "slow"),
        ("counter", "silent"),
        ("nobd", "silent"),
        ("nobd", "list_twice"),
        ("nobd", "list_late"),
        ("payer", "twice"),
    ] {
        assert!(after["misbehaviours"][party][kind].as_u64() > Some(0), "{party} {kind}");
    }
    assert_eq!(after["digest"], outcome(&storm, &["--reversed"])["digest"]);
}

#[test]
fn a_plan_with_everything_in_it_runs_to_its_end_and_is_one_run() {
    let folder = Folder::new("everything");
    let mut lines = include_str!("../../src/plan/golden/everything.jsonl").lines().map(str::to_owned);
    let mut header: Value = serde_json::from_str(&lines.next().expect("a header")).expect("a header");
    // The law is that of quiet: which parameters an engine takes is its own affair.
    let quiet = held(&["plan", "quiet", "--children", "1", "--seed", "1"]);
    let of_quiet: Value = serde_json::from_str(quiet.lines().next().expect("a header")).expect("a header");
    header["law"] = of_quiet["law"].clone();
    let lines: Vec<String> = std::iter::once(header.to_string()).chain(lines).collect();
    let plan = write(&folder, "everything.jsonl", &lines);
    let one = outcome(&plan, &[]);
    for (party, kind) in [
        ("bank", "told_late"),
        ("bank", "not_told"),
        ("bank", "account_closed"),
        ("bmg", "number_gone"),
        ("cbdi", "changed"),
        ("counter", "lodged_by_hand"),
        ("gbdfl", "changed"),
        ("household", "withdrew_consent"),
        ("leb", "instructed"),
        ("nobd", "row_missing"),
        ("nobd", "no_list"),
        ("school", "row_ended"),
    ] {
        assert!(one["misbehaviours"][party][kind].as_u64() > Some(0), "{party} {kind}");
    }
    assert_eq!(one["digest"], outcome(&plan, &["--reversed"])["digest"]);
}
