//! The cast of a run: every party around the engine, knowing of each family exactly what the plan
//! says it knows.
//!
//! Registers, banks, schools and officials are built while the plan is read, family by family. Of a
//! family only its conduct is kept, some forty bytes; its [`Household`] is made when its first message
//! comes ([`Cast::household`]). Nothing is drawn here and nothing runs here.

use std::collections::BTreeMap;
use std::sync::Arc;

use proaktiv_actors::{
    Bank, Behaviour, Bmg, Cbdi, Conduct, Counter, Delay, Gbdfl, Habit, Household, Intent, Kdp, LocalExecutiveBody,
    Nobd, Observer, Operator, Payer, School, SmsCentre, Will,
};
use proaktiv_messages::identity::{FullName, Iin};
use proaktiv_messages::{
    BankCode, BirthAct, ChildRecord, Clear, Decision, District, Enrolment, Kin, NumberRecord, Party, Person,
    PersonRecord, Registration, Span, Status,
};

use crate::plan::{Child, ConsentConduct, Family, Header, Parent, PlanError, Says};

/// How many rows NOBD puts into one part of the day's list.
const ROWS_A_PART: usize = 1000;

/// Parties, each with its address, in the order in which they are started.
pub type Parties = Vec<(Party, Box<dyn Behaviour>)>;

/// Every party around the engine.
pub struct Cast {
    /// The education database. It holds no row yet: the schools enter them.
    pub nobd: Nobd,
    /// The schools, by their number in NOBD.
    pub schools: BTreeMap<u32, School>,
    /// The register of persons with disability.
    pub cbdi: Cbdi,
    /// The counters where applications are lodged by hand.
    pub counter: Counter,
    /// The service of access control.
    pub kdp: Kdp,
    /// The register of natural persons.
    pub gbdfl: Gbdfl,
    /// The base of subscriber numbers.
    pub bmg: Bmg,
    /// The banks: all that are integrated, and others at which somebody has an account.
    pub banks: BTreeMap<BankCode, Bank>,
    /// The SMS centre.
    pub sms_centre: SmsCentre,
    /// The local executive bodies of all districts with a rate or a child.
    pub local_executive_bodies: BTreeMap<District, LocalExecutiveBody>,
    /// The payer.
    pub payer: Payer,
    /// The observer, if the plan has one (T-01).
    pub observer: Option<Observer>,
    /// The operator, if the plan's law changes.
    pub operator: Option<Operator>,
    seal_key: [u8; 32],
    conducts: Conducts,
}

impl Cast {
    /// Returns the parties of a plan with this header, before any family has joined.
    pub fn new(header: &Header) -> Self {
        let law = header.law.parameters();
        // KDP and the registers share a key that the engine does not know.
        let seal_key = blake3::derive_key("proaktiv cast: seal of consents", &header.key.0);
        let bank = |code: &BankCode| (*code, Bank::new(*code, seal_key, Delay::NONE));
        Self {
            nobd: Nobd::new(ROWS_A_PART, header.horizon),
            schools: BTreeMap::new(),
            cbdi: Cbdi::new(Delay::NONE),
            counter: Counter::new(Delay::NONE),
            kdp: Kdp::new(seal_key),
            gbdfl: Gbdfl::new(seal_key, Delay::NONE),
            bmg: Bmg::new(seal_key, Delay::NONE),
            banks: law.integrated_banks.iter().map(bank).collect(),
            sms_centre: SmsCentre::new(),
            local_executive_bodies: law.rates.iter().map(|rate| (rate.district, LocalExecutiveBody::new())).collect(),
            payer: Payer::new(),
            observer: header.observer.then(Observer::new),
            operator: (!header.law_changes.is_empty())
                .then(|| Operator::new(header.law_changes.iter().map(|stated| (stated.at, stated.change.clone())))),
            seal_key,
            conducts: Conducts::default(),
        }
    }

    /// Returns the parties of a whole plan.
    ///
    /// # Errors
    /// The first error of the plan.
    pub fn of_plan(
        header: &Header,
        families: impl IntoIterator<Item = Result<Family, PlanError>>,
    ) -> Result<Self, PlanError> {
        let mut cast = Self::new(header);
        for family in families {
            cast.join(&family?);
        }
        Ok(cast)
    }

    /// Tells every party what it knows of the next family of the plan.
    pub fn join(&mut self, family: &Family) {
        for child in &family.children {
            self.join_child(family, child);
        }
        for parent in &family.parents {
            self.join_parent(family.family, parent);
        }
        self.conducts.keep(family);
    }

