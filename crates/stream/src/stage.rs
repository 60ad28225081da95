//! The contract between a stage and the runner.
//!
//! A stage is a state machine without I/O. The runner makes one instance of it for each input
//! partition, hands it records, results of jobs and wake-ups one at a time, and turns what it
//! answers through its [`Context`] into one transaction.
//!
//! # What the runner promises
//!
//! 1. **All or nothing.** What a handler emitted, its state changes and the input offset that
//!    caused them become visible together or not at all.
//! 2. **Work outside is repeatable.** A record is consumed once it is handled. The jobs and
//!    wake-ups it caused are state: committed with its offset, deleted by the transaction that
//!    emits their result, and there again when state is restored. A job may thus run more than
//!    once; what it leads to is published once. Jobs with the same order key run one after the
//!    other, in the order in which they were started.
//! 3. **Nothing is stuck, nothing is skipped.** A handler that returns [`Reject`], an emitted
//!    record too large for its topic, and a record or job that has crashed the stage three times
//!    go to `dead-letters` with the reason, in the same transaction.
//! 4. **Order is kept** for records of one key.
//! 5. **Bounds everywhere.** A stage with too many pending jobs gets no records and no wake-ups
//!    until some are done.
//! 6. **No ghosts** and 7. **It stops when asked**: nothing that a stage would notice.
//!
//! # What a stage owes
//!
//! Handlers are deterministic in their arguments and the state: no clock, no randomness, no I/O.
//! What a stage remembers outside its keyed state (an index, say) must follow from that state
//! alone, change only together with it, and be rebuilt by [`Stage::reset`]. An index that can stand
//! for the entries themselves is the state instead ([`Keep`]): it is told of each change that counts,
//! and of no other.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::effects::{Effects, StartJob};
use crate::fault::{Fault, FaultKind};
use crate::record::{Emit, Record};
use crate::state::{Keep, State};

/// One service of the pipeline, for one input partition. See the module's contract.
pub trait Stage: Send + 'static {
    /// Work to be done outside, as data that survives a restart.
    type Job: Serialize + DeserializeOwned + Clone + Send + Sync + 'static;
    /// What comes of a job. Never stored.
    type Outcome: Send + 'static;
    /// What it keeps of its state in memory: [`State`], unless it has a form of its own.
    type State: Keep + Default;

    /// Its state before anything is restored, once for each partition. Settings of a state's own get
    /// into it here.
    fn state(&self) -> Self::State {
        Self::State::default()
    }

    /// Looks through restored state, once: whether every value is of a form that this build knows.
    /// Another version's state must stop the stage; record by record it would look like the records'
    /// fault, and all of them would go to `dead-letters`.
    ///
    /// # Errors
    /// The fault, best made with [`foreign_state`].
    fn check(&self, state: &Self::State) -> Result<(), Fault> {
        let _ = state;
        Ok(())
    }

    /// (Re)builds what follows from `state`: when state was restored, and when a handler's changes
    /// were dropped because it rejected or crashed.
    fn reset(&mut self, state: &Self::State) {
        let _ = state;
    }

    /// Takes an input record.
    ///
    /// # Errors
    /// [`Reject`] when the record is bad in itself: everything the handler did is dropped and the
    /// record goes to `dead-letters`.
    fn record(
        &mut self,
        record: &Record,
        context: &mut Context<'_, Self::Job, Self::State>,
    ) -> Result<(), Reject>;

    /// Takes the outcome of a job, whose entry is deleted in the same transaction, unless the
    /// handler starts a job of the same key again.
    ///
    /// # Errors
    /// [`Reject`] as above: [`Stage::letter`] of the job goes to `dead-letters`.
    fn job_done(
        &mut self,
        job: &Self::Job,
        outcome: Self::Outcome,
        context: &mut Context<'_, Self::Job, Self::State>,
    ) -> Result<(), Reject> {
        let _ = (job, outcome, context);
        Err(Reject::new("unexpected_job", "this stage starts no jobs"))
    }

    /// Takes a wake-up that has come due. The timer is gone; the handler may set it again.
    ///
    /// # Errors
    /// [`Reject`] as above, with the timer's key as the letter.
    fn woken(
        &mut self,
        timer: &[u8],
        context: &mut Context<'_, Self::Job, Self::State>,
    ) -> Result<(), Reject> {
        let _ = (timer, context);
        Err(Reject::new("unexpected_timer", "this stage sets no timers"))
    }

    /// How long after a wake-up that went to `dead-letters` its timer rings again. Never, unless the
    /// stage says otherwise: it is for timers on which something hangs that nothing else would wake.
    fn wake_again(&self, timer: &[u8]) -> Option<SignedDuration> {
        let _ = timer;
        None
    }

    /// The input record that a job stands for, as `dead-letters` keeps it: its value, so that it can
    /// be sent again. The job itself in JSON unless the stage says otherwise.
    ///
    /// Of a record that began several jobs each that is rejected leaves a letter, and each letter is sent again: so
    /// what this returns must be the job's own share of the record, not the record whole.
    fn letter(job: &Self::Job) -> Vec<u8> {
        serde_json::to_vec(job).unwrap_or_default()
    }
}

