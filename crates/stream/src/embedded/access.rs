//! Reading and appending beside a runner.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::Store;
use super::log::{Log, Topic, WriteError, append};
use crate::backend::{Appender, Cursor, Reader};
use crate::fault::Fault;
use crate::record::{Output, Record};
use crate::signal::Signal;

/// Another process can't ring a bell here: how often to look for what it wrote.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// Bytes read at once from one partition.
const READ_BYTES: usize = 16 << 20;

/// Reads a topic of the embedded log, records of all partitions in the order of their times.
pub struct EmbeddedReader {
    log: Log,
    topic: Topic,
    cursor: Cursor,
    /// Where each partition ended when the reader was made.
    ends: Cursor,
    signal: Signal,
}

impl Store {
    /// A reader of `topic` from `cursor` on.
    ///
    /// # Errors
    /// When the file can't be read or there is no such topic.
    pub fn reader(&self, topic: &str, cursor: Cursor) -> Result<EmbeddedReader, Fault> {
        let log = self.connect()?;
        let topic = log.topic(topic)?.clone();
        let extents = log.extents(&topic)?;
        let ends = Cursor(extents.into_iter().map(|(partition, extent)| (partition, extent.end)).collect());
        let signal = Signal::default();
        self.subscribe(&topic.name, signal.clone());
        Ok(EmbeddedReader { log, topic, cursor, ends, signal })
    }

    /// An appender to this log.
    ///
    /// # Errors
    /// When the file can't be opened.
    pub fn appender(self: &Arc<Self>) -> Result<EmbeddedAppender, Fault> {
        Ok(EmbeddedAppender { log: self.connect()?, store: Arc::clone(self) })
    }
}

impl EmbeddedReader {
    fn next_of(&self, partition: u32) -> u64 {
        self.cursor.0.get(&partition).copied().unwrap_or(0)
    }

    fn read_now(&mut self, max: usize) -> Result<Vec<Record>, Fault> {
        let mut runs = Vec::new();
        for partition in 0..self.topic.partitions {
            let run = self.log.read(&self.topic, partition, self.next_of(partition), max, READ_BYTES)?;
            if !run.is_empty() {
                runs.push(run.into_iter().peekable());
            }
        }
        let mut records = Vec::new();
        while records.len() < max {
            // The oldest first, and within a partition always the next, whatever the clock did.
            let heads =
                runs.iter_mut().filter_map(|run| run.peek().map(|record| record.at).map(|at| (at, run)));
            let oldest = heads.min_by_key(|(at, _)| *at);
            let Some(record) = oldest.and_then(|(_, run)| run.next()) else { break };
            self.cursor.pass(&record);
            records.push(record);
        }
        Ok(records)
    }
}

impl Reader for EmbeddedReader {
    fn read(&mut self, max: usize, wait: Duration) -> Result<Vec<Record>, Fault> {
        let start = Instant::now();
        loop {
            let records = self.read_now(max)?;
            let left = wait.saturating_sub(start.elapsed());
            if !records.is_empty() || left.is_zero() {
                return Ok(records);
            }
            self.signal.wait(left.min(LOOK_AGAIN));
        }
    }

    fn at_end(&mut self) -> Result<bool, Fault> {
        for (&partition, &end) in &self.ends.0 {
            let next = self.next_of(partition);
            if next < end {
                // What is left may have been dropped or replaced.
                let rest = self.log.read(&self.topic, partition, next, 1, 1)?;
                if rest.first().is_some_and(|record| record.offset < end) {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }
}

/// Appends to topics of the embedded log.
pub struct EmbeddedAppender {
    log: Log,
    store: Arc<Store>,
}

impl Appender for EmbeddedAppender {
    fn partitions(&self, topic: &str) -> Option<u32> {
        self.log.topics().get(topic).map(|topic| topic.partitions)
    }

    fn append(&mut self, outputs: Vec<Output>) -> Result<(), Fault> {
        for output in &outputs {
            self.log.topic(&output.topic)?;
        }
        let written = self.log.write(|sql, topics| append(sql, topics, outputs.iter(), Timestamp::now()));
        match written {
            Ok(grown) => {
                self.store.announce(grown.into_iter());
                Ok(())
            }
            Err(WriteError::Before(error) | WriteError::AtCommit(error)) => Err(self.log.fault(&error)),
        }
    }
}
