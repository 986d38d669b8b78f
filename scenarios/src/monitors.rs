//! Monitors: the invariants of the act, held against every message that is handed over.
//!
//! Each monitor owns one property and is a fold: it sees messages in the order of the post and keeps
//! only what its property needs. It knows the messages and the plan's law, and of the core its calendar
//! alone: working days and the civil time of Astana. What is wrong in that calendar no monitor finds;
//! the oracle has a calendar of its own.

mod applications;
mod consents;
mod conversation;
mod news;
mod offers;
mod order;
mod payments;
#[cfg(test)]
mod tests;
mod window;

use chrono::NaiveDate;
use proaktiv_messages::{Clear, Envelope, Moment, Span};

use conversation::Conversations;

pub use applications::Applications;
pub use consents::Consents;
pub use offers::Offers;
pub use order::Order;
pub use payments::Payments;
pub use window::Window;

/// How long after the end of its window an offer may stand open: the engine waits for the SMS centre and
/// for banks at most three working days (S-07c), and a night more.
const WAITS: Span = Span::days(8);

/// What a monitor found broken.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// The property, by its row.
    pub property: &'static str,
    /// When.
    pub at: Moment,
    /// What was wrong, without naming anybody.
    pub what: &'static str,
}

/// What monitors report to.
#[derive(Debug, Default)]
pub struct Findings {
    /// The first violations, in order.
    pub first: Vec<Violation>,
    /// How many there were of each property.
    pub counts: std::collections::BTreeMap<&'static str, u64>,
}

impl Findings {
    /// Violations kept in full.
    const KEPT: usize = 100;

    fn report(&mut self, property: &'static str, at: Moment, what: &'static str) {
        *self.counts.entry(property).or_default() += 1;
        if self.first.len() < Self::KEPT {
            self.first.push(Violation { property, at, what });
        }
    }
}

/// All monitors together.
#[derive(Debug)]
pub struct Monitors {
    consents: Consents,
    order: Order,
    offers: Offers,
    applications: Applications,
    payments: Payments,
    conversations: Conversations,
    /// What was found.
    pub findings: Findings,
}

/// The properties that are watched, each with what it says.
pub const PROPERTIES: [(&str, &str); 10] = [
    ("I-1", "no question on a person's record without a valid consent of that person for that purpose"),
    ("I-2", "the first questions of an attempt come in the order of the paragraphs"),
    ("I-3", "one open offer a number"),
    ("I-4", "one open form an offer, and the form that the accounts call for"),
    ("I-5", "no application without an effective reply in the window, from the number written to"),
    ("I-6", "App.4 exactly for an offer that ended in silence, once"),
    ("I-7", "one application a child, one payment a month"),
    ("I-11", "nothing is offered outside the act's validity"),
    ("I-13", "the account used is one of the bank that the citizen accepted"),
    ("S-50", "every payment is carried out once, and its outcome reported"),
];

impl Monitors {
    /// Returns monitors for a law in force from the first to the last day (both inclusive), with so
    /// many integrated banks, a window for replies of so many working days (S-19), and this service
    /// code in replies (S-25).
    pub fn new(
        in_force: (NaiveDate, NaiveDate),
        integrated_banks: usize,
        reply_window_working_days: u32,
        service_code: &str,
    ) -> Self {
        let window = Window::new(reply_window_working_days);
        Self {
            consents: Consents::default(),
            order: Order::default(),
            offers: Offers::new(in_force, integrated_banks),
            applications: Applications::default(),
            payments: Payments::default(),
            conversations: Conversations::new(service_code, window),
            findings: Findings::default(),
        }
    }

    /// Sees a message that is handed over at `at`.
    pub fn see(&mut self, message: &Envelope<Clear>, at: Moment) {
        let findings = &mut self.findings;
        self.consents.see(message, at, findings);
        self.order.see(message, at, findings);
        self.offers.see(message, &self.conversations, at, findings);
        self.applications.see(message, &self.conversations, at, findings);
        self.payments.see(message, at, findings);
        self.conversations.see(message, at);
        self.offers.hear(message, &self.conversations);
    }

    /// Looks once more when the run is over.
    pub fn finish(&mut self, at: Moment) {
        self.offers.finish(&self.conversations, at, &mut self.findings);
        self.payments.finish(at, &mut self.findings);
    }

    /// Returns margins of the reply window, in minutes: how much of it was left at each effective reply.
    pub fn reply_margins(&self) -> &[u32] {
        self.offers.margins()
    }
}
