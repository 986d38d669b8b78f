//! The law in force, as the rules ask for it.

use std::sync::Arc;

use chrono::{Datelike, Days, Months, NaiveDate};
use proaktiv_messages::{BankCode, District, FormNumber, Language, LawChange, Moment, Span, Tiyn, TokenKey};
use serde::Deserialize;

use super::stated::StatedLaw;
use super::{Banks, CalendarEndsTooSoon, LawError, Rate, RateUnit, in_force, json, sourced};
use crate::calendar::{BeyondTheData, Calendar, DayKind, astana};
use crate::home_schooling::forms;

/// Everything of the law that is a value: stated, dated, sourced and checked. A clone shares it.
#[derive(Clone, Debug)]
pub struct Law {
    values: Arc<Values>,
}

#[derive(Clone, Debug)]
struct Values {
    stated: StatedLaw,
    standing: Standing,
    calendar: Calendar,
    banks: Banks,
    version: String,
    in_force_from: Moment,
    force_ends: Moment,
}

/// What is a reading: as stated, else as in `data/parameters.csv` on the first day of force.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Standing {
    short_number: &'static str,
    service_name_ru: String,
    service_name_kk: String,
    language_default: Language,
    consent_answer_working_days: u32,
    consent_again_days: u32,
    consent_renew_days: u32,
    consent_child_days: u16,
    consent_representative_days: u16,
    row_confirmed_days: u32,
    missing_task_days: u32,
    excluded_recheck_days: u32,
    banks_stale_hours: u32,
    banks_asked_until_hour: u32,
    other_bank_limit: u32,
    account_choice_minutes: u32,
    closing_waits_working_days: u32,
    undelivered_again_days: u32,
    poll_hours: Vec<u32>,
    decision_working_days: u32,
    disability_notice_days: u32,
    sending_alert_hours: u32,
    retry_first_minutes: u32,
    retry_most_minutes: u32,
    stateless_excludes: bool,
    calendar_margin_days: u32,
}

/// Returns the text of a standing value, or that the table lacks it.
fn standing(name: &str, day: NaiveDate) -> Result<&'static str, LawError> {
    in_force(name, day)
        .map(|found| found.value.as_str())
        .ok_or_else(|| LawError::new(name, format_args!("no value on {day}"), "a row in data/parameters.csv"))
}

/// Returns a standing value that is a number.
fn number<T: std::str::FromStr>(name: &str, day: NaiveDate) -> Result<T, LawError> {
    let text = standing(name, day)?;
    text.parse().map_err(|_| LawError::new(name, format_args!("{text:?}"), "a whole number"))
}

/// Returns a standing value that is a row of hours.
fn hours(name: &str, day: NaiveDate) -> Result<Vec<u32>, LawError> {
    let text = standing(name, day)?;
    let hours: Result<Vec<u32>, _> = text.split(' ').map(str::parse).collect();
    hours.map_err(|_| LawError::new(name, format_args!("{text:?}"), "whole hours"))
}

impl Standing {
    /// Returns the values in force on `day`, each as stated where it is.
    fn on(day: NaiveDate, stated: &StatedLaw) -> Result<Standing, LawError> {
        let language = standing("language_default", day)?;
        Ok(Standing {
            short_number: standing("short_number", day)?,
            service_name_ru: standing("service_name_ru", day)?.to_owned(),
            service_name_kk: standing("service_name_kk", day)?.to_owned(),
            language_default: match language {
                "kk" => Language::Kk,
                "ru" => Language::Ru,
                _ => return Err(LawError::new("language_default", format_args!("{language:?}"), "kk, ru")),
            },
            consent_answer_working_days: stated
                .consent_answer_working_days
                .map_or_else(|| number("consent_answer_working_days", day), Ok)?,
            consent_again_days: stated.consent_again_days.map_or_else(|| number("consent_again_days", day), Ok)?,
            consent_renew_days: stated.consent_renew_days.map_or_else(|| number("consent_renew_days", day), Ok)?,
            consent_child_days: stated.consent_child_days.map_or_else(|| number("consent_child_days", day), Ok)?,
            consent_representative_days: stated
                .consent_representative_days
                .map_or_else(|| number("consent_representative_days", day), Ok)?,
            row_confirmed_days: stated.row_confirmed_days.map_or_else(|| number("row_confirmed_days", day), Ok)?,
            missing_task_days: stated.missing_task_days.map_or_else(|| number("missing_task_days", day), Ok)?,
            excluded_recheck_days: stated
                .excluded_recheck_days
                .map_or_else(|| number("excluded_recheck_days", day), Ok)?,
            banks_stale_hours: stated.banks_stale_hours.map_or_else(|| number("banks_stale_hours", day), Ok)?,
            banks_asked_until_hour: stated
                .banks_asked_until_hour
                .map_or_else(|| number("banks_asked_until_hour", day), Ok)?,
            other_bank_limit: stated.other_bank_limit.map_or_else(|| number("other_bank_limit", day), Ok)?,
            account_choice_minutes: stated
                .account_choice_minutes
                .map_or_else(|| number("account_choice_minutes", day), Ok)?,
            closing_waits_working_days: stated
                .closing_waits_working_days
                .map_or_else(|| number("closing_waits_working_days", day), Ok)?,
            undelivered_again_days: stated
                .undelivered_again_days
                .map_or_else(|| number("undelivered_again_days", day), Ok)?,
            poll_hours: stated.poll_hours.clone().map_or_else(|| hours("poll_hours", day), Ok)?,
            decision_working_days: stated
                .decision_working_days
                .map_or_else(|| number("decision_working_days", day), Ok)?,
            disability_notice_days: stated
                .disability_notice_days
                .map_or_else(|| number("disability_notice_days", day), Ok)?,
            sending_alert_hours: stated.sending_alert_hours.map_or_else(|| number("sending_alert_hours", day), Ok)?,
            retry_first_minutes: stated.retry_first_minutes.map_or_else(|| number("retry_first_minutes", day), Ok)?,
            retry_most_minutes: stated.retry_most_minutes.map_or_else(|| number("retry_most_minutes", day), Ok)?,
            stateless_excludes: stated.stateless_excludes.map_or_else(|| number("stateless_excludes", day), Ok)?,
            calendar_margin_days: number("calendar_margin_days", day)?,
        })
    }
}

