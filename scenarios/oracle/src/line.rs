//! A subscriber line: who waits for it, the offers that went to it, the forms of each, and what became of
//! them (8 to 11, 2a). One open offer a number (I-3).

mod closing;
mod forms;
mod groups;
mod replies;
mod taking_up;
mod watch;

use proaktiv_messages::identity::{Iban, Msisdn};
use proaktiv_messages::{Closing, FormNumber, Language, MessageId, Moment};
use smallvec::SmallVec;

use crate::due::Dues;
use crate::person::Frozen;
use crate::reply::Reply;
use crate::world::World;

/// A child that is ready and waits.
#[derive(Clone, Copy)]
pub(crate) struct Waiting {
    /// Which child.
    pub child: u32,
    /// Whose recipient.
    pub person: u32,
    /// Since when.
    pub since: Moment,
}

/// Which form is to leave next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// The one that the accounts ask for (A-23 to A-25; S-10: anew).
    ByAccounts,
    /// Appendix 3, for another bank was asked for (S-04, S-05).
    Three,
    /// The form that appendix 3 replaced (S-04).
    Back,
    /// The open form once more (S-06).
    Again,
    /// Appendix 1 for an account that was opened.
    Opened,
}

/// Which banks are asked before a form leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Search {
    /// Those whose answer is old (S-36).
    Stale,
    /// All (S-10).
    All,
    /// None need be.
    None,
}

/// How far an offer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Questions before a form are out, or the form is due.
    Asking {
        /// Which form.
        plan: Plan,
        /// Answers to questions from this instant on count.
        since: Moment,
        /// Which banks.
        search: Search,
        /// Until when silent banks are waited for.
        patience: Moment,
        /// Whether the form is due.
        due: bool,
    },
    /// A form left; its parts are not accepted yet (S-17).
    Sending,
    /// A window runs.
    Open,
    /// The window is over; silence is being made sure of (S-07c), since this instant.
    Closing(Moment),
    /// An effective reply is there (P8), since this instant.
    Accepted(Moment),
    /// All applications are formed.
    Formed,
    /// Closed.
    Over(Closing),
}

/// A form 1, 2 or 3 that left.
#[derive(Clone)]
pub(crate) struct Sent {
    /// Which.
    pub form: FormNumber,
    /// The order to send it.
    pub sms: MessageId,
    /// When it left.
    pub left: Moment,
    /// When its first part was accepted.
    pub first: Option<Moment>,
    /// When its last part was.
    pub last: Option<Moment>,
    /// When its window ends.
    pub ends: Moment,
    /// The accounts frozen with it, in the order of the list.
    pub accounts: SmallVec<[Frozen; 1]>,
    /// Whether a part failed for good (S-18).
    pub failed: bool,
}

/// All forms to one number for one group (2a).
pub(crate) struct Offer {
    /// The recipient, by place.
    pub person: u32,
    /// The children then in the group.
    pub group: SmallVec<[u32; 2]>,
    /// When it was taken up.
    pub taken_up: Moment,
    /// The language, frozen with the first form.
    pub language: Language,
    /// How far it is.
    pub phase: Phase,
    /// The forms that left.
    pub forms: Vec<Sent>,
    /// Which of them appendix 3 replaced.
    pub replaced: Option<u8>,
    /// How often another bank was asked for (S-05b).
    pub others: u8,
    /// Whether the recipient has consented by a reply in this offer (C2).
    pub consented: bool,
    /// Whether a form was brought again for a reply that nobody could read (S-06).
    pub repeated: bool,
    /// Accounts known when appendix 3 was prepared.
    pub known: SmallVec<[Iban; 1]>,
    /// When banks were last to be polled.
    pub polled: Moment,
    /// Whether the link was up since the end of the window.
    pub link_up: bool,
    /// Since when appendix 4 waits for the owner of the number; none where it is not due.
    pub four: Option<Moment>,
    /// Whether appendix 4, or the notice in its place, is due or done: once an offer (I-6).
    pub four_done: bool,
}

