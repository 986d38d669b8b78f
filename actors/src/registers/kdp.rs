//! KDP, the state service of access control to personal data (A-14, S-03, S-03d): asks people for
//! consents, seals those that they give, and takes back those that they no longer give.
//!
//! A household's answer says yes or no and names the question. An answer handed over twice is known by
//! its question; a question that nobody answers waits for good.

use proaktiv_messages::identity::Iin;
use proaktiv_messages::{
    AnswerConsent, AskConsent, Body, Clear, Consent, ConsentDecided, ConsentOutcome, ConsentWithdrawn, Envelope,
    MessageId, Moment, Party, RequestConsent, Span,
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{Behaviour, Out, Seals};

/// A request that a household has not answered.
struct Pending {
    id: MessageId,
    from: Party,
    request: RequestConsent<Clear>,
}

/// A consent that may be taken back, and who asked for it.
struct Given {
    consent: Consent<Clear>,
    to: Party,
}

/// The service of access control.
pub struct Kdp {
    seals: Seals,
    consents: u64,
    directory: FxHashMap<u64, u32>,
    /// By the question to the household.
    pending: FxHashMap<MessageId, Pending>,
    requests: FxHashSet<MessageId>,
    /// Consents by subject, of those subjects alone whose consent will be taken back.
    given: FxHashMap<u64, Vec<Given>>,
}

impl Kdp {
    /// Returns a service that knows nobody and gives `seals`.
    pub fn new(seals: Seals) -> Self {
        Self {
            seals,
            consents: 0,
            directory: FxHashMap::default(),
            pending: FxHashMap::default(),
            requests: FxHashSet::default(),
            given: FxHashMap::default(),
        }
    }

    /// Makes `household` (its number in the plan) the one that is asked when the record of `subject`,
    /// a child or a grown-up, is to be read.
    pub fn entitle(&mut self, subject: Iin, household: u32) {
        self.directory.insert(subject.number(), household);
    }

    /// Lets the service keep the consents to the record of `subject`, so that they can be taken back.
    pub fn keep_consents_of(&mut self, subject: Iin) {
        self.given.entry(subject.number()).or_default();
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
        self.pending.insert(out.next_id(), Pending { id: message.id, from: message.from, request: *request });
        let question = AskConsent { subject: request.subject, purposes: request.purposes };
        out.send(Party::Household(household), Body::AskConsent(question));
    }

    fn decided(&mut self, message: &Envelope<Clear>, will: AnswerConsent, now: Moment, out: &mut Out) {
        out.answer(message, Body::Received);
        let pending = message.answers.and_then(|question| self.pending.remove(&question));
        let Some(Pending { id, from, request }) = pending else { return };
        let outcome = if will.agrees {
            let consent = self.sealed(&request, now);
            if let Some(given) = self.given.get_mut(&request.subject.number()) {
                given.push(Given { consent, to: from });
            }
            ConsentOutcome::Given(consent)
        } else {
            ConsentOutcome::Refused
        };
        out.report(from, Body::ConsentDecided(ConsentDecided { request: id, outcome }));
    }

    fn sealed(&mut self, request: &RequestConsent<Clear>, now: Moment) -> Consent<Clear> {
        self.consents += 1;
        let mut consent = Consent {
            id: self.consents,
            subject: request.subject,
            purposes: request.purposes,
            given: now,
            until: now + Span::days(i64::from(request.days)),
            seal: 0,
        };
        consent.seal = self.seals.seal(&consent);
        consent
    }

    /// Takes back every consent to the record of `subject` that is still valid (S-03, S-03b).
    fn withdraw(&mut self, subject: Iin, now: Moment, out: &mut Out) {
        let Some(given) = self.given.get_mut(&subject.number()) else { return };
        for Given { consent, to } in given.drain(..).filter(|given| now < given.consent.until) {
            self.seals.withdraw(consent.id, now);
            out.misbehave("withdrawn");
            let withdrawn = ConsentWithdrawn { consent: consent.id, subject, purposes: consent.purposes };
            out.report(to, Body::ConsentWithdrawn(withdrawn));
        }
    }
}

impl Behaviour for Kdp {
    fn receive(&mut self, message: &Envelope<Clear>, now: Moment, out: &mut Out) {
        if let Body::RequestConsent(request) = &message.body {
            self.request(message, request, out);
        } else if let Body::AnswerConsent(will) = &message.body {
            self.decided(message, *will, now, out);
        } else if let Body::WithdrawConsent(withdrawal) = &message.body {
            out.answer(message, Body::Received);
            self.withdraw(withdrawal.subject, now, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stories::{asked, effect, iin, message, moment, said, seals, tell};
    use proaktiv_messages::{Purpose, Purposes, RefusedQuery, WithdrawConsent};

    const HOME: Party = Party::Household(17);

    fn service() -> Kdp {
        let mut kdp = Kdp::new(seals());
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
        let received = (HOME, Body::Received);
        let mut consent = Consent {
            id: 1,
            subject: iin(1),
            purposes: Purposes::OF_CHILD,
            given: now,
            until: moment("2024-03-13T06:00:00Z"),
            seal: 0,
        };
        consent.seal = seals().seal(&consent);
        let decided = ConsentDecided { request: effect(1), outcome: ConsentOutcome::Given(consent) };
        assert_eq!(said(&out), [received, (Party::Esobes, Body::ConsentDecided(decided))]);
        assert!(out.sendings[1].until_answered && out.sendings[1].answers.is_none());
    }

    /// Hands a request over when KDP has sent `before` messages: its question then has the number after
    /// the acknowledgement.
    fn requested(kdp: &mut Kdp, request: &Envelope<Clear>, before: u64) -> Vec<(Party, Body<Clear>)> {
        let mut out = Out { sent_before: before, ..Out::default() };
        kdp.receive(request, Moment::default(), &mut out);
        said(&out)
    }

    #[test]
    fn each_answer_belongs_to_its_question_in_whatever_order_people_make_up_their_minds() {
        let mut kdp = service();
        let received = |party| (party, Body::Received);
        assert_eq!(requested(&mut kdp, &request(1, 1), 0), [received(Party::Esobes), question(1)]);
        assert_eq!(requested(&mut kdp, &request(2, 2), 2), [received(Party::Esobes), question(2)]);
        let refused = |step| {
            let decided = ConsentDecided { request: effect(step), outcome: ConsentOutcome::Refused };
            (Party::Esobes, Body::ConsentDecided(decided))
        };
        // The first question is not answered yet, perhaps never: the second is.
        assert_eq!(said(&tell(&mut kdp, &answer(4, false), Moment::default())), [received(HOME), refused(2)]);
        assert_eq!(said(&tell(&mut kdp, &answer(4, true), Moment::default())), [received(HOME)], "handed over twice");
        assert_eq!(said(&tell(&mut kdp, &answer(2, false), Moment::default())), [received(HOME), refused(1)]);
        assert_eq!(said(&tell(&mut kdp, &answer(6, true), Moment::default())), [received(HOME)], "nothing was asked");
        assert_eq!(kdp.consents(), 0);
    }

    fn withdrawal(subject: u32) -> Envelope<Clear> {
        let body = Body::WithdrawConsent(WithdrawConsent { subject: iin(subject) });
        message(HOME, MessageId::Numbered(50), body)
    }

    #[test]
    fn a_consent_that_is_taken_back_is_reported_once_and_opens_nothing_afterwards() {
        let mut kdp = service();
        kdp.keep_consents_of(iin(1));
        let given = moment("2024-03-11T06:00:00Z");
        tell(&mut kdp, &request(1, 1), given);
        let Body::ConsentDecided(ConsentDecided { outcome: ConsentOutcome::Given(consent), .. }) =
            said(&tell(&mut kdp, &answer(2, true), given)).remove(1).1
        else {
            panic!("a consent was given")
        };
        let back = moment("2024-03-12T06:00:00Z");
        let out = tell(&mut kdp, &withdrawal(1), back);
        let withdrawn = ConsentWithdrawn { consent: consent.id, subject: iin(1), purposes: Purposes::OF_CHILD };
        assert_eq!(said(&out), [(HOME, Body::Received), (Party::Esobes, Body::ConsentWithdrawn(withdrawn))]);
        assert_eq!((out.sendings[1].until_answered, out.misbehaviours), (true, vec!["withdrawn"]));
        let opens = |at| kdp.seals.check(&consent, iin(1), Purpose::ChildRecord, at);
        assert_eq!((opens(back), opens(back + Span::seconds(1))), (Ok(()), Err(RefusedQuery::ConsentNotValid)));
        assert_eq!(said(&tell(&mut kdp, &withdrawal(1), back)), [(HOME, Body::Received)]);
    }

    #[test]
    fn a_consent_that_has_run_out_cannot_be_taken_back() {
        let mut kdp = service();
        kdp.keep_consents_of(iin(1));
        let given = moment("2024-03-11T06:00:00Z");
        for (at, reports) in [("2024-03-13T05:59:59Z", 2), ("2024-03-13T06:00:00Z", 1)] {
            requested(&mut kdp, &asked(reports, request(1, 1).body), 100);
            tell(&mut kdp, &answer(102, true), given);
            assert_eq!(tell(&mut kdp, &withdrawal(1), moment(at)).sendings.len(), reports as usize, "{at}");
        }
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
