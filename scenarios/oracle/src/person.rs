//! A representative: his consent, record, numbers and accounts, as the answers that the engine had show
//! them (7(1), 8, 9).

use proaktiv_messages::identity::{FullName, Iban, Iin, Msisdn};
use proaktiv_messages::{
    Account, AccountKind, Clear, Language, Moment, NumberRecord, PersonRecord, Registration, Status, StatusKind,
};
use smallvec::SmallVec;

use crate::calendar::{Day, date, day, day_of, eighteenth_birthday};
use crate::child::Came;
use crate::due::{Dues, What};
use crate::law::Law;
use crate::will::Will;

/// The account frozen for a bank (S-21b).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Frozen {
    /// The bank's place among the integrated ones.
    pub place: u8,
    /// The account.
    pub account: Iban,
    /// When it was opened, where the bank says so.
    pub opened: Option<Moment>,
}

/// An account of the representative at an integrated bank.
#[derive(Clone, Copy)]
pub(crate) struct Held {
    /// Which.
    pub frozen: Frozen,
    /// Whether it counts: special and usable (A-22, S-21).
    pub counts: bool,
    /// When it first became known.
    pub known: Moment,
}

/// What GBDFL said of him.
pub(crate) struct Record {
    /// When it was asked.
    pub asked: Moment,
    /// His name.
    pub name: FullName,
    flag: Option<StatusKind>,
    registration: Registration,
    document_until: Day,
    adult_on: Day,
}

/// What BMG said of him.
pub(crate) struct Numbers {
    /// When it was asked.
    pub asked: Moment,
    /// All his numbers.
    pub all: SmallVec<[Msisdn; 2]>,
    /// The one to use (S-01b).
    pub chosen: Option<Msisdn>,
    /// His language (S-24).
    pub language: Language,
    /// Whether BMG knows none, so that it is the language of the state.
    pub by_default: bool,
}

/// What one bank said.
#[derive(Clone, Copy)]
pub(crate) struct BankSaid {
    /// Which, by place.
    pub place: u8,
    /// When it was asked.
    pub asked: Moment,
    /// When it answered.
    pub answered: Moment,
}

/// One representative.
pub(crate) struct Person {
    /// Who it is.
    pub iin: Iin,
    /// The children that he may act for, by place.
    pub children: SmallVec<[u32; 2]>,
    /// C1-rep.
    pub will: Will,
    /// From which reply on C2 is the consent (S-03d).
    pub c2: Option<Moment>,
    /// His record.
    pub record: Option<Record>,
    /// His numbers.
    pub numbers: Option<Numbers>,
    /// When the number that was written to turned out to be his no longer (S-37).
    pub number_lost: Option<Moment>,
    /// The children whose cases have asked for him.
    pub asked_by: SmallVec<[u32; 2]>,
    /// Which banks answered.
    pub banks: SmallVec<[BankSaid; 2]>,
    /// His accounts at integrated banks.
    pub accounts: SmallVec<[Held; 1]>,
    /// Since when banks are asked for the first time, until the end of that day (S-20).
    pub round: Option<Moment>,
    /// Whether that day is over and silent banks are waited for no longer.
    pub round_over: bool,
    /// Questions about him that left and have no answer yet.
    pub under_way: SmallVec<[What; 4]>,
    /// Set when he can act no longer (S-48).
    pub lost: bool,
    /// Set when outputs about him are not judged.
    pub muddled: bool,
    /// What is owed about him.
    pub dues: Dues,
}

impl Person {
    pub(crate) fn new(iin: Iin) -> Self {
        Self {
            iin,
            children: SmallVec::new(),
            will: Will::default(),
            c2: None,
            record: None,
            numbers: None,
            number_lost: None,
            banks: SmallVec::new(),
            accounts: SmallVec::new(),
            round: None,
            round_over: false,
            under_way: SmallVec::new(),
            asked_by: SmallVec::new(),
            lost: false,
            muddled: false,
            dues: Dues::default(),
        }
    }

    /// Takes the answer of GBDFL.
    pub(crate) fn recorded(&mut self, record: &PersonRecord<Clear>, asked: Moment, now: Moment, law: &Law) {
        let sound = record.documents.iter().filter(|document| !document.invalidated);
        self.record = Some(Record {
            asked,
            name: record.person.name.clone(),
            flag: flag(&record.person.statuses, day_of(now), law),
            registration: record.person.registration,
            document_until: sound.map(|document| day(document.valid_to)).max().unwrap_or(Day::MIN),
            adult_on: eighteenth_birthday(record.born),
        });
    }

    /// Returns how his record takes him out on `today`, if it does (A-15, A-18, A-20, S-02, S-38).
    pub(crate) fn record_out(&self, today: Day) -> Option<Came> {
        let record = self.record.as_ref()?;
        if record.flag.is_some() || record.registration == Registration::Removed {
            Some(Came::Flagged)
        } else if !matches!(record.registration, Registration::Permanent(_)) {
            Some(Came::NotPermanent)
        } else if record.document_until < today {
            Some(Came::NotActual)
        } else if today < record.adult_on {
            Some(Came::Minor)
        } else {
            None
        }
    }

