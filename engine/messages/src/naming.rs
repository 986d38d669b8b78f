//! The two ways in which a message names people: in the clear, and sealed.

use std::fmt::Debug;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::body::Said;
use crate::identity::{DocumentNumber, FullName, Iban, Iin, Msisdn};
use crate::{BankCode, Token};

/// How a message names what belongs to a person. Implemented by [`Clear`] and [`Sealed`] alone.
pub trait Naming: Clone + Copy + Debug + PartialEq + Eq + 'static {
    /// A natural person.
    type Person: Clone + Copy + Debug + PartialEq + Eq + Serialize + DeserializeOwned + 'static;
    /// A subscriber number.
    type Number: Clone + Copy + Debug + PartialEq + Eq + Serialize + DeserializeOwned + 'static;
    /// A bank account.
    type Account: Clone + Copy + Debug + PartialEq + Eq + Serialize + DeserializeOwned + 'static;
    /// A full name.
    type Name: Clone + Debug + PartialEq + Eq + Serialize + DeserializeOwned + 'static;
    /// The number of an act record or of an identity document.
    type Document: Clone + Debug + PartialEq + Eq + Serialize + DeserializeOwned + 'static;
    /// The text of an outgoing message.
    type Text: Clone + Debug + PartialEq + Eq + Serialize + DeserializeOwned + 'static;
    /// What a citizen wrote.
    type Wording: Clone + Debug + PartialEq + Eq + Serialize + DeserializeOwned + 'static;
}

/// People named as they are: on the wire, at the edge, in the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clear;

impl Naming for Clear {
    type Person = Iin;
    type Number = Msisdn;
    type Account = Iban;
    type Name = FullName;
    type Document = DocumentNumber;
    type Text = Arc<str>;
    type Wording = Arc<str>;
}

/// People named by tokens: in the core, the journal, traces and reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sealed;

/// An account without its number: who knows the token knows at which bank, and no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize)]
pub struct SealedAccount {
    /// The bank that keeps it.
    pub bank: BankCode,
    /// What stands for its number.
    pub token: Token,
}

impl Naming for Sealed {
    type Person = Token;
    type Number = Token;
    type Account = SealedAccount;
    type Name = Token;
    type Document = Token;
    type Text = Token;
    type Wording = Said;
}

/// Exchanges what names a person under `A` for what names the same person under `B`.
pub trait Exchange<A: Naming, B: Naming> {
    /// Why something could not be exchanged.
    type Error;
    /// Exchanges a person.
    fn person(&mut self, person: &A::Person) -> Result<B::Person, Self::Error>;
    /// Exchanges a subscriber number.
    fn number(&mut self, number: &A::Number) -> Result<B::Number, Self::Error>;
    /// Exchanges an account.
    fn account(&mut self, account: &A::Account) -> Result<B::Account, Self::Error>;
    /// Exchanges a name.
    fn name(&mut self, name: &A::Name) -> Result<B::Name, Self::Error>;
    /// Exchanges the number of a document.
    fn document(&mut self, document: &A::Document) -> Result<B::Document, Self::Error>;
    /// Exchanges the text of an outgoing message.
    fn text(&mut self, text: &A::Text) -> Result<B::Text, Self::Error>;
    /// Exchanges what a citizen wrote.
    fn wording(&mut self, wording: &A::Wording) -> Result<B::Wording, Self::Error>;
}
