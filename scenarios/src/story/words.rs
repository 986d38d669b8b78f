//! The sentences of a story, one for each message that tells something.

use proaktiv_messages::{
    Amended, ApplicationState, Body, ConsentOutcome, CreditOutcome, Decision, EndingKind, Enrolment, Envelope, Finding,
    FormNumber, Hold, LiveApplication, OfficialDecision, Outcome, PaymentOutcome, PersonChange, Purpose, Purposes,
    Registration, RowFault, Said as Wrote, Sealed, Status, StatusKind, TaskReason, Tiyn, Token,
};

use super::{People, written};

/// A sentence, and the paragraph that speaks of it.
pub(super) struct Said {
    pub(super) paragraph: Option<&'static str>,
    pub(super) what: String,
}

fn at(paragraph: &'static str, what: impl Into<String>) -> Option<Said> {
    Some(Said { paragraph: Some(paragraph), what: what.into() })
}

fn beside(what: impl Into<String>) -> Option<Said> {
    Some(Said { paragraph: None, what: what.into() })
}

/// Returns whom a message is about, where it names somebody.
pub(super) fn about(body: &Body<Sealed>) -> Option<Token> {
    match body {
        Body::Enrol(row) => Some(row.child),
        Body::ReturnRow(row) => Some(row.child),
        Body::AskRow(ask) => Some(ask.child),
        Body::RowAnswer(Finding::Yes(row)) => Some(row.child),
        Body::AskRepresentatives(ask) => Some(ask.child),
        Body::AskDisability(ask) => Some(ask.child),
        Body::ReportDisability(report) => Some(report.child),
        Body::AskApplications(ask) => Some(ask.child),
        Body::LodgeApplication(lodged) => Some(lodged.child),
        Body::ReportApplication(report) => Some(report.child),
        Body::RequestConsent(request) => Some(request.subject),
        Body::AskConsent(ask) => Some(ask.subject),
        Body::ConsentDecided(decided) => match decided.outcome {
            ConsentOutcome::Given(consent) => Some(consent.subject),
            ConsentOutcome::Refused => decided.request.key().map(|key| key.token),
        },
        Body::WithdrawConsent(withdrawn) => Some(withdrawn.subject),
        Body::ConsentWithdrawn(withdrawn) => Some(withdrawn.subject),
        Body::AskChild(ask) => Some(ask.child),
        Body::ChildAnswer(Finding::Yes(record)) => Some(record.child.person),
        Body::AskPerson(ask) => Some(ask.person),
        Body::PersonAnswer(Finding::Yes(record)) => Some(record.person.person),
        Body::ReportPerson(report) => Some(report.person),
        Body::AskNumber(ask) => Some(ask.person),
        Body::ChangeNumber(change) => Some(change.person),
        Body::AskAccounts(ask) => Some(ask.person),
        Body::SendSms(sms) => Some(sms.recipient),
        Body::OpenAccount(open) => Some(open.person),
        Body::CloseAccount(close) => Some(close.person),
        Body::ReportAccount(report) => Some(report.person),
        Body::RegisterApplication(application) => Some(application.child),
        Body::DecideApplication(decided) => Some(decided.application.case),
        Body::Pay(pay) => Some(pay.payment.application.case),
        Body::Credit(credit) => Some(credit.payment.application.case),
        Body::Credited(credited) => Some(credited.payment.application.case),
        Body::PaymentMade(made) => Some(made.payment.application.case),
        Body::OpenTask(task) => Some(task.child),
        Body::Instruct(instruct) => Some(instruct.child),
        Body::Received
        | Body::Refused(_)
        | Body::ReportEnrolments(_)
        | Body::RowAnswer(Finding::No | Finding::Unknown)
        | Body::RepresentativesAnswer(_)
        | Body::DisabilityAnswer(_)
        | Body::ApplicationsAnswer(_)
        | Body::AnswerConsent(_)
        | Body::ChildAnswer(Finding::No | Finding::Unknown)
        | Body::PersonAnswer(Finding::No | Finding::Unknown)
        | Body::NumberAnswer(_)
        | Body::AccountsAnswer(_)
        | Body::SmsAccepted(_)
        | Body::DeliverSms(_)
        | Body::SmsOutcome(_)
        | Body::SubmitSms(_)
        | Body::SmsReply(_)
        | Body::CheckLink
        | Body::ChangeLaw(_)
        | Body::Alert(_)
        | Body::Observe(_) => None,
    }
}

