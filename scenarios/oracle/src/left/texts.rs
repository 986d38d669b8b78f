//! Texts that left: forms 1 to 5, to whom, with which words (9, 11, 13, A-35 to A-39, S-24).

use proaktiv_messages::{Clear, FormNumber, MessageId, Moment, SendSms};

use crate::calendar::day_of;
use crate::due::{What, Who};
use crate::world::{Judged, World, broken, judge};

/// Returns the line that a text goes to.
pub(super) fn line_of(world: &World, sms: &SendSms<Clear>) -> Option<Who> {
    world.by_person.get(&sms.recipient.number())?;
    let line = world.by_number.get(&sms.number.number()).copied();
    // A text to a number that nobody has: of the line that owes one to this recipient.
    let owing = || {
        let what = if sms.form == FormNumber::Four { What::Silence } else { What::Form };
        let person = world.by_person.get(&sms.recipient.number())?;
        let children = &world.people[*person as usize].children;
        let lines = children.iter().filter_map(|&child| world.children[child as usize].line);
        lines.into_iter().find(|&line| world.lines[line as usize].dues.has(what))
    };
    line.or_else(owing).map(Who::Line)
}

/// Returns the child whose appendix 5 a text is: of those for whom one is due, else the first.
pub(super) fn child_of_notice(world: &World, sms: &SendSms<Clear>, _sent: Moment) -> Option<Who> {
    let person = *world.by_person.get(&sms.recipient.number())?;
    let children = &world.people[person as usize].children;
    let due = children.iter().find(|&&child| world.children[child as usize].dues.has(What::Notice));
    due.or(children.first()).map(|&child| Who::Child(child))
}

/// Returns the row whose question is not answered while a form is planned on a line.
pub(super) fn unanswered(world: &World, who: Who) -> Option<&'static str> {
    let Who::Line(line) = who else { return None };
    let line = &world.lines[line as usize];
    let offer = &line.offers[line.active()?];
    let crate::line::Phase::Asking { since, .. } = offer.phase else { return None };
    let numbers = world.people[offer.person as usize].numbers.as_ref();
    let counter = |child: &u32| world.children[*child as usize].counter.is_some_and(|said| said.asked >= since);
    if numbers.is_none_or(|said| said.asked < since) {
        Some("S-37")
    } else if !offer.group.iter().all(counter) {
        Some("S-26b")
    } else {
        Some("S-36")
    }
}

/// Appendix 1, 2 or 3 (9, S-36).
pub(super) fn offer(world: &mut World, line: u32, sms: &SendSms<Clear>, id: MessageId, sent: Moment) -> Judged {
    let Some(at) = world.lines[line as usize].active() else { return Ok(()) };
    let Some((form, accounts)) = world.planned(line, at) else { return Ok(()) };
    let (point, wording) = match form {
        FormNumber::One => ("A-23", "A-35"),
        FormNumber::Two => ("A-24", "A-36"),
        FormNumber::Three | FormNumber::Four | FormNumber::Five => ("A-25", "A-37"),
    };
    let offer = &world.lines[line as usize].offers[at];
    let (person, language) = (offer.person, offer.language);
    let set = if accounts.is_empty() {
        world.law.all_banks()
    } else {
        accounts.iter().fold(0, |set, one| set | 1 << one.place)
    };
    let fits = world.law.room(form, day_of(sent)).1;
    world.form_left(line, at, (form, accounts), id, sent);
    if sms.form != form {
        return broken(point, format!("form {}", form as u8), format!("form {}", sms.form as u8));
    }
    judge(fits, "S-14", "a form whose windows end within force", "one whose windows do not")?;
    addressed(world, line, person, sms, point)?;
    judge(sms.language == language, "S-24", "the language of the offer", "another language")?;
    let named = world.law.banks.iter().enumerate().filter(|(place, _)| set >> place & 1 == 1).map(|(_, bank)| *bank);
    judge(sms.banks.iter().copied().eq(named), point, "the banks of the form in the order of their codes", "others")?;
    judge(sms.name.is_none(), wording, "no name", "a name")?;
    judge(*sms.text == *world.forms.offer(form, language, set), wording, "the canonical text", "another text")
}

/// Appendix 4.
pub(super) fn silence(world: &mut World, line: u32, sms: &SendSms<Clear>) -> Judged {
    let silent = |offer: &&crate::line::Offer| {
        matches!(offer.phase, crate::line::Phase::Over(proaktiv_messages::Closing::NoReply))
    };
    let Some(offer) = world.lines[line as usize].offers.iter().rev().find(silent) else { return Ok(()) };
    let (person, language) = (offer.person, offer.language);
    addressed(world, line, person, sms, "A-30")?;
    judge(sms.language == language, "S-24", "the language of the offer", "another language")?;
    judge(sms.banks.is_empty(), "A-38", "no bank", "banks")?;
    named(world, person, sms, "A-38")?;
    let name = sms.name.as_ref().map_or("", |name| name.as_str());
    judge(world.forms.is_four(&sms.text, language, name), "A-38", "the canonical text", "another text")
}

/// Appendix 5.
pub(super) fn notice(world: &mut World, place: u32, sms: &SendSms<Clear>) -> Judged {
    let child = &world.children[place as usize];
    let one = child.applications.iter().find(|one| one.notice_to == Some(sms.number)).or(child.applications.last());
    let Some(one) = one else { return Ok(()) };
    let (person, to, bank) = (one.person, one.notice_to, one.place);
    // Reading S-24: appendix 5 follows the offer; its language comes with the answer of BMG that lets it leave.
    let numbers = world.people[person as usize].numbers.as_ref();
    let Some(language) = numbers.map(|numbers| numbers.language) else { return Ok(()) };
    judge(to == Some(sms.number), "S-37", "the recipient's number", "another number")?;
    judge(sms.language == language, "S-24", "the language that BMG gave", "another language")?;
    let code = world.law.banks.get(usize::from(bank)).copied();
    judge(sms.banks.iter().copied().eq(code), "A-39", "the bank of the application", "another list")?;
    named(world, person, sms, "A-39")?;
    let name = sms.name.as_ref().map_or("", |name| name.as_str());
    judge(
        world.forms.is_five(&sms.text, language, name, usize::from(bank)),
        "A-39",
        "the canonical text",
        "another text",
    )
}

/// Whether a text goes to the right person and number (A-04, S-01b).
fn addressed(world: &World, line: u32, person: u32, sms: &SendSms<Clear>, point: &'static str) -> Judged {
    judge(sms.recipient == world.people[person as usize].iin, point, "the recipient", "another person")?;
    judge(sms.number == world.lines[line as usize].number, "S-01b", "the number of the offer", "another number")
}

/// Whether the name printed is the recipient's.
fn named(world: &World, person: u32, sms: &SendSms<Clear>, point: &'static str) -> Judged {
    let known = world.people[person as usize].record.as_ref().map(|record| &record.name);
    judge(sms.name.is_some() && sms.name.as_ref() == known, point, "the recipient's name", "another or none")
}
