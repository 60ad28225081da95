//! Records in the tables: written in a transaction, read in runs.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, Transaction as Sql, TransactionBehavior};

use super::fault_of;
use super::layout::{partition_and_offset, place};
use crate::backend::{Commit, Cursor, TakeEntry};
use crate::fault::{Fault, FaultKind, Remedy};
use crate::record::{Headers, Output, Record};
use crate::topics::Catalogue;

/// A topic as the file knows it.
#[derive(Debug, Clone)]
pub(super) struct Topic {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) partitions: u32,
    pub(super) compact: bool,
    pub(super) drop_consumed: bool,
}

/// One connection, and what it knows of the topics.
pub(super) struct Log {
    connection: Connection,
    path: PathBuf,
    topics: HashMap<String, Topic>,
}

/// Where a partition begins and ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    pub(super) start: u64,
    pub(super) end: u64,
}

impl Log {
    pub(super) fn open(connection: Connection, path: &Path, catalogue: &Catalogue) -> Result<Self, Fault> {
        let read = || -> rusqlite::Result<HashMap<String, Topic>> {
            let mut statement = connection.prepare("SELECT id, name, partitions FROM topics")?;
            let topics = statement.query_map([], |row| {
                let name: String = row.get(1)?;
                let spec = catalogue.get(&name);
                Ok(Topic {
                    id: row.get(0)?,
                    partitions: row.get(2)?,
                    compact: spec.is_some_and(|spec| spec.compact),
                    drop_consumed: spec.is_some_and(|spec| spec.drop_consumed),
                    name,
                })
            })?;
            topics.map(|topic| topic.map(|topic| (topic.name.clone(), topic))).collect()
        };
        let topics = read().map_err(|error| fault_of(path, &error))?;
        Ok(Self { connection, path: path.to_owned(), topics })
    }

    pub(super) fn topic(&self, name: &str) -> Result<&Topic, Fault> {
        let unknown = || Fault::new(FaultKind::Misconfigured, format!("there is no topic `{name}`"));
        self.topics.get(name).ok_or_else(unknown)
    }

    pub(super) fn topics(&self) -> &HashMap<String, Topic> {
        &self.topics
    }

    pub(super) fn fault(&self, error: &rusqlite::Error) -> Fault {
        fault_of(&self.path, error)
    }