/// Returns the sentence of a message; `question` is what it answers. Questions that are answered at
/// once, acknowledgements and what the observer is told make no sentence.
pub(super) fn said(message: &Envelope<Sealed>, question: Option<&Body<Sealed>>, people: &People) -> Option<Said> {
    match &message.body {
        Body::Enrol(row) => at("4", enrolled(row)),
        Body::ReturnRow(row) => at("4", format!("The row goes back to the school: {}.", fault(row.fault))),
        Body::AskRow(_) => at("4", "The child is missing from the list: NOBD is asked for its row."),
        Body::RowAnswer(Finding::Yes(row)) => at("4", format!("NOBD answers. {}", enrolled(row))),
        Body::RowAnswer(Finding::No) => at("4", "NOBD answers: it has no row of the child."),
        Body::RepresentativesAnswer(Finding::Yes(found)) => {
            at("7(2)", format!("NOBD names {} who may act for the child.", counted(found.len(), "representative")))
        }
        Body::RepresentativesAnswer(Finding::No) => at("7(2)", "NOBD knows no representative of the child."),
        Body::DisabilityAnswer(Finding::Yes(found)) => {
            let term = found.until.map_or("without term".to_owned(), |until| format!("until {}", written(until)));
            at("5", format!("CBDI confirms the disability, since {}, {term}.", written(found.since)))
        }
        Body::DisabilityAnswer(Finding::No) => at("5", "CBDI has no disability on record."),
        Body::ReportDisability(report) => at("5", format!("CBDI reports by itself: {}.", disability(report.finding))),
        Body::ApplicationsAnswer(Finding::Yes(live)) => at("6", format!("The counter has {}.", application(live))),
        Body::ApplicationsAnswer(Finding::No) => at("6", "The counter has no live application."),
        Body::LodgeApplication(_) => at("6", "The family lodges an application by hand."),
        Body::ReportApplication(report) => {
            let whose = if report.application.ours.is_some() {
                "the engine's own application"
            } else {
                "an application by hand"
            };
            at("6", format!("The counter reports {whose}: {}.", state(report.state)))
        }
        Body::RequestConsent(request) => at(
            "7",
            format!("KDP is asked for consent to read {}.", purposes(request.purposes, people.name(request.subject))),
        ),
        Body::ConsentDecided(decided) => at(
            "7",
            match decided.outcome {
                ConsentOutcome::Given(consent) => {
                    format!("Consent to read {} is given.", purposes(consent.purposes, people.name(consent.subject)))
                }
                ConsentOutcome::Refused => "Consent is refused.".to_owned(),
            },
        ),
        Body::WithdrawConsent(_) => None,
        Body::ConsentWithdrawn(withdrawn) => at(
            "7",
            format!("Consent to read {} is taken back.", purposes(withdrawn.purposes, people.name(withdrawn.subject))),
        ),
        Body::ChildAnswer(Finding::Yes(record)) => at(
            "7",
            format!(
                "GBDFL on the child: {}{}, {}, {} on record.",
                registration(record.child.registration),
                statuses(&record.child.statuses),
                if record.birth.is_some() { "birth act found" } else { "no birth act" },
                counted(record.kin.len(), "parent"),
            ),
        ),
        Body::ChildAnswer(Finding::No) => at("7", "GBDFL does not know the child."),
        Body::PersonAnswer(Finding::Yes(record)) => at(
            "7",
            format!(
                "GBDFL on {}: {}{}, {}.",
                people.name(record.person.person),
                registration(record.person.registration),
                statuses(&record.person.statuses),
                record
                    .documents
                    .iter()
                    .filter(|document| !document.invalidated)
                    .map(|document| document.valid_to)
                    .max()
                    .map_or("no document".to_owned(), |until| format!("document valid until {}", written(until)),),
            ),
        ),
        Body::PersonAnswer(Finding::No) => at("7", "GBDFL does not know the representative."),
        Body::ReportPerson(report) => {
            at("7", format!("GBDFL reports on {}: {}.", people.name(report.person), change(report.change)))
        }
        Body::NumberAnswer(Finding::Yes(record)) => {
            at("8", format!("BMG has {} of his or hers.", counted(record.numbers.len(), "number")))
        }
        Body::NumberAnswer(Finding::No) => at("8", "BMG has no number."),
        Body::ChangeNumber(changed) => {
            let what = if changed.number.is_some() { "has a new number" } else { "has no number any more" };
            beside(format!("{} {what}.", capital(people.name(changed.person))))
        }
        Body::AccountsAnswer(Finding::Yes(accounts)) => {
            at("9", format!("{} has {}.", bank(message), counted(accounts.len(), "account")))
        }
        Body::AccountsAnswer(Finding::No) => at("9", format!("{} has no account.", bank(message))),
        Body::DisabilityAnswer(Finding::Unknown)
        | Body::ApplicationsAnswer(Finding::Unknown)
        | Body::RowAnswer(Finding::Unknown)
        | Body::RepresentativesAnswer(Finding::Unknown)
        | Body::ChildAnswer(Finding::Unknown)
        | Body::PersonAnswer(Finding::Unknown)
        | Body::NumberAnswer(Finding::Unknown)
        | Body::AccountsAnswer(Finding::Unknown) => {
            beside(format!("{} cannot say now; it will be asked again.", party(message)))
        }
        Body::Refused(_) => beside(format!("{} refuses to answer: the consent does not do.", party(message))),
        Body::SendSms(sms) => at(
            paragraph_of(sms.form),
            format!("{} goes to {}{}.", form(sms.form), people.name(sms.recipient), banks(&sms.banks)),
        ),
        Body::SmsAccepted(_) => match question {
            Some(Body::SendSms(sms)) if sms.form <= FormNumber::Three => {
                at("11", "The SMS centre has accepted every part: the term for the reply runs.")
            }
            _ => None,
        },
        Body::SmsOutcome(outcome) if !outcome.delivered => at("11", "The message could not be delivered."),
        Body::SubmitSms(written) => at("12", format!("The family writes to 1414: {}.", wording(&written.wording))),
        Body::OpenAccount(open) => at("10", format!("{} opens an account.", capital(people.name(open.person)))),
        Body::CloseAccount(close) => beside(format!("{} closes an account.", capital(people.name(close.person)))),
        Body::ReportAccount(report) => {
            let what = if report.account.usable { "is opened" } else { "can no longer be used" };
            at("10", format!("{} reports that an account {what}.", bank(message)))
        }
        Body::RegisterApplication(formed) => at(
            "12",
            format!(
                "The application is formed for {}, to an account at bank {}.",
                people.name(formed.child),
                formed.bank
            ),
        ),
        Body::DecideApplication(decided) => at(
            "13",
            match decided.decision {
                Decision::Grant => "The local executive body grants it.",
                Decision::Refusal => "The local executive body refuses it.",
            },
        ),
        Body::Pay(pay) => at("12", format!("{} is ordered for {}.", money(pay.amount), month(pay.payment.period))),
        Body::Credited(credited) if credited.outcome == CreditOutcome::NoSuchAccount => {
            at("12", "The bank has no such account.")
        }
        Body::PaymentMade(made) => at(
            "12",
            match made.outcome {
                PaymentOutcome::Paid => format!("{} is paid.", capital(&month(made.payment.period))),
                PaymentOutcome::Returned => format!("The payment for {} came back.", month(made.payment.period)),
            },
        ),
        Body::OpenTask(task) => beside(format!("Task for the local executive body: {}.", task_of(task.reason))),
        Body::Instruct(instruct) => beside(format!("An official decides: {}.", decision(&instruct.decision))),
        Body::Received
        | Body::ReportEnrolments(_)
        | Body::AskRepresentatives(_)
        | Body::AskDisability(_)
        | Body::AskApplications(_)
        | Body::AskConsent(_)
        | Body::AnswerConsent(_)
        | Body::AskChild(_)
        | Body::AskPerson(_)
        | Body::AskNumber(_)
        | Body::AskAccounts(_)
        | Body::DeliverSms(_)
        | Body::SmsOutcome(_)
        | Body::SmsReply(_)
        | Body::CheckLink
        | Body::ChangeLaw(_)
        | Body::Alert(_)
        | Body::Credit(_)
        | Body::Credited(_) => None,
        Body::Observe(seen) => match seen.outcome {
            Outcome::Stopped => beside(format!("Here the case stops (p. {}).", seen.paragraph)),
            Outcome::Held => {
                beside(format!("Here the case waits for a changed fact or a person (p. {}).", seen.paragraph))
            }
            Outcome::Listed
            | Outcome::Passed
            | Outcome::Offered
            | Outcome::Applied
            | Outcome::Granted
            | Outcome::Paid => None,
        },
    }
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("one {what}") } else { format!("{count} {what}s") }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn party(message: &Envelope<Sealed>) -> String {
    message.from.kind().to_uppercase()
}

