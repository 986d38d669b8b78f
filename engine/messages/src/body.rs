//! What a message says: one type for each thing that a party can say, written once for both
//! [`Naming`]s.
//!
//! Questions and orders of the engine ask for one answer, which names the message that it answers.
//! What a party reports by itself is answered by [`Received`](Body::Received) once it can no longer
//! be lost. No rule is applied here.

mod enrolment;
mod law;
mod money;
mod notices;
mod officials;
mod registers;
mod sms;
mod words;

pub use enrolment::{Conclusion, Ending, EndingKind, Enrolment, ListChunk, ReturnRow, RowFault};
pub use law::{DayMoved, LawChange};
pub use money::{
    Account, AccountKind, ApplicationId, Credit, CreditOutcome, Credited, DecideApplication, Decision, Evidence,
    OpenAccount, ParseApplicationId, Pay, PaymentId, PaymentMade, PaymentOutcome, RegisterApplication, ReportAccount,
    Tiyn,
};
pub use notices::{
    ApplicationState, AskRepresentatives, AskRow, ChangeNumber, CloseAccount, ConsentWithdrawn, LodgeApplication,
    PersonChange, ReportApplication, ReportDisability, ReportPerson, Representative, Role, WithdrawConsent,
};
pub use officials::{Instruct, OfficialDecision};
pub use registers::{
    AnswerConsent, AskAccounts, AskApplications, AskChild, AskConsent, AskDisability, AskNumber, AskPerson, BirthAct,
    ChildRecord, Consent, ConsentDecided, ConsentOutcome, Disability, IdentityDocument, Kin, LiveApplication,
    NumberRecord, Person, PersonRecord, Purpose, Purposes, Registration, Relation, RequestConsent, Status, StatusKind,
    SubscriberNumber,
};
pub use sms::{DeliverSms, FormNumber, Language, Said, SendSms, SmsAccepted, SmsOutcome, SmsReply, SubmitSms};
pub use words::{
    Alert, Amended, Closing, Exclusion, Finding, Hold, Observation, Outcome, RefusedQuery, Task, TaskReason,
};

use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize};

use crate::{Exchange, Naming};

/// What can be written under another naming.
pub(crate) trait Renamed<N: Naming> {
    /// The same under the naming `M`.
    type Under<M: Naming>;

    /// Returns the same under another naming.
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<Self::Under<M>, X::Error>;
}

