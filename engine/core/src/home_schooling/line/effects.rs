//! What each event of a line asks of the cases, of the recipient and of the SMS centre.

use proaktiv_messages::{Body, Closing, FormNumber, Key, Moment, Party, SendSms, TaskReason, Token};
use smallvec::{SmallVec, smallvec};

use super::{Acceptance, Line, LineEvent, Need, Offer, OfferState, Why};
use crate::home_schooling::{CaseInbound, Condition, Effect, Inbound, Occasion, RecipientInbound, Search};

impl Line {
    /// Pushes what an event asks of others.
    pub(super) fn answer_event(&self, event: &LineEvent, _law: &Condition, effects: &mut Vec<Effect>) {
        match event {
            LineEvent::TakenUp { group, recipient, ends, .. } => {
                let occasion = Occasion::BeforeForm { ends: *ends };
                pass_to_all(group, &CaseInbound::LookAgain { occasion }, effects);
                effects.push(self.refresh(*recipient, Need::FirstForm, Search::Stale, false));
            }
            LineEvent::NotTaken { group, recipient, .. } => {
                pass_to_all(group, &CaseInbound::NotTaken, effects);
                effects.extend(recipient.map(|recipient| self.no_longer(recipient)));
            }
            LineEvent::FormPutOff { .. } => {
                effects.extend(self.offer.as_ref().map(|offer| self.no_longer(offer.recipient)));
            }
            LineEvent::WaitCrossedMonth { children, .. } => {
                pass_to_all(children, &CaseInbound::Task(TaskReason::WaitCrossedMonth), effects);
            }
            LineEvent::ChildPutOff { child, .. } => pass_to_all(&[*child], &CaseInbound::NotTaken, effects),
            LineEvent::NoTimeLeft { children, .. } => {
                pass_to_all(children, &CaseInbound::OfferClosed(Closing::PilotEnded), effects);
            }
            LineEvent::WroteAgain { children } => pass_to_all(children, &CaseInbound::WroteAgain, effects),
            LineEvent::RecipientGone { reason, children, .. } => {
                pass_to_all(children, &CaseInbound::OfferClosed(*reason), effects);
            }
            LineEvent::WaitEnded { children } => pass_to_all(children, &CaseInbound::WaitEnded, effects),
            LineEvent::AcceptedLate { acceptance, .. } => {
                if let Some(offer) = self.late() {
                    pass_to_all(&offer.group, &CaseInbound::Reopened { number: self.number }, effects);
                    self.ask_before_application(offer, Need::LateApplication, acceptance, effects);
                }
            }
            LineEvent::LateHolds { children, acceptance } => form_applications(children, acceptance, effects),
            LineEvent::LateEmptied { recipient } => {
                effects.push(to_recipient(*recipient, RecipientInbound::RefreshOver { line: self.number, late: true }));
            }
            LineEvent::FormAskedFor { .. }
            | LineEvent::OfferEnded { .. }
            | LineEvent::FormPrepared { .. }
            | LineEvent::FurtherFormPrepared { .. }
            | LineEvent::FormSent { .. }
            | LineEvent::WindowExtended { .. }
            | LineEvent::WatchRenewed { .. }
            | LineEvent::SendingTakesLong
            | LineEvent::Accepted { .. }
            | LineEvent::AcceptanceHolds
            | LineEvent::SilenceLookedAt { .. }
            | LineEvent::Closed { .. }
            | LineEvent::Reopened { .. }
            | LineEvent::NoticeAskedFor
            | LineEvent::NoticeSent
            | LineEvent::NoticeFailed
            | LineEvent::Emptied => {
                if let Some(offer) = &self.offer {
                    self.answer_event_of_offer(offer, event, effects);
                }
            }
            LineEvent::ChildReady { .. }
            | LineEvent::FormDue { .. }
            | LineEvent::ChildStands { .. }
            | LineEvent::ChildLeft { .. }
            | LineEvent::RecipientAnswered { .. }
            | LineEvent::FurtherFormDropped { .. }
            | LineEvent::ReplyWaits { .. }
            | LineEvent::RepliesJudged { .. }
            | LineEvent::AccountIsGone
            | LineEvent::LateWaits
            | LineEvent::NotUnderstood { .. }
            | LineEvent::HadNoEffect { .. }
            | LineEvent::AnotherBankAsked
            | LineEvent::AskedBack
            | LineEvent::CameLate { .. }
            | LineEvent::NothingIsOpen
            | LineEvent::DeliveryFailed { .. }
            | LineEvent::AccountAppeared { .. }
            | LineEvent::LinkWasUp
            | LineEvent::BanksWereSearched
            | LineEvent::SilenceCertain { .. }
            | LineEvent::NoticePutOff { .. } => {}
        }
    }

