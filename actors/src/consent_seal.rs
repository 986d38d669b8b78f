//! The seal of a consent, and what every register asks of a consent before it answers (A-14, S-03d).
//!
//! KDP seals and takes back; NOBD, GBDFL, BMG and the banks check. A consent travels through the
//! engine, which cannot make one: the key is known to KDP and the registers alone.

use std::cell::RefCell;
use std::rc::Rc;

use proaktiv_messages::identity::Iin;
use proaktiv_messages::{Clear, Consent, Moment, Purpose, RefusedQuery};
use rustc_hash::FxHashMap;

/// What is sealed starts with this, so that no digest made for another end can serve as a seal.
const DOMAIN: &[u8; 8] = b"consent\0";

/// What KDP and the registers share: the key of the seals, and which consents were taken back. A copy
/// knows what the others know.
#[derive(Clone)]
pub struct Seals {
    key: [u8; 32],
    withdrawn: Rc<RefCell<FxHashMap<u64, Moment>>>,
}

impl Seals {
    /// Returns the seals with this key; nothing has been taken back.
    pub fn new(key: [u8; 32]) -> Self {
        Self { key, withdrawn: Rc::default() }
    }

    /// Returns the seal over everything that `consent` says: 64 bits of a keyed digest (BLAKE3).
    pub fn seal(&self, consent: &Consent<Clear>) -> u64 {
        let mut said = [0_u8; 41];
        said[..8].copy_from_slice(DOMAIN);
        said[8..16].copy_from_slice(&consent.id.to_be_bytes());
        said[16..24].copy_from_slice(&consent.subject.number().to_be_bytes());
        said[24] = consent.purposes.bits();
        said[25..33].copy_from_slice(&consent.given.millis().to_be_bytes());
        said[33..].copy_from_slice(&consent.until.millis().to_be_bytes());
        let digest = blake3::keyed_hash(&self.key, &said);
        let mut seal = [0; 8];
        seal.copy_from_slice(&digest.as_bytes()[..8]);
        u64::from_be_bytes(seal)
    }

    /// Notes that the consent with this number was taken back at `now` (S-03). The first time counts.
    pub fn withdraw(&self, consent: u64, now: Moment) {
        self.withdrawn.borrow_mut().entry(consent).or_insert(now);
    }

    /// Checks that `consent` opens the record of `subject` for `purpose` at `now`.
    ///
    /// # Errors
    /// The first of the four reasons that holds, in the order in which they are defined.
    pub fn check(
        &self,
        consent: &Consent<Clear>,
        subject: Iin,
        purpose: Purpose,
        now: Moment,
    ) -> Result<(), RefusedQuery> {
        // The seal comes first: what is forged says nothing that could be relied on.
        if consent.seal != self.seal(consent) {
            return Err(RefusedQuery::ForgedConsent);
        }
        if consent.subject != subject {
            return Err(RefusedQuery::ConsentOfAnother);
        }
        if !consent.purposes.cover(purpose) {
            return Err(RefusedQuery::PurposeNotCovered);
        }
        // What is taken back in this instant is known from the next one on: within an instant nothing
        // may depend on who is told first.
        let withdrawn = self.withdrawn.borrow().get(&consent.id).is_some_and(|&at| at < now);
        let runs = consent.allows(purpose, now) || is_outlived(purpose) && consent.given <= now;
        if withdrawn || !runs {
            return Err(RefusedQuery::ConsentNotValid);
        }
        Ok(())
    }
}

/// Returns whether a question may rest on a reply to 1414 when the term of the consent shown is over.
///
/// Reading S-03d: from a reply on, the reply is the consent for BMG and the banks. It has no object of its
/// own, so that these registers are shown the one before it and cannot see the reply: they answer past its
/// term. That a reply stands behind such a question is for the monitors to hold (I-1).
fn is_outlived(purpose: Purpose) -> bool {
    match purpose {
        Purpose::Number | Purpose::Accounts => true,
        Purpose::ChildRecord | Purpose::Representatives | Purpose::PersonRecord => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stories::{iin, moment, sealed, seals};
    use proaktiv_messages::Purposes;

    #[test]
    fn a_consent_is_valid_from_its_first_instant_to_just_before_its_last() {
        let consent = sealed(iin(1), Purposes::OF_REPRESENTATIVE);
        for (at, expected) in [
            ("2024-03-10T23:59:59.999Z", Err(RefusedQuery::ConsentNotValid)),
            ("2024-03-11T00:00:00Z", Ok(())),
            ("2024-03-12T23:59:59.999Z", Ok(())),
            ("2024-03-13T00:00:00Z", Err(RefusedQuery::ConsentNotValid)),
        ] {
            assert_eq!(seals().check(&consent, iin(1), Purpose::PersonRecord, moment(at)), expected, "{at}");
        }
    }

    /// S-03d: a reply may stand behind a question to BMG or a bank.
    #[test]
    fn bmg_and_the_banks_answer_past_the_term_of_a_consent_but_not_before_it() {
        let consent = sealed(iin(1), Purposes::OF_REPRESENTATIVE);
        for purpose in [Purpose::Number, Purpose::Accounts] {
            for (at, expected) in
                [("2024-03-10T23:59:59.999Z", Err(RefusedQuery::ConsentNotValid)), ("2024-03-13T00:00:00Z", Ok(()))]
            {
                assert_eq!(seals().check(&consent, iin(1), purpose, moment(at)), expected, "{at}");
            }
        }
    }

    #[test]
    fn a_consent_that_was_taken_back_is_valid_until_then_whatever_copy_is_asked() {
        let (kdp, consent) = (seals(), sealed(iin(1), Purposes::OF_REPRESENTATIVE));
        let register = kdp.clone();
        kdp.withdraw(consent.id, moment("2024-03-11T06:00:00Z"));
        kdp.withdraw(consent.id, moment("2024-03-12T06:00:00Z"));
        for (at, expected) in
            [("2024-03-11T06:00:00Z", Ok(())), ("2024-03-11T06:00:01Z", Err(RefusedQuery::ConsentNotValid))]
        {
            assert_eq!(register.check(&consent, iin(1), Purpose::Number, moment(at)), expected, "{at}");
        }
    }

    #[test]
    fn whatever_is_changed_breaks_the_seal() {
        let consent = sealed(iin(1), Purposes::OF_REPRESENTATIVE);
        let now = moment("2024-03-11T00:00:00Z");
        let changed = [
            Consent { id: consent.id + 1, ..consent },
            Consent { subject: iin(2), ..consent },
            Consent { purposes: Purposes::OF_CHILD, ..consent },
            Consent { given: moment("2024-03-10T00:00:00Z"), ..consent },
            Consent { until: moment("2025-03-13T00:00:00Z"), ..consent },
            Consent { seal: consent.seal ^ 1, ..consent },
        ];
        for forged in changed {
            assert_eq!(seals().check(&forged, forged.subject, Purpose::Number, now), Err(RefusedQuery::ForgedConsent));
        }
        assert!(Seals::new([8; 32]).check(&consent, iin(1), Purpose::Number, now).is_err(), "another key");
    }
}
