//! Who does not answer KDP, changes his mind, or takes his consent back (S-03, S-03b, S-03d).

use super::super::happening::{Claims, Entry, Needs};
use super::fate::{Fate, clock};
use crate::plan::{ConsentConduct, Does, LaterConsent, When, Withdrawing};

const CHECKS: Claims = Claims::CHECKS;

pub(in super::super) const ALL: &[Entry] = &[
    Entry::new(
        "child_consent_answered_the_second_time",
        CHECKS,
        &["S-03", "S-03d"],
        child_consent_answered_the_second_time,
    ),
    Entry::new("child_consent_refused_the_second_time", Claims::ALL, &["S-03"], child_consent_refused_the_second_time),
    Entry::new("child_consent_never_answered", Claims::ALL, &["S-03"], child_consent_never_answered),
    Entry::new("parents_answer_the_second_time", CHECKS, &["S-03", "S-03d"], parents_answer_the_second_time),
    Entry::new("parents_never_answer", Claims::ALL, &["S-03", "S-15"], parents_never_answer),
    Entry::new("first_parent_never_answers", Claims::ANOTHER_RECIPIENT, &["S-03", "S-15"], first_parent_never_answers)
        .needs(Needs::TwoParents),
    Entry::new("consent_answered_on_the_last_evening", CHECKS, &["S-03", "S-19"], consent_answered_on_the_last_evening),
    Entry::new("consent_answered_too_late", CHECKS, &["S-03"], consent_answered_too_late),
    Entry::new("consent_taken_back_before_the_form", Claims::ALL, &["S-03"], consent_taken_back_before_the_form),
    Entry::new("consent_taken_back_in_the_window", Claims::FROM_OFFER, &["S-03"], consent_taken_back_in_the_window),
    Entry::new(
        "consent_taken_back_before_the_decision",
        OFFER_AND_DECISION,
        &["S-03b"],
        consent_taken_back_before_the_decision,
    ),
    Entry::new("consent_taken_back_when_paid", Claims::PAY, &["S-03b"], consent_taken_back_when_paid),
];

const OFFER_AND_DECISION: Claims = Claims::OFFER.and(Claims::DECISION);

fn silent_at_first(conduct: &mut ConsentConduct, then: Option<bool>) {
    conduct.answers = false;
    conduct.then = then.map(|agrees| LaterConsent { agrees, after_minutes: 90 });
}

/// Nobody answers for the child; a month later somebody does (S-03).
fn child_consent_answered_the_second_time(fate: &mut Fate<'_>) {
    silent_at_first(&mut fate.family.consent_for_child, Some(true));
}

/// Nobody answers for the child; a month later it is refused (S-03).
fn child_consent_refused_the_second_time(fate: &mut Fate<'_>) {
    silent_at_first(&mut fate.family.consent_for_child, Some(false));
}

/// Nobody ever answers for the child: asked twice, no more for the order (S-03).
fn child_consent_never_answered(fate: &mut Fate<'_>) {
    silent_at_first(&mut fate.family.consent_for_child, None);
}

/// No parent answers for his own record; a month later they do (S-03).
fn parents_answer_the_second_time(fate: &mut Fate<'_>) {
    for parent in &mut fate.family.parents {
        silent_at_first(&mut parent.consent, Some(true));
    }
}

/// No parent ever answers for his own record (S-03, S-15).
fn parents_never_answer(fate: &mut Fate<'_>) {
    for parent in &mut fate.family.parents {
        silent_at_first(&mut parent.consent, None);
    }
}

/// The first parent does not answer, the second consents (S-15).
fn first_parent_never_answers(fate: &mut Fate<'_>) {
    silent_at_first(&mut fate.recipient().consent, None);
}

/// The answer comes in the last minutes of the third working day, in time (S-03, S-19).
fn consent_answered_on_the_last_evening(fate: &mut Fate<'_>) {
    let listed = fate.listed();
    let minutes = (fate.end_of_window(listed) - clock(listed, 2, 0)).as_millis() / 60_000;
    fate.family.consent_for_child.after_minutes = u32::try_from(minutes).unwrap_or(0) - fate.draw.between(5, 50);
}

/// The answer comes days after the three working days, when the case is held already (S-03).
fn consent_answered_too_late(fate: &mut Fate<'_>) {
    let listed = fate.listed();
    let minutes = (fate.end_of_window(listed) - clock(listed, 2, 0)).as_millis() / 60_000;
    fate.family.consent_for_child.after_minutes = u32::try_from(minutes).unwrap_or(0) + fate.draw.between(5, 5_000);
}

fn someones(fate: &mut Fate<'_>) -> Does {
    Does::Withdraws(if fate.draw.below(3) == 0 { Withdrawing::Child(1) } else { Withdrawing::Person(1) })
}

/// The consent is taken back an hour before the first form would leave (S-03).
fn consent_taken_back_before_the_form(fate: &mut Fate<'_>) {
    let day = fate.hurried();
    let minute = fate.draw.between(0, 50);
    let does = someones(fate);
    fate.acts(When::At(clock(day, 8, minute.into())), does);
}

/// The consent is taken back on the first or second day of the window; a reply that follows is void (S-03).
fn consent_taken_back_in_the_window(fate: &mut Fate<'_>) {
    let minutes = fate.draw.between(30, 2_000);
    let does = someones(fate);
    fate.on_form(1, minutes, does);
    if fate.draw.below(2) == 0 {
        fate.accepts_after(1, minutes + 90);
    }
}

/// The consent is taken back between acceptance and decision: the application stands (S-03b).
fn consent_taken_back_before_the_decision(fate: &mut Fate<'_>) {
    fate.decided_slowly();
    let minutes = fate.draw.between(10, 500);
    let does = someones(fate);
    fate.accepts_after(1, minutes);
    fate.on_form(1, minutes + 60, does);
}

/// The consent is taken back while months are paid: they go on (S-03b).
fn consent_taken_back_when_paid(fate: &mut Fate<'_>) {
    let day = fate.day_when_paid(1, 4);
    let does = someones(fate);
    fate.acts(When::At(clock(day, 15, 0)), does);
}
