//! Keeps the file bounded: records leave by age and by bytes, replaced ones and tombstones of compacted
//! topics after a lag. What a stage has not read yet stays, however old. Freed pages are used again.

use jiff::Timestamp;
use rusqlite::Transaction as Sql;

use super::Store;
use super::layout::{partition_and_offset, place};
use super::log::{Topic, WriteError, drop_until, offset};
use crate::fault::Fault;
use crate::topics::TopicSpec;

/// The most rows that one transaction drops, so that stages wait only briefly.
const ROWS_AT_ONCE: usize = 500;

/// What a sweep has done, and what the file holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Records dropped.
    pub dropped: usize,
    /// Bytes of keys, headers and values kept.
    pub kept_bytes: u64,
    /// Bytes of the file.
    pub file_bytes: u64,
}

impl Store {
    /// Drops what need not be kept at `now`. To be called every minute or so, from a thread that may
    /// block.
    ///
    /// # Errors
    /// When the file can't be written; what was dropped so far stays dropped.
    pub fn sweep(&self, now: Timestamp) -> Result<Swept, Fault> {
        let mut log = self.connect()?;
        let mut swept = Swept::default();
        let topics: Vec<Topic> = log.topics().values().cloned().collect();
        loop {
            let mut dropped = 0;
            for topic in &topics {
                let Some(spec) = self.catalogue.get(&topic.name) else { continue };
                dropped += write(&mut log, |sql| drop_aged(sql, topic, spec, now))?;
                dropped += write(&mut log, |sql| drop_excess(sql, topic, spec))?;
            }
            let lag = i64::try_from(self.settings.compaction_lag_ms).unwrap_or(i64::MAX);
            let before = now.as_millisecond().saturating_sub(lag);
            dropped += write(&mut log, |sql| drop_replaced(sql, before, now))?;
            swept.dropped += dropped;
            if dropped == 0 {
                break;
            }
        }
        let sizes = || -> rusqlite::Result<(u64, u64)> {
            let connection = log.connection();
            let kept = connection
                .query_row("SELECT ifnull(sum(bytes), 0) FROM partitions", [], |row| offset(row, 0))?;
            let pages: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
            let size: i64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
            Ok((kept, (pages * size).cast_unsigned()))
        };
        (swept.kept_bytes, swept.file_bytes) = sizes().map_err(|error| log.fault(&error))?;
        Ok(swept)
    }
}