impl Offer {
    /// Returns whether it counts as open on its number (I-3).
    pub(crate) fn is_active(&self) -> bool {
        match self.phase {
            Phase::Asking { .. } | Phase::Sending | Phase::Open | Phase::Closing(_) => true,
            Phase::Accepted(_) | Phase::Formed | Phase::Over(_) => false,
        }
    }

    /// Returns whether a form is the appendix 1 for an account that para 10 selected: it follows
    /// appendix 3, when whose account was not known.
    pub(crate) fn is_selected(&self, form: usize) -> bool {
        let follows = form.checked_sub(1).is_some_and(|before| self.forms[before].form == FormNumber::Three);
        follows && self.forms[form].accounts.iter().any(|one| !self.known.contains(&one.account))
    }
}

/// One subscriber number.
pub(crate) struct Line {
    /// The number.
    pub number: Msisdn,
    /// Who waits, in the order of readiness.
    pub waiting: SmallVec<[Waiting; 1]>,
    /// Its offers, in order.
    pub offers: Vec<Offer>,
    /// Replies that came while a form was being sent (P15).
    pub replies: Vec<(Reply, Moment)>,
    /// Set when its outputs are not judged.
    pub muddled: bool,
    /// What is owed about it.
    pub dues: Dues,
}

impl Line {
    pub(crate) fn new(number: Msisdn) -> Self {
        Self {
            number,
            waiting: SmallVec::new(),
            offers: Vec::new(),
            replies: Vec::new(),
            muddled: false,
            dues: Dues::default(),
        }
    }

    /// Returns the open offer's place.
    pub(crate) fn active(&self) -> Option<usize> {
        self.offers.iter().position(Offer::is_active)
    }

    /// Returns the offer that the order to send `sms` is of, and the form's place in it.
    pub(crate) fn find(&self, sms: MessageId) -> Option<(usize, usize)> {
        self.offers
            .iter()
            .enumerate()
            .find_map(|(at, offer)| offer.forms.iter().position(|sent| sent.sms == sms).map(|form| (at, form)))
    }

    /// Returns a child that the line is of.
    pub(crate) fn anybody(&self) -> Option<u32> {
        let offered = self.offers.last().and_then(|offer| offer.group.first()).copied();
        offered.or_else(|| self.waiting.first().map(|one| one.child))
    }

    /// Returns every child that waits or is in an offer of the line.
    pub(crate) fn everybody(&self) -> Vec<u32> {
        let waiting = self.waiting.iter().map(|one| one.child);
        waiting.chain(self.offers.iter().flat_map(|offer| offer.group.iter().copied())).collect()
    }
}

impl World {
    /// Returns an offer.
    pub(crate) fn offer(&mut self, line: u32, at: usize) -> &mut Offer {
        &mut self.lines[line as usize].offers[at]
    }

    /// Notes a consent by reply (C2).
    pub(crate) fn consents(&mut self, line: u32, at: usize, now: Moment) {
        let offer = self.offer(line, at);
        offer.consented = true;
        let person = offer.person;
        self.person(person).c2.get_or_insert(now);
    }

    /// Returns whether registers may be asked for an offer (S-03d): on C1-rep while it is valid, after a
    /// reply in it on C2, after a withdrawal not at all.
    pub(crate) fn may_ask_for(&self, line: u32, at: usize, now: Moment) -> bool {
        let offer = &self.lines[line as usize].offers[at];
        let will = &self.people[offer.person as usize].will;
        !will.withdrawn && (offer.consented || will.valid(now))
    }

    /// Looks at every offer of a line that waits for an answer.
    pub(crate) fn line_moves(&mut self, line: u32, now: Moment) {
        for at in 0..self.lines[line as usize].offers.len() {
            // An offer before the first form is taken back when nobody is left: then there are fewer.
            let Some(offer) = self.lines[line as usize].offers.get(at) else { return };
            match offer.phase {
                Phase::Asking { .. } => self.asking_moves(line, at, now),
                Phase::Closing(_) => self.closing_moves(line, at, now),
                Phase::Accepted(since) => self.accepted_moves(line, at, since, now),
                Phase::Sending | Phase::Open | Phase::Formed | Phase::Over(_) => {}
            }
            self.four_moves(line, at, now);
        }
    }
}
