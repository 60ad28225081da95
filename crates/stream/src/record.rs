//! Records as they come in and go out.

use bytes::Bytes;
use jiff::Timestamp;

/// The headers of a record: names and values, in order.
pub type Headers = Vec<(String, Vec<u8>)>;

/// A record read from a partition of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The topic's short name (without the prefix it has on Kafka).
    pub topic: String,
    /// The partition, from 0.
    pub partition: u32,
    /// The place in the partition. Offsets grow, with gaps.
    pub offset: u64,
    /// When the record was written.
    pub at: Timestamp,
    /// The key, empty where there is none.
    pub key: Bytes,
    /// The headers.
    pub headers: Headers,
    /// The value; none is a tombstone: the key is gone.
    pub value: Option<Bytes>,
}

/// The value of the first header called `name`.
pub(crate) fn header<'a>(headers: &'a Headers, name: &str) -> Option<&'a [u8]> {
    headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_slice())
}

impl Record {
    /// The value of the first header called `name`.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        header(&self.headers, name)
    }

    /// What the record weighs against bounds in bytes: key, headers and value.
    pub fn weight_bytes(&self) -> usize {
        weight_bytes(&self.key, &self.headers, self.value.as_ref())
    }
}

/// The partitions that a record goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spread {
    /// One, by the hash of this: records with the same one keep their order.
    By(Vec<u8>),
    /// Each.
    All,
}

/// A record that a stage wants written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emit {
    /// The topic's short name.
    pub topic: &'static str,
    /// The key of the record.
    pub key: Vec<u8>,
    /// Where it goes.
    pub spread: Spread,
    /// The headers.
    pub headers: Headers,
    /// The value; none is a tombstone.
    pub value: Option<Bytes>,
}

impl Emit {
    /// A record for `topic` that is partitioned by its key.
    pub fn new(topic: &'static str, key: impl Into<Vec<u8>>, value: impl Into<Bytes>) -> Self {
        let key = key.into();
        Self {
            topic,
            spread: Spread::By(key.clone()),
            key,
            headers: Headers::new(),
            value: Some(value.into()),
        }
    }

    /// The same, partitioned by something other than the key.
    #[must_use]
    pub fn partitioned_by(mut self, partition_key: impl Into<Vec<u8>>) -> Self {
        self.spread = Spread::By(partition_key.into());
        self
    }

    /// The same, to each partition of its topic.
    #[must_use]
    pub fn to_all_partitions(mut self) -> Self {
        self.spread = Spread::All;
        self
    }

    /// What the record weighs against bounds in bytes: key, headers and value.
    pub(crate) fn weight_bytes(&self) -> usize {
        weight_bytes(&self.key, &self.headers, self.value.as_ref())
    }

    /// The same with these headers.
    #[must_use]
    pub fn with_headers(mut self, headers: Headers) -> Self {
        self.headers = headers;
        self
    }
}

/// A record on its way into a known partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The topic's short name.
    pub topic: String,
    /// The partition.
    pub partition: u32,
    /// The key.
    pub key: Vec<u8>,
    /// The headers.
    pub headers: Headers,
    /// The value; none is a tombstone.
    pub value: Option<Bytes>,
}

impl Output {
    /// What the record weighs against bounds in bytes: key, headers and value.
    pub fn weight_bytes(&self) -> usize {
        weight_bytes(&self.key, &self.headers, self.value.as_ref())
    }
}

fn weight_bytes(key: &[u8], headers: &Headers, value: Option<&Bytes>) -> usize {
    let headers: usize = headers.iter().map(|(name, value)| name.len() + value.len()).sum();
    key.len() + headers + value.map_or(0, Bytes::len)
}

/// The partition of `partition_key` among `partitions`: the one hash (XXH3, 64 bits, seed 0) that
/// chooses on both backends, so that a log can be moved between them.
pub fn partition_of(partition_key: &[u8], partitions: u32) -> u32 {
    let hash = xxhash_rust::xxh3::xxh3_64(partition_key);
    // Less than `partitions`, so it fits.
    u32::try_from(hash % u64::from(partitions.max(1))).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_never_changes() {
        // Written down: another hash would send known keys to other partitions than their state's.
        assert_eq!(xxhash_rust::xxh3::xxh3_64(b"news.example"), PINNED);
        assert_eq!(partition_of(b"news.example", 12), (PINNED % 12) as u32);
        assert_eq!(partition_of(b"anything", 1), 0);
        assert_eq!(partition_of(b"anything", 0), 0);
    }

    const PINNED: u64 = 8_272_130_332_769_388_556;
}
