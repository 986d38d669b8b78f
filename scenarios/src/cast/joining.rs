//! How a family joins the cast: every party is told what it knows of it, now and later.

use std::collections::BTreeSet;

use proaktiv_actors::{
    Bank, Delay, HandEnd, Intent, NumberChange, OfficialAct, OnTheWay, RecordChange, School, ToBeWritten,
};
use proaktiv_messages::identity::{FullName, Iin};
use proaktiv_messages::{
    ApplicationState, BankCode, BirthAct, ChildRecord, Clear, Decision, District, Kin, NumberRecord, Person,
    PersonRecord, Registration, Representative, Status,
};

use super::Cast;
use super::conducts::minutes;
use crate::plan::{
    self, Adult, AdultFact, Child, ChildFact, Does, Family, OfficialDoes, OfficialWhen, Parent, When, Withdrawing,
};

impl Cast {
    /// Tells every party what it knows of the next family of the plan.
    pub fn join(&mut self, family: &Family) {
        for child in &family.children {
            self.join_child(family, child);
            self.join_officials(family, child);
        }
        for adult in family.adults() {
            self.join_adult(family, adult);
        }
        for guardian in &family.guardians {
            let representative = Representative { person: guardian.iin, appointed: guardian.appointed };
            for child in &family.children {
                self.nobd.appoint(child.iin, representative);
            }
        }
        self.join_sms(family);
        self.join_acts(family);
        self.conducts.keep(family);
    }

    fn school(&mut self, number: u32) -> &mut School {
        self.schools.entry(number).or_insert_with(|| School::new(number))
    }

    fn bank(&mut self, code: BankCode) -> &mut Bank {
        let seals = &self.seals;
        self.banks.entry(code).or_insert_with(|| Bank::new(code, seals.clone(), Delay::NONE))
    }

    fn join_child(&mut self, family: &Family, child: &Child) {
        self.school(child.enrolment.school).enrol(child.first_listed, child.enrolment.of(child.iin));
        if let Some(disability) = child.disability {
            self.cbdi.record(child.iin, disability);
        }
        if let Some(application) = child.live_application {
            self.counter.record(child.iin, application);
        }
        if let Some(by_hand) = child.by_hand {
            let after = minutes(by_hand.after_minutes);
            let end = |state| HandEnd { state, after };
            match by_hand.ends {
                plan::HandEnd::Pending => {}
                plan::HandEnd::Refused => self.counter.end(child.iin, end(ApplicationState::Refused)),
                plan::HandEnd::Withdrawn => self.counter.end(child.iin, end(ApplicationState::Withdrawn)),
                plan::HandEnd::Granted => self.counter.end(child.iin, end(ApplicationState::Granted)),
            }
        }
        self.kdp.entitle(child.iin, family.family);
        self.gbdfl.record_child(child_record(child, &family.parents));
        self.join_child_changes(child);
    }

    fn join_child_changes(&mut self, child: &Child) {
        let iin = child.iin;
        for change in &child.changes {
            let (at, told) = (change.at, change.told);
            let record = match &change.what {
                ChildFact::Row(version) => {
                    self.school(version.school).correct(at, version.of(iin));
                    continue;
                }
                ChildFact::SecondRow(second) => {
                    self.school(second.school).enrol_again(at, second.of(iin));
                    continue;
                }
                ChildFact::Missing(true) => {
                    self.nobd.lose(at, iin, told);
                    continue;
                }
                ChildFact::Missing(false) => {
                    self.nobd.find(at, iin);
                    continue;
                }
                ChildFact::Disability(disability) => {
                    self.cbdi.change(at, iin, *disability, told);
                    continue;
                }
                ChildFact::Registration(registration) => RecordChange::Registration(*registration),
                ChildFact::Status(status) => RecordChange::Status(*status),
                ChildFact::StatusTakenBack(status) => RecordChange::StatusTakenBack(*status),
                ChildFact::BirthAct(number) => {
                    RecordChange::Birth(BirthAct { number: number.clone(), born: child.born })
                }
            };
            self.gbdfl.change_child(at, iin, record, told);
        }
    }

    /// Tells the local executive bodies what they decide for a child: those of its schools, which take
    /// tasks, and those of its registrations, of which the last one decides.
    fn join_officials(&mut self, family: &Family, child: &Child) {
        let decision = if child.decision.grants { Decision::Grant } else { Decision::Refusal };
        let after = minutes(child.decision.after_minutes);
        let intent = Intent { decision, after, twice: child.decision.twice };
        let own = registered_in(child.registration).unwrap_or(child.enrolment.district);
        for district in districts_of(child) {
            let body = self.local_executive_bodies.entry(district).or_default();
            body.intend(child.iin, intent);
            for official in &child.officials {
                let act = official_act(family, &official.does);
                match official.when {
                    OfficialWhen::OnTask(task, after) => body.act_on(child.iin, task.0, minutes(after), act),
                    // By himself acts the official of the district where the child was first registered.
                    OfficialWhen::At(at) if district == own => body.act_at(child.iin, at, act),
                    OfficialWhen::At(_) => {}
                }
            }
        }
    }

