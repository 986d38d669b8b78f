//! Reads a JSON text into serde's terms, strictly, and says where in it something is wrong.
//!
//! For the few hundred bytes of a law. An error names the field by its path (`rates[2].mci`), which a
//! caller who has to correct the text needs more than a line and a column. Numbers are whole: the
//! values of the act have no fractions.

use std::fmt;

use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

/// How deep lists and objects may lie in each other.
const DEPTH_MAX: usize = 16;

/// Why a text cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unreadable {
    /// The path of the field; empty for the text as a whole.
    pub path: String,
    /// What is wrong there.
    pub problem: String,
}

impl Unreadable {
    fn at(path: &str, problem: impl fmt::Display) -> Self {
        Self { path: path.to_owned(), problem: problem.to_string() }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.problem)
    }
}

impl std::error::Error for Unreadable {}

impl de::Error for Unreadable {
    fn custom<T: fmt::Display>(problem: T) -> Self {
        Self::at("", problem)
    }
}

/// Reads the one value that `text` holds.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    let mut reader = Reader { rest: text };
    let value = reader.value(String::new(), 0)?;
    reader.skip_white();
    if !reader.rest.is_empty() {
        return Err(Unreadable::at("", "something follows the value"));
    }
    T::deserialize(value)
}

/// A value and where it stands.
struct Value {
    path: String,
    kind: Kind,
}

enum Kind {
    Null,
    Truth(bool),
    Number(i64),
    Text(String),
    List(Vec<Value>),
    Object(Vec<(String, Value)>),
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn skip_white(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
    }

