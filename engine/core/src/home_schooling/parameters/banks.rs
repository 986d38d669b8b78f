//! The register of second-tier banks: their names by language and day (A-24, T-10, T-13).

use std::collections::BTreeMap;
use std::sync::OnceLock;

use chrono::NaiveDate;
use proaktiv_messages::{BankCode, Language};
use serde::Deserialize;

/// The register as embedded: one row a bank and day from which it has these names.
const TEXT: &str = include_str!("../../../data/bank_names.csv");

/// What a bank is called from one day on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BankName {
    /// The three digits of the bank.
    pub bank_code: BankCode,
    /// The day from which the names hold.
    pub valid_from: NaiveDate,
    /// The name in Russian; empty where none is known.
    pub name_ru: String,
    /// The name in Kazakh; empty where none is known.
    pub name_kk: String,
    /// A page on which an account can be opened (T-13); empty where none is known.
    pub link: String,
    /// `source` where the day is known, `assumed` where it is not.
    pub basis: String,
    /// Who says so.
    pub source: String,
    /// The day on which a person last held it against the source.
    pub checked: NaiveDate,
}

impl BankName {
    /// Returns the name in a language, if there is one.
    pub fn name(&self, language: Language) -> Option<&str> {
        let name = match language {
            Language::Ru => &self.name_ru,
            Language::Kk => &self.name_kk,
        };
        (!name.is_empty()).then_some(name.as_str())
    }
}

/// Which banks there are, and what each is called from when on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Banks {
    /// The names of each bank, the earliest first.
    names: BTreeMap<BankCode, Vec<BankName>>,
}

impl Banks {
    /// Returns the embedded register.
    pub fn of_kazakhstan() -> &'static Banks {
        static EMBEDDED: OnceLock<Banks> = OnceLock::new();
        EMBEDDED.get_or_init(|| {
            let rows: Result<Vec<BankName>, _> = csv::Reader::from_reader(TEXT.as_bytes()).into_deserialize().collect();
            // A register that cannot be read names no bank, and then no law can be made.
            Banks::of(rows.unwrap_or_default())
        })
    }

    /// Returns the register of these names.
    pub fn of(rows: Vec<BankName>) -> Banks {
        let mut names: BTreeMap<BankCode, Vec<BankName>> = BTreeMap::new();
        for row in rows {
            names.entry(row.bank_code).or_default().push(row);
        }
        names.values_mut().for_each(|rows| rows.sort_by_key(|row| row.valid_from));
        Banks { names }
    }

    /// Returns the codes of all banks, in order.
    pub fn codes(&self) -> impl Iterator<Item = BankCode> {
        self.names.keys().copied()
    }

    /// Returns what `bank` is called on `day`; none before the first day known.
    pub fn on(&self, bank: BankCode, day: NaiveDate) -> Option<&BankName> {
        self.names.get(&bank)?.iter().rev().find(|row| row.valid_from <= day)
    }

    /// Returns the first of `banks` that has no name in some language on some day from `first` to
    /// `last`, with that language and day.
    pub fn nameless(
        &self,
        banks: &[BankCode],
        first: NaiveDate,
        last: NaiveDate,
    ) -> Option<(BankCode, Language, NaiveDate)> {
        banks.iter().find_map(|&bank| {
            let changes = self.names.get(&bank).into_iter().flatten().map(|row| row.valid_from);
            let days = std::iter::once(first).chain(changes.filter(|&day| first < day && day <= last));
            days.flat_map(|day| [Language::Ru, Language::Kk].map(|language| (language, day)))
                .find(|&(language, day)| self.on(bank, day).and_then(|row| row.name(language)).is_none())
                .map(|(language, day)| (bank, language, day))
        })
    }
}
