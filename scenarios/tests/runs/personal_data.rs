//! I-14: nothing that a run leaves names anybody of its plan.

use std::collections::BTreeSet;

use crate::common::{Folder, held, sim};
use serde_json::Value;

/// Collects every IIN, number, account, name and number of a document in a plan.
fn personal(value: &Value, field: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                // The numbers of orders and conclusions are the school's, not a person's.
                if name != "conclusions" {
                    personal(value, name, found);
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| personal(value, field, found)),
        Value::String(text) if ["iin", "account", "number", "name", "birth_act"].contains(&field) => {
            found.insert(text.clone());
            if field == "name" {
                let words = text.split_whitespace().filter(|word| word.chars().count() >= 6);
                found.extend(words.map(str::to_owned));
            }
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn a_run_leaves_no_iin_number_account_or_name_of_its_plan() {
    let folder = Folder::new("personal-data");
    let size = ["--children", "60", "--seed", "5"];
    let plan_arguments: Vec<&str> = ["plan", "quiet"].iter().chain(&size).copied().collect();
    let plan = held(&plan_arguments);
    let mut people = BTreeSet::new();
    for line in plan.lines().skip(1) {
        personal(&serde_json::from_str(line).expect("a line of the plan"), "", &mut people);
    }
    assert!(people.len() > 500, "the plan names {} things of people", people.len());

    let out = folder.path("run");
    let out_text = out.to_str().expect("a path in UTF-8");
    // A small --keep, so that there is a snapshot to search.
    let more = ["--out", out_text, "--trace", "all", "--keep", "400"];
    let arguments: Vec<&str> = ["run", "quiet"].iter().chain(&size).chain(&more).copied().collect();
    let output = sim(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));

    let mut left = vec![("standard output".to_owned(), output.stdout), ("standard error".to_owned(), output.stderr)];
    for name in ["result.json", "trace.ndjson", "journal.ndjson", "journal.snapshot"] {
        let bytes = std::fs::read(out.join(name)).expect(name);
        assert!(!bytes.is_empty(), "{name} is empty");
        left.push((name.to_owned(), bytes));
    }
    for entry in std::fs::read_dir(&out).expect("the folder") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        left.push(("a file name".to_owned(), name.into_bytes()));
    }
    for (place, bytes) in &left {
        // The search itself must be able to find: what it looks for stands in the plan.
        for text in &people {
            assert!(!contains(bytes, text), "{place} names somebody of the plan");
        }
    }
    let anybody = people.first().expect("somebody");
    assert!(contains(plan.as_bytes(), anybody));
}
