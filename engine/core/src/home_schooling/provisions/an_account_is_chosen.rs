//! Order 42, p. 10(2) (A-27, S-09): which of several accounts opened in the window is selected.

use proaktiv_messages::{Moment, SealedAccount};

/// Returns the account that App.1 is sent for, of those known when it leaves; none if none is.
///
/// Reading S-09: the earliest opened, then the lowest bank code, so that the order of arrival does not
/// matter.
pub fn chosen_account(found: &[(SealedAccount, Moment)]) -> Option<SealedAccount> {
    found.iter().min_by_key(|(account, opened)| (*opened, account.bank)).map(|(account, _)| *account)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proaktiv_messages::Token;

    fn account(bank: &str, opened: i64) -> (SealedAccount, Moment) {
        let bank = bank.parse().expect("a code");
        (SealedAccount { bank, token: Token::from_bits(1) }, Moment::from_millis(opened))
    }

    #[test]
    fn the_earliest_opened_then_the_lowest_bank_in_whatever_order_they_arrive() {
        for (found, bank) in [
            (vec![account("722", 5), account("601", 6)], "722"),
            (vec![account("722", 5), account("601", 5)], "601"),
            (vec![account("601", 5), account("722", 5)], "601"),
        ] {
            assert_eq!(chosen_account(&found).map(|account| account.bank.to_string()).as_deref(), Some(bank));
        }
        assert_eq!(chosen_account(&[]), None);
    }
}
