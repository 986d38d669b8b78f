//! What can be wrong with a plan, each as one clear sentence. No sentence repeats an IIN, a name, a
//! number or an account: of these it names the field alone.

use std::io;

use super::LawHeader;
use super::one_of::EXACTLY_ONE;
use super::place::{self, Place};

/// Why a plan cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The file cannot be opened or read.
    #[error("the plan cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// There is no first line.
    #[error("the plan is empty; its first line must be the header")]
    Empty,
    /// A line is no JSON.
    #[error("line {line}, column {column}: this is no JSON ({reason}); expected one JSON object a line")]
    NotJson {
        /// Which line, from 1.
        line: u64,
        /// Which byte of it, from 1.
        column: usize,
        /// What the parser expected there.
        reason: String,
    },
    /// A field has a value that is not accepted.
    #[error("line {line}, {}: {} not accepted; expected {accepted}", shown_field(field), shown_value(value.as_deref()))]
    Value {
        /// Which line, from 1.
        line: u64,
        /// Path of the field: `children[0].born`.
        field: String,
        /// The value as the line has it; none where it is a person's, or no single value.
        value: Option<String>,
        /// What is accepted.
        accepted: String,
    },
    /// A field is missing, unknown or given twice.
    #[error("line {line}, {}: {problem}", shown_field(field))]
    Shape {
        /// Which line, from 1.
        line: u64,
        /// Path of the object.
        field: String,
        /// What is wrong, and which fields are known.
        problem: String,
    },
    /// What must be unique occurs twice.
    #[error("line {line}, {field}: this {what} stands in the plan already; expected each {what} once in a plan")]
    Repeated {
        /// Which line, from 1.
        line: u64,
        /// Path of the field.
        field: String,
        /// `IIN`, `subscriber number` or `account`.
        what: &'static str,
    },
    /// The header declares another number than follows.
    #[error("line 1, {what}: {declared} declared, but {found} follow; expected the number that follows")]
    Count {
        /// `families` or `children`.
        what: &'static str,
        /// How many the header declares.
        declared: u64,
        /// How many follow.
        found: u64,
    },
}

fn shown_field(field: &str) -> &str {
    if field.is_empty() { "the line" } else { field }
}

fn shown_value(value: Option<&str>) -> String {
    match value {
        Some(value) if value.chars().count() <= 60 => format!("{value} is"),
        Some(_) | None => "the value is".to_owned(),
    }
}

/// Fields that name a person, and what they take.
const PERSONAL: &[(&str, &str)] = &[
    ("iin", "an IIN: twelve digits, the last the check digit of the others"),
    ("name", "a full name: at least one visible character, no control characters"),
    ("account", "an account: KZ, two check digits, three digits of the bank, thirteen letters or digits"),
    ("birth_act", "the number of an act record: at least one visible character"),
    ("guardian", "an IIN: twelve digits, the last the check digit of the others"),
    ("writes", "a text"),
    ("key", "64 hexadecimal digits in lower case"),
];

/// What a subscriber number looks like.
const NUMBER: &str = "a subscriber number: eleven digits, 77…";
const INSTANT: &str = "an RFC 3339 instant";
const MINUTES: &str = "a whole number of minutes from 0";
const DATE: &str = "a date YYYY-MM-DD";
const COUNT: &str = "a whole number from 0";
const YES_NO: &str = "true or false";

