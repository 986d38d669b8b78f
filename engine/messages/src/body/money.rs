//! Paragraphs 9 to 14: accounts, applications, decisions, payments.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{FormNumber, Renamed};
use crate::{BankCode, District, Exchange, MessageId, Moment, Naming, Token};

/// A sum of money in whole tiyn, a hundredth of a tenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tiyn(pub i64);

/// Which accounts paragraph 9 counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// A special account for benefits: the only kind that counts.
    Special,
    /// An ordinary account.
    Ordinary,
}

/// An account at a bank.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Account<N: Naming> {
    /// The account.
    pub account: N::Account,
    /// Its kind.
    pub kind: AccountKind,
    /// Whether it can take money: neither closed nor frozen (S-21).
    pub usable: bool,
    /// When it was opened; none where the bank does not say (S-07b).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub opened: Option<Moment>,
}

impl<N: Naming> Renamed<N> for Account<N> {
    type Under<M: Naming> = Account<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<Account<M>, X::Error> {
        Ok(Account { account: by.account(&self.account)?, kind: self.kind, opened: self.opened, usable: self.usable })
    }
}

/// Household to bank: open me an account for benefits.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct OpenAccount<N: Naming> {
    /// For whom.
    pub person: N::Person,
}

impl<N: Naming> Renamed<N> for OpenAccount<N> {
    type Under<M: Naming> = OpenAccount<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<OpenAccount<M>, X::Error> {
        Ok(OpenAccount { person: by.person(&self.person)? })
    }
}

/// Bank to the engine: an account was opened or changed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct ReportAccount<N: Naming> {
    /// Whose.
    pub person: N::Person,
    /// Which, and how it is now.
    pub account: Account<N>,
}

impl<N: Naming> Renamed<N> for ReportAccount<N> {
    type Under<M: Naming> = ReportAccount<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<ReportAccount<M>, X::Error> {
        Ok(ReportAccount { person: by.person(&self.person)?, account: self.account.renamed(by)? })
    }
}

/// The id of an application that the engine formed: whose case, and the how manieth of it. Written
/// `<token>.1`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApplicationId {
    /// The case.
    pub case: Token,
    /// Which application of the case, from 1.
    pub nth: u16,
}

/// Why a text is no id of an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected <token>.<number>")]
pub struct ParseApplicationId;

impl FromStr for ApplicationId {
    type Err = ParseApplicationId;
    fn from_str(text: &str) -> Result<Self, ParseApplicationId> {
        let (case, nth) = text.split_once('.').ok_or(ParseApplicationId)?;
        Ok(Self {
            case: case.parse().map_err(|_| ParseApplicationId)?,
            nth: nth.parse().map_err(|_| ParseApplicationId)?,
        })
    }
}

impl fmt::Display for ApplicationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.case, self.nth)
    }
}

impl fmt::Debug for ApplicationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for ApplicationId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            (self.case, self.nth).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for ApplicationId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return Deserialize::deserialize(deserializer).map(|(case, nth)| Self { case, nth });
        }
        let text = std::borrow::Cow::<'_, str>::deserialize(deserializer)?;
        text.parse().map_err(|reason| D::Error::custom(format_args!("{text:?}: {reason}")))
    }
}

/// The reply that an application rests on: what was said, from where, when.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Evidence<N: Naming> {
    /// The number that replied.
    pub number: N::Number,
    /// When the SMS centre received the reply.
    pub received: Moment,
    /// The form replied to.
    pub form: FormNumber,
    /// The order to send that form.
    pub sms: MessageId,
}

/// Engine to local executive body: an application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct RegisterApplication<N: Naming> {
    /// Its id.
    pub application: ApplicationId,
    /// For which child.
    pub child: N::Person,
    /// For which recipient.
    pub recipient: N::Person,
    /// The account, as it was frozen with the form.
    pub account: N::Account,
    /// The bank that keeps it.
    pub bank: BankCode,
    /// The district of the child's registration.
    pub district: District,
    /// First day of home schooling.
    pub from: NaiveDate,
    /// Last day of home schooling.
    pub to: NaiveDate,
    /// What it rests on.
    pub evidence: Evidence<N>,
}

impl<N: Naming> Renamed<N> for RegisterApplication<N> {
    type Under<M: Naming> = RegisterApplication<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<RegisterApplication<M>, X::Error> {
        Ok(RegisterApplication {
            application: self.application,
            child: by.person(&self.child)?,
            recipient: by.person(&self.recipient)?,
            account: by.account(&self.account)?,
            bank: self.bank,
            district: self.district,
            from: self.from,
            to: self.to,
            evidence: Evidence {
                number: by.number(&self.evidence.number)?,
                received: self.evidence.received,
                form: self.evidence.form,
                sms: self.evidence.sms,
            },
        })
    }
}

/// What the local executive body decided under order 84.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Granted.
    Grant,
    /// Refused.
    Refusal,
}

/// Local executive body to the engine: its decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecideApplication {
    /// On which application.
    pub application: ApplicationId,
    /// What it decided.
    pub decision: Decision,
    /// When it decided.
    pub decided: Moment,
}

/// The id of a payment: application and period, whatever the id of the message (S-50).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PaymentId {
    /// Under which application.
    pub application: ApplicationId,
    /// First day of the month or quarter that is paid for.
    pub period: NaiveDate,
}

/// Engine to payer: pay this sum.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Pay<N: Naming> {
    /// Which payment.
    pub payment: PaymentId,
    /// To whom.
    pub recipient: N::Person,
    /// To which account.
    pub account: N::Account,
    /// How much.
    pub amount: Tiyn,
}

impl<N: Naming> Renamed<N> for Pay<N> {
    type Under<M: Naming> = Pay<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<Pay<M>, X::Error> {
        Ok(Pay {
            payment: self.payment,
            recipient: by.person(&self.recipient)?,
            account: by.account(&self.account)?,
            amount: self.amount,
        })
    }
}

/// Payer to bank: credit this account.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Credit<N: Naming> {
    /// Which payment.
    pub payment: PaymentId,
    /// Which account.
    pub account: N::Account,
    /// How much.
    pub amount: Tiyn,
}

impl<N: Naming> Renamed<N> for Credit<N> {
    type Under<M: Naming> = Credit<M>;
    fn renamed<M: Naming, X: Exchange<N, M>>(&self, by: &mut X) -> Result<Credit<M>, X::Error> {
        Ok(Credit { payment: self.payment, account: by.account(&self.account)?, amount: self.amount })
    }
}

/// What a bank did with a credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreditOutcome {
    /// The money is on the account.
    Credited,
    /// There is no such account, or it takes no money.
    NoSuchAccount,
}

/// Bank to payer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credited {
    /// Which payment.
    pub payment: PaymentId,
    /// What the bank did.
    pub outcome: CreditOutcome,
}

/// What became of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentOutcome {
    /// The money is on the account.
    Paid,
    /// The bank sent it back.
    Returned,
}

/// Payer to the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentMade {
    /// Which payment.
    pub payment: PaymentId,
    /// What became of it.
    pub outcome: PaymentOutcome,
}