impl Law {
    /// Reads the law from the JSON object that states it, with the embedded calendar and banks.
    pub fn from_json(text: &str) -> Result<Law, LawError> {
        let stated = json::read(text).map_err(|error| {
            let field = if error.path.is_empty() { "law" } else { &error.path };
            // serde says in one sentence what it found and what it wanted.
            let found = error.problem.split_once(", expected ");
            let (value, accepted) = found.unwrap_or((&error.problem, "one object that has each field of a law once"));
            LawError::new(field, value, accepted)
        })?;
        Law::of(stated, Calendar::of_kazakhstan(), Banks::of_kazakhstan().clone())
    }

    fn of(mut stated: StatedLaw, calendar: Calendar, banks: Banks) -> Result<Law, LawError> {
        // Checked as written, so that an error names the place where it was read.
        stated.check()?;
        stated.sort();
        let published = stated.published.value;
        // The table of values begins with the day on which the order was signed.
        let waiting: u64 = number("entry_into_force_days", published).map_err(|_| {
            LawError::new("published.value", published, "a day not before that of the order itself, 2024-02-16")
        })?;
        let in_force_day = published.checked_add_days(Days::new(waiting)).unwrap_or(NaiveDate::MAX);
        let standing = Standing::on(in_force_day, &stated)?;
        let version = version_of(&stated, &standing, &calendar, &banks);
        let law = Law {
            values: Arc::new(Values {
                in_force_from: astana::start_of(in_force_day),
                force_ends: astana::at_hour(stated.last_day, 24),
                stated,
                standing,
                calendar,
                banks,
                version,
            }),
        };
        law.validate()?;
        Ok(law)
    }

    /// Returns this law with another calendar: what a decree that moves a day makes of it.
    pub fn with_calendar(&self, calendar: Calendar) -> Result<Law, LawError> {
        Law::of(self.values.stated.clone(), calendar, self.values.banks.clone())
    }

    /// Returns this law with another register of banks.
    pub fn with_banks(&self, banks: Banks) -> Result<Law, LawError> {
        Law::of(self.values.stated.clone(), self.values.calendar.clone(), banks)
    }

    /// Returns this law as it is on `day` once a change is known (A-O6). The change's version is named in
    /// this law's version and in its calendar's.
    ///
    /// Reading S-19, S-14: a moved day carries its own date and the last day of force is a date itself, so
    /// both count as soon as they are known: a term that runs today may reach them. The integrated banks
    /// have no date of their own and count from the day on which the change is valid.
    ///
    /// # Errors
    /// What makes the changed law unfit to be applied.
    pub fn changed_by(&self, change: &LawChange, day: NaiveDate) -> Result<Law, LawError> {
        let kind = |works: bool| if works { DayKind::Working } else { DayKind::DayOff };
        let days: Vec<_> = change.days.iter().map(|moved| (moved.day, kind(moved.works))).collect();
        let values = &*self.values;
        let calendar =
            values.calendar.with_changes(&format!("{}+{}", values.calendar.version(), change.version), &days);
        let mut stated = values.stated.clone();
        stated.last_day = change.last_day.unwrap_or(stated.last_day);
        if let Some(banks) = change.integrated_banks.as_ref().filter(|_| change.valid_from <= day) {
            stated.integrated_banks.clone_from(banks);
        }
        let mut law = Law::of(stated, calendar, values.banks.clone())?;
        let values = Arc::make_mut(&mut law.values);
        values.version = format!("{}+{}", values.version, change.version);
        Ok(law)
    }

    /// Returns the first thing that makes the law unfit to be applied, with what would be accepted. A
    /// law that was made has passed; whoever holds one may ask again at no risk.
    pub fn validate(&self) -> Result<(), LawError> {
        let values = &*self.values;
        values.stated.check()?;
        let (first, last) = (astana::civil_day(values.in_force_from), values.stated.last_day);
        let (known_from, known_to) = (values.calendar.first_day(), values.calendar.last_day());
        if first < known_from || first > known_to {
            let accepted = format!("a day whose eleventh day after it lies from {known_from} to {known_to}");
            return Err(LawError::new("published.value", values.stated.published.value, accepted));
        }
        if last < first || last > known_to {
            return Err(LawError::new("last_day", last, format!("a day from {first} to {known_to}")));
        }
        values.calendar.reaches(last, values.standing.calendar_margin_days).map_err(|beyond| {
            let accepted = format!(
                "a day at least {} days before the end of the calendar's data ({})",
                values.standing.calendar_margin_days, beyond.last_day_known
            );
            LawError::new("last_day", last, accepted)
        })?;
        if let Some((bank, language, day)) = values.banks.nameless(&values.stated.integrated_banks, first, last) {
            let accepted = "banks that have a name in both languages on every day of force";
            let value = format!("{bank}, without a name in {} on {day}", forms::language_name(language));
            return Err(LawError::new("integrated_banks", value, accepted));
        }
        forms::all_can_be_rendered(self, first)
            .map_err(|error| LawError::new("forms", error, "texts that every form can be rendered from"))
    }

    /// Checks that an engine may run on `day` under this law (S-19): the calendar knows the next 60 days
    /// (`calendar_margin_days`), so that no term that begins that day is cut short.
    ///
    /// # Errors
    /// Names the day, the last day known and what to do.
    pub fn may_run_on(&self, day: NaiveDate) -> Result<(), CalendarEndsTooSoon> {
        let margin_days = self.calendar_margin_days();
        self.calendar().reaches(day, margin_days).map_err(|beyond| CalendarEndsTooSoon {
            day,
            margin_days,
            first_day_known: self.calendar().first_day(),
            last_day_known: beyond.last_day_known,
        })
    }

