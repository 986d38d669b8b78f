//! One subscriber number (order 42, p. 9–12): who waits for an offer, and the one that is open.
//!
//! Owns the open offer: its form, language, frozen banks and accounts, its group of children and its
//! window. Decides alone whether a reply was in time. One open offer a number (I-3), one open form an
//! offer (I-4).

use proaktiv_messages::{
    BankCode, Body, Closing, Evidence, FormNumber, Key, Language, MessageId, Moment, Party, Said, Sealed, SendSms,
    SmsAccepted, Token,
};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::forms::{Reply, Unrecognised, class};
use super::provisions::accounts_choose_the_form::{Frozen, form_for};
use super::{CaseInbound, Condition, Contact, Effect, Inbound};
use crate::Aggregate;
use crate::ground::Ground;

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

/// A child that is ready for an offer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    /// The child.
    pub child: Token,
    /// How its recipient is reached.
    pub contact: Contact,
}

/// How far an offer is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferState {
    /// The form is on its way to the SMS centre: it has no window yet (S-17).
    Sending,
    /// The form is out.
    Open {
        /// The order to send it.
        sms: MessageId,
        /// The moment of sending: when the last part was accepted.
        sent: Moment,
        /// The end of the window, this instant not included (S-19).
        ends: Moment,
        /// When silence is established (S-07c).
        closes: Moment,
    },
}

/// An offer: what went out, for whom, with which accounts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// Its children.
    pub group: SmallVec<[Token; 1]>,
    /// Its recipient.
    pub recipient: Token,
    /// His name.
    pub name: Token,
    /// Its language.
    pub language: Language,
    /// The open form.
    pub form: FormNumber,
    /// The banks that the form names, in order.
    pub banks: SmallVec<[BankCode; 12]>,
    /// The accounts behind those banks; none with App.3.
    pub accounts: Frozen,
    /// How far it is.
    pub state: OfferState,
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
    /// The SMS centre has handed over everything that it had.
    LinkIsUp,
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
    /// The law has changed while the form is out.
    LawChanged,
    /// A deadline is due.
    Due(LineDeadline),
}

/// What can happen to a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineEvent {
    /// A child waits for an offer.
    ChildReady {
        /// The child and its recipient.
        waiting: Waiting,
        /// The offer hour at which it is taken up.
        offer_at: Moment,
    },
    /// The child leaves the line.
    ChildLeft {
        /// The child.
        child: Token,
        /// Why.
        why: Leave,
    },
    /// A form was prepared; group, banks and accounts are frozen.
    FormPrepared {
        /// The offer.
        offer: Offer,
        /// When those who still wait are taken up.
        next_offer_at: Option<Moment>,
    },
    /// The form no longer fits into the pilot (S-14).
    NoTimeLeft {
        /// The children that it would have been for.
        children: SmallVec<[Token; 1]>,
        /// When those who still wait are taken up.
        next_offer_at: Option<Moment>,
    },
    /// The form is out; the window runs.
    FormSent {
        /// The order to send it.
        sms: MessageId,
        /// The moment of sending.
        sent: Moment,
        /// The end of the window.
        ends: Moment,
        /// When silence is established.
        closes: Moment,
    },
    /// The law has changed, and the window ends later by it.
    WindowExtended {
        /// The new end of the window.
        ends: Moment,
        /// When silence is established.
        closes: Moment,
    },
    /// An effective reply came in time.
    Accepted {
        /// The number of the bank in the list, from 1.
        bank: u8,
        /// When the SMS centre received it.
        received: Moment,
    },
    /// A reply that accepts nothing.
    NotUnderstood {
        /// Its class.
        class: Unrecognised,
    },
    /// The recipient asks for another bank.
    AnotherBankAsked,
    /// A reply came after the end of the window (S-07).
    CameLate {
        /// When the SMS centre received it.
        received: Moment,
    },
    /// A message came while no form is out (S-06b).
    NothingIsOpen,
    /// A form was not delivered (S-18).
    DeliveryFailed {
        /// The order to send it.
        sms: MessageId,
    },
    /// The offer ended in silence.
    Closed {
        /// Why.
        reason: Closing,
    },
    /// The offer is over; those who still wait are taken up next.
    OfferEnded {
        /// When those who still wait are taken up.
        next_offer_at: Option<Moment>,
    },
}

