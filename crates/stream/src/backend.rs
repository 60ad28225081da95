//! The contract between the runner and a log: embedded or Kafka.
//!
//! A backend serves **one stage in one process**. The runner calls it from one thread, in a loop:
//! [`Backend::poll`], then [`Backend::restore`] for each partition that came, then handlers, then
//! [`Backend::commit`]; between two polls at most one transaction is tried.
//!
//! What an implementation is judged by:
//!
//! - Records of a partition come in the order of their offsets, each once, from the committed
//!   position on; a new group starts at the beginning. None come before `restore` of their
//!   partition has returned.
//! - `commit` makes all steps of a transaction visible together, or none. A reader that honours
//!   transactions never sees a part.
//! - After `poll` has said that a partition was revoked, a transaction that still contains it must
//!   not be committed: the runner takes it out, and the backend refuses ([`Commit::Restore`]) what
//!   an instance that was cut off still holds.
//! - A partition whose next record is gone from the log is reported in [`Polled::stopped`] and gives
//!   no more records; nothing jumps.
//! - No call blocks longer than about a second, but `restore` and `commit`, which take as long as
//!   they make progress, at most as long as the bounds in the backend's settings.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;

use crate::fault::Fault;
use crate::record::{Output, Record};

/// Takes one entry of stored state: its key and its value. A later one of a key stands for an earlier; none deletes it.
pub type TakeEntry<'a> = dyn FnMut(&[u8], Option<&[u8]>) -> Result<(), Fault> + 'a;

/// One stage's connection to a log.
pub trait Backend: Send {
    /// How many partitions the topic has, by its short name; none where there is no such topic.
    fn partitions(&self, topic: &str) -> Option<u32>;

    /// Takes what has come: at most `room`, without waiting. When there is something new after an
    /// empty answer, the signal given to the backend rings.
    ///
    /// # Errors
    /// [`Fault`] with the remedy in [`Fault::remedy`].
    fn poll(&mut self, room: Room, paused: &BTreeSet<u32>) -> Result<Polled, Fault>;

    /// Reads the state of an assigned partition, entry by entry, as committed; from then on its
    /// records come.
    ///
    /// # Errors
    /// [`Fault`]; the runner tries again or stops.
    fn restore(&mut self, partition: u32, entry: &mut TakeEntry<'_>) -> Result<(), Fault>;

    /// Takes the outputs that a partition has gathered since the last commit, all of them in their order, where that
    /// saves time: they are on their way while more is handled. They are not visible before they are committed, and
    /// what is committed is what [`Backend::commit`] is given, whatever was taken before.
    fn write_ahead(&mut self, partition: u32, outputs: &[Output]) {
        let _ = (partition, outputs);
    }

    /// Tries to commit.
    fn commit(&mut self, transaction: &Transaction) -> Commit;

    /// Forgets connections and transactions of unknown outcome and starts anew: all partitions count
    /// as revoked, and come again through `poll`.
    ///
    /// # Errors
    /// [`Fault`]; the runner tries again or stops.
    fn reset(&mut self) -> Result<(), Fault>;

    /// Whether the connection to the log stands and partitions were assigned, if only none: for
    /// readiness.
    fn connected(&self) -> bool;

    /// Leaves in good order: partitions are free for others when it returns.
    fn close(&mut self);
}

/// How much a poll may bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Records; 0 for none, when the poll only keeps the connection alive.
    pub records: usize,
    /// Bytes of keys, headers and values, passed by one record at the most.
    pub bytes: usize,
}

/// What a poll brought.
#[derive(Debug, Default)]
pub struct Polled {
    /// Partitions that are this instance's from now on, to be restored.
    pub assigned: Vec<u32>,
    /// Partitions that are no longer.
    pub revoked: Vec<u32>,
    /// Partitions that can't go on, and why. They stay assigned.
    pub stopped: Vec<(u32, Fault)>,
    /// Input records, in order within each partition.
    pub records: Vec<Record>,
    /// Records behind the log's end, by partition, where the backend knows.
    pub lag: Vec<(u32, u64)>,
}

/// What a stage did on one partition since its last commit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Step {
    /// Records to write.
    pub outputs: Vec<Output>,
    /// State to write, by the runner's key; none deletes.
    pub state: BTreeMap<Vec<u8>, Option<Bytes>>,
    /// The offset of the next input record to handle, when records were handled.
    pub position: Option<u64>,
}

/// What is to be committed together: steps by input partition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Transaction {
    /// A partition that was touched by jobs or timers alone is here too, with no position of its own:
    /// the backend sends the last one again, for that is what fences an instance that was cut off.
    pub steps: BTreeMap<u32, Step>,
}

impl Step {
    /// Whether nothing was done.
    pub fn is_empty(&self) -> bool {
        self.outputs.is_empty() && self.state.is_empty() && self.position.is_none()
    }

