//! How many messages concern each family: for the figure that says what a paid child costs in messages.
//!
//! Counts what can be told from the message itself; an acknowledgement that names only the sender's
//! own count is left out, so that the figure errs on the low side.

use proaktiv_messages::identity::Msisdn;
use proaktiv_messages::{Body, Clear, Envelope, MessageId, Party, Token, TokenKey};
use rustc_hash::FxHashMap;

use crate::plan::Family;

/// How many families are counted: the first ones. The mean of so many is close enough, and their
/// table stays where it is quick to look up.
const COUNTED: usize = 5_000;

/// Messages of the families that are counted.
pub(crate) struct Tally {
    key: TokenKey,
    of_token: FxHashMap<Token, u32>,
    of_number: FxHashMap<u64, u32>,
    counts: Vec<u32>,
}

impl Tally {
    pub(crate) fn new(key: TokenKey) -> Self {
        Self { key, of_token: FxHashMap::default(), of_number: FxHashMap::default(), counts: vec![0] }
    }

    /// Takes a family of the plan, if it is one of those that are counted.
    pub(crate) fn join(&mut self, family: &Family) {
        if self.counts.len() > COUNTED {
            return;
        }
        self.counts.push(0);
        let iins = family.children.iter().map(|child| child.iin).chain(family.adults().map(|adult| adult.iin));
        for iin in iins {
            self.of_token.insert(self.key.token("person", &iin.number().to_be_bytes()), family.family);
        }
        for number in family.adults().flat_map(|adult| adult.numbers) {
            self.of_token.insert(self.key.token("number", &number.number.number().to_be_bytes()), family.family);
            self.of_number.insert(number.number.number(), family.family);
        }
    }

    /// Counts a message.
    pub(crate) fn count(&mut self, message: &Envelope<Clear>) {
        if let Some(count) = self.family(message).and_then(|family| self.counts.get_mut(family as usize)) {
            *count += 1;
        }
    }

    /// Returns how many messages concern the family of a person; none if it is not counted.
    pub(crate) fn of(&self, person: Token) -> Option<u32> {
        self.counts.get(*self.of_token.get(&person)? as usize).copied()
    }

    fn family(&self, message: &Envelope<Clear>) -> Option<u32> {
        if let Party::Household(number) = message.from {
            return Some(number);
        }
        if let Party::Household(number) = message.to {
            return Some(number);
        }
        let of_id = |id: MessageId| self.of_token.get(&id.key()?.token).copied();
        if let Some(family) = of_id(message.id).or_else(|| of_id(message.answers?)) {
            return Some(family);
        }
        let of_number = |number: Msisdn| self.of_number.get(&number.number()).copied();
        let of_case = |case: Token| self.of_token.get(&case).copied();
        if let Body::SmsReply(reply) = &message.body {
            of_number(reply.number)
        } else if let Body::SmsOutcome(outcome) = &message.body {
            of_id(outcome.sms)
        } else if let Body::ConsentDecided(decided) = &message.body {
            of_id(decided.request)
        } else if let Body::DecideApplication(decided) = &message.body {
            of_case(decided.application.case)
        } else if let Body::Credit(credit) = &message.body {
            of_case(credit.payment.application.case)
        } else if let Body::Credited(credited) = &message.body {
            of_case(credited.payment.application.case)
        } else if let Body::PaymentMade(made) = &message.body {
            of_case(made.payment.application.case)
        } else {
            None
        }
    }
}
