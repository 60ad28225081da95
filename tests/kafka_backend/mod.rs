//! What is particular to Kafka: how topics are made, what fences an instance that was cut off, transactions of unknown
//! outcome, offsets that are gone. The promises that both backends keep are proven in `promises`.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed expectation in a helper of a test is a failed test"
)]

mod ahead;
mod member;
mod state_copies;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use stream::backend::{Appender, Commit, Cursor, Reader, Room, Transaction};
use stream::kafka::{Cluster, Settings};
use stream::topics::{Catalogue, CatalogueSettings};
use stream::{FaultKind, Signal};

use crate::support::kafka::Kafka;

use member::*;

#[test]
fn topics_are_made_as_the_catalogue_says_by_many_at_once() {
    let kafka = Kafka::shared();
    let settings = settings(kafka);
    let catalogue = Catalogue::khabar(&CatalogueSettings::default());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let cluster = Cluster::new(settings.clone(), catalogue.clone()).expect("good settings");
                cluster.create_topics().expect("topics");
            });
        }
    });
    let read = |topic: &str| {
        let wanted = [
            "cleanup.policy",
            "retention.ms",
            "retention.bytes",
            "max.message.bytes",
            "segment.ms",
            "segment.bytes",
            "min.cleanable.dirty.ratio",
            "delete.retention.ms",
            "compression.type",
        ];
        let config = config_of(kafka, &format!("{}{topic}", settings.prefix));
        wanted.map(|key| format!("{key} = {}", config[key])).join("\n")
    };
    insta::assert_snapshot!("kafka_topic_pages", read("pages"));
    insta::assert_snapshot!("kafka_topic_articles", read("articles"));
    insta::assert_snapshot!("kafka_topic_deduper_state", read("deduper-state"));
}

#[test]
fn a_state_topic_with_other_partitions_than_its_input_is_refused() {
    let settings = settings(Kafka::shared());
    let catalogue = Catalogue::new([topic("in", 2), topic("copier-state", 3)]);
    let cluster = Cluster::new(settings.clone(), catalogue).expect("good settings");
    cluster.create_topics().expect("topics");
    let fault = cluster.backend("copier", "in", Signal::default()).err().expect("refused");
    assert_eq!(fault.kind, FaultKind::Misconfigured);
    assert_eq!(
        fault.message.replace(&settings.prefix, "khabar."),
        "`copier` keeps one partition of state for each of its input, but khabar.copier-state has 3 and khabar.in has \
         2. Make the one that is wrong anew, with as many partitions as the other"
    );
}

#[test]
fn a_missing_topic_and_a_setting_that_is_ours_are_refused_with_the_way_out() {
    let settings = settings(Kafka::shared());
    let cluster = Cluster::new(settings.clone(), Catalogue::new([])).expect("good settings");
    let fault = cluster.backend("copier", "nothing", Signal::default()).err().expect("refused");
    assert_eq!(
        fault.message.replace(&settings.prefix, "khabar."),
        "there is no topic khabar.nothing that this user may see: make the topics with `khabar topics create`; what \
         each user needs says `khabar topics acls`"
    );
    let refused = |name: &str, value: &str| {
        let client = [(name, value)].into();
        let settings = Settings { client, ..settings.clone() };
        let fault = Cluster::new(settings, Catalogue::new([])).expect_err("refused");
        assert_eq!(fault.kind, FaultKind::Misconfigured);
        fault.message
    };
    assert_eq!(
        refused("enable.auto.commit", "true"),
        "`enable.auto.commit` in [kafka.client] can't be chosen: that nothing is lost or doubled rests on it"
    );
    assert_eq!(
        refused("queued.max.messages.kbytes", "1"),
        "`queued.max.messages.kbytes` in [kafka.client] can't be chosen: set `kafka.prefetch_kib`"
    );
    assert!(refused("no.such.setting", "1").contains("[kafka.client] no.such.setting: "));
    assert!(refused("socket.timeout.ms", "soon").contains("[kafka.client] socket.timeout.ms: "));
}

