//! What must hold of every state after every step, in production too. Returns what is broken; the
//! shell then sets the key aside.

use serde::{Deserialize, Serialize};

use super::{Case, Line, OfferState, Recipient, Stage, State};

/// An invariant of the act that does not hold (`I-…`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Broken {
    /// I-5: an application without the reply that it must rest on.
    #[error("I-5: an application without an effective reply from the number written to")]
    ApplicationWithoutReply,
    /// I-7, S-50: one month, two payments.
    #[error("I-7: a month is paid twice")]
    MonthPaidTwice,
    /// I-13: an account that was not shown to the citizen.
    #[error("I-13: the account used is not one that was shown")]
    AccountWasNotShown,
    /// payments without an application.
    #[error("A-31: money without an application")]
    MoneyWithoutApplication,
    /// S-46: only a stopped case is looked at again beside its stage.
    #[error("S-46: a recheck beside a case that is not stopped")]
    RecheckOfNothing,
    /// I-8: a stop without a record that refutes.
    #[error("I-8: payment is stopped without a record that refutes home schooling")]
    StopWithoutRecord,
    /// the recipient is the child itself.
    #[error("A-03: the recipient is the child itself")]
    RecipientIsTheChild,
    /// I-1: a consent of another person.
    #[error("I-1: the consent is another person's")]
    ConsentOfAnother,
    /// I-3: an offer without a child.
    #[error("I-3: an offer without a child")]
    OfferForNobody,
    /// a form whose banks do not fit it.
    #[error("A-24: the banks do not fit the form")]
    BanksDoNotFitTheForm,
}

/// Returns the first invariant that the state breaks.
pub fn broken(state: &State) -> Option<Broken> {
    match state {
        State::Intake(_) => None,
        State::Case(case) => broken_case(case),
        State::Recipient(recipient) => broken_recipient(recipient),
        State::Line(line) => broken_line(line),
    }
}

fn broken_case(case: &Case) -> Option<Broken> {
    if let Some(former) = case.former().iter().find_map(broken_case) {
        return Some(former);
    }
    let contact = case.contact.as_ref();
    if contact.is_some_and(|contact| contact.recipient == case.child) {
        return Some(Broken::RecipientIsTheChild);
    }
    if let Some(application) = &case.application {
        let Some(contact) = contact else { return Some(Broken::ApplicationWithoutReply) };
        if application.evidence.number != contact.number {
            return Some(Broken::ApplicationWithoutReply);
        }
    } else if !case.payments.is_empty() || has_money(case.stage) {
        return Some(Broken::MoneyWithoutApplication);
    }
    let beyond = case.beyond();
    if case.stage == Stage::Stopped && beyond.is_none_or(|beyond| beyond.refutation.is_none()) {
        return Some(Broken::StopWithoutRecord);
    }
    let is_stopped = matches!(case.stage, Stage::Held(_) | Stage::Excluded(_));
    if beyond.is_some_and(|beyond| beyond.recheck.is_some()) && !is_stopped {
        return Some(Broken::RecheckOfNothing);
    }
    if case.consent.is_some_and(|consent| consent.subject != case.child) {
        return Some(Broken::ConsentOfAnother);
    }
    // Payments are ordered by month, so that a month paid twice stands beside itself or before an earlier one.
    case.payments.windows(2).any(|pair| pair[1].period <= pair[0].period).then_some(Broken::MonthPaidTwice)
}

fn has_money(stage: Stage) -> bool {
    matches!(stage, Stage::Applied | Stage::Granted | Stage::Stopped | Stage::Ended)
}

fn broken_recipient(recipient: &Recipient) -> Option<Broken> {
    let consent = recipient.consent.as_ref()?;
    (consent.subject != recipient.person).then_some(Broken::ConsentOfAnother)
}

fn broken_line(line: &Line) -> Option<Broken> {
    let offer = line.offer.as_ref()?;
    if offer.group.is_empty() {
        return Some(Broken::OfferForNobody);
    }
    let fits = match offer.form {
        proaktiv_messages::FormNumber::One => offer.accounts.len() == 1 && offer.banks.len() == 1,
        proaktiv_messages::FormNumber::Two => offer.accounts.len() >= 2 && offer.banks.len() == offer.accounts.len(),
        proaktiv_messages::FormNumber::Three => offer.accounts.is_empty() && !offer.banks.is_empty(),
        // Neither opens a window.
        proaktiv_messages::FormNumber::Four | proaktiv_messages::FormNumber::Five => false,
    };
    let open = matches!(offer.state, OfferState::Open { sent, ends, closes, .. } if sent < ends && ends <= closes);
    let sending = matches!(offer.state, OfferState::Sending);
    (!fits || !(open || sending)).then_some(Broken::BanksDoNotFitTheForm)
}
