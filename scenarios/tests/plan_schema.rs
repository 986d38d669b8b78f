//! The schema of plans fits what is written, and refuses what the reader refuses.

use proaktiv_scenarios::plan::{Family, Header, PlanChecks, write_family, write_header};
use proaktiv_scenarios::population::{families, header};
use proaktiv_scenarios::scenario::Scenario;
use serde_json::{Value, json};

fn schema(part: &str) -> jsonschema::Validator {
    let mut schema: Value =
        serde_json::from_str(include_str!("../schema/plan.schema.json")).expect("the schema is JSON");
    schema.as_object_mut().expect("an object").remove("oneOf");
    schema["$ref"] = json!(format!("#/$defs/{part}"));
    jsonschema::validator_for(&schema).expect("the schema is one")
}

fn header_line() -> Value {
    let quiet = Scenario::named("quiet").expect("in the catalogue");
    let mut line = Vec::new();
    write_header(&mut line, &header(&quiet, 500, 1)).expect("memory takes all");
    serde_json::from_slice(&line).expect("a line is JSON")
}

fn family_lines() -> Vec<Value> {
    let quiet = Scenario::named("quiet").expect("in the catalogue");
    let line = |family: Family| {
        let mut line = Vec::new();
        write_family(&mut line, &family).expect("memory takes all");
        serde_json::from_slice(&line).expect("a line is JSON")
    };
    families(&quiet, 500, 1).map(line).collect()
}

#[test]
fn the_header_and_500_families_of_quiet_fit_the_schema() {
    let whole: Value = serde_json::from_str(include_str!("../schema/plan.schema.json")).expect("the schema is JSON");
    let whole = jsonschema::validator_for(&whole).expect("the schema is one");
    assert!(whole.is_valid(&header_line()));
    let (of_header, of_family) = (schema("header"), schema("family"));
    assert!(of_header.is_valid(&header_line()));
    for line in family_lines() {
        // Of an error the place alone is told: the value may name somebody.
        let wrong = of_family.iter_errors(&line).map(|error| error.instance_path().to_string()).collect::<Vec<_>>();
        assert!(wrong.is_empty(), "family {}: {wrong:?}", line["family"]);
        assert!(whole.is_valid(&line) && !of_header.is_valid(&line));
    }
}

#[test]
fn the_header_and_400_children_of_every_scenario_fit_the_schema() {
    let (of_header, of_family) = (schema("header"), schema("family"));
    for scenario in Scenario::all() {
        let name = &scenario.name;
        let mut line = Vec::new();
        write_header(&mut line, &header(&scenario, 400, 1)).expect("memory takes all");
        let line: Value = serde_json::from_slice(&line).expect("a line is JSON");
        let wrong = of_header.iter_errors(&line).map(|error| error.to_string()).collect::<Vec<_>>();
        assert!(wrong.is_empty(), "{name}: {wrong:?}");
        for family in families(&scenario, 400, 1) {
            let mut line = Vec::new();
            write_family(&mut line, &family).expect("memory takes all");
            let line: Value = serde_json::from_slice(&line).expect("a line is JSON");
            let wrong = of_family.iter_errors(&line).map(|error| error.instance_path().to_string()).collect::<Vec<_>>();
            assert!(wrong.is_empty(), "{name}, {}: {wrong:?}", family.kind);
        }
    }
}

/// Changes the value at `pointer`; `null` takes the field away.
fn broken(line: &Value, pointer: &str, value: &Value) -> Value {
    let mut line = line.clone();
    let (object, field) = pointer.rsplit_once('/').expect("a pointer has a slash");
    let object = line.pointer_mut(object).unwrap_or_else(|| panic!("no {object}"));
    let object = object.as_object_mut().expect("an object");
    if value.is_null() {
        assert!(object.remove(field).is_some(), "{pointer}");
    } else {
        object.insert(field.to_owned(), value.clone());
    }
    line
}

fn law_change() -> Value {
    let day = json!({"day": "2024-05-04", "works": false, "source": "assumed"});
    json!({"version": "a", "valid_from": "2024-05-02", "days": [day], "source": "assumed"})
}

#[test]
fn a_header_whose_law_changes_fits_schema_and_reader_and_comes_back() {
    let stated = json!([{"at": "2024-05-02T12:00:00+05:00", "change": law_change()}]);
    let line = broken(&header_line(), "/law_changes", &stated);
    assert!(schema("header").is_valid(&line));
    let header = Header::parse(&line.to_string()).expect("a sound header");
    assert_eq!(header.law_changes[0].change.days.len(), 1);
    let again = serde_json::to_value(&header).expect("can be written");
    assert!(schema("header").is_valid(&again), "what is written fits");
    let again = Header::parse(&again.to_string()).expect("a sound header");
    assert_eq!(again.law_changes, header.law_changes);
    let mut late = stated.clone();
    late[0]["at"] = json!("2025-09-01T00:00:00+05:00");
    let late = Header::parse(&broken(&line, "/law_changes", &late).to_string()).expect_err("after the horizon");
    assert!(late.to_string().starts_with("line 1, law_changes[0].at: "), "{late}");
}

