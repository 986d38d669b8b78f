//! I-5, I-7, I-13: an application rests on a reply that accepts the bank of its account.

use proaktiv_messages::{Body, Clear, Envelope, MessageId, Moment, Party};
use rustc_hash::FxHashMap;

use super::Findings;
use super::conversation::Conversations;

/// The applications that the engine formed: child, and the how manieth of its case, with the message.
#[derive(Debug, Default)]
pub struct Applications {
    formed: FxHashMap<(u64, u16), MessageId>,
}

impl Applications {
    /// Sees a message.
    pub(super) fn see(
        &mut self,
        message: &Envelope<Clear>,
        conversations: &Conversations,
        at: Moment,
        findings: &mut Findings,
    ) {
        let Body::RegisterApplication(application) = &message.body else { return };
        if message.from != Party::Esobes {
            return;
        }
        let evidence = &application.evidence;
        let number = evidence.number.number();
        let accepted = conversations.with(number).and_then(|with| {
            let same = |reply: &&super::conversation::Reply| reply.received == evidence.received;
            with.replies.iter().filter(same).find_map(|reply| {
                let in_time = conversations.accepted(number, evidence.sms, reply);
                in_time.or_else(|| conversations.accepted_at_last(number, evidence.sms, reply))
            })
        });
        match accepted {
            None => findings.report("I-5", at, "an application without an effective reply to the form it names"),
            Some(bank) if bank != application.bank || bank != application.account.bank() => {
                findings.report("I-13", at, "the account is not of the bank that was accepted");
            }
            Some(_) => {}
        }
        // A repeat for want of an answer is the same message.
        let which = (application.child.number(), application.application.nth);
        if self.formed.insert(which, message.id).is_some_and(|known| known != message.id) {
            findings.report("I-7", at, "a second application for a child");
        }
    }
}
