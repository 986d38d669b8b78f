//! Texts that left: forms 1 to 5, to whom, on which day, with which words (9, 11, 13, S-36).

use proaktiv_messages::{Clear, Closing, Exclusion, FormNumber, MessageId, Moment, SendSms};

use super::{Judged, broken, judge};
use crate::What;
use crate::child::{Child, Stage};
use crate::forms::Forms;
use crate::law::Law;

/// Appendix 1, 2 or 3 (9, S-36).
pub(super) fn offer(
    child: &mut Child,
    sms: &SendSms<Clear>,
    id: MessageId,
    sent: Moment,
    law: &Law,
    forms: &mut Forms,
    what: &mut What,
) -> Judged {
    if child.stage != Stage::FormDue {
        let point = if child.stage == Stage::Closed(Closing::PilotEnded) {
            "S-14"
        } else if child.stage == Stage::Closed(Closing::Ended) {
            "S-35"
        } else if child.stage == Stage::Excluded(Exclusion::Age18) {
            "S-27"
        } else {
            "I-3"
        };
        return broken(point, format!("no first form in state {:?}", child.stage), format!("form {}", sms.form as u8));
    }
    let (point, wording) = match child.form {
        FormNumber::One => ("A-23", "A-35"),
        FormNumber::Two => ("A-24", "A-36"),
        FormNumber::Three | FormNumber::Four | FormNumber::Five => ("A-25", "A-37"),
    };
    *what = What::Offer;
    let slot = law.offer_slot(child.form_day);
    child.offered(id, sent);
    if sms.form != child.form {
        return broken(point, format!("form {}", child.form as u8), format!("form {}", sms.form as u8));
    }
    if let Some(wrong) = slot.refuses(sent) {
        return broken("S-36", slot.words(), wrong);
    }
    addressed(child, sms, point)?;
    let set = child.banks_named(law);
    let named = law.banks.iter().enumerate().filter(|(place, _)| set >> place & 1 == 1).map(|(_, bank)| *bank);
    judge(sms.banks.iter().copied().eq(named), point, "the banks of the form in the order of their codes", "others")?;
    judge(sms.name.is_none(), wording, "no name", "a name")?;
    judge(*sms.text == *forms.offer(child.form, child.language, set), wording, "the canonical text", "another text")
}

/// Appendix 4.
pub(super) fn silence(child: &mut Child, sms: &SendSms<Clear>, sent: Moment, law: &Law, forms: &mut Forms) -> Judged {
    if child.stage != Stage::Open {
        return broken("A-30", format!("no form 4 in state {:?}", child.stage), "form 4");
    }
    let slot = law.silence_slot(child.window_last);
    if sent < slot.from {
        return broken("A-29", format!("no form 4 before {}", slot.from), "form 4");
    }
    child.silent(sent);
    if let Some(wrong) = slot.refuses(sent) {
        return broken("A-30", slot.words(), wrong);
    }
    addressed(child, sms, "A-30")?;
    judge(sms.banks.is_empty(), "A-38", "no bank", "banks")?;
    let Some(name) = named(child, sms) else { return broken("A-38", "the recipient's name", "another or none") };
    judge(forms.is_four(&sms.text, child.language, name), "A-38", "the canonical text", "another text")
}

/// Appendix 5.
pub(super) fn notice(child: &mut Child, sms: &SendSms<Clear>, sent: Moment, law: &Law, forms: &mut Forms) -> Judged {
    let Some(since) = child.notice_due.take() else {
        return broken("A-33", format!("no form 5 in state {:?}, or no second one", child.stage), "form 5");
    };
    let slot = law.permitted_slot(since);
    if let Some(wrong) = slot.refuses(sent) {
        return broken("S-36", slot.words(), wrong);
    }
    addressed(child, sms, "A-33")?;
    let frozen = child.reply.and_then(|(_, account)| child.accounts.get(account));
    let Some(place) = frozen.map(|one| usize::from(one.place)) else { return Ok(()) };
    let bank = law.banks.get(place).copied();
    judge(sms.banks.iter().copied().eq(bank), "A-39", "the bank of the application", "another list")?;
    let Some(name) = named(child, sms) else { return broken("A-39", "the recipient's name", "another or none") };
    judge(forms.is_five(&sms.text, child.language, name, place), "A-39", "the canonical text", "another text")
}

/// Whether a text goes to the right person, number and language (A-04, S-01b, S-24).
fn addressed(child: &Child, sms: &SendSms<Clear>, point: &'static str) -> Judged {
    judge(sms.recipient == child.representative, point, "the recipient", "another person")?;
    judge(Some(sms.number) == child.msisdn, "S-01b", "the number of the offer", "another number")?;
    judge(sms.language == child.language, "S-24", "the language of the offer", "another language")
}

fn named<'a>(child: &Child, sms: &'a SendSms<Clear>) -> Option<&'a str> {
    sms.name.as_ref().filter(|&name| Some(name) == child.name.as_ref()).map(|name| name.as_str())
}
