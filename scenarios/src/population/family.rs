//! Draws one family: who belongs to it, what becomes of it, and how it behaves.

use std::sync::Arc;

use chrono::{Days, Months, NaiveDate};
use proaktiv_messages::{
    BankCode, Conclusion, Disability, District, LiveApplication, Registration, Status, StatusKind,
};

use super::identity;
use super::kind::{Kind, Lack, Parents};
use super::names::{FamilyNames, Sex};
use super::person::{Member, not_permanent, past_status};
use super::stream::{Entity, Purpose, Stream};
use crate::plan::{
    Child, ConsentConduct, DecisionConduct, EnrolmentRow, Family, Parent, ReplyConduct, Says, known_banks,
};
use crate::scenario::{Place, Scenario};

/// What all families of a plan are drawn from.
pub(super) struct Drawing<'s> {
    pub(super) scenario: &'s Scenario,
    pub(super) seed: u64,
    /// Banks that are known and not integrated.
    pub(super) banks_elsewhere: Vec<BankCode>,
}

/// What the draws for the members of a family have in common.
pub(super) struct Household {
    pub(super) family: u32,
    pub(super) kind: Kind,
    pub(super) names: FamilyNames,
    /// The first day on whose list the child stands.
    pub(super) listed: NaiveDate,
    /// When the child was born.
    pub(super) child_born: NaiveDate,
    /// Where the child is registered.
    pub(super) home: District,
}

impl<'s> Drawing<'s> {
    pub(super) fn new(scenario: &'s Scenario, seed: u64) -> Self {
        let integrated = &scenario.law.integrated_banks;
        let banks_elsewhere = known_banks().iter().filter(|bank| !integrated.contains(bank)).copied().collect();
        Self { scenario, seed, banks_elsewhere }
    }

    pub(super) fn stream(&self, entity: Entity, purpose: Purpose) -> Stream {
        Stream::of(self.seed, entity, purpose)
    }

    /// Returns the family with this number, from 1.
    pub(super) fn family(&self, family: u32) -> Family {
        assert!(family <= identity::MOST_FAMILIES, "a plan has at most {} families", identity::MOST_FAMILIES);
        let shares = &self.scenario.shares;
        let mut shape = self.stream(Entity::Family(family), Purpose::Shape);
        let kind = shape.weighted(&self.scenario.kinds.list, |kind| kind.parts).kind;
        let members = self.members(&mut shape, kind);
        let mut naming = self.stream(Entity::Family(family), Purpose::Names);
        let kazakh = naming.is(&shares.kazakh_names);
        let names = FamilyNames::drawn(&mut naming, kazakh);
        let mut residence = self.stream(Entity::Family(family), Purpose::Residence);
        let of_school = residence.weighted(&self.scenario.districts.list, |place| place.parts);
        let elsewhere = residence.is(&shares.registered_elsewhere);
        let home = if elsewhere { self.any_place(&mut residence) } else { of_school };

        let mut enrolment = self.stream(Entity::Child(family, 1), Purpose::Enrolment);
        let listed = self.first_listed(&mut enrolment, kind);
        let row = self.row(&mut enrolment, family, kind, of_school, listed);
        let mut life = self.stream(Entity::Child(family, 1), Purpose::Life);
        let child_born = self.child_born(&mut life, kind, listed);
        let household = Household { family, kind, names, listed, child_born, home: home.district };
        let child = self.child(&household, &mut life, row);
        let parents =
            members.iter().enumerate().map(|(at, member)| self.parent(&household, at as u8, *member)).collect();
        Family {
            family,
            kind: kind.name().into(),
            children: vec![child],
            parents,
            guardians: Vec::new(),
            consent_for_child: self.consent(Entity::Family(family), kind, kind != Kind::ChildConsentRefused),
            reply: self.reply(family, kind),
            acts: Vec::new(),
            sms: Vec::new(),
        }
    }

