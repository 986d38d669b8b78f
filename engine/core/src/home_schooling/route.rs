//! Which aggregate a message is for, and what it says to it.

use proaktiv_messages::{
    Body, ConsentWithdrawn, Envelope, Finding, Key, KeyKind, MessageId, Party, Purpose, Role, Sealed,
};

use super::{CaseInbound, Inbound, IntakeInbound, LineInbound, RecipientInbound};

/// Why a message reaches no aggregate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misdirected {
    /// It answers nothing, though it is an answer.
    #[error("the message answers nothing that was asked")]
    AnswersNothing,
    /// It is of a kind that this engine takes from nobody, or not from this party.
    #[error("the engine does not take a message of this kind from this party")]
    NotForTheEngine,
}

/// Returns the key and the inbound of a message to the engine. `answered` is the order or question
/// that it answers, if the engine still waits for one; `also_asked`, whether its sender is being asked for
/// the same person's accounts otherwise: anew since an answer, or while it reports by itself.
///
/// Lists are not routed: the shell compares their rows first.
///
/// # Errors
/// When the message is for nobody.
pub fn route(
    message: &Envelope<Sealed>,
    answered: Option<&Body<Sealed>>,
    also_asked: bool,
) -> Result<(Key, Inbound), Misdirected> {
    let asker = || {
        let key = message.answers.and_then(|id| id.key());
        key.filter(|_| answered.is_some()).ok_or(Misdirected::AnswersNothing)
    };
    let case = |inbound| Ok((asker()?, Inbound::Case(inbound)));
    let recipient = |inbound| Ok((asker()?, Inbound::Recipient(inbound)));
    match &message.body {
        Body::DisabilityAnswer(finding) => case(CaseInbound::Disability(*finding)),
        Body::ApplicationsAnswer(finding) => case(CaseInbound::Applications(*finding)),
        Body::ChildAnswer(finding) => case(CaseInbound::Child(finding.clone())),
        Body::PersonAnswer(finding) => recipient(RecipientInbound::Record(finding.clone())),
        Body::NumberAnswer(finding) => recipient(RecipientInbound::Number(finding.clone())),
        Body::AccountsAnswer(finding) => {
            let Party::Bank(bank) = message.from else { return Err(Misdirected::NotForTheEngine) };
            recipient(RecipientInbound::Accounts { bank, finding: finding.clone(), asked_again: also_asked })
        }
        Body::RowAnswer(finding) => case(CaseInbound::RowAnswer(finding.clone())),
        Body::RepresentativesAnswer(finding) => case(CaseInbound::Representatives(finding.clone())),
        Body::Refused(_) => refused(asker()?, message, answered, also_asked),
        Body::Received => received(asker()?, answered),
        Body::SmsAccepted(accepted) => {
            let (key, Some(Body::SendSms(sms)), Some(id)) = (asker()?, answered, message.answers) else {
                return Err(Misdirected::AnswersNothing);
            };
            Ok((key, sms_accepted(key, id, sms.form, *accepted)))
        }
        Body::ConsentDecided(decided) => {
            let key = decided.request.key().ok_or(Misdirected::AnswersNothing)?;
            let inbound = match key.kind {
                KeyKind::Case => Inbound::Case(CaseInbound::Consent(*decided)),
                KeyKind::Recipient => Inbound::Recipient(RecipientInbound::Consent(*decided)),
                KeyKind::Intake | KeyKind::Line => return Err(Misdirected::AnswersNothing),
            };
            Ok((key, inbound))
        }
        Body::SmsOutcome(outcome) => {
            let key = outcome.sms.key().ok_or(Misdirected::AnswersNothing)?;
            let inbound = match key.kind {
                KeyKind::Case => Inbound::Case(CaseInbound::Acknowledged),
                KeyKind::Line => {
                    Inbound::Line(LineInbound::SmsOutcome { sms: outcome.sms, delivered: outcome.delivered })
                }
                KeyKind::Intake | KeyKind::Recipient => return Err(Misdirected::AnswersNothing),
            };
            Ok((key, inbound))
        }
        Body::SmsReply(reply) => {
            let inbound =
                LineInbound::Reply { said: reply.wording.clone(), received: reply.received.unwrap_or(message.sent) };
            Ok((Key::line(reply.number), Inbound::Line(inbound)))
        }
        Body::ConsentWithdrawn(withdrawn) => Ok(consent_withdrawn(withdrawn)),
        Body::ReportPerson(report) if report.role == Role::Representative => {
            let inbound = RecipientInbound::PersonReported(report.change);
            Ok((Key::recipient(report.person), Inbound::Recipient(inbound)))
        }
        Body::ReportAccount(report) => {
            let inbound = RecipientInbound::AccountReported { report: *report, while_asked: also_asked };
            Ok((Key::recipient(report.person), Inbound::Recipient(inbound)))
        }
        Body::DecideApplication(decided) => {
            Ok((Key::case(decided.application.case), Inbound::Case(CaseInbound::Decided(*decided))))
        }
        Body::PaymentMade(made) => {
            Ok((Key::case(made.payment.application.case), Inbound::Case(CaseInbound::PaymentMade(*made))))
        }
        Body::ChangeLaw(change) => {
            if message.from != Party::Operator {
                return Err(Misdirected::NotForTheEngine);
            }
            let inbound = IntakeInbound::ChangeLaw { change: change.clone(), known_at: message.sent };
            Ok((Key::intake(), Inbound::Intake(inbound)))
        }
        Body::ReportDisability(report) => {
            Ok((Key::case(report.child), Inbound::Case(CaseInbound::DisabilityReported(report.finding))))
        }
        Body::ReportApplication(report) => {
            let inbound = CaseInbound::ApplicationReported { application: report.application, state: report.state };
            Ok((Key::case(report.child), Inbound::Case(inbound)))
        }
        Body::ReportPerson(report) => Ok(match report.role {
            Role::Child => (Key::case(report.person), Inbound::Case(CaseInbound::PersonReported(report.change))),
            Role::Representative => {
                let inbound = RecipientInbound::PersonReported(report.change);
                (Key::recipient(report.person), Inbound::Recipient(inbound))
            }
        }),
        Body::Instruct(instruct) => {
            Ok((Key::case(instruct.child), Inbound::Case(CaseInbound::Instructed((**instruct).clone()))))
        }
        Body::Enrol(_)
        | Body::AskRow(_)
        | Body::AskRepresentatives(_)
        | Body::LodgeApplication(_)
        | Body::WithdrawConsent(_)
        | Body::ChangeNumber(_)
        | Body::CheckLink
        | Body::CloseAccount(_)
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
        | Body::OpenAccount(_)
        | Body::RegisterApplication(_)
        | Body::Pay(_)
        | Body::Credit(_)
        | Body::Credited(_)
        | Body::OpenTask(_)
        | Body::Alert(_)
        | Body::Observe(_) => Err(Misdirected::NotForTheEngine),
    }
}