    /// Returns the name of this state of the law, for the records: equal values have equal names.
    pub fn version(&self) -> &str {
        &self.values.version
    }

    /// Returns the calendar that terms are counted by.
    pub fn calendar(&self) -> &Calendar {
        &self.values.calendar
    }

    /// Returns the register of banks.
    pub fn banks(&self) -> &Banks {
        &self.values.banks
    }

    /// Returns the instant from which the order is in force (A-O6): 00:00 of the eleventh day after
    /// the first official publication.
    pub fn in_force_from(&self) -> Moment {
        self.values.in_force_from
    }

    /// Returns the first instant after the force of the order: midnight after its last day (S-14).
    pub fn force_ends(&self) -> Moment {
        self.values.force_ends
    }

    /// Returns the integrated banks in the order of their codes (A-22, A-24).
    pub fn integrated_banks(&self) -> &[BankCode] {
        &self.values.stated.integrated_banks
    }

    /// Returns when the window of a form ends whose last part was accepted at `sent` (p. 10, p. 11):
    /// 24:00 of the third working day after that day (S-17, S-19). It is not cut at the end of force.
    pub fn reply_window_ends(&self, sent: Moment) -> Result<Moment, BeyondTheData> {
        self.end_of_working_day_after(sent, self.values.stated.reply_window_working_days)
    }

    /// Returns 24:00 of the `count`-th working day after the day of `start`, for terms in working days
    /// whose length this law gives.
    pub fn end_of_working_day_after(&self, start: Moment, count: u32) -> Result<Moment, BeyondTheData> {
        let last = self.values.calendar.working_day_after(astana::civil_day(start), count)?;
        Ok(astana::at_hour(last, 24))
    }

    /// Returns the length of a window in working days (p. 10, p. 11).
    pub fn reply_window_working_days(&self) -> u32 {
        self.values.stated.reply_window_working_days
    }

    /// Returns the first offer hour strictly after an instant (S-36): what is ready at the hour itself
    /// waits for the next one.
    pub fn next_offer_hour(&self, after: Moment) -> Moment {
        let (day, hour) = (astana::civil_day(after), self.values.stated.offer_hour);
        let today = astana::at_hour(day, hour);
        if after < today { today } else { astana::at_hour(next_day(day), hour) }
    }

    /// Returns the first offer hour strictly after an instant that does not lie before the order is in force
    /// (A-O6, S-36).
    pub fn next_offer_hour_within_force(&self, after: Moment) -> Moment {
        let just_before_force = Moment::from_millis(self.in_force_from().millis() - 1);
        self.next_offer_hour(after.max(just_before_force))
    }

    /// Returns `from` itself if a text may leave then, else the next instant at which one may (S-36).
    pub fn first_sending_moment(&self, from: Moment) -> Moment {
        let stated = &self.values.stated;
        if (stated.permitted_from..stated.permitted_to).contains(&astana::hour(from)) {
            return from;
        }
        self.first_sending_hour_at_or_after(from)
    }

    /// Returns when the permitted hours of the day of `at` end (S-36).
    pub fn sending_ends(&self, at: Moment) -> Moment {
        astana::at_hour(astana::civil_day(at), self.values.stated.permitted_to)
    }

    /// Returns until when a form that is taken up at `at` waits for a silent bank (S-36): to the hour of
    /// the law, or for an hour where that is later.
    pub fn banks_are_awaited_until(&self, at: Moment) -> Moment {
        let of_the_day = astana::at_hour(astana::civil_day(at), self.values.standing.banks_asked_until_hour);
        of_the_day.max(at + Span::hours(1))
    }

    /// Returns the first instant after `after` at which accounts are searched for (A-26): a poll hour of
    /// a working day.
    pub fn next_account_poll(&self, after: Moment) -> Result<Moment, BeyondTheData> {
        let mut day = astana::civil_day(after);
        loop {
            if self.values.calendar.is_working_day(day)? {
                let hours = self.values.standing.poll_hours.iter().map(|&hour| astana::at_hour(day, hour));
                if let Some(poll) = hours.filter(|&poll| after < poll).min() {
                    return Ok(poll);
                }
            }
            day = next_day(day);
        }
    }

    /// Returns the next instant at which the permitted hours begin, `at` itself if it is one (S-07c).
    pub fn first_sending_hour_at_or_after(&self, at: Moment) -> Moment {
        let (day, hour) = (astana::civil_day(at), self.values.stated.permitted_from);
        let today = astana::at_hour(day, hour);
        if at <= today { today } else { astana::at_hour(next_day(day), hour) }
    }

    /// Returns whether a form may leave at an instant (S-14): within force, and so early that every
    /// window that it can open ends within force. App.4 and App.5 open none and always fit.
    ///
    /// Reading S-14: App.3 promises an App.1 after it. That leaves on the morning after App.3's own
    /// window, and its window must fit as well.
    pub fn form_fits(&self, form: FormNumber, leaves: Moment) -> Result<bool, BeyondTheData> {
        let opens_windows = match form {
            FormNumber::One | FormNumber::Two => 1,
            FormNumber::Three => 2,
            FormNumber::Four | FormNumber::Five => return Ok(true),
        };
        if leaves < self.in_force_from() {
            return Ok(false);
        }
        let mut leaves = leaves;
        for _ in 0..opens_windows {
            if leaves >= self.force_ends() {
                return Ok(false);
            }
            let ends = self.reply_window_ends(leaves)?;
            if ends > self.force_ends() {
                return Ok(false);
            }
            leaves = self.first_sending_hour_at_or_after(ends);
        }
        Ok(true)
    }

    /// Returns whether not even the shortest form could leave at the next offer hour, and none ever will
    /// (S-14). Before the order is in force offers have yet to begin.
    pub fn offers_are_over(&self, now: Moment) -> bool {
        !self.form_fits(FormNumber::One, self.next_offer_hour_within_force(now)).unwrap_or(false)
    }