    /// Returns how many families have joined.
    pub fn families(&self) -> u32 {
        self.conducts.families.len() as u32
    }

    /// Returns the household of a family, which has heard nothing yet; none for a number that no
    /// family of the plan has.
    pub fn household(&self, family: u32) -> Option<Household> {
        self.conducts.of(family).map(Household::new)
    }

    /// Gives every party its address, and keeps what makes households.
    pub fn into_parties(self) -> (Parties, Households) {
        let mut parties: Parties = vec![
            (Party::Nobd, Box::new(self.nobd)),
            (Party::Cbdi, Box::new(self.cbdi)),
            (Party::Counter, Box::new(self.counter)),
            (Party::Kdp, Box::new(self.kdp)),
            (Party::Gbdfl, Box::new(self.gbdfl)),
            (Party::Bmg, Box::new(self.bmg)),
            (Party::SmsCentre, Box::new(self.sms_centre)),
            (Party::Payer, Box::new(self.payer)),
        ];
        for (number, school) in self.schools {
            parties.push((Party::School(number), Box::new(school)));
        }
        for (code, bank) in self.banks {
            parties.push((Party::Bank(code), Box::new(bank)));
        }
        for (district, body) in self.local_executive_bodies {
            parties.push((Party::LocalExecutiveBody(district), Box::new(body)));
        }
        if let Some(observer) = self.observer {
            parties.push((Party::Observer, Box::new(observer)));
        }
        if let Some(operator) = self.operator {
            parties.push((Party::Operator, Box::new(operator)));
        }
        (parties, Households(self.conducts))
    }

    fn join_child(&mut self, family: &Family, child: &Child) {
        let row = Arc::new(row(child));
        let school = self.schools.entry(row.school).or_insert_with(|| School::new(row.school));
        school.enrol(child.first_listed, row);
        if let Some(disability) = child.disability {
            self.cbdi.record(child.iin, disability);
        }
        if let Some(application) = child.live_application {
            self.counter.lodge(child.iin, application);
        }
        self.kdp.entitle(child.iin, family.family);
        self.gbdfl.record_child(child_record(child, &family.parents));
        // Who decides is the body where the child is registered; the school's body takes tasks.
        let decides = match child.registration {
            Registration::Permanent(district) | Registration::Temporary(district) => district,
            Registration::Removed | Registration::NotGiven => child.enrolment.district,
        };
        self.local_executive_bodies.entry(child.enrolment.district).or_default();
        let decision = if child.decision.grants { Decision::Grant } else { Decision::Refusal };
        let after = minutes(child.decision.after_minutes);
        self.local_executive_bodies.entry(decides).or_default().intend(child.iin, Intent { decision, after });
    }

    fn join_parent(&mut self, family: u32, parent: &Parent) {
        self.kdp.entitle(parent.iin, family);
        self.gbdfl.record_person(PersonRecord {
            person: person(parent.iin, &parent.name, parent.registration, &parent.statuses),
            born: parent.born,
            documents: parent.documents.iter().cloned().collect(),
        });
        let numbers = parent.numbers.iter().copied().collect();
        self.bmg.record(parent.iin, NumberRecord { numbers, language: parent.language });
        for number in &parent.numbers {
            self.sms_centre.connect(number.number, family);
        }
        for account in &parent.accounts {
            let code = account.account.bank();
            let bank = self.banks.entry(code).or_insert_with(|| Bank::new(code, self.seal_key, Delay::NONE));
            bank.hold(parent.iin, *account);
        }
    }
}

/// What makes households when their first message comes.
pub struct Households(Conducts);

impl Households {
    /// Returns the household of a family, which has heard nothing yet; none for a number that no
    /// family of the plan has.
    pub fn household(&self, family: u32) -> Option<Household> {
        self.0.of(family).map(Household::new)
    }
}

fn minutes(minutes: u32) -> Span {
    Span::minutes(minutes.into())
}

fn row(child: &Child) -> Enrolment<Clear> {
    let row = &child.enrolment;
    Enrolment {
        row: row.row,
        child: child.iin,
        school: row.school,
        district: row.district,
        order_number: row.order_number.as_deref().map(Into::into),
        order_date: row.order_date,
        from: row.from,
        to: row.to,
        conclusions: row.conclusions.iter().cloned().collect(),
        ended: row.ended,
        guardian: row.guardian,
    }
}