    fn answer_event_of_offer(&self, offer: &Offer, event: &LineEvent, effects: &mut Vec<Effect>) {
        match event {
            LineEvent::FormAskedFor { ends, .. } => {
                let occasion = Occasion::BeforeForm { ends: *ends };
                pass_to_all(&offer.group, &CaseInbound::LookAgain { occasion }, effects);
                effects.push(self.ask_for(offer, Need::LaterForm, self.search_before_form(offer)));
            }
            LineEvent::FormPrepared { .. } => self.send(offer, effects),
            LineEvent::FurtherFormPrepared { .. } => {
                self.send(offer, effects);
                let watched = offer.former().is_some_and(|former| former.shown.form == FormNumber::Three);
                if watched && offer.shown.form != FormNumber::Three {
                    effects.push(self.end_watch(offer));
                }
            }
            LineEvent::FormSent { window } => {
                effects.extend(self.watch_until(offer, window.ends));
            }
            LineEvent::WindowExtended { window } => effects.extend(self.watch_until(offer, window.ends)),
            LineEvent::WatchRenewed { until } => effects.extend(self.watch_until(offer, *until)),
            LineEvent::SendingTakesLong => {
                let task = CaseInbound::Task(TaskReason::SendingTakesLong);
                pass_to_all(offer.group.get(..1).unwrap_or_default(), &task, effects);
            }
            LineEvent::Accepted { acceptance } => {
                self.ask_before_application(offer, Need::Application, acceptance, effects);
                self.end_watch_of_app_3(offer, effects);
            }
            LineEvent::AcceptanceHolds => self.accept_for_all(offer, effects),
            LineEvent::SilenceLookedAt { search, .. } => {
                effects.push(Effect::tell(Party::SmsCentre, Body::CheckLink));
                if *search {
                    effects.push(self.ask_for(offer, Need::LastSearch, Search::All));
                }
            }
            LineEvent::Closed { reason, .. } => self.close_for_all(offer, *reason, effects),
            LineEvent::Reopened { .. } => {
                pass_to_all(&offer.group, &CaseInbound::Reopened { number: self.number }, effects);
            }
            LineEvent::NoticeAskedFor => effects.push(self.ask_for(offer, Need::Notice, Search::None)),
            LineEvent::NoticeSent => effects.push(self.sms(offer, FormNumber::Four)),
            LineEvent::NoticeFailed => {
                // Reading I-6: one notice an offer, as App.4 would have been.
                let failed = CaseInbound::NoticeFailed(FormNumber::Four);
                pass_to_all(offer.group.get(..1).unwrap_or_default(), &failed, effects);
            }
            LineEvent::Emptied => {
                effects.push(self.no_longer(offer.recipient));
                self.end_watch_of_app_3(offer, effects);
            }
            // The others ask nothing of an offer: see the caller.
            LineEvent::ChildReady { .. }
            | LineEvent::TakenUp { .. }
            | LineEvent::FormDue { .. }
            | LineEvent::FormPutOff { .. }
            | LineEvent::WaitCrossedMonth { .. }
            | LineEvent::ChildStands { .. }
            | LineEvent::ChildPutOff { .. }
            | LineEvent::ChildLeft { .. }
            | LineEvent::RecipientAnswered { .. }
            | LineEvent::WaitEnded { .. }
            | LineEvent::NotTaken { .. }
            | LineEvent::FurtherFormDropped { .. }
            | LineEvent::NoTimeLeft { .. }
            | LineEvent::ReplyWaits { .. }
            | LineEvent::RepliesJudged { .. }
            | LineEvent::AccountIsGone
            | LineEvent::AcceptedLate { .. }
            | LineEvent::LateHolds { .. }
            | LineEvent::LateWaits
            | LineEvent::LateEmptied { .. }
            | LineEvent::WroteAgain { .. }
            | LineEvent::NotUnderstood { .. }
            | LineEvent::HadNoEffect { .. }
            | LineEvent::AnotherBankAsked
            | LineEvent::AskedBack
            | LineEvent::CameLate { .. }
            | LineEvent::NothingIsOpen
            | LineEvent::DeliveryFailed { .. }
            | LineEvent::AccountAppeared { .. }
            | LineEvent::LinkWasUp
            | LineEvent::BanksWereSearched
            | LineEvent::SilenceCertain { .. }
            | LineEvent::NoticePutOff { .. }
            | LineEvent::RecipientGone { .. }
            | LineEvent::OfferEnded { .. } => {}
        }
    }

    /// Returns which banks are asked before a further form leaves.
    fn search_before_form(&self, offer: &Offer) -> Search {
        match self.preparing.as_ref().map(|form| form.why) {
            // Reading S-04: the form comes back for the accounts that are still there.
            Some(Why::Back) => offer.replaced().map_or(Search::None, |shown| Search::Still(shown.accounts.clone())),
            // Reading S-10, S-10b: paragraph 9 runs anew.
            Some(Why::Anew) => Search::All,
            Some(Why::First | Why::OtherBank | Why::Again | Why::Account) | None => Search::None,
        }
    }