fn bank(message: &Envelope<Sealed>) -> String {
    capital(&message.from.to_string().replace('/', " "))
}

fn banks(list: &[proaktiv_messages::BankCode]) -> String {
    match list {
        [] => String::new(),
        [one] => format!(", bank {one}"),
        many => format!(", {} banks", many.len()),
    }
}

fn enrolled(row: &Enrolment<Sealed>) -> String {
    if let Some(ended) = row.ended {
        let why = match ended.kind {
            EndingKind::ReturnedToSchool => "the child returned to school",
            EndingKind::Left => "the child left the school",
            EndingKind::EnteredInError => "it was entered in error",
        };
        let on = ended.on.map_or(String::new(), |day| format!(" on {}", written(day)));
        return format!("Home schooling has ended{on}: {why}.");
    }
    let day = |day: Option<chrono::NaiveDate>| day.map_or("an unknown day".to_owned(), written);
    format!("Taught at home from {} to {}.", day(row.from), day(row.to))
}

fn fault(fault: RowFault) -> &'static str {
    match fault {
        RowFault::NoOrderNumber => "the order has no number",
        RowFault::NoOrderDate => "the order has no date",
        RowFault::NoPeriod => "the period is missing",
        RowFault::PeriodBackwards => "the period ends before it begins",
        RowFault::NoConclusion => "the commission's conclusion is missing",
        RowFault::MissingFromLists => "the child has been missing from the lists for days",
    }
}

