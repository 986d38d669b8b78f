//! What a line keeps: who waits, the form that is prepared, the open offer and those that are over.

use proaktiv_messages::{
    BankCode, Evidence, FormNumber, Language, MessageId, Moment, Said, Sealed, SealedAccount, Token,
};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::Refreshed;
use crate::home_schooling::Contact;
use crate::home_schooling::provisions::accounts_choose_the_form::Frozen;

/// A child that is ready for an offer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    /// The child.
    pub child: Token,
    /// How its recipient is reached.
    pub contact: Contact,
}

/// What a form shows: frozen when it leaves (A-24, I-13).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    /// Which form.
    pub form: FormNumber,
    /// The banks that it names, in order.
    pub banks: SmallVec<[BankCode; 12]>,
    /// The accounts behind those banks; none with App.3.
    pub accounts: Frozen,
}

/// When a form takes replies.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// The order to send the form.
    pub sms: MessageId,
    /// When the first part was accepted: replies from then on belong to the form (S-17).
    pub first: Moment,
    /// The moment of sending: when the last part was accepted.
    pub sent: Moment,
    /// The end of the window, this instant not included (S-19).
    pub ends: Moment,
    /// When silence is looked at (S-07c).
    pub closes: Moment,
}

/// A reply that was effective, before the application is formed (S-23b).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Acceptance {
    /// The account of the bank that he accepted.
    pub account: SealedAccount,
    /// His reply; it keeps its time.
    pub evidence: Evidence<Sealed>,
}

/// How far an offer is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferState {
    /// The form is on its way to the SMS centre: it has no window yet (S-17).
    Sending {
        /// When an alert is due, unless it was raised.
        alert: Option<Moment>,
    },
    /// The form is out.
    Open(Window),
    /// The window is over, and what came in time may still be on its way (S-07c).
    Silent {
        /// The window.
        window: Window,
        /// Whether the SMS centre has said that it has nothing more from within the window.
        link_is_up: bool,
        /// Whether every bank has answered the last search; true where none is due.
        searched: bool,
        /// When the offer is closed: at the latest, or once nothing is waited for.
        closes: Moment,
    },
    /// Closed in silence; App.4 leaves once the number is known to be his still (S-37).
    Told {
        /// The window.
        window: Window,
        /// When BMG is asked again, where its answer came in the night.
        asks: Option<Moment>,
    },
    /// Accepted; the owner, the account and the children are asked for (P. 12).
    Accepted {
        /// The window of the form that was accepted.
        window: Window,
        /// What was accepted.
        acceptance: Box<Acceptance>,
        /// Children whose case has not yet said whether they stand.
        unlooked: SmallVec<[Token; 1]>,
        /// What the recipient said, while children are waited for.
        refreshed: Option<Box<Refreshed>>,
    },
}

/// A form that another has taken the place of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Former {
    /// What it showed.
    pub shown: Shown,
    /// When it took replies.
    pub window: Window,
}

/// What an offer keeps beyond its open form: apart, so that most offers stay small.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// How often `#3#0` has led to App.3 (S-05b).
    pub other_bank: u32,
    /// Whether a text that nobody understands has brought a form once more (S-06).
    pub repeated: bool,
    /// Whether the recipient has consented by a reply (C2, S-03d).
    pub consented: bool,
    /// Whether App.4, or the notice in its place, was given (I-6).
    pub told: bool,
    /// The form in whose place App.3 stands (S-04).
    pub replaced: Option<Shown>,
    /// The form before the present one.
    pub former: Option<Former>,
    /// Accounts that appeared while App.3 is out, with the moment of opening.
    pub found: SmallVec<[(SealedAccount, Moment); 1]>,
    /// Orders to send a form of which a part could not be delivered (S-18).
    pub undelivered: SmallVec<[MessageId; 1]>,
    /// The end of the month, while other children wait for the end of the offer (S-16).
    pub month_ends: Option<Moment>,
    /// Replies that wait until it is known which form they belong to.
    pub unjudged: Vec<(Said, Moment)>,
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
    /// What the present form shows.
    pub shown: Shown,
    /// How far it is.
    pub state: OfferState,
    /// What happened before.
    pub history: Option<Box<History>>,
}

