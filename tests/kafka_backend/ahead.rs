//! Records that are written before their transaction is committed: there once, or not at all.

use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer};
use stream::backend::Transaction;
use stream::kafka::Settings;

use super::member::{Member, append, copied, copier};
use crate::support::kafka::Kafka;

const PATIENCE: Duration = Duration::from_secs(60);

/// A member that has written ahead what follows from two records, one of each partition.
fn ahead(kafka: &Kafka) -> (Settings, Member, Transaction) {
    let (settings, cluster) = copier(kafka);
    append(&cluster, &[(0, "a"), (1, "b")]);
    let mut member = Member::join(&cluster);
    member.poll_until("all records", |member| member.records.len() == 2);
    let transaction = member.copy_all();
    for (partition, step) in &transaction.steps {
        // What was taken is not taken again.
        for _ in 0..2 {
            member.backend.write_ahead(*partition, &step.outputs);
        }
    }
    wait_for_records(kafka, &format!("{}out", settings.prefix), 2);
    (settings, member, transaction)
}

/// Waits until so many records are in a topic, committed or not.
fn wait_for_records(kafka: &Kafka, topic: &str, count: i64) {
    let client: BaseConsumer =
        kafka.client().set("isolation.level", "read_uncommitted").create().expect("a client");
    let end = |partition| client.fetch_watermarks(topic, partition, PATIENCE).expect("its ends").1;
    let deadline = Instant::now() + PATIENCE;
    while end(0) + end(1) < count {
        assert!(Instant::now() < deadline, "nothing was written ahead");
        // This is a pause.
        client.poll(Duration::from_millis(20));
    }
}

#[test]
fn what_was_written_ahead_is_there_once_when_it_is_committed() {
    let kafka = Kafka::shared();
    let (settings, mut member, transaction) = ahead(kafka);
    assert_eq!(copied(kafka, &settings), [""; 0]);
    member.commit(&transaction);
    assert_eq!(copied(kafka, &settings), ["a", "b"]);
}

#[test]
fn what_was_written_ahead_and_is_not_committed_is_not_there() {
    let kafka = Kafka::shared();
    let (settings, mut member, mut transaction) = ahead(kafka);
    let first = transaction.steps.remove(&0).expect("a step");
    member.commit(&transaction);
    assert_eq!(copied(kafka, &settings), ["b"]);
    member.commit(&Transaction { steps: [(0, first)].into() });
    assert_eq!(copied(kafka, &settings), ["a", "b"]);
}

#[test]
fn what_was_written_ahead_for_a_partition_that_leaves_is_its_next_owners_to_write() {
    let kafka = Kafka::shared();
    let (settings, mut member, mut transaction) = ahead(kafka);
    let cluster =
        stream::kafka::Cluster::new(settings.clone(), super::member::copier_topics()).expect("settings");
    let mut heir = Member::join(&cluster);
    let deadline = Instant::now() + PATIENCE;
    while heir.records.is_empty() {
        assert!(Instant::now() < deadline, "no partition has moved");
        member.poll();
        heir.poll();
    }
    transaction.steps.retain(|partition, _| !member.lost.contains(partition));
    assert_eq!(transaction.steps.len(), 1, "one partition has moved");
    heir.commit(&heir.copy_all());
    member.commit(&transaction);
    assert_eq!(copied(kafka, &settings), ["a", "b"]);
}
