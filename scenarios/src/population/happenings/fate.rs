//! What a happening is told with: the family, a stream, the days of its case, and words for what its
//! people, registers and officials will do.

use std::sync::{Arc, LazyLock};

use chrono::{Datelike, Days, Months, NaiveDate};
use proaktiv_actors::TaskKind;
use proaktiv_core::calendar::{Calendar, astana};
use proaktiv_messages::identity::Msisdn;
use proaktiv_messages::{Account, AccountKind, BankCode, Clear, Moment, Span, Status, StatusKind, SubscriberNumber};

use super::super::family::Drawing;
use super::super::identity;
use super::super::stream::Stream;
use crate::plan::{
    Act, AdultChange, AdultFact, ChildChange, ChildFact, Does, EnrolmentRow, Family, NewNumber, OfficialConduct,
    OfficialDoes, OfficialWhen, Opening, Parent, TaskName, When, Writing,
};
use crate::scenario::Scenario;

static CALENDAR: LazyLock<Calendar> = LazyLock::new(Calendar::of_kazakhstan);

/// How many forms a family with acts replies to as it would have by habit. An offer that is made once
/// more brings a second, one that is repaired in between a third.
const FORMS_REPLIED_TO: u16 = 3;

/// A family, and what is to become of it.
pub(in super::super) struct Fate<'a> {
    pub(super) family: &'a mut Family,
    pub(super) draw: Stream,
    pub(super) scenario: &'a Scenario,
    by: &'a Drawing<'a>,
}

impl<'a> Fate<'a> {
    pub(in super::super) fn new(by: &'a Drawing<'a>, family: &'a mut Family, draw: Stream) -> Self {
        Self { family, draw, scenario: by.scenario, by }
    }

    // Days and instants.

    /// Returns the first day on whose list the first child stands.
    pub(super) fn listed(&self) -> NaiveDate {
        self.family.children[0].first_listed
    }

    /// Lets everybody whom KDP asks answer within two hours, so that the first form leaves at the offer
    /// hour of the day of the list (or of the first day of force). Returns that day.
    pub(super) fn hurried(&mut self) -> NaiveDate {
        let draw = &mut self.draw;
        let parents = self.family.parents.iter_mut().map(|parent| &mut parent.consent);
        let guardians = self.family.guardians.iter_mut().map(|guardian| &mut guardian.consent);
        for consent in parents.chain(guardians).chain([&mut self.family.consent_for_child]) {
            consent.after_minutes = draw.between(5, 120);
        }
        // Published on a day, in force on the eleventh after it (A-O6).
        self.listed().max(self.scenario.law.published.value + Days::new(11))
    }

    /// Lets the child's consent be given a day and a half after the list, so that the case is still being
    /// checked when the next list comes.
    pub(super) fn slow_checks(&mut self) {
        self.family.consent_for_child.after_minutes = self.draw.between(2_000, 2_700);
    }

    /// Lets officials grant on the second or third day after the application.
    pub(super) fn decided_soon(&mut self) {
        for child in &mut self.family.children {
            child.decision.after_minutes = self.draw.between(1_440, 2_880);
        }
    }

    /// Lets officials take five to seven days for the decision.
    pub(super) fn decided_slowly(&mut self) {
        for child in &mut self.family.children {
            child.decision.after_minutes = self.draw.between(7_200, 10_080);
        }
    }

    /// Returns the last day of the window of a form that is sent on `day`.
    pub(super) fn last_day_of_window(&self, day: NaiveDate) -> NaiveDate {
        let days = self.scenario.law.reply_window_working_days;
        // Beyond the calendar's data no form leaves: any later day does.
        CALENDAR.working_day_after(day, days).unwrap_or(day + Days::new(u64::from(days) + 2))
    }

    /// Returns the end of the window of a form that is sent on `day`.
    pub(super) fn end_of_window(&self, day: NaiveDate) -> Moment {
        astana::start_of(self.last_day_of_window(day) + Days::new(1))
    }

    /// Draws a day on which at least `from` and at most `to` months are paid already of a case that was not
    /// held up: the 20th lies behind the tenth working day of every month.
    pub(super) fn day_when_paid(&mut self, from: u32, to: u32) -> NaiveDate {
        let granted = self.listed() + Days::new(12);
        let months = Months::new(self.draw.between(from, to));
        (granted + months).with_day(20).unwrap_or(granted)
    }

    /// Returns the length of a tick of the post.
    pub(super) fn tick(&self) -> Span {
        Span::millis(self.scenario.tick_ms.into())
    }

