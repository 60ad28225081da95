//! The consumer group as librdkafka tells of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rdkafka::bindings::{
    rd_kafka_consumer_group_metadata, rd_kafka_consumer_group_metadata_destroy,
    rd_kafka_consumer_group_metadata_generation_id,
};
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer, ConsumerContext, ConsumerGroupMetadata};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::types::RDKafkaRespErr;
use rdkafka::{Statistics, TopicPartitionList};

use super::client::{log_error, log_line};

/// A change of what is ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    /// To be restored; librdkafka waits until it is told from where to read.
    Assigned(Vec<u32>),
    /// Gone already.
    Revoked(Vec<u32>),
}

/// What librdkafka's callbacks told. They run on the thread that polls, and wait for nothing.
#[derive(Default)]
pub(super) struct Membership {
    /// The topic's name on Kafka.
    input: String,
    told: Mutex<Told>,
}

#[derive(Default)]
struct Told {
    changes: Vec<Change>,
    generation: Option<Arc<ConsumerGroupMetadata>>,
    ends: Option<BTreeMap<u32, u64>>,
    assigned: bool,
    broker_lost: bool,
}

impl Membership {
    pub(super) fn of_topic(input: String) -> Self {
        Self { input, told: Mutex::default() }
    }

    pub(super) fn take_changes(&self) -> Vec<Change> {
        std::mem::take(&mut self.told().changes)
    }

    /// The generation in which the partitions that are ours were assigned; none when they were lost.
    ///
    /// This is not the generation that librdkafka is in right now. Its background thread can leave a generation (a
    /// frozen process that comes back) before its callback has told us, and then reports a generation of -1, with
    /// which a broker fences nobody. So it is taken once, with the assignment, and checked.
    pub(super) fn generation(&self) -> Option<Arc<ConsumerGroupMetadata>> {
        self.told().generation.clone()
    }

    /// Last stable offsets, once after each time that they were told.
    pub(super) fn take_ends(&self) -> Option<BTreeMap<u32, u64>> {
        self.told().ends.take()
    }

    /// Whether the group has assigned partitions (or none, when there are enough members) and a broker is there.
    pub(super) fn stands(&self) -> bool {
        let told = self.told();
        told.assigned && !told.broker_lost
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ClientContext for Membership {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        log_line(level, facility, line);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        if error.rdkafka_error_code() == Some(RDKafkaErrorCode::AllBrokersDown) {
            self.told().broker_lost = true;
        }
        log_error(&error, reason);
    }

    fn stats(&self, statistics: Statistics) {
        let up = statistics.brokers.values().any(|broker| matches!(broker.state.as_str(), "UP" | "UPDATE"));
        let ends = statistics.topics.get(&self.input).map(|topic| {
            let end = |(partition, stats): (&i32, &rdkafka::statistics::Partition)| {
                Some((u32::try_from(*partition).ok()?, u64::try_from(stats.ls_offset).ok()?))
            };
            topic.partitions.iter().filter_map(end).collect()
        });
        let mut told = self.told();
        told.broker_lost = !up;
        told.ends = ends;
    }
}

impl ConsumerContext for Membership {
    fn rebalance(
        &self,
        consumer: &BaseConsumer<Self>,
        event: RDKafkaRespErr,
        partitions: &mut TopicPartitionList,
    ) {
        let numbers: Vec<u32> = partitions
            .elements()
            .iter()
            .filter_map(|element| u32::try_from(element.partition()).ok())
            .collect();
        let done = match event {
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS => {
                let generation = current_generation(consumer);
                let mut told = self.told();
                told.generation = generation;
                told.assigned = true;
                // A broker has just said so.
                told.broker_lost = false;
                told.changes.push(Change::Assigned(numbers));
                drop(told);
                // With partitions, reading starts when they are restored; without, the round ends here.
                if partitions.count() == 0 { consumer.incremental_assign(partitions) } else { Ok(()) }
            }
            _ => {
                let lost = consumer.assignment_lost();
                let mut told = self.told();
                if lost {
                    told.generation = None;
                }
                told.changes.push(Change::Revoked(numbers));
                drop(told);
                consumer.incremental_unassign(partitions)
            }
        };
        if let Err(error) = done {
            tracing::warn!("the consumer group's change was not taken: {error}");
        }
    }
}

/// The member's identity in its generation; none when it is just losing it.
fn current_generation(consumer: &BaseConsumer<Membership>) -> Option<Arc<ConsumerGroupMetadata>> {
    let before = generation_number(consumer);
    let metadata = consumer.group_metadata()?;
    let after = generation_number(consumer);
    // Generations only grow: the same before and after is the one in between.
    (before == after && before >= 0).then(|| Arc::new(metadata))
}

/// The number of the generation that librdkafka is in; -1 for none.
#[allow(unsafe_code, reason = "the safe interface hides the number, and a -1 in it would fence nobody")]
fn generation_number(consumer: &BaseConsumer<Membership>) -> i32 {
    // SAFETY: the client outlives this call; the metadata is a copy made for us, read and destroyed once.
    unsafe {
        let metadata = rd_kafka_consumer_group_metadata(consumer.client().native_ptr());
        if metadata.is_null() {
            return -1;
        }
        let number = rd_kafka_consumer_group_metadata_generation_id(metadata);
        rd_kafka_consumer_group_metadata_destroy(metadata);
        number
    }
}
