//! The law of one run as the oracle computes with it: force, windows, offer days, days and sums of
//! payment (A-O6, S-14, S-19, S-36, S-49).
//!
//! Everything here is a number from the header of the plan or a count over the calendar.

use chrono::Days;
use proaktiv_messages::{BankCode, District, FormNumber, LawChange, Moment, Party, Span, Tiyn};
use rustc_hash::FxHashMap;

use crate::calendar::{Day, WorkingDays, at, day, day_of, is_weekend};
use crate::plan::{Fault, Header, Terms, Unit};

/// How late an output may follow its cause. The act says no more than "automatically"; receivers may
/// be asked slowly, but not for longer than a day.
pub(crate) const PROMPT: Span = Span::days(1);
/// How long a message may be on its way: the oracle sees what left when it is handed over.
pub(crate) const ON_ITS_WAY: Span = Span::hours(1);
/// Days from the day of publication to the first day of force: ten full days lie between (A-O6).
const PUBLICATION_TO_FORCE: u64 = 11;

/// The law of one run.
pub(crate) struct Law {
    /// The calendar.
    pub days: WorkingDays,
    /// Every bank that is integrated at some time, in the order of their codes (A-24).
    pub banks: Vec<BankCode>,
    /// Those that are now, each a bit by its place.
    integrated: u64,
    /// The service code.
    pub code: String,
    /// The day of the first list.
    pub starts: Day,
    /// Whether the observer is on.
    pub observer: bool,
    /// The end of the last day on which a form of appendix 1 can leave (S-14).
    pub last_offer: Moment,
    /// The last day on which appendix 3 can leave (S-14).
    pub last_three: Day,
    /// The parameters that a plan may leave out.
    pub terms: Terms,
    /// How far past a permitted hour a text may leave that was ordered within it: some ticks.
    pub slack: Span,
    faults: Vec<Fault>,
    /// Calendars that a decree has replaced since.
    former_days: Vec<WorkingDays>,
    in_force_from: Day,
    last_day: Day,
    window: u32,
    offer_hour: u32,
    permitted: (u32, u32),
    payment_working_day: u32,
    payment_hour: u32,
    rates: FxHashMap<District, Vec<(Day, Unit, i64)>>,
    mci: Vec<(Day, i64)>,
}

/// From when to when something that waits for its hour may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    /// Not before.
    pub from: Moment,
    /// Not at or after.
    pub until: Moment,
}

impl Law {
    /// Takes the parameters of a header.
    ///
    /// # Errors
    /// A sentence that names the field and the value that cannot be computed with.
    pub(crate) fn new(header: Header) -> Result<Self, String> {
        let days = WorkingDays::read()?;
        for (field, value) in
            [("starts", header.starts), ("horizon", header.horizon), ("law.last_day", header.law.last_day)]
        {
            if !days.cover(day(value)) {
                return Err(format!("header of the plan: {field} is {value}, outside the calendar's 2021 to 2027-09"));
            }
        }
        let published = header.law.published.value;
        let Some(in_force_from) = published.checked_add_days(Days::new(PUBLICATION_TO_FORCE)) else {
            return Err(format!("header of the plan: law.published is {published}, too late for any force"));
        };
        let stated = header.law_changes.into_iter().filter_map(|stated| stated.change.integrated_banks);
        let mut banks: Vec<BankCode> = stated.flatten().chain(header.law.integrated_banks.iter().copied()).collect();
        banks.sort_unstable();
        banks.dedup();
        let mut rates: FxHashMap<District, Vec<_>> = FxHashMap::default();
        for rate in header.law.rates {
            rates.entry(rate.district).or_default().push((day(rate.from), rate.unit, rate.mci));
        }
        rates.values_mut().for_each(|of_district| of_district.sort_by_key(|&(from, ..)| from));
        let mut mci: Vec<_> = header.law.mci.iter().map(|mci| (day(mci.from), mci.tiyn)).collect();
        mci.sort_unstable();
        let mut law = Self {
            days,
            banks,
            integrated: 0,
            code: header.law.service_code.value,
            starts: day(header.starts),
            observer: header.observer,
            last_offer: Moment::default(),
            last_three: 0,
            terms: header.law.terms,
            faults: header.faults,
            former_days: Vec::new(),
            slack: Span::millis(header.tick_ms.unwrap_or(1000).clamp(1, 60_000) * 10),
            in_force_from: day(in_force_from),
            last_day: day(header.law.last_day),
            window: header.law.reply_window_working_days,
            offer_hour: header.law.offer_hour,
            permitted: (header.law.permitted_from, header.law.permitted_to),
            payment_working_day: header.law.payment_working_day,
            payment_hour: header.law.payment_hour,
            rates,
            mci,
        };
        law.integrate(&header.law.integrated_banks);
        law.reckon_last_forms();
        Ok(law)
    }

