//! Objects of a plan that say one of several things: one key tells which.

/// Which keys exclude each other and need one another: exactly one of them must be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OneOf(pub(super) &'static [&'static str]);

/// How a refusal for this reason begins, so that the reader knows it again.
pub(super) const EXACTLY_ONE: &str = "expected exactly one of ";

impl std::fmt::Display for OneOf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{EXACTLY_ONE}{}", self.0.join(", "))
    }
}

/// Writes the line of a dated change: `at`, `told`, and one key that tells what changed.
macro_rules! dated_change {
    ($change:ident, $line:ident, $fact:ident { $($field:ident: $type:ty => $variant:ident $(by $read:literal)?),+ $(,)? }) => {
        #[derive(Clone, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct $line {
            at: Moment,
            #[serde(default, skip_serializing_if = "is_no")]
            told: bool,
            $(
                #[serde(default, skip_serializing_if = "Option::is_none" $(, deserialize_with = $read)?)]
                $field: Option<$type>,
            )+
        }

        impl TryFrom<$line> for $change {
            type Error = OneOf;
            fn try_from(line: $line) -> Result<Self, OneOf> {
                let mut given = Vec::with_capacity(1);
                $(given.extend(line.$field.map($fact::$variant));)+
                match (given.pop(), given.pop()) {
                    (Some(what), None) => Ok(Self { at: line.at, told: line.told, what }),
                    (_, _) => Err(OneOf(&[$(stringify!($field)),+])),
                }
            }
        }

        impl From<$change> for $line {
            fn from(change: $change) -> Self {
                let mut line = Self { at: change.at, told: change.told, $($field: None),+ };
                match change.what {
                    $($fact::$variant(value) => line.$field = Some(value),)+
                }
                line
            }
        }
    };
}
pub(super) use dated_change;
