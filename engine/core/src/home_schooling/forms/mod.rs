//! Order 42, app. 1 to 5: the five forms, in the words of the act.
//!
//! The texts stand in `data/forms`, in the canonical wording of T-31, with the placeholders of the act.
//! They are the one place where the act's own sentences are kept, since it orders them to be sent as
//! they are. What a citizen writes back is read in [`reply`].

pub mod reply;
mod segments;
mod template;

pub use reply::{Reply, Unrecognised, class, read};
pub use segments::{segments, units};

use std::fmt::Write as _;

use chrono::NaiveDate;
use proaktiv_messages::{BankCode, FormNumber, Language};
use template::{Piece, Slot};

use super::parameters::Law;

/// Why a form cannot be rendered. It names no person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// The list of banks does not fit the form.
    #[error("App.{form} names {wanted}, not {given}", form = u8::from(*form))]
    WrongBanks {
        /// The form.
        form: FormNumber,
        /// How many banks were given.
        given: usize,
        /// What the form names.
        wanted: &'static str,
    },
    /// A bank stands in the list twice, so that two numbers would mean the same.
    #[error("bank {bank} stands in the list twice")]
    BankTwice {
        /// The bank.
        bank: BankCode,
    },
    /// The register has no name for a bank (T-10).
    #[error("bank {bank} has no name in {language} on {day}", language = language_name(*language))]
    BankWithoutName {
        /// The bank.
        bank: BankCode,
        /// The language of the message.
        language: Language,
        /// The day of the message.
        day: NaiveDate,
    },
    /// The form addresses a person by name and has none.
    #[error("App.{form} addresses a person by name and has none", form = u8::from(*form))]
    NoName {
        /// The form.
        form: FormNumber,
    },
    /// A value would break the text: it is blank, or holds a brace or a control character.
    #[error("a value for App.{form} is blank, or holds a brace or a control character", form = u8::from(*form))]
    BrokenValue {
        /// The form.
        form: FormNumber,
    },
    /// The stored text has a placeholder that nobody knows.
    #[error("the text of App.{form} in {language} has an unknown placeholder", form = u8::from(*form), language = language_name(*language))]
    UnknownPlaceholder {
        /// The form.
        form: FormNumber,
        /// The language.
        language: Language,
    },
}

/// Returns the name of a language in English.
pub fn language_name(language: Language) -> &'static str {
    match language {
        Language::Ru => "Russian",
        Language::Kk => "Kazakh",
    }
}

/// Renders a form as it is sent on `day`. `banks` is the frozen list in the order shown: one bank for
/// App.1 and App.5, two or more for App.2, one or more for App.3, none for App.4. `name` is the full name
/// that App.4 and App.5 address; the others have no place for it and leave it out. Fails rather than
/// send a text with a gap: no text that is returned holds a `{`.
pub fn render(
    law: &Law,
    form: FormNumber,
    language: Language,
    banks: &[BankCode],
    name: Option<&str>,
    day: NaiveDate,
) -> Result<String, RenderError> {
    check_banks(form, banks)?;
    let template = template::of(form, language);
    let mut text = String::with_capacity(template.length + 40 * banks.len() + 200);
    for piece in &template.pieces {
        match piece {
            Piece::Words(words) => text.push_str(words),
            Piece::Unknown => return Err(RenderError::UnknownPlaceholder { form, language }),
            Piece::Slot(slot) => match slot {
                Slot::ServiceCode => put(&mut text, law.service_code(), form)?,
                Slot::ServiceName => put(&mut text, law.service_name(language), form)?,
                // Reading T-16: a letter stands for the number that the citizen writes.
                Slot::NumberInTheList => text.push('n'),
                Slot::Name => put(&mut text, name.ok_or(RenderError::NoName { form })?, form)?,
                Slot::Bank => {
                    for &bank in banks {
                        put(&mut text, bank_name(law, bank, language, day)?, form)?;
                    }
                }
                Slot::BankList => put_list(&mut text, law, form, language, banks, day)?,
            },
        }
    }
    Ok(text)
}

