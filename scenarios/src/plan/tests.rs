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

/// A plan by hand in which every field stands that may be absent.
const EVERYTHING: &str = include_str!("golden/everything.jsonl");

#[test]
fn every_field_that_may_be_absent_comes_back_byte_for_byte() {
    let lines: Vec<String> = EVERYTHING.lines().map(str::to_owned).collect();
    let families = read(&lines).expect("a sound plan");
    let header = Header::parse(&lines[0]).expect("a sound header");
    assert_eq!(serde_json::to_string(&header).expect("can be written"), lines[0]);
    assert_eq!(header.faults.len() + header.lists.len(), 10);
    // The law is written by its own text; by its values it reads the same.
    let law = header.law.parameters();
    let again: LawHeader =
        serde_json::from_str(&serde_json::to_string(law).expect("can be written")).expect("and read");
    assert_eq!(again, *law);
    assert_eq!(law.poll_hours.as_deref(), Some(&[10, 17][..]));
    let (text, family) = &families[0];
    assert_eq!(serde_json::to_string(family).expect("can be written"), *text);
    assert_eq!((family.acts.len(), family.sms.len(), family.adults().count()), (12, 3, 3));
    assert!(family.adult(3).is_some() && family.adult(0).is_none() && family.adult(4).is_none());
}

/// Returns the refusal of the plan with everything, after one replacement in one of its lines.
fn refusal_of_everything(line: usize, from: &str, to: &str) -> String {
    let mut lines: Vec<String> = EVERYTHING.lines().map(str::to_owned).collect();
    let before = lines[line].clone();
    lines[line] = before.replacen(from, to, 1);
    assert_ne!(lines[line], before, "nothing to change: {from}");
    refusal(&lines)
}

