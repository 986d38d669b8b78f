//! The end of a run: what is still expected is missing, and every child is counted by its end.

use proaktiv_messages::{Closing, Moment, TaskReason};
use serde::Serialize;

use crate::Oracle;
use crate::calendar::{at, date, first_of, month_of};
use crate::child::{Child, Stage};
use crate::law::Law;
use crate::left::PROMPT;
use crate::verdict::{Disagreement, Verdict, count};

/// Ends the run at `end`.
pub(crate) fn finish(oracle: Oracle, end: Moment) -> Verdict {
    let Oracle { law, children, unacknowledged, observed, mut verdict, .. } = oracle;
    verdict.children = children.len() as u64;
    for child in &children {
        if let Stage::Undecided(why) = child.stage {
            count(&mut verdict.undecided, why.to_owned());
            continue;
        }
        for (point, due, expected) in missing(child, &law, end) {
            let (family, number) = (child.family, child.number);
            let found = "it did not leave".to_owned();
            verdict.disagree(Disagreement { family, child: number, at: due, point, expected, found });
        }
        count(&mut verdict.outcomes, outcome(child, &law));
    }
    let mut late: Vec<_> = unacknowledged.into_iter().filter(|&(_, since)| since + PROMPT < end - PROMPT).collect();
    late.sort_unstable();
    for (_, since) in late {
        verdict.disagree(Disagreement {
            family: 0,
            child: 0,
            at: since,
            point: "A-01",
            expected: "an acknowledgement of a report".to_owned(),
            found: "none".to_owned(),
        });
    }
    if law.observer {
        let mut sums: Vec<u64> = observed.into_values().collect();
        sums.sort_unstable();
        observations(&children, sums, &law, end, &mut verdict);
    }
    verdict
}

/// Returns what a child is still owed and was due, with its grace, before `end`.
fn missing(child: &Child, law: &Law, end: Moment) -> Vec<(&'static str, Moment, String)> {
    let mut missing = Vec::new();
    let mut owed = |point, due: Moment, what: &str| {
        if due + PROMPT < end {
            missing.push((point, due, what.to_owned()));
        }
    };
    // Reading S-14: once no form can leave any more, checks may stop where they are.
    let checks = |due: Moment| if child.since < law.last_offer { due } else { Moment::LATEST - PROMPT };
    let prompt = child.since;
    match child.stage {
        Stage::Unlisted => {
            let listed = child.first_listed.max(law.starts);
            if child.listed_until >= listed {
                owed("A-07", at(listed + 1, 0) + PROMPT, "the child on a list of NOBD");
            }
        }
        Stage::ReturnDue => owed("A-08", prompt, "the row sent back to its school"),
        Stage::DisabilityDue => owed("A-11", checks(prompt), "a question to CBDI"),
        Stage::ApplicationsDue => owed("A-12", checks(prompt), "a question to the counter"),
        Stage::ChildConsentDue => owed("A-14", checks(prompt), "a request for C1-child"),
        Stage::ChildDue => owed("A-14", checks(prompt), "a question to GBDFL about the child"),
        Stage::RepConsentDue => owed("S-15", checks(prompt), "a request for C1-rep"),
        Stage::PersonDue => owed("A-15", checks(prompt), "a question to GBDFL about the representative"),
        Stage::NumberDue => owed("A-21", checks(prompt), "a question to BMG"),
        Stage::Banks if child.banks_asked != law.all_banks() => {
            owed("A-22", checks(prompt), "a question to each integrated bank");
        }
        Stage::FormDue => {
            let form = child.form as u8;
            let point = ["A-23", "A-24", "A-25"][usize::from(form - 1).min(2)];
            owed(point, law.offer_slot(child.form_day).until, &format!("form {form} on {}", date(child.form_day)));
        }
        Stage::Open => owed("A-30", law.silence_slot(child.window_last).until, "form 4"),
        Stage::ApplicationDue => owed("A-31", prompt, "an application"),
        Stage::Granted => {
            if let Some(since) = child.notice_due {
                owed("A-33", law.permitted_slot(since).until, "form 5");
            }
            let first = child.first_month();
            for month in (first..=month_of(child.to).min(first + 63)).filter(|&month| child.owes(month)) {
                if law.amount(child.district, first_of(month)).is_none() {
                    continue;
                }
                let (_, latest) = law.days_of_payment(month, child.granted);
                if child.months_ordered >> (month - first) & 1 == 0 {
                    owed("S-49", at(latest + 1, 0), &format!("the payment of {}", date(first_of(month))));
                }
            }
        }
        Stage::Returned
        | Stage::DisabilityAsked
        | Stage::ApplicationsAsked
        | Stage::ChildConsentAsked
        | Stage::ChildAsked
        | Stage::RepConsentAsked
        | Stage::PersonAsked
        | Stage::NumberAsked
        | Stage::Banks
        | Stage::FormSent
        | Stage::ApplicationSent
        | Stage::Excluded(_)
        | Stage::Held(_)
        | Stage::Closed(_)
        | Stage::Undecided(_) => {}
    }
    if let Some((reason, since, _)) = child.task {
        let point = match reason {
            TaskReason::Held(_) => "S-46",
            TaskReason::NoticeOfRefusal => "S-31",
            TaskReason::PaymentReturned => "S-50",
            TaskReason::NoRate => "S-49",
            _ => "S-46",
        };
        owed(point, since, &format!("a task: {reason:?}"));
    }
    missing
}

