//! The counters of the State corporation and egov (A-12, T-03, S-26): take applications by hand, know
//! those that the engine formed from the bodies that decide them, and tell what becomes of each that was
//! lodged by hand (S-26b).

use proaktiv_messages::identity::Iin;
use proaktiv_messages::{
    ApplicationId, ApplicationState, Body, Clear, Envelope, Finding, LiveApplication, MessageId, Moment, Party,
    ReportApplication, Span,
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{Behaviour, Delay, Out};

/// Applications that are lodged in a run are numbered from here on: a plan numbers its own below.
const FIRST_NUMBER: u64 = 1_000_000_000;

/// How an application that is lodged by hand ends, and how long after it was lodged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandEnd {
    /// Granted, refused or withdrawn.
    pub state: ApplicationState,
    /// How long after it was lodged.
    pub after: Span,
}

/// An application that was lodged in the run and has not ended.
struct Open {
    child: Iin,
    number: u64,
    state: ApplicationState,
}

/// The counters, all of them as one party.
#[derive(Default)]
pub struct Counter {
    /// The applications of each child that are pending or granted.
    live: FxHashMap<u64, Vec<LiveApplication>>,
    delay: Delay,
    ends: FxHashMap<u64, HandEnd>,
    /// By the note of the wake-up at which each ends.
    open: FxHashMap<u64, Open>,
    lodged: u64,
    taken: FxHashSet<(Party, MessageId)>,
    /// Applications of the engine that are decided: word of their lodging that comes later is old.
    decided: FxHashSet<ApplicationId>,
}

impl Counter {
    /// Returns counters without applications that take `delay` for an answer.
    pub fn new(delay: Delay) -> Self {
        Self { delay, ..Self::default() }
    }

    /// Records a live application for `child` that was lodged before the run.
    pub fn record(&mut self, child: Iin, application: LiveApplication) {
        self.live.entry(child.number()).or_default().push(application);
    }

    /// Sets how applications end that are lodged for `child` in the run; without it they stay pending.
    pub fn end(&mut self, child: Iin, end: HandEnd) {
        self.ends.insert(child.number(), end);
    }

    /// Returns the application that is shown: one by hand before one of the engine's own.
    fn shown(&self, child: Iin) -> Finding<LiveApplication> {
        let live = self.live.get(&child.number()).map_or(&[][..], Vec::as_slice);
        let by_hand = live.iter().find(|application| application.ours.is_none());
        by_hand.or(live.last()).map_or(Finding::No, |application| Finding::Yes(*application))
    }

    fn lodge(&mut self, child: Iin, now: Moment, out: &mut Out) {
        let number = FIRST_NUMBER + self.lodged;
        self.lodged += 1;
        let application = LiveApplication { number, granted: false, ours: None, from: None, to: None };
        self.record(child, application);
        out.misbehave("lodged_by_hand");
        report(child, application, ApplicationState::Lodged, out);
        if let Some(end) = self.ends.get(&child.number()) {
            self.open.insert(number, Open { child, number, state: end.state });
            out.wake_at(now + end.after, number);
        }
    }

    /// Notes what became of an application; returns it as it is now.
    fn become_of(&mut self, child: Iin, number: u64, state: ApplicationState) -> Option<LiveApplication> {
        let live = self.live.get_mut(&child.number())?;
        let place = live.iter().position(|application| application.number == number)?;
        live[place].granted = state == ApplicationState::Granted;
        match state {
            ApplicationState::Lodged | ApplicationState::Granted => Some(live[place]),
            ApplicationState::Refused | ApplicationState::Withdrawn => Some(live.remove(place)),
        }
    }

    /// Takes word of an application that the engine formed, from the body that decides it.
    fn word(&mut self, word: &ReportApplication<Clear>) {
        let Some(ours) = word.application.ours else { return };
        let lodged = word.state == ApplicationState::Lodged;
        if !lodged {
            self.decided.insert(ours);
        } else if self.decided.contains(&ours) {
            return;
        }
        let live = self.live.entry(word.child.number()).or_default();
        live.retain(|application| application.ours != Some(ours));
        match word.state {
            ApplicationState::Lodged | ApplicationState::Granted => live.push(word.application),
            ApplicationState::Refused | ApplicationState::Withdrawn => {}
        }
    }
}

fn report(child: Iin, application: LiveApplication, state: ApplicationState, out: &mut Out) {
    out.report(Party::Esobes, Body::ReportApplication(ReportApplication { child, application, state }));
}

impl Behaviour for Counter {
    fn receive(&mut self, message: &Envelope<Clear>, now: Moment, out: &mut Out) {
        if let Body::AskApplications(question) = &message.body {
            let finding = self.shown(question.child);
            out.answer_after(message, self.delay.of(&message.id), Body::ApplicationsAnswer(finding));
        } else if let Body::LodgeApplication(lodged) = &message.body {
            out.answer(message, Body::Received);
            if self.taken.insert((message.from, message.id)) {
                self.lodge(lodged.child, now, out);
            }
        } else if let Body::ReportApplication(word) = &message.body {
            out.answer(message, Body::Received);
            if self.taken.insert((message.from, message.id)) {
                self.word(word);
            }
        }
    }

