//! What is owed and what is allowed: a few lines per child, person and subscriber line, each with the
//! time in which the output must leave. Taking what left off the list is the whole comparison of "when".

use proaktiv_messages::{Moment, Span, TaskReason};

/// Whose line of dues it stands on, by place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// A child.
    Child(u32),
    /// A representative.
    Person(u32),
    /// A subscriber line.
    Line(u32),
}

/// A kind of output of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A row sent back to its school for what it lacks.
    ReturnRow,
    /// A row asked back from its school, since full lists lack it (S-13b).
    ReturnMissing,
    /// A question to NOBD about a missing row (S-13b).
    Row,
    /// A question to CBDI.
    Disability,
    /// A question to the counter (A-12, S-26b).
    Applications,
    /// A request for C1-child (S-03d).
    ChildConsent,
    /// A question to GBDFL about the child.
    Child,
    /// A question to NOBD about representatives.
    Representatives,
    /// A request for C1-rep (S-03d).
    PersonConsent,
    /// A question to GBDFL about a representative.
    Person,
    /// A question to BMG (A-21, S-37).
    Number,
    /// A question to the bank at this place (A-22, A-26, S-10).
    Accounts(u8),
    /// A check of the link to the SMS centre (S-07c).
    Link,
    /// Appendix 1, 2 or 3.
    Form,
    /// Appendix 4.
    Silence,
    /// Appendix 5.
    Notice,
    /// An application.
    Application,
    /// The payment of the period that begins in this month (S-49).
    Payment(i32),
    /// A task for a local executive body.
    Task(TaskReason),
}

impl What {
    /// Returns the row that asks for it.
    pub(crate) fn point(self) -> &'static str {
        match self {
            What::ReturnRow => "A-08",
            What::ReturnMissing | What::Row => "S-13b",
            What::Disability => "A-11",
            What::Applications => "A-12",
            What::ChildConsent | What::PersonConsent => "S-03d",
            What::Child => "A-14",
            What::Representatives => "A-19",
            What::Person => "A-15",
            What::Number => "A-21",
            What::Accounts(_) => "A-22",
            What::Link => "S-07c",
            What::Form => "I-3",
            What::Silence => "A-30",
            What::Notice => "A-33",
            What::Application => "A-31",
            What::Payment(_) => "S-49",
            What::Task(reason) => crate::tasks::point(reason),
        }
    }

    /// Returns it in words.
    pub(crate) fn words(self) -> String {
        let text = match self {
            What::ReturnRow => "the row sent back to its school",
            What::ReturnMissing => "the missing row asked back from its school",
            What::Row => "a question to NOBD about the row",
            What::Disability => "a question to CBDI",
            What::Applications => "a question to the counter",
            What::ChildConsent => "a request for C1-child",
            What::Child => "a question to GBDFL about the child",
            What::Representatives => "a question to NOBD about representatives",
            What::PersonConsent => "a request for C1-rep",
            What::Person => "a question to GBDFL about the representative",
            What::Number => "a question to BMG",
            What::Accounts(place) => return format!("a question to integrated bank {}", place + 1),
            What::Link => "a check of the link",
            What::Form => "a form 1, 2 or 3",
            What::Silence => "form 4",
            What::Notice => "form 5",
            What::Application => "an application",
            What::Payment(month) => {
                let first = crate::calendar::date(crate::calendar::first_of(month));
                return format!("the payment of {first}");
            }
            What::Task(reason) => return format!("a task: {reason:?}"),
        };
        text.to_owned()
    }
}

/// One output that must or may leave.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Due {
    /// Which.
    pub what: What,
    /// Not before.
    pub from: Moment,
    /// Not after.
    pub until: Moment,
    /// Whether it must.
    pub must: bool,
    /// How often the same question was answered by Unknown before (S-46).
    pub nth: u8,
}

/// What was found for an output that left.
#[derive(Debug)]
pub(crate) enum Found {
    /// It was due or allowed at this time.
    InTime(Due),
    /// It must leave, but not at this time.
    Untimely(Due),
    /// Nothing of the kind is due.
    Nothing,
}

/// The outputs that one child, person or line owes.
#[derive(Default)]
pub(crate) struct Dues(Vec<Due>);

impl Dues {
    /// Adds one.
    pub(crate) fn add(&mut self, due: Due) {
        self.0.retain(|old| old.must || old.until >= due.from || old.what != due.what);
        self.0.push(due);
    }

