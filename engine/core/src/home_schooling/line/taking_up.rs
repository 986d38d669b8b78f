//! Order 42, p. 9 (A-23…A-28, S-14, S-16, S-36, S-37): what is asked before a form leaves, and which
//! form it is then. The first form of an offer is taken up at the offer hour; a later one leaves at any
//! permitted hour.

use proaktiv_messages::{Closing, FormNumber, Moment, Span, Token};
use smallvec::SmallVec;

use super::{
    Decided, History, Leave, Line, LineEvent, LineRefusal, Need, NoEffect, Offer, OfferState, Owner, Preparing,
    Refreshed, Shown, Stands, Why,
};
use crate::calendar::{BeyondTheData, astana};
use crate::home_schooling::Condition;
use crate::home_schooling::provisions::accounts_choose_the_form::form_for;
use crate::home_schooling::provisions::an_account_is_chosen::chosen_account;
use crate::home_schooling::provisions::months_are_owed::next_month;

impl From<BeyondTheData> for LineRefusal {
    fn from(_: BeyondTheData) -> Self {
        LineRefusal::BeyondTheCalendar
    }
}

impl Line {
    /// S-36: at the offer hour the group is frozen, and everything that its form needs is asked for.
    pub(super) fn take_up(&self, now: Moment, law: &Condition, events: &mut Vec<LineEvent>) -> Decided {
        if self.offer.is_some() || self.preparing.is_some() || self.offer_at.is_none_or(|due| now < due) {
            return Err(LineRefusal::NotDue);
        }
        let Some(first) = self.waiting.first() else { return Err(LineRefusal::NotDue) };
        let recipient = first.contact.recipient;
        // Reading S-16, S-16b: every waiting child of one recipient; another recipient's waits.
        let group = self.waiting_for(recipient);
        // Reading S-14: where not even a form with one window fits, no register is asked any more.
        if !law.law.form_fits(FormNumber::One, now)? {
            let next_offer_at = self.offer_hour_of_others(&group, now, law);
            events.push(LineEvent::NoTimeLeft { children: group, next_offer_at });
            return Ok(());
        }
        let ends = law.law.reply_window_ends(now)?;
        events.push(LineEvent::TakenUp { group, recipient, ends, until: law.law.sending_ends(now) });
        Ok(())
    }

    fn waiting_for(&self, recipient: Token) -> SmallVec<[Token; 1]> {
        let his = self.waiting.iter().filter(|waiting| waiting.contact.recipient == recipient);
        his.map(|waiting| waiting.child).collect()
    }

    /// S-16: a child leaves at once; the others stay.
    pub(super) fn take_leave(
        &self,
        child: Token,
        why: Leave,
        now: Moment,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) -> Decided {
        let waits = self.waiting.iter().any(|waiting| waiting.child == child);
        let is_late = self.late().is_some_and(|offer| offer.is_for(child));
        if !waits && !is_late && !self.offer.as_ref().is_some_and(|offer| offer.is_for(child)) {
            return Err(LineRefusal::NotInLine);
        }
        let line = self.after(LineEvent::ChildLeft { child, why }, events);
        if is_late { line.go_on_late(now, law, events) } else { line.go_on_without(now, law, events) }
    }

    /// Goes on after a child has left: with the others, or not at all.
    fn go_on_without(&self, now: Moment, law: &Condition, events: &mut Vec<LineEvent>) -> Decided {
        let closed = |offer: &Offer| matches!(offer.state, OfferState::Told { .. });
        if self.offer.as_ref().is_some_and(|offer| offer.group.is_empty() && !closed(offer)) {
            events.extend([LineEvent::Emptied, self.ended(now, law)]);
            return Ok(());
        }
        let emptied = self.preparing.as_ref().filter(|form| form.why == Why::First && form.group.is_empty());
        if let Some(form) = emptied {
            let next_offer_at = self.offer_hour_of_others(&[], now, law);
            events.push(LineEvent::NotTaken { group: SmallVec::new(), recipient: form.recipient, next_offer_at });
            return Ok(());
        }
        self.complete(None, None, now, law, events)
    }

