//! How a person reads an SMS from 1414: is there a code to send, and banks to choose from?
//!
//! Looks at nothing but what stands in the text, so it holds for both languages and does not depend
//! on the engine's templates.

/// The end of the code of acceptance, the same in every form and language.
const ACCEPTANCE: &str = "#3#1";

/// What an SMS wants of its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted<'a> {
    /// A code in reply (Appendices 1 and 2).
    Code {
        /// The code as the text shows it, up to the place of the bank's number.
        code: &'a str,
        /// How many banks there are to choose from; 0 where there is no choice.
        banks: u32,
    },
    /// An account at one of the banks listed, and no reply (Appendix 3).
    Account,
    /// Nothing: the process is over for the reader (Appendices 4 and 5).
    Nothing,
}

/// Returns what `text` wants of its reader.
pub(super) fn wanted(text: &str) -> Wanted<'_> {
    let banks = banks_listed(text);
    match code(text) {
        Some(code) => Wanted::Code { code, banks },
        None if banks > 0 => Wanted::Account,
        None => Wanted::Nothing,
    }
}

/// Returns the code of acceptance as the text shows it: digits, the space that stands there or none,
/// `#3#1`. A person copies it as it stands (T-11).
fn code(text: &str) -> Option<&str> {
    let at = text.find(ACCEPTANCE)?;
    let service = text[..at].trim_end();
    let start = service.trim_end_matches(|character: char| character.is_ascii_digit()).len();
    (start < service.len()).then(|| &text[start..at + ACCEPTANCE.len()])
}

/// Returns how many banks the text lists: `1. name`, `2. name` and so on, each at the beginning of a
/// line; the first may follow a colon (T-15).
fn banks_listed(text: &str) -> u32 {
    let mut listed = 0;
    for line in text.lines() {
        let after_colon = line.split_once(": ").map(|(_, rest)| rest);
        let is_next = |part: &str| number_of_item(part) == Some(listed + 1);
        if is_next(line) || after_colon.is_some_and(is_next) {
            listed += 1;
        }
    }
    listed
}

/// Returns n of `n. name`.
fn number_of_item(line: &str) -> Option<u32> {
    let (number, _) = line.trim_start().split_once(". ")?;
    if number.len() > 3 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    number.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_copied_as_it_stands() {
        for (text, expected) in [
            ("send 123 #3#1", Some("123 #3#1")),
            ("send 123#3#1n", Some("123#3#1")),
            ("to 1414 send 7\u{a0}#3#1 please", Some("7\u{a0}#3#1")),
            ("1414 нөміріне 45 #3#1 мәтінімен", Some("45 #3#1")),
            ("123 #3#0", None),
            ("#3#1", None),
        ] {
            assert_eq!(code(text), expected, "{text}");
        }
    }

    #[test]
    fn banks_are_counted_in_their_order() {
        for (text, expected) in [
            ("list: 1. A\n2. B\n3. C", 3),
            ("list:\n1. A\n2. B", 2),
            ("list:\n1. A\n3. B", 1),
            ("call 1414. Free.\nin 3 days", 0),
            ("1414. Free", 0),
            ("", 0),
        ] {
            assert_eq!(banks_listed(text), expected, "{text}");
        }
        let ten = (1..=10).map(|place| format!("{place}. г. Bank\n")).collect::<String>();
        assert_eq!(banks_listed(&ten), 10);
    }
}
