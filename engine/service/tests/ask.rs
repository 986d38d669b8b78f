//! `proaktiv-engine ask` and `law`, by the binary: exit codes, fields, and garbage of all kinds.

use std::ffi::OsString;
use std::process::Command;

use serde_json::Value;

/// What a run of the binary gave.
struct Run {
    code: i32,
    out: String,
    err: String,
}

impl Run {
    /// Returns the one JSON document on standard output.
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {:?}", self.out))
    }
}

fn run<A: Into<OsString>>(arguments: impl IntoIterator<Item = A>) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_proaktiv-engine"))
        .args(arguments.into_iter().map(Into::into))
        .output()
        .expect("the binary can be started");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Run { code: output.status.code().expect("an exit code"), out: text(output.stdout), err: text(output.stderr) }
}

/// Runs `ask` with words and one last argument that may hold anything.
fn ask(words: &str, last: &str) -> Run {
    run(["ask"].into_iter().chain(words.split_whitespace()).chain([last]))
}

/// Checks that a command line is refused: exit 2, nothing on standard output, one line on standard error.
fn refused(run: &Run, context: &str) {
    assert_eq!(run.code, 2, "{context}: {}", run.err);
    assert_eq!(run.out, "", "{context}");
    assert_eq!(run.err.trim_end().lines().count(), 1, "{context}: {}", run.err);
    assert!(run.err.starts_with("error: "), "{context}: {}", run.err);
    assert!(!run.err.trim_end().contains(char::is_control), "{context}: {}", run.err);
}

/// Texts that are no value of anything.
fn garbage() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        " ",
        "-",
        "--",
        "-5",
        "--x",
        "-x=1",
        "\n",
        "\t",
        "\u{1}\u{7f}\u{1b}[31m",
        "\u{200f}123\u{202e}",
        "😀",
        "👨‍👩‍👧",
        "ә",
        "１２３４５６７８９０１２",
        "0x10",
        "1e9",
        "NaN",
        "null",
        "{}",
        "'; drop table",
        "%s%n",
        "../../etc",
        "$HOME",
        "99999999999999999999999999",
        "-1",
        "+1",
        "1.5",
        "0",
        "4294967296",
    ]
    .map(str::to_owned)
    .into();
    texts.push("9".repeat(100_000));
    texts.push("ы".repeat(10_000));
    texts
}

#[test]
fn a_deadline_ends_at_midnight_after_its_last_day() {
    for (sent, term, count, last_day, ends_at) in [
        ("2024-04-30T10:00", "--working-days", "3", "2024-05-04", "2024-05-05T00:00:00+05:00"),
        ("2024-04-30T10:00:59", "--working-days", "3", "2024-05-04", "2024-05-05T00:00:00+05:00"),
        ("2024-12-26 23:59", "--working-days", "3", "2024-12-31", "2025-01-01T00:00:00+05:00"),
        ("2024-12-27T00:00", "--working-days", "3", "2025-01-05", "2025-01-06T00:00:00+05:00"),
        // The same instant, by the clock of Astana and by others.
        ("2024-12-26T18:59:59Z", "--working-days", "3", "2024-12-31", "2025-01-01T00:00:00+05:00"),
        ("2024-12-26T19:00:00Z", "--working-days", "3", "2025-01-05", "2025-01-06T00:00:00+05:00"),
        ("2024-12-27T00:00:00+05:00", "--working-days", "3", "2025-01-05", "2025-01-06T00:00:00+05:00"),
        // Across the night in which the clocks went back.
        ("2024-02-28T10:00", "--working-days", "1", "2024-02-29", "2024-03-01T00:00:00+05:00"),
        ("2024-02-27T10:00", "--working-days", "1", "2024-02-28", "2024-02-29T00:00:00+06:00"),
        ("2024-02-29T23:59", "--working-days", "0", "2024-02-29", "2024-03-01T00:00:00+05:00"),
        ("2024-02-29T12:00", "--calendar-days", "1", "2024-03-01", "2024-03-02T00:00:00+05:00"),
        ("2024-02-29T12:00", "--months", "12", "2025-02-28", "2025-03-01T00:00:00+05:00"),
        ("2024-01-31T12:00", "--months", "1", "2024-02-29", "2024-03-01T00:00:00+05:00"),
        // The borders of the calendar.
        ("2021-01-01T00:00", "--working-days", "1", "2021-01-05", "2021-01-06T00:00:00+06:00"),
        ("2027-12-28T23:59", "--working-days", "3", "2027-12-31", "2028-01-01T00:00:00+05:00"),
        ("2027-12-31T23:59", "--calendar-days", "0", "2027-12-31", "2028-01-01T00:00:00+05:00"),
        ("2027-11-30T10:00", "--months", "1", "2027-12-30", "2027-12-31T00:00:00+05:00"),
    ] {
        let run = run(["ask", "deadline", "--json", "--sent", sent, term, count]);
        assert_eq!(run.code, 0, "{sent} {term} {count}: {}", run.err);
        let json = run.json();
        assert_eq!((&json["last_day"], &json["ends_at"]), (&last_day.into(), &ends_at.into()), "{sent} {term} {count}");
    }
}