    /// S-36, S-26b: a case says whether its child stands.
    pub(super) fn take_look(
        &self,
        child: Token,
        stands: Stands,
        now: Moment,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) -> Decided {
        if let Some(decided) = self.take_late_look(child, stands, now, law, events) {
            return decided;
        }
        if !self.unlooked().contains(&child) {
            return Err(LineRefusal::NobodyAsked);
        }
        let first = self.preparing.as_ref().is_some_and(|form| form.why == Why::First);
        match stands {
            Stands::No(why) => self.take_leave(child, why, now, law, events),
            Stands::NotYet if first => {
                let next_offer_at = law.law.next_offer_hour_within_force(now);
                let line = self.after(LineEvent::ChildPutOff { child, next_offer_at }, events);
                line.go_on_without(now, law, events)
            }
            // Reading S-13: what is not yet confirmed keeps a first form back and nothing else.
            Stands::Yes | Stands::NotYet => {
                events.push(LineEvent::ChildStands { child });
                self.complete(Some(child), None, now, law, events)
            }
        }
    }

    fn unlooked(&self) -> &[Token] {
        match (&self.preparing, self.offer.as_ref().map(|offer| &offer.state)) {
            (Some(preparing), _) => &preparing.unlooked,
            (None, Some(OfferState::Accepted { unlooked, .. })) => unlooked,
            (None, _) => &[],
        }
    }

    /// The recipient's registers have answered.
    pub(super) fn take_refreshed(
        &self,
        refreshed: &Refreshed,
        now: Moment,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) -> Decided {
        let preparing = self.preparing.as_ref().filter(|form| form.asked).map(|form| form.why);
        let state = self.offer.as_ref().map(|offer| &offer.state);
        let is_for_a_form = match (refreshed.need, preparing, state) {
            (Need::LateApplication, _, _) => return self.take_late_answer(refreshed, now, law, events),
            (Need::FirstForm, Some(Why::First), _) => true,
            (Need::LaterForm, Some(why), _) => why != Why::First,
            (Need::Application, None, Some(OfferState::Accepted { .. })) => true,
            (Need::LastSearch, None, Some(OfferState::Silent { .. })) => return self.take_search(now, law, events),
            (Need::Notice, None, Some(OfferState::Told { .. })) => {
                self.take_owner_for_notice(refreshed.owner, now, law, events);
                return Ok(());
            }
            (
                Need::FirstForm | Need::LaterForm | Need::Application | Need::LastSearch | Need::Notice,
                Some(_) | None,
                Some(_) | None,
            ) => false,
        };
        // What was asked for has been given up, or something that came in time has overtaken it.
        if !is_for_a_form {
            return Ok(());
        }
        if !self.unlooked().is_empty() {
            events.push(LineEvent::RecipientAnswered { refreshed: refreshed.clone() });
            return Ok(());
        }
        self.complete(None, Some(refreshed), now, law, events)
    }

    /// Lets the form leave, or the application be formed, once all have answered. `looked` and
    /// `refreshed` are what has come just now.
    fn complete(
        &self,
        looked: Option<Token>,
        refreshed: Option<&Refreshed>,
        now: Moment,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) -> Decided {
        if self.unlooked().iter().any(|child| Some(*child) != looked) {
            return Ok(());
        }
        if let Some(preparing) = &self.preparing {
            let Some(said) = refreshed.or(preparing.refreshed.as_deref()) else { return Ok(()) };
            return match preparing.why {
                Why::First => self.let_first_form_leave(preparing, said, now, law, events),
                Why::OtherBank | Why::Again | Why::Back | Why::Account | Why::Anew => {
                    self.let_further_form_leave(preparing.why, said, now, law, events)
                }
            };
        }
        let Some(OfferState::Accepted { refreshed: kept, .. }) = self.offer.as_ref().map(|offer| &offer.state) else {
            return Ok(());
        };
        match refreshed.or(kept.as_deref()) {
            Some(said) => self.let_acceptance_hold(said, now, law, events),
            None => Ok(()),
        }
    }

