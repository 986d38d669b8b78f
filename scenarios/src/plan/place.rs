//! Finds where in a line the reader stood when it refused a value: the field's path, and the value
//! where it may be shown.

/// Where the reader stood.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Path of the field: `children[0].born`; empty for the line itself.
    pub(super) path: String,
    /// The value's own JSON text, where it is no object and no list.
    pub(super) value: Option<String>,
}

enum Frame<'t> {
    Object { key: Option<&'t str>, key_next: bool },
    List { index: usize },
}

/// Returns the place at which a reader stands that has taken `taken` bytes of `text`.
pub(super) fn place(text: &str, taken: usize) -> Place {
    let bytes = text.as_bytes();
    let mut frames: Vec<Frame<'_>> = Vec::new();
    let mut value = None;
    let mut at = 0;
    while at < taken.min(bytes.len()) {
        let start = at;
        at += 1;
        match bytes[start] {
            b'{' => {
                value = None;
                frames.push(Frame::Object { key: None, key_next: true });
            }
            b'[' => {
                value = None;
                frames.push(Frame::List { index: 0 });
            }
            b'}' | b']' => {
                value = None;
                frames.pop();
            }
            b',' => {
                value = None;
                match frames.last_mut() {
                    Some(Frame::Object { key_next, .. }) => *key_next = true,
                    Some(Frame::List { index }) => *index += 1,
                    None => {}
                }
            }
            b':' | b' ' | b'\t' | b'\r' | b'\n' => {}
            b'"' => {
                at = end_of_string(bytes, at);
                match frames.last_mut() {
                    Some(Frame::Object { key, key_next }) if *key_next => {
                        *key = text.get(start + 1..at.saturating_sub(1));
                        *key_next = false;
                    }
                    Some(Frame::Object { .. } | Frame::List { .. }) | None => value = text.get(start..at),
                }
            }
            _ => {
                while at < bytes.len() && !matches!(bytes[at], b',' | b']' | b'}' | b' ' | b'\t') {
                    at += 1;
                }
                value = text.get(start..at);
            }
        }
    }
    Place { path: path(&frames), value: value.map(str::to_owned) }
}

/// Returns where the string ends whose opening quote lies before `at`.
fn end_of_string(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn path(frames: &[Frame<'_>]) -> String {
    let mut path = String::new();
    for frame in frames {
        match frame {
            Frame::Object { key: None, .. } => {}
            Frame::Object { key: Some(key), .. } => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(shown_key(key));
            }
            Frame::List { index } => path.push_str(&format!("[{index}]")),
        }
    }
    path
}

/// A key that is none of ours could be anything, a person's number too.
pub(super) fn shown_key(key: &str) -> &str {
    let plain = key.len() <= 40 && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if plain { key } else { "***" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_the_field_whose_value_was_taken_last() {
        let text = r#"{"family":1,"children":[{"child":1,"born":"2014-13-01"},{"child":x}]}"#;
        for (taken, path, value) in [
            (r#"{"family":1"#, "family", Some("1")),
            (r#"{"family":1,"children":[{"child":1,"born":"2014-13-01""#, "children[0].born", Some("\"2014-13-01\"")),
            (r#"{"family":1,"children":[{"child":1,"born":"2014-13-01"}"#, "children[0]", None),
            (r#"{"family":1,"children":[{"child":1,"born":"2014-13-01"},{"child":x"#, "children[1].child", Some("x")),
            (text, "", None),
        ] {
            assert!(text.starts_with(taken), "{taken}");
            assert_eq!(place(text, taken.len()), Place { path: path.to_owned(), value: value.map(str::to_owned) });
        }
    }

    #[test]
    fn a_key_of_digits_is_not_shown() {
        let text = r#"{"159901500005":1}"#;
        assert_eq!(place(text, 16).path, "***");
    }
}
