//! Remembers what was being handled when the process died, so that a record that kills it three
//! times in a row is put aside (promise 3). What panics is counted in memory; this is for what no
//! process survives: a stack overflow, an abort, running out of memory.
//!
//! The mark is written without waiting for the disk: it outlives the process, not the machine, and
//! losing one only costs another try.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

/// What is in hand, on one partition.
pub trait InHand: Send {
    /// Marks `identity` as in hand, and tells how often the process has died with it in hand.
    fn take_up(&mut self, identity: u64) -> u8;

    /// Marks that nothing is in hand.
    fn put_down(&mut self);
}

/// Remembers nothing.
#[derive(Debug, Default)]
pub(crate) struct NoMemory;

impl InHand for NoMemory {
    fn take_up(&mut self, _: u64) -> u8 {
        0
    }

    fn put_down(&mut self) {}
}

/// The marks of one stage, in one file: 16 bytes a partition, an identity and a count.
#[derive(Debug, Clone)]
pub(crate) struct CrashMarks(Arc<File>);

const SLOT_BYTES: u64 = 16;

/// The mark of one partition.
struct Slot {
    file: Arc<File>,
    at: u64,
    /// What was in hand when a former process died, and how often.
    before: Option<(u64, u8)>,
    marked: bool,
}

impl CrashMarks {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        Ok(Self(Arc::new(file)))
    }

    pub(crate) fn partition(&self, partition: u32) -> Box<dyn InHand> {
        let at = u64::from(partition) * SLOT_BYTES;
        let mut slot = [0; SLOT_BYTES as usize];
        let read = self.0.read_exact_at(&mut slot, at);
        let (identity, count) = slot.split_at(8);
        let before = match (read, identity.try_into(), count.first()) {
            (Ok(()), Ok(identity), Some(&count)) if count > 0 => Some((u64::from_le_bytes(identity), count)),
            _ => None,
        };
        Box::new(Slot { file: Arc::clone(&self.0), at, before, marked: false })
    }
}

impl Slot {
    fn write(&self, identity: u64, count: u8) {
        let mut slot = [0; SLOT_BYTES as usize];
        slot[..8].copy_from_slice(&identity.to_le_bytes());
        slot[8] = count;
        if let Err(error) = self.file.write_all_at(&slot, self.at) {
            tracing::debug!(%error, "the crash mark could not be written");
        }
    }
}

impl InHand for Slot {
    fn take_up(&mut self, identity: u64) -> u8 {
        // Other records may stand before the deadly one when a batch is handled again: the old mark
        // is kept until its record comes by.
        let deaths = match self.before {
            Some((deadly, count)) if deadly == identity => {
                self.before = None;
                count
            }
            _ => 0,
        };
        self.write(identity, deaths.saturating_add(1));
        self.marked = true;
        deaths
    }

    fn put_down(&mut self) {
        if std::mem::take(&mut self.marked) {
            let (identity, count) = self.before.unwrap_or((0, 0));
            self.write(identity, count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_deaths_of_one_record_in_a_row() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("marks");
        for deaths in 0..3 {
            // Each opening is a new process; dropping without `put_down` is its death.
            let mut slot = CrashMarks::open(&path).unwrap().partition(2);
            assert_eq!(slot.take_up(1), 0);
            slot.put_down();
            assert_eq!(slot.take_up(7), deaths);
        }
        let mut slot = CrashMarks::open(&path).unwrap().partition(2);
        assert_eq!(slot.take_up(7), 3);
        slot.put_down();
        assert_eq!(CrashMarks::open(&path).unwrap().partition(2).take_up(7), 0);
    }
}
