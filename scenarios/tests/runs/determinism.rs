//! One plan, one digest (I-10): whatever starts first, whether expanded or read; and no other plan has it.

use crate::common::{Folder, held, result, sim};

const SIZE: [&str; 4] = ["--children", "150", "--seed", "3"];

fn digest(arguments: &[&str]) -> String {
    result(arguments)["digest"].as_str().expect("a digest").to_owned()
}

fn quiet(more: &[&str]) -> String {
    let arguments: Vec<&str> = ["quiet"].iter().chain(&SIZE).chain(more).copied().collect();
    digest(&arguments)
}

/// Writes the plan of the tests' size, changed line by line.
fn plan(folder: &Folder, name: &str, change: impl Fn(usize, &str) -> String) -> String {
    let arguments: Vec<&str> = ["plan", "quiet"].iter().chain(&SIZE).copied().collect();
    let lines: Vec<String> = held(&arguments).lines().enumerate().map(|(n, line)| change(n, line)).collect();
    let path = folder.path(name);
    std::fs::write(&path, lines.join("\n") + "\n").expect("the plan can be written");
    path.to_str().expect("a path in UTF-8").to_owned()
}

#[test]
fn two_runs_of_one_plan_give_one_digest() {
    assert_eq!(quiet(&[]), quiet(&[]));
}

#[test]
fn actors_started_in_reverse_order_give_the_same_digest() {
    assert_eq!(quiet(&[]), quiet(&["--reversed"]));
}

#[test]
fn a_run_and_the_run_of_its_printed_plan_give_the_same_digest() {
    let folder = Folder::new("same-plan");
    let path = plan(&folder, "plan.jsonl", |_, line| line.to_owned());
    assert_eq!(quiet(&[]), digest(&["--plan", &path]));
}

/// S-19: a plan that runs into the last 60 days of the calendar's data is refused at once.
#[test]
fn a_plan_that_ends_too_near_the_end_of_the_calendar_is_refused() {
    let folder = Folder::new("horizon");
    for (horizon, refused) in [("2027-11-01", false), ("2027-11-02", true)] {
        let to = format!("\"horizon\":\"{horizon}\"");
        let path = plan(&folder, "plan.jsonl", |_, line| line.replacen("\"horizon\":\"2025-08-31\"", &to, 1));
        let output = sim(&["run", "--plan", &path]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        // The oracle has a calendar of its own, with a limit of its own: only the engine's is looked at here.
        assert_eq!(said.contains("the plan's horizon: "), refused, "{horizon}: {said}");
        if refused {
            assert_eq!(output.status.code(), Some(2), "{said}");
            assert!(said.contains("2027-12-31") && said.contains("data/calendars.csv"), "{said}");
        }
    }
}

/// A-O6: the operator states a change at its moment. A day moved beyond the run changes nothing else in it.
#[test]
fn a_change_of_law_in_a_plan_reaches_the_engine_once() {
    let folder = Folder::new("law-changes");
    let changes = r#""law_changes":[{"at":"2024-05-02T12:00:00+05:00","change":{"version":"decree-1","valid_from":"2024-05-02","days":[{"day":"2027-06-01","works":false,"source":"assumed"}],"source":"assumed"}}],"law":"#;
    let changed = |n: usize, line: &str| if n == 0 { line.replacen("\"law\":", changes, 1) } else { line.to_owned() };
    let path = plan(&folder, "plan.jsonl", changed);
    let (before, after) = (result(&["quiet", SIZE[0], SIZE[1], SIZE[2], SIZE[3]]), result(&["--plan", &path]));
    assert_eq!(before["outcomes"], after["outcomes"]);
    // The change, its acknowledgement, and nothing else.
    let messages = |run: &serde_json::Value| run["messages"].as_u64().expect("a count");
    assert_eq!(messages(&after), messages(&before) + 2);
    assert_ne!(before["digest"], after["digest"]);
}

#[test]
fn another_seed_gives_another_digest() {
    assert_ne!(quiet(&[]), digest(&["quiet", "--children", "150", "--seed", "4"]));
}

#[test]
fn a_value_that_is_sent_changes_the_digest_and_an_unused_one_does_not() {
    let folder = Folder::new("one-value");
    let accepts = |line: &str| line.contains(r#""kind":"accepts","#);
    // The first family that accepts answers a minute later than it would have.
    let mut first = 0;
    plan(&folder, "look.jsonl", |_, line| line.to_owned());
    for (n, line) in std::fs::read_to_string(folder.path("look.jsonl")).expect("the plan").lines().enumerate() {
        if accepts(line) {
            first = n;
            break;
        }
    }
    assert_ne!(first, 0, "a family of the plan accepts");
    let later = plan(&folder, "later.jsonl", |n, line| {
        if n != first {
            return line.to_owned();
        }
        let (before, after) = line.rsplit_once(r#""after_minutes":"#).expect("the reply's think time");
        let digits = after.find(|character: char| !character.is_ascii_digit()).expect("the number ends");
        let minutes: u32 = after[..digits].parse().expect("minutes");
        format!(r#"{before}"after_minutes":{}{}"#, minutes + 1, &after[digits..])
    });
    assert_ne!(quiet(&[]), digest(&["--plan", &later]));
    // The label of the generator is for reports: nothing may depend on it.
    let relabelled = plan(&folder, "label.jsonl", |n, line| {
        if n == first { line.replace(r#""kind":"accepts","#, r#""kind":"renamed","#) } else { line.to_owned() }
    });
    assert_eq!(quiet(&[]), digest(&["--plan", &relabelled]));
}

#[test]
fn the_digest_is_blake3_over_the_lines_of_the_trace() {
    let folder = Folder::new("trace");
    let out = folder.path("run");
    let out = out.to_str().expect("a path in UTF-8");
    let digest = quiet(&["--out", out, "--trace", "all"]);
    let trace = std::fs::read(folder.path("run/trace.ndjson")).expect("the trace");
    assert_eq!(blake3::hash(&trace).to_hex().as_str(), digest);
    for line in trace.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let line: serde_json::Value = serde_json::from_slice(line).expect("each line is JSON");
        assert!(line["at"].is_string() && line["kind"].is_string(), "{line}");
    }
}

#[test]
fn result_json_is_the_same_but_for_what_was_measured() {
    let strip = |mut result: serde_json::Value| {
        let fields = result.as_object_mut().expect("an object");
        fields.remove("rates");
        fields.remove("measured");
        result.to_string()
    };
    let run = || strip(result(&["quiet", "--children", "60"]));
    assert_eq!(run(), run());
}
