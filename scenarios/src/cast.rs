//! The cast of a run: every party around the engine, knowing of each family exactly what the plan
//! says it knows.
//!
//! Registers, banks, schools and officials are built while the plan is read, family by family. Of a
//! family only its conduct is kept, some forty bytes, and its acts if it has any; its [`Household`] is
//! made when its first message comes, or its first act ([`Households`]). Nothing is drawn here and
//! nothing runs here.

mod conducts;
mod joining;

use std::collections::BTreeMap;

use proaktiv_actors::hosting::{Fault, FaultWindow};
use proaktiv_actors::{
    Bank, Behaviour, Bmg, Cbdi, Counter, Delay, Gbdfl, Household, Kdp, ListFault, LocalExecutiveBody, Nobd, Observer,
    Operator, Payer, School, Seals, SmsCentre,
};
use proaktiv_messages::{BankCode, District, Moment, Party};

use crate::cast::conducts::Conducts;
use crate::plan::{Family, FaultKind, Header, ListFaultKind, PlanError};

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
    /// The operator.
    pub operator: Operator,
    seals: Seals,
    conducts: Conducts,
}

impl Cast {
    /// Returns the parties of a plan with this header, before any family has joined.
    pub fn new(header: &Header) -> Self {
        let law = header.law.parameters();
        // KDP and the registers share a key that the engine does not know.
        let seals = Seals::new(blake3::derive_key("proaktiv cast: seal of consents", &header.key.0));
        let bank = |code: &BankCode| (*code, Bank::new(*code, seals.clone(), Delay::NONE));
        let mut nobd = Nobd::new(ROWS_A_PART, header.horizon, seals.clone());
        for list in &header.lists {
            nobd.spoil(list.day, list_fault(list.kind));
        }
        Self {
            nobd,
            schools: BTreeMap::new(),
            cbdi: Cbdi::new(Delay::NONE),
            counter: Counter::new(Delay::NONE),
            kdp: Kdp::new(seals.clone()),
            gbdfl: Gbdfl::new(seals.clone(), Delay::NONE),
            bmg: Bmg::new(seals.clone(), Delay::NONE),
            banks: law.integrated_banks.iter().map(bank).collect(),
            sms_centre: SmsCentre::new(),
            local_executive_bodies: law.rates.iter().map(|rate| (rate.district, LocalExecutiveBody::new())).collect(),
            payer: Payer::new(),
            observer: header.observer.then(Observer::new),
            operator: Operator::new(header.law_changes.iter().map(|stated| (stated.at, stated.change.clone()))),
            seals,
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

    /// Returns how many families have joined.
    pub fn families(&self) -> u32 {
        self.conducts.count()
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
            (Party::Operator, Box::new(self.operator)),
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
        (parties, Households(self.conducts))
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

    /// Returns the families that do something by themselves, each with the moment of the first such thing.
    pub fn by_themselves(&self) -> Vec<(Moment, u32)> {
        self.0.by_themselves()
    }
}

/// Returns when which party does not work, as hosts know it.
pub fn fault_windows(header: &Header) -> Vec<FaultWindow> {
    let fault = |kind| match kind {
        FaultKind::Silent => Fault::Silent,
        FaultKind::Unknown => Fault::Unknown,
        FaultKind::Slow => Fault::Slow,
        FaultKind::Twice => Fault::Twice,
    };
    let windows = header.faults.iter();
    windows
        .map(|window| FaultWindow { party: window.party, from: window.from, to: window.to, fault: fault(window.kind) })
        .collect()
}

fn list_fault(kind: ListFaultKind) -> ListFault {
    match kind {
        ListFaultKind::None => ListFault::None,
        ListFaultKind::Empty => ListFault::Empty,
        ListFaultKind::Partial => ListFault::Partial,
        ListFaultKind::Undeclared => ListFault::Undeclared,
        ListFaultKind::Twice => ListFault::Twice,
        ListFaultKind::Late => ListFault::Late,
    }
}

#[cfg(test)]
mod tests {
    use proaktiv_actors::Habit;

    use super::*;
    use crate::plan::Says;
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
            let wills = conduct.for_adults.iter().map(|(iin, will)| (*iin, will.agrees));
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

    #[test]
    fn a_family_with_acts_behaves_as_it_says_and_is_there_for_its_first() {
        let mut lines = include_str!("plan/golden/everything.jsonl").lines();
        let header = Header::parse(lines.next().expect("a header")).expect("a sound header");
        let family: Family = serde_json::from_str(lines.next().expect("a family")).expect("a sound family");
        let cast = Cast::of_plan(&header, [Ok(family.clone())]).expect("a sound plan");
        let conduct = cast.conducts.of(1).expect("the family of the plan");
        assert_eq!((conduct.acts.len(), conduct.for_adults.len()), (family.acts.len(), 3));
        let first = conduct.for_adults[0].1;
        assert!(!first.answers && first.then.is_some());
        assert_eq!(conduct.number, family.parents[0].numbers.first().map(|number| number.number));
        // The schools of both rows are there, and the banks where accounts are opened.
        assert_eq!(cast.schools.keys().copied().collect::<Vec<_>>(), [101_017, 101_018]);
        let (_, households) = cast.into_parties();
        let first_act = family.acts.iter().find_map(|act| match act.when {
            crate::plan::When::At(at) => Some((at, 1)),
            crate::plan::When::OnSms(..) => None,
        });
        assert_eq!(households.by_themselves(), Vec::from_iter(first_act));
        assert_eq!(fault_windows(&header).len(), header.faults.len());
    }
}
