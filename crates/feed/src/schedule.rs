//! When to poll a feed next.

use jiff::{SignedDuration, Timestamp};
use model::Id;
use xxhash_rust::xxh3::xxh3_64;

/// How often feeds are polled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Seconds between two polls of a feed that has no interval of its own.
    pub interval_seconds: u64,
    /// The longest wait after failures, in seconds.
    pub max_backoff_seconds: u64,
    /// The longest `Retry-After` that is honoured, in seconds.
    pub max_retry_after_seconds: u64,
    /// By how much a wait differs from feed to feed, in percent of the wait either way, so that feeds
    /// added together do not come due together for ever.
    pub jitter_percent: u64,
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            interval_seconds: 15 * 60,
            max_backoff_seconds: 24 * 3600,
            max_retry_after_seconds: 24 * 3600,
            jitter_percent: 10,
        }
    }
}

/// How the last poll of a feed went, as far as the next one depends on it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Attempt {
    /// The feed's own interval, where it has one.
    pub interval: Option<SignedDuration>,
    /// How many polls have failed in a row, this one included. Failures of our own side (no network)
    /// are not the feed's and do not count.
    pub failures: u32,
    /// How long the server asks to be left alone (`Retry-After`).
    pub retry_after: Option<SignedDuration>,
}

/// When to poll `feed` next, after an attempt at `now`.
///
/// Each failure in a row doubles the wait, up to the schedule's bound; the server's wish is granted up
/// to a bound of its own.
pub fn next_poll(feed: &Id, attempt: &Attempt, now: Timestamp, schedule: &Schedule) -> Timestamp {
    let interval = attempt.interval.unwrap_or_else(|| seconds(schedule.interval_seconds)).max(SECOND);
    let doubled = interval.checked_mul(1_i32.checked_shl(attempt.failures.min(20)).unwrap_or(1));
    let bound = seconds(schedule.max_backoff_seconds).max(interval);
    let wait = jittered(feed, doubled.unwrap_or(bound).min(bound), schedule.jitter_percent);
    let asked = attempt.retry_after.unwrap_or_default().min(seconds(schedule.max_retry_after_seconds));
    now.saturating_add(wait.max(asked)).unwrap_or(Timestamp::MAX)
}

/// When to poll `feed` for the first time: some time within its interval, told by its id, so that a
/// list of feeds that is read at once is not polled at once. `spread` bounds it.
pub fn first_poll(feed: &Id, now: Timestamp, spread: SignedDuration) -> Timestamp {
    let millis = i128::max(spread.as_millis(), 0);
    let after = millis * i128::from(share(feed)) / i128::from(u32::MAX);
    let after = SignedDuration::from_millis(i64::try_from(after).unwrap_or(0));
    now.saturating_add(after).unwrap_or(Timestamp::MAX)
}

const SECOND: SignedDuration = SignedDuration::from_secs(1);

fn seconds(number: u64) -> SignedDuration {
    SignedDuration::from_secs(i64::try_from(number).unwrap_or(i64::MAX))
}

/// A number that a feed always has, evenly spread over all of `u32`.
fn share(feed: &Id) -> u32 {
    (xxh3_64(feed.as_bytes()) >> 32) as u32
}

fn jittered(feed: &Id, wait: SignedDuration, percent: u64) -> SignedDuration {
    let millis = wait.as_millis();
    let width = millis * i128::from(percent.min(100)) / 100;
    let shift = width * 2 * i128::from(share(feed)) / i128::from(u32::MAX) - width;
    SignedDuration::from_millis(i64::try_from(millis + shift).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wait(attempt: Attempt) -> SignedDuration {
        let schedule = Schedule { jitter_percent: 0, ..Schedule::default() };
        next_poll(&Id::of("feed", &["f"]), &attempt, Timestamp::UNIX_EPOCH, &schedule).as_duration()
    }

    #[test]
    fn failures_double_the_wait_up_to_the_bound() {
        let minutes = |failures| wait(Attempt { failures, ..Attempt::default() }).as_secs() / 60;
        assert_eq!([0, 1, 2, 3, 6, 7, 100].map(minutes), [15, 30, 60, 120, 960, 1440, 1440]);
    }

    #[test]
    fn the_servers_wish_is_granted_within_reason() {
        let asks = |hours| {
            wait(Attempt { retry_after: Some(SignedDuration::from_hours(hours)), ..Attempt::default() })
                .as_hours()
        };
        assert_eq!([2, 24, 1_000].map(asks), [2, 24, 24]);
        let own =
            Attempt { interval: Some(SignedDuration::from_hours(48)), failures: 3, ..Attempt::default() };
        assert_eq!(wait(own).as_hours(), 48);
    }

    proptest! {
        #[test]
        fn jitter_is_the_feeds_own_and_bounded(url in ".*", interval in 1_i64..1_000_000, failures: u32) {
            let feed = Id::of("feed", &[&url]);
            let (schedule, now) = (Schedule::default(), Timestamp::UNIX_EPOCH);
            let attempt = Attempt { interval: Some(SignedDuration::from_secs(interval)), failures, retry_after: None };
            let next = next_poll(&feed, &attempt, now, &schedule);
            prop_assert_eq!(next, next_poll(&feed, &attempt, now, &schedule));
            let longest = i64::max(86_400, interval);
            prop_assert!(next.as_millisecond() >= interval * 900 - 1);
            prop_assert!(next.as_millisecond() <= longest * 1_100 + 1);
            let first = first_poll(&feed, now, SignedDuration::from_secs(interval));
            prop_assert!((0..=interval * 1000).contains(&first.as_millisecond()));
        }
    }
}