    fn close_for_all(&self, offer: &Offer, reason: Closing, effects: &mut Vec<Effect>) {
        pass_to_all(&offer.group, &CaseInbound::OfferClosed(reason), effects);
        let told = offer.history.as_ref().is_some_and(|history| history.told);
        match reason {
            Closing::NoReply if !told => effects.push(self.ask_for(offer, Need::Notice, Search::None)),
            // In-time news open the offer again (S-07c): the banks' own notices are still listened to.
            Closing::NoReply | Closing::Unreached => {}
            Closing::PilotEnded if offer.consented() => {
                pass_to_all(&offer.group, &CaseInbound::Task(TaskReason::NoTimeLeft), effects);
                self.end_watch_of_app_3(offer, effects);
            }
            Closing::PilotEnded
            | Closing::Superseded
            | Closing::Refuted
            | Closing::NumberChanged
            | Closing::ConsentWithdrawn
            | Closing::RepLost
            | Closing::ConsentRefused
            | Closing::Refused
            | Closing::Stopped
            | Closing::Ended => self.end_watch_of_app_3(offer, effects),
        }
    }

    /// P. 12: each child of the group has its own application.
    fn accept_for_all(&self, offer: &Offer, effects: &mut Vec<Effect>) {
        let OfferState::Accepted { acceptance, .. } = &offer.state else { return };
        form_applications(&offer.group, acceptance, effects);
    }

    /// P. 12 (S-10, S-26b, S-37): the cases look at their children; the owner and the account are asked for.
    fn ask_before_application(&self, offer: &Offer, need: Need, accepted: &Acceptance, effects: &mut Vec<Effect>) {
        let occasion = Occasion::OnReply;
        pass_to_all(&offer.group, &CaseInbound::LookAgain { occasion }, effects);
        effects.push(self.ask_for(offer, need, Search::Still(smallvec![accepted.account])));
    }

    /// while App.3 is out, its recipient's accounts are watched to the end of its window.
    fn watch_until(&self, offer: &Offer, ends: Moment) -> Option<Effect> {
        let (until, consented) = (Some(ends), offer.consented());
        let watch = RecipientInbound::Watch { line: self.number, until, consented };
        (offer.shown.form == FormNumber::Three).then(|| to_recipient(offer.recipient, watch))
    }

    fn end_watch_of_app_3(&self, offer: &Offer, effects: &mut Vec<Effect>) {
        if offer.shown.form == FormNumber::Three {
            effects.push(self.end_watch(offer));
        }
    }

    fn end_watch(&self, offer: &Offer) -> Effect {
        let consented = offer.consented();
        to_recipient(offer.recipient, RecipientInbound::Watch { line: self.number, until: None, consented })
    }

    /// What was asked for is waited for no longer.
    fn no_longer(&self, recipient: Token) -> Effect {
        to_recipient(recipient, RecipientInbound::RefreshOver { line: self.number, late: false })
    }

    fn ask_for(&self, offer: &Offer, need: Need, search: Search) -> Effect {
        self.refresh(offer.recipient, need, search, offer.consented())
    }

    fn refresh(&self, recipient: Token, need: Need, search: Search, consented: bool) -> Effect {
        to_recipient(recipient, RecipientInbound::Refresh { line: self.number, need, search, consented })
    }

    /// Sends the form of an offer. From then on a form is out for its children, sent whole or not (S-17).
    fn send(&self, offer: &Offer, effects: &mut Vec<Effect>) {
        effects.push(self.sms(offer, offer.shown.form));
        pass_to_all(&offer.group, &CaseInbound::Offered { form: offer.shown.form }, effects);
    }

    fn sms(&self, offer: &Offer, form: FormNumber) -> Effect {
        let with_name = matches!(form, FormNumber::Four | FormNumber::Five);
        let sms = SendSms {
            number: self.number,
            recipient: offer.recipient,
            form,
            language: offer.language,
            banks: if with_name { SmallVec::new() } else { offer.shown.banks.clone() },
            name: with_name.then_some(offer.name),
            // The shell renders the text and puts its digest here.
            text: Token::default(),
        };
        Effect::tell(Party::SmsCentre, Body::SendSms(Box::new(sms)))
    }
}

fn form_applications(children: &[Token], accepted: &Acceptance, effects: &mut Vec<Effect>) {
    let accepted = CaseInbound::Accepted { account: accepted.account, evidence: accepted.evidence };
    pass_to_all(children, &accepted, effects);
}

fn to_recipient(recipient: Token, inbound: RecipientInbound) -> Effect {
    Effect::Pass { to: Key::recipient(recipient), inbound: Inbound::Recipient(inbound) }
}

/// Passes the same inbound to the case of each child.
fn pass_to_all(children: &[Token], inbound: &CaseInbound, effects: &mut Vec<Effect>) {
    effects.extend(
        children.iter().map(|child| Effect::Pass { to: Key::case(*child), inbound: Inbound::Case(inbound.clone()) }),
    );
}
