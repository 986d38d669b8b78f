//! Tidy: the register of points and the sources say the same.
//!
//! Reads the sources of the project as text, so that it needs no build of other crates: which tests there
//! are, which rows are cited where, and whether each rule and each test of the register exists.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proaktiv_engine::law_register::{Point, Register};

/// No test stands for more rows than these.
const ROWS_A_TEST: usize = 3;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns every Rust file below a directory of the project, by its path from the root, in order.
fn sources(directory: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut left = vec![PathBuf::from(directory)];
    while let Some(directory) = left.pop() {
        for entry in fs::read_dir(root().join(&directory)).expect("a directory of the project") {
            let entry = entry.expect("an entry");
            let name = entry.file_name().into_string().expect("a name in UTF-8");
            let path = directory.join(&name);
            if entry.file_type().expect("a type").is_dir() {
                if name != "target" && !name.starts_with('.') {
                    left.push(path);
                }
            } else if name.ends_with(".rs") {
                found.insert(path.to_string_lossy().replace('\\', "/"), read(&root().join(&path)));
            }
        }
    }
    found
}

/// Returns the sources of every crate of the workspace.
fn all_sources() -> BTreeMap<String, String> {
    ["engine", "actors", "scenarios", "benches", "tests"].into_iter().flat_map(sources).collect()
}

/// Returns the path of modules that a file stands for inside its crate or test binary.
fn modules_of(path: &str) -> Vec<String> {
    let inside = path.rsplit_once("/src/").map(|(_, inside)| inside);
    let inside = inside.or_else(|| {
        // tests/name.rs and tests/name/main.rs are binaries; what lies beside main.rs are its modules.
        let (_, inside) = path.rsplit_once("/tests/")?;
        Some(inside.split_once('/').map_or("main.rs", |(_, module)| module))
    });
    let inside = inside.unwrap_or(path).trim_end_matches(".rs");
    let names = inside.split('/').filter(|name| !matches!(*name, "lib" | "main" | "mod"));
    names.map(str::to_owned).collect()
}

/// Returns the name of each test of a file, as the test runner has it.
fn tests_of(path: &str, text: &str) -> Vec<String> {
    let file = modules_of(path);
    let mut inner: Vec<(usize, String)> = Vec::new();
    let mut tests = Vec::new();
    let mut is_test = false;
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        let line = line.trim();
        if line == "}" && inner.last().is_some_and(|(outer, _)| *outer == indent) {
            inner.pop();
        }
        if let Some(name) = line.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(" {")) {
            inner.push((indent, name.to_owned()));
        }
        if line == "#[test]" {
            is_test = true;
        } else if let Some(rest) = line.strip_prefix("fn ").filter(|_| is_test) {
            let name = rest.split(['(', '<']).next().unwrap_or_default();
            let modules = file.iter().map(String::as_str).chain(inner.iter().map(|(_, name)| name.as_str()));
            tests.push(modules.chain([name]).collect::<Vec<_>>().join("::"));
            is_test = false;
        }
    }
    tests
}

/// Returns the rows that a text cites, ranges such as `A-23…A-25` or `A-35 to A-39` written out.
fn rows_of(text: &str) -> BTreeSet<String> {
    let mut rows: BTreeSet<String> = BTreeSet::new();
    let mut before: Option<(String, usize)> = None;
    for (place, _) in text.match_indices('-') {
        let Some(row) = row_at(text, place) else { continue };
        if let Some((first, end)) = &before
            && matches!(text[*end..place - 1].trim(), "…" | "to" | "–")
        {
            rows.extend(between(first, &row));
        }
        before = Some((row.clone(), place - 1 + row.len()));
        rows.insert(row);
    }
    rows
}

