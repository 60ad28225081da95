//! One member of a stage's group without a runner, and what it works on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rdkafka::admin::{AdminClient, AdminOptions, ResourceSpecifier};
use rdkafka::client::DefaultClientContext;
use rdkafka::{Offset, TopicPartitionList};
use stream::backend::{Appender, Backend, Commit, Room, Step, Transaction};
use stream::kafka::{Cluster, Settings};
use stream::topics::{Catalogue, TopicSpec};
use stream::{Fault, Output, Record, Remedy, Signal};

use crate::support::kafka::{Kafka, unique};

/// Longer than anything here takes on a busy machine; no test waits for it to pass.
pub(super) const PATIENCE: Duration = Duration::from_secs(90);

/// A stage's backend and what it gave, without a runner.
pub(super) struct Member {
    pub(super) backend: Box<dyn Backend>,
    pub(super) signal: Signal,
    pub(super) room: Room,
    pub(super) paused: BTreeSet<u32>,
    pub(super) records: Vec<Record>,
    /// State of the partitions that are ours.
    pub(super) state: BTreeMap<u32, BTreeMap<Vec<u8>, Vec<u8>>>,
    pub(super) stopped: Vec<(u32, Fault)>,
    /// Partitions that were ours once.
    pub(super) lost: BTreeSet<u32>,
}

impl Member {
    pub(super) fn join(cluster: &Arc<Cluster>) -> Member {
        let signal = Signal::default();
        Member {
            backend: cluster.backend("copier", "in", signal.clone()).expect("a backend"),
            signal,
            room: Room { records: 1_000, bytes: 1 << 20 },
            paused: BTreeSet::new(),
            records: Vec::new(),
            state: BTreeMap::new(),
            stopped: Vec::new(),
            lost: BTreeSet::new(),
        }
    }

    /// One poll, as the runner does it.
    pub(super) fn poll(&mut self) {
        let polled = match self.backend.poll(self.room, &self.paused) {
            Ok(polled) => polled,
            Err(fault) => {
                assert_eq!(fault.remedy(), Remedy::Retry, "{fault}");
                return;
            }
        };
        for partition in polled.revoked {
            self.state.remove(&partition);
            self.lost.insert(partition);
            self.records.retain(|record| record.partition != partition);
        }
        for partition in polled.assigned {
            let mut state = BTreeMap::new();
            let restored = self.backend.restore(partition, &mut |key, value| {
                match value {
                    Some(value) => state.insert(key.to_vec(), value.to_vec()),
                    None => state.remove(key),
                };
                Ok(())
            });
            if let Err(fault) = restored {
                assert_eq!(fault.remedy(), Remedy::Restore, "{fault}");
                self.backend.reset().expect("begun anew");
                self.state.clear();
                self.records.clear();
                return;
            }
            self.state.insert(partition, state);
        }
        self.records.extend(polled.records);
        self.stopped.extend(polled.stopped);
    }

    pub(super) fn poll_until(&mut self, what: &str, done: impl Fn(&Member) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.poll();
            if done(self) {
                return;
            }
            assert!(Instant::now() < deadline, "waited in vain for {what}");
            self.signal.wait(Duration::from_millis(100));
        }
    }

    /// What the copier does: each record goes to `out` as it is.
    pub(super) fn copy_all(&self) -> Transaction {
        let mut transaction = Transaction::default();
        for record in &self.records {
            let step = transaction.step(record.partition);
            step.outputs.push(output("out", record.partition, &text(record)));
            step.position = Some(record.offset + 1);
        }
        transaction
    }

    /// As the runner does it: an aborted transaction again, after a poll.
    pub(super) fn commit(&mut self, transaction: &Transaction) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.backend.commit(transaction) {
                Commit::Committed => return,
                Commit::Aborted(fault) => assert!(Instant::now() < deadline, "{fault}"),
                outcome => panic!("{outcome:?}"),
            }
            self.poll();
            let ours = transaction.steps.keys().all(|partition| self.state.contains_key(partition));
            assert!(ours, "what is committed was taken away");
        }
    }

    pub(super) fn start_anew(&mut self) {
        self.records.clear();
        self.state.clear();
        self.backend.reset().expect("a reset");
    }

    /// Copies what is left, whatever was committed before, and two records more, by which the end is known.
    pub(super) fn finish(&mut self, cluster: &Cluster) {
        append(cluster, &[(0, "y"), (1, "z")]);
        self.poll_until("the last records", |member| {
            ["y", "z"].iter().all(|last| member.values().iter().any(|value| value == last))
        });
        self.commit(&self.copy_all());
    }

    pub(super) fn values(&self) -> Vec<String> {
        self.records.iter().map(text).collect()
    }
}