/// Writes the list (T-15): each bank on a line of its own, numbered from 1, with its page where one is
/// known and the form speaks of pages (T-13).
fn put_list(
    text: &mut String,
    law: &Law,
    form: FormNumber,
    language: Language,
    banks: &[BankCode],
    day: NaiveDate,
) -> Result<(), RenderError> {
    for (place, &bank) in banks.iter().enumerate() {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n{}. ", place + 1);
        put(text, bank_name(law, bank, language, day)?, form)?;
        if form == FormNumber::Three
            && let Some(link) = law.banks().on(bank, day).map(|row| row.link.as_str()).filter(|link| !link.is_empty())
        {
            text.push(' ');
            put(text, link, form)?;
        }
    }
    Ok(())
}

fn bank_name(law: &Law, bank: BankCode, language: Language, day: NaiveDate) -> Result<&str, RenderError> {
    law.bank_name(bank, language, day).ok_or(RenderError::BankWithoutName { bank, language, day })
}

/// Puts a value into the text if it can stand there.
fn put(text: &mut String, value: &str, form: FormNumber) -> Result<(), RenderError> {
    let breaks_the_text = |letter: char| matches!(letter, '{' | '}') || letter.is_control();
    if value.trim().is_empty() || value.contains(breaks_the_text) {
        return Err(RenderError::BrokenValue { form });
    }
    text.push_str(value);
    Ok(())
}

fn check_banks(form: FormNumber, banks: &[BankCode]) -> Result<(), RenderError> {
    let (fits, wanted) = match form {
        FormNumber::One | FormNumber::Five => (banks.len() == 1, "exactly one bank"),
        FormNumber::Two => (banks.len() >= 2, "at least two banks"),
        FormNumber::Three => (!banks.is_empty(), "at least one bank"),
        FormNumber::Four => (banks.is_empty(), "no bank"),
    };
    if !fits {
        return Err(RenderError::WrongBanks { form, given: banks.len(), wanted });
    }
    let twice = banks.iter().enumerate().find(|&(place, bank)| banks[..place].contains(bank));
    twice.map_or(Ok(()), |(_, &bank)| Err(RenderError::BankTwice { bank }))
}

