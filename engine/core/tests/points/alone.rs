//! One case alone: what its line, its recipient and the registers say is put to it, and what it says to
//! them is read as lines.

use std::sync::Arc;

use proaktiv_core::Aggregate;
use proaktiv_core::home_schooling::parameters::Law;
use proaktiv_core::home_schooling::{
    Case, CaseEvent, CaseInbound, CaseRefusal, Condition, Contact, Effect, Event, Inbound, LineInbound, Occasion,
    Stage, State, Unfit, broken,
};
use proaktiv_messages::{
    Body, ChildRecord, Closing, Consent, ConsentDecided, ConsentOutcome, DecideApplication, Decision, Disability,
    Enrolment, Evidence, Finding, FormNumber, Instruct, Key, Language, MessageId, Moment, OfficialDecision, PaymentId,
    PaymentMade, PaymentOutcome, Purposes, Sealed, SealedAccount, Task, TaskReason, Token,
};
use smallvec::smallvec;

use super::world::{at, bank, child_record, date, enrolment, law, name_of, token, told};

pub const DISABLED: Finding<Disability> = Finding::Yes(Disability { since: chrono::NaiveDate::MIN, until: None });

/// The case of child 1, whose mother is 2 and whose father is 3.
pub struct Alone {
    pub case: Case,
    pub now: Moment,
    pub condition: Condition,
    pub tasks: Vec<TaskReason>,
    pub paid: Vec<(chrono::NaiveDate, i64)>,
    lines: Vec<String>,
}

impl Alone {
    /// Returns a case that nothing has happened to, on 11 March 2024 at ten in the morning.
    pub fn new() -> Self {
        Self::under(law())
    }

    pub fn under(law: Law) -> Self {
        Self {
            case: Case::new(token(1)),
            now: at("2024-03-11 10:00"),
            condition: Condition { law, observed: false },
            tasks: Vec::new(),
            paid: Vec::new(),
            lines: Vec::new(),
        }
    }

    /// Puts something to the case; returns what happened and what left, as lines.
    pub fn try_take(&mut self, inbound: CaseInbound) -> Result<String, CaseRefusal> {
        let mut events: Vec<CaseEvent> = Vec::new();
        self.case.decide(&inbound, self.now, &self.condition, &mut events)?;
        let mut effects = Vec::new();
        self.lines.clear();
        for event in &events {
            self.case.evolve(event);
            self.lines.push(format!("{} {}", event.ground().row, name_of(&Event::Case(event.clone()))));
            self.case.react(event, &self.condition, &mut effects);
        }
        assert_eq!(broken(&State::Case(Box::new(self.case.clone()))), None, "an invariant is broken");
        for effect in effects {
            self.note(effect);
        }
        Ok(self.lines.join("\n"))
    }

    fn note(&mut self, effect: Effect) {
        match effect {
            Effect::Tell { to, body, .. } => {
                self.lines.push(format!("  to {to}: {}", told(&body)));
                if let Body::OpenTask(Task { reason, .. }) = &body {
                    self.tasks.push(*reason);
                } else if let Body::Pay(pay) = &body {
                    self.paid.push((pay.payment.period, pay.amount.0));
                }
            }
            Effect::Pass { inbound: Inbound::Line(LineInbound::Leave { why, .. }), .. } => {
                self.lines.push(format!("  leaves its line: {why:?}"));
            }
            Effect::Pass { .. } => {}
        }
    }

    pub fn take(&mut self, inbound: CaseInbound) -> String {
        self.try_take(inbound).expect("the case takes it")
    }

    /// Comes to an instant; every deadline on the way is taken when it is due.
    pub fn until(&mut self, text: &str) {
        let moment = at(text);
        while let Some((due, deadline)) = self.case.next_deadline().filter(|(due, _)| *due <= moment) {
            self.now = self.now.max(due);
            self.take(CaseInbound::Due(deadline));
        }
        self.now = moment;
    }

    pub fn row(&mut self, row: Enrolment<Sealed>) -> String {
        let day = proaktiv_core::calendar::astana::civil_day(self.now);
        self.take(CaseInbound::Reported { enrolment: Arc::new(row), day })
    }

    /// A full list was taken.
    pub fn list(&mut self) -> String {
        let day = proaktiv_core::calendar::astana::civil_day(self.now);
        self.take(CaseInbound::ListAccepted { day })
    }

    /// Paragraphs 5 and 6 are passed.
    pub fn eligible(&mut self) -> String {
        self.take(CaseInbound::Disability(DISABLED));
        self.take(CaseInbound::Applications(Finding::No))
    }

