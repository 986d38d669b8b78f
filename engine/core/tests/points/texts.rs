//! Order 42, app. 1 to 5: the forms, held against a second copy of the act's texts.
//!
//! The second copy is the oracle's, which was taken from the act by another hand; only its values are
//! put in here.

use proaktiv_core::home_schooling::forms::{Reply, Unrecognised};
use proaktiv_core::home_schooling::forms::{class, read, render};
use proaktiv_core::home_schooling::parameters::{BankName, Banks, Law};
use proaktiv_messages::{BankCode, FormNumber, Language};

use super::world::{bank, date, law};

const NAME: &str = "Сынаков Сынақ Сынақұлы";
const DAY: &str = "2024-06-03";
const LANGUAGES: [Language; 2] = [Language::Ru, Language::Kk];

fn second_copy(form: FormNumber, language: Language) -> &'static str {
    let texts = match language {
        Language::Ru => [
            include_str!("../../../../scenarios/oracle/forms/1_ru.txt"),
            include_str!("../../../../scenarios/oracle/forms/2_ru.txt"),
            include_str!("../../../../scenarios/oracle/forms/3_ru.txt"),
            include_str!("../../../../scenarios/oracle/forms/4_ru.txt"),
            include_str!("../../../../scenarios/oracle/forms/5_ru.txt"),
        ],
        Language::Kk => [
            include_str!("../../../../scenarios/oracle/forms/1_kk.txt"),
            include_str!("../../../../scenarios/oracle/forms/2_kk.txt"),
            include_str!("../../../../scenarios/oracle/forms/3_kk.txt"),
            include_str!("../../../../scenarios/oracle/forms/4_kk.txt"),
            include_str!("../../../../scenarios/oracle/forms/5_kk.txt"),
        ],
    };
    texts[usize::from(u8::from(form)) - 1].trim_end_matches('\n')
}

fn banks_of(form: FormNumber) -> Vec<BankCode> {
    let codes: &[&str] = match form {
        FormNumber::One | FormNumber::Five => &["551"],
        FormNumber::Two | FormNumber::Three => &["551", "601", "722"],
        FormNumber::Four => &[],
    };
    codes.iter().map(|code| bank(code)).collect()
}

fn rendered(form: FormNumber, language: Language) -> String {
    render(&law(), form, language, &banks_of(form), Some(NAME), date(DAY)).expect("it can be rendered")
}

fn bank_name(code: &str, language: Language) -> String {
    law().bank_name(bank(code), language, date(DAY)).expect("a name").to_owned()
}

/// Holds a form against the second copy, character by character, in both languages.
fn check(form: FormNumber) {
    for language in LANGUAGES {
        let names: Vec<String> = banks_of(form).iter().map(|code| bank_name(code.as_str(), language)).collect();
        let list: Vec<String> =
            names.iter().enumerate().map(|(place, name)| format!("{}. {name}", place + 1)).collect();
        let expected = second_copy(form, language)
            .replace("{bank}", names.first().map_or("", String::as_str))
            .replace("{list}", &list.join("\n"))
            .replace("{code}", "123")
            .replace("{name}", NAME)
            .replace("{service}", law().service_name(language));
        assert!(!expected.contains(['{', '}']), "a value is missing in the second copy");
        assert_eq!(rendered(form, language), expected, "{language:?}");
    }
}

///
#[test]
fn app_1_is_the_text_of_the_act() {
    check(FormNumber::One);
}

/// A-36, T-34: the Kazakh word for what is done with the sum stands as written.
#[test]
fn app_2_is_the_text_of_the_act() {
    check(FormNumber::Two);
}

/// A-37, T-27.
#[test]
fn app_3_is_the_text_of_the_act() {
    check(FormNumber::Three);
}

/// A-38, T-28: the addresses stand as written.
#[test]
fn app_4_is_the_text_of_the_act() {
    check(FormNumber::Four);
}

///
#[test]
fn app_5_is_the_text_of_the_act() {
    check(FormNumber::Five);
}

/// T-10: a Kazakh text names the bank in Kazakh, whatever the placeholder is called.
#[test]
fn a_kazakh_text_names_the_bank_in_kazakh() {
    let (ru, kk) = (bank_name("551", Language::Ru), bank_name("551", Language::Kk));
    assert_ne!(ru, kk);
    for form in [FormNumber::One, FormNumber::Two, FormNumber::Three, FormNumber::Five] {
        let text = rendered(form, Language::Kk);
        assert!(text.contains(&kk) && !text.contains(&ru), "App.{}", u8::from(form));
    }
}

