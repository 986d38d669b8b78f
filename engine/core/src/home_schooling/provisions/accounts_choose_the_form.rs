//! Order 42, p. 9 (A-22…A-25, T-09, S-21, S-21b): which form the accounts call for.

use proaktiv_messages::{Account, AccountKind, BankCode, FormNumber, Sealed, SealedAccount};
use smallvec::SmallVec;

/// The accounts that count, one a bank, by bank code: what the form shows and an application uses (I-13).
pub type Frozen = SmallVec<[SealedAccount; 2]>;

/// Returns the accounts that count: special and usable, one a bank.
///
/// Reading S-21b: of two in one bank the earliest opened, then the first as the bank lists them; the
/// shell hands accounts over in ascending order, so the first is the lowest number.
pub fn frozen<'a>(accounts: impl IntoIterator<Item = &'a Account<Sealed>>) -> Frozen {
    let mut counting: SmallVec<[&Account<Sealed>; 8]> =
        accounts.into_iter().filter(|account| account.kind == AccountKind::Special && account.usable).collect();
    counting.sort_by_key(|account| (account.account.bank, account.opened.is_none(), account.opened));
    counting.dedup_by_key(|account| account.account.bank);
    counting.into_iter().map(|account| account.account).collect()
}

/// Returns the form for an offer with these accounts, and the banks that it names, in order.
///
/// Reading T-09: App.1 for *only* one bank; banks are counted, not accounts.
pub fn form_for(frozen: &[SealedAccount], integrated: &[BankCode]) -> (FormNumber, SmallVec<[BankCode; 12]>) {
    let form = match frozen.len() {
        0 => return (FormNumber::Three, SmallVec::from_slice(integrated)),
        1 => FormNumber::One,
        _ => FormNumber::Two,
    };
    (form, frozen.iter().map(|account| account.bank).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proaktiv_messages::{Moment, Token};

    fn account(bank: &str, number: u128, opened: Option<i64>) -> Account<Sealed> {
        Account {
            account: SealedAccount { bank: bank.parse().expect("a code"), token: Token::from_bits(number) },
            kind: AccountKind::Special,
            opened: opened.map(Moment::from_millis),
            usable: true,
        }
    }

    fn tokens(frozen: &Frozen) -> Vec<u128> {
        frozen.iter().map(|account| account.token.bits()).collect()
    }

    #[test]
    fn ordinary_and_unusable_accounts_do_not_count() {
        let mut ordinary = account("601", 1, None);
        ordinary.kind = AccountKind::Ordinary;
        let mut closed = account("722", 2, None);
        closed.usable = false;
        assert!(frozen([&ordinary, &closed]).is_empty());
    }

    #[test]
    fn two_accounts_in_one_bank_are_one_bank() {
        let accounts = [account("722", 1, Some(20)), account("722", 2, Some(10)), account("722", 3, None)];
        assert_eq!(tokens(&frozen(&accounts)), [2]);
    }

    #[test]
    fn the_list_is_by_bank_code() {
        let accounts = [account("722", 1, None), account("601", 2, None)];
        assert_eq!(tokens(&frozen(&accounts)), [2, 1]);
    }

    #[test]
    fn no_bank_one_bank_several_banks() {
        let integrated = ["551", "601"].map(|code| code.parse::<BankCode>().expect("a code"));
        let one = account("601", 1, None).account;
        let two = account("722", 2, None).account;
        assert_eq!(form_for(&[], &integrated).0, FormNumber::Three);
        assert_eq!(form_for(&[], &integrated).1.as_slice(), integrated);
        assert_eq!(form_for(&[one], &integrated).0, FormNumber::One);
        let (form, banks) = form_for(&[one, two], &integrated);
        assert_eq!((form, banks.as_slice()), (FormNumber::Two, &[one.bank, two.bank][..]));
    }
}
