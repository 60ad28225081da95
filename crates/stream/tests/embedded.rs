//! What is particular to the embedded log: what leaves the file and what stays, and which files are refused. The
//! promises that both backends keep are proven in `tests/promises`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests say what they expect too")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use stream::backend::{Appender, Backend, Commit, Cursor, Reader, Room, Step, Transaction};
use stream::embedded::{FILE_NAME, Settings, Store};
use stream::topics::{Catalogue, TopicSpec};
use stream::{Fault, FaultKind, Output, Record, Signal};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn topic(name: &str) -> TopicSpec {
    TopicSpec {
        name: name.to_owned(),
        partitions: 2,
        compact: false,
        retention_ms: None,
        retention_bytes: None,
        drop_consumed: false,
        max_record_bytes: 1 << 20,
    }
}

fn open(dir: &Path, spec: TopicSpec) -> Arc<Store> {
    Store::open(dir, Catalogue::new([spec]), Settings::default()).unwrap()
}

fn output(topic: &str, partition: u32, key: &str, value: impl Into<Vec<u8>>) -> Output {
    let value = Some(value.into().into());
    Output { topic: topic.to_owned(), partition, key: key.into(), headers: Vec::new(), value }
}

/// Appends values `from`, `from + 1`, … to a partition.
fn append(store: &Arc<Store>, topic: &str, partition: u32, values: std::ops::Range<usize>) {
    let outputs = values.map(|n| output(topic, partition, "k", n.to_string())).collect();
    store.appender().unwrap().append(outputs).unwrap();
}

fn values(records: &[Record]) -> Vec<String> {
    records
        .iter()
        .map(|record| String::from_utf8(record.value.as_deref().unwrap().to_vec()).unwrap())
        .collect()
}

/// What is in a topic.
fn read(store: &Store, topic: &str) -> Vec<Record> {
    store.reader(topic, Cursor::default()).unwrap().read(100_000, Duration::ZERO).unwrap()
}

/// A stage that has its partitions.
fn stage(store: &Arc<Store>, name: &str, input: &str) -> Box<dyn Backend> {
    let mut backend = store.backend(name, input, Signal::default()).unwrap();
    for partition in backend.poll(room(0), &BTreeSet::new()).unwrap().assigned {
        backend.restore(partition, &mut |_, _| Ok(())).unwrap();
    }
    backend
}

fn room(records: usize) -> Room {
    Room { records, bytes: 1 << 20 }
}

/// Takes `count` records, and commits that they were handled.
fn consume(backend: &mut dyn Backend, count: usize) -> Vec<Record> {
    let records = backend.poll(room(count), &BTreeSet::new()).unwrap().records;
    let mut transaction = Transaction::default();
    for record in &records {
        let step = Step { position: Some(record.offset + 1), ..Step::default() };
        transaction.steps.insert(record.partition, step);
    }
    let outcome = backend.commit(&transaction);
    assert!(matches!(outcome, Commit::Committed), "{outcome:?}");
    records
}

fn refused(opened: Result<Arc<Store>, Fault>, dir: &Path) -> String {
    let fault = opened.err().unwrap();
    assert_eq!(fault.kind, FaultKind::Misconfigured);
    fault.message.replace(dir.to_str().unwrap(), "DIR")
}

#[test]
fn consumed_records_of_a_passing_topic_are_gone() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), TopicSpec { drop_consumed: true, ..topic("in") });
    append(&store, "in", 0, 0..10);
    let mut backend = stage(&store, "a", "in");
    assert_eq!(consume(&mut *backend, 4).len(), 4);
    assert_eq!(values(&read(&store, "in")), ["4", "5", "6", "7", "8", "9"]);
}

#[test]
fn consumed_records_stay_until_every_stage_has_read_them() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), TopicSpec { drop_consumed: true, ..topic("in") });
    append(&store, "in", 0, 0..10);
    let (mut quick, mut slow) = (stage(&store, "quick", "in"), stage(&store, "slow", "in"));
    assert_eq!(consume(&mut *quick, 10).len(), 10);
    assert_eq!(values(&consume(&mut *slow, 3)), ["0", "1", "2"]);
    assert_eq!(values(&read(&store, "in")), ["3", "4", "5", "6", "7", "8", "9"]);
    assert_eq!(consume(&mut *slow, 10).len(), 7);
    assert!(read(&store, "in").is_empty());
}