#[test]
fn what_is_wrong_with_conduct_and_change_is_said_with_its_place() {
    for (line, from, to, said) in [
        (
            0,
            r#""party":"bank/601""#,
            r#""party":"household/1""#,
            "line 1, faults[0].party: household/1 is not accepted; expected a party around the engine, no household",
        ),
        (
            0,
            r#""to":"2024-04-02T04:00:00Z""#,
            r#""to":"2024-04-01T04:00:00Z""#,
            "line 1, faults[0].from: 2024-04-01T04:00:00Z is not accepted; expected an instant before to",
        ),
        (
            0,
            r#""from":"2024-04-01T04:00:00Z""#,
            r#""from":"yesterday""#,
            "line 1, faults[0].from: \"yesterday\" is not accepted; expected an RFC 3339 instant",
        ),
        (
            0,
            r#""day":"2024-05-04""#,
            r#""day":"2024-05-03""#,
            "line 1, lists[1].day: \"2024-05-03\" is not accepted; expected days in rising order, each once",
        ),
        (
            0,
            r#""retry_first_minutes":60"#,
            r#""retry_first_minutes":1441"#,
            "line 1, law.retry_first_minutes: 1441 is not accepted; expected a whole number from 1 to 1440",
        ),
        (
            0,
            r#""poll_hours":[10,17]"#,
            r#""poll_hours":[17,10]"#,
            "line 1, law.poll_hours: [17, 10] is not accepted; expected hours from 0 to 23 in rising order, at least one",
        ),
        (
            0,
            r#""other_bank_limit":3"#,
            r#""other_bank_limit":"three""#,
            "line 1, law.other_bank_limit: \"three\" is not accepted; expected a whole number from 0",
        ),
        (
            1,
            r#"{"at":"2024-03-13T06:00:00Z","missing":true}"#,
            r#"{"at":"2024-03-13T06:00:00Z"}"#,
            "line 2, children[0].changes[1]: expected exactly one of row, missing, second_row, disability, \
             registration, status, status_taken_back, birth_act",
        ),
        (
            1,
            r#""missing":true"#,
            r#""missing":true,"birth_act":"A1""#,
            "line 2, children[0].changes[1]: expected exactly one of row, missing, second_row, disability, \
             registration, status, status_taken_back, birth_act",
        ),
        (
            1,
            r#""at":"2024-03-13T06:00:00Z""#,
            r#""at":"2024-03-11T06:00:00Z""#,
            "line 2, children[0].changes[1].at: \"2024-03-11T06:00:00Z\" is not accepted; expected an instant not \
             before that of the line above",
        ),
        (
            1,
            r#""at":"2024-03-13T06:00:00Z""#,
            r#""at":"2026-03-11T06:00:00Z""#,
            "line 2, children[0].changes[1].at: \"2026-03-11T06:00:00Z\" is not accepted; expected an instant from \
             the day starts to the day horizon",
        ),
        (
            1,
            r#""on":"rep_conflict""#,
            r#""on":"a_quarrel""#,
            "line 2, children[0].officials[0].on: \"a_quarrel\" is not accepted; expected a date YYYY-MM-DD (ended) \
             or the name of a task (officials)",
        ),
        (
            1,
            r#""on":"rep_conflict","after_minutes":60"#,
            r#""on":"rep_conflict""#,
            "line 2, children[0].officials[0]: expected exactly one of on with after_minutes, at",
        ),
        (
            1,
            r#"{"sms":1,"after_minutes":5}"#,
            r#"{"sms":1}"#,
            "line 2, acts[0].when: expected exactly one of at, sms with after_minutes",
        ),
        (
            1,
            r#"{"accepts":2}"#,
            r#"{"accepts":2,"lodges":1}"#,
            "line 2, acts[2].does: expected exactly one of writes, accepts, other_bank, opens, closes, lodges, \
             withdraws, changes_number",
        ),
        (
            1,
            r#"{"accepts":2}"#,
            r#"{"accepts":2,"unstamped":true}"#,
            "line 2, acts[2].does: expected exactly one of writes with from, stored_minutes, unstamped",
        ),
        (
            1,
            r#""opens":{"person":1"#,
            r#""opens":{"person":4"#,
            "line 2, acts[4].does.opens.person: 4 is not accepted; expected the number of a parent or guardian of \
             the family, parents first, from 1",
        ),
        (
            1,
            r#""opens":{"person":1,"bank":"601""#,
            r#""opens":{"person":1,"bank":"000""#,
            "line 2, acts[4].does.opens.bank: \"000\" is not accepted; expected a bank of data/banks.txt",
        ),
        (
            1,
            r#"{"lodges":1}"#,
            r#"{"lodges":2}"#,
            "line 2, acts[7].does.lodges: 2 is not accepted; expected the number of a child of the family, from 1",
        ),
        (
            1,
            r#""nth":2"#,
            r#""nth":1"#,
            "line 2, sms[1].nth: 1 is not accepted; expected numbers from 1 in rising order, each once",
        ),
        (
            1,
            r#""number":"77010000002""#,
            r#""number":"159901500005""#,
            "line 2, acts[10].does.changes_number.number: the value is not accepted; expected a subscriber number: \
             eleven digits, 77…",
        ),
        (
            1,
            r#""from":"77010000001""#,
            r#""from":"1599""#,
            "line 2, acts[1].does.from: the value is not accepted; expected a subscriber number: eleven digits, 77…",
        ),
    ] {
        assert_eq!(refusal_of_everything(line, from, to), said);
    }
}

#[test]
fn the_name_of_a_task_is_that_of_its_reason() {
    use proaktiv_actors::TaskKind;
    use proaktiv_messages::{Amended, FormNumber, Hold, StatusKind, TaskReason};
    for (reason, name) in [
        (TaskReason::Held(Hold::NoBmg), "no_bmg"),
        (TaskReason::PaymentReturned, "payment_returned"),
        (TaskReason::Amendment(Amended::Row), "amendment"),
        (TaskReason::NoticeInPlaceOf(FormNumber::Four), "notice_in_place_of"),
        (TaskReason::EventAfterGrant(StatusKind::Dead), "event_after_grant"),
    ] {
        assert_eq!(TaskKind::of(reason).name(), name);
        assert!(TaskKind::ALL.contains(&TaskKind::of(reason)));
        // Serde writes the same word, alone or as the key of what it names.
        let written = serde_json::to_string(&reason).expect("can be written");
        assert!(written.contains(&format!("\"{name}\"")), "{written}");
    }
}