    /// How a commit ended that failed.
    pub(super) fn failed(&self, error: &WriteError) -> Commit {
        match error {
            WriteError::Before(error) => {
                let fault = self.fault(error);
                if fault.remedy() == Remedy::Stop { Commit::Failed(fault) } else { Commit::Aborted(fault) }
            }
            WriteError::AtCommit(error) => {
                let fault = self.fault(error);
                match (error.sqlite_error_code(), fault.kind) {
                    // A full disk undoes it. Busy, with a WAL: it had not begun, and is undone after.
                    (Some(ErrorCode::DiskFull | ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked), _) => {
                        Commit::Aborted(fault)
                    }
                    (_, FaultKind::Misconfigured) => Commit::Failed(fault),
                    // Of anything else the file knows best.
                    _ => Commit::Restore(Fault::new(FaultKind::OutcomeUnknown, fault.message)),
                }
            }
        }
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Hands out the state of a stage on a partition.
    pub(super) fn state(&self, stage: &str, partition: u32, entry: &mut TakeEntry<'_>) -> Result<(), Fault> {
        let sql = |error: rusqlite::Error| self.fault(&error);
        let mut statement = self
            .connection
            .prepare_cached("SELECT key, value FROM state WHERE stage = ?1 AND partition = ?2")
            .map_err(sql)?;
        let mut rows = statement.query((stage, partition)).map_err(sql)?;
        while let Some(row) = rows.next().map_err(sql)? {
            let read =
                || -> rusqlite::Result<_> { Ok((row.get_ref(0)?.as_blob()?, row.get_ref(1)?.as_blob()?)) };
            let (key, value) = read().map_err(sql)?;
            entry(key, Some(value))?;
        }
        Ok(())
    }

    /// Runs `work` in a transaction that writes.
    pub(super) fn write<T>(
        &mut self,
        work: impl FnOnce(&Sql<'_>, &HashMap<String, Topic>) -> rusqlite::Result<T>,
    ) -> Result<T, WriteError> {
        let Self { connection, topics, .. } = self;
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(WriteError::Before)?;
        // Dropped without a commit, a transaction is rolled back.
        let result = work(&transaction, topics).map_err(WriteError::Before)?;
        transaction.commit().map_err(WriteError::AtCommit)?;
        Ok(result)
    }

    /// Where each partition of a topic begins and ends.
    pub(super) fn extents(&self, topic: &Topic) -> Result<BTreeMap<u32, Extent>, Fault> {
        let read = || -> rusqlite::Result<BTreeMap<u32, Extent>> {
            let query = "SELECT partition, start_offset, end_offset FROM partitions WHERE topic = ?1";
            let mut statement = self.connection.prepare_cached(query)?;
            let rows = statement.query_map([topic.id], |row| {
                Ok((row.get(0)?, Extent { start: offset(row, 1)?, end: offset(row, 2)? }))
            })?;
            rows.collect()
        };
        read().map_err(|error| self.fault(&error))
    }

    /// Reads a partition from `from` on: at most `records`, and no more once `bytes` are passed.
    pub(super) fn read(
        &self,
        topic: &Topic,
        partition: u32,
        from: u64,
        records: usize,
        bytes: usize,
    ) -> Result<Vec<Record>, Fault> {
        let read = || -> rusqlite::Result<Vec<Record>> {
            let query = "SELECT id, at, key, headers, value FROM records \
                         WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?3";
            let mut statement = self.connection.prepare_cached(query)?;
            let first = place(topic.id, partition, from);
            let end = place(topic.id, partition, u64::MAX);
            let limit = i64::try_from(records).unwrap_or(i64::MAX);
            let mut rows = statement.query((first, end, limit))?;
            let (mut found, mut weight) = (Vec::new(), 0);
            while let Some(row) = rows.next()? {
                let record = record(row, &topic.name)?;
                weight += record.weight_bytes();
                found.push(record);
                if weight >= bytes {
                    break;
                }
            }
            Ok(found)
        };
        read().map_err(|error| self.fault(&error))
    }
}

/// Where a write failed. Before the commit nothing is visible; at the commit one can't tell.
#[derive(Debug)]
pub(super) enum WriteError {
    Before(rusqlite::Error),
    AtCommit(rusqlite::Error),
}

/// Appends records within a transaction; answers with the topics that have grown, and up to where.
pub(super) fn append<'a>(
    sql: &Sql<'_>,
    topics: &HashMap<String, Topic>,
    outputs: impl Iterator<Item = &'a Output>,
    now: Timestamp,
) -> rusqlite::Result<BTreeMap<&'a str, Cursor>> {
    let at = now.as_millisecond();
    let mut grown = BTreeMap::<&str, Cursor>::new();
    let mut end_of =
        sql.prepare_cached("SELECT end_offset FROM partitions WHERE topic = ?1 AND partition = ?2")?;
    let mut insert =
        sql.prepare_cached("INSERT INTO records (id, at, key, headers, value) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    let mut extend = sql.prepare_cached(
        "UPDATE partitions SET end_offset = end_offset + 1, bytes = bytes + ?3 WHERE topic = ?1 AND partition = ?2",
    )?;
    for output in outputs {
        // The task routes only to topics of the catalogue, and every one of those is in the file.
        let topic = topics.get(&output.topic).ok_or(rusqlite::Error::QueryReturnedNoRows)?;
        let end = end_of.query_row((topic.id, output.partition), |row| offset(row, 0))?;
        let id = place(topic.id, output.partition, end);
        let (headers, value) = (encode_headers(&output.headers), output.value.as_deref());
        let weight = output.key.len() + headers.len() + value.map_or(0, <[u8]>::len);
        insert.execute((id, at, &output.key, headers, value))?;
        let weight = i64::try_from(weight).unwrap_or(i64::MAX);
        extend.execute((topic.id, output.partition, weight))?;
        if topic.compact {
            replace(sql, topic.id, output, id, at)?;
        }
        grown.entry(output.topic.as_str()).or_default().0.insert(output.partition, end + 1);
    }
    Ok(grown)
}

