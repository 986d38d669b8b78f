//! Full names of made-up people: one surname a family, patronymics from the father's first name.

use std::sync::LazyLock;

use proaktiv_messages::identity::FullName;
use serde::Deserialize;

use super::stream::Stream;

/// Whose names they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sex {
    /// Men and boys.
    Male,
    /// Women and girls.
    Female,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    kazakh: Table,
    russian: Table,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    male: Vec<String>,
    /// The stem of the patronymic of each male name, where it is not the name itself.
    #[serde(default)]
    male_patronymics: Vec<String>,
    female: Vec<String>,
    surnames: Vec<String>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    toml::from_str(include_str!("../../data/names.toml"))
        .expect("the table comes with the program, and a test reads it")
});

/// What the members of a family have in common.
#[derive(Clone, Copy)]
pub(super) struct FamilyNames {
    table: &'static Table,
    surname: &'static str,
    father: usize,
}

impl FamilyNames {
    /// Draws the names that a family has in common.
    pub(super) fn drawn(stream: &mut Stream, kazakh: bool) -> Self {
        let table = if kazakh { &TABLES.kazakh } else { &TABLES.russian };
        let surname = stream.pick(&table.surnames);
        let father = stream.below(table.male.len() as u32) as usize;
        Self { table, surname, father }
    }

    /// Draws the name of a child.
    pub(super) fn child(&self, stream: &mut Stream, sex: Sex) -> FullName {
        let first = match sex {
            Sex::Male => stream.pick(&self.table.male),
            Sex::Female => stream.pick(&self.table.female),
        };
        self.full(first, self.father, sex)
    }

    /// Draws the name of the father or the mother.
    pub(super) fn parent(&self, stream: &mut Stream, sex: Sex) -> FullName {
        let grandfather = stream.below(self.table.male.len() as u32) as usize;
        let first = match sex {
            Sex::Male => &self.table.male[self.father],
            Sex::Female => stream.pick(&self.table.female),
        };
        self.full(first, grandfather, sex)
    }

    fn full(&self, first: &str, father: usize, sex: Sex) -> FullName {
        let (of_surname, stem, of_patronymic) = match (self.table.male_patronymics.get(father), sex) {
            (Some(stem), Sex::Male) => ("", stem, "ич"),
            (Some(stem), Sex::Female) => ("а", stem, "на"),
            (None, Sex::Male) => ("", &self.table.male[father], "ұлы"),
            (None, Sex::Female) => ("а", &self.table.male[father], "қызы"),
        };
        let mut name = String::with_capacity(96);
        for part in [self.surname, of_surname, " ", first, " ", stem, of_patronymic] {
            name.push_str(part);
        }
        name.parse().expect("letters and spaces")
    }
}

#[cfg(test)]
mod tests {
    use super::super::stream::{Entity, Purpose};
    use super::*;

    #[test]
    fn every_russian_name_has_its_patronymic_and_no_kazakh_one_needs_it() {
        assert_eq!(TABLES.russian.male.len(), TABLES.russian.male_patronymics.len());
        assert!(TABLES.kazakh.male_patronymics.is_empty());
    }

    #[test]
    fn a_daughter_bears_her_fathers_name() {
        let mut stream = Stream::of(1, Entity::Family(1), Purpose::Names);
        let russian = FamilyNames { table: &TABLES.russian, surname: "Иванов", father: 10 };
        let daughter = russian.child(&mut stream, Sex::Female);
        assert!(daughter.as_str().starts_with("Иванова ") && daughter.as_str().ends_with(" Ивановна"));
        let kazakh = FamilyNames { table: &TABLES.kazakh, surname: "Ахметов", father: 25 };
        let son = kazakh.child(&mut stream, Sex::Male);
        assert!(son.as_str().starts_with("Ахметов ") && son.as_str().ends_with(" Серікұлы"));
    }
}
