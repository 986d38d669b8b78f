//! Order 42, app. 1 to 3 (T-11, T-12, T-16, T-17, S-03c, S-06, S-06b, S-40): what a reply says.
//!
//! Two steps. [`read`] is done at the edge and turns a text into what it says, without knowing our
//! code or the open form; [`class`] judges that against the form. Consent must be provable, so the
//! grammar is as tolerant as T-11 and not more: whoever writes anything else has not accepted.
//!
//! The grammar, in full:
//!
//! ```text
//! reply    = white* service white* hash white* "3" white* hash white* choice ending
//! service  = digit+
//! choice   = "0" | "1" | "1" white* digit+
//! hash     = "#" | "＃"
//! digit    = "0" … "9"
//! white    = any white space of Unicode, the no-break space and the line break among it
//! ending   = (white | one of . , ; : ! ? … ) ] " ' ’ ” » )*
//! ```
//!
//! Reading T-11: white space at both ends of a text is none of its content and is let pass as well.

use proaktiv_messages::{FormNumber, Said};
use serde::{Deserialize, Serialize};

/// The longest service code that can be ours. Longer digits are somebody's number, not a code.
pub const SERVICE_DIGITS_MAX: usize = 8;

/// How many digits of the number of a bank are kept: more than any list has banks.
const BANK_DIGITS_KEPT: usize = 4;

/// What a reply says to the form that it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// Yes (`#3#1`). To App.3 in place of another form, it asks for that form again (S-04).
    Accept {
        /// The number in the list of App.2, from 1; none for App.1.
        bank: Option<u8>,
    },
    /// Another bank, please (`#3#0`).
    AnotherBank,
    /// Nothing that has an effect.
    Unrecognised(Unrecognised),
}

/// The class of a reply that has no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unrecognised {
    /// A plain no (S-03c).
    SaidNo,
    /// Two or more complete codes, even equal ones.
    Ambiguous,
    /// A complete code of a service that is not ours (S-06b).
    OtherService,
    /// An acceptance, or another bank, while App.3 is open as the first form (S-40).
    NoAccount,
    /// Digits after `#3#1` where there is no list to choose from.
    UnexpectedNumber,
    /// A bare `#3#1` where a bank must be chosen (T-17).
    NoChoice,
    /// A number that the list does not have, or one that begins with 0 (T-16).
    NoSuchBank,
    /// Everything else, the empty text too.
    NotUnderstood,
}

impl Unrecognised {
    /// All classes, in the order in which they are tried.
    pub const ALL: [Unrecognised; 8] = [
        Unrecognised::SaidNo,
        Unrecognised::Ambiguous,
        Unrecognised::OtherService,
        Unrecognised::NoAccount,
        Unrecognised::UnexpectedNumber,
        Unrecognised::NoChoice,
        Unrecognised::NoSuchBank,
        Unrecognised::NotUnderstood,
    ];

    /// Returns the name of the class, as it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Unrecognised::SaidNo => "said_no",
            Unrecognised::Ambiguous => "ambiguous",
            Unrecognised::OtherService => "other_service",
            Unrecognised::NoAccount => "no_account",
            Unrecognised::UnexpectedNumber => "unexpected_number",
            Unrecognised::NoChoice => "no_choice",
            Unrecognised::NoSuchBank => "no_such_bank",
            Unrecognised::NotUnderstood => "not_understood",
        }
    }

    /// Returns whether the first reply of this class in an offer brings the open form once more (S-06).
    pub const fn brings_the_form_again(self) -> bool {
        match self {
            Unrecognised::SaidNo | Unrecognised::OtherService | Unrecognised::NoAccount => false,
            Unrecognised::Ambiguous
            | Unrecognised::UnexpectedNumber
            | Unrecognised::NoChoice
            | Unrecognised::NoSuchBank
            | Unrecognised::NotUnderstood => true,
        }
    }
}