fn child_record(child: &Child, parents: &[Parent]) -> ChildRecord<Clear> {
    let kin = |parent: &Parent| Kin {
        person: parent.iin,
        relation: parent.relation,
        statuses: parent.statuses.iter().copied().collect(),
    };
    ChildRecord {
        child: person(child.iin, &child.name, child.registration, &child.statuses),
        birth: child.birth_act.as_ref().map(|number| BirthAct { number: number.clone(), born: child.born }),
        kin: parents.iter().map(kin).collect(),
    }
}

fn person(person: Iin, name: &FullName, registration: Registration, statuses: &[Status]) -> Person<Clear> {
    Person { person, name: name.clone(), registration, statuses: statuses.iter().copied().collect() }
}

/// The conducts of all families, in two arenas.
#[derive(Default)]
struct Conducts {
    /// By the number of the family, less one.
    families: Vec<Kept>,
    parents: Vec<(Iin, ConsentConduct)>,
}

struct Kept {
    /// Where its parents begin.
    parents: u32,
    children: u8,
    /// The bank that it accepts; none of a silent family.
    bank: Option<u16>,
    reply_after_minutes: u32,
    for_child: ConsentConduct,
}

impl Conducts {
    fn keep(&mut self, family: &Family) {
        self.families.push(Kept {
            parents: u32::try_from(self.parents.len()).expect("people number less than 2^32"),
            children: u8::try_from(family.children.len()).unwrap_or(u8::MAX),
            bank: match family.reply.says {
                Says::Accept => Some(family.reply.bank),
                Says::Nothing => None,
            },
            reply_after_minutes: family.reply.after_minutes,
            for_child: family.consent_for_child,
        });
        self.parents.extend(family.parents.iter().map(|parent| (parent.iin, parent.consent)));
    }

    fn of(&self, family: u32) -> Option<Conduct> {
        let place = (family as usize).checked_sub(1)?;
        let kept = self.families.get(place)?;
        let end = self.families.get(place + 1).map_or(self.parents.len(), |next| next.parents as usize);
        let will = |conduct: ConsentConduct| Will { agrees: conduct.agrees, after: minutes(conduct.after_minutes) };
        let parents = self.parents[kept.parents as usize..end].iter();
        Some(Conduct {
            children: kept.children.into(),
            for_child: will(kept.for_child),
            for_parents: parents.map(|&(iin, conduct)| (iin, will(conduct))).collect(),
            reply: match kept.bank {
                Some(bank) => Habit::Accept { bank: bank.into(), after: minutes(kept.reply_after_minutes) },
                None => Habit::Silence,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::population::{families, header};
    use crate::scenario::Scenario;

    #[test]
    fn every_family_of_a_plan_behaves_as_it_says() {
        let quiet = Scenario::named("quiet").expect("in the catalogue");
        let header = header(&quiet, 300, 1);
        let cast = Cast::of_plan(&header, families(&quiet, 300, 1).map(Ok)).expect("a sound plan");
        assert_eq!(cast.families(), 300);
        for family in families(&quiet, 300, 1) {
            let conduct = cast.conducts.of(family.family).expect("a family of the plan");
            let wills = conduct.for_parents.iter().map(|(iin, will)| (*iin, will.agrees));
            let said = family.parents.iter().map(|parent| (parent.iin, parent.consent.agrees));
            assert!(wills.eq(said), "family {}", family.family);
            assert_eq!(conduct.for_child.agrees, family.consent_for_child.agrees);
            assert_eq!(conduct.reply == Habit::Silence, family.reply.says == Says::Nothing);
        }
        assert!(cast.household(0).is_none() && cast.household(301).is_none());
        assert!(cast.household(300).is_some());
    }

    #[test]
    fn every_party_that_the_engine_may_write_to_is_there() {
        let quiet = Scenario::named("quiet").expect("in the catalogue");
        let header = header(&quiet, 300, 1);
        let cast = Cast::of_plan(&header, families(&quiet, 300, 1).map(Ok)).expect("a sound plan");
        assert!(quiet.law.integrated_banks.iter().all(|bank| cast.banks.contains_key(bank)));
        assert!(quiet.law.rates.iter().all(|rate| cast.local_executive_bodies.contains_key(&rate.district)));
        assert!(families(&quiet, 300, 1).all(|family| cast.schools.contains_key(&family.children[0].enrolment.school)));
        assert!(cast.observer.is_some());
    }
}
