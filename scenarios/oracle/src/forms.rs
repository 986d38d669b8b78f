//! The oracle's own copy of the five forms, in two languages (A-35…A-39, T-10…T-15, T-31, S-24).
//!
//! Renders what a citizen must read; says nothing of when. The banks' names come from the oracle's
//! own copy of the register of banks.

use std::sync::Arc;

use proaktiv_messages::{BankCode, FormNumber, Language};
use rustc_hash::FxHashMap;

/// The name of the service in appendix 5 (T-14): Russian as in appendix 4, Kazakh as in the act's title.
const SERVICE_RU: &str = "выплата по возмещению затрат на обучение на дому детей с инвалидностью";
const SERVICE_KK: &str = "\"Мүгедектігі бар балаларды үйде оқытуға жұмсалған шығындарды өтеу\"";

/// Returns the canonical text of a form (T-31).
fn template(form: FormNumber, language: Language) -> &'static str {
    let text = match (form, language) {
        (FormNumber::One, Language::Ru) => include_str!("../forms/1_ru.txt"),
        (FormNumber::One, Language::Kk) => include_str!("../forms/1_kk.txt"),
        (FormNumber::Two, Language::Ru) => include_str!("../forms/2_ru.txt"),
        (FormNumber::Two, Language::Kk) => include_str!("../forms/2_kk.txt"),
        (FormNumber::Three, Language::Ru) => include_str!("../forms/3_ru.txt"),
        (FormNumber::Three, Language::Kk) => include_str!("../forms/3_kk.txt"),
        (FormNumber::Four, Language::Ru) => include_str!("../forms/4_ru.txt"),
        (FormNumber::Four, Language::Kk) => include_str!("../forms/4_kk.txt"),
        (FormNumber::Five, Language::Ru) => include_str!("../forms/5_ru.txt"),
        (FormNumber::Five, Language::Kk) => include_str!("../forms/5_kk.txt"),
    };
    text.trim_end_matches('\n')
}

/// Renders the forms with one service code and the names of the integrated banks.
pub(crate) struct Forms {
    code: String,
    /// The integrated banks by code, each with its Russian and its Kazakh name.
    banks: Vec<(BankCode, String, String)>,
    /// Forms 1 to 3 name nobody: one text for each set of banks.
    offers: FxHashMap<(FormNumber, Language, u64), Arc<str>>,
    /// Where forms 4 and 5 are written.
    buffer: String,
}

impl Forms {
    /// Takes the service code and the integrated banks in the order of their codes.
    ///
    /// # Errors
    /// When the register of banks lacks one of them or a name of it (T-10: fail closed).
    pub(crate) fn new(code: String, banks: &[BankCode]) -> Result<Self, String> {
        let named = banks.iter().map(|&bank| named(bank)).collect::<Result<_, _>>()?;
        Ok(Self { code, banks: named, offers: FxHashMap::default(), buffer: String::new() })
    }

    /// Returns the text of form 1, 2 or 3 for a set of banks, each a bit by its place among the
    /// integrated ones.
    pub(crate) fn offer(&mut self, form: FormNumber, language: Language, set: u64) -> Arc<str> {
        if let Some(text) = self.offers.get(&(form, language, set)) {
            return text.clone();
        }
        let names = (0..self.banks.len()).filter(|place| set >> place & 1 == 1);
        let list: Vec<String> =
            names.enumerate().map(|(n, place)| format!("{}. {}", n + 1, self.name(place, language))).collect();
        let bank = self.name(set.trailing_zeros() as usize, language);
        let text = template(form, language)
            .replace("{code}", &self.code)
            .replace("{list}", &list.join("\n"))
            .replace("{bank}", bank);
        let text: Arc<str> = text.into();
        self.offers.insert((form, language, set), text.clone());
        text
    }

    /// Returns whether `text` is form 4 for this name.
    pub(crate) fn is_four(&mut self, text: &str, language: Language, name: &str) -> bool {
        self.write(template(FormNumber::Four, language), &[("{name}", name)]);
        text == self.buffer
    }

    /// Returns whether `text` is form 5 for this name and the bank at this place.
    ///
    /// Reading T-14: "the quoted service name" in Kazakh may stand with its quotation marks or without.
    pub(crate) fn is_five(&mut self, text: &str, language: Language, name: &str, place: usize) -> bool {
        let services: &[&str] = match language {
            Language::Ru => &[SERVICE_RU],
            Language::Kk => &[SERVICE_KK, SERVICE_KK.trim_matches('"')],
        };
        services.iter().any(|service| {
            let bank = self.name(place, language).to_owned();
            self.write(
                template(FormNumber::Five, language),
                &[("{name}", name), ("{service}", service), ("{bank}", &bank)],
            );
            text == self.buffer
        })
    }

    fn name(&self, place: usize, language: Language) -> &str {
        self.banks.get(place).map_or("", |(_, ru, kk)| match language {
            Language::Ru => ru,
            Language::Kk => kk,
        })
    }