#[test]
fn state_and_positions_are_there_again_after_a_restart() {
    let kafka = Kafka::shared();
    let (settings, cluster) = copier(kafka);
    append(&cluster, &[(0, "a"), (0, "b"), (1, "c")]);

    let mut first = Member::join(&cluster);
    first.poll_until("all records", |member| member.records.len() == 3);
    let mut transaction = first.copy_all();
    transaction
        .step(0)
        .state
        .extend([(b"kept".to_vec(), Some("1".into())), (b"deleted".to_vec(), Some("2".into()))]);
    first.commit(&transaction);
    // A timer's transaction: no position moved, and the state of one partition only.
    let mut timer = Transaction::default();
    timer.step(0).state.extend([(b"deleted".to_vec(), None), (b"more".to_vec(), Some("3".into()))]);
    first.commit(&timer);
    first.backend.close();

    append(&cluster, &[(1, "d")]);
    let mut second = Member::join(&cluster);
    second.poll_until("the new record", |member| !member.records.is_empty());
    assert_eq!(second.values(), ["d"]);
    let state = |entries: &[(&str, &str)]| {
        entries.iter().map(|(key, value)| (key.as_bytes().to_vec(), value.as_bytes().to_vec())).collect()
    };
    assert_eq!(second.state, BTreeMap::from([(0, state(&[("kept", "1"), ("more", "3")])), (1, state(&[]))]));
    second.backend.close();

    assert_eq!(copied(kafka, &settings), ["a", "b", "c"]);
}

#[test]
fn what_has_no_room_or_is_paused_is_kept_in_order() {
    let (_, cluster) = copier(Kafka::shared());
    let values: Vec<String> = (0..200).map(|n| format!("{n:03}")).collect();
    let records: Vec<(u32, &str)> = values.iter().map(|value| (0, value.as_str())).collect();
    append(&cluster, &records);
    append(&cluster, &[(1, "other")]);
    let mut member = Member::join(&cluster);
    member.room = Room { records: 0, bytes: 0 };
    // Polls without room keep the consumer alive and lose nothing, however many they are.
    member.poll_until("partitions", |member| member.state.len() == 2);
    for _ in 0..300 {
        member.poll();
    }
    assert_eq!(member.records, []);
    member.room = Room { records: 7, bytes: 1 << 20 };
    member.paused = BTreeSet::from([0]);
    member.poll_until("the partition that is not paused", |member| !member.records.is_empty());
    assert_eq!(member.values(), ["other"]);
    member.records.clear();
    member.paused.clear();
    member.poll_until("all records", |member| member.records.len() == 200);
    assert_eq!(member.values(), values);
    member.backend.close();
}

#[test]
fn a_partition_moves_to_a_new_member_with_its_state_and_the_other_stays() {
    let kafka = Kafka::shared();
    let (settings, cluster) = copier(kafka);
    append(&cluster, &[(0, "a"), (1, "b")]);
    let mut first = Member::join(&cluster);
    first.poll_until("all records", |member| member.records.len() == 2);
    let mut transaction = first.copy_all();
    for partition in [0, 1] {
        transaction.step(partition).state.insert(b"seen".to_vec(), Some("1".into()));
    }
    first.commit(&transaction);
    first.records.clear();
    append(&cluster, &[(0, "c"), (1, "d")]);
    first.poll_until("new records", |member| member.records.len() == 2);

    // A second member comes while the first has handled records that it has not committed.
    let mut second = Member::join(&cluster);
    let deadline = Instant::now() + PATIENCE;
    while (first.state.len(), second.state.len(), second.records.len()) != (1, 1, 1) {
        assert!(Instant::now() < deadline, "no partition moved");
        first.poll();
        second.poll();
        second.signal.wait(Duration::from_millis(20));
    }
    assert_eq!(first.lost.len(), 1);
    assert_eq!(first.lost, second.state.keys().copied().collect());
    assert_eq!(first.records.len(), 1, "what stayed was not read again");
    let seen = BTreeMap::from([(b"seen".to_vec(), b"1".to_vec())]);
    assert_eq!(second.state.values().collect::<Vec<_>>(), [&seen]);
    for member in [&mut first, &mut second] {
        member.commit(&member.copy_all());
    }
    first.backend.close();
    second.backend.close();
    assert_eq!(copied(kafka, &settings), ["a", "b", "c", "d"]);
}

