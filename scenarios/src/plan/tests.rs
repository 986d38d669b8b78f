//! A plan comes back as it was written; what is wrong with one is said in one sentence, and no
//! sentence names a person.

use super::*;
use crate::population::{families, header};
use crate::scenario::Scenario;

fn plan(children: u64) -> Vec<String> {
    let quiet = Scenario::named("quiet").expect("in the catalogue");
    let mut text = Vec::new();
    write_header(&mut text, &header(&quiet, children, 1)).expect("memory takes all");
    for family in families(&quiet, children, 1) {
        write_family(&mut text, &family).expect("memory takes all");
    }
    String::from_utf8(text).expect("JSON is text").lines().map(str::to_owned).collect()
}

fn read(lines: &[String]) -> Result<Vec<(String, Family)>, PlanError> {
    let text = lines.join("\n");
    PlanReader::new(text.as_bytes())?.collect()
}

fn refusal(lines: &[String]) -> String {
    read(lines).expect_err("the plan is broken").to_string()
}

/// Returns the plan with `from` replaced by `to` once in one line (0 is the header).
fn changed(line: usize, from: &str, to: &str) -> Vec<String> {
    let mut lines = plan(3);
    let before = lines[line].clone();
    lines[line] = before.replacen(from, to, 1);
    assert_ne!(lines[line], before, "nothing to change");
    lines
}

#[test]
fn a_plan_comes_back_byte_for_byte() {
    let lines = plan(300);
    let families = read(&lines).expect("a sound plan");
    assert_eq!(families.len(), 300);
    for (line, (text, family)) in lines[1..].iter().zip(families) {
        assert_eq!(*line, text);
        assert_eq!(*line, serde_json::to_string(&family).expect("can be written"));
    }
}