/// Whose consent it was is told by what it was for (S-03d).
fn consent_withdrawn(withdrawn: &ConsentWithdrawn<Sealed>) -> (Key, Inbound) {
    if withdrawn.purposes.cover(Purpose::PersonRecord) {
        let inbound = RecipientInbound::ConsentWithdrawn(*withdrawn);
        (Key::recipient(withdrawn.subject), Inbound::Recipient(inbound))
    } else {
        (Key::case(withdrawn.subject), Inbound::Case(CaseInbound::ConsentWithdrawn(*withdrawn)))
    }
}

/// A refused question is one that could not be answered: it excludes nobody (I-12).
fn refused(
    key: Key,
    message: &Envelope<Sealed>,
    answered: Option<&Body<Sealed>>,
    asked_again: bool,
) -> Result<(Key, Inbound), Misdirected> {
    let inbound = match (answered, message.from) {
        (Some(Body::AskDisability(_)), _) => Inbound::Case(CaseInbound::Disability(Finding::Unknown)),
        (Some(Body::AskApplications(_)), _) => Inbound::Case(CaseInbound::Applications(Finding::Unknown)),
        (Some(Body::AskChild(_)), _) => Inbound::Case(CaseInbound::Child(Finding::Unknown)),
        (Some(Body::AskRow(_)), _) => Inbound::Case(CaseInbound::RowAnswer(Finding::Unknown)),
        (Some(Body::AskRepresentatives(_)), _) => Inbound::Case(CaseInbound::Representatives(Finding::Unknown)),
        (Some(Body::AskPerson(_)), _) => Inbound::Recipient(RecipientInbound::Record(Finding::Unknown)),
        (Some(Body::AskNumber(_)), _) => Inbound::Recipient(RecipientInbound::Number(Finding::Unknown)),
        (Some(Body::AskAccounts(_)), Party::Bank(bank)) => {
            Inbound::Recipient(RecipientInbound::Accounts { bank, finding: Finding::Unknown, asked_again })
        }
        (Some(_) | None, _) => return Err(Misdirected::AnswersNothing),
    };
    Ok((key, inbound))
}

/// A party has what it was sent. KDP's receipt of a request starts the time for an answer (S-03); the SMS
/// centre's says that its link is up (S-07c).
fn received(key: Key, answered: Option<&Body<Sealed>>) -> Result<(Key, Inbound), Misdirected> {
    let inbound = match (key.kind, answered) {
        (KeyKind::Case, Some(Body::RequestConsent(_))) => Inbound::Case(CaseInbound::RequestReceived),
        (KeyKind::Case, _) => Inbound::Case(CaseInbound::Acknowledged),
        (KeyKind::Recipient, Some(Body::RequestConsent(_))) => Inbound::Recipient(RecipientInbound::RequestReceived),
        (KeyKind::Recipient, _) => Inbound::Recipient(RecipientInbound::Acknowledged),
        (KeyKind::Intake, _) => Inbound::Intake(IntakeInbound::Acknowledged),
        (KeyKind::Line, Some(Body::CheckLink)) => Inbound::Line(LineInbound::LinkIsUp),
        (KeyKind::Line, _) => return Err(Misdirected::AnswersNothing),
    };
    Ok((key, inbound))
}

fn sms_accepted(
    key: Key,
    sms: MessageId,
    form: proaktiv_messages::FormNumber,
    accepted: proaktiv_messages::SmsAccepted,
) -> Inbound {
    match key.kind {
        KeyKind::Line => Inbound::Line(LineInbound::SmsAccepted { sms, form, accepted }),
        KeyKind::Case | KeyKind::Recipient | KeyKind::Intake => Inbound::Case(CaseInbound::Acknowledged),
    }
}
