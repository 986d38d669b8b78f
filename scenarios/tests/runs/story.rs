//! `story`: one child's case in plain words, from a run and its plan.

use crate::common::{Folder, held, sim};

/// Runs sixty children of a scenario and returns the folder and the kinds of their families.
fn run(test: &str, scenario: &str) -> (Folder, Vec<String>) {
    let folder = Folder::new(test);
    let out = folder.path("run");
    let size = ["--children", "60", "--seed", "1"];
    let arguments: Vec<&str> =
        ["run", scenario].iter().chain(&size).chain(&["--out", out.to_str().expect("UTF-8")]).copied().collect();
    held(&arguments);
    let plan = held(&["plan", scenario, size[0], size[1], size[2], size[3]]);
    let kind = |line: &str| {
        let family: serde_json::Value = serde_json::from_str(line).expect("a family");
        family["kind"].as_str().expect("a kind").to_owned()
    };
    let kinds = plan.lines().skip(1).map(kind).collect();
    (folder, kinds)
}

fn in_order(story: &str, sentences: &[&str]) -> bool {
    let mut rest = story;
    sentences.iter().all(|sentence| {
        let found = rest.find(sentence);
        rest = found.map_or(rest, |at| &rest[at + sentence.len()..]);
        found.is_some()
    })
}

#[test]
fn a_story_tells_what_became_of_a_child() {
    let (folder, kinds) = run("story-told", "quiet");
    let out = folder.path("run");
    let story_of = |kind: &str| {
        let family = kinds.iter().position(|one| one == kind).expect("a family of the kind") + 1;
        held(&["story", out.to_str().expect("UTF-8"), "--child", &family.to_string()])
    };
    let paid = [
        "Taught at home",
        "CBDI confirms",
        "no live application",
        "consent to read the record of the child",
        "GBDFL on the child",
        "BMG has",
        "App.",
        "The family writes to 1414",
        "The application is formed",
        "grants it",
        "App.5",
        "is paid",
    ];
    let story = story_of("accepts");
    assert!(in_order(&story, &paid), "{story}");
    let story = story_of("no_disability");
    assert!(in_order(&story, &["CBDI has no disability on record", "Here the case stops (p. 5)"]), "{story}");
    assert!(!story.contains("KDP"), "{story}");
}

/// What ends for one child of a group is told of that child alone.
#[test]
fn a_sibling_has_a_story_of_its_own() {
    let (folder, kinds) = run("story-siblings", "siblings");
    let out = folder.path("run");
    let kind = "accepts+sibling_refuted_in_the_window";
    let family = kinds.iter().position(|one| one == kind).expect("a family of the kind") + 1;
    let story_of = |child: u8| held(&["story", out.to_str().expect("UTF-8"), "--child", &format!("{family}.{child}")]);
    assert!(!story_of(1).contains("returned to school"), "{}", story_of(1));
    assert!(in_order(&story_of(2), &["Taught at home", "App.", "returned to school"]), "{}", story_of(2));
}

#[test]
fn what_cannot_be_told_is_said() {
    let (folder, _) = run("story-refused", "quiet");
    let out = folder.path("run");
    let out = out.to_str().expect("UTF-8");
    for (arguments, expected) in [
        (["story", out, "--child", "61"], "no child 61.1"),
        (["story", out, "--child", "1.2"], "no child 1.2"),
        (["story", out, "--child", "x"], "expected FAMILY or FAMILY.CHILD"),
        (["story", "nowhere", "--child", "1"], "--out DIR"),
    ] {
        let output = sim(&arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(expected), "{said}");
    }
}