    fn join_adult(&mut self, family: &Family, adult: Adult<'_>) {
        self.kdp.entitle(adult.iin, family.family);
        self.gbdfl.record_person(PersonRecord {
            person: person(adult.iin, adult.name, adult.registration, adult.statuses),
            born: adult.born,
            documents: adult.documents.iter().cloned().collect(),
        });
        let numbers = adult.numbers.iter().copied().collect();
        self.bmg.record(adult.iin, NumberRecord { numbers, language: adult.language });
        for number in adult.numbers {
            self.sms_centre.connect(number.number, family.family);
        }
        for account in adult.accounts {
            self.bank(account.account.bank()).hold(adult.iin, *account);
        }
        self.join_adult_changes(family, adult);
    }

    fn join_adult_changes(&mut self, family: &Family, adult: Adult<'_>) {
        let is_parent = family.parents.iter().any(|parent| parent.iin == adult.iin);
        let children: Vec<Iin> = family.children.iter().filter(|_| is_parent).map(|child| child.iin).collect();
        for change in adult.changes {
            let (at, told) = (change.at, change.told);
            let record = match &change.what {
                AdultFact::Numbers(numbers) => {
                    for number in numbers {
                        self.sms_centre.connect(number.number, family.family);
                    }
                    self.bmg.change(at, adult.iin, NumberChange::Numbers(numbers.clone()));
                    continue;
                }
                AdultFact::Language(language) => {
                    self.bmg.change(at, adult.iin, NumberChange::Language(*language));
                    continue;
                }
                AdultFact::Registration(registration) => RecordChange::Registration(*registration),
                AdultFact::Status(status) => RecordChange::Status(*status),
                AdultFact::StatusTakenBack(status) => RecordChange::StatusTakenBack(*status),
                AdultFact::Document(document) => RecordChange::Document(document.clone()),
            };
            self.gbdfl.change_person(at, adult.iin, &children, record, told);
        }
    }

    fn join_sms(&mut self, family: &Family) {
        for sms in &family.sms {
            let acted_on = |act: &plan::Act| matches!(act.when, When::OnSms(nth, _) if nth == sms.nth);
            // Who answers a form has read it, whatever the receipt says.
            let read = sms.delivered != Some(false) || family.acts.iter().any(acted_on);
            let on_the_way = OnTheWay { parts: minutes(sms.parts_minutes), delivered: sms.delivered, read };
            self.sms_centre.expect_form(family.family, sms.nth, on_the_way);
        }
    }

    /// Tells those whom a family goes to what they do then.
    fn join_acts(&mut self, family: &Family) {
        let writes =
            |act: &plan::Act| matches!(&act.does, Does::Writes(text) if text.stored_minutes > 0 || text.unstamped);
        let keeps_texts = family.acts.iter().any(writes);
        for act in &family.acts {
            match &act.does {
                Does::Writes(writing) if keeps_texts => {
                    let text = ToBeWritten {
                        text: writing.text.clone(),
                        stored: minutes(writing.stored_minutes),
                        unstamped: writing.unstamped,
                    };
                    self.sms_centre.expect_text(family.family, text);
                }
                Does::Opens(opening) => {
                    let told = opening.told_after_minutes.map(minutes);
                    if let Some(adult) = family.adult(opening.person) {
                        self.bank(opening.bank).tell_of_opening(adult.iin, told);
                    }
                }
                Does::Closes(closing) => {
                    self.bank(closing.bank);
                }
                Does::Withdraws(Withdrawing::Child(number)) => {
                    for child in family.children.iter().filter(|child| child.child == *number) {
                        self.kdp.keep_consents_of(child.iin);
                    }
                }
                Does::Withdraws(Withdrawing::Person(number)) => {
                    if let Some(adult) = family.adult(*number) {
                        self.kdp.keep_consents_of(adult.iin);
                    }
                }
                Does::ChangesNumber(new) => {
                    if let Some(number) = new.number {
                        self.sms_centre.connect(number, family.family);
                    }
                }
                Does::Writes(_) | Does::Accepts(_) | Does::OtherBank | Does::Lodges(_) => {}
            }
        }
    }
}

/// Returns the districts whose bodies may be asked to do something for a child.
fn districts_of(child: &Child) -> BTreeSet<District> {
    let mut districts = BTreeSet::from([child.enrolment.district]);
    districts.extend(registered_in(child.registration));
    for change in &child.changes {
        match &change.what {
            ChildFact::Row(row) | ChildFact::SecondRow(row) => {
                districts.insert(row.district);
            }
            ChildFact::Registration(registration) => districts.extend(registered_in(*registration)),
            ChildFact::Missing(_)
            | ChildFact::Disability(_)
            | ChildFact::Status(_)
            | ChildFact::StatusTakenBack(_)
            | ChildFact::BirthAct(_) => {}
        }
    }
    districts
}

fn registered_in(registration: Registration) -> Option<District> {
    match registration {
        Registration::Permanent(district) | Registration::Temporary(district) => Some(district),
        Registration::Removed | Registration::NotGiven => None,
    }
}

fn official_act(family: &Family, does: &OfficialDoes) -> OfficialAct {
    match does {
        OfficialDoes::ResolveHold { hold, person } => {
            let representative = person.and_then(|number| family.adult(number)).map(|adult| adult.iin);
            OfficialAct::ResolveHold(*hold, representative)
        }
        OfficialDoes::ReviewExclusion => OfficialAct::ReviewExclusion,
        OfficialDoes::TakeBack => OfficialAct::TakeBack,
        OfficialDoes::ConfirmCorrection => OfficialAct::ConfirmCorrection,
        OfficialDoes::PaymentsGoOn => OfficialAct::PaymentsGoOn,
        OfficialDoes::ChangeAccount { account } => OfficialAct::ChangeAccount(*account),
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