    /// Reckons when the last forms can leave (S-14).
    fn reckon_last_forms(&mut self) {
        let last = (0..60).map(|back| self.last_day - back).find(|&sent| self.window_of(sent) <= self.last_day);
        self.last_three = (0..90)
            .map(|back| self.last_day - back)
            .find(|&sent| self.room(FormNumber::Three, sent).1)
            .unwrap_or(self.last_day - 90);
        self.last_offer = at(last.unwrap_or(self.last_day - 60), self.permitted.1);
    }

    /// Takes what of a change has a date of its own: moved days, another last day of force (S-14, S-19).
    pub(crate) fn change(&mut self, change: &LawChange) {
        if !change.days.is_empty() {
            self.former_days.push(self.days.clone());
        }
        for moved in &change.days {
            self.days.set(day(moved.day), moved.works);
        }
        self.last_day = change.last_day.map_or(self.last_day, day);
        self.reckon_last_forms();
    }

    /// Returns whether a day is not past the last day of force (S-14).
    pub(crate) fn is_within_force(&self, day: Day) -> bool {
        day <= self.last_day
    }

    /// Takes the banks that are integrated from now on (A-22).
    pub(crate) fn integrate(&mut self, banks: &[BankCode]) {
        let places = banks.iter().filter_map(|&bank| self.place(bank));
        self.integrated = places.fold(0, |set, place| set | 1 << place);
    }

    /// Returns the places of the banks that are integrated now.
    pub(crate) fn integrated(&self) -> impl Iterator<Item = u8> + use<> {
        let set = self.integrated;
        (0..64).filter(move |place| set >> place & 1 == 1)
    }

    /// Returns whether the bank at a place is integrated now.
    pub(crate) fn is_integrated(&self, place: u8) -> bool {
        self.integrated >> place & 1 == 1
    }

    /// Returns the place of a bank among those that are integrated at some time.
    pub(crate) fn place(&self, bank: BankCode) -> Option<usize> {
        self.banks.binary_search(&bank).ok()
    }

    /// Returns all banks that are integrated now as a set of places.
    pub(crate) fn all_banks(&self) -> u64 {
        self.integrated
    }

    /// Returns the last day of the window of a form sent on `sent`, whatever the end of force (S-19).
    fn window_of(&self, sent: Day) -> Day {
        self.days.after(sent, self.window)
    }

    /// Returns the last day of the window of a form whose last part was accepted at `last_part`.
    ///
    /// Reading S-14: a form that left in time has its window cut at the end of force.
    pub(crate) fn last_day_of_window(&self, last_part: Moment) -> Day {
        self.window_of(day_of(last_part)).min(self.last_day)
    }

    /// Returns the last day of the form's own window and whether every window that it can open ends
    /// within force (S-14).
    pub(crate) fn room(&self, form: FormNumber, sent: Day) -> (Day, bool) {
        let own = self.window_of(sent);
        let last = if form == FormNumber::Three { self.window_of(own + 1) } else { own };
        (own, sent >= self.in_force_from && last <= self.last_day)
    }

    /// Returns whether a window from the day after `sent` to `ends` meets a day that works, or does not, against
    /// the days of the week: a holiday, or a day that was transferred (S-19).
    pub(crate) fn counts_by_decree(&self, sent: Day, ends: Moment) -> bool {
        (sent + 1..day_of(ends)).any(|day| self.days.works(day) == is_weekend(day))
    }

    /// Returns the instant at which a window ends: 24:00 of its last day (S-19).
    pub(crate) fn window_ends(&self, last: Day) -> Moment {
        at(last + 1, 0)
    }