#[test]
fn the_law_is_kept_as_it_is_written() {
    let lines = changed(0, r#""last_day":"2024-12-31""#, r#""last_day" : "2024-12-31""#);
    let reader = PlanReader::new(lines[0].as_bytes()).expect("a sound header");
    assert!(reader.header().law.text().contains(r#""last_day" : "2024-12-31""#));
    assert_eq!(serde_json::to_string(reader.header()).expect("can be written"), lines[0]);
}

#[test]
fn a_refused_value_is_named_with_its_line_field_and_what_is_accepted() {
    let born = r#""born":""#;
    let after = plan(3)[2].split(born).nth(1).expect("a birth date").get(..10).expect("a date").to_owned();
    let lines = changed(2, &format!("{born}{after}"), &format!("{born}2014-13-01"));
    assert_eq!(refusal(&lines), "line 3, children[0].born: \"2014-13-01\" is not accepted; expected a date YYYY-MM-DD");
    let lines = changed(0, r#""offer_hour":9"#, r#""offer_hour":"nine""#);
    assert_eq!(refusal(&lines), "line 1, law.offer_hour: \"nine\" is not accepted; expected an hour from 0 to 23");
    let lines = changed(0, r#""offer_hour":9"#, r#""offer_hour":22"#);
    assert_eq!(refusal(&lines), "line 1, law.offer_hour: 22 is not accepted; expected a whole number from 9 to 20");
    let lines = changed(0, r#""551","601""#, r#""601","551""#);
    assert_eq!(
        refusal(&lines),
        "line 1, law.integrated_banks[1]: \"551\" is not accepted; expected codes in rising order, each once"
    );
    let lines = changed(1, r#""family":1"#, r#""family":7"#);
    assert_eq!(
        refusal(&lines),
        "line 2, family: 7 is not accepted; expected 1: families are numbered 1, 2, … without gaps"
    );
}

#[test]
fn unknown_and_missing_fields_are_named() {
    let lines = changed(1, r#""kind":"#, r#""kinds":"#);
    let said = refusal(&lines);
    assert!(said.starts_with("line 2, kinds: unknown field `kinds`; expected one of `family`, `kind`"), "{said}");
    let lines = changed(1, r#","bank":"#, r#","after_minutes":5,"ban":"#);
    assert!(refusal(&lines).starts_with("line 2, reply.ban: unknown field `ban`"), "{}", refusal(&lines));
    let lines = changed(0, r#""tick_ms":1000,"#, "");
    assert_eq!(refusal(&lines), "line 1, the line: missing field `tick_ms`; expected it to be given");
    let lines = changed(1, r#""agrees":"#, r#""agrees" "#);
    assert!(refusal(&lines).contains("this is no JSON"), "{}", refusal(&lines));
    assert!(matches!(read(&[]), Err(PlanError::Empty)));
}

#[test]
fn no_refusal_names_a_person() {
    let sound = plan(3);
    let value: serde_json::Value = serde_json::from_str(&sound[1]).expect("a line is JSON");
    let of = |pointer: &str| value.pointer(pointer).and_then(|value| value.as_str()).expect("a text").to_owned();
    for (pointer, field) in [
        ("/children/0/iin", "children[0].iin"),
        ("/children/0/name", "children[0].name"),
        ("/children/0/birth_act", "children[0].birth_act"),
        ("/parents/0/iin", "parents[0].iin"),
        ("/parents/0/numbers/0/number", "parents[0].numbers[0].number"),
        ("/parents/0/documents/0/number", "parents[0].documents[0].number"),
        ("/parents/0/accounts/0/account", "parents[0].accounts[0].account"),
    ] {
        let clear = of(pointer);
        for wrong in [format!("[\"{clear}\"]"), "159901500004".to_owned(), "{\"Made Up\":1}".to_owned()] {
            let said = refusal(&changed(1, &format!("\"{clear}\""), &wrong));
            assert!(said.starts_with(&format!("line 2, {field}")), "{field}: {said}");
            for part in [clear.as_str(), "159901500004", "Made"] {
                assert!(!said.contains(part), "{field} is repeated");
            }
        }
    }
    let said = refusal(&changed(1, r#""children":[{"#, r#""children":"159901500004","x":[{"#));
    assert!(said.starts_with("line 2, children: the value is not accepted"), "{said}");
}

#[test]
fn what_is_unique_may_stand_in_a_plan_once() {
    let mut lines = plan(3);
    let iin = |line: &str| line.split(r#""iin":""#).nth(1).and_then(|rest| rest.get(..12)).expect("an IIN").to_owned();
    let (first, third) = (iin(&lines[1]), iin(&lines[3]));
    lines[3] = lines[3].replace(&third, &first);
    assert_eq!(
        refusal(&lines),
        "line 4, children[0].iin: this IIN stands in the plan already; expected each IIN once in a plan"
    );
}

#[test]
fn as_many_families_must_follow_as_are_declared() {
    let mut lines = plan(3);
    lines.pop();
    assert_eq!(refusal(&lines), "line 1, families: 3 declared, but 2 follow; expected the number that follows");
}

#[test]
fn blank_lines_are_passed_over_and_counted() {
    let mut lines = changed(2, r#""family":2"#, r#""family":5"#);
    lines.insert(1, String::new());
    assert!(refusal(&lines).starts_with("line 4, family: 5 is not accepted; expected 2"), "{}", refusal(&lines));
    lines = plan(3);
    lines.extend([String::new(), " ".to_owned()]);
    assert_eq!(read(&lines).expect("a sound plan").len(), 3);
}

#[test]
fn a_district_without_a_rate_is_refused() {
    let mut lines = plan(3);
    let at = lines[1].find(r#""permanent":"#).expect("a registration") + r#""permanent":"#.len();
    lines[1].replace_range(at..at + 9, "999999999");
    let said = refusal(&lines);
    assert!(
        said.starts_with("line 2, children[0].registration: 999999999 is not accepted; expected a district"),
        "{said}"
    );
}

#[test]
fn the_choice_of_a_bank_wraps_round_the_list() {
    let reply = |bank| ReplyConduct { says: Says::Accept, bank, after_minutes: 5 };
    assert_eq!([0, 1, 2, 3, 4].map(|bank| reply(bank).choice(3)), [1, 1, 2, 3, 1]);
}