/// Reads the text of an incoming message (T-11). What it returns holds no digits by which a person
/// could be known: of a service longer than [`SERVICE_DIGITS_MAX`] digits nothing is kept (an empty
/// `service`, which is never ours), of the number of a bank the first four digits, which no list
/// reaches. Every text has an answer.
pub fn read(text: &str) -> Said {
    if says_no(text) {
        return Said::PlainNo;
    }
    if complete_codes(text) > 1 {
        return Said::SeveralCodes;
    }
    the_one_code(text).unwrap_or(Said::Nothing)
}

/// Returns the class of what was said while `form` is open, the first of the table that fits.
///
/// `banks` is the length of the list that the text of the form shows; `replaced` is the form in whose
/// place App.3 stands after `#3#0`, and none where App.3 is the first form. `banks` is then the length
/// of the list of the replaced form. App.4 and App.5 ask for no reply: codes to them are not understood.
///
/// Reading S-04: while App.3 stands for another form, a code means what it means to that form, except
/// that a bare `#3#1` needs no bank: it accepts nothing and only brings the form back.
pub fn class(said: &Said, service_code: &str, form: FormNumber, banks: usize, replaced: Option<FormNumber>) -> Reply {
    let (service, digits) = match said {
        Said::PlainNo => return Reply::Unrecognised(Unrecognised::SaidNo),
        Said::SeveralCodes => return Reply::Unrecognised(Unrecognised::Ambiguous),
        Said::Nothing => return Reply::Unrecognised(Unrecognised::NotUnderstood),
        Said::Code { service, digits } => (service, digits),
    };
    if service != service_code || service.is_empty() {
        return Reply::Unrecognised(Unrecognised::OtherService);
    }
    let Some(choice) = Choice::of(digits) else {
        return Reply::Unrecognised(Unrecognised::NotUnderstood);
    };
    match (form, replaced) {
        (FormNumber::One, _) => to_one_bank(choice),
        (FormNumber::Two, _) => to_a_list(choice, banks),
        (FormNumber::Three, Some(FormNumber::One)) => to_one_bank(choice),
        (FormNumber::Three, Some(FormNumber::Two)) => match choice {
            Choice::Accept => Reply::Accept { bank: None },
            Choice::AnotherBank | Choice::Bank(_) => to_a_list(choice, banks),
        },
        (FormNumber::Three, Some(FormNumber::Three | FormNumber::Four | FormNumber::Five) | None) => {
            Reply::Unrecognised(Unrecognised::NoAccount)
        }
        (FormNumber::Four | FormNumber::Five, _) => Reply::Unrecognised(Unrecognised::NotUnderstood),
    }
}

/// The digits of a complete code, taken apart (T-16): after the 1, what remains is the number.
#[derive(Clone, Copy)]
enum Choice<'a> {
    AnotherBank,
    Accept,
    Bank(&'a str),
}

impl Choice<'_> {
    fn of(digits: &str) -> Option<Choice<'_>> {
        match digits {
            "0" => Some(Choice::AnotherBank),
            "1" => Some(Choice::Accept),
            _ => digits.strip_prefix('1').filter(|rest| is_number(rest)).map(Choice::Bank),
        }
    }
}

/// App.1, p. 9(1): one bank, nothing to choose.
fn to_one_bank(choice: Choice<'_>) -> Reply {
    match choice {
        Choice::AnotherBank => Reply::AnotherBank,
        Choice::Accept => Reply::Accept { bank: None },
        Choice::Bank(_) => Reply::Unrecognised(Unrecognised::UnexpectedNumber),
    }
}

/// App.2, p. 9(2): acceptance and choice are one (T-17).
fn to_a_list(choice: Choice<'_>, banks: usize) -> Reply {
    match choice {
        Choice::AnotherBank => Reply::AnotherBank,
        Choice::Accept => Reply::Unrecognised(Unrecognised::NoChoice),
        Choice::Bank(number) => match listed(number, banks) {
            Some(bank) => Reply::Accept { bank: Some(bank) },
            None => Reply::Unrecognised(Unrecognised::NoSuchBank),
        },
    }
}