    pub fn decided(&mut self, outcome: ConsentOutcome<Sealed>) -> String {
        let request = MessageId::Effect { key: Key::case(token(1)), step: 1, n: 0 };
        self.take(CaseInbound::Consent(ConsentDecided { request, outcome }))
    }

    /// Returns a consent to the child's record, given now for two days.
    pub fn given(&self) -> ConsentOutcome<Sealed> {
        let until = Moment::from_millis(self.now.millis() + 2 * 86_400_000);
        let (subject, purposes) = (token(1), Purposes::OF_CHILD);
        ConsentOutcome::Given(Consent { id: 1, subject, purposes, given: self.now, until, seal: 0 })
    }

    pub fn consent(&mut self) -> String {
        let given = self.given();
        self.decided(given)
    }

    pub fn record(&mut self, record: ChildRecord<Sealed>) -> String {
        self.take(CaseInbound::Child(Finding::Yes(Box::new(record))))
    }

    /// Returns a case whose first representative is looked at.
    pub fn assessing() -> Self {
        let mut alone = Self::new();
        alone.row(enrolment(1));
        alone.eligible();
        alone.consent();
        alone.record(child_record(1));
        alone
    }

    pub fn unfit(&mut self, person: u128, why: Unfit) -> String {
        self.take(CaseInbound::Unfit { person: token(person), why })
    }

    /// The representative can act, with a number of his own and an account at 601.
    pub fn fit(&mut self, person: u128) -> String {
        self.take(CaseInbound::Fit(contact(person)))
    }

    /// Returns a case that waits for its offer.
    pub fn ready() -> Self {
        let mut alone = Self::assessing();
        alone.fit(2);
        assert_eq!(alone.case.stage, Stage::Ready);
        alone
    }

    /// Returns a case with App.1 out since 12 March, nine in the morning.
    pub fn offered() -> Self {
        let mut alone = Self::ready();
        alone.until("2024-03-12 09:00");
        alone.take(CaseInbound::Offered { form: FormNumber::One });
        alone
    }

    pub fn accept(&mut self) -> String {
        let sms = MessageId::Effect { key: Key::line(token(7_002)), step: 1, n: 0 };
        let number = self.case.contact.as_ref().expect("a contact").number;
        let evidence = Evidence { number, received: self.now, form: FormNumber::One, sms };
        self.take(CaseInbound::Accepted { account: account(), evidence })
    }

    /// Returns a case with an application of 13 March.
    pub fn applied() -> Self {
        let mut alone = Self::offered();
        alone.until("2024-03-13 12:00");
        alone.accept();
        alone
    }

    pub fn decide(&mut self, decision: Decision) -> String {
        let application = self.case.application_id().expect("an application");
        self.take(CaseInbound::Decided(DecideApplication { application, decision, decided: self.now }))
    }

    /// Returns a case that was granted on 14 March and told of it.
    pub fn granted() -> Self {
        let mut alone = Self::applied();
        alone.until("2024-03-14 12:00");
        alone.decide(Decision::Grant);
        alone.take(CaseInbound::Notify(Some(contact(2))));
        alone
    }

    pub fn closed(&mut self, reason: Closing) -> String {
        self.take(CaseInbound::OfferClosed(reason))
    }

    pub fn look_before_form(&mut self, ends: &str) -> String {
        self.take(CaseInbound::LookAgain { occasion: Occasion::BeforeForm { ends: at(ends) } })
    }

    pub fn instruct(&mut self, decision: OfficialDecision<Sealed>) -> Result<String, CaseRefusal> {
        let (role, document, reason) = ("head".into(), "17".into(), "checked".into());
        self.try_take(CaseInbound::Instructed(Instruct { child: token(1), decision, role, document, reason }))
    }

    /// The payer says what became of the payment for a period.
    pub fn paid(&mut self, period: &str, outcome: PaymentOutcome) -> String {
        let application = self.case.application_id().expect("an application");
        let payment = PaymentId { application, period: date(period) };
        self.take(CaseInbound::PaymentMade(PaymentMade { payment, outcome }))
    }
}

pub fn account() -> SealedAccount {
    SealedAccount { bank: bank("601"), token: token(31) }
}

pub fn contact(person: u128) -> Contact {
    let number: Token = token(7_000 + person);
    let (recipient, name) = (token(person), token(1_000 + person));
    Contact { recipient, name, number, language: Language::Kk, accounts: smallvec![account()] }
}
