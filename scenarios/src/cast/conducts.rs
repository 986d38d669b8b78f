//! How households will behave, kept small until they are made.

use std::collections::BTreeMap;

use proaktiv_actors::{Act, Conduct, Deed, Habit, When, Will};
use proaktiv_messages::identity::{Iin, Msisdn};
use proaktiv_messages::{Moment, Span};

use crate::plan::{self, ConsentConduct, Does, Family, Says, Withdrawing};

/// The conducts of all families, in two arenas; acts beside them, since few families have any.
#[derive(Default)]
pub(super) struct Conducts {
    /// By the number of the family, less one.
    families: Vec<Kept>,
    adults: Vec<(Iin, ConsentConduct)>,
    acts: BTreeMap<u32, Acts>,
}

struct Kept {
    /// Where its grown-ups begin.
    adults: u32,
    children: u8,
    /// The bank that it accepts; none of a silent family.
    bank: Option<u16>,
    reply_after_minutes: u32,
    for_child: ConsentConduct,
}

/// What a family does by itself, and a number from which it may write.
struct Acts {
    acts: Vec<Act>,
    number: Option<Msisdn>,
}

impl Conducts {
    /// Keeps the conduct of the next family.
    pub(super) fn keep(&mut self, family: &Family) {
        self.families.push(Kept {
            adults: u32::try_from(self.adults.len()).expect("people number less than 2^32"),
            children: u8::try_from(family.children.len()).unwrap_or(u8::MAX),
            bank: match family.reply.says {
                Says::Accept => Some(family.reply.bank),
                Says::Nothing => None,
            },
            reply_after_minutes: family.reply.after_minutes,
            for_child: family.consent_for_child,
        });
        self.adults.extend(family.adults().map(|adult| (adult.iin, adult.consent)));
        if !family.acts.is_empty() {
            let acts = family.acts.iter().filter_map(|act| act_of(family, act)).collect();
            let number = family.adults().find_map(|adult| adult.numbers.first()).map(|number| number.number);
            self.acts.insert(family.family, Acts { acts, number });
        }
    }

    /// Returns how many families there are.
    pub(super) fn count(&self) -> u32 {
        self.families.len() as u32
    }

    /// Returns the conduct of the family with this number.
    pub(super) fn of(&self, family: u32) -> Option<Conduct> {
        let place = (family as usize).checked_sub(1)?;
        let kept = self.families.get(place)?;
        let end = self.families.get(place + 1).map_or(self.adults.len(), |next| next.adults as usize);
        let adults = self.adults[kept.adults as usize..end].iter();
        let acts = self.acts.get(&family);
        Some(Conduct {
            children: kept.children.into(),
            for_child: will(kept.for_child),
            for_adults: adults.map(|&(iin, conduct)| (iin, will(conduct))).collect(),
            reply: match kept.bank {
                Some(bank) => Habit::Accept { bank: bank.into(), after: minutes(kept.reply_after_minutes) },
                None => Habit::Silence,
            },
            acts: acts.map_or_else(Vec::new, |acts| acts.acts.clone()),
            number: acts.and_then(|acts| acts.number),
        })
    }

    /// Returns the families with an act that has its moment, each with its first.
    pub(super) fn by_themselves(&self) -> Vec<(Moment, u32)> {
        let moment = |act: &Act| match act.when {
            When::At(at) => Some(at),
            When::OnForm(..) => None,
        };
        let first = |acts: &Acts| acts.acts.iter().filter_map(moment).min();
        self.acts.iter().filter_map(|(family, acts)| Some((first(acts)?, *family))).collect()
    }
}

/// Returns a number of minutes as a span.
pub(super) fn minutes(minutes: u32) -> Span {
    Span::minutes(minutes.into())
}

fn will(conduct: ConsentConduct) -> Will {
    Will {
        agrees: conduct.agrees,
        after: minutes(conduct.after_minutes),
        answers: conduct.answers,
        then: conduct.then.map(|then| (then.agrees, minutes(then.after_minutes))),
    }
}

/// Returns an act with the people whom it is about; none where the family has no such person, which the
/// reader of plans refuses.
fn act_of(family: &Family, act: &plan::Act) -> Option<Act> {
    let person = |number| family.adult(number).map(|adult| adult.iin);
    let child = |number: u8| family.children.iter().find(|child| child.child == number).map(|child| child.iin);
    let when = match act.when {
        plan::When::At(at) => When::At(at),
        plan::When::OnSms(nth, after_minutes) => When::OnForm(nth, minutes(after_minutes)),
    };
    let deed = match &act.does {
        Does::Writes(writing) => Deed::Write { text: writing.text.clone(), from: writing.from },
        Does::Accepts(bank) => Deed::Accept((*bank).into()),
        Does::OtherBank => Deed::OtherBank,
        Does::Opens(opening) => Deed::Open(person(opening.person)?, opening.bank),
        Does::Closes(closing) => Deed::Close(person(closing.person)?, closing.bank),
        Does::Lodges(number) => Deed::Lodge(child(*number)?),
        Does::Withdraws(Withdrawing::Child(number)) => Deed::Withdraw(child(*number)?),
        Does::Withdraws(Withdrawing::Person(number)) => Deed::Withdraw(person(*number)?),
        Does::ChangesNumber(new) => Deed::ChangeNumber(person(new.person)?, new.number),
    };
    Some(Act { when, deed })
}