    fn any_place(&self, stream: &mut Stream) -> &'s Place {
        stream.weighted(&self.scenario.districts.list, |place| place.parts)
    }

    /// Draws who the parents are, in the order of record, and what each lacks.
    fn members(&self, shape: &mut Stream, kind: Kind) -> Vec<Member> {
        let shares = &self.scenario.shares;
        let mother_first = shape.is(&shares.mother_first);
        let of_two = shape.is(&shares.two_parents);
        let both = |first, second| {
            vec![Member { mother: mother_first, lack: first }, Member { mother: !mother_first, lack: second }]
        };
        let any = |lack| if of_two { both(lack, lack) } else { vec![Member { mother: mother_first, lack }] };
        match kind.parents() {
            Parents::Sound => any(None),
            Parents::AllLack(lack) => any(Some(lack)),
            Parents::FirstLacks(lack) => both(Some(lack), None),
            Parents::FlaggedAndRefusing if shape.below(2) == 0 => both(Some(Lack::Consent), Some(Lack::Flagged)),
            Parents::FlaggedAndRefusing => both(Some(Lack::Flagged), Some(Lack::Consent)),
            Parents::LackDifferentThings => {
                let first = shape.below(Lack::ALL.len() as u32) as usize;
                let second = (first + shape.between(1, Lack::ALL.len() as u32 - 1) as usize) % Lack::ALL.len();
                both(Some(Lack::ALL[first]), Some(Lack::ALL[second]))
            }
            Parents::None => Vec::new(),
        }
    }

    fn first_listed(&self, stream: &mut Stream, kind: Kind) -> NaiveDate {
        let spreads = &self.scenario.spreads;
        stream.date(if kind == Kind::ListedTooLate { &spreads.listed_too_late } else { &spreads.first_listed })
    }

    /// Draws the row of the list. Home schooling began at most 150 days before the first listing;
    /// the order came before it, and the commission's conclusion before the order.
    fn row(&self, stream: &mut Stream, family: u32, kind: Kind, place: &Place, listed: NaiveDate) -> EnrolmentRow {
        let from = listed - Days::new(stream.between(0, 150).into());
        let order_date = from - Days::new(stream.between(1, 10).into());
        let number_in_year = stream.between(1, 99);
        let school = stream.between(1, place.schools);
        let mut conclusions = Vec::with_capacity(1);
        for _ in 0..if stream.below(5) == 0 { 2 } else { 1 } {
            let date = order_date - Days::new(stream.between(3, 40).into());
            conclusions.push(Conclusion { number: stream.between(1, 9999).to_string().into(), date });
        }
        let mut row = EnrolmentRow {
            row: Some(u64::from(family)),
            // Schools are numbered by district: the code's first three digits, then the school.
            school: place.district.0 / 1_000_000 * 1000 + school,
            district: place.district,
            order_number: Some(Arc::from(format!("{school}-{number_in_year}"))),
            order_date: Some(order_date),
            from: Some(from),
            to: Some(self.scenario.enrolment_ends.value),
            conclusions,
            ended: None,
            guardian: None,
        };
        if kind == Kind::RowIncomplete {
            spoil(stream, &mut row);
        }
        row
    }

    /// Draws when the child was born: under 18 for the whole run and at least six when it begins,
    /// unless the kind says otherwise.
    fn child_born(&self, stream: &mut Stream, kind: Kind, listed: NaiveDate) -> NaiveDate {
        let Scenario { starts, horizon, .. } = *self.scenario;
        let adulthood = Months::new(18 * 12);
        if kind == Kind::AcceptsTurns18 {
            let last = self.scenario.enrolment_ends.value - Days::new(5);
            let birthday = stream.day((listed + Days::new(120)).min(last), last);
            // A birthday on the first of a month is where S-49 is easily got wrong.
            let first_of_month = stream.below(5) == 0;
            let birthday = if first_of_month { first_of_next_month(birthday).min(last) } else { birthday };
            return birthday - adulthood;
        }
        if kind == Kind::ChildAdult {
            return stream.day(listed - Days::new(300), listed) - adulthood;
        }
        let years = if kind == Kind::RepresentativesMinor { 1 } else { 12 };
        let youngest = starts - Months::new(6 * 12);
        let oldest = (horizon - adulthood + Days::new(1)).max(youngest - Months::new(years * 12));
        stream.day(oldest, youngest)
    }

    fn child(&self, of: &Household, life: &mut Stream, enrolment: EnrolmentRow) -> Child {
        let shares = &self.scenario.shares;
        let entity = Entity::Child(of.family, 1);
        let mut naming = self.stream(entity, Purpose::Names);
        let sex = if naming.is(&shares.girls) { Sex::Female } else { Sex::Male };
        let name = of.names.child(&mut naming, sex);
        let serial = identity::child_serial(of.family, 1);
        let mut standing = self.stream(entity, Purpose::Standing);
        Child {
            child: 1,
            iin: identity::iin(serial),
            name,
            born: of.child_born,
            birth_act: (of.kind != Kind::NoBirthAct).then(|| identity::document(b'A', serial)),
            registration: self.child_registration(of, life),
            statuses: self.child_statuses(of, life),
            disability: self.disability(of, &mut standing),
            live_application: (of.kind == Kind::LiveApplication).then(|| LiveApplication {
                number: u64::from(of.family),
                granted: standing.below(2) == 0,
                ours: None,
                from: None,
                to: None,
            }),
            enrolment,
            first_listed: of.listed,
            decision: self.decision(of),
            changes: Vec::new(),
            by_hand: None,
            officials: Vec::new(),
        }
    }

    fn child_registration(&self, of: &Household, life: &mut Stream) -> Registration {
        if of.kind == Kind::ChildRegistrationRemoved {
            Registration::Removed
        } else if of.kind == Kind::ChildNotPermanent {
            not_permanent(life, of.home)
        } else {
            Registration::Permanent(of.home)
        }
    }

    fn child_statuses(&self, of: &Household, life: &mut Stream) -> Vec<Status> {
        let kinds = [
            (Kind::ChildDead, StatusKind::Dead),
            (Kind::ChildMissing, StatusKind::Missing),
            (Kind::ChildIncapable, StatusKind::Incapable),
            (Kind::ChildStateless, StatusKind::Stateless),
        ];
        let mut statuses = Vec::new();
        if life.is(&self.scenario.shares.past_status) {
            statuses.push(past_status(life, of.listed));
        }
        if let Some((_, kind)) = kinds.into_iter().find(|(kind, _)| *kind == of.kind) {
            statuses.push(Status { kind, from: of.listed - Days::new(life.between(0, 400).into()), to: None });
        }
        statuses
    }

    fn disability(&self, of: &Household, standing: &mut Stream) -> Option<Disability> {
        let since = of.listed - Days::new(standing.between(30, 1500).into());
        let term = standing.is(&self.scenario.shares.disability_term);
        let until = self.scenario.horizon + Days::new(standing.between(1, 700).into());
        (of.kind != Kind::NoDisability)
            .then(|| Disability { since: since.max(of.child_born), until: term.then_some(until) })
    }

    fn decision(&self, of: &Household) -> DecisionConduct {
        let mut stream = self.stream(Entity::Child(of.family, 1), Purpose::Decision);
        let after_minutes = stream.number(&self.scenario.spreads.decision_minutes);
        DecisionConduct { grants: of.kind != Kind::Refused, after_minutes, twice: false }
    }

    fn parent(&self, of: &Household, at: u8, member: Member) -> Parent {
        member.drawn(self, of, at)
    }

    /// Draws how somebody answers KDP. Who is listed too late answers within the first band, so that
    /// the checks end while the order is in force.
    pub(super) fn consent(&self, entity: Entity, kind: Kind, agrees: bool) -> ConsentConduct {
        let mut stream = self.stream(entity, Purpose::Consent);
        let spread = &self.scenario.spreads.consent_minutes;
        let mut after_minutes = stream.number(spread);
        if kind == Kind::ListedTooLate {
            after_minutes = after_minutes.min(spread.bands[0].to);
        }
        ConsentConduct { agrees, after_minutes, answers: true, then: None }
    }

    /// Draws how the family replies to a form; who never gets one would have accepted.
    fn reply(&self, family: u32, kind: Kind) -> ReplyConduct {
        let mut stream = self.stream(Entity::Family(family), Purpose::Reply);
        let silent = [Kind::SilentOneBank, Kind::SilentSeveralBanks, Kind::NoAccount].contains(&kind);
        ReplyConduct {
            says: if silent { Says::Nothing } else { Says::Accept },
            bank: stream.between(1, 4) as u16,
            after_minutes: stream.number(&self.scenario.spreads.reply_minutes),
        }
    }
}

/// Takes from a row one thing that A-08 demands. The last day stays: by it NOBD knows until when the
/// row is listed.
fn spoil(stream: &mut Stream, row: &mut EnrolmentRow) {
    match stream.below(5) {
        0 => row.order_number = None,
        1 => row.order_date = None,
        2 => row.from = None,
        3 => row.from = row.to.map(|to| to + Days::new(stream.between(1, 60).into())),
        _ => row.conclusions.clear(),
    }
}

fn first_of_next_month(day: NaiveDate) -> NaiveDate {
    use chrono::Datelike;
    day.with_day(1).unwrap_or(day) + Months::new(1)
}
