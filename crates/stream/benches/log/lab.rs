//! The topics on Kafka, and what is in them before anything is measured.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaResult, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Header, OwnedHeaders};
use rdkafka::producer::{BaseRecord, DefaultProducerContext, Producer, ThreadedProducer};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use stream::kafka::{Cluster, Settings};
use stream::topics::{Catalogue, DEAD_LETTERS, TopicSpec, state_of};
use stream::{Stage, partition_of, runner};

use crate::drive::{Driven, Plan, drive};
use crate::kafka::{Kafka, unique};
use crate::stage::Route;
use crate::text::{Pool, key};

/// What a stage fetches ahead by default, in MiB.
pub(crate) const PREFETCH_MIB: f64 = 16.0;
/// Partitions of each topic.
pub(crate) const PARTITIONS: u32 = 4;
/// How long a broker may take to answer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A producer as the peer uses it.
pub(crate) type Plain = ThreadedProducer<DefaultProducerContext>;

/// Topics of our own on a server.
pub(crate) struct Lab {
    server: &'static Kafka,
    settings: Settings,
    /// Copies of state, as a service keeps them by default.
    copies: tempfile::TempDir,
}

impl Lab {
    pub(crate) fn new(server: &'static Kafka) -> Self {
        let copies = tempfile::tempdir().expect("a folder");
        let settings = Settings {
            bootstrap_servers: server.bootstrap().to_owned(),
            prefix: format!("{}.", unique("bench")),
            copy_dir: Some(copies.path().to_owned()),
            // Copies are written to their end before anything else is measured.
            close_timeout_ms: 120_000,
            ..Settings::default()
        };
        Self { server, settings, copies }
    }

    /// Removes the copies of a stage's state, as on another machine.
    pub(crate) fn forget_copies(&self, stage: &str) {
        std::fs::remove_dir_all(self.copies.path().join(self.topic(&state_of(stage)))).expect("copies");
    }

    /// A topic's name on Kafka.
    pub(crate) fn topic(&self, name: &str) -> String {
        format!("{}{name}", self.settings.prefix)
    }

    pub(crate) fn client(&self) -> ClientConfig {
        self.server.client()
    }

    /// Makes the topics of a stage, as khabar makes them.
    pub(crate) fn make_topics(&self, stage: &str, topics: &[&str]) {
        self.cluster(&catalogue(stage, topics)).create_topics().expect("topics");
    }

    fn cluster(&self, catalogue: &Catalogue) -> Arc<Cluster> {
        Cluster::new(self.settings.clone(), catalogue.clone()).expect("a cluster")
    }

    /// Runs a stage, in a consumer group of its own name.
    pub(crate) fn run<S>(
        &self,
        name: &'static str,
        route: Route,
        settings: runner::Settings,
        make: impl Fn(u32) -> S + Send + 'static,
    ) -> Driven
    where
        S: Stage<Job = stream::stage::NoJob, Outcome = ()>,
    {
        let Route { input, out } = route;
        let catalogue = catalogue(name, &[input, out]);
        let cluster = self.cluster(&catalogue);
        cluster.create_topics().expect("topics");
        let plan = Plan { name, input, catalogue, settings, make: Box::new(make) };
        drive(plan, |signal| cluster.backend(name, input, signal))
    }

    /// A producer without transactions that is as fast as it can be.
    pub(crate) fn producer(&self) -> Plain {
        self.lingering(5)
    }

    /// The same, that gathers records for so long: for loads that are offered, which cost the less the longer.
    pub(crate) fn lingering(&self, milliseconds: u32) -> Plain {
        let mut config = self.client();
        config
            .set("enable.idempotence", "true")
            .set("compression.type", "zstd")
            .set("linger.ms", milliseconds.to_string());
        config.create().expect("a producer")
    }

    /// Fills a topic with so many records, spread by their keys.
    pub(crate) fn fill(&self, topic: &str, pool: &Pool, records: usize) {
        let (producer, topic) = (self.producer(), self.topic(topic));
        for number in 0..records {
            send(&producer, &topic, None, key(number).as_bytes(), pool.value(number), None);
        }
        producer.flush(PATIENCE).expect("all records are taken");
        assert_eq!(self.records(&topic), records, "records of {topic}");
    }

    /// How many offsets a topic has, by its name on Kafka.
    pub(crate) fn records(&self, topic: &str) -> usize {
        let client: BaseConsumer = self.client().create().expect("a client");
        let end = |partition: i32| client.fetch_watermarks(topic, partition, PATIENCE).expect("its ends").1;
        let ends = (0..PARTITIONS.cast_signed()).map(end).sum::<i64>();
        usize::try_from(ends).expect("a count")
    }
}

/// Has `consumer` read a topic, by its name on Kafka, from its beginning.
pub(crate) fn read_all(consumer: &BaseConsumer, topic: &str) {
    let mut all = TopicPartitionList::new();
    for partition in 0..PARTITIONS.cast_signed() {
        all.add_partition_offset(topic, partition, Offset::Beginning).expect("a place");
    }
    consumer.assign(&all).expect("an assignment");
}

/// What a consumer has next.
pub(crate) fn next(consumer: &BaseConsumer) -> KafkaResult<BorrowedMessage<'_>> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        // An empty answer may mean that a callback was served.
        if let Some(next) = consumer.poll(PATIENCE) {
            return next;
        }
        assert!(Instant::now() < deadline, "nothing came for {PATIENCE:?}");
    }
}

/// The topics that a stage works on.
pub(crate) fn catalogue(stage: &str, topics: &[&str]) -> Catalogue {
    let topic = |name: &str| TopicSpec {
        name: name.to_owned(),
        partitions: PARTITIONS,
        compact: false,
        retention_ms: None,
        retention_bytes: None,
        drop_consumed: false,
        max_record_bytes: 1 << 20,
    };
    let state = TopicSpec { compact: true, ..topic(&state_of(stage)) };
    Catalogue::new(topics.iter().map(|name| topic(name)).chain([topic(DEAD_LETTERS), state]))
}

/// Sends a record, waiting while the producer is full. Without a partition, the key chooses it as it does for stages.
pub(crate) fn send(
    producer: &Plain,
    topic: &str,
    partition: Option<i32>,
    key: &[u8],
    value: &[u8],
    header: Option<(&str, &[u8])>,
) {
    let partition = partition.unwrap_or_else(|| partition_of(key, PARTITIONS).cast_signed());
    let mut record = BaseRecord::<[u8], [u8]>::to(topic).partition(partition).key(key).payload(value);
    if let Some((key, value)) = header {
        record =
            record.headers(OwnedHeaders::new_with_capacity(1).insert(Header { key, value: Some(value) }));
    }
    while let Err((error, back)) = producer.send(record) {
        assert_eq!(error.rdkafka_error_code(), Some(RDKafkaErrorCode::QueueFull), "{error}");
        producer.poll(Duration::from_millis(1));
        record = back;
    }
}
