//! Paragraphs 9 to 13: accounts, the form and its window, the reply, the decision, what is owed.

use proaktiv_messages::{
    Account, AccountKind, Clear, Closing, Exclusion, Finding, FormNumber, MessageId, Moment, Outcome, TaskReason,
};

use super::{Child, Frozen, Stage};
use crate::calendar::{day_of, first_of, month_of};
use crate::law::Law;
use crate::reply::{self, Reply};

impl Child {
    /// A bank says which accounts the representative has (A-22…A-25, S-21, S-21b).
    pub(crate) fn bank(&mut self, place: u8, answer: &Finding<Vec<Account<Clear>>>, now: Moment, law: &Law) {
        let accounts: &[Account<Clear>] = match answer {
            Finding::Yes(accounts) => accounts,
            Finding::No => &[],
            Finding::Unknown => return self.give_up("unknown_answer"),
        };
        let counting = accounts.iter().filter(|one| one.kind == AccountKind::Special && one.usable);
        let earliest = counting
            .map(|one| Frozen { place, account: one.account, opened: one.opened.unwrap_or(Moment::LATEST) })
            .min_by_key(|one| (one.opened, one.account));
        self.accounts.extend(earliest);
        self.banks_answered |= 1 << place;
        if self.banks_answered == law.all_banks() {
            self.ready(now, law);
        }
    }

    /// Every bank has answered: the form, and the day on which it leaves (9, S-14, S-27, S-35, S-36).
    fn ready(&mut self, now: Moment, law: &Law) {
        self.accounts.sort_by_key(|one| one.place);
        self.form = match self.accounts.len() {
            0 => FormNumber::Three,
            1 => FormNumber::One,
            _ => FormNumber::Two,
        };
        self.form_day = law.offer_day(now);
        let (window, fits) = law.room(self.form, self.form_day);
        let ready = Stage::FormDue;
        if !fits {
            // When the case is closed, at once or at the offer hour, is not said.
            self.observed_loosely = true;
            return self.go(Stage::Closed(Closing::PilotEnded), now);
        }
        // Reading S-27, S-35: the birthday and the end of the period must lie after the end of the
        // window. On the very day after it, respectively on its last day, the rows leave it open.
        let stage = if self.birthday_18 <= window {
            Stage::Excluded(Exclusion::Age18)
        } else if self.to < window {
            Stage::Closed(Closing::Ended)
        } else if self.birthday_18 == window + 1 || self.to == window {
            Stage::Undecided("ends_with_the_window")
        } else {
            ready
        };
        self.observed_loosely |= stage != ready;
        self.go(stage, now);
    }

    /// Returns the banks that the form names, as a set of places.
    pub(crate) fn banks_named(&self, law: &Law) -> u64 {
        if self.accounts.is_empty() {
            return law.all_banks();
        }
        self.accounts.iter().fold(0, |set, one| set | 1 << one.place)
    }

    /// The first form left (A-23…A-25).
    pub(crate) fn offered(&mut self, sms: MessageId, now: Moment) {
        self.form_sms = Some((sms, now));
        self.observe(now, 9, Outcome::Offered);
        self.go(Stage::FormSent, now);
    }

    /// The last part of the form was accepted (S-17, S-19).
    pub(crate) fn sent(&mut self, last_part: Moment, now: Moment, law: &Law) {
        if self.stage == Stage::FormSent {
            self.window_last = law.last_day_of_window(last_part);
            self.go(Stage::Open, now);
        }
    }

    /// A text from the number written to (A-31, S-06, S-07, S-07b, S-07c, S-40).
    pub(crate) fn replied(&mut self, text: &str, received: Moment, now: Moment, law: &Law) {
        let Some((_, left)) = self.form_sms else { return };
        if received < left {
            return;
        }
        let in_time = received < law.window_ends(self.window_last);
        let silent = self.stage == Stage::Closed(Closing::NoReply);
        let open = self.stage == Stage::Open;
        if in_time && (silent || open && now >= law.silence_slot(self.window_last).from) {
            // S-07c: in time, but known only when silence was established; not decided in this step.
            return self.give_up("reopened");
        }
        if self.stage != Stage::FormSent && !(open && in_time) {
            return;
        }
        let reply = reply::read(text, &law.code);
        if self.form == FormNumber::Three {
            // S-40: appendix 3 as the first form takes no reply; what is not a code may bring it again.
            return if reply == Reply::Other {
                self.give_up("unrecognised_reply")
            };
        }
        match (reply.chosen(self.form == FormNumber::Two, self.accounts.len()), reply) {
            (Some(account), _) => {
                self.reply = Some((received, account));
                self.formed = now;
                self.observe(now, 12, Outcome::Applied);
                self.go(Stage::ApplicationDue, now);
            }
            (None, Reply::AnotherBank) => self.give_up("another_bank"),
            (None, Reply::Accept { .. } | Reply::Other) => self.give_up("unrecognised_reply"),
        }
    }

    /// Appendix 4 left: the offer is closed for silence.
    pub(crate) fn silent(&mut self, now: Moment) {
        self.close(Closing::NoReply, 11, now);
    }

    /// The local executive body granted the application (A-33, S-49).
    pub(crate) fn grant(&mut self, now: Moment) {
        self.granted = now;
        self.observe(now, 13, Outcome::Granted);
        self.go(Stage::Granted, now);
        if month_of(self.from) > self.first_month() {
            // S-35 pays nothing before the first day of the period, S-49 from the month of application.
            return self.give_up("period_begins_later");
        }
        self.notice_due = Some(now);
    }

    /// The local executive body refused it (S-31).
    pub(crate) fn refuse(&mut self, now: Moment) {
        self.task = Some((TaskReason::NoticeOfRefusal, now, 1));
        self.close(Closing::Refused, 13, now);
    }

    /// A payment came back (S-50).
    pub(crate) fn returned(&mut self, bit: u64, now: Moment) {
        if self.months_returned & bit == 0 {
            self.months_returned |= bit;
            let count = match self.task {
                Some((TaskReason::PaymentReturned, _, count)) => count + 1,
                Some(_) | None => 1,
            };
            self.task = Some((TaskReason::PaymentReturned, now, count));
        }
    }

    /// Returns the month of the application (S-49).
    pub(crate) fn first_month(&self) -> i32 {
        month_of(day_of(self.formed))
    }

    /// Returns whether a month is owed: from that of the application to that in which the enrolment
    /// ends, the child under 18 on its first day (S-27, S-49).
    pub(crate) fn owes(&self, month: i32) -> bool {
        self.first_month() <= month && month <= month_of(self.to) && first_of(month) < self.birthday_18
    }
}