#[test]
fn a_term_that_leaves_the_calendar_names_the_last_day_known() {
    for (sent, term, count) in [
        ("2027-12-29T00:00", "--working-days", "3"),
        ("2027-12-31T10:00", "--working-days", "1"),
        ("2027-12-31T10:00", "--calendar-days", "1"),
        ("2027-12-01T10:00", "--months", "1"),
        ("2028-01-01T00:00", "--working-days", "0"),
        ("2020-12-31T23:59", "--working-days", "3"),
        ("2020-12-31T23:59", "--months", "3"),
        ("2024-01-01T00:00", "--working-days", "100000"),
        ("2024-01-01T00:00", "--months", "100000"),
        ("9999-12-31T23:59", "--calendar-days", "1"),
        ("0001-01-01T00:00", "--calendar-days", "1"),
        ("9999-12-31T23:59:59-12:00", "--months", "1"),
    ] {
        let run = run(["ask", "deadline", "--json", "--sent", sent, term, count]);
        refused(&run, sent);
        assert!(run.err.contains("2027-12-31") && run.err.contains(term), "{sent}: {}", run.err);
    }
}

#[test]
fn a_deadline_of_garbage_is_refused_by_field_and_value() {
    let mut times = garbage();
    times.extend(
        [
            "2024-02-30T10:00",
            "2023-02-29T10:00",
            "2024-13-01T10:00",
            "2024-00-10T10:00",
            "2024-04-30T25:00",
            "2024-04-30T10:60",
            "2024-04-30",
            "10:00",
            "30.04.2024 10:00",
            "2024-04-30T10:00+05",
            "24-04-30T10:00",
            "+2024-04-30T10:00",
            "2024-04-30T10:00 ",
            "2024-4-30T10:00:0",
            "12024-04-30T10:00",
        ]
        .map(str::to_owned),
    );
    for time in times {
        let run = ask("deadline --working-days 3 --json --sent", &time);
        refused(&run, &time);
        assert!(run.err.contains("--sent") && run.err.contains("2024-04-30T10:00"), "{}", run.err);
    }
    for count in garbage().into_iter().filter(|count| count != "0") {
        for term in ["--working-days", "--calendar-days", "--months"] {
            let run = ask(&format!("deadline --sent 2024-04-30T10:00 {term}"), &count);
            refused(&run, &count);
            assert!(run.err.contains(term) && run.err.contains("whole number"), "{}", run.err);
        }
    }
}

#[test]
fn a_deadline_has_one_sending_and_one_term() {
    for (words, named) in [
        ("ask deadline", "--sent"),
        ("ask deadline --sent 2024-04-30T10:00", "--working-days"),
        ("ask deadline --working-days 3", "--sent"),
        ("ask deadline --sent 2024-04-30T10:00 --working-days 3 --months 1", "--months"),
        ("ask deadline --sent 2024-04-30T10:00 --working-days 3 --working-days 4", "--working-days"),
        ("ask deadline --sent 2024-04-30T10:00 --working-days", "--working-days"),
        ("ask deadline --sent 2024-04-30T10:00 --weeks 3", "--weeks"),
    ] {
        let run = run(words.split(' '));
        refused(&run, words);
        assert!(run.err.contains(named), "{words}: {}", run.err);
    }
}

