//! The vault: the one table that says which token is whom. The edge exchanges by it in both
//! directions; nothing else in the engine ever holds a person's data.

use std::convert::Infallible;
use std::sync::Arc;

use proaktiv_core::home_schooling::forms;
use proaktiv_messages::identity::{DocumentNumber, FullName, Iban, Iin, Msisdn};
use proaktiv_messages::{Clear, Exchange, Said, Sealed, SealedAccount, Token, TokenKey};
use rustc_hash::FxHashMap;

/// A line of the vault: written in the same transaction as the record that first uses its token.
#[derive(Clone, Debug, PartialEq)]
pub enum VaultEntry {
    /// A person.
    Person(Token, Iin),
    /// A subscriber number.
    Number(Token, Msisdn),
    /// An account.
    Account(SealedAccount, Iban),
    /// A name.
    Name(Token, FullName),
    /// What a citizen wrote; the token is the digest of the text.
    Wording(Token, Arc<str>),
}

/// A token that the vault does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the vault has no entry for a token that is to leave")]
pub struct UnknownToken;

/// Who is behind each token.
#[derive(Debug)]
pub struct Vault {
    key: TokenKey,
    persons: FxHashMap<u64, Token>,
    numbers: FxHashMap<u64, Token>,
    accounts: FxHashMap<Iban, SealedAccount>,
    persons_back: FxHashMap<Token, Iin>,
    numbers_back: FxHashMap<Token, Msisdn>,
    accounts_back: FxHashMap<Token, Iban>,
    names_back: FxHashMap<Token, FullName>,
    fresh: Vec<VaultEntry>,
}

impl Vault {
    /// Returns an empty vault with this key.
    pub fn new(key: TokenKey) -> Self {
        Self {
            key,
            persons: FxHashMap::default(),
            numbers: FxHashMap::default(),
            accounts: FxHashMap::default(),
            persons_back: FxHashMap::default(),
            numbers_back: FxHashMap::default(),
            accounts_back: FxHashMap::default(),
            names_back: FxHashMap::default(),
            fresh: Vec::new(),
        }
    }

    /// Returns the key of tokens and digests.
    pub fn key(&self) -> &TokenKey {
        &self.key
    }

    /// Takes an entry that a journal kept.
    pub fn restore(&mut self, entry: &VaultEntry) {
        match entry {
            VaultEntry::Person(token, iin) => {
                self.persons.insert(iin.number(), *token);
                self.persons_back.insert(*token, *iin);
            }
            VaultEntry::Number(token, number) => {
                self.numbers.insert(number.number(), *token);
                self.numbers_back.insert(*token, *number);
            }
            VaultEntry::Account(sealed, account) => {
                self.accounts.insert(*account, *sealed);
                self.accounts_back.insert(sealed.token, *account);
            }
            VaultEntry::Name(token, name) => {
                self.names_back.insert(*token, name.clone());
            }
            VaultEntry::Wording(..) => {}
        }
    }

    /// Gives away the entries made since the last call.
    pub(crate) fn take_fresh(&mut self) -> Vec<VaultEntry> {
        std::mem::take(&mut self.fresh)
    }

    fn remember(&mut self, entry: VaultEntry) {
        self.restore(&entry);
        self.fresh.push(entry);
    }

    /// Returns the token of a person.
    pub fn person(&mut self, iin: Iin) -> Token {
        if let Some(token) = self.persons.get(&iin.number()) {
            return *token;
        }
        let token = self.key.token("person", &iin.number().to_be_bytes());
        self.remember(VaultEntry::Person(token, iin));
        token
    }

    /// Returns the clear name behind a token.
    pub(crate) fn name_of(&self, token: &Token) -> Result<&FullName, UnknownToken> {
        self.names_back.get(token).ok_or(UnknownToken)
    }
}

/// Seals: exchanges what names people for tokens. New people are entered into the vault.
pub struct Sealing<'a>(pub &'a mut Vault);

impl Exchange<Clear, Sealed> for Sealing<'_> {
    type Error = Infallible;

    fn person(&mut self, person: &Iin) -> Result<Token, Infallible> {
        Ok(self.0.person(*person))
    }

    fn number(&mut self, number: &Msisdn) -> Result<Token, Infallible> {
        if let Some(token) = self.0.numbers.get(&number.number()) {
            return Ok(*token);
        }
        let token = self.0.key.token("number", &number.number().to_be_bytes());
        self.0.remember(VaultEntry::Number(token, *number));
        Ok(token)
    }

    fn account(&mut self, account: &Iban) -> Result<SealedAccount, Infallible> {
        if let Some(sealed) = self.0.accounts.get(account) {
            return Ok(*sealed);
        }
        let token = self.0.key.token("account", account.as_str().as_bytes());
        let sealed = SealedAccount { bank: account.bank(), token };
        self.0.remember(VaultEntry::Account(sealed, *account));
        Ok(sealed)
    }

    fn name(&mut self, name: &FullName) -> Result<Token, Infallible> {
        // Names are met too seldom for a map from each to its token, which would hold it once more.
        let token = self.0.key.token("name", name.as_str().as_bytes());
        if !self.0.names_back.contains_key(&token) {
            self.0.remember(VaultEntry::Name(token, name.clone()));
        }
        Ok(token)
    }

    /// Numbers of documents never leave the engine again: their digest is enough to tell them apart.
    fn document(&mut self, document: &DocumentNumber) -> Result<Token, Infallible> {
        Ok(self.0.key.token("document", document.as_str().as_bytes()))
    }

    fn text(&mut self, text: &Arc<str>) -> Result<Token, Infallible> {
        Ok(self.0.key.token("text", text.as_bytes()))
    }

    /// A-06, S-06: what a citizen wrote is read here, by the grammar of the core; the text stays here.
    fn wording(&mut self, wording: &Arc<str>) -> Result<Said, Infallible> {
        let token = self.0.key.token("wording", wording.as_bytes());
        self.0.fresh.push(VaultEntry::Wording(token, Arc::clone(wording)));
        Ok(forms::read(wording))
    }
}

/// Unseals: exchanges tokens for what names people, when a message leaves.
pub(crate) struct Unsealing<'a> {
    pub(crate) vault: &'a Vault,
    /// The text of the message on its way, rendered beforehand.
    pub(crate) text: Option<Arc<str>>,
}

impl Exchange<Sealed, Clear> for Unsealing<'_> {
    type Error = UnknownToken;

    fn person(&mut self, person: &Token) -> Result<Iin, UnknownToken> {
        self.vault.persons_back.get(person).copied().ok_or(UnknownToken)
    }

    fn number(&mut self, number: &Token) -> Result<Msisdn, UnknownToken> {
        self.vault.numbers_back.get(number).copied().ok_or(UnknownToken)
    }

    fn account(&mut self, account: &SealedAccount) -> Result<Iban, UnknownToken> {
        self.vault.accounts_back.get(&account.token).copied().ok_or(UnknownToken)
    }

    fn name(&mut self, name: &Token) -> Result<FullName, UnknownToken> {
        self.vault.name_of(name).cloned()
    }

    fn document(&mut self, _document: &Token) -> Result<DocumentNumber, UnknownToken> {
        Err(UnknownToken)
    }

    fn text(&mut self, _text: &Token) -> Result<Arc<str>, UnknownToken> {
        self.text.clone().ok_or(UnknownToken)
    }

    fn wording(&mut self, _wording: &Said) -> Result<Arc<str>, UnknownToken> {
        Err(UnknownToken)
    }
}
