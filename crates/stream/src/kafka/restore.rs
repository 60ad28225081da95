//! Reads what is committed in a partition of a state topic.

use std::collections::HashMap;
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::{Message, Offset, TopicPartitionList};

use super::Settings;
use super::client::{Logged, drop_aside, fault_of, reader, reading_fault};
use super::limit::{LOOK_AGAIN, Limit};
use crate::fault::{Fault, FaultKind};
use crate::signal::Signal;

/// State by the runner's keys, tombstones applied.
pub(super) type StateEntries = HashMap<Vec<u8>, Vec<u8>>;

/// Reads state partitions, one after the other.
pub(super) struct StateReader {
    /// Taken on drop only.
    consumer: Option<BaseConsumer<Logged>>,
    topic: String,
    group: String,
    timeout: Duration,
    /// Tells of a stop.
    signal: Signal,
}

impl StateReader {
    /// A reader of `topic`. librdkafka wants a group for it, which is never joined: the stage's own, for that is what
    /// the stage's user may ask for.
    pub(super) fn open(
        settings: &Settings,
        group: &str,
        topic: String,
        signal: Signal,
    ) -> Result<Self, Fault> {
        let consumer = reader(settings, group)
            .set("enable.partition.eof", "true")
            // The end is told by an answer without records: at once.
            .set("fetch.wait.max.ms", "10")
            .create_with_context(Logged)
            .map_err(|error| fault_of("the reader of state", &error))?;
        let (timeout, group) = (settings.restore_timeout(), group.to_owned());
        Ok(Self { consumer: Some(consumer), topic, group, timeout, signal })
    }

    /// The state of `partition` up to `high`, the high watermark that a `read_uncommitted` client saw.
    ///
    /// A `read_committed` client sees a partition end at the first open transaction. So this waits until there is none
    /// below `high`, and reads to the end from then on: the end that it is told is at or behind `high`.
    pub(super) fn read(&mut self, partition: u32, high: i64) -> Result<StateEntries, Fault> {
        let mut entries = StateEntries::new();
        let Some(consumer) = &self.consumer else { return Ok(entries) };
        let partition = i32::try_from(partition).unwrap_or(i32::MAX);
        let limit = Limit::new(&self.signal, self.timeout);
        let settled = wait_until_settled(consumer, &limit, &self.topic, partition, high)?;
        let (start, _) = settled.ok_or_else(|| self.no_progress(partition))?;
        if start >= high {
            return Ok(entries);
        }
        let place = format!("{}/{partition}", self.topic);
        let fault = |error: &KafkaError| reading_fault(&place, &self.group, error);
        let mut place = TopicPartitionList::new();
        place
            .add_partition_offset(&self.topic, partition, Offset::Offset(start))
            .and_then(|()| consumer.assign(&place))
            .map_err(|error| fault(&error))?;
        let mut limit = Limit::new(&self.signal, self.timeout);
        loop {
            match consumer.poll(limit.slice()) {
                Some(Ok(message)) => {
                    limit.progressed();
                    let key = message.key().unwrap_or_default();
                    match message.payload() {
                        Some(value) => entries.insert(key.to_vec(), value.to_vec()),
                        None => entries.remove(key),
                    };
                }
                Some(Err(KafkaError::PartitionEOF(_))) => break,
                Some(Err(error)) => {
                    let fault = fault(&error);
                    // Brokers may be away for a while; what was read so far stays good.
                    if fault.kind != FaultKind::Unavailable || error_is_of_the_log(&error) {
                        return Err(fault);
                    }
                }
                None => {}
            }
            if limit.is_over() {
                return Err(self.no_progress(partition));
            }
        }
        consumer.unassign().map_err(|error| fault(&error))?;
        Ok(entries)
    }

    fn no_progress(&self, partition: i32) -> Fault {
        if self.signal.closed_at().is_some() {
            let message = format!("reading the state in {}/{partition} ended for a stop", self.topic);
            return Fault::new(FaultKind::Unavailable, message);
        }
        let message = format!(
            "reading the state in {}/{partition} made no progress for {} s: an open transaction may be in the way",
            self.topic,
            self.timeout.as_secs()
        );
        Fault::new(FaultKind::Unavailable, message)
    }
}

/// Waits until no transaction is open below `high`; gives the partition's first offset and its end then, and nothing
/// when that takes too long. Nothing may be assigned to the consumer yet.
pub(super) fn wait_until_settled(
    consumer: &BaseConsumer<Logged>,
    limit: &Limit,
    topic: &str,
    partition: i32,
    high: i64,
) -> Result<Option<(i64, i64)>, Fault> {
    let what = format!("the ends of {topic}/{partition}");
    loop {
        let (start, stable) = limit.ask(&what, |left| consumer.fetch_watermarks(topic, partition, left))?;
        if stable >= high {
            return Ok(Some((start, stable)));
        }
        if limit.is_over() {
            return Ok(None);
        }
        // This serves librdkafka's events and is a pause.
        consumer.poll(LOOK_AGAIN);
    }
}

/// The log moved away under the reader: to begin anew is the way out.
fn error_is_of_the_log(error: &KafkaError) -> bool {
    use rdkafka::error::RDKafkaErrorCode as Code;
    matches!(error.rdkafka_error_code(), Some(Code::AutoOffsetReset | Code::OffsetOutOfRange))
}

impl Drop for StateReader {
    fn drop(&mut self) {
        if let Some(consumer) = self.consumer.take() {
            drop_aside(consumer);
        }
    }
}
