//! What the command line answers to what it cannot take: exit 2 and one clear message.

use crate::common::{Folder, held, sim};

/// Runs with arguments that cannot be taken; returns the message.
fn refused(arguments: &[&str]) -> String {
    let output = sim(arguments);
    let said = String::from_utf8(output.stderr).expect("messages are UTF-8");
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
    assert!(output.stdout.is_empty(), "{arguments:?}: nothing on standard output");
    said
}

#[test]
fn bad_arguments_are_refused_with_what_is_accepted() {
    for (arguments, expected) in [
        (&["run", "loud"][..], "quiet"),
        (&["plan", "loud"], "quiet"),
        (&["check", "--scenario", "loud"], "pilot"),
        (&["check", "quiet"], "quiet"),
        (&["run"], "--plan"),
        (&["run", "quiet", "--seed", "minus one"], "minus one"),
        (&["run", "quiet", "--seed", "-1"], "-1"),
        (&["run", "quiet", "--children", "0"], "children"),
        (&["run", "quiet", "--children", "99999999999"], "children"),
        (&["run", "quiet", "--keep", "0"], "keep"),
        (&["run", "quiet", "--plan", "p.jsonl"], "--plan"),
        (&["run", "--plan", "nowhere.jsonl"], "nowhere.jsonl"),
        (&["run", "quiet", "--trace", "some"], "all"),
        (&["run", "quiet", "--trace", "all"], "--out"),
        (&["fly"], "fly"),
    ] {
        let said = refused(arguments);
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
}

#[test]
fn a_folder_that_cannot_be_written_or_is_there_is_refused() {
    let folder = Folder::new("out");
    let file = folder.path("file");
    std::fs::write(&file, "in the way").expect("a file");
    let under_a_file = file.join("run");
    let said = refused(&["run", "quiet", "--children", "3", "--out", under_a_file.to_str().expect("a path")]);
    assert!(said.contains("--out"), "{said}");
    let there = folder.path("there");
    std::fs::create_dir_all(&there).expect("a folder");
    let there = there.to_str().expect("a path");
    let said = refused(&["run", "quiet", "--children", "3", "--out", there]);
    assert!(said.contains("--force"), "{said}");
    let stale = std::path::Path::new(there).join("disagreements.ndjson");
    std::fs::write(&stale, "of another run").expect("a folder of our own");
    held(&["run", "quiet", "--children", "3", "--out", there, "--force"]);
    assert!(!stale.exists(), "nothing of an earlier run is left");
}

#[test]
fn a_broken_plan_is_refused_with_line_and_field() {
    let folder = Folder::new("broken-plan");
    let plan = held(&["plan", "quiet", "--children", "3"]);
    let lines: Vec<&str> = plan.lines().collect();
    let cases: [(&str, String, &[&str]); 6] = [
        ("empty", String::new(), &["empty"]),
        ("no JSON", plan.replace(lines[2], "{\"family\":2,"), &["line 3"]),
        ("a field too many", plan.replacen("\"family\":2,", "\"family\":2,\"dog\":1,", 1), &["line 3", "dog"]),
        ("a wrong value", plan.replacen("\"tick_ms\":1000", "\"tick_ms\":0", 1), &["line 1", "tick_ms"]),
        ("a family missing", format!("{}\n{}\n{}\n", lines[0], lines[1], lines[3]), &["line 3", "family"]),
        ("a plan cut short", format!("{}\n{}\n", lines[0], lines[1]), &["families"]),
    ];
    for (name, text, expected) in cases {
        let path = folder.path("plan.jsonl");
        std::fs::write(&path, text).expect("a plan");
        let said = refused(&["run", "--plan", path.to_str().expect("a path")]);
        for word in expected {
            assert!(said.contains(word), "{name}: {said}");
        }
    }
}

#[test]
fn an_iin_of_a_broken_plan_is_not_repeated() {
    let folder = Folder::new("broken-iin");
    let plan = held(&["plan", "quiet", "--children", "1"]);
    let (before, after) = plan.split_once("\"iin\":\"").expect("an IIN");
    let broken = format!("{before}\"iin\":\"123456789012{}", &after[12..]);
    let path = folder.path("plan.jsonl");
    std::fs::write(&path, broken).expect("a plan");
    let said = refused(&["run", "--plan", path.to_str().expect("a path")]);
    assert!(said.contains("iin") && !said.contains("123456789012"), "{said}");
}

#[test]
fn list_names_quiet_and_help_has_examples() {
    assert!(held(&["list"]).contains("quiet"));
    let list: serde_json::Value = serde_json::from_str(&held(&["list", "--json"])).expect("JSON");
    assert_eq!(list[0]["name"], "quiet");
    for command in [&["--help"][..], &["run", "--help"]] {
        assert!(held(command).contains("proaktiv-sim run quiet"));
    }
    assert!(held(&["check", "--help"]).contains("proaktiv-sim check --scenario siblings"));
}

#[test]
fn a_summary_can_be_read_without_a_terminal() {
    let summary = held(&["run", "quiet", "--children", "40"]);
    for word in ["Outcomes", "Verdicts", "held", "Digest", "a child"] {
        assert!(summary.contains(word), "{summary}");
    }
    assert!(!summary.contains('\u{1b}'), "no colours where nobody sees them");
}
