//! What left the engine, compared with what is due: receiver, kind, content, consent, day.
//!
//! Each kind has its judge. A judge returns the first thing that is broken; where the output was due at
//! all, the child moves on as if it had been right, so that one fault is one disagreement.

mod money;
mod texts;

use proaktiv_messages::identity::Iin;
use proaktiv_messages::{
    Body, Clear, Consent, Envelope, FormNumber, Moment, Observation, Party, Purpose, Purposes, ReturnRow, Span,
};

use crate::child::{Child, Stage, observation};
use crate::forms::Forms;
use crate::law::{DAYS_OF_CHILD_CONSENT, DAYS_OF_REPRESENTATIVE_CONSENT, Law};
use crate::verdict::{Disagreement, count};
use crate::{Asked, Oracle, What, key};

/// How late an output may follow its cause. The act says no more than "automatically"; receivers may
/// be asked slowly, but not for longer than a day.
pub(crate) const PROMPT: Span = Span::days(1);

/// What is broken, where, and how.
struct Broken {
    point: &'static str,
    expected: String,
    found: String,
}

type Judged = Result<(), Broken>;

fn broken<T>(point: &'static str, expected: impl Into<String>, found: impl Into<String>) -> Result<T, Broken> {
    Err(Broken { point, expected: expected.into(), found: found.into() })
}

fn judge(holds: bool, point: &'static str, expected: &str, found: &str) -> Judged {
    if holds { Ok(()) } else { broken(point, expected, found) }
}

/// Takes one message of the engine.
pub(crate) fn left(oracle: &mut Oracle, message: &Envelope<Clear>) {
    if message.from != Party::Esobes {
        return;
    }
    if matches!(message.body, Body::Received) {
        // An acknowledgement of what needs none any more repeats one.
        let known = message.answers.and_then(|id| oracle.unacknowledged.remove(&(message.to.rank(), id)));
        oracle.verdict.repeats += u64::from(known.is_none());
        return;
    }
    let id = key(&message.id);
    if oracle.asked.contains_key(&id) || oracle.answered.knows(id) {
        oracle.verdict.repeats += 1;
        return;
    }
    if let Body::SendSms(sms) = &message.body {
        count(&mut oracle.verdict.sent, u8::from(sms.form).to_string());
    }
    if let Body::Observe(observation) = &message.body {
        oracle.asked.insert(id, Asked { child: u32::MAX, what: What::Nothing, answered: true });
        return observe(oracle, message, observation);
    }
    let Some(place) = whose(oracle, &message.body) else {
        oracle.asked.insert(id, Asked { child: u32::MAX, what: What::Nothing, answered: true });
        return disagree(
            oracle,
            None,
            message.sent,
            Broken {
                point: "A-03",
                expected: "nothing about a person outside the plan".to_owned(),
                found: message.body.kind().to_owned(),
            },
        );
    };
    let child = &mut oracle.children[place as usize];
    if !child.decided() {
        oracle.asked.insert(id, Asked { child: place, what: What::Nothing, answered: false });
        return;
    }
    oracle.verdict.outputs_compared += 1;
    let mut what = What::Nothing;
    let mut judged = compare(child, message, &oracle.law, &mut oracle.forms, &mut what);
    if let Body::RegisterApplication(formed) = &message.body
        && child.application == Some(formed.application)
    {
        let owner = *oracle.by_application.entry(formed.application).or_insert(place);
        judged = judged.and(judge(owner == place, "A-31", "an id of its own", "the id of another case"));
    }
    oracle.asked.insert(id, Asked { child: place, what, answered: false });
    if let Err(broken) = judged {
        disagree(oracle, Some(place), message.sent, broken);
    }
}

fn disagree(oracle: &mut Oracle, place: Option<u32>, at: Moment, broken: Broken) {
    let (family, child) = place.map_or((0, 0), |place| {
        let child = &oracle.children[place as usize];
        (child.family, child.number)
    });
    let Broken { point, expected, found } = broken;
    oracle.verdict.disagree(Disagreement { family, child, at, point, expected, found });
}

