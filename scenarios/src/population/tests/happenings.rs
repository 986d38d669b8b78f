//! What holds for every happening, alone and among others.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proaktiv_core::calendar::astana;
use proaktiv_core::home_schooling::parameters::Law;
use serde_json::Value;

use super::super::{Happening, families, header};
use super::{lines, quiet};
use crate::plan::{Does, Family, Header, PlanChecks, When, write_family, write_header};
use crate::scenario::{Composition, HappeningShare, Scenario, Share, Spread, WHOLE};

/// Rows that a run cannot exercise; each has its own test elsewhere.
const NOT_IN_A_RUN: [&str; 3] = ["S-25", "S-42", "S-45"];

/// Rows that every run exercises by itself, or that shares and faults of scenarios do: how working days count
/// (S-19), offer hours (S-36), languages, accounts that do not count, banks that are silent, lists that come
/// wrong, the end of the pilot, a bank that leaves.
const BY_THE_WORLD: [&str; 12] =
    ["S-08", "S-10b", "S-13", "S-14", "S-15", "S-20", "S-21", "S-21b", "S-23b", "S-24", "S-36", "S-44"];

fn share(parts: u32) -> Share {
    Share { parts, source: None, basis: Some("assumed".to_owned()) }
}

/// A world in which this one thing happens to every family of the kind `accepts`.
fn only(happening: Happening) -> Scenario {
    let mut scenario = quiet();
    scenario.happenings =
        vec![HappeningShare { happening, parts: WHOLE, source: None, basis: Some("assumed".to_owned()) }];
    let days =
        Spread { bands: scenario.spreads.consent_minutes.bands[..1].to_vec(), ground: scenario.kinds.ground.clone() };
    scenario.composition = Some(Composition {
        siblings: share(5000),
        third_child: share(2000),
        twins: share(5000),
        listed_later_days: days,
    });
    if let Some(composition) = &mut scenario.composition {
        composition.listed_later_days.bands[0] = crate::scenario::Band { parts: WHOLE, from: 0, to: 5 };
    }
    scenario
}

fn had(family: &Family, name: &str) -> bool {
    family.kind.split('+').any(|part| part == name)
}

#[test]
fn every_happening_changes_who_has_it_and_its_plan_is_sound() {
    for happening in Happening::all() {
        let scenario = only(happening);
        let mut checks = PlanChecks::new(&header(&scenario, 400, 3));
        let without = Scenario { happenings: Vec::new(), ..scenario.clone() };
        let (mut met, mut changed) = (0, 0);
        for (family, before) in families(&scenario, 400, 3).zip(families(&without, 400, 3)) {
            checks.take(&family).unwrap_or_else(|reason| panic!("{}: {reason}", happening.name()));
            let has_it = had(&family, happening.name());
            let same = Family { kind: before.kind.clone(), ..family } == before;
            assert!(has_it || same, "{} changes who has it not", happening.name());
            met += u32::from(has_it);
            changed += u32::from(!same);
        }
        checks.finish().expect("as many as declared");
        // A happening may leave a family as it is, where what it would change is so by chance.
        assert!(met >= 10 && changed * 10 >= met * 6, "{}: {met} met, {changed} changed", happening.name());
    }
}

#[test]
fn names_are_unique_and_rows_are_rows_that_a_run_can_exercise() {
    let names: Vec<&str> = Happening::all().map(Happening::name).collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    let known = include_str!("../../../../law/known.csv");
    for happening in Happening::all() {
        assert!(!happening.rows().is_empty(), "{}", happening.name());
        for row in happening.rows() {
            assert!(known.lines().any(|line| line.split(',').next() == Some(row)), "{}: {row}", happening.name());
            assert!(!NOT_IN_A_RUN.contains(row), "{}: {row}", happening.name());
        }
    }
}

