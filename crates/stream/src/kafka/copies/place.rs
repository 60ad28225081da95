//! Places in a state topic, and whether a copy that stands for one can be trusted.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// A place in a partition of a state topic, known by the last record before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::kafka) struct Place {
    /// That record's offset.
    pub(in crate::kafka) last: u64,
    /// What tells it from others at that offset: [`Witness::of`].
    pub(in crate::kafka) witness: u64,
    /// Whatever is behind it was written later than this.
    pub(in crate::kafka) as_of: Timestamp,
}

impl Place {
    /// Whether what is missing here can be had from a topic that holds the offsets from `start` to before `end`, and
    /// keeps tombstones for so long.
    ///
    /// Without knowing how long, only when nothing but the end of this place's own transaction follows.
    pub(in crate::kafka) fn is_in_reach(
        &self,
        start: u64,
        end: u64,
        now: Timestamp,
        kept: Option<Duration>,
    ) -> bool {
        if !(start..end).contains(&self.last) {
            return false;
        }
        let nothing_follows = end - self.last <= 2;
        let age = now.duration_since(self.as_of);
        // Clocks go wrong: half is enough. One that was set back says nothing.
        let young =
            kept.and_then(|kept| SignedDuration::try_from(kept / 2).ok()).is_some_and(|kept| age < kept);
        nothing_follows || (young && age >= SignedDuration::ZERO)
    }
}

/// What records of one cluster are known again by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::kafka) struct Witness {
    seed: u64,
}

impl Witness {
    /// For records of the cluster with this id.
    pub(in crate::kafka) fn of_cluster(id: &str) -> Self {
        Self { seed: xxh3_64(id.as_bytes()) }
    }

    /// A hash of the cluster and the record's key and value.
    pub(in crate::kafka) fn of(self, key: &[u8], value: Option<&[u8]>) -> u64 {
        let mut hash = Xxh3::with_seed(self.seed);
        hash.update(&key.len().to_le_bytes());
        hash.update(key);
        if let Some(value) = value {
            hash.update(&[1]);
            hash.update(value);
        }
        hash.digest()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_in_reach_while_no_tombstone_can_be_missed() {
        let (noon, hour) = ("2026-01-01T12:00:00Z".parse::<Timestamp>().unwrap(), Duration::from_secs(3_600));
        let place = Place { last: 10, witness: 1, as_of: noon };
        let later = |minutes: i64| noon + SignedDuration::from_mins(minutes);
        let reach = |start, end, minutes, kept| place.is_in_reach(start, end, later(minutes), kept);
        assert!(reach(0, 50, 29, Some(hour)));
        assert!(!reach(0, 50, 31, Some(hour)), "tombstones may be gone");
        assert!(!reach(0, 50, 29, None), "nobody knows how long they are kept");
        assert!(!reach(0, 50, -1, Some(hour)), "the clock was set back");
        assert!(reach(0, 12, 1_000_000, None), "nothing was written since but the end of its transaction");
        assert!(!reach(11, 50, 1, Some(hour)), "the log begins behind it");
        assert!(!reach(0, 10, 1, Some(hour)), "the log is another one");
    }

    #[test]
    fn records_and_clusters_are_told_apart() {
        let witness = Witness::of_cluster("one");
        assert_ne!(witness.of(b"k", None), witness.of(b"k", Some(b"")));
        assert_ne!(witness.of(b"k", Some(b"v")), witness.of(b"kv", Some(b"")));
        assert_ne!(witness.of(b"k", None), Witness::of_cluster("other").of(b"k", None));
    }
}
