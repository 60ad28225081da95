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

/// What came of a job, or its panic, with the number of its start.
struct Ended<S: Stage> {
    start: u64,
    partition: u32,
    job: JobRef,
    outcome: Result<S::Outcome, String>,
}

pub(super) struct RunningJobs<S: Stage> {
    worker: Worker<S>,
    runtime: Handle,
    signal: Signal,
    /// By a number that no other start has: a job that was aborted and started again, on a partition
    /// that was restored, must not end by the outcome of its first life.
    running: HashMap<u64, (u32, AbortHandle)>,
    starts: u64,
    // Bounded by the number of running jobs, which the runner bounds.
    outcomes: (Sender<Ended<S>>, Receiver<Ended<S>>),
}

impl<S: Stage> RunningJobs<S> {
    pub(super) fn new(signal: Signal, runtime: Handle, worker: Worker<S>) -> Self {
        Self { worker, runtime, signal, running: HashMap::new(), starts: 0, outcomes: unbounded() }
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
        let start = self.starts;
        self.starts += 1;
        let running = self.runtime.spawn(async move {
            let outcome = AssertUnwindSafe(async move { worker(work).await }).catch_unwind().await;
            let outcome = outcome.map_err(|panic| panic_message(panic.as_ref()));
            // Nobody listens any more once the runner has ended.
            let _ = sender.send(Ended { start, partition, job, outcome });
            signal.ring();
        });
        self.running.insert(start, (partition, running.abort_handle()));
    }

    /// Takes the outcome of a job that has ended and was not aborted.
    pub(super) fn ended(&mut self) -> Option<(u32, JobRef, Result<S::Outcome, String>)> {
        while let Ok(Ended { start, partition, job, outcome }) = self.outcomes.1.try_recv() {
            if self.running.remove(&start).is_some() {
                return Some((partition, job, outcome));
            }
        }
        None
    }

    /// Aborts the jobs of a partition.
    pub(super) fn abort(&mut self, partition: u32) {
        self.running.retain(|_, (of, job)| {
            if *of == partition {
                job.abort();
            }
            *of != partition
        });
    }

    pub(super) fn abort_all(&mut self) {
        self.running.drain().for_each(|(_, (_, job))| job.abort());
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{Context, Record, Reject, State};

    struct Idle;

    impl Stage for Idle {
        type Job = bool;
        type Outcome = ();
        type State = State;

        fn record(&mut self, _: &Record, _: &mut Context<'_, bool>) -> Result<(), Reject> {
            Ok(())
        }
    }

    #[test]
    fn the_outcome_of_an_aborted_job_is_not_that_of_its_next_start() {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
        let signal = Signal::default();
        let worker: Worker<Idle> = Arc::new(|ends| {
            let work = async move {
                if !ends {
                    std::future::pending::<()>().await
                }
            };
            work.boxed()
        });
        let mut jobs = RunningJobs::<Idle>::new(signal.clone(), runtime.handle().clone(), worker);
        let job = JobRef { key: b"k".to_vec(), number: 0, order: "x".into(), run: 0 };
        jobs.start(0, job.clone(), true);
        signal.wait(Duration::from_secs(60));
        assert_eq!(jobs.outcomes.1.len(), 1, "it has ended");
        jobs.abort(0);
        jobs.start(0, job, false);
        assert!(jobs.ended().is_none());
        assert_eq!(jobs.len(), 1, "the second start runs");
    }
}