    /// Skips white space, then takes `mark` if it comes next.
    fn take(&mut self, mark: &str) -> bool {
        self.skip_white();
        let found = self.rest.strip_prefix(mark);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    fn value(&mut self, path: String, depth: usize) -> Result<Value, Unreadable> {
        if depth > DEPTH_MAX {
            return Err(Unreadable::at(&path, "lies too deep"));
        }
        let kind = if self.take("{") {
            self.object(&path, depth)?
        } else if self.take("[") {
            self.list(&path, depth)?
        } else if self.rest.starts_with('"') {
            Kind::Text(self.text(&path)?)
        } else if self.take("null") {
            Kind::Null
        } else if self.take("true") {
            Kind::Truth(true)
        } else if self.take("false") {
            Kind::Truth(false)
        } else {
            Kind::Number(self.number(&path)?)
        };
        Ok(Value { path, kind })
    }

    fn object(&mut self, path: &str, depth: usize) -> Result<Kind, Unreadable> {
        let mut fields = Vec::new();
        if self.take("}") {
            return Ok(Kind::Object(fields));
        }
        loop {
            self.skip_white();
            let name = self.text(path)?;
            if !self.take(":") {
                return Err(Unreadable::at(path, format_args!("expected : after {name:?}")));
            }
            let below = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            fields.push((name, self.value(below, depth + 1)?));
            if self.take("}") {
                return Ok(Kind::Object(fields));
            }
            if !self.take(",") {
                return Err(Unreadable::at(path, "expected , or } after a field"));
            }
        }
    }

    fn list(&mut self, path: &str, depth: usize) -> Result<Kind, Unreadable> {
        let mut values = Vec::new();
        if self.take("]") {
            return Ok(Kind::List(values));
        }
        loop {
            values.push(self.value(format!("{path}[{}]", values.len()), depth + 1)?);
            if self.take("]") {
                return Ok(Kind::List(values));
            }
            if !self.take(",") {
                return Err(Unreadable::at(path, "expected , or ] after a value"));
            }
        }
    }

    fn number(&mut self, path: &str) -> Result<i64, Unreadable> {
        let end = self.rest.find([',', ']', '}', ' ', '\t', '\r', '\n']).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        let digits = word.strip_prefix('-').unwrap_or(word);
        let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
        match word.parse() {
            Ok(number) if is_plain => Ok(number),
            Ok(_) | Err(_) => Err(Unreadable::at(path, format_args!("{word:?} is no JSON value, or no whole number"))),
        }
    }

    fn text(&mut self, path: &str) -> Result<String, Unreadable> {
        let broken = || Unreadable::at(path, "expected a text in double quotes");
        let mut letters = self.rest.strip_prefix('"').ok_or_else(broken)?.chars();
        let mut text = String::new();
        loop {
            match letters.next().ok_or_else(broken)? {
                '"' => break,
                '\\' => text.push(escaped(&mut letters).ok_or_else(broken)?),
                letter if letter < ' ' => return Err(broken()),
                letter => text.push(letter),
            }
        }
        self.rest = letters.as_str();
        Ok(text)
    }
}

/// Reads what follows a backslash.
fn escaped(letters: &mut std::str::Chars<'_>) -> Option<char> {
    Some(match letters.next()? {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        same @ ('"' | '\\' | '/') => same,
        'u' => {
            let first = four_digits(letters)?;
            let second = if (0xD800..0xDC00).contains(&first) {
                (letters.next()? == '\\' && letters.next()? == 'u').then_some(())?;
                Some(four_digits(letters)?)
            } else {
                None
            };
            char::decode_utf16(std::iter::once(first).chain(second)).next()?.ok()?
        }
        _ => return None,
    })
}

fn four_digits(letters: &mut std::str::Chars<'_>) -> Option<u16> {
    (0..4).try_fold(0, |sum, _| Some(sum << 4 | letters.next()?.to_digit(16)? as u16))
}

/// The values of a list, handed over one by one.
struct Items(std::vec::IntoIter<Value>);

impl<'de> SeqAccess<'de> for Items {
    type Error = Unreadable;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Unreadable> {
        self.0.next().map(|value| deserialized(value, seed)).transpose()
    }
}

/// The fields of an object, handed over one by one.
struct Fields {
    left: std::vec::IntoIter<(String, Value)>,
    /// The value of the field whose name was handed over last.
    value: Option<Value>,
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Unreadable;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Unreadable> {
        let Some((name, value)) = self.left.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(name.into_deserializer()).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Unreadable> {
        let value = self.value.take().ok_or_else(|| Unreadable::at("", "a value was asked for before its name"))?;
        deserialized(value, seed)
    }
}

/// Hands a value over; what is found wrong with it gets its place.
fn deserialized<'de, S: DeserializeSeed<'de>>(value: Value, seed: S) -> Result<S::Value, Unreadable> {
    let path = value.path.clone();
    seed.deserialize(value).map_err(|error| located(error, path))
}

impl<'de> de::Deserializer<'de> for Value {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let found = match self.kind {
            Kind::Null => visitor.visit_unit(),
            Kind::Truth(truth) => visitor.visit_bool(truth),
            Kind::Number(number) => visitor.visit_i64(number),
            Kind::Text(text) => visitor.visit_string(text),
            Kind::List(values) => visitor.visit_seq(Items(values.into_iter())),
            Kind::Object(fields) => visitor.visit_map(Fields { left: fields.into_iter(), value: None }),
        };
        found.map_err(|error| located(error, self.path))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.kind {
            Kind::Null => visitor.visit_none(),
            Kind::Truth(_) | Kind::Number(_) | Kind::Text(_) | Kind::List(_) | Kind::Object(_) => {
                visitor.visit_some(self)
            }
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        let Value { path, kind } = self;
        let Kind::Text(text) = kind else { return Err(Unreadable::at(&path, "expected a word")) };
        visitor.visit_enum(text.into_deserializer()).map_err(|error| located(error, path))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// Gives an error its place, unless it lies deeper and has one.
fn located(error: Unreadable, path: String) -> Unreadable {
    if error.path.is_empty() { Unreadable { path, ..error } } else { error }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        type Rows = BTreeMap<String, Vec<u8>>;
        for (text, path, part) in [
            ("", "", "whole number"),
            ("{\"a\":[1,2]} x", "", "follows"),
            ("{\"a\":[1,300]}", "a[1]", "300"),
            ("{\"a\":[1,2.5]}", "a[1]", "whole"),
            ("{\"a\":[1,01]}", "a[1]", "whole"),
            ("{\"a\":[1,\"2\"]}", "a[1]", "string"),
            ("{\"a\" [1]}", "", "expected :"),
            ("{\"a\":[1 2]}", "a", "expected ,"),
        ] {
            let error = read::<Rows>(text).expect_err(text);
            assert_eq!(error.path, path, "{text}: {error}");
            assert!(error.problem.contains(part), "{text}: {error}");
        }
        assert!(read::<Rows>(&"[".repeat(100_000)).is_err());
    }

    proptest! {
        #[test]
        fn it_reads_what_serde_json_writes(map: BTreeMap<String, (Option<String>, Vec<i64>, bool)>) {
            let text = serde_json::to_string_pretty(&map).expect("it can be written");
            prop_assert_eq!(read::<BTreeMap<String, (Option<String>, Vec<i64>, bool)>>(&text), Ok(map));
        }

        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = read::<BTreeMap<String, i64>>(&text);
        }
    }
}
