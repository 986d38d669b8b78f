//! What registers, counters and people say by themselves, and the questions of later paragraphs.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Consent, Disability, Finding, LiveApplication, Purposes, Renamed, Status};
use crate::{Exchange, Naming};

/// Engine to NOBD: what does the list say of this child now (S-13b)? Needs no consent (T-19).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct AskRow<N: Naming> {
    /// The child.
    pub child: N::Person,
    /// NOBD's id of the row, where it has one.
    #[serde(default)]
    pub row: Option<u64>,
    /// The school that the row was of.
    pub school: u32,
}

impl<N: Naming> Renamed<N> for AskRow<N> {
    type Under<M: Naming> = AskRow<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<AskRow<M>, X::Error> {
        Ok(AskRow { child: by.person(&self.child)?, row: self.row, school: self.school })
    }
}

/// Engine to NOBD: who may act for this child?
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct AskRepresentatives<N: Naming> {
    /// The child.
    pub child: N::Person,
    /// The consent that allows the question (C1-child).
    pub consent: Consent<N>,
}

impl<N: Naming> Renamed<N> for AskRepresentatives<N> {
    type Under<M: Naming> = AskRepresentatives<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<AskRepresentatives<M>, X::Error> {
        Ok(AskRepresentatives { child: by.person(&self.child)?, consent: self.consent.renamed(by)? })
    }
}

/// Who acts for a child in place of its parents.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Representative<N: Naming> {
    /// Who.
    pub person: N::Person,
    /// Since when.
    pub appointed: NaiveDate,
}

impl<N: Naming> Renamed<N> for Representative<N> {
    type Under<M: Naming> = Representative<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<Representative<M>, X::Error> {
        Ok(Representative { person: by.person(&self.person)?, appointed: self.appointed })
    }
}

/// CBDI to the engine: what is recorded of a child has changed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct ReportDisability<N: Naming> {
    /// The child.
    pub child: N::Person,
    /// What is recorded now.
    pub finding: Finding<Disability>,
}

impl<N: Naming> Renamed<N> for ReportDisability<N> {
    type Under<M: Naming> = ReportDisability<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<ReportDisability<M>, X::Error> {
        Ok(ReportDisability { child: by.person(&self.child)?, finding: self.finding })
    }
}

/// In which capacity the engine asked about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// As a child of the list.
    Child,
    /// As a representative.
    Representative,
}

/// What changed in a person's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonChange {
    /// A status was recorded.
    Recorded(Status),
    /// A status was recorded in error and is taken back.
    TakenBack(Status),
    /// Something else: registration, document, birth act, kin. The record is to be read again.
    Other,
}

/// GBDFL to the engine: what is recorded of somebody whom it was asked about has changed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct ReportPerson<N: Naming> {
    /// Who.
    pub person: N::Person,
    /// In which capacity the engine asked about him.
    pub role: Role,
    /// What changed.
    pub change: PersonChange,
}

impl<N: Naming> Renamed<N> for ReportPerson<N> {
    type Under<M: Naming> = ReportPerson<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<ReportPerson<M>, X::Error> {
        Ok(ReportPerson { person: by.person(&self.person)?, role: self.role, change: self.change })
    }
}

/// Household to counter: an application by hand.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct LodgeApplication<N: Naming> {
    /// For which child.
    pub child: N::Person,
}

impl<N: Naming> Renamed<N> for LodgeApplication<N> {
    type Under<M: Naming> = LodgeApplication<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<LodgeApplication<M>, X::Error> {
        Ok(LodgeApplication { child: by.person(&self.child)? })
    }
}

/// What became of an application by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationState {
    /// Lodged and pending.
    Lodged,
    /// Granted.
    Granted,
    /// Refused.
    Refused,
    /// Taken back by who lodged it.
    Withdrawn,
}

/// Counter to the engine: what became of an application by hand (S-26b).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct ReportApplication<N: Naming> {
    /// For which child.
    pub child: N::Person,
    /// The application.
    pub application: LiveApplication,
    /// What became of it.
    pub state: ApplicationState,
}

impl<N: Naming> Renamed<N> for ReportApplication<N> {
    type Under<M: Naming> = ReportApplication<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<ReportApplication<M>, X::Error> {
        Ok(ReportApplication { child: by.person(&self.child)?, application: self.application, state: self.state })
    }
}

/// Household to KDP: I take back the consent to this record.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct WithdrawConsent<N: Naming> {
    /// Whose record it opens.
    pub subject: N::Person,
}

impl<N: Naming> Renamed<N> for WithdrawConsent<N> {
    type Under<M: Naming> = WithdrawConsent<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<WithdrawConsent<M>, X::Error> {
        Ok(WithdrawConsent { subject: by.person(&self.subject)? })
    }
}

/// KDP to the engine: a consent was taken back; it is valid no longer (S-03, S-03b).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct ConsentWithdrawn<N: Naming> {
    /// Its number at KDP.
    pub consent: u64,
    /// Whose record it opened.
    pub subject: N::Person,
    /// What for: tells whether it was the child's or the representative's.
    pub purposes: Purposes,
}

impl<N: Naming> Renamed<N> for ConsentWithdrawn<N> {
    type Under<M: Naming> = ConsentWithdrawn<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<ConsentWithdrawn<M>, X::Error> {
        Ok(ConsentWithdrawn { consent: self.consent, subject: by.person(&self.subject)?, purposes: self.purposes })
    }
}

/// Household to BMG: my subscriber number is another one now, or none.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct ChangeNumber<N: Naming> {
    /// Whose number.
    pub person: N::Person,
    /// The new one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub number: Option<N::Number>,
}

impl<N: Naming> Renamed<N> for ChangeNumber<N> {
    type Under<M: Naming> = ChangeNumber<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<ChangeNumber<M>, X::Error> {
        let number = match &self.number {
            Some(number) => Some(by.number(number)?),
            None => None,
        };
        Ok(ChangeNumber { person: by.person(&self.person)?, number })
    }
}

/// Household to bank: close my account for benefits.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct CloseAccount<N: Naming> {
    /// Whose account.
    pub person: N::Person,
}

impl<N: Naming> Renamed<N> for CloseAccount<N> {
    type Under<M: Naming> = CloseAccount<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<CloseAccount<M>, X::Error> {
        Ok(CloseAccount { person: by.person(&self.person)? })
    }
}
