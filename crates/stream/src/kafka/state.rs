//! The state of one stage: its topic, and the copies of it on this machine's disk.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;

use super::Settings;
use super::copies::{Copies, Pace, SharedCopy, lock};
use super::copy::{Changes, Place};
use super::restore::{Passage, StateReader};
use super::topics::tombstones_kept;
use crate::backend::TakeEntry;
use crate::fault::{Fault, FaultKind};
use crate::signal::Signal;

pub(super) struct StateLog {
    settings: Settings,
    stage: String,
    /// The topic's name on Kafka.
    topic: String,
    signal: Signal,
    /// There while partitions are restored.
    reader: Option<StateReader>,
    copies: Option<Copies>,
    /// How long the topic keeps tombstones; none when the broker does not say.
    tombstones_kept: Option<Duration>,
}

impl StateLog {
    /// Asks the broker what has to be known of the topic.
    pub(super) fn open(settings: &Settings, stage: &str, topic: String, signal: Signal) -> Self {
        let copies = settings.copy_dir.as_ref().and_then(|dir| {
            let pace = Pace {
                interval: Duration::from_millis(settings.copy_interval_ms),
                max_pending_bytes: settings.copy_buffer_kib.saturating_mul(1024),
            };
            let dir = dir.join(&topic);
            match Copies::open(dir.clone(), pace, settings.close_timeout()) {
                Ok(copies) => Some(copies),
                Err(error) => {
                    tracing::warn!("no copies of state in {}: {error}", dir.display());
                    None
                }
            }
        });
        let tombstones_kept = copies.as_ref().and_then(|_| tombstones_kept(settings, &topic));
        Self {
            settings: settings.clone(),
            stage: stage.to_owned(),
            topic,
            signal,
            reader: None,
            copies,
            tombstones_kept,
        }
    }

    pub(super) fn topic(&self) -> &str {
        &self.topic
    }

    /// Hands out the state of `partition`: from its copy, and from the topic what that lacks. `high` is the high
    /// watermark that a `read_uncommitted` client saw.
    pub(super) fn restore(
        &mut self,
        partition: u32,
        high: u64,
        entry: &mut TakeEntry<'_>,
    ) -> Result<(), Fault> {
        let as_of = Timestamp::now();
        let reader = match &mut self.reader {
            Some(reader) => reader,
            none => {
                let group = self.settings.topic(&self.stage);
                none.insert(StateReader::open(
                    &self.settings,
                    &group,
                    self.topic.clone(),
                    self.signal.clone(),
                )?)
            }
        };
        let start = reader.settle(partition, high)?;
        let copy = self.copies.as_ref().and_then(|copies| copies.take(partition));
        let place = match &copy {
            Some(copy) => lock(copy).place().map_err(|error| lost(copy, &error))?,
            None => None,
        };
        let place = place.filter(|place| place.is_in_reach(start, high, as_of, self.tombstones_kept));
        let tail = match place {
            Some(place) => tail_of(reader, partition, &place)?,
            None => None,
        };
        let (mut changes, mut copied) = (Changes::default(), 0_u64);
        let passage = if let (Some(copy), Some((tail, passage))) = (&copy, tail) {
            let handed = lock(copy).each(|key, value| {
                copied += 1;
                entry(key, Some(value))
            });
            handed.map_err(|error| lost(copy, &error))??;
            changes = tail;
            changes.iter().try_for_each(|(key, value)| entry(key, value))?;
            passage
        } else {
            if let Some(copy) = &copy {
                lock(copy).clear().map_err(|error| lost(copy, &error))?;
            }
            let keeps = copy.is_some();
            let mut take = |key: &[u8], value: Option<&[u8]>| {
                if keeps {
                    changes.push(key, value);
                }
                entry(key, value)
            };
            // To be told that there is nothing takes a while.
            if start < high { reader.read(partition, start, &mut take)? } else { Passage::default() }
        };
        self.tell(partition, copied, passage.records);
        if let (Some(copies), Some(copy)) = (&self.copies, copy) {
            copies.keep(partition, copy, changes, passage.end(as_of));
        }
        Ok(())
    }

    fn tell(&self, partition: u32, copied: u64, read: u64) {
        tracing::debug!(stage = self.stage, partition, copied, read, "state restored");
        let count = |from: &'static str, entries: u64| {
            metrics::counter!("khabar_restored_entries_total", "stage" => self.stage.clone(), "from" => from)
                .increment(entries);
        };
        count("copy", copied);
        count("topic", read);
    }

    /// All that was assigned is restored.
    pub(super) fn restored(&mut self) {
        self.reader = None;
    }

    /// Changes were committed, in a transaction that began at `begun`, up to the offset `last` where that is known.
    pub(super) fn committed(
        &self,
        partition: u32,
        changes: &BTreeMap<Vec<u8>, Option<Bytes>>,
        last: Option<u64>,
        begun: Timestamp,
    ) {
        let (Some(copies), Some((key, value))) = (&self.copies, changes.last_key_value()) else { return };
        let place = last.map(|last| Place::behind(last, key, value.as_deref(), begun));
        copies.add(partition, changes.iter(), place);
    }

    /// The partition is no longer ours.
    pub(super) fn let_go(&mut self, partition: u32) {
        if let Some(copies) = &self.copies {
            copies.let_go(partition);
        }
    }

    /// None is.
    pub(super) fn let_all_go(&mut self) {
        self.reader = None;
        if let Some(copies) = &self.copies {
            copies.let_all_go();
        }
    }
}

/// What was written behind a place; none where the log is not the one that the place is in: it begins with the very
/// record before the place, or, where a later one of its key has replaced that, holds this later one.
fn tail_of(
    reader: &mut StateReader,
    partition: u32,
    place: &Place,
) -> Result<Option<(Changes, Passage)>, Fault> {
    let mut changes = Changes::default();
    let passage = reader.read(partition, place.last, &mut |key, value| {
        changes.push(key, value);
        Ok(())
    })?;
    let continues = match passage.first {
        Some((offset, hash)) if offset == place.last => hash == place.hash,
        _ => changes.iter().any(|(key, _)| key == place.key),
    };
    Ok(continues.then_some((changes, passage)))
}

/// A copy can't be read: it is removed, and the state is read anew.
fn lost(copy: &SharedCopy, error: &rusqlite::Error) -> Fault {
    let path = lock(copy).path().to_owned();
    super::copy::remove(&path);
    let message = format!("the copy {} can't be read and is dropped: {error}", path.display());
    Fault::new(FaultKind::OutcomeUnknown, message)
}