#[test]
fn a_partition_that_left_while_it_was_paused_is_read_when_it_is_back() {
    let (_, cluster) = copier(Kafka::shared());
    let mut first = Member::join(&cluster);
    first.paused = BTreeSet::from([0, 1]);
    first.poll_until("partitions", |member| member.state.len() == 2);
    // They are restored by now: this pauses them.
    first.poll();
    let mut second = Member::join(&cluster);
    let deadline = Instant::now() + PATIENCE;
    while (first.state.len(), second.state.len()) != (1, 1) {
        assert!(Instant::now() < deadline, "no partition moved");
        first.poll();
        second.poll();
        second.signal.wait(Duration::from_millis(20));
    }
    second.backend.close();
    first.paused.clear();
    first.poll_until("the partition to be back", |member| member.state.len() == 2);
    append(&cluster, &[(0, "a"), (1, "b")]);
    first.poll_until("the records of both", |member| member.records.len() == 2);
    first.backend.close();
}

#[test]
fn an_instance_that_was_cut_off_can_commit_nothing() {
    let kafka = Kafka::shared();
    let (mut settings, _) = copier(kafka);
    // A member that does not poll for a second loses its partitions, while its threads live on: a ghost.
    settings.session_timeout_ms = 1_000;
    settings.client.set("max.poll.interval.ms", "1000");
    let cluster = Cluster::new(settings.clone(), copier_topics()).expect("good settings");
    append(&cluster, &[(0, "a"), (1, "b")]);

    let mut ghost = Member::join(&cluster);
    ghost.poll_until("all records", |member| member.records.len() == 2);
    let by_records = ghost.copy_all();
    let mut by_timer = Transaction::default();
    for partition in [0, 1] {
        by_timer.step(partition).outputs.push(output("out", partition, "ghost"));
        by_timer.step(partition).state.insert(b"ghost".to_vec(), Some("ghost".into()));
    }

    let mut heir = Member::join(&cluster);
    heir.poll_until("all that the ghost had", |member| member.records.len() == 2);
    heir.commit(&heir.copy_all());
    for transaction in [by_records, by_timer] {
        let outcome = ghost.backend.commit(&transaction);
        assert!(matches!(outcome, Commit::Aborted(_) | Commit::Restore(_)), "{outcome:?}");
    }
    ghost.poll_until("the loss to be told", |member| member.lost == BTreeSet::from([0, 1]));
    ghost.backend.close();
    heir.backend.close();

    assert_eq!(copied(kafka, &settings), ["a", "b"]);
    assert_eq!(kafka.console_consumer(&format!("{}copier-state", settings.prefix)), []);
}

#[test]
fn a_transaction_of_unknown_outcome_is_there_once_in_the_end() {
    let kafka = Kafka::start();
    let (settings, cluster) = copier(&kafka);
    append(&cluster, &[(0, "a"), (1, "b")]);
    let mut member = Member::join(&impatient(&settings));
    member.poll_until("all records", |member| member.records.len() == 2);

    kafka.freeze();
    let outcome = member.backend.commit(&member.copy_all());
    let Commit::Restore(fault) = outcome else { panic!("{outcome:?}") };
    assert_eq!(fault.kind, FaultKind::OutcomeUnknown);
    kafka.thaw();

    member.start_anew();
    member.finish(&cluster);
    member.backend.close();
    assert_eq!(copied(&kafka, &settings), ["a", "b", "y", "z"]);
}

#[test]
fn a_stop_waits_for_no_broker_that_hangs() {
    let kafka = Kafka::start();
    let (settings, cluster) = copier(&kafka);
    append(&cluster, &[(0, "a"), (1, "b")]);
    // Longer than any test may run.
    let patient = Settings { commit_timeout_ms: 36_000_000, abort_timeout_ms: 36_000_000, ..settings };
    let mut member = Member::join(&Cluster::new(patient, copier_topics()).expect("good settings"));
    member.poll_until("all records", |member| member.records.len() == 2);

    kafka.freeze();
    member.signal.close();
    let outcome = member.backend.commit(&member.copy_all());
    assert!(matches!(outcome, Commit::Restore(_)), "{outcome:?}");
    let fault = member.backend.reset().expect_err("no new beginning at a stop");
    assert_eq!(fault.kind, FaultKind::Unavailable);
    member.backend.close();
    kafka.thaw();
}