    /// P. 9 (A-23…A-25): the accounts known at this moment choose the form.
    fn let_first_form_leave(
        &self,
        preparing: &Preparing,
        said: &Refreshed,
        now: Moment,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) -> Decided {
        let Some(first) = self.waiting.iter().find(|waiting| preparing.group.contains(&waiting.child)) else {
            return Ok(());
        };
        let contact = &first.contact;
        match said.owner {
            Owner::His => {}
            Owner::NotHis => {
                return self.lose_recipient(contact.recipient, Closing::NumberChanged, now, law, events);
            }
            // A consent that has run out is being asked for anew (S-03d).
            Owner::NotAsked => {
                self.put_off(preparing, now, law, events);
                return Ok(());
            }
        }
        // Reading A-25: no form says that there is no account while a bank has never said so. In the night
        // nothing leaves.
        let unknown = said.accounts.is_empty() && said.silent;
        if unknown || law.law.first_sending_moment(now) != now {
            self.put_off(preparing, now, law, events);
            return Ok(());
        }
        let group = preparing.group.clone();
        let next_offer_at = self.offer_hour_of_others(&group, now, law);
        let (form, banks) = form_for(&said.accounts, law.law.integrated_banks());
        if !law.law.form_fits(form, now)? {
            events.push(LineEvent::NoTimeLeft { children: group, next_offer_at });
            return Ok(());
        }
        // Others wait for the end of this offer (S-16).
        let month_ends = next_offer_at.map(|_| end_of_month(now));
        let history = month_ends.map(|_| Box::new(History { month_ends, ..History::default() }));
        let offer = Offer {
            group,
            recipient: contact.recipient,
            name: contact.name,
            // Reading S-24: the language comes with BMG's answer and is frozen for the offer.
            language: said.language.unwrap_or(contact.language),
            shown: Shown { form, banks, accounts: said.accounts.clone() },
            state: OfferState::Sending { alert: Some(alert_after(now, law)) },
            history,
        };
        events.push(LineEvent::FormPrepared { offer: Box::new(offer), next_offer_at });
        Ok(())
    }

    /// S-36: what could not be answered is asked anew at the next offer hour.
    fn put_off(&self, preparing: &Preparing, now: Moment, law: &Condition, events: &mut Vec<LineEvent>) {
        let next_offer_at = Some(law.law.next_offer_hour_within_force(now));
        let (group, recipient) = (preparing.group.clone(), preparing.recipient);
        events.push(LineEvent::NotTaken { group, recipient, next_offer_at });
    }

    /// The hour for asking has come, or the hour for giving up.
    pub(super) fn go_on_preparing(&self, now: Moment, law: &Condition, events: &mut Vec<LineEvent>) -> Decided {
        let Some(preparing) = self.preparing.as_ref().filter(|form| form.due <= now) else {
            return Err(LineRefusal::NotDue);
        };
        match (preparing.why, preparing.asked) {
            (Why::First, _) => self.put_off(preparing, now, law, events),
            (Why::OtherBank | Why::Again | Why::Back | Why::Account | Why::Anew, false) => {
                events.push(asked_for(now, law)?);
            }
            (Why::OtherBank | Why::Again | Why::Back | Why::Account | Why::Anew, true) => {
                events.push(LineEvent::FormPutOff { at: law.law.first_sending_moment(now) });
            }
        }
        Ok(())
    }

    /// S-36: a further form is to leave, not before `earliest` and inside the permitted hours.
    pub(super) fn begin_further_form(
        &self,
        why: Why,
        earliest: Moment,
        now: Moment,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) -> Decided {
        let at = law.law.first_sending_moment(earliest);
        events.push(LineEvent::FormDue { why, at });
        if at <= now {
            events.push(asked_for(now, law)?);
        }
        Ok(())
    }