    /// Returns when what is owed for a month is paid (S-49): on the tenth working day of the following
    /// month, at the hour of payment. Any day stands for its month.
    pub fn payment_moment(&self, month: NaiveDate) -> Result<Moment, BeyondTheData> {
        let beyond = BeyondTheData { asked: month, last_day_known: self.values.calendar.last_day() };
        let following = first_of_month(month).checked_add_months(Months::new(1)).ok_or(beyond)?;
        let day_before = following.pred_opt().ok_or(beyond)?;
        let day = self.values.calendar.working_day_after(day_before, self.values.stated.payment_working_day)?;
        Ok(astana::at_hour(day, self.values.stated.payment_hour))
    }

    /// Returns the rate of a district in force on the first of a month; none where the district has
    /// stated none.
    pub fn rate(&self, district: District, month: NaiveDate) -> Option<&Rate> {
        let rates = &self.values.stated.rates;
        let after = rates.partition_point(|rate| (rate.district, rate.from) <= (district, first_of_month(month)));
        rates[..after].last().filter(|rate| rate.district == district)
    }

    /// Returns for what the rate of a district is due once, on the first of a month.
    pub fn rate_unit(&self, district: District, month: NaiveDate) -> Option<RateUnit> {
        self.rate(district, month).map(|rate| rate.unit)
    }

    /// Returns the sum due once for the period that begins with `month`: the rate of the district times
    /// the index, both as on the first of that month. None where either is not known.
    pub fn amount(&self, district: District, month: NaiveDate) -> Option<Tiyn> {
        let rate = self.rate(district, month)?;
        let mci = self.values.stated.mci.iter().rev().find(|mci| mci.from <= first_of_month(month))?;
        mci.tiyn.checked_mul(i64::from(rate.mci)).map(Tiyn)
    }

    /// Returns the value of {код услуги} (S-25).
    pub fn service_code(&self) -> &str {
        &self.values.stated.service_code.value
    }

    /// Returns what App.5 says is granted (T-14).
    pub fn service_name(&self, language: Language) -> &str {
        match language {
            Language::Ru => &self.values.standing.service_name_ru,
            Language::Kk => &self.values.standing.service_name_kk,
        }
    }

    /// Returns the number that texts come from and replies go to (A-40).
    pub fn short_number(&self) -> &str {
        self.values.standing.short_number
    }

    /// Returns what a bank is called on a day; none where no name is known.
    pub fn bank_name(&self, bank: BankCode, language: Language, day: NaiveDate) -> Option<&str> {
        self.values.banks.on(bank, day)?.name(language)
    }

    /// Returns the language of a recipient who has none on the portal (S-24).
    pub fn language_default(&self) -> Language {
        self.values.standing.language_default
    }

    /// Returns after how many working days a request for consent counts as unanswered (S-03).
    pub fn consent_unanswered_working_days(&self) -> u32 {
        self.values.standing.consent_answer_working_days
    }

    /// Returns after how many days an unanswered request may be made once more (S-03).
    pub fn consent_repeat_days(&self) -> u32 {
        self.values.standing.consent_again_days
    }

    /// Returns how many days lie at least between two requests for an expired consent (S-03d).
    pub fn consent_renew_days(&self) -> u32 {
        self.values.standing.consent_renew_days
    }

    /// Returns for how many days consent is asked for the child's record (S-03d).
    pub fn consent_days_child(&self) -> u16 {
        self.values.standing.consent_child_days
    }

    /// Returns for how many days consent is asked for a representative's own record (S-03d).
    pub fn consent_days_representative(&self) -> u16 {
        self.values.standing.consent_representative_days
    }

    /// Returns how many days old the last full list with a row may be for a first form to rest on it (S-13).
    pub fn row_confirmed_days(&self) -> u32 {
        self.values.standing.row_confirmed_days
    }

    /// Returns after how many days a missing row becomes a task (S-13b).
    pub fn row_missing_days(&self) -> u32 {
        self.values.standing.missing_task_days
    }

    /// Returns every how many days an excluded case is looked at again (S-46).
    pub fn recheck_excluded_days(&self) -> u32 {
        self.values.standing.excluded_recheck_days
    }

    /// Returns how many hours old a bank's answer may be when a form leaves (S-36).
    pub fn bank_answer_age_hours(&self) -> u32 {
        self.values.standing.banks_stale_hours
    }

    /// Returns until which hour banks are waited for when a form is to leave (S-36).
    pub fn bank_answer_until_hour(&self) -> u32 {
        self.values.standing.banks_asked_until_hour
    }

    /// Returns how often `#3#0` leads to App.3 in one offer (S-05b).
    pub fn other_bank_limit(&self) -> u32 {
        self.values.standing.other_bank_limit
    }

    /// Returns how many minutes after the first account became known the choice is made (S-09).
    pub fn account_choice_minutes(&self) -> u32 {
        self.values.standing.account_choice_minutes
    }

    /// Returns for how many working days a close may wait for what came in time (S-07c).
    pub fn closing_wait_working_days(&self) -> u32 {
        self.values.standing.closing_waits_working_days
    }

    /// Returns after how many days one more offer may go to a number that was not reached (S-18).
    pub fn undelivered_repeat_days(&self) -> u32 {
        self.values.standing.undelivered_again_days
    }

    /// Returns at which hours of a working day accounts are searched for (A-26).
    pub fn account_poll_hours(&self) -> &[u32] {
        &self.values.standing.poll_hours
    }

    /// Returns the term of the decision in working days (S-43, order 84).
    pub fn decision_working_days(&self) -> u32 {
        self.values.standing.decision_working_days
    }

    /// Returns how many days before its end the term of a disability is announced (S-28).
    pub fn disability_ending_days(&self) -> u32 {
        self.values.standing.disability_notice_days
    }

    /// Returns after how many hours a sending that is not complete raises an alert (S-17).
    pub fn sending_alert_hours(&self) -> u32 {
        self.values.standing.sending_alert_hours
    }

    /// Returns after how many minutes a register that could not say is asked again the first time (S-46).
    pub fn retry_first_minutes(&self) -> u32 {
        self.values.standing.retry_first_minutes
    }

