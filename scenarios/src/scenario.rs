//! Scenarios: which world a plan is expanded into. Owns what a scenario file may say, the catalogue
//! of those that come with the program, and the rule that every share says where it is from. What is
//! drawn from a scenario is the business of [`population`](crate::population).

mod catalogue;
mod checks;

use chrono::NaiveDate;
use proaktiv_messages::District;
use serde::{Deserialize, Serialize};

use crate::plan::{FaultWindow, LawHeader, ListFault, StatedChange};
use crate::population::{Happening, Kind};

pub use catalogue::UnknownScenario;

/// What all parts of a whole sum to: shares are counted in parts of ten thousand, since draws are
/// made in whole numbers.
pub const WHOLE: u32 = 10_000;

/// A world to expand plans from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its name: what is written on the command line.
    pub name: String,
    /// What it is, in one line.
    pub about: String,
    /// How many children it has unless the command line says otherwise.
    pub children: u64,
    /// The first day of the run (Astana).
    pub starts: NaiveDate,
    /// The last day of the run (Astana).
    pub horizon: NaiveDate,
    /// The length of one tick of the post, in milliseconds.
    pub tick_ms: u32,
    /// Whether an observer listens (T-01).
    pub observer: bool,
    /// When which party does not work.
    #[serde(default)]
    pub faults: Vec<FaultWindow>,
    /// Days on which the list does not come as it should.
    #[serde(default)]
    pub lists: Vec<ListFault>,
    /// The law of the run.
    pub law: LawHeader,
    /// What changes in the law during the run, the earliest first.
    #[serde(default)]
    pub law_changes: Vec<StatedChange>,
    /// Where people live.
    pub districts: Districts,
    /// Last day of home schooling of everybody.
    pub enrolment_ends: Based<NaiveDate>,
    /// What becomes of families.
    pub kinds: Kinds,
    /// How often what does not decide the outcome is so.
    pub shares: Shares,
    /// How long things take, how many there are, and when children come.
    pub spreads: Spreads,
    /// How large families are; absent: one child a family.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub composition: Option<Composition>,
    /// What goes wrong in families of the kind `accepts` and in the offices that serve them. Where two
    /// that cannot meet are drawn for one family, the first of this list happens.
    #[serde(default)]
    pub happenings: Vec<HappeningShare>,
    /// What the report of a run must show.
    #[serde(default)]
    pub thresholds: Vec<Threshold>,
}

/// Ground of a number: a source, or the word that it is assumed. Exactly one of the two.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ground {
    /// Where it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The word `assumed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
}

/// A value with its ground.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Based<T> {
    /// The value.
    pub value: T,
    /// Its ground.
    pub ground: Ground,
}

/// A share of [`WHOLE`], with its ground.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// Parts of ten thousand.
    pub parts: u32,
    /// Where it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The word `assumed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
}

/// Bands of values with their shares, and one ground for all. Within a band all values are alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spread<T> {
    /// The bands; their parts sum to [`WHOLE`].
    pub bands: Vec<Band<T>>,
    /// Their ground.
    pub ground: Ground,
}

/// One band of a [`Spread`], both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band<T> {
    /// Parts of ten thousand.
    pub parts: u32,
    /// The least value.
    pub from: T,
    /// The greatest value.
    pub to: T,
}

/// Where people live, and how many schools are there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Districts {
    /// The districts; their parts sum to [`WHOLE`].
    pub list: Vec<Place>,
    /// Their ground.
    pub ground: Ground,
}

/// A district as people are spread over it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Its code.
    pub district: District,
    /// Its name, for readers.
    pub name: String,
    /// Parts of ten thousand of the families.
    pub parts: u32,
    /// How many schools teach at home there, 1 to 999.
    pub schools: u32,
}

/// What becomes of families: the share of each kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kinds {
    /// The kinds; their parts sum to [`WHOLE`].
    pub list: Vec<KindShare>,
    /// Their ground.
    pub ground: Ground,
}

/// The share of one kind of family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindShare {
    /// The kind.
    pub kind: Kind,
    /// Parts of ten thousand.
    pub parts: u32,
}

/// How large families are. Children of one family have the same parents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Composition {
    /// Families with two children on the list, or more.
    pub siblings: Share,
    /// Families with three, among those.
    pub third_child: Share,
    /// Families whose first two are twins, among those: one birthday, one school, one first list.
    pub twins: Share,
    /// Days from the first child's first list to that of a sibling who is no twin.
    pub listed_later_days: Spread<u32>,
}

