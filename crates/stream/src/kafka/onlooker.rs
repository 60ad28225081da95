//! What can be seen of a stage from beside it.

use rdkafka::TopicPartitionList;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;

use super::Settings;
use super::access::READER_GROUP;
use super::client::{Logged, drop_aside, reader, reading_fault};
use super::message::kafka_partition;
use super::restore::StateReader;
use super::topics::Known;
use crate::backend::TakeEntry;
use crate::fault::Fault;
use crate::signal::Signal;

/// How many offsets of `input` the group of `stage` has not passed. The ends of transactions count: up to one a
/// partition stays.
pub(super) fn unread(settings: &Settings, stage: &str, input: &str) -> Result<u64, Fault> {
    let topic = settings.topic(input);
    let partitions = Known::ask(settings)?.partitions_of(settings, input)?;
    let group = settings.topic(stage);
    let fault = |error: KafkaError| reading_fault(&topic, &group, &error);
    let consumer: BaseConsumer<Logged> =
        reader(settings, &group).create_with_context(Logged).map_err(fault)?;
    let mut asked = TopicPartitionList::new();
    asked.add_partition_range(&topic, 0, kafka_partition(partitions.saturating_sub(1)));
    let timeout = settings.connect_timeout();
    let count = || -> Result<u64, KafkaError> {
        let mut unread = 0;
        for place in consumer.committed_offsets(asked, timeout)?.elements() {
            place.error()?;
            let (start, end) = consumer.fetch_watermarks(&topic, place.partition(), timeout)?;
            let next = place.offset().to_raw().filter(|next| *next >= 0).unwrap_or(start);
            unread += u64::try_from(end - next).unwrap_or(0);
        }
        Ok(unread)
    };
    let unread = count().map_err(fault);
    drop_aside(consumer);
    unread
}

/// Hands out the state in a partition of a state topic, as it is committed now.
pub(super) fn state(
    settings: &Settings,
    topic: &str,
    partition: u32,
    entry: &mut TakeEntry<'_>,
) -> Result<(), Fault> {
    let group = settings.topic(READER_GROUP);
    let mut reader = StateReader::open(settings, &group, settings.topic(topic), Signal::default())?;
    let start = reader.settle(partition, 0)?;
    reader.read(partition, start, None, entry).map(drop)
}
