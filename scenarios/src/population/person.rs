//! Draws a parent: what registers and banks hold of him, and what he says to KDP.

use chrono::{Days, Months, NaiveDate};
use proaktiv_messages::{
    Account, AccountKind, BankCode, Clear, District, IdentityDocument, Language, MILLIS_PER_DAY, Moment, Registration,
    Relation, Status, StatusKind, SubscriberNumber,
};

use super::family::{Drawing, Household};
use super::identity;
use super::kind::{Kind, Lack};
use super::names::Sex;
use super::stream::{Entity, Purpose, Stream};
use crate::plan::Parent;
use crate::scenario::WHOLE;

/// A parent in the record of a family.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    /// Whether this is the mother.
    pub(super) mother: bool,
    /// What he lacks to be the one who is written to.
    pub(super) lack: Option<Lack>,
}

impl Member {
    /// Draws the parent who stands at place `at`, from 0, of the record.
    pub(super) fn drawn(self, by: &Drawing<'_>, of: &Household, at: u8) -> Parent {
        let entity = Entity::Parent(of.family, at);
        let (sex, relation) = if self.mother { (Sex::Female, Relation::Mother) } else { (Sex::Male, Relation::Father) };
        let mut life = by.stream(entity, Purpose::Life);
        let mut numbers = by.stream(entity, Purpose::Numbers);
        Parent {
            iin: identity::iin(identity::parent_serial(of.family, at)),
            name: of.names.parent(&mut by.stream(entity, Purpose::Names), sex),
            relation,
            born: self.born(by, of, &mut life),
            registration: self.registration(by, of, &mut by.stream(entity, Purpose::Residence)),
            statuses: self.statuses(by, of, &mut life),
            documents: self.documents(by, of, at, &mut by.stream(entity, Purpose::Documents)),
            language: language(by, &mut numbers),
            numbers: self.numbers(by, of, at, &mut numbers),
            accounts: accounts(by, of, at, &mut by.stream(entity, Purpose::Accounts)),
            consent: by.consent(entity, of.kind, self.lack != Some(Lack::Consent)),
            changes: Vec::new(),
        }
    }

    fn born(self, by: &Drawing<'_>, of: &Household, life: &mut Stream) -> NaiveDate {
        if self.lack == Some(Lack::Minor) {
            let youngest = by.scenario.starts - Months::new(15 * 12);
            let oldest = by.scenario.horizon - Months::new(18 * 12) + Days::new(1);
            return life.day(oldest.min(youngest), youngest);
        }
        of.child_born - Months::new(19 * 12) - Days::new(life.between(0, 8000).into())
    }

    fn registration(self, by: &Drawing<'_>, of: &Household, residence: &mut Stream) -> Registration {
        let elsewhere = residence.is(&by.scenario.shares.registered_elsewhere);
        let other = residence.weighted(&by.scenario.districts.list, |place| place.parts).district;
        let district = if elsewhere { other } else { of.home };
        match self.lack {
            Some(Lack::RegistrationRemoved) => Registration::Removed,
            Some(Lack::NotPermanent) => not_permanent(residence, district),
            Some(Lack::Consent | Lack::Flagged | Lack::Document | Lack::Minor | Lack::Number) | None => {
                Registration::Permanent(district)
            }
        }
    }

    fn statuses(self, by: &Drawing<'_>, of: &Household, life: &mut Stream) -> Vec<Status> {
        let mut statuses = Vec::new();
        if life.is(&by.scenario.shares.past_status) {
            statuses.push(past_status(life, of.listed));
        }
        if self.lack == Some(Lack::Flagged) {
            let kinds = [StatusKind::Dead, StatusKind::Missing, StatusKind::Incapable, StatusKind::Stateless];
            let kind = *life.pick(&kinds);
            let from = of.listed - Days::new(life.between(0, 2000).into());
            // A court's decision may have a term; this one ends after the run.
            let ends = kind == StatusKind::Incapable && life.below(4) == 0;
            statuses.push(Status { kind, from, to: ends.then(|| by.scenario.horizon + Days::new(100)) });
        }
        statuses
    }

    fn documents(self, by: &Drawing<'_>, of: &Household, at: u8, stream: &mut Stream) -> Vec<IdentityDocument<Clear>> {
        let serial = identity::parent_serial(of.family, at);
        let expired = of.listed - Days::new(stream.between(1, 1000).into());
        let valid = of.listed + Days::new(stream.between(60, 3650).into());
        let outdated = stream.is(&by.scenario.shares.outdated_document);
        let document = |letter, valid_to, invalidated| IdentityDocument {
            number: identity::document(letter, serial),
            valid_to,
            invalidated,
        };
        let mut documents = Vec::with_capacity(2);
        if self.lack == Some(Lack::Document) {
            // None at all, one that has run out, or one that was declared invalid before.
            match stream.below(4) {
                0 => {}
                1 => documents.push(document(b'B', valid, true)),
                _ => documents.push(document(b'B', expired, false)),
            }
            return documents;
        }
        if outdated {
            documents.push(document(b'B', expired, stream.below(3) == 0));
        }
        documents.push(document(b'C', valid, false));
        documents
    }