impl Offer {
    /// Returns the window of the form that is out.
    pub fn window(&self) -> Option<Window> {
        match &self.state {
            OfferState::Sending { .. } => None,
            OfferState::Open(window)
            | OfferState::Silent { window, .. }
            | OfferState::Told { window, .. }
            | OfferState::Accepted { window, .. } => Some(*window),
        }
    }

    /// Returns whether the recipient has consented by a reply (C2, S-03d).
    pub fn consented(&self) -> bool {
        self.history.as_ref().is_some_and(|history| history.consented)
    }

    /// Takes an effective reply; the children, the owner and the account are asked for from here on.
    pub(super) fn accept(&mut self, acceptance: &Acceptance) {
        self.history_mut().consented = true;
        if let Some(window) = self.window() {
            let (acceptance, unlooked) = (Box::new(acceptance.clone()), self.group.clone());
            self.state = OfferState::Accepted { window, acceptance, unlooked, refreshed: None };
        }
    }

    /// Returns the form in whose place App.3 stands.
    pub fn replaced(&self) -> Option<&Shown> {
        let history = self.history.as_ref().filter(|_| self.shown.form == FormNumber::Three)?;
        history.replaced.as_ref()
    }

    /// Returns the form before the present one.
    pub fn former(&self) -> Option<&Former> {
        self.history.as_ref()?.former.as_ref()
    }

    /// Returns whether the present form could not be delivered (S-18).
    pub fn is_undelivered(&self) -> bool {
        let sms = self.window().map(|window| window.sms);
        let failed = self.history.iter().flat_map(|history| &history.undelivered);
        failed.into_iter().any(|failed| Some(*failed) == sms)
    }

    /// Returns whether something in time for this offer waits for the end of another (S-07c, S-16).
    pub(super) fn has_waiting_news(&self) -> bool {
        let history = self.history.as_ref().filter(|_| !self.group.is_empty());
        history.is_some_and(|history| !history.unjudged.is_empty() || !history.found.is_empty())
    }

    pub(super) fn history_mut(&mut self) -> &mut History {
        self.history.get_or_insert_default()
    }
}

/// Why a form is prepared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The offer begins with it (S-36).
    First,
    /// The recipient asks for another bank: App.3 (S-04, S-05).
    OtherBank,
    /// Nobody understands what he wrote: the same form once more (S-06).
    Again,
    /// He accepts after all: the form in whose place App.3 stands (S-04).
    Back,
    /// An account appeared: App.1.
    Account,
    /// The account or the bank that he accepted is gone: paragraph 9 anew (S-10, S-10b).
    Anew,
}

/// A form that is about to leave: what is asked before it does (S-36).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Preparing {
    /// Why.
    pub why: Why,
    /// The frozen group of a first form; none for a later one, whose group is that of the offer.
    pub group: SmallVec<[Token; 1]>,
    /// The recipient of a first form; none for a later one, whose recipient is that of the offer.
    pub recipient: Option<Token>,
    /// Whether the questions have been asked.
    pub asked: bool,
    /// When they are asked, or given up.
    pub due: Moment,
    /// Children whose case has not yet said whether they stand.
    pub unlooked: SmallVec<[Token; 1]>,
    /// What the recipient said, while children are waited for.
    pub refreshed: Option<Box<Refreshed>>,
}

/// Offers of the line that are over.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Past {
    /// The children of the last offer that was accepted: a further reply is a wish to change (S-23).
    pub accepted: SmallVec<[Token; 1]>,
    /// Offers closed in silence, by their windows: what came in time opens them again (S-07c).
    pub silent: SmallVec<[Box<Offer>; 1]>,
    /// One of them that was accepted in time, while another is open: it takes no form, and does not count (I-3).
    pub late: Option<Box<Offer>>,
}

impl Past {
    /// Keeps an offer that was closed in silence.
    pub(super) fn keep(&mut self, offer: Box<Offer>) {
        let first = |offer: &Offer| offer.window().map(|window| window.first);
        let place = self.silent.partition_point(|other| first(other) <= first(&offer));
        self.silent.insert(place, offer);
    }
}
