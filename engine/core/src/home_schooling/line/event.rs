//! What can happen to a line, and what each event rests on.

use proaktiv_messages::{Closing, FormNumber, MessageId, Moment, Said, SealedAccount, Token};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::{Acceptance, Leave, Offer, Refreshed, Shown, Waiting, Why, Window};
use crate::ground::Ground;
use crate::home_schooling::forms::Unrecognised;

/// Why a reply that is understood has no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoEffect {
    /// `#3#0` once more while App.3 is out or on its way (S-04, S-23c).
    AlreadyAsked,
    /// `#3#0` more often than an offer allows (S-05b).
    OtherBankLimit,
    /// The further form no longer fits into the pilot (S-14).
    NoTime,
    /// The form that it asks for is on its way (S-23c).
    FormIsOnItsWay,
    /// None of the accounts that the replaced form showed is there any more (S-04).
    NoAccountLeft,
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
        /// The end of the month, if it waits for the end of an open offer (S-16).
        month_ends: Option<Moment>,
    },
    /// The children of the first recipient in line are taken up; what a form needs is asked for.
    TakenUp {
        /// The children.
        group: SmallVec<[Token; 1]>,
        /// Their recipient.
        recipient: Token,
        /// When the window would end.
        ends: Moment,
        /// When it is given up for this time.
        until: Moment,
    },
    /// A further form is to leave.
    FormDue {
        /// Why.
        why: Why,
        /// When what it needs is asked for.
        at: Moment,
    },
    /// What a further form needs was not answered in time: it is asked for again.
    FormPutOff {
        /// When.
        at: Moment,
    },
    /// The offer ended: whoever waited for it is looked at again from 5 (S-16).
    WaitEnded {
        /// Who waited.
        children: SmallVec<[Token; 1]>,
    },
    /// A month ended while children wait for the end of the offer (S-16).
    WaitCrossedMonth {
        /// Who waits.
        children: SmallVec<[Token; 1]>,
        /// The end of the next month.
        month_ends: Moment,
    },
    /// What a further form needs is asked for.
    FormAskedFor {
        /// When the window would end.
        ends: Moment,
        /// When it is given up for this time.
        until: Moment,
    },
    /// The case says that the child stands.
    ChildStands {
        /// The child.
        child: Token,
    },
    /// The child stays in line for the next offer hour.
    ChildPutOff {
        /// The child.
        child: Token,
        /// That hour.
        next_offer_at: Moment,
    },
    /// The child leaves the line.
    ChildLeft {
        /// The child.
        child: Token,
        /// Why.
        why: Leave,
    },
    /// The recipient's registers have answered; children are still waited for.
    RecipientAnswered {
        /// What they said.
        refreshed: Refreshed,
    },
    /// No form leaves this time.
    NotTaken {
        /// The children that stay in line.
        group: SmallVec<[Token; 1]>,
        /// Whose registers were asked, and are waited for no longer.
        recipient: Option<Token>,
        /// When they are taken up again; none if nobody waits.
        next_offer_at: Option<Moment>,
    },
    /// The first form was prepared; group, banks and accounts are frozen.
    FormPrepared {
        /// The offer.
        offer: Box<Offer>,
        /// When those who still wait are taken up.
        next_offer_at: Option<Moment>,
    },
    /// A further form was prepared; banks and accounts are frozen.
    FurtherFormPrepared {
        /// Why.
        why: Why,
        /// What it shows.
        shown: Shown,
        /// When an alert is due.
        alert: Moment,
    },
    /// A further form does not leave: the form before it stands, with its end.
    FurtherFormDropped {
        /// When silence is looked at.
        closes: Moment,
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
        /// Its window.
        window: Window,
    },
    /// The law has changed, and the window ends later by it.
    WindowExtended {
        /// The window with its new end.
        window: Window,
    },
    /// The law has changed while App.3 is out: other days may be polled, though the window stays.
    WatchRenewed {
        /// The end of the window.
        until: Moment,
    },
    /// Not every part of the form was accepted in time (S-17).
    SendingTakesLong,
    /// A reply waits until it is known which form it belongs to (S-17).
    ReplyWaits {
        /// What it says.
        said: Said,
        /// When the SMS centre received it.
        received: Moment,
        /// Which of the offers that ended in silence it was written to; none for the present one.
        nth: Option<u8>,
    },
    /// Replies that waited are judged.
    RepliesJudged {
        /// Of which of the offers that ended in silence; none for the present one.
        nth: Option<u8>,
    },
    /// An effective reply came in time.
    Accepted {
        /// What was accepted.
        acceptance: Box<Acceptance>,
    },
    /// Owner, account and children stand: the applications are formed.
    AcceptanceHolds,
    /// An acceptance in time for a former offer, known while another is open: it goes on beside that one (S-07c).
    AcceptedLate {
        /// Which of the offers closed in silence.
        nth: u8,
        /// The acceptance.
        acceptance: Box<Acceptance>,
        /// The reply.
        said: Said,
    },
    /// Its owner, account and children stand: the applications are formed.
    LateHolds {
        /// The children.
        children: SmallVec<[Token; 1]>,
        /// The acceptance.
        acceptance: Box<Acceptance>,
    },
    /// Its account is gone: a form is needed, which waits for the end of the other offer.
    LateWaits,
    /// None of its children is left.
    LateEmptied {
        /// Its recipient.
        recipient: Token,
    },
    /// The account, or the bank, that was accepted is gone (S-10, S-10b).
    AccountIsGone,
    /// After his acceptance the recipient wrote again (S-23).
    WroteAgain {
        /// Children whose application rests on that acceptance.
        children: SmallVec<[Token; 1]>,
    },
    /// A reply that accepts nothing.
    NotUnderstood {
        /// Its class.
        class: Unrecognised,
    },
    /// A reply that is understood and has no effect.
    HadNoEffect {
        /// Why.
        why: NoEffect,
    },
    /// The recipient asks for another bank.
    AnotherBankAsked,
    /// The recipient asks for the form in whose place App.3 stands (S-04).
    AskedBack,
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
    /// An account appeared while App.3 is out.
    AccountAppeared {
        /// The account.
        account: SealedAccount,
        /// When it was opened, or became known.
        opened: Moment,
        /// Which of the offers that ended in silence it is for; none for the present one.
        nth: Option<u8>,
    },
    /// The window is over: what came in time and is on its way is waited for (S-07c).
    SilenceLookedAt {
        /// Whether the banks are searched once more.
        search: bool,
        /// When the offer is closed at the latest.
        closes: Moment,
    },
    /// The SMS centre has nothing more from within the window.
    LinkWasUp,
    /// Every bank has answered the last search.
    BanksWereSearched,
    /// Nothing is waited for; the offer is closed at the next sending hour.
    SilenceCertain {
        /// That hour.
        closes: Moment,
    },
    /// The offer ended without acceptance.
    Closed {
        /// Why.
        reason: Closing,
        /// Whether what came in time could not be waited for to the end (S-07c).
        incomplete: bool,
    },
    /// Something that came in time became known after the end (S-07c).
    Reopened {
        /// Which of the offers that ended in silence; none for the one whose App.4 has not left.
        nth: Option<u8>,
    },
    /// BMG is asked for the owner again before App.4, at the next sending hour.
    NoticePutOff {
        /// That hour.
        asks: Moment,
    },
    /// BMG is asked for the owner before App.4.
    NoticeAskedFor,
    /// App.4 leaves.
    NoticeSent,
    /// App.4 cannot go to the recipient: the notice is the local executive body's (S-37, S-03d).
    NoticeFailed,
    /// Nobody is left in the offer (S-16).
    Emptied,
    /// The recipient can no longer be written to; his children leave the line.
    RecipientGone {
        /// Who.
        recipient: Token,
        /// Why.
        reason: Closing,
        /// His children here.
        children: SmallVec<[Token; 1]>,
        /// When those who still wait are taken up.
        next_offer_at: Option<Moment>,
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
            LineEvent::ChildReady { .. }
            | LineEvent::TakenUp { .. }
            | LineEvent::NotTaken { .. }
            | LineEvent::FormPutOff { .. }
            | LineEvent::FormAskedFor { .. }
            | LineEvent::ChildStands { .. }
            | LineEvent::ChildPutOff { .. }
            | LineEvent::RecipientAnswered { .. } => Ground::new("S-36", "9"),
            LineEvent::FormPrepared { offer, .. } => of_form(offer.shown.form),
            LineEvent::FormDue { why, .. } | LineEvent::FurtherFormPrepared { why, .. } => of_further(*why),
            LineEvent::FurtherFormDropped { .. } => Ground::new("S-23c", "11"),
            LineEvent::NoTimeLeft { .. } => Ground::new("S-14", "9"),
            LineEvent::FormSent { .. } | LineEvent::WindowExtended { .. } => Ground::new("S-19", "11"),
            LineEvent::WatchRenewed { .. } => Ground::new("A-26", "10(1)"),
            LineEvent::SendingTakesLong | LineEvent::ReplyWaits { .. } | LineEvent::RepliesJudged { .. } => {
                Ground::new("S-17", "11")
            }
            LineEvent::Accepted { .. } | LineEvent::AcceptanceHolds | LineEvent::LateHolds { .. } => {
                Ground::new("A-31", "12")
            }
            LineEvent::AcceptedLate { .. } | LineEvent::LateWaits => Ground::new("S-07c", "12"),
            LineEvent::AccountIsGone => Ground::new("S-10", "12"),
            LineEvent::WroteAgain { .. } => Ground::new("S-23", "12"),
            LineEvent::NotUnderstood { .. } => Ground::new("S-06", "11"),
            LineEvent::HadNoEffect { why } => match why {
                NoEffect::AlreadyAsked | NoEffect::NoAccountLeft => Ground::new("S-04", "9"),
                NoEffect::OtherBankLimit => Ground::new("S-05b", "9"),
                NoEffect::NoTime => Ground::new("S-14", "9"),
                NoEffect::FormIsOnItsWay => Ground::new("S-23c", "9"),
            },
            LineEvent::AnotherBankAsked | LineEvent::AskedBack => Ground::new("S-04", "9"),
            LineEvent::CameLate { .. } => Ground::new("S-07", "11"),
            LineEvent::NothingIsOpen => Ground::new("S-06b", "11"),
            LineEvent::DeliveryFailed { .. } => Ground::new("S-18", "11"),
            LineEvent::AccountAppeared { .. } => Ground::new("A-27", "10(2)"),
            LineEvent::SilenceLookedAt { .. }
            | LineEvent::LinkWasUp
            | LineEvent::BanksWereSearched
            | LineEvent::SilenceCertain { .. }
            | LineEvent::Reopened { .. } => Ground::new("S-07c", "11"),
            LineEvent::Closed { reason, .. } => match reason {
                Closing::NoReply => Ground::new("A-29", "11"),
                Closing::Unreached => Ground::new("S-18", "11"),
                Closing::PilotEnded => Ground::new("S-14", "10"),
                Closing::NumberChanged => Ground::new("S-37", "11"),
                Closing::Superseded
                | Closing::Refuted
                | Closing::ConsentWithdrawn
                | Closing::RepLost
                | Closing::ConsentRefused
                | Closing::Refused
                | Closing::Stopped
                | Closing::Ended => Ground::new("S-16", "9"),
            },
            LineEvent::NoticePutOff { .. } | LineEvent::NoticeAskedFor | LineEvent::NoticeFailed => {
                Ground::new("S-37", "11")
            }
            LineEvent::NoticeSent => Ground::new("A-30", "11"),
            LineEvent::ChildLeft { .. }
            | LineEvent::Emptied
            | LineEvent::WaitEnded { .. }
            | LineEvent::LateEmptied { .. }
            | LineEvent::WaitCrossedMonth { .. }
            | LineEvent::OfferEnded { .. } => Ground::new("S-16", "9"),
            LineEvent::RecipientGone { reason, .. } => match reason {
                Closing::ConsentWithdrawn | Closing::ConsentRefused => Ground::new("S-03", "9"),
                Closing::RepLost => Ground::new("S-48", "9"),
                Closing::NoReply
                | Closing::Unreached
                | Closing::Superseded
                | Closing::Refuted
                | Closing::NumberChanged
                | Closing::PilotEnded
                | Closing::Refused
                | Closing::Stopped
                | Closing::Ended => Ground::new("S-37", "9"),
            },
        }
    }
}

const fn of_form(form: FormNumber) -> Ground {
    match form {
        FormNumber::One => Ground::new("A-23", "9(1)"),
        FormNumber::Two => Ground::new("A-24", "9(2)"),
        FormNumber::Three | FormNumber::Four | FormNumber::Five => Ground::new("A-25", "9(3)"),
    }
}

const fn of_further(why: Why) -> Ground {
    match why {
        Why::First => Ground::new("S-36", "9"),
        Why::OtherBank | Why::Back => Ground::new("S-04", "9"),
        Why::Again => Ground::new("S-06", "11"),
        Why::Account => Ground::new("A-28", "10(2)"),
        Why::Anew => Ground::new("S-10", "9"),
    }
}
