//! The machine of one stage on one input partition: no I/O, no clock, no threads.
//!
//! What comes in is handled at once; what follows from it gathers in a [`Step`] until the runner
//! takes it for a transaction. Jobs are handed out only after [`Task::committed`]: a job that runs is
//! in the log.
//!
//! ```text
//! record ─┐                      ┌─ applied ─▶ state, jobs, timers, step
//! outcome ┼─▶ handler ─▶ effects ┤
//! timer  ─┘                      └─ dropped, on a reject or a crash ─▶ dead letter, or once more
//! ```

mod counts;
mod jobs;
mod routes;
#[cfg(test)]
mod tests;
mod timers;

use std::any::Any;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::Timestamp;

use crate::backend::Step;
use crate::crashes::{InHand, NoMemory};
use crate::dead_letter::{Undeliverable, dead_letter};
use crate::effects::Effects;
use crate::fault::Fault;
use crate::ledger::{self, JobEntry};
use crate::record::{Emit, Headers, Output, Record};
use crate::stage::{Context, Origin, Reject, Stage};
use crate::state::Keep;
use crate::topics::DEAD_LETTERS;
use crate::trace;

pub use counts::Counts;
pub use jobs::JobRef;
use jobs::Jobs;
pub use routes::Routes;
use timers::Timers;

/// After this many crashes a record or a job is put aside (promise 3).
const MAX_CRASHES: u8 = 3;

/// One stage on one input partition. See the module.
pub struct Task<S: Stage> {
    name: &'static str,
    input: String,
    partition: u32,
    stage: S,
    state: S::State,
    jobs: Jobs<S::Job>,
    timers: Timers,
    step: Step,
    step_bytes: usize,
    routes: std::sync::Arc<Routes>,
    in_hand: Box<dyn InHand>,
    job_crashes: HashMap<Vec<u8>, u8>,
    counts: Counts,
    /// While state is restored: entries that have to be read, once it is known that they stand.
    unread: HashMap<Vec<u8>, Vec<u8>>,
}

impl<S: Stage> Task<S> {
    /// An empty task of the stage called `name`, on `partition` of the topic `input`.
    pub fn new(
        name: &'static str,
        input: impl Into<String>,
        partition: u32,
        stage: S,
        routes: std::sync::Arc<Routes>,
    ) -> Self {
        Self {
            name,
            input: input.into(),
            partition,
            state: stage.state(),
            stage,
            jobs: Jobs::new(),
            timers: Timers::default(),
            step: Step::default(),
            step_bytes: 0,
            routes,
            in_hand: Box::new(NoMemory),
            job_crashes: HashMap::new(),
            counts: Counts::default(),
            unread: HashMap::new(),
        }
    }

    /// The same, with a memory of what was in hand when a process died.
    #[must_use]
    pub fn with_crash_memory(mut self, in_hand: Box<dyn InHand>) -> Self {
        self.in_hand = in_hand;
        self
    }

    /// Takes up one entry of the stored state, or a change of it: a later one of a key stands for an earlier, none
    /// deletes it. [`Task::restored`] is owed after the last.
    pub fn restore(&mut self, key: &[u8], value: Option<&[u8]>) {
        if let Some((key, value)) = ledger::plain_state(key, value) {
            self.state.set(key, value);
        }
        match value {
            Some(value) if ledger::plain_state(key, Some(value)).is_none() => {
                self.unread.insert(key.to_vec(), value.to_vec());
            }
            _ if self.unread.is_empty() => {}
            _ => drop(self.unread.remove(key)),
        }
    }

    /// The stored state is complete: it is read, the stage checks it and builds what follows from it.
    ///
    /// # Errors
    /// When an entry was written in a form that this build does not know.
    pub fn restored(&mut self) -> Result<(), Fault> {
        for (key, value) in std::mem::take(&mut self.unread) {
            match ledger::read::<S::Job>(&key, &value)? {
                ledger::Entry::State(key, value) => self.state.set(key, Some(value)),
                ledger::Entry::Job(key, entry) => self.jobs.restore(key, entry),
                ledger::Entry::Timer(key, at) => self.timers.set(key, Some(at)),
            }
        }
        self.state.restored();
        self.stage.check(&self.state)?;
        self.stage.reset(&self.state);
        Ok(())
    }

