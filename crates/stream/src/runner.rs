//! The loop that drives one stage over a backend: the clock, the threads and the back-offs.
//!
//! One thread a stage polls, hands to tasks, commits and starts jobs; tasks of several partitions
//! handle their records side by side. Between two polls at most one transaction is tried, so a
//! partition is only ever taken away when none is open.
//!
//! ```text
//! poll ─▶ handle ─▶ gather (commit_interval, batch bounds) ─▶ commit ─┬─ Committed ─▶ start jobs ─▶ poll
//!                                                        ▲            ├─ Aborted ──▶ pause ─┐
//!                                                        └────────────┼─────────────────────┘
//!                                                                     ├─ Restore ──▶ drop all, reset, restore
//!                                                                     └─ Failed ───▶ stop with the reason
//! ```

mod backoff;
mod jobs;
mod meters;
mod setup;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rayon::iter::{IntoParallelRefMutIterator, ParallelIterator};

use crate::backend::{Commit, Room, Transaction};
use crate::crashes::CrashMarks;
use crate::fault::{Fault, FaultKind, Remedy};
use crate::record::Record;
use crate::stage::Stage;
use crate::task::{Routes, Task};

use backoff::Backoff;
use jobs::RunningJobs;
pub use jobs::Worker;
use meters::Meters;
use setup::routes;
pub use setup::{Settings, Setup, Stop};

/// So many records are asked for at a time: under load, what comes of them is on its way to the log while the next ones
/// are handled.
const CHUNK_RECORDS: usize = 500;

/// Drives one stage. See the module.
pub struct Runner<S: Stage> {
    setup: Setup<S>,
    settings: Settings,
    routes: Arc<Routes>,
    crash_marks: Option<CrashMarks>,
    tasks: BTreeMap<u32, Task<S>>,
    jobs: RunningJobs<S>,
    /// The partition whose job was started last.
    turn: u32,
    /// A transaction that was tried and not committed yet.
    unsettled: Option<Transaction>,
    /// When the first of what has gathered was handled.
    gathering_since: Option<Instant>,
    gathered_records: usize,
    /// Pauses of what is asked of the log: over with an answer.
    backoff: Backoff,
    /// Pauses of commits: over with a commit.
    commit_backoff: Backoff,
    meters: Meters,
    /// The last transaction was committed: the next may be written ahead. One that a slow handler holds open for too
    /// long is not committed, and would not be ever.
    writes_ahead: bool,
    /// A restore was begun and not finished.
    restoring: bool,
    /// The backend has to start anew before it is asked for anything else.
    reset_owed: bool,
    ready: bool,
    stop: Stop,
}

impl<S: Stage> Runner<S> {
    /// A runner, ready to run.
    ///
    /// # Errors
    /// When the crash marks can't be kept.
    pub fn new(setup: Setup<S>, settings: Settings) -> Result<Self, Fault> {
        let crash_marks = match &settings.crash_dir {
            None => None,
            Some(dir) => {
                let path = dir.join(format!("{}.marks", setup.name));
                let open = std::fs::create_dir_all(dir).and_then(|()| CrashMarks::open(&path));
                Some(open.map_err(|error| {
                    Fault::new(
                        FaultKind::Misconfigured,
                        format!("{} can't be written: {error}", path.display()),
                    )
                })?)
            }
        };
        let stop = Stop::new(setup.signal.clone());
        Ok(Self {
            routes: Arc::new(routes(&setup)),
            jobs: RunningJobs::new(setup.signal.clone(), setup.runtime.clone(), Arc::clone(&setup.worker)),
            backoff: Backoff::new(settings.retry_min_ms, settings.retry_max_ms),
            commit_backoff: Backoff::new(settings.retry_min_ms, settings.retry_max_ms),
            meters: Meters::new(setup.name),
            setup,
            settings,
            crash_marks,
            tasks: BTreeMap::new(),
            turn: u32::MAX,
            unsettled: None,
            gathering_since: None,
            gathered_records: 0,
            writes_ahead: false,
            restoring: false,
            reset_owed: false,
            ready: false,
            stop,
        })
    }

    /// What stops this runner.
    pub fn stop_handle(&self) -> Stop {
        self.stop.clone()
    }

    /// Runs until it is stopped, or until a fault that only a person can mend. Blocks: it wants a thread
    /// of its own.
    ///
    /// # Errors
    /// The fault that stopped it.
    pub fn run(mut self) -> Result<(), Fault> {
        let result = self.run_until_stopped();
        self.report_ready(false);
        self.jobs.abort_all();
        self.setup.backend.close();
        result
    }

