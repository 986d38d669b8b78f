//! What can happen to a recipient, and what each event rests on.

use proaktiv_messages::{
    Account, BankCode, Consent, ConsentWithdrawn, Language, Moment, Sealed, SealedAccount, StatusKind, Token,
};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::{About, Progress, Reaching, Refreshing, Unfit, Waiter, Watch};
use crate::ground::Ground;
use crate::home_schooling::{Contact, Need, Owner, Refreshed};

/// What can happen to a recipient.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecipientEvent {
    /// A child asks for him.
    AskedFor {
        /// The child.
        waiter: Waiter,
        /// Whether what is known answers it.
        at_once: bool,
        /// Whether its case may have asked for him before, under the same order.
        again: bool,
    },
    /// Another representative serves a child of his, or nobody does any more.
    ChildServed {
        /// The child.
        child: Token,
        /// Who serves it.
        by: Option<Token>,
    },
    /// A child asked for him, and the other parent, who serves its sibling, comes first.
    GaveWay {
        /// The child.
        child: Token,
        /// The other parent.
        other: Token,
    },
    /// His consent is asked for.
    ConsentAskedFor {
        /// When.
        at: Moment,
        /// Whether a form waits for it, and no child does (S-03d).
        anew: bool,
    },
    /// KDP has the request.
    RequestReceived {
        /// Until when an answer is waited for.
        until: Moment,
    },
    /// Consent to read his record was given.
    ConsentGiven {
        /// The consent.
        consent: Consent<Sealed>,
        /// Where the questions go on.
        next: Progress,
        /// Until when silent banks are waited for, if they are asked next.
        until: Moment,
    },
    /// The answer to a request came after it counted as unanswered; it is used when a child asks again.
    ConsentCameLate {
        /// The consent.
        consent: Consent<Sealed>,
    },
    /// He took his consent back.
    ConsentWithdrawn {
        /// As KDP says it.
        withdrawn: ConsentWithdrawn<Sealed>,
    },
    /// A case waits for the answers no longer; if none does, nothing more is asked.
    LetGo {
        /// The child.
        child: Token,
    },
    /// The questions begin again where they stopped.
    Resumed {
        /// Where.
        next: Progress,
        /// Until when silent banks are waited for, if they are asked next.
        until: Moment,
    },
    /// His record stops nothing.
    RecordAccepted {
        /// His name.
        name: Token,
        /// Whether BMG may be asked: his consent is still valid.
        goes_on: bool,
    },
    /// BMG has a number.
    NumberFound {
        /// The number that is written to.
        number: Token,
        /// The language of the messages.
        language: Language,
        /// Until when silent banks are waited for.
        until: Moment,
        /// Whether banks may be asked: his consent is still valid.
        goes_on: bool,
    },
    /// A bank has answered.
    BankAnswered {
        /// Which bank.
        bank: BankCode,
        /// When.
        at: Moment,
        /// His accounts there.
        accounts: Vec<Account<Sealed>>,
        /// Whether it was the last of the first questions.
        last: bool,
        /// Whether the bank has been asked anew since, so that who asked then still waits.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        asked_again: bool,
    },
    /// A bank has reported an account by itself.
    AccountReported {
        /// The account as it is now.
        account: Account<Sealed>,
        /// Whether the bank has a question about him that it has not answered yet.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        while_asked: bool,
    },
    /// An account appeared that a line waits for.
    AccountAppeared {
        /// Which line.
        line: Token,
        /// The account.
        account: SealedAccount,
        /// When it was opened; where the bank does not say, when it became known.
        opened: Moment,
    },
    /// Silent banks are waited for no longer; an account is known.
    BanksGivenUp,
    /// A register or bank could not say; it is asked again.
    CouldNotSay {
        /// About what.
        about: About,
        /// When it is asked again.
        ask_again: Moment,
    },
    /// What could not be said is asked again.
    AskedAgain {
        /// About what.
        about: SmallVec<[About; 1]>,
    },
    /// He cannot act.
    FoundUnfit {
        /// Why.
        why: Unfit,
    },
    /// A status was recorded that ends his acting (S-48).
    Lost {
        /// Which.
        why: StatusKind,
    },
    /// Something else in his record changed: it is read again when a child asks.
    RecordChanged,
    /// GBDFL took back what ended his acting: his record is asked for when a child asks again (S-48).
    LossTakenBack,
    /// An offer to his number failed: BMG is to say whether there is another (S-18).
    NumberDoubted,
    /// Asked for App.5, BMG has no number of his any more: it is asked again when a child asks (S-37).
    NumberGone,
    /// A line asks what his registers say now.
    RefreshBegun {
        /// What is waited for.
        refreshing: Refreshing,
    },
    /// BMG has answered, banks have not.
    OwnerKnown {
        /// Which line waits.
        line: Token,
        /// What for.
        need: Need,
        /// Whose the number is.
        owner: Owner,
        /// The language.
        language: Option<Language>,
    },
    /// Banks that a line had asked are waited for no longer.
    BanksWaitedFor {
        /// Which line waits.
        line: Token,
        /// What for.
        need: Need,
    },
    /// What a line asked for is waited for no longer.
    RefreshOver {
        /// Which line.
        line: Token,
        /// Whether it was for an acceptance beside the open offer.
        late: bool,
    },
    /// A line is told what his registers say.
    RefreshAnswered {
        /// Which line.
        line: Token,
        /// What they say.
        refreshed: Refreshed,
    },
    /// Accounts that appear are told to a line.
    WatchBegun {
        /// The watch.
        watch: Watch,
    },
    /// Accounts are told to nobody any more.
    WatchEnded,
    /// A poll hour has come.
    PollHourCame {
        /// Whether his consent allows the search.
        asked: bool,
        /// The next one, if there is one in the window.
        next_poll: Option<Moment>,
    },
    /// A case asks how he is reached.
    ReachBegun {
        /// Which, and by which number.
        reaching: Reaching,
    },
    /// A case is told how he is reached.
    Reached {
        /// The child.
        child: Token,
        /// How; none if he is not.
        contact: Option<Contact>,
    },
}