    /// Writes a template with its marks replaced; each mark stands in it once at most.
    fn write(&mut self, template: &str, marks: &[(&str, &str)]) {
        self.buffer.clear();
        let mut rest = template;
        while let Some(open) = rest.find('{') {
            self.buffer.push_str(&rest[..open]);
            rest = &rest[open..];
            match marks.iter().find(|(mark, _)| rest.starts_with(mark)) {
                Some((mark, value)) => {
                    self.buffer.push_str(value);
                    rest = &rest[mark.len()..];
                }
                None => {
                    self.buffer.push('{');
                    rest = &rest[1..];
                }
            }
        }
        self.buffer.push_str(rest);
    }
}

/// Finds a bank in the oracle's copy of the register.
fn named(bank: BankCode) -> Result<(BankCode, String, String), String> {
    for line in include_str!("../data/kz_banks.csv").lines().skip(1) {
        let mut cells = line.split(',');
        if cells.next() != Some(bank.as_str()) {
            continue;
        }
        let (Some(ru), Some(kk)) = (cells.nth(1), cells.next()) else { break };
        if !ru.is_empty() && !kk.is_empty() {
            return Ok((bank, ru.to_owned(), kk.to_owned()));
        }
    }
    Err(format!("header of the plan: law.integrated_banks has {bank}, which has no two names in the register of banks"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ten banks of section 2c, in the order of that section.
    const TEN: [&str; 10] = ["601", "722", "965", "856", "948", "821", "849", "914", "551", "886"];

    fn forms(codes: &[&str]) -> Forms {
        let banks: Vec<BankCode> = codes.iter().map(|code| code.parse().expect("a code")).collect();
        Forms::new("123".to_owned(), &banks).expect("all are in the register")
    }

    fn units(text: &str) -> usize {
        text.encode_utf16().count()
    }

    #[test]
    fn the_lengths_are_those_of_section_2c() {
        let mut ten = forms(&TEN);
        let mut length = |form, language, banks: u32| units(&ten.offer(form, language, (1 << banks) - 1));
        assert_eq!(length(FormNumber::One, Language::Ru, 1), 659);
        assert_eq!(length(FormNumber::One, Language::Kk, 1), 657);
        assert_eq!(length(FormNumber::Two, Language::Ru, 5), 748);
        assert_eq!(length(FormNumber::Two, Language::Ru, 10), 832);
        assert_eq!(length(FormNumber::Two, Language::Kk, 5), 745);
        assert_eq!(length(FormNumber::Two, Language::Kk, 10), 829);
        assert_eq!(length(FormNumber::Three, Language::Ru, 10), 841);
        assert_eq!(length(FormNumber::Three, Language::Kk, 10), 847);
        let all: Vec<&str> = include_str!("../data/kz_banks.csv").lines().skip(1).map(|line| &line[..3]).collect();
        assert_eq!(all.len(), 23);
        assert_eq!(units(&forms(&all).offer(FormNumber::Three, Language::Ru, (1 << 23) - 1)), 1189);
    }

    #[test]
    fn the_forms_with_a_name_are_those_of_section_2c() {
        let mut one = forms(&["601"]);
        let name = "Б".repeat(22);
        one.write(template(FormNumber::Four, Language::Ru), &[("{name}", &name)]);
        assert_eq!(units(&one.buffer), 405);
        let bank = one.name(0, Language::Ru).to_owned();
        for (service, expected) in
            [("Возмещение затрат на обучение на дому детей с инвалидностью", 191), (SERVICE_RU, 202)]
        {
            let marks = [("{name}", name.as_str()), ("{service}", service), ("{bank}", &bank)];
            one.write(template(FormNumber::Five, Language::Ru), &marks);
            assert_eq!(units(&one.buffer), expected);
        }
    }

    #[test]
    fn no_mark_is_left_and_languages_are_not_mixed() {
        let mut ten = forms(&TEN);
        for form in [FormNumber::One, FormNumber::Two, FormNumber::Three] {
            for language in [Language::Ru, Language::Kk] {
                let text = ten.offer(form, language, 0b11);
                assert!(!text.contains(['{', '}']), "{text}");
                assert!(text.lines().all(|line| line == line.trim_start() && !line.is_empty()), "{text}");
                // T-10: a Kazakh message shows the Kazakh name of the bank.
                assert_eq!(text.contains("Қазақстан Халық Банкі"), language == Language::Kk, "{text}");
            }
        }
    }

    #[test]
    fn a_name_is_written_as_it_is() {
        let mut one = forms(&["601"]);
        let text = template(FormNumber::Four, Language::Kk).replace("{name}", "Made {bank} Up");
        assert!(one.is_four(&text, Language::Kk, "Made {bank} Up"));
        assert!(!one.is_four(&text, Language::Ru, "Made {bank} Up"));
        assert!(!one.is_four(&text, Language::Kk, "Made Up"));
    }

    #[test]
    fn an_unknown_bank_is_refused_by_name() {
        let error = Forms::new("123".to_owned(), &["999".parse().expect("a code")]).err().expect("no such bank");
        assert!(error.contains("law.integrated_banks") && error.contains("999"), "{error}");
    }
}
