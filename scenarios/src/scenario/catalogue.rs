//! The scenarios that come with the program, and how one is read as what it changes of another.

use std::fmt;

use super::{Scenario, ScenarioError, unreadable};

/// The scenario that all others extend.
pub(super) const QUIET: &str = include_str!("../../catalogue/quiet.toml");

/// The scenarios of the catalogue, in the order in which they are listed.
const CATALOGUE: &[(&str, &str)] = &[
    ("quiet", QUIET),
    ("pilot", include_str!("../../catalogue/pilot.toml")),
    ("may-holidays", include_str!("../../catalogue/may-holidays.toml")),
    ("decree-moves-a-day", include_str!("../../catalogue/decree-moves-a-day.toml")),
    ("nauryz", include_str!("../../catalogue/nauryz.toml")),
    ("year-end", include_str!("../../catalogue/year-end.toml")),
    ("zone-change", include_str!("../../catalogue/zone-change.toml")),
    ("siblings", include_str!("../../catalogue/siblings.toml")),
    ("guardians", include_str!("../../catalogue/guardians.toml")),
    ("no-number", include_str!("../../catalogue/no-number.toml")),
    ("bank-outage", include_str!("../../catalogue/bank-outage.toml")),
    ("registers-down", include_str!("../../catalogue/registers-down.toml")),
    ("mistyped-replies", include_str!("../../catalogue/mistyped-replies.toml")),
    ("corrections", include_str!("../../catalogue/corrections.toml")),
    ("refutations", include_str!("../../catalogue/refutations.toml")),
    ("accounts-in-the-window", include_str!("../../catalogue/accounts-in-the-window.toml")),
    ("pilot-end", include_str!("../../catalogue/pilot-end.toml")),
    ("by-hand", include_str!("../../catalogue/by-hand.toml")),
    ("consents", include_str!("../../catalogue/consents.toml")),
    ("losses", include_str!("../../catalogue/losses.toml")),
    ("payments", include_str!("../../catalogue/payments.toml")),
];

/// No scenario of the catalogue has this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownScenario {
    /// The name asked for.
    pub name: String,
}

impl fmt::Display for UnknownScenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = CATALOGUE.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        write!(f, "no scenario is called {:?}; expected one of {names}", self.name)
    }
}

impl std::error::Error for UnknownScenario {}

impl Scenario {
    /// Returns the scenario of the catalogue with this name.
    pub fn named(name: &str) -> Result<Self, UnknownScenario> {
        let text = text_of(name).ok_or_else(|| UnknownScenario { name: name.to_owned() })?;
        Ok(Self::embedded(text))
    }

    /// Returns all scenarios of the catalogue, in its order.
    pub fn all() -> Vec<Self> {
        CATALOGUE.iter().map(|(_, text)| Self::embedded(text)).collect()
    }

    fn embedded(text: &str) -> Self {
        Self::from_toml(text).expect("the catalogue comes with the program, and a test reads all of it")
    }
}

fn text_of(name: &str) -> Option<&'static str> {
    CATALOGUE.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// Returns the table that `text` says: its own, or that of the scenario that it extends with its own
/// laid over it. A list takes the place of a list, whole.
pub(super) fn whole(text: &str) -> Result<toml::Table, ScenarioError> {
    let mut own: toml::Table = toml::from_str(text).map_err(unreadable)?;
    let Some(base) = own.remove("extends") else { return Ok(own) };
    // One step: a reader who looks a value up opens two files at most.
    let known = base.as_str().and_then(text_of).map(toml::from_str::<toml::Table>);
    match known {
        Some(Ok(mut whole)) if !whole.contains_key("extends") => {
            lay_over(&mut whole, own);
            Ok(whole)
        }
        Some(Ok(_) | Err(_)) | None => Err(ScenarioError::Value {
            field: "extends".to_owned(),
            value: base.to_string(),
            accepted: "the name of a scenario of the catalogue that extends none",
        }),
    }
}

fn lay_over(below: &mut toml::Table, above: toml::Table) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(toml::Value::Table(below)), toml::Value::Table(above)) if !is_one_value(&above) => {
                lay_over(below, above);
            }
            (_, value) => {
                below.insert(key, value);
            }
        }
    }
}

/// Returns whether a table is one value with its ground, which nothing shines through.
fn is_one_value(table: &toml::Table) -> bool {
    ["basis", "source"].iter().any(|key| table.contains_key(*key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_catalogue_reads() {
        for (name, text) in CATALOGUE {
            let scenario = Scenario::from_toml(text).unwrap_or_else(|reason| panic!("{name}: {reason}"));
            assert_eq!(scenario.name, *name);
            assert_eq!(Scenario::named(name), Ok(scenario));
        }
        assert_eq!(Scenario::all().len(), CATALOGUE.len());
    }

    #[test]
    fn an_unknown_name_is_told_the_known_ones() {
        let reason = Scenario::named("loud").expect_err("no such scenario").to_string();
        assert!(reason.starts_with("no scenario is called \"loud\"; expected one of quiet, pilot, "), "{reason}");
    }

    #[test]
    fn an_extension_changes_what_it_names_and_nothing_else() {
        let text =
            "extends = \"quiet\"\nname = \"loud\"\nchildren = 7\n[shares]\ngirls = { parts = 1, basis = \"assumed\" }";
        let (loud, quiet) = (Scenario::from_toml(text).expect("sound"), Scenario::from_toml(QUIET).expect("sound"));
        assert_eq!((loud.name.as_str(), loud.children, loud.shares.girls.parts), ("loud", 7, 1));
        assert_eq!(loud.shares.girls.source, None, "a share is laid over whole, its ground with it");
        let mut back = loud;
        (back.name, back.children, back.shares.girls) =
            (quiet.name.clone(), quiet.children, quiet.shares.girls.clone());
        assert_eq!(back, quiet);
    }

    #[test]
    fn only_what_extends_nothing_can_be_extended() {
        for base in ["loud", "pilot"] {
            let reason = Scenario::from_toml(&format!("extends = \"{base}\"")).expect_err("no base").to_string();
            assert!(reason.starts_with("extends: "), "{reason}");
        }
    }
}
