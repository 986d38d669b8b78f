//! Applications, payments and tasks that left (12, 13, S-31, S-46, S-49, S-50).

use proaktiv_messages::{Clear, Moment, Party, Pay, RegisterApplication, Task, TaskReason};

use super::{Judged, broken, judge, prompt, receiver, step};
use crate::calendar::{date, day, day_of, first_of, month_of};
use crate::child::{Child, Stage};
use crate::law::Law;

/// An application (A-31, A-41, S-21b).
pub(super) fn register(child: &mut Child, formed: &RegisterApplication<Clear>, to: Party, sent: Moment) -> Judged {
    let judged = step(child, Stage::ApplicationDue, Stage::ApplicationSent, "A-31", sent)?;
    child.application = Some(formed.application);
    judged?;
    receiver(to, Party::LocalExecutiveBody(child.district), "S-43")?;
    judge(formed.application.nth == 1, "A-31", "the first application of the case", "another number")?;
    judge(formed.recipient == child.representative, "A-03", "the recipient of the offer", "another person")?;
    let Some((received, account)) = child.reply else { return Ok(()) };
    if let Some(frozen) = child.accounts.get(account) {
        judge(formed.account == frozen.account, "I-13", "the account frozen with the form", "another account")?;
        judge(formed.bank == formed.account.bank(), "A-31", "the bank of the account", "another bank")?;
    }
    judge(formed.district == child.district, "S-30", "the district of the child's registration", "another district")?;
    let period = (day(formed.from), day(formed.to));
    judge(period == (child.from, child.to), "S-29", "the period of the order", "another period")?;
    let evidence = &formed.evidence;
    let rests = Some(evidence.number) == child.msisdn
        && evidence.received == received
        && evidence.form == child.form
        && Some(evidence.sms) == child.form_sms.map(|(id, _)| id);
    judge(rests, "A-41", "the reply that was effective", "other evidence")
}

/// A payment (S-49, S-50).
pub(super) fn payment(child: &mut Child, pay: &Pay<Clear>, to: Party, sent: Moment, law: &Law) -> Judged {
    if child.stage != Stage::Granted {
        return broken("S-49", format!("no payment in state {:?}", child.stage), "a payment");
    }
    let first = day(pay.payment.period);
    let month = month_of(first);
    if first != first_of(month) || !child.owes(month) {
        return broken("S-49", "payments of owed months alone", format!("one of {}", date(first)));
    }
    let bit = 1_u64 << (month - child.first_month()).clamp(0, 63);
    if child.months_ordered & bit != 0 {
        return broken("S-50", format!("one payment of {}", date(first)), "a second one");
    }
    child.months_ordered |= bit;
    receiver(to, Party::Payer, "S-49")?;
    let (earliest, latest) = law.days_of_payment(month, child.granted);
    let on = day_of(sent);
    if (on != earliest && on != latest) || sent < law.payment_from(on).max(child.granted) {
        let expected = format!("the payment of {} on {} from its hour", date(first), date(earliest));
        return broken("S-49", expected, format!("on {} at {sent}", date(on)));
    }
    judge(pay.recipient == child.representative, "S-49", "the recipient", "another person")?;
    let frozen = child.reply.and_then(|(_, account)| child.accounts.get(account));
    judge(frozen.is_some_and(|one| one.account == pay.account), "I-13", "the account of the application", "another")?;
    match law.amount(child.district, first) {
        Some(amount) if amount == pay.amount => Ok(()),
        Some(amount) => broken("S-49", format!("{} tiyn", amount.0), format!("{} tiyn", pay.amount.0)),
        None => {
            child.give_up("no_monthly_rate");
            Ok(())
        }
    }
}

/// A task for the local executive body (S-31, S-46, S-50).
pub(super) fn open_task(child: &mut Child, task: &Task<Clear>, to: Party, sent: Moment) -> Judged {
    let point = match task.reason {
        TaskReason::Held(_) => "S-46",
        TaskReason::NoticeOfRefusal => "S-31",
        TaskReason::PaymentReturned => "S-50",
        TaskReason::NoRate => "S-49",
        _ => "S-46",
    };
    let Some((reason, since, times)) = child.task else {
        return broken(point, format!("no task in state {:?}, or no second one", child.stage), "a task");
    };
    if reason != task.reason {
        return broken(point, format!("{reason:?}"), format!("{:?}", task.reason));
    }
    child.task = (times > 1).then_some((reason, since, times - 1));
    prompt(since, point, sent)?;
    // A held case may have no registration yet: its body is that of the school. What comes after an
    // application is the deciding body's.
    let district = match reason {
        TaskReason::Held(_) => child.school_district,
        _ => child.district,
    };
    receiver(to, Party::LocalExecutiveBody(district), point)
}
