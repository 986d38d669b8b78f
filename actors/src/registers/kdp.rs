//! KDP, the state service of access control to personal data (A-14, S-03, S-03d): asks people for
//! consents and seals those that they give.
//!
//! A household's answer says yes or no and names the question by the number that the host gave it,
//! which KDP does not learn. Reading: a household is therefore asked one thing at a time, as on one
//! handset; what is requested meanwhile waits its turn. So an answer can never be taken for that to
//! another question, whatever the order in which people make up their minds. An answer handed over
//! twice is known by its question, since numbers grow from question to question.

use std::collections::VecDeque;

use proaktiv_messages::identity::Iin;
use proaktiv_messages::{
    AnswerConsent, AskConsent, Body, Clear, Consent, ConsentDecided, ConsentOutcome, Envelope, MessageId, Moment,
    Party, RequestConsent, Span,
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{Behaviour, Out, consent_seal};

/// A request that a household has not answered.
struct Pending {
    id: MessageId,
    from: Party,
    request: RequestConsent<Clear>,
}

/// What is between KDP and one household.
#[derive(Default)]
struct Handset {
    /// The first is asked, the others wait.
    pending: VecDeque<Pending>,
    /// The question that was answered last.
    answered: Option<MessageId>,
}

/// The service of access control.
pub struct Kdp {
    key: [u8; 32],
    consents: u64,
    directory: FxHashMap<u64, u32>,
    handsets: FxHashMap<u32, Handset>,
    requests: FxHashSet<MessageId>,
}

impl Kdp {
    /// Returns a service that knows nobody and seals with `key`.
    pub fn new(key: [u8; 32]) -> Self {
        Self {
            key,
            consents: 0,
            directory: FxHashMap::default(),
            handsets: FxHashMap::default(),
            requests: FxHashSet::default(),
        }
    }

    /// Makes `household` (its number in the plan) the one that is asked when the record of `subject`,
    /// a child or a grown-up, is to be read.
    pub fn entitle(&mut self, subject: Iin, household: u32) {
        self.directory.insert(subject.number(), household);
    }

    /// Returns how many consents were given.
    pub fn consents(&self) -> u64 {
        self.consents
    }

    fn request(&mut self, message: &Envelope<Clear>, request: &RequestConsent<Clear>, out: &mut Out) {
        out.answer(message, Body::Received);
        if !self.requests.insert(message.id) {
            return;
        }
        // Nobody is entitled to answer for a subject that the directory does not have: as silence.
        let Some(&household) = self.directory.get(&request.subject.number()) else { return };
        let handset = self.handsets.entry(household).or_default();
        handset.pending.push_back(Pending { id: message.id, from: message.from, request: *request });
        if handset.pending.len() == 1 {
            ask(household, request, out);
        }
    }

    fn decided(
        &mut self,
        household: u32,
        question: Option<MessageId>,
        will: AnswerConsent,
        now: Moment,
        out: &mut Out,
    ) {
        let Some(handset) = self.handsets.get_mut(&household) else { return };
        if question <= handset.answered {
            return;
        }
        let Some(Pending { id, from, request }) = handset.pending.pop_front() else { return };
        handset.answered = question;
        if let Some(next) = handset.pending.front() {
            ask(household, &next.request, out);
        }
        let outcome =
            if will.agrees { ConsentOutcome::Given(self.seal(&request, now)) } else { ConsentOutcome::Refused };
        out.report(from, Body::ConsentDecided(ConsentDecided { request: id, outcome }));
    }

    fn seal(&mut self, request: &RequestConsent<Clear>, now: Moment) -> Consent<Clear> {
        self.consents += 1;
        let mut consent = Consent {
            id: self.consents,
            subject: request.subject,
            purposes: request.purposes,
            given: now,
            until: now + Span::days(i64::from(request.days)),
            seal: 0,
        };
        consent.seal = consent_seal(&self.key, &consent);
        consent
    }
}

fn ask(household: u32, request: &RequestConsent<Clear>, out: &mut Out) {
    let question = AskConsent { subject: request.subject, purposes: request.purposes };
    out.send(Party::Household(household), Body::AskConsent(question));
}

impl Behaviour for Kdp {
    fn receive(&mut self, message: &Envelope<Clear>, now: Moment, out: &mut Out) {
        if let Body::RequestConsent(request) = &message.body {
            self.request(message, request, out);
        } else if let (Body::AnswerConsent(will), Party::Household(household)) = (&message.body, message.from) {
            self.decided(household, message.answers, *will, now, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stories::{KEY, asked, effect, iin, message, moment, said, tell};
    use proaktiv_messages::Purposes;

    const HOME: Party = Party::Household(17);

    fn service() -> Kdp {
        let mut kdp = Kdp::new(KEY);
        [1, 2].into_iter().for_each(|child| kdp.entitle(iin(child), 17));
        kdp
    }

    fn request(step: u32, subject: u32) -> Envelope<Clear> {
        let request = RequestConsent { subject: iin(subject), purposes: Purposes::OF_CHILD, days: 2 };
        asked(step, Body::RequestConsent(request))
    }

    fn question(subject: u32) -> (Party, Body<Clear>) {
        (HOME, Body::AskConsent(AskConsent { subject: iin(subject), purposes: Purposes::OF_CHILD }))
    }

    fn answer(question: u64, agrees: bool) -> Envelope<Clear> {
        let body = Body::AnswerConsent(AnswerConsent { agrees });
        Envelope { answers: Some(MessageId::Numbered(question)), ..message(HOME, MessageId::Numbered(question), body) }
    }

    #[test]
    fn a_consent_is_sealed_and_lasts_as_long_as_was_asked() {
        let mut kdp = service();
        let now = moment("2024-03-11T06:00:00Z");
        let first = tell(&mut kdp, &request(1, 1), Moment::default());
        assert_eq!(said(&first), [(Party::Esobes, Body::Received), question(1)]);
        let out = tell(&mut kdp, &answer(2, true), now);
        let mut consent = Consent {
            id: 1,
            subject: iin(1),
            purposes: Purposes::OF_CHILD,
            given: now,
            until: moment("2024-03-13T06:00:00Z"),
            seal: 0,
        };
        consent.seal = consent_seal(&KEY, &consent);
        let decided = ConsentDecided { request: effect(1), outcome: ConsentOutcome::Given(consent) };
        assert_eq!(said(&out), [(Party::Esobes, Body::ConsentDecided(decided))]);
        assert!(out.sendings[0].until_received && out.sendings[0].answers.is_none());
    }

    #[test]
    fn a_household_is_asked_one_thing_at_a_time() {
        let mut kdp = service();
        tell(&mut kdp, &request(1, 1), Moment::default());
        assert_eq!(said(&tell(&mut kdp, &request(2, 2), Moment::default())), [(Party::Esobes, Body::Received)]);
        let refused = |step| {
            let decided = ConsentDecided { request: effect(step), outcome: ConsentOutcome::Refused };
            (Party::Esobes, Body::ConsentDecided(decided))
        };
        assert_eq!(said(&tell(&mut kdp, &answer(2, false), Moment::default())), [question(2), refused(1)]);
        // The answer to the first question, handed over again, is no answer to the second.
        assert_eq!(said(&tell(&mut kdp, &answer(2, true), Moment::default())), []);
        assert_eq!(said(&tell(&mut kdp, &answer(4, false), Moment::default())), [refused(2)]);
        assert_eq!(said(&tell(&mut kdp, &answer(6, true), Moment::default())), [], "nothing was asked");
        assert_eq!(kdp.consents(), 0);
    }

    #[test]
    fn a_repeat_is_received_and_changes_nothing() {
        let mut kdp = service();
        tell(&mut kdp, &request(1, 1), Moment::default());
        assert_eq!(said(&tell(&mut kdp, &request(1, 1), Moment::default())), [(Party::Esobes, Body::Received)]);
        tell(&mut kdp, &answer(2, true), Moment::default());
        assert_eq!(said(&tell(&mut kdp, &request(1, 1), Moment::default())), [(Party::Esobes, Body::Received)]);
        assert_eq!(kdp.consents(), 1);
    }

    #[test]
    fn for_an_unknown_subject_nobody_is_asked() {
        assert_eq!(said(&tell(&mut service(), &request(1, 9), Moment::default())), [(Party::Esobes, Body::Received)]);
    }
}