#[test]
fn a_broker_that_dies_and_comes_back_is_waited_for() {
    let kafka = Kafka::start();
    let (settings, cluster) = copier(&kafka);
    append(&cluster, &[(0, "a"), (1, "b")]);
    let mut member = Member::join(&impatient(&settings));
    member.poll_until("all records", |member| member.records.len() == 2 && member.backend.connected());

    kafka.kill();
    let outcome = member.backend.commit(&member.copy_all());
    assert!(matches!(outcome, Commit::Restore(_) | Commit::Aborted(_)), "{outcome:?}");
    member.poll_until("the loss to be seen", |member| !member.backend.connected());
    kafka.restart();

    member.start_anew();
    member.finish(&cluster);
    member.poll_until("the broker to be seen", |member| member.backend.connected());
    member.backend.close();
    assert_eq!(copied(&kafka, &settings), ["a", "b", "y", "z"]);
}

#[test]
fn offsets_that_are_gone_stop_their_partition_and_are_named() {
    let kafka = Kafka::shared();
    let (settings, cluster) = copier(kafka);
    append(&cluster, &[(0, "a"), (1, "b")]);
    let mut member = Member::join(&cluster);
    member.poll_until("all records", |member| member.records.len() == 2);
    member.commit(&member.copy_all());
    member.backend.close();

    append(&cluster, &[(0, "c"), (0, "d"), (1, "e")]);
    delete_records(kafka, &format!("{}in", settings.prefix), 0, 4);
    let mut member = Member::join(&cluster);
    member
        .poll_until("a stop and a record", |member| !member.stopped.is_empty() && !member.records.is_empty());
    assert_eq!(member.values(), ["e"]);
    let [(0, fault)] = member.stopped.as_slice() else { panic!("{:?}", member.stopped) };
    assert_eq!(fault.kind, FaultKind::OffsetsGone);
    assert_eq!(
        fault.message.replace(&settings.prefix, "khabar."),
        "the offsets 1 to 3 of khabar.in/0 are gone before `copier` read them. To go on without them, set the group's \
         offset for this partition to 4"
    );
    // The other partition lives on.
    member.commit(&member.copy_all());
    member.backend.close();
}

#[test]
fn a_reader_reads_to_the_end_and_on_from_its_cursor() {
    let kafka = Kafka::shared();
    let (settings, cluster) = copier(kafka);
    append(&cluster, &[(0, "a"), (0, "b"), (1, "c")]);
    let mut reader = cluster.reader("in", Cursor::default()).expect("a reader");
    let mut cursor = Cursor::default();
    let mut values = BTreeSet::new();
    let deadline = Instant::now() + PATIENCE;
    while !reader.at_end().expect("a log") {
        assert!(Instant::now() < deadline, "the reader did not come to the end");
        for record in reader.read(2, Duration::from_secs(1)).expect("records") {
            cursor.pass(&record);
            values.insert(text(&record));
        }
    }
    assert_eq!(values, BTreeSet::from(["a", "b", "c"].map(str::to_owned)));

    append(&cluster, &[(1, "d")]);
    let mut reader = cluster.reader("in", cursor).expect("a reader");
    let mut records = Vec::new();
    while records.is_empty() {
        assert!(Instant::now() < deadline, "the new record did not come");
        records = reader.read(10, Duration::from_secs(1)).expect("records");
    }
    assert_eq!(records.iter().map(text).collect::<Vec<_>>(), ["d"]);

    delete_records(kafka, &format!("{}in", settings.prefix), 0, 2);
    let fault = cluster.reader("in", Cursor(BTreeMap::from([(0, 1)]))).err().expect("refused");
    assert_eq!(
        fault.message.replace(&settings.prefix, "khabar."),
        "khabar.in/0 begins at 2: the offsets 1 to 1 are gone. Read on with 0:2"
    );
}

