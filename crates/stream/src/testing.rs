//! Runs a stage in simulated time: no threads, no log, no clock but the test's.
//!
//! ```
//! # use stream::{Context, Emit, NoJob, Record, Reject, Stage, State, testing::Harness};
//! struct Upper;
//! impl Stage for Upper {
//!     type Job = NoJob;
//!     type Outcome = ();
//!     type State = State;
//!     fn record(&mut self, record: &Record, context: &mut Context<'_, NoJob>) -> Result<(), Reject> {
//!         let value = record.value.as_deref().unwrap_or_default().to_ascii_uppercase();
//!         context.emit(Emit::new("out", "key", value));
//!         Ok(())
//!     }
//! }
//! let mut harness = Harness::new("upper", "in", || Upper, "2026-01-01T00:00:00Z").with_topic("out", 4, 1024);
//! harness.record("key", Some(b"abc"));
//! assert_eq!(harness.emitted("out")[0].value.as_deref(), Some(&b"ABC"[..]));
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};

use crate::fault::Fault;
use crate::ledger;
use crate::record::{self, Headers, Output, Record};
use crate::stage::Stage;
use crate::task::{JobRef, Routes, Task};
use crate::topics::DEAD_LETTERS;

const MAX_RECORD_BYTES: usize = 1 << 20;

/// A stage on one partition, with its log in memory: each call that hands something in commits what
/// follows from it.
pub struct Harness<S: Stage> {
    name: &'static str,
    input: &'static str,
    make: Box<dyn Fn() -> S>,
    task: Task<S>,
    routes: Routes,
    now: Timestamp,
    next_offset: u64,
    outputs: Vec<Output>,
    state: BTreeMap<Vec<u8>, Bytes>,
}

impl<S: Stage> Harness<S> {
    /// The stage that `make` makes, called `name`, reading `input`, at the time `now` (RFC 3339).
    ///
    /// # Panics
    /// When `now` is not a time.
    #[allow(clippy::panic, reason = "for tests: a wrong time is the test's mistake")]
    pub fn new(name: &'static str, input: &'static str, make: impl Fn() -> S + 'static, now: &str) -> Self {
        let Ok(now) = now.parse() else { panic!("`{now}` is not a time") };
        let mut routes = Routes::new(MAX_RECORD_BYTES);
        routes.add(DEAD_LETTERS, 1, MAX_RECORD_BYTES);
        let task = Task::new(name, input, 0, make(), Arc::new(routes.clone()));
        let mut harness = Self {
            name,
            input,
            make: Box::new(make),
            task,
            routes,
            now,
            next_offset: 0,
            outputs: Vec::new(),
            state: BTreeMap::new(),
        };
        harness.restart();
        harness
    }

    /// The same, able to write to `topic`.
    #[must_use]
    pub fn with_topic(mut self, topic: &str, partitions: u32, max_record_bytes: usize) -> Self {
        self.routes.add(topic, partitions, max_record_bytes);
        self.restart();
        self
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Hands in a record.
    pub fn record(&mut self, key: impl Into<Vec<u8>>, value: Option<&[u8]>) {
        self.record_with_headers(key, Headers::new(), value);
    }

    /// Hands in a record with headers.
    pub fn record_with_headers(&mut self, key: impl Into<Vec<u8>>, headers: Headers, value: Option<&[u8]>) {
        let record = Record {
            topic: self.input.to_owned(),
            partition: 0,
            offset: self.next_offset,
            at: self.now,
            key: key.into().into(),
            headers,
            value: value.map(Bytes::copy_from_slice),
        };
        self.next_offset += 1;
        self.task.record(&record, self.now);
        self.commit();
    }

    /// Lets time pass: timers come due one by one, each at its own time.
    pub fn advance(&mut self, by: SignedDuration) {
        let end = self.now.checked_add(by).unwrap_or(Timestamp::MAX);
        while let Some(at) = self.task.next_timer_at().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.task.wake(self.now);
            self.commit();
        }
        self.now = end;
    }

    /// Takes the jobs that may run now.
    pub fn take_jobs(&mut self) -> Vec<(JobRef, S::Job)> {
        std::iter::from_fn(|| self.task.take_job(self.now)).collect()
    }

    /// When the next timer is due or the next job may run.
    pub fn next_at(&self) -> Option<Timestamp> {
        self.task.next_at()
    }

    /// Hands in the outcome of a job.
    pub fn finish(&mut self, job: &JobRef, outcome: S::Outcome) {
        self.task.job_done(job, Ok(outcome), self.now);
        self.commit();
    }

    /// Hands in the crash of a job.
    pub fn crash(&mut self, job: &JobRef, panic: &str) {
        self.task.job_done(job, Err(panic.to_owned()), self.now);
        self.commit();
    }

    /// A new process: the stage is made anew and its state restored from the log.
    ///
    /// # Panics
    /// When the state can't be read back.
    #[allow(clippy::panic, reason = "for tests: state that can't be read back is what they look for")]
    pub fn restart(&mut self) {
        if let Err(fault) = self.try_restart() {
            panic!("{fault}");
        }
    }

    /// The same, where the state may be one that the stage refuses.
    ///
    /// # Errors
    /// Why it can't be read back.
    pub fn try_restart(&mut self) -> Result<(), Fault> {
        let stage = (self.make)();
        self.task = Task::new(self.name, self.input, 0, stage, Arc::new(self.routes.clone()));
        for (key, value) in &self.state {
            self.task.restore(key, Some(value));
        }
        self.task.restored()
    }

    /// Writes a state entry into the log past the stage, as another version might have.
    pub fn plant(&mut self, key: &[u8], value: &[u8]) {
        self.state.insert(ledger::state_key(key), ledger::state_value(value));
    }

    /// Everything written to `topic` so far.
    pub fn emitted(&self, topic: &str) -> Vec<&Output> {
        self.outputs.iter().filter(|output| output.topic == topic).collect()
    }

    /// Takes everything written to `topic` so far.
    pub fn take_emitted(&mut self, topic: &str) -> Vec<Output> {
        let (taken, kept) = std::mem::take(&mut self.outputs).into_iter().partition(|o| o.topic == topic);
        self.outputs = kept;
        taken
    }

    /// The dead letters so far: reason and message.
    pub fn dead_letters(&self) -> Vec<(String, String)> {
        let header = |output: &Output, name: &str| {
            let found = record::header(&output.headers, name);
            found.map(|value| String::from_utf8_lossy(value).into_owned()).unwrap_or_default()
        };
        let letters = self.emitted(DEAD_LETTERS).into_iter();
        letters.map(|output| (header(output, "khabar-reason"), header(output, "khabar-message"))).collect()
    }

    /// The task, to look into.
    pub fn task(&self) -> &Task<S> {
        &self.task
    }

    fn commit(&mut self) {
        let Some(step) = self.task.take_step() else { return };
        for (key, value) in step.state {
            match value {
                Some(value) => self.state.insert(key, value),
                None => self.state.remove(&key),
            };
        }
        self.outputs.extend(step.outputs);
        self.task.committed();
    }
}
