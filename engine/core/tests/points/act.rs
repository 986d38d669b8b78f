//! Order 42, app. 1 to 5 (T-31): the forms against the act's own text, character by character.
//!
//! `data/forms/act` holds the appendices as they were published, broken lines included. What T-31 repairs is
//! repaired here a second time, from those texts and without the templates of the core.

use proaktiv_core::home_schooling::forms::render;
use proaktiv_core::home_schooling::parameters::Banks;
use proaktiv_messages::{BankCode, FormNumber, Language};

use super::world::{bank, date, law};

const NAME: &str = "Сынаков Сынақ Сынақұлы";
const DAY: &str = "2024-06-03";
const LANGUAGES: [Language; 2] = [Language::Ru, Language::Kk];

fn published(language: Language) -> &'static str {
    match language {
        Language::Ru => include_str!("../../data/forms/act/ru.txt"),
        Language::Kk => include_str!("../../data/forms/act/kk.txt"),
    }
}

/// Returns whether a line is the number of an appendix, which stands before its text.
fn is_heading(line: &str, number: u8, language: Language) -> bool {
    match language {
        Language::Ru => line.trim() == format!("Приложение {number}"),
        Language::Kk => line.trim() == format!("{number}-қосымша"),
    }
}

/// Returns the paragraphs of an appendix as published: each is the lines from an indent to the next one.
fn paragraphs(number: u8, language: Language) -> Vec<Vec<&'static str>> {
    let mut lines = published(language).lines().skip_while(|line| !is_heading(line, number, language)).skip(1);
    let mut paragraphs: Vec<Vec<&str>> = Vec::new();
    for line in lines.by_ref().take_while(|line| !line.contains("____")) {
        let is_indented = line.starts_with([' ', '\u{A0}']) && !line.trim().is_empty();
        if is_indented {
            paragraphs.push(vec![line]);
        } else if !line.trim().is_empty()
            && let Some(paragraph) = paragraphs.last_mut()
        {
            // Before the first indent stands the name of the Algorithm.
            paragraph.push(line);
        }
    }
    // A heading may be broken across a page: its rest looks like a paragraph of the Algorithm's name.
    paragraphs.retain(|lines| !lines[0].contains("по оказанию государственной"));
    paragraphs
}

/// T-31: one line a paragraph, no indent. A break inside `#3#0` or after an opening quotation mark is nothing,
/// elsewhere one space.
fn joined(lines: &[&str]) -> String {
    let mut text = String::new();
    for line in lines {
        let line = line.trim();
        let after_opening = text.ends_with(" \"");
        let inside_code = text.ends_with("#3") && line.starts_with("#0");
        if !(text.is_empty() || after_opening || inside_code) {
            text.push(' ');
        }
        text.push_str(line);
    }
    text
}

/// T-31: returns an appendix in its canonical form, placeholders as the act has them.
fn canonical(number: u8, language: Language) -> String {
    // The clause on consent, garbled in the Russian copy: where its words stand, and in which order they belong.
    const GARBLED: &str = "со  Закона Республики Казахстан \"О персональных данных и их статьей 8 защите\"";
    const REPAIRED: &str = "со статьей 8 Закона Республики Казахстан \"О персональных данных и их защите\"";
    let text = paragraphs(number, language).iter().map(|lines| joined(lines)).collect::<Vec<_>>().join("\n");
    let garbled = usize::from(language == Language::Ru && number <= 3);
    assert_eq!(text.matches(GARBLED).count(), garbled, "app. {number} in {language:?}");
    text.replace(GARBLED, REPAIRED)
}

/// Puts values where the act has placeholders. Each must be there as often as said, so that none is passed over.
fn filled(mut text: String, values: &[(&str, &str)]) -> String {
    for (placeholder, value) in values {
        assert!(text.contains(placeholder), "no {placeholder} in {text}");
        text = text.replace(placeholder, value);
    }
    assert!(!text.contains(['{', '}']), "a placeholder is left in {text}");
    text
}

fn names(banks: &[BankCode], language: Language) -> Vec<String> {
    let name = |code: &BankCode| law().bank_name(*code, language, date(DAY)).expect("a name").to_owned();
    banks.iter().map(name).collect()
}

