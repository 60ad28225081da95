//! Stages without I/O, and the runner that drives them over a log, exactly once.
//!
//! ```text
//!            ┌────────────────────────── runner, one thread a stage ─────────────────────────┐
//!  log ─poll─▶ records ─┐                                                                     │
//!            │          ├─▶ Task (stage × partition) ─▶ Step ─┐                               │
//!  worker ───▶ outcomes ┤      state, jobs, timers            ├─▶ Transaction ──commit──▶ log │
//!            │  timers ─┘                                     │                               │
//!            └────────── jobs, once committed ◀───────────────┘───────────────────────────────┘
//! ```
//!
//! - [`Stage`] is what a service implements; the promises of the runner stand in [`mod@stage`].
//! - [`Keep`] is the form in which it has its state in memory: [`State`], or one of its own.
//! - [`task`] is the pure machine of one stage on one partition: state, pending jobs, timers.
//! - [`runner`] is the loop with the clock, the threads and the back-offs.
//! - [`backend`] is the contract of a log; [`embedded`] keeps it in one SQLite file, [`kafka`] on
//!   Apache Kafka.
//! - [`testing`] runs a stage in simulated time.
//!
//! Bounds: records and bytes in a step ([`runner::Settings::batch_records`], `batch_bytes`), jobs that
//! run and that pend (`jobs_in_flight`, `jobs_pending`). The channel of outcomes holds at most as many
//! as jobs run. A task with too many pending jobs pauses its partition.

pub mod backend;
mod crashes;
mod dead_letter;
mod effects;
pub mod embedded;
mod fault;
pub mod kafka;
mod ledger;
mod letter;
mod record;
pub mod runner;
mod signal;
pub mod stage;
mod state;
pub mod task;
pub mod testing;
pub mod topics;
mod trace;

pub use crashes::InHand;
pub use dead_letter::ORIGIN_HEADERS;
pub use fault::{Fault, FaultKind, Remedy};
pub use letter::{DeadLetter, Obstacle};
pub use record::{Emit, Headers, Output, Record, Spread, partition_of};
pub use signal::Signal;
pub use stage::{Context, NoJob, Origin, Reject, Stage, foreign_state};
pub use state::{Keep, State};
pub use trace::TRACEPARENT;