    /// Returns how many minutes lie at most between two such questions (S-46).
    pub fn retry_most_minutes(&self) -> u32 {
        self.values.standing.retry_most_minutes
    }

    /// Returns whether a record of statelessness excludes (T-32).
    pub fn stateless_excludes(&self) -> bool {
        self.values.standing.stateless_excludes
    }

    /// Returns how many days before the end of the calendar's data nothing may run any more.
    pub fn calendar_margin_days(&self) -> u32 {
        self.values.standing.calendar_margin_days
    }
}

impl PartialEq for Law {
    fn eq(&self, other: &Self) -> bool {
        self.version() == other.version()
    }
}

impl<'de> Deserialize<'de> for Law {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stated = StatedLaw::deserialize(deserializer)?;
        Law::of(stated, Calendar::of_kazakhstan(), Banks::of_kazakhstan().clone()).map_err(serde::de::Error::custom)
    }
}

fn next_day(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap_or(day)
}

fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// Returns `order42/` and a digest of all values. The key is no secret: it only makes a digest of what
/// the messages have for tokens.
fn version_of(stated: &StatedLaw, standing: &Standing, calendar: &Calendar, banks: &Banks) -> String {
    let days: Vec<_> = calendar.exceptions().collect();
    let words = format!("{stated:?}\n{standing:?}\n{calendar:?}\n{days:?}\n{banks:?}\n{}", sourced::TEXT);
    let digest = TokenKey::new([0; 32]).token("law", words.as_bytes()).to_string();
    format!("order42/{}", &digest[digest.len() - 12..])
}

#[cfg(test)]
mod tests {
    use super::super::example::{TEXT, law, law_with};
    use super::super::{BankName, parameters};
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    /// An instant by the clock of Astana: `2024-12-26 09:00` or `… 09:00:00.001`.
    fn at(text: &str) -> Moment {
        let (day, time) = text.split_once(' ').expect("a day and a time");
        let time: chrono::NaiveTime = time.parse().expect("a time");
        let of_day = (time - chrono::NaiveTime::MIN).num_milliseconds();
        Moment::from_millis(astana::start_of(date(day)).millis() + of_day)
    }

    fn bank(code: &str) -> BankCode {
        code.parse().expect("a bank")
    }

    #[test]
    fn the_order_is_in_force_from_the_eleventh_day_after_publication() {
        // A-O6. Publication on 18 February: the eleventh day is 29 February.
        assert_eq!(law().in_force_from(), at("2024-03-10 00:00"));
        let earlier = law_with("2024-02-28", "2024-02-18");
        assert_eq!(earlier.in_force_from(), at("2024-02-29 00:00"));
        assert_eq!(earlier.in_force_from().to_string(), "2024-02-28T18:00:00Z");
        assert_eq!(law().force_ends(), at("2025-01-01 00:00"));
    }

    #[test]
    fn no_engine_runs_within_60_days_of_the_end_of_the_calendar() {
        // S-19. The data end with 2027: 1 November has 60 days after it, 2 November has 59.
        assert_eq!(law().may_run_on(date("2027-10-31")), Ok(()));
        assert_eq!(law().may_run_on(date("2027-11-01")), Ok(()));
        let refused = law().may_run_on(date("2027-11-02")).expect_err("59 days are left");
        let said = refused.to_string();
        for part in ["2027-11-02", "60 days", "to 2027-12-31", "data/kz_holidays.csv", "data/calendars.csv"] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(law().may_run_on(date("2021-01-01")).is_ok());
        assert!(law().may_run_on(date("2020-12-31")).is_err());
        assert!(law().may_run_on(NaiveDate::MAX).is_err());
    }

    #[test]
    fn a_window_ends_at_midnight_after_the_third_working_day() {
        for (sent, ends) in [
            ("2024-04-30 09:00", "2024-05-05 00:00"),
            ("2024-12-12 00:00", "2024-12-19 00:00"),
            ("2024-12-26 20:59", "2025-01-01 00:00"),
            ("2024-12-26 23:59:59.999", "2025-01-01 00:00"),
            ("2024-12-27 00:00", "2025-01-06 00:00"),
            ("2024-02-27 12:00", "2024-03-02 00:00"),
            ("2024-02-28 12:00", "2024-03-05 00:00"),
        ] {
            assert_eq!(law().reply_window_ends(at(sent)), Ok(at(ends)), "sent {sent}");
        }
        // The day on which the clocks went back had 25 hours; sent in its second 23rd hour, it still counts.
        let sent = Moment::from_millis(at("2024-03-01 00:00").millis() - 1);
        assert_eq!(law().reply_window_ends(sent), Ok(at("2024-03-06 00:00")));
        assert!(law().reply_window_ends(at("2027-12-29 10:00")).is_err());
    }

    #[test]
    fn the_offer_hour_is_strictly_after() {
        for (ready, offered) in [
            ("2024-03-11 08:59:59.999", "2024-03-11 09:00"),
            ("2024-03-11 09:00", "2024-03-12 09:00"),
            ("2024-03-11 09:00:00.001", "2024-03-12 09:00"),
            ("2024-03-11 23:59", "2024-03-12 09:00"),
            ("2024-03-09 10:00", "2024-03-10 09:00"),
        ] {
            assert_eq!(law().next_offer_hour(at(ready)), at(offered), "{ready}");
        }
        let across_the_change = law().next_offer_hour(Moment::from_millis(at("2024-03-01 00:00").millis() - 1));
        assert_eq!(across_the_change, at("2024-03-01 09:00"));
    }