impl LineEvent {
    /// Returns what the event rests on.
    pub const fn ground(&self) -> Ground {
        match self {
            LineEvent::ChildReady { .. } => Ground::new("S-36", "9"),
            LineEvent::ChildLeft { .. } => Ground::new("S-16", "9"),
            LineEvent::FormPrepared { offer, .. } => match offer.form {
                FormNumber::One => Ground::new("A-23", "9(1)"),
                FormNumber::Two => Ground::new("A-24", "9(2)"),
                FormNumber::Three | FormNumber::Four | FormNumber::Five => Ground::new("A-25", "9(3)"),
            },
            LineEvent::NoTimeLeft { .. } => Ground::new("S-14", "9"),
            LineEvent::FormSent { .. } | LineEvent::WindowExtended { .. } => Ground::new("S-19", "11"),
            LineEvent::Accepted { .. } => Ground::new("A-31", "12"),
            LineEvent::NotUnderstood { .. } => Ground::new("S-06", "11"),
            LineEvent::AnotherBankAsked => Ground::new("S-04", "9"),
            LineEvent::CameLate { .. } => Ground::new("S-07", "11"),
            LineEvent::NothingIsOpen => Ground::new("S-06b", "11"),
            LineEvent::DeliveryFailed { .. } => Ground::new("S-18", "11"),
            LineEvent::Closed { .. } => Ground::new("A-29", "11"),
            LineEvent::OfferEnded { .. } => Ground::new("S-16", "9"),
        }
    }
}

/// Why a line cannot take an inbound now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum LineRefusal {
    /// The child waits already or is in the open offer.
    #[error("the child waits already")]
    WaitsAlready,
    /// No form is being sent.
    #[error("no form is being sent")]
    NothingIsBeingSent,
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
    /// When silence is established.
    Silence,
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
    /// The one offer.
    pub offer: Option<Box<Offer>>,
}

impl Line {
    /// Returns a line that nothing has happened to.
    pub fn new(number: Token) -> Self {
        Self { number, waiting: SmallVec::new(), offer_at: None, offer: None }
    }

    /// S-36: returns the next offer hour at which a form may leave within force.
    fn next_offer_hour(&self, now: Moment, law: &Condition) -> Moment {
        let just_before_force = Moment::from_millis(law.law.in_force_from().millis() - 1);
        law.law.next_offer_hour(now.max(just_before_force))
    }

    /// P. 9 (A-23…A-25, S-16, S-36): the group is frozen and its form prepared.
    fn take_up(&self, now: Moment, law: &Condition, events: &mut Vec<LineEvent>) -> Result<(), LineRefusal> {
        if self.offer.is_some() || self.offer_at.is_none_or(|due| now < due) {
            return Err(LineRefusal::NotDue);
        }
        let Some(first) = self.waiting.first() else { return Err(LineRefusal::NotDue) };
        let contact = &first.contact;
        // Reading S-16, S-16b: every waiting child of one recipient; another recipient's waits.
        let of_group = |waiting: &Waiting| waiting.contact.recipient == contact.recipient;
        let group: SmallVec<[Token; 1]> =
            self.waiting.iter().filter(|waiting| of_group(waiting)).map(|waiting| waiting.child).collect();
        let others_wait = group.len() < self.waiting.len();
        let next_offer_at = others_wait.then(|| self.next_offer_hour(now, law));
        let (form, banks) = form_for(&contact.accounts, law.law.integrated_banks());
        let fits = law.law.form_fits(form, now).map_err(|_| LineRefusal::BeyondTheCalendar)?;
        events.push(if fits {
            let offer = Offer {
                group,
                recipient: contact.recipient,
                name: contact.name,
                language: contact.language,
                form,
                banks,
                accounts: contact.accounts.clone(),
                state: OfferState::Sending,
            };
            LineEvent::FormPrepared { offer, next_offer_at }
        } else {
            LineEvent::NoTimeLeft { children: group, next_offer_at }
        });
        Ok(())
    }

