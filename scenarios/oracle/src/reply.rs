//! The oracle's own reader of replies to 1414 (A-35, A-36; T-11, T-16, T-17).
//!
//! Reads a text into what it says; whether that is effective depends on the form and is judged by
//! [`Reply::chosen`].

/// What a text says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// `CODE #3#1`, with the digits after the `1`, if any, as a number from 1.
    Accept {
        /// The number of a bank in the list; none where nothing stands after the `1`, 0 where the digits
        /// name the bank of no list.
        bank: Option<u8>,
    },
    /// `CODE #3#0`.
    AnotherBank,
    /// One complete code of another service (S-06b).
    OtherService,
    /// Two or more complete codes.
    Ambiguous,
    /// A plain no (S-03c).
    SaidNo,
    /// Anything else.
    NotUnderstood,
}

impl Reply {
    /// Returns the place of the accepted bank in a list of `banks` (from 0), if the reply is
    /// effective on a form with that list.
    ///
    /// Reading T-17: to appendix 2 a bare `#3#1` is consent without choice and not effective; to
    /// appendix 1 digits after it are not what was asked for.
    pub(crate) fn chosen(self, appendix_two: bool, banks: usize) -> Option<usize> {
        match self {
            Reply::Accept { bank: None } if !appendix_two => Some(0),
            Reply::Accept { bank: Some(n) } if appendix_two && usize::from(n) <= banks => usize::from(n).checked_sub(1),
            Reply::Accept { .. }
            | Reply::AnotherBank
            | Reply::OtherService
            | Reply::Ambiguous
            | Reply::SaidNo
            | Reply::NotUnderstood => None,
        }
    }
}

/// Reads `text` as a reply to the service with this code.
///
/// Reading T-11: white space of any kind around every `#` and before the number of the bank,
/// punctuation at the end, the full-width `#`; nothing else.
pub(crate) fn read(text: &str, code: &str) -> Reply {
    let text = text.trim_matches(space).trim_end_matches(|c: char| space(c) || punctuation(c));
    if plain_no(text) {
        return Reply::SaidNo;
    }
    let fields: Vec<&str> = text.split(['#', '\u{ff03}']).map(|field| field.trim_matches(space)).collect();
    let [service, "3", answer] = fields[..] else {
        return if several(&fields) { Reply::Ambiguous } else { Reply::NotUnderstood };
    };
    if service.is_empty() || !service.bytes().all(|byte| byte.is_ascii_digit()) {
        return Reply::NotUnderstood;
    }
    if service != code {
        let code = !answer.is_empty() && answer.bytes().all(|byte| byte.is_ascii_digit());
        return if code { Reply::OtherService } else { Reply::NotUnderstood };
    }
    answered(answer).unwrap_or(Reply::NotUnderstood)
}

/// Reads what stands after the last `#`.
fn answered(answer: &str) -> Option<Reply> {
    if answer == "0" {
        return Some(Reply::AnotherBank);
    }
    let digits = answer.strip_prefix('1')?.trim_start_matches(space);
    if digits.is_empty() {
        return Some(Reply::Accept { bank: None });
    }
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Reading T-16: a leading zero names no bank, so `#3#10` is never the tenth.
    let bank = digits.parse::<u8>().ok().filter(|_| !digits.starts_with('0'));
    Some(Reply::Accept { bank: Some(bank.unwrap_or(0)) })
}

/// Returns whether the fields between `#` hold two or more codes: each has a `3` as a field of its own.
fn several(fields: &[&str]) -> bool {
    fields.len() > 3 && fields[1..fields.len() - 1].iter().filter(|field| **field == "3").count() > 1
}

/// Returns whether a text is nothing but a no, in Russian or Kazakh (S-03c).
fn plain_no(text: &str) -> bool {
    // In quotes too, of either kind.
    let around = |c: char| space(c) || punctuation(c) || matches!(c, '«' | '“' | '„');
    let word = text.trim_matches(around).to_lowercase();
    matches!(word.as_str(), "нет" | "жоқ" | "отказ")
}

fn space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{200b}' | '\u{feff}')
}

fn punctuation(character: char) -> bool {
    character.is_ascii_punctuation() && character != '#' || matches!(character, '…' | '»' | '”' | '。')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_citizen_copies_is_understood() {
        let accept = |bank| Reply::Accept { bank };
        for (text, expected) in [
            ("123 #3#1", accept(None)),
            ("123#3#1", accept(None)),
            (" 123 # 3 # 1 . ", accept(None)),
            ("123\u{a0}\u{ff03}3\n#1!", accept(None)),
            ("123#3#12", accept(Some(2))),
            ("123 #3#1 2", accept(Some(2))),
            ("123 #3#110", accept(Some(10))),
            ("123 #3#10", accept(Some(0))),
            ("123 #3#102", accept(Some(0))),
            ("123 #3#0.", Reply::AnotherBank),
            ("124 #3#1", Reply::OtherService),
            ("123 #3#1 123 #3#1", Reply::Ambiguous),
            ("123 №3#1", Reply::NotUnderstood),
            ("123 #3#11000", accept(Some(0))),
            ("123 #3#2", Reply::NotUnderstood),
            ("#3#1", Reply::NotUnderstood),
            ("Жоқ!", Reply::SaidNo),
            ("«Нет»", Reply::SaidNo),
            ("Нет, не надо", Reply::NotUnderstood),
            ("", Reply::NotUnderstood),
        ] {
            assert_eq!(read(text, "123"), expected, "{text:?}");
        }
    }

    #[test]
    fn a_reply_is_judged_against_the_form() {
        assert_eq!(read("123 #3#1", "123").chosen(false, 1), Some(0));
        assert_eq!(read("123 #3#1", "123").chosen(true, 2), None);
        assert_eq!(read("123 #3#11", "123").chosen(false, 1), None);
        assert_eq!(read("123#3#12", "123").chosen(true, 2), Some(1));
        assert_eq!(read("123#3#13", "123").chosen(true, 2), None);
        assert_eq!(read("123#3#110", "123").chosen(true, 10), Some(9));
        assert_eq!(read("123#3#0", "123").chosen(true, 10), None);
    }
}