fn disability(finding: Finding<proaktiv_messages::Disability>) -> &'static str {
    match finding {
        Finding::Yes(_) => "the disability is recorded",
        Finding::No => "no disability is recorded any more",
        Finding::Unknown => "it cannot say",
    }
}

fn application(live: &LiveApplication) -> String {
    let state = if live.granted { "granted" } else { "pending" };
    let whose = if live.ours.is_some() { "the engine's own application" } else { "an application by hand" };
    format!("{whose}, {state}")
}

fn state(state: ApplicationState) -> &'static str {
    match state {
        ApplicationState::Lodged => "lodged",
        ApplicationState::Granted => "granted",
        ApplicationState::Refused => "refused",
        ApplicationState::Withdrawn => "taken back",
    }
}

fn purposes(purposes: Purposes, whose: &str) -> String {
    if purposes.cover(Purpose::ChildRecord) {
        format!("the record of {whose}")
    } else {
        format!("the record, number and accounts of {whose}")
    }
}

fn registration(registration: Registration) -> &'static str {
    match registration {
        Registration::Permanent(_) => "registered permanently",
        Registration::Temporary(_) => "registered temporarily",
        Registration::Removed => "registration removed",
        Registration::NotGiven => "registration not given",
    }
}

fn status_name(kind: StatusKind) -> &'static str {
    match kind {
        StatusKind::Dead => "dead",
        StatusKind::Missing => "missing",
        StatusKind::Incapable => "incapable",
        StatusKind::Stateless => "stateless",
        StatusKind::DeprivedOfRights => "deprived of parental rights",
        StatusKind::FullStateCare => "in full state care",
        StatusKind::Departed => "departed",
    }
}

fn statuses(list: &[Status]) -> String {
    list.iter()
        .map(|status| {
            let until = status.to.map_or(String::new(), |day| format!(" to {}", written(day)));
            format!(", {} from {}{until}", status_name(status.kind), written(status.from))
        })
        .collect()
}

fn change(change: PersonChange) -> String {
    match change {
        PersonChange::Recorded(status) => format!("{} since {}", status_name(status.kind), written(status.from)),
        PersonChange::TakenBack(status) => format!("the record \"{}\" was an error", status_name(status.kind)),
        PersonChange::Other => "something in the record changed".to_owned(),
    }
}

const fn paragraph_of(form: FormNumber) -> &'static str {
    match form {
        FormNumber::One => "9(1)",
        FormNumber::Two => "9(2)",
        FormNumber::Three => "9(3)",
        FormNumber::Four => "11",
        FormNumber::Five => "13",
    }
}

const fn form(form: FormNumber) -> &'static str {
    match form {
        FormNumber::One => "App.1 (accept the account, or ask for another bank)",
        FormNumber::Two => "App.2 (choose one of the accounts)",
        FormNumber::Three => "App.3 (open an account)",
        FormNumber::Four => "App.4 (the term is over; apply in the ordinary way)",
        FormNumber::Five => "App.5 (granted)",
    }
}

