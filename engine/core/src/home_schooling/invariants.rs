//! What must hold of every state after every step, in production too. Returns what is broken; the
//! shell then sets the key aside.

use proaktiv_messages::FormNumber;
use serde::{Deserialize, Serialize};

use super::{Case, Line, Offer, OfferState, Recipient, Shown, Stage, State, Why};

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
    /// I-4: a further form without the offer that it is one of.
    #[error("I-4: a further form without an offer")]
    FormWithoutOffer,
    /// I-3, I-4: a form beside another, or an offer beside another.
    #[error("I-4: two forms at once")]
    TwoFormsAtOnce,
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
    let late = line.past.as_ref().and_then(|past| past.late.as_deref());
    if let Some(broken) = late.and_then(|offer| broken_acceptance(offer, line)) {
        return Some(broken);
    }
    let preparing = line.preparing.as_deref();
    let Some(offer) = line.offer.as_deref() else {
        // A further form is one of an offer.
        return preparing.is_some_and(|form| form.why != Why::First).then_some(Broken::FormWithoutOffer);
    };
    let told = matches!(offer.state, OfferState::Told { .. });
    if offer.group.is_empty() && !told {
        return Some(Broken::OfferForNobody);
    }
    // I-3, I-4: beside an open offer no other is taken up, and no further form while one is being sent.
    let one_at_a_time = match (&offer.state, preparing.map(|form| form.why)) {
        (OfferState::Open(_), Some(why)) => why != Why::First,
        (OfferState::Sending { .. } | OfferState::Silent { .. } | OfferState::Told { .. }, Some(_)) => false,
        (OfferState::Accepted { .. }, Some(_)) => false,
        (_, None) => true,
    };
    if !one_at_a_time {
        return Some(Broken::TwoFormsAtOnce);
    }
    if let Some(broken) = broken_acceptance(offer, line) {
        return Some(broken);
    }
    let in_order = offer.window().is_none_or(|window| window.first <= window.sent && window.ends <= window.closes);
    (!banks_fit(&offer.shown) || !in_order).then_some(Broken::BanksDoNotFitTheForm)
}

fn broken_acceptance(offer: &Offer, line: &Line) -> Option<Broken> {
    let OfferState::Accepted { acceptance, .. } = &offer.state else { return None };
    if offer.group.is_empty() {
        return Some(Broken::OfferForNobody);
    }
    let former = offer.former().map(|former| &former.shown);
    let shown = std::iter::once(&offer.shown).chain(former);
    if !shown.flat_map(|shown| &shown.accounts).any(|account| *account == acceptance.account) {
        return Some(Broken::AccountWasNotShown);
    }
    (acceptance.evidence.number != line.number).then_some(Broken::ApplicationWithoutReply)
}

fn banks_fit(shown: &Shown) -> bool {
    match shown.form {
        FormNumber::One => shown.accounts.len() == 1 && shown.banks.len() == 1,
        FormNumber::Two => shown.accounts.len() >= 2 && shown.banks.len() == shown.accounts.len(),
        FormNumber::Three => shown.accounts.is_empty() && !shown.banks.is_empty(),
        // Neither opens a window.
        FormNumber::Four | FormNumber::Five => false,
    }
}
