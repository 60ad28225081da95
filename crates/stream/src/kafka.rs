//! The log on Apache Kafka: topics, consumer groups, compacted state topics, one transaction around all.
//!
//! - `client` makes client configurations and says what an error of librdkafka means for the runner.
//! - `passed_on` holds what is handed on to librdkafka, and hides the secrets in it.
//! - `message` turns what librdkafka reads into records.
//! - `limit` is how long a call that blocks may go on, and that a stop cuts it short.
//! - `topics` makes the topics and counts their partitions.
//! - `membership` is the consumer group as librdkafka tells of it: what was assigned, revoked, and under which
//!   generation this member may commit.
//! - `state` restores a partition's state: what `restore` reads from the topic, on top of a `copy` on this machine's
//!   disk; `copies` holds and writes those.
//! - `transaction` carries one transaction through and says how it ended; `deliveries` keeps what became of its
//!   records.
//! - `acls` says what a user must be allowed.
//! - `backend` puts them together for one stage; `access` is the reader and the appender of commands, `onlooker` what they
//!   see of a stage.
//!
//! Per stage and process there are two clients for good, a consumer and a transactional producer, and a third while
//! state is restored. The consumer is polled on the runner's own thread; the producer's events are served by a thread
//! of its own, because its transaction calls block until they are.
//!
//! # What fences whom
//!
//! Each transaction carries the position of every partition it touched, together with the group generation in which
//! these partitions were assigned. The broker refuses a generation that has passed, so an instance that was frozen or
//! cut off, whose partitions have moved, can commit nothing. The new owner waits until no offsets of the group pend
//! (stable offsets) and no open transaction lies in the state partition, then reads both.

mod access;
mod acls;
mod backend;
mod client;
mod copies;
mod deliveries;
mod limit;
mod membership;
mod message;
mod onlooker;
mod passed_on;
mod restore;
mod state;
mod topics;
mod transaction;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::backend::{Backend, Cursor, TakeEntry};
use crate::fault::{Fault, FaultKind};
use crate::signal::Signal;
use crate::topics::{Catalogue, state_of};

pub use access::{KafkaAppender, KafkaReader};
pub use acls::Acls;
pub use passed_on::PassedOn;

/// How Kafka is used: the table `[kafka]` of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// `host:port` of one or more brokers, separated by commas.
    pub bootstrap_servers: String,
    /// What names of topics, groups and transactions begin with.
    pub prefix: String,
    /// Copies of each partition of the topics that are made; the broker's default when not given.
    pub replication_factor: Option<u16>,
    /// A process that was silent for as long loses its partitions to the others.
    pub session_timeout_ms: u32,
    /// The broker aborts a transaction that is open for longer.
    pub transaction_timeout_ms: u32,
    /// How long a commit may take before its outcome counts as unknown.
    pub commit_timeout_ms: u64,
    /// How long aborting may take before the outcome counts as unknown.
    pub abort_timeout_ms: u64,
    /// How long to wait for brokers when connecting and when topics are made.
    pub connect_timeout_ms: u64,
    /// How long restoring may make no progress. Longer than a forgotten transaction stays open: the transaction
    /// timeout and the broker's interval of looking for such, 10 s by default.
    pub restore_timeout_ms: u64,
    /// How long leaving the group may take.
    pub close_timeout_ms: u64,
    /// Input that a stage's consumer fetches ahead.
    pub prefetch_kib: u32,
    /// Records that a stage may hold back while it can't commit.
    pub held_records: usize,
    /// Output that a stage's producer may hold.
    pub produce_buffer_kib: u32,
    /// Whether a copy of each state is kept in the data directory, so that a restart on the same disk reads from
    /// Kafka only what has changed since.
    pub state_copies: bool,
    /// How often the copies are written.
    pub copy_interval_ms: u64,
    /// Changes of all partitions of a stage that may wait to be written into their copies; a disk that is slower gets none.
    pub copy_buffer_kib: usize,
    /// Where the copies are. Set by the program.
    #[serde(skip)]
    pub copy_dir: Option<PathBuf>,
    /// Any other setting of librdkafka, for security above all.
    pub client: PassedOn,
    /// The same, with the names of files that hold the values: for secrets. Relative to the configuration file.
    pub client_files: BTreeMap<String, PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            bootstrap_servers: String::new(),
            prefix: "khabar.".to_owned(),
            replication_factor: None,
            session_timeout_ms: 10_000,
            transaction_timeout_ms: 10_000,
            commit_timeout_ms: 10_000,
            abort_timeout_ms: 5_000,
            connect_timeout_ms: 10_000,
            restore_timeout_ms: 60_000,
            close_timeout_ms: 3_000,
            prefetch_kib: 16 * 1024,
            held_records: 64,
            produce_buffer_kib: 64 * 1024,
            state_copies: true,
            copy_interval_ms: 1_000,
            copy_buffer_kib: 64 * 1024,
            copy_dir: None,
            client: PassedOn::default(),
            client_files: BTreeMap::new(),
        }
    }
}

impl Settings {
    fn commit_timeout(&self) -> Duration {
        Duration::from_millis(self.commit_timeout_ms)
    }

    fn abort_timeout(&self) -> Duration {
        Duration::from_millis(self.abort_timeout_ms)
    }

    fn connect_timeout(&self) -> Duration {
        Duration::from_millis(self.connect_timeout_ms)
    }

    fn restore_timeout(&self) -> Duration {
        Duration::from_millis(self.restore_timeout_ms)
    }

    fn close_timeout(&self) -> Duration {
        Duration::from_millis(self.close_timeout_ms)
    }