/// How often a happening occurs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HappeningShare {
    /// What happens.
    pub happening: Happening,
    /// Parts of ten thousand of the families of the kind `accepts`, before those are left out in which
    /// it cannot happen.
    pub parts: u32,
    /// Where it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The word `assumed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
}

macro_rules! listed {
    ($(#[$doc:meta])* $name:ident: $type:ty { $($(#[$field_doc:meta])* $field:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)+
        }

        impl $name {
            /// Returns all of them with their names, in the order of definition.
            pub fn all(&self) -> Vec<(&'static str, &$type)> {
                vec![$((stringify!($field), &self.$field)),+]
            }
        }
    };
}

listed! {
    /// How often what does not decide the outcome is so.
    Shares: Share {
        /// Families whose birth act names two parents, where the kind does not say.
        two_parents,
        /// Families whose names are Kazakh; the others' are Russian.
        kazakh_names,
        /// Girls among children.
        girls,
        /// Mothers who stand before fathers in the record.
        mother_first,
        /// Children who are registered in another district than their school's.
        registered_elsewhere,
        /// Portal language known and Russian.
        language_ru,
        /// Portal language known and Kazakh.
        language_kk,
        /// People with two or three subscriber numbers.
        several_numbers,
        /// People with an ordinary account, which does not count.
        ordinary_account,
        /// People with a special account that is closed or frozen.
        unusable_account,
        /// People with a second special account at one bank.
        second_account_same_bank,
        /// People with a special account at a bank that is not integrated.
        account_elsewhere,
        /// People with an outdated document beside the valid one.
        outdated_document,
        /// People with a status that ended long ago.
        past_status,
        /// Disabilities with a term, which ends after the run.
        disability_term,
    }
}

/// How long things take, how many there are, and when children come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spreads {
    /// The first day on whose list a child stands.
    pub first_listed: Spread<NaiveDate>,
    /// The same for children of the kind `listed_too_late`.
    pub listed_too_late: Spread<NaiveDate>,
    /// Minutes between the question of KDP and the answer.
    pub consent_minutes: Spread<u32>,
    /// Minutes between a form and the reply, inside the window.
    pub reply_minutes: Spread<u32>,
    /// Minutes between an application and its decision.
    pub decision_minutes: Spread<u32>,
    /// Integrated banks at which a person has a special account, where the kind does not say.
    pub banks: Spread<u32>,
}

/// What the report of a run must show, or the run has missed it (exit 99).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// Path of a number in `result.json`: `oracle.undecided`.
    pub measure: String,
    /// The least that is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<u64>,
    /// The most that is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u64>,
}

/// Why a text is no scenario.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScenarioError {
    /// It is no TOML, or a field is missing, unknown or of a wrong type.
    #[error("{0}")]
    Unreadable(String),
    /// A field has a value that is not accepted.
    #[error("{field}: {value} is not accepted; expected {accepted}")]
    Value {
        /// Path of the field.
        field: String,
        /// Its value.
        value: String,
        /// What is accepted.
        accepted: &'static str,
    },
}

impl Scenario {
    /// Reads and checks a scenario. Where it says `extends`, it is read as what changes of the scenario
    /// of the catalogue that it names.
    pub fn from_toml(text: &str) -> Result<Self, ScenarioError> {
        let scenario: Self = catalogue::whole(text)?.try_into().map_err(unreadable)?;
        scenario.check()?;
        Ok(scenario)
    }
}

fn unreadable(reason: toml::de::Error) -> ScenarioError {
    ScenarioError::Unreadable(reason.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_without_ground_is_refused() {
        let text = catalogue::QUIET;
        let without = text.replacen("girls = { parts = 4850, source = ", "girls = { parts = 4850, basis = ", 1);
        assert_ne!(text, without);
        let reason = Scenario::from_toml(&without).expect_err("a basis that is not assumed").to_string();
        assert!(reason.starts_with("shares.girls: its ground is not accepted"), "{reason}");
    }

    #[test]
    fn parts_that_make_no_whole_are_refused() {
        let mut scenario = Scenario::all().remove(0);
        scenario.kinds.list[0].parts += 1;
        let reason = scenario.check().expect_err("10001 parts").to_string();
        assert_eq!(reason, "kinds.list, sum of parts: 10001 is not accepted; expected 10000");
    }
}