#[test]
fn old_records_leave_when_they_were_read() {
    let dir = tempfile::tempdir().unwrap();
    let hour_ms = Some(60 * 60 * 1000);
    let store = open(dir.path(), TopicSpec { retention_ms: hour_ms, ..topic("in") });
    append(&store, "in", 0, 0..1_200);
    append(&store, "in", 1, 0..5);
    let mut backend = stage(&store, "a", "in");
    let taken = consume(&mut *backend, 1_100);
    assert_eq!(store.sweep(Timestamp::now()).unwrap().dropped, 0, "they are young");

    let swept = store.sweep(Timestamp::now() + 2 * HOUR).unwrap();
    assert_eq!(swept.dropped, taken.len());
    let left = read(&store, "in");
    assert_eq!(left.len(), 1_205 - taken.len(), "what the stage has not read stays");
    let weight: usize = left.iter().map(Record::weight_bytes).sum();
    assert_eq!(swept.kept_bytes, weight as u64);

    assert_eq!(consume(&mut *backend, 2_000).len(), left.len());
    store.sweep(Timestamp::now() + 2 * HOUR).unwrap();
    assert!(read(&store, "in").is_empty());
    append(&store, "in", 0, 7..8);
    assert_eq!(values(&consume(&mut *backend, 10)), ["7"], "offsets go on");
}

#[test]
fn the_oldest_leave_beyond_the_bytes_allowed() {
    const ALLOWED: u64 = 20_000;
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), TopicSpec { retention_bytes: Some(ALLOWED), ..topic("in") });
    let large = |partition, n: usize| output("in", partition, &n.to_string(), vec![b'x'; 1_000]);
    let outputs = (0..40).flat_map(|n| [large(0, n), large(1, n)]).collect();
    store.appender().unwrap().append(outputs).unwrap();
    let swept = store.sweep(Timestamp::now()).unwrap();
    assert!(swept.kept_bytes <= ALLOWED && swept.kept_bytes > ALLOWED - 3_000, "{swept:?}");
    let left = read(&store, "in");
    assert_eq!(swept.dropped, 80 - left.len());
    for partition in [0, 1] {
        let offsets: Vec<u64> =
            left.iter().filter(|record| record.partition == partition).map(|record| record.offset).collect();
        let newest: Vec<u64> = (40 - offsets.len() as u64..40).collect();
        assert_eq!(offsets, newest);
    }

    // A stage that reads from here on holds back what it has not read.
    let mut backend = stage(&store, "a", "in");
    store.appender().unwrap().append((40..80).map(|n| large(0, n)).collect()).unwrap();
    assert_eq!(store.sweep(Timestamp::now()).unwrap().dropped, 0);
    consume(&mut *backend, 100);
    assert!(store.sweep(Timestamp::now()).unwrap().kept_bytes <= ALLOWED);
}

#[test]
fn freed_pages_are_used_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), TopicSpec { drop_consumed: true, ..topic("in") });
    let mut backend = stage(&store, "a", "in");
    let mut round = || {
        let outputs = (0..20).map(|n| output("in", n % 2, "k", vec![b'x'; 30_000])).collect();
        store.appender().unwrap().append(outputs).unwrap();
        assert_eq!(consume(&mut *backend, 100).len(), 20);
        store.sweep(Timestamp::now()).unwrap().file_bytes
    };
    let first = (0..3).map(|_| round()).max().unwrap();
    let last = (0..60).map(|_| round()).max().unwrap();
    assert_eq!(last, first, "36 MB have passed through");
}

