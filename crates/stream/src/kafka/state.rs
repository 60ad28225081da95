//! The state of one stage: its topic, and the copies of it on this machine's disk.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;

use super::Settings;
use super::copies::{Changes, Copies, Copy, CopyError, Fill, Pace, Place, Witness};
use super::restore::{Passage, StateReader};
use super::topics::tombstones_kept;
use crate::backend::TakeEntry;
use crate::fault::{Fault, FaultKind};
use crate::signal::Signal;

/// So much of what is read is put into a copy at a time.
const PIECE_BYTES: usize = 8 << 20;

pub(super) struct StateLog {
    settings: Settings,
    stage: String,
    /// The topic's name on Kafka.
    topic: String,
    signal: Signal,
    /// There while partitions are restored.
    reader: Option<StateReader>,
    copies: Option<Copies>,
    told: Told,
}

/// What the broker has told of the topic, when partitions were last restored.
#[derive(Debug, Clone, Copy, Default)]
struct Told {
    /// None when it does not say which cluster it is: no copy can be trusted then.
    witness: Option<Witness>,
    /// How long the topic keeps tombstones; none when it does not say.
    tombstones_kept: Option<Duration>,
}

/// A partition that is to be restored: where its topic begins, where it ends, and when that was asked.
#[derive(Debug, Clone, Copy)]
struct Extent {
    partition: u32,
    start: u64,
    high: u64,
    as_of: Timestamp,
}

impl StateLog {
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
        Self {
            settings: settings.clone(),
            stage: stage.to_owned(),
            topic,
            signal,
            reader: None,
            copies,
            told: Told::default(),
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
        let mut reader = match self.reader.take() {
            Some(reader) => reader,
            None => self.reader()?,
        };
        let start = reader.settle(partition, high)?;
        let extent = Extent { partition, start, high, as_of };
        let copy = self.copies.as_ref().and_then(|copies| copies.take(partition));
        match copy.map(|copy| self.tail_of(&mut reader, copy, extent)).transpose()? {
            Some((copy, Some((tail, passage)))) => self.hand_out_copy(extent, copy, tail, passage, entry)?,
            Some((copy, None)) => self.read_topic(&mut reader, extent, emptied(copy), entry)?,
            None => self.read_topic(&mut reader, extent, None, entry)?,
        }
        self.reader = Some(reader);
        Ok(())
    }

    /// A reader for the partitions that are now restored.
    fn reader(&mut self) -> Result<StateReader, Fault> {
        let group = self.settings.topic(&self.stage);
        let reader = StateReader::open(&self.settings, &group, self.topic.clone(), self.signal.clone())?;
        if self.copies.is_some() {
            // Each time anew: a topic's settings are changed while we run.
            let tombstones_kept = tombstones_kept(&self.settings, &self.topic);
            self.told = Told { witness: reader.witness(), tombstones_kept };
        }
        Ok(reader)
    }

    /// What the topic has behind a copy; none where the copy can't be trusted: when the log does not go on with the
    /// very record that the copy ends with, or tombstones may be gone, or so much follows that it is not worth having.
    fn tail_of(
        &self,
        reader: &mut StateReader,
        copy: Copy,
        extent: Extent,
    ) -> Result<(Copy, Option<(Changes, Passage)>), Fault> {
        let Extent { partition, start, high, as_of } = extent;
        let place = copy.place().unwrap_or_else(|error| {
            tracing::warn!("the copy {} can't be read: {error}", copy.path().display());
            None
        });
        let place = place.filter(|place| place.is_in_reach(start, high, as_of, self.told.tombstones_kept));
        let (Some(place), Some(witness)) = (place, self.told.witness) else { return Ok((copy, None)) };
        // Half of what may pend, so that there is room for what comes while this is written.
        let max_bytes = self.settings.copy_buffer_kib.saturating_mul(1024) / 2;
        let mut changes = Changes::default();
        let passage = reader.read(partition, place.last, Some(witness), &mut |key, value| {
            if changes.weight_bytes() <= max_bytes {
                changes.push(key, value);
            }
            Ok(())
        })?;
        let goes_on =
            passage.first == Some((place.last, place.witness)) && changes.weight_bytes() <= max_bytes;
        Ok((copy, goes_on.then_some((changes, passage))))
    }