    /// Handles an input record.
    pub fn record(&mut self, record: &Record, now: Timestamp) {
        let (stage, partition, offset) = (self.name, self.partition, record.offset);
        let key = String::from_utf8_lossy(&record.key);
        let _span =
            tracing::info_span!("record", stage, topic = record.topic, partition, offset, %key).entered();
        let origin = Origin {
            topic: record.topic.clone(),
            partition: record.partition,
            offset: Some(record.offset),
            key: record.key.to_vec(),
            trace: Some(
                trace::of_headers(&record.headers)
                    .unwrap_or_else(|| trace::begun_with(&format!("{}/{partition}/{offset}", record.topic))),
            ),
        };
        let identity = identity(b"record", &record.offset.to_le_bytes());
        let handled = self.attempts(identity, &origin, now, |stage, context| stage.record(record, context));
        if let Err(reject) = handled {
            let (headers, value) = (&record.headers, record.value.clone());
            self.letter(
                Undeliverable { origin: &origin, job: None, output: None, headers, value, reject: &reject },
                now,
            );
        }
        self.counts.records_in += 1;
        self.step.position = Some(record.offset + 1);
    }

    /// Handles the outcome of a job, or the fact that it crashed. It does not count when the job was
    /// replaced or taken back meanwhile; the next job of its order may run all the same.
    pub fn job_done(&mut self, job: &JobRef, outcome: Result<S::Outcome, String>, now: Timestamp) {
        let Some(entry) = self.jobs.ended(job).cloned() else { return };
        let (stage, partition, offset) = (self.name, self.partition, entry.origin.offset);
        let key = String::from_utf8_lossy(&job.key);
        let _span = tracing::info_span!("outcome", stage, partition, offset, %key).entered();
        let identity = identity(b"job", &job.key);
        let deaths = self.in_hand.take_up(identity);
        let handled = match outcome {
            _ if deaths >= MAX_CRASHES => Err(Failure::Rejected(crashed(deaths, "it killed the process"))),
            Err(panic) => Err(Failure::Crashed(panic)),
            Ok(outcome) => self.attempt(now, |stage, context| stage.job_done(&entry.job, outcome, context)),
        };
        let settled = match handled {
            Ok(effects) => self.apply(effects, &entry.origin, Some((job, entry.number)), now),
            Err(Failure::Rejected(reject)) => Err(reject),
            Err(Failure::Crashed(panic)) => {
                let crashes = self.job_crashes.entry(job.key.clone()).or_default();
                *crashes += 1;
                tracing::error!(
                    stage = self.name,
                    partition = self.partition,
                    crashes,
                    panic,
                    "a job crashed"
                );
                if *crashes < MAX_CRASHES {
                    self.in_hand.put_down();
                    return;
                }
                Err(crashed(*crashes, &panic))
            }
        };
        if let Err(reject) = settled {
            self.remove_job(&job.key);
            let value = S::letter(&entry.job);
            // The record's own are gone; its trace is not.
            let trace = entry.origin.trace.as_deref().map(|trace| trace::header(trace, &job.key));
            let (headers, value) = (&Headers::from_iter(trace), Some(value.into()));
            let (origin, job) = (&entry.origin, Some(job.key.as_slice()));
            let what = Undeliverable { origin, job, output: None, headers, value, reject: &reject };
            self.letter(what, now);
        }
        self.in_hand.put_down();
    }

    /// Handles the first timer that is due at `now`; says whether there was one.
    pub fn wake(&mut self, now: Timestamp) -> bool {
        let Some(key) = self.timers.due(now) else { return false };
        self.set_timer(&key, None);
        let (stage, partition) = (self.name, self.partition);
        let _span =
            tracing::info_span!("timer", stage, partition, key = %String::from_utf8_lossy(&key)).entered();
        let name = format!("{}/{partition}/{}/{now}", self.input, key.escape_ascii());
        let origin = Origin {
            topic: self.input.clone(),
            partition: self.partition,
            offset: None,
            key: key.clone(),
            trace: Some(trace::begun_with(&name)),
        };
        let identity = identity(b"timer", &key);
        let handled = self.attempts(identity, &origin, now, |stage, context| stage.woken(&key, context));
        if let Err(reject) = handled {
            let headers = &Headers::new();
            self.letter(
                Undeliverable {
                    origin: &origin,
                    job: None,
                    output: None,
                    headers,
                    value: None,
                    reject: &reject,
                },
                now,
            );
            if let Some(pause) = self.stage.wake_again(&key) {
                self.set_timer(&key, Some(now.saturating_add(pause).unwrap_or(Timestamp::MAX)));
            }
        }
        true
    }

    /// Hands out a job that may run at `now`.
    pub fn take_job(&mut self, now: Timestamp) -> Option<(JobRef, S::Job)> {
        self.jobs.take_ready(now)
    }

    /// When the next timer is due or the next job may run.
    pub fn next_at(&self) -> Option<Timestamp> {
        self.timers.next_at().into_iter().chain(self.jobs.next_at()).min()
    }

    /// When the next timer is due.
    pub fn next_timer_at(&self) -> Option<Timestamp> {
        self.timers.next_at()
    }

    /// When the next job may run.
    pub fn next_job_at(&self) -> Option<Timestamp> {
        self.jobs.next_at()
    }

