//! Reading of message types inside a plan: as the messages are written, but a field that nobody
//! knows is an error. On the wire it may come from a newer sender; in a plan it is a slip of the pen.

use chrono::NaiveDate;
use compact_str::CompactString;
use proaktiv_messages::identity::{DocumentNumber, Iban, Msisdn};
use proaktiv_messages::{
    Account, AccountKind, ApplicationId, BankCode, Clear, Conclusion, DayMoved, Disability, Ending, EndingKind,
    IdentityDocument, LawChange, LiveApplication, Moment, Status, StatusKind, SubscriberNumber,
};
use serde::{Deserialize, Deserializer};

macro_rules! strict {
    ($read:ident: $shape:ident<$target:ty> as $name:ident {
        $($field:ident: $type:ty),+ $(; $($optional:ident: $inner:ty),+)?
    }) => {
        pub(super) fn $read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<$shape<$target>, D::Error> {
            #[derive(Deserialize)]
            #[serde(deny_unknown_fields)]
            struct Line {
                $($field: $type,)+
                $($(#[serde(default)] $optional: Option<$inner>,)+)?
            }
            let read = |line: Line| $name { $($field: line.$field,)+ $($($optional: line.$optional,)+)? };
            Ok($shape::<Line>::deserialize(deserializer)?.into_iter().map(read).gather())
        }
    };
}

/// Collects into the shape that the field has: a list, or at most one.
trait Gather<C> {
    fn gather(self) -> C;
}

impl<T, I: Iterator<Item = T>> Gather<Vec<T>> for I {
    fn gather(self) -> Vec<T> {
        self.collect()
    }
}

impl<T, I: Iterator<Item = T>> Gather<Option<T>> for I {
    fn gather(mut self) -> Option<T> {
        self.next()
    }
}

strict!(statuses: Vec<Status> as Status { kind: StatusKind, from: NaiveDate; to: NaiveDate });
strict!(status: Option<Status> as Status { kind: StatusKind, from: NaiveDate; to: NaiveDate });
strict!(disability: Option<Disability> as Disability { since: NaiveDate; until: NaiveDate });
strict!(live_application: Option<LiveApplication> as LiveApplication {
    number: u64, granted: bool; ours: ApplicationId, from: NaiveDate, to: NaiveDate
});
strict!(conclusions: Vec<Conclusion> as Conclusion { number: CompactString, date: NaiveDate });
strict!(ending: Option<Ending> as Ending { kind: EndingKind; on: NaiveDate });
strict!(documents: Vec<IdentityDocument<Clear>> as IdentityDocument { number: DocumentNumber, valid_to: NaiveDate, invalidated: bool });
strict!(document: Option<IdentityDocument<Clear>> as IdentityDocument { number: DocumentNumber, valid_to: NaiveDate, invalidated: bool });
strict!(numbers: Vec<SubscriberNumber<Clear>> as SubscriberNumber { number: Msisdn, main: bool, confirmed: NaiveDate });
strict!(accounts: Vec<Account<Clear>> as Account { account: Iban, kind: AccountKind, usable: bool; opened: Moment });
strict!(days: Vec<DayMoved> as DayMoved { day: NaiveDate, works: bool, source: String });

pub(super) fn law_change<'de, D: Deserializer<'de>>(deserializer: D) -> Result<LawChange, D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Line {
        version: String,
        valid_from: NaiveDate,
        #[serde(default, deserialize_with = "days")]
        days: Vec<DayMoved>,
        #[serde(default)]
        last_day: Option<NaiveDate>,
        #[serde(default)]
        integrated_banks: Option<Vec<BankCode>>,
        source: String,
    }
    let Line { version, valid_from, days, last_day, integrated_banks, source } = Line::deserialize(deserializer)?;
    Ok(LawChange { version, valid_from, days, last_day, integrated_banks, source })
}

/// For a field whose value may be `null` and says something by it.
pub(super) fn some_disability<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<Disability>>, D::Error> {
    disability(deserializer).map(Some)
}

/// For a field that may be absent; if not, it is a list.
pub(super) fn some_numbers<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<SubscriberNumber<Clear>>>, D::Error> {
    numbers(deserializer).map(Some)
}