#[test]
fn a_broken_header_fits_neither_schema_nor_reader() {
    let (schema, sound) = (schema("header"), header_line());
    for (pointer, value) in [
        ("/plan", json!("another")),
        ("/version", json!(2)),
        ("/seed", json!(-1)),
        ("/starts", json!("2024-13-01")),
        ("/salt", json!("00")),
        ("/key", Value::Null),
        ("/tick_ms", json!(0)),
        ("/more", json!(1)),
        ("/law/service_code/value", json!("12a")),
        ("/law/integrated_banks", json!([])),
        ("/law/integrated_banks", json!(["601", "601"])),
        ("/law/offer_hour", json!(24)),
        ("/law/rates/0/unit", json!("weekly")),
        ("/law/missing_task_days", json!(0)),
        ("/law/poll_hours", json!([])),
        (
            "/faults",
            json!([{"party": "esobes", "from": "2024-04-01T04:00:00Z", "to": "2024-04-02T04:00:00Z", "kind": "slow"}]),
        ),
        (
            "/faults",
            json!([{"party": "cbdi", "from": "2024-04-01T04:00:00Z", "to": "2024-04-02T04:00:00Z", "kind": "lost"}]),
        ),
        ("/lists", json!([{"day": "2024-05-03", "kind": "torn"}])),
        ("/law/rates/0/mci", json!(0)),
        ("/law/rates/0/source", json!(" ")),
        ("/law/reply_window_working_days", json!(0)),
        ("/law/mci/0/source", Value::Null),
        ("/law_changes", json!([{"at": "2024-05-02", "change": law_change()}])),
        ("/law_changes", json!([{"at": "2024-05-02T12:00:00+05:00", "change": {"version": "a"}}])),
    ] {
        let line = broken(&sound, pointer, &value);
        assert!(!schema.is_valid(&line), "the schema takes {pointer} = {value}");
        assert!(Header::parse(&line.to_string()).is_err(), "the reader takes {pointer} = {value}");
    }
}

#[test]
fn a_broken_family_fits_neither_schema_nor_reader() {
    let schema = schema("family");
    let has = |line: &&Value, pointer: &str| line.pointer(pointer).is_some();
    let lines = family_lines();
    let sound = lines.iter().find(|line| has(line, "/parents/1/documents/0") && has(line, "/parents/1/accounts/0"));
    let sound = sound.expect("a family with two parents");
    for (pointer, value) in [
        ("/family", Value::Null),
        ("/reply/says", json!("perhaps")),
        ("/reply/after_minutes", json!(-5)),
        ("/children", json!([])),
        ("/children/0/iin", json!("12345678901")),
        ("/children/0/born", json!("01.05.2014")),
        ("/children/0/registration", json!("somewhere")),
        ("/children/0/registration", json!({"permanent": 710000000, "temporary": 710000000})),
        ("/children/0/statuses", json!([{"kind": "dead", "from": "2024-01-10", "too": "2024-01-11"}])),
        ("/children/0/enrolment/conclusions", Value::Null),
        ("/children/0/disability", json!({"since": "2020-01-01", "by": "somebody"})),
        ("/children/0/decision/grants", json!("yes")),
        ("/parents/1/relation", json!("uncle")),
        ("/parents/1/language", json!("en")),
        ("/parents/1/documents/0/valid_to", Value::Null),
        ("/parents/1/accounts/0/kind", json!("savings")),
        ("/parents/1/accounts/0/account", json!("DE00")),
        ("/parents/1/consent/agree", json!(true)),
    ] {
        let line = broken(sound, pointer, &value);
        assert!(!schema.is_valid(&line), "the schema takes {pointer} = {value}");
        let read = serde_json::from_value::<Family>(line).map_err(|_| ());
        let mut checks = PlanChecks::new(&Header::parse(&header_line().to_string()).expect("sound"));
        // The family is not the first of the plan: its number is set right before the checks.
        let taken = read.map(|family| Family { family: 1, ..family }).map(|family| checks.take(&family).is_ok());
        assert_ne!(taken, Ok(true), "the reader takes {pointer} = {value}");
    }
}

/// The plan by hand in which every field stands that may be absent.
fn everything() -> (Value, Value) {
    let mut lines = include_str!("../src/plan/golden/everything.jsonl").lines();
    let mut next = || serde_json::from_str(lines.next().expect("two lines")).expect("a line is JSON");
    (next(), next())
}

#[test]
fn every_field_that_may_be_absent_fits_the_schema() {
    let (header, family) = everything();
    for (schema, line) in [(schema("header"), header), (schema("family"), family)] {
        let wrong = schema.iter_errors(&line).map(|error| error.instance_path().to_string()).collect::<Vec<_>>();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}

#[test]
fn broken_conduct_fits_neither_schema_nor_reader() {
    let (header, sound) = everything();
    let schema = schema("family");
    for (pointer, value) in [
        ("/children/0/changes/1/missing", Value::Null),
        ("/children/0/changes/1/language", json!("ru")),
        ("/children/0/changes/4/disability", json!({"since": "2020-01-01", "by": "somebody"})),
        ("/children/0/by_hand/ends", json!("lost")),
        ("/children/0/officials/0/on", json!("a_quarrel")),
        ("/children/0/officials/0/at", json!("2024-04-01T06:00:00Z")),
        ("/children/0/officials/0/does", json!("resign")),
        ("/parents/0/changes/3/document/number", Value::Null),
        ("/parents/0/consent/then/agrees", json!(1)),
        ("/guardians/0/appointed", Value::Null),
        ("/acts/0/when/at", json!("2024-04-01T06:00:00Z")),
        ("/acts/0/does/accepts", json!(1)),
        ("/acts/2/does/stored_minutes", json!(1)),
        ("/acts/4/does/opens/bank", json!("60")),
        ("/acts/8/does/withdraws", json!({"child": 1, "person": 1})),
        ("/sms/0/nth", json!(0)),
        ("/sms/0/delivered", json!("yes")),
    ] {
        let line = broken(&sound, pointer, &value);
        assert!(!schema.is_valid(&line), "the schema takes {pointer} = {value}");
        let mut checks = PlanChecks::new(&Header::parse(&header.to_string()).expect("sound"));
        let read = serde_json::from_value::<Family>(line).map_err(|_| ());
        assert_ne!(read.map(|family| checks.take(&family).is_ok()), Ok(true), "the reader takes {pointer} = {value}");
    }
}
