//! What the observer is told (A-O3, T-01). A token tells nobody whose it is, so cases and tokens are
//! matched as bags of digests when the run is over.

use chrono::NaiveDate;
use proaktiv_messages::{District, Moment, Outcome};

use crate::calendar::day;
use crate::child::Child;
use crate::law::{Law, PROMPT};
use crate::verdict::{Disagreement, Verdict};

/// Returns a digest of one observation; those of a case are added up, so that their order is free.
pub(crate) fn observation(day_: NaiveDate, paragraph: u8, outcome: Outcome, district: District) -> u64 {
    let what = u64::from(paragraph) << 8 | outcome as u64;
    let mut x = (day(day_) as u64) << 44 ^ what << 32 ^ u64::from(district.0);
    // splitmix64 (Steele, Lea and Flood, 2014).
    x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ x >> 31
}

/// Compares what the observer was told with what the cases ask for. What is not judged, or not to the
/// day, leaves as many tokens unmatched.
pub(crate) fn compare(children: &[Child], told: Vec<u64>, law: &Law, end: Moment, verdict: &mut Verdict) {
    // Where checks may stop, what is said of them is not predicted either (S-14).
    let loosely = |child: &Child| {
        let stopped = child.since >= law.last_offer && child.offers == 0;
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