#[test]
fn replaced_records_leave_after_their_lag() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), TopicSpec { compact: true, ..topic("in") });
    let mut appender = store.appender().unwrap();
    for n in 0..5 {
        let version = |key: &str| output("in", 0, key, format!("{key}{n}"));
        appender.append(vec![version("a"), version("b")]).unwrap();
    }
    let mut cursor = Cursor::default();
    cursor.pass(&read(&store, "in")[2]);
    assert_eq!(store.sweep(Timestamp::now() + HOUR).unwrap().dropped, 0, "a day is the default");
    assert_eq!(read(&store, "in").len(), 10);
    let swept = store.sweep(Timestamp::now() + 25 * HOUR).unwrap();
    assert_eq!(swept.dropped, 8);
    assert_eq!(values(&read(&store, "in")), ["a4", "b4"]);
    let weight: usize = read(&store, "in").iter().map(Record::weight_bytes).sum();
    assert_eq!(swept.kept_bytes, weight as u64);

    // Whoever stood among what was replaced reads on from what replaced it.
    let mut reader = store.reader("in", cursor).unwrap();
    assert_eq!(values(&reader.read(10, Duration::ZERO).unwrap()), ["a4", "b4"]);
    let mut backend = stage(&store, "a", "in");
    assert_eq!(values(&consume(&mut *backend, 10)), ["a4", "b4"]);
}

#[test]
fn each_partition_has_its_turn_and_polls_keep_to_their_room() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), topic("in"));
    append(&store, "in", 0, 0..50);
    append(&store, "in", 1, 50..100);
    let mut backend = stage(&store, "a", "in");
    let one = |backend: &mut Box<dyn Backend>| consume(&mut **backend, 1)[0].partition;
    let first = one(&mut backend);
    assert_ne!(one(&mut backend), first);

    let tiny = Room { records: 50, bytes: 1 };
    assert_eq!(backend.poll(tiny, &BTreeSet::new()).unwrap().records.len(), 1);
    let polled = backend.poll(room(100), &BTreeSet::from([0])).unwrap();
    assert!(polled.records.iter().all(|record| record.partition == 1), "0 is paused");
    let rest = backend.poll(room(100), &BTreeSet::new()).unwrap().records;
    assert_eq!(rest.len() + polled.records.len(), 97);
}

#[test]
fn the_last_of_many_partitions_is_one_as_any() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), TopicSpec { partitions: 4096, ..topic("in") });
    append(&store, "in", 4095, 0..3);
    assert_eq!(values(&read(&store, "in")), ["0", "1", "2"]);
}

#[test]
fn a_store_of_a_newer_version_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path(), topic("in")));
    let file = rusqlite::Connection::open(dir.path().join(FILE_NAME)).unwrap();
    file.pragma_update(None, "user_version", 99).unwrap();
    drop(file);
    let opened = Store::open_as_runner(dir.path(), Catalogue::default(), Settings::default());
    assert_eq!(
        refused(opened, dir.path()),
        "the store DIR/khabar.db: it has format 99, this build knows 1: run the newer khabar that wrote it"
    );
}

#[test]
fn a_database_of_something_else_is_refused_and_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(FILE_NAME);
    let file = rusqlite::Connection::open(&path).unwrap();
    file.execute_batch("CREATE TABLE recipes (name TEXT); INSERT INTO recipes VALUES ('kunafa')").unwrap();
    drop(file);
    let before = std::fs::read(&path).unwrap();
    let opened = Store::open(dir.path(), Catalogue::default(), Settings::default());
    assert_eq!(
        refused(opened, dir.path()),
        "the store DIR/khabar.db: it is a database of something else: choose another `store.dir`"
    );
    assert!(std::fs::read(&path).unwrap() == before, "not a byte was changed");

    std::fs::write(
        &path,
        "a diary, in no way a database, though it is long enough to have been one".repeat(20),
    )
    .unwrap();
    let opened = Store::open(dir.path(), Catalogue::default(), Settings::default());
    assert_eq!(
        refused(opened, dir.path()),
        "the store DIR/khabar.db: file is not a database: it is not a store, or a broken one: move it away to \
         start anew"
    );
}