    /// S-17, S-19, T-20: the window runs from the moment of sending.
    fn open(
        &self,
        sms: MessageId,
        accepted: SmsAccepted,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) -> Result<(), LineRefusal> {
        let sending = self.offer.as_ref().is_some_and(|offer| matches!(offer.state, OfferState::Sending));
        if !sending {
            return Err(LineRefusal::NothingIsBeingSent);
        }
        let sent = accepted.last_part;
        let (ends, closes) = window(sent, law)?;
        events.push(LineEvent::FormSent { sms, sent, ends, closes });
        Ok(())
    }

    /// S-19: returns the later end and close that the law in force gives the window of the open form, if it
    /// gives any. A form that was closed, or is not out yet, has no window.
    ///
    /// Reading S-19: only ever later, since a promise made to a citizen is not shortened. A window counts as
    /// open until silence is established (S-07c); what came late in the meantime stays as it was judged.
    /// Reading S-14: as a window that begins late is cut at the end of force, none is extended beyond it.
    ///
    /// # Errors
    /// When the term leaves the data of the calendar.
    pub fn window_extended(&self, law: &Condition) -> Result<Option<(Moment, Moment)>, LineRefusal> {
        let Some(OfferState::Open { sent, ends, .. }) = self.offer.as_ref().map(|offer| offer.state) else {
            return Ok(None);
        };
        let (new, _) = window(sent, law)?;
        let later = Some(new.min(law.law.force_ends())).filter(|later| ends < *later);
        Ok(later.map(|later| (later, law.law.first_sending_hour_at_or_after(later))))
    }

    /// P. 11 and 12 (A-29, A-31, S-06, S-07): a reply is judged against the open form.
    fn take_reply(&self, said: &Said, received: Moment, now: Moment, law: &Condition, events: &mut Vec<LineEvent>) {
        let Some(offer) = &self.offer else {
            events.push(LineEvent::NothingIsOpen);
            return;
        };
        let OfferState::Open { ends, .. } = offer.state else {
            events.push(LineEvent::NothingIsOpen);
            return;
        };
        if ends <= received {
            events.push(LineEvent::CameLate { received });
            return;
        }
        match class(said, law.law.service_code(), offer.form, offer.banks.len(), None) {
            Reply::Accept { bank } => {
                events.push(LineEvent::Accepted { bank: bank.unwrap_or(1), received });
                events.push(self.ended(now, law));
            }
            Reply::AnotherBank => events.push(LineEvent::AnotherBankAsked),
            Reply::Unrecognised(class) => events.push(LineEvent::NotUnderstood { class }),
        }
    }

    fn ended(&self, now: Moment, law: &Condition) -> LineEvent {
        let others_wait = !self.waiting.is_empty();
        LineEvent::OfferEnded { next_offer_at: others_wait.then(|| self.next_offer_hour(now, law)) }
    }

    /// P. 11: silence ends the offer.
    fn close(&self, now: Moment, law: &Condition, events: &mut Vec<LineEvent>) -> Result<(), LineRefusal> {
        match self.offer.as_ref().map(|offer| offer.state) {
            Some(OfferState::Open { closes, .. }) if closes <= now => {
                events.push(LineEvent::Closed { reason: Closing::NoReply });
                events.push(self.ended(now, law));
                Ok(())
            }
            Some(OfferState::Open { .. } | OfferState::Sending) | None => Err(LineRefusal::NotDue),
        }
    }