/// Renders every form in both languages, for the day on which a law comes into force, so that what is
/// missing is found at the start and not at the first sending.
pub(crate) fn all_can_be_rendered(law: &Law, day: NaiveDate) -> Result<(), RenderError> {
    let all = law.integrated_banks();
    for language in [Language::Ru, Language::Kk] {
        for &bank in all {
            render(law, FormNumber::One, language, &[bank], None, day)?;
            render(law, FormNumber::Five, language, &[bank], Some("Ф И О"), day)?;
        }
        if all.len() > 1 {
            render(law, FormNumber::Two, language, all, None, day)?;
        }
        render(law, FormNumber::Three, language, all, None, day)?;
        render(law, FormNumber::Four, language, &[], Some("Ф И О"), day)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::parameters::Banks;
    use super::super::parameters::example::{law, law_with};
    use super::*;

    const LANGUAGES: [Language; 2] = [Language::Ru, Language::Kk];

    /// The order of the banks that the lengths were measured with.
    const MEASURED: [&str; 10] = ["601", "722", "965", "856", "948", "821", "849", "914", "551", "886"];

    fn banks(codes: &[&str]) -> Vec<BankCode> {
        codes.iter().map(|code| code.parse().expect("a bank")).collect()
    }

    fn day() -> NaiveDate {
        "2026-11-21".parse().expect("a date")
    }

    fn text(form: FormNumber, language: Language, codes: &[&str]) -> String {
        let name = Some("Сынаков Сынақ Сынақұлы");
        render(&law(), form, language, &banks(codes), name, day()).expect("it can be rendered")
    }

    #[test]
    fn the_forms_are_as_long_as_measured() {
        use FormNumber::*;
        use Language::*;
        for (form, language, count, length, parts) in [
            (One, Ru, 1, 659, 10),
            (One, Kk, 1, 657, 10),
            (Two, Ru, 5, 748, 12),
            (Two, Ru, 10, 832, 13),
            (Two, Kk, 5, 745, 12),
            (Two, Kk, 10, 829, 13),
            (Three, Ru, 10, 841, 13),
            (Three, Kk, 10, 847, 13),
            (Four, Ru, 0, 405, 7),
            (Five, Ru, 1, 202, 4),
        ] {
            let text = text(form, language, &MEASURED[..count]);
            assert_eq!((units(&text), segments(&text)), (length, parts), "App.{} {language:?}", u8::from(form));
        }
        let both = format!("{}\n{}", text(One, Ru, &["601"]), text(One, Kk, &["601"]));
        assert_eq!((units(&both), segments(&both)), (1317, 20));
    }

    #[test]
    fn app_5_with_the_name_of_the_service_itself_is_shorter() {
        // Pilot, 2c: the measure was taken with the name in quotation marks left out.
        let text = text(FormNumber::Five, Language::Ru, &["601"]);
        let service = law().service_name(Language::Ru).to_owned();
        let text = text.replace(&service, "Возмещение затрат на обучение на дому детей с инвалидностью");
        assert_eq!((units(&text), segments(&text)), (191, 3));
    }

    #[test]
    fn app_3_names_all_banks() {
        let all: Vec<BankCode> = Banks::of_kazakhstan().codes().collect();
        assert_eq!(all.len(), 23);
        for (language, length) in [(Language::Ru, 1189), (Language::Kk, 1188)] {
            let text = render(&law(), FormNumber::Three, language, &all, None, day()).expect("it can be rendered");
            assert_eq!((units(&text), segments(&text)), (length, 18), "{language:?}");
            for (place, &bank) in all.iter().enumerate() {
                let name = law().bank_name(bank, language, day()).expect("a name").to_owned();
                assert!(text.lines().any(|line| line == format!("{}. {name}", place + 1)), "{bank}");
            }
        }
    }

    #[test]
    fn between_the_values_stand_the_words_of_the_act() {
        for form in FormNumber::ALL {
            for language in LANGUAGES {
                let codes: &[&str] = match form {
                    FormNumber::One | FormNumber::Five => &["722"],
                    FormNumber::Two | FormNumber::Three => &["551", "601", "722"],
                    FormNumber::Four => &[],
                };
                let rendered = text(form, language, codes);
                let mut rest = rendered.as_str();
                for piece in &template::of(form, language).pieces {
                    if let Piece::Words(words) = piece {
                        let found = rest.find(words).expect("the words stand there in their order");
                        rest = &rest[found + words.len()..];
                    }
                }
                assert_eq!(rest, "", "App.{} {language:?}", u8::from(form));
                assert!(!rendered.contains(['{', '}']) && !rendered.ends_with('\n'));
            }
        }
    }

    #[test]
    fn the_stored_texts_are_whole_and_in_the_canonical_form() {
        for form in FormNumber::ALL {
            for language in LANGUAGES {
                let text = template::text(form, language);
                assert!(!template::of(form, language).pieces.contains(&Piece::Unknown));
                // T-31: a line a paragraph, no indent, no white space but single spaces.
                for line in text.lines() {
                    assert!(!line.is_empty() && line == line.trim() && !line.contains("  "), "{line}");
                }
                let strange = |letter: char| letter.is_whitespace() && !matches!(letter, ' ' | '\n');
                assert!(!text.contains(strange), "App.{} {language:?}", u8::from(form));
            }
        }
    }

    #[test]
    fn the_code_and_the_name_stand_where_the_act_puts_them() {
        use FormNumber::*;
        use Language::*;
        for (form, language, codes, part) in [
            (One, Ru, &["601"][..], "банковский счет в Народный Банк Казахстана.\n"),
            (One, Ru, &["601"], "с текстом 123 #3#1\n"),
            (One, Ru, &["601"], "с текстом 123 #3#0\n"),
            (One, Kk, &["601"], "Сіздің Қазақстан Халық Банкі банктік"),
            (Two, Ru, &["551", "601"], "ниже: \n1. Фридом Банк Казахстан\n2. Народный Банк Казахстана\nОтправьте"),
            (Two, Ru, &["551", "601"], "с текстом 123#3#1n\n"),
            (Two, Kk, &["551", "601"], "нөміріне 123 #3#1n мәтінімен"),
            (Three, Kk, &["601"], "пайдаланыңыз: \n1. Қазақстан Халық Банкі\nБанк Сіздің"),
            (Four, Ru, &[], "Уважаемый(ая), Сынаков Сынақ Сынақұлы!\n"),
            (Four, Kk, &[], "Құрметті, Сынаков Сынақ Сынақұлы!\n"),
            (Five, Kk, &["601"], "Құрметті Сынаков Сынақ Сынақұлы!\n"),
            (
                Five,
                Kk,
                &["601"],
                "Сізге \"Мүгедектігі бар балаларды үйде оқытуға жұмсалған шығындарды өтеу\" тағайындалды",
            ),
        ] {
            let text = text(form, language, codes);
            assert!(text.contains(part), "App.{} {language:?}: {text}", u8::from(form));
        }
    }

    #[test]
    fn the_code_is_that_of_the_law() {
        let other = law_with("\"123\"", "\"9042\"");
        let text = render(&other, FormNumber::One, Language::Ru, &banks(&["601"]), None, day());
        assert!(text.expect("it can be rendered").contains("9042 #3#1"));
    }

    #[test]
    fn what_a_form_tells_to_write_is_what_the_grammar_takes() {
        for language in LANGUAGES {
            let one = text(FormNumber::One, language, &["601"]);
            let two = text(FormNumber::Two, language, &["601", "722"]);
            for (text, form, written, reply) in [
                (&one, FormNumber::One, "123 #3#1", Reply::Accept { bank: None }),
                (&one, FormNumber::One, "123 #3#0", Reply::AnotherBank),
                (&two, FormNumber::Two, "123 #3#0.", Reply::AnotherBank),
            ] {
                // The full stop follows at once in Russian App.2 alone.
                assert!(text.contains(written.trim_end_matches('.')), "{language:?}");
                assert_eq!(class(&read(written), "123", form, 2, None), reply);
            }
            let start = two.find("#3#1n").expect("the code for a choice");
            let code = two[..start].chars().rev().take_while(|letter| " 123".contains(*letter)).count();
            let written = two[start - code..start + 5].replace('n', "2");
            assert_eq!(class(&read(&written), "123", FormNumber::Two, 2, None), Reply::Accept { bank: Some(2) });
        }
    }

    #[test]
    fn a_text_with_a_gap_is_not_rendered() {
        let try_with = |form, codes: &[&str], name| render(&law(), form, Language::Kk, &banks(codes), name, day());
        for (form, codes) in [
            (FormNumber::One, &[][..]),
            (FormNumber::One, &["601", "722"]),
            (FormNumber::Two, &["601"]),
            (FormNumber::Three, &[]),
            (FormNumber::Four, &["601"]),
            (FormNumber::Five, &[]),
        ] {
            assert!(matches!(try_with(form, codes, Some("А Б")), Err(RenderError::WrongBanks { .. })), "{form:?}");
        }
        assert!(matches!(try_with(FormNumber::Two, &["601", "601"], None), Err(RenderError::BankTwice { .. })));
        assert!(matches!(try_with(FormNumber::One, &["999"], None), Err(RenderError::BankWithoutName { .. })));
        for form in [FormNumber::Four, FormNumber::Five] {
            let codes: &[&str] = if form == FormNumber::Five { &["601"] } else { &[] };
            assert_eq!(try_with(form, codes, None), Err(RenderError::NoName { form }));
            for name in ["", "  ", "{ФИО}", "А\nБ", "А}"] {
                assert_eq!(try_with(form, codes, Some(name)), Err(RenderError::BrokenValue { form }), "{name:?}");
            }
        }
    }

    #[test]
    fn an_error_names_no_person() {
        let error = render(&law(), FormNumber::Four, Language::Ru, &[], Some("Сынақов{"), day()).expect_err("a brace");
        assert!(!format!("{error} {error:?}").contains("Сынақов"));
    }

    proptest! {
        #[test]
        fn whatever_is_rendered_has_no_brace(name in any::<String>(), picks in prop::collection::vec(0_usize..23, 0..30), kk: bool) {
            let all: Vec<BankCode> = Banks::of_kazakhstan().codes().collect();
            let list: Vec<BankCode> = picks.into_iter().map(|pick| all[pick]).collect();
            let language = if kk { Language::Kk } else { Language::Ru };
            for form in FormNumber::ALL {
                if let Ok(text) = render(&law(), form, language, &list, Some(&name), day()) {
                    let has_a_brace = text.contains(['{', '}']);
                    prop_assert!(!has_a_brace);
                }
            }
        }
    }
}