    fn hand_out_copy(
        &self,
        extent: Extent,
        copy: Copy,
        tail: Changes,
        passage: Passage,
        entry: &mut TakeEntry<'_>,
    ) -> Result<(), Fault> {
        let mut copied = 0;
        let handed = copy.each(|key, value| {
            copied += 1;
            entry(key, Some(value))
        });
        match handed {
            Ok(handed) => handed?,
            Err(error) => return Err(lost(copy, &error)),
        }
        tail.iter().try_for_each(|(key, value)| entry(key, value))?;
        self.tell(extent.partition, copied, passage.records);
        self.keep(extent, copy, tail, passage);
        Ok(())
    }

    /// Reads all of it from the topic. The copy is filled by another reader when that has time: to do both at once would
    /// keep the stage waiting.
    fn read_topic(
        &self,
        reader: &mut StateReader,
        extent: Extent,
        copy: Option<Copy>,
        entry: &mut TakeEntry<'_>,
    ) -> Result<(), Fault> {
        let Extent { partition, start, high, .. } = extent;
        // To be told that there is nothing takes a while.
        let passage = match start < high {
            true => reader.read(partition, start, None, entry)?,
            false => Passage::default(),
        };
        self.tell(partition, 0, passage.records);
        match (&self.copies, copy) {
            (Some(copies), Some(copy)) if passage.records > 0 => {
                copies.keep_and_fill(partition, copy, self.fill(extent));
            }
            (_, Some(copy)) => self.keep(extent, copy, Changes::default(), passage),
            (_, None) => {}
        }
        Ok(())
    }

    /// Reads a partition once more into its copy.
    fn fill(&self, extent: Extent) -> Fill {
        let Extent { partition, start, as_of, .. } = extent;
        let (settings, group) = (self.settings.clone(), self.settings.topic(&self.stage));
        let (topic, signal, witness) = (self.topic.clone(), self.signal.clone(), self.told.witness);
        Box::new(move |copy| {
            let mut reader =
                StateReader::open(&settings, &group, topic, signal).map_err(|fault| fault.to_string())?;
            let mut piece = Changes::default();
            let passage = reader.read(partition, start, witness, &mut |key, value| {
                piece.push(key, value);
                if piece.weight_bytes() < PIECE_BYTES {
                    return Ok(());
                }
                let staged = copy.stage(&std::mem::take(&mut piece));
                staged.map_err(|error| Fault::new(FaultKind::StorageFull, error.to_string()))
            });
            let passage = passage.map_err(|fault| fault.to_string())?;
            copy.stage(&piece).map_err(|error| error.to_string())?;
            Ok(passage.end(as_of))
        })
    }

    fn keep(&self, extent: Extent, copy: Copy, changes: Changes, passage: Passage) {
        let Some(copies) = &self.copies else { return };
        copies.keep(extent.partition, copy, changes, passage.end(extent.as_of));
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
        if let Some(copies) = &self.copies {
            copies.go_on();
        }
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
        let place = last.zip(self.told.witness).map(|(last, witness)| {
            let witness = witness.of(key, value.as_deref());
            Place { last, witness, as_of: begun }
        });
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

/// The copy made anew: without what it holds, which takes long to delete.
fn emptied(copy: Copy) -> Option<Copy> {
    if matches!(copy.is_empty(), Ok(true)) {
        return Some(copy);
    }
    let path = copy.path().to_owned();
    copy.discard();
    Copy::open(&path).unwrap_or_default()
}

/// A copy can't be read to its end: it is removed, and the state is read anew.
fn lost(copy: Copy, error: &CopyError) -> Fault {
    let message = format!("the copy {} can't be read and is dropped: {error}", copy.path().display());
    copy.discard();
    Fault::new(FaultKind::OutcomeUnknown, message)
}