/// Fields that name no person, and what they take.
const PLAIN: &[(&str, &str)] = &[
    ("plan", "\"proaktiv.plan\""),
    ("version", "1"),
    ("scenario", "a text"),
    ("seed", COUNT),
    ("families", "a whole number from 0, at most 4294967295"),
    ("starts", DATE),
    ("horizon", DATE),
    ("salt", "32 hexadecimal digits in lower case"),
    ("observer", YES_NO),
    ("tick_ms", "a whole number of milliseconds from 1"),
    ("value", "a date YYYY-MM-DD (published) or a text of digits (service_code)"),
    ("basis", "a text: the word assumed, or a source"),
    ("source", "a text: the word assumed, or a source"),
    ("last_day", DATE),
    ("integrated_banks", "a list of bank codes of three digits as text, sorted, each once"),
    ("reply_window_working_days", COUNT),
    ("offer_hour", "an hour from 0 to 23"),
    ("permitted_from", "an hour from 0 to 23"),
    ("permitted_to", "an hour from 1 to 24"),
    ("payment_working_day", "a whole number from 1"),
    ("payment_hour", "an hour from 0 to 23"),
    ("unit", "\"monthly\" or \"quarterly\""),
    ("mci", COUNT),
    ("tiyn", "a whole number of tiyn"),
    ("at", "an RFC 3339 instant"),
    ("valid_from", DATE),
    ("day", DATE),
    ("works", YES_NO),
    ("family", "the number of the family, from 1"),
    ("child", "the number of the child in its family, from 1"),
    ("kind", "a word of this field's list (see schema/plan.schema.json)"),
    ("born", DATE),
    ("registration", "{\"permanent\": district}, {\"temporary\": district}, \"removed\" or \"not_given\""),
    ("permanent", "a district: its code of nine digits as a number"),
    ("temporary", "a district: its code of nine digits as a number"),
    ("district", "a district: its code of nine digits as a number"),
    ("from", DATE),
    ("to", DATE),
    ("since", DATE),
    ("until", DATE),
    ("on", "a date YYYY-MM-DD (ended) or the name of a task (officials)"),
    ("date", DATE),
    ("order_date", DATE),
    ("first_listed", DATE),
    ("valid_to", DATE),
    ("confirmed", DATE),
    ("order_number", "a text"),
    ("row", COUNT),
    ("school", COUNT),
    ("number", "a number (live_application) or a text (conclusions)"),
    ("granted", YES_NO),
    ("ours", "the id of an application: <token>.<number>"),
    ("grants", YES_NO),
    ("agrees", YES_NO),
    ("invalidated", YES_NO),
    ("main", YES_NO),
    ("usable", YES_NO),
    ("opened", INSTANT),
    ("relation", "\"mother\" or \"father\""),
    ("language", "\"ru\" or \"kk\""),
    ("after_minutes", MINUTES),
    ("parts_minutes", MINUTES),
    ("stored_minutes", MINUTES),
    ("told_after_minutes", MINUTES),
    ("at", INSTANT),
    ("told", YES_NO),
    ("missing", YES_NO),
    ("answers", YES_NO),
    ("twice", YES_NO),
    ("unstamped", YES_NO),
    ("delivered", "true, false or null"),
    ("appointed", DATE),
    ("day", DATE),
    ("party", "a party by its address: nobd, bank/601, leb/710000000"),
    ("ends", "\"pending\", \"refused\", \"withdrawn\" or \"granted\""),
    ("does", "what is done, as schema/plan.schema.json lists it"),
    ("hold", "the name of a hold"),
    ("sms", "the number of a form to this household, from 1"),
    ("nth", "the number of a form to this household, from 1"),
    ("person", "the number of a parent or guardian, parents first, from 1"),
    ("accepts", "the number of a bank in the list, from 1"),
    ("lodges", "the number of a child of the family, from 1"),
    ("withdraws", "{\"child\": number} or {\"person\": number}"),
    ("poll_hours", "a list of hours from 0 to 23"),
    ("stateless_excludes", YES_NO),
    ("says", "\"accept\" or \"nothing\""),
    ("bank", "the number of a bank in the list, from 1 (reply), or a bank's code as text"),
    ("decision", "an object with grants and after_minutes"),
    ("consent", "an object with agrees and after_minutes"),
    ("consent_for_child", "an object with agrees and after_minutes"),
];