    #[test]
    fn texts_leave_within_the_permitted_hours() {
        for (from, leaves, begins) in [
            ("2024-03-11 08:59:59.999", "2024-03-11 09:00", "2024-03-11 09:00"),
            ("2024-03-11 09:00", "2024-03-11 09:00", "2024-03-11 09:00"),
            ("2024-03-11 09:00:00.001", "2024-03-11 09:00:00.001", "2024-03-12 09:00"),
            ("2024-03-11 20:59:59.999", "2024-03-11 20:59:59.999", "2024-03-12 09:00"),
            ("2024-03-11 21:00", "2024-03-12 09:00", "2024-03-12 09:00"),
            ("2024-03-12 00:00", "2024-03-12 09:00", "2024-03-12 09:00"),
        ] {
            assert_eq!(law().first_sending_moment(at(from)), at(leaves), "{from}");
            assert_eq!(law().first_sending_hour_at_or_after(at(from)), at(begins), "{from}");
        }
        let always = law_with("\"permitted_from\": 9,", "\"permitted_from\": 0,");
        let always = always.with_hours(0, 24);
        assert_eq!(always.first_sending_moment(at("2024-03-11 23:59")), at("2024-03-11 23:59"));
    }

    impl Law {
        /// Returns this law with other permitted hours.
        fn with_hours(&self, from: u32, to: u32) -> Law {
            let mut stated = self.values.stated.clone();
            (stated.permitted_from, stated.permitted_to) = (from, to);
            Law::of(stated, self.calendar().clone(), self.banks().clone()).expect("hours that are accepted")
        }
    }

    #[test]
    fn a_form_leaves_only_while_its_windows_fit() {
        use FormNumber::*;
        for (form, leaves, fits) in [
            (One, "2024-03-09 23:59:59.999", false),
            (One, "2024-03-10 00:00", true),
            (One, "2024-12-26 23:59", true),
            (One, "2024-12-27 00:00", false),
            (Two, "2024-12-26 09:00", true),
            (Two, "2024-12-27 09:00", false),
            (Three, "2024-12-22 23:59", true),
            (Three, "2024-12-23 00:00", false),
            (Three, "2024-03-09 12:00", false),
            (Three, "2025-01-01 09:00", false),
            (One, "2025-01-01 00:00", false),
            (One, "2030-01-01 09:00", false),
            (Four, "2025-01-01 09:00", true),
            (Five, "2025-02-01 09:00", true),
        ] {
            assert_eq!(law().form_fits(form, at(leaves)), Ok(fits), "App.{} at {leaves}", u8::from(form));
        }
        // Force ending a day sooner moves the last sends.
        let shorter = law_with("\"last_day\": \"2024-12-31\"", "\"last_day\": \"2024-12-30\"");
        assert_eq!(shorter.form_fits(One, at("2024-12-25 20:00")), Ok(true));
        assert_eq!(shorter.form_fits(One, at("2024-12-26 09:00")), Ok(false));
        assert_eq!(shorter.form_fits(Three, at("2024-12-20 09:00")), Ok(false));
        assert_eq!(shorter.form_fits(Three, at("2024-12-19 20:00")), Ok(true));
    }

    #[test]
    fn payment_falls_on_the_tenth_working_day_of_the_following_month() {
        for (month, paid) in [
            ("2024-03-01", "2024-04-12 09:00"),
            // May 2024: the 1st, 7th, 8th and 9th are off, Saturday the 4th is worked.
            ("2024-04-01", "2024-05-17 09:00"),
            // January 2025: the 1st to 3rd and the 7th are off, Sunday the 5th is worked.
            ("2024-12-01", "2025-01-17 09:00"),
            ("2024-12-31", "2025-01-17 09:00"),
        ] {
            assert_eq!(law().payment_moment(date(month)), Ok(at(paid)), "{month}");
        }
        assert!(law().payment_moment(date("2027-12-01")).is_err());
        assert!(law().payment_moment(NaiveDate::MAX).is_err());
        assert!(law().payment_moment(NaiveDate::MIN).is_err());
    }

    #[test]
    fn the_sum_is_the_rate_times_the_index_of_the_first_of_the_month() {
        let (astana, shymkent, nowhere) = (District(710_000_000), District(750_000_000), District(1));
        for (district, month, sum, unit) in [
            (astana, "2023-12-01", None, None),
            (astana, "2024-06-30", Some(3 * 369_200), Some(RateUnit::Monthly)),
            (astana, "2024-07-01", Some(5 * 369_200), Some(RateUnit::Quarterly)),
            (astana, "2025-01-01", Some(5 * 393_200), Some(RateUnit::Quarterly)),
            // Its rate begins on the second of March: March is not yet covered on its first day.
            (shymkent, "2024-03-01", None, None),
            (shymkent, "2024-04-01", Some(4 * 369_200), Some(RateUnit::Monthly)),
            (nowhere, "2024-04-01", None, None),
            (District(u32::MAX), "2024-04-01", None, None),
        ] {
            assert_eq!(law().amount(district, date(month)), sum.map(Tiyn), "{district} {month}");
            assert_eq!(law().rate_unit(district, date(month)), unit, "{district} {month}");
        }
    }

    #[test]
    fn what_stands_beside_the_plan_has_its_value() {
        let law = law();
        assert_eq!((law.service_code(), law.short_number()), ("123", "1414"));
        assert_eq!((law.consent_days_child(), law.consent_days_representative()), (2, 30));
        assert_eq!((law.language_default(), law.other_bank_limit()), (Language::Kk, 3));
        assert_eq!((law.decision_working_days(), law.account_poll_hours()), (8, [10, 17].as_slice()));
        assert_eq!(
            law.service_name(Language::Ru),
            "выплата по возмещению затрат на обучение на дому детей с инвалидностью"
        );
        assert!(law.integrated_banks().is_sorted());
        for value in parameters() {
            assert!(in_force(&value.name, date("2024-03-10")).is_some(), "{}", value.name);
        }
    }