    /// A-28, S-04…S-06, S-10: a further form leaves with the accounts known at this moment.
    fn let_further_form_leave(
        &self,
        why: Why,
        said: &Refreshed,
        now: Moment,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) -> Decided {
        let Some(offer) = &self.offer else { return Ok(()) };
        match (said.owner, why) {
            (Owner::His, _) => {}
            (Owner::NotHis, _) => {
                return self.lose_recipient(offer.recipient, Closing::NumberChanged, now, law, events);
            }
            // Reading S-03d: without consent no further form leaves.
            (Owner::NotAsked, Why::Anew) => {
                self.close_for(Closing::ConsentWithdrawn, now, law, events);
                return Ok(());
            }
            (Owner::NotAsked, Why::First | Why::OtherBank | Why::Again | Why::Back | Why::Account) => {
                self.drop_further_form(now, law, events);
                return Ok(());
            }
        }
        let at = law.law.first_sending_moment(now);
        let unknown = why == Why::Anew && said.accounts.is_empty() && said.silent;
        if at != now || unknown {
            let at = if unknown { law.law.first_sending_moment(law.law.sending_ends(now)) } else { at };
            events.push(LineEvent::FormPutOff { at });
            return Ok(());
        }
        let Some(shown) = shown_next(offer, why, said, law) else {
            events.push(LineEvent::HadNoEffect { why: NoEffect::NoAccountLeft });
            self.drop_further_form(now, law, events);
            return Ok(());
        };
        if law.law.form_fits(shown.form, now)? {
            events.push(LineEvent::FurtherFormPrepared { why, shown, alert: alert_after(now, law) });
            return Ok(());
        }
        match why {
            // Reading S-14: an account that became known too late, or one that is gone, leaves no form.
            Why::Account | Why::Anew => self.close_for(Closing::PilotEnded, now, law, events),
            Why::First | Why::OtherBank | Why::Again | Why::Back => {
                events.push(LineEvent::HadNoEffect { why: NoEffect::NoTime });
                self.drop_further_form(now, law, events);
            }
        }
        Ok(())
    }

    /// S-23c: a further form that cannot leave leaves the end of the form before it as it was.
    fn drop_further_form(&self, now: Moment, law: &Condition, events: &mut Vec<LineEvent>) {
        if let Some(window) = self.offer.as_ref().and_then(|offer| offer.window()) {
            let past = window.ends <= now;
            let closes = if past { law.law.first_sending_hour_at_or_after(now) } else { window.closes };
            events.push(LineEvent::FurtherFormDropped { closes });
        }
    }

    fn close_for(&self, reason: Closing, now: Moment, law: &Condition, events: &mut Vec<LineEvent>) {
        events.extend([LineEvent::Closed { reason, incomplete: false }, self.ended(now, law)]);
    }

    /// S-03, S-37, S-48: the recipient can no longer be written to.
    pub(super) fn lose_recipient(
        &self,
        recipient: Token,
        reason: Closing,
        now: Moment,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) -> Decided {
        let his_offer = self.offer.as_ref().filter(|offer| offer.recipient == recipient);
        // Reading S-16, S-37: with another number the offer ends; who only waited for that is looked at again.
        let waits_on = reason == Closing::NumberChanged && his_offer.is_some();
        let mut children = if waits_on { SmallVec::new() } else { self.waiting_for(recipient) };
        if let Some(offer) = his_offer {
            match &offer.state {
                OfferState::Told { .. } => events.extend([LineEvent::NoticeFailed, self.ended(now, law)]),
                // Reading S-03b: an acceptance outlives the withdrawal; nothing more is asked.
                OfferState::Accepted { .. } if reason == Closing::ConsentWithdrawn => {}
                OfferState::Sending { .. }
                | OfferState::Open(_)
                | OfferState::Silent { .. }
                | OfferState::Accepted { .. } => children.extend(offer.group.iter().copied()),
            }
        }
        // Reading S-03b: likewise for an acceptance beside the open offer (S-07c).
        let late = self.late().filter(|offer| offer.recipient == recipient && reason != Closing::ConsentWithdrawn);
        children.extend(late.into_iter().flat_map(|offer| offer.group.iter().copied()));
        if !children.is_empty() {
            let next_offer_at = self.offer_hour_of_others(&children, now, law);
            events.push(LineEvent::RecipientGone { recipient, reason, children, next_offer_at });
        }
        Ok(())
    }