/// Returns the row whose hyphen stands at `hyphen`, if one does.
fn row_at(text: &str, hyphen: usize) -> Option<String> {
    let letter = text[..hyphen].chars().next_back().filter(|letter| "ATSI".contains(*letter))?;
    let before = text[..hyphen - 1].chars().next_back();
    if before.is_some_and(|before| before.is_alphanumeric() || matches!(before, '-' | '_')) {
        return None;
    }
    let rest = &text[hyphen + 1..];
    let clause = if letter == 'A' && rest.starts_with('O') { 1 } else { 0 };
    let digits = rest[clause..].bytes().take_while(u8::is_ascii_digit).count();
    let end = clause + digits;
    let suffix = rest[end..].bytes().take_while(u8::is_ascii_lowercase).count();
    let after = rest[end + suffix..].chars().next();
    // `A-0` of a pattern and `S-1000` of something else are no rows.
    let is_row =
        (1..=2).contains(&digits) && suffix <= 1 && !after.is_some_and(|after| after.is_alphanumeric() || after == '_');
    is_row.then(|| format!("{letter}-{}", &rest[..end + suffix]))
}

/// Returns the rows between two of the same kind.
fn between(first: &str, last: &str) -> Vec<String> {
    let number = |row: &str| row[2..].parse::<u32>().ok();
    match (number(first), number(last)) {
        (Some(from), Some(to)) if first[..2] == last[..2] => {
            (from + 1..to).map(|number| format!("{}{number:02}", &first[..2])).collect()
        }
        (_, _) => Vec::new(),
    }
}

/// Returns the S-rows and the I-rows, in order.
fn rows_beside_the_act() -> Vec<String> {
    let known = read(&root().join("law/known.csv"));
    known.lines().skip(1).filter_map(|line| line.split(',').next()).map(str::to_owned).collect()
}

fn register() -> Register {
    Register::of_order_42().expect("the register can be read")
}

/// Returns what is wrong with a rule of a point, given the sources.
fn fault_of_rule(rule: &str) -> Option<String> {
    let (path, name) = rule.split_once("::").map_or((rule, None), |(path, name)| (path, Some(name)));
    let Ok(text) = fs::read_to_string(root().join(path)) else { return Some(format!("{path} does not exist")) };
    let has = |name: &str| {
        let is_word = |letter: Option<char>| letter.is_none_or(|letter| !letter.is_alphanumeric() && letter != '_');
        text.match_indices(name).any(|(place, found)| {
            is_word(text[..place].chars().next_back()) && is_word(text[place + found.len()..].chars().next())
        })
    };
    name.filter(|name| !has(name)).map(|name| format!("{path} has no {name}"))
}

/// Returns everything that is wrong with a point by itself.
fn faults_of(point: &Point, tests: &BTreeMap<String, String>, sources: &BTreeMap<String, String>) -> Vec<String> {
    let rules = || point.rule.iter().chain(&point.also);
    let mut faults: Vec<String> = rules().filter_map(|rule| fault_of_rule(rule)).collect();
    if point.paragraph.trim().is_empty() || !point.says.ends_with('.') {
        faults.push("it does not say where it stands and what it demands".to_owned());
    }
    for name in &point.tests {
        let running: Vec<&String> = tests.keys().filter(|other| other.contains(name.as_str())).collect();
        if running != [name] {
            faults.push(format!("{name} runs {} tests", running.len()));
        }
    }
    let carried_out = point.rule.is_some() && !point.tests.is_empty();
    let word = point.pending.is_some() || point.nothing_to_compute.is_some();
    if !carried_out && (!word || rules().next().is_some() || !point.tests.is_empty()) {
        faults.push("it has a rule without test, a test without rule, or neither and no word why".to_owned());
    }
    if carried_out && point.nothing_to_compute.is_some() {
        faults.push("it has a rule and nothing to compute".to_owned());
    }
    if carried_out {
        let files = rules().map(|rule| rule.split("::").next().unwrap_or_default());
        let files = files.chain(point.tests.iter().filter_map(|name| tests.get(name)).map(String::as_str));
        if !files.filter_map(|file| sources.get(file)).any(|text| rows_of(text).contains(&point.id)) {
            faults.push("neither its rule nor its tests cite it".to_owned());
        }
    }
    faults
}