/// Returns the child that a message of the engine is about.
fn whose(oracle: &Oracle, body: &Body<Clear>) -> Option<u32> {
    let child = |iin: Iin| oracle.by_child.get(&iin.number()).copied();
    let parent = |iin: Iin| oracle.by_parent.get(&iin.number()).copied();
    match body {
        Body::ReturnRow(row) => child(row.child),
        Body::AskDisability(ask) => child(ask.child),
        Body::AskApplications(ask) => child(ask.child),
        Body::RequestConsent(request) => child(request.subject).or_else(|| parent(request.subject)),
        Body::AskChild(ask) => child(ask.child),
        Body::AskPerson(ask) => parent(ask.person),
        Body::AskNumber(ask) => parent(ask.person),
        Body::AskAccounts(ask) => parent(ask.person),
        Body::SendSms(sms) => parent(sms.recipient),
        Body::RegisterApplication(application) => child(application.child),
        Body::Pay(pay) => oracle.by_application.get(&pay.payment.application).copied(),
        Body::OpenTask(task) => child(task.child),
        Body::Received
        | Body::Refused(_)
        | Body::Enrol(_)
        | Body::ReportEnrolments(_)
        | Body::DisabilityAnswer(_)
        | Body::ApplicationsAnswer(_)
        | Body::AskConsent(_)
        | Body::AnswerConsent(_)
        | Body::ConsentDecided(_)
        | Body::ChildAnswer(_)
        | Body::PersonAnswer(_)
        | Body::NumberAnswer(_)
        | Body::AccountsAnswer(_)
        | Body::SmsAccepted(_)
        | Body::DeliverSms(_)
        | Body::SmsOutcome(_)
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
        | Body::DecideApplication(_)
        | Body::Credit(_)
        | Body::Credited(_)
        | Body::PaymentMade(_)
        | Body::Observe(_) => None,
    }
}

/// Compares an output with what is due to its child.
fn compare(child: &mut Child, message: &Envelope<Clear>, law: &Law, forms: &mut Forms, what: &mut What) -> Judged {
    let (to, sent) = (message.to, message.sent);
    match &message.body {
        Body::ReturnRow(row) => return_row(child, row, to, sent),
        Body::AskDisability(_) => {
            let judged = step(child, Stage::DisabilityDue, Stage::DisabilityAsked, "A-11", sent)?;
            *what = What::Disability;
            judged.and(receiver(to, Party::Cbdi, "A-11"))
        }
        Body::AskApplications(_) => {
            let judged = step(child, Stage::ApplicationsDue, Stage::ApplicationsAsked, "A-12", sent)?;
            *what = What::Applications;
            judged.and(receiver(to, Party::Counter, "A-12"))
        }
        Body::RequestConsent(request) => {
            let of_child = request.subject == child.iin;
            let (due, next, purposes, days) = if of_child {
                (Stage::ChildConsentDue, Stage::ChildConsentAsked, Purposes::OF_CHILD, DAYS_OF_CHILD_CONSENT)
            } else {
                let days = DAYS_OF_REPRESENTATIVE_CONSENT;
                (Stage::RepConsentDue, Stage::RepConsentAsked, Purposes::OF_REPRESENTATIVE, days)
            };
            if !of_child {
                turn(child, request.subject)?;
            }
            let judged = step(child, due, next, "S-03d", sent)?;
            *what = if of_child { What::ChildConsent } else { What::RepresentativeConsent };
            judged?;
            receiver(to, Party::Kdp, "S-03d")?;
            judge(request.purposes == purposes, "S-03d", "all purposes of the step and no other", "other purposes")?;
            judge(request.days == days, "S-03d", "the term of its kind of consent", "another term")
        }
        Body::AskChild(ask) => {
            let judged = step(child, Stage::ChildDue, Stage::ChildAsked, "A-14", sent)?;
            *what = What::Child;
            judged?;
            consented(child, &ask.consent, Purpose::ChildRecord, sent)?;
            receiver(to, Party::Gbdfl, "A-14")
        }
        Body::AskPerson(ask) => {
            turn(child, ask.person)?;
            let judged = step(child, Stage::PersonDue, Stage::PersonAsked, "A-15", sent)?;
            *what = What::Person;
            judged?;
            consented(child, &ask.consent, Purpose::PersonRecord, sent)?;
            receiver(to, Party::Gbdfl, "A-15")
        }
        Body::AskNumber(ask) => {
            turn(child, ask.person)?;
            let judged = step(child, Stage::NumberDue, Stage::NumberAsked, "A-21", sent)?;
            *what = What::Number;
            judged?;
            consented(child, &ask.consent, Purpose::Number, sent)?;
            receiver(to, Party::Bmg, "A-21")
        }
        Body::AskAccounts(ask) => {
            // Asked of a bank before its turn is also asked without consent: that is the graver fault.
            if child.stage != Stage::Banks {
                consented(child, &ask.consent, Purpose::Accounts, sent)?;
            }
            turn(child, ask.person)?;
            let judged = step(child, Stage::Banks, Stage::Banks, "A-22", sent)?;
            let Party::Bank(bank) = to else { return broken("A-22", "a question to a bank", to.kind()) };
            let Some(place) = law.place(bank) else {
                return broken("A-22", "questions to integrated banks only", "a bank that is not integrated");
            };
            if child.banks_asked >> place & 1 == 1 {
                return broken("A-22", "one question to each integrated bank", "a second one");
            }
            child.banks_asked |= 1 << place;
            *what = What::Accounts(place as u8);
            judged?;
            consented(child, &ask.consent, Purpose::Accounts, sent)
        }
        Body::SendSms(sms) => {
            receiver(to, Party::SmsCentre, "A-40")?;
            match sms.form {
                FormNumber::One | FormNumber::Two | FormNumber::Three => {
                    texts::offer(child, sms, message.id, sent, law, forms, what)
                }
                FormNumber::Four => texts::silence(child, sms, sent, law, forms),
                FormNumber::Five => texts::notice(child, sms, sent, law, forms),
            }
        }
        Body::RegisterApplication(application) => money::register(child, application, to, sent),
        Body::Pay(pay) => money::payment(child, pay, to, sent, law),
        Body::OpenTask(task) => money::open_task(child, task, to, sent),
        Body::Received
        | Body::Refused(_)
        | Body::Enrol(_)
        | Body::ReportEnrolments(_)
        | Body::DisabilityAnswer(_)
        | Body::ApplicationsAnswer(_)
        | Body::AskConsent(_)
        | Body::AnswerConsent(_)
        | Body::ConsentDecided(_)
        | Body::ChildAnswer(_)
        | Body::PersonAnswer(_)
        | Body::NumberAnswer(_)
        | Body::AccountsAnswer(_)
        | Body::SmsAccepted(_)
        | Body::DeliverSms(_)
        | Body::SmsOutcome(_)
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
        | Body::DecideApplication(_)
        | Body::Credit(_)
        | Body::Credited(_)
        | Body::PaymentMade(_)
        | Body::Observe(_) => broken("A-01", "nothing of this kind from the engine", message.body.kind()),
    }
}

