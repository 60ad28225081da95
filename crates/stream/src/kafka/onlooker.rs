//! What can be seen of a stage from beside it.

use rdkafka::TopicPartitionList;
use rdkafka::consumer::{BaseConsumer, Consumer};

use super::Settings;
use super::access::READER_GROUP;
use super::client::{Logged, drop_aside, reader, reading_fault};
use super::limit::Limit;
use super::message::kafka_partition;
use super::restore::StateReader;
use super::topics::Known;
use crate::backend::{Cursor, TakeEntry};
use crate::fault::Fault;
use crate::signal::Signal;

/// How far the group of `stage` has read `input`.
pub(super) fn position(settings: &Settings, stage: &str, input: &str) -> Result<Cursor, Fault> {
    let topic = settings.topic(input);
    let partitions = Known::ask(settings)?.partitions_of(settings, input)?;
    let group = settings.topic(stage);
    let consumer: BaseConsumer<Logged> = reader(settings, &group)
        .create_with_context(Logged)
        .map_err(|error| reading_fault(&topic, &group, &error))?;
    let position = ask(&consumer, settings, &topic, &group, partitions);
    drop_aside(consumer);
    position
}

fn ask(
    consumer: &BaseConsumer<Logged>,
    settings: &Settings,
    topic: &str,
    group: &str,
    partitions: u32,
) -> Result<Cursor, Fault> {
    let mut asked = TopicPartitionList::new();
    asked.add_partition_range(topic, 0, kafka_partition(partitions.saturating_sub(1)));
    let limit = Limit::new(&Signal::default(), settings.connect_timeout());
    let committed = limit.ask(&format!("the position of the group {group} in {topic}"), |left| {
        let places = consumer.committed_offsets(asked.clone(), left)?;
        places.elements().iter().try_for_each(|place| place.error())?;
        Ok(places)
    })?;
    let mut position = Cursor::default();
    for place in committed.elements() {
        let next = match place.offset().to_raw().filter(|next| *next >= 0) {
            Some(next) => next,
            // It has read nothing yet.
            None => {
                let what = format!("the ends of {topic}/{}", place.partition());
                limit.ask(&what, |left| consumer.fetch_watermarks(topic, place.partition(), left))?.0
            }
        };
        if let (Ok(partition), Ok(next)) = (u32::try_from(place.partition()), u64::try_from(next)) {
            position.0.insert(partition, next);
        }
    }
    Ok(position)
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