macro_rules! bodies {
    ($($(#[$doc:meta])* $variant:ident $(($payload:ty $(, $rename:ident)?))? = $kind:literal),+ $(,)?) => {
        /// What a message says, by kind.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(bound = "", tag = "kind", content = "body")]
        pub enum Body<N: Naming> {
            $($(#[$doc])* #[serde(rename = $kind)] $variant $(($payload))?,)+
        }

        impl<N: Naming> Body<N> {
            /// The names of all kinds, in the order of their definition.
            pub const KINDS: &'static [&'static str] = &[$($kind),+];

            /// Returns the name of the kind.
            pub const fn kind(&self) -> &'static str {
                match self {
                    $(bodies!(@pattern $variant $(($payload))?) => $kind,)+
                }
            }

            /// Writes kind and body as two fields of what carries them: as the derived form, without its
            /// detour.
            pub(crate) fn write_fields<S: SerializeStruct>(&self, fields: &mut S) -> Result<(), S::Error> {
                fields.serialize_field("kind", self.kind())?;
                match self {
                    $(bodies!(@bind $variant $(($payload, said))?) => { $(bodies!(@field fields said $payload))? })+
                }
                Ok(())
            }

            /// Returns the same under another naming.
            ///
            /// # Errors
            /// When `by` cannot exchange something that the body names.
            pub fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<Body<M>, X::Error> {
                Ok(match self {
                    $(bodies!(@bind $variant $(($payload, said))?) => bodies!(@rename $variant by $(said $payload $(, $rename)?)?),)+
                })
            }
        }
    };
    (@field $fields:ident $said:ident $payload:ty) => { $fields.serialize_field("body", $said)? };
    (@pattern $variant:ident) => { Body::$variant };
    (@pattern $variant:ident ($payload:ty)) => { Body::$variant(_) };
    (@bind $variant:ident) => { Body::$variant };
    (@bind $variant:ident ($payload:ty, $said:ident)) => { Body::$variant($said) };
    (@rename $variant:ident $by:ident) => { Body::$variant };
    (@rename $variant:ident $by:ident $said:ident $payload:ty, same) => { Body::$variant($said.clone()) };
    (@rename $variant:ident $by:ident $said:ident $payload:ty) => { Body::$variant($said.renamed($by)?) };
    (@rename $variant:ident $by:ident $said:ident $payload:ty, boxed) => { Body::$variant(Box::new((**$said).renamed($by)?)) };
    (@rename $variant:ident $by:ident $said:ident $payload:ty, shared) => { Body::$variant(std::sync::Arc::new((**$said).renamed($by)?)) };
    (@rename $variant:ident $by:ident $said:ident $payload:ty, finding) => { Body::$variant($said.try_map(|found| found.renamed($by))?) };
    (@rename $variant:ident $by:ident $said:ident $payload:ty, boxed_finding) => {
        Body::$variant($said.try_map(|found| (**found).renamed($by).map(Box::new))?)
    };
    (@rename $variant:ident $by:ident $said:ident $payload:ty, shared_finding) => {
        Body::$variant($said.try_map(|found| (**found).renamed($by).map(std::sync::Arc::new))?)
    };
    (@rename $variant:ident $by:ident $said:ident $payload:ty, list_finding) => {
        Body::$variant($said.try_map(|found| found.iter().map(|each| each.renamed($by)).collect())?)
    };
}

bodies! {
    /// Anyone to anyone: your message is kept and will not be lost. Answers what asks for no other answer.
    Received = "received",
    /// Anyone to the engine: your question is refused (no valid consent of the right person and purpose).
    Refused(RefusedQuery, same) = "refused",

    /// School to NOBD: a child is enrolled, or what was said of it is corrected or ended.
    Enrol(std::sync::Arc<Enrolment<N>>, shared) = "enrol",
    /// NOBD to the engine: a part of the day's list.
    ReportEnrolments(ListChunk<N>) = "report_enrolments",
    /// Engine to school: a row cannot be taken, and why.
    ReturnRow(ReturnRow<N>) = "return_row",
    /// Engine to NOBD: what does the list say of this child now (S-13b)?
    AskRow(AskRow<N>) = "ask_row",
    /// NOBD to the engine: the row as it stands, ended or not.
    RowAnswer(Finding<std::sync::Arc<Enrolment<N>>>, shared_finding) = "row_answer",
    /// Engine to NOBD: who else may act for the child?
    AskRepresentatives(AskRepresentatives<N>) = "ask_representatives",
    /// NOBD to the engine. `Yes` has at least one.
    RepresentativesAnswer(Finding<Vec<Representative<N>>>, list_finding) = "representatives_answer",

    /// Engine to CBDI: has the child a disability?
    AskDisability(AskDisability<N>) = "ask_disability",
    /// CBDI to the engine.
    DisabilityAnswer(Finding<Disability>, same) = "disability_answer",
    /// CBDI to the engine: what is recorded of a child has changed (S-46).
    ReportDisability(ReportDisability<N>) = "report_disability",
    /// Engine to counter: is there a live application for the child (A-12, T-03)?
    AskApplications(AskApplications<N>) = "ask_applications",
    /// Counter to the engine.
    ApplicationsAnswer(Finding<LiveApplication>, same) = "applications_answer",
    /// Household to counter: an application by hand.
    LodgeApplication(LodgeApplication<N>) = "lodge_application",
    /// Counter to the engine: what became of an application by hand (S-26b). Local executive body to counter:
    /// what became of one that the engine formed, for the feed of T-03.
    ReportApplication(ReportApplication<N>) = "report_application",

    /// Engine to KDP: ask this person's consent (A-14, S-03d). Answered by `Received`; the decision comes later.
    RequestConsent(RequestConsent<N>) = "request_consent",
    /// KDP to household: do you consent?
    AskConsent(AskConsent<N>) = "ask_consent",
    /// Household to KDP.
    AnswerConsent(AnswerConsent, same) = "answer_consent",
    /// KDP to the engine: what the person decided.
    ConsentDecided(ConsentDecided<N>) = "consent_decided",
    /// Household to KDP: I take my consent back.
    WithdrawConsent(WithdrawConsent<N>) = "withdraw_consent",
    /// KDP to the engine: a consent was taken back (S-03, S-03b).
    ConsentWithdrawn(ConsentWithdrawn<N>) = "consent_withdrawn",

    /// Engine to GBDFL: the child's record, birth act and kin (A-14…A-17).
    AskChild(AskChild<N>) = "ask_child",
    /// GBDFL to the engine.
    ChildAnswer(Finding<Box<ChildRecord<N>>>, boxed_finding) = "child_answer",
    /// Engine to GBDFL: the representative's record and document.
    AskPerson(AskPerson<N>) = "ask_person",
    /// GBDFL to the engine.
    PersonAnswer(Finding<Box<PersonRecord<N>>>, boxed_finding) = "person_answer",
    /// GBDFL to the engine: what is recorded of somebody that was asked about has changed (S-46, S-48).
    ReportPerson(ReportPerson<N>) = "report_person",
    /// Engine to BMG: the representative's subscriber number.
    AskNumber(AskNumber<N>) = "ask_number",
    /// BMG to the engine.
    NumberAnswer(Finding<NumberRecord<N>>, finding) = "number_answer",
    /// Household to BMG: my subscriber number is another one now, or none.
    ChangeNumber(ChangeNumber<N>) = "change_number",
    /// Engine to bank: the representative's accounts.
    AskAccounts(AskAccounts<N>) = "ask_accounts",
    /// Bank to the engine: his accounts there. `Yes` has at least one, of any kind.
    AccountsAnswer(Finding<Vec<Account<N>>>, list_finding) = "accounts_answer",

    /// Engine to SMS centre: send one message, in as many parts as it takes. Answered by `SmsAccepted`.
    SendSms(Box<SendSms<N>>, boxed) = "send_sms",
    /// SMS centre to the engine: every part is accepted (S-17).
    SmsAccepted(SmsAccepted, same) = "sms_accepted",
    /// SMS centre to household: the text, on the subscriber's handset.
    DeliverSms(DeliverSms<N>) = "deliver_sms",
    /// SMS centre to the engine: the one outcome of delivery.
    SmsOutcome(SmsOutcome, same) = "sms_outcome",
    /// Household to SMS centre: a message to 1414.
    SubmitSms(SubmitSms<N>) = "submit_sms",
    /// SMS centre to the engine: a message to 1414 that came from this number.
    SmsReply(SmsReply<N>) = "sms_reply",
    /// Engine to SMS centre: is the link up (S-07c)? `Received` says that everything the centre had for
    /// the engine went before.
    CheckLink = "check_link",

    /// Household to bank: open me an account for benefits.
    OpenAccount(OpenAccount<N>) = "open_account",
    /// Household to bank: close my account for benefits.
    CloseAccount(CloseAccount<N>) = "close_account",
    /// Bank to the engine: this person's account was opened or changed.
    ReportAccount(ReportAccount<N>) = "report_account",

    /// Engine to local executive body: an application formed without the citizen's asking.
    RegisterApplication(Box<RegisterApplication<N>>, boxed) = "register_application",
    /// Local executive body to the engine: its decision (A-33, S-43).
    DecideApplication(DecideApplication, same) = "decide_application",
    /// Engine to payer: pay this sum (S-49). Answered by `Received`; the outcome comes later.
    Pay(Pay<N>) = "pay",
    /// Payer to bank: credit this account.
    Credit(Credit<N>) = "credit",
    /// Bank to payer.
    Credited(Credited, same) = "credited",
    /// Payer to the engine: paid or returned.
    PaymentMade(PaymentMade, same) = "payment_made",

    /// Engine to local executive body: something that only a person can do.
    OpenTask(Task<N>) = "open_task",
    /// Local executive body to the engine: an official's decision (S-51).
    Instruct(Box<Instruct<N>>, boxed) = "instruct",
    /// Engine to observer: a pseudonymous event (A-O3, T-01).
    Observe(Observation, same) = "observe",

    /// Engine to operator: something is amiss that no case can tell.
    Alert(Alert, same) = "alert",
    /// Operator to the engine: the law changes (A-O6, S-14, S-19).
    ChangeLaw(Box<LawChange>, same) = "change_law",
}