    /// Takes the answer of BMG (S-01b, S-24).
    pub(crate) fn numbered(&mut self, record: Option<&NumberRecord<Clear>>, asked: Moment) {
        let numbers = record.map_or(&[][..], |record| &record.numbers);
        let chosen =
            numbers.iter().min_by_key(|one| (!one.main, std::cmp::Reverse(one.confirmed), one.number.number()));
        let language = record.and_then(|record| record.language);
        self.numbers = Some(Numbers {
            asked,
            all: numbers.iter().map(|one| one.number).collect(),
            chosen: chosen.map(|one| one.number),
            language: language.unwrap_or(Language::Kk),
            by_default: language.is_none(),
        });
    }

    /// Takes the answer of the bank at `place` (A-22, S-21).
    pub(crate) fn banked(&mut self, place: u8, accounts: &[Account<Clear>], asked: Moment, now: Moment) {
        let known: SmallVec<[Held; 1]> =
            self.accounts.iter().filter(|one| one.frozen.place == place).copied().collect();
        // What became known after the question was put is not in its answer.
        self.accounts.retain(|one| one.frozen.place != place || asked < one.known);
        for account in accounts {
            if self.accounts.iter().any(|one| one.frozen.account == account.account) {
                continue;
            }
            let first = known.iter().find(|one| one.frozen.account == account.account && one.counts == counts(account));
            self.accounts.push(held(place, account, first.map_or(now, |one| one.known)));
        }
        match self.banks.iter_mut().find(|one| one.place == place) {
            Some(one) => (one.asked, one.answered) = (asked, now),
            None => self.banks.push(BankSaid { place, asked, answered: now }),
        }
    }

    /// Takes a bank's own notice.
    pub(crate) fn notified(&mut self, place: u8, account: &Account<Clear>, now: Moment) {
        let fresh = held(place, account, now);
        match self.accounts.iter_mut().find(|one| one.frozen.account == account.account) {
            Some(one) if one.counts == fresh.counts => {}
            Some(one) => *one = fresh,
            None => self.accounts.push(fresh),
        }
    }

    /// Returns the account of each bank that counts, integrated now or not: the earliest opened, then the lowest number (S-21b),
    /// in the order of the banks.
    pub(crate) fn counting(&self) -> SmallVec<[Frozen; 2]> {
        let mut each: SmallVec<[Frozen; 2]> = SmallVec::new();
        let mut all: SmallVec<[Frozen; 4]> =
            self.accounts.iter().filter(|one| one.counts).map(|one| one.frozen).collect();
        all.sort_by_key(|one| (one.place, one.opened.unwrap_or(Moment::LATEST), one.account));
        for one in all {
            if each.last().is_none_or(|last| last.place != one.place) {
                each.push(one);
            }
        }
        each
    }

    /// Returns every account that counts.
    pub(crate) fn known_accounts(&self) -> impl Iterator<Item = Iban> {
        self.accounts.iter().filter(|one| one.counts).map(|one| one.frozen.account)
    }

    /// Returns whether the account is still there and counts.
    pub(crate) fn still_has(&self, account: Iban) -> bool {
        self.accounts.iter().any(|one| one.counts && one.frozen.account == account)
    }

    /// Returns whether every integrated bank has answered since `since`.
    pub(crate) fn all_banks_since(&self, since: Moment, law: &Law) -> bool {
        let answered = self.banks.iter().filter(|one| one.asked >= since);
        answered.fold(0, |set, one| set | 1_u64 << one.place) == law.all_banks()
    }

    /// Returns whether a bank has ever answered.
    pub(crate) fn has_answer_of(&self, place: u8) -> Option<BankSaid> {
        self.banks.iter().find(|one| one.place == place).copied()
    }

    /// Returns whether registers may be asked about him at `now` (S-03d): on C1-rep while it is valid,
    /// after a reply on C2, after a withdrawal not at all.
    pub(crate) fn may_be_asked(&self, now: Moment) -> bool {
        !self.will.withdrawn && (self.c2.is_some() || self.will.valid(now))
    }
}

fn counts(account: &Account<Clear>) -> bool {
    account.kind == AccountKind::Special && account.usable
}

fn held(place: u8, account: &Account<Clear>, known: Moment) -> Held {
    let frozen = Frozen { place, account: account.account, opened: account.opened };
    Held { frozen, counts: counts(account), known }
}

/// Returns the first status that holds on `today` and takes a person out (A-20, S-11), in the order of
/// the act.
pub(crate) fn flag(statuses: &[Status], today: Day, law: &Law) -> Option<StatusKind> {
    let today = date(today);
    let holds = |one: &&Status| one.from <= today && one.to.is_none_or(|to| today < to);
    let takes_out = |kind: &StatusKind| match kind {
        StatusKind::Dead | StatusKind::Missing | StatusKind::Incapable | StatusKind::DeprivedOfRights => true,
        // Reading T-32: a parameter.
        StatusKind::Stateless => law.terms.stateless_excludes,
        StatusKind::FullStateCare | StatusKind::Departed => false,
    };
    statuses.iter().filter(holds).map(|one| one.kind).filter(takes_out).min()
}

/// Returns whether a status of this kind holds on `today`.
pub(crate) fn has_status(statuses: &[Status], kinds: &[StatusKind], today: Day) -> bool {
    let today = date(today);
    statuses.iter().any(|one| kinds.contains(&one.kind) && one.from <= today && one.to.is_none_or(|to| today < to))
}