/// Returns the name of the state in which a child ends.
fn outcome(child: &Child, law: &Law) -> String {
    if child.months_paid != 0 {
        return "paid".to_owned();
    }
    let checks = |state: &str| {
        // S-14: the pilot is over before the checks are.
        if child.since >= law.last_offer { closed(Closing::PilotEnded) } else { format!("pending:{state}") }
    };
    let pending = |state: &str| format!("pending:{state}");
    match child.stage {
        Stage::Excluded(ground) => format!("excluded:{}", name(&ground)),
        Stage::Held(reason) => format!("held:{}", name(&reason)),
        Stage::Closed(why) => closed(why),
        Stage::ReturnDue | Stage::Returned => "rejected".to_owned(),
        Stage::Unlisted => pending("unlisted"),
        Stage::DisabilityDue => checks("disability"),
        Stage::ApplicationsDue => checks("applications"),
        Stage::ChildConsentDue => checks("child_consent"),
        Stage::ChildDue => checks("child_record"),
        Stage::RepConsentDue => checks("representative_consent"),
        Stage::PersonDue => checks("representative_record"),
        Stage::NumberDue => checks("number"),
        Stage::Banks if child.banks_asked != law.all_banks() => checks("accounts"),
        Stage::Banks => pending("accounts"),
        Stage::DisabilityAsked => pending("disability"),
        Stage::ApplicationsAsked => pending("applications"),
        Stage::ChildConsentAsked => pending("child_consent"),
        Stage::ChildAsked => pending("child_record"),
        Stage::RepConsentAsked => pending("representative_consent"),
        Stage::PersonAsked => pending("representative_record"),
        Stage::NumberAsked => pending("number"),
        Stage::FormDue => pending("prepared"),
        Stage::FormSent => pending("sending"),
        Stage::Open => pending("open"),
        Stage::ApplicationDue => pending("accepted"),
        Stage::ApplicationSent => pending("application"),
        Stage::Granted => pending("granted"),
        Stage::Undecided(why) => pending(why),
    }
}

fn closed(why: Closing) -> String {
    format!("closed:{}", name(&why))
}

/// Returns the name under which a word of the messages is written.
fn name(word: &impl Serialize) -> String {
    serde_json::to_string(word).unwrap_or_default().trim_matches('"').to_owned()
}

/// Compares what the observer was told with what the cases ask for. A token is nobody's, so the two are
/// matched as bags of cases; what is not judged leaves as many tokens unmatched.
fn observations(children: &[Child], told: Vec<u64>, law: &Law, end: Moment, verdict: &mut Verdict) {
    // Where checks may stop, what is said of them is not predicted either (S-14).
    let loosely = |child: &Child| {
        let stopped = child.since >= law.last_offer && child.form_sms.is_none();
        !child.decided() || child.observed_loosely || stopped
    };
    let judged = |child: &&Child| !loosely(child) && child.observed != 0;
    let mut expected: Vec<(u64, &Child)> =
        children.iter().filter(judged).map(|child| (child.observed, child)).collect();
    expected.sort_unstable_by_key(|&(sum, child)| (sum, child.family, child.number));
    let mut told = told.into_iter().peekable();
    let mut unmatched = 0_usize;
    let mut excused = children.iter().filter(|child| loosely(child)).count();
    for (sum, child) in expected {
        while told.peek().is_some_and(|&one| one < sum) {
            told.next();
            unmatched += 1;
        }
        if told.peek() == Some(&sum) {
            told.next();
            continue;
        }
        // Its own token, if it has one, is among the unmatched.
        excused += 1;
        if child.since + PROMPT < end {
            verdict.disagree(Disagreement {
                family: child.family,
                child: child.number,
                at: child.since,
                point: "T-01",
                expected: "one token with the observations of this case".to_owned(),
                found: "none".to_owned(),
            });
        }
    }
    unmatched += told.count();
    if unmatched > excused {
        verdict.disagree(Disagreement {
            family: 0,
            child: 0,
            at: end,
            point: "T-01",
            expected: format!("at most {excused} tokens that fit no judged case"),
            found: unmatched.to_string(),
        });
    }
}