    #[test]
    fn a_reading_that_a_plan_states_holds_in_place_of_the_table() {
        let otherwise = law_with(
            "\"payment_hour\": 9,",
            "\"payment_hour\": 9, \"other_bank_limit\": 1, \"poll_hours\": [11], \"stateless_excludes\": false,",
        );
        assert_eq!((otherwise.other_bank_limit(), law().other_bank_limit()), (1, 3));
        assert_eq!((otherwise.account_poll_hours(), otherwise.stateless_excludes()), ([11].as_slice(), false));
        assert_eq!(otherwise.account_choice_minutes(), law().account_choice_minutes());
        for (part, field) in [
            ("\"other_bank_limit\": 101", "other_bank_limit"),
            ("\"consent_answer_working_days\": 0", "consent_answer_working_days"),
            ("\"poll_hours\": [10, 24]", "poll_hours"),
        ] {
            let text = TEXT.replacen("\"payment_hour\": 9", &format!("\"payment_hour\": 9, {part}"), 1);
            assert_eq!(Law::from_json(&text).expect_err(part).field, field);
        }
    }

    #[test]
    fn banks_are_awaited_until_noon_or_for_an_hour() {
        for (taken_up, until) in [
            ("2024-06-14 09:00", "2024-06-14 12:00"),
            ("2024-06-14 11:00", "2024-06-14 12:00"),
            ("2024-06-14 11:30", "2024-06-14 12:30"),
        ] {
            assert_eq!(law().banks_are_awaited_until(at(taken_up)), at(until));
        }
        assert_eq!(law().sending_ends(at("2024-06-14 09:00")), at("2024-06-14 21:00"));
    }

    #[test]
    fn accounts_are_searched_for_at_the_hours_of_a_working_day() {
        // Saturday 4 May 2024 works in exchange for Wednesday the 8th.
        for (after, poll) in [
            ("2024-05-03 09:59", "2024-05-03 10:00"),
            ("2024-05-03 10:00", "2024-05-03 17:00"),
            ("2024-05-03 17:00", "2024-05-04 10:00"),
            ("2024-05-04 17:00", "2024-05-06 10:00"),
            ("2024-05-06 17:00", "2024-05-10 10:00"),
        ] {
            assert_eq!(law().next_account_poll(at(after)), Ok(at(poll)), "{after}");
        }
        assert!(law().next_account_poll(at("2027-12-31 17:00")).is_err());
    }

