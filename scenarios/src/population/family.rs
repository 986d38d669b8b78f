//! Draws one family: who belongs to it, what becomes of it, and how it behaves.

use std::sync::Arc;

use chrono::{Days, Months, NaiveDate};
use proaktiv_messages::{
    BankCode, Conclusion, Disability, District, LiveApplication, Registration, Status, StatusKind,
};

use super::happening;
use super::identity;
use super::kind::{Kind, Lack, Parents};
use super::names::{FamilyNames, Sex};
use super::person::{Member, not_permanent, past_status};
use super::stream::{Entity, Purpose, Stream};
use crate::plan::{
    Child, ConsentConduct, DecisionConduct, EnrolmentRow, Family, Parent, ReplyConduct, Says, known_banks,
};
use crate::scenario::{Place, Scenario};

/// Row ids of NOBD: a first child's is the number of its family, a sibling's lies so much higher.
const ROWS_OF_ONE_CHILD: u64 = 1_000_000_000;

/// Returns how many children each family has, as many in all as asked for.
pub(super) fn sizes(scenario: &Scenario, children: u64, seed: u64) -> impl Iterator<Item = u8> {
    let composition = scenario.composition.clone();
    let size = move |family| {
        let Some(composition) = &composition else { return 1 };
        let mut stream = Stream::of(seed, Entity::Family(family), Purpose::Children);
        let (siblings, third) = (stream.is(&composition.siblings), stream.is(&composition.third_child));
        1 + u8::from(siblings) + u8::from(siblings && third)
    };
    let mut left = children;
    (1..).map_while(move |family: u32| {
        let size = u64::from(size(family)).min(left);
        left -= size;
        u8::try_from(size).ok().filter(|&size| size > 0)
    })
}

/// What all families of a plan are drawn from.
pub(super) struct Drawing<'s> {
    pub(super) scenario: &'s Scenario,
    pub(super) seed: u64,
    /// Banks that are known and not integrated.
    pub(super) banks_elsewhere: Vec<BankCode>,
}

/// What the draws for the members of a family have in common.
#[derive(Clone, Copy)]
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

    /// Returns the family with this number, from 1, and so many children, from 1.
    pub(super) fn family(&self, family: u32, size: u8) -> Family {
        let mut drawn = self.as_it_is_meant(family, size);
        if drawn.kind == Kind::Accepts.name() {
            happening::happen(self, &mut drawn);
        }
        drawn
    }

    /// Draws the family before anything goes wrong.
    pub(super) fn as_it_is_meant(&self, family: u32, size: u8) -> Family {
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
        let mut children = vec![self.child(&household, &mut life, row)];
        for number in 2..=size {
            children.push(self.sibling(&household, number, of_school, &children[0]));
        }
        let parents =
            members.iter().enumerate().map(|(at, member)| self.parent(&household, at as u8, *member)).collect();
        Family {
            family,
            kind: kind.name().into(),
            children,
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

    /// Draws a further child of the family, as the kind `accepts` has it: what the kind says of a child is
    /// true of the first.
    fn sibling(&self, first: &Household, number: u8, place: &Place, eldest: &Child) -> Child {
        let entity = Entity::Child(first.family, number);
        let mut differs = self.stream(entity, Purpose::Children);
        let is_twin = number == 2 && self.has_twins(first.family);
        let later = self.scenario.composition.as_ref().map_or(0, |all| differs.number(&all.listed_later_days));
        let listed = if is_twin { first.listed } else { first.listed + Days::new(later.into()) };
        let born = if is_twin { first.child_born } else { self.sibling_born(&mut differs, first.child_born) };
        let mut enrolment = self.stream(entity, Purpose::Enrolment);
        let mut row = self.row(&mut enrolment, first.family, Kind::Accepts, place, listed);
        row.row = Some(u64::from(first.family) + u64::from(number - 1) * ROWS_OF_ONE_CHILD);
        if is_twin {
            row.school = eldest.enrolment.school;
        }
        let of = Household { kind: Kind::Accepts, names: first.names, listed, child_born: born, ..*first };
        self.child_numbered(&of, number, &mut self.stream(entity, Purpose::Life), row)
    }

    fn has_twins(&self, family: u32) -> bool {
        let twins = self.scenario.composition.as_ref().map(|composition| &composition.twins);
        twins.is_some_and(|share| self.stream(Entity::Family(family), Purpose::Children).nth_is(2, share))
    }

    /// Draws when a sibling was born: ten months to four years after the first child, or before it where
    /// he would be under six when the run begins.
    fn sibling_born(&self, stream: &mut Stream, first: NaiveDate) -> NaiveDate {
        let (oldest, youngest) = self.births();
        let apart = Days::new(stream.between(300, 1400).into());
        let first = first.clamp(oldest, youngest);
        let younger = first + apart;
        if younger <= youngest { younger } else { first - apart }
    }

    /// Returns between which days who is six when the run begins and under 18 to its end was born.
    fn births(&self) -> (NaiveDate, NaiveDate) {
        let Scenario { starts, horizon, .. } = *self.scenario;
        (horizon - Months::new(18 * 12) + Days::new(1), starts - Months::new(6 * 12))
    }

    /// Draws when the child was born: under 18 for the whole run and at least six when it begins,
    /// unless the kind says otherwise.
    fn child_born(&self, stream: &mut Stream, kind: Kind, listed: NaiveDate) -> NaiveDate {
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
        let (oldest, youngest) = self.births();
        stream.day(oldest.max(youngest - Months::new(years * 12)), youngest)
    }

    fn child(&self, of: &Household, life: &mut Stream, enrolment: EnrolmentRow) -> Child {
        self.child_numbered(of, 1, life, enrolment)
    }

    fn child_numbered(&self, of: &Household, number: u8, life: &mut Stream, enrolment: EnrolmentRow) -> Child {
        let shares = &self.scenario.shares;
        let entity = Entity::Child(of.family, number);
        let mut naming = self.stream(entity, Purpose::Names);
        let sex = if naming.is(&shares.girls) { Sex::Female } else { Sex::Male };
        let name = of.names.child(&mut naming, sex);
        let serial = identity::child_serial(of.family, number);
        let mut standing = self.stream(entity, Purpose::Standing);
        Child {
            child: number,
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
            decision: self.decision(of, number),
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

    fn decision(&self, of: &Household, child: u8) -> DecisionConduct {
        let mut stream = self.stream(Entity::Child(of.family, child), Purpose::Decision);
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