/// Returns the text that the act orders to be sent, with values in its placeholders.
fn ordered(number: u8, language: Language, banks: &[BankCode]) -> String {
    let names = names(banks, language);
    let bank = names.first().map_or("", String::as_str);
    // T-15: one list, a line each, on lines of its own.
    let list: String = (1..).zip(&names).map(|(place, name)| format!("\n{place}. {name}")).collect();
    let service = law().service_name(language).to_owned();
    // Reading of app. 2: the placeholder of the number is shown as the letter n.
    let values: Vec<(&str, &str)> = match (number, language) {
        (1, Language::Ru) => vec![("{payNameBankRu}", bank), ("{код услуги}", "123")],
        // T-10: the bank's Kazakh name, whatever the placeholder is called.
        (1, Language::Kk) => vec![("{payNameBankRu}", bank), ("{қызмет коды}", "123")],
        (2, Language::Ru) => vec![
            ("{список банков с порядковым номером}/{bankListRu}", &list),
            ("{код услуги}", "123"),
            ("{порядковый номер банка}", "n"),
        ],
        (2, Language::Kk) => vec![
            ("{реттік нөмірі бар банктердің тізімі} / {bankListRu}", &list),
            ("{қызмет коды}", "123"),
            ("{Банктің реттік нөмірі}", "n"),
        ],
        (3, Language::Ru) => vec![("{список банков с порядковым номером}/{bankListRu}", &list)],
        (3, Language::Kk) => vec![("{реттік нөмірі бар банктердің тізімі} / {bankListRu}", &list)],
        (4, Language::Ru) => vec![("{ФИО}", NAME)],
        (4, Language::Kk) => vec![("{ТАӘ}", NAME)],
        (_, Language::Ru) => vec![("{ФИО}", NAME), ("{code_service}", &service), ("{payNameBankRu}", bank)],
        (_, Language::Kk) => vec![("{ТАӘ}", NAME), ("{code_service}", &service), ("{payNameBankKz}", bank)],
    };
    filled(canonical(number, language), &values)
}

/// Compares letter by letter, so that a difference is shown where it is.
fn check(form: FormNumber, banks: &[BankCode]) {
    for language in LANGUAGES {
        let ordered = ordered(u8::from(form), language, banks);
        let rendered = render(&law(), form, language, banks, Some(NAME), date(DAY)).expect("it can be rendered");
        let same = ordered.chars().zip(rendered.chars()).take_while(|(act, ours)| act == ours).count();
        let rest = |text: &str| text.chars().skip(same.saturating_sub(10)).take(40).collect::<String>();
        assert_eq!(rest(&rendered), rest(&ordered), "{form:?} in {language:?}, letter {same}");
        assert_eq!(rendered, ordered, "{form:?} in {language:?}");
    }
}

/// T-31: each of the five forms in both languages.
#[test]
fn each_form_is_the_published_text_after_the_repairs_of_t_31() {
    check(FormNumber::One, &[bank("601")]);
    check(FormNumber::Two, &["551", "601", "722", "965", "998"].map(bank));
    check(FormNumber::Three, &[bank("601")]);
    check(FormNumber::Four, &[]);
    check(FormNumber::Five, &[bank("722")]);
}

/// A-37, T-15: all banks of the register in one form, in both languages.
#[test]
fn all_23_banks_stand_in_app_3_by_name() {
    let banks: Vec<BankCode> = Banks::of_kazakhstan().codes().collect();
    assert_eq!(banks.len(), 23);
    check(FormNumber::Three, &banks);
}

/// T-31: what is left as published, errors included.
#[test]
fn the_published_texts_are_whole_and_their_errors_stay() {
    for language in LANGUAGES {
        let lengths = (1..=5).map(|number| paragraphs(number, language).len()).collect::<Vec<_>>();
        assert_eq!(lengths, [6, 6, 5, 4, 2], "{language:?}");
    }
    let russian = |number| canonical(number, Language::Ru);
    assert!(russian(1).contains("в течении 3 рабочих дней") && russian(3).starts_with("Уважаемый(ая), гражданин"));
    assert!(russian(4).contains("\"Правительство для граждан\"") && russian(2).contains("{код услуги} #3#0."));
}