    fn wake(&mut self, note: u64, _now: Moment, out: &mut Out) {
        let Some(Open { child, number, state }) = self.open.remove(&note) else { return };
        if let Some(application) = self.become_of(child, number, state) {
            report(child, application, state, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stories::{asked, iin, message, moment, said, tell, wake};
    use proaktiv_messages::{AskApplications, LodgeApplication, Token};

    const HOME: Party = Party::Household(17);
    const NOON: &str = "2024-03-11T12:00:00Z";

    fn live(number: u64) -> LiveApplication {
        LiveApplication { number, granted: false, ours: None, from: None, to: None }
    }

    fn shown(counter: &mut Counter, which: u32) -> Finding<LiveApplication> {
        let question = asked(1, Body::AskApplications(AskApplications { child: iin(which) }));
        match said(&tell(counter, &question, moment(NOON))).as_slice() {
            [(Party::Esobes, Body::ApplicationsAnswer(finding))] => *finding,
            other => panic!("{other:?}"),
        }
    }

    fn lodged(counter: &mut Counter, id: u64) -> Out {
        let body = Body::LodgeApplication(LodgeApplication { child: iin(1) });
        tell(counter, &message(HOME, MessageId::Numbered(id), body), moment(NOON))
    }

    fn reported(application: LiveApplication, state: ApplicationState) -> (Party, Body<Clear>) {
        (Party::Esobes, Body::ReportApplication(ReportApplication { child: iin(1), application, state }))
    }

    #[test]
    fn a_live_application_is_shown_for_its_child_alone() {
        let mut counter = Counter::default();
        counter.record(iin(1), live(5));
        assert_eq!(shown(&mut counter, 1), Finding::Yes(live(5)));
        assert_eq!(shown(&mut counter, 2), Finding::No);
    }

    #[test]
    fn what_is_lodged_is_live_until_it_ends_and_each_change_is_reported() {
        for (state, live_after) in [
            (ApplicationState::Refused, None),
            (ApplicationState::Withdrawn, None),
            (ApplicationState::Granted, Some(true)),
        ] {
            let mut counter = Counter::default();
            counter.end(iin(1), HandEnd { state, after: Span::days(2) });
            let out = lodged(&mut counter, 1);
            assert_eq!(said(&out), [(HOME, Body::Received), reported(live(FIRST_NUMBER), ApplicationState::Lodged)]);
            assert_eq!(said(&lodged(&mut counter, 1)), [(HOME, Body::Received)], "handed over twice");
            assert_eq!(shown(&mut counter, 1), Finding::Yes(live(FIRST_NUMBER)));
            assert_eq!(out.wakes, [(moment("2024-03-13T12:00:00Z"), FIRST_NUMBER)]);
            let ended = LiveApplication { granted: live_after == Some(true), ..live(FIRST_NUMBER) };
            let out = wake(&mut counter, out.wakes[0]);
            assert_eq!(said(&out), [reported(ended, state)]);
            assert!(out.sendings[0].until_answered);
            let expected = if live_after.is_some() { Finding::Yes(ended) } else { Finding::No };
            assert_eq!(shown(&mut counter, 1), expected, "{state:?}");
        }
    }

    #[test]
    fn without_an_end_an_application_stays_pending() {
        let mut counter = Counter::default();
        assert!(lodged(&mut counter, 1).wakes.is_empty());
        assert_eq!(shown(&mut counter, 1), Finding::Yes(live(FIRST_NUMBER)));
    }

    #[test]
    fn an_application_of_the_engine_is_shown_as_its_own_while_it_is_live() {
        let mut counter = Counter::default();
        let ours = Some(ApplicationId { case: Token::from_bits(1), nth: 1 });
        let application = LiveApplication { ours, ..live(0) };
        let body = district_body();
        for (id, state, granted, shown_then) in [
            (1, ApplicationState::Lodged, false, true),
            (2, ApplicationState::Granted, true, true),
            (3, ApplicationState::Refused, false, false),
            // What comes late, since the counter was silent, is old.
            (4, ApplicationState::Lodged, false, false),
        ] {
            let application = LiveApplication { granted, ..application };
            let word = Body::ReportApplication(ReportApplication { child: iin(1), application, state });
            let out = tell(&mut counter, &message(body, MessageId::Numbered(id), word), moment(NOON));
            assert_eq!(said(&out), [(body, Body::Received)]);
            let expected = if shown_then { Finding::Yes(application) } else { Finding::No };
            assert_eq!(shown(&mut counter, 1), expected);
        }
        // Beside one by hand, that one is shown.
        counter.record(iin(1), live(5));
        let application = LiveApplication { ours: ours.map(|ours| ApplicationId { nth: 2, ..ours }), ..application };
        let word = ReportApplication { child: iin(1), application, state: ApplicationState::Lodged };
        let word = message(body, MessageId::Numbered(5), Body::ReportApplication(word));
        tell(&mut counter, &word, moment(NOON));
        assert_eq!(shown(&mut counter, 1), Finding::Yes(live(5)));
    }

    fn district_body() -> Party {
        Party::LocalExecutiveBody(proaktiv_messages::District(710_000_000))
    }
}
