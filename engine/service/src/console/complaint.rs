//! What is wrong with a command line, in one line: the field, the value, what is accepted.

use std::fmt;

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// A value longer than this is not repeated.
const LONGEST_SHOWN: usize = 60;
/// So many digits in a row may be an IIN, a number or an account.
const DIGITS_OF_A_PERSON: usize = 9;

/// What is wrong with a command line. Never repeats what may be a person's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Complaint(String);

impl Complaint {
    /// Returns the complaint about a value that is given.
    pub(crate) fn about(field: &str, value: &str, accepted: &str) -> Self {
        Self(format!("{field}: {} is not accepted; accepted: {accepted}", shown(value)))
    }

    /// Returns a complaint in these words, which repeat nothing that a person wrote.
    pub(crate) fn that(words: String) -> Self {
        Self(words)
    }

    /// Returns the complaint about a value that is a person's: it is not repeated.
    pub(crate) fn about_a_person(field: &str, accepted: &str) -> Self {
        Self(format!("{field}: the value given is not accepted; accepted: {accepted}"))
    }

    /// Returns the complaint about a value that is missing.
    pub(crate) fn missing(field: &str, accepted: &str) -> Self {
        Self(format!("{field}: nothing is given; accepted: {accepted}"))
    }

    /// Returns what clap found wrong, in one line. Of stray arguments only options are repeated: anything
    /// else may be somebody's number.
    pub(crate) fn of(error: &clap::Error) -> Self {
        let text = |kind| match error.get(kind) {
            Some(ContextValue::String(text)) => Some(text.clone()),
            Some(ContextValue::Strings(texts)) if !texts.is_empty() => Some(texts.join(", ")),
            _ => None,
        };
        let field = text(ContextKind::InvalidArg).unwrap_or_default();
        // Options are named without what stands for their value.
        let field = field.split(" <").next().unwrap_or_default().to_owned();
        let value = text(ContextKind::InvalidValue).unwrap_or_default();
        let accepted = text(ContextKind::ValidValue).or_else(|| reason_of(error));
        let help = "proaktiv-engine --help shows what is accepted";
        Self(match error.kind() {
            ErrorKind::InvalidValue if value.is_empty() => {
                format!("{field}: nothing is given; accepted: {}", accepted.unwrap_or("a value".to_owned()))
            }
            ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
                return Self::about(&field, &value, &accepted.unwrap_or("see --help".to_owned()));
            }
            ErrorKind::UnknownArgument if field.starts_with("--") && !field.contains(char::is_whitespace) => {
                format!("{}: there is no such option here; {help}", shown(&field).trim_matches('"'))
            }
            ErrorKind::UnknownArgument => format!("one argument more than is accepted; {help}"),
            ErrorKind::InvalidSubcommand => match text(ContextKind::InvalidSubcommand) {
                Some(name) => format!("command: {} is not accepted; {help}", shown(&name)),
                None => format!("command: not one that is accepted; {help}"),
            },
            ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                format!("command: nothing is given; {help}")
            }
            // Names every one that is missing.
            ErrorKind::MissingRequiredArgument => {
                let missing = text(ContextKind::InvalidArg).unwrap_or_default();
                format!("{missing}: nothing is given; {help}")
            }
            ErrorKind::ArgumentConflict => match text(ContextKind::PriorArg) {
                Some(prior) if prior.starts_with(&field) => format!("{field}: given twice; accepted: once"),
                Some(prior) => format!("{field}: is not accepted beside {prior}; accepted: one of them"),
                None => format!("{field}: is not accepted beside the others; {help}"),
            },
            ErrorKind::InvalidUtf8 => format!("an argument is not UTF-8 text; {help}"),
            ErrorKind::NoEquals
            | ErrorKind::TooManyValues
            | ErrorKind::TooFewValues
            | ErrorKind::WrongNumberOfValues
            | ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::Io
            | ErrorKind::Format
            | _ => format!("the command line is not accepted; {help}"),
        })
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.0)
    }
}

/// Returns what a value's own reader says is accepted.
fn reason_of(error: &clap::Error) -> Option<String> {
    std::error::Error::source(error).map(ToString::to_string)
}

/// Returns a value as it may be shown: quoted, or only its length if it is long or may be a person's.
fn shown(value: &str) -> String {
    let letters = value.chars().count();
    if letters > LONGEST_SHOWN || may_be_a_persons(value) {
        format!("a text of {letters} characters")
    } else {
        format!("{value:?}")
    }
}

/// Returns whether a value holds as many digits in a row as an IIN, a number or an account has, however
/// they are grouped, or begins as an account does.
fn may_be_a_persons(value: &str) -> bool {
    let ungrouped: String = value.chars().filter(|letter| !matches!(letter, ' ' | '(' | ')' | '-' | '+')).collect();
    let longest = ungrouped.split(|letter: char| !letter.is_numeric()).map(|run| run.chars().count()).max();
    let account = ungrouped.get(..2).is_some_and(|country| country.eq_ignore_ascii_case("KZ"));
    longest.is_some_and(|longest| longest >= DIGITS_OF_A_PERSON) || account
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_persons_is_not_shown() {
        for value in
            ["159901500005", "+7 (701) 000-00-01", "KZ68601TEST000000001", "kz 68 601 TEST", "１５９９０１５００００５"]
        {
            assert!(!Complaint::about("--code", value, "digits").to_string().contains(value), "{value}");
        }
        for value in ["12a", "2024-02-30T10:00", "", "\u{1b}[2J"] {
            let complaint = Complaint::about("--sent", value, "a time").to_string();
            assert!(complaint.contains(&format!("{value:?}")), "{complaint}");
            assert!(!complaint.contains(char::is_control));
        }
        assert!(Complaint::about("--lang", &"ы".repeat(61), "ru, kk").to_string().contains("a text of 61 characters"));
    }
}
