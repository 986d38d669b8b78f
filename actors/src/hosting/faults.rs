//! Times during which a party does not work as it should, in one place for all of them.
//!
//! A behaviour knows nothing of it: its host loses what comes and bends what leaves.

use proaktiv_messages::{Body, Clear, Envelope, Finding, MessageId, Moment, Party, Span};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::Out;

/// How long an answer takes more of a party that is slow.
const SLOW: Span = Span::hours(6);

/// How long after a message its double leaves.
const DOUBLE_AFTER: Span = Span::minutes(10);

/// How a party does not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// What is sent to it is lost, what it would send waits for the end. What people write by SMS is
    /// kept: the SMS centre stores it (S-07b).
    Silent,
    /// Its answers are [`Finding::Unknown`].
    Unknown,
    /// Its answers take six hours.
    Slow,
    /// What it tells the engine leaves twice, ten minutes apart, each time as a message of its own.
    Twice,
}

/// A time during which a party does not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultWindow {
    /// Which party.
    pub party: Party,
    /// The first instant.
    pub from: Moment,
    /// The instant from which on it works again.
    pub to: Moment,
    /// How it does not work.
    pub fault: Fault,
}

/// The faults of one party.
#[derive(Default)]
pub(super) struct Faults {
    windows: Vec<FaultWindow>,
    /// Questions that were answered with `Unknown`: a repeat is answered as before.
    answered_unknown: FxHashSet<MessageId>,
    /// Questions whose answer takes long, and when it leaves: until then a repeat is superfluous.
    under_way: FxHashMap<MessageId, Moment>,
}

impl Faults {
    /// Returns those among `windows` that are of `party`.
    pub(super) fn of(party: Party, windows: &[FaultWindow]) -> Self {
        let windows = windows.iter().filter(|window| window.party == party).copied().collect();
        Self { windows, ..Self::default() }
    }

    /// Returns whether a message that is handed over at `at` does not reach the party.
    pub(super) fn loses(&self, message: &Envelope<Clear>, at: Moment, out: &mut Out) -> bool {
        let stored = matches!(message.body, Body::SubmitSms(_));
        if !stored && self.window(Fault::Silent, at).is_some() {
            out.misbehave("silent");
            return true;
        }
        self.under_way.get(&message.id).is_some_and(|&leaves| at < leaves)
    }

    /// Bends what the party sends at `now`.
    pub(super) fn bend(&mut self, now: Moment, out: &mut Out) {
        if self.windows.is_empty() {
            return;
        }
        for place in 0..out.sendings.len() {
            if let Some(question) = out.sendings[place].answers {
                self.bend_answer(question, now, place, out);
            }
            let sending = &out.sendings[place];
            if sending.to == Party::Esobes && self.window(Fault::Twice, now).is_some() {
                let mut double = sending.clone();
                double.after = sum(double.after, DOUBLE_AFTER);
                out.sendings.push(double);
                out.misbehave("twice");
            }
        }
        for place in 0..out.sendings.len() {
            // Windows of silence may follow each other.
            while let Some(window) = self.window(Fault::Silent, now + out.sendings[place].after) {
                out.sendings[place].after = window.to - now;
                out.misbehave("silent");
            }
        }
    }

    fn bend_answer(&mut self, question: MessageId, now: Moment, place: usize, out: &mut Out) {
        let unknown = self.window(Fault::Unknown, now).is_some();
        if let Some(body) = unknown_of(&out.sendings[place].body)
            && (unknown || self.answered_unknown.contains(&question))
        {
            out.sendings[place].body = body;
            self.answered_unknown.insert(question);
            out.misbehave("unknown");
        }
        if self.window(Fault::Slow, now).is_some() {
            let after = sum(out.sendings[place].after, SLOW);
            out.sendings[place].after = after;
            self.under_way.insert(question, now + after);
            out.misbehave("slow");
        }
    }

    fn window(&self, fault: Fault, at: Moment) -> Option<FaultWindow> {
        self.windows.iter().find(|window| window.fault == fault && window.from <= at && at < window.to).copied()
    }
}

fn sum(a: Span, b: Span) -> Span {
    Span::millis(a.as_millis() + b.as_millis())
}

