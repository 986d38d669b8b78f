//! One subscriber number (order 42, p. 9–12): who waits for an offer, and the one that is open.
//!
//! Owns the open offer: its form, language, frozen banks and accounts, its group of children and its
//! window. Decides alone whether a reply was in time. One open offer a number (I-3), one open form an
//! offer (I-4). Asks no register itself: the recipient does, the cases look at their children.

mod effects;
mod event;
mod late;
mod offer;
mod replies;
mod sending;
mod silence;
mod state;
mod taking_up;

use proaktiv_messages::{Closing, FormNumber, Language, MessageId, Moment, Said, SealedAccount, SmsAccepted, Token};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

pub use event::{LineEvent, NoEffect};
pub use offer::{Acceptance, Former, History, Offer, OfferState, Past, Preparing, Shown, Waiting, Why, Window};

use super::provisions::accounts_choose_the_form::Frozen;
use super::{Condition, Effect};
use crate::Aggregate;

/// What a case says when the line asks it to look at its child again (S-36, S-26b).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stands {
    /// The child stands.
    Yes,
    /// Not yet: no first form for it now, it waits for the next offer hour (S-13).
    NotYet,
    /// It leaves.
    No(Leave),
}

/// Why a child leaves a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leave {
    /// An application by hand took its place (S-26b).
    Superseded,
    /// Home schooling was refuted, or its period no longer runs (S-12b).
    Refuted,
    /// The period of home schooling is over (S-35).
    Ended,
    /// It turns eighteen (S-27).
    TurnedEighteen,
    /// It is excluded (S-48).
    Excluded,
    /// Its case is held, or another representative is looked for.
    Held,
}

/// Whose the number is now (S-37).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// It is among the recipient's numbers.
    His,
    /// It is not.
    NotHis,
    /// It was not asked for: no consent allows it (S-03d).
    NotAsked,
}

/// What a line needs a recipient's registers for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// A first form is to leave.
    FirstForm,
    /// A later form is to leave.
    LaterForm,
    /// A reply was effective: an application is to be formed.
    Application,
    /// A reply was effective for a former offer, while another is open (S-07c).
    LateApplication,
    /// Silence is looked at: the last search (S-07c).
    LastSearch,
    /// App.4 is to leave.
    Notice,
}

/// What the registers say of a recipient now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refreshed {
    /// What it was asked for.
    pub need: Need,
    /// Whose the number is.
    pub owner: Owner,
    /// The language that he uses the portal in, where BMG says so (S-24).
    pub language: Option<Language>,
    /// The accounts that count, one a bank; where certain ones were asked for, those of them that are there.
    pub accounts: Frozen,
    /// Whether a bank has never answered (S-20).
    pub silent: bool,
}

/// What can reach a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineInbound {
    /// A case: the child is ready.
    Ready(Waiting),
    /// A case: the child leaves.
    Leave {
        /// The child.
        child: Token,
        /// Why.
        why: Leave,
    },
    /// A case: whether the child stands, as the line asked.
    LookedAt {
        /// The child.
        child: Token,
        /// Whether it stands.
        stands: Stands,
    },
    /// The SMS centre accepted every part of a form.
    SmsAccepted {
        /// The order to send it.
        sms: MessageId,
        /// Which form.
        form: FormNumber,
        /// When its parts were accepted.
        accepted: SmsAccepted,
    },
    /// The SMS centre: what became of a form.
    SmsOutcome {
        /// The order to send it.
        sms: MessageId,
        /// Whether it was delivered.
        delivered: bool,
    },
    /// A message from the number.
    Reply {
        /// What it says.
        said: Said,
        /// When the SMS centre received it.
        received: Moment,
    },
    /// The SMS centre has handed over everything that it had.
    LinkIsUp,
    /// The recipient: what his registers say now.
    Refreshed(Refreshed),
    /// The recipient: an account appeared.
    AccountOpened {
        /// The account.
        account: SealedAccount,
        /// When it was opened; where the bank does not say, when it became known (S-07b).
        opened: Moment,
    },
    /// The recipient can no longer be written to.
    RecipientLost {
        /// Who.
        recipient: Token,
        /// Why.
        reason: Closing,
    },
    /// The law has changed while the form is out.
    LawChanged,
    /// A deadline is due.
    Due(LineDeadline),
}