    fn run_until_stopped(&mut self) -> Result<(), Fault> {
        let mut grace_ends = None;
        loop {
            let stopping = self.stop.is_asked();
            if stopping {
                let grace = Duration::from_millis(self.settings.stop_grace_ms);
                let ends = *grace_ends.get_or_insert_with(|| Instant::now() + grace);
                let settled = self.unsettled.is_none() && self.gathering_since.is_none();
                if (self.jobs.is_empty() && settled) || Instant::now() >= ends {
                    return Ok(());
                }
            }
            let mut busy = self.poll(stopping)?;
            if self.unsettled.is_none() {
                busy |= self.take_outcomes();
                if !stopping {
                    busy |= self.wake_due();
                }
            }
            busy |= self.commit_when_due(stopping)?;
            if !stopping {
                self.start_jobs();
            }
            let whole = !self.restoring && !self.reset_owed;
            self.report_ready(whole && self.setup.backend.connected());
            if !busy {
                let wait = self.idle_for(stopping);
                self.setup.signal.wait(wait);
            }
        }
    }

    /// Polls and handles what came; says whether anything did.
    fn poll(&mut self, stopping: bool) -> Result<bool, Fault> {
        let room = self.room(stopping);
        let full = |task: &Task<S>| task.pending_jobs() >= self.settings.jobs_pending;
        let paused: BTreeSet<u32> =
            self.tasks.iter().filter(|(_, task)| full(task)).map(|(partition, _)| *partition).collect();
        // A transaction that pauses needs the connection kept alive; a stage that starts anew does not.
        if !self.backoff.over() || (self.unsettled.is_none() && !self.commit_backoff.over()) {
            return Ok(false);
        }
        if self.reset_owed {
            self.reset()?;
            return Ok(!self.reset_owed);
        }
        let polled = match self.setup.backend.poll(room, &paused) {
            Ok(polled) => polled,
            Err(fault) => {
                let pause = self.backoff.failed();
                self.recover(fault, pause)?;
                return Ok(false);
            }
        };
        for partition in &polled.revoked {
            self.drop_partition(*partition);
        }
        for (partition, fault) in polled.stopped {
            self.meters.fault(&fault);
            tracing::error!(stage = self.setup.name, partition, "the partition stops: {fault}");
        }
        let changed = !polled.assigned.is_empty() || !polled.revoked.is_empty();
        for partition in polled.assigned {
            if let Err(fault) = self.restore(partition) {
                let pause = self.backoff.failed();
                self.recover(fault, pause)?;
                return Ok(true);
            }
        }
        // Without partitions there may be a restore to come that fails again.
        if !self.tasks.is_empty() {
            self.backoff.succeeded();
        }
        if changed {
            let partitions: Vec<u32> = self.tasks.keys().copied().collect();
            tracing::info!(stage = self.setup.name, ?partitions, "restored");
        }
        self.meters.lag(&polled.lag);
        let busy = changed || !polled.records.is_empty();
        if let Some(fault) = self.homeless(&polled.records) {
            tracing::error!(stage = self.setup.name, "{fault}");
            let pause = self.backoff.failed();
            self.recover(fault, pause)?;
            return Ok(true);
        }
        self.handle(polled.records);
        Ok(busy)
    }

    /// The fault of records that came for a partition which was not restored: handled by nobody, they
    /// would be lost.
    fn homeless(&self, records: &[Record]) -> Option<Fault> {
        let record = records.iter().find(|record| !self.tasks.contains_key(&record.partition))?;
        let Record { topic, partition, offset, .. } = record;
        let message =
            format!("the record {topic}/{partition}/{offset} came before its partition was restored");
        Some(Fault::new(FaultKind::OutcomeUnknown, message))
    }

    /// Hands records to their tasks, those of several partitions side by side.
    fn handle(&mut self, records: Vec<Record>) {
        if records.is_empty() {
            return;
        }
        self.gathered_records += records.len();
        let many = records.len() >= CHUNK_RECORDS / 2;
        let mut by_partition: BTreeMap<u32, Vec<Record>> = BTreeMap::new();
        for record in records {
            by_partition.entry(record.partition).or_default().push(record);
        }
        let run = |task: &mut Task<S>, records: &[Record]| {
            for record in records {
                task.record(record, Timestamp::now());
            }
        };
        let mut work: Vec<(&mut Task<S>, Vec<Record>)> = Vec::new();
        for (partition, task) in &mut self.tasks {
            if let Some(records) = by_partition.remove(partition) {
                work.push((task, records));
            }
        }
        match work.as_mut_slice() {
            [(task, records)] => run(task, records),
            work => work.par_iter_mut().for_each(|(task, records)| run(task, records)),
        }
        self.gathering_since.get_or_insert_with(Instant::now);
        // More is to come: else all of it is written at once, so that no transaction is open for longer than it must.
        if many && self.writes_ahead {
            for (partition, task) in &self.tasks {
                if !task.outputs().is_empty() {
                    self.setup.backend.write_ahead(*partition, task.outputs());
                }
            }
        }
    }