/// Returns the name of every test of the project and the file that has it.
fn all_tests(sources: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut tests = BTreeMap::new();
    for (path, text) in sources {
        for name in tests_of(path, text) {
            tests.insert(name, path.clone());
        }
    }
    tests
}

#[test]
fn every_point_has_its_rule_and_tests_or_a_word_why() {
    let sources = all_sources();
    let tests = all_tests(&sources);
    let mut faults = Vec::new();
    for point in register().points {
        faults.extend(faults_of(&point, &tests, &sources).into_iter().map(|fault| format!("{}: {fault}", point.id)));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_row_stands_once_and_in_order() {
    let expected: Vec<String> = (1..=6)
        .map(|row| format!("A-O{row}"))
        .chain((1..=41).map(|row| format!("A-{row:02}")))
        .chain((1..=34).map(|row| format!("T-{row:02}")))
        .chain(rows_beside_the_act())
        .collect();
    let found: Vec<String> = register().points.into_iter().map(|point| point.id).collect();
    assert_eq!(found, expected);
}

#[test]
fn no_test_stands_for_more_than_three_rows() {
    let mut rows: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for point in register().points {
        for test in point.tests {
            rows.entry(test).or_default().push(point.id.clone());
        }
    }
    let overworked: Vec<_> = rows.into_iter().filter(|(_, rows)| rows.len() > ROWS_A_TEST).collect();
    assert!(overworked.is_empty(), "{overworked:?}");
}

#[test]
fn no_test_of_the_register_has_a_namesake() {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for (path, text) in all_sources() {
        for name in tests_of(&path, &text) {
            *count.entry(name).or_default() += 1;
        }
    }
    for point in register().points {
        for test in point.tests {
            assert_eq!(count.get(&test), Some(&1), "{}: {test}", point.id);
        }
    }
}

#[test]
fn every_row_that_the_engine_cites_is_known() {
    let known: BTreeSet<String> = register().points.into_iter().map(|point| point.id).collect();
    let mut strangers = Vec::new();
    for (path, text) in sources("engine") {
        // This file writes rows that do not exist, to test itself.
        if !path.ends_with("tests/tidy.rs") {
            let cited = rows_of(&text);
            strangers.extend(cited.difference(&known).map(|row| format!("{path}: {row}")));
        }
    }
    assert!(strangers.is_empty(), "{}", strangers.join("\n"));
}

#[test]
fn rows_are_found_as_they_are_written() {
    let rows = |text: &str| rows_of(text).into_iter().collect::<Vec<_>>().join(" ");
    assert_eq!(rows("(A-29, A-O6, S-07c) T-05: I-12."), "A-29 A-O6 I-12 S-07c T-05");
    assert_eq!(rows("A-23…A-25 and A-35 to A-37"), "A-23 A-24 A-25 A-35 A-36 A-37");
    assert_eq!(rows("GSM-7 USSR-11 A-1000 S- SA-11 A-x T-34b"), "T-34b");
}

#[test]
fn tests_are_named_as_the_runner_names_them() {
    let text = "mod tests {\n    mod inner {\n        #[test]\n        fn one() {}\n    }\n    #[test]\n    #[should_panic]\n    fn two(a: u8) {}\n    fn no_test() {}\n}\n";
    assert_eq!(tests_of("engine/core/src/a/b.rs", text), ["a::b::tests::inner::one", "a::b::tests::two"]);
    assert_eq!(tests_of("engine/core/src/a/mod.rs", "#[test]\nfn one() {}"), ["a::one"]);
    assert_eq!(tests_of("engine/core/tests/tidy.rs", "#[test]\nfn one() {}"), ["one"]);
    assert_eq!(tests_of("engine/core/tests/points/main.rs", "#[test]\nfn one() {}"), ["one"]);
    assert_eq!(tests_of("engine/core/tests/points/checks.rs", "#[test]\nfn one() {}"), ["checks::one"]);
}