    /// Takes an output off: a must before what is merely allowed.
    pub(crate) fn take(&mut self, what: What, sent: Moment) -> Found {
        let fits = |due: &Due| due.what == what && due.from <= sent && sent <= due.until;
        let at = self.0.iter().position(|due| fits(due) && due.must).or_else(|| self.0.iter().position(fits));
        if let Some(at) = at {
            return Found::InTime(self.0.remove(at));
        }
        match self.0.iter().position(|due| due.what == what && due.must) {
            Some(at) => Found::Untimely(self.0.remove(at)),
            None => Found::Nothing,
        }
    }

    /// Returns whether it must leave.
    pub(crate) fn owes(&self, what: What) -> bool {
        self.0.iter().any(|due| due.what == what && due.must)
    }

    /// Returns whether it must leave, and has had to for a minute at most.
    pub(crate) fn leaves_just_now(&self, what: What, now: Moment) -> bool {
        self.musts().any(|due| due.what == what && due.from <= now && now <= due.from + Span::minutes(1))
    }

    /// Returns whether it should have left by now, and has never left before.
    pub(crate) fn has_not_left(&self, what: What, now: Moment) -> bool {
        self.musts().any(|due| due.what == what && due.nth == 0 && due.from <= now)
    }

    /// Returns whether it must leave once more, at its hour, since nobody could say.
    pub(crate) fn comes_again(&self, what: What) -> bool {
        self.musts().any(|due| due.what == what && due.nth > 0)
    }

    /// Returns whether it must leave by now.
    pub(crate) fn owes_by(&self, what: What, now: Moment) -> bool {
        self.musts().any(|due| due.what == what && due.from <= now)
    }

    /// Returns whether it may leave at `now` or later.
    pub(crate) fn has(&self, what: What) -> bool {
        self.0.iter().any(|due| due.what == what)
    }

    /// Removes all of a kind; returns those that should have left before `now`.
    pub(crate) fn cancel(&mut self, of: impl Fn(What) -> bool, now: Moment) -> Vec<Due> {
        let overdue = self.0.iter().filter(|due| of(due.what) && due.must && due.until < now).copied().collect();
        self.0.retain(|due| !of(due.what));
        overdue
    }

    /// Turns musts of a kind that were due by `now` into what is allowed for a while: the question was
    /// answered for another purpose.
    pub(crate) fn ease(&mut self, what: What, asked: Moment, until: Moment) {
        for due in self.0.iter_mut().filter(|due| due.what == what && due.from <= asked && asked <= due.until) {
            due.must = false;
            due.until = due.until.min(until);
        }
    }

    /// Lets go of what need not leave any more: what was due may leave for a while, what lies ahead not.
    pub(crate) fn release(&mut self, what: What, now: Moment, until: Moment) {
        self.0.retain(|due| due.what != what || due.from <= now);
        self.ease(what, now, until);
    }

    /// The same, but what lies ahead for the first time stays: it is for something else.
    pub(crate) fn release_repeats(&mut self, what: What, now: Moment, until: Moment) {
        self.0.retain(|due| due.what != what || due.from <= now || due.nth == 0);
        self.ease(what, now, until);
    }

    /// Returns what should have left before `now`.
    pub(crate) fn overdue(&self, what: What, now: Moment) -> Option<Due> {
        self.0.iter().find(|due| due.what == what && due.must && due.until < now).copied()
    }

    /// Returns what must leave.
    pub(crate) fn musts(&self) -> impl Iterator<Item = &Due> {
        self.0.iter().filter(|due| due.must)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Moment {
        Moment::default() + Span::minutes(minute)
    }

    fn due(from: i64, until: i64, must: bool) -> Due {
        Due { what: What::Number, from: at(from), until: at(until), must, nth: 0 }
    }

    #[test]
    fn a_must_is_taken_before_what_is_allowed_and_an_untimely_one_is_told() {
        let mut dues = Dues::default();
        dues.add(due(0, 10, false));
        dues.add(due(5, 10, true));
        assert!(matches!(dues.take(What::Number, at(5)), Found::InTime(Due { must: true, .. })));
        assert!(matches!(dues.take(What::Number, at(11)), Found::Nothing));
        assert!(matches!(dues.take(What::Number, at(10)), Found::InTime(Due { must: false, .. })));
        dues.add(due(20, 30, true));
        assert!(matches!(dues.take(What::Link, at(20)), Found::Nothing));
        assert!(matches!(dues.take(What::Number, at(31)), Found::Untimely(_)));
    }

    #[test]
    fn what_is_cancelled_after_its_time_is_missing() {
        let mut dues = Dues::default();
        dues.add(due(0, 10, true));
        dues.add(due(0, 20, true));
        assert_eq!(dues.cancel(|what| what == What::Number, at(11)).len(), 1);
        assert!(!dues.has(What::Number));
    }
}
