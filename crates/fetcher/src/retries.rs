//! The entries that wait for another try, and for how long.
//!
//! A try that waits is a timer and a state entry under the entry's id, not a pending job: a dead host
//! must not fill the room for jobs and keep the living ones waiting. State: key `r` and the id;
//! value a version and the [`Fetch`] in JSON.

use jiff::{SignedDuration, Timestamp};
use model::{Id, host_key};
use stream::{Context, Fault, Reject, State, foreign_state};
use xxhash_rust::xxh3::xxh3_64;

use crate::{Fetch, Settings};

const KIND: u8 = b'r';
const VERSION: u8 = 1;

/// How many tries wait.
#[derive(Debug, Default)]
pub(crate) struct Retries {
    waiting: usize,
}

impl Retries {
    pub(crate) fn of(state: &State) -> Self {
        Self { waiting: state.iter().filter(|(key, _)| key.first() == Some(&KIND)).count() }
    }

    /// Whether every try that waits can be read.
    ///
    /// # Errors
    /// Names the one that can't.
    pub(crate) fn check(state: &State) -> Result<(), Fault> {
        for (key, value) in state.iter().filter(|(key, _)| key.first() == Some(&KIND)) {
            read(value).map_err(|error| foreign_state(key, error))?;
        }
        Ok(())
    }

    /// Puts `fetch` off until `at`.
    pub(crate) fn put_off(
        &mut self,
        fetch: &Fetch,
        at: Timestamp,
        settings: &Settings,
        context: &mut Context<'_, Fetch>,
    ) -> Result<(), Reject> {
        if self.waiting >= settings.max_waiting_retries {
            start_at(fetch.clone(), at, settings, context);
            return Ok(());
        }
        let mut value = vec![VERSION];
        serde_json::to_writer(&mut value, fetch)
            .map_err(|error| Reject::new("unwritable", format!("the retry can't be stored: {error}")))?;
        context.put(key(&fetch.entry.id), value);
        context.wake_at(timer(&fetch.entry.id), at);
        self.waiting += 1;
        Ok(())
    }

    /// Takes back the try of the entry `id`, if one waits.
    pub(crate) fn cancel(&mut self, id: &Id, context: &mut Context<'_, Fetch>) {
        if context.get(&key(id)).is_some() {
            context.delete(key(id));
            context.cancel_wake(timer(id));
            self.waiting = self.waiting.saturating_sub(1);
        }
    }

    /// Starts the try whose timer has come due.
    pub(crate) fn due(
        &mut self,
        timer: &[u8],
        settings: &Settings,
        context: &mut Context<'_, Fetch>,
    ) -> Result<(), Reject> {
        let key = [&[KIND], timer].concat();
        let Some(value) = context.get(&key) else { return Ok(()) };
        let fetch = read(value).map_err(|error| {
            let id = String::from_utf8_lossy(timer);
            Reject::new("unreadable_retry", format!("the retry of the entry {id} can't be read: {error}"))
        })?;
        context.delete(key);
        self.waiting = self.waiting.saturating_sub(1);
        start_at(fetch, Timestamp::MIN, settings, context);
        Ok(())
    }
}

/// Starts the job of an entry: one at a time for each entry. Jobs of one order run one after the
/// other, and a host has so many orders, its lanes; a page always has the same one.
pub(crate) fn start_at(fetch: Fetch, at: Timestamp, settings: &Settings, context: &mut Context<'_, Fetch>) {
    let id = fetch.entry.id;
    let page = fetch.entry.link.split('#').next().unwrap_or_default();
    let lane = xxh3_64(page.as_bytes()) % u64::from(settings.lanes_per_host.max(1));
    let order = format!("{} {lane}", host_key(page).unwrap_or_default());
    context.start_at(timer(&id), order, fetch, at);
}

/// The pause after `failed_attempts` (at least 1): doubled each time, spread by a quarter to either
/// side so that what failed together does not come back together, and at least what the host asks.
pub(crate) fn pause(
    id: &Id,
    failed_attempts: u32,
    retry_after: Option<SignedDuration>,
    settings: &Settings,
) -> SignedDuration {
    let doublings = failed_attempts.saturating_sub(1).min(31);
    let plain_ms = (i64::from(settings.retry_base_seconds) << doublings)
        .min(settings.retry_max_seconds.into())
        .saturating_mul(1000);
    // 192/256 to 319/256 of it: the same for the same try, so that a replay decides the same.
    let spread = 192 + i64::from(id.as_bytes().first().copied().unwrap_or_default() >> 1);
    let own = SignedDuration::from_millis(plain_ms.saturating_mul(spread) / 256);
    let asked = retry_after.unwrap_or_default();
    own.max(asked.min(SignedDuration::from_secs(settings.max_retry_after_seconds.into())))
}

fn read(value: &[u8]) -> Result<Fetch, String> {
    match value.split_first() {
        Some((&VERSION, json)) => serde_json::from_slice(json).map_err(|error| error.to_string()),
        Some((version, _)) => Err(format!("its form has version {version}, this build knows {VERSION}")),
        None => Err("it is empty".to_owned()),
    }
}

fn key(id: &Id) -> Vec<u8> {
    [&[KIND], timer(id).as_slice()].concat()
}

/// The entry's own key in `entries`, so that a dead letter of the timer names it.
fn timer(id: &Id) -> Vec<u8> {
    id.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pauses_grow_within_their_bounds(name: String, attempts in 1_u32.., asked in 0_i64..) {
            let settings = Settings::default();
            let id = Id::of("entry", &[&name]);
            let short = pause(&id, attempts, None, &settings);
            prop_assert!(short >= SignedDuration::from_secs(45));
            prop_assert!(short <= SignedDuration::from_secs(7 * 60 * 60 + 30 * 60));
            prop_assert!(pause(&id, attempts.saturating_add(1), None, &settings) >= short);
            let asked = SignedDuration::from_secs(asked);
            let long = pause(&id, attempts, Some(asked), &settings);
            prop_assert!(long >= short && long >= asked.min(SignedDuration::from_hours(24)));
            prop_assert!(long <= SignedDuration::from_hours(24));
        }
    }
}