/// T-11: what may be copied from either form in either language is taken, and nothing else.
#[test]
fn what_is_copied_from_any_form_is_taken() {
    for text in ["123 #3#1", "123#3#1", "123 #3#1.", "123\u{a0}#\u{a0}3 #\n1", "123＃3＃1", " 123 #3#1 "] {
        let reply = class(&read(text), "123", FormNumber::One, 1, None);
        assert_eq!(reply, Reply::Accept { bank: None }, "{text:?}");
    }
    for text in ["123 #З#1", "123 №3№1", "123 #3#l", "ответ: 123 #3#1", "123 #3#1 да", "123 *3*1", "123 #3#1 😀"]
    {
        let reply = class(&read(text), "123", FormNumber::One, 1, None);
        assert_eq!(reply, Reply::Unrecognised(Unrecognised::NotUnderstood), "{text:?}");
    }
}

/// T-13: a bank's page stands beside its name in App.3, where one is known, and nowhere else.
#[test]
fn a_banks_page_stands_in_app_3_alone() {
    let row = |code: &str, link: &str| BankName {
        bank_code: bank(code),
        valid_from: date("2024-01-01"),
        name_ru: format!("Банк {code}"),
        name_kk: format!("Банк {code}"),
        link: link.to_owned(),
        basis: "assumed".to_owned(),
        source: "made up".to_owned(),
        checked: date("2026-11-21"),
    };
    let rows = vec![row("601", "https://bank.example/open"), row("722", ""), row("965", "")];
    let law: Law = law().with_banks(Banks::of(rows)).expect("a law");
    let banks = [bank("601"), bank("722")];
    let text =
        |form, banks: &[BankCode]| render(&law, form, Language::Ru, banks, Some(NAME), date(DAY)).expect("a text");
    let three = text(FormNumber::Three, &banks);
    assert!(three.contains("\n1. Банк 601 https://bank.example/open\n2. Банк 722\n"), "{three}");
    for (form, banks) in [(FormNumber::One, &banks[..1]), (FormNumber::Two, &banks), (FormNumber::Five, &banks[..1])] {
        assert!(!text(form, banks).contains("bank.example"), "App.{}", u8::from(form));
    }
}

/// T-14: App.5 says what is granted by its name, in the language of the message, and never its code.
#[test]
fn app_5_names_the_service_and_not_its_code() {
    for language in LANGUAGES {
        let text = rendered(FormNumber::Five, language);
        assert!(text.contains(law().service_name(language)) && !text.contains("123"), "{text}");
    }
    assert_ne!(law().service_name(Language::Ru), law().service_name(Language::Kk));
}

/// T-15: the two placeholders of the list are one list, a bank a line.
#[test]
fn the_list_is_one_list_with_a_bank_a_line() {
    for form in [FormNumber::Two, FormNumber::Three] {
        for language in LANGUAGES {
            let text = rendered(form, language);
            let listed: Vec<&str> = text
                .lines()
                .filter(|line| line.starts_with(|digit: char| digit.is_ascii_digit()) && line.contains(". "))
                .take(3)
                .collect();
            let expected = ["551", "601", "722"].map(|code| bank_name(code, language));
            for (place, name) in expected.iter().enumerate() {
                assert_eq!(listed[place], format!("{}. {name}", place + 1));
                assert_eq!(text.matches(name.as_str()).count(), 1, "the list stands once");
            }
        }
    }
}

/// T-26: the name is one field, whatever each text calls it.
#[test]
fn the_name_stands_in_both_forms_and_both_languages() {
    for form in FormNumber::ALL {
        for language in LANGUAGES {
            let addressed = matches!(form, FormNumber::Four | FormNumber::Five);
            assert_eq!(
                rendered(form, language).matches(NAME).count(),
                usize::from(addressed),
                "App.{}",
                u8::from(form)
            );
        }
    }
}

/// the texts name the short number, and no other number to write to.
#[test]
fn the_texts_tell_to_write_to_the_short_number() {
    assert_eq!(law().short_number(), "1414");
    for form in [FormNumber::One, FormNumber::Two] {
        for language in LANGUAGES {
            assert!(rendered(form, language).matches(law().short_number()).count() >= 2, "App.{}", u8::from(form));
        }
    }
}
