use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until, timeout};

use crate::Settings;

/// Who may start a request, and when: the bounds on requests at once over all hosts and to one host,
/// the least time between two starts to one host, and how many may wait for that and how long.
#[derive(Debug)]
pub(crate) struct Turns {
    all: Arc<Semaphore>,
    waiting: AtomicUsize,
    hosts: Mutex<Hosts>,
    max_per_host: usize,
    min_delay: Duration,
    max_waiting: usize,
    max_wait: Duration,
    max_hosts: usize,
}

/// The hosts that somebody talks to or waits for, or that were asked a moment ago.
#[derive(Debug)]
struct Hosts {
    by_key: HashMap<String, Arc<Host>>,
    /// At how many hosts the idle ones are looked for: twice what the last search left, so that a
    /// search costs a constant share of each insertion.
    search_at: usize,
}

#[derive(Debug)]
struct Host {
    slots: Arc<Semaphore>,
    next_start: Mutex<Instant>,
}

/// The right to talk to a host; given back when dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    _all: OwnedSemaphorePermit,
    _slot: OwnedSemaphorePermit,
    _host: Arc<Host>,
}

/// Why no turn came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoTurn {
    /// This setting bounds the waiting.
    Busy(&'static str),
    /// The host is to be left alone for so much longer than one may wait.
    Paused(Duration),
}

const FEWEST_SEARCHED: usize = 64;

impl Turns {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            all: Arc::new(Semaphore::new(settings.max_concurrent.min(Semaphore::MAX_PERMITS))),
            waiting: AtomicUsize::new(0),
            hosts: Mutex::new(Hosts { by_key: HashMap::new(), search_at: FEWEST_SEARCHED }),
            max_per_host: settings.max_per_host.min(Semaphore::MAX_PERMITS),
            min_delay: settings.min_host_delay(),
            max_waiting: settings.max_waiting,
            max_wait: settings.max_wait(),
            max_hosts: settings.max_hosts,
        }
    }

    /// Waits for a turn with the host `key`.
    pub(crate) async fn take(&self, key: &str) -> Result<Turn, NoTurn> {
        let _waiting = Waiting::enter(&self.waiting, self.max_waiting)?;
        let host = self.host(key)?;
        timeout(self.max_wait, self.wait(host)).await.unwrap_or(Err(NoTurn::Busy("max_wait_ms")))
    }

    /// Leaves the host `key` alone for `pause` from now on.
    pub(crate) fn pause(&self, key: &str, pause: Duration) {
        let Some(host) = lock(&self.hosts).by_key.get(key).cloned() else { return };
        let mut next_start = lock(&host.next_start);
        *next_start = (*next_start).max(Instant::now() + pause);
    }

    async fn wait(&self, host: Arc<Host>) -> Result<Turn, NoTurn> {
        // Neither semaphore is ever closed.
        let slot = host.slots.clone().acquire_owned().await.map_err(|_| NoTurn::Busy("max_per_host"))?;
        loop {
            // First the pause, then a permit: who waits for one host takes nothing from the others.
            let start = *lock(&host.next_start);
            let left = start.saturating_duration_since(Instant::now());
            if left > self.max_wait && left > self.min_delay {
                return Err(NoTurn::Paused(left));
            }
            sleep_until(start).await;
            let all = self.all.clone().acquire_owned().await.map_err(|_| NoTurn::Busy("max_concurrent"))?;
            let mut next_start = lock(&host.next_start);
            let now = Instant::now();
            if now >= *next_start {
                *next_start = now + self.min_delay;
                drop(next_start);
                return Ok(Turn { _all: all, _slot: slot, _host: host });
            }
            // Another request to the host was quicker: pause again.
        }
    }

    fn host(&self, key: &str) -> Result<Arc<Host>, NoTurn> {
        let mut hosts = lock(&self.hosts);
        if let Some(host) = hosts.by_key.get(key) {
            return Ok(host.clone());
        }
        if hosts.by_key.len() >= hosts.search_at.min(self.max_hosts) {
            let now = Instant::now();
            hosts.by_key.retain(|_, host| Arc::strong_count(host) > 1 || *lock(&host.next_start) > now);
            hosts.search_at = (hosts.by_key.len() * 2).max(FEWEST_SEARCHED);
        }
        if hosts.by_key.len() >= self.max_hosts {
            return Err(NoTurn::Busy("max_hosts"));
        }
        let slots = Arc::new(Semaphore::new(self.max_per_host));
        let host = Arc::new(Host { slots, next_start: Mutex::new(Instant::now()) });
        hosts.by_key.insert(key.to_owned(), host.clone());
        Ok(host)
    }
}