/// Notes that the record `id` stands for its key now, and that the one before it was replaced. A
/// tombstone is noted at once: it stands for nothing.
fn replace(sql: &Sql<'_>, topic: i64, output: &Output, id: i64, at: i64) -> rusqlite::Result<()> {
    let key = output.key.as_slice();
    let before: Option<(i64, bool)> = sql
        .prepare_cached(
            "SELECT latest.id, records.value IS NULL FROM latest JOIN records ON records.id = latest.id \
             WHERE latest.topic = ?1 AND latest.key = ?2",
        )?
        .query_row((topic, key), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let replaced = before.and_then(|(before, is_tombstone)| (!is_tombstone).then_some(before));
    let dead = output.value.is_none().then_some(id);
    let mut note = sql.prepare_cached("INSERT OR IGNORE INTO replaced (at, id) VALUES (?1, ?2)")?;
    for id in replaced.into_iter().chain(dead) {
        note.execute((at, id))?;
    }
    sql.prepare_cached("INSERT OR REPLACE INTO latest (topic, key, id) VALUES (?1, ?2, ?3)")?
        .execute((topic, key, id))?;
    Ok(())
}

/// Drops the records of a partition from its start up to (not including) the offset `to`, at most
/// `limit` of them; says how many.
pub(super) fn drop_until(
    sql: &Sql<'_>,
    topic: i64,
    partition: u32,
    to: u64,
    limit: usize,
) -> rusqlite::Result<usize> {
    let (first, end) = (place(topic, partition, 0), place(topic, partition, to));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut oldest = sql.prepare_cached(
        "SELECT max(id), count(*), sum(length(key) + length(headers) + ifnull(length(value), 0)) FROM \
         (SELECT * FROM records WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?3)",
    )?;
    let (last, count, bytes): (Option<i64>, i64, Option<i64>) =
        oldest.query_row((first, end, limit), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let Some(last) = last else { return Ok(0) };
    // Without the topic, which the ids hold: with it SQLite would look through all keys of the topic.
    sql.prepare_cached("DELETE FROM latest WHERE id >= ?1 AND id <= ?2")?.execute((first, last))?;
    sql.prepare_cached("DELETE FROM records WHERE id >= ?1 AND id <= ?2")?.execute((first, last))?;
    let start = partition_and_offset(last).1 + 1;
    sql.prepare_cached(
        "UPDATE partitions SET start_offset = ?3, bytes = max(bytes - ?4, 0) WHERE topic = ?1 AND partition = ?2",
    )?
    .execute((topic, partition, start.cast_signed(), bytes.unwrap_or(0)))?;
    Ok(usize::try_from(count).unwrap_or(0))
}

pub(super) fn offset(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(i64::cast_unsigned)
}

fn record(row: &Row<'_>, topic: &str) -> rusqlite::Result<Record> {
    let (partition, offset) = partition_and_offset(row.get(0)?);
    let at = Timestamp::from_millisecond(row.get(1)?).unwrap_or(Timestamp::UNIX_EPOCH);
    let value: Option<Vec<u8>> = row.get(4)?;
    Ok(Record {
        topic: topic.to_owned(),
        partition,
        offset,
        at,
        key: row.get::<_, Vec<u8>>(2)?.into(),
        headers: decode_headers(row.get_ref(3)?.as_blob()?),
        value: value.map(Bytes::from),
    })
}

/// Headers one after the other: the length of the name, the name, the length of the value, the value;
/// lengths in 4 bytes, little-endian.
fn encode_headers(headers: &Headers) -> Vec<u8> {
    let mut encoded = Vec::new();
    let mut part = |bytes: &[u8]| {
        encoded.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
        encoded.extend_from_slice(bytes);
    };
    for (name, value) in headers {
        part(name.as_bytes());
        part(value);
    }
    encoded
}

fn decode_headers(mut encoded: &[u8]) -> Headers {
    let mut part = || {
        let (length, rest) = encoded.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (bytes, rest) = rest.split_at_checked(length)?;
        encoded = rest;
        Some(bytes.to_vec())
    };
    let mut headers = Headers::new();
    while let (Some(name), Some(value)) = (part(), part()) {
        headers.push((String::from_utf8_lossy(&name).into_owned(), value));
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_survive() {
        let headers = vec![("a".to_owned(), vec![0, 255]), (String::new(), Vec::new())];
        assert_eq!(decode_headers(&encode_headers(&headers)), headers);
        assert_eq!(decode_headers(&[9, 0, 0, 0, 1]), Headers::new());
    }
}