pub(super) trait Steps {
    fn step(&mut self, partition: u32) -> &mut Step;
}

impl Steps for Transaction {
    fn step(&mut self, partition: u32) -> &mut Step {
        self.steps.entry(partition).or_default()
    }
}

pub(super) fn settings(kafka: &Kafka) -> Settings {
    Settings {
        bootstrap_servers: kafka.bootstrap().to_owned(),
        prefix: format!("{}.", unique("backend")),
        connect_timeout_ms: 60_000,
        ..Settings::default()
    }
}

pub(super) fn copier_topics() -> Catalogue {
    Catalogue::new([topic("in", 2), topic("out", 2), topic("copier-state", 2)])
}

pub(super) fn copier(kafka: &Kafka) -> (Settings, Arc<Cluster>) {
    let settings = settings(kafka);
    let cluster = Cluster::new(settings.clone(), copier_topics()).expect("good settings");
    cluster.create_topics().expect("topics");
    (settings, cluster)
}

/// Gives a commit up soon.
pub(super) fn impatient(settings: &Settings) -> Arc<Cluster> {
    let settings = Settings { commit_timeout_ms: 1_500, abort_timeout_ms: 500, ..settings.clone() };
    Cluster::new(settings, copier_topics()).expect("good settings")
}

pub(super) fn topic(name: &str, partitions: u32) -> TopicSpec {
    TopicSpec {
        name: name.to_owned(),
        partitions,
        compact: name.ends_with("-state"),
        retention_ms: None,
        retention_bytes: None,
        drop_consumed: false,
        max_record_bytes: 1 << 20,
    }
}

pub(super) fn output(topic: &str, partition: u32, value: &str) -> Output {
    Output {
        topic: topic.to_owned(),
        partition,
        key: value.as_bytes().to_vec(),
        headers: vec![("about".to_owned(), b"a test".to_vec())],
        value: Some(value.to_owned().into()),
    }
}

pub(super) fn append(cluster: &Cluster, records: &[(u32, &str)]) {
    let mut appender = cluster.appender().expect("an appender");
    let outputs = records.iter().map(|(partition, value)| output("in", *partition, value)).collect();
    appender.append(outputs).expect("written");
}

/// What others see in `out`, sorted.
pub(super) fn copied(kafka: &Kafka, settings: &Settings) -> Vec<String> {
    let records = kafka.console_consumer(&format!("{}out", settings.prefix));
    let mut values: Vec<_> = records.into_iter().filter_map(|record| record.value).collect();
    values.sort();
    values
}

pub(super) fn text(record: &Record) -> String {
    assert_eq!(record.headers, [("about".to_owned(), b"a test".to_vec())]);
    String::from_utf8(record.value.as_deref().expect("a value").to_vec()).expect("text")
}

pub(super) fn admin(
    kafka: &Kafka,
) -> (AdminClient<DefaultClientContext>, AdminOptions, tokio::runtime::Runtime) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let options = AdminOptions::new().request_timeout(Some(Duration::from_secs(60)));
    (kafka.client().create().expect("an admin client"), options, runtime)
}

pub(super) fn config_of(kafka: &Kafka, topic: &str) -> BTreeMap<String, String> {
    let (admin, options, runtime) = admin(kafka);
    let asked = [ResourceSpecifier::Topic(topic)];
    let mut answers = runtime.block_on(admin.describe_configs(&asked, &options)).expect("an answer");
    let resource = answers.remove(0).expect("the topic's settings");
    resource.entries.into_iter().filter_map(|entry| Some((entry.name, entry.value?))).collect()
}

/// Drops what is before `offset`, as retention would.
pub(super) fn delete_records(kafka: &Kafka, topic: &str, partition: i32, offset: i64) {
    let (admin, options, runtime) = admin(kafka);
    let mut until = TopicPartitionList::new();
    until.add_partition_offset(topic, partition, Offset::Offset(offset)).expect("an offset");
    let answer = runtime.block_on(admin.delete_records(&until, &options)).expect("an answer");
    for element in answer.elements() {
        element.error().expect("deleted");
    }
}