/// Returns the number as written in the list: no leading zero, from 1 to the length of the list.
fn listed(number: &str, banks: usize) -> Option<u8> {
    let bank: u8 = number.parse().ok()?;
    (!number.starts_with('0') && usize::from(bank) <= banks).then_some(bank)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns whether the whole text is a plain no, in either language, in any case.
fn says_no(text: &str) -> bool {
    let word = text.trim_matches(|letter: char| letter.is_whitespace() || is_punctuation(letter));
    // Longer texts are not even brought into lower case.
    word.len() <= 16 && matches!(word.to_lowercase().as_str(), "нет" | "жоқ" | "отказ")
}

/// The punctuation that may stand around a plain no.
fn is_punctuation(letter: char) -> bool {
    is_ending(letter) || matches!(letter, '-' | '–' | '—' | '(' | '[' | '«' | '“' | '„' | '‘' | '*' | '/' | '_')
}

/// The punctuation that may follow a code (T-11): App.2 itself puts a full stop behind one.
fn is_ending(letter: char) -> bool {
    matches!(letter, '.' | ',' | ';' | ':' | '!' | '?' | '…' | ')' | ']' | '"' | '\'' | '’' | '”' | '»')
}

fn is_hash(letter: char) -> bool {
    matches!(letter, '#' | '＃')
}

/// Counts the complete codes in a text, wherever they stand: digits, `#3#`, then 1 or 0.
fn complete_codes(text: &str) -> usize {
    text.char_indices()
        .filter(|&(place, letter)| {
            is_hash(letter)
                && text[..place].trim_end().ends_with(|before: char| before.is_ascii_digit())
                && after_three(&text[place..]).is_some_and(|rest| rest.starts_with(['0', '1']))
        })
        .count()
}

/// Returns what follows `#3#` and its white space, if the text begins with it.
fn after_three(text: &str) -> Option<&str> {
    let rest = text.strip_prefix(is_hash)?.trim_start().strip_prefix('3')?;
    Some(rest.trim_start().strip_prefix(is_hash)?.trim_start())
}

/// Returns the code if the whole text is one.
fn the_one_code(text: &str) -> Option<Said> {
    let (service, rest) = split_digits(text.trim_start());
    let rest = after_three(rest.trim_start())?;
    let (choice, rest) = split_digits(rest);
    let (number, rest) = if choice == "1" {
        let (number, after) = split_digits(rest.trim_start());
        if number.is_empty() { ("", rest) } else { (number, after) }
    } else {
        (choice.strip_prefix('1').unwrap_or_default(), rest)
    };
    let is_choice = choice == "0" || choice.starts_with('1');
    if service.is_empty() || !is_choice || !rest.chars().all(|letter| letter.is_whitespace() || is_ending(letter)) {
        return None;
    }
    let service = if service.len() > SERVICE_DIGITS_MAX { "" } else { service };
    let kept = &number[..number.len().min(BANK_DIGITS_KEPT)];
    let digits = if choice == "0" { "0".to_owned() } else { format!("1{kept}") };
    Some(Said::Code { service: service.to_owned(), digits })
}

/// Splits off the digits at the beginning; only the ten digits of ASCII are digits.
fn split_digits(text: &str) -> (&str, &str) {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    const OURS: &str = "123";
    const BANKS: usize = 5;

    /// Judges a text as the table does: read at the edge, then classed.
    fn to(form: FormNumber, banks: usize, replaced: Option<FormNumber>, text: &str) -> Reply {
        class(&read(text), OURS, form, banks, replaced)
    }

    fn written(reply: Reply) -> String {
        match reply {
            Reply::Accept { bank: None } => "accept".to_owned(),
            Reply::Accept { bank: Some(bank) } => format!("accept {bank}"),
            Reply::AnotherBank => "another_bank".to_owned(),
            Reply::Unrecognised(class) => class.name().to_owned(),
        }
    }

    /// Puts in the letters that the table writes by name.
    fn unescaped(text: &str) -> String {
        let mut text = text.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t");
        while let Some(start) = text.find("\\u{") {
            let end = start + text[start..].find('}').expect("a closing brace");
            let number = u32::from_str_radix(&text[start + 3..end], 16).expect("a number of a letter");
            text.replace_range(start..=end, &char::from_u32(number).expect("a letter").to_string());
        }
        text
    }

    fn table() -> Vec<(String, [&'static str; 3])> {
        include_str!("replies.txt")
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with("# ") && *line != "#")
            .map(|line| {
                let (text, replies) = line.rsplit_once('›').expect("a text between ‹ and ›");
                let replies: Vec<&str> = replies.split('|').skip(1).map(str::trim).collect();
                let text = text.strip_prefix('‹').expect("a text between ‹ and ›");
                (unescaped(text), replies.try_into().expect("three replies"))
            })
            .collect()
    }

    #[test]
    fn every_text_of_the_table_says_what_the_table_says() {
        let table = table();
        assert!(table.len() >= 120, "{} texts", table.len());
        for (text, expected) in &table {
            let found =
                [FormNumber::One, FormNumber::Two, FormNumber::Three].map(|form| written(to(form, BANKS, None, text)));
            assert_eq!(&found.each_ref().map(String::as_str), expected, "{text:?}");
        }
    }

    #[test]
    fn the_table_has_every_class_on_each_form_that_can_give_it() {
        use Unrecognised::*;
        let table = table();
        let anywhere = [SaidNo, Ambiguous, OtherService, NotUnderstood];
        for (form, own) in [vec![UnexpectedNumber], vec![NoChoice, NoSuchBank], vec![NoAccount]].into_iter().enumerate()
        {
            let found: BTreeSet<&str> = table.iter().map(|(_, replies)| replies[form]).collect();
            let accepts = found.iter().any(|reply| reply.starts_with("accept")) && found.contains("another_bank");
            assert_eq!(accepts, form < 2, "App.{}", form + 1);
            let classes: BTreeSet<&str> = anywhere.into_iter().chain(own).map(Unrecognised::name).collect();
            let effective = |reply: &&str| reply.starts_with("accept") || **reply == *"another_bank";
            assert_eq!(found.into_iter().filter(|reply| !effective(reply)).collect::<BTreeSet<_>>(), classes);
        }
    }

    #[test]
    fn beyond_nine_banks_two_digits_are_one_number() {
        // T-16: 1 is the acceptance, what follows is the number.
        for (text, banks, expected) in [
            ("123#3#11", 10, "accept 1"),
            ("123#3#110", 10, "accept 10"),
            ("123#3#110", 9, "no_such_bank"),
            ("123#3#10", 10, "no_such_bank"),
            ("123#3#111", 10, "no_such_bank"),
            ("123#3#111", 11, "accept 11"),
            ("123#3#1 10", 10, "accept 10"),
            ("123#3#1 1 0", 10, "not_understood"),
            ("123#3#123", 23, "accept 23"),
            ("123#3#124", 23, "no_such_bank"),
            ("123#3#1255", 1000, "accept 255"),
            ("123#3#1256", 1000, "no_such_bank"),
        ] {
            assert_eq!(written(to(FormNumber::Two, banks, None, text)), expected, "{text} of {banks}");
        }
    }

    #[test]
    fn app_3_in_place_of_another_form_takes_what_brings_that_form_back() {
        let (one, two) = (Some(FormNumber::One), Some(FormNumber::Two));
        for (text, replaced, expected) in [
            ("123 #3#1", one, "accept"),
            ("123 #3#12", one, "unexpected_number"),
            ("123 #3#0", one, "another_bank"),
            ("123 #3#1", two, "accept"),
            ("123 #3#12", two, "accept 2"),
            ("123 #3#19", two, "no_such_bank"),
            ("123 #3#0", two, "another_bank"),
            ("жоқ", two, "said_no"),
            ("123 #3#1", None, "no_account"),
            ("123 #3#1", Some(FormNumber::Three), "no_account"),
        ] {
            assert_eq!(written(to(FormNumber::Three, BANKS, replaced, text)), expected, "{text} for {replaced:?}");
        }
    }

    #[test]
    fn forms_that_ask_for_nothing_take_nothing() {
        for form in [FormNumber::Four, FormNumber::Five] {
            assert_eq!(written(to(form, 0, None, "123 #3#1")), "not_understood");
            assert_eq!(written(to(form, 0, None, "нет")), "said_no");
        }
    }

    #[test]
    fn a_number_of_a_person_is_not_kept() {
        for text in ["159901500005 #3#1", "77010000000 #3#0", "123#3#1 159901500005", "123#3#177010000000"] {
            let Said::Code { service, digits } = read(text) else { panic!("{text} is a code") };
            assert!(service.len() <= SERVICE_DIGITS_MAX && digits.len() <= 1 + BANK_DIGITS_KEPT, "{text}");
            assert!(!written(to(FormNumber::Two, 23, None, text)).starts_with("accept"), "{text}");
        }
        // What is not kept is never ours, whatever is configured.
        assert_eq!(
            class(&read("123456789 #3#1"), "", FormNumber::One, 1, None),
            Reply::Unrecognised(Unrecognised::OtherService)
        );
    }

    #[test]
    fn a_said_that_no_text_gives_has_no_effect() {
        for digits in ["", "2", "01", "00", "1a", "1 2", "11１", "１"] {
            let said = Said::Code { service: OURS.to_owned(), digits: digits.to_owned() };
            for form in FormNumber::ALL {
                let reply = class(&said, OURS, form, 255, None);
                assert!(matches!(reply, Reply::Unrecognised(_)), "{digits:?} to {form:?}");
            }
        }
    }

    #[test]
    fn classes_are_written_as_they_are_named() {
        for class in Unrecognised::ALL {
            assert_eq!(serde_json::to_value(class).expect("it can be written"), class.name());
        }
    }

    /// Recognises the grammar of T-11 a second time, letter by letter and by other means: a list of
    /// states, and what each of them takes. Returns whether a text accepts with our code.
    fn accepts(text: &str, list: Option<usize>) -> bool {
        let mut letters: Vec<char> = text.chars().collect();
        while letters.last().is_some_and(|&last| last.is_whitespace() || ".,;:!?…)]\"'’”»".contains(last)) {
            letters.pop();
        }
        while letters.first().is_some_and(|first| first.is_whitespace()) {
            letters.remove(0);
        }
        // Without white space the code is fixed; where white space may stand is checked after.
        let solid: String = letters.iter().filter(|l| !l.is_whitespace()).collect::<String>().replace('＃', "#");
        let Some(number) = solid.strip_prefix("123#3#1") else { return false };
        for (place, pair) in letters.windows(2).enumerate() {
            let gap = pair[1].is_whitespace() && !pair[0].is_whitespace();
            if !gap {
                continue;
            }
            let next = letters[place + 1..].iter().find(|l| !l.is_whitespace());
            let before: Vec<&char> = letters[..=place].iter().filter(|l| !l.is_whitespace()).collect();
            let beside_hash = "#＃".contains(pair[0]) || next.is_some_and(|&next| "#＃".contains(next));
            let after_the_one = before.len() == "123#3#1".len();
            if !beside_hash && !after_the_one {
                return false;
            }
        }
        match list {
            None => number.is_empty(),
            Some(banks) => (1..=banks).any(|bank| number == bank.to_string()),
        }
    }

    /// Texts near the grammar: its own letters, in and out of order, with strangers among them.
    fn near_the_grammar() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            4 => Just("123"), 4 => Just("#"), 4 => Just("3"), 4 => Just("1"), 1 => Just("0"), 2 => Just(" "),
            1 => Just("2"), 1 => Just("＃"), 1 => Just("\u{A0}"), 1 => Just("\n"), 1 => Just("."), 1 => Just("О"),
            1 => Just("нет"), 1 => Just("№"), 1 => Just("１"), 1 => Just("\u{200B}"), 1 => Just("777"),
        ];
        let code = (
            "[ \n]{0,2}",
            "[ \u{A0}]{0,2}",
            "[#＃]",
            "[ ]{0,1}",
            "[ ]{0,1}",
            "[ ]{0,1}",
            "[ ]{0,1}[0-9]{0,3}",
            "[.! ,]{0,3}",
        )
            .prop_map(|(start, a, hash, b, c, d, number, end)| format!("{start}123{a}{hash}{b}3{c}#{d}1{number}{end}"));
        let spoilt =
            (code.clone(), any::<prop::sample::Index>(), prop::char::any()).prop_map(|(code, place, stranger)| {
                let mut letters: Vec<char> = code.chars().collect();
                letters.insert(place.index(letters.len() + 1), stranger);
                letters.into_iter().collect()
            });
        prop_oneof![prop::collection::vec(part, 0..14).prop_map(|parts| parts.concat()), code, spoilt, any::<String>(),]
    }

    /// Numbers that look like chance and are the same for one seed (splitmix64).
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, end: usize) -> usize {
            self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
            ((mixed ^ mixed >> 31) % end.max(1) as u64) as usize
        }
    }

    /// What is put into a text: pieces of the grammar, of both languages, and what looks like them.
    const PIECES: [&str; 26] = [
        "123",
        "777",
        "#",
        "＃",
        "3",
        "1",
        "0",
        "2",
        "10",
        "#3#1",
        "#3#0",
        "123#3#11",
        " ",
        "\u{A0}",
        "\n",
        "\r",
        "\t",
        ".",
        "нет",
        "жоқ",
        "отказ",
        "№",
        "１",
        "\u{200B}",
        "\u{FE0F}",
        "О",
    ];

    /// Returns random bytes, or a text of the table after one to six changes of its bytes.
    fn fuzzed_text(corpus: &[String], numbers: &mut Numbers) -> String {
        let mut bytes = if numbers.below(8) == 0 {
            (0..numbers.below(40)).map(|_| numbers.below(256) as u8).collect()
        } else {
            corpus[numbers.below(corpus.len())].clone().into_bytes()
        };
        for _ in 0..=numbers.below(6) {
            let place = numbers.below(bytes.len() + 1);
            let end = place + numbers.below(bytes.len() - place + 1).min(12);
            match numbers.below(6) {
                0 => drop(bytes.drain(place..end)),
                1 => bytes.insert(place, numbers.below(256) as u8),
                2 => {
                    let part = bytes[place..end].to_vec();
                    drop(bytes.splice(place..place, part));
                }
                3 => {
                    let other = corpus[numbers.below(corpus.len())].as_bytes();
                    let from = numbers.below(other.len() + 1);
                    drop(bytes.splice(place..end, other[from..].iter().copied()));
                }
                4 if place < bytes.len() => bytes[place] ^= 1 << numbers.below(8),
                _ => drop(bytes.splice(place..place, PIECES[numbers.below(PIECES.len())].bytes())),
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Puts so many texts to every form, and holds each acceptance against the second recogniser. Returns how
    /// many accepted App.1, App.2, and how many had each other reply to App.2.
    fn fuzz(seed: u64, texts: u64) -> std::collections::BTreeMap<String, u64> {
        let corpus: Vec<String> = table().into_iter().map(|(text, _)| text).collect();
        let mut numbers = Numbers(seed);
        let mut counts = std::collections::BTreeMap::new();
        for _ in 0..texts {
            let text = fuzzed_text(&corpus, &mut numbers);
            let banks = 2 + numbers.below(22);
            let [one, two] =
                [(FormNumber::One, 1), (FormNumber::Two, banks)].map(|(form, banks)| to(form, banks, None, &text));
            assert_eq!(matches!(one, Reply::Accept { .. }), accepts(&text, None), "seed {seed}, to App.1: {text:?}");
            assert_eq!(
                matches!(two, Reply::Accept { .. }),
                accepts(&text, Some(banks)),
                "seed {seed}, to App.2: {text:?}"
            );
            for (form, replaced) in [
                (FormNumber::Three, None),
                (FormNumber::Three, Some(FormNumber::One)),
                (FormNumber::Three, Some(FormNumber::Two)),
                (FormNumber::Four, None),
                (FormNumber::Five, None),
            ] {
                let reply = to(form, banks, replaced, &text);
                let may_accept = replaced.is_some() && (accepts(&text, None) || accepts(&text, Some(banks)));
                let accepted = matches!(reply, Reply::Accept { .. });
                assert!(!accepted || may_accept, "seed {seed}, to {form:?} for {replaced:?}: {text:?}");
            }
            if let Reply::Accept { bank: Some(bank) } = two {
                assert!((1..=banks).contains(&usize::from(bank)), "seed {seed}: {text:?}");
            }
            let word = written(two);
            let word = if word.starts_with("accept") { "accept" } else { &word };
            *counts.entry(word.to_owned()).or_default() += 1;
        }
        counts
    }

    #[test]
    fn changed_texts_of_the_table_accept_by_the_grammar_alone() {
        let counts = fuzz(1, 20_000);
        // Chance that never met an acceptance, a choice or a class would have shown nothing.
        let words = Unrecognised::ALL.map(Unrecognised::name).into_iter().chain(["accept", "another_bank"]);
        let of_app_2 = words.filter(|word| !matches!(*word, "no_account" | "unexpected_number"));
        for word in of_app_2 {
            assert!(counts.contains_key(word), "no {word} among {counts:?}");
        }
    }

    #[test]
    #[ignore = "as long as `.ci/fuzz-replies` says: seed and number of texts come from FUZZ_SEED and FUZZ_TEXTS"]
    fn fuzzed_texts_accept_by_the_grammar_alone() {
        let number = |name| std::env::var(name).ok().and_then(|text| text.parse().ok());
        let (seed, texts) = (number("FUZZ_SEED").unwrap_or(1), number("FUZZ_TEXTS").unwrap_or(1_000_000));
        println!("\nseed {seed}, {texts} texts: {:?}", fuzz(seed, texts));
    }

    proptest! {
        // PROPTEST_CASES raises it.
        #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(4000)))]
        #[test]
        fn no_text_outside_the_grammar_accepts(text in near_the_grammar(), banks in 2_usize..24) {
            let of_one = matches!(to(FormNumber::One, 1, None, &text), Reply::Accept { .. });
            prop_assert_eq!(of_one, accepts(&text, None), "to App.1: {:?}", text);
            let of_two = matches!(to(FormNumber::Two, banks, None, &text), Reply::Accept { .. });
            prop_assert_eq!(of_two, accepts(&text, Some(banks)), "to App.2: {:?}", text);
            let of_three = to(FormNumber::Three, banks, None, &text);
            prop_assert!(matches!(of_three, Reply::Unrecognised(_)), "to App.3: {:?}", text);
        }

        #[test]
        fn an_accepted_bank_stands_in_the_list(text in near_the_grammar(), banks in 0_usize..300) {
            if let Reply::Accept { bank } = to(FormNumber::Two, banks, None, &text) {
                prop_assert!(bank.is_some_and(|bank| bank >= 1 && usize::from(bank) <= banks));
            }
        }

        #[test]
        fn every_said_has_a_class(service: String, digits: String, banks: usize, ours: String) {
            let said = Said::Code { service, digits };
            for form in FormNumber::ALL {
                for replaced in FormNumber::ALL.into_iter().map(Some).chain([None]) {
                    let _ = class(&said, &ours, form, banks, replaced);
                }
            }
        }
    }
}