/// The fault of a state entry that this build can't read, for [`Stage::check`].
pub fn foreign_state(key: &[u8], why: impl fmt::Display) -> Fault {
    let message = format!(
        "the state entry `{}` can't be read: {why}. Another version of khabar wrote it: run that version, or \
         start over with fresh state",
        key.escape_ascii()
    );
    Fault::new(FaultKind::Misconfigured, message)
}

/// The job type of a stage that starts none.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum NoJob {}

/// A record that is bad in itself, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Reject {
    /// A short name for metrics and filters, such as `http_404`: one of few.
    pub reason: &'static str,
    /// What is wrong, with what, and the way out.
    pub message: String,
}

impl Reject {
    /// A rejection for `reason`, explained by `message`.
    pub fn new(reason: &'static str, message: impl fmt::Display) -> Self {
        Self { reason, message: message.to_string() }
    }
}

/// The input record that something goes back to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The topic's short name.
    pub topic: String,
    /// The partition.
    pub partition: u32,
    /// The offset; none where a timer began it.
    pub offset: Option<u64>,
    /// The record's key, or the timer's.
    pub key: Vec<u8>,
    /// The trace that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
}

/// What a handler may know and do. Nothing is done before the handler returns, and all of it or
/// nothing.
pub struct Context<'a, J, K = State> {
    pub(crate) now: Timestamp,
    pub(crate) state: &'a K,
    pub(crate) effects: &'a mut Effects<J>,
}

impl<J> Context<'_, J, State> {
    /// The state under `key`, this handler's own changes included.
    pub fn get(&self, key: &[u8]) -> Option<&[u8]> {
        match self.effects.state.get(key) {
            Some(changed) => changed.as_deref(),
            None => self.state.get(key),
        }
    }
}

impl<'a, J, K> Context<'a, J, K> {
    /// The time.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The state as it was before this handler: its own changes are not in it.
    pub fn kept(&self) -> &'a K {
        self.state
    }

    /// Sets the state under `key`.
    pub fn put(&mut self, key: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) {
        self.effects.state.insert(key.into(), Some(value.into()));
    }

    /// Deletes the state under `key`.
    pub fn delete(&mut self, key: impl Into<Vec<u8>>) {
        self.effects.state.insert(key.into(), None);
    }

    /// Writes a record.
    pub fn emit(&mut self, emit: Emit) {
        self.effects.emits.push(emit);
    }

    /// Starts a job. `key` names it: a job that pends under the same key is replaced. Jobs with the
    /// same `order` run one after the other.
    pub fn start(&mut self, key: impl Into<Vec<u8>>, order: impl Into<String>, job: J) {
        self.start_at(key, order, job, Timestamp::MIN);
    }

    /// Starts a job not before `not_before`: a later try, say.
    pub fn start_at(
        &mut self,
        key: impl Into<Vec<u8>>,
        order: impl Into<String>,
        job: J,
        not_before: Timestamp,
    ) {
        self.effects.jobs.push((key.into(), Some(StartJob { order: order.into(), job, not_before })));
    }

    /// Wakes the stage at `at`, or as soon after as it can. A timer under the same key is replaced.
    pub fn wake_at(&mut self, key: impl Into<Vec<u8>>, at: Timestamp) {
        self.effects.timers.push((key.into(), Some(at)));
    }

    /// Takes the timer under `key` back.
    pub fn cancel_wake(&mut self, key: impl Into<Vec<u8>>) {
        self.effects.timers.push((key.into(), None));
    }

    /// Takes the job under `key` back: it is not started, and the result of a running one is dropped.
    pub fn cancel_job(&mut self, key: impl Into<Vec<u8>>) {
        self.effects.jobs.push((key.into(), None));
    }
}