    fn sms(&self, offer: &Offer, form: FormNumber) -> Effect {
        let with_name = matches!(form, FormNumber::Four | FormNumber::Five);
        let sms = SendSms {
            number: self.number,
            recipient: offer.recipient,
            form,
            language: offer.language,
            banks: if with_name { SmallVec::new() } else { offer.banks.clone() },
            name: with_name.then_some(offer.name),
            // The shell renders the text and puts its digest here.
            text: Token::default(),
        };
        Effect::tell(Party::SmsCentre, Body::SendSms(Box::new(sms)))
    }

    /// P. 12: each child of the group has its own application.
    fn accept(&self, offer: &Offer, bank: u8, received: Moment, effects: &mut Vec<Effect>) {
        let OfferState::Open { sms, .. } = offer.state else { return };
        let Some(account) = offer.accounts.get(usize::from(bank).saturating_sub(1)) else { return };
        let evidence: Evidence<Sealed> = Evidence { number: self.number, received, form: offer.form, sms };
        for child in &offer.group {
            effects.push(Effect::Pass {
                to: Key::case(*child),
                inbound: Inbound::Case(CaseInbound::Accepted { account: *account, evidence }),
            });
        }
    }
}

/// S-17, S-19: returns the end of the window of a form that was sent at `sent`, and when silence is established.
fn window(sent: Moment, law: &Condition) -> Result<(Moment, Moment), LineRefusal> {
    let ends = law.law.reply_window_ends(sent).map_err(|_| LineRefusal::BeyondTheCalendar)?;
    Ok((ends, law.law.first_sending_hour_at_or_after(ends)))
}

/// Passes the same inbound to the case of each child.
fn pass_to_all(children: &[Token], inbound: &CaseInbound, effects: &mut Vec<Effect>) {
    effects.extend(
        children.iter().map(|child| Effect::Pass { to: Key::case(*child), inbound: Inbound::Case(inbound.clone()) }),
    );
}

impl Aggregate for Line {
    type Inbound = LineInbound;
    type Event = LineEvent;
    type Effect = Effect;
    type Refusal = LineRefusal;
    type Deadline = LineDeadline;
    type Law = Condition;

    fn decide(
        &self,
        inbound: &LineInbound,
        now: Moment,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) -> Result<(), LineRefusal> {
        match inbound {
            LineInbound::Ready(waiting) => {
                let known = self.waiting.iter().any(|other| other.child == waiting.child)
                    || self.offer.as_ref().is_some_and(|offer| offer.group.contains(&waiting.child));
                if known {
                    return Err(LineRefusal::WaitsAlready);
                }
                let offer_at = self.next_offer_hour(now, law);
                events.push(LineEvent::ChildReady { waiting: waiting.clone(), offer_at });
                Ok(())
            }
            LineInbound::Leave { child, why } => {
                events.push(LineEvent::ChildLeft { child: *child, why: *why });
                let last = self.offer.as_ref().is_some_and(|offer| offer.group.as_slice() == [*child]);
                events.extend(last.then(|| self.ended(now, law)));
                Ok(())
            }
            LineInbound::LookedAt { .. } | LineInbound::LinkIsUp => Err(LineRefusal::NotDue),
            LineInbound::SmsAccepted { sms, form, accepted } => match form {
                FormNumber::One | FormNumber::Two | FormNumber::Three => self.open(*sms, *accepted, law, events),
                FormNumber::Four | FormNumber::Five => Ok(()),
            },
            LineInbound::SmsOutcome { sms, delivered } => {
                if !delivered {
                    events.push(LineEvent::DeliveryFailed { sms: *sms });
                }
                Ok(())
            }
            LineInbound::Reply { said, received } => {
                self.take_reply(said, *received, now, law, events);
                Ok(())
            }
            LineInbound::LawChanged => {
                let extended = self.window_extended(law)?;
                events.extend(extended.map(|(ends, closes)| LineEvent::WindowExtended { ends, closes }));
                Ok(())
            }
            LineInbound::Due(LineDeadline::OfferHour) => self.take_up(now, law, events),
            LineInbound::Due(LineDeadline::Silence) => self.close(now, law, events),
        }
    }