/// Moves the child on if this output is due; the inner result is whether it came in its time.
fn step(child: &mut Child, due: Stage, next: Stage, point: &'static str, sent: Moment) -> Result<Judged, Broken> {
    if child.stage != due {
        return broken(point, format!("nothing of this kind in state {:?}", child.stage), "it left");
    }
    let since = child.since;
    child.stage = next;
    Ok(prompt(since, point, sent))
}

/// Returns whether an output follows its cause, and soon.
fn prompt(since: Moment, point: &'static str, sent: Moment) -> Judged {
    judge(sent >= since, point, "an output after its cause", "one before it")?;
    if sent <= since + PROMPT { Ok(()) } else { broken(point, format!("within a day of {since}"), "later") }
}

fn receiver(to: Party, expected: Party, point: &'static str) -> Judged {
    if to == expected { Ok(()) } else { broken(point, format!("to {expected}"), format!("to {to}")) }
}

/// Whether it is this representative's turn (S-15).
fn turn(child: &Child, person: Iin) -> Judged {
    judge(person == child.representative, "S-15", "the representative whose turn it is", "another one")
}

/// Whether the consent passed along is the one that KDP gave, and allows this now (A-14, I-1).
fn consented(child: &Child, consent: &Consent<Clear>, purpose: Purpose, now: Moment) -> Judged {
    let Some(given) = &child.consent else { return broken("I-1", "no question: KDP gave no consent", "a question") };
    judge(consent == given, "I-1", "the consent that KDP gave for this step", "another one")?;
    judge(given.allows(purpose, now), "I-1", "a consent that covers the purpose and is valid", "one that does not")
}

fn return_row(child: &mut Child, row: &ReturnRow<Clear>, to: Party, sent: Moment) -> Judged {
    step(child, Stage::ReturnDue, Stage::Returned, "A-08", sent)??;
    receiver(to, Party::School(child.school), "A-09")?;
    judge(row.row == child.row, "A-09", "the id of the row", "another one")?;
    judge(child.faults.contains(&row.fault), "A-08", "a fault that the row has", "one that it has not")
}

/// An observation: compared by case at the end, since its token tells nobody whose it is (T-01).
fn observe(oracle: &mut Oracle, message: &Envelope<Clear>, said: &Observation) {
    let judged = if oracle.law.observer {
        let sum = oracle.observed.entry(said.token).or_insert(0);
        *sum = sum.wrapping_add(observation(said.day, said.paragraph, said.outcome, said.district));
        oracle.verdict.outputs_compared += 1;
        receiver(message.to, Party::Observer, "T-01")
    } else {
        broken("T-01", "nothing to the observer, which is switched off", "an observation")
    };
    if let Err(broken) = judged {
        disagree(oracle, None, message.sent, broken);
    }
}