impl RecipientEvent {
    /// Returns what the event rests on.
    pub const fn ground(&self) -> Ground {
        match self {
            RecipientEvent::AskedFor { .. }
            | RecipientEvent::Resumed { .. }
            | RecipientEvent::ChildServed { .. }
            | RecipientEvent::GaveWay { .. } => Ground::new("S-15", "7"),
            RecipientEvent::ConsentAskedFor { .. } | RecipientEvent::ConsentGiven { .. } => Ground::new("S-03d", "7"),
            RecipientEvent::RequestReceived { .. }
            | RecipientEvent::ConsentCameLate { .. }
            | RecipientEvent::ConsentWithdrawn { .. } => Ground::new("S-03", "7"),
            RecipientEvent::RecordAccepted { .. } => Ground::new("A-18", "7"),
            RecipientEvent::NumberFound { .. } => Ground::new("A-21", "8"),
            RecipientEvent::BankAnswered { .. } => Ground::new("A-22", "9"),
            RecipientEvent::AccountReported { .. }
            | RecipientEvent::WatchBegun { .. }
            | RecipientEvent::WatchEnded
            | RecipientEvent::PollHourCame { .. } => Ground::new("A-26", "10(1)"),
            RecipientEvent::AccountAppeared { .. } => Ground::new("A-27", "10(2)"),
            RecipientEvent::BanksGivenUp => Ground::new("S-20", "9"),
            RecipientEvent::LetGo { .. } | RecipientEvent::CouldNotSay { .. } | RecipientEvent::AskedAgain { .. } => {
                Ground::new("S-46", "7")
            }
            RecipientEvent::FoundUnfit { why } => match why {
                Unfit::ConsentRefused | Unfit::ConsentTimeout => Ground::new("S-03", "7"),
                Unfit::ConsentExpired => Ground::new("S-03d", "7"),
                Unfit::Flagged => Ground::new("A-20", "7"),
                Unfit::RegNotPermanent => Ground::new("A-15", "7"),
                Unfit::IdNotActual => Ground::new("S-02", "7"),
                Unfit::Minor => Ground::new("S-38", "7"),
                Unfit::NoBmg => Ground::new("S-01", "8"),
                Unfit::BankUnknown => Ground::new("S-20", "9"),
            },
            RecipientEvent::Lost { .. } | RecipientEvent::RecordChanged | RecipientEvent::LossTakenBack => {
                Ground::new("S-48", "7")
            }
            RecipientEvent::NumberDoubted => Ground::new("S-18", "8"),
            RecipientEvent::RefreshBegun { .. }
            | RecipientEvent::BanksWaitedFor { .. }
            | RecipientEvent::RefreshOver { .. }
            | RecipientEvent::RefreshAnswered { .. } => Ground::new("S-36", "9"),
            RecipientEvent::NumberGone
            | RecipientEvent::OwnerKnown { .. }
            | RecipientEvent::ReachBegun { .. }
            | RecipientEvent::Reached { .. } => Ground::new("S-37", "11"),
        }
    }
}