/// One that waits, counted.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn enter(count: &'a AtomicUsize, max: usize) -> Result<Self, NoTurn> {
        let add = |waiting| (waiting < max).then_some(waiting + 1);
        match count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add) {
            Ok(_) => Ok(Self(count)),
            Err(_) => Err(NoTurn::Busy("max_waiting")),
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// No state here is left half changed by a panic, so a poisoned lock is as good as any.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::{join, join_all};

    fn turns(change: impl FnOnce(&mut Settings)) -> Turns {
        let mut settings = Settings { min_host_delay_ms: 1_000, max_per_host: 2, ..Settings::default() };
        change(&mut settings);
        Turns::new(&settings)
    }

    #[tokio::test(start_paused = true)]
    async fn starts_to_one_host_keep_their_distance() {
        let turns = turns(|_| {});
        let start = Instant::now();
        let take = || async {
            drop(turns.take("a.example").await.unwrap());
            start.elapsed().as_secs()
        };
        let mut started = join_all((0..5).map(|_| take())).await;
        started.sort_unstable();
        assert_eq!(started, [0, 1, 2, 3, 4]);
    }

    #[tokio::test(start_paused = true)]
    async fn hosts_do_not_wait_for_one_another() {
        let turns = turns(|_| {});
        let start = Instant::now();
        let (a, b) = join(turns.take("a.example"), turns.take("b.example")).await;
        assert!(a.is_ok() && b.is_ok());
        assert_eq!(start.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_has_no_more_than_its_slots() {
        let turns = turns(|settings| settings.max_wait_ms = 10_000);
        let first = turns.take("a.example").await.unwrap();
        let _second = turns.take("a.example").await.unwrap();
        assert_eq!(turns.take("a.example").await.unwrap_err(), NoTurn::Busy("max_wait_ms"));
        drop(first);
        assert!(turns.take("a.example").await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn all_hosts_share_the_permits() {
        let turns = turns(|settings| settings.max_concurrent = 1);
        let first = turns.take("a.example").await.unwrap();
        assert_eq!(turns.take("b.example").await.unwrap_err(), NoTurn::Busy("max_wait_ms"));
        drop(first);
        assert!(turns.take("b.example").await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_wait_than_may() {
        let turns = turns(|settings| {
            settings.max_waiting = 1;
            settings.max_per_host = 1;
        });
        let _held = turns.take("a.example").await.unwrap();
        let (second, third) = join(turns.take("a.example"), turns.take("a.example")).await;
        assert_eq!(second.unwrap_err(), NoTurn::Busy("max_wait_ms"));
        assert_eq!(third.unwrap_err(), NoTurn::Busy("max_waiting"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_is_left_alone_while_it_pauses() {
        let turns = turns(|settings| settings.max_wait_ms = 60_000);
        drop(turns.take("a.example").await.unwrap());
        turns.pause("a.example", Duration::from_secs(300));
        turns.pause("a.example", Duration::from_secs(200));
        let paused = NoTurn::Paused(Duration::from_secs(300));
        assert_eq!(turns.take("a.example").await.unwrap_err(), paused, "a shorter pause takes nothing off");
        assert!(turns.take("b.example").await.is_ok());
        tokio::time::advance(Duration::from_secs(250)).await;
        let start = Instant::now();
        assert!(turns.take("a.example").await.is_ok(), "the rest can be waited for");
        assert_eq!(start.elapsed().as_secs(), 50);
    }

    #[tokio::test(start_paused = true)]
    async fn idle_hosts_are_forgotten_and_busy_ones_are_not() {
        let turns = turns(|settings| settings.max_hosts = 3);
        let held = turns.take("held.example").await.unwrap();
        for host in ["a.example", "b.example"] {
            turns.take(host).await.unwrap();
        }
        assert_eq!(turns.take("c.example").await.unwrap_err(), NoTurn::Busy("max_hosts"), "within the delay");
        tokio::time::advance(Duration::from_secs(2)).await;
        turns.take("c.example").await.unwrap();
        let mut known: Vec<_> = lock(&turns.hosts).by_key.keys().cloned().collect();
        known.sort_unstable();
        assert_eq!(known, ["c.example", "held.example"]);
        drop(held);
    }
}