    /// P. 10(2) (A-27, S-09): an account appeared; after some minutes App.1 leaves for the one chosen then.
    pub(super) fn take_account(
        &self,
        account: &proaktiv_messages::SealedAccount,
        opened: Moment,
        now: Moment,
        law: &Condition,
        events: &mut Vec<LineEvent>,
    ) -> Decided {
        let waits = |offer: &Offer| {
            let in_time = offer.window().is_none_or(|window| opened < window.ends);
            offer.shown.form == FormNumber::Three && in_time && !offer.group.is_empty()
        };
        let appeared = |nth| LineEvent::AccountAppeared { account: *account, opened, nth };
        let Some(offer) = self.offer.as_ref().filter(|offer| waits(offer)) else {
            let silent = self.past.as_ref().and_then(|past| past.silent.iter().position(|offer| waits(offer)));
            let nth = silent.and_then(|nth| u8::try_from(nth).ok());
            if nth.is_none() {
                return Err(LineRefusal::NoOfferWaitsForIt);
            }
            // Reading S-07c, S-16: what needs a form waits until no other offer is open.
            if self.offer.is_some() || self.preparing.is_some() {
                events.push(appeared(nth));
                return Ok(());
            }
            events.extend([LineEvent::Reopened { nth }, appeared(None)]);
            return self.begin_further_form(Why::Account, choice_at(now, law), now, law, events);
        };
        match &offer.state {
            OfferState::Accepted { .. } => return Err(LineRefusal::NoOfferWaitsForIt),
            // Judged once the form is out.
            OfferState::Sending { .. } => {
                events.push(appeared(None));
                return Ok(());
            }
            OfferState::Told { .. } => events.push(LineEvent::Reopened { nth: None }),
            OfferState::Open(_) | OfferState::Silent { .. } => {}
        }
        events.push(appeared(None));
        match self.preparing.as_ref().map(|form| form.why) {
            // Reading S-09: the choice is made when App.1 leaves. Reading S-04: who asked a form back gets it.
            Some(Why::Account | Why::Back | Why::Anew | Why::First) => Ok(()),
            Some(Why::Again | Why::OtherBank) | None => {
                self.begin_further_form(Why::Account, choice_at(now, law), now, law, events)
            }
        }
    }
}

/// Returns the first instant of the next month.
pub(super) fn end_of_month(now: Moment) -> Moment {
    astana::start_of(next_month(astana::civil_day(now)))
}

/// S-09: returns when the account is chosen that App.1 is sent for.
pub(super) fn choice_at(now: Moment, law: &Condition) -> Moment {
    now + Span::minutes(i64::from(law.law.account_choice_minutes()))
}

/// S-17: returns when an alert is due for a form that begins to leave now.
fn alert_after(now: Moment, law: &Condition) -> Moment {
    now + Span::hours(i64::from(law.law.sending_alert_hours()))
}

fn asked_for(now: Moment, law: &Condition) -> Result<LineEvent, LineRefusal> {
    Ok(LineEvent::FormAskedFor { ends: law.law.reply_window_ends(now)?, until: law.law.sending_ends(now) })
}

/// Returns what the further form shows; none if there is nothing to show.
fn shown_next(offer: &Offer, why: Why, said: &Refreshed, law: &Condition) -> Option<Shown> {
    let of_accounts = |accounts: &[proaktiv_messages::SealedAccount]| {
        let (form, banks) = form_for(accounts, law.law.integrated_banks());
        Shown { form, banks, accounts: accounts.into() }
    };
    match why {
        Why::OtherBank => Some(of_accounts(&[])),
        Why::Again => Some(offer.shown.clone()),
        Why::Back => (!said.accounts.is_empty()).then(|| of_accounts(&said.accounts)),
        Why::Account => {
            let found = &offer.history.as_ref()?.found;
            chosen_account(found).map(|account| of_accounts(&[account]))
        }
        Why::First | Why::Anew => Some(of_accounts(&said.accounts)),
    }
}
