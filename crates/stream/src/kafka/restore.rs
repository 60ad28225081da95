//! Reads what is committed in a partition of a state topic.

use std::time::Duration;

use jiff::Timestamp;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::{Message, Offset, TopicPartitionList};

use super::Settings;
use super::client::{Logged, drop_aside, fault_of, reader, reading_fault};
use super::copies::{Place, Witness};
use super::limit::{LOOK_AGAIN, Limit, QUESTION_TIMEOUT};
use super::message::kafka_partition;
use crate::backend::TakeEntry;
use crate::fault::{Fault, FaultKind};
use crate::signal::Signal;

/// The time is looked at once for so many records: that costs as much as a record.
const LOOK_EVERY: u64 = 1_000;

/// What was read of a partition, besides its changes.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Passage {
    /// How many records.
    pub(super) records: u64,
    /// The first record's offset, and its [`Witness`], where one was given.
    pub(super) first: Option<(u64, u64)>,
    /// The same of the last record.
    last: Option<(u64, u64)>,
}

impl Passage {
    /// The place behind all of this, as of then; none when nothing was read, or without a witness.
    pub(super) fn end(&self, as_of: Timestamp) -> Option<Place> {
        self.last.map(|(last, witness)| Place { last, witness, as_of })
    }

    fn pass(&mut self, offset: u64, witness: Option<u64>) {
        self.records += 1;
        let place = witness.map(|witness| (offset, witness));
        self.first = if self.records == 1 { place } else { self.first };
        self.last = place;
    }
}

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

    /// What the cluster's records are known again by; none when the broker does not say which it is.
    pub(super) fn witness(&self) -> Option<Witness> {
        let client = self.consumer.as_ref()?.client();
        // Where nothing was asked yet, the id is waited for a second long.
        client.fetch_metadata(Some(&self.topic), QUESTION_TIMEOUT).ok()?;
        let id = client.fetch_cluster_id(QUESTION_TIMEOUT)?;
        Some(Witness::of_cluster(&id))
    }

    /// Waits until no transaction is open below `high`, the high watermark that a `read_uncommitted` client saw; gives
    /// the partition's first offset.
    ///
    /// A `read_committed` client sees a partition end at the first open transaction. When there is none below `high`,
    /// the end that it is told from then on is at or behind `high`.
    pub(super) fn settle(&self, partition: u32, high: u64) -> Result<u64, Fault> {
        let Some(consumer) = &self.consumer else { return Ok(high) };
        let limit = Limit::new(&self.signal, self.timeout);
        let (number, high) = (kafka_partition(partition), i64::try_from(high).unwrap_or(i64::MAX));
        let settled = wait_until_settled(consumer, &limit, &self.topic, number, high)?;
        let (start, _) = settled.ok_or_else(|| self.no_progress(partition))?;
        Ok(u64::try_from(start).unwrap_or(0))
    }

    /// Hands out what is committed in `partition` from an offset on, to the end, as it was written. With a `witness`
    /// the first and the last record are told.
    pub(super) fn read(
        &mut self,
        partition: u32,
        from: u64,
        witness: Option<Witness>,
        take: &mut TakeEntry<'_>,
    ) -> Result<Passage, Fault> {
        let mut passage = Passage::default();
        let Some(consumer) = &self.consumer else { return Ok(passage) };
        let place = format!("{}/{partition}", self.topic);
        let fault = |error: &KafkaError| reading_fault(&place, &self.group, error);
        let mut start = TopicPartitionList::new();
        let offset = Offset::Offset(i64::try_from(from).unwrap_or(i64::MAX));
        start
            .add_partition_offset(&self.topic, kafka_partition(partition), offset)
            .and_then(|()| consumer.assign(&start))
            .map_err(|error| fault(&error))?;
        let mut limit = Limit::new(&self.signal, self.timeout);
        let (mut looked, mut slice) = (0, limit.slice());
        loop {
            match consumer.poll(slice) {
                Some(Ok(message)) => {
                    let offset = u64::try_from(message.offset()).unwrap_or(0);
                    let (key, value) = (message.key().unwrap_or_default(), message.payload());
                    passage.pass(offset, witness.map(|witness| witness.of(key, value)));
                    take(key, value)?;
                    if passage.records - looked < LOOK_EVERY {
                        continue;
                    }
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
            if passage.records > looked {
                looked = passage.records;
                limit.progressed();
            }
            if limit.is_over() {
                return Err(self.no_progress(partition));
            }
            slice = limit.slice();
        }
        consumer.unassign().map_err(|error| fault(&error))?;
        Ok(passage)
    }

    fn no_progress(&self, partition: u32) -> Fault {
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
pub(super) fn error_is_of_the_log(error: &KafkaError) -> bool {
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
