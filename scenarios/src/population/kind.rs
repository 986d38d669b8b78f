//! What becomes of a family: the kinds, and what each fixes.

use serde::{Deserialize, Serialize};

/// Why a parent cannot be the representative who is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lack {
    /// He refuses his consent.
    Consent,
    /// A status lasts: he is dead, missing, incapable or stateless.
    Flagged,
    /// His registration was removed.
    RegistrationRemoved,
    /// His registration is temporary or not given.
    NotPermanent,
    /// He has no document that is valid.
    Document,
    /// He is under 18: an error of the register, which the engine must meet calmly.
    Minor,
    /// BMG has no number of his.
    Number,
}

impl Lack {
    pub(super) const ALL: [Lack; 7] = [
        Lack::Consent,
        Lack::Flagged,
        Lack::RegistrationRemoved,
        Lack::NotPermanent,
        Lack::Document,
        Lack::Minor,
        Lack::Number,
    ];
}

/// What the parents of a kind lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parents {
    /// Nothing.
    Sound,
    /// There are two, and the first lacks this.
    FirstLacks(Lack),
    /// Each lacks this.
    AllLack(Lack),
    /// There are two: one is flagged, the other refuses, in any order.
    FlaggedAndRefusing,
    /// There are two, who lack different things.
    LackDifferentThings,
    /// The record names none.
    None,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal: $parents:expr),+ $(,)?) => {
        /// What becomes of a family. A label for reports once the plan is written.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Kind {
            $($(#[$doc])* #[serde(rename = $name)] $kind,)+
        }

        impl Kind {
            /// All kinds, in the order of definition.
            pub const ALL: &'static [Kind] = &[$(Kind::$kind),+];

            /// Returns the name, as scenarios and plans have it.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Kind::$kind => $name,)+
                }
            }

            /// Returns what its parents lack.
            pub(super) const fn parents(self) -> Parents {
                match self {
                    $(Kind::$kind => $parents,)+
                }
            }
        }
    };
}