/// Why a line cannot take an inbound now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum LineRefusal {
    /// The child waits already or is in the open offer.
    #[error("the child waits already")]
    WaitsAlready,
    /// The child is not in this line.
    #[error("the child is not in this line")]
    NotInLine,
    /// The answer is to a question that the line is not asking.
    #[error("nobody asked that question")]
    NobodyAsked,
    /// No form is being sent.
    #[error("no form is being sent")]
    NothingIsBeingSent,
    /// No offer waits for an account, or it was opened too late.
    #[error("no offer waits for the account")]
    NoOfferWaitsForIt,
    /// The term leaves the data of the calendar.
    #[error("the term leaves the data of the calendar")]
    BeyondTheCalendar,
    /// The deadline is not due.
    #[error("the deadline is not due")]
    NotDue,
}

/// What a line can be waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineDeadline {
    /// When the next offer is taken up.
    OfferHour,
    /// When what a form needs is asked for, or given up for this time.
    Preparation,
    /// When a sending takes too long.
    Sending,
    /// When silence is looked at, or established.
    Silence,
    /// When BMG is asked for the owner before App.4.
    Notice,
    /// When a month ends while children wait for the end of the offer (S-16).
    MonthEnd,
}

/// One subscriber number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The number.
    pub number: Token,
    /// Who waits, in the order of readiness.
    pub waiting: SmallVec<[Box<Waiting>; 1]>,
    /// The offer hour at which they are taken up.
    pub offer_at: Option<Moment>,
    /// The form that is about to leave.
    pub preparing: Option<Box<Preparing>>,
    /// The one offer.
    pub offer: Option<Box<Offer>>,
    /// Offers that are over.
    pub past: Option<Box<Past>>,
}

/// What deciding comes to.
type Decided = Result<(), LineRefusal>;

impl Line {
    /// Returns a line that nothing has happened to.
    pub fn new(number: Token) -> Self {
        Self { number, waiting: SmallVec::new(), offer_at: None, preparing: None, offer: None, past: None }
    }

    /// Returns the next offer hour if anybody but `children` waits.
    fn offer_hour_of_others(&self, children: &[Token], now: Moment, law: &Condition) -> Option<Moment> {
        let others_wait = self.waiting.iter().any(|waiting| !children.contains(&waiting.child));
        others_wait.then(|| law.law.next_offer_hour_within_force(now))
    }

    fn ended(&self, now: Moment, law: &Condition) -> LineEvent {
        LineEvent::OfferEnded { next_offer_at: self.offer_hour_of_others(&[], now, law) }
    }

    /// P. 9 (S-16): a child waits for the next offer hour, or for the end of the offer that is open.
    fn take_ready(&self, waiting: &Waiting, now: Moment, law: &Condition, events: &mut Vec<LineEvent>) -> Decided {
        let known = self.waiting.iter().any(|other| other.child == waiting.child)
            || self.offer.as_ref().is_some_and(|offer| offer.is_for(waiting.child));
        if known {
            return Err(LineRefusal::WaitsAlready);
        }
        let month_ends = self.offer.is_some().then(|| taking_up::end_of_month(now));
        let offer_at = law.law.next_offer_hour_within_force(now);
        events.push(LineEvent::ChildReady { waiting: waiting.clone(), offer_at, month_ends });
        Ok(())
    }

    /// S-16: a wait that crosses a month end costs the family a month: a person is told.
    fn tell_of_month_end(&self, now: Moment, events: &mut Vec<LineEvent>) -> Decided {
        let history = self.offer.as_ref().and_then(|offer| offer.history.as_ref());
        let ended = history.and_then(|history| history.month_ends).is_some_and(|due| due <= now);
        if !ended || self.waiting.is_empty() {
            return Err(LineRefusal::NotDue);
        }
        let children = self.waiting.iter().map(|waiting| waiting.child).collect();
        events.push(LineEvent::WaitCrossedMonth { children, month_ends: taking_up::end_of_month(now) });
        Ok(())
    }

