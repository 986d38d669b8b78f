//! The texts of the forms, taken apart once into words and places for values.

use std::sync::OnceLock;

use proaktiv_messages::{FormNumber, Language};

/// What a placeholder of the act stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    ServiceCode,
    ServiceName,
    NumberInTheList,
    Name,
    Bank,
    BankList,
}

/// The placeholders as the act writes them.
///
/// Reading T-10: `…Ru` in a Kazakh text is a slip, the name is Kazakh. Reading T-15: the two
/// placeholders with a slash between them are one list. Reading T-26: the name has two spellings.
const PLACEHOLDERS: [(&str, Slot); 11] = [
    ("{список банков с порядковым номером}/{bankListRu}", Slot::BankList),
    ("{реттік нөмірі бар банктердің тізімі} / {bankListRu}", Slot::BankList),
    ("{код услуги}", Slot::ServiceCode),
    ("{қызмет коды}", Slot::ServiceCode),
    ("{порядковый номер банка}", Slot::NumberInTheList),
    ("{Банктің реттік нөмірі}", Slot::NumberInTheList),
    ("{payNameBankRu}", Slot::Bank),
    ("{payNameBankKz}", Slot::Bank),
    ("{ФИО}", Slot::Name),
    ("{ТАӘ}", Slot::Name),
    ("{code_service}", Slot::ServiceName),
];

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Words(&'static str),
    Slot(Slot),
    /// A brace that opens nothing known.
    Unknown,
}

/// A text taken apart.
pub(super) struct Template {
    pub pieces: Vec<Piece>,
    /// Length of the text in bytes, as a first guess at what comes of it.
    pub length: usize,
}

const TEXTS: [[&str; 5]; 2] = [
    [
        include_str!("../../../data/forms/ru/1.txt"),
        include_str!("../../../data/forms/ru/2.txt"),
        include_str!("../../../data/forms/ru/3.txt"),
        include_str!("../../../data/forms/ru/4.txt"),
        include_str!("../../../data/forms/ru/5.txt"),
    ],
    [
        include_str!("../../../data/forms/kk/1.txt"),
        include_str!("../../../data/forms/kk/2.txt"),
        include_str!("../../../data/forms/kk/3.txt"),
        include_str!("../../../data/forms/kk/4.txt"),
        include_str!("../../../data/forms/kk/5.txt"),
    ],
];

/// Returns the stored text: paragraphs on lines of their own, no line break at the end.
pub(super) fn text(form: FormNumber, language: Language) -> &'static str {
    let of_language = match language {
        Language::Ru => &TEXTS[0],
        Language::Kk => &TEXTS[1],
    };
    of_language[usize::from(u8::from(form)) - 1].trim_end_matches('\n')
}

/// Returns the text taken apart.
pub(super) fn of(form: FormNumber, language: Language) -> &'static Template {
    static TEMPLATES: OnceLock<Vec<Template>> = OnceLock::new();
    let templates = TEMPLATES.get_or_init(|| {
        let languages = [Language::Ru, Language::Kk];
        languages.iter().flat_map(|&language| FormNumber::ALL.map(|form| take_apart(text(form, language)))).collect()
    });
    let first = match language {
        Language::Ru => 0,
        Language::Kk => FormNumber::ALL.len(),
    };
    &templates[first + usize::from(u8::from(form)) - 1]
}

fn take_apart(text: &'static str) -> Template {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(brace) = rest.find(['{', '}']) {
        let (words, placeholder) = rest.split_at(brace);
        if !words.is_empty() {
            pieces.push(Piece::Words(words));
        }
        match PLACEHOLDERS.iter().find(|(written, _)| placeholder.starts_with(written)) {
            Some(&(written, slot)) => {
                pieces.push(Piece::Slot(slot));
                rest = &placeholder[written.len()..];
            }
            None => {
                pieces.push(Piece::Unknown);
                rest = &placeholder[1..];
            }
        }
    }
    pieces.push(Piece::Words(rest));
    Template { pieces, length: text.len() }
}