#[test]
fn other_partitions_than_a_topic_was_made_with_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path(), topic("in")));
    let catalogue = Catalogue::new([TopicSpec { partitions: 3, ..topic("in") }]);
    let opened = Store::open(dir.path(), catalogue, Settings::default());
    assert_eq!(
        refused(opened, dir.path()),
        "the store DIR/khabar.db: the topic in was made with 2 partitions and 3 are configured: partition counts \
         are fixed. Set it back, or start over in another `store.dir`"
    );
}

#[test]
fn one_runner_holds_a_store_and_others_work_beside_it() {
    let dir = tempfile::tempdir().unwrap();
    let runner = || Store::open_as_runner(dir.path(), Catalogue::new([topic("in")]), Settings::default());
    let first = runner().unwrap();
    let message = refused(runner(), dir.path());
    let holder =
        format!("the store in DIR is held by another runner (process {}, since ", std::process::id());
    assert!(message.starts_with(&holder), "{message}");

    append(&open(dir.path(), topic("in")), "in", 0, 0..2);
    let mut backend = stage(&first, "a", "in");
    assert_eq!(values(&consume(&mut *backend, 10)), ["0", "1"]);

    // A stage holds the store as its runner does.
    drop(first);
    assert!(runner().is_err());
    drop(backend);
    assert!(runner().is_ok());
}

#[test]
fn a_reader_waits_for_what_comes() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), topic("in"));
    let mut reader = store.reader("in", Cursor::default()).unwrap();
    assert!(reader.at_end().unwrap());
    let writer = Arc::clone(&store);
    let appended = std::thread::spawn(move || append(&writer, "in", 1, 0..1));
    assert_eq!(values(&reader.read(10, Duration::from_secs(60)).unwrap()), ["0"]);
    appended.join().unwrap();
    assert!(reader.read(10, Duration::ZERO).unwrap().is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Read in any pieces, by readers that go on from one another's cursors, a topic gives each record once and in
    /// the order of its partition.
    #[test]
    fn a_cursor_goes_on_where_a_reader_stopped(
        written in prop::collection::vec((0u32..2, 1usize..4), 1..12),
        pieces in prop::collection::vec((1usize..5, any::<bool>()), 1..8),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path(), topic("in"));
        let mut next = BTreeMap::<u32, usize>::new();
        for (partition, count) in written {
            let from = *next.entry(partition).or_default();
            append(&store, "in", partition, from..from + count);
            next.insert(partition, from + count);
        }
        let mut cursor = Cursor::default();
        let mut seen = BTreeMap::<u32, Vec<String>>::new();
        let mut reader = store.reader("in", cursor.clone()).unwrap();
        for (max, anew) in pieces.iter().cycle() {
            if reader.at_end().unwrap() {
                break;
            }
            if *anew {
                reader = store.reader("in", cursor.to_string().parse().unwrap()).unwrap();
            }
            let records = reader.read(*max, Duration::ZERO).unwrap();
            prop_assert!(records.len() <= *max);
            for record in &records {
                cursor.pass(record);
                seen.entry(record.partition).or_default().extend(values(std::slice::from_ref(record)));
            }
        }
        for (partition, count) in next {
            let expected: Vec<String> = (0..count).map(|n| n.to_string()).collect();
            prop_assert_eq!(seen.remove(&partition).unwrap_or_default(), expected);
        }
    }
}

#[test]
fn a_file_removed_under_a_stage_stops_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), topic("in"));
    let mut backend = stage(&store, "stage", "in");
    backend.poll(room(10), &BTreeSet::new()).unwrap();
    std::fs::remove_file(store.path()).unwrap();
    let fault = backend.poll(room(10), &BTreeSet::new()).unwrap_err();
    assert_eq!(fault.remedy(), stream::Remedy::Stop);
    assert!(fault.message.contains("was removed or replaced"), "{fault}");
}