fn write(
    log: &mut super::log::Log,
    work: impl FnOnce(&Sql<'_>) -> rusqlite::Result<usize>,
) -> Result<usize, Fault> {
    log.write(|sql, _| work(sql)).map_err(|error| match error {
        WriteError::Before(error) | WriteError::AtCommit(error) => log.fault(&error),
    })
}

/// Up to where a partition has been read by every stage that reads it; its end where none does.
pub(super) fn read_until(sql: &Sql<'_>, topic: i64, partition: u32) -> rusqlite::Result<u64> {
    let query = "SELECT ifnull((SELECT min(next) FROM positions WHERE topic = ?1 AND partition = ?2), \
                 (SELECT end_offset FROM partitions WHERE topic = ?1 AND partition = ?2))";
    sql.prepare_cached(query)?.query_row((topic, partition), |row| offset(row, 0))
}

fn drop_aged(sql: &Sql<'_>, topic: &Topic, spec: &TopicSpec, now: Timestamp) -> rusqlite::Result<usize> {
    let Some(retention) = spec.retention_ms.and_then(|ms| i64::try_from(ms).ok()) else { return Ok(0) };
    let cutoff = now.as_millisecond().saturating_sub(retention);
    let mut dropped = 0;
    for partition in 0..topic.partitions {
        let left = ROWS_AT_ONCE.saturating_sub(dropped);
        let read = read_until(sql, topic.id, partition)?;
        // Times grow along a partition, so the first young record ends the old ones.
        let (first, end) = (place(topic.id, partition, 0), place(topic.id, partition, read));
        let mut young = sql.prepare_cached(
            "SELECT id FROM (SELECT id, at FROM records WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?3) \
             WHERE at >= ?4 ORDER BY id LIMIT 1",
        )?;
        let limit = i64::try_from(left).unwrap_or(i64::MAX);
        let mut rows = young.query((first, end, limit, cutoff))?;
        let to = match rows.next()? {
            Some(row) => partition_and_offset(row.get(0)?).1,
            None => read,
        };
        drop(rows);
        dropped += drop_until(sql, topic.id, partition, to, left)?;
    }
    Ok(dropped)
}

fn drop_excess(sql: &Sql<'_>, topic: &Topic, spec: &TopicSpec) -> rusqlite::Result<usize> {
    let Some(limit) = spec.retention_bytes else { return Ok(0) };
    let bytes = sql
        .prepare_cached("SELECT ifnull(sum(bytes), 0) FROM partitions WHERE topic = ?1")?
        .query_row([topic.id], |row| offset(row, 0))?;
    if bytes <= limit {
        return Ok(0);
    }
    // From each partition alike: hosts and languages are spread by a hash.
    let mut dropped = 0;
    let rows_each = (ROWS_AT_ONCE / usize::try_from(topic.partitions).unwrap_or(1).max(1)).max(1);
    let share = bytes.saturating_sub(limit) / u64::from(topic.partitions.max(1)) + 1;
    for partition in 0..topic.partitions {
        let read = read_until(sql, topic.id, partition)?;
        let (first, end) = (place(topic.id, partition, 0), place(topic.id, partition, read));
        let mut oldest = sql.prepare_cached(
            "SELECT id, length(key) + length(headers) + ifnull(length(value), 0) FROM records \
             WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?3",
        )?;
        let limit = i64::try_from(rows_each).unwrap_or(i64::MAX);
        let mut rows = oldest.query((first, end, limit))?;
        let (mut freed, mut to) = (0, 0);
        while freed < share
            && let Some(row) = rows.next()?
        {
            to = partition_and_offset(row.get(0)?).1 + 1;
            freed += offset(row, 1)?;
        }
        drop(rows);
        dropped += drop_until(sql, topic.id, partition, to, rows_each)?;
    }
    Ok(dropped)
}

/// Drops records of compacted topics that were replaced, and tombstones that were written, before this
/// time. A tombstone that a stage has not read waits for another lag: nothing else would tell it.
fn drop_replaced(sql: &Sql<'_>, before: i64, now: Timestamp) -> rusqlite::Result<usize> {
    let mut query = sql.prepare_cached(
        "SELECT replaced.at, replaced.id FROM replaced WHERE replaced.at < ?1 ORDER BY replaced.at LIMIT ?2",
    )?;
    let limit = i64::try_from(ROWS_AT_ONCE).unwrap_or(i64::MAX);
    let rows = query.query_map((before, limit), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let found: Vec<(i64, i64)> = rows.collect::<rusqlite::Result<_>>()?;
    let mut dropped = 0;
    for (at, id) in found {
        let (partition, place) = partition_and_offset(id);
        let topic = id >> 52;
        let stands = sql.prepare_cached("SELECT 1 FROM latest WHERE id = ?1")?.exists([id])?;
        if stands && place >= read_until(sql, topic, partition)? {
            sql.prepare_cached("UPDATE replaced SET at = ?3 WHERE at = ?1 AND id = ?2")?.execute((
                at,
                id,
                now.as_millisecond(),
            ))?;
            continue;
        }
        sql.prepare_cached("DELETE FROM latest WHERE id = ?1")?.execute([id])?;
        sql.prepare_cached(
            "UPDATE partitions SET bytes = max(bytes - ifnull((SELECT length(key) + length(headers) + \
             ifnull(length(value), 0) FROM records WHERE id = ?3), 0), 0) WHERE topic = ?1 AND partition = ?2",
        )?
        .execute((topic, partition, id))?;
        sql.prepare_cached("DELETE FROM records WHERE id = ?1")?.execute([id])?;
        sql.prepare_cached("DELETE FROM replaced WHERE at = ?1 AND id = ?2")?.execute((at, id))?;
        dropped += 1;
    }
    Ok(dropped)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::Settings;
    use super::*;
    use crate::backend::Appender;
    use crate::record::Output;
    use crate::topics::Catalogue;

    #[test]
    fn a_transaction_drops_no_more_rows_than_it_may() {
        let spec = TopicSpec {
            name: "in".into(),
            partitions: 4,
            compact: false,
            retention_ms: Some(1),
            retention_bytes: Some(0),
            drop_consumed: false,
            max_record_bytes: 1 << 20,
        };
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), Catalogue::new([spec.clone()]), Settings::default()).unwrap();
        let outputs = (0..4 * 400).map(|n| Output {
            topic: "in".into(),
            partition: n % 4,
            key: b"k".to_vec(),
            headers: Vec::new(),
            value: None,
        });
        Arc::clone(&store).appender().unwrap().append(outputs.collect()).unwrap();
        let mut log = store.connect().unwrap();
        let topic = log.topic("in").unwrap().clone();
        let later = Timestamp::now() + jiff::SignedDuration::from_hours(1);
        assert_eq!(write(&mut log, |sql| drop_aged(sql, &topic, &spec, later)).unwrap(), ROWS_AT_ONCE);
        assert_eq!(write(&mut log, |sql| drop_excess(sql, &topic, &spec)).unwrap(), ROWS_AT_ONCE - 125);
        assert_eq!(store.sweep(later).unwrap().kept_bytes, 0, "the rest goes in turns");
    }
}
