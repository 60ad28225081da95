//! Where hashes were seen: a multimap from 32-bit hashes to numbers of 24 bits, five bytes an entry.

/// The most significant byte of a hash chooses a group of shards, the next one a shard; the others are written.
const GROUP: usize = 1 << 8;
/// Shards of all groups.
const SHARDS: usize = GROUP * GROUP;
/// Entries that a shard takes before it sorts them in.
const UNSORTED: usize = 32;

/// Two bytes of the hash and three of the number, in the order of both.
type Entry = [u8; 5];

/// Numbers are below this: they are written in three bytes.
pub(crate) const NUMBERS: u32 = 1 << 24;

/// A multimap from hashes to numbers below [`NUMBERS`].
pub(crate) struct Postings {
    /// Groups are empty until they are used: a small index is small.
    groups: Vec<Vec<Shard>>,
    /// Entries of one hash; further ones are dropped.
    most: usize,
    /// Entries that there is room for.
    room: usize,
}

/// Sorted up to a place, then as they came.
#[derive(Default, Clone)]
struct Shard {
    entries: Vec<Entry>,
    sorted: usize,
}

impl Postings {
    /// An empty one, for at most so many numbers under one hash.
    pub(crate) fn new(most: usize) -> Self {
        Self { groups: vec![Vec::new(); GROUP], most, room: 0 }
    }

    /// The bytes that all of it takes.
    pub(crate) fn bytes(&self) -> usize {
        let shards: usize = self.groups.iter().map(Vec::capacity).sum();
        shards * size_of::<Shard>()
            + self.groups.capacity() * size_of::<Vec<Shard>>()
            + self.room * size_of::<Entry>()
    }

    /// Adds `number` under `hash`. `is_live` says of an entry whether it still counts: it is asked before room is made,
    /// where it is given.
    pub(crate) fn add(&mut self, hash: u32, number: u32, is_live: Option<&dyn Fn(u32, u32) -> bool>) {
        let (most, place) = (self.most, hash >> 16);
        let Some(group) = self.groups.get_mut(place as usize / GROUP) else { return };
        if group.is_empty() {
            group.resize(GROUP, Shard::default());
        }
        let Some(shard) = group.get_mut(place as usize % GROUP) else { return };
        if shard.entries.len() - shard.sorted >= UNSORTED || shard.entries.len() == shard.entries.capacity() {
            shard.sort(most);
            if shard.entries.len() == shard.entries.capacity() {
                if let Some(is_live) = is_live {
                    shard
                        .entries
                        .retain(|entry| is_live((place << 16) | u32::from(tag_of(entry)), number_of(entry)));
                    shard.sorted = shard.entries.len();
                }
                // An eighth at a time: entries take 6 % more than their bytes on average.
                let room = shard.entries.capacity();
                shard.entries.reserve_exact(shard.entries.len() / 8 + 4);
                self.room += shard.entries.capacity() - room;
            }
        }
        shard.entries.push(entry(hash, number));
    }

    /// The numbers under `hash`, in no order, and now and then one twice.
    pub(crate) fn get(&self, hash: u32) -> impl Iterator<Item = u32> {
        let place = (hash >> 16) as usize;
        let shard = self.groups.get(place / GROUP).and_then(|group| group.get(place % GROUP));
        let (sorted, others) = shard.map(|shard| shard.around(hash as u16)).unwrap_or_default();
        let is_it = move |entry: &&Entry| tag_of(entry) == hash as u16;
        sorted.iter().take_while(is_it).chain(others.iter().filter(is_it)).map(number_of)
    }
}

impl Shard {
    /// Sorts in what came, and drops what is there twice or is one too many under its hash.
    fn sort(&mut self, most: usize) {
        // Two sorted runs: the standard sort merges them.
        if let Some(tail) = self.entries.get_mut(self.sorted..) {
            tail.sort_unstable();
        }
        self.entries.sort();
        self.entries.dedup();
        let (mut tag, mut count) = (None, 0);
        self.entries.retain(|entry| {
            count = if tag == Some(tag_of(entry)) { count + 1 } else { 1 };
            tag = Some(tag_of(entry));
            count <= most
        });
        self.sorted = self.entries.len();
    }

    /// Sorted entries from the first with this tag on, and those that are not sorted yet.
    fn around(&self, tag: u16) -> (&[Entry], &[Entry]) {
        let Some((sorted, others)) = self.entries.split_at_checked(self.sorted) else { return (&[], &[]) };
        // Hashes are spread evenly: the place is near where it would be then.
        let mut at = usize::from(tag) * sorted.len() / SHARDS;
        let tag_at = |at: usize| sorted.get(at).map(tag_of);
        while at > 0 && tag_at(at - 1).is_some_and(|before| before >= tag) {
            at -= 1;
        }
        while tag_at(at).is_some_and(|here| here < tag) {
            at += 1;
        }
        (sorted.get(at..).unwrap_or_default(), others)
    }
}

fn entry(hash: u32, number: u32) -> Entry {
    let ([_, _, a, b], [_, c, d, e]) = (hash.to_be_bytes(), number.to_be_bytes());
    [a, b, c, d, e]
}

fn tag_of(&[a, b, ..]: &Entry) -> u16 {
    u16::from_be_bytes([a, b])
}

fn number_of(&[_, _, c, d, e]: &Entry) -> u32 {
    u32::from_be_bytes([0, c, d, e])
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    fn got(postings: &Postings, hash: u32) -> BTreeSet<u32> {
        postings.get(hash).collect()
    }

    proptest! {
        #[test]
        fn what_was_added_is_found_and_nothing_else(
            added in prop::collection::vec((0..4_u32, 0..64_u32, 0..1_u32 << 24), 0..600),
        ) {
            let (mut postings, mut model) = (Postings::new(usize::MAX), BTreeMap::<u32, BTreeSet<u32>>::new());
            for (shard, tag, number) in added {
                // Tags far apart and next to each other.
                let hash = (shard << 16) | (tag * 1_021 % 65_536);
                postings.add(hash, number, None);
                model.entry(hash).or_default().insert(number);
            }
            for (hash, numbers) in model {
                prop_assert_eq!(got(&postings, hash), numbers);
                prop_assert_eq!(got(&postings, hash ^ 0x0100_0000), BTreeSet::new());
            }
        }
    }

    #[test]
    fn no_hash_has_more_than_its_share() {
        let mut postings = Postings::new(16);
        for number in 0..10_000 {
            postings.add(7, number, None);
            postings.add(8, number % 3, None);
        }
        assert!(got(&postings, 7).len() <= 16 + UNSORTED);
        assert_eq!(got(&postings, 8), BTreeSet::from([0, 1, 2]));
        assert!(postings.room < 200, "{}", postings.room);
    }

    #[test]
    fn what_no_longer_counts_makes_room() {
        let mut postings = Postings::new(usize::MAX);
        let live = |_: u32, number: u32| number >= 9_900;
        for number in 0..10_000 {
            postings.add(number % 50, number, Some(&live));
        }
        assert!(postings.room < 1_000, "{}", postings.room);
        assert_eq!(got(&postings, 49).into_iter().filter(|number| *number >= 9_900).count(), 2);
    }
}
