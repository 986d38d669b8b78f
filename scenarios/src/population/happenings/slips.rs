//! How people mistype a code: a table of texts with the class that each must be read as (S-06).

use std::sync::LazyLock;

use serde::Deserialize;

/// The form that a slip is made in reply to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum To {
    /// App.1.
    One,
    /// App.2, with a list of two banks.
    Two,
    /// Either.
    Any,
}

/// One way to mistype a code.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Slip {
    /// What is written, `{code}` standing for the service's number.
    pub(super) text: String,
    /// In reply to which form.
    pub(super) to: To,
    /// The class that it is read as, or `accept` where it is near enough (T-11).
    pub(super) reads: String,
}

impl Slip {
    /// Returns whether it is read as an acceptance all the same.
    pub(super) fn is_tolerated(&self) -> bool {
        self.reads == "accept"
    }

    /// Returns whether the first one in an offer brings the open form once more (S-06).
    pub(super) fn brings_the_form_again(&self) -> bool {
        !self.is_tolerated() && !["said_no", "other_service", "no_account"].contains(&self.reads.as_str())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    slips: Vec<Slip>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../data/slips.toml"))
        .expect("the table comes with the program, and a test reads it")
});

/// Returns the slips that are made in reply to App.1 or App.2 and of which `wanted` is true.
pub(super) fn slips(to: To, wanted: impl Fn(&Slip) -> bool) -> Vec<&'static Slip> {
    TABLE.slips.iter().filter(|slip| (slip.to == to || slip.to == To::Any) && wanted(slip)).collect()
}

#[cfg(test)]
mod tests {
    use proaktiv_core::home_schooling::forms::reply::{Reply, class, read};
    use proaktiv_messages::FormNumber;

    use super::*;

    fn reads(text: &str, form: FormNumber, banks: usize) -> String {
        match class(&read(&text.replace("{code}", "123")), "123", form, banks, None) {
            Reply::Accept { .. } => "accept".to_owned(),
            Reply::AnotherBank => "another_bank".to_owned(),
            Reply::Unrecognised(class) => class.name().to_owned(),
        }
    }

    #[test]
    fn each_slip_is_read_as_the_table_says() {
        for slip in &TABLE.slips {
            if slip.to != To::Two {
                assert_eq!(reads(&slip.text, FormNumber::One, 1), slip.reads, "{:?} to App.1", slip.text);
            }
            if slip.to != To::One {
                assert_eq!(reads(&slip.text, FormNumber::Two, 2), slip.reads, "{:?} to App.2", slip.text);
            }
        }
    }

    #[test]
    fn there_are_forty_ways_to_mistype_and_more() {
        let wrong = TABLE.slips.iter().filter(|slip| !slip.is_tolerated());
        assert!(wrong.count() >= 40);
        for class in [
            "said_no",
            "ambiguous",
            "other_service",
            "unexpected_number",
            "no_choice",
            "no_such_bank",
            "not_understood",
        ] {
            assert!(TABLE.slips.iter().filter(|slip| slip.reads == class).count() >= 2, "{class}");
        }
    }
}
