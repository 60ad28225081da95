//! The log that records go through: embedded or Kafka, to the rest of the program all the same.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use stream::backend::{Appender, Backend, Cursor, Reader, TakeEntry};
use stream::embedded::{Store, Swept};
use stream::kafka::Cluster;
use stream::topics::Catalogue;
use stream::{Fault, Record, Signal};

use crate::cli::StageName;
use crate::config::Config;

/// How long one wait for records lasts.
pub const READ_WAIT: Duration = Duration::from_secs(1);

/// The name of `khabar dead-letters` for [`Journal::take_over`].
pub const DEAD_LETTERS_ALONE: &str = "dead-letters";

/// The name of `khabar replay` for [`Journal::take_over`].
pub const REPLAY_ALONE: &str = "replay";

/// What a command has that is the only one of its name.
pub type TakenOver = (Box<dyn Appender>, Box<dyn Reader>);

/// The log of an installation.
#[derive(Clone)]
pub enum Journal {
    /// One file of this machine.
    Embedded(Arc<Store>),
    /// Topics of a cluster.
    Kafka(Arc<Cluster>),
}

impl Journal {
    /// Opens the log to run `stages` on it. On Kafka, those of their topics that are missing are made: with every
    /// topic there, nothing is asked for that takes more rights than the stages have.
    ///
    /// # Errors
    /// When another runner holds the store, or the log can't be reached or used.
    pub fn open_to_run(config: &Config, stages: &[StageName]) -> Result<Self, Fault> {
        let catalogue = Catalogue::khabar(&config.topics);
        if config.uses_kafka() {
            let theirs: Vec<&str> = stages.iter().flat_map(|stage| stage.topics()).collect();
            let mut settings = config.kafka.clone();
            settings.copy_dir = settings.state_copies.then(|| config.store.dir.join("state"));
            let cluster = Cluster::new(settings, catalogue.only(&theirs))?;
            cluster.create_topics()?;
            return Ok(Self::Kafka(cluster));
        }
        Store::open_as_runner(&config.store.dir, catalogue, config.store.embedded()).map(Self::Embedded)
    }

    /// Opens the log to read and append beside a runner.
    ///
    /// # Errors
    /// When the log can't be reached or used.
    pub fn open_beside(config: &Config) -> Result<Self, Fault> {
        let catalogue = Catalogue::khabar(&config.topics);
        if config.uses_kafka() {
            return Cluster::new(config.kafka.clone(), catalogue).map(Self::Kafka);
        }
        Store::open(&config.store.dir, catalogue, config.store.embedded()).map(Self::Embedded)
    }

    /// The backend of a stage.
    ///
    /// # Errors
    /// When the log can't be reached or the topic is missing.
    pub fn backend(&self, stage: &str, input: &str, signal: Signal) -> Result<Box<dyn Backend>, Fault> {
        match self {
            Self::Embedded(store) => store.backend(stage, input, signal),
            Self::Kafka(cluster) => cluster.backend(stage, input, signal),
        }
    }

    /// A reader of a topic, from a cursor on.
    ///
    /// # Errors
    /// When the log can't be reached or the topic is missing.
    pub fn reader(&self, topic: &str, from: Cursor) -> Result<Box<dyn Reader>, Fault> {
        Ok(match self {
            Self::Embedded(store) => Box::new(store.reader(topic, from)?),
            Self::Kafka(cluster) => Box::new(cluster.reader(topic, from)?),
        })
    }

    /// Hands each record that is in a topic to `take`, in the order of each partition; at most `at_once` are
    /// held.
    ///
    /// # Errors
    /// When the log can't be reached or the topic is missing, and what `take` returns.
    pub fn each(
        &self,
        topic: &str,
        at_once: usize,
        take: impl FnMut(Record) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        each(self.reader(topic, Cursor::default())?.as_mut(), at_once, take)
    }

    /// The only appender of the command `name`, and a reader of `topic` from its beginning, which comes to see all that
    /// earlier ones have appended. On Kafka an earlier one can append nothing any more; in the embedded store it is not
    /// taken over but must have ended.
    ///
    /// # Errors
    /// When the log can't be reached, the topic is missing, or another one is at it.
    pub fn take_over(&self, name: &str, topic: &str) -> Result<TakenOver, Fault> {
        Ok(match self {
            Self::Embedded(store) => {
                let (appender, reader) = store.take_over(name, topic)?;
                (Box::new(appender), Box::new(reader))
            }
            Self::Kafka(cluster) => {
                let (appender, reader) = cluster.take_over(name, topic)?;
                (Box::new(appender), Box::new(reader))
            }
        })
    }

    /// An appender.
    ///
    /// # Errors
    /// When the log can't be reached.
    pub fn appender(&self) -> Result<Box<dyn Appender>, Fault> {
        Ok(match self {
            Self::Embedded(store) => Box::new(store.appender()?),
            Self::Kafka(cluster) => Box::new(cluster.appender()?),
        })
    }

    /// How far the stage has read the topic `input`.
    ///
    /// # Errors
    /// When the log can't be reached or the topic is missing.
    pub fn position(&self, stage: &str, input: &str) -> Result<Cursor, Fault> {
        match self {
            Self::Embedded(store) => store.position(stage, input),
            Self::Kafka(cluster) => cluster.position(stage, input),
        }
    }

    /// Hands out the state of a stage on a partition, as it is committed now.
    ///
    /// # Errors
    /// When the log can't be reached, and what `entry` returns.
    pub fn state(&self, stage: &str, partition: u32, entry: &mut TakeEntry<'_>) -> Result<(), Fault> {
        match self {
            Self::Embedded(store) => store.state(stage, partition, entry),
            Self::Kafka(cluster) => cluster.state(stage, partition, entry),
        }
    }

    /// Drops what an embedded store need not keep at `now`; on Kafka the brokers do.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn sweep(&self, now: Timestamp) -> Result<Option<Swept>, Fault> {
        match self {
            Self::Embedded(store) => store.sweep(now).map(Some),
            Self::Kafka(_) => Ok(None),
        }
    }

    /// What it is, for people.
    pub fn describe(&self) -> String {
        match self {
            Self::Embedded(store) => format!("the embedded store {}", store.path().display()),
            Self::Kafka(_) => "Kafka".to_owned(),
        }
    }
}

/// Hands each record up to the end of what `reader` reads to `take`; at most `at_once` are held.
///
/// # Errors
/// When the log can't be reached, and what `take` returns.
pub fn each(
    reader: &mut dyn Reader,
    at_once: usize,
    mut take: impl FnMut(Record) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    while !reader.at_end()? {
        reader.read(at_once, READ_WAIT)?.into_iter().try_for_each(&mut take)?;
    }
    Ok(())
}
