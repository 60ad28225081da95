//! Reading and appending beside a runner.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::Store;
use super::lock::Lock;
use super::log::{Log, Topic, append, offset};
use crate::backend::{Appender, Commit, Cursor, Reader, TakeEntry, Written};
use crate::fault::{Fault, FaultKind};
use crate::record::{Output, Record};
use crate::signal::Signal;

/// Another process can't ring a bell here: how often to look for what it wrote.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// Records and bytes read at once from one partition: few, for a merge uses up the runs of all
/// partitions alike, and what it does not use is read again.
const RUN_RECORDS: usize = 64;
const RUN_BYTES: usize = 1 << 20;

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
    /// When the file can't be read or there is no such topic, and [`FaultKind::OffsetsGone`] when `cursor`
    /// names a place that the topic no longer holds.
    pub fn reader(&self, topic: &str, cursor: Cursor) -> Result<EmbeddedReader, Fault> {
        let log = self.connect()?;
        let topic = log.topic(topic)?.clone();
        let extents = log.extents(&topic)?;
        for (partition, from) in &cursor.0 {
            let Some(start) = extents.get(partition).map(|extent| extent.start) else { continue };
            // Within, a compacted topic has gaps: that is no loss.
            if *from < start {
                let message = format!(
                    "{}/{partition} begins at {start}: the offsets {from} to {} are gone. Read on with \
                     {partition}:{start}",
                    topic.name,
                    start - 1
                );
                return Err(Fault::new(FaultKind::OffsetsGone, message));
            }
        }
        let ends = Cursor(extents.into_iter().map(|(partition, extent)| (partition, extent.end)).collect());
        let signal = Signal::default();
        self.subscribe(&topic.name, signal.clone());
        Ok(EmbeddedReader { log, topic, cursor, ends, signal })
    }

    /// How far the stage has read the topic `input`.
    ///
    /// # Errors
    /// When the file can't be read or there is no such topic.
    pub fn position(&self, stage: &str, input: &str) -> Result<Cursor, Fault> {
        let log = self.connect()?;
        let topic = log.topic(input)?.id;
        let read = || -> rusqlite::Result<Cursor> {
            let mut statement = log.connection().prepare(
                "SELECT places.partition, coalesce(next, start_offset) FROM partitions AS places \
                 LEFT JOIN positions ON positions.topic = places.topic AND \
                 positions.partition = places.partition AND stage = ?2 WHERE places.topic = ?1",
            )?;
            let places = statement.query_map((topic, stage), |row| Ok((row.get(0)?, offset(row, 1)?)))?;
            places.collect::<rusqlite::Result<_>>().map(Cursor)
        };
        read().map_err(|error| log.fault(&error))
    }

    /// Hands out the state of a stage on a partition, as it is committed now.
    ///
    /// # Errors
    /// When the file can't be read, and what `entry` returns.
    pub fn state(&self, stage: &str, partition: u32, entry: &mut TakeEntry<'_>) -> Result<(), Fault> {
        self.connect()?.state(stage, partition, entry)
    }

    /// An appender to this log.
    ///
    /// # Errors
    /// When the file can't be opened.
    pub fn appender(self: &Arc<Self>) -> Result<EmbeddedAppender, Fault> {
        Ok(EmbeddedAppender { log: self.connect()?, store: Arc::clone(self), _lock: None })
    }

    /// The only appender of `name`, and a reader of `topic` from its beginning. There is no other one of that name until
    /// the appender is dropped.
    ///
    /// # Errors
    /// As above, and [`FaultKind::Unavailable`] while another one is at it.
    pub fn take_over(
        self: &Arc<Self>,
        name: &str,
        topic: &str,
    ) -> Result<(EmbeddedAppender, EmbeddedReader), Fault> {
        let dir = self.path.parent().unwrap_or(&self.path);
        let lock = Some(Lock::of_command(dir, name)?);
        let appender = EmbeddedAppender { _lock: lock, ..self.appender()? };
        Ok((appender, self.reader(topic, Cursor::default())?))
    }
}

impl EmbeddedReader {
    fn next_of(&self, partition: u32) -> u64 {
        self.cursor.0.get(&partition).copied().unwrap_or(0)
    }

    fn read_now(&mut self, max: usize) -> Result<Vec<Record>, Fault> {
        let mut runs = Vec::new();
        for partition in 0..self.topic.partitions {
            let next = self.next_of(partition);
            runs.extend(self.run(partition, next)?);
        }
        let mut records = Vec::new();
        while records.len() < max {
            // The oldest first, and within a partition always the next, whatever the clock did.
            let heads = runs.iter().enumerate();
            let heads = heads.filter_map(|(place, run)| Some((run.as_slice().first()?.at, place)));
            let Some((_, place)) = heads.min() else { break };
            let Some(record) = runs.get_mut(place).and_then(Iterator::next) else { break };
            if let Some(run) = runs.get_mut(place).filter(|run| run.len() == 0)
                && let Some(more) = self.run(record.partition, record.offset + 1)?
            {
                *run = more;
            }
            records.push(record);
        }
        // Only now: what a failed read had found comes again.
        records.iter().for_each(|record| self.cursor.pass(record));
        Ok(records)
    }

    /// The next records of a partition; none at its end.
    fn run(&self, partition: u32, from: u64) -> Result<Option<std::vec::IntoIter<Record>>, Fault> {
        let run = self.log.read(&self.topic, partition, from, RUN_RECORDS, RUN_BYTES)?;
        Ok((!run.is_empty()).then(|| run.into_iter()))
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
    /// Held until it is dropped.
    _lock: Option<Lock>,
}

impl Appender for EmbeddedAppender {
    fn partitions(&self, topic: &str) -> Option<u32> {
        self.log.topics().get(topic).map(|topic| topic.partitions)
    }

    fn append(&mut self, outputs: Vec<Output>) -> Result<Written, Fault> {
        for output in &outputs {
            self.log.topic(&output.topic)?;
        }
        let written = self.log.write(|sql, topics| append(sql, topics, outputs.iter(), Timestamp::now()));
        match written {
            Ok(grown) => {
                self.store.announce(grown.keys().copied());
                Ok(grown.into_iter().map(|(topic, behind)| (topic.to_owned(), behind)).collect())
            }
            Err(error) => match self.log.failed(&error) {
                Commit::Restore(fault) => {
                    let message = format!(
                        "{}. Nobody knows whether it was written: run it again, which is harmless",
                        fault.message
                    );
                    Err(Fault::new(fault.kind, message))
                }
                Commit::Aborted(fault) | Commit::Failed(fault) => Err(fault),
                Commit::Committed => Ok(Written::new()),
            },
        }
    }
}