#[test]
fn what_happens_to_others_moves_nobody() {
    let mut scenario = Scenario::named("pilot").expect("in the catalogue");
    let all: Vec<Family> = families(&scenario, 1500, 5).collect();
    for taken_out in [0, 40, 90] {
        let gone = scenario.happenings.remove(taken_out).happening.name();
        let rest: Vec<Family> = families(&scenario, 1500, 5).collect();
        assert!(all.iter().any(|family| had(family, gone)), "{gone}");
        for (before, after) in all.iter().zip(&rest) {
            assert!(had(before, gone) || before == after, "without {gone} family {} is another", before.family);
        }
        scenario = Scenario::named("pilot").expect("in the catalogue");
    }
}

#[test]
fn every_scenario_draws_a_plan_that_its_own_reader_takes() {
    for scenario in Scenario::all() {
        let children = scenario.children.min(2_000);
        let mut line = Vec::new();
        write_header(&mut line, &header(&scenario, children, 1)).expect("memory takes all");
        let line = String::from_utf8(line).expect("JSON is text");
        let header = Header::parse(line.trim_end()).unwrap_or_else(|reason| panic!("{}: {reason}", scenario.name));
        let law = Law::from_json(header.law.text());
        law.unwrap_or_else(|reason| panic!("{}: no engine runs under this law: {reason}", scenario.name));
        let mut checks = PlanChecks::new(&header);
        for family in families(&scenario, children, 1) {
            checks.take(&family).unwrap_or_else(|reason| panic!("{}: {reason}", scenario.name));
            let mut line = Vec::new();
            write_family(&mut line, &family).expect("memory takes all");
            let again: Family =
                serde_json::from_slice(&line).unwrap_or_else(|reason| panic!("{}: {reason}", scenario.name));
            assert_eq!(again, family);
        }
        checks.finish().unwrap_or_else(|reason| panic!("{}: {reason}", scenario.name));
    }
}

#[test]
fn every_happening_occurs_five_times_in_two_scenarios_at_least() {
    let mut scenarios: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut of_rows: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for scenario in Scenario::all() {
        let drawn: Vec<Family> = families(&scenario, scenario.children, 1).collect();
        for share in &scenario.happenings {
            let name = share.happening.name();
            let met = drawn.iter().filter(|family| had(family, name)).count();
            println!("{:24} {name:48} {met:4}", scenario.name);
            if met >= 5 {
                scenarios.entry(name).or_default().push(scenario.name.clone());
                for row in share.happening.rows() {
                    of_rows.entry(row).or_default().insert(scenario.name.clone());
                }
            }
        }
    }
    for happening in Happening::all() {
        let found = scenarios.get(happening.name()).map_or(0, Vec::len);
        assert!(found >= 2, "{} occurs in {:?}", happening.name(), scenarios.get(happening.name()));
    }
    for line in include_str!("../../../../law/known.csv").lines().filter(|line| line.starts_with("S-")) {
        let row = line.split(',').next().unwrap_or_default();
        let excused = NOT_IN_A_RUN.contains(&row) || BY_THE_WORLD.contains(&row);
        assert!(excused || of_rows.get(row).is_some_and(|found| found.len() >= 2), "{row}: {:?}", of_rows.get(row));
    }
}

#[test]
fn most_families_of_pilot_have_nothing_wrong_and_some_have_several_things() {
    let scenario = Scenario::named("pilot").expect("in the catalogue");
    let counts = families(&scenario, scenario.children, 1)
        .filter(|family| family.kind.starts_with("accepts"))
        .map(|family| family.kind.matches('+').count());
    let mut met: BTreeMap<usize, u32> = BTreeMap::new();
    for count in counts {
        *met.entry(count).or_default() += 1;
    }
    println!("{met:?}");
    assert!(met[&0] * 10 > scenario.children as u32 * 3, "{met:?}");
    assert!(met[&2] > 100 && met.contains_key(&3), "{met:?}");
}

