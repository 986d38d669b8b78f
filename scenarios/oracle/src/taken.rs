//! What the engine took: each answer moves its child on, each report asks for an acknowledgement.
//!
//! Everything here is idempotent: a repeat finds its question answered or its fact known.

use std::sync::Arc;

use proaktiv_messages::{
    Body, Clear, ConsentDecided, ConsentOutcome, DecideApplication, Decision, Envelope, Finding, Moment, Party,
    PaymentMade, PaymentOutcome,
};

use crate::calendar::{day, day_of, month_of};
use crate::child::{Child, Stage};
use crate::verdict::Disagreement;
use crate::{Oracle, What, key};

/// Takes one message to the engine.
pub(crate) fn taken(oracle: &mut Oracle, message: &Envelope<Clear>, now: Moment) {
    if message.to != Party::Esobes {
        return;
    }
    judge(oracle, message, now);
    forget(oracle, message);
}

/// Forgets what has its answer: whatever answers it again changes nothing.
fn forget(oracle: &mut Oracle, message: &Envelope<Clear>) {
    let over = match &message.body {
        // What the person decides and what becomes of a message are told later, under the same id.
        Body::SmsAccepted(_) => None,
        Body::Received => message.answers.filter(|id| {
            let what = oracle.asked.get(&key(id)).map(|asked| asked.what);
            !matches!(what, Some(What::ChildConsent | What::RepresentativeConsent))
        }),
        Body::ConsentDecided(decided) => Some(decided.request),
        Body::SmsOutcome(outcome) => Some(outcome.sms),
        Body::Refused(_)
        | Body::DisabilityAnswer(_)
        | Body::ApplicationsAnswer(_)
        | Body::ChildAnswer(_)
        | Body::PersonAnswer(_)
        | Body::NumberAnswer(_)
        | Body::AccountsAnswer(_) => message.answers,
        Body::Enrol(_)
        | Body::ReportEnrolments(_)
        | Body::ReturnRow(_)
        | Body::AskDisability(_)
        | Body::AskApplications(_)
        | Body::RequestConsent(_)
        | Body::AskConsent(_)
        | Body::AnswerConsent(_)
        | Body::AskChild(_)
        | Body::AskPerson(_)
        | Body::AskNumber(_)
        | Body::AskAccounts(_)
        | Body::SendSms(_)
        | Body::DeliverSms(_)
        | Body::SubmitSms(_)
        | Body::SmsReply(_)
        | Body::AskRow(_)
        | Body::RowAnswer(_)
        | Body::AskRepresentatives(_)
        | Body::RepresentativesAnswer(_)
        | Body::ReportDisability(_)
        | Body::LodgeApplication(_)
        | Body::ReportApplication(_)
        | Body::WithdrawConsent(_)
        | Body::ConsentWithdrawn(_)
        | Body::ReportPerson(_)
        | Body::ChangeNumber(_)
        | Body::CheckLink
        | Body::CloseAccount(_)
        | Body::Instruct(_)
        | Body::OpenAccount(_)
        | Body::ReportAccount(_)
        | Body::RegisterApplication(_)
        | Body::DecideApplication(_)
        | Body::Pay(_)
        | Body::Credit(_)
        | Body::Credited(_)
        | Body::PaymentMade(_)
        | Body::OpenTask(_)
        | Body::Observe(_) => None,
    };
    if let Some(id) = over
        && oracle.asked.remove(&key(&id)).is_some()
    {
        oracle.answered.remember(key(&id), day_of(message.sent));
    }
}