#[test]
fn a_cursor_before_the_start_of_a_topic_is_refused_with_the_way_out() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), TopicSpec { drop_consumed: true, ..topic("in") });
    append(&store, "in", 0, 0..10);
    consume(&mut *stage(&store, "a", "in"), 4);
    let fault = store.reader("in", "0:1".parse().unwrap()).err().unwrap();
    assert_eq!(fault.kind, FaultKind::OffsetsGone);
    assert_eq!(fault.message, "in/0 begins at 4: the offsets 1 to 3 are gone. Read on with 0:4");
    let mut reader = store.reader("in", "0:4".parse().unwrap()).unwrap();
    assert_eq!(values(&reader.read(1, Duration::ZERO).unwrap()), ["4"]);
}

#[test]
fn a_reader_merges_long_partitions_by_time() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), topic("in"));
    append(&store, "in", 1, 0..150);
    append(&store, "in", 0, 150..400);
    append(&store, "in", 1, 400..550);
    let mut reader = store.reader("in", Cursor::default()).unwrap();
    let mut records = Vec::new();
    while !reader.at_end().unwrap() {
        records.extend(reader.read(100, Duration::ZERO).unwrap());
    }
    assert_eq!(records.len(), 550);
    assert!(records.is_sorted_by_key(|record| record.at));
    for partition in [0, 1] {
        let offsets = records.iter().filter(|r| r.partition == partition).map(|r| r.offset);
        assert!(offsets.enumerate().all(|(n, offset)| n as u64 == offset));
    }
}

#[test]
fn a_stage_has_read_what_an_appender_wrote_when_its_position_is_behind_that() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), topic("in"));
    append(&store, "in", 0, 0..2);
    // The position of another stage is none of this one's.
    let mut other = stage(&store, "b", "in");
    assert_eq!(consume(&mut *other, 10).len(), 2);
    assert_eq!(store.position("a", "in").unwrap().to_string(), "0:0,1:0");
    let outputs = vec![output("in", 1, "k", "x"), output("in", 0, "k", "y"), output("in", 0, "k", "z")];
    let written = store.appender().unwrap().append(outputs).unwrap();
    assert_eq!(written.keys().collect::<Vec<_>>(), ["in"]);
    assert_eq!(written["in"].to_string(), "0:4,1:1");

    let mut backend = stage(&store, "a", "in");
    assert_eq!(written["in"].ahead_of(&store.position("a", "in").unwrap()), 5);
    assert_eq!(consume(&mut *backend, 10).len(), 5);
    append(&store, "in", 0, 0..1);
    assert_eq!(written["in"].ahead_of(&store.position("a", "in").unwrap()), 0);
}

#[test]
fn tombstones_leave_after_their_lag_once_every_stage_has_read_them() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), TopicSpec { compact: true, ..topic("in") });
    let mut backend = stage(&store, "a", "in");
    let dead = |key| Output { value: None, ..output("in", 0, key, "") };
    let mut appender = store.appender().unwrap();
    appender.append(vec![output("in", 0, "a", "a0"), dead("a"), output("in", 0, "b", "b0")]).unwrap();
    let start = Timestamp::now();
    assert_eq!(store.sweep(start + 25 * HOUR).unwrap().dropped, 1, "what the tombstone replaced");
    assert_eq!(read(&store, "in").len(), 2);
    assert_eq!(consume(&mut *backend, 10).len(), 2);
    assert_eq!(store.sweep(start + 26 * HOUR).unwrap().dropped, 0, "another lag");
    assert_eq!(store.sweep(start + 50 * HOUR).unwrap().dropped, 1);
    assert_eq!(values(&read(&store, "in")), ["b0"]);

    // Nothing is left that a new record under the key could replace; a tombstone may be replaced too.
    appender.append(vec![output("in", 0, "a", "a1"), dead("b"), output("in", 0, "b", "b1")]).unwrap();
    assert_eq!(consume(&mut *backend, 10).len(), 3);
    let swept = store.sweep(start + 100 * HOUR).unwrap();
    assert_eq!(swept.dropped, 2);
    let left = read(&store, "in");
    assert_eq!(values(&left), ["a1", "b1"]);
    assert_eq!(swept.kept_bytes, left.iter().map(Record::weight_bytes).sum::<usize>() as u64);
}