    /// S-16: when the offer ends, whoever waited for it is looked at again.
    ///
    /// It ends with the applications or with its closing; App.4 may leave after that.
    fn end_waits(&self, begun: usize, events: &mut Vec<LineEvent>) {
        let Some(offer) = self.offer.as_ref().filter(|_| !self.waiting.is_empty()) else { return };
        let gone = |children: &[Token]| offer.group.iter().any(|child| children.contains(child));
        let ends = |event: &LineEvent| {
            matches!(event, LineEvent::Closed { .. } | LineEvent::AcceptanceHolds | LineEvent::Emptied)
                || matches!(event, LineEvent::RecipientGone { children, .. } if gone(children))
        };
        if !events[begun..].iter().any(ends) {
            return;
        }
        let mut line = self.clone();
        events[begun..].iter().for_each(|event| line.evolve(event));
        let children: SmallVec<[Token; 1]> = line.waiting.iter().map(|waiting| waiting.child).collect();
        if !children.is_empty() {
            events.push(LineEvent::WaitEnded { children });
        }
    }

    /// Judges what follows from `first` on the line as it is after it.
    fn after(&self, first: LineEvent, events: &mut Vec<LineEvent>) -> Line {
        let mut line = self.clone();
        line.evolve(&first);
        events.push(first);
        line
    }
}

/// Returns whether what waits for a former offer may go on after the event, should no other offer be open.
fn is_an_end(event: &LineEvent) -> bool {
    matches!(
        event,
        LineEvent::OfferEnded { .. }
            | LineEvent::NotTaken { .. }
            | LineEvent::NoTimeLeft { .. }
            | LineEvent::RecipientGone { .. }
            | LineEvent::LateWaits
    )
}

impl Aggregate for Line {
    type Inbound = LineInbound;
    type Event = LineEvent;
    type Effect = Effect;
    type Refusal = LineRefusal;
    type Deadline = LineDeadline;
    type Law = Condition;

    fn decide(&self, inbound: &LineInbound, now: Moment, law: &Condition, events: &mut Vec<LineEvent>) -> Decided {
        let begun = events.len();
        match inbound {
            LineInbound::Ready(waiting) => self.take_ready(waiting, now, law, events),
            LineInbound::Leave { child, why } => self.take_leave(*child, *why, now, law, events),
            LineInbound::LookedAt { child, stands } => self.take_look(*child, *stands, now, law, events),
            LineInbound::SmsAccepted { sms, form, accepted } => match form {
                FormNumber::One | FormNumber::Two | FormNumber::Three => self.open(*sms, *accepted, now, law, events),
                FormNumber::Four | FormNumber::Five => Ok(()),
            },
            LineInbound::SmsOutcome { sms, delivered } => {
                if !delivered {
                    events.push(LineEvent::DeliveryFailed { sms: *sms });
                }
                Ok(())
            }
            LineInbound::Reply { said, received } => self.take_reply(said, *received, now, law, events),
            LineInbound::LinkIsUp => self.take_link(now, law, events),
            LineInbound::Refreshed(refreshed) => self.take_refreshed(refreshed, now, law, events),
            LineInbound::AccountOpened { account, opened } => self.take_account(account, *opened, now, law, events),
            LineInbound::RecipientLost { recipient, reason } => {
                self.lose_recipient(*recipient, *reason, now, law, events)
            }
            LineInbound::LawChanged => self.extend_window(law, events),
            LineInbound::Due(LineDeadline::OfferHour) => self.take_up(now, law, events),
            LineInbound::Due(LineDeadline::Preparation) => self.go_on_preparing(now, law, events),
            LineInbound::Due(LineDeadline::Sending) => self.raise_alert(now, events),
            LineInbound::Due(LineDeadline::Silence) => self.take_silence(now, law, events),
            LineInbound::Due(LineDeadline::MonthEnd) => self.tell_of_month_end(now, events),
            LineInbound::Due(LineDeadline::Notice) => self.ask_before_notice(now, events),
        }?;
        self.end_waits(begun, events);
        if events[begun..].iter().any(is_an_end) { self.judge_what_waited(begun, now, law, events) } else { Ok(()) }
    }

    fn evolve(&mut self, event: &LineEvent) {
        self.take_event(event);
    }

    fn react(&self, event: &LineEvent, law: &Condition, effects: &mut Vec<Effect>) {
        self.answer_event(event, law, effects);
    }

    fn next_deadline(&self) -> Option<(Moment, LineDeadline)> {
        self.deadline()
    }
}