fn judge(oracle: &mut Oracle, message: &Envelope<Clear>, now: Moment) {
    match &message.body {
        Body::ReportEnrolments(chunk) => {
            report(oracle, message, now);
            // A part that is the very object of the day before holds nothing new.
            let part = chunk.part as usize;
            if oracle.parts.get(part).is_some_and(|last| Arc::ptr_eq(last, &chunk.rows)) {
                return;
            }
            oracle.parts.resize_with(oracle.parts.len().max(part + 1), Arc::default);
            oracle.parts[part] = Arc::clone(&chunk.rows);
            for row in chunk.rows.iter() {
                if let Some(&place) = oracle.by_child.get(&row.child.number()) {
                    oracle.children[place as usize].listed(row, now);
                }
            }
        }
        Body::DisabilityAnswer(answer) => {
            if let Some(child) = answered(oracle, message, What::Disability, Stage::DisabilityAsked) {
                child.disability(answer, now);
            }
        }
        Body::ApplicationsAnswer(answer) => {
            if let Some(child) = answered(oracle, message, What::Applications, Stage::ApplicationsAsked) {
                child.applications(answer, now);
            }
        }
        Body::ConsentDecided(decided) => {
            report(oracle, message, now);
            consent_decided(oracle, decided, now);
        }
        Body::ChildAnswer(answer) => {
            if let Some(child) = answered(oracle, message, What::Child, Stage::ChildAsked) {
                match answer {
                    Finding::Yes(record) => child.record(record, now),
                    Finding::No => child.give_up("no_record"),
                    Finding::Unknown => child.give_up("unknown_answer"),
                }
            }
        }
        Body::PersonAnswer(answer) => {
            if let Some(child) = answered(oracle, message, What::Person, Stage::PersonAsked) {
                match answer {
                    Finding::Yes(record) => child.person(record, now),
                    Finding::No => child.give_up("no_record"),
                    Finding::Unknown => child.give_up("unknown_answer"),
                }
            }
        }
        Body::NumberAnswer(answer) => {
            if let Some(child) = answered(oracle, message, What::Number, Stage::NumberAsked) {
                child.numbers(answer, now);
                number_is_known(oracle, message);
            }
        }
        Body::AccountsAnswer(answer) => {
            let Some(asked) = message.answers.and_then(|id| oracle.asked.get_mut(&key(&id))) else { return };
            let What::Accounts(place) = asked.what else { return };
            if !std::mem::replace(&mut asked.answered, true) {
                let child = &mut oracle.children[asked.child as usize];
                if child.stage == Stage::Banks {
                    child.bank(place, answer, now, &oracle.law);
                }
            }
        }
        Body::SmsAccepted(accepted) => {
            let Some(asked) = message.answers.and_then(|id| oracle.asked.get_mut(&key(&id))) else { return };
            if !std::mem::replace(&mut asked.answered, true) && asked.what == What::Offer {
                oracle.children[asked.child as usize].sent(accepted.last_part, now, &oracle.law);
            }
        }
        Body::SmsOutcome(outcome) => {
            report(oracle, message, now);
            if let Some(asked) = oracle.asked.get(&key(&outcome.sms))
                && !outcome.delivered
                && asked.what == What::Offer
            {
                oracle.children[asked.child as usize].give_up("undelivered");
            }
        }
        Body::SmsReply(reply) => {
            report(oracle, message, now);
            if let Some(&place) = oracle.by_number.get(&reply.number.number()) {
                let child = &mut oracle.children[place as usize];
                // S-22: only the number written to counts.
                if child.msisdn == Some(reply.number) {
                    child.replied(&reply.wording, reply.received.unwrap_or(now), now, &oracle.law);
                }
            }
        }
        Body::ReportAccount(account) => {
            report(oracle, message, now);
            if let Some(&place) = oracle.by_parent.get(&account.person.number()) {
                account_reported(&mut oracle.children[place as usize]);
            }
        }
        Body::DecideApplication(decision) => {
            report(oracle, message, now);
            decided(oracle, decision, now);
        }
        Body::PaymentMade(made) => {
            report(oracle, message, now);
            payment_made(oracle, made, now);
        }
        Body::Refused(_) => refused(oracle, message, now),
        Body::Received
        | Body::AskRow(_)
        | Body::RowAnswer(_)
        | Body::AskRepresentatives(_)
        | Body::RepresentativesAnswer(_)
        | Body::ReportDisability(_)
        | Body::LodgeApplication(_)
        | Body::ReportApplication(_)
        | Body::WithdrawConsent(_)
        | Body::ConsentWithdrawn(_)
        | Body::ReportPerson(_)
        | Body::ChangeNumber(_)
        | Body::CheckLink
        | Body::CloseAccount(_)
        | Body::Instruct(_)
        | Body::Enrol(_)
        | Body::ReturnRow(_)
        | Body::AskDisability(_)
        | Body::AskApplications(_)
        | Body::RequestConsent(_)
        | Body::AskConsent(_)
        | Body::AnswerConsent(_)
        | Body::AskChild(_)
        | Body::AskPerson(_)
        | Body::AskNumber(_)
        | Body::AskAccounts(_)
        | Body::SendSms(_)
        | Body::DeliverSms(_)
        | Body::SubmitSms(_)
        | Body::OpenAccount(_)
        | Body::RegisterApplication(_)
        | Body::Pay(_)
        | Body::Credit(_)
        | Body::Credited(_)
        | Body::OpenTask(_)
        | Body::Observe(_) => {}
    }
}