    fn take_outcomes(&mut self) -> bool {
        let mut any = false;
        while !self.batch_is_full()
            && let Some((partition, job, outcome)) = self.jobs.ended()
        {
            any = true;
            if let Some(task) = self.tasks.get_mut(&partition) {
                task.job_done(&job, outcome, Timestamp::now());
                self.gathered_records += 1;
                self.gathering_since.get_or_insert_with(Instant::now);
            }
        }
        any
    }

    fn wake_due(&mut self) -> bool {
        let mut any = false;
        for task in self.tasks.values_mut() {
            // Due timers become jobs: no more of them than may pend.
            while task.pending_jobs() < self.settings.jobs_pending
                && self.gathered_records < self.settings.batch_records
                && task.wake(Timestamp::now())
            {
                any = true;
                self.gathered_records += 1;
                self.gathering_since.get_or_insert_with(Instant::now);
            }
        }
        any
    }

    fn start_jobs(&mut self) {
        // Each partition in turn, on from the last one: none has to wait for the jobs of another.
        let mut passed = 0;
        while passed < self.tasks.len() && self.jobs.len() < self.settings.jobs_in_flight {
            let next = self.tasks.range((Bound::Excluded(self.turn), Bound::Unbounded)).next();
            let Some((&partition, _)) = next.or_else(|| self.tasks.first_key_value()) else { break };
            self.turn = partition;
            passed += 1;
            let job = self.tasks.get_mut(&partition).and_then(|task| task.take_job(Timestamp::now()));
            if let Some((job, work)) = job {
                self.jobs.start(partition, job, work);
                passed = 0;
            }
        }
        let pending = self.tasks.values().map(Task::pending_jobs).sum();
        self.meters.jobs(self.jobs.len(), pending);
    }

    /// Commits what has gathered, or what was aborted, when its time has come; says whether it is in the
    /// log now: there may be room again for what waits.
    fn commit_when_due(&mut self, stopping: bool) -> Result<bool, Fault> {
        if self.unsettled.is_none() {
            let Some(since) = self.gathering_since else { return Ok(false) };
            let interval = Duration::from_millis(self.settings.commit_interval_ms);
            if since.elapsed() < interval && !self.batch_is_full() && !stopping {
                return Ok(false);
            }
            let steps: BTreeMap<u32, _> = self
                .tasks
                .iter_mut()
                .filter_map(|(partition, task)| Some((*partition, task.take_step()?)))
                .collect();
            self.gathering_since = None;
            self.gathered_records = 0;
            if steps.is_empty() {
                return Ok(false);
            }
            self.unsettled = Some(Transaction { steps });
        }
        if !self.commit_backoff.over() {
            return Ok(false);
        }
        let Some(transaction) = &self.unsettled else { return Ok(false) };
        let started = Instant::now();
        let outcome = self.setup.backend.commit(transaction);
        self.meters.commit(&outcome, started.elapsed());
        self.writes_ahead = matches!(outcome, Commit::Committed);
        match outcome {
            Commit::Committed => {
                let touched = self.unsettled.take().map(|transaction| transaction.steps).unwrap_or_default();
                for partition in touched.keys() {
                    if let Some(task) = self.tasks.get_mut(partition) {
                        task.committed();
                        self.meters.task(task.take_counts());
                    }
                }
                self.meters.state(self.tasks.values().map(Task::state));
                self.commit_backoff.succeeded();
                Ok(true)
            }
            Commit::Aborted(fault) => {
                let pause_ms = self.commit_backoff.failed().as_millis();
                self.meters.fault(&fault);
                tracing::warn!(
                    stage = self.setup.name,
                    pause_ms,
                    "not committed, again after a pause: {fault}"
                );
                Ok(false)
            }
            Commit::Restore(fault) => {
                let pause = self.commit_backoff.failed();
                self.recover(fault, pause).map(|()| false)
            }
            Commit::Failed(fault) => Err(fault),
        }
    }