    fn numbers(self, by: &Drawing<'_>, of: &Household, at: u8, stream: &mut Stream) -> Vec<SubscriberNumber<Clear>> {
        if self.lack == Some(Lack::Number) {
            return Vec::new();
        }
        let several = stream.is(&by.scenario.shares.several_numbers);
        let count = if several { stream.between(2, 3) as u8 } else { 1 };
        let mut numbers: Vec<_> = (0..count)
            .map(|nth| SubscriberNumber {
                number: identity::subscriber_number(of.family, at, nth),
                main: false,
                confirmed: of.listed - Days::new(stream.between(1, 1500).into()),
            })
            .collect();
        // One is the main one; or none is, and the latest counts; or two are equally late.
        match stream.below(if several { 3 } else { 2 }) {
            0 => numbers[stream.below(count.into()) as usize].main = true,
            1 => {}
            _ => {
                let latest = numbers.iter().map(|number| number.confirmed).max().unwrap_or(of.listed);
                for number in numbers.iter_mut().take(2) {
                    number.confirmed = latest;
                }
                numbers.sort_by_key(|number| number.number);
            }
        }
        numbers
    }
}

/// Draws a registration that is none at permanent residence.
pub(super) fn not_permanent(stream: &mut Stream, district: District) -> Registration {
    if stream.below(2) == 0 { Registration::Temporary(district) } else { Registration::NotGiven }
}

/// Draws a status that ended before the first listing, at the latest on that day.
pub(super) fn past_status(stream: &mut Stream, listed: NaiveDate) -> Status {
    let kind = *stream.pick(&[StatusKind::Missing, StatusKind::Incapable, StatusKind::Stateless]);
    let to = listed - Days::new(stream.between(0, 900).into());
    Status { kind, from: to - Days::new(stream.between(30, 900).into()), to: Some(to) }
}

fn language(by: &Drawing<'_>, stream: &mut Stream) -> Option<Language> {
    let shares = &by.scenario.shares;
    let drawn = stream.below(WHOLE);
    if drawn < shares.language_ru.parts {
        Some(Language::Ru)
    } else if drawn < shares.language_ru.parts + shares.language_kk.parts {
        Some(Language::Kk)
    } else {
        None
    }
}

/// Draws at how many integrated banks he has a special account.
fn bank_count(by: &Drawing<'_>, kind: Kind, stream: &mut Stream) -> u32 {
    let drawn = stream.number(&by.scenario.spreads.banks);
    if kind == Kind::NoAccount {
        0
    } else if kind == Kind::SilentOneBank {
        1
    } else if kind == Kind::SilentSeveralBanks {
        // Two or more, so that App.2 comes.
        drawn.max(2).min(by.scenario.law.integrated_banks.len() as u32)
    } else {
        drawn
    }
}

/// Draws the accounts: those that count, and beside them what does not.
fn accounts(by: &Drawing<'_>, of: &Household, at: u8, stream: &mut Stream) -> Vec<Account<Clear>> {
    let shares = &by.scenario.shares;
    let integrated = &by.scenario.law.integrated_banks;
    let mut banks = integrated.clone();
    let count = bank_count(by, of.kind, stream) as usize;
    for place in 0..count {
        let other = place + stream.below((banks.len() - place) as u32) as usize;
        banks.swap(place, other);
    }
    let mut ledger = Ledger { family: of.family, at, opened_before: by.scenario.starts, accounts: Vec::new() };
    for &bank in &banks[..count] {
        ledger.open(stream, bank, AccountKind::Special, true);
    }
    if stream.is(&shares.second_account_same_bank) && count > 0 {
        let same_instant = stream.below(2) == 0;
        ledger.open(stream, banks[0], AccountKind::Special, true);
        if same_instant {
            ledger.make_last_as_old_as_first();
        }
    }
    if stream.is(&shares.ordinary_account) {
        let bank = *stream.pick(integrated);
        ledger.open(stream, bank, AccountKind::Ordinary, true);
    }
    if stream.is(&shares.unusable_account) {
        let bank = *stream.pick(integrated);
        ledger.open(stream, bank, AccountKind::Special, false);
    }
    if stream.is(&shares.account_elsewhere) && !by.banks_elsewhere.is_empty() {
        let bank = *stream.pick(&by.banks_elsewhere);
        ledger.open(stream, bank, AccountKind::Special, true);
    }
    ledger.accounts
}

struct Ledger {
    family: u32,
    at: u8,
    opened_before: NaiveDate,
    accounts: Vec<Account<Clear>>,
}

impl Ledger {
    fn open(&mut self, stream: &mut Stream, bank: BankCode, kind: AccountKind, usable: bool) {
        let days = (self.opened_before - NaiveDate::default()).num_days() - i64::from(stream.between(10, 1800));
        let minute = i64::from(stream.between(4 * 60, 13 * 60));
        let opened = Moment::from_millis(days * MILLIS_PER_DAY + minute * 60_000);
        let account = identity::account(self.family, self.at, self.accounts.len() as u8, bank);
        self.accounts.push(Account { account, kind, opened: Some(opened), usable });
    }

    /// Gives the last account the opening instant of the first, where the first is lower by its
    /// whole text too. So no plan hangs on whether "lowest number" means with check digits or without.
    fn make_last_as_old_as_first(&mut self) {
        let first = self.accounts[0];
        if let Some(last) = self.accounts.last_mut().filter(|last| first.account.as_str() < last.account.as_str()) {
            last.opened = first.opened;
        }
    }
}