    // What the household does.

    /// The family does something. What would come after the run does not happen.
    pub(super) fn acts(&mut self, when: When, does: Does) {
        let in_the_run = match when {
            When::At(at) => self.is_in_the_run(at),
            When::OnSms(..) => true,
        };
        if in_the_run {
            self.family.acts.push(Act { when, does });
        }
    }

    fn is_in_the_run(&self, at: Moment) -> bool {
        at < astana::start_of(self.scenario.horizon + Days::new(1))
    }

    /// The family does something so many minutes after the n-th form.
    pub(super) fn on_form(&mut self, nth: u16, after_minutes: u32, does: Does) {
        self.acts(When::OnSms(nth, after_minutes), does);
    }

    /// The family accepts the n-th form at an hour that suits it: within one to fifteen hours.
    pub(super) fn accepts(&mut self, nth: u16) {
        let minutes = self.draw.between(60, 900);
        self.accepts_after(nth, minutes);
    }

    /// The family accepts the n-th form after so many minutes.
    pub(super) fn accepts_after(&mut self, nth: u16, minutes: u32) {
        let bank = self.family.reply.bank;
        self.on_form(nth, minutes, Does::Accepts(bank));
    }

    /// The family accepts the form at hand at this instant.
    pub(super) fn accepts_at(&mut self, at: Moment) {
        let bank = self.family.reply.bank;
        self.acts(When::At(at), Does::Accepts(bank));
    }

    /// Returns `text` as the family writes it, with the service's code for `{code}`.
    pub(super) fn text(&self, text: &str) -> Arc<str> {
        text.replace("{code}", &self.scenario.law.service_code.value).into()
    }

    /// Returns the writing of `text`, from the number of the form, passed on at once, stamped.
    pub(super) fn writing(&self, text: &str) -> Writing {
        Writing { text: self.text(text), from: None, stored_minutes: 0, unstamped: false }
    }

    /// Returns what it is to write `text`.
    pub(super) fn writes(&self, text: &str) -> Does {
        Does::Writes(self.writing(text))
    }

    /// Returns what it is for the recipient to open an account at `bank`; who tells the engine when.
    pub(super) fn opens(bank: BankCode, told_after_minutes: Option<u32>) -> Does {
        Does::Opens(Opening { person: 1, bank, told_after_minutes })
    }

    /// Returns what it is for the recipient to get another number, or to lose his.
    pub(super) fn changes_number(number: Option<Msisdn>) -> Does {
        Does::ChangesNumber(NewNumber { person: 1, number })
    }

    // What registers hold.

    /// Something changes of a child, by its place from 0, on `day` at `hour`.
    pub(super) fn child_changes(&mut self, child: usize, day: NaiveDate, hour: u32, told: bool, what: ChildFact) {
        let at = astana::at_hour(day, hour);
        if self.is_in_the_run(at) {
            self.family.children[child].changes.push(ChildChange { at, told, what });
        }
    }

    /// The first child's row gets another version, in time for the list of `day`.
    pub(super) fn row_becomes(&mut self, day: NaiveDate, row: EnrolmentRow) {
        self.child_changes(0, day, 0, false, ChildFact::Row(Box::new(row)));
    }

    /// Something changes of a parent, by its place from 0, on `day` at `hour`.
    pub(super) fn parent_changes(&mut self, parent: usize, day: NaiveDate, hour: u32, told: bool, what: AdultFact) {
        let at = astana::at_hour(day, hour);
        if self.is_in_the_run(at) {
            self.family.parents[parent].changes.push(AdultChange { at, told, what });
        }
    }

    /// Returns the parent who is written to.
    pub(super) fn recipient(&mut self) -> &mut Parent {
        &mut self.family.parents[0]
    }

    /// Returns a number that the recipient can get later.
    pub(super) fn later_number(&self) -> Msisdn {
        identity::later_number(self.family.family, 0)
    }

    /// Returns the number at which the family before this one is written to, as it was drawn, and the first day
    /// on which it is listed; none where its first parent has no number, or where there is no family before.
    pub(super) fn number_of_the_family_before(&self) -> Option<(SubscriberNumber<Clear>, NaiveDate)> {
        let before = self.family.family.checked_sub(1).filter(|&before| before > 0)?;
        let neighbours = self.by.as_it_is_meant(before, 1);
        let numbers = &neighbours.parents.first()?.numbers;
        // Reading S-01b: the one marked as main, else the latest confirmed, else the lowest.
        let chosen = numbers.iter().max_by_key(|one| (one.main, one.confirmed, std::cmp::Reverse(one.number)));
        chosen.map(|number| (*number, neighbours.children[0].first_listed))
    }