/// What each happening changes in the first family that has it: a table to read, and to compare. Rewritten
/// with `UPDATE_EXPECT=1`.
#[test]
fn every_happening_changes_what_the_table_says() {
    let mut table = String::new();
    for happening in Happening::all() {
        let scenario = only(happening);
        let without = Scenario { happenings: Vec::new(), ..scenario.clone() };
        let pairs = families(&scenario, 400, 1).zip(families(&without, 400, 1));
        let (after, before) =
            pairs.into_iter().find(|(after, _)| had(after, happening.name())).expect("somebody has it");
        table.push_str(&format!("{} ({})\n", happening.name(), happening.rows().join(", ")));
        let value = |family: &Family| serde_json::to_value(family).expect("a family can be written");
        differences("", &value(&before), &value(&after), &mut table);
        table.push('\n');
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/population/golden/happenings.txt");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &table).expect("the tree can be written");
    }
    let golden = std::fs::read_to_string(&path).expect("the table is part of the tree");
    assert!(table == golden, "a happening changes something else than {} says", path.display());
}

/// Adds a line for each value that is another, with its path.
fn differences(path: &str, before: &Value, after: &Value, table: &mut String) {
    match (before, after) {
        (Value::Object(old), Value::Object(new)) => {
            let fields: BTreeSet<&String> = old.keys().chain(new.keys()).filter(|field| *field != "kind").collect();
            for field in fields {
                let path = format!("{path}.{field}");
                differences(
                    &path,
                    old.get(field).unwrap_or(&Value::Null),
                    new.get(field).unwrap_or(&Value::Null),
                    table,
                );
            }
        }
        (_, Value::Array(new)) => {
            let old = before.as_array().map_or(&[][..], Vec::as_slice);
            for place in 0..old.len().max(new.len()) {
                let at = |list: &[Value]| list.get(place).cloned().unwrap_or(Value::Null);
                differences(&format!("{path}[{place}]"), &at(old), &at(new), table);
            }
        }
        (_, _) if before == after => {}
        (Value::Null, _) => table.push_str(&format!("    {}: {after}\n", &path[1..])),
        (_, _) => table.push_str(&format!("    {}: {before} -> {after}\n", &path[1..])),
    }
}

/// Returns the families of `accepts` to which only this happens.
fn drawn(name: &str) -> Vec<Family> {
    let happening = Happening::all().find(|happening| happening.name() == name).expect("a happening");
    families(&only(happening), 300, 1).filter(|family| had(family, name)).collect()
}

#[test]
fn a_reply_at_the_last_second_is_a_tick_from_the_one_that_is_late() {
    for family in drawn("replies_at_the_last_second") {
        let Some(When::At(at)) = family.acts.first().map(|act| act.when) else { panic!("an instant") };
        let received = at + proaktiv_messages::Span::seconds(1);
        let end = received + proaktiv_messages::Span::seconds(1);
        assert_eq!(astana::start_of(astana::civil_day(end)), end, "one second before midnight");
    }
    for family in drawn("replies_a_second_late") {
        let Some(When::At(at)) = family.acts.first().map(|act| act.when) else { panic!("an instant") };
        let received = at + proaktiv_messages::Span::seconds(1);
        let after = (received - astana::start_of(astana::civil_day(received))).as_millis();
        assert!([0, 1000].contains(&after), "{after}");
    }
}

#[test]
fn who_does_something_later_accepts_as_he_would_have() {
    for family in drawn("consent_taken_back_when_paid") {
        let accepts = family.acts.iter().filter(|act| matches!(act.does, Does::Accepts(_)));
        assert!(accepts.map(|act| act.when).any(|when| when == When::OnSms(1, family.reply.after_minutes)));
    }
}

#[test]
fn siblings_are_drawn_from_streams_of_their_own() {
    let mut scenario = Scenario::named("siblings").expect("in the catalogue");
    scenario.happenings.clear();
    let with: Vec<Family> = families(&scenario, 500, 1).collect();
    assert_eq!(with.iter().map(|family| family.children.len()).sum::<usize>(), 500);
    assert!(with.iter().any(|family| family.children.len() == 3));
    let twins = |family: &&Family| family.children.len() > 1 && family.children[0].born == family.children[1].born;
    assert!(with.iter().filter(twins).count() > 30);
    scenario.composition = None;
    for (with, alone) in with.iter().zip(families(&scenario, 500, 1)) {
        assert_eq!((&with.children[0], &with.parents), (&alone.children[0], &alone.parents));
    }
    assert!(lines(families(&quiet(), 30, 1)).lines().count() == 30);
}
