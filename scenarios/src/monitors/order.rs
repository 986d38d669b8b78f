//! I-2: within one attempt, the first question of each paragraph comes in the order 5, 6, 7, 8, 9.

use proaktiv_messages::{Body, Clear, Envelope, Finding, Moment, Party};
use rustc_hash::FxHashMap;

use super::Findings;

/// How far each child and each representative has come.
#[derive(Debug, Default)]
pub struct Order {
    /// The furthest question about a child: disability, applications, consent, record.
    children: FxHashMap<u64, u8>,
    /// The furthest question about a representative: consent, record, number, accounts.
    representatives: FxHashMap<u64, u8>,
    /// Persons known as somebody's parent or guardian.
    kin: rustc_hash::FxHashSet<u64>,
}

impl Order {
    /// Sees a message.
    pub fn see(&mut self, message: &Envelope<Clear>, at: Moment, findings: &mut Findings) {
        if let Body::RepresentativesAnswer(Finding::Yes(found)) = &message.body {
            self.kin.extend(found.iter().map(|one| one.person.number()));
            return;
        }
        if let Body::Enrol(row) = &message.body {
            self.kin.extend(row.guardian.map(|guardian| guardian.number()));
            return;
        }
        if message.from == Party::Gbdfl {
            if let Body::ChildAnswer(Finding::Yes(record)) = &message.body {
                self.kin.extend(record.kin.iter().map(|kin| kin.person.number()));
            }
            return;
        }
        if message.from != Party::Esobes {
            return;
        }
        let (who, stage, table) = if let Body::AskAccounts(ask) = &message.body {
            (ask.person, 3, &mut self.representatives)
        } else if let Body::AskDisability(ask) = &message.body {
            (ask.child, 0, &mut self.children)
        } else if let Body::AskApplications(ask) = &message.body {
            (ask.child, 1, &mut self.children)
        } else if let Body::RequestConsent(request) = &message.body {
            if self.kin.contains(&request.subject.number()) {
                (request.subject, 0, &mut self.representatives)
            } else {
                (request.subject, 2, &mut self.children)
            }
        } else if let Body::AskChild(ask) = &message.body {
            (ask.child, 3, &mut self.children)
        } else if let Body::AskPerson(ask) = &message.body {
            (ask.person, 1, &mut self.representatives)
        } else if let Body::AskNumber(ask) = &message.body {
            (ask.person, 2, &mut self.representatives)
        } else {
            return;
        };
        let next = table.entry(who.number()).or_insert(0);
        if stage > *next {
            findings.report("I-2", at, "a question before the one of the paragraph before it");
        }
        *next = (*next).max(stage + 1);
    }
}