fn wording(wrote: &Wrote) -> String {
    match wrote {
        Wrote::Code { service, digits } => format!("{service} #3#{digits}"),
        Wrote::SeveralCodes => "several codes in one message".to_owned(),
        Wrote::PlainNo => "no".to_owned(),
        Wrote::Nothing => "something without a code".to_owned(),
    }
}

fn money(amount: Tiyn) -> String {
    format!("{} tenge", amount.0 / 100)
}

fn month(period: chrono::NaiveDate) -> String {
    period.format("%m.%Y").to_string()
}

fn hold(hold: Hold) -> &'static str {
    match hold {
        Hold::NoRep => "nobody can act for the child",
        Hold::IdNotActual => "the representative's document is not current",
        Hold::RegNotPermanent => "permanent registration is not shown",
        Hold::NoBirthRecord => "no birth act is on record",
        Hold::ConsentTimeout => "nobody answered the request for consent",
        Hold::ConsentExpired => "a consent has run out",
        Hold::NoBmg => "the representative has no number in BMG",
        Hold::BankUnknown => "no bank answered",
        Hold::NumberChanged => "the number is another person's",
        Hold::Undelivered => "the form could not be delivered",
        Hold::RepConflict => "a guardian stands beside a parent",
        Hold::RepMinor => "the representative is under age",
        Hold::FullStateCare => "the child is in full state care",
        Hold::DuplicateEnrolment => "the child is on two lists",
        Hold::MissingFromList => "the child is missing from the list",
    }
}

fn task_of(reason: TaskReason) -> String {
    let fixed = match reason {
        TaskReason::Held(reason) => return format!("the case is held, {}", hold(reason)),
        TaskReason::EventAfterGrant(status) => {
            return format!("{} after the grant; the next payment waits for a word", status_name(status));
        }
        TaskReason::NoticeInPlaceOf(number) => {
            return format!("App.{} could not go out; tell the recipient otherwise", u8::from(number));
        }
        TaskReason::Amendment(amended) => {
            return match amended {
                Amended::Row => "the row behind the application has changed".to_owned(),
                Amended::Ending => "the row behind the application has ended".to_owned(),
                Amended::Consent => "the recipient took his consent back".to_owned(),
                Amended::Status(status) => format!("{} since the application", status_name(status)),
            };
        }
        TaskReason::NoticeOfRefusal => "a notice of the refusal is owed",
        TaskReason::PaymentReturned => "a payment came back",
        TaskReason::NoRate => "no rate is known for a month",
        TaskReason::NoticeOfRefutation => "home schooling was refuted; a notice is owed",
        TaskReason::NoticeOfStop => "payment was stopped; a notice is owed",
        TaskReason::Duplicate => "two applications stand for one child",
        TaskReason::WishToChange => "the recipient wrote again after accepting",
        TaskReason::AccountClosed => "the account of the application is closed",
        TaskReason::NoTimeLeft => "no form fits into the time that is left",
        TaskReason::PilotEnded => "the pilot ended before a form could leave",
        TaskReason::Overpaid => "months after the stop were paid",
        TaskReason::MissingFromLists => "the child has been missing from the lists for days",
        TaskReason::TurnedEighteen => "the child turned eighteen before the offer was over",
        TaskReason::WaitCrossedMonth => "the child waited over the end of a month",
        TaskReason::DecisionLate => "the decision is late",
        TaskReason::DisabilityEnding => "the term of the disability is about to end",
        TaskReason::CorrectionToConfirm => "a refuted row was corrected back",
        TaskReason::SendingTakesLong => "a form has not been sent whole for two hours",
    };
    fixed.to_owned()
}

fn decision(decision: &OfficialDecision<Sealed>) -> String {
    match decision {
        OfficialDecision::ResolveHold { hold: reason, .. } => format!("the hold is resolved ({})", hold(*reason)),
        OfficialDecision::ReviewExclusion => "the exclusion is looked at again".to_owned(),
        OfficialDecision::TakeBack => "the case that was set aside is taken back".to_owned(),
        OfficialDecision::ConfirmCorrection => "the corrected row is right".to_owned(),
        OfficialDecision::PaymentsGoOn(_) => "payments go on".to_owned(),
        OfficialDecision::ChangeAccount { .. } => "the money goes to another account".to_owned(),
    }
}