#[test]
fn identifiers_are_judged_valid_or_not() {
    for (kind, value, valid) in [
        ("iin", "159901500005", true),
        ("iin", "009901500005", true),
        ("iin", "159901500004", false),
        ("iin", "159901500680", false),
        ("iin", "15990150000", false),
        ("iin", " 159901500005", false),
        ("iin", "١٥٩٩٠١٥٠٠٠٠٥", false),
        ("bin", "159901500005", true),
        ("bin", "159901500006", false),
        ("iban", "KZ68601TEST000000001", true),
        ("iban", "kz68 601T EST0 0000 0001", true),
        ("iban", "KZ69601TEST000000001", false),
        ("iban", "DE68601TEST000000001", false),
        ("phone", "+7 (701) 000-00-01", true),
        ("phone", "87010000001", true),
        ("phone", "+87010000001", false),
        ("phone", "7701000000", false),
        ("phone", "+1 202 555 0100", false),
    ] {
        for words in [format!("{kind} --json"), kind.to_owned()] {
            let run = ask(&words, value);
            assert_eq!((run.code, run.err.as_str()), (i32::from(!valid), ""), "{kind} {value}");
            assert!(!run.out.contains(value.trim()), "{kind} {value} is repeated");
        }
        let json = ask(&format!("{kind} --json"), value).json();
        assert_eq!(json["valid"], valid, "{kind} {value}");
        assert_eq!(json["reason"].is_string(), !valid, "{kind} {value}");
    }
}

