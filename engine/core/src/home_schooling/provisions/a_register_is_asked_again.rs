//! Order 42, p. 5–9 (A-11, S-46, I-12): when a register that cannot say is asked again.

use proaktiv_messages::{Moment, Span};

use crate::home_schooling::parameters::Law;

/// Returns when a register is asked again that could not say now, nor `times` times in a row before.
///
/// Reading S-46: with backoff: after an hour, then twice as long each time, at most a day (parameters).
pub fn asked_again_at(now: Moment, times: u8, law: &Law) -> Moment {
    let most = Span::minutes(i64::from(law.retry_most_minutes()));
    // Sixteen doublings exceed any wait that can be stated.
    now + Span::minutes(i64::from(law.retry_first_minutes())).times(1 << times.min(16)).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::home_schooling::parameters::example::law;

    #[test]
    fn each_wait_is_twice_the_last_and_none_is_longer_than_a_day() {
        let now = Moment::default();
        let hours = |times| (asked_again_at(now, times, &law()) - now).as_millis() / Span::hours(1).as_millis();
        assert_eq!([0, 1, 2, 3, 4, 5, 6, u8::MAX].map(hours), [1, 2, 4, 8, 16, 24, 24, 24]);
    }
}
