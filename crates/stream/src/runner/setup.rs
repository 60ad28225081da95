//! What a runner is given: a stage, a log, bounds, and a way to stop it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};

use crate::backend::Backend;
use crate::signal::Signal;
use crate::stage::Stage;
use crate::task::Routes;
use crate::topics::{Catalogue, state_of};

use super::jobs::Worker;

/// The bounds of one stage's runner: the table `[runner]` of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Records taken at once, and the most in one transaction.
    pub batch_records: usize,
    /// Bytes taken at once; a transaction that has gathered as many is committed.
    pub batch_bytes: usize,
    /// How long a transaction gathers before it is committed.
    pub commit_interval_ms: u64,
    /// Jobs that run at the same time.
    pub jobs_in_flight: usize,
    /// Jobs that pend on one partition before it gets no more records and wake-ups.
    pub jobs_pending: usize,
    /// The first pause after a fault; doubled with each further one.
    pub retry_min_ms: u64,
    /// The longest pause after a fault.
    pub retry_max_ms: u64,
    /// How long running jobs may take to end when the runner is stopped.
    pub stop_grace_ms: u64,
    /// How long the loop waits at the most when nothing rings: what keeps a consumer alive.
    pub idle_ms: u64,
    /// Where crash marks are kept; nowhere when not given. Set by the program.
    #[serde(skip)]
    pub crash_dir: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            batch_records: 2_000,
            batch_bytes: 16 << 20,
            commit_interval_ms: 50,
            jobs_in_flight: 64,
            jobs_pending: 1_000,
            retry_min_ms: 100,
            retry_max_ms: 10_000,
            stop_grace_ms: 3_000,
            idle_ms: 100,
            crash_dir: None,
        }
    }
}

/// What a stage runs on.
pub struct Setup<S: Stage> {
    /// The stage's name: its metrics, its state topic, its consumer group.
    pub name: &'static str,
    /// The topic it reads.
    pub input: String,
    /// Makes the stage for a partition.
    pub make: Box<dyn Fn(u32) -> S + Send>,
    /// Does its jobs.
    pub worker: Worker<S>,
    /// Where jobs run.
    pub runtime: tokio::runtime::Handle,
    /// Its log. It must ring `signal` when there may be more to poll.
    pub backend: Box<dyn Backend>,
    /// The bell that the backend rings.
    pub signal: Signal,
    /// The topics.
    pub catalogue: Catalogue,
    /// Told of every change between ready and not.
    pub ready: Box<dyn Fn(bool) + Send>,
}

/// Stops a runner from outside.
#[derive(Debug, Clone)]
pub struct Stop {
    asked: Arc<AtomicBool>,
    signal: Signal,
}

impl Stop {
    pub(super) fn new(signal: Signal) -> Self {
        Self { asked: Arc::default(), signal }
    }

    pub(super) fn is_asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }

    /// Asks the runner to stop: it takes nothing new, gives running jobs their grace, commits, leaves.
    pub fn stop(&self) {
        self.asked.store(true, Ordering::SeqCst);
        self.signal.close();
    }
}

pub(super) fn routes<S: Stage>(setup: &Setup<S>) -> Routes {
    let bytes = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
    let state = setup.catalogue.get(&state_of(setup.name));
    let mut routes = Routes::new(state.map_or(0, |spec| bytes(spec.max_record_bytes)));
    for spec in setup.catalogue.iter() {
        if let Some(partitions) = setup.backend.partitions(&spec.name) {
            routes.add(spec.name.clone(), partitions, bytes(spec.max_record_bytes));
        }
    }
    routes
}