    /// Does what a fault asks for, where `pause` has begun.
    fn recover(&mut self, fault: Fault, pause: Duration) -> Result<(), Fault> {
        self.writes_ahead = false;
        self.meters.fault(&fault);
        let pause_ms = pause.as_millis();
        match fault.remedy() {
            Remedy::Stop => return Err(fault),
            // A restore that was cut short would never be asked for again: that needs a reset.
            Remedy::Retry if !self.restoring => {
                tracing::warn!(stage = self.setup.name, pause_ms, "{fault}");
                return Ok(());
            }
            Remedy::Retry | Remedy::Restore => {}
        }
        tracing::warn!(stage = self.setup.name, pause_ms, "starting anew from the last commit: {fault}");
        for partition in self.tasks.keys().copied().collect::<Vec<_>>() {
            self.drop_partition(partition);
        }
        self.restoring = false;
        self.reset_owed = true;
        self.reset()
    }

    /// Lets the backend start anew; it stays owed when that fails.
    fn reset(&mut self) -> Result<(), Fault> {
        match self.setup.backend.reset() {
            Ok(()) => {
                self.reset_owed = false;
                self.meters.restart();
                Ok(())
            }
            Err(fault) if fault.remedy() == Remedy::Stop => Err(fault),
            Err(fault) => {
                self.meters.fault(&fault);
                let pause_ms = self.backoff.failed().as_millis();
                tracing::warn!(
                    stage = self.setup.name,
                    pause_ms,
                    "not started anew, again after a pause: {fault}"
                );
                Ok(())
            }
        }
    }

    fn restore(&mut self, partition: u32) -> Result<(), Fault> {
        let stage = (self.setup.make)(partition);
        let input = self.setup.input.clone();
        let mut task = Task::new(self.setup.name, input, partition, stage, Arc::clone(&self.routes));
        if let Some(marks) = &self.crash_marks {
            task = task.with_crash_memory(marks.partition(partition));
        }
        self.restoring = true;
        self.setup.backend.restore(partition, &mut |key, value| {
            task.restore(key, value);
            Ok(())
        })?;
        self.restoring = false;
        task.restored()?;
        self.tasks.insert(partition, task);
        Ok(())
    }

    fn drop_partition(&mut self, partition: u32) {
        self.tasks.remove(&partition);
        // Whoever has it now shows its lag.
        self.meters.lag(&[(partition, 0)]);
        self.jobs.abort(partition);
        if let Some(transaction) = &mut self.unsettled {
            transaction.steps.remove(&partition);
            if transaction.steps.is_empty() {
                self.unsettled = None;
            }
        }
    }

    fn room(&self, stopping: bool) -> Room {
        if stopping || self.unsettled.is_some() || self.batch_is_full() {
            return Room { records: 0, bytes: 0 };
        }
        let gathered: usize = self.tasks.values().map(Task::step_bytes).sum();
        Room {
            records: (self.settings.batch_records - self.gathered_records).min(CHUNK_RECORDS),
            bytes: self.settings.batch_bytes - gathered,
        }
    }

    fn batch_is_full(&self) -> bool {
        let gathered: usize = self.tasks.values().map(Task::step_bytes).sum();
        self.gathered_records >= self.settings.batch_records || gathered >= self.settings.batch_bytes
    }

    /// How long nothing is to be done, unless something rings.
    fn idle_for(&self, stopping: bool) -> Duration {
        let mut wait = Duration::from_millis(self.settings.idle_ms);
        if let Some(since) = self.gathering_since {
            let interval = Duration::from_millis(self.settings.commit_interval_ms);
            wait = wait.min(interval.saturating_sub(since.elapsed()));
        }
        if self.unsettled.is_none() && !stopping {
            // What is held back by a bound waits for a job to end, and that rings.
            let jobs_wait = self.jobs.len() >= self.settings.jobs_in_flight;
            let next = |task: &Task<S>| {
                let timers_wait = task.pending_jobs() >= self.settings.jobs_pending;
                let timer = task.next_timer_at().filter(|_| !timers_wait);
                timer.into_iter().chain(task.next_job_at().filter(|_| !jobs_wait)).min()
            };
            if let Some(next) = self.tasks.values().filter_map(next).min() {
                let until = next.duration_since(Timestamp::now());
                wait = wait.min(Duration::try_from(until).unwrap_or(Duration::ZERO));
            }
        }
        let pauses = [self.backoff.left(), self.commit_backoff.left()].into_iter().flatten();
        pauses.fold(wait.max(Duration::from_millis(1)), Duration::min)
    }

    fn report_ready(&mut self, ready: bool) {
        if ready != self.ready {
            self.ready = ready;
            (self.setup.ready)(ready);
        }
    }
}
