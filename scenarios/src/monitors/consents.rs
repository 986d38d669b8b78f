//! I-1: no call to GBDFL, NOBD's representatives, BMG or a bank without a consent that KDP gave for
//! that person and that purpose, valid at that moment; for BMG and the banks it may have run out once he
//! has written to 1414 (S-03d).

use proaktiv_messages::identity::Iin;
use proaktiv_messages::{Body, Clear, Consent, ConsentOutcome, Envelope, Moment, Party, Purpose, Span};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Findings;

/// How long a question may be on its way to its register: a record is flushed within a minute.
const ON_ITS_WAY: Span = Span::minutes(2);

/// The consents that KDP gave, by their numbers.
#[derive(Debug, Default)]
pub struct Consents {
    given: FxHashMap<u64, Consent<Clear>>,
    /// Those taken back: what the engine shows of them still names the term that they were given for.
    withdrawn: FxHashSet<u64>,
    /// Whom the last form to each number was for.
    written_to: FxHashMap<u64, Iin>,
    /// Who has replied to a form.
    replied: FxHashSet<u64>,
}

impl Consents {
    /// Sees a message.
    pub fn see(&mut self, message: &Envelope<Clear>, at: Moment, findings: &mut Findings) {
        if message.from == Party::Kdp {
            if let Body::ConsentDecided(decided) = &message.body
                && let ConsentOutcome::Given(consent) = decided.outcome
            {
                self.given.insert(consent.id, consent);
            } else if let Body::ConsentWithdrawn(withdrawn) = &message.body
                && let Some(given) = self.given.get_mut(&withdrawn.consent)
            {
                // What was decided before the withdrawal came may still be on its way (S-03).
                given.until = given.until.min(at + ON_ITS_WAY);
                self.withdrawn.insert(withdrawn.consent);
            }
            return;
        }
        if message.from != Party::Esobes {
            if matches!(message.body, Body::Refused(_)) {
                findings.report("I-1", at, "a register refused a question for want of consent");
            }
            // Which replies are effective, the oracle reads; here any text will do.
            if let Body::SmsReply(reply) = &message.body
                && let Some(recipient) = self.written_to.get(&reply.number.number())
            {
                self.replied.insert(recipient.number());
            }
            return;
        }
        if let Body::SendSms(sms) = &message.body {
            self.written_to.insert(sms.number.number(), sms.recipient);
            return;
        }
        let (subject, consent, purpose) = if let Body::AskAccounts(ask) = &message.body {
            (ask.person, &ask.consent, Purpose::Accounts)
        } else if let Body::AskRepresentatives(ask) = &message.body {
            (ask.child, &ask.consent, Purpose::Representatives)
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
        self.given.get(&shown.id).is_some_and(|given| {
            let as_given = given == shown || self.withdrawn.contains(&shown.id);
            let replied =
                matches!(purpose, Purpose::Number | Purpose::Accounts) && self.replied.contains(&subject.number());
            let valid = given.allows(purpose, sent)
                || replied && given.purposes.cover(purpose) && !self.withdrawn.contains(&shown.id);
            as_given && given.subject == subject && valid
        })
    }
}
