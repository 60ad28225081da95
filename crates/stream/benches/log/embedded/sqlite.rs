//! The peer: rusqlite with the settings of the store, and no more tables than the rows need.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use stream::runner::Settings;
use stream::{TRACEPARENT, partition_of};

use crate::lab::PARTITIONS;
use crate::stage::remembered;
use crate::text::{Pool, key};

const TABLES: &str = "
CREATE TABLE input (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, key BLOB NOT NULL, headers BLOB NOT NULL, value BLOB);
CREATE TABLE output (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, key BLOB NOT NULL, headers BLOB NOT NULL, value BLOB);
CREATE TABLE positions (partition INTEGER PRIMARY KEY, next INTEGER NOT NULL);
CREATE TABLE state (partition INTEGER NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL, PRIMARY KEY (partition, key))
  WITHOUT ROWID;
";

const INSERT_INPUT: &str = "INSERT INTO input (id, at, key, headers, value) VALUES (?1, ?2, ?3, ?4, ?5)";
const INSERT_OUTPUT: &str = "INSERT INTO output (id, at, key, headers, value) VALUES (?1, ?2, ?3, ?4, ?5)";

/// What the store writes for a record's trace: its name and 55 digits, with their lengths.
const TRACE_BYTES: usize = 4 + TRACEPARENT.len() + 4 + 55;

/// The time of all batches.
pub(super) fn run(folder: &Path, pool: &Pool, records: usize) -> Duration {
    let mut connection = open(folder).expect("a database");
    fill(&mut connection, pool, records).expect("it is filled");
    let batch = Settings::default().batch_records;
    let begun = Instant::now();
    let mut next = vec![0_u64; PARTITIONS as usize];
    let mut done = 0;
    while done < records {
        // Immediately: it will write.
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).expect("a transaction");
        done += step(&transaction, &mut next, batch).expect("rows are copied");
        transaction.commit().expect("a commit");
    }
    begun.elapsed()
}

fn open(folder: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(folder.join("peer.db"))?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "cache_size", -8 * 1024)?;
    connection.execute_batch(TABLES)?;
    Ok(connection)
}

/// A row's place: partitions one after the other, as in the store.
fn place(partition: u32, offset: u64) -> i64 {
    (i64::from(partition) << 40) | offset.cast_signed()
}

fn fill(connection: &mut Connection, pool: &Pool, records: usize) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    let mut insert = transaction.prepare(INSERT_INPUT)?;
    let mut ends = [0_u64; PARTITIONS as usize];
    for number in 0..records {
        let key = key(number);
        let partition = partition_of(key.as_bytes(), PARTITIONS);
        let end = &mut ends[partition as usize];
        insert.execute((place(partition, *end), 0, key.as_bytes(), [].as_slice(), pool.value(number)))?;
        *end += 1;
    }
    drop(insert);
    let mut begin = transaction.prepare("INSERT INTO positions VALUES (?1, 0)")?;
    for partition in 0..PARTITIONS {
        begin.execute([partition])?;
    }
    drop(begin);
    transaction.commit()
}

/// Copies one batch; says how many rows.
fn step(sql: &Transaction<'_>, next: &mut [u64], batch: usize) -> rusqlite::Result<usize> {
    let mut read =
        sql.prepare_cached("SELECT key, value FROM input WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?3")?;
    let mut write = sql.prepare_cached(INSERT_OUTPUT)?;
    let mut put = sql.prepare_cached("INSERT OR REPLACE INTO state VALUES (?1, ?2, ?3)")?;
    let mut advance = sql.prepare_cached("UPDATE positions SET next = ?2 WHERE partition = ?1")?;
    let at = jiff::Timestamp::now().as_millisecond();
    let headers = [b'0'; TRACE_BYTES];
    let mut copied = 0;
    for (partition, next) in (0..).zip(next) {
        let (first, end) = (place(partition, *next), place(partition + 1, 0));
        let left = i64::try_from(batch - copied).unwrap_or(i64::MAX);
        let mut rows = read.query((first, end, left))?;
        let before = copied;
        while let Some(row) = rows.next()? {
            let (key, value) = (row.get_ref(0)?.as_blob()?, row.get_ref(1)?.as_blob()?);
            write.execute((place(partition, *next), at, key, headers.as_slice(), value))?;
            put.execute((partition, key, remembered(value)))?;
            *next += 1;
            copied += 1;
        }
        if copied > before {
            advance.execute((partition, next.cast_signed()))?;
        }
    }
    Ok(copied)
}
