//! What holds for every population, and what every archived seed hangs on.

mod happenings;

use std::collections::BTreeMap;
use std::path::Path;

use proaktiv_messages::AccountKind;

use super::*;
use crate::plan::{PlanChecks, write_family, write_header};
use crate::scenario::Scenario;

fn quiet() -> Scenario {
    Scenario::named("quiet").expect("in the catalogue")
}

fn lines(families: impl Iterator<Item = Family>) -> String {
    let mut text = Vec::new();
    for family in families {
        write_family(&mut text, &family).expect("memory takes all");
    }
    String::from_utf8(text).expect("JSON is text")
}

/// A change here changes every plan: archived seeds then mean other people.
#[test]
fn the_first_families_of_seed_1_stay_as_they_are() {
    let mut text = Vec::new();
    write_header(&mut text, &header(&quiet(), 8, 1)).expect("memory takes all");
    let text = String::from_utf8(text).expect("JSON is text") + &lines(families(&quiet(), 8, 1));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/population/golden/quiet_1.jsonl");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &text).expect("the tree can be written");
    }
    let golden = std::fs::read_to_string(&path).expect("the golden plan is part of the tree");
    assert!(text == golden, "seed 1 draws other families than {}", path.display());
}

#[test]
fn more_children_only_add_families() {
    let quiet = quiet();
    let few = lines(families(&quiet, 40, 7));
    assert!(lines(families(&quiet, 90, 7)).starts_with(&few));
    assert_ne!(lines(families(&quiet, 40, 8)), few);
}

#[test]
fn a_plan_of_every_seed_passes_its_own_checks() {
    let quiet = quiet();
    for seed in [1, 2, u64::MAX] {
        let mut checks = PlanChecks::new(&header(&quiet, 3_000, seed));
        for family in families(&quiet, 3_000, seed) {
            checks.take(&family).expect("a generated family is sound");
        }
        checks.finish().expect("as many as declared");
    }
}

#[test]
fn every_kind_and_no_real_person_occurs_in_quiet() {
    let quiet = quiet();
    let mut kinds: BTreeMap<String, u32> = BTreeMap::new();
    for family in families(&quiet, quiet.children, 1) {
        *kinds.entry(family.kind.to_string()).or_default() += 1;
        let children = family.children.iter().map(|child| child.iin);
        assert!(children.chain(family.parents.iter().map(|parent| parent.iin)).all(is_made_up));
    }
    for share in &quiet.kinds.list {
        let expected = quiet.children as u32 * share.parts / crate::scenario::WHOLE;
        let found = kinds.get(share.kind.name()).copied().unwrap_or_default();
        println!("{:45} {found:5}", share.kind.name());
        assert!(found >= 5, "{}: {found}", share.kind.name());
        // Six standard deviations of a draw by shares.
        let slack = 6 * (expected.isqrt() + 1);
        assert!(found.abs_diff(expected) <= slack, "{}: {found}, expected about {expected}", share.kind.name());
    }
    assert_eq!(kinds.len(), Kind::ALL.len());
}

#[test]
fn who_is_to_be_paid_has_a_sound_parent_with_a_number_and_an_account() {
    let quiet = quiet();
    for family in families(&quiet, 4_000, 3) {
        let kind = Kind::ALL.iter().find(|kind| kind.name() == family.kind).expect("a kind of ours");
        if !kind.is_paid() {
            continue;
        }
        let parent = family.parents.last().expect("somebody is written to");
        let special = parent.accounts.iter().filter(|account| account.usable && account.kind == AccountKind::Special);
        let integrated = special.filter(|account| quiet.law.integrated_banks.contains(&account.account.bank()));
        assert!(
            integrated.count() > 0 && !parent.numbers.is_empty() && parent.consent.agrees,
            "family {}",
            family.family
        );
        let child = &family.children[0];
        assert!(child.decision.grants && child.disability.is_some() && child.birth_act.is_some());
    }
}