kinds! {
    /// Eligible; accepts, is granted and paid to the end.
    Accepts = "accepts": Parents::Sound,
    /// The same; the child turns 18 while payments run.
    AcceptsTurns18 = "accepts_turns_18": Parents::Sound,
    /// The same by the second parent: the first refuses his consent (7).
    AcceptsFirstParentRefuses = "accepts_first_parent_refuses": Parents::FirstLacks(Lack::Consent),
    /// The same by the second parent: the first is dead, missing, incapable or stateless (7).
    AcceptsFirstParentFlagged = "accepts_first_parent_flagged": Parents::FirstLacks(Lack::Flagged),
    /// The same by the second parent: the first's registration was removed (7).
    AcceptsFirstParentRegistrationRemoved = "accepts_first_parent_registration_removed":
        Parents::FirstLacks(Lack::RegistrationRemoved),
    /// The same by the second parent: the first is not registered permanently (7).
    AcceptsFirstParentNotPermanent = "accepts_first_parent_not_permanent": Parents::FirstLacks(Lack::NotPermanent),
    /// The same by the second parent: the first has no valid document (7).
    AcceptsFirstParentDocument = "accepts_first_parent_document": Parents::FirstLacks(Lack::Document),
    /// The same by the second parent: the first has no number in BMG (8).
    AcceptsFirstParentNoNumber = "accepts_first_parent_no_number": Parents::FirstLacks(Lack::Number),
    /// Accepts; the local executive body refuses (13).
    Refused = "refused": Parents::Sound,
    /// Silent to App.1 (11).
    SilentOneBank = "silent_one_bank": Parents::Sound,
    /// Silent to App.2 (11).
    SilentSeveralBanks = "silent_several_banks": Parents::Sound,
    /// Has no special account, gets App.3 and opens none (9).
    NoAccount = "no_account": Parents::Sound,
    /// Is listed when no form fits into the force of the order any more (S-14).
    ListedTooLate = "listed_too_late": Parents::Sound,
    /// No parent has a number in BMG (8).
    NoNumber = "no_number": Parents::AllLack(Lack::Number),
    /// Every parent refuses his consent (7).
    RepresentativesRefuse = "representatives_refuse": Parents::AllLack(Lack::Consent),
    /// Every parent is dead, missing, incapable or stateless (7).
    RepresentativesFlagged = "representatives_flagged": Parents::AllLack(Lack::Flagged),
    /// One parent is flagged, the other refuses (7).
    RepresentativesFlaggedOrRefuse = "representatives_flagged_or_refuse": Parents::FlaggedAndRefusing,
    /// Every parent's registration was removed (7).
    RepresentativesRegistrationRemoved = "representatives_registration_removed":
        Parents::AllLack(Lack::RegistrationRemoved),
    /// No parent is registered permanently (7).
    RepresentativesNotPermanent = "representatives_not_permanent": Parents::AllLack(Lack::NotPermanent),
    /// No parent has a valid document (7).
    RepresentativesDocument = "representatives_document": Parents::AllLack(Lack::Document),
    /// The only parents on record are under 18 (7).
    RepresentativesMinor = "representatives_minor": Parents::AllLack(Lack::Minor),
    /// Two parents, who lack different things: who came furthest names the reason.
    RepresentativesLackDifferentThings = "representatives_lack_different_things": Parents::LackDifferentThings,
    /// The child's record names no parent (7).
    NoKin = "no_kin": Parents::None,
    /// The child has no birth act (7).
    NoBirthAct = "no_birth_act": Parents::Sound,
    /// The child's registration is temporary or not given (7).
    ChildNotPermanent = "child_not_permanent": Parents::Sound,
    /// The child is 18 already (S-27).
    ChildAdult = "child_adult": Parents::Sound,
    /// The child is dead (7).
    ChildDead = "child_dead": Parents::Sound,
    /// The child is missing (7).
    ChildMissing = "child_missing": Parents::Sound,
    /// The child is incapable by a court's decision (7).
    ChildIncapable = "child_incapable": Parents::Sound,
    /// The child is stateless (7).
    ChildStateless = "child_stateless": Parents::Sound,
    /// The child's registration was removed (7).
    ChildRegistrationRemoved = "child_registration_removed": Parents::Sound,
    /// The family refuses the consent for the child (7).
    ChildConsentRefused = "child_consent_refused": Parents::Sound,
    /// Somebody lodged an application by hand (6).
    LiveApplication = "live_application": Parents::Sound,
    /// CBDI has no disability (5).
    NoDisability = "no_disability": Parents::Sound,
    /// The row lacks what A-08 demands (4).
    RowIncomplete = "row_incomplete": Parents::Sound,
}

impl Kind {
    /// Returns whether the child is eligible to the end and paid.
    pub const fn is_paid(self) -> bool {
        match self {
            Kind::Accepts
            | Kind::AcceptsTurns18
            | Kind::AcceptsFirstParentRefuses
            | Kind::AcceptsFirstParentFlagged
            | Kind::AcceptsFirstParentRegistrationRemoved
            | Kind::AcceptsFirstParentNotPermanent
            | Kind::AcceptsFirstParentDocument
            | Kind::AcceptsFirstParentNoNumber => true,
            Kind::Refused
            | Kind::SilentOneBank
            | Kind::SilentSeveralBanks
            | Kind::NoAccount
            | Kind::ListedTooLate
            | Kind::NoNumber
            | Kind::RepresentativesRefuse
            | Kind::RepresentativesFlagged
            | Kind::RepresentativesFlaggedOrRefuse
            | Kind::RepresentativesRegistrationRemoved
            | Kind::RepresentativesNotPermanent
            | Kind::RepresentativesDocument
            | Kind::RepresentativesMinor
            | Kind::RepresentativesLackDifferentThings
            | Kind::NoKin
            | Kind::NoBirthAct
            | Kind::ChildNotPermanent
            | Kind::ChildAdult
            | Kind::ChildDead
            | Kind::ChildMissing
            | Kind::ChildIncapable
            | Kind::ChildStateless
            | Kind::ChildRegistrationRemoved
            | Kind::ChildConsentRefused
            | Kind::LiveApplication
            | Kind::NoDisability
            | Kind::RowIncomplete => false,
        }
    }
}