#[test]
fn every_garbage_is_judged_not_valid() {
    for kind in ["iin", "bin", "iban", "phone"] {
        for value in garbage() {
            // `--` alone ends the options, for every program.
            let words = if value == "--" { format!("{kind} --json --") } else { format!("{kind} --json") };
            let run = ask(&words, &value);
            assert_eq!((run.code, run.err.as_str()), (1, ""), "{kind} {value:?}");
            assert_eq!(run.json()["valid"], false, "{kind} {value:?}");
        }
        let json = ask(&format!("{kind} --"), "--json");
        assert_eq!((json.code, json.err.as_str()), (1, ""));
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_text_is_judged_too() {
    use std::os::unix::ffi::OsStringExt;
    for kind in ["iin", "bin", "iban", "phone"] {
        let run = run([OsString::from("ask"), kind.into(), OsString::from_vec(vec![0xff, 0x31, 0xc3])]);
        assert_eq!((run.code, run.err.as_str()), (1, ""), "{kind}");
    }
    let words = ["ask", "reply", "--json", "--form", "1", "--code", "123"].map(OsString::from);
    let run = run(words.into_iter().chain([OsString::from_vec(vec![0xff])]));
    assert_eq!((run.code, run.json()["class"].as_str()), (0, Some("not_understood")));
}

#[test]
fn an_identifier_is_repeated_in_no_error() {
    for words in [
        "ask iin 159901500005 159901500005",
        "ask 159901500005",
        "159901500005",
        "ask deadline 159901500005",
        "ask deadline --sent 159901500005 --working-days 3",
        "ask deadline --sent 2024-04-30T10:00 --working-days 159901500005",
        "ask reply --form 159901500005 --code 123 x",
        "ask reply --form 1 --code 159901500005 x",
        "ask reply --form 2 --banks 159901500005 --code 123 x",
        "ask reply --form 1 --code 123 x 159901500005",
        "ask sms --form 1 --lang ru --code 123 --bank 159901500005",
        "ask sms --form 4 --lang ru --code 123 --on 159901500005 --name x",
        "law 159901500005",
        "law --159901500005",
    ] {
        let run = run(words.split(' '));
        refused(&run, words);
        assert!(!run.err.contains("159901500005"), "{words}: {}", run.err);
    }
    let run = run(["ask", "sms", "--form", "4", "--lang", "ru", "--code", "123", "--name", "Сынаков {Сынақ}"]);
    refused(&run, "a name with a brace");
    assert!(!run.err.contains("Сынаков"), "{}", run.err);
}

#[test]
fn a_reply_is_judged_against_the_form() {
    for (form, text, reply, of) in [
        ("1", "123 #3#1", "accept", Value::Null),
        ("1", "123 #3#0", "another_bank", Value::Null),
        ("1", "нет", "unrecognised", "said_no".into()),
        ("1", "123#3#1 123#3#1", "unrecognised", "ambiguous".into()),
        ("1", "124#3#1", "unrecognised", "other_service".into()),
        ("1", "123#3#12", "unrecognised", "unexpected_number".into()),
        ("1", "", "unrecognised", "not_understood".into()),
        ("2 --banks 5", "123#3#12", "accept", 2.into()),
        ("2 --banks 12", "123#3#112", "accept", 12.into()),
        ("2 --banks 255", "123#3#1255", "accept", 255.into()),
        ("2 --banks 5", "123#3#0", "another_bank", Value::Null),
        ("2 --banks 5", "123#3#1", "unrecognised", "no_choice".into()),
        ("2 --banks 5", "123#3#16", "unrecognised", "no_such_bank".into()),
        ("2 --banks 5", "123#3#10", "unrecognised", "no_such_bank".into()),
        ("2 --banks 5", "123#3#102", "unrecognised", "no_such_bank".into()),
        ("2", "123#3#12", "accept", 2.into()),
        ("2", "123#3#13", "unrecognised", "no_such_bank".into()),
        ("3", "123#3#1", "unrecognised", "no_account".into()),
        ("3", "123#3#0", "unrecognised", "no_account".into()),
        ("3", "ЖОҚ!", "unrecognised", "said_no".into()),
    ] {
        let run = ask(&format!("reply --json --code 123 --form {form}"), text);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "App.{form} {text}");
        let json = run.json();
        assert_eq!(json["reply"], reply, "App.{form} {text}");
        let field = if reply == "unrecognised" { "class" } else { "bank" };
        assert_eq!(json[field], of, "App.{form} {text}");
    }
}

#[test]
fn every_garbage_is_a_reply_that_is_not_understood() {
    for text in garbage() {
        for form in ["1", "2 --banks 3", "3"] {
            let end = if text == "--" { " --" } else { "" };
            let run = ask(&format!("reply --json --code 123 --form {form}{end}"), &text);
            assert_eq!((run.code, run.err.as_str()), (0, ""), "App.{form} {text:?}");
            assert_eq!(run.json()["class"], "not_understood", "App.{form} {text:?}");
        }
    }
}

#[test]
fn a_reply_to_no_form_is_refused() {
    for (words, named) in [
        ("ask reply --code 123 x", "--form"),
        ("ask reply --form 1 x", "--code"),
        ("ask reply --form 1 --code 123", "TEXT"),
        ("ask reply --form 0 --code 123 x", "--form"),
        ("ask reply --form 4 --code 123 x", "--form"),
        ("ask reply --form -1 --code 123 x", "--form"),
        ("ask reply --form 1 --code 12a x", "--code"),
        ("ask reply --form 1 --code 123456789 x", "--code"),
        ("ask reply --form 2 --banks 1 --code 123 x", "--banks"),
        ("ask reply --form 2 --banks 256 --code 123 x", "--banks"),
        ("ask reply --form 2 --banks +3 --code 123 x", "--banks"),
        ("ask reply --form 1 --code 123 x y", "argument"),
    ] {
        let run = run(words.split(' '));
        refused(&run, words);
        assert!(run.err.contains(named), "{words}: {}", run.err);
    }
}

#[test]
fn a_form_is_printed_with_its_length() {
    const TEN: [&str; 10] = ["601", "722", "965", "856", "948", "821", "849", "914", "551", "886"];
    for (form, lang, banks, units, segments) in [
        ("1", "ru", 1, 659, 10),
        ("1", "kk", 1, 657, 10),
        ("2", "ru", 5, 748, 12),
        ("2", "ru", 10, 832, 13),
        ("2", "kk", 5, 745, 12),
        ("2", "kk", 10, 829, 13),
        ("3", "ru", 10, 841, 13),
        ("3", "kk", 10, 847, 13),
        ("4", "ru", 0, 405, 7),
        ("5", "ru", 1, 202, 4),
    ] {
        let mut words = vec!["ask", "sms", "--json", "--form", form, "--lang", lang, "--code", "123"];
        words.extend(TEN[..banks].iter().flat_map(|code| ["--bank", code]));
        words.extend(["--name", "Сынаков Сынақ Сынақұлы"]);
        let run = run(words);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "App.{form} {lang} {banks}");
        let json = run.json();
        assert_eq!((&json["units"], &json["segments"]), (&units.into(), &segments.into()), "App.{form} {lang} {banks}");
        let text = json["text"].as_str().expect("a text");
        assert_eq!(text.encode_utf16().count(), units);
    }
}

