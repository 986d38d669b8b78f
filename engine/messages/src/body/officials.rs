//! What a person decides in place of the machine (S-51, S-12c, S-48), and the one word for it on the
//! wire: an instruction.

use serde::{Deserialize, Serialize};

use super::{ApplicationId, Hold, Renamed};
use crate::{Exchange, Naming};
use compact_str::CompactString;

/// An official's decision on one case, with who answers for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Instruct<N: Naming> {
    /// The child whose case it is.
    pub child: N::Person,
    /// What is decided.
    pub decision: OfficialDecision<N>,
    /// The office of the official, in a word of the local executive body's own register of roles.
    pub role: CompactString,
    /// Number of the document that the decision rests on.
    pub document: CompactString,
    /// Why, in a word of the local executive body's own list of reasons. No free text: it may name nobody.
    pub reason: CompactString,
}

/// What an official can decide. No decision skips a consent or a check (S-51).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "", rename_all = "snake_case")]
pub enum OfficialDecision<N: Naming> {
    /// A hold is resolved: the case is looked at again.
    ResolveHold {
        /// Which hold.
        hold: Hold,
        /// Who acts for the child, where that was the question (S-11).
        #[serde(skip_serializing_if = "Option::is_none", default)]
        representative: Option<N::Person>,
    },
    /// An exclusion is looked at again: the register that it rests on is asked once more.
    ReviewExclusion,
    /// A case that was set aside is taken back: what was kept of it is carried out, in order.
    TakeBack,
    /// The corrected row is right: the stop is annulled from its own date (S-12c).
    ConfirmCorrection,
    /// The payments of this application go on (S-48).
    PaymentsGoOn(ApplicationId),
    /// The payments of this application go to another account, by order 84 (S-10).
    ChangeAccount {
        /// Of which application.
        application: ApplicationId,
        /// Where the money goes from now on.
        account: N::Account,
    },
}

impl<N: Naming> Renamed<N> for Instruct<N> {
    type Under<M: Naming> = Instruct<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<Instruct<M>, X::Error> {
        let decision = match &self.decision {
            OfficialDecision::ResolveHold { hold, representative } => {
                let representative = match representative {
                    Some(person) => Some(by.person(person)?),
                    None => None,
                };
                OfficialDecision::ResolveHold { hold: *hold, representative }
            }
            OfficialDecision::ReviewExclusion => OfficialDecision::ReviewExclusion,
            OfficialDecision::TakeBack => OfficialDecision::TakeBack,
            OfficialDecision::ConfirmCorrection => OfficialDecision::ConfirmCorrection,
            OfficialDecision::PaymentsGoOn(application) => OfficialDecision::PaymentsGoOn(*application),
            OfficialDecision::ChangeAccount { application, account } => {
                OfficialDecision::ChangeAccount { application: *application, account: by.account(account)? }
            }
        };
        Ok(Instruct {
            child: by.person(&self.child)?,
            decision,
            role: self.role.clone(),
            document: self.document.clone(),
            reason: self.reason.clone(),
        })
    }
}