impl PlanError {
    /// Tells what a refusal of `text`, the value of the field `prefix` of `line`, is about.
    pub(super) fn of_json(line: u64, prefix: &str, text: &str, reason: &serde_json::Error) -> Self {
        let message = reason.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        if !reason.is_data() {
            return PlanError::NotJson { line, column: reason.column(), reason: message.to_owned() };
        }
        let mut taken = reason.column();
        if message.starts_with(EXACTLY_ONE) {
            taken -= usize::from(has_gone_on(text, taken));
        } else if ["Iin", "Msisdn", "account", "FullName", "DocumentNumber"]
            .iter()
            .any(|name| message.starts_with(name))
        {
            // A text does not end with a brace: the object that holds it does.
            taken -= usize::from(text.get(..taken).is_some_and(|taken| taken.ends_with('}')));
        }
        let Place { path, value } = place::place(text, taken);
        let field = [prefix, &path].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(".");
        if let Some(problem) = shape_problem(message) {
            return PlanError::Shape { line, field, problem };
        }
        let leaf = path.rsplit('.').next().unwrap_or_default();
        let leaf = leaf.split('[').next().unwrap_or_default();
        let find =
            |list: &[(&str, &str)]| list.iter().find(|(name, _)| *name == leaf).map(|&(_, takes)| takes.to_owned());
        if let Some(accepted) = personal_by_place(&path, leaf) {
            return PlanError::Value { line, field, value: None, accepted: accepted.to_owned() };
        }
        if path.starts_with("faults[") && ["from", "to"].contains(&leaf) {
            return PlanError::Value { line, field, value, accepted: INSTANT.to_owned() };
        }
        if LawHeader::OPTIONAL_NUMBERS.contains(&leaf) {
            return PlanError::Value { line, field, value, accepted: COUNT.to_owned() };
        }
        match (find(PERSONAL), find(PLAIN)) {
            (Some(accepted), _) => PlanError::Value { line, field, value: None, accepted },
            (None, Some(accepted)) => PlanError::Value { line, field, value, accepted },
            // An object or a list was expected; what stands there instead could be anything.
            (None, None) => {
                let accepted = "an object or a list as schema/plan.schema.json describes it".to_owned();
                PlanError::Value { line, field, value: None, accepted }
            }
        }
    }
}

/// Returns whether a reader that has taken `taken` bytes, and refuses the object behind it, stands one
/// byte beyond that object. It does, unless the object has another key of its holder behind it.
fn has_gone_on(text: &str, taken: usize) -> bool {
    let rest = text.get(taken..).unwrap_or_default().trim_start();
    !rest.strip_prefix(',').is_some_and(|rest| rest.trim_start().starts_with('"'))
}

/// Returns what a field takes whose name alone does not tell that it is a person's.
fn personal_by_place(path: &str, leaf: &str) -> Option<&'static str> {
    let within = |part: &str| path.contains(part);
    let number = leaf == "number" && (within("numbers[") || within("changes_number"));
    if number || (leaf == "from" && within("acts[")) {
        return Some(NUMBER);
    }
    (leaf == "number" && (within("documents[") || within(".document."))).then_some("a text")
}

/// Returns what is wrong with the fields of an object, if that is what the message is about.
fn shape_problem(message: &str) -> Option<String> {
    if message.starts_with("missing field") {
        return Some(format!("{message}; expected it to be given"));
    }
    if message.starts_with("duplicate field") {
        return Some(format!("{message}; expected it once"));
    }
    if message.starts_with(EXACTLY_ONE) {
        return Some(message.to_owned());
    }
    let rest = message.strip_prefix("unknown field `")?;
    let (key, rest) = rest.rsplit_once("`, expected ").map_or((rest, None), |_| {
        let at = rest.find("`, expected ").unwrap_or(rest.len());
        (&rest[..at], rest.get(at + 3..))
    });
    Some(format!(
        "unknown field `{}`{}",
        place::shown_key(key),
        rest.map(|rest| format!("; {rest}")).unwrap_or_default()
    ))
}
