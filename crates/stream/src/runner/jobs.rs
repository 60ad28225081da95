//! Jobs under way on the runtime, and their outcomes.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, unbounded};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::runtime::Handle;
use tokio::task::AbortHandle;

use crate::signal::Signal;
use crate::stage::Stage;
use crate::task::{JobRef, panic_message};

/// Does the jobs of a stage: HTTP, mostly. Called on the runtime, many at once.
pub type Worker<S> =
    Arc<dyn Fn(<S as Stage>::Job) -> BoxFuture<'static, <S as Stage>::Outcome> + Send + Sync>;

type Ended<S> = (u32, JobRef, Result<<S as Stage>::Outcome, String>);

pub(super) struct RunningJobs<S: Stage> {
    worker: Worker<S>,
    runtime: Handle,
    signal: Signal,
    running: HashMap<(u32, JobRef), AbortHandle>,
    // Bounded by the number of running jobs, which the runner bounds.
    outcomes: (Sender<Ended<S>>, Receiver<Ended<S>>),
}

impl<S: Stage> RunningJobs<S> {
    pub(super) fn new(signal: Signal, runtime: Handle, worker: Worker<S>) -> Self {
        Self { worker, runtime, signal, running: HashMap::new(), outcomes: unbounded() }
    }

    /// Jobs whose outcome was not taken yet.
    pub(super) fn len(&self) -> usize {
        self.running.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.running.is_empty()
    }

    pub(super) fn start(&mut self, partition: u32, job: JobRef, work: S::Job) {
        let (sender, signal, worker) =
            (self.outcomes.0.clone(), self.signal.clone(), Arc::clone(&self.worker));
        let name = job.clone();
        let running = self.runtime.spawn(async move {
            let outcome = AssertUnwindSafe(async move { worker(work).await }).catch_unwind().await;
            let outcome = outcome.map_err(|panic| panic_message(panic.as_ref()));
            // Nobody listens any more once the runner has ended.
            let _ = sender.send((partition, name, outcome));
            signal.ring();
        });
        self.running.insert((partition, job), running.abort_handle());
    }

    /// Takes the outcome of a job that has ended and was not aborted.
    pub(super) fn ended(&mut self) -> Option<Ended<S>> {
        while let Ok((partition, job, outcome)) = self.outcomes.1.try_recv() {
            if self.running.remove(&(partition, job.clone())).is_some() {
                return Some((partition, job, outcome));
            }
        }
        None
    }

    /// Aborts the jobs of a partition.
    pub(super) fn abort(&mut self, partition: u32) {
        self.running.retain(|(of, _), job| {
            if *of == partition {
                job.abort();
            }
            *of != partition
        });
    }

    pub(super) fn abort_all(&mut self) {
        self.running.drain().for_each(|(_, job)| job.abort());
    }
}