/// Returns the same answer of somebody who cannot say; none for what is no finding.
fn unknown_of(body: &Body<Clear>) -> Option<Body<Clear>> {
    if let Body::DisabilityAnswer(_) = body {
        Some(Body::DisabilityAnswer(Finding::Unknown))
    } else if let Body::ApplicationsAnswer(_) = body {
        Some(Body::ApplicationsAnswer(Finding::Unknown))
    } else if let Body::ChildAnswer(_) = body {
        Some(Body::ChildAnswer(Finding::Unknown))
    } else if let Body::PersonAnswer(_) = body {
        Some(Body::PersonAnswer(Finding::Unknown))
    } else if let Body::NumberAnswer(_) = body {
        Some(Body::NumberAnswer(Finding::Unknown))
    } else if let Body::AccountsAnswer(_) = body {
        Some(Body::AccountsAnswer(Finding::Unknown))
    } else if let Body::RowAnswer(_) = body {
        Some(Body::RowAnswer(Finding::Unknown))
    } else if let Body::RepresentativesAnswer(_) = body {
        Some(Body::RepresentativesAnswer(Finding::Unknown))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stories::{asked, effect, iin, message, moment, number};
    use proaktiv_messages::{AskDisability, Disability, SubmitSms};

    const DURING: &str = "2024-03-11T06:00:00Z";

    fn faults(fault: Fault) -> Faults {
        let window =
            FaultWindow { party: Party::Cbdi, from: moment(DURING), to: moment("2024-03-11T12:00:00Z"), fault };
        let other = FaultWindow { party: Party::Kdp, ..window };
        Faults::of(Party::Cbdi, &[other, window])
    }

    fn question() -> Envelope<Clear> {
        asked(1, Body::AskDisability(AskDisability { child: iin(1) }))
    }

    /// Returns what leaves when the party answers the question at `now`.
    fn answered(faults: &mut Faults, now: &str) -> Out {
        let mut out = Out::default();
        let since = moment(now).utc().date_naive();
        out.answer(&question(), Body::DisabilityAnswer(Finding::Yes(Disability { since, until: None })));
        faults.bend(moment(now), &mut out);
        out
    }

    #[test]
    fn silence_loses_what_comes_and_keeps_what_leaves_until_its_end() {
        let mut faults = faults(Fault::Silent);
        for (at, lost) in [
            ("2024-03-11T05:59:59Z", false),
            (DURING, true),
            ("2024-03-11T11:59:59Z", true),
            ("2024-03-11T12:00:00Z", false),
        ] {
            assert_eq!(faults.loses(&question(), moment(at), &mut Out::default()), lost, "{at}");
        }
        let written = Body::SubmitSms(SubmitSms { number: number(1), wording: "123 #3#1".into() });
        let written = message(Party::Household(1), MessageId::Numbered(1), written);
        assert!(!faults.loses(&written, moment(DURING), &mut Out::default()), "the SMS centre stores");
        assert_eq!(answered(&mut faults, DURING).sendings[0].after, Span::hours(6));
        assert_eq!(answered(&mut faults, "2024-03-11T12:00:00Z").sendings[0].after, Span::ZERO);
    }

    #[test]
    fn who_cannot_say_says_so_and_a_repeat_is_answered_as_before() {
        let mut faults = faults(Fault::Unknown);
        let knows = |out: &Out| out.sendings[0].body != Body::DisabilityAnswer(Finding::Unknown);
        assert!(knows(&answered(&mut faults, "2024-03-11T05:59:59Z")));
        let out = answered(&mut faults, DURING);
        assert_eq!((knows(&out), out.misbehaviours), (false, vec!["unknown"]));
        assert!(!knows(&answered(&mut faults, "2024-03-11T12:00:00Z")), "the same question");
        let mut out = Out::default();
        out.answer(&asked(2, Body::CheckLink), Body::DisabilityAnswer(Finding::No));
        faults.bend(moment("2024-03-11T12:00:00Z"), &mut out);
        assert!(knows(&out), "another question");
    }

    #[test]
    fn a_slow_answer_takes_six_hours_whatever_is_asked_meanwhile() {
        let mut faults = faults(Fault::Slow);
        let out = answered(&mut faults, DURING);
        assert_eq!((out.sendings[0].after, out.sendings[0].answers), (Span::hours(6), Some(effect(1))));
        let lost = |faults: &Faults, at| faults.loses(&question(), moment(at), &mut Out::default());
        assert!(lost(&faults, "2024-03-11T11:59:59Z"));
        assert!(!lost(&faults, "2024-03-11T12:00:00Z"));
    }

    #[test]
    fn what_leaves_twice_is_two_messages() {
        let out = answered(&mut faults(Fault::Twice), DURING);
        let after: Vec<_> = out.sendings.iter().map(|sending| sending.after).collect();
        assert_eq!(after, [Span::ZERO, Span::minutes(10)]);
        assert_eq!(out.sendings[0].body, out.sendings[1].body);
    }
}