#[test]
fn a_stage_has_read_what_an_appender_wrote_when_its_position_is_behind_that() {
    let kafka = Kafka::shared();
    let (_, cluster) = copier(kafka);
    let mut appender = cluster.appender().expect("an appender");
    append(&cluster, &[(0, "a")]);
    let position = || cluster.position("copier", "in").expect("a position");
    assert_eq!(position().to_string(), "0:0,1:0");
    let outputs = [("in", 0, "b"), ("in", 0, "c"), ("out", 1, "d")];
    let outputs = outputs.map(|(topic, partition, value)| output(topic, partition, value));
    let written = appender.append(outputs.into()).expect("written");
    let told: Vec<String> = written.iter().map(|(topic, behind)| format!("{topic} {behind}")).collect();
    // The transaction before has ended at 1.
    assert_eq!(told, ["in 0:4", "out 1:1"]);
    assert_eq!(written["in"].ahead_of(&position()), 4);

    let mut member = Member::join(&cluster);
    member.poll_until("all records", |member| member.records.len() == 3);
    member.commit(&member.copy_all());
    // What comes later is nothing to wait for, and neither are the ends of transactions.
    append(&cluster, &[(0, "e"), (1, "f")]);
    assert_eq!(written["in"].ahead_of(&position()), 0);
    member.backend.close();
}

#[test]
fn what_is_dropped_while_a_reader_is_at_work_is_named_and_passed_over() {
    let kafka = Kafka::shared();
    let (settings, cluster) = copier(kafka);
    // Each a transaction, whose end takes an offset too.
    for value in ["a", "b", "c", "d", "e", "f"] {
        append(&cluster, &[(0, value)]);
    }
    let mut reader = by_the_record(settings.clone()).reader("in", Cursor::default()).expect("a reader");
    let (mut values, mut gone) = (Vec::new(), Vec::new());
    let deadline = Instant::now() + PATIENCE;
    while !reader.at_end().expect("a log") {
        assert!(Instant::now() < deadline, "the reader did not come to the end");
        match reader.read(1, Duration::from_secs(1)) {
            Ok(records) => values.extend(records.iter().map(text)),
            Err(fault) => {
                assert_eq!(fault.kind, FaultKind::OffsetsGone, "{fault}");
                gone.push(fault.message.replace(&settings.prefix, "khabar."));
            }
        }
        if values.len() == 1 && gone.is_empty() {
            delete_records(kafka, &format!("{}in", settings.prefix), 0, 10);
        }
    }
    assert_eq!((values.first(), values.last()), (Some(&"a".to_owned()), Some(&"f".to_owned())));
    // What it had fetched already was handed out before.
    let next = 2 * (values.len() - 1) - 1;
    assert_eq!(gone, [format!("khabar.in/0 begins at 10: the offsets {next} to 9 are gone")]);
}

/// A cluster whose readers fetch next to nothing ahead.
fn by_the_record(mut settings: Settings) -> Arc<Cluster> {
    for (name, value) in [("queued.min.messages", "1"), ("fetch.message.max.bytes", "1")] {
        settings.client.set(name, value);
    }
    Cluster::new(settings, copier_topics()).expect("good settings")
}

#[test]
fn a_reader_gives_up_a_broker_that_hangs_and_names_it() {
    let kafka = Kafka::start();
    let (mut settings, cluster) = copier(&kafka);
    for value in ["a", "b", "c", "d", "e"] {
        append(&cluster, &[(0, value)]);
    }
    settings.connect_timeout_ms = 5_000;
    // Not all is there when the broker hangs.
    let cluster = by_the_record(settings.clone());
    let mut reader = cluster.reader("in", Cursor::default()).expect("a reader");
    kafka.freeze();
    let deadline = Instant::now() + PATIENCE;
    let fault = loop {
        assert!(Instant::now() < deadline, "the reader did not give up");
        assert!(!reader.at_end().expect("a log"));
        if let Err(fault) = reader.read(1, Duration::from_secs(1)) {
            break fault;
        }
    };
    kafka.thaw();
    assert_eq!(fault.kind, FaultKind::Unavailable);
    let broker = settings.bootstrap_servers;
    assert_eq!(
        fault.message,
        format!("no answer from Kafka at {broker}: reading in made no progress for 5 s")
    );
}