    /// Takes relative names of files for what they are in `dir`.
    pub fn find_files_from(&mut self, dir: &Path) {
        self.client_files.values_mut().for_each(|file| *file = dir.join(&*file));
    }

    fn topic(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }
}

/// A Kafka cluster that holds the log of an installation.
#[derive(Debug)]
pub struct Cluster {
    settings: Settings,
    catalogue: Catalogue,
}

impl Cluster {
    /// The cluster of these settings. Nothing is asked of it yet.
    ///
    /// # Errors
    /// [`FaultKind::Misconfigured`] when a setting is unknown to librdkafka, wrong, or one that khabar's promises rest
    /// on, and when the file of one can't be read.
    pub fn new(mut settings: Settings, catalogue: Catalogue) -> Result<Arc<Self>, Fault> {
        if settings.bootstrap_servers.trim().is_empty() {
            let message = "`kafka.bootstrap_servers` is not set: give host:port of a broker";
            return Err(Fault::new(FaultKind::Misconfigured, message));
        }
        let files = std::mem::take(&mut settings.client_files);
        settings.client.read(&files)?;
        client::check(&settings)?;
        Ok(Arc::new(Self { settings, catalogue }))
    }

    /// Makes the topics that are not there yet, and waits until the brokers know them. Does no harm when many do it at
    /// once. Topics that are there stay as they are.
    ///
    /// # Errors
    /// [`FaultKind::Unavailable`] when no broker answers; [`FaultKind::Misconfigured`] when the broker refuses.
    pub fn create_topics(&self) -> Result<(), Fault> {
        topics::create(&self.settings, &self.catalogue)
    }

    /// The backend of `stage`, which reads the topic `input`. `signal` rings when there may be more.
    ///
    /// # Errors
    /// [`FaultKind::Unavailable`] when no broker answers; [`FaultKind::Misconfigured`] when a topic is not there, and
    /// when the stage's state topic has another number of partitions than its input.
    pub fn backend(&self, stage: &str, input: &str, signal: Signal) -> Result<Box<dyn Backend>, Fault> {
        let known = topics::Known::ask(&self.settings)?;
        let inputs = known.partitions_of(&self.settings, input)?;
        let state = state_of(stage);
        let state = self.catalogue.get(&state).map(|spec| spec.name.clone());
        if let Some(state) = &state {
            let states = known.partitions_of(&self.settings, state)?;
            if states != inputs {
                let (state, input) = (self.settings.topic(state), self.settings.topic(input));
                let message = format!(
                    "`{stage}` keeps one partition of state for each of its input, but {state} has {states} and \
                     {input} has {inputs}. Make the one that is wrong anew, with as many partitions as the other"
                );
                return Err(Fault::new(FaultKind::Misconfigured, message));
            }
        }
        let max_record_bytes = self.max_record_bytes();
        let roles = backend::Roles { stage: stage.to_owned(), input: input.to_owned(), state };
        let backend = backend::KafkaBackend::open(
            self.settings.clone(),
            roles,
            known.partitions(),
            max_record_bytes,
            signal,
        )?;
        Ok(Box::new(backend))
    }

    /// A reader of `topic` from `cursor` on, of what is committed.
    ///
    /// # Errors
    /// [`FaultKind::Unavailable`] when no broker answers, [`FaultKind::Misconfigured`] when there is no such topic,
    /// [`FaultKind::OffsetsGone`] when the cursor points before the topic's beginning.
    pub fn reader(&self, topic: &str, cursor: Cursor) -> Result<KafkaReader, Fault> {
        KafkaReader::open(&self.settings, topic, cursor, &BTreeMap::new())
    }

    /// An appender to this log.
    ///
    /// # Errors
    /// [`FaultKind::Unavailable`] when no broker answers.
    pub fn appender(&self) -> Result<KafkaAppender, Fault> {
        KafkaAppender::open(&self.settings, self.max_record_bytes())
    }

    /// How far the stage has read the topic `input`.
    ///
    /// # Errors
    /// [`FaultKind::Unavailable`] when no broker answers, [`FaultKind::Misconfigured`] when there is no such topic.
    pub fn position(&self, stage: &str, input: &str) -> Result<Cursor, Fault> {
        onlooker::position(&self.settings, stage, input)
    }

    /// Hands out the state of a stage on a partition, as it is committed now.
    ///
    /// # Errors
    /// [`FaultKind::Unavailable`] when no broker answers, and what `entry` returns.
    pub fn state(&self, stage: &str, partition: u32, entry: &mut TakeEntry<'_>) -> Result<(), Fault> {
        onlooker::state(&self.settings, &state_of(stage), partition, entry)
    }

    /// The only appender of `name`, and a reader of `topic` from its beginning. An earlier one of that name can append
    /// nothing any more ([`FaultKind::Fenced`]), and the reader comes to see all that it has appended.
    ///
    /// # Errors
    /// [`FaultKind::Unavailable`] when no broker answers or another's transaction stays open in the topic,
    /// [`FaultKind::Misconfigured`] when there is no such topic.
    pub fn take_over(&self, name: &str, topic: &str) -> Result<(KafkaAppender, KafkaReader), Fault> {
        let mut appender = KafkaAppender::take_over(&self.settings, name, self.max_record_bytes())?;
        // Only now: what is behind these ends is no earlier one's.
        let ends = appender.ends(topic)?;
        Ok((appender, KafkaReader::open(&self.settings, topic, Cursor::default(), &ends)?))
    }

    fn max_record_bytes(&self) -> u64 {
        self.catalogue.iter().map(|spec| spec.max_record_bytes).max().unwrap_or_default()
    }
}
