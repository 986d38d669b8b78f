//! Messages to and from the short number 1414.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::Renamed;
use crate::{BankCode, Exchange, MessageId, Moment, Naming};

/// Language of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Russian.
    Ru,
    /// Kazakh.
    Kk,
}

/// One of the five forms that the act appends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum FormNumber {
    /// Appendix 1: an account in one bank.
    One = 1,
    /// Appendix 2: accounts in several banks.
    Two = 2,
    /// Appendix 3: no account.
    Three = 3,
    /// Appendix 4: the term has run out.
    Four = 4,
    /// Appendix 5: granted.
    Five = 5,
}

impl FormNumber {
    /// All five.
    pub const ALL: [FormNumber; 5] =
        [FormNumber::One, FormNumber::Two, FormNumber::Three, FormNumber::Four, FormNumber::Five];
}

impl From<FormNumber> for u8 {
    fn from(form: FormNumber) -> u8 {
        form as u8
    }
}

impl TryFrom<u8> for FormNumber {
    type Error = &'static str;
    fn try_from(number: u8) -> Result<Self, &'static str> {
        FormNumber::ALL.into_iter().find(|&form| form as u8 == number).ok_or("a form has a number from 1 to 5")
    }
}

/// Engine to SMS centre: one message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct SendSms<N: Naming> {
    /// Where to.
    pub number: N::Number,
    /// Whom it is written to.
    pub recipient: N::Person,
    /// Which form.
    pub form: FormNumber,
    /// In which language.
    pub language: Language,
    /// The banks named in it, in the order and with the numbers (from 1) that the text shows.
    pub banks: SmallVec<[BankCode; 12]>,
    /// The text.
    pub text: N::Text,
    /// The name printed in it (forms 4 and 5).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<N::Name>,
}

impl<N: Naming> Renamed<N> for SendSms<N> {
    type Under<M: Naming> = SendSms<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<SendSms<M>, X::Error> {
        let name = match &self.name {
            Some(name) => Some(by.name(name)?),
            None => None,
        };
        Ok(SendSms {
            number: by.number(&self.number)?,
            recipient: by.person(&self.recipient)?,
            form: self.form,
            language: self.language,
            banks: self.banks.clone(),
            name,
            text: by.text(&self.text)?,
        })
    }
}

/// SMS centre to the engine: all parts are accepted (S-17).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmsAccepted {
    /// When the first part was.
    pub first_part: Moment,
    /// When the last part was: the moment of sending.
    pub last_part: Moment,
}

/// SMS centre to household: the text on the handset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct DeliverSms<N: Naming> {
    /// The subscriber.
    pub number: N::Number,
    /// The text.
    pub text: N::Text,
}

impl<N: Naming> Renamed<N> for DeliverSms<N> {
    type Under<M: Naming> = DeliverSms<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<DeliverSms<M>, X::Error> {
        Ok(DeliverSms { number: by.number(&self.number)?, text: by.text(&self.text)? })
    }
}

/// SMS centre to the engine: what became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmsOutcome {
    /// Which message: the id of the order to send it.
    pub sms: MessageId,
    /// Whether every part was delivered; false is a final failure of any part.
    pub delivered: bool,
}

/// Household to SMS centre: a message to 1414.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct SubmitSms<N: Naming> {
    /// The number that it is sent from.
    pub number: N::Number,
    /// What is written.
    pub wording: N::Wording,
}

impl<N: Naming> Renamed<N> for SubmitSms<N> {
    type Under<M: Naming> = SubmitSms<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<SubmitSms<M>, X::Error> {
        Ok(SubmitSms { number: by.number(&self.number)?, wording: by.wording(&self.wording)? })
    }
}

/// SMS centre to the engine: a message to 1414.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct SmsReply<N: Naming> {
    /// The number that it came from.
    pub number: N::Number,
    /// What is written.
    pub wording: N::Wording,
    /// When the SMS centre received it; none where the link does not say (S-07b).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub received: Option<Moment>,
}

impl<N: Naming> Renamed<N> for SmsReply<N> {
    type Under<M: Naming> = SmsReply<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<SmsReply<M>, X::Error> {
        Ok(SmsReply { number: by.number(&self.number)?, wording: by.wording(&self.wording)?, received: self.received })
    }
}

/// What an incoming text says, as the grammar reads it (T-11, T-16, S-06). The wording itself stays
/// in the vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// One complete code: `service #3# digits`.
    Code {
        /// The digits before the first `#`.
        service: String,
        /// The digits after the last `#`: `1`, `0`, or `1` and the number of a bank.
        digits: String,
    },
    /// Two or more complete codes, of any service, even equal ones.
    SeveralCodes,
    /// Nothing but a plain no.
    PlainNo,
    /// Nothing that the grammar knows.
    Nothing,
}
