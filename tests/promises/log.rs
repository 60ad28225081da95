//! What a test knows of a backend.

mod embedded;
mod kafka;

use stream::backend::{Backend, Reader};
use stream::topics::{Catalogue, DEAD_LETTERS, TopicSpec, state_of};
use stream::{Fault, Output, Signal};

pub(super) use embedded::Embedded;
pub(super) use kafka::Kafka;

/// The stage's name.
pub(super) const STAGE: &str = "puppet";
/// The topic that the puppet reads.
pub(super) const WORK: &str = "work";
/// The topic that it writes.
pub(super) const OUT: &str = "out";
/// Partitions of each topic.
pub(super) const PARTITIONS: u32 = 2;
/// The largest record of [`OUT`].
pub(super) const MAX_OUT_BYTES: usize = 4096;
/// The largest entry of the stage's state.
pub(super) const MAX_STATE_BYTES: usize = 2048;

/// A log of one's own, with the topics above, empty.
pub(super) trait Log: Sized {
    /// Whether several processes may run the stage side by side.
    const SHARED: bool;

    fn new() -> Self;

    /// Says to another process where this log is.
    fn address(&self) -> String;

    /// The log at the address that another process gave.
    fn at(address: &str) -> Self;

    /// The stage's connection to the log, in a process of its own.
    fn backend(&self, signal: Signal) -> Result<Box<dyn Backend>, Fault>;

    /// A reader of a topic from its beginning.
    fn reader(&self, topic: &str) -> Box<dyn Reader>;

    /// Appends to the topics, all or nothing.
    fn append(&self, outputs: Vec<Output>);
}

pub(super) fn catalogue() -> Catalogue {
    let topic = |name: &str, max_record_bytes: usize| TopicSpec {
        name: name.to_owned(),
        partitions: PARTITIONS,
        compact: false,
        retention_ms: None,
        retention_bytes: None,
        drop_consumed: false,
        max_record_bytes: max_record_bytes as u64,
    };
    Catalogue::new([
        TopicSpec { drop_consumed: true, ..topic(WORK, 1 << 20) },
        topic(OUT, MAX_OUT_BYTES),
        topic(DEAD_LETTERS, 1 << 20),
        TopicSpec { compact: true, ..topic(&state_of(STAGE), MAX_STATE_BYTES) },
    ])
}