    /// Returns when a text ordered at `ordered` may leave within the permitted hours (S-36).
    pub(crate) fn permitted_slot(&self, ordered: Moment) -> Slot {
        let today = day_of(ordered);
        let (from, until) = (at(today, self.permitted.0), at(today, self.permitted.1));
        if ordered < from {
            Slot { from, until: until + self.slack }
        } else if ordered + self.slack < until {
            Slot { from: ordered, until: until + self.slack }
        } else {
            // Ordered in the last ticks of the day: it may leave at once or wait for the morning.
            let from = if ordered < until { ordered } else { at(today + 1, self.permitted.0) };
            Slot { from, until: at(today + 1, self.permitted.1) + self.slack }
        }
    }

    /// Returns the instant from which on a day of payment sums are paid.
    pub(crate) fn payment_from(&self, day: Day) -> Moment {
        at(day, self.payment_hour)
    }

    /// Returns the sum of a period whose first owed month begins on `first`: the rate of the district
    /// times the index, both as valid on that day. None where there is no rate or no index.
    pub(crate) fn amount(&self, district: District, first: Day) -> Option<Tiyn> {
        let rates = self.rates.get(&district)?;
        let &(_, _, indices) = rates.iter().rev().find(|&&(from, ..)| from <= first)?;
        let &(_, tiyn) = self.mci.iter().rev().find(|&&(from, _)| from <= first)?;
        Some(Tiyn(indices * tiyn))
    }

    /// Returns the days of payment in a month (S-49), the first and the last: one, unless a decree has moved it.
    ///
    /// Reading S-49: a day of payment that was reckoned before a decree may stay; windows alone are promises.
    pub(crate) fn payment_days(&self, month: i32) -> (Day, Day) {
        let calendars = self.former_days.iter().chain([&self.days]);
        let days = calendars.map(|days| days.of_month(month, self.payment_working_day));
        days.fold((Day::MAX, Day::MIN), |(first, last), day| (first.min(day), last.max(day)))
    }

    /// Returns what a rate of the district is due once for, on a day.
    pub(crate) fn unit(&self, district: District, on: Day) -> Option<Unit> {
        let rates = self.rates.get(&district)?;
        rates.iter().rev().find(|&&(from, ..)| from <= on).map(|&(_, unit, _)| unit)
    }

    /// Returns the next offer hour at or after `now`, in force (S-36, A-O6).
    pub(crate) fn offer_hour_from(&self, now: Moment) -> Moment {
        let today = day_of(now).max(self.in_force_from);
        let hour = at(today, self.offer_hour.max(self.permitted.0));
        if now <= hour { hour } else { at(today + 1, self.offer_hour.max(self.permitted.0)) }
    }

    /// Returns the first permitted moment at or after `now` (S-36).
    pub(crate) fn sending_hour_from(&self, now: Moment) -> Moment {
        let today = day_of(now);
        let (from, until) = (at(today, self.permitted.0), at(today, self.permitted.1));
        if now < from {
            from
        } else if now < until {
            now
        } else {
            at(today + 1, self.permitted.0)
        }
    }

    /// Returns the end of the permitted hours of the day of `now`.
    pub(crate) fn permitted_end(&self, now: Moment) -> Moment {
        at(day_of(now), self.permitted.1)
    }

    /// Returns until when an output to `party` may still come that was due until `until`: what is sent
    /// to a silent party is lost, and repeated when it is back.
    pub(crate) fn patience(&self, party: Party, until: Moment) -> Moment {
        let mut end = until;
        for fault in &self.faults {
            if fault.party == party && fault.from <= end && end < fault.to + PROMPT {
                end = fault.to + PROMPT;
            }
        }
        end
    }

    /// Returns the planned faults, for coverage.
    pub(crate) fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Returns how long after the `nth` Unknown, from 0, a question is asked again (S-46).
    pub(crate) fn backoff(&self, nth: u8) -> Span {
        let minutes = self.terms.retry_first_minutes << nth.min(12);
        Span::minutes(minutes.min(self.terms.retry_most_minutes))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::calendar::{first_of, month_of};

    pub(crate) const HEADER: &str = r#"{"plan":"proaktiv.plan","version":1,"scenario":"quiet","seed":1,"families":2,
        "children":2,"starts":"2024-03-11","horizon":"2025-08-31","salt":"00","key":"00","observer":false,"tick_ms":1000,
        "law":{"published":{"value":"2024-02-28","basis":"assumed"},"last_day":"2024-12-31",
        "service_code":{"value":"123","basis":"assumed"},"integrated_banks":["722","601","965"],
        "reply_window_working_days":3,"offer_hour":9,"permitted_from":9,"permitted_to":21,"payment_working_day":10,
        "payment_hour":9,"rates":[{"district":710000000,"from":"2024-01-01","unit":"monthly","mci":3,"source":"assumed"}],
        "mci":[{"from":"2024-01-01","tiyn":369200,"source":"x"},{"from":"2025-01-01","tiyn":393200,"source":"x"}]}}"#;