    /// What the step weighs: outputs and state.
    pub fn weight_bytes(&self) -> usize {
        let outputs: usize = self.outputs.iter().map(Output::weight_bytes).sum();
        let state: usize =
            self.state.iter().map(|(key, value)| key.len() + value.as_ref().map_or(0, Bytes::len)).sum();
        outputs + state
    }
}

/// How a commit ended. Not knowing is one of the ends.
///
/// | outcome | in the log | the runner then |
/// |---|---|---|
/// | `Committed` | all of it | goes on |
/// | `Aborted` | nothing | tries the same transaction again, after a pause |
/// | `Restore` | all or nothing: unknown, or taken over by another | drops what is in memory, resets, restores |
/// | `Failed` | nothing | stops, with the reason |
#[derive(Debug)]
pub enum Commit {
    /// All of it is visible.
    Committed,
    /// None of it is visible, and the same may be tried again.
    Aborted(Fault),
    /// Nobody knows, or this instance may not commit any more.
    Restore(Fault),
    /// None of it is visible, and trying again is useless.
    Failed(Fault),
}

/// Reads a topic from a place on, for commands beside the services. Sees only what is committed.
pub trait Reader: Send {
    /// The next records, at most `max`, waiting for the first up to `wait`; none when there are none.
    ///
    /// # Errors
    /// [`Fault`] when the log can't be read. With [`FaultKind::OffsetsGone`](crate::FaultKind) the next call goes on
    /// behind what is gone.
    fn read(&mut self, max: usize, wait: std::time::Duration) -> Result<Vec<Record>, Fault>;

    /// Whether everything that was in the topic when the reader was made has been read.
    fn at_end(&mut self) -> Result<bool, Fault>;
}

/// Writes records for commands beside the services: all of a call or none.
pub trait Appender: Send {
    /// How many partitions the topic has.
    fn partitions(&self, topic: &str) -> Option<u32>;

    /// Writes these records, and says where.
    ///
    /// # Errors
    /// [`Fault`]: none of them is visible. With [`FaultKind::OutcomeUnknown`](crate::FaultKind) nobody
    /// knows: all of them or none. To write them again is harmless where a later record of a key stands
    /// for the earlier one.
    fn append(&mut self, outputs: Vec<Output>) -> Result<Written, Fault>;
}

/// The places behind what was written, by topic. Where the log did not tell the last one of a partition, an earlier
/// one or none is here.
pub type Written = BTreeMap<String, Cursor>;

/// Places in the partitions of a topic: the next offset of each; partitions not named are read
/// from their beginning. Written `0:12,3:40`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cursor(pub BTreeMap<u32, u64>);

/// The text is not a cursor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a cursor: partition:offset pairs such as `0:12,3:40` are expected")]
pub struct ParseCursorError(String);

impl Cursor {
    /// Moves on behind `record`.
    pub fn pass(&mut self, record: &Record) {
        self.0.insert(record.partition, record.offset + 1);
    }

    /// Moves on to where `other` is further.
    pub fn advance(&mut self, other: &Self) {
        for (partition, next) in &other.0 {
            let own = self.0.entry(*partition).or_default();
            *own = (*next).max(*own);
        }
    }

    /// How many offsets there are from `behind` to here, in all partitions.
    pub fn ahead_of(&self, behind: &Self) -> u64 {
        let ahead = |(partition, next): (&u32, &u64)| {
            next.saturating_sub(behind.0.get(partition).copied().unwrap_or_default())
        };
        self.0.iter().map(ahead).sum()
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (place, (partition, offset)) in self.0.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            write!(f, "{comma}{partition}:{offset}")?;
        }
        Ok(())
    }
}

impl std::str::FromStr for Cursor {
    type Err = ParseCursorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let pair = |pair: &str| {
            let (partition, offset) = pair.split_once(':')?;
            Some((partition.trim().parse().ok()?, offset.trim().parse().ok()?))
        };
        let pairs = text.split(',').filter(|part| !part.trim().is_empty());
        let places: Option<BTreeMap<u32, u64>> = pairs.map(pair).collect();
        places.map(Self).ok_or_else(|| ParseCursorError(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_advances_and_measures_by_partition() {
        let cursor = |text: &str| text.parse::<Cursor>().unwrap();
        let mut behind = cursor("0:5,1:9");
        behind.advance(&cursor("1:7,2:3"));
        assert_eq!(behind, cursor("0:5,1:9,2:3"));
        // What is further elsewhere makes up for nothing.
        assert_eq!(behind.ahead_of(&cursor("0:4,1:100")), 1 + 3);
        assert_eq!(behind.ahead_of(&behind), 0);
    }

    #[test]
    fn a_cursor_reads_what_it_writes() {
        let cursor = Cursor(BTreeMap::from([(0, 12), (3, 40)]));
        assert_eq!(cursor.to_string(), "0:12,3:40");
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        assert_eq!("".parse(), Ok(Cursor::default()));
        assert!("12".parse::<Cursor>().is_err());
    }
}
