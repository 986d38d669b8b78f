//! Grown-ups of a family: parents whom birth acts name, and guardians whom NOBD names.

use chrono::NaiveDate;
use proaktiv_messages::identity::{FullName, Iin};
use proaktiv_messages::{Account, Clear, IdentityDocument, Language, Registration, Relation, Status, SubscriberNumber};
use serde::{Deserialize, Serialize};

use super::{AdultChange, ConsentConduct, strict};

/// What a plan says of any grown-up.
#[derive(Clone, Copy, Debug)]
pub struct Adult<'p> {
    /// His IIN.
    pub iin: Iin,
    /// His full name.
    pub name: &'p FullName,
    /// When he was born.
    pub born: NaiveDate,
    /// Where he is registered.
    pub registration: Registration,
    /// His statuses, past ones too.
    pub statuses: &'p [Status],
    /// His identity documents, outdated ones too.
    pub documents: &'p [IdentityDocument<Clear>],
    /// His subscriber numbers.
    pub numbers: &'p [SubscriberNumber<Clear>],
    /// The language that he uses the portal in, where known (S-24).
    pub language: Option<Language>,
    /// His accounts.
    pub accounts: &'p [Account<Clear>],
    /// What he does when KDP asks for his own record.
    pub consent: ConsentConduct,
    /// What changes of him in the registers.
    pub changes: &'p [AdultChange],
}

macro_rules! grown_up {
    ($(#[$doc:meta])* $name:ident, $(#[$own_doc:meta])* $own:ident: $type:ty) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// His IIN.
            pub iin: Iin,
            /// His full name.
            pub name: FullName,
            $(#[$own_doc])*
            pub $own: $type,
            /// When he was born.
            pub born: NaiveDate,
            /// Where he is registered.
            pub registration: Registration,
            /// His statuses, past ones too.
            #[serde(deserialize_with = "strict::statuses")]
            pub statuses: Vec<Status>,
            /// His identity documents, outdated ones too.
            #[serde(deserialize_with = "strict::documents")]
            pub documents: Vec<IdentityDocument<Clear>>,
            /// His subscriber numbers; empty where BMG has none.
            #[serde(deserialize_with = "strict::numbers")]
            pub numbers: Vec<SubscriberNumber<Clear>>,
            /// The language that he uses the portal in, where known (S-24).
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub language: Option<Language>,
            /// His accounts, at any bank, of any kind.
            #[serde(deserialize_with = "strict::accounts")]
            pub accounts: Vec<Account<Clear>>,
            /// What he does when KDP asks for his own record.
            pub consent: ConsentConduct,
            /// What changes of him in the registers, in the order of time.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            pub changes: Vec<AdultChange>,
        }

        impl $name {
            /// Returns what the plan says of him as of any grown-up.
            pub fn adult(&self) -> Adult<'_> {
                Adult {
                    iin: self.iin,
                    name: &self.name,
                    born: self.born,
                    registration: self.registration,
                    statuses: &self.statuses,
                    documents: &self.documents,
                    numbers: &self.numbers,
                    language: self.language,
                    accounts: &self.accounts,
                    consent: self.consent,
                    changes: &self.changes,
                }
            }
        }
    };
}

grown_up! {
    /// A parent, what registers and banks hold of him, and what he does when his consent is asked.
    Parent,
    /// How he is related to the children.
    relation: Relation
}

grown_up! {
    /// A guardian: NOBD names him for every child of the family.
    Guardian,
    /// Since when he acts.
    appointed: NaiveDate
}