    fn law() -> Law {
        Law::new(crate::plan::header(&HEADER.replace('\n', " ")).expect("a header")).expect("a law")
    }

    fn on(text: &str) -> Day {
        day(text.parse().expect("a date"))
    }

    #[test]
    fn the_last_sends_of_s_14() {
        let law = law();
        for (form, last) in
            [(FormNumber::One, "2024-12-26"), (FormNumber::Two, "2024-12-26"), (FormNumber::Three, "2024-12-22")]
        {
            assert!(law.room(form, on(last)).1, "{form:?} on {last}");
            assert!(!law.room(form, on(last) + 1).1, "{form:?} after {last}");
        }
        assert_eq!(law.last_offer, at(on("2024-12-26"), 21));
    }

    #[test]
    fn force_begins_eleven_days_after_publication() {
        let law = law();
        assert!(!law.room(FormNumber::One, on("2024-03-09")).1);
        assert!(law.room(FormNumber::One, on("2024-03-10")).1);
    }

    #[test]
    fn the_offer_hour_just_before_at_and_after() {
        let law = law();
        let nine = at(on("2024-03-12"), 9);
        assert_eq!(law.offer_hour_from(nine - Span::millis(1)), nine);
        assert_eq!(law.offer_hour_from(nine), nine);
        assert_eq!(law.offer_hour_from(nine + Span::millis(1)), at(on("2024-03-13"), 9));
        // No form before the order is in force.
        assert_eq!(law.offer_hour_from(at(on("2024-03-01"), 12)), at(on("2024-03-10"), 9));
    }

    #[test]
    fn a_text_waits_for_the_first_sending_hour() {
        let law = law();
        let today = on("2024-03-12");
        for (now, hour) in
            [(at(today, 0), at(today, 9)), (at(today, 9), at(today, 9)), (at(today, 21), at(today + 1, 9))]
        {
            assert_eq!(law.sending_hour_from(now), hour);
        }
        assert_eq!(law.sending_hour_from(at(today, 20)), at(today, 20));
    }

    #[test]
    fn unknown_is_asked_again_after_an_hour_then_doubled_up_to_a_day() {
        let law = law();
        let hours: Vec<i64> = (0..7).map(|nth| law.backoff(nth).as_millis() / 3_600_000).collect();
        assert_eq!(hours, [1, 2, 4, 8, 16, 24, 24]);
    }

    #[test]
    fn a_text_waits_for_the_permitted_hours() {
        let law = law();
        let today = on("2024-03-12");
        assert_eq!(law.permitted_slot(at(today, 8)).from, at(today, 9));
        assert_eq!(law.permitted_slot(at(today, 12)).from, at(today, 12));
        assert_eq!(law.permitted_slot(at(today, 21)).from, at(today + 1, 9));
        let last_tick = at(today, 21) - Span::millis(1);
        let slot = law.permitted_slot(last_tick);
        assert_eq!((slot.from, slot.until), (last_tick, at(today + 1, 21) + law.slack));
    }

    #[test]
    fn the_window_is_cut_at_the_end_of_force() {
        let law = law();
        assert_eq!(law.last_day_of_window(at(on("2024-12-26"), 23)), on("2024-12-31"));
        assert_eq!(law.last_day_of_window(at(on("2024-12-27"), 1)), on("2024-12-31"));
        assert_eq!(law.window_ends(on("2024-12-31")), at(on("2025-01-01"), 0));
    }

    #[test]
    fn the_sum_is_the_one_of_the_first_of_the_month() {
        let law = law();
        let sum = |date: &str| law.amount(District(710_000_000), first_of(month_of(on(date))));
        assert_eq!(sum("2024-12-31"), Some(Tiyn(3 * 369_200)));
        assert_eq!(sum("2025-01-31"), Some(Tiyn(3 * 393_200)));
        assert_eq!(sum("2023-12-31"), None);
        assert_eq!(law.amount(District(1), on("2024-05-01")), None);
    }
}