    #[test]
    fn what_cannot_be_is_refused_and_named() {
        for (part, otherwise, field, accepted) in [
            (r#""published": {"value": "2024-02-28", "basis": "assumed"},"#, "", "law", "published"),
            (
                r#""published": {"value": "2024-02-28", "basis": "assumed"}"#,
                r#""published": "2024-02-28""#,
                "published",
                "",
            ),
            ("2024-02-28", "2024-02-30", "published.value", ""),
            ("2024-02-28", "2024-02-15", "published.value", "2024-02-16"),
            ("2024-02-28", "2035-02-28", "published.value", "2027-12-31"),
            ("2024-12-31", "2024-03-09", "last_day", "2024-03-10"),
            ("2024-12-31", "2028-01-01", "last_day", "2027-12-31"),
            ("2024-12-31", "2027-12-01", "last_day", "60 days"),
            (r#""service_code": {"value": "123", "basis": "assumed"},"#, "", "law", "service_code"),
            (r#""value": "123""#, r#""value": """#, "service_code.value", "digits"),
            (r#""value": "123""#, r#""value": "12a""#, "service_code.value", "digits"),
            (r#""value": "123""#, r#""value": 123"#, "service_code.value", "accepted: a string"),
            (r#""value": "123""#, r#""value": "123456789""#, "service_code.value", "8 digits"),
            (r#"{"value": "123", "basis": "assumed"}"#, r#"{"value": "123", "basis": " "}"#, "service_code.basis", ""),
            (r#""601", "722""#, r#""601", "601""#, "integrated_banks", "once"),
            (r#""601""#, r#""60""#, "integrated_banks[0]", ""),
            (r#""601""#, r#""999""#, "integrated_banks", "both languages"),
            ("\"offer_hour\": 9", "\"offer_hour\": 8", "offer_hour", "9 to 20"),
            ("\"offer_hour\": 9", "\"offer_hour\": 21", "offer_hour", "9 to 20"),
            ("\"offer_hour\": 9", "\"offer_hour\": 9.5", "offer_hour", ""),
            ("\"permitted_from\": 9", "\"permitted_from\": 24", "permitted_from", "0 to 23"),
            ("\"permitted_to\": 21", "\"permitted_to\": 9", "permitted_to", "10 to 24"),
            ("\"permitted_to\": 21", "\"permitted_to\": 25", "permitted_to", "10 to 24"),
            ("\"payment_hour\": 9", "\"payment_hour\": 24", "payment_hour", "0 to 23"),
            ("\"payment_working_day\": 10", "\"payment_working_day\": 0", "payment_working_day", "1 to 15"),
            ("\"reply_window_working_days\": 3", "\"reply_window_working_days\": -3", "reply_window_working_days", ""),
            ("\"reply_window_working_days\": 3", "\"window\": 3", "law", ""),
            ("\"mci\": 3", "\"mci\": 0", "rates[0].mci", "1 to 1000"),
            ("\"monthly\", \"mci\": 3", "\"weekly\", \"mci\": 3", "rates[0].unit", ""),
            ("\"2024-07-01\"", "\"2024-01-01\"", "rates[1].from", "one rate"),
            ("369200", "0", "mci[1].tiyn", "tiyn"),
            ("\"2025-01-01\", \"tiyn\"", "\"2024-01-01\", \"tiyn\"", "mci[1].from", "one index"),
        ] {
            assert!(TEXT.contains(part), "{part}");
            let error = Law::from_json(&TEXT.replacen(part, otherwise, 1)).expect_err(otherwise);
            assert_eq!(error.field, field, "{otherwise}: {error}");
            assert!(error.to_string().contains(accepted), "{otherwise}: {error}");
        }
        assert!(Law::from_json("").is_err() && Law::from_json("null").is_err() && Law::from_json("[]").is_err());
    }

    #[test]
    fn both_ways_to_read_a_law_agree() {
        let by_serde: Law = serde_json::from_str(TEXT).expect("it can be read");
        assert_eq!(by_serde, law());
        let error = serde_json::from_str::<Law>(&TEXT.replace("\"offer_hour\": 9", "\"offer_hour\": 22"));
        assert!(error.expect_err("no such hour").to_string().contains("offer_hour: 22"));
    }

    #[test]
    fn another_value_is_another_version() {
        let law = law();
        assert_eq!(law.version(), law_with("[\"601\", \"722\"", "[\"722\", \"601\"").version());
        assert!(law.version().starts_with("order42/") && law.version().len() == 20);
        let moved = law.calendar().with_changes(law.calendar().version(), &[(date("2024-06-14"), DayKind::DayOff)]);
        let mut versions = vec![
            law.version().to_owned(),
            law_with("\"123\"", "\"124\"").version().to_owned(),
            law_with("369200", "369201").version().to_owned(),
            law.with_calendar(moved).expect("a calendar that fits").version().to_owned(),
        ];
        versions.sort();
        versions.dedup();
        assert_eq!(versions.len(), 4);
    }

    #[test]
    fn a_day_moved_by_decree_moves_the_window() {
        let moved = law().calendar().with_changes("kz/2", &[(date("2024-06-14"), DayKind::DayOff)]);
        let later = law().with_calendar(moved).expect("a calendar that fits");
        assert_eq!(law().reply_window_ends(at("2024-06-12 09:00")), Ok(at("2024-06-18 00:00")));
        assert_eq!(later.reply_window_ends(at("2024-06-12 09:00")), Ok(at("2024-06-19 00:00")));
    }

    #[test]
    fn a_bank_without_a_name_in_some_language_is_refused_at_the_start() {
        let row = |valid_from: &str, name_kk: &str| BankName {
            bank_code: bank("601"),
            valid_from: date(valid_from),
            name_ru: "Банк".to_owned(),
            name_kk: name_kk.to_owned(),
            link: String::new(),
            basis: "assumed".to_owned(),
            source: "made up".to_owned(),
            checked: date("2026-11-21"),
        };
        let alone = law_with(r#"["601", "722", "965", "856", "948", "821", "849", "914", "551", "886"]"#, r#"["601"]"#);
        for (rows, problem) in [
            (vec![row("2024-01-01", "Банк")], None),
            (vec![row("2024-01-01", "")], Some("601, without a name in Kazakh on 2024-03-10")),
            (
                vec![row("2024-01-01", "Банк"), row("2024-06-01", "")],
                Some("601, without a name in Kazakh on 2024-06-01"),
            ),
            // Named only from the second day of force on.
            (vec![row("2024-03-11", "Банк")], Some("601, without a name in Russian on 2024-03-10")),
            // The name is lost only after the last day of force.
            (vec![row("2024-01-01", "Банк"), row("2025-01-01", "")], None),
            (vec![row("2024-01-01", "{Банк}")], Some("brace")),
            (vec![], Some("601, without a name in Russian on 2024-03-10")),
        ] {
            match (alone.with_banks(Banks::of(rows)), problem) {
                (Ok(_), None) => {}
                (Err(error), Some(problem)) => assert!(error.to_string().contains(problem), "{error}"),
                (found, _) => panic!("expected {problem:?}, found {found:?}"),
            }
        }
    }

    #[test]
    fn a_bank_is_called_by_its_name_of_the_day() {
        let name = |day: &str| law().bank_name(bank("998"), Language::Ru, date(day)).map(str::to_owned);
        assert_eq!(name("2024-12-31").as_deref(), Some("Jusan Bank"));
        assert_eq!(name("2025-01-01").as_deref(), Some("Alatau City Bank"));
        assert_eq!(name("2020-12-31"), None);
        assert_eq!(law().bank_name(bank("000"), Language::Kk, date("2024-06-01")), None);
    }

    #[test]
    fn the_register_has_the_banks_of_the_list_with_their_last_names() {
        // The list of codes, BICs and names stands beside the dated names: neither may forget a bank.
        let list = include_str!("../../../data/kz_banks.csv");
        let mut codes = Vec::new();
        for row in csv::Reader::from_reader(list.as_bytes()).records() {
            let row = row.expect("a row");
            let found = Banks::of_kazakhstan().on(bank(&row[0]), date("2027-12-31")).expect("a bank of the list");
            assert_eq!((&row[2], &row[3]), (found.name_ru.as_str(), found.name_kk.as_str()));
            codes.push(bank(&row[0]));
        }
        assert_eq!(Banks::of_kazakhstan().codes().collect::<Vec<_>>(), codes);
        assert_eq!(codes.len(), 23);
    }

    proptest! {
        #[test]
        fn no_instant_makes_the_law_panic(millis: i64, days: i32, district: u32) {
            let (law, at) = (law(), Moment::from_millis(millis));
            let _ = (law.reply_window_ends(at), law.next_offer_hour(at), law.first_sending_moment(at));
            for form in FormNumber::ALL {
                let _ = law.form_fits(form, at);
            }
            if let Some(day) = NaiveDate::from_epoch_days(days) {
                let _ = (law.payment_moment(day), law.amount(District(district), day));
            }
        }

        #[test]
        fn a_sending_moment_is_never_in_the_night(minutes in 0_i64..400 * 1440) {
            let law = law();
            let from = Moment::from_millis(at("2024-02-01 00:00").millis() + minutes * 60_000);
            let leaves = law.first_sending_moment(from);
            prop_assert!(leaves >= from && (9..21).contains(&astana::hour(leaves)));
            prop_assert!(leaves == from || !(9..21).contains(&astana::hour(from)));
            prop_assert_eq!(law.first_sending_moment(leaves), leaves);
            let offered = law.next_offer_hour(from);
            prop_assert!(offered > from && astana::hour(offered) == 9);
        }

        #[test]
        fn no_text_makes_the_reader_panic(place in 0_usize..1200, stranger: char) {
            let mut text: Vec<char> = TEXT.chars().collect();
            let place = place % text.len();
            text[place] = stranger;
            let _ = Law::from_json(&text.into_iter().collect::<String>());
        }
    }
}
