//! Copies of state on this machine's disk: used when they can be trusted, and only then.
//!
//! A test takes an entry out of a copy that the topic has: whoever lacks it has read the copy.

use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use stream::backend::Transaction;
use stream::kafka::{Cluster, Settings};
use tempfile::TempDir;

use super::member::{Member, Steps, append, copier_topics, settings};
use crate::support::kafka::Kafka;

/// Two partitions of input with state, and a folder for its copies.
struct Bench {
    dir: TempDir,
    settings: Settings,
    cluster: Arc<Cluster>,
}

impl Bench {
    fn new(kafka: &Kafka) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let settings = Settings { copy_dir: Some(dir.path().to_owned()), ..settings(kafka) };
        let cluster = Cluster::new(settings.clone(), copier_topics()).expect("good settings");
        cluster.create_topics().expect("topics");
        append(&cluster, &[(0, "a"), (1, "b")]);
        Self { dir, settings, cluster }
    }

    /// The same on another machine, as it were.
    fn without_copies(&self) -> Self {
        let settings = Settings { copy_dir: None, ..self.settings.clone() };
        let cluster = Cluster::new(settings.clone(), copier_topics()).expect("good settings");
        Self { dir: tempfile::tempdir().expect("a folder"), settings, cluster }
    }

    fn member(&self) -> Member {
        let mut member = Member::join(&self.cluster);
        member.poll_until("its partitions", |member| member.state.len() == 2);
        member
    }

    /// Joins, and writes these entries into the state of partition 0.
    fn write(&self, entries: &[(&str, Option<&'static str>)]) -> Member {
        let mut member = self.member();
        let mut transaction = Transaction::default();
        let entries = entries.iter().map(|(key, value)| (key.as_bytes().to_vec(), value.map(Into::into)));
        transaction.step(0).state.extend(entries);
        member.commit(&transaction);
        member
    }

    /// The state of partition 0, as it is restored.
    fn restored(&self) -> Vec<(String, String)> {
        entries(&self.member())
    }

    /// The same, by a member that stays until its copy has been filled.
    fn restored_and_filled(&self) -> Vec<(String, String)> {
        let mut member = self.member();
        member.poll_until("a filled copy", |_| self.is_filled());
        entries(&member)
    }

    /// Whether the copy of partition 0 stands for a place. Its member holds the file alone: what is looked at is what a
    /// crash would leave of it.
    fn is_filled(&self) -> bool {
        let crashed = tempfile::tempdir().expect("a folder");
        let left = crashed.path().join("0.sqlite");
        std::fs::copy(self.copy(), &left).expect("a copy of it");
        // It is only there while something is not in the file.
        let _ = std::fs::copy(self.copy().with_extension("sqlite-wal"), left.with_extension("sqlite-wal"));
        let copy = Connection::open(left).expect("a file");
        copy.query_row("SELECT EXISTS (SELECT 1 FROM place)", [], |row| row.get(0)).unwrap_or(false)
    }

    /// The file of partition 0.
    fn copy(&self) -> PathBuf {
        self.dir.path().join(self.state_topic()).join("0.sqlite")
    }

    fn state_topic(&self) -> String {
        format!("{}copier-state", self.settings.prefix)
    }

    fn change_copy(&self, statement: &str) {
        let copy = Connection::open(self.copy()).expect("a copy that nobody holds");
        copy.execute_batch(statement).expect("changed");
    }

    /// Marks the copy: it lacks an entry that the topic has.
    fn mark(&self) {
        self.change_copy("DELETE FROM entries WHERE CAST(key AS TEXT) = 'in topic'");
    }
}

/// The state of partition 0.
fn entries(member: &Member) -> Vec<(String, String)> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    member.state[&0].iter().map(|(key, value)| (text(key), text(value))).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn a_restart_reads_the_copy_and_what_the_topic_has_since() {
    let bench = Bench::new(Kafka::shared());
    let entries =
        [("kept", Some("1")), ("changed", Some("1")), ("deleted", Some("1")), ("in topic", Some("1"))];
    drop(bench.write(&entries));
    bench.mark();
    // Another machine has it for a while.
    drop(bench.without_copies().write(&[("changed", Some("2")), ("deleted", None), ("new", Some("2"))]));
    let expected = pairs(&[("changed", "2"), ("kept", "1"), ("new", "2")]);
    assert_eq!(bench.restored(), expected, "only what has changed since was read");
    assert_eq!(bench.restored(), expected, "and was written into the copy");
}

#[test]
fn a_copy_that_may_have_missed_a_tombstone_is_not_used() {
    let bench = Bench::new(Kafka::shared());
    drop(bench.write(&[("kept", Some("1")), ("in topic", Some("1"))]));
    bench.mark();
    let old = (Timestamp::now() - SignedDuration::from_hours(13)).as_millisecond();
    bench.change_copy(&format!("UPDATE place SET as_of = {old}"));
    // Nothing was written since: however old, it lacks nothing.
    assert_eq!(bench.restored(), pairs(&[("kept", "1")]));
    // It has just been found whole, and is made old again.
    bench.change_copy(&format!("UPDATE place SET as_of = {old}"));
    for value in ["2", "3"] {
        drop(bench.without_copies().write(&[("kept", Some(value))]));
    }
    assert_eq!(bench.restored(), pairs(&[("in topic", "1"), ("kept", "3")]), "read from the topic alone");
}

#[test]
fn a_copy_of_another_log_is_not_used() {
    let kafka = Kafka::shared();
    let (bench, other) = (Bench::new(kafka), Bench::new(kafka));
    // Two records of one transaction: the copy ends with offset 1.
    drop(other.write(&[("a", Some("1")), ("key", Some("1"))]));
    // A record and its mark, twice: here offset 1 is a mark, and the key comes behind it.
    for value in ["1", "2"] {
        drop(bench.without_copies().write(&[("key", Some(value))]));
    }
    let file = bench.copy();
    std::fs::create_dir_all(file.parent().expect("its folder")).expect("made");
    std::fs::copy(other.copy(), file).expect("copied");
    assert_eq!(bench.restored(), pairs(&[("key", "2")]));
}

#[test]
fn a_broken_copy_is_made_anew() {
    let bench = Bench::new(Kafka::shared());
    drop(bench.write(&[("kept", Some("1")), ("in topic", Some("1"))]));
    let whole = pairs(&[("in topic", "1"), ("kept", "1")]);
    std::fs::write(bench.copy(), vec![0xff; 8192]).expect("overwritten");
    assert_eq!(bench.restored(), whole, "no database");
    for table in ["place", "entries"] {
        let copy = Connection::open(bench.copy()).expect("a copy that nobody holds");
        let at = |name: &str| format!("SELECT {name} FROM sqlite_schema WHERE name = '{table}'");
        let page: u32 = copy.query_row(&at("rootpage"), [], |row| row.get(0)).expect("a page");
        let size: u32 = copy.pragma_query_value(None, "page_size", |row| row.get(0)).expect("a size");
        drop(copy);
        let file = std::fs::OpenOptions::new().write(true).open(bench.copy()).expect("a file");
        file.write_all_at(&[0xff; 4096], u64::from((page - 1) * size)).expect("overwritten");
        assert_eq!(bench.restored(), whole, "no {table}");
    }
    bench.change_copy("UPDATE entries SET value = CAST('2' AS BLOB)");
    assert_eq!(bench.restored_and_filled(), whole, "the disk has changed a value");
    bench.mark();
    assert_eq!(bench.restored(), pairs(&[("kept", "1")]), "it is of use again");
}
