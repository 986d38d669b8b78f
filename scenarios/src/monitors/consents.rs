//! I-1: no call to GBDFL, NOBD's representatives, BMG or a bank without a consent that KDP gave for
//! that person and that purpose, valid at that moment.

use proaktiv_messages::identity::Iin;
use proaktiv_messages::{Body, Clear, Consent, ConsentOutcome, Envelope, Moment, Party, Purpose};
use rustc_hash::FxHashMap;

use super::Findings;

/// The consents that KDP gave, by their numbers.
#[derive(Debug, Default)]
pub struct Consents {
    given: FxHashMap<u64, Consent<Clear>>,
}

impl Consents {
    /// Sees a message.
    pub fn see(&mut self, message: &Envelope<Clear>, at: Moment, findings: &mut Findings) {
        if message.from == Party::Kdp {
            if let Body::ConsentDecided(decided) = &message.body
                && let ConsentOutcome::Given(consent) = decided.outcome
            {
                self.given.insert(consent.id, consent);
            }
            return;
        }
        if message.from != Party::Esobes {
            if matches!(message.body, Body::Refused(_)) {
                findings.report("I-1", at, "a register refused a question for want of consent");
            }
            return;
        }
        let (subject, consent, purpose) = if let Body::AskAccounts(ask) = &message.body {
            (ask.person, &ask.consent, Purpose::Accounts)
        } else if let Body::AskChild(ask) = &message.body {
            (ask.child, &ask.consent, Purpose::ChildRecord)
        } else if let Body::AskPerson(ask) = &message.body {
            (ask.person, &ask.consent, Purpose::PersonRecord)
        } else if let Body::AskNumber(ask) = &message.body {
            (ask.person, &ask.consent, Purpose::Number)
        } else {
            return;
        };
        if !self.covers(subject, consent, purpose, message.sent) {
            findings.report("I-1", at, "a question without a valid consent of that person for that purpose");
        }
    }

    fn covers(&self, subject: Iin, shown: &Consent<Clear>, purpose: Purpose, sent: Moment) -> bool {
        self.given
            .get(&shown.id)
            .is_some_and(|given| given == shown && given.subject == subject && given.allows(purpose, sent))
    }
}