/// Notes that the engine owes an acknowledgement.
fn report(oracle: &mut Oracle, message: &Envelope<Clear>, now: Moment) {
    oracle.unacknowledged.entry((message.from.rank(), message.id)).or_insert(now);
}

/// Returns the child whose question of this kind is answered for the first time, if it waits for it.
fn answered<'a>(oracle: &'a mut Oracle, message: &Envelope<Clear>, what: What, waits: Stage) -> Option<&'a mut Child> {
    let asked = oracle.asked.get_mut(&key(&message.answers?))?;
    if asked.what != what || std::mem::replace(&mut asked.answered, true) {
        return None;
    }
    let child = &mut oracle.children[asked.child as usize];
    (child.stage == waits).then_some(child)
}

fn consent_decided(oracle: &mut Oracle, decided: &ConsentDecided<Clear>, now: Moment) {
    let Some(asked) = oracle.asked.get_mut(&key(&decided.request)) else { return };
    if !matches!(asked.what, What::ChildConsent | What::RepresentativeConsent) {
        return;
    }
    // `answered` here means decided: the answer to the request itself is a mere acknowledgement.
    if std::mem::replace(&mut asked.answered, true) {
        return;
    }
    let child = &mut oracle.children[asked.child as usize];
    let given = match decided.outcome {
        ConsentOutcome::Given(consent) => Some(consent),
        ConsentOutcome::Refused => None,
    };
    if child.stage == Stage::ChildConsentAsked {
        child.child_consent(given, now);
    } else if child.stage == Stage::RepConsentAsked {
        child.representative_consent(given, now);
    }
}

/// Binds a number to its child; a number of two recipients is beyond the straight path (S-16b).
fn number_is_known(oracle: &mut Oracle, message: &Envelope<Clear>) {
    let Some(asked) = message.answers.and_then(|id| oracle.asked.get(&key(&id))) else { return };
    let Some(number) = oracle.children[asked.child as usize].msisdn else { return };
    if let Some(other) = oracle.by_number.insert(number.number(), asked.child)
        && other != asked.child
    {
        oracle.children[other as usize].give_up("shared_number");
        oracle.children[asked.child as usize].give_up("shared_number");
    }
}

/// An account that a bank reports by itself may change the form: not decided in this step.
fn account_reported(child: &mut Child) {
    let before_acceptance = matches!(child.stage, Stage::Banks | Stage::FormDue | Stage::FormSent | Stage::Open);
    if before_acceptance {
        child.give_up("account_reported");
    }
}

fn decided(oracle: &mut Oracle, decision: &DecideApplication, now: Moment) {
    let Some(&place) = oracle.by_application.get(&decision.application) else { return };
    let child = &mut oracle.children[place as usize];
    if child.stage == Stage::ApplicationSent {
        match decision.decision {
            Decision::Grant => child.grant(now),
            Decision::Refusal => child.refuse(now),
        }
    }
}

fn payment_made(oracle: &mut Oracle, made: &PaymentMade, now: Moment) {
    let Some(&place) = oracle.by_application.get(&made.payment.application) else { return };
    let child = &mut oracle.children[place as usize];
    let after = month_of(day(made.payment.period)) - child.first_month();
    if child.stage != Stage::Granted || !(0..64).contains(&after) {
        return;
    }
    match made.outcome {
        PaymentOutcome::Paid => child.months_paid |= 1 << after,
        PaymentOutcome::Returned => child.returned(1 << after, now),
    }
}

/// A register refuses a question only when it came without the consent that it needs (I-1).
fn refused(oracle: &mut Oracle, message: &Envelope<Clear>, now: Moment) {
    let Some(asked) = message.answers.and_then(|id| oracle.asked.get(&key(&id))) else { return };
    let child = &mut oracle.children[asked.child as usize];
    if child.decided() {
        oracle.verdict.disagree(Disagreement {
            family: child.family,
            child: child.number,
            at: now,
            point: "I-1",
            expected: "a question that the register may answer".to_owned(),
            found: format!("{} refused it", message.from.kind()),
        });
        child.give_up("refused_question");
    }
}