#[test]
fn a_bank_is_called_by_its_name_of_the_day() {
    for (on, name) in [("2024-02-29", "Jusan Bank"), ("2024-12-31", "Jusan Bank"), ("2025-01-01", "Alatau City Bank")] {
        let run = ask("sms --form 1 --lang ru --code 123 --bank 998 --on", on);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{on}");
        assert!(run.out.contains(name), "{on}: {}", run.out);
    }
}

#[test]
fn a_form_that_cannot_be_rendered_is_refused() {
    for (words, named) in [
        ("--form 0 --lang ru --code 123", "--form"),
        ("--form 6 --lang ru --code 123", "--form"),
        ("--form 01 --lang ru --code 123 --bank 601", "--form"),
        ("--form 1 --lang en --code 123 --bank 601", "--lang"),
        ("--form 1 --lang RU --code 123 --bank 601", "--lang"),
        ("--form 1 --lang ru --bank 601", "--code"),
        ("--form 1 --lang ru --code -123 --bank 601", "--code"),
        ("--form 1 --lang ru --code 123", "--bank"),
        ("--form 1 --lang ru --code 123 --bank 601 --bank 722", "--bank"),
        ("--form 2 --lang ru --code 123 --bank 601", "--bank"),
        ("--form 2 --lang ru --code 123 --bank 601 --bank 601", "--bank"),
        ("--form 3 --lang ru --code 123", "--bank"),
        ("--form 1 --lang ru --code 123 --bank 60", "--bank"),
        ("--form 1 --lang ru --code 123 --bank 6O1", "--bank"),
        ("--form 1 --lang ru --code 123 --bank 999", "--bank"),
        ("--form 4 --lang ru --code 123 --name x --bank 601", "--bank"),
        ("--form 4 --lang ru --code 123", "--name"),
        ("--form 5 --lang kk --code 123 --bank 601", "--name"),
        ("--form 1 --lang ru --code 123 --bank 601 --on 2024-02-30", "--on"),
        ("--form 1 --lang ru --code 123 --bank 601 --on 2023-02-29", "--on"),
        ("--form 1 --lang ru --code 123 --bank 601 --on 2024-2-3", "--on"),
        ("--form 1 --lang ru --code 123 --bank 601 --on 2020-12-31", "--bank"),
    ] {
        let run = run(["ask", "sms"].into_iter().chain(words.split(' ')));
        refused(&run, words);
        assert!(run.err.contains(named), "{words}: {}", run.err);
    }
    for name in garbage()
        .into_iter()
        .filter(|name| name.trim().is_empty() || name.contains(char::is_control) || name.contains('{'))
    {
        let run = ask("sms --form 4 --lang kk --code 123 --name", &name);
        refused(&run, &name);
        assert!(run.err.contains("--name"), "{}", run.err);
    }
}

#[test]
fn the_law_is_a_list_of_points_with_their_rules_tests_and_readings() {
    let run = run(["law", "--json"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let points = run.json();
    let points = points.as_array().expect("a list");
    // A-rows of clauses and paragraphs, T-rows, S-rows, I-rows.
    assert_eq!(points.len(), 6 + 41 + 34 + 69 + 15);
    for point in points {
        for field in ["id", "act", "paragraph", "rule", "tests", "reading"] {
            assert!(point.get(field).is_some(), "{field} of {point}");
        }
        assert_eq!(point["act"], "order 42");
    }
    let text = self::run(["law"]);
    assert_eq!((text.code, text.err.as_str()), (0, ""));
    assert!(text.out.contains("A-29  order 42, 11\n"), "{}", text.out);
}

#[test]
fn every_command_has_help_with_examples() {
    for words in [
        "--help",
        "ask deadline --help",
        "ask iin --help",
        "ask bin --help",
        "ask iban --help",
        "ask phone --help",
        "ask reply --help",
        "ask sms --help",
        "law --help",
    ] {
        let run = run(words.split(' '));
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{words}");
        assert!(run.out.contains("Examples:\n  proaktiv-engine "), "{words}: {}", run.out);
    }
    for words in [&[][..], &["ask"], &["foo"], &["ask", "foo"], &["--foo"], &[""]] {
        refused(&run(words.iter().copied()), &words.join(" "));
    }
}
