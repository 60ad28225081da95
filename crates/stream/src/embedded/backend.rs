//! The embedded log as one stage sees it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::Store;
use super::log::{Log, Topic, WriteError, append, drop_until, offset};
use super::retention::read_until;
use crate::backend::{Backend, Commit, Polled, Room, TakeEntry, Transaction};
use crate::fault::{Fault, FaultKind};
use crate::signal::Signal;

/// Rows dropped at once when they are consumed: a longer run goes with the next commits.
const DROP_CONSUMED_LIMIT: usize = 10_000;

pub(super) struct EmbeddedBackend {
    store: Arc<Store>,
    log: Log,
    stage: String,
    input: Topic,
    /// The next offset to read, of partitions whose state was restored.
    next: BTreeMap<u32, u64>,
    assigned: bool,
    /// The partition that is read first: each in turn, so that none starves.
    turn: u32,
}

impl EmbeddedBackend {
    pub(super) fn open(store: Arc<Store>, stage: &str, input: &str, signal: Signal) -> Result<Self, Fault> {
        let mut log = store.connect()?;
        let topic = log.topic(input)?.clone();
        register(&mut log, stage, &topic)?;
        store.subscribe(input, signal);
        let stage = stage.to_owned();
        Ok(Self { store, log, stage, input: topic, next: BTreeMap::new(), assigned: false, turn: 0 })
    }
}

/// Writes a position for each partition, so that retention knows that somebody will read them.
fn register(log: &mut Log, stage: &str, topic: &Topic) -> Result<(), Fault> {
    let result = log.write(|sql, _| {
        let mut insert = sql.prepare_cached(
            "INSERT OR IGNORE INTO positions (stage, topic, partition, next) \
             SELECT ?1, topic, partition, start_offset FROM partitions WHERE topic = ?2",
        )?;
        insert.execute((stage, topic.id))
    });
    match result {
        Ok(_) => Ok(()),
        Err(WriteError::Before(error) | WriteError::AtCommit(error)) => Err(log.fault(&error)),
    }
}

impl Backend for EmbeddedBackend {
    fn partitions(&self, topic: &str) -> Option<u32> {
        self.log.topics().get(topic).map(|topic| topic.partitions)
    }

    fn poll(&mut self, room: Room, paused: &BTreeSet<u32>) -> Result<Polled, Fault> {
        let mut polled = Polled::default();
        if !self.assigned {
            self.assigned = true;
            polled.assigned = (0..self.input.partitions).collect();
            return Ok(polled);
        }
        self.store.check_file()?;
        let extents = self.log.extents(&self.input)?;
        let (mut records, mut bytes) = (room.records, room.bytes);
        let turn = self.turn;
        self.turn = (turn + 1) % self.input.partitions.max(1);
        let behind = self.next.range(turn..).chain(self.next.range(..turn));
        let order: Vec<(u32, u64)> = behind.map(|(partition, next)| (*partition, *next)).collect();
        for (partition, next) in order {
            let Some(extent) = extents.get(&partition) else { continue };
            polled.lag.push((partition, extent.end.saturating_sub(next.max(extent.start))));
            if next < extent.start && !self.input.compact {
                let message = format!(
                    "the offsets {next} to {} of {}/{partition} are gone before `{}` read them",
                    extent.start - 1,
                    self.input.name,
                    self.stage
                );
                polled.stopped.push((partition, Fault::new(FaultKind::OffsetsGone, message)));
                self.next.remove(&partition);
                continue;
            }
            if next >= extent.end || records == 0 || bytes == 0 || paused.contains(&partition) {
                continue;
            }
            let found = match self.log.read(&self.input, partition, next, records, bytes) {
                // What other partitions gave is handed out; this one is asked again.
                Err(_) if !polled.records.is_empty() || !polled.stopped.is_empty() => break,
                found => found?,
            };
            records -= found.len().min(records);
            bytes = bytes.saturating_sub(found.iter().map(crate::Record::weight_bytes).sum());
            // At the end of a compacted run there may be nothing left: the end is still behind us.
            let after = found.last().map_or(extent.end, |record| record.offset + 1);
            self.next.insert(partition, after);
            polled.records.extend(found);
        }
        Ok(polled)
    }

    fn restore(&mut self, partition: u32, entry: &mut TakeEntry<'_>) -> Result<(), Fault> {
        self.log.state(&self.stage, partition, entry)?;
        let sql = |error: rusqlite::Error| self.log.fault(&error);
        let next = self
            .log
            .connection()
            .prepare_cached("SELECT next FROM positions WHERE stage = ?1 AND topic = ?2 AND partition = ?3")
            .and_then(|mut query| {
                query.query_row((&self.stage, self.input.id, partition), |row| offset(row, 0))
            })
            .map_err(sql)?;
        self.next.insert(partition, next);
        Ok(())
    }

    fn commit(&mut self, transaction: &Transaction) -> Commit {
        let (stage, input) = (&self.stage, &self.input);
        let written = self.log.write(|sql, topics| {
            let outputs = transaction.steps.values().flat_map(|step| &step.outputs);
            let grown = append(sql, topics, outputs, Timestamp::now())?;
            let mut put = sql.prepare_cached(
                "INSERT OR REPLACE INTO state (stage, partition, key, value) VALUES (?1, ?2, ?3, ?4)",
            )?;
            let mut delete =
                sql.prepare_cached("DELETE FROM state WHERE stage = ?1 AND partition = ?2 AND key = ?3")?;
            let mut advance = sql.prepare_cached(
                "UPDATE positions SET next = ?4 WHERE stage = ?1 AND topic = ?2 AND partition = ?3",
            )?;
            for (partition, step) in &transaction.steps {
                for (key, value) in &step.state {
                    match value {
                        Some(value) => put.execute((stage, partition, key, value.as_ref()))?,
                        None => delete.execute((stage, partition, key))?,
                    };
                }
                if let Some(next) = step.position {
                    advance.execute((stage, input.id, partition, next.cast_signed()))?;
                    if input.drop_consumed {
                        let read = read_until(sql, input.id, *partition)?;
                        drop_until(sql, input.id, *partition, read, DROP_CONSUMED_LIMIT)?;
                    }
                }
            }
            Ok(grown)
        });
        match written {
            Ok(grown) => {
                self.store.announce(grown.into_keys());
                Commit::Committed
            }
            Err(error) => self.log.failed(&error),
        }
    }

    fn reset(&mut self) -> Result<(), Fault> {
        self.log = self.store.connect()?;
        self.next.clear();
        self.assigned = false;
        Ok(())
    }

    fn connected(&self) -> bool {
        self.assigned
    }

    fn close(&mut self) {
        self.next.clear();
    }
}