    /// How many jobs pend, running ones included.
    pub fn pending_jobs(&self) -> usize {
        self.jobs.len()
    }

    /// The outputs that have gathered since the last [`Task::take_step`].
    pub fn outputs(&self) -> &[Output] {
        &self.step.outputs
    }

    /// What has gathered since the last [`Task::take_step`] weighs this many bytes.
    pub fn step_bytes(&self) -> usize {
        self.step_bytes
    }

    /// Takes what has gathered, for a transaction; none when nothing has.
    pub fn take_step(&mut self) -> Option<Step> {
        self.step_bytes = 0;
        let step = std::mem::take(&mut self.step);
        (!step.is_empty()).then_some(step)
    }

    /// The transaction with the last step is in the log: its jobs may run.
    pub fn committed(&mut self) {
        self.jobs.committed();
    }

    /// The state.
    pub fn state(&self) -> &S::State {
        &self.state
    }

    /// Takes what was counted since the last call.
    pub fn take_counts(&mut self) -> Counts {
        std::mem::take(&mut self.counts)
    }

    /// Runs a handler until it answers, or has crashed too often, and applies what it did.
    fn attempts(
        &mut self,
        identity: u64,
        origin: &Origin,
        now: Timestamp,
        mut handler: impl FnMut(&mut S, &mut Context<'_, S::Job, S::State>) -> Result<(), Reject>,
    ) -> Result<(), Reject> {
        let mut crashes = self.in_hand.take_up(identity);
        let mut last = "it killed the process".to_owned();
        let handled = loop {
            if crashes >= MAX_CRASHES {
                break Err(crashed(crashes, &last));
            }
            match self.attempt(now, &mut handler) {
                Ok(effects) => break self.apply(effects, origin, None, now),
                Err(Failure::Rejected(reject)) => break Err(reject),
                Err(Failure::Crashed(panic)) => {
                    crashes += 1;
                    tracing::error!(crashes, panic, "a handler crashed");
                    last = panic;
                }
            }
        };
        self.in_hand.put_down();
        handled
    }

    /// Runs a handler once. What it did is returned, and dropped when it fails.
    fn attempt(
        &mut self,
        now: Timestamp,
        handler: impl FnOnce(&mut S, &mut Context<'_, S::Job, S::State>) -> Result<(), Reject>,
    ) -> Result<Effects<S::Job>, Failure> {
        let mut effects = Effects::default();
        let Self { stage, state, .. } = self;
        let mut context = Context { now, state, effects: &mut effects };
        // Whatever a panic leaves behind in the stage is rebuilt by `reset`.
        match catch_unwind(AssertUnwindSafe(|| handler(stage, &mut context))) {
            Ok(Ok(())) => Ok(effects),
            Ok(Err(reject)) => {
                // Rebuilding costs as much as there is state, and most rejects come before any change.
                if effects.touch_state() {
                    self.stage.reset(&self.state);
                }
                Err(Failure::Rejected(reject))
            }
            Err(panic) => {
                self.stage.reset(&self.state);
                Err(Failure::Crashed(panic_message(panic.as_ref())))
            }
        }
    }

    /// Makes what a handler did part of the task and of the step. `ended` is the job it answered.
    ///
    /// # Errors
    /// When a part of it can't be stored; then none of it is applied.
    fn apply(
        &mut self,
        effects: Effects<S::Job>,
        origin: &Origin,
        ended: Option<(&JobRef, u64)>,
        now: Timestamp,
    ) -> Result<(), Reject> {
        let prepared = self.prepare(&effects, origin, ended);
        let jobs = match prepared {
            Ok(jobs) => jobs,
            Err(reject) => {
                self.stage.reset(&self.state);
                return Err(reject);
            }
        };
        if let Some((job, _)) = ended {
            self.remove_job(&job.key);
        }
        for (key, value) in &effects.state {
            self.state.set(key, value.as_deref());
            self.store(ledger::state_key(key), value.as_deref().map(ledger::state_value));
        }
        for (key, at) in &effects.timers {
            self.set_timer(key, *at);
        }
        for (key, start) in jobs {
            let Some((entry, value)) = start else {
                self.remove_job(&key);
                continue;
            };
            self.job_crashes.remove(&key);
            self.store(ledger::job_key(&key), Some(value));
            self.jobs.insert(key, entry);
        }
        for (place, emit) in effects.emits.into_iter().enumerate() {
            self.write(emit, place, origin, ended.map(|(job, _)| job.key.as_slice()), now);
        }
        Ok(())
    }

    /// Checks that everything fits, and turns started jobs into entries.
    fn prepare(
        &mut self,
        effects: &Effects<S::Job>,
        origin: &Origin,
        ended: Option<(&JobRef, u64)>,
    ) -> Result<Vec<Prepared<S::Job>>, Reject> {
        let max = self.routes.max_state_bytes;
        let fits = |key: &[u8], bytes: usize| {
            let key_text = String::from_utf8_lossy(key);
            let message = format!("the state entry `{key_text}` has {bytes} bytes, {max} are allowed");
            // The log adds a kind to the key and a version to the value.
            if key.len() + bytes + 2 <= max { Ok(()) } else { Err(Reject::new("state_too_large", message)) }
        };
        for (key, value) in &effects.state {
            fits(key, value.as_ref().map_or(0, Vec::len))?;
        }
        for (key, _) in &effects.timers {
            fits(key, size_of::<i64>())?;
        }
        if let Some(emit) =
            effects.emits.iter().find(|emit| self.routes.max_record_bytes(emit.topic).is_none())
        {
            return Err(Reject::new("unknown_topic", format!("there is no topic `{}`", emit.topic)));
        }
        let mut jobs = Vec::with_capacity(effects.jobs.len());
        for (key, start) in &effects.jobs {
            let Some(start) = start else {
                jobs.push((key.clone(), None));
                continue;
            };
            // A job that is tried again keeps its place in its order.
            let number = match ended {
                Some((job, number)) if job.key == *key => number,
                _ => self.jobs.next_number(),
            };
            let entry = JobEntry {
                number,
                order: start.order.clone(),
                not_before: start.not_before,
                origin: origin.clone(),
                job: start.job.clone(),
            };
            let value = ledger::job_value(&entry)
                .map_err(|error| Reject::new("job_unwritable", format!("a job can't be stored: {error}")))?;
            fits(key, value.len().saturating_sub(1))?;
            jobs.push((key.clone(), Some((entry, value))));
        }
        Ok(jobs)
    }

    /// Puts a record into the step; `place` is its place among those of its handler, and
    /// `job` the key of the job that the handler answered.
    fn write(&mut self, mut emit: Emit, place: usize, origin: &Origin, job: Option<&[u8]>, now: Timestamp) {
        if let Some(trace) = &origin.trace {
            let name = [trace.as_bytes(), emit.topic.as_bytes(), &emit.key, &place.to_le_bytes()].concat();
            emit.headers.push(trace::header(trace, &name));
        }
        let (bytes, max_bytes) = (emit.weight_bytes(), self.routes.max_record_bytes(emit.topic).unwrap_or(0));
        if bytes > max_bytes {
            let message = format!(
                "the record `{}` for the topic {} has {bytes} bytes, {max_bytes} are allowed there",
                String::from_utf8_lossy(&emit.key),
                emit.topic,
            );
            // One record in may lead to several too large ones: each gets a letter of its own.
            let reject = &Reject::new("too_large", message);
            let (headers, value, output) = (&emit.headers, emit.value, Some((place, emit.topic)));
            self.letter(Undeliverable { origin, job, output, headers, value, reject }, now);
            return;
        }
        self.push(emit);
    }

    fn push(&mut self, emit: Emit) {
        for output in self.routes.route(emit) {
            *self.counts.records_out.entry(output.topic.clone()).or_default() += 1;
            self.step_bytes += output.weight_bytes();
            self.step.outputs.push(output);
        }
    }

    fn letter(&mut self, what: Undeliverable<'_>, now: Timestamp) {
        let Reject { reason, message } = what.reject;
        tracing::warn!(reason, "to dead-letters: {message}");
        *self.counts.dead_letters.entry(reason).or_default() += 1;
        let max_bytes = self.routes.max_record_bytes(DEAD_LETTERS).unwrap_or(0);
        self.push(dead_letter(self.name, what, now, max_bytes));
    }

    fn remove_job(&mut self, key: &[u8]) {
        if self.jobs.remove(key).is_some() {
            self.job_crashes.remove(key);
            self.store(ledger::job_key(key), None);
        }
    }

    fn set_timer(&mut self, key: &[u8], at: Option<Timestamp>) {
        self.timers.set(key, at);
        self.store(ledger::timer_key(key), at.map(ledger::timer_value));
    }

    fn store(&mut self, key: Vec<u8>, value: Option<bytes::Bytes>) {
        self.step_bytes += key.len() + value.as_ref().map_or(0, bytes::Bytes::len);
        self.step.state.insert(key, value);
    }
}

/// A job's key, and its entry with the bytes of it; none takes the job back.
type Prepared<J> = (Vec<u8>, Option<(JobEntry<J>, bytes::Bytes)>);

enum Failure {
    Rejected(Reject),
    Crashed(String),
}

fn crashed(times: u8, last: &str) -> Reject {
    Reject::new("crashed", format!("the stage crashed {times} times on it, last: {last}"))
}

fn identity(kind: &[u8], what: &[u8]) -> u64 {
    xxhash_rust::xxh3::xxh3_64(&[kind, what].concat())
}

/// The text of a caught panic.
pub(crate) fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a text".into())
}