    // Accounts.

    /// Returns the integrated banks at which the recipient has an account that counts, in their order.
    pub(super) fn banks(&self) -> Vec<BankCode> {
        let counts = |account: &&Account<_>| account.usable && account.kind == AccountKind::Special;
        let accounts = self.family.parents[0].accounts.iter().filter(counts);
        let mut banks: Vec<_> = accounts.map(|account| account.account.bank()).collect();
        banks.retain(|bank| self.scenario.law.integrated_banks.contains(bank));
        banks.sort_unstable();
        banks.dedup();
        banks
    }

    /// Lets the recipient have accounts that count at exactly so many integrated banks: his first form is
    /// then App.1, App.2 or App.3. Returns the banks, in their order.
    pub(super) fn has_banks(&mut self, count: usize) -> Vec<BankCode> {
        let have = self.banks();
        let (family, opened) = (self.family.family, astana::at_hour(self.scenario.starts - Days::new(90), 11));
        let gone: Vec<_> = have.iter().skip(count).copied().collect();
        let wanted = count.saturating_sub(have.len());
        let others = self.scenario.law.integrated_banks.iter().filter(|bank| !have.contains(bank));
        let new: Vec<_> = others.take(wanted).copied().collect();
        let accounts = &mut self.recipient().accounts;
        accounts.retain(|account| account.kind != AccountKind::Special || !gone.contains(&account.account.bank()));
        for (bank, nth) in new.into_iter().zip(8..) {
            let account = identity::account(family, 0, nth, bank);
            accounts.push(Account { account, kind: AccountKind::Special, opened: Some(opened), usable: true });
        }
        self.banks()
    }

    /// Draws an integrated bank at which the recipient has no account that counts. With accounts at every
    /// bank it is one of them.
    pub(super) fn another_bank(&mut self) -> BankCode {
        let have = self.banks();
        let integrated = &self.scenario.law.integrated_banks;
        let others: Vec<_> = integrated.iter().filter(|bank| !have.contains(bank)).copied().collect();
        *self.draw.pick(if others.is_empty() { integrated } else { &others })
    }

    /// Gives the recipient an account for other money at a bank that is not integrated, and returns it.
    pub(super) fn account_elsewhere(&mut self) -> proaktiv_messages::identity::Iban {
        let bank = *self.draw.pick(&self.by.banks_elsewhere);
        let account = identity::account(self.family.family, 0, 15, bank);
        let opened = Some(astana::at_hour(self.scenario.starts - Days::new(30), 11));
        self.recipient().accounts.push(Account { account, kind: AccountKind::Ordinary, opened, usable: true });
        account
    }

    // Officials.

    /// Officials decide something for the first child so many minutes after a task of this name.
    pub(super) fn official_on(&mut self, task: &str, after_minutes: u32, does: OfficialDoes) {
        let kind = TaskKind::ALL.into_iter().find(|kind| kind.name() == task).expect("a task of the list");
        let when = OfficialWhen::OnTask(TaskName(kind), after_minutes);
        self.family.children[0].officials.push(OfficialConduct { when, does });
    }

    /// Officials decide something for the first child at noon of `day`, whatever was asked.
    pub(super) fn official_at(&mut self, day: NaiveDate, does: OfficialDoes) {
        let when = OfficialWhen::At(astana::at_hour(day, 12));
        self.family.children[0].officials.push(OfficialConduct { when, does });
    }
}

/// Returns the instant that the clock shows as `hour`:`minute` on `day`.
pub(super) fn clock(day: NaiveDate, hour: u32, minute: i64) -> Moment {
    astana::at_hour(day, hour) + Span::minutes(minute)
}

/// Returns a status that lasts.
pub(super) const fn lasting(kind: StatusKind, from: NaiveDate) -> Status {
    Status { kind, from, to: None }
}

/// Returns `day` so many days later.
pub(super) fn after(day: NaiveDate, days: u32) -> NaiveDate {
    day + Days::new(days.into())
}

/// Writes down as acts what the family would have done by habit.
pub(in super::super) fn reply_by_acts(family: &mut Family) {
    let reply = family.reply;
    let replies = (1..=FORMS_REPLIED_TO)
        .map(|nth| Act { when: When::OnSms(nth, reply.after_minutes), does: Does::Accepts(reply.bank) });
    family.acts.extend(replies);
}