    fn evolve(&mut self, event: &LineEvent) {
        match event {
            LineEvent::ChildReady { waiting, offer_at } => {
                self.waiting.push(Box::new(waiting.clone()));
                self.offer_at = Some(self.offer_at.unwrap_or(*offer_at));
            }
            LineEvent::ChildLeft { child, .. } => {
                self.waiting.retain(|waiting| waiting.child != *child);
                if self.waiting.is_empty() {
                    self.offer_at = None;
                }
                if let Some(offer) = &mut self.offer {
                    offer.group.retain(|one| one != child);
                }
            }
            LineEvent::FormPrepared { offer, next_offer_at } => {
                self.waiting.retain(|waiting| !offer.group.contains(&waiting.child));
                self.offer = Some(Box::new(offer.clone()));
                self.offer_at = *next_offer_at;
            }
            LineEvent::NoTimeLeft { children, next_offer_at } => {
                self.waiting.retain(|waiting| !children.contains(&waiting.child));
                self.offer_at = *next_offer_at;
            }
            LineEvent::FormSent { sms, sent, ends, closes } => {
                if let Some(offer) = &mut self.offer {
                    offer.state = OfferState::Open { sms: *sms, sent: *sent, ends: *ends, closes: *closes };
                }
            }
            LineEvent::WindowExtended { ends: later, closes: closes_later } => {
                if let Some(OfferState::Open { ends, closes, .. }) = self.offer.as_mut().map(|offer| &mut offer.state) {
                    (*ends, *closes) = (*later, *closes_later);
                }
            }
            LineEvent::OfferEnded { next_offer_at } => {
                self.offer = None;
                self.offer_at = *next_offer_at;
            }
            LineEvent::Accepted { .. }
            | LineEvent::Closed { .. }
            | LineEvent::NotUnderstood { .. }
            | LineEvent::AnotherBankAsked
            | LineEvent::CameLate { .. }
            | LineEvent::NothingIsOpen
            | LineEvent::DeliveryFailed { .. } => {}
        }
    }

    fn react(&self, event: &LineEvent, _law: &Condition, effects: &mut Vec<Effect>) {
        match (event, &self.offer) {
            (LineEvent::FormPrepared { offer, .. }, _) => effects.push(self.sms(offer, offer.form)),
            (LineEvent::NoTimeLeft { children, .. }, _) => {
                pass_to_all(children, &CaseInbound::OfferClosed(Closing::PilotEnded), effects);
            }
            (LineEvent::FormSent { .. }, Some(offer)) => {
                pass_to_all(&offer.group, &CaseInbound::Offered { form: offer.form }, effects);
            }
            (LineEvent::Accepted { bank, received }, Some(offer)) => self.accept(offer, *bank, *received, effects),
            (LineEvent::Closed { reason }, Some(offer)) => {
                effects.push(self.sms(offer, FormNumber::Four));
                pass_to_all(&offer.group, &CaseInbound::OfferClosed(*reason), effects);
            }
            (
                LineEvent::FormSent { .. }
                | LineEvent::WindowExtended { .. }
                | LineEvent::Accepted { .. }
                | LineEvent::Closed { .. }
                | LineEvent::ChildReady { .. }
                | LineEvent::ChildLeft { .. }
                | LineEvent::NotUnderstood { .. }
                | LineEvent::AnotherBankAsked
                | LineEvent::CameLate { .. }
                | LineEvent::NothingIsOpen
                | LineEvent::DeliveryFailed { .. }
                | LineEvent::OfferEnded { .. },
                _,
            ) => {}
        }
    }

    fn next_deadline(&self) -> Option<(Moment, LineDeadline)> {
        match self.offer.as_ref().map(|offer| offer.state) {
            Some(OfferState::Open { closes, .. }) => Some((closes, LineDeadline::Silence)),
            Some(OfferState::Sending) => None,
            None => self.offer_at.map(|due| (due, LineDeadline::OfferHour)),
        }
    }
}
